"""Findings of `moneytrail scan --json` against a truth file: how many networks are found, how early, and how many alerts are wrong."""
import csv
from collections import defaultdict

from metrics import median, precision_at_daily_budget, precision_recall, recall_levels, seconds

BUDGETS = (10, 50, 200)
TRUE_SHARE = 0.5  # a finding is true when at least this share of its transfers is illicit


def read_truth(path):
    """network -> (pattern, transfer ids), from either truth format: network,pattern,transfer_id,... or id,pattern_id,pattern_type,...

    Rows whose label says that they are honest (look-alikes that the generator wrote down) are left out.
    """
    networks = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            if row.get("label", "illicit").lower() in ("0", "honest", "innocent", "false", "benign"):
                continue
            network = row.get("network") or row["pattern_id"]
            pattern = row.get("pattern") or row["pattern_type"]
            networks.setdefault(network, (pattern, set()))[1].add(row.get("transfer_id") or row["id"])
    return networks


def transfers_of(stream):
    """transfer id -> (time, debtor, creditor)."""
    return {i: (float(time), int(debtor), int(creditor)) for i, time, debtor, creditor
            in zip(stream.ids, stream.time, stream.debtor, stream.creditor)}


def detection(found, times, finding_list):
    """(seconds, hops) from a network's first transfer to the first true finding that holds one of its transfers; None when never.

    A finding is dated by its last transfer, unless it says itself when it was first raised (`raised_time`). Hops: the network's transfers so
    far, the one that raised it included. The date is an upper bound: what grew after its first alert bears its last date.
    """
    when = min((finding["when"] for finding in finding_list if finding["ids"] & found), default=None)
    if when is None:
        return None
    start = min(times[i] for i in found)
    return max(0.0, when - start), sum(times[i] <= when for i in found)


def evaluate(findings, transfers, networks, min_score=0):
    """All measures of one stream, as a dictionary. findings: as `scan --json` prints them."""
    illicit = set().union(*(ids for _, ids in networks.values())) if networks else set()
    alerts = []
    for finding in findings:
        if finding["score"] < min_score:
            continue
        ids = {t["id"] for t in finding["transfers"]}
        when = seconds(finding.get("raised_time", finding["last_time"]))
        alerts.append({"ids": ids, "when": when, "score": finding["score"], "true": len(ids & illicit) >= TRUE_SHARE * len(ids)})
    true_alerts = [alert for alert in alerts if alert["true"]]
    flagged = set().union(*(alert["ids"] for alert in alerts)) if alerts else set()
    times = {i: transfers[i][0] for i in illicit}

    def accounts(ids):
        return {account for i in ids for account in transfers[i][1:]}

    days = [(int(alert["when"] // 86400), alert["score"], alert["true"]) for alert in alerts]
    per_pattern = defaultdict(lambda: {"count": 0, "any": 0, "half": 0, "all": 0, "seconds": [], "hops": []})
    for pattern, ids in networks.values():
        row = per_pattern[pattern]
        row["count"] += 1
        for level, reached in zip(("any", "half", "all"), recall_levels(ids, flagged)):
            row[level] += reached
        at = detection(ids, times, true_alerts)
        if at is not None:
            row["seconds"].append(at[0])
            row["hops"].append(at[1])
    known = [(s, h) for row in per_pattern.values() for s, h in zip(row["seconds"], row["hops"])]
    return {
        "transfers": len(transfers), "illicit": len(illicit), "networks": len(networks), "alerts": len(alerts),
        "precision": len(true_alerts) / len(alerts) if alerts else None,
        "recall_half": sum(row["half"] for row in per_pattern.values()) / len(networks) if networks else None,
        "budgets": {budget: precision_at_daily_budget(days, budget) for budget in BUDGETS},
        "accounts": precision_recall(accounts(flagged), accounts(illicit)),
        "alerts_per_million": 1e6 * len(alerts) / len(transfers) if transfers else None,
        "minutes": median([s / 60 for s, _ in known]) if known else None, "hops": median([h for _, h in known]) if known else None,
        "patterns": {pattern: {**{k: row[k] for k in ("count", "any", "half", "all")}, "minutes": median([s / 60 for s in row["seconds"]]),
                               "hops": median(row["hops"])} for pattern, row in sorted(per_pattern.items())},
    }
