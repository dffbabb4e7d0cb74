/* SPDX-License-Identifier: GPL-3.0-or-later
 * What each operation does to a small sound, whole or selected.
 */
#include "model/operation.h"

#include <math.h>

#include "tests/model/model-fixture.h"

static TsrSoundState *
apply (const char    *text,
       TsrSoundState *state,
       TsrSelection  *selection,
       TsrSelection **made)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TsrOperation) operation = tsr_operation_parse (text, &error);
  gint64 next_id = tsr_partial_set_max_id (tsr_sound_state_fields (state)->partials) + 1;

  g_assert_no_error (error);
  TsrSoundState *after =
      tsr_operation_apply (operation, state, selection, &next_id, made, &error);
  g_assert_no_error (error);
  g_assert_nonnull (after);
  return after;
}

static TsrPartialSet *
set_of (const TsrSoundState *state)
{
  return tsr_sound_state_fields (state)->partials;
}

static TsrPartial *
at (const TsrSoundState *state, gsize i)
{
  return tsr_partial_set_at (set_of (state), i);
}

static TsrBreakpoint
value_at (const TsrSoundState *state, gsize i, double time_s)
{
  TsrBreakpoint value;

  g_assert_true (tsr_partial_at (at (state, i), time_s, &value));
  return value;
}

static double
level_db (const TsrSoundState *state, gsize i, double time_s)
{
  TsrBreakpoint value = value_at (state, i, time_s);

  return 20 * log10 (tsr_breakpoint_amplitude (&value) / exp (-1));
}

static void
test_amounts (void)
{
  g_autoptr (TsrSoundState) state = fixture_state (1, 5); /* 100 ... 500 Hz */
  const struct {
    const char *text;
    gsize       i;
    double      time_s, hz, db;
  } rows[] = {
      {"pitch 0:1,1:2", 1, 0.5, 300, 0},
      {"pitch 100Hz:1,500Hz:2", 4, 0.5, 1000, 0},
      {"pitch 100Hz:1,500Hz:2", 0, 0.5, 100, 0},
      {"pitch 2 keep formants", 1, 0.5, 400, 0}, /* the envelope is flat */
      {"formants 1.5", 1, 0.5, 200, 0},
      {"shift 0:0,1:50", 1, 0.5, 225, 0},
      {"gain 0:0,1:-12", 1, 0.5, 200, -6},
      {"gain 100Hz:0,500Hz:-12", 2, 0.5, 300, -6},
      {"noise 0.5", 1, 0.5, 200, 0},
      {"tilt -6", 1, 0.5, 200, 13.93},
      {"tilt 0:0,1:-6", 1, 0.5, 200, 6.97},
      {"vibrato 0", 1, 0.5, 200, 0},
      {"tremolo 3", 1, 0.5, 200, 0},
      {"harmonify 1", 1, 0.5, 200, 0},
      {"fade 0.5:0", 1, 0.25, 200, -6.02},
      {"fade 0:0.5", 1, 0.9, 200, -13.98},
      {"smooth 20", 1, 0.5, 200, 0},
      {"label auto", 3, 0.5, 400, 0},
      {"quantize chromatic", 3, 0.5, 391.995, 0},
      {"quantize chromatic amount 0.5", 3, 0.5, 395.98, 0},
      {"reverse", 3, 0.5, 400, 0},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (TsrSoundState) after = apply (rows[i].text, state, NULL, NULL);
    TsrBreakpoint value = value_at (after, rows[i].i, rows[i].time_s);
    g_test_message ("%s: %g Hz", rows[i].text, value.frequency_hz);
    g_assert_cmpfloat_with_epsilon (value.frequency_hz, rows[i].hz, 0.01);
    g_assert_cmpfloat_with_epsilon (
        level_db (after, rows[i].i, rows[i].time_s), rows[i].db, 0.05);
    g_assert_cmpuint (tsr_partial_set_size (set_of (after)), ==, 5);
    g_assert_cmpfloat (tsr_sound_state_fields (after)->duration_s, ==, 1);
  }
}

/* A tone whose partials are off their multiples by as much as an analysis errs, and two
 * notes after each other: harmonics keep their ratios, each note goes to its own. */
static void
test_quantize_notes (void)
{
  TsrPartial *items[12];
  for (int k = 0; k < 6; k++) {
    items[k] = fixture_partial (k + 1, 0, 1, 225 * (k + 1));        /* A3 + 39 cents */
    items[6 + k] = fixture_partial (k + 7, 1.05, 2, 300 * (k + 1)); /* D4 + 37 cents */
  }
  g_autoptr (TsrPartialSet) set = tsr_partial_set_new (items, 12);
  for (int k = 0; k < 12; k++)
    tsr_partial_unref (items[k]);
  g_autoptr (TsrSoundState) state = tsr_sound_state_new (
      &(TsrSoundStateFields){.partials = set, .duration_s = 2, .analysed = TRUE});
  const struct {
    const char *text;
    double      first_hz, second_hz;
    gboolean    harmonic;
  } rows[] = {{"quantize chromatic", 220, 293.6648, TRUE},
              {"quantize chromatic amount 0.5 by notes", 222.486, 296.815, TRUE},
              {"quantize chromatic by partials", 220, 293.6648, FALSE}};

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (TsrSoundState) after = apply (rows[i].text, state, NULL, NULL);
    double worst_cents = 0;
    for (gsize k = 0; k < 12; k++) {
      const TsrPartialSummary *s = tsr_partial_summary (at (after, k));
      gboolean                 late = s->start_s > 0.5;
      double                   base_hz = late ? rows[i].second_hz : rows[i].first_hz;
      TsrBreakpoint            v = value_at (after, k, late ? 1.5 : 0.5);
      double                   ratio = v.frequency_hz / base_hz;
      worst_cents = fmax (worst_cents, fabs (1200 * log2 (ratio / round (ratio))));
    }
    g_test_message ("%s: harmonics within %.4f cents", rows[i].text, worst_cents);
    if (rows[i].harmonic)
      g_assert_cmpfloat (worst_cents, <, 0.01);
    else
      g_assert_cmpfloat (worst_cents, >, 10);
  }
}

/* An offset of the samples among the partials is no tone: nothing moves it. */
static void
test_offset (void)
{
  static const char *const texts[] = {"pitch 1.5",
                                      "pitch 2 keep formants",
                                      "pitch 0:1,1:2",
                                      "shift 100",
                                      "shift 0:0,1:50",
                                      "harmonify 1",
                                      "quantize chromatic",
                                      "vibrato 2",
                                      "formants 1.5",
                                      "smooth 20",
                                      "stretch 2",
                                      "label auto"};
  g_autoptr (TsrSoundState) state = fixture_state (1, 5);
  TsrPartial   *items[6];
  TsrBreakpoint b[2] = {{.time_s = 0, .phase_turns = 0.5, .log_amplitude = -4},
                        {.time_s = 1, .phase_turns = 0.5, .log_amplitude = -4}};

  for (gsize i = 0; i < 5; i++)
    items[i] = at (state, i);
  items[5] = tsr_partial_new (6, 0, 0, b, 2);
  g_autoptr (TsrPartialSet) set = tsr_partial_set_new (items, 6);
  TsrSoundStateFields fields = *tsr_sound_state_fields (state);
  fields.partials = set;
  g_autoptr (TsrSoundState) with_offset = tsr_sound_state_new (&fields);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (TsrSoundState) after = apply (texts[i], with_offset, NULL, NULL);
    gsize index = 0;
    while (index < 5 && tsr_partial_summary (at (after, index))->high_hz > 0)
      index++;
    TsrBreakpoint value = value_at (after, index, 0.5);
    g_test_message ("%s", texts[i]);
    g_assert_cmpfloat (value.frequency_hz, ==, 0);
    g_assert_cmpfloat_with_epsilon (value.phase_turns, 0.5, 1e-9);
    g_assert_cmpint (tsr_partial_label (at (after, index)), ==, 0);
  }
  tsr_partial_unref (items[5]);
}

/* A vowel-like slope keeps its formants while the pitch moves. */
static void
test_formants_are_kept (void)
{
  g_autoptr (TsrSoundState) flat = fixture_state (1, 30);
  g_autoptr (TsrSoundState) vowel = apply (
      "filter 100:0,500:0,700:20,900:0,2000:0,2200:15,2400:0,3000:-20", flat, NULL, NULL);
  g_autoptr (TsrSoundState) up = apply ("pitch 1.5 keep formants", vowel, NULL, NULL);
  g_autoptr (TsrSoundState) moved = apply ("formants 1.5", vowel, NULL, NULL);

  for (gsize i = 1; i < 20; i++) {
    double hz = 150 * ((double)i + 1);
    gsize  below = (gsize)(hz / 100) - 1;
    double wanted =
        i % 2 == 1
            ? level_db (vowel, below, 0.5)
            : 0.5 * (level_db (vowel, below, 0.5) + level_db (vowel, below + 1, 0.5));
    g_assert_cmpfloat_with_epsilon (level_db (up, i, 0.5), wanted, i % 2 == 1 ? 0.1 : 4);
  }
  /* The one at 700 Hz has moved to 1050. */
  g_assert_cmpfloat (level_db (moved, 9, 0.5), >, 10);
  g_assert_cmpfloat (level_db (moved, 6, 0.5), <, 6);
}

static void
test_brightness (void)
{
  g_autoptr (TsrSoundState) flat = fixture_state (1, 12);
  g_autoptr (TsrSoundState) state = apply ("tilt -9dB", flat, NULL, NULL);
  const double ratios[] = {0.8, 1.25, 1.5};

  for (gsize k = 0; k < G_N_ELEMENTS (ratios); k++) {
    g_autofree char *text = g_strdup_printf ("brightness %g", ratios[k]);
    g_autoptr (TsrSoundState) after = apply (text, state, NULL, NULL);
    double centroid[2], energy[2];
    for (int side = 0; side < 2; side++) {
      double above = 0, below = 0;
      energy[side] = 0;
      for (gsize i = 0; i < 12; i++) {
        TsrBreakpoint value = value_at (side == 0 ? state : after, i, 0.5);
        double        a = tsr_breakpoint_amplitude (&value);
        above += a * value.frequency_hz;
        below += a;
        energy[side] += a * a;
      }
      centroid[side] = above / below;
    }
    g_assert_cmpfloat_with_epsilon (centroid[1] / centroid[0], ratios[k], 1e-3);
    g_assert_cmpfloat_with_epsilon (10 * log10 (energy[1] / energy[0]), 0, 0.01);
  }
}

static void
test_harmonify (void)
{
  TsrPartial *partials[10];
  for (int k = 1; k <= 10; k++)
    partials[k - 1] =
        fixture_partial (k, 0, 1, 200 * k * exp2 ((k % 3 - 1) * 12 / 1200.0));
  g_autoptr (TsrPartialSet) set = tsr_partial_set_new (partials, 10);
  for (int k = 0; k < 10; k++)
    tsr_partial_unref (partials[k]);
  g_autoptr (TsrSoundState) state = tsr_sound_state_new (
      &(TsrSoundStateFields){.partials = set, .duration_s = 1, .analysed = TRUE});
  const double amounts[] = {1, 0.5, -1};

  for (gsize a = 0; a < G_N_ELEMENTS (amounts); a++) {
    g_autofree char *text = g_strdup_printf ("harmonify %g", amounts[a]);
    g_autoptr (TsrSoundState) after = apply (text, state, NULL, NULL);
    double worst = 0;
    for (gsize i = 0; i < 10; i++) {
      double before =
          1200 * log2 (value_at (state, i, 0.5).frequency_hz / (200 * ((double)i + 1)));
      double now =
          1200 * log2 (value_at (after, i, 0.5).frequency_hz / (200 * ((double)i + 1)));
      worst = fmax (worst, fabs (now - (1 - amounts[a]) * before));
    }
    g_test_message ("harmonify %g: %.2f cents off", amounts[a], worst);
    g_assert_cmpfloat (worst, <, 12 * fabs (amounts[a]) * 0.5);
  }
}

static void
test_labels (void)
{
  g_autoptr (TsrSoundState) state = fixture_state (1, 5);
  g_autoptr (TsrSoundState) all = apply ("label auto", state, NULL, NULL);
  g_autoptr (TsrSelection) two = tsr_selection_new ((gint64[]){2, 3}, 2, NULL);
  g_autoptr (TsrSelection) made = NULL;
  g_autoptr (TsrSoundState) some = apply ("label 7", state, two, &made);

  for (gsize i = 0; i < 5; i++)
    g_assert_cmpint (tsr_partial_label (at (all, i)), ==, (int)i + 1);
  g_assert_cmpuint (tsr_selection_size (made), ==, 2);
  g_assert_cmpint (tsr_partial_label (at (some, 4)), ==, 7);
  g_assert_cmpint (tsr_partial_label (at (some, 0)), ==, 0);
}

static void
test_parts_and_wholes (void)
{
  g_autoptr (TsrSoundState) state = fixture_state (1, 3);
  g_autoptr (TsrSelection) pieces = NULL;
  g_autoptr (TsrSelection) one = tsr_selection_new ((gint64[]){2}, 1, NULL);
  g_autoptr (TsrSoundState) cut = apply ("split 0.5", state, one, &pieces);
  g_autoptr (TsrSelection) whole = NULL;
  g_autoptr (TsrSoundState) joined = apply ("join", cut, pieces, &whole);
  g_autoptr (TsrSelection) copies = NULL;
  g_autoptr (TsrSoundState) twice = apply ("duplicate 0.5", state, one, &copies);
  g_autoptr (TsrSoundState) later = apply ("move 0.25", state, one, NULL);
  g_autoptr (TsrSoundState) all_later = apply ("move 0.25", state, NULL, NULL);

  g_assert_cmpuint (tsr_partial_set_size (set_of (cut)), ==, 4);
  g_assert_cmpuint (tsr_selection_size (pieces), ==, 2);
  g_assert_cmpuint (tsr_partial_set_size (set_of (joined)), ==, 3);
  g_assert_cmpuint (tsr_selection_size (whole), ==, 1);
  TsrBreakpoint value = value_at (joined, 2, 0.75);
  g_assert_cmpfloat_with_epsilon (value.phase_turns, 150, 1e-9);
  g_assert_cmpuint (tsr_partial_set_size (set_of (twice)), ==, 4);
  g_assert_cmpuint (tsr_selection_size (copies), ==, 1);
  g_assert_cmpfloat (tsr_sound_state_fields (twice)->duration_s, ==, 1.5);
  g_assert_cmpfloat (tsr_sound_state_fields (later)->duration_s, ==, 1.25);
  g_assert_cmpfloat (tsr_sound_state_fields (all_later)->duration_s, ==, 1.25);
  g_assert_cmpfloat_with_epsilon (
      tsr_curve_at_extended (tsr_sound_state_fields (all_later)->source_s_over_sound_s,
                             0.5),
      0.25,
      1e-12);
}

/* Partials 1 and 2 of one row each: what a whole sound's `join` makes of them. */
static void
test_join_bridges_real_gaps (void)
{
  const struct {
    const char *what;
    double      end_hz[2], gap_s, start_hz[2], level_db;
    guint       n;
  } rows[] = {
      {"level", {440, 440}, 0.03, {440, 440}, 0, 1},
      {"glide", {400, 440}, 0.03, {444, 484}, 0, 1},
      {"too far", {440, 440}, 0.2, {440, 440}, 0, 2},
      {"another note", {440, 440}, 0.03, {460, 460}, 0, 2},
      {"kink", {400, 440}, 0.08, {440, 400}, 0, 2},
      {"step", {440, 440}, 0.03, {440, 440}, -20, 2},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    double           s = 0.4 + rows[i].gap_s, db = -20 + rows[i].level_db;
    g_autofree char *first = g_strdup_printf (
        "draw 0.1:%g:-20,0.4:%g:-20", rows[i].end_hz[0], rows[i].end_hz[1]);
    g_autofree char *second = g_strdup_printf ("draw %g:%g:%g,%g:%g:%g",
                                               s,
                                               rows[i].start_hz[0],
                                               db,
                                               s + 0.3,
                                               rows[i].start_hz[1],
                                               db);
    g_autoptr (TsrSoundState) state = fixture_state (1, 1);
    g_autoptr (TsrSoundState) empty = apply ("delete", state, NULL, NULL);
    g_autoptr (TsrSoundState) one = apply (first, empty, NULL, NULL);
    g_autoptr (TsrSoundState) two = apply (second, one, NULL, NULL);
    g_autoptr (TsrSoundState) cut = apply ("split 0.2", two, NULL, NULL);
    g_autoptr (TsrSoundState) joined = apply ("join", cut, NULL, NULL);
    g_autoptr (TsrSelection) all = tsr_selection_all (set_of (cut));
    g_autoptr (TsrSoundState) forced = apply ("join", cut, all, NULL);
    g_test_message ("%s", rows[i].what);
    g_assert_cmpuint (tsr_partial_set_size (set_of (cut)), ==, 3);
    g_assert_cmpuint (tsr_partial_set_size (set_of (joined)), ==, rows[i].n);
    g_assert_cmpuint (tsr_partial_set_size (set_of (forced)), ==, 1);
  }
}

static void
test_delete_a_span (void)
{
  g_autoptr (TsrSoundState) state = fixture_state (1, 3);
  g_autoptr (TsrSelection) one = tsr_selection_new ((gint64[]){2}, 1, NULL);
  g_autoptr (TsrSoundState) all = apply ("delete 0.25:0.75", state, NULL, NULL);
  g_autoptr (TsrSoundState) some = apply ("delete 0.25:0.75", state, one, NULL);
  g_autoptr (TsrSoundState) end = apply ("delete 0.5:", state, NULL, NULL);
  g_autoptr (TsrSoundState) later = apply ("stretch 2", all, NULL, NULL);
  const TsrResidualLaws *laws = tsr_sound_state_fields (all)->residual_laws;

  g_assert_cmpuint (tsr_partial_set_size (set_of (all)), ==, 6);
  g_assert_cmpuint (tsr_partial_set_size (set_of (some)), ==, 4);
  g_assert_cmpuint (tsr_partial_set_size (set_of (end)), ==, 3);
  for (gsize i = 0; i < 6; i++) {
    const TsrPartialSummary *s = tsr_partial_summary (at (all, i));
    g_assert_cmpfloat_with_epsilon (s->end_s - s->start_s, 0.25, 1e-9);
    g_assert_true (s->end_s < 0.25 + 1e-9 || s->start_s > 0.75 - 1e-9);
  }
  g_assert_cmpfloat (tsr_sound_state_fields (all)->duration_s, ==, 1);
  g_assert_cmpfloat (tsr_sound_state_fields (end)->duration_s, ==, 1);
  g_assert_cmpfloat (tsr_residual_laws_gain (laws, 0.2), ==, 1);
  g_assert_cmpfloat (tsr_residual_laws_gain (laws, 0.26), <, 1e-12);
  g_assert_cmpfloat (tsr_residual_laws_gain (laws, 0.74), <, 1e-12);
  g_assert_cmpfloat (tsr_residual_laws_gain (laws, 0.8), ==, 1);
  g_assert_cmpfloat (
      tsr_residual_laws_gain (tsr_sound_state_fields (end)->residual_laws, 0.9),
      <,
      1e-12);
  g_assert_null (tsr_sound_state_fields (some)->residual_laws);
  g_assert_cmpfloat (tsr_sound_state_source_s (later, 1), ==, 0.5); /* silent there */
}

static void
test_reverse_maps_back (void)
{
  g_autoptr (TsrSoundState) state = fixture_state (1, 3);
  g_autoptr (TsrSoundState) back = apply ("reverse", state, NULL, NULL);
  g_autoptr (TsrSoundState) slow = apply ("stretch 2", back, NULL, NULL);
  g_autoptr (TsrSoundState) again = apply ("reverse", slow, NULL, NULL);
  const struct {
    const TsrSoundState *state;
    double               sound_s, source_s;
  } rows[] = {{back, 0.25, 0.75}, {slow, 0.5, 0.75}, {again, 0.5, 0.25}};

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpfloat_with_epsilon (
        tsr_curve_at_extended (
            tsr_sound_state_fields (rows[i].state)->source_s_over_sound_s,
            rows[i].sound_s),
        rows[i].source_s,
        1e-12);
}

static void
test_pencil_and_eraser (void)
{
  g_autoptr (TsrSoundState) state = fixture_state (1, 3);
  g_autoptr (TsrSelection) drawn = NULL;
  g_autoptr (TsrSoundState) more =
      apply ("draw 0.5:1000,1.5:1200:-20 harmonics 3", state, NULL, &drawn);
  g_autoptr (TsrSoundState) less = apply ("erase 0.5:200 size 0.1:20", state, NULL, NULL);
  g_autoptr (TsrSoundState) none = apply ("erase 0.5:250 size 0.1:20", state, NULL, NULL);
  g_autoptr (TsrSelection) one = tsr_selection_new ((gint64[]){2}, 1, NULL);
  g_autoptr (TsrSoundState) bent = apply ("breakpoint 0.5 add", state, one, NULL);

  g_assert_cmpuint (tsr_partial_set_size (set_of (more)), ==, 6);
  g_assert_cmpuint (tsr_selection_size (drawn), ==, 3);
  g_assert_cmpfloat (tsr_sound_state_fields (more)->duration_s, ==, 1.5);
  g_assert_cmpfloat_with_epsilon (value_at (more, 5, 1.0).frequency_hz, 3300, 1e-6);
  g_assert_cmpuint (tsr_partial_set_size (set_of (less)), ==, 4);
  g_assert_true (at (less, 0) == at (state, 0)); /* what it does not reach stays itself */
  g_assert_cmpuint (tsr_partial_set_size (set_of (none)), ==, 3);
  g_assert_true (at (none, 1) == at (state, 1));
  g_assert_cmpuint (tsr_partial_n_breakpoints (at (bent, 2)), ==, 3);
}

static void
test_noise_of_the_whole (void)
{
  g_autoptr (TsrSoundState) state = fixture_state (1, 3);
  g_autoptr (TsrSoundState) half = apply ("noise 0.5", state, NULL, NULL);
  g_autoptr (TsrSoundState) none = apply ("noise 0", state, NULL, NULL);
  g_autoptr (TsrSoundState) high = apply ("noise 100Hz:1,1000Hz:0.1", state, NULL, NULL);

  g_autoptr (TsrCurve) filter = NULL;

  g_assert_cmpfloat (
      tsr_residual_laws_gain (tsr_sound_state_fields (half)->residual_laws, 0.5),
      ==,
      0.5);
  g_assert_cmpfloat (
      tsr_residual_laws_gain (tsr_sound_state_fields (none)->residual_laws, 0.5), ==, 0);
  g_assert_true (tsr_residual_laws_filter (
      tsr_sound_state_fields (high)->residual_laws, NULL, &filter));
  g_assert_cmpfloat_with_epsilon (tsr_curve_at (filter, 1000), -20, 1e-6);
}

static void
test_what_cannot_be_done (void)
{
  g_autoptr (TsrSoundState) state = fixture_state (1, 1);
  g_autoptr (TsrSoundState) empty = apply ("delete", state, NULL, NULL);
  const struct {
    const char    *text;
    TsrSoundState *state;
  } rows[] = {{"join", state},
              {"move -2", state},
              {"delete 3:4", state},
              {"harmonify 1", empty},
              {"brightness 2", state},
              {"stretch 0.05 keep transients at 0.1,0.13,0.16", state}};

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (TsrOperation) operation = tsr_operation_parse (rows[i].text, NULL);
    g_autoptr (GError) error = NULL;
    gint64 next_id = 9;
    g_assert_nonnull (operation);
    g_assert_null (
        tsr_operation_apply (operation, rows[i].state, NULL, &next_id, NULL, &error));
    g_test_message ("%s: %s", rows[i].text, error != NULL ? error->message : "");
    g_assert_nonnull (error);
    g_assert_cmpint (next_id, ==, 9);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/operation-kinds/quantize-notes", test_quantize_notes);
  g_test_add_func ("/model/operation-kinds/amounts", test_amounts);
  g_test_add_func ("/model/operation-kinds/offset", test_offset);
  g_test_add_func ("/model/operation-kinds/formants", test_formants_are_kept);
  g_test_add_func ("/model/operation-kinds/brightness", test_brightness);
  g_test_add_func ("/model/operation-kinds/harmonify", test_harmonify);
  g_test_add_func ("/model/operation-kinds/labels", test_labels);
  g_test_add_func ("/model/operation-kinds/parts", test_parts_and_wholes);
  g_test_add_func ("/model/operation-kinds/delete-span", test_delete_a_span);
  g_test_add_func ("/model/operation-kinds/join", test_join_bridges_real_gaps);
  g_test_add_func ("/model/operation-kinds/reverse", test_reverse_maps_back);
  g_test_add_func ("/model/operation-kinds/pencil", test_pencil_and_eraser);
  g_test_add_func ("/model/operation-kinds/noise", test_noise_of_the_whole);
  g_test_add_func ("/model/operation-kinds/impossible", test_what_cannot_be_done);
  return g_test_run ();
}
