/* SPDX-License-Identifier: GPL-3.0-or-later
 * Curves from CSV files with a header: `time_s,ratio`, `frequency_hz,gain_db`, ...
 * Thread: any; blocks.
 */
#pragma once

#include <gio/gio.h>

#include "model/dsp/curve.h"

G_BEGIN_DECLS

#define TSR_CURVE_FILE_ERROR (tsr_curve_file_error_quark ())
GQuark tsr_curve_file_error_quark (void);

/* Reads a file with two columns whose header is one of `headers` (NULL-terminated);
 * *which tells which one. Rows need finite numbers and strictly increasing first values.
 * NULL with one sentence that names file and line. (transfer full) */
TsrCurve *tsr_curve_file_read (const char        *path,
                               const char *const *headers,
                               gsize             *which,
                               GError           **error);

G_END_DECLS
