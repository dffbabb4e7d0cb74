#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The tools of the canvas: lasso, brush, harmonics, breakpoints, pencil and eraser; cut,
# copy and paste between sounds; join, split, grow.
. "$(dirname "$0")/ui.sh"

# lead X Y...: moves the held mouse in steps.
lead () {
  while [ $# -gt 1 ]; do
    xdotool mousemove_relative -- "$1" "$2"
    pause 0.1
    shift 2
  done
}

# Four steady partials at 500, 1000, 1500 and 2000 Hz from 0 to 2 s.
sox -n -r 44100 -b 16 "$work/tones.wav" synth 2 sine 500 sine 1000 sine 1500 sine 2000 \
  remix 1-4 vol 0.8 fade t 0.02 2 0.05
"$CLI" analyze "$work/tones.wav" -o "$work/tones.tarsier" --spacing 250

start "$work/tones.tarsier"
steps <<'STEPS'
wait "label:@tones"
wait "image:@/ 4 partials, 0 selected.*complete/"
click "image:Canvas" 600 20
STEPS

say "lasso: around the middle of the picture all, beside them none"
height=$(probe wait "image:Canvas" | sed 's/.*x\([0-9]*\)+.*/\1/')
steps <<STEPS
key 2
expect "image:Canvas" "/tool Lasso/"
hold "image:Canvas" 200 40 260 $((height - 60))
STEPS
lead 20 30 60 0 10 -300
shot tools-lasso
steps <<'STEPS'
release
expect "image:Canvas" "/ 4 selected/"
key ctrl+shift+a
STEPS

say "brush: what is painted over; its width can be set"
steps <<STEPS
key 3
set "Width (px)" 60
hold "image:Canvas" 300 20 340 $((height - 20))
STEPS
shot tools-brush
steps <<'STEPS'
release
expect "image:Canvas" "/ 4 selected/"
key ctrl+shift+a
expect "image:Canvas" "/ 0 selected/"
STEPS

say "harmonics: the second has the fourth, not the third"
steps <<'STEPS'
set "entry:Search partials" "frequency in 900Hz..1100Hz"
expect "image:Canvas" "/ 1 selected/"
action win.zoom-selection
sleep 0.5
action win.focus-canvas
key 4
STEPS
middle=$((height / 2))
probe click "image:Canvas" 400 "$middle"
pause 0.5
shot tools-harmonics
probe expect "image:Canvas" "/ 2 selected/"

say "breakpoints: one dragged, one added, one deleted"
steps <<STEPS
key ctrl+shift+a 5
click "image:Canvas" 500 $middle 1 2
expect "button:Undo" "/Undo: .*[Bb]reakpoint/"
hover "image:Canvas" 500 $middle
sleep 0.4
STEPS
shot tools-points
steps <<STEPS
drag "image:Canvas" 500 $middle 520 $((middle - 60))
sleep 0.5
STEPS
shot tools-point-dragged
steps <<'STEPS'
key ctrl+z ctrl+z
expect "image:Canvas" "/ 4 partials/"
key Escape ctrl+0 Escape
STEPS

say "pencil: a new partial with two harmonics"
steps <<'STEPS'
key 6
expect "image:Canvas" "/tool Pencil/"
set "spin button:Harmonics" 2
hold "image:Canvas" 200 200 300 220
STEPS
lead 60 -30 60 10
shot tools-draw
steps <<'STEPS'
release
expect "image:Canvas" "/ 6 partials, 2 selected/"
key ctrl+z
expect "image:Canvas" "/ 4 partials/"
STEPS

say "eraser: a stroke through all of them leaves eight"
steps <<STEPS
key 7
set "Strength (%)" 100
hold "image:Canvas" 400 120 400 $((height - 1))
STEPS
shot tools-erase
steps <<'STEPS'
release
expect "button:Undo" "/Undo: Erase/"
expect "image:Canvas" "/ 8 partials/"
sleep 0.5
STEPS
shot tools-erased
steps <<'STEPS'
key ctrl+z 1
expect "image:Canvas" "/ 4 partials/"
STEPS

say "copy and paste, cut, duplicate, split, join, grow"
steps <<'STEPS'
set "entry:Search partials" "frequency in 900Hz..1100Hz"
expect "image:Canvas" "/ 1 selected/"
click "image:Canvas" 400 8
expect "image:Canvas" "/ 0 selected/"
set "entry:Search partials" ""
set "entry:Search partials" "frequency in 900Hz..1100Hz"
expect "image:Canvas" "/ 1 selected/"
action win.copy
wait "label:/1 partial was copied/"
STEPS
# What another program gets: those breakpoints, as they are exported.
mime=application/x-tarsier-partials+json
xclip -o -selection clipboard -t "$mime" >"$work/copied.json"
"$CLI" import "$work/copied.json" -o "$work/other.tarsier" --quiet --json |
  grep -q '"partials" : 1,' || fail "another program gets something else"
steps <<'STEPS'
action win.split
expect "image:Canvas" "/ 5 partials, 2 selected/"
action win.join
expect "image:Canvas" "/ 4 partials, 1 selected/"
action win.cut
expect "image:Canvas" "/ 3 partials, 0 selected/"
action win.paste
expect "image:Canvas" "/ 4 partials, 1 selected/"
expect "button:Undo" "/Undo: /"
action win.duplicate
expect "image:Canvas" "/ 5 partials, 1 selected/"
STEPS
"$CLI" export "$work/other.tarsier" copied -o "$work/foreign.json" --quiet
xclip -i -selection clipboard -t "$mime" "$work/foreign.json"
steps <<'STEPS'
action win.paste
expect "image:Canvas" "/ 6 partials, 1 selected/"
action win.split
STEPS
shot tools-end
stop
"$CLI" check "$work/tones.tarsier" || fail "the project is damaged"
