#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a tone sounds like that rises and falls in level a few times a second: prints
`pitch HZ level DB beat HZ`, medians of its cycles, its peaks and its swellings, so that a
drop-out does not count.

    listen.py FILE FROM_S TO_S       (needs sox)
"""
import array
import math
import statistics
import subprocess
import sys

RATE = 48000
PIECE = RATE * 2 // 5


def samples(path, from_s, to_s):
    run = subprocess.run(["sox", "--ignore-length", path, "-t", "f32", "-r", str(RATE), "-c", "1", "-", "remix", "1",
                          "trim", str(from_s), f"={to_s}"], capture_output=True, check=True)
    return array.array("f", run.stdout)


def rises(values):
    """Where they go up through zero, between the samples."""
    return [i + a / (a - b) for i, (a, b) in enumerate(zip(values, values[1:])) if a < 0 <= b]


def main():
    x = samples(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]))
    at = rises(x)
    cycles = [b - a for a, b in zip(at, at[1:])]
    peaks = [max(map(abs, x[start:start + PIECE])) for start in range(0, len(x) - PIECE + 1, PIECE)]
    step = RATE // 200
    power = [sum(v * v for v in x[i:i + step]) for i in range(0, len(x) - step, step)]
    smooth = [sum(power[max(0, i - 4):i + 5]) / 9 for i in range(len(power))]
    at = rises([v - statistics.fmean(smooth) for v in smooth])
    beats = [b - a for a, b in zip(at, at[1:])]
    if not cycles or not beats or max(peaks) < 1e-4:
        print("nothing is heard")
        return 1
    print(f"pitch {RATE / statistics.median(cycles):.2f} level {20 * math.log10(statistics.median(peaks)):.2f} "
          f"beat {200 / statistics.median(beats):.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
