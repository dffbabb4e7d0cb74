/* SPDX-License-Identifier: GPL-3.0-or-later
 * Musical scales that frequencies are quantized to: by name, as equal divisions of the
 * octave, or from Scala files. Immutable, reference counted. Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct TsrScale TsrScale;

#define TSR_SCALE_ERROR (tsr_scale_error_quark ())
GQuark tsr_scale_error_quark (void);

/* C4 with A4 = 440 Hz: the root where none is told. */
#define TSR_SCALE_ROOT_HZ 261.62556530059862

/* chromatic, major, minor, dorian, phrygian, lydian, mixolydian, locrian, harmonic-minor,
 * pentatonic, minor-pentatonic, blues, whole-tone, just, or `19edo`. NULL: none of them.
 */
TsrScale *tsr_scale_named (const char *name);
/* Text of a Scala file (huygens-fokker.org/scala/scl_format.html); its notes need not be
 * sorted. NULL with one sentence that names the line. */
TsrScale *tsr_scale_parse_scala (const char *text, const char *name, GError **error);
TsrScale *tsr_scale_read_scala (const char *path, GError **error);

TsrScale *tsr_scale_ref (TsrScale *scale);
void      tsr_scale_unref (TsrScale *scale); /* NULL is allowed */

/* What the scale was asked for by: its name or the path of its file. */
const char *tsr_scale_name (const TsrScale *scale);
gboolean    tsr_scale_is_file (const TsrScale *scale);
/* Notes of a period, and the cents of one above the root; the last is the period. */
gsize  tsr_scale_n_notes (const TsrScale *scale);
double tsr_scale_cents (const TsrScale *scale, gsize i);

/* The note nearest to hz (in cents) of the scale repeated up and down from root_hz. */
double tsr_scale_nearest (const TsrScale *scale, double root_hz, double hz);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsrScale, tsr_scale_unref)

G_END_DECLS
