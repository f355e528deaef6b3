"""Where the points of graph/marks.c come from: a logistic fit on generated streams, each fact in steps that only add (or only take away).

Two streams rich in laundering give the points; a third, at the natural base rate, says where the limit lies: the base is such that LIMIT is the score
from which findings are raised with the best F1 there. Other seeds than any that accuracy is measured on.
"""
import csv
import subprocess
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

import networks
import rankers
import streams

RICH = [["--seed", seed, "--transfers", "1500000", "--days", "21", "--instances", "40"] for seed in ("61", "62")]
NATURAL = ["--seed", "63", "--transfers", "4000000", "--days", "16"]
PER_UNIT = 4.5  # points per unit of log odds
LIMIT = 60
SUM_LEAST = 25000  # account_sum_least: below it no account's day is looked at
STEPS_MAX = 6
PENALTY = 10  # on the sum of a fit's steps: what hardly helps stays at 0
MARKS = streams.ROOT / "graph" / "marks.c"

# code, fact, at most instead of at least, points' sign, steps
CHAIN = [
    ("long", "hops", False, 1, (4, 5, 6, 8)),
    ("brief_stay", "dwell_minutes", True, 1, (1440, 240, 60, 15)),
    ("passed_on", "passed", False, 1, (900, 950, 980)),
    ("carried", "carried", False, 1, (400, 600, 800, 900, 950)),
    ("round_trip", "round_hops", False, 1, (2, 3, 4)),
    ("branches", "branches", False, 1, (1, 2, 4, 8)),
    ("large", "amount", False, 1, (25000, 50000, 100000, 200000, 500000, 1000000)),
    ("all_large", "least_amount", False, 1, (10000, 25000, 50000, 100000, 200000)),
    ("instant", "instant", False, 1, (300, 600, 1000)),
    ("in_batches", "batches", False, -1, (1,)),
    ("by_card", "cards", False, -1, (1,)),
    ("known_payer", "known_payer", False, -1, (1, 2, 4)),
    ("known_payee", "known_payee", False, -1, (1, 2, 4)),
    ("paid_back", "paid_back", False, -1, (1,)),
    ("new_large", "fresh_amount", False, 1, (1, 10000, 25000, 50000, 100000, 500000)),
    ("relayed", "relayed", False, 1, (300, 500, 700, 800, 900)),
    ("funded", "funded", False, 1, (500, 800, 950)),
    ("stayed_briefly", "stayed_minutes", True, 1, (1440, 240, 60, 15)),
    ("payers", "new_payers", False, 1, (2, 3, 4, 6)),
    ("payees", "new_payees", False, 1, (1, 2, 3)),
    ("fan_out", "fan_out", False, 1, (2, 3, 4, 6, 9)),
    ("many_new_payees", "all_new_payees", False, 1, (2, 3, 4, 6)),
    ("at_once", "at_once", False, 1, (3, 4, 6, 8)),
    ("repeats", "repeats", False, 1, (2, 3, 6)),
    ("near_line", "near_line", False, 1, (2, 3, 4)),
    ("load", "load", False, 1, (20, 200)),
    ("cash_in", "cash_in", False, 1, (300, 500, 900)),
    ("cash_out", "cash_out", False, 1, (300, 500, 800)),
    ("larger_than_before", "larger", False, 1, (700, 1500, 3000, 10000)),
    ("jump", "jump", False, 1, (1000, 3000, 10000)),
    ("takes_cards", "takes_cards", False, -1, (1,)),
    ("to_and_fro", "to_and_fro", False, -1, (1, 2, 3)),
    ("short_history", "oldest_days", True, -1, (9, 3)),
    ("much_dealt_with", "payers", False, -1, (8, 16, 32)),
    ("busy", "ins", False, -1, (4, 8)),
]
ACCOUNT = [
    ("new_large", "fresh_amount", False, 1, (50000, 100000, 200000, 500000)),
    ("passed_large", "largest_passed", False, 1, (25000, 50000, 100000, 200000, 500000)),
    ("relayed", "relayed", False, 1, (300, 500, 700, 800, 900)),
    ("funded", "funded", False, 1, (500, 800, 950)),
    ("same_day", "passed", False, 1, (300, 500, 800, 950)),
    ("from_new", "fresh_in", False, 1, (300, 600, 800, 950)),
    ("to_new", "fresh_out", False, 1, (300, 600, 800, 950)),
    ("payers", "heavy_payers", False, 1, (1, 2, 3, 4, 6, 8)),
    ("payees", "heavy_payees", False, 1, (1, 2, 3, 4, 6, 9)),
    ("at_once", "burst_in", False, 1, (2, 3, 4, 6, 8)),
    ("brief_stay", "dwell_minutes", True, 1, (1440, 180, 60, 15)),
    ("larger_than_before", "largest", False, 1, (300, 700, 3000, 10000)),
    ("surge", "surge_out", False, 1, (2000, 5000, 20000)),
    ("near_line", "below_line", False, 1, (2, 3, 4)),
    ("repeats", "burst_out", False, 1, (2, 3, 6)),
    ("load", "load", False, 1, (20, 200)),
    ("silence", "gap_days", False, 1, (5, 10, 20)),
    ("cash_in", "cash_in", False, 1, (300, 500, 900)),
    ("cash_out", "cash_out", False, 1, (300, 500, 800)),
    ("takes_cards", "card_ins", False, -1, (1,)),
    ("to_and_fro", "mutual", False, -1, (1, 2, 3)),
    ("short_history", "age_days", True, -1, (9, 6, 3)),
    ("busy", "ins", False, -1, (3, 5, 8, 16, 32)),
    ("pays_many", "payees", False, -1, (4, 8, 16, 24)),
    ("much_dealt_with", "payers", False, -1, (8, 16, 32)),
]


# Rows that no stream has anything to fit on, set by hand and appended as they are; why these points: ARCHITECTURE.md, 16.
BY_HAND = {
    "account": [],
    "chain": [("listed", "listed", False, [(1, 30)])],
}


def made(options, folder):
    """(stream file, networks, account days' file, chains' file), made anew when the program is newer."""
    path = folder / ("points-" + "-".join(options[1::2]))
    names = [path.with_suffix(suffix) for suffix in (".csv", ".networks", ".episodes", ".chains")]
    program = Path(rankers.PROGRAM).stat().st_mtime
    if not all(name.is_file() and name.stat().st_mtime >= program for name in names):
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([rankers.PROGRAM, "generate", *options, "--patterns", "all", "--honest", "all", "--out", names[0], "--networks", names[1]],
                       check=True, stderr=subprocess.DEVNULL)
        subprocess.run([rankers.PROGRAM, "scan", names[0], "--mapping", "moneytrail", "--json", "--chain-score-least", "0", "--episodes", names[2],
                        "--chains", names[3]], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return names


def chains_read(path, illicit):
    """(facts by name, whether at least half of the chain's transfers launder)."""
    with open(path, newline="") as file:
        rows = csv.reader(file)
        names = next(rows)[1:]
        kept = [(row[1:], row[0].split(" ")) for row in rows]
    values = np.array([row for row, _ in kept], dtype=np.float64)
    return dict(zip(names, values.T)), np.array([2 * len(illicit.intersection(ids)) >= len(ids) for _, ids in kept])


def days_read(path, stream, illicit):
    """The same of account days that a detector may hold on. An account's day launders when at least half of its transfers of weight in the gather
    window do."""
    rows, need = [], {}
    with open(path, newline="") as file:
        reader = csv.reader(file)
        head = next(reader)
        hub, fresh = head.index("hub"), head.index("fresh_amount")
        for row in reader:
            if row[hub] == "0" and int(row[fresh]) >= SUM_LEAST:
                rows.append(row)
                need[row[0]] = None
    moves = {}
    with open(stream, newline="") as file:
        next(file)
        for line in file:
            w = line.split(",")
            if w[0] in need:
                need[w[0]] = (w[2] + w[3], w[4] + w[5])
    kept = {account for parties in need.values() for account in parties}
    with open(stream, newline="") as file:
        next(file)
        for line in file:
            w = line.split(",")
            for side, account in enumerate((w[2] + w[3], w[4] + w[5])):
                if account in kept:
                    moves.setdefault(account, []).append((np.datetime64(w[1][:10], "D").astype(int), side, float(w[6]), w[0] in illicit))
    truth = []
    for row in rows:
        account, day = need[row[0]][row[1] == "creditor"], int(row[2])
        window = [move for move in moves[account] if day - 6 <= move[0] <= day]
        whole = [sum(move[2] for move in window if move[1] == side) for side in (0, 1)]
        shown = [move[3] for move in window if 40 * move[2] >= whole[move[1]]]
        truth.append(sum(shown) * 2 >= len(shown) and any(shown))
    values = np.array([row[4:] for row in rows], dtype=np.float64)
    return dict(zip(head[4:], values.T)), np.array(truth)


def reached(marks, facts):
    """A column per step: whether it is reached, with the sign of its points."""
    columns = []
    for _, fact, at_most, sign, steps in marks:
        value = facts[fact]
        columns += [sign * (((value <= step) & (value >= 0)) if at_most else value >= step) for step in steps]
    return np.array(columns, dtype=np.float64).T


def fit(columns, truth):
    """Non-negative logistic weights of the steps."""
    def loss(weights):
        z = columns @ weights[1:] + weights[0]
        error = 1 / (1 + np.exp(-z)) - truth
        value = np.logaddexp(0, z).sum() - z[truth].sum() + PENALTY * weights[1:].sum()
        return value, np.concatenate([[error.sum()], columns.T @ error + PENALTY])

    start = np.concatenate([[-4.0], np.zeros(columns.shape[1])])
    bounds = [(None, None)] + [(0, None)] * columns.shape[1]
    return minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 600}).x[1:]


def points_of(marks, weights):
    """Per mark, its steps as (limit, points so far), whole points, steps that add nothing left out."""
    rows, at = [], 0
    for code, fact, at_most, sign, steps in marks:
        total, kept, last = 0.0, [], 0
        for step in steps:
            total += PER_UNIT * weights[at]
            at += 1
            if round(total) != last:
                last = round(total)
                kept.append((step, sign * last))
        if kept:
            rows.append((code, fact, at_most, kept))
    return rows


def score(rows, facts):
    total = np.zeros(len(next(iter(facts.values()))))
    for _, fact, at_most, steps in rows:
        value, points = facts[fact], 0
        for limit, so_far in steps:
            met = ((value <= limit) & (value >= 0)) if at_most else value >= limit
            total += met * (so_far - points)
            points = so_far
    return total


def best_limit(scores, truth):
    """The score from which the best F1 is reached: (limit, precision, recall)."""
    order = np.argsort(-scores, kind="stable")
    right = np.cumsum(truth[order])
    last = np.append(np.flatnonzero(np.diff(scores[order])), len(order) - 1)  # ties are raised together
    f1 = 2 * right[last] / (last + 1 + truth.sum())
    at = last[np.argmax(f1)]
    return scores[order][at], right[at] / (at + 1), right[at] / truth.sum()


def table(marks, base_fact, base_step, rich, natural):
    """(rows with the base in them, words about the fit)."""
    weights = fit(np.vstack([reached(marks, facts) for facts, _ in rich]), np.concatenate([truth for _, truth in rich]))
    rows = points_of(marks, weights)
    limit, precision, recall = best_limit(score(rows, natural[0]), natural[1])
    base = int(LIMIT - limit)
    for i, (code, fact, at_most, steps) in enumerate(rows):
        if fact == base_fact:
            rows[i] = (code, fact, at_most, [(base_step, base)] + [(step, base + points) for step, points in steps])
            break
    return rows, f"from {LIMIT} on {precision:.2f} of those raised are right and {recall:.2f} of all are raised"


def c_table(name, prefix, rows):
    lines = []
    for code, fact, at_most, steps in rows:
        told = ", ".join("{%d, %d}" % step for step in steps[-STEPS_MAX:])
        lines.append('    {"%s", %s_%s, %s, {%s}},' % (code, prefix, fact, "true" if at_most else "false", told))
    return "static const struct mt_mark %s_marks[] = {\n%s\n};\n" % (name, "\n".join(lines))


def main(write):
    folder = streams.ROOT / "build" / "accuracy"
    read = []
    for options in [*RICH, NATURAL]:
        stream, truth, episodes, chains = made(options, folder)
        illicit = set().union(*(ids for _, ids in networks.read_truth(truth).values()))
        read.append((chains_read(chains, illicit), days_read(episodes, stream, illicit)))
    text = ["/* Written by `./dev bench accuracy --part points --write` (bench/accuracy/points.py); what it says of itself on a stream at the natural base rate: */",
            '#include "detectors.h"', ""]
    for name, marks, prefix, first, base in (("account", ACCOUNT, "MT_FACT", "MT_SIGN_ACCOUNT", ("fresh_amount", SUM_LEAST)),
                                             ("chain", CHAIN, "MT_CHAIN", "MT_SIGN_CHAIN", ("hops", 2))):
        at = 0 if name == "chain" else 1
        rows, words = table(marks, *base, [part[at] for part in read[:-1]], read[-1][at])
        print(f"{name}: {words}")
        rows += BY_HAND[name]
        text += [f"/* {words} */", c_table(name, prefix, rows) +
                 f"const struct mt_marks mt_{name}_marks = {{{name}_marks, sizeof {name}_marks / sizeof {name}_marks[0], {first}}};",
                 f"static_assert(sizeof {name}_marks / sizeof {name}_marks[0] <= MT_SIGN_CHAIN - MT_SIGN_ACCOUNT, \"all signs fit\");", ""]
    text = "\n".join(text)
    if write:
        Path(MARKS).write_text(text)
    else:
        print(text)
