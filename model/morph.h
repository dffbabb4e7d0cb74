/* SPDX-License-Identifier: GPL-3.0-or-later
 * A morph of two to four sounds (algorithm note 6.7): which partials belong together, how
 * the times of the sounds meet at anchors, and the partials between them. The plan is
 * made once; weights can be changed again and again (a pad that is dragged). Thread: any,
 * one at a time.
 */
#pragma once

#include "model/dsp/job.h"
#include "model/dsp/partials/morph-live.h"
#include "model/dsp/partials/noise.h"
#include "model/morph-amount.h"
#include "model/sound-state.h"

G_BEGIN_DECLS

typedef struct {
  TsrSoundState *state; /* with partials */
  guint          n_channels;
  const double  *onsets_s; /* of the sound, increasing; may be NULL */
  gsize          n_onsets;
} TsrMorphSound;

typedef enum {
  TSR_MORPH_PAIR_AUTO, /* by label where all sounds are harmonic */
  TSR_MORPH_PAIR_LABELS,
  TSR_MORPH_PAIR_SPECTRUM, /* by transposition and assignment */
} TsrMorphPairing;

typedef struct {
  guint          n; /* 2..4 */
  TsrMorphSound  sounds[TSR_MORPH_MOST];
  TsrMorphAmount time, frequency, amplitude, noise; /* borrowed; durations and anchors
                                                  follow the mean of `time` */
  const GArray   *anchors;                          /* TsrMorphAnchor; NULL: at onsets */
  const GArray   *links; /* TsrMorphLink, by hand; NULL: none */
  TsrMorphPairing pairing;
  gboolean        is_linear; /* amplitudes, not their logarithms */
  gboolean        fades;     /* unmatched harmonics stay where they are */
} TsrMorphParams;

typedef struct TsrMorphPlan TsrMorphPlan;

/* NULL with an error. Takes references. */
TsrMorphPlan *tsr_morph_plan_new (const TsrMorphParams *params, GError **error);
void          tsr_morph_plan_free (TsrMorphPlan *plan);
/* Other weights (n as before): times follow, pairs stay. */
gboolean tsr_morph_plan_set_amounts (TsrMorphPlan         *plan,
                                     const TsrMorphAmount *time,
                                     const TsrMorphAmount *frequency,
                                     const TsrMorphAmount *amplitude,
                                     const TsrMorphAmount *noise,
                                     GError              **error);

/* Other anchors (copied): times follow, pairs stay. FALSE with an error, and the plan is
 * of no use any more until it has others. */
gboolean
tsr_morph_plan_set_anchors (TsrMorphPlan *plan, const GArray *anchors, GError **error);
/* Other links by hand; NULL: none. Pairs are found anew, by the labels that are known. */
gboolean
tsr_morph_plan_set_links (TsrMorphPlan *plan, const GArray *links, GError **error);

/* The sound whose weights are 1 all the time: the result is a copy of it; else -1. */
int    tsr_morph_plan_copies (const TsrMorphPlan *plan);
double tsr_morph_plan_duration_s (const TsrMorphPlan *plan);
/* Seconds of sound k over seconds of the result. Borrowed. */
TsrCurve *tsr_morph_plan_map (const TsrMorphPlan *plan, guint k);
/* The anchors that are used. Borrowed, of TsrMorphAnchor. */
const GArray *tsr_morph_plan_anchors (const TsrMorphPlan *plan);
/* What belongs together: borrowed. */
const TsrMorphVoices *tsr_morph_plan_voices (const TsrMorphPlan *plan);
/* Whether they were paired by label. */
gboolean tsr_morph_plan_is_harmonic (const TsrMorphPlan *plan);

/* The partials between the sounds, ids from 1 on. NULL with an error (cancelled, memory).
 */
TsrPartialSet *
tsr_morph_plan_partials (const TsrMorphPlan *plan, const TsrJob *job, GError **error);
/* The same for the loudspeaker, as they are made while they are heard; quick. NULL with
 * an error. */
TsrScore *tsr_morph_plan_score (const TsrMorphPlan *plan, GError **error);
/* The noise between the models of the sounds' residuals (each may be NULL, one rate).
 * NULL with an error. */
TsrNoiseModel *tsr_morph_plan_noise (const TsrMorphPlan         *plan,
                                     const TsrNoiseModel *const *models,
                                     GError                    **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsrMorphPlan, tsr_morph_plan_free)

G_END_DECLS
