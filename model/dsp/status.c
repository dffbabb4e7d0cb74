/* SPDX-License-Identifier: GPL-3.0-or-later
 * Results of functions below GLib as text.
 */
#include "model/dsp/status.h"

/* Marks a text that callers translate. */
#define N_(text) text

const char *
tsr_status_string (TsrStatus status)
{
  switch (status) {
  case TSR_STATUS_OK:
    return N_ ("done");
  case TSR_STATUS_CANCELLED:
    return N_ ("cancelled");
  case TSR_STATUS_NO_MEMORY:
    return N_ ("not enough memory");
  case TSR_STATUS_INVALID_ARGUMENT:
    return N_ ("a parameter is out of range");
  case TSR_STATUS_NOT_FINITE:
    return N_ ("a value is not a finite number");
  }
  return N_ ("unknown status");
}
