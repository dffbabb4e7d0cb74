/* SPDX-License-Identifier: GPL-3.0-or-later
 * sound remove, rename, copy.
 */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/cli/cli-project.h"
#include "app/cli/json.h"
#include "app/cli/verbs.h"

static gboolean
change (TsrCliProject *project,
        const char    *what,
        const char    *name,
        TsrSound     **sound,
        GError       **error)
{
  if (strcmp (what, "remove") == 0)
    return tsr_project_remove_sound (project->project, *sound, error);
  if (strcmp (what, "rename") == 0)
    return tsr_project_rename_sound (project->project, *sound, name, error);
  g_autofree char *free_name =
      name == NULL ? tsr_project_free_name (project->project, tsr_sound_get_name (*sound))
                   : NULL;
  gint64 id = tsr_project_copy_sound (
      project->project, *sound, name != NULL ? name : free_name, error);
  if (id == 0)
    return FALSE;
  *sound = tsr_project_get_sound (project->project, id);
  return TRUE;
}

static gboolean
check_usage (const TsrArguments *arguments, GError **error)
{
  const char *what = tsr_arguments_word (arguments, 0);
  gsize       n = tsr_arguments_n_words (arguments);

  if (strcmp (what, "remove") != 0 && strcmp (what, "rename") != 0 &&
      strcmp (what, "copy") != 0)
    return tsr_usage_fail (
        error, _ ("there are sound remove, sound rename and sound copy, no `%s`"), what);
  if (strcmp (what, "rename") == 0 && n != 4)
    return tsr_usage_fail (error, _ ("it goes: rename PROJECT SOUND NAME"));
  if (strcmp (what, "remove") == 0 && n != 3)
    return tsr_usage_fail (error, _ ("it goes: remove PROJECT SOUND"));
  return TRUE;
}

static void
report (TsrCli *cli, TsrSound *sound)
{
  tsr_cli_print (cli,
                 "%" G_GINT64_FORMAT " %s\n",
                 tsr_sound_get_id (sound),
                 tsr_sound_get_name (sound));
  if (!cli->json)
    return;
  JsonBuilder *json = json_builder_new ();
  json_builder_begin_object (json);
  tsr_json_whole (json, "id", tsr_sound_get_id (sound));
  tsr_json_text (json, "name", tsr_sound_get_name (sound));
  json_builder_end_object (json);
  tsr_json_print (json);
}

static int
run (TsrCli *cli, const TsrArguments *arguments)
{
  g_auto (TsrCliProject) project = {0};
  GError *error = NULL;
  int     status = TSR_EXIT_DONE;

  if (!check_usage (arguments, &error))
    return tsr_cli_fail (cli, "sound", error);
  const char *path = tsr_arguments_word (arguments, 1);
  const char *name = tsr_arguments_word (arguments, 3);
  if (name == NULL)
    name = tsr_arguments_get (arguments, "--as");
  if (!tsr_cli_project_open (cli, path, &project, &status))
    return status;
  TsrSound *sound =
      tsr_cli_project_sound (cli, &project, tsr_arguments_word (arguments, 2), &status);
  if (sound == NULL)
    return status;
  g_autoptr (TsrSound) kept = g_object_ref (sound);
  if (!change (&project, tsr_arguments_word (arguments, 0), name, &sound, &error) ||
      !tsr_cli_project_commit (&project, &error))
    return tsr_cli_fail (cli, path, error);
  report (cli, sound);
  return TSR_EXIT_DONE;
}

static const TsrOption options[] = {
    {"--as", "NAME", N_ ("name of the copy")},
    {NULL, NULL, NULL},
};

const TsrVerb tsr_verb_sound = {
    .name = "sound",
    .summary = N_ ("Removes, renames or copies a sound."),
    .syntax = {.usage = "remove PROJECT SOUND | rename PROJECT SOUND NAME | copy PROJECT "
                        "SOUND [NAME]",
               .min_words = 3,
               .max_words = 4,
               .options = options},
    .run = run,
};
