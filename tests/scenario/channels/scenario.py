"""What the channel scenarios and measure.py share: a stream is generated, its channels told, and reports are set against the flows injected."""
import csv
import json
import os
import subprocess
import tempfile

# Laundering that is always there, so that a new way out is one among others: chains, cycles, fans, cash; none of it uses what is injected.
USUAL = ["--patterns", "chain,cycle,fan_out,fan_in,scatter_gather,gather_scatter,structuring,smurfing,cash_withdrawal,otc_crypto,deposit_send",
         "--illicit-share", "0.004"]


class Stream:
    """A generated stream in a folder that ends with it."""

    def __init__(self, moneytrail, options):
        self.moneytrail = moneytrail
        self.folder = tempfile.TemporaryDirectory(prefix="mt-channels-")
        self.file = os.path.join(self.folder.name, "stream.csv")
        self.networks = os.path.join(self.folder.name, "networks.csv")
        self.accounts = os.path.join(self.folder.name, "accounts.csv")
        self.secret = os.path.join(self.folder.name, "secret")
        with open(self.secret, "w", encoding="ascii") as secret:
            secret.write("5" * 64)
        subprocess.run([moneytrail, "generate", *options, "--out", self.file, "--networks", self.networks, "--accounts", self.accounts], check=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def channels(self, *options, file=None):
        """The channels told, as records, and the bytes they were printed as."""
        done = subprocess.run([self.moneytrail, "channels", file or self.file, "--mapping", "moneytrail", "--accounts", self.accounts,
                               "--secret-file", self.secret, "--json", *options], check=True, capture_output=True)
        return [json.loads(line) for line in done.stdout.splitlines()], done.stdout

    def begun(self):
        """The days on which injected flows began, sorted."""
        firsts = {}
        with open(self.networks, encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row["pattern"] in ("new_channel", "new_product"):
                    firsts.setdefault(row["network"], row["transfer_id"])
        wanted = set(firsts.values())
        with open(self.file, encoding="utf-8") as file:
            return sorted(row["time"][:10] for row in csv.DictReader(file) if row["id"] in wanted)


def flows_until(begun, day):
    """Injected flows that had begun by the end of a day."""
    return sum(first <= day for first in begun)
