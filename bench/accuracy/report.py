"""What a person reads: one table, one picture."""
import sys


def mean(values):
    """Mean of the values that there are."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def cell(value, form="{:.3f}"):
    """A number, or a dash where there is none."""
    return "-" if value is None else form.format(value)


def progress(row, scorers):
    """A line on standard error as each set is done."""
    print(f"{row['set']}: " + ", ".join(f"{name} {cell(row[name])}" for name in scorers), file=sys.stderr, flush=True)


def table(rows, own, own_row, scorers, alerts):
    """Prints both parts."""
    if rows:
        print("\nThird-party sets: average precision of accounts, ranked by their best score in the last 20 % of the time span.")
        print("Ranked: accounts with a transfer in that span. Illicit: those with an illicit transfer in it, sent or received.")
        print("Accounts with one score are one threshold, so a tie gains nothing. Chance: illicit / ranked.\n")
        print(f"{'set':<18}{'ranked':>8}{'illicit':>9}{'chance':>9}" + "".join(f"{name:>24}" for name in scorers))
        for row in rows:
            print(f"{row['set']:<18}{row['ranked']:>8}{row['positive']:>9}{row['positive'] / row['ranked']:>9.3f}"
                  + "".join(f"{cell(row[name]):>24}" for name in scorers))
        print(f"{'mean of ' + str(len(rows)):<44}" + "".join(f"{cell(mean([row[name] for row in rows])):>24}" for name in scorers))
    if own:
        stream(own)
        if own_row:
            print("\naccounts of its last 20 %, average precision: " + ", ".join(f"{name} {cell(own_row[name])}" for name in (alerts, *scorers)))


def stream(own):
    """Prints the part on our own stream."""
    print(f"\nOur generator at its base rate: {own['transfers']} transfers, {own['illicit']} illicit in {own['networks']} networks; "
          f"{own['alerts']} alerts ({cell(own['alerts_per_million'], '{:.0f}')} per million transfers)\n")
    print("An alert is true when half or more of what it claims launders: a chain's own transfers, or all that an account's day shows.")
    print(f"precision of all alerts {cell(own['precision'])}, recall of networks (half of their transfers) {cell(own['recall_half'])}")
    print(f"alerts that share transfers are one network: {own['flagged_networks']}, of which a laundering alert is in {cell(own['flagged_right'])}")
    precision, recall = own["warmed_up"]
    print(f"of what begins after the first week, in which nobody has a past: networks right {cell(precision)}, recall {cell(recall)}")
    for budget, (precision, shown) in own["budgets"].items():
        print(f"precision at {budget:>3} alerts a day {cell(precision)}  ({shown} shown)")
    precision, recall = own["accounts"]
    print(f"accounts: precision {cell(precision)}, recall {cell(recall)}")
    print(f"first illicit transfer to first true alert, median: {cell(own['minutes'], '{:.0f}')} minutes, {cell(own['hops'], '{:.0f}')} hops; "
          f"raised by their third transfer: {cell(own['by_third'])} of all networks\n")
    print(f"{'pattern':<28}{'count':>7}{'any':>8}{'half':>8}{'all':>8}{'minutes':>9}{'hops':>6}{'by the third':>14}")
    for pattern, row in own["patterns"].items():
        print(f"{pattern:<28}{row['count']:>7}" + "".join(f"{row[level] / row['count']:>8.2f}" for level in ("any", "half", "all"))
              + f"{cell(row['minutes'], '{:.0f}'):>9}{cell(row['hops'], '{:.0f}'):>6}{row['by_third']:>14.2f}")


def plot(rows, own, scorers, path):
    """Bars per set and scorer above; recall per pattern below."""
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
    parts = [part for part in (rows, own) if part]
    if not parts:
        return
    figure, axes = pyplot.subplots(len(parts), 1, figsize=(13, 5 * len(parts)), squeeze=False, layout="constrained")
    axes = list(axes[:, 0])
    if rows:
        axis = axes.pop(0)
        labels = [row["set"] for row in rows] + ["mean"]
        for n, (name, colour) in enumerate(zip(scorers, ("#1b6ca8", "#08306b", "#b0b0b0", "#e08e2b"))):
            values = [row[name] or 0 for row in rows] + [mean([row[name] for row in rows]) or 0]
            bars = axis.bar([x + (n - 1.5) * 0.21 for x in range(len(labels))], values, 0.2, label=name, color=colour)
            axis.bar_label(bars, fmt="%.2f", fontsize=6)
        axis.set_xticks(range(len(labels)), labels, rotation=25, ha="right")
        axis.axvline(len(rows) - 0.5, color="black", linewidth=0.6)
        axis.set_ylim(0, 1.12)
        axis.set_ylabel("average precision of accounts")
        axis.set_title("Third-party sets: accounts ranked by best score in the last 20 % of the time span")
        axis.legend(loc="upper center", ncols=4, frameon=False)
    if own:
        axis = axes.pop(0)
        labels = list(own["patterns"])
        for n, (level, colour) in enumerate(zip(("any", "half", "all"), ("#9ecae1", "#1b6ca8", "#08306b"))):
            values = [own["patterns"][label][level] / own["patterns"][label]["count"] for label in labels]
            axis.bar([x + (n - 1) * 0.27 for x in range(len(labels))], values, 0.25, label=f"{level} of its transfers", color=colour)
        axis.set_xticks(range(len(labels)), [f"{label} ({own['patterns'][label]['count']})" for label in labels], rotation=25, ha="right")
        axis.set_ylim(0, 1.12)
        axis.set_ylabel("share of networks flagged")
        budgets = ", ".join(f"{cell(precision, '{:.2f}')} at {budget}" for budget, (precision, _) in own["budgets"].items())
        axis.set_title(f"Our stream at its base rate: recall per pattern; precision by alerts a day: {budgets}")
        axis.legend(loc="upper center", ncols=3, frameon=False)
    figure.savefig(path, dpi=110)
