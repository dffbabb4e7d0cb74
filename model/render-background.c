/* SPDX-License-Identifier: GPL-3.0-or-later
 * What lies behind the partials: where a sound still is as it was analysed, or was only
 * moved, gained and filtered as a whole, it is the residual; elsewhere the model of it.
 */
#include <math.h>

#include "model/dsp-types.h"
#include "model/dsp/partials/residual.h"
#include "model/dsp/partials/synth.h"
#include "model/partial-spill.h"
#include "model/render-private.h"

#define FADE_S 0.010        /* from residual to model */
#define AUDIBLE_CHANGE 1e-7 /* of the partials' sum: -140 dBFS */
enum { STRIP = 256, PIECE = 256 * STRIP };

struct TsrBackground {
  TsrRenderParams params; /* borrowed from the render, with the analysed set filled in */
  TsrBackgroundKind kind;
  const TsrJob     *job;
  TsrNoiseModel    *noise;   /* NULL: not needed */
  TsrGainFilter    *filter;  /* NULL: nothing to do */
  gboolean          shifted; /* time was not stretched, only moved by offset frames */
  double            offset;
  /* Share of the model at the border before each strip of frames, for OF_ALL; NULL: the
   * model everywhere. */
  float *model_share;
  gsize  n_strips;
};

/* TRUE when time was only moved: source frame = frame + *offset. */
static gboolean
find_offset (const TsrRenderParams *params, double *offset)
{
  const TsrCurve *map = tsr_sound_state_fields (params->state)->source_s_over_sound_s;

  *offset = 0;
  if (map == NULL)
    return TRUE;
  const TsrCurvePoint *p = tsr_curve_points (map);
  double               moved_s = p[0].y - p[0].x;
  for (gsize i = 1; i < tsr_curve_n_points (map); i++)
    if (fabs (p[i].y - p[i].x - moved_s) > 1e-9)
      return FALSE;
  *offset = moved_s * params->rate_hz;
  return tsr_curve_n_points (map) > 1;
}

static gboolean
is_gained (const TsrRenderParams *params)
{
  const TsrSoundStateFields *f = tsr_sound_state_fields (params->state);

  return f->residual_gain_db != 0 || f->residual_gain_db_over_hz != NULL;
}

/* Marks the strips of a piece where the partials of one channel do not sound as expected.
 */
static TsrStatus
mark_piece (TsrBackground *self,
            guint          channel,
            gint64         first,
            gsize          n,
            TsrPartialSet *expected,
            guint8        *changed)
{
  g_autofree double *now = g_new0 (double, n);
  g_autofree double *then = g_new0 (double, n);
  TsrPartialSet     *present = tsr_sound_state_fields (self->params.state)->partials;
  double             rate_hz = self->params.rate_hz;
  TsrStatus          status =
      tsr_synth_render_range (present, channel, rate_hz, first, n, NULL, now, self->job);

  if (status == TSR_STATUS_OK)
    status = tsr_synth_render_range (
        expected, channel, rate_hz, first, n, NULL, then, self->job);
  for (gsize i = 0; i < n && status == TSR_STATUS_OK; i++)
    if (fabs (now[i] - then[i]) > AUDIBLE_CHANGE)
      changed[i / STRIP] = 1;
  return status;
}

/* An analysed partial as the edits of the whole sound leave it: moved, gained, filtered.
 * NULL when memory is short. */
static TsrPartial *
take_along (const TsrBackground *self, TsrPartial *partial)
{
  const TsrSoundStateFields *f = tsr_sound_state_fields (self->params.state);
  g_autoptr (TsrPartial) now = tsr_partial_ref (partial);

  if (self->offset != 0) {
    TsrPartial *moved = tsr_partial_move (now, -self->offset / self->params.rate_hz);
    tsr_partial_unref (now);
    now = moved;
  }
  if (now != NULL && f->residual_gain_db != 0) {
    TsrPartial *gained = tsr_partial_gain (now, f->residual_gain_db);
    tsr_partial_unref (now);
    now = gained;
  }
  if (now != NULL && f->residual_gain_db_over_hz != NULL) {
    TsrPartial *filtered = tsr_partial_filter (now, f->residual_gain_db_over_hz);
    tsr_partial_unref (now);
    now = filtered;
  }
  return g_steal_pointer (&now);
}

/* What the partials would be if nothing but the whole sound had been edited: where they
 * still are, the residual (moved, gained and filtered, which is linear) is exact. NULL
 * when memory is short. */
static TsrPartialSet *
take_analysed_along (const TsrBackground *self)
{
  TsrPartialSet *set = self->params.analysed;

  if (self->offset == 0 && self->filter == NULL)
    return tsr_partial_set_ref (set);
  gsize n = tsr_partial_set_size (set);
  g_autoptr (GPtrArray) now =
      g_ptr_array_new_with_free_func ((GDestroyNotify)tsr_partial_unref);
  for (gsize i = 0; i < n; i++) {
    TsrPartial *partial = take_along (self, tsr_partial_set_at (set, i));
    if (partial == NULL)
      return NULL;
    g_ptr_array_add (now, partial);
  }
  return tsr_partial_set_new ((TsrPartial *const *)now->pdata, now->len);
}

/* Where the model is 1, let it fall to 0 within FADE_S on both sides. */
static void
spread (TsrBackground *self, const guint8 *changed)
{
  float *share = self->model_share;
  gsize  n = self->n_strips;
  float  fall = (float)fmin (1, STRIP / (FADE_S * self->params.rate_hz));

  for (gsize i = 0; i <= n; i++)
    share[i] = (i < n && changed[i]) || (i > 0 && changed[i - 1]) ? 1 : 0;
  for (gsize i = 1; i <= n; i++)
    share[i] = fmaxf (share[i], share[i - 1] - fall);
  for (gsize i = n; i > 0; i--)
    share[i - 1] = fmaxf (share[i - 1], share[i] - fall);
}

static TsrStatus
find_changes (TsrBackground *self)
{
  double duration_s = tsr_sound_state_fields (self->params.state)->duration_s;
  gsize  n_frames = (gsize)llround (duration_s * self->params.rate_hz);
  g_autoptr (TsrPartialSet) expected = take_analysed_along (self);

  if (expected == NULL)
    return TSR_STATUS_NO_MEMORY;
  self->n_strips = (n_frames + STRIP - 1) / STRIP;
  self->model_share = g_new0 (float, self->n_strips + 1);
  g_autofree guint8 *changed = g_new0 (guint8, self->n_strips + 1);
  TsrStatus          status = TSR_STATUS_OK;
  for (gsize first = 0; first < n_frames && status == TSR_STATUS_OK; first += PIECE)
    for (guint c = 0; c < self->params.n_channels && status == TSR_STATUS_OK; c++) {
      if (tsr_job_cancelled (self->job))
        return TSR_STATUS_CANCELLED;
      status = mark_piece (self,
                           c,
                           (gint64)first,
                           MIN (PIECE, n_frames - first),
                           expected,
                           changed + first / STRIP);
    }
  spread (self, changed);
  return status;
}

static TsrStatus
measure_residual (TsrBackground *self, TsrSignal **residual)
{
  TsrSignal *source = self->params.source;

  *residual = tsr_scratch_signal_new (tsr_signal_rate_hz (source),
                                      tsr_signal_n_channels (source),
                                      tsr_signal_n_frames (source),
                                      NULL);
  return *residual == NULL
             ? TSR_STATUS_NO_MEMORY
             : tsr_residual_measure (
                   source, self->params.analysed, self->job, *residual, NULL);
}

static TsrStatus
make_noise (TsrBackground *self)
{
  TsrSignal *residual = NULL;
  TsrStatus  status = TSR_STATUS_OK;

  if (self->params.noise != NULL) {
    self->noise = tsr_noise_model_ref (self->params.noise);
    return TSR_STATUS_OK;
  }
  if (self->params.residual != NULL)
    residual = tsr_signal_ref (self->params.residual);
  else
    status = measure_residual (self, &residual);
  if (status == TSR_STATUS_OK)
    status = tsr_noise_model_new (residual, self->job, &self->noise);
  tsr_signal_unref (residual);
  return status;
}

static gboolean
needs_model (const TsrBackground *self)
{
  if (self->kind == TSR_BACKGROUND_RESIDUAL)
    return !self->shifted;
  if (self->kind != TSR_BACKGROUND_OF_ALL || self->model_share == NULL)
    return TRUE;
  for (gsize i = 0; i <= self->n_strips; i++)
    if (self->model_share[i] > 0)
      return TRUE;
  return FALSE;
}

static TsrStatus
prepare (TsrBackground *self)
{
  const TsrSoundStateFields *f = tsr_sound_state_fields (self->params.state);
  TsrStatus                  status = TSR_STATUS_OK;

  self->shifted = find_offset (&self->params, &self->offset);
  if (is_gained (&self->params)) {
    self->filter = tsr_gain_filter_new (
        f->residual_gain_db, f->residual_gain_db_over_hz, self->params.rate_hz);
    if (self->filter == NULL)
      return TSR_STATUS_NO_MEMORY;
  }
  if (self->kind == TSR_BACKGROUND_OF_ALL && self->shifted)
    status = find_changes (self);
  if (status == TSR_STATUS_OK && needs_model (self))
    status = make_noise (self);
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
  self->job = job;
  *status = prepare (self);
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
  g_free (background->model_share);
  g_free (background);
}

static TsrStatus
add_model (TsrBackground *self, guint channel, gint64 first, gsize n, double *out)
{
  const TsrCurve *map =
      tsr_sound_state_fields (self->params.state)->source_s_over_sound_s;
  gboolean noise = self->kind != TSR_BACKGROUND_TRANSIENTS;
  gboolean transients = self->kind != TSR_BACKGROUND_NOISE;

  return tsr_noise_model_render (self->noise,
                                 channel,
                                 self->params.rate_hz,
                                 map,
                                 first,
                                 n,
                                 noise ? out : NULL,
                                 transients ? out : NULL);
}

static double
share_at (const TsrBackground *self, gint64 frame)
{
  if (frame < 0 || self->n_strips == 0)
    return self->model_share[0];
  gsize strip = (gsize)frame / STRIP;
  if (strip >= self->n_strips)
    return self->model_share[self->n_strips];
  double u = (double)((gsize)frame % STRIP) / STRIP;
  return (1 - u) * (double)self->model_share[strip] +
         u * (double)self->model_share[strip + 1];
}

/* Residual and model, each with its share. */
static TsrStatus
add_mixed (TsrBackground *self, guint channel, gint64 first, gsize n, double *out)
{
  g_autofree double *exact = g_new0 (double, n);
  g_autofree double *model = g_new0 (double, n);
  double             most = 0, least = 1;
  TsrStatus          status = TSR_STATUS_OK;

  for (gsize i = 0; i < n; i++) {
    most = fmax (most, share_at (self, first + (gint64)i));
    least = fmin (least, share_at (self, first + (gint64)i));
  }
  if (least < 1)
    status = tsr_residual_source_add (
        &self->params, self->job, channel, self->offset, first, n, exact);
  if (most > 0 && status == TSR_STATUS_OK)
    status = add_model (self, channel, first, n, model);
  for (gsize i = 0; i < n; i++) {
    double share = share_at (self, first + (gint64)i);
    out[i] += (1 - share) * exact[i] + share * model[i];
  }
  return status;
}

static TsrStatus
add_raw (TsrBackground *self, guint channel, gint64 first, gsize n, double *out)
{
  if (self->kind == TSR_BACKGROUND_RESIDUAL && self->shifted)
    return tsr_residual_source_add (
        &self->params, self->job, channel, self->offset, first, n, out);
  if (self->model_share != NULL)
    return add_mixed (self, channel, first, n, out);
  return add_model (self, channel, first, n, out);
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
  if (background->filter == NULL)
    return add_raw (background, channel, first_frame, n_frames, out);
  gsize              n = n_frames + 2 * TSR_GAIN_FILTER_MARGIN;
  g_autofree double *raw = g_new0 (double, n);
  gint64             first = first_frame - TSR_GAIN_FILTER_MARGIN;
  gsize              skip = first < 0 ? (gsize)-first : 0; /* silence before the sound */
  TsrStatus          status =
      skip < n ? add_raw (background, channel, first + (gint64)skip, n - skip, raw + skip)
                        : TSR_STATUS_OK;
  if (status == TSR_STATUS_OK)
    tsr_gain_filter_add (background->filter, raw, n_frames, out);
  return status;
}
