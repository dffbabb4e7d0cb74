/* SPDX-License-Identifier: GPL-3.0-or-later
 * Spans in which a time map only moves a sound: there its residual is exact. Thread: any.
 */
#pragma once

#include <glib.h>

#include "model/dsp/curve.h"

G_BEGIN_DECLS

/* Frames of the sound; the first and the last may be infinite. Source frame = frame +
 * offset. Around a span the residual fades within so many frames. */
typedef struct {
  double begin, end, offset, fade_in, fade_out;
} TsrMovedSpan;

/* In order of time; a map NULL has one, which is all. source_s_over_sound_s as in
 * TsrSoundStateFields. */
GArray *tsr_moved_spans_new (const TsrCurve *source_s_over_sound_s, double rate_hz);
/* Whether one span is all. */
gboolean tsr_moved_spans_are_all (const GArray *spans);
/* 0..1: how much of the residual there is at a frame. */
double tsr_moved_span_weight (const TsrMovedSpan *span, gint64 frame);

G_END_DECLS
