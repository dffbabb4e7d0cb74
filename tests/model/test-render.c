/* SPDX-License-Identifier: GPL-3.0-or-later
 * The renderer: exactness where nothing was edited, parts that add up, any block size.
 */
#include "model/render.h"

#include <math.h>

#include "model/operation.h"
#include "tests/model/model-fixture.h"

enum { RATE = 8000, N = RATE };

/* One second of the fixture's partials (100, 200, 300 Hz) and a little noise. */
static TsrSignal *
make_source (guint n_channels)
{
  TsrSignal *signal = tsr_signal_new (RATE, n_channels, N);
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);

  for (guint c = 0; c < n_channels; c++) {
    float *x = tsr_signal_channel_writable (signal, c);
    for (int i = 0; i < N; i++) {
      double y = g_rand_double_range (rand, -0.01, 0.01);
      for (int k = 1; c == 0 && k <= 3; k++)
        y += exp (-1) / 4 * cos (2 * G_PI * 100 * k * i / RATE);
      x[i] = (float)y;
    }
  }
  return signal;
}

static TsrSoundState *
make_state (void)
{
  g_autoptr (TsrPartialSet) loud = fixture_set (1, 3);
  TsrPartial *partials[3];
  for (gsize i = 0; i < 3; i++)
    partials[i] = tsr_partial_gain (tsr_partial_set_at (loud, i), -20 * log10 (4));
  g_autoptr (TsrPartialSet) set = tsr_partial_set_new (partials, 3);
  for (gsize i = 0; i < 3; i++)
    tsr_partial_unref (partials[i]);
  return tsr_sound_state_new (
      &(TsrSoundStateFields){.partials = set, .duration_s = 1, .analysed = TRUE});
}

static TsrSoundState *
edit (TsrSoundState *state, const char *text, TsrSelection *selection)
{
  g_autoptr (TsrOperation) operation = tsr_operation_parse (text, NULL);
  gint64 next_id = tsr_partial_set_max_id (tsr_sound_state_fields (state)->partials) + 1;
  g_autoptr (GError) error = NULL;
  TsrSoundState *after =
      tsr_operation_apply (operation, state, selection, &next_id, NULL, &error);

  g_assert_no_error (error);
  return after;
}

/* The first channel, read in blocks of the given size. */
static double *
render (const TsrRenderParams *params, gsize block, gint64 *n_frames)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TsrRender) r = tsr_render_new (params, NULL, &error);
  g_assert_no_error (error);
  *n_frames = tsr_render_n_frames (r);
  double            *out = g_new0 (double, MAX (*n_frames, 1));
  g_autofree double *other = g_new (double, MAX (*n_frames, 1));
  for (gint64 i = 0; i < *n_frames; i += (gint64)block) {
    double *channels[] = {out + i, other};
    gsize   n = MIN (block, (gsize)(*n_frames - i));
    g_assert_cmpuint (tsr_render_read (r, channels, n), ==, n);
  }
  g_assert_cmpint (tsr_render_status (r), ==, TSR_STATUS_OK);
  return out;
}

static double
largest_difference (const double *a, const double *b, gint64 n)
{
  double largest = 0;

  for (gint64 i = 0; i < n; i++)
    largest = fmax (largest, fabs (a[i] - b[i]));
  return largest;
}

static TsrRenderParams
make_params (TsrSoundState *state,
             TsrSignal     *source,
             TsrSoundState *analysed,
             TsrPart        part)
{
  return (TsrRenderParams){
      .state = state,
      .source = source,
      .n_channels = 2,
      .part = part,
      .rate_hz = RATE,
      .analysed = tsr_sound_state_fields (analysed)->partials,
  };
}

static double *
part_of (TsrSoundState *state,
         TsrSignal     *source,
         TsrSoundState *analysed,
         TsrPart        part,
         gint64        *n)
{
  TsrRenderParams params = make_params (state, source, analysed, part);

  return render (&params, 1000, n);
}

static double *
source_as_double (TsrSignal *source)
{
  double *x = g_new (double, N);

  for (int i = 0; i < N; i++)
    x[i] = (double)tsr_signal_channel (source, 0)[i];
  return x;
}

static void
test_unedited (void)
{
  g_autoptr (TsrSignal) source = make_source (2);
  g_autoptr (TsrSoundState) state = make_state ();
  g_autofree double *x = source_as_double (source);
  TsrRenderParams    params = make_params (state, source, state, TSR_PART_ALL);
  g_autoptr (TsrRender) r = tsr_render_new (&params, NULL, NULL);
  gint64 n;

  g_assert_true (tsr_render_is_source (r));
  g_autofree double *all = part_of (state, source, state, TSR_PART_ALL, &n);
  g_assert_cmpint (n, ==, N);
  g_assert_cmpfloat (largest_difference (all, x, N), ==, 0);
  g_autofree double *partials = part_of (state, source, state, TSR_PART_PARTIALS, &n);
  g_autofree double *residual = part_of (state, source, state, TSR_PART_RESIDUAL, &n);
  g_assert_cmpfloat (largest_difference (residual, x, N), >, 0.1);
  for (int i = 0; i < N; i++)
    partials[i] += residual[i];
  g_assert_cmpfloat (largest_difference (partials, x, N), <, 1e-12);
}

static void
test_blocks_and_ranges (void)
{
  g_autoptr (TsrSignal) source = make_source (2);
  g_autoptr (TsrSoundState) state = make_state ();
  g_autoptr (TsrSoundState) after = edit (state, "filter 0:0,4000:-30", NULL);
  gint64 n, n_part;

  for (TsrPart part = TSR_PART_ALL; part <= TSR_PART_BACKGROUND; part++) {
    TsrRenderParams    params = make_params (after, source, state, part);
    g_autofree double *whole = render (&params, N, &n);
    g_autofree double *odd = render (&params, 77, &n);
    g_assert_cmpint (n, ==, N);
    g_assert_cmpfloat (largest_difference (whole, odd, N), ==, 0);
    params.start_s = 0.25;
    params.end_s = 0.5;
    g_autofree double *range = render (&params, 500, &n_part);
    g_assert_cmpint (n_part, ==, N / 4);
    g_assert_cmpfloat (largest_difference (whole + N / 4, range, n_part), <, 1e-12);
  }
}

static void
test_parts_add_up (void)
{
  const char *edits[] = {"stretch 1.7", "stretch 0:0,0.5:1,1:1.3"};
  g_autoptr (TsrSignal) source = make_source (2);
  g_autoptr (TsrSoundState) state = make_state ();
  gint64 n;

  for (gsize e = 0; e < G_N_ELEMENTS (edits); e++) {
    g_autoptr (TsrSoundState) after = edit (state, edits[e], NULL);
    g_autofree double *all = part_of (after, source, state, TSR_PART_ALL, &n);
    g_autofree double *partials = part_of (after, source, state, TSR_PART_PARTIALS, &n);
    g_autofree double *noise = part_of (after, source, state, TSR_PART_NOISE, &n);
    g_autofree double *hits = part_of (after, source, state, TSR_PART_TRANSIENTS, &n);
    g_autofree double *behind = part_of (after, source, state, TSR_PART_BACKGROUND, &n);
    g_assert_cmpint (n, ==, llround (tsr_sound_state_fields (after)->duration_s * RATE));
    double energy = 0;
    for (gint64 i = 0; i < n; i++) {
      noise[i] += hits[i];
      energy += noise[i] * noise[i];
      partials[i] += noise[i];
    }
    g_assert_cmpfloat (energy, >, 0);
    g_assert_cmpfloat (largest_difference (all, partials, n), <, 1e-9);
    g_assert_cmpfloat (largest_difference (behind, noise, n), <, 1e-9);
  }
}

/* Gain and filter are linear: with the whole sound they take the residual along as it is.
 */
static void
test_gain_and_filter_keep_the_residual (void)
{
  const char *edits[] = {"gain -6dB", "filter 0:0,4000:-30"};
  g_autoptr (TsrSignal) source = make_source (2);
  g_autoptr (TsrSoundState) state = make_state ();
  g_autofree double *x = source_as_double (source);
  gint64             n;

  for (gsize e = 0; e < G_N_ELEMENTS (edits); e++) {
    g_autoptr (TsrSoundState) after = edit (state, edits[e], NULL);
    g_autofree double *all = part_of (after, source, state, TSR_PART_ALL, &n);
    g_autofree double *partials = part_of (after, source, state, TSR_PART_PARTIALS, &n);
    g_autofree double *residual = part_of (after, source, state, TSR_PART_RESIDUAL, &n);
    for (gint64 i = 0; i < n; i++) {
      partials[i] += residual[i];
      x[i] *= e == 0 ? pow (10, -6 / 20.0) : 1;
    }
    g_assert_cmpfloat (largest_difference (all, partials, n), <, 1e-9);
    if (e == 0)
      g_assert_cmpfloat (largest_difference (all, x, n), <, 1e-6);
  }
}

/* A partial is deleted from 0.2 to 0.4 s: elsewhere the sound stays the source. */
static void
test_exact_where_nothing_was_edited (void)
{
  g_autoptr (TsrSignal) source = make_source (2);
  g_autoptr (TsrSoundState) state = make_state ();
  TsrRegion region = {0.2, 0.4, 150, 250};
  g_autoptr (TsrSelection) selection = tsr_selection_new ((gint64[]){2}, 1, &region);
  g_autoptr (TsrSoundState) after = edit (state, "delete", selection);
  g_autofree double *x = source_as_double (source);
  gint64             n;
  g_autofree double *all = part_of (after, source, state, TSR_PART_ALL, &n);

  g_assert_cmpfloat (largest_difference (all, x, (gint64)(0.13 * RATE)), <, 1e-9);
  gint64 after_s = (gint64)(0.47 * RATE);
  g_assert_cmpfloat (
      largest_difference (all + after_s, x + after_s, N - after_s), <, 1e-6);
  gint64 inside = (gint64)(0.25 * RATE);
  g_assert_cmpfloat (largest_difference (all + inside, x + inside, RATE / 10), >, 0.05);
}

/* Time is stretched from 0.5 s on: before, the sound is the source; any split gives the
 * same. */
static void
test_exact_where_time_is_not_stretched (void)
{
  g_autoptr (TsrSignal) source = make_source (2);
  g_autoptr (TsrSoundState) state = make_state ();
  g_autoptr (TsrSoundState) after = edit (state, "stretch 0:0,0.5:0.5,1:1.5", NULL);
  TsrRenderParams    params = make_params (after, source, state, TSR_PART_ALL);
  g_autofree double *x = source_as_double (source);
  gint64             n;
  g_autofree double *all = render (&params, 1000, &n);
  g_autofree double *odd = render (&params, 77, &n);

  g_assert_cmpint (n, ==, 3 * N / 2);
  g_assert_cmpfloat (largest_difference (all, odd, n), ==, 0);
  g_assert_cmpfloat (largest_difference (all, x, N / 2), <, 1e-9);
  g_assert_cmpfloat (largest_difference (all + N / 2, x + N / 2, N / 2), >, 0.01);
}

/* The model stands where the frequencies of the whole sound were changed, and only there;
 * not where those of some partials were. */
static void
test_model_where_frequencies_change (void)
{
  const struct {
    const char *text;
    gboolean    of_one;
    double      exact_until_s;
  } rows[] = {{"pitch 1.5", FALSE, 0},
              {"pitch 0:1,0.5:1,0.6:1.5", FALSE, 0.47},
              {"shift 0:0,0.5:0,0.6:30", FALSE, 0.47},
              {"pitch 1.5", TRUE, 1},
              {"delete", TRUE, 1},
              {"gain -6dB", TRUE, 1}};
  g_autoptr (TsrSignal) source = make_source (2);
  g_autoptr (TsrSoundState) state = make_state ();
  g_autoptr (TsrSelection) one = tsr_selection_new ((gint64[]){2}, 1, NULL);
  gint64             n;
  g_autofree double *exact = part_of (state, source, state, TSR_PART_RESIDUAL, &n);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (TsrSoundState) after =
        edit (state, rows[i].text, rows[i].of_one ? one : NULL);
    g_autofree double *behind = part_of (after, source, state, TSR_PART_BACKGROUND, &n);
    gint64             until = (gint64)(rows[i].exact_until_s * RATE);
    g_test_message ("%s", rows[i].text);
    g_assert_cmpint (n, ==, N);
    g_assert_cmpfloat (largest_difference (behind, exact, until), ==, 0);
    if (until < N)
      g_assert_cmpfloat (
          largest_difference (behind + 3 * N / 4, exact + 3 * N / 4, N / 4), >, 0.003);
  }
}

/* The noise of partials goes on in the pieces that an edit leaves of them. */
static void
test_noise_of_pieces (void)
{
  TsrBreakpoint b[2] = {
      {.frequency_hz = 200, .log_amplitude = -2, .bandwidth = 0.6F},
      {.time_s = 1,
       .phase_turns = 200,
       .frequency_hz = 200,
       .log_amplitude = -2,
       .bandwidth = 0.6F},
  };
  TsrPartial *partial = tsr_partial_new (7, 0, 0, b, 2);
  g_autoptr (TsrPartialSet) set = tsr_partial_set_new (&partial, 1);
  g_autoptr (TsrSoundState) state = tsr_sound_state_new (
      &(TsrSoundStateFields){.partials = set, .duration_s = 1, .analysed = TRUE});
  TsrRegion region = {0.4, 0.6, 0, INFINITY};
  g_autoptr (TsrSelection) middle = tsr_selection_new ((gint64[]){7}, 1, &region);
  g_autoptr (TsrSoundState) after = edit (state, "gain -6dB", middle);
  g_autoptr (TsrSoundState) again = edit (after, "split 0.8", NULL);
  gint64             n;
  g_autofree double *x = part_of (state, NULL, state, TSR_PART_PARTIALS, &n);
  g_autofree double *y = part_of (again, NULL, again, TSR_PART_PARTIALS, &n);
  gint64             end = (gint64)(0.61 * RATE);

  tsr_partial_unref (partial);
  g_assert_cmpfloat (largest_difference (x, y, (gint64)(0.39 * RATE)), <, 1e-6);
  g_assert_cmpfloat (largest_difference (x + end, y + end, N - end), <, 1e-6);
  g_assert_cmpfloat (largest_difference (x, y, N), >, 0.01);
}

static void
test_crop_is_exact (void)
{
  const struct {
    double start_s, tolerance;
  } rows[] = {{0.25, 1e-6}, {0.250055, 2e-3}};
  g_autoptr (TsrSignal) source = make_source (2);
  g_autoptr (TsrSoundState) state = make_state ();
  g_autofree double *x = source_as_double (source);
  gint64             n;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = g_strdup_printf ("crop %g:0.75", rows[i].start_s);
    g_autoptr (TsrSoundState) after = edit (state, text, NULL);
    g_autofree double *all = part_of (after, source, state, TSR_PART_ALL, &n);
    g_autofree double *partials = part_of (after, source, state, TSR_PART_PARTIALS, &n);
    g_assert_cmpint (llabs (n - N / 2), <=, 1);
    gint64 first = (gint64)(rows[i].start_s * RATE);
    double largest = 0;
    for (gint64 k = 200; k < n - 200; k++) { /* against a straight line between samples */
      double u = rows[i].start_s * RATE - (double)first;
      double tone = 0, t = rows[i].start_s + (double)k / RATE;
      for (int h = 1; h <= 3; h++)
        tone += exp (-1) / 4 * cos (2 * G_PI * 100 * h * t);
      g_assert_cmpfloat (fabs (partials[k] - tone), <, 1e-9);
      if (u == 0)
        largest = fmax (largest, fabs (all[k] - x[first + k]));
      else /* noise is at most 0.01 large; interpolated it stays of that size */
        largest = fmax (largest, fabs (all[k] - tone) - 0.02);
    }
    g_assert_cmpfloat (largest, <, rows[i].tolerance);
  }
}

static void
test_selection_plays_partials_only (void)
{
  g_autoptr (TsrSignal) source = make_source (2);
  g_autoptr (TsrSoundState) state = make_state ();
  TsrRegion region = {0.25, 0.5, 0, 1000};
  g_autoptr (TsrSelection) two = tsr_selection_new ((gint64[]){2}, 1, NULL);
  g_autoptr (TsrSelection) piece = tsr_selection_new ((gint64[]){2}, 1, &region);
  TsrRenderParams params = make_params (state, source, state, TSR_PART_ALL);
  gint64          n;

  params.selection = two;
  g_autofree double *only = render (&params, N, &n);
  params.selection = piece;
  g_autofree double *cut = render (&params, N, &n);
  for (int i = 0; i < N; i++) {
    double y = exp (-1) / 4 * cos (2 * G_PI * 200 * i / RATE);
    g_assert_cmpfloat (fabs (only[i] - y), <, 1e-9);
    gboolean inside = i > N / 4 && i < N / 2;
    gboolean at_cut = abs (i - N / 4) <= 1 || abs (i - N / 2) <= 1;
    g_assert_true (at_cut || fabs (cut[i] - (inside ? y : 0)) < 1e-9);
  }
}

static void
test_filter_of_the_residual (void)
{
  g_autoptr (TsrSignal) source = make_source (1);
  g_autoptr (TsrPartialSet) none = tsr_partial_set_new (NULL, 0);
  g_autoptr (TsrCurve) curve = tsr_curve_new ((TsrCurvePoint[]){{100, 0}, {300, -20}}, 2);
  TsrSoundStateFields fields = {.partials = none,
                                .duration_s = 1,
                                .analysed = TRUE,
                                .edited = TRUE,
                                .residual_gain_db_over_hz = curve};
  g_autoptr (TsrSoundState) state = tsr_sound_state_new (&fields);
  gint64             n;
  g_autofree double *out = part_of (state, source, state, TSR_PART_RESIDUAL, &n);
  const double       wanted_db[] = {0, -10, -20};

  for (int k = 1; k <= 3; k++) {
    double re = 0, im = 0;
    for (int i = N / 4; i < 3 * N / 4; i++) {
      re += out[i] * cos (2 * G_PI * 100 * k * i / RATE) / (N / 4.0);
      im += out[i] * sin (2 * G_PI * 100 * k * i / RATE) / (N / 4.0);
    }
    double db = 20 * log10 (hypot (re, im) / (exp (-1) / 4));
    g_assert_cmpfloat (fabs (db - wanted_db[k - 1]), <, 0.3);
  }
}

static void
test_refusals (void)
{
  g_autoptr (TsrSignal) source = make_source (1);
  g_autoptr (TsrSoundState) raw =
      tsr_sound_state_new (&(TsrSoundStateFields){.duration_s = 1});
  TsrRenderParams params = make_params (raw, source, raw, TSR_PART_PARTIALS);
  g_autoptr (GError) error = NULL;

  g_assert_null (tsr_render_new (&params, NULL, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  params.part = TSR_PART_ALL;
  params.rate_hz = 2 * RATE;
  g_assert_null (tsr_render_new (&params, NULL, &error));
  g_assert_nonnull (error);
}

static void
test_imported_partials (void)
{
  g_autoptr (TsrSoundState) state = make_state ();
  gint64             n;
  g_autofree double *all = part_of (state, NULL, state, TSR_PART_ALL, &n);
  g_autofree double *partials = part_of (state, NULL, state, TSR_PART_PARTIALS, &n);
  g_autofree double *residual = part_of (state, NULL, state, TSR_PART_RESIDUAL, &n);

  g_assert_cmpint (n, ==, N);
  g_assert_cmpfloat (largest_difference (all, partials, n), ==, 0);
  for (int i = 0; i < N; i++)
    g_assert_cmpfloat (residual[i], ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/render/unedited", test_unedited);
  g_test_add_func ("/model/render/blocks", test_blocks_and_ranges);
  g_test_add_func ("/model/render/parts", test_parts_add_up);
  g_test_add_func ("/model/render/gain", test_gain_and_filter_keep_the_residual);
  g_test_add_func ("/model/render/exact", test_exact_where_nothing_was_edited);
  g_test_add_func ("/model/render/not-stretched", test_exact_where_time_is_not_stretched);
  g_test_add_func ("/model/render/frequencies", test_model_where_frequencies_change);
  g_test_add_func ("/model/render/noise-of-pieces", test_noise_of_pieces);
  g_test_add_func ("/model/render/crop", test_crop_is_exact);
  g_test_add_func ("/model/render/selection", test_selection_plays_partials_only);
  g_test_add_func ("/model/render/filter", test_filter_of_the_residual);
  g_test_add_func ("/model/render/refusals", test_refusals);
  g_test_add_func ("/model/render/imported", test_imported_partials);
  return g_test_run ();
}
