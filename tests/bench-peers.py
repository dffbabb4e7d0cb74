#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tarsier beside other programs on the same sound in the same run; prints one JSON object.

    bench-peers.py BUILD-FOLDER

The sound is a mix of the recordings in resources/demo. Speeds are seconds of sound a second of
processor time, start of the program included, so that other work on the machine hardly counts.
Peers: Csound's ATS (tracked sinusoids and their resynthesis) and sndfile-spectrogram."""
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
    print(json.dumps(result, indent=2))


main()
