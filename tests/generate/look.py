#!/usr/bin/env python3
"""Looks at a generated stream as an analyst would: look.py STREAM TRUTH ACCOUNTS. The figures in workers/generate/README.md."""
import bisect
import collections
import csv
import datetime
import sys

HOUR = 3600.0


def read(path):
    with open(path, newline="") as file:
        yield from csv.DictReader(file)


def parse_time(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def quantiles(values, shares=(0.1, 0.25, 0.5, 0.75, 0.9, 0.99)):
    values = sorted(values)
    return " ".join(f"p{round(s * 100)}={values[int(s * (len(values) - 1))]:.2f}" for s in shares) if values else "none"


def main(stream_path, truth_path, accounts_path):
    types = {(row["bank"], row["number"]): row["type"] for row in read(accounts_path)}
    truth = {row["id"]: row for row in read(truth_path)}
    hours, days, kinds, flows, received = (collections.Counter() for _ in range(5))
    sent = collections.defaultdict(list)
    inflows = []
    amounts = collections.defaultdict(list)
    hops = collections.defaultdict(list)
    total = 0
    for row in read(stream_path):
        total += 1
        when = parse_time(row["time"])
        debtor, creditor = (row["debtor_bank"], row["debtor"]), (row["creditor_bank"], row["creditor"])
        amount = float(row["amount"])
        flow = types[debtor] + ">" + types[creditor]
        hours[when.hour] += 1
        days[when.date()] += 1
        kinds[row["kind"] + "/" + row["rail"]] += 1
        flows[flow] += 1
        received[creditor] += 1
        amounts[flow].append(amount)
        at = when.timestamp()
        sent[debtor].append((at, amount))
        if row["id"] in truth:
            label = truth[row["id"]]
            hops[int(label["pattern_id"])].append((at, debtor, creditor, amount, int(label["hop"]), label["pattern_type"]))
        elif debtor != creditor:
            inflows.append((at, creditor, amount, flow))
    print(f"transfers {total}, labelled {len(truth)} = {len(truth) / total:.5f}")
    peak = max(hours.values())
    for hour in range(24):
        print(f"{hour:02d}h {hours[hour] / total:6.2%} {'#' * (50 * hours[hour] // peak)}")
    for day in sorted(days)[:31]:
        print(day, day.strftime("%a"), days[day])
    print("kinds", {k: f"{v / total:.2%}" for k, v in kinds.most_common()})
    print("flows:")
    for flow, count in flows.most_common(30):
        print(f"  {flow:26s} {count / total:6.2%} {quantiles(amounts[flow])}")
    print("top receivers:", [(types[a], f"{c / total:.2%}") for a, c in received.most_common(14)])

    alike = collections.Counter()
    for at, account, amount, flow in inflows:
        out = sent.get(account, [])
        first = bisect.bisect_left(out, (at, -1.0))
        for later, sum_out in out[first:first + 5000]:
            if later > at + 72 * HOUR:
                break
            if 0.85 * amount <= sum_out <= 1.02 * amount:
                alike[flow] += 1
                break
    print(f"look-alikes {sum(alike.values()) / len(inflows):.2%}",
          {f: f"{c / len(inflows):.2%}" for f, c in alike.most_common(12)})

    dwell, sizes, spans = [], collections.defaultdict(list), []
    for pattern in hops.values():
        kind = pattern[0][5]
        sizes[kind].append(len(pattern))
        spans.append((pattern[-1][0] - pattern[0][0]) / HOUR)
        for at, _, creditor, _, hop, _ in pattern:
            later = [h[0] for h in pattern if h[1] == creditor and h[0] > at and h[4] == hop + 1]
            if later:
                dwell.append((kind, (min(later) - at) / 60))
    for kind, counts in sizes.items():
        minutes = [m for k, m in dwell if k == kind]
        print(f"{kind}: {len(counts)} instances, transfers each {sum(counts) / len(counts):.1f} (max {max(counts)});",
              f"dwell min {quantiles(minutes)}, within 15 min {sum(m <= 15 for m in minutes) / len(minutes):.0%},",
              f"within 60 {sum(m <= 60 for m in minutes) / len(minutes):.0%}")
    print("hours from first to last:", quantiles(spans))


if __name__ == "__main__":
    main(*sys.argv[1:])
