/* SPDX-License-Identifier: GPL-3.0-or-later
 * Partials and signals in mapped temporary files: the same as on the heap, and nothing
 * stays behind.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "model/dsp-types.h"
#include "model/partial-spill.h"
#include "model/temporary-file.h"

/* n breakpoints whose values depend on `seed`. */
static TsrPartial *
make_partial (gint64 id, gsize n, guint32 seed)
{
  g_autofree TsrBreakpoint *b = g_new0 (TsrBreakpoint, n);
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  for (gsize i = 0; i < n; i++)
    b[i] = (TsrBreakpoint){.time_s = (double)seed + 0.01 * (double)i,
                           .phase_turns = g_rand_double (rand),
                           .frequency_hz = 1000 * g_rand_double (rand),
                           .log_amplitude = -g_rand_double (rand),
                           .bandwidth = seed % 2 ? (float)g_rand_double (rand) : 0};
  TsrPartial *partial = tsr_partial_new (id, 3, seed % 2, b, n);
  g_assert_nonnull (partial);
  return partial;
}

static guint
count_files (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static guint
count_mappings (void)
{
  g_autofree char *text = NULL;
  guint            n = 0;

  g_file_get_contents ("/proc/self/maps", &text, NULL, NULL);
  for (const char *at = text; at != NULL && (at = strstr (at, "tarsier-")) != NULL; at++)
    n++;
  return n;
}

static void
test_same_bits (void)
{
  enum { N = 300 };
  TsrPartial *partials[N];
  guint       n_files = count_files ();
  g_autoptr (TsrPartialSpill) spill = tsr_partial_spill_new (1000);

  for (int i = 0; i < N; i++) {
    g_autoptr (TsrPartial) partial = make_partial (7, 100, (guint32)i);
    partials[i] = tsr_partial_spill_add (spill, partial, i + 1, NULL);
    g_assert_nonnull (partials[i]);
    g_assert_true ((tsr_partial_memory (partials[i]) == NULL) == (i < 10));
  }
  g_autoptr (TsrPartialSet) set = tsr_partial_set_new (partials, N);
  g_clear_pointer (&spill, tsr_partial_spill_free);
  for (int round = 0; round < 2; round++) {
    for (int i = 0; i < N; i++) {
      g_autoptr (TsrPartial) wanted = make_partial (i + 1, 100, (guint32)i);
      TsrPartial *found = tsr_partial_set_at (set, (gsize)i);
      g_assert_true (tsr_partial_equal (found, wanted));
      g_assert_cmpmem (tsr_partial_summary (found),
                       sizeof (TsrPartialSummary),
                       tsr_partial_summary (wanted),
                       sizeof (TsrPartialSummary));
      g_assert_true (tsr_partial_has_noise (found) == (i % 2 != 0));
    }
    tsr_partial_set_discard (set);
  }
  for (int i = 0; i < N; i++)
    tsr_partial_unref (partials[i]);
  g_assert_cmpuint (count_mappings (), ==, 1);
  g_assert_cmpuint (count_files (), ==, n_files);
  g_clear_pointer (&set, tsr_partial_set_unref);
  g_assert_cmpuint (count_mappings (), ==, 0);
}

/* Another label or id shares the breakpoints; they outlive their maker. */
static void
test_shared (void)
{
  g_autoptr (TsrPartialSpill) spill = tsr_partial_spill_new (0);
  g_autoptr (TsrPartial) origin = make_partial (1, 50, 1);
  g_autoptr (TsrPartial) wanted = make_partial (9, 50, 1);
  TsrPartial *spilled = tsr_partial_spill_add (spill, origin, 5, NULL);
  g_autoptr (TsrPartial) other = tsr_partial_new_with_id (spilled, 9);
  g_autoptr (TsrPartial) labelled = tsr_partial_new_with_label (other, 12);

  g_assert_true (tsr_partial_breakpoints (other) == tsr_partial_breakpoints (spilled));
  tsr_partial_unref (spilled);
  g_clear_pointer (&spill, tsr_partial_spill_free);
  g_assert_true (tsr_partial_equal (other, wanted));
  g_assert_cmpint (tsr_partial_label (labelled), ==, 12);
  g_assert_cmpint (tsr_partial_id (labelled), ==, 9);
}

/* A partial larger than a file gets one of its own. */
static void
test_large (void)
{
  enum { N = 900000 };
  g_autoptr (TsrPartialSpill) spill = tsr_partial_spill_new (0);

  for (int i = 0; i < 2; i++) {
    g_autoptr (TsrPartial) small = make_partial (1, 10, 4);
    g_autoptr (TsrPartial) large = make_partial (2, N, 5);
    g_autoptr (TsrPartial) a = tsr_partial_spill_add (spill, small, 1, NULL);
    g_autoptr (TsrPartial) b = tsr_partial_spill_add (spill, large, 2, NULL);
    g_assert_true (tsr_partial_equal (a, small));
    g_assert_true (tsr_partial_equal (b, large));
  }
}

static void
test_signal (void)
{
  gint64     n = (gint64)9 << 20; /* 72 MiB in two channels */
  TsrSignal *signal = tsr_scratch_signal_new (44100, 2, n, NULL);

  g_assert_nonnull (signal);
  g_assert_cmpuint (count_mappings (), ==, 1);
  for (guint c = 0; c < 2; c++)
    for (gint64 i = c; i < n; i += 100003)
      tsr_signal_channel_writable (signal, c)[i] = (float)i;
  tsr_signal_discard (signal, 0, n);
  for (guint c = 0; c < 2; c++)
    for (gint64 i = c; i < n; i += 100003) {
      g_assert_cmpfloat ((double)tsr_signal_channel (signal, c)[i], ==, (double)(float)i);
      g_assert_cmpfloat ((double)tsr_signal_channel (signal, c)[i + 1], ==, 0);
    }
  tsr_signal_unref (signal);
  g_assert_cmpuint (count_mappings (), ==, 0);
}

static void
test_room (void)
{
  g_autofree char *folder = NULL;
  int              fd = tsr_temporary_file_open (&folder, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_assert_true (tsr_temporary_file_has_room (fd, 1));
  g_assert_false (tsr_temporary_file_has_room (fd, G_MAXUINT64 / 2));
  g_close (fd, NULL);
  g_assert_nonnull (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/partial-spill/same-bits", test_same_bits);
  g_test_add_func ("/partial-spill/shared", test_shared);
  g_test_add_func ("/partial-spill/large", test_large);
  g_test_add_func ("/partial-spill/signal", test_signal);
  g_test_add_func ("/partial-spill/room", test_room);
  return g_test_run ();
}
