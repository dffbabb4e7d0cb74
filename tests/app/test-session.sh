#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The main job end to end in the real window: open, analyse, select, pitch, undo, play, export,
# reopen.
. "$(dirname "$0")/ui.sh"
export GSETTINGS_BACKEND=keyfile # how the window looks is remembered
cp "$DATA/flute-g4.flac" "$work/flute.flac"

say "open: the recording appears with its spectrogram"
start "$work/flute.flac"
steps <<'STEPS'
wait "label:flute"
wait "label:/not analysed/"
wait "image:@/complete/"
STEPS
shot open

say "analyse: partials over the spectrogram, the spacing explained"
steps <<'STEPS'
press "button:Analyse"
wait "button:Analyse Again"
wait "label:/Fundamental near 39/"
wait "label:/partials$/"
wait "image:@/complete/"
STEPS
shot analyse

say "select: by query and by rectangle"
steps <<'STEPS'
set "entry:Search partials" "frequency < 2kHz and duration > 500ms"
wait "label:/ of .* selected/"
wait "label:/^Selection/"
STEPS
shot select-query
steps <<'STEPS'
set "entry:Search partials" "amplitude > nothing"
wait "label:/column/"
set "entry:Search partials" ""
key Escape
drag "image:Canvas" 200 60 500 300
wait "label:/ of .* selected/"
STEPS
shot select-rectangle

say "pitch: typed with its unit, one step of the history"
steps <<'STEPS'
key ctrl+shift+a
wait "label:/whole sound/"
click "entry:Pitch"
set "entry:Pitch" "+2st"
key Return
wait "label:/Pitch .200/"
wait "label:/^Before the edits: [0-9]* partials . SNR/"
expect "button:Undo" "/Undo/"
wait "button:Edited sound"
wait "image:@/complete/"
STEPS
shot pitch
steps <<'STEPS'
press "button:Edited sound"
wait "button:Recording"
press "button:Recording"
wait "button:Edited sound"
STEPS

say "undo and redo"
steps <<'STEPS'
click "image:Canvas" 300 20
key ctrl+z
key ctrl+y
STEPS
shot undo

say "play: the playhead moves, the meter answers"
steps <<'STEPS'
press "button:Loop"
press "button:Play"
wait "button:Pause"
wait "label:/0:0[0-9]\.[0-9]*[1-9]/"
STEPS
shot play
probe press "button:Stop"
probe wait "button:Play"

say "export: a WAV of the edited sound"
probe key ctrl+e
answer "Export Audio" "$work/out.wav"
probe wait "label:/out.wav was written/"
shot export
"$CLI" info "$work/out.wav" --json | grep -q '"frames"' || fail "no readable WAV"

say "rename, duplicate, marker"
steps <<'STEPS'
click "image:Canvas" 300 20
key m
wait "button:Marker 1"
key ctrl+d
wait "label:flute 2"
STEPS
shot marker
steps <<'STEPS'
press "button:Spectrum"
wait "image:/pectrum/"
set "slider:Blend of the spectrograms" 1
STEPS
stop

"$CLI" history "$(project)" flute | grep -q 'Pitch +200' || fail "the history is not in the file"

say "reopen: everything is there, undo included"
start "$(project)"
steps <<'STEPS'
wait "label:flute 2"
wait "image:/pectrum/"
value-is "slider:Blend of the spectrograms" 1
click "label:@flute"
wait "label:/Pitch .200/"
expect "button:Undo" "/Undo/"
wait "image:@/complete/"
STEPS
shot reopen
stop
"$CLI" check "$(project)" || fail "the project is damaged"
