#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Files into the window and out of it: drops, MP3, ten sounds in a project, projects
# without a name, recent ones, naming, the demo, two windows.
. "$(dirname "$0")/ui.sh"

# drop FILE...: drags files out of another program and lets go of them over the window.
drop () {
  "$DRAG_FILES" "$@" >"$work/drag" &
  dragger=$!
  source=$(xdotool search --sync --onlyvisible --name '^drag-files$' | tail -1)
  xdotool windowmove --sync "$source" 30 30 windowraise "$source"
  # Beside its frame, which the window manager puts around it.
  eval "$(xdotool getwindowgeometry --shell "$source")"
  xdotool mousemove $((X + 60)) $((Y + 50)) mousedown 1
  for d in 10 20 40 80 160 320 400; do
    xdotool mousemove $((X + 60 + d)) $((Y + 50 + d))
    pause 0.1
  done
  pause 0.3
  import -silent -window root "$OUT/drop.png"
  xdotool mouseup 1
  wait "$dragger" || fail "the drop was not taken"
  grep -q '^dropped' "$work/drag" || fail "the drop was not taken: $(cat "$work/drag")"
}

say "a drop into the empty window begins a project"
tone 1 440 "$work/one.wav"
tone 1 880 "$work/two.wav"
start
probe wait "button:Try the Demo"
drop "$work/one.wav" "$work/two.wav"
steps <<'STEPS'
wait "item:one"
wait "item:two"
wait "label:/^one – two$/"
wait "image:@/complete/"
STEPS

say "a drop into a project adds to it; what is no sound is refused with a sentence"
echo "this is no sound" >"$work/text.wav"
drop "$work/text.wav"
probe wait "label:/text.wav/"
cp "$TESTS/data/tone.mp3" "$work/three.mp3"
drop "$work/three.mp3"
steps <<'STEPS'
wait "item:three"
wait "image:@/complete/"
press "button:Analyse"
wait "button:Analyse Again"
STEPS
shot mp3

say "ten sounds: the chosen one is in view, all have pictures when the project comes back"
for n in 4 5 6 7 8 9 10; do tone 1 $((n * 200)) "$work/tone$n.wav"; done
drop "$work"/tone?.wav "$work/tone10.wav"
steps <<'STEPS'
wait "item:tone9"
wait "label:/^one – tone10$|^one – tone9$/"
wait "image:@/complete/"
STEPS
shot ten-sounds
stop
[ "$("$CLI" list "$(project)" --json | grep -o '"name"' | wc -l)" = 10 ] || fail "not ten sounds"

say "a project without a name is listed"
start
probe wait "label:without a name yet"
shot recent
probe click "item:one"
probe wait "image:@/complete/"
pause 2
shot ten-sounds-again

say "giving it a name moves it, and it goes on from there"
old=$(project)
probe key ctrl+s
answer "Name and Keep Project" "$work/named"
# The sentence stands for four seconds; slowed down, nobody looks that soon.
[ -n "${PACE:-}" ] || probe wait "label:/The project is now called named.tarsier/"
steps <<'STEPS'
wait "label:/^named – /"
key m
wait "button:Marker 1"
STEPS
[ ! -e "$old" ] || fail "the file in the state folder stayed"
stop
"$CLI" marker list "$work/named.tarsier" tone10 --json | grep -q 'Marker 1' ||
  "$CLI" marker list "$work/named.tarsier" tone9 --json | grep -q 'Marker 1' ||
  fail "the edit after the move is not in the file"
start
steps <<'STEPS'
wait "item:named"
click "item:named"
wait "label:/^named – /"
STEPS

say "a second window of the same project says that it is in use; the first goes on"
"$TARSIER" "$work/named.tarsier" >"$work/log2" 2>&1 &
second=$!
probe wait "label:/in use by Tarsier/"
shot in-use
kill "$second"
wait "$second" || true
steps <<'STEPS'
key ctrl+d
wait "label:/ 2$/"
STEPS
stop

say "what the button of a sentence would do is gone with its project"
start "$work/named.tarsier"
steps <<'STEPS'
wait "label:/^named – /"
action win.remove-sound
wait "label:/ was removed/"
action win.new
wait "button:Try the Demo"
STEPS
PATIENCE=4 probe gone "label:/ was removed/"
stop

say "the demo comes back as it was left; a fresh one is a button away"
start --demo
steps <<'STEPS'
wait "item:cello-d3"
wait "button:Analyse Again"
gone "button:Cancel"
key ctrl+d
wait "item:cello-d3 2"
STEPS
stop
start --demo
steps <<'STEPS'
press "button:/Start Afresh/"
wait "label:/^Tarsier demo 2 – /"
wait "item:cello-d3"
gone "item:cello-d3 2"
wait "button:Analyse Again"
gone "button:Cancel"
STEPS
stop
