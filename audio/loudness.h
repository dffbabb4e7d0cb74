/* SPDX-License-Identifier: GPL-3.0-or-later
 * Momentary loudness (400 ms) of what is playing. Thread: one at a time, not audio.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct TsrMomentary TsrMomentary;

TsrMomentary *tsr_momentary_new (double rate_hz);      /* stereo */
void          tsr_momentary_free (TsrMomentary *self); /* NULL is allowed */
void tsr_momentary_add (TsrMomentary *self, const float *interleaved, gsize n_frames);
/* LUFS; -INFINITY for silence. */
double tsr_momentary_get (TsrMomentary *self);

G_END_DECLS
