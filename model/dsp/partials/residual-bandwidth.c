/* SPDX-License-Identifier: GPL-3.0-or-later
 * The residual's energy moved into the bandwidth of the partials (algorithm note 5.2).
 * In each frame of the residual, every partial takes the power under a triangle that
 * reaches to its neighbours, or 1 kHz; partials nearer than half the spacing share one
 * region by their amplitudes. A breakpoint gets what its partial takes at its time.
 */
#include "model/dsp/partials/residual.h"

#include "model/dsp/partials/breakpoint-list.h"
#include "model/dsp/spectrum/frame.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WIDEST_HZ 1000.0
enum { FRAMES_PER_ITEM = 16, WAVE = 64, PARTIALS_A_LOOK = 1024 };

/* What each frame from first_frame on gives to a partial, in powers[at ...]. */
typedef struct {
  int64_t first_frame;
  size_t  n_frames;
  size_t  at;
} Share;

typedef struct {
  double frequency_hz, amplitude;
  size_t partial;
} Member;

typedef struct {
  TsrFrame       *frame;
  double complex *spectrum;
  double         *power; /* of each bin, of the variance of a sample */
  Member         *members;
  size_t          n_members, members_capacity;
  bool            has_failed;
} Worker;

typedef struct {
  const TsrSignal *residual;
  TsrPartialSet   *set;
  const TsrJob    *job;
  double           rate_hz, spacing_hz, hop_s;
  int64_t          n_frames; /* of analysis */
  Share           *shares;   /* one for each partial */
  float           *powers;
  Worker          *workers;
  size_t           first_item, items_per_channel;
} Sharing;

typedef struct {
  const Sharing *sharing;
  Worker        *worker;
  unsigned       channel;
  int64_t        frame;
} Search;

static bool
add_member_cb (void *user, size_t index)
{
  Search           *search = user;
  Worker           *worker = search->worker;
  const TsrPartial *partial = tsr_partial_set_at (search->sharing->set, index);
  const Share      *share = &search->sharing->shares[index];
  TsrBreakpoint     at;

  if (tsr_partial_channel (partial) != search->channel ||
      search->frame < share->first_frame ||
      search->frame >= share->first_frame + (int64_t)share->n_frames)
    return true;
  if (worker->n_members == worker->members_capacity) {
    size_t  capacity = worker->members_capacity * 2 + 64;
    Member *members = realloc (worker->members, capacity * sizeof *members);
    if (members == NULL) {
      worker->has_failed = true;
      return false;
    }
    worker->members = members;
    worker->members_capacity = capacity;
  }
  const TsrPartialSummary *s = tsr_partial_summary (partial);
  double                   time_s = (double)search->frame * search->sharing->hop_s;
  time_s = fmin (fmax (time_s, s->start_s), s->end_s);
  if (tsr_partial_at (partial, time_s, &at))
    worker->members[worker->n_members++] =
        (Member){at.frequency_hz, tsr_breakpoint_amplitude (&at), index};
  return true;
}

static int
compare_members (const void *a, const void *b)
{
  const Member *x = a, *y = b;
  if (x->frequency_hz != y->frequency_hz)
    return x->frequency_hz < y->frequency_hz ? -1 : 1;
  return (x->partial > y->partial) - (x->partial < y->partial);
}

/* First member behind the group that begins with member i. */
static size_t
group_end (const Worker *worker, size_t i, double spacing_hz)
{
  size_t end = i + 1;

  while (end < worker->n_members &&
         worker->members[end].frequency_hz - worker->members[end - 1].frequency_hz <
             0.5 * spacing_hz)
    end++;
  return end;
}

/* Power under the region of the group i .. end-1: flat inside, falling to zero at the
 * neighbour's edge or 1 kHz away. */
static double
region_power (const Sharing *sharing, const Worker *worker, size_t i, size_t end)
{
  const Member *m = worker->members;
  size_t        size = tsr_frame_fft_size (worker->frame);
  double        bin_hz = sharing->rate_hz / (double)size;
  double        low_hz = m[i].frequency_hz, high_hz = m[end - 1].frequency_hz, sum = 0;
  double        left_hz = i > 0 ? low_hz - m[i - 1].frequency_hz : WIDEST_HZ;
  double right_hz = end < worker->n_members ? m[end].frequency_hz - high_hz : WIDEST_HZ;

  left_hz = fmin (left_hz, WIDEST_HZ);
  right_hz = fmin (right_hz, WIDEST_HZ);
  double from = fmax (0, ceil ((low_hz - left_hz) / bin_hz));
  double to = fmin ((double)(size / 2), floor ((high_hz + right_hz) / bin_hz));
  for (double k = from; k <= to; k++) {
    double hz = k * bin_hz, weight = 1;
    if (hz < low_hz)
      weight = 1 - (low_hz - hz) / left_hz;
    else if (hz > high_hz)
      weight = 1 - (hz - high_hz) / right_hz;
    sum += fmax (0, weight) * worker->power[(size_t)k];
  }
  return 2 * sum / (double)size;
}

static void
share_out (const Sharing *sharing, Worker *worker, int64_t frame)
{
  for (size_t i = 0, end; i < worker->n_members; i = end) {
    end = group_end (worker, i, sharing->spacing_hz);
    double power = region_power (sharing, worker, i, end), amplitudes = 0;
    for (size_t k = i; k < end; k++)
      amplitudes += worker->members[k].amplitude;
    for (size_t k = i; k < end; k++) {
      const Member *m = &worker->members[k];
      const Share  *share = &sharing->shares[m->partial];
      double part = amplitudes > 0 ? m->amplitude / amplitudes : 1 / (double)(end - i);
      sharing->powers[share->at + (size_t)(frame - share->first_frame)] =
          (float)(part * power);
    }
  }
}

static void
share_frame (const Sharing *sharing, Worker *worker, unsigned channel, int64_t frame)
{
  Search  search = {sharing, worker, channel, frame};
  double  time_s = (double)frame * sharing->hop_s;
  int64_t centre = (int64_t)rint (time_s * sharing->rate_hz);
  size_t  n_bins = tsr_frame_n_bins (worker->frame);
  double  energy = tsr_frame_window (worker->frame)->energy;

  worker->n_members = 0;
  tsr_partial_set_foreach_in (sharing->set,
                              time_s - sharing->hop_s,
                              time_s + sharing->hop_s,
                              0,
                              INFINITY,
                              add_member_cb,
                              &search);
  if (worker->n_members == 0)
    return;
  qsort (worker->members, worker->n_members, sizeof (Member), compare_members);
  tsr_frame_load (worker->frame,
                  tsr_signal_channel (sharing->residual, channel),
                  tsr_signal_n_frames (sharing->residual),
                  centre,
                  0);
  tsr_frame_spectrum (worker->frame, 0, n_bins, worker->spectrum);
  for (size_t k = 0; k < n_bins; k++) {
    double re = creal (worker->spectrum[k]), im = cimag (worker->spectrum[k]);
    worker->power[k] = (re * re + im * im) / energy;
  }
  share_out (sharing, worker, frame);
}

static void
share_item_cb (void *data, size_t item, size_t worker)
{
  Sharing *sharing = data;
  size_t   number = sharing->first_item + item;
  unsigned channel = (unsigned)(number / sharing->items_per_channel);
  int64_t  first = (int64_t)(number % sharing->items_per_channel) * FRAMES_PER_ITEM;

  if (tsr_job_cancelled (sharing->job))
    return;
  for (int64_t i = first; i < first + FRAMES_PER_ITEM && i < sharing->n_frames; i++)
    share_frame (sharing, &sharing->workers[worker], channel, i);
}

static TsrStatus
share_all (Sharing *sharing)
{
  sharing->items_per_channel =
      (size_t)((sharing->n_frames + FRAMES_PER_ITEM - 1) / FRAMES_PER_ITEM);
  size_t n_items = sharing->items_per_channel * tsr_signal_n_channels (sharing->residual);
  for (size_t i = 0; i < n_items; i += WAVE) {
    size_t n = n_items - i < WAVE ? n_items - i : WAVE;
    sharing->first_item = i;
    tsr_job_parallel_for (sharing->job, n, share_item_cb, sharing);
    if (tsr_job_cancelled (sharing->job))
      return TSR_STATUS_CANCELLED;
    for (size_t w = 0; w < tsr_job_n_workers (sharing->job); w++)
      if (sharing->workers[w].has_failed)
        return TSR_STATUS_NO_MEMORY;
    tsr_signal_discard (sharing->residual, 0, tsr_signal_n_frames (sharing->residual));
    tsr_partial_set_discard (sharing->set);
    tsr_job_progress (sharing->job, (double)(i + n) / (double)n_items);
  }
  return TSR_STATUS_OK;
}

/* Power that the partial takes at a time, linear between frames. */
static double
power_at (const Sharing *sharing, const Share *share, double time_s)
{
  double position = time_s / sharing->hop_s - (double)share->first_frame;
  double last = (double)share->n_frames - 1;

  if (share->n_frames == 0)
    return 0;
  position = fmin (fmax (position, 0), last);
  size_t       i = (size_t)fmin (floor (position), fmax (0, last - 1));
  const float *p = &sharing->powers[share->at + i];
  double       u = position - (double)i;
  return share->n_frames == 1 ? (double)p[0] : (1 - u) * (double)p[0] + u * (double)p[1];
}

/* A null has no power to share, but fades in or out with its neighbour's bandwidth. */
static void
widen_nulls (TsrBreakpointList *list)
{
  TsrBreakpoint *b = list->items;

  for (size_t i = 0; i < list->n; i++) {
    if (!(b[i].flags & TSR_BREAKPOINT_NULL))
      continue;
    if (i + 1 < list->n && !(b[i + 1].flags & TSR_BREAKPOINT_NULL))
      b[i].bandwidth = b[i + 1].bandwidth;
    else if (i > 0)
      b[i].bandwidth = b[i - 1].bandwidth;
  }
}

/* Breakpoint i with its part of the power; the growth of its log amplitude. */
static double
broaden (TsrBreakpoint *b, double noise_power)
{
  double amplitude = tsr_breakpoint_amplitude (b), power = 0.5 * amplitude * amplitude;

  if (amplitude <= 0 || !(noise_power > 0))
    return 0;
  double old_noise = (double)b->bandwidth * power;
  double growth = 0.5 * log ((power + noise_power) / power);
  b->bandwidth = (float)fmin (1, (old_noise + noise_power) / (power + noise_power));
  b->log_amplitude += growth;
  return growth;
}

static TsrPartial *
with_bandwidth (const Sharing *sharing, size_t index)
{
  TsrPartial       *partial = tsr_partial_set_at (sharing->set, index);
  size_t            n = tsr_partial_n_breakpoints (partial);
  double           *growth = malloc (n * sizeof *growth);
  TsrBreakpointList list = {0};

  tsr_breakpoint_list_append_split (&list, partial, NULL, 0);
  if (growth == NULL || list.has_failed) {
    free (growth);
    tsr_breakpoint_list_clear (&list);
    return NULL;
  }
  for (size_t i = 0; i < n; i++)
    growth[i] =
        broaden (&list.items[i],
                 power_at (sharing, &sharing->shares[index], list.items[i].time_s));
  for (size_t i = 0; i < n; i++) {
    TsrBreakpoint *b = list.items;
    size_t         left = i > 0 && !(b[i - 1].flags & TSR_BREAKPOINT_NULL) ? i - 1 : i;
    size_t right = i + 1 < n && !(b[i + 1].flags & TSR_BREAKPOINT_NULL) ? i + 1 : i;
    double span_s = b[right].time_s - b[left].time_s;
    if (span_s > 0 && !(b[i].flags & TSR_BREAKPOINT_NULL))
      b[i].slope_per_s =
          (float)((double)b[i].slope_per_s + (growth[right] - growth[left]) / span_s);
  }
  free (growth);
  widen_nulls (&list);
  return tsr_breakpoint_list_finish (&list, partial, tsr_partial_id (partial));
}

static TsrStatus
hand_out (const Sharing *sharing, TsrPartialSink sink, void *sink_user)
{
  size_t    n = tsr_partial_set_size (sharing->set);
  TsrStatus status = TSR_STATUS_OK;

  for (size_t i = 0; i < n && status == TSR_STATUS_OK; i++) {
    TsrPartial *partial = with_bandwidth (sharing, i);
    if (partial == NULL)
      return TSR_STATUS_NO_MEMORY;
    status = sink (sink_user, partial);
    if (i % PARTIALS_A_LOOK != 0)
      continue;
    tsr_partial_set_discard (sharing->set);
    if (tsr_job_cancelled (sharing->job))
      return TSR_STATUS_CANCELLED;
  }
  return status;
}

/* Lays out the powers: frames from the one before a partial's start to the one after its
 * end, as far as the residual reaches. */
static bool
lay_out (Sharing *sharing)
{
  size_t n = tsr_partial_set_size (sharing->set), at = 0;

  sharing->shares = calloc (n + 1, sizeof *sharing->shares);
  if (sharing->shares == NULL)
    return false;
  for (size_t i = 0; i < n; i++) {
    const TsrPartial        *partial = tsr_partial_set_at (sharing->set, i);
    const TsrPartialSummary *s = tsr_partial_summary (partial);
    double                   last = (double)sharing->n_frames - 1;
    double                   from = fmax (0, floor (s->start_s / sharing->hop_s));
    double                   to = fmin (last, ceil (s->end_s / sharing->hop_s));
    bool                     is_there = to >= from && tsr_partial_channel (partial) <
                                      tsr_signal_n_channels (sharing->residual);
    sharing->shares[i] = (Share){.at = at};
    if (!is_there)
      continue;
    sharing->shares[i].first_frame = (int64_t)from;
    sharing->shares[i].n_frames = (size_t)(to - from) + 1;
    at += sharing->shares[i].n_frames;
  }
  sharing->powers = calloc (at + 1, sizeof *sharing->powers);
  return sharing->powers != NULL;
}

static void
workers_free (Worker *workers, size_t n)
{
  for (size_t i = 0; workers != NULL && i < n; i++) {
    tsr_frame_free (workers[i].frame);
    free (workers[i].spectrum);
    free (workers[i].power);
    free (workers[i].members);
  }
  free (workers);
}

static Worker *
workers_new (size_t n, const TsrWindow *window)
{
  Worker *workers = calloc (n, sizeof *workers);

  for (size_t i = 0; workers != NULL && i < n; i++) {
    Worker *w = &workers[i];
    w->frame = tsr_frame_new (window, 2);
    size_t n_bins = w->frame != NULL ? tsr_frame_n_bins (w->frame) : 1;
    w->spectrum = malloc (n_bins * sizeof *w->spectrum);
    w->power = malloc (n_bins * sizeof *w->power);
    if (w->frame == NULL || w->spectrum == NULL || w->power == NULL) {
      workers_free (workers, n);
      return NULL;
    }
  }
  return workers;
}

TsrStatus
tsr_residual_to_bandwidth (const TsrSignal *residual,
                           TsrPartialSet   *set,
                           double           spacing_hz,
                           const TsrJob    *job,
                           TsrPartialSink   sink,
                           void            *sink_user)
{
  if (!(spacing_hz > 0))
    return TSR_STATUS_INVALID_ARGUMENT;
  double     rate_hz = tsr_signal_rate_hz (residual);
  Sharing    sharing = {.residual = residual,
                        .set = set,
                        .job = job,
                        .rate_hz = rate_hz,
                        .spacing_hz = spacing_hz,
                        .hop_s = 0.5 / spacing_hz};
  size_t     n_workers = tsr_job_n_workers (job);
  TsrWindow *window =
      tsr_window_new_for_spacing (TSR_WINDOW_SMOOTH4, rate_hz, spacing_hz);
  TsrStatus status = TSR_STATUS_NO_MEMORY;

  sharing.n_frames = (int64_t)(tsr_signal_duration_s (residual) / sharing.hop_s) + 1;
  sharing.workers = window != NULL ? workers_new (n_workers, window) : NULL;
  if (sharing.workers != NULL && lay_out (&sharing))
    status = share_all (&sharing);
  if (status == TSR_STATUS_OK)
    status = hand_out (&sharing, sink, sink_user);
  workers_free (sharing.workers, n_workers);
  tsr_window_free (window);
  free (sharing.shares);
  free (sharing.powers);
  return status;
}
