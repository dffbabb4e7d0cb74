/* SPDX-License-Identifier: GPL-3.0-or-later
 * SDIF: files as CNMAT, IRCAM and Loris write them, put together here byte by byte from
 * the description of the format; what is written; and what is refused.
 */
#include <math.h>
#include <string.h>

#include "model/dsp-types.h"
#include "tests/store/exchange-support.h"
#include "tests/store/support.h"

/* ---- bytes by hand ---- */

static void
put_word (GByteArray *out, guint32 word)
{
  guint8 bytes[4] = {
      (guint8)(word >> 24), (guint8)(word >> 16), (guint8)(word >> 8), (guint8)word};
  g_byte_array_append (out, bytes, 4);
}

static void
put_type (GByteArray *out, const char *type)
{
  g_byte_array_append (out, (const guint8 *)type, 4);
}

static void
put_double (GByteArray *out, double value)
{
  guint64 bits;
  memcpy (&bits, &value, sizeof bits);
  put_word (out, (guint32)(bits >> 32));
  put_word (out, (guint32)bits);
}

static void
put_float (GByteArray *out, float value)
{
  guint32 bits;
  memcpy (&bits, &value, sizeof bits);
  put_word (out, bits);
}

static GByteArray *
new_file (void)
{
  GByteArray *out = g_byte_array_new ();
  put_type (out, "SDIF");
  put_word (out, 8);
  put_word (out, 3);
  put_word (out, 1);
  return out;
}

static void
put_frame (
    GByteArray *out, const char *type, guint size, double time_s, guint stream, guint n)
{
  put_type (out, type);
  put_word (out, size);
  put_double (out, time_s);
  put_word (out, stream);
  put_word (out, n);
}

static void
put_matrix (GByteArray *out, const char *type, guint data, guint n_rows, guint n_columns)
{
  put_type (out, type);
  put_word (out, data);
  put_word (out, n_rows);
  put_word (out, n_columns);
}

/* A frame of doubles with a size of the writer's choice; 0: the true one. */
static void
put_table (GByteArray   *out,
           const char   *type,
           double        time_s,
           guint         stream,
           guint         n_rows,
           guint         n_columns,
           const double *values,
           guint         size)
{
  put_frame (
      out, type, size != 0 ? size : 16 + 16 + 8 * n_rows * n_columns, time_s, stream, 1);
  put_matrix (out, type, 0x0008, n_rows, n_columns);
  for (guint i = 0; i < n_rows * n_columns; i++)
    put_double (out, values[i]);
}

static void
read_file (GByteArray *file, TsrExchange *content)
{
  g_autoptr (GError) error = NULL;

  test_read_bytes ("sdif", file->data, (gssize)file->len, content, &error);
  g_assert_no_error (error);
}

static const TsrBreakpoint *
points_of (const TsrExchange *content, gsize i, gsize n)
{
  const TsrPartial *partial = tsr_partial_set_at (content->partials, i);

  g_assert_cmpuint (tsr_partial_n_breakpoints (partial), ==, n);
  return tsr_partial_breakpoints (partial);
}

static const double first_rows[] = {1, 440, 0.5, 0.5 * G_PI, 0.25, 0.0005};
static const double second_rows[] = {
    2, 880, 0.25, 0, 1, 0.0003, 1, 441, 0.5, 0, 0, 0.0001};

static void
put_loris_data (GByteArray *file, gboolean wrong_sizes)
{
  /* 32 + 8 ceil (4 n c / 8) */
  put_table (file, "RBEP", 0.010, 1, 1, 6, first_rows, wrong_sizes ? 56 : 0);
  put_table (file, "RBEP", 0.020, 1, 2, 6, second_rows, wrong_sizes ? 80 : 0);
}

static void
check_loris_data (const TsrExchange *content)
{
  g_assert_cmpuint (tsr_partial_set_size (content->partials), ==, 2);
  const TsrBreakpoint *b = points_of (content, 0, 2);
  g_assert_true (b[0].time_s == 0.010 + 0.0005 && b[1].time_s == 0.020 + 0.0001);
  g_assert_true (b[0].frequency_hz == 440 && b[1].frequency_hz == 441);
  g_assert_true (b[0].bandwidth == 0.25f && b[1].bandwidth == 0);
  g_assert_cmpfloat_with_epsilon (b[0].phase_turns, 0.25, 1e-12);
  g_assert_cmpfloat_with_epsilon (remainder (b[1].phase_turns, 1), 0, 1e-12);
  /* 4.2285 turns lie between; the nearest whole number is 4, from 0.25. */
  g_assert_cmpfloat_with_epsilon (b[1].phase_turns, 4, 1e-9);
  b = points_of (content, 1, 1);
  g_assert_true (b[0].time_s == 0.020 + 0.0003 && b[0].bandwidth == 1);
}

static void
test_loris (void)
{
  for (int is_wrong = 0; is_wrong < 2; is_wrong++) {
    g_autoptr (GByteArray) file = new_file ();
    g_auto (TsrExchange) content = {0};
    static const double labels[] = {1, 7, 2, -3, 9, 5};
    put_frame (file, "RBEM", 16 + 16 + 16 + 16 + 16, 0, 2, 2);
    put_matrix (file, "RBEM", 0x0008, 2, 1);
    put_double (file, 0.5);
    put_double (file, 0.25);
    put_matrix (file, "RBEM", 0x0301, 11, 1);
    g_byte_array_append (file, (const guint8 *)"two\0one \xC3\xA4\0\0\0\0\0\0", 16);
    put_table (file, "RBEL", 0, 2, 3, 2, labels, 0);
    put_loris_data (file, is_wrong != 0);
    read_file (file, &content);
    check_loris_data (&content);
    g_assert_cmpint (tsr_partial_label (tsr_partial_set_at (content.partials, 0)), ==, 7);
    g_assert_cmpint (
        tsr_partial_label (tsr_partial_set_at (content.partials, 1)), ==, -3);
    g_assert_cmpuint (content.n_markers, ==, 2);
    g_assert_true (content.markers[0].time_s == 0.25 && content.markers[1].time_s == 0.5);
    g_assert_cmpstr (content.markers[0].name, ==, "one ä");
    g_assert_cmpstr (content.markers[1].name, ==, "two");
    g_assert_cmpuint (content.notes->len, ==, is_wrong);
    if (is_wrong)
      g_assert_nonnull (
          strstr (g_ptr_array_index (content.notes, 0), "2 frames give a wrong size"));
  }
}

/* Rows that were only sampled for others are skipped. */
static void
test_seven_columns (void)
{
  static const double rows[] = {1, 440, 0.5, 0, 0.25, 0.0005, 0, 2, 880, 0.5, 0, 0, 0, 1};
  g_autoptr (GByteArray) file = new_file ();
  g_auto (TsrExchange) content = {0};

  put_table (file, "1TRC", 0.01, 1, 2, 7, rows, 0);
  read_file (file, &content);
  g_assert_cmpuint (tsr_partial_set_size (content.partials), ==, 1);
  const TsrBreakpoint *b = points_of (&content, 0, 1);
  g_assert_true (b[0].time_s == 0.01 + 0.0005 && b[0].bandwidth == 0.25f);
}

/* Tracks as IRCAM programs write them: names of values first, single precision, an odd
 * number of values and so 4 bytes more, a type of frame that is not for us. */
static void
test_tracks (void)
{
  g_autoptr (GByteArray) file = new_file ();
  g_auto (TsrExchange) content = {0};

  put_frame (file, "1NVT", 16 + 16 + 8, -1.7976931348623157e308, 0xfffffffd, 1);
  put_matrix (file, "1NVT", 0x0301, 8, 1);
  g_byte_array_append (file, (const guint8 *)"Name\tX\n\0", 8);
  put_type (file, "1TYP"); /* no frame but text */
  put_word (file, 8);
  g_byte_array_append (file, (const guint8 *)"{1MTD x}", 8);
  for (int k = 0; k < 3; k++) {
    put_frame (file, "1TRC", 16 + 16 + 16, 0.01 * k, 0, 1);
    put_matrix (file, "1TRC", 0x0004, 1, 3);
    put_float (file, 4);
    put_float (file, 440.25f);
    put_float (file, 0.5f);
    put_word (file, 0xdeadbeef);
    put_frame (file, "1FQ0", 16 + 16 + 8, 0.01 * k, 0, 1);
    put_matrix (file, "1FQ0", 0x0008, 1, 1);
    put_double (file, 100);
  }
  read_file (file, &content);
  g_assert_cmpuint (tsr_partial_set_size (content.partials), ==, 1);
  const TsrBreakpoint *b = points_of (&content, 0, 3);
  g_assert_true (b[2].time_s == 0.02 && b[2].frequency_hz == 440.25);
  g_assert_cmpfloat_with_epsilon (b[1].phase_turns - b[0].phase_turns, 4.4025, 1e-12);
  g_assert_cmpint (tsr_partial_id (tsr_partial_set_at (content.partials, 0)), ==, 4);
}

/* Byte for byte: markers, labels, two channels, a null. */
static void
test_written (void)
{
  TsrBreakpoint a[] = {{.time_s = 0.0105,
                        .frequency_hz = 440,
                        .log_amplitude = log (0.5),
                        .phase_turns = 3.25,
                        .bandwidth = 0.25f},
                       {.time_s = 0.0201,
                        .frequency_hz = 440,
                        .log_amplitude = TSR_LOG_AMPLITUDE_NULL,
                        .flags = TSR_BREAKPOINT_NULL,
                        .phase_turns = 3.25 + 440 * 0.0096}};
  TsrBreakpoint b[] = {{.time_s = 0.0107, .frequency_hz = 880, .log_amplitude = 0}};
  TsrPartial   *partials[] = {tsr_partial_new (3, 0, 0, a, 2),
                              tsr_partial_new (9, -4, 1, b, 1)};
  g_autoptr (TsrPartialSet) set = tsr_partial_set_new (partials, 2);
  TsrMarker marker = {1, 0.5, (char *)"end"};
  g_auto (TsrExchange) content = {0};
  g_autoptr (GByteArray) file = new_file ();
  const double labels[] = {1, 0, 2, -4};
  const double rows[][6] = {
      {1, 440, exp (log (0.5)), 0.25 * 2 * G_PI, 0.25, 0.0105 - 0.010},
      {2, 880, 1, 0, 0, 0.0107 - 0.010},
      {1, 440, 0, (3.25 + 440 * 0.0096 - 7) * 2 * G_PI, 0, 0.0201 - 0.020},
  };

  put_frame (file, "RBEM", 16 + 16 + 8 + 16 + 8, 0, 2, 2);
  put_matrix (file, "RBEM", 0x0008, 1, 1);
  put_double (file, 0.5);
  put_matrix (file, "RBEM", 0x0301, 4, 1);
  g_byte_array_append (file, (const guint8 *)"end\0\0\0\0\0", 8);
  put_table (file, "RBEL", 0, 2, 2, 2, labels, 0);
  put_table (file, "RBEP", 0.010, 1, 1, 6, rows[0], 0);
  put_table (file, "RBEP", 0.010, 3, 1, 6, rows[1], 0);
  put_table (file, "RBEP", 0.020, 1, 1, 6, rows[2], 0);
  put_table (file, "RBEP", 1, 1, 0, 6, NULL, 0); /* the end of the sound */
  tsr_exchange_init (&content, set, &marker, 1, 1);
  g_autoptr (GBytes) bytes = test_write_bytes ("sdif", &content, NULL);
  g_assert_cmpmem (
      g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), file->data, file->len);
  g_assert_cmpuint (content.notes->len, ==, 0);
  tsr_partial_unref (partials[0]);
  tsr_partial_unref (partials[1]);
}

/* The breakpoint of the partial next to that time, null or not. */
static const TsrBreakpoint *
near_time (const TsrPartial *partial, const TsrBreakpoint *x)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);

  for (gsize i = 0; i < tsr_partial_n_breakpoints (partial); i++)
    if (fabs (b[i].time_s - x->time_s) < 1e-12 &&
        ((b[i].flags ^ x->flags) & TSR_BREAKPOINT_NULL) == 0)
      return &b[i];
  return NULL;
}

static void
check_partial (const TsrPartial *p, const TsrPartial *q)
{
  const TsrBreakpoint *x = tsr_partial_breakpoints (p);

  g_assert_cmpint (tsr_partial_label (p), ==, tsr_partial_label (q));
  g_assert_cmpuint (tsr_partial_channel (p), ==, tsr_partial_channel (q));
  for (gsize i = 0; i < tsr_partial_n_breakpoints (p); i++) {
    const TsrBreakpoint *y = near_time (q, &x[i]);
    g_assert_nonnull (y);
    g_assert_true (x[i].frequency_hz == y->frequency_hz &&
                   x[i].bandwidth == y->bandwidth);
    g_assert_cmpfloat_with_epsilon (x[i].log_amplitude, y->log_amplitude, 1e-13);
    g_assert_cmpfloat_with_epsilon (
        remainder (x[i].phase_turns - y->phase_turns, 1), 0, 1e-9);
  }
}

static void
test_random (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (21);

  for (int i = 0; i < 60; i++) {
    g_auto (TsrExchange) content = {0}, back = {0};
    test_random_content (random, 0, &content);
    test_there_and_back ("sdif", &content, NULL, &back);
    g_assert_cmpuint (back.notes->len, ==, 0);
    g_assert_cmpuint (tsr_partial_set_size (content.partials),
                      ==,
                      tsr_partial_set_size (back.partials));
    for (gsize k = 0; k < tsr_partial_set_size (content.partials); k++)
      check_partial (tsr_partial_set_at (content.partials, k),
                     tsr_partial_set_at (back.partials, k));
    g_assert_cmpuint (content.n_markers, ==, back.n_markers);
    for (gsize k = 0; k < content.n_markers; k++) {
      g_assert_true (content.markers[k].time_s == back.markers[k].time_s);
      g_assert_cmpstr (content.markers[k].name, ==, back.markers[k].name);
    }
  }
}

static TsrPartial *
glide (gint64 id, double start_s, double step_s, int n)
{
  g_autofree TsrBreakpoint *b = g_new0 (TsrBreakpoint, n);

  for (int i = 0; i < n; i++)
    b[i] = (TsrBreakpoint){.time_s = start_s + i * step_s,
                           .frequency_hz = 440 + i,
                           .phase_turns = (440 + 0.5 * i) * i * step_s,
                           .log_amplitude = -0.001 * i};
  TsrPartial *partial = tsr_partial_new (id, 0, 0, b, (gsize)n);
  g_assert_nonnull (partial);
  return partial;
}

/* Partials over many windows of rows, with hours of silence between, before the time 0,
 * and with more breakpoints than frames, which move over the borders of windows. */
static void
test_long (void)
{
  TsrPartial *partials[] = {
      glide (1, 0.1, 0.0123, 2500),
      glide (2, -9.5, 0.31, 60),
      glide (3, 4.0 - 0.00512, 1e-5, 4000),
      glide (4, 86400, 0.02, 300),
      glide (5, 86403.9999, 0.5, 40),
  };
  enum { N = G_N_ELEMENTS (partials) };
  g_autoptr (TsrPartialSet) set = tsr_partial_set_new (partials, N);
  g_auto (TsrExchange) content = {0}, back = {0};

  tsr_exchange_init (&content, set, NULL, 0, 86430);
  test_there_and_back ("sdif", &content, NULL, &back);
  g_assert_cmpuint (tsr_partial_set_size (back.partials), ==, N);
  for (gsize k = 0; k < N; k++) {
    check_partial (tsr_partial_set_at (set, k), tsr_partial_set_at (back.partials, k));
    tsr_partial_unref (partials[k]);
  }
}

static void
test_random_tracks (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (22);

  for (int i = 0; i < 30; i++) {
    TsrExchangeOptions options = {.frames = TRUE, .hop_s = 1.0 / 128};
    g_auto (TsrExchange) content = {0}, back = {0};
    test_random_content (random, options.hop_s, &content);
    test_there_and_back ("sdif", &content, &options, &back);
    g_assert_cmpuint (back.notes->len, ==, 0);
    for (gsize k = 0; k < tsr_partial_set_size (back.partials); k++) {
      const TsrPartial *q = tsr_partial_set_at (back.partials, k);
      const TsrPartial *p =
          tsr_partial_set_at (content.partials, (gsize)tsr_partial_id (q) - 1);
      const TsrBreakpoint *y = tsr_partial_breakpoints (q);
      g_assert_cmpint (tsr_partial_label (p), ==, tsr_partial_label (q));
      for (gsize m = 0; m < tsr_partial_n_breakpoints (q); m++) {
        if (y[m].flags & TSR_BREAKPOINT_NULL)
          continue;
        const TsrBreakpoint *x = near_time (p, &y[m]);
        g_assert_nonnull (x);
        g_assert_true (x->frequency_hz == y[m].frequency_hz);
      }
    }
  }
}

/* ---- damage ---- */

/* Cut anywhere, the file is refused or read as far as it goes, never with less said. */
static void
test_cut (void)
{
  g_autoptr (GByteArray) file = new_file ();

  put_loris_data (file, FALSE);
  for (guint n = 0; n <= file->len; n++) {
    g_auto (TsrExchange) content = {0};
    g_autoptr (GError) error = NULL;
    gboolean ok = test_read_bytes ("sdif", file->data, (gssize)n, &content, &error);
    g_assert_true (ok == (error == NULL));
    g_assert_true (!ok || n == 16 + 24 + 16 + 48 || n == file->len ||
                   content.notes->len == 1);
  }
}

/* Junk between frames: what comes behind it is found. */
static void
test_junk (void)
{
  g_autoptr (GByteArray) file = new_file ();
  g_auto (TsrExchange) content = {0};

  put_table (file, "RBEP", 0.010, 1, 1, 6, first_rows, 0);
  for (int i = 0; i < 10; i++)
    put_word (file, 0xffffffff);
  put_table (file, "RBEP", 0.020, 1, 2, 6, second_rows, 0);
  read_file (file, &content);
  check_loris_data (&content);
  g_assert_cmpuint (content.notes->len, ==, 1);
  g_assert_nonnull (
      strstr (g_ptr_array_index (content.notes, 0), "40 bytes are no frames"));
}

static void
test_hostile (void)
{
  static const struct {
    guint       data, n_rows, n_columns;
    double      index, hz;
    const char *says;
    gboolean    is_refused;
  } cases[] = {
      {0x0008, 0x7fffffff, 6, 1, 440, "cut off", FALSE},
      {0x0008, 0xffffffff, 6, 1, 440, "makes no sense", FALSE},
      {0x0008, 1, 0xffffffff, 1, 440, "makes no sense", FALSE},
      {0x0008, 0x7fffffff, 0xffff, 1, 440, "cut off", FALSE},
      {0x0008, 1, 6, NAN, 440, "without a usable index", FALSE},
      {0x0008, 1, 6, 1e300, 440, "without a usable index", FALSE},
      {0x0008, 1, 6, 1.5, 440, "without a usable index", FALSE},
      {0x0008, 1, 6, 1, NAN, "none of its breakpoints", TRUE},
      {0x0008, 1, 6, 1, -440, "none of its breakpoints", TRUE},
      {0x0008, 1, 6, 1, INFINITY, "none of its breakpoints", TRUE},
      {0x0077, 1, 6, 1, 440, "makes no sense", FALSE},
      {0x0304, 1, 6, 1, 440, "usable index", FALSE},
      {0x0008, 1, 2, 1, 440, "makes no sense", FALSE},
      {0x0008, 0, 0, 1, 440, NULL, FALSE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GByteArray) file = new_file ();
    g_auto (TsrExchange) content = {0};
    g_autoptr (GError) error = NULL;
    put_frame (file, "RBEP", 80, 0, 1, 1);
    put_matrix (file, "RBEP", cases[i].data, cases[i].n_rows, cases[i].n_columns);
    for (int k = 0; k < 6; k++)
      put_double (file, k == 0 ? cases[i].index : k == 1 ? cases[i].hz : 0.1);
    gboolean ok =
        test_read_bytes ("sdif", file->data, (gssize)file->len, &content, &error);
    g_test_message ("case %zu: %s", i, error != NULL ? error->message : "read");
    g_assert_true (ok == !cases[i].is_refused);
    if (!ok)
      g_assert_nonnull (strstr (error->message, cases[i].says));
    else if (cases[i].says != NULL)
      g_assert_true (test_any_note_says (&content, cases[i].says));
  }
}

static void
test_bad (void)
{
  static const TestFile files[] = {
      {"", -1, 0, 0, "not an SDIF file", TRUE},
      {"SDIF", -1, 0, 0, "not an SDIF file", TRUE},
      {"RIFF\0\0\0\10\0\0\0\3\0\0\0\1", 16, 0, 0, "not an SDIF file", TRUE},
      {"SDIF\0\0\0\10\0\0\0\3\0\0\0\1", 16, 0, 0, "no partials in it", TRUE},
      {"SDIF\xff\xff\xff\xff\0\0\0\3\0\0\0\1", 16, 0, 0, "no partials in it", TRUE},
      {"SDIF\0\0\0\10\0\0\0\3\0\0\0\1RBEP", 20, 0, 0, "no partials in it", TRUE},
  };

  test_files ("sdif", files, G_N_ELEMENTS (files));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/sdif/loris", test_loris);
  g_test_add_func ("/store/sdif/seven-columns", test_seven_columns);
  g_test_add_func ("/store/sdif/tracks", test_tracks);
  g_test_add_func ("/store/sdif/written", test_written);
  g_test_add_func ("/store/sdif/random", test_random);
  g_test_add_func ("/store/sdif/long", test_long);
  g_test_add_func ("/store/sdif/random-tracks", test_random_tracks);
  g_test_add_func ("/store/sdif/cut", test_cut);
  g_test_add_func ("/store/sdif/junk", test_junk);
  g_test_add_func ("/store/sdif/hostile", test_hostile);
  g_test_add_func ("/store/sdif/bad", test_bad);
  return g_test_run ();
}
