#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs a command on a machine without a sound card and keeps what it plays.
#
#   fake-audio.sh [--out FILE.wav] [--rate HZ] [--] COMMAND [ARGUMENT...]
#
# The command finds a default ALSA output device: a null sink of a private PulseAudio, which
# plays in real time. FILE.wav (default played.wav) gets all of it as 32-bit float stereo,
# with silence before and after. Exit status: that of COMMAND, or 125 when the sound server
# did not start. Ends only what it started.
set -u

out=played.wav
rate=48000
while [ $# -gt 0 ]; do
  case $1 in
    --out) out=$2; shift 2 ;;
    --rate) rate=$2; shift 2 ;;
    --help) sed -n '3,/^set -u/{/^set -u/d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
    --) shift; break ;;
    -*) echo "fake-audio: there is no option $1" >&2; exit 125 ;;
    *) break ;;
  esac
done
[ $# -gt 0 ] || { echo "fake-audio: which command?" >&2; exit 125; }

out=$(realpath -m "$out")
tmp=$(mktemp -d "${TMPDIR:-/tmp}/tarsier-audio-XXXXXX") || exit 125
socket=$tmp/pulse.socket
server=
recorder=
command=

end() { # PID of a child
  [ -n "$1" ] && kill -TERM "$1" 2>/dev/null || return 0
  for _ in $(seq 20); do
    kill -0 "$1" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -KILL "$1" 2>/dev/null
}

finish() {
  trap - EXIT INT TERM HUP
  end "$command"
  end "$recorder"
  end "$server"
  wait 2>/dev/null
  rm -rf "$tmp"
}
trap finish EXIT
trap 'finish; exit 130' INT
trap 'finish; exit 143' TERM HUP

fail() {
  echo "fake-audio: $1" >&2
  cat "$tmp"/*.log >&2 2>/dev/null
  exit 125
}

# Waits up to 5 s until a command succeeds; the server has to be alive.
wait_for() {
  for _ in $(seq 50); do
    "$@" >/dev/null 2>&1 && return 0
    kill -0 "$server" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}

records() { [ "$(stat -c %s "$out" 2>/dev/null || echo 0)" -gt 8192 ]; }

for program in pulseaudio parec pactl; do
  command -v $program >/dev/null || fail "$program is not installed"
done
rm -f "$out"
mkdir "$tmp/home" "$tmp/run"
chmod 700 "$tmp/run"

# norewinds: blocks of at most 50 ms; with rewinds a new stream may wait for two seconds.
HOME=$tmp/home XDG_RUNTIME_DIR=$tmp/run XDG_CONFIG_HOME=$tmp/home pulseaudio -n \
  --daemonize=no --system=no --exit-idle-time=-1 --realtime=no --high-priority=no \
  --use-pid-file=no --disable-shm=yes --log-target=stderr \
  -L "module-native-protocol-unix socket=$socket auth-anonymous=1" \
  -L "module-null-sink sink_name=fake rate=$rate channels=2 format=float32le norewinds=1" \
  >"$tmp/server.log" 2>&1 &
server=$!
export PULSE_SERVER=unix:$socket
unset PULSE_SINK PULSE_COOKIE
wait_for env HOME="$tmp/home" pactl get-sink-mute fake || fail "the sound server did not start"

HOME=$tmp/home parec -d fake.monitor --format=float32le --rate="$rate" --channels=2 \
  --latency-msec=10 --file-format=wav "$out" >"$tmp/recorder.log" 2>&1 &
recorder=$!
wait_for records || fail "the recorder did not start"

# A configuration of our own keeps ALSA from looking for cards that are not there.
cat >"$tmp/asound.conf" <<END
pcm.!default { type pulse server "unix:$socket" hint { show on description "fake output" } }
ctl.!default { type pulse server "unix:$socket" }
END
export ALSA_CONFIG_PATH=$tmp/asound.conf
export JACK_NO_START_SERVER=1

"$@" &
command=$!
wait "$command"
status=$?
command=
sleep 0.3
exit $status
