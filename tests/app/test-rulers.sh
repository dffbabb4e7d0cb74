#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Rulers, and hearing single partials: with the mouse, and from the keyboard.
. "$(dirname "$0")/ui.sh"
sox -n -r 44100 -b 16 "$work/chord.wav" synth 8 sine 500 sine 1500 sine 2500 remix - gain -6 \
  fade t 0.02 8 0.05

start "$work/chord.wav"
steps <<'STEPS'
wait "image:@/complete/"
press "button:Analyse"
wait "button:Analyse Again"
wait "image:@/^0.000 to 8.000 s, .* 3 partials.*complete/"
STEPS

say "the time ruler: a drag zooms, a double click fits, a right click asks for numbers"
steps <<STEPS
drag "image:Time ruler" 200 15 400 15
wait "image:@/^1.9[0-9]* to 3.8[0-9]* s/"
click "image:Time ruler" 300 15 1 2
wait "image:@/^0.000 to 8.000 s/"
click "image:Time ruler" 300 15 3
wait "entry:From"
shot "$OUT/range-time.png"
key ctrl+a
type "500 ms"
key Tab
key ctrl+a
type "1.25"
key Return
wait "image:@/^0.500 to 1.250 s/"
key Escape
gone "entry:From"
STEPS

say "the frequency ruler likewise"
steps <<STEPS
click "image:Time ruler" 300 15 1 2
drag "image:Frequency ruler" 20 100 20 300
wait "image:@/8.000 s, [1-9]/"
click "image:Frequency ruler" 20 200 1 2
wait "image:@/8.000 s, 0 to 22050 Hz/"
click "image:Frequency ruler" 20 200 3
wait "entry:From"
shot "$OUT/range-frequency.png"
key ctrl+a
type "100"
key Tab
key ctrl+a
type "3kHz"
key Return
wait "image:@/8.000 s, 100 to 3000 Hz/"
key Escape
gone "entry:From"
STEPS

say "arrows walk the partials, Enter plays the one in focus, to its end, although a loop is on"
steps <<'STEPS'
click "image:Canvas" 300 5
key Escape
key l
key Right
wait "image:@/1 selected/"
key Return
wait "button:Play"
wait "image:@/playhead [78][.]/"
key l
STEPS

say "while H is held the partial under the pointer plays; then the playhead is where it was"
steps <<'STEPS'
press "button:Stop"
key Escape
set "entry:Search partials" "frequency > 2kHz"
wait "label:/^1 of 3 selected/"
set "entry:Search partials" ""
hover "image:Canvas" 300 100
key Escape
STEPS
# 2500 Hz lies at (3000 - 2500) / 2900 of the height.
height=$(probe wait "image:Canvas" | grep -o '[0-9]*x[0-9]*+' | sed 's/.*x//; s/+//')
probe hover "image:Canvas" 300 $((height * 500 / 2900))
pause 0.3
xdotool keydown h
probe wait "image:@/playhead ([1-9]|0[.]0*[1-9])/"
shot hear
xdotool keyup h
probe wait "button:Play"
probe wait "image:@/playhead 0.000/"
stop

say "onsets stand on the time ruler; Ctrl and an arrow go to the next"
sox -n -r 44100 -b 16 "$work/hit.wav" synth 0.5 pluck 440 gain -6 fade t 0 0.5 0.2
sox "$work/hit.wav" "$work/hits.wav" pad 0.5 0 repeat 2
start "$work/hits.wav"
steps <<'STEPS'
wait "image:@/complete/"
wait "image:@3 onsets"
click "image:Canvas" 300 20
key Home
key ctrl+Left
wait "image:@/playhead 0[.]/"
key ctrl+Left
key ctrl+Left
key ctrl+Right
wait "image:@/playhead 0[.][45]/"
STEPS
stop
