#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What stands around the canvas: markers, sounds, channel, search, spectrum, table, history,
# preferences, about; and that a window that is killed loses nothing.
. "$(dirname "$0")/ui.sh"

sox -M "$DATA/flute-g4.flac" "$DATA/cello-d3.flac" -b 16 "$work/two.wav" trim 0 2

start "$work/two.wav"
steps <<'STEPS'
wait "label:two"
press "button:Analyse"
wait "button:Analyse Again"
wait "image:@/complete/"
STEPS

say "every control has a name"
probe gone "label:/partials found/"
probe tree >"$work/tree"
if grep -E "\[(push button|toggle button|slider|spin button|text|entry|combo box|check box|radio button|list|tree table)\] ('')" "$work/tree" ||
   grep -E "\[(push button|slider|text|entry|list|check box)\] 'Gtk" "$work/tree" | grep -v GtkToggleButton; then
  fail "a control without a name"
fi

say "markers: set, renamed, moved by number and by hand, removed and back"
steps <<'STEPS'
click "image:Canvas" 300 20
key m
wait "button:Marker 1"
wheel "button:Analyse Again" 20 10 20
sleep 0.5
click "entry:Name of the marker"
sleep 0.3
key ctrl+a
type "vibrato"
key Return
wait "button:vibrato"
sleep 0.5
click "entry:Time of the marker"
set "entry:Time of the marker" "500ms"
key Return
expect "entry:Time of the marker" "/^0[.]500/"
STEPS
shot panels-markers
steps <<'STEPS'
drag "image:Time ruler" 208 4 417 4
expect "entry:Time of the marker" "/^1[.]00/"
key ctrl+Left
expect "image:Canvas" "/playhead/"
press "button:Remove the marker"
wait "label:/Marker .vibrato. was removed/"
click "label:/Marker .vibrato. was removed/" 320 17
wait "button:vibrato"
STEPS

say "channel"
probe choose "dropdown:Channel" "Right"
probe wait "image:@/complete/"
shot panels-right

say "search: live count, a sentence for what is wrong, top"
steps <<'STEPS'
set "entry:Search partials" "frequency > 1kHz and"
wait "label:/column 21/"
set "entry:Search partials" "top 5 by energy"
wait "label:/^5 of [0-9]* selected/"
set "entry:Search partials" ""
STEPS

say "spectrum and table"
steps <<'STEPS'
press "button:Spectrum"
wait "image:/pectrum/"
sleep 0.5
STEPS
shot panels-spectrum
steps <<'STEPS'
press "button:Table of partials"
wait "tree table:Table of partials"
sleep 0.5
STEPS
shot panels-table
probe press "button:Table of partials"

say "sounds: renamed, duplicated, removed and back"
steps <<'STEPS'
click "label:@two" 10 8 1 2
sleep 0.5
key ctrl+a
type "both"
key Return
wait "label:@both"
key ctrl+d
wait "label:both 2"
action win.remove-sound
wait "label:/.both 2. was removed/"
click "label:/.both 2. was removed/" 320 17
wait "label:@both 2"
click "label:@both"
STEPS

say "a click into the history"
steps <<'STEPS'
click "image:Canvas" 300 20
key ctrl+a
click "entry:Pitch"
set "entry:Pitch" "+100"
key Return
expect "button:Undo" "/Undo: Pitch .100/"
STEPS
probe focus | grep -q "'Canvas'" || fail "Return left the keys on $(probe focus)"
steps <<'STEPS'
click "entry:Gain"
set "entry:Gain" "-6"
key Return
expect "button:Undo" "/Undo: Gain -6/"
sleep 0.5
click "label:/^Analyse, spacing/"
expect "button:Redo" "/Redo: Pitch/"
expect "button:Undo" "/Undo: Analyse/"
click "label:/^Gain -6/"
expect "button:Undo" "/Undo: Gain -6/"
key ctrl+z
expect "button:Undo" "/Undo: Pitch/"
STEPS
shot panels-history

say "killed: all is there again, undo and redo included"
kill -9 "$pid"
wait "$pid" 2>/dev/null || true
"$CLI" check "$(project)" || fail "the project is damaged"
"$CLI" marker list "$(project)" both | grep -q '1.00.* s  vibrato' || fail "the marker is lost"
start "$(project)"
steps <<'STEPS'
wait "label:both 2"
click "label:@both"
wait "button:vibrato"
expect "button:Undo" "/Undo: Pitch .100/"
expect "button:Redo" "/Redo: Gain -6/"
click "image:Canvas" 300 20
key ctrl+y
expect "button:Undo" "/Undo: Gain -6/"
wait "image:@/complete/"
STEPS
shot panels-killed
stop
