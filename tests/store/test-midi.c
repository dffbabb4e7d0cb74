/* SPDX-License-Identifier: GPL-3.0-or-later
 * MIDI: files put together here byte by byte from the Standard MIDI File and MPE
 * specifications, what is written, and what is refused.
 */
#include <math.h>
#include <string.h>

#include "model/dsp-types.h"
#include "tests/store/exchange-support.h"

#define HEAD(format, tracks, division) "MThd\0\0\0\6\0" format "\0" tracks division

static TsrPartial *
partial_of (const TsrExchange *content, gsize i)
{
  return tsr_partial_set_at (content->partials, i);
}

static void
put (GByteArray *out, const char *bytes, gsize n)
{
  g_byte_array_append (out, (const guint8 *)bytes, (guint)n);
}

#define PUT(out, text) put (out, text, sizeof text - 1)

static void
put_track (GByteArray *out, const char *bytes, gsize n)
{
  char size[2] = {(char)(n >> 8), (char)n};

  PUT (out, "MTrk\0\0");
  put (out, size, 2);
  put (out, bytes, n);
}

#define PUT_TRACK(out, text) put_track (out, text, sizeof text - 1)

static void
read_file (GByteArray *file, TsrExchange *content)
{
  g_autoptr (GError) error = NULL;

  test_read_bytes ("mid", file->data, (gssize)file->len, content, &error);
  g_assert_no_error (error);
  g_byte_array_unref (file);
}

/* Format 0, 96 ticks a quarter: A4 for a quarter, then, at another tempo, A5 with running
 * status and velocity 0 for its end. */
static void
test_notes (void)
{
  GByteArray *file = g_byte_array_new ();
  g_auto (TsrExchange) content = {0};

  PUT (file, HEAD ("\0", "\1", "\0\x60"));
  PUT_TRACK (file,
             "\0\xff\x51\3\x07\xa1\x20"   /* 500,000 us a quarter */
             "\0\xf0\3\x7e\x7f\xf7"       /* a system message */
             "\0\xff\x06\5start"          /* a marker */
             "\0\x90\x45\x7f"             /* A4, full */
             "\x60\x45\0"                 /* and off: running status */
             "\0\xff\x51\3\x0f\x42\x40"   /* 1,000,000 us a quarter */
             "\x60\x90\x51\x40\x30\x51\0" /* A5 a quarter later, for half a quarter */
             "\0\xff\x2f\0");
  read_file (file, &content);
  g_assert_cmpuint (content.notes->len, ==, 0);
  g_assert_cmpuint (content.n_markers, ==, 1);
  g_assert_cmpstr (content.markers[0].name, ==, "start");
  g_assert_cmpuint (tsr_partial_set_size (content.partials), ==, 2);
  const TsrPartialSummary *s = tsr_partial_summary (partial_of (&content, 0));
  g_assert_cmpfloat_with_epsilon (s->start_s, 0, 1e-12);
  g_assert_cmpfloat_with_epsilon (s->end_s, 0.505, 1e-9);
  g_assert_cmpfloat_with_epsilon (s->low_hz, 440, 1e-9);
  g_assert_cmpfloat_with_epsilon (s->peak_amplitude, 1, 1e-9);
  s = tsr_partial_summary (partial_of (&content, 1));
  g_assert_cmpfloat_with_epsilon (s->start_s, 1.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (s->end_s, 2.005, 1e-9);
  g_assert_cmpfloat_with_epsilon (s->high_hz, 880, 1e-9);
  g_assert_cmpfloat_with_epsilon (s->peak_amplitude, pow (64 / 127.0, 2), 1e-9);
}

/* Tracks that share a tempo map, SMPTE time, drums, a note without an end. */
static void
test_tracks (void)
{
  GByteArray *file = g_byte_array_new ();
  g_auto (TsrExchange) content = {0};

  PUT (file, HEAD ("\1", "\2", "\xe7\x28") /* 25 frames of 40: 1 ms */);
  PUT_TRACK (file, "\0\x99\x24\x7f\0\x90\x45\x7f\0\xff\x2f\0");
  PUT_TRACK (file, "\x87\x68\xb0\x0b\0\0\xff\x7f\0\0\xff\x2f\0");
  read_file (file, &content);
  g_assert_cmpuint (tsr_partial_set_size (content.partials), ==, 1);
  g_assert_true (test_any_note_says (&content, "1 note of drums"));
  g_assert_true (test_any_note_says (&content, "1 note had no end"));
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial_of (&content, 0));
  gsize                n = tsr_partial_n_breakpoints (partial_of (&content, 0));
  /* Held until shortly before the expression falls to nothing at 1 s. */
  g_assert_cmpfloat_with_epsilon (b[n - 3].time_s, 0.99, 1e-9);
  g_assert_cmpfloat_with_epsilon (tsr_breakpoint_amplitude (&b[n - 3]), 1, 1e-9);
  g_assert_cmpfloat_with_epsilon (b[n - 2].time_s, 1, 1e-9);
  g_assert_true (b[n - 2].flags & TSR_BREAKPOINT_NULL);
}

/* An MPE zone of others: bends of member and master add up, CC 74 is noise. */
static void
test_zone (void)
{
  GByteArray *file = g_byte_array_new ();
  g_auto (TsrExchange) content = {0};

  PUT (file, HEAD ("\0", "\1", "\3\xe8"));
  PUT_TRACK (file,
             "\0\xb0\x65\0\0\x64\6\0\6\2"       /* a zone of two */
             "\0\xb1\x65\0\0\x64\0\0\6\x0c"     /* bends by 12, in all of it */
             "\0\xb2\x4a\x7f"                   /* timbre */
             "\0\xe2\0\x60"                     /* half way up: 6 semitones */
             "\0\xe0\0\x60"                     /* the master: 1 */
             "\0\x92\x3c\x7f\x83\x74\x80\x30\0" /* the end of another note */
             "\0\x82\x3c\0\0\xff\x2f\0");
  read_file (file, &content);
  g_assert_cmpuint (tsr_partial_set_size (content.partials), ==, 1);
  const TsrPartialSummary *s = tsr_partial_summary (partial_of (&content, 0));
  g_assert_cmpfloat_with_epsilon (s->low_hz, 440 * exp2 ((60 + 7 - 69) / 12.0), 1e-9);
  g_assert_cmpfloat_with_epsilon (s->mean_bandwidth, 1, 1e-6);
}

/* A zone of our own with a range of 2 semitones, up to its notes. */
static void
put_zone (GByteArray *out)
{
  PUT (out, "\0\xff\3\x09Tarsier 1\0\xff\x21\1\0\0\xb0\x65\0\0\xb0\x64\6\0\xb0\6\x0f");
  for (int c = 1; c <= 15; c++) {
    char setting[] = "\0\xb0\x65\0\0\xb0\x64\0\0\xb0\6\2";
    for (int k = 1; k < 12; k += 4)
      setting[k] = (char)(0xb0 + c);
    put (out, setting, sizeof setting - 1);
  }
}

/* 440 Hz bent up by a quarter of 2 semitones, from half to a quarter of full scale. */
static void
test_written (void)
{
  double        hz = 440 * exp2 (0.5 / 12);
  TsrBreakpoint b[] = {{.time_s = 0.01,
                        .frequency_hz = 440,
                        .log_amplitude = 2 * log (0.5),
                        .phase_turns = 0.25},
                       {.time_s = 0.02,
                        .frequency_hz = hz,
                        .log_amplitude = 2 * log (0.5),
                        .phase_turns = 4.8,
                        .bandwidth = 1}};
  TsrPartial   *partial = tsr_partial_new (3, -1, 2, b, 2);
  g_autoptr (TsrPartialSet) set = tsr_partial_set_new (&partial, 1);
  TsrMarker marker = {1, 0.5, (char *)"end"};
  g_autoptr (GByteArray) file = g_byte_array_new (), track = g_byte_array_new ();
  g_auto (TsrExchange) content = {0};

  /* The key is A4 or the one above: the middle lies at 69.25. */
  put_zone (track);
  PUT (track,
       "\x81\x40\xe1\0\x40"           /* 192 ticks; no bend */
       "\0\xb1\x0b\x7e\0\xb1\x2b\x7f" /* 16255: 16383 / 2 * 127 / 64 */
       "\0\xb1\x4a\0\0\xb1\x6a\0"     /* no noise */
       "\0\xff\1\x31tarsier id=3 label=-1 channel=2 phase=0.250000000"
       "\0\x91\x45\x40"
       "\x81\x40\xe1\0\x50" /* 8192 + 2048 */
       "\0\xb1\x4a\x7f\0\xb1\x6a\x7f"
       "\0\x81\x45\x40\0\xff\x2f\0");
  PUT (file, HEAD ("\1", "\2", "\x25\x80"));
  PUT_TRACK (file,
             "\0\xff\x51\3\x07\xa1\x20\xcb\0\xff\x06\3"
             "end\xcb\0\xff\x2f\0"); /* 9600 ticks, and 9600 to the end */
  put_track (file, (const char *)track->data, track->len);
  tsr_exchange_init (&content, set, &marker, 1, 1);
  g_autoptr (GBytes) bytes = test_write_bytes ("mid", &content, NULL);
  g_assert_cmpmem (
      g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), file->data, file->len);
  tsr_partial_unref (partial);
}

/* ---- there and back ---- */

static const TsrBreakpoint *
near_time (const TsrPartial *partial, double time_s)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);

  for (gsize i = 0; i < tsr_partial_n_breakpoints (partial); i++)
    if (fabs (b[i].time_s - time_s) < 0.03e-3)
      return &b[i];
  return NULL;
}

static void
check_partial (const TsrPartial *p, const TsrPartial *q, guint *n_found, guint *n_missed)
{
  const TsrBreakpoint *x = tsr_partial_breakpoints (p);
  double               peak = tsr_partial_summary (p)->peak_amplitude;

  g_assert_cmpint (tsr_partial_label (p), ==, tsr_partial_label (q));
  g_assert_cmpuint (tsr_partial_channel (p), ==, tsr_partial_channel (q));
  g_assert_cmpfloat_with_epsilon (
      tsr_partial_summary (p)->start_s, tsr_partial_summary (q)->start_s, 0.03e-3);
  for (gsize i = 0; i < tsr_partial_n_breakpoints (p); i++) {
    const TsrBreakpoint *y = near_time (q, x[i].time_s);
    if (x[i].flags & TSR_BREAKPOINT_NULL)
      continue;
    *n_found += y != NULL ? 1 : 0;
    *n_missed += y == NULL ? 1 : 0;
    if (y == NULL)
      continue;
    /* Half a step of the widest range that these partials need, 24 semitones. */
    g_assert_cmpfloat (
        fabs (1200 * log2 (y->frequency_hz / x[i].frequency_hz)), <, 0.5 * 2400 / 8192);
    g_assert_cmpfloat (fabs (sqrt (tsr_breakpoint_amplitude (y)) -
                             sqrt (tsr_breakpoint_amplitude (&x[i]))),
                       <,
                       0.51 / 16383 * (sqrt (peak) + 1 / 127.0) + 1.0 / 16383);
    g_assert_cmpfloat (
        fabs ((double)y->bandwidth - (double)x[i].bandwidth), <, 0.51 / 16383);
  }
}

static void
test_random (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (51);
  guint n_found = 0, n_missed = 0;

  for (int i = 0; i < 60; i++) {
    g_auto (TsrExchange) content = {0}, back = {0};
    test_random_content (random, 0, &content);
    test_there_and_back ("mid", &content, NULL, &back);
    g_assert_cmpuint (back.notes->len, ==, 0);
    g_assert_cmpuint (tsr_partial_set_size (content.partials),
                      ==,
                      tsr_partial_set_size (back.partials));
    for (gsize k = 0; k < tsr_partial_set_size (content.partials); k++) {
      TsrPartial *p = partial_of (&content, k), *q = partial_of (&back, k);
      g_assert_cmpint (tsr_partial_id (p), ==, tsr_partial_id (q));
      check_partial (p, q, &n_found, &n_missed);
    }
    g_assert_cmpuint (content.n_markers, ==, back.n_markers);
    for (gsize k = 0; k < content.n_markers; k++) {
      g_assert_cmpfloat_with_epsilon (
          content.markers[k].time_s, back.markers[k].time_s, 0.03e-3);
      g_assert_cmpstr (content.markers[k].name, ==, back.markers[k].name);
    }
  }
  g_test_message ("%u breakpoints found, %u not", n_found, n_missed);
  g_assert_cmpuint (n_missed, <, n_found / 100);
}

/* More at a time than a zone has channels. */
static void
test_many (void)
{
  enum { N = 100 };
  TsrPartial *partials[N];
  g_auto (TsrExchange) content = {0}, back = {0};

  for (int i = 0; i < N; i++) {
    TsrBreakpoint b[] = {
        {.time_s = 0, .frequency_hz = 100 * (i + 1), .log_amplitude = -3},
        {.time_s = 1,
         .frequency_hz = 100 * (i + 1),
         .log_amplitude = -3,
         .phase_turns = 100 * (i + 1)}};
    partials[i] = tsr_partial_new (i + 1, 0, 0, b, 2);
  }
  g_autoptr (TsrPartialSet) set = tsr_partial_set_new (partials, N);
  tsr_exchange_init (&content, set, NULL, 0, 1);
  test_there_and_back ("mid", &content, NULL, &back);
  g_assert_cmpuint (tsr_partial_set_size (back.partials), ==, N);
  for (int i = 0; i < N; i++) {
    const TsrPartialSummary *s = tsr_partial_summary (partial_of (&back, (gsize)i));
    g_assert_cmpfloat (
        fabs (1200 * log2 (s->mean_hz / (100 * (i + 1)))), <, 0.5 * 1200 / 8192);
    tsr_partial_unref (partials[i]);
  }
}

/* An offset of the samples is no note: it is left out, which is told. */
static void
test_offset (void)
{
  TsrPartial *partials[2];
  g_auto (TsrExchange) content = {0}, back = {0};

  for (int i = 0; i < 2; i++) {
    TsrBreakpoint b[] = {{.time_s = 0, .frequency_hz = 440 * i, .log_amplitude = -3},
                         {.time_s = 1,
                          .frequency_hz = 440 * i,
                          .log_amplitude = -3,
                          .phase_turns = 440 * i}};
    partials[i] = tsr_partial_new (i + 1, 0, 0, b, 2);
  }
  g_autoptr (TsrPartialSet) set = tsr_partial_set_new (partials, 2);
  tsr_exchange_init (&content, set, NULL, 0, 1);
  test_there_and_back ("mid", &content, NULL, &back);
  g_assert_cmpuint (tsr_partial_set_size (back.partials), ==, 1);
  g_assert_cmpint (tsr_partial_id (partial_of (&back, 0)), ==, 2);
  g_assert_cmpuint (content.notes->len, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (content.notes, 0), "1 partial of 0 Hz"));
  for (int i = 0; i < 2; i++)
    tsr_partial_unref (partials[i]);
}

static void
test_bad (void)
{
  static const TestFile files[] = {
      {"", -1, 0, 0, "not a MIDI file", TRUE},
      {"MThd", -1, 0, 0, "not a MIDI file", TRUE},
      {HEAD ("\0", "\1", "\0\0"), 14, 0, 0, "how long a tick", TRUE},
      {HEAD ("\0", "\1", "\xe7\0"), 14, 0, 0, "how long a tick", TRUE},
      {HEAD ("\0", "\1", "\0\x60"), 14, 0, 0, "no tracks", TRUE},
      {"MThd\xff\xff\xff\xff\0\0\0\1\0\x60MTrk\0\0\0\0", 22, 0, 0, "no tracks", TRUE},
      {HEAD ("\0", "\1", "\0\x60") "MTrk\0\0\0\0", 22, 0, 0, NULL, FALSE},
      {HEAD ("\0", "\1", "\0\x60") "MTrk\xff\xff\xff\xff", 22, 0, 0, "cut off", FALSE},
      {HEAD ("\0", "\1", "\0\x60") "MTrk\0\0\0\4\0\x90\x45\x7f",
       26,
       1,
       3,
       "no end",
       FALSE},
      {HEAD ("\0", "\1", "\0\x60") "MTrk\0\0\0\x20\0\x90\x45",
       25,
       0,
       0,
       "cut off",
       FALSE},
      {HEAD ("\0", "\1", "\0\x60") "MTrk\0\0\0\4\0\x45\x7f\0",
       26,
       0,
       0,
       "damaged",
       FALSE},
      {HEAD ("\0", "\1", "\0\x60") "MTrk\0\0\0\4\0\x90\xff\xff",
       26,
       0,
       0,
       "damaged",
       FALSE},
      {HEAD ("\0", "\1", "\0\x60") "MTrk\0\0\0\5\xff\xff\xff\xff\xff",
       27,
       0,
       0,
       "damaged",
       FALSE},
      {HEAD ("\0", "\1", "\0\x60") "MTrk\0\0\0\7\0\xff\1\x8f\xff\xff\x7f",
       29,
       0,
       0,
       "damaged",
       FALSE},
      {HEAD ("\0", "\1", "\0\x60") "MTrk\0\0\0\4\0\xf8\0\0", 26, 0, 0, "damaged", FALSE},
  };

  test_files ("mid", files, G_N_ELEMENTS (files));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/midi/notes", test_notes);
  g_test_add_func ("/store/midi/tracks", test_tracks);
  g_test_add_func ("/store/midi/zone", test_zone);
  g_test_add_func ("/store/midi/written", test_written);
  g_test_add_func ("/store/midi/random", test_random);
  g_test_add_func ("/store/midi/many", test_many);
  g_test_add_func ("/store/midi/offset", test_offset);
  g_test_add_func ("/store/midi/bad", test_bad);
  return g_test_run ();
}
