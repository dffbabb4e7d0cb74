/* SPDX-License-Identifier: GPL-3.0-or-later
 * Saved selections follow their partials through edits, undo and branches.
 */
#include <math.h>

#include "model/operation.h"
#include "model/project.h"
#include "model/query.h"
#include "tests/model/model-fixture.h"

typedef struct {
  TsrProject *project;
  TsrSound   *sound;
} Fixture;

static void
fixture_init (Fixture *fixture, guint n_partials)
{
  g_autoptr (TsrSoundState) state = fixture_state (1, n_partials);

  fixture->project = tsr_project_new ();
  gint64 id = tsr_project_add_sound (
      fixture->project, "s", NULL, state, "Import", "", NULL, NULL);
  fixture->sound = tsr_project_get_sound (fixture->project, id);
}

static TsrPartialSet *
partials (Fixture *fixture)
{
  return tsr_sound_state_fields (tsr_sound_get_state (fixture->sound))->partials;
}

/* Several operations, separated by `;`, as one step. */
static void
edit (Fixture *fixture, const char *query, const char *texts)
{
  g_auto (GStrv) all = g_strsplit (texts, ";", -1);
  g_autoptr (GError) error = NULL;
  gint64 next_id = tsr_sound_next_partial_id (fixture->sound);
  g_autoptr (TsrSelection) on = NULL;
  g_autoptr (TsrSoundState) state =
      tsr_sound_state_ref (tsr_sound_get_state (fixture->sound));

  if (query != NULL)
    on = tsr_query_select_in (fixture->sound, 0, query, &error);
  g_assert_no_error (error);
  for (char **text = all; *text != NULL; text++) {
    g_autoptr (TsrSelection) made = NULL;
    g_autoptr (TsrOperation) operation = tsr_operation_parse (*text, &error);
    g_assert_no_error (error);
    TsrSoundState *after =
        tsr_operation_apply (operation, state, on, &next_id, &made, &error);
    g_assert_no_error (error);
    tsr_sound_state_unref (state);
    state = after;
    if (on != NULL) {
      tsr_selection_unref (on);
      on = g_steal_pointer (&made);
    }
  }
  g_assert_true (tsr_project_add_step (
      fixture->project, fixture->sound, state, texts, "", NULL, &error));
  g_assert_no_error (error);
}

static void
save (Fixture *fixture, const char *name, const char *query)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TsrSelection) selection =
      tsr_query_select_in (fixture->sound, 0, query, &error);

  g_assert_no_error (error);
  g_assert_cmpint (tsr_project_save_selection (
                       fixture->project, fixture->sound, name, selection, &error),
                   >,
                   0);
  g_assert_no_error (error);
}

/* What a query selects now, as mean frequencies and starts: "200@0 200@0.5". */
static char *
found (Fixture *fixture, const char *query)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TsrSelection) selection =
      tsr_query_select_in (fixture->sound, 0, query, &error);

  g_assert_no_error (error);
  for (gsize i = 0; i < tsr_selection_size (selection); i++) {
    gint64 index =
        tsr_partial_set_index_of (partials (fixture), tsr_selection_ids (selection)[i]);
    g_assert_cmpint (index, >=, 0);
    const TsrPartialSummary *s =
        tsr_partial_summary (tsr_partial_set_at (partials (fixture), (gsize)index));
    g_string_append_printf (text,
                            "%s%.0f@%.2g",
                            i > 0 ? " " : "",
                            s->mean_hz,
                            round (100 * s->start_s) / 100);
  }
  return g_string_free (text, FALSE);
}

#define expect(fixture, query, wanted)                                                   \
  {                                                                                      \
    g_autofree char *is = found (fixture, query);                                        \
    g_assert_cmpstr (is, ==, wanted);                                                    \
  }

/* Five partials at 100 ... 500 Hz of 1 s; the one at 200 Hz is saved, then edited. */
static void
test_follows (void)
{
  static const struct {
    const char *on, *texts, *wanted;
  } rows[] = {
      {NULL, "gain -3dB", "200@0"},
      {NULL, "pitch 2", "400@0"},
      {NULL, "pitch 2;shift 5Hz;gain 1dB", "405@0"},
      {"id = 2", "split 0.5", "200@0 200@0.5"},
      {"id = 2", "split 0.5;move 0.25", "200@0.25 200@0.75"},
      {"id = 2 within 0.25:0.75", "gain -6dB", "200@0.25 200@0 200@0.75"},
      {"id = 2 within 0.25:0.75", "delete", "200@0 200@0.75"},
      {"id = 2", "delete", ""},
      {"id = 2", "duplicate 0.5", "200@0"},
      {"id = 3", "gain -3dB", "200@0"},
      {NULL, "crop 0.25:0.75", "200@0"},
      {NULL, "split 0.5;join", "200@0"},
      {"id = 2", "erase 0.5:200 size 0.1:50", "200@0 200@0.55"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    Fixture f;
    fixture_init (&f, 5);
    save (&f, "two", "id = 2");
    g_test_message ("%s", rows[i].texts);
    edit (&f, rows[i].on, rows[i].texts);
    expect (&f, "@two", rows[i].wanted);
    g_assert_true (tsr_project_undo (f.project, f.sound, NULL));
    expect (&f, "@two", "200@0");
    edit (&f, NULL, "shift 50Hz");
    expect (&f, "@two", "250@0");
    g_object_unref (f.project);
  }
}

/* Saved late, looked at before, and in another branch. */
static void
test_back_and_across (void)
{
  Fixture f;

  fixture_init (&f, 3);
  edit (&f, "id = 2", "split 0.5");
  edit (&f, NULL, "gain -3dB");
  save (&f, "second half", "time > 0.25s");
  expect (&f, "@\"second half\"", "200@0.5");
  g_assert_true (tsr_project_undo (f.project, f.sound, NULL));
  expect (&f, "@\"second half\"", "200@0.5");
  g_assert_true (tsr_project_undo (f.project, f.sound, NULL));
  expect (&f, "@\"second half\"", "200@0"); /* the whole that it is a half of */
  edit (&f, NULL, "pitch 2");
  expect (&f, "@\"second half\"", "400@0");
  edit (&f, NULL, "reverse");
  expect (&f, "@\"second half\"", "400@0");
  g_object_unref (f.project);
}

/* As a word of a query; names that are not there. */
static void
test_in_queries (void)
{
  Fixture f;
  g_autoptr (GError) error = NULL;

  fixture_init (&f, 5);
  save (&f, "low", "frequency < 350Hz");
  save (&f, "a (b) c", "id in 3..4");
  expect (&f, "@low and not @\"a (b) c\"", "100@0 200@0");
  expect (&f, "(@low or label = 9) and frequency > 150Hz", "200@0 300@0");
  g_autofree char *quoted = tsr_query_quote_name ("a (b) c");
  expect (&f, quoted, "300@0 400@0");
  g_assert_null (tsr_query_select_in (f.sound, 0, "@nothing", &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_null (tsr_query_select_in (f.sound, 0, "@\"open", &error));
  g_assert_nonnull (error);
  g_object_unref (f.project);
}

/* A region moves along with time; the name alone brings it, a longer query does not. */
static void
test_region (void)
{
  Fixture f;

  fixture_init (&f, 3);
  save (&f, "r", "id = 2 within 0.2:0.6 150:250");
  edit (&f, NULL, "stretch 2");
  g_autoptr (TsrSelection) now = tsr_query_select_in (f.sound, 0, "@r", NULL);
  g_autoptr (TsrSelection) other = tsr_query_select_in (f.sound, 0, "@r and all", NULL);
  const TsrRegion *region = tsr_selection_region (now);
  g_assert_nonnull (region);
  g_assert_cmpfloat_with_epsilon (region->start_s, 0.4, 1e-9);
  g_assert_cmpfloat_with_epsilon (region->end_s, 1.2, 1e-9);
  g_assert_null (tsr_selection_region (other));
  g_object_unref (f.project);
}

/* Its limits of frequency move with the partials they were drawn around: with those of
 * the whole sound, with the piece inside, with one of them; whatever is outside stays. */
static void
test_limits (void)
{
  static const struct {
    const char *on, *texts;
    double      low_hz, high_hz;
  } rows[] = {
      {NULL, "gain -3dB", 150, 350},
      {NULL, "stretch 2", 150, 350},
      {NULL, "pitch 2", 300, 700},
      {NULL, "pitch 2;pitch 2", 600, 1400},
      {"id in 2..3 within 0.2:0.6 150:350", "pitch 1.5", 225, 525},
      {"id = 3", "pitch 2", 150, 700},
      {"id = 3", "delete", 150, 350},
      {"id in 4..5", "pitch 2", 150, 350},
      {"id = 2", "pitch 4", 300 / 1.03, 824}, /* the lower went past the upper one */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    Fixture f;
    fixture_init (&f, 5);
    save (&f, "r", "id in 2..3 within 0.2:0.6 150:350");
    g_test_message ("%s: %s", rows[i].on, rows[i].texts);
    edit (&f, rows[i].on, rows[i].texts);
    g_autoptr (TsrSelection) now = tsr_query_select_in (f.sound, 0, "@r", NULL);
    const TsrRegion *region = tsr_selection_region (now);
    g_assert_nonnull (region);
    g_assert_cmpfloat_with_epsilon (region->low_hz, rows[i].low_hz, 1e-6);
    g_assert_cmpfloat_with_epsilon (region->high_hz, rows[i].high_hz, 1e-6);
    g_assert_true (tsr_project_undo (f.project, f.sound, NULL));
    g_autoptr (TsrSelection) back = tsr_query_select_in (f.sound, 0, "@r", NULL);
    g_assert_cmpfloat (tsr_selection_region (back)->low_hz, ==, 150);
    g_assert_cmpfloat (tsr_selection_region (back)->high_hz, ==, 350);
    g_object_unref (f.project);
  }
}

static void
test_changes (void)
{
  Fixture f;
  gsize   n;
  GError *error = NULL;
  fixture_init (&f, 4);
  save (&f, "a", "id = 1");
  save (&f, "b", "id = 2");
  g_autoptr (TsrSelection) none = tsr_selection_new (NULL, 0, NULL);
  g_autoptr (TsrSelection) some = tsr_selection_new ((gint64[]){3, 4}, 2, NULL);
  static const char *const bad[] = {"a", "", "x\"y", "x\ny"};

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_assert_cmpint (
        tsr_project_save_selection (f.project, f.sound, bad[i], some, &error), ==, 0);
    g_clear_error (&error);
  }
  g_assert_cmpint (
      tsr_project_save_selection (f.project, f.sound, "c", none, NULL), ==, 0);
  g_assert_false (tsr_project_rename_saved_selection (f.project, f.sound, 1, "b", NULL));
  g_assert_true (tsr_project_rename_saved_selection (f.project, f.sound, 1, "c", NULL));
  expect (&f, "@c", "100@0");
  g_assert_true (tsr_project_replace_saved_selection (f.project, f.sound, 1, some, NULL));
  expect (&f, "@c", "300@0 400@0");
  gint64  copy = tsr_project_copy_sound (f.project, f.sound, "copy", NULL);
  Fixture of_copy = {f.project, tsr_project_get_sound (f.project, copy)};
  expect (&of_copy, "@c", "300@0 400@0");
  g_assert_true (tsr_project_remove_saved_selection (f.project, f.sound, 1, NULL));
  g_assert_false (tsr_project_remove_saved_selection (f.project, f.sound, 1, NULL));
  tsr_sound_get_saved_selections (f.sound, &n);
  g_assert_cmpuint (n, ==, 1);
  expect (&of_copy, "@c", "300@0 400@0");
  g_object_unref (f.project);
}

/* After compaction a file remembers ids whose partials are gone: they are not given to
 * others. */
static void
test_ids (void)
{
  Fixture f;
  g_autoptr (GArray) descents = g_array_new (FALSE, FALSE, sizeof (TsrDescent));
  g_autoptr (TsrSelection) kept = tsr_selection_new ((gint64[]){2, 90}, 2, NULL);
  TsrSavedSelection   saved = {1, (char *)"a", kept};
  TsrDescent          descent = {7, 70};
  TsrSoundStateFields fields;

  fixture_init (&f, 3);
  g_array_append_val (descents, descent);
  tsr_sound_state_fields_init (&fields,
                               tsr_sound_state_fields (tsr_sound_get_state (f.sound)));
  fields.descents = g_array_ref (descents);
  fields.edited = TRUE;
  g_autoptr (TsrSoundState) state = tsr_sound_state_new (&fields);
  tsr_sound_state_fields_clear (&fields);
  g_assert_true (
      tsr_project_add_step (f.project, f.sound, state, "step", "", NULL, NULL));
  g_assert_cmpint (tsr_sound_next_partial_id (f.sound), ==, 71);
  g_assert_true (tsr_project_set_saved_selections (f.project, f.sound, &saved, 1, NULL));
  g_assert_cmpint (tsr_sound_next_partial_id (f.sound), ==, 91);
  g_object_unref (f.project);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/saved-selection/follows", test_follows);
  g_test_add_func ("/model/saved-selection/back-and-across", test_back_and_across);
  g_test_add_func ("/model/saved-selection/queries", test_in_queries);
  g_test_add_func ("/model/saved-selection/region", test_region);
  g_test_add_func ("/model/saved-selection/limits", test_limits);
  g_test_add_func ("/model/saved-selection/changes", test_changes);
  g_test_add_func ("/model/saved-selection/ids", test_ids);
  return g_test_run ();
}
