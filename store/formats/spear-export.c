/* SPDX-License-Identifier: GPL-3.0-or-later
 * Partials into the text that SPEAR reads: partials, frames, or as RTcmix extends it.
 * Frames end with an empty one where the sound ends; partials have no place for that.
 */
#include <inttypes.h>
#include <math.h>

#include "store/formats/format.h"
#include "store/formats/frames.h"

#define HOP_S 0.01

static void
put_partial (TsrFormatWriter *out, const TsrPartial *partial, gsize index, GArray *rows)
{
  const TsrPartialSummary *summary = tsr_partial_summary (partial);
  tsr_straight_rows (partial, TSR_STRAIGHT_CENT, TSR_STRAIGHT_DB, rows);
  const TsrBreakpoint *b = (const TsrBreakpoint *)rows->data;
  gsize                n = rows->len;
  gboolean             extended = out->options->extended;

  tsr_writer_printf (out, "%zu %zu ", index, n);
  tsr_writer_fixed (out, summary->start_s, ' ');
  tsr_writer_fixed (out, summary->end_s, extended ? ' ' : '\n');
  if (extended) {
    tsr_writer_fixed (out, tsr_wrap_radians (b[0].phase_turns), ' ');
    tsr_writer_printf (out, "%d\n", tsr_partial_label (partial));
  }
  for (gsize i = 0; i < n; i++) {
    char end = i + 1 < n ? ' ' : '\n';
    tsr_writer_fixed (out, b[i].time_s, ' ');
    tsr_writer_fixed (out, b[i].frequency_hz, ' ');
    tsr_writer_fixed (out, tsr_breakpoint_amplitude (&b[i]), extended ? ' ' : end);
    if (extended)
      tsr_writer_fixed (out, (double)b[i].bandwidth, end);
  }
  out->n_rows += n;
}

static gboolean
write_partials (TsrFormatWriter *out)
{
  TsrPartialSet *set = out->content->partials;
  gsize          n = tsr_partial_set_size (set);
  gboolean       extended = out->options->extended;
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (TsrBreakpoint));

  tsr_writer_note_losses (out, extended ? TSR_HOLDS_LABELS | TSR_HOLDS_NOISE : 0);
  tsr_writer_text (out,
                   extended ? "par-text-partials-extended-format\n"
                              "point-type time frequency amplitude bandwidth\n"
                            : "par-text-partials-format\n"
                              "point-type time frequency amplitude\n");
  tsr_writer_printf (out, "partials-count %zu\npartials-data\n", n);
  for (gsize i = 0; i < n && tsr_writer_goes_on (out, (double)i / (double)n); i++)
    put_partial (out, tsr_partial_set_at (set, i), i, rows);
  return TRUE;
}

static void
put_frame (TsrFormatWriter *out, double time_s, const TsrFrameRow *rows, gsize n)
{
  tsr_writer_fixed (out, time_s, ' ');
  tsr_writer_printf (out, "%zu%c", n, n > 0 ? ' ' : '\n');
  for (gsize i = 0; i < n; i++) {
    tsr_writer_printf (out, "%zu ", rows[i].index);
    tsr_writer_fixed (out, rows[i].value.frequency_hz, ' ');
    tsr_writer_fixed (
        out, tsr_breakpoint_amplitude (&rows[i].value), i + 1 < n ? ' ' : '\n');
  }
  out->n_rows += n;
}

static gboolean
write_frames (TsrFormatWriter *out, GError **error)
{
  TsrPartialSet *set = out->content->partials;
  double         hop_s = out->options->hop_s > 0 ? out->options->hop_s : HOP_S;
  g_autoptr (TsrFrames) frames = tsr_frames_new (set, hop_s, error);

  if (frames == NULL)
    return FALSE;
  guint64  n = tsr_frames_size (frames);
  double   duration_s = out->content->duration_s;
  gboolean ends_later = n > 0 && duration_s > tsr_frames_time_s (frames, n - 1);
  tsr_writer_note_losses (out, 0);
  tsr_writer_text (out,
                   "par-text-frame-format\n"
                   "point-type index frequency amplitude\n");
  tsr_writer_printf (out,
                     "partials-count %zu\nframe-count %" PRIu64 "\nframe-data\n",
                     tsr_partial_set_size (set),
                     n + (ends_later ? 1 : 0));
  for (guint64 k = 0; k < n && tsr_writer_goes_on (out, (double)k / (double)n); k++) {
    gsize              n_rows;
    const TsrFrameRow *rows = tsr_frames_next (frames, &n_rows);
    put_frame (out, tsr_frames_time_s (frames, k), rows, n_rows);
  }
  if (ends_later)
    put_frame (out, duration_s, NULL, 0);
  tsr_frames_note_missed (frames, out->notes);
  return TRUE;
}

gboolean
tsr_spear_write (TsrFormatWriter *self, GError **error)
{
  return self->options->frames ? write_frames (self, error) : write_partials (self);
}
