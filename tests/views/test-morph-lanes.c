/* SPDX-License-Identifier: GPL-3.0-or-later
 * The lanes of a morph: partners in one hue, anchors that are dragged, links by mouse and
 * by keys, all taken back again.
 */
#include "model/dsp-types.h"
#include "tests/views/views-fixture.h"
#include "views/canvas.h"
#include "views/draw/colormap.h"
#include "views/morph/morph-lanes.h"

enum { WIDTH = 652, HEIGHT = 520 };

typedef struct {
  TsrSession      *session;
  TsrMorphSession *morph;
  GtkWidget       *window, *lanes;
  graphene_rect_t  places[2]; /* of the lanes */
} Fixture;

static gboolean
is_complete (gpointer lanes)
{
  return tsr_morph_lanes_get_n_pending (lanes) == 0;
}

static void
make_plan (Fixture *f)
{
  g_autoptr (TsrMorphRecipe) recipe = tsr_morph_session_dup_recipe (f->morph);
  g_autoptr (GError) error = NULL;
  TsrMorphPlan *plan = tsr_morph_recipe_plan (recipe, &error);

  g_assert_no_error (error);
  tsr_morph_session_set_plan (f->morph, plan, NULL);
}

/* The same partials without the highest one. */
static TsrSound *
add_second (TsrProject *project, TsrPartialSet *set)
{
  const gint64 gone = FIXTURE_N_PARTIALS;
  g_autoptr (TsrPartialSet) fewer = tsr_partial_set_replace (set, &gone, 1, NULL, 0);
  TsrSoundStateFields fields = {
      .partials = fewer, .duration_s = FIXTURE_DURATION_S, .analysed = TRUE};
  g_autoptr (TsrSoundState) state = tsr_sound_state_new (&fields);
  gint64 id = tsr_project_add_sound (project, "b", NULL, state, "", "", NULL, NULL);

  return tsr_project_get_sound (project, id);
}

static void
find_lanes (Fixture *f)
{
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (f->lanes); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (TSR_IS_CANVAS (child))
      g_assert_true (gtk_widget_compute_bounds (child, f->lanes, &f->places[n++]));
  g_assert_cmpuint (n, ==, 2);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->session = fixture_make_session ();
  TsrProject *project = tsr_session_get_project (f->session);
  TsrSound   *sounds[] = {tsr_session_get_sound (f->session),
                          add_second (project, fixture_partials (f->session))};

  f->morph = tsr_morph_session_new ();
  tsr_morph_session_set_project (f->morph, project);
  g_assert_true (tsr_morph_session_set_sounds (f->morph, sounds, 2));
  f->lanes = tsr_morph_lanes_new (f->morph, f->session);
  f->window = fixture_show (f->lanes, WIDTH, HEIGHT);
  make_plan (f);
  tsr_viewport_set_frequency (
      tsr_morph_lanes_get_viewport (TSR_MORPH_LANES (f->lanes)), 0, 4000);
  int width, height;
  g_free (fixture_pixels (f->lanes, &width, &height));
  fixture_wait (is_complete, f->lanes);
  find_lanes (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  g_assert_finalize_object (f->morph);
  g_object_unref (f->session);
}

static double
x_of (Fixture *f, guint k, double time_s)
{
  const graphene_rect_t *place = &f->places[k];

  return (double)place->origin.x +
         time_s / FIXTURE_DURATION_S * (double)place->size.width;
}

static double
y_of (Fixture *f, guint k, double hz)
{
  const graphene_rect_t *place = &f->places[k];

  return (double)place->origin.y + (1 - hz / 4000) * (double)place->size.height;
}

/* The most colourful pixel around a point, as the spread of its channels. */
static int
colour_near (const guint32 *pixels, int width, double x, double y, guint32 *found)
{
  int most = -1;

  for (int dy = -2; dy <= 2; dy++) {
    guint32 c = pixels[(int)(y + dy) * width + (int)x];
    int     r = c >> 16 & 255, g = c >> 8 & 255, b = c & 255;
    int     spread = MAX (r, MAX (g, b)) - MIN (r, MIN (g, b));
    if (spread > most) {
      most = spread;
      *found = c;
    }
  }
  return most;
}

/* A channel of a colour as if its brightest were full. */
static int
channel (guint32 color, int shift)
{
  int r = color >> 16 & 255, g = color >> 8 & 255, b = color & 255;

  return (int)(color >> shift & 255) * 255 / MAX (1, MAX (r, MAX (g, b)));
}

/* Partners have one hue in both lanes, neighbours another; who has none is grey. */
static void
test_hues (Fixture *f, gconstpointer data)
{
  int                 width, height;
  guint32             a, b, before = 0;
  g_autofree guint32 *pixels = fixture_pixels (f->lanes, &width, &height);

  for (int k = 1; k < FIXTURE_N_PARTIALS; k++) {
    g_assert_cmpint (
        colour_near (pixels, width, x_of (f, 0, 1.93), y_of (f, 0, 400 * k), &a), >, 60);
    g_assert_cmpint (
        colour_near (pixels, width, x_of (f, 1, 1.93), y_of (f, 1, 400 * k), &b), >, 60);
    for (int shift = 0; shift < 24; shift += 8)
      g_assert_cmpint (ABS (channel (a, shift) - channel (b, shift)), <, 50);
    g_assert_cmpuint (a, !=, before);
    before = a;
  }
  g_assert_cmpint (
      colour_near (
          pixels, width, x_of (f, 0, 1.93), y_of (f, 0, 400 * FIXTURE_N_PARTIALS), &a),
      <,
      30);
}

static double
anchor (Fixture *f, guint i, guint k)
{
  const GArray *anchors = tsr_morph_session_get_anchors (f->morph);

  g_assert_cmpuint (i, <, anchors->len);
  return g_array_index (anchors, TsrMorphAnchor, i).times_s[k];
}

static void
test_anchors (Fixture *f, gconstpointer data)
{
  TsrMorphLanes *lanes = TSR_MORPH_LANES (f->lanes);
  g_autoptr (GArray) told = tsr_morph_anchors_parse ("0.5:0.5,1.5:1.5", 2, NULL);

  tsr_morph_session_set_anchors (f->morph, told);
  double px_per_s = (double)f->places[0].size.width / FIXTURE_DURATION_S;
  fixture_drag (f->lanes, x_of (f, 1, 0.5), y_of (f, 1, 3000), 0.25 * px_per_s, 0);
  g_assert_cmpfloat_with_epsilon (anchor (f, 0, 1), 0.75, 0.005);
  g_assert_cmpfloat (anchor (f, 0, 0), ==, 0.5);
  /* Not past the next one. */
  fixture_drag (f->lanes, x_of (f, 1, 0.75), y_of (f, 1, 3000), 2 * px_per_s, 0);
  g_assert_cmpfloat (anchor (f, 0, 1), <, 1.5);
  g_assert_true (tsr_morph_session_undo (f->morph));
  g_assert_cmpfloat_with_epsilon (anchor (f, 0, 1), 0.75, 0.005);
  /* Given up. */
  fixture_press (f->lanes, x_of (f, 0, 1.5), y_of (f, 0, 3000));
  fixture_move (f->lanes, 0.2 * px_per_s, 0);
  g_assert_cmpfloat_with_epsilon (anchor (f, 1, 0), 1.7, 0.005);
  g_assert_true (fixture_key (f->lanes, GDK_KEY_Escape, 0));
  g_assert_cmpfloat (anchor (f, 1, 0), ==, 1.5);
  fixture_release (f->lanes, 0.2 * px_per_s, 0);
  g_assert_cmpfloat (anchor (f, 1, 0), ==, 1.5);
  /* By keys. */
  tsr_morph_lanes_select_anchor (lanes, -1);
  g_assert_true (fixture_key (f->lanes, GDK_KEY_Right, 0));
  g_assert_cmpint (tsr_morph_lanes_get_anchor (lanes), ==, 0);
  fixture_key (f->lanes, GDK_KEY_Right, 0);
  fixture_key (f->lanes, GDK_KEY_Right, GDK_ALT_MASK | GDK_SHIFT_MASK);
  g_assert_cmpfloat_with_epsilon (anchor (f, 1, 0), 1.51, 1e-9);
  g_assert_true (tsr_morph_lanes_delete (lanes));
  g_assert_cmpuint (tsr_morph_session_get_anchors (f->morph)->len, ==, 1);
  g_assert_cmpint (tsr_morph_lanes_get_anchor (lanes), ==, -1);
  fixture_key (f->lanes, GDK_KEY_a, 0);
  g_assert_cmpuint (tsr_morph_session_get_anchors (f->morph)->len, ==, 2);
}

static char *
links_of (Fixture *f)
{
  const TsrMorphSettings *s = tsr_morph_session_get_settings (f->morph);

  return s->links != NULL ? tsr_morph_links_to_text (s->links, s->n) : g_strdup ("");
}

static void
click (Fixture *f, guint k, double time_s, double hz)
{
  fixture_press (f->lanes, x_of (f, k, time_s), y_of (f, k, hz));
  fixture_release (f->lanes, 0, 0);
}

static void
test_links (Fixture *f, gconstpointer data)
{
  guint lane;

  click (f, 0, 1.2, 400);
  g_assert_cmpint (tsr_morph_session_get_focus (f->morph, &lane), ==, 1);
  click (f, 1, 1.2, 400); /* they are partners already */
  g_autofree char *none = links_of (f);
  g_assert_cmpstr (none, ==, "");
  click (f, 0, 1.2, 1600);
  g_autofree char *crossed = links_of (f);
  g_assert_cmpstr (crossed, ==, "4:1");
  make_plan (f);
  g_assert_cmpint (tsr_morph_session_voice_of (f->morph, 0, 4),
                   ==,
                   tsr_morph_session_voice_of (f->morph, 1, 1));
  g_assert_true (tsr_morph_lanes_delete (TSR_MORPH_LANES (f->lanes)));
  g_autofree char *alone = links_of (f);
  g_assert_cmpstr (alone, ==, "4:-");
  tsr_morph_session_undo (f->morph);
  tsr_morph_session_undo (f->morph);
  g_autofree char *again = links_of (f);
  g_assert_cmpstr (again, ==, "");

  /* From one to the other. */
  fixture_drag (f->lanes,
                x_of (f, 0, 1.2),
                y_of (f, 0, 2000),
                x_of (f, 1, 1.4) - x_of (f, 0, 1.2),
                y_of (f, 1, 800) - y_of (f, 0, 2000));
  g_autofree char *dragged = links_of (f);
  g_assert_cmpstr (dragged, ==, "5:2");

  /* By keys: the lowest of the first lane with the one above its partner. */
  tsr_morph_lanes_give_up (TSR_MORPH_LANES (f->lanes));
  make_plan (f);
  const guint keys[] = {GDK_KEY_Down,
                        GDK_KEY_Return,
                        GDK_KEY_Page_Down,
                        GDK_KEY_Up,
                        GDK_KEY_Up,
                        GDK_KEY_Return};
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    g_assert_true (fixture_key (f->lanes, keys[i], 0));
  g_autofree char *keyed = links_of (f);
  g_assert_cmpstr (keyed, ==, "5:2,1:3");
}

/* A sound that goes takes its lane with it; without sounds there is a sentence. */
static void
test_sounds (Fixture *f, gconstpointer data)
{
  TsrProject *project = tsr_session_get_project (f->session);
  TsrSound   *sounds[] = {tsr_morph_session_get_sound (f->morph, 0),
                          tsr_morph_session_get_sound (f->morph, 1),
                          tsr_morph_session_get_sound (f->morph, 0)};

  g_assert_true (tsr_morph_session_set_sounds (f->morph, sounds, 3));
  make_plan (f);
  fixture_wait (is_complete, f->lanes);
  g_assert_true (tsr_project_remove_sound (project, sounds[1], NULL));
  g_assert_cmpuint (tsr_morph_session_get_n (f->morph), ==, 2);
  make_plan (f);
  fixture_wait (is_complete, f->lanes);
  tsr_morph_session_set_project (f->morph, NULL);
  g_assert_null (tsr_morph_lanes_get_viewport (TSR_MORPH_LANES (f->lanes)));
  g_assert_false (fixture_key (f->lanes, GDK_KEY_Down, 0));
}

int
main (int argc, char **argv)
{
  const struct {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
      {"/morph-lanes/hues", test_hues},
      {"/morph-lanes/anchors", test_anchors},
      {"/morph-lanes/links", test_links},
      {"/morph-lanes/sounds", test_sounds},
  };

  gtk_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
