/* SPDX-License-Identifier: GPL-3.0-or-later
 * Random walks: edits, undo, redo and reopening, against the project in memory.
 */
#include "tests/store/support.h"

static void
walk (gconstpointer data)
{
  enum { N_UNTIL_REOPEN = 50 };
  const guint      n_steps = test_n_wanted (500);
  guint32          seed = (guint32)g_test_rand_int () + GPOINTER_TO_UINT (data);
  GRand           *random = g_rand_new_with_seed (seed);
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = test_path (folder, "a.tarsier");
  g_autoptr (TsrStore) store = tsr_store_create (path, NULL);
  g_autoptr (TsrProject) project = tsr_project_new ();
  g_autoptr (GPtrArray) damage = NULL;

  g_test_message ("seed %u", seed);
  test_connect (project, store);
  for (guint i = 1; i <= n_steps; i++) {
    test_random_edit (project, store, random);
    if (i % N_UNTIL_REOPEN != 0)
      continue;
    g_autofree char *before = test_project_dup_text (project);
    g_clear_object (&project);
    g_clear_object (&store);
    project = test_reload (path, &store);
    g_autofree char *after = test_project_dup_text (project);
    g_assert_cmpstr (before, ==, after);
    test_connect (project, store);
  }
  g_clear_object (&store);
  g_assert_true (tsr_store_check (path, NULL, &damage, NULL));
  g_assert_cmpuint (damage->len, ==, 0);
  g_rand_free (random);
  test_remove_folder (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (int i = 1; i <= 4; i++) {
    g_autofree char *name = g_strdup_printf ("/store/walk/%d", i);
    g_test_add_data_func (name, GINT_TO_POINTER (i), walk);
  }
  return g_test_run ();
}
