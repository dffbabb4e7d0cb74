/* SPDX-License-Identifier: GPL-3.0-or-later
 * What lies behind the partials of a sound: residual, noise and transients, gained and
 * filtered, anywhere in time. Shared by render.c and render-background.c.
 */
#pragma once

#include "model/dsp/spectrum/gain-response.h"
#include "model/render.h"

G_BEGIN_DECLS

/* Which of the parts behind the partials are wanted. */
typedef enum {
  TSR_BACKGROUND_RESIDUAL, /* exact where time was not stretched, else the model */
  TSR_BACKGROUND_NOISE,
  TSR_BACKGROUND_TRANSIENTS,
  TSR_BACKGROUND_OF_ALL, /* the same; the model, too, where frequencies were changed */
} TsrBackgroundKind;

typedef struct TsrBackground TsrBackground;

/* Prepares; params->source is not NULL. NULL with a status. */
TsrBackground *tsr_background_new (const TsrRenderParams *params,
                                   TsrBackgroundKind      kind,
                                   const TsrJob          *job,
                                   TsrStatus             *status);
void           tsr_background_free (TsrBackground *background); /* NULL is allowed */

/* Adds n frames of a channel, beginning at first_frame of the sound, to out. */
TsrStatus tsr_background_add (TsrBackground *background,
                              guint          channel,
                              gint64         first_frame,
                              gsize          n_frames,
                              double        *out);

/* Adds n frames of what the partials leave of the source, at `offset` frames (which may
 * have a fraction) of the source. */
TsrStatus tsr_residual_source_add (const TsrRenderParams *params,
                                   const TsrJob          *job,
                                   guint                  channel,
                                   double                 offset,
                                   gint64                 first_frame,
                                   gsize                  n_frames,
                                   double                *out);

/* A zero-phase filter with a gain curve. */
typedef struct TsrGainFilter TsrGainFilter;
enum {
  TSR_GAIN_FILTER_MARGIN = TSR_GAIN_RESPONSE_REACH
}; /* frames of input needed on both sides */

/* gain_db plus the curve (NULL: 0 dB) in dB over Hz; NULL when memory is short. */
TsrGainFilter *
tsr_gain_filter_new (double gain_db, const TsrCurve *gain_db_over_hz, double rate_hz);
void tsr_gain_filter_free (TsrGainFilter *filter); /* NULL is allowed */
/* n frames; in has TSR_GAIN_FILTER_MARGIN more on both sides. Adds to out. */
void tsr_gain_filter_add (const TsrGainFilter *filter,
                          const double        *in,
                          gsize                n_frames,
                          double              *out);

/* A tilt that moves in time. */
typedef struct TsrTiltFilter TsrTiltFilter;

TsrTiltFilter *tsr_tilt_filter_new (double rate_hz); /* NULL when memory is short */
void           tsr_tilt_filter_free (TsrTiltFilter *filter);         /* NULL is allowed */
gsize          tsr_tilt_filter_margin (const TsrTiltFilter *filter); /* frames */
/* n frames from first_frame on; in has the margin more on both sides.
 * tilt_db_at: dB an octave around 1 kHz at a frame. Adds to out. */
void tsr_tilt_filter_add (TsrTiltFilter *filter,
                          double (*tilt_db_at) (gconstpointer data, gint64 frame),
                          gconstpointer data,
                          const double *in,
                          gint64        first_frame,
                          gsize         n_frames,
                          double       *out);

G_END_DECLS
