/* SPDX-License-Identifier: GPL-3.0-or-later
 * The groups of the morph page's inspector. Each follows the morph session by itself.
 * Thread: main.
 */
#pragma once

#include "model/session.h"
#include "views/morph/morph-lanes.h"

G_BEGIN_DECLS

/* Which sounds, in which order. */
GtkWidget *tsr_morph_sounds_group_new (TsrMorphSession *morph, TsrSession *session);
/* The pad, and its place in numbers. */
GtkWidget *tsr_morph_pad_group_new (TsrMorphSession *morph);
/* How much of each, together and for frequency, amplitude and noise. */
GtkWidget *tsr_morph_amounts_group_new (TsrMorphSession *morph);
/* The share of one sound (tsr_morph_curve_set_sound) over time, of what is chosen in a
 * row above it. */
GtkWidget *tsr_morph_curve_new (TsrMorphSession *morph);
void       tsr_morph_curve_set_sound (GtkWidget *curve, guint k);
/* The anchor in focus in numbers. */
GtkWidget *tsr_morph_anchors_group_new (TsrMorphSession *morph, TsrMorphLanes *lanes);
/* How partials are paired, and how many were. */
GtkWidget *tsr_morph_pairing_group_new (TsrMorphSession *morph);

G_END_DECLS
