/* SPDX-License-Identifier: GPL-3.0-or-later
 * The real-time synthesiser: equal to the reference at unity, without clicks elsewhere.
 */
#include "model/dsp/partials/oscillator-bank.h"

#include "model/dsp/partials/oscillator-bank-private.h"
#include "model/dsp/partials/synth.h"
#include "tests/dsp/synth-signals.h"

static const double RATE_HZ = 48000;

typedef struct {
  TsrScore          *score;
  TsrOscillatorBank *bank;
  TsrLiveTransform   transform;
} Player;

static Player
player_new (TsrPartialSet *set, unsigned n_out_channels, bool plain)
{
  Player player = {.score = tsr_score_new (set)};
  size_t size = (tsr_oscillator_bank_size (player.score) + 63) & ~(size_t)63;
  void  *memory = aligned_alloc (64, size);

  player.bank = tsr_oscillator_bank_init (memory, player.score, RATE_HZ, n_out_channels);
  player.bank->kernels = tsr_oscillator_kernels (plain);
  tsr_live_transform_init_unity (&player.transform);
  return player;
}

static void
player_clear (Player *player)
{
  free (player->bank);
  tsr_score_unref (player->score);
}

/* n samples from sample `first`, in blocks; at unity. */
static float *
play (Player *player, int64_t first, size_t n, size_t block)
{
  float *out = calloc (n, sizeof *out);

  for (size_t at = 0; at < n; at += block) {
    float *to = out + at;
    tsr_oscillator_bank_render (player->bank,
                                (double)(first + (int64_t)at) / RATE_HZ,
                                1,
                                &player->transform,
                                NULL,
                                0,
                                &to,
                                MIN (block, n - at));
  }
  return out;
}

static double *
reference (TsrPartialSet *set, int64_t first, size_t n)
{
  double *out = calloc (n, sizeof *out);
  tsr_synth_render_range (set, 0, RATE_HZ, first, n, NULL, out, NULL);
  return out;
}

static double
error_db (const float *x, const double *y, size_t n)
{
  double most = 0;
  for (size_t i = 0; i < n; i++)
    most = fmax (most, fabs ((double)x[i] - y[i]));
  return 20 * log10 (most + 1e-300);
}

/* S2: -100 dB re full scale at unity, on each instruction set, in any blocks. */
static void
test_equals_reference (void)
{
  static const struct {
    size_t      n, noisy, block;
    const char *what;
  } rows[] = {
      {1, 0, 256, "one partial"},
      {40, 0, 441, "40 partials"},
      {40, 0, 64, "40 partials, blocks of 64"},
      {1, 1, 256, "one partial with bandwidth"},
      {40, 1, 1024, "40 partials with bandwidth"},
      {200, 3, 333, "200 partials, a third with bandwidth"},
      {30, 99, 300, "30 crooked partials"},
  };

  for (size_t k = 0; k < 2 * G_N_ELEMENTS (rows); k++) {
    TsrPartialSet *set = rows[k / 2].noisy == 99
                             ? crooked_set (rows[k / 2].n, 2)
                             : wandering_set (rows[k / 2].n, 2, rows[k / 2].noisy);
    size_t         n = 96000;
    Player         player = player_new (set, 1, k % 2 == 0);
    float         *is = play (&player, -1000, n, rows[k / 2].block);
    double        *want = reference (set, -1000, n);
    double         peak = 0, error = error_db (is, want, n);
    for (size_t i = 0; i < n; i++)
      peak = fmax (peak, fabs (want[i]));
    g_test_message ("%s, %s: %.1f dB (peak %.2f)",
                    rows[k / 2].what,
                    k % 2 == 0 ? "plain" : "fastest",
                    error,
                    peak);
    g_assert_cmpfloat (peak, >, 0.005);
    g_assert_cmpfloat (error - 20 * log10 (fmax (1, peak)), <, -100);
    free (is);
    free (want);
    player_clear (&player);
    tsr_partial_set_unref (set);
  }
}

/* Every instruction set gives the same bits. */
static void
test_kernels_agree (void)
{
  TsrPartialSet *set = wandering_set (30, 1, 2);
  Player         plain = player_new (set, 1, true), fast = player_new (set, 1, false);
  float         *a = play (&plain, 0, 48000, 300), *b = play (&fast, 0, 48000, 300);

  g_assert_cmpmem (a, 48000 * sizeof *a, b, 48000 * sizeof *b);
  free (a);
  free (b);
  player_clear (&plain);
  player_clear (&fast);
  tsr_partial_set_unref (set);
}

/* A seek anywhere sounds as if it had played up to there. */
static void
test_seek (void)
{
  TsrPartialSet *set = wandering_set (150, 3, 4);
  Player         player = player_new (set, 1, false);

  for (int64_t first = 140000; first >= 0; first -= 13577) {
    float  *is = play (&player, first, 4000, 480);
    double *want = reference (set, first, 4000);
    g_assert_cmpfloat (error_db (is, want, 4000), <, -100);
    free (is);
    free (want);
  }
  player_clear (&player);
  tsr_partial_set_unref (set);
}

/* Largest second difference: a jump of j in a sample or of its slope shows as about j. */
static double
roughness (const float *x, size_t first, size_t end)
{
  double most = 0;
  for (size_t i = first + 2; i < end; i++)
    most = fmax (most, fabs ((double)x[i] - 2 * (double)x[i - 1] + (double)x[i - 2]));
  return most;
}

static TsrPartialSet *
steady_set (double frequency_hz)
{
  TsrBreakpoint b[2] = {{.frequency_hz = frequency_hz, .log_amplitude = log (0.5)},
                        {.time_s = 20,
                         .phase_turns = frequency_hz * 20,
                         .frequency_hz = frequency_hz,
                         .log_amplitude = log (0.5)}};
  return set_of (tsr_partial_new (1, 0, 0, b, 2));
}

typedef enum {
  SWEEP_PITCH,
  SWEEP_SHIFT,
  SWEEP_GAIN,
  SWEEP_FILTER,
  SWEEP_SPEED,
  SWEEP_GROUP,
  SWEEP_ALL,
  N_SWEEPS
} Sweep;

static const char *const sweep_names[] = {
    "pitch", "shift", "gain", "filter", "speed", "group", "all"};

static TsrCurve *
tilted_filter (double gain_db)
{
  TsrCurvePoint points[2] = {{.x = 200, .y = 0}, {.x = 2000, .y = gain_db}};
  return tsr_curve_new (points, 2);
}

/* Drags one parameter up and down for 200 blocks of 256 and back to unity for 100. */
static float *
drag (Player *player, Sweep sweep, size_t n_blocks)
{
  float  *out = calloc (n_blocks * 256, sizeof *out);
  double  time_s = 1;
  uint8_t groups[1] = {0};

  for (size_t k = 0; k < n_blocks; k++) {
    double            x = k < 200 ? sin (0.11 * (double)k) : 0, speed = 1;
    float            *to = out + k * 256;
    TsrLiveTransform *t = &player->transform;
    bool              all = sweep == SWEEP_ALL;
    if (sweep == SWEEP_PITCH || all)
      t->pitch_ratio = exp2 (x);
    if (sweep == SWEEP_SHIFT || all)
      t->shift_hz = 100 * x;
    if (sweep == SWEEP_GAIN || all)
      t->gain = 1 - 0.9 * x * x;
    if (sweep == SWEEP_SPEED || all)
      speed = k < 200 ? (k % 7 == 0 ? 0 : 1 + x) : 1;
    if (sweep == SWEEP_GROUP)
      groups[0] = k % 5 == 0 && k < 200;
    if (sweep == SWEEP_FILTER || all) {
      TsrCurve *curve = tilted_filter (-40 * x * x);
      tsr_live_transform_set_filter (t, k < 200 ? curve : NULL);
      tsr_curve_unref (curve);
    }
    tsr_oscillator_bank_render (player->bank, time_s, speed, t, groups, 0, &to, 256);
    time_s += speed * 256 / RATE_HZ;
  }
  return out;
}

/* Dragging makes no click, nor does letting go; and the score's phase comes back. */
static void
test_no_clicks (void)
{
  for (int sweep = 0; sweep < N_SWEEPS; sweep++) {
    TsrPartialSet *set = steady_set (440);
    Player         player = player_new (set, 1, false);
    float         *out = drag (&player, (Sweep)sweep, 300);
    /* The roughest that a sinusoid of the highest frequency reached can be. */
    double highest_hz = 440 * (sweep == SWEEP_PITCH || sweep == SWEEP_ALL ? 2.3 : 1) +
                        (sweep == SWEEP_SHIFT || sweep == SWEEP_ALL ? 100 : 0) + 15;
    double smooth = 0.5 * pow (2 * M_PI * highest_hz / RATE_HZ, 2);
    double is = roughness (out, 0, 300 * 256);
    g_test_message ("%s: %.2g, a smooth tone %.2g", sweep_names[sweep], is, smooth);
    /* Groups fade over a block of 256: twice that slope where one ramp meets another. */
    double ramp = sweep == SWEEP_GROUP ? 0.5 * 2 / 256 : 1e-4;
    g_assert_cmpfloat (is, <, 1.3 * smooth + ramp);
    if (sweep == SWEEP_PITCH || sweep == SWEEP_SHIFT || sweep == SWEEP_GAIN) {
      int64_t first = 48000 + 290 * 256;
      double *want = reference (set, first, 2560);
      g_assert_cmpfloat (error_db (out + 290 * 256, want, 2560), <, -100);
      free (want);
    }
    free (out);
    player_clear (&player);
    tsr_partial_set_unref (set);
  }
}

/* Partials with bandwidth come back to the reference after a drag, noise and all, and
 * their noise fades over. */
static void
test_noise_comes_back (void)
{
  enum { BLOCK = 250, DRAGGED = 100, BLOCKS = 300, BACK = 120 };
  TsrPartialSet *set =
      set_of (with_bandwidth (wandering_partial (7, 3, 0, 0.005, 600), 0.4f));
  Player player = player_new (set, 1, false);
  float *out = calloc (BLOCKS * BLOCK, sizeof *out);
  double x = 4801;

  for (int k = 0; k < BLOCKS; k++) {
    float *to = out + k * BLOCK;
    double speed = k < DRAGGED ? 0.75 : 1; /* to a whole sample */
    player.transform.pitch_ratio = k < DRAGGED ? 0.9 : 1;
    tsr_oscillator_bank_render (
        player.bank, x / RATE_HZ, speed, &player.transform, NULL, 0, &to, BLOCK);
    x += speed * BLOCK;
  }
  size_t  n = (BLOCKS - BACK) * BLOCK, all = (BLOCKS - DRAGGED / 4) * BLOCK;
  double *want = reference (set, (int64_t)x - (int64_t)n, n);
  double *whole = reference (set, (int64_t)x - (int64_t)all, all);
  float  *plain = calloc (all, sizeof *plain);
  for (size_t i = 0; i < all; i++)
    plain[i] = (float)whole[i];
  double smooth = roughness (plain, 0, all), is = roughness (out, 0, BLOCKS * BLOCK);
  double error = error_db (out + BACK * BLOCK, want, n);
  g_test_message ("level %.3f, error %.1f dB, roughness %.2g of %.2g",
                  energy_of (want, n),
                  error,
                  is,
                  smooth);
  g_assert_cmpfloat (energy_of (want, n), >, 0.1);
  g_assert_cmpfloat (error, <, -100);
  g_assert_cmpfloat (is, <, 2 * smooth);
  free (plain);
  free (whole);
  free (want);
  free (out);
  player_clear (&player);
  tsr_partial_set_unref (set);
}

/* A held pitch sounds like the partial edited by it, from its onset on. */
static void
test_pitch_equals_edit (void)
{
  TsrBreakpoint b[3] = {{.frequency_hz = 300, .time_s = 0.01},
                        {.time_s = 0.51, .frequency_hz = 320},
                        {.time_s = 1.01, .frequency_hz = 280}};
  b[1].phase_turns = 155;
  b[2].phase_turns = 305;
  TsrPartialSet *set = set_of (tsr_partial_new (1, 0, 0, b, 3));
  for (int i = 0; i < 3; i++) {
    b[i].phase_turns *= 1.5;
    b[i].frequency_hz *= 1.5;
  }
  TsrPartialSet *edited = set_of (tsr_partial_new (1, 0, 0, b, 3));
  Player         player = player_new (set, 1, false);
  player.transform.pitch_ratio = 1.5;
  float  *is = play (&player, 0, 48000, 512);
  double *want = reference (edited, 0, 48000);
  double  error = error_db (is, want, 48000);
  g_test_message ("error %.1f dB", error);
  g_assert_cmpfloat (error, <, -80);
  free (is);
  free (want);
  player_clear (&player);
  tsr_partial_set_unref (set);
  tsr_partial_set_unref (edited);
}

static void
test_channels_and_groups (void)
{
  TsrBreakpoint b[2] = {{.frequency_hz = 1000},
                        {.time_s = 1, .phase_turns = 1000, .frequency_hz = 1000}};
  TsrPartial   *partials[3];
  float         left[480], right[480], *out[2] = {left, right};

  for (unsigned i = 0; i < 3; i++)
    partials[i] = tsr_partial_new ((int64_t)i + 1, 0, i, b, 2);
  for (unsigned n = 1; n <= 3; n++) {
    TsrPartialSet       *set = tsr_partial_set_new (partials, n);
    Player               player = player_new (set, 2, false);
    static const uint8_t groups[3] = {5, 5, 6};
    double               both[3][2] = {{1, 1}, {1, 1}, {2, 1}};
    for (int group = 0; group < 2; group++) {
      memset (left, 0, sizeof left);
      memset (right, 0, sizeof right);
      tsr_oscillator_bank_reset (player.bank);
      tsr_oscillator_bank_render (player.bank,
                                  0.5,
                                  1,
                                  &player.transform,
                                  group == 0 ? NULL : groups,
                                  6,
                                  out,
                                  480);
      double want[2] = {both[n - 1][0], both[n - 1][1]};
      if (group == 1) {
        want[0] = n == 3;
        want[1] = 0;
      }
      g_assert_cmpfloat (fabs ((double)left[0] - want[0]), <, 1e-5);
      g_assert_cmpfloat (fabs ((double)right[0] - want[1]), <, 1e-5);
    }
    player_clear (&player);
    tsr_partial_set_unref (set);
  }
  for (int i = 0; i < 3; i++)
    tsr_partial_unref (partials[i]);
}

static void
test_filter_table (void)
{
  TsrLiveTransform transform;
  TsrCurvePoint    points[3] = {{.x = 100, .y = 0}, {.x = 1000, .y = -20}, {.x = 9000}};
  TsrCurve        *curve = tsr_curve_new (points, 3);
  double           rates_hz[] = {50, 100, 400, 1000, 5000, 12000};
  TsrPartialSet   *set;

  tsr_live_transform_init_unity (&transform);
  g_assert_true (tsr_live_transform_is_unity (&transform));
  tsr_live_transform_set_filter (&transform, curve);
  g_assert_false (tsr_live_transform_is_unity (&transform));
  for (size_t i = 0; i < G_N_ELEMENTS (rates_hz); i++) {
    set = steady_set (rates_hz[i]);
    Player player = player_new (set, 1, false);
    player.transform = transform;
    float *out = play (&player, 48000, 4800, 256);
    double energy = 0;
    for (int k = 0; k < 4800; k++)
      energy += (double)out[k] * (double)out[k];
    double is_db = 10 * log10 (energy / 4800 * 8);
    g_assert_cmpfloat (fabs (is_db - tsr_curve_at (curve, rates_hz[i])), <, 0.2);
    free (out);
    player_clear (&player);
    tsr_partial_set_unref (set);
  }
  tsr_curve_unref (curve);
}

/* Whatever the parameters, the output stays finite and the bank in bounds. */
static void
test_hostile_parameters (void)
{
  static const double numbers[] = {0, 1, -1, 1e-9, 3, 1e3, 1e9, 1e300, NAN, INFINITY};
  TsrPartialSet      *set = wandering_set (50, 1, 3);
  Player              player = player_new (set, 1, false);
  uint64_t            seed = 1;

  for (int i = 0; i < 3000; i++) {
    float  out[200] = {0}, *to = out;
    double time_s =
        draw (&seed) < 0.7 ? player.bank->expected_s : numbers[(int)(10 * draw (&seed))];
    player.transform.pitch_ratio = numbers[(int)(10 * draw (&seed))];
    player.transform.shift_hz = numbers[(int)(10 * draw (&seed))];
    player.transform.gain = numbers[(int)(10 * draw (&seed))];
    double speed = draw (&seed) < 0.7 ? draw (&seed) : numbers[(int)(10 * draw (&seed))];
    tsr_oscillator_bank_render (player.bank,
                                time_s,
                                speed,
                                &player.transform,
                                NULL,
                                0,
                                &to,
                                (size_t)(200 * draw (&seed)));
    for (int k = 0; k < 200; k++)
      g_assert_true (isfinite (out[k]));
  }
  player_clear (&player);
  tsr_partial_set_unref (set);
}

/* Steep and short segments, read a hundred times as fast and more. */
static void
test_steep_and_fast (void)
{
  TsrBreakpoint b[200] = {0};
  uint64_t      seed = 5;

  for (int i = 0; i < 200; i++)
    b[i] = (TsrBreakpoint){.time_s = i * 0.001,
                           .phase_turns = i,
                           .frequency_hz = 1000,
                           .log_amplitude = i % 2 == 0 ? -99 : 1,
                           .slope_per_s = i % 4 < 2 ? 1e5f : -1e5f};
  TsrPartialSet *set = set_of (tsr_partial_new (1, 0, 0, b, 200));
  Player         player = player_new (set, 1, false);
  for (int i = 0; i < 2000; i++) {
    float out[128] = {0}, *to = out;
    tsr_oscillator_bank_render (player.bank,
                                0.2 * draw (&seed),
                                exp (14 * draw (&seed)),
                                &player.transform,
                                NULL,
                                0,
                                &to,
                                128);
    for (int k = 0; k < 128; k++)
      g_assert_true (isfinite (out[k]));
  }
  player_clear (&player);
  tsr_partial_set_unref (set);
}

static void
test_empty_set (void)
{
  TsrPartialSet *set = tsr_partial_set_new (NULL, 0);
  Player         player = player_new (set, 1, false);
  float         *out = play (&player, 0, 1000, 100);

  for (int i = 0; i < 1000; i++)
    g_assert_cmpfloat ((double)out[i], ==, 0);
  g_assert_cmpuint (tsr_score_max_polyphony (player.score), ==, 0);
  free (out);
  player_clear (&player);
  tsr_partial_set_unref (set);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oscillator-bank/equals-reference", test_equals_reference);
  g_test_add_func ("/oscillator-bank/kernels-agree", test_kernels_agree);
  g_test_add_func ("/oscillator-bank/seek", test_seek);
  g_test_add_func ("/oscillator-bank/no-clicks", test_no_clicks);
  g_test_add_func ("/oscillator-bank/noise-comes-back", test_noise_comes_back);
  g_test_add_func ("/oscillator-bank/pitch-equals-edit", test_pitch_equals_edit);
  g_test_add_func ("/oscillator-bank/channels-and-groups", test_channels_and_groups);
  g_test_add_func ("/oscillator-bank/filter-table", test_filter_table);
  g_test_add_func ("/oscillator-bank/hostile-parameters", test_hostile_parameters);
  g_test_add_func ("/oscillator-bank/steep-and-fast", test_steep_and_fast);
  g_test_add_func ("/oscillator-bank/empty-set", test_empty_set);
  return g_test_run ();
}
