/* SPDX-License-Identifier: GPL-3.0-or-later
 * Breakpoints of a foreign file into partials that make sense.
 */
#include "store/formats/draft.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "model/sound.h"
#include "store/formats/format.h"
#include "store/formats/rejoin.h"
#include "store/partial-codec.h"
#include "store/store.h"

enum { MAX_CHANNELS = 64, MAX_MARKERS = 10000 };
#define LARGEST 1e9     /* of any time, frequency or amplitude */
#define SAME_TRACK 1.06 /* a semitone */
#define GOLDEN 0.6180339887498949

struct TsrDraft {
  GPtrArray  *partials; /* of TsrDraftPartial */
  GHashTable *last;     /* id and channel -> the partial begun last with them */
  GArray     *frame_times[MAX_CHANNELS];
  GArray     *markers;
  TsrRejoin   rejoin; /* tolerances 0: rows are breakpoints */
  guint64     n_sure; /* see tsr_rejoin_rows */
  guint64     n_points, n_senseless, n_limited, n_unsorted, n_double, n_markers_left_out;
};

static void
partial_free (TsrDraftPartial *partial)
{
  g_array_unref (partial->points);
  g_clear_pointer (&partial->rejoined, g_array_unref);
  g_free (partial);
}

static void
marker_clear (TsrMarker *marker)
{
  g_free (marker->name);
}

TsrDraft *
tsr_draft_new (void)
{
  TsrDraft *self = g_new0 (TsrDraft, 1);

  self->partials = g_ptr_array_new_with_free_func ((GDestroyNotify)partial_free);
  self->last = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->markers = g_array_new (FALSE, FALSE, sizeof (TsrMarker));
  g_array_set_clear_func (self->markers, (GDestroyNotify)marker_clear);
  return self;
}

void
tsr_draft_free (TsrDraft *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->partials);
  g_hash_table_unref (self->last);
  g_clear_pointer (&self->markers, g_array_unref);
  for (guint i = 0; i < MAX_CHANNELS; i++)
    g_clear_pointer (&self->frame_times[i], g_array_unref);
  g_free (self);
}

guint
tsr_draft_size (const TsrDraft *self)
{
  return self->partials->len;
}

TsrDraftPartial *
tsr_draft_at (TsrDraft *self, guint i)
{
  return g_ptr_array_index (self->partials, i);
}

void
tsr_draft_expect_straight_rows (TsrDraft *self,
                                double    tolerance_cent,
                                double    tolerance_db)
{
  self->rejoin.tolerance_cent = tolerance_cent;
  self->rejoin.tolerance_db = tolerance_db;
}

static gint64
key_of (gint64 id, guint channel)
{
  return (gint64)((guint64)id * MAX_CHANNELS + channel);
}

TsrDraftPartial *
tsr_draft_begin (TsrDraft *self, gint64 id, guint channel)
{
  TsrDraftPartial *partial = g_new (TsrDraftPartial, 1);
  gint64           key = key_of (id, channel);

  *partial = (TsrDraftPartial){
      .id = id,
      .channel = channel,
      .phase_turns = NAN,
      .points = g_array_new (FALSE, FALSE, sizeof (TsrBreakpoint)),
      .last_frame = -1,
  };
  g_ptr_array_add (self->partials, partial);
  g_hash_table_replace (self->last, g_memdup2 (&key, sizeof key), partial);
  return partial;
}

TsrDraftPartial *
tsr_draft_find (TsrDraft *self, gint64 id, guint channel)
{
  gint64 key = key_of (id, channel);

  return g_hash_table_lookup (self->last, &key);
}

/* ---- breakpoints ---- */

static gboolean
is_null (const TsrBreakpoint *b)
{
  return (b->flags & TSR_BREAKPOINT_NULL) != 0;
}

static gboolean
is_within (double value, double low)
{
  return value >= low && value <= LARGEST; /* not for NAN */
}

static double
limited_bandwidth (TsrDraft *self, double bandwidth)
{
  if (bandwidth >= 0 && bandwidth <= 1)
    return bandwidth;
  self->n_limited++;
  return bandwidth > 1 ? 1 : 0;
}

static void
append (TsrDraft *self, TsrDraftPartial *partial, const TsrBreakpoint *breakpoint)
{
  if (partial->points->len >= TSR_PARTIAL_MAX_BREAKPOINTS) {
    self->n_senseless++;
    return;
  }
  g_array_append_vals (partial->points, breakpoint, 1);
  self->n_points++;
}

void
tsr_draft_add_breakpoint (TsrDraft            *self,
                          TsrDraftPartial     *partial,
                          const TsrBreakpoint *breakpoint)
{
  TsrBreakpoint b = *breakpoint;

  if (!is_within (b.time_s, -LARGEST) || !is_within (b.frequency_hz, 0) ||
      !isfinite (b.phase_turns) || !(fabs (b.log_amplitude) < 500) ||
      !isfinite (b.slope_per_s) || !isfinite (b.chirp_hz_per_s)) {
    self->n_senseless++;
    return;
  }
  b.bandwidth = (float)limited_bandwidth (self, (double)b.bandwidth);
  b.flags &= TSR_BREAKPOINT_NULL | TSR_BREAKPOINT_BRIDGED | TSR_BREAKPOINT_CLEAN;
  append (self, partial, &b);
}

void
tsr_draft_add (TsrDraft *self, TsrDraftPartial *partial, const TsrDraftRow *row)
{
  if (!is_within (row->time_s, -LARGEST) || !is_within (row->frequency_hz, 0) ||
      !is_within (row->amplitude, 0) || fabs (row->phase_turns) > LARGEST) {
    self->n_senseless++;
    return;
  }
  TsrBreakpoint b = {
      .time_s = row->time_s,
      .phase_turns = row->phase_turns,
      .frequency_hz = row->frequency_hz,
      .log_amplitude = row->amplitude > 0 ? log (row->amplitude) : TSR_LOG_AMPLITUDE_NULL,
      .bandwidth = (float)limited_bandwidth (self, row->bandwidth),
      .flags = row->amplitude > 0 ? 0 : TSR_BREAKPOINT_NULL,
  };
  append (self, partial, &b);
}

/* ---- frames ---- */

void
tsr_draft_begin_frame (TsrDraft *self, guint channel, double time_s)
{
  if (self->frame_times[channel] == NULL)
    self->frame_times[channel] = g_array_new (FALSE, FALSE, sizeof (double));
  g_array_append_val (self->frame_times[channel], time_s);
}

static void
add_null (TsrDraft *self, TsrDraftPartial *partial, double time_s, double frequency_hz)
{
  tsr_draft_add (
      self,
      partial,
      &(TsrDraftRow){.time_s = time_s, .frequency_hz = frequency_hz, .phase_turns = NAN});
}

/* Whether the partial goes on with this row after frames without it; nulls are put in. */
static gboolean
bridge (TsrDraft *self, TsrDraftPartial *partial, gint64 now, const TsrDraftRow *row)
{
  GArray *times = self->frame_times[partial->channel];
  gint64  first = partial->last_frame + 1, last = now - 1;

  if (first > last || partial->points->len == 0)
    return TRUE;
  const TsrBreakpoint *end =
      &g_array_index (partial->points, TsrBreakpoint, partial->points->len - 1);
  double before_hz = end->frequency_hz;
  if (row->frequency_hz > before_hz * SAME_TRACK ||
      row->frequency_hz < before_hz / SAME_TRACK)
    return FALSE;
  if (!is_null (end))
    add_null (self, partial, g_array_index (times, double, first), before_hz);
  if (row->amplitude > 0 && last > first)
    add_null (self, partial, g_array_index (times, double, last), row->frequency_hz);
  return TRUE;
}

void
tsr_draft_add_in_frame (TsrDraft *self, gint64 id, guint channel, const TsrDraftRow *row)
{
  TsrDraftPartial *partial = tsr_draft_find (self, id, channel);
  gint64           now = (gint64)self->frame_times[channel]->len - 1;

  if (partial != NULL && !bridge (self, partial, now, row))
    partial = NULL;
  if (partial == NULL)
    partial = tsr_draft_begin (self, id, channel);
  partial->last_frame = now;
  tsr_draft_add (self, partial, row);
}

/* ---- markers ---- */

void
tsr_draft_add_marker (TsrDraft *self, double time_s, const char *name)
{
  if (!is_within (time_s, -LARGEST) || self->markers->len >= MAX_MARKERS) {
    self->n_markers_left_out++;
    return;
  }
  TsrMarker marker = {.time_s = time_s, .name = g_utf8_make_valid (name, -1)};
  for (char *p = marker.name; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p))
      *p = ' ';
  g_array_append_val (self->markers, marker);
}

static int
compare_markers (gconstpointer a, gconstpointer b)
{
  const TsrMarker *x = a, *y = b;
  return (x->time_s > y->time_s) - (x->time_s < y->time_s);
}

GArray *
tsr_draft_steal_markers (TsrDraft *self)
{
  g_array_sort (self->markers, compare_markers); /* keeps the order of equal times */
  for (guint i = 0; i < self->markers->len; i++)
    g_array_index (self->markers, TsrMarker, i).id = (gint64)i + 1;
  return g_steal_pointer (&self->markers);
}

/* ---- slopes and phases ---- */

/* A straight run of breakpoints whose values follow each other. */
typedef struct {
  const TsrBreakpoint *b;
  guint                n;
} Run;

static double
secant (Run run, guint i, double (*value) (const TsrBreakpoint *b))
{
  return (value (&run.b[i + 1]) - value (&run.b[i])) /
         (run.b[i + 1].time_s - run.b[i].time_s);
}

/* The derivative at i of the parabola through i and two neighbours; of the line where
 * there is only one. At most three times as steep as either side, so that the curve does
 * not leave the rows where a steep side meets a flat one (Fritsch and Carlson, 1980). */
static double
slope_at (Run run, guint i, double (*value) (const TsrBreakpoint *b))
{
  if (run.n < 2)
    return 0;
  if (run.n == 2)
    return secant (run, 0, value);
  guint  first = MIN (i > 0 ? i - 1 : 0, run.n - 3);
  double d0 = secant (run, first, value), d1 = secant (run, first + 1, value);
  double h0 = run.b[first + 1].time_s - run.b[first].time_s;
  double bend = (d1 - d0) / (run.b[first + 2].time_s - run.b[first].time_s);
  double slope = d0 + bend * (2 * (run.b[i].time_s - run.b[first].time_s) - h0);
  double before = fabs (secant (run, i > 0 ? i - 1 : 0, value));
  double behind = fabs (secant (run, MIN (i, run.n - 2), value));
  double steepest = 3 * fmin (before, behind);
  return CLAMP (slope, -steepest, steepest);
}

static double
frequency_of (const TsrBreakpoint *b)
{
  return b->frequency_hz;
}

static double
log_amplitude_of (const TsrBreakpoint *b)
{
  return b->log_amplitude;
}

static float
to_float (double value)
{
  return isnan (value) ? 0 : (float)CLAMP (value, -1e30, 1e30);
}

/* Slopes and chirp rates from the parabola through each breakpoint and its neighbours. */
static void
fill_slopes (TsrBreakpoint *b, guint n)
{
  for (guint first = 0, end; first < n; first = end) {
    for (end = first + 1; end < n && b[end].time_s > b[end - 1].time_s; end++)
      continue;
    Run run = {b + first, end - first};
    for (guint i = 0; i < run.n; i++)
      b[first + i].chirp_hz_per_s = to_float (slope_at (run, i, frequency_of));
  }
  for (guint first = 0, end; first < n; first = end) {
    for (end = first + 1; end < n && !is_null (&b[end]) && !is_null (&b[end - 1]); end++)
      continue;
    Run run = {b + first, end - first};
    for (guint i = 0; i < run.n; i++)
      b[first + i].slope_per_s = to_float (slope_at (run, i, log_amplitude_of));
  }
}

/* Phases that the file tells are unwrapped, others are the integral of straight lines. */
static void
fill_phases (TsrBreakpoint *b, guint n, double first_turns)
{
  if (isnan (b[0].phase_turns))
    b[0].phase_turns = first_turns;
  for (guint i = 1; i < n; i++) {
    double T = b[i].time_s - b[i - 1].time_s;
    if (isnan (b[i].phase_turns))
      b[i].phase_turns =
          b[i - 1].phase_turns + T * (b[i - 1].frequency_hz + b[i].frequency_hz) / 2;
    else
      b[i].phase_turns = tsr_phase_unwrap (&b[i - 1], &b[i], b[i].phase_turns);
  }
}

/* ---- in the end ---- */

static int
compare_times (gconstpointer a, gconstpointer b)
{
  const TsrBreakpoint *x = a, *y = b;
  return (x->time_s > y->time_s) - (x->time_s < y->time_s);
}

/* In order of time; of several at one time the first, unless one of two is a null. */
static void
sort_points (TsrDraft *self, GArray *points)
{
  TsrBreakpoint *b = (TsrBreakpoint *)points->data;
  gboolean       is_sorted = TRUE;
  guint          n = 0;

  for (guint i = 1; i < points->len && is_sorted; i++)
    is_sorted = b[i].time_s >= b[i - 1].time_s;
  if (!is_sorted) {
    self->n_unsorted++;
    g_array_sort (points, compare_times);
  }
  for (guint i = 0; i < points->len; i++) {
    if (n > 0 && b[i].time_s == b[n - 1].time_s && !is_null (&b[i]) &&
        !is_null (&b[n - 1]))
      self->n_double++;
    else
      b[n++] = b[i];
  }
  g_array_set_size (points, n);
}

/* Phases that nobody told are spread, so that crests do not meet. */
static double
first_phase (const TsrDraftPartial *partial, guint i)
{
  return isnan (partial->phase_turns) ? fmod (GOLDEN * (i + 1), 1) : partial->phase_turns;
}

/* Whether the ids of the file can stay, moved by *shift. */
static gboolean
keeps_ids (TsrDraft *self, gint64 *shift)
{
  g_autoptr (GHashTable) ids = g_hash_table_new (g_int64_hash, g_int64_equal);
  gint64 lowest = 1;

  for (guint i = 0; i < self->partials->len; i++) {
    TsrDraftPartial *partial = g_ptr_array_index (self->partials, i);
    if (partial->points->len == 0)
      continue;
    lowest = MIN (lowest, partial->id);
    if (partial->id < 0 || partial->id > G_GINT64_CONSTANT (1) << 53 ||
        !g_hash_table_add (ids, &partial->id))
      return FALSE;
  }
  *shift = 1 - lowest;
  return TRUE;
}

static void
note_repairs (const TsrDraft *self, GPtrArray *notes)
{
  if (self->n_senseless > 0)
    tsr_note (notes,
              ngettext ("%" PRIu64
                        " breakpoint made no sense (no number, or negative) and was "
                        "left out",
                        "%" PRIu64
                        " breakpoints made no sense (no numbers, or negative) and were "
                        "left out",
                        (gulong)self->n_senseless),
              self->n_senseless);
  if (self->n_double > 0)
    tsr_note (notes,
              ngettext ("%" PRIu64
                        " breakpoint had the time of another one of its partial and was "
                        "left out",
                        "%" PRIu64
                        " breakpoints had the time of another one of their partial and "
                        "were left out",
                        (gulong)self->n_double),
              self->n_double);
  if (self->n_limited > 0)
    tsr_note (notes,
              ngettext ("the noise of %" PRIu64
                        " breakpoint was outside 0 to 1 and is limited",
                        "the noise of %" PRIu64
                        " breakpoints was outside 0 to 1 and is limited",
                        (gulong)self->n_limited),
              self->n_limited);
  if (self->n_unsorted > 0)
    tsr_note (notes,
              ngettext ("%" PRIu64
                        " partial had times that went backwards; they are put in order",
                        "%" PRIu64
                        " partials had times that went backwards; they are put in order",
                        (gulong)self->n_unsorted),
              self->n_unsorted);
  if (self->n_markers_left_out > 0)
    tsr_note (
        notes,
        ngettext ("%" PRIu64 " marker made no sense or was one too many and was left out",
                  "%" PRIu64 " markers made no sense or were too many and were left out",
                  (gulong)self->n_markers_left_out),
        self->n_markers_left_out);
}

static TsrPartialSet *
fail (GError **error, const char *why)
{
  g_set_error_literal (error, TSR_STORE_ERROR, TSR_STORE_ERROR_FORMAT, why);
  return NULL;
}

/* Whether the file tells the phases of all breakpoints, of none, or of some. */
static guint
n_phases (const TsrBreakpoint *b, guint n)
{
  guint n_told = 0;

  for (guint i = 0; i < n; i++)
    n_told += isnan (b[i].phase_turns) ? 0 : 1;
  return n_told;
}

/* Puts the points in order and completes them; finds what they were before they became
 * rows. */
static void
complete_points (TsrDraft *self, TsrDraftPartial *draft, guint i)
{
  sort_points (self, draft->points);
  TsrBreakpoint *b = (TsrBreakpoint *)draft->points->data;
  guint          n = draft->points->len;

  if (draft->is_complete || n == 0)
    return;
  guint     n_told = n_phases (b, n);
  TsrRejoin rejoin = self->rejoin;
  rejoin.has_phases = n_told == n;
  fill_slopes (b, n);
  fill_phases (b, n, first_phase (draft, i));
  if (rejoin.tolerance_cent > 0 && (n_told == n || n_told == 0))
    draft->rejoined = tsr_rejoin_rows (&rejoin, b, n, &self->n_sure);
}

gboolean
tsr_draft_is_rejoined (const TsrDraft *self)
{
  return self->n_sure >= TSR_REJOIN_SURE;
}

static TsrPartial *
make_partial (const TsrDraft *self, const TsrDraftPartial *draft, gint64 id)
{
  gboolean      is_ours = draft->rejoined != NULL && tsr_draft_is_rejoined (self);
  const GArray *points = is_ours ? draft->rejoined : draft->points;

  return tsr_partial_new (
      id, draft->label, draft->channel, (const TsrBreakpoint *)points->data, points->len);
}

TsrPartialSet *
tsr_draft_finish (TsrDraft *self, GPtrArray *notes, GError **error)
{
  g_autoptr (GPtrArray) partials =
      g_ptr_array_new_with_free_func ((GDestroyNotify)tsr_partial_unref);
  gint64   shift = 0;
  gboolean keeps = keeps_ids (self, &shift);

  if (self->n_points == 0 && self->n_senseless > 0)
    return fail (error, _ ("none of its breakpoints makes sense"));
  for (guint i = 0; i < self->partials->len; i++)
    complete_points (self, g_ptr_array_index (self->partials, i), i);
  for (guint i = 0; i < self->partials->len; i++) {
    TsrDraftPartial *draft = g_ptr_array_index (self->partials, i);
    if (draft->points->len == 0)
      continue;
    gint64      id = keeps ? draft->id + shift : (gint64)partials->len + 1;
    TsrPartial *partial = make_partial (self, draft, id);
    if (partial == NULL)
      return fail (error, _ ("a partial makes no sense, or there is not enough memory"));
    g_ptr_array_add (partials, partial);
  }
  TsrPartialSet *set =
      tsr_partial_set_new ((TsrPartial *const *)partials->pdata, partials->len);
  if (set == NULL)
    return fail (error, _ ("there is not enough memory for its partials"));
  note_repairs (self, notes);
  return set;
}
