/* SPDX-License-Identifier: GPL-3.0-or-later
 * list: what a project holds.
 */
#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "app/cli/cli-project.h"
#include "app/cli/count-words.h"
#include "app/cli/json.h"
#include "app/cli/verbs.h"

static void
add_sound (JsonBuilder *json, TsrSound *sound)
{
  const TsrSoundStateFields *state = tsr_sound_state_fields (tsr_sound_get_state (sound));

  json_builder_begin_object (json);
  tsr_json_whole (json, "id", tsr_sound_get_id (sound));
  tsr_json_text (json, "name", tsr_sound_get_name (sound));
  tsr_json_whole (json, "channels", tsr_sound_get_n_channels (sound));
  tsr_json_whole (json, "partials", (gint64)tsr_partial_set_size (state->partials));
  tsr_json_whole (
      json, "breakpoints", (gint64)tsr_partial_set_n_breakpoints (state->partials));
  tsr_json_number (json, "duration_s", state->duration_s);
  json_builder_end_object (json);
}

static void
print_sound (TsrCli *cli, TsrSound *sound)
{
  const TsrSoundStateFields *state = tsr_sound_state_fields (tsr_sound_get_state (sound));
  g_autofree char *channels = tsr_count_channels (tsr_sound_get_n_channels (sound));
  g_autofree char *partials = tsr_count_partials (tsr_partial_set_size (state->partials));
  g_autofree char *breakpoints =
      tsr_count_breakpoints (tsr_partial_set_n_breakpoints (state->partials));

  tsr_cli_print (cli,
                 "%3" PRId64 "  %-24s %s %8.3f s %16s %21s%s\n",
                 tsr_sound_get_id (sound),
                 tsr_sound_get_name (sound),
                 channels,
                 state->duration_s,
                 partials,
                 breakpoints,
                 state->edited ? _ (", edited") : "");
}

static int
run (TsrCli *cli, const TsrArguments *arguments)
{
  g_auto (TsrCliProject) project = {0};
  int status = TSR_EXIT_DONE;

  if (!tsr_cli_project_open (cli, tsr_arguments_word (arguments, 0), &project, &status))
    return status;
  GListModel  *sounds = G_LIST_MODEL (project.project);
  JsonBuilder *json = json_builder_new ();
  json_builder_begin_object (json);
  tsr_json_begin_array (json, "sounds");
  for (guint i = 0; i < g_list_model_get_n_items (sounds); i++) {
    g_autoptr (TsrSound) sound = g_list_model_get_item (sounds, i);
    add_sound (json, sound);
    print_sound (cli, sound);
  }
  json_builder_end_array (json);
  tsr_json_empty_array (json, "patches");
  tsr_json_empty_array (json, "curves");
  tsr_json_empty_array (json, "transitions");
  tsr_json_whole (json, "bytes", (gint64)tsr_store_get_n_bytes (project.store));
  json_builder_end_object (json);
  if (cli->json)
    tsr_json_print (json);
  else
    g_object_unref (json);
  return TSR_EXIT_DONE;
}

const TsrVerb tsr_verb_list = {
    .name = "list",
    .summary = N_ ("Lists the sounds of a project."),
    .syntax = {.usage = "PROJECT", .min_words = 1, .max_words = 1},
    .run = run,
};
