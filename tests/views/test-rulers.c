/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rulers, overview, legend, spectrum panel and curve editor under the hand.
 */
#include "tests/views/views-fixture.h"
#include "views/canvas-view.h"
#include "views/curve-editor.h"
#include "views/frequency-ruler.h"
#include "views/legend.h"
#include "views/overview.h"
#include "views/spectrum-panel.h"
#include "views/time-ruler.h"

typedef struct {
  TsrSession  *session;
  TsrViewport *viewport;
  GtkWidget   *window;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->session = fixture_make_session ();
  f->viewport = tsr_session_get_viewport (f->session);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  g_object_unref (f->session);
}

static GtkWidget *
show (Fixture *f, GtkWidget *widget, int width, int height)
{
  f->window = fixture_show (widget, width, height);
  return widget;
}

static void
test_time_ruler (Fixture *f, gconstpointer data)
{
  GtkWidget *ruler = show (f, tsr_time_ruler_new (f->session), 400, 30);
  double     end_s;

  fixture_drag (ruler, 100, 10, 200, 0);
  g_assert_cmpfloat_with_epsilon (tsr_viewport_get_start_s (f->viewport), 0.5, 1e-6);
  g_assert_cmpfloat_with_epsilon (tsr_viewport_get_end_s (f->viewport), 1.5, 1e-6);
  fixture_drag (ruler, 100, 10, 0, 0);
  g_assert_cmpfloat_with_epsilon (tsr_session_get_playhead_s (f->session), 0.75, 1e-6);
  g_object_set (f->session, "loop-start-s", 0.6, "loop-end-s", 1.0, "loop", TRUE, NULL);
  fixture_drag (ruler, 200, 10, 80, 0);
  g_object_get (f->session, "loop-end-s", &end_s, NULL);
  g_assert_cmpfloat_with_epsilon (end_s, 1.2, 1e-6);
}

static void
test_frequency_ruler (Fixture *f, gconstpointer data)
{
  GtkWidget *ruler = show (f, tsr_frequency_ruler_new (f->session), 52, 400);

  fixture_drag (ruler, 20, 300, 0, -200);
  g_assert_cmpfloat_with_epsilon (tsr_viewport_get_low_hz (f->viewport), 1000, 1e-6);
  g_assert_cmpfloat_with_epsilon (tsr_viewport_get_high_hz (f->viewport), 3000, 1e-6);
}

static void
test_overview (Fixture *f, gconstpointer data)
{
  GtkWidget *overview = show (f, tsr_overview_new (f->session), 400, 52);

  fixture_drag (overview, 400, 20, -200, 0); /* the right edge */
  g_assert_cmpfloat_with_epsilon (tsr_viewport_get_end_s (f->viewport), 1, 1e-6);
  fixture_drag (overview, 100, 20, 100, 0); /* the window */
  g_assert_cmpfloat_with_epsilon (tsr_viewport_get_start_s (f->viewport), 0.5, 1e-6);
  fixture_drag (overview, 390, 20, 0, 0); /* outside */
  g_assert_cmpfloat_with_epsilon (tsr_viewport_get_end_s (f->viewport), 2, 1e-6);
}

static void
test_legend (Fixture *f, gconstpointer data)
{
  GtkWidget *legend = show (f, tsr_legend_new (f->session), 66, 190);
  double     floor_db, ceiling_db;

  fixture_key (legend, GDK_KEY_Up, 0);
  fixture_key (legend, GDK_KEY_Right, 0);
  fixture_key (legend, GDK_KEY_Down, GDK_SHIFT_MASK);
  g_object_get (f->session, "floor-db", &floor_db, "ceiling-db", &ceiling_db, NULL);
  g_assert_cmpfloat (floor_db, ==, -87);
  g_assert_cmpfloat (ceiling_db, ==, -1);
  fixture_drag (legend, 40, 178, 0, -400); /* cannot cross the other handle */
  g_object_get (f->session, "floor-db", &floor_db, "ceiling-db", &ceiling_db, NULL);
  g_assert_cmpfloat (floor_db, <, ceiling_db);
}

static gboolean
has_drawn (gpointer panel)
{
  int                 width, height, n_blue = 0;
  g_autofree guint32 *pixels = fixture_pixels (panel, &width, &height);

  for (int i = 0; i < width * height; i++)
    n_blue += (pixels[i] & 255) > 180 && (pixels[i] >> 16 & 255) < 160;
  return n_blue > 100;
}

static void
test_spectrum (Fixture *f, gconstpointer data)
{
  GtkWidget *panel = show (f, tsr_spectrum_panel_new (f->session), 300, 150);

  tsr_session_set_playhead_s (f->session, 1);
  fixture_wait (has_drawn, panel);
}

static gboolean
is_gone (gpointer place)
{
  return *(gpointer *)place == NULL;
}

static void
test_whole_view (Fixture *f, gconstpointer data)
{
  GtkWidget *view = show (f, tsr_canvas_view_new (f->session), 700, 500);
  TsrCanvas *canvas = tsr_canvas_view_get_canvas (TSR_CANVAS_VIEW (view));

  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (canvas)), >, 600);
  g_object_add_weak_pointer (G_OBJECT (view), (gpointer *)&view);
  gtk_window_set_child (GTK_WINDOW (f->window), NULL);
  fixture_wait (is_gone, &view); /* after its workers */
}

/* Straight on the graph: linear in dB over octaves, within 0.05 dB anywhere between. */
static void
test_curve (Fixture *f, gconstpointer data)
{
  GtkWidget      *widget = show (f, tsr_curve_editor_new (), 316, 124);
  TsrCurveEditor *editor = TSR_CURVE_EDITOR (widget);

  g_assert_true (tsr_curve_editor_is_flat (editor));
  tsr_curve_editor_set_limits (editor, 20, 20480, -24, 24);
  /* The graph is 300 px for 10 octaves: a point at 640 Hz, drawn up. */
  fixture_drag (widget, 8 + 150, 70, 0, -30);
  g_assert_false (tsr_curve_editor_is_flat (editor));
  TsrCurve *curve = tsr_curve_editor_dup_curve (editor);
  double    top_db = tsr_curve_at (curve, 640);
  g_assert_cmpfloat (top_db, >, 3);
  for (double octave = 0.1; octave < 10; octave += 0.1) {
    double expected = top_db * (octave < 5 ? octave / 5 : 2 - octave / 5);
    g_assert_cmpfloat (
        fabs (tsr_curve_at (curve, 20 * exp2 (octave)) - expected), <, 0.051);
  }
  tsr_curve_unref (curve);
  g_assert_true (fixture_key (widget, GDK_KEY_Delete, 0));
  g_assert_true (tsr_curve_editor_is_flat (editor));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                              \
  g_test_add ("/views/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("time-ruler", test_time_ruler);
  ADD ("frequency-ruler", test_frequency_ruler);
  ADD ("overview", test_overview);
  ADD ("legend", test_legend);
  ADD ("spectrum", test_spectrum);
  ADD ("canvas-view", test_whole_view);
  ADD ("curve-editor", test_curve);
  return g_test_run ();
}
