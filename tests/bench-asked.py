#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the JSON of bench.sh and prints it again with what is asked beside what was measured.

    bench.sh BUILD-FOLDER | bench-asked.py

Each entry of "asked": what, measured, asked ("at least" or "at most"), goal, holds. A figure that
was not measured is null. Speeds are by processor time on one thread; frame times depend on what
else the machine does. Where an analysis chooses its spacing itself, that is part of its time; given by
hand, as other programs are given their resolution, it is not."""
import json, sys

FORMATS = ("csv", "json", "mid", "npz", "sdif", "txt")
NOTES = ("cello-d3", "flute-g4", "trumpet-c5")
BUFFER_MS = 256 / 48

# What it is called, where it is found (several: the worst counts), how it is compared, what is asked,
# and the goal.
ASKED = [
    ("analysis of a dense mix, x real time", "engines/analysis_dense_mix_x_realtime", "least", 20, 30),
    ("analysis of a dense mix, spacing given, x real time", "engines/analysis_dense_mix_given_spacing_x_realtime", "least", 20, 30),
    ("analysis of a note, x real time", "engines/analysis_note_x_realtime", "least", 60, 100),
    ("analysis of a note, spacing given, x real time", "engines/analysis_note_given_spacing_x_realtime", "least", 60, 100),
    ("analysis of recorded notes, the slowest, x real time",
     [f"recordings/analysis_{n}_x_realtime" for n in NOTES], "least", 60, 100),
    ("analysis of recorded notes, spacing given, the slowest, x real time",
     [f"recordings/analysis_{n}_given_spacing_x_realtime" for n in NOTES], "least", 60, 100),
    ("analysis of drums, x real time", "engines/analysis_drums_x_realtime", "least", 10, 15),
    ("analysis of drums, spacing given, x real time", "engines/analysis_drums_given_spacing_x_realtime", "least", 10, 15),
    ("analysis of a recorded drum loop, x real time", "recordings/analysis_drum-loop_x_realtime", "least", 10, 15),
    ("analysis of a recorded drum loop, spacing given, x real time", "recordings/analysis_drum-loop_given_spacing_x_realtime", "least", 10, 15),
    ("the same partials with any number of threads",
     [f"engines/analysis_{n}_same_for_any_threads" for n in ("note", "dense_mix", "drums")], "least", True, None),
    ("offline synthesis of that mix, x real time", "engines/synthesis_dense_mix_x_realtime", "least", 50, 100),
    ("20,000 partials at 48 kHz in real time, % of a core", "engines/realtime_bank_20000_partials_48000_hz_percent_of_core", "most", 100, None),
    ("reassigned points N 2048 hop 512, x real time", "engines/reassigned_points_n2048_hop512_x_realtime", "least", 200, 300),
    ("reassigned spectrogram N 2048 hop 512, x real time", "engines/spectrogram_reassigned_n2048_hop512_x_realtime", "least", 200, 300),
    ("ten minutes analysed, MB at most", "long/length/10_minutes/analyze/peak_memory_mb", "most", 300, None),
    ("an hour analysed, MB at most", "long/length/60_minutes/analyze/peak_memory_mb", "most", 400, None),
    ("ten minutes analysed with report, MB at most", "long/length/10_minutes/analyze_with_report/peak_memory_mb", "most", 300, None),
    ("an hour analysed with report, MB at most", "long/length/60_minutes/analyze_with_report/peak_memory_mb", "most", 400, None),
    ("processor time a minute of an hour, to that of ten minutes", ("growth", "analyze", 10, 60), "most", 1.1, None),
    ("processor time a minute of an hour with report, to that of ten", ("growth", "analyze_with_report", 10, 60), "most", 1.1, None),
    ("processor time a minute of ten, to that of one minute", ("growth", "analyze", 1, 10), "most", 1.1, None),
    ("processor time a minute of ten with report, to that of one", ("growth", "analyze_with_report", 1, 10), "most", 1.1, None),
    ("500,000 breakpoints read from a file of any format, the slowest, s",
     [f"engines/import_{f}_500000_breakpoints_s" for f in FORMATS], "most", 2, None),
    ("undo and redo of 100,000 breakpoints, also of a reopened project and on the disk, ms",
     [f"engines/{m}_100000_{k}_ms" for m in ("undo", "redo")
      for k in ("breakpoints", "breakpoints_reopened", "breakpoints_saved", "of_1000000_breakpoints_reopened")],
     "most", 100, None),
    ("main thread while 1,000 partials are dragged, ms a frame, 95 %",
     [f"canvas_{r}/drag/snapshot_p95_ms" for r in ("gl", "cairo")], "most", 4, None),
    ("main thread while an analysis is set up, ms a frame, 95 %",
     [f"canvas_{r}/set_up_analysis/snapshot_p95_ms" for r in ("gl", "cairo")], "most", 4, None),
    ("what is dragged, drawn or weighed is heard after, the longest, ms (a buffer of 5.3 and 20)",
     ["engines/preview_heard_after_longest_ms", "engines/touch_breakpoint_heard_after_longest_ms",
      "engines/touch_draw_8_harmonics_heard_after_longest_ms", "engines/live_morph_weights_heard_after_longest_ms"],
     "most", round(BUFFER_MS + 20, 1), None),
    ("frames while the canvas pans and zooms, GL, ms, 95 %", [f"canvas_gl/{k}/p95_ms" for k in ("pan", "zoom")], "most", 20, None),
    ("frames while the canvas pans and zooms, Cairo, ms, 95 %", [f"canvas_cairo/{k}/p95_ms" for k in ("pan", "zoom")], "most", 45, None),
    ("main thread while it does, ms a frame, 99 %",
     [f"canvas_{r}/{k}/snapshot_p99_ms" for r in ("gl", "cairo") for k in ("pan", "zoom")], "most", 2, None),
    ("2,000 partials in the callback, % of a core", "engines/callback_2000_partials_percent_of_core", "most", 30, None),
    ("times that the callback waits for the disk in a cold project", "engines/cold_project_disk_waits_of_callback", "most", 0, None),
]


def find(result, path):
    for name in path.split("/"):
        result = result.get(name) if isinstance(result, dict) else None
    return result


def growth(result, what, few, many):
    """Processor time of a minute among many, over that among few."""
    a, b = (find(result, f"long/length/{n}_minutes/{what}/processor_s") for n in (few, many))
    return b / many / (a / few) if a and b else None


def measure(result, where, relation):
    if isinstance(where, tuple):
        return growth(result, *where[1:])
    found = [find(result, path) for path in ([where] if isinstance(where, str) else where)]
    if None in found:
        return None
    return min(found) if relation == "least" else max(found)


def main():
    result = json.load(sys.stdin)
    entries = []
    for what, where, relation, asked, goal in ASKED:
        measured = measure(result, where, relation)
        holds = None if measured is None else measured >= asked if relation == "least" else measured <= asked
        entries.append({"what": what, "measured": measured, "asked": f"at {relation} {asked}", "goal": goal,
                        "holds": holds})
    result["asked"] = entries
    print(json.dumps(result, indent=2))


main()
