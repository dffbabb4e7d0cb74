/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a step's row says of the residual, which may lean on the rows of its parents.
 * Thread: the writer's.
 */
#pragma once

#include "store/project-file.h"

G_BEGIN_DECLS

/* Writes the row of the step anew so that it leans on none. */
gboolean
tsr_step_make_residual_whole (TsrProjectFile *file, gint64 step_id, GError **error);

G_END_DECLS
