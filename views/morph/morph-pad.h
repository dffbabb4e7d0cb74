/* SPDX-License-Identifier: GPL-3.0-or-later
 * How much of each sound a morph has, as one place: on a line between two sounds, in a
 * triangle of three, on a square of four (weights bilinear). It moves the weights of
 * everything in the morph session.
 *
 * Mouse: press and drag; a double click goes to the middle; Escape while dragging gives
 * up. Keys: arrows by 5 %, with Shift by 1 %; Home goes to the middle. Thread: main.
 *
 * Signal "moved": the place is another.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/morph-session.h"

G_BEGIN_DECLS

#define TSR_TYPE_MORPH_PAD (tsr_morph_pad_get_type ())
G_DECLARE_FINAL_TYPE (TsrMorphPad, tsr_morph_pad, TSR, MORPH_PAD, GtkWidget)

GtkWidget *tsr_morph_pad_new (TsrMorphSession *morph);

/* 0..1 from the left, and from the top (0.5 with two sounds). */
void tsr_morph_pad_get_place (TsrMorphPad *self, double *across, double *down);
/* The nearest place that there is; one step of undo. */
void tsr_morph_pad_set_place (TsrMorphPad *self, double across, double down);

G_END_DECLS
