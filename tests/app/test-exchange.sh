#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Files of partials in the window: opened, imported, damaged, exported in each format by the
# suffix that is typed.
. "$(dirname "$0")/ui.sh"
tone 1 440 "$work/tone.wav"
"$CLI" analyze "$work/tone.wav" -o "$work/tone.tarsier" --quiet >/dev/null
"$CLI" export "$work/tone.tarsier" tone -o "$work/loris.sdif" >/dev/null
"$CLI" export "$work/tone.tarsier" tone -o "$work/spear.txt" >/dev/null
printf 'par-text-partials-format\npartials-count 2\npartials-data\n0 2 0 1\n0 440 0.1 1 440 0.1\n' >"$work/cut.txt"
printf 'par-text-partials-format\npartials-count 1\npartials-data\n0 2 0 1\n0 440 0.1 1 440 0.1\n' >"$work/whole.txt"
echo 'no SDIF' >"$work/bad.sdif"

say "open: a file of partials becomes a sound"
start "$work/loris.sdif"
steps <<'STEPS'
wait "item:loris"
wait "label:/partials$|partial$/"
wait "image:@/complete/"
STEPS
shot exchange-open

say "import: another format beside it; what was repaired, and what cannot be, is told"
probe key ctrl+i
answer "Import Recordings or Partials" "$work/spear.txt"
probe wait "item:spear"
probe key ctrl+i
answer "Import Recordings or Partials" "$work/cut.txt"
steps <<'STEPS'
wait "item:cut"
wait "label:/cut off/"
STEPS
shot exchange-note
probe key ctrl+i
answer "Import Recordings or Partials" "$work/whole.txt"
probe wait "item:whole"
pause 1
shot exchange-whole # the sentence on the file before is gone
probe key ctrl+i
answer "Import Recordings or Partials" "$work/bad.sdif"
probe wait "label:/not an SDIF file/"
shot exchange-refused

say "export: the suffix tells the format"
for suffix in csv json mid npz sdif txt; do
  probe key ctrl+shift+e
  answer "Export Partials" "$work/out.$suffix"
  n=0
  while ! [ -s "$work/out.$suffix" ]; do
    n=$((n + 1))
    [ "$n" -lt 300 ] || fail "out.$suffix is not written"
    pause 0.1
  done
  "$CLI" import "$work/out.$suffix" -o "$work/back.tarsier" --name "$suffix" --quiet >/dev/null ||
    fail "out.$suffix cannot be read"
done
shot exchange-export
stop
