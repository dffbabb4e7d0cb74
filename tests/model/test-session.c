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

static TsrSoundState *
edited_state (gsize n_partials)
{
  g_autoptr (TsrPartialSet) set = fixture_set (10, n_partials);

  return tsr_sound_state_new (&(TsrSoundStateFields){
      .partials = set, .duration_s = 1, .analysed = TRUE, .edited = TRUE});
}

static void
assert_picture (TsrSession *session, TsrSignal *signal, TsrPictureKind kind)
{
  TsrPictureKind is;

  g_assert_true (tsr_session_get_picture (session, &is) == signal);
  g_assert_cmpint (is, ==, kind);
}

/* The recording, then what was shown until the edit is rendered, then that; undo and redo
 * at once; the recording when it is asked for. */
static void
test_picture (void)
{
  g_autoptr (TsrProject) project = tsr_project_new ();
  g_autoptr (TsrSession) session = tsr_session_new ();
  g_autoptr (TsrSignal) recording = tsr_signal_new (8000, 1, 8000);
  g_autoptr (TsrSignal) first = tsr_signal_new (8000, 1, 8000);
  g_autoptr (TsrSignal) second = tsr_signal_new (8000, 1, 8000);
  const TsrSourceInfo info = {.name = "a.wav",
                              .format = "wav",
                              .rate_hz = 8000,
                              .n_channels = 1,
                              .n_frames = 8000,
                              .bits = 16,
                              .decoded_sha256 = ""};
  g_autoptr (TsrSource) source = tsr_source_new (1, &info);
  g_autoptr (TsrSoundState) analysed = fixture_state (1, 3);
  g_autoptr (TsrSoundState) once = edited_state (2);
  g_autoptr (TsrSoundState) twice = edited_state (1);
  guint n = 0;

  tsr_project_add_sound (project, "a", source, analysed, "Analysis", "", NULL, NULL);
  tsr_session_set_project (session, project);
  TsrSound *sound = tsr_session_get_sound (session);
  g_assert_cmpint (tsr_session_partner_of (session, 1), ==, 0); /* it is alone */
  g_signal_connect (session, "notify::picture", G_CALLBACK (count_cb), &n);
  tsr_session_set_signal (session, recording);
  assert_picture (session, recording, TSR_PICTURE_RECORDING);
  tsr_project_add_step (project, sound, once, "", "", NULL, NULL);
  assert_picture (session, recording, TSR_PICTURE_BEFORE);
  g_assert_false (tsr_session_has_rendered (session));
  tsr_session_set_rendered (session, first);
  assert_picture (session, first, TSR_PICTURE_EDITED);
  g_assert_cmpuint (n, ==, 3);
  tsr_project_add_step (project, sound, twice, "", "", NULL, NULL);
  assert_picture (session, first, TSR_PICTURE_BEFORE);
  tsr_session_set_rendered (session, second);
  g_object_set (session, "compare-step", (gint64)2, NULL);
  g_assert_cmpint (tsr_session_get_compare_step (session), ==, 2);
  tsr_project_undo (project, sound, NULL); /* ends comparing */
  g_assert_cmpint (tsr_session_get_compare_step (session), ==, 0);
  assert_picture (session, first, TSR_PICTURE_EDITED);
  gint64 present_id = tsr_step_fields (tsr_sound_get_current_step (sound))->id;
  tsr_project_undo (project, sound, NULL);
  assert_picture (session, recording, TSR_PICTURE_RECORDING);
  gint64 first_id = tsr_step_fields (tsr_sound_get_current_step (sound))->id;
  g_assert_cmpint (tsr_session_partner_of (session, first_id), ==, present_id);
  g_assert_cmpint (tsr_session_partner_of (session, present_id), ==, first_id);
  tsr_project_redo (project, sound, NULL);
  assert_picture (session, first, TSR_PICTURE_EDITED);
  g_object_set (session, "show-recording", TRUE, NULL);
  assert_picture (session, recording, TSR_PICTURE_RECORDING);
  tsr_session_set_sound (session, NULL);
  assert_picture (session, NULL, TSR_PICTURE_RECORDING);
}

/* Each sound keeps its own, as long as its project is open. */
static void
test_layers (void)
{
  g_autoptr (TsrProject) project = project_with_sound (4);
  g_autoptr (TsrProject) other = project_with_sound (4);
  g_autoptr (TsrSession) session = tsr_session_new ();
  g_autoptr (TsrSoundState) state = fixture_state (1, 2);
  TsrLayerMix mix = {.layers[TSR_LAYER_NOISE] = {.level_db = -6, .solo = TRUE}};
  guint       n = 0;
  gint64      id =
      tsr_project_add_sound (project, "cello", NULL, state, "Analysis", "", NULL, NULL);

  g_signal_connect (session, "layers-changed", G_CALLBACK (preview_cb), &n);
  tsr_session_set_project (session, project);
  TsrSound *flute = tsr_session_get_sound (session);
  tsr_session_set_layers (session, &mix);
  g_assert_cmpuint (n, ==, 1);
  tsr_session_set_sound (session, tsr_project_get_sound (project, id));
  g_assert_cmpuint (n, ==, 2);
  g_assert_false (tsr_session_get_layers (session)->layers[TSR_LAYER_NOISE].solo);
  tsr_session_set_sound (session, flute);
  g_assert_true (tsr_session_get_layers (session)->layers[TSR_LAYER_NOISE].solo);
  g_assert_cmpfloat (
      tsr_session_get_layers (session)->layers[TSR_LAYER_NOISE].level_db, ==, -6);
  tsr_session_set_project (session, other); /* whose sound has the same id */
  g_assert_false (tsr_session_get_layers (session)->layers[TSR_LAYER_NOISE].solo);
  g_assert_cmpuint (n, ==, 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/session/properties", test_properties);
  g_test_add_func ("/model/session/selection", test_selection_follows_history);
  g_test_add_func ("/model/session/preview", test_preview);
  g_test_add_func ("/model/session/picture", test_picture);
  g_test_add_func ("/model/session/layers", test_layers);
  g_test_add_func ("/model/session/finalize", test_is_finalized);
  return g_test_run ();
}
