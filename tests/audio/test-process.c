/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the callback puts out, pulled by hand: equal to the reference, independent of
 * buffer sizes, without clicks, never beyond full scale.
 */
#include <math.h>
#include <string.h>

#include "audio/engine.h"
#include "tests/support/programs.h"

enum { LATENCY_FRAMES = 128, RATE_HZ = TSR_TEST_RATE_HZ }; /* of the limiter */

static TsrEngine *
engine_with (TsrProgram *program)
{
  TsrEngine *engine = tsr_engine_new (TSR_BACKEND_NULL);
  g_assert_cmpfloat (tsr_engine_get_rate_hz (engine), ==, RATE_HZ);
  tsr_engine_set_program (engine, program);
  tsr_program_unref (program);
  return engine;
}

/* The largest second difference: clicks show in it, smooth sound does not. */
static double
roughness (const float *samples, gsize n)
{
  double most = 0;
  for (gsize i = 2; i < n; i++)
    most = MAX (
        most,
        fabs ((double)samples[i] - 2 * (double)samples[i - 1] + (double)samples[i - 2]));
  return most;
}

/* --- the same as the reference ------------------------------------------------------ */

static void
test_unity (void)
{
  const guint n_channels[] = {1, 2};
  for (gsize k = 0; k < G_N_ELEMENTS (n_channels); k++) {
    TsrPartialSet *set = tsr_test_partials (40, 131, 1.5, n_channels[k], 0.7, 0.01);
    TsrSignal     *residual = tsr_test_noise (0.05, 1.5, 4);
    TsrEngine     *engine = engine_with (
        tsr_test_program (tsr_partial_set_ref (set), NULL, residual, NULL, 1.5));
    gsize n = RATE_HZ + LATENCY_FRAMES;
    for (int all = 0; all < 2; all++) {
      tsr_engine_stop (engine);
      g_free (tsr_test_pull (engine, 4800, 480));
      tsr_engine_set_monitor (
          engine, all ? TSR_MONITOR_ALL : TSR_MONITOR_PARTIALS, FALSE);
      g_free (tsr_test_pull (engine, 4800, 480));
      tsr_engine_play (engine);
      float *out = tsr_test_pull (engine, n, 480);
      for (guint c = 0; c < 2; c++) {
        g_autofree double *expected =
            tsr_test_reference (set, c % n_channels[k], 0, RATE_HZ, NULL);
        for (int i = 0; all && i < RATE_HZ; i++)
          expected[i] += (double)tsr_signal_channel (residual, 0)[i];
        double error_db = 0;
        for (int shift = 0; shift <= LATENCY_FRAMES;
             shift++) /* whatever was still held */
          error_db =
              MIN (error_db,
                   tsr_test_difference_db (out + c * n + shift, expected, RATE_HZ - 200));
        g_test_message ("%s, channel %u of %u: %.1f dB",
                        all ? "all" : "partials",
                        c,
                        n_channels[k],
                        error_db);
        g_assert_cmpfloat (error_db, <, -100);
      }
      g_free (out);
    }
    g_object_unref (engine);
    tsr_partial_set_unref (set);
    tsr_signal_unref (residual);
  }
}

static TsrProgram *
standard_program (void)
{
  TsrPartialSet *set = tsr_test_partials (20, 220, 2, 2, 0.5, 0.01);
  TsrSignal     *residual = tsr_test_noise (0.05, 2, 4);
  guint8         selected[20] = {1, 0, 1};
  TsrProgram    *program = tsr_test_program (set, residual, residual, selected, 2);
  tsr_signal_unref (residual);
  return program;
}

/* A script of what a hand can do, at given frames. */
static void
do_step (TsrEngine *engine, int step)
{
  TsrPreview preview = TSR_PREVIEW_INIT;
  switch (step) {
  case 0:
    tsr_engine_play (engine);
    break;
  case 1:
    preview.pitch_ratio = 1.3;
    preview.stretch = 1.5;
    tsr_engine_set_preview (engine, &preview);
    break;
  case 2:
    tsr_engine_seek (engine, 0.2);
    break;
  case 3:
    tsr_engine_set_monitor (engine, TSR_MONITOR_ORIGINAL, TRUE);
    break;
  case 4:
    tsr_engine_set_preview (engine, NULL);
    break;
  default:
    tsr_engine_set_volume_db (engine, -6);
  }
}

static void
test_block_sizes (void)
{
  const gsize       sizes[] = {4800, 1, 37, 64, 128, 256, 480, 1000};
  g_autofree float *first = NULL;
  for (gsize k = 0; k < G_N_ELEMENTS (sizes); k++) {
    TsrEngine *engine = engine_with (standard_program ());
    GArray    *out = g_array_new (FALSE, FALSE, sizeof (float));
    for (int step = 0; step < 6; step++) {
      do_step (engine, step);
      tsr_test_record (engine, out, 4800, sizes[k]);
    }
    if (first == NULL)
      first = g_memdup2 (out->data, out->len * sizeof (float));
    else
      g_assert_cmpmem (
          out->data, out->len * sizeof (float), first, out->len * sizeof (float));
    g_array_unref (out);
    g_object_unref (engine);
  }
}

/* --- clicks ----------------------------------------------------------------------- */

/* A steady sine, partials and recording the same, so that every seam must be smooth. */
static TsrProgram *
sine_program (double duration_s, double residual_gain, gboolean select)
{
  gint64       n = (gint64)(duration_s * RATE_HZ);
  TsrSignal   *original = tsr_signal_new (RATE_HZ, 1, n);
  TsrSignal   *residual = tsr_signal_new (RATE_HZ, 1, n);
  const guint8 selected[1] = {1};
  for (gint64 i = 0; i < n; i++) {
    double x = 0.25 * cos (2 * M_PI * 440 * (double)i / RATE_HZ);
    tsr_signal_channel_writable (original, 0)[i] = (float)x;
    tsr_signal_channel_writable (residual, 0)[i] = (float)(residual_gain * x);
  }
  TsrProgram *program = tsr_test_program (tsr_test_sine (440, 0.25, duration_s),
                                          original,
                                          residual,
                                          select ? selected : NULL,
                                          duration_s);
  tsr_signal_unref (original);
  tsr_signal_unref (residual);
  return program;
}

/* Of the sine itself: amplitude times the square of the angle a sample. */
static double
sine_roughness (void)
{
  double w = 2 * M_PI * 440 / RATE_HZ;
  return 0.25 * w * w;
}

static void
check_smooth (const char *what, const float *out, gsize n, double factor)
{
  g_test_message ("%s: second difference %.2f times the sine's",
                  what,
                  roughness (out, n) / sine_roughness ());
  g_assert_cmpfloat (roughness (out, n), <, factor * sine_roughness ());
}

static void
test_monitors (void)
{
  TsrEngine       *engine = engine_with (sine_program (6, 0.01, TRUE));
  const TsrMonitor order[] = {TSR_MONITOR_ORIGINAL,
                              TSR_MONITOR_PARTIALS,
                              TSR_MONITOR_RESIDUAL,
                              TSR_MONITOR_ALL,
                              TSR_MONITOR_SELECTION,
                              TSR_MONITOR_RESIDUAL,
                              TSR_MONITOR_ORIGINAL};
  g_autoptr (GArray) out = g_array_new (FALSE, FALSE, sizeof (float));
  const float *samples;
  tsr_engine_set_monitor (engine, order[0], TRUE);
  tsr_engine_play (engine);
  g_free (tsr_test_pull (engine, 4800, 256));
  for (gsize k = 0; k < G_N_ELEMENTS (order); k++) {
    tsr_engine_set_monitor (engine, order[k], TRUE);
    tsr_test_record (engine, out, 9600, 256);
  }
  samples = (const float *)(void *)out->data;
  check_smooth ("monitors", samples, out->len, 1.5);
  for (gsize i = 0; i + 480 <= out->len; i += 480) {
    double level_db = 20 * log10 (tsr_test_rms (samples + i, 480) * sqrt (2) / 0.25);
    g_assert_cmpfloat (fabs (level_db), <, 0.2);
  }
  g_object_unref (engine);
}

/* Without level matching the residual is as soft as it is. */
static void
test_unmatched (void)
{
  TsrEngine        *engine = engine_with (sine_program (2, 0.01, FALSE));
  g_autofree float *out = NULL;
  tsr_engine_set_monitor (engine, TSR_MONITOR_RESIDUAL, FALSE);
  tsr_engine_play (engine);
  out = tsr_test_pull (engine, 9600, 256);
  g_assert_cmpfloat_with_epsilon (
      tsr_test_rms (out + 4800, 4800), 0.0025 / sqrt (2), 1e-5);
  g_object_unref (engine);
}

/* Seek and loop to places where the sine is at another phase. */
static void
test_seek (void)
{
  TsrEngine *engine = engine_with (sine_program (4, 0, FALSE));
  g_autoptr (GArray) out = g_array_new (FALSE, FALSE, sizeof (float));
  tsr_engine_play (engine);
  g_free (tsr_test_pull (engine, 4800, 256));
  for (int k = 0; k < 20; k++) {
    tsr_engine_seek (engine, 0.1 + 0.1507 * k);
    tsr_test_record (engine, out, k % 3 == 0 ? 100 : 3000, 100);
  }
  check_smooth ("seek", (const float *)(void *)out->data, out->len, 4);
  g_assert_cmpfloat_with_epsilon (
      tsr_engine_get_position_s (engine), 0.1 + 0.1507 * 19 + 0.0625, 0.016);
  g_array_set_size (out, 0);
  tsr_engine_pause (engine);
  tsr_test_record (engine, out, 3000, 100);
  tsr_engine_play (engine);
  tsr_test_record (engine, out, 3000, 100);
  check_smooth ("pause and play", (const float *)(void *)out->data, out->len, 4);
  g_object_unref (engine);
}

/* A loop has its exact length: what is heard repeats sample for sample. */
static void
test_loop (void)
{
  const double spans_s[][2] = {{0, 0.31}, {0.5, 0.6123}, {0.7, 0.72}};
  for (gsize k = 0; k < G_N_ELEMENTS (spans_s); k++) {
    TsrEngine *engine = engine_with (sine_program (2, 0, FALSE));
    gsize      period =
        (gsize)lround (spans_s[k][1] * RATE_HZ) - (gsize)lround (spans_s[k][0] * RATE_HZ);
    gsize             n = 6 * period + 20000;
    g_autofree float *out = NULL;
    double            worst = 0;
    tsr_engine_set_loop (engine, TRUE, spans_s[k][0], spans_s[k][1]);
    tsr_engine_seek (engine, spans_s[k][0]);
    tsr_engine_play (engine);
    out = tsr_test_pull (engine, n, 480);
    if (spans_s[k][0] > 0) /* the sound itself begins with a step */
      check_smooth ("loop", out + 1000, n - 1000, 4);
    /* away from the seams */
    for (gsize i = 2 * period; i < 5 * period; i++)
      if ((i - LATENCY_FRAMES - 240) % period + 700 < period)
        worst = MAX (worst, fabs ((double)out[i] - (double)out[i + period]));
    g_test_message ("loop %zu: period differs by %.1f dB", k, 20 * log10 (worst + 1e-30));
    if (period > 2000)
      g_assert_cmpfloat (worst, <, 1e-5);
    g_assert_cmpfloat (tsr_engine_get_position_s (engine), >=, spans_s[k][0] - 0.02);
    g_assert_cmpfloat (tsr_engine_get_position_s (engine), <=, spans_s[k][1] + 0.01);
    g_object_unref (engine);
  }
}

static void
count_cb (TsrEngine *engine, guint *n)
{
  (*n)++;
}

static void
test_finish (void)
{
  TsrEngine        *engine = engine_with (sine_program (0.5, 0, FALSE));
  guint             n_finished = 0;
  g_autofree float *out = NULL;
  g_signal_connect (engine, "finished", G_CALLBACK (count_cb), &n_finished);
  tsr_engine_play (engine);
  out = tsr_test_pull (engine, 24000 + LATENCY_FRAMES - 10, 100);
  g_assert_cmpuint (n_finished, ==, 0);
  g_assert_cmpfloat (fabs ((double)out[24000 + LATENCY_FRAMES - 20]), >, 0);
  g_free (tsr_test_pull (engine, 1000, 100));
  g_assert_cmpuint (n_finished, ==, 1);
  g_assert_false (tsr_engine_is_playing (engine));
  g_assert_cmpfloat_with_epsilon (tsr_engine_get_position_s (engine), 0.5, 1e-6);
  tsr_engine_play (engine);
  g_free (tsr_test_pull (engine, 4800, 100));
  g_assert_cmpfloat_with_epsilon (tsr_engine_get_position_s (engine), 0.1, 0.01);
  tsr_engine_stop (engine);
  g_free (tsr_test_pull (engine, 4800, 100));
  g_assert_cmpfloat (tsr_engine_get_position_s (engine), ==, 0);
  g_object_unref (engine);
}

/* Replacing the program by the same program is not heard. */
static void
test_exchange (void)
{
  TsrPartialSet *set = tsr_test_partials (20, 220, 3, 2, 0.5, 0.01);
  TsrEngine     *engine =
      engine_with (tsr_test_program (tsr_partial_set_ref (set), NULL, NULL, NULL, 3));
  GArray *out = g_array_new (FALSE, FALSE, sizeof (float));
  tsr_engine_play (engine);
  for (int k = 0; k < 40; k++) {
    guint8      selected[20] = {[3] = k % 2 != 0, [5] = k % 3 == 0};
    TsrProgram *program =
        tsr_test_program (tsr_partial_set_ref (set), NULL, NULL, selected, 3);
    tsr_test_record (engine, out, 1200, 256);
    tsr_engine_set_program (engine, program);
    tsr_program_unref (program);
  }
  g_autofree double *expected = tsr_test_reference (set, 0, 0, 40 * 1200, NULL);
  double             error_db = tsr_test_difference_db (
      (const float *)(void *)out->data + LATENCY_FRAMES, expected, 40 * 1200 - 200);
  g_test_message ("40 exchanges: %.1f dB", error_db);
  g_assert_cmpfloat (error_db, <, -100);
  g_array_unref (out);
  tsr_partial_set_unref (set);
  g_object_unref (engine);
}

/* --- never too loud ----------------------------------------------------------------- */

static void
test_limiter (void)
{
  TsrSignal *residual = tsr_test_noise (0.05, 2, 4);
  float     *bad = tsr_signal_channel_writable (residual, 0);
  gsize      n = 2 * RATE_HZ;
  for (int i = 10000; i < 10050; i++)
    bad[i] = i % 3 == 0 ? NAN : i % 3 == 1 ? INFINITY : 1e38f;
  for (int i = 30000; i < 40000; i++)
    bad[i] = 7;
  TsrPartialSet *set = tsr_test_partials (40, 131, 2, 1, 9, 0);
  TsrEngine     *engine = engine_with (tsr_test_program (set, NULL, residual, NULL, 2));
  TsrMeter       meter;
  float          most = 0;
  tsr_engine_set_volume_db (engine, 20);
  tsr_engine_play (engine);
  g_autofree float *out = tsr_test_pull (engine, n, 256);
  for (gsize i = 0; i < 2 * n; i++) {
    g_assert_true (isfinite (out[i]));
    most = MAX (most, fabsf (out[i]));
  }
  g_assert_cmpfloat (most, <=, 1);
  g_assert_cmpfloat (most, >, 0.9);
  tsr_engine_read_meter (engine, &meter);
  g_assert_true (meter.clipped);
  g_assert_cmpfloat (meter.peak[0], <=, 1);
  tsr_engine_read_meter (engine, &meter);
  g_assert_false (meter.clipped);
  tsr_signal_unref (residual);
  g_object_unref (engine);
}

/* A mono programme of -23 LUFS in both speakers is 3 dB louder. */
static void
test_meter (void)
{
  TsrEngine *engine = engine_with (sine_program (3, 0, FALSE));
  TsrMeter   meter;
  tsr_engine_set_monitor (engine, TSR_MONITOR_ORIGINAL, FALSE);
  tsr_engine_read_meter (engine, &meter);
  g_assert_true (isinf (meter.momentary_lufs));
  tsr_engine_play (engine);
  g_free (tsr_test_pull (engine, RATE_HZ, 256));
  tsr_engine_read_meter (engine, &meter);
  g_assert_cmpfloat_with_epsilon (meter.peak[0], 0.25, 1e-3);
  g_assert_false (meter.clipped);
  g_assert_cmpfloat_with_epsilon (
      meter.momentary_lufs, 20 * log10 (0.25) - 0.691 + 0.03, 0.3);
  g_object_unref (engine);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/audio/process/unity", test_unity);
  g_test_add_func ("/audio/process/block-sizes", test_block_sizes);
  g_test_add_func ("/audio/process/monitors", test_monitors);
  g_test_add_func ("/audio/process/unmatched", test_unmatched);
  g_test_add_func ("/audio/process/seek", test_seek);
  g_test_add_func ("/audio/process/loop", test_loop);
  g_test_add_func ("/audio/process/finish", test_finish);
  g_test_add_func ("/audio/process/exchange", test_exchange);
  g_test_add_func ("/audio/process/limiter", test_limiter);
  g_test_add_func ("/audio/process/meter", test_meter);
  return g_test_run ();
}
