/* SPDX-License-Identifier: GPL-3.0-or-later
 * Comparisons: what every kind of edit is told as, both ways round, over several steps
 * and from branch to branch; the steps of all branches.
 */
#include "model/comparison.h"

#include <math.h>
#include <string.h>

#include "model/operation.h"
#include "model/project.h"
#include "model/query.h"
#include "tests/model/model-fixture.h"

enum { N_PARTIALS = 8 };

/* Partial k of N_PARTIALS: 21 breakpoints at its own rhythm, k times 220 Hz with a slow
 * vibrato. */
static TsrPartial *
wavering (gint64 id)
{
  TsrBreakpoint points[21] = {0};
  double        phase_turns = 0, hz = 220.0 * (double)id;

  for (int i = 0; i <= 20; i++) {
    double time_s = i * 0.1 + (i % 20 == 0 ? 0 : 0.003 * sin ((double)id * 7 + i));
    if (i > 0)
      phase_turns += hz * (time_s - points[i - 1].time_s);
    points[i] = (TsrBreakpoint){.time_s = time_s,
                                .phase_turns = phase_turns,
                                .frequency_hz = hz * (1 + 0.002 * sin (i)),
                                .log_amplitude = -2 - 0.1 * i - 0.05 * (double)id};
  }
  return tsr_partial_new (id, 0, 0, points, 21);
}

static TsrSoundState *
wavering_state (void)
{
  TsrPartial *partials[N_PARTIALS];

  for (int i = 0; i < N_PARTIALS; i++)
    partials[i] = wavering (i + 1);
  g_autoptr (TsrPartialSet) set = tsr_partial_set_new (partials, N_PARTIALS);
  for (int i = 0; i < N_PARTIALS; i++)
    tsr_partial_unref (partials[i]);
  return tsr_sound_state_new (
      &(TsrSoundStateFields){.partials = set, .duration_s = 2, .analysed = TRUE});
}

/* The state after `operation` on what `query` finds (NULL: the whole sound). */
static TsrSoundState *
edited (TsrSoundState *state, const char *query_text, const char *text, gint64 *next_id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TsrOperation) operation = tsr_operation_parse (text, &error);
  g_autoptr (TsrSelection) selection = NULL;

  g_assert_no_error (error);
  if (query_text != NULL) {
    g_autoptr (TsrQuery) query = tsr_query_parse (query_text, &error);
    g_assert_no_error (error);
    selection = tsr_query_select (query, tsr_sound_state_fields (state)->partials, 0);
  }
  TsrSoundState *after =
      tsr_operation_apply (operation, state, selection, next_id, NULL, &error);
  g_assert_no_error (error);
  return after;
}

typedef struct {
  const char *query, *operation;
  guint       n_removed, n_added, n_changed;
  double      cents, level_db, move_s, stretch;
  const char *sentence;
} Case;

static const Case cases[] = {
    {"frequency < 500Hz",
     "pitch 200cents",
     0,
     0,
     2,
     200,
     0,
     0,
     1,
     "2 changed: median +200 cents"},
    {NULL, "pitch 1200cents", 0, 0, 8, 1200, 0, 0, 1, "8 changed: median +1200 cents"},
    {NULL, "pitch -700cents", 0, 0, 8, -700, 0, 0, 1, "8 changed: median -700 cents"},
    {"id in 2..4", "gain -6dB", 0, 0, 3, 0, -6, 0, 1, "3 changed: median -6.0 dB"},
    {"id = 5",
     "move 0.25",
     0,
     0,
     1,
     0,
     0,
     0.25,
     1,
     "1 changed: median +0.250 s; 2.000 s → 2.250 s"},
    {NULL,
     "stretch 1.5",
     0,
     0,
     8,
     0,
     0,
     0,
     1.5,
     "8 changed: median length × 1.500; 2.000 s → 3.000 s"},
    {"id in 1..3", "delete", 3, 0, 0, 0, 0, 0, 1, "3 removed"},
    {"id in 1..3", "duplicate 0", 0, 3, 0, 0, 0, 0, 1, "3 added"},
    /* Cut at the borders of a rectangle: what lies outside is what it was. */
    {"id in 1..3 within 0.5:1.5",
     "pitch 300cents",
     0,
     0,
     3,
     300,
     0,
     0,
     1,
     "3 changed: median +300 cents"},
    {"id in 1..3 within 0.5:1.5", "delete", 3, 0, 0, 0, 0, 0, 1, "3 removed"},
    {"id in 1..3", "split 1", 0, 0, 0, 0, 0, 0, 1, "no partial differs"},
};

static void
assert_sizes (const TsrComparison *comparison, guint removed, guint added, guint changed)
{
  const TsrComparisonFields *f = tsr_comparison_fields (comparison);

  g_assert_cmpuint (tsr_partial_set_size (f->removed), ==, removed);
  g_assert_cmpuint (tsr_partial_set_size (f->added), ==, added);
  g_assert_cmpuint (tsr_partial_set_size (f->before), ==, changed);
  g_assert_cmpuint (tsr_partial_set_size (f->after), ==, changed);
}

static void
test_kinds (void)
{
  g_autoptr (TsrSoundState) before = wavering_state ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    const Case *c = &cases[i];
    gint64      next_id = N_PARTIALS + 1;
    g_autoptr (TsrSoundState) after = edited (before, c->query, c->operation, &next_id);
    g_autoptr (TsrComparison) there = tsr_comparison_new (before, after, NULL);
    g_autoptr (TsrComparison) back = tsr_comparison_new (after, before, NULL);
    const TsrComparisonFields *f = tsr_comparison_fields (there);
    const TsrComparisonFields *b = tsr_comparison_fields (back);
    g_autofree char           *sentence = tsr_comparison_sentence (there);
    g_test_message ("%s: %s", c->operation, sentence);
    assert_sizes (there, c->n_removed, c->n_added, c->n_changed);
    assert_sizes (back, c->n_added, c->n_removed, c->n_changed);
    g_assert_cmpfloat_with_epsilon (f->cents, c->cents, 0.1);
    g_assert_cmpfloat_with_epsilon (f->level_db, c->level_db, 0.01);
    g_assert_cmpfloat_with_epsilon (f->move_s, c->move_s, 1e-6);
    g_assert_cmpfloat_with_epsilon (f->stretch, c->stretch, 1e-6);
    g_assert_cmpfloat_with_epsilon (b->cents, -c->cents, 0.1);
    g_assert_cmpfloat_with_epsilon (b->level_db, -c->level_db, 0.01);
    g_assert_cmpstr (sentence, ==, c->sentence);
  }
}

static void
test_same (void)
{
  g_autoptr (TsrSoundState) state = wavering_state ();
  g_autoptr (TsrSoundState) empty =
      tsr_sound_state_new (&(TsrSoundStateFields){.duration_s = 2});
  g_autoptr (TsrComparison) same = tsr_comparison_new (state, state, NULL);
  g_autoptr (TsrComparison) all = tsr_comparison_new (empty, state, NULL);
  g_autofree char *sentence = tsr_comparison_sentence (same);

  assert_sizes (same, 0, 0, 0);
  g_assert_cmpuint (
      tsr_partial_set_size (tsr_comparison_fields (same)->kept), ==, N_PARTIALS);
  g_assert_cmpstr (sentence, ==, "no partial differs");
  assert_sizes (all, 0, N_PARTIALS, 0);
}

/* What a rectangle leaves outside is not told: only the spans inside are. */
static void
test_spans_of_pieces (void)
{
  gint64 next_id = N_PARTIALS + 1;
  g_autoptr (TsrSoundState) before = wavering_state ();
  g_autoptr (TsrSoundState) after =
      edited (before, "id in 1..3 within 0.5:1.5", "gain -6dB", &next_id);
  g_autoptr (TsrComparison) comparison = tsr_comparison_new (before, after, NULL);
  const TsrComparisonFields *f = tsr_comparison_fields (comparison);

  for (gsize i = 0; i < 3; i++)
    for (int side = 0; side < 2; side++) {
      const TsrPartialSummary *s =
          tsr_partial_summary (tsr_partial_set_at (side == 0 ? f->before : f->after, i));
      g_assert_cmpfloat_with_epsilon (s->start_s, 0.5, 1e-9);
      g_assert_cmpfloat_with_epsilon (s->end_s, 1.5, 1e-9);
    }
}

/* Many steps, also such that the order of ids is another. */
static void
test_several_steps (void)
{
  gint64 next_id = N_PARTIALS + 1;
  g_autoptr (TsrSoundState) before = wavering_state ();
  g_autoptr (TsrSoundState) one = edited (before, "id in 5..8", "gain -3dB", &next_id);
  g_autoptr (TsrSoundState) two = edited (one, NULL, "pitch 100cents", &next_id);
  g_autoptr (TsrSoundState) three = edited (two, "top 3 by energy", "delete", &next_id);
  g_autoptr (TsrSoundState) four = edited (three, NULL, "gain -1dB", &next_id);
  g_autoptr (TsrComparison) comparison = tsr_comparison_new (before, four, NULL);

  assert_sizes (comparison, 3, 0, N_PARTIALS - 3);
  g_assert_cmpfloat_with_epsilon (tsr_comparison_fields (comparison)->cents, 100, 1e-6);
}

static void
add_step (TsrProject *project, const char *operation)
{
  TsrSound *sound = tsr_project_get_sound (project, 1);
  gint64    next_id = tsr_sound_next_partial_id (sound);
  g_autoptr (TsrSoundState) after =
      edited (tsr_sound_get_state (sound), NULL, operation, &next_id);

  g_assert_true (tsr_project_add_step (project, sound, after, operation, "", NULL, NULL));
}

/* All branches are listed, oldest first; their states can be compared. */
static void
test_branches (void)
{
  g_autoptr (TsrProject) project = tsr_project_new ();
  g_autoptr (TsrSoundState) state = wavering_state ();
  gsize current;

  tsr_project_add_sound (project, "a", NULL, state, "Analysis", "", NULL, NULL);
  TsrSound *sound = tsr_project_get_sound (project, 1);
  add_step (project, "pitch 200cents");
  add_step (project, "gain -3dB");
  g_assert_true (tsr_project_undo (project, sound, NULL));
  g_assert_true (tsr_project_undo (project, sound, NULL));
  add_step (project, "pitch -300cents");
  g_autoptr (GPtrArray) line = tsr_sound_dup_history (sound, &current);
  g_autoptr (GPtrArray) all = tsr_sound_dup_steps (sound);
  g_assert_cmpuint (line->len, ==, 2);
  g_assert_cmpuint (all->len, ==, 4);
  for (guint i = 1; i < all->len; i++)
    g_assert_cmpint (
        tsr_step_fields (all->pdata[i - 1])->id, <, tsr_step_fields (all->pdata[i])->id);
  g_autoptr (TsrSoundState) other =
      tsr_sound_dup_state_at (sound, tsr_step_fields (all->pdata[2])->id);
  g_autoptr (TsrComparison) comparison =
      tsr_comparison_new (other, tsr_sound_get_state (sound), NULL);
  assert_sizes (comparison, 0, 0, N_PARTIALS);
  g_assert_cmpfloat_with_epsilon (tsr_comparison_fields (comparison)->cents, -500, 1e-6);
  g_assert_cmpfloat_with_epsilon (tsr_comparison_fields (comparison)->level_db, 3, 1e-6);
}

static bool
always (void *user)
{
  return true;
}

static void
test_cancelled (void)
{
  g_autoptr (TsrSoundState) before = wavering_state ();
  gint64 next_id = N_PARTIALS + 1;
  g_autoptr (TsrSoundState) after = edited (before, NULL, "gain -1dB", &next_id);
  TsrJob job = {.cancelled = always};

  g_assert_null (tsr_comparison_new (before, after, &job));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/comparison/kinds", test_kinds);
  g_test_add_func ("/comparison/same", test_same);
  g_test_add_func ("/comparison/spans-of-pieces", test_spans_of_pieces);
  g_test_add_func ("/comparison/several-steps", test_several_steps);
  g_test_add_func ("/comparison/branches", test_branches);
  g_test_add_func ("/comparison/cancelled", test_cancelled);
  return g_test_run ();
}
