/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copies and compaction of an open project. Thread: the writer's.
 */
#pragma once

#include "store/project-file.h"
#include "store/store.h"

G_BEGIN_DECLS

gboolean tsr_project_save_copy (TsrProjectFile *file,
                                const char     *out_path,
                                gboolean        overwrite,
                                const TsrJob   *job,
                                GError        **error);
gboolean tsr_project_compact (TsrProjectFile   *file,
                              guint             keep_steps,
                              gboolean          dry_run,
                              const TsrJob     *job,
                              TsrCompactReport *report,
                              GError          **error);

G_END_DECLS
