/* SPDX-License-Identifier: GPL-3.0-or-later
 * A lock-free ring of bytes between one writing and one reading thread, over memory of
 * the caller.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/dsp/realtime.h"

typedef struct {
  uint8_t *bytes;
  size_t   size; /* a power of two */
  _Alignas(64) atomic_size_t n_written;
  _Alignas(64) atomic_size_t n_read;
} TsrRing;

/* `memory` has size bytes, a power of two. Before either thread uses the ring. */
void tsr_ring_init (TsrRing *ring, void *memory, size_t size);

/* Writing thread. */
TSR_REALTIME size_t tsr_ring_writable (const TsrRing *ring);
/* Writes two pieces that the reader sees together; false, and nothing written, when there
 * is no room for both. */
TSR_REALTIME bool tsr_ring_write (
    TsrRing *ring, const void *head, size_t n_head, const void *body, size_t n_body);

/* Reading thread. */
TSR_REALTIME size_t tsr_ring_readable (const TsrRing *ring);
/* Copies n bytes out without taking them; false when there are fewer. */
TSR_REALTIME bool tsr_ring_peek (const TsrRing *ring, void *bytes, size_t n);
TSR_REALTIME bool tsr_ring_read (TsrRing *ring, void *bytes, size_t n);
TSR_REALTIME void tsr_ring_skip (TsrRing *ring, size_t n);
