/* SPDX-License-Identifier: GPL-3.0-or-later
 * The partials of a sound at one moment of its history: immutable, reference counted,
 * shared without locks by history, views, writer and audio. Replacing some partials makes
 * a new set that shares the others.
 */
#pragma once

#include "model/dsp/partials/partial.h"

typedef struct TsrPartialSet TsrPartialSet;

/* A set that holds a reference on each of n partials (their ids distinct and > 0), in
 * order of id. n may be 0. NULL on equal ids or when memory is short. */
TsrPartialSet *tsr_partial_set_new (TsrPartial *const *partials, size_t n);

/* The set without the partials with the ids in `removed` (each must be there) and with
 * `added`. NULL if an id is missing or would be twice. */
TsrPartialSet *tsr_partial_set_replace (const TsrPartialSet *set,
                                        const int64_t       *removed_ids,
                                        size_t               n_removed,
                                        TsrPartial *const   *added,
                                        size_t               n_added);

TsrPartialSet *tsr_partial_set_ref (TsrPartialSet *set); /* thread: any */
void tsr_partial_set_unref (TsrPartialSet *set); /* thread: any but audio; NULL allowed */

size_t tsr_partial_set_size (const TsrPartialSet *set);
size_t tsr_partial_set_n_breakpoints (const TsrPartialSet *set);
/* Partial number i in order of id; i < size. Borrowed from the set. */
TsrPartial *tsr_partial_set_at (const TsrPartialSet *set, size_t i);
/* Index of the partial with this id, or -1. */
int64_t tsr_partial_set_index_of (const TsrPartialSet *set, int64_t id);
int64_t tsr_partial_set_max_id (const TsrPartialSet *set); /* 0 when empty */

/* Hint: breakpoints that lie in memory of others will not be read again soon. */
void tsr_partial_set_discard (const TsrPartialSet *set);

/* Extent over all partials; zeros when empty. */
void tsr_partial_set_bounds (const TsrPartialSet *set,
                             double              *start_s,
                             double              *end_s,
                             double              *low_hz,
                             double              *high_hz);

/* Calls `found (user, index)` for each partial whose span and frequency range overlap the
 * rectangle, in order of start time, until it returns false. O(log n + candidates). */
void tsr_partial_set_foreach_in (const TsrPartialSet *set,
                                 double               start_s,
                                 double               end_s,
                                 double               low_hz,
                                 double               high_hz,
                                 bool (*found) (void *user, size_t index),
                                 void *user);
