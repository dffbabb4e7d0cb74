/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a program holds, for the parts of the engine. The public side is in engine.h.
 */
#pragma once

#include "audio/engine.h"
#include "audio/part-loudness.h"
#include "audio/process.h"
#include "model/model-share.h"

G_BEGIN_DECLS

struct TsrProgram {
  gatomicrefcount n_refs;
  TsrScore       *score;                        /* or NULL */
  TsrSignal      *recordings[TSR_N_RECORDINGS]; /* original, residual, noise, transients;
                                                   each may be NULL */
  guint8           *selected;                   /* NULL: none is */
  double            duration_s;
  TsrPowerSteps     powers[TSR_N_RECORDINGS];
  TsrPartialPowers *partial_powers; /* of the score; or NULL */
  float             level_gain[TSR_N_MONITORS];
  double            level_lufs; /* what parts are matched to; NAN: the original */

  TsrNoiseModel   *model; /* or NULL, as in TsrProgramParts */
  TsrCurve        *source_s_over_sound_s;
  TsrCurve        *residual_gain_db_over_hz;
  double           residual_gain_db;
  TsrResidualLaws *residual_laws; /* over time; those over frequency are in the curve */
  TsrModelShare    model_share;   /* where partials sound */
  GArray          *transients;    /* TsrRecordedSpan, by time */

  TsrMorphParts *morph;            /* NULL: it is none */
  GArray        *morph_transients; /* TsrMorphTransient, in order of `begin` */
};

/* Reads a byte of each page of what is played in a span of time, recordings and partials,
 * so that the callback meets no disk: long ones lie in mapped files. Waits for it here.
 * Thread: any but audio (read-ahead.h has one for it). */
void tsr_program_touch (const TsrProgram *self, double time_s, double duration_s);

G_END_DECLS
