/* SPDX-License-Identifier: GPL-3.0-or-later
 * Benchmarks of spectrograms and both synthesisers, by processor time on one thread.
 */
#include <gio/gio.h>
#include <math.h>
#include <time.h>

#include "app/cli/bench.h"
#include "app/job-status.h"
#include "model/dsp-types.h"
#include "model/dsp/partials/oscillator-bank.h"
#include "model/dsp/partials/synth.h"
#include "model/dsp/spectrum/points.h"
#include "model/dsp/spectrum/spectrogram.h"

#define RATE_HZ 44100.0
#define BANK_RATE_HZ 48000.0

static double
clock_s (clockid_t clock)
{
  struct timespec time;

  clock_gettime (clock, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

double
tsr_bench_now_s (void)
{
  return clock_s (CLOCK_MONOTONIC);
}

double
tsr_bench_thread_s (void)
{
  return clock_s (CLOCK_THREAD_CPUTIME_ID);
}

double
tsr_bench_processor_s (void)
{
  return clock_s (CLOCK_PROCESS_CPUTIME_ID);
}

/* On this thread alone. */
static void
begin_alone (TsrCli *cli, const char *title, TsrWorkerJob *job)
{
  tsr_cli_begin (cli, title, 0, 1, job);
  tsr_worker_job_init (job, NULL, cli->cancellable, job->progress, job->user_data);
}

static bool
count_cb (void *user, const TsrReassignedPoint *points, size_t n)
{
  *(size_t *)user += n;
  return true;
}

static gboolean
bench_points (TsrSignal *signal, TsrWorkerJob *job, JsonBuilder *json, GError **error)
{
  TsrPointsParams params = {.fft_size = 2048, .hop = 512, .floor_db = -90};
  size_t          n = 0;
  double          begin_s = tsr_bench_processor_s ();

  if (!tsr_status_check (
          tsr_reassigned_points (signal, 0, &params, &job->job, count_cb, &n), error))
    return FALSE;
  tsr_json_number (json,
                   "reassigned_points_n2048_hop512_x_realtime",
                   tsr_signal_duration_s (signal) / (tsr_bench_processor_s () - begin_s));
  return TRUE;
}

gboolean
tsr_bench_spectrogram (TsrCli *cli, JsonBuilder *json, GError **error)
{
  g_autoptr (TsrSignal) signal = tsr_bench_mix (RATE_HZ, 20);
  TsrSpectrogram    *spectrogram = tsr_spectrogram_new ();
  TsrSpectrogramGrid grid = {.end_s = 20,
                             .n_columns = (gsize)(20 * RATE_HZ / 512),
                             .high_hz = RATE_HZ / 2,
                             .n_rows = 1024,
                             .spacing_hz = 4 * RATE_HZ / 2048};
  g_autofree float  *conventional = g_new (float, grid.n_columns *grid.n_rows);
  g_autofree float  *reassigned = g_new (float, grid.n_columns *grid.n_rows);
  TsrWorkerJob       job;

  begin_alone (cli, "spectrogram", &job);
  for (int both = 0; both < 2; both++) {
    double    begin_s = tsr_bench_processor_s ();
    TsrStatus status = tsr_spectrogram_render (spectrogram,
                                               signal,
                                               0,
                                               &grid,
                                               &job.job,
                                               both ? NULL : conventional,
                                               both ? reassigned : NULL);
    if (!tsr_status_check (status, error)) {
      tsr_spectrogram_free (spectrogram);
      return FALSE;
    }
    tsr_json_number (json,
                     both ? "spectrogram_reassigned_n2048_hop512_x_realtime"
                          : "spectrogram_conventional_n2048_hop512_x_realtime",
                     20 / (tsr_bench_processor_s () - begin_s));
  }
  tsr_spectrogram_free (spectrogram);
  return bench_points (signal, &job, json, error);
}

gboolean
tsr_bench_synthesis (TsrCli *cli, JsonBuilder *json, GError **error)
{
  enum { N = (int)RATE_HZ * 10 };
  g_autoptr (TsrPartialSet) set = tsr_bench_partials (2000, 1000, 10);
  g_autofree double *out = g_new0 (double, N);
  TsrWorkerJob       job;

  begin_alone (cli, "synthesis", &job);
  double begin_s = tsr_bench_processor_s ();
  if (!tsr_status_check (
          tsr_synth_render_range (set, 0, RATE_HZ, 0, N, NULL, out, &job.job), error))
    return FALSE;
  tsr_json_number (json,
                   "synthesis_offline_2000_partials_x_realtime",
                   10 / (tsr_bench_processor_s () - begin_s));
  return TRUE;
}

/* Plays a set through the bank in buffers of 256; percent of one core. */
static double
bank_percent (TsrScore *score, double duration_s, const TsrLiveTransform *transform)
{
  enum { BLOCK = 256 };
  float              left[BLOCK] = {0}, right[BLOCK] = {0};
  float             *out[] = {left, right};
  void              *memory = g_aligned_alloc0 (1, tsr_oscillator_bank_size (score), 64);
  TsrOscillatorBank *bank =
      tsr_oscillator_bank_init (memory, score, BANK_RATE_HZ, G_N_ELEMENTS (out));
  gsize  n_blocks = (gsize)(duration_s * BANK_RATE_HZ / BLOCK);
  double begin_s = tsr_bench_thread_s ();

  for (gsize i = 0; i < n_blocks; i++)
    tsr_oscillator_bank_render (
        bank, (double)(i * BLOCK) / BANK_RATE_HZ, 1, transform, NULL, 0, out, BLOCK);
  double spent_s = tsr_bench_thread_s () - begin_s;
  g_aligned_free (memory);
  return 100 * spent_s / ((double)(n_blocks * BLOCK) / BANK_RATE_HZ);
}

gboolean
tsr_bench_bank (TsrCli *cli, JsonBuilder *json, GError **error)
{
  g_autoptr (TsrPartialSet) set = tsr_bench_partials (2000, 1000, 10);
  TsrScore        *score = tsr_score_new (set);
  TsrLiveTransform transform;

  tsr_live_transform_init_unity (&transform);
  tsr_json_number (json,
                   "realtime_bank_2000_partials_48000_hz_percent_of_core",
                   bank_percent (score, 10, &transform));
  transform.pitch_ratio = 1.122;
  tsr_json_number (json,
                   "realtime_bank_2000_partials_pitched_percent_of_core",
                   bank_percent (score, 10, &transform));
  tsr_score_unref (score);
  g_autoptr (TsrPartialSet) many = tsr_bench_partials (20000, 40, 2);
  score = tsr_score_new (many);
  tsr_live_transform_init_unity (&transform);
  tsr_json_number (json,
                   "realtime_bank_20000_partials_48000_hz_percent_of_core",
                   bank_percent (score, 2, &transform));
  tsr_score_unref (score);
  return TRUE;
}
