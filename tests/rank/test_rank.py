"""rank and fit as commands: a made-up stream, its truth, a model, and what is said when something is wrong."""
import csv
import json
import math
import random
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = sys.argv.pop(1)


def run(*words):
    """Exit code, standard output, standard error."""
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


class Rank(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="moneytrail-rank-")
        cls.path = Path(cls.folder.name)
        cls.stream, cls.truth = cls.path / "stream.csv", cls.path / "truth.csv"
        code, _, error = run("generate", "--seed", 4, "--transfers", 20000, "--days", 10, "--illicit-share", "0.01", "--patterns", "all",
                             "--out", cls.stream, "--networks", cls.truth)
        assert code == 0, error

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def rank(self, *words, stream=None):
        code, out, error = run("rank", stream or self.stream, "--mapping", "moneytrail", "--json", *words)
        self.assertEqual(code, 0, error)
        return [json.loads(line) for line in out.splitlines()]

    def fit(self, labels, *words):
        model = self.path / "model.json"
        code, out, error = run("fit", self.stream, "--mapping", "moneytrail", "--labels", labels, "--output", model, *words)
        return code, model, out + error

    def test_every_part_can_be_read(self):
        rows = self.rank()
        self.assertGreater(len(rows), 2000)
        for row in rows:
            for part in row["parts"].values():
                self.assertTrue(math.isfinite(part) and part >= 0, row)
            self.assertGreaterEqual(row["score"], row["parts"]["neighbours"] - 1e-3)
        self.assertEqual(rows, sorted(rows, key=lambda row: row["time"]))

    def test_laundering_stands_above_the_rest(self):
        with open(self.truth, newline="") as file:
            illicit = {row["transfer_id"] for row in csv.DictReader(file) if row["label"] == "illicit"}
        code, model, said = self.fit(self.truth)
        self.assertEqual(code, 0, said)
        for words in ((), ("--model", model)):
            rows = self.rank(*words)
            best = sorted(rows, key=lambda row: -row["score"])[:len(rows) // 20]
            share = sum(row["id"] in illicit for row in best) / len(best)
            chance = sum(row["id"] in illicit for row in rows) / len(rows)
            self.assertGreater(share, 3 * chance, words)

    def test_a_models_points_add_up(self):
        code, model, said = self.fit(self.truth)
        self.assertEqual(code, 0, said)
        base = json.loads(model.read_text())["base"]
        for row in self.rank("--model", model):
            self.assertAlmostEqual(row["score"], base + sum(row["parts"].values()), delta=0.05)

    def test_order_of_rows_plays_no_part(self):
        lines = self.stream.read_text().splitlines(keepends=True)
        shuffled = self.path / "shuffled.csv"
        rest = lines[1:]
        random.Random(1).shuffle(rest)
        shuffled.write_text("".join([lines[0], *rest, *rest[:500]]))
        self.assertEqual(self.rank(), self.rank(stream=shuffled))

    def test_what_analysts_confirmed_is_a_label_too(self):
        with open(self.truth, newline="") as file:
            ids = [row["transfer_id"] for row in csv.DictReader(file) if row["label"] == "illicit"]
        labels = self.path / "labels.jsonl"
        labels.write_text(json.dumps({"network": "a", "state": "confirmed", "transfers": [{"id": i} for i in ids]}) + "\n"
                          + json.dumps({"network": "b", "state": "dismissed", "transfers": [{"id": "T1"}]}) + "\n")
        code, model, said = self.fit(labels)
        self.assertEqual(code, 0, said)
        first = model.read_text()
        code, model, said = self.fit(self.truth)
        self.assertEqual((code, model.read_text()), (0, first), said)

    def test_no_account_number_is_shown(self):
        with open(self.stream, newline="") as file:
            numbers = {row[side] for row in csv.DictReader(file) for side in ("debtor", "creditor")}
        for words in ((), ("--json",)):
            _, out, error = run("rank", self.stream, "--mapping", "moneytrail", *words)
            shown = set((out + error).replace('"', " ").split())
            self.assertFalse(numbers & shown)

    def test_mistakes_are_told(self):
        empty = self.path / "empty.csv"
        empty.write_text("id\n")
        broken = self.path / "broken.json"
        broken.write_text('{"v":1,"base":0,"tables":[{"input":"no_such","edges":[1],"points":[0,1]}]}')
        uneven = self.path / "uneven.json"
        uneven.write_text('{"v":1,"base":0,"tables":[{"input":"depth","edges":[1,2],"points":[0,1]}]}')
        stranger = self.path / "stranger.csv"
        stranger.write_text("name\nx\n")
        table = [
            (("rank", self.stream), 2, "--mapping"),
            (("rank", self.stream, "--mapping", "moneytrail", "--from", "yesterday"), 2, "not a time"),
            (("rank", self.stream, "--mapping", "no-such"), 1, "mapping no-such"),
            (("rank", self.path / "no-such", "--mapping", "moneytrail"), 1, "no-such"),
            (("rank", self.stream, "--mapping", "moneytrail", "--model", broken), 1, "unknown input"),
            (("rank", self.stream, "--mapping", "moneytrail", "--model", uneven), 1, "do not fit"),
            (("rank", self.stream, "--mapping", "moneytrail", "--model", self.stream), 1, "stream.csv"),
            (("fit", self.stream, "--mapping", "moneytrail", "--output", "x"), 2, "--labels"),
            (("fit", self.stream, "--mapping", "moneytrail", "--labels", empty, "--output", self.path / "x"), 1, "too little"),
            (("fit", self.stream, "--mapping", "moneytrail", "--labels", stranger, "--output", self.path / "x"), 1, "no column id"),
            (("fit", self.stream, "--mapping", "moneytrail", "--labels", self.truth, "--output", "/no/such/place"), 1, "cannot be written"),
        ]
        for words, expected, text in table:
            code, _, error = run(*words)
            self.assertEqual(code, expected, (words, error))
            self.assertIn(text, error, words)


unittest.main(verbosity=0)
