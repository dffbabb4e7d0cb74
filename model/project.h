/* SPDX-License-Identifier: GPL-3.0-or-later
 * The document: the sounds and all that belongs to them. The one place that changes
 * anything. A GListModel of the TsrSound that are not removed, in order of id. Thread:
 * main.
 *
 * Signal "edited" (TsrEdit *edit): after an edit was applied; the store writes it, views
 * redraw.
 */
#pragma once

#include <gio/gio.h>

#include "model/edit.h"

G_BEGIN_DECLS

#define TSR_TYPE_PROJECT (tsr_project_get_type ())
G_DECLARE_FINAL_TYPE (TsrProject, tsr_project, TSR, PROJECT, GObject)

#define TSR_PROJECT_ERROR (tsr_project_error_quark ())
GQuark tsr_project_error_quark (void);
typedef enum {
  TSR_PROJECT_ERROR_NAME_TAKEN,
  TSR_PROJECT_ERROR_NO_SUCH_SOUND,
  TSR_PROJECT_ERROR_NO_SUCH_STEP,
  TSR_PROJECT_ERROR_INVALID, /* an edit that does not fit the present state */
} TsrProjectError;

TsrProject *tsr_project_new (void);

/* Applies and emits "edited". On FALSE nothing changed and nothing was emitted. */
gboolean tsr_project_apply (TsrProject *self, TsrEdit *edit, GError **error);
/* The same without the signal: what the store uses to rebuild a project from its file. */
gboolean tsr_project_replay (TsrProject *self, TsrEdit *edit, GError **error);

/* Fresh ids, larger than any used; never given twice. */
gint64 tsr_project_new_sound_id (TsrProject *self);
gint64 tsr_project_new_source_id (TsrProject *self);
gint64 tsr_project_new_step_id (TsrProject *self);

TsrSound *tsr_project_get_sound (TsrProject *self,
                                 gint64 sound_id); /* borrowed; NULL; removed ones too */
/* By id or name (ids win), among those not removed; a GError that names what was looked
 * for. */
TsrSound *
tsr_project_find_sound (TsrProject *self, const char *id_or_name, GError **error);
gboolean tsr_project_is_removed (TsrProject *self, gint64 sound_id);
/* Whether a new sound can have that name: plain text, not taken. FALSE with an error. */
gboolean tsr_project_check_name (TsrProject *self, const char *name, GError **error);
/* `wanted`, any bytes, as plain text, with " 2", " 3" ... where it is taken. (transfer
 * full) */
char *tsr_project_free_name (TsrProject *self, const char *wanted);

/* The common edits, made and applied: */

/* A new sound with its first step. `state` as analysed or only imported; `label` names
 * the step. Returns its id, or 0 with an error. */
gint64 tsr_project_add_sound (TsrProject              *self,
                              const char              *name,
                              TsrSource               *source,
                              TsrSoundState           *state,
                              const char              *label,
                              const char              *command,
                              const TsrAnalysisRecord *analysis,
                              GError                 **error);
/* A step that turns the sound's present state into `after`. */
gboolean tsr_project_add_step (TsrProject              *self,
                               TsrSound                *sound,
                               TsrSoundState           *after,
                               const char              *label,
                               const char              *command,
                               const TsrAnalysisRecord *analysis,
                               GError                 **error);
gboolean tsr_project_undo (TsrProject *self,
                           TsrSound   *sound,
                           GError    **error); /* FALSE without error: nothing to undo */
gboolean tsr_project_redo (TsrProject *self, TsrSound *sound, GError **error);
gboolean tsr_project_go_to_step (TsrProject *self,
                                 TsrSound   *sound,
                                 gint64      step_id,
                                 GError    **error);
gboolean tsr_project_rename_sound (TsrProject *self,
                                   TsrSound   *sound,
                                   const char *name,
                                   GError    **error);
gboolean tsr_project_remove_sound (TsrProject *self, TsrSound *sound, GError **error);
gboolean tsr_project_restore_sound (TsrProject *self, gint64 sound_id, GError **error);
/* A copy with the present state and a history of its own; returns its id. An edited sound
 * begins with its analysis, which defines the residual, and one step to the present. */
gint64 tsr_project_copy_sound (TsrProject *self,
                               TsrSound   *sound,
                               const char *name,
                               GError    **error);
/* Markers at times of the sound as it is now. Each returns the id of the new marker (the
 * first of several, whose own ids do not count), or 0 with an error. */
gint64 tsr_project_add_markers (
    TsrProject *self, TsrSound *sound, const TsrMarker *added, gsize n, GError **error);
gint64 tsr_project_add_marker (
    TsrProject *self, TsrSound *sound, double time_s, const char *name, GError **error);
/* Moves and renames one. */
gboolean tsr_project_change_marker (TsrProject *self,
                                    TsrSound   *sound,
                                    gint64      marker_id,
                                    double      time_s,
                                    const char *name,
                                    GError    **error);
gboolean tsr_project_remove_marker (TsrProject *self,
                                    TsrSound   *sound,
                                    gint64      marker_id,
                                    GError    **error);

/* Saved selections, of partials of the sound as it is now. A name is plain text without
 * quotation marks, and there once. Returns the id, or 0 with an error. */
gint64 tsr_project_save_selection (TsrProject         *self,
                                   TsrSound           *sound,
                                   const char         *name,
                                   const TsrSelection *selection,
                                   GError            **error);
/* Gives a saved selection other partials. */
gboolean tsr_project_replace_saved_selection (TsrProject         *self,
                                              TsrSound           *sound,
                                              gint64              id,
                                              const TsrSelection *selection,
                                              GError            **error);
gboolean tsr_project_rename_saved_selection (
    TsrProject *self, TsrSound *sound, gint64 id, const char *name, GError **error);
gboolean tsr_project_remove_saved_selection (TsrProject *self,
                                             TsrSound   *sound,
                                             gint64      id,
                                             GError    **error);
/* Puts one back as it was kept, in the place of one of that name where there is any. */
gboolean tsr_project_restore_saved_selection (TsrProject         *self,
                                              TsrSound           *sound,
                                              const char         *name,
                                              const TsrSelection *kept,
                                              GError            **error);
/* All of them, as they are kept. */
gboolean tsr_project_set_saved_selections (TsrProject              *self,
                                           TsrSound                *sound,
                                           const TsrSavedSelection *saved,
                                           gsize                    n,
                                           GError                 **error);
/* Those of one sound for its copy, which has the same partials. */
gboolean tsr_project_copy_saved_selections (TsrProject *self,
                                            TsrSound   *from,
                                            TsrSound   *to,
                                            GError    **error);

G_END_DECLS
