#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every key and every way of the mouse that the shortcuts window tells of: wheel, pan, zoom,
# selection modes, drags with modifiers and typed digits, walking, nudging, history.
. "$(dirname "$0")/ui.sh"


width () { probe wait "image:Canvas" | sed 's/.* \([0-9]*\)x[0-9]*+.*/\1/'; }
# How many partials the canvas says are selected, and how many there are.
selected () { probe describe "image:Canvas" | sed -n 's/.* \([0-9]*\) selected.*/\1/p'; }
partials () { probe describe "image:Canvas" | sed -n 's/.* \([0-9]*\) partials.*/\1/p'; }
# widens WIDTH: waits until the canvas is wider than that.
widens () {
  n=0
  until [ "$(width)" -gt "$1" ]; do
    n=$((n + 1))
    [ "$n" -lt 20 ] || fail "the canvas does not get the room"
    pause 0.5
  done
}

start --demo
steps <<'STEPS'
wait "label:cello-d3"
wait "button:Analyse Again"
expect "image:Canvas" "/^0.000 to 3.300 s, 0 to [0-9]+ Hz, [0-9]+ partials, 0 selected/"
key ctrl+0
expect "image:Canvas" "/^0.000 to 3.300 s, 0 to 22050 Hz/"
STEPS

say "wheel: frequency, Shift time, Ctrl and Ctrl+Shift zoom at the pointer"
steps <<'STEPS'
wheel "image:Canvas" 300 200 -4 ctrl
expect "image:Canvas" "/^0.701 to 2.053 s, 0 to 22050 Hz/"
wheel "image:Canvas" 300 200 -4 ctrl shift
expect "image:Canvas" "/^0.701 to 2.053 s, 8839 to 17871 Hz/"
wheel "image:Canvas" 300 200 2
expect "image:Canvas" "/^0.701 to 2.053 s, 7033 to 16064 Hz/"
wheel "image:Canvas" 300 200 2 shift
expect "image:Canvas" "/^0.971 to 2.323 s, 7033 to 16064 Hz/"
drag "image:Canvas" 300 200 400 260 2
expect "image:Canvas" "/^0.809 to 2.161 s, 7903 to 16934 Hz/"
key ctrl+0
expect "image:Canvas" "/^0.000 to 3.300 s, 0 to 22050 Hz/"
STEPS

say "zoom keys: around the playhead; frequency from below"
steps <<'STEPS'
click "image:Canvas" 300 20
expect "image:Canvas" "/playhead 1.187 s/"
key ctrl+equal
expect "image:Canvas" "/^0.396 to 2.596 s/"
key ctrl+minus
expect "image:Canvas" "/^0.000 to 3.300 s/"
key ctrl+shift+equal
expect "image:Canvas" "/ s, 0 to 14700 Hz/"
key ctrl+shift+minus
expect "image:Canvas" "/ s, 0 to 22050 Hz/"
key ctrl+KP_Add ctrl+KP_Subtract ctrl+0
expect "image:Canvas" "/^0.000 to 3.300 s, 0 to 22050 Hz/"
STEPS

say "selection modes: replace, add, toggle, intersect, invert, all, none; zoom to it"
all=$(partials)
probe drag "image:Canvas" 200 300 400 560
one=$(selected)
[ "$one" -gt 10 ] || fail "a rectangle selects $one"
steps <<'STEPS'
key f
expect "image:Canvas" "/^0.[67][0-9]* to 1.[67][0-9]* s, [12][0-9]* to 1[0-9]* Hz/"
key ctrl+0
drag "image:Canvas" 450 300 500 560 1 shift
STEPS
added=$(selected)
[ "$added" -gt "$one" ] || fail "$added after adding to $one"
probe drag "image:Canvas" 450 300 500 560 1 ctrl
toggled=$(selected)
[ "$toggled" -lt "$added" ] || fail "$toggled after toggling within $added"
probe drag "image:Canvas" 100 250 500 500 1 shift ctrl
common=$(selected)
[ "$common" -gt 0 ] && [ "$common" -lt "$toggled" ] || fail "$common of $toggled intersect"
steps <<STEPS
key ctrl+shift+i
expect "image:Canvas" "/ $((all - common)) selected/"
key ctrl+a
expect "image:Canvas" "/ $all selected/"
key ctrl+shift+a
expect "image:Canvas" "/ 0 selected/"
key ctrl+a Escape
expect "image:Canvas" "/ 0 selected/"
STEPS

say "arrows walk, Shift extends, Home and End; Ctrl goes to the markers"
steps <<'STEPS'
key Home Right
expect "image:Canvas" "/ 1 selected/"
key shift+Right
expect "image:Canvas" "/ 2 selected/"
key Left Up
expect "image:Canvas" "/ 1 selected/"
key shift+Up
expect "image:Canvas" "/ 2 selected/"
key End
expect "image:Canvas" "/ 1 selected/"
click "image:Canvas" 300 20
key m
wait "button:Marker 1"
click "image:Canvas" 500 20
key m
wait "button:Marker 2"
key ctrl+Left
expect "image:Canvas" "/playhead 1.187 s/"
key ctrl+Left ctrl+Left ctrl+Left ctrl+Left
expect "image:Canvas" "/playhead 0.000 s/"
click "image:Canvas" 300 20
expect "image:Canvas" "/playhead 1.187 s/"
key ctrl+Right
expect "image:Canvas" "/playhead 1.978 s/"
key ctrl+Right
expect "image:Canvas" "/playhead 3.300 s/"
STEPS

say "nudging: 1 ms, 5 cents, ten times that; never before the beginning"
steps <<'STEPS'
key Home alt+Up
wait "label:/Pitch .5 cents, 1 partial/"
key alt+shift+Down
wait "label:/Pitch -50 cents, 1 partial/"
key alt+Right alt+shift+Right alt+Left
sleep 1
STEPS
shot hands-nudged
steps <<'STEPS'
key ctrl+z ctrl+z ctrl+z ctrl+z ctrl+z
expect "button:Undo" "/Undo: Analyse/"
STEPS

say "drags: by hand, typed, given up, along one axis, at the edges"
steps <<'STEPS'
key ctrl+0 ctrl+shift+equal ctrl+shift+equal ctrl+shift+equal
drag "image:Canvas" 200 460 400 550
expect "image:Canvas" "/ [1-9][0-9]* selected/"
hold "image:Canvas" 300 500 300 470
key 2 0 0
sleep 0.5
STEPS
shot hands-typed
steps <<'STEPS'
key Return
release
expect "button:Undo" "/Undo: Pitch .200 cents, [0-9]+ partials/"
key ctrl+z
expect "button:Undo" "/Undo: Analyse/"
hold "image:Canvas" 300 500 300 460
key Escape
release
sleep 0.5
expect "button:Undo" "/Undo: Analyse/"
expect "image:Canvas" "/ [1-9][0-9]* selected/"
drag "image:Canvas" 300 500 340 470 1 ctrl
expect "button:Undo" "/Undo: (Move|Stretch) /"
key ctrl+z
expect "button:Undo" "/Undo: Analyse/"
drag "image:Canvas" 300 500 240 497
expect "button:Undo" "/Undo: (Move|Stretch) /"
key ctrl+z
expect "button:Undo" "/Undo: Analyse/"
drag "image:Canvas" 400 505 450 505
expect "button:Undo" "/Undo: (Move|Stretch) /"
key ctrl+z
expect "button:Undo" "/Undo: Analyse/"
hold "image:Canvas" 200 500 180 500
key 1 period 2 5
release
expect "button:Undo" "/Undo: (Move|Stretch) /"
key ctrl+z
expect "button:Undo" "/Undo: Analyse/"
hold "image:Canvas" 260 460 260 440
key minus 3 0 0 BackSpace BackSpace 5 Return
release
expect "button:Undo" "/Undo: Pitch -35 cents/"
STEPS

say "history: undo, redo by both keys, delete and back"
steps <<'STEPS'
key ctrl+z
expect "button:Redo" "/Redo: Pitch -35 cents/"
key ctrl+shift+z
expect "button:Undo" "/Undo: Pitch -35 cents/"
key ctrl+z ctrl+y
expect "button:Undo" "/Undo: Pitch -35 cents/"
key Delete
expect "button:Undo" "/Undo: Delete/"
expect "image:Canvas" "/ 0 selected/"
key ctrl+z
expect "image:Canvas" "/ [1-9][0-9]* selected/"
key ctrl+shift+z
expect "button:Undo" "/Undo: Delete/"
key ctrl+z ctrl+z
expect "button:Undo" "/Undo: Analyse/"
key BackSpace
expect "button:Undo" "/Undo: Delete/"
key ctrl+z
STEPS

say "what is heard, tools, panels, loop"
steps <<'STEPS'
key ctrl+1
expect "button:Original" "/./"
key ctrl+2 ctrl+3 ctrl+4 ctrl+5 ctrl+6 ctrl+7
key 8
expect "image:Canvas" "/tool Zoom/"
drag "image:Canvas" 300 200 500 400
expect "image:Canvas" "/^1.187 to 1.978 s/"
key 9
expect "image:Canvas" "/tool Measure/"
drag "image:Canvas" 300 200 500 400
sleep 0.5
STEPS
shot hands-measure
steps <<'STEPS'
key Escape
expect "image:Canvas" "/tool Rectangle/"
key ctrl+0 8 9 1
expect "image:Canvas" "/tool Rectangle/"
STEPS
before=$(width)
for key in F8 F9 F11; do
  probe key $key
  widens "$before"
  probe key $key
  pause 1
  [ "$(width)" -eq "$before" ] || fail "$key does not fold back"
done
steps <<'STEPS'
key F10
wait "label:/^Import…/"
key Escape
sleep 0.5
key l
expect "button:Loop" "/./"
click "image:Canvas" 300 20
key i
click "image:Canvas" 500 20
key o
sleep 0.3
key l l
key ctrl+f
type "frequency < 1kHz"
key Return
expect "image:Canvas" "/ [1-9][0-9]* selected/"
key Escape
STEPS
shot hands-end
stop
