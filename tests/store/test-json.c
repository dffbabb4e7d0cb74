/* SPDX-License-Identifier: GPL-3.0-or-later
 * JSON of partials: nothing is lost, files of others are read, bad ones refused.
 */
#include <math.h>
#include <string.h>

#include "model/dsp-types.h"
#include "tests/store/exchange-support.h"

static void
test_written (void)
{
  static const char expected[] =
      "{\"format\":\"tarsier-partials\",\"version\":1,\"duration_s\":1.5,\n"
      "\"markers\":[{\"time_s\":0.25,\"name\":\"a \\\"b\\\" \\\\ \xC3\xA4\"}],\n"
      "\"partials\":[\n"
      "{\"id\":7,\"label\":-2,\"channel\":3,\n"
      "\"time_s\":[0.5,0.75],\n\"phase_turns\":[-0.125,110.5],\n"
      "\"frequency_hz\":[440,441.5],\n\"log_amplitude\":[-100,-2],\n"
      "\"slope_per_s\":[0,-1.5],\n\"chirp_hz_per_s\":[6,0.100000001],\n"
      "\"bandwidth\":[0,0.25],\n\"flags\":[1,6]}]}\n";
  TsrBreakpoint b[] = {{0.5, -0.125, 440, -100, 0, 6, 0, TSR_BREAKPOINT_NULL},
                       {0.75,
                        110.5,
                        441.5,
                        -2,
                        -1.5f,
                        0.1f,
                        0.25f,
                        TSR_BREAKPOINT_BRIDGED | TSR_BREAKPOINT_CLEAN}};
  TsrPartial   *partial = tsr_partial_new (7, -2, 3, b, 2);
  g_autoptr (TsrPartialSet) set = tsr_partial_set_new (&partial, 1);
  TsrMarker marker = {1, 0.25, (char *)"a \"b\" \\ ä"};
  g_auto (TsrExchange) content = {0};

  tsr_exchange_init (&content, set, &marker, 1, 1.5);
  g_autoptr (GBytes) bytes = test_write_bytes ("json", &content, NULL);
  g_autofree char *text =
      g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_assert_cmpstr (text, ==, expected);
  tsr_partial_unref (partial);
}

/* Every bit of every partial, the duration and the markers. */
static void
test_random (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (31);

  for (int i = 0; i < 60; i++) {
    g_auto (TsrExchange) content = {0}, back = {0};
    test_random_content (random, 0, &content);
    test_there_and_back ("json", &content, NULL, &back);
    test_same_content (&content, &back);
  }
}

/* As other programs have it: breakpoints as objects, amplitudes and wrapped phases. */
static void
test_others (void)
{
  static const char *const files[] = {
      "{\"partials\":[{\"id\":3,\"start\":0,\"duration\":0.1,\"colour\":\"#f00\","
      "\"breakpoints\":[{\"t\":0.0,\"f\":440,\"a\":0.5,\"phase\":1.5707963267948966,"
      "\"bw\":0.25},{\"t\":0.1,\"f\":440,\"a\":0.25,\"phase\":1.5707963267948966}]}]}",
      "[{\"id\":3,\"breakpoints\":[{\"time\":0,\"frequency\":440,\"amplitude\":0.5,"
      "\"phase\":1.5707963267948966,\"bandwidth\":0.25},"
      "{\"time\":1e-1,\"frequency\":4.4e2,\"amplitude\":0.25,"
      "\"phase\":1.5707963267948966}]}]",
      "\xEF\xBB\xBF[{\"id\":3,\"time_s\":[0,0.1],\"frequency_hz\":[440,440],"
      "\"amplitude\":[0.5,0.25],\"phase_rad\":[1.5707963267948966,1.5707963267948966],"
      "\"bandwidth\":[0.25,0]}]",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    g_auto (TsrExchange) content = {0};
    g_autoptr (GError) error = NULL;
    test_read_bytes ("json", files[i], -1, &content, &error);
    g_assert_no_error (error);
    const TsrPartial    *partial = tsr_partial_set_at (content.partials, 0);
    const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
    g_assert_cmpint (tsr_partial_id (partial), ==, 3);
    g_assert_cmpuint (tsr_partial_n_breakpoints (partial), ==, 2);
    g_assert_cmpfloat_with_epsilon (tsr_breakpoint_amplitude (&b[1]), 0.25, 1e-15);
    g_assert_cmpfloat_with_epsilon (b[0].phase_turns, 0.25, 1e-15);
    g_assert_cmpfloat_with_epsilon (b[1].phase_turns, 44.25, 1e-12);
    g_assert_true (b[0].bandwidth == 0.25f && b[1].bandwidth == 0);
  }
}

#define HEAD "{\"partials\":[{"
#define COLUMNS "\"time_s\":[0,1],\"frequency_hz\":[440,440],\"amplitude\":[0.5,0.5]"

static void
test_bad (void)
{
  static const TestFile files[] = {
      {"", -1, 0, 0, "empty", TRUE},
      {"hello", -1, 0, 0, "not JSON", TRUE},
      {"\0\1\2", 3, 0, 0, "not JSON", TRUE},
      {"\xff\xfe{}", -1, 0, 0, "not JSON", TRUE},
      {HEAD COLUMNS, -1, 0, 0, "not JSON", TRUE},
      {"{}", -1, 0, 0, "no array `partials`", TRUE},
      {"7", -1, 0, 0, "no array `partials`", TRUE},
      {"{\"partials\":3}", -1, 0, 0, "no array `partials`", TRUE},
      {"{\"partials\":[]}", -1, 0, 0, NULL, FALSE},
      {"{\"version\":2,\"partials\":[]}", -1, 0, 0, "newer", TRUE},
      {"{\"partials\":[3]}", -1, 0, 0, "partial 1: not an object", TRUE},
      {"{\"partials\":[{}]}", -1, 0, 0, "partial 1: there are no breakpoints", TRUE},
      {HEAD COLUMNS "}]}", -1, 1, 2, NULL, FALSE},
      {HEAD "\"id\":1.5," COLUMNS "}]}", -1, 0, 0, "id is not", TRUE},
      {HEAD "\"id\":1e300," COLUMNS "}]}", -1, 0, 0, "id is not", TRUE},
      {HEAD "\"channel\":-1," COLUMNS "}]}", -1, 0, 0, "channel is not", TRUE},
      {HEAD "\"channel\":64," COLUMNS "}]}", -1, 0, 0, "channel is not", TRUE},
      {HEAD "\"label\":1e10," COLUMNS "}]}", -1, 0, 0, "label is not", TRUE},
      {HEAD COLUMNS ",\"bandwidth\":[0]}]}", -1, 0, 0, "differ in length", TRUE},
      {HEAD COLUMNS ",\"bandwidth\":[0,7]}]}", -1, 1, 2, "is limited", FALSE},
      {HEAD "\"time_s\":[0,\"x\"],\"frequency_hz\":[440,440],\"amplitude\":[1,1]}]}",
       -1,
       1,
       1,
       "made no sense",
       FALSE},
      {HEAD "\"time_s\":[0,null],\"frequency_hz\":[-1,440],\"amplitude\":[1,1]}]}",
       -1,
       0,
       0,
       "none of its breakpoints",
       TRUE},
      {HEAD "\"time_s\":[0,1],\"frequency_hz\":[440,1e999],\"amplitude\":[1,1]}]}",
       -1,
       1,
       1,
       "made no sense",
       FALSE},
      {HEAD "\"breakpoints\":[3]}]}", -1, 0, 0, "a breakpoint is no object", TRUE},
      {HEAD "\"breakpoints\":[{}]}]}", -1, 0, 0, "none of its breakpoints", TRUE},
      {"{\"partials\":[],\"markers\":[3,{\"time_s\":1e30},{\"time_s\":1,\"name\":4}]}",
       -1,
       0,
       0,
       "2 markers made no sense",
       FALSE},
  };

  test_files ("json", files, G_N_ELEMENTS (files));
}

/* Brackets without end would fill the stack of a parser. */
static void
test_deep (void)
{
  enum { N = 4000000 };
  g_autofree char *text = g_malloc (N);
  g_auto (TsrExchange) content = {0};
  g_autoptr (GError) error = NULL;

  memset (text, '[', N);
  g_assert_false (test_read_bytes ("json", text, N, &content, &error));
  g_assert_nonnull (strstr (error->message, "nested too deeply"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/json/written", test_written);
  g_test_add_func ("/store/json/random", test_random);
  g_test_add_func ("/store/json/others", test_others);
  g_test_add_func ("/store/json/bad", test_bad);
  g_test_add_func ("/store/json/deep", test_deep);
  return g_test_run ();
}
