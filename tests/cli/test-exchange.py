#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""export and import in every format: there and back, read by others, bad input.

    test-exchange.py TARSIER-CLI
"""
import csv
import json
import math
import os
import signal
import struct
import subprocess
import time
import zipfile

from cli_support import (CLI, environment, listing, main, ok, refused, run, tones, write_wav)

FORMATS = ["csv", "json", "mid", "npz", "sdif", "txt"]
LAYOUTS = [(name, ()) for name in FORMATS] + [("npz", ("--frames",)), ("sdif", ("--frames",)), ("txt", ("--frames",)),
                                              ("txt", ("--extended",)), ("txt", ("--frames", "--hop", "0.005"))]


def make_project(where):
    sound = write_wav(where / "a.wav", tones(0.6, channels=2), channels=2)
    ok("analyze", sound, "-o", where / "p.tarsier")
    ok("marker", "add", where / "p.tarsier", "a", "0.25", "größer")
    return where / "p.tarsier"


def facts(project, sound):
    return ok("show", project, sound, "--json").json()


def there_and_back(where):
    """Every layout can be read again, and sounds like the partials that were written."""
    project = make_project(where)
    n = ok("list", project, "--json").json()["sounds"][0]["partials"]
    for number, (name, options) in enumerate(LAYOUTS):
        path = where / f"{number}.{name}"
        told = ok("export", project, "a", "-o", path, *options, "--json").json()
        assert told["path"] == str(path) and told["partials"] == n and told["rows"] > 0, told
        back = ok("import", path, "-o", project, "--name", f"back {number}", "--json").json()
        assert set(back) == {"id", "name", "partials", "breakpoints"} and back["partials"] >= 2, back
        markers = ok("marker", "list", project, back["id"], "--json").json()["markers"]
        keeps = name in ("json", "mid", "npz", "sdif")
        assert [m["name"] for m in markers] == (["größer"] if keeps else []), (path, markers)
        ok("render", project, back["id"], "-o", where / "out.wav", "--part", "partials")
    assert ok("check", project).status == 0


def what_is_lost_is_told(where):
    project = make_project(where)
    for name, lost in (("txt", ("channels", "markers")), ("csv", ("markers",)), ("json", ()), ("npz", ()), ("sdif", ())):
        told = ok("export", project, "a", "-o", where / f"o.{name}").err
        assert all(word in told for word in lost) and (told == "") == (not lost), (name, told)


def read_by_others(where):
    """The files as readers of other programs see them: JSON, ZIP, NPY, MIDI, SDIF, text."""
    project = make_project(where)
    for name in FORMATS:
        ok("export", project, "a", "-o", where / f"o.{name}")
    table = json.loads((where / "o.json").read_text())
    assert table["format"] == "tarsier-partials" and table["version"] == 1
    n = sum(len(p["time_s"]) for p in table["partials"])
    assert {p["channel"] for p in table["partials"]} == {0, 1}
    arrays = {}
    with zipfile.ZipFile(where / "o.npz") as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            data = archive.read(name)
            assert data[:8] == b"\x93NUMPY\x01\x00", name
            end = 10 + struct.unpack("<H", data[8:10])[0]
            assert end % 64 == 0, name
            header = eval(data[10:end].decode(), {"__builtins__": {}})
            arrays[name[:-4]] = (header, data[end:])
    header, data = arrays["time_s"]
    assert header == {"descr": "<f8", "fortran_order": False, "shape": (n,)}, header
    assert list(struct.unpack(f"<{n}d", data)) == [t for p in table["partials"] for t in p["time_s"]]
    assert arrays["marker_name"][1].decode("utf-32-le").rstrip("\0") == "größer"
    midi = (where / "o.mid").read_bytes()
    assert midi[:12] == b"MThd\0\0\0\6\0\1" + midi[10:12] and midi.count(b"MTrk") == struct.unpack(">H", midi[10:12])[0]
    sdif = (where / "o.sdif").read_bytes()
    at, types = 16, []
    while at < len(sdif):
        types.append(sdif[at:at + 4])
        at += 8 + struct.unpack(">i", sdif[at + 4:at + 8])[0]
    assert at == len(sdif) and set(types) == {b"RBEM", b"RBEP"}, set(types)
    lines = (where / "o.txt").read_text().splitlines()
    assert lines[0] == "par-text-partials-format" and lines[2] == f"partials-count {len(table['partials'])}"
    assert all("e" not in word for line in lines[4:] for word in line.split())
    with open(where / "o.csv", newline="") as file:
        assert next(csv.reader(file))[0] == "partial"


def locale_of_commas(where):
    """Where a comma is the decimal point of people, it is not that of files."""
    project = make_project(where)
    known = subprocess.run(["locale", "-a"], capture_output=True, text=True).stdout.split()
    if "de_DE.utf8" not in known:
        print("# no German locale here")
        return
    for name in ("csv", "json", "txt"):
        for locale in ("C.UTF-8", "de_DE.UTF-8"):
            env = dict(environment(), LC_ALL=locale)
            subprocess.run([CLI, "export", project, "a", "-o", where / f"{locale}.{name}"], env=env, check=True,
                           capture_output=True)
        assert (where / f"C.UTF-8.{name}").read_bytes() == (where / f"de_DE.UTF-8.{name}").read_bytes(), name


def bad_files(where):
    """Refused with one sentence, nothing written; a project that is there stays as it is."""
    project = make_project(where)
    before = project.read_bytes()
    for name in FORMATS:
        (where / f"empty.{name}").write_bytes(b"")
        (where / f"text.{name}").write_text("This is none of these formats.\n" * 20)
        (where / f"noise.{name}").write_bytes(bytes((i * 7919 + 13) % 256 for i in range(5000)))
        (where / f"folder.{name}").mkdir()
        os.mkfifo(where / f"pipe.{name}")
    there = listing(where)
    for name in FORMATS:
        for path in ("nowhere", "empty", "text", "noise", "folder", "pipe"):
            for out in ("new.tarsier", "p.tarsier"):
                refused("import", where / f"{path}.{name}", "-o", where / out, says=f"{path}.{name}")
        refused("import", f"/dev/zero.{name}", "-o", where / "new.tarsier")
    assert listing(where) == there and project.read_bytes() == before
    os.symlink("/dev/zero", where / "zero.sdif")
    refused("import", where / "zero.sdif", "-o", where / "new.tarsier", says="not a regular file")


def cut_files(where):
    """Cut in the middle: refused, or read with a sentence."""
    project = make_project(where)
    for name, options in LAYOUTS:
        ok("export", project, "a", "-o", where / f"o.{name}", *options)
        whole = (where / f"o.{name}").read_bytes()
        for share in (0.01, 0.3, 0.7, 0.999):
            (where / f"cut.{name}").write_bytes(whole[:int(len(whole) * share) | 3])  # never between two frames
            done = run("import", where / f"cut.{name}", "-o", where / "q.tarsier")
            assert done.status in (0, 1), (name, share, done.err)
            # A table has no end of its own; of an archive only the directory behind the arrays is missing.
            assert name == "csv" or (name, share) == ("npz", 0.999) or done.err != "", (name, share)
            assert done.status == 0 or len(done.err.splitlines()) == 1, (name, share, done.err)


def outputs_that_cannot_be(where):
    project = make_project(where)
    sound = where / "a.wav"
    (where / "inner").mkdir()
    for name in FORMATS:
        (where / f"inner.{name}").mkdir()
    there = listing(where)
    for name, options in LAYOUTS:
        for out in (sound / f"o.{name}", where / "not-there" / f"o.{name}", where / f"inner.{name}", f"/proc/o.{name}"):
            refused("export", project, "a", "-o", out, *options)
        (where / f"old.{name}").write_text("old")
        refused("export", project, "a", "-o", where / f"old.{name}", *options, limit_bytes=300)
        assert (where / f"old.{name}").read_text() == "old"
        (where / f"old.{name}").unlink()
        assert listing(where) == there, (name, options, listing(where))
    refused("export", project, "nobody", "-o", where / "o.sdif", says="nobody")


def counts_in_words(where):
    """One partial is one partial."""
    (where / "one.txt").write_text("par-text-partials-format\npoint-type time frequency amplitude\npartials-count 1\n"
                                   "partials-data\n0 1 0 0\n0 440 0.1\n")
    assert ok("import", where / "one.txt", "-o", where / "p.tarsier").out == "1 one: 1 partial, 1 breakpoint\n"
    assert ok("export", where / "p.tarsier", "one", "-o", where / "a.csv").out == f"{where / 'a.csv'}: 1 partial, 1 row\n"
    (where / "two.txt").write_text("par-text-partials-format\npoint-type time frequency amplitude\npartials-count 2\n"
                                   "partials-data\n0 2 0 1\n0 440 0.1 1 440 0.1\n1 1 0 0\n0 660 0.1\n")
    assert ok("import", where / "two.txt", "-o", where / "p.tarsier").out == "2 two: 2 partials, 3 breakpoints\n"
    lines = ok("list", where / "p.tarsier").out.splitlines()
    assert "1 partial " in lines[0] and lines[0].endswith("1 breakpoint") and "2 partials" in lines[1], lines


def silence_at_the_end(where):
    """What a format can tell of the end is kept, and what comes back is written as it was."""
    sound = write_wav(where / "a.wav", tones(0.6) + [0.0] * 24000)
    ok("analyze", sound, "-o", where / "p.tarsier")
    whole = ok("list", where / "p.tarsier", "--json").json()["sounds"][0]
    for number, (name, options) in enumerate(LAYOUTS):
        path = where / f"{number}.{name}"
        rows = ok("export", where / "p.tarsier", "a", "-o", path, *options, "--json").json()["rows"]
        back = ok("import", path, "-o", where / "p.tarsier", "--name", f"b{number}", "--json").json()
        again = ok("export", where / "p.tarsier", back["id"], "-o", where / f"again.{name}", *options, "--json").json()["rows"]
        kept = [s for s in ok("list", where / "p.tarsier", "--json").json()["sounds"] if s["id"] == back["id"]][0]["duration_s"]
        keeps = name != "csv" and (name != "txt" or "--frames" in options)
        assert (abs(kept - whole["duration_s"]) < 1e-4) == keeps, (name, options, kept, whole)
        if name in ("csv", "sdif", "txt") and "--frames" not in options:
            assert again <= 1.02 * rows, (name, rows, again)
            assert back["breakpoints"] <= 1.05 * whole["breakpoints"], (name, back, whole)


def name_taken(where):
    project = make_project(where)
    ok("export", project, "a", "-o", where / "a.sdif")
    refused("import", where / "a.sdif", "-o", project, "--name", "a", says="a")
    assert ok("import", where / "a.sdif", "-o", project, "--json").json()["name"] == "a 2"


def interrupted(where):
    """SIGINT during a long import: 130, one line, no project."""
    with open(where / "long.csv", "w") as file:
        file.write("partial,label,time_s,frequency_hz,amplitude,bandwidth,phase_rad,channel\n")
        for k in range(1500):
            file.writelines(f"{k + 1},0,{i / 100},440,0.5,0,0,0\n" for i in range(1500))
    process = subprocess.Popen([CLI, "import", where / "long.csv", "-o", where / "p.tarsier"], env=environment(),
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(0.4)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130, (process.returncode, err)
    assert len(err.splitlines()) == 1 and err.startswith("tarsier-cli: "), err
    assert listing(where) == ["long.csv"], listing(where)


def exact_pitch(where):
    """A tone of 440 Hz is one in every format."""
    project = make_project(where)
    for number, (name, options) in enumerate(LAYOUTS):
        ok("export", project, "a", "-o", where / f"o.{name}", *options)
        back = ok("import", where / f"o.{name}", "-o", where / "q.tarsier", "--name", f"b{number}", "--json").json()
        ok("export", where / "q.tarsier", back["id"], "-o", where / "back.json")
        best = max(json.loads((where / "back.json").read_text())["partials"],
                   key=lambda p: max(p["log_amplitude"]) if abs(p["frequency_hz"][len(p["time_s"]) // 2] - 440) < 9 else -999)
        middle = best["frequency_hz"][len(best["time_s"]) // 2]
        assert abs(1200 * math.log2(middle / 440)) < 0.1, (name, middle)


def markers_of_others(where):
    """Labels of Audacity, instants and regions of Sonic Visualiser."""
    project = make_project(where)
    audacity = "0.100000\t0.200000\tfirst\n\\\t100.0\t200.0\n0.300000\t0.300000\t\n0.05\t0.05\tzwei, drei\r\n9.0\t9.0\tlate\n"
    visualiser = 'TIME,VALUE,LABEL\n0.11,440,"a ""b"", c"\n0.12\n0.13,7\n'
    (where / "labels.txt").write_text(audacity)
    (where / "instants.csv").write_text(visualiser)
    done = ok("marker", "import", project, "a", where / "labels.txt", "--json")
    assert "1 marker lies outside" in done.err, done.err
    told = [(m["time_s"], m["name"]) for m in done.json()["markers"]]
    assert told == [(0.05, "zwei, drei"), (0.1, "first"), (0.25, "größer"), (0.3, "")], told
    told = ok("marker", "import", project, "a", where / "instants.csv", "--json").json()["markers"]
    assert [(m["time_s"], m["name"]) for m in told if 0.105 < m["time_s"] < 0.2] == [(0.11, 'a "b", c'), (0.12, ""), (0.13, "")]
    assert len({m["id"] for m in told}) == 7
    (where / "bad.txt").write_text("0.1\nsoon\n")
    (where / "none.txt").write_text("TIME\n")
    (where / "zero.txt").write_bytes(b"0.1\0\n")
    for name, says in (("bad.txt", "line 2"), ("none.txt", "no markers"), ("zero.txt", "not text"), ("nowhere.txt", "read")):
        refused("marker", "import", project, "a", where / name, says=says)
    os.mkfifo(where / "pipe.txt")
    refused("marker", "import", project, "a", where / "pipe.txt", says="regular")
    refused("marker", "import", project, "a", status=2)
    assert len(ok("marker", "list", project, "a", "--json").json()["markers"]) == 7


if __name__ == "__main__":
    main([there_and_back, what_is_lost_is_told, read_by_others, locale_of_commas, bad_files, cut_files,
          outputs_that_cannot_be, counts_in_words, silence_at_the_end,
          name_taken, interrupted, exact_pitch, markers_of_others])
