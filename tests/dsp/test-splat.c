/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reassigned points at the very edges of a strip stay inside its border of one pixel.
 */
#include "model/dsp/spectrum/splat.h"

#include <glib.h>
#include <math.h>

enum { N_COLUMNS = 256, N_ROWS = 300, N_PIXELS = (N_COLUMNS + 2) * (N_ROWS + 2) };
/* What lies before and behind the strip, for one column and one row. */
enum { GUARD = N_ROWS + 4 };

typedef struct {
  float *memory; /* guard, pixels, guard */
  float *energy;
} Strip;

static Strip
strip_new (void)
{
  Strip strip = {.memory = g_new0 (float, N_PIXELS + 2 * GUARD)};
  strip.energy = strip.memory + GUARD;
  return strip;
}

static double
sum (const float *values, size_t n)
{
  double total = 0;
  for (size_t i = 0; i < n; i++)
    total += fabsf (values[i]);
  return total;
}

/* One point of power 1, in columns and rows of the strip. */
static void
splat (Strip *strip, float column, float row)
{
  float          shift[1] = {0};
  float          rows[1] = {row};
  float          power[1] = {1};
  float          bin_rows[1] = {0.5F};
  TsrSplatPoints points = {.centre = column, .shift = shift, .row = rows, .power = power};
  TsrSplat       splat = {.n_columns = N_COLUMNS,
                          .n_rows = N_ROWS,
                          .n_bins = 1,
                          .hop_columns = 0.5F,
                          .bin_rows = bin_rows,
                          .energy = strip->energy,
                          .column_stride = N_ROWS + 2,
                          .row_stride = 1};

  tsr_splat_frame (&splat, &points, &points);
}

static void
assert_point (float column, float row, double energy)
{
  Strip strip = strip_new ();

  splat (&strip, column, row);
  g_assert_cmpfloat (sum (strip.memory, GUARD), ==, 0);
  g_assert_cmpfloat (sum (strip.energy + N_PIXELS, GUARD), ==, 0);
  g_assert_cmpfloat_with_epsilon (sum (strip.energy, N_PIXELS), energy, 1e-6);
  g_free (strip.memory);
}

/* The last value below an edge plus one is rounded to the value beyond it. */
static void
test_edges (void)
{
  const float below_columns = nextafterf (N_COLUMNS, 0);
  const float below_rows = nextafterf (N_ROWS, 0);
  const float above = nextafterf (-1, 0);

  assert_point (10, 10, 1);
  assert_point (N_COLUMNS - 0.5F, N_ROWS - 0.5F, 1);
  assert_point (above, above, 1);
  assert_point (below_columns, 10, 0);
  assert_point (below_columns, below_rows, 0);
  assert_point (N_COLUMNS, 10, 0);
  assert_point (10, N_ROWS, 0);
  assert_point (-1, 10, 0);
  assert_point (10, -1, 0);
  assert_point (NAN, 10, 0);
  assert_point (10, INFINITY, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/splat/edges", test_edges);
  return g_test_run ();
}
