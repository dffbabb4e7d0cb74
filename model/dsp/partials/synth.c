/* SPDX-License-Identifier: GPL-3.0-or-later
 * The reference synthesiser. Every sample is the sum, in order of id, of terms that
 * depend on partial, rate and sample number alone: each term is a polynomial about the
 * start of its block of the absolute sample grid. So no split into calls or threads can
 * be heard or measured.
 */
#include "model/dsp/partials/synth.h"

#include "model/dsp/partials/synth-kernel.h"

#include <stdlib.h>
#include <string.h>

/* Partials are looked up, and noise streams begin afresh, once a page. */
enum { PAGE = 8192, NOISE_GRID = TSR_NOISE_STEP };

typedef struct {
  const TsrPartial *partial;
  size_t            index;  /* in the set: the order of summation */
  size_t            cursor; /* breakpoint before the next sample */
  bool              has_noise;
  int64_t           noise_at; /* sample of `noise_state`, on the grid of eight */
  double            noise_state[TSR_NOISE_STATES];
} Voice;

struct TsrSynth {
  TsrPartialSet         *set;
  unsigned               channel;
  double                 rate_hz;
  const uint8_t         *wanted;
  const TsrSynthKernels *kernels;
  TsrBandwidthFilter     filter;     /* made for the first voice with noise */
  int64_t                noise_lead; /* samples after which a filter has forgotten */
  int64_t                position;
  int64_t                page; /* first sample of the page that `voices` covers */
  Voice                 *voices;
  size_t                 n_voices, voices_capacity;
  double                *noise; /* PAGE + 2 * TSR_SYNTH_BLOCK */
  bool                   has_page, has_failed;
};

static int64_t
floor_to (int64_t n, int64_t grid) /* grid: a power of two */
{
  return n & ~(grid - 1);
}

TsrSynth *
tsr_synth_new (TsrPartialSet *set,
               unsigned       channel,
               double         rate_hz,
               int64_t        first_frame,
               const uint8_t *wanted)
{
  TsrSynth *synth = calloc (1, sizeof *synth);
  if (synth == NULL)
    return NULL;
  synth->noise = malloc ((PAGE + 2 * TSR_SYNTH_BLOCK) * sizeof *synth->noise);
  if (synth->noise == NULL) {
    free (synth);
    return NULL;
  }
  synth->set = tsr_partial_set_ref (set);
  synth->channel = channel;
  synth->rate_hz = rate_hz;
  synth->wanted = wanted;
  synth->position = first_frame;
  synth->kernels = tsr_synth_kernels (false);
  /* The slowest pole falls by exp (-1571 t): 240 dB in 18 ms. */
  synth->noise_lead = floor_to ((int64_t)fmin (0.02 * rate_hz, 1e6), NOISE_GRID) + 64;
  return synth;
}

void
tsr_synth_free (TsrSynth *synth)
{
  if (synth == NULL)
    return;
  tsr_partial_set_unref (synth->set);
  free (synth->voices);
  free (synth->noise);
  free (synth);
}

/* The breakpoint that begins the segment of a sample; 0 before the first. */
static size_t
breakpoint_before (const TsrPartial *partial, int64_t sample, double rate_hz)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  size_t               low = 0, high = tsr_partial_n_breakpoints (partial);

  while (high - low > 1) {
    size_t middle = (low + high) / 2;
    if (tsr_sample_at (b[middle].time_s, rate_hz) <= sample)
      low = middle;
    else
      high = middle;
  }
  return low;
}

static bool
add_voice (void *user, size_t index)
{
  TsrSynth   *synth = user;
  TsrPartial *partial = tsr_partial_set_at (synth->set, index);

  if (tsr_partial_channel (partial) != synth->channel ||
      (synth->wanted != NULL && synth->wanted[index] == 0))
    return true;
  if (synth->n_voices == synth->voices_capacity) {
    size_t capacity = synth->voices_capacity * 2 + 64;
    Voice *voices = realloc (synth->voices, capacity * sizeof *voices);
    if (voices == NULL) {
      synth->has_failed = true;
      return false;
    }
    synth->voices = voices;
    synth->voices_capacity = capacity;
  }
  int64_t first = tsr_sample_at (tsr_partial_summary (partial)->start_s, synth->rate_hz);
  int64_t from = first > synth->page ? first : synth->page;
  synth->voices[synth->n_voices++] = (Voice){
      .partial = partial,
      .index = index,
      .cursor = breakpoint_before (partial, from, synth->rate_hz),
      .has_noise = tsr_partial_has_noise (partial),
      .noise_at = floor_to (from, NOISE_GRID) - synth->noise_lead,
  };
  return true;
}

static int
compare_voices (const void *a, const void *b)
{
  size_t x = ((const Voice *)a)->index, y = ((const Voice *)b)->index;
  return (x > y) - (x < y);
}

static void
open_page (TsrSynth *synth, int64_t page)
{
  synth->page = page;
  synth->has_page = true;
  synth->n_voices = 0;
  tsr_partial_set_foreach_in (synth->set,
                              (double)(page - 1) / synth->rate_hz,
                              (double)(page + PAGE + 1) / synth->rate_hz,
                              0,
                              INFINITY,
                              add_voice,
                              synth);
  if (synth->n_voices > 0)
    qsort (synth->voices, synth->n_voices, sizeof *synth->voices, compare_voices);
}

/* Noise of the voice for samples first .. end-1 into synth->noise; the sample it begins
 * with, at or before first. Only whole steps that are over are carried on, so the next
 * call may begin anywhere after. */
static int64_t
make_noise (TsrSynth *synth, Voice *voice, int64_t first, int64_t end)
{
  TsrNoiseSeed seed = tsr_noise_seed (tsr_partial_noise_id (voice->partial));
  int64_t      from = floor_to (first, NOISE_GRID), to = floor_to (end, NOISE_GRID);

  if (synth->filter.n_inputs == 0)
    tsr_bandwidth_filter_init (&synth->filter, synth->rate_hz);
  while (voice->noise_at < from) {
    int64_t n = from - voice->noise_at < PAGE ? from - voice->noise_at : PAGE;
    synth->kernels->noise (&synth->filter,
                           seed,
                           voice->noise_at,
                           voice->noise_state,
                           (size_t)(n / NOISE_GRID),
                           synth->noise);
    voice->noise_at += n;
  }
  synth->kernels->noise (&synth->filter,
                         seed,
                         from,
                         voice->noise_state,
                         (size_t)((to - from) / NOISE_GRID),
                         synth->noise);
  voice->noise_at = to;
  double state[TSR_NOISE_STATES];
  memcpy (state, voice->noise_state, sizeof state);
  synth->kernels->noise (&synth->filter, seed, to, state, 1, synth->noise + (to - from));
  return from;
}

/* False when nothing of the run can sound: all above half the rate, or out of range. */
static bool
run_init (TsrSynthRun *run, const TsrSegment *segment, int64_t origin, double rate_hz)
{
  double step_s = 1 / rate_hz;
  /* One rounding, however late in the sound: origin / rate - start. */
  double x0 = fma (-segment->start_s, rate_hz, (double)origin) * step_s;

  tsr_cubic_at (segment->phase, x0, step_s, run->phase);
  run->phase[0] = tsr_turns_wrap (run->phase[0]);
  tsr_cubic_at (segment->amplitude, x0, step_s, run->amplitude);
  run->is_linear = segment->is_linear;
  run->bandwidth[0] = segment->bandwidth[0] + x0 * segment->bandwidth[1];
  run->bandwidth[1] = segment->bandwidth[1] * step_s;
  run->noise = NULL;
  const double *p = run->phase, n = TSR_SYNTH_BLOCK;
  double        sweep = n * (2 * fabs (p[2]) + n * 3 * fabs (p[3]));
  run->has_fade = fabs (p[1]) + sweep > TSR_FADE_FROM;
  return fabs (p[1]) - sweep < TSR_FADE_TO && fabs (p[1]) + sweep < 1e6;
}

typedef struct {
  const double *samples; /* NULL without bandwidth */
  int64_t       at;      /* sample number of the first */
} Noise;

/* Samples first .. end-1 of the segment whose first sample is `start`, block by block. */
static void
render_segment (TsrSynth         *synth,
                const TsrSegment *segment,
                Noise             noise,
                int64_t           start,
                int64_t           first,
                int64_t           end,
                double           *out)
{
  for (int64_t n = first; n < end;) {
    int64_t     block = floor_to (n, TSR_SYNTH_BLOCK);
    int64_t     to = block + TSR_SYNTH_BLOCK < end ? block + TSR_SYNTH_BLOCK : end;
    int64_t     origin = block > start ? block : start;
    TsrSynthRun run;
    if (run_init (&run, segment, origin, synth->rate_hz)) {
      if (noise.samples != NULL)
        run.noise = noise.samples + (n - noise.at);
      synth->kernels->render (&run, (int)(n - origin), (int)(to - n), out + (n - first));
    }
    n = to;
  }
}

static void
render_voice (TsrSynth *synth, Voice *voice, int64_t first, int64_t end, double *out)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (voice->partial);
  size_t               n = tsr_partial_n_breakpoints (voice->partial);
  int64_t              partial_end = tsr_sample_at (b[n - 1].time_s, synth->rate_hz);
  int64_t              start = tsr_sample_at (b[voice->cursor].time_s, synth->rate_hz);
  int64_t              at = start > first ? start : first;
  Noise                noise = {0};

  end = end < partial_end ? end : partial_end;
  if (at >= end)
    return;
  if (voice->has_noise)
    noise = (Noise){synth->noise, make_noise (synth, voice, at, end)};
  while (at < end && voice->cursor + 1 < n) {
    const TsrBreakpoint *a = &b[voice->cursor];
    int64_t              segment_end = tsr_sample_at (a[1].time_s, synth->rate_hz);
    int64_t              to = segment_end < end ? segment_end : end;
    TsrSegment           segment;
    if (to > at && tsr_segment_init (&segment, a, a + 1) && !segment.is_silent)
      render_segment (synth, &segment, noise, start, at, to, out + (at - first));
    at = to > at ? to : at;
    if (segment_end > at)
      break;
    start = segment_end;
    voice->cursor++;
  }
}

void
tsr_synth_render (TsrSynth *synth, double *out, size_t n_frames)
{
  int64_t end = synth->position + (int64_t)n_frames;

  while (synth->position < end && !synth->has_failed) {
    int64_t page = floor_to (synth->position, PAGE);
    int64_t to = page + PAGE < end ? page + PAGE : end;
    if (!synth->has_page || page != synth->page)
      open_page (synth, page);
    for (size_t i = 0; i < synth->n_voices; i++)
      render_voice (synth, &synth->voices[i], synth->position, to, out);
    out += to - synth->position;
    synth->position = to;
  }
}

typedef struct {
  TsrPartialSet *set;
  unsigned       channel;
  double         rate_hz;
  const uint8_t *wanted;
  int64_t        first, end;
  double        *out;
  const TsrJob  *job;
  size_t         first_item;
  bool          *failed; /* one for each item of a wave */
} Range;

enum { ITEM = 2 * PAGE };

static void
render_item_cb (void *data, size_t item, size_t worker)
{
  Range  *range = data;
  int64_t base = floor_to (range->first, PAGE);
  int64_t from = base + (int64_t)(range->first_item + item) * ITEM, to = from + ITEM;

  from = from > range->first ? from : range->first;
  to = to < range->end ? to : range->end;
  if (from >= to || tsr_job_cancelled (range->job))
    return;
  TsrSynth *synth =
      tsr_synth_new (range->set, range->channel, range->rate_hz, from, range->wanted);
  if (synth != NULL)
    tsr_synth_render (synth, range->out + (from - range->first), (size_t)(to - from));
  range->failed[item] = synth == NULL || synth->has_failed;
  tsr_synth_free (synth);
}

TsrStatus
tsr_synth_render_range (TsrPartialSet *set,
                        unsigned       channel,
                        double         rate_hz,
                        int64_t        first_frame,
                        size_t         n_frames,
                        const uint8_t *wanted,
                        double        *out,
                        const TsrJob  *job)
{
  enum { WAVE = 32 };
  bool    failed[WAVE] = {false};
  Range   range = {.set = set,
                   .channel = channel,
                   .rate_hz = rate_hz,
                   .wanted = wanted,
                   .first = first_frame,
                   .end = first_frame + (int64_t)n_frames,
                   .out = out,
                   .job = job,
                   .failed = failed};
  int64_t span = range.end - floor_to (first_frame, PAGE);
  size_t  n_items = (size_t)((span + ITEM - 1) / ITEM);

  for (size_t i = 0; i < n_items; i += WAVE) {
    size_t n = n_items - i < WAVE ? n_items - i : WAVE;
    range.first_item = i;
    tsr_job_parallel_for (job, n, render_item_cb, &range);
    if (tsr_job_cancelled (job))
      return TSR_STATUS_CANCELLED;
    for (size_t k = 0; k < n; k++)
      if (failed[k])
        return TSR_STATUS_NO_MEMORY;
    tsr_job_progress (job, (double)(i + n) / (double)n_items);
  }
  return TSR_STATUS_OK;
}
