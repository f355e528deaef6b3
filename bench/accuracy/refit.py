"""Alerts' points fitted to a set's own labels: learnt from the first 80 % of its time, judged on findings that end in the last 20 %.

Nothing is set per set. A finding is right when at least half of what it claims is labelled (networks.py). Labels of the last 20 % are not shown to the
fit. Beside ours, the refitted points are judged with all findings of the whole stream, so that what a finding claims is the same for both.
"""
import json
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

import networks
import points
import rankers
import streams
from metrics import seconds

LEVEL = 65
KINDS = ("account", "chain")


def directions_compare(path):
    """graph/points.c has the directions of points.py for all marks that the tables have."""
    told = json.loads(Path(path).read_text())
    for kind, table in zip(KINDS, (points.ACCOUNT, points.CHAIN)):
        by_hand = {code for code, _, _ in points.BY_HAND[kind]}
        wanted = {code: direction for code, direction, _ in table.values()}
        for mark in told[kind]["marks"]:
            if mark["code"] not in by_hand and mark["direction"] != wanted[mark["code"]]:
                raise SystemExit(f"{kind}, {mark['code']}: direction {mark['direction']} in graph/points.c, {wanted[mark['code']]} in points.py")


def is_right(ids, illicit):
    """At least half of what a finding claims is labelled."""
    return len(ids & illicit) >= networks.TRUE_SHARE * len(ids)


def labels_truth(stream, path, _):
    """A truth file of the first 80 %."""
    path.write_text("id\n" + "".join(f"{stream.ids[n]}\n" for n in np.flatnonzero(stream.illicit & ~stream.test)))


def labels_decided(stream, path, found):
    """What analysts say of our alerts of the first 80 %, as moneytrail labels prints it: of no more is anything known."""
    illicit = {stream.ids[n] for n in np.flatnonzero(stream.illicit)}
    with open(path, "w") as file:
        for finding in found:
            if finding["score"] >= LEVEL and seconds(finding["last_time"]) < stream.cut:
                ids = networks.claimed(finding)
                file.write(json.dumps({"network": finding["id"], "state": "confirmed" if is_right(ids, illicit) else "dismissed",
                                       "transfers": [{"id": i} for i in sorted(ids)]}) + "\n")


def scanned(stream, path, options):
    """All findings, alerts or not."""
    return rankers.findings(path, stream.mapping, ["--account-score-least", "0", *options])


def measure(stream, found):
    """Of what ends in the last 20 %: what is raised, how much of it is right, how much of what is right and of the laundering is raised."""
    illicit = {stream.ids[n] for n in np.flatnonzero(stream.illicit)}
    late = {stream.ids[n] for n in np.flatnonzero(stream.illicit & stream.test)}
    count, covered = Counter(), set()
    for finding in found:
        if seconds(finding["last_time"]) >= stream.cut:
            ids, raised = networks.claimed(finding), finding["score"] >= LEVEL
            count[raised, is_right(ids, illicit)] += 1
            covered |= ids if raised else set()
    right = count[True, True]
    return {"raised": right + count[True, False], "right": right, "all": right + count[False, True], "transfers": len(late & covered), "late": len(late)}


def refitted(stream, path, scratch, labels, options):
    """Findings by points fitted to these labels; those by ours where they are too little to learn anything from."""
    made = Path(scratch) / "points.json"
    done = subprocess.run([rankers.PROGRAM, "fit", path, "--mapping", stream.mapping, "--until", rankers.cut_of(stream), "--labels", labels, "--points", made,
                           *options], capture_output=True, text=True)
    if done.returncode != 0 and "too little" not in done.stderr:
        raise SystemExit(f"moneytrail fit: {done.stderr.strip()}")
    if done.returncode == 0:
        directions_compare(made)
        options = [*options, "--points", made]
    return scanned(stream, path, options)


def row_of(folder, options):
    """(set, ours, refitted by truth, refitted by decisions) of one set."""
    stream = streams.load(folder)
    with tempfile.TemporaryDirectory() as scratch:
        path, labels = rankers.plain_file(stream, scratch), Path(scratch) / "labels"
        found = scanned(stream, path, options)
        measures = [measure(stream, found)]
        for write in (labels_truth, labels_decided):
            write(stream, labels, found)
            measures.append(measure(stream, refitted(stream, path, scratch, labels, options)))
        return stream.name, *measures


def share(part, whole):
    """As a person reads it."""
    return "-" if whole == 0 else f"{part / whole:.2f}"


def line(name, *measures):
    """One line of the table."""
    told = "".join(f"{m['raised']:>9}{share(m['right'], m['raised']):>7}{share(m['right'], m['all']):>7}{share(m['transfers'], m['late']):>7}" for m in measures)
    print(f"{name:<18}{measures[0]['all']:>7}{told}", flush=True)


def together(measures):
    """The sum of several sets."""
    return {key: sum(m[key] for m in measures) for key in measures[0]}


def tell(only, options):
    """The table; says what is absent."""
    folders = [folder for folder in streams.set_folders() if not only or folder.name in only]
    if not folders:
        print(f"skipped: no third-party sets under {streams.DATA / 'generated'} (MONEYTRAIL_DATA names another place)")
        return
    print(f"\nAlerts of {LEVEL} or more that end in the last 20 % of the time; fits learn from the first 80 %")
    print(f"{'':<25}" + "".join(f"{head:^30}" for head in ("our points", "fitted to a truth file", "fitted to decisions on alerts")))
    print(f"{'set':<18}{'ones':>7}" + 3 * f"{'raised':>9}{'right':>7}{'found':>7}{'moved':>7}")
    rows = []
    for folder in folders:
        rows.append(row_of(folder, options))
        line(*rows[-1])
    line("all", *(together([row[n] for row in rows]) for n in (1, 2, 3)))
    print("ones: findings, raised or not, of which half or more is labelled; found: of these, raised; moved: of the last 20 %'s labelled transfers, in alerts")
