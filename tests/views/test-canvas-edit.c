/* SPDX-License-Identifier: GPL-3.0-or-later
 * Edits by hand on the canvas: what a drag previews, what its release makes, how it is
 * given up, and what digits do.
 */
#include "tests/views/views-fixture.h"
#include "views/canvas.h"

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

/* Partials 2 and 3 are selected whole: a box from 800 to 1200 Hz, rows 320 to 280. */
static void
set_up (Fixture *f, gconstpointer data)
{
  const gint64 ids[] = {2, 3};
  g_autoptr (TsrSelection) selection = tsr_selection_new (ids, 2, NULL);

  f->session = fixture_make_session ();
  f->canvas = tsr_canvas_new (f->session);
  f->window = fixture_show (f->canvas, WIDTH, HEIGHT);
  tsr_session_set_selection (f->session, selection);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  g_object_unref (f->session);
}

static guint
n_steps (Fixture *f)
{
  gsize current;
  g_autoptr (GPtrArray) steps =
      tsr_sound_dup_history (tsr_session_get_sound (f->session), &current);

  return steps->len;
}

static double
mean_hz (Fixture *f, guint which)
{
  TsrSelection *selection = tsr_session_get_selection (f->session);
  int64_t       index = tsr_partial_set_index_of (fixture_partials (f->session),
                                            tsr_selection_ids (selection)[which]);

  g_assert_cmpint (index, >=, 0);
  return tsr_partial_summary (
             tsr_partial_set_at (fixture_partials (f->session), (size_t)index))
      ->mean_hz;
}

/* Up by hand from 1000 Hz (row 300) to 1500 Hz: a ratio of 1.5, 702 cents, which snaps to
 * the fifth of equal temperament. */
static void
test_pitch (Fixture *f, gconstpointer data)
{
  fixture_press (f->canvas, 300, 300);
  fixture_move (f->canvas, 1, -25);
  const TsrPreview *preview = tsr_session_get_preview (f->session);
  g_assert_nonnull (preview);
  g_assert_cmpfloat_with_epsilon (preview->pitch_ratio, 1.25, 0.01);
  fixture_move (f->canvas, 1, -50);
  g_assert_cmpfloat_with_epsilon (
      tsr_session_get_preview (f->session)->pitch_ratio, exp2 (7 / 12.0), 1e-9);
  g_assert_cmpuint (n_steps (f), ==, 1);
  fixture_release (f->canvas, 1, -50);
  g_assert_null (tsr_session_get_preview (f->session));
  g_assert_cmpuint (n_steps (f), ==, 2);
  g_assert_cmpuint (tsr_selection_size (tsr_session_get_selection (f->session)), ==, 2);
  g_assert_cmpfloat_with_epsilon (mean_hz (f, 0), 800 * exp2 (7 / 12.0), 1e-3);
  g_assert_cmpfloat_with_epsilon (mean_hz (f, 1), 1200 * exp2 (7 / 12.0), 1e-3);
  fixture_wait (is_complete, f->canvas);
}

static void
test_escape (Fixture *f, gconstpointer data)
{
  fixture_press (f->canvas, 300, 300);
  fixture_move (f->canvas, 0, -60);
  g_assert_nonnull (tsr_session_get_preview (f->session));
  g_assert_true (fixture_key (f->canvas, GDK_KEY_Escape, 0));
  g_assert_null (tsr_session_get_preview (f->session));
  fixture_move (f->canvas, 0, -80);
  fixture_release (f->canvas, 0, -80);
  g_assert_null (tsr_session_get_preview (f->session));
  g_assert_cmpuint (n_steps (f), ==, 1);
  g_assert_cmpuint (tsr_selection_size (tsr_session_get_selection (f->session)), ==, 2);
}

static void
test_typed (Fixture *f, gconstpointer data)
{
  fixture_press (f->canvas, 300, 300);
  fixture_move (f->canvas, 0, -10);
  for (const char *key = "-350"; *key != '\0'; key++)
    g_assert_true (fixture_key (f->canvas, gdk_unicode_to_keyval ((guint32)*key), 0));
  g_assert_cmpfloat_with_epsilon (
      tsr_session_get_preview (f->session)->pitch_ratio, exp2 (-350 / 1200.0), 1e-12);
  g_assert_true (fixture_key (f->canvas, GDK_KEY_Return, 0));
  g_assert_cmpuint (n_steps (f), ==, 2);
  g_assert_cmpfloat_with_epsilon (mean_hz (f, 0), 800 * exp2 (-350 / 1200.0), 1e-6);
}

/* The right edge drawn from 2 s to 1.5 s: three quarters as long, the start stays. */
static void
test_stretch (Fixture *f, gconstpointer data)
{
  fixture_press (f->canvas, WIDTH - 1, 300);
  fixture_move (f->canvas, -WIDTH / 4.0, 0);
  const TsrPreview *preview = tsr_session_get_preview (f->session);
  g_assert_nonnull (preview);
  g_assert_cmpfloat_with_epsilon (preview->stretch, 0.75, 1e-9);
  g_assert_cmpfloat_with_epsilon (preview->anchor_s, 0, 1e-9);
  fixture_release (f->canvas, -WIDTH / 4.0, 0);
  TsrSelection *selection = tsr_session_get_selection (f->session);
  int64_t       index = tsr_partial_set_index_of (fixture_partials (f->session),
                                            tsr_selection_ids (selection)[0]);
  const TsrPartialSummary *s = tsr_partial_summary (
      tsr_partial_set_at (fixture_partials (f->session), (size_t)index));
  g_assert_cmpfloat_with_epsilon (s->start_s, 0, 1e-9);
  g_assert_cmpfloat_with_epsilon (s->end_s, 1.5, 1e-9);
}

/* With a rectangle as the selection only what is inside moves. */
static void
test_region (Fixture *f, gconstpointer data)
{
  TsrRegion region = {0.5, 1, 700, 900};
  g_autoptr (TsrSelection) selection =
      tsr_selection_from_region (fixture_partials (f->session), &region);

  g_assert_cmpuint (tsr_selection_size (selection), ==, 1);
  tsr_session_set_selection (f->session, selection);
  fixture_drag (f->canvas, 240, 320, 0, -20); /* 800 to 1000 Hz */
  g_assert_cmpuint (n_steps (f), ==, 2);
  g_assert_cmpuint (
      tsr_partial_set_size (fixture_partials (f->session)), ==, FIXTURE_N_PARTIALS + 2);
  fixture_wait (is_complete, f->canvas);
}

static double
start_s (Fixture *f)
{
  TsrSelection *selection = tsr_session_get_selection (f->session);
  int64_t       index = tsr_partial_set_index_of (fixture_partials (f->session),
                                            tsr_selection_ids (selection)[0]);

  return tsr_partial_summary (
             tsr_partial_set_at (fixture_partials (f->session), (size_t)index))
      ->start_s;
}

/* A piece from the middle is drawn longer, then moved and nudged to the left, where the
 * beginning of the sound holds it. */
static void
test_middle (Fixture *f, gconstpointer data)
{
  TsrRegion region = {0.5, 1, 700, 900};
  g_autoptr (TsrSelection) selection =
      tsr_selection_from_region (fixture_partials (f->session), &region);

  tsr_session_set_selection (f->session, selection);
  fixture_drag (f->canvas, WIDTH / 2.0, 320, WIDTH / 4.0, 0);
  g_assert_cmpuint (n_steps (f), ==, 2);
  g_assert_cmpfloat_with_epsilon (start_s (f), 0.5, 1e-9);
  fixture_drag (f->canvas, 240, 320, -WIDTH / 8.0, 0); /* a quarter of a second */
  g_assert_cmpuint (n_steps (f), ==, 3);
  g_assert_cmpfloat_with_epsilon (start_s (f), 0.25, 1e-2);
  double before_s = start_s (f);
  fixture_key (f->canvas, GDK_KEY_Left, GDK_ALT_MASK | GDK_SHIFT_MASK);
  g_assert_cmpfloat_with_epsilon (start_s (f), before_s - 0.01, 1e-9);
  tsr_canvas_nudge (TSR_CANVAS (f->canvas), -1, 0);
  g_assert_cmpfloat_with_epsilon (start_s (f), 0, 1e-9);
  g_assert_cmpuint (n_steps (f), ==, 5);
  tsr_canvas_nudge (TSR_CANVAS (f->canvas), -1, 0);
  g_assert_cmpuint (n_steps (f), ==, 5);
}

static void
test_keys (Fixture *f, gconstpointer data)
{
  fixture_key (f->canvas, GDK_KEY_Up, GDK_ALT_MASK);
  g_assert_cmpfloat_with_epsilon (mean_hz (f, 0), 800 * exp2 (5 / 1200.0), 1e-6);
  fixture_key (f->canvas, GDK_KEY_Up, GDK_ALT_MASK | GDK_SHIFT_MASK);
  g_assert_cmpfloat_with_epsilon (mean_hz (f, 0), 800 * exp2 (55 / 1200.0), 1e-6);
  g_assert_true (fixture_key (f->canvas, GDK_KEY_Delete, 0));
  g_assert_cmpuint (n_steps (f), ==, 4);
  g_assert_cmpuint (
      tsr_partial_set_size (fixture_partials (f->session)), ==, FIXTURE_N_PARTIALS - 2);
  g_assert_cmpuint (tsr_selection_size (tsr_session_get_selection (f->session)), ==, 0);
}

/* With the other tools that select: squares and selected partials are grabbed, beside
 * them another selection begins. The box is 0..2 s, rows 320 to 280. */
static void
test_handles_of_other_tools (Fixture *f, gconstpointer data)
{
  static const char *const tools[] = {"lasso", "brush", "harmonic"};

  for (gsize i = 0; i < G_N_ELEMENTS (tools); i++) {
    g_object_set (f->session, "tool", tools[i], NULL);
    fixture_press (f->canvas, 200, 320); /* on the partial of 800 Hz */
    fixture_move (f->canvas, 0, -20);
    g_assert_nonnull (tsr_session_get_preview (f->session));
    g_assert_cmpfloat (tsr_session_get_preview (f->session)->pitch_ratio, >, 1.1);
    g_assert_true (fixture_key (f->canvas, GDK_KEY_Escape, 0));
    fixture_release (f->canvas, 0, -20);
    fixture_press (f->canvas, WIDTH - 1, 300); /* the square in the middle of the right */
    fixture_move (f->canvas, -100, 0);
    g_assert_nonnull (tsr_session_get_preview (f->session));
    g_assert_cmpfloat (tsr_session_get_preview (f->session)->stretch, <, 0.95);
    g_assert_true (fixture_key (f->canvas, GDK_KEY_Escape, 0));
    fixture_release (f->canvas, -100, 0);
    fixture_press (f->canvas, 200, 300); /* inside the box, on nothing */
    fixture_move (f->canvas, 30, 2);
    g_assert_null (tsr_session_get_preview (f->session));
    g_assert_true (fixture_key (f->canvas, GDK_KEY_Escape, 0));
    fixture_release (f->canvas, 30, 2);
    g_assert_cmpuint (n_steps (f), ==, 1);
    g_assert_cmpuint (tsr_selection_size (tsr_session_get_selection (f->session)), ==, 2);
  }
  g_object_set (f->session, "tool", "brush", NULL);
  fixture_press (f->canvas, 200, 320); /* a click picks the one under the brush */
  fixture_release (f->canvas, 0, 0);
  g_assert_cmpuint (tsr_selection_size (tsr_session_get_selection (f->session)), ==, 1);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                              \
  g_test_add ("/views/canvas-edit/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("pitch", test_pitch);
  ADD ("escape", test_escape);
  ADD ("typed", test_typed);
  ADD ("stretch", test_stretch);
  ADD ("region", test_region);
  ADD ("middle", test_middle);
  ADD ("handles-of-other-tools", test_handles_of_other_tools);
  ADD ("keys", test_keys);
  return g_test_run ();
}
