/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sounds made of files of partials.
 */
#include "app/exchange-sound.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static char *
name_of (const char *path)
{
  char *name = g_filename_display_basename (path);
  char *dot = strrchr (name, '.');

  if (dot != NULL && dot != name)
    *dot = '\0';
  return name;
}

static gboolean
add_markers (TsrProject        *project,
             gint64             sound_id,
             const TsrExchange *content,
             GError           **error)
{
  if (content->n_markers == 0)
    return TRUE;
  g_autoptr (TsrEdit) edit =
      tsr_edit_new (&(TsrEditFields){.kind = TSR_EDIT_SET_MARKERS,
                                     .sound_id = sound_id,
                                     .markers = content->markers,
                                     .n_markers = content->n_markers});
  return tsr_project_apply (project, edit, error);
}

TsrSound *
tsr_exchange_add_sound (TsrProject        *project,
                        const TsrExchange *content,
                        const char        *path,
                        const char        *wanted_name,
                        GError           **error)
{
  g_autofree char *file_name = name_of (path);
  g_autofree char *name = wanted_name != NULL
                              ? g_strdup (wanted_name)
                              : tsr_project_free_name (project, file_name);
  g_autoptr (TsrSoundState) state =
      tsr_sound_state_new (&(TsrSoundStateFields){.partials = content->partials,
                                                  .duration_s = content->duration_s,
                                                  .analysed = TRUE});
  gint64 id = tsr_project_add_sound (
      project, name, NULL, state, _ ("Import"), "import", NULL, error);

  if (id == 0 || !add_markers (project, id, content, error))
    return NULL;
  return tsr_project_get_sound (project, id);
}

void
tsr_exchange_init_from_sound (TsrExchange *content, TsrSound *sound)
{
  const TsrSoundStateFields *fields =
      tsr_sound_state_fields (tsr_sound_get_state (sound));
  gsize            n_markers;
  const TsrMarker *markers = tsr_sound_get_markers (sound, &n_markers);

  tsr_exchange_init (content, fields->partials, markers, n_markers, fields->duration_s);
}
