/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the tests of interchange files share: bytes in, bytes out, random partials, and
 * tables of good and bad files.
 */
#pragma once

#include "store/formats/exchange.h"

/* Reads n bytes (-1: a text) as a file with that suffix. */
gboolean test_read_bytes (const char  *suffix,
                          const void  *bytes,
                          gssize       n_bytes,
                          TsrExchange *content,
                          GError     **error);
/* Writes a file with that suffix and gives its bytes; a failure aborts. */
GBytes *test_write_bytes (const char               *suffix,
                          TsrExchange              *content,
                          const TsrExchangeOptions *options);
/* Writes and reads again, both without an error. */
void test_there_and_back (const char               *suffix,
                          TsrExchange              *content,
                          const TsrExchangeOptions *options,
                          TsrExchange              *back);

/* Every bit of every partial, the duration, the markers. */
void test_same_content (const TsrExchange *a, const TsrExchange *b);

/* Some partials with odd ids, labels, channels, noise, nulls and steps; times are
 * multiples of grid_s (0: any); with markers. */
void test_random_content (GRand *random, double grid_s, TsrExchange *content);

/* One file and what becomes of it. */
typedef struct {
  const char *bytes;
  gssize      n_bytes; /* -1: a text */
  guint       n_partials, n_breakpoints;
  const char *says; /* part of the error, or of a note; NULL: nothing is said */
  gboolean    is_refused;
} TestFile;

gboolean test_any_note_says (const TsrExchange *content, const char *says);
void     test_files (const char *suffix, const TestFile *files, gsize n_files);
