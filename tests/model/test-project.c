/* SPDX-License-Identifier: GPL-3.0-or-later
 * Projects: edits, history, undo, copies, names, markers; undo against a shadow.
 */
#include "model/project.h"

#include "tests/model/model-fixture.h"

static TsrSound *
add (TsrProject *project, const char *name, gsize n_partials)
{
  g_autoptr (TsrSoundState) state = fixture_state (1, n_partials);
  TsrAnalysisRecord record = {.snr_db = 30};
  g_autoptr (GError) error = NULL;
  gint64 id = tsr_project_add_sound (
      project, name, NULL, state, "Analysis", "analyze", &record, &error);

  g_assert_no_error (error);
  g_assert_cmpint (id, >, 0);
  return tsr_project_get_sound (project, id);
}

static gsize
size_of (TsrSound *sound)
{
  return tsr_partial_set_size (
      tsr_sound_state_fields (tsr_sound_get_state (sound))->partials);
}

/* A step that replaces all partials by n new ones. */
static void
edit (TsrProject *project, TsrSound *sound, gsize n)
{
  g_autoptr (TsrPartialSet) set = fixture_set (tsr_sound_next_partial_id (sound), n);
  TsrSoundStateFields fields = {
      .partials = set, .duration_s = 1, .analysed = TRUE, .edited = TRUE};
  g_autoptr (TsrSoundState) after = tsr_sound_state_new (&fields);
  g_autoptr (GError) error = NULL;

  tsr_project_add_step (project, sound, after, "Edit", "edit", NULL, &error);
  g_assert_no_error (error);
}

static void
count_cb (TsrProject *project, TsrEdit *change, guint *n)
{
  ++*n;
}

static void
test_names (void)
{
  g_autoptr (TsrProject) project = tsr_project_new ();
  g_autoptr (TsrSoundState) state = fixture_state (1, 1);
  g_autoptr (GError) error = NULL;
  TsrSound *flute = add (project, "flute", 3);
  guint     n_edits = 0;

  g_signal_connect (project, "edited", G_CALLBACK (count_cb), &n_edits);
  g_assert_cmpint (
      tsr_project_add_sound (project, "flute", NULL, state, "", "", NULL, &error), ==, 0);
  g_assert_error (error, TSR_PROJECT_ERROR, TSR_PROJECT_ERROR_NAME_TAKEN);
  g_clear_error (&error);
  g_assert_false (tsr_project_rename_sound (project, flute, "a\nb", &error));
  g_assert_error (error, TSR_PROJECT_ERROR, TSR_PROJECT_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_cmpuint (n_edits, ==, 0);

  g_autofree char *free_name = tsr_project_free_name (project, "flute");
  g_assert_cmpstr (free_name, ==, "flute 2");
  TsrSound *one = add (project, "1", 1);
  g_assert_true (tsr_project_find_sound (project, "1", NULL) == flute);
  g_assert_true (tsr_project_rename_sound (project, one, "one", &error));
  g_assert_true (tsr_project_find_sound (project, "one", NULL) == one);
  g_assert_null (tsr_project_find_sound (project, "oboe", &error));
  g_assert_error (error, TSR_PROJECT_ERROR, TSR_PROJECT_ERROR_NO_SUCH_SOUND);
}

static void
test_undo_and_branch (void)
{
  g_autoptr (TsrProject) project = tsr_project_new ();
  TsrSound *sound = add (project, "flute", 3);
  gsize     current;

  g_assert_false (tsr_sound_can_undo (sound));
  edit (project, sound, 5);
  edit (project, sound, 7);
  g_assert_cmpuint (size_of (sound), ==, 7);
  g_assert_true (tsr_project_undo (project, sound, NULL));
  g_assert_true (tsr_project_undo (project, sound, NULL));
  g_assert_false (tsr_project_undo (project, sound, NULL));
  g_assert_cmpuint (size_of (sound), ==, 3);
  g_assert_true (tsr_project_redo (project, sound, NULL));
  g_assert_cmpuint (size_of (sound), ==, 5);
  g_autoptr (GPtrArray) line = tsr_sound_dup_history (sound, &current);
  g_assert_cmpuint (line->len, ==, 3);
  g_assert_cmpuint (current, ==, 1);

  edit (project, sound, 2); /* branches: the step of 7 is no longer on the line */
  g_assert_false (tsr_sound_can_redo (sound));
  g_autoptr (GPtrArray) branched = tsr_sound_dup_history (sound, &current);
  g_assert_cmpuint (branched->len, ==, 3);
  gint64 lost = tsr_step_fields (g_ptr_array_index (line, 2))->id;
  g_assert_true (tsr_project_go_to_step (project, sound, lost, NULL));
  g_assert_cmpuint (size_of (sound), ==, 7);
  g_assert_false (tsr_project_go_to_step (project, sound, 999, NULL));
}

static void
test_random_walk (void)
{
  g_autoptr (TsrProject) project = tsr_project_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (GHashTable) sizes = g_hash_table_new (NULL, NULL);
  TsrSound *sound = add (project, "flute", 3);

  for (guint i = 0; i < 3000; i++) {
    guint what = (guint)g_rand_int_range (rand, 0, 5);
    if (what < 2)
      tsr_project_undo (project, sound, NULL);
    else if (what == 2)
      tsr_project_redo (project, sound, NULL);
    else
      edit (project, sound, (gsize)g_rand_int_range (rand, 1, 9));
    gpointer step = tsr_sound_get_current_step (sound);
    gpointer known = g_hash_table_lookup (sizes, step);
    if (known != NULL)
      g_assert_cmpuint (size_of (sound), ==, GPOINTER_TO_SIZE (known));
    g_hash_table_insert (sizes, step, GSIZE_TO_POINTER (size_of (sound)));
  }
}

static void
test_remove_and_restore (void)
{
  g_autoptr (TsrProject) project = tsr_project_new ();
  TsrSound *a = add (project, "a", 1);
  add (project, "b", 1);
  gint64 id = tsr_sound_get_id (a);
  g_autoptr (GError) error = NULL;

  g_assert_true (tsr_project_remove_sound (project, a, NULL));
  g_assert_true (tsr_project_is_removed (project, id));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (project)), ==, 1);
  TsrSound *c = add (project, "a", 2);
  g_assert_false (tsr_project_restore_sound (project, id, &error));
  g_assert_error (error, TSR_PROJECT_ERROR, TSR_PROJECT_ERROR_NAME_TAKEN);
  g_assert_true (tsr_project_rename_sound (project, c, "c", NULL));
  g_assert_true (tsr_project_restore_sound (project, id, NULL));
  g_autoptr (TsrSound) first = g_list_model_get_item (G_LIST_MODEL (project), 0);
  g_assert_true (first == a);
}

static void
test_copy_keeps_the_analysis (void)
{
  g_autoptr (TsrProject) project = tsr_project_new ();
  TsrSound *sound = add (project, "flute", 3);
  edit (project, sound, 5);
  tsr_project_add_marker (project, sound, 0.5, "here", NULL);
  gint64    id = tsr_project_copy_sound (project, sound, "copy", NULL);
  TsrSound *copy = tsr_project_get_sound (project, id);
  g_autoptr (TsrSoundState) analysed = tsr_sound_dup_analysed_state (copy);
  gsize n;

  g_assert_cmpuint (size_of (copy), ==, 5);
  g_assert_cmpuint (
      tsr_partial_set_size (tsr_sound_state_fields (analysed)->partials), ==, 3);
  g_assert_cmpfloat (tsr_sound_get_analysis (copy)->snr_db, ==, 30);
  g_assert_cmpstr (tsr_sound_get_markers (copy, &n)->name, ==, "here");
  g_assert_cmpuint (n, ==, 1);
  edit (project, copy, 1);
  g_assert_cmpuint (size_of (sound), ==, 5);
}

static void
test_markers (void)
{
  g_autoptr (TsrProject) project = tsr_project_new ();
  TsrSound *sound = add (project, "flute", 1);
  gint64    late = tsr_project_add_marker (project, sound, 2, "late", NULL);
  gint64    early = tsr_project_add_marker (project, sound, 1, "early", NULL);
  gsize     n;

  g_assert_cmpint (late, !=, early);
  g_assert_cmpstr (tsr_sound_get_markers (sound, &n)[0].name, ==, "early");
  g_assert_true (tsr_project_remove_marker (project, sound, early, NULL));
  g_assert_false (tsr_project_remove_marker (project, sound, early, NULL));
  g_assert_cmpstr (tsr_sound_get_markers (sound, &n)[0].name, ==, "late");
  g_assert_cmpuint (n, ==, 1);
}

/* What the store does: the same edits replayed give the same project. */
static void
replay_cb (TsrProject *project, TsrEdit *change, TsrProject *other)
{
  g_assert_true (tsr_project_replay (other, change, NULL));
}

static void
test_replay (void)
{
  g_autoptr (TsrProject) project = tsr_project_new ();
  g_autoptr (TsrProject) other = tsr_project_new ();

  g_signal_connect (project, "edited", G_CALLBACK (replay_cb), other);
  TsrSound *sound = add (project, "flute", 4);
  for (guint i = 0; i < 200; i++)
    edit (project, sound, 1 + i % 9);
  for (guint i = 0; i < 100; i++)
    tsr_project_undo (project, sound, NULL);
  TsrSound *twin = tsr_project_get_sound (other, tsr_sound_get_id (sound));
  g_assert_cmpuint (size_of (twin), ==, size_of (sound));
  g_assert_true (tsr_sound_get_current_step (twin) == tsr_sound_get_current_step (sound));
  g_assert_cmpint (
      tsr_sound_next_partial_id (twin), ==, tsr_sound_next_partial_id (sound));
}

static void
test_difference_is_minimal (void)
{
  g_autoptr (TsrPartialSet) before = fixture_set (1, 4);
  g_autoptr (TsrPartial) moved = fixture_partial (2, 0, 2, 50);
  g_autoptr (TsrPartial) fresh = fixture_partial (9, 0, 1, 60);
  gint64      gone[] = {2, 4};
  TsrPartial *come[] = {moved, fresh};
  g_autoptr (TsrPartialSet) after = tsr_partial_set_replace (before, gone, 2, come, 2);
  g_autofree gint64      *removed = NULL;
  g_autofree TsrPartial **added = NULL;
  gsize                   n_removed, n_added;

  tsr_step_difference (before, after, &removed, &n_removed, &added, &n_added);
  g_assert_cmpuint (n_removed, ==, 2);
  g_assert_cmpint (removed[0], ==, 2);
  g_assert_cmpint (removed[1], ==, 4);
  g_assert_cmpuint (n_added, ==, 2);
  g_assert_true (added[0] == moved && added[1] == fresh);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/project/names", test_names);
  g_test_add_func ("/model/project/undo-and-branch", test_undo_and_branch);
  g_test_add_func ("/model/project/random-walk", test_random_walk);
  g_test_add_func ("/model/project/remove-and-restore", test_remove_and_restore);
  g_test_add_func ("/model/project/copy", test_copy_keeps_the_analysis);
  g_test_add_func ("/model/project/markers", test_markers);
  g_test_add_func ("/model/project/replay", test_replay);
  g_test_add_func ("/model/project/difference", test_difference_is_minimal);
  return g_test_run ();
}
