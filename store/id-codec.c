/* SPDX-License-Identifier: GPL-3.0-or-later
 * Ids <-> bytes.
 */
#include "store/id-codec.h"

#include <string.h>

G_STATIC_ASSERT (sizeof (TsrDescent) == 2 * sizeof (gint64));

GByteArray *
tsr_ids_encode (const gint64 *ids, gsize n)
{
  GByteArray *bytes = g_byte_array_sized_new ((guint)(n * sizeof *ids));

  for (gsize i = 0; i < n; i++) {
    gint64 word = GINT64_TO_LE (ids[i]);
    g_byte_array_append (bytes, (const guint8 *)&word, sizeof word);
  }
  return bytes;
}

gint64 *
tsr_ids_decode (const void *bytes, gsize n_bytes, gsize *n)
{
  gint64 *ids = g_new (gint64, n_bytes / sizeof (gint64));

  *n = n_bytes / sizeof *ids;
  for (gsize i = 0; i < *n; i++) {
    gint64 word;
    memcpy (&word, (const guint8 *)bytes + i * sizeof word, sizeof word);
    ids[i] = GINT64_FROM_LE (word);
  }
  return ids;
}

GArray *
tsr_descents_decode (const void *bytes, gsize n_bytes)
{
  gsize              n;
  g_autofree gint64 *ids = tsr_ids_decode (bytes, n_bytes, &n);
  GArray *descents = n >= 2 ? g_array_new (FALSE, FALSE, sizeof (TsrDescent)) : NULL;

  for (gsize i = 0; i + 1 < n; i += 2) {
    TsrDescent descent = {ids[i], ids[i + 1]};
    g_array_append_val (descents, descent);
  }
  return descents;
}

gboolean
tsr_descents_write (TsrRows      *rows,
                    gint64        step_id,
                    const GArray *descents,
                    gboolean      is_new,
                    GError      **error)
{
  g_autoptr (GByteArray) bytes =
      tsr_ids_encode ((const gint64 *)descents->data, 2 * (gsize)descents->len);
  TsrRow row;

  if (is_new)
    tsr_row_begin_insert (&row, rows, TSR_TABLE_DESCENT, step_id);
  else
    tsr_row_begin_update (&row, rows, TSR_TABLE_DESCENT, step_id);
  tsr_row_put_blob (&row, bytes->data, bytes->len);
  return tsr_row_finish (&row, NULL, error);
}
