#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# All benchmarks as one JSON object on standard output; bench-asked.py adds what is asked.
# About ten minutes on two idle cores, most of them for an hour of sound.
#   bench.sh BUILD-FOLDER
set -eu
build=$1
here=$(dirname "$0")
headless=$here/support/run-headless.sh
begin=$(date +%s)
printf '{\n"engines": '
"$build/app/cli/tarsier-cli" bench --json
printf ',\n"recordings": '
"$build/app/cli/tarsier-cli" bench analysis "$here"/../resources/demo/*.flac --json
printf ',\n"peers": '
/usr/bin/python3 "$here/bench-peers.py" "$build"
printf ',\n"long": '
"$build/app/cli/tarsier-cli" bench length --json
for renderer in gl cairo; do
  printf ',\n"canvas_%s": ' "$renderer"
  "$headless" --renderer "$renderer" -- "$build/app/gui/tarsier-bench-canvas"
done
printf ',\n"took_s": %d\n}\n' $(($(date +%s) - begin))
