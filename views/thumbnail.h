/* SPDX-License-Identifier: GPL-3.0-or-later
 * A small picture of a sound: its spectrogram where the samples are at hand, with its
 * partials on top. Painted by a worker. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/dsp/signal.h"
#include "model/sound-state.h"

G_BEGIN_DECLS

#define TSR_TYPE_THUMBNAIL (tsr_thumbnail_get_type ())
G_DECLARE_FINAL_TYPE (TsrThumbnail, tsr_thumbnail, TSR, THUMBNAIL, GtkWidget)

GtkWidget *tsr_thumbnail_new (void);
/* Takes a reference and paints anew; NULL: none. */
void tsr_thumbnail_set_state (TsrThumbnail *self, TsrSoundState *state);
/* The samples of the recording; kept only until they are painted, the first ones count.
 */
void tsr_thumbnail_set_signal (TsrThumbnail *self, TsrSignal *signal);

G_END_DECLS
