/* SPDX-License-Identifier: GPL-3.0-or-later
 * Loudness of the parts of a sound, so that they can be compared at the same level:
 * K-weighted power in steps of 100 ms, which can be added, and the gated loudness of
 * ITU-R BS.1770-4 from it. Partials are measured from their breakpoints, without
 * rendering. Thread: any but audio.
 */
#pragma once

#include <glib.h>

#include "model/dsp/partials/partial-set.h"
#include "model/dsp/signal.h"

G_BEGIN_DECLS

/* Mean K-weighted power of each 100 ms, summed over channels. */
typedef struct {
  double *power; /* owned */
  gsize   n;
} TsrPowerSteps;

void tsr_power_steps_init (TsrPowerSteps *self, double duration_s);
void tsr_power_steps_clear (TsrPowerSteps *self);

void tsr_power_steps_add_signal (TsrPowerSteps *self, const TsrSignal *signal);
void tsr_power_steps_add (TsrPowerSteps *self, const TsrPowerSteps *other);

/* The same of each partial of a set, so that any group of them is measured quickly.
 * Immutable, reference counted. */
typedef struct TsrPartialPowers TsrPartialPowers;

TsrPartialPowers *tsr_partial_powers_new (const TsrPartialSet *set);
TsrPartialPowers *tsr_partial_powers_ref (TsrPartialPowers *self);
void              tsr_partial_powers_unref (TsrPartialPowers *self); /* NULL is allowed */

/* Partials whose byte in group_of_partial equals group; all, when that is NULL. */
void tsr_power_steps_add_partials (TsrPowerSteps          *self,
                                   const TsrPartialPowers *powers,
                                   const guint8           *group_of_partial,
                                   guint8                  group);

/* LUFS; -INFINITY below the absolute gate. */
double tsr_power_steps_loudness (const TsrPowerSteps *self);

G_END_DECLS
