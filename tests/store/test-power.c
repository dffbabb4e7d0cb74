/* SPDX-License-Identifier: GPL-3.0-or-later
 * Power cuts at random calls of the file system, on a disk that forgets what was not
 * synced: every acknowledged edit is there afterwards. The control: a disk that lies.
 */
#include <string.h>

#include "store/store-private.h"
#include "tests/store/memory-vfs.h"
#include "tests/store/support.h"

#define FILE_NAME "p.tarsier"
enum { N_PER_PROJECT = 25, MAX_EDITS = 40 };

static const TsrDbHost HOST = {TEST_VFS, TRUE};

typedef struct {
  GRand    *random;
  TsrStore *store;
  char     *last, *next; /* digests: of what was acknowledged, of what was tried since */
  gboolean  is_over;
  guint     n_edits, n_lost, n_corrupt;
} Trial;

static void
edited_cb (TsrProject *project, TsrEdit *edit, gpointer data)
{
  Trial *trial = data;

  if (trial->is_over)
    return;
  g_free (trial->next);
  trial->next = test_project_dup_digest (project);
  if (!tsr_store_write (trial->store, edit, NULL)) {
    trial->is_over = TRUE;
    return;
  }
  g_free (trial->last);
  trial->last = g_steal_pointer (&trial->next);
  trial->n_edits++;
}

static GBytes *
make_empty_project (void)
{
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = test_path (folder, "a.tarsier");
  g_autoptr (TsrStore) store = tsr_store_create (path, NULL);

  g_assert_nonnull (store);
  g_clear_object (&store);
  GBytes *bytes = test_read_file (path);
  test_remove_folder (folder);
  return bytes;
}

/* Edits until the power goes. */
static void
work_until_cut (Trial *trial)
{
  trial->is_over = FALSE;
  trial->store = tsr_store_open_on (FILE_NAME, &HOST, NULL);
  g_assert_nonnull (trial->store);
  g_autoptr (TsrProject) project = tsr_store_load (trial->store, NULL, NULL, NULL);
  g_clear_pointer (&trial->next, g_free);
  g_free (trial->last);
  trial->last = test_project_dup_digest (project);
  g_signal_connect (project, "edited", G_CALLBACK (edited_cb), trial);
  test_vfs_set_fault (
      TEST_FAULT_CUT, (guint64)g_rand_int_range (trial->random, 1, 200), TRUE);
  for (int i = 0; i < MAX_EDITS && !trial->is_over && !test_vfs_has_failed (); i++)
    test_random_edit (project, trial->store, trial->random);
  g_clear_object (&trial->store);
}

/* Every fifth time the power goes once more while the journal is played back. */
static void
recover (Trial *trial)
{
  test_vfs_power_up (trial->random);
  if (g_rand_int_range (trial->random, 0, 5) != 0)
    return;
  test_vfs_set_fault (
      TEST_FAULT_CUT, (guint64)g_rand_int_range (trial->random, 1, 60), TRUE);
  g_autoptr (TsrStore) store = tsr_store_open_on (FILE_NAME, &HOST, NULL);
  g_clear_object (&store);
  test_vfs_power_up (trial->random);
}

static void
judge (Trial *trial, gboolean thoroughly)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) warnings = NULL;
  g_autoptr (GPtrArray) damage = NULL;
  g_autoptr (TsrStore) store = tsr_store_open_on (FILE_NAME, &HOST, &error);
  g_autoptr (TsrProject) project =
      store != NULL ? tsr_store_load (store, NULL, &warnings, &error) : NULL;

  if (project == NULL || warnings->len > 0) {
    g_test_message (
        "%s", error != NULL ? error->message : (char *)g_ptr_array_index (warnings, 0));
    trial->n_corrupt++;
    return;
  }
  g_autofree char *now = test_project_dup_digest (project);
  if (strcmp (now, trial->last) != 0 && g_strcmp0 (now, trial->next) != 0)
    trial->n_lost++;
  g_clear_object (&store);
  if (thoroughly &&
      (!tsr_store_check_on (FILE_NAME, &HOST, &damage, NULL) || damage->len > 0))
    trial->n_corrupt++;
}

static void
run (Trial *trial, guint n_cuts, gboolean lying)
{
  g_autoptr (GBytes) empty = make_empty_project ();
  guint32 seed = (guint32)g_test_rand_int ();

  *trial = (Trial){.random = g_rand_new_with_seed (seed)};
  g_test_message ("seed %u", seed);
  for (guint i = 0; i < n_cuts; i++) {
    guint n_bad = trial->n_lost + trial->n_corrupt;
    if (i % N_PER_PROJECT == 0) {
      test_vfs_clear ();
      test_vfs_put (FILE_NAME, empty);
      test_vfs_set_lying (lying);
    }
    work_until_cut (trial);
    recover (trial);
    judge (trial, i % 10 == 0);
    if (trial->n_lost + trial->n_corrupt > n_bad) {
      test_vfs_clear ();
      test_vfs_put (FILE_NAME, empty);
      test_vfs_set_lying (lying);
    }
  }
  g_free (trial->last);
  g_free (trial->next);
  g_rand_free (trial->random);
  test_vfs_clear ();
  g_test_message ("%u cuts, %u acknowledged edits: %u cuts lost one, %u left damage "
                  "(bound 3/n = %.1e)",
                  n_cuts,
                  trial->n_edits,
                  trial->n_lost,
                  trial->n_corrupt,
                  3.0 / n_cuts);
}

static void
test_cuts (void)
{
  Trial trial;

  run (&trial, test_n_wanted (2000), FALSE);
  g_assert_cmpuint (trial.n_lost, ==, 0);
  g_assert_cmpuint (trial.n_corrupt, ==, 0);
}

static void
test_control (void)
{
  Trial trial;

  run (&trial, 200, TRUE);
  g_assert_cmpuint (trial.n_lost + trial.n_corrupt, >, 20);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_vfs_register ();
  g_test_add_func ("/store/power/cuts", test_cuts);
  g_test_add_func ("/store/power/control", test_control);
  return g_test_run ();
}
