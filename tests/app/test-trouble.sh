#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What goes wrong is told in a sentence: no sound device, files that are no recordings.
. "$(dirname "$0")/ui.sh"

say "the empty state, with nothing enabled that cannot work"
start
steps <<'STEPS'
wait "button:Open a Recording"
wait "button:Try the Demo"
STEPS
shot empty
stop

say "a text file named .wav"
echo "this is no sound" >"$work/text.wav"
start "$work/text.wav"
steps <<'STEPS'
wait "label:@error"
wait "label:/text.wav/"
wait "button:Try the Demo"
STEPS
shot bad-file
stop

say "a text file named .tarsier is left as it is"
echo "no project either" >"$work/text.tarsier"
cp "$work/text.tarsier" "$work/before"
start "$work/text.tarsier"
steps <<'STEPS'
wait "label:/text.tarsier/"
STEPS
shot bad-project
stop
cmp "$work/text.tarsier" "$work/before" || fail "the file was touched"

say "names of files that are long, no text, or look like markup"
tone 0.3 440 "$work/tone.wav"
for name in "$(printf '%0240d' 0)" "$(printf 'no \377\376 text')" '<b>&amp; %s'; do
  cp "$work/tone.wav" "$work/$name.wav"
  start "$work/$name.wav"
  probe wait "label:/not analysed/"
  probe wait "image:@/complete/"
  stop
  rm "$work/$name.wav"
done

say "no sound device: the window says so, and still keeps time"
tone 1.5 440 "$work/tone.wav"
start "$work/tone.wav"
steps <<'STEPS'
wait "label:tone"
wait "image:@/complete/"
press "button:Output device and volume"
wait "label:/No sound device/"
STEPS
shot no-device
steps <<'STEPS'
key Escape
press "button:Play"
wait "label:/0:0[0-9]\.[0-9]*[1-9]/"
STEPS
stop

say "a long analysis is cancelled, and does not keep the window from closing"
sox -n -r 44100 -b 16 "$work/long.wav" synth 240 pinknoise gain -6
start "$work/long.wav"
steps <<'STEPS'
wait "label:long"
wait "image:@/complete/"
press "button:Analyse"
wait "label:Analysing long"
STEPS
shot analysing
steps <<'STEPS'
press "button:Cancel"
gone "label:Analysing long"
wait "label:/not analysed/"
press "button:Analyse"
wait "label:Analysing long"
STEPS
stop
"$CLI" check "$(find "$XDG_STATE_HOME/tarsier" -name '*long.tarsier')" ||
  fail "the project is damaged"
