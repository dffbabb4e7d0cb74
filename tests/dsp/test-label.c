/* SPDX-License-Identifier: GPL-3.0-or-later
 * Spectral envelopes (row E1), fundamentals and harmonic numbers.
 */
#include "model/dsp/partials/label.h"

#include "model/dsp/partials/envelope.h"
#include "tests/dsp/synth-signals.h"

/* A vowel: five resonances over a slope of -12 dB an octave with +6 dB of radiation. */
static double
vowel_db (double hz)
{
  static const double formants_hz[] = {700, 1220, 2600, 3300, 3750};
  static const double widths_hz[] = {130, 70, 160, 250, 200};
  double              db = -6 * log2 (fmax (hz, 50) / 500);

  for (size_t i = 0; i < G_N_ELEMENTS (formants_hz); i++) {
    double f = formants_hz[i], b = widths_hz[i] / 2, c = f * f + b * b;
    double below = ((hz - f) * (hz - f) + b * b) * ((hz + f) * (hz + f) + b * b);
    db += 10 * log10 (c * c / below);
  }
  return fmax (-90, db - 30);
}

static TsrPartial *
steady (int64_t id, int label, double hz, double db, double start_s, double end_s)
{
  TsrBreakpoint b[2] = {
      {.time_s = start_s, .frequency_hz = hz, .log_amplitude = db * G_LN10 / 20},
      {.time_s = end_s,
       .phase_turns = hz * (end_s - start_s),
       .frequency_hz = hz,
       .log_amplitude = db * G_LN10 / 20}};

  return tsr_partial_new (id, label, 0, b, 2);
}

static TsrPartialSet *
set_taking (TsrPartial **partials, size_t n)
{
  TsrPartialSet *set = tsr_partial_set_new (partials, n);

  g_assert_nonnull (set);
  for (size_t i = 0; i < n; i++)
    tsr_partial_unref (partials[i]);
  return set;
}

static TsrPartialSet *
vowel (double f0)
{
  TsrPartial *partials[64] = {NULL};
  size_t      n = 0;

  for (int k = 1; k * f0 < 5000; k++, n++)
    partials[n] = steady (k, 0, k * f0, vowel_db (k * f0), 0, 1);
  return set_taking (partials, n);
}

/* E1: what keeps the envelope, against the true one: rms over factors 0.7, 1.3, 1.7 in
 * the band of the formants. Carried along, amplitudes would be far off. */
static void
test_envelope_of_a_vowel (void)
{
  const struct {
    double f0, most_db;
  } rows[] = {{110, 1.5}, {220, 2}, {330, 3}};
  const double factors[] = {0.7, 1.3, 1.7};

  for (size_t r = 0; r < G_N_ELEMENTS (rows); r++) {
    double               f0 = rows[r].f0, sum = 0, sum_along = 0;
    int                  n = 0;
    TsrPartialSet       *set = vowel (f0);
    TsrSpectralEnvelope *envelope = tsr_spectral_envelope_new (set, 0, 0.6 * f0);
    for (size_t i = 0; i < G_N_ELEMENTS (factors); i++)
      for (int k = 1; k * f0 < 5000 && k * f0 * factors[i] < 4500; k++) {
        double hz = k * f0, there_hz = hz * factors[i];
        double wanted = CLAMP (vowel_db (there_hz) - vowel_db (hz), -36, 36);
        double gain = tsr_spectral_envelope_gain_db (envelope, 0.5, hz, there_hz);
        if (there_hz < f0)
          continue; /* below the first partial nothing is known */
        sum += (gain - wanted) * (gain - wanted);
        sum_along += wanted * wanted;
        n++;
      }
    g_test_message ("f0 %g Hz: %.2f dB rms (carried along: %.1f dB)",
                    f0,
                    sqrt (sum / n),
                    sqrt (sum_along / n));
    g_assert_cmpfloat (sqrt (sum / n), <=, rows[r].most_db);
    g_assert_cmpfloat (sqrt (sum_along / n), >, 8);
    tsr_spectral_envelope_free (envelope);
    tsr_partial_set_unref (set);
  }
}

static void
test_envelope_ignores_clutter (void)
{
  TsrPartial *partials[80];
  size_t      n = 0;
  uint64_t    seed = 5;

  for (int k = 1; k <= 20; k++, n++)
    partials[n] = steady (k, 0, 220 * k, vowel_db (220 * k), 0, 1);
  for (; n < 70; n++) {
    double hz = 300 + 4000 * draw (&seed);
    partials[n] = steady ((int64_t)n + 1, 0, hz, vowel_db (hz) - 35, 0, 1);
  }
  TsrPartialSet       *set = set_taking (partials, n);
  TsrSpectralEnvelope *envelope = tsr_spectral_envelope_new (set, 0, 132);
  for (int k = 1; k <= 20; k++)
    g_assert_cmpfloat_with_epsilon (
        tsr_spectral_envelope_at (envelope, 0.5, 220 * k), vowel_db (220 * k), 0.01);
  g_assert_cmpfloat_with_epsilon (
      tsr_spectral_envelope_at (envelope, 0.5, 8800), vowel_db (4400) - 6.02, 0.1);
  tsr_spectral_envelope_free (envelope);
  TsrPartialSet *empty = tsr_partial_set_new (NULL, 0);
  envelope = tsr_spectral_envelope_new (empty, 0, 0);
  g_assert_cmpfloat (tsr_spectral_envelope_gain_db (envelope, 1, 100, 200), ==, 0);
  tsr_spectral_envelope_free (envelope);
  tsr_partial_set_unref (empty);
  tsr_partial_set_unref (set);
}

static void
test_fundamental (void)
{
  const double f0s[] = {82.4, 220, 523.25, 1046.5};

  for (size_t i = 0; i < G_N_ELEMENTS (f0s); i++) {
    TsrPartialSet *set = vowel (f0s[i]);
    TsrCurve      *track;
    g_assert_true (tsr_fundamental_track (set, 30, 4000, &track));
    g_assert_nonnull (track);
    g_assert_cmpfloat (fabs (1200 * log2 (tsr_curve_at (track, 0.5) / f0s[i])), <, 0.1);
    tsr_curve_unref (track);
    tsr_partial_set_unref (set);
  }
  uint64_t    seed = 4;
  TsrPartial *partials[40];
  for (int i = 0; i < 40; i++)
    partials[i] = steady (i + 1, 0, 200 + 5000 * draw (&seed), -30, 0, 1);
  TsrPartialSet *noise = set_taking (partials, 40);
  TsrCurve      *track;
  g_assert_true (tsr_fundamental_track (noise, 30, 4000, &track));
  g_assert_null (track);
  tsr_partial_set_unref (noise);
}

/* Harmonics of a stiff string, with clutter, in two notes one after the other. */
static void
test_labels (void)
{
  const double stiffness[] = {0, 0.0001, 0.0008};
  enum { HARMONICS = 30 };

  for (size_t s = 0; s < G_N_ELEMENTS (stiffness); s++) {
    TsrPartial *partials[2 * HARMONICS + 2];
    size_t      n = 0;
    for (int note = 0; note < 2; note++)
      for (int k = 1; k <= HARMONICS; k++, n++) {
        double f0 = note == 0 ? 110 : 146.8;
        double hz = f0 * k * sqrt (1 + stiffness[s] * k * k) / sqrt (1 + stiffness[s]);
        partials[n] = steady ((int64_t)n + 1, 0, hz, -20 - 1.2 * k, note, note + 1);
      }
    partials[n] = steady ((int64_t)n + 1, 0, 110 * 2.5, -70, 0, 1);
    n++;
    partials[n] = steady ((int64_t)n + 1, 0, 110 * 3 + 4, -75, 0, 1);
    n++;
    TsrPartialSet *set = set_taking (partials, n);
    TsrCurve      *track;
    int            labels[2 * HARMONICS + 2];
    double         found;
    g_assert_true (tsr_fundamental_track (set, 30, 4000, &track));
    g_assert_true (tsr_label_partials (set, track, labels, &found));
    g_test_message ("B %g, found %g", stiffness[s], found);
    for (size_t i = 0; i < 2 * HARMONICS; i++)
      g_assert_cmpint (labels[i], ==, (int)(i % HARMONICS) + 1);
    g_assert_cmpint (labels[2 * HARMONICS], ==, 0);
    g_assert_cmpint (labels[2 * HARMONICS + 1], ==, 0);
    tsr_curve_unref (track);
    tsr_partial_set_unref (set);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dsp/label/envelope", test_envelope_of_a_vowel);
  g_test_add_func ("/dsp/label/clutter", test_envelope_ignores_clutter);
  g_test_add_func ("/dsp/label/fundamental", test_fundamental);
  g_test_add_func ("/dsp/label/labels", test_labels);
  return g_test_run ();
}
