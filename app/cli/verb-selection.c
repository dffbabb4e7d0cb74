/* SPDX-License-Identifier: GPL-3.0-or-later
 * selection save, rename, remove, list.
 */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/cli/cli-project.h"
#include "app/cli/json.h"
#include "app/cli/verbs.h"
#include "model/query.h"

static TsrSelection *
dup_now (TsrSound *sound, const TsrSavedSelection *saved)
{
  return tsr_sound_follow_selection (
      sound, saved->kept, tsr_step_fields (tsr_sound_get_current_step (sound))->id);
}

static void
add_json (JsonBuilder *json, TsrSound *sound, const TsrSavedSelection *saved)
{
  g_autoptr (TsrSelection) now = dup_now (sound, saved);

  json_builder_begin_object (json);
  tsr_json_text (json, "name", saved->name);
  tsr_json_whole (json, "partials", (gint64)tsr_selection_size (now));
  tsr_json_whole (json, "saved", (gint64)tsr_selection_size (saved->kept));
  json_builder_end_object (json);
}

static void
print (TsrCli *cli, TsrSound *sound, const TsrSavedSelection *saved)
{
  g_autoptr (TsrSelection) now = dup_now (sound, saved);
  gsize            n = tsr_selection_size (now);
  g_autofree char *count =
      g_strdup_printf (ngettext ("%zu partial", "%zu partials", n), n);
  g_autofree char *word = tsr_query_quote_name (saved->name);

  tsr_cli_print (cli, "%-24s %s\n", word, count);
}

static void
report (TsrCli *cli, TsrSound *sound)
{
  gsize                    n;
  const TsrSavedSelection *saved = tsr_sound_get_saved_selections (sound, &n);

  for (gsize i = 0; i < n; i++)
    print (cli, sound, &saved[i]);
  if (!cli->json)
    return;
  JsonBuilder *json = json_builder_new ();
  json_builder_begin_object (json);
  tsr_json_begin_array (json, "selections");
  for (gsize i = 0; i < n; i++)
    add_json (json, sound, &saved[i]);
  json_builder_end_array (json);
  json_builder_end_object (json);
  tsr_json_print (json);
}

static gboolean
save (TsrCliProject      *project,
      TsrSound           *sound,
      const TsrArguments *arguments,
      GError            **error)
{
  const char              *name = tsr_arguments_word (arguments, 3);
  const TsrSavedSelection *there = tsr_sound_find_saved_selection (sound, name);
  g_autoptr (TsrSelection) selection =
      tsr_query_select_in (sound, 0, tsr_arguments_get (arguments, "--select"), error);

  if (selection == NULL) {
    g_prefix_error (error, "--select: ");
    return FALSE;
  }
  if (tsr_selection_size (selection) == 0) {
    g_set_error (
        error, TSR_QUERY_ERROR, 0, _ ("--select: no partial of the sound is like that"));
    return FALSE;
  }
  if (there != NULL && tsr_arguments_has (arguments, "--replace"))
    return tsr_project_replace_saved_selection (
        project->project, sound, there->id, selection, error);
  return tsr_project_save_selection (project->project, sound, name, selection, error) !=
         0;
}

/* rename or remove. */
static gboolean
change_saved (TsrCliProject      *project,
              TsrSound           *sound,
              const TsrArguments *arguments,
              GError            **error)
{
  const char              *name = tsr_arguments_word (arguments, 3);
  const TsrSavedSelection *saved = tsr_sound_find_saved_selection (sound, name);

  if (saved == NULL) {
    g_set_error (error,
                 TSR_QUERY_ERROR,
                 0,
                 _ ("there is no saved selection “%s”; `selection list` shows what there "
                    "is"),
                 name);
    return FALSE;
  }
  if (strcmp (tsr_arguments_word (arguments, 0), "rename") == 0)
    return tsr_project_rename_saved_selection (
        project->project, sound, saved->id, tsr_arguments_word (arguments, 4), error);
  return tsr_project_remove_saved_selection (project->project, sound, saved->id, error);
}

static TsrSound *
change (TsrCliProject      *project,
        TsrSound           *sound,
        const TsrArguments *arguments,
        GError            **error)
{
  const char *what = tsr_arguments_word (arguments, 0);
  gboolean    done =
      strcmp (what, "list") == 0 || (strcmp (what, "save") == 0 ? save : change_saved) (
                                        project, sound, arguments, error);

  return done ? sound : NULL;
}

static gboolean
check_usage (const TsrArguments *arguments, GError **error)
{
  const char *what = tsr_arguments_word (arguments, 0);
  gsize       n = tsr_arguments_n_words (arguments);
  gboolean    selects = tsr_arguments_has (arguments, "--select");
  gboolean    replaces = tsr_arguments_has (arguments, "--replace");

  if (strcmp (what, "save") == 0)
    return (n == 4 && selects) ||
           tsr_usage_fail (
               error, _ ("it goes: save PROJECT SOUND NAME --select QUERY [--replace]"));
  if (selects || replaces)
    return tsr_usage_fail (error, _ ("--select and --replace go with selection save"));
  if (strcmp (what, "rename") == 0)
    return n == 5 || tsr_usage_fail (error, _ ("it goes: rename PROJECT SOUND NAME NEW"));
  if (strcmp (what, "remove") == 0)
    return n == 4 || tsr_usage_fail (error, _ ("it goes: remove PROJECT SOUND NAME"));
  if (strcmp (what, "list") == 0)
    return n == 3 || tsr_usage_fail (error, _ ("it goes: list PROJECT SOUND"));
  return tsr_usage_fail (error,
                         _ ("there are selection save, selection rename, selection "
                            "remove and selection list, no `%s`"),
                         what);
}

static int
run (TsrCli *cli, const TsrArguments *arguments)
{
  GError *error = NULL;

  if (!check_usage (arguments, &error))
    return tsr_cli_fail (cli, "selection", error);
  return tsr_cli_project_change_sound (cli, arguments, 1, change, report);
}

static const TsrOption options[] = {
    {"--select", "QUERY", N_ ("what to save; see `edit --help`")},
    {"--replace", NULL, N_ ("take the place of a saved selection of that name")},
    {NULL, NULL, NULL},
};

const TsrVerb tsr_verb_selection = {
    .name = "selection",
    .summary = N_ ("Saves, renames, removes or lists selections of a sound."),
    .syntax = {.usage = "save PROJECT SOUND NAME --select QUERY [--replace] | rename "
                        "PROJECT SOUND NAME NEW | remove PROJECT SOUND NAME | list "
                        "PROJECT SOUND",
               .min_words = 3,
               .max_words = 5,
               .options = options,
               .more = N_ ("In a QUERY, @NAME or @\"A NAME\" stands for a saved "
                           "selection. It follows its partials\n"
                           "through edits and undo; what is deleted leaves it.\n")},
    .run = run,
};
