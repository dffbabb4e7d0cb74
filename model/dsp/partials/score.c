/* SPDX-License-Identifier: GPL-3.0-or-later
 * Scores: partials laid out for the audio thread, with an index by which it finds what
 * sounds at any time in bounded work; and the bank's memory.
 */
#include "model/dsp/partials/morph-live-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SMALLEST_BUCKET_S 0.125
enum { MOST_BUCKETS = 1 << 16, SPARE_SOUNDING = 1 << 20 };

static void
fill_partials (TsrScore *score)
{
  for (size_t i = 0; i < score->n; i++) {
    const TsrPartial *partial = tsr_partial_set_at (score->set, i);
    TsrScorePartial  *p = &score->partials[i];
    size_t            n = tsr_partial_n_breakpoints (partial);
    p->breakpoints = tsr_partial_breakpoints (partial);
    p->n_breakpoints = (uint32_t)n;
    p->channel = tsr_partial_channel (partial);
    p->start_s = tsr_partial_summary (partial)->start_s;
    p->end_s = tsr_partial_summary (partial)->end_s;
    p->seed = tsr_noise_seed (tsr_partial_noise_id (partial));
    p->has_noise = tsr_partial_has_noise (partial);
    if (p->channel + 1 > score->n_channels)
      score->n_channels = p->channel + 1;
  }
}

typedef struct {
  double   time_s;
  uint32_t partial;
} Moment;

static int
compare_moments (const void *a, const void *b)
{
  const Moment *x = a, *y = b;
  if (x->time_s != y->time_s)
    return x->time_s < y->time_s ? -1 : 1;
  return (x->partial > y->partial) - (x->partial < y->partial);
}

/* Orders the partials by start, and counts how many sound at once: an end at the time of
 * a start comes first. */
static bool
order_by_start (TsrScore *score)
{
  Moment *starts = malloc ((2 * score->n + 1) * sizeof *starts);
  Moment *ends = starts + score->n;
  size_t  sounding = 0, ended = 0;

  if (starts == NULL)
    return false;
  for (uint32_t i = 0; i < score->n; i++) {
    starts[i] = (Moment){score->partials[i].start_s, i};
    ends[i] = (Moment){score->partials[i].end_s, i};
  }
  if (score->n > 0) {
    qsort (starts, score->n, sizeof *starts, compare_moments);
    qsort (ends, score->n, sizeof *ends, compare_moments);
  }
  for (size_t i = 0; i < score->n; i++) {
    score->by_start[i] = starts[i].partial;
    while (ended < i && ends[ended].time_s <= starts[i].time_s)
      ended++;
    sounding = i + 1 - ended;
    if (sounding > score->max_polyphony)
      score->max_polyphony = sounding;
  }
  free (starts);
  return true;
}

/* First bucket border after the start of the partial, and first at or after its end. */
static void
borders_of (const TsrScore *score, size_t partial, size_t *first, size_t *end)
{
  const TsrScorePartial *p = &score->partials[partial];
  double                 n = (double)score->n_buckets;

  *first = (size_t)fmin (n, floor ((p->start_s - score->first_s) / score->bucket_s) + 1);
  *end = (size_t)fmin (n, ceil ((p->end_s - score->first_s) / score->bucket_s));
}

static size_t
count_sounding (const TsrScore *score)
{
  size_t count = 0;

  for (size_t i = 0; i < score->n; i++) {
    size_t first, end;
    borders_of (score, i, &first, &end);
    count += end > first ? end - first : 0;
  }
  return count;
}

/* Chooses buckets so short that little begins within one, and so few that their lists
 * stay in proportion to the partials. */
static void
choose_buckets (TsrScore *score)
{
  double end_s = 0;

  score->first_s = score->n > 0 ? INFINITY : 0;
  for (size_t i = 0; i < score->n; i++) {
    score->first_s = fmin (score->first_s, score->partials[i].start_s);
    end_s = fmax (end_s, score->partials[i].end_s);
  }
  double duration_s = fmax (0, end_s - score->first_s);
  score->bucket_s = fmax (SMALLEST_BUCKET_S, duration_s / MOST_BUCKETS);
  for (;;) {
    score->n_buckets = (size_t)(duration_s / score->bucket_s) + 1;
    if (score->n_buckets == 1 || count_sounding (score) <= 4 * score->n + SPARE_SOUNDING)
      return;
    score->bucket_s *= 2;
  }
}

/* Fills the lists by start time, so that their order does not depend on ids. */
static bool
fill_buckets (TsrScore *score)
{
  size_t  count = count_sounding (score), first, end, k = 0;
  size_t *fill = calloc (score->n_buckets + 1, sizeof *fill);

  score->sounding = malloc ((count + 1) * sizeof *score->sounding);
  score->sounding_at = calloc (score->n_buckets + 1, sizeof *score->sounding_at);
  score->next_at = calloc (score->n_buckets + 1, sizeof *score->next_at);
  if (fill == NULL || score->sounding == NULL || score->sounding_at == NULL ||
      score->next_at == NULL) {
    free (fill);
    return false;
  }
  for (size_t i = 0; i < score->n; i++) {
    borders_of (score, i, &first, &end);
    for (size_t b = first; b < end; b++)
      score->sounding_at[b + 1]++;
  }
  for (size_t b = 0; b < score->n_buckets; b++) {
    score->sounding_at[b + 1] += score->sounding_at[b];
    fill[b] = score->sounding_at[b];
    for (; k < score->n; k++) {
      borders_of (score, score->by_start[k], &first, &end);
      if (first > b)
        break;
    }
    score->next_at[b] = (uint32_t)k;
  }
  for (size_t i = 0; i < score->n; i++) {
    borders_of (score, score->by_start[i], &first, &end);
    for (size_t b = first; b < end; b++)
      score->sounding[fill[b]++] = score->by_start[i];
  }
  free (fill);
  return true;
}

bool
tsr_score_index (TsrScore *score)
{
  if (!order_by_start (score))
    return false;
  choose_buckets (score);
  return fill_buckets (score);
}

TsrScore *
tsr_score_new (TsrPartialSet *set)
{
  TsrScore *score = calloc (1, sizeof *score);

  if (score == NULL)
    return NULL;
  atomic_init (&score->n_refs, 1);
  score->set = tsr_partial_set_ref (set);
  score->n = tsr_partial_set_size (set);
  score->n_channels = 1;
  score->partials = malloc ((score->n + 1) * sizeof *score->partials);
  score->by_start = malloc ((score->n + 1) * sizeof *score->by_start);
  bool done = score->partials != NULL && score->by_start != NULL;
  if (done) {
    fill_partials (score);
    done = tsr_score_index (score);
  }
  if (!done) {
    tsr_score_unref (score);
    return NULL;
  }
  return score;
}

TsrScore *
tsr_score_new_beside (TsrPartialSet *set, const TsrScore *beside)
{
  TsrScore *score = tsr_score_new (set);

  if (score != NULL && score->n_channels < beside->n_channels)
    score->n_channels = beside->n_channels;
  return score;
}

TsrScore *
tsr_score_ref (TsrScore *score)
{
  atomic_fetch_add_explicit (&score->n_refs, 1, memory_order_relaxed);
  return score;
}

void
tsr_score_unref (TsrScore *score)
{
  if (score == NULL ||
      atomic_fetch_sub_explicit (&score->n_refs, 1, memory_order_acq_rel) != 1)
    return;
  tsr_partial_set_unref (score->set);
  tsr_morph_score_free (score->morph);
  free (score->partials);
  free (score->by_start);
  free (score->next_at);
  free (score->sounding_at);
  free (score->sounding);
  free (score);
}

const TsrPartialSet *
tsr_score_set (const TsrScore *score)
{
  return score->set;
}

size_t
tsr_score_max_polyphony (const TsrScore *score)
{
  return score->max_polyphony;
}

unsigned
tsr_score_n_channels (const TsrScore *score)
{
  return score->n_channels;
}

void
tsr_live_transform_set_filter (TsrLiveTransform *transform,
                               const TsrCurve   *gain_db_over_hz)
{
  double octaves = log2 (TSR_GAIN_TABLE_HIGH_HZ / TSR_GAIN_TABLE_LOW_HZ);

  transform->has_filter = gain_db_over_hz != NULL;
  for (int i = 0; gain_db_over_hz != NULL && i < TSR_GAIN_TABLE_SIZE; i++) {
    double hz = TSR_GAIN_TABLE_LOW_HZ * exp2 (octaves * i / (TSR_GAIN_TABLE_SIZE - 1));
    double gain_db = fmin (tsr_curve_at (gain_db_over_hz, hz), 200);
    transform->filter_gain[i] = (float)pow (10, gain_db / 20);
  }
}

/* Voices beyond the largest polyphony, for partials that meet within a rounding. */
static size_t
voices_capacity (const TsrScore *score)
{
  return score->max_polyphony + score->max_polyphony / 8 + 16;
}

static size_t
round_up (size_t size)
{
  return (size + 63) & ~(size_t)63;
}

size_t
tsr_oscillator_bank_size (const TsrScore *score)
{
  return round_up (sizeof (TsrOscillatorBank)) +
         round_up (voices_capacity (score) * sizeof (TsrBankVoice)) +
         (score->morph != NULL ? tsr_morph_play_size (score, voices_capacity (score))
                               : 0) +
         (score->n_channels * TSR_OSCILLATOR_CHUNK + 8) * sizeof (float);
}

static void
copy_filter (TsrOscillatorFilter *to, double rate_hz)
{
  TsrBandwidthFilter from;

  tsr_bandwidth_filter_init (&from, rate_hz);
  to->n_inputs = from.n_inputs;
  for (int j = 0; j < TSR_NOISE_STEP; j++) {
    for (int i = 0; i < TSR_NOISE_STEP; i++)
      to->output_from_input[j][i] = (float)from.output_from_input[j][i];
    for (int i = 0; i < TSR_NOISE_STATES; i++)
      to->state_from_input[j][i] = (float)from.state_from_input[j][i];
  }
  for (int j = 0; j < TSR_NOISE_STATES; j++) {
    for (int i = 0; i < TSR_NOISE_STEP; i++)
      to->output_from_state[j][i] = (float)from.output_from_state[j][i];
    for (int i = 0; i < TSR_NOISE_STATES; i++)
      to->state_from_state[j][i] = (float)from.state_from_state[j][i];
  }
}

TsrOscillatorBank *
tsr_oscillator_bank_init (void           *memory,
                          const TsrScore *score,
                          double          rate_hz,
                          unsigned        n_out_channels)
{
  TsrOscillatorBank *bank = memory;
  char              *rest = (char *)memory + round_up (sizeof *bank);

  memset (memory, 0, tsr_oscillator_bank_size (score));
  bank->score = score;
  bank->kernels = tsr_oscillator_kernels (false);
  bank->rate_hz = rate_hz;
  bank->n_out_channels = n_out_channels;
  bank->relock_length = rint (fmax (1, 0.05 * rate_hz));
  /* The slowest pole falls by exp (-1571 t): 136 dB in 10 ms. */
  bank->noise_lead = (int)fmin (0.01 * rate_hz, 1e5) / TSR_NOISE_STEP + 2;
  copy_filter (&bank->filter, rate_hz);
  bank->voices = (void *)rest;
  bank->voices_capacity = voices_capacity (score);
  rest += round_up (bank->voices_capacity * sizeof *bank->voices);
  if (score->morph != NULL) {
    bank->play = tsr_morph_play_init (rest, score, bank->voices_capacity);
    rest += tsr_morph_play_size (score, bank->voices_capacity);
  }
  bank->sums = (void *)rest;
  return bank;
}
