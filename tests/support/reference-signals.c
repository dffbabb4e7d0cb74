/* SPDX-License-Identifier: GPL-3.0-or-later
 * Makes the signals whose partials are known, and scores what any analyser found in them:
 * docs/reference-signals.md.
 */
#include "audio/sound-file.h"
#include "store/formats/exchange.h"
#include "tests/support/score.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows of the truth are as far apart, beginning with the first sample of a partial. */
#define ROW_S 0.001

static int
usage (void)
{
  fputs ("reference-signals list\n"
         "reference-signals make KIND SEED OUT.wav [TRUTH.csv]\n"
         "reference-signals score KIND SEED PARTIALS.(csv|sdif|txt) [RESYNTHESIS.wav]\n",
         stderr);
  return 2;
}

static int
fail (GError *error)
{
  fprintf (stderr, "reference-signals: %s\n", error->message);
  g_error_free (error);
  return 1;
}

static TestSignal *
find_signal (const char *name, const char *seed)
{
  for (int kind = 0; kind < TEST_SIGNAL_N_KINDS; kind++)
    if (strcmp (name, test_signal_name ((TestSignalKind)kind)) == 0)
      return test_signal_new ((TestSignalKind)kind, (uint32_t)strtoul (seed, NULL, 10));
  fprintf (stderr, "reference-signals: %s: no such kind; see `list`\n", name);
  return NULL;
}

static void
print_row (FILE *out, size_t index, const TestPartial *p, double time_s)
{
  double turns = test_partial_phase_turns (p, time_s);

  fprintf (out,
           "%zu,0,%.17g,%.17g,%.17g,0,%.17g,0\n",
           index + 1,
           time_s,
           test_partial_frequency_hz (p, time_s),
           test_partial_amplitude (p, time_s),
           2 * G_PI * (turns - floor (turns)));
}

static gboolean
write_truth (const TestSignal *signal, const char *path)
{
  FILE *out = fopen (path, "w");

  if (out == NULL)
    return FALSE;
  fputs ("partial,label,time_s,frequency_hz,amplitude,bandwidth,phase_rad,channel\n",
         out);
  for (size_t i = 0; i < signal->n_partials; i++) {
    const TestPartial *p = &signal->partials[i];
    for (double t = p->start_s; t < p->end_s; t += ROW_S)
      print_row (out, i, p, t);
    print_row (out, i, p, p->end_s);
  }
  return fclose (out) == 0;
}

static gboolean
write_sound (const TsrSignal *sound, const char *path, GError **error)
{
  gsize   n = (gsize)tsr_signal_n_frames (sound);
  double *x = g_new (double, n);

  for (gsize i = 0; i < n; i++)
    x[i] = (double)tsr_signal_channel (sound, 0)[i];
  TsrSoundFileWriter *writer = tsr_sound_file_writer_new (
      path, tsr_signal_rate_hz (sound), 1, TSR_SAMPLES_16, NULL, 0, error);
  gboolean ok = writer != NULL && tsr_sound_file_writer_write (writer, &x, n, error) &&
                tsr_sound_file_writer_finish (writer, NULL, error);
  g_free (x);
  return ok;
}

static int
make (int n_words, char **words)
{
  TestSignal *signal = find_signal (words[0], words[1]);
  GError     *error = NULL;
  int         status = 0;

  if (signal == NULL)
    return 2;
  TsrSignal *sound = test_signal_render (signal, true);
  if (!write_sound (sound, words[2], &error))
    status = fail (error);
  else if (n_words > 3 && !write_truth (signal, words[3])) {
    perror (words[3]);
    status = 1;
  } else
    printf ("{\"spacing_hz\": %.17g}\n", signal->spacing_hz);
  tsr_signal_unref (sound);
  test_signal_free (signal);
  return status;
}

static gboolean
measure_sound (const TsrSignal *sound, const char *path, double *snr_db, GError **error)
{
  TsrSoundFileInfo info;
  TsrSignal       *other = tsr_sound_file_read (path, NULL, &info, NULL, error);

  if (other == NULL)
    return FALSE;
  int64_t n = tsr_signal_n_frames (other);
  double *y = g_new (double, n);
  for (int64_t i = 0; i < n; i++)
    y[i] = (double)tsr_signal_channel (other, 0)[i];
  *snr_db = test_snr_db (sound, y, n);
  g_free (y);
  tsr_signal_unref (other);
  return TRUE;
}

static void
print_number (const char *name, double value, const char *end)
{
  if (isfinite (value))
    printf ("\"%s\": %.6g%s", name, value, end);
  else
    printf ("\"%s\": null%s", name, end);
}

static void
print_score (const TestScore *s)
{
  print_number ("snr_db", s->snr_db, ", ");
  print_number ("frequency_median_cent", s->frequency_median_cent, ", ");
  print_number ("frequency_95_cent", s->frequency_95_cent, ", ");
  print_number ("amplitude_median_db", s->amplitude_median_db, ", ");
  print_number ("amplitude_95_db", s->amplitude_95_db, ", ");
  print_number ("missed_percent", 100 * s->missed, ", ");
  print_number ("false_partials", (double)s->n_false, ", ");
  print_number ("attack_median_ms", 1e3 * s->attack_median_s, "}\n");
}

static int
score (int n_words, char **words)
{
  TestSignal *signal = find_signal (words[0], words[1]);
  TsrExchange found;
  GError     *error = NULL;
  int         status = 0;

  if (signal == NULL)
    return 2;
  if (!tsr_exchange_read (&found, words[2], NULL, &error)) {
    test_signal_free (signal);
    return fail (error);
  }
  TsrSignal *sound = test_signal_render (signal, true);
  /* Our own rows come back as breakpoints that curves join. */
  TestScore s = test_score (signal, sound, found.partials, !found.is_rejoined);
  if (n_words > 3 && !measure_sound (sound, words[3], &s.snr_db, &error))
    status = fail (error);
  else {
    putchar ('{');
    print_score (&s);
  }
  tsr_signal_unref (sound);
  tsr_exchange_clear (&found);
  test_signal_free (signal);
  return status;
}

int
main (int argc, char **argv)
{
  if (argc == 2 && strcmp (argv[1], "list") == 0) {
    for (int kind = 0; kind < TEST_SIGNAL_N_KINDS; kind++)
      puts (test_signal_name ((TestSignalKind)kind));
    return 0;
  }
  if (argc < 5 || argc > 6)
    return usage ();
  if (strcmp (argv[1], "make") == 0)
    return make (argc - 2, argv + 2);
  if (strcmp (argv[1], "score") == 0)
    return score (argc - 2, argv + 2);
  return usage ();
}
