"""The other third-party files: what moneytrail finds in each at its default thresholds, and what of it is labelled. One function per file."""
import csv
import json
import tarfile
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

from metrics import precision_recall
from rankers import findings
from streams import DATA

PATTERNS = DATA / "ibm-amlworld-patterns" / "HI-Small_Patterns.txt"
CURRENCIES = {"US Dollar": "USD", "Euro": "EUR", "Yuan": "CNY", "Yen": "JPY", "UK Pound": "GBP", "Rupee": "INR", "Ruble": "RUB",
              "Swiss Franc": "CHF", "Canadian Dollar": "CAD", "Australian Dollar": "AUD", "Mexican Peso": "MXN", "Brazil Real": "BRL",
              "Saudi Riyal": "SAR", "Shekel": "ILS", "Bitcoin": "XBT"}


def share(part, whole):
    """A share as a person reads it."""
    return "-" if part is None or whole == 0 else f"{part / whole:.2f}"


def rows_of(found):
    """Numbers of the lines that a finding's transfers stand in, for files without ids."""
    return {int(transfer["id"].removeprefix("row:")) for transfer in found["transfers"]}


def hi_small():
    """Per family: attempts with half, and with four fifths, of their transfers in findings."""
    attempts, family = [], None
    for number, line in enumerate(PATTERNS.read_text().splitlines(), 1):
        if line.startswith("BEGIN"):
            family = line.split(" - ")[1].split(":")[0].strip()
            attempts.append((family, set()))
        elif line[:1].isdigit():
            attempts[-1][1].add(number)
    found = findings(PATTERNS, "amlworld-patterns", ("--hop-window", "96h"))
    shown = set().union(*(rows_of(one) for one in found)) if found else set()
    table = defaultdict(Counter)
    for family, rows in attempts:
        hits = len(rows & shown)
        table[family].update(count=1, any=hits > 0, half=2 * hits >= len(rows), most=5 * hits >= 4 * len(rows))
    print(f"\nHI-Small patterns, hop window 96 h: {len(found)} findings of {Counter(one['kind'] for one in found)}")
    print(f"{'family':<18}{'attempts':>9}{'any':>7}{'half':>7}{'4/5':>7}   of an attempt's transfers in findings")
    for family, row in sorted(table.items()):
        print(f"{family:<18}{row['count']:>9}" + "".join(f"{share(row[level], row['count']):>7}" for level in ("any", "half", "most")))
    print("A time-respecting tracer cannot see money that a bipartite or fan attempt neither funds nor passes on: one hop each (INDEX.md).")


def rift():
    """The three cycles, the smurf, the merchant."""
    path = DATA / "rift2026-official" / "money-mulling.csv"
    found = findings(path, "rift2026")
    with open(path, newline="") as file:
        rows = {row["transaction_id"]: row for row in csv.DictReader(file)}
    print(f"\nrift2026: {len(found)} findings")
    for one in found:
        parties = Counter(account for transfer in one["transfers"] for account in (rows[transfer["id"]]["sender_id"],
                                                                                   rows[transfer["id"]]["receiver_id"]))
        print(f"  {one['kind']}, score {one['score']}: {len(one['transfers'])} transfers around {parties.most_common(1)[0][0]}")


def amlsim_1k():
    """Accounts in findings against accounts with a labelled transfer."""
    path = DATA / "amlsim-ronaldpereira" / "transactions_1k.csv"
    with open(path, newline="") as file:
        rows = {row["tran_id"]: row for row in csv.DictReader(file)}
    bad = {account for row in rows.values() if row["is_sar"] == "True" for account in (row["orig_acct"], row["bene_acct"])}
    flagged = defaultdict(int)
    found = findings(path, "amlsim-ronaldpereira")
    for one in found:
        for transfer in one["transfers"]:
            for account in (rows[transfer["id"]]["orig_acct"], rows[transfer["id"]]["bene_acct"]):
                flagged[account] = max(flagged[account], one["score"])
    accounts_tell("amlsim-ronaldpereira, 1k", found, flagged, bad)


def accounts_tell(name, found, flagged, bad):
    """Account-level precision and recall at three alert levels."""
    print(f"\n{name}: {len(found)} findings; {len(bad)} labelled accounts")
    for level in (0, 50, 70):
        shown = {account for account, score in flagged.items() if score >= level}
        precision, recall = precision_recall(shown, bad)
        print(f"  score {level} and more: {len(shown)} accounts, precision {0 if precision is None else precision:.3f}, recall {recall:.3f}")


def amlsim_samples():
    """Three sets of 20,000 accounts with fraud accounts named."""
    for archive in sorted((DATA / "ibm-amlsim-samples").glob("*.tgz")):
        with tempfile.TemporaryDirectory() as folder, tarfile.open(archive) as tar:
            name = archive.name.removesuffix(".tgz")
            for member in ("nodes.csv", "transactions.csv"):
                tar.extract(f"{name}/{member}", folder, filter="data")
            path = Path(folder) / name / "transactions.csv"
            with open(path.parent / "nodes.csv", newline="") as file:
                bad = {row["nodeid"] for row in csv.DictReader(file, skipinitialspace=True) if row["isFraud"].strip().lower() in ("true", "1")}
            lines = path.read_text().splitlines()
            flagged = defaultdict(int)
            found = findings(path, "amlsim-sample")
            for one in found:
                for row in rows_of(one):
                    for account in lines[row - 1].split(",")[:2]:
                        flagged[account.strip()] = max(flagged[account.strip()], one["score"])
            accounts_tell(f"ibm-amlsim-samples {name}", found, flagged, bad)


def triage():
    """Other people's false alerts whose evidence is complete, each run alone: how many we would raise, and by which rule."""
    alerts = json.loads((DATA / "amlworld-triage-decoys" / "public_triage.json").read_text())["alerts"]
    complete = [alert for alert in alerts if not alert["is_true_positive"]
                and alert["contributing_transaction_count"] == len(alert["contributing_transactions"])]
    raised, by_kind = 0, Counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "alert.csv"
        for alert in complete:
            with open(path, "w", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(["id", "time", "debtor_bank", "debtor", "creditor_bank", "creditor", "amount", "currency", "kind", "rail"])
                for row in alert["contributing_transactions"]:
                    writer.writerow([row["id"], row["timestamp"].replace(" ", "T") + ":00Z", "X", row["from"], "X", row["to"],
                                     f"{row['amount']:.2f}", CURRENCIES[row["currency"]], "transfer", "unknown"])
            found = findings(path, "moneytrail")
            raised += bool(found)
            by_kind.update(one["kind"] for one in found)
    print(f"\namlworld-triage-decoys: {len(complete)} false alerts with complete evidence, each run alone: {raised} raised, "
          + (", ".join(f"{kind} {count}" for kind, count in by_kind.most_common()) or "none"))


def tell():
    """All of them; says what is absent."""
    for name, run in (("ibm-amlworld-patterns", hi_small), ("rift2026-official", rift), ("amlsim-ronaldpereira", amlsim_1k),
                      ("ibm-amlsim-samples", amlsim_samples), ("amlworld-triage-decoys", triage)):
        if (DATA / name).is_dir():
            run()
        else:
            print(f"skipped: no {DATA / name}")
