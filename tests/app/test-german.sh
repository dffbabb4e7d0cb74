#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The window in German, from the build directory and without any locale installed.
. "$(dirname "$0")/ui.sh"
export LANGUAGE=de LC_ALL=C.UTF-8
tone 1.5 440 "$work/ton.wav"
start
probe wait "button:Demo ausprobieren"
shot german-empty
stop
start "$work/ton.wav"
steps <<'STEPS'
wait "label:ton"
press "button:Analysieren"
wait "button:Neu analysieren"
wait "label:VERLAUF"
STEPS
shot german
stop
