/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files of partials for tests.
 */
#include "tests/store/exchange-support.h"

#include <math.h>
#include <string.h>

#include "tests/store/support.h"

gboolean
test_read_bytes (const char  *suffix,
                 const void  *bytes,
                 gssize       n_bytes,
                 TsrExchange *content,
                 GError     **error)
{
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *name = g_strconcat ("a.", suffix, NULL);
  g_autofree char *path = test_path (folder, name);

  g_assert_true (g_file_set_contents (path, bytes, n_bytes, NULL));
  gboolean ok = tsr_exchange_read (content, path, NULL, error);
  test_remove_folder (folder);
  return ok;
}

GBytes *
test_write_bytes (const char               *suffix,
                  TsrExchange              *content,
                  const TsrExchangeOptions *options)
{
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *name = g_strconcat ("a.", suffix, NULL);
  g_autofree char *path = test_path (folder, name);
  g_autoptr (GError) error = NULL;

  tsr_exchange_write (content, path, options, NULL, NULL, &error);
  g_assert_no_error (error);
  GBytes *bytes = test_read_file (path);
  test_remove_folder (folder);
  return bytes;
}

void
test_there_and_back (const char               *suffix,
                     TsrExchange              *content,
                     const TsrExchangeOptions *options,
                     TsrExchange              *back)
{
  g_autoptr (GBytes) bytes = test_write_bytes (suffix, content, options);
  g_autoptr (GError) error = NULL;
  gsize         n_bytes;
  gconstpointer data = g_bytes_get_data (bytes, &n_bytes);

  test_read_bytes (suffix, data, (gssize)n_bytes, back, &error);
  g_assert_no_error (error);
}

void
test_same_content (const TsrExchange *a, const TsrExchange *b)
{
  g_assert_cmpuint (b->notes->len, ==, 0);
  g_assert_true (a->duration_s == b->duration_s);
  g_assert_cmpuint (
      tsr_partial_set_size (a->partials), ==, tsr_partial_set_size (b->partials));
  for (gsize i = 0; i < tsr_partial_set_size (a->partials); i++)
    g_assert_true (tsr_partial_equal (tsr_partial_set_at (a->partials, i),
                                      tsr_partial_set_at (b->partials, i)));
  g_assert_cmpuint (a->n_markers, ==, b->n_markers);
  for (gsize i = 0; i < a->n_markers; i++) {
    g_assert_true (a->markers[i].time_s == b->markers[i].time_s);
    g_assert_cmpstr (a->markers[i].name, ==, b->markers[i].name);
  }
}

static TsrPartial *
random_partial (GRand *random, gint64 id, double grid_s)
{
  TsrBreakpoint b[60] = {0};
  guint         n = (guint)g_rand_int_range (random, 1, G_N_ELEMENTS (b));
  double        step_s = grid_s > 0 ? grid_s : 0.004;
  double        t = step_s * g_rand_int_range (random, 0, 200);
  double        hz = exp (g_rand_double_range (random, log (30), log (15000)));

  for (guint i = 0; i < n; i++) {
    b[i].time_s = t;
    b[i].frequency_hz = hz;
    b[i].phase_turns = i == 0
                           ? g_rand_double (random)
                           : b[i - 1].phase_turns +
                                 (t - b[i - 1].time_s) * (hz + b[i - 1].frequency_hz) / 2;
    b[i].log_amplitude = g_rand_double_range (random, -11, 0);
    b[i].slope_per_s = (float)g_rand_double_range (random, -50, 50);
    b[i].chirp_hz_per_s = (float)g_rand_double_range (random, -900, 900);
    b[i].bandwidth = g_rand_boolean (random) ? (float)g_rand_double (random) : 0;
    b[i].flags = g_rand_boolean (random) ? TSR_BREAKPOINT_CLEAN : 0;
    gboolean follows_null = i > 0 && (b[i - 1].flags & TSR_BREAKPOINT_NULL);
    if (i == 0 || (!follows_null && g_rand_int_range (random, 0, 12) == 0)) {
      b[i].flags = TSR_BREAKPOINT_NULL;
      b[i].log_amplitude = TSR_LOG_AMPLITUDE_NULL;
    }
    hz *= exp (g_rand_double_range (random, -0.02, 0.02));
    if (!(b[i].flags & TSR_BREAKPOINT_NULL) || g_rand_boolean (random) || grid_s > 0)
      t += grid_s > 0 ? grid_s : g_rand_double_range (random, 0.0015, 0.008);
  }
  return tsr_partial_new (
      id, g_rand_int_range (random, -3, 9), (guint)g_rand_int_range (random, 0, 3), b, n);
}

void
test_random_content (GRand *random, double grid_s, TsrExchange *content)
{
  TsrPartial *partials[12];
  int         n = g_rand_int_range (random, 1, G_N_ELEMENTS (partials));
  TsrMarker   markers[3] = {{1, 0.125, (char *)"attack"},
                            {2, 0.2 + g_rand_double (random), (char *)"größer, \"x\""},
                            {3, 2.0, (char *)""}};

  for (int i = 0; i < n; i++) {
    partials[i] =
        random_partial (random, 3 * i + g_rand_int_range (random, 1, 3), grid_s);
    g_assert_nonnull (partials[i]);
  }
  TsrPartialSet *set = tsr_partial_set_new (partials, (size_t)n);
  g_assert_nonnull (set);
  tsr_exchange_init (content, set, markers, G_N_ELEMENTS (markers), 2.5);
  tsr_partial_set_unref (set);
  for (int i = 0; i < n; i++)
    tsr_partial_unref (partials[i]);
}

gboolean
test_any_note_says (const TsrExchange *content, const char *says)
{
  for (guint i = 0; i < content->notes->len; i++)
    if (strstr (g_ptr_array_index (content->notes, i), says) != NULL)
      return TRUE;
  return FALSE;
}

static void
check_read (const TsrExchange *content, const TestFile *file)
{
  g_assert_cmpuint (tsr_partial_set_size (content->partials), ==, file->n_partials);
  g_assert_cmpuint (
      tsr_partial_set_n_breakpoints (content->partials), ==, file->n_breakpoints);
  if (file->says != NULL)
    g_assert_true (test_any_note_says (content, file->says));
  else
    g_assert_cmpuint (content->notes->len, ==, 0);
}

void
test_files (const char *suffix, const TestFile *files, gsize n_files)
{
  for (gsize i = 0; i < n_files; i++) {
    g_autoptr (GError) error = NULL;
    g_auto (TsrExchange) content = {0};
    gboolean ok =
        test_read_bytes (suffix, files[i].bytes, files[i].n_bytes, &content, &error);

    if (error != NULL)
      g_test_message ("file %zu: %s", i, error->message);
    for (guint k = 0; k < content.notes->len; k++)
      g_test_message (
          "file %zu: note: %s", i, (const char *)g_ptr_array_index (content.notes, k));
    g_assert_true (ok == (error == NULL));
    g_assert_true (ok == !files[i].is_refused);
    if (ok) {
      check_read (&content, &files[i]);
      continue;
    }
    g_assert_nonnull (strstr (error->message, files[i].says));
    g_assert_null (strchr (error->message, '\n'));
    g_assert_nonnull (strstr (error->message, "/a."));
  }
}
