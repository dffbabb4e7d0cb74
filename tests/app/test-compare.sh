#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Two steps of the history compared: chosen in the panel, on another branch too, switched
# while they play (what arrives at the sound card is looked at), seen on the canvas, ended.
. "$(dirname "$0")/ui.sh"

# A steady tone of 400 Hz; B is a whole tone higher and 9 dB quieter; another branch without
# anything.
tone 3 400 "$work/tone.wav"
"$CLI" analyze "$work/tone.wav" -o "$work/tone.tarsier" --spacing 200 --name tone --quiet
"$CLI" edit "$work/tone.tarsier" tone --do delete --quiet
"$CLI" undo "$work/tone.tarsier" tone >"$work/history"
"$CLI" edit "$work/tone.tarsier" tone --do 'pitch 200cents' --do 'gain -9dB' --quiet

# take: the program on a sound card of its own, and a person who compares.
take () {
  cat >"$work/card" <<CARD
#!/bin/sh
exec "$SUPPORT/fake-audio.sh" --out "$work/played.wav" -- "$program" "\$@"
CARD
  chmod +x "$work/card"
  TARSIER=$work/card
  start "$work/tone.tarsier"
  steps <<'STEPS'
wait "label:@tone"
wait "image:@/complete/"
expect "button:Undo" "/Undo: Pitch/"
press "button:Compare with “Analysis”"
wait "label:/ changed: median .200 cents, -9.0 dB/"
expect "image:Canvas" "/compared: .* changed: median/"
sleep 1
STEPS
  shot compare-both
  steps <<'STEPS'
press "button:Loop"
key space
sleep 2
key x
sleep 1.2
key x
sleep 1.2
key x
sleep 1.2
key Escape
sleep 1.2
key space
wait "button:Play"
STEPS
  probe gone "label:/changed: median/"
  probe expect "button:Undo" "/Undo: Pitch/"
}

say "the switch is heard: B A B A, and B again when it ends; equally loud"
program=$TARSIER
takes=0 heard=
until [ -n "$heard" ] || [ "$takes" -ge 3 ]; do
  takes=$((takes + 1))
  take
  stop
  TARSIER=$program
  "$SUPPORT/hear-switch.py" "$work/played.wav" 400 448.98 | tee "$work/heard"
  if grep -Eq '^B [0-9.]+ A [0-9.]+ B [0-9.]+ A [0-9.]+ B [0-9.]+$' "$work/heard" &&
     grep -Eq '^B over A: [+-]0\.[0-3]' "$work/heard"; then
    heard=yes
  fi
done
[ -n "$heard" ] || fail "the switch is not heard as it should be"

say "from the menu of a row, a step of another branch; by key; the row's badges"
start "$work/tone.tarsier"
steps <<'STEPS'
wait "label:@tone"
wait "image:@/complete/"
click "list:History" 60 40 3
sleep 0.5
STEPS
shot compare-menu
steps <<'STEPS'
press "/Compare as A/"
wait "label:/ added/"
expect "button:/^A  /" "/Delete/"
wait "label:B"
press "button:/^A  /"
sleep 0.5
key Escape
STEPS
probe gone "label:/ added/"
steps <<'STEPS'
key c
wait "label:/ changed: median .200 cents, -9.0 dB/"
expect "button:/^A  /" "/Analysis/"
key c
STEPS
probe gone "label:/changed: median/"

say "an edit ends it; undo knows nothing of it"
steps <<'STEPS'
key c
wait "label:/changed: median/"
key ctrl+z
STEPS
probe gone "label:/changed: median/"
steps <<'STEPS'
expect "button:Redo" "/Redo: Pitch/"
key ctrl+y
expect "button:Undo" "/Undo: Pitch/"
STEPS

say "on the first step, with the step that redo would bring"
steps <<'STEPS'
key ctrl+z
expect "button:Redo" "/Redo: Pitch/"
press "button:Compare with “Analysis”"
wait "label:/ changed: median .200 cents, -9.0 dB/"
expect "button:/^A  /" "/Analysis/"
key Escape
key ctrl+y
expect "button:Undo" "/Undo: Pitch/"
STEPS
stop
"$CLI" check "$work/tone.tarsier" || fail "the project is damaged"
