/* SPDX-License-Identifier: GPL-3.0-or-later
 * All that an edit of a sound can change, as one immutable value: the partials, how the
 * sound's time relates to the source's, and what happened to the residual. Thread: any.
 */
#pragma once

#include <glib-object.h>

#include "model/descent.h"
#include "model/dsp/curve.h"
#include "model/dsp/partials/partial-set.h"
#include "model/dsp/partials/residual-law.h"

G_BEGIN_DECLS

typedef struct TsrSoundState TsrSoundState;

#define TSR_TYPE_SOUND_STATE (tsr_sound_state_get_type ())
GType tsr_sound_state_get_type (void); /* boxed, reference counted */

typedef struct {
  TsrPartialSet *partials;
  TsrCurve *source_s_over_sound_s; /* time map, falls where reversed; NULL = identity */
  TsrCurve *residual_gain_db_over_hz; /* NULL = flat 0 dB */
  double    residual_gain_db;
  TsrResidualLaws *residual_laws; /* edits by curves, after these; NULL = none */
  double           duration_s;
  gboolean         analysed; /* FALSE: only imported, the partials say nothing yet */
  gboolean         edited;   /* FALSE: `all` is the recording itself */
  GArray *descents; /* of TsrDescent: what operations made of the partials of the sound's
                       present state, in order; NULL in that state itself */
} TsrSoundStateFields;

/* Copies the fields with new references; gives them back. For owners of plain fields. */
void tsr_sound_state_fields_init (TsrSoundStateFields       *copy,
                                  const TsrSoundStateFields *from);
void tsr_sound_state_fields_clear (TsrSoundStateFields *fields);

/* Takes new references on what fields points to; partials NULL: the empty set. */
TsrSoundState *tsr_sound_state_new (const TsrSoundStateFields *fields);
TsrSoundState *tsr_sound_state_ref (TsrSoundState *state);
void           tsr_sound_state_unref (TsrSoundState *state);
const TsrSoundStateFields *
tsr_sound_state_fields (const TsrSoundState *state); /* borrowed */

/* A time of the sound in seconds of what it was made from (its recording, or partials as
 * they were imported or morphed), and back. Edits of the whole sound in time lie between
 * them. */
double tsr_sound_state_source_s (const TsrSoundState *state, double sound_s);
double tsr_sound_state_sound_s (const TsrSoundState *state, double source_s);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsrSoundState, tsr_sound_state_unref)

G_END_DECLS
