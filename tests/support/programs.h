/* SPDX-License-Identifier: GPL-3.0-or-later
 * Programs and engines for tests of playing.
 */
#pragma once

#include "audio/engine.h"

G_BEGIN_DECLS

enum { TSR_TEST_RATE_HZ = 48000 };

/* n harmonics of base_hz with vibrato and decay, of this length, in n_channels, together
 * about `level` loud (sum of amplitudes). Breakpoints every 5 ms. */
TsrPartialSet *tsr_test_partials (guint  n,
                                  double base_hz,
                                  double duration_s,
                                  guint  n_channels,
                                  double level,
                                  double vibrato_part);
/* One steady sine. */
TsrPartialSet *tsr_test_sine (double frequency_hz, double amplitude, double duration_s);

/* The reference render of both output channels; wanted NULL: all. (transfer full) */
double *tsr_test_reference (TsrPartialSet *set,
                            guint          channel,
                            gint64         first,
                            gsize          n_frames,
                            const guint8  *wanted);
/* White noise of this level (peak), one channel. */
TsrSignal *tsr_test_noise (double level, double duration_s, guint32 seed);

/* Takes the set; signals are borrowed and may be NULL. */
TsrProgram *tsr_test_program (TsrPartialSet *set,
                              TsrSignal     *original,
                              TsrSignal     *residual,
                              const guint8  *selected,
                              double         duration_s);

/* n frames of what the engine plays, in pulls of `block`; two channels of n, one after
 * the other. (transfer full) */
float *tsr_test_pull (TsrEngine *engine, gsize n_frames, gsize block);
/* The same appended to a pair of growing arrays of float. */
void tsr_test_record (TsrEngine *engine, GArray *left, gsize n_frames, gsize block);

/* 20 log10 of the largest difference. */
double tsr_test_difference_db (const float *a, const double *b, gsize n);
/* RMS of a stretch. */
double tsr_test_rms (const float *samples, gsize n);

G_END_DECLS
