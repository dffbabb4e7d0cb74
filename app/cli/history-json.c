/* SPDX-License-Identifier: GPL-3.0-or-later
 * Histories and markers as JSON and as text.
 */
#include "app/cli/history-json.h"

char *
tsr_history_time_text (gint64 time_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);

  return time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ") : NULL;
}

/* Steps are counted from 0, the analysis or import: the number, not the id in the file,
 * is what a person sees. */
void
tsr_history_add_json (JsonBuilder *json, TsrSound *sound)
{
  gsize current;
  g_autoptr (GPtrArray) steps = tsr_sound_dup_history (sound, &current);

  tsr_json_begin_array (json, "steps");
  for (guint i = 0; i < steps->len; i++) {
    const TsrStepFields *step = tsr_step_fields (g_ptr_array_index (steps, i));
    g_autofree char     *time = tsr_history_time_text (step->time_us);
    json_builder_begin_object (json);
    tsr_json_whole (json, "id", i);
    tsr_json_text (json, "label", step->label);
    tsr_json_text (json, "time", time);
    tsr_json_truth (json, "current", i == current);
    tsr_json_text (json, "command", step->command);
    json_builder_end_object (json);
  }
  json_builder_end_array (json);
}

void
tsr_history_print (TsrCli *cli, TsrSound *sound)
{
  gsize current;
  g_autoptr (GPtrArray) steps = tsr_sound_dup_history (sound, &current);

  for (guint i = 0; i < steps->len; i++) {
    const TsrStepFields *step = tsr_step_fields (g_ptr_array_index (steps, i));
    g_autofree char     *time = tsr_history_time_text (step->time_us);
    tsr_cli_print (
        cli, "%s %3u  %s  %s\n", i == current ? "*" : " ", i, time, step->label);
  }
}

void
tsr_markers_add_json (JsonBuilder *json, TsrSound *sound)
{
  gsize            n;
  const TsrMarker *markers = tsr_sound_get_markers (sound, &n);

  tsr_json_begin_array (json, "markers");
  for (gsize i = 0; i < n; i++) {
    json_builder_begin_object (json);
    tsr_json_whole (json, "id", markers[i].id);
    tsr_json_number (json, "time_s", markers[i].time_s);
    tsr_json_text (json, "name", markers[i].name);
    json_builder_end_object (json);
  }
  json_builder_end_array (json);
}

void
tsr_markers_print (TsrCli *cli, TsrSound *sound)
{
  gsize            n;
  const TsrMarker *markers = tsr_sound_get_markers (sound, &n);

  for (gsize i = 0; i < n; i++)
    tsr_cli_print (cli,
                   "%3" G_GINT64_FORMAT " %10.4f s  %s\n",
                   markers[i].id,
                   markers[i].time_s,
                   markers[i].name);
}
