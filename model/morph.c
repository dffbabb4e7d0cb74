/* SPDX-License-Identifier: GPL-3.0-or-later
 * Plans of morphs.
 */
#include "model/morph.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>

#include "model/dsp-types.h"
#include "model/dsp/partials/label.h"
#include "model/dsp/partials/ops-join.h"
#include "model/dsp/partials/ops-time.h"

#define LOWEST_HZ 20.0
#define HIGHEST_HZ 5000.0
#define HARMONIC_SHARE 0.5 /* of the energy in numbered partials: a harmonic sound */
#define LEAST_SLOPE 0.02
#define MOST_SLOPE 50.0
#define SAME_S 1e-3 /* anchors nearer to one another, or to an end, are one */

struct TsrMorphPlan {
  guint          n, n_channels;
  TsrSoundState *states[TSR_MORPH_MOST];
  guint          channels[TSR_MORPH_MOST];
  int           *labels[TSR_MORPH_MOST];
  TsrCurve      *fundamentals[TSR_MORPH_MOST];
  TsrCurve      *maps[TSR_MORPH_MOST]; /* sound seconds over result seconds */
  double         durations_s[TSR_MORPH_MOST], duration_s;
  GArray        *anchors;
  TsrMorphAmount time, frequency, amplitude, noise;
  TsrMorphVoices voices;
  gboolean       is_harmonic, is_linear, glides;
};

static gboolean
fail (GError **error, const char *message)
{
  g_set_error_literal (error, TSR_MORPH_ERROR, 0, message);
  return FALSE;
}

static TsrPartialSet *
set_of (const TsrMorphPlan *plan, guint k)
{
  return tsr_sound_state_fields (plan->states[k])->partials;
}

/* ---- anchors and maps ---- */

/* Where a sound begins: its first onset, or that of the first partial with a tenth of the
 * amplitude of the loudest. */
static double
first_onset (const TsrMorphSound *sound)
{
  const TsrPartialSet *set = tsr_sound_state_fields (sound->state)->partials;
  double               most = 0, first_s = INFINITY;

  if (sound->n_onsets > 0)
    return sound->onsets_s[0];
  for (gsize i = 0; i < tsr_partial_set_size (set); i++)
    most = fmax (most, tsr_partial_summary (tsr_partial_set_at (set, i))->peak_amplitude);
  for (gsize i = 0; i < tsr_partial_set_size (set); i++) {
    const TsrPartialSummary *s = tsr_partial_summary (tsr_partial_set_at (set, i));
    if (s->peak_amplitude >= 0.1 * most)
      first_s = fmin (first_s, s->start_s);
  }
  return isfinite (first_s) ? fmax (0, first_s) : 0;
}

/* All onsets where each sound has the same number of them, else the first. */
static GArray *
anchors_at_onsets (const TsrMorphParams *params)
{
  GArray *anchors = g_array_new (FALSE, TRUE, sizeof (TsrMorphAnchor));
  gsize   n_rows = params->sounds[0].n_onsets;

  for (guint k = 1; k < params->n; k++)
    if (params->sounds[k].n_onsets != n_rows)
      n_rows = 0;
  for (gsize i = 0; i < MAX (n_rows, 1); i++) {
    TsrMorphAnchor anchor = {0};
    for (guint k = 0; k < params->n; k++)
      anchor.times_s[k] =
          n_rows > 0 ? params->sounds[k].onsets_s[i] : first_onset (&params->sounds[k]);
    g_array_append_val (anchors, anchor);
  }
  return anchors;
}

/* Time of an anchor in the result. */
static double
anchor_s (const TsrMorphPlan *plan, const TsrMorphAnchor *anchor)
{
  double sum = 0;

  for (guint k = 0; k < plan->n; k++)
    sum += tsr_morph_amount_mean (&plan->time, k) * anchor->times_s[k];
  return sum;
}

/* Result seconds over seconds of sound k, straight between anchors. */
static TsrCurve *
straight_map (const TsrMorphPlan *plan, guint k)
{
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (TsrCurvePoint));
  TsrCurvePoint start = {0, 0}, end = {plan->durations_s[k], plan->duration_s};

  g_array_append_val (points, start);
  for (guint i = 0; i < plan->anchors->len; i++) {
    const TsrMorphAnchor *anchor = &g_array_index (plan->anchors, TsrMorphAnchor, i);
    TsrCurvePoint         point = {anchor->times_s[k], anchor_s (plan, anchor)};
    TsrCurvePoint         last = g_array_index (points, TsrCurvePoint, points->len - 1);
    if (point.x > last.x + SAME_S && point.y > last.y + SAME_S &&
        point.x < end.x - SAME_S && point.y < end.y - SAME_S)
      g_array_append_val (points, point);
  }
  g_array_append_val (points, end);
  return tsr_curve_new ((const TsrCurvePoint *)points->data, points->len);
}

static gboolean
is_steep (const TsrCurve *map)
{
  const TsrCurvePoint *p = tsr_curve_points (map);

  for (gsize i = 1; i < tsr_curve_n_points (map); i++) {
    double slope = (p[i].y - p[i - 1].y) / (p[i].x - p[i - 1].x);
    if (!(slope >= LEAST_SLOPE && slope <= MOST_SLOPE))
      return TRUE;
  }
  return FALSE;
}

static TsrCurve *
turned_round (const TsrCurve *map)
{
  gsize                     n = tsr_curve_n_points (map);
  const TsrCurvePoint      *p = tsr_curve_points (map);
  g_autofree TsrCurvePoint *points = g_new (TsrCurvePoint, n);

  for (gsize i = 0; i < n; i++)
    points[i] = (TsrCurvePoint){p[i].y, p[i].x};
  return tsr_curve_new (points, n);
}

/* The map of sound k: attacks at anchors keep their length where that can be. */
static TsrCurve *
make_map (const TsrMorphPlan *plan, guint k)
{
  g_autoptr (TsrCurve) straight = straight_map (plan, k);
  g_autoptr (GArray) onsets_s = g_array_new (FALSE, FALSE, sizeof (double));

  if (straight == NULL || is_steep (straight))
    return NULL;
  for (gsize i = 1; i + 1 < tsr_curve_n_points (straight); i++)
    g_array_append_val (onsets_s, tsr_curve_points (straight)[i].x);
  g_autoptr (TsrCurve) kept = tsr_time_map_keep_onsets (
      straight, (const double *)onsets_s->data, onsets_s->len, plan->durations_s[k]);
  return turned_round (kept != NULL && !is_steep (kept) ? kept : straight);
}

static gboolean
make_maps (TsrMorphPlan *plan, GError **error)
{
  plan->duration_s = 0;
  for (guint k = 0; k < plan->n; k++)
    plan->duration_s += tsr_morph_amount_mean (&plan->time, k) * plan->durations_s[k];
  for (guint k = 0; k < plan->n; k++) {
    tsr_curve_unref (plan->maps[k]);
    plan->maps[k] = make_map (plan, k);
    if (plan->maps[k] == NULL)
      return fail (error,
                   _ ("the anchors stretch a sound by more than 50; move them nearer to "
                      "one another"));
  }
  return TRUE;
}

/* ---- pairs ---- */

/* Labels of a sound: its own, or found ones; *share is the energy of those that have one.
 */
static gboolean
label_sound (TsrMorphPlan *plan, guint k, double *share, GError **error)
{
  const TsrPartialSet *set = set_of (plan, k);
  gsize                n = tsr_partial_set_size (set);
  double               labelled = 0, all = 0;
  gboolean             any = FALSE;

  *share = 0;
  plan->labels[k] = g_new0 (int, n + 1);
  for (gsize i = 0; i < n; i++) {
    plan->labels[k][i] = tsr_partial_label (tsr_partial_set_at (set, i));
    any = any || plan->labels[k][i] > 0;
  }
  if (!tsr_fundamental_track (set, LOWEST_HZ, HIGHEST_HZ, &plan->fundamentals[k]))
    return fail (error, _ ("memory is short"));
  if (!any && plan->fundamentals[k] != NULL &&
      !tsr_label_partials (set, plan->fundamentals[k], plan->labels[k], NULL))
    return fail (error, _ ("memory is short"));
  for (gsize i = 0; i < n; i++) {
    double energy = tsr_partial_summary (tsr_partial_set_at (set, i))->energy;
    all += energy;
    labelled += plan->labels[k][i] > 0 ? energy : 0;
  }
  *share = all > 0 ? labelled / all : 0;
  return TRUE;
}

static void
fill_inputs (const TsrMorphPlan *plan, TsrMorphInput *inputs)
{
  for (guint k = 0; k < plan->n; k++)
    inputs[k] = (TsrMorphInput){.set = set_of (plan, k),
                                .n_channels = plan->channels[k],
                                .labels = plan->is_harmonic ? plan->labels[k] : NULL,
                                .fundamental_hz_over_s = plan->fundamentals[k],
                                .sound_s_over_result_s = plan->maps[k]};
}

static gboolean
find_voices (TsrMorphPlan *plan, const GArray *links, GError **error)
{
  TsrMorphInput inputs[TSR_MORPH_MOST];

  fill_inputs (plan, inputs);
  tsr_morph_voices_clear (&plan->voices);
  return tsr_morph_find_voices (inputs,
                                plan->n,
                                plan->n_channels,
                                links != NULL ? (const TsrMorphLink *)links->data : NULL,
                                links != NULL ? links->len : 0,
                                &plan->voices) ||
         fail (error, _ ("memory is short"));
}

static gboolean
make_pairs (TsrMorphPlan *plan, const TsrMorphParams *params, GError **error)
{
  double least = 1;

  for (guint k = 0; k < plan->n; k++) {
    double share;
    if (!label_sound (plan, k, &share, error))
      return FALSE;
    least = fmin (least, share);
  }
  plan->is_harmonic = params->pairing == TSR_MORPH_PAIR_LABELS ||
                      (params->pairing == TSR_MORPH_PAIR_AUTO && least >= HARMONIC_SHARE);
  return find_voices (plan, params->links, error);
}

/* ---- the plan ---- */

static gboolean
check_sound (const TsrMorphSound *sound, GError **error)
{
  const TsrSoundStateFields *f = tsr_sound_state_fields (sound->state);

  if (!f->analysed)
    return fail (error, _ ("the sound is not analysed yet; analyse it first"));
  return f->duration_s > 0.01 || fail (error, _ ("a sound is too short to be morphed"));
}

static gboolean
prepare (TsrMorphPlan *plan, const TsrMorphParams *params, GError **error)
{
  for (guint k = 0; k < params->n; k++) {
    if (!check_sound (&params->sounds[k], error))
      return FALSE;
    plan->states[k] = tsr_sound_state_ref (params->sounds[k].state);
    plan->channels[k] = params->sounds[k].n_channels;
    plan->n_channels = MAX (plan->n_channels, plan->channels[k]);
    plan->durations_s[k] = tsr_sound_state_fields (plan->states[k])->duration_s;
  }
  if (params->anchors != NULL) {
    plan->anchors = g_array_new (FALSE, TRUE, sizeof (TsrMorphAnchor));
    g_array_append_vals (plan->anchors, params->anchors->data, params->anchors->len);
  } else
    plan->anchors = anchors_at_onsets (params);
  return make_maps (plan, error) && make_pairs (plan, params, error);
}

TsrMorphPlan *
tsr_morph_plan_new (const TsrMorphParams *params, GError **error)
{
  g_return_val_if_fail (params->n >= 2 && params->n <= TSR_MORPH_MOST, NULL);

  TsrMorphPlan *plan = g_new0 (TsrMorphPlan, 1);
  plan->n = params->n;
  plan->is_linear = params->is_linear;
  plan->glides = !params->fades;
  tsr_morph_amount_copy (&plan->time, &params->time);
  tsr_morph_amount_copy (&plan->frequency, &params->frequency);
  tsr_morph_amount_copy (&plan->amplitude, &params->amplitude);
  tsr_morph_amount_copy (&plan->noise, &params->noise);
  if (prepare (plan, params, error))
    return plan;
  tsr_morph_plan_free (plan);
  return NULL;
}

void
tsr_morph_plan_free (TsrMorphPlan *plan)
{
  if (plan == NULL)
    return;
  for (guint k = 0; k < TSR_MORPH_MOST; k++) {
    g_clear_pointer (&plan->states[k], tsr_sound_state_unref);
    g_free (plan->labels[k]);
    tsr_curve_unref (plan->fundamentals[k]);
    tsr_curve_unref (plan->maps[k]);
  }
  g_clear_pointer (&plan->anchors, g_array_unref);
  tsr_morph_amount_clear (&plan->time);
  tsr_morph_amount_clear (&plan->frequency);
  tsr_morph_amount_clear (&plan->amplitude);
  tsr_morph_amount_clear (&plan->noise);
  tsr_morph_voices_clear (&plan->voices);
  g_free (plan);
}

gboolean
tsr_morph_plan_set_amounts (TsrMorphPlan         *plan,
                            const TsrMorphAmount *time,
                            const TsrMorphAmount *frequency,
                            const TsrMorphAmount *amplitude,
                            const TsrMorphAmount *noise,
                            GError              **error)
{
  tsr_morph_amount_clear (&plan->time);
  tsr_morph_amount_clear (&plan->frequency);
  tsr_morph_amount_clear (&plan->amplitude);
  tsr_morph_amount_clear (&plan->noise);
  tsr_morph_amount_copy (&plan->time, time);
  tsr_morph_amount_copy (&plan->frequency, frequency);
  tsr_morph_amount_copy (&plan->amplitude, amplitude);
  tsr_morph_amount_copy (&plan->noise, noise);
  return make_maps (plan, error);
}

gboolean
tsr_morph_plan_set_anchors (TsrMorphPlan *plan, const GArray *anchors, GError **error)
{
  g_array_set_size (plan->anchors, 0);
  g_array_append_vals (plan->anchors, anchors->data, anchors->len);
  return make_maps (plan, error);
}

gboolean
tsr_morph_plan_set_links (TsrMorphPlan *plan, const GArray *links, GError **error)
{
  return find_voices (plan, links, error);
}

int
tsr_morph_plan_copies (const TsrMorphPlan *plan)
{
  int sound = tsr_morph_amount_pure (&plan->frequency);

  return sound == tsr_morph_amount_pure (&plan->time) &&
                 sound == tsr_morph_amount_pure (&plan->amplitude) &&
                 sound == tsr_morph_amount_pure (&plan->noise)
             ? sound
             : -1;
}

double
tsr_morph_plan_duration_s (const TsrMorphPlan *plan)
{
  return plan->duration_s;
}

TsrCurve *
tsr_morph_plan_map (const TsrMorphPlan *plan, guint k)
{
  return plan->maps[k];
}

const GArray *
tsr_morph_plan_anchors (const TsrMorphPlan *plan)
{
  return plan->anchors;
}

const TsrMorphVoices *
tsr_morph_plan_voices (const TsrMorphPlan *plan)
{
  return &plan->voices;
}

gboolean
tsr_morph_plan_is_harmonic (const TsrMorphPlan *plan)
{
  return plan->is_harmonic;
}

/* ---- the result ---- */

typedef struct {
  const TsrMorphPlan    *plan;
  const TsrMorphInput   *inputs;
  const TsrMorphWeights *weights;
  const TsrJob          *job;
  TsrPartial           **made;       /* of each voice */
  gint                   has_failed; /* atomic */
} Rendering;

static void
voice_cb (void *data, size_t item, size_t worker)
{
  Rendering *r = data;
  bool       is_empty;

  if (tsr_job_cancelled (r->job))
    return;
  r->made[item] = tsr_morph_voice (
      r->inputs, r->plan->n, &r->plan->voices.items[item], r->weights, &is_empty);
  if (r->made[item] == NULL && !is_empty)
    g_atomic_int_set (&r->has_failed, 1);
}

static void
partial_clear (gpointer data)
{
  tsr_partial_unref (data);
}

/* The sounding pieces of all voices as a set. */
static TsrPartialSet *
collect (const Rendering *r)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (partial_clear);

  for (gsize i = 0; i < r->plan->voices.n; i++) {
    gsize n = 0;
    if (r->made[i] == NULL)
      continue;
    TsrPartial **pieces = tsr_partial_sounding_pieces (r->made[i], &n);
    for (gsize k = 0; k < n; k++) {
      g_ptr_array_add (all, tsr_partial_new_with_id (pieces[k], (gint64)all->len + 1));
      tsr_partial_unref (pieces[k]);
    }
    free (pieces);
  }
  return tsr_partial_set_new ((TsrPartial *const *)all->pdata, all->len);
}

static void
fill_weights (const TsrMorphPlan *plan, TsrMorphWeights *weights)
{
  *weights = (TsrMorphWeights){.is_linear = plan->is_linear, .glides = plan->glides};
  for (guint k = 0; k < plan->n; k++) {
    weights->frequency[k] = plan->frequency.curves[k];
    weights->amplitude[k] = plan->amplitude.curves[k];
    weights->noise[k] = plan->noise.curves[k];
  }
}

TsrPartialSet *
tsr_morph_plan_partials (const TsrMorphPlan *plan, const TsrJob *job, GError **error)
{
  TsrMorphInput   inputs[TSR_MORPH_MOST];
  TsrMorphWeights weights;
  TsrPartialSet  *set = NULL;

  fill_inputs (plan, inputs);
  fill_weights (plan, &weights);
  Rendering r = {.plan = plan,
                 .inputs = inputs,
                 .weights = &weights,
                 .job = job,
                 .made = g_new0 (TsrPartial *, plan->voices.n + 1)};
  tsr_job_parallel_for (job, plan->voices.n, voice_cb, &r);
  gboolean cancelled = tsr_job_cancelled (job);
  if (!cancelled && !r.has_failed)
    set = collect (&r);
  for (gsize i = 0; i < plan->voices.n; i++)
    tsr_partial_unref (r.made[i]);
  g_free (r.made);
  if (set == NULL)
    g_set_error_literal (error,
                         G_IO_ERROR,
                         cancelled ? G_IO_ERROR_CANCELLED : G_IO_ERROR_FAILED,
                         cancelled ? _ ("cancelled") : _ ("memory is short"));
  return set;
}

TsrScore *
tsr_morph_plan_score (const TsrMorphPlan *plan, GError **error)
{
  TsrMorphInput   inputs[TSR_MORPH_MOST];
  TsrMorphWeights weights;

  fill_inputs (plan, inputs);
  fill_weights (plan, &weights);
  TsrScore *score =
      tsr_score_new_morph (inputs, plan->n, plan->n_channels, &plan->voices, &weights);
  if (score == NULL)
    fail (error, _ ("memory is short"));
  return score;
}

TsrNoiseModel *
tsr_morph_plan_noise (const TsrMorphPlan         *plan,
                      const TsrNoiseModel *const *models,
                      GError                    **error)
{
  TsrNoiseMorphInput inputs[TSR_MORPH_MOST];
  TsrNoiseModel     *model = NULL;

  for (guint k = 0; k < plan->n; k++)
    inputs[k] = (TsrNoiseMorphInput){.model = models[k],
                                     .sound_s_over_result_s = plan->maps[k],
                                     .weight_over_result_s = plan->noise.curves[k]};
  TsrStatus status =
      tsr_noise_model_morph (inputs, plan->n, plan->n_channels, plan->duration_s, &model);
  if (status != TSR_STATUS_OK)
    fail (error, tsr_status_string (status));
  return model;
}
