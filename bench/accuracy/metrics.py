"""The measures, in plain Python: one place, so that every scorer is measured alike."""
from datetime import datetime


def average_precision(scores, positives):
    """Average precision of a ranking: the sum over thresholds of (recall gained) x (precision there).

    scores: item -> score, every candidate in it. positives: the set of items that are true; those not among the candidates do not count.
    Items with the same score are one threshold: the precision of all of them is that at the end of the tie, so a ranker cannot gain by
    leaving items at 0. None when there is no positive.
    """
    wanted = sum(1 for item in scores if item in positives)
    if wanted == 0:
        return None
    groups = {}
    for item, score in scores.items():
        hit, size = groups.get(score, (0, 0))
        groups[score] = (hit + (item in positives), size + 1)
    found = seen = 0
    total = 0.0
    for score in sorted(groups, reverse=True):
        hit, size = groups[score]
        found += hit
        seen += size
        total += hit / wanted * (found / seen)
    return total


def split_time(times, share=0.8):
    """The first moment of the test: `share` of the way from the first to the last time."""
    first, last = min(times), max(times)
    return first + share * (last - first)


def precision_recall(flagged, positives):
    """(precision, recall) of a set; precision is None when nothing was flagged, recall when there is nothing to find."""
    hits = len(flagged & positives)
    return (hits / len(flagged) if flagged else None, hits / len(positives) if positives else None)


def precision_at_daily_budget(alerts, budget):
    """Share of true alerts among each day's `budget` best. alerts: (day, score, is_true). Within a tie the false ones stand first."""
    days = {}
    for day, score, true in alerts:
        days.setdefault(day, []).append((-score, bool(true)))
    shown = right = 0
    for day in days.values():
        best = sorted(day)[:budget]
        shown += len(best)
        right += sum(true for _, true in best)
    return (right / shown if shown else None), shown


def recall_levels(pattern_transfers, flagged):
    """(any, half, all): is at least one, half, or every transfer of the pattern among the flagged ones?"""
    hits = len(pattern_transfers & flagged)
    return hits >= 1, 2 * hits >= len(pattern_transfers), hits == len(pattern_transfers)


def median(values):
    """The middle value; of an even number the mean of the two in the middle. None of nothing."""
    ordered = sorted(values)
    if not ordered:
        return None
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def seconds(text):
    """Seconds since 1970 of an ISO time in UTC."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
