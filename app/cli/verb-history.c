/* SPDX-License-Identifier: GPL-3.0-or-later
 * undo, redo, go, history and diff of a sound.
 */
#include <glib/gi18n-lib.h>

#include "app/cli/cli-project.h"
#include "app/cli/history-branches.h"
#include "app/cli/history-json.h"
#include "app/cli/json.h"
#include "app/cli/verbs.h"
#include "model/comparison.h"

static void
report (TsrCli *cli, TsrSound *sound, gboolean all)
{
  if (!cli->json) {
    tsr_history_print (cli, sound);
    if (all)
      tsr_history_print_branches (cli, sound);
    return;
  }
  JsonBuilder *json = json_builder_new ();
  json_builder_begin_object (json);
  tsr_history_add_json (json, sound);
  if (all)
    tsr_history_add_branches (json, sound);
  json_builder_end_object (json);
  tsr_json_print (json);
}

static int
run_history (TsrCli *cli, const TsrArguments *arguments)
{
  g_auto (TsrCliProject) project = {0};
  int       status = TSR_EXIT_DONE;
  TsrSound *sound = tsr_cli_project_open_sound (cli, arguments, 0, &project, &status);

  if (sound != NULL)
    report (cli, sound, tsr_arguments_has (arguments, "--all"));
  return status;
}

static void
report_present (TsrCli *cli, TsrSound *sound)
{
  report (cli, sound, FALSE);
}

/* One step back or forth; the sentence for when there is none. */
static TsrSound *
move (gboolean (*step) (TsrProject *, TsrSound *, GError **),
      TsrCliProject *project,
      TsrSound      *sound,
      const char    *nothing,
      GError       **error)
{
  GError *reason = NULL;

  if (step (project->project, sound, &reason))
    return sound;
  if (reason == NULL)
    reason =
        g_error_new_literal (TSR_PROJECT_ERROR, TSR_PROJECT_ERROR_NO_SUCH_STEP, nothing);
  g_propagate_error (error, reason);
  return NULL;
}

static TsrSound *
undo (TsrCliProject      *project,
      TsrSound           *sound,
      const TsrArguments *arguments,
      GError            **error)
{
  return move (tsr_project_undo,
               project,
               sound,
               _ ("there is nothing to undo; `history` shows the steps"),
               error);
}

static TsrSound *
redo (TsrCliProject      *project,
      TsrSound           *sound,
      const TsrArguments *arguments,
      GError            **error)
{
  return move (tsr_project_redo,
               project,
               sound,
               _ ("there is nothing to redo; `history` shows the steps"),
               error);
}

static TsrSound *
go (TsrCliProject      *project,
    TsrSound           *sound,
    const TsrArguments *arguments,
    GError            **error)
{
  TsrStep *step = tsr_history_find_step (sound, tsr_arguments_word (arguments, 2), error);

  if (step == NULL || !tsr_project_go_to_step (
                          project->project, sound, tsr_step_fields (step)->id, error))
    return NULL;
  return sound;
}

static int
run_undo (TsrCli *cli, const TsrArguments *arguments)
{
  return tsr_cli_project_change_sound (cli, arguments, 0, undo, report_present);
}

static int
run_redo (TsrCli *cli, const TsrArguments *arguments)
{
  return tsr_cli_project_change_sound (cli, arguments, 0, redo, report_present);
}

static int
run_go (TsrCli *cli, const TsrArguments *arguments)
{
  return tsr_cli_project_change_sound (cli, arguments, 0, go, report_present);
}

static void
add_partial (JsonBuilder *json, const char *name, const TsrPartial *partial)
{
  json_builder_set_member_name (json, name);
  if (partial == NULL) {
    json_builder_add_null_value (json);
    return;
  }
  const TsrPartialSummary *s = tsr_partial_summary (partial);
  json_builder_begin_object (json);
  tsr_json_number (json, "start_s", s->start_s);
  tsr_json_number (json, "end_s", s->end_s);
  tsr_json_number (json, "frequency_hz", s->mean_hz);
  tsr_json_number (json, "amplitude", s->peak_amplitude);
  tsr_json_whole (json, "channel", tsr_partial_channel (partial));
  json_builder_end_object (json);
}

/* An object for each partial that differs; a set may be NULL. */
static void
add_partials (JsonBuilder *json, const TsrPartialSet *before, const TsrPartialSet *after)
{
  gsize n = tsr_partial_set_size (before != NULL ? before : after);

  for (gsize i = 0; i < n; i++) {
    json_builder_begin_object (json);
    add_partial (json, "before", before != NULL ? tsr_partial_set_at (before, i) : NULL);
    add_partial (json, "after", after != NULL ? tsr_partial_set_at (after, i) : NULL);
    json_builder_end_object (json);
  }
}

static void
add_step (JsonBuilder *json, const char *name, TsrSound *sound, TsrStep *step)
{
  g_autofree char *word = tsr_history_name_of (sound, step);

  json_builder_set_member_name (json, name);
  json_builder_begin_object (json);
  tsr_json_text (json, "id", word);
  tsr_json_text (json, "label", tsr_step_fields (step)->label);
  json_builder_end_object (json);
}

static void
report_difference (TsrCli              *cli,
                   TsrSound            *sound,
                   TsrStep             *steps[2],
                   const TsrComparison *comparison)
{
  const TsrComparisonFields *f = tsr_comparison_fields (comparison);
  g_autofree char           *sentence = tsr_comparison_sentence (comparison);

  tsr_cli_print (cli, "%s\n", sentence);
  if (!cli->json)
    return;
  JsonBuilder *json = json_builder_new ();
  json_builder_begin_object (json);
  add_step (json, "a", sound, steps[0]);
  add_step (json, "b", sound, steps[1]);
  tsr_json_whole (json, "removed", (gint64)tsr_partial_set_size (f->removed));
  tsr_json_whole (json, "added", (gint64)tsr_partial_set_size (f->added));
  tsr_json_whole (json, "changed", (gint64)tsr_partial_set_size (f->before));
  tsr_json_whole (json, "kept", (gint64)tsr_partial_set_size (f->kept));
  tsr_json_number (json, "median_cents", f->cents);
  tsr_json_number (json, "median_db", f->level_db);
  tsr_json_number (json, "median_move_s", f->move_s);
  tsr_json_number (json, "median_stretch", f->stretch);
  tsr_json_number (json, "noise_db", f->background_db);
  tsr_json_number (json, "duration_a_s", f->before_s);
  tsr_json_number (json, "duration_b_s", f->after_s);
  tsr_json_begin_array (json, "partials");
  add_partials (json, f->removed, NULL);
  add_partials (json, NULL, f->added);
  add_partials (json, f->before, f->after);
  json_builder_end_array (json);
  json_builder_end_object (json);
  tsr_json_print (json);
}

static int
compare (TsrCli *cli, TsrSound *sound, TsrStep *steps[2], GError **error)
{
  TsrWorkerJob job;
  g_autoptr (TsrSoundState) a =
      tsr_sound_dup_state_at (sound, tsr_step_fields (steps[0])->id);
  g_autoptr (TsrSoundState) b =
      tsr_sound_dup_state_at (sound, tsr_step_fields (steps[1])->id);

  tsr_cli_begin (cli, tsr_sound_get_name (sound), 0, 1, &job);
  g_autoptr (TsrComparison) comparison = tsr_comparison_new (a, b, &job.job);
  tsr_cli_end_progress (cli);
  if (tsr_cli_is_cancelled (cli))
    return TSR_EXIT_INTERRUPTED;
  if (comparison == NULL) {
    g_set_error_literal (
        error, TSR_PROJECT_ERROR, TSR_PROJECT_ERROR_INVALID, _ ("memory is short"));
    return TSR_EXIT_IMPOSSIBLE;
  }
  report_difference (cli, sound, steps, comparison);
  return TSR_EXIT_DONE;
}

static int
run_diff (TsrCli *cli, const TsrArguments *arguments)
{
  g_auto (TsrCliProject) project = {0};
  GError   *error = NULL;
  int       status = TSR_EXIT_DONE;
  TsrStep  *steps[2];
  TsrSound *sound = tsr_cli_project_open_sound (cli, arguments, 0, &project, &status);

  if (sound == NULL)
    return status;
  for (gsize i = 0; i < 2; i++) {
    steps[i] =
        tsr_history_find_step (sound, tsr_arguments_word (arguments, 2 + i), &error);
    if (steps[i] == NULL)
      return tsr_cli_fail (cli, project.path, error);
  }
  status = compare (cli, sound, steps, &error);
  return error != NULL ? tsr_cli_fail (cli, project.path, error) : status;
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

const TsrVerb tsr_verb_go = {
    .name = "go",
    .summary = N_ ("Goes to any step of the history of a sound."),
    .syntax = {.usage = "PROJECT SOUND STEP", .min_words = 3, .max_words = 3},
    .run = run_go,
};

const TsrVerb tsr_verb_diff = {
    .name = "diff",
    .summary = N_ ("Tells what differs between two steps of the history of a sound."),
    .syntax = {.usage = "PROJECT SOUND STEP STEP", .min_words = 4, .max_words = 4},
    .run = run_diff,
};

static const TsrOption history_options[] = {
    {"--all", NULL, N_ ("the steps of other branches too")},
    {NULL, NULL, NULL},
};

const TsrVerb tsr_verb_history = {
    .name = "history",
    .summary = N_ ("Lists the steps of a sound; the present one is marked."),
    .syntax = {.usage = "PROJECT SOUND",
               .min_words = 2,
               .max_words = 2,
               .options = history_options},
    .run = run_history,
};
