/* SPDX-License-Identifier: GPL-3.0-or-later
 * sound remove, rename, copy.
 */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/cli/cli-project.h"
#include "app/cli/json.h"
#include "app/cli/verbs.h"

/* A name as a word or as an option; NULL where there is none. */
static const char *
name_of (const TsrArguments *arguments)
{
  const char *word = tsr_arguments_word (arguments, 3);

  return word != NULL ? word : tsr_arguments_get (arguments, "--as");
}

/* (transfer none) */
static TsrSound *
copy (TsrCliProject *project, TsrSound *sound, const char *name, GError **error)
{
  g_autofree char *free_name =
      name == NULL ? tsr_project_free_name (project->project, tsr_sound_get_name (sound))
                   : NULL;
  gint64 id = tsr_project_copy_sound (
      project->project, sound, name != NULL ? name : free_name, error);

  return id != 0 ? tsr_project_get_sound (project->project, id) : NULL;
}

static TsrSound *
change (TsrCliProject      *project,
        TsrSound           *sound,
        const TsrArguments *arguments,
        GError            **error)
{
  const char *what = tsr_arguments_word (arguments, 0);
  const char *name = name_of (arguments);

  if (strcmp (what, "copy") == 0)
    return copy (project, sound, name, error);
  gboolean done = strcmp (what, "remove") == 0
                      ? tsr_project_remove_sound (project->project, sound, error)
                      : tsr_project_rename_sound (project->project, sound, name, error);
  return done ? sound : NULL;
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
  if (tsr_arguments_has (arguments, "--as") && (strcmp (what, "copy") != 0 || n == 4))
    return tsr_usage_fail (error, _ ("--as goes with sound copy, in place of NAME"));
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
  GError *error = NULL;

  if (!check_usage (arguments, &error))
    return tsr_cli_fail (cli, "sound", error);
  return tsr_cli_project_change_sound (cli, arguments, 1, change, report);
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
