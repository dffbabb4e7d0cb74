/* SPDX-License-Identifier: GPL-3.0-or-later
 * The second half of a salvage: rows that refer to lost ones. Thread: the writer's.
 */
#pragma once

#include "store/project-file.h"

G_BEGIN_DECLS

/* Makes the salvaged rows of `file` a project again. What a lost step did is given to
 * the next one of its sound; what cannot be placed is dropped and counted. Foreign keys
 * are off meanwhile. */
gboolean tsr_salvage_repair (TsrProjectFile *file, guint64 *n_dropped, GError **error);

G_END_DECLS
