/* SPDX-License-Identifier: GPL-3.0-or-later
 * Counts in words, as they stand in what verbs print: "1 partial", "2 partials".
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* All of them (transfer full), translated. */
char *tsr_count_partials (guint64 n);
char *tsr_count_breakpoints (guint64 n);
char *tsr_count_rows (guint64 n);
char *tsr_count_points (guint64 n);
char *tsr_count_channels (guint64 n);
char *tsr_count_steps (guint64 n);
char *tsr_count_removed_sounds (guint64 n);
char *tsr_count_recordings (guint64 n);
char *tsr_count_bytes (guint64 n);

G_END_DECLS
