#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Pictures to be looked at: light and dark, large and small, panels, dialogs.
. "$(dirname "$0")/ui.sh"

# Sizes the window from outside.
size () {
  id=$(xdotool search --onlyvisible --pid "$pid" | tail -1)
  xdotool windowsize "$id" "$1" "$2"
  pause 1
}

start --demo
steps <<'STEPS'
wait "label:cello-d3"
wait "button:Analyse Again"
wait "label:/SNR [2-9][0-9][.][0-9]/"
wait "image:@/complete/"
drag "image:Canvas" 250 200 600 420
wait "label:/ of .* selected/"
STEPS
shot light-large
steps <<'STEPS'
press "button:Table of partials"
sleep 0.6
STEPS
shot light-table
steps <<'STEPS'
press "button:Spectrum"
sleep 0.6
STEPS
shot light-spectrum
probe press "button:Spectrum"
size 1076 692
shot light-small
probe key ctrl+comma
probe wait "label:Theme"
shot preferences
probe key Escape
stop

export ADW_DEBUG_COLOR_SCHEME=prefer-dark
start --demo
steps <<'STEPS'
wait "label:cello-d3"
wait "button:Analyse Again"
wait "image:@/complete/"
STEPS
size 1452 912
probe wait "image:@/complete/"
shot dark-large
probe key ctrl+question
pause 1
shot shortcuts
probe key Escape
size 1076 692
probe wait "image:@/complete/"
shot dark-small
stop
