# SPDX-License-Identifier: GPL-3.0-or-later
"""morph: what it makes, what it tells, what it refuses."""
import math

from cli_support import decibel, level, listing, main, ok, read_wav, refused, tones, write_wav


def two_sounds(where):
    """220 Hz and 330 Hz, ten and six harmonics, 1.0 and 1.4 s."""
    a = [(220.0 * k, 0.3 / k) for k in range(1, 11)]
    b = [(330.0 * k, 0.3 / k) for k in range(1, 7)]
    write_wav(where / "a.wav", tones(1.0, partials=a))
    write_wav(where / "b.wav", tones(1.4, partials=b))
    project = where / "p.tarsier"
    ok("analyze", where / "a.wav", where / "b.wav", "-o", project)
    return project


def rendered(where, project, sound, *options):
    out = where / "out.wav"
    ok("render", project, sound, "-o", out, "--bits", "16", *options)
    rate, _, samples = read_wav(out)
    out.unlink()
    return rate, samples


def half_way(where):
    project = two_sounds(where)
    made = ok("morph", project, "a", "b", "--amount", "0.5", "--as", "half", "--json").json()
    assert made["pairing"] == "labels" and made["matched"] >= 6, made
    assert abs(made["duration_s"] - 1.2) < 1e-3, made
    rate, samples = rendered(where, project, "half", "--part", "partials")
    f0 = math.sqrt(220 * 330)
    for k in range(1, 7):
        assert abs(decibel(level(samples, rate, f0 * k), 0.3 / k)) < 0.5, k
    # unmatched harmonics glide along at half their level
    assert abs(decibel(level(samples, rate, f0 * 8), 0.3 / 8) + 6) < 0.7
    step = ok("history", project, "half", "--json").json()["steps"]
    assert len(step) == 1 and "Morph of" in step[0]["label"], step
    ok("edit", project, "half", "--do", "pitch 200cents")
    ok("check", project)


def weight_one_copies(where):
    project = two_sounds(where)
    ok("edit", project, "b", "--do", "gain -3dB", "--as", "softer")
    for amount, original in (("0", "a"), ("1", "b"), ("0=0:1,1=0:1", "b")):
        ok("morph", project, "a", "b", "--amount", amount, "--as", f"copy {amount}")
        for part in ("all", "partials", "residual"):
            assert rendered(where, project, f"copy {amount}", "--part", part) == \
                rendered(where, project, original, "--part", part), (amount, part)
    ok("morph", project, "a", "softer", "--amount", "1", "--as", "edited copy")
    assert rendered(where, project, "edited copy", "--part", "partials") == \
        rendered(where, project, "softer", "--part", "partials")


def amounts_apart(where):
    project = two_sounds(where)
    (where / "w.csv").write_text("time_s,w1,w2\n0,1,0\n0.4,1,0\n0.8,0,1\n")
    ok("morph", project, "a", "b", "--amount", where / "w.csv", "--as", "over time")
    ok("morph", project, "a", "b", "--amount", "0", "--frequency", "1", "--as", "a at b's pitch")
    rate, samples = rendered(where, project, "a at b's pitch", "--part", "partials")
    assert len(samples) == rate  # the amount decides the duration
    assert abs(decibel(level(samples, rate, 330), 0.3)) < 0.5
    assert abs(decibel(level(samples, rate, 330 * 8), 0.3 / 8)) < 0.7
    ok("morph", project, "a", "b", "a", "b", "--amount", "0.25:0.25:0.25:0.25", "--as", "four",
       "--scale", "linear", "--unmatched", "fade", "--pairing", "spectrum")


def anchors_and_pairs(where):
    project = two_sounds(where)
    (where / "anchors.csv").write_text("sound,time_s,anchor\na,0.5,1\nb,1.0,1\n2,1.2,2\n1,0.8,2\n")
    ok("morph", project, "a", "b", "--amount", "0.5", "--anchors", where / "anchors.csv", "--as", "file")
    ok("morph", project, "a", "b", "--amount", "0.5", "--anchors", "0.5:1,0.8:1.2", "--as", "told")
    assert rendered(where, project, "file") == rendered(where, project, "told")
    ok("morph", project, "a", "b", "--amount", "0.5", "--pairs", "1:2,2:-", "--as", "by hand")


def refuses(where):
    project = two_sounds(where)
    before = project.read_bytes()
    refused("morph", project, "a", "b", "--amount", "0.5", status=2, says="--as")
    refused("morph", project, "a", "b", "--as", "x", status=2, says="--amount")
    refused("morph", project, "a", "--amount", "0.5", "--as", "x", status=2)
    refused("morph", project, "a", "c", "--amount", "0.5", "--as", "x", says="c")
    refused("morph", project, "a", "b", "--amount", "0.5", "--as", "a", says="a")
    refused("morph", project, "a", "b", "--amount", "2", "--as", "x", says="0 and 1")
    refused("morph", project, "a", "b", "--amount", "0.5:0.6", "--as", "x", says="add up")
    refused("morph", project, "a", "b", "--amount", "nowhere.csv", "--as", "x", says="nowhere.csv")
    refused("morph", project, "a", "b", "--amount", "0.5", "--anchors", "1:2,0.5:3", "--as", "x", says="anchors")
    refused("morph", project, "a", "b", "--amount", "0.5", "--pairs", "x:y", "--as", "x", says="pairs")
    refused("morph", project, "a", "b", "--amount", "0.5", "--scale", "loud", "--as", "x", status=2)
    assert project.read_bytes() == before
    assert listing(where) == ["a.wav", "b.wav", "p.tarsier"]


main([half_way, weight_one_copies, amounts_apart, anchors_and_pairs, refuses])
