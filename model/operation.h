/* SPDX-License-Identifier: GPL-3.0-or-later
 * The edits by name, the same for `tarsier-cli edit --do` and for the window: `pitch
 * 2st`, `stretch 1.5`, `shift 20Hz`, `gain -3dB`, `filter FILE`, `delete`, `crop 0.5:2`.
 * An operation turns a sound state and a selection into the next state.
 */
#pragma once

#include "model/selection.h"
#include "model/sound-state.h"

G_BEGIN_DECLS

#define TSR_OPERATION_ERROR (tsr_operation_error_quark ())
GQuark tsr_operation_error_quark (void);

typedef struct TsrOperation TsrOperation;

/* Parses one operation; curve files (`pitch vibrato.csv`, `filter eq.csv`) are read here.
 * NULL with one clear sentence when it is none, a number is out of range or a file cannot
 * be read. */
TsrOperation *tsr_operation_parse (const char *text, GError **error);
void          tsr_operation_free (TsrOperation *operation);
/* A span `A:B` in seconds (or with `s`, `ms`); either end may be missing: 0, INFINITY.
 * FALSE unless A < B. */
gboolean tsr_parse_time_span (const char *text, double *start_s, double *end_s);

/* The same, made by the window. Ratio, factor > 0; curves as in ops.h. A constant stretch
 * keeps the start of the selection (of its region, else of its earliest partial) where
 * it is; a time map is absolute. */
TsrOperation *tsr_operation_new_pitch (double ratio);
TsrOperation *tsr_operation_new_pitch_curve (TsrCurve *ratio_over_time_s);
TsrOperation *tsr_operation_new_stretch (double factor);
TsrOperation *tsr_operation_new_stretch_map (TsrCurve *target_s_over_time_s);
TsrOperation *tsr_operation_new_shift (double shift_hz);
TsrOperation *tsr_operation_new_gain (double gain_db);
TsrOperation *tsr_operation_new_filter (TsrCurve *gain_db_over_hz);
TsrOperation *tsr_operation_new_delete (void);
TsrOperation *tsr_operation_new_crop (double start_s, double end_s);

/* What parsing would give again ("pitch 200cents"); curves appear as a file name they are
 * to be saved under, or inline points where short. (transfer full) */
char *tsr_operation_to_text (const TsrOperation *operation);
/* A translated label for the history ("Pitch +200 cents"). (transfer full) */
char *tsr_operation_label (const TsrOperation *operation, gsize n_partials);

/* The next state. `selection` NULL: the whole sound, where stretch, crop, gain and filter
 * take the residual along (time map, residual gain). With a selection whose region is
 * set, partials are cut at its borders. New partials get ids from *next_partial_id on,
 * which is advanced. NULL with an error when nothing would be left to do ("no partial is
 * selected") or memory is short. Thread: any. */
TsrSoundState *tsr_operation_apply (const TsrOperation  *operation,
                                    const TsrSoundState *state,
                                    const TsrSelection  *selection,
                                    gint64              *next_partial_id,
                                    TsrSelection       **made,
                                    GError             **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsrOperation, tsr_operation_free)

G_END_DECLS
