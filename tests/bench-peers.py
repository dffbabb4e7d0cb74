#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tarsier beside other programs on the same sound in the same run; prints one JSON object.

    bench-peers.py BUILD-FOLDER

The sound is a mix of the recordings in resources/demo. Speeds are seconds of sound a second of
processor time, start of the program included, so that other work on the machine hardly counts.
Peers: Csound's ATS (tracked sinusoids and their resynthesis), sndfile-spectrogram, and for reassigned
points with N 2048 and hop 512 the phase gradients of LTFAT, librosa where Python has it, and Csound's
pvanal (frequencies only, by the phase vocoder). Python is timed without its imports."""
import json, pathlib, resource, subprocess, sys, tempfile

SECONDS = 20
CSD = """<CsoundSynthesizer>
<CsOptions>
-d -m0 -W -o {out}
</CsOptions>
<CsInstruments>
sr = 44100
ksmps = 64
nchnls = 1
0dbfs = 1
instr 1
  iPartials ATSinfo "{ats}", 3
  kTime line 0, p3, p3
  aOut ATSadd kTime, 1, "{ats}", 1, iPartials
  out aOut
endin
</CsInstruments>
<CsScore>
f 1 0 16384 10 1
i 1 0 {seconds}
</CsScore>
</CsoundSynthesizer>
"""


# Prints the processor time; the sound is an array of doubles.
PYTHON = """
import sys, time, wave, numpy
{imports}
sound = wave.open(sys.argv[1])
x = numpy.frombuffer(sound.readframes(sound.getnframes()), "<i2") / 32768.0
{before}
begin = time.process_time()
{call}
print(time.process_time() - begin)
"""
LTFAT = PYTHON.format(
    imports="from ltfatpy import gabphasegrad",
    before="""
x = x[:len(x) // 2048 * 2048].copy()
half = 0.5 + 0.5 * numpy.cos(numpy.pi * numpy.arange(1024) / 1024)
window = numpy.zeros(len(x))
window[:1024] = half
window[-1023:] = half[:0:-1]""",
    call="gabphasegrad('dgt', x, window, 512, 2048)")
LIBROSA = PYTHON.format(
    imports="import librosa",
    before="librosa.reassigned_spectrogram(x[:44100], sr=44100, n_fft=2048, hop_length=512)",
    call="librosa.reassigned_spectrogram(x, sr=44100, n_fft=2048, hop_length=512)")


def processor_s():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def speed(*command):
    """Seconds of sound a second; None when the program is missing or fails."""
    begin = processor_s()
    try:
        subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return None
    return SECONDS / (processor_s() - begin)


def python_speed(python, program, sound):
    """Likewise, as the program itself says it."""
    try:
        said = subprocess.run([python, "-c", program, str(sound)], check=True, capture_output=True, text=True)
        return SECONDS / float(said.stdout)
    except (OSError, subprocess.CalledProcessError, ValueError):
        return None


def points_speed(cli):
    try:
        said = subprocess.run([str(cli), "bench", "spectrogram"], check=True, capture_output=True, text=True)
        return json.loads(said.stdout)["reassigned_points_n2048_hop512_x_realtime"]
    except (OSError, subprocess.CalledProcessError, ValueError, KeyError):
        return None


def compare_points(result, cli, mix, where):
    peers = {"ltfat": python_speed("/usr/bin/python3", LTFAT, mix),
             "librosa": python_speed("python3", LIBROSA, mix),
             "csound_pvanal": speed("csound", "-U", "pvanal", "-n", "2048", "-h", "512", mix, where / "mix.pvx")}
    ours = points_speed(cli)
    for name, theirs in peers.items():
        compare(result, "reassigned_points", ours, name, theirs)


def compare(result, what, ours, name, theirs):
    result[f"{what}_x_realtime"] = ours
    result[f"{what}_{name}_x_realtime"] = theirs
    result[f"{what}_ratio_to_{name}"] = ours / theirs if ours and theirs else None


def main():
    cli = pathlib.Path(sys.argv[1]).resolve() / "app/cli/tarsier-cli"
    demo = pathlib.Path(__file__).resolve().parent.parent / "resources/demo"
    result = {}
    with tempfile.TemporaryDirectory() as folder:
        where = pathlib.Path(folder)
        mix, project, ats, csd = (where / n for n in ("mix.wav", "p.tarsier", "mix.ats", "ats.csd"))
        subprocess.run(["sox", "-D", "-m", *(w for r in ("cello-d3", "flute-g4", "speech")
                                             for w in ("-v", "0.5", str(demo / (r + ".flac")))),
                        "-c", "1", "-b", "16", str(mix), "norm", "-3", "repeat", "9", "trim", "0", str(SECONDS)],
                       check=True)
        ours = speed(cli, "analyze", mix, "-o", project, "--threads", "1", "--quiet")
        compare(result, "analysis", ours, "csound_ats", speed("csound", "-U", "atsa", mix, ats))
        csd.write_text(CSD.format(out=where / "ats.wav", ats=ats, seconds=SECONDS))
        ours = speed(cli, "render", project, "mix", "-o", where / "r.wav", "--part", "partials", "--quiet")
        compare(result, "resynthesis", ours, "csound_ats", speed("csound", csd))
        ours = speed(cli, "spectrogram", mix, "-o", where / "s.png", "--size", "1920x1024", "--quiet")
        compare(result, "spectrogram", ours, "sndfile_spectrogram",
                speed("sndfile-spectrogram", "--no-border", mix, "1920", "1024", where / "t.png"))
        compare_points(result, cli, mix, where)
    print(json.dumps(result, indent=2))


main()
