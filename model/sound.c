/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sounds: name, source, markers and a history.
 */
#include "model/sound.h"

#include <string.h>

#include "model/history.h"
#include "model/sound-private.h"

#define SLACK_S 1e-9 /* of a marker at an end of the sound */

struct _TsrSound {
  GObject     parent_instance;
  gint64      id;
  char       *name;
  TsrSource  *source;
  TsrHistory *history;
  TsrMarker  *kept; /* markers by time of the source, names owned */
  gsize       n_kept;
  TsrMarker  *markers; /* those to be seen by time of the sound; names are of .kept */
  gsize       n_markers;

  TsrSavedSelection *saved; /* by name */
  gsize              n_saved;
};

enum {
  PROP_NAME = 1,
  PROP_STATE,
  PROP_CAN_UNDO,
  PROP_CAN_REDO,
  PROP_MARKERS,
  PROP_SAVED_SELECTIONS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TsrSound, tsr_sound, G_TYPE_OBJECT)

static void
free_markers (TsrSound *self)
{
  for (gsize i = 0; i < self->n_kept; i++)
    g_free (self->kept[i].name);
  g_clear_pointer (&self->kept, g_free);
  g_clear_pointer (&self->markers, g_free);
  self->n_kept = self->n_markers = 0;
}

static void
tsr_sound_finalize (GObject *object)
{
  TsrSound *self = TSR_SOUND (object);

  free_markers (self);
  tsr_saved_selections_free (self->saved, self->n_saved);
  tsr_history_free (self->history);
  g_clear_object (&self->source);
  g_free (self->name);
  G_OBJECT_CLASS (tsr_sound_parent_class)->finalize (object);
}

static void
tsr_sound_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TsrSound *self = TSR_SOUND (object);

  switch (id) {
  case PROP_NAME:
    g_value_set_string (value, self->name);
    break;
  case PROP_STATE:
    g_value_set_boxed (value, tsr_sound_get_state (self));
    break;
  case PROP_CAN_UNDO:
    g_value_set_boolean (value, tsr_sound_can_undo (self));
    break;
  case PROP_CAN_REDO:
    g_value_set_boolean (value, tsr_sound_can_redo (self));
    break;
  case PROP_MARKERS:
    g_value_set_pointer (value, self->markers);
    break;
  case PROP_SAVED_SELECTIONS:
    g_value_set_pointer (value, self->saved);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
tsr_sound_class_init (TsrSoundClass *klass)
{
  GObjectClass     *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = tsr_sound_finalize;
  object_class->get_property = tsr_sound_get_property;
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_STATE] =
      g_param_spec_boxed ("state", NULL, NULL, TSR_TYPE_SOUND_STATE, flags);
  properties[PROP_CAN_UNDO] = g_param_spec_boolean ("can-undo", NULL, NULL, FALSE, flags);
  properties[PROP_CAN_REDO] = g_param_spec_boolean ("can-redo", NULL, NULL, FALSE, flags);
  properties[PROP_MARKERS] = g_param_spec_pointer ("markers", NULL, NULL, flags);
  properties[PROP_SAVED_SELECTIONS] =
      g_param_spec_pointer ("saved-selections", NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
tsr_sound_init (TsrSound *self)
{
  self->history = tsr_history_new ();
}

TsrSound *
tsr_sound_new (gint64 id, const char *name, TsrSource *source)
{
  TsrSound *self = g_object_new (TSR_TYPE_SOUND, NULL);

  self->id = id;
  self->name = g_strdup (name);
  self->source = source != NULL ? g_object_ref (source) : NULL;
  return self;
}

static int
compare_markers (const void *a, const void *b)
{
  const TsrMarker *x = a, *y = b;

  if (x->time_s != y->time_s)
    return x->time_s < y->time_s ? -1 : 1;
  return (x->id > y->id) - (x->id < y->id);
}

/* Where the markers are now; those that were cropped away are not to be seen. */
static void
place_markers (TsrSound *self)
{
  TsrSoundState             *state = tsr_sound_get_state (self);
  const TsrSoundStateFields *fields = tsr_sound_state_fields (state);
  TsrMarker                 *placed = g_new (TsrMarker, self->n_kept);
  gsize                      n = 0;

  for (gsize i = 0; i < self->n_kept; i++) {
    placed[n] = self->kept[i];
    placed[n].time_s = tsr_sound_state_sound_s (state, self->kept[i].time_s);
    if (fields->source_s_over_sound_s == NULL)
      n++;
    else if (placed[n].time_s > -SLACK_S &&
             placed[n].time_s < fields->duration_s + SLACK_S) {
      placed[n].time_s = CLAMP (placed[n].time_s, 0, fields->duration_s);
      n++;
    }
  }
  if (n > 0)
    qsort (placed, n, sizeof *placed, compare_markers);
  gboolean same = n == self->n_markers &&
                  (n == 0 || memcmp (placed, self->markers, n * sizeof *placed) == 0);
  g_free (self->markers);
  self->markers = placed;
  self->n_markers = n;
  if (!same)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MARKERS]);
}

static void
notify_state (TsrSound *self)
{
  g_object_freeze_notify (G_OBJECT (self));
  place_markers (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_UNDO]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_REDO]);
  g_object_thaw_notify (G_OBJECT (self));
}

gboolean
tsr_sound_add_step (TsrSound                *self,
                    TsrStep                 *step,
                    const TsrAnalysisRecord *analysis,
                    gboolean                 strict)
{
  if (!tsr_history_add (self->history, step, analysis, strict))
    return FALSE;
  notify_state (self);
  return TRUE;
}

gboolean
tsr_sound_go_to_step (TsrSound *self, gint64 step_id)
{
  if (!tsr_history_go_to (self->history, step_id))
    return FALSE;
  notify_state (self);
  return TRUE;
}

gint64
tsr_sound_undo_id (TsrSound *self)
{
  return tsr_history_undo_id (self->history);
}

gint64
tsr_sound_redo_id (TsrSound *self)
{
  return tsr_history_redo_id (self->history);
}

void
tsr_sound_set_name (TsrSound *self, const char *name)
{
  char *copy = g_strdup (name);

  g_free (self->name);
  self->name = copy;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NAME]);
}

void
tsr_sound_set_markers (TsrSound *self, const TsrMarker *markers, gsize n)
{
  TsrMarker *copy = g_new (TsrMarker, n);

  for (gsize i = 0; i < n; i++) {
    copy[i] = markers[i];
    copy[i].name = g_strdup (markers[i].name != NULL ? markers[i].name : "");
  }
  free_markers (self);
  if (n > 0)
    qsort (copy, n, sizeof *copy, compare_markers);
  self->kept = copy;
  self->n_kept = n;
  g_object_freeze_notify (G_OBJECT (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MARKERS]);
  place_markers (self);
  g_object_thaw_notify (G_OBJECT (self));
}

static int
compare_saved (const void *a, const void *b)
{
  const TsrSavedSelection *x = a, *y = b;
  int                      order = g_utf8_collate (x->name, y->name);

  return order != 0 ? order : (x->id > y->id) - (x->id < y->id);
}

void
tsr_sound_set_saved_selections (TsrSound *self, const TsrSavedSelection *saved, gsize n)
{
  TsrSavedSelection *copy = tsr_saved_selections_copy (saved, n);

  tsr_saved_selections_free (self->saved, self->n_saved);
  if (n > 0)
    qsort (copy, n, sizeof *copy, compare_saved);
  self->saved = copy;
  self->n_saved = n;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SAVED_SELECTIONS]);
}

const TsrSavedSelection *
tsr_sound_get_saved_selections (TsrSound *self, gsize *n)
{
  g_return_val_if_fail (TSR_IS_SOUND (self), NULL);
  *n = self->n_saved;
  return self->saved;
}

const TsrSavedSelection *
tsr_sound_find_saved_selection (TsrSound *self, const char *name)
{
  g_return_val_if_fail (TSR_IS_SOUND (self), NULL);
  for (gsize i = 0; i < self->n_saved; i++)
    if (g_strcmp0 (self->saved[i].name, name) == 0)
      return &self->saved[i];
  return NULL;
}

gint64
tsr_sound_get_id (TsrSound *self)
{
  g_return_val_if_fail (TSR_IS_SOUND (self), 0);
  return self->id;
}

const char *
tsr_sound_get_name (TsrSound *self)
{
  g_return_val_if_fail (TSR_IS_SOUND (self), NULL);
  return self->name;
}

TsrSource *
tsr_sound_get_source (TsrSound *self)
{
  g_return_val_if_fail (TSR_IS_SOUND (self), NULL);
  return self->source;
}

guint
tsr_sound_get_n_channels (TsrSound *self)
{
  g_return_val_if_fail (TSR_IS_SOUND (self), 1);
  if (self->source != NULL)
    return tsr_source_get_info (self->source)->n_channels;
  TsrPartialSet *set = tsr_sound_state_fields (tsr_sound_get_state (self))->partials;
  guint          n_channels = 1;
  for (gsize i = 0; i < tsr_partial_set_size (set); i++)
    n_channels = MAX (n_channels, tsr_partial_channel (tsr_partial_set_at (set, i)) + 1);
  return n_channels;
}

double
tsr_sound_get_rate_hz (TsrSound *self)
{
  g_return_val_if_fail (TSR_IS_SOUND (self), 44100);
  return self->source != NULL ? tsr_source_get_info (self->source)->rate_hz : 44100;
}

TsrSoundState *
tsr_sound_get_state (TsrSound *self)
{
  g_return_val_if_fail (TSR_IS_SOUND (self), NULL);
  return tsr_history_get_state (self->history);
}

const TsrAnalysisRecord *
tsr_sound_get_analysis (TsrSound *self)
{
  g_return_val_if_fail (TSR_IS_SOUND (self), NULL);
  return tsr_history_get_analysis (self->history, NULL);
}

TsrSoundState *
tsr_sound_dup_analysed_state (TsrSound *self)
{
  gint64 step_id;

  g_return_val_if_fail (TSR_IS_SOUND (self), NULL);
  if (tsr_history_get_analysis (self->history, &step_id) == NULL)
    return NULL;
  return tsr_history_dup_state (self->history, step_id);
}

TsrSoundState *
tsr_sound_dup_analysed_state_at (TsrSound *self, gint64 step_id)
{
  g_return_val_if_fail (TSR_IS_SOUND (self), NULL);
  return tsr_history_dup_analysed_state (self->history, step_id);
}

const TsrMarker *
tsr_sound_get_markers (TsrSound *self, gsize *n)
{
  g_return_val_if_fail (TSR_IS_SOUND (self), NULL);
  *n = self->n_markers;
  return self->markers;
}

const TsrMarker *
tsr_sound_get_kept_markers (TsrSound *self, gsize *n)
{
  g_return_val_if_fail (TSR_IS_SOUND (self), NULL);
  *n = self->n_kept;
  return self->kept;
}

GPtrArray *
tsr_sound_dup_history (TsrSound *self, gsize *current)
{
  g_return_val_if_fail (TSR_IS_SOUND (self), NULL);
  return tsr_history_dup_line (self->history, current);
}

GPtrArray *
tsr_sound_dup_steps (TsrSound *self)
{
  g_return_val_if_fail (TSR_IS_SOUND (self), NULL);
  return tsr_history_dup_all (self->history);
}

TsrStep *
tsr_sound_get_current_step (TsrSound *self)
{
  g_return_val_if_fail (TSR_IS_SOUND (self), NULL);
  return tsr_history_get_current (self->history);
}

gboolean
tsr_sound_can_undo (TsrSound *self)
{
  g_return_val_if_fail (TSR_IS_SOUND (self), FALSE);
  return tsr_history_undo_id (self->history) != 0;
}

gboolean
tsr_sound_can_redo (TsrSound *self)
{
  g_return_val_if_fail (TSR_IS_SOUND (self), FALSE);
  return tsr_history_redo_id (self->history) != 0;
}

TsrSoundState *
tsr_sound_dup_state_at (TsrSound *self, gint64 step_id)
{
  g_return_val_if_fail (TSR_IS_SOUND (self), NULL);
  return tsr_history_dup_state (self->history, step_id);
}

gint64
tsr_sound_next_partial_id (TsrSound *self)
{
  g_return_val_if_fail (TSR_IS_SOUND (self), 1);

  gint64 next_id = tsr_history_next_partial_id (self->history);
  for (gsize i = 0; i < self->n_saved; i++) {
    gsize  n = tsr_selection_size (self->saved[i].kept);
    gint64 last_id = n > 0 ? tsr_selection_ids (self->saved[i].kept)[n - 1] : 0;
    if (last_id < TSR_LARGEST_TOLD_ID)
      next_id = MAX (next_id, last_id + 1);
  }
  return next_id;
}
