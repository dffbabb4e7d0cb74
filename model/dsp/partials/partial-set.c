/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sets of partials with a time index: partials sorted by start, and for each block of
 * them the latest end, so that a range query skips whole blocks that are over.
 */
#include "model/dsp/partials/partial-set.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { BLOCK = 64 };

struct TsrPartialSet {
  atomic_int            n_refs;
  size_t                n;
  size_t                n_breakpoints;
  TsrPartial          **partials;    /* n, by id, referenced */
  uint32_t             *by_start;    /* n indices into partials, by (start, id) */
  double               *block_end_s; /* latest end of each BLOCK of by_start */
  double                start_s, end_s, low_hz, high_hz;
  TsrBreakpointMemory **memories; /* of the partials, kept alive by them */
  size_t                n_memories;
};

static int
compare_ids (const void *a, const void *b)
{
  int64_t x = tsr_partial_id (*(TsrPartial *const *)a);
  int64_t y = tsr_partial_id (*(TsrPartial *const *)b);
  return (x > y) - (x < y);
}

typedef struct {
  double   start_s;
  uint32_t index;
} Start;

static int
compare_starts (const void *a, const void *b)
{
  const Start *x = a, *y = b;
  if (x->start_s != y->start_s)
    return x->start_s < y->start_s ? -1 : 1;
  return (x->index > y->index) - (x->index < y->index);
}

static size_t
n_blocks (size_t n)
{
  return (n + BLOCK - 1) / BLOCK;
}

static bool
index_by_start (TsrPartialSet *set)
{
  Start *starts = malloc ((set->n > 0 ? set->n : 1) * sizeof *starts);
  if (starts == NULL)
    return false;
  for (size_t i = 0; i < set->n; i++) {
    starts[i].start_s = tsr_partial_summary (set->partials[i])->start_s;
    starts[i].index = (uint32_t)i;
  }
  qsort (starts, set->n, sizeof *starts, compare_starts);
  for (size_t i = 0; i < set->n; i++) {
    double end_s = tsr_partial_summary (set->partials[starts[i].index])->end_s;
    set->by_start[i] = starts[i].index;
    if (i % BLOCK == 0 || end_s > set->block_end_s[i / BLOCK])
      set->block_end_s[i / BLOCK] = end_s;
  }
  free (starts);
  return true;
}

static void
measure_bounds (TsrPartialSet *set)
{
  for (size_t i = 0; i < set->n; i++) {
    const TsrPartialSummary *s = tsr_partial_summary (set->partials[i]);
    set->n_breakpoints += tsr_partial_n_breakpoints (set->partials[i]);
    set->start_s = i == 0 ? s->start_s : fmin (set->start_s, s->start_s);
    set->end_s = i == 0 ? s->end_s : fmax (set->end_s, s->end_s);
    set->low_hz = i == 0 ? s->low_hz : fmin (set->low_hz, s->low_hz);
    set->high_hz = i == 0 ? s->high_hz : fmax (set->high_hz, s->high_hz);
  }
}

/* Lists where breakpoints lie. Partials that came one after the other lie together. */
static bool
list_memories (TsrPartialSet *set)
{
  size_t capacity = 0;

  for (size_t i = 0; i < set->n; i++) {
    TsrBreakpointMemory *memory = tsr_partial_memory (set->partials[i]);
    size_t               k = set->n_memories;
    while (memory != NULL && k > 0 && set->memories[k - 1] != memory)
      k--;
    if (memory == NULL || k > 0)
      continue;
    if (set->n_memories == capacity) {
      capacity = 2 * capacity + 8;
      TsrBreakpointMemory **memories =
          realloc (set->memories, capacity * sizeof (TsrBreakpointMemory *));
      if (memories == NULL)
        return false;
      set->memories = memories;
    }
    set->memories[set->n_memories++] = memory;
  }
  return true;
}

void
tsr_partial_set_discard (const TsrPartialSet *set)
{
  for (size_t i = 0; i < set->n_memories; i++)
    if (set->memories[i]->discard != NULL)
      set->memories[i]->discard (set->memories[i]);
}

static bool
ids_are_distinct (const TsrPartialSet *set)
{
  for (size_t i = 0; i < set->n; i++) {
    int64_t id = tsr_partial_id (set->partials[i]);
    if (id <= 0 || (i > 0 && id == tsr_partial_id (set->partials[i - 1])))
      return false;
  }
  return true;
}

/* Makes the set from `partials`, an array sorted by id that it owns; takes the
 * references. */
static TsrPartialSet *
set_new_take (TsrPartial **partials, size_t n)
{
  TsrPartialSet *set = calloc (1, sizeof *set);
  if (set == NULL || n > UINT32_MAX) {
    for (size_t i = 0; i < n; i++)
      tsr_partial_unref (partials[i]);
    free (partials);
    free (set);
    return NULL;
  }
  atomic_init (&set->n_refs, 1);
  set->n = n;
  set->partials = partials;
  set->by_start = malloc ((n > 0 ? n : 1) * sizeof *set->by_start);
  set->block_end_s = malloc ((n_blocks (n) + 1) * sizeof *set->block_end_s);
  if (set->by_start == NULL || set->block_end_s == NULL || !ids_are_distinct (set) ||
      !index_by_start (set) || !list_memories (set)) {
    tsr_partial_set_unref (set);
    return NULL;
  }
  measure_bounds (set);
  return set;
}

TsrPartialSet *
tsr_partial_set_new (TsrPartial *const *partials, size_t n)
{
  TsrPartial **copy = malloc ((n > 0 ? n : 1) * sizeof *copy);
  if (copy == NULL)
    return NULL;
  for (size_t i = 0; i < n; i++)
    copy[i] = tsr_partial_ref (partials[i]);
  qsort (copy, n, sizeof (TsrPartial *), compare_ids);
  return set_new_take (copy, n);
}

TsrPartialSet *
tsr_partial_set_replace (const TsrPartialSet *set,
                         const int64_t       *removed_ids,
                         size_t               n_removed,
                         TsrPartial *const   *added,
                         size_t               n_added)
{
  size_t       capacity = set->n + n_added;
  TsrPartial **next = malloc ((capacity > 0 ? capacity : 1) * sizeof *next);
  bool        *gone = calloc (set->n > 0 ? set->n : 1, sizeof *gone);
  size_t       n = 0;
  bool         found_all = next != NULL && gone != NULL;

  for (size_t i = 0; found_all && i < n_removed; i++) {
    int64_t index = tsr_partial_set_index_of (set, removed_ids[i]);
    found_all = index >= 0 && !gone[index];
    if (found_all)
      gone[index] = true;
  }
  if (!found_all) {
    free (next);
    free (gone);
    return NULL;
  }
  for (size_t i = 0; i < set->n; i++)
    if (!gone[i])
      next[n++] = tsr_partial_ref (set->partials[i]);
  for (size_t i = 0; i < n_added; i++)
    next[n++] = tsr_partial_ref (added[i]);
  free (gone);
  qsort (next, n, sizeof (TsrPartial *), compare_ids);
  return set_new_take (next, n);
}

TsrPartialSet *
tsr_partial_set_ref (TsrPartialSet *set)
{
  atomic_fetch_add_explicit (&set->n_refs, 1, memory_order_relaxed);
  return set;
}

void
tsr_partial_set_unref (TsrPartialSet *set)
{
  if (set == NULL ||
      atomic_fetch_sub_explicit (&set->n_refs, 1, memory_order_acq_rel) != 1)
    return;
  for (size_t i = 0; i < set->n; i++)
    tsr_partial_unref (set->partials[i]);
  free (set->partials);
  free (set->by_start);
  free (set->block_end_s);
  free (set->memories);
  free (set);
}

size_t
tsr_partial_set_size (const TsrPartialSet *set)
{
  return set->n;
}

size_t
tsr_partial_set_n_breakpoints (const TsrPartialSet *set)
{
  return set->n_breakpoints;
}

TsrPartial *
tsr_partial_set_at (const TsrPartialSet *set, size_t i)
{
  return set->partials[i];
}

int64_t
tsr_partial_set_index_of (const TsrPartialSet *set, int64_t id)
{
  if (set->n == 0)
    return -1;
  int64_t first = tsr_partial_id (set->partials[0]);
  int64_t last = tsr_partial_id (set->partials[set->n - 1]);
  if (id < first || id > last)
    return -1;
  /* Neighbours differ by one at least: that bounds the distance from both ends, and of
   * sets without gaps it leaves one candidate. */
  uint64_t behind = (uint64_t)id - (uint64_t)first,
           before = (uint64_t)last - (uint64_t)id;
  size_t low = before < set->n ? set->n - 1 - (size_t)before : 0;
  size_t high = behind < set->n ? (size_t)behind + 1 : set->n;
  while (low < high) {
    size_t  middle = (low + high) / 2;
    int64_t here = tsr_partial_id (set->partials[middle]);
    if (here == id)
      return (int64_t)middle;
    if (here < id)
      low = middle + 1;
    else
      high = middle;
  }
  return -1;
}

int64_t
tsr_partial_set_max_id (const TsrPartialSet *set)
{
  return set->n > 0 ? tsr_partial_id (set->partials[set->n - 1]) : 0;
}

void
tsr_partial_set_bounds (const TsrPartialSet *set,
                        double              *start_s,
                        double              *end_s,
                        double              *low_hz,
                        double              *high_hz)
{
  *start_s = set->start_s;
  *end_s = set->end_s;
  *low_hz = set->low_hz;
  *high_hz = set->high_hz;
}

void
tsr_partial_set_foreach_in (const TsrPartialSet *set,
                            double               start_s,
                            double               end_s,
                            double               low_hz,
                            double               high_hz,
                            bool (*found) (void *user, size_t index),
                            void *user)
{
  for (size_t i = 0; i < set->n; i++) {
    if (i % BLOCK == 0 && set->block_end_s[i / BLOCK] < start_s) {
      i += BLOCK - 1;
      continue;
    }
    const TsrPartialSummary *s = tsr_partial_summary (set->partials[set->by_start[i]]);
    if (s->start_s > end_s)
      return;
    if (s->end_s < start_s || s->high_hz < low_hz || s->low_hz > high_hz)
      continue;
    if (!found (user, set->by_start[i]))
      return;
  }
}
