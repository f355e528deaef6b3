"""Where the points of graph/marks.c come from: a generalised additive model with pairs, boosted on generated streams.

Boosted trees two splits deep are a sum of functions of one fact and of two. Which pairs help is learned first, then the trees are grown over those alone,
and the sum is written out: points by the steps of each fact (a mark), and by those of two together (a pair), as whole numbers. What belongs to a fact
alone is taken out of its pairs (purified: Lengerich, Tan, Chang, Hooker, Caruana, AISTATS 2020). A fact with a direction only ever adds that way.

Streams rich in laundering give the points, and so do the generated third-party sets, by a weight that keeps what is usual in our streams from being
taken for a sign everywhere. Another stream, at the natural base rate, says where the level of an alert lies. Account days are learned as they
stood after each of their transfers too, so that a chain is told early. Other seeds than any that accuracy is measured on.
"""
import csv
import gzip
import subprocess
from pathlib import Path

import lightgbm
import numpy as np

import networks
import rankers
import streams

RICH = [["--seed", seed, "--transfers", "1500000", "--days", "21", "--instances", "40"] for seed in ("61", "62", "65", "67", "66")]
UNTOLD = ("66",)  # seeds of which is learned what to make of accounts of which nothing is said, in a stream of which it is not known when it began
NATURAL = ["--seed", "63", "--transfers", "4000000", "--days", "16"]
THIRD_PARTY = 0.02  # what all laundering of the third-party sets weighs beside ours; each set the same, and as much more ordinary business as ours has
PER_UNIT = 6.0  # points per unit of log odds
LEVEL = 65  # the score of an alert
PRECISION = {"account": 0.88, "chain": 0.95}  # of all from the level on, at the natural base rate
PAIRS = 68
TREES = 4500
SUM_LEAST = 25000  # account_sum_least: below it no account's day is looked at
SHOWN = 40  # MT_EPISODE_HEAVY: what a finding shows
MARKS = streams.ROOT / "graph" / "marks.c"

SUMS = (25000, 50000, 100000, 200000, 500000, 1000000)
SHARES = (300, 500, 800, 950)
OPENED = (100000, 365, 90, 30, 7)  # days; the first: it is known at all
WATCHED = (0, 2, 4, 7, 14)
# fact: (code, direction, steps); direction 1: the more the worse, -1: the more the better, 0: as it comes. A fact in BRIEF is put into steps from above.
BRIEF = {"dwell_minutes", "stayed_minutes", "opened_days"}
ACCOUNT = {
    "payers": ("payers", 0, (2, 4, 8, 16, 32)),
    "payees": ("payees", 0, (2, 4, 8, 16, 24)),
    "new_payers": ("new_payers", 0, (1, 2, 3, 5, 8)),
    "new_payees": ("new_payees", 0, (1, 2, 3, 5, 8)),
    "ins": ("transfers_in", 0, (2, 4, 8, 16, 32)),
    "outs": ("transfers_out", 0, (2, 4, 8, 16, 32, 64)),
    "today_ins": ("in_today", 0, (1, 2, 3, 5, 9)),
    "today_outs": ("out_today", 0, (1, 2, 3, 5, 9)),
    "passed": ("same_day", 1, SHARES),
    "funded": ("funded", 1, (100, *SHARES)),
    "dwell_minutes": ("brief_stay", 1, (1440, 720, 180, 60, 15)),
    "surge_in": ("surge_in", 0, (700, 2000, 5000, 20000)),
    "surge_out": ("surge_out", 0, (700, 2000, 5000, 20000)),
    "age_days": ("history", 0, (1, 3, 6, 9, 20)),
    "gap_days": ("silence", 1, (2, 5, 10, 20)),
    "below_line": ("near_line", 1, (1, 2, 3, 4)),
    "largest": ("larger_than_before", 1, (300, 700, 1500, 3000, 10000)),
    "mutual": ("to_and_fro", -1, (1, 2, 3)),
    "amount": ("large", 0, SUMS),
    "money_in": ("money_in", 0, SUMS),
    "money_out": ("money_out", 0, SUMS),
    "fresh_in": ("from_new", 0, (1, *SHARES)),
    "fresh_out": ("to_new", 0, (1, *SHARES)),
    "cash_in": ("cash_in", 1, (1, 300, 500, 900)),
    "cash_out": ("cash_out", 1, (1, 300, 500, 800)),
    "card_ins": ("takes_cards", -1, (1,)),
    "passed_ins": ("passed_on", 0, (1, 2, 3, 5)),
    "largest_passed": ("passed_large", 1, SUMS),
    "heavy_payers": ("payers_of_weight", 0, (1, 2, 3, 4, 6, 8)),
    "heavy_payees": ("payees_of_weight", 0, (1, 2, 3, 4, 6, 9)),
    "relayed": ("relayed", 0, SHARES),
    "jump": ("jump", 0, (1, 300, 1000, 3000, 10000)),
    "fresh_amount": ("new_large", 1, SUMS),
    "burst_in": ("at_once", 1, (1, 2, 3, 4, 6, 8)),
    "burst_out": ("repeats", 1, (1, 2, 3, 6)),
    "load": ("load", 1, (2, 5, 20, 200)),
    "night": ("night", 1, (1, 300, 700)),
    "instant": ("instant", 0, (1, 300, 700, 950)),
    "digital_out": ("digital_out", 1, (1, 300, 700)),
    "burst_payees": ("pays_at_once", 0, (1, 2, 3, 4, 6, 9)),
    "alike_in": ("alike_in", 0, (1, 2, 3, 4, 6)),
    "alike_out": ("alike_out", 0, (1, 2, 3, 4, 6)),
    "opened_days": ("opened", 0, OPENED),
    "person": ("person", 0, (0, 1)),
    "watched_days": ("watched", 0, WATCHED),
}
CHAIN = {
    "hops": ("long", 1, (2, 3, 4, 5, 6, 8)),
    "dwell_minutes": ("brief_stay", 1, (1440, 240, 60, 15)),
    "passed": ("passed_on", 0, (850, 900, 950, 980)),
    "carried": ("carried", 0, (400, 600, 800, 900, 950)),
    "round_hops": ("round_trip", 1, (1, 3, 4)),
    "branches": ("branches", 0, (1, 2, 4, 8)),
    "amount": ("large", 1, SUMS),
    "least_amount": ("all_large", 1, (5000, 10000, 25000, 50000, 100000)),
    "instant": ("instant", 1, (1, 300, 600, 1000)),
    "night": ("night", 1, (1, 300, 700)),
    "batches": ("in_batches", -1, (1,)),
    "cards": ("by_card", -1, (1,)),
    "known_payer": ("known_payer", -1, (1, 2, 4)),
    "known_payee": ("known_payee", -1, (1, 2, 4)),
    "paid_back": ("paid_back", -1, (1,)),
    "fresh_amount": ("new_large", 1, (1, 10000, 25000, 50000, 100000, 500000)),
    "relayed": ("relayed", 0, (300, 500, 700, 800, 900)),
    "funded": ("funded", 0, SHARES),
    "stayed_minutes": ("stayed_briefly", 1, (1440, 240, 60, 15)),
    "new_payers": ("payers", 0, (1, 2, 3, 4, 6)),
    "new_payees": ("payees", 0, (1, 2, 3)),
    "fan_out": ("fan_out", 0, (2, 3, 4, 6, 9)),
    "all_new_payees": ("many_new_payees", 0, (1, 2, 3, 4, 6)),
    "at_once": ("at_once", 0, (2, 3, 4, 6, 8)),
    "repeats": ("repeats", 1, (2, 3, 6)),
    "near_line": ("near_line", 1, (2, 3, 4)),
    "load": ("load", 1, (2, 20, 200)),
    "cash_in": ("cash_in", 1, (1, 300, 500, 900)),
    "cash_out": ("cash_out", 1, (1, 300, 500, 800)),
    "larger": ("larger_than_before", 1, (300, 700, 1500, 3000, 10000)),
    "jump": ("jump", 0, (1, 1000, 3000, 10000)),
    "takes_cards": ("takes_cards", -1, (1,)),
    "to_and_fro": ("to_and_fro", -1, (1, 2, 3)),
    "oldest_days": ("history", 0, (1, 3, 6, 9, 20)),
    "payers": ("much_dealt_with", 0, (4, 8, 16, 32)),
    "ins": ("busy", -1, (4, 8)),
    "digital_out": ("digital_out", 1, (1, 300, 700)),
    "opened_days": ("opened", 0, OPENED),
    "person": ("persons", 0, (0, 1)),
    "watched_days": ("watched", 0, WATCHED),
}


# Marks that no stream has anything to fit on, set by hand: (code, fact, steps with their points); why these points: ARCHITECTURE.md, 18. They stand
# after the fitted ones, so that pairs keep their places.
BY_HAND = {
    "account": [],
    "chain": [("listed", "listed", [(1, 30)])],
}


def made(options, folder, with_looks):
    """(stream, networks, account days, chains, looks): files, made anew when the program is newer. With what banks know of accounts, but for UNTOLD."""
    path = folder / ("points-" + "-".join(options[1::2]))
    names = [path.with_suffix(suffix) for suffix in (".csv", ".networks", ".episodes", ".chains", ".looks")][: 5 if with_looks else 4]
    accounts = path.with_suffix(".accounts")
    program = Path(rankers.PROGRAM).stat().st_mtime
    if not all(name.is_file() and name.stat().st_mtime >= program for name in names):
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([rankers.PROGRAM, "generate", *options, "--patterns", "all", "--honest", "all", "--out", names[0], "--networks", names[1],
                        "--accounts", accounts], check=True, stderr=subprocess.DEVNULL)
        told = [] if options[1] in UNTOLD else streams.told(names[0], accounts)
        looks = ["--looks", names[4]] if with_looks else []
        subprocess.run([rankers.PROGRAM, "scan", names[0], *told, *looks, "--mapping", "moneytrail", "--json", "--chain-score-least", "0",
                        "--episodes", names[2], "--chains", names[3]], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return names


def is_illicit(ids, illicit):
    """At least half of them launder."""
    wrong = sum(i in illicit for i in ids)
    return wrong > 0 and 2 * wrong >= len(ids)


def steps_of(table, names, rows):
    """How many steps of each of the table's facts each row has reached: what C's steps_reached() gives. rows: lists of numbers as text."""
    values = np.array(rows, dtype=np.int64).reshape(len(rows), len(names))
    reached = np.zeros((len(rows), len(table)), dtype=np.int8)
    for n, (fact, (_, _, steps)) in enumerate(table.items()):
        value = values[:, names.index(fact)]
        for step in steps:
            reached[:, n] += ((value <= step) & (value >= 0)) if fact in BRIEF else value >= max(step, 0)
    return reached


def chains_read(path, illicit):
    """(steps, truth) of every chain."""
    with open(path, newline="") as file:
        rows = csv.reader(file)
        names = next(rows)[1:]
        kept = [(row[1:], is_illicit(row[0].split(" "), illicit)) for row in rows]
    return steps_of(CHAIN, names, [row for row, _ in kept]), np.array([truth for _, truth in kept])


def days_kept(path):
    """(fact names, rows) of the days on which a detector may hold; a row: transfer, side, day, hub, facts."""
    with open(path, newline="") as file:
        reader = csv.reader(file)
        head = next(reader)
        hub, fresh = head.index("hub"), head.index("fresh_amount")
        return head[4:], [row for row in reader if row[hub] == "0" and int(row[fresh]) >= SUM_LEAST]


def transfers_of(stream):
    """(id, time, debtor, creditor, amount) of every transfer of a file, as text: ours, where accounts have banks, or a third party's."""
    with (gzip.open if stream.suffix == ".gz" else open)(stream, "rt", newline="") as file:
        banks = "debtor_bank" in next(file)
        for line in file:
            w = line.split(",", 7)
            yield (w[0], w[1], w[2] + w[3], w[4] + w[5], w[6]) if banks else w[:5]


def parties_of(stream, wanted):
    """transfer id -> (debtor, creditor), of those wanted."""
    return {i: (debtor, creditor) for i, _, debtor, creditor, _ in transfers_of(stream) if i in wanted}


def moves_of(stream, accounts):
    """account -> its transfers: (day, 0 out or 1 in, amount, id)."""
    moves = {account: [] for account in accounts}
    for i, time, debtor, creditor, amount in transfers_of(stream):
        for side, account in enumerate((debtor, creditor)):
            if account in moves:
                moves[account].append((time[:10], side, float(amount), i))
    numbers = {}
    for kept in moves.values():
        for n, (day, side, amount, i) in enumerate(kept):
            if day not in numbers:
                numbers[day] = int(np.datetime64(day, "D").astype(int))
            kept[n] = (numbers[day], side, amount, i)
    return moves


def day_truth(moves, day, illicit):
    """Of what the day's finding would show: transfers of weight in the gather window."""
    window = [move for move in moves if day - 6 <= move[0] <= day]
    whole = [sum(move[2] for move in window if move[1] == side) for side in (0, 1)]
    return is_illicit([move[3] for move in window if SHOWN * move[2] >= whole[move[1]]], illicit)


def days_read(episodes, looks, stream, illicit):
    """((steps, truth) of whole days, (steps, truth, weight) of looks): a day's looks weigh one together, and have its truth."""
    names, days = days_kept(episodes)
    _, seen = days_kept(looks) if looks is not None else (names, [])
    parties = parties_of(stream, {row[0] for row in days} | {row[0] for row in seen})

    def key(row):
        return parties[row[0]][row[1] == "creditor"], int(row[2])

    moves = moves_of(stream, {key(row)[0] for row in days})
    truth = {key(row): day_truth(moves[key(row)[0]], int(row[2]), illicit) for row in days}
    seen = [row for row in seen if key(row) in truth]
    count = {}
    for row in seen:
        count[key(row)] = count.get(key(row), 0) + 1
    return ((steps_of(ACCOUNT, names, [row[4:] for row in days]), np.array([truth[key(row)] for row in days])),
            (steps_of(ACCOUNT, names, [row[4:] for row in seen]), np.array([truth[key(row)] for row in seen], dtype=bool),
             np.array([1 / count[key(row)] for row in seen])))


def thinned(steps, truth, weight, keep, random):
    """All that launder, and of the others one in so many, which stand for the rest."""
    stays = truth | (random.random(len(truth)) < 1 / keep)
    return steps[stays], truth[stays], np.where(truth, weight, keep * weight)[stays]


def grow(steps, truth, weight, table, trees, groups=None):
    """Boosted trees two splits deep. groups: the facts that may stand in one tree."""
    settings = {"objective": "binary", "max_depth": 2, "num_leaves": 4, "learning_rate": 0.1, "min_child_samples": 20, "lambda_l2": 1.0, "verbose": -1,
                "max_bin": 15, "min_data_in_bin": 1, "feature_pre_filter": False, "seed": 1, "deterministic": True, "num_threads": 1,
                "monotone_constraints": [direction for _, direction, _ in table.values()], "monotone_constraints_method": "intermediate"}
    if groups is not None:
        settings["interaction_constraints"] = groups
    return lightgbm.train(settings, lightgbm.Dataset(steps, truth, weight=weight), trees)


def written_out(trees, sizes):
    """The trees' sum: (first fact, second fact) -> what it adds, by the steps of both; a fact alone stands beside itself."""
    total = {}

    def walk(node, ways):
        if "split_index" in node:
            fact, most = node["split_feature"], node["threshold"]
            walk(node["left_child"], [*ways, (fact, np.arange(sizes[fact]) <= most)])
            walk(node["right_child"], [*ways, (fact, np.arange(sizes[fact]) > most)])
            return
        facts = sorted({fact for fact, _ in ways})
        if not facts:
            return
        first, second = facts[0], facts[-1]
        within = {fact: np.ones(sizes[fact], dtype=bool) for fact in facts}
        for fact, holds in ways:
            within[fact] &= holds
        grid = np.diag(within[first]) if first == second else np.outer(within[first], within[second])
        total[first, second] = total.get((first, second), 0) + grid * node["leaf_value"]

    for tree in trees.dump_model()["tree_info"]:
        walk(tree["tree_structure"], [])
    return total


def purified(total, steps, weight, sizes):
    """(what each fact adds alone, what each pair adds beyond): within a pair, the mean over either fact is 0 where the data lie."""
    alone, pairs = [np.zeros(size) for size in sizes], {}
    for (first, second), grid in total.items():
        if first == second:
            alone[first] += np.diag(grid)
            continue
        mass = np.full(grid.shape, 1e-3 * weight.sum() / grid.size)
        np.add.at(mass, (steps[:, first], steps[:, second]), weight)
        grid = grid.copy()
        for _ in range(30):
            for fact, axis in ((first, 1), (second, 0)):
                mean = (grid * mass).sum(axis) / mass.sum(axis)
                grid -= np.expand_dims(mean, axis)
                alone[fact] += mean
        pairs[first, second] = grid
    return alone, pairs


def chosen(pairs, steps, truth, weight):
    """The pairs that move scores most, laundering and the rest weighing the same."""
    balanced = weight * np.where(truth, weight[~truth].sum() / weight[truth].sum(), 1)
    moved = {pair: (balanced * grid[steps[:, pair[0]], steps[:, pair[1]]] ** 2).sum() for pair, grid in pairs.items()}
    return sorted(sorted(moved, key=moved.get, reverse=True)[:PAIRS])


def fit(steps, truth, weight, table):
    """(points by step of each fact, points by steps of each pair), whole numbers."""
    sizes = [len(limits) + 1 for _, _, limits in table.values()]
    first = written_out(grow(steps, truth, weight, table, TREES // 2), sizes)
    pairs = chosen(purified(first, steps, weight, sizes)[1], steps, truth, weight)
    groups = [list(pair) for pair in pairs] + [[fact] for fact in range(len(sizes))]
    alone, pairs = purified(written_out(grow(steps, truth, weight, table, TREES, groups), sizes), steps, weight, sizes)
    whole = {pair: np.rint(PER_UNIT * grid).astype(int) for pair, grid in sorted(pairs.items())}
    return [np.rint(PER_UNIT * (part - part[0])).astype(int) for part in alone], {pair: grid for pair, grid in whole.items() if grid.any()}


def score(model, steps):
    alone, pairs = model
    return sum(part[steps[:, n]] for n, part in enumerate(alone)) + sum(grid[steps[:, a], steps[:, b]] for (a, b), grid in pairs.items())


def level_of(scores, truth, precision):
    """The lowest score from which so many are right: (score, precision, recall)."""
    order = np.argsort(-scores, kind="stable")
    right = np.cumsum(truth[order])
    last = np.append(np.flatnonzero(np.diff(scores[order])), len(order) - 1)  # ties are raised together
    reached = last[right[last] / (last + 1) >= precision]
    at = reached[-1] if len(reached) > 0 else last[0]
    return int(scores[order][at]), right[at] / (at + 1), right[at] / truth.sum()


def c_mark(code, prefix, fact, steps):
    told = ", ".join("{%d, %d}" % step for step in steps)
    return '    {"%s", %s_%s, %s, %d, {%s}},' % (code, prefix, fact, "true" if fact in BRIEF else "false", len(steps), told)


def c_tables(name, prefix, table, model, start):
    """Both tables in C, and what all start from. Facts that no points and no pair need are left out."""
    alone, pairs = model
    facts = list(table)
    used = {n for n, part in enumerate(alone) if part.any()} | {n for pair in pairs for n in pair}
    place = {n: at for at, n in enumerate(sorted(used))}
    rows = []
    for n in sorted(used):
        code, _, limits = table[facts[n]]
        rows.append(c_mark(code, prefix, facts[n], list(zip(limits, alone[n][1:]))))
    rows += [c_mark(code, prefix, fact, steps) for code, fact, steps in BY_HAND[name]]
    told = []
    for (first, second), grid in pairs.items():
        cells = ", ".join("{" + ", ".join(str(int(cell)) for cell in row) + "}" for row in grid)
        told.append("    {%d, %d, {%s}}, /* %s, %s */" % (place[first], place[second], cells, table[facts[first]][0], table[facts[second]][0]))
    return (f"static const struct mt_mark {name}_marks[] = {{\n" + "\n".join(rows) + "\n};\n"
            f"static const struct mt_pair {name}_pairs[] = {{\n" + "\n".join(told) + "\n};\n"
            f"const struct mt_marks mt_{name}_marks = {{{name}_marks, COUNT({name}_marks), {name}_pairs, COUNT({name}_pairs), {start}, MT_SIGN_{name.upper()}}};\n")


def read(options, folder, with_looks):
    """(chains, whole days, looks) of one stream."""
    stream, truth, episodes, chains, *looks = made(options, folder, with_looks)
    illicit = set().union(*(ids for _, ids in networks.read_truth(truth).values()))
    days, seen = days_read(episodes, looks[0] if with_looks else None, stream, illicit)
    return chains_read(chains, illicit), days, seen


def set_read(place, folder):
    """The same of a third-party set: nothing is said of its accounts."""
    stream = streams.load(place)
    names = [folder / f"points-{stream.name}{suffix}" for suffix in (".episodes", ".chains", ".looks")]
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([rankers.PROGRAM, "scan", rankers.plain_file(stream, folder), "--mapping", stream.mapping, "--json", "--chain-score-least", "0", "--episodes", names[0],
                    "--chains", names[1], "--looks", names[2]], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    illicit = {i for i, wrong in zip(stream.ids, stream.illicit) if wrong}
    days, seen = days_read(names[0], names[2], stream.file, illicit)
    return chains_read(names[1], illicit), days, seen


def together(parts):
    return [np.concatenate(column) for column in zip(*parts)]


def learned(rich):
    """The rows of our streams that each table learns from: name -> (steps, truth, weight)."""
    random = np.random.default_rng(1)
    chains, days, seen = (together([part[kind] for part in rich]) for kind in range(3))
    whole = thinned(*days, np.ones(len(days[1])), 4, random)
    looks = thinned(*seen, 10, random)
    return {"account": together([whole, looks]), "chain": [*chains, np.ones(len(chains[1]))]}


def with_sets(rows, sets):
    """The rows of one table together with those of third-party sets, weighed as THIRD_PARTY says. Sets without laundering in such rows are left out."""
    steps, truth, weight = rows
    sets = [part for part in sets if part[1].any()]
    if not sets:
        return rows
    illicit, ordinary = (weight * truth).sum(), (weight * ~truth).sum()
    parts = [rows]
    for set_steps, set_truth, set_weight in sets:
        each = THIRD_PARTY / len(sets) * np.where(set_truth, illicit / (set_weight * set_truth).sum(), ordinary / (set_weight * ~set_truth).sum())
        parts.append((set_steps, set_truth, set_weight * each))
    return together(parts)


def rows_of_sets(sets):
    """name -> rows of each set: sets as set_read() gives them."""
    return {"account": [together([(*days, np.ones(len(days[1]))), seen]) for _, days, seen in sets],
            "chain": [(*chains, np.ones(len(chains[1]))) for chains, _, _ in sets]}


TABLES = (("account", "MT_FACT", ACCOUNT), ("chain", "MT_CHAIN", CHAIN))


def gathered(folder):
    """(rows of our streams by table, what says the level by table, sets' names, sets' rows by table)"""
    places = streams.set_folders()
    if not places:
        raise SystemExit(f"no third-party sets under {streams.DATA / 'generated'} (MONEYTRAIL_DATA names another place): the points are fitted on them too")
    sets = rows_of_sets([set_read(place, folder) for place in places])
    rows = learned([read(options, folder, True) for options in RICH])
    chains, days, _ = read(NATURAL, folder, False)
    return rows, {"account": days, "chain": chains}, [place.name for place in places], sets


def raised(model, level, rows):
    """(how many reach the level, how many of these launder); of account days as they ended."""
    steps, truth, weight = rows
    whole = weight == 1
    reached = score(model, steps[whole]) >= level
    return f"{int(truth[whole][reached].sum()):>5} of{int(reached.sum()):>6}"


def carry():
    """How the points carry over: of the rows of each third-party set that reach the level, how many launder, by points fitted on our streams alone,
    with all sets of its generator left out, and with all."""
    rows, held, names, sets = gathered(streams.ROOT / "build" / "accuracy")
    for name, _, table in TABLES:
        def fitted(kept):
            model = fit(*with_sets(rows[name], [part for set_name, part in zip(names, sets[name]) if kept(set_name)]), table)
            level, precision, recall = level_of(score(model, held[name][0]), held[name][1], PRECISION[name])
            return model, level, recall
        alone, whole = fitted(lambda _: False), fitted(lambda _: True)
        print(f"\n{name}: recall at the natural base rate, ours alone {alone[2]:.3f}, with the sets {whole[2]:.3f}")
        print(f"{'set':<18}{'ours alone':>15}{'left out':>15}{'all':>15}")
        for generator in sorted({streams.generator_of(set_name) for set_name in names}):
            left = fitted(lambda set_name: streams.generator_of(set_name) != generator)
            for set_name, part in zip(names, sets[name]):
                if streams.generator_of(set_name) == generator:
                    print(f"{set_name:<18}" + "".join(f"{raised(model, level, part):>15}" for model, level, _ in (alone, left, whole)), flush=True)


def main(write):
    rows, held, _, sets = gathered(streams.ROOT / "build" / "accuracy")
    text = ["/* Written by `./dev bench accuracy --part points --write` (bench/accuracy/points.py); what it says of itself on a stream at the natural base rate: */",
            '#include "detectors.h"', "", "#define COUNT(array) (sizeof(array) / sizeof(array)[0])", ""]
    for name, prefix, table in TABLES:
        model = fit(*with_sets(rows[name], sets[name]), table)
        level, precision, recall = level_of(score(model, held[name][0]), held[name][1], PRECISION[name])
        words = f"from {LEVEL} on {precision:.2f} of those raised are right and {recall:.2f} of all are raised"
        print(f"{name}: {words}")
        text += [f"/* {words} */", c_tables(name, prefix, table, model, LEVEL - level)]
    text += ["static_assert(COUNT(account_marks) <= MT_MARKS_MAX && COUNT(chain_marks) <= MT_MARKS_MAX, \"all steps fit\");",
             "static_assert(1 + COUNT(account_marks) + COUNT(account_pairs) <= MT_SIGN_CHAIN - MT_SIGN_ACCOUNT, \"all signs have a number\");",
             "static_assert(1 + COUNT(chain_marks) + COUNT(chain_pairs) <= MT_SIGN_END - MT_SIGN_CHAIN, \"all signs have a number\");", ""]
    text = "\n".join(text)
    if write:
        Path(MARKS).write_text(text)
    else:
        print(text)
