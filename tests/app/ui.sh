# SPDX-License-Identifier: GPL-3.0-or-later
# Functions for window tests, sourced by each: start and stop the real program, drive it from
# outside, take pictures. Expects TARSIER, CLI, SUPPORT, DATA and OUT in the environment, and
# to run inside run-headless.sh. Ends only what it started.
set -eu
# Whole call chains through libraries without frame pointers, for the list of known leaks;
# too slow for the tests that have no window.
[ -z "${LSAN_OPTIONS:-}" ] ||
  export LSAN_OPTIONS="$LSAN_OPTIONS:fast_unwind_on_malloc=0:exitcode=42"
work=$(mktemp -d)
pid=
mkdir -p "$OUT"

finish () {
  status=$?
  if [ "$status" != 0 ]; then
    import -silent -window root "$OUT/failed-$(basename "$0" .sh).png" || true
    cat "$work/log" 2>/dev/null || true
    if [ -n "$pid" ] && ! kill -0 "$pid" 2>/dev/null; then
      ended=0
      wait "$pid" || ended=$?
      echo "the program was gone, status $ended"
      pid=
    fi
  fi
  [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

# pause S: S seconds, longer for a program that is slow (PACE times, under the sanitizers).
pause () { sleep "$(echo "$1 ${PACE:-1}" | awk '{ print $1 * $2 }')"; }
say () { printf '# %s\n' "$*"; }
fail () { printf 'not ok: %s\n' "$*"; exit 1; }

# start [ARGUMENT...]: the program in the background.
start () {
  "$TARSIER" "$@" >"$work/log" 2>&1 &
  pid=$!
}

# leaks: what the program lost, of the list at its end. GTK loses some bytes by itself for each
# question about accessibility; a leak is ours when a function below main() is on its way.
leaks () {
  awk -v RS= -v ORS='\n\n' '/^Direct leak/ {
    way = $0
    gsub(/\.\.\/app\/gui\/main\.c/, "", way)
    if (way ~ /\.\.\/(app|audio|model|store|views)\//) print
  }' "$work/log"
}

# stop [KEY]: closes the window as a person does, and waits for the program to end well; the
# search for leaks at its end takes a while on a busy machine.
stop () {
  probe key "${1:-ctrl+q}"
  n=0
  while kill -0 "$pid" 2>/dev/null; do
    n=$((n + 1))
    [ "$n" -lt 600 ] || fail "the program does not end"
    pause 0.1
  done
  ended=0
  wait "$pid" || ended=$?
  pid=
  if [ "$ended" = 42 ]; then
    [ -z "$(leaks)" ] || fail "the program lost memory"
  elif [ "$ended" != 0 ]; then
    fail "the program ended with status $ended"
  fi
  # GTK 4.8 counts a press on an item of a menu that closes under it wrongly, now and then.
  if grep -E 'CRITICAL|WARNING|ERROR' "$work/log" |
    grep -vE 'dconf|portal|theme|LeakSanitizer|Broken accounting of active state'; then
    fail "the program complained"
  fi
}

probe () { "$SUPPORT/ui-probe.py" --app tarsier --timeout ${PATIENCE:-60} "$@"; }
# steps: ui-probe commands from standard input, one a line.
steps () { "$SUPPORT/ui-probe.py" --app tarsier --timeout ${PATIENCE:-60} run -; }
shot () { probe shot "$OUT/$1.png"; }

# answer TITLE TEXT: types into the file dialog of that title once it is there, and waits until
# it is gone. Looks from outside only: GTK 4.8 does not survive an accessible question about a
# window that is just coming or going.
answer () {
  xdotool search --sync --onlyvisible --name "^$1\$" >/dev/null
  pause 1
  xdotool key --clearmodifiers ctrl+a
  xdotool type --delay 20 -- "$2"
  xdotool key --clearmodifiers Return
  n=0
  while xdotool search --onlyvisible --name "^$1\$" >/dev/null 2>&1; do
    n=$((n + 1))
    [ "$n" -lt 300 ] || fail "the dialog $1 does not go"
    pause 0.1
  done
  pause 1
}

# A sine of SECONDS at HZ as FILE.
tone () { sox -n -r 44100 -b 16 "$3" synth "$1" sine "$2" vol 0.5 fade t 0.02 "$1" 0.05; }

# The only project in the state folder.
project () { find "$XDG_STATE_HOME/tarsier" -name '*.tarsier' | head -1; }
