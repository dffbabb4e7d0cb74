/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sessions: notification, selection along the history, previews, no leaks.
 */
#include "model/session.h"

#include "tests/model/model-fixture.h"

static TsrProject *
project_with_sound (gsize n_partials)
{
  TsrProject *project = tsr_project_new ();
  g_autoptr (TsrSoundState) state = fixture_state (1, n_partials);

  tsr_project_add_sound (project, "flute", NULL, state, "Analysis", "", NULL, NULL);
  return project;
}

static void
count_cb (GObject *object, GParamSpec *pspec, guint *n)
{
  ++*n;
}

static void
test_properties (void)
{
  g_autoptr (TsrSession) session = tsr_session_new ();
  guint n = 0;

  g_signal_connect (session, "notify::blend", G_CALLBACK (count_cb), &n);
  g_object_set (session, "blend", 0.5, "colormap", "viridis", "monitor", 2, NULL);
  g_object_set (session, "blend", 0.5, NULL);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpfloat (tsr_session_get_blend (session), ==, 0.5);
  g_assert_cmpstr (tsr_session_get_colormap (session), ==, "viridis");
  g_assert_cmpint (tsr_session_get_monitor (session), ==, TSR_MONITOR_PARTIALS);
  g_assert_cmpfloat (tsr_session_get_floor_db (session), ==, -90);
}

static void
test_selection_follows_history (void)
{
  g_autoptr (TsrProject) project = project_with_sound (4);
  g_autoptr (TsrSession) session = tsr_session_new ();
  g_autoptr (TsrSelection) two = tsr_selection_new ((gint64[]){2, 3}, 2, NULL);

  tsr_session_set_project (session, project);
  TsrSound *sound = tsr_session_get_sound (session);
  tsr_session_set_selection (session, two);
  g_autoptr (TsrSoundState) after = fixture_state (3, 1); /* only id 3 stays */
  tsr_project_add_step (project, sound, after, "", "", NULL, NULL);
  g_assert_cmpuint (tsr_selection_size (tsr_session_get_selection (session)), ==, 1);
  tsr_project_undo (project, sound, NULL);
  g_assert_cmpuint (tsr_selection_size (tsr_session_get_selection (session)), ==, 2);
}

static void
preview_cb (TsrSession *session, guint *n)
{
  ++*n;
}

static void
test_preview (void)
{
  g_autoptr (TsrSession) session = tsr_session_new ();
  TsrPreview preview = TSR_PREVIEW_INIT;
  guint      n = 0;

  g_signal_connect (session, "preview-changed", G_CALLBACK (preview_cb), &n);
  tsr_session_set_preview (session, NULL);
  g_assert_cmpuint (n, ==, 0);
  preview.filter_gain_db_over_hz = tsr_curve_new (&(TsrCurvePoint){100, -3}, 1);
  tsr_session_set_preview (session, &preview);
  tsr_curve_unref (preview.filter_gain_db_over_hz);
  g_assert_cmpfloat (
      tsr_curve_at (tsr_session_get_preview (session)->filter_gain_db_over_hz, 1),
      ==,
      -3);
  tsr_session_set_preview (session, NULL);
  g_assert_null (tsr_session_get_preview (session));
  g_assert_cmpuint (n, ==, 2);
}

static void
test_is_finalized (void)
{
  TsrProject *project = project_with_sound (2);
  TsrSession *session = tsr_session_new ();
  TsrSound   *sound = tsr_project_get_sound (project, 1);

  tsr_session_set_project (session, project);
  g_object_add_weak_pointer (G_OBJECT (sound), (gpointer *)&sound);
  g_object_add_weak_pointer (G_OBJECT (project), (gpointer *)&project);
  g_object_unref (project);
  g_assert_nonnull (project);
  g_object_unref (session);
  g_assert_null (project);
  g_assert_null (sound);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/session/properties", test_properties);
  g_test_add_func ("/model/session/selection", test_selection_follows_history);
  g_test_add_func ("/model/session/preview", test_preview);
  g_test_add_func ("/model/session/finalize", test_is_finalized);
  return g_test_run ();
}
