/* SPDX-License-Identifier: GPL-3.0-or-later
 * Partials as CSV: header `partial,label,time_s,frequency_hz,amplitude,bandwidth,
 * phase_rad,channel`, one row a breakpoint, sorted by partial and time, numbers that
 * round-trip. x(t) = sum of amplitude cos (phase), amplitude linear re full scale, phase
 * in [0, 2 pi), bandwidth 0..1. Read and written by store/formats/exchange.h.
 *
 * In: CRLF, a byte order mark, blank lines and a missing `channel` are taken as they
 * come. Ids are kept (shifted by one where they count from 0). Unwrapped phase is rebuilt
 * by algorithm note 3.2; slopes and chirp rates from the neighbours. In a table of ours,
 * rows between breakpoints are left out again (rejoin.h). A row that makes no sense is
 * refused by one sentence with file and line.
 */
#pragma once

#include "store/formats/exchange.h"

G_BEGIN_DECLS

#define TSR_CSV_HEADER                                                                   \
  "partial,label,time_s,frequency_hz,amplitude,bandwidth,phase_rad,channel"

/* Joining the rows by straight lines (frequency and amplitude linear in time) errs by
 * less than these: where the curve between two breakpoints bends more, rows are added
 * (fewer where it trembles: see tsr_breakpoint_n_straight). */
#define TSR_CSV_TOLERANCE_CENT 0.005
#define TSR_CSV_TOLERANCE_DB 0.005

G_END_DECLS
