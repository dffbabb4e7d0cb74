/* SPDX-License-Identifier: GPL-3.0-or-later
 * The values of model/dsp as boxed GTypes, for properties and signals, and their
 * automatic clean-up.
 */
#pragma once

#include <glib-object.h>

#include "model/dsp/curve.h"
#include "model/dsp/partials/partial-set.h"
#include "model/dsp/signal.h"

G_BEGIN_DECLS

#define TSR_TYPE_SIGNAL (tsr_signal_get_type ())
GType tsr_signal_get_type (void);
#define TSR_TYPE_CURVE (tsr_curve_get_type ())
GType tsr_curve_get_type (void);
#define TSR_TYPE_PARTIAL_SET (tsr_partial_set_get_type ())
GType tsr_partial_set_get_type (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsrSignal, tsr_signal_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsrCurve, tsr_curve_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsrPartial, tsr_partial_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsrPartialSet, tsr_partial_set_unref)

G_END_DECLS
