/* SPDX-License-Identifier: GPL-3.0-or-later
 * CSV of partials: density, phases, and what is refused.
 */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "model/dsp-types.h"
#include "store/formats/csv.h"
#include "tests/store/support.h"

#define HEADER TSR_CSV_HEADER "\n"

static gboolean
write_csv (TsrPartialSet *set, const char *path, guint64 *n_rows, GError **error)
{
  g_auto (TsrExchange) content = {0};

  tsr_exchange_init (&content, set, NULL, 0, 0);
  return tsr_exchange_write (&content, path, NULL, NULL, n_rows, error);
}

static TsrPartialSet *
read_csv (const char *path, GError **error)
{
  g_auto (TsrExchange) content = {0};

  if (!tsr_exchange_read (&content, path, NULL, error))
    return NULL;
  g_assert_cmpuint (content.notes->len, ==, 0);
  return tsr_partial_set_ref (content.partials);
}

static char *
write_text (const char *folder, const char *text, gssize n_bytes)
{
  char *path = test_path (folder, "a.csv");

  g_assert_true (g_file_set_contents (path, text, n_bytes, NULL));
  return path;
}

/* Vibrato, tremolo, a decay and an onset with a null: what bends the curves. */
static TsrPartialSet *
make_set (void)
{
  enum { N = 300 };
  TsrPartial   *partials[4];
  TsrBreakpoint b[N];

  for (int k = 0; k < 4; k++) {
    double rate = 2 * G_PI * (3 + 2 * k), depth_hz = 12.0 * k,
           carrier_hz = 220.0 * (k + 1);
    for (int i = 0; i < N; i++) {
      double t = 0.005 * i;
      b[i] = (TsrBreakpoint){
          .time_s = t,
          .phase_turns = carrier_hz * t - depth_hz / rate * (cos (rate * t) - 1),
          .frequency_hz = carrier_hz + depth_hz * sin (rate * t),
          .log_amplitude = -2 - 6 * t * k + 0.3 * sin (rate * t),
          .slope_per_s = (float)(-6 * k + 0.3 * rate * cos (rate * t)),
          .bandwidth = 0.25f * (float)k,
      };
    }
    b[0].flags = TSR_BREAKPOINT_NULL;
    b[0].log_amplitude = TSR_LOG_AMPLITUDE_NULL;
    partials[k] = tsr_partial_new (k + 1, 10 * k, (unsigned)k % 2, b, N);
    g_assert_nonnull (partials[k]);
  }
  TsrPartialSet *set = tsr_partial_set_new (partials, 4);
  for (int k = 0; k < 4; k++)
    tsr_partial_unref (partials[k]);
  return set;
}

/* Worst distance between the partials and the rows joined by straight lines. */
static void
measure_chords (const char *path, TsrPartialSet *set, double *cent, double *db)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  double last[8] = {0}, now[8];

  *cent = *db = 0;
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 1; lines[i] != NULL && lines[i][0] != '\0'; i++) {
    g_auto (GStrv) fields = g_strsplit (lines[i], ",", -1);
    g_assert_cmpuint (g_strv_length (fields), ==, 8);
    for (int k = 0; k < 8; k++)
      now[k] = g_ascii_strtod (fields[k], NULL);
    g_assert_true (now[6] >= 0 && now[6] < 2 * G_PI);
    if (i > 1 && last[0] == now[0]) {
      g_assert_cmpfloat (now[2], >=, last[2]);
      for (int k = 1; k < 8 && now[2] > last[2]; k++) {
        TsrBreakpoint truth;
        double        u = k / 8.0, t = last[2] + u * (now[2] - last[2]);
        g_assert_true (tsr_partial_at (
            tsr_partial_set_at (set,
                                (gsize)tsr_partial_set_index_of (set, (gint64)now[0])),
            t,
            &truth));
        double f = last[3] + u * (now[3] - last[3]), a = last[4] + u * (now[4] - last[4]);
        *cent = fmax (*cent, fabs (1200 * log2 (f / truth.frequency_hz)));
        if (truth.log_amplitude > -50)
          *db = fmax (*db, fabs (20 * log10 (a / tsr_breakpoint_amplitude (&truth))));
      }
    }
    memcpy (last, now, sizeof last);
  }
}

static void
test_density (void)
{
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = test_path (folder, "a.csv");
  g_autoptr (TsrPartialSet) set = make_set ();
  g_autoptr (GError) error = NULL;
  guint64 n_rows = 0;
  double  cent, db;

  write_csv (set, path, &n_rows, &error);
  g_assert_no_error (error);
  measure_chords (path, set, &cent, &db);
  g_test_message ("%zu breakpoints, %" G_GUINT64_FORMAT
                  " rows, straight lines err by %.5f cent, %.5f dB",
                  tsr_partial_set_n_breakpoints (set),
                  n_rows,
                  cent,
                  db);
  g_assert_cmpfloat (cent, <, TSR_CSV_TOLERANCE_CENT);
  g_assert_cmpfloat (db, <, TSR_CSV_TOLERANCE_DB);
  g_assert_cmpuint (n_rows, <, 12 * tsr_partial_set_n_breakpoints (set));
  test_remove_folder (folder);
}

static void
test_back (void)
{
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = test_path (folder, "a.csv");
  g_autoptr (TsrPartialSet) set = make_set ();
  g_autoptr (GError) error = NULL;

  g_assert_true (write_csv (set, path, NULL, &error));
  g_autoptr (TsrPartialSet) back = read_csv (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tsr_partial_set_size (back), ==, tsr_partial_set_size (set));
  double turns = 0, neper = 0, cent = 0;
  for (gsize k = 0; k < tsr_partial_set_size (set); k++) {
    TsrPartial *a = tsr_partial_set_at (set, k), *b = tsr_partial_set_at (back, k);
    const TsrBreakpoint *points = tsr_partial_breakpoints (a);
    g_assert_cmpint (tsr_partial_id (a), ==, tsr_partial_id (b));
    g_assert_cmpint (tsr_partial_label (a), ==, tsr_partial_label (b));
    g_assert_cmpuint (tsr_partial_channel (a), ==, tsr_partial_channel (b));
    for (gsize i = 1; i + 1 < tsr_partial_n_breakpoints (a); i++) {
      TsrBreakpoint x, y;
      double t = points[i].time_s + 0.3 * (points[i + 1].time_s - points[i].time_s);
      g_assert_true (tsr_partial_at (a, t, &x) && tsr_partial_at (b, t, &y));
      turns = fmax (turns, fabs (x.phase_turns - y.phase_turns));
      neper = fmax (neper, fabs (x.log_amplitude - y.log_amplitude));
      cent = fmax (cent, fabs (1200 * log2 (x.frequency_hz / y.frequency_hz)));
    }
  }
  g_test_message ("back: %.2g turns, %.2g neper, %.2g cent", turns, neper, cent);
  g_assert_cmpfloat (turns, <, 1e-6);
  /* Beside an onset, whose ramp ends in a corner; 1e-6 elsewhere. */
  g_assert_cmpfloat (neper, <, 2e-3);
  g_assert_cmpfloat (cent, <, 0.005);
  test_remove_folder (folder);
}

static void
test_accepted (void)
{
  static const struct {
    const char *text;
    guint       n_partials, n_breakpoints;
  } cases[] = {
      {HEADER, 0, 0},
      {TSR_CSV_HEADER, 0, 0},
      {"\xEF\xBB\xBF" HEADER "1,0,0,440,0.5,0,0,0\n", 1, 1},
      {HEADER "0,0,0,440,0.5,0,0,0\n1,0,0,440,0.5,0,0,0", 2, 2},
      {"partial,label,time_s,frequency_hz,amplitude,bandwidth,phase_rad\r\n"
       "7,-3,0,440,0.5,0,6.28\r\n7,-3,1e-2,440,0.5,1,-1\r\n\r\n",
       1,
       2},
      {HEADER "1,0,0,440,0,0,0,0\n1,0,0, 440 ,0.5,0,0,0 \n1,0,1,440,0.5,0,0,0\n", 1, 3},
  };
  g_autofree char *folder = test_dup_folder ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *path = write_text (folder, cases[i].text, -1);
    g_autoptr (TsrPartialSet) set = read_csv (path, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (tsr_partial_set_size (set), ==, cases[i].n_partials);
    g_assert_cmpuint (tsr_partial_set_n_breakpoints (set), ==, cases[i].n_breakpoints);
  }
  test_remove_folder (folder);
}

static void
test_refused (void)
{
  static const struct {
    const char *text;
    const char *says;
  } cases[] = {
      {"", "line 1: not a CSV of partials"},
      {"a,b\n", "line 1: not a CSV of partials"},
      {HEADER "1,0,0,440,0.5,0,0\n", "line 2: 8 columns are expected"},
      {HEADER "1,0,0,440,0.5,0,0,0,9\n", "line 2: 8 columns are expected"},
      {HEADER "1,0,0,440,0.5,0,0,0\n\nx,0,0,440,0.5,0,0,0\n",
       "line 4: partial is not a number"},
      {HEADER "1,0,nan,440,0.5,0,0,0\n", "line 2: time_s is not a number"},
      {HEADER "1,0,0,inf,0.5,0,0,0\n", "line 2: frequency_hz is not a number"},
      {HEADER "1,0,0,-440,0.5,0,0,0\n", "line 2: frequency_hz is outside"},
      {HEADER "1,0,0,440,-0.5,0,0,0\n", "line 2: amplitude is outside"},
      {HEADER "1,0,0,440,0.5,1.01,0,0\n", "line 2: bandwidth is outside"},
      {HEADER "1,0,0,440,0.5,0,0,64\n", "line 2: channel is outside"},
      {HEADER "1.5,0,0,440,0.5,0,0,0\n", "line 2: partial is not a whole number"},
      {HEADER "1,0,1,440,0.5,0,0,0\n1,0,0.5,440,0.5,0,0,0\n", "line 3: the time goes"},
      {HEADER "1,0,1,440,0.5,0,0,0\n1,0,1,440,0.5,0,0,0\n", "line 3: two rows at one"},
      {HEADER "1,0,0,4,0.5,0,0,0\n2,0,0,4,0.5,0,0,0\n1,0,1,4,0.5,0,0,0\n",
       "line 4: partial 1 was there already"},
      {HEADER "1,0,0,4,0.5,0,0,0\n1,1,1,4,0.5,0,0,0\n",
       "line 3: a partial has one label"},
  };
  g_autofree char *folder = test_dup_folder ();
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = write_text (folder, cases[i].text, -1);
    g_assert_null (read_csv (path, &error));
    g_assert_error (error, TSR_STORE_ERROR, TSR_STORE_ERROR_FORMAT);
    g_assert_true (g_str_has_prefix (error->message, path));
    g_test_message ("%s", error->message);
    g_assert_nonnull (strstr (error->message, cases[i].says));
    g_clear_error (&error);
  }
  g_autofree char *binary = write_text (folder, HEADER "1,\0,2\n", sizeof HEADER + 6);
  g_assert_null (read_csv (binary, &error));
  g_assert_error (error, TSR_STORE_ERROR, TSR_STORE_ERROR_FORMAT);
  g_clear_error (&error);
  g_autofree char *inner = test_path (folder, "inner.csv");
  g_assert_cmpint (g_mkdir (inner, 0777), ==, 0);
  g_assert_null (read_csv (inner, &error));
  g_assert_error (error, TSR_STORE_ERROR, TSR_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  test_remove_folder (folder);
}

static void
test_whole_or_not (void)
{
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *missing = g_build_filename (folder, "nowhere", "a.csv", NULL);
  g_autoptr (TsrPartialSet) set = make_set ();
  g_autoptr (GError) error = NULL;

  g_assert_false (write_csv (set, missing, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_autofree char *inner = test_path (folder, "inner.csv");
  g_assert_cmpint (g_mkdir (inner, 0777), ==, 0);
  g_assert_false (write_csv (set, inner, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_assert_cmpstr (g_dir_read_name (dir), ==, "inner.csv");
  g_assert_null (g_dir_read_name (dir));
  test_remove_folder (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/csv/density", test_density);
  g_test_add_func ("/store/csv/back", test_back);
  g_test_add_func ("/store/csv/accepted", test_accepted);
  g_test_add_func ("/store/csv/refused", test_refused);
  g_test_add_func ("/store/csv/whole-or-not", test_whole_or_not);
  return g_test_run ();
}
