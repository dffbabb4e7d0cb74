/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where edits put the noise model in the residual's place: what the residual has left of
 * the old frequencies must not be heard beside the new ones. Thread: any.
 */
#pragma once

#include "model/sound-state.h"

G_BEGIN_DECLS

/* 1 where a curve over seconds is not neutral, falling to 0 within 10 ms around; NULL
 * where it is neutral everywhere. */
TsrCurve *tsr_model_share_where_changed (const TsrCurve *curve, double neutral);
/* 1 within a span, whose ends may be infinite, falling to 0 within 10 ms around. */
TsrCurve *tsr_model_share_within (double start_s, double end_s);
/* Adds a law to the fields' own: the share of the model over seconds of the sound. Where
 * the model already is everywhere nothing changes. */
void tsr_sound_state_fields_add_model (TsrSoundStateFields *fields, TsrCurve *share);

G_END_DECLS
