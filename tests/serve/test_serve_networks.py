#!/usr/bin/env python3
"""test_serve_networks.py MONEYTRAIL: networks over Redis: `networks`, `network`, `labels`, `scan --networks` and /v1/networks, and what people decide about
them, over findings of a real worker and over findings written into Redis by hand.

The tests run in the order of their names, over one stack.
"""
import csv
import hashlib
import json
import os
import subprocess
import sys
import threading
import unittest
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from json_schema import Schema
from stack import PATIENCE, Stack, run_tests, wait_until

stack = None
network_schema, label_schema = Schema("network"), Schema("label")

BANK = "TESTXX2L"
START = datetime(2026, 9, 1, 8, tzinfo=timezone.utc)
FINDINGS_READ = 5000  # MT_NETWORKS_FINDINGS_DEFAULT


def number_of(name):
    """An account number that is nobody else's: it must never come back."""
    return "77%010d" % (int(hashlib.md5(name.encode()).hexdigest(), 16) % 10**10)


def key_of(name):
    return hashlib.md5(name.encode()).hexdigest()


def shard_of(hex_id):
    return bytes.fromhex(hex_id)[15] % 16


class Networks(unittest.TestCase):
    maxDiff = 4000
    published = 0  # transfers beside the sample's

    # --- asking

    def page(self, query=""):
        status, page = stack.get_json("/v1/networks" + query)
        self.assertEqual(status, 200, page)
        for network in page["networks"]:
            network_schema.check(network)
        return page

    def all_networks(self, query="?limit=1000&all=1"):
        return self.page(query)["networks"]

    def one(self, network_id):
        status, page = stack.get_json("/v1/networks/" + network_id)
        self.assertEqual(status, 200, page)
        network_schema.check(page["network"])
        return page["network"]

    def refused(self, status, code, answer):
        self.assertEqual((answer[0], answer[1].get("error")), (status, code))

    def decide(self, network_id, **decision):
        status, page = stack.post_json("/v1/networks/%s/state" % network_id, decision)
        self.assertEqual(status, 200, page)
        network_schema.check(page["network"])
        return page["network"]

    def command(self, *words, code=0):
        got, out = stack.command(*words)
        self.assertEqual(got, code, stack.said)
        return out.decode()

    def labels(self):
        lines = [json.loads(line) for line in self.command("labels").splitlines()]
        for line in lines:
            label_schema.check(line)
        return {line["network"]: line for line in lines}

    def listed(self, network_id, query="?limit=1000"):
        return network_id in [network["id"] for network in self.page(query)["networks"]]

    # --- making findings

    def publish(self, *transfers):
        """(id, from, to, amount, minutes) through Kafka and the worker. Sums stay below what an account's day is looked at for: chains alone are found."""
        path = os.path.join(stack.folder, "more.csv")
        with open(path, "w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow("id time debtor_bank debtor creditor_bank creditor amount currency kind rail".split())
            for name, debtor, creditor, amount, minutes in transfers:
                when = (START + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
                rows.writerow([name, when, BANK, number_of(debtor), BANK, number_of(creditor), amount, "EUR", "transfer", "instant"])
        done = subprocess.run([stack.moneytrail, "replay", path, "--mapping", "moneytrail", "--brokers", stack.brokers, "--secret-file",
                               stack.sample_folder + "/secret.key"], capture_output=True, timeout=PATIENCE)
        self.assertEqual(done.returncode, 0, done.stderr)
        Networks.published += len(transfers)
        wait_until("it is consumed", lambda: stack.counter("transfers") >= len(self.rows("sample.csv")) + Networks.published)

    def network_with(self, *transfer_ids):
        """The network of the live finding that holds these transfers, once it is there."""
        def found():
            status, page = stack.get_json("/v1/alerts?limit=1000")
            for alert in page["alerts"] if status == 200 else []:
                if set(transfer_ids) <= {transfer["id"] for transfer in alert["transfers"]}:
                    return alert["id"]
            return None
        return self.one(wait_until("a finding holds %s" % (transfer_ids,), found))

    @staticmethod
    def rows(name):
        with open(os.path.join(stack.sample_folder, name), encoding="utf-8") as file:
            return list(csv.DictReader(file))

    @staticmethod
    def finding(transfers, score=50, **more):
        """A finding's id and content. A transfer is (name, from, to, minor units, minutes)."""
        told = []
        for n, (name, debtor, creditor, minor, minutes) in enumerate(transfers):
            told.append({"n": n + 1, "role": "chain", "id": name, "key": key_of(name), "time": (START + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ"),
                         "debtor": {"token": key_of(debtor), "label": "HAND …" + debtor[-4:]}, "creditor": {"token": key_of(creditor), "label": "HAND …" + creditor[-4:]},
                         "amount": "%d.%02d" % divmod(minor, 100), "currency": "EUR", "kind": "transfer", "rail": "instant"})
        content = {"v": 1, "id": told[0]["key"], "state": "live", "kind": "mule_chain", "score": score, "hops": len(told), "transfers": told, "links": [], **more}
        return told[0]["key"], json.dumps(content, separators=(",", ":"), ensure_ascii=False)

    def write(self, *findings):
        """Findings into Redis, as a worker keeps them."""
        commands = []
        for finding_id, content in findings:
            last = max(transfer["time"] for transfer in json.loads(content)["transfers"])
            last_ms = int(datetime.strptime(last, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc).timestamp() * 1000)
            tag, raw = b"{mt:%03d}:" % shard_of(finding_id), bytes.fromhex(finding_id)
            mark = hashlib.blake2b(content.encode(), digest_size=16).digest()
            commands.append([b"HSET", tag + b"f:" + raw, b"r", b"1", b"s", b"live", b"d", b"1", b"h", mark, b"c", content.encode()])
            commands.append([b"ZADD", tag + b"live", last_ms, raw])
        stack.redis_many(commands)

    def remove(self, *finding_ids, state=b"withdrawn"):
        commands = []
        for finding_id in finding_ids:
            tag, raw = b"{mt:%03d}:" % shard_of(finding_id), bytes.fromhex(finding_id)
            commands.append([b"HSET", tag + b"f:" + raw, b"s", state])
            commands.append([b"ZREM", tag + b"live", raw])
        stack.redis_many(commands)

    # --- before and after the worker

    def test_1_before_any_worker_it_says_so(self):
        for path in ["/v1/networks", "/v1/networks/" + "0" * 32]:
            self.refused(503, "no_worker_yet", stack.get_json(path))
        self.refused(503, "no_worker_yet", stack.post_json("/v1/networks/%s/state" % ("0" * 32), {"state": "assigned", "by": "a", "to": "b"}))
        for words in [["networks"], ["network", "0" * 32], ["labels"]]:
            self.command(*words, code=1)
            self.assertIn("no worker has used this namespace yet", stack.said)

    def test_2_networks_are_what_their_findings_say(self):
        stack.start_worker()
        wait_until("all is consumed", lambda: stack.counter("transfers") >= len(self.rows("sample.csv")))
        alerts = stack.get_json("/v1/alerts?limit=1000")[1]["alerts"]
        self.assertGreater(len(alerts), 5)
        expected = self.grown(alerts)
        page = self.page("?limit=1000")
        self.assertEqual({network["id"] for network in page["networks"]}, set(expected))
        self.assertEqual((page["count"], page["total"], page["silenced"]), (len(expected), len(expected), 0))
        self.assertEqual(page["findings"], {"read": len(alerts), "live": len(alerts), "complete": True})
        scores = [(-network["score"], network["id"]) for network in page["networks"]]
        self.assertEqual(scores, sorted(scores))
        for network_id, members in expected.items():
            self.compare(self.one(network_id), members)

    @staticmethod
    def grown(alerts):
        """network id → its alerts, by flooding."""
        names = {alert["id"]: alert["id"] for alert in alerts}
        keys = {alert["id"]: {transfer["key"] for transfer in alert["transfers"]} for alert in alerts}
        moved = True
        while moved:
            moved = False
            for a in names:
                for b in names:
                    if names[b] < names[a] and keys[a] & keys[b]:
                        names[a], moved = names[b], True
        grown = defaultdict(list)
        for alert in alerts:
            grown[names[alert["id"]]].append(alert)
        return grown

    def compare(self, network, alerts):
        transfers = {transfer["key"]: transfer for alert in alerts for transfer in alert["transfers"]}.values()
        sums, payers, payees, labels = defaultdict(lambda: [Decimal(0), Decimal(0)]), defaultdict(set), defaultdict(set), {}
        for transfer in transfers:
            debtor, creditor, amount = transfer["debtor"]["token"], transfer["creditor"]["token"], Decimal(transfer["amount"])
            sums[creditor][0] += amount
            sums[debtor][1] += amount
            payees[debtor].add(creditor)
            payers[creditor].add(debtor)
            labels.update({debtor: transfer["debtor"]["label"], creditor: transfer["creditor"]["label"]})
        self.assertEqual([(one["id"], one["score"]) for one in network["findings"]], sorted((alert["id"], alert["score"]) for alert in alerts))
        self.assertEqual((network["score"], network["state"]), (max(alert["score"] for alert in alerts), "new"))
        self.assertEqual((network["first_time"], network["last_time"]), (min(t["time"] for t in transfers), max(t["time"] for t in transfers)))
        self.assertEqual([network["counts"][name] for name in ["findings", "transfers", "accounts"]], [len(alerts), len(transfers), len(sums)])
        self.assertEqual({account["token"]: [Decimal(account["sums"][0]["in"]), Decimal(account["sums"][0]["out"])] for account in network["accounts"]}, sums)
        for account in network["accounts"]:
            token = account["token"]
            self.assertEqual((account["label"], account["payers"], account["payees"]), (labels[token], len(payers[token]), len(payees[token])))
            self.assertEqual(account["role"] == "source", not payers[token])
        money = network["money"][0]
        entered = sum(Decimal(t["amount"]) for t in transfers if not payers[t["debtor"]["token"]])
        left = sum(Decimal(t["amount"]) for t in transfers if not payees[t["creditor"]["token"]])
        self.assertEqual([Decimal(money[name]) for name in ["entered", "left", "moved"]], [entered, left, sum(Decimal(t["amount"]) for t in transfers)])
        roles = [account["role"] for account in network["accounts"]]
        self.assertEqual({role: roles.count(role) for role in network["counts"]["roles"]}, network["counts"]["roles"])

    def test_2b_a_scan_finds_the_same_networks(self):
        sample = os.path.join(stack.sample_folder, "sample.csv")
        words = [stack.moneytrail, "scan", sample, "--mapping", "moneytrail", "--secret-file", stack.sample_folder + "/secret.key", "--networks",
                 "--accounts", os.path.join(stack.sample_folder, "accounts.csv")]
        done = subprocess.run(words + ["--json"], capture_output=True, timeout=PATIENCE)
        self.assertEqual(done.returncode, 0, done.stderr)
        scanned = [json.loads(line) for line in done.stdout.splitlines()]
        for network in scanned:
            network_schema.check(network)
        ids = [network["id"] for network in scanned]
        self.assertEqual(ids, sorted(network["id"] for network in self.all_networks()))
        for network in scanned:
            served = self.one(network["id"])
            self.assertEqual(served.pop("state"), "new")
            self.assertEqual(network, served)
            self.assertEqual(served | {"state": "new"}, json.loads(self.command("network", network["id"], "--json")))
        text = subprocess.run(words + ["--top", "2"], capture_output=True, timeout=PATIENCE).stdout.decode()
        self.assertIn("%d networks" % len(ids), text)
        self.assertIn("%d more; --top N shows more" % (len(ids) - 2), text)
        self.assertEqual(text.count("look first at"), 2)

    def test_2c_pages_give_every_network_exactly_once(self):
        scores = sorted((network["score"] for network in self.page("?limit=1000")["networks"]), reverse=True)
        for query, score in [("", 0), ("&min_score=%d" % scores[4], scores[4])]:
            whole = [network["id"] for network in self.page("?limit=1000" + query)["networks"]]
            self.assertGreater(len(whole), 3)
            for limit in [1, 3, 1000]:
                ids, after = [], ""
                while after is not None and len(ids) <= len(whole):
                    page = self.page("?limit=%d%s%s" % (limit, query, after))
                    self.assertTrue(all(network["score"] >= score for network in page["networks"]))
                    ids += [network["id"] for network in page["networks"]]
                    after = "&after=" + page["next"] if "next" in page else None
                self.assertEqual(ids, whole)

    def test_2d_commands_list_what_the_server_lists(self):
        lines = self.command("networks", "--json", "--limit", "1000").splitlines()
        self.assertEqual([json.loads(line) for line in lines], self.page("?limit=1000")["networks"])
        text = self.command("networks", "--limit", "2")
        self.assertEqual(len([line for line in text.splitlines() if " new " in line]), 2)
        self.assertIn("--limit N lists more", text)
        some = self.all_networks()[0]["id"]
        self.assertEqual(json.loads(self.command("network", some[:8], "--json"))["id"], some)
        self.command("network", "000000", code=1)
        self.assertIn("no network has this id", stack.said)
        self.command("network", "xyz", code=1)
        small = next(network["id"] for network in self.all_networks() if network["counts"]["communities"] == 1)
        self.command("network", small, "--community", "1", code=2)
        self.command("network", small, "--community", "-1", code=2)
        for wrong in [["--by", "anna"], ["--hash", "0" * 32], ["--assign", "bo", "--dismiss", "x"]]:
            self.command("network", some, *wrong, code=2)
        for wrong, why in [(["--dismiss", ""], "a reason is needed"), (["--assign", " "], "--assign: a name"), (["--dismiss", "a\nb"], "control"),
                           (["--confirm", "x" * 501], "500"), (["--confirm", "x", "--hash", "12"], "--hash"), (["--confirm", "x", "--hash", "0" * 32], "has changed")]:
            self.command("network", some, *wrong, "--by", "anna", code=1)
            self.assertIn(why, stack.said)
        self.assertEqual(self.one(some)["state"], "new")
        self.assertEqual(self.command("labels"), "")

    # --- a network's life, through the worker

    def test_3_a_dismissed_network_that_grows_is_reopened(self):
        self.publish(("N-1", "n1", "n2", "90.00", 0), ("N-2", "n2", "n3", "89.00", 20), ("N-3", "n3", "n4", "88.00", 45))
        network = self.network_with("N-1", "N-2", "N-3")
        network_id, mark = network["id"], network["hash"]
        self.assertEqual((network["state"], "review" in network), ("new", False))

        network = self.decide(network_id, state="assigned", by="anna", to="bo")
        self.assertEqual((network["state"], network["review"]["to"], network["review"]["hash"]), ("assigned", "bo", mark))
        self.assertNotIn(network_id, self.labels())  # nobody has judged yet
        text = self.command("network", network_id, "--dismiss", "rent of a „Wohngemeinschaft“", "--by", "bo", "--hash", mark)
        self.assertIn("dismissed by bo", text)
        self.assertIn("before: assigned by anna", text)
        network = self.one(network_id)
        self.assertEqual((network["state"], network["review"]["by"], network["review"]["reason"]), ("dismissed", "bo", "rent of a „Wohngemeinschaft“"))
        self.assertEqual([entry["state"] for entry in network["review"]["history"]], ["assigned"])
        self.assertFalse(self.listed(network_id))
        self.assertTrue(self.listed(network_id, "?limit=1000&all=1"))
        self.assertEqual(self.page("?limit=1000")["silenced"], 1)
        self.assertNotIn(network_id[:12], self.command("networks", "--limit", "1000"))
        self.assertIn("1 dismissed and unchanged since: not shown; --all shows them", self.command("networks", "--limit", "1000"))
        self.assertIn(network_id[:12], self.command("networks", "--limit", "1000", "--all"))
        label = self.labels()[network_id]
        self.assertEqual((label["state"], label["reason"], label["findings"]), ("dismissed", "rent of a „Wohngemeinschaft“", [network_id]))
        self.assertEqual([transfer["id"] for transfer in label["transfers"]], ["N-1", "N-2", "N-3"])

        self.publish(("N-4", "n4", "n5", "87.00", 70))
        network = self.network_with("N-1", "N-4")
        self.assertEqual((network["id"], network["state"]), (network_id, "reopened"))
        self.assertEqual((network["review"]["state"], network["review"]["transfers_new"], network["review"]["findings_new"]), ("dismissed", 1, 0))
        self.assertNotEqual(network["hash"], mark)
        self.assertTrue(self.listed(network_id))
        self.assertIn("since then 1 transfer and 0 findings are new", self.command("network", network_id))
        self.assertEqual(self.labels()[network_id], label)  # it is still what was judged, then
        self.refused(409, "network_changed", stack.post_json("/v1/networks/%s/state" % network_id, {"state": "dismissed", "by": "bo", "reason": "rent", "hash": mark}))
        self.assertEqual(self.one(network_id), network)

    def test_3b_a_state_follows_when_the_id_moves(self):
        old_id = self.network_with("N-1", "N-4")["id"]
        old = self.decide(old_id, state="dismissed", by="anna", reason="rent, all of it")
        self.assertEqual((old["state"], len(old["review"]["history"])), ("dismissed", 2))
        self.publish(("N-0", "n0", "n1", "91.00", -30))  # comes late: the chain begins earlier now, and is named by it
        network = self.network_with("N-0", "N-4")
        self.assertNotEqual(network["id"], old_id)
        self.assertEqual((network["state"], network["review"]["network"], network["review"]["findings_new"], network["review"]["transfers_new"]),
                         ("reopened", old_id, 1, 1))
        self.assertEqual(self.one(old_id), network)  # the old id leads to it
        self.assertIn(network["id"], self.command("network", old_id))
        self.assertEqual(list(self.labels()), [old_id])
        network = self.decide(old_id, state="confirmed", by="anna", reason="not rent after all")
        self.assertEqual((network["state"], network["review"]["network"]), ("confirmed", network["id"]))
        self.assertEqual([entry["state"] for entry in network["review"]["history"]], ["dismissed", "dismissed", "assigned"])
        labels = self.labels()
        self.assertEqual(list(labels), [network["id"]])  # the earlier ones are replaced
        self.assertEqual(labels[network["id"]]["state"], "confirmed")
        self.publish(("N-5", "n5", "n6", "86.00", 90))
        network = self.network_with("N-0", "N-5")
        self.assertEqual((network["state"], network["review"]["transfers_new"]), ("confirmed", 1))  # it stays so, and says what is new

    # --- by hand: joins, splits, ends

    def test_4_networks_that_join_keep_the_latest_decision(self):
        a = self.finding([("J-1", "j1", "j2", 5000, 0), ("J-2", "j2", "j3", 4900, 10)])
        b = self.finding([("J-3", "j4", "j5", 7000, 0), ("J-4", "j5", "j6", 6900, 10)])
        self.write(a, b)
        self.decide(a[0], state="confirmed", by="anna", reason="mules")
        self.decide(b[0], state="dismissed", by="bo", reason="a shop")
        self.assertEqual((self.one(a[0])["state"], self.one(b[0])["state"]), ("confirmed", "dismissed"))
        bridge = self.finding([("J-2", "j2", "j3", 4900, 10), ("J-5", "j3", "j5", 4800, 12), ("J-4", "j5", "j6", 6900, 10)])
        self.write((key_of("J-5"), bridge[1].replace(key_of("J-2"), key_of("J-5"), 1)))
        joined = self.one(a[0])
        self.assertEqual((joined["id"], joined["counts"]["findings"]), (min(a[0], b[0], key_of("J-5")), 3))
        self.assertEqual((joined["state"], joined["review"]["by"]), ("reopened", "bo"))
        self.assertEqual(set(self.labels()) & {a[0], b[0]}, {a[0], b[0]})  # both judgements hold for what they were made on
        joined = self.decide(joined["id"], state="dismissed", by="anna", reason="a shop with a courier")
        self.assertEqual([(entry["by"], entry["state"]) for entry in joined["review"]["history"]], [("bo", "dismissed"), ("anna", "confirmed")])
        self.assertEqual({"id": joined["id"]}, {"id": one for one in self.labels() if one in [a[0], b[0], key_of("J-5")]})
        # It falls apart again: what is left was all looked at, so each part stays silent.
        self.remove(key_of("J-5"))
        for part in [a[0], b[0]]:
            self.assertEqual((self.one(part)["state"], self.listed(part)), ("dismissed", False))
        # One part is confirmed alone; the other keeps what it had.
        self.decide(a[0], state="confirmed", by="bo", reason="mules all the same")
        self.assertEqual((self.one(a[0])["state"], self.one(b[0])["state"]), ("confirmed", "dismissed"))

    def test_4b_a_changed_amount_reopens_and_another_score_does_not(self):
        transfers = [("C-1", "c1", "c2", 5000, 0), ("C-2", "c2", "c3", 4900, 10)]
        finding_id = self.finding(transfers)[0]
        self.write(self.finding(transfers))
        self.decide(finding_id, state="dismissed", by="anna", reason="rent")
        self.write(self.finding(transfers, score=90, signs=[{"code": "night"}]))
        self.assertEqual((self.one(finding_id)["state"], self.one(finding_id)["score"]), ("dismissed", 90))
        self.write(self.finding(transfers[:1] + [("C-2", "c2", "c3", 4901, 10)]))
        network = self.one(finding_id)
        self.assertEqual((network["state"], network["review"]["transfers_new"]), ("reopened", 1))
        self.write(self.finding(transfers))
        self.assertEqual(self.one(finding_id)["state"], "dismissed")

    def test_4c_ended_findings_leave_networks_and_labels_stay(self):
        end = self.finding([("E-1", "e1", "e2", 5000, 0), ("E-2", "e2", "e3", 4900, 10)])
        self.write(end)
        self.decide(end[0], state="confirmed", by="anna", reason="mules")
        self.remove(end[0])
        self.refused(404, "no_such_network", stack.get_json("/v1/networks/" + end[0]))
        self.assertIn(end[0], self.labels())
        self.write(end)
        self.assertEqual(self.one(end[0])["state"], "confirmed")

    def test_4c2_states_follow_into_what_a_finding_is_merged_into_and_back(self):
        small = [("S-1", "s1", "s2", 5000, 0), ("S-2", "s2", "s3", 4900, 10)]
        before, whole = self.finding(small), self.finding([("S-0", "s0", "s1", 5100, -10)] + small)
        self.write(before)
        self.decide(before[0], state="dismissed", by="anna", reason="rent")
        self.write(whole)
        self.remove(before[0], state=b"merged")
        self.assertEqual(self.one(whole[0])["state"], "reopened")
        self.decide(whole[0], state="confirmed", by="bo", reason="no rent")
        self.remove(whole[0])
        self.write(before)  # the earlier transfer was a mistake: what was decided last still holds
        self.assertEqual((self.one(before[0])["state"], self.one(before[0])["review"]["by"]), ("confirmed", "bo"))

    def test_4d_findings_of_other_detectors_are_taken(self):
        """No chain, no hops: whatever is not known here is passed over."""
        finding_id, content = self.finding([("O-1", "o1", "o9", 1000, 0), ("O-2", "o2", "o9", 1000, 1), ("O-3", "o3", "o9", 1000, 2)])
        content = json.loads(content)
        del content["hops"], content["links"]
        content.update(kind="collector", signs=[{"code": "fan_in"}], cuts={"hub_end": True})
        for transfer in content["transfers"]:
            transfer["role"] = "gathered"
        self.write((finding_id, json.dumps(content, separators=(",", ":"))))
        network = self.one(finding_id)
        self.assertEqual(network["counts"]["roles"], {"source": 3, "mule": 0, "collector": 0, "distributor": 0, "hub": 0, "exit": 1})
        broken = self.finding([("O-4", "o4", "o5", 1000, 0)])
        self.write((broken[0], broken[1].replace('"EUR"', '"???"')))
        page = self.page("?limit=1000")
        self.assertEqual((page["findings"]["complete"], page["findings"]["live"] - page["findings"]["read"]), (False, 1))
        self.assertIn("1 findings could not be read and are left out", self.command("networks"))
        self.remove(broken[0])

    def test_4e_a_decision_that_broke_off_changes_nothing(self):
        finding_id = self.finding([("J-3", "j4", "j5", 7000, 0)])[0]
        before = self.one(finding_id)
        raw = bytes.fromhex(finding_id)
        stack.redis_many([[b"HSET", b"{mt:%03d}:review" % shard_of(finding_id), raw + b"\xff" * 8, b'{"v":1,"state":"confirmed"}']])
        labels = self.labels()
        self.assertEqual(self.one(finding_id), before)
        self.assertNotEqual(labels.get(finding_id, {}).get("state"), "confirmed")
        # Pointers to a record that is gone, or is no JSON: as if nobody had decided.
        lone = self.finding([("L-1", "l1", "l2", 1000, 0), ("L-2", "l2", "l3", 900, 9)])
        self.write(lone)
        pointer = bytes.fromhex(lone[0]) + b"\0" * 8
        stack.redis_many([[b"HSET", b"{mt:%03d}:reviewed" % shard_of(lone[0]), bytes.fromhex(lone[0]), pointer]])
        self.assertEqual(self.one(lone[0])["state"], "new")
        stack.redis_many([[b"HSET", b"{mt:%03d}:review" % shard_of(lone[0]), pointer, b"{junk"]])
        self.assertEqual(self.one(lone[0])["state"], "new")
        self.assertEqual(self.labels(), labels)
        self.assertEqual(self.decide(lone[0], state="assigned", by="a", to="b")["state"], "assigned")

    def test_4f_many_decide_at_once(self):
        finding_id = self.finding([("M-1", "m1", "m2", 1000, 0), ("M-2", "m2", "m3", 900, 9)])[0]
        self.write(self.finding([("M-1", "m1", "m2", 1000, 0), ("M-2", "m2", "m3", 900, 9)]))
        codes = []

        def one(n):
            if n % 2 == 0:
                codes.append(stack.post("/v1/networks/%s/state" % finding_id, {"state": "dismissed", "by": "p%d" % n, "reason": "r"})[0])
            else:
                done = subprocess.run([stack.moneytrail, "network", finding_id, "--confirm", "r", "--by", "p%d" % n, "--redis", stack.redis_socket], capture_output=True,
                                      timeout=PATIENCE)
                codes.append(200 if done.returncode == 0 else done.stderr)

        threads = [threading.Thread(target=one, args=(n,)) for n in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(codes, [200] * 16)
        network = self.one(finding_id)
        self.assertIn(network["state"], ["dismissed", "confirmed"])
        self.assertEqual(self.labels()[finding_id]["by"], network["review"]["by"])

    # --- large ones, and limits

    def test_5_a_large_network_is_told_part_by_part(self):
        findings, names = [], []
        for c in range(12):  # rings of 15 accounts, one payment from each to the next
            for n in range(15):
                ring = ["g%02d%02d" % (c, m % 15) for m in range(n, n + 3)]
                one = ("G-%d-%d" % (c, n), ring[0], ring[1], 1000 + n, n)
                two = ("G-%d-%d" % (c, (n + 1) % 15), ring[1], ring[2], 1000 + (n + 1) % 15, (n + 1) % 15)
                findings.append(self.finding([one, two]))
            names.append(key_of("G-%d-0" % c))
            if c > 0:
                findings.append(self.finding([("G-x%d" % c, "g%02d00" % (c - 1), "g%02d00" % c, 500, 20), ("G-%d-0" % c, "g%02d00" % c, "g%02d01" % c, 1000, 30),
                                              ("G-%d-0" % (c - 1), "g%02d00" % (c - 1), "g%02d01" % (c - 1), 1000, 30)]))
        self.write(*findings)
        network = self.one(names[0])
        self.assertEqual(network["counts"]["accounts"], 180)
        communities = network["communities"]
        self.assertTrue(6 <= len(communities) == network["counts"]["communities"] and network["communities_hidden"] == 0)
        self.assertEqual(sum(community["accounts"] for community in communities), 180)
        for community in communities:
            held = [account for account in network["accounts"] if account["community"] == community["community"]]
            self.assertEqual((len(held), sum(community["roles"].values())), (community["accounts"],) * 2)
        listed = next(one for one in self.page("?limit=1000")["networks"] if one["id"] == network["id"])
        self.assertEqual((len(listed["accounts"]), listed["accounts_hidden"], len(listed["findings"]), listed["findings_hidden"]),
                         (20, 160, 20, network["counts"]["findings"] - 20))
        text = self.command("network", names[3], "--show", "3")
        told = text.count("\n  community ")
        self.assertEqual(told, min(8, len(communities)))
        self.assertEqual("and %d smaller communities with " % (len(communities) - told) in text, len(communities) > told)
        self.assertIn("--show N shows more", text)
        self.assertRegex(text, "and [0-9]+ mules of later layers")
        for community in communities:
            text = self.command("network", names[3], "--community", str(community["community"]), "--show", "1000")
            tokens = {account["token"] for account in network["accounts"] if account["community"] == community["community"]}
            shown = {line.rsplit("[", 1)[1][:32] for line in text.splitlines() if line.endswith("]")}
            self.assertEqual(shown, tokens)
        self.command("network", names[3], "--community", str(len(communities)), code=2)
        self.assertIn("numbered from 0", stack.said)

    def test_5b_reading_is_bounded_and_says_so(self):
        old = self.finding([("W-old", "w1", "w2", 1000, -5000), ("W-old2", "w2", "w3", 900, -4990)])
        self.write(old)
        before = self.page("?limit=1")["findings"]
        self.assertTrue(before["complete"])
        self.decide(old[0], state="dismissed", by="anna", reason="rent")
        many = [self.finding([("W-%d" % n, "wa%d" % n, "wb%d" % n, 1000 + n, n), ("V-%d" % n, "wb%d" % n, "wc%d" % n, 900 + n, n + 5)], score=20) for n in range(FINDINGS_READ)]
        self.write(*many)
        live = before["live"] + FINDINGS_READ
        page = self.page("?limit=1000&min_score=21")
        self.assertEqual(page["findings"], {"read": FINDINGS_READ, "live": live, "complete": False})
        self.assertFalse(self.listed(old[0], "?limit=1000&all=1&min_score=21"))
        self.refused(404, "no_such_network", stack.get_json("/v1/networks/" + old[0]))
        self.command("network", old[0], code=1)
        self.assertIn("%d of %d live findings were read" % (FINDINGS_READ, live), stack.said)
        self.assertIn("dismissed", self.command("network", old[0], "--findings", "100000"))
        self.assertIn("%d of %d live findings were read, the newest" % (100, live), self.command("networks", "--findings", "100"))
        self.assertNotIn("were read", self.command("networks", "--findings", str(live)))
        whole, after = 0, ""
        while after is not None:  # a walk through all of it
            page = self.page("?limit=1000" + after)
            whole += page["count"]
            after = "&after=" + page["next"] if "next" in page else None
        self.assertEqual(whole, page["total"] - self.silenced_of(page["total"]))
        self.remove(*[finding_id for finding_id, _ in many])

    def silenced_of(self, total):
        """Dismissed ones among all that are read: what all=1 shows more."""
        counts = []
        for all_too in ["", "&all=1"]:
            count, after = 0, ""
            while after is not None:
                page = self.page("?limit=1000" + all_too + after)
                count += page["count"]
                after = "&after=" + page["next"] if "next" in page else None
            counts.append(count)
        self.assertEqual(counts[1], total)
        return counts[1] - counts[0]

    def test_5c_what_is_read_again_and_again_is_what_a_fresh_reading_says(self):
        """The server fetches only what is new to it; a command reads all of it."""
        lines = self.command("networks", "--json", "--all", "--limit", "1000").splitlines()
        self.assertEqual([json.loads(line) for line in lines], self.all_networks())
        self.assertGreater(len(lines), 15)

    def test_5d_a_shape_is_told_in_every_network_that_has_part_in_it(self):
        payees = ["shx", "shy", "shz"]
        findings = [self.finding([("SH-%s-%s" % (payer, payee), payer, payee, 1000 + n, n) for n, payee in enumerate(payees)], score=70) for payer in ["sha", "shb", "shc"]]
        self.write(*findings[:2])
        self.assertEqual(self.one(findings[0][0])["shapes"], [])
        self.write(findings[2])
        ids = sorted(finding_id for finding_id, _ in findings)
        for network_id in ids:
            network = self.one(network_id)
            (shape,) = network["shapes"]
            self.assertEqual((shape["shape"], shape["text"]), ("bipartite", "3 accounts each pay the same 3 others"))
            self.assertEqual((shape["ways"], shape["transfers"], shape["transfers_here"]), (9, 9, 3))
            self.assertEqual(shape["networks"], [other for other in ids if other != network_id])
            self.assertEqual([sorted(account["token"] for account in layer["accounts"]) for layer in shape["layers"]],
                             [sorted(map(key_of, ["sha", "shb", "shc"])), sorted(map(key_of, payees))])
            self.assertEqual(shape["layers"][1]["accounts"][0]["label"][:6], "HAND …")
            self.assertEqual((shape["money"], network["shapes_search"]), ([{"currency": "EUR", "transfers": 9, "entered": "90.09", "arrived": "90.09"}],
                                                                          {"complete": True, "busy_accounts": 0}))
            self.assertEqual((network["score"], network["state"]), (70, "new"))
            text = self.command("network", network_id)
            self.assertIn("bipartite: 3 accounts each pay the same 3 others", text)
            self.assertIn("3 of these transfers here, the rest in networks " + ", ".join(other[:12] for other in ids if other != network_id), text)
            self.assertIn("9 transfers, 9 ways", text)
            (line,) = [line for line in self.command("networks", "--limit", "1000").splitlines() if line.startswith(network_id[:12])]
            self.assertTrue(line.endswith("  bipartite"), line)
        self.decide(ids[0], state="dismissed", by="anna", reason="a family")
        self.remove(ids[1])  # the shape is gone; what was decided about is as it was
        self.assertEqual((self.one(ids[0])["shapes"], self.one(ids[0])["state"]), ([], "dismissed"))
        self.remove(ids[0], ids[2])

    # --- hostile and broken

    def test_6_hostile_decisions_get_a_clear_answer(self):
        target = self.all_networks()[0]["id"]
        before, path = self.one(target), "/v1/networks/%s/state" % target
        good = {"state": "dismissed", "by": "anna", "reason": "rent"}
        host = "%s:%d" % stack.address
        for name, body, headers, status, code in [
                ("another site by name", good, {"Host": "evil.example:%d" % stack.address[1]}, 403, "other_site"),
                ("a name that looks like an address", good, {"Host": "127.0.0.1.evil.example"}, 403, "other_site"),
                ("another site's page", good, {"Origin": "http://evil.example"}, 403, "other_site"),
                ("a page of nowhere", good, {"Origin": "null"}, 403, "other_site"),
                ("a page of another port", good, {"Origin": "http://127.0.0.1:1"}, 403, "other_site"),
                ("a form", b"state=dismissed", {"Content-Type": "application/x-www-form-urlencoded"}, 415, "only_json"),
                ("plain text", good, {"Content-Type": "text/plain"}, 415, "only_json"),
                ("almost JSON", good, {"Content-Type": "application/jsonp"}, 415, "only_json"),
                ("no type", good, {"Content-Type": None}, 415, "only_json"),
                ("no length", b"", {"Content-Length": None}, 411, "length_required"),
                ("chunks", b"2\r\n{}\r\n0\r\n\r\n", {"Content-Length": None, "Transfer-Encoding": "chunked"}, 400, "bad_request"),
                ("too large", b"{" + b" " * 9000 + b"}", {}, 413, "body_too_large"),
                ("said to be too large", b"{}", {"Content-Length": "8193"}, 413, "body_too_large"),
                ("as large as can be, and nothing", b" " * 8192, {}, 400, "not_json"),
                ("nothing", b"", {}, 400, "not_json"),
                ("no JSON", b"dismiss", {}, 400, "not_json"),
                ("deep", b"[" * 8000, {}, 400, "not_json"),
                ("a list", [good], {}, 400, "not_json"),
                ("twice", b'{"state":"dismissed","state":"confirmed","by":"a","reason":"r"}', {}, 400, "not_json"),
                ("no UTF-8", b'{"state":"dismissed","by":"\xff","reason":"r"}', {}, 400, "not_json"),
                ("a number", {**good, "by": 3}, {}, 400, "not_a_text"),
                ("unknown state", {**good, "state": "closed"}, {}, 400, "state_unknown"),
                ("reopened by hand", {**good, "state": "reopened"}, {}, 400, "state_unknown"),
                ("no reason", {"state": "dismissed", "by": "anna"}, {}, 400, "reason_missing"),
                ("a blank reason", {**good, "reason": "   "}, {}, 400, "reason_missing"),
                ("nobody", {"state": "dismissed", "reason": "x"}, {}, 400, "by_missing"),
                ("assigned to nobody", {"state": "assigned", "by": "anna"}, {}, 400, "to_missing"),
                ("dismissed to somebody", {**good, "to": "bo"}, {}, 400, "to_without_assigned"),
                ("unknown member", {**good, "score": "1"}, {}, 400, "unknown_field"),
                ("a terminal's command", {**good, "reason": "\x1b[2J"}, {}, 400, "text_control_character"),
                ("a long reason", {**good, "reason": "x" * 501}, {}, 400, "text_too_long"),
                ("a long name", {**good, "by": "x" * 65}, {}, 400, "text_too_long"),
                ("a hash that is none", {**good, "hash": "x"}, {}, 400, "hash_malformed"),
                ("another hash", {**good, "hash": "0" * 32}, {}, 409, "network_changed")]:
            with self.subTest(name):
                self.refused(status, code, stack.post_json(path, body, headers))
        for where, status, code in [("/v1/networks/%s/state" % ("0" * 32), 404, "no_such_network"), ("/v1/networks/zz/state", 404, "no_such_network"),
                                    ("/v1/networks//state", 404, "no_such_network"), ("/v1/networks/state", 405, "only_get"), ("/v1/networks", 405, "only_get"),
                                    ("/v1/networks/" + target, 405, "only_get"), (path + "?all=1", 400, "bad_parameter"), (path + "/", 405, "only_get"),
                                    ("/v1/networks/%s/x/state" % target, 404, "no_such_network")]:
            with self.subTest(where):
                self.refused(status, code, stack.post_json(where, good))
        for method in [b"GET", b"PUT", b"DELETE", b"OPTIONS"]:
            status, headers, body = stack.raw(method + b" " + path.encode() + b" HTTP/1.1\r\nHost: " + host.encode() + b"\r\n\r\n", finish=True)
            self.assertEqual((status, json.loads(body)["error"], headers[b"allow"]), (405, "only_post", b"post"))
        for query in ["?all=2", "?all=", "?all=1&all=1", "?after=x", "?limit=0", "?silent=1"]:
            self.refused(400, "bad_parameter", stack.get_json("/v1/networks" + query))
        self.refused(400, "bad_parameter", stack.get_json("/v1/alerts?all=1"))  # it would do nothing there
        self.assertEqual(self.one(target), before)

    def test_6b_a_body_may_come_slowly_or_not_at_all(self):
        target = self.finding([("C-1", "c1", "c2", 5000, 0)])[0]
        body = json.dumps({"state": "assigned", "by": "anna", "to": "bo"}).encode()
        host = b"%s:%d" % (stack.address[0].encode(), stack.address[1])
        head = b"POST /v1/networks/%s/state HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json; charset=utf-8\r\nOrigin: http://%s\r\n" % (target.encode(), host, host)
        status, _, answer = stack.raw(head + b"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n" % len(body) + body)
        self.assertIn(status, [100, 200])
        wait_until("it is assigned", lambda: self.one(target)["state"] == "assigned")
        before = self.one(target)
        status, _, answer = stack.raw(head + b"Content-Length: %d\r\n\r\n" % (len(body) + 1) + body, finish=True)  # a byte is missing
        self.assertIn(status, [0, 400])
        second = b"GET /v1/nowhere HTTP/1.1\r\nHost: x\r\n\r\n"
        status, headers, answer = stack.raw(head + b"Content-Length: %d\r\n\r\n" % len(body) + body + second, finish=True)
        self.assertEqual((status, headers[b"connection"], answer.count(b"HTTP/1.1")), (200, b"close", 0))
        self.assertEqual((self.one(target)["state"], self.one(target)["review"]["network"]), ("assigned", before["review"]["network"]))

    def test_7_redis_goes_away(self):
        target = self.all_networks()[0]["id"]
        stack.redis("SAVE")
        before = self.one(target)
        stack.end("redis")
        for path in ["/v1/networks", "/v1/networks/" + target]:
            self.refused(503, "redis_away", stack.get_json(path))
        self.refused(503, "redis_away", stack.post_json("/v1/networks/%s/state" % target, {"state": "dismissed", "by": "a", "reason": "r"}))
        for words in [["networks"], ["network", target], ["network", target, "--dismiss", "x", "--by", "a"], ["labels"]]:
            self.command(*words, code=1)
        stack.start_redis()
        wait_until("it answers again", lambda: stack.get("/v1/networks?limit=1")[0] == 200)
        self.assertEqual(self.one(target), before)

    def test_8_no_account_number_is_in_a_log_or_an_answer(self):
        numbers = [row["number"].encode() for row in self.rows("accounts.csv")] + [number_of("n%d" % n).encode() for n in range(7)]
        text = b"".join(stack.bodies) + b"".join(stack.log(name).encode() for name in ["serve", "worker", "redis"])
        self.assertEqual([number for number in numbers if number in text], [])


def main():
    global stack
    stack = Stack(sys.argv.pop(1))
    run_tests(stack)


if __name__ == "__main__":
    main()
