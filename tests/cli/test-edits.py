# SPDX-License-Identifier: GPL-3.0-or-later
"""Every operation through the real program: what is saved is what was made (row P2), undo
to zero edits gives the source back bit for bit, the history replays."""
import shlex

from cli_support import decibel, level, main, ok, read_wav, refused, tones, write_wav

OPERATIONS = [
    "pitch 2st keep formants", "pitch 0:0ct,0.5:100ct", "stretch 0:1x,0.8:1.5x", "stretch 1.5 keep transients keep shape", "shift 5Hz",
    "gain 0:0,1:-6", "noise 0.5", "formants 1.1", "vibrato 2", "tremolo 0.5", "tilt -3dB", "brightness 1.2",
    "harmonify 0.5", "filter 100:0,2000:-6", "fade 0.1:0.2", "smooth 10ms", "quantize minor root A3", "reverse",
    "move 0.1", "label auto", "draw 0.1:1500,0.6:1700:-30 harmonics 2", "erase 0.5:880 size 0.05:50 strength 0.7",
    "duplicate 0.05", "split 0.4", "join", "crop 0.1:0.8",
]


def project_of_tones(where):
    write_wav(where / "tones.wav", tones(1.0))
    ok("analyze", where / "tones.wav", "-o", where / "p.tarsier")
    return where / "p.tarsier"


def rendered(where, project, *options, sound="tones"):
    out = where / "out.wav"
    ok("render", project, sound, "-o", out, "--bits", "16", *options)
    data = out.read_bytes()
    out.unlink()
    return data


def exported(where, project, sound="tones"):
    out = where / "out.csv"
    ok("export", project, sound, "-o", out)
    text = out.read_text()
    out.unlink()
    return text


def save_load_render(where):
    """Each operation on its own sound: a copy of the project holds the same, undo gives the source back."""
    project = project_of_tones(where)
    before, source = exported(where, project), rendered(where, project)
    for number, operation in enumerate(OPERATIONS):
        name = f"edit {number}"
        first = ["--do", "split 0.4"] if operation == "join" else []
        ok("edit", project, "tones", *first, "--do", operation, "--as", name)
    ok("save-copy", project, where / "copy.tarsier")
    for number, operation in enumerate(OPERATIONS):
        name = f"edit {number}"
        now = exported(where, project, name)
        assert now != before or operation in ("noise 0.5", "join", "label auto"), operation
        assert now == exported(where, where / "copy.tarsier", name), operation
        if number % 5 == 0:  # equal partials sound equal: some are heard
            assert rendered(where, project, "--part", "partials", sound=name) == \
                rendered(where, where / "copy.tarsier", "--part", "partials", sound=name), operation
            ok("undo", project, name)
            assert exported(where, project, name) == before, operation
            assert rendered(where, project, sound=name) == source, operation


def all_at_once_and_back(where):
    project = project_of_tones(where)
    before, source = exported(where, project), rendered(where, project)
    for operation in OPERATIONS:
        ok("edit", project, "tones", "--do", operation)
    after = exported(where, project)
    for _ in OPERATIONS:
        ok("undo", project, "tones")
    assert exported(where, project) == before and rendered(where, project) == source
    for _ in OPERATIONS:
        ok("redo", project, "tones")
    assert exported(where, project) == after
    ok("check", project)


def history_replays(where):
    """The commands that the history keeps make the same again."""
    project = project_of_tones(where)
    ok("sound", "copy", project, "tones", "again")
    done = OPERATIONS[:3] + ["fade 0.1:0.2", "erase 0.5:880 size 0.05:50 strength 0.7"]
    for operation in done:
        ok("edit", project, "tones", "--select", "frequency > 100Hz", "--do", operation)
    ok("save-copy", project, where / "copy.tarsier")
    for operation in done:
        words = shlex.split(f"edit --select 'frequency > 100Hz' --do '{operation}'")
        ok("edit", where / "copy.tarsier", "again", *words[1:])
    assert exported(where, where / "copy.tarsier", "again") == exported(where, project)


def pasting(where):
    project = project_of_tones(where)
    ok("sound", "copy", project, "tones", "other")
    ok("edit", project, "other", "--do", "delete")
    made = ok("paste", project, "tones", "other", "--select", "frequency = A5", "--at", "0.5", "--json").json()
    assert made == {"id": 2, "pasted": 1}, made
    ok("render", project, "other", "-o", where / "o.wav", "--part", "partials")
    rate, _, samples = read_wav(where / "o.wav")
    assert len(samples) >= 1.45 * rate
    assert abs(decibel(level(samples[rate // 2:], rate, 880), 0.2)) < 0.5
    assert level(samples[:rate // 2], rate, 880) < 1e-3
    step = ok("history", project, "other", "--json").json()["steps"][-1]
    assert "Paste" in step["label"], step
    refused("paste", project, "tones", "other", "--select", "frequency > 20kHz", says="no partial")
    # From a state that is past: cut and paste, as the window's command has it.
    before = exported(where, project)
    ok("edit", project, "tones", "--select", "frequency = A5", "--do", "delete")
    refused("paste", project, "tones", "tones", "--select", "frequency = A5", says="no partial")
    ok("paste", project, "tones", "tones", "--select", "frequency = A5", "--step", "0")
    back = exported(where, project)
    assert len(back.splitlines()) == len(before.splitlines()), "cut and pasted"
    command = ok("history", project, "tones", "--json").json()["steps"][-1]["command"]
    assert "--step 0" in command, command
    refused("paste", project, "tones", "other", "--step", "99", says="no step")


def comparing(where):
    """diff, go, history --all and --step, over branches."""
    project = project_of_tones(where)
    n = len({line.split(",")[0] for line in exported(where, project).splitlines()[1:]})
    ok("edit", project, "tones", "--do", "pitch 2st")
    ok("edit", project, "tones", "--select", "top 1 by energy", "--do", "delete")
    ok("undo", project, "tones")
    ok("undo", project, "tones")
    ok("edit", project, "tones", "--do", "gain -6dB")
    told = ok("history", project, "tones", "--all", "--json").json()
    assert [s["id"] for s in told["steps"]] == [0, 1] and len(told["branches"]) == 2, told
    pitched, thinned = (b["id"] for b in told["branches"])
    assert told["branches"][0]["parent"] == "0" and told["branches"][1]["parent"] == pitched
    assert "branches" not in ok("history", project, "tones", "--json").json()
    d = ok("diff", project, "tones", "0", pitched, "--json").json()
    assert (d["removed"], d["added"], d["changed"], d["kept"]) == (0, 0, n, 0), d
    assert abs(d["median_cents"] - 200) < 0.1 and d["a"]["id"] == "0" and d["b"]["id"] == pitched
    d = ok("diff", project, "tones", thinned, "1", "--json").json()
    assert (d["removed"], d["added"], d["changed"]) == (0, 1, n - 1), d
    assert abs(d["median_cents"] + 200) < 0.1 and abs(d["median_db"] + 6) < 0.1, d
    assert len(d["partials"]) == n and d["partials"][0]["before"] is None, d
    assert abs(d["noise_db"] + 6) < 1e-9, d
    assert ok("diff", project, "tones", pitched, thinned).out.strip() == "1 removed"
    assert ok("diff", project, "tones", "1", "1").out.strip() == "no partial differs"
    now = rendered(where, project, "--part", "partials")
    then = rendered(where, project, "--part", "partials", "--step", thinned)
    assert now != then and rendered(where, project, "--part", "partials", "--step", "1") == now
    ok("go", project, "tones", thinned)
    assert rendered(where, project, "--part", "partials") == then
    assert len(ok("history", project, "tones", "--json").json()["steps"]) == 3
    for wrong in ("7", "b7777", "x", "-1"):
        refused("diff", project, "tones", "0", "--", wrong, says="no step")
        refused("go", project, "tones", "--", wrong, says="no step")
    refused("render", project, "tones", "--step", "9", "-o", where / "no.wav", says="no step")
    ok("check", project)


main([save_load_render, all_at_once_and_back, history_replays, pasting, comparing])
