#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of two steady tones a recording has when: what an A/B switch made heard.

    hear-switch.py FILE.wav HZ_A HZ_B

FILE is 32-bit float as fake-audio.sh writes it. Prints the stretches in turn, such as
"B 1.24 A 0.98 B 2.10" (seconds; shorter ones than 0.2 s are drop-outs of a busy machine and
not counted), and the level of B over A in dB."""
import cmath
import math
import struct
import sys

WINDOW_S, HOP_S, SILENT, SHORTEST_S = 0.04, 0.01, 1e-3, 0.2


def left_channel(path):
    data = open(path, "rb").read()
    at, rate, channels = 12, 0, 0
    while at + 8 <= len(data):
        name, size = data[at:at + 4], struct.unpack("<I", data[at + 4:at + 8])[0]
        if name == b"fmt ":
            channels, rate = struct.unpack("<HI", data[at + 10:at + 16])
        if name == b"data":
            n = min(size, len(data) - at - 8) // (4 * channels)
            return rate, struct.unpack(f"<{n * channels}f", data[at + 8:at + 8 + 4 * n * channels])[::channels]
        at += 8 + size + size % 2
    sys.exit(f"hear-switch: no samples in {path}")


def main(path, first_hz, second_hz):
    rate, samples = left_channel(path)
    n, hop = int(WINDOW_S * rate), int(HOP_S * rate)
    window = [0.5 - 0.5 * math.cos(2 * math.pi * (i + 0.5) / n) for i in range(n)]
    tables = [[w * cmath.exp(-2j * math.pi * hz * i / rate) * 4 / n for i, w in enumerate(window)]
              for hz in (first_hz, second_hz)]
    heard = []  # a letter and a level for each hop
    for at in range(0, len(samples) - n, hop):
        piece = samples[at:at + n]
        a, b = (abs(sum(map(lambda s, t: s * t, piece, table))) for table in tables)
        level = math.hypot(a, b)
        heard.append(("-" if level < SILENT else "A" if a > b else "B", level))
    runs = []
    for letter, _ in heard:
        if runs and runs[-1][0] == letter:
            runs[-1][1] += HOP_S
        else:
            runs.append([letter, HOP_S])
    stretches = []
    for letter, length_s in runs:
        if letter == "-" or length_s < SHORTEST_S:
            continue
        if stretches and stretches[-1][0] == letter:
            stretches[-1][1] += length_s
        else:
            stretches.append([letter, length_s])
    print(" ".join(f"{letter} {length_s:.2f}" for letter, length_s in stretches))
    levels = [sorted(level for letter, level in heard if letter == which) for which in "AB"]
    if not all(levels):
        sys.exit("hear-switch: only one of them was heard")
    a, b = (some[len(some) // 2] for some in levels)
    print(f"B over A: {20 * math.log10(b / a):+.2f} dB")


if len(sys.argv) != 4:
    sys.exit(__doc__)
main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]))
