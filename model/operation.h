/* SPDX-License-Identifier: GPL-3.0-or-later
 * The edits by name, the same for `tarsier-cli edit --do` and for the window: `pitch 2st
 * keep formants`, `stretch 0:0,1:2`, `gain -3dB`, `quantize minor` ... The manual page
 * lists them all. An operation turns a sound state and a selection into the next state.
 */
#pragma once

#include "model/dsp/partials/ops-join.h"
#include "model/dsp/signal.h"
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
TsrOperation *tsr_operation_copy (const TsrOperation *operation);
void          tsr_operation_free (TsrOperation *operation);

/* Operations made by the window; every other operation is made by parsing its text.
 * Ratio, factor > 0; curves as in ops.h. A constant stretch keeps the start of the
 * selection (of its region, else of its earliest partial) where it is; a time map is
 * absolute. */
TsrOperation *tsr_operation_new_pitch (double ratio);
TsrOperation *tsr_operation_new_stretch (double factor);
TsrOperation *tsr_operation_new_stretch_map (TsrCurve *target_s_over_time_s);
TsrOperation *tsr_operation_new_shift (double shift_hz);
TsrOperation *tsr_operation_new_gain (double gain_db);
TsrOperation *tsr_operation_new_filter (TsrCurve *gain_db_over_hz);
TsrOperation *tsr_operation_new_delete (void);
/* Only what sounds from start_s >= 0 to end_s, which may be INFINITY: partials are cut
 * there. On the whole sound what lies behind them falls silent there, too. */
TsrOperation *tsr_operation_new_delete_span (double start_s, double end_s);
TsrOperation *tsr_operation_new_crop (double start_s, double end_s);

/* A new partial along n >= 2 points with increasing times, and harmonics 2 ...
 * n_harmonics of it at 1/k of its amplitude; channel -1: in every channel that has
 * partials. NULL when the points are not so. */
TsrOperation *tsr_operation_new_draw (const TsrPathPoint *points,
                                      gsize               n,
                                      guint               n_harmonics,
                                      int                 channel);
/* A brush along n >= 1 points that takes `strength` (0..1) of the amplitudes within half
 * of its radii, less towards its border. */
TsrOperation *tsr_operation_new_erase (const TsrPathPoint *points,
                                       gsize               n,
                                       double              radius_s,
                                       double              radius_hz,
                                       double              strength);
/* The breakpoint of the selected partials that is nearest to at_s moves there. */
TsrOperation *tsr_operation_new_move_breakpoint (double at_s, const TsrPathPoint *to);
/* Partials of another sound, moved in time: what pasting does. Its text is `insert` and
 * cannot be parsed; the command that repeats it is the verb `paste`, see below. */
TsrOperation *tsr_operation_new_insert (TsrPartialSet *partials, double move_s);

/* `paste FROM [--select QUERY] [--step N] [--at S]`: partials of a sound of the same
 * project. query NULL: all; step NULL: as the sound is now; at_s INFINITY: where they
 * were. (transfer full) */
char *
tsr_paste_command (const char *from, const char *query, const char *step, double at_s);

/* `stretch ... keep transients` needs to know where attacks are: in the text (`keep
 * transients at 0.1,0.52`), by this function, or else where partials begin together. */
gboolean tsr_operation_wants_onsets (const TsrOperation *operation);
/* Times of the sound in seconds, increasing. */
void tsr_operation_set_onsets (TsrOperation *operation, const double *onsets_s, gsize n);
/* Finds them in the recording the sound was made from, where it wants some. Thread: any.
 */
void tsr_operation_find_onsets (TsrOperation        *operation,
                                const TsrSoundState *state,
                                const TsrSignal     *source);

/* What parsing would give again ("pitch 200cents"); curves appear as they were told: the
 * name of their file, or points written out. (transfer full) */
char *tsr_operation_to_text (const TsrOperation *operation);
/* A translated label for the history ("Pitch +200 cents"). (transfer full) */
char *tsr_operation_label (const TsrOperation *operation, gsize n_partials);

/* Whether nothing would change: ratio 1, 0 dB ... */
gboolean tsr_operation_is_identity (const TsrOperation *operation);

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
