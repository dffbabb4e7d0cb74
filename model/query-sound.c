/* SPDX-License-Identifier: GPL-3.0-or-later
 * Queries about a sound: those that name its saved selections.
 */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "model/query-private.h"

static void
fail_name (TsrSound *sound, const char *name, GError **error)
{
  gsize n;

  tsr_sound_get_saved_selections (sound, &n);
  if (n == 0)
    g_set_error (error,
                 TSR_QUERY_ERROR,
                 0,
                 _ ("there is no saved selection “%s”; the sound has none yet"),
                 name);
  else
    g_set_error (error,
                 TSR_QUERY_ERROR,
                 0,
                 _ ("there is no saved selection “%s”; `selection list` shows what there "
                    "is"),
                 name);
}

/* Looks up the saved selections that the query names, as they are after a step of the
 * sound. FALSE with an error: there is none of such a name. Before it, or without, they
 * are empty. */
static gboolean
bind_selections (TsrQuery *query, TsrSound *sound, gint64 step_id, GError **error)
{
  g_return_val_if_fail (query != NULL && TSR_IS_SOUND (sound), FALSE);

  g_ptr_array_set_size (query->saved, 0);
  for (guint i = 0; i < query->names->len; i++) {
    const char              *name = g_ptr_array_index (query->names, i);
    const TsrSavedSelection *saved = tsr_sound_find_saved_selection (sound, name);
    if (saved == NULL) {
      fail_name (sound, name, error);
      return FALSE;
    }
    g_ptr_array_add (query->saved,
                     tsr_sound_follow_selection (sound, saved->kept, step_id));
  }
  return TRUE;
}

/* A query that is nothing but a name. NULL: it is another one. */
static TsrSelection *
only_saved (const TsrQuery *query)
{
  return query->nodes->len == 1 && query->saved->len == 1 && !query->has_region
             ? g_ptr_array_index (query->saved, 0)
             : NULL;
}

TsrSelection *
tsr_query_select_in (TsrSound *sound, gint64 step_id, const char *text, GError **error)
{
  g_return_val_if_fail (TSR_IS_SOUND (sound), NULL);

  g_autoptr (TsrQuery) query = tsr_query_parse (text, error);
  if (step_id == 0)
    step_id = tsr_step_fields (tsr_sound_get_current_step (sound))->id;
  if (query == NULL || !bind_selections (query, sound, step_id, error))
    return NULL;
  if (only_saved (query) != NULL)
    return tsr_selection_ref (only_saved (query));
  g_autoptr (TsrSoundState) state = tsr_sound_dup_state_at (sound, step_id);
  const TsrAnalysisRecord *record = tsr_sound_get_analysis (sound);
  g_return_val_if_fail (state != NULL, NULL);
  return tsr_query_select (query,
                           tsr_sound_state_fields (state)->partials,
                           record != NULL ? record->spacing.fundamental_hz : 0);
}

char *
tsr_query_quote_name (const char *name)
{
  gboolean plain = name[strcspn (name, " \t\n()\"")] == '\0';

  return plain ? g_strconcat ("@", name, NULL) : g_strconcat ("@\"", name, "\"", NULL);
}
