/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows that straight lines join come back as the breakpoints they were made of; rows of
 * others stay.
 */
#include <math.h>

#include "model/dsp-types.h"
#include "tests/store/exchange-support.h"

enum { N_PARTIALS = 24, N_POINTS = 200 };

/* As analysis leaves them: frequencies that tremble against the phases, slopes of their
 * own, distances of one to many hops, short steep ones at the beginning, nulls. */
static TsrPartial *
trembling_partial (GRand *random, gint64 id)
{
  TsrBreakpoint b[N_POINTS] = {0};
  double        hop_s = 0.00142, t = g_rand_double (random), turns = 0;
  double        base_hz = exp (g_rand_double_range (random, log (80), log (12000)));
  double        log_amplitude = g_rand_double_range (random, -9, -2);
  double        tremble_hz = g_rand_double_range (random, 0.01, 20);

  for (int i = 0; i < N_POINTS; i++) {
    double T = i == 0   ? 0
               : i == 1 ? 0.2 * hop_s
                        : hop_s * g_rand_int_range (random, 1, 9);
    double last_hz = i > 0 ? b[i - 1].frequency_hz : base_hz;
    t += T;
    b[i].time_s = t;
    b[i].frequency_hz = base_hz + g_rand_double_range (random, -tremble_hz, tremble_hz);
    turns += T * (b[i].frequency_hz + last_hz) / 2 +
             T * g_rand_double_range (random, -tremble_hz, tremble_hz) / 4;
    b[i].phase_turns = turns;
    log_amplitude += g_rand_double_range (random, -0.2, 0.2);
    b[i].log_amplitude = log_amplitude;
    b[i].slope_per_s = (float)(g_rand_double_range (random, -0.1, 0.1) / hop_s);
    b[i].bandwidth = (float)g_rand_double (random);
  }
  b[0].flags = b[N_POINTS - 1].flags = TSR_BREAKPOINT_NULL;
  b[0].log_amplitude = b[N_POINTS - 1].log_amplitude = TSR_LOG_AMPLITUDE_NULL;
  b[0].slope_per_s = b[N_POINTS - 1].slope_per_s = 0;
  return tsr_partial_new (id, 0, 0, b, N_POINTS);
}

static void
trembling_content (TsrExchange *content)
{
  TsrPartial *partials[N_PARTIALS];
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (int i = 0; i < N_PARTIALS; i++)
    partials[i] = trembling_partial (random, i + 1);
  g_autoptr (TsrPartialSet) set = tsr_partial_set_new (partials, N_PARTIALS);
  for (int i = 0; i < N_PARTIALS; i++)
    tsr_partial_unref (partials[i]);
  tsr_exchange_init (content, set, NULL, 0, 0);
}

static gsize
n_breakpoints (const TsrExchange *content)
{
  return tsr_partial_set_n_breakpoints (content->partials);
}

/* Numbers of a file, in order. */
static GArray *
numbers_of (const char *suffix, TsrExchange *content)
{
  g_autoptr (GBytes) bytes = test_write_bytes (suffix, content, NULL);
  g_autofree char *text =
      g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_auto (GStrv) words = g_strsplit_set (text, ", \n", -1);
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (double));

  for (char **p = words; *p != NULL; p++) {
    double number = g_ascii_strtod (*p, NULL);
    g_array_append_val (numbers, number);
  }
  return numbers;
}

/* The table comes back as it was made, and is written again as it is. */
static void
test_table (void)
{
  g_auto (TsrExchange) content = {0};
  g_auto (TsrExchange) back = {0};

  trembling_content (&content);
  test_there_and_back ("csv", &content, NULL, &back);
  g_assert_cmpuint (n_breakpoints (&back), ==, n_breakpoints (&content));
  for (gsize i = 0; i < N_PARTIALS; i++) {
    const TsrBreakpoint *a =
        tsr_partial_breakpoints (tsr_partial_set_at (content.partials, i));
    const TsrBreakpoint *b =
        tsr_partial_breakpoints (tsr_partial_set_at (back.partials, i));
    for (int k = 0; k < N_POINTS; k++) {
      double d_turns = a[k].phase_turns - b[k].phase_turns;
      double d_slope = (double)a[k].slope_per_s - (double)b[k].slope_per_s;
      g_assert_true (a[k].time_s == b[k].time_s);
      g_assert_true (a[k].frequency_hz == b[k].frequency_hz);
      g_assert_cmpfloat (fabs (d_turns - round (d_turns)), <, 1e-9);
      g_assert_cmpfloat (fabs (a[k].log_amplitude - b[k].log_amplitude), <, 1e-12);
      g_assert_cmpfloat (
          fabs (d_slope), <, 1e-3 * fabs ((double)a[k].slope_per_s) + 1e-3);
    }
  }
  g_autoptr (GArray) before = numbers_of ("csv", &content);
  g_autoptr (GArray) after = numbers_of ("csv", &back);
  g_assert_cmpuint (before->len, ==, after->len);
  for (guint i = 0; i < before->len; i++) {
    double x = g_array_index (before, double, i), y = g_array_index (after, double, i);
    g_assert_cmpfloat (fabs (x - y), <=, 1e-6 * fmax (1e-3, fabs (x)));
  }
}

/* Other formats tell less: nearly the same, and not more from time to time. */
static void
test_again (void)
{
  static const struct {
    const char        *suffix;
    TsrExchangeOptions options;
  } cases[] = {{"sdif", {0}}, {"txt", {0}}, {"txt", {.extended = TRUE}}};

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    const TsrExchangeOptions *options = &cases[i].options;
    g_auto (TsrExchange) first = {0};
    g_auto (TsrExchange) second = {0};
    g_auto (TsrExchange) third = {0};
    trembling_content (&first);
    test_there_and_back (cases[i].suffix, &first, options, &second);
    test_there_and_back (cases[i].suffix, &second, options, &third);
    g_autoptr (GBytes) rows = test_write_bytes (cases[i].suffix, &first, options);
    g_autoptr (GBytes) more = test_write_bytes (cases[i].suffix, &third, options);
    g_test_message ("%s: %zu, %zu, %zu breakpoints; %zu, %zu bytes",
                    cases[i].suffix,
                    n_breakpoints (&first),
                    n_breakpoints (&second),
                    n_breakpoints (&third),
                    g_bytes_get_size (rows),
                    g_bytes_get_size (more));
    g_assert_cmpfloat (
        (double)n_breakpoints (&second), <, 1.02 * (double)n_breakpoints (&first));
    g_assert_cmpfloat (
        (double)n_breakpoints (&third), <, 1.02 * (double)n_breakpoints (&first));
    g_assert_cmpfloat (
        (double)g_bytes_get_size (more), <, 1.005 * (double)g_bytes_get_size (rows));
  }
}

/* ---- rows of others ---- */

typedef struct {
  double hop_s, decay_per_s, glide_hz_per_s, vibrato_hz, swell;
} Sound;

/* CSV with phases, SPEAR text without. */
static char *
sampled (const Sound *sound, gboolean has_phases, guint n)
{
  GString *text = g_string_new (NULL);

  if (has_phases)
    g_string_append (
        text,
        "partial,label,time_s,frequency_hz,amplitude,bandwidth,phase_rad,channel\n");
  else
    g_string_append_printf (text,
                            "par-text-partials-format\n"
                            "point-type time frequency amplitude\n"
                            "partials-count 1\npartials-data\n0 %u 0 1\n",
                            n);
  for (guint i = 0; i < n; i++) {
    double t = i * sound->hop_s, w = 2 * G_PI * 5;
    double hz = 440 + sound->glide_hz_per_s * t + sound->vibrato_hz * sin (w * t);
    double turns = 440 * t + sound->glide_hz_per_s * t * t / 2 +
                   sound->vibrato_hz * (1 - cos (w * t)) / w;
    double a = 0.5 * exp (-sound->decay_per_s * t) * (1 + sound->swell * sin (3 * w * t));
    if (has_phases)
      g_string_append_printf (text,
                              "1,0,%.17g,%.17g,%.17g,0,%.17g,0\n",
                              t,
                              hz,
                              a,
                              2 * G_PI * (turns - floor (turns)));
    else
      g_string_append_printf (text, "%.17g %.17g %.17g ", t, hz, a);
  }
  return g_string_free (text, FALSE);
}

static void
test_others (void)
{
  static const double hops_s[] = {0.0005, 0.002, 0.0058, 0.01, 0.02};
  static const double decays[] = {0, 0.5, 2, 3, 5, 8, 15, 40};

  for (gsize i = 0; i < G_N_ELEMENTS (hops_s); i++)
    for (gsize k = 0; k < G_N_ELEMENTS (decays); k++)
      for (int kind = 0; kind < 16; kind++) {
        Sound            sound = {hops_s[i],
                                  decays[k],
                       kind & 2 ? 100.0 : 0.0,
                       kind & 4 ? 5.0 : 0.0,
                       kind & 8 ? 0.3 : 0.0};
        gboolean         has_phases = (kind & 1) != 0;
        g_autofree char *text = sampled (&sound, has_phases, 150);
        g_autoptr (GError) error = NULL;
        g_auto (TsrExchange) content = {0};
        test_read_bytes (has_phases ? "csv" : "txt", text, -1, &content, &error);
        g_assert_no_error (error);
        g_assert_cmpuint (n_breakpoints (&content), ==, 150);
      }
}

/* Where a steep side meets a flat one, the curve stays with the rows: phases follow the
 * frequencies, and nothing shoots over. */
static void
test_corner (void)
{
  static const double times_s[] = {0, 0.0003, 0.0116, 0.023, 0.034};
  static const double hz[] = {10323, 10233, 10233.5, 10234, 10233};
  static const double amplitudes[] = {0.001, 0.1, 0.11, 0.11, 0.1};
  g_autoptr (GString) text = g_string_new (
      "partial,label,time_s,frequency_hz,amplitude,bandwidth,phase_rad,channel\n");
  g_autoptr (GError) error = NULL;
  g_auto (TsrExchange) content = {0};
  double turns = 0;

  for (int i = 0; i < 5; i++) {
    turns += i > 0 ? (times_s[i] - times_s[i - 1]) * (hz[i] + hz[i - 1]) / 2 : 0;
    g_string_append_printf (text,
                            "1,0,%.17g,%.17g,%.17g,0,%.17g,0\n",
                            times_s[i],
                            hz[i],
                            amplitudes[i],
                            2 * G_PI * fmod (turns, 1));
  }
  test_read_bytes ("csv", text->str, -1, &content, &error);
  g_assert_no_error (error);
  for (double t = 0.0003; t < 0.034; t += 0.0001) {
    TsrBreakpoint b;
    g_assert_true (tsr_partial_at (tsr_partial_set_at (content.partials, 0), t, &b));
    g_assert_cmpfloat (fabs (b.frequency_hz - 10233.5), <, 1.0);
    g_assert_cmpfloat (fabs (tsr_breakpoint_amplitude (&b) - 0.105), <, 0.0075);
  }
}

/* Where a file can tell when the sound ends, silence at its end is kept. */
static void
test_end (void)
{
  static const struct {
    const char        *suffix;
    TsrExchangeOptions options;
  } cases[] = {{"json", {0}},
               {"npz", {0}},
               {"npz", {.frames = TRUE}},
               {"mid", {0}},
               {"sdif", {0}},
               {"sdif", {.frames = TRUE}},
               {"txt", {.frames = TRUE}}};

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (TsrExchange) content = {0};
    g_auto (TsrExchange) back = {0};
    trembling_content (&content);
    content.duration_s = 3.3;
    test_there_and_back (cases[i].suffix, &content, &cases[i].options, &back);
    g_assert_cmpfloat_with_epsilon (back.duration_s, 3.3, 1e-12);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/rejoin/table", test_table);
  g_test_add_func ("/store/rejoin/again", test_again);
  g_test_add_func ("/store/rejoin/others", test_others);
  g_test_add_func ("/store/rejoin/corner", test_corner);
  g_test_add_func ("/store/rejoin/end", test_end);
  return g_test_run ();
}
