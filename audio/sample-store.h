/* SPDX-License-Identifier: GPL-3.0-or-later
 * Planar samples that grow while a file is decoded: on the heap while they are few, in
 * unlinked temporary files (one a channel) when they are many. Thread: one at a time.
 */
#pragma once

#include <gio/gio.h>

#include "model/dsp/signal.h"

G_BEGIN_DECLS

typedef struct TsrSampleStore TsrSampleStore;

/* Decoded bytes above which samples go into temporary files. */
#define TSR_SAMPLE_STORE_HEAP_LIMIT ((gsize)64 << 20)

/* heap_limit: usually TSR_SAMPLE_STORE_HEAP_LIMIT. */
TsrSampleStore *tsr_sample_store_new (guint n_channels, gsize heap_limit);
/* Drops everything. NULL is allowed. */
void tsr_sample_store_free (TsrSampleStore *self);

/* Adds n samples to each channel. FALSE with G_IO_ERROR (NO_SPACE, or as errno says) when
 * memory or the disk is full; the message says where. */
gboolean tsr_sample_store_append (TsrSampleStore     *self,
                                  const float *const *channels,
                                  gsize               n,
                                  GError            **error);
gint64   tsr_sample_store_n_frames (const TsrSampleStore *self);
/* Turns the store into a signal of rate_hz and frees it, also on failure (NULL). */
TsrSignal *tsr_sample_store_finish (TsrSampleStore *self, double rate_hz, GError **error);

G_END_DECLS
