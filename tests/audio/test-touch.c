/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is heard while breakpoints are dragged, partials drawn and erased, and a rectangle
 * that cuts partials is moved, transposed and stretched, is what the edit, once made,
 * sounds like; the exchange is heard at once and without clicks.
 */
#include <math.h>

#include "audio/engine.h"
#include "model/dsp-types.h"
#include "model/operation.h"
#include "tests/support/programs.h"

enum { RATE_HZ = TSR_TEST_RATE_HZ, BUFFER = 256, NEXT_ID = 500 };

#define DURATION_S 3.0

static TsrSoundState *
state_of (TsrPartialSet *set)
{
  TsrSoundStateFields fields = {
      .partials = set, .duration_s = DURATION_S, .analysed = TRUE};
  return tsr_sound_state_new (&fields);
}

static TsrEngine *
engine_of (const TsrSoundState *state, const TsrSelection *selection)
{
  TsrPartialSet     *set = tsr_sound_state_fields (state)->partials;
  g_autofree guint8 *mask =
      selection != NULL ? tsr_selection_mask (selection, set) : NULL;
  TsrProgram *program =
      tsr_test_program (tsr_partial_set_ref (set), NULL, NULL, mask, DURATION_S);
  TsrEngine *engine = tsr_engine_new (TSR_BACKEND_NULL);
  tsr_engine_set_program (engine, program);
  tsr_program_unref (program);
  return engine;
}

/* Largest difference in dB from a time on. */
static double
difference_db (TsrEngine *a, TsrEngine *b, double from_s)
{
  gsize             n = (gsize)(DURATION_S * RATE_HZ), from = (gsize)(from_s * RATE_HZ);
  g_autofree float *x = tsr_test_pull (a, n, BUFFER);
  g_autofree float *y = tsr_test_pull (b, n, BUFFER);
  double            most = 0;
  for (gsize i = 0; i < 2 * n; i++)
    if (i % n >= from)
      most = MAX (most, fabs ((double)x[i] - (double)y[i]));
  return 20 * log10 (most + 1e-30);
}

static TsrSoundState *
apply (const char *text, const TsrSoundState *state, const TsrSelection *on)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TsrOperation) operation = tsr_operation_parse (text, &error);
  gint64 next_id = NEXT_ID;
  g_assert_no_error (error);
  TsrSoundState *after =
      tsr_operation_apply (operation, state, on, &next_id, NULL, &error);
  g_assert_no_error (error);
  return after;
}

static TsrTouch *
touch_of (const char *text, const TsrSoundState *state, const TsrSelection *on)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TsrOperation) operation = tsr_operation_parse (text, &error);
  g_assert_no_error (error);
  TsrTouch *touch = tsr_touch_try (operation, state, on, NEXT_ID, &error);
  g_assert_no_error (error);
  return touch;
}

/* ---- single partials ---- */

typedef struct {
  const char *text;
  gint64      on; /* 0: the whole sound */
  guint       n_removed, n_added;
} Stroke;

/* Heard as it will be made: in channels, ids (noise) and phases. */
static void
test_strokes (void)
{
  const Stroke strokes[] = {
      {"breakpoint 1.0 to 1.003:520", 3, 1, 1},
      {"breakpoint 1.0 to 1.0:300:-6dB", 5, 1, 1},
      {"breakpoint 2.0 delete", 2, 1, 1},
      {"draw 0.2:700:-20,1.5:900:-30,2.5:350:-20 harmonics 3", 0, 0, 6},
      {"draw 0.2:700:-20,2.5:350:-20 channel 1", 0, 0, 1},
      {"erase 0.5:440,1.5:480 size 50ms:60Hz", 0, 1, 3},
      {"erase 0.5:440,1.5:480 size 50ms:60Hz strength 0.5", 0, 1, 1},
      {"erase 0.5:200,2.5:1200 size 100ms:200Hz strength 0.7", 4, 1, 1},
  };
  g_autoptr (TsrPartialSet) set = tsr_test_partials (8, 220, DURATION_S, 2, 0.4, 0.01);
  g_autoptr (TsrSoundState) state = state_of (set);
  for (gsize i = 0; i < G_N_ELEMENTS (strokes); i++) {
    const Stroke *stroke = &strokes[i];
    g_autoptr (TsrSelection) on =
        stroke->on != 0 ? tsr_selection_new (&stroke->on, 1, NULL) : NULL;
    g_autoptr (TsrTouch) touch = touch_of (stroke->text, state, on);
    g_autoptr (TsrSoundState) after = apply (stroke->text, state, on);
    g_autoptr (TsrEngine) made = engine_of (after, NULL);
    g_autoptr (TsrEngine) before = engine_of (state, NULL);
    g_autoptr (TsrEngine) touched = engine_of (state, NULL);
    gsize n_removed;
    tsr_touch_removed (touch, &n_removed);
    tsr_engine_set_touch (touched, touch);
    tsr_engine_play (made);
    tsr_engine_play (before);
    tsr_engine_play (touched);
    double heard_db = difference_db (touched, made, 0);
    tsr_engine_stop (made);
    tsr_engine_play (made);
    double control_db = difference_db (before, made, 0);
    g_test_message ("%s: %zu away, %zu there, heard %.1f dB off what is made, control "
                    "%.1f dB",
                    stroke->text,
                    n_removed,
                    tsr_partial_set_size (tsr_touch_added (touch)),
                    heard_db,
                    control_db);
    g_assert_cmpuint (n_removed, ==, stroke->n_removed);
    g_assert_cmpuint (
        tsr_partial_set_size (tsr_touch_added (touch)), ==, stroke->n_added);
    g_assert_cmpfloat (heard_db, <, -110);
    g_assert_cmpfloat (control_db, >, -50);
  }
}

/* ---- rectangles ---- */

typedef struct {
  const char *text; /* NULL: stretch around the rectangle's start */
  TsrPreview  preview;
  double      most_db;
} Drag;

static const TsrRegion regions[] = {
    {0.8, 1.7, 300, 900},       /* cuts in time, some partials are outside */
    {0.8, 1.7, 0, INFINITY},    /* all of them */
    {0.3, 2.6, 436, 444},       /* through a vibrato: many pieces */
    {1.2, INFINITY, 200, 2000}, /* from a moment on */
};

/* A rectangle in hand: the preview over what is cut. */
static void
test_rectangles (void)
{
  const Drag drags[] = {
      {"pitch 1.2", {.pitch_ratio = 1.2, .stretch = 1}, -70},
      {"shift 70Hz", {.pitch_ratio = 1, .stretch = 1, .shift_hz = 70}, -70},
      {"gain -12dB", {.pitch_ratio = 1, .stretch = 1, .gain_db = -12}, -70},
      {"move 0.2", {.pitch_ratio = 1, .stretch = 1, .move_s = 0.2}, -70},
      {NULL, {.pitch_ratio = 1, .stretch = 1.5}, -70},
      {NULL, {.pitch_ratio = 1, .stretch = 0.6}, -70},
  };
  g_autoptr (TsrPartialSet) set = tsr_test_partials (8, 220, DURATION_S, 2, 0.4, 0.01);
  g_autoptr (TsrSoundState) state = state_of (set);
  for (gsize r = 0; r < G_N_ELEMENTS (regions); r++) {
    g_autoptr (TsrSelection) selection = tsr_selection_from_region (set, &regions[r]);
    g_autoptr (TsrTouch) touch = tsr_touch_cut (set, selection, NEXT_ID);
    g_assert_nonnull (touch);
    for (gsize i = 0; i < G_N_ELEMENTS (drags); i++) {
      Drag             drag = drags[i];
      double           at_s = drag.preview.anchor_s = regions[r].start_s;
      g_autofree char *map = g_strdup_printf (
          "stretch %g:%g,%g:%g", at_s, at_s, at_s + 1, at_s + drag.preview.stretch);
      g_autoptr (TsrSoundState) after =
          apply (drag.text != NULL ? drag.text : map, state, selection);
      g_autoptr (TsrEngine) made = engine_of (after, NULL);
      g_autoptr (TsrEngine) held = engine_of (state, selection);
      g_autoptr (TsrEngine) whole = engine_of (state, selection);
      tsr_engine_set_touch (held, touch);
      tsr_engine_set_preview (held, &drag.preview);
      tsr_engine_set_preview (whole, &drag.preview);
      tsr_engine_play (made);
      tsr_engine_play (held);
      tsr_engine_play (whole);
      double heard_db = difference_db (held, made, 0.02);
      tsr_engine_stop (made);
      tsr_engine_play (made);
      double control_db = difference_db (whole, made, 0.02);
      g_test_message ("rectangle %zu, %s: %.1f dB off what is made; whole partials %.1f",
                      r,
                      drag.text != NULL ? drag.text : map,
                      heard_db,
                      control_db);
      g_assert_cmpfloat (heard_db, <, drag.most_db);
      g_assert_cmpfloat (control_db, >, -40);
    }
  }
}

/* Nothing is cut: nothing stands for anything. */
static void
test_uncut (void)
{
  const TsrRegion around = {-1, 10, 10, 20000};
  g_autoptr (TsrPartialSet) set = tsr_test_partials (4, 220, DURATION_S, 1, 0.4, 0.01);
  g_autoptr (TsrSelection) selection = tsr_selection_from_region (set, &around);
  g_autoptr (TsrSelection) whole = tsr_selection_all (set);
  g_assert_cmpuint (tsr_selection_size (selection), ==, 4);
  g_assert_null (tsr_touch_cut (set, selection, NEXT_ID));
  g_assert_null (tsr_touch_cut (set, whole, NEXT_ID));
}

/* ---- exchange ---- */

/* Largest step of the second difference: clicks stand out of it. */
static double
roughness (const float *x, gsize n)
{
  double most = 0;
  for (gsize i = 2; i < n; i++)
    most = MAX (most, fabs ((double)x[i] - 2 * (double)x[i - 1] + (double)x[i - 2]));
  return most;
}

/* A breakpoint of a steady tone goes up and down with every frame of the screen. */
static void
test_clicks (void)
{
  const gint64 id = 1;
  g_autoptr (TsrPartialSet) set = tsr_test_partials (1, 440, DURATION_S, 1, 0.3, 0);
  g_autoptr (TsrSoundState) state = state_of (set);
  g_autoptr (TsrSelection) on = tsr_selection_new (&id, 1, NULL);
  g_autoptr (TsrEngine) engine = engine_of (state, NULL);
  g_autoptr (GArray) left = g_array_new (FALSE, FALSE, sizeof (float));
  tsr_engine_play (engine);
  tsr_test_record (engine, left, RATE_HZ / 2, BUFFER);
  double steady = roughness ((const float *)left->data + 4800, RATE_HZ / 2 - 4800);
  g_array_set_size (left, 0);
  for (int i = 0; i < 90; i++) {
    g_autofree char *text =
        g_strdup_printf ("breakpoint 1 to 1:%.2f", 440 + 30 * sin (0.3 * i));
    g_autoptr (TsrTouch) touch = touch_of (text, state, on);
    tsr_engine_set_touch (engine, touch);
    tsr_test_record (engine, left, 800, 100);
  }
  tsr_engine_set_touch (engine, NULL);
  tsr_test_record (engine, left, 4800, BUFFER);
  double dragged = roughness ((const float *)left->data, left->len);
  g_test_message ("second difference: steady %.6f, dragged %.6f", steady, dragged);
  /* Both ends of crossfades of 480 frames bend by a 480th of the level, 0.3; a switch
   * without them would step by up to all of it. */
  g_assert_cmpfloat (dragged, <, steady + 2.5 * 0.3 / 480);
}

/* Of more than the callback can take the latest is heard, and it is heard at once. */
static void
test_latest (void)
{
  g_autoptr (TsrPartialSet) set = tsr_test_partials (4, 220, DURATION_S, 1, 0.2, 0);
  g_autoptr (TsrSoundState) state = state_of (set);
  g_autoptr (TsrEngine) engine = engine_of (state, NULL);
  g_autoptr (TsrEngine) made = NULL;
  float a[BUFFER], b[BUFFER], c[BUFFER], d[BUFFER];
  tsr_engine_play (engine);
  for (int i = 0; i < 40; i++)
    tsr_engine_pull (engine, a, b, BUFFER);
  for (int i = 0; i < 100; i++) {
    g_autofree char *text =
        g_strdup_printf ("draw 0:%d:-20,2.9:%d:-20", 600 + i, 600 + i);
    g_autoptr (TsrTouch) touch = touch_of (text, state, NULL);
    tsr_engine_set_touch (engine, touch);
  }
  g_autoptr (TsrSoundState) after = apply ("draw 0:699:-20,2.9:699:-20", state, NULL);
  made = engine_of (after, NULL);
  tsr_engine_play (made);
  for (int i = 0; i < 40; i++)
    tsr_engine_pull (made, c, d, BUFFER);
  int n_until = -1;
  for (int i = 0; i < 40 && n_until < 0; i++) {
    double most = 0;
    tsr_engine_pull (engine, a, b, BUFFER);
    tsr_engine_pull (made, c, d, BUFFER);
    for (int k = 0; k < BUFFER; k++)
      most = MAX (most, fabs ((double)a[k] - (double)c[k]));
    if (most < 1e-5)
      n_until = i;
  }
  g_test_message ("the latest of 100 is heard after %d buffers of %.1f ms",
                  n_until,
                  1000.0 * BUFFER / RATE_HZ);
  g_assert_cmpint (n_until, >=, 0);
  g_assert_cmpint (n_until, <=, 8); /* two crossfades of 10 ms, and what is under way */
}

/* The first sample that differs is in the buffer after next. */
static void
test_at_once (void)
{
  g_autoptr (TsrPartialSet) set = tsr_test_partials (4, 220, DURATION_S, 1, 0.2, 0);
  g_autoptr (TsrSoundState) state = state_of (set);
  g_autoptr (TsrEngine) engine = engine_of (state, NULL);
  g_autoptr (TsrEngine) plain = engine_of (state, NULL);
  g_autoptr (TsrTouch) touch = touch_of ("draw 0:600:-20,2.9:600:-20", state, NULL);
  float a[BUFFER], b[BUFFER], c[BUFFER], d[BUFFER];
  int   first = -1;
  tsr_engine_play (engine);
  tsr_engine_play (plain);
  for (int i = 0; i < 50 && first < 0; i++) {
    if (i == 20)
      tsr_engine_set_touch (engine, touch);
    tsr_engine_pull (engine, a, b, BUFFER);
    tsr_engine_pull (plain, c, d, BUFFER);
    for (int k = 0; k < BUFFER && first < 0; k++)
      if (a[k] != c[k])
        first = (i - 20) * BUFFER + k;
  }
  g_test_message ("heard after %.1f ms", 1000.0 * first / RATE_HZ);
  g_assert_cmpint (first, >=, 0);
  g_assert_cmpint (first, <, BUFFER);
}

/* Touches that cannot be played, seeks and other programs under way: all is freed (the
 * sanitizers see to it), and nothing is heard of what does not fit. */
static void
test_misfits (void)
{
  const gint64 foreign = 77;
  g_autoptr (TsrPartialSet) set = tsr_test_partials (4, 220, DURATION_S, 1, 0.2, 0);
  g_autoptr (TsrPartialSet) empty = tsr_partial_set_new (NULL, 0);
  g_autoptr (TsrSoundState) state = state_of (set);
  g_autoptr (TsrEngine) engine = engine_of (state, NULL);
  g_autoptr (TsrEngine) plain = engine_of (state, NULL);
  g_autoptr (TsrTouch) misfit = tsr_touch_new (&foreign, 1, empty, NULL);
  g_autoptr (TsrTouch) drawn = touch_of ("draw 0:600,2.9:600", state, NULL);
  tsr_engine_set_touch (engine, drawn);
  tsr_engine_set_touch (engine, misfit);
  tsr_engine_play (engine);
  tsr_engine_play (plain);
  g_assert_cmpfloat (difference_db (engine, plain, 0), <, -200);
  tsr_engine_set_touch (engine, drawn);
  tsr_engine_seek (engine, 1);
  tsr_engine_set_program (engine, NULL);
  tsr_engine_set_touch (engine, misfit);
  tsr_engine_set_touch (engine, drawn);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/audio/touch/strokes", test_strokes);
  g_test_add_func ("/audio/touch/rectangles", test_rectangles);
  g_test_add_func ("/audio/touch/uncut", test_uncut);
  g_test_add_func ("/audio/touch/clicks", test_clicks);
  g_test_add_func ("/audio/touch/latest", test_latest);
  g_test_add_func ("/audio/touch/at-once", test_at_once);
  g_test_add_func ("/audio/touch/misfits", test_misfits);
  return g_test_run ();
}
