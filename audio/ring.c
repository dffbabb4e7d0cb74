/* SPDX-License-Identifier: GPL-3.0-or-later
 * Counters only grow; their difference is what is in the ring.
 */
#include "audio/ring.h"

#include <string.h>

void
tsr_ring_init (TsrRing *ring, void *memory, size_t size)
{
  ring->bytes = memory;
  ring->size = size;
  atomic_init (&ring->n_written, 0);
  atomic_init (&ring->n_read, 0);
}

size_t
tsr_ring_writable (const TsrRing *ring)
{
  return ring->size - (atomic_load_explicit (&ring->n_written, memory_order_relaxed) -
                       atomic_load_explicit (&ring->n_read, memory_order_acquire));
}

static void
copy_in (TsrRing *ring, size_t at, const void *bytes, size_t n)
{
  size_t begin = at & (ring->size - 1);
  size_t first = ring->size - begin < n ? ring->size - begin : n;
  if (n == 0)
    return;
  memcpy (ring->bytes + begin, bytes, first);
  memcpy (ring->bytes, (const uint8_t *)bytes + first, n - first);
}

bool
tsr_ring_write (
    TsrRing *ring, const void *head, size_t n_head, const void *body, size_t n_body)
{
  if (tsr_ring_writable (ring) < n_head + n_body)
    return false;
  size_t at = atomic_load_explicit (&ring->n_written, memory_order_relaxed);
  copy_in (ring, at, head, n_head);
  copy_in (ring, at + n_head, body, n_body);
  atomic_store_explicit (&ring->n_written, at + n_head + n_body, memory_order_release);
  return true;
}

size_t
tsr_ring_readable (const TsrRing *ring)
{
  return atomic_load_explicit (&ring->n_written, memory_order_acquire) -
         atomic_load_explicit (&ring->n_read, memory_order_relaxed);
}

bool
tsr_ring_peek (const TsrRing *ring, void *bytes, size_t n)
{
  if (tsr_ring_readable (ring) < n)
    return false;
  size_t begin =
      atomic_load_explicit (&ring->n_read, memory_order_relaxed) & (ring->size - 1);
  size_t first = ring->size - begin < n ? ring->size - begin : n;
  memcpy (bytes, ring->bytes + begin, first);
  memcpy ((uint8_t *)bytes + first, ring->bytes, n - first);
  return true;
}

void
tsr_ring_skip (TsrRing *ring, size_t n)
{
  size_t at = atomic_load_explicit (&ring->n_read, memory_order_relaxed);
  atomic_store_explicit (&ring->n_read, at + n, memory_order_release);
}

bool
tsr_ring_read (TsrRing *ring, void *bytes, size_t n)
{
  if (!tsr_ring_peek (ring, bytes, n))
    return false;
  tsr_ring_skip (ring, n);
  return true;
}
