/* SPDX-License-Identifier: GPL-3.0-or-later
 * Partials sampled frame by frame; only those that sound are looked at.
 */
#include "store/formats/frames.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>

#include "store/formats/format.h"

#define MAX_FRAMES 1e8

struct TsrFrames {
  TsrPartialSet *set;
  double         hop_s;
  gint64         first; /* frame 0 is at first * hop_s */
  guint64        n_frames, next;
  GArray        *by_start; /* of gsize: indices in order of start */
  guint          n_begun;  /* of by_start */
  GArray        *active;   /* of gsize, in order of index */
  GArray        *rows;     /* of TsrFrameRow */
  gboolean      *is_met;   /* by index */
  guint64        n_missed;
};

static int
compare_starts (gconstpointer a, gconstpointer b, gpointer data)
{
  TsrPartialSet *set = data;
  gsize          i = *(const gsize *)a, k = *(const gsize *)b;
  double         x = tsr_partial_summary (tsr_partial_set_at (set, i))->start_s;
  double         y = tsr_partial_summary (tsr_partial_set_at (set, k))->start_s;

  return x != y ? (x > y) - (x < y) : (i > k) - (i < k);
}

TsrFrames *
tsr_frames_new (TsrPartialSet *set, double hop_s, GError **error)
{
  double start_s, end_s, low_hz, high_hz;
  gsize  n = tsr_partial_set_size (set);

  tsr_partial_set_bounds (set, &start_s, &end_s, &low_hz, &high_hz);
  double first = ceil (start_s / hop_s), last = floor (end_s / hop_s);
  if (!(last - first < MAX_FRAMES)) {
    g_set_error_literal (error,
                         G_IO_ERROR,
                         G_IO_ERROR_INVALID_ARGUMENT,
                         _ ("these would be more than 100 million frames; choose a "
                            "larger --hop"));
    return NULL;
  }
  TsrFrames *self = g_new0 (TsrFrames, 1);
  self->set = tsr_partial_set_ref (set);
  self->hop_s = hop_s;
  self->first = (gint64)first;
  self->n_frames = n > 0 && last >= first ? (guint64)(last - first) + 1 : 0;
  self->by_start = g_array_sized_new (FALSE, FALSE, sizeof (gsize), (guint)n);
  for (gsize i = 0; i < n; i++)
    g_array_append_val (self->by_start, i);
  g_array_sort_with_data (self->by_start, compare_starts, set);
  self->active = g_array_new (FALSE, FALSE, sizeof (gsize));
  self->rows = g_array_new (FALSE, FALSE, sizeof (TsrFrameRow));
  self->is_met = g_new0 (gboolean, n);
  self->n_missed = n;
  return self;
}

void
tsr_frames_free (TsrFrames *self)
{
  if (self == NULL)
    return;
  tsr_partial_set_unref (self->set);
  g_array_unref (self->by_start);
  g_array_unref (self->active);
  g_array_unref (self->rows);
  g_free (self->is_met);
  g_free (self);
}

guint64
tsr_frames_size (const TsrFrames *self)
{
  return self->n_frames;
}

double
tsr_frames_time_s (const TsrFrames *self, guint64 frame)
{
  return (double)(self->first + (gint64)frame) * self->hop_s;
}

static int
compare_indices (gconstpointer a, gconstpointer b)
{
  gsize x = *(const gsize *)a, y = *(const gsize *)b;
  return (x > y) - (x < y);
}

/* Takes in the partials that have begun. */
static void
begin_partials (TsrFrames *self, double time_s)
{
  guint n_before = self->active->len;

  for (; self->n_begun < self->by_start->len; self->n_begun++) {
    gsize i = g_array_index (self->by_start, gsize, self->n_begun);
    if (tsr_partial_summary (tsr_partial_set_at (self->set, i))->start_s > time_s)
      break;
    g_array_append_val (self->active, i);
  }
  if (self->active->len > n_before)
    g_array_sort (self->active, compare_indices);
}

const TsrFrameRow *
tsr_frames_next (TsrFrames *self, gsize *n_rows)
{
  double time_s = tsr_frames_time_s (self, self->next++);
  guint  kept = 0;

  begin_partials (self, time_s);
  g_array_set_size (self->rows, 0);
  for (guint k = 0; k < self->active->len; k++) {
    gsize             i = g_array_index (self->active, gsize, k);
    const TsrPartial *partial = tsr_partial_set_at (self->set, i);
    TsrFrameRow       row = {.index = i};
    if (tsr_partial_summary (partial)->end_s < time_s)
      continue;
    g_array_index (self->active, gsize, kept++) = i;
    if (!tsr_partial_at (partial, time_s, &row.value) ||
        (row.value.flags & TSR_BREAKPOINT_NULL))
      continue;
    g_array_append_val (self->rows, row);
    self->n_missed -= self->is_met[i] ? 0 : 1;
    self->is_met[i] = TRUE;
  }
  g_array_set_size (self->active, kept);
  *n_rows = self->rows->len;
  return (const TsrFrameRow *)self->rows->data;
}

void
tsr_frames_note_missed (const TsrFrames *self, GPtrArray *notes)
{
  if (self->n_missed > 0)
    tsr_note (notes,
              ngettext ("%" PRIu64
                        " partial sounds only between two frames and is left out; a "
                        "smaller --hop keeps it",
                        "%" PRIu64
                        " partials sound only between two frames and are left out; a "
                        "smaller --hop keeps them",
                        (gulong)self->n_missed),
              self->n_missed);
}
