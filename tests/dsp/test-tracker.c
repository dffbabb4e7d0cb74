/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tracking through the whole analysis: rows T1 to T4 of the algorithm note.
 */
#include "model/dsp/partials/synth.h"
#include "tests/dsp/analysed.h"
#include "tests/support/score.h"

#include <glib.h>
#include <math.h>

static TsrPartialSet *
analyse (const TsrSignal *sound, double spacing_hz, TsrNoisiness noisiness)
{
  TsrAnalysisParams params;

  tsr_analysis_params_init (&params);
  params.spacing_hz = spacing_hz;
  params.noisiness = noisiness;
  return analysed (sound, &params);
}

static TestSignal
make_signal (TestPartial *partials, size_t n, double duration_s, double noise_rms)
{
  return (TestSignal){.rate_hz = 44100,
                      .duration_s = duration_s,
                      .spacing_hz = 100,
                      .partials = partials,
                      .n_partials = n,
                      .noise_rms = noise_rms,
                      .seed = 11};
}

/* Whether the set has two long partials that each cover the whole glide. */
static bool
both_went_through (TsrPartialSet *set, double rate)
{
  size_t n_long = 0, n_through = 0;

  for (size_t k = 0; k < tsr_partial_set_size (set); k++) {
    const TsrPartialSummary *s = tsr_partial_summary (tsr_partial_set_at (set, k));
    if (s->low_hz > 3000 + rate || s->high_hz < 3000 - rate ||
        s->end_s - s->start_s < 0.4)
      continue;
    n_long++;
    n_through += s->end_s - s->start_s > 0.9 && s->high_hz - s->low_hz > 0.9 * rate;
  }
  return n_long == 2 && n_through == 2;
}

/* T1: two chirps that cross stay two partials, each on its own line. Of nine crossings
 * one may bounce: the slowest are unresolved for long. */
static void
test_crossing (void)
{
  static const double rates[] = {600, 1000, 2500};
  int                 n_through = 0;

  for (size_t i = 0; i < 3 * G_N_ELEMENTS (rates); i++) {
    TestPartial partials[2];
    for (int k = 0; k < 2; k++) {
      double rate = k == 0 ? rates[i / 3] : -rates[i / 3];
      partials[k] = (TestPartial){.start_s = 0.1,
                                  .end_s = 1.1,
                                  .attack_s = 0.02,
                                  .release_s = 0.02,
                                  .frequency_hz = 3000 - rate / 2,
                                  .chirp_hz_per_s = rate,
                                  .amplitude = 0.3,
                                  .phase_turns = 0.3 * k * (double)(i % 3)};
    }
    TestSignal     truth = make_signal (partials, 2, 1.2, 0.003);
    TsrSignal     *sound = test_signal_render (&truth, true);
    TsrPartialSet *set = analyse (sound, 100, TSR_NOISINESS_CLEAN);
    n_through += both_went_through (set, rates[i / 3]);
    tsr_partial_set_unref (set);
    tsr_signal_unref (sound);
  }
  g_test_message ("%d of 9 crossings", n_through);
  g_assert_cmpint (n_through, >=, 8);
}

/* T2 and T3: 25 separated partials with 10 ms ramps: SNR against the clean signal, and
 * beginnings. */
static void
test_separated_partials (void)
{
  static const struct {
    double snr_db, required_db, onset_ms;
  } rows[] = {{60, 45, 0.1}, {40, 45, 0.1}, {20, 30, 0.5}};
  TestPartial partials[25];
  GRand      *r = g_rand_new_with_seed (5);
  double      power = 0;

  for (int i = 0; i < 25; i++) {
    partials[i] = (TestPartial){.start_s = g_rand_double_range (r, 0.1, 0.8),
                                .end_s = g_rand_double_range (r, 1.2, 1.9),
                                .attack_s = 0.01,
                                .release_s = 0.01,
                                .frequency_hz = 300 + 300 * i,
                                .amplitude = 0.03,
                                .phase_turns = g_rand_double (r)};
    power += partials[i].amplitude * partials[i].amplitude / 2 / 2;
  }
  TestSignal clean = make_signal (partials, 25, 2, 0);
  TsrSignal *clean_sound = test_signal_render (&clean, false);
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    TestSignal truth =
        make_signal (partials, 25, 2, sqrt (power) * pow (10, -rows[i].snr_db / 20));
    TsrSignal     *sound = test_signal_render (&truth, false);
    TsrPartialSet *set = analyse (sound, 100, TSR_NOISINESS_CLEAN);
    TestScore      score = test_score (&clean, clean_sound, set, false);
    g_test_message ("SNR %g dB: partials %.1f dB, beginnings %.3f ms",
                    rows[i].snr_db,
                    score.snr_db,
                    1e3 * score.attack_median_s);
    g_assert_cmpfloat (score.snr_db, >=, rows[i].required_db);
    g_assert_cmpfloat (1e3 * score.attack_median_s, <=, rows[i].onset_ms);
    tsr_partial_set_unref (set);
    tsr_signal_unref (sound);
  }
  tsr_signal_unref (clean_sound);
  g_rand_free (r);
}

/* T4: white noise has hardly any clean tracks. */
static void
test_white_noise (void)
{
  TestSignal     truth = make_signal (NULL, 0, 1.5, 0.1);
  TsrSignal     *sound = test_signal_render (&truth, false);
  TsrPartialSet *set = analyse (sound, 100, TSR_NOISINESS_CLEAN);

  g_test_message ("%zu tracks", tsr_partial_set_size (set));
  g_assert_cmpuint (tsr_partial_set_size (set), <=, 15);
  tsr_partial_set_unref (set);
  tsr_signal_unref (sound);
}

/* The loudest partial, and its curve: within 30 cents until it is 50 dB below its peak,
 * between breakpoints, too. */
static void
follow_low_tone (TsrPartialSet *set, double hz)
{
  const TsrPartial *tone = tsr_partial_set_at (set, 0);
  double            worst = 0;

  for (size_t i = 1; i < tsr_partial_set_size (set); i++)
    if (tsr_partial_summary (tsr_partial_set_at (set, i))->energy >
        tsr_partial_summary (tone)->energy)
      tone = tsr_partial_set_at (set, i);
  const TsrPartialSummary *s = tsr_partial_summary (tone);
  for (double t = s->start_s + 0.005; t < s->end_s; t += 0.0005) {
    TsrBreakpoint at;
    g_assert_true (tsr_partial_at (tone, t, &at));
    if (tsr_breakpoint_amplitude (&at) < s->peak_amplitude * 0.00316)
      break;
    worst = fmax (worst, fabs (1200 * log2 (at.frequency_hz / hz)));
  }
  g_test_message ("%g Hz: at most %.1f cent away", hz, worst);
  g_assert_cmpfloat (worst, <, 30);
}

/* A window shorter than a period tells no phase: a low tone that decays into noise keeps
 * its frequency. */
static void
test_low_tone_in_noise (void)
{
  static const double hz[] = {82.4, 147, 392};

  for (size_t i = 0; i < G_N_ELEMENTS (hz); i++) {
    TestPartial    partial = {.start_s = 0.1,
                              .end_s = 2.9,
                              .attack_s = 0.01,
                              .release_s = 0.01,
                              .frequency_hz = hz[i],
                              .amplitude = 0.3,
                              .decay_per_s = 2.2};
    TestSignal     truth = make_signal (&partial, 1, 3, 1e-4);
    TsrSignal     *sound = test_signal_render (&truth, true);
    TsrPartialSet *set = analyse (sound, 1.15 * hz[i], TSR_NOISINESS_NORMAL);
    follow_low_tone (set, hz[i]);
    tsr_partial_set_unref (set);
    tsr_signal_unref (sound);
  }
}

/* SNR of the resynthesis in the middle half of a sound. */
static double
middle_snr_db (const TsrSignal *sound, TsrPartialSet *set)
{
  int64_t      n = tsr_signal_n_frames (sound);
  const float *x = tsr_signal_channel (sound, 0);
  double      *y = g_new0 (double, n), energy = 0, error = 0;

  tsr_synth_render_range (set, 0, 44100, 0, (size_t)n, NULL, y, NULL);
  for (int64_t i = n / 4; i < 3 * n / 4; i++) {
    energy += (double)x[i] * (double)x[i];
    error += ((double)x[i] - y[i]) * ((double)x[i] - y[i]);
  }
  g_free (y);
  return 10 * log10 (energy / error);
}

/* S1, through the whole analysis: 15 harmonics of 440 Hz with a main lobe as wide as the
 * fundamental, without its ends; steady, and 6 Hz vibrato of 30 and 100 cents to each
 * side. */
static void
test_harmonic_tones (void)
{
  static const struct {
    double cents, required_db;
  } rows[] = {{0, 70}, {30, 60}, {100, 55}};

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    TestPartial partials[15];
    for (int k = 0; k < 15; k++)
      partials[k] = (TestPartial){.start_s = 0.1,
                                  .end_s = 1.9,
                                  .attack_s = 0.03,
                                  .release_s = 0.03,
                                  .frequency_hz = 440 * (k + 1),
                                  .vibrato_hz = 6,
                                  .vibrato_depth = exp2 (rows[i].cents / 1200) - 1,
                                  .amplitude = 0.2 / (k + 1),
                                  .phase_turns = 0.37 * k * k};
    TestSignal     truth = make_signal (partials, 15, 2, 0);
    TsrSignal     *sound = test_signal_render (&truth, false);
    TsrPartialSet *set = analyse (sound, 440, TSR_NOISINESS_NORMAL);
    double         snr_db = middle_snr_db (sound, set);
    g_test_message ("%g cents: %.1f dB", rows[i].cents, snr_db);
    g_assert_cmpfloat (snr_db, >=, rows[i].required_db);
    tsr_partial_set_unref (set);
    tsr_signal_unref (sound);
  }
}

static size_t
count_partials (const TestSignal *truth, TsrNoisiness noisiness)
{
  TsrSignal     *sound = test_signal_render (truth, true);
  TsrPartialSet *set = analyse (sound, 100, noisiness);
  size_t         n = tsr_partial_set_size (set);

  tsr_partial_set_unref (set);
  tsr_signal_unref (sound);
  return n;
}

/* How noisy a partial may be: sinusoids only; left-overs that hold together, too, of
 * which noise has few and impulses none; everything. */
static void
test_noisiness (void)
{
  TestSignal noise = make_signal (NULL, 0, 1.5, 0.1),
             clicks = make_signal (NULL, 0, 1.5, 0);

  clicks.has_impulses = true;
  g_assert_cmpuint (count_partials (&clicks, TSR_NOISINESS_CLEAN), ==, 0);
  g_assert_cmpuint (count_partials (&clicks, TSR_NOISINESS_NORMAL), ==, 0);
  g_assert_cmpuint (count_partials (&noise, TSR_NOISINESS_NORMAL), <=, 15);
  g_assert_cmpuint (count_partials (&noise, TSR_NOISINESS_ALL), >, 500);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tracker/crossing", test_crossing);
  g_test_add_func ("/tracker/separated-partials", test_separated_partials);
  g_test_add_func ("/tracker/white-noise", test_white_noise);
  g_test_add_func ("/tracker/harmonic-tones", test_harmonic_tones);
  g_test_add_func ("/tracker/noisiness", test_noisiness);
  g_test_add_func ("/tracker/low-tone-in-noise", test_low_tone_in_noise);
  return g_test_run ();
}
