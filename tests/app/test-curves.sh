#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Any operation from the side panel: found by name, told in numbers, drawn as a curve over
# time and over frequency and as a time map; given up and made; the command it shows does the
# same on the command line.
. "$(dirname "$0")/ui.sh"

# Four steady partials at 500, 1000, 1500 and 2000 Hz from 0 to 2 s, a marker at 1 s.
sox -n -r 44100 -b 16 "$work/tones.wav" synth 2 sine 500 sine 1000 sine 1500 sine 2000 \
  remix 1-4 vol 0.8 fade t 0.02 2 0.05
"$CLI" analyze "$work/tones.wav" -o "$work/tones.tarsier" --spacing 250
"$CLI" marker add "$work/tones.tarsier" tones 1 middle
"$CLI" save-copy "$work/tones.tarsier" "$work/told.tarsier"

# begin TEXT: the first operation found by a text is set up, from the keyboard.
begin () {
  steps <<STEPS
action win.focus-canvas
sleep 0.3
key e
wait "Find an operation"
sleep 0.3
type $1
sleep 0.3
key Return
wait "button:Give Up"
sleep 0.5
STEPS
}

# command: what the panel says the command line would be told.
command_shown () {
  probe text 'label:/edit --do/'
}

start "$work/tones.tarsier"
steps <<'STEPS'
wait "label:@tones"
wait "image:@/ 4 partials, 0 selected.*complete/"
STEPS

say "found by what it does, told in numbers; what is no such value is told in a sentence"
begin spectral
probe expect "button:Apply" "Apply"
steps <<'STEPS'
key ctrl+a
type 900dB
key Return
wait "/Only values from .* fit here/"
key ctrl+a
type -6dB
key Return
wait "label:/tilt -6dB/"
STEPS
shot curves-number
steps <<'STEPS'
press "button:Apply"
wait "label:/^Tilt -6 dB an octave/"
gone "button:Give Up"
key ctrl+z
STEPS

say "a curve over time: a double click adds a point, a drag moves it, Escape gives that up"
begin pit
steps <<STEPS
choose "dropdown:As" "Curve over time"
wait "label:/pitch 0:0cents,2:0cents/"
click "image:Canvas" 500 300 1 2
wait "/Time of point 3/"
hold "image:Canvas" 500 300 540 160
sleep 0.5
shot "$OUT/curves-held.png"
key Escape
release
sleep 0.5
drag "image:Canvas" 500 300 417 180
sleep 0.5
STEPS
shown=$(command_shown)
say "$shown"
case $shown in
  *"edit --do 'pitch 0:0cents,"*"cents,2:0cents'"*) ;;
  *) fail "the command is $shown" ;;
esac
shot curves-pitch

say "points are typed, too, and removed by a key"
steps <<'STEPS'
click "entry:Value of point 2" 40 12
key ctrl+a
type +0st
key Return
click "entry:Value of point 2" 40 12
key ctrl+a
type 7st
key Return
wait "label:/:700cents,2:/"
press "button:Add Point"
wait "entry:Time of point 4"
press "button:Remove point 3"
gone "entry:Time of point 4"
STEPS
shown=$(command_shown)

say "Enter on the canvas makes one step, and the command does the same"
steps <<'STEPS'
action win.focus-canvas
key Return
wait "label:Pitch by a curve"
gone "button:Give Up"
STEPS
told=${shown#*--do \'}
told=${told%%\'*}
"$CLI" edit "$work/told.tarsier" tones --do "$told"
stop
for project in tones told; do
  "$CLI" export "$work/$project.tarsier" tones -o "$work/$project.csv" --quiet 2>/dev/null
  cut -d, -f2- "$work/$project.csv" >"$work/$project" # but for the ids
done
cmp "$work/tones" "$work/told" || fail "the command does something else"
"$CLI" undo "$work/tones.tarsier" tones

say "a filter lies along the frequency axis; Escape gives all of it up"
start "$work/tones.tarsier"
steps <<'STEPS'
wait "label:@tones"
wait "image:@/ 4 partials, 0 selected.*complete/"
STEPS
begin filter
steps <<'STEPS'
click "image:Canvas" 300 300 1 2
wait "/Frequency of point 3/"
sleep 0.5
STEPS
shot curves-filter
steps <<'STEPS'
action win.focus-canvas
key Escape
gone "button:Give Up"
STEPS

say "a time map: the marker is an anchor, and is dragged"
begin stretch
steps <<'STEPS'
choose "dropdown:As" "Time map"
wait "label:/stretch /"
sleep 0.5
drag "image:Canvas" 417 200 626 200
sleep 0.7
STEPS
shot curves-map
shown=$(command_shown)
say "$shown"
case $shown in *1:1.[45]*,2:2*) ;; *) fail "the anchor did not move: $shown" ;; esac
steps <<'STEPS'
press "button:Apply"
wait "label:Stretch by a time map"
key ctrl+z
action win.focus-canvas
STEPS
stop
