#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The main job without a mouse: open, analyse, select, change by number, hear, undo, delete,
# export, close, reopen. The focus is always somewhere, and it can be seen where.
. "$(dirname "$0")/ui.sh"
cp "$DATA/flute-g4.flac" "$work/flute.flac"

# on NAME: the focus is there.
on () {
  n=0
  until probe focus | grep -q "$1"; do
    n=$((n + 1))
    [ "$n" -lt 20 ] || fail "the focus is on $(probe focus), not on $1"
    pause 0.3
  done
}
# number NAME TEXT: goes to a number, types it, takes it.
number () {
  steps <<STEPS
tab-to "entry:$1"
key ctrl+a
type "$2"
key Return
STEPS
}
# wrote FILE: waits until it is there.
wrote () {
  n=0
  until [ -s "$1" ]; do
    n=$((n + 1))
    [ "$n" -lt 100 ] || fail "$1 was not written"
    pause 0.1
  done
}

say "open: the first door has the focus; then the canvas has it"
start
probe wait "button:Open a Recording"
on "Open a Recording"
probe key Return
answer "Open" "$work/flute.flac"
probe wait "image:@/complete/"
on "'Canvas'"

say "analyse: the focus does not die with the button"
steps <<'STEPS'
tab-to "button:Analyse"
key Return
wait "button:Analyse Again"
wait "image:@/complete/"
STEPS
on "'Canvas'"
shot keyboard-analysed

say "select: a query, then the arrows; the menu of the canvas"
steps <<'STEPS'
key ctrl+f
type "frequency < 2kHz"
wait "label:/^[0-9]* of [0-9]* selected/"
key Return
STEPS
on "'Canvas'"
steps <<'STEPS'
key Escape
expect "image:Canvas" "/ 0 selected/"
key Up
expect "image:Canvas" "/ 1 selected/"
key shift+Up
expect "image:Canvas" "/ 2 selected/"
key shift+F10
wait "item:Zoom to Selection"
STEPS
on "menu item"
probe key Escape
on "'Canvas'"

say "change by number; Escape leads back to the canvas"
number Pitch "+2st"
probe expect "button:Undo" "/Pitch .200 cents, 2 partials/"
number Stretch "1.5"
probe expect "button:Undo" "/Stretch . 1.5, 2 partials/"
number Gain "-6"
probe expect "button:Undo" "/Gain -6 dB, 2 partials/"
probe key Escape
on "'Canvas'"
shot keyboard-changed

say "hear: play in a loop, switch what is heard"
steps <<'STEPS'
key l space
wait "button:Pause"
key ctrl+1 ctrl+6 ctrl+2 space
wait "button:Play"
STEPS

say "undo, redo, delete"
steps <<'STEPS'
key ctrl+z ctrl+z
expect "button:Undo" "/Pitch/"
key ctrl+y
expect "button:Undo" "/Stretch/"
key ctrl+f
type "frequency > 3kHz"
wait "label:/^[0-9]* of [0-9]* selected/"
key Return Delete
expect "button:Undo" "/Delete, [0-9]* partials/"
STEPS
on "'Canvas'"

say "export audio, partials and picture"
probe key ctrl+e
answer "Export Audio" "$work/out.wav"
wrote "$work/out.wav"
probe key ctrl+shift+e
answer "Export Partials" "$work/out.csv"
wrote "$work/out.csv"
steps <<'STEPS'
key F10
wait "item:Export"
key x
wait "item:Picture…"
key p
STEPS
answer "Export Picture" "$work/out.png"
wrote "$work/out.png"
probe key Escape
shot keyboard-exported

say "close with Ctrl+W; the project is in the list of the next start"
stop ctrl+w
start
probe wait "label:flute"
on "Open a Recording"
n=0
until probe focus | grep -q "item\]"; do
  n=$((n + 1))
  [ "$n" -lt 12 ] || fail "no key leads to the recent projects"
  probe key Tab
done
shot keyboard-recent
steps <<'STEPS'
key Return
wait "label:/^Delete, [0-9]* partials/"
expect "button:Undo" "/Delete/"
wait "image:@/complete/"
STEPS
on "'Canvas'"
stop
"$CLI" check "$(project)" || fail "the project is damaged"
