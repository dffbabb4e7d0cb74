/* SPDX-License-Identifier: GPL-3.0-or-later
 * Results of functions below GLib: zero is success.
 */
#pragma once

typedef enum {
  TSR_STATUS_OK = 0,
  TSR_STATUS_CANCELLED,        /* the caller's TsrJob said stop; nothing was delivered */
  TSR_STATUS_NO_MEMORY,        /* an allocation failed */
  TSR_STATUS_INVALID_ARGUMENT, /* a parameter lies outside its documented range */
  TSR_STATUS_NOT_FINITE,       /* NaN or infinity where a number is needed */
} TsrStatus;

/* One English sentence without a full stop, never NULL, statically allocated. Thread:
 * any. */
const char *tsr_status_string (TsrStatus status);
