/* SPDX-License-Identifier: GPL-3.0-or-later
 * Ticks: round, in order, apart, inside; and how numbers are written.
 */
#include <math.h>

#include "views/draw/axis.h"

static void
check_majors (const TsrTick *ticks, gsize n, double length_px, double label_px, int least)
{
  int    n_majors = 0;
  double last = NAN;

  for (gsize i = 0; i < n; i++) {
    g_assert_cmpfloat (ticks[i].position, >=, -1e-6);
    g_assert_cmpfloat (ticks[i].position, <=, length_px + 1e-6);
    if (i > 0)
      g_assert_cmpfloat (ticks[i].value, >, ticks[i - 1].value);
    if (!ticks[i].major)
      continue;
    g_assert_cmpstr (ticks[i].label, !=, "");
    if (!isnan (last))
      g_assert_cmpfloat (fabs (ticks[i].position - last), >=, label_px - 1e-6);
    last = ticks[i].position;
    n_majors++;
  }
  g_assert_cmpint (n_majors, >=, least);
}

static void
test_time_spans (void)
{
  for (double span_s = 1e-4; span_s < 4000; span_s *= 1.7)
    for (double start_s = 0; start_s < 3000; start_s = 3 * start_s + 0.77) {
      gsize               n;
      g_autofree TsrTick *ticks =
          tsr_axis_time_ticks (start_s, start_s + span_s, 1000, 80, &n);
      check_majors (ticks, n, 1000, 80, 3);
    }
}

static void
test_frequency_spans (void)
{
  for (int scale = 0; scale < 3; scale++)
    for (double low_hz = 20; low_hz < 10000; low_hz *= 2.3)
      for (double span_hz = 30; low_hz + span_hz < 24000; span_hz *= 2.1) {
        gsize               n;
        g_autofree TsrTick *ticks = tsr_axis_frequency_ticks (
            (TsrFrequencyScale)scale, low_hz, low_hz + span_hz, 700, 34, &n);
        check_majors (ticks, n, 700, 34, 3);
        g_assert_cmpuint (n, <=, 400);
      }
}

static char *
labels_of (const TsrTick *ticks, gsize n)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < n; i++)
    if (ticks[i].major)
      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", ticks[i].label);
  return g_string_free (text, FALSE);
}

static void
test_labels (void)
{
  static const struct {
    gboolean          is_time;
    TsrFrequencyScale scale;
    double            low, high, length_px, label_px;
    const char       *labels;
  } rows[] = {
      {TRUE, 0, 0, 3.3, 1000, 120, "0.0 0.5 1.0 1.5 2.0 2.5 3.0"},
      {TRUE, 0, 55, 75, 1000, 200, "0:55 1:00 1:05 1:10 1:15"},
      {TRUE, 0, 62.1, 62.5, 800, 150, "1:02.1 1:02.2 1:02.3 1:02.4 1:02.5"},
      {TRUE, 0, 0, 600, 1000, 150, "0:00 2:00 4:00 6:00 8:00 10:00"},
      {FALSE, TSR_FREQUENCY_LINEAR, 0, 4000, 560, 60, "0 500 1k 1.5k 2k 2.5k 3k 3.5k 4k"},
      {FALSE,
       TSR_FREQUENCY_LOG,
       20,
       20000,
       300,
       30,
       "20 50 100 200 500 1k 2k 5k 10k 20k"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    gsize               n;
    g_autofree TsrTick *ticks =
        rows[i].is_time
            ? tsr_axis_time_ticks (
                  rows[i].low, rows[i].high, rows[i].length_px, rows[i].label_px, &n)
            : tsr_axis_frequency_ticks (rows[i].scale,
                                        rows[i].low,
                                        rows[i].high,
                                        rows[i].length_px,
                                        rows[i].label_px,
                                        &n);
    g_autofree char *labels = labels_of (ticks, n);
    g_assert_cmpstr (labels, ==, rows[i].labels);
  }
}

static void
test_empty (void)
{
  gsize n = 7;

  g_assert_null (tsr_axis_time_ticks (1, 1, 100, 10, &n));
  g_assert_cmpuint (n, ==, 0);
  g_assert_null (tsr_axis_time_ticks (0, NAN, 100, 10, &n));
  g_assert_null (tsr_axis_frequency_ticks (TSR_FREQUENCY_LOG, 0, 100, 100, 10, &n));
  g_assert_null (tsr_axis_frequency_ticks (TSR_FREQUENCY_LINEAR, 0, 100, 0, 10, &n));
}

static void
test_formats (void)
{
  static const struct {
    double      hz;
    const char *text, *note;
  } rows[] = {
      {440, "440.0 Hz", "A4 +0c"},
      {784.9, "784.9 Hz", "G5 +2c"},
      {1575.64, "1\u202f575.6 Hz", "G6 +8c"},
      {999.96, "1\u202f000.0 Hz", "B5 +21c"},
      {27.5, "27.5 Hz", "A0 +0c"},
      {10050, "10\u202f050.0 Hz", "D♯9 +16c"},
      {0, "0.0 Hz", ""},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = tsr_format_hz (rows[i].hz);
    g_autofree char *note = tsr_format_note (rows[i].hz, 440);
    g_assert_cmpstr (text, ==, rows[i].text);
    g_assert_cmpstr (note, ==, rows[i].note);
  }
  g_autofree char *precise = tsr_format_time (0.5123456, 1e-4);
  g_autofree char *minutes = tsr_format_time (62.5, 0.02);
  g_autofree char *carried = tsr_format_time (59.9999, 0.1);
  g_assert_cmpstr (precise, ==, "0.5123 s");
  g_assert_cmpstr (minutes, ==, "1:02.50");
  g_assert_cmpstr (carried, ==, "1:00.0");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/draw/axis/time-spans", test_time_spans);
  g_test_add_func ("/draw/axis/frequency-spans", test_frequency_spans);
  g_test_add_func ("/draw/axis/labels", test_labels);
  g_test_add_func ("/draw/axis/empty", test_empty);
  g_test_add_func ("/draw/axis/formats", test_formats);
  return g_test_run ();
}
