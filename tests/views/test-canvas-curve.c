/* SPDX-License-Identifier: GPL-3.0-or-later
 * The curve of an operation over the canvas: drawn by hand, typed, given up; and the form
 * of every operation.
 */
#include "tests/views/views-fixture.h"
#include "views/canvas.h"
#include "views/operation-form.h"
#include "views/operation-panel.h"

enum { WIDTH = 640, HEIGHT = 400 };

typedef struct {
  TsrSession *session;
  GtkWidget  *window, *canvas;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->session = fixture_make_session ();
  f->canvas = tsr_canvas_new (f->session);
  f->window = fixture_show (f->canvas, WIDTH, HEIGHT);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  g_object_unref (f->session);
}

/* 2 s over 640 px; -24 to 24 dB from row 370 to row 30: 0 dB is row 200. */
static TsrDrawnCurve *
draw (Fixture *f, const char *word, guint kind, double low, double high)
{
  TsrDrawnCurve *curve =
      tsr_drawn_curve_new (tsr_operation_info_find (word), kind, low, high);

  tsr_session_set_drawing (f->session, curve);
  g_object_unref (curve); /* the session has it */
  return curve;
}

static TsrCurvePoint
point (TsrDrawnCurve *curve, guint i)
{
  guint                n;
  const TsrCurvePoint *p = tsr_drawn_curve_get_points (curve, &n);

  g_assert_cmpuint (i, <, n);
  return p[i];
}

static void
test_over_time (Fixture *f, gconstpointer data)
{
  TsrDrawnCurve *gain = draw (f, "gain", TSR_CURVE_OVER_TIME, 0, 2);

  tsr_drawn_curve_add (gain, 1, 0);
  fixture_press (f->canvas, 320, 200);
  fixture_move (f->canvas, 32, -85);
  g_assert_cmpfloat_with_epsilon (point (gain, 1).x, 1.1, 0.01);
  g_assert_cmpfloat_with_epsilon (point (gain, 1).y, 12, 0.5);
  g_assert_null (tsr_session_get_preview (f->session)); /* no other edit begins */
  fixture_release (f->canvas, 32, -85);
  g_assert_cmpfloat_with_epsilon (point (gain, 1).y, 12, 0.5);
  g_assert_cmpint (tsr_drawn_curve_get_focus (gain), ==, 1);
  /* The one under the focus goes, however many partials there are. */
  g_assert_true (tsr_canvas_delete_point (TSR_CANVAS (f->canvas)));
  g_assert_true (tsr_drawn_curve_is_neutral (gain));
}

static void
test_given_up (Fixture *f, gconstpointer data)
{
  TsrDrawnCurve *gain = draw (f, "gain", TSR_CURVE_OVER_TIME, 0, 2);

  tsr_drawn_curve_add (gain, 1, 0);
  fixture_press (f->canvas, 320, 200);
  fixture_move (f->canvas, 32, -85);
  g_assert_false (tsr_drawn_curve_is_neutral (gain));
  g_assert_true (fixture_key (f->canvas, GDK_KEY_Escape, 0));
  g_assert_true (tsr_drawn_curve_is_neutral (gain));
  fixture_release (f->canvas, 32, -85);
  g_assert_true (tsr_drawn_curve_is_neutral (gain));
}

static void
test_typed (Fixture *f, gconstpointer data)
{
  TsrDrawnCurve *gain = draw (f, "gain", TSR_CURVE_OVER_TIME, 0, 2);
  const guint    keys[] = {GDK_KEY_minus, GDK_KEY_7, GDK_KEY_period, GDK_KEY_5};

  tsr_drawn_curve_add (gain, 1, 0);
  fixture_press (f->canvas, 320, 200);
  fixture_move (f->canvas, 10, -40);
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    g_assert_true (fixture_key (f->canvas, keys[i], 0));
  g_assert_true (fixture_key (f->canvas, GDK_KEY_Return, 0));
  g_assert_cmpfloat (point (gain, 1).y, ==, -7.5);
  fixture_release (f->canvas, 10, -40);
  g_assert_cmpfloat (point (gain, 1).y, ==, -7.5);
}

static void
ended_cb (TsrDrawnCurve *curve, gboolean make, int *ends)
{
  ends[make]++;
}

static void
test_keys (Fixture *f, gconstpointer data)
{
  TsrDrawnCurve *gain = draw (f, "gain", TSR_CURVE_OVER_TIME, 0, 2);
  int            ends[2] = {0, 0};

  g_signal_connect (gain, "ended", G_CALLBACK (ended_cb), ends);
  g_assert_true (fixture_key (f->canvas, GDK_KEY_Page_Down, 0));
  g_assert_cmpint (tsr_drawn_curve_get_focus (gain), ==, 0);
  g_assert_true (fixture_key (f->canvas, GDK_KEY_Up, 0));
  g_assert_cmpfloat (point (gain, 0).y, >, 0);
  g_assert_true (fixture_key (f->canvas, GDK_KEY_Page_Up, 0));
  g_assert_cmpint (tsr_drawn_curve_get_focus (gain), ==, 1);
  g_assert_true (fixture_key (f->canvas, GDK_KEY_Return, 0));
  g_assert_true (fixture_key (f->canvas, GDK_KEY_Escape, 0));
  g_assert_cmpint (ends[TRUE], ==, 1);
  g_assert_cmpint (ends[FALSE], ==, 1);
}

/* Values to the right, frequency upwards: -24 to 24 dB from column 64 to 530. */
static void
test_over_frequency (Fixture *f, gconstpointer data)
{
  TsrDrawnCurve *filter = draw (f, "filter", TSR_CURVE_OVER_HZ, 20, 4000);

  tsr_drawn_curve_add (filter, 1000, 0);
  fixture_press (f->canvas, 297, 300);
  fixture_move (f->canvas, -58, -50);
  g_assert_cmpfloat_with_epsilon (point (filter, 1).x, 1500, 15);
  g_assert_cmpfloat_with_epsilon (point (filter, 1).y, -6, 0.3);
  fixture_release (f->canvas, -58, -50);
}

/* An anchor keeps its moment and goes where it is dragged; a marker holds it. */
static void
test_time_map (Fixture *f, gconstpointer data)
{
  TsrDrawnCurve *map = draw (f, "stretch", TSR_CURVE_TIME_MAP, 0, 2);

  tsr_drawn_curve_add (map, 1, NAN);
  fixture_press (f->canvas, 320, 100);
  fixture_move (f->canvas, 64, 40);
  g_assert_cmpfloat (point (map, 1).x, ==, 1);
  g_assert_cmpfloat_with_epsilon (point (map, 1).y, 1.2, 0.01);
  fixture_move (f->canvas, 900, 0); /* not past the next */
  g_assert_cmpfloat (point (map, 1).y, <, 2);
  fixture_move (f->canvas, 3, 0); /* back where it was */
  fixture_release (f->canvas, 3, 0);
  g_assert_true (tsr_drawn_curve_is_neutral (map));
}

static gboolean
asks_for_file (const TsrOperationInfo *info)
{
  for (guint i = 0; i < tsr_operation_info_n_parameters (info); i++)
    if (info->parameters[i].kind == TSR_PARAMETER_FILE)
      return TRUE;
  return FALSE;
}

/* Every form says what the parser takes, at once or once its texts are filled in; those
 * whose file is still to be chosen say nothing. */
static void
test_forms (Fixture *f, gconstpointer data)
{
  g_autoptr (GtkWidget) form = g_object_ref_sink (tsr_operation_form_new (f->session));

  for (guint i = 0; i < tsr_operation_info_count (); i++) {
    const TsrOperationInfo *info = tsr_operation_info (i);
    tsr_operation_form_set_info (TSR_OPERATION_FORM (form), info);
    g_autofree char *text = tsr_operation_form_dup_text (TSR_OPERATION_FORM (form));
    g_autoptr (GError) error = NULL;
    g_test_message ("%s: %s", info->word, text != NULL ? text : "no file yet");
    if (text == NULL) {
      g_assert_true (asks_for_file (info));
    } else {
      g_autoptr (TsrOperation) operation = tsr_operation_parse (text, &error);
      g_assert_true (g_str_has_prefix (text, info->word));
      g_assert_true ((error != NULL) == (info->parameters[0].kind == TSR_PARAMETER_TEXT &&
                                         !info->parameters[0].optional));
    }
    g_assert_true ((tsr_session_get_drawing (f->session) != NULL) ==
                   ((info->curves & TSR_CURVE_ONLY) != 0));
  }
  tsr_operation_form_set_info (TSR_OPERATION_FORM (form), NULL);
  g_assert_null (tsr_session_get_drawing (f->session));
}

static gboolean
is_tried (gpointer session)
{
  return tsr_session_get_trial (session) != NULL;
}

/* What is set up is tried, seen in place of the sound's own, and forgotten. */
static void
test_panel (Fixture *f, gconstpointer data)
{
  g_autoptr (GtkWidget) panel = g_object_ref_sink (tsr_operation_panel_new (f->session));
  TsrSoundState *state = tsr_sound_get_state (tsr_session_get_sound (f->session));

  tsr_operation_panel_begin (TSR_OPERATION_PANEL (panel), "reverse");
  fixture_wait (is_tried, f->session);
  g_assert_true (tsr_sound_get_state (tsr_session_get_sound (f->session)) == state);
  tsr_operation_panel_begin (TSR_OPERATION_PANEL (panel), "filter");
  g_assert_null (tsr_session_get_trial (f->session));
  TsrDrawnCurve *filter = tsr_session_get_drawing (f->session);
  g_assert_nonnull (filter);
  tsr_drawn_curve_add (filter, 1000, -12);
  fixture_wait (is_tried, f->session);
  tsr_drawn_curve_end (filter, TRUE);
  g_assert_null (tsr_session_get_trial (f->session));
  g_assert_null (tsr_session_get_drawing (f->session));
  g_assert_true (tsr_sound_can_undo (tsr_session_get_sound (f->session)));
  const TsrStepFields *step =
      tsr_step_fields (tsr_sound_get_current_step (tsr_session_get_sound (f->session)));
  g_assert_nonnull (strstr (step->command, "1000:-12"));
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*test) (Fixture *f, gconstpointer data);
  } tests[] = {
      {"/canvas-curve/over-time", test_over_time},
      {"/canvas-curve/given-up", test_given_up},
      {"/canvas-curve/typed", test_typed},
      {"/canvas-curve/keys", test_keys},
      {"/canvas-curve/over-frequency", test_over_frequency},
      {"/canvas-curve/time-map", test_time_map},
      {"/canvas-curve/forms", test_forms},
      {"/canvas-curve/panel", test_panel},
  };

  gtk_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
