/* SPDX-License-Identifier: GPL-3.0-or-later
 * A set of partials at regular times: what formats of frames are written from.
 */
#pragma once

#include <gio/gio.h>

#include "model/dsp/partials/partial-set.h"

G_BEGIN_DECLS

typedef struct TsrFrames TsrFrames;

typedef struct {
  gsize         index; /* of the partial in its set */
  TsrBreakpoint value;
} TsrFrameRow;

/* Frames at the multiples of hop_s > 0 between begin and end of the set. NULL with a
 * G_IO_ERROR_INVALID_ARGUMENT where these would be far too many. */
TsrFrames *tsr_frames_new (TsrPartialSet *set, double hop_s, GError **error);
void       tsr_frames_free (TsrFrames *self);

guint64 tsr_frames_size (const TsrFrames *self);
double  tsr_frames_time_s (const TsrFrames *self, guint64 frame);
/* The partials that sound at the next frame, by index; the first call gives frame 0.
 * Valid until the next call. */
const TsrFrameRow *tsr_frames_next (TsrFrames *self, gsize *n_rows);

/* A sentence on the partials that no frame has met, after the last one. */
void tsr_frames_note_missed (const TsrFrames *self, GPtrArray *notes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsrFrames, tsr_frames_free)

G_END_DECLS
