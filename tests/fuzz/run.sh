#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs every fuzz target for a while, from its seeds.
#   run.sh BUILD-FOLDER SECONDS
set -eu
build=$1 seconds=$2
seeds=$(cd "$(dirname "$0")" && pwd)/seeds
status=0
for program in "$build"/tests/fuzz/fuzz-*; do
  [ -x "$program" ] && [ ! -d "$program" ] || continue
  name=$(basename "$program"); name=${name#fuzz-}
  corpus=$build/corpus/$name
  mkdir -p "$corpus"
  [ ! -d "$seeds/$name" ] || cp -n "$seeds/$name"/* "$corpus"/
  if [ "$name" = project ] && [ ! -e "$corpus/small.tarsier" ]; then
    "$build/tests/fuzz/make-project" "$corpus/small.tarsier"
  fi
  printf '== %s\n' "$name"
  "$program" -max_total_time="$seconds" -rss_limit_mb=1024 -timeout=10 -print_final_stats=1 \
    -artifact_prefix="$build/crash-$name-" "$corpus" 2>&1 | grep -E 'stat::number|ERROR|SUMMARY|crash' || true
  [ -z "$(find "$build" -maxdepth 1 -name "crash-$name-*")" ] || status=1
done
exit $status
