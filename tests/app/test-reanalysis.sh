#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Setting an analysis up: what it would find is shown while a slider is held; a region is
# analysed anew, as one step that can be undone.
. "$(dirname "$0")/ui.sh"
cp "$DATA/flute-g4.flac" "$work/flute.flac"

start "$work/flute.flac"
steps <<'STEPS'
wait "image:@/complete/"
press "button:Analyse"
wait "button:Analyse Again"
wait "label:/^Fundamental near 39[0-9].Hz, spacing [234][0-9]*.Hz.$/"
wait "label:/^[0-9]* partials · SNR [2-9][0-9.]*.dB · residual -[0-9.]*.dBFS$/"
wait "image:@/complete/"
STEPS

say "while the slider is held the window shows what would be found, then the truth again"
steps <<STEPS
hold "slider:Spacing" 20 13 60 13
wait "label:/^In view: [0-9]* partials · spacing [5-9][0-9]*.Hz/"
shot "$OUT/foreseen.png"
release
wait "label:/^[0-9]* partials · SNR/"
wait "image:@/complete/"
hold "slider:Floor" 20 13 55 13
wait "label:/^In view: /"
release
wait "label:/^[0-9]* partials · SNR/"
STEPS

say "a region is analysed anew, in one step"
steps <<'STEPS'
set "entry:Spacing" ""
click "image:Canvas" 300 20
key Escape
drag "image:Canvas" 250 200 500 420
wait "label:/^[0-9]* of [0-9]* selected$/"
press "button:Only where the selection is"
press "button:Analyse Region"
wait "label:/^Analyse [0-9.]*–[0-9.]* s$/"
wait "image:@/complete/"
STEPS
shot region
steps <<'STEPS'
click "image:Canvas" 300 20
key ctrl+z
expect "button:Redo" "/Redo/"
wait "button:Analyse Region"
STEPS
stop
"$CLI" history "$(project)" flute | grep -q 'Analyse [0-9.]*–[0-9.]* s' ||
  fail "no step of the region"
"$CLI" check "$(project)" || fail "the project is damaged"
