/* SPDX-License-Identifier: GPL-3.0-or-later
 * Breakpoints as named columns of numbers, complete and bit for bit: what JSON and NPZ
 * are made of.
 */
#pragma once

#include "store/formats/draft.h"

G_BEGIN_DECLS

/* What is in a file of ours, in this order. */
enum {
  TSR_COLUMN_TIME,
  TSR_COLUMN_PHASE_TURNS,
  TSR_COLUMN_FREQUENCY,
  TSR_COLUMN_LOG_AMPLITUDE,
  TSR_COLUMN_SLOPE,
  TSR_COLUMN_CHIRP,
  TSR_COLUMN_BANDWIDTH,
  TSR_COLUMN_FLAGS,
  TSR_N_OWN_COLUMNS,
  /* What files of others may have in place of phase_turns and log_amplitude. */
  TSR_COLUMN_AMPLITUDE = TSR_N_OWN_COLUMNS,
  TSR_COLUMN_PHASE_RAD,
  TSR_N_COLUMNS,
};

const char *tsr_column_name (int column);
/* The value of an own column. */
double tsr_column_value (const TsrBreakpoint *b, int column);

typedef struct {
  gboolean is_there[TSR_N_COLUMNS];
} TsrColumns;

/* Time, frequency and an amplitude are needed. */
gboolean tsr_columns_suffice (const TsrColumns *columns);
/* Whether nothing has to be completed: all own columns but flags and bandwidth. */
gboolean tsr_columns_are_complete (const TsrColumns *columns);
/* Adds one breakpoint; values of columns that are not there do not count. */
void tsr_columns_add (const TsrColumns *columns,
                      const double      values[TSR_N_COLUMNS],
                      TsrDraft         *draft,
                      TsrDraftPartial  *partial);

G_END_DECLS
