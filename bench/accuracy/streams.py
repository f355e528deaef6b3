"""The third-party sets, one shape for all scorers: arrays in time order, accounts as small numbers, one time split."""
import gzip
import csv
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from metrics import seconds, split_time

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("MONEYTRAIL_DATA", ROOT.parent / "shared" / "data"))
OUTSIDE = {"SOURCE", "SINK"}  # AMLGentex's income and spending: the outside world, no accounts
TEST_FROM = 0.8


@dataclass
class Stream:
    """Transfers of one set, in the file's order, which is time order."""
    name: str
    file: Path
    ids: list
    accounts: list
    debtor: np.ndarray
    creditor: np.ndarray
    time: np.ndarray  # seconds since 1970
    amount: np.ndarray
    kind: np.ndarray
    illicit: np.ndarray
    cut: float
    mapping: str = "generated"

    @property
    def test(self):
        return self.time >= self.cut

    def real(self):
        """Which accounts are accounts."""
        return np.array([account not in OUTSIDE for account in self.accounts])

    def candidates(self):
        """Accounts that occur in the test span: what is ranked."""
        seen = np.union1d(self.debtor[self.test], self.creditor[self.test])
        return seen[self.real()[seen]]

    def positives(self):
        """Accounts with an illicit transfer, sent or received, in the test span."""
        wanted = self.test & self.illicit
        seen = np.union1d(self.debtor[wanted], self.creditor[wanted])
        return seen[self.real()[seen]]


def set_folders():
    """The folders of the generated sets, in order of name; none where the data is absent."""
    folder = DATA / "generated"
    return sorted(p for p in folder.iterdir() if (p / "transfers.csv.gz").is_file()) if folder.is_dir() else []


def generator_of(name):
    """amlsim-a, amlsim-b, amlsim-c -> amlsim."""
    return name.rsplit("-", 1)[0]


def told(path, accounts):
    """Options of moneytrail scan: what banks know of the accounts of a stream of ours, and when it began."""
    with open(path) as file:
        next(file)
        return ["--accounts", str(accounts), "--stream-from", next(file).split(",", 2)[1][:10]]


def load(folder):
    """Reads one third-party set."""
    with gzip.open(folder / "truth.csv.gz", "rt", newline="") as file:
        illicit = {row["id"] for row in csv.DictReader(file)}
    return read(folder.name, folder / "transfers.csv.gz", illicit, "generated")


def read(name, path, illicit_ids, mapping):
    """Reads a stream of either format. An account of a format that names banks is "BANK account"."""
    number = {}
    ids, times, debtors, creditors, amounts, kinds = [], [], [], [], [], []
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", newline="") as file:
        rows = csv.DictReader(file)
        banks = "debtor_bank" in rows.fieldnames
        for row in rows:
            debtor, creditor = row["debtor"], row["creditor"]
            if banks:
                debtor, creditor = f"{row['debtor_bank']} {debtor}", f"{row['creditor_bank']} {creditor}"
            ids.append(row["id"])
            times.append(seconds(row["time"]))
            debtors.append(number.setdefault(debtor, len(number)))
            creditors.append(number.setdefault(creditor, len(number)))
            amounts.append(float(row["amount"]))
            kinds.append(row["kind"])
    names = {kind: n for n, kind in enumerate(sorted(set(kinds)))}
    return Stream(name, path, ids, list(number), np.array(debtors), np.array(creditors), np.array(times), np.array(amounts),
                  np.array([names[kind] for kind in kinds]), np.array([i in illicit_ids for i in ids]), split_time(times, TEST_FROM), mapping)
