/* SPDX-License-Identifier: GPL-3.0-or-later
 * Partials into CSV, as dense as straight lines need it.
 */
#include <inttypes.h>

#include "store/formats/csv.h"
#include "store/formats/format.h"

static void
put_row (TsrFormatWriter *out, const TsrPartial *partial, const TsrBreakpoint *b)
{
  tsr_writer_printf (
      out, "%" PRId64 ",%d,", tsr_partial_id (partial), tsr_partial_label (partial));
  tsr_writer_number (out, b->time_s, ',');
  tsr_writer_number (out, b->frequency_hz, ',');
  tsr_writer_number (out, tsr_breakpoint_amplitude (b), ',');
  tsr_writer_number (out, (double)b->bandwidth, ',');
  tsr_writer_number (out, tsr_wrap_radians (b->phase_turns), ',');
  tsr_writer_printf (out, "%u\n", tsr_partial_channel (partial));
  out->n_rows++;
}

gboolean
tsr_csv_write (TsrFormatWriter *self, GError **error)
{
  TsrPartialSet *set = self->content->partials;
  gsize          n = tsr_partial_set_size (set);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (TsrBreakpoint));

  tsr_writer_note_losses (self, TSR_HOLDS_LABELS | TSR_HOLDS_NOISE | TSR_HOLDS_CHANNELS);
  tsr_writer_text (self, TSR_CSV_HEADER "\n");
  for (gsize i = 0; i < n && tsr_writer_goes_on (self, (double)i / (double)n); i++) {
    const TsrPartial *partial = tsr_partial_set_at (set, i);
    tsr_straight_rows (partial, TSR_CSV_TOLERANCE_CENT, TSR_CSV_TOLERANCE_DB, rows);
    for (guint k = 0; k < rows->len; k++)
      put_row (self, partial, &g_array_index (rows, TsrBreakpoint, k));
  }
  return TRUE;
}
