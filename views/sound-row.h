/* SPDX-License-Identifier: GPL-3.0-or-later
 * One sound in the list: thumbnail, name, and what it holds. A double click on the name
 * renames. Thread: main.
 *
 * Signal "renamed" (char *name): a new name was typed.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/sound.h"

G_BEGIN_DECLS

#define TSR_TYPE_SOUND_ROW (tsr_sound_row_get_type ())
G_DECLARE_FINAL_TYPE (TsrSoundRow, tsr_sound_row, TSR, SOUND_ROW, GtkListBoxRow)

GtkWidget *tsr_sound_row_new (TsrSound *sound);
TsrSound  *tsr_sound_row_get_sound (TsrSoundRow *self); /* borrowed */
/* Samples for the thumbnail; NULL is ignored. */
void tsr_sound_row_set_signal (TsrSoundRow *self, TsrSignal *signal);
void tsr_sound_row_start_renaming (TsrSoundRow *self);

G_END_DECLS
