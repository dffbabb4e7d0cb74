/* SPDX-License-Identifier: GPL-3.0-or-later
 * Plans of morphs over small sounds: weights, anchors and links as text, voices, times,
 * phases, what unmatched partials do.
 */
#include "model/morph.h"

#include <math.h>

#include "tests/model/model-fixture.h"

static void
test_texts (void)
{
  const struct {
    const char *text;
    guint       n;
    const char *again; /* NULL: refused */
  } rows[] = {
      {"0.25", 2, "0.75:0.25"},
      {"1", 2, "0:1"},
      {"0.2:0.3:0.5", 3, "0.2:0.3:0.5"},
      {"0=1:0,2.5=0:1", 2, "0=1:0,2.5=0:1"},
      {"0.25", 3, NULL},
      {"2", 2, NULL},
      {"0.5:0.6", 2, NULL},
      {"-0.5:1.5", 2, NULL},
      {"nan", 2, NULL},
      {"1=1:0,0=0:1", 2, NULL},
      {"0=1", 2, NULL},
      {"", 2, NULL},
      {"/dev/zero", 2, NULL},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (TsrMorphAmount) amount = {0};
    g_autoptr (GError) error = NULL;
    gboolean parsed = tsr_morph_amount_parse (&amount, rows[i].n, rows[i].text, &error);
    g_assert_cmpint (parsed, ==, rows[i].again != NULL);
    if (!parsed) {
      g_assert_nonnull (error);
      continue;
    }
    g_autofree char *again = tsr_morph_amount_to_text (&amount);
    g_assert_cmpstr (again, ==, rows[i].again);
  }
  g_autoptr (GArray) anchors = tsr_morph_anchors_parse ("0.1:0.2,1:1.5", 2, NULL);
  g_autofree char *anchor_text = tsr_morph_anchors_to_text (anchors, 2);
  g_assert_cmpstr (anchor_text, ==, "0.1:0.2,1:1.5");
  g_assert_null (tsr_morph_anchors_parse ("0.1:0.2,1:0.1", 2, NULL));
  g_assert_null (tsr_morph_anchors_parse ("0.1", 2, NULL));
  g_autoptr (GArray) links = tsr_morph_links_parse ("12:40,13:-", 2, NULL);
  g_autofree char *link_text = tsr_morph_links_to_text (links, 2);
  g_assert_cmpstr (link_text, ==, "12:40,13:-");
  g_assert_null (tsr_morph_links_parse ("12", 2, NULL));
  g_assert_null (tsr_morph_links_parse ("a:b", 2, NULL));
  g_assert_null (tsr_morph_links_parse ("0:1", 2, NULL));
}

/* Harmonics of f0 with the amplitude exp (-1), from 0 to duration_s. */
static TsrSoundState *
harmonic_state (double f0, gsize n, double duration_s)
{
  g_autofree TsrPartial **partials = g_new (TsrPartial *, n);

  for (gsize i = 0; i < n; i++)
    partials[i] = fixture_partial ((gint64)i + 1, 0, duration_s, f0 * (double)(i + 1));
  g_autoptr (TsrPartialSet) set = tsr_partial_set_new (partials, n);
  for (gsize i = 0; i < n; i++)
    tsr_partial_unref (partials[i]);
  return tsr_sound_state_new (&(TsrSoundStateFields){
      .partials = set, .duration_s = duration_s, .analysed = TRUE});
}

typedef struct {
  TsrMorphParams params;
  TsrMorphAmount amount;
} Setting;

static void
setting_init (Setting *s, TsrSoundState *a, TsrSoundState *b, const char *amount)
{
  g_assert_true (tsr_morph_amount_parse (&s->amount, 2, amount, NULL));
  s->params = (TsrMorphParams){
      .n = 2,
      .sounds = {{.state = a, .n_channels = 1}, {.state = b, .n_channels = 1}},
      .time = s->amount,
      .frequency = s->amount,
      .amplitude = s->amount,
      .noise = s->amount};
}

static TsrBreakpoint
partial_near (const TsrPartialSet *set, double hz, double time_s)
{
  TsrBreakpoint best = {.frequency_hz = INFINITY};

  for (gsize i = 0; i < tsr_partial_set_size (set); i++) {
    TsrBreakpoint value;
    if (tsr_partial_at (tsr_partial_set_at (set, i), time_s, &value) &&
        fabs (value.frequency_hz - hz) < fabs (best.frequency_hz - hz))
      best = value;
  }
  return best;
}

static void
test_harmonic (void)
{
  g_autoptr (TsrSoundState) a = harmonic_state (200, 8, 1);
  g_autoptr (TsrSoundState) b = harmonic_state (300, 5, 2);
  Setting s;

  setting_init (&s, a, b, "0.5");
  g_autoptr (TsrMorphPlan) plan = tsr_morph_plan_new (&s.params, NULL);
  g_autoptr (TsrPartialSet) set = tsr_morph_plan_partials (plan, NULL, NULL);
  g_assert_true (tsr_morph_plan_is_harmonic (plan));
  g_assert_cmpfloat_with_epsilon (tsr_morph_plan_duration_s (plan), 1.5, 1e-9);
  g_assert_cmpuint (tsr_partial_set_size (set), ==, 8);
  double f0 = sqrt (200.0 * 300.0);
  for (int k = 1; k <= 8; k++) {
    TsrBreakpoint value = partial_near (set, k * f0, 0.7);
    g_assert_cmpfloat_with_epsilon (value.frequency_hz, k * f0, 0.1); /* glide, too */
    double db = 20 * log10 (tsr_breakpoint_amplitude (&value) / exp (-1));
    g_assert_cmpfloat_with_epsilon (db, k <= 5 ? 0 : -6.02, 0.01);
  }
  s.params.fades = TRUE;
  g_autoptr (TsrMorphPlan) fading = tsr_morph_plan_new (&s.params, NULL);
  g_autoptr (TsrPartialSet) faded = tsr_morph_plan_partials (fading, NULL, NULL);
  g_assert_cmpfloat_with_epsilon (
      partial_near (faded, 1400, 0.7).frequency_hz, 1400, 0.01);
  tsr_morph_amount_clear (&s.amount);
}

/* Anchors at 0.2 and 0.8 s of one meet those at 0.2 and 1.4 s of the other. */
static void
test_anchors (void)
{
  g_autoptr (TsrSoundState) a = harmonic_state (200, 3, 1);
  g_autoptr (TsrSoundState) b = harmonic_state (300, 3, 2);
  g_autoptr (GArray) anchors = tsr_morph_anchors_parse ("0.2:0.2,0.8:1.4", 2, NULL);
  g_autoptr (GArray) bad = tsr_morph_anchors_parse ("0.5:0.01,0.502:1.99", 2, NULL);
  g_autoptr (GError) error = NULL;
  Setting s;

  setting_init (&s, a, b, "0.5");
  s.params.anchors = anchors;
  g_autoptr (TsrMorphPlan) plan = tsr_morph_plan_new (&s.params, NULL);
  const double rows[][3] = {{0, 0, 0}, {0.2, 0.2, 0.2}, {1.1, 0.8, 1.4}, {1.5, 1, 2}};
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint k = 0; k < 2; k++)
      g_assert_cmpfloat_with_epsilon (
          tsr_curve_at_extended (tsr_morph_plan_map (plan, k), rows[i][0]),
          rows[i][k + 1],
          1e-9);
  s.params.anchors = bad;
  g_assert_null (tsr_morph_plan_new (&s.params, &error));
  g_assert_nonnull (error);
  tsr_morph_amount_clear (&s.amount);
}

static void
test_links_by_hand (void)
{
  g_autoptr (TsrSoundState) a = harmonic_state (200, 3, 1);
  g_autoptr (TsrSoundState) b = harmonic_state (300, 3, 1);
  g_autoptr (GArray) links = tsr_morph_links_parse ("1:3,2:-", 2, NULL);
  Setting s;

  setting_init (&s, a, b, "0.5");
  s.params.links = links;
  g_autoptr (TsrMorphPlan) plan = tsr_morph_plan_new (&s.params, NULL);
  g_autoptr (TsrPartialSet) set = tsr_morph_plan_partials (plan, NULL, NULL);
  double crossed = sqrt (200.0 * 900.0);
  g_assert_cmpfloat_with_epsilon (
      partial_near (set, crossed, 0.5).frequency_hz, crossed, 0.01);
  g_assert_cmpuint (tsr_morph_plan_voices (plan)->n, ==, 5);
  tsr_morph_amount_clear (&s.amount);
}

/* Bells: no labels, a transposition, levels that tell them apart. */
static void
test_inharmonic (void)
{
  const double ratios[] = {1, 1.73, 2.41, 3.9, 5.27, 6.1};
  enum { N = G_N_ELEMENTS (ratios) };
  TsrSoundState *states[2];
  Setting        s;

  for (int k = 0; k < 2; k++) {
    TsrPartial *partials[N];
    for (gsize i = 0; i < N; i++)
      partials[i] =
          fixture_partial ((gint64)i + 1, 0, 1, (k == 0 ? 311 : 466) * ratios[i]);
    g_autoptr (TsrPartialSet) set = tsr_partial_set_new (partials, N);
    for (gsize i = 0; i < N; i++)
      tsr_partial_unref (partials[i]);
    states[k] = tsr_sound_state_new (
        &(TsrSoundStateFields){.partials = set, .duration_s = 1, .analysed = TRUE});
  }
  setting_init (&s, states[0], states[1], "0.5");
  g_autoptr (TsrMorphPlan) plan = tsr_morph_plan_new (&s.params, NULL);
  g_autoptr (TsrPartialSet) set = tsr_morph_plan_partials (plan, NULL, NULL);
  g_assert_false (tsr_morph_plan_is_harmonic (plan));
  g_assert_cmpuint (tsr_partial_set_size (set), ==, N);
  for (gsize i = 0; i < N; i++) {
    double hz = sqrt (311.0 * 466.0) * ratios[i];
    g_assert_cmpfloat_with_epsilon (partial_near (set, hz, 0.5).frequency_hz, hz, 0.05);
  }
  tsr_morph_amount_clear (&s.amount);
  tsr_sound_state_unref (states[0]);
  tsr_sound_state_unref (states[1]);
}

/* The phase is the integral of the frequency, and where a sound comes to be alone, its.
 */
static void
test_phases (void)
{
  g_autoptr (TsrSoundState) a = harmonic_state (400, 2, 2);
  g_autoptr (TsrSoundState) b = harmonic_state (401, 2, 2);
  TsrBreakpoint here, there;
  Setting       s;

  setting_init (&s, a, b, "0=1:0,0.2=1:0,1.2=0:1,2=0:1");
  g_autoptr (TsrMorphPlan) plan = tsr_morph_plan_new (&s.params, NULL);
  g_autoptr (TsrPartialSet) set = tsr_morph_plan_partials (plan, NULL, NULL);
  for (double t = 0.01; t < 1.95; t += 0.0371) {
    double hz = 400 + fmin (1, fmax (0, t - 0.2));
    here = partial_near (set, hz, t);
    g_assert_cmpfloat_with_epsilon (here.frequency_hz, hz, 2.1); /* bends to meet */
    if (t > 0.19 && t < 1.25)
      continue;
    int k = t < 1 ? 0 : 1;
    tsr_partial_at (
        tsr_partial_set_at (tsr_sound_state_fields (k == 0 ? a : b)->partials, 0),
        t,
        &there);
    double off = here.phase_turns - there.phase_turns;
    g_assert_cmpfloat (fabs (off - rint (off)), <, 1e-5);
  }
  tsr_morph_amount_clear (&s.amount);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/morph/texts", test_texts);
  g_test_add_func ("/model/morph/harmonic", test_harmonic);
  g_test_add_func ("/model/morph/anchors", test_anchors);
  g_test_add_func ("/model/morph/links", test_links_by_hand);
  g_test_add_func ("/model/morph/inharmonic", test_inharmonic);
  g_test_add_func ("/model/morph/phases", test_phases);
  return g_test_run ();
}
