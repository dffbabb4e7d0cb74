#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Selecting: rectangle, lasso, brush, harmonics and query, each adding, subtracting and
# intersecting; inverting, growing; selections saved under a name, found again after edits
# and after closing; all that sounds in a span of time deleted.
. "$(dirname "$0")/ui.sh"

# Four steady partials at 500, 1000, 1500 and 2000 Hz from 0 to 2 s.
sox -n -r 8000 -b 16 "$work/tones.wav" synth 2 sine 500 sine 1000 sine 1500 sine 2000 \
  remix 1-4 vol 0.8 fade t 0.02 2 0.05
"$CLI" analyze "$work/tones.wav" -o "$work/tones.tarsier" --spacing 250

start "$work/tones.tarsier"
steps <<'STEPS'
wait "label:@tones"
wait "image:@/ 4 partials, 0 selected.*complete/"
click "image:Canvas" 600 20
STEPS
height=$(probe wait "image:Canvas" | sed 's/.*x\([0-9]*\)+.*/\1/')
top=$(probe wait "image:Canvas" | sed 's/.*, 0 to \([0-9]*\) Hz.*/\1/')
# y HZ: the row of a frequency.
y () { echo $((height - height * $1 / top)); }
# selected N: so many, and no more.
selected () { probe expect "image:Canvas" "/ $1 selected/"; }

say "rectangle: two; the switch adds one, subtracts one, intersects; keys go before it"
steps <<STEPS
drag "image:Canvas" 100 $(y 1200) 300 $(y 300)
expect "image:Canvas" "/ 2 selected/"
press "button:Add to the selection"
drag "image:Canvas" 100 $(y 1700) 300 $(y 1300)
expect "image:Canvas" "/ 3 selected/"
press "button:Subtract from the selection"
drag "image:Canvas" 100 $(y 2200) 300 $(y 1300)
expect "image:Canvas" "/ 2 selected/"
press "button:Intersect with the selection"
drag "image:Canvas" 100 $(y 2200) 300 $(y 700)
expect "image:Canvas" "/ 1 selected/"
drag "image:Canvas" 100 $(y 2200) 300 $(y 1300) 1 shift
expect "image:Canvas" "/ 3 selected/"
STEPS
shot selecting-switch
steps <<STEPS
key Escape ctrl+shift+a
expect "image:Canvas" "/ 0 selected/"
drag "image:Canvas" 100 $(y 1200) 300 $(y 900)
expect "image:Canvas" "/ 1 selected/"
key ctrl+shift+a
expect "image:Canvas" "/ 0 selected/"
STEPS

say "lasso, brush and harmonics, with the keys"
steps <<STEPS
key 2
hold "image:Canvas" 200 $(y 1200) 400 $(y 1200)
STEPS
xdotool mousemove_relative -- 0 $(($(y 300) - $(y 1200))) mousemove_relative -- -200 0
steps <<STEPS
release
expect "image:Canvas" "/ 2 selected/"
key 3
set "Width (px)" 10
drag "image:Canvas" 300 $(y 1700) 300 $(y 1300) 1 shift
expect "image:Canvas" "/ 3 selected/"
key ctrl+shift+a 4
click "image:Canvas" 400 $(y 1000)
expect "image:Canvas" "/ 2 selected/"
key ctrl+shift+i
expect "image:Canvas" "/ 2 selected/"
key ctrl+shift+a 1
STEPS

say "while the switch changes the selection, a press on what is selected moves nothing"
steps <<STEPS
key ctrl+a 3
expect "image:Canvas" "/ 4 selected, .*tool Brush/"
press "button:Subtract from the selection"
drag "image:Canvas" 300 $(y 1500) 500 $(y 1500)
expect "image:Canvas" "/ 3 selected/"
press "button:Add to the selection"
drag "image:Canvas" 300 $(y 1500) 500 $(y 1500)
expect "image:Canvas" "/ 4 selected/"
key 4
press "button:Subtract from the selection"
click "image:Canvas" 400 $(y 1000)
expect "image:Canvas" "/ 2 selected/"
press "button:Select anew"
key 3
drag "image:Canvas" 300 $(y 1500) 500 $(y 1500) 1 ctrl
key 1 ctrl+a
press "button:Intersect with the selection"
drag "image:Canvas" 300 $(y 1200) 400 $(y 900)
expect "image:Canvas" "/ 1 selected/"
gone "label:/^Move/"
key Escape ctrl+shift+a
expect "image:Canvas" "/ 0 selected/"
STEPS

say "query: adds, subtracts, intersects by the keys of Enter and by the switch"
steps <<'STEPS'
set "entry:Search partials" "frequency < 1.2kHz"
expect "image:Canvas" "/ 2 selected/"
action win.find
key End ctrl+a
type "frequency > 1.8kHz"
key shift+Return
expect "image:Canvas" "/ 1 selected/"
STEPS
steps <<'STEPS'
key ctrl+shift+a
set "entry:Search partials" "frequency < 1.2kHz"
expect "image:Canvas" "/ 2 selected/"
key ctrl+shift+a
expect "image:Canvas" "/ 0 selected/"
click "image:Canvas" 600 20
key ctrl+a
expect "image:Canvas" "/ 4 selected/"
key ctrl+f
type "frequency > 1.8kHz"
key ctrl+Return
expect "image:Canvas" "/ 3 selected/"
key ctrl+f
type "frequency > 0.7kHz"
key ctrl+shift+Return
expect "image:Canvas" "/ 2 selected/"
key ctrl+f
type "frequency < 0.7kHz"
key shift+Return
expect "image:Canvas" "/ 3 selected/"
press "button:Subtract from the selection"
set "entry:Search partials" "top 2 by frequency"
expect "image:Canvas" "/ 2 selected/"
STEPS
shot selecting-query
steps <<'STEPS'
click "image:Canvas" 600 20
key Escape
STEPS

say "saved under a name; edits change ids, the selection follows; chosen, added, renamed"
steps <<'STEPS'
key ctrl+shift+a
set "entry:Search partials" "frequency < 1.2kHz"
expect "image:Canvas" "/ 2 selected/"
action win.focus-canvas
key b
expect "entry:Name of the selection" "/Selection 1/"
key ctrl+a
type "low ones"
key Return
wait "button:/Select .low ones., 2 partials/"
key ctrl+shift+a
STEPS
steps <<'STEPS'
action win.focus-canvas
key ctrl+shift+a
expect "image:Canvas" "/ 0 selected/"
press "button:/Select .low ones., 2 partials/"
expect "image:Canvas" "/ 2 selected/"
action win.split
expect "image:Canvas" "/ 6 partials, 4 selected/"
wait "button:/Select .low ones., 4 partials/"
set "entry:Search partials" "@\"low ones\" and frequency > 700Hz"
expect "image:Canvas" "/ 2 selected/"
action win.delete
expect "image:Canvas" "/ 4 partials, 0 selected/"
wait "button:/Select .low ones., 2 partials/"
action win.undo
wait "button:/Select .low ones., 4 partials/"
STEPS
shot selecting-saved
say "grow along time: from one half to the other"
steps <<'STEPS'
set "entry:Search partials" "frequency < 700Hz and time < 0.5s"
expect "image:Canvas" "/ 1 selected/"
action win.grow
expect "image:Canvas" "/ 2 selected/"
action win.undo
expect "image:Canvas" "/ 4 partials/"
STEPS

say "removed, with a notice, and saved again"
steps <<'STEPS'
press "button:Remove the saved selection"
gone "button:/Select .low ones., 2 partials/"
wait "label:/low ones.* was removed/"
set "entry:Search partials" "frequency < 1.2kHz"
expect "image:Canvas" "/ 2 selected/"
action win.save-selection
expect "entry:Name of the selection" "/Selection 1/"
key ctrl+a
type "low ones"
key Return
wait "button:/Select .low ones., 2 partials/"
STEPS

say "a span of time: the rectangle marks it, all in it goes"
steps <<STEPS
click "image:Canvas" 600 20
key 1 ctrl+shift+a
drag "image:Canvas" 300 $(y 1200) 400 $(y 900)
expect "image:Canvas" "/ 1 selected/"
key shift+Delete
expect "button:Undo" "/Undo: Delete .* s/"
expect "image:Canvas" "/ 8 partials/"
STEPS
shot selecting-span
stop
"$CLI" check "$work/tones.tarsier" || fail "the project is damaged"
"$CLI" selection list "$work/tones.tarsier" tones | grep -q '"low ones" *4 partials' ||
  fail "the saved selection was lost"

say "after opening it again it is there"
start "$work/tones.tarsier"
steps <<'STEPS'
wait "label:@tones"
wait "button:/Select .low ones., 4 partials/"
STEPS
stop
