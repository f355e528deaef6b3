"""Findings of `moneytrail scan --json` against a truth file: how many networks are found, how early, and how many alerts are wrong."""
import csv
from collections import defaultdict

from metrics import median, precision_at_daily_budget, precision_recall, recall_levels, seconds

BUDGETS = (10, 50, 200)
WARM_UP = 7 * 86400.0
TRUE_SHARE = 0.5  # a finding is true when at least this share of what it claims is illicit


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


def detection(found, times, dated):
    """(seconds, hops) from a network's first transfer to the first true alert that holds one of its transfers; None when never. Hops: the
    network's transfers so far, the one that raised it included. dated: transfer id -> when the first true alert with it was raised."""
    when = min((dated[i] for i in found if i in dated), default=None)
    if when is None:
        return None
    return max(0.0, when - min(times[i] for i in found)), sum(times[i] <= when for i in found)


def first_raised(dated_alerts):
    """transfer id -> when the first of the alerts with it was raised. dated_alerts: (seconds, ids)."""
    first = {}
    for when, ids in dated_alerts:
        for i in ids:
            first[i] = min(when, first.get(i, when))
    return first


def claimed(finding):
    """The transfers that a finding says launder: a chain's own (its branches are told beside it, and pass no judgement), all that an account's day shows."""
    return {t["id"] for t in finding["transfers"] if "account" in finding or t.get("role", "chain") == "chain"}


def grown(alerts):
    """Alerts that share transfers, together: lists of alerts."""
    parent = list(range(len(alerts)))
    holder = {}

    def root(n):
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    for n, alert in enumerate(alerts):
        for i in alert["ids"]:
            parent[root(n)] = root(holder.setdefault(i, n))
    groups = defaultdict(list)
    for n, alert in enumerate(alerts):
        groups[root(n)].append(alert)
    return list(groups.values())


def share(wanted, of):
    return len(wanted) / len(of) if of else None


def warmed_up(alerts, networks, flagged, transfers):
    """(share of networks grown from alerts that are right, recall of networks) of what begins after the stream's first week, in which nobody has a past."""
    start = min(time for time, _, _ in transfers.values()) + WARM_UP
    groups = grown([alert for alert in alerts if alert["when"] >= start])
    later = [ids for _, ids in networks.values() if min(transfers[i][0] for i in ids) >= start]
    return (share([group for group in groups if any(alert["true"] for alert in group)], groups),
            share([ids for ids in later if recall_levels(ids, flagged)[1]], later))


def evaluate(findings, transfers, networks, min_score=0, versions=None):
    """All measures of one stream, as a dictionary. findings: as `scan --json` prints them. versions: (seconds, score, ids) as they were raised;
    without them a finding is dated by its last transfer, which is later for what grew."""
    illicit = set().union(*(ids for _, ids in networks.values())) if networks else set()
    alerts = []
    for finding in findings:
        if finding["score"] < min_score:
            continue
        ids = claimed(finding)
        when = seconds(finding["last_time"])
        alerts.append({"ids": ids, "when": when, "score": finding["score"], "true": len(ids & illicit) >= TRUE_SHARE * len(ids)})
    true_alerts = [alert for alert in alerts if alert["true"]]
    raised = versions if versions is not None else [(alert["when"], alert["score"], alert["ids"]) for alert in alerts]
    dated = first_raised((when, ids) for when, score, ids in raised if score >= min_score and len(ids & illicit) >= TRUE_SHARE * len(ids))
    flagged_networks = grown(alerts)
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
        at = detection(ids, times, dated)
        if at is not None:
            row["seconds"].append(at[0])
            row["hops"].append(at[1])
    known = [(s, h) for row in per_pattern.values() for s, h in zip(row["seconds"], row["hops"])]
    return {
        "transfers": len(transfers), "illicit": len(illicit), "networks": len(networks), "alerts": len(alerts),
        "precision": len(true_alerts) / len(alerts) if alerts else None,
        "flagged_networks": len(flagged_networks),
        "flagged_right": sum(any(alert["true"] for alert in group) for group in flagged_networks) / len(flagged_networks) if flagged_networks else None,
        "recall_half": sum(row["half"] for row in per_pattern.values()) / len(networks) if networks else None,
        "warmed_up": warmed_up(alerts, networks, flagged, transfers),
        "budgets": {budget: precision_at_daily_budget(days, budget) for budget in BUDGETS},
        "accounts": precision_recall(accounts(flagged), accounts(illicit)),
        "alerts_per_million": 1e6 * len(alerts) / len(transfers) if transfers else None,
        "minutes": median([s / 60 for s, _ in known]) if known else None, "hops": median([h for _, h in known]) if known else None,
        "by_third": sum(h <= 3 for _, h in known) / len(networks) if networks else None,
        "patterns": {pattern: {**{k: row[k] for k in ("count", "any", "half", "all")}, "minutes": median([s / 60 for s in row["seconds"]]),
                               "hops": median(row["hops"]), "by_third": sum(hops <= 3 for hops in row["hops"]) / row["count"]} for pattern, row in sorted(per_pattern.items())},
    }
