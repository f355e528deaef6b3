#!/usr/bin/env python3
"""test_demo.py MONEYTRAIL: a demo leaves no process, socket, port or folder behind: run to its end, stopped midway at each of its stages, and
(processes only) killed."""
import glob
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

from stack import PATIENCE, processes_of, wait_until

moneytrail = None


class Demo(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="mt-demo-")
        self.output = os.path.join(self.folder, "output")
        self.tmpdir = os.path.join(self.folder, "tmp")
        os.mkdir(self.tmpdir)
        self.demo = None

    def tearDown(self):
        if self.demo is not None and self.demo.poll() is None:
            self.demo.kill()
            self.demo.wait()
        wait_until("its folder can go", self.folder_gone)

    def folder_gone(self):
        """What was killed may still be writing its last words."""
        shutil.rmtree(self.folder, ignore_errors=True)
        return not os.path.exists(self.folder)

    def start(self, *options):
        with open(self.output, "wb") as output:
            self.demo = subprocess.Popen([moneytrail, "demo", "--transfers", "2000", "--chains", "1", "--round-trips", "1", *options],
                                         stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
                                         env=dict(os.environ, TMPDIR=self.tmpdir, ASAN_OPTIONS="exitcode=99"))

    def said(self):
        with open(self.output, encoding="utf-8", errors="replace") as output: # it may be in the middle of a character
            return output.read()

    def ports_heard(self):
        """Addresses that the demo printed and that still answer."""
        heard = []
        for host, port in re.findall(r"(127\.0\.0\.1):(\d+)", self.said()):
            with socket.socket() as connection:
                if connection.connect_ex((host, int(port))) == 0:
                    heard.append(port)
        return heard

    def nothing_left(self, exit_code=0):
        self.assertEqual(self.demo.wait(PATIENCE), exit_code, self.said())
        self.assertNotIn("Sanitizer", self.said())
        self.assertEqual(processes_of(self.tmpdir), set())
        self.assertEqual(os.listdir(self.tmpdir), [])
        self.assertEqual(self.ports_heard(), [])
        with open("/proc/net/unix", encoding="utf-8") as sockets:
            self.assertNotIn(self.tmpdir, sockets.read())

    def test_once_leaves_nothing(self):
        self.start("--once")
        self.nothing_left()
        self.assertIn("All of it stops now", self.said())
        self.assertRegex(self.said(), r"(\d+) of \1 planted networks found")

    def there(self, name):
        return lambda: glob.glob(os.path.join(self.tmpdir, "moneytrail-demo-*", name)) or self.demo.poll() is not None

    # What exists when each stage has begun; the last one is told, not made.
    STAGES = ["", "redis.log", "redis.sock", "worker-1.log", "serve.log", "sample.csv", "address", "findings.log"]

    def test_stopped_midway_it_leaves_nothing(self):
        for number, stage in enumerate(self.STAGES):
            asked = [signal.SIGINT, signal.SIGTERM][number % 2]
            with self.subTest(stage=stage or "folder", signal=asked.name):
                self.start()
                wait_until("there is " + stage, self.there(stage))
                os.killpg(self.demo.pid, asked)
                self.nothing_left()

    def test_stopped_while_it_publishes_and_while_it_runs(self):
        for words, workers in [("published", "3"), ("Running", "1")]:
            with self.subTest(words):
                self.start("--workers", workers)
                wait_until("it says " + words, lambda w=words: w in self.said())
                os.killpg(self.demo.pid, signal.SIGINT)
                self.nothing_left()

    def test_killed_it_leaves_no_process(self):
        self.start()
        wait_until("it runs", lambda: "Running" in self.said())
        self.assertGreater(len(processes_of(self.tmpdir)), 4)
        self.demo.kill()
        self.demo.wait()
        wait_until("its processes have ended", lambda: not processes_of(self.tmpdir))


if __name__ == "__main__":
    moneytrail = sys.argv.pop(1)
    unittest.main(verbosity=2)
