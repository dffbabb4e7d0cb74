/* SPDX-License-Identifier: GPL-3.0-or-later
 * Partials and the interpolation between their breakpoints.
 */
#include "model/dsp/partials/partial.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct TsrPartial {
  atomic_int           n_refs;
  int64_t              id;
  int64_t              noise_id; /* 0: id */
  int                  label;
  unsigned             channel;
  bool                 has_noise;
  TsrPartialSummary    summary;
  size_t               n;
  TsrBreakpointMemory *memory;      /* NULL: `own` */
  const TsrBreakpoint *breakpoints; /* n of them */
  TsrBreakpoint        own[];
};

static bool
breakpoint_is_valid (const TsrBreakpoint *b)
{
  return isfinite (b->time_s) && isfinite (b->phase_turns) &&
         isfinite (b->frequency_hz) && isfinite (b->log_amplitude) &&
         isfinite (b->slope_per_s) && isfinite (b->chirp_hz_per_s) &&
         b->frequency_hz >= 0 && b->bandwidth >= 0 && b->bandwidth <= 1;
}

static bool
breakpoints_are_valid (const TsrBreakpoint *b, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    if (!breakpoint_is_valid (&b[i]))
      return false;
    if (i == 0 || b[i].time_s > b[i - 1].time_s)
      continue;
    if (b[i].time_s < b[i - 1].time_s ||
        ((b[i - 1].flags | b[i].flags) & TSR_BREAKPOINT_NULL) == 0)
      return false;
  }
  return n > 0;
}

static TsrPartialSummary
summarise (const TsrBreakpoint *b, size_t n)
{
  TsrPartialSummary s = {.start_s = b[0].time_s, .end_s = b[n - 1].time_s};
  double            weight_sum = 0, frequency_sum = 0, bandwidth_sum = 0;
  double            previous_square = 0;
  bool              any = false;

  for (size_t i = 0; i < n; i++) {
    double a = tsr_breakpoint_amplitude (&b[i]);
    double weight = a * a + 1e-300;
    if (i > 0)
      s.energy += 0.25 * (a * a + previous_square) * (b[i].time_s - b[i - 1].time_s);
    previous_square = a * a;
    if (b[i].flags & TSR_BREAKPOINT_NULL)
      continue;
    s.low_hz = any ? fmin (s.low_hz, b[i].frequency_hz) : b[i].frequency_hz;
    s.high_hz = any ? fmax (s.high_hz, b[i].frequency_hz) : b[i].frequency_hz;
    s.peak_amplitude = fmax (s.peak_amplitude, a);
    weight_sum += weight;
    frequency_sum += weight * b[i].frequency_hz;
    bandwidth_sum += weight * (double)b[i].bandwidth;
    any = true;
  }
  if (!any)
    s.low_hz = s.high_hz = s.mean_hz = b[0].frequency_hz;
  else {
    s.mean_hz = frequency_sum / weight_sum;
    s.mean_bandwidth = bandwidth_sum / weight_sum;
  }
  return s;
}

static bool
any_has_noise (const TsrBreakpoint *b, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (b[i].bandwidth > 0)
      return true;
  return false;
}

TsrPartial *
tsr_partial_new (int64_t              id,
                 int                  label,
                 unsigned             channel,
                 const TsrBreakpoint *breakpoints,
                 size_t               n_breakpoints)
{
  if (!breakpoints_are_valid (breakpoints, n_breakpoints))
    return NULL;
  TsrPartial *partial = malloc (sizeof *partial + n_breakpoints * sizeof *breakpoints);
  if (partial == NULL)
    return NULL;
  atomic_init (&partial->n_refs, 1);
  partial->id = id;
  partial->noise_id = 0;
  partial->label = label;
  partial->channel = channel;
  partial->n = n_breakpoints;
  partial->memory = NULL;
  partial->breakpoints = partial->own;
  memcpy (partial->own, breakpoints, n_breakpoints * sizeof *breakpoints);
  partial->summary = summarise (breakpoints, n_breakpoints);
  partial->has_noise = any_has_noise (breakpoints, n_breakpoints);
  return partial;
}

TsrPartial *
tsr_partial_new_over (const TsrPartial    *partial,
                      int64_t              id,
                      const TsrBreakpoint *breakpoints,
                      TsrBreakpointMemory *memory)
{
  TsrPartial *over = malloc (sizeof *over);
  if (over == NULL)
    return NULL;
  atomic_init (&over->n_refs, 1);
  over->id = id;
  over->noise_id = id == partial->id ? partial->noise_id : 0;
  over->label = partial->label;
  over->channel = partial->channel;
  over->has_noise = partial->has_noise;
  over->summary = partial->summary;
  over->n = partial->n;
  over->breakpoints = breakpoints;
  over->memory = memory;
  memory->ref (memory);
  return over;
}

TsrBreakpointMemory *
tsr_partial_memory (const TsrPartial *partial)
{
  return partial->memory;
}

TsrPartial *
tsr_partial_new_with_id (const TsrPartial *partial, int64_t id)
{
  if (partial->memory != NULL)
    return tsr_partial_new_over (partial, id, partial->breakpoints, partial->memory);
  TsrPartial *made = tsr_partial_new (
      id, partial->label, partial->channel, partial->breakpoints, partial->n);
  if (made != NULL && id == partial->id)
    made->noise_id = partial->noise_id;
  return made;
}

/* What has no noise needs none of another; made may be NULL. */
static TsrPartial *
give_noise (TsrPartial *made, int64_t noise_id)
{
  if (made != NULL)
    made->noise_id = made->has_noise && made->n > 1 ? noise_id : 0;
  return made;
}

TsrPartial *
tsr_partial_new_heir (const TsrPartial *partial, int64_t id)
{
  return give_noise (tsr_partial_new_with_id (partial, id),
                     tsr_partial_noise_id (partial));
}

TsrPartial *
tsr_partial_new_like (const TsrPartial    *partial,
                      int64_t              id,
                      const TsrBreakpoint *breakpoints,
                      size_t               n_breakpoints)
{
  return give_noise (
      tsr_partial_new (id, partial->label, partial->channel, breakpoints, n_breakpoints),
      tsr_partial_noise_id (partial));
}

TsrPartial *
tsr_partial_new_with_noise (const TsrPartial *partial, int64_t noise_id)
{
  return give_noise (tsr_partial_new_with_id (partial, partial->id), noise_id);
}

TsrPartial *
tsr_partial_new_with_label (const TsrPartial *partial, int label)
{
  TsrPartial *made = tsr_partial_new_with_id (partial, partial->id);

  if (made != NULL)
    made->label = label;
  return made;
}

TsrPartial *
tsr_partial_ref (TsrPartial *partial)
{
  atomic_fetch_add_explicit (&partial->n_refs, 1, memory_order_relaxed);
  return partial;
}

void
tsr_partial_unref (TsrPartial *partial)
{
  if (partial == NULL ||
      atomic_fetch_sub_explicit (&partial->n_refs, 1, memory_order_acq_rel) != 1)
    return;
  if (partial->memory != NULL)
    partial->memory->unref (partial->memory);
  free (partial);
}

int64_t
tsr_partial_id (const TsrPartial *partial)
{
  return partial->id;
}

int64_t
tsr_partial_noise_id (const TsrPartial *partial)
{
  return partial->noise_id != 0 ? partial->noise_id : partial->id;
}

int
tsr_partial_label (const TsrPartial *partial)
{
  return partial->label;
}

unsigned
tsr_partial_channel (const TsrPartial *partial)
{
  return partial->channel;
}

size_t
tsr_partial_n_breakpoints (const TsrPartial *partial)
{
  return partial->n;
}

const TsrBreakpoint *
tsr_partial_breakpoints (const TsrPartial *partial)
{
  return partial->breakpoints;
}

const TsrPartialSummary *
tsr_partial_summary (const TsrPartial *partial)
{
  return &partial->summary;
}

bool
tsr_partial_has_noise (const TsrPartial *partial)
{
  return partial->has_noise;
}

bool
tsr_partial_at (const TsrPartial *partial, double time_s, TsrBreakpoint *value)
{
  const TsrBreakpoint *b = partial->breakpoints;
  size_t               n = partial->n;

  if (time_s < b[0].time_s || time_s > b[n - 1].time_s)
    return false;
  size_t low = 0, high = n; /* last index with time <= time_s is in [low, high) */
  while (high - low > 1) {
    size_t middle = (low + high) / 2;
    if (b[middle].time_s <= time_s)
      low = middle;
    else
      high = middle;
  }
  if (low == n - 1)
    *value = b[low];
  else
    tsr_breakpoint_between (&b[low],
                            &b[low + 1],
                            (time_s - b[low].time_s) /
                                (b[low + 1].time_s - b[low].time_s),
                            value);
  return true;
}

double
tsr_phase_unwrap (const TsrBreakpoint *a, const TsrBreakpoint *b, double wrapped_turns)
{
  double T = b->time_s - a->time_s;
  double predicted = a->phase_turns + T * (a->frequency_hz + b->frequency_hz) / 2 +
                     T * T * ((double)a->chirp_hz_per_s - (double)b->chirp_hz_per_s) / 12;

  return wrapped_turns + round (predicted - wrapped_turns);
}

bool
tsr_partial_equal (const TsrPartial *a, const TsrPartial *b)
{
  return a->id == b->id && tsr_partial_noise_id (a) == tsr_partial_noise_id (b) &&
         a->label == b->label && a->channel == b->channel && a->n == b->n &&
         memcmp (a->breakpoints, b->breakpoints, a->n * sizeof *a->breakpoints) == 0;
}
