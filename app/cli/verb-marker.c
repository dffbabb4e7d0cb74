/* SPDX-License-Identifier: GPL-3.0-or-later
 * marker add, import, remove, list.
 */
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "app/cli/cli-project.h"
#include "app/cli/history-json.h"
#include "app/cli/verbs.h"
#include "store/formats/marker-file.h"

static void
report (TsrCli *cli, TsrSound *sound)
{
  JsonBuilder *json;

  tsr_markers_print (cli, sound);
  if (!cli->json)
    return;
  json = json_builder_new ();
  json_builder_begin_object (json);
  tsr_markers_add_json (json, sound);
  json_builder_end_object (json);
  tsr_json_print (json);
}

static gboolean
add (TsrCliProject      *project,
     TsrSound           *sound,
     const TsrArguments *arguments,
     GError            **error)
{
  const char *name = tsr_arguments_word (arguments, 4);
  double      time_s = g_ascii_strtod (tsr_arguments_word (arguments, 3), NULL);
  double duration_s = tsr_sound_state_fields (tsr_sound_get_state (sound))->duration_s;

  if (time_s < 0 || time_s > duration_s) {
    g_set_error (error,
                 TSR_PROJECT_ERROR,
                 TSR_PROJECT_ERROR_INVALID,
                 _ ("a marker has to lie inside the sound, 0 ... %.3f s"),
                 duration_s);
    return FALSE;
  }
  return tsr_project_add_marker (
             project->project, sound, time_s, name != NULL ? name : "", error) != 0;
}

/* The markers of a file beside those that are there. */
static gboolean
import (TsrCliProject      *project,
        TsrSound           *sound,
        const TsrArguments *arguments,
        GError            **error)
{
  const char *path = tsr_arguments_word (arguments, 3);
  double duration_s = tsr_sound_state_fields (tsr_sound_get_state (sound))->duration_s;
  guint  n_outside;
  g_autoptr (GArray) found = tsr_marker_file_read (path, duration_s, &n_outside, error);

  if (found == NULL ||
      tsr_project_add_markers (
          project->project, sound, (const TsrMarker *)found->data, found->len, error) ==
          0)
    return FALSE;
  if (n_outside > 0) {
    g_autofree char *sentence =
        g_strdup_printf (ngettext ("%u marker lies outside the sound and was left out",
                                   "%u markers lie outside the sound and were left out",
                                   n_outside),
                         n_outside);
    tsr_cli_note (project->cli, path, sentence);
  }
  return TRUE;
}

static gboolean
take_away (TsrCliProject      *project,
           TsrSound           *sound,
           const TsrArguments *arguments,
           GError            **error)
{
  gint64 id = g_ascii_strtoll (tsr_arguments_word (arguments, 3), NULL, 10);

  return tsr_project_remove_marker (project->project, sound, id, error);
}

static TsrSound *
change (TsrCliProject      *project,
        TsrSound           *sound,
        const TsrArguments *arguments,
        GError            **error)
{
  const char *what = tsr_arguments_word (arguments, 0);
  gboolean    done = TRUE; /* list */

  if (strcmp (what, "add") == 0)
    done = add (project, sound, arguments, error);
  else if (strcmp (what, "remove") == 0)
    done = take_away (project, sound, arguments, error);
  else if (strcmp (what, "import") == 0)
    done = import (project, sound, arguments, error);
  return done ? sound : NULL;
}

static gboolean
is_number (const char *text)
{
  char  *end;
  double number = g_ascii_strtod (text, &end);

  return end != text && *end == '\0' && isfinite (number);
}

static gboolean
is_id (const char *text)
{
  return g_ascii_string_to_signed (text, 10, 1, G_MAXINT64, NULL, NULL);
}

static gboolean
check_usage (const TsrArguments *arguments, GError **error)
{
  const char *what = tsr_arguments_word (arguments, 0);
  gsize       n = tsr_arguments_n_words (arguments);

  if (strcmp (what, "add") == 0)
    return (n >= 4 && is_number (tsr_arguments_word (arguments, 3))) ||
           tsr_usage_fail (error, _ ("it goes: add PROJECT SOUND SECONDS [NAME]"));
  if (strcmp (what, "remove") == 0)
    return (n == 4 && is_id (tsr_arguments_word (arguments, 3))) ||
           tsr_usage_fail (error, _ ("it goes: remove PROJECT SOUND ID"));
  if (strcmp (what, "import") == 0)
    return n == 4 || tsr_usage_fail (error, _ ("it goes: import PROJECT SOUND FILE"));
  if (strcmp (what, "list") == 0)
    return n == 3 || tsr_usage_fail (error, _ ("it goes: list PROJECT SOUND"));
  return tsr_usage_fail (
      error,
      _ ("there are marker add, marker import, marker remove and marker list, no `%s`"),
      what);
}

static int
run (TsrCli *cli, const TsrArguments *arguments)
{
  GError *error = NULL;

  if (!check_usage (arguments, &error))
    return tsr_cli_fail (cli, "marker", error);
  return tsr_cli_project_change_sound (cli, arguments, 1, change, report);
}

const TsrVerb tsr_verb_marker = {
    .name = "marker",
    .summary = N_ ("Adds, imports, removes or lists markers of a sound."),
    .syntax = {.usage = "add PROJECT SOUND SECONDS [NAME] | import PROJECT SOUND FILE | "
                        "remove PROJECT SOUND ID | list "
                        "PROJECT SOUND",
               .min_words = 3,
               .max_words = 5},
    .run = run,
};
