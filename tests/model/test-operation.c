/* SPDX-License-Identifier: GPL-3.0-or-later
 * Operations: grammar, texts that read back, what they do to partials and to the state.
 */
#include "model/operation.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "tests/model/model-fixture.h"

static TsrOperation *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  TsrOperation *operation = tsr_operation_parse (text, &error);

  g_assert_no_error (error);
  g_assert_nonnull (operation);
  return operation;
}

static TsrSoundState *
apply (const char    *text,
       TsrSoundState *state,
       TsrSelection  *selection,
       TsrSelection **made)
{
  g_autoptr (TsrOperation) operation = parse (text);
  g_autoptr (GError) error = NULL;
  gint64 next_id = tsr_partial_set_max_id (tsr_sound_state_fields (state)->partials) + 1;
  TsrSoundState *after =
      tsr_operation_apply (operation, state, selection, &next_id, made, &error);

  g_assert_no_error (error);
  return after;
}

static const TsrPartialSummary *
summary_at (TsrSoundState *state, gsize i)
{
  return tsr_partial_summary (
      tsr_partial_set_at (tsr_sound_state_fields (state)->partials, i));
}

static void
test_grammar (void)
{
  const struct {
    const char *text, *again; /* NULL: refused */
  } rows[] = {
      {"pitch 2", "pitch 1200cents"},
      {"pitch 2st", "pitch 200cents"},
      {"pitch -50 cents", "pitch -50cents"},
      {"  pitch   1.3  ", "pitch 1.3"},
      {"pitch 0:1,1:1.5", "pitch 0:1,1:1.5"},
      {"pitch 0", NULL},
      {"pitch 65", NULL},
      {"pitch nan", NULL},
      {"pitch", NULL},
      {"stretch 1.5", "stretch 1.5"},
      {"stretch 0:0,1:2", "stretch 0:0,1:2"},
      {"stretch 0:0,1:-2", NULL},
      {"stretch 0.01", NULL},
      {"shift -20Hz", "shift -20Hz"},
      {"shift 0.5kHz", "shift 500Hz"},
      {"shift 3st", NULL},
      {"gain -3dB", "gain -3dB"},
      {"gain 3.25", "gain 3.25dB"},
      {"gain 900dB", NULL},
      {"gain loud", NULL},
      {"filter 100:0,1000:-12", "filter 100:0,1000:-12"},
      {"filter nowhere.csv", NULL},
      {"filter 100:0,50:1", NULL},
      {"delete", "delete"},
      {"delete 3", NULL},
      {"delete 0.5:2", "delete 0.5:2"},
      {"delete 500ms:", "delete 0.5:"},
      {"delete 2:1", NULL},
      {"crop 0.5:2", "crop 0.5:2"},
      {"crop 500ms:", "crop 0.5:"},
      {"crop :1", "crop 0:1"},
      {"crop 2:1", NULL},
      {"crop", NULL},
      {"pitch 2st keep formants", "pitch 200cents keep formants"},
      {"pitch 0:0st,1:12st", "pitch 0:0st,1:12st"},
      {"pitch 100Hz:1,1kHz:1.5", "pitch 100Hz:1,1000:1.5"},
      {"pitch 2 keep transients", NULL},
      {"pitch 2 keep", NULL},
      {"stretch 2 keep transients", "stretch 2 keep transients"},
      {"stretch 2 keep transients at 0.1,500ms", "stretch 2 keep transients at 0.1,0.5"},
      {"stretch 2 keep shape keep transients", "stretch 2 keep shape keep transients"},
      {"stretch 2 keep transients at 0.5,0.1", NULL},
      {"stretch 2 keep shape at 1", NULL},
      {"stretch 2 keep formants", NULL},
      {"stretch 100Hz:1,200:2", NULL},
      {"shift 0:0,1:1kHz", NULL}, /* one unit for all */
      {"shift 0:0Hz,1:50Hz", "shift 0:0,1:50"},
      {"gain 0:0,1:-6", "gain 0:0,1:-6"},
      {"gain 100Hz:0,1kHz:-6", "filter 100:0,1000:-6"},
      {"noise 0.5", "noise 0.5"},
      {"noise 50%", "noise 0.5"},
      {"noise -1", NULL},
      {"formants 1.2", "formants 1.2"},
      {"formants 2st", "formants 1.122462048309373"},
      {"formants 20", NULL},
      {"vibrato 0", "vibrato 0"},
      {"vibrato 0:1,2:0", "vibrato 0:1,2:0"},
      {"vibrato 100Hz:1,200:0", NULL},
      {"tremolo 1.5", "tremolo 1.5"},
      {"tilt -3dB", "tilt -3dB"},
      {"tilt 3dB/oct", "tilt 3dB"},
      {"brightness 1.3", "brightness 1.3"},
      {"brightness 0", NULL},
      {"harmonify 0.5", "harmonify 0.5"},
      {"harmonify -1", "harmonify -1"},
      {"harmonify 2", NULL},
      {"fade 0.1:0.5", "fade 0.1:0.5"},
      {"fade 100ms:", "fade 0.1:0"},
      {"fade -1:2", NULL},
      {"fade 2", NULL},
      {"smooth 50", "smooth 50ms"},
      {"smooth 0.05s", "smooth 50ms"},
      {"smooth", NULL},
      {"quantize minor", "quantize minor"},
      {"quantize 19EDO root A3 amount 0.5", "quantize 19EDO root 220 amount 0.5"},
      {"quantize major root 440Hz", "quantize major root 440"},
      {"quantize minor by notes", "quantize minor"},
      {"quantize minor amount 0.5 by partials", "quantize minor amount 0.5 by partials"},
      {"quantize minor by ear", NULL},
      {"quantize nothing", NULL},
      {"quantize nothing.scl", NULL},
      {"quantize major amount 2", NULL},
      {"reverse", "reverse"},
      {"reverse 1", NULL},
      {"move -20ms", "move -0.02"},
      {"move far", NULL},
      {"join", "join"},
      {"join bridge", "join bridge"},
      {"join all", NULL},
      {"split 0.5", "split 0.5"},
      {"label 3", "label 3"},
      {"label auto", "label auto"},
      {"label -2", NULL},
      {"duplicate 0.5", "duplicate 0.5"},
      {"draw 0:440,1:A5:-12dB harmonics 3 channel 1",
       "draw 0:440,1:880:-12 harmonics 3 channel 1"},
      {"draw 0:440", NULL},
      {"draw 1:440,0:440", NULL},
      {"draw 0:440,1:440 harmonics 0", NULL},
      {"draw 0:440:1:1,1:440", NULL},
      {"erase 0.5:440,1:440 size 20ms:30Hz strength 0.5",
       "erase 0.5:440,1:440 size 0.02:30 strength 0.5"},
      {"erase 0.5:440 size 0.02:30", "erase 0.5:440 size 0.02:30"},
      {"erase 0.5:440", NULL},
      {"erase 0.5:440 size 1:0", NULL},
      {"erase 0.5:440 size 1:30 strength x", NULL},
      {"breakpoint 0.5 to 0.52:440:-12", "breakpoint 0.5 to 0.52:440:-12"},
      {"breakpoint 0.5 add", "breakpoint 0.5 add"},
      {"breakpoint 0.5 delete", "breakpoint 0.5 delete"},
      {"breakpoint 0.5", NULL},
      {"breakpoint 0.5 to 440", NULL},
      {"insert", NULL},
      {"", NULL},
      {"pitches 2", NULL},
      {"Pitch 2", NULL},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (TsrOperation) operation = tsr_operation_parse (rows[i].text, &error);
    if (rows[i].again == NULL) {
      if (operation != NULL)
        g_test_message ("`%s` was taken", rows[i].text);
      g_assert_null (operation);
      g_assert_nonnull (error);
      g_assert_null (strchr (error->message, '\n'));
      continue;
    }
    g_assert_no_error (error);
    g_autofree char *text = tsr_operation_to_text (operation);
    g_assert_cmpstr (text, ==, rows[i].again);
    g_autoptr (TsrOperation) parsed_again = tsr_operation_parse (text, &error);
    g_assert_no_error (error);
    g_autofree char *third = tsr_operation_to_text (parsed_again);
    g_assert_cmpstr (third, ==, text);
    g_autofree char *label = tsr_operation_label (operation, 2);
    g_assert_true (g_str_has_suffix (label, ", 2 partials"));
  }
}

static void
test_on_the_whole_sound (void)
{
  g_autoptr (TsrSoundState) state = fixture_state (1, 3);
  g_autoptr (TsrSoundState) pitched = apply ("pitch 1.5", state, NULL, NULL);
  g_autoptr (TsrSoundState) slow = apply ("stretch 2", state, NULL, NULL);
  g_autoptr (TsrSoundState) soft = apply ("gain -6dB", state, NULL, NULL);
  g_autoptr (TsrSoundState) dark = apply ("filter 100:0,300:-20", soft, NULL, NULL);
  g_autoptr (TsrSoundState) gone = apply ("delete", state, NULL, NULL);

  g_assert_cmpfloat_with_epsilon (summary_at (pitched, 2)->mean_hz, 450, 1e-9);
  g_assert_true (tsr_sound_state_fields (pitched)->edited);
  g_assert_cmpfloat_with_epsilon (summary_at (slow, 0)->end_s, 2, 1e-12);
  g_assert_cmpfloat (tsr_sound_state_fields (slow)->duration_s, ==, 2);
  g_assert_cmpfloat_with_epsilon (
      tsr_curve_at_extended (tsr_sound_state_fields (slow)->source_s_over_sound_s, 1.5),
      0.75,
      1e-12);
  g_assert_cmpfloat (tsr_sound_state_fields (soft)->residual_gain_db, ==, -6);
  g_assert_cmpfloat_with_epsilon (
      20 * log10 (summary_at (dark, 2)->peak_amplitude / exp (-1)), -26, 1e-6);
  g_assert_cmpfloat_with_epsilon (
      tsr_curve_at (tsr_sound_state_fields (dark)->residual_gain_db_over_hz, 200),
      -10,
      1e-9);
  g_assert_cmpuint (
      tsr_partial_set_size (tsr_sound_state_fields (gone)->partials), ==, 0);
}

static void
test_crop_then_stretch_maps_back (void)
{
  g_autoptr (TsrSoundState) state = fixture_state (1, 3);
  g_autoptr (TsrSoundState) cropped = apply ("crop 0.25:0.75", state, NULL, NULL);
  g_autoptr (TsrSoundState) slow =
      apply ("stretch 0:0,0.25:0.5,0.5:0.75", cropped, NULL, NULL);
  const TsrSoundStateFields *f = tsr_sound_state_fields (slow);

  g_assert_cmpfloat (tsr_sound_state_fields (cropped)->duration_s, ==, 0.5);
  g_assert_cmpfloat_with_epsilon (summary_at (cropped, 1)->start_s, 0, 1e-12);
  g_assert_cmpfloat_with_epsilon (f->duration_s, 0.75, 1e-12);
  const double there[][2] = {{0, 0.25}, {0.25, 0.375}, {0.5, 0.5}, {0.75, 0.75}};
  for (gsize i = 0; i < G_N_ELEMENTS (there); i++)
    g_assert_cmpfloat_with_epsilon (
        tsr_curve_at_extended (f->source_s_over_sound_s, there[i][0]),
        there[i][1],
        1e-12);
}

static void
test_on_a_selection (void)
{
  g_autoptr (TsrSoundState) state = fixture_state (1, 3);
  g_autoptr (TsrSelection) second = tsr_selection_new ((gint64[]){2}, 1, NULL);
  g_autoptr (TsrSelection) made = NULL;
  g_autoptr (TsrSoundState) after = apply ("pitch 2", state, second, &made);

  g_assert_cmpuint (tsr_selection_size (made), ==, 1);
  g_assert_cmpint (tsr_selection_ids (made)[0], ==, 4);
  g_assert_cmpfloat_with_epsilon (summary_at (after, 0)->mean_hz, 100, 1e-9);
  g_assert_cmpfloat_with_epsilon (summary_at (after, 1)->mean_hz, 300, 1e-9);
  g_assert_cmpfloat_with_epsilon (summary_at (after, 2)->mean_hz, 400, 1e-9);
  g_assert_cmpfloat (tsr_sound_state_fields (after)->residual_gain_db, ==, 0);

  g_autoptr (TsrSoundState) longer = apply ("stretch 3", after, made, NULL);
  g_assert_cmpfloat_with_epsilon (tsr_sound_state_fields (longer)->duration_s, 3, 1e-9);
  g_assert_null (tsr_sound_state_fields (longer)->source_s_over_sound_s);
}

/* A partial may fade out behind the end of its sound; edits of a part leave the length.
 */
static void
test_the_length_stays (void)
{
  TsrPartial *partials[] = {fixture_partial (1, 0, 1.02, 100),
                            fixture_partial (2, 0, 0.5, 200)};
  g_autoptr (TsrPartialSet) set = tsr_partial_set_new (partials, 2);
  g_autoptr (TsrSoundState) state = tsr_sound_state_new (
      &(TsrSoundStateFields){.partials = set, .duration_s = 1, .analysed = TRUE});
  TsrRegion region = {0.25, 2, 0, 1000};
  g_autoptr (TsrSelection) long_one = tsr_selection_new ((gint64[]){1}, 1, NULL);
  g_autoptr (TsrSelection) short_one = tsr_selection_new ((gint64[]){2}, 1, NULL);
  g_autoptr (TsrSelection) part = tsr_selection_new ((gint64[]){1, 2}, 2, &region);
  const struct {
    const char   *text;
    TsrSelection *selection;
    double        duration_s;
  } rows[] = {
      {"pitch 2st", long_one, 1},
      {"gain -3dB", long_one, 1},
      {"pitch 2st", part, 1},
      {"stretch 1.5", short_one, 1},
      {"stretch 1.5", long_one, 1.5},
      {"stretch 2", part, 1.75},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (TsrSoundState) after =
        apply (rows[i].text, state, rows[i].selection, NULL);
    g_assert_cmpfloat_with_epsilon (
        tsr_sound_state_fields (after)->duration_s, rows[i].duration_s, 1e-12);
  }
  tsr_partial_unref (partials[0]);
  tsr_partial_unref (partials[1]);
}

static void
test_within_a_region (void)
{
  g_autoptr (TsrSoundState) state = fixture_state (1, 3);
  TsrRegion region = {0.25, 0.5, 150, 250};
  g_autoptr (TsrSelection) all = tsr_selection_new ((gint64[]){1, 2, 3}, 3, &region);
  g_autoptr (TsrSelection) made = NULL;
  g_autoptr (TsrSoundState) after = apply ("gain -12dB", state, all, &made);
  TsrPartialSet *set = tsr_sound_state_fields (after)->partials;

  g_assert_cmpuint (tsr_selection_size (made), ==, 1);
  g_assert_cmpuint (tsr_partial_set_size (set), ==, 5); /* 1, 3 and three pieces of 2 */
  gint64            index = tsr_partial_set_index_of (set, tsr_selection_ids (made)[0]);
  const TsrPartial *piece = tsr_partial_set_at (set, (gsize)index);
  g_assert_cmpfloat_with_epsilon (tsr_partial_summary (piece)->start_s, 0.25, 1e-12);
  g_assert_cmpfloat_with_epsilon (tsr_partial_summary (piece)->end_s, 0.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (
      20 * log10 (tsr_partial_summary (piece)->peak_amplitude / exp (-1)), -12, 1e-6);
}

/* A time map counts from where the selection begins, not from where the sound does. */
static void
test_maps_of_a_selection (void)
{
  const TsrRegion rows[] = {{0.5, 1, 0, INFINITY}, {0.2, 1, 0, INFINITY}};
  g_autoptr (TsrSoundState) state = fixture_state (1, 3);
  g_autoptr (TsrOperation) earlier = parse ("stretch 0.5:0.2,1.5:1.2");
  const gint64 ids[] = {1, 2, 3};

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (TsrSelection) selection = tsr_selection_new (ids, 3, &rows[i]);
    g_autoptr (GError) error = NULL;
    gint64 next_id = 100;
    g_autoptr (TsrSoundState) after =
        tsr_operation_apply (earlier, state, selection, &next_id, NULL, &error);

    if (i == 1) {
      g_assert_null (after);
      g_assert_nonnull (strstr (error->message, "before 0 s"));
      continue;
    }
    g_assert_no_error (error);
    g_assert_nonnull (after);
  }
}

static void
test_nothing_to_do (void)
{
  g_autoptr (TsrSoundState) state = fixture_state (1, 3);
  g_autoptr (TsrSelection) none = tsr_selection_new ((gint64[]){99}, 1, NULL);
  g_autoptr (TsrOperation) gain = parse ("gain -3dB");
  g_autoptr (TsrOperation) late = parse ("crop 5:6");
  g_autoptr (GError) error = NULL;
  gint64 next_id = 4;

  g_assert_null (tsr_operation_apply (gain, state, none, &next_id, NULL, &error));
  g_assert_cmpstr (error->message, ==, "no partial is selected");
  g_clear_error (&error);
  g_assert_null (tsr_operation_apply (late, state, NULL, &next_id, NULL, &error));
  g_assert_nonnull (error);
  g_assert_cmpint (next_id, ==, 4);
  const char *idle[] = {"gain 0dB", "pitch 1", "stretch 1", "crop 0:1", "shift 0Hz"};
  for (gsize i = 0; i < G_N_ELEMENTS (idle); i++) {
    g_autoptr (TsrSoundState) same = apply (idle[i], state, NULL, NULL);
    g_assert_true (same == state);
  }
}

static void
test_files (void)
{
  g_autofree char *folder = g_dir_make_tmp ("tsr-operation-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "curve.csv", NULL);
  const struct {
    const char *contents, *word, *error; /* error NULL: fine */
  } rows[] = {
      {"time_s,cents\n0,0\n1,1200\n", "pitch", NULL},
      {"time_s,ratio\r\n0,1\r\n1,2\r\n\r\n", "pitch", NULL},
      {"time_s,factor\n0,1\n1,3\n", "stretch", NULL},
      {"time_s,target_s\n0,0\n1,3\n", "stretch", NULL},
      {"frequency_hz,gain_db\n100,0\n1000,-6\n", "filter", NULL},
      {"time_s,cents\n0,0\n", "filter", "header"},
      {"frequency_hz,gain_db\n", "filter", "no rows"},
      {"frequency_hz,gain_db\n100,0\n90,1\n", "filter", "line 3"},
      {"frequency_hz,gain_db\n100,zero\n", "filter", "line 2"},
      {"time_s,target_s\n0,0\n1,30\n", "stretch", "0.05"},
      {"time_s,ratio\n0,-1\n", "pitch", "outside"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = g_strdup_printf ("%s %s", rows[i].word, path);
    g_autoptr (GError) error = NULL;
    g_assert_true (g_file_set_contents (path, rows[i].contents, -1, NULL));
    g_autoptr (TsrOperation) operation = tsr_operation_parse (text, &error);
    g_assert_cmpint (operation == NULL, ==, rows[i].error != NULL);
    if (rows[i].error != NULL)
      g_assert_nonnull (strstr (error->message, rows[i].error));
  }
  g_unlink (path);
  g_rmdir (folder);
}

/* A glide in cents is exponential; a factor curve is integrated. */
static void
test_curves_are_exact_enough (void)
{
  g_autofree char *folder = g_dir_make_tmp ("tsr-operation-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "curve.csv", NULL);
  g_autofree char *pitch = g_strdup_printf ("pitch %s", path);
  g_autofree char *stretch = g_strdup_printf ("stretch %s", path);
  g_autoptr (TsrSoundState) state = fixture_state (1, 1);
  TsrBreakpoint value;

  g_file_set_contents (path, "time_s,cents\n0,0\n1,1200\n", -1, NULL);
  g_autoptr (TsrSoundState) glide = apply (pitch, state, NULL, NULL);
  TsrPartial *partial = tsr_partial_set_at (tsr_sound_state_fields (glide)->partials, 0);
  for (double t = 0; t <= 1; t += 0.0371) {
    tsr_partial_at (partial, t, &value);
    g_assert_cmpfloat (fabs (1200 * log2 (value.frequency_hz / 100) - 1200 * t), <, 0.02);
  }
  g_file_set_contents (path, "time_s,factor\n0,1\n1,3\n", -1, NULL);
  g_autoptr (TsrSoundState) slower = apply (stretch, state, NULL, NULL);
  g_assert_cmpfloat_with_epsilon (tsr_sound_state_fields (slower)->duration_s, 2, 1e-4);
  g_assert_cmpfloat_with_epsilon (
      tsr_curve_at (tsr_sound_state_fields (slower)->source_s_over_sound_s, 0.75),
      0.5,
      1e-4);
  g_unlink (path);
  g_rmdir (folder);
}

/* What is new of an edit of a long sound lies in files, bit for bit as on the heap. */
static void
test_long_sounds (void)
{
  enum { N = 300, N_POINTS = 1000 };
  static TsrBreakpoint b[N_POINTS];
  g_autoptr (GPtrArray) partials =
      g_ptr_array_new_with_free_func ((GDestroyNotify)tsr_partial_unref);

  for (int k = 0; k < N; k++) {
    for (int i = 0; i < N_POINTS; i++)
      b[i] = (TsrBreakpoint){.time_s = k + 0.01 * i,
                             .frequency_hz = 100 + k,
                             .phase_turns = (100 + k) * 0.01 * i,
                             .log_amplitude = -0.001 * i};
    g_ptr_array_add (partials, tsr_partial_new (k + 1, 0, 0, b, N_POINTS));
  }
  g_autoptr (TsrPartialSet) set =
      tsr_partial_set_new ((TsrPartial *const *)partials->pdata, N);
  TsrSoundStateFields fields = {.partials = set, .duration_s = 310, .analysed = TRUE};
  g_autoptr (TsrSoundState) state = tsr_sound_state_new (&fields);
  g_autoptr (TsrSoundState) after = apply ("pitch 2", state, NULL, NULL);
  TsrPartialSet *made = tsr_sound_state_fields (after)->partials;
  g_assert_cmpuint (tsr_partial_set_size (made), ==, N);
  g_assert_null (tsr_partial_memory (tsr_partial_set_at (made, 0)));
  g_assert_nonnull (tsr_partial_memory (tsr_partial_set_at (made, N - 1)));
  for (gsize k = 0; k < N; k++) {
    gint64 id = (gint64)k + 1;
    g_autoptr (TsrSelection) one = tsr_selection_new (&id, 1, NULL);
    g_autoptr (TsrSoundState) alone = apply ("pitch 2", state, one, NULL);
    TsrPartialSet *small = tsr_sound_state_fields (alone)->partials;
    g_autoptr (TsrPartial) same = tsr_partial_new_with_id (
        tsr_partial_set_at (small, N - 1), tsr_partial_id (tsr_partial_set_at (made, k)));
    g_assert_true (tsr_partial_equal (same, tsr_partial_set_at (made, k)));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/operation/grammar", test_grammar);
  g_test_add_func ("/model/operation/whole", test_on_the_whole_sound);
  g_test_add_func ("/model/operation/maps", test_crop_then_stretch_maps_back);
  g_test_add_func ("/model/operation/selection", test_on_a_selection);
  g_test_add_func ("/model/operation/the-length-stays", test_the_length_stays);
  g_test_add_func ("/model/operation/region", test_within_a_region);
  g_test_add_func ("/model/operation/maps-of-a-selection", test_maps_of_a_selection);
  g_test_add_func ("/model/operation/nothing", test_nothing_to_do);
  g_test_add_func ("/model/operation/files", test_files);
  g_test_add_func ("/model/operation/curves", test_curves_are_exact_enough);
  g_test_add_func ("/model/operation/long-sounds", test_long_sounds);
  return g_test_run ();
}
