/* SPDX-License-Identifier: GPL-3.0-or-later
 * One step of a history into rows. All inside a transaction of the caller. Thread: the
 * writer's.
 */
#pragma once

#include "model/sound.h"
#include "store/project-file.h"

G_BEGIN_DECLS

/* The row of the step and what it removes. */
gboolean tsr_step_write_head (TsrProjectFile *file,
                              gint64          sound_id,
                              TsrStep        *step,
                              GError        **error);
/* Partials [first, end) of those it adds. */
gboolean tsr_step_write_partials (TsrProjectFile *file,
                                  gint64          sound_id,
                                  TsrStep        *step,
                                  gsize           first,
                                  gsize           end,
                                  GError        **error);
/* Both. */
gboolean
tsr_step_write_all (TsrProjectFile *file, gint64 sound_id, TsrStep *step, GError **error);
gboolean tsr_step_write_analysis (TsrProjectFile          *file,
                                  gint64                   step_id,
                                  const TsrAnalysisRecord *analysis,
                                  GError                 **error);
/* Makes redo lead to this step from every ancestor, as it led to `from_id`, the step that
 * was the present one (0: none). */
gboolean
tsr_step_visit (TsrProjectFile *file, gint64 from_id, gint64 step_id, GError **error);

G_END_DECLS
