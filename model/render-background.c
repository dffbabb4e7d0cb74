/* SPDX-License-Identifier: GPL-3.0-or-later
 * What lies behind the partials: where a sound still is as it was analysed, or was only
 * moved, gained and filtered as a whole, it is the residual; elsewhere the model of it.
 */
#include <math.h>

#include "model/dsp-types.h"
#include "model/dsp/job-part.h"
#include "model/dsp/partials/ops-law.h"
#include "model/dsp/partials/residual.h"
#include "model/dsp/partials/synth.h"
#include "model/partial-spill.h"
#include "model/render-private.h"

#define FADE_S 0.010        /* from residual to model */
#define AUDIBLE_CHANGE 1e-7 /* of the partials' sum: -140 dBFS */
#define LAW_ERROR 5e-3      /* of their peak: -46 dB */
enum { STRIP = 256, PIECE = 256 * STRIP, LEVEL_STEP = 32, PIECES_A_DISCARD = 4 };
enum { HEAP_BREAKPOINTS = 1 << 18, BREAKPOINTS_A_DISCARD = 1 << 18 };

/* Shares of the progress of preparing: what changed, and what was left over. */
#define CHANGES_PART 0.5
#define RESIDUAL_PART 0.8

struct TsrBackground {
  TsrRenderParams params; /* borrowed from the render, with the analysed set filled in */
  TsrBackgroundKind kind;
  TsrJob            job;     /* of pieces, whose progress is nobody's */
  TsrNoiseModel    *noise;   /* NULL: not needed */
  TsrGainFilter    *filter;  /* NULL: nothing to do */
  TsrTiltFilter    *tilt;    /* likewise */
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

  return f->residual_gain_db != 0 || f->residual_gain_db_over_hz != NULL ||
         f->residual_laws != NULL;
}

/* Curves over time that were applied one after the other give what they give together but
 * for the error that breakpoints are allowed (0.02 dB each, ops-law.c). */
static gboolean
differs (const TsrBackground *self, const double *now, const double *then, gsize n)
{
  double allowed = AUDIBLE_CHANGE, most = 0, peak = 0;

  for (gsize i = 0; i < n; i++) {
    most = fmax (most, fabs (now[i] - then[i]));
    peak = fmax (peak, fabs (then[i]));
  }
  if (tsr_sound_state_fields (self->params.state)->residual_laws != NULL)
    allowed += LAW_ERROR * peak;
  return most > allowed;
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
      tsr_synth_render_range (present, channel, rate_hz, first, n, NULL, now, &self->job);

  if (status == TSR_STATUS_OK)
    status = tsr_synth_render_range (
        expected, channel, rate_hz, first, n, NULL, then, &self->job);
  for (gsize i = 0; i < n && status == TSR_STATUS_OK; i += STRIP)
    changed[i / STRIP] |= differs (self, now + i, then + i, MIN (STRIP, n - i));
  return status;
}

/* A law over time or frequency at a partial of the sound. */
typedef struct {
  const TsrResidualLaw *law;
  const TsrSoundState  *state;
} LawHere;

static double
law_db (const void *user, double time_s, double frequency_hz)
{
  const LawHere        *here = user;
  const TsrResidualLaw *law = here->law;
  double                source_s = tsr_sound_state_source_s (here->state, time_s);
  double                db = law->level != NULL ? tsr_curve_at (law->level, source_s) : 0;

  if (law->tilt != NULL)
    db += tsr_curve_at (law->tilt, source_s) * tsr_tilt_octaves (frequency_hz);
  return db;
}

static double
law_factor (const void *user, double time_s, double frequency_hz)
{
  const LawHere *here = user;

  return tsr_curve_at (here->law->level,
                       here->law->kind == TSR_RESIDUAL_NOISE
                           ? tsr_sound_state_source_s (here->state, time_s)
                           : frequency_hz);
}

static TsrPartial *
follow_law (const TsrBackground *self, TsrPartial *partial, const TsrResidualLaw *law)
{
  LawHere here = {law, self->params.state};

  switch (law->kind) {
  case TSR_RESIDUAL_FILTER:
    return tsr_partial_filter (partial, law->level);
  case TSR_RESIDUAL_NOISE:
  case TSR_RESIDUAL_NOISE_OVER_HZ:
    return tsr_partial_noise (partial, law_factor, &here);
  default:
    return tsr_partial_amplify (partial, law_db, &here);
  }
}

/* Replaces what *partial holds; FALSE when memory is short. */
static gboolean
replace (TsrPartial **partial, TsrPartial *next)
{
  tsr_partial_unref (*partial);
  *partial = next;
  return next != NULL;
}

/* An analysed partial as the edits of the whole sound leave it: moved, gained, filtered.
 * NULL when memory is short. */
static TsrPartial *
take_along (const TsrBackground *self, TsrPartial *partial)
{
  const TsrSoundStateFields *f = tsr_sound_state_fields (self->params.state);
  g_autoptr (TsrPartial) now = tsr_partial_ref (partial);
  double move_s = -self->offset / self->params.rate_hz;

  if (self->offset != 0 && !replace (&now, tsr_partial_move (now, move_s)))
    return NULL;
  if (f->residual_gain_db != 0 &&
      !replace (&now, tsr_partial_gain (now, f->residual_gain_db)))
    return NULL;
  if (f->residual_gain_db_over_hz != NULL &&
      !replace (&now, tsr_partial_filter (now, f->residual_gain_db_over_hz)))
    return NULL;
  for (gsize i = 0; i < tsr_residual_laws_size (f->residual_laws); i++)
    if (!replace (&now,
                  follow_law (self, now, tsr_residual_laws_at (f->residual_laws, i))))
      return NULL;
  return g_steal_pointer (&now);
}

/* What the partials would be if nothing but the whole sound had been edited: where they
 * still are, the residual (moved, gained and filtered, which is linear) is exact. NULL
 * when memory is short. */
static TsrPartialSet *
take_analysed_along (const TsrBackground *self)
{
  TsrPartialSet *set = self->params.analysed;

  if (self->offset == 0 && !is_gained (&self->params))
    return tsr_partial_set_ref (set);
  gsize n = tsr_partial_set_size (set), n_read = 0;
  g_autoptr (TsrPartialSpill) spill = tsr_partial_spill_new (HEAP_BREAKPOINTS);
  g_autoptr (GPtrArray) now =
      g_ptr_array_new_with_free_func ((GDestroyNotify)tsr_partial_unref);
  for (gsize i = 0; i < n; i++) {
    g_autoptr (TsrPartial) partial = take_along (self, tsr_partial_set_at (set, i));
    TsrPartial *kept =
        partial != NULL
            ? tsr_partial_spill_add (spill, partial, tsr_partial_id (partial), NULL)
            : NULL;
    if (kept == NULL)
      return NULL;
    g_ptr_array_add (now, kept);
    n_read += tsr_partial_n_breakpoints (kept);
    if (n_read < BREAKPOINTS_A_DISCARD)
      continue;
    tsr_partial_set_discard (set);
    n_read = 0;
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
find_changes (TsrBackground *self, const TsrJob *job)
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
  for (gsize first = 0; first < n_frames && status == TSR_STATUS_OK; first += PIECE) {
    for (guint c = 0; c < self->params.n_channels && status == TSR_STATUS_OK; c++)
      status = tsr_job_cancelled (job) ? TSR_STATUS_CANCELLED
                                       : mark_piece (self,
                                                     c,
                                                     (gint64)first,
                                                     MIN (PIECE, n_frames - first),
                                                     expected,
                                                     changed + first / STRIP);
    tsr_job_progress (job, (double)first / (double)n_frames);
    if (first / PIECE % PIECES_A_DISCARD != 0)
      continue;
    tsr_partial_set_discard (tsr_sound_state_fields (self->params.state)->partials);
    tsr_partial_set_discard (expected);
  }
  spread (self, changed);
  return status;
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
    status = measure_residual (
        self, tsr_job_part (&part, job, CHANGES_PART, RESIDUAL_PART), &residual);
  if (status == TSR_STATUS_OK)
    status = tsr_noise_model_new (
        residual, tsr_job_part (&part, job, RESIDUAL_PART, 1), &self->noise);
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
  TsrStatus  status = TSR_STATUS_OK;
  TsrJobPart part;

  self->shifted = find_offset (&self->params, &self->offset);
  if (!make_filters (self))
    return TSR_STATUS_NO_MEMORY;
  if (self->kind == TSR_BACKGROUND_OF_ALL && self->shifted)
    status = find_changes (self, tsr_job_part (&part, job, 0, CHANGES_PART));
  if (status == TSR_STATUS_OK && needs_model (self))
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
        &self->params, &self->job, channel, self->offset, first, n, exact);
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
        &self->params, &self->job, channel, self->offset, first, n, out);
  if (self->model_share != NULL)
    return add_mixed (self, channel, first, n, out);
  return add_model (self, channel, first, n, out);
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
