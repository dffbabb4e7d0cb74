/* SPDX-License-Identifier: GPL-3.0-or-later
 * The checksum of a row: XXH64 of each column, folded in order of the columns. Every step
 * is a bijection of the 8 bytes that enter it, so that a change within one aligned
 * 8-byte word, a flipped bit above all, always changes the result. Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* XXH64 (Y. Collet, xxHash fast digest algorithm, specification 0.1.1). */
guint64 tsr_checksum_bytes (const void *data, gsize n_bytes, guint64 seed);

/* Running value `row` after one more column, whose own checksum is `column`. */
guint64 tsr_checksum_fold (guint64 row, guint64 column);

G_END_DECLS
