#!/usr/bin/env python3
"""measure.py MONEYTRAIL FIRST_SEED SEEDS [channels' options]: how soon a held-out way out is told, and what is told wrongly. Nothing is picked:
every seed and kind is printed. The README's figures come from here."""
import sys

from scenario import USUAL, Stream, flows_until

EXITS = ["gift_card", "topup", "wallet", "gold"]
WHOLE = ["ecny", "card_tiers", "goods_leg", "stream_tips", "running_points"]
PRODUCTS = ["gift_card", "topup", "wallet", "round_up", "red_packets"]
SIZE = ["--transfers", "250000", "--days", "50"]


def reports(stream, options):
    return [record for record in stream.channels(*options)[0] if record["new"]]


def channel(moneytrail, kind, seed, options):
    injected = ["--new-channel", kind, "--from-day", "36", "--new-instances", "40"]
    with Stream(moneytrail, ["--seed", str(seed), *SIZE, *USUAL, *injected]) as stream:
        begun = stream.begun()
        found = reports(stream, options)
        early = [record["id"] for record in found if record["day"] < begun[0]]
        later = [(flows_until(begun, record["day"]), record["id"]) for record in found if record["day"] >= begun[0]]
        first = min(later, default=("not", ""))
        print(f"channel {kind:14} seed {seed}: {first[0]} of {len(begun)} flows {first[1]}", f"false before: {early}" if early else "", flush=True)
        return len(early)


def product(moneytrail, kind, seed, count, options):
    injected = ["--new-product", kind, "--from-day", "36", "--new-instances", str(count)]
    with Stream(moneytrail, ["--seed", str(seed), *SIZE, *USUAL, *injected]) as stream:
        found = [record["id"] for record in reports(stream, options)]
        print(f"product {kind:14} seed {seed}, {count} uses: {found or 'quiet'}", flush=True)
        return len(found)


def quiet(moneytrail, seed, options):
    everything = ["--patterns", "all", "--honest", "all", "--illicit-share", "0.001"]
    with Stream(moneytrail, ["--seed", str(seed), "--transfers", "650000", "--days", "65", *everything]) as stream:
        found = [(record["day"], record["id"]) for record in reports(stream, options)]
        print(f"nothing new, 65 days, seed {seed}: {found or 'quiet'}", flush=True)
        return len(found)


def main():
    moneytrail, first, count, options = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
    seeds = range(first, first + count)
    wrong = sum(channel(moneytrail, kind, seed, options) for kind in EXITS + WHOLE for seed in seeds)
    products = sum(product(moneytrail, kind, seed, uses, options) for kind in PRODUCTS for seed in seeds for uses in (60, 600))
    silent = sum(quiet(moneytrail, seed, options) for seed in seeds)
    print(f"told before anything was injected: {wrong}; honest products told: {products}; "
          f"told in {count} streams of 65 days (31 of them judged) with nothing new: {silent}")


if __name__ == "__main__":
    main()
