#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Plays through a fake sound card and compares what arrives there with what should: known
# partials with their reference render, and the edited partials of a project with the rendered
# file (noise would differ: the player renders at another rate). On
# a machine that is busy with other things sound drops out: a take that is not clean is
# repeated after a pause that grows.
#
#   test-playback.sh SUPPORT-FOLDER PLAY-KNOWN TARSIER-CLI RECORDING
set -eu
support=$1 known=$2 cli=$3 recording=$4
folder=$(mktemp -d "${TMPDIR:-/tmp}/tarsier-playback-XXXXXX")
trap 'rm -rf "$folder"' EXIT

# takes NAME COMMAND... -- FILE-TO-COMPARE-WITH...
takes() {
  name=$1
  shift
  command=()
  while [ "$1" != -- ]; do
    command+=("$1")
    shift
  done
  shift
  for take in 1 2 3 4 5 6 7 8; do
    "$support/fake-audio.sh" --out "$folder/played.wav" -- "${command[@]}"
    if "$known" check "$folder/played.wav" "$@"; then
      return 0
    fi
    echo "$name: take $take was not clean"
    sleep "$take"
  done
  return 1
}

takes known "$known" play --

project=$folder/test.tarsier
"$cli" analyze "$recording" -o "$project" --name sound --quiet
"$cli" edit "$project" sound --do 'pitch 2st' --do 'gain -3dB' --quiet
"$cli" render "$project" sound --part partials --rate 48000 --bits float \
  -o "$folder/rendered.wav" --quiet
takes project "$cli" play "$project" sound --part partials --quiet -- "$folder/rendered.wav"
