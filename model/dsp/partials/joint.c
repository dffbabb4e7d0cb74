/* SPDX-License-Identifier: GPL-3.0-or-later
 * Joint corrections.
 *
 * With D = correction times partial, the projections say for each partial i of a moment
 *   D_i = C_i - trust_i * (sum over others j of W ((w_j - w_i) reach_i) D_j),
 * C what it would be alone and W the spectrum of the window relative to its greatest
 * value. Solved by Gauss-Seidel: the system is that of least squares.
 */
#include "model/dsp/partials/joint.h"

#include "model/dsp/complex-number.h"
#include "model/dsp/partials/segment.h"

#include <math.h>
#include <stdlib.h>

enum { ROUNDS = 2, N_TABLE = 128, N_TERMS = 14, SLOTS_PER_ITEM = 16 };

/* The first zero of the window's spectrum; what lies beyond counts for nothing. */
#define LOBE 6.9879
/* Breakpoints that are nearer to the time of their slot are there. */
#define LEAST_TURNS 1e-6

typedef struct {
  double         angular;       /* frequency, rad/s */
  double complex alone, change; /* at the time of the slot */
  double complex turn;          /* from the breakpoint to there */
  double         amplitude, trust, reach_s;
  TsrJointEntry *entry;
} Part;

typedef struct {
  TsrJointEntry *entries;
  size_t        *order;         /* of the entries, by slots */
  size_t        *begin;         /* of each slot in it, and the end */
  size_t         n_slots, most; /* in a slot */
  double         first_s, step_s;
  bool           wants_crowds;
  double         table[N_TABLE + 2]; /* W (x), x from 0 to LOBE */
  Part          *parts;              /* room for `most` of each worker */
} Joint;

/* 105 j3 (x) / x^3, the spectrum of (1 - u^2)^3. */
static void
fill_table (Joint *joint)
{
  for (int i = 0; i <= N_TABLE; i++) {
    double x = LOBE * i / N_TABLE, y = -x * x / 2, sum = 1;
    for (int k = N_TERMS; k >= 1; k--)
      sum = 1 + sum * y / (k * (2 * k + 7));
    joint->table[i] = sum;
  }
  joint->table[N_TABLE + 1] = 0;
}

static double
spectrum_at (const Joint *joint, double x)
{
  double place = x * (N_TABLE / LOBE);
  int    i = (int)place;
  double u = place - i;

  return joint->table[i] + u * (joint->table[i + 1] - joint->table[i]);
}

static size_t
slot_of (const Joint *joint, const TsrJointEntry *entry)
{
  double slot = rint ((entry->b->time_s - joint->first_s) / joint->step_s);
  return (size_t)fmin ((double)joint->n_slots - 1, fmax (0, slot));
}

/* A counting sort. */
static void
sort_by_slots (Joint *joint, size_t n)
{
  for (size_t i = 0; i < n; i++)
    joint->begin[slot_of (joint, &joint->entries[i]) + 1]++;
  for (size_t k = 0; k < joint->n_slots; k++) {
    joint->most = joint->begin[k + 1] > joint->most ? joint->begin[k + 1] : joint->most;
    joint->begin[k + 1] += joint->begin[k];
  }
  for (size_t i = n; i-- > 0;) {
    size_t slot = slot_of (joint, &joint->entries[i]);
    joint->order[--joint->begin[slot + 1]] = i;
  }
  for (size_t k = 0; k < joint->n_slots; k++)
    joint->begin[k] = joint->begin[k + 1];
  joint->begin[joint->n_slots] = n;
}

static Part
part_of (TsrJointEntry *entry, double time_s)
{
  const TsrBreakpoint *b = entry->b;
  double               turns = (time_s - b->time_s) * b->frequency_hz;
  Part                 part = {
                      .angular = 2 * M_PI * b->frequency_hz,
                      .turn = 1,
                      .amplitude = sqrt (tsr_complex_energy (entry->value)),
                      .trust = (double)entry->trust,
                      .reach_s = (double)entry->reach_s,
                      .entry = entry,
  };

  if (fabs (turns) > LEAST_TURNS)
    part.turn = tsr_complex (tsr_turns_cosine (turns), tsr_turns_cosine (turns - 0.25));
  part.alone = part.change = entry->change * part.turn;
  return part;
}

/* The parts of a slot by frequency, one of each partial. */
static size_t
read_slot (const Joint *joint, size_t slot, Part *parts)
{
  double   time_s = joint->first_s + (double)slot * joint->step_s;
  size_t   n = 0;
  uint32_t last = UINT32_MAX;

  for (size_t i = joint->begin[slot]; i < joint->begin[slot + 1]; i++) {
    TsrJointEntry *entry = &joint->entries[joint->order[i]];
    if (entry->owner == last || !(entry->trust > 0))
      continue;
    last = entry->owner;
    Part   part = part_of (entry, time_s);
    size_t k = n++;
    for (; k > 0 && parts[k - 1].angular > part.angular; k--)
      parts[k] = parts[k - 1];
    parts[k] = part;
  }
  return n;
}

static void
solve_one (const Joint *joint, Part *parts, size_t n, size_t i)
{
  Part          *p = &parts[i];
  double         limit = LOBE / p->reach_s;
  double complex sum = 0;

  for (size_t j = i; j-- > 0 && p->angular - parts[j].angular < limit;)
    sum += parts[j].change *
           spectrum_at (joint, (p->angular - parts[j].angular) * p->reach_s);
  for (size_t j = i + 1; j < n && parts[j].angular - p->angular < limit; j++)
    sum += parts[j].change *
           spectrum_at (joint, (parts[j].angular - p->angular) * p->reach_s);
  p->change = p->alone - p->trust * sum;
}

/* What a partial's neighbours add to its window, as an amplitude. */
static double
crowd_of (const Joint *joint, const Part *parts, size_t n, size_t i)
{
  const Part *p = &parts[i];
  double      limit = LOBE / p->reach_s, sum = 0;

  for (size_t j = i; j-- > 0 && p->angular - parts[j].angular < limit;)
    sum += parts[j].amplitude *
           spectrum_at (joint, (p->angular - parts[j].angular) * p->reach_s);
  for (size_t j = i + 1; j < n && parts[j].angular - p->angular < limit; j++)
    sum += parts[j].amplitude *
           spectrum_at (joint, (parts[j].angular - p->angular) * p->reach_s);
  return sum;
}

static void
solve_slots (void *data, size_t item, size_t worker)
{
  const Joint *joint = data;
  Part        *parts = joint->parts + worker * joint->most;
  size_t       end = (item + 1) * SLOTS_PER_ITEM;

  end = end < joint->n_slots ? end : joint->n_slots;
  for (size_t slot = item * SLOTS_PER_ITEM; slot < end; slot++) {
    size_t n = read_slot (joint, slot, parts);
    for (int round = 0; round < ROUNDS && n > 1; round++)
      for (size_t k = 0; k < n; k++)
        solve_one (joint, parts, n, round % 2 == 0 ? k : n - 1 - k);
    for (size_t i = 0; joint->wants_crowds && i < n; i++)
      parts[i].entry->crowd = (float)crowd_of (joint, parts, n, i);
    for (size_t i = 0; i < n; i++)
      parts[i].entry->change = parts[i].change * conj (parts[i].turn);
  }
}

bool
tsr_joint_solve (TsrJointEntry *entries,
                 size_t         n,
                 double         first_s,
                 double         end_s,
                 double         step_s,
                 bool           wants_crowds,
                 const TsrJob  *job)
{
  Joint joint = {.entries = entries,
                 .n_slots = (size_t)fmax (1, ceil ((end_s - first_s) / step_s) + 1),
                 .first_s = first_s,
                 .step_s = step_s,
                 .wants_crowds = wants_crowds};

  joint.order = malloc ((n + 1) * sizeof *joint.order);
  joint.begin = calloc (joint.n_slots + 1, sizeof *joint.begin);
  if (joint.order != NULL && joint.begin != NULL) {
    sort_by_slots (&joint, n);
    joint.parts =
        malloc ((tsr_job_n_workers (job) * joint.most + 1) * sizeof *joint.parts);
  }
  if (joint.parts != NULL) {
    fill_table (&joint);
    tsr_job_parallel_for (
        job, (joint.n_slots + SLOTS_PER_ITEM - 1) / SLOTS_PER_ITEM, solve_slots, &joint);
  }
  free (joint.order);
  free (joint.begin);
  free (joint.parts);
  return joint.parts != NULL;
}
