/* SPDX-License-Identifier: GPL-3.0-or-later
 * The ring between two threads: every message arrives once, whole and in order.
 */
#include "audio/ring.h"

#include <pthread.h>
#include <sched.h>
#include <string.h>

#include <glib.h>

enum { N_MESSAGES = 1000000, MAX_BODY = 60 };

typedef struct {
  uint32_t number;
  uint32_t n_body;
} Head;

static uint32_t
body_size (uint32_t number)
{
  return number * 2654435761u % (MAX_BODY + 1);
}

static void *
write_all (void *data)
{
  TsrRing *ring = data;
  uint8_t  body[MAX_BODY];
  for (uint32_t i = 0; i < N_MESSAGES; i++) {
    Head head = {i, body_size (i)};
    memset (body, (int)(i & 255), head.n_body);
    while (!tsr_ring_write (ring, &head, sizeof head, body, head.n_body))
      sched_yield ();
  }
  return NULL;
}

/* Asserted apart from the loop, so that this runs under a thread sanitizer without
 * GLib. */
static gboolean
read_message (TsrRing *ring, uint32_t number)
{
  Head    head;
  uint8_t body[MAX_BODY];
  while (!tsr_ring_peek (ring, &head, sizeof head))
    sched_yield ();
  tsr_ring_skip (ring, sizeof head);
  if (head.number != number || head.n_body != body_size (number) ||
      !tsr_ring_read (ring, body, head.n_body))
    return FALSE;
  for (uint32_t i = 0; i < head.n_body; i++)
    if (body[i] != (uint8_t)(number & 255))
      return FALSE;
  return TRUE;
}

static void
test_threads (void)
{
  static uint8_t memory[4096];
  TsrRing        ring;
  pthread_t      writer;
  uint32_t       n_good = 0;
  tsr_ring_init (&ring, memory, sizeof memory);
  g_assert_cmpint (pthread_create (&writer, NULL, write_all, &ring), ==, 0);
  while (n_good < N_MESSAGES && read_message (&ring, n_good))
    n_good++;
  g_assert_cmpuint (n_good, ==, N_MESSAGES);
  pthread_join (writer, NULL);
  g_assert_cmpuint (tsr_ring_readable (&ring), ==, 0);
}

static void
test_edges (void)
{
  uint8_t memory[16], out[16];
  TsrRing ring;
  tsr_ring_init (&ring, memory, sizeof memory);
  g_assert_false (tsr_ring_read (&ring, out, 1));
  for (int round = 0; round < 100; round++) {
    g_assert_true (tsr_ring_write (&ring, "abcde", 5, "fghijkl", 7));
    g_assert_cmpuint (tsr_ring_writable (&ring), ==, 4);
    g_assert_false (tsr_ring_write (&ring, "abc", 3, "de", 2));
    g_assert_false (tsr_ring_peek (&ring, out, 13));
    g_assert_true (tsr_ring_read (&ring, out, 12));
    g_assert_cmpmem (out, 12, "abcdefghijkl", 12);
  }
  g_assert_true (tsr_ring_write (&ring, "0123456789abcdef", 16, NULL, 0));
  g_assert_cmpuint (tsr_ring_writable (&ring), ==, 0);
  g_assert_true (tsr_ring_read (&ring, out, 16));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/audio/ring/edges", test_edges);
  g_test_add_func ("/audio/ring/threads", test_threads);
  return g_test_run ();
}
