/* SPDX-License-Identifier: GPL-3.0-or-later
 * From a step up to the one that tells all its laws, and down again.
 */
#include "store/step-residual.h"

#include "model/dsp-types.h"
#include "store/residual-codec.h"

enum { PARENT_COLUMN = 2, RESIDUAL_COLUMN = 11 };

/* Bytes of the step's row (NULL: it has none) and its parent. FALSE with an error. */
static gboolean
read_row (TsrProjectFile *file,
          gint64          step_id,
          GBytes        **bytes,
          gint64         *parent_id,
          GError        **error)
{
  TsrCursor cursor;

  *bytes = NULL;
  *parent_id = 0;
  if (!tsr_cursor_open_id (&cursor, file->rows, TSR_TABLE_STEP, step_id, error))
    return FALSE;
  TsrStepResult result = tsr_cursor_next (&cursor, error);
  if (result == TSR_STEP_ROW && cursor.is_whole) {
    gsize       n = 0;
    const void *data = tsr_statement_bytes (cursor.statement, RESIDUAL_COLUMN, &n);
    *parent_id = tsr_cursor_int (&cursor, PARENT_COLUMN);
    if (tsr_statement_type (cursor.statement, RESIDUAL_COLUMN) != TSR_COLUMN_NULL)
      *bytes = g_bytes_new (data, n);
  }
  tsr_cursor_close (&cursor);
  return result != TSR_STEP_ERROR;
}

static gboolean
leans (GBytes *bytes)
{
  gsize       n = 0;
  const void *data = bytes != NULL ? g_bytes_get_data (bytes, &n) : NULL;

  return data != NULL && tsr_residual_needs_parent (data, n);
}

/* Rows from the step up to the first that leans on none; the step's first. */
static GPtrArray *
read_line (TsrProjectFile *file, gint64 step_id, GError **error)
{
  g_autoptr (GPtrArray) line =
      g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  GBytes *bytes;
  gint64  parent_id;

  do {
    if (!read_row (file, step_id, &bytes, &parent_id, error))
      return NULL;
    if (bytes != NULL)
      g_ptr_array_add (line, bytes);
    step_id = parent_id < step_id ? parent_id : 0;
  } while (leans (bytes) && step_id != 0);
  return g_steal_pointer (&line);
}

/* What makes no sense is left out, as when the project is loaded. */
static void
decode_line (const GPtrArray *line, TsrCurve **curve, TsrResidualLaws **laws)
{
  *curve = NULL;
  *laws = NULL;
  for (guint i = line->len; i > 0; i--) {
    TsrResidualLaws *before = g_steal_pointer (laws);
    gsize            n;
    gconstpointer    data = g_bytes_get_data (g_ptr_array_index (line, i - 1), &n);
    g_clear_pointer (curve, tsr_curve_unref);
    tsr_residual_decode (data, n, before, curve, laws);
    tsr_residual_laws_unref (before);
  }
}

gboolean
tsr_step_make_residual_whole (TsrProjectFile *file, gint64 step_id, GError **error)
{
  g_autoptr (GPtrArray) line = read_line (file, step_id, error);
  g_autoptr (GByteArray) whole = g_byte_array_new ();
  g_autoptr (TsrCurve) curve = NULL;
  TsrResidualLaws *laws;

  if (line == NULL)
    return FALSE;
  if (line->len == 0 || !leans (g_ptr_array_index (line, 0)))
    return TRUE;
  decode_line (line, &curve, &laws);
  tsr_residual_encode (curve, laws, NULL, whole);
  tsr_residual_laws_unref (laws);
  return tsr_row_copy_with_blob (
      file->rows, TSR_TABLE_STEP, step_id, RESIDUAL_COLUMN, whole, error);
}
