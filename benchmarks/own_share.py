"""Lists the methods that collapsed stacks end in, by their share; the stacks of the JVM's own threads are left out."""

import collections
import sys

own = collections.Counter()
total = 0
with open(sys.argv[1], encoding="utf-8") as stacks:
    for line in stacks:
        stack, count = line.rsplit(" ", 1)
        if "nearside" not in stack and "netty" not in stack:
            continue
        total += int(count)
        own[stack.split(";")[-1]] += int(count)
for method, count in own.most_common(40):
    print(f"{100 * count / total:5.1f} %  {method}")
