"""Alerts' points fitted to a set's own labels: learnt from the first 80 % of its time, judged on findings that end in the last 20 %.

Nothing is set per set. A finding is right when at least half of what it claims is labelled (networks.py). Labels of the last 20 % are not shown to the
fit. Beside ours, the refitted points are judged with all findings of the whole stream, so that what a finding claims is the same for both.
"""
import json
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


def judged(stream, path, folder, options):
    """Findings that end in the last 20 %: (whether raised, whether right, the transfers it claims)."""
    illicit = {stream.ids[n] for n in np.flatnonzero(stream.illicit)}
    rows = []
    for finding in rankers.findings(path, stream.mapping, ["--account-score-least", "0", *options]):
        if seconds(finding["last_time"]) >= stream.cut:
            ids = networks.claimed(finding)
            rows.append((finding["score"] >= LEVEL, len(ids & illicit) >= networks.TRUE_SHARE * len(ids), ids))
    return rows


def measure(stream, rows):
    """What is raised, how much of it is right, how much of what is right and of the last 20 %'s laundering is raised."""
    late = {stream.ids[n] for n in np.flatnonzero(stream.illicit & stream.test)}
    count = Counter((raised, right) for raised, right, _ in rows)
    covered = set().union(*(ids for raised, _, ids in rows if raised)) if rows else set()
    raised, right = count[True, True] + count[True, False], count[True, True]
    return {"raised": raised, "right": right, "all": right + count[False, True], "transfers": len(late & covered), "late": len(late)}


def row_of(folder, options):
    """(set, ours, refitted) of one set."""
    stream = streams.load(folder)
    with tempfile.TemporaryDirectory() as scratch:
        path, made, labels = rankers.plain_file(stream, scratch), Path(scratch) / "points.json", Path(scratch) / "labels.csv"
        labels.write_text("id\n" + "".join(f"{stream.ids[n]}\n" for n in np.flatnonzero(stream.illicit & ~stream.test)))
        rankers.run("fit", path, "--mapping", stream.mapping, "--until", rankers.cut_of(stream), "--labels", labels, "--points", made, *options)
        directions_compare(made)
        return stream.name, *(measure(stream, judged(stream, path, scratch, [*options, *more])) for more in ([], ["--points", made]))


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
    print("\nAlerts of 65 or more that end in the last 20 % of the time: by our points, and by points fitted to the labels of the first 80 %")
    print(f"{'set':<18}{'ones':>7}" + 2 * f"{'raised':>9}{'right':>7}{'found':>7}{'moved':>7}" + "   (left: ours; right: refitted)")
    rows = []
    for folder in folders:
        rows.append(row_of(folder, options))
        line(*rows[-1])
    line("all", *(together([row[n] for row in rows]) for n in (1, 2)))
    print("right ones: findings, raised or not, of which half or more is labelled; found: of these, raised; moved: of the last 20 %'s labelled transfers, in alerts")
