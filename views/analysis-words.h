/* SPDX-License-Identifier: GPL-3.0-or-later
 * An analysis in words. Thread: main.
 */
#pragma once

#include "model/sound.h"

G_BEGIN_DECLS

/* How the spacing came about; before an analysis, what it is; "" where sound is NULL.
 * (transfer full) */
char *tsr_analysis_explanation (TsrSound *sound);

G_END_DECLS
