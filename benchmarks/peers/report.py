"""Medians of requests per second and processor time, and of the ratios within each round, from run.sh's results."""

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
    rates, micros = {}, {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            size, peer, round_number, rate, cpu = line.split()
            rates.setdefault(size, {}).setdefault(peer, {})[round_number] = float(rate)
            micros.setdefault(size, {}).setdefault(peer, {})[round_number] = float(cpu)
    print("| size | peer | requests/s, median (range) | nearside over it, median (range) | budget"
          " | CPU µs/request, median (range) | nearside's CPU over it, median (range) |")
    print("|---|---|---|---|---|---|---|")
    for size in rates:
        by_peer, cpu_by_peer = rates[size], micros[size]
        with_better(by_peer, max)
        with_better(cpu_by_peer, min)
        for peer in by_peer:
            quotients = ratios(by_peer, peer)
            budget = BUDGETS.get((size, peer))
            verdict = ""
            if budget:
                met = statistics.median(quotients) >= budget
                verdict = f"at least {budget}: {'met' if met else 'missed'}"
            print(f"| {size} | {peer} | {spread(by_peer[peer].values(), 0)} | {shown(peer, quotients)} | {verdict}"
                  f" | {spread(cpu_by_peer[peer].values(), 1)} | {shown(peer, ratios(cpu_by_peer, peer))} |")


def with_better(by_peer, better):
    by_peer["better of nginx and varnish"] = {
        number: better(by_peer["nginx"][number], by_peer["varnish"][number]) for number in by_peer["nearside"]
    }


def ratios(by_peer, peer):
    """Of one round each."""
    return [by_peer["nearside"][number] / value for number, value in by_peer[peer].items()]


def shown(peer, quotients):
    return "" if peer == "nearside" else spread(quotients, 2)


def spread(values, digits):
    values = sorted(values)
    middle = statistics.median(values)
    return f"{middle:,.{digits}f} ({values[0]:,.{digits}f}–{values[-1]:,.{digits}f})"


if __name__ == "__main__":
    main(sys.argv[1])
