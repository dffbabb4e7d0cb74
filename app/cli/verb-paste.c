/* SPDX-License-Identifier: GPL-3.0-or-later
 * paste: partials of one sound into another, what copying and pasting does in the window.
 */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>

#include "app/cli/cli-project.h"
#include "app/cli/history-branches.h"
#include "app/cli/json.h"
#include "app/cli/verbs.h"
#include "model/dsp-types.h"
#include "model/operation.h"
#include "model/query.h"
#include "model/selection-shapes.h"

#define LATEST_S 1e6

/* The partials that are asked for, cut to the region of the query; NULL with an error. */
static TsrPartialSet *
copy_partials (TsrSound *from, const char *step, const char *query_text, GError **error)
{
  TsrStep *at = step != NULL ? tsr_history_find_step (from, step, error)
                             : tsr_sound_get_current_step (from);
  if (at == NULL)
    return NULL;
  gint64 step_id = tsr_step_fields (at)->id;
  g_autoptr (TsrSelection) selection =
      tsr_query_select_in (from, step_id, query_text != NULL ? query_text : "all", error);
  if (selection == NULL) {
    g_prefix_error (error, "--select: ");
    return NULL;
  }
  if (tsr_selection_size (selection) == 0) {
    g_set_error (
        error, TSR_QUERY_ERROR, 0, _ ("--select: no partial of the sound is like that"));
    return NULL;
  }
  g_autoptr (TsrSoundState) state = tsr_sound_dup_state_at (from, step_id);
  TsrPartialSet *copied =
      tsr_selection_extract (selection, tsr_sound_state_fields (state)->partials);
  if (copied == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("memory is short"));
  return copied;
}

static gboolean
paste (TsrCli             *cli,
       TsrCliProject      *project,
       const TsrArguments *arguments,
       TsrSound *const     sounds[2],
       const char         *step,
       double              at_s,
       GError            **error)
{
  const char *query = tsr_arguments_get (arguments, "--select");
  double      start_s, end_s, low_hz, high_hz;
  gint64      next_id = tsr_sound_next_partial_id (sounds[1]);
  g_autoptr (TsrPartialSet) copied = copy_partials (sounds[0], step, query, error);

  if (copied == NULL)
    return FALSE;
  tsr_partial_set_bounds (copied, &start_s, &end_s, &low_hz, &high_hz);
  g_autoptr (TsrOperation) operation =
      tsr_operation_new_insert (copied, isfinite (at_s) ? at_s - start_s : 0);
  g_autoptr (TsrSoundState) after = tsr_operation_apply (
      operation, tsr_sound_get_state (sounds[1]), NULL, &next_id, NULL, error);
  if (after == NULL)
    return FALSE;
  gsize            n = tsr_partial_set_size (copied);
  g_autofree char *label = tsr_operation_label (operation, n);
  g_autofree char *command =
      tsr_paste_command (tsr_sound_get_name (sounds[0]), query, step, at_s);
  if (!tsr_project_add_step (
          project->project, sounds[1], after, label, command, NULL, error) ||
      !tsr_cli_project_commit (project, error))
    return FALSE;
  tsr_cli_print (cli,
                 _ ("%" PRId64 " %s: %s\n"),
                 tsr_sound_get_id (sounds[1]),
                 tsr_sound_get_name (sounds[1]),
                 label);
  if (!cli->json)
    return TRUE;
  JsonBuilder *json = json_builder_new ();
  json_builder_begin_object (json);
  tsr_json_whole (json, "id", tsr_sound_get_id (sounds[1]));
  tsr_json_whole (json, "pasted", (gint64)n);
  json_builder_end_object (json);
  tsr_json_print (json);
  return TRUE;
}

static int
run (TsrCli *cli, const TsrArguments *arguments)
{
  g_auto (TsrCliProject) project = {0};
  TsrSound   *sounds[2];
  const char *path = tsr_arguments_word (arguments, 0);
  double      at_s = INFINITY;
  const char *step = tsr_arguments_get (arguments, "--step");
  GError     *error = NULL;
  int         status = TSR_EXIT_DONE;

  if (!tsr_arguments_number (arguments, "--at", 0, LATEST_S, &at_s, &error))
    return tsr_cli_fail (cli, "paste", error);
  if (!tsr_cli_project_open (cli, path, &project, &status))
    return status;
  for (gsize i = 0; i < 2; i++) {
    const char *word = tsr_arguments_word (arguments, i + 1);
    sounds[i] = tsr_cli_project_sound (cli, &project, word, &status);
    if (sounds[i] == NULL)
      return status;
  }
  if (!paste (cli, &project, arguments, sounds, step, at_s, &error))
    return tsr_cli_fail (cli, path, error);
  return TSR_EXIT_DONE;
}

static const TsrOption options[] = {
    {"--select", "QUERY", N_ ("only these partials; see `edit --help`")},
    {"--step", "N", N_ ("FROM as it was after a step of its history; see `history`")},
    {"--at", "SECONDS", N_ ("where the first of them begins; default: where it was")},
    {NULL, NULL, NULL},
};

const TsrVerb tsr_verb_paste = {
    .name = "paste",
    .summary = N_ ("Adds partials of one sound to another, as one step of its history."),
    .syntax = {.usage = "PROJECT FROM TO [--select QUERY] [--step N] [--at SECONDS]",
               .min_words = 3,
               .max_words = 3,
               .options = options},
    .run = run,
};
