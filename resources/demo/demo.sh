#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Analyses, edits, morphs and renders the demo recordings; leaves a project, WAVs, PNGs and a CSV.
#   demo.sh TARSIER-CLI RECORDINGS-FOLDER OUTPUT-FOLDER
set -eu
cli=$1 in=$2 out=$3
mkdir -p "$out"
project=$out/demo.tarsier
rm -f "$project"

step () { printf '\n== %s\n' "$*"; }

step "Analyse a flute, a trumpet, a cello, speech and a drum loop"
"$cli" analyze "$in/flute-g4.flac" "$in/trumpet-c5.flac" "$in/cello-d3.flac" \
  "$in/speech.flac" "$in/drum-loop.flac" -o "$project"

step "What the partials alone hold, and what they leave"
for sound in flute-g4 cello-d3 speech; do
  "$cli" render "$project" "$sound" --part partials -o "$out/$sound-partials.wav"
  "$cli" render "$project" "$sound" --part residual -o "$out/$sound-residual.wav"
  "$cli" spectrogram "$project" "$sound" --kind conventional -o "$out/$sound-conventional.png" --frequency 0:6000
  "$cli" spectrogram "$project" "$sound" --kind reassigned --tracks -o "$out/$sound-reassigned.png" --frequency 0:6000
done

step "Flute: two semitones up, the upper partials 6 dB softer"
"$cli" edit "$project" flute-g4 --do 'pitch 2st'
"$cli" edit "$project" flute-g4 --select 'frequency > 2000Hz' --do 'gain -6dB'
"$cli" render "$project" flute-g4 -o "$out/flute-g4-edited.wav"

step "Cello: one and a half times as long, with a dip drawn into its spectrum"
"$cli" edit "$project" cello-d3 --do 'stretch 1.5' --do "filter $in/formant-dip.csv" --as cello-long
"$cli" render "$project" cello-long -o "$out/cello-long.wav"
"$cli" spectrogram "$project" cello-long --kind reassigned --tracks -o "$out/cello-long.png" --frequency 0:6000

step "Speech: a third higher with its formants where they are, twice as long with its attacks kept"
"$cli" edit "$project" speech --do 'pitch 4st keep formants' --as speech-higher
"$cli" edit "$project" speech --do 'stretch 2 keep transients keep shape' --as speech-slow
"$cli" render "$project" speech-higher -o "$out/speech-higher.wav"
"$cli" render "$project" speech-slow -o "$out/speech-slow.wav"

step "Flute into trumpet: half-way, and over two seconds; cello into voice"
"$cli" morph "$project" flute-g4 trumpet-c5 --amount 0.5 --as half-way
"$cli" morph "$project" flute-g4 trumpet-c5 --amount 0=1:0,0.5=1:0,2.5=0:1 --as flute-into-trumpet
"$cli" morph "$project" cello-d3 speech --amount 0.5 --as cello-into-voice
for sound in half-way flute-into-trumpet cello-into-voice; do
  "$cli" render "$project" "$sound" -o "$out/$sound.wav"
done
"$cli" spectrogram "$project" flute-into-trumpet --kind reassigned --tracks -o "$out/flute-into-trumpet.png" --frequency 0:4000

step "Drum loop: twice as long, its attacks as sharp as they were"
"$cli" edit "$project" drum-loop --do 'stretch 2 keep transients' --as drum-loop-slow
"$cli" render "$project" drum-loop-slow -o "$out/drum-loop-slow.wav"

step "Speech: only what is loud enough to matter, then undone and done again"
"$cli" edit "$project" speech --select 'amplitude < -60dB' --do delete
"$cli" undo "$project" speech
"$cli" redo "$project" speech
"$cli" render "$project" speech --part partials -o "$out/speech-cleaned.wav"
"$cli" history "$project" speech --json

step "The partials of the flute as a table"
"$cli" export "$project" flute-g4 -o "$out/flute-g4.csv"
"$cli" check "$project"
"$cli" list "$project"
printf '\nThe results are in %s/\n' "$out"
ls -l "$out"
