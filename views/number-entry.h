/* SPDX-License-Identifier: GPL-3.0-or-later
 * An entry for one number with its unit. Takes units and arithmetic (views/quantity.h);
 * up and down step, Shift fine; the wheel steps where it has the focus; a double click
 * brings back the neutral value; Escape gives up; Return gives the keys back to where a
 * press took them from (views/controller.h). Thread: main.
 *
 * Signals: "stepped" (double) while keys or wheel change it, "committed" (double) when a
 * value was typed, or stepping has come to rest; "refused" (char *sentence) when what was
 * typed is no such value.
 */
#pragma once

#include <gtk/gtk.h>

#include "views/quantity.h"

G_BEGIN_DECLS

#define TSR_TYPE_NUMBER_ENTRY (tsr_number_entry_get_type ())
G_DECLARE_FINAL_TYPE (TsrNumberEntry, tsr_number_entry, TSR, NUMBER_ENTRY, GtkWidget)

/* `name` is the accessible label. low <= neutral <= high; step > 0. */
GtkWidget *tsr_number_entry_new (TsrQuantity quantity,
                                 const char *name,
                                 double      neutral,
                                 double      low,
                                 double      high,
                                 double      step);

double tsr_number_entry_get_value (TsrNumberEntry *self);
/* Shows a value; emits nothing. */
void tsr_number_entry_set_value (TsrNumberEntry *self, double value);
/* What typed Hz and seconds refer to (views/quantity.h). */
void tsr_number_entry_set_reference (TsrNumberEntry *self,
                                     double          reference_hz,
                                     double          duration_s);
/* Shown in place of the number while the value is neutral ("automatic"); NULL: none.
 * Typing this text or nothing gives the neutral value. */
void tsr_number_entry_set_neutral_text (TsrNumberEntry *self, const char *text);
/* As wide as so many letters; 10 unless told. */
void tsr_number_entry_set_width_chars (TsrNumberEntry *self, int n);

G_END_DECLS
