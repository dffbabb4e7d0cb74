/* SPDX-License-Identifier: GPL-3.0-or-later
 * What lies behind the partials: the residual, moved, gained and filtered with the whole
 * sound; the model of it where time was stretched, and where the frequencies of the whole
 * sound were changed.
 */
#include <math.h>

#include "model/dsp-types.h"
#include "model/dsp/job-part.h"
#include "model/dsp/partials/residual.h"
#include "model/model-share.h"
#include "model/moved-span.h"
#include "model/partial-spill.h"
#include "model/render-private.h"

enum { STRIP = 256, LEVEL_STEP = 32 };

#define RESIDUAL_PART 0.6 /* of the progress of making a noise model */

struct TsrBackground {
  TsrRenderParams params; /* borrowed from the render, with the analysed set filled in */
  TsrBackgroundKind kind;
  TsrJob            job;    /* of pieces, whose progress is nobody's */
  TsrNoiseModel    *noise;  /* NULL: not needed */
  TsrGainFilter    *filter; /* NULL: nothing to do */
  TsrTiltFilter    *tilt;   /* likewise */
  GArray           *spans;  /* TsrMovedSpan, by time */
  gboolean          moved;  /* time was not stretched at all */
  /* Share of the model at the border before each strip of frames, for OF_ALL; NULL: it
   * has none but where time was stretched. */
  float *model_share;
  gsize  n_strips;
};

/* Where frequencies were changed and partials sound. */
static void
find_model_share (TsrBackground *self)
{
  const TsrSoundStateFields *f = tsr_sound_state_fields (self->params.state);
  double                     rate_hz = self->params.rate_hz;
  TsrModelShare              sounding;

  if (!tsr_residual_laws_have_model (f->residual_laws, FALSE))
    return;
  self->n_strips = ((gsize)llround (f->duration_s * rate_hz) + STRIP - 1) / STRIP;
  self->model_share = g_new0 (float, self->n_strips + 1);
  tsr_model_share_init (&sounding, f->partials, f->duration_s);
  for (gsize i = 0; i <= self->n_strips; i++) {
    double time_s = (double)(i * STRIP) / rate_hz;
    double source_s = tsr_sound_state_source_s (self->params.state, time_s);
    self->model_share[i] =
        (float)(tsr_model_share_at (&sounding, time_s) *
                tsr_residual_laws_model_share (f->residual_laws, source_s));
  }
  tsr_model_share_clear (&sounding);
}

static TsrStatus
measure_residual (TsrBackground *self, const TsrJob *job, TsrSignal **residual)
{
  TsrSignal *source = self->params.source;

  *residual = tsr_scratch_signal_new (tsr_signal_rate_hz (source),
                                      tsr_signal_n_channels (source),
                                      tsr_signal_n_frames (source),
                                      NULL);
  return *residual == NULL
             ? TSR_STATUS_NO_MEMORY
             : tsr_residual_measure (source, self->params.analysed, job, *residual, NULL);
}

static TsrStatus
make_noise (TsrBackground *self, const TsrJob *job)
{
  TsrSignal *residual = NULL;
  TsrStatus  status = TSR_STATUS_OK;
  TsrJobPart part;

  if (self->params.noise != NULL) {
    self->noise = tsr_noise_model_ref (self->params.noise);
    return TSR_STATUS_OK;
  }
  if (self->params.residual != NULL)
    residual = tsr_signal_ref (self->params.residual);
  else
    status =
        measure_residual (self, tsr_job_part (&part, job, 0, RESIDUAL_PART), &residual);
  if (status == TSR_STATUS_OK)
    status = tsr_noise_model_new (
        residual, tsr_job_part (&part, job, RESIDUAL_PART, 1), &self->noise);
  tsr_signal_unref (residual);
  return status;
}

static gboolean
needs_model (const TsrBackground *self)
{
  if (self->kind == TSR_BACKGROUND_NOISE || self->kind == TSR_BACKGROUND_TRANSIENTS ||
      !self->moved)
    return TRUE;
  for (gsize i = 0; self->model_share != NULL && i <= self->n_strips; i++)
    if (self->model_share[i] > 0)
      return TRUE;
  return FALSE;
}

static gboolean
make_filters (TsrBackground *self)
{
  const TsrSoundStateFields *f = tsr_sound_state_fields (self->params.state);
  double                     rate_hz = self->params.rate_hz;
  g_autoptr (TsrCurve) curve = NULL;

  if (!tsr_residual_laws_filter (f->residual_laws, f->residual_gain_db_over_hz, &curve))
    return FALSE;
  if (f->residual_gain_db != 0 || curve != NULL) {
    self->filter = tsr_gain_filter_new (f->residual_gain_db, curve, rate_hz);
    if (self->filter == NULL)
      return FALSE;
  }
  if (tsr_residual_laws_tilts (f->residual_laws))
    self->tilt = tsr_tilt_filter_new (rate_hz);
  return self->tilt != NULL || !tsr_residual_laws_tilts (f->residual_laws);
}

static TsrStatus
prepare (TsrBackground *self, const TsrJob *job)
{
  TsrStatus status = TSR_STATUS_OK;

  self->spans = tsr_moved_spans_new (
      tsr_sound_state_fields (self->params.state)->source_s_over_sound_s,
      self->params.rate_hz);
  self->moved = tsr_moved_spans_are_all (self->spans);
  if (!make_filters (self))
    return TSR_STATUS_NO_MEMORY;
  if (self->kind == TSR_BACKGROUND_OF_ALL)
    find_model_share (self);
  if (needs_model (self))
    status = make_noise (self, job);
  return status;
}

TsrBackground *
tsr_background_new (const TsrRenderParams *params,
                    TsrBackgroundKind      kind,
                    const TsrJob          *job,
                    TsrStatus             *status)
{
  TsrBackground *self = g_new0 (TsrBackground, 1);

  self->params = *params;
  self->kind = kind;
  self->job = tsr_job_quiet (job);
  *status = prepare (self, job);
  if (*status == TSR_STATUS_OK)
    return self;
  tsr_background_free (self);
  return NULL;
}

void
tsr_background_free (TsrBackground *background)
{
  if (background == NULL)
    return;
  tsr_noise_model_unref (background->noise);
  tsr_gain_filter_free (background->filter);
  tsr_tilt_filter_free (background->tilt);
  g_array_unref (background->spans);
  g_free (background->model_share);
  g_free (background);
}

static TsrStatus
add_model (TsrBackground *self,
           guint          channel,
           gint64         first,
           gsize          n,
           double        *noise,
           double        *transients)
{
  return tsr_noise_model_render (
      self->noise,
      channel,
      self->params.rate_hz,
      tsr_sound_state_fields (self->params.state)->source_s_over_sound_s,
      first,
      n,
      noise,
      transients);
}

static double
share_at (const TsrBackground *self, gint64 frame)
{
  if (self->model_share == NULL)
    return 0;
  if (frame < 0 || self->n_strips == 0)
    return (double)self->model_share[0];
  gsize strip = (gsize)frame / STRIP;
  if (strip >= self->n_strips)
    return (double)self->model_share[self->n_strips];
  double u = (double)((gsize)frame % STRIP) / STRIP;
  return (1 - u) * (double)self->model_share[strip] +
         u * (double)self->model_share[strip + 1];
}

/* Adds the residual of one span, weighed, and its weights. */
static TsrStatus
add_span (TsrBackground      *self,
          const TsrMovedSpan *span,
          guint               channel,
          gint64              first,
          gsize               n,
          double             *exact,
          double             *weights)
{
  double from = fmax (0, floor (span->begin - span->fade_in) - (double)first);
  double to = fmin ((double)n, ceil (span->end + span->fade_out) - (double)first);

  if (from >= to)
    return TSR_STATUS_OK;
  gsize              begin = (gsize)from, n_here = (gsize)to - begin;
  g_autofree double *r = g_new0 (double, n_here);
  gint64             first_here = first + (gint64)begin;
  TsrStatus          status = tsr_residual_source_add (
      &self->params, &self->job, channel, span->offset, first_here, n_here, r);
  for (gsize i = 0; i < n_here; i++) {
    gint64 frame = first_here + (gint64)i;
    double weight = tsr_moved_span_weight (span, frame) * (1 - share_at (self, frame));
    exact[begin + i] += weight * r[i];
    weights[begin + i] += weight;
  }
  return status;
}

/* The model where the residual leaves room: as power where time was stretched, where
 * noise is another one, so that nothing sinks in between. */
static TsrStatus
add_rest (TsrBackground *self,
          guint          channel,
          gint64         first,
          gsize          n,
          const double  *weights,
          double        *out)
{
  g_autofree double *noise = g_new0 (double, n);
  g_autofree double *transients = g_new0 (double, n);
  double             least = 1;

  for (gsize i = 0; i < n; i++)
    least = fmin (least, weights[i]);
  if (least >= 1)
    return TSR_STATUS_OK;
  TsrStatus status = add_model (self, channel, first, n, noise, transients);
  for (gsize i = 0; i < n; i++) {
    double room = 1 - weights[i];
    double w = self->moved ? room : sqrt (fmax (0, 1 - weights[i] * weights[i]));
    out[i] += w * noise[i] + room * transients[i];
  }
  return status;
}

/* Residual and model, each with its share. */
static TsrStatus
add_mixed (TsrBackground *self, guint channel, gint64 first, gsize n, double *out)
{
  g_autofree double *exact = g_new0 (double, n);
  g_autofree double *weights = g_new0 (double, n);
  TsrStatus          status = TSR_STATUS_OK;

  for (guint i = 0; i < self->spans->len && status == TSR_STATUS_OK; i++)
    status = add_span (self,
                       &g_array_index (self->spans, TsrMovedSpan, i),
                       channel,
                       first,
                       n,
                       exact,
                       weights);
  if (status == TSR_STATUS_OK)
    status = add_rest (self, channel, first, n, weights, out);
  for (gsize i = 0; i < n; i++)
    out[i] += exact[i];
  return status;
}

static TsrStatus
add_raw (TsrBackground *self, guint channel, gint64 first, gsize n, double *out)
{
  switch (self->kind) {
  case TSR_BACKGROUND_NOISE:
    return add_model (self, channel, first, n, out, NULL);
  case TSR_BACKGROUND_TRANSIENTS:
    return add_model (self, channel, first, n, NULL, out);
  default:
    return add_mixed (self, channel, first, n, out);
  }
}

typedef TsrStatus (*AddFrames) (
    TsrBackground *self, guint channel, gint64 first, gsize n, double *out);

/* The same with silence before the sound. */
static TsrStatus
add_from_start (
    TsrBackground *self, AddFrames add, guint channel, gint64 first, gsize n, double *out)
{
  gsize skip = first < 0 ? (gsize)-first : 0;

  return skip < n ? add (self, channel, first + (gint64)skip, n - skip, out + skip)
                  : TSR_STATUS_OK;
}

static TsrStatus
add_filtered (TsrBackground *self, guint channel, gint64 first, gsize n, double *out)
{
  const gsize margin = TSR_GAIN_FILTER_MARGIN;

  if (self->filter == NULL)
    return add_raw (self, channel, first, n, out);
  g_autofree double *raw = g_new0 (double, n + 2 * margin);
  TsrStatus          status = add_from_start (
      self, add_raw, channel, first - (gint64)margin, n + 2 * margin, raw);
  if (status == TSR_STATUS_OK)
    tsr_gain_filter_add (self->filter, raw, n, out);
  return status;
}

static double
source_s_at (const TsrBackground *self, gint64 frame)
{
  return tsr_sound_state_source_s (self->params.state,
                                   (double)frame / self->params.rate_hz);
}

static double
tilt_db_at (gconstpointer data, gint64 frame)
{
  const TsrBackground *self = data;

  return tsr_residual_laws_tilt_db (
      tsr_sound_state_fields (self->params.state)->residual_laws,
      source_s_at (self, frame));
}

static TsrStatus
add_tilted (TsrBackground *self, guint channel, gint64 first, gsize n, double *out)
{
  if (self->tilt == NULL)
    return add_filtered (self, channel, first, n, out);
  gsize              margin = tsr_tilt_filter_margin (self->tilt);
  g_autofree double *in = g_new0 (double, n + 2 * margin);
  TsrStatus          status = add_from_start (
      self, add_filtered, channel, first - (gint64)margin, n + 2 * margin, in);
  if (status == TSR_STATUS_OK)
    tsr_tilt_filter_add (self->tilt, tilt_db_at, self, in, first, n, out);
  return status;
}

/* The gain of the laws over time, on a grid of the sound: any split gives the same. */
static double
level_at (const TsrBackground *self, gint64 grid)
{
  return tsr_residual_laws_gain (
      tsr_sound_state_fields (self->params.state)->residual_laws,
      source_s_at (self, grid * LEVEL_STEP));
}

static void
add_levelled (
    const TsrBackground *self, gint64 first, gsize n, const double *in, double *out)
{
  gint64 grid = first / LEVEL_STEP;
  double left = level_at (self, grid), right = level_at (self, grid + 1);

  for (gsize i = 0; i < n; i++) {
    gint64 frame = first + (gint64)i;
    if (frame / LEVEL_STEP != grid) {
      grid = frame / LEVEL_STEP;
      left = right;
      right = level_at (self, grid + 1);
    }
    double u = (double)(frame - grid * LEVEL_STEP) / LEVEL_STEP;
    out[i] += (left + (right - left) * u) * in[i];
  }
}

TsrStatus
tsr_background_add (TsrBackground *background,
                    guint          channel,
                    gint64         first_frame,
                    gsize          n_frames,
                    double        *out)
{
  if (channel >= tsr_signal_n_channels (background->params.source))
    return TSR_STATUS_OK;
  if (tsr_sound_state_fields (background->params.state)->residual_laws == NULL)
    return add_filtered (background, channel, first_frame, n_frames, out);
  g_autofree double *in = g_new0 (double, n_frames);
  TsrStatus          status = add_tilted (background, channel, first_frame, n_frames, in);
  if (status == TSR_STATUS_OK)
    add_levelled (background, first_frame, n_frames, in, out);
  return status;
}
