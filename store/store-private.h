/* SPDX-License-Identifier: GPL-3.0-or-later
 * For the tests of the store: the same store on another VFS.
 */
#pragma once

#include "store/db.h"
#include "store/store.h"

G_BEGIN_DECLS

TsrStore *tsr_store_open_on (const char *path, const TsrDbHost *host, GError **error);
gboolean  tsr_store_check_on (const char      *path,
                              const TsrDbHost *host,
                              GPtrArray      **damage,
                              GError         **error);

G_END_DECLS
