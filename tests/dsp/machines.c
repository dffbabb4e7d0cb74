/* SPDX-License-Identifier: GPL-3.0-or-later
 * What model/dsp computes, as one line a part: its name and a hash of all bits. The tests
 * `machines` build this for several instruction sets and compare. No GLib, no FFTW. With
 * an argument, one sample of the signal is another in its last bit: a control.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/dsp/likeness.h"
#include "model/dsp/partials/analysis.h"
#include "model/dsp/partials/noise.h"
#include "model/dsp/partials/oscillator-bank.h"
#include "model/dsp/partials/phasor-run.h"
#include "model/dsp/partials/residual.h"
#include "model/dsp/partials/synth.h"
#include "model/dsp/partials/wave-batch.h"
#include "model/dsp/spectrum/spectrogram.h"

enum { N_PARTIALS = 24, N_POINTS = 25, N_FRAMES = 26460, N_BLOCK = 441 };

#define RATE_HZ 44100.0

/* Fowler, Noll and Vo, 64 bits. */
static void
print_hash (const char *name, const void *data, size_t n_bytes)
{
  const unsigned char *byte = data;
  uint64_t             hash = 0xcbf29ce484222325u;

  for (size_t i = 0; i < n_bytes; i++)
    hash = (hash ^ byte[i]) * 0x100000001b3u;
  printf ("%s %016llx\n", name, (unsigned long long)hash);
}

/* -1 to 1, the same each time. */
static double
noise (uint32_t *state)
{
  *state = *state * 1664525u + 1013904223u;
  return (double)(*state >> 8) / (1 << 23) - 1;
}

static void *
check (void *made)
{
  if (made == NULL)
    abort ();
  return made;
}

static TsrPartial *
wander (int64_t id, uint32_t *state)
{
  TsrBreakpoint b[N_POINTS] = {0};
  double        hz = 110 * (double)id, turns = noise (state);

  for (int i = 0; i < N_POINTS; i++) {
    b[i].time_s = 0.02 * i + 0.005 * (double)(id % 7);
    b[i].frequency_hz = hz * (1 + 0.004 * noise (state));
    b[i].log_amplitude = -4 - 0.05 * (double)id + 0.3 * noise (state);
    b[i].bandwidth = id % 3 == 0 ? 0.2f : 0;
    b[i].phase_turns = turns;
    turns += 0.02 * hz;
  }
  return check (tsr_partial_new (id, 0, 0, b, N_POINTS));
}

static TsrPartialSet *
make_set (void)
{
  TsrPartial *partials[N_PARTIALS];
  uint32_t    state = 7;

  for (int i = 0; i < N_PARTIALS; i++)
    partials[i] = wander (i + 1, &state);
  TsrPartialSet *set = check (tsr_partial_set_new (partials, N_PARTIALS));
  for (int i = 0; i < N_PARTIALS; i++)
    tsr_partial_unref (partials[i]);
  return set;
}

/* Renders the partials; they are, with noise and three clicks, the signal that is
 * analysed. */
static TsrSignal *
synthesise (TsrPartialSet *set, bool is_control)
{
  double    *y = check (calloc (N_FRAMES, sizeof *y));
  TsrSignal *signal = check (tsr_signal_new (RATE_HZ, 1, N_FRAMES));
  float     *x = tsr_signal_channel_writable (signal, 0);
  uint32_t   state = 3;

  tsr_synth_render_range (set, 0, RATE_HZ, 0, N_FRAMES, NULL, y, NULL);
  print_hash ("synthesis", y, N_FRAMES * sizeof *y);
  for (int i = 0; i < N_FRAMES; i++)
    x[i] = (float)(y[i] + 0.001 * noise (&state) + (i % 14000 == 9000 ? 0.5 : 0));
  if (is_control)
    x[N_FRAMES / 2] = nextafterf (x[N_FRAMES / 2], 1);
  free (y);
  return signal;
}

static void
play (TsrPartialSet *set)
{
  TsrScore          *score = check (tsr_score_new (set));
  size_t             size = (tsr_oscillator_bank_size (score) + 63) / 64 * 64;
  TsrOscillatorBank *bank =
      tsr_oscillator_bank_init (check (aligned_alloc (64, size)), score, RATE_HZ, 1);
  float           *y = check (calloc (N_FRAMES, sizeof *y));
  TsrLiveTransform transform;

  tsr_live_transform_init_unity (&transform);
  for (int at = 0; at < N_FRAMES; at += N_BLOCK) {
    float *to = y + at;
    transform.pitch_ratio = at < N_FRAMES / 2 ? 1 : 1 + 1e-6 * at;
    tsr_oscillator_bank_render (bank, at / RATE_HZ, 1, &transform, NULL, 0, &to, N_BLOCK);
  }
  print_hash ("real-time", y, N_FRAMES * sizeof *y);
  free (y);
  free (bank);
  tsr_score_unref (score);
}

static void
run_phasors (void)
{
  static TsrPhasorRun run;
  static TsrPhasorSum sums[TSR_PHASOR_ROOM / 16];
  static float        out[TSR_PHASOR_ROOM];
  static float        residual[TSR_PHASOR_ROOM];
  double              total[3];
  uint32_t            state = 5;

  for (int i = 0; i < TSR_PHASOR_ROOM; i++)
    residual[i] = (float)noise (&state);
  for (int bends = 0; bends < 2; bends++) {
    run.n = TSR_PHASOR_RUN - 5;
    run.lead = 3;
    tsr_phasor_run_fill (&run,
                         (const double[]){-3, 1e-3, -1e-6 - 0.01 * bends, 1e-9},
                         (const double[]){0.3, 0.01, 1e-6, -1e-9});
    tsr_phasor_run_scale (&run, 0.7, 1e-3);
    tsr_phasor_run_project (&run, residual, 8, 16, sums);
    tsr_phasor_run_add (&run, out);
    print_hash ("phasors", out, sizeof out);
    print_hash ("projections", sums, sizeof sums);
  }
  tsr_phasor_sums_in_window (sums, TSR_PHASOR_ROOM / 16, -1.1, 0.25, total);
  print_hash ("windowed sums", total, sizeof total);
  tsr_phasor_correlate (residual, 70.5, 60, 1e-4, 0.1234, total);
  print_hash ("correlation", total, 2 * sizeof total[0]);
}

/* More pieces than one batch takes, of odd lengths. */
static void
run_waves (void)
{
  static float out[12 * TSR_WAVE_MOST];
  TsrWaveBatch batch = {0};

  for (int i = 0; i < 11; i++) {
    TsrBreakpoint a = {.frequency_hz = 100 + 700 * i, .log_amplitude = -2 - 0.2 * i};
    TsrBreakpoint b = a;
    b.time_s = (TSR_WAVE_MOST - 1.3 * i) / RATE_HZ;
    b.phase_turns = b.time_s * a.frequency_hz + 0.01;
    b.slope_per_s = 3;
    tsr_wave_batch_add (
        &batch, &a, &b, 3.7 * i, RATE_HZ, 4 * i + 1, TSR_WAVE_MOST + 2 * i, out);
  }
  tsr_wave_batch_finish (&batch, out);
  print_hash ("waves", out, sizeof out);
}

typedef struct {
  TsrPartial *partials[4096];
  size_t      n;
} Found;

static TsrStatus
collect_cb (void *user, TsrPartial *partial)
{
  Found *found = user;

  if (found->n == 4096)
    abort ();
  found->partials[found->n] =
      check (tsr_partial_new_with_id (partial, (int64_t)found->n + 1));
  found->n++;
  tsr_partial_unref (partial);
  return TSR_STATUS_OK;
}

static TsrPartialSet *
analyse (const TsrSignal *signal)
{
  static Found      found;
  TsrAnalysisParams params;
  TsrAnalysisCounts counts;

  tsr_analysis_params_init (&params);
  params.spacing_hz = 90;
  if (tsr_analyse (signal, 0, &params, NULL, collect_cb, &found, &counts) !=
      TSR_STATUS_OK)
    abort ();
  TsrPartialSet *set = check (tsr_partial_set_new (found.partials, found.n));
  size_t         n = tsr_partial_set_n_breakpoints (set), at = 0;
  TsrBreakpoint *all = check (calloc (n, sizeof *all));
  for (size_t i = 0; i < found.n; i++) {
    size_t k = tsr_partial_n_breakpoints (found.partials[i]);
    memcpy (all + at, tsr_partial_breakpoints (found.partials[i]), k * sizeof *all);
    at += k;
    tsr_partial_unref (found.partials[i]);
  }
  fprintf (stderr, "%zu partials, %zu breakpoints\n", found.n, n);
  print_hash ("analysis", all, n * sizeof *all);
  free (all);
  return set;
}

static void
measure_rest (const TsrSignal *signal, TsrPartialSet *set)
{
  TsrSignal     *residual = check (tsr_signal_new (RATE_HZ, 1, N_FRAMES));
  double        *y = check (calloc (N_FRAMES, sizeof *y)), snr_db;
  TsrNoiseModel *model;

  tsr_residual_measure (signal, set, NULL, residual, &snr_db);
  fprintf (stderr, "SNR %.6f dB\n", snr_db);
  print_hash ("residual", tsr_signal_channel (residual, 0), N_FRAMES * sizeof (float));
  if (tsr_noise_model_new (residual, NULL, &model) != TSR_STATUS_OK)
    abort ();
  tsr_noise_model_render (model, 0, RATE_HZ, NULL, 0, N_FRAMES, y, y);
  print_hash ("noise", y, N_FRAMES * sizeof *y);
  tsr_noise_model_unref (model);
  tsr_signal_unref (residual);
  free (y);
}

static void
draw (const TsrSignal *signal)
{
  enum { COLUMNS = 200, ROWS = 150 };
  static float       conventional[COLUMNS * ROWS], reassigned[COLUMNS * ROWS];
  TsrSpectrogram    *spectrogram = check (tsr_spectrogram_new ());
  TsrSpectrogramGrid grid = {0, 0.6, COLUMNS, TSR_FREQUENCY_LOG, 60, 8000, ROWS, 90, 0};

  tsr_spectrogram_render (spectrogram, signal, 0, &grid, NULL, conventional, reassigned);
  print_hash ("conventional", conventional, sizeof conventional);
  print_hash ("reassigned", reassigned, sizeof reassigned);
  tsr_spectrogram_free (spectrogram);
}

int
main (int argc, char **argv)
{
  TsrPartialSet *set = make_set ();
  TsrSignal     *signal = synthesise (set, argc > 1);

  play (set);
  run_phasors ();
  run_waves ();
  TsrPartialSet *found = analyse (signal);
  measure_rest (signal, found);
  draw (signal);
  tsr_partial_set_unref (found);
  tsr_partial_set_unref (set);
  tsr_signal_unref (signal);
  return 0;
}
