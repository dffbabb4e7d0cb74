#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Saves what the display shows as a PNG.
#
#   screenshot.sh OUT.png [TITLE]             the screen, or the window whose title matches
#   screenshot.sh OUT.png --run SECONDS [OPTION of run-headless.sh...] -- COMMAND...
#       starts COMMAND in a private desktop, waits, takes the picture, ends COMMAND
#
# Needs imagemagick, and xdotool for TITLE.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] || { sed -n '3,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0" >&2; exit 2; }
out=$1; shift

if [ "${1:-}" = --run ]; then
  seconds=$2; shift 2
  options=
  while [ $# -gt 0 ] && [ "$1" != -- ]; do options="$options $1"; shift; done
  [ $# -gt 1 ] || { echo "screenshot: no command after --" >&2; exit 2; }
  shift
  # shellcheck disable=SC2086,SC2016
  exec "$here/run-headless.sh" $options -- sh -c '
    shot=$1 out=$2 seconds=$3; shift 3
    "$@" & program=$!
    sleep "$seconds"
    status=0; "$shot" "$out" || status=$?
    kill "$program" 2>/dev/null || :
    wait "$program" 2>/dev/null || :
    exit "$status"' - "$here/screenshot.sh" "$out" "$seconds" "$@"
fi

crop=
if [ -n "${1:-}" ]; then
  window=$(xdotool search --onlyvisible --name "$1" | tail -n 1)
  [ -n "$window" ] || { echo "screenshot: no window is called $1" >&2; exit 1; }
  eval "$(xdotool getwindowgeometry --shell "$window")"
  crop="-crop ${WIDTH}x${HEIGHT}+${X}+${Y} +repage"
fi
# shellcheck disable=SC2086
import -silent -window root $crop "$out"
