/* SPDX-License-Identifier: GPL-3.0-or-later
 * A TsrStatus of model/dsp as a GError.
 */
#include "app/job-status.h"

#include <glib/gi18n-lib.h>

gboolean
tsr_status_check (TsrStatus status, GError **error)
{
  GIOErrorEnum code = G_IO_ERROR_INVALID_ARGUMENT;

  if (status == TSR_STATUS_OK)
    return TRUE;
  if (status == TSR_STATUS_CANCELLED)
    code = G_IO_ERROR_CANCELLED;
  else if (status == TSR_STATUS_NO_MEMORY)
    code = G_IO_ERROR_NO_SPACE;
  g_set_error_literal (error, G_IO_ERROR, (gint)code, _ (tsr_status_string (status)));
  return FALSE;
}
