/* SPDX-License-Identifier: GPL-3.0-or-later
 * Plays known partials through the default output device, or compares a recording of
 * that with the reference.
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

enum { N_FRAMES = 3 * TSR_TEST_RATE_HZ, EDGE = TSR_TEST_RATE_HZ / 4 };

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

/* Where the reference fits best, by the correlation of a quarter of a second. */
static gint64
find (const float *recorded, gint64 n, const double *reference)
{
  gint64 best = 0;
  double most = 0;
  for (gint64 at = 0; at + N_FRAMES <= n; at++) {
    double sum = 0;
    for (gint64 i = EDGE; i < EDGE + 4800; i += 2)
      sum += (double)recorded[at + i] * reference[i];
    if (sum > most) {
      most = sum;
      best = at;
    }
  }
  return best;
}

static double
snr_db (const float *recorded, const double *reference)
{
  double signal = 0, noise = 0;
  for (gint64 i = EDGE; i < N_FRAMES - EDGE; i++) {
    double d = (double)recorded[i] - reference[i];
    signal += reference[i] * reference[i];
    noise += d * d;
  }
  return 10 * log10 (signal / (noise + 1e-30));
}

static int
check (const char *path)
{
  g_autoptr (GError) error = NULL;
  TsrSignal *recording = tsr_sound_file_read (path, NULL, NULL, NULL, &error);
  if (recording == NULL || tsr_signal_n_channels (recording) != 2 ||
      tsr_signal_n_frames (recording) < N_FRAMES) {
    fprintf (stderr, "play-known: %s\n", error != NULL ? error->message : "too short");
    return 1;
  }
  TsrPartialSet *set = known_partials ();
  double         worst = INFINITY;
  gint64         at = 0;
  for (unsigned c = 0; c < 2; c++) {
    g_autofree double *reference = tsr_test_reference (set, c, 0, N_FRAMES, NULL);
    const float       *samples = tsr_signal_channel (recording, c);
    if (c == 0)
      at = find (samples, tsr_signal_n_frames (recording), reference);
    worst = fmin (worst, snr_db (samples + at, reference));
  }
  printf ("found at %.3f s, SNR %.1f dB\n", (double)at / TSR_TEST_RATE_HZ, worst);
  tsr_partial_set_unref (set);
  tsr_signal_unref (recording);
  return worst >= REQUIRED_SNR_DB ? 0 : 1;
}

int
main (int argc, char **argv)
{
  if (argc == 2 && strcmp (argv[1], "play") == 0)
    return play ();
  if (argc == 3 && strcmp (argv[1], "check") == 0)
    return check (argv[2]);
  fputs ("usage: play-known play | check FILE.wav\n", stderr);
  return 2;
}
