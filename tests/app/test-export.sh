#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Out of the window: picture, table, audio of the selection, a copy of the project; and
# that each preference does what it says.
. "$(dirname "$0")/ui.sh"

tone 1 440 "$work/ton.wav"
"$CLI" analyze "$work/ton.wav" -o "$work/ton.tarsier"

# save ACTION FILE: through the file dialog, until the file is there.
save () {
  probe action "$1"
  pause 4
  probe key ctrl+a
  probe type "$2"
  pause 0.5
  probe key Return
  n=0
  until [ -s "$2" ]; do
    n=$((n + 1))
    [ "$n" -lt 300 ] || fail "$2 was not written"
    pause 0.1
  done
  pause 1.5
}

start "$work/ton.tarsier"
steps <<'STEPS'
wait "label:@ton"
wait "image:@/complete/"
STEPS

say "picture, table, audio, copy"
save win.export-picture "$work/out.png"
save win.export-data "$work/out.csv"
save win.export-audio "$work/out.flac"
head -c 8 "$work/out.png" | grep -q PNG || fail "no PNG"
grep -q 'time_s' "$work/out.csv" || fail "no table: $(head -2 "$work/out.csv")"
"$CLI" info "$work/out.flac" --json | grep -q '"frames"' || fail "no FLAC"
save win.save-copy "$work/copy.tarsier"
shot export-done

say "audio is what is heard: without a layer that is mute"
probe press "Mute partials"
save win.export-audio "$work/mute.wav"
probe press "Mute partials"
peak=$(sox "$work/mute.wav" -n stat 2>&1 | sed -n 's/^Maximum amplitude: *//p')
[ "$(echo "$peak" | awk '{ print ($1 < 0.05) }')" = 1 ] || fail "a mute layer is at $peak in the file"

say "preferences: tuning, wheel, theme, colours"
steps <<'STEPS'
hover "image:Canvas" 300 300
key ctrl+comma
wait "label:Theme"
set "spin button:Tuning reference" 415
press "check:The wheel zooms"
click "dropdown:Theme"
sleep 0.5
key Down Down Return
sleep 0.5
STEPS
shot export-preferences
steps <<'STEPS'
dismiss Preferences
wheel "image:Canvas" 300 200 -4
sleep 0.5
expect "image:Canvas" "/^0[.][1-9]/"
STEPS
shot export-dark

say "about"
steps <<'STEPS'
key F10
sleep 1
key Up Return
sleep 2
wait "label:/The Tarsier authors/"
STEPS
shot export-about
probe key Escape
stop
"$CLI" check "$work/copy.tarsier" || fail "the copy is damaged"
