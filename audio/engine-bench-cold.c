/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whether the callback waits for the disk when a long sound is not in memory.
 */
#define _GNU_SOURCE /* RUSAGE_THREAD */
#include "audio/engine-bench.h"

#include <math.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>

#include "audio/process-setup.h"
#include "audio/read-ahead.h"
#include "model/dsp-types.h"
#include "model/partial-spill.h"

enum { RATE_HZ = 48000, BUFFER_FRAMES = 256, AT_ONCE = 400, N_BREAKPOINTS = 51 };

#define DURATION_S 60.0
#define PARTIAL_S 0.5
#define PLAYED_S 10.0
#define AHEAD_S 4.0

/* The ranges of a set's breakpoints that lie in files, one after the other. */
typedef struct {
  char *first, *end;
} Range;

static TsrPartial *
short_partial (gint64 id)
{
  TsrBreakpoint b[N_BREAKPOINTS] = {0};
  double start_s = DURATION_S * (double)id / (AT_ONCE * DURATION_S / PARTIAL_S + 1);
  double hz = 60 + (double)(id * 7919 % 12000), step_s = PARTIAL_S / (N_BREAKPOINTS - 1);

  for (int i = 0; i < N_BREAKPOINTS; i++)
    b[i] = (TsrBreakpoint){.time_s = start_s + i * step_s,
                           .phase_turns = i * step_s * hz,
                           .frequency_hz = hz,
                           .log_amplitude = -10};
  return tsr_partial_new (id, 0, 0, b, N_BREAKPOINTS);
}

/* NULL when there is no room. */
static TsrPartialSet *
spilled_set (void)
{
  g_autoptr (TsrPartialSpill) spill = tsr_partial_spill_new (0);
  g_autoptr (GPtrArray) partials =
      g_ptr_array_new_with_free_func ((GDestroyNotify)tsr_partial_unref);

  for (gint64 id = 1; id <= (gint64)(AT_ONCE * (DURATION_S / PARTIAL_S - 1)); id++) {
    g_autoptr (TsrPartial) partial = short_partial (id);
    TsrPartial *kept = tsr_partial_spill_add (spill, partial, id, NULL);
    if (kept == NULL)
      return NULL;
    g_ptr_array_add (partials, kept);
  }
  return tsr_partial_set_new ((TsrPartial *const *)partials->pdata, partials->len);
}

/* Writes what is not written, and asks the system to take the pages back. */
static void
take_out (const Range *range)
{
  uintptr_t first = (uintptr_t)range->first / 4096 * 4096;
  gsize     n = (gsize)((uintptr_t)range->end - first);

  for (const volatile char *at = range->first; at < range->end; at += 4096)
    (void)*at; /* only what is mapped is taken */
  msync ((void *)first, n, MS_SYNC);
#ifdef MADV_PAGEOUT
  madvise ((void *)first, n, MADV_PAGEOUT);
#endif
  madvise ((void *)first, n, MADV_DONTNEED);
}

static void
make_cold (const TsrPartialSet *set)
{
  Range range = {NULL, NULL};

  for (gsize i = 0; i < tsr_partial_set_size (set); i++) {
    char *first = (char *)tsr_partial_breakpoints (tsr_partial_set_at (set, i));
    if (first != range.end) {
      if (range.first != NULL)
        take_out (&range);
      range.first = first;
    }
    range.end = first + N_BREAKPOINTS * sizeof (TsrBreakpoint);
  }
  if (range.first != NULL)
    take_out (&range);
}

static void
tell (TsrProcess *process, TsrMessageType type, const void *body, gsize n_body)
{
  TsrMessageHead head = {type, (uint32_t)n_body};

  tsr_ring_write (process->commands, &head, sizeof head, body, n_body);
}

static double
run_buffer (TsrProcess *process)
{
  float        buffers[2][BUFFER_FRAMES];
  float *const out[2] = {buffers[0], buffers[1]};
  gint64       began_us = g_get_monotonic_time ();

  tsr_process_run (process, out, BUFFER_FRAMES);
  tsr_ring_skip (process->loudness, tsr_ring_readable (process->loudness));
  return (double)(g_get_monotonic_time () - began_us) / 1000;
}

/* As a device asks for it, from the middle of the sound on. */
static void
play (TsrProcess   *process,
      TsrProgram   *program,
      TsrReadAhead *reader, /* NULL: nobody reads ahead */
      TsrColdBench *result)
{
  int           n = (int)(PLAYED_S * RATE_HZ / BUFFER_FRAMES);
  double        from_s = DURATION_S / 2;
  struct rusage before, after;

  if (reader != NULL) {
    tsr_read_ahead_wish (reader, program, from_s, AHEAD_S);
    tsr_read_ahead_wait (reader);
  }
  tell (process, TSR_MESSAGE_SEEK, &from_s, sizeof from_s);
  tell (process, TSR_MESSAGE_PLAY, NULL, 0);
  getrusage (RUSAGE_THREAD, &before);
  gint64 began_us = g_get_monotonic_time ();
  for (int i = 0; i < n; i++) {
    double played_s = (double)i * BUFFER_FRAMES / RATE_HZ;
    if (reader != NULL && i % (RATE_HZ / BUFFER_FRAMES) == 0)
      tsr_read_ahead_wish (reader, program, from_s + played_s, AHEAD_S);
    result->longest_ms = fmax (result->longest_ms, run_buffer (process));
    gint64 due_us = began_us + (gint64)(played_s * G_USEC_PER_SEC);
    gint64 now_us = g_get_monotonic_time ();
    if (due_us > now_us)
      g_usleep ((gulong)(due_us - now_us));
  }
  getrusage (RUSAGE_THREAD, &after);
  result->n_waits = (guint)(after.ru_majflt - before.ru_majflt);
  result->n_pages = (guint)(after.ru_minflt - before.ru_minflt);
}

gboolean
tsr_engine_bench_cold (gboolean reads_ahead, TsrColdBench *result)
{
  g_autoptr (TsrPartialSet) set = spilled_set ();

  *result = (TsrColdBench){0};
  if (set == NULL)
    return FALSE;
  TsrProcess     *process = tsr_process_new (RATE_HZ);
  TsrReadAhead   *reader = reads_ahead ? tsr_read_ahead_new () : NULL;
  TsrProgramParts parts = {.score = tsr_score_new (set), .duration_s = DURATION_S};
  TsrProgram     *program = tsr_program_new (&parts);
  TsrVoice       *voice = tsr_voice_new (program, RATE_HZ);
  tell (process, TSR_MESSAGE_VOICE, &voice, sizeof voice);
  tell (process, TSR_MESSAGE_PLAY, NULL, 0);
  for (int i = 0; i < 400; i++) { /* what is touched once for all */
    if (i == 200)
      tell (process, TSR_MESSAGE_PAUSE, NULL, 0);
    run_buffer (process);
  }
  make_cold (set);
  play (process, program, reader, result);
  tsr_read_ahead_free (reader);
  tsr_process_free (process);
  tsr_program_unref (program);
  tsr_score_unref (parts.score);
  return TRUE;
}
