"""Tables of misses, collapsed misses and latency from load.sh's results: medians and ranges over rounds."""

import sys

from report import spread


def main(path):
    parts = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            part, peer, round_number, *values = line.split()
            parts.setdefault(part, {}).setdefault(peer, {})[round_number] = [float(value) for value in values]
    for part, table in (("misses", misses), ("latency", latency), ("collapse", collapse)):
        if part in parts:
            table(parts[part])
            print()


def misses(by_peer):
    print("| cold misses | requests/s, median (range) | nearside over it, median (range) |")
    print("|---|---|---|")
    for peer, rounds in by_peer.items():
        print(f"| {peer} | {spread(column(rounds, 0), 0)} | {ratios(by_peer, peer, 0)} |")


def latency(by_peer):
    print("| at a fixed rate | p50, ms | p99, ms, median (range) | p99.9, ms | longest, ms"
          " | p99 of nearside over it, median (range) | sent late at p99, ms | failed |")
    print("|---|---|---|---|---|---|---|---|")
    for peer, rounds in by_peer.items():
        p50, p99, p999, longest, late = (spread(column(rounds, at), 2) for at in (0, 2, 3, 4, 5))
        failed = int(sum(column(rounds, 6)))
        print(f"| {peer} | {p50} | {p99} | {p999} | {longest} | {ratios(by_peer, peer, 2)} | {late} | {failed} |")


def collapse(by_peer):
    print("| all at once | fetches at the origin | first has it, ms | last has it, ms, median (range)"
          " | last of nearside over it, median (range) | failed |")
    print("|---|---|---|---|---|---|")
    for peer, rounds in by_peer.items():
        fetches, first, last = spread(column(rounds, 4), 0), spread(column(rounds, 0), 1), spread(column(rounds, 2), 1)
        failed = int(sum(column(rounds, 3)))
        print(f"| {peer} | {fetches} | {first} | {last} | {ratios(by_peer, peer, 2)} | {failed} |")


def column(rounds, at):
    return [values[at] for values in rounds.values()]


def ratios(by_peer, peer, at):
    """Of one round each; empty for the node itself."""
    if peer == "nearside":
        return ""
    ours = by_peer["nearside"]
    return spread([ours[number][at] / values[at] for number, values in by_peer[peer].items() if values[at]], 2)


if __name__ == "__main__":
    main(sys.argv[1])
