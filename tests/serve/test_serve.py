#!/usr/bin/env python3
"""test_serve.py MONEYTRAIL: the query server, `alerts`, `finding` and `health` over a Redis that a real worker filled, from the embedded broker.

The tests run in the order of their names, over one stack: first without a worker, then filled, at the end without Redis and without a worker.
"""
import csv
import json
import os
import signal
import socket
import subprocess
import sys
import unittest
from collections import defaultdict
from decimal import Decimal

from stack import PATIENCE, Stack, reply_parse, run_tests, wait_until

stack = None
slow = []  # connections of the unfinished, opened first and looked at last

HOST = b"Host: x\r\n"
GET = b"GET /v1/health HTTP/1.1\r\n" + HOST


def request(path, method=b"GET", headers=HOST):
    return method + b" " + path + b" HTTP/1.1\r\n" + headers + b"\r\n"


# Name, bytes, statuses that are right, the error's code. Code None: libmicrohttpd answers by itself, with words of its own, or just closes (0).
HOSTILE = [
    ("unknown path", request(b"/v2/alerts"), {404}, "no_such_page"),
    ("empty segment", request(b"//v1/alerts"), {404}, "no_such_page"),
    ("slash at the end", request(b"/v1/alerts/"), {404}, "no_such_page"),
    ("other case", request(b"/V1/Alerts"), {404}, "no_such_page"),
    ("dot dot", request(b"/v1/../v1/alerts"), {404}, "no_such_page"),
    ("dot dot to a file", request(b"/../../../../etc/passwd"), {404}, "no_such_page"),
    ("dot dot behind a finding", request(b"/v1/findings/../alerts"), {404}, "no_such_finding"),
    ("encoded dots", request(b"/v1/%2e%2e/v1/alerts"), {400}, "bad_request"),
    ("encoded slash", request(b"/v1%2Falerts"), {400}, "bad_request"),
    ("encoded letter", request(b"/v1/%61lerts"), {400}, "bad_request"),
    ("encoded twice", request(b"/v1/%252e%252e/alerts"), {400}, "bad_request"),
    ("encoded nothing", request(b"/v1/health%00.html"), {400}, "bad_request"),
    ("encoded line end", request(b"/v1/health%0d%0aX:%20y"), {400}, "bad_request"),
    ("broken encoding", request(b"/v1/health%"), {400}, "bad_request"),
    ("broken encoding of a digit", request(b"/v1/health%4"), {400}, "bad_request"),
    ("overlong UTF-8", request(b"/v1/\xc0\xae\xc0\xae/alerts"), {400}, "bad_request"),
    ("backslashes", request(b"/v1\\alerts"), {400}, "bad_request"),
    ("a script", request(b"/<script>alert(1)</script>"), {400}, "bad_request"),
    ("absolute address", request(b"http://elsewhere/v1/health"), {400}, "bad_request"),
    ("no slash", request(b"v1/health"), {400}, "bad_request"),
    ("a star", request(b"*"), {400}, "bad_request"),
    ("over-long address", request(b"/v1/findings/" + b"a" * 2000), {414}, "uri_too_long"),
    ("over-long query", request(b"/v1/alerts?limit=" + b"1" * 2000), {414}, "uri_too_long"),
    ("address as large as the memory", request(b"/" + b"a" * 100000), {414, 400, 431, 0}, None),
    ("POST", request(b"/v1/alerts", b"POST"), {405}, "only_get"),
    ("POST with a body", request(b"/v1/alerts", b"POST", HOST + b"Content-Length: 3\r\n") + b"abc", {405}, "only_get"),
    ("PUT", request(b"/v1/alerts", b"PUT"), {405}, "only_get"),
    ("DELETE", request(b"/v1/findings/" + b"0" * 32, b"DELETE"), {405}, "only_get"),
    ("OPTIONS", request(b"/v1/alerts", b"OPTIONS"), {405}, "only_get"),
    ("TRACE", request(b"/v1/alerts", b"TRACE"), {405}, "only_get"),
    ("CONNECT", request(b"/v1/alerts", b"CONNECT"), {405}, "only_get"),
    ("a method of its own", request(b"/v1/alerts", b"BREW"), {405}, "only_get"),
    ("a method in lower case", request(b"/v1/alerts", b"get"), {405}, "only_get"),
    ("huge limit", request(b"/v1/alerts?limit=1000000"), {400}, "bad_parameter"),
    ("limit over 64 bits", request(b"/v1/alerts?limit=18446744073709551617"), {400}, "bad_parameter"),
    ("limit of nothing", request(b"/v1/alerts?limit=0"), {400}, "bad_parameter"),
    ("negative limit", request(b"/v1/alerts?limit=-1"), {400}, "bad_parameter"),
    ("limit in hex", request(b"/v1/alerts?limit=0x10"), {400}, "bad_parameter"),
    ("limit with a fraction", request(b"/v1/alerts?limit=1.5"), {400}, "bad_parameter"),
    ("limit in words", request(b"/v1/alerts?limit=all"), {400}, "bad_parameter"),
    ("empty limit", request(b"/v1/alerts?limit="), {400}, "bad_parameter"),
    ("limit without a value", request(b"/v1/alerts?limit"), {400}, "bad_parameter"),
    ("limit twice", request(b"/v1/alerts?limit=1&limit=2"), {400}, "bad_parameter"),
    ("bad cursor", request(b"/v1/alerts?after=abc"), {400}, "bad_parameter"),
    ("negative cursor", request(b"/v1/alerts?after=-5-" + b"0" * 32), {400}, "bad_parameter"),
    ("cursor over 64 bits", request(b"/v1/alerts?after=99999999999999999999-" + b"0" * 32), {400}, "bad_parameter"),
    ("cursor without an id", request(b"/v1/alerts?after=5-"), {400}, "bad_parameter"),
    ("cursor with half an id", request(b"/v1/alerts?after=5-" + b"0" * 31), {400}, "bad_parameter"),
    ("cursor with more", request(b"/v1/alerts?after=5-" + b"0" * 33), {400}, "bad_parameter"),
    ("empty cursor", request(b"/v1/alerts?after="), {400}, "bad_parameter"),
    ("score over 100", request(b"/v1/alerts?min_score=101"), {400}, "bad_parameter"),
    ("unknown parameter", request(b"/v1/alerts?min-score=50"), {400}, "bad_parameter"),
    ("many parameters", request(b"/v1/alerts?" + b"&".join(b"a%d=1" % i for i in range(100))), {400}, "bad_parameter"),
    ("parameter with a space", request(b"/v1/alerts?limit=+5"), {400}, "bad_request"),
    ("unknown finding", request(b"/v1/findings/" + b"0" * 32), {404}, "no_such_finding"),
    ("no finding's name", request(b"/v1/findings/zzzzzzzz"), {404}, "no_such_finding"),
    ("empty finding", request(b"/v1/findings/"), {404}, "no_such_finding"),
    ("finding of 33 digits", request(b"/v1/findings/" + b"0" * 33), {404}, "no_such_finding"),
    ("finding too short", request(b"/v1/findings/0000"), {404}, "no_such_finding"),
    ("unknown account", request(b"/v1/accounts/" + b"0" * 32), {404}, "no_such_account"),
    ("account by its number", request(b"/v1/accounts/GB33BUKB20201555555555"), {404}, "no_such_account"),
    ("account in upper case", request(b"/v1/accounts/" + b"A" * 32), {404}, "no_such_account"),
    ("account with more", request(b"/v1/accounts/" + b"a" * 32 + b"/transfers"), {404}, "no_such_account"),
    ("no account", request(b"/v1/accounts/"), {404}, "no_such_account"),
    ("spaces in the address", request(b"/v1/health x"), {400}, "bad_request"),
    ("no host", request(b"/v1/health", headers=b""), {400}, "bad_request"),
    ("two hosts", request(b"/v1/health", headers=HOST + HOST), {400}, "bad_request"),
    ("a folded host alone", request(b"/v1/health", headers=b"Host: x\r\n y\r\n"), {400}, "bad_request"),
    ("a header without a name", request(b"/v1/health", headers=HOST + b": y\r\n"), {200, 400}, None),
    ("a header without a colon", request(b"/v1/health", headers=HOST + b"nothing\r\n"), {400}, None),
    ("a space before the colon", request(b"/v1/health", headers=HOST + b"Content-Length : 5\r\n") + b"abcde", {400}, "bad_request"),
    ("tabs for spaces", b"GET\t/v1/health\tHTTP/1.1\r\n" + HOST + b"\r\n", {400, 0}, None),
    ("a length", request(b"/v1/health", headers=HOST + b"Content-Length: 5\r\n") + b"abcde", {400}, "bad_request"),
    ("a length that is none", request(b"/v1/health", headers=HOST + b"Content-Length: -5\r\n"), {400}, None),
    ("a huge length", request(b"/v1/health", headers=HOST + b"Content-Length: 99999999999999999999\r\n"), {400, 413}, None),
    ("chunks", request(b"/v1/health", headers=HOST + b"Transfer-Encoding: chunked\r\n") + b"0\r\n\r\n", {400}, "bad_request"),
    ("length and chunks", request(b"/v1/health", headers=HOST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n") + b"0\r\n\r\n", {400}, "bad_request"),
    ("a control character", request(b"/v1/health", headers=HOST + b"X: a\x01b\r\n"), {400}, "bad_request"),
    ("many headers", request(b"/v1/health", headers=HOST + b"".join(b"X-%d: y\r\n" % i for i in range(200))), {431}, "headers_too_large"),
    ("a long header", request(b"/v1/health", headers=HOST + b"X: " + b"y" * 20000 + b"\r\n"), {431}, "headers_too_large"),
    ("a flood of headers", request(b"/v1/health", headers=HOST + b"".join(b"X-%d: y\r\n" % i for i in range(20000))), {431, 413, 400, 0}, None),
    ("a header without end", b"GET /v1/health HTTP/1.1\r\n" + HOST + b"X: " + b"y" * 200000, {431, 413, 400, 0}, None),
    ("a version of its own", b"GET /v1/health HTTP/9.9\r\n" + HOST + b"\r\n", {400, 505, 0}, None),
    ("no version", b"GET /v1/health\r\n\r\n", {400, 505, 0}, None),
    ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)) * 2, {400, 0}, None),
    ("a Redis command", b"*1\r\n$4\r\nPING\r\n\r\n", {400, 405, 0}, None),
    ("a zero in the address", b"GET /v1/health\0x HTTP/1.1\r\n" + HOST + b"\r\n", {400}, "bad_request"),
    ("all bytes", bytes(range(256)) * 8 + b"\r\n\r\n", {400, 405, 0}, None),
    ("nothing", b"", {0}, None),
]

# Requests that never end. Nothing can be answered; the server must not keep them for ever.
UNFINISHED = [b"", b"GET /v1/hea", GET, GET + b"X-Half: ", b"\0" * 5000, b"\r\n" * 2000]


class Serve(unittest.TestCase):
    def trouble(self, path, status, code):
        got, body = stack.get_json(path)
        self.assertEqual((got, body["error"]), (status, code), path)

    def test_1_before_any_worker_it_says_so(self):
        self.trouble("/v1/health", 503, "no_worker_yet")
        for path in ["/v1/alerts", "/v1/findings/" + "0" * 32, "/v1/accounts/" + "0" * 32, "/metrics"]:
            self.trouble(path, 503, "no_worker_yet")
        self.assertEqual(stack.get("/")[0], 200)
        self.assertEqual(stack.command("health"), (1, b"not ready: no worker has ever used this namespace\n"))
        code, _ = stack.command("alerts")
        self.assertEqual(code, 1)

    def test_2_a_real_worker_fills_it_and_all_is_ready(self):
        for begun in UNFINISHED:
            for finish in [False, True]:  # half of them say that nothing more will come
                connection = socket.create_connection(stack.address)
                connection.sendall(begun)
                if finish:
                    connection.shutdown(socket.SHUT_WR)
                slow.append(connection)
        stack.start_worker()
        facts, transfers = len(self.rows("accounts.csv")), len(self.rows("sample.csv"))
        wait_until("all is consumed", lambda: stack.counter("transfers") >= transfers and stack.counter("account_facts") >= facts)
        for name in [b"looks_put_off", b"looks_to_do"]:
            assert b"moneytrail_%s{worker=\"w1\"} 0\n" % name in stack.get("/metrics")[1], name
        status, health = stack.get_json("/v1/health")
        self.assertEqual((status, health), (200, {"live": True, "ready": True, "redis": True, "workers_reporting": 1}))
        ready = b"ready: Redis answers, workers reporting: 1\n"
        self.assertEqual(stack.command("health"), (0, ready))
        self.assertEqual(stack.command("health", "--server", "%s:%d" % stack.address), (0, ready))
        self.assertEqual(stack.command("health", "--pid", str(stack.parts["serve"].pid)), (0, ready))
        of_worker = b"ready: Redis answers, worker w1 reports\n"
        self.assertEqual(stack.command("health", "--worker", "w1"), (0, of_worker))
        self.assertEqual(stack.command("health", "--pid", str(stack.parts["worker"].pid)), (0, of_worker))
        self.assertEqual(stack.command("health", "--worker", "w2")[0], 1)
        self.assertEqual(stack.command("health", "--pid", "0", "--server", "127.0.0.1:1")[0], 1)

    @staticmethod
    def rows(name):
        with open(os.path.join(stack.sample_folder, name), encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def alerts(self, query=""):
        status, page = stack.get_json("/v1/alerts?limit=1000" + query)
        self.assertEqual(status, 200)
        return page["alerts"]

    def test_3_pages_give_every_finding_exactly_once(self):
        for query, score in [("", 0), ("&min_score=45", 45)]:
            whole = [alert["id"] for alert in self.alerts(query)]
            self.assertGreater(len(whole), 5)
            for limit in [1, 2, 7, 64, 1000]:
                ids, pages, after = [], 0, ""
                while after is not None and pages <= len(whole):
                    status, page = stack.get_json("/v1/alerts?limit=%d%s%s" % (limit, query, after))
                    self.assertEqual((status, page["count"]), (200, len(page["alerts"])))
                    self.assertTrue(all(alert["score"] >= score for alert in page["alerts"]))
                    ids += [alert["id"] for alert in page["alerts"]]
                    after = "&after=" + page["next"] if "next" in page else None
                    pages += 1
                self.assertEqual((ids, pages), (whole, -(-len(whole) // limit)))
            self.assertEqual(len(set(whole)), len(whole))
            self.assertTrue(score > 0 or page["total"] == len(whole))
        self.assertEqual(self.alerts("&after=0-" + "0" * 32), [])
        self.assertEqual(len(self.alerts("&after=999999999999999-" + "0" * 32)), len(self.alerts()))
        last = [alert["last_time"] for alert in self.alerts()]
        self.assertEqual(last, sorted(last, reverse=True))

    def test_4_commands_say_what_the_server_says(self):
        code, lines = stack.command("alerts", "--json", "--limit", "1000")
        lines = lines.splitlines()
        body = b'{"alerts":[' + b",".join(lines) + b'],"count":%d,"total":%d}\n' % ((len(lines),) * 2)
        self.assertEqual((code, body), (0, stack.get("/v1/alerts?limit=1000")[1]))
        for line in lines[:20]:
            listed = json.loads(line)
            code, told = stack.command("finding", listed["id"], "--json")
            self.assertEqual((200, told), (stack.get("/v1/findings/" + listed["id"])[0], stack.get("/v1/findings/" + listed["id"])[1] + b"\n"))
            self.assertEqual(stack.command("finding", listed["id"][:10], "--json"), (code, told))
            told = json.loads(told)
            accounts = told.pop("accounts")
            self.assertEqual(told, listed)
            code, text = stack.command("finding", listed["id"])
            for account in accounts:
                self.assertIn(account["token"].encode(), text)
                self.assertIn(account["type"].encode(), text)
        self.assertEqual(stack.command("finding", "0" * 32)[0], 1)

    def test_5_an_account_has_a_page(self):
        sums = self.sums_of_the_sample()
        compared = 0
        for alert in self.alerts()[:15]:
            _, told = stack.get_json("/v1/findings/" + alert["id"])
            facts = {account.pop("token"): account for account in told["accounts"]}
            for token, fact in facts.items():
                status, page = stack.get_json("/v1/accounts/" + token)
                self.assertEqual((status, page["token"]), (200, token))
                self.assertEqual(dict(page["facts"], label=page["label"]), fact)
                self.assertIn(alert["id"], [finding["id"] for finding in page["findings"]["newest"]])
                self.assertTrue(page["findings"]["complete"] and page["transfers"]["complete"])
                if len(sums[page["label"]]) == 1:  # no other account looks the same to a person
                    self.sums_compare(page["transfers"], next(iter(sums[page["label"]].values())))
                    compared += 1
        self.assertGreater(compared, 20)

    def test_5b_facts_that_change_show_from_their_time_on(self):
        labels = defaultdict(list)
        for row in self.rows("accounts.csv"):
            labels["%s …%s" % (row["bank"], row["number"][-4:])].append(row)
        alert, account = next((alert["id"], account) for alert in self.alerts() for account in
                              stack.get_json("/v1/findings/" + alert["id"])[1]["accounts"] if len(labels[account["label"]]) == 1)
        row, token = labels[account["label"]][0], account["token"]
        said = {"v": 1, "account": {"bank": row["bank"], "number": row["number"]}}
        lines = [json.dumps(dict(said, type="closed", valid_from="2026-07-15T00:00:00Z")), "", "junk",
                 json.dumps(dict(said, type="", valid_from="2026-07-15T00:00:00Z")), "x" * 70000,
                 json.dumps(dict(said, type="tomorrow", valid_from="2199-01-01T00:00:00Z"))]
        self.replay("facts.jsonl", "\n".join(lines), ["--events", "account"], b"2 account facts published in 2 messages to accounts, 3 rows rejected\n")
        again = "bank,number,type,opened,holder,region,exit,valid_from\n%s,%s,reopened,,,,cash,2026-08-01T00:00:00Z\n" % (row["bank"], row["number"])
        self.replay("facts.csv", again, ["--mapping", "moneytrail-accounts"], b"1 account facts published in 1 messages to accounts, 0 rows rejected\n")
        wait_until("the facts are there", lambda: stack.get_json("/v1/accounts/" + token)[1]["facts"]["type"] == "reopened")
        self.assertEqual(stack.get_json("/v1/accounts/" + token)[1]["facts"], {"type": "reopened", "exit": "cash", "valid_from": "2026-08-01T00:00:00Z"})
        self.assertIn(account, stack.get_json("/v1/findings/" + alert)[1]["accounts"])  # it was made before, and shows what held then

    def replay(self, name, text, how, said):
        path = os.path.join(stack.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        done = subprocess.run([stack.moneytrail, "replay", path, *how, "--brokers", stack.brokers, "--secret-file", stack.sample_folder + "/secret.key"],
                              capture_output=True, timeout=PATIENCE)
        self.assertEqual((done.returncode, done.stdout), (0, said), done.stderr)

    def ledger_page(self, number, ledger):
        """The page of an account that is nothing but these bytes in Redis (workers/kit/record.h)."""
        token = number.to_bytes(16, "big")
        stack.redis("SET", b"{mt:%03d}:l:" % (number % 16) + token, ledger)
        return stack.get_json("/v1/accounts/" + token.hex())

    @staticmethod
    def record(number, minor, currency=978, outflow=False, other=1):
        body = bytes([outflow, 0]) + currency.to_bytes(2, "little") + (1780000000000 + number * 1000).to_bytes(6, "little")
        body += minor.to_bytes(8, "little") + number.to_bytes(16, "big") + other.to_bytes(16, "big") + bytes(8) + b"T%d" % number
        return bytes([len(body) + 1]) + body

    def test_5c_odd_ledgers_are_told_plainly(self):
        huge = b"".join(self.record(n, 100, other=n % 7) for n in range(150000))
        self.assertGreater(len(huge), 9 << 20)
        status, page = self.ledger_page(1, huge)
        self.assertEqual((status, page["transfers"]["complete"], page["transfers"]["in"][0]["counterparties"]), (200, False, 7))
        told = page["transfers"]["in"][0]["count"]
        self.assertTrue(100000 < told < 150000 and page["transfers"]["in"][0]["amount"] == "%d.00" % told)
        status, page = self.ledger_page(2, self.record(1, 2**62) + self.record(2, 2**62) + self.record(3, 2**62))
        self.assertEqual((status, "amount" in page["transfers"]["in"][0], page["transfers"]["in"][0]["count"]), (200, False, 3))
        mixed = self.record(1, 1000) + self.record(2, 5, 392) + self.record(3, 7, 840, True) + self.record(3, 7, 840, True)
        status, page = self.ledger_page(3, bytes([9]) + bytes(8) + mixed)  # it was compacted, and a report came twice
        told = [(way, one["currency"], one["amount"], one["count"]) for way in ["in", "out"] for one in page["transfers"][way]]
        self.assertEqual(told, [("in", "JPY", "5", 1), ("in", "EUR", "10.00", 1), ("out", "USD", "0.07", 1)])
        for number, ledger in enumerate([b"\0", b"\xff" * 1000, mixed[:-1], b"no ledger at all"], 4):
            self.assertEqual(self.ledger_page(number, ledger), (500, {"error": "bad_state"}))
        self.assertEqual(stack.get("/v1/health")[0], 200)

    @staticmethod
    def sums_of_the_sample():
        """label → (bank, number) → direction → amounts and counterparties, from the file that was published."""
        sums = defaultdict(lambda: defaultdict(lambda: {"in": ([], set()), "out": ([], set())}))
        for row in Serve.rows("sample.csv"):
            debtor, creditor = (row["debtor_bank"], row["debtor"]), (row["creditor_bank"], row["creditor"])
            for own, other, way in [(debtor, creditor, "out"), (creditor, debtor, "in")]:
                amounts, others = sums["%s …%s" % (own[0], own[1][-4:])][own][way]
                amounts.append(Decimal(row["amount"]))
                others.add(other)
        return sums

    def sums_compare(self, page, expected):
        for way in ["in", "out"]:
            amounts, others = expected[way]
            told = [(one["count"], Decimal(one["amount"]), one["counterparties"], one["currency"]) for one in page[way]]
            self.assertEqual(told, [(len(amounts), sum(amounts), len(others), "EUR")] if amounts else [])

    def test_6_hostile_requests_get_a_clear_answer(self):
        before = len(os.listdir("/proc/%d/fd" % stack.parts["serve"].pid))
        for name, raw, statuses, code in HOSTILE:
            with self.subTest(name):
                status, headers, body = stack.raw(raw, finish=True)
                self.assertIn(status, statuses)
                if code is not None:
                    self.assertEqual(json.loads(body), {"error": code})
                    self.assertEqual(headers[b"content-type"], b"application/json")
                if status == 405:
                    self.assertEqual(headers[b"allow"], b"get, head")
                self.assertEqual(stack.get("/v1/health")[0], 200)
        status, headers, body = stack.raw(request(b"/v1/alerts", b"HEAD", HOST + b"Connection: close\r\n"), finish=True)
        self.assertEqual((status, body), (200, b""))
        self.assertGreater(int(headers[b"content-length"]), 1000)
        wait_until("connections are closed", lambda: len(os.listdir("/proc/%d/fd" % stack.parts["serve"].pid)) <= before)

    def test_6b_what_follows_a_request_is_no_request(self):
        second = request(b"/v1/nowhere")
        for length in [b"", b"Content-Length: %d\r\n" % len(second), b"Content-Length: %d\r\n \r\n" % len(second),
                       b"Content-Length : %d\r\n" % len(second), b"Transfer-Encoding: chunked\r\n x\r\n", b"Connection: keep-alive\r\n"]:
            with self.subTest(length), socket.create_connection(stack.address) as connection:
                connection.sendall(request(b"/v1/health", headers=HOST + length) + second)
                answer = b""
                try:
                    for more in iter(lambda: connection.recv(65536), b""):
                        answer += more
                except ConnectionResetError:
                    pass
                self.assertEqual(answer.count(b"HTTP/1.1 "), 1, answer)
                self.assertEqual(reply_parse(answer)[1][b"connection"], b"close")

    def test_7_many_connections_do_not_take_it_away(self):
        both = request(b"/v1/alerts?limit=3", headers=HOST + b"Connection: close\r\n")
        many = [socket.create_connection(stack.address) for _ in range(100)]
        for connection in many:
            connection.sendall(both[:20])
        for connection in reversed(many):
            connection.sendall(both[20:])
        for connection in many:
            answer = b"".join(iter(lambda c=connection: c.recv(65536), b""))
            connection.close()
            self.assertTrue(answer.startswith(b"HTTP/1.1 200"))
        idle = []
        for _ in range(400):  # more than the server takes at once
            connection = socket.socket()
            connection.setblocking(False)
            connection.connect_ex(stack.address)
            idle.append(connection)
        for connection in idle:
            connection.close()
        wait_until("it answers again", lambda: stack.get("/v1/health")[0] == 200)

    def test_8_redis_goes_away_and_comes_back(self):
        before = stack.get("/v1/alerts?limit=1000")
        stack.redis("SAVE")
        stack.end("redis")
        self.trouble("/v1/health", 503, "redis_away")
        for path in ["/v1/alerts", "/v1/findings/" + "0" * 32, "/v1/accounts/" + "0" * 32, "/metrics", "/v1/nowhere"]:
            self.trouble(path, 503, "redis_away")
        self.assertEqual(stack.get("/")[0], 200)
        away = (1, b"not ready: Redis does not answer\n")
        self.assertEqual(stack.command("health"), away)
        self.assertEqual(stack.command("health", "--server", "%s:%d" % stack.address), away)
        self.assertEqual(stack.command("health", "--pid", str(stack.parts["worker"].pid)), away)
        stack.start_redis()
        wait_until("all is ready again", lambda: stack.get("/v1/health")[0] == 200)
        self.assertEqual(stack.get("/v1/alerts?limit=1000"), before)
        stack.parts["redis"].send_signal(signal.SIGSTOP)  # there, but silent
        self.trouble("/v1/alerts", 503, "redis_away")
        stack.parts["redis"].send_signal(signal.SIGCONT)
        wait_until("it answers again", lambda: stack.get("/v1/alerts?limit=1000") == before)

    def test_9_without_workers_it_is_not_ready_and_still_answers(self):
        stack.end("worker")
        wait_until("the worker is missed", lambda: stack.get("/v1/health")[0] == 503)
        self.trouble("/v1/health", 503, "no_worker_reporting")
        self.assertEqual(stack.command("health"), (1, b"not ready: no worker has reported in the last 10 s\n"))
        self.assertEqual(stack.command("health", "--worker", "w1"), (1, b"not ready: worker w1 has not reported in the last 10 s\n"))
        self.assertEqual(stack.get("/v1/alerts")[0], 200)
        for connection in slow:
            connection.settimeout(PATIENCE)
            try:
                while connection.recv(4096):
                    pass
            except ConnectionResetError:
                pass
            connection.close()

    def test_9b_no_account_number_is_in_a_log_or_an_answer(self):
        numbers = [row["number"].encode() for row in self.rows("accounts.csv")]
        text = b"".join(stack.bodies) + b"".join(stack.log(name).encode() for name in ["serve", "worker", "redis"])
        self.assertGreater(len(numbers), 100)
        self.assertEqual([number for number in numbers if number in text], [])
        self.assertEqual(stack.log("serve").count("\n"), 1, stack.log("serve"))  # its address, and nothing of what was asked


def main():
    global stack
    stack = Stack(sys.argv.pop(1))
    run_tests(stack, "%d hostile requests; " % (len(HOSTILE) + 2 * len(UNFINISHED)))


if __name__ == "__main__":
    main()
