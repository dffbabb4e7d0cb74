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
