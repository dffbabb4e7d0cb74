/* SPDX-License-Identifier: GPL-3.0-or-later
 * The k-th call of the file system fails, for every k: nothing crashes, the file is as
 * before or after the operation, and the operation can be done again.
 */
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "store/store-private.h"
#include "tests/store/memory-vfs.h"
#include "tests/store/support.h"

#define FILE_NAME "p.tarsier"

static const TsrDbHost HOST = {TEST_VFS, TRUE};

typedef struct {
  TsrStore   *store;
  TsrProject *project;
  gboolean    failed;
} World;

/* What is done while the fault waits. FALSE: an error was reported. */
typedef gboolean (*Operation) (World *world);

static void
edited_cb (TsrProject *project, TsrEdit *edit, gpointer data)
{
  World *world = data;
  g_autoptr (GError) error = NULL;

  if (tsr_store_write (world->store, edit, &error))
    return;
  world->failed = TRUE;
  g_assert_nonnull (error);
  g_assert_cmpuint (strlen (error->message), >, 10);
}

static gboolean
do_edit (World *world)
{
  test_edit_sound (world->project, tsr_project_get_sound (world->project, 1), 11);
  return !world->failed;
}

static gboolean
do_undo (World *world)
{
  tsr_project_undo (world->project, tsr_project_get_sound (world->project, 2), NULL);
  return !world->failed;
}

static gboolean
do_large (World *world)
{
  g_autoptr (TsrSoundState) state = test_state_new (1, 9, 18000, 5);

  tsr_project_add_sound (world->project, "large", NULL, state, "Large", "", NULL, NULL);
  return !world->failed;
}

static gboolean
do_source (World *world)
{
  TsrSourceInfo info = {.name = "x.wav",
                        .format = "wav",
                        .rate_hz = 8000,
                        .n_channels = 1,
                        .n_frames = 1,
                        .bits = 16,
                        .n_bytes = 50000,
                        .decoded_sha256 = "00"};
  g_autoptr (TsrSource) source =
      tsr_source_new (tsr_project_new_source_id (world->project), &info);
  g_autoptr (TsrSoundState) state = test_state_new (1, 3, 5, 5);
  g_autofree guint8 *bytes = g_malloc0 (info.n_bytes);
  int                fd = test_fd_with_bytes (bytes, info.n_bytes);
  gboolean           ok = tsr_store_write_source (world->store, source, fd, NULL, NULL);

  close (fd);
  if (ok)
    tsr_project_add_sound (
        world->project, "new", source, state, "Import", "", NULL, NULL);
  return ok && !world->failed;
}

static gboolean
do_remove (World *world)
{
  tsr_project_remove_sound (
      world->project, tsr_project_get_sound (world->project, 1), NULL);
  return !world->failed;
}

static gboolean
do_markers (World *world)
{
  tsr_project_add_marker (
      world->project, tsr_project_get_sound (world->project, 1), 0.5, "m", NULL);
  return !world->failed;
}

static gboolean
do_setting (World *world)
{
  return tsr_store_set_setting (world->store, "key", "value", NULL);
}

static gboolean
do_compact (World *world)
{
  return tsr_store_compact (world->store, G_MAXUINT, FALSE, NULL, NULL, NULL);
}

static gboolean
do_reopen (World *world)
{
  g_clear_object (&world->store);
  world->store = tsr_store_open_on (FILE_NAME, &HOST, NULL);
  g_autoptr (TsrProject) project =
      world->store != NULL ? tsr_store_load (world->store, NULL, NULL, NULL) : NULL;
  return project != NULL;
}

static const struct {
  const char *name;
  Operation   run;
} OPERATIONS[] = {
    {"edit", do_edit},
    {"undo", do_undo},
    {"large", do_large},
    {"source", do_source},
    {"remove", do_remove},
    {"markers", do_markers},
    {"setting", do_setting},
    {"compact", do_compact},
    {"reopen", do_reopen},
};

static void
world_open (World *world, GBytes *bytes)
{
  *world = (World){0};
  test_vfs_clear ();
  test_vfs_put (FILE_NAME, bytes);
  world->store = tsr_store_open_on (FILE_NAME, &HOST, NULL);
  g_assert_nonnull (world->store);
  world->project = tsr_store_load (world->store, NULL, NULL, NULL);
  g_assert_nonnull (world->project);
  g_signal_connect (world->project, "edited", G_CALLBACK (edited_cb), world);
}

static void
world_close (World *world)
{
  g_clear_object (&world->store);
  g_clear_object (&world->project);
}

/* Opens what is left, with a disk that works. */
static char *
dup_state_of_file (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) warnings = NULL;
  g_autoptr (GPtrArray) damage = NULL;
  g_autoptr (TsrStore) store = tsr_store_open_on (FILE_NAME, &HOST, &error);

  g_assert_no_error (error);
  g_autoptr (TsrProject) project = tsr_store_load (store, NULL, &warnings, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (warnings->len, ==, 0);
  char *text = test_project_dup_text (project);
  g_clear_object (&store);
  g_assert_true (tsr_store_check_on (FILE_NAME, &HOST, &damage, NULL));
  for (guint i = 0; i < damage->len; i++)
    g_test_message ("%s", (char *)g_ptr_array_index (damage, i));
  g_assert_cmpuint (damage->len, ==, 0);
  return text;
}

/* Without the times of steps, which differ from run to run. */
static char *
dup_comparable (const char *text)
{
  g_autoptr (GRegex) times = g_regex_new ("1[0-9]{15}", 0, 0, NULL);

  return g_regex_replace_literal (times, text, -1, 0, "T", 0, NULL);
}

typedef struct {
  GBytes *bytes;
  char   *before, *after;
  guint64 n_points, n_reported;
} Case;

/* One run with the k-th call failing. FALSE when there were fewer calls. */
static gboolean
run_with_fault (Case *c, Operation run, TestFault fault, guint64 k, gboolean for_good)
{
  World world;

  world_open (&world, c->bytes);
  test_vfs_set_fault (fault, k, for_good);
  gboolean ok = run (&world);
  gboolean has_failed = test_vfs_has_failed ();
  test_vfs_set_fault (TEST_FAULT_NONE, 0, FALSE);
  g_clear_object (&world.store);
  g_autofree char *text = dup_state_of_file ();
  g_autofree char *now = dup_comparable (text);
  world_close (&world);
  /* Said to be done: it is. Said to have failed: it is whole either way. */
  if (ok)
    g_assert_cmpstr (now, ==, c->after);
  else if (strcmp (now, c->before) != 0)
    g_assert_cmpstr (now, ==, c->after);
  c->n_points += has_failed;
  c->n_reported += !ok;
  return has_failed;
}

static void
run_all_faults (Case *c, Operation run, gboolean is_long)
{
  static const TestFault faults[] = {TEST_FAULT_IO, TEST_FAULT_FULL};

  for (gsize f = 0; f < G_N_ELEMENTS (faults); f++)
    for (int for_good = 0; for_good < 2; for_good++)
      for (guint64 k = 1; run_with_fault (c, run, faults[f], k, for_good);
           k += is_long ? 1 + k / 6 : 1)
        continue;
}

static void
test_operation (gconstpointer data)
{
  Operation        run = OPERATIONS[GPOINTER_TO_UINT (data)].run;
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = test_path (folder, "a.tarsier");
  g_autofree char *text = test_make_project (path, 2);
  g_autoptr (GBytes) bytes = test_read_file (path);
  Case  c = {.bytes = bytes, .before = dup_comparable (text)};
  World world;

  world_open (&world, bytes);
  g_assert_true (run (&world));
  g_clear_object (&world.store);
  g_autofree char *after = dup_state_of_file ();
  c.after = dup_comparable (after);
  world_close (&world);
  /* Every call; of the long ones each of the first, then more and more sparsely. */
  run_all_faults (&c, run, run == do_large || run == do_compact);
  g_test_message ("%" G_GUINT64_FORMAT " fault points, %" G_GUINT64_FORMAT
                  " reported, no damage",
                  c.n_points,
                  c.n_reported);
  g_assert_cmpuint (c.n_points, >, 4);
  g_free (c.before);
  g_free (c.after);
  test_remove_folder (folder);
}

/* After a fault that passes, the same session goes on. */
static void
test_retry (void)
{
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = test_path (folder, "a.tarsier");
  g_autofree char *text = test_make_project (path, 1);
  g_autoptr (GBytes) bytes = test_read_file (path);
  guint n_retried = 0, n_broken = 0;

  for (guint64 k = 1; k < 60; k++) {
    World world;
    g_autoptr (GError) error = NULL;
    world_open (&world, bytes);
    test_vfs_set_fault (k % 2 == 0 ? TEST_FAULT_FULL : TEST_FAULT_IO, (k + 1) / 2, FALSE);
    if (tsr_store_set_setting (world.store, "a", "1", NULL)) {
      world_close (&world);
      continue;
    }
    /* It works again, unless a sync failed: then no write is trusted any more. */
    if (tsr_store_set_setting (world.store, "a", "2", &error)) {
      g_autofree char *value = tsr_store_dup_setting (world.store, "a");
      g_assert_cmpstr (value, ==, "2");
      n_retried++;
    } else
      n_broken++;
    world_close (&world);
  }
  g_test_message ("%u retried, %u refused after a failed sync", n_retried, n_broken);
  g_assert_cmpuint (n_retried, >, 5);
}

/* ---- a full disk: RLIMIT_FSIZE, in a process of its own ---- */

static int
run_limited (const char *path, const char *limit_text)
{
  struct rlimit limit = {.rlim_cur = (rlim_t)g_ascii_strtoull (limit_text, NULL, 10),
                         .rlim_max = RLIM_INFINITY};
  World         world = {0};
  g_autoptr (GError) error = NULL;

  signal (SIGXFSZ, SIG_IGN);
  world.project = test_reload (path, &world.store);
  g_signal_connect (world.project, "edited", G_CALLBACK (edited_cb), &world);
  setrlimit (RLIMIT_FSIZE, &limit);
  int n = 0;
  for (; n < 200 && !world.failed; n++)
    test_edit_sound (world.project, tsr_project_get_sound (world.project, 1), (guint)n);
  if (!world.failed)
    return 2; /* the limit was never met */
  g_autofree char *big = g_strnfill (60000, 'x');
  tsr_store_set_setting (world.store, "big", big, &error);
  if (error != NULL && !g_error_matches (error, TSR_STORE_ERROR, TSR_STORE_ERROR_FULL))
    return 3;
  /* Room again: the session goes on. */
  limit.rlim_cur = RLIM_INFINITY;
  setrlimit (RLIMIT_FSIZE, &limit);
  g_autofree char *done = g_strdup_printf ("%d", n - 1);
  gboolean         goes_on = tsr_store_set_setting (world.store, "done", done, NULL);
  world_close (&world);
  return goes_on ? 0 : 4;
}

static void
test_full (void)
{
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *good = test_path (folder, "good.tarsier");
  g_autofree char *path = test_path (folder, "a.tarsier");
  g_autofree char *text = test_make_project (good, 1);
  g_autoptr (GBytes) bytes = test_read_file (good);

  for (int i = 0; i < 20; i++) {
    g_autofree char *limit =
        g_strdup_printf ("%zu", g_bytes_get_size (bytes) + 1500u * (guint)i);
    g_autoptr (GError) error = NULL;
    g_autoptr (TsrStore) store = NULL;
    g_assert_true (g_file_set_contents (
        path, g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes), NULL));
    g_autoptr (GSubprocess) child = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE,
                                                      &error,
                                                      "/proc/self/exe",
                                                      "--limited",
                                                      path,
                                                      limit,
                                                      NULL);
    g_assert_no_error (error);
    g_subprocess_wait_check (child, NULL, &error);
    g_assert_no_error (error);
    g_autoptr (TsrProject) project = test_reload (path, &store);
    g_autofree char *done = tsr_store_dup_setting (store, "done");
    gsize            current = 0;
    g_autoptr (GPtrArray) steps =
        tsr_sound_dup_history (tsr_project_get_sound (project, 1), &current);
    g_autoptr (TsrStore) none = NULL;
    g_autoptr (TsrProject) before = test_reload (good, &none);
    gsize start = 0;
    g_autoptr (GPtrArray) old_steps =
        tsr_sound_dup_history (tsr_project_get_sound (before, 1), &start);
    /* As many steps as were acknowledged. */
    g_assert_cmpint ((gint)current - (gint)start, ==, atoi (done));
  }
  test_remove_folder (folder);
}

int
main (int argc, char **argv)
{
  if (argc == 4 && strcmp (argv[1], "--limited") == 0)
    return run_limited (argv[2], argv[3]);
  g_test_init (&argc, &argv, NULL);
  test_vfs_register ();
  for (guint i = 0; i < G_N_ELEMENTS (OPERATIONS); i++) {
    g_autofree char *name = g_strconcat ("/store/faults/", OPERATIONS[i].name, NULL);
    g_test_add_data_func (name, GUINT_TO_POINTER (i), test_operation);
  }
  g_test_add_func ("/store/faults/retry", test_retry);
  g_test_add_func ("/store/faults/full", test_full);
  return g_test_run ();
}
