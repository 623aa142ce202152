"""Medians of requests per second, and of the ratios within each round, from run.sh's results."""

import statistics
import sys

BUDGETS = {
    ("1KB", "nginx"): 1.3,
    ("1KB", "varnish"): 2.0,
    ("1KB", "bare-netty"): 0.7,
    ("64KB", "better of nginx and varnish"): 1.0,
    ("1MB", "better of nginx and varnish"): 1.0,
}


def main(path):
    rates = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            size, peer, round_number, rate = line.split()
            rates.setdefault(size, {}).setdefault(peer, {})[round_number] = float(rate)
    print("| size | peer | requests/s, median (range) | nearside over it, median (range) | budget |")
    print("|---|---|---|---|---|")
    for size, by_peer in rates.items():
        ours = by_peer["nearside"]
        by_peer["better of nginx and varnish"] = {
            number: max(by_peer["nginx"][number], by_peer["varnish"][number]) for number in ours
        }
        for peer, by_round in by_peer.items():
            ratios = [ours[number] / by_round[number] for number in by_round]
            budget = BUDGETS.get((size, peer))
            verdict = ""
            if budget:
                met = statistics.median(ratios) >= budget
                verdict = f"at least {budget}: {'met' if met else 'missed'}"
            ratio = "" if peer == "nearside" else spread(ratios, 2)
            print(f"| {size} | {peer} | {spread(by_round.values(), 0)} | {ratio} | {verdict} |")


def spread(values, digits):
    values = sorted(values)
    middle = statistics.median(values)
    return f"{middle:,.{digits}f} ({values[0]:,.{digits}f}–{values[-1]:,.{digits}f})"


if __name__ == "__main__":
    main(sys.argv[1])
