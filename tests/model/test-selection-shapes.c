/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a lasso, a brush and a click for harmonics select, growing, taking out.
 */
#include "model/selection-shapes.h"

#include "tests/model/model-fixture.h"

static void
assert_ids (TsrSelection *selection, gsize n, const gint64 *ids)
{
  g_assert_cmpmem (tsr_selection_ids (selection),
                   tsr_selection_size (selection) * sizeof *ids,
                   ids,
                   n * sizeof *ids);
}

static TsrPartialSet *
set_of (TsrPartial **partials, gsize n)
{
  TsrPartialSet *set = tsr_partial_set_new (partials, n);

  for (gsize i = 0; i < n; i++)
    tsr_partial_unref (partials[i]);
  return set;
}

/* A triangle between 150 and 420 Hz that lies wholly between the breakpoints, one beside
 * everything, and one whose hollow leaves a partial out. */
static void
test_lasso (void)
{
  g_autoptr (TsrPartialSet) set = fixture_set (1, 5); /* 100 ... 500 Hz, 0 ... 1 s */
  const TsrShapePoint triangle[] = {{0.4, 150}, {0.6, 150}, {0.5, 420}};
  const TsrShapePoint beside[] = {{1.1, 50}, {1.4, 50}, {1.2, 600}};
  const TsrShapePoint hollow[] = {
      {-0.1, 80}, {1.1, 80}, {1.1, 350}, {1.05, 350}, {1.05, 120}, {-0.1, 120}};
  g_autoptr (TsrSelection) inside = tsr_selection_from_lasso (set, triangle, 3, -1);
  g_autoptr (TsrSelection) none = tsr_selection_from_lasso (set, beside, 3, -1);
  g_autoptr (TsrSelection) low = tsr_selection_from_lasso (set, hollow, 6, -1);
  g_autoptr (TsrSelection) line = tsr_selection_from_lasso (set, triangle, 2, -1);
  g_autoptr (TsrSelection) other = tsr_selection_from_lasso (set, triangle, 3, 1);

  assert_ids (inside, 3, (gint64[]){2, 3, 4});
  assert_ids (none, 0, NULL);
  assert_ids (low, 1, (gint64[]){1});
  assert_ids (line, 0, NULL);
  assert_ids (other, 0, NULL);
}

static void
test_brush (void)
{
  g_autoptr (TsrPartialSet) set = fixture_set (1, 5);
  const TsrBrushDab dabs[] = {{0.5, 130, 0.01, 40}, {1.05, 310, 0.1, 40}};
  const TsrBrushDab off[] = {{1.05, 310, 0.04, 40}, {0.5, 150, 0.1, 49}};
  g_autoptr (TsrSelection) met = tsr_selection_from_brush (set, dabs, 2, 0);
  g_autoptr (TsrSelection) none = tsr_selection_from_brush (set, off, 2, 0);

  assert_ids (met, 2, (gint64[]){1, 3});
  assert_ids (none, 0, NULL);
}

/* Of 200 Hz: 400, 601 (near enough), 1000, not 700, not one that sounds later. */
static void
test_harmonics (void)
{
  TsrPartial *partials[] = {
      fixture_partial (1, 0, 1, 200),
      fixture_partial (2, 0.2, 0.9, 400),
      fixture_partial (3, 0, 1, 601),
      fixture_partial (4, 0, 1, 700),
      fixture_partial (5, 0, 0.5, 1000),
      fixture_partial (6, 1.2, 2, 400),
      fixture_partial (7, 0, 1, 100),
  };
  g_autoptr (TsrPartialSet) set = set_of (partials, G_N_ELEMENTS (partials));
  g_autoptr (TsrSelection) series = tsr_selection_from_harmonics (set, 1);
  g_autoptr (TsrSelection) none = tsr_selection_from_harmonics (set, 77);

  assert_ids (series, 4, (gint64[]){1, 2, 3, 5});
  assert_ids (none, 0, NULL);
}

/* Pieces of one line are found one after the other; a leap of a third ends the search. */
static void
test_grow (void)
{
  TsrPartial *partials[] = {
      fixture_partial (1, 0, 1, 200),
      fixture_partial (2, 1.02, 2, 202),
      fixture_partial (3, 2.03, 3, 201),
      fixture_partial (4, 3.02, 4, 252),
      fixture_partial (5, 1.0, 2, 400),
  };
  const TsrRegion region = {1.2, 1.5, 100, 300};
  g_autoptr (TsrPartialSet) set = set_of (partials, G_N_ELEMENTS (partials));
  g_autoptr (TsrSelection) middle = tsr_selection_new ((gint64[]){2}, 1, NULL);
  g_autoptr (TsrSelection) piece = tsr_selection_new ((gint64[]){2}, 1, &region);
  g_autoptr (TsrSelection) line = tsr_selection_grow (middle, set, 0.05);
  g_autoptr (TsrSelection) whole = tsr_selection_grow (piece, set, 0.05);

  assert_ids (line, 3, (gint64[]){1, 2, 3});
  assert_ids (whole, 1, (gint64[]){2});
  g_assert_null (tsr_selection_region (whole));
}

static void
test_extract (void)
{
  g_autoptr (TsrPartialSet) set = fixture_set (11, 3);
  const TsrRegion region = {0.25, 0.75, 150, 350};
  g_autoptr (TsrSelection) selection = tsr_selection_from_region (set, &region);
  TsrPartialSet *pieces = tsr_selection_extract (selection, set);

  g_assert_cmpuint (tsr_partial_set_size (pieces), ==, 2);
  const TsrPartial        *first = tsr_partial_set_at (pieces, 0);
  const TsrPartialSummary *s = tsr_partial_summary (first);
  g_assert_cmpint (tsr_partial_id (first), ==, 1);
  g_assert_cmpfloat_with_epsilon (s->start_s, 0.25, 1e-12);
  g_assert_cmpfloat_with_epsilon (s->end_s, 0.75, 1e-12);
  g_assert_cmpfloat_with_epsilon (s->mean_hz, 200, 1e-9);
  tsr_partial_set_unref (pieces);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/selection-shapes/lasso", test_lasso);
  g_test_add_func ("/model/selection-shapes/brush", test_brush);
  g_test_add_func ("/model/selection-shapes/harmonics", test_harmonics);
  g_test_add_func ("/model/selection-shapes/grow", test_grow);
  g_test_add_func ("/model/selection-shapes/extract", test_extract);
  return g_test_run ();
}
