/* SPDX-License-Identifier: GPL-3.0-or-later
 * What an operation has to know of the whole sound before it can change one partial:
 * curves, spectral envelopes, the fundamental, harmonic numbers, references.
 */
#include "model/operation-context.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "model/dsp-types.h"
#include "model/dsp/partials/envelope.h"
#include "model/dsp/partials/label.h"
#include "model/dsp/partials/ops-law.h"
#include "model/dsp/partials/ops-time.h"
#include "model/dsp/partials/residual-law.h"
#include "model/fundamental.h"

#define LOWEST_HZ 20.0 /* of a fundamental */
#define HIGHEST_HZ 5000.0
#define STEEPEST_DB 40.0 /* an octave */
#define LEAST_FADE_DB (-120.0)
enum { FADE_PIECES = 256 };

static gboolean
fail_memory (GError **error)
{
  return tsr_operation_fail (error, _ ("memory is short"));
}

static gboolean
is_selected (const TsrOperationContext *self, const TsrPartial *partial)
{
  return self->selection == NULL ||
         tsr_selection_contains (self->selection, tsr_partial_id (partial));
}

/* From the first to the last moment of what is changed. */
static void
find_span (TsrOperationContext *self, double duration_s)
{
  const TsrRegion *region =
      self->selection != NULL ? tsr_selection_region (self->selection) : NULL;

  self->start_s = 0;
  self->end_s = duration_s;
  if (self->selection == NULL)
    return;
  self->start_s = INFINITY;
  self->end_s = -INFINITY;
  for (gsize i = 0; i < tsr_selection_size (self->selection); i++) {
    gint64 index =
        tsr_partial_set_index_of (self->set, tsr_selection_ids (self->selection)[i]);
    if (index < 0)
      continue;
    const TsrPartialSummary *s =
        tsr_partial_summary (tsr_partial_set_at (self->set, (gsize)index));
    self->start_s = fmin (self->start_s, s->start_s);
    self->end_s = fmax (self->end_s, s->end_s);
  }
  if (region != NULL && isfinite (region->start_s))
    self->start_s = region->start_s;
  if (region != NULL && isfinite (region->end_s))
    self->end_s = region->end_s;
  if (!(self->end_s > self->start_s)) {
    self->start_s = 0;
    self->end_s = duration_s;
  }
}

/* ---- curves ---- */

static int
compare_points (gconstpointer a, gconstpointer b)
{
  const TsrCurvePoint *x = a, *y = b;

  return (x->x > y->x) - (x->x < y->x);
}

/* A constant tilt is a filter: points a twelfth of an octave apart. */
static TsrCurve *
tilt_curve (double db_per_octave)
{
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (TsrCurvePoint));

  for (int k = 0; k <= 12 * 12; k++) {
    double        hz = 20 * exp2 (k / 12.0);
    TsrCurvePoint point = {hz, db_per_octave * tsr_tilt_octaves (hz)};
    g_array_append_val (points, point);
  }
  return tsr_curve_new ((const TsrCurvePoint *)points->data, points->len);
}

/* Level of a fade in dB at a time; straight in amplitude. */
static double
fade_db (const TsrOperationContext *self, double in_s, double out_s, double time_s)
{
  double gain = 1;

  if (in_s > 0)
    gain *= CLAMP ((time_s - self->start_s) / in_s, 0, 1);
  if (out_s > 0)
    gain *= CLAMP ((self->end_s - time_s) / out_s, 0, 1);
  return fmax (LEAST_FADE_DB, 20 * log10 (gain));
}

/* Fades as a curve in dB over time: points at equal ratios of the amplitude. */
static TsrCurve *
fade_curve (const TsrOperationContext *self)
{
  double in_s = self->operation->start_s, out_s = self->operation->end_s;
  double span_s = self->end_s - self->start_s;
  double scale = in_s + out_s > span_s ? span_s / (in_s + out_s) : 1;
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (TsrCurvePoint));

  in_s *= scale;
  out_s *= scale;
  for (int side = 0; side < 2; side++)
    for (int i = 0; i <= FADE_PIECES; i++) {
      int    k = side == 0 ? i : FADE_PIECES - i;
      double u =
          k == 0 ? 0 : pow (10, LEAST_FADE_DB / 20 * (1 - (double)k / FADE_PIECES));
      double t = side == 0 ? self->start_s + u * in_s : self->end_s - u * out_s;
      if ((side == 0 ? in_s : out_s) <= 0 ||
          (points->len > 0 &&
           t <= g_array_index (points, TsrCurvePoint, points->len - 1).x))
        continue;
      TsrCurvePoint point = {t, fade_db (self, in_s, out_s, t)};
      g_array_append_val (points, point);
    }
  return tsr_curve_new ((const TsrCurvePoint *)points->data, points->len);
}

static TsrCurve *
constant_stretch (const TsrOperationContext *self)
{
  double        anchor_s = self->selection != NULL ? self->start_s : 0;
  TsrCurvePoint points[] = {{anchor_s, anchor_s},
                            {anchor_s + 1, anchor_s + self->operation->number}};

  return tsr_curve_new (points, G_N_ELEMENTS (points));
}

/* Beginnings of partials, strong ones that are many or loud, where nothing better is
 * known: times at which what begins within 5 ms has a tenth of the power of all. */
static GArray *
onsets_of_partials (const TsrOperationContext *self)
{
  g_autoptr (GArray) starts = g_array_new (FALSE, FALSE, sizeof (TsrCurvePoint));
  GArray *onsets_s = g_array_new (FALSE, FALSE, sizeof (double));
  double  most = 0;

  for (gsize i = 0; i < tsr_partial_set_size (self->set); i++) {
    const TsrPartialSummary *s = tsr_partial_summary (tsr_partial_set_at (self->set, i));
    TsrCurvePoint            start = {s->start_s, s->peak_amplitude * s->peak_amplitude};
    g_array_append_val (starts, start);
  }
  g_array_sort (starts, compare_points);
  for (guint i = 0, next; i < starts->len; i = next) {
    double from_s = g_array_index (starts, TsrCurvePoint, i).x, power = 0;
    for (next = i; next < starts->len &&
                   g_array_index (starts, TsrCurvePoint, next).x < from_s + 0.005;
         next++)
      power += g_array_index (starts, TsrCurvePoint, next).y;
    most = fmax (most, power);
    if (power < 0.1 * most)
      continue;
    if (onsets_s->len > 0 &&
        from_s < g_array_index (onsets_s, double, onsets_s->len - 1) + 0.03)
      continue;
    g_array_append_val (onsets_s, from_s);
  }
  return onsets_s;
}

static gboolean
is_steep (const TsrCurve *map)
{
  const TsrCurvePoint *p = tsr_curve_points (map);

  for (gsize i = 1; i < tsr_curve_n_points (map); i++) {
    double slope = (p[i].y - p[i - 1].y) / (p[i].x - p[i - 1].x);
    if (!(slope >= TSR_MIN_STRETCH * (1 - 1e-6) && slope <= TSR_MAX_STRETCH * (1 + 1e-6)))
      return TRUE;
  }
  return FALSE;
}

static gboolean
keep_transients (TsrOperationContext *self, GError **error)
{
  if (self->operation->onsets_s != NULL)
    self->onsets_s = g_array_ref (self->operation->onsets_s);
  else
    self->onsets_s = onsets_of_partials (self);
  TsrCurve *map = tsr_time_map_keep_onsets (self->curve,
                                            (const double *)self->onsets_s->data,
                                            self->onsets_s->len,
                                            self->end_s);
  tsr_curve_unref (self->curve);
  self->curve = map;
  if (map == NULL)
    return fail_memory (error);
  return !is_steep (map) ||
         tsr_operation_fail (error,
                             _ ("between attacks the sound would be stretched by less "
                                "than %g or more than %g; give up `keep transients` or "
                                "stretch less"),
                             TSR_MIN_STRETCH,
                             TSR_MAX_STRETCH);
}

static gboolean
prepare_curve (TsrOperationContext *self, GError **error)
{
  const TsrOperation *operation = self->operation;

  if (operation->curve != NULL && !operation->over_hz)
    self->curve = tsr_curve_ref (operation->curve);
  else if (operation->kind == TSR_OPERATION_STRETCH)
    self->curve = constant_stretch (self);
  else if (operation->kind == TSR_OPERATION_FADE)
    self->curve = fade_curve (self);
  else if (operation->kind == TSR_OPERATION_FILTER)
    self->curve = tsr_curve_ref (operation->curve);
  else if (operation->kind == TSR_OPERATION_TILT && operation->curve == NULL)
    self->curve = tilt_curve (operation->number);
  else if (operation->kind == TSR_OPERATION_GAIN && operation->over_hz)
    self->curve = tsr_curve_ref (operation->curve);
  else if (operation->kind < TSR_N_AMOUNTS && !operation->over_hz)
    self->curve = tsr_curve_new (&(TsrCurvePoint){0, operation->number}, 1);
  else
    return TRUE;
  if (self->curve == NULL)
    return fail_memory (error);
  return (operation->keeps & TSR_KEEP_TRANSIENTS) == 0 || keep_transients (self, error);
}

/* ---- spectra ---- */

static gboolean
prepare_envelopes (TsrOperationContext *self, GError **error)
{
  double f0 = tsr_fundamental_estimate (self->set);

  for (gsize i = 0; i < tsr_partial_set_size (self->set); i++)
    self->n_channels = MAX (self->n_channels,
                            tsr_partial_channel (tsr_partial_set_at (self->set, i)) + 1);
  self->envelopes = g_new0 (TsrSpectralEnvelope *, self->n_channels);
  for (guint c = 0; c < self->n_channels; c++) {
    self->envelopes[c] = tsr_spectral_envelope_new (self->set, c, 0.6 * f0);
    if (self->envelopes[c] == NULL)
      return fail_memory (error);
  }
  return TRUE;
}

static gboolean
prepare_fundamental (TsrOperationContext *self, GError **error)
{
  TsrCurve *track = NULL;

  if (self->fundamental != NULL)
    return TRUE;
  if (!tsr_fundamental_track (self->set, LOWEST_HZ, HIGHEST_HZ, &track))
    return fail_memory (error);
  if (track == NULL)
    return tsr_operation_fail (
        error,
        _ ("the sound has no fundamental that its partials would be multiples of"));
  self->fundamental = track;
  return TRUE;
}

/* Numbers of all partials: those they have, or found ones where none has one. */
static gboolean
prepare_labels (TsrOperationContext *self, gboolean anew, GError **error)
{
  gsize    n = tsr_partial_set_size (self->set);
  gboolean any = FALSE;

  self->labels = g_new0 (int, MAX (n, 1));
  for (gsize i = 0; i < n && !anew; i++) {
    self->labels[i] = tsr_partial_label (tsr_partial_set_at (self->set, i));
    any = any || self->labels[i] > 0;
  }
  if (any)
    return TRUE;
  if (!prepare_fundamental (self, error))
    return FALSE;
  return tsr_label_partials (self->set, self->fundamental, self->labels, NULL) ||
         fail_memory (error);
}

/* ---- brightness ---- */

typedef struct {
  double hz, amplitude;
} Tone;

typedef struct {
  const TsrOperationContext *context;
  double                     time_s;
  GArray                    *tones; /* Tone */
} Chord;

static bool
add_tone_cb (void *user, size_t index)
{
  Chord            *chord = user;
  const TsrPartial *partial = tsr_partial_set_at (chord->context->set, index);
  TsrBreakpoint     value;

  if (!is_selected (chord->context, partial) ||
      !tsr_partial_at (partial, chord->time_s, &value))
    return true;
  Tone tone = {fmax (value.frequency_hz, 20), tsr_breakpoint_amplitude (&value)};
  if (tone.amplitude > 0)
    g_array_append_val (chord->tones, tone);
  return true;
}

/* Centroid and energy of a chord tilted by db_per_octave. */
static double
tilted_centroid (const GArray *tones, double db_per_octave, double *energy)
{
  double above = 0, below = 0;

  *energy = 0;
  for (guint i = 0; i < tones->len; i++) {
    const Tone *t = &g_array_index (tones, Tone, i);
    double a = t->amplitude * pow (10, db_per_octave * tsr_tilt_octaves (t->hz) / 20);
    above += a * t->hz;
    below += a;
    *energy += a * a;
  }
  return above / below;
}

/* The tilt that takes the centroid to `ratio` times itself, and the gain that keeps the
 * energy. */
static void
solve_tilt (const GArray *tones, double ratio, double *tilt_db, double *gain_db)
{
  double before, after, low = -STEEPEST_DB, high = STEEPEST_DB;
  double target = ratio * tilted_centroid (tones, 0, &before);

  for (int pass = 0; pass < 40; pass++) {
    double middle = 0.5 * (low + high);
    if (tilted_centroid (tones, middle, &after) < target)
      low = middle;
    else
      high = middle;
  }
  *tilt_db = 0.5 * (low + high);
  tilted_centroid (tones, *tilt_db, &after);
  *gain_db = after > 0 ? 10 * log10 (before / after) : 0;
}

static gboolean
prepare_brightness (TsrOperationContext *self, GError **error)
{
  double hop_s = fmax (0.01, (self->end_s - self->start_s) / 20000);
  g_autoptr (GArray) tilts = g_array_new (FALSE, FALSE, sizeof (TsrCurvePoint));
  g_autoptr (GArray) gains = g_array_new (FALSE, FALSE, sizeof (TsrCurvePoint));
  g_autoptr (GArray) tones = g_array_new (FALSE, FALSE, sizeof (Tone));

  for (double t = self->start_s; t <= self->end_s; t += hop_s) {
    Chord chord = {.context = self, .time_s = t, .tones = tones};
    g_array_set_size (tones, 0);
    tsr_partial_set_foreach_in (self->set, t, t, 0, INFINITY, add_tone_cb, &chord);
    if (tones->len < 2)
      continue;
    TsrCurvePoint tilt = {.x = t}, gain = {.x = t};
    solve_tilt (tones, tsr_operation_amount_at (self->operation, t, 0), &tilt.y, &gain.y);
    g_array_append_val (tilts, tilt);
    g_array_append_val (gains, gain);
  }
  if (tilts->len == 0)
    return tsr_operation_fail (
        error, _ ("brightness needs two partials or more that sound together"));
  self->tilt_db = tsr_curve_new ((const TsrCurvePoint *)tilts->data, tilts->len);
  self->level_db = tsr_curve_new ((const TsrCurvePoint *)gains->data, gains->len);
  return (self->tilt_db != NULL && self->level_db != NULL) || fail_memory (error);
}

/* ---- all ---- */

static gboolean
prepare_brush (TsrOperationContext *self, GError **error)
{
  TsrBrush brush = tsr_operation_brush (self->operation);

  self->brush_index = tsr_brush_index_new (&brush);
  return self->brush_index != NULL || fail_memory (error);
}

static gboolean
prepare (TsrOperationContext *self, GError **error)
{
  const TsrOperation *operation = self->operation;

  if (!prepare_curve (self, error))
    return FALSE;
  switch (operation->kind) {
  case TSR_OPERATION_PITCH:
    return (operation->keeps & TSR_KEEP_FORMANTS) == 0 || prepare_envelopes (self, error);
  case TSR_OPERATION_FORMANTS:
    return prepare_envelopes (self, error);
  case TSR_OPERATION_HARMONIFY:
    return prepare_fundamental (self, error) && prepare_labels (self, FALSE, error);
  case TSR_OPERATION_LABEL:
    return operation->choice >= 0 || prepare_labels (self, TRUE, error);
  case TSR_OPERATION_STRETCH:
    return (operation->keeps & TSR_KEEP_SHAPE) == 0 ||
           prepare_labels (self, FALSE, error);
  case TSR_OPERATION_BRIGHTNESS:
    return prepare_brightness (self, error);
  case TSR_OPERATION_ERASE:
    return prepare_brush (self, error);
  case TSR_OPERATION_QUANTIZE:
    return operation->choice != TSR_QUANTIZE_NOTES ||
           tsr_operation_prepare_notes (self) || fail_memory (error);
  default:
    return TRUE;
  }
}

TsrOperationContext *
tsr_operation_context_new (const TsrOperation  *operation,
                           const TsrPartialSet *set,
                           const TsrSelection  *selection,
                           double               duration_s,
                           GError             **error)
{
  TsrOperationContext *self = g_new0 (TsrOperationContext, 1);

  self->operation = operation;
  self->set = set;
  self->selection = selection;
  self->duration_s = duration_s;
  find_span (self, duration_s);
  if (prepare (self, error))
    return self;
  tsr_operation_context_free (self);
  return NULL;
}

void
tsr_operation_context_free (TsrOperationContext *self)
{
  if (self == NULL)
    return;
  for (guint c = 0; self->envelopes != NULL && c < self->n_channels; c++)
    tsr_spectral_envelope_free (self->envelopes[c]);
  g_free (self->envelopes);
  g_free (self->labels);
  tsr_brush_index_free (self->brush_index);
  g_clear_pointer (&self->onsets_s, g_array_unref);
  tsr_curve_unref (self->curve);
  tsr_curve_unref (self->fundamental);
  tsr_curve_unref (self->tilt_db);
  tsr_curve_unref (self->level_db);
  g_free (self);
}

TsrCurve *
tsr_operation_context_curve (const TsrOperationContext *context)
{
  return context->curve;
}
