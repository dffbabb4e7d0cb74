/* SPDX-License-Identifier: GPL-3.0-or-later
 * Short queries by the statements of db.c.
 */
#include "store/db.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

gboolean
tsr_db_is_cancelled (TsrDb *self)
{
  TsrWatch *watch = tsr_db_watch (self);

  return watch != NULL && tsr_watch_is_cancelled (watch);
}

void
tsr_db_set_cancelled (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("cancelled"));
}

gboolean
tsr_db_query_int (TsrDb *self, const char *sql, gint64 *value, GError **error)
{
  TsrStatement *statement = tsr_db_prepare (self, sql, error);

  if (statement == NULL)
    return FALSE;
  TsrStepResult result = tsr_statement_step (statement, error);
  *value = result == TSR_STEP_ROW ? tsr_statement_int (statement, 0) : 0;
  tsr_statement_reset (statement);
  return result != TSR_STEP_ERROR;
}

GPtrArray *
tsr_db_query_texts (TsrDb *self, const char *sql, GError **error)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  TsrStatement *statement = tsr_db_prepare (self, sql, error);
  TsrStepResult result = TSR_STEP_ERROR;

  if (statement == NULL)
    return NULL;
  while ((result = tsr_statement_step (statement, error)) == TSR_STEP_ROW) {
    gsize       n_bytes = 0;
    const char *text = tsr_statement_bytes (statement, 0, &n_bytes);
    g_ptr_array_add (texts, g_utf8_make_valid (text, (gssize)n_bytes));
  }
  tsr_statement_reset (statement);
  return result == TSR_STEP_DONE ? g_steal_pointer (&texts) : NULL;
}
