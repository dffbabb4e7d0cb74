/* SPDX-License-Identifier: GPL-3.0-or-later
 * Saving, renaming and removing selections: each makes a TsrEdit and applies it.
 */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "model/project.h"

enum { MAX_NAME_BYTES = 200 };

gboolean
tsr_project_set_saved_selections (TsrProject              *self,
                                  TsrSound                *sound,
                                  const TsrSavedSelection *saved,
                                  gsize                    n,
                                  GError                 **error)
{
  g_return_val_if_fail (TSR_IS_PROJECT (self), FALSE);
  g_return_val_if_fail (TSR_IS_SOUND (sound), FALSE);

  g_autoptr (TsrEdit) edit =
      tsr_edit_new (&(TsrEditFields){.kind = TSR_EDIT_SET_SAVED_SELECTIONS,
                                     .sound_id = tsr_sound_get_id (sound),
                                     .saved = saved,
                                     .n_saved = n});
  return tsr_project_apply (self, edit, error);
}

/* As they are; names and selections are borrowed. */
static GArray *
dup_saved (TsrSound *sound)
{
  gsize                    n;
  const TsrSavedSelection *saved = tsr_sound_get_saved_selections (sound, &n);
  GArray                  *copy = g_array_new (FALSE, FALSE, sizeof (TsrSavedSelection));

  return n > 0 ? g_array_append_vals (copy, saved, (guint)n) : copy;
}

static gboolean
set (TsrProject *self, TsrSound *sound, const GArray *saved, GError **error)
{
  return tsr_project_set_saved_selections (
      self, sound, (const TsrSavedSelection *)saved->data, saved->len, error);
}

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, TSR_PROJECT_ERROR, TSR_PROJECT_ERROR_INVALID, why);
  return FALSE;
}

static gboolean
is_plain (const char *name)
{
  if (name == NULL || !g_utf8_validate (name, -1, NULL) || strchr (name, '"') != NULL)
    return FALSE;
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_iscntrl (g_utf8_get_char (p)))
      return FALSE;
  return name[0] != '\0' && strlen (name) <= MAX_NAME_BYTES;
}

static gboolean
check_name (const GArray *saved, const char *name, gint64 except_id, GError **error)
{
  if (!is_plain (name)) {
    g_set_error (error,
                 TSR_PROJECT_ERROR,
                 TSR_PROJECT_ERROR_INVALID,
                 _ ("a selection's name needs 1 to %d characters of plain text without "
                    "quotation marks"),
                 MAX_NAME_BYTES);
    return FALSE;
  }
  for (guint i = 0; i < saved->len; i++) {
    const TsrSavedSelection *other = &g_array_index (saved, TsrSavedSelection, i);
    if (other->id == except_id || strcmp (other->name, name) != 0)
      continue;
    g_set_error (error,
                 TSR_PROJECT_ERROR,
                 TSR_PROJECT_ERROR_NAME_TAKEN,
                 _ ("there is already a saved selection “%s”; choose another name"),
                 name);
    return FALSE;
  }
  return TRUE;
}

/* Partials of the sound as it is, the region as it is kept. (transfer full); NULL with an
 * error: none is left. */
static TsrSelection *
keep (TsrSound *sound, const TsrSelection *selection, GError **error)
{
  const TsrSoundState *state = tsr_sound_get_state (sound);
  g_autoptr (TsrSelection) here =
      tsr_selection_within (selection, tsr_sound_state_fields (state)->partials);
  const TsrRegion *region = tsr_selection_region (here);

  if (tsr_selection_size (here) == 0) {
    refuse (error, _ ("no partial is selected"));
    return NULL;
  }
  if (region == NULL)
    return g_steal_pointer (&here);
  double    a = tsr_sound_state_source_s (state, region->start_s);
  double    b = tsr_sound_state_source_s (state, region->end_s);
  TsrRegion kept = {fmin (a, b), fmax (a, b), region->low_hz, region->high_hz};
  return tsr_selection_new (tsr_selection_ids (here), tsr_selection_size (here), &kept);
}

static TsrSavedSelection *
find (const GArray *saved, gint64 id, GError **error)
{
  for (guint i = 0; i < saved->len; i++)
    if (g_array_index (saved, TsrSavedSelection, i).id == id)
      return &g_array_index (saved, TsrSavedSelection, i);
  g_set_error (error,
               TSR_PROJECT_ERROR,
               TSR_PROJECT_ERROR_INVALID,
               _ ("the sound has no saved selection %" PRId64),
               id);
  return NULL;
}

static TsrSavedSelection
next_saved (const GArray *saved, const char *name, const TsrSelection *kept)
{
  TsrSavedSelection added = {1, (char *)name, (TsrSelection *)kept};

  for (guint i = 0; i < saved->len; i++)
    added.id = MAX (added.id, g_array_index (saved, TsrSavedSelection, i).id + 1);
  return added;
}

gint64
tsr_project_save_selection (TsrProject         *self,
                            TsrSound           *sound,
                            const char         *name,
                            const TsrSelection *selection,
                            GError            **error)
{
  g_return_val_if_fail (TSR_IS_PROJECT (self), 0);
  g_return_val_if_fail (TSR_IS_SOUND (sound), 0);
  g_return_val_if_fail (selection != NULL, 0);

  g_autoptr (GArray) saved = dup_saved (sound);
  g_autoptr (TsrSelection) kept =
      check_name (saved, name, 0, error) ? keep (sound, selection, error) : NULL;

  if (kept == NULL)
    return 0;
  TsrSavedSelection added = next_saved (saved, name, kept);
  g_array_append_val (saved, added);
  return set (self, sound, saved, error) ? added.id : 0;
}

gboolean
tsr_project_replace_saved_selection (TsrProject         *self,
                                     TsrSound           *sound,
                                     gint64              id,
                                     const TsrSelection *selection,
                                     GError            **error)
{
  g_return_val_if_fail (TSR_IS_PROJECT (self), FALSE);
  g_return_val_if_fail (TSR_IS_SOUND (sound), FALSE);
  g_return_val_if_fail (selection != NULL, FALSE);

  g_autoptr (GArray) saved = dup_saved (sound);
  TsrSavedSelection *changed = find (saved, id, error);
  g_autoptr (TsrSelection) kept = changed != NULL ? keep (sound, selection, error) : NULL;

  if (kept == NULL)
    return FALSE;
  changed->kept = kept;
  return set (self, sound, saved, error);
}

gboolean
tsr_project_restore_saved_selection (TsrProject         *self,
                                     TsrSound           *sound,
                                     const char         *name,
                                     const TsrSelection *kept,
                                     GError            **error)
{
  g_return_val_if_fail (TSR_IS_PROJECT (self), FALSE);
  g_return_val_if_fail (TSR_IS_SOUND (sound), FALSE);
  g_return_val_if_fail (name != NULL && kept != NULL, FALSE);

  g_autoptr (GArray) saved = dup_saved (sound);
  const TsrSavedSelection *there = tsr_sound_find_saved_selection (sound, name);
  if (there != NULL)
    find (saved, there->id, NULL)->kept = (TsrSelection *)kept;
  else {
    TsrSavedSelection added = next_saved (saved, name, kept);
    g_array_append_val (saved, added);
  }
  return set (self, sound, saved, error);
}

gboolean
tsr_project_rename_saved_selection (
    TsrProject *self, TsrSound *sound, gint64 id, const char *name, GError **error)
{
  g_return_val_if_fail (TSR_IS_PROJECT (self), FALSE);
  g_return_val_if_fail (TSR_IS_SOUND (sound), FALSE);

  g_autoptr (GArray) saved = dup_saved (sound);
  TsrSavedSelection *changed = find (saved, id, error);

  if (changed == NULL || !check_name (saved, name, id, error))
    return FALSE;
  changed->name = (char *)name;
  return set (self, sound, saved, error);
}

gboolean
tsr_project_remove_saved_selection (TsrProject *self,
                                    TsrSound   *sound,
                                    gint64      id,
                                    GError    **error)
{
  g_return_val_if_fail (TSR_IS_PROJECT (self), FALSE);
  g_return_val_if_fail (TSR_IS_SOUND (sound), FALSE);

  g_autoptr (GArray) saved = dup_saved (sound);
  TsrSavedSelection *removed = find (saved, id, error);

  if (removed == NULL)
    return FALSE;
  g_array_remove_index (saved, (guint)(removed - (TsrSavedSelection *)saved->data));
  return set (self, sound, saved, error);
}

gboolean
tsr_project_copy_saved_selections (TsrProject *self,
                                   TsrSound   *from,
                                   TsrSound   *to,
                                   GError    **error)
{
  gint64 step_id = tsr_step_fields (tsr_sound_get_current_step (from))->id;
  g_autoptr (GArray) saved = dup_saved (from);
  g_autoptr (GPtrArray) kept =
      g_ptr_array_new_with_free_func ((GDestroyNotify)tsr_selection_unref);

  for (guint i = saved->len; i-- > 0;) {
    TsrSavedSelection *one = &g_array_index (saved, TsrSavedSelection, i);
    g_autoptr (TsrSelection) now = tsr_sound_follow_selection (from, one->kept, step_id);
    if (tsr_selection_size (now) == 0) {
      g_array_remove_index (saved, i);
      continue;
    }
    one->kept = tsr_selection_new (tsr_selection_ids (now),
                                   tsr_selection_size (now),
                                   tsr_selection_region (one->kept));
    g_ptr_array_add (kept, one->kept);
  }
  return saved->len == 0 || set (self, to, saved, error);
}
