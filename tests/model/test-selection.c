/* SPDX-License-Identifier: GPL-3.0-or-later
 * Selections: sets of ids, combinations, rectangles.
 */
#include "model/selection.h"

#include "tests/model/model-fixture.h"

static void
assert_ids (TsrSelection *selection, gsize n, const gint64 *ids)
{
  g_assert_cmpmem (tsr_selection_ids (selection),
                   tsr_selection_size (selection) * sizeof *ids,
                   ids,
                   n * sizeof *ids);
}

static void
test_sorts (void)
{
  g_autoptr (TsrSelection) s = tsr_selection_new ((gint64[]){3, 1, 3, 2, 1}, 5, NULL);
  g_autoptr (TsrSelection) none = tsr_selection_new (NULL, 0, NULL);

  assert_ids (s, 3, (gint64[]){1, 2, 3});
  g_assert_true (tsr_selection_contains (s, 2));
  g_assert_false (tsr_selection_contains (s, 4));
  g_assert_false (tsr_selection_contains (none, 1));
}

static void
test_combine (void)
{
  g_autoptr (TsrSelection) a = tsr_selection_new ((gint64[]){1, 2, 3}, 3, NULL);
  g_autoptr (TsrSelection) b = tsr_selection_new ((gint64[]){3, 4}, 2, NULL);
  const struct {
    TsrSelectMode mode;
    gsize         n;
    gint64        ids[4];
  } rows[] = {
      {TSR_SELECT_REPLACE, 2, {3, 4}},
      {TSR_SELECT_ADD, 4, {1, 2, 3, 4}},
      {TSR_SELECT_TOGGLE, 3, {1, 2, 4}},
      {TSR_SELECT_INTERSECT, 1, {3}},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (TsrSelection) c = tsr_selection_combine (a, b, rows[i].mode);
    assert_ids (c, rows[i].n, rows[i].ids);
  }
}

static void
test_region (void)
{
  g_autoptr (TsrPartialSet) set = fixture_set (1, 5); /* 100 .. 500 Hz, 0 .. 1 s */
  const struct {
    TsrRegion region;
    gsize     n;
    gint64    ids[5];
  } rows[] = {
      {{0.4, 0.6, 150, 350}, 2, {2, 3}}, /* between breakpoints: segments count */
      {{1.1, 2, 0, 1000}, 0, {0}},
      {{-1, 0, 0, 1000}, 5, {1, 2, 3, 4, 5}},
      {{0.2, 0.3, 201, 299}, 0, {0}},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (TsrSelection) s = tsr_selection_from_region (set, &rows[i].region);
    assert_ids (s, rows[i].n, rows[i].ids);
    g_assert_cmpfloat (tsr_selection_region (s)->low_hz, ==, rows[i].region.low_hz);
  }
}

/* A glide that passes beside the rectangle although its bounds overlap it. */
static void
test_region_is_not_bounds (void)
{
  TsrBreakpoint b[2] = {{.time_s = 0, .frequency_hz = 100},
                        {.time_s = 1, .frequency_hz = 1100, .phase_turns = 600}};
  g_autoptr (TsrPartial) glide = tsr_partial_new (1, 0, 0, b, 2);
  g_autoptr (TsrPartialSet) set = tsr_partial_set_new (&glide, 1);
  g_autoptr (TsrSelection) beside =
      tsr_selection_from_region (set, &(TsrRegion){0, 0.2, 700, 1100});
  g_autoptr (TsrSelection) on =
      tsr_selection_from_region (set, &(TsrRegion){0.45, 0.55, 590, 610});

  g_assert_cmpuint (tsr_selection_size (beside), ==, 0);
  g_assert_cmpuint (tsr_selection_size (on), ==, 1);
}

static void
test_invert_within_mask (void)
{
  g_autoptr (TsrPartialSet) set = fixture_set (1, 4);
  g_autoptr (TsrSelection) s = tsr_selection_new ((gint64[]){2, 3, 77}, 3, NULL);
  g_autoptr (TsrSelection) rest = tsr_selection_invert (s, set);
  g_autoptr (TsrSelection) within = tsr_selection_within (s, set);
  g_autofree guint8 *mask = tsr_selection_mask (s, set);

  assert_ids (rest, 2, (gint64[]){1, 4});
  assert_ids (within, 2, (gint64[]){2, 3});
  g_assert_cmpmem (mask, 4, ((guint8[]){0, 1, 1, 0}), 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/selection/sorts", test_sorts);
  g_test_add_func ("/model/selection/combine", test_combine);
  g_test_add_func ("/model/selection/region", test_region);
  g_test_add_func ("/model/selection/glide", test_region_is_not_bounds);
  g_test_add_func ("/model/selection/invert", test_invert_within_mask);
  return g_test_run ();
}
