"""The measures of bench/accuracy on rankings small enough to work out by hand."""
import unittest

from metrics import average_precision, median, precision_at_daily_budget, precision_recall, recall_levels, seconds, split_time
from networks import evaluate, grown


class AveragePrecision(unittest.TestCase):
    def test_perfect_ranking_is_one(self):
        self.assertEqual(average_precision({"a": 3, "b": 2, "c": 1}, {"a", "b"}), 1.0)

    def test_each_positive_counts_the_precision_at_its_place(self):
        self.assertAlmostEqual(average_precision({"a": 4, "b": 3, "c": 2, "d": 1}, {"b", "d"}), (1 / 2 + 2 / 4) / 2)

    def test_tie_is_one_threshold(self):
        self.assertAlmostEqual(average_precision({"a": 1, "b": 1, "c": 1, "d": 1}, {"a"}), 1 / 4)

    def test_order_within_a_tie_does_not_matter(self):
        forth, back = {"a": 1, "b": 1, "c": 0}, {"b": 1, "a": 1, "c": 0}
        self.assertEqual(average_precision(forth, {"a", "c"}), average_precision(back, {"a", "c"}))

    def test_positives_that_are_no_candidates_do_not_count(self):
        self.assertEqual(average_precision({"a": 1, "b": 0}, {"a", "elsewhere"}), 1.0)

    def test_nothing_to_find_has_no_value(self):
        self.assertIsNone(average_precision({"a": 1}, set()))


class Alerts(unittest.TestCase):
    def test_budget_is_a_days(self):
        alerts = [(1, 9, True), (1, 8, False), (1, 7, True), (2, 1, True)]
        self.assertEqual(precision_at_daily_budget(alerts, 1), (1.0, 2))
        self.assertEqual(precision_at_daily_budget(alerts, 2), (2 / 3, 3))

    def test_false_alerts_stand_first_in_a_tie(self):
        self.assertEqual(precision_at_daily_budget([(1, 5, True), (1, 5, False)], 1), (0.0, 1))

    def test_no_alerts_no_precision(self):
        self.assertEqual(precision_at_daily_budget([], 10), (None, 0))


class Small(unittest.TestCase):
    def test_recall_levels(self):
        self.assertEqual(recall_levels({1, 2, 3, 4}, {1}), (True, False, False))
        self.assertEqual(recall_levels({1, 2, 3, 4}, {1, 2}), (True, True, False))
        self.assertEqual(recall_levels({1, 2}, {1, 2, 9}), (True, True, True))

    def test_precision_recall(self):
        self.assertEqual(precision_recall({1, 2}, {2, 3, 4, 5}), (0.5, 0.25))
        self.assertEqual(precision_recall(set(), {1}), (None, 0.0))
        self.assertEqual(precision_recall({1}, set()), (0.0, None))

    def test_median(self):
        self.assertEqual(median([3, 1, 2]), 2)
        self.assertEqual(median([4, 1, 2, 3]), 2.5)
        self.assertIsNone(median([]))

    def test_split_is_of_time_not_of_rows(self):
        self.assertEqual(split_time([0, 1, 2, 100]), 80)

    def test_seconds(self):
        self.assertEqual(seconds("1970-01-02T00:00:01Z"), 86401)


class Networks(unittest.TestCase):
    def test_a_stream_worked_out_by_hand(self):
        transfers = {str(n): (60.0 * n, n, n + 1) for n in range(6)}
        known = {"1": ("chain", {"1", "2", "3"}), "2": ("cycle", {"5"})}
        found = [{"score": 50, "last_time": "1970-01-01T00:02:00Z", "transfers": [{"id": "1"}, {"id": "2"}]},
                 {"score": 60, "last_time": "1970-01-01T00:04:00Z", "transfers": [{"id": "0"}, {"id": "4"}]}]
        measures = evaluate(found, transfers, known)
        self.assertEqual((measures["alerts"], measures["precision"], measures["recall_half"]), (2, 0.5, 0.5))
        self.assertEqual((measures["minutes"], measures["hops"]), (1.0, 2))
        self.assertEqual(measures["patterns"]["chain"]["all"], 0)
        self.assertIsNone(measures["patterns"]["cycle"]["minutes"])
        self.assertEqual(measures["accounts"], (5 / 6, 5 / 6))  # flagged 0 to 5, illicit 1 to 6
        self.assertEqual((measures["flagged_networks"], measures["flagged_right"], measures["by_third"]), (2, 0.5, 0.5))

    def test_a_version_tells_when_it_was_raised(self):
        transfers = {str(n): (60.0 * n, n, n + 1) for n in range(4)}
        known = {"1": ("chain", {"0", "1", "2", "3"})}
        found = [{"score": 70, "last_time": "1970-01-01T00:03:00Z", "transfers": [{"id": i} for i in "0123"]}]
        versions = [(60.0, 60, {"0", "1"}), (120.0, 66, {"0", "1", "2"}), (180.0, 70, {"0", "1", "2", "3"})]
        measures = evaluate(found, transfers, known, 65, versions)
        self.assertEqual((measures["minutes"], measures["hops"], measures["by_third"]), (2.0, 3, 1.0))

    def test_the_first_week_can_be_left_out(self):
        day = 86400.0
        transfers = {"a": (0.0, 1, 2), "b": (1 * day, 2, 3), "c": (8 * day, 4, 5), "d": (9 * day, 6, 7), "e": (9 * day, 8, 9)}
        known = {"1": ("chain", {"a"}), "2": ("chain", {"c"}), "3": ("chain", {"d"})}
        found = [{"score": 70, "last_time": f"1970-01-{date:02}T00:00:00Z", "transfers": [{"id": i}]} for i, date in (("b", 2), ("c", 9), ("e", 10))]
        self.assertEqual(evaluate(found, transfers, known)["warmed_up"], (1 / 2, 1 / 2))
        self.assertEqual(evaluate(found[:1], transfers, known)["warmed_up"], (None, 0.0))

    def test_branches_are_no_claim(self):
        transfers = {i: (0.0, 1, 2) for i in "abc"}
        found = [{"score": 70, "last_time": "1970-01-01T00:00:00Z",
                  "transfers": [{"id": "a", "role": "chain"}, {"id": "b", "role": "paid_in"}, {"id": "c", "role": "paid_in"}]}]
        measures = evaluate(found, transfers, {"1": ("chain", {"a"}), "2": ("chain", {"b"})})
        self.assertEqual((measures["precision"], measures["recall_half"]), (1.0, 0.5))

    def test_alerts_that_share_transfers_are_one(self):
        alerts = [{"ids": {"a", "b"}}, {"ids": {"c"}}, {"ids": {"b", "c"}}, {"ids": {"d"}}]
        self.assertEqual(sorted(len(group) for group in grown(alerts)), [1, 3])

    def test_min_score_leaves_alerts_out(self):
        found = [{"score": 5, "last_time": "1970-01-01T00:00:00Z", "transfers": [{"id": "0"}]}]
        self.assertEqual(evaluate(found, {"0": (0.0, 1, 2)}, {"1": ("chain", {"0"})}, 6)["alerts"], 0)


if __name__ == "__main__":
    unittest.main()
