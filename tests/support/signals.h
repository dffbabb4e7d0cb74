/* SPDX-License-Identifier: GPL-3.0-or-later
 * Test signals whose partials are known exactly: the truth, and the sound made of it.
 * Drawn from a seed; the same seed gives the same signal everywhere.
 */
#pragma once

#include "model/dsp/signal.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One true sinusoid: a(t) cos (2 pi theta(t)) between start_s and end_s. Times inside the
 * formulas count from start_s. */
typedef struct {
  double start_s, end_s;      /* where the amplitude is not zero */
  double attack_s, release_s; /* linear ramps inside that span; 0 = a step */
  double frequency_hz;        /* at the start, without vibrato */
  double chirp_hz_per_s;      /* linear glide */
  double vibrato_hz;          /* its rate */
  double vibrato_depth;       /* relative: 0.01 = 1 % up and down */
  double vibrato_turns;       /* its phase at the start */
  double amplitude;           /* linear */
  double decay_per_s;         /* exponential */
  double tremolo_hz;          /* amplitude (1 + depth sin (2 pi (rate t + turns))) */
  double tremolo_depth;       /* 0..1 */
  double tremolo_turns;
  double phase_turns; /* at the start */
} TestPartial;

typedef struct {
  double       rate_hz, duration_s;
  double       spacing_hz; /* a good choice for the analysis */
  TestPartial *partials;
  size_t       n_partials;
  double       noise_rms;    /* white noise on top */
  bool         has_impulses; /* and single samples of height 0.5, four a second */
  uint32_t     seed;
} TestSignal;

typedef enum {
  TEST_SIGNAL_STEADY,       /* 10 steady partials with onsets */
  TEST_SIGNAL_VIBRATO,      /* 30 harmonics, 6 Hz */
  TEST_SIGNAL_WIDE_VIBRATO, /* 20 harmonics, twice as wide */
  TEST_SIGNAL_CHIRPS,       /* 6 linear glides */
  TEST_SIGNAL_PAIRS,        /* 8 pairs, closer than the spacing */
  TEST_SIGNAL_TREMOLO,      /* 10 partials, amplitude modulation */
  TEST_SIGNAL_BELL,         /* 12 decaying partials */
  TEST_SIGNAL_PLUCKS,       /* 24 decaying notes with sharp attacks */
  TEST_SIGNAL_NOISY,        /* 15 partials in noise, 20 dB below them */
  TEST_SIGNAL_NOISIER,      /* 10 dB below them */
  TEST_SIGNAL_IMPULSES,     /* nothing but impulses */
} TestSignalKind;

enum { TEST_SIGNAL_N_KINDS = 11 };

const char *test_signal_name (TestSignalKind kind);
TestSignal *test_signal_new (TestSignalKind kind, uint32_t seed);
void        test_signal_free (TestSignal *signal);

/* The true values at a time inside the partial's span. */
double test_partial_frequency_hz (const TestPartial *partial, double time_s);
double test_partial_amplitude (const TestPartial *partial, double time_s);
double test_partial_phase_turns (const TestPartial *partial, double time_s);

/* The sound, rounded to 16 bits when asked for (transfer full). */
TsrSignal *test_signal_render (const TestSignal *signal, bool in_16_bits);
