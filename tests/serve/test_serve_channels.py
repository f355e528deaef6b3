#!/usr/bin/env python3
"""test_serve_channels.py MONEYTRAIL: /v1/channels: what `channels --watch` has kept, told as the schema says, and what people decide about it. What a
watch counts is tests/broker/channels' matter: here reports are written into Redis by hand, as it keeps them.

The tests run in the order of their names, over one stack.
"""
import csv
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import unittest
from datetime import datetime, timezone

from json_schema import Schema
from stack import PATIENCE, Stack, run_tests, wait_until

stack = None
schema = Schema("channel")

LAST_DAY, DAY_MS = 20650, 86400000  # 2026-07-16
HONEST, WATCHED = "exit=card/card/EUR/gift_card", "full=personal>transfer/instant/EUR/6d,1h:card/card/EUR/gift_card/5d"


def day_text(day):
    return datetime.fromtimestamp(day * 86400, timezone.utc).strftime("%Y-%m-%d")


def key_of(identity):
    return hashlib.blake2b(identity.encode(), digest_size=16).hexdigest()


def content(identity, day, new, flagged=3):
    """A channel as it is kept."""
    hop = {"kind": "card", "rail": "card", "currency": "EUR"}
    told = {"v": 1, "id": identity, "key": key_of(identity), "grain": identity.split("=")[0], "hops": [hop], "day": day_text(day), "new": new,
            "recent": {"days": 7, "flagged": flagged, "flagged_all": 60, "ordinary": 9, "ordinary_all": 9000},
            "past": {"days": 28, "flagged": 0, "flagged_all": 200}, "chance_bits": {"past": 12, "ordinary": 14}, "accounts": 9, "victims": 9,
            "stayed_median_seconds": 1200, "passed_permille": 950, "findings": [key_of("f")], "findings_hidden": 2}
    return json.dumps(told, separators=(",", ":"))


class Channels(unittest.TestCase):
    maxDiff = 4000

    # --- asking

    def page(self, query=""):
        status, page = stack.get_json("/v1/channels" + query)
        self.assertEqual(status, 200, page)
        for channel in page["channels"]:
            schema.check(channel)
        return page

    def ids(self, query=""):
        return [channel["id"] for channel in self.page(query)["channels"]]

    def one(self, identity):
        status, page = stack.get_json("/v1/channels/" + key_of(identity))
        self.assertEqual(status, 200, page)
        schema.check(page["channel"])
        return page["channel"]

    def decide(self, identity, state, **more):
        status, page = stack.post_json("/v1/channels/%s/state" % key_of(identity), {"state": state, "by": "anna", **more})
        self.assertEqual(status, 200, page)
        schema.check(page["channel"])
        return page["channel"]

    def refused(self, status, code, answer):
        self.assertEqual((answer[0], answer[1].get("error")), (status, code))

    def mark(self, identity, state, *more, code=0):
        got, _ = stack.command("channels", "--mark", identity, "--as", state, *more)
        self.assertEqual(got, code, stack.said)

    # --- keeping

    @staticmethod
    def keep(reports, now, days=(), counted_ms=None):
        counted_ms = counted_ms if counted_ms is not None else int(datetime.now(timezone.utc).timestamp() * 1000)
        commands = [[b"DEL", b"{mt:000}:channels", b"{mt:000}:channels-now"],
                    [b"SET", b"{mt:000}:channel-count", "%d %d %d %d" % (counted_ms, LAST_DAY - 47, LAST_DAY, LAST_DAY - 13)]]
        for key, channels in [(b"{mt:000}:channels", reports), (b"{mt:000}:channels-now", now)]:
            commands += [[b"HSET", key, json.loads(one)["id"], one] for one in channels]
        for day, flows in days:
            for field, count in flows.items():
                commands.append([b"HSET", "{mt:000}:channels:" + day_text(day), field, count])
        stack.redis_many(commands)

    # --- the tests

    def test_1_before_anything_is_counted_it_says_so(self):
        self.refused(503, "no_worker_yet", stack.get_json("/v1/channels"))
        stack.start_worker()
        with open(os.path.join(stack.sample_folder, "sample.csv"), encoding="utf-8") as file:
            rows = sum(1 for _ in csv.DictReader(file))
        wait_until("all is consumed", lambda: stack.counter("transfers") >= rows)
        for path in ["/v1/channels", "/v1/channels/" + "0" * 32]:
            self.refused(503, "not_counted_yet", stack.get_json(path))
        self.refused(503, "not_counted_yet", stack.post_json("/v1/channels/%s/state" % ("0" * 32), {"state": "honest", "by": "a"}))

    def test_2_what_a_watch_counts_is_told(self):
        stack.start("watch", [stack.moneytrail, "channels", "--redis", stack.redis_socket, "--watch", "1s"])
        wait_until("it has counted", lambda: stack.get("/v1/channels")[0] == 200)
        page = self.page("?all=1&limit=1000")
        self.assertGreater(page["count"], 3)
        self.assertEqual({channel["state"] for channel in page["channels"]}, {"unremarked"})
        self.assertEqual({channel["day"] for channel in page["channels"]}, {page["days"]["last"]})
        self.assertEqual(self.page()["channels"], [])
        self.assertGreater(page["days"]["judged_from"], page["days"]["last"])  # a few days only: nothing can be new yet
        alerts = {alert["id"]: alert["last_time"] for alert in stack.get_json("/v1/alerts?limit=1000")[1]["alerts"]}
        for channel in page["channels"]:
            self.assertTrue(channel["findings"] and set(channel["findings"]) <= set(alerts))
            self.assertLessEqual(max(alerts[finding] for finding in channel["findings"])[:10], page["days"]["last"])
            days = stack.get_json("/v1/channels/" + channel["key"])[1]["days"]
            self.assertEqual(sum(day["flagged"] for day in days[-7:]), channel["recent"]["flagged"])
            self.assertEqual(sum(day["ordinary_all"] for day in days[-7:]), channel["recent"]["ordinary_all"])
        for identity, words in [(self.watch(), "channels were counted"), (os.getpid(), "is no service")]:
            code, out = stack.command("health", "--pid", str(identity))
            self.assertEqual((code, words in out.decode()), (0, True), out)
        self.assertGreaterEqual(self.age(), 0)

    @staticmethod
    def watch():
        return stack.parts["watch"].pid

    @staticmethod
    def age():
        return int(re.search(rb"^moneytrail_channels_age_seconds (\d+)$", stack.get("/metrics")[1], re.M).group(1))

    def test_2b_a_watch_that_does_not_count_is_not_ready(self):
        stack.parts["watch"].send_signal(signal.SIGSTOP)
        for counted_ms, words in [(int(datetime.now().timestamp() * 1000) - 2000 - 11 * 60000, "not ready: channels were counted 66"), (0, "not ready: no channels")]:
            self.keep([], [], counted_ms=counted_ms)
            code, out = stack.command("health", "--pid", str(self.watch()))
            self.assertEqual((code, out.decode().startswith(words)), (1, True), out)
            self.assertEqual(b"moneytrail_channels_age" in stack.get("/metrics")[1], counted_ms != 0)
        stack.end("watch")

    def test_3_lists_and_pages(self):
        reports = [content("exit=card/card/EUR/x%02d" % n, LAST_DAY - n % 5, True) for n in range(12)]
        now = [content("exit=transfer/wire/EUR/y%d" % n, LAST_DAY, False) for n in range(5)]
        self.keep(reports, now)
        page = self.page("?limit=1000")
        self.assertEqual((page["count"], page["total"], page["quiet"]), (12, 12, 0))
        self.assertEqual([(channel["day"], channel["key"]) for channel in page["channels"]],
                         sorted([(channel["day"], channel["key"]) for channel in page["channels"]], key=lambda one: (-int(one[0].replace("-", "")), one[1])))
        self.assertEqual({channel["state"] for channel in page["channels"]}, {"seen"})
        self.assertEqual(page["days"], {"first": day_text(LAST_DAY - 47), "last": day_text(LAST_DAY), "judged_from": day_text(LAST_DAY - 13)})
        whole = self.ids("?limit=1000&all=1")
        self.assertEqual((len(whole), whole[:12]), (17, self.ids("?limit=1000")))
        for query in ["", "&all=1"]:
            for limit in [1, 5, 17]:
                ids, after = [], ""
                while after is not None and len(ids) <= 17:
                    page = self.page("?limit=%d%s%s" % (limit, query, after))
                    ids += [channel["id"] for channel in page["channels"]]
                    after = "&after=" + page["next"] if "next" in page else None
                self.assertEqual(ids, self.ids("?limit=1000" + query))

    def test_4_it_says_how_old_it_is(self):
        self.keep([], [], counted_ms=1)
        page = self.page()
        self.assertEqual(page["counted"], "1970-01-01T00:00:00.001Z")
        self.assertGreater(page["age_seconds"], 56 * 365 * 86400)

    def test_5_one_channel_with_its_days(self):
        days = [(LAST_DAY - n, {"exit": "60 9000", HONEST: "%d 9" % n}) for n in range(1, 4)] + [(LAST_DAY - 5, {"exit": "50 8000"})]
        self.keep([content(HONEST, LAST_DAY - 1, True)], [content(HONEST, LAST_DAY, False, 4)], days)
        status, page = stack.get_json("/v1/channels/" + key_of(HONEST))
        self.assertEqual((status, page["channel"]["new"], page["channel"]["recent"]["flagged"]), (200, True, 3))
        self.assertEqual(page["days"][-4:], [{"day": day_text(LAST_DAY - n), "flagged": n if n < 5 else 0, "flagged_all": 60 if n < 5 else 50,
                                               "ordinary": 9 if n < 5 else 0, "ordinary_all": 9000 if n < 5 else 8000} for n in [5, 3, 2, 1]])
        for path in ["0" * 32, key_of(HONEST)[:31], key_of(HONEST).upper(), HONEST, "", "state"]:
            self.refused(404, "no_such_channel", stack.get_json("/v1/channels/" + path))

    def test_6_a_life(self):
        self.keep([content(HONEST, LAST_DAY - 1, True), content(WATCHED, LAST_DAY - 9, True)],
                  [content(HONEST, LAST_DAY, False, 4), content(WATCHED, LAST_DAY, False, 5), content("exit=card/card/EUR", LAST_DAY, False)])
        self.assertEqual(self.ids(), [HONEST, WATCHED])
        told = self.decide(HONEST, "reviewed")
        self.assertEqual((told["state"], told["by"], told["new"]), ("reviewed", "anna", True))
        self.assertLess(abs(datetime.fromisoformat(told["decided"].replace("Z", "+00:00")).timestamp() - datetime.now().timestamp()), PATIENCE)
        self.assertEqual(self.decide(HONEST, "honest")["state"], "honest")
        page = self.page()
        self.assertEqual(([channel["id"] for channel in page["channels"]], page["quiet"]), ([WATCHED], 1))
        self.assertEqual(self.ids("?all=1"), [HONEST, WATCHED, "exit=card/card/EUR"])
        self.mark(HONEST, "reviewed", "--by", "bo")
        self.assertEqual((self.one(HONEST)["state"], self.one(HONEST)["by"]), ("reviewed", "bo"))
        for state in ["reviewed", "named", "watched"]:
            told = self.decide(WATCHED, state, **({"name": "Gutscheine \"in Teilen\""} if state == "named" else {}))
        self.assertEqual((told["new"], told["recent"]["flagged"], told["name"]), (False, 5, "Gutscheine \"in Teilen\""))  # as of now, not as it was first seen
        self.assertEqual(self.ids(), [HONEST, WATCHED])
        self.assertEqual(self.decide("exit=card/card/EUR", "reviewed")["state"], "reviewed")  # remarked: told, though not new
        self.assertIn("exit=card/card/EUR", self.ids())

    def test_6b_what_does_not_lead_there_is_refused_and_changes_nothing(self):
        identity, path = "exit=card/card/EUR/x", "/v1/channels/%s/state" % key_of("exit=card/card/EUR/x")
        self.keep([content(identity, LAST_DAY, True)], [])
        before, good = self.one(identity), {"state": "reviewed", "by": "anna"}
        for name, body, headers, status, code in [
                ("too far", {**good, "state": "watched"}, {}, 409, "state_unreachable"), ("by the test alone", {**good, "state": "seen"}, {}, 409, "state_unreachable"),
                ("no state", {"by": "anna"}, {}, 400, "state_unknown"), ("unknown", {**good, "state": "closed"}, {}, 400, "state_unknown"),
                ("nobody", {"state": "reviewed"}, {}, 400, "by_missing"), ("empty by", {**good, "by": ""}, {}, 400, "by_malformed"),
                ("long by", {**good, "by": "x" * 65}, {}, 400, "by_malformed"), ("long name", {**good, "name": "x" * 65}, {}, 400, "name_malformed"),
                ("a tab", {**good, "name": "a\tb"}, {}, 400, "name_malformed"), ("a terminal's command", {**good, "by": "\u009b2J"}, {}, 400, "by_malformed"),
                ("unknown member", {**good, "score": "1"}, {}, 400, "unknown_field"), ("a number", {**good, "by": 3}, {}, 400, "not_a_text"),
                ("a list", [good], {}, 400, "not_json"), ("no JSON", b"reviewed", {}, 400, "not_json"),
                ("twice", b'{"state":"reviewed","state":"honest","by":"a"}', {}, 400, "not_json"), ("deep", b"[" * 8000, {}, 400, "not_json"),
                ("another site", good, {"Origin": "http://evil.example"}, 403, "other_site"), ("a form", b"state=honest", {"Content-Type": "text/plain"}, 415, "only_json"),
                ("too large", b" " * 9000, {}, 413, "body_too_large")]:
            with self.subTest(name):
                self.refused(status, code, stack.post_json(path, body, headers))
        for where, status, code in [("/v1/channels/%s/state" % ("0" * 32), 404, "no_such_channel"), ("/v1/channels//state", 404, "no_such_channel"),
                                    ("/v1/channels/%s/state" % ("a" * 500), 404, "no_such_channel"), ("/v1/channels", 405, "only_get"), (path + "?all=1", 400, "bad_parameter")]:
            with self.subTest(where):
                self.refused(status, code, stack.post_json(where, good))
        self.refused(405, "only_post", stack.get_json(path))
        for query in ["?min_score=0", "?all=2", "?=1", "?limit=0", "?limit=1&limit=1", "?after=x", "?state=seen"]:
            with self.subTest(query):
                self.refused(400, "bad_parameter", stack.get_json("/v1/channels" + query))
        self.refused(400, "bad_parameter", stack.get_json("/v1/channels/%s?min_score=1" % key_of(identity)))
        self.assertEqual(self.one(identity), before)
        for words, said in [(["watched"], "cannot become watched"), (["reviewed", "--by", ""], "64 printable"), (["reviewed", "--name", "\x1b"], "64 printable")]:
            self.mark(identity, *words, code=1)
            self.assertIn(said, stack.said)
        self.assertEqual(self.one(identity), before)

    def test_7_many_decide_at_once(self):
        identity = "exit=card/card/EUR/many"
        self.keep([content(identity, LAST_DAY, True)], [])
        codes = []

        def one(n):
            codes.append(stack.post("/v1/channels/%s/state" % key_of(identity), {"state": "reviewed", "by": "p%d" % n})[0] if n % 2 == 0 else
                         subprocess.run([stack.moneytrail, "channels", "--redis", stack.redis_socket, "--mark", identity, "--as", "reviewed", "--by", "p%d" % n],
                                        capture_output=True, timeout=PATIENCE).returncode)

        threads = [threading.Thread(target=one, args=(n,)) for n in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(codes), [0] + [1] * 8 + [409] * 7 if 200 not in codes else [1] * 8 + [200] + [409] * 7)
        self.assertEqual(self.one(identity)["state"], "reviewed")
        record = json.loads(self.record(identity))
        self.assertEqual(record["earlier"], [])

    @staticmethod
    def record(identity):
        return stack.redis("HGET", "{mt:000}:channel-notes", identity).split(b"\r\n", 1)[1]

    def test_7b_earlier_decisions_are_kept_so_many(self):
        identity = "exit=card/card/EUR/often"
        self.keep([content(identity, LAST_DAY, True)], [])
        for n in range(12):
            self.decide(identity, "reviewed", by="r%d" % n)
            self.decide(identity, "honest", by="h%d" % n)
        record = json.loads(self.record(identity))
        self.assertEqual((record["by"], len(record["earlier"])), ("h11", 20))
        self.assertEqual([one["by"] for one in record["earlier"]][:3], ["r11", "h10", "r10"])

    def test_7c_what_is_no_record_is_as_if_nobody_had_decided(self):
        identity = "exit=card/card/EUR/broken"
        self.keep([content(identity, LAST_DAY, True)], [])
        for record in ["{junk", "[]", '{"state":"unremarked"}', '{"state":"lost"}', '{"state":"named","name":"%s"}' % ("x" * 400)]:
            stack.redis("HSET", "{mt:000}:channel-notes", identity, record)
            self.assertEqual(self.one(identity)["state"], "seen")
        self.assertEqual(self.decide(identity, "reviewed")["state"], "reviewed")

    def test_8_redis_goes_away(self):
        identity = "exit=card/card/EUR/away"
        self.keep([content(identity, LAST_DAY, True)], [])
        stack.redis("SAVE")
        before = self.one(identity)
        stack.end("redis")
        for path in ["/v1/channels", "/v1/channels/" + key_of(identity)]:
            self.refused(503, "redis_away", stack.get_json(path))
        self.refused(503, "redis_away", stack.post_json("/v1/channels/%s/state" % key_of(identity), {"state": "honest", "by": "a"}))
        self.mark(identity, "honest", code=1)
        stack.start_redis()
        wait_until("it answers again", lambda: stack.get("/v1/channels")[0] == 200)
        self.assertEqual(self.one(identity), before)

    def test_9_no_account_number_is_in_a_log_or_an_answer(self):
        with open(os.path.join(stack.sample_folder, "accounts.csv"), encoding="utf-8") as file:
            numbers = [row["number"].encode() for row in csv.DictReader(file)]
        text = b"".join(stack.bodies) + b"".join(stack.log(name).encode() for name in ["serve", "worker", "redis", "watch"])
        self.assertGreater(len(numbers), 100)
        self.assertEqual([number for number in numbers if number in text], [])


def main():
    global stack
    stack = Stack(sys.argv.pop(1))
    run_tests(stack)


if __name__ == "__main__":
    main()
