/* SPDX-License-Identifier: GPL-3.0-or-later
 * Plain SQLite without any of the defences of the store.
 */
#include "tests/store/sql.h"

#include <sqlite3.h>

void
test_sql_execute (const char *path, const char *sql)
{
  sqlite3 *db = NULL;
  char    *message = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  sqlite3_exec (db, sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

static int
take_int (void *data, int n, char **values, char **names)
{
  *(gint64 *)data = g_ascii_strtoll (values[0] != NULL ? values[0] : "0", NULL, 10);
  return 0;
}

gint64
test_sql_int (const char *path, const char *sql)
{
  sqlite3 *db = NULL;
  gint64   value = 0;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, take_int, &value, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  return value;
}

static int
take_text (void *data, int n, char **values, char **names)
{
  g_hash_table_add (data, g_strdup (values[0] != NULL ? values[0] : ""));
  return 0;
}

GHashTable *
test_sql_texts (const char *path, const char *sql)
{
  g_autoptr (GHashTable) texts =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  sqlite3 *db = NULL;
  gboolean ok = sqlite3_open (path, &db) == SQLITE_OK &&
                sqlite3_exec (db, sql, take_text, texts, NULL) == SQLITE_OK;

  sqlite3_close (db);
  return ok ? g_steal_pointer (&texts) : NULL;
}

static gboolean
digest_table (sqlite3 *db, const char *table, GChecksum *sum)
{
  g_autofree char *sql = g_strdup_printf ("SELECT * FROM \"%s\" ORDER BY id", table);
  sqlite3_stmt    *statement = NULL;
  int              rc = sqlite3_prepare_v2 (db, sql, -1, &statement, NULL);

  while (rc == SQLITE_OK && (rc = sqlite3_step (statement)) == SQLITE_ROW) {
    for (int i = 0; i < sqlite3_column_count (statement); i++) {
      int         type = sqlite3_column_type (statement, i);
      const void *bytes = sqlite3_column_blob (statement, i);
      int         head[2] = {type, sqlite3_column_bytes (statement, i)};
      g_checksum_update (sum, (const guchar *)head, sizeof head);
      if (bytes != NULL)
        g_checksum_update (sum, bytes, head[1]);
    }
    rc = SQLITE_OK;
  }
  sqlite3_finalize (statement);
  return rc == SQLITE_DONE;
}

char *
test_sql_dup_digest (const char *path)
{
  static const char *const tables[] = {"project",
                                       "source",
                                       "chunk",
                                       "sound",
                                       "step",
                                       "partial",
                                       "removal",
                                       "redo",
                                       "ledger",
                                       "analysis",
                                       "marker",
                                       "setting",
                                       "staging",
                                       "selection",
                                       "descent"};
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_MD5);
  sqlite3 *db = NULL;
  gboolean ok = sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK;

  for (gsize i = 0; ok && i < G_N_ELEMENTS (tables); i++)
    ok = digest_table (db, tables[i], sum);
  sqlite3_close (db);
  return ok ? g_strdup (g_checksum_get_string (sum)) : NULL;
}
