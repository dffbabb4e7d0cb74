/* SPDX-License-Identifier: GPL-3.0-or-later
 * The document: applying edits, and the list of sounds.
 */
#include "model/project.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "model/class-signal.h"
#include "model/sound-private.h"

enum { MAX_NAME_BYTES = 1024 };

typedef struct {
  TsrSound *sound;
  gboolean  removed;
} Entry;

struct _TsrProject {
  GObject     parent_instance;
  GHashTable *entries; /* sound id -> Entry */
  GPtrArray  *sounds;  /* not removed, by id; referenced */
  gint64      max_sound_id, max_source_id, max_step_id; /* used or given out */
};

enum { EDITED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_QUARK (tsr - project - error - quark, tsr_project_error)

static GType
list_get_item_type (GListModel *list)
{
  return TSR_TYPE_SOUND;
}

static guint
list_get_n_items (GListModel *list)
{
  return TSR_PROJECT (list)->sounds->len;
}

static gpointer
list_get_item (GListModel *list, guint position)
{
  GPtrArray *sounds = TSR_PROJECT (list)->sounds;

  return position < sounds->len ? g_object_ref (g_ptr_array_index (sounds, position))
                                : NULL;
}

static void
list_init (GListModelInterface *iface)
{
  iface->get_item_type = list_get_item_type;
  iface->get_n_items = list_get_n_items;
  iface->get_item = list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TsrProject,
                               tsr_project,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_init))

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_object_unref (entry->sound);
  g_free (entry);
}

static void
tsr_project_finalize (GObject *object)
{
  TsrProject *self = TSR_PROJECT (object);

  g_ptr_array_unref (self->sounds);
  g_hash_table_unref (self->entries);
  G_OBJECT_CLASS (tsr_project_parent_class)->finalize (object);
}

static void
tsr_project_class_init (TsrProjectClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tsr_project_finalize;
  signals[EDITED] = tsr_class_add_signal (klass, "edited", 1, TSR_TYPE_EDIT);
}

static void
tsr_project_init (TsrProject *self)
{
  self->entries = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, entry_free);
  self->sounds = g_ptr_array_new_with_free_func (g_object_unref);
}

TsrProject *
tsr_project_new (void)
{
  return g_object_new (TSR_TYPE_PROJECT, NULL);
}

static Entry *
find_entry (TsrProject *self, gint64 sound_id)
{
  return g_hash_table_lookup (self->entries, &sound_id);
}

static void
show_sound (TsrProject *self, TsrSound *sound)
{
  guint position = 0;

  while (position < self->sounds->len &&
         tsr_sound_get_id (g_ptr_array_index (self->sounds, position)) <
             tsr_sound_get_id (sound))
    position++;
  g_ptr_array_insert (self->sounds, (gint)position, g_object_ref (sound));
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
}

static void
hide_sound (TsrProject *self, TsrSound *sound)
{
  guint position;

  if (!g_ptr_array_find (self->sounds, sound, &position))
    return;
  g_ptr_array_remove_index (self->sounds, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

static gboolean
name_is_taken (TsrProject *self, const char *name, gint64 except_id)
{
  for (guint i = 0; i < self->sounds->len; i++) {
    TsrSound *sound = g_ptr_array_index (self->sounds, i);
    if (tsr_sound_get_id (sound) != except_id &&
        g_strcmp0 (tsr_sound_get_name (sound), name) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
has_control_characters (const char *name)
{
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_iscntrl (g_utf8_get_char (p)))
      return TRUE;
  return FALSE;
}

static gboolean
check_name (TsrProject *self, const char *name, gint64 sound_id, GError **error)
{
  if (name == NULL || name[0] == '\0' || strlen (name) > MAX_NAME_BYTES ||
      !g_utf8_validate (name, -1, NULL) || has_control_characters (name)) {
    g_set_error (error,
                 TSR_PROJECT_ERROR,
                 TSR_PROJECT_ERROR_INVALID,
                 _ ("a name needs 1 to %d characters of plain text"),
                 MAX_NAME_BYTES);
    return FALSE;
  }
  if (!name_is_taken (self, name, sound_id))
    return TRUE;
  g_set_error (error,
               TSR_PROJECT_ERROR,
               TSR_PROJECT_ERROR_NAME_TAKEN,
               _ ("there is already a sound named “%s”; choose another name"),
               name);
  return FALSE;
}

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, TSR_PROJECT_ERROR, TSR_PROJECT_ERROR_INVALID, why);
  return FALSE;
}

static gboolean
add_sound (TsrProject *self, const TsrEditFields *f, gboolean strict, GError **error)
{
  if (f->sound_id <= 0 || find_entry (self, f->sound_id) != NULL || f->step == NULL)
    return refuse (error, _ ("the edit does not fit: the sound is there already"));
  if (strict && !check_name (self, f->name, f->sound_id, error))
    return FALSE;
  g_autoptr (TsrSound) sound = tsr_sound_new (f->sound_id, f->name, f->source);
  if (!tsr_sound_add_step (sound, f->step, f->analysis, strict))
    return refuse (error, _ ("the edit does not fit: its partials are not consistent"));
  Entry *entry = g_new0 (Entry, 1);
  entry->sound = g_object_ref (sound);
  g_hash_table_insert (
      self->entries, g_memdup2 (&f->sound_id, sizeof f->sound_id), entry);
  self->max_sound_id = MAX (self->max_sound_id, f->sound_id);
  self->max_step_id = MAX (self->max_step_id, tsr_step_fields (f->step)->id);
  if (f->source != NULL)
    self->max_source_id = MAX (self->max_source_id, tsr_source_get_id (f->source));
  show_sound (self, sound);
  return TRUE;
}

static gboolean
set_removed (TsrProject *self, Entry *entry, gboolean removed, GError **error)
{
  if (entry->removed == removed)
    return refuse (error,
                   removed ? _ ("the sound is removed already")
                           : _ ("the sound is there already"));
  if (!removed && !check_name (self,
                               tsr_sound_get_name (entry->sound),
                               tsr_sound_get_id (entry->sound),
                               error))
    return FALSE;
  entry->removed = removed;
  if (removed)
    hide_sound (self, entry->sound);
  else
    show_sound (self, entry->sound);
  return TRUE;
}

static gboolean
add_step (TsrProject          *self,
          Entry               *entry,
          const TsrEditFields *f,
          gboolean             strict,
          GError             **error)
{
  TsrStep *current = tsr_sound_get_current_step (entry->sound);

  if (f->step == NULL ||
      (strict && tsr_step_fields (f->step)->parent_id != tsr_step_fields (current)->id))
    return refuse (error, _ ("the step does not follow the present one"));
  if (!tsr_sound_add_step (entry->sound, f->step, f->analysis, strict))
    return refuse (error, _ ("the edit does not fit: its partials are not consistent"));
  self->max_step_id = MAX (self->max_step_id, tsr_step_fields (f->step)->id);
  return TRUE;
}

static gboolean
go_to_step (Entry *entry, gint64 step_id, GError **error)
{
  if (tsr_sound_go_to_step (entry->sound, step_id))
    return TRUE;
  g_set_error (error,
               TSR_PROJECT_ERROR,
               TSR_PROJECT_ERROR_NO_SUCH_STEP,
               _ ("the history has no step %" PRId64),
               step_id);
  return FALSE;
}

static gboolean
markers_are_valid (const TsrMarker *markers, gsize n)
{
  g_autoptr (GHashTable) ids = g_hash_table_new (g_int64_hash, g_int64_equal);

  for (gsize i = 0; i < n; i++)
    if (markers[i].id <= 0 || !isfinite (markers[i].time_s) ||
        !g_hash_table_add (ids, (gpointer)&markers[i].id))
      return FALSE;
  return TRUE;
}

static gboolean
saved_selections_are_valid (const TsrSavedSelection *saved, gsize n)
{
  g_autoptr (GHashTable) ids = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (gsize i = 0; i < n; i++)
    if (saved[i].id <= 0 || !g_hash_table_add (ids, (gpointer)&saved[i].id) ||
        !g_hash_table_add (names, saved[i].name))
      return FALSE;
  return TRUE;
}

static gboolean
change_sound (TsrProject          *self,
              Entry               *entry,
              const TsrEditFields *f,
              gboolean             strict,
              GError             **error)
{
  switch (f->kind) {
  case TSR_EDIT_REMOVE_SOUND:
    return set_removed (self, entry, TRUE, error);
  case TSR_EDIT_RESTORE_SOUND:
    return set_removed (self, entry, FALSE, error);
  case TSR_EDIT_RENAME_SOUND:
    if (strict && !check_name (self, f->name, f->sound_id, error))
      return FALSE;
    tsr_sound_set_name (entry->sound, f->name);
    return TRUE;
  case TSR_EDIT_ADD_STEP:
    return add_step (self, entry, f, strict, error);
  case TSR_EDIT_GO_TO_STEP:
    return go_to_step (entry, f->step_id, error);
  case TSR_EDIT_SET_MARKERS:
    if (!markers_are_valid (f->markers, f->n_markers))
      return refuse (error, _ ("the markers are not consistent"));
    tsr_sound_set_markers (entry->sound, f->markers, f->n_markers);
    return TRUE;
  case TSR_EDIT_SET_SAVED_SELECTIONS:
    if (!saved_selections_are_valid (f->saved, f->n_saved))
      return refuse (error, _ ("the saved selections are not consistent"));
    tsr_sound_set_saved_selections (entry->sound, f->saved, f->n_saved);
    return TRUE;
  case TSR_EDIT_ADD_SOUND:
    break;
  }
  return refuse (error, _ ("the edit is of an unknown kind"));
}

static gboolean
perform (TsrProject *self, TsrEdit *edit, gboolean strict, GError **error)
{
  const TsrEditFields *f = tsr_edit_fields (edit);

  if (f->kind == TSR_EDIT_ADD_SOUND)
    return add_sound (self, f, strict, error);
  Entry *entry = find_entry (self, f->sound_id);
  if (entry != NULL)
    return change_sound (self, entry, f, strict, error);
  g_set_error (error,
               TSR_PROJECT_ERROR,
               TSR_PROJECT_ERROR_NO_SUCH_SOUND,
               _ ("there is no sound %" PRId64),
               f->sound_id);
  return FALSE;
}

gboolean
tsr_project_apply (TsrProject *self, TsrEdit *edit, GError **error)
{
  g_return_val_if_fail (TSR_IS_PROJECT (self), FALSE);
  g_return_val_if_fail (edit != NULL, FALSE);

  if (!perform (self, edit, TRUE, error))
    return FALSE;
  g_signal_emit (self, signals[EDITED], 0, edit);
  return TRUE;
}

gboolean
tsr_project_replay (TsrProject *self, TsrEdit *edit, GError **error)
{
  g_return_val_if_fail (TSR_IS_PROJECT (self), FALSE);
  g_return_val_if_fail (edit != NULL, FALSE);

  return perform (self, edit, FALSE, error);
}

gint64
tsr_project_new_sound_id (TsrProject *self)
{
  g_return_val_if_fail (TSR_IS_PROJECT (self), 0);
  return ++self->max_sound_id;
}

gint64
tsr_project_new_source_id (TsrProject *self)
{
  g_return_val_if_fail (TSR_IS_PROJECT (self), 0);
  return ++self->max_source_id;
}

gint64
tsr_project_new_step_id (TsrProject *self)
{
  g_return_val_if_fail (TSR_IS_PROJECT (self), 0);
  return ++self->max_step_id;
}

TsrSound *
tsr_project_get_sound (TsrProject *self, gint64 sound_id)
{
  g_return_val_if_fail (TSR_IS_PROJECT (self), NULL);
  Entry *entry = find_entry (self, sound_id);
  return entry != NULL ? entry->sound : NULL;
}

gboolean
tsr_project_is_removed (TsrProject *self, gint64 sound_id)
{
  g_return_val_if_fail (TSR_IS_PROJECT (self), FALSE);
  Entry *entry = find_entry (self, sound_id);
  return entry != NULL && entry->removed;
}

TsrSound *
tsr_project_find_sound (TsrProject *self, const char *id_or_name, GError **error)
{
  gint64 id = 0;

  g_return_val_if_fail (TSR_IS_PROJECT (self), NULL);
  g_return_val_if_fail (id_or_name != NULL, NULL);
  if (g_ascii_string_to_signed (id_or_name, 10, 1, G_MAXINT64, &id, NULL)) {
    Entry *entry = find_entry (self, id);
    if (entry != NULL && !entry->removed)
      return entry->sound;
  }
  for (guint i = 0; i < self->sounds->len; i++) {
    TsrSound *sound = g_ptr_array_index (self->sounds, i);
    if (g_strcmp0 (tsr_sound_get_name (sound), id_or_name) == 0)
      return sound;
  }
  g_set_error (error,
               TSR_PROJECT_ERROR,
               TSR_PROJECT_ERROR_NO_SUCH_SOUND,
               _ ("there is no sound “%s”; `list` shows what there is"),
               id_or_name);
  return NULL;
}

/* Plain text out of anything, a file name mostly. (transfer full) */
static char *
make_plain (const char *wanted)
{
  enum { ROOM_FOR_NUMBER = 12 };
  g_autofree char *valid = g_utf8_make_valid (wanted, -1);
  GString         *plain = g_string_new (NULL);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    if (plain->len > MAX_NAME_BYTES - ROOM_FOR_NUMBER)
      break;
    g_string_append_unichar (plain, g_unichar_iscntrl (c) ? ' ' : c);
  }
  if (plain->len == 0)
    g_string_append (plain, _ ("Sound"));
  return g_string_free (plain, FALSE);
}

gboolean
tsr_project_check_name (TsrProject *self, const char *name, GError **error)
{
  g_return_val_if_fail (TSR_IS_PROJECT (self), FALSE);
  return check_name (self, name, 0, error);
}

char *
tsr_project_free_name (TsrProject *self, const char *wanted)
{
  g_return_val_if_fail (TSR_IS_PROJECT (self), NULL);
  g_autofree char *plain = make_plain (wanted);
  if (!name_is_taken (self, plain, 0))
    return g_steal_pointer (&plain);
  for (guint i = 2;; i++) {
    g_autofree char *name = g_strdup_printf ("%s %u", plain, i);
    if (!name_is_taken (self, name, 0))
      return g_steal_pointer (&name);
  }
}
