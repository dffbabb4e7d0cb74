/* SPDX-License-Identifier: GPL-3.0-or-later
 * Projects as older versions wrote them: checked as they are, brought up to date when
 * they are opened for work, nothing lost.
 */
#include "store/schema.h"
#include "tests/store/sql.h"
#include "tests/store/support.h"

/* Makes a project out of a text that stands beside this test. */
static char *
make_old (const char *folder, const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "store", name, NULL);
  g_autofree char *sql = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &sql, NULL, &error);
  g_assert_no_error (error);
  char *project = test_path (folder, "old.tarsier");
  test_sql_execute (project, sql);
  return project;
}

static guint
count_damage (const char *path)
{
  g_autoptr (GPtrArray) damage = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (tsr_store_check (path, NULL, &damage, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < damage->len; i++)
    g_test_message ("%s", (char *)g_ptr_array_index (damage, i));
  return damage->len;
}

/* What version 1 knew of. */
static void
expect_contents (TsrProject *project)
{
  TsrSound *sound = tsr_project_find_sound (project, "two", NULL);
  gsize     n = 0, current = 0;

  g_assert_nonnull (sound);
  g_autoptr (GPtrArray) steps = tsr_sound_dup_history (sound, &current);
  TsrPartialSet *set = tsr_sound_state_fields (tsr_sound_get_state (sound))->partials;
  g_assert_cmpuint (steps->len, ==, 2);
  g_assert_cmpuint (current, ==, 0);
  g_assert_cmpuint (tsr_partial_set_size (set), ==, 2);
  g_assert_cmpstr (tsr_sound_get_markers (sound, &n)[0].name, ==, "mark");
  g_assert_cmpuint (n, ==, 1);
}

static void
test_version_1 (void)
{
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = make_old (folder, "project-1.sql");
  g_autoptr (TsrStore) store = NULL;
  g_autoptr (GError) error = NULL;
  gsize n = 0;

  g_assert_cmpuint (count_damage (path), ==, 0);
  g_assert_cmpint (test_sql_int (path, "PRAGMA user_version"), ==, 1);
  g_autoptr (TsrProject) project = test_reload (path, &store);
  expect_contents (project);
  test_connect (project, store);
  TsrSound *sound = tsr_project_find_sound (project, "two", NULL);
  g_autoptr (TsrSelection) all =
      tsr_selection_all (tsr_sound_state_fields (tsr_sound_get_state (sound))->partials);
  g_assert_cmpint (
      tsr_project_save_selection (project, sound, "both", all, &error), ==, 1);
  g_assert_no_error (error);
  g_clear_object (&store);
  g_assert_cmpint (test_sql_int (path, "PRAGMA user_version"), ==, TSR_SCHEMA_VERSION);
  g_assert_cmpuint (count_damage (path), ==, 0);
  g_autoptr (TsrProject) again = test_reload (path, &store);
  expect_contents (again);
  tsr_sound_get_saved_selections (tsr_project_find_sound (again, "two", NULL), &n);
  g_assert_cmpuint (n, ==, 1);
  g_clear_object (&store);
  test_remove_folder (folder);
}

/* A damaged old file is told of before it is touched. */
static void
test_damaged (void)
{
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = make_old (folder, "project-1.sql");

  test_sql_execute (path, "UPDATE marker SET time_s = time_s + 1");
  g_assert_cmpuint (count_damage (path), ==, 1);
  g_assert_cmpint (test_sql_int (path, "PRAGMA user_version"), ==, 1);
  test_remove_folder (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/migrate/version-1", test_version_1);
  g_test_add_func ("/store/migrate/damaged", test_damaged);
  return g_test_run ();
}
