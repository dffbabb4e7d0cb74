/* SPDX-License-Identifier: GPL-3.0-or-later
 * edit: operations on a sound or on selected partials; one command is one step.
 */
#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "app/cli/cli-project.h"
#include "app/cli/json.h"
#include "app/cli/verbs.h"
#include "app/source-file.h"
#include "model/dsp-types.h"
#include "model/operation-table.h"
#include "model/operation.h"
#include "model/query.h"

static void
operation_clear (gpointer data)
{
  tsr_operation_free (data);
}

static GPtrArray *
parse_operations (const char **texts, GError **error)
{
  g_autoptr (GPtrArray) operations = g_ptr_array_new_with_free_func (operation_clear);

  for (gsize i = 0; texts[i] != NULL; i++) {
    TsrOperation *operation = tsr_operation_parse (texts[i], error);
    if (operation == NULL) {
      g_prefix_error (error, "--do '%s': ", texts[i]);
      return NULL;
    }
    g_ptr_array_add (operations, operation);
  }
  return g_steal_pointer (&operations);
}

/* "Pitch +200 cents, 4 partials; Gain -3 dB". */
static char *
make_label (GPtrArray *operations, gsize n_partials)
{
  GString *label = g_string_new (NULL);

  for (guint i = 0; i < operations->len; i++) {
    gboolean         last = i + 1 == operations->len;
    g_autofree char *one =
        tsr_operation_label (g_ptr_array_index (operations, i), last ? n_partials : 0);
    g_string_append_printf (label, "%s%s", i > 0 ? "; " : "", one);
  }
  return g_string_free (label, FALSE);
}

static char *
make_command (const char *query, const char **texts)
{
  GString *command = g_string_new ("edit");

  if (query != NULL) {
    g_autofree char *quoted = g_shell_quote (query);
    g_string_append_printf (command, " --select %s", quoted);
  }
  for (gsize i = 0; texts[i] != NULL; i++) {
    g_autofree char *quoted = g_shell_quote (texts[i]);
    g_string_append_printf (command, " --do %s", quoted);
  }
  return g_string_free (command, FALSE);
}

static gboolean
select_partials (TsrSound      *sound,
                 const char    *text,
                 TsrSelection **selection,
                 GError       **error)
{
  *selection = NULL;
  if (text == NULL)
    return TRUE;
  *selection = tsr_query_select_in (sound, 0, text, error);
  if (*selection == NULL)
    g_prefix_error (error, "--select: ");
  return *selection != NULL;
}

/* The recording, where an operation wants to know its attacks. FALSE with an error. */
static gboolean
decode_source (TsrCli        *cli,
               TsrCliProject *project,
               TsrSound      *sound,
               GPtrArray     *operations,
               TsrSignal    **source,
               GError       **error)
{
  TsrSource   *origin = tsr_sound_get_source (sound);
  TsrWorkerJob job;
  gboolean     wanted = FALSE;

  for (guint i = 0; i < operations->len; i++)
    wanted = wanted || tsr_operation_wants_onsets (g_ptr_array_index (operations, i));
  if (!wanted || origin == NULL)
    return TRUE;
  tsr_cli_begin (cli, tsr_sound_get_name (sound), 0, 1, &job);
  *source = tsr_source_decode (project->store, origin, &job.job, error);
  tsr_cli_end_progress (cli);
  return *source != NULL;
}

/* The state after all operations; each goes on with what the one before made. */
static TsrSoundState *
apply_all (TsrSound     *sound,
           TsrSignal    *source,
           GPtrArray    *operations,
           TsrSelection *selection,
           GError      **error)
{
  g_autoptr (TsrSoundState) state = tsr_sound_state_ref (tsr_sound_get_state (sound));
  g_autoptr (TsrSelection) present =
      selection != NULL ? tsr_selection_ref (selection) : NULL;
  gint64 next_id = tsr_sound_next_partial_id (sound);

  for (guint i = 0; i < operations->len; i++) {
    g_autoptr (TsrSelection) made = NULL;
    tsr_operation_find_onsets (g_ptr_array_index (operations, i), state, source);
    TsrSoundState *next = tsr_operation_apply (
        g_ptr_array_index (operations, i), state, present, &next_id, &made, error);
    if (next == NULL)
      return NULL;
    tsr_sound_state_unref (state);
    state = next;
    if (present != NULL) {
      tsr_selection_unref (present);
      present = g_steal_pointer (&made);
    }
  }
  return g_steal_pointer (&state);
}

static void
report (TsrCli *cli, TsrSound *sound, gsize n_selected, const char *label)
{
  const TsrSoundStateFields *state = tsr_sound_state_fields (tsr_sound_get_state (sound));

  tsr_cli_print (cli,
                 _ ("%" PRId64 " %s: %s\n"),
                 tsr_sound_get_id (sound),
                 tsr_sound_get_name (sound),
                 label);
  if (!cli->json)
    return;
  JsonBuilder *json = json_builder_new ();
  json_builder_begin_object (json);
  tsr_json_whole (json, "id", tsr_sound_get_id (sound));
  tsr_json_text (json, "name", tsr_sound_get_name (sound));
  tsr_json_text (json, "label", label);
  tsr_json_whole (json, "selected", (gint64)n_selected);
  tsr_json_whole (json, "partials", (gint64)tsr_partial_set_size (state->partials));
  tsr_json_whole (
      json, "breakpoints", (gint64)tsr_partial_set_n_breakpoints (state->partials));
  tsr_json_number (json, "duration_s", state->duration_s);
  json_builder_end_object (json);
  tsr_json_print (json);
}

typedef struct {
  const char  *query, *as;
  const char **texts;
  GPtrArray   *operations;
} Choice;

static gboolean
edit (TsrCli        *cli,
      TsrCliProject *project,
      TsrSound      *sound,
      const Choice  *choice,
      GError       **error)
{
  g_autoptr (TsrSelection) selection = NULL;
  g_autoptr (TsrSignal) source = NULL;

  if (!select_partials (sound, choice->query, &selection, error) ||
      !decode_source (cli, project, sound, choice->operations, &source, error))
    return FALSE;
  g_autoptr (TsrSoundState) after =
      apply_all (sound, source, choice->operations, selection, error);
  if (after == NULL)
    return FALSE;
  if (choice->as != NULL) {
    gint64 id = tsr_project_copy_sound (project->project, sound, choice->as, error);
    if (id == 0)
      return FALSE;
    sound = tsr_project_get_sound (project->project, id);
  }
  gsize            n = selection != NULL
                           ? tsr_selection_size (selection)
                           : tsr_partial_set_size (
                      tsr_sound_state_fields (tsr_sound_get_state (sound))->partials);
  g_autofree char *label = make_label (choice->operations, selection != NULL ? n : 0);
  g_autofree char *command = make_command (choice->query, choice->texts);
  if (!tsr_project_add_step (
          project->project, sound, after, label, command, NULL, error) ||
      g_cancellable_set_error_if_cancelled (cli->cancellable, error) ||
      !tsr_cli_project_commit (project, error))
    return FALSE;
  report (cli, sound, n, label);
  return TRUE;
}

static int
run (TsrCli *cli, const TsrArguments *arguments)
{
  g_auto (TsrCliProject) project = {0};
  g_autofree const char **texts = tsr_arguments_get_all (arguments, "--do");
  g_autoptr (GPtrArray) operations = NULL;
  GError *error = NULL;
  int     status = TSR_EXIT_DONE;

  if (texts[0] == NULL) {
    tsr_usage_fail (&error, _ ("--do 'OPERATION' is missing"));
    return tsr_cli_fail (cli, "edit", error);
  }
  operations = parse_operations (texts, &error);
  if (operations == NULL)
    return tsr_cli_fail (cli, "edit", error);
  TsrSound *sound = tsr_cli_project_open_sound (cli, arguments, 0, &project, &status);
  if (sound == NULL)
    return status;
  Choice choice = {.query = tsr_arguments_get (arguments, "--select"),
                   .as = tsr_arguments_get (arguments, "--as"),
                   .texts = texts,
                   .operations = operations};
  if (!edit (cli, &project, sound, &choice, &error))
    return tsr_cli_fail (cli, project.path, error);
  return TSR_EXIT_DONE;
}

static char *
dup_operations (void)
{
  g_autofree char *lines = tsr_operation_dup_help ();

  return g_strconcat (_ ("OP is one of\n"), lines, NULL);
}

static const TsrOption options[] = {
    {"--select", "QUERY", N_ ("only these partials")},
    {"--do", "OPERATION", N_ ("an operation, see below; may be repeated")},
    {"--as", "NAME", N_ ("the result becomes a new sound")},
    {NULL, NULL, NULL},
};

const TsrVerb tsr_verb_edit = {
    .name = "edit",
    .summary = N_ ("Applies operations to a sound, as one step of its history."),
    .syntax = {.usage =
                   "PROJECT SOUND [--select QUERY] --do 'OP' [--do 'OP' ...] [--as NAME]",
               .min_words = 2,
               .max_words = 2,
               .options = options,
               .list = dup_operations,
               .more =
                   N_ ("CURVE is points such as 0:1,2:1.5 over seconds or "
                       "100Hz:1,2kHz:0.5 over frequency,\n"
                       "or FILE. 0:1x,2:1.5x stretches by factors, 0:0,2:3 is a time "
                       "map.\n"
                       "FILE is a CSV with a header: time_s,ratio or time_s,cents "
                       "(pitch, formants, "
                       "brightness),\n"
                       "time_s,shift_hz; time_s,gain_db; time_s,factor (noise, vibrato, "
                       "tremolo, stretch);\n"
                       "time_s,target_s (stretch); time_s,tilt_db; time_s,amount; "
                       "frequency_hz,gain_db and\n"
                       "the like. The manual page tells more.\n\n"
                       "QUERY tests time, duration, frequency, amplitude, energy, "
                       "noise, label, channel,\n"
                       "length or harmonicity by < <= = != >= > and `in a..b`, joined "
                       "by and, or, not, ( );\n"
                       "also `all`, `top N by FIELD` and @NAME, a saved selection. "
                       "`within A:B` or `within\n"
                       "A:B F1:F2` at its end cuts partials at the borders. Example:\n"
                       "  amplitude > -60dB and duration > 50ms and frequency in "
                       "200Hz..2kHz\n")},
    .run = run,
};
