/* SPDX-License-Identifier: GPL-3.0-or-later
 * The common edits of a project: each makes a TsrEdit and applies it.
 */
#include "model/project.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "model/dsp-types.h"
#include "model/sound-private.h"

static gboolean
apply_fields (TsrProject *self, const TsrEditFields *fields, GError **error)
{
  g_autoptr (TsrEdit) edit = tsr_edit_new (fields);

  return tsr_project_apply (self, edit, error);
}

/* A step that leads from one state to another, told as their difference. */
static TsrStep *
make_step (TsrProject    *self,
           gint64         parent_id,
           TsrSoundState *before,
           TsrSoundState *after,
           const char    *label,
           const char    *command)
{
  g_autoptr (TsrPartialSet) empty = tsr_partial_set_new (NULL, 0);
  g_autofree gint64      *removed_ids = NULL;
  g_autofree TsrPartial **added = NULL;
  TsrStepFields           fields = {
                .id = tsr_project_new_step_id (self),
                .parent_id = parent_id,
                .label = label,
                .command = command,
                .time_us = g_get_real_time (),
                .laws_before =
          before != NULL ? tsr_sound_state_fields (before)->residual_laws : NULL,
                .after = *tsr_sound_state_fields (after),
  };

  tsr_step_difference (before != NULL ? tsr_sound_state_fields (before)->partials : empty,
                       fields.after.partials,
                       &removed_ids,
                       &fields.n_removed,
                       &added,
                       &fields.n_added);
  fields.removed_ids = removed_ids;
  fields.added = added;
  fields.after.partials = NULL;
  fields.descents = g_steal_pointer (&fields.after.descents);
  return tsr_step_new (&fields);
}

gint64
tsr_project_add_sound (TsrProject              *self,
                       const char              *name,
                       TsrSource               *source,
                       TsrSoundState           *state,
                       const char              *label,
                       const char              *command,
                       const TsrAnalysisRecord *analysis,
                       GError                 **error)
{
  g_return_val_if_fail (TSR_IS_PROJECT (self), 0);
  g_return_val_if_fail (state != NULL, 0);

  g_autoptr (TsrStep) step = make_step (self, 0, NULL, state, label, command);
  TsrEditFields fields = {
      .kind = TSR_EDIT_ADD_SOUND,
      .sound_id = tsr_project_new_sound_id (self),
      .name = name,
      .source = source,
      .step = step,
      .analysis = analysis,
  };
  return apply_fields (self, &fields, error) ? fields.sound_id : 0;
}

gboolean
tsr_project_add_step (TsrProject              *self,
                      TsrSound                *sound,
                      TsrSoundState           *after,
                      const char              *label,
                      const char              *command,
                      const TsrAnalysisRecord *analysis,
                      GError                 **error)
{
  g_return_val_if_fail (TSR_IS_PROJECT (self), FALSE);
  g_return_val_if_fail (TSR_IS_SOUND (sound), FALSE);
  g_return_val_if_fail (after != NULL, FALSE);

  g_autoptr (TsrStep) step =
      make_step (self,
                 tsr_step_fields (tsr_sound_get_current_step (sound))->id,
                 tsr_sound_get_state (sound),
                 after,
                 label,
                 command);
  TsrEditFields fields = {
      .kind = TSR_EDIT_ADD_STEP,
      .sound_id = tsr_sound_get_id (sound),
      .step = step,
      .analysis = analysis,
  };
  return apply_fields (self, &fields, error);
}

gboolean
tsr_project_go_to_step (TsrProject *self, TsrSound *sound, gint64 step_id, GError **error)
{
  g_return_val_if_fail (TSR_IS_PROJECT (self), FALSE);
  g_return_val_if_fail (TSR_IS_SOUND (sound), FALSE);

  return apply_fields (self,
                       &(TsrEditFields){.kind = TSR_EDIT_GO_TO_STEP,
                                        .sound_id = tsr_sound_get_id (sound),
                                        .step_id = step_id},
                       error);
}

gboolean
tsr_project_undo (TsrProject *self, TsrSound *sound, GError **error)
{
  gint64 step_id = tsr_sound_undo_id (sound);

  return step_id != 0 && tsr_project_go_to_step (self, sound, step_id, error);
}

gboolean
tsr_project_redo (TsrProject *self, TsrSound *sound, GError **error)
{
  gint64 step_id = tsr_sound_redo_id (sound);

  return step_id != 0 && tsr_project_go_to_step (self, sound, step_id, error);
}

gboolean
tsr_project_rename_sound (TsrProject *self,
                          TsrSound   *sound,
                          const char *name,
                          GError    **error)
{
  g_return_val_if_fail (TSR_IS_PROJECT (self), FALSE);
  g_return_val_if_fail (TSR_IS_SOUND (sound), FALSE);

  return apply_fields (self,
                       &(TsrEditFields){.kind = TSR_EDIT_RENAME_SOUND,
                                        .sound_id = tsr_sound_get_id (sound),
                                        .name = name},
                       error);
}

gboolean
tsr_project_remove_sound (TsrProject *self, TsrSound *sound, GError **error)
{
  g_return_val_if_fail (TSR_IS_PROJECT (self), FALSE);
  g_return_val_if_fail (TSR_IS_SOUND (sound), FALSE);

  return apply_fields (self,
                       &(TsrEditFields){.kind = TSR_EDIT_REMOVE_SOUND,
                                        .sound_id = tsr_sound_get_id (sound)},
                       error);
}

gboolean
tsr_project_restore_sound (TsrProject *self, gint64 sound_id, GError **error)
{
  g_return_val_if_fail (TSR_IS_PROJECT (self), FALSE);

  return apply_fields (
      self,
      &(TsrEditFields){.kind = TSR_EDIT_RESTORE_SOUND, .sound_id = sound_id},
      error);
}

static gboolean
set_markers (TsrProject *self, TsrSound *sound, GArray *markers, GError **error)
{
  return apply_fields (self,
                       &(TsrEditFields){.kind = TSR_EDIT_SET_MARKERS,
                                        .sound_id = tsr_sound_get_id (sound),
                                        .markers = (const TsrMarker *)markers->data,
                                        .n_markers = markers->len},
                       error);
}

/* As they are kept; the names are borrowed. */
static GArray *
dup_markers (TsrSound *sound)
{
  gsize            n;
  const TsrMarker *markers = tsr_sound_get_kept_markers (sound, &n);
  GArray          *copy = g_array_new (FALSE, FALSE, sizeof (TsrMarker));

  return n > 0 ? g_array_append_vals (copy, markers, (guint)n) : copy;
}

/* The new sound with its first step: the analysis where the sound was edited since. */
static TsrSound *
begin_copy (TsrProject    *self,
            TsrSound      *sound,
            TsrSoundState *first,
            const char    *name,
            const char    *label,
            GError       **error)
{
  g_autoptr (TsrStep) step = make_step (self, 0, NULL, first, label, "");
  TsrEditFields fields = {
      .kind = TSR_EDIT_ADD_SOUND,
      .sound_id = tsr_project_new_sound_id (self),
      .name = name,
      .source = tsr_sound_get_source (sound),
      .step = step,
      .analysis = tsr_sound_get_analysis (sound),
  };

  return apply_fields (self, &fields, error)
             ? tsr_project_get_sound (self, fields.sound_id)
             : NULL;
}

gint64
tsr_project_copy_sound (TsrProject *self,
                        TsrSound   *sound,
                        const char *name,
                        GError    **error)
{
  g_return_val_if_fail (TSR_IS_PROJECT (self), 0);
  g_return_val_if_fail (TSR_IS_SOUND (sound), 0);

  TsrSoundState *now = tsr_sound_get_state (sound);
  g_autoptr (TsrSoundState) analysed = tsr_sound_dup_analysed_state (sound);
  g_autoptr (GArray) markers = dup_markers (sound);
  g_autofree char *label =
      g_strdup_printf (_ ("Copy of “%s”"), tsr_sound_get_name (sound));
  gboolean  is_edited = analysed != NULL && tsr_sound_state_fields (now)->edited;
  TsrSound *copy = begin_copy (self,
                               sound,
                               is_edited ? analysed : now,
                               name,
                               is_edited ? _ ("Analysis") : label,
                               error);

  if (copy == NULL)
    return 0;
  if (is_edited && !tsr_project_add_step (self, copy, now, label, "", NULL, error))
    return 0;
  if ((markers->len > 0 && !set_markers (self, copy, markers, error)) ||
      !tsr_project_copy_saved_selections (self, sound, copy, error))
    return 0;
  return tsr_sound_get_id (copy);
}

/* A time of the sound as markers keep it. */
static double
kept_time_s (TsrSound *sound, double time_s)
{
  return tsr_sound_state_source_s (tsr_sound_get_state (sound), time_s);
}

gint64
tsr_project_add_markers (
    TsrProject *self, TsrSound *sound, const TsrMarker *added, gsize n, GError **error)
{
  g_return_val_if_fail (TSR_IS_PROJECT (self), 0);
  g_return_val_if_fail (TSR_IS_SOUND (sound), 0);

  g_autoptr (GArray) markers = dup_markers (sound);
  gint64 id = 1;
  for (guint i = 0; i < markers->len; i++)
    id = MAX (id, g_array_index (markers, TsrMarker, i).id + 1);
  for (gsize i = 0; i < n; i++) {
    TsrMarker marker = {.id = id + (gint64)i,
                        .time_s = kept_time_s (sound, added[i].time_s),
                        .name = added[i].name};
    g_array_append_val (markers, marker);
  }
  return set_markers (self, sound, markers, error) ? id : 0;
}

gint64
tsr_project_add_marker (
    TsrProject *self, TsrSound *sound, double time_s, const char *name, GError **error)
{
  return tsr_project_add_markers (
      self, sound, &(TsrMarker){.time_s = time_s, .name = (char *)name}, 1, error);
}

static gboolean
no_such_marker (gint64 marker_id, GError **error)
{
  g_set_error (error,
               TSR_PROJECT_ERROR,
               TSR_PROJECT_ERROR_INVALID,
               _ ("the sound has no marker %" PRId64),
               marker_id);
  return FALSE;
}

gboolean
tsr_project_change_marker (TsrProject *self,
                           TsrSound   *sound,
                           gint64      marker_id,
                           double      time_s,
                           const char *name,
                           GError    **error)
{
  g_return_val_if_fail (TSR_IS_PROJECT (self), FALSE);
  g_return_val_if_fail (TSR_IS_SOUND (sound), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  g_autoptr (GArray) markers = dup_markers (sound);
  for (guint i = 0; i < markers->len; i++) {
    TsrMarker *marker = &g_array_index (markers, TsrMarker, i);
    if (marker->id != marker_id)
      continue;
    *marker = (TsrMarker){
        .id = marker_id, .time_s = kept_time_s (sound, time_s), .name = (char *)name};
    return set_markers (self, sound, markers, error);
  }
  return no_such_marker (marker_id, error);
}

gboolean
tsr_project_remove_marker (TsrProject *self,
                           TsrSound   *sound,
                           gint64      marker_id,
                           GError    **error)
{
  g_return_val_if_fail (TSR_IS_PROJECT (self), FALSE);
  g_return_val_if_fail (TSR_IS_SOUND (sound), FALSE);

  g_autoptr (GArray) markers = dup_markers (sound);
  for (guint i = 0; i < markers->len; i++) {
    if (g_array_index (markers, TsrMarker, i).id != marker_id)
      continue;
    g_array_remove_index (markers, i);
    return set_markers (self, sound, markers, error);
  }
  return no_such_marker (marker_id, error);
}
