/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is heard while something is dragged: soon enough, only where it applies, without
 * clicks, and without a seam when it is let go.
 */
#include <math.h>
#include <string.h>

#include "audio/engine.h"
#include "tests/support/programs.h"

enum {
  RATE_HZ = TSR_TEST_RATE_HZ,
  ALLOWED_FRAMES = RATE_HZ / 50, /* 20 ms, beside the buffer */
};

static TsrEngine *
engine_with (TsrProgram *program)
{
  TsrEngine *engine = tsr_engine_new (TSR_BACKEND_NULL);
  tsr_engine_set_program (engine, program);
  tsr_program_unref (program);
  tsr_engine_set_monitor (engine, TSR_MONITOR_PARTIALS, FALSE);
  tsr_engine_play (engine);
  return engine;
}

/* Amplitude of a sinusoid in a stretch. */
static double
amplitude_at (const float *samples, gsize n, double frequency_hz)
{
  double re = 0, im = 0;
  for (gsize i = 0; i < n; i++) {
    double w = 0.5 - 0.5 * cos (2 * M_PI * ((double)i + 0.5) / (double)n);
    double angle = 2 * M_PI * frequency_hz * (double)i / RATE_HZ;
    re += w * (double)samples[i] * cos (angle);
    im += w * (double)samples[i] * sin (angle);
  }
  return 4 * hypot (re, im) / (double)n;
}

/* --- soon enough -------------------------------------------------------------------- */

/* A sine that fades fast, so that a stretch is heard in its level at once. */
static TsrProgram *
fading_program (void)
{
  TsrBreakpoint b[2] = {
      {.frequency_hz = 880, .log_amplitude = log (0.5), .slope_per_s = -30},
      {.time_s = 0.4,
       .frequency_hz = 880,
       .phase_turns = 880 * 0.4,
       .log_amplitude = log (0.5) - 12,
       .slope_per_s = -30},
  };
  TsrPartial    *partial = tsr_partial_new (1, 0, 0, b, 2);
  TsrPartialSet *set = tsr_partial_set_new (&partial, 1);
  tsr_partial_unref (partial);
  return tsr_test_program (set, NULL, NULL, NULL, 0.4);
}

static void
set_up_preview (int kind, TsrPreview *preview)
{
  const TsrCurvePoint points[2] = {{20, -20}, {20000, -20}};
  *preview = (TsrPreview)TSR_PREVIEW_INIT;
  switch (kind) {
  case 0:
    preview->pitch_ratio = 1.06;
    break;
  case 1:
    preview->stretch = 3;
    break;
  case 2:
    preview->gain_db = -20;
    break;
  case 3:
    preview->filter_gain_db_over_hz = tsr_curve_new (points, 2);
    break;
  default:
    preview->shift_hz = 50;
  }
}

/* Frames from the message to a difference of a tenth of the level. */
static gsize
response_frames (int kind, gsize buffer)
{
  TsrPreview preview;
  TsrEngine *with = engine_with (fading_program ());
  TsrEngine *without = engine_with (fading_program ());
  gsize      n = (RATE_HZ / 20 / buffer + 1) * buffer, frame = 0;
  set_up_preview (kind, &preview);
  g_free (tsr_test_pull (with, 10 * buffer, buffer));
  g_free (tsr_test_pull (without, 10 * buffer, buffer));
  tsr_engine_set_preview (with, &preview);
  g_autofree float *a = tsr_test_pull (with, n, buffer);
  g_autofree float *b = tsr_test_pull (without, n, buffer);
  while (frame < n) {
    double level = 0.5 * exp (-30.0 * (double)(frame + 10 * buffer) / RATE_HZ);
    if (fabs ((double)a[frame] - (double)b[frame]) > 0.1 * level)
      break;
    frame++;
  }
  tsr_curve_unref (preview.filter_gain_db_over_hz);
  g_object_unref (with);
  g_object_unref (without);
  return frame;
}

static void
test_response (void)
{
  const char *names[] = {"pitch", "stretch", "gain", "filter", "shift"};
  const gsize buffers[] = {64, 256, 480};
  for (int kind = 0; kind < 5; kind++)
    for (gsize b = 0; b < G_N_ELEMENTS (buffers); b++) {
      gsize n = response_frames (kind, buffers[b]);
      g_test_message ("%s, buffer of %zu: heard after %zu frames (%.1f ms)",
                      names[kind],
                      buffers[b],
                      n,
                      1000.0 * (double)n / RATE_HZ);
      g_assert_cmpuint (n, <=, ALLOWED_FRAMES);
    }
}

/* --- where it applies -----------------------------------------------------------------
 */

/* 440 Hz and 1000 Hz, a quarter each. */
static TsrPartialSet *
two_sines (double duration_s)
{
  const double   frequencies_hz[2] = {440, 1000};
  TsrPartial    *partials[2];
  TsrPartialSet *set;
  for (int i = 0; i < 2; i++) {
    TsrBreakpoint b[2] = {
        {.frequency_hz = frequencies_hz[i], .log_amplitude = log (0.25)},
        {.time_s = duration_s,
         .frequency_hz = frequencies_hz[i],
         .phase_turns = frequencies_hz[i] * duration_s,
         .log_amplitude = log (0.25)},
    };
    partials[i] = tsr_partial_new (i + 1, 0, 0, b, 2);
  }
  set = tsr_partial_set_new (partials, 2);
  tsr_partial_unref (partials[0]);
  tsr_partial_unref (partials[1]);
  return set;
}

static void
test_selected (void)
{
  const guint8 selected[2] = {1, 0};
  TsrPreview   preview = TSR_PREVIEW_INIT;
  TsrEngine   *engine =
      engine_with (tsr_test_program (two_sines (4), NULL, NULL, selected, 4));
  preview.pitch_ratio = 1.5;
  preview.gain_db = -6.0206;
  tsr_engine_set_preview (engine, &preview);
  g_autofree float *out = tsr_test_pull (engine, 19200, 256);
  float            *late = out + 9600;
  g_assert_cmpfloat_with_epsilon (amplitude_at (late, 9600, 440), 0, 1e-3);
  g_assert_cmpfloat_with_epsilon (amplitude_at (late, 9600, 660), 0.125, 1e-3);
  g_assert_cmpfloat_with_epsilon (amplitude_at (late, 9600, 1000), 0.25, 1e-3);
  /* the rest has not been touched: its phase is that of the score */
  tsr_engine_set_monitor (engine, TSR_MONITOR_REST, FALSE);
  g_free (tsr_test_pull (engine, 4800, 256));
  g_autofree float *rest = tsr_test_pull (engine, 4800, 256);
  double            worst = 0;
  for (int i = 0; i < 4800; i++)
    worst = MAX (worst,
                 fabs ((double)rest[i] -
                       0.25 * cos (2 * M_PI * 1000 * (i + 24000 - 128) / RATE_HZ)));
  g_assert_cmpfloat (worst, <, 1e-5);
  tsr_engine_set_monitor (engine, TSR_MONITOR_SELECTION, FALSE);
  g_free (tsr_test_pull (engine, 4800, 256));
  g_autofree float *selection = tsr_test_pull (engine, 9600, 256);
  g_assert_cmpfloat_with_epsilon (amplitude_at (selection, 9600, 660), 0.125, 1e-3);
  g_assert_cmpfloat_with_epsilon (amplitude_at (selection, 9600, 1000), 0, 1e-3);
  g_object_unref (engine);
}

/* Recordings follow a stretch of the whole sound at their own pitch; the sound ends
 * later. */
static void
test_stretch_recording (void)
{
  TsrPreview preview = TSR_PREVIEW_INIT;
  TsrSignal *residual = tsr_signal_new (RATE_HZ, 1, RATE_HZ);
  for (int i = 0; i < RATE_HZ; i++) /* silent after half a second */
    tsr_signal_channel_writable (residual, 0)[i] =
        i < RATE_HZ / 2 ? (float)(0.25 * sin (2 * M_PI * 2000 * i / RATE_HZ)) : 0;
  TsrEngine *engine = engine_with (tsr_test_program (NULL, NULL, residual, NULL, 1));
  tsr_engine_set_monitor (engine, TSR_MONITOR_RESIDUAL, FALSE);
  preview.stretch = 2;
  preview.gain_db = -6.0206;
  tsr_engine_set_preview (engine, &preview);
  g_autofree float *out = tsr_test_pull (engine, 2 * RATE_HZ, 256);
  double            before = tsr_test_rms (out + 24000, 16000);
  double            after = tsr_test_rms (out + 52000, 16000);
  g_test_message ("stretched residual: %.3f, then %.4f", before, after);
  g_assert_cmpfloat (before, >, 0.05);
  g_assert_cmpfloat (before, <, 0.1);
  g_assert_cmpfloat (after, <, 0.001);
  g_assert_true (tsr_engine_is_playing (engine));
  g_assert_cmpfloat_with_epsilon (tsr_engine_get_position_s (engine), 2, 0.01);
  g_free (tsr_test_pull (engine, 1024, 256));
  g_assert_false (tsr_engine_is_playing (engine));
  tsr_signal_unref (residual);
  g_object_unref (engine);
}

/* --- no clicks ------------------------------------------------------------------------
 */

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

/* A hand drags for two seconds, sixty times a second. */
static void
test_drag (void)
{
  const guint8 selected[2] = {1, 1};
  double       w = 2 * M_PI * 2000 / RATE_HZ; /* as high as the drag reaches */
  for (int select = 0; select < 2; select++) {
    TsrPreview preview = TSR_PREVIEW_INIT;
    TsrEngine *engine = engine_with (
        tsr_test_program (two_sines (20), NULL, NULL, select ? selected : NULL, 20));
    g_autoptr (GArray) out = g_array_new (FALSE, FALSE, sizeof (float));
    g_free (tsr_test_pull (engine, 48000, 256));
    for (int i = 0; i < 120; i++) {
      preview.pitch_ratio = 1.4 + 0.5 * sin (i * 0.1);
      preview.stretch = 1.5 + 0.5 * cos (i * 0.07);
      preview.gain_db = -3 + 3 * sin (i * 0.2);
      preview.shift_hz = 20 * sin (i * 0.13);
      preview.move_s = 0.05 * sin (i * 0.05);
      tsr_engine_set_preview (engine, &preview);
      tsr_test_record (engine, out, 800, 256);
    }
    tsr_engine_set_preview (engine, NULL);
    tsr_test_record (engine, out, 9600, 256);
    double rough = roughness ((const float *)(void *)out->data, out->len);
    g_test_message ("drag: second difference %.2f times that of the sines",
                    rough / (0.5 * w * w));
    g_assert_cmpfloat (rough, <, 1.2 * 0.5 * w * w);
    g_object_unref (engine);
  }
}

/* The edit is made: the new program takes over in the same moment, at the same played
 * time. */
static void
test_release (void)
{
  TsrPreview preview = TSR_PREVIEW_INIT;
  TsrEngine *engine = engine_with (tsr_test_program (two_sines (4), NULL, NULL, NULL, 4));
  g_autoptr (GArray) out = g_array_new (FALSE, FALSE, sizeof (float));
  double w = 2 * M_PI * 1000 / RATE_HZ;
  g_free (tsr_test_pull (engine, 48000, 256));
  preview.stretch = 2;
  tsr_engine_set_preview (engine, &preview);
  tsr_test_record (engine, out, 4800, 256);
  double before_s = tsr_engine_get_position_s (engine);
  g_assert_cmpfloat_with_epsilon (before_s, 2.1, 0.02);
  TsrProgram *stretched = tsr_test_program (two_sines (8), NULL, NULL, NULL, 8);
  tsr_engine_set_program (engine, stretched);
  tsr_engine_set_preview (engine, NULL);
  tsr_program_unref (stretched);
  tsr_test_record (engine, out, 4800, 256);
  g_assert_cmpfloat_with_epsilon (
      tsr_engine_get_position_s (engine), before_s + 0.1, 1e-2);
  g_assert_cmpfloat (
      roughness ((const float *)(void *)out->data, out->len), <, 1.5 * 0.5 * w * w);
  /* given up instead: the place in the program stays */
  tsr_engine_set_preview (engine, &preview);
  g_free (tsr_test_pull (engine, 4800, 256));
  tsr_engine_set_preview (engine, NULL);
  g_free (tsr_test_pull (engine, 4800, 256));
  g_assert_cmpfloat_with_epsilon (
      tsr_engine_get_position_s (engine), before_s + 0.1 + 0.05 + 0.1, 2e-2);
  g_object_unref (engine);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/audio/preview/response", test_response);
  g_test_add_func ("/audio/preview/selected", test_selected);
  g_test_add_func ("/audio/preview/stretch-recording", test_stretch_recording);
  g_test_add_func ("/audio/preview/drag", test_drag);
  g_test_add_func ("/audio/preview/release", test_release);
  return g_test_run ();
}
