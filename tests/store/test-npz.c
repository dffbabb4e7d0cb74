/* SPDX-License-Identifier: GPL-3.0-or-later
 * Arrays of numpy: archives put together here from the descriptions of ZIP and .npy.
 */
#include <math.h>
#include <string.h>

#include "model/dsp-types.h"
#include "tests/store/exchange-support.h"

/* ---- archives by hand ---- */

typedef struct {
  GByteArray *bytes, *directory;
  guint       n;
} Zip;

static void
put (GByteArray *out, guint64 value, guint n_bytes)
{
  for (guint i = 0; i < n_bytes; i++) {
    guint8 byte = i < 8 ? (guint8)(value >> (8 * i)) : 0;
    g_byte_array_append (out, &byte, 1);
  }
}

static guint32
crc_of (const guint8 *p, gsize n)
{
  guint32 crc = 0xffffffff;

  for (gsize i = 0; i < n; i++) {
    crc ^= p[i];
    for (int k = 0; k < 8; k++)
      crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc;
}

static void
zip_init (Zip *zip)
{
  *zip = (Zip){g_byte_array_new (), g_byte_array_new (), 0};
}

/* A stored file. */
static void
zip_add (Zip *zip, const char *name, const GByteArray *file)
{
  guint32 offset = zip->bytes->len, crc = crc_of (file->data, file->len);
  guint   length = (guint)strlen (name);

  for (int is_directory = 0; is_directory < 2; is_directory++) {
    GByteArray *out = is_directory ? zip->directory : zip->bytes;
    put (out, is_directory ? 0x02014b50 : 0x04034b50, 4);
    if (is_directory)
      put (out, 20, 2);
    put (out, 20, 2);         /* version */
    put (out, 0, 2 + 2);      /* flags, stored */
    put (out, 0x21 << 16, 4); /* 1 January 1980 */
    put (out, crc, 4);
    put (out, file->len, 4);
    put (out, file->len, 4);
    put (out, length, 2);
    put (out, 0, 2);
    if (is_directory) {
      put (out, 0, 2 + 2 + 2 + 4);
      put (out, offset, 4);
    }
    g_byte_array_append (out, (const guint8 *)name, length);
  }
  g_byte_array_append (zip->bytes, file->data, file->len);
  zip->n++;
}

static void
zip_end (Zip *zip)
{
  guint32 offset = zip->bytes->len;

  g_byte_array_append (zip->bytes, zip->directory->data, zip->directory->len);
  put (zip->bytes, 0x06054b50, 4);
  put (zip->bytes, 0, 4);
  put (zip->bytes, zip->n, 2);
  put (zip->bytes, zip->n, 2);
  put (zip->bytes, zip->directory->len, 4);
  put (zip->bytes, offset, 4);
  put (zip->bytes, 0, 2);
  g_byte_array_unref (zip->directory);
}

static GByteArray *
npy_new (const char *type, const char *order, const char *shape)
{
  GByteArray      *out = g_byte_array_new ();
  g_autofree char *header = g_strdup_printf (
      "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }\n", type, order, shape);

  g_byte_array_append (out, (const guint8 *)"\x93NUMPY\1\0", 8);
  put (out, strlen (header), 2);
  g_byte_array_append (out, (const guint8 *)header, (guint)strlen (header));
  return out;
}

static void
put_double (GByteArray *out, double value)
{
  guint64 word;
  memcpy (&word, &value, sizeof word);
  put (out, word, 8);
}

static void
zip_add_doubles (Zip *zip, const char *name, const char *shape, const double *v, gsize n)
{
  g_autoptr (GByteArray) file = npy_new ("<f8", "False", shape);

  for (gsize i = 0; i < n; i++)
    put_double (file, v[i]);
  zip_add (zip, name, file);
}

static void
zip_add_firsts (Zip *zip, const guint16 *firsts, gsize n)
{
  g_autofree char *shape = g_strdup_printf ("(%zu,)", n);
  g_autoptr (GByteArray) file = npy_new (">u2", "False", shape);

  for (gsize i = 0; i < n; i++) {
    put (file, firsts[i] >> 8, 1);
    put (file, firsts[i] & 0xff, 1);
  }
  zip_add (zip, "first.npy", file);
}

static gboolean
read_zip (Zip *zip, TsrExchange *content, GError **error)
{
  gboolean ok =
      test_read_bytes ("npz", zip->bytes->data, (gssize)zip->bytes->len, content, error);

  g_byte_array_unref (zip->bytes);
  return ok;
}

/* ---- tests ---- */

static const double times_s[] = {0, 0.1, 0.5}, hz[] = {440, 440, 880},
                    amplitudes[] = {0.5, 0.25, 0};

/* The least that makes breakpoints, in types of another machine. */
static void
test_columns (void)
{
  Zip           zip;
  const guint16 firsts[] = {0, 2, 3};
  g_auto (TsrExchange) content = {0};
  g_autoptr (GError) error = NULL;

  zip_init (&zip);
  zip_add_firsts (&zip, firsts, 3);
  zip_add_doubles (&zip, "time_s.npy", "(3,)", times_s, 3);
  zip_add_doubles (&zip, "frequency_hz.npy", "(3,)", hz, 3);
  zip_add_doubles (&zip, "amplitude.npy", "(3,)", amplitudes, 3);
  zip_end (&zip);
  read_zip (&zip, &content, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tsr_partial_set_size (content.partials), ==, 2);
  const TsrBreakpoint *b =
      tsr_partial_breakpoints (tsr_partial_set_at (content.partials, 0));
  g_assert_true (b[1].time_s == 0.1 && b[1].frequency_hz == 440);
  g_assert_cmpfloat_with_epsilon (tsr_breakpoint_amplitude (&b[1]), 0.25, 1e-15);
  b = tsr_partial_breakpoints (tsr_partial_set_at (content.partials, 1));
  g_assert_true (b[0].flags & TSR_BREAKPOINT_NULL);
}

/* Two partials, four frames: in either order of memory. */
static void
test_ddsp (void)
{
  static const double frames[2][4][3] = {
      {{0, 0, 0}, {0.5, 440, 0.25}, {0.5, 441, 0}, {0, 0, 0}},
      {{0.125, 880, 1}, {0, 0, 0}, {0, 0, 0}, {0.25, 890, 0}}};
  static const double frame_times_s[] = {1, 1.25, 1.5, 1.75};

  for (int is_fortran = 0; is_fortran < 2; is_fortran++) {
    g_autoptr (GByteArray) file =
        npy_new ("<f8", is_fortran ? "True" : "False", "(2, 4, 3)");
    g_auto (TsrExchange) content = {0};
    g_autoptr (GError) error = NULL;
    Zip zip;
    for (int i = 0; i < 24; i++)
      put_double (file,
                  is_fortran ? frames[i % 2][i / 2 % 4][i / 8]
                             : frames[i / 12][i / 3 % 4][i % 3]);
    zip_init (&zip);
    zip_add (&zip, "partials.npy", file);
    zip_add_doubles (&zip, "frame_time_s.npy", "(4,)", frame_times_s, 4);
    zip_end (&zip);
    read_zip (&zip, &content, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (content.notes->len, ==, 0);
    const TsrPartial    *p = tsr_partial_set_at (content.partials, 0);
    const TsrBreakpoint *b = tsr_partial_breakpoints (p);
    g_assert_cmpuint (tsr_partial_n_breakpoints (p), ==, 4);
    g_assert_true ((b[0].flags & TSR_BREAKPOINT_NULL) && b[0].frequency_hz == 440);
    g_assert_true (b[1].time_s == 1.25 && b[1].bandwidth == 0.25f);
    g_assert_true ((b[3].flags & TSR_BREAKPOINT_NULL) && b[3].frequency_hz == 441);
    g_assert_cmpuint (
        tsr_partial_n_breakpoints (tsr_partial_set_at (content.partials, 1)), ==, 4);
  }
}

static void
test_random (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (41);

  for (int i = 0; i < 60; i++) {
    g_auto (TsrExchange) content = {0}, back = {0};
    test_random_content (random, 0, &content);
    test_there_and_back ("npz", &content, NULL, &back);
    test_same_content (&content, &back);
  }
}

/* Frames on the grid of the breakpoints hold amplitude, frequency and noise of each. */
static void
test_random_frames (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (42);

  for (int i = 0; i < 30; i++) {
    TsrExchangeOptions options = {.frames = TRUE, .hop_s = 1.0 / 128};
    g_auto (TsrExchange) content = {0}, back = {0};
    test_random_content (random, options.hop_s, &content);
    test_there_and_back ("npz", &content, &options, &back);
    for (gsize k = 0; k < tsr_partial_set_size (back.partials); k++) {
      const TsrPartial *q = tsr_partial_set_at (back.partials, k);
      const TsrPartial *p = tsr_partial_set_at (
          content.partials,
          (gsize)tsr_partial_set_index_of (content.partials, tsr_partial_id (q)));
      g_assert_cmpint (tsr_partial_label (p), ==, tsr_partial_label (q));
      g_assert_cmpuint (tsr_partial_channel (p), ==, tsr_partial_channel (q));
      for (gsize m = 0; m < tsr_partial_n_breakpoints (q); m++) {
        TsrBreakpoint        x;
        const TsrBreakpoint *y = &tsr_partial_breakpoints (q)[m];
        if (y->flags & TSR_BREAKPOINT_NULL)
          continue;
        g_assert_true (tsr_partial_at (p, y->time_s, &x));
        g_assert_true (x.frequency_hz == y->frequency_hz && x.bandwidth == y->bandwidth);
        g_assert_cmpfloat_with_epsilon (x.log_amplitude, y->log_amplitude, 1e-13);
      }
    }
  }
}

/* ---- damage ---- */

static void
test_cut (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (43);
  g_auto (TsrExchange) content = {0};
  gsize n;

  test_random_content (random, 0, &content);
  g_autoptr (GBytes) bytes = test_write_bytes ("npz", &content, NULL);
  const guint8 *p = g_bytes_get_data (bytes, &n);
  for (gsize cut = 0; cut < n; cut += 1 + cut / 50) {
    g_auto (TsrExchange) back = {0};
    g_autoptr (GError) error = NULL;
    if (test_read_bytes ("npz", p, (gssize)cut, &back, &error))
      test_same_content (&content, &back); /* only the directory is missing */
    else
      g_assert_nonnull (error);
  }
}

static void
test_flipped (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (44);
  g_auto (TsrExchange) content = {0};
  gsize n;

  test_random_content (random, 0, &content);
  g_autoptr (GBytes) bytes = test_write_bytes ("npz", &content, NULL);
  const guint8      *whole = g_bytes_get_data (bytes, &n);
  g_autofree guint8 *p = g_memdup2 (whole, n);
  for (int i = 0; i < 300; i++) {
    g_auto (TsrExchange) back = {0};
    g_autoptr (GError) error = NULL;
    gsize at = (gsize)g_rand_int_range (random, 0, (gint32)n);
    p[at] ^= 0x10;
    gboolean ok = test_read_bytes ("npz", p, (gssize)n, &back, &error);
    g_assert_true (ok == (error == NULL));
    p[at] ^= 0x10;
  }
}

/* One array in place of time_s. */
static void
check_refused (const char *type, const char *shape, gsize n, const char *says)
{
  g_autoptr (GByteArray) file = npy_new (type, "False", shape);
  g_auto (TsrExchange) content = {0};
  g_autoptr (GError) error = NULL;
  const guint16 firsts[] = {0, 3};
  Zip           zip;

  for (gsize i = 0; i < n; i++)
    put_double (file, 0.1 * (double)i);
  zip_init (&zip);
  zip_add_firsts (&zip, firsts, 2);
  zip_add (&zip, "time_s.npy", file);
  zip_add_doubles (&zip, "frequency_hz.npy", "(3,)", hz, 3);
  zip_add_doubles (&zip, "amplitude.npy", "(3,)", amplitudes, 3);
  zip_end (&zip);
  gboolean ok = read_zip (&zip, &content, &error);
  g_test_message ("%s %s: %s", type, shape, error != NULL ? error->message : "read");
  g_assert_true (ok == (says == NULL));
  if (says != NULL)
    g_assert_nonnull (strstr (error->message, says));
}

static void
test_hostile (void)
{
  check_refused ("<f8", "(3,)", 3, NULL);
  check_refused ("<f8", "(2,)", 2, "differ in length");
  check_refused ("<f8", "(3, 1)", 3, "differ in length");
  check_refused ("<f8", "(3,)", 2, "cut off");
  check_refused ("<f8", "(268435457,)", 3, "its shape");
  check_refused ("<f8", "(99999999999999999999, 9)", 3, "its shape");
  check_refused ("<f8", "(-3,)", 3, "its shape");
  check_refused ("<f8", "(1, 1, 1, 1, 3)", 3, "its shape");
  check_refused ("<f8", "(3", 3, "its shape");
  check_refused ("<f16", "(3,)", 3, "not known here");
  check_refused ("|O", "(3,)", 3, "not known here");
  check_refused ("<c8", "(3,)", 3, "not known here");
  check_refused ("", "(3,)", 3, "not known here");
}

static void
test_bad (void)
{
  static const TestFile files[] = {
      {"", -1, 0, 0, "not an archive", TRUE},
      {"hello", -1, 0, 0, "not an archive", TRUE},
      {"PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22, 0, 0, "not an archive", TRUE},
      {"PK\3\4", -1, 0, 0, "not an archive", TRUE},
  };
  g_auto (TsrExchange) content = {0};
  g_autoptr (GError) error = NULL;
  const guint16 firsts[] = {0, 2, 1, 3};
  Zip           zip;

  test_files ("npz", files, G_N_ELEMENTS (files));
  zip_init (&zip);
  zip_add_doubles (&zip, "other.npy", "(3,)", hz, 3);
  zip_end (&zip);
  g_assert_false (read_zip (&zip, &content, &error));
  g_assert_nonnull (strstr (error->message, "there is no array time_s"));
  g_clear_error (&error);
  tsr_exchange_clear (&content);
  zip_init (&zip);
  zip_add_firsts (&zip, firsts, 4);
  zip_add_doubles (&zip, "time_s.npy", "(3,)", times_s, 3);
  zip_add_doubles (&zip, "frequency_hz.npy", "(3,)", hz, 3);
  zip_add_doubles (&zip, "amplitude.npy", "(3,)", amplitudes, 3);
  zip_end (&zip);
  g_assert_false (read_zip (&zip, &content, &error));
  g_assert_nonnull (strstr (error->message, "`first` does not say"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/npz/columns", test_columns);
  g_test_add_func ("/store/npz/ddsp", test_ddsp);
  g_test_add_func ("/store/npz/random", test_random);
  g_test_add_func ("/store/npz/random-frames", test_random_frames);
  g_test_add_func ("/store/npz/cut", test_cut);
  g_test_add_func ("/store/npz/flipped", test_flipped);
  g_test_add_func ("/store/npz/hostile", test_hostile);
  g_test_add_func ("/store/npz/bad", test_bad);
  return g_test_run ();
}
