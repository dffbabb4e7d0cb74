/* SPDX-License-Identifier: GPL-3.0-or-later
 * Correction of partials by what they leave, smoothing and thinning of breakpoints.
 */
#include "model/dsp/partials/refit.h"

#include "model/dsp/partials/edge-place.h"
#include "model/dsp/partials/phasor-run.h"
#include "model/dsp/partials/smooth.h"
#include "model/dsp/partials/synth.h"
#include "model/dsp/partials/thin.h"
#include "model/dsp/partials/wave-batch.h"
#include "tests/dsp/synth-signals.h"

static const double RATE_HZ = 44100, SPACING_HZ = 200, DURATION_S = 1;
enum { N_PARTIALS = 3 };

/* One of three partials that move faster than the window of an analysis would follow. */
static TsrPartial *
moving_partial (int which, double hop_s, double error)
{
  TsrBreakpoint b[1000];
  size_t        n = 0;
  uint64_t      seed = 7 + (uint64_t)which;
  double        hz = 400 + 230 * which;

  for (double t = 0.1; t < DURATION_S - 0.1; t += hop_s, n++) {
    double angle = 2 * M_PI * 9 * t + which;
    b[n] = (TsrBreakpoint){
        .time_s = t,
        .frequency_hz = hz * (1 + 0.004 * cos (angle)),
        .phase_turns = hz * (t + 0.004 * sin (angle) / (2 * M_PI * 9)),
        .log_amplitude = log (0.1) + 0.2 * sin (angle),
        .slope_per_s = (float)(0.2 * 2 * M_PI * 9 * cos (angle)),
    };
    b[n].phase_turns += error * (draw (&seed) - 0.5);
    b[n].log_amplitude += error * (draw (&seed) - 0.5);
  }
  return tsr_partial_new (which + 1, 0, 0, b, n);
}

static void
render (TsrPartial **partials, size_t n, double *y, size_t n_frames)
{
  TsrPartialSet *set = tsr_partial_set_new (partials, n);

  memset (y, 0, n_frames * sizeof *y);
  tsr_synth_render_range (set, 0, RATE_HZ, 0, n_frames, NULL, y, NULL);
  tsr_partial_set_unref (set);
}

static double
level_db (const float *x, const double *y, size_t n)
{
  double energy = 0, rest = 0;

  for (size_t i = 0; i < n; i++) {
    energy += (double)x[i] * (double)x[i];
    rest += ((double)x[i] - y[i]) * ((double)x[i] - y[i]);
  }
  return 10 * log10 (energy / rest);
}

typedef struct {
  float        *x; /* the sound of exact partials */
  double       *y; /* room */
  size_t        n;
  TsrWindow    *window;
  TsrEdgeSignal signal;
} Fixture;

static void
set_up (Fixture *f, const void *data)
{
  TsrPartial *partials[N_PARTIALS];

  (void)data;
  f->n = (size_t)(DURATION_S * RATE_HZ);
  f->x = calloc (f->n, sizeof *f->x);
  f->y = calloc (f->n, sizeof *f->y);
  for (int i = 0; i < N_PARTIALS; i++)
    partials[i] = moving_partial (i, 0.001, 0);
  render (partials, N_PARTIALS, f->y, f->n);
  for (size_t i = 0; i < f->n; i++)
    f->x[i] = (float)f->y[i];
  for (int i = 0; i < N_PARTIALS; i++)
    tsr_partial_unref (partials[i]);
  f->window = tsr_window_new_for_spacing (TSR_WINDOW_SMOOTH4, RATE_HZ, SPACING_HZ);
  f->signal = (TsrEdgeSignal){.samples = f->x,
                              .n_samples = (int64_t)f->n,
                              .rate_hz = RATE_HZ,
                              .hop = (int64_t)rint (RATE_HZ / SPACING_HZ),
                              .window = f->window};
}

static void
tear_down (Fixture *f, const void *data)
{
  (void)data;
  tsr_window_free (f->window);
  free (f->y);
  free (f->x);
}

/* Partials with wrong phases and amplitudes; what comes out, and its level before and
 * after. */
static void
refit_all (Fixture *f, const TsrJob *job, TsrPartial **after, double level[2])
{
  double      hop_s = TSR_BREAKPOINT_HOPS * (double)f->signal.hop / RATE_HZ;
  TsrPartial *before[N_PARTIALS];
  TsrRefit   *refit = tsr_refit_new (&f->signal, 0, TSR_REFIT_CORRECTS, job);
  bool        is_short;

  for (int i = 0; i < N_PARTIALS; i++)
    before[i] = moving_partial (i, hop_s, 0.05);
  render (before, N_PARTIALS, f->y, f->n);
  level[0] = level_db (f->x, f->y, f->n);
  for (int i = 0; i < N_PARTIALS; i++)
    g_assert_true (tsr_refit_add (refit, before[i]));
  g_assert_null (tsr_refit_take (refit, &is_short));
  g_assert_cmpint (tsr_refit_advance (refit, INT64_MAX), ==, TSR_STATUS_OK);
  for (int i = 0; i < N_PARTIALS; i++) {
    TsrPartial *partial = tsr_refit_take (refit, &is_short);
    g_assert_nonnull (partial);
    after[i] = tsr_partial_new_with_id (partial, i + 1);
    tsr_partial_unref (partial);
  }
  g_assert_null (tsr_refit_take (refit, &is_short));
  g_assert_false (is_short);
  render (after, N_PARTIALS, f->y, f->n);
  level[1] = level_db (f->x, f->y, f->n);
  tsr_refit_free (refit);
}

/* Errors of the breakpoints shrink to what cubics between them leave. */
static void
test_corrects (Fixture *f, const void *data)
{
  TsrPartial *after[N_PARTIALS];
  double      level[2];

  (void)data;
  refit_all (f, NULL, after, level);
  g_test_message ("%.1f dB before, %.1f dB after", level[0], level[1]);
  g_assert_cmpfloat (level[0], <, 24);
  g_assert_cmpfloat (level[1], >, level[0] + 8);
  for (int i = 0; i < N_PARTIALS; i++)
    tsr_partial_unref (after[i]);
}

static void
test_threads_agree (Fixture *f, const void *data)
{
  size_t      n_workers = 3;
  TsrJob      job = threaded_job (&n_workers);
  TsrPartial *one[N_PARTIALS], *three[N_PARTIALS];
  double      level[2];

  (void)data;
  refit_all (f, NULL, one, level);
  refit_all (f, &job, three, level);
  for (int i = 0; i < N_PARTIALS; i++) {
    g_assert_true (tsr_partial_equal (one[i], three[i]));
    tsr_partial_unref (one[i]);
    tsr_partial_unref (three[i]);
  }
}

/* Breakpoints of a cubic phase and log-amplitude, `hop_s` apart, with noise. */
static size_t
fill_cubic (TsrBreakpoint *b, size_t n, double hop_s, double noise)
{
  uint64_t seed = 3;

  for (size_t i = 0; i < n; i++) {
    double t = (double)i * hop_s;
    b[i] = (TsrBreakpoint){
        .time_s = t,
        .phase_turns = 1000 * t + 40 * t * t - 90 * t * t * t,
        .frequency_hz = 1000 + 80 * t - 270 * t * t,
        .log_amplitude = log (0.1) - 3 * t + 2 * t * t,
        .slope_per_s = (float)(-3 + 4 * t),
    };
    b[i].phase_turns += noise * (draw (&seed) - 0.5) / (2 * M_PI);
    b[i].log_amplitude += noise * (draw (&seed) - 0.5);
  }
  return n;
}

static double
root_mean_square (const TsrBreakpoint *a, const TsrBreakpoint *b, size_t n)
{
  double sum = 0;

  for (size_t i = 0; i < n; i++) {
    double radians = 2 * M_PI * (a[i].phase_turns - b[i].phase_turns);
    double neper = a[i].log_amplitude - b[i].log_amplitude;
    sum += radians * radians + neper * neper;
  }
  return sqrt (sum / (double)n);
}

enum { N = 100 };

/* Noise within the limit goes away, the curve beneath stays. */
static void
test_smooths (void)
{
  TsrBreakpoint truth[N], b[N], noisy[N];
  float         spare[N];
  double        noise = 1e-3, hop_s = 0.004;

  fill_cubic (truth, N, hop_s, 0);
  fill_cubic (b, N, hop_s, noise);
  memcpy (noisy, b, sizeof b);
  for (size_t i = 0; i < N; i++)
    spare[i] = (float)(0.1 * noise);
  g_assert_true (tsr_breakpoints_smooth (b, N, spare, hop_s));
  g_assert_cmpfloat (
      root_mean_square (b, truth, N), <, 0.65 * root_mean_square (noisy, truth, N));
  for (size_t i = 8; i < N - 8; i++)
    g_assert_cmpfloat (fabs (b[i].frequency_hz - truth[i].frequency_hz), <, 0.01);
}

/* What scatters more than it may, stays as it is. */
static void
test_smooths_no_more_than_it_may (void)
{
  TsrBreakpoint b[N], noisy[N];
  float         spare[N];

  fill_cubic (b, N, 0.004, 1e-3);
  memcpy (noisy, b, sizeof b);
  for (size_t i = 0; i < N; i++)
    spare[i] = 1e-7f;
  g_assert_true (tsr_breakpoints_smooth (b, N, spare, 0.004));
  g_assert_cmpmem (b, sizeof b, noisy, sizeof noisy);
}

/* Breakpoints in doubt follow those that are known; beyond the last of these only
 * frequencies do. */
static void
test_smooths_by_errors (void)
{
  TsrBreakpoint truth[N], b[N];
  float         spare[N];

  fill_cubic (truth, N, 0.004, 0);
  fill_cubic (b, N, 0.004, 0);
  for (size_t i = 0; i < N; i++) {
    bool is_doubted = (i >= 40 && i < 48) || i >= N - 4;
    spare[i] = is_doubted ? 0.05f : 1e-5f;
    if (is_doubted) {
      b[i].phase_turns += 0.05;
      b[i].frequency_hz += 5;
      b[i].log_amplitude -= 0.3;
    }
  }
  g_assert_true (tsr_breakpoints_smooth (b, N, spare, 0.004));
  for (size_t i = 40; i < 48; i++)
    g_assert_cmpfloat (root_mean_square (&b[i], &truth[i], 1), <, 1e-3);
  for (size_t i = 0; i < N; i++)
    g_assert_cmpfloat (fabs (b[i].frequency_hz - truth[i].frequency_hz), <, 0.01);
  for (size_t i = N - 4; i < N; i++)
    g_assert_cmpfloat (b[i].log_amplitude, <, truth[i].log_amplitude - 0.1);
}

/* A cubic needs few breakpoints, and they are old ones. */
static void
test_thins (void)
{
  TsrBreakpoint b[N], all[N];
  float         spare[N] = {0};
  double        hop_s = 0.004;
  size_t        n = fill_cubic (b, N, hop_s, 0), at = 0;

  memcpy (all, b, sizeof b);
  n = tsr_breakpoints_thin (b, n, spare, hop_s);
  g_assert_cmpuint (n, <=, N / 7);
  for (size_t i = 0; i < N; i++) {
    TsrBreakpoint value;
    while (at + 2 < n && b[at + 1].time_s <= all[i].time_s)
      at++;
    double u = (all[i].time_s - b[at].time_s) / (b[at + 1].time_s - b[at].time_s);
    tsr_breakpoint_between (&b[at], &b[at + 1], u, &value);
    g_assert_cmpfloat (root_mean_square (&value, &all[i], 1), <=, 1e-4);
  }
}

static void
test_thins_not_at_nulls (void)
{
  TsrBreakpoint b[N];
  float         spare[N] = {0};
  size_t        n = fill_cubic (b, N, 0.004, 0);

  for (size_t i = 0; i < n; i += 2) {
    b[i].flags = TSR_BREAKPOINT_NULL;
    b[i].log_amplitude = TSR_LOG_AMPLITUDE_NULL;
  }
  g_assert_cmpuint (tsr_breakpoints_thin (b, n, spare, 0.004), ==, n);
  g_assert_cmpuint (tsr_breakpoints_thin (b, 1, spare, 0.004), ==, 1);
}

/* A partial that begins with a step, or a ramp. */
static void
fill_start (TsrBreakpoint *b, double hz, double start_s, double ramp_s)
{
  for (int i = 0; i < 12; i++) {
    double t = i < 2 ? start_s + i * ramp_s : 0.2 + 0.004 * i;
    b[i] = (TsrBreakpoint){.time_s = t,
                           .phase_turns = hz * t,
                           .frequency_hz = hz,
                           .log_amplitude = log (0.1) - 4 * t,
                           .slope_per_s = -4};
  }
  b[0].flags = TSR_BREAKPOINT_NULL;
  b[0].log_amplitude = TSR_LOG_AMPLITUDE_NULL;
}

/* Partials that all begin too early, too late, or over too long a ramp, find the sample
 * where the sound begins; slow ones stay slow. */
static void
test_places_beginnings (void)
{
  static const double hz[3] = {310, 790, 1530};
  double              start_s = 8900 / RATE_HZ;
  TsrPartial         *right[3], *wrong[3];
  TsrBreakpoint       b[3][12];
  TsrEdgeStart        starts[3];
  size_t              n_frames = 14000, n[3] = {12, 12, 12};
  double             *x = calloc (n_frames, sizeof *x), *y = calloc (n_frames, sizeof *y);

  for (int i = 0; i < 3; i++) {
    fill_start (b[i], hz[i], start_s, 0);
    right[i] = tsr_partial_new (i + 1, 0, 0, b[i], 12);
    fill_start (b[i], hz[i], start_s + 0.0007 * (i - 1), i == 2 ? 0.0015 : 0);
    wrong[i] = tsr_partial_new (i + 1, 0, 0, b[i], 12);
    g_assert_true (tsr_edge_start_init (&starts[i], b[i], &n[i]));
  }
  render (right, 3, x, n_frames);
  render (wrong, 3, y, n_frames);
  for (size_t i = 0; i < n_frames; i++)
    x[i] -= y[i];
  TsrRest rest = {x, 0, (int64_t)n_frames, 0, RATE_HZ};
  tsr_edge_place_all (&rest, starts, 3);
  for (int i = 0; i < 3; i++) {
    g_assert_cmpfloat (fabs (b[i][0].time_s - start_s), <, 0.4999 / RATE_HZ);
    g_assert_cmpfloat (b[i][1].time_s, ==, b[i][0].time_s);
    tsr_partial_unref (right[i]);
    tsr_partial_unref (wrong[i]);
  }
  for (size_t i = 0; i < n_frames; i++)
    g_assert_cmpfloat (fabs (x[i]), <, 1e-6);
  free (y);
  free (x);
}

/* Pieces of a batch are the samples of the curve that they are of. */
static void
test_batches_waves (void)
{
  TsrBreakpoint a = {.phase_turns = 1234.3, .frequency_hz = 4000, .log_amplitude = -1};
  TsrBreakpoint b = {.time_s = 0.007, .phase_turns = 1262.4, .frequency_hz = 4030};
  TsrWaveBatch  batch = {0};
  float         y[4 * TSR_WAVE_MOST] = {0};
  const int     first = 3;
  const double  start = 1.7;

  a.slope_per_s = -20;
  b.slope_per_s = 15;
  b.log_amplitude = -1.2;
  g_assert_true (tsr_wave_is_calm (&a, &b));
  tsr_wave_batch_add (&batch, &a, &b, start, RATE_HZ, first, 250, y);
  tsr_wave_batch_finish (&batch, y);
  for (int i = 0; i < 250; i++) {
    TsrBreakpoint value;
    double        wanted = 0;
    tsr_breakpoint_between (&a, &b, (i - start) / RATE_HZ / b.time_s, &value);
    if (i >= first)
      wanted = exp (value.log_amplitude) * cos (2 * M_PI * value.phase_turns);
    g_assert_cmpfloat (fabs ((double)y[i] - wanted), <, 3e-5 * exp (-1));
  }
}

/* A correlation is the sum that it is said to be. */
static void
test_correlates (void)
{
  enum { N_SAMPLES = 300 };
  float    residual[N_SAMPLES + 8];
  double   place = 140.3, reach = 97, growth = 2e-3, frequency = 0.2345, sum[2];
  double   re = 0, im = 0;
  uint64_t seed = 3;

  for (int i = 0; i < N_SAMPLES + 8; i++)
    residual[i] = (float)(draw (&seed) - 0.5);
  for (int i = 0; i < N_SAMPLES; i++) {
    double u = i - place, w = 1 - u * u / (reach * reach);
    double part = w > 0 ? w * w * w * exp2 (growth * u) * (double)residual[i] : 0;
    re += part * cos (2 * M_PI * frequency * u);
    im -= part * sin (2 * M_PI * frequency * u);
  }
  tsr_phasor_correlate (residual, place, reach, growth, frequency, sum);
  g_assert_cmpfloat (hypot (sum[0] - re, sum[1] - im), <, 1e-4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/refit/corrects", Fixture, NULL, set_up, test_corrects, tear_down);
  g_test_add (
      "/refit/threads-agree", Fixture, NULL, set_up, test_threads_agree, tear_down);
  g_test_add_func ("/refit/places-beginnings", test_places_beginnings);
  g_test_add_func ("/refit/smooths", test_smooths);
  g_test_add_func ("/refit/smooths-no-more-than-it-may",
                   test_smooths_no_more_than_it_may);
  g_test_add_func ("/refit/batches-waves", test_batches_waves);
  g_test_add_func ("/refit/correlates", test_correlates);
  g_test_add_func ("/refit/smooths-by-errors", test_smooths_by_errors);
  g_test_add_func ("/refit/thins", test_thins);
  g_test_add_func ("/refit/thins-not-at-nulls", test_thins_not_at_nulls);
  return g_test_run ();
}
