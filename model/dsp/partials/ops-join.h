/* SPDX-License-Identifier: GPL-3.0-or-later
 * Single breakpoints, joints, drawn and erased partials. Results are new partials, or
 * NULL when memory is short or where it is told. Thread: any.
 */
#pragma once

#include "model/dsp/partials/partial.h"

/* One partial out of two: the gap between them is bridged (logarithm of the amplitude and
 * frequency glide), an overlap is cross-faded. It has the identity of the first. Where
 * that bends the frequency by 0.5 % at most, the phase of the second is met (algorithm
 * note 6.3), else the second is turned to go on from the first. `first` begins and ends
 * before `second` does; NULL otherwise. */
TsrPartial *tsr_partial_join (const TsrPartial *first, const TsrPartial *second);

/* Breakpoint number i moved: its time (kept between its neighbours), frequency and
 * amplitude. Frequencies between it and its neighbours bend along; what comes after keeps
 * its frequency and goes on from there. */
TsrPartial *tsr_partial_move_breakpoint (const TsrPartial *partial,
                                         size_t            i,
                                         double            time_s,
                                         double            frequency_hz,
                                         double            log_amplitude);
/* Without breakpoint i; NULL when it is the only one. Phases of the others stay. */
TsrPartial *tsr_partial_remove_breakpoint (const TsrPartial *partial, size_t i);
/* With a breakpoint at a time inside its span, on its curve. */
TsrPartial *tsr_partial_add_breakpoint (const TsrPartial *partial, double time_s);
/* The breakpoint nearest to a time; nulls count. */
size_t tsr_partial_nearest_breakpoint (const TsrPartial *partial, double time_s);

typedef struct {
  double time_s, frequency_hz, amplitude_db;
} TsrPathPoint;

/* A partial along n >= 2 points with increasing times and frequencies > 0, straight in
 * frequency and in dB, with fades of 5 ms (less when it is shorter than 20 ms) inside its
 * ends. */
TsrPartial *
tsr_partial_draw (const TsrPathPoint *points, size_t n, int label, unsigned channel);

/* The path of a brush in an order that is quick to look into; not owned by the brush. */
typedef struct TsrBrushIndex TsrBrushIndex;

/* A brush led along a path. */
typedef struct {
  const TsrPathPoint  *points; /* n >= 1, in the order they were drawn; no amplitudes */
  size_t               n;
  double               radius_s, radius_hz; /* > 0 */
  double               strength;            /* 0..1: 1 takes everything away */
  const TsrBrushIndex *index; /* of the same points and radii; NULL: none, which is slow
                                 where they are many. The results are the same */
} TsrBrush;

/* NULL when memory is short. */
TsrBrushIndex *tsr_brush_index_new (const TsrBrush *brush);
void           tsr_brush_index_free (TsrBrushIndex *index); /* NULL is allowed */

/* How much the brush takes of an amplitude here, 0..strength: all of it up to half of the
 * radius, falling to nothing at the radius. */
double tsr_brush_at (const TsrBrush *brush, double time_s, double frequency_hz);
/* Whether the brush can reach anything of the partial. */
bool tsr_brush_reaches (const TsrBrush *brush, const TsrPartial *partial);

/* What a brush leaves of a partial; where it takes everything there are nulls. */
TsrPartial *tsr_partial_erase (const TsrPartial *partial, const TsrBrush *brush);

/* The sounding pieces of a partial that is silent in between (for longer than a step), in
 * order of time, with id 0; a partial without such silence as it is. (transfer full)
 * array of *n, which may be 0; NULL when memory is short. */
TsrPartial **tsr_partial_sounding_pieces (const TsrPartial *partial, size_t *n);
