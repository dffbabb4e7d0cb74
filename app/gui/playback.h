/* SPDX-License-Identifier: GPL-3.0-or-later
 * Makes the session heard: programs for the engine, monitor, loop, preview, selection,
 * playhead. Thread: main.
 *
 * Signals: "devices-changed": list, device in use or its problem; "metered" (gpointer
 * TsrMeter), some times a second while something is heard.
 */
#pragma once

#include "app/gui/morph-background.h"
#include "audio/engine.h"
#include "model/session.h"

G_BEGIN_DECLS

#define TSR_TYPE_PLAYBACK (tsr_playback_get_type ())
G_DECLARE_FINAL_TYPE (TsrPlayback, tsr_playback, TSR, PLAYBACK, GObject)

TsrPlayback *tsr_playback_new (TsrSession *session);
void         tsr_playback_shutdown (TsrPlayback *self); /* idempotent */
/* Once a frame: playhead and meter. */
void tsr_playback_tick (TsrPlayback *self);

/* Play or pause; from the start of the selection, the loop or the sound; stop. */
void tsr_playback_toggle (TsrPlayback *self);
void tsr_playback_play_from_start (TsrPlayback *self);
void tsr_playback_stop (TsrPlayback *self);
/* Plays one partial by itself, from its start to its end. */
void tsr_playback_play_partial (TsrPlayback *self, gint64 id);
/* While `id` is not 0 only this partial is heard: in place of what plays, or, where
 * nothing plays, from the partial's start; with 0 all is as it was before. */
void tsr_playback_solo (TsrPlayback *self, gint64 id);

/* Plays the morph while it is changed in place of the session's sound, from its
 * beginning; NULL: the sound again. The transport stops. `source` tells recordings
 * (morph-player.h).
 */
void tsr_playback_set_morph (TsrPlayback     *self,
                             TsrMorphSession *morph,
                             TsrMorphSource   source,
                             gpointer         data);

void tsr_playback_set_level_matched (TsrPlayback *self, gboolean level_matched);
void tsr_playback_set_volume_db (TsrPlayback *self, double volume_db);
void tsr_playback_select_device (TsrPlayback *self, const char *name); /* NULL: default */
void tsr_playback_refresh_devices (TsrPlayback *self);
/* Names, NULL-terminated. (transfer full) */
char **tsr_playback_dup_devices (TsrPlayback *self);
char  *tsr_playback_dup_device (TsrPlayback *self); /* in use; "" none (transfer full) */
/* A sentence for the person, "" when all is well. (transfer full) */
char *tsr_playback_dup_notice (TsrPlayback *self);

G_END_DECLS
