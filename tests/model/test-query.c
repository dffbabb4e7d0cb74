/* SPDX-License-Identifier: GPL-3.0-or-later
 * Queries: what they select, and how they refuse.
 */
#include "model/query.h"

#include <math.h>
#include <string.h>

#include "model/fundamental.h"
#include "tests/model/model-fixture.h"

/* Partials of many kinds, by id: 1: 100 Hz, 0..1 s, 0 dB; 2: 200 Hz, 0.5..1 s, -20 dB;
 * 3: 440 Hz, 0..0.05 s, -60 dB, noisy; 4: 1000 Hz, 2..3 s, -20 dB, channel 1, label 7; 5:
 * 250 Hz, 0..1 s, -40 dB, three breakpoints. */
static TsrPartial *
make (gint64 id, double start_s, double end_s, double hz, double db, double noise, int n)
{
  TsrBreakpoint b[3];

  for (int i = 0; i < n; i++) {
    double t = start_s + (end_s - start_s) * i / (n - 1);
    b[i] = (TsrBreakpoint){.time_s = t,
                           .phase_turns = hz * (t - start_s),
                           .frequency_hz = hz,
                           .log_amplitude = db / 20 * log (10),
                           .bandwidth = (float)noise};
  }
  return tsr_partial_new (id, id == 4 ? 7 : 0, id == 4 ? 1 : 0, b, (gsize)n);
}

static TsrPartialSet *
make_set (void)
{
  TsrPartial *partials[] = {
      make (1, 0, 1, 100, 0, 0, 2),
      make (2, 0.5, 1, 200, -20, 0, 2),
      make (3, 0, 0.05, 440, -60, 0.5, 2),
      make (4, 2, 3, 1000, -20, 0, 2),
      make (5, 0, 1, 250, -40, 0, 3),
  };
  TsrPartialSet *set = tsr_partial_set_new (partials, G_N_ELEMENTS (partials));

  for (gsize i = 0; i < G_N_ELEMENTS (partials); i++)
    tsr_partial_unref (partials[i]);
  return set;
}

static void
test_selects (void)
{
  g_autoptr (TsrPartialSet) set = make_set ();
  const struct {
    const char *query, *ids;
  } rows[] = {
      {"all", "12345"},
      {"not all", ""},
      {"frequency < 300Hz", "125"},
      {"frequency > 0.2kHz", "345"},
      {"frequency in 200..440", "235"},
      {"frequency = A4", "3"},
      {"frequency in A3..C6", "345"},
      {"frequency = G#4", ""},
      {"frequency != A4", "1245"},
      {"not frequency != A4", "3"},
      {"frequency >= Ab4", "34"},
      {"frequency < C#4", "125"},
      {"amplitude > -30dB", "124"},
      {"amplitude >= -20dB", "124"},
      {"amplitude < 0.05", "35"},
      {"amplitude in -60dB..-40 dB", "35"},
      {"energy > -25dB", "124"},
      {"energy = 0", "1"},
      {"duration <= 50ms", "3"},
      {"duration > 0.5", "145"},
      {"time >= 0.5", "24"},
      {"time in 0.02..0.4", "135"},
      {"time in 1.5s..2500ms", "4"},
      {"noise > 10%", "3"},
      {"noise != 0", "3"},
      {"label = 7", "4"},
      {"channel = 0", "1235"},
      {"length = 3", "5"},
      {"harmonicity > 0.9", "124"},
      {"harmonicity < 10%", "5"},
      {"top 2 by amplitude", "12"},
      {"top 1 by frequency or top 1 by length", "45"},
      {"top 0 by energy", ""},
      {"top 99 by energy", "12345"},
      {"amplitude > -30dB and frequency < 500 and duration > 0.5s", "1"},
      {"frequency < 150 or frequency > 500 and channel = 0", "1"},
      {"(frequency < 150 or frequency > 500) and channel = 1", "4"},
      {"not frequency < 150 and not (channel = 1)", "235"},
      {"not not channel = 1", "4"},
      {"AMPLITUDE>-30db AND Duration>50MS", "124"},
      {"all within 0.6:0.8", "125"},
      {"all within 0.6:0.8 150:2kHz", "25"},
      {"within :0.5", "1235"},
      {"channel = 0 within 0: A3:", "35"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (TsrQuery) query = tsr_query_parse (rows[i].query, &error);
    g_assert_no_error (error);
    g_autoptr (TsrSelection) found = tsr_query_select (query, set, 100);
    g_autoptr (GString) ids = g_string_new (NULL);
    for (gsize k = 0; k < tsr_selection_size (found); k++)
      g_string_append_printf (ids, "%d", (int)tsr_selection_ids (found)[k]);
    if (strcmp (ids->str, rows[i].ids) != 0)
      g_test_message ("query: %s", rows[i].query);
    g_assert_cmpstr (ids->str, ==, rows[i].ids);
  }
}

static void
test_refuses (void)
{
  const struct {
    const char *query, *column;
  } rows[] = {
      {"", "column 1:"},
      {"loudness > 3", "column 1:"},
      {"frequency", "column 10:"},
      {"frequency >", "column 12:"},
      {"frequency > 3dB", "column 14:"},
      {"frequency > H4", "column 13:"},
      {"frequency in 3", "column 15:"},
      {"(all", "column 5:"},
      {"all)", "column 4:"},
      {"all and", "column 8:"},
      {"top x by energy", "column 5:"},
      {"top 3 energy", "column 7:"},
      {"top 3 by", "column 9:"},
      {"label = 3Hz", "column 10:"},
      {"all within 3", "column 13:"},
      {"all within 3:2", "column 15:"},
      {"all within 0:1 2:1 all", "column 19:"},
      {"duration > 50ms frequency > 1", "column 17:"},
      {"frequency > 1e999", "column 13:"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (tsr_query_parse (rows[i].query, &error));
    if (!g_str_has_prefix (error->message, rows[i].column))
      g_test_message ("%s: %s", rows[i].query, error->message);
    g_assert_true (g_str_has_prefix (error->message, rows[i].column));
    g_assert_null (strchr (error->message, '\n'));
  }
}

static void
test_deep_parentheses_are_refused (void)
{
  g_autofree char *open = g_strnfill (100000, '(');
  g_autoptr (GError) error = NULL;

  g_assert_null (tsr_query_parse (open, &error));
  g_assert_nonnull (error);
}

static void
test_region (void)
{
  g_autoptr (TsrPartialSet) set = make_set ();
  g_autoptr (TsrQuery) query = tsr_query_parse ("all within 500ms:1.5 A3:1kHz", NULL);
  g_autoptr (TsrSelection) found = tsr_query_select (query, set, 0);
  const TsrRegion *region = tsr_selection_region (found);

  g_assert_cmpfloat_with_epsilon (region->start_s, 0.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (region->end_s, 1.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (region->low_hz, 220, 1e-9);
  g_assert_cmpfloat_with_epsilon (region->high_hz, 1000, 1e-9);
}

static void
test_fundamental (void)
{
  TsrPartial *partials[8];
  for (int i = 0; i < 8; i++) /* 147 Hz with a missing first harmonic */
    partials[i] = make (i + 1, 0, 1, 147 * (i + 2), -3 * i, 0, 2);
  g_autoptr (TsrPartialSet) set = tsr_partial_set_new (partials, 8);
  g_autoptr (TsrPartialSet) none = tsr_partial_set_new (NULL, 0);

  g_assert_cmpfloat_with_epsilon (tsr_fundamental_estimate (set), 147, 1);
  g_assert_cmpfloat (tsr_fundamental_estimate (none), ==, 0);
  for (int i = 0; i < 8; i++)
    tsr_partial_unref (partials[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/query/selects", test_selects);
  g_test_add_func ("/model/query/refuses", test_refuses);
  g_test_add_func ("/model/query/deep", test_deep_parentheses_are_refused);
  g_test_add_func ("/model/query/region", test_region);
  g_test_add_func ("/model/query/fundamental", test_fundamental);
  return g_test_run ();
}
