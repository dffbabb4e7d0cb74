/* SPDX-License-Identifier: GPL-3.0-or-later
 * Boxed types of the reference counted values of model/dsp.
 */
#include "model/dsp-types.h"

#include "model/boxed.h"

TSR_DEFINE_BOXED_TYPE (TsrSignal, tsr_signal)
TSR_DEFINE_BOXED_TYPE (TsrCurve, tsr_curve)
TSR_DEFINE_BOXED_TYPE (TsrPartialSet, tsr_partial_set)
