/* SPDX-License-Identifier: GPL-3.0-or-later
 * The canvas: shows the sound where it is, selects, walks, zooms, goes without a trace.
 */
#include "tests/views/views-fixture.h"
#include "views/canvas.h"
#include "views/draw/colormap.h"

enum { WIDTH = 640, HEIGHT = 400 };

typedef struct {
  TsrSession *session;
  GtkWidget  *window, *canvas;
} Fixture;

static gboolean
is_complete (gpointer canvas)
{
  return tsr_canvas_get_n_pending (canvas) == 0;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->session = fixture_make_session ();
  f->canvas = tsr_canvas_new (f->session);
  f->window = fixture_show (f->canvas, WIDTH, HEIGHT);
  int width, height;
  g_free (fixture_pixels (f->canvas, &width, &height)); /* a frame at least */
  fixture_wait (is_complete, f->canvas);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  g_object_unref (f->session);
}

static double
light (const guint32 *pixels, int x, int y)
{
  return tsr_color_luminance (pixels[y * WIDTH + x]);
}

/* 4 kHz over 400 pixels: partial k lies at row 400 - 40 k. */
static void
test_picture (Fixture *f, gconstpointer data)
{
  for (int partials = 0; partials <= 1; partials++) {
    int width, height;
    g_object_set (f->session, "show-partials", partials, NULL);
    fixture_wait (is_complete, f->canvas);
    g_autofree guint32 *pixels = fixture_pixels (f->canvas, &width, &height);
    g_assert_cmpint (width, ==, WIDTH);
    g_assert_cmpint (height, ==, HEIGHT);
    for (int k = 1; k <= FIXTURE_N_PARTIALS; k++) {
      double on = MAX (light (pixels, 300, HEIGHT - 40 * k),
                       light (pixels, 300, HEIGHT - 40 * k - 1));
      double off = light (pixels, 300, HEIGHT - 40 * k - 20);
      g_assert_cmpfloat (on, >, off + (partials ? 0.5 : 0.3));
    }
  }
}

/* Blend, range and colours are painted from the levels that are there. */
static void
test_style (Fixture *f, gconstpointer data)
{
  int width, height;

  g_object_set (f->session, "show-partials", FALSE, NULL);
  g_object_set (f->session, "colormap", "grey", "blend", 1.0, "floor-db", -60.0, NULL);
  fixture_wait (is_complete, f->canvas);
  g_autofree guint32 *pixels = fixture_pixels (f->canvas, &width, &height);
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    if (i % WIDTH > 4) /* right of the playhead: grey, even a read-out */
      g_assert_cmpint (
          abs ((int)(pixels[i] & 255) - (int)(pixels[i] >> 16 & 255)), <=, 8);
}

static void
test_rectangle (Fixture *f, gconstpointer data)
{
  TsrSelection *selection;

  /* From 600 to 1400 Hz: partials 2 and 3. */
  fixture_drag (f->canvas, 100, 340, 200, -80);
  selection = tsr_session_get_selection (f->session);
  g_assert_cmpuint (tsr_selection_size (selection), ==, 2);
  g_assert_true (tsr_selection_contains (selection, 2));
  g_assert_true (tsr_selection_contains (selection, 3));
  fixture_key (f->canvas, GDK_KEY_a, GDK_CONTROL_MASK);
  selection = tsr_session_get_selection (f->session);
  g_assert_cmpuint (tsr_selection_size (selection), ==, FIXTURE_N_PARTIALS);
  fixture_key (f->canvas, GDK_KEY_Escape, 0);
  selection = tsr_session_get_selection (f->session);
  g_assert_cmpuint (tsr_selection_size (selection), ==, 0);
}

static void
test_click (Fixture *f, gconstpointer data)
{
  fixture_drag (f->canvas, 320, 400 - 120, 0, 0);
  TsrSelection *selection = tsr_session_get_selection (f->session);
  g_assert_cmpuint (tsr_selection_size (selection), ==, 1);
  g_assert_true (tsr_selection_contains (selection, 3));
  /* Beside all partials: nothing selected, the playhead there. */
  fixture_drag (f->canvas, 480, 400 - 140, 0, 0);
  selection = tsr_session_get_selection (f->session);
  g_assert_cmpuint (tsr_selection_size (selection), ==, 0);
  g_assert_cmpfloat_with_epsilon (
      tsr_session_get_playhead_s (f->session), 480.0 / WIDTH * FIXTURE_DURATION_S, 0.01);
}

static void
test_walk (Fixture *f, gconstpointer data)
{
  static const gint64 expected[] = {1, 2, 3, 2};
  static const guint  keys[] = {GDK_KEY_Up, GDK_KEY_Up, GDK_KEY_Up, GDK_KEY_Down};

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_assert_true (fixture_key (f->canvas, keys[i], 0));
    TsrSelection *selection = tsr_session_get_selection (f->session);
    g_assert_cmpuint (tsr_selection_size (selection), ==, 1);
    g_assert_cmpint (tsr_selection_ids (selection)[0], ==, expected[i]);
  }
  fixture_key (f->canvas, GDK_KEY_Up, GDK_SHIFT_MASK);
  g_assert_cmpuint (tsr_selection_size (tsr_session_get_selection (f->session)), ==, 2);
}

static void
test_zoom (Fixture *f, gconstpointer data)
{
  TsrViewport *v = tsr_session_get_viewport (f->session);
  int          width, height;

  fixture_key (f->canvas, GDK_KEY_equal, GDK_CONTROL_MASK);
  double span_s = tsr_viewport_get_end_s (v) - tsr_viewport_get_start_s (v);
  g_assert_cmpfloat_with_epsilon (span_s, FIXTURE_DURATION_S / 1.5, 1e-9);
  g_free (fixture_pixels (f->canvas, &width, &height));
  g_assert_cmpuint (tsr_canvas_get_n_pending (TSR_CANVAS (f->canvas)), >, 0);
  fixture_wait (is_complete, f->canvas);
  tsr_viewport_set_frequency (v, 1000, 1400);
  g_free (fixture_pixels (f->canvas, &width, &height));
  fixture_wait (is_complete, f->canvas);
  g_autofree guint32 *pixels = fixture_pixels (f->canvas, &width, &height);
  double on = MAX (light (pixels, 300, 200), light (pixels, 300, 199)); /* 1200 Hz */
  g_assert_cmpfloat (on, >, light (pixels, 300, 100) + 0.5);
  fixture_key (f->canvas, GDK_KEY_0, GDK_CONTROL_MASK);
  g_assert_cmpfloat_with_epsilon (tsr_viewport_get_end_s (v), FIXTURE_DURATION_S, 1e-9);
}

static void
test_tools (Fixture *f, gconstpointer data)
{
  g_autofree char *tool = NULL;

  fixture_key (f->canvas, GDK_KEY_8, 0);
  g_object_get (f->session, "tool", &tool, NULL);
  g_assert_cmpstr (tool, ==, "zoom");
  fixture_drag (f->canvas, 160, 300, 320, -200);
  TsrViewport *v = tsr_session_get_viewport (f->session);
  g_assert_cmpfloat_with_epsilon (tsr_viewport_get_start_s (v), 0.5, 1e-6);
  g_assert_cmpfloat_with_epsilon (tsr_viewport_get_end_s (v), 1.5, 1e-6);
  g_assert_cmpfloat_with_epsilon (tsr_viewport_get_low_hz (v), 1000, 1e-6);
  g_assert_cmpfloat_with_epsilon (tsr_viewport_get_high_hz (v), 3000, 1e-6);
}

static void
test_no_sound (void)
{
  TsrSession *session = tsr_session_new ();
  GtkWidget  *canvas = tsr_canvas_new (session);
  GtkWidget  *window = fixture_show (canvas, 300, 200);

  fixture_drag (canvas, 10, 10, 50, 50);
  g_assert_false (fixture_key (canvas, GDK_KEY_Delete, 0));
  g_assert_cmpuint (tsr_canvas_get_n_pending (TSR_CANVAS (canvas)), ==, 0);
  gtk_window_destroy (GTK_WINDOW (window));
  g_object_unref (session);
}

/* Closed in the middle of its work the canvas is freed, and the session with it. */
static void
test_goes_away (void)
{
  TsrSession *session = fixture_make_session ();
  GtkWidget  *canvas = tsr_canvas_new (session);
  GtkWidget  *window = fixture_show (canvas, WIDTH, HEIGHT);

  g_object_add_weak_pointer (G_OBJECT (canvas), (gpointer *)&canvas);
  g_object_add_weak_pointer (G_OBJECT (session), (gpointer *)&session);
  gtk_window_destroy (GTK_WINDOW (window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (canvas);
  g_object_unref (session);
  g_assert_null (session);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                              \
  g_test_add ("/views/canvas/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("picture", test_picture);
  ADD ("style", test_style);
  ADD ("rectangle", test_rectangle);
  ADD ("click", test_click);
  ADD ("walk", test_walk);
  ADD ("zoom", test_zoom);
  ADD ("tools", test_tools);
  g_test_add_func ("/views/canvas/no-sound", test_no_sound);
  g_test_add_func ("/views/canvas/goes-away", test_goes_away);
  return g_test_run ();
}
