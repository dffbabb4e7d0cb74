/* SPDX-License-Identifier: GPL-3.0-or-later
 * The sounds of the project, the present one selected; right click opens a menu of the
 * actions win.rename-sound, win.duplicate-sound and win.remove-sound. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/session.h"

G_BEGIN_DECLS

#define TSR_TYPE_SOUNDS_LIST (tsr_sounds_list_get_type ())
G_DECLARE_FINAL_TYPE (TsrSoundsList, tsr_sounds_list, TSR, SOUNDS_LIST, GtkWidget)

GtkWidget *tsr_sounds_list_new (TsrSession *session);
/* Samples for the pictures of all sounds that come from `source`. */
void
tsr_sounds_list_set_signal (TsrSoundsList *self, TsrSource *source, TsrSignal *signal);
/* Edits the name of the present sound in place. */
void tsr_sounds_list_start_renaming (TsrSoundsList *self);

G_END_DECLS
