/* SPDX-License-Identifier: GPL-3.0-or-later
 * Settings of a project, one row each.
 */
#include "store/setting.h"

typedef struct {
  const char *key, *value;
} Setting;

static gboolean
find_id (TsrProjectFile *file, const char *key, gint64 *id, GError **error)
{
  TsrStatement *statement =
      tsr_db_prepare (file->db, "SELECT id FROM setting WHERE key = ?1", error);

  if (statement == NULL)
    return FALSE;
  tsr_statement_bind_text (statement, 1, key);
  TsrStepResult result = tsr_statement_step (statement, error);
  *id = result == TSR_STEP_ROW ? tsr_statement_int (statement, 0) : 0;
  tsr_statement_reset (statement);
  return result != TSR_STEP_ERROR;
}

static gboolean
write_setting (TsrProjectFile *file, gpointer data, GError **error)
{
  const Setting *setting = data;
  gint64         id = 0;
  TsrRow         row;

  if (!find_id (file, setting->key, &id, error))
    return FALSE;
  if (setting->value == NULL)
    return id == 0 || tsr_row_delete (file->rows, TSR_TABLE_SETTING, id, error);
  if (id == 0)
    tsr_row_begin_insert (&row, file->rows, TSR_TABLE_SETTING, 0);
  else
    tsr_row_begin_update (&row, file->rows, TSR_TABLE_SETTING, id);
  tsr_row_put_text (&row, setting->key);
  tsr_row_put_text (&row, setting->value);
  return tsr_row_finish (&row, NULL, error);
}

gboolean
tsr_setting_write (TsrProjectFile *file,
                   const char     *key,
                   const char     *value,
                   GError        **error)
{
  Setting setting = {key, value};

  return tsr_project_file_transact (file, write_setting, &setting, error);
}

gboolean
tsr_setting_read (TsrProjectFile *file, const char *key, char **value, GError **error)
{
  TsrCursor cursor;
  gint64    id = 0;

  *value = NULL;
  if (!find_id (file, key, &id, error) ||
      !tsr_cursor_open_id (&cursor, file->rows, TSR_TABLE_SETTING, id, error))
    return FALSE;
  TsrStepResult result = tsr_cursor_next (&cursor, error);
  if (result == TSR_STEP_ROW && cursor.is_whole)
    *value = tsr_cursor_dup_text (&cursor, 2);
  tsr_cursor_close (&cursor);
  return result != TSR_STEP_ERROR;
}
