/* SPDX-License-Identifier: GPL-3.0-or-later
 * What went wrong with the file, as one sentence: what, with which file, and what to do.
 */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

/* Of the code TSR_STORE_ERROR_WRITE: which of its sentences. */
typedef enum {
  TSR_DB_OTHER_TROUBLE,
  TSR_DB_UNFIT_EDIT,
  TSR_DB_READ_ONLY,
} TsrDbTrouble;

/* `detail` is SQLite's own text. Thread: any. */
void tsr_db_describe_error (TsrStoreError code,
                            TsrDbTrouble  trouble,
                            const char   *name,
                            const char   *detail,
                            GError      **error);

G_END_DECLS
