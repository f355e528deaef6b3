#!/usr/bin/env python3
"""run_scenario.py MONEYTRAIL SCENARIO: one scenario file: a drawing, the stream, how it is looked at, and what must be told.

    # drawing
    generate OPTIONS            beside the usual laundering (scenario.py), or with `alone` before it nothing but these options
    channels OPTIONS
    new ID within N             told when at most N injected flows have begun, and not before the first
    nothing new
"""
import fnmatch
import sys

from scenario import USUAL, Stream, flows_until


def read(path):
    lines = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            words = line.split()
            if words and not line.startswith("#"):
                lines.append(words)
    return lines


def check_new(found, begun, wanted, most):
    days = [record["day"] for record in found if fnmatch.fnmatchcase(record["id"], wanted)]
    if not days:
        return f"{wanted} was not told; told were {[record['id'] for record in found]}"
    flows = flows_until(begun, min(days))
    print(f"{wanted}: told after {flows} of {len(begun)} flows, at most {most} wanted")
    return None if 0 < flows <= most else f"{wanted} was told after {flows} flows"


def main():
    moneytrail, path = sys.argv[1:]
    lines = read(path)
    told = {words[0]: words[1:] for words in lines}
    stream_options = told["generate"] if "alone" in told else USUAL + told["generate"]
    faults = []
    with Stream(moneytrail, stream_options) as stream:
        begun = stream.begun()
        found = [record for record in stream.channels(*told.get("channels", []))[0] if record["new"]]
        faults += [f"{record['id']} was told before anything was injected" for record in found if begun and record["day"] < begun[0]]
        for words in lines:
            if words[0] == "new":
                faults.append(check_new(found, begun, words[1], int(words[3])))
            elif words[0] == "nothing":
                faults += [f"{record['id']} was told on {record['day']}" for record in found]
    faults = [fault for fault in faults if fault]
    print("\n".join(faults) or "as expected")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
