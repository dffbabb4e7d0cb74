/* SPDX-License-Identifier: GPL-3.0-or-later
 * What tells two states of a sound apart, in the terms of a person: which partials are
 * only in the one, only in the other, and which became which. Edits give new ids, so ids
 * alone do not tell. Immutable, reference counted. Thread: any.
 */
#pragma once

#include "model/dsp/job.h"
#include "model/sound-state.h"

G_BEGIN_DECLS

typedef struct TsrComparison TsrComparison;

#define TSR_TYPE_COMPARISON (tsr_comparison_get_type ())
GType tsr_comparison_get_type (void); /* boxed, reference counted */

/* Sets but `kept` number their partials anew; where a part of a partial is the same in
 * both states only the rest of it is in them. */
typedef struct {
  TsrPartialSet *removed, *added; /* only in the first state, only in the second */
  TsrPartialSet *before, *after;  /* partial i of one became partial i of the other */
  TsrPartialSet *kept;            /* what both states have; under its own ids */
  double cents, level_db, move_s; /* medians over what changed, second minus first */
  double stretch;                 /* likewise, of the durations: second over first */
  double background_db;           /* of the noise that belongs to the sound */
  double before_s, after_s;       /* durations of both states */
} TsrComparisonFields;

/* NULL when memory is short or the job was cancelled. */
TsrComparison *
tsr_comparison_new (TsrSoundState *first, TsrSoundState *second, const TsrJob *job);
TsrComparison *tsr_comparison_ref (TsrComparison *self);
void           tsr_comparison_unref (TsrComparison *self); /* NULL allowed */
const TsrComparisonFields *
tsr_comparison_fields (const TsrComparison *self); /* borrowed */

/* "12 removed, 3 added, 40 changed: median +200 cents, −3.0 dB". (transfer full) */
char *tsr_comparison_sentence (const TsrComparison *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsrComparison, tsr_comparison_unref)

G_END_DECLS
