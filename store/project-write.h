/* SPDX-License-Identifier: GPL-3.0-or-later
 * Edits into rows. Large steps are written in several short transactions, invisible until
 * a last small one publishes them. Thread: the writer's.
 */
#pragma once

#include "model/edit.h"
#include "store/project-file.h"

G_BEGIN_DECLS

/* All of them, or none. */
gboolean tsr_project_write (TsrProjectFile *file,
                            TsrEdit *const *edits,
                            gsize           n_edits,
                            const TsrJob   *job,
                            GError        **error);

/* Drops what writes that were cut off left behind, if there is any. Sources staged since
 * the file was opened stay. */
gboolean tsr_project_clean (TsrProjectFile *file, GError **error);

/* Reads the tree of steps into file->nodes, if it is not there. */
gboolean tsr_project_read_nodes (TsrProjectFile *file, GError **error);

G_END_DECLS
