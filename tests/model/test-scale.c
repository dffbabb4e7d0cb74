/* SPDX-License-Identifier: GPL-3.0-or-later
 * Scales by name and from Scala files, hostile ones too.
 */
#include "model/scale.h"

#include <math.h>
#include <string.h>

static void
test_named (void)
{
  const struct {
    const char *name;
    gsize       n;
    double      hz, nearest_hz;
  } rows[] = {
      {"chromatic", 12, 445, 440},
      {"Major", 7, 445, 440},
      {"minor", 7, 445, 466.1638},
      {"whole-tone", 6, 445, 466.1638},
      {"12edo", 12, 30, 30.8677},
      {"19edo", 19, 445, 452.2},
      {"just", 7, 445, 436.0426},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (TsrScale) scale = tsr_scale_named (rows[i].name);
    g_assert_nonnull (scale);
    g_assert_cmpuint (tsr_scale_n_notes (scale), ==, rows[i].n);
    double hz = tsr_scale_nearest (scale, TSR_SCALE_ROOT_HZ, rows[i].hz);
    g_test_message ("%s: %.4f Hz", rows[i].name, hz);
    g_assert_cmpfloat (fabs (hz - rows[i].nearest_hz), <, 0.05);
    g_assert_cmpfloat_with_epsilon (
        tsr_scale_nearest (scale, TSR_SCALE_ROOT_HZ, 2 * rows[i].hz), 2 * hz, 1e-6);
  }
  g_assert_null (tsr_scale_named ("edo"));
  g_assert_null (tsr_scale_named ("0edo"));
  g_assert_null (tsr_scale_named ("99999999999999999999edo"));
  g_assert_null (tsr_scale_named (""));
}

static void
test_scala (void)
{
  const struct {
    const char *text;
    gsize       n; /* 0: refused */
    double      last_cents;
  } rows[] = {
      {"! meanquar.scl\n!\n1/4-comma\n 3\n!\n 76.04900 cents\n 193.15686\n 2/1\n",
       3,
       1200},
      {"\r\n2\r\n3/2 fifth\r\n2\r\n", 2, 1200},
      {"unsorted\n3\n700.\n200.\n1200.\n", 3, 1200},
      {"below and above the period fold\n3\n-100.\n1300.\n1200.\n", 3, 1200},
      {"tritave\n2\n5/3\n3/1\nafter the notes anything\n", 2, 1901.955},
      {"twice the same\n3\n700.0\n700.0\n1200.0\n", 2, 1200},
      {"", 0, 0},
      {"only a name\n", 0, 0},
      {"no notes\n0\n", 0, 0},
      {"too few\n3\n100.\n200.\n", 0, 0},
      {"nonsense\n1\ntwo\n", 0, 0},
      {"division by zero\n1\n3/0\n", 0, 0},
      {"negative\n1\n-3/2\n", 0, 0},
      {"no period\n1\n0.0\n", 0, 0},
      {"falls\n1\n1/2\n", 0, 0},
      {"huge\n1\n99999999999999999999999/1\n", 0, 0},
      {"huge count\n99999999999\n2/1\n", 0, 0},
      {"infinite\n1\n1e999.\n", 0, 0},
      {"nan\n1\nnan.\n", 0, 0},
      {"wide\n1\n1e6.0\n", 0, 0},
      {"trailing\n1\n700.x\n", 0, 0},
      {"caf\xe9 in Latin-1\n1\n2/1\n", 1, 1200},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (TsrScale) scale = tsr_scale_parse_scala (rows[i].text, "test.scl", &error);
    if (rows[i].n == 0) {
      if (scale != NULL)
        g_test_message ("%s was taken", rows[i].text);
      g_assert_null (scale);
      g_assert_nonnull (error);
      g_assert_true (g_str_has_prefix (error->message, "test.scl"));
      continue;
    }
    g_assert_no_error (error);
    g_assert_cmpuint (tsr_scale_n_notes (scale), ==, rows[i].n);
    g_assert_cmpfloat_with_epsilon (
        tsr_scale_cents (scale, rows[i].n - 1), rows[i].last_cents, 1e-3);
    for (gsize k = 1; k < rows[i].n; k++)
      g_assert_cmpfloat (tsr_scale_cents (scale, k), >, tsr_scale_cents (scale, k - 1));
  }
  g_assert_null (tsr_scale_read_scala ("/nowhere/nothing.scl", NULL));
  g_assert_null (tsr_scale_read_scala ("/dev/zero", NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/scale/named", test_named);
  g_test_add_func ("/model/scale/scala", test_scala);
  return g_test_run ();
}
