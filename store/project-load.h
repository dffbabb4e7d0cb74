/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows into a project. Nothing is written. Thread: the writer's reads the rows, and the
 * caller's builds the project out of them.
 */
#pragma once

#include "model/project.h"
#include "store/project-file.h"

G_BEGIN_DECLS

/* The rows of a file as values of the model, and what was wrong with them. */
typedef struct TsrLoaded TsrLoaded;

/* Thread: the writer's. */
/* `job` may be NULL. */
TsrLoaded *tsr_project_read (TsrProjectFile *file, const TsrJob *job, GError **error);
/* Thread: that of the project. */
TsrProject *tsr_loaded_build (TsrLoaded *loaded);
GPtrArray  *tsr_loaded_get_warnings (TsrLoaded *loaded); /* borrowed; of sentences */
void        tsr_loaded_free (TsrLoaded *loaded);

G_END_DECLS
