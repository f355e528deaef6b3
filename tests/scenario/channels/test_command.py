#!/usr/bin/env python3
"""test_command.py MONEYTRAIL: what people make of channels, and that neither a replay nor another order changes a byte."""
import os
import random
import subprocess
import sys
import unittest

from scenario import USUAL, Stream

moneytrail = None
EXIT = "exit=card/card/EUR/gift_card"


def run(*words):
    return subprocess.run([moneytrail, "channels", *words], capture_output=True, text=True)


class Channels(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stream = Stream(moneytrail, ["--seed", "31", "--transfers", "40000", "--account-count", "1500", "--days", "48", *USUAL, "--new-channel", "gift_card",
                                         "--from-day", "36", "--new-instances", "40"])
        cls.notes = os.path.join(cls.stream.folder.name, "notes")

    @classmethod
    def tearDownClass(cls):
        cls.stream.folder.cleanup()

    def setUp(self):
        if os.path.exists(self.notes):
            os.remove(self.notes)

    def mark(self, identity, state, *more):
        return run("--notes", self.notes, "--mark", identity, "--as", state, *more)

    def told(self, *more):
        records, _ = self.stream.channels("--notes", self.notes, *more)
        return {record["id"]: record for record in records}

    def test_life(self):
        self.assertEqual(self.told()[EXIT]["state"], "seen")
        self.assertEqual(self.mark(EXIT, "named", "--name", "cards").returncode, 1)  # nobody has looked yet
        self.assertEqual(self.mark(EXIT, "reviewed").returncode, 0)
        self.assertEqual(self.mark(EXIT, "named").returncode, 1)  # a name is wanted
        self.assertEqual(self.mark(EXIT, "named", "--name", "gift cards, in parts").returncode, 0)
        self.assertEqual(self.told()[EXIT]["name"], "gift cards, in parts")
        self.assertEqual(self.mark(EXIT, "watched").returncode, 0)
        self.assertEqual(self.told()[EXIT]["state"], "watched")
        # Watched it is told also where it is not new: here because no rise is beyond chance.
        quiet = self.told("--false-rate", "0")
        self.assertEqual(list(quiet), [EXIT])
        self.assertFalse(quiet[EXIT]["new"])

    def test_honest_stays_quiet_until_looked_at_again(self):
        self.assertEqual(self.mark(EXIT, "honest").returncode, 0)
        self.assertNotIn(EXIT, self.told())
        self.assertEqual(self.told("--all")[EXIT]["state"], "honest")
        self.assertEqual(self.mark(EXIT, "watched").returncode, 1)
        self.assertEqual(self.mark(EXIT, "reviewed").returncode, 0)
        self.assertEqual(self.told()[EXIT]["state"], "reviewed")

    def test_notes_that_are_none(self):
        for line in ["no tabs\n", "exit=a\tnamed\n", "exit=a\tunheard\t\n", "exit=a\tunremarked\t\n", "exit=a\tseen\t\nexit=a\tseen\t\n", "exit=a\tseen\t",
                     "\tseen\t\n"]:
            with self.subTest(line):
                with open(self.notes, "w", encoding="utf-8") as notes:
                    notes.write(line)
                done = self.mark(EXIT, "reviewed")
                self.assertEqual(done.returncode, 1)
                self.assertIn("line", done.stderr)
                with open(self.notes, encoding="utf-8") as notes:
                    self.assertEqual(notes.read(), line)

    def test_mistakes_are_explained(self):
        for words in [[], ["file"], ["--mark", EXIT], ["--mark", EXIT, "--as", "honest"], ["--as", "honest"], ["file", "--mapping", "moneytrail", "--name", "x"],
                      ["--notes", self.notes, "--mark", EXIT, "--as", "honest", "file"], ["file", "--mapping", "moneytrail", "--false-rate", "1001"],
                      ["file", "--mapping", "moneytrail", "--watch", "1h"], ["file", "--mapping", "moneytrail", "--retention", "9d"],
                      ["file", "--mapping", "moneytrail", "--namespace", "x"], ["--notes", self.notes, "--mark", EXIT, "--as", "honest", "--by", "x"],
                      ["--redis", "r", "file"], ["--redis", "r", "--mapping", "moneytrail"], ["--redis", "r", "--notes", self.notes],
                      ["--redis", "r", "--by", "x"], ["--redis", "r", "--mark", EXIT], ["--redis", "r", "--mark", EXIT, "--as", "honest", "--watch", "1h"],
                      ["--redis", "r", "--watch", "1h", "--json"], ["--redis", "r", "--watch", "367d"], ["--redis", "r", "--brokers", "b"],
                      ["--redis", "r", "--watch", "1h", "--channels-topic", "t"], ["--redis", "r", "--watch", "1h", "--create-topics", "1"]]:
            with self.subTest(words):
                done = run(*words)
                self.assertEqual(done.returncode, 2)
                self.assertTrue(done.stderr)
        for words in [["--redis", "/no/such/socket"], ["--redis", "/no/such/socket", "--mark", EXIT, "--as", "honest"],
                      ["--redis", "/no/such/socket", "--mark", "gift cards", "--as", "honest"],
                      ["--redis", "/no/such/socket", "--watch", "1h", "--namespace", "a b"], ["no such file", "--mapping", "moneytrail"], [self.stream.file, "--mapping", "none"],
                      [self.stream.file, "--mapping", "moneytrail", "--accounts", "no such file"],
                      [self.stream.file, "--mapping", "moneytrail", "--accounts", self.stream.file, "--accounts-mapping", "moneytrail"],
                      ["--notes", self.notes, "--mark", EXIT, "--as", "reviewed", "--name", "tab\there"],
                      ["--notes", self.notes, "--mark", "gift cards", "--as", "reviewed"]]:
            with self.subTest(words):
                done = run(*words)
                self.assertEqual(done.returncode, 1)
                self.assertTrue(done.stderr)

    def rewritten(self, change):
        path = os.path.join(self.stream.folder.name, "rewritten.csv")
        with open(self.stream.file, encoding="utf-8") as file:
            head, *rows = file.readlines()
        with open(path, "w", encoding="utf-8") as file:
            file.writelines([head, *change(rows)])
        return path

    def test_replay_and_order_change_nothing(self):
        _, once = self.stream.channels("--all")
        chance = random.Random(5)
        for name, change in [("twice", lambda rows: rows + rows), ("shuffled", lambda rows: chance.sample(rows, len(rows)))]:
            with self.subTest(name):
                _, again = self.stream.channels("--all", file=self.rewritten(change))
                self.assertEqual(once, again)

    def test_without_a_directory_a_gift_card_is_a_purchase(self):
        done = run(self.stream.file, "--mapping", "moneytrail", "--secret-file", self.stream.secret, "--json")
        self.assertEqual(done.returncode, 0)
        self.assertNotIn("gift_card", done.stdout)

    def test_text(self):
        done = run(self.stream.file, "--mapping", "moneytrail", "--accounts", self.stream.accounts, "--secret-file", self.stream.secret)
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"new on 2026-\d\d-\d\d  " + EXIT + "  seen\n    flagged ")


if __name__ == "__main__":
    moneytrail = sys.argv.pop(1)
    unittest.main(verbosity=2)
