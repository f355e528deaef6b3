"""fit --points and what reads its file: a made-up stream, its truth, and decisions on its alerts."""
import csv
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

OURS = sys.argv.pop(2)
PROGRAM = sys.argv.pop(1)


def run(*words):
    """Exit code, standard output, standard error."""
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def points_of(path):
    """(table, code, step) -> points of all marks, and the starts by table."""
    told = json.loads(Path(path).read_text())
    steps = {(table, mark["code"], n): points for table in ("account", "chain") for mark in told[table]["marks"]
             for n, (_, points) in enumerate(mark["steps"])}
    return steps, {table: told[table]["start"] for table in ("account", "chain")}


class Points(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="moneytrail-points-")
        cls.path = Path(cls.folder.name)
        cls.stream, cls.truth, cls.ours = cls.path / "stream.csv", cls.path / "truth.csv", cls.path / "ours.json"
        code, _, error = run("generate", "--seed", 4, "--transfers", 20000, "--days", 10, "--illicit-share", "0.03", "--patterns", "all",
                             "--out", cls.stream, "--networks", cls.truth)
        assert code == 0, error
        subprocess.run([OURS, cls.ours], check=True)
        with open(cls.truth, newline="") as file:
            cls.illicit = {row["transfer_id"] for row in csv.DictReader(file) if row["label"] == "illicit"}
        cls.fitted = cls.path / "fitted.json"
        code, cls.said, cls.warned = cls.fit(cls.truth, cls.fitted)
        assert code == 0, cls.warned

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def fit(cls, labels, points, *words):
        return run("fit", cls.stream, "--mapping", "moneytrail", "--labels", labels, "--points", points, *words)

    def scan(self, *words):
        code, out, error = run("scan", self.stream, "--mapping", "moneytrail", "--json", *words)
        self.assertEqual(code, 0, error)
        return [json.loads(line) for line in out.splitlines()]

    def labels_of(self, findings, name):
        """Decisions on these findings, as moneytrail labels prints them: each by the truth."""
        path = self.path / name
        with open(path, "w") as file:
            for finding in findings:
                ids = [t["id"] for t in finding["transfers"]]
                right = 2 * sum(i in self.illicit for i in ids) >= len(ids)
                file.write(json.dumps({"network": finding["id"], "state": "confirmed" if right else "dismissed",
                                       "transfers": [{"id": i} for i in ids]}) + "\n")
        return path

    def right(self, findings):
        """(alerts, those that are right) among them."""
        alerts = [finding for finding in findings if finding["score"] >= 65]
        claimed = [[t["id"] for t in f["transfers"] if "account" in f or t["role"] == "chain"] for f in alerts]
        return len(alerts), sum(2 * sum(i in self.illicit for i in ids) >= len(ids) for ids in claimed)

    def test_the_same_labels_give_the_same_bytes(self):
        again = self.path / "again.json"
        self.assertEqual(self.fit(self.truth, again)[0], 0)
        self.assertEqual(again.read_bytes(), self.fitted.read_bytes())

    def test_a_file_of_ours_changes_nothing(self):
        _, plain, _ = run("scan", self.stream, "--mapping", "moneytrail", "--json")
        _, ours, _ = run("scan", self.stream, "--mapping", "moneytrail", "--json", "--points", self.ours)
        self.assertGreater(len(plain), 10000)
        self.assertEqual(plain, ours)

    def test_a_score_is_the_sum_of_the_files_points(self):
        steps, starts = points_of(self.fitted)
        version = json.loads(self.fitted.read_text())["version"]
        seen = set()
        for finding in self.scan("--points", self.fitted, "--account-score-least", 0):
            self.assertEqual(finding["limits"]["points"], version)
            total = sum(sign["points"] for sign in finding["signs"])
            self.assertEqual(finding["score"], max(0, min(100, total)))
            table = "account" if "account" in finding else "chain"
            for sign in finding["signs"]:
                if sign["code"] == "start":
                    self.assertEqual(sign["points"], starts[table])
                elif "with" not in sign and any(key[:2] == (table, sign["code"]) for key in steps):
                    self.assertIn(sign["points"], {points for key, points in steps.items() if key[:2] == (table, sign["code"])})
                    seen.add(table)
        self.assertEqual(seen, {"account", "chain"})

    def test_more_of_what_is_raised_is_right(self):
        raised, right = self.right(self.scan("--points", self.fitted))
        before, before_right = self.right(self.scan())
        self.assertGreater(right, before_right / 2)
        self.assertGreaterEqual(right / raised, min(0.75, before_right / before))
        self.assertIn("do not", self.said)
        self.assertIn("had not seen them", self.said)

    def test_nothing_after_until_is_learnt_from(self):
        first, second, cut = self.path / "first.json", self.path / "second.json", self.path / "cut.csv"
        lines = self.stream.read_text().splitlines(keepends=True)
        time = lines[len(lines) * 7 // 10].split(",")[1]
        cut.write_text(lines[0] + "".join(line for line in lines[1:] if line.split(",", 2)[1] < time))
        self.assertEqual(self.fit(self.truth, first, "--until", time)[0], 0)
        code, _, error = run("fit", cut, "--mapping", "moneytrail", "--labels", self.truth, "--points", second, "--until", "2100-01-01T00:00:00Z")
        self.assertEqual(code, 0, error)
        self.assertEqual(first.read_bytes(), second.read_bytes())

    def test_few_labels_leave_ours(self):
        few = self.path / "few.json"
        days = [f for f in self.scan("--account-score-least", 40) if "account" in f]
        right = [f for f in days if all(t["id"] in self.illicit for t in f["transfers"])]
        wrong = [f for f in days if not any(t["id"] in self.illicit for t in f["transfers"])]
        self.assertGreaterEqual(min(len(right), len(wrong)), 4)
        code, said, warned = self.fit(self.labels_of(right[:4] + wrong[:4], "few.jsonl"), few, "--until", "2100-01-01T00:00:00Z")
        self.assertEqual(code, 0, warned)
        self.assertIn("too few labels", warned)
        self.assertIn("without a label", said)
        ours, starts = points_of(self.ours)
        steps, few_starts = points_of(few)
        for key, points in steps.items():
            self.assertLessEqual(abs(points - ours[key]), abs(ours[key]) / 2 + 6, key)
        self.assertLessEqual(abs(few_starts["account"] - starts["account"]), 30)

    def test_decisions_on_alerts_raise_no_more(self):
        decided = self.path / "decided.json"
        alerts = [f for f in self.scan() if f["score"] >= 65]
        code, _, error = self.fit(self.labels_of(alerts, "decided.jsonl"), decided, "--until", "2100-01-01T00:00:00Z", "--precision", 1)
        self.assertEqual(code, 0, error)
        self.assertLessEqual(self.right(self.scan("--points", decided))[0], self.right(self.scan())[0])

    def test_mistakes_are_told(self):
        nothing, broken, foreign = self.path / "nothing.csv", self.path / "broken.json", self.path / "foreign.json"
        nothing.write_text("id\n")
        undecided = self.path / "undecided.jsonl"
        undecided.write_text("")
        broken.write_text(self.ours.read_text()[:-10])
        foreign.write_text(self.ours.read_text().replace('"v":1', '"v":2'))
        scan, fit = ("scan", self.stream, "--mapping", "moneytrail"), ("fit", self.stream, "--mapping", "moneytrail")
        table = [
            ((*scan, "--points", self.path / "none"), 1, "cannot be read"),
            ((*scan, "--points", broken), 1, "broken.json: line"),
            ((*scan, "--points", foreign), 1, "not points of version 1"),
            ((*fit, "--labels", self.truth), 2, "--points"),
            ((*fit, "--labels", nothing, "--points", self.path / "x"), 1, "too little"),
            ((*fit, "--labels", undecided, "--points", self.path / "x"), 1, "too little"),
            ((*fit, "--labels", self.truth, "--points", "/no/such/place"), 1, "cannot be written"),
        ]
        for words, expected, text in table:
            code, _, error = run(*words)
            self.assertEqual(code, expected, (words, error))
            self.assertIn(text, error, words)


unittest.main(verbosity=0)
