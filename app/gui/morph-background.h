/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is behind the partials of a morph's sounds, for playing: models of the residuals
 * and their transients, made in a thread once for each state of a sound. Thread: main.
 */
#pragma once

#include "audio/engine.h"
#include "model/morph-session.h"

G_BEGIN_DECLS

typedef struct TsrMorphBackgrounds TsrMorphBackgrounds;

/* The decoded recording of a sound; NULL: it has none, or is not decoded yet. */
typedef TsrSignal *(*TsrMorphSource) (gpointer data, TsrSound *sound);

/* `made`: another one is there. */
TsrMorphBackgrounds *tsr_morph_backgrounds_new (TsrMorphSession *morph,
                                                TsrMorphSource   source,
                                                void (*made) (gpointer data),
                                                gpointer data);
/* Nothing is told any more. NULL is allowed. */
void tsr_morph_backgrounds_free (TsrMorphBackgrounds *self);
/* Begins to make what is missing of the sounds as they are, for an engine at this rate.
 */
void tsr_morph_backgrounds_make (TsrMorphBackgrounds *self, double rate_hz);
/* What is there of it; takes references. */
void tsr_morph_backgrounds_fill (TsrMorphBackgrounds *self, TsrMorphParts *parts);

void tsr_morph_parts_clear (TsrMorphParts *parts);

G_END_DECLS
