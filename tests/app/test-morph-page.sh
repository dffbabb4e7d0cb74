#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The morph page as a person uses it: sounds, amounts, anchors, links, the sound that comes
# out, undo, and the same sound from the command line.
. "$(dirname "$0")/ui.sh"
export GSETTINGS_BACKEND=keyfile # the page is remembered

lanes="panel:Lanes of the morph"
one=$work/one.tarsier

"$CLI" analyze "$DATA/flute-g4.flac" "$DATA/cello-d3.flac" -o "$one" --quiet >/dev/null
sound_count () { "$CLI" list "$one" --json | grep -o '"id"' | wc -l; }

say "with one sound the page says what it needs, and leads there"
"$CLI" analyze "$DATA/flute-g4.flac" -o "$work/lone.tarsier" --quiet >/dev/null
start "$work/lone.tarsier"
steps <<STEPS
wait "label:flute-g4"
expect "image:Canvas" "/complete/"
key alt+2
wait "label:/needs two analysed sounds/"
wait "button:Import…"
press "button:To the Page Analyse"
expect "image:Canvas" "/complete/"
STEPS
stop

say "the page by its key: two sounds, partners, an anchor at the onset"
start "$one"
steps <<STEPS
wait "label:flute-g4"
expect "image:Canvas" "/complete/"
STEPS
# size: of the canvas, in pixels.
size () { probe wait "image:Canvas" | sed 's/.* \([0-9]*x[0-9]*\)+.*/\1/'; }
before=$(size)
steps <<STEPS
key alt+2
wait "button:Make the Morph"
key alt+1
wait "button:Analyse Again"
STEPS
[ "$(size)" = "$before" ] || fail "the canvas was $before, and is $(size) after the other page"
steps <<STEPS
key alt+2
wait "button:Make the Morph"
expect "$lanes" "/^2 lanes, [1-9][0-9]* of [0-9]* voices matched, 1 anchors/"
wait "image:Lane 1: flute-g4"
wait "image:Lane 2: cello-d3"
expect "image:Lane 2: cello-d3" "/complete/"
STEPS
shot morph-page

say "amounts: overall, one of its own, back with undo"
steps <<STEPS
click "entry:Overall"
set "entry:Overall" "25"
key Return
expect "entry:Overall" "25 %"
expect "entry:Frequency" "25 %"
press "button:Frequency has an amount of its own"
click "entry:Frequency"
set "entry:Frequency" "75"
key Return
expect "entry:Frequency" "75 %"
expect "entry:Overall" "25 %"
click "image:Lane 1: flute-g4" 300 5
key ctrl+z ctrl+z
expect "entry:Frequency" "25 %"
key ctrl+shift+z ctrl+shift+z
expect "entry:Frequency" "75 %"
STEPS

say "a curve over time: a point drawn with the mouse, another value by keys, constant again"
steps <<STEPS
press "label:Over time"
choose "dropdown:Curve of" "Noise"
drag "panel:Share over time" 110 60 110 30
expect "panel:Share over time" "/^1[.][0-9]+ s  [6-9][0-9] %/"
key Up
wait "button:Constant"
STEPS
shot morph-curve
steps <<STEPS
press "button:Constant"
expect "panel:Share over time" "/2 points/"
key ctrl+z ctrl+z ctrl+z
expect "entry:Noise" "25 %"
press "button:Redo"
press "button:Redo"
wait "button:Constant"
press "button:Redo"
expect "panel:Share over time" "/2 points/"
key ctrl+z ctrl+z ctrl+z
expect "entry:Noise" "25 %"
press "label:Over time"
STEPS

say "an anchor by a double click, dragged, given up with Escape, typed, removed"
# geometry: width and height of the first lane, and the frequency at its top.
set -- $(probe wait "image:Lane 1: flute-g4" | sed 's/.* \([0-9]*\)x\([0-9]*\)+.*/\1 \2/')
width=$1 height=$2
top_hz=$(probe describe "image:Lane 1: flute-g4" | sed 's/.* 0 to \([0-9]*\) Hz.*/\1/')
long_s=$(probe describe "image:Lane 1: flute-g4" | sed 's/^0.000 to \([0-9.]*\) s.*/\1/')
# at SECONDS, y_of HZ: pixels in a lane.
at () { awk "BEGIN { printf \"%d\", $1 / $long_s * $width + 0.5 }"; }
y_of () { awk "BEGIN { printf \"%d\", (1 - $1 / $top_hz) * $height + 0.5 }"; }
quiet=$(y_of "$(awk "BEGIN { print 392 * 1.5 }")") # between two harmonics of the flute
steps <<STEPS
click "image:Lane 1: flute-g4" $(at 1.5) $quiet 1 2
expect "$lanes" "/2 anchors; anchor 2 in focus, in lane 1 at 1.[45][0-9]* s/"
wait "label:Time anchors · number 2"
drag "image:Lane 1: flute-g4" $(at 1.5) $quiet $(at 2) $quiet
expect "$lanes" "/anchor 2 in focus, in lane 1 at [12].[09][0-9]* s/"
drag "image:Lane 2: cello-d3" $(at 1.5) $quiet $(at 1) $quiet
expect "$lanes" "/anchor 2 in focus, in lane 2 at [01].[09][0-9]* s/"
hold "image:Lane 2: cello-d3" $(at 1) $quiet $(at 2.5) $quiet
expect "$lanes" "/in lane 2 at 2.[45][0-9]* s/"
key Escape
expect "$lanes" "/in lane 2 at [01].[09][0-9]* s/"
release
click "entry:In sound B"
set "entry:In sound B" "1.25 s"
key Return
expect "$lanes" "/in lane 2 at 1.250 s/"
click "image:Lane 2: cello-d3" $(at 1.25) $quiet
key alt+Right alt+shift+Left
expect "$lanes" "/in lane 2 at 1.241 s/"
STEPS
shot morph-anchors
steps <<STEPS
key Delete
expect "$lanes" "/, 1 anchors$/"
key ctrl+z
expect "$lanes" "/, 2 anchors$/"
press "button:Onsets"
expect "$lanes" "/, 1 anchors$/"
key ctrl+z
expect "$lanes" "/, 2 anchors$/"
STEPS

say "links: a click and a click, a drag, Delete, and the same with keys"
steps <<STEPS
click "image:Lane 1: flute-g4" $(at 1.2) $(y_of 392)
expect "$lanes" "/; partial [0-9]* of lane 1 in focus, with a partner/"
click "image:Lane 2: cello-d3" $(at 1.2) $(y_of 441)
expect "$lanes" "/; partial [0-9]* of lane 2 in focus, with a partner/"
wait "label:1 link by hand"
STEPS
shot morph-links
steps <<STEPS
key ctrl+z
gone "label:1 link by hand"
key ctrl+shift+z
wait "label:1 link by hand"
key Delete
expect "$lanes" "/; partial [0-9]* of lane 2 in focus, without a partner/"
key ctrl+z Escape
expect "$lanes" "/, 2 anchors$/"
hold "image:Lane 1: flute-g4" $(at 1.9) $(y_of 785) $(at 1.9) $((height + 22 + $(y_of 735)))
release
wait "label:2 links by hand"
key Escape Down Up Up Up Up Return Page_Down Up Return
wait "label:3 links by hand"
key ctrl+z ctrl+z
wait "label:1 link by hand"
STEPS

say "made, with progress, shown, taken back, brought again"
steps <<STEPS
click "entry:Name"
set "entry:Name" "between"
key Return
key ctrl+Return
wait "label:“between” was made"
wait "label:between"
key ctrl+z
gone "label:between"
key ctrl+shift+z
wait "label:between"
STEPS
shot morph-made
stop
[ "$(sound_count)" = 3 ] || fail "the project holds $(sound_count) sounds"

say "the command of the history makes the same sound"
command=$("$CLI" show "$one" between --json | sed -n 's/.*"command" *: *"\(morph .*\)",*$/\1/p' | head -1)
[ -n "$command" ] || fail "the history holds no command"
cp "$one" "$work/two.tarsier"
line=$(printf '%s' "$command" | sed "s/--as 'between'/--as again/")
eval "set -- $(printf '%s' "$line" | sed 's/^morph //')"
"$CLI" morph "$work/two.tarsier" "$@" --quiet >/dev/null
"$CLI" export "$work/two.tarsier" between -o "$work/window.csv" --quiet >/dev/null
"$CLI" export "$work/two.tarsier" again -o "$work/terminal.csv" --quiet >/dev/null
cmp "$work/window.csv" "$work/terminal.csv" || fail "window and terminal differ"
"$CLI" render "$work/two.tarsier" between -o "$work/window.wav" --quiet >/dev/null
"$CLI" render "$work/two.tarsier" again -o "$work/terminal.wav" --quiet >/dev/null
cmp "$work/window.wav" "$work/terminal.wav" || fail "window and terminal sound different"

say "opened again: what was chosen comes back with the sound"
start "$one"
steps <<STEPS
wait "label:between"
wait "$lanes"
key alt+1
click "label:between"
expect "image:Canvas" "/complete/"
key alt+2
press "button:Open the Settings of “between”"
expect "entry:Overall" "25 %"
expect "entry:Frequency" "75 %"
wait "label:1 link by hand"
expect "$lanes" "/^2 lanes, .*, 2 anchors$/"
key alt+1
expect "image:Canvas" "/complete/"
STEPS
stop
