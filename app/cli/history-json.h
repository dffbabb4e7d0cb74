/* SPDX-License-Identifier: GPL-3.0-or-later
 * The history and the markers of a sound as JSON and as text, for `history`, `show` and
 * `marker`.
 */
#pragma once

#include "app/cli/cli.h"
#include "app/cli/json.h"
#include "model/sound.h"

G_BEGIN_DECLS

/* Adds the member "steps", oldest first. */
void tsr_history_add_json (JsonBuilder *json, TsrSound *sound);
void tsr_history_print (TsrCli *cli, TsrSound *sound);
/* ISO 8601, UTC; NULL: no such time. (transfer full) */
char *tsr_history_time_text (gint64 time_us);
/* Adds the member "markers", by time. */
void tsr_markers_add_json (JsonBuilder *json, TsrSound *sound);
void tsr_markers_print (TsrCli *cli, TsrSound *sound);

G_END_DECLS
