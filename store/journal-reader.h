/* SPDX-License-Identifier: GPL-3.0-or-later
 * The rollback journal beside a project, before SQLite plays it back: the power may have
 * gone while page 1 was being written, and then only the journal can tell whose file it
 * is (sqlite.org/fileformat2.html, section 3). Thread: any.
 */
#pragma once

#include "store/db.h"

G_BEGIN_DECLS

/* First bytes of page 1 as they were before the transaction that was cut off. FALSE:
 * there is no journal, or it does not hold that page. */
gboolean tsr_journal_read_start (const char      *path,
                                 const TsrDbHost *host,
                                 guint8          *bytes,
                                 gsize            n_bytes);

G_END_DECLS
