/* SPDX-License-Identifier: GPL-3.0-or-later
 * Steps beside the present line, and the names of all.
 */
#include "app/cli/history-branches.h"

#include <glib/gi18n-lib.h>

#include "app/cli/history-json.h"
#include "model/project.h"

static gboolean
is_on_line (GPtrArray *line, TsrStep *step)
{
  return g_ptr_array_find (line, step, NULL);
}

/* The steps that are not on the present line. (transfer container) */
static GPtrArray *
dup_branches (TsrSound *sound)
{
  gsize current;
  g_autoptr (GPtrArray) line = tsr_sound_dup_history (sound, &current);
  GPtrArray *steps = tsr_sound_dup_steps (sound);

  for (guint i = steps->len; i > 0; i--)
    if (is_on_line (line, g_ptr_array_index (steps, i - 1)))
      g_ptr_array_remove_index (steps, i - 1);
  return steps;
}

char *
tsr_history_name_of (TsrSound *sound, TsrStep *step)
{
  gsize current;
  guint index;
  g_autoptr (GPtrArray) line = tsr_sound_dup_history (sound, &current);

  return g_ptr_array_find (line, step, &index)
             ? g_strdup_printf ("%u", index)
             : g_strdup_printf ("b%" G_GINT64_FORMAT, tsr_step_fields (step)->id);
}

TsrStep *
tsr_history_find_step (TsrSound *sound, const char *name, GError **error)
{
  gsize   current;
  guint64 number;
  g_autoptr (GPtrArray) line = tsr_sound_dup_history (sound, &current);
  g_autoptr (GPtrArray) branches = dup_branches (sound);

  if (g_ascii_string_to_unsigned (name, 10, 0, G_MAXUINT32, &number, NULL) &&
      number < line->len)
    return g_ptr_array_index (line, number);
  for (guint i = 0; i < branches->len; i++) {
    TsrStep         *step = g_ptr_array_index (branches, i);
    g_autofree char *its_name =
        g_strdup_printf ("b%" G_GINT64_FORMAT, tsr_step_fields (step)->id);
    if (g_str_equal (its_name, name))
      return step;
  }
  g_set_error (error,
               TSR_PROJECT_ERROR,
               TSR_PROJECT_ERROR_NO_SUCH_STEP,
               _ ("there is no step `%s`; `history --all` lists all of them"),
               name);
  return NULL;
}

static TsrStep *
parent_of (GPtrArray *steps, TsrStep *step)
{
  for (guint i = 0; i < steps->len; i++)
    if (tsr_step_fields (g_ptr_array_index (steps, i))->id ==
        tsr_step_fields (step)->parent_id)
      return g_ptr_array_index (steps, i);
  return step;
}

void
tsr_history_add_branches (JsonBuilder *json, TsrSound *sound)
{
  g_autoptr (GPtrArray) branches = dup_branches (sound);
  g_autoptr (GPtrArray) all = tsr_sound_dup_steps (sound);

  tsr_json_begin_array (json, "branches");
  for (guint i = 0; i < branches->len; i++) {
    TsrStep             *step = g_ptr_array_index (branches, i);
    const TsrStepFields *fields = tsr_step_fields (step);
    g_autofree char     *time = tsr_history_time_text (fields->time_us);
    g_autofree char     *name = tsr_history_name_of (sound, step);
    g_autofree char     *parent = tsr_history_name_of (sound, parent_of (all, step));
    json_builder_begin_object (json);
    tsr_json_text (json, "id", name);
    tsr_json_text (json, "parent", parent);
    tsr_json_text (json, "label", fields->label);
    tsr_json_text (json, "time", time);
    tsr_json_text (json, "command", fields->command);
    json_builder_end_object (json);
  }
  json_builder_end_array (json);
}

void
tsr_history_print_branches (TsrCli *cli, TsrSound *sound)
{
  g_autoptr (GPtrArray) branches = dup_branches (sound);
  g_autoptr (GPtrArray) all = tsr_sound_dup_steps (sound);

  for (guint i = 0; i < branches->len; i++) {
    TsrStep             *step = g_ptr_array_index (branches, i);
    const TsrStepFields *fields = tsr_step_fields (step);
    g_autofree char     *time = tsr_history_time_text (fields->time_us);
    g_autofree char     *name = tsr_history_name_of (sound, step);
    g_autofree char     *parent = tsr_history_name_of (sound, parent_of (all, step));
    tsr_cli_print (
        cli, _ ("  %3s  %s  %s (after %s)\n"), name, time, fields->label, parent);
  }
}
