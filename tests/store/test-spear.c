/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPEAR text: files as others write them, what is written, and what is refused.
 */
#include <math.h>
#include <string.h>

#include "model/dsp-types.h"
#include "tests/store/exchange-support.h"

#define PARTIALS "par-text-partials-format\npoint-type time frequency amplitude\n"
#define FRAMES "par-text-frame-format\npoint-type index frequency amplitude\n"

static const TsrBreakpoint *
points_of (const TsrExchange *content, gsize i)
{
  return tsr_partial_breakpoints (tsr_partial_set_at (content->partials, i));
}

/* The layout that formats.md describes, with what other programs make of it. */
static void
test_partials (void)
{
  static const char *const files[] = {
      PARTIALS "partials-count 2\npartials-data\n"
               "0 3 0.010000 0.030000\n"
               "0.010000 440.000000 0.100000 0.020000 441.500000 0.200000 "
               "0.030000 442.000000 0.000000\n"
               "1 1 0.500000 0.500000\n0.500000 880.250000 0.012500\n",
      /* CRLF, spaces at the ends, no last line end. */
      "par-text-partials-format\r\npoint-type time frequency amplitude \r\n"
      "partials-count 2\r\npartials-data\r\n"
      "0 3 0.010000 0.030000 \r\n"
      "0.010000 440.000000 0.100000 0.020000 441.500000 0.200000 "
      "0.030000 442.000000 0.000000 \r\n"
      "1 1 0.500000 0.500000\r\n0.500000 880.250000 0.012500",
      /* Comma decimals. */
      PARTIALS "partials-count 2\npartials-data\n"
               "0 3 0,010000 0,030000\n"
               "0,010000 440,000000 0,100000 0,020000 441,500000 0,200000 "
               "0,030000 442,000000 0,000000\n"
               "1 1 0,500000 0,500000\n0,500000 880,250000 0,012500\n",
      /* Keys in another order, keys that nobody knows, tabs, blank lines, a mark. */
      "\xEF\xBB\xBFpar-text-partials-format\n\npartials-count 2\ncreator somebody 3\n"
      "point-type time frequency amplitude\n\npartials-data\n"
      "0\t3\t0.01 0.03\n\n1e-2 440 0.1 .02 441.5 2e-1 0.03 442 0\n\n1 1 0.5 0.5\n"
      "0.5 880.25 0.0125\n\n",
      /* Columns in another order. */
      "par-text-partials-format\npoint-type amplitude time color frequency\n"
      "partials-count 2\npartials-data\n"
      "0 3 0.01 0.03\n0.1 0.01 7 440 0.2 0.02 7 441.5 0 0.03 7 442\n"
      "1 1 0.5 0.5\n0.0125 0.5 7 880.25\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autoptr (GError) error = NULL;
    g_auto (TsrExchange) content = {0};
    test_read_bytes ("txt", files[i], -1, &content, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (content.notes->len, ==, g_str_has_suffix (files[i], "\n") ? 0 : 1);
    g_assert_cmpuint (tsr_partial_set_size (content.partials), ==, 2);
    const TsrBreakpoint *b = points_of (&content, 0);
    g_assert_cmpuint (
        tsr_partial_n_breakpoints (tsr_partial_set_at (content.partials, 0)), ==, 3);
    g_assert_true (b[0].time_s == 0.01 && b[1].time_s == 0.02 && b[2].time_s == 0.03);
    g_assert_true (b[0].frequency_hz == 440 && b[1].frequency_hz == 441.5);
    g_assert_cmpfloat_with_epsilon (tsr_breakpoint_amplitude (&b[1]), 0.2, 1e-15);
    g_assert_true (b[2].flags & TSR_BREAKPOINT_NULL);
    /* The phase is the integral of straight lines. */
    g_assert_cmpfloat_with_epsilon (
        b[1].phase_turns - b[0].phase_turns, 0.01 * 440.75, 1e-12);
    b = points_of (&content, 1);
    g_assert_true (b[0].time_s == 0.5 && b[0].frequency_hz == 880.25);
    g_assert_cmpfloat_with_epsilon (tsr_breakpoint_amplitude (&b[0]), 0.0125, 1e-15);
  }
}

/* Tracks across frames; track 0 is away for a while, then 7 begins far from where it
 * ended. */
static void
test_frames (void)
{
  static const char file[] =
      FRAMES "partials-count 2\nframe-count 6\nframe-data\n"
             "0.000000 2 0 440.000000 0.100000 7 880.000000 0.200000\n"
             "0.010000 1 0 441.000000 0.100000\n"
             "0.020000 0\n"
             "0.030000 0\n"
             "0.040000 1 0 442.000000 0.300000\n"
             "0.050000 2 7 1200.000000 0.200000 0 443.000000 0.300000\n";
  g_autoptr (GError) error = NULL;
  g_auto (TsrExchange) content = {0};

  test_read_bytes ("txt", file, -1, &content, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (content.notes->len, ==, 0);
  g_assert_cmpuint (tsr_partial_set_size (content.partials), ==, 3);
  const TsrPartial    *partial = tsr_partial_set_at (content.partials, 0);
  const TsrBreakpoint *b = points_of (&content, 0);
  static const double  times_s[] = {0, 0.01, 0.02, 0.03, 0.04, 0.05};
  static const double  amplitudes[] = {0.1, 0.1, 0, 0, 0.3, 0.3};
  g_assert_cmpuint (tsr_partial_n_breakpoints (partial), ==, 6);
  for (int i = 0; i < 6; i++) {
    g_assert_true (b[i].time_s == times_s[i]);
    g_assert_cmpfloat_with_epsilon (
        tsr_breakpoint_amplitude (&b[i]), amplitudes[i], 1e-15);
  }
  g_assert_true (points_of (&content, 1)[0].frequency_hz == 880);
  g_assert_true (points_of (&content, 2)[0].frequency_hz == 1200);
}

static void
test_extended (void)
{
  static const char file[] =
      "par-text-partials-extended-format\npoint-type time frequency amplitude bandwidth\n"
      "partials-count 1\npartials-data\n"
      "0 2 0.010000 0.030000 1.570796 4\n"
      "0.010000 440.000000 0.100000 0.250000 0.030000 442.000000 0.200000 1.000000\n";
  g_autoptr (GError) error = NULL;
  g_auto (TsrExchange) content = {0};

  test_read_bytes ("txt", file, -1, &content, &error);
  g_assert_no_error (error);
  const TsrBreakpoint *b = points_of (&content, 0);
  g_assert_cmpint (tsr_partial_label (tsr_partial_set_at (content.partials, 0)), ==, 4);
  g_assert_cmpfloat_with_epsilon (b[0].phase_turns, 0.25, 1e-6);
  g_assert_true (b[0].bandwidth == 0.25f && b[1].bandwidth == 1);
}

/* Byte for byte, written by hand. */
static void
test_written (void)
{
  TsrBreakpoint b[] = {
      {.time_s = 0.01,
       .frequency_hz = 440,
       .log_amplitude = log (0.5),
       .phase_turns = 0.25},
      {.time_s = 0.02,
       .frequency_hz = 440.5,
       .log_amplitude = log (0.5),
       .phase_turns = 4.6525,
       .bandwidth = 0.5f},
      {.time_s = 0.03,
       .frequency_hz = 441,
       .log_amplitude = TSR_LOG_AMPLITUDE_NULL,
       .flags = TSR_BREAKPOINT_NULL,
       .phase_turns = 9.06},
  };
  TsrPartial *partials[] = {tsr_partial_new (5, 2, 0, b, 3)};
  g_autoptr (TsrPartialSet) set = tsr_partial_set_new (partials, 1);
  static const struct {
    TsrExchangeOptions options;
    const char        *file;
  } cases[] = {
      {{FALSE, FALSE, 0},
       PARTIALS "partials-count 1\npartials-data\n0 3 0.010000 0.030000\n"
                "0.010000 440.000000 0.500000 0.020000 440.500000 0.500000 "
                "0.030000 441.000000 0.000000\n"},
      {{FALSE, TRUE, 0},
       "par-text-partials-extended-format\npoint-type time frequency amplitude "
       "bandwidth\n"
       "partials-count 1\npartials-data\n0 3 0.010000 0.030000 1.5707963267948966 2\n"
       "0.010000 440.000000 0.500000 0.000000 0.020000 440.500000 0.500000 0.500000 "
       "0.030000 441.000000 0.000000 0.000000\n"},
      {{TRUE, FALSE, 0.01},
       FRAMES "partials-count 1\nframe-count 3\nframe-data\n"
              "0.010000 1 0 440.000000 0.500000\n0.020000 1 0 440.500000 0.500000\n"
              "0.030000 0\n"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (TsrExchange) content = {0};
    tsr_exchange_init (&content, set, NULL, 0, 0.03);
    g_autoptr (GBytes) bytes = test_write_bytes ("txt", &content, &cases[i].options);
    g_autofree char *text =
        g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    g_assert_cmpstr (text, ==, cases[i].file);
    g_assert_cmpuint (content.notes->len, ==, i == 1 ? 0 : 1);
  }
  tsr_partial_unref (partials[0]);
}

/* The breakpoint of b that is at the time of x (the last one), or NULL. */
static const TsrBreakpoint *
at_time (const TsrPartial *partial, const TsrBreakpoint *x, gboolean is_null)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);

  for (gsize i = 0; i < tsr_partial_n_breakpoints (partial); i++)
    if (b[i].time_s == x->time_s && !(b[i].flags & TSR_BREAKPOINT_NULL) == !is_null)
      return &b[i];
  return NULL;
}

/* Every breakpoint is there again, bit for bit in time and frequency. */
static void
check_same (const TsrExchange *a, const TsrExchange *b, gboolean extended)
{
  g_assert_cmpuint (
      tsr_partial_set_size (a->partials), ==, tsr_partial_set_size (b->partials));
  for (gsize k = 0; k < tsr_partial_set_size (a->partials); k++) {
    const TsrPartial    *p = tsr_partial_set_at (a->partials, k);
    const TsrPartial    *q = tsr_partial_set_at (b->partials, k);
    const TsrBreakpoint *x = tsr_partial_breakpoints (p);
    g_assert_cmpint (tsr_partial_label (q), ==, extended ? tsr_partial_label (p) : 0);
    if (extended)
      g_assert_cmpfloat_with_epsilon (
          fabs (remainder (x->phase_turns - tsr_partial_breakpoints (q)->phase_turns, 1)),
          0,
          1e-12);
    for (gsize i = 0; i < tsr_partial_n_breakpoints (p); i++) {
      const TsrBreakpoint *y =
          at_time (q, &x[i], (x[i].flags & TSR_BREAKPOINT_NULL) != 0);
      g_assert_nonnull (y);
      g_assert_true (x[i].frequency_hz == y->frequency_hz);
      g_assert_cmpfloat_with_epsilon (x[i].log_amplitude, y->log_amplitude, 1e-13);
      g_assert_true (y->bandwidth == (extended ? x[i].bandwidth : 0));
    }
  }
}

/* Whatever the partials are, times and frequencies come back bit for bit. */
static void
test_random (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (11);

  for (int i = 0; i < 60; i++) {
    TsrExchangeOptions options = {.extended = i % 2 == 1};
    g_auto (TsrExchange) content = {0}, back = {0};
    test_random_content (random, 0, &content);
    test_there_and_back ("txt", &content, &options, &back);
    g_assert_cmpuint (back.notes->len, ==, 0);
    check_same (&content, &back, options.extended);
  }
}

/* Frames on the grid of the breakpoints hold what they can. */
static void
test_random_frames (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (12);

  for (int i = 0; i < 30; i++) {
    TsrExchangeOptions options = {.frames = TRUE, .hop_s = 1.0 / 128};
    g_auto (TsrExchange) content = {0}, back = {0}, again = {0};
    test_random_content (random, options.hop_s, &content);
    test_there_and_back ("txt", &content, &options, &back);
    test_there_and_back ("txt", &back, &options, &again);
    g_assert_cmpuint (tsr_partial_set_n_breakpoints (back.partials),
                      ==,
                      tsr_partial_set_n_breakpoints (again.partials));
    guint64 n_sounding = 0, n_back = 0;
    for (gsize k = 0; k < tsr_partial_set_size (content.partials); k++) {
      const TsrPartial *p = tsr_partial_set_at (content.partials, k);
      for (gsize m = 0; m < tsr_partial_n_breakpoints (p); m++)
        n_sounding += tsr_partial_breakpoints (p)[m].flags & TSR_BREAKPOINT_NULL ? 0 : 1;
    }
    for (gsize k = 0; k < tsr_partial_set_size (back.partials); k++) {
      const TsrPartial *p = tsr_partial_set_at (back.partials, k);
      for (gsize m = 0; m < tsr_partial_n_breakpoints (p); m++)
        n_back += tsr_partial_breakpoints (p)[m].flags & TSR_BREAKPOINT_NULL ? 0 : 1;
    }
    g_assert_cmpuint (n_sounding, ==, n_back);
  }
}

static void
test_bad (void)
{
  static const TestFile files[] = {
      {"", -1, 0, 0, "empty", TRUE},
      {"\n\r\n", -1, 0, 0, "empty", TRUE},
      {"hello\n", -1, 0, 0, "not SPEAR text", TRUE},
      {"\0\0\0\0par-text", 12, 0, 0, "not SPEAR text", TRUE},
      {PARTIALS, -1, 0, 0, "line 2: the header ends", TRUE},
      {"par-text-partials-format\npoint-type time\npartials-data\n",
       -1,
       0,
       0,
       "line 3: the points have no",
       TRUE},
      {PARTIALS "partials-data\n", -1, 0, 0, NULL, FALSE},
      {PARTIALS "partials-count 99999999999999999999\npartials-data\n",
       -1,
       0,
       0,
       NULL,
       FALSE},
      {PARTIALS "partials-count 5\npartials-data\n", -1, 0, 0, "cut off", FALSE},
      {PARTIALS "partials-data\n0 1 0 0\n0 440 0.1\nx 1 0 0\n",
       -1,
       0,
       0,
       "line 6: `x` is not a number",
       TRUE},
      {PARTIALS "partials-data\n0\n0 440 0.1\n",
       -1,
       0,
       0,
       "line 4: not the beginning",
       TRUE},
      {PARTIALS "partials-data\n-1 1 0 0\n0 440 0.1\n",
       -1,
       0,
       0,
       "line 4: not the",
       TRUE},
      {PARTIALS "partials-data\n0 -7 0 0\n0 440 0.1\n",
       -1,
       0,
       0,
       "line 4: not the",
       TRUE},
      {PARTIALS "partials-data\n0 1.5 0 0\n0 440 0.1\n",
       -1,
       0,
       0,
       "line 4: not the",
       TRUE},
      {PARTIALS "partials-data\n0 nan 0 0\n0 440 0.1\n",
       -1,
       0,
       0,
       "line 4: not the",
       TRUE},
      {PARTIALS "partials-data\n0 1000000000000 0 0\n0 440 0.1 1 440 0.1\n",
       -1,
       1,
       2,
       "fewer points",
       FALSE},
      /* Cut in a number: what stands there is not what was meant. */
      {PARTIALS "partials-count 2\npartials-data\n0 3 0 2\n0 440 0.1 1 440 0.1 2 44",
       -1,
       1,
       1,
       "cut off",
       FALSE},
      {PARTIALS "partials-count 2\npartials-data\n0 1 0 0\n0 440 0.1\n1 2",
       -1,
       1,
       1,
       "fewer points",
       FALSE},
      {PARTIALS "partials-count 2\npartials-data\n0 1 0 0\n0 440 0.1\n1",
       -1,
       1,
       1,
       "cut off",
       FALSE},
      {PARTIALS "partials-data\n0 4 0 0\n0 440 0.1 1 nan 0.1 2 440 -0.1 3 440 0.1\n",
       -1,
       1,
       2,
       "2 breakpoints made no sense",
       FALSE},
      {PARTIALS "partials-data\n0 1 0 0\n0 inf 0.1\n", -1, 0, 0, "none of its", TRUE},
      {PARTIALS "partials-data\n0 3 0 2\n2 440 0.1 1 440 0.1 0 440 0.1\n",
       -1,
       1,
       3,
       "backwards",
       FALSE},
      {PARTIALS "partials-data\n0 2 0 0\n1 440 0.1 1 450 0.1\n",
       -1,
       1,
       1,
       "had the time of another",
       FALSE},
      {PARTIALS "partials-data\n3 1 0 0\n1 440 0.1\n3 1 0 0\n1 450 0.1\n",
       -1,
       2,
       2,
       NULL,
       FALSE},
      {FRAMES "frame-count 9\nframe-data\n0 1 0 440 0.1\n0.01 2 0 440 0.1\n",
       -1,
       1,
       2,
       "promises 9 frames and has 2",
       FALSE},
      {FRAMES "frame-data\n0 1 0.5 440 0.1\n", -1, 0, 0, "index of a point", TRUE},
      {FRAMES "frame-data\nnan 1 0 440 0.1\n", -1, 0, 0, "beginning of a frame", TRUE},
      {FRAMES "frame-data\n0 -1 0 440 0.1\n", -1, 0, 0, "beginning of a frame", TRUE},
  };

  test_files ("txt", files, G_N_ELEMENTS (files));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/spear/partials", test_partials);
  g_test_add_func ("/store/spear/frames", test_frames);
  g_test_add_func ("/store/spear/extended", test_extended);
  g_test_add_func ("/store/spear/written", test_written);
  g_test_add_func ("/store/spear/random", test_random);
  g_test_add_func ("/store/spear/random-frames", test_random_frames);
  g_test_add_func ("/store/spear/bad", test_bad);
  return g_test_run ();
}
