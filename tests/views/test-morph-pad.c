/* SPDX-License-Identifier: GPL-3.0-or-later
 * The morph pad under the hand: places and weights of two, three and four sounds, mouse,
 * keys, undo, what is read aloud.
 */
#include "tests/views/views-fixture.h"
#include "views/curve-editor.h"
#include "views/morph/morph-groups.h"
#include "views/morph/morph-pad.h"

typedef struct {
  TsrSession      *session;
  TsrMorphSession *morph;
  GtkWidget       *window, *pad;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  guint     n = GPOINTER_TO_UINT (data);
  TsrSound *sounds[TSR_MORPH_MOST];

  f->session = fixture_make_session ();
  f->morph = tsr_morph_session_new ();
  tsr_morph_session_set_project (f->morph, tsr_session_get_project (f->session));
  for (guint k = 0; k < n; k++)
    sounds[k] = tsr_session_get_sound (f->session); /* the same may stand twice */
  g_assert_true (tsr_morph_session_set_sounds (f->morph, sounds, n));
  f->pad = tsr_morph_pad_new (f->morph);
  f->window = fixture_show (f->pad, 232, n == 2 ? 64 : 252); /* 200 x 200 within */
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  g_object_unref (f->morph);
  g_object_unref (f->session);
}

static void
assert_weights (Fixture *f, double a, double b, double c, double d)
{
  const double          want[] = {a, b, c, d};
  const TsrMorphAmount *amount = tsr_morph_settings_amount (
      tsr_morph_session_get_settings (f->morph), TSR_MORPH_ALL);

  for (guint k = 0; k < amount->n; k++)
    g_assert_cmpfloat_with_epsilon (tsr_morph_amount_mean (amount, k), want[k], 2e-3);
}

static void
press_twice (GtkWidget *widget)
{
  g_signal_emit_by_name (
      fixture_controller (widget, GTK_TYPE_GESTURE_CLICK), "pressed", 2, 50.0, 50.0);
}

/* The field begins 16 px from the left and 26 px from the top. */
static void
test_four (Fixture *f, gconstpointer data)
{
  fixture_drag (f->pad, 16, 26, 50, 100);
  assert_weights (f, 0.75 * 0.5, 0.25 * 0.5, 0.75 * 0.5, 0.25 * 0.5);
  fixture_drag (f->pad, 116, 126, 500, -500); /* beyond the edge: the corner */
  assert_weights (f, 0, 1, 0, 0);
  fixture_key (f->pad, GDK_KEY_Left, 0);
  assert_weights (f, 0.05, 0.95, 0, 0);
  fixture_key (f->pad, GDK_KEY_Down, GDK_SHIFT_MASK);
  assert_weights (f, 0.0495, 0.9405, 0.0005, 0.0095);
  press_twice (f->pad);
  assert_weights (f, 0.25, 0.25, 0.25, 0.25);
  g_assert_true (tsr_morph_session_undo (f->morph)); /* each drag is one step */
  g_assert_true (tsr_morph_session_undo (f->morph));
  g_assert_true (tsr_morph_session_undo (f->morph));
  assert_weights (f, 0, 1, 0, 0);
  g_assert_true (tsr_morph_session_undo (f->morph));
  assert_weights (f, 0.75 * 0.5, 0.25 * 0.5, 0.75 * 0.5, 0.25 * 0.5);
  fixture_press (f->pad, 216, 226);
  assert_weights (f, 0, 0, 0, 1);
  g_assert_true (fixture_key (f->pad, GDK_KEY_Escape, 0));
  assert_weights (f, 0.75 * 0.5, 0.25 * 0.5, 0.75 * 0.5, 0.25 * 0.5);
  fixture_release (f->pad, 0, 0);
  tsr_morph_pad_set_place (TSR_MORPH_PAD (f->pad), 0.1, 0.9);
  assert_weights (f, 0.09, 0.01, 0.81, 0.09);
}

static void
test_three (Fixture *f, gconstpointer data)
{
  double across, down;

  press_twice (f->pad);
  assert_weights (f, 1.0 / 3, 1.0 / 3, 1.0 / 3, 0);
  fixture_drag (f->pad, 116, 26, 0, 0);
  assert_weights (f, 1, 0, 0, 0);
  fixture_drag (f->pad, 216, 226, 0, 0);
  assert_weights (f, 0, 0, 1, 0);
  fixture_drag (f->pad, 16, 126, 0, 0); /* beside the triangle: its edge */
  assert_weights (f, 0.5, 0.5, 0, 0);
  tsr_morph_pad_get_place (TSR_MORPH_PAD (f->pad), &across, &down);
  g_assert_cmpfloat_with_epsilon (across, 0.25, 1e-3);
  g_assert_cmpfloat_with_epsilon (down, 0.5, 1e-3);
}

static void
test_two (Fixture *f, gconstpointer data)
{
  fixture_drag (f->pad, 16, 30, 50, 40);
  assert_weights (f, 0.75, 0.25, 0, 0);
  fixture_key (f->pad, GDK_KEY_Up, 0); /* there is no up */
  assert_weights (f, 0.75, 0.25, 0, 0);
  fixture_key (f->pad, GDK_KEY_Home, 0);
  assert_weights (f, 0.5, 0.5, 0, 0);
}

/* Weights from elsewhere move the puck; the picture has one, and follows. */
static void
test_follows (Fixture *f, gconstpointer data)
{
  static const double weights[] = {0, 0, 0, 1};
  double              across, down;
  int                 width, height;
  g_autofree guint32 *before = fixture_pixels (f->pad, &width, &height);

  tsr_morph_session_set_weights (f->morph, TSR_MORPH_ALL, weights);
  tsr_morph_pad_get_place (TSR_MORPH_PAD (f->pad), &across, &down);
  g_assert_cmpfloat_with_epsilon (across, 1, 1e-9);
  g_assert_cmpfloat_with_epsilon (down, 1, 1e-9);
  g_autofree guint32 *after = fixture_pixels (f->pad, &width, &height);
  guint32             there = after[226 * width + 216];
  g_assert_cmphex (there, !=, before[226 * width + 216]);
  g_assert_cmpuint (there & 0xff, >, there >> 16 & 0xff); /* blue */
}

static GtkWidget *
find_editor (GtkWidget *widget)
{
  GtkWidget *found = TSR_IS_CURVE_EDITOR (widget) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget);
       child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_editor (child);
  return found;
}

static gboolean
is_wide (gpointer widget)
{
  return gtk_widget_get_width (widget) > 100 && gtk_widget_get_height (widget) > 100;
}

/* One of three shares is drawn anew: the curves of the others stay in their proportion,
 * and all add up to 1. */
static void
test_curve (Fixture *f, gconstpointer data)
{
  g_auto (TsrMorphAmount) amount = {0};
  GtkWidget *curve = tsr_morph_curve_new (f->morph);
  GtkWidget *window = fixture_show (curve, 300, 260);

  g_assert_true (tsr_morph_amount_parse (
      &amount, 3, "0=0.5:0.3:0.2,1=0.2:0.3:0.5,2=0.5:0.3:0.2", NULL));
  g_assert_true (tsr_morph_session_set_amount (f->morph, TSR_MORPH_ALL, &amount));
  tsr_morph_curve_set_sound (curve, 1);
  gtk_expander_set_expanded (GTK_EXPANDER (gtk_widget_get_first_child (curve)), TRUE);
  GtkWidget *editor = find_editor (curve);
  fixture_wait (is_wide, editor);
  fixture_drag (editor, 8 + 0.25 * (gtk_widget_get_width (editor) - 16), 90, 0, -1000);
  const TsrMorphAmount *now = tsr_morph_settings_amount (
      tsr_morph_session_get_settings (f->morph), TSR_MORPH_ALL);
  for (double t_s = 0; t_s <= 2; t_s += 0.05) {
    double sum = 0;
    for (guint k = 0; k < 3; k++)
      sum += tsr_curve_at (now->curves[k], t_s);
    g_assert_cmpfloat_with_epsilon (sum, 1, 1e-9);
  }
  g_assert_cmpfloat_with_epsilon (tsr_curve_at (now->curves[1], 0.5), 1, 0.02);
  double first = tsr_curve_at (now->curves[0], 1),
         last = tsr_curve_at (now->curves[2], 1);
  g_assert_cmpfloat_with_epsilon (first / last, 0.2 / 0.5, 1e-3);
  g_assert_cmpfloat_with_epsilon (tsr_curve_at (now->curves[0], 0), 0.5, 1e-3);
  g_assert_true (tsr_morph_session_undo (f->morph));
  now = tsr_morph_settings_amount (tsr_morph_session_get_settings (f->morph),
                                   TSR_MORPH_ALL);
  g_assert_cmpfloat_with_epsilon (tsr_curve_at (now->curves[0], 1), 0.2, 1e-9);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
#define ADD(path, n, test)                                                               \
  g_test_add (path, Fixture, GUINT_TO_POINTER (n), set_up, test, tear_down)
  ADD ("/views/morph-pad/four", 4, test_four);
  ADD ("/views/morph-pad/three", 3, test_three);
  ADD ("/views/morph-pad/two", 2, test_two);
  ADD ("/views/morph-pad/follows", 4, test_follows);
  ADD ("/views/morph-pad/curve", 3, test_curve);
  return g_test_run ();
}
