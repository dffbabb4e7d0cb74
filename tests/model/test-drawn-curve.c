/* SPDX-License-Identifier: GPL-3.0-or-later
 * A curve being drawn stays in order and within limits, and is written as the parser
 * takes it; what is tried in a worker is what the operation makes.
 */
#include "model/drawn-curve.h"

#include <math.h>

#include "model/operation-trial.h"
#include "model/operation.h"
#include "tests/model/model-fixture.h"

static void
count_cb (TsrDrawnCurve *curve, gboolean settled, int *counts)
{
  counts[settled]++;
}

static TsrDrawnCurve *
curve_of (const char *word, guint kind, double low_x, double high_x)
{
  return tsr_drawn_curve_new (tsr_operation_info_find (word), kind, low_x, high_x);
}

static void
assert_text (TsrDrawnCurve *curve, const char *text)
{
  g_autofree char *is = tsr_drawn_curve_to_text (curve);
  g_assert_cmpstr (is, ==, text);
}

static void
test_points (void)
{
  g_autoptr (TsrDrawnCurve) curve = curve_of ("pitch", TSR_CURVE_OVER_TIME, 0, 2);
  int    counts[2] = {0, 0};
  guint  n;
  double low, high;

  g_signal_connect (curve, "changed", G_CALLBACK (count_cb), counts);
  g_assert_true (tsr_drawn_curve_is_neutral (curve));
  assert_text (curve, "0:0cents,2:0cents");
  g_assert_cmpint (tsr_drawn_curve_add (curve, 1, 200), ==, 1);
  g_assert_cmpint (tsr_drawn_curve_get_focus (curve), ==, 1);
  assert_text (curve, "0:0cents,1:200cents,2:0cents");
  g_assert_cmpfloat (tsr_drawn_curve_at (curve, 0.5), ==, 100);
  g_assert_cmpint (tsr_drawn_curve_add (curve, 3, 0), ==, -1);  /* beyond */
  g_assert_cmpint (tsr_drawn_curve_add (curve, 1, 500), ==, 1); /* there is one */
  tsr_drawn_curve_place (curve, 1, 5, 9000, FALSE); /* not past its neighbour */
  g_assert_cmpfloat (tsr_drawn_curve_get_points (curve, &n)[1].x, <, 2);
  g_assert_cmpfloat (tsr_drawn_curve_get_points (curve, &n)[1].y, ==, 7200);
  tsr_drawn_curve_get_shown (curve, &low, &high);
  g_assert_cmpfloat (low, ==, -1200);
  g_assert_cmpfloat (high, ==, 7200);
  g_assert_true (tsr_drawn_curve_remove (curve, 1));
  g_assert_true (tsr_drawn_curve_remove (curve, 1));
  g_assert_false (tsr_drawn_curve_remove (curve, 0)); /* one has to stay */
  assert_text (curve, "0:0cents");
  g_assert_cmpint (counts[FALSE], ==, 1);
  g_assert_cmpint (counts[TRUE], ==, 4);
}

static void
test_give_up (void)
{
  g_autoptr (TsrDrawnCurve) curve = curve_of ("gain", TSR_CURVE_OVER_TIME, 0, 1);
  guint                     n;
  g_autofree TsrCurvePoint *before =
      g_memdup2 (tsr_drawn_curve_get_points (curve, &n), 2 * sizeof (TsrCurvePoint));

  tsr_drawn_curve_place (curve, 0, 0.5, -6, FALSE);
  g_assert_false (tsr_drawn_curve_is_neutral (curve));
  tsr_drawn_curve_set_points (curve, before, 2);
  g_assert_true (tsr_drawn_curve_is_neutral (curve));
}

static void
test_frequency (void)
{
  g_autoptr (TsrDrawnCurve) curve = curve_of ("filter", TSR_CURVE_OVER_HZ, 20, 20000);
  g_autoptr (GError) error = NULL;

  tsr_drawn_curve_add (curve, 1000, -12);
  g_autofree char *text = tsr_drawn_curve_to_text (curve);
  g_assert_cmpstr (text, ==, "20Hz:0,1000:-12,20000:0");
  g_autofree char *command = g_strconcat ("filter ", text, NULL);
  g_autoptr (TsrOperation) operation = tsr_operation_parse (command, &error);
  g_assert_no_error (error);
  g_assert_nonnull (operation);
}

/* However anchors are pulled, the map can be made. */
static void
test_time_map (void)
{
  g_autoptr (TsrDrawnCurve) map = curve_of ("stretch", TSR_CURVE_TIME_MAP, 0, 2);
  static const double pulls[] = {-5, 0, 0.3, 1, 1.9, 2, 50};

  g_assert_cmpint (tsr_drawn_curve_add (map, 0.5, NAN), ==, 1);
  g_assert_cmpint (tsr_drawn_curve_add (map, 1, NAN), ==, 2);
  g_assert_true (tsr_drawn_curve_is_neutral (map));
  tsr_drawn_curve_place (map, 1, NAN, 0.75, TRUE);
  assert_text (map, "0:0,0.5:0.75,1:1,2:2");
  g_assert_cmpfloat_with_epsilon (tsr_drawn_curve_inverse (map, 0.375), 0.25, 1e-9);
  for (gsize i = 0; i < G_N_ELEMENTS (pulls); i++)
    for (int k = 0; k < 4; k++) {
      g_autoptr (GError) error = NULL;
      tsr_drawn_curve_place (map, k, NAN, pulls[i], TRUE);
      g_autofree char *text = tsr_drawn_curve_to_text (map);
      g_autofree char *command = g_strconcat ("stretch ", text, NULL);
      g_autoptr (TsrOperation) operation = tsr_operation_parse (command, &error);
      g_assert_no_error (error);
      g_assert_nonnull (operation);
    }
  g_assert_false (tsr_drawn_curve_remove (map, 9));
  g_assert_true (tsr_drawn_curve_remove (map, 1));
  g_assert_true (tsr_drawn_curve_remove (map, 1));
  g_assert_false (tsr_drawn_curve_remove (map, 0)); /* two have to stay */
}

/* Random pulls of every drawable curve are taken by the parser. */
static void
test_always_parsed (void)
{
  static const guint kinds[] = {
      TSR_CURVE_OVER_TIME, TSR_CURVE_OVER_HZ, TSR_CURVE_TIME_MAP};
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);

  for (guint i = 0; i < tsr_operation_info_count (); i++)
    for (gsize k = 0; k < G_N_ELEMENTS (kinds); k++) {
      const TsrOperationInfo *info = tsr_operation_info (i);
      if (!(info->curves & kinds[k]))
        continue;
      g_autoptr (TsrDrawnCurve) curve = tsr_drawn_curve_new (
          info, kinds[k], kinds[k] == TSR_CURVE_OVER_HZ ? 20 : 0, 100);
      double low, high;
      guint  n;
      tsr_drawn_curve_get_shown (curve, &low, &high);
      for (int step = 0; step < 60; step++) {
        double x = g_rand_double_range (rand, 0, 101);
        double y = g_rand_double_range (rand, 3 * low - 1, 3 * high + 1);
        tsr_drawn_curve_get_points (curve, &n);
        if (g_rand_int_range (rand, 0, 3) == 0)
          tsr_drawn_curve_add (curve, x, y);
        else if (g_rand_int_range (rand, 0, 6) == 0)
          tsr_drawn_curve_remove (curve, g_rand_int_range (rand, 0, (int)n));
        else
          tsr_drawn_curve_place (curve, g_rand_int_range (rand, 0, (int)n), x, y, TRUE);
        g_autofree char *text = tsr_drawn_curve_to_text (curve);
        g_autofree char *command = g_strdup_printf ("%s %s", info->word, text);
        g_autoptr (GError) error = NULL;
        g_autoptr (TsrOperation) operation = tsr_operation_parse (command, &error);
        if (operation == NULL)
          g_test_message ("%s", command);
        g_assert_no_error (error);
      }
    }
}

typedef struct {
  GMainLoop     *loop;
  int            n_told;
  TsrSoundState *after;
  char          *sentence;
} Told;

static void
told_cb (gpointer user, TsrSoundState *after, const GError *error)
{
  Told *told = user;

  told->n_told++;
  g_assert_true ((after != NULL) != (error != NULL));
  g_clear_pointer (&told->after, tsr_sound_state_unref);
  told->after = after != NULL ? tsr_sound_state_ref (after) : NULL;
  told->sentence = error != NULL ? g_strdup (error->message) : NULL;
  g_main_loop_quit (told->loop);
}

static void
test_trial (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Told told = {.loop = loop};
  g_autoptr (TsrSoundState) state = fixture_state (1, 5);
  g_autoptr (TsrOperationTrial) trial = tsr_operation_trial_new (told_cb, &told);

  for (int cents = 1; cents <= 20; cents++) { /* as a hand drags */
    g_autofree char *text = g_strdup_printf ("pitch %dst", cents == 20 ? 12 : cents);
    g_autoptr (TsrOperation) operation = tsr_operation_parse (text, NULL);
    tsr_operation_trial_request (trial, operation, state, NULL, 100, NULL);
  }
  while (tsr_operation_trial_is_busy (trial))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (told.n_told, <=, 3); /* the first, the last, none between */
  TsrPartialSet *set = tsr_sound_state_fields (told.after)->partials;
  g_assert_cmpfloat_with_epsilon (
      tsr_partial_summary (tsr_partial_set_at (set, 0))->mean_hz, 200, 1e-6);

  g_autoptr (TsrOperation) crop = tsr_operation_parse ("crop 5:6", NULL);
  tsr_operation_trial_request (trial, crop, state, NULL, 100, NULL);
  g_main_loop_run (loop);
  g_test_message ("%s", told.sentence != NULL ? told.sentence : "made");
  g_clear_pointer (&told.sentence, g_free);

  int before = told.n_told;
  tsr_operation_trial_request (trial, crop, state, NULL, 100, NULL);
  tsr_operation_trial_cancel (trial);
  while (tsr_operation_trial_is_busy (trial))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (told.n_told, ==, before);
  g_clear_pointer (&told.after, tsr_sound_state_unref);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/drawn-curve/points", test_points);
  g_test_add_func ("/drawn-curve/give-up", test_give_up);
  g_test_add_func ("/drawn-curve/frequency", test_frequency);
  g_test_add_func ("/drawn-curve/time-map", test_time_map);
  g_test_add_func ("/drawn-curve/always-parsed", test_always_parsed);
  g_test_add_func ("/operation-trial/latest-counts", test_trial);
  return g_test_run ();
}
