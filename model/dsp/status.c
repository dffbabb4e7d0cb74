/* SPDX-License-Identifier: GPL-3.0-or-later
 * Results of functions below GLib as text.
 */
#include "model/dsp/status.h"

const char *
tsr_status_string (TsrStatus status)
{
  switch (status) {
  case TSR_STATUS_OK:
    return "done";
  case TSR_STATUS_CANCELLED:
    return "cancelled";
  case TSR_STATUS_NO_MEMORY:
    return "not enough memory";
  case TSR_STATUS_INVALID_ARGUMENT:
    return "a parameter is out of range";
  case TSR_STATUS_NOT_FINITE:
    return "a value is not a finite number";
  }
  return "unknown status";
}
