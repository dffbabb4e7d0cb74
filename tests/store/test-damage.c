/* SPDX-License-Identifier: GPL-3.0-or-later
 * Damaged files: check finds every flipped bit that changes a row, and salvage brings
 * back what is whole and nothing else.
 */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

#include "tests/store/sql.h"
#include "tests/store/support.h"

enum { PAGE_BYTES = 4096 };

static const char *const TABLES[] = {"project",
                                     "source",
                                     "chunk",
                                     "sound",
                                     "step",
                                     "partial",
                                     "removal",
                                     "redo",
                                     "ledger",
                                     "marker",
                                     "analysis",
                                     "setting",
                                     "selection",
                                     "descent"};

static guint
count_damage (const char *path)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *damage = NULL;

  if (!tsr_store_check (path, NULL, &damage, &error))
    return 1; /* cannot even be looked at */
  guint n = damage->len;
  g_ptr_array_unref (damage);
  return n;
}

static void
write_bytes (const char *path, GBytes *bytes)
{
  int         fd = open (path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  gsize       n;
  const void *data = g_bytes_get_data (bytes, &n);

  g_assert_cmpint (write (fd, data, n), ==, (gssize)n);
  g_assert_cmpint (close (fd), ==, 0);
}

/* One bit of every column of every row of every table, flipped behind the store's back.
 */
static void
test_rows (void)
{
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *good = test_path (folder, "good.tarsier");
  g_autofree char *path = test_path (folder, "a.tarsier");
  g_autofree char *text = test_make_project (good, 2);
  g_autoptr (GBytes) bytes = test_read_file (good);
  guint n_flips = 0;

  g_assert_cmpuint (count_damage (good), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (TABLES); i++) {
    g_autofree char *list =
        g_strdup_printf ("SELECT t.id || ' ' || c.name || ' ' || c.type FROM %s t, "
                         "pragma_table_info ('%s') "
                         "c WHERE c.name <> 'id' AND (t.id %% 3 = 0 OR t.id < 4)",
                         TABLES[i],
                         TABLES[i]);
    g_autoptr (GHashTable) cells = test_sql_texts (good, list);
    GHashTableIter iter;
    gpointer       key;
    g_assert_cmpuint (g_hash_table_size (cells), >, 0);
    g_hash_table_iter_init (&iter, cells);
    while (g_hash_table_iter_next (&iter, &key, NULL)) {
      g_auto (GStrv) cell = g_strsplit (key, " ", 3);
      g_autofree char *value =
          strcmp (cell[2], "INTEGER") == 0
              ? g_strdup_printf ("coalesce (%s, 0) ^ 1", cell[1])
          : strcmp (cell[2], "REAL") == 0
              ? g_strdup_printf ("coalesce (%s, 0) * 1.0000000000000002 + 1e-300",
                                 cell[1])
          : strcmp (cell[2], "TEXT") == 0
              ? g_strdup_printf ("%s || 'a'", cell[1])
              : g_strdup_printf (
                    "cast (substr (coalesce (%s, x'00'), 2) || x'55' AS BLOB)", cell[1]);
      if (strcmp (cell[2], "INTEGER") == 0) {
        g_free (value);
        value = g_strdup_printf (
            "(coalesce (%s, 0) | 1) - (coalesce (%s, 0) & 1)", cell[1], cell[1]);
      }
      g_autofree char *sql =
          g_strdup_printf ("PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = "
                           "OFF; UPDATE OR IGNORE %s SET %s = %s WHERE id = %s",
                           TABLES[i],
                           cell[1],
                           value,
                           cell[0]);
      write_bytes (path, bytes);
      g_autofree char *before = test_sql_dup_digest (path);
      test_sql_execute (path, sql);
      g_autofree char *after = test_sql_dup_digest (path);
      if (strcmp (before, after) == 0)
        continue;
      n_flips++;
      if (count_damage (path) == 0)
        g_error ("not found: %s", sql);
    }
  }
  g_test_message (
      "%u changed cells in %zu tables, all found", n_flips, G_N_ELEMENTS (TABLES));
  test_remove_folder (folder);
}

/* Random bits of the file itself. The control: SQLite's own check alone. */
static void
test_flips (void)
{
  enum { N_FLIPS = 1500 };
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = test_path (folder, "a.tarsier");
  g_autofree char *text = test_make_project (path, 3);
  g_autofree char *whole = test_sql_dup_digest (path);
  g_autoptr (GBytes) bytes = test_read_file (path);
  guint n_changed = 0, n_silent = 0, n_seen_by_sqlite = 0;
  int   fd = open (path, O_RDWR);

  for (int i = 0; i < N_FLIPS; i++) {
    gsize  offset = (gsize)g_test_rand_int_range (0, (gint)g_bytes_get_size (bytes));
    guint8 old = ((const guint8 *)g_bytes_get_data (bytes, NULL))[offset];
    guint8 flipped = old ^ (guint8)(1 << g_test_rand_int_range (0, 8));
    g_assert_cmpint (pwrite (fd, &flipped, 1, (off_t)offset), ==, 1);
    g_autofree char *now = test_sql_dup_digest (path);
    if (g_strcmp0 (now, whole) != 0) {
      g_autoptr (GHashTable) said = test_sql_texts (path, "PRAGMA integrity_check (1)");
      n_changed++;
      n_seen_by_sqlite += said == NULL || !g_hash_table_contains (said, "ok");
      if (count_damage (path) == 0) {
        n_silent++;
        g_test_message ("silent: offset %zu, %02x -> %02x", offset, old, flipped);
      }
    }
    g_assert_cmpint (pwrite (fd, &old, 1, (off_t)offset), ==, 1);
  }
  close (fd);
  g_test_message (
      "%d flips, %u changed what is read: check missed %u (bound 3/n = %.1e); "
      "SQLite's integrity_check alone missed %u",
      N_FLIPS,
      n_changed,
      n_silent,
      3.0 / n_changed,
      n_changed - n_seen_by_sqlite);
  g_assert_cmpuint (n_silent, ==, 0);
  g_assert_cmpuint (n_changed, >, N_FLIPS / 2);
  g_assert_cmpuint (n_changed - n_seen_by_sqlite, >, n_changed / 2);
  test_remove_folder (folder);
}

/* Whole pages: zeroed, randomised, swapped, or one in place of another. */
static void
test_pages (void)
{
  enum { N_TRIALS = 200 };
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = test_path (folder, "a.tarsier");
  g_autofree char *text = test_make_project (path, 3);
  g_autofree char *whole = test_sql_dup_digest (path);
  g_autoptr (GBytes) bytes = test_read_file (path);
  gint  n_pages = (gint)(g_bytes_get_size (bytes) / PAGE_BYTES);
  guint n_changed = 0;

  for (int i = 0; i < N_TRIALS; i++) {
    g_autofree guint8 *copy =
        g_memdup2 (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    guint8 *a = copy + (gsize)g_test_rand_int_range (1, n_pages) * PAGE_BYTES;
    guint8 *b = copy + (gsize)g_test_rand_int_range (1, n_pages) * PAGE_BYTES;
    for (int k = 0; k < PAGE_BYTES; k++)
      switch (i % 4) {
      case 0:
        a[k] = 0;
        break;
      case 1:
        a[k] = (guint8)g_test_rand_int ();
        break;
      case 2:
        a[k] = b[k];
        break;
      default: {
        guint8 t = a[k];
        a[k] = b[k];
        b[k] = t;
      }
      }
    g_autoptr (GBytes) smashed = g_bytes_new (copy, g_bytes_get_size (bytes));
    write_bytes (path, smashed);
    g_autofree char *now = test_sql_dup_digest (path);
    if (g_strcmp0 (now, whole) == 0)
      continue;
    n_changed++;
    g_assert_cmpuint (count_damage (path), >, 0);
  }
  g_test_message ("%d pages, %u changed what is read, all found", N_TRIALS, n_changed);
  test_remove_folder (folder);
}

/* A page of nothing in place of the one row of the project: no other row is touched. */
static void
test_no_project (void)
{
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = test_path (folder, "a.tarsier");
  g_autofree char *text = test_make_project (path, 3);

  g_assert_cmpuint (count_damage (path), ==, 0);
  test_sql_execute (path, "DELETE FROM project");
  g_assert_cmpuint (count_damage (path), >, 0);
  test_remove_folder (folder);
}

/* ---- salvage ---- */

#define PARTIALS                                                                         \
  "SELECT sound_id || ' ' || partial_id || ' ' || label || ' ' || channel || ' ' || "    \
  "hex "                                                                                 \
  "(time_s) || hex (phase_turns) || hex (frequency_hz) || hex (log_amplitude) || hex "   \
  "(slope_per_s) || hex (chirp_hz_per_s) || hex (bandwidth) || hex (flags) FROM partial"
#define CHUNKS "SELECT source_id || ' ' || position || ' ' || hex (bytes) FROM chunk"

/* Every row of `path` has to be one of `original`. */
static void
expect_subset (GHashTable *original, const char *path, const char *sql)
{
  g_autoptr (GHashTable) now = test_sql_texts (path, sql);
  GHashTableIter iter;
  gpointer       key;

  g_assert_nonnull (now);
  g_hash_table_iter_init (&iter, now);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_assert_true (g_hash_table_contains (original, key));
}

/* The bars of the reliability notes, for a file of some 500 pages: so many of the rows
 * none of whose pages was hit come back, each time; and so many of all rows on average.
 */
typedef struct {
  const char *name;
  int         n_smashed; /* random pages; 0: page 1; -1: every other one */
  double      least, least_of_all;
} SalvageCase;

static const SalvageCase SALVAGE_CASES[] = {
    {"one-page", 1, 0.97, 0.95},
    {"five-pages", 5, 0.95, 0.85},
    {"twenty-pages", 20, 0.90, 0.70},
    {"first-page", 0, 0.90, 0.99},
    {"half", -1, 0.90, 0.20},
};

/* Where SQLite itself says that rows lie: the page of each cell, and those it runs over
 * into. Rows that salvage makes anew (project, ledger) do not count. */
#define CELLS                                                                            \
  "WITH leaf AS (SELECT path, pageno, ncell FROM dbstat WHERE pagetype = 'leaf' AND "    \
  "name IN ('source', 'chunk', 'sound', 'step', 'partial', 'removal', 'redo', "          \
  "'analysis', 'marker', 'setting', 'staging')), number (k) AS (SELECT 0 UNION ALL "     \
  "SELECT k + 1 FROM number WHERE k < 1000) SELECT path || printf ('%03x', k) || ' ' "   \
  "|| pageno FROM leaf, number WHERE k < ncell UNION ALL SELECT substr (path, 1, "       \
  "instr (path, '+') - 1) || ' ' || pageno FROM dbstat WHERE pagetype = 'overflow'"

/* How many rows lie on pages that are the same in both. */
static guint
count_intact (GHashTable *cells, const guint8 *before, const guint8 *after)
{
  g_autoptr (GHashTable) hit =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) all =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer       key;

  g_hash_table_iter_init (&iter, cells);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    const char *space = strchr (key, ' ');
    char       *cell = g_strndup (key, (gsize)(space - (char *)key));
    gsize       at = ((gsize)g_ascii_strtoull (space, NULL, 10) - 1) * PAGE_BYTES;
    if (memcmp (before + at, after + at, PAGE_BYTES) != 0)
      g_hash_table_add (hit, g_strdup (cell));
    g_hash_table_add (all, cell);
  }
  return g_hash_table_size (all) - g_hash_table_size (hit);
}

static void
smash (guint8 *bytes, gsize n_pages, int n_smashed)
{
  for (int i = 0; i < n_smashed || (i == 0 && n_smashed == 0); i++) {
    gsize page = n_smashed == 0 ? 0 : (gsize)g_test_rand_int_range (1, (gint)n_pages);
    for (int k = 0; k < PAGE_BYTES; k++)
      bytes[page * PAGE_BYTES + (gsize)k] = (guint8)g_test_rand_int ();
  }
  for (gsize page = 1; n_smashed < 0 && page < n_pages; page += 2)
    memset (bytes + page * PAGE_BYTES, 0x5A, PAGE_BYTES);
}

static void
expect_whole_project (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) damage = NULL;
  g_autoptr (TsrStore) store = NULL;

  g_assert_true (tsr_store_check (path, NULL, &damage, &error));
  for (guint i = 0; i < damage->len; i++)
    g_test_message ("%s", (char *)g_ptr_array_index (damage, i));
  g_assert_cmpuint (damage->len, ==, 0);
  g_autoptr (TsrProject) project = test_reload (path, &store);
  /* And it can be worked on. */
  test_connect (project, store);
  TsrSound *sound = NULL;
  for (gint64 id = 1; id < 20 && sound == NULL; id++)
    if (!tsr_project_is_removed (project, id))
      sound = tsr_project_get_sound (project, id);
  if (sound != NULL)
    test_edit_sound (project, sound, 4711);
}

static void
test_salvage (gconstpointer data)
{
  const SalvageCase *c = data;
  const guint        n_trials = test_n_wanted (8);
  g_autofree char   *folder = test_dup_folder ();
  g_autofree char   *path = test_path (folder, "a.tarsier");
  g_autofree char   *text = test_make_project (path, 14);
  g_autoptr (GBytes) bytes = test_read_file (path);
  g_autoptr (GHashTable) partials = test_sql_texts (path, PARTIALS);
  g_autoptr (GHashTable) chunks = test_sql_texts (path, CHUNKS);
  gsize  n_bytes = g_bytes_get_size (bytes);
  double sum = 0, worst = 1;
  g_autoptr (GHashTable) cells = test_sql_texts (path, CELLS);
  const guint8 *before = g_bytes_get_data (bytes, NULL);
  gint64        n_rows = test_sql_int (path, "SELECT sum (n_rows) FROM ledger");

  g_assert_nonnull (cells);
  for (guint i = 0; i < n_trials; i++) {
    g_autofree guint8 *copy = g_memdup2 (before, n_bytes);
    g_autofree char   *name = g_strdup_printf ("out-%u.tarsier", i);
    g_autofree char   *out = test_path (folder, name);
    g_autoptr (GError) error = NULL;
    guint64 n_saved = 0, n_lost = 0;
    smash (copy, n_bytes / PAGE_BYTES, c->n_smashed);
    g_autoptr (GBytes) smashed = g_bytes_new (copy, n_bytes);
    write_bytes (path, smashed);
    tsr_store_salvage (path, out, NULL, &n_saved, &n_lost, &error);
    g_assert_no_error (error);
    g_autoptr (GBytes) after = test_read_file (path);
    g_assert_true (g_bytes_equal (smashed, after));
    expect_subset (partials, out, PARTIALS);
    expect_subset (chunks, out, CHUNKS);
    expect_whole_project (out);
    sum += (double)n_saved / (double)n_rows;
    worst = MIN (worst, (double)n_saved / count_intact (cells, before, copy));
  }
  g_test_message ("%zu pages: %.2f %% of all rows came back, at worst %.2f %% of those "
                  "that were not hit; none wrong",
                  n_bytes / PAGE_BYTES,
                  100 * sum / n_trials,
                  100 * worst);
  g_assert_cmpfloat (worst, >=, c->least);
  g_assert_cmpfloat (sum / n_trials, >=, c->least_of_all);
  test_remove_folder (folder);
}

/* A project that is whole comes out as it went in. */
static void
test_salvage_whole (void)
{
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = test_path (folder, "a.tarsier");
  g_autofree char *out = test_path (folder, "out.tarsier");
  g_autofree char *before = test_make_project (path, 5);
  g_autoptr (GError) error = NULL;
  g_autoptr (TsrStore) store = NULL;
  guint64 n_saved = 0, n_lost = 0;

  tsr_store_salvage (path, out, NULL, &n_saved, &n_lost, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_lost, ==, 0);
  g_autoptr (TsrProject) project = test_reload (out, &store);
  g_autofree char *after = test_project_dup_text (project);
  g_assert_cmpstr (before, ==, after);
  /* Never over a file, and nothing from nothing. */
  g_assert_false (tsr_store_salvage (path, out, NULL, NULL, NULL, &error));
  g_clear_error (&error);
  g_autofree char *other = test_path (folder, "text");
  g_autofree char *none = test_path (folder, "none.tarsier");
  g_assert_true (g_file_set_contents (other, "nothing", -1, NULL));
  g_assert_false (tsr_store_salvage (other, none, NULL, NULL, NULL, &error));
  g_assert_error (error, TSR_STORE_ERROR, TSR_STORE_ERROR_NOT_A_PROJECT);
  g_assert_false (g_file_test (none, G_FILE_TEST_EXISTS));
  test_remove_folder (folder);
}

/* A folder as a killed program leaves it, so long ago; with another file where `foreign`.
 * (transfer full) */
static char *
leave_folder (const char *folder, const char *name, int age_s, gboolean foreign)
{
  char            *path = test_path (folder, name);
  g_autofree char *project = test_path (path, "project");
  g_autofree char *journal = test_path (path, "project-journal");
  g_autofree char *other = test_path (path, "mine.txt");
  struct utimbuf   times = {time (NULL) - age_s, time (NULL) - age_s};

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  g_assert_true (g_file_set_contents (project, "a", -1, NULL));
  g_assert_true (g_file_set_contents (journal, "b", -1, NULL));
  if (foreign)
    g_assert_true (g_file_set_contents (other, "c", -1, NULL));
  g_assert_cmpint (g_utime (path, &times), ==, 0);
  return path;
}

/* The next salvage in a folder removes what dead ones left there, and nothing else. */
static void
test_salvage_stale (void)
{
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = test_path (folder, "a.tarsier");
  g_autofree char *out = test_path (folder, "out.tarsier");
  g_autofree char *before = test_make_project (path, 1);
  g_autofree char *dead = leave_folder (folder, ".salvage-dead01", 3600, FALSE);
  g_autofree char *alive = leave_folder (folder, ".salvage-alive1", 3600, FALSE);
  g_autofree char *fresh = leave_folder (folder, ".salvage-fresh1", 0, FALSE);
  g_autofree char *foreign = leave_folder (folder, ".salvage-other1", 3600, TRUE);
  g_autofree char *named = leave_folder (folder, ".salvage-not-ours", 3600, FALSE);
  g_autofree char *kept = test_path (foreign, "mine.txt");
  g_autoptr (GError) error = NULL;
  int fd = open (alive, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  g_assert_cmpint (flock (fd, LOCK_EX), ==, 0);
  tsr_store_salvage (path, out, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (g_file_test (dead, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (alive, G_FILE_TEST_IS_DIR));
  g_assert_true (g_file_test (fresh, G_FILE_TEST_IS_DIR));
  g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (named, G_FILE_TEST_IS_DIR));
  close (fd);
  test_remove_folder (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/damage/rows", test_rows);
  g_test_add_func ("/store/damage/flips", test_flips);
  g_test_add_func ("/store/damage/pages", test_pages);
  g_test_add_func ("/store/damage/no-project", test_no_project);
  g_test_add_func ("/store/damage/salvage-whole", test_salvage_whole);
  g_test_add_func ("/store/damage/salvage-stale", test_salvage_stale);
  for (gsize i = 0; i < G_N_ELEMENTS (SALVAGE_CASES); i++) {
    g_autofree char *name =
        g_strconcat ("/store/damage/salvage/", SALVAGE_CASES[i].name, NULL);
    g_test_add_data_func (name, &SALVAGE_CASES[i], test_salvage);
  }
  return g_test_run ();
}
