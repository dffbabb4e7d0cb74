/* SPDX-License-Identifier: GPL-3.0-or-later
 * Partials that are judged before they are kept.
 */
#include "model/dsp/partials/found.h"

#include "model/dsp/partials/synth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

TsrStatus
tsr_found_collect (void *user, TsrPartial *partial)
{
  TsrFound *found = user;

  if (found->n == found->capacity) {
    size_t       capacity = 2 * found->capacity + 64;
    TsrPartial **items = realloc (found->items, capacity * sizeof *items);
    if (items == NULL) {
      tsr_partial_unref (partial);
      return TSR_STATUS_NO_MEMORY;
    }
    found->items = items;
    found->capacity = capacity;
  }
  TsrPartial *item = tsr_partial_new_with_id (partial, (int64_t)found->n + 1);
  tsr_partial_unref (partial);
  if (item == NULL)
    return TSR_STATUS_NO_MEMORY;
  found->items[found->n++] = item;
  return TSR_STATUS_OK;
}

void
tsr_found_clear (TsrFound *found)
{
  for (size_t i = 0; i < found->n; i++)
    tsr_partial_unref (found->items[i]);
  free (found->items);
  *found = (TsrFound){0};
}

TsrPartial *
tsr_found_moved (const TsrFound *found, size_t i, unsigned channel, double later_s)
{
  size_t         n = tsr_partial_n_breakpoints (found->items[i]);
  TsrBreakpoint *b = malloc (n * sizeof *b);
  TsrPartial    *moved = NULL;

  if (b == NULL)
    return NULL;
  memcpy (b, tsr_partial_breakpoints (found->items[i]), n * sizeof *b);
  for (size_t k = 0; k < n; k++)
    b[k].time_s += later_s;
  moved = tsr_partial_new (0, 0, channel, b, n);
  free (b);
  return moved;
}

static int
compare_stronger_first (const void *pa, const void *pb)
{
  const TsrPartial *a = *(TsrPartial *const *)pa, *b = *(TsrPartial *const *)pb;
  double ea = tsr_partial_summary (a)->energy, eb = tsr_partial_summary (b)->energy;

  if (ea != eb)
    return ea > eb ? -1 : 1;
  return tsr_partial_id (a) < tsr_partial_id (b) ? -1 : 1;
}

/* Takes a partial away from `rest` when that lowers its energy by more than `price`.
 * `room` has space for n samples. */
static TsrStatus
take_away (TsrPartial *partial,
           double      rate_hz,
           double      price,
           double     *rest,
           size_t      n,
           double     *room,
           bool       *is_kept)
{
  const TsrPartialSummary *s = tsr_partial_summary (partial);
  size_t first = (size_t)fmin ((double)n, fmax (0, floor (s->start_s * rate_hz)));
  size_t end = (size_t)fmin ((double)n, fmax (0, ceil (s->end_s * rate_hz) + 1));
  double gain = 0;

  *is_kept = false;
  if (end <= first)
    return TSR_STATUS_OK;
  TsrPartialSet *set = tsr_partial_set_new (&partial, 1);
  if (set == NULL)
    return TSR_STATUS_NO_MEMORY;
  memset (room, 0, (end - first) * sizeof *room);
  TsrStatus status = tsr_synth_render_range (set,
                                             tsr_partial_channel (partial),
                                             rate_hz,
                                             (int64_t)first,
                                             end - first,
                                             NULL,
                                             room,
                                             NULL);
  tsr_partial_set_unref (set);
  for (size_t i = first; status == TSR_STATUS_OK && i < end; i++)
    gain += room[i - first] * (2 * rest[i] - room[i - first]);
  *is_kept = gain > price;
  for (size_t i = first; *is_kept && i < end; i++)
    rest[i] -= room[i - first];
  return status;
}

TsrStatus
tsr_found_choose (
    TsrFound *found, double rate_hz, const TsrFoundPrice *price, double *rest, size_t n)
{
  TsrStatus status = TSR_STATUS_OK;
  size_t    n_kept = 0;
  double   *room = malloc ((n + 1) * sizeof *room);

  if (room == NULL)
    return TSR_STATUS_NO_MEMORY;
  if (found->n > 0)
    qsort (found->items, found->n, sizeof (TsrPartial *), compare_stronger_first);
  for (size_t i = 0; status == TSR_STATUS_OK && i < found->n; i++) {
    TsrPartial *partial = found->items[i];
    double      n_breakpoints = (double)tsr_partial_n_breakpoints (partial);
    double      least = price->for_each + price->for_breakpoint * n_breakpoints;
    bool        is_kept;
    status = take_away (partial, rate_hz, least, rest, n, room, &is_kept);
    found->items[i] = found->items[n_kept];
    found->items[n_kept] = partial;
    n_kept += is_kept;
  }
  for (size_t i = n_kept; i < found->n; i++)
    tsr_partial_unref (found->items[i]);
  found->n = n_kept;
  free (room);
  return status;
}
