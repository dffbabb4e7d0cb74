/* SPDX-License-Identifier: GPL-3.0-or-later
 * The language of selections, the same in the search field and on the command line:
 * `amplitude > -60dB and duration > 50ms and frequency in 200Hz..2kHz`, `top 20 by
 * energy`,
 * `... within 0.5:1.2 200:2000`, `@Name and not label = 1`. Fields, units and grammar are
 * listed in the manual page.
 */
#pragma once

#include "model/sound.h"

G_BEGIN_DECLS

typedef struct TsrQuery TsrQuery;

#define TSR_QUERY_ERROR (tsr_query_error_quark ())
GQuark tsr_query_error_quark (void);

/* NULL with one clear sentence, which tells the column, when the text is no query. */
TsrQuery *tsr_query_parse (const char *text, GError **error);
void      tsr_query_free (TsrQuery *query);
/* The selected partials; a saved selection is empty here (tsr_query_select_in looks them
 * up); the region of a trailing `within` becomes the selection's
 * region. `fundamental_hz` <= 0: estimated from the set where `harmonicity` is asked for.
 */
TsrSelection *
tsr_query_select (const TsrQuery *query, const TsrPartialSet *set, double fundamental_hz);
/* All of it: what `text` selects of the partials of a sound after a step, 0 for the
 * present one. A saved selection alone brings its region along. (transfer full); NULL
 * with an error: the text is no query. */
TsrSelection *
tsr_query_select_in (TsrSound *sound, gint64 step_id, const char *text, GError **error);
/* `@Name`, quoted where it has to be. (transfer full) */
char *tsr_query_quote_name (const char *name);

/* A query that selects just these partials again, in this region, out of the set that
 * they were selected from: `id in 3..9 or id = 12 within 0.5:1.2 200:2000`. For at least
 * one partial. (transfer full) */
char *tsr_query_text_of_selection (const TsrSelection *selection);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsrQuery, tsr_query_free)

G_END_DECLS
