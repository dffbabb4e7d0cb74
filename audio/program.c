/* SPDX-License-Identifier: GPL-3.0-or-later
 * Programs: immutable, reference counted, with the gains that bring their parts to one
 * loudness.
 */
#include "audio/program.h"

#include <math.h>

/* A residual of nearly nothing is not blown up to full loudness. */
#define MAX_LEVEL_GAIN_DB 40.0
/* Differences that nobody hears stay, so that what is the same stays bit for bit. */
#define MIN_LEVEL_GAIN_DB 0.1

typedef struct {
  TsrPowerSteps rest, selected; /* partials that are not selected, and that are */
} GroupPowers;

static void
measure_groups (const TsrProgram *self, GroupPowers *groups)
{
  tsr_power_steps_init (&groups->rest, self->duration_s);
  tsr_power_steps_init (&groups->selected, self->duration_s);
  if (self->partial_powers == NULL)
    return;
  tsr_power_steps_add_partials (&groups->rest, self->partial_powers, self->selected, 0);
  if (self->selected != NULL)
    tsr_power_steps_add_partials (
        &groups->selected, self->partial_powers, self->selected, 1);
}

/* Loudness of up to three parts together; each may be NULL. */
static double
together (const TsrPowerSteps *a, const TsrPowerSteps *b, const TsrPowerSteps *c)
{
  const TsrPowerSteps *parts[] = {a, b, c};
  TsrPowerSteps        sum = {g_new0 (double, a->n), a->n};
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    if (parts[i] != NULL && parts[i]->power != NULL)
      tsr_power_steps_add (&sum, parts[i]);
  double loudness_lufs = tsr_power_steps_loudness (&sum);
  tsr_power_steps_clear (&sum);
  return loudness_lufs;
}

static double
recording_loudness (const TsrProgram *self, int kind)
{
  return self->powers[kind].power != NULL ? tsr_power_steps_loudness (&self->powers[kind])
                                          : -INFINITY;
}

static double
part_loudness (const TsrProgram *self, const GroupPowers *groups, TsrMonitor monitor)
{
  switch (monitor) {
  case TSR_MONITOR_ORIGINAL:
    return recording_loudness (self, 0);
  case TSR_MONITOR_RESIDUAL:
    return recording_loudness (self, 1);
  case TSR_MONITOR_NOISE:
    return recording_loudness (self, 2);
  case TSR_MONITOR_TRANSIENTS:
    return recording_loudness (self, 3);
  case TSR_MONITOR_ALL:
    return together (&groups->rest, &groups->selected, &self->powers[1]);
  case TSR_MONITOR_PARTIALS:
    return together (&groups->rest, &groups->selected, NULL);
  case TSR_MONITOR_SELECTION:
    return together (&groups->selected, NULL, NULL);
  case TSR_MONITOR_REST:
    return together (&groups->rest, &self->powers[1], NULL);
  }
  return -INFINITY;
}

static void
match_levels (TsrProgram *self)
{
  GroupPowers groups;
  double      wanted_lufs =
      isnan (self->level_lufs) ? recording_loudness (self, 0) : self->level_lufs;
  measure_groups (self, &groups);
  for (int m = 0; m < TSR_N_MONITORS; m++) {
    double gain_db = wanted_lufs - part_loudness (self, &groups, (TsrMonitor)m);
    if (!isfinite (gain_db) || fabs (gain_db) < MIN_LEVEL_GAIN_DB)
      gain_db = 0;
    self->level_gain[m] = (float)pow (10, MIN (gain_db, MAX_LEVEL_GAIN_DB) / 20);
  }
  tsr_power_steps_clear (&groups.rest);
  tsr_power_steps_clear (&groups.selected);
}

static TsrSignal *
ref_signal (TsrSignal *signal)
{
  return signal != NULL ? tsr_signal_ref (signal) : NULL;
}

static void
set_selected (TsrProgram *self, const guint8 *selected)
{
  gsize n = self->score != NULL ? tsr_partial_set_size (tsr_score_set (self->score)) : 0;
  gboolean any = FALSE;
  for (gsize i = 0; selected != NULL && i < n; i++)
    any = any || selected[i] != 0;
  if (!any)
    return;
  self->selected = g_new (guint8, n);
  for (gsize i = 0; i < n; i++)
    self->selected[i] = selected[i] != 0;
}

/* A time map of at least two points. */
static TsrCurve *
map_of (TsrCurve *map)
{
  if (map == NULL || tsr_curve_n_points (map) > 1)
    return map != NULL ? tsr_curve_ref (map) : NULL;
  TsrCurvePoint from = tsr_curve_points (map)[0];
  TsrCurvePoint points[2] = {from, {from.x + 1, from.y + 1}};
  return tsr_curve_new (points, 2);
}

static double
sound_time_s (const TsrProgram *self, double source_s)
{
  return self->source_s_over_sound_s != NULL
             ? tsr_curve_inverse_extended (self->source_s_over_sound_s, source_s)
             : source_s;
}

/* The sound was reversed: its map falls. */
static gboolean
is_backwards (const TsrProgram *self)
{
  if (self->source_s_over_sound_s == NULL)
    return FALSE;
  const TsrCurvePoint *p = tsr_curve_points (self->source_s_over_sound_s);
  return p[tsr_curve_n_points (self->source_s_over_sound_s) - 1].y < p[0].y;
}

/* Where the transients lie in their recording: as tsr_noise_model_render places them. */
static void
find_transients (TsrProgram *self)
{
  TsrSignal *recording = self->recordings[TSR_RECORDING_TRANSIENTS];
  double     rate_hz = recording != NULL ? tsr_signal_rate_hz (recording) : 0;
  gboolean   backwards = is_backwards (self);
  gsize      n = tsr_noise_model_n_transients (self->model);

  for (gsize i = 0; i < n; i++) {
    gsize           number = backwards ? n - 1 - i : i;
    double          onset_s = tsr_noise_model_transient_s (self->model, number);
    double          first_s, end_s;
    TsrRecordedSpan span;
    tsr_noise_model_transient_span (self->model, number, &first_s, &end_s);
    double lead_s = backwards ? end_s - onset_s : onset_s - first_s;
    span.begin = llrint ((sound_time_s (self, onset_s) - lead_s) * rate_hz);
    span.end = span.begin + llrint ((end_s - first_s) * rate_hz);
    g_array_append_val (self->transients, span);
  }
}

static void
set_model (TsrProgram *self, const TsrProgramParts *parts)
{
  self->transients = g_array_new (FALSE, FALSE, sizeof (TsrRecordedSpan));
  self->source_s_over_sound_s = map_of (parts->source_s_over_sound_s);
  tsr_residual_laws_filter (parts->residual_laws,
                            parts->residual_gain_db_over_hz,
                            &self->residual_gain_db_over_hz);
  self->residual_gain_db = parts->residual_gain_db;
  if (parts->residual_laws != NULL)
    self->residual_laws = tsr_residual_laws_ref (parts->residual_laws);
  if (parts->model == NULL)
    return;
  self->model = tsr_noise_model_ref (parts->model);
  find_transients (self);
}

static void
share_model (TsrProgram *self, const TsrProgram *from)
{
  self->transients = g_array_ref (from->transients);
  if (from->source_s_over_sound_s != NULL)
    self->source_s_over_sound_s = tsr_curve_ref (from->source_s_over_sound_s);
  if (from->residual_gain_db_over_hz != NULL)
    self->residual_gain_db_over_hz = tsr_curve_ref (from->residual_gain_db_over_hz);
  self->residual_gain_db = from->residual_gain_db;
  if (from->residual_laws != NULL)
    self->residual_laws = tsr_residual_laws_ref (from->residual_laws);
  if (from->model != NULL)
    self->model = tsr_noise_model_ref (from->model);
}

static void
find_model_share (TsrProgram *self)
{
  if (self->score != NULL)
    tsr_model_share_init (
        &self->model_share, tsr_score_set (self->score), self->duration_s);
}

TsrProgram *
tsr_program_new (const TsrProgramParts *parts)
{
  TsrProgram *self = g_new0 (TsrProgram, 1);
  g_atomic_ref_count_init (&self->n_refs);
  self->score = parts->score != NULL ? tsr_score_ref (parts->score) : NULL;
  self->recordings[0] = ref_signal (parts->original);
  self->recordings[1] = ref_signal (parts->residual);
  self->recordings[2] = ref_signal (parts->noise);
  self->recordings[3] = ref_signal (parts->transients);
  self->duration_s = parts->duration_s;
  for (int k = 0; k < TSR_N_RECORDINGS; k++)
    if (self->recordings[k] != NULL) {
      tsr_power_steps_init (&self->powers[k], self->duration_s);
      tsr_power_steps_add_signal (&self->powers[k], self->recordings[k]);
    }
  if (self->score != NULL)
    self->partial_powers = tsr_partial_powers_new (tsr_score_set (self->score));
  self->level_lufs = NAN;
  set_selected (self, parts->selected);
  set_model (self, parts);
  find_model_share (self);
  match_levels (self);
  return self;
}

static TsrProgram *
new_like (const TsrProgram *program, const guint8 *selected, double level_lufs)
{
  TsrProgram *self = g_new0 (TsrProgram, 1);
  g_atomic_ref_count_init (&self->n_refs);
  self->score = program->score != NULL ? tsr_score_ref (program->score) : NULL;
  self->duration_s = program->duration_s;
  self->level_lufs = level_lufs;
  for (int k = 0; k < TSR_N_RECORDINGS; k++) {
    self->recordings[k] = ref_signal (program->recordings[k]);
    if (program->powers[k].power != NULL) {
      tsr_power_steps_init (&self->powers[k], self->duration_s);
      tsr_power_steps_add (&self->powers[k], &program->powers[k]);
    }
  }
  if (program->partial_powers != NULL)
    self->partial_powers = tsr_partial_powers_ref (program->partial_powers);
  set_selected (self, selected);
  share_model (self, program);
  find_model_share (self);
  match_levels (self);
  return self;
}

/* --- morphs --- */

static gint
by_begin (gconstpointer a, gconstpointer b)
{
  const TsrMorphTransient *x = a, *y = b;
  return (x->begin > y->begin) - (x->begin < y->begin);
}

/* Where the transients of a sound lie: as tsr_noise_model_morph places them. */
static void
place_transients (TsrProgram *self, unsigned sound)
{
  const TsrNoiseModel *model = self->morph->models[sound];
  const TsrSignal     *recording = self->morph->transients[sound];
  if (model == NULL || recording == NULL)
    return;
  double rate_hz = tsr_signal_rate_hz (recording);
  for (gsize i = 0; i < tsr_noise_model_n_transients (model); i++) {
    double onset_s = tsr_noise_model_transient_s (model, i), first_s, end_s;
    tsr_noise_model_transient_span (model, i, &first_s, &end_s);
    double            result_s = tsr_score_result_s (self->score, sound, onset_s);
    TsrMorphTransient t = {.sound = sound};
    t.span.begin = llrint (first_s * rate_hz);
    t.span.end = llrint (end_s * rate_hz);
    t.begin = llrint (result_s * rate_hz) - llrint ((onset_s - first_s) * rate_hz);
    g_array_append_val (self->morph_transients, t);
  }
}

TsrProgram *
tsr_program_new_morph (TsrScore *score, const TsrMorphParts *parts, double duration_s)
{
  TsrProgramParts plain = {.score = score, .duration_s = duration_s};
  TsrProgram     *self = tsr_program_new (&plain);
  self->morph = g_new0 (TsrMorphParts, 1);
  self->morph_transients = g_array_new (FALSE, FALSE, sizeof (TsrMorphTransient));
  for (unsigned k = 0; k < TSR_MORPH_MOST; k++) {
    if (parts->models[k] != NULL)
      self->morph->models[k] = tsr_noise_model_ref (parts->models[k]);
    self->morph->transients[k] = ref_signal (parts->transients[k]);
    place_transients (self, k);
  }
  g_array_sort (self->morph_transients, by_begin);
  return self;
}

static void
clear_morph (TsrProgram *self)
{
  if (self->morph == NULL)
    return;
  for (int k = 0; k < TSR_MORPH_MOST; k++) {
    tsr_noise_model_unref (self->morph->models[k]);
    tsr_signal_unref (self->morph->transients[k]);
  }
  g_free (self->morph);
  g_array_unref (self->morph_transients);
}

TsrProgram *
tsr_program_new_selected (const TsrProgram *program, const guint8 *selected)
{
  return new_like (program, selected, program->level_lufs);
}

TsrProgram *
tsr_program_new_matched (const TsrProgram *program, const TsrProgram *reference)
{
  double level_lufs = reference->level_lufs;

  if (isnan (level_lufs))
    level_lufs = recording_loudness (reference, 0);
  if (!isfinite (level_lufs)) {
    GroupPowers groups;
    measure_groups (reference, &groups);
    level_lufs = part_loudness (reference, &groups, TSR_MONITOR_ALL);
    tsr_power_steps_clear (&groups.rest);
    tsr_power_steps_clear (&groups.selected);
  }
  return new_like (program, program->selected, level_lufs);
}

TsrProgram *
tsr_program_ref (TsrProgram *self)
{
  g_atomic_ref_count_inc (&self->n_refs);
  return self;
}

void
tsr_program_unref (TsrProgram *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->n_refs))
    return;
  tsr_score_unref (self->score);
  tsr_partial_powers_unref (self->partial_powers);
  for (int k = 0; k < TSR_N_RECORDINGS; k++) {
    tsr_signal_unref (self->recordings[k]);
    tsr_power_steps_clear (&self->powers[k]);
  }
  g_free (self->selected);
  tsr_noise_model_unref (self->model);
  tsr_curve_unref (self->source_s_over_sound_s);
  tsr_curve_unref (self->residual_gain_db_over_hz);
  tsr_residual_laws_unref (self->residual_laws);
  tsr_model_share_clear (&self->model_share);
  g_array_unref (self->transients);
  clear_morph (self);
  g_free (self);
}

/* Bytes: no system has smaller pages. */
#define PAGE 4096

static void
touch_samples (const float *samples, gint64 n)
{
  const volatile char *first = (const volatile char *)samples;
  const volatile char *last = (const volatile char *)(samples + n - 1);

  for (const volatile char *at = first; at < last; at += PAGE)
    (void)*at;
  (void)*last;
}

/* Frames around the time: filters and interpolation look a little to both sides. */
static void
touch_recording (const TsrSignal *signal, double time_s, double duration_s)
{
  enum { MARGIN = 256 };
  double rate_hz = tsr_signal_rate_hz (signal);
  gint64 n_frames = tsr_signal_n_frames (signal);
  gint64 first = (gint64)(time_s * rate_hz) - MARGIN;
  gint64 end = first + (gint64)(duration_s * rate_hz) + 2 * MARGIN;

  first = CLAMP (first, 0, n_frames);
  end = CLAMP (end, 0, n_frames);
  for (unsigned c = 0; end > first && c < tsr_signal_n_channels (signal); c++)
    touch_samples (tsr_signal_channel (signal, c) + first, end - first);
}

void
tsr_program_touch (const TsrProgram *self, double time_s, double duration_s)
{
  for (int k = 0; k < TSR_N_RECORDINGS; k++)
    if (self->recordings[k] != NULL)
      touch_recording (self->recordings[k], time_s, duration_s);
  if (self->score != NULL)
    tsr_score_touch (self->score, time_s, time_s + duration_s);
}
