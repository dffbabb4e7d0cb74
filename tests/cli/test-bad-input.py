#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input: refused with one sentence and nothing written, or accepted and repaired.

    test-bad-input.py TARSIER-CLI
"""
import math
import contextlib
import os
import signal
import subprocess
import time

from cli_support import (CLI, FLUTE, environment, folder, listing, main, ok, refused, run, tones, write_float_wav,
                         write_wav)


def refuse_everywhere(where, path, says):
    """No verb that reads a recording takes it, and none leaves anything behind."""
    before = listing(where)
    refused("info", path, says=says)
    refused("analyze", path, "-o", where / "p.tarsier", says=says)
    refused("points", path, "-o", where / "out.csv", says=says)
    refused("spectrogram", path, "-o", where / "out.png", says=says)
    refused("play", path, says=says)
    assert listing(where) == before, listing(where)


def missing_file(where):
    refuse_everywhere(where, where / "nowhere.wav", "nowhere.wav")


def folder_in_place_of_a_file(where):
    (where / "inner.wav").mkdir()
    refuse_everywhere(where, where / "inner.wav", "folder")


def fifo(where):
    os.mkfifo(where / "pipe.wav")
    refuse_everywhere(where, where / "pipe.wav", "pipe.wav")


def device(where):
    refuse_everywhere(where, "/dev/zero", "/dev/zero")
    refuse_everywhere(where, "/dev/full", "/dev/full")


def empty_file(where):
    (where / "empty.wav").write_bytes(b"")
    refuse_everywhere(where, where / "empty.wav", "empty")


def text_named_wav(where):
    (where / "text.wav").write_text("This is no sound at all, it only says so.\n" * 50)
    refuse_everywhere(where, where / "text.wav", "text.wav")


def header_without_samples(where):
    write_float_wav(where / "promise.wav", [], promised=4_000_000)
    refuse_everywhere(where, where / "promise.wav", "promise.wav")


def zero_samples(where):
    write_wav(where / "zero.wav", [])
    refuse_everywhere(where, where / "zero.wav", "zero.wav")


def too_many_channels(where):
    write_wav(where / "many.wav", [0.1] * (65 * 100), channels=65)
    refuse_everywhere(where, where / "many.wav", "64")


def impossible_rates(where):
    for rate in (1, 8, 999, 768001, 2000000000):
        write_wav(where / f"{rate}.wav", tones(0.5), rate=rate)
        refuse_everywhere(where, where / f"{rate}.wav", f"{rate}.wav")


def several_inputs_all_or_none(where):
    write_wav(where / "good.wav", tones(0.2))
    refused("analyze", where / "good.wav", where / "nowhere.wav", "-o", where / "p.tarsier")
    assert listing(where) == ["good.wav"]
    refused("info", where / "good.wav", where / "nowhere.wav")
    ok("analyze", where / "good.wav", "-o", where / "p.tarsier")
    before = ok("list", where / "p.tarsier", "--json").json()
    refused("analyze", where / "good.wav", where / "nowhere.wav", "-o", where / "p.tarsier")
    assert ok("list", where / "p.tarsier", "--json").json()["sounds"] == before["sounds"]


def outputs_of(project, sound, place):
    """Every way to write a file, at a place where that is not possible."""
    return [
        ("analyze", sound, "-o", place / "new.tarsier"),
        ("render", project, "1", "-o", place / "out.wav"),
        ("export", project, "1", "-o", place / "out.csv"),
        ("points", sound, "-o", place / "out.csv"),
        ("spectrogram", sound, "-o", place / "out.png"),
        ("save-copy", project, place / "copy.tarsier"),
    ]


def make_project(where):
    sound = write_wav(where / "a.wav", tones(0.3))
    ok("analyze", sound, "-o", where / "p.tarsier")
    return where / "p.tarsier", sound


def unwritable_folder(where):
    project, sound = make_project(where)
    before = listing(where)
    for place in (sound, where / "not-there", ):  # below a regular file, below nothing
        for words in outputs_of(project, sound, place):
            refused(*words)
    refused("analyze", sound, "-o", "/proc/new.tarsier")
    refused("render", project, "1", "-o", "/proc/out.wav")
    assert listing(where) == before, listing(where)


def folder_without_permission(where):
    """A user who may not write there; root, who may do everything, becomes nobody."""
    project, sound = make_project(where)
    user = "nobody" if os.geteuid() == 0 else None
    try:
        reachable = run("--version", user=user).status == 0
    except OSError:
        reachable = False
    if not reachable:
        print("# nobody cannot run the program here")
        return
    locked = where / "locked"
    locked.mkdir()
    locked.chmod(0o555)
    where.chmod(0o777)
    project.chmod(0o666)
    for words in outputs_of(project, sound, locked):
        refused(*words, user=user)
    assert listing(locked) == []
    locked.chmod(0o755)


def full_disk(where):
    project, sound = make_project(where)
    before = listing(where)
    sizes = {"render": 4000, "export": 4000, "points": 4000, "spectrogram": 4000, "analyze": 30000,
             "save-copy": 30000}
    for words in outputs_of(project, sound, where):
        refused(*words, limit_bytes=sizes[words[0]])
        assert listing(where) == before, (words, listing(where))
    steps = ok("history", project, "1", "--json").json()["steps"]
    refused("edit", project, "1", "--do", "pitch 1.1", limit_bytes=project.stat().st_size + 1)
    assert ok("history", project, "1", "--json").json()["steps"] == steps
    ok("check", project)


def really_full_disk(where):
    """A small file system that fills up, where one may be mounted."""
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", where],
                                           capture_output=True).returncode != 0:
        print("# no file system can be mounted here")
        return
    try:
        with folder() as elsewhere:
            sound = write_wav(os.path.join(elsewhere, "a.wav"), tones(4, rate=44100), rate=44100)
            refused("analyze", sound, "-o", where / "p.tarsier")
            assert listing(where) == []
            refused("points", sound, "-o", where / "p.csv", "--floor", "-200")
            assert listing(where) == []
    finally:
        subprocess.run(["umount", where], check=True)


def wait_until_open(process, path):
    """Until the process holds the file open. (Trying to open it would be in its way.)"""
    wanted = os.path.realpath(path)
    for _ in range(1000):
        with contextlib.suppress(OSError):
            descriptors = f"/proc/{process.pid}/fd"
            if any(os.path.realpath(os.path.join(descriptors, fd)) == wanted for fd in os.listdir(descriptors)):
                return
        time.sleep(0.02)
    raise AssertionError(f"{path} was never opened")


def project_in_use(where):
    """While one program analyses into a project, others are told; SIGINT leaves it as it was."""
    project, _ = make_project(where)
    before = ok("list", project, "--json").json()["sounds"]
    long = write_wav(where / "long.wav", tones(2, rate=44100) * 60, rate=44100)
    first = subprocess.Popen([CLI, "analyze", str(long), "-o", str(project)], env=environment(),
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        wait_until_open(first, project)
        second = run("list", project)
        assert second.status == 1 and "in use by Tarsier" in second.err, second.err
        assert len(second.err.splitlines()) == 1
        refused("edit", project, "1", "--do", "gain -1dB", says="in use by Tarsier")
    finally:
        first.send_signal(signal.SIGINT)
        _, err = first.communicate(timeout=30)
    assert first.returncode == 130, (first.returncode, err)
    assert len(err.splitlines()) == 1, err
    assert ok("list", project, "--json").json()["sounds"] == before
    ok("check", project)


def interrupted_new_project_is_gone(where):
    long = write_wav(where / "long.wav", tones(2, rate=44100) * 60, rate=44100)
    process = subprocess.Popen([CLI, "analyze", str(long), "-o", str(where / "p.tarsier")], env=environment(),
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(0.3)
    begin = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 130, process.returncode
    assert time.monotonic() - begin < 5
    assert listing(where) == ["long.wav"], listing(where)


def no_projects(where):
    """Files that are no projects are refused and stay as they are."""
    sound = write_wav(where / "a.wav", tones(0.2))
    (where / "text.tarsier").write_text("not a project\n" * 100)
    (where / "empty.tarsier").write_bytes(b"")
    (where / "inner.tarsier").mkdir()
    os.mkfifo(where / "pipe.tarsier")
    for name in ("text.tarsier", "empty.tarsier", "inner.tarsier", "pipe.tarsier", "nowhere.tarsier"):
        path = where / name
        content = path.read_bytes() if path.is_file() else None
        for words in (("list", path), ("show", path, "1"), ("edit", path, "1", "--do", "delete"), ("undo", path, "1"),
                      ("render", path, "1", "-o", where / "o.wav"), ("check", path),
                      ("export", path, "1", "-o", where / "o.csv"), ("compact", path)):
            refused(*words, says=name)
        if name != "nowhere.tarsier":
            refused("analyze", sound, "-o", path, says=name)
        assert content is None or path.read_bytes() == content


def truncated_project(where):
    project, _ = make_project(where)
    whole = project.read_bytes()
    project.write_bytes(whole[:len(whole) // 2])
    half = project.read_bytes()
    refused("list", project)
    assert project.read_bytes() == half
    assert run("check", project).status == 1


# ---- accepted ----

def accept(where, path, seconds, note=None):
    """Analysed, rendered exactly, and where something was repaired a sentence says so."""
    facts = ok("info", path, "--json")
    info = facts.json()["files"][0]
    assert abs(info["duration_s"] - seconds) < 0.5 / info["rate_hz"] + 1e-9, info
    project = where / "p.tarsier"
    done = ok("analyze", path, "-o", project, "--json")
    sound = done.json()["sounds"][0]
    if note is None:
        assert facts.err == "" and done.err == "", (facts.err, done.err)
    else:
        assert note in facts.err and note in done.err, (facts.err, done.err)
        assert done.err.startswith("tarsier-cli: ")
    for part in ("all", "partials", "residual", "noise", "transients", "original"):
        told = ok("render", project, sound["id"], "--part", part, "-o", where / f"{part}.wav", "--json").json()
        assert told["frames"] == info["frames"] and told["channels"] == info["channels"], told
    ok("edit", project, sound["id"], "--do", "gain -3dB")
    ok("render", project, sound["id"], "-o", where / "softer.wav")
    ok("points", path, "-o", where / "points.csv")
    ok("spectrogram", path, "-o", where / "picture.png")
    return info, sound


def truncated_flac(where):
    whole = FLUTE.read_bytes()
    (where / "cut.flac").write_bytes(whole[:len(whole) * 2 // 3])
    done = ok("info", where / "cut.flac", "--json")
    seconds = done.json()["files"][0]["duration_s"]
    assert 0.5 < seconds < 3.3
    accept(where, where / "cut.flac", seconds, note="")
    assert "cut.flac" in done.err and len(done.err.splitlines()) == 1, done.err


def one_sample(where):
    accept(where, write_wav(where / "one.wav", [0.5]), 1 / 16000)


def silence(where):
    info, sound = accept(where, write_wav(where / "silence.wav", [0.0] * 8000), 0.5)
    assert info["peak_dbfs"] is None and info["loudness_lufs"] is None
    assert sound["partials"] == 0 and sound["snr_db"] is None


def nan_and_infinity(where):
    samples = tones(0.5)
    samples[100] = math.nan
    samples[200] = math.inf
    samples[300] = -math.inf
    accept(where, write_float_wav(where / "nan.wav", samples), 0.5, note="3 samples")


def very_high_rate(where):
    info, _ = accept(where, write_wav(where / "fast.wav", tones(0.3, rate=192000), rate=192000), 0.3)
    assert info["rate_hz"] == 192000


def many_channels(where):
    info, sound = accept(where, write_wav(where / "wide.wav", tones(0.1, channels=32, partials=((100.0, 0.3),)),
                                          channels=32), 0.1)
    assert info["channels"] == 32 and sound["channels"] == 32


def full_scale_square(where):
    samples = [1.0 if i // 50 % 2 == 0 else -1.0 for i in range(16000)]
    accept(where, write_wav(where / "square.wav", samples), 1.0)


def long_sound_streams(where):
    """Memory does not grow with the length: four times as long takes far less than four times as much."""
    peaks = []
    for minutes in (1, 4):
        path = write_wav(where / f"{minutes}.wav", tones(1, rate=8000) * (60 * minutes), rate=8000)
        script = ("import resource,subprocess,sys; subprocess.run(sys.argv[1:],check=True,stdout=subprocess.DEVNULL);"
                  "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
        done = subprocess.run(["python3", "-c", script, CLI, "info", str(path)], capture_output=True, text=True,
                              env=environment(), check=True)
        peaks.append(int(done.stdout))
    assert peaks[1] - peaks[0] < 60_000, peaks


main([missing_file, folder_in_place_of_a_file, fifo, device, empty_file, text_named_wav, header_without_samples,
      zero_samples, too_many_channels, impossible_rates, several_inputs_all_or_none, unwritable_folder, folder_without_permission,
      full_disk, really_full_disk, project_in_use, interrupted_new_project_is_gone, no_projects, truncated_project,
      truncated_flac, one_sample, silence, nan_and_infinity, very_high_rate, many_channels, full_scale_square,
      long_sound_streams])
