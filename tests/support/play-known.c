/* SPDX-License-Identifier: GPL-3.0-or-later
 * Plays known partials through the default output device, or compares what was recorded
 * there with what should have been played.
 *
 *   play-known play             plays 3 s; prints underruns; exits 3 without a device
 *   play-known check FILE.wav   finds them in the recording and prints the
 * signal-to-noise ratio; exits 1 below 60 dB
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "audio/sound-file.h"
#include "tests/support/programs.h"

enum { N_FRAMES = 3 * TSR_TEST_RATE_HZ, EDGE = TSR_TEST_RATE_HZ / 10 };

#define REQUIRED_SNR_DB 60.0

static TsrPartialSet *
known_partials (void)
{
  return tsr_test_partials (24, 197, 3, 2, 0.8, 0.01);
}

static void
finished_cb (TsrEngine *engine, GMainLoop *loop)
{
  g_main_loop_quit (loop);
}

static gboolean
give_up_cb (gpointer loop)
{
  fputs ("play-known: it never ended\n", stderr);
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static int
play (void)
{
  TsrEngine *engine = tsr_engine_new (TSR_BACKEND_DEFAULT);
  GMainLoop *loop = g_main_loop_new (NULL, FALSE);
  while (tsr_engine_get_device_state (engine) == TSR_DEVICE_OPENING)
    g_main_context_iteration (NULL, TRUE);
  if (tsr_engine_get_device_state (engine) != TSR_DEVICE_READY) {
    fprintf (stderr, "play-known: %s\n", tsr_engine_get_problem (engine));
    g_object_unref (engine);
    return 3;
  }
  TsrProgram *program = tsr_test_program (known_partials (), NULL, NULL, NULL, 3);
  g_signal_connect (engine, "finished", G_CALLBACK (finished_cb), loop);
  g_timeout_add_seconds (20, give_up_cb, loop);
  tsr_engine_set_program (engine, program);
  tsr_program_unref (program);
  tsr_engine_play (engine);
  g_main_loop_run (loop);
  printf ("underruns %u\n", tsr_engine_get_n_underruns (engine));
  g_object_unref (engine);
  g_main_loop_unref (loop);
  return 0;
}

/* What should have arrived: a channel of n samples. */
typedef struct {
  double *samples[2];
  gint64  n;
} Expected;

static gboolean
expect_known (Expected *expected)
{
  TsrPartialSet *set = known_partials ();
  expected->n = N_FRAMES;
  for (guint c = 0; c < 2; c++)
    expected->samples[c] = tsr_test_reference (set, c, 0, N_FRAMES, NULL);
  tsr_partial_set_unref (set);
  return TRUE;
}

static TsrSignal *
read_file (const char *path)
{
  g_autoptr (GError) error = NULL;
  TsrSignal *signal = tsr_sound_file_read (path, NULL, NULL, NULL, &error);
  if (signal == NULL)
    fprintf (stderr, "play-known: %s\n", error->message);
  return signal;
}

static gboolean
expect_file (Expected *expected, const char *path)
{
  TsrSignal *signal = read_file (path);
  if (signal == NULL)
    return FALSE;
  expected->n = tsr_signal_n_frames (signal);
  for (guint c = 0; c < 2; c++) {
    const float *from = tsr_signal_channel (signal, c % tsr_signal_n_channels (signal));
    expected->samples[c] = g_new (double, (gsize)expected->n);
    for (gint64 i = 0; i < expected->n; i++)
      expected->samples[c][i] = (double)from[i];
  }
  tsr_signal_unref (signal);
  return TRUE;
}

/* Where the reference fits best, by the difference over a tenth of a second. */
static gint64
find (const float *recorded, gint64 n, const Expected *expected)
{
  gint64 best = 0;
  double least = INFINITY;
  for (gint64 at = 0; at + expected->n <= n; at++) {
    double sum = 0;
    for (gint64 i = EDGE; i < EDGE + 4800 && sum < least; i += 3) {
      double d = (double)recorded[at + i] - expected->samples[0][i];
      sum += d * d;
    }
    if (sum < least) {
      least = sum;
      best = at;
    }
  }
  return best;
}

/* Away from both ends, where a rate converter has not settled. */
static double
snr_db (const float *recorded, const double *expected, gint64 n)
{
  double signal = 0, noise = 0;
  for (gint64 i = EDGE; i < n - EDGE; i++) {
    double d = (double)recorded[i] - expected[i];
    signal += expected[i] * expected[i];
    noise += d * d;
  }
  return 10 * log10 (signal / (noise + 1e-30));
}

static int
check (const char *path, const Expected *expected)
{
  TsrSignal *recording = read_file (path);
  double     worst = INFINITY;
  gint64     at = 0;
  if (recording == NULL || tsr_signal_n_channels (recording) != 2 ||
      tsr_signal_n_frames (recording) < expected->n || expected->n < 3 * EDGE) {
    fputs ("play-known: too short\n", stderr);
    return 1;
  }
  for (unsigned c = 0; c < 2; c++) {
    const float *samples = tsr_signal_channel (recording, c);
    if (c == 0)
      at = find (samples, tsr_signal_n_frames (recording), expected);
    worst = fmin (worst, snr_db (samples + at, expected->samples[c], expected->n));
    g_free (expected->samples[c]);
  }
  printf ("found at %.3f s, SNR %.1f dB\n", (double)at / TSR_TEST_RATE_HZ, worst);
  tsr_signal_unref (recording);
  return worst >= REQUIRED_SNR_DB ? 0 : 1;
}

int
main (int argc, char **argv)
{
  Expected expected;
  if (argc == 2 && strcmp (argv[1], "play") == 0)
    return play ();
  if (argc > 2 && strcmp (argv[1], "check") == 0 &&
      (argc > 3 ? expect_file (&expected, argv[3]) : expect_known (&expected)))
    return check (argv[2], &expected);
  fputs ("usage: play-known play | check FILE.wav [RENDERED.wav]\n", stderr);
  return 2;
}
