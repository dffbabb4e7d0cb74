#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs a command in a private desktop that is gone afterwards: X server, window manager,
# compositor, session bus, accessibility bus, a home folder of its own.
#
#   run-headless.sh [--size WxH] [--renderer gl|cairo] [--scale N] [--home DIR]
#                   [--timeout SECONDS] [--no-a11y] [--] COMMAND [ARG...]
#
# Exit status: COMMAND's; 125 when the desktop could not be started; 124 after the
# time-out. Needs xvfb dbus at-spi2-core openbox xcompmgr x11-utils libgl1-mesa-dri.
set -eu

if [ "${1:-}" = --inside ]; then # within the session bus: the rest of the desktop
  shift
  # A window manager that keeps no key for itself; a press focuses and raises.
  cat >"$TSR_HEADLESS_READY.xml" <<'END'
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <placement><policy>Smart</policy><center>yes</center></placement>
  <mouse>
    <context name="Client">
      <mousebind button="Left" action="Press"><action name="Focus"/><action name="Raise"/></mousebind>
      <mousebind button="Middle" action="Press"><action name="Focus"/></mousebind>
      <mousebind button="Right" action="Press"><action name="Focus"/></mousebind>
    </context>
  </mouse>
</openbox_config>
END
  # Windows that come before the window manager is ready get lost to it: it tells when.
  openbox --sm-disable --config-file "$TSR_HEADLESS_READY.xml" --startup "touch $TSR_HEADLESS_READY" >/dev/null 2>&1 &
  helpers=$!
  xcompmgr >/dev/null 2>&1 &
  helpers="$helpers $!"
  tries=0
  until [ -e "$TSR_HEADLESS_READY" ]; do
    tries=$((tries + 1))
    [ "$tries" -le 200 ] || { echo "run-headless: openbox did not start" >&8; exit 125; }
    sleep 0.1
  done
  if [ "${GTK_A11Y:-}" != none ]; then
    dbus-send --session --print-reply --dest=org.a11y.Bus /org/a11y/bus \
      org.freedesktop.DBus.Properties.Set string:org.a11y.Status string:IsEnabled \
      variant:boolean:true >/dev/null 2>&1 ||
      echo "run-headless: no accessibility bus (at-spi2-core)" >&8
  fi
  status=0
  timeout --kill-after=5 "$TSR_HEADLESS_TIMEOUT" "$@" >&9 2>&8 8>&- 9>&- || status=$?
  # shellcheck disable=SC2086
  kill $helpers 2>/dev/null || :
  exit "$status"
fi

size=1600x1000 renderer=${GSK_RENDERER:-cairo} scale=1 home= limit=0 a11y=yes
while [ $# -gt 0 ]; do
  case $1 in
  --size) size=$2; shift 2 ;;
  --renderer) renderer=$2; shift 2 ;;
  --scale) scale=$2; shift 2 ;;
  --home) home=$2; shift 2 ;;
  --timeout) limit=$2; shift 2 ;;
  --no-a11y) a11y=; shift ;;
  --) shift; break ;;
  -*) sed -n '3,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0" >&2; exit 125 ;;
  *) break ;;
  esac
done
[ $# -gt 0 ] || { echo "run-headless: no command given" >&2; exit 125; }

self=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
dir=$(mktemp -d "${TMPDIR:-/tmp}/tarsier-headless.XXXXXX")
server= session=
finish () {
  trap - EXIT INT TERM HUP
  # What COMMAND left running is in the process group of its session (setsid below).
  [ -z "$session" ] || kill -TERM -- "-$session" 2>/dev/null || :
  [ -z "$server" ] || { kill "$server" 2>/dev/null || :; wait "$server" 2>/dev/null || :; }
  [ -z "$session" ] || kill -KILL -- "-$session" 2>/dev/null || :
  rm -rf "$dir"
}
trap finish EXIT
trap 'finish; exit 130' INT
trap 'finish; exit 143' TERM HUP

# The server picks a free display number and writes it down.
: >"$dir/display"
Xvfb -displayfd 7 -screen 0 "${size}x24" -nolisten tcp -noreset +extension GLX +render \
  7>"$dir/display" >"$dir/server.log" 2>&1 &
server=$!
tries=0
until [ -s "$dir/display" ]; do
  tries=$((tries + 1))
  if [ "$tries" -gt 300 ] || ! kill -0 "$server" 2>/dev/null; then
    cat "$dir/server.log" >&2
    echo "run-headless: the X server did not start" >&2
    exit 125
  fi
  sleep 0.1
done

[ -n "$home" ] || home=$dir/home
mkdir -p "$home" "$dir/run"
chmod 700 "$dir/run"
home=$(cd "$home" && pwd)
unset WAYLAND_DISPLAY XAUTHORITY AT_SPI_BUS_ADDRESS DBUS_SESSION_BUS_ADDRESS NO_AT_BRIDGE
unset GTK_A11Y
export DISPLAY=":$(cat "$dir/display")" HOME="$home" XDG_RUNTIME_DIR="$dir/run" \
  XDG_CONFIG_HOME="$home/.config" XDG_DATA_HOME="$home/.local/share" \
  XDG_CACHE_HOME="$home/.cache" XDG_STATE_HOME="$home/.local/state" \
  XDG_SESSION_TYPE=x11 GDK_BACKEND=x11 GDK_SCALE="$scale" \
  GSETTINGS_BACKEND="${GSETTINGS_BACKEND:-memory}" GIO_USE_VFS=local \
  LIBGL_ALWAYS_SOFTWARE=1 GSK_RENDERER="$renderer" TSR_HEADLESS_TIMEOUT="$limit" \
  TSR_HEADLESS_READY="$dir/ready"
[ -n "$a11y" ] || export GTK_A11Y=none NO_AT_BRIDGE=1

# The buses' own chatter goes to a log; the command keeps our input and outputs.
setsid dbus-run-session -- "$self" --inside "$@" <&0 8>&2 9>&1 >"$dir/session.log" 2>&1 &
session=$!
status=0
wait "$session" || status=$?
exit "$status"
