/* SPDX-License-Identifier: GPL-3.0-or-later
 * Long sounds lie in mapped files: once read ahead, the callback meets no page that is
 * not in memory; without it, it does.
 */
#define _GNU_SOURCE /* RUSAGE_THREAD */
#include "audio/read-ahead.h"

#include <math.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "audio/process-setup.h"
#include "audio/sample-store.h"
#include "model/partial-spill.h"
#include "tests/support/programs.h"

enum { BUFFER_FRAMES = 256, N_PARTIALS = 120 };

#define DURATION_S 30.0

typedef struct {
  TsrPartialSet *set;
  TsrSignal     *recording;
  TsrProgram    *program;
  TsrProcess    *process;
} Cold;

/* Partials and a recording in files, and a callback that plays them. */
static void
cold_init (Cold *cold)
{
  TsrPartialSet *warm = tsr_test_partials (N_PARTIALS, 60, DURATION_S, 1, 0.5, 0.01);
  TsrPartial    *partials[N_PARTIALS];
  TsrSignal     *noise = tsr_test_noise (0.1, DURATION_S, 3);
  const float   *samples = tsr_signal_channel (noise, 0);
  g_autoptr (TsrPartialSpill) spill = tsr_partial_spill_new (0);
  TsrSampleStore *store = tsr_sample_store_new (1, 0);

  for (gsize i = 0; i < N_PARTIALS; i++) {
    TsrPartial *from = tsr_partial_set_at (warm, i);
    partials[i] = tsr_partial_spill_add (spill, from, tsr_partial_id (from), NULL);
  }
  cold->set = tsr_partial_set_new (partials, N_PARTIALS);
  for (gsize i = 0; i < N_PARTIALS; i++)
    tsr_partial_unref (partials[i]);
  tsr_partial_set_unref (warm);
  gsize n_frames = (gsize)tsr_signal_n_frames (noise);
  g_assert_true (tsr_sample_store_append (store, &samples, n_frames, NULL));
  cold->recording = tsr_sample_store_finish (store, TSR_TEST_RATE_HZ, NULL);
  tsr_signal_unref (noise);
  TsrProgramParts parts = {.score = tsr_score_new (cold->set),
                           .residual = cold->recording,
                           .duration_s = DURATION_S};
  cold->program = tsr_program_new (&parts);
  tsr_score_unref (parts.score);
  cold->process = tsr_process_new (TSR_TEST_RATE_HZ);
}

static void
cold_clear (Cold *cold)
{
  tsr_process_free (cold->process);
  tsr_program_unref (cold->program);
  tsr_signal_unref (cold->recording);
  tsr_partial_set_unref (cold->set);
}

static void
tell (Cold *cold, TsrMessageType type, const void *body, gsize n_body)
{
  TsrMessageHead head = {type, (uint32_t)n_body};
  g_assert_true (
      tsr_ring_write (cold->process->commands, &head, sizeof head, body, n_body));
}

static void
play (Cold *cold, int n_buffers)
{
  float        buffers[2][BUFFER_FRAMES];
  float *const out[2] = {buffers[0], buffers[1]};

  for (int i = 0; i < n_buffers; i++) {
    tsr_process_run (cold->process, out, BUFFER_FRAMES);
    tsr_ring_skip (cold->process->loudness, tsr_ring_readable (cold->process->loudness));
  }
}

/* Pages that were not there when this thread wanted them, with and without a disk. */
static glong
n_faults (void)
{
  struct rusage usage;

  getrusage (RUSAGE_THREAD, &usage);
  return usage.ru_minflt + usage.ru_majflt;
}

/* Seeks and plays for two seconds, after the system has taken all pages away; how many
 * were missed. */
static glong
play_cold (Cold *cold, double time_s, TsrReadAhead *reader)
{
  tsr_partial_set_discard (cold->set);
  tsr_signal_discard (cold->recording, 0, tsr_signal_n_frames (cold->recording));
  if (reader != NULL) {
    tsr_read_ahead_wish (reader, cold->program, time_s, 2.5);
    tsr_read_ahead_wait (reader);
  }
  tell (cold, TSR_MESSAGE_SEEK, &time_s, sizeof time_s);
  glong before = n_faults ();
  play (cold, 2 * TSR_TEST_RATE_HZ / BUFFER_FRAMES);
  return n_faults () - before;
}

static void
test_no_page_is_missed (void)
{
  TsrReadAhead *reader = tsr_read_ahead_new ();
  Cold          cold;

  cold_init (&cold);
  TsrVoice *voice = tsr_voice_new (cold.program, TSR_TEST_RATE_HZ);
  tell (&cold, TSR_MESSAGE_VOICE, &voice, sizeof voice);
  tell (&cold, TSR_MESSAGE_PLAY, NULL, 0);
  play (&cold, 200); /* what is touched once for all */
  play_cold (&cold, 3, NULL);
  for (double time_s = 2; time_s < DURATION_S - 4; time_s += 5.7) {
    glong without = play_cold (&cold, time_s, NULL);
    glong with = play_cold (&cold, time_s, reader);
    for (int again = 0; with > 0 && again < 4; again++) /* the system took some back */
      with = play_cold (&cold, time_s, reader);
    g_test_message ("at %.1f s: %ld pages missed, %ld read ahead", time_s, without, with);
    g_assert_cmpint (without, >, 50);
    g_assert_cmpint (with, ==, 0);
  }
  cold_clear (&cold);
  tsr_read_ahead_free (reader);
}

/* A wish takes the place of the one before; at the end nothing is held. */
static void
test_wishes (void)
{
  TsrReadAhead *reader = tsr_read_ahead_new ();
  Cold          cold;

  cold_init (&cold);
  for (int i = 0; i < 200; i++)
    tsr_read_ahead_wish (reader, cold.program, fmod (7.3 * i, 60) - 10, i % 5);
  tsr_read_ahead_wait (reader);
  g_assert_true (g_atomic_ref_count_compare (&cold.program->n_refs, 1));
  tsr_read_ahead_wish (reader, cold.program, 0, DURATION_S);
  tsr_read_ahead_free (reader); /* whether it has begun or not */
  g_assert_true (g_atomic_ref_count_compare (&cold.program->n_refs, 1));
  cold_clear (&cold);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/read-ahead/no-page-is-missed", test_no_page_is_missed);
  g_test_add_func ("/read-ahead/wishes", test_wishes);
  return g_test_run ();
}
