/* SPDX-License-Identifier: GPL-3.0-or-later
 * A TsrStatus of model/dsp as a GError.
 */
#pragma once

#include <gio/gio.h>

#include "model/dsp/status.h"

G_BEGIN_DECLS

/* TRUE for TSR_STATUS_OK; else FALSE with G_IO_ERROR_CANCELLED, _NO_SPACE (memory) or
 * _INVALID_ARGUMENT. */
gboolean tsr_status_check (TsrStatus status, GError **error);

G_END_DECLS
