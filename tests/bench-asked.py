#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the JSON of bench.sh and prints it again with what is asked beside what was measured.

    bench.sh BUILD-FOLDER | bench-asked.py

Each entry of "asked": what, measured, asked ("at least" or "at most"), goal, holds. A figure that
was not measured is null. Speeds are by processor time on one thread; frame times depend on what
else the machine does."""
import json, sys

# What it is called, where it is found, how it is compared, what is asked, and the goal.
ASKED = [
    ("analysis of a dense mix, x real time", "engines/analysis_dense_mix_x_realtime", "least", 20, 30),
    ("analysis of notes, x real time", "engines/analysis_note_x_realtime", "least", 60, 100),
    ("analysis of drums, x real time", "engines/analysis_drums_x_realtime", "least", 10, 15),
    ("the same partials with any number of threads", "engines/analysis_dense_mix_same_for_any_threads", "least", True, None),
    ("offline synthesis of that mix, x real time", "engines/synthesis_dense_mix_x_realtime", "least", 50, 100),
    ("20,000 partials at 48 kHz in real time, % of a core", "engines/realtime_bank_20000_partials_48000_hz_percent_of_core", "most", 100, None),
    ("reassigned points N 2048 hop 512, x real time", "engines/reassigned_points_n2048_hop512_x_realtime", "least", 200, 300),
    ("reassigned spectrogram N 2048 hop 512, x real time", "engines/spectrogram_reassigned_n2048_hop512_x_realtime", "least", 200, 300),
    ("ten minutes analysed, MB at most", "long/length/10_minutes/analyze/peak_memory_mb", "most", 300, None),
    ("an hour analysed, MB at most", "long/length/60_minutes/analyze/peak_memory_mb", "most", 400, None),
    ("ten minutes analysed with report, MB at most", "long/length/10_minutes/analyze_with_report/peak_memory_mb", "most", 300, None),
    ("an hour analysed with report, MB at most", "long/length/60_minutes/analyze_with_report/peak_memory_mb", "most", 400, None),
    ("processor time a minute of an hour, to that of ten minutes", ("growth", "analyze"), "most", 1.1, None),
    ("the same with report", ("growth", "analyze_with_report"), "most", 1.1, None),
    ("main thread while 1,000 partials are dragged, ms a frame, 95 %", "canvas_gl/drag/snapshot_p95_ms", "most", 4, None),
    ("main thread while an analysis is set up, ms a frame, 95 %", "canvas_gl/set_up_analysis/snapshot_p95_ms", "most", 4, None),
    ("times that the callback waits for the disk in a cold project", "engines/cold_project_disk_waits_of_callback", "most", 0, None),
]


def find(result, path):
    for name in path.split("/"):
        result = result.get(name) if isinstance(result, dict) else None
    return result


def growth(result, what):
    """Processor time of a minute among 60, over that among 10."""
    ten, sixty = (find(result, f"long/length/{n}_minutes/{what}/processor_s") for n in (10, 60))
    return sixty / ten / 6 if ten and sixty else None


def main():
    result = json.load(sys.stdin)
    entries = []
    for what, where, relation, asked, goal in ASKED:
        measured = growth(result, where[1]) if isinstance(where, tuple) else find(result, where)
        holds = None if measured is None else measured >= asked if relation == "least" else measured <= asked
        entries.append({"what": what, "measured": measured, "asked": f"at {relation} {asked}", "goal": goal,
                        "holds": holds})
    result["asked"] = entries
    print(json.dumps(result, indent=2))


main()
