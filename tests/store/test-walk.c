/* SPDX-License-Identifier: GPL-3.0-or-later
 * Random walks: edits, undo, redo, steps into other branches, reopening and kills,
 * against a shadow of the project. On the disk, and in larger numbers on a file system in
 * memory, where the power may go at any call.
 */
#include <glib/gstdio.h>

#include "store/store-private.h"
#include "tests/store/memory-vfs.h"
#include "tests/store/shadow.h"
#include "tests/store/support.h"

#define FILE_NAME "w.tarsier"

static const TsrDbHost HOST = {TEST_VFS, TRUE};

enum {
  STEPS_ON_DISK = 500,
  STEPS_IN_MEMORY = 2000,
  STEPS_IN_SOAK = 100000,
  STEPS_A_PROJECT = 2500,
  REOPEN_EVERY = 50,
  KILL_EVERY = 100,
  CALLS_BEFORE_KILL = 400, /* at most */
};

typedef struct {
  GRand      *random;
  const char *path;
  gboolean    is_simulated;
  TsrStore   *store;
  TsrProject *project;
  TestShadow *shadow;
  GPtrArray  *tried; /* edits since the power went: not acknowledged */
  gint64      touched_id;
  guint       n_edits, n_reopened, n_killed, n_came_through;
} Walk;

static void
edited_cb (TsrProject *project, TsrEdit *edit, gpointer data)
{
  Walk *walk = data;
  g_autoptr (GError) error = NULL;

  walk->touched_id = tsr_edit_fields (edit)->sound_id;
  if (walk->tried->len == 0 && tsr_store_write (walk->store, edit, &error)) {
    test_shadow_apply (walk->shadow, edit);
    walk->n_edits++;
    return;
  }
  g_assert_true (test_vfs_has_failed () || walk->tried->len > 0);
  g_ptr_array_add (walk->tried, tsr_edit_ref (edit));
}

static void
expect_same (Walk *walk, gboolean all)
{
  g_autofree char *difference =
      all ? test_shadow_compare_all (walk->shadow, walk->project)
          : test_shadow_compare_sound (walk->shadow, walk->project, walk->touched_id);

  g_assert_cmpstr (difference, ==, NULL);
}

static void
open_project (Walk *walk)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) warnings = NULL;

  walk->store = tsr_store_open_on (walk->path, walk->is_simulated ? &HOST : NULL, &error);
  g_assert_no_error (error);
  walk->project = tsr_store_load (walk->store, NULL, &warnings, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (warnings->len, ==, 0);
  g_signal_connect (walk->project, "edited", G_CALLBACK (edited_cb), walk);
}

static void
close_project (Walk *walk)
{
  g_clear_object (&walk->project);
  g_clear_object (&walk->store);
}

static void
reopen (Walk *walk)
{
  close_project (walk);
  open_project (walk);
  expect_same (walk, TRUE);
  walk->n_reopened++;
}

/* The first edit that was not acknowledged may be there nevertheless, whole. */
static void
come_back (Walk *walk)
{
  close_project (walk);
  test_vfs_power_up (walk->random);
  open_project (walk);
  g_autofree char *difference = test_shadow_compare_all (walk->shadow, walk->project);
  if (difference != NULL && walk->tried->len > 0) {
    test_shadow_apply (walk->shadow, g_ptr_array_index (walk->tried, 0));
    walk->n_came_through++;
  }
  g_ptr_array_set_size (walk->tried, 0);
  expect_same (walk, TRUE);
  walk->n_killed++;
}

static void
go_to_any_branch (Walk *walk)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (walk->project));

  if (n == 0)
    return;
  g_autoptr (TsrSound) sound = g_list_model_get_item (
      G_LIST_MODEL (walk->project), (guint)g_rand_int_range (walk->random, 0, (gint)n));
  gint64 step_id =
      test_shadow_random_step (walk->shadow, tsr_sound_get_id (sound), walk->random);
  g_assert_true (tsr_project_go_to_step (walk->project, sound, step_id, NULL));
}

static void
take_step (Walk *walk)
{
  if (g_rand_int_range (walk->random, 0, 25) == 0)
    go_to_any_branch (walk);
  else
    test_random_edit (walk->project, walk->store, walk->random);
  if (walk->tried->len == 0)
    expect_same (walk, FALSE);
}

static void
walk_on (Walk *walk, guint n_steps)
{
  gboolean will_fail = FALSE;

  for (guint i = 1; i <= n_steps; i++) {
    if (walk->is_simulated && i % KILL_EVERY == KILL_EVERY / 2) {
      test_vfs_set_fault (TEST_FAULT_CUT,
                          (guint64)g_rand_int_range (walk->random, 1, CALLS_BEFORE_KILL),
                          TRUE);
      will_fail = TRUE;
    }
    take_step (walk);
    if (test_vfs_has_failed ()) {
      come_back (walk);
      will_fail = FALSE;
    } else if (i % REOPEN_EVERY == 0 && !will_fail) {
      reopen (walk);
    }
  }
  test_vfs_set_fault (TEST_FAULT_NONE, 0, FALSE);
  reopen (walk);
}

static void
walk_init (Walk *walk, const char *path, gboolean is_simulated, guint32 salt)
{
  guint32 seed = (guint32)g_test_rand_int () + salt;

  *walk =
      (Walk){.random = g_rand_new_with_seed (seed),
             .path = path,
             .is_simulated = is_simulated,
             .shadow = test_shadow_new (),
             .tried = g_ptr_array_new_with_free_func ((GDestroyNotify)tsr_edit_unref)};
  g_test_message ("seed %u", seed);
  open_project (walk);
}

static void
walk_clear (Walk *walk)
{
  close_project (walk);
  g_ptr_array_unref (walk->tried);
  test_shadow_free (walk->shadow);
  g_rand_free (walk->random);
}

static void
test_on_disk (gconstpointer data)
{
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = test_path (folder, "a.tarsier");
  g_autoptr (TsrStore) store = tsr_store_create (path, NULL);
  g_autoptr (GPtrArray) damage = NULL;
  Walk walk;

  g_clear_object (&store);
  walk_init (&walk, path, FALSE, GPOINTER_TO_UINT (data));
  walk_on (&walk, test_n_wanted (STEPS_ON_DISK));
  walk_clear (&walk);
  g_assert_true (tsr_store_check (path, NULL, &damage, NULL));
  g_assert_cmpuint (damage->len, ==, 0);
  test_remove_folder (folder);
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

static void
test_in_memory (void)
{
  g_autoptr (GBytes) empty = make_empty_project ();
  guint n_left = test_n_wanted (1) > 1 ? STEPS_IN_SOAK : STEPS_IN_MEMORY;
  guint n_steps = n_left, n_edits = 0, n_reopened = 0, n_killed = 0, n_came_through = 0;

  while (n_left > 0) {
    guint n = MIN (n_left, STEPS_A_PROJECT);
    Walk  walk;
    g_autoptr (GPtrArray) damage = NULL;
    test_vfs_clear ();
    test_vfs_put (FILE_NAME, empty);
    walk_init (&walk, FILE_NAME, TRUE, n_left);
    walk_on (&walk, n);
    n_edits += walk.n_edits;
    n_reopened += walk.n_reopened;
    n_killed += walk.n_killed;
    n_came_through += walk.n_came_through;
    walk_clear (&walk);
    g_assert_true (tsr_store_check_on (FILE_NAME, &HOST, &damage, NULL));
    g_assert_cmpuint (damage->len, ==, 0);
    n_left -= n;
  }
  test_vfs_clear ();
  g_test_message (
      "%u steps: %u edits acknowledged, %u reopenings, %u kills (%u edits came "
      "through unacknowledged), the same as the shadow each time",
      n_steps,
      n_edits,
      n_reopened,
      n_killed,
      n_came_through);
  g_assert_cmpuint (n_killed, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_vfs_register ();
  for (int i = 1; i <= 4; i++) {
    g_autofree char *name = g_strdup_printf ("/store/walk/%d", i);
    g_test_add_data_func (name, GINT_TO_POINTER (i), test_on_disk);
  }
  g_test_add_func ("/store/walk/in-memory", test_in_memory);
  return g_test_run ();
}
