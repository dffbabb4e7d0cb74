/* SPDX-License-Identifier: GPL-3.0-or-later
 * Pairing of inharmonic sounds (row E2): 60 random pairs of 25 partials, 30 % deleted, 5
 * added, 15 cents and 6 dB of jitter, transposed by up to 900 cents.
 */
#include "model/dsp/partials/pairing.h"

#include "tests/dsp/synth-signals.h"

enum { N = 25, ADDED = 5, N_PAIRS = 60 };

static double
normal (uint64_t *seed)
{
  return sqrt (-2 * log (1 - draw (seed))) * cos (2 * M_PI * draw (seed));
}

static TsrPairingTone
random_tone (uint64_t *seed)
{
  return (TsrPairingTone){
      .hz = 100 * pow (60, draw (seed)), .level_db = -60 + 50 * draw (seed), .end_s = 1};
}

typedef struct {
  int right, found, true_pairs;
} Score;

/* nearest: without the transposition, by frequency alone; the negative control. */
static Score
score_pair (uint64_t seed, bool nearest)
{
  TsrPairingTone a[N], b[N + ADDED];
  int            origin[N + ADDED];
  size_t         n_b = 0;
  int32_t        partner[N];
  double         transposition = 1800 * draw (&seed) - 900;
  Score          score = {0};

  for (int i = 0; i < N; i++) {
    a[i] = random_tone (&seed);
    if (draw (&seed) < 0.3)
      continue;
    origin[n_b] = i;
    b[n_b] = a[i];
    b[n_b].hz *= exp2 ((transposition + 15 * normal (&seed)) / 1200);
    b[n_b++].level_db += 6 * normal (&seed);
  }
  score.true_pairs = (int)n_b;
  for (int i = 0; i < ADDED; i++) {
    origin[n_b] = -1;
    b[n_b] = random_tone (&seed);
    b[n_b++].hz *= exp2 (transposition / 1200);
  }
  if (nearest)
    g_assert_true (tsr_pairing_assign (a, N, b, n_b, 0, partner));
  else
    g_assert_true (tsr_pairing_find (a, N, b, n_b, partner));
  for (int i = 0; i < N; i++) {
    score.found += partner[i] >= 0;
    score.right += partner[i] >= 0 && origin[partner[i]] == i;
  }
  return score;
}

static void
test_inharmonic (void)
{
  for (int nearest = 0; nearest < 2; nearest++) {
    Score sum = {0};
    for (int i = 0; i < N_PAIRS; i++) {
      Score one = score_pair ((uint64_t)i * 7919 + 17, nearest);
      sum.right += one.right;
      sum.found += one.found;
      sum.true_pairs += one.true_pairs;
    }
    double precision = (double)sum.right / sum.found;
    double recall = (double)sum.right / sum.true_pairs;
    g_test_message ("%s: precision %.3f, recall %.3f",
                    nearest ? "nearest" : "transposition and assignment",
                    precision,
                    recall);
    if (nearest)
      g_assert_cmpfloat (recall, <, 0.5);
    else {
      g_assert_cmpfloat (precision, >=, 0.9); /* required: 0.8 */
      g_assert_cmpfloat (recall, >=, 0.95);   /* required: 0.9 */
    }
  }
}

static void
test_edge_cases (void)
{
  TsrPairingTone one = {.hz = 440, .level_db = -20, .end_s = 1};
  TsrPairingTone later = {.hz = 440, .level_db = -20, .start_s = 5, .end_s = 6};
  TsrPairingTone elsewhere = {.hz = 440, .level_db = -20, .end_s = 1, .channel = 1};
  int32_t        partner = 7;

  g_assert_true (tsr_pairing_assign (&one, 1, &one, 1, 0, &partner));
  g_assert_cmpint (partner, ==, 0);
  g_assert_true (tsr_pairing_assign (&one, 1, &later, 1, 0, &partner));
  g_assert_cmpint (partner, ==, -1);
  g_assert_true (tsr_pairing_assign (&one, 1, &elsewhere, 1, 0, &partner));
  g_assert_cmpint (partner, ==, -1);
  g_assert_true (tsr_pairing_assign (&one, 1, NULL, 0, 0, &partner));
  g_assert_cmpint (partner, ==, -1);
  g_assert_cmpfloat (tsr_pairing_transposition (&one, 1, NULL, 0), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dsp/pairing/inharmonic", test_inharmonic);
  g_test_add_func ("/dsp/pairing/edges", test_edge_cases);
  return g_test_run ();
}
