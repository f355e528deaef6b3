"""bench accuracy: how well moneytrail ranks, beside two baselines, on data that others made and on our own stream at its natural base rate."""
import argparse
import hashlib
import inspect
import json
import subprocess
import tempfile
from pathlib import Path

import known
import metrics
import networks
import points
import rankers
import refit
import report
import streams

SCORERS = ("moneytrail, no fit", "moneytrail, fitted", "trade's rule", "graph features + trees")
ALERTS = "moneytrail, alerts"  # accounts by the scores of the findings that they are in; on our own stream alone
CACHE = streams.ROOT / "build" / "accuracy"


def fingerprint(path, *functions):
    """Of the data and of the code that works on it: what is kept is made anew when either changes."""
    digest = hashlib.sha256(path.read_bytes())
    for function in functions:
        digest.update(inspect.getsource(function).encode())
    return digest.hexdigest()[:16]


def baselines(stream):
    """The two baselines' results for one set, from the cache when there."""
    cache = CACHE / f"{stream.name}.{fingerprint(stream.file, rankers, streams, metrics)}.json"
    if cache.is_file():
        return json.loads(cache.read_text())
    features = CACHE / f"{stream.name}.{fingerprint(stream.file, rankers.graph_features)}.npz"
    result = {SCORERS[2]: rankers.measure(stream, rankers.trade_rule(stream)),
              SCORERS[3]: rankers.measure(stream, rankers.boosted(stream, features))}
    cache.parent.mkdir(parents=True, exist_ok=True)
    cache.write_text(json.dumps(result))
    return result


def row_of(stream, options):
    """A set's row in the table: its size, and the average precision of each scorer."""
    row = {"set": stream.name, "ranked": len(stream.candidates()), "positive": len(stream.positives()),
           SCORERS[0]: rankers.measure(stream, rankers.ours(stream, False, options)),
           SCORERS[1]: rankers.measure(stream, rankers.ours(stream, True, options)), **baselines(stream)}
    report.progress(row, SCORERS)
    return row


def third_party(only, options):
    """The rows of the third-party sets; none where the data is absent."""
    return [row_of(streams.load(folder), options) for folder in streams.set_folders() if not only or folder.name in only]


def natural(arguments):
    """(measures, row) of our own stream: made here unless a file and its truth are given."""
    with tempfile.TemporaryDirectory() as folder:
        path, truth, accounts = arguments.stream, arguments.truth, arguments.accounts
        if path is None:
            path, truth, accounts = (Path(folder) / name for name in ("stream.csv", "truth.csv", "accounts.csv"))
            subprocess.run([rankers.PROGRAM, "generate", "--seed", str(arguments.seed), "--transfers", str(arguments.transfers), "--days",
                            str(arguments.days), "--patterns", "all", "--honest", "all", "--out", path, "--networks", truth, "--accounts", accounts], check=True,
                           stderr=subprocess.DEVNULL)
        truths = networks.read_truth(truth)
        stream = streams.read("own", path, set().union(*(ids for _, ids in truths.values())), "moneytrail")
        told = streams.told(path, accounts) if accounts is not None else []
        if arguments.no_ranking:  # low findings are very many, and only a ranking needs them
            told += ["--min-score", str(arguments.min_score)]
        found, versions = rankers.findings_and_versions(path, "moneytrail", Path(folder), [*arguments.scan_option, *told])
        own = networks.evaluate(found, networks.transfers_of(stream), truths, arguments.min_score, versions)
        if arguments.no_ranking:
            return own, None
        claims = [(networks.claimed(finding), finding["score"]) for finding in found]
        return own, row_of(stream, arguments.scan_option) | {ALERTS: rankers.measure(stream, rankers.by_findings(stream, claims))}


def main():
    parser = argparse.ArgumentParser(prog="./dev bench accuracy", description=__doc__)
    parser.add_argument("--only", action="append", help="this set alone (may be repeated)")
    parser.add_argument("--part", choices=("sets", "known", "stream", "all", "points", "carry", "refit"), default="all",
                        help="the generated third-party sets, the other third-party files, our own stream, or all; points: graph/marks.c is fitted anew; "
                             "carry: how its points hold on sets left out; refit: alerts by points fitted to each third-party set's labels")
    parser.add_argument("--write", action="store_true", help="write the fitted points to graph/marks.c instead of printing them")
    parser.add_argument("--scan-option", action="append", default=[], help="handed to moneytrail scan and rank, such as --hop-window=7d")
    parser.add_argument("--stream", type=Path, help="a stream of moneytrail generate, instead of making one")
    parser.add_argument("--truth", type=Path, help="its truth file")
    parser.add_argument("--accounts", type=Path, help="what its banks know of its accounts; without it nothing, nor when it began")
    parser.add_argument("--seed", type=int, default=977, help="seed of our own stream; fits use others")
    parser.add_argument("--transfers", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--min-score", type=int, default=65, help="what counts as an alert on our own stream")
    parser.add_argument("--no-ranking", action="store_true", help="findings alone on our own stream: no rank, no baselines")
    parser.add_argument("--plot", type=Path, default=CACHE / "accuracy.png")
    arguments = parser.parse_args()
    if (arguments.stream is None) != (arguments.truth is None):
        parser.error("--stream and --truth go together")
    if arguments.part == "points":
        points.main(arguments.write)
        return
    if arguments.part == "carry":
        points.carry()
        return
    if arguments.part == "refit":
        refit.tell(arguments.only, arguments.scan_option)
        return
    rows = own = own_row = None
    if arguments.part in ("sets", "all"):
        rows = third_party(arguments.only, arguments.scan_option)
        if not rows:
            print(f"skipped: no third-party sets under {streams.DATA / 'generated'} (MONEYTRAIL_DATA names another place)")
    if arguments.part in ("known", "all"):
        known.tell()
    if arguments.part in ("stream", "all"):
        own, own_row = natural(arguments)
    report.table(rows, own, own_row, SCORERS, ALERTS)
    if not rows and not own:
        return
    arguments.plot.parent.mkdir(parents=True, exist_ok=True)
    report.plot(rows, own, SCORERS, arguments.plot)
    print(f"plot: {arguments.plot}")


main()
