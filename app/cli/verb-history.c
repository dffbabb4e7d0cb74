/* SPDX-License-Identifier: GPL-3.0-or-later
 * undo, redo and history of a sound.
 */
#include <glib/gi18n-lib.h>

#include "app/cli/cli-project.h"
#include "app/cli/history-json.h"
#include "app/cli/json.h"
#include "app/cli/verbs.h"

static void
report (TsrCli *cli, TsrSound *sound)
{
  if (!cli->json) {
    tsr_history_print (cli, sound);
    return;
  }
  JsonBuilder *json = json_builder_new ();
  json_builder_begin_object (json);
  tsr_history_add_json (json, sound);
  json_builder_end_object (json);
  tsr_json_print (json);
}

static int
run_history (TsrCli *cli, const TsrArguments *arguments)
{
  g_auto (TsrCliProject) project = {0};
  int status = TSR_EXIT_DONE;

  if (!tsr_cli_project_open (cli, tsr_arguments_word (arguments, 0), &project, &status))
    return status;
  TsrSound *sound =
      tsr_cli_project_sound (cli, &project, tsr_arguments_word (arguments, 1), &status);
  if (sound != NULL)
    report (cli, sound);
  return status;
}

static int
move (TsrCli             *cli,
      const TsrArguments *arguments,
      gboolean (*change) (TsrProject *, TsrSound *, GError **),
      const char *nothing)
{
  g_auto (TsrCliProject) project = {0};
  const char *path = tsr_arguments_word (arguments, 0);
  GError     *error = NULL;
  int         status = TSR_EXIT_DONE;

  if (!tsr_cli_project_open (cli, path, &project, &status))
    return status;
  TsrSound *sound =
      tsr_cli_project_sound (cli, &project, tsr_arguments_word (arguments, 1), &status);
  if (sound == NULL)
    return status;
  if (!change (project.project, sound, &error)) {
    if (error == NULL)
      g_set_error_literal (
          &error, TSR_PROJECT_ERROR, TSR_PROJECT_ERROR_NO_SUCH_STEP, nothing);
    return tsr_cli_fail (cli, path, error);
  }
  if (!tsr_cli_project_commit (&project, &error))
    return tsr_cli_fail (cli, path, error);
  report (cli, sound);
  return TSR_EXIT_DONE;
}

static int
run_undo (TsrCli *cli, const TsrArguments *arguments)
{
  return move (cli,
               arguments,
               tsr_project_undo,
               _ ("there is nothing to undo; `history` shows the steps"));
}

static int
run_redo (TsrCli *cli, const TsrArguments *arguments)
{
  return move (cli,
               arguments,
               tsr_project_redo,
               _ ("there is nothing to redo; `history` shows the steps"));
}

const TsrVerb tsr_verb_undo = {
    .name = "undo",
    .summary = N_ ("Goes one step back in the history of a sound."),
    .syntax = {.usage = "PROJECT SOUND", .min_words = 2, .max_words = 2},
    .run = run_undo,
};

const TsrVerb tsr_verb_redo = {
    .name = "redo",
    .summary = N_ ("Makes the last step that was undone again."),
    .syntax = {.usage = "PROJECT SOUND", .min_words = 2, .max_words = 2},
    .run = run_redo,
};

const TsrVerb tsr_verb_history = {
    .name = "history",
    .summary = N_ ("Lists the steps of a sound; the present one is marked."),
    .syntax = {.usage = "PROJECT SOUND", .min_words = 2, .max_words = 2},
    .run = run_history,
};
