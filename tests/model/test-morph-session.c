/* SPDX-License-Identifier: GPL-3.0-or-later
 * A morph being made: what was chosen is one step of undo each, follows its sounds, and
 * is the same after it was written as a command and read again.
 */
#include "model/morph-session.h"

#include "tests/model/model-fixture.h"

static TsrSound *
add (TsrProject *project, const char *name, gsize n)
{
  g_autoptr (TsrSoundState) state = fixture_state (1, n);
  gint64 id =
      tsr_project_add_sound (project, name, NULL, state, "Import", "", NULL, NULL);

  g_assert_cmpint (id, !=, 0);
  return tsr_project_get_sound (project, id);
}

typedef struct {
  TsrProject      *project;
  TsrSound        *sounds[4];
  TsrMorphSession *session;
  guint            what; /* of the signals since it was read last */
} Fixture;

static void
changed_cb (TsrMorphSession *session, guint what, Fixture *f)
{
  f->what |= what;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  const char *const names[] = {"flute", "it's a trumpet", "cello", "voice"};

  f->project = tsr_project_new ();
  for (guint k = 0; k < 4; k++)
    f->sounds[k] = add (f->project, names[k], 3 + k);
  f->session = tsr_morph_session_new ();
  g_signal_connect (f->session, "changed", G_CALLBACK (changed_cb), f);
  tsr_morph_session_set_project (f->session, f->project);
  g_assert_true (tsr_morph_session_set_sounds (f->session, f->sounds, 2));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->session);
  g_assert_finalize_object (f->project);
}

static guint
take (Fixture *f)
{
  guint what = f->what;

  f->what = 0;
  return what;
}

static double
weight (Fixture *f, TsrMorphParameter parameter, guint k)
{
  const TsrMorphSettings *s = tsr_morph_session_get_settings (f->session);

  return tsr_morph_amount_mean (tsr_morph_settings_amount (s, parameter), k);
}

static void
test_undo (Fixture *f, gconstpointer data)
{
  const double quarter[] = {3, 1}, half[] = {1, 1}, bad[] = {-1, 2};

  take (f);
  g_assert_true (tsr_morph_session_set_weights (f->session, TSR_MORPH_ALL, quarter));
  g_assert_cmpuint (take (f), ==, TSR_MORPH_CHANGED_WEIGHTS | TSR_MORPH_CHANGED_UNDO);
  g_assert_false (tsr_morph_session_set_weights (f->session, TSR_MORPH_ALL, bad));
  g_assert_cmpfloat (weight (f, TSR_MORPH_NOISE, 1), ==, 0.25);
  g_assert_true (tsr_morph_session_set_weights (f->session, TSR_MORPH_NOISE, half));
  g_assert_cmpfloat (weight (f, TSR_MORPH_NOISE, 1), ==, 0.5);
  g_assert_true (tsr_morph_session_set_amount (f->session, TSR_MORPH_NOISE, NULL));
  g_assert_false (tsr_morph_session_set_amount (f->session, TSR_MORPH_ALL, NULL));
  g_assert_cmpfloat (weight (f, TSR_MORPH_NOISE, 1), ==, 0.25);
  g_assert_true (tsr_morph_session_undo (f->session));
  g_assert_cmpfloat (weight (f, TSR_MORPH_NOISE, 1), ==, 0.5);
  g_assert_true (tsr_morph_session_undo (f->session));
  g_assert_true (tsr_morph_session_undo (f->session));
  g_assert_cmpfloat (weight (f, TSR_MORPH_ALL, 1), ==, 0.5);
  g_assert_true (tsr_morph_session_redo (f->session));
  g_assert_cmpfloat (weight (f, TSR_MORPH_ALL, 1), ==, 0.25);
  g_assert_true (tsr_morph_session_set_linear (f->session, TRUE));
  g_assert_null (tsr_morph_session_get_redo_label (f->session));
  g_assert_false (tsr_morph_session_redo (f->session));
}

/* A drag is one step, or none. */
static void
test_drag (Fixture *f, gconstpointer data)
{
  g_autoptr (GArray) anchors = tsr_morph_anchors_parse ("0.1:0.2,0.5:0.6", 2, NULL);
  g_autoptr (GArray) late = tsr_morph_anchors_parse ("0.1:0.2,0.5:1.6", 2, NULL);
  const char *before = tsr_morph_session_get_undo_label (f->session);

  tsr_morph_session_begin (f->session);
  g_assert_true (tsr_morph_session_set_anchors (f->session, anchors));
  g_assert_false (tsr_morph_session_set_anchors (f->session, late));
  g_assert_cmpstr (tsr_morph_session_get_undo_label (f->session), ==, before);
  tsr_morph_session_cancel (f->session);
  g_assert_cmpuint (tsr_morph_session_get_anchors (f->session)->len, ==, 0);
  tsr_morph_session_begin (f->session);
  for (int i = 0; i < 5; i++) {
    g_array_index (anchors, TsrMorphAnchor, 1).times_s[0] += 0.01;
    g_assert_true (tsr_morph_session_set_anchors (f->session, anchors));
  }
  tsr_morph_session_end (f->session);
  g_assert_cmpstr (tsr_morph_session_get_undo_label (f->session), ==, "Time Anchors");
  g_assert_cmpuint (tsr_morph_session_get_anchors (f->session)->len, ==, 2);
  g_assert_true (tsr_morph_session_undo (f->session));
  g_assert_cmpuint (tsr_morph_session_get_anchors (f->session)->len, ==, 0);
}

static char *
links_of (Fixture *f)
{
  const TsrMorphSettings *s = tsr_morph_session_get_settings (f->session);

  return s->links != NULL ? tsr_morph_links_to_text (s->links, s->n) : g_strdup ("");
}

static void
test_links (Fixture *f, gconstpointer data)
{
  const struct {
    guint       a;
    gint64      id_a;
    guint       b;
    gint64      id_b; /* 0: unlinked */
    const char *links;
  } rows[] = {
      {0, 1, 1, 2, "1:2:-"},
      {1, 2, 2, 5, "1:2:5"},
      {0, 2, 1, 2, "2:2:5"}, /* 1 is left to be found again */
      {0, 1, 2, 4, "2:2:5,1:-:4"},
      {2, 5, 2, 0, "1:-:4,2:2:-,-:-:5"},
      {0, 1, 0, 0, "2:2:-,-:-:5,1:-:-"},
      {2, 5, 1, 3, "2:2:-,1:-:-,-:3:5"},
  };

  g_assert_true (tsr_morph_session_set_sounds (f->session, f->sounds, 3));
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (rows[i].id_b != 0)
      g_assert_true (tsr_morph_session_link (
          f->session, rows[i].a, rows[i].id_a, rows[i].b, rows[i].id_b));
    else
      g_assert_true (tsr_morph_session_unlink (f->session, rows[i].a, rows[i].id_a));
    g_autofree char *links = links_of (f);
    g_assert_cmpstr (links, ==, rows[i].links);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_true (tsr_morph_session_undo (f->session));
  g_autofree char *links = links_of (f);
  g_assert_cmpstr (links, ==, "");
  g_assert_false (tsr_morph_session_link (f->session, 0, 1, 0, 2));
  g_assert_false (tsr_morph_session_link (f->session, 0, 1, 3, 2));
}

/* Weights, anchors and links go where their sound goes. */
static void
test_sounds (Fixture *f, gconstpointer data)
{
  const double weights[] = {1, 3};
  TsrSound    *swapped[] = {f->sounds[1], f->sounds[0], f->sounds[2]};
  g_autoptr (GArray) anchors = tsr_morph_anchors_parse ("0.1:0.2,0.5:0.6", 2, NULL);

  tsr_morph_session_set_weights (f->session, TSR_MORPH_ALL, weights);
  tsr_morph_session_set_anchors (f->session, anchors);
  tsr_morph_session_link (f->session, 0, 1, 1, 2);
  tsr_morph_session_set_name (f->session, "mine");
  g_assert_true (tsr_morph_session_set_sounds (f->session, swapped, 2));
  g_autofree char *links = links_of (f);
  g_assert_cmpstr (links, ==, "2:1");
  g_assert_cmpfloat (weight (f, TSR_MORPH_ALL, 0), ==, 0.75);
  g_assert_cmpstr (tsr_morph_session_get_settings (f->session)->name, ==, "mine");
  const GArray *now = tsr_morph_session_get_anchors (f->session);
  g_assert_cmpfloat (g_array_index (now, TsrMorphAnchor, 1).times_s[0], ==, 0.6);

  g_assert_true (tsr_morph_session_set_sounds (f->session, swapped, 3));
  g_assert_cmpfloat (weight (f, TSR_MORPH_ALL, 2), ==, 0);
  g_assert_cmpfloat (weight (f, TSR_MORPH_ALL, 0), ==, 0.75);
  g_autofree char *links_3 = links_of (f);
  g_assert_cmpstr (links_3, ==, "2:1:-");
  g_assert_cmpuint (tsr_morph_session_get_anchors (f->session)->len, ==, 0);
  g_assert_cmpstr (tsr_morph_session_get_settings (f->session)->name, ==, "mine");
  g_assert_true (tsr_morph_session_set_sounds (f->session, swapped + 1, 2));
  g_assert_null (tsr_morph_session_get_settings (f->session)->name);
  g_assert_true (tsr_morph_session_undo (f->session));
  g_assert_cmpstr (tsr_morph_session_get_settings (f->session)->name, ==, "mine");

  take (f);
  g_assert_true (tsr_project_remove_sound (f->project, f->sounds[1], NULL));
  g_assert_cmpuint (take (f) & TSR_MORPH_CHANGED_SOUNDS, !=, 0);
  g_assert_cmpuint (tsr_morph_session_get_n (f->session), ==, 2);
  g_assert_cmpfloat (weight (f, TSR_MORPH_ALL, 0), ==, 1);
  g_autofree char *links_2 = links_of (f);
  g_assert_cmpstr (links_2, ==, "");
  g_assert_false (
      tsr_morph_session_undo (f->session)); /* all were with the removed one */
  g_assert_true (tsr_project_remove_sound (f->project, f->sounds[0], NULL));
  g_assert_cmpuint (tsr_morph_session_get_n (f->session), ==, 0);
  g_assert_null (tsr_morph_session_dup_recipe (f->session));
}

static void
test_command (Fixture *f, gconstpointer data)
{
  const double weights[] = {0.3, 0.7};
  g_autoptr (GArray) anchors = tsr_morph_anchors_parse ("0.1:0.2,0.5:0.6", 2, NULL);
  g_auto (TsrMorphAmount) curve = {0};
  g_auto (TsrMorphSettings) again = {0};
  g_autoptr (GError) error = NULL;

  g_assert_true (tsr_morph_amount_parse (&curve, 2, "0=1:0,0.7=0.25:0.75", NULL));
  tsr_morph_session_set_weights (f->session, TSR_MORPH_ALL, weights);
  tsr_morph_session_set_amount (f->session, TSR_MORPH_FREQUENCY, &curve);
  tsr_morph_session_set_anchors (f->session, anchors);
  tsr_morph_session_link (f->session, 0, 1, 1, 2);
  tsr_morph_session_set_pairing (f->session, TSR_MORPH_PAIR_SPECTRUM);
  tsr_morph_session_set_linear (f->session, TRUE);
  tsr_morph_session_set_fades (f->session, TRUE);
  tsr_morph_session_set_name (f->session, "a 'new' one");
  const TsrMorphSettings *s = tsr_morph_session_get_settings (f->session);
  g_autofree char        *command =
      tsr_morph_settings_to_command (s, NULL, TSR_MORPH_PAIR_AUTO, s->name);
  g_assert_cmpstr (command,
                   ==,
                   "morph 'flute' 'it'\\''s a trumpet' --amount 0.3:0.7 --frequency "
                   "0=1:0,0.7=0.25:0.75 --anchors 0.1:0.2,0.5:0.6 --pairs 1:2 --pairing "
                   "spectrum --scale linear --unmatched fade --as 'a '\\''new'\\'' one'");
  tsr_morph_settings_from_command (&again, f->project, command, &error);
  g_assert_no_error (error);
  g_assert_true (tsr_morph_settings_equal (s, &again));

  const char *const bad[] = {"",
                             "morph",
                             "morph flute",
                             "morph flute nobody --amount 1",
                             "pitch 2",
                             "morph flute cello",
                             "morph flute cello --amount",
                             "morph flute cello --amount x",
                             "morph flute cello --amount 0.5 --colour red",
                             "morph 'flute",
                             "morph flute cello voice flute cello --amount 0.5"};
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_auto (TsrMorphSettings) none = {0};
    g_assert_false (tsr_morph_settings_from_command (&none, f->project, bad[i], &error));
    g_assert_nonnull (error);
    g_assert_cmpuint (none.n, ==, 0);
    g_clear_error (&error);
  }
}

/* Voices and anchors of the plan; other weights keep it, a sound that changes ends it. */
static void
test_plan (Fixture *f, gconstpointer data)
{
  const double weights[] = {1, 3};
  const double onsets_s[] = {0.25};
  gsize        n_matched, n_voices;

  tsr_morph_session_set_onsets (f->session, f->sounds[0], onsets_s, 1);
  g_assert_true (tsr_morph_session_has_onsets (f->session, f->sounds[0]));
  g_autoptr (TsrMorphRecipe) recipe = tsr_morph_session_dup_recipe (f->session);
  g_autoptr (GError) error = NULL;
  TsrMorphPlan *plan = tsr_morph_recipe_plan (recipe, &error);
  g_assert_no_error (error);
  tsr_morph_session_set_plan (f->session, plan, NULL);
  tsr_morph_session_count (f->session, &n_matched, &n_voices);
  g_assert_cmpuint (n_matched, ==, 3);
  g_assert_cmpuint (n_voices, ==, 4);
  for (gint64 id = 1; id <= 3; id++)
    g_assert_cmpint (tsr_morph_session_voice_of (f->session, 0, id),
                     ==,
                     tsr_morph_session_voice_of (f->session, 1, id));
  g_assert_cmpint (tsr_morph_session_voice_of (f->session, 0, 4), ==, -1);
  g_assert_cmpint (tsr_morph_session_voice_of (f->session, 3, 1), ==, -1);
  const GArray *anchors = tsr_morph_session_get_anchors (f->session);
  g_assert_cmpuint (anchors->len, ==, 1);
  g_assert_cmpfloat (g_array_index (anchors, TsrMorphAnchor, 0).times_s[0], ==, 0.25);
  tsr_morph_session_set_weights (f->session, TSR_MORPH_ALL, weights);
  g_assert_true (tsr_morph_session_get_plan (f->session) == plan);
  g_autoptr (TsrSoundState) other = fixture_state (10, 2);
  tsr_project_add_step (f->project, f->sounds[0], other, "Edit", "", NULL, &error);
  g_assert_no_error (error);
  g_assert_null (tsr_morph_session_get_plan (f->session));
  g_assert_false (tsr_morph_session_has_onsets (f->session, f->sounds[0]));
}

/* Undo takes a sound that was made away, redo brings it back. */
static void
test_made (Fixture *f, gconstpointer data)
{
  TsrSound *made = add (f->project, "made", 2);
  gint64    id = tsr_sound_get_id (made);

  tsr_morph_session_add_made (f->session, made);
  g_assert_cmpstr (tsr_morph_session_get_undo_label (f->session), ==, "Make “made”");
  g_assert_true (tsr_morph_session_undo (f->session));
  g_assert_true (tsr_project_is_removed (f->project, id));
  g_assert_true (tsr_morph_session_redo (f->session));
  g_assert_false (tsr_project_is_removed (f->project, id));
  g_assert_cmpuint (tsr_morph_session_get_n (f->session), ==, 2);
  g_autofree char *name = tsr_morph_session_dup_name (f->session);
  g_assert_cmpstr (name, ==, "flute–it's a trumpet");
}

int
main (int argc, char **argv)
{
  const struct {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
      {"/morph-session/undo", test_undo},
      {"/morph-session/drag", test_drag},
      {"/morph-session/links", test_links},
      {"/morph-session/sounds", test_sounds},
      {"/morph-session/command", test_command},
      {"/morph-session/plan", test_plan},
      {"/morph-session/made", test_made},
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
