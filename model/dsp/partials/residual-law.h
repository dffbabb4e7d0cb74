/* SPDX-License-Identifier: GPL-3.0-or-later
 * What edits of a whole sound did to what lies behind its partials, in their order. All
 * but one is linear: the residual follows exactly. Times are seconds of the source, so
 * that later edits in time take the curves along. Immutable. Thread: any.
 */
#pragma once

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/dsp/curve.h"

typedef enum {
  TSR_RESIDUAL_GAIN,          /* level: dB over source seconds; partials had it, too */
  TSR_RESIDUAL_TILT,          /* level (NULL: 0) and tilt, dB an octave around 1 kHz, over
                                 source seconds; partials had them, too */
  TSR_RESIDUAL_FILTER,        /* level: dB over Hz; partials had it, too */
  TSR_RESIDUAL_NOISE,         /* level: factor >= 0 over source seconds; noise only */
  TSR_RESIDUAL_NOISE_OVER_HZ, /* level: factor >= 0 over Hz; noise only */
  TSR_RESIDUAL_MODEL,         /* level: 0..1 over source seconds, how much of the residual
                                 its model stands for: frequencies were changed, and what
                                 the residual has of the old ones must not be heard */
  TSR_N_RESIDUAL_LAWS,
} TsrResidualLawKind;

typedef struct {
  TsrResidualLawKind kind;
  TsrCurve          *level; /* NULL only for a tilt */
  TsrCurve          *tilt;  /* NULL but for a tilt */
} TsrResidualLaw;

typedef struct TsrResidualLaws TsrResidualLaws;

/* A new list with one more; laws NULL: the empty list. Takes references on the curves,
 * and on all but the latest laws of the other list. NULL when memory is short. */
TsrResidualLaws *tsr_residual_laws_append (const TsrResidualLaws *laws,
                                           const TsrResidualLaw  *law);
TsrResidualLaws *tsr_residual_laws_ref (TsrResidualLaws *laws);
void             tsr_residual_laws_unref (TsrResidualLaws *laws); /* NULL is allowed */
size_t           tsr_residual_laws_size (const TsrResidualLaws *laws); /* NULL: 0 */
const TsrResidualLaw *tsr_residual_laws_at (const TsrResidualLaws *laws, size_t i);
bool tsr_residual_laws_equal (const TsrResidualLaws *a, const TsrResidualLaws *b);
/* A number that tells the first n laws from others; n 0: 0. Quick. */
uint64_t tsr_residual_laws_digest (const TsrResidualLaws *laws, size_t n);
/* Whether all laws of another list come first; by their digest. */
bool tsr_residual_laws_begin_with (const TsrResidualLaws *laws,
                                   const TsrResidualLaws *first);

/* At a time of the source: the linear gain of all laws over time, and their tilts
 * together; laws NULL: 1 and 0. */
double tsr_residual_laws_gain (const TsrResidualLaws *laws, double source_s);
double tsr_residual_laws_tilt_db (const TsrResidualLaws *laws, double source_s);
bool   tsr_residual_laws_tilts (const TsrResidualLaws *laws);
/* The largest share of the model at a time of the source, 0..1; laws NULL: 0. */
double tsr_residual_laws_model_share (const TsrResidualLaws *laws, double source_s);
/* Whether any law puts the model anywhere, or everywhere. */
bool tsr_residual_laws_have_model (const TsrResidualLaws *laws, bool everywhere);
/* `curve` (dB over Hz; NULL: 0) and all laws over frequency together; *result NULL where
 * there are none. FALSE when memory is short. */
bool tsr_residual_laws_filter (const TsrResidualLaws *laws,
                               TsrCurve              *curve,
                               TsrCurve             **result);

/* dB of a factor, at least -300. */
static inline double
tsr_factor_db (double factor)
{
  return factor > 1e-15 ? 20 * log10 (factor) : -300;
}

/* Octaves from 1 kHz: what a tilt is multiplied by; held below 20 Hz. */
static inline double
tsr_tilt_octaves (double frequency_hz)
{
  return log2 (fmax (frequency_hz, 20) / 1000);
}
