/* SPDX-License-Identifier: GPL-3.0-or-later
 * Compaction drops what it says and nothing else.
 */
#include <string.h>

#include "model/operation.h"
#include "tests/store/sql.h"
#include "tests/store/support.h"

/* What the saved selections are now. */
static void
append_saved (GString *text, TsrSound *sound)
{
  gint64 step_id = tsr_step_fields (tsr_sound_get_current_step (sound))->id;
  gsize  n = 0;
  const TsrSavedSelection *saved = tsr_sound_get_saved_selections (sound, &n);

  for (gsize i = 0; i < n; i++) {
    g_autoptr (TsrSelection) now =
        tsr_sound_follow_selection (sound, saved[i].kept, step_id);
    g_autofree char *line =
        test_saved_dup_text (&(TsrSavedSelection){saved[i].id, saved[i].name, now}, 1);
    g_string_append (text, line);
  }
}

/* The states of a sound, present and at each listed step, without the steps' names. */
static char *
dup_present (TsrProject *project)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (project)); i++) {
    g_autoptr (TsrSound) sound = g_list_model_get_item (G_LIST_MODEL (project), i);
    TsrPartialSet *set = tsr_sound_state_fields (tsr_sound_get_state (sound))->partials;
    gsize          n_markers = 0, current = 0;
    g_autoptr (GPtrArray) steps = tsr_sound_dup_history (sound, &current);
    tsr_sound_get_kept_markers (sound, &n_markers);
    g_string_append_printf (text,
                            "%s: %zu markers, step %" G_GINT64_FORMAT ", redo %u, %d\n",
                            tsr_sound_get_name (sound),
                            n_markers,
                            tsr_step_fields (tsr_sound_get_current_step (sound))->id,
                            steps->len - (guint)current,
                            tsr_sound_get_analysis (sound) != NULL);
    append_saved (text, sound);
    for (gsize k = 0; k < tsr_partial_set_size (set); k++) {
      TsrPartial      *partial = tsr_partial_set_at (set, k);
      g_autofree char *sum = g_compute_checksum_for_data (
          G_CHECKSUM_MD5,
          (const guchar *)tsr_partial_breakpoints (partial),
          tsr_partial_n_breakpoints (partial) * sizeof (TsrBreakpoint));
      g_string_append_printf (
          text, " %" G_GINT64_FORMAT " %s\n", (gint64)tsr_partial_id (partial), sum);
    }
  }
  return g_string_free (text, FALSE);
}

static void
expect_whole (const char *path)
{
  g_autoptr (GPtrArray) damage = NULL;

  g_assert_true (tsr_store_check (path, NULL, &damage, NULL));
  for (guint i = 0; i < damage->len; i++)
    g_test_message ("%s", (char *)g_ptr_array_index (damage, i));
  g_assert_cmpuint (damage->len, ==, 0);
}

static guint
longest_history (TsrProject *project)
{
  guint longest = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (project)); i++) {
    g_autoptr (TsrSound) sound = g_list_model_get_item (G_LIST_MODEL (project), i);
    gsize current = 0;
    g_autoptr (GPtrArray) steps = tsr_sound_dup_history (sound, &current);
    longest = MAX (longest, steps->len);
  }
  return longest;
}

static void
test_keep (gconstpointer data)
{
  guint            keep = GPOINTER_TO_UINT (data);
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = test_path (folder, "a.tarsier");
  g_autofree char *text = test_make_project (path, 8);
  g_autoptr (GError) error = NULL;
  g_autoptr (TsrStore) store = NULL;
  TsrCompactReport plan, report;
  g_autoptr (TsrProject) before = test_reload (path, &store);
  g_autofree char *present = dup_present (before);

  g_assert_true (tsr_store_compact (store, keep, TRUE, NULL, &plan, &error));
  g_assert_no_error (error);
  g_autofree char *untouched = test_project_dup_text (before);
  g_assert_cmpstr (untouched, ==, text);
  tsr_store_compact (store, keep, FALSE, NULL, &report, &error);
  g_assert_no_error (error);
  g_test_message ("keep %u: %" G_GUINT64_FORMAT " steps, %" G_GUINT64_FORMAT
                  " sounds, %" G_GUINT64_FORMAT " sources; %" G_GUINT64_FORMAT
                  " -> %" G_GUINT64_FORMAT " bytes (%" G_GUINT64_FORMAT " announced)",
                  keep,
                  report.n_steps_dropped,
                  report.n_sounds_dropped,
                  report.n_sources_dropped,
                  report.bytes_before,
                  report.bytes_after,
                  plan.bytes_after);
  g_assert_cmpuint (plan.n_steps_dropped, ==, report.n_steps_dropped);
  g_assert_cmpuint (report.n_sounds_dropped, ==, 2);
  g_assert_cmpuint (report.n_sources_dropped, ==, 2);
  g_assert_cmpuint (report.bytes_after, <, report.bytes_before);
  /* Still open for work, in the same session. */
  test_connect (before, store);
  g_clear_object (&store);
  expect_whole (path);
  g_autoptr (TsrProject) after = test_reload (path, &store);
  g_autofree char *now = dup_present (after);
  g_assert_cmpstr (present, ==, now);
  /* The present, at most one step of analysis before it, and what redo leads to. */
  g_assert_cmpuint (
      longest_history (after), <=, keep == G_MAXUINT ? 6 : MAX (keep + 1, 6));
  test_connect (after, store);
  test_edit_sound (after, tsr_project_get_sound (after, 1), 99);
  g_autofree char *edited = test_project_dup_text (after);
  g_clear_object (&store);
  g_autoptr (TsrProject) again = test_reload (path, &store);
  g_autofree char *reloaded = test_project_dup_text (again);
  g_assert_cmpstr (edited, ==, reloaded);
  /* A second time there is nothing to drop but what the edit branched off. */
  g_assert_true (tsr_store_compact (store, G_MAXUINT, FALSE, NULL, &report, &error));
  g_assert_cmpuint (report.n_sounds_dropped + report.n_sources_dropped, ==, 0);
  test_remove_folder (folder);
}

static void
test_all_kept (void)
{
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = test_path (folder, "a.tarsier");
  g_autofree char *text = test_make_project (path, 1);
  g_autoptr (TsrStore) store = NULL;
  TsrCompactReport report;

  g_autoptr (TsrProject) project = test_reload (path, &store);
  g_assert_true (tsr_store_compact (store, G_MAXUINT, FALSE, NULL, &report, NULL));
  g_assert_cmpuint (report.n_steps_dropped, ==, 0);
  g_clear_object (&store);
  g_autoptr (TsrProject) after = test_reload (path, &store);
  g_autofree char *now = test_project_dup_text (after);
  g_assert_cmpstr (text, ==, now);
  test_remove_folder (folder);
}

/* A step of one operation on all partials. */
static void
operate (TsrProject *project, TsrSound *sound, const char *text)
{
  gint64 next_id = tsr_sound_next_partial_id (sound);
  g_autoptr (GError) error = NULL;
  g_autoptr (TsrOperation) operation = tsr_operation_parse (text, &error);
  g_autoptr (TsrSoundState) after = tsr_operation_apply (
      operation, tsr_sound_get_state (sound), NULL, &next_id, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (tsr_project_add_step (project, sound, after, text, "", NULL, &error));
}

/* Partials without an analysis: what was selected of them is followed when the step that
 * brought them is dropped. */
static void
test_imported (void)
{
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = test_path (folder, "a.tarsier");
  g_autoptr (TsrProject) project = tsr_project_new ();
  g_autoptr (TsrStore) store = tsr_store_create (path, NULL);
  g_autoptr (TsrSoundState) first = test_state_new (1, 4, 4, 1);
  TsrPartialSet   *set = tsr_sound_state_fields (first)->partials;
  TsrCompactReport report;

  test_connect (project, store);
  gint64 id = tsr_project_add_sound (project, "a", NULL, first, "first", "", NULL, NULL);
  g_autoptr (TsrSelection) two =
      tsr_selection_new ((gint64[]){tsr_partial_id (tsr_partial_set_at (set, 0)),
                                    tsr_partial_id (tsr_partial_set_at (set, 2))},
                         2,
                         NULL);
  TsrSound *sound = tsr_project_get_sound (project, id);
  g_assert_cmpint (tsr_project_save_selection (project, sound, "two", two, NULL), >, 0);
  operate (project, sound, "gain -3dB");
  operate (project, sound, "pitch 2");
  g_autofree char *present = dup_present (project);
  g_clear_object (&store);
  g_autoptr (TsrProject) before = test_reload (path, &store);
  g_assert_true (tsr_store_compact (store, 1, FALSE, NULL, &report, NULL));
  g_assert_cmpuint (report.n_steps_dropped, ==, 2);
  g_clear_object (&store);
  g_autoptr (TsrProject) after = test_reload (path, &store);
  g_autofree char *now = dup_present (after);
  g_assert_cmpstr (present, ==, now);
  test_remove_folder (folder);
}

/* Saved in a branch that is dropped: what it was made of, and what that became, is
 * followed. */
static void
test_branch (gconstpointer data)
{
  guint            keep = GPOINTER_TO_UINT (data);
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = test_path (folder, "a.tarsier");
  g_autoptr (TsrProject) project = tsr_project_new ();
  g_autoptr (TsrStore) store = tsr_store_create (path, NULL);
  g_autoptr (TsrSoundState) first = test_state_new (1, 4, 4, 1);
  TsrCompactReport report;

  test_connect (project, store);
  gint64 id = tsr_project_add_sound (project, "a", NULL, first, "first", "", NULL, NULL);
  TsrSound *sound = tsr_project_get_sound (project, id);
  operate (project, sound, "gain -3dB");
  operate (project, sound, "gain -1dB"); /* the branch */
  operate (project, sound, "split 0.01");
  TsrPartialSet *set = tsr_sound_state_fields (tsr_sound_get_state (sound))->partials;
  gint64         last_id = tsr_partial_set_max_id (set);
  g_autoptr (TsrSelection) one = tsr_selection_new (&last_id, 1, NULL);
  g_assert_cmpint (tsr_project_save_selection (project, sound, "one", one, NULL), >, 0);
  g_assert_true (tsr_project_undo (project, sound, NULL));
  g_assert_true (tsr_project_undo (project, sound, NULL));
  operate (project, sound, "pitch 2");
  operate (project, sound, "gain 2dB");
  g_autofree char *present = dup_present (project);
  g_assert_null (strstr (present, "[one]\n")); /* some partial is selected */
  g_clear_object (&store);
  for (int i = 0; i < 2; i++) { /* the second time there is no branch any more */
    g_autoptr (TsrProject) before = test_reload (path, &store);
    g_assert_true (tsr_store_compact (store, keep, FALSE, NULL, &report, NULL));
    g_clear_object (&store);
    g_autoptr (TsrProject) after = test_reload (path, &store);
    g_autofree char *now = dup_present (after);
    g_assert_cmpstr (present, ==, now);
    g_clear_object (&store);
  }
  test_remove_folder (folder);
}

int
main (int argc, char **argv)
{
  static const guint keeps[] = {0, 1, 2, 3, 5, G_MAXUINT};

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/compact/all-kept", test_all_kept);
  g_test_add_func ("/store/compact/imported", test_imported);
  for (gsize i = 0; i < G_N_ELEMENTS (keeps); i++) {
    g_autofree char *name = g_strdup_printf ("/store/compact/keep/%u", keeps[i]);
    g_test_add_data_func (name, GUINT_TO_POINTER (keeps[i]), test_keep);
    g_autofree char *branch = g_strdup_printf ("/store/compact/branch/%u", keeps[i]);
    g_test_add_data_func (branch, GUINT_TO_POINTER (keeps[i]), test_branch);
  }
  return g_test_run ();
}
