/* SPDX-License-Identifier: GPL-3.0-or-later
 * One voice in one chunk: a few runs, cut at breakpoints and where the amplitude bends
 * too much for a cubic. Phases of a run are a cubic: the score's own while locked, the
 * integral of the transformed frequency while carried.
 */
#include "model/dsp/partials/morph-live-private.h"

#include <math.h>
#include <string.h>

/* Score samples per sample from which on amplitudes are kept in bounds. */
#define FAST 4.0
/* Largest amplitude error of a run's cubic, re full scale. */
#define CUBIC_ERROR 3e-7

static double
cubic (const double c[4], double x)
{
  return c[0] + x * (c[1] + x * (c[2] + x * c[3]));
}

static double
slope_of_cubic (const double c[4], double x)
{
  return c[1] + x * (2 * c[2] + x * 3 * c[3]);
}

/* Seconds since the segment's start, at a sample of the chunk. */
static double
seconds_in (const TsrBankChunk *chunk, const TsrSegment *segment, double sample)
{
  return (chunk->x0 + sample * chunk->dx) * chunk->period_s - segment->start_s;
}

/* An offset of the samples is no tone: nothing shifts it. */
static double
shift_share (const TsrSegment *segment)
{
  const double *c = segment->phase;

  return c[1] == 0 && c[2] == 0 && c[3] == 0 ? 0 : 1;
}

/* Frequency after the transform, in cycles per sample. */
static double
frequency_at (const TsrBankChunk *chunk, const TsrSegment *segment, double sample)
{
  double hz = slope_of_cubic (segment->phase, seconds_in (chunk, segment, sample));

  return hz * chunk->period_s * (chunk->ratio + sample * chunk->ratio_slope) +
         shift_share (segment) * (chunk->shift + sample * chunk->shift_slope);
}

/* Linear between the table's points, the end values outside. */
static double
filter_gain_at (const float *table, double frequency_hz)
{
  const float last = TSR_GAIN_TABLE_SIZE - 1;
  const float octaves = 11; /* log2 (TSR_GAIN_TABLE_HIGH_HZ / TSR_GAIN_TABLE_LOW_HZ) */
  double      hz = fabs (frequency_hz);

  if (!(hz > TSR_GAIN_TABLE_LOW_HZ))
    return (double)table[0];
  if (hz >= TSR_GAIN_TABLE_HIGH_HZ)
    return (double)table[TSR_GAIN_TABLE_SIZE - 1];
  float x = log2f ((float)(hz / TSR_GAIN_TABLE_LOW_HZ)) * (last / octaves);
  int   i = x < last - 1 ? (int)x : (int)last - 1;
  return (double)(table[i] + (table[i + 1] - table[i]) * (x - (float)i));
}

/* Moves the voice's share towards its group's over the rest of the block. */
static void
ramp_share (const TsrBankChunk *chunk, TsrBankVoice *voice)
{
  double want = chunk->group_of_partial == NULL ||
                chunk->group_of_partial[voice->partial] == chunk->group;

  if (voice->is_new)
    voice->share = want;
  if (voice->share != want)
    voice->share += (want - voice->share) * chunk->n_samples / chunk->n_left;
}

/* What the transform makes of a voice's amplitude at the end of the chunk. */
static double
gain_at_end (const TsrBankChunk *chunk, const TsrBankVoice *voice)
{
  const TsrSegment *segment = &voice->segment;
  double            sample = chunk->n_samples;

  if (chunk->filter_gain == NULL || voice->share == 0)
    return voice->share * chunk->gain_end;
  double over_s = seconds_in (chunk, segment, sample) - segment->duration_s;
  if (over_s > 0 && chunk->dx > 0)
    sample = tsr_larger (0, sample - over_s * chunk->bank->rate_hz / chunk->dx);
  return voice->share * chunk->gain_end *
         filter_gain_at (chunk->filter_gain,
                         frequency_at (chunk, segment, sample) * chunk->bank->rate_hz);
}

/* A run in the making: polynomials in samples from its first. */
typedef struct {
  double phase[4];
  double level[4];    /* amplitude before gain: log2, or linear */
  double gain, slope; /* factor on it */
  bool   is_linear, has_fade;
  bool   is_fast; /* samples lie so far apart that some lie far behind the segment */
} Run;

typedef double  Doubles4 __attribute__ ((vector_size (32)));
typedef int64_t Longs4 __attribute__ ((vector_size (32)));

/* 2^x with a relative error of 3e-9 for |x| < 1000, which holds for all logarithms within
 * a segment: Chebyshev interpolation of degree 6. */
static inline void
quick_exp2 (Doubles4 *x)
{
  Doubles4 whole = *x + TSR_TO_INTEGER, r = *x - (whole - TSR_TO_INTEGER), rr = r * r;
  Doubles4 low = 1.0 + 0.693147207 * r + rr * (0.240226509 + 0.0555032723 * r);
  Doubles4 high = 0.00961805668 + 0.00134004282 * r + rr * 0.000154614447;
  Doubles4 scale = (Doubles4)(((Longs4)whole + 1023) << 52);

  *x = (low + rr * rr * high) * scale;
}

/* Amplitude of the run at its start, end and two places a third apart between. */
static void
amplitudes_of (const Run *run, double n, double a[4])
{
  const double  *c = run->level;
  const Doubles4 thirds = {0, 1.0 / 3, 2.0 / 3, 1};
  Doubles4       x = thirds * n, y = c[0] + x * (c[1] + x * (c[2] + x * c[3]));

  for (int i = 0; run->is_fast && !run->is_linear && i < 4; i++)
    y[i] = tsr_larger (-1000, tsr_smaller (64, y[i]));
  if (!run->is_linear)
    quick_exp2 (&y);
  y *= run->gain + x * run->slope;
  memcpy (a, &y, sizeof y);
  if (run->has_fade)
    for (int i = 0; i < 4; i++)
      a[i] *= tsr_nyquist_fade (slope_of_cubic (run->phase, x[i]));
}

/* Bound of the fourth derivative of the amplitude over n samples, as a part of it: with
 * the derivatives l1, l2, l3 of its logarithm 4 l1 l3 + 3 l2^2 + 6 l1^2 l2 + l1^4. */
static double
bend (const Run *run, double n)
{
  const double *c = run->level;

  if (run->is_linear)
    return 0;
  double start = fabs (c[1]), end = fabs (slope_of_cubic (c, n));
  double middle = fabs (slope_of_cubic (c, 0.5 * n));
  double l1 = M_LN2 * n * tsr_larger (tsr_larger (start, end), middle);
  double l2 =
      M_LN2 * n * n * tsr_larger (fabs (2 * c[2]), fabs (2 * c[2] + 6 * n * c[3]));
  double l3 = M_LN2 * n * n * n * 6 * fabs (c[3]);
  return 4 * l1 * l3 + 3 * l2 * l2 + l1 * l1 * (6 * l2 + l1 * l1);
}

/* Whether that is surely less than a limit: with l the sum of what bounds l1, l2 and l3
 * are at most 2 l, so the whole is at most 20 l^2 + 12 l^3 + l^4. */
static bool
bends_little (const Run *run, double n, double limit)
{
  const double *c = run->level;
  double l = M_LN2 * n * (fabs (c[1]) + n * (2 * fabs (c[2]) + n * 3 * fabs (c[3])));

  return run->is_linear || (l < 1 && 33 * l * l < limit);
}

/* How many of n samples one cubic may cover; its coefficients. The interpolation error
 * over four nodes is at most the fourth derivative by 1944. */
static int
fit_amplitude (const Run *run, int n, float coefficients[4])
{
  double a[4];

  if (run->has_fade && n > 32)
    n = 32;
  for (;;) {
    amplitudes_of (run, n, a);
    double most = tsr_larger (tsr_larger (a[0], a[1]), tsr_larger (a[2], a[3]));
    double limit = 1944 * CUBIC_ERROR;
    if (n <= 8 || bends_little (run, n, limit / most) || most * bend (run, n) < limit)
      break;
    n = n / 2 < 8 ? 8 : (n / 2) & ~7;
  }
  double over = 1.0 / n;
  coefficients[0] = (float)a[0];
  coefficients[1] = (float)((-5.5 * a[0] + 9 * a[1] - 4.5 * a[2] + a[3]) * over);
  coefficients[2] =
      (float)((9 * a[0] - 22.5 * a[1] + 18 * a[2] - 4.5 * a[3]) * over * over);
  coefficients[3] = (float)(4.5 * (a[3] - a[0] + 3 * (a[1] - a[2])) * over * over * over);
  return n;
}

/* Phase from sample `first` on, s0 seconds into the segment. */
static void
fit_phase (const TsrBankChunk *chunk,
           const TsrBankVoice *voice,
           int                 first,
           double              s0,
           double              p[4])
{
  const double *c = voice->segment.phase;

  if (chunk->is_locked) {
    tsr_cubic_at (c, s0, chunk->step_s, p);
    if (voice->offset_turns != 0) {
      double w[4];
      tsr_cubic_at (chunk->relock, first, 1, w);
      for (int i = 0; i < 4; i++)
        p[i] += voice->offset_turns * w[i];
    }
    p[0] = tsr_turns_wrap (p[0]);
    return;
  }
  /* Frequency in cycles per sample, times the ratio, and its integral; the product's
   * cubic term is left out. */
  double f0 = slope_of_cubic (c, s0) * chunk->period_s;
  double f1 = (2 * c[2] + 6 * s0 * c[3]) * chunk->step_s * chunk->period_s;
  double f2 = 3 * c[3] * chunk->step_s * chunk->step_s * chunk->period_s;
  double ratio = chunk->ratio + first * chunk->ratio_slope;
  double share = shift_share (&voice->segment);
  p[0] = voice->turns;
  p[1] = f0 * ratio + share * (chunk->shift + first * chunk->shift_slope);
  p[2] = (f1 * ratio + f0 * chunk->ratio_slope + share * chunk->shift_slope) / 2;
  p[3] = (f2 * ratio + f1 * chunk->ratio_slope) / 3;
}

/* One run from sample `first`, before `end`; its length. */
static int
render_run (const TsrBankChunk *chunk,
            TsrBankVoice       *voice,
            const Run          *like,
            int                 first,
            int                 end,
            float              *noise)
{
  TsrOscillatorBank *bank = chunk->bank;
  const TsrSegment  *segment = &voice->segment;
  double             s0 = seconds_in (chunk, segment, first);
  Run                run = *like;
  TsrOscillatorRun   out = {.n_samples = end - first};

  fit_phase (chunk, voice, first, s0, run.phase);
  double f0 = fabs (run.phase[1]), f1 = fabs (slope_of_cubic (run.phase, end - first));
  bool   is_audible =
      !segment->is_silent && tsr_smaller (f0, f1) < TSR_FADE_TO && f0 < 1e3 && f1 < 1e3;
  if (is_audible) {
    tsr_cubic_at (segment->amplitude, s0, chunk->step_s, run.level);
    run.gain += first * run.slope;
    run.is_linear = segment->is_linear;
    run.is_fast = chunk->dx > FAST;
    run.has_fade = tsr_larger (f0, f1) > TSR_FADE_FROM;
    out.n_samples = fit_amplitude (&run, out.n_samples, out.amplitude);
  }
  if (is_audible && noise != NULL) {
    out.modulation = noise + first;
    double bandwidth = segment->bandwidth[0] + s0 * segment->bandwidth[1];
    bandwidth = tsr_larger (0, tsr_smaller (1, bandwidth));
    bank->kernels->modulate ((float)bandwidth,
                             (float)(1 - bandwidth),
                             (float)(segment->bandwidth[1] * chunk->step_s),
                             out.n_samples,
                             noise + first);
  }
  if (is_audible) {
    memcpy (out.phase, run.phase, sizeof out.phase);
    bank->kernels->oscillate (
        &out, bank->sums + (size_t)voice->channel * TSR_OSCILLATOR_CHUNK + first);
  }
  if (!chunk->is_locked)
    voice->turns = tsr_turns_wrap (cubic (run.phase, out.n_samples));
  return out.n_samples;
}

/* Makes the segment that holds a sample of the chunk the voice's; false when the partial
 * is over there. A phase reset on the way is made by carried phases too. */
static bool
find_segment (const TsrBankChunk *chunk, TsrBankVoice *voice, int sample)
{
  if (voice->breakpoints == NULL)
    return tsr_morph_find_segment (chunk, voice, sample);
  if (voice->has_segment && tsr_bank_sample_of (chunk, voice->segment_end_s) > sample)
    return true;
  const TsrScorePartial *p = &chunk->bank->score->partials[voice->partial];
  for (; voice->cursor + 1 < p->n_breakpoints; voice->cursor++) {
    const TsrBreakpoint *b = &p->breakpoints[voice->cursor];
    if (tsr_bank_sample_of (chunk, b[1].time_s) > sample) {
      voice->segment_end_s = b[1].time_s;
      voice->has_segment = tsr_segment_init (&voice->segment, b, b + 1);
      if (voice->has_segment)
        return true;
    }
    if (voice->has_turns && !(b[1].time_s > b[0].time_s))
      voice->turns += b[1].phase_turns - b[0].phase_turns;
    voice->has_segment = false;
  }
  return false;
}

/* Phase of a voice that begins with transformed frequencies: that which the transformed
 * partial has there (operations carry phases from its first breakpoint on). */
static double
transformed_turns (const TsrBankChunk *chunk, const TsrBankVoice *voice, int sample)
{
  const TsrBreakpoint *anchor = voice->breakpoints;
  double               s = seconds_in (chunk, &voice->segment, sample);
  double               turns = cubic (voice->segment.phase, s);

  if (anchor == NULL || !(chunk->dx > 0))
    return turns;
  double ratio = chunk->ratio + sample * chunk->ratio_slope;
  double shift_hz = shift_share (&voice->segment) *
                    (chunk->shift + sample * chunk->shift_slope) / chunk->period_s;
  double since_turns = turns - voice->segment.phase[0] +
                       anchor[voice->cursor].phase_turns - anchor->phase_turns;
  double since_s = s + voice->segment.start_s - anchor->time_s;
  return anchor->phase_turns + (since_turns * ratio + since_s * shift_hz) / chunk->dx;
}

/* Brings the voice's phase over the border between carried and locked. */
static void
hand_over_phase (const TsrBankChunk *chunk, TsrBankVoice *voice, int sample)
{
  if (chunk->is_locked && !chunk->is_entering_lock) {
    voice->has_turns = false;
    return;
  }
  double s = seconds_in (chunk, &voice->segment, sample);
  double turns = cubic (voice->segment.phase, s);
  if (chunk->is_locked) {
    voice->offset_turns = voice->has_turns ? tsr_turns_wrap (voice->turns - turns) : 0;
    voice->has_turns = false;
    return;
  }
  if (voice->is_new)
    voice->turns = transformed_turns (chunk, voice, sample);
  else if (!voice->has_turns)
    voice->turns =
        turns + (chunk->is_leaving_lock ? voice->offset_turns * chunk->relock[0] : 0);
  voice->has_turns = true;
}

/* Starts the voice's noise at a sample, its filter filled by what comes before. */
static void
start_noise (const TsrBankChunk *chunk, TsrBankVoice *voice, int64_t at)
{
  TsrOscillatorBank *bank = chunk->bank;
  TsrNoiseSeed       seed = bank->score->partials[voice->partial].seed;
  uint32_t           step = (uint32_t)(at >> 3) - (uint32_t)bank->noise_lead;
  float              scratch[TSR_OSCILLATOR_CHUNK];

  memset (voice->noise_state, 0, sizeof voice->noise_state);
  for (int left = bank->noise_lead, n; left > 0; left -= n, step += (uint32_t)n) {
    n = left < TSR_OSCILLATOR_CHUNK / TSR_NOISE_STEP
            ? left
            : TSR_OSCILLATOR_CHUNK / TSR_NOISE_STEP;
    bank->kernels->noise (&bank->filter, seed, step, voice->noise_state, n, scratch);
  }
  bank->kernels->noise (
      &bank->filter, seed, step, voice->noise_state, 1, voice->noise_step);
  voice->has_noise_state = true;
}

/* The voice's noise for the chunk's samples, which are `at` and on. Steps lie on the grid
 * of eight; the one that the next sample lies in is kept. */
static void
continue_noise (const TsrBankChunk *chunk, TsrBankVoice *voice, int64_t at, float *noise)
{
  TsrOscillatorBank *bank = chunk->bank;
  TsrNoiseSeed       seed = bank->score->partials[voice->partial].seed;
  int                done = (int)(at & 7), end = done + chunk->n_samples;
  float              steps[TSR_OSCILLATOR_CHUNK + 2 * TSR_NOISE_STEP];
  int                n_steps = end >> 3; /* beyond the one kept */

  memcpy (steps, voice->noise_step, sizeof voice->noise_step);
  if (n_steps > 0) {
    bank->kernels->noise (&bank->filter,
                          seed,
                          (uint32_t)(at >> 3) + 1,
                          voice->noise_state,
                          n_steps,
                          steps + TSR_NOISE_STEP);
    memcpy (voice->noise_step, steps + 8 * (size_t)n_steps, sizeof voice->noise_step);
  }
  memcpy (noise, steps + done, (size_t)chunk->n_samples * sizeof *noise);
}

/* Noise of the voice for the chunk. Where the streams leap, it fades from what went on
 * to what is due. */
static void
make_noise (const TsrBankChunk *chunk, TsrBankVoice *voice, float *noise)
{
  int64_t at = chunk->bank->noise_at;
  float   before[TSR_OSCILLATOR_CHUNK];
  bool    leaps = voice->has_noise_state && chunk->noise_jump != 0;

  if (leaps)
    continue_noise (chunk, voice, at - chunk->noise_jump, before);
  if (leaps || !voice->has_noise_state)
    start_noise (chunk, voice, at);
  continue_noise (chunk, voice, at, noise);
  for (int i = 0; leaps && i < chunk->n_samples; i++) {
    float w = ((float)i + 0.5f) / (float)chunk->n_samples;
    noise[i] = before[i] + w * (noise[i] - before[i]);
  }
}

/* All segments of the voice in the chunk, from a sample on. */
static void
render_segments (const TsrBankChunk *chunk, TsrBankVoice *voice, double gain, int first)
{
  float noise[TSR_OSCILLATOR_CHUNK + TSR_NOISE_STEP];
  int   n = chunk->n_samples;
  Run   run = {.gain = voice->gain, .slope = (gain - voice->gain) / n};

  if (voice->has_noise)
    make_noise (chunk, voice, noise);
  while (first < n && find_segment (chunk, voice, first)) {
    int end = tsr_bank_sample_of (chunk, voice->segment_end_s);
    end = end < n ? end : n;
    while (first < end)
      first +=
          render_run (chunk, voice, &run, first, end, voice->has_noise ? noise : NULL);
  }
  voice->gain = gain;
}

bool
tsr_bank_voice_render (const TsrBankChunk *chunk, TsrBankVoice *voice)
{
  int first = 0;

  if (voice->is_new)
    first =
        tsr_bank_sample_of (chunk, chunk->bank->score->partials[voice->partial].start_s);
  if (!find_segment (chunk, voice, first))
    return false;
  ramp_share (chunk, voice);
  double gain = gain_at_end (chunk, voice);
  if (voice->is_new)
    voice->gain = gain;
  if (voice->gain == 0 && gain == 0)
    voice->has_turns = voice->has_noise_state = false;
  else {
    hand_over_phase (chunk, voice, first);
    render_segments (chunk, voice, gain, first);
  }
  voice->is_new = false;
  return tsr_bank_sample_of (chunk, voice->end_s) > chunk->n_samples;
}

/* Breakpoints lie about evenly, so the search begins where it would be then: each place
 * looked at is a miss of the cache. */
uint32_t
tsr_score_partial_find (const TsrScorePartial *p, double time_s)
{
  const TsrBreakpoint *b = p->breakpoints;
  uint32_t             low = 0, high = p->n_breakpoints, step = 1;
  double               part = (time_s - p->start_s) / (p->end_s - p->start_s);

  if (part >= 0 && part < 1) {
    uint32_t guess = (uint32_t)(part * (p->n_breakpoints - 1));
    if (b[guess].time_s <= time_s) {
      for (low = guess; high - low > step && b[low + step].time_s <= time_s; step *= 2)
        low += step;
      high = high - low > step ? low + step : high;
    } else {
      for (high = guess; high > step && b[high - step].time_s > time_s; step *= 2)
        high -= step;
      low = high > step ? high - step : 0;
    }
  }
  while (high - low > 1) {
    uint32_t middle = (low + high) / 2;
    if (b[middle].time_s <= time_s)
      low = middle;
    else
      high = middle;
  }
  return low;
}

void
tsr_bank_voice_init (TsrBankVoice   *voice,
                     const TsrScore *score,
                     uint32_t        partial,
                     double          time_s)
{
  const TsrScorePartial *p = &score->partials[partial];

  memset (voice, 0, sizeof *voice);
  voice->breakpoints = p->breakpoints;
  voice->partial = partial;
  voice->channel = p->channel;
  if (p->breakpoints != NULL)
    voice->cursor = tsr_score_partial_find (p, time_s);
  voice->is_new = true;
  voice->has_noise = p->has_noise;
  voice->end_s = p->end_s;
}
