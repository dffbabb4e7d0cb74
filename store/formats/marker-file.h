/* SPDX-License-Identifier: GPL-3.0-or-later
 * Markers out of the files of other programs: labels of Audacity (start, end and label
 * between tabs), and instants, values, regions and notes of Sonic Visualiser (CSV: a time
 * first, a label last, with or without a header). Thread: any; blocks.
 */
#pragma once

#include <gio/gio.h>

#include "model/sound.h"

G_BEGIN_DECLS

/* Of TsrMarker by time, ids from 1; freed with g_array_unref. Lines that are no markers
 * are refused with file and line; those outside 0 ... duration_s are left out and counted
 * in *n_outside. NULL with a TSR_STORE_ERROR. */
GArray *tsr_marker_file_read (const char *path,
                              double      duration_s,
                              guint      *n_outside,
                              GError    **error);

G_END_DECLS
