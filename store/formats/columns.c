/* SPDX-License-Identifier: GPL-3.0-or-later
 * Named columns of breakpoints.
 */
#include "store/formats/columns.h"

#include <math.h>

const char *
tsr_column_name (int column)
{
  static const char *const names[TSR_N_COLUMNS] = {"time_s",
                                                   "phase_turns",
                                                   "frequency_hz",
                                                   "log_amplitude",
                                                   "slope_per_s",
                                                   "chirp_hz_per_s",
                                                   "bandwidth",
                                                   "flags",
                                                   "amplitude",
                                                   "phase_rad"};
  return names[column];
}

double
tsr_column_value (const TsrBreakpoint *b, int column)
{
  switch (column) {
  case TSR_COLUMN_TIME:
    return b->time_s;
  case TSR_COLUMN_PHASE_TURNS:
    return b->phase_turns;
  case TSR_COLUMN_FREQUENCY:
    return b->frequency_hz;
  case TSR_COLUMN_LOG_AMPLITUDE:
    return b->log_amplitude;
  case TSR_COLUMN_SLOPE:
    return (double)b->slope_per_s;
  case TSR_COLUMN_CHIRP:
    return (double)b->chirp_hz_per_s;
  case TSR_COLUMN_BANDWIDTH:
    return (double)b->bandwidth;
  default:
    return b->flags;
  }
}

gboolean
tsr_columns_suffice (const TsrColumns *columns)
{
  const gboolean *has = columns->is_there;

  return has[TSR_COLUMN_TIME] && has[TSR_COLUMN_FREQUENCY] &&
         (has[TSR_COLUMN_LOG_AMPLITUDE] || has[TSR_COLUMN_AMPLITUDE]);
}

gboolean
tsr_columns_are_complete (const TsrColumns *columns)
{
  for (int i = 0; i <= TSR_COLUMN_CHIRP; i++)
    if (!columns->is_there[i])
      return FALSE;
  return TRUE;
}

static gboolean
is_null (const TsrColumns *columns, const double v[TSR_N_COLUMNS])
{
  double flags = columns->is_there[TSR_COLUMN_FLAGS] ? v[TSR_COLUMN_FLAGS] : 0;

  return flags >= 0 && flags <= G_MAXUINT32 &&
         ((guint32)flags & TSR_BREAKPOINT_NULL) != 0;
}

static void
add_complete (const TsrColumns *columns,
              const double      v[TSR_N_COLUMNS],
              TsrDraft         *draft,
              TsrDraftPartial  *partial)
{
  double        flags = columns->is_there[TSR_COLUMN_FLAGS] ? v[TSR_COLUMN_FLAGS] : 0;
  TsrBreakpoint b = {
      .time_s = v[TSR_COLUMN_TIME],
      .phase_turns = v[TSR_COLUMN_PHASE_TURNS],
      .frequency_hz = v[TSR_COLUMN_FREQUENCY],
      .log_amplitude = v[TSR_COLUMN_LOG_AMPLITUDE],
      .slope_per_s = (float)v[TSR_COLUMN_SLOPE],
      .chirp_hz_per_s = (float)v[TSR_COLUMN_CHIRP],
      .bandwidth =
          columns->is_there[TSR_COLUMN_BANDWIDTH] ? (float)v[TSR_COLUMN_BANDWIDTH] : 0,
      .flags = flags >= 0 && flags <= G_MAXUINT32 ? (guint32)flags : 0,
  };

  if (b.flags & TSR_BREAKPOINT_NULL)
    b.log_amplitude = TSR_LOG_AMPLITUDE_NULL;
  tsr_draft_add_breakpoint (draft, partial, &b);
}

static double
amplitude_of (const TsrColumns *columns, const double v[TSR_N_COLUMNS])
{
  if (is_null (columns, v))
    return 0;
  return columns->is_there[TSR_COLUMN_LOG_AMPLITUDE] ? exp (v[TSR_COLUMN_LOG_AMPLITUDE])
                                                     : v[TSR_COLUMN_AMPLITUDE];
}

static double
phase_of (const TsrColumns *columns, const double v[TSR_N_COLUMNS])
{
  if (columns->is_there[TSR_COLUMN_PHASE_TURNS])
    return v[TSR_COLUMN_PHASE_TURNS];
  return columns->is_there[TSR_COLUMN_PHASE_RAD] ? v[TSR_COLUMN_PHASE_RAD] / (2 * G_PI)
                                                 : NAN;
}

void
tsr_columns_add (const TsrColumns *columns,
                 const double      values[TSR_N_COLUMNS],
                 TsrDraft         *draft,
                 TsrDraftPartial  *partial)
{
  if (partial->is_complete) {
    add_complete (columns, values, draft, partial);
    return;
  }
  TsrDraftRow row = {
      .time_s = values[TSR_COLUMN_TIME],
      .frequency_hz = values[TSR_COLUMN_FREQUENCY],
      .amplitude = amplitude_of (columns, values),
      .bandwidth =
          columns->is_there[TSR_COLUMN_BANDWIDTH] ? values[TSR_COLUMN_BANDWIDTH] : 0,
      .phase_turns = phase_of (columns, values),
  };
  tsr_draft_add (draft, partial, &row);
}
