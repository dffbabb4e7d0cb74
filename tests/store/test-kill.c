/* SPDX-License-Identifier: GPL-3.0-or-later
 * kill -9 at random moments: every acknowledged edit is there afterwards, none is torn;
 * compaction and copies leave a whole project at every moment.
 */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/store/support.h"

enum { N_SLOTS = 4096, DIGEST_BYTES = 40 };

/* Shared by parent and child: what the project is after each edit, and how many edits
 * the store has acknowledged. */
typedef struct {
  volatile gint ready, announced, acknowledged;
  char          digests[N_SLOTS][DIGEST_BYTES];
} Board;

static Board *
map_board (const char *path)
{
  int fd = open (path, O_RDWR | O_CREAT, 0600);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (ftruncate (fd, sizeof (Board)), ==, 0);
  Board *board = mmap (NULL, sizeof (Board), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  g_assert_true (board != MAP_FAILED);
  close (fd);
  return board;
}

/* ---- the child ---- */

typedef struct {
  TsrStore *store;
  Board    *board;
} Child;

static void
announce (Board *board, TsrProject *project)
{
  g_autofree char *digest = test_project_dup_digest (project);
  gint             n = board->announced + 1;

  g_strlcpy (board->digests[n], digest, DIGEST_BYTES);
  g_atomic_int_set (&board->announced, n);
}

static void
edited_cb (TsrProject *project, TsrEdit *edit, gpointer data)
{
  Child *child = data;

  announce (child->board, project);
  if (!tsr_store_write (child->store, edit, NULL))
    _exit (3);
  g_atomic_int_set (&child->board->acknowledged, child->board->announced);
}

static int
run_editor (const char *path, const char *board_path, const char *seed)
{
  GRand      *random = g_rand_new_with_seed ((guint32)g_ascii_strtoull (seed, NULL, 10));
  Child       child = {NULL, map_board (board_path)};
  TsrProject *project = test_reload (path, &child.store);

  g_signal_connect (project, "edited", G_CALLBACK (edited_cb), &child);
  g_atomic_int_set (&child.board->ready, 1);
  while (child.board->announced + 2 < N_SLOTS) {
    test_random_edit (project, child.store, random);
    /* A step that is staged in several transactions, now and then. */
    if (g_rand_int_range (random, 0, 40) == 0) {
      g_autoptr (TsrSoundState) state = test_state_new (1, 9, 20000, g_rand_int (random));
      g_autofree char *name = g_strdup_printf ("large %u", g_rand_int (random));
      tsr_project_add_sound (project, name, NULL, state, "Large", "", NULL, NULL);
    }
  }
  return 0;
}

static int
run_compactor (const char *path, const char *board_path)
{
  Board *board = map_board (board_path);
  g_autoptr (TsrStore) store = tsr_store_open (path, NULL);

  if (store == NULL)
    return 3;
  g_atomic_int_set (&board->ready, 1);
  if (!tsr_store_compact (store, 1, FALSE, NULL, NULL, NULL))
    return 3;
  g_atomic_int_set (&board->acknowledged, 1);
  for (;;)
    pause ();
}

static int
run_copier (const char *path, const char *board_path, const char *out)
{
  Board *board = map_board (board_path);
  g_autoptr (TsrStore) store = tsr_store_open (path, NULL);

  if (store == NULL)
    return 3;
  g_atomic_int_set (&board->ready, 1);
  for (;;)
    if (!tsr_store_save_copy (store, out, TRUE, NULL, NULL))
      return 3;
}

/* ---- the parent ---- */

static void
kill_child (Board *board, GSubprocess *child, int max_delay_us)
{
  while (!g_atomic_int_get (&board->ready))
    g_usleep (200);
  g_usleep ((gulong)g_test_rand_int_range (0, max_delay_us));
  g_subprocess_force_exit (child);
  g_subprocess_wait (child, NULL, NULL);
  /* Ended by us, not by a failure of its own. */
  g_assert_true (g_subprocess_get_if_signaled (child) ||
                 g_subprocess_get_exit_status (child) == 0);
}

static GSubprocess *
spawn (const char *verb, const char *path, const char *board_path, const char *argument)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *child = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE,
                                         &error,
                                         "/proc/self/exe",
                                         verb,
                                         path,
                                         board_path,
                                         argument,
                                         NULL);

  g_assert_no_error (error);
  return child;
}

static void
expect_whole (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) damage = NULL;

  tsr_store_check (path, NULL, &damage, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < damage->len; i++)
    g_test_message ("%s", (char *)g_ptr_array_index (damage, i));
  g_assert_cmpuint (damage->len, ==, 0);
}

static void
test_edits (void)
{
  enum { N_PER_PROJECT = 20, MIN_DELAY_US = 30000, MAX_DELAY_US = 960000 };
  const guint      n_kills = test_n_wanted (200);
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = test_path (folder, "a.tarsier");
  g_autofree char *board_path = test_path (folder, "board");
  Board           *board = map_board (board_path);
  guint            n_edits = 0, n_unanswered = 0;
  int              max_delay_us = MIN_DELAY_US;

  for (guint i = 0; i < n_kills; i++) {
    g_autofree char *seed = g_strdup_printf ("%u", (guint32)g_test_rand_int ());
    g_autoptr (TsrStore) store = NULL;
    if (i % N_PER_PROJECT == 0) {
      g_unlink (path);
      store = tsr_store_create (path, NULL);
      g_clear_object (&store);
    }
    g_autoptr (TsrProject) before = test_reload (path, &store);
    memset (board, 0, sizeof *board);
    g_autofree char *start = test_project_dup_digest (before);
    g_strlcpy (board->digests[0], start, DIGEST_BYTES);
    g_clear_object (&store);
    g_autoptr (GSubprocess) child = spawn ("--edit", path, board_path, seed);
    kill_child (board, child, max_delay_us);
    if (i % N_PER_PROJECT == 0)
      expect_whole (path);
    g_autoptr (TsrProject) after = test_reload (path, &store);
    g_autofree char *now = test_project_dup_digest (after);
    gint             n = board->acknowledged;
    gboolean         is_last = strcmp (now, board->digests[n]) == 0;
    gboolean is_next = board->announced > n && strcmp (now, board->digests[n + 1]) == 0;
    if (!is_last && !is_next)
      g_error ("seed %s: %d edits acknowledged, and the file is in none of their states",
               seed,
               n);
    n_edits += (guint)n;
    /* A slow machine gets longer, so that the kills meet edits there too. */
    max_delay_us = n_edits > 2 * i ? MAX (max_delay_us / 2, MIN_DELAY_US)
                                   : MIN (max_delay_us * 2, MAX_DELAY_US);
    n_unanswered += is_next && !is_last;
  }
  g_test_message ("%d kills, %u acknowledged edits, none lost, none torn (bound 3/n = "
                  "%.1e a kill); %u more were in the file without an answer",
                  n_kills,
                  n_edits,
                  3.0 / n_kills,
                  n_unanswered);
  g_assert_cmpuint (n_edits, >, n_kills);
  munmap (board, sizeof *board);
  test_remove_folder (folder);
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
test_compact (void)
{
  const guint      n_kills = test_n_wanted (60);
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *good = test_path (folder, "good.tarsier");
  g_autofree char *path = test_path (folder, "a.tarsier");
  g_autofree char *board_path = test_path (folder, "board");
  g_autofree char *text = test_make_project (good, 12);
  g_autoptr (GBytes) bytes = test_read_file (good);
  Board *board = map_board (board_path);
  guint  n_done = 0, n_undone = 0;

  for (guint i = 0; i < n_kills; i++) {
    g_autoptr (TsrStore) store = NULL;
    g_assert_true (g_file_set_contents (
        path, g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes), NULL));
    memset (board, 0, sizeof *board);
    g_autoptr (GSubprocess) child = spawn ("--compact", path, board_path, "");
    kill_child (board, child, 9000);
    expect_whole (path);
    g_autoptr (TsrProject) project = test_reload (path, &store);
    g_autofree char *now = test_project_dup_text (project);
    n_done += board->acknowledged != 0;
    n_undone += strcmp (now, text) == 0;
  }
  g_test_message ("%d kills: %u after the end, %u left everything as it was, %u between",
                  n_kills,
                  n_done,
                  n_undone,
                  n_kills - n_done - n_undone);
  munmap (board, sizeof *board);
  test_remove_folder (folder);
}

static void
test_copies (void)
{
  const guint      n_kills = test_n_wanted (40);
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = test_path (folder, "a.tarsier");
  g_autofree char *out = test_path (folder, "copy.tarsier");
  g_autofree char *board_path = test_path (folder, "board");
  g_autofree char *text = test_make_project (path, 4);
  Board           *board = map_board (board_path);
  guint            n_there = 0;

  for (guint i = 0; i < n_kills; i++) {
    memset (board, 0, sizeof *board);
    g_autoptr (GSubprocess) child = spawn ("--copy", path, board_path, out);
    kill_child (board, child, 10000);
    expect_whole (path);
    if (g_file_test (out, G_FILE_TEST_EXISTS)) {
      g_autoptr (TsrStore) store = NULL;
      g_autoptr (TsrProject) copy = test_reload (out, &store);
      g_autofree char *now = test_project_dup_text (copy);
      g_assert_cmpstr (now, ==, text);
      n_there++;
    }
  }
  /* What the killed ones left behind goes with the next copy. */
  g_autoptr (TsrStore) store = tsr_store_open (path, NULL);
  g_assert_true (tsr_store_save_copy (store, out, TRUE, NULL, NULL));
  g_clear_object (&store);
  g_assert_cmpuint (count_files (folder), ==, 3);
  g_test_message ("%d kills, %u found a copy, all whole", n_kills, n_there);
  munmap (board, sizeof *board);
  test_remove_folder (folder);
}

int
main (int argc, char **argv)
{
  if (argc == 5 && strcmp (argv[1], "--edit") == 0)
    return run_editor (argv[2], argv[3], argv[4]);
  if (argc == 5 && strcmp (argv[1], "--compact") == 0)
    return run_compactor (argv[2], argv[3]);
  if (argc == 5 && strcmp (argv[1], "--copy") == 0)
    return run_copier (argv[2], argv[3], argv[4]);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/kill/edits", test_edits);
  g_test_add_func ("/store/kill/compact", test_compact);
  g_test_add_func ("/store/kill/copies", test_copies);
  return g_test_run ();
}
