#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Plays known partials through a fake sound card and compares what arrives there with the
# reference render. On a machine that is busy with other things sound can drop out: one
# clean take of three is asked for.
#
#   test-playback.sh SUPPORT-FOLDER PLAY-KNOWN
set -eu
folder=$(mktemp -d "${TMPDIR:-/tmp}/tarsier-playback-XXXXXX")
trap 'rm -rf "$folder"' EXIT
for take in 1 2 3; do
  "$1/fake-audio.sh" --out "$folder/played.wav" -- "$2" play
  if "$2" check "$folder/played.wav"; then
    exit 0
  fi
  echo "take $take was not clean"
done
exit 1
