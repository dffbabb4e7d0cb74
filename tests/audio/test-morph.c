/* SPDX-License-Identifier: GPL-3.0-or-later
 * A morph that is played while it is changed: what is heard with constant weights is what
 * is made of them, noise and transients too; weights are heard at once, an anchor goes on
 * without a gap, nothing clicks.
 */
#include <math.h>
#include <string.h>

#include "audio/engine.h"
#include "model/dsp/partials/synth.h"
#include "tests/support/programs.h"

enum {
  RATE_HZ = TSR_TEST_RATE_HZ,
  N_SOUNDS = 3,
  N_HARMONICS = 16,
  BLOCK = 256,
  LATE = 128
};

#define DURATION_S 2.0

typedef struct {
  TsrMorphInput   inputs[N_SOUNDS];
  int             labels[N_HARMONICS];
  TsrMorphWeights weights;
  TsrMorphVoices  voices;
  TsrMorphParts   parts;
} Morph;

static TsrCurve *
constant (double y)
{
  return tsr_curve_new ((TsrCurvePoint[]){{0, y}, {1, y}}, 2);
}

/* The sounds' middles lie so much apart. */
static TsrCurve *
map_of (guint k, double shift_s)
{
  TsrCurvePoint points[3] = {{0, 0}, {1, 1 + k * shift_s}, {DURATION_S, DURATION_S}};
  return tsr_curve_new (points, 3);
}

static void
set_weights (Morph *morph, const double *weights)
{
  for (guint k = 0; k < N_SOUNDS; k++) {
    tsr_curve_unref ((TsrCurve *)morph->weights.frequency[k]);
    TsrCurve *curve = constant (weights[k]);
    morph->weights.frequency[k] = morph->weights.amplitude[k] = curve;
    morph->weights.noise[k] = curve;
  }
}

static void
set_maps (Morph *morph, double shift_s)
{
  for (guint k = 0; k < N_SOUNDS; k++) {
    tsr_curve_unref ((TsrCurve *)morph->inputs[k].sound_s_over_result_s);
    morph->inputs[k].sound_s_over_result_s = map_of (k, shift_s);
  }
}

/* Noise that grows brighter and louder from sound to sound, and clicks. */
static TsrSignal *
background (guint k)
{
  TsrSignal *signal = tsr_test_noise (0.02 * (k + 1), DURATION_S, k + 7);
  float     *x = tsr_signal_channel_writable (signal, 0);
  double     low = 0;

  for (gint64 i = 0; i < tsr_signal_n_frames (signal); i++) {
    low += 0.1 * (k + 1) * ((double)x[i] - low);
    x[i] = (float)low;
  }
  for (gint64 at = RATE_HZ / 3; at + 500 < tsr_signal_n_frames (signal); at += RATE_HZ)
    for (int i = 0; i < 500; i++)
      x[at + 2000 * k + i] += (float)(0.3 * exp (-i / 90.0) * sin (0.9 * i));
  return signal;
}

static void
add_background (Morph *morph, guint k)
{
  TsrSignal         *residual = background (k);
  gint64             n = tsr_signal_n_frames (residual);
  g_autofree double *y = g_new0 (double, n);

  g_assert_cmpint (
      tsr_noise_model_new (residual, NULL, &morph->parts.models[k]), ==, TSR_STATUS_OK);
  tsr_noise_model_render (morph->parts.models[k], 0, RATE_HZ, NULL, 0, (gsize)n, NULL, y);
  morph->parts.transients[k] = tsr_signal_new (RATE_HZ, 1, n);
  for (gint64 i = 0; i < n; i++)
    tsr_signal_channel_writable (morph->parts.transients[k], 0)[i] = (float)y[i];
  tsr_signal_unref (residual);
}

static void
morph_init (Morph *morph, const double *weights, gboolean has_noise)
{
  static const double bases_hz[N_SOUNDS] = {220, 277, 165};

  memset (morph, 0, sizeof *morph);
  for (guint i = 0; i < N_HARMONICS; i++)
    morph->labels[i] = (int)i + 1;
  for (guint k = 0; k < N_SOUNDS; k++) {
    morph->inputs[k] =
        (TsrMorphInput){.set = tsr_test_partials (
                            N_HARMONICS - 2 * k, bases_hz[k], DURATION_S, 1, 0.4, 0.01),
                        .n_channels = 1,
                        .labels = morph->labels};
    if (has_noise)
      add_background (morph, k);
  }
  set_maps (morph, 0.01);
  set_weights (morph, weights);
  g_assert_true (
      tsr_morph_find_voices (morph->inputs, N_SOUNDS, 1, NULL, 0, &morph->voices));
}

static void
morph_clear (Morph *morph)
{
  for (guint k = 0; k < N_SOUNDS; k++) {
    tsr_partial_set_unref ((TsrPartialSet *)morph->inputs[k].set);
    tsr_curve_unref ((TsrCurve *)morph->inputs[k].sound_s_over_result_s);
    tsr_curve_unref ((TsrCurve *)morph->weights.frequency[k]);
    tsr_noise_model_unref (morph->parts.models[k]);
    tsr_signal_unref (morph->parts.transients[k]);
  }
  tsr_morph_voices_clear (&morph->voices);
}

static TsrProgram *
program_of (const Morph *morph)
{
  TsrScore *score =
      tsr_score_new_morph (morph->inputs, N_SOUNDS, 1, &morph->voices, &morph->weights);
  TsrProgram *program = tsr_program_new_morph (score, &morph->parts, DURATION_S);

  tsr_score_unref (score);
  return program;
}

static TsrEngine *
engine_of (const Morph *morph, TsrMonitor monitor)
{
  TsrEngine  *engine = tsr_engine_new (TSR_BACKEND_NULL);
  TsrProgram *program = program_of (morph);

  tsr_engine_set_volume_db (engine, 0);
  tsr_engine_set_monitor (engine, monitor, FALSE);
  tsr_engine_set_program (engine, program);
  tsr_program_unref (program);
  return engine;
}

static TsrMorphMix
mix_of (const double *weights)
{
  TsrMorphMix mix = {0};

  for (guint k = 0; k < N_SOUNDS; k++)
    mix.frequency[k] = mix.amplitude[k] = mix.noise[k] = weights[k];
  return mix;
}

/* What `Make` makes: partials by the reference, noise by the morph of the models. */
static double *
made (const Morph *morph, gsize n, gboolean partials, gboolean noise, gboolean transients)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  TsrNoiseMorphInput inputs[N_SOUNDS];
  TsrNoiseModel     *model = NULL;
  double            *out = g_new0 (double, n);

  for (gsize v = 0; v < morph->voices.n; v++) {
    bool        is_empty;
    TsrPartial *partial = tsr_morph_voice (
        morph->inputs, N_SOUNDS, &morph->voices.items[v], &morph->weights, &is_empty);
    g_ptr_array_add (all, tsr_partial_new_with_id (partial, (gint64)v + 1));
    tsr_partial_unref (partial);
  }
  TsrPartialSet *set = tsr_partial_set_new ((TsrPartial **)all->pdata, all->len);
  if (partials)
    tsr_synth_render_range (set, 0, RATE_HZ, 0, n, NULL, out, NULL);
  for (guint i = 0; i < all->len; i++)
    tsr_partial_unref (g_ptr_array_index (all, i));
  tsr_partial_set_unref (set);
  if (!noise && !transients)
    return out;
  for (guint k = 0; k < N_SOUNDS; k++)
    inputs[k] = (TsrNoiseMorphInput){morph->parts.models[k],
                                     morph->inputs[k].sound_s_over_result_s,
                                     morph->weights.noise[k]};
  tsr_noise_model_morph (inputs, N_SOUNDS, 1, DURATION_S, &model);
  tsr_noise_model_render (
      model, 0, RATE_HZ, NULL, 0, n, noise ? out : NULL, transients ? out : NULL);
  tsr_noise_model_unref (model);
  return out;
}

/* ---- tests ---- */

static void
test_equals_made (void)
{
  static const double weights[] = {0.5, 0.2, 0.3};
  gsize               n = (gsize)(DURATION_S * RATE_HZ) - BLOCK;
  Morph               morph;

  morph_init (&morph, weights, FALSE);
  g_autoptr (TsrEngine) engine = engine_of (&morph, TSR_MONITOR_ORIGINAL);
  g_autofree double *want = made (&morph, n, TRUE, FALSE, FALSE);
  tsr_engine_play (engine);
  g_autofree float *is =
      tsr_test_pull (engine, n + LATE, BLOCK); /* the limiter's block */
  double difference_db = tsr_test_difference_db (is + LATE, want, n);
  g_test_message ("partials: %.1f dB", difference_db);
  g_assert_cmpfloat (tsr_test_rms (is, n), >, 0.02);
  g_assert_cmpfloat (difference_db, <, -100);
  tsr_engine_shutdown (engine);
  morph_clear (&morph);
}

/* Energy of a third-octave-like band: a resonator's. */
static double
band_db (const float *x, gsize n, double hz)
{
  double a = 2 * 0.97 * cos (2 * M_PI * hz / RATE_HZ), y1 = 0, y2 = 0, sum = 0;

  for (gsize i = 0; i < n; i++) {
    double y = (double)x[i] + a * y1 - 0.97 * 0.97 * y2;
    y2 = y1;
    y1 = y;
    sum += y * y;
  }
  return 10 * log10 (sum / (double)n + 1e-20);
}

/* Noise has another stream: its bands are compared, over half seconds. */
static void
test_noise_equals_made (void)
{
  static const double weights[] = {0.4, 0.35, 0.25};
  static const double bands_hz[] = {300, 900, 2500, 6000, 12000};
  gsize               n = RATE_HZ * 3 / 2;
  double              worst_db = 0;
  Morph               morph;

  morph_init (&morph, weights, TRUE);
  g_autoptr (TsrEngine) engine = engine_of (&morph, TSR_MONITOR_NOISE);
  g_autofree double *want = made (&morph, n, FALSE, TRUE, FALSE);
  g_autofree float  *wanted = g_new (float, n);
  for (gsize i = 0; i < n; i++)
    wanted[i] = (float)want[i];
  tsr_engine_play (engine);
  g_autofree float *is = tsr_test_pull (engine, n + LATE, BLOCK);
  for (gsize b = 0; b < G_N_ELEMENTS (bands_hz); b++)
    for (gsize from = 0; from + RATE_HZ / 2 <= n; from += RATE_HZ / 2) {
      double off_db = band_db (is + LATE + from, RATE_HZ / 2, bands_hz[b]) -
                      band_db (wanted + from, RATE_HZ / 2, bands_hz[b]);
      worst_db = fmax (worst_db, fabs (off_db));
    }
  g_test_message ("noise: bands off by %.2f dB at most", worst_db);
  g_assert_cmpfloat (worst_db, <, 1);
  tsr_engine_shutdown (engine);
  morph_clear (&morph);
}

static void
test_transients_equal_made (void)
{
  static const double weights[] = {0.4, 0.35, 0.25};
  gsize               n = RATE_HZ * 3 / 2;
  Morph               morph;

  morph_init (&morph, weights, TRUE);
  g_assert_cmpuint (tsr_noise_model_n_transients (morph.parts.models[0]), >=, 2);
  g_autoptr (TsrEngine) engine = engine_of (&morph, TSR_MONITOR_TRANSIENTS);
  g_autofree double *want = made (&morph, n, FALSE, FALSE, TRUE);
  tsr_engine_play (engine);
  g_autofree float *is = tsr_test_pull (engine, n + LATE, BLOCK);
  double            difference_db = tsr_test_difference_db (is + LATE, want, n);
  g_test_message ("transients: %.1f dB", difference_db);
  g_assert_cmpfloat (tsr_test_rms (is, n), >, 0.001);
  g_assert_cmpfloat (difference_db, <, -100);
  tsr_engine_shutdown (engine);
  morph_clear (&morph);
}

/* Peak above 14 kHz, where no partial is: that of a click. */
static double
click_db (const float *x, gsize n)
{
  enum { REACH = 63 };
  double taps[2 * REACH + 1], most = 0;

  for (int i = -REACH; i <= REACH; i++) {
    double cutoff = 2 * 14000.0 / RATE_HZ, angle = M_PI * cutoff * i;
    double low = i == 0 ? cutoff : cutoff * sin (angle) / angle;
    double u = (double)i / (REACH + 1);
    double window = 0.42 + 0.5 * cos (M_PI * u) + 0.08 * cos (2 * M_PI * u);
    taps[i + REACH] = window * ((i == 0 ? 1 : 0) - low);
  }
  for (gsize at = 2 * REACH; at < n; at++) {
    double sum = 0;
    for (int i = 0; i <= 2 * REACH; i++)
      sum += taps[i] * (double)x[at - (gsize)i];
    most = fmax (most, fabs (sum));
  }
  return 20 * log10 (most + 1e-300);
}

/* Weights from one corner to another: all of it is heard within a buffer and 20 ms. */
static void
test_weights_are_heard (void)
{
  static const double corners[2][N_SOUNDS] = {{1, 0, 0}, {0, 0, 1}};
  gsize               n = RATE_HZ / 2, late = BLOCK + RATE_HZ / 50;
  TsrMorphMix         mix = mix_of (corners[1]);
  Morph               morph;

  morph_init (&morph, corners[0], FALSE);
  g_autoptr (TsrEngine) engine = engine_of (&morph, TSR_MONITOR_ALL);
  set_weights (&morph, corners[1]);
  g_autoptr (TsrEngine) wanted = engine_of (&morph, TSR_MONITOR_ALL);
  g_autoptr (GArray) is = g_array_new (FALSE, FALSE, sizeof (float));
  tsr_engine_play (engine);
  tsr_engine_play (wanted);
  tsr_test_record (engine, is, n, BLOCK);
  tsr_engine_set_mix (engine, &mix);
  tsr_test_record (engine, is, n, BLOCK);
  g_autofree float *want = tsr_test_pull (wanted, 2 * n, BLOCK);
  const float      *x = (const float *)(void *)is->data;
  double            after_db = 20 * log10 (tsr_test_rms (x + n + late, 2400) /
                                tsr_test_rms (want + n + late, 2400));
  double            before_db = 20 * log10 (tsr_test_rms (x + n - 2400, 2400) /
                                 tsr_test_rms (want + n - 2400, 2400));
  double            bright_db = band_db (x + n + late, 2400, 14 * 165.0) -
                     band_db (want + n + late, 2400, 14 * 165.0);
  g_test_message ("level after a buffer and 20 ms: off by %.2f dB (%.2f before), at "
                  "2310 Hz by %.2f dB; click %.1f dB",
                  after_db,
                  before_db,
                  bright_db,
                  click_db (x + n - 1000, 4000));
  g_assert_cmpfloat (fabs (after_db), <, 0.5);
  g_assert_cmpfloat (fabs (bright_db), <, 1);
  g_assert_cmpfloat (click_db (x + n - 1000, 4000), <, -70);
  tsr_engine_shutdown (engine);
  tsr_engine_shutdown (wanted);
  morph_clear (&morph);
}

/* An anchor that is dragged: another program every 20 ms. */
static void
test_anchors_are_dragged (void)
{
  static const double weights[] = {0.4, 0.35, 0.25};
  Morph               morph;
  gsize               n_step = 960, n = 0;

  morph_init (&morph, weights, FALSE);
  g_autoptr (TsrEngine) engine = engine_of (&morph, TSR_MONITOR_ALL);
  g_autoptr (GArray) is = g_array_new (FALSE, FALSE, sizeof (float));
  tsr_engine_play (engine);
  tsr_test_record (engine, is, n_step * 20, BLOCK);
  double still =
      tsr_test_rms ((const float *)(void *)is->data + n_step * 10, n_step * 10);
  for (int i = 0; i < 40; i++) {
    set_maps (&morph, 0.01 + 0.02 * sin (0.2 * i));
    TsrProgram *program = program_of (&morph);
    tsr_engine_set_program (engine, program);
    tsr_program_unref (program);
    tsr_test_record (engine, is, n_step, BLOCK);
    n++;
  }
  const float *x = (const float *)(void *)is->data + n_step * 20;
  double       least_db = 0;
  for (gsize at = 0; at + 480 < n * n_step; at += 240)
    least_db = fmin (least_db, 20 * log10 (tsr_test_rms (x + at, 480) / still));
  g_test_message ("while dragged: level %.2f dB at least, clicks %.1f dB",
                  least_db,
                  click_db (x, n * n_step));
  g_assert_cmpfloat (least_db, >, -6);
  g_assert_cmpfloat (click_db (x, n * n_step), <, -70);
  tsr_engine_shutdown (engine);
  morph_clear (&morph);
}

/* From the program of a sound to the morph and back, seeking and looping on the way. */
static void
test_programs_change (void)
{
  static const double weights[] = {0.4, 0.35, 0.25};
  Morph               morph;

  morph_init (&morph, weights, TRUE);
  g_autoptr (TsrEngine) engine = engine_of (&morph, TSR_MONITOR_ALL);
  TsrProgram *sound = tsr_test_program (
      tsr_test_partials (8, 300, DURATION_S, 2, 0.3, 0), NULL, NULL, NULL, DURATION_S);
  TsrProgram *program = program_of (&morph);
  tsr_engine_set_loop (engine, TRUE, 0.4, 0.9);
  tsr_engine_play (engine);
  for (int i = 0; i < 24; i++) {
    tsr_engine_set_program (engine, i % 3 == 0 ? sound : i % 3 == 1 ? program : NULL);
    if (i % 5 == 0)
      tsr_engine_seek (engine, 0.1 * i);
    g_autofree float *x = tsr_test_pull (engine, 4800, 333);
    for (int k = 0; k < 9600; k++)
      g_assert_true (fabsf (x[k]) <= 1);
    if (i % 3 != 2)
      g_assert_cmpfloat (tsr_test_rms (x + 2400, 2400), >, 0.005);
  }
  tsr_program_unref (sound);
  tsr_program_unref (program);
  tsr_engine_shutdown (engine);
  morph_clear (&morph);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/audio/morph/equals-made", test_equals_made);
  g_test_add_func ("/audio/morph/noise-equals-made", test_noise_equals_made);
  g_test_add_func ("/audio/morph/transients-equal-made", test_transients_equal_made);
  g_test_add_func ("/audio/morph/weights-are-heard", test_weights_are_heard);
  g_test_add_func ("/audio/morph/anchors-are-dragged", test_anchors_are_dragged);
  g_test_add_func ("/audio/morph/programs-change", test_programs_change);
  return g_test_run ();
}
