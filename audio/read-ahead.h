/* SPDX-License-Identifier: GPL-3.0-or-later
 * A thread that brings into memory what will be played next: recordings and partials of
 * long sounds lie in mapped files, and the callback must not wait for a disk. Functions
 * on the main thread; they do not wait, but for `free`.
 */
#pragma once

#include "audio/program.h"

G_BEGIN_DECLS

typedef struct TsrReadAhead TsrReadAhead;

TsrReadAhead *tsr_read_ahead_new (void);
/* Ends the thread; waits for what it is reading. NULL is allowed. */
void tsr_read_ahead_free (TsrReadAhead *self);

/* What the program plays from this time on, the next part of it first; in place of what
 * was wished for before. */
void tsr_read_ahead_wish (TsrReadAhead *self,
                          TsrProgram   *program,
                          double        time_s,
                          double        duration_s);
/* Waits until the wish is fulfilled. For tests and benchmarks. */
void tsr_read_ahead_wait (TsrReadAhead *self);

G_END_DECLS
