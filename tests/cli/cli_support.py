# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives the real tarsier-cli: runs, temporary folders, small sound files, TAP."""
import json
import math
import os
import pathlib
import resource
import struct
import subprocess
import sys
import tempfile
import traceback
import wave

CLI = os.path.abspath(sys.argv[1])
ROOT = pathlib.Path(__file__).resolve().parents[2]
FLUTE = ROOT / "resources/demo/flute-g4.flac"


class Run:
    """One run of tarsier-cli that is over."""

    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    def json(self):
        assert self.status == 0, (self.status, self.err)
        return json.loads(self.out)


def environment():
    env = dict(os.environ, LC_ALL="C.UTF-8")
    env.pop("DISPLAY", None)
    env.pop("WAYLAND_DISPLAY", None)
    return env


def run(*words, limit_bytes=None, user=None, cwd=None):
    """Runs a verb; limit_bytes: no file may grow beyond it, as on a full disk."""
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))
    done = subprocess.run([CLI, *map(str, words)], capture_output=True, text=True, timeout=240,
                          env=environment(), user=user, cwd=cwd, stdin=subprocess.DEVNULL,
                          preexec_fn=limit if limit_bytes is not None else None)
    return Run(done.returncode, done.stdout, done.stderr)


def ok(*words, **how):
    done = run(*words, **how)
    assert done.status == 0, (words, done.status, done.err)
    return done


def refused(*words, says="", status=1, **how):
    """A refusal: the exit status, nothing on standard output, exactly one line of error."""
    done = run(*words, **how)
    lines = done.err.splitlines()
    assert done.status == status, (words, done.status, done.out, done.err)
    assert len(lines) == 1 and lines[0].startswith("tarsier-cli: "), (words, done.err)
    assert len(lines[0].split(": ", 2)) == 3, (words, done.err)
    assert says in lines[0], (words, done.err)
    assert done.out == "", (words, done.out)
    return done


def folder():
    """In memory where there is such a place: thousands of small synced writes are faster there."""
    memory = "/dev/shm"
    place = os.environ.get("TMPDIR") or (memory if os.access(memory, os.W_OK) else None)
    return tempfile.TemporaryDirectory(prefix="tarsier-cli-test-", dir=place)


def listing(path):
    return sorted(p.name for p in pathlib.Path(path).iterdir())


def tones(seconds=1.0, rate=16000, partials=((440.0, 0.4), (880.0, 0.2), (1320.0, 0.1)), channels=1):
    """Interleaved samples of steady tones with soft ends; channel c is c octaves up."""
    n = int(seconds * rate)
    fade = min(int(0.02 * rate), n // 2) or 1
    out = []
    for i in range(n):
        gain = min(1.0, (i + 1) / fade, (n - i) / fade)
        for c in range(channels):
            t = i / rate
            out.append(gain * sum(a * math.cos(2 * math.pi * f * (c + 1) * t) for f, a in partials))
    return out


def write_wav(path, samples, rate=16000, channels=1):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"".join(struct.pack("<h", max(-32768, min(32767, round(32768 * x))))
                                  for x in samples))
    return path


def write_float_wav(path, samples, rate=16000, channels=1, promised=None):
    """A 32-bit float WAV by hand; promised: number of data bytes that the header claims."""
    data = b"".join(struct.pack("<f", x) for x in samples)
    size = len(data) if promised is None else promised
    with open(path, "wb") as file:
        file.write(b"RIFF" + struct.pack("<I", 36 + size) + b"WAVE")
        file.write(b"fmt " + struct.pack("<IHHIIHH", 16, 3, channels, rate, rate * channels * 4,
                                         channels * 4, 32))
        file.write(b"data" + struct.pack("<I", size) + data)
    return path


def read_wav(path):
    """(rate, channels, samples interleaved as float) of a 16-bit WAV."""
    with wave.open(str(path), "rb") as file:
        assert file.getsampwidth() == 2
        data = file.readframes(file.getnframes())
        values = [v / 32768 for (v,) in struct.iter_unpack("<h", data)]
        return file.getframerate(), file.getnchannels(), values


def level(samples, rate, hz):
    """Amplitude of one frequency in the middle half of a sound."""
    part = samples[len(samples) // 4: 3 * len(samples) // 4]
    re = sum(x * math.cos(2 * math.pi * hz * i / rate) for i, x in enumerate(part))
    im = sum(x * math.sin(2 * math.pi * hz * i / rate) for i, x in enumerate(part))
    return 2 * math.hypot(re, im) / len(part)


def decibel(a, b):
    return 20 * math.log10(max(a, 1e-12) / max(b, 1e-12))


def main(tests):
    """Runs the functions in order and prints TAP."""
    print(f"1..{len(tests)}")
    failed = 0
    for number, test in enumerate(tests, 1):
        try:
            with folder() as where:
                test(pathlib.Path(where))
            print(f"ok {number} - {test.__name__}")
        except Exception:  # a test that fails in any way is a test that fails
            failed += 1
            print(f"not ok {number} - {test.__name__}")
            for line in traceback.format_exc().splitlines():
                print(f"# {line}")
        sys.stdout.flush()
    sys.exit(1 if failed else 0)
