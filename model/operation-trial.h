/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tries an operation in a worker while it is being set up, so that its result is seen and
 * heard before it is made. Of many requests only the latest counts. Thread: main.
 */
#pragma once

#include "model/operation.h"

G_BEGIN_DECLS

typedef struct TsrOperationTrial TsrOperationTrial;

/* What an operation would lead to, or why it cannot; exactly one of the two is set. */
typedef void (*TsrTrialReady) (gpointer user, TsrSoundState *after, const GError *error);

TsrOperationTrial *tsr_operation_trial_new (TsrTrialReady ready, gpointer user);
/* Nothing is told after this. */
void tsr_operation_trial_free (TsrOperationTrial *trial);

/* `selection` NULL: the whole sound; `source` NULL: there is no recording. Copies or
 * references all it is given. */
void tsr_operation_trial_request (TsrOperationTrial  *trial,
                                  const TsrOperation *operation,
                                  TsrSoundState      *state,
                                  TsrSelection       *selection,
                                  gint64              next_partial_id,
                                  TsrSignal          *source);
/* What is under way is not told any more. */
void tsr_operation_trial_cancel (TsrOperationTrial *trial);
/* TRUE: an answer is still to come. */
gboolean tsr_operation_trial_is_busy (TsrOperationTrial *trial);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsrOperationTrial, tsr_operation_trial_free)

G_END_DECLS
