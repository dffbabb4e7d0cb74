/* SPDX-License-Identifier: GPL-3.0-or-later
 * A sound of a project: its source, its name, its history and its present state. Changed
 * only by its project (model/project.h). Thread: main.
 *
 * Properties (read-only, notify): "name", "state", "can-undo", "can-redo", "markers",
 * "saved-selections".
 */
#pragma once

#include "model/dsp/partials/analysis.h"
#include "model/saved-selection.h"
#include "model/source.h"
#include "model/step.h"

G_BEGIN_DECLS

#define TSR_TYPE_SOUND (tsr_sound_get_type ())
G_DECLARE_FINAL_TYPE (TsrSound, tsr_sound, TSR, SOUND, GObject)

/* A sound keeps its markers in seconds of what it was made from
 * (tsr_sound_state_source_s): so they follow every edit in time, its undo and its redo.
 */
typedef struct {
  gint64 id; /* > 0, unique in the sound */
  double time_s;
  char  *name;
} TsrMarker;

/* What the analysis that made the present partials was told and found. */
typedef struct {
  TsrAnalysisParams  params; /* spacing_hz as used */
  TsrSpacingEstimate spacing;
  double             snr_db;     /* partials alone against the source; NAN = not known */
  double             analysis_s; /* wall time */
} TsrAnalysisRecord;

gint64      tsr_sound_get_id (TsrSound *self);
const char *tsr_sound_get_name (TsrSound *self);
TsrSource *
tsr_sound_get_source (TsrSound *self); /* borrowed; NULL for imported partials */
/* Channels and rate of the source; for imported partials the channels they use and 44100
 * Hz. */
guint  tsr_sound_get_n_channels (TsrSound *self);
double tsr_sound_get_rate_hz (TsrSound *self);

TsrSoundState *tsr_sound_get_state (TsrSound *self); /* borrowed, never NULL */
const TsrAnalysisRecord *
tsr_sound_get_analysis (TsrSound *self); /* borrowed; NULL before */
/* Those inside the sound as it is now, at its times, by time. */
const TsrMarker *tsr_sound_get_markers (TsrSound *self, gsize *n);
/* All of them, those in what was cropped away, too, as they are kept: in seconds of what
 * the sound was made from, by time. */
const TsrMarker *tsr_sound_get_kept_markers (TsrSound *self, gsize *n);

/* By name; borrowed until the next change. */
const TsrSavedSelection *tsr_sound_get_saved_selections (TsrSound *self, gsize *n);
/* NULL: there is none of that name. */
const TsrSavedSelection *tsr_sound_find_saved_selection (TsrSound   *self,
                                                         const char *name);
/* What the partials of a saved selection are after a step of the sound (see
 * saved-selection.h); its region at times of then. Empty where none is there. (transfer
 * full) */
TsrSelection *
tsr_sound_follow_selection (TsrSound *self, const TsrSelection *kept, gint64 step_id);

/* The steps from the first to the present one, then those that redo would bring back,
 * oldest first; *current is the index of the present one. (transfer container) of
 * TsrStep. */
GPtrArray *tsr_sound_dup_history (TsrSound *self, gsize *current);
/* Every step of every branch, oldest first. (transfer container) of TsrStep */
GPtrArray *tsr_sound_dup_steps (TsrSound *self);
TsrStep   *tsr_sound_get_current_step (TsrSound *self); /* borrowed */
gboolean   tsr_sound_can_undo (TsrSound *self);
gboolean   tsr_sound_can_redo (TsrSound *self);
/* State after any step of the sound. (transfer full) */
TsrSoundState *tsr_sound_dup_state_at (TsrSound *self, gint64 step_id);
/* State after the last analysis at or before the present step: what the residual is
 * defined by. (transfer full); NULL: there was no analysis. */
TsrSoundState *tsr_sound_dup_analysed_state (TsrSound *self);
/* The same for any step of the sound. */
TsrSoundState *tsr_sound_dup_analysed_state_at (TsrSound *self, gint64 step_id);
/* The first id that no partial of any step has used, nor one that descents or saved
 * selections remember. */
gint64 tsr_sound_next_partial_id (TsrSound *self);

G_END_DECLS
