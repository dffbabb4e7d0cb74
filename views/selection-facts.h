/* SPDX-License-Identifier: GPL-3.0-or-later
 * What numbers typed for the selection refer to. The session has a sound. Thread: main.
 */
#pragma once

#include "model/session.h"

G_BEGIN_DECLS

/* The frequency that a typed `440Hz` moves: of the strongest partial selected, or the
 * fundamental of the sound, or its strongest partial. */
double tsr_selection_reference_hz (TsrSession *session);
/* When the selection begins, what a stretch leaves in place; 0 for the whole sound. */
double tsr_selection_anchor_s (TsrSession *session);
/* Of the selection's region or its partials, or of the sound. */
double tsr_selection_duration_s (TsrSession *session);

G_END_DECLS
