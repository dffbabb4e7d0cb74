#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every verb of tarsier-cli: words, JSON keys, CSV headers, files, exit statuses.

    test-verbs.py TARSIER-CLI
"""
import csv
import datetime
import json
import math
import os
import struct
import subprocess
import wave

from cli_support import (CLI, FLUTE, decibel, environment, level, listing, main, ok, read_wav, refused, run, tones,
                         write_float_wav, write_wav)

VERBS = ["info", "analyze", "reanalyze", "list", "show", "edit", "undo", "redo", "history", "sound", "marker", "selection", "save-copy",
         "compact", "render", "play", "devices", "export", "import", "spectrogram", "points", "check", "bench"]
LATER = ["morph", "delay", "fm", "transition"]
RATE = 16000


def project_of_tones(where, **how):
    write_wav(where / "tones.wav", tones(**how), channels=how.get("channels", 1), rate=how.get("rate", RATE))
    ok("analyze", where / "tones.wav", "-o", where / "p.tarsier")
    return where / "p.tarsier"


def rendered(where, project, *words, sound="tones"):
    ok("render", project, sound, "-o", where / "out.wav", "--bits", "16", *words)
    rate, channels, samples = read_wav(where / "out.wav")
    return rate, channels, samples


def help_and_version(where):
    version = ok("--version")
    assert len(version.out.splitlines()) == 1 and version.err == ""
    everything = ok("--help").out
    for verb in VERBS:
        assert f"  {verb} " in everything, verb
        text = ok(verb, "--help").out
        assert text.startswith(f"Usage: tarsier-cli {verb}") and "--json" in text, text
    for verb in LATER:
        refused(verb, "x", status=2)


def usage_errors(where):
    for words in ((), ("nonsense",), ("info",), ("list",), ("list", "a", "b"), ("list", "a", "--what"),
                  ("analyze", "a.wav"), ("analyze", "a.wav", "-o"), ("analyze", "a", "-o", "b", "--floor", "low"),
                  ("analyze", "a", "-o", "b", "--floor", "10"), ("analyze", "a", "-o", "b", "--partials", "dirty"),
                  ("analyze", "a", "-o", "b", "--range", "5"), ("analyze", "a", "-o", "b", "--range", "500:100"),
                  ("analyze", "a", "b", "-o", "c", "--name", "n"), ("analyze", "a", "-o", "b", "--threads", "0"),
                  ("edit", "p", "s"), ("sound", "steal", "p", "s"), ("sound", "rename", "p", "s"),
                  ("sound", "remove", "p", "s", "--as", "t"), ("sound", "copy", "p", "s", "t", "--as", "u"),
                  ("marker", "add", "p", "s", "soon"), ("marker", "move", "p", "s"), ("render", "p", "s"),
                  ("render", "p", "s", "-o", "x.xyz"), ("render", "p", "s", "-o", "wav"),
                  ("render", "p", "s", "-o", "x.wav", "--part", "best"), ("render", "p", "s", "-o", "x.wav", "--bits", "8"),
                  ("render", "p", "s", "-o", "x.wav", "--time", "2:1"),
                  ("render", "p", "s", "-o", "x.wav", "--select", "all", "--part", "noise"),
                  ("play", "a.wav", "--part", "noise"), ("export", "p", "s", "-o", "x.xyz"), ("import", "x.csv"),
                  ("import", "x.wav", "-o", "p"), ("export", "p", "s", "-o", "x.csv", "--frames"),
                  ("export", "p", "s", "-o", "x.txt", "--frames", "--extended"),
                  ("export", "p", "s", "-o", "x.sdif", "--extended"), ("export", "p", "s", "-o", "x.txt", "--hop", "0.1"),
                  ("export", "p", "s", "-o", "x.txt", "--frames", "--hop", "0"),
                  ("spectrogram", "a", "-o", "x.gif"), ("spectrogram", "a", "-o", "x.png", "--size", "big"),
                  ("spectrogram", "a", "-o", "x.png", "--colormap", "rainbow"), ("points", "a.wav"),
                  ("points", "a", "-o", "b", "--fft", "511"), ("compact", "p", "--keep-history", "-1"),
                  ("list", "p", "--json=yes")):
        refused(*words, status=2)
    assert listing(where) == []


def info(where):
    write_wav(where / "a.wav", [0.5 * math.sin(2 * math.pi * 997 * i / RATE) for i in range(RATE)])
    write_wav(where / "b.wav", tones(0.5, channels=2), channels=2)
    files = ok("info", where / "a.wav", where / "b.wav", "--json").json()["files"]
    for file in files:
        assert {"path", "format", "rate_hz", "channels", "frames", "duration_s", "peak_dbfs", "loudness_lufs",
                "tempo_bpm"} <= set(file), file
    assert [f["channels"] for f in files] == [1, 2] and files[0]["frames"] == RATE
    assert files[0]["format"] == "wav" and files[0]["rate_hz"] == RATE and files[0]["duration_s"] == 1
    assert abs(files[0]["peak_dbfs"] + 6.02) < 0.05, files[0]
    assert ok("info", where / "a.wav").out.startswith(str(where / "a.wav"))


def analyze(where):
    write_wav(where / "a.wav", tones(1.0))
    write_wav(where / "b.wav", tones(0.5, channels=2), channels=2)
    done = ok("analyze", where / "a.wav", where / "b.wav", "-o", where / "p.tarsier", "--json", "--report",
              where / "r.json")
    sounds = done.json()["sounds"]
    assert (where / "r.json").read_text().strip() == done.out.strip()
    for sound in sounds:
        assert {"id", "name", "channels", "partials", "breakpoints", "duration_s", "spacing_hz", "analysis_s",
                "realtime_factor", "snr_db"} <= set(sound), sound
    assert [s["name"] for s in sounds] == ["a", "b"] and [s["channels"] for s in sounds] == [1, 2]
    assert sounds[0]["snr_db"] > 30 and sounds[0]["partials"] >= 3, sounds
    again = ok("analyze", where / "a.wav", "-o", where / "p.tarsier", "--json").json()["sounds"][0]
    assert again["name"] == "a 2" and again["id"] not in [s["id"] for s in sounds]
    refused("analyze", where / "a.wav", "-o", where / "p.tarsier", "--name", "a", says="a")
    ok("analyze", where / "a.wav", "-o", where / "p.tarsier", "--name", "my own")
    one = ok("analyze", where / "a.wav", "-o", where / "q.tarsier", "--threads", "1", "--json").json()["sounds"][0]
    assert (one["partials"], one["breakpoints"]) == (sounds[0]["partials"], sounds[0]["breakpoints"])


def analyze_options(where):
    path = write_wav(where / "a.wav", tones(1.0))

    def analysed(*words):
        project = where / f"{len(listing(where))}.tarsier"
        ok("analyze", path, "-o", project, *words)
        return ok("show", project, "1", "--json").json()
    assert analysed("--spacing", "200")["analysis"]["spacing_hz"] == 200
    assert analysed("--floor", "-40")["analysis"]["floor_db"] == -40
    narrow = analysed("--range", "600:1000")["statistics"]
    assert narrow["low_hz"] >= 600 and narrow["high_hz"] <= 1000, narrow
    assert analysed("--partials", "clean")["analysis"]["partials"] == "clean"
    for mode in ("residual", "bandwidth", "none"):
        assert analysed("--noise", mode)["analysis"]["noise"] == mode


def analyze_channels(where):
    path = write_wav(where / "s.wav", tones(0.5, channels=2, partials=((500.0, 0.4),)), channels=2)

    def strongest(mode, sound="1"):
        project = where / f"{mode}.tarsier"
        if not project.exists():
            ok("analyze", path, "-o", project, "--channel", mode)
        ok("render", project, sound, "-o", where / "x.wav", "--bits", "16")
        rate, channels, samples = read_wav(where / "x.wav")
        first = samples[::channels]
        return channels, level(first, rate, 500), level(first, rate, 1000)
    assert strongest("all")[0] == 2
    channels, low, high = strongest("left")
    assert channels == 1 and decibel(low, high) > 40
    channels, low, high = strongest("right")
    assert channels == 1 and decibel(high, low) > 40
    channels, low, high = strongest("mix")
    assert channels == 1 and abs(decibel(low, high)) < 0.5 and abs(decibel(low, 0.2)) < 0.5
    assert [strongest("each", s)[0] for s in ("1", "2")] == [1, 1]
    mono = write_wav(where / "m.wav", tones(0.2))
    refused("analyze", mono, "-o", where / "no.tarsier", "--channel", "right")


def reanalyze(where):
    """A region anew: one step; what is outside stays; all of it still adds up to the source."""
    project = project_of_tones(where)
    before = ok("list", project, "--json").json()["sounds"][0]["partials"]
    _, _, old = rendered(where, project, "--part", "partials")
    done = ok("reanalyze", project, "tones", "--time", "0.3:0.6", "--spacing", "300", "--json").json()
    assert done["partials"] == before and done["snr_db"] > 20, (before, done)
    rate, _, new = rendered(where, project, "--part", "partials")
    outside = int(0.29 * rate)
    assert new[:outside] == old[:outside]
    edge = int(0.3 * rate)
    assert max(abs(a - b) for a, b in zip(new[edge - 200:edge + 200], old[edge - 200:edge + 200])) < 0.01
    _, _, whole = rendered(where, project)
    with_source = read_wav(where / "tones.wav")[2]
    assert whole == with_source
    steps = ok("history", project, "tones", "--json").json()["steps"]
    assert len(steps) == 2 and steps[1]["label"] == "Analyse 0.30–0.60 s", steps
    ok("undo", project, "tones")
    assert rendered(where, project, "--part", "partials")[2] == old
    low = ok("reanalyze", project, "tones", "--frequency", ":600", "--floor", "-3", "--json").json()
    assert low["partials"] == before - 1, low  # the lowest is weaker than that
    ok("reanalyze", project, "tones", "--partials", "clean")
    refused("reanalyze", project, "tones", "--time", "5:6", says="region")
    refused("reanalyze", project, "none", says="none")
    ok("edit", project, "tones", "--do", "pitch 2st")
    assert ok("reanalyze", project, "tones", "--time", "0.3:0.6", "--json").json()["snr_db"] is None
    ok("edit", project, "tones", "--do", "stretch 2")
    refused("reanalyze", project, "tones", "--time", "0.3:0.6", says="time")
    ok("reanalyze", project, "tones")


def list_and_show(where):
    project = project_of_tones(where)
    told = ok("list", project, "--json").json()
    assert set(told) >= {"sounds", "patches", "curves", "transitions", "bytes"}
    assert set(told["sounds"][0]) >= {"id", "name", "channels", "partials", "breakpoints", "duration_s"}
    assert told["patches"] == told["curves"] == told["transitions"] == []
    assert told["bytes"] == project.stat().st_size
    shown = ok("show", project, "tones", "--json").json()
    assert shown["analysis"]["spacing_hz"] > 0 and len(shown["steps"]) == 1
    assert "tones" in ok("show", project, "1").out
    refused("show", project, "oboe", says="oboe")


def edit_pitch(where):
    project = project_of_tones(where)
    ok("edit", project, "tones", "--do", "pitch 2st")
    rate, _, samples = rendered(where, project)
    ratio = 2 ** (2 / 12)
    assert decibel(level(samples, rate, 440 * ratio), 0.4) > -0.1
    assert decibel(level(samples, rate, 440), 0.4) < -30
    # back again, by the exact inverse
    ok("edit", project, "tones", "--do", "pitch -2st")
    _, _, samples = rendered(where, project, "--part", "partials")
    assert abs(decibel(level(samples, rate, 440), 0.4)) < 0.1


def edit_all_kinds(where):
    project = project_of_tones(where)
    (where / "eq.csv").write_text("frequency_hz,gain_db\n440,0\n880,-20\n1320,-20\n")
    (where / "slow.csv").write_text("time_s,factor\n0,1\n1,2\n")
    for number, (operation, seconds, at) in enumerate([
            ("stretch 1.5", 1.5, {440: 0.4}), ("shift 60Hz", 1.0, {500: 0.4, 940: 0.2}), ("gain -6dB", 1.0, {440: 0.2005}),
            (f"filter {where}/eq.csv", 1.0, {440: 0.4, 880: 0.02}), ("crop 0.2:0.7", 0.5, {440: 0.4}),
            (f"stretch {where}/slow.csv", 1.5, {440: 0.4}), ("pitch 0:1,1:1", 1.0, {440: 0.4}), ("delete", 1.0, {440: 0})]):
        name = f"edit {number}"
        told = ok("edit", project, "tones", "--do", operation, "--as", name, "--json").json()
        assert told["name"] == name and abs(told["duration_s"] - seconds) < 1e-3, told
        rate, _, samples = rendered(where, project, sound=name)
        assert abs(len(samples) - seconds * rate) <= 16, (operation, len(samples))
        for hz, amplitude in at.items():
            found = level(samples, rate, hz)
            assert abs(found - amplitude) < 0.012, (operation, hz, found)
    names = [s["name"] for s in ok("list", project, "--json").json()["sounds"]]
    assert len(names) == 9 and len(ok("history", project, "tones", "--json").json()["steps"]) == 1


def edit_selected(where):
    project = project_of_tones(where)
    told = ok("edit", project, "tones", "--select", "frequency in 800..950", "--do", "pitch 1.25", "--do", "gain 6dB",
              "--json").json()
    assert told["selected"] >= 1
    rate, _, samples = rendered(where, project)
    assert abs(level(samples, rate, 1100) - 0.4) < 0.02 and level(samples, rate, 880) < 0.01
    assert abs(level(samples, rate, 440) - 0.4) < 0.005
    steps = ok("history", project, "tones", "--json").json()["steps"]
    assert len(steps) == 2, steps  # two operations, one command, one step
    refused("edit", project, "tones", "--select", "frequency > 20kHz", "--do", "delete", says="select")
    refused("edit", project, "tones", "--select", "loudness > 3", "--do", "delete", says="column 1")
    refused("edit", project, "tones", "--do", "pitch nowhere.csv", says="nowhere.csv")
    refused("edit", project, "tones", "--do", "explode", says="explode")
    assert ok("history", project, "tones", "--json").json()["steps"] == steps


def edit_within(where):
    project = project_of_tones(where)
    ok("edit", project, "tones", "--select", "all within 0.4:0.6 300:600", "--do", "delete")
    rate, _, samples = rendered(where, project, "--part", "partials")
    middle, late = samples[int(0.42 * rate): int(0.58 * rate)], samples[int(0.65 * rate): int(0.95 * rate)]
    assert level(middle, rate, 440) < 0.02 and abs(level(late, rate, 440) - 0.4) < 0.02
    assert abs(level(middle, rate, 880) - 0.2) < 0.02


def undo_redo_history(where):
    project = project_of_tones(where)
    refused("undo", project, "tones", says="undo")
    ok("edit", project, "tones", "--do", "gain -6dB")
    ok("edit", project, "tones", "--do", "pitch 1.5")
    ok("undo", project, "tones")
    steps = ok("history", project, "tones", "--json").json()["steps"]
    assert [s["id"] for s in steps] == [0, 1, 2]
    assert [s["current"] for s in steps] == [False, True, False]
    for step in steps:
        assert set(step) >= {"id", "label", "time", "current"}
        assert datetime.datetime.strptime(step["time"], "%Y-%m-%dT%H:%M:%SZ")
    rate, _, samples = rendered(where, project)
    assert abs(level(samples, rate, 440) - 0.2) < 0.005
    ok("redo", project, "tones")
    refused("redo", project, "tones", says="redo")
    ok("undo", project, "tones")
    ok("edit", project, "tones", "--do", "gain -1dB")
    branched = ok("history", project, "tones", "--json").json()["steps"]
    assert len(branched) == 3 and branched[2]["label"] != steps[2]["label"] and branched[2]["current"]
    ok("undo", project, "tones")
    ok("undo", project, "tones")
    _, _, original = read_wav(where / "tones.wav")
    assert rendered(where, project)[2] == original  # nothing is edited any more: sample for sample


def sounds_and_markers(where):
    project = project_of_tones(where)
    assert ok("sound", "copy", project, "tones", "twin", "--json").json()["name"] == "twin"
    refused("sound", "rename", project, "twin", "tones", says="tones")
    ok("sound", "rename", project, "twin", "brother")
    ok("sound", "remove", project, "tones")
    assert [s["name"] for s in ok("list", project, "--json").json()["sounds"]] == ["brother"]
    refused("show", project, "tones")
    ok("marker", "add", project, "brother", "0.75", "late one")
    ok("marker", "add", project, "brother", "0.25")
    refused("marker", "add", project, "brother", "7")
    markers = ok("marker", "list", project, "brother", "--json").json()["markers"]
    assert [m["time_s"] for m in markers] == [0.25, 0.75] and markers[1]["name"] == "late one"
    ok("render", project, "brother", "-o", where / "cues.wav")
    assert b"cue " in (where / "cues.wav").read_bytes() and b"late one" in (where / "cues.wav").read_bytes()
    ok("marker", "remove", project, "brother", markers[0]["id"])
    refused("marker", "remove", project, "brother", "99")
    refused("marker", "remove", project, "brother", f"{markers[1]['id']}.5", status=2)
    assert "markers" in ok("render", project, "brother", "-o", where / "cues.flac").err
    assert len(ok("marker", "list", project, "brother", "--json").json()["markers"]) == 1


def delete_a_span(where):
    """Everything that sounds in a span of time, the noise behind the partials, too."""
    project = project_of_tones(where)
    ok("edit", project, "tones", "--do", "delete 0.3:0.5")
    rate, _, samples = rendered(where, project)
    inside, before, after = (samples[int(a * rate):int(b * rate)] for a, b in ((0.302, 0.498), (0.1, 0.29), (0.52, 0.7)))
    assert max(map(abs, inside)) < 1e-4, max(map(abs, inside))
    assert max(map(abs, before)) > 0.01 and max(map(abs, after)) > 0.01
    assert ok("show", project, "tones", "--json").json()["duration_s"] == 1
    refused("edit", project, "tones", "--do", "delete 0.5:0.3")
    refused("edit", project, "tones", "--do", "delete 7:8", says="nothing to delete")


def saved_selections(where):
    """Each command is a run of its own: all of it is in the file."""
    project = project_of_tones(where)

    def told(*words):
        return [(s["name"], s["partials"]) for s in ok("selection", *words, "--json").json()["selections"]]
    n = ok("list", project, "--json").json()["sounds"][0]["partials"]
    assert told("save", project, "tones", "top two", "--select", "top 2 by energy") == [("top two", 2)]
    refused("selection", "save", project, "tones", "top two", "--select", "all", says="choose another name")
    assert told("save", project, "tones", "rest", "--select", 'not @"top two"') == [("rest", n - 2), ("top two", 2)]
    told("save", project, "tones", "rest", "--select", 'not @"top two"', "--replace")
    refused("edit", project, "tones", "--select", "@nothing", "--do", "delete", says="selection list")
    refused("selection", "save", project, "tones", "x", "--select", "label = 99", says="no partial")
    for words in (("save", project, "tones", "x"), ("list", project, "tones", "--select", "all"), ("drop", project, "tones"),
                  ("rename", project, "tones", "rest"), ("remove", project, "tones")):
        refused("selection", *words, status=2)
    first = rendered(where, project, "--select", '@"top two"')
    ok("edit", project, "tones", "--select", '@"top two"', "--do", "pitch 2")
    ok("edit", project, "tones", "--select", "@rest", "--do", "delete")
    assert told("list", project, "tones") == [("rest", 0), ("top two", 2)]
    refused("render", project, "tones", "-o", where / "none.wav", "--select", "@rest", says="no partial")
    assert rendered(where, project, "--part", "partials") == rendered(where, project, "--select", '@"top two"')
    ok("sound", "copy", project, "tones", "twin")
    assert told("list", project, "twin") == [("top two", 2)]
    ok("undo", project, "tones")
    ok("undo", project, "tones")
    assert told("list", project, "tones") == [("rest", n - 2), ("top two", 2)]
    assert rendered(where, project, "--select", '@"top two"') == first
    assert told("rename", project, "tones", "top two", "loud") == [("loud", 2), ("rest", n - 2)]
    assert told("remove", project, "tones", "rest") == [("loud", 2)]
    refused("selection", "remove", project, "tones", "rest", says="selection list")
    ok("compact", project, "--keep-history", "1")
    assert told("list", project, "tones") == [("loud", 2)] and told("list", project, "twin") == [("top two", 2)]
    ok("check", project)


def markers_follow_time(where):
    """Over edits, undo and redo, each in a run of its own; what is cropped away comes back."""
    project = project_of_tones(where)
    ok("marker", "add", project, "tones", "0.2", "early")
    ok("marker", "add", project, "tones", "0.7", "late")

    def told():
        listed = ok("marker", "list", project, "tones", "--json").json()["markers"]
        assert listed == ok("show", project, "tones", "--json").json()["markers"]
        return [(m["name"], round(m["time_s"], 9)) for m in listed]
    stages = [told()]
    for operation, wanted in (("stretch 2", [("early", 0.4), ("late", 1.4)]), ("crop 1:2", [("late", 0.4)]),
                              ("stretch 0:0,0.5:0.2,1:1", [("late", 0.16)]), ("reverse", [("late", 0.84)])):
        ok("edit", project, "tones", "--do", operation)
        assert told() == wanted, (operation, told())
        stages.append(wanted)
    assert "late" in ok("show", project, "tones").out
    ok("marker", "add", project, "tones", "0.1", "new")
    ok("marker", "remove", project, "tones", [m["id"] for m in ok("marker", "list", project, "tones", "--json").json()["markers"]][0])
    for wanted in reversed(stages[:-1]):
        ok("undo", project, "tones")
        assert told() == wanted, told()
    ok("render", project, "tones", "-o", where / "cues.wav")
    assert b"late" in (where / "cues.wav").read_bytes()


def copies_and_space(where):
    project = project_of_tones(where)
    for _ in range(3):
        ok("edit", project, "tones", "--do", "pitch 1.1")
    ok("save-copy", project, where / "copy.tarsier")
    refused("save-copy", project, where / "copy.tarsier")
    ok("check", where / "copy.tarsier")
    steps = ok("history", where / "copy.tarsier", "tones", "--json").json()["steps"]
    assert len(steps) == 4
    told = ok("compact", project, "--keep-history", "1", "--json").json()
    assert told["steps_dropped"] >= 2 and told["bytes_after"] <= told["bytes_before"], told
    assert len(ok("history", project, "tones", "--json").json()["steps"]) <= 2
    ok("check", project)
    assert rendered(where, project, "--part", "partials")[2] == \
        rendered(where, where / "copy.tarsier", "--part", "partials")[2]


def render_formats(where):
    project = project_of_tones(where, channels=2)
    _, channels, original = read_wav(where / "tones.wav")
    assert rendered(where, project)[2] == original and channels == 2
    for suffix in ("wav", "flac", "aiff", "ogg"):
        for bits in ("16", "24", "float"):
            if suffix in ("flac", "ogg") and bits == "float" and suffix == "flac":
                continue
            told = ok("render", project, "1", "-o", where / f"x.{suffix}", "--bits", bits, "--json").json()
            assert told["frames"] == RATE and told["channels"] == 2, told
            facts = ok("info", where / f"x.{suffix}", "--json").json()["files"][0]
            assert facts["format"] == suffix and facts["channels"] == 2, facts
    refused("render", project, "1", "-o", where / "x.xyz", says="xyz", status=2)
    ok("render", project, "1", "-o", where / "half.wav", "--rate", "8000")
    rate, _, samples = read_wav(where / "half.wav")
    assert rate == 8000 and len(samples) == 2 * 8000
    assert abs(level(samples[::2], rate, 440) - 0.4) < 0.01
    ok("render", project, "1", "-o", where / "part.wav", "--time", "0.25:0.5")
    assert read_wav(where / "part.wav")[2] == original[2 * RATE // 4: 2 * RATE // 2]
    refused("render", project, "1", "-o", where / "late.wav", "--time", "5:6")


def render_parts_add_up(where):
    project = project_of_tones(where)
    _, _, original = read_wav(where / "tones.wav")

    def part(name, sound="tones"):
        ok("render", project, sound, "-o", where / f"{name}.wav", "--part", name, "--bits", "float")
        # a second pass through the program turns floats into 24 bits that Python reads
        with open(where / f"{name}.wav", "rb") as file:
            data = file.read()
        start = data.index(b"data") + 8

        return [x for (x,) in struct.iter_unpack("<f", data[start: start + 4 * RATE])]
    both = [a + b for a, b in zip(part("partials"), part("residual"))]
    assert max(abs(a - b) for a, b in zip(both, original)) < 1e-6
    ok("edit", project, "tones", "--do", "stretch 1.0001", "--as", "edited")
    whole = part("all", "edited")
    parts = [sum(x) for x in zip(part("partials", "edited"), part("noise", "edited"), part("transients", "edited"))]
    assert max(abs(a - b) for a, b in zip(whole, parts)) < 1e-6


def render_selection(where):
    project = project_of_tones(where)
    rate, _, samples = rendered(where, project, "--select", "frequency in 800..950")
    assert abs(level(samples, rate, 880) - 0.2) < 0.01 and level(samples, rate, 440) < 0.001
    refused("render", project, "tones", "-o", where / "no.wav", "--select", "frequency > 20kHz", says="no partial")


def exact_float_and_24_bits(where):
    write_float_wav(where / "f.wav", [x * 1.7 for x in tones(0.3)])
    ok("analyze", where / "f.wav", "-o", where / "p.tarsier")
    ok("render", where / "p.tarsier", "f", "-o", where / "g.wav")

    def data(path):
        content = path.read_bytes()
        at = content.index(b"data") + 8
        return content[at: at + 4 * int(0.3 * RATE)]
    assert data(where / "f.wav") == data(where / "g.wav")
    ok("render", where / "p.tarsier", "f", "-o", where / "x.wav", "--bits", "24")
    ok("analyze", where / "x.wav", "-o", where / "p.tarsier")
    ok("render", where / "p.tarsier", "x", "-o", where / "y.wav")
    with wave.open(str(where / "x.wav")) as a, wave.open(str(where / "y.wav")) as b:
        assert a.getsampwidth() == b.getsampwidth() == 3
        assert a.readframes(a.getnframes()) == b.readframes(b.getnframes())


def export_and_import(where):
    project = project_of_tones(where)
    ok("export", project, "tones", "-o", where / "t.csv")
    with open(where / "t.csv", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == "partial,label,time_s,frequency_hz,amplitude,bandwidth,phase_rad,channel".split(",")
    keys = [(int(r[0]), float(r[2])) for r in rows[1:]]
    assert keys == sorted(keys) and len(keys) > 10
    for row in rows[1:]:
        assert 0 <= float(row[5]) <= 1 and 0 <= float(row[6]) < 2 * math.pi and int(row[7]) == 0
    told = ok("import", where / "t.csv", "-o", where / "q.tarsier", "--name", "again", "--json").json()
    assert told["name"] == "again"
    ok("import", where / "t.csv", "-o", project)
    rate, _, before = rendered(where, project, "--part", "partials")
    ok("render", where / "q.tarsier", "again", "-o", where / "q.wav", "--bits", "16", "--rate", RATE)
    _, _, after = read_wav(where / "q.wav")
    for hz in (440, 880, 1320):
        assert abs(decibel(level(before, rate, hz), level(after, rate, hz))) < 0.05
    for part in ("original", "residual", "noise", "transients"):  # there is no recording behind it
        refused("render", where / "q.tarsier", "again", "-o", where / "none.wav", "--part", part, says="imported")
    (where / "bad.csv").write_text("partial,time\n1,2\n")
    refused("import", where / "bad.csv", "-o", where / "new.tarsier", says="bad.csv")
    assert not (where / "new.tarsier").exists()


def spectrogram(where):
    project = project_of_tones(where)
    for words in (("--kind", "reassigned", "--tracks"), ("--scale", "log", "--range", "60"), ("--scale", "mel"),
                  ("--time", "0.2:0.4", "--frequency", "200:2000", "--size", "320x200", "--colormap", "viridis")):
        ok("spectrogram", project, "tones", "-o", where / "x.png", *words)
        data = (where / "x.png").read_bytes()
        assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")) == (320, 200)
    told = ok("spectrogram", where / "tones.wav", "-o", where / "x.svg", "--json").json()
    assert told["path"].endswith("x.svg") and b"<svg" in (where / "x.svg").read_bytes()
    ok("spectrogram", where / "tones.wav", "-o", where / "x.pdf", "--tracks", "--channel", "0")
    assert (where / "x.pdf").read_bytes().startswith(b"%PDF")
    refused("spectrogram", where / "tones.wav", "-o", where / "y.png", "--channel", "1", says="channel")
    refused("spectrogram", where / "tones.wav", "-o", where / "y.png", "--time", "5:6")
    ok("edit", project, "tones", "--do", "stretch 2")
    ok("spectrogram", project, "tones", "-o", where / "x.png", "--tracks")


def points(where):
    write_wav(where / "a.wav", [0.5 * math.sin(2 * math.pi * 1003.7 * i / RATE) for i in range(RATE)])
    told = ok("points", where / "a.wav", "-o", where / "p.csv", "--fft", "1024", "--hop", "256", "--floor", "-40",
              "--time", "0.3:0.6", "--frequency", "900:1100", "--json").json()
    with open(where / "p.csv", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["time_s", "frequency_hz", "amplitude_db", "mixed"] and len(rows) - 1 == told["points"] > 10
    strongest = max(rows[1:], key=lambda r: float(r[2]))
    assert abs(float(strongest[1]) - 1003.7) < 0.01 and float(strongest[3]) < 0.2, strongest
    for row in rows[1:]:  # what was asked for, as the table itself says
        assert 0.3 <= float(row[0]) <= 0.6 and 900 <= float(row[1]) <= 1100 and float(row[2]) >= -40, row
    # All rows of a file of 16 bits, as they are: the edges of lobes are not among them.
    fewer = ok("points", where / "a.wav", "-o", where / "p.csv", "--json").json()["points"]
    with open(where / "p.csv", newline="") as file:
        errors = [abs(float(r[1]) - 1003.7) for r in list(csv.reader(file))[1:] if 0.2 < float(r[0]) < 0.8]
    assert sum(errors) / len(errors) < 0.0005, sum(errors) / len(errors)
    assert ok("points", where / "a.wav", "-o", where / "p.csv", "--all", "--json").json()["points"] > fewer
    refused("points", where / "a.wav", "-o", where / "p.csv", "--channel", "3", says="channel")
    refused("points", where / "a.wav", "-o", where / "p.csv", "--time", "5:6", says="after the end")


def full_disk_behind_standard_output(where):
    if not os.path.exists("/dev/full"):
        return
    write_wav(where / "a.wav", tones(0.1))
    for words in (["--version"], ["--help"], ["edit", "--help"], ["info", "--json", where / "a.wav"]):
        with open("/dev/full", "w") as full:
            done = subprocess.run([CLI, *map(str, words)], stdout=full, stderr=subprocess.PIPE, text=True,
                                  env=environment())
        assert done.returncode == 1 and len(done.stderr.splitlines()) == 1, (words, done)


def help_of_edit_is_complete(where):
    text = ok("edit", "--help").out
    for word in ("pitch", "stretch", "shift", "gain", "filter", "delete", "crop", "time_s,ratio", "time_s,cents",
                 "time_s,factor", "time_s,target_s", "frequency_hz,gain_db", "time", "duration", "frequency",
                 "amplitude", "energy", "noise", "label", "channel", "length", "harmonicity", "top N by", "within"):
        assert word in text, word


def results_never_replace_inputs(where):
    sound = write_wav(where / "a.wav", tones(0.2))
    before = sound.read_bytes()
    refused("points", sound, "-o", sound, says="another name")
    refused("analyze", sound, "-o", where / "p.tarsier", "--report", sound, says="another name")
    refused("analyze", sound, "-o", where / "p.tarsier", "--report", where / "p.tarsier", says="another name")
    assert listing(where) == ["a.wav"] and sound.read_bytes() == before
    ok("analyze", sound, "-o", where / "p.wav")
    refused("render", where / "p.wav", "a", "-o", where / "p.wav", says="another name")
    ok("check", where / "p.wav")


def names_of_any_bytes(where):
    """JSON is UTF-8, whatever the names of files are."""
    for name in (b"latin\xe9.wav", "a b \u00fc\n\u65e5\u672c.wav".encode(), b"-dash.wav"):
        path = os.path.join(os.fsencode(str(where)), name)
        write_wav(os.fsdecode(path), tones(0.2))
        for words in (("info", "--json", "--", name), ("analyze", "--json", "-o", "p.tarsier", "--", name)):
            done = subprocess.run([CLI, *words], capture_output=True, cwd=where, env=environment())
            assert done.returncode == 0, done.stderr
            told = json.loads(done.stdout.decode("utf-8"))
    assert len(ok("list", where / "p.tarsier", "--json").json()["sounds"]) == 3, told


def undefined_values(where):
    write_wav(where / "silence.wav", [0.0] * 8000)
    told = ok("info", where / "silence.wav", "--json").json()["files"][0]
    assert told["peak_dbfs"] is None and told["loudness_lufs"] is None and told["tempo_bpm"] is None
    text = ok("info", where / "silence.wav").out
    ok("analyze", where / "silence.wav", "-o", where / "p.tarsier")
    text += ok("render", where / "p.tarsier", "1", "-o", where / "o.wav").out
    text += ok("show", where / "p.tarsier", "1").out
    assert "nan" not in text.lower() and "-inf" not in text.lower(), text


def devices_and_play(where):
    told = ok("devices", "--json").json()["devices"]
    write_wav(where / "a.wav", tones(0.2))
    if not told:
        refused("play", where / "a.wav", says="device")
    refused("play", where / "a.wav", "--device", "no such thing at all", says="device")


def damage_and_salvage(where):
    project = project_of_tones(where)
    assert ok("check", project, "--json").json() == {"whole": True, "damage": []}
    data = bytearray(project.read_bytes())
    sound = (where / "tones.wav").read_bytes()
    begin = data.index(sound[len(sound) // 2:][:40])  # of the source, which is inside
    for at in range(begin, begin + 40):
        data[at] ^= 0xff
    project.write_bytes(data)
    done = run("check", project)
    assert done.status == 1 and done.out.strip() and len(done.err.splitlines()) == 1, (done.out, done.err)
    told = ok("check", project, "--salvage", where / "saved.tarsier", "--json").json()
    assert told["rows_saved"] > 0
    ok("check", where / "saved.tarsier")
    assert project.read_bytes() == data


def ids_win_over_names(where):
    project = project_of_tones(where)
    ok("sound", "copy", project, "tones", "1")
    assert ok("show", project, "1", "--json").json()["name"] == "tones"
    assert ok("show", project, "2", "--json").json()["name"] == "1"


def flute_as_a_musician(where):
    project = where / "f.tarsier"
    sound = ok("analyze", FLUTE, "-o", project, "--json").json()["sounds"][0]
    assert sound["snr_db"] > 25 and sound["name"] == "flute-g4", sound
    ok("edit", project, "flute-g4", "--do", "pitch 200cents")
    ok("edit", project, "flute-g4", "--select", "frequency > 2kHz and duration > 50ms", "--do", "gain -6dB")
    rate, _, samples = rendered(where, project, sound="flute-g4")
    peak = max(range(380 * 4, 460 * 4), key=lambda q: level(samples[::1], rate, q / 4) if q % 8 == 0 else 0) / 4
    assert abs(1200 * math.log2(peak / 392) - 200) < 30, peak


main([help_and_version, usage_errors, info, analyze, analyze_options, analyze_channels, reanalyze, list_and_show, edit_pitch,
      edit_all_kinds, edit_selected, edit_within, undo_redo_history, sounds_and_markers, markers_follow_time,
      delete_a_span, saved_selections, copies_and_space,
      render_formats, render_parts_add_up, render_selection, exact_float_and_24_bits, export_and_import, spectrogram,
      points, full_disk_behind_standard_output, help_of_edit_is_complete, results_never_replace_inputs,
      names_of_any_bytes, undefined_values, devices_and_play, damage_and_salvage, ids_win_over_names,
      flute_as_a_musician])
