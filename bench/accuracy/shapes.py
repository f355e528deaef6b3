#!/usr/bin/env python3
"""shapes.py [known | STREAM-OPTIONS]: what `scan --networks` names of planted shapes, and what it names where nothing was planted.

    bench/accuracy/shapes.py --seed 91 --transfers 600000 --days 14 --instances 8     a generated stream, with all patterns and look-alikes
    bench/accuracy/shapes.py known [SCAN-OPTION]...                                  AMLworld's HI-Small patterns, hop window 96 h

Needs build/release and nothing beyond Python's own library. A shape is *planted* when at least half of its accounts are of laundering networks; it names one of
them when it is of the pattern's kind and at least half of its accounts are that one's.
"""
import csv
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("MONEYTRAIL_DATA", ROOT.parent / "shared" / "data"))
PROGRAM = ROOT / "build" / "release" / "moneytrail"
PATTERNS = DATA / "ibm-amlworld-patterns" / "HI-Small_Patterns.txt"
FLAGGED = 65
KIND = {name: name for name in ("bipartite", "scatter_gather", "gather_scatter", "layered_fan_in", "layered_fan_out")} | {"stack": "layered_stack"}


def scan(path, mapping, *options):
    done = subprocess.run([PROGRAM, "scan", path, "--mapping", mapping, "--json", *options], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def generated(folder, options):
    """(stream, mapping, planted: network → (pattern, transfer ids))"""
    stream, truth = folder / "stream.csv", folder / "networks.csv"
    subprocess.run([PROGRAM, "generate", "--patterns", "all", "--honest", "all", *options, "--out", stream, "--networks", truth], check=True)
    planted = {}
    with open(truth, newline="") as file:
        for row in csv.DictReader(file):
            if row["label"] == "illicit":
                planted.setdefault(row["network"], (row["pattern"], set()))[1].add(row["transfer_id"])
    return stream, "moneytrail", planted


def hi_small():
    planted = {}
    for number, line in enumerate(PATTERNS.read_text().splitlines(), 1):
        if line.startswith("BEGIN"):
            family = line.split(" - ")[1].split(":")[0].strip().lower().replace("-", "_")
            attempt = planted.setdefault(number, (family, set()))
        elif line[:1].isdigit():
            attempt[1].add("row:%d" % number)
    return PATTERNS, "amlworld-patterns", planted


def accounts_of(shape):
    return {account["token"] for layer in shape["layers"] for account in layer["accounts"]}


def told(networks):
    """Every shape once, as (kind, accounts, networks that it is in)."""
    shapes = {}
    for network in networks:
        for shape in network["shapes"]:
            key = json.dumps([shape["shape"], shape["layers"], shape["first_time"], shape["transfers"]])
            shapes.setdefault(key, (shape["shape"], accounts_of(shape), []))[2].append(network)
    return list(shapes.values())


def measure(stream, mapping, planted, options):
    findings, networks = scan(stream, mapping, *options), scan(stream, mapping, "--networks", *options)
    transfers = {transfer["id"]: transfer for finding in findings for transfer in finding["transfers"]}
    in_finding = {finding["id"]: {transfer["id"] for transfer in finding["transfers"]} for finding in findings}
    held = {network["id"]: set().union(*(in_finding[finding["id"]] for finding in network["findings"])) for network in networks}
    flagged = [network for network in networks if network["score"] >= FLAGGED]
    flagged_transfers = set().union(*(held[network["id"]] for network in flagged))
    people = {name: {transfers[i][side]["token"] for i in ids if i in transfers for side in ("debtor", "creditor")} for name, (_, ids) in planted.items()}
    launderers, illicit = set().union(*people.values()), set().union(*(ids for _, ids in planted.values()))
    shapes = told(networks)

    print(f"{len(networks)} networks, {len(flagged)} of score {FLAGGED} or more; {len(shapes)} shapes; search: {networks[0]['shapes_search']}")
    print(f"{'pattern':<18}{'planted':>8}{'in findings':>12}{'flagged':>9}{'named':>7}{'named in flagged':>18}   seen of its transfers, at the median")
    for pattern in sorted({pattern for pattern, _ in planted.values()} & set(KIND)):
        names = [name for name, (of, _) in planted.items() if of == pattern]
        named = {name: [shape for shape in shapes if shape[0] == KIND[pattern] and 2 * len(shape[1] & people[name]) >= len(shape[1])] for name in names}
        seen = sorted(len(planted[name][1] & set(transfers)) / len(planted[name][1]) for name in names)
        print(f"{pattern:<18}{len(names):>8}{sum(bool(planted[n][1] & set(transfers)) for n in names):>12}{sum(bool(planted[n][1] & flagged_transfers) for n in names):>9}"
              f"{sum(bool(named[n]) for n in names):>7}{sum(any(net['score'] >= FLAGGED for _, _, nets in named[n] for net in nets) for n in names):>18}"
              f"   {100 * seen[len(seen) // 2]:.0f} %")
    counts = defaultdict(Counter)
    for kind, accounts, nets in shapes:
        counts[kind].update(all=1, planted=2 * len(accounts & launderers) >= len(accounts), whole=accounts <= launderers, several=len(nets) > 1)
    print(f"\n{'shape':<18}{'told':>6}{'planted':>9}{'all accounts':>14}{'over several networks':>23}")
    for kind, row in sorted(counts.items()):
        print(f"{kind:<18}{row['all']:>6}{row['planted']:>9}{row['whole']:>14}{row['several']:>23}")
    for name, some in (("flagged networks", flagged), ("networks of any score", networks)):
        clean = [network for network in some if not held[network["id"]] & illicit]
        print(f"{name} without a planted transfer: {len(clean)}, with a shape: {sum(bool(network['shapes']) for network in clean)}")


def main(words):
    with tempfile.TemporaryDirectory() as folder:
        if words[:1] == ["known"]:
            measure(*hi_small(), ("--hop-window", "96h", *words[1:]))
        else:
            measure(*generated(Path(folder), words), ())


if __name__ == "__main__":
    main(sys.argv[1:])
