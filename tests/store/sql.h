/* SPDX-License-Identifier: GPL-3.0-or-later
 * Plain, undefended SQLite for tests that make hostile or damaged files.
 */
#pragma once

#include <glib.h>

/* Runs statements; a failure aborts. The file is made where there is none. */
void test_sql_execute (const char *path, const char *sql);
/* The first column of the first row. */
gint64 test_sql_int (const char *path, const char *sql);
/* The first columns of all rows as a set of texts; NULL when the query fails. */
GHashTable *test_sql_texts (const char *path, const char *sql);
/* A digest of every row of every table; NULL when one cannot be read. */
char *test_sql_dup_digest (const char *path);
