/* SPDX-License-Identifier: GPL-3.0-or-later
 * Markers and loops stay on what they were set on, whatever an edit does to time.
 */
#include <math.h>

#include "model/operation.h"
#include "model/session.h"
#include "tests/model/model-fixture.h"

static TsrSound *
add_sound (TsrProject *project)
{
  g_autoptr (TsrSoundState) state = fixture_state (1, 3);
  gint64 id =
      tsr_project_add_sound (project, "bell", NULL, state, "Import", "", NULL, NULL);

  return tsr_project_get_sound (project, id);
}

static void
edit (TsrProject *project, TsrSound *sound, const char *text)
{
  gint64 next_id = tsr_sound_next_partial_id (sound);
  g_autoptr (GError) error = NULL;
  g_autoptr (TsrOperation) operation = tsr_operation_parse (text, &error);
  g_assert_no_error (error);
  g_autoptr (TsrSoundState) after = tsr_operation_apply (
      operation, tsr_sound_get_state (sound), NULL, &next_id, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (tsr_project_add_step (project, sound, after, text, "", NULL, &error));
}

static void
assert_marker (TsrSound *sound, gsize i, double time_s, const char *name)
{
  gsize            n;
  const TsrMarker *markers = tsr_sound_get_markers (sound, &n);

  g_assert_cmpuint (i, <, n);
  g_assert_cmpfloat_with_epsilon (markers[i].time_s, time_s, 1e-12);
  g_assert_cmpstr (markers[i].name, ==, name);
}

static gsize
n_markers (TsrSound *sound)
{
  gsize n;

  tsr_sound_get_markers (sound, &n);
  return n;
}

/* Where 0.2 and 0.7 s of a second of sound are after an edit of all of it. */
static const struct {
  const char *operation;
  double      early_s, late_s; /* NAN: cropped away */
} EDITS[] = {
    {"stretch 2", 0.4, 1.4},
    {"stretch 0.5", 0.1, 0.35},
    {"stretch 0:0,0.4:1.2,1:1.8", 0.6, 1.5},
    {"crop 0.5:0.9", NAN, 0.2},
    {"crop 0.1:0.7", 0.1, 0.6}, /* at its end */
    {"crop 0:0.5", 0.2, NAN},
    {"reverse", 0.8, 0.3},
    {"move 0.25", 0.45, 0.95},
    {"pitch 2st", 0.2, 0.7},
    {"gain -6dB", 0.2, 0.7},
};

static void
test_follow_edits (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (EDITS); i++) {
    g_autoptr (TsrProject) project = tsr_project_new ();
    TsrSound *sound = add_sound (project);
    gsize     n = 0;
    tsr_project_add_marker (project, sound, 0.7, "late", NULL);
    tsr_project_add_marker (project, sound, 0.2, "early", NULL);
    edit (project, sound, EDITS[i].operation);
    gboolean turned = EDITS[i].early_s > EDITS[i].late_s;
    if (isfinite (EDITS[i].early_s))
      assert_marker (sound, turned ? 1 : n++, EDITS[i].early_s, "early");
    if (isfinite (EDITS[i].late_s))
      assert_marker (sound, turned ? 0 : n++, EDITS[i].late_s, "late");
    g_assert_cmpuint (n_markers (sound), ==, turned ? 2 : n);
    tsr_project_undo (project, sound, NULL);
    assert_marker (sound, 0, 0.2, "early");
    assert_marker (sound, 1, 0.7, "late");
    tsr_project_redo (project, sound, NULL);
    g_assert_cmpuint (n_markers (sound), ==, turned ? 2 : n);
  }
}

/* One edit after the other, and markers set, changed and taken away between them. */
static void
test_set_in_an_edited_sound (void)
{
  g_autoptr (TsrProject) project = tsr_project_new ();
  TsrSound *sound = add_sound (project);

  tsr_project_add_marker (project, sound, 0.1, "first", NULL);
  edit (project, sound, "crop 0.2:1");
  g_assert_cmpuint (n_markers (sound), ==, 0);
  edit (project, sound, "stretch 2");
  gint64 id = tsr_project_add_marker (project, sound, 1, "middle", NULL);
  g_assert_cmpint (id, ==, 2); /* the first is hidden, not gone */
  assert_marker (sound, 0, 1, "middle");
  edit (project, sound, "reverse");
  assert_marker (sound, 0, 0.6, "middle");
  g_assert_true (tsr_project_change_marker (project, sound, id, 0.4, "moved", NULL));
  assert_marker (sound, 0, 0.4, "moved");
  tsr_project_undo (project, sound, NULL);
  assert_marker (sound, 0, 1.2, "moved");
  tsr_project_undo (project, sound, NULL);
  assert_marker (sound, 0, 0.6, "moved");
  tsr_project_undo (project, sound, NULL);
  assert_marker (sound, 0, 0.1, "first");
  assert_marker (sound, 1, 0.8, "moved");
  g_assert_true (tsr_project_remove_marker (project, sound, id, NULL));
  g_assert_cmpuint (n_markers (sound), ==, 1);
}

static void
count_cb (TsrSound *sound, GParamSpec *pspec, guint *n)
{
  ++*n;
}

static void
test_notifies (void)
{
  g_autoptr (TsrProject) project = tsr_project_new ();
  TsrSound *sound = add_sound (project);
  guint     n = 0;

  g_signal_connect (sound, "notify::markers", G_CALLBACK (count_cb), &n);
  tsr_project_add_marker (project, sound, 0.5, "", NULL);
  g_assert_cmpuint (n, ==, 1);
  edit (project, sound, "gain -3dB");
  g_assert_cmpuint (n, ==, 1);
  edit (project, sound, "stretch 3");
  g_assert_cmpuint (n, ==, 2);
  tsr_project_undo (project, sound, NULL);
  g_assert_cmpuint (n, ==, 3);
}

static void
test_loop_follows (void)
{
  static const struct {
    const char *operation;
    double      start_s, end_s;
  } rows[] = {
      {"stretch 2", 0.4, 1.2},
      {"reverse", 0.4, 0.8},
      {"crop 0.3:1", 0, 0.3},
      {"gain 3dB", 0.2, 0.6},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (TsrProject) project = tsr_project_new ();
    g_autoptr (TsrSession) session = tsr_session_new ();
    TsrSound *sound = add_sound (project);
    double    start_s, end_s;
    tsr_session_set_project (session, project);
    tsr_session_set_loop_range (session, 0.2, 0.6);
    edit (project, sound, rows[i].operation);
    tsr_session_get_loop_range (session, &start_s, &end_s);
    g_assert_cmpfloat_with_epsilon (start_s, rows[i].start_s, 1e-12);
    g_assert_cmpfloat_with_epsilon (end_s, rows[i].end_s, 1e-12);
  }
}

/* Moved there and back, points of the time map meet but for rounding; what lies far
 * behind them must not be led astray. */
static void
test_far_behind_the_map (void)
{
  g_autoptr (TsrProject) project = tsr_project_new ();
  TsrSound *sound = add_sound (project);

  edit (project, sound, "move 0.4");
  edit (project, sound, "move -0.4");
  edit (project, sound, "move 0.7");
  const TsrSoundState *state = tsr_sound_get_state (sound);
  g_assert_cmpfloat_with_epsilon (tsr_sound_state_source_s (state, 10.7), 10, 1e-9);
  g_assert_cmpfloat_with_epsilon (tsr_sound_state_sound_s (state, 10), 10.7, 1e-9);
  edit (project, sound, "stretch 2");
  state = tsr_sound_get_state (sound);
  g_assert_cmpfloat_with_epsilon (tsr_sound_state_sound_s (state, 10), 21.4, 1e-9);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/markers/edits", test_follow_edits);
  g_test_add_func ("/model/markers/set-in-an-edited-sound", test_set_in_an_edited_sound);
  g_test_add_func ("/model/markers/far-behind", test_far_behind_the_map);
  g_test_add_func ("/model/markers/notify", test_notifies);
  g_test_add_func ("/model/markers/loop", test_loop_follows);
  return g_test_run ();
}
