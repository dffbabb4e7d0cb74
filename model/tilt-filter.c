/* SPDX-License-Identifier: GPL-3.0-or-later
 * A tilt of the spectrum that moves in time: overlapping frames, each with the tilt of
 * its middle (algorithm note 5.4: the same gain on the short-time spectrum, still
 * linear).
 */
#include <math.h>
#include <string.h>

#include "model/dsp/spectrum/fft.h"
#include "model/render-private.h"

#define FRAME_S 0.03  /* at least; a power of two */
#define MOST_DB 120.0 /* of a bin, either way */

struct TsrTiltFilter {
  gsize           size, hop;
  TsrRealFft     *fft;
  double         *window;  /* of analysis and synthesis: a Hann window together */
  double         *octaves; /* self->size / 2 + 1 */
  double         *values;
  double complex *bins;
};

TsrTiltFilter *
tsr_tilt_filter_new (double rate_hz)
{
  TsrTiltFilter *self = g_new0 (TsrTiltFilter, 1);

  self->size = 64;
  while ((double)self->size < FRAME_S * rate_hz)
    self->size *= 2;
  self->hop = self->size / 4;
  self->fft = tsr_real_fft_new (self->size);
  self->window = g_new (double, self->size);
  self->octaves = g_new (double, self->size / 2 + 1);
  self->values = tsr_fft_alloc (self->size * sizeof *self->values);
  self->bins = tsr_fft_alloc ((self->size / 2 + 1) * sizeof *self->bins);
  if (self->fft == NULL || self->values == NULL || self->bins == NULL) {
    tsr_tilt_filter_free (self);
    return NULL;
  }
  for (gsize i = 0; i < self->size; i++)
    self->window[i] = sin (G_PI * ((double)i + 0.5) / self->size);
  for (gsize k = 0; k <= self->size / 2; k++)
    self->octaves[k] = tsr_tilt_octaves ((double)k * rate_hz / self->size);
  return self;
}

void
tsr_tilt_filter_free (TsrTiltFilter *filter)
{
  if (filter == NULL)
    return;
  tsr_real_fft_free (filter->fft);
  tsr_fft_free (filter->values);
  tsr_fft_free (filter->bins);
  g_free (filter->window);
  g_free (filter->octaves);
  g_free (filter);
}

/* Adds to out[0 .. n) what of a frame, which begins `at` frames after out, lies in it. */
static void
add_frame (TsrTiltFilter *self,
           const double  *frame,
           double         tilt_db,
           gint64         at,
           gsize          n,
           double        *out)
{
  gint64 begin = MAX (0, -at), end = MIN ((gint64)self->size, (gint64)n - at);

  for (gsize i = 0; i < self->size; i++)
    self->values[i] = frame[i] * self->window[i];
  if (tilt_db != 0) {
    tsr_real_fft_forward (self->fft, self->values, self->bins);
    for (gsize k = 0; k <= self->size / 2; k++) {
      double db = CLAMP (tilt_db * self->octaves[k], -MOST_DB, MOST_DB);
      self->bins[k] *= pow (10, db / 20) / self->size;
    }
    tsr_real_fft_inverse (self->fft, self->bins, self->values);
  }
  for (gint64 i = begin; i < end; i++)
    out[at + i] += 0.5 * self->window[i] * self->values[i];
}

gsize
tsr_tilt_filter_margin (const TsrTiltFilter *filter)
{
  return filter->size;
}

void
tsr_tilt_filter_add (TsrTiltFilter *filter,
                     double (*tilt_db_at) (gconstpointer data, gint64 frame),
                     gconstpointer data,
                     const double *in,
                     gint64        first_frame,
                     gsize         n_frames,
                     double       *out)
{
  gint64 size = (gint64)filter->size, hop = (gint64)filter->hop;
  gint64 end = first_frame + (gint64)n_frames;
  gint64 k = (first_frame - size) / hop - 1;

  /* Frame k begins at k * hop, on the sound's own grid: any split gives the same. */
  while (k * hop + size <= first_frame)
    k++;
  for (; k * hop < end; k++)
    add_frame (filter,
               in + (k * hop - (first_frame - size)),
               tilt_db_at (data, k * hop + size / 2),
               k * hop - first_frame,
               n_frames,
               out);
}
