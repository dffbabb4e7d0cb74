/* SPDX-License-Identifier: GPL-3.0-or-later
 * A thread that looks after a long call into the database: it interrupts the call when
 * the job behind it is cancelled, and tells progress by the size of a file that grows.
 */
#pragma once

#include <glib.h>

#include "model/dsp/job.h"

G_BEGIN_DECLS

typedef struct TsrWatch TsrWatch;

/* `interrupt (data)` is called, on a thread of its own and again and again, from the
 * moment on when the job is cancelled. `job` has to outlive the watch. */
TsrWatch *
tsr_watch_new (const TsrJob *job, void (*interrupt) (gpointer data), gpointer data);
/* Returns when `interrupt` will not be called any more. NULL is allowed. */
void tsr_watch_free (TsrWatch *self);
/* Whether it was seen that the job is cancelled. */
gboolean tsr_watch_is_cancelled (TsrWatch *self);
/* From now on progress goes from `from` to `to` while the file grows to n_bytes. NULL: no
 * file any more. */
void tsr_watch_file (
    TsrWatch *self, const char *path, guint64 n_bytes, double from, double to);

G_END_DECLS
