/* SPDX-License-Identifier: GPL-3.0-or-later
 * What edits did to the level behind the partials, as the file keeps it. Without laws it
 * is one curve (curve-codec.h), whose size is a multiple of 16 bytes. With laws it begins
 * with the 8 bytes "TSRLAWS1", then records: two little-endian integers of 8 bytes (kind,
 * number of points) and the points of a curve. Kind 0: the curve over frequency; 1 + k: a
 * law of kind k with its level; 100: the tilt of the law before.
 *
 * Where the laws of the parent step come first, it begins with "TSRLAWS2", and tells only
 * what the step adds to them, maybe nothing. Thread: any.
 */
#pragma once

#include <glib.h>

#include "model/dsp/partials/residual-law.h"

G_BEGIN_DECLS

#define TSR_RESIDUAL_MAX_LAWS 200000

/* Each may be NULL; no bytes where the first two are. `before`: laws of the parent step.
 */
void tsr_residual_encode (const TsrCurve        *gain_db_over_hz,
                          const TsrResidualLaws *laws,
                          const TsrResidualLaws *before,
                          GByteArray            *buffer);
/* Whether the bytes tell only what is added to the parent's laws. */
gboolean tsr_residual_needs_parent (const void *bytes, gsize n_bytes);
/* `before`: laws of the parent step (NULL: none); where that was lost, those of the one
 * in its place. FALSE, and both NULL, where the bytes make no sense. */
gboolean tsr_residual_decode (const void       *bytes,
                              gsize             n_bytes,
                              TsrResidualLaws  *before,
                              TsrCurve        **gain_db_over_hz,
                              TsrResidualLaws **laws);

G_END_DECLS
