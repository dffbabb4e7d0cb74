/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lists of ids as the file keeps them: little-endian integers of 8 bytes. Thread: any,
 * but for what writes: the writer's.
 */
#pragma once

#include "model/descent.h"
#include "store/row.h"

G_BEGIN_DECLS

GByteArray *tsr_ids_encode (const gint64 *ids, gsize n); /* (transfer full) */
/* (transfer full) array of *n, whatever the bytes; what is left over is ignored. */
gint64 *tsr_ids_decode (const void *bytes, gsize n_bytes, gsize *n);

/* (transfer full) of TsrDescent; NULL where there is none. */
GArray *tsr_descents_decode (const void *bytes, gsize n_bytes);
/* The row of a step in `descent`, a new one or instead of the one it has. */
G_GNUC_WARN_UNUSED_RESULT
gboolean tsr_descents_write (TsrRows      *rows,
                             gint64        step_id,
                             const GArray *descents,
                             gboolean      is_new,
                             GError      **error);

G_END_DECLS
