/* SPDX-License-Identifier: GPL-3.0-or-later
 * Morphs on the audio thread: with constant weights what tsr_morph_voice makes, without a
 * click when weights jump or another score goes on.
 */
#include "model/dsp/partials/morph-live.h"

#include "model/dsp/partials/synth.h"
#include "tests/dsp/synth-signals.h"

enum { N_LABELS = 24, RATE = 48000, MOST_INPUTS = 4 };

#define DURATION_S 2.0

/* ---- sounds ---- */

typedef struct {
  size_t          n;
  TsrMorphInput   inputs[MOST_INPUTS];
  TsrMorphWeights weights;
  TsrMorphVoices  voices;
} Morph;

typedef struct {
  double f0_hz, hop_s, start_s, end_s, vibrato_hz;
  int    missing; /* each so-many-th label is not there; 0: all are */
  bool   in_pieces;
} Sound;

static const Sound sounds[MOST_INPUTS] = {
    {220, 0.005, 0.05, 1.9, 5.0, 0, false},
    {331, 0.0047, 0.11, 1.7, 6.3, 5, true},
    {180, 0.011, 0.02, 1.95, 4.1, 7, false},
    {402, 0.0031, 0.2, 1.5, 5.7, 3, true},
};

static TsrPartial *
sung_partial (const Sound *sound, int64_t id, int label, double from_s, double to_s)
{
  size_t         n = (size_t)((to_s - from_s) / sound->hop_s);
  TsrBreakpoint *b = calloc (n, sizeof *b);
  double f = label * sound->f0_hz, w = 2 * M_PI * sound->vibrato_hz, depth = 0.004;

  for (size_t i = 0; i < n; i++) {
    double t = from_s + (double)i * sound->hop_s;
    b[i] =
        (TsrBreakpoint){.time_s = t,
                        .phase_turns = 0.37 * label + f * t - f * depth / w * cos (w * t),
                        .frequency_hz = f * (1 + depth * sin (w * t)),
                        .log_amplitude = log (0.1 / label) - t + 0.3 * sin (w * t),
                        .slope_per_s = (float)(-1 + 0.3 * w * cos (w * t))};
  }
  b[0].flags = b[n - 1].flags = TSR_BREAKPOINT_NULL;
  b[0].log_amplitude = b[n - 1].log_amplitude = TSR_LOG_AMPLITUDE_NULL;
  TsrPartial *partial = tsr_partial_new (id, label, 0, b, n);
  free (b);
  return partial;
}

static TsrPartialSet *
sung_set (const Sound *sound)
{
  TsrPartial *partials[2 * N_LABELS];
  size_t      n = 0;

  for (int label = 1; label <= N_LABELS; label++) {
    double middle_s = 0.5 * (sound->start_s + sound->end_s) + 0.01 * label;
    if (sound->missing > 0 && label % sound->missing == 0)
      continue;
    partials[n] = sung_partial (sound,
                                (int64_t)n + 1,
                                label,
                                sound->start_s,
                                sound->in_pieces ? middle_s : sound->end_s);
    n++;
    if (!sound->in_pieces)
      continue;
    partials[n] =
        sung_partial (sound, (int64_t)n + 1, label, middle_s + 0.08, sound->end_s);
    n++;
  }
  TsrPartialSet *set = tsr_partial_set_new (partials, n);
  for (size_t i = 0; i < n; i++)
    tsr_partial_unref (partials[i]);
  return set;
}

static TsrCurve *
straight (double x0, double y0, double x1, double y1)
{
  return tsr_curve_new ((TsrCurvePoint[]){{x0, y0}, {x1, y1}}, 2);
}

/* Sounds meet at 0.3 s in the first and 0.3 s + shift in the others. */
static TsrCurve *
map_of (size_t k, double shift_s)
{
  TsrCurvePoint points[3] = {
      {0, 0}, {0.3, 0.3 + (double)k * shift_s}, {DURATION_S, DURATION_S}};
  return tsr_curve_new (points, 3);
}

static void
set_weights (Morph *morph, const double *weights)
{
  for (size_t k = 0; k < morph->n; k++) {
    tsr_curve_unref ((TsrCurve *)morph->weights.frequency[k]);
    TsrCurve *curve = straight (0, weights[k], 1, weights[k]);
    morph->weights.frequency[k] = morph->weights.amplitude[k] = curve;
    morph->weights.noise[k] = curve;
  }
}

static void
morph_init (Morph *morph, size_t n, const double *weights, double shift_s)
{
  *morph = (Morph){.n = n, .weights = {.glides = true}};
  for (size_t k = 0; k < n; k++) {
    TsrPartialSet *set = sung_set (&sounds[k]);
    int           *labels = calloc (tsr_partial_set_size (set), sizeof *labels);
    for (size_t i = 0; i < tsr_partial_set_size (set); i++)
      labels[i] = tsr_partial_label (tsr_partial_set_at (set, i));
    morph->inputs[k] = (TsrMorphInput){
        .set = set,
        .n_channels = 1,
        .labels = labels,
        .fundamental_hz_over_s = straight (0, sounds[k].f0_hz, 2, 1.02 * sounds[k].f0_hz),
        .sound_s_over_result_s = map_of (k, shift_s)};
  }
  set_weights (morph, weights);
  g_assert_true (tsr_morph_find_voices (morph->inputs, n, 1, NULL, 0, &morph->voices));
}

static void
morph_clear (Morph *morph)
{
  for (size_t k = 0; k < morph->n; k++) {
    tsr_partial_set_unref ((TsrPartialSet *)morph->inputs[k].set);
    free ((int *)morph->inputs[k].labels);
    tsr_curve_unref ((TsrCurve *)morph->inputs[k].fundamental_hz_over_s);
    tsr_curve_unref ((TsrCurve *)morph->inputs[k].sound_s_over_result_s);
    tsr_curve_unref ((TsrCurve *)morph->weights.frequency[k]);
  }
  tsr_morph_voices_clear (&morph->voices);
}

static TsrScore *
score_of (const Morph *morph)
{
  TsrScore *score =
      tsr_score_new_morph (morph->inputs, morph->n, 1, &morph->voices, &morph->weights);
  g_assert_nonnull (score);
  return score;
}

/* What is made of it, by the reference synthesiser. */
static double *
made (const Morph *morph, int64_t first, size_t n)
{
  TsrPartial **partials = calloc (morph->voices.n, sizeof *partials);
  double      *out = calloc (n, sizeof *out);
  size_t       count = 0;

  for (size_t v = 0; v < morph->voices.n; v++) {
    bool        is_empty;
    TsrPartial *partial = tsr_morph_voice (
        morph->inputs, morph->n, &morph->voices.items[v], &morph->weights, &is_empty);
    if (partial == NULL)
      continue;
    partials[count] = tsr_partial_new_with_id (partial, (int64_t)count + 1);
    tsr_partial_unref (partial);
    count++;
  }
  TsrPartialSet *set = tsr_partial_set_new (partials, count);
  tsr_synth_render_range (set, 0, RATE, first, n, NULL, out, NULL);
  for (size_t i = 0; i < count; i++)
    tsr_partial_unref (partials[i]);
  free (partials);
  tsr_partial_set_unref (set);
  return out;
}

/* ---- playing ---- */

static TsrOscillatorBank *
bank_of (const TsrScore *score)
{
  size_t size = (tsr_oscillator_bank_size (score) + 63) & ~(size_t)63;
  return tsr_oscillator_bank_init (aligned_alloc (64, size), score, RATE, 1);
}

static void
play (TsrOscillatorBank *bank, int64_t first, size_t n, float *out)
{
  TsrLiveTransform unity;

  tsr_live_transform_init_unity (&unity);
  memset (out, 0, n * sizeof *out);
  for (size_t at = 0; at < n; at += 64) {
    float *to = out + at;
    tsr_oscillator_bank_render (bank,
                                (double)(first + (int64_t)at) / RATE,
                                1,
                                &unity,
                                NULL,
                                0,
                                &to,
                                MIN (64, n - at));
  }
}

static double
error_db (const float *x, const double *y, size_t n)
{
  double most = 0;
  for (size_t i = 0; i < n; i++)
    most = fmax (most, fabs ((double)x[i] - y[i]));
  return 20 * log10 (most + 1e-300);
}

/* ---- tests ---- */

/* -100 dB re full scale from before the beginning on. */
static void
test_equals_made (void)
{
  static const struct {
    size_t n;
    double weights[MOST_INPUTS], shift_s;
    bool   is_linear, fades;
  } rows[] = {
      {2, {0.5, 0.5}, 0, false, false},
      {2, {0.25, 0.75}, 0.04, false, false},
      {2, {0.7, 0.3}, 0.04, true, true},
      {3, {0.5, 0.2, 0.3}, 0.03, false, false},
      {4, {0.1, 0.4, 0.3, 0.2}, 0.02, false, false},
      {4, {0.1, 0.4, 0.3, 0.2}, -0.02, true, false},
      {4, {0.5, 0, 0, 0.5}, 0, false, true},
  };
  size_t n = (size_t)(DURATION_S * RATE);

  for (size_t r = 0; r < G_N_ELEMENTS (rows); r++) {
    Morph morph;
    morph_init (&morph, rows[r].n, rows[r].weights, rows[r].shift_s);
    morph.weights.is_linear = rows[r].is_linear;
    morph.weights.glides = !rows[r].fades;
    TsrScore          *score = score_of (&morph);
    TsrOscillatorBank *bank = bank_of (score);
    float             *is = calloc (n, sizeof *is);
    double            *want = made (&morph, -480, n), peak = 0;
    play (bank, -480, n, is);
    double error = error_db (is, want, n);
    for (size_t i = 0; i < n; i++)
      peak = fmax (peak, fabs (want[i]));
    g_test_message ("%zu sounds, %zu voices: error %.1f dB, peak %.2f",
                    rows[r].n,
                    morph.voices.n,
                    error,
                    peak);
    g_assert_cmpfloat (peak, >, 0.05);
    g_assert_cmpfloat (error, <, -100);
    free (is);
    free (want);
    free (bank);
    tsr_score_unref (score);
    morph_clear (&morph);
  }
}

/* ---- clicks ---- */

/* Peak of what lies above 14 kHz, where no partial is: that of a click. */
static double
click_db (const float *x, size_t n)
{
  enum { REACH = 63 };
  double taps[2 * REACH + 1], most = 0;

  for (int i = -REACH; i <= REACH; i++) {
    double cutoff = 2 * 14000.0 / RATE, angle = M_PI * cutoff * i;
    double low = i == 0 ? cutoff : cutoff * sin (angle) / angle;
    double u = (double)i / (REACH + 1);
    double window = 0.42 + 0.5 * cos (M_PI * u) + 0.08 * cos (2 * M_PI * u);
    taps[i + REACH] = window * ((i == 0 ? 1 : 0) - low);
  }
  for (size_t at = 2 * REACH; at < n; at++) {
    double sum = 0;
    for (int i = 0; i <= 2 * REACH; i++)
      sum += taps[i] * (double)x[at - (size_t)i];
    most = fmax (most, fabs (sum));
  }
  return 20 * log10 (most + 1e-300);
}

static void
random_mix (uint64_t *seed, size_t n, TsrMorphMix *mix)
{
  double sum = 0, w[MOST_INPUTS] = {0};
  size_t corner = (size_t)(draw (seed) * 2 * (double)n);

  for (size_t k = 0; k < n; k++)
    sum += w[k] = corner < n ? k == corner : draw (seed);
  *mix = (TsrMorphMix){0};
  for (size_t k = 0; k < n; k++)
    mix->frequency[k] = mix->amplitude[k] = mix->noise[k] = w[k] / sum;
}

/* Weights leap to anywhere, corners too, every 5 to 40 ms. */
static void
test_weights_jump (void)
{
  static const double weights[MOST_INPUTS] = {0.25, 0.25, 0.25, 0.25};
  size_t              n = RATE / 64 * 64, next = 0;
  uint64_t            seed = 11;
  float              *out = calloc (n, sizeof *out);
  TsrMorphMix         mix;

  Morph morph;
  morph_init (&morph, 4, weights, 0.02);
  TsrScore          *score = score_of (&morph);
  TsrOscillatorBank *bank = bank_of (score);
  play (bank, RATE / 2, n, out);
  double still_db = click_db (out, n);
  for (size_t at = 0; at < n; at += 64) {
    if (at >= next) {
      next = at + 240 + (size_t)(draw (&seed) * 1680);
      random_mix (&seed, 4, &mix);
      tsr_oscillator_bank_set_mix (bank, &mix);
    }
    play (bank, RATE / 2 + (int64_t)at, 64, out + at);
  }
  double jumps_db = click_db (out, n);
  for (size_t i = n / 2; i < n; i++) /* what a click is: a pause of half a cycle */
    out[i] = out[MIN (i + 50, n - 1)];
  double clicks_db = click_db (out, n);
  g_test_message ("above 14 kHz: still %.1f, weights jump %.1f, a real click %.1f dB",
                  still_db,
                  jumps_db,
                  clicks_db);
  g_assert_cmpfloat (jumps_db, <, -70);
  g_assert_cmpfloat (clicks_db, >, -40);
  free (out);
  free (bank);
  tsr_score_unref (score);
  morph_clear (&morph);
}

/* Mean square of what a voice plays at weights that came by hand and that were there. */
static void
test_weights_arrive (void)
{
  static const double from[MOST_INPUTS] = {0.9, 0.05, 0.05, 0};
  static const double to[MOST_INPUTS] = {0.1, 0.2, 0.3, 0.4};
  TsrMorphMix         mix = {0};
  float               is[2][4800];
  double              energy[2] = {0};

  Morph morph;
  morph_init (&morph, 4, from, 0.02);
  TsrScore *score = score_of (&morph);
  set_weights (&morph, to);
  TsrScore *wanted = score_of (&morph);
  for (int k = 0; k < 4; k++)
    mix.frequency[k] = mix.amplitude[k] = mix.noise[k] = to[k];
  TsrOscillatorBank *banks[2] = {bank_of (score), bank_of (wanted)};
  for (int i = 0; i < 2; i++) {
    play (banks[i], RATE, 480, is[i]);
    if (i == 0)
      tsr_oscillator_bank_set_mix (banks[i], &mix);
    play (banks[i], RATE + 480, 768, is[i]); /* 16 ms */
    play (banks[i], RATE + 1248, 4800, is[i]);
    for (int k = 0; k < 4800; k++)
      energy[i] += pow ((double)is[i][k], 2);
  }
  double off_db = 10 * log10 (energy[0] / energy[1]);
  g_test_message ("energy 16 ms after a jump: off by %.3f dB", off_db);
  g_assert_cmpfloat (fabs (off_db), <, 0.5);
  for (int i = 0; i < 2; i++)
    free (banks[i]);
  tsr_score_unref (score);
  tsr_score_unref (wanted);
  morph_clear (&morph);
}

/* Another score, its anchor moved, goes on in the phases of the one before. */
static void
test_scores_follow (void)
{
  static const double weights[MOST_INPUTS] = {0.4, 0.3, 0.2, 0.1};
  size_t              n_fade = 480;
  float               before[960], after[960], joined[960];

  Morph morph[2];
  morph_init (&morph[0], 4, weights, 0.02);
  morph_init (&morph[1], 4, weights, 0.021);
  for (size_t k = 0; k < 4; k++) { /* the same sounds */
    tsr_partial_set_unref ((TsrPartialSet *)morph[1].inputs[k].set);
    morph[1].inputs[k].set =
        tsr_partial_set_ref ((TsrPartialSet *)morph[0].inputs[k].set);
  }
  TsrScore          *scores[2] = {score_of (&morph[0]), score_of (&morph[1])};
  TsrOscillatorBank *banks[2] = {bank_of (scores[0]), bank_of (scores[1])};
  TsrMorphMix        mix;
  play (banks[0], RATE / 2, 960, before);
  tsr_oscillator_bank_mix_at (banks[0], 0.5, &mix);
  double place_s = tsr_score_same_place (scores[0], scores[1], &mix, 0.52);
  g_assert_cmpfloat (fabs (place_s - 0.52), <, 0.002);
  tsr_oscillator_bank_take_phases (banks[1], banks[0]);
  play (banks[0], RATE / 2 + 960, 960, before);
  play (banks[1], llrint (place_s * RATE), 960, after);
  double sum[3] = {0};
  for (size_t i = 0; i < 960; i++) {
    float w = i < n_fade ? (float)i / (float)n_fade : 1;
    joined[i] = before[i] + w * (after[i] - before[i]);
    if (i < n_fade) {
      sum[0] += pow ((double)before[i], 2);
      sum[1] += pow ((double)joined[i], 2);
      sum[2] += pow ((double)(before[i] - after[i]), 2);
    }
  }
  double level_db = 10 * log10 (sum[1] / sum[0]), off_db = 10 * log10 (sum[2] / sum[0]);
  g_test_message ("over the crossfade: level %.2f dB, difference %.1f dB, clicks %.1f dB",
                  level_db,
                  off_db,
                  click_db (joined, 960));
  g_assert_cmpfloat (fabs (level_db), <, 0.5);
  g_assert_cmpfloat (off_db, <, -20);
  for (int i = 0; i < 2; i++) {
    free (banks[i]);
    tsr_score_unref (scores[i]);
    morph_clear (&morph[i]);
  }
}

/* Nonsense for weights and times stays finite; beginnings are found from everywhere. */
static void
test_hostile (void)
{
  static const double weights[MOST_INPUTS] = {0.25, 0.25, 0.25, 0.25};
  static const double numbers[] = {0, 1, -1, 1e-9, 3, 0.5, 1e9, 1e300, NAN, INFINITY};
  uint64_t            seed = 3;
  TsrLiveTransform    transform;
  TsrMorphMix         mix;

  Morph morph;
  morph_init (&morph, 4, weights, 0.05);
  TsrScore          *score = score_of (&morph);
  TsrOscillatorBank *bank = bank_of (score);
  tsr_live_transform_init_unity (&transform);
  for (int i = 0; i < 2000; i++) {
    float  out[200] = {0}, *to = out;
    double time_s = fmod (draw (&seed) * 40, 2.2) - 0.1;
    if (draw (&seed) < 0.1)
      time_s = numbers[(int)(10 * draw (&seed))];
    for (int k = 0; k < 4; k++)
      mix.frequency[k] = mix.amplitude[k] = mix.noise[k] =
          numbers[(int)(10 * draw (&seed))];
    if (draw (&seed) < 0.5)
      tsr_oscillator_bank_set_mix (bank, &mix);
    transform.pitch_ratio = draw (&seed) < 0.2 ? 1.5 : 1;
    for (int b = 0; b < 3; b++)
      tsr_oscillator_bank_render (bank,
                                  time_s + b * 200.0 / RATE,
                                  draw (&seed) < 0.9 ? 1 : draw (&seed),
                                  &transform,
                                  NULL,
                                  0,
                                  &to,
                                  200);
    for (int k = 0; k < 200; k++)
      g_assert_true (isfinite (out[k]) && fabsf (out[k]) < 20);
  }
  free (bank);
  tsr_score_unref (score);
  morph_clear (&morph);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/morph-live/equals-made", test_equals_made);
  g_test_add_func ("/morph-live/weights-jump", test_weights_jump);
  g_test_add_func ("/morph-live/weights-arrive", test_weights_arrive);
  g_test_add_func ("/morph-live/scores-follow", test_scores_follow);
  g_test_add_func ("/morph-live/hostile", test_hostile);
  return g_test_run ();
}
