"""Medians of requests per second, of processor time, and of the ratios over workerd within each round."""

import statistics
import sys


def main(path):
    rates, micros = {}, {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            subject, number, rate, cpu = line.split()
            rates.setdefault(subject, {})[number] = float(rate)
            micros.setdefault(subject, {})[number] = float(cpu)
    print("| what | requests/s, median (range) | over workerd, median (range) | over the hit alone | CPU µs/request |")
    print("|---|---|---|---|---|")
    for subject in rates:
        print(f"| {subject} | {spread(rates[subject].values(), 0)} | {spread(ratios(rates, subject, 'workerd'), 2)}"
              f" | {spread(ratios(rates, subject, 'hit'), 2)} | {spread(micros[subject].values(), 1)} |")


def ratios(rates, subject, other):
    """Of one round each."""
    return [rates[subject][number] / value for number, value in rates[other].items()]


def spread(values, digits):
    values = sorted(values)
    middle = statistics.median(values)
    return f"{middle:,.{digits}f} ({values[0]:,.{digits}f}–{values[-1]:,.{digits}f})"


if __name__ == "__main__":
    main(sys.argv[1])
