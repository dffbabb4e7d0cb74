/* SPDX-License-Identifier: GPL-3.0-or-later
 * Numbers as people type them: units, arithmetic, relative values, refusals.
 */
#include <math.h>

#include "views/quantity.h"

typedef struct {
  TsrQuantity quantity;
  const char *text;
  double      before; /* the present value */
  double      value;  /* NAN: refused */
} Case;

static const Case cases[] = {
    {TSR_QUANTITY_PITCH, "200", 0, 200},
    {TSR_QUANTITY_PITCH, "+2st", 0, 200},
    {TSR_QUANTITY_PITCH, "+2 st", 100, 300},
    {TSR_QUANTITY_PITCH, "-1st", 50, -100},
    {TSR_QUANTITY_PITCH, "1.5*", 0, 701.955},
    {TSR_QUANTITY_PITCH, "*2", 100, 1300},
    {TSR_QUANTITY_PITCH, "2/", 0, -1200},
    {TSR_QUANTITY_PITCH, "440Hz", 0, 1200},
    {TSR_QUANTITY_PITCH, "a4", 0, 1200},
    {TSR_QUANTITY_PITCH, "100+50", 0, 150},
    {TSR_QUANTITY_PITCH, "3s", 0, NAN},
    {TSR_QUANTITY_PITCH, "", 0, NAN},
    {TSR_QUANTITY_PITCH, "99999", 0, NAN},
    {TSR_QUANTITY_STRETCH, "1,5", 1, 1.5},
    {TSR_QUANTITY_STRETCH, "150%", 1, 1.5},
    {TSR_QUANTITY_STRETCH, "3s", 1, 1.5},
    {TSR_QUANTITY_STRETCH, "500 ms", 1, 0.25},
    {TSR_QUANTITY_STRETCH, "2*(1+0.5)", 1, 3},
    {TSR_QUANTITY_STRETCH, "+0.5", 1, 1.5},
    {TSR_QUANTITY_STRETCH, "-0.5", 2, 1.5},
    {TSR_QUANTITY_STRETCH, "0", 1, NAN},
    {TSR_QUANTITY_STRETCH, "1/0", 1, NAN},
    {TSR_QUANTITY_SHIFT, "-0.5kHz", 0, -500},
    {TSR_QUANTITY_SHIFT, "20 Hz", 5, 20},
    {TSR_QUANTITY_GAIN, "-6 dB", 0, -6},
    {TSR_QUANTITY_GAIN, "−6 dB", 0, -6},
    {TSR_QUANTITY_GAIN, "2*", 0, 6.0206},
    {TSR_QUANTITY_GAIN, "+3", -6, -3},
    {TSR_QUANTITY_FREQUENCY, "1.2k", 100, 1200},
    {TSR_QUANTITY_FREQUENCY, "+10", 100, 110},
    {TSR_QUANTITY_FREQUENCY, "c4", 100, 261.6256},
    {TSR_QUANTITY_FREQUENCY, "((((1))))", 100, 1},
    {TSR_QUANTITY_FREQUENCY, "((1)", 100, NAN},
    {TSR_QUANTITY_FREQUENCY, "12 apples", 100, NAN},
    {TSR_QUANTITY_LEVEL, "-60", -90, -60},
    {TSR_QUANTITY_TIME, "1:02.5", 0, 62.5},
    {TSR_QUANTITY_TIME, "250ms", 0, 0.25},
    {TSR_QUANTITY_TIME, "2min", 0, 120},
    {TSR_QUANTITY_NUMBER, "-0.5", 1, -0.5},
    {TSR_QUANTITY_NUMBER, "50%", 1, 0.5},
    {TSR_QUANTITY_NUMBER, "2*", 1.5, 3},
    {TSR_QUANTITY_NUMBER, "3s", 1, NAN},
    {TSR_QUANTITY_OFFSET, "-20ms", 1, -0.02},
    {TSR_QUANTITY_OFFSET, "0,25", 1, 0.25},
    {TSR_QUANTITY_SHARE, "50", 0, 0.5},
    {TSR_QUANTITY_SHARE, "12.5 %", 0, 0.125},
    {TSR_QUANTITY_SHARE, "+10", 0.25, 0.35},
    {TSR_QUANTITY_SHARE, "-5 %", 0.25, 0.2},
    {TSR_QUANTITY_SHARE, "2*", 0.25, 0.5},
};

static void
test_parse (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    const Case        *c = &cases[i];
    TsrQuantityContext context = {.value = c->before,
                                  .reference_hz = 220,
                                  .duration_s = 2,
                                  .low =
                                      c->quantity == TSR_QUANTITY_STRETCH ? 0.01 : -20000,
                                  .high = 20000};
    g_autoptr (GError) error = NULL;
    double   value = NAN;
    gboolean taken = tsr_quantity_parse (c->quantity, c->text, &context, &value, &error);

    g_test_message ("“%s” gives %g, wanted %g", c->text, value, c->value);
    g_assert_cmpint (taken, ==, !isnan (c->value));
    g_assert_true (taken == (error == NULL));
    if (taken)
      g_assert_cmpfloat_with_epsilon (value, c->value, 1e-3);
  }
}

/* What is shown can be typed again and means the same. */
static void
test_round_trip (void)
{
  static const double values[] = {-350, -12.5, 0, 0.5, 1, 2.25, 440, 1200};

  for (int quantity = TSR_QUANTITY_PITCH; quantity <= TSR_QUANTITY_SHARE; quantity++)
    for (gsize i = 0; i < G_N_ELEMENTS (values); i++) {
      double   value = values[i];
      gboolean positive =
          quantity == TSR_QUANTITY_STRETCH || quantity == TSR_QUANTITY_TIME ||
          quantity == TSR_QUANTITY_FREQUENCY || quantity == TSR_QUANTITY_SHARE;
      TsrQuantityContext context = {.low = -1e6, .high = 1e6};
      g_autofree char   *text = tsr_quantity_format (quantity, value);
      double             again = NAN;

      if (positive && value <= 0)
        continue;
      g_assert_true (tsr_quantity_parse (quantity, text, &context, &again, NULL));
      g_assert_cmpfloat_with_epsilon (
          again, value, quantity == TSR_QUANTITY_LEVEL ? 0.51 : 0.06);
    }
}

/* However deep signs and brackets stand in each other, it is a sentence and no crash. */
static void
test_depth (void)
{
  for (gsize i = 0; i < 2; i++) {
    TsrQuantityContext context = {.low = -1e6, .high = 1e6};
    g_autofree char   *text = g_strnfill (4000000, "-("[i]);
    g_autoptr (GError) error = NULL;
    double value;

    g_assert_false (
        tsr_quantity_parse (TSR_QUANTITY_GAIN, text, &context, &value, &error));
    g_assert_nonnull (error);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/quantity/parse", test_parse);
  g_test_add_func ("/quantity/round-trip", test_round_trip);
  g_test_add_func ("/quantity/depth", test_depth);
  return g_test_run ();
}
