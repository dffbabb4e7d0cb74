/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files that are no projects, or not honest ones: refused with one sentence, their bytes
 * as they were.
 */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/store/sql.h"
#include "tests/store/support.h"

/* What is done to a good project, and how it is then refused. */
typedef struct {
  const char   *name;
  const char   *sql;
  TsrStoreError code;
} SqlCase;

static const SqlCase SQL_CASES[] = {
    {"view",
     "PRAGMA writable_schema = ON; DROP TABLE marker; CREATE VIEW marker AS WITH "
     "RECURSIVE "
     "c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n AS id FROM c",
     TSR_STORE_ERROR_DAMAGED},
    {"trigger",
     "CREATE TRIGGER t AFTER INSERT ON step BEGIN DELETE FROM partial; END",
     TSR_STORE_ERROR_DAMAGED},
    {"extra-table", "CREATE TABLE x (a)", TSR_STORE_ERROR_DAMAGED},
    {"extra-index", "CREATE INDEX x ON step (label)", TSR_STORE_ERROR_DAMAGED},
    {"missing-table", "DROP TABLE marker", TSR_STORE_ERROR_DAMAGED},
    {"other-types",
     "DROP TABLE marker; CREATE TABLE marker (id INTEGER PRIMARY KEY, sound_id, "
     "marker_id, time_s, name, checksum)",
     TSR_STORE_ERROR_DAMAGED},
    {"newer", "PRAGMA user_version = 1000", TSR_STORE_ERROR_NEWER},
    {"no-version", "PRAGMA user_version = 0", TSR_STORE_ERROR_DAMAGED},
    {"negative-version", "PRAGMA user_version = -5", TSR_STORE_ERROR_NEWER},
    {"foreign", "PRAGMA application_id = 42", TSR_STORE_ERROR_NOT_A_PROJECT},
    {"wal", "PRAGMA journal_mode = WAL", TSR_STORE_ERROR_NOT_A_PROJECT},
    {"check",
     "PRAGMA ignore_check_constraints = ON; UPDATE step SET parent_id = 99 WHERE id = 2",
     TSR_STORE_ERROR_DAMAGED},
    {"cycle",
     "PRAGMA ignore_check_constraints = ON; UPDATE step SET parent_id = id",
     TSR_STORE_ERROR_DAMAGED},
};

/* Opens, expects the refusal, and the file not changed. */
static void
expect_refusal (const char *path, TsrStoreError code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) before = test_read_file (path);
  gint64 start_us = g_get_monotonic_time ();

  g_assert_null (tsr_store_open (path, &error));
  g_assert_error (error, TSR_STORE_ERROR, (int)code);
  g_test_message ("%s (%.1f ms)",
                  error->message,
                  (double)(g_get_monotonic_time () - start_us) / 1000);
  g_assert_true (g_str_has_prefix (error->message, path));
  g_assert_null (strchr (error->message, '\n'));
  g_autoptr (GBytes) after = test_read_file (path);
  g_assert_true (g_bytes_equal (before, after));
}

static void
test_sql (gconstpointer data)
{
  const SqlCase   *c = data;
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = test_path (folder, "a.tarsier");
  g_autofree char *text = test_make_project (path, 1);

  test_sql_execute (path, c->sql);
  expect_refusal (path, c->code);
  test_remove_folder (folder);
}

static void
test_bytes (void)
{
  static const struct {
    const char   *bytes;
    gsize         n_bytes;
    TsrStoreError code;
  } cases[] = {
      {"", 0, TSR_STORE_ERROR_NOT_A_PROJECT},
      {"x", 1, TSR_STORE_ERROR_NOT_A_PROJECT},
      {"a text that is longer than a header of SQLite",
       45,
       TSR_STORE_ERROR_NOT_A_PROJECT},
      {"SQLite format 3", 16, TSR_STORE_ERROR_DAMAGED},
      {"SQLite format 3\0\x10\0\1\1\0@  \0\0\0\1", 28, TSR_STORE_ERROR_DAMAGED},
  };
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = test_path (folder, "a.tarsier");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_assert_true (
        g_file_set_contents (path, cases[i].bytes, (gssize)cases[i].n_bytes, NULL));
    expect_refusal (path, cases[i].code);
  }
  test_remove_folder (folder);
}

static void
test_truncated (void)
{
  static const double parts[] = {0.001, 0.01, 0.1, 0.3, 0.5, 0.9, 0.999};
  g_autofree char    *folder = test_dup_folder ();
  g_autofree char    *path = test_path (folder, "a.tarsier");
  g_autofree char    *text = test_make_project (path, 2);
  g_autoptr (GBytes) whole = test_read_file (path);

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++) {
    gssize n = (gssize)((double)g_bytes_get_size (whole) * parts[i]);
    g_assert_true (g_file_set_contents (path, g_bytes_get_data (whole, NULL), n, NULL));
    expect_refusal (path, TSR_STORE_ERROR_DAMAGED);
  }
  test_remove_folder (folder);
}

static void
test_kinds (void)
{
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = test_path (folder, "a.tarsier");
  g_autofree char *text = test_make_project (path, 1);
  g_autofree char *fifo = test_path (folder, "fifo");
  g_autofree char *link_path = test_path (folder, "link");
  g_autofree char *missing = test_path (folder, "missing");
  g_autofree char *nowhere = g_build_filename (folder, "nowhere", "x", NULL);

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  g_assert_cmpint (symlink (path, link_path), ==, 0);
  const struct {
    const char   *path;
    TsrStoreError code;
  } cases[] = {
      {folder, TSR_STORE_ERROR_NOT_A_PROJECT},
      {fifo, TSR_STORE_ERROR_NOT_A_PROJECT},
      {link_path, TSR_STORE_ERROR_NOT_A_PROJECT},
      {"/dev/null", TSR_STORE_ERROR_NOT_A_PROJECT},
      {missing, TSR_STORE_ERROR_NOT_FOUND},
      {nowhere, TSR_STORE_ERROR_NOT_FOUND},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (tsr_store_open (cases[i].path, &error));
    g_assert_error (error, TSR_STORE_ERROR, (int)cases[i].code);
    g_test_message ("%s", error->message);
  }
  g_assert_false (g_file_test (missing, G_FILE_TEST_EXISTS));
  test_remove_folder (folder);
}

/* A journal beside a foreign database is not played back. */
static void
test_foreign_journal (void)
{
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = test_path (folder, "a.tarsier");
  g_autofree char *journal = test_path (folder, "a.tarsier-journal");

  test_sql_execute (path, "CREATE TABLE x (a); INSERT INTO x VALUES (1)");
  g_assert_true (g_file_set_contents (journal, "not a journal", -1, NULL));
  expect_refusal (path, TSR_STORE_ERROR_NOT_A_PROJECT);
  g_assert_true (g_file_test (journal, G_FILE_TEST_EXISTS));
  test_remove_folder (folder);
}

static void
test_create (void)
{
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = test_path (folder, "a.tarsier");
  g_autofree char *nowhere = g_build_filename (folder, "nowhere", "x", NULL);
  g_autoptr (GError) error = NULL;

  g_autoptr (TsrStore) store = tsr_store_create (path, &error);
  g_assert_no_error (error);
  g_assert_null (tsr_store_create (path, &error));
  g_assert_error (error, TSR_STORE_ERROR, TSR_STORE_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_null (tsr_store_create (nowhere, &error));
  g_assert_error (error, TSR_STORE_ERROR, TSR_STORE_ERROR_WRITE);
  g_test_message ("%s", error->message);
  test_remove_folder (folder);
}

/* Damage that hits only rows: the rest is loaded, and each loss told. */
static void
test_strange_rows (void)
{
  static const char *const strange[] = {
      "UPDATE sound SET name = 'x' WHERE id = 1",
      "UPDATE partial SET n = n + 1, checksum = 5 WHERE 0",
      "UPDATE step SET label = hex (zeroblob (40000)) WHERE id = 1",
      "DELETE FROM partial WHERE id % 3 = 0",
      "DELETE FROM removal",
      "DELETE FROM source",
      "DELETE FROM sound",
      "UPDATE sound SET step_id = 999",
      "UPDATE ledger SET n_rows = 7",
      "DELETE FROM ledger",
      "INSERT INTO marker VALUES (1000, 1, 50, 9e999, 'inf', 1)",
      "UPDATE partial SET time_s = randomblob (length (time_s))",
      "DELETE FROM step WHERE id = 2",
      "INSERT INTO redo VALUES (1, 900, 0) ON CONFLICT (id) DO UPDATE SET child_id = 900",
  };
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *good = test_path (folder, "good.tarsier");
  g_autofree char *path = test_path (folder, "a.tarsier");
  g_autofree char *text = test_make_project (good, 3);
  g_autoptr (GBytes) bytes = test_read_file (good);

  for (gsize i = 0; i < G_N_ELEMENTS (strange); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) warnings = NULL;
    g_assert_true (g_file_set_contents (
        path, g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes), NULL));
    test_sql_execute (path, strange[i]);
    g_autoptr (TsrStore) store = tsr_store_open (path, &error);
    g_assert_no_error (error);
    g_autoptr (TsrProject) project = tsr_store_load (store, NULL, &warnings, &error);
    g_assert_no_error (error);
    g_test_message ("%s: %u warnings", strange[i], warnings->len);
    if (i != 1)
      g_assert_cmpuint (warnings->len, >, 0);
    g_autofree char *now = test_project_dup_text (project);
    g_assert_nonnull (now);
  }
  test_remove_folder (folder);
}

static void
test_in_use (void)
{
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = test_path (folder, "a.tarsier");
  g_autofree char *other = test_path (folder, "hard-link.tarsier");
  g_autofree char *text = test_make_project (path, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (TsrStore) store = tsr_store_open (path, &error);
  GPtrArray *damage = NULL;

  g_assert_no_error (error);
  g_assert_null (tsr_store_open (path, &error));
  g_assert_error (error, TSR_STORE_ERROR, TSR_STORE_ERROR_IN_USE);
  g_assert_nonnull (strstr (error->message, "in use by Tarsier"));
  g_clear_error (&error);
  g_assert_false (tsr_store_check (path, NULL, &damage, &error));
  g_assert_error (error, TSR_STORE_ERROR, TSR_STORE_ERROR_IN_USE);
  g_clear_error (&error);
  g_assert_cmpint (link (path, other), ==, 0);
  g_assert_null (tsr_store_open (other, &error));
  g_assert_error (error, TSR_STORE_ERROR, TSR_STORE_ERROR_IN_USE);
  g_clear_error (&error);
  /* None of that has cost the first one its lock: ask another process. */
  g_autoptr (GSubprocess) child = g_subprocess_new (
      G_SUBPROCESS_FLAGS_NONE, &error, "/proc/self/exe", "--in-use", path, NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (child, NULL, &error));
  g_assert_no_error (error);
  test_remove_folder (folder);
}

/* The other process: 0 when it is told that the file is in use. */
static int
run_in_use (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TsrStore) store = tsr_store_open (path, &error);

  return g_error_matches (error, TSR_STORE_ERROR, TSR_STORE_ERROR_IN_USE) ? 0 : 1;
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "--in-use") == 0)
    return run_in_use (argv[2]);
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (SQL_CASES); i++) {
    g_autofree char *name = g_strconcat ("/store/hostile/sql/", SQL_CASES[i].name, NULL);
    g_test_add_data_func (name, &SQL_CASES[i], test_sql);
  }
  g_test_add_func ("/store/hostile/bytes", test_bytes);
  g_test_add_func ("/store/hostile/truncated", test_truncated);
  g_test_add_func ("/store/hostile/kinds", test_kinds);
  g_test_add_func ("/store/hostile/foreign-journal", test_foreign_journal);
  g_test_add_func ("/store/hostile/create", test_create);
  g_test_add_func ("/store/hostile/strange-rows", test_strange_rows);
  g_test_add_func ("/store/hostile/in-use", test_in_use);
  return g_test_run ();
}
