#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What is heard while something is dragged: the real window with a fake sound card, the real
# mouse holds a slider, and the captured sound has changed by what the slider says before it
# is let go. After that the rendered file says the same.
. "$(dirname "$0")/ui.sh"
# What is played must come in time: call chains are followed the quick way here, and leaks are
# found by the other tests.
[ -z "${LSAN_OPTIONS:-}" ] || export LSAN_OPTIONS="$LSAN_OPTIONS:fast_unwind_on_malloc=1"

seconds () { stat -c %s "$work/heard.wav" | awk '{ print int ($1 / 8 / 48) / 1000 }'; }
part () { echo "$heard" | sed "s/.*$1 \([-0-9.]*\).*/\1/"; }
# sum A B, over A B, cents HZ C
sum () { echo "$1 $2" | awk '{ print $1 + $2 }'; }
over () { echo "$1 $2" | awk '{ print $1 / $2 }'; }
cents () { echo "$1 $2" | awk '{ print $1 * exp ($2 / 1200 * log (2)) }'; }

# is PITCH LEVEL BEAT: whether that is what was heard ("-": anything).
is () {
  echo "$(part pitch) $1 0.5 $(part level) $2 0.3 $(part beat) $3 0.1" | awk '{
    for (i = 1; i < 9; i += 3)
      if ($(i + 1) != "-" && ($i - $(i + 1) > $(i + 2) || $(i + 1) - $i > $(i + 2)))
        exit 1 }'
}

# hears PITCH LEVEL BEAT: listens to two seconds of what arrives at the sound card from now
# on. On a machine that is busy sound drops out: up to six times.
hears () {
  for take in 1 2 3 4 5 6; do
    from=$(seconds)
    until [ "$(sum "$(seconds)" "-$from" | awk '{ print ($1 > 2) }')" = 1 ]; do
      sleep 0.1
    done
    heard=$("$SUPPORT/listen.py" "$work/heard.wav" "$from" "$(sum "$from" 2)") || heard="pitch 0 level 0 beat 0"
    say "heard: $heard"
    is "$@" && return 0
    sleep "$take"
  done
  fail "that is not pitch $1, level $2, beat $3"
}

# writes PITCH LEVEL BEAT: what the sound renders to now.
writes () {
  cp "$work/tone.tarsier" "$work/now.tarsier"
  "$CLI" render "$work/now.tarsier" tone --part partials -o "$work/now.wav" --quiet
  heard=$("$SUPPORT/listen.py" "$work/now.wav" 0.5 4.5)
  say "written: $heard"
  is "$@" || fail "that is not pitch $1, level $2, beat $3"
}

# holds NAME X: the slider, X pixels beside its middle; `value` is what it says.
holds () {
  steps <<STEPS
hold "slider:$1" 34 13 $((34 + $2)) 13
sleep 0.5
STEPS
  value=$(probe text "entry:$1" | sed 's/[^-+0-9.].*//')
  say "$1 is held at $value"
}

# lets_go STEP: which is in the history now.
lets_go () {
  steps <<STEPS
release
expect "button:Undo" "/$1/"
STEPS
  pause 1
}

# A tone of 440 Hz that swells and fades five times a second.
sox -q -n -r 48000 -b 24 "$work/tone.wav" synth 8 sine 440 tremolo 5 60 gain -12
"$CLI" analyze "$work/tone.wav" -o "$work/tone.tarsier" --quiet
"$SUPPORT/fake-audio.sh" --out "$work/heard.wav" -- \
  "$TARSIER" "$work/tone.tarsier" >"$work/log" 2>&1 &
pid=$!
steps <<'STEPS'
wait "label:tone"
wait "image:@/complete/"
key ctrl+2 l space
wait "button:Pause"
STEPS
hears 440 - 5
level=$(part level)

say "pitch"
holds Pitch 10
pitch=$(cents 440 "$value")
hears "$pitch" "$level" 5
lets_go Pitch
writes "$pitch" "$level" 5
probe key ctrl+z

say "gain"
holds Gain -8
hears 440 "$(sum "$level" "$value")" 5
lets_go Gain
writes 440 "$(sum "$level" "$value")" 5
probe key ctrl+z

say "stretch: it swells more slowly, the pitch stays"
holds Stretch 10
beat=$(over 5 "$value")
hears 440 "$level" "$beat"
lets_go Stretch
writes 440 "$level" "$beat"
probe key ctrl+z

say "filter: a point pulled down"
steps <<'STEPS'
tab-to "/^Filter$/"
key Return
wait "/Filter curve/"
hold "/Filter curve/" 120 70 120 105
sleep 0.5
STEPS
hears 440 - 5
shot listen-filter
filtered=$(part level)
[ "$(sum "$filtered" 8 | awk -v l="$level" '{ print ($1 < l) }')" = 1 ] || fail "the filter is not heard"
steps <<'STEPS'
release
press "button:Apply Filter"
expect "button:Undo" "/Filter/"
STEPS
pause 1
writes 440 "$filtered" 5
stop
