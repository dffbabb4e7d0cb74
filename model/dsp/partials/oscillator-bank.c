/* SPDX-License-Identifier: GPL-3.0-or-later
 * The audio thread's renderer. Works in chunks of up to 128 samples; in each, every voice
 * is a few runs, cut at breakpoints and where the amplitude bends too much for a
 * parabola. Phases of a run are a cubic: the score's own while locked, the integral of
 * the transformed frequency (Simpson) while carried.
 */
#include "model/dsp/partials/oscillator-bank.h"

#include "model/dsp/partials/oscillator-bank-private.h"

#include <math.h>
#include <string.h>

/* Largest amplitude error of a run's parabola, re full scale. */
#define PARABOLA_ERROR 2e-7

typedef struct {
  TsrOscillatorBank *bank;
  int                n_samples;
  double             n_left; /* samples of the block from the chunk on */
  double             x0, dx; /* score samples: at the first sample, and per sample */
  double             ratio, ratio_slope; /* pitch at the first sample, and per sample */
  double             shift, shift_slope; /* cycles per sample likewise */
  double             gain_end;           /* at the end of the chunk */
  const float       *filter_gain;        /* at the end of the chunk; NULL for none */
  bool               is_locked, is_leaving_lock, is_entering_lock;
  double             relock[4]; /* weight of the voices' offsets over samples */
  const uint8_t     *group_of_partial;
  uint8_t            group;
} Chunk;

/* First sample of the chunk at or after a score time, and n_samples + 1 for all that lie
 * beyond it. The tolerance is that of tsr_sample_at. */
static int
sample_of (const Chunk *chunk, double time_s)
{
  double x = time_s * chunk->bank->rate_hz - chunk->x0 - 1e-6;

  if (x <= 0)
    return 0;
  if (x > chunk->n_samples * chunk->dx)
    return chunk->n_samples + 1;
  x /= chunk->dx;
  int n = (int)x;
  return n < x ? n + 1 : n;
}

static double
larger (double a, double b)
{
  return a > b ? a : b;
}

static double
smaller (double a, double b)
{
  return a < b ? a : b;
}

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
seconds_in (const Chunk *chunk, const TsrSegment *segment, double sample)
{
  return (chunk->x0 + sample * chunk->dx) / chunk->bank->rate_hz - segment->start_s;
}

/* Frequency after the transform, in cycles per sample. */
static double
frequency_at (const Chunk *chunk, const TsrSegment *segment, double sample)
{
  double hz = slope_of_cubic (segment->phase, seconds_in (chunk, segment, sample));

  return hz / chunk->bank->rate_hz * (chunk->ratio + sample * chunk->ratio_slope) +
         chunk->shift + sample * chunk->shift_slope;
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
ramp_share (const Chunk *chunk, TsrVoice *voice)
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
gain_at_end (const Chunk *chunk, const TsrVoice *voice)
{
  const TsrSegment *segment = &voice->segment;
  double            sample = chunk->n_samples;

  if (chunk->filter_gain == NULL || voice->share == 0)
    return voice->share * chunk->gain_end;
  double over_s = seconds_in (chunk, segment, sample) - segment->duration_s;
  if (over_s > 0 && chunk->dx > 0)
    sample = larger (0, sample - over_s * chunk->bank->rate_hz / chunk->dx);
  return voice->share * chunk->gain_end *
         filter_gain_at (chunk->filter_gain,
                         frequency_at (chunk, segment, sample) * chunk->bank->rate_hz);
}

typedef struct {
  const TsrSegment *segment;
  int               first;       /* sample of the chunk */
  double            gain, slope; /* of the voice's gain, about the chunk's first sample */
  bool              has_fade;
} Shape;

/* Amplitude, ready for the run, at a sample of the chunk. */
static double
amplitude_at (const Chunk *chunk, const Shape *shape, double sample)
{
  const TsrSegment *segment = shape->segment;
  double            x = cubic (segment->amplitude, seconds_in (chunk, segment, sample));
  double amplitude = segment->is_linear ? x : tsr_exp2 (larger (-500, smaller (60, x)));

  if (shape->has_fade)
    amplitude *= tsr_nyquist_fade (frequency_at (chunk, segment, sample));
  return amplitude * (shape->gain + sample * shape->slope);
}

/* Bound of how much the logarithm of the amplitude moves over n samples, in nepers. */
static double
bend (const Chunk *chunk, const Shape *shape, int n)
{
  const TsrSegment *segment = shape->segment;
  const double     *c = segment->amplitude;

  if (segment->is_linear)
    return 0;
  double s0 = seconds_in (chunk, segment, shape->first);
  double span_s = n * chunk->dx / chunk->bank->rate_hz, s1 = s0 + span_s;
  double ends = larger (fabs (slope_of_cubic (c, s0)), fabs (slope_of_cubic (c, s1)));
  double middle = fabs (slope_of_cubic (c, s0 + 0.5 * span_s));
  return larger (ends, middle) * span_s * M_LN2;
}

/* How many of n samples one parabola may cover; its coefficients. The interpolation error
 * of exp over three nodes is at most amplitude bend^3 / 125. */
static int
fit_amplitude (const Chunk *chunk, const Shape *shape, int n, float coefficients[3])
{
  double a0 = amplitude_at (chunk, shape, shape->first), a1, a2;

  if (shape->has_fade && n > 32)
    n = 32;
  for (;;) {
    a2 = amplitude_at (chunk, shape, shape->first + n);
    double b = bend (chunk, shape, n);
    if (n <= 8 || larger (a0, a2) * b * b * b < 125 * PARABOLA_ERROR)
      break;
    n = n / 2 < 8 ? 8 : (n / 2) & ~7;
  }
  a1 = amplitude_at (chunk, shape, shape->first + 0.5 * n);
  coefficients[0] = (float)a0;
  coefficients[1] = (float)((4 * a1 - 3 * a0 - a2) / n);
  coefficients[2] = (float)(2 * (a0 - 2 * a1 + a2) / ((double)n * n));
  return n;
}

/* Phase of a run of n samples beginning at sample `first`, as a cubic over samples. */
static void
fit_phase (const Chunk *chunk, TsrVoice *voice, int first, int n, double p[4])
{
  const TsrSegment *segment = &voice->segment;

  if (!chunk->is_locked) {
    double f0 = frequency_at (chunk, segment, first);
    double f1 = frequency_at (chunk, segment, first + 0.5 * n);
    double f2 = frequency_at (chunk, segment, first + n);
    p[0] = voice->turns;
    p[1] = f0;
    p[2] = (4 * f1 - 3 * f0 - f2) / (2 * n);
    p[3] = 2 * (f0 - 2 * f1 + f2) / (3.0 * n * n);
    return;
  }
  tsr_cubic_at (segment->phase,
                seconds_in (chunk, segment, first),
                chunk->dx / chunk->bank->rate_hz,
                p);
  if (voice->offset_turns != 0) {
    double w[4];
    tsr_cubic_at (chunk->relock, first, 1, w);
    for (int i = 0; i < 4; i++)
      p[i] += voice->offset_turns * w[i];
  }
  p[0] = tsr_turns_wrap (p[0]);
}

/* Amplitude factors of the bandwidth for samples first .. first+n-1, from their noise. */
static void
modulate (const Chunk *chunk, const TsrSegment *segment, int first, int n, float *noise)
{
  double s = seconds_in (chunk, segment, first);
  double slope = segment->bandwidth[1] * chunk->dx / chunk->bank->rate_hz;

  chunk->bank->kernels->modulate (
      (float)(segment->bandwidth[0] + s * segment->bandwidth[1]), (float)slope, n, noise);
}

/* Samples first .. end-1 of the chunk, all in the voice's segment. */
static void
render_runs (
    const Chunk *chunk, TsrVoice *voice, const Shape *like, int end, float *noise)
{
  TsrOscillatorBank *bank = chunk->bank;
  unsigned           channel = bank->score->partials[voice->partial].channel;
  float             *out = bank->sums + (size_t)channel * TSR_OSCILLATOR_CHUNK;
  Shape              shape = *like;

  while (shape.first < end) {
    TsrOscillatorRun run = {.n_samples = end - shape.first};
    double           f0 = fabs (frequency_at (chunk, shape.segment, shape.first));
    double           f1 = fabs (frequency_at (chunk, shape.segment, end));
    shape.has_fade = larger (f0, f1) > TSR_FADE_FROM;
    bool is_audible = !voice->segment.is_silent && smaller (f0, f1) < TSR_FADE_TO;
    if (is_audible)
      run.n_samples = fit_amplitude (chunk, &shape, run.n_samples, run.amplitude);
    fit_phase (chunk, voice, shape.first, run.n_samples, run.phase);
    if (!chunk->is_locked)
      voice->turns = tsr_turns_wrap (cubic (run.phase, run.n_samples));
    if (noise != NULL) {
      modulate (chunk, shape.segment, shape.first, run.n_samples, noise + shape.first);
      run.modulation = noise + shape.first;
    }
    if (is_audible && f0 < 1e3 && f1 < 1e3)
      bank->kernels->oscillate (&run, out + shape.first);
    shape.first += run.n_samples;
  }
}

/* Makes the segment that holds a sample of the chunk the voice's; false when the partial
 * is over there. A phase reset on the way is made by carried phases too. */
static bool
find_segment (const Chunk *chunk, TsrVoice *voice, int sample)
{
  const TsrScorePartial *p = &chunk->bank->score->partials[voice->partial];

  for (; voice->cursor + 1 < p->n_breakpoints; voice->cursor++) {
    const TsrBreakpoint *b = &p->breakpoints[voice->cursor];
    if (sample_of (chunk, b[1].time_s) > sample) {
      if (!voice->has_segment)
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

/* Brings the voice's phase over the border between carried and locked. */
static void
hand_over_phase (const Chunk *chunk, TsrVoice *voice, int sample)
{
  double s = seconds_in (chunk, &voice->segment, sample);
  double turns = cubic (voice->segment.phase, s);

  if (chunk->is_locked) {
    if (chunk->is_entering_lock)
      voice->offset_turns = voice->has_turns ? tsr_turns_wrap (voice->turns - turns) : 0;
    voice->has_turns = false;
    return;
  }
  if (!voice->has_turns)
    voice->turns = turns + (chunk->is_leaving_lock && !voice->is_new
                                ? voice->offset_turns * chunk->relock[0]
                                : 0);
  voice->has_turns = true;
}

/* Noise of the voice for the chunk; a stream that does not go on is filled first. */
static void
make_noise (const Chunk *chunk, TsrVoice *voice, float *noise)
{
  TsrOscillatorBank *bank = chunk->bank;
  TsrNoiseSeed       seed = bank->score->partials[voice->partial].seed;

  for (int left = voice->has_noise_state ? 0 : bank->noise_lead; left > 0;
       left -= TSR_OSCILLATOR_CHUNK)
    bank->kernels->noise (&bank->filter,
                          seed,
                          bank->noise_at - (uint32_t)left,
                          voice->noise_state,
                          left < TSR_OSCILLATOR_CHUNK ? left : TSR_OSCILLATOR_CHUNK,
                          noise);
  bank->kernels->noise (
      &bank->filter, seed, bank->noise_at, voice->noise_state, chunk->n_samples, noise);
  voice->has_noise_state = true;
}

/* All segments of the voice in the chunk, from a sample on. */
static void
render_segments (const Chunk *chunk, TsrVoice *voice, double gain, int first)
{
  const TsrScorePartial *p = &chunk->bank->score->partials[voice->partial];
  float                  noise[TSR_OSCILLATOR_CHUNK + TSR_NOISE_STEP];
  Shape                  shape = {.segment = &voice->segment, .first = first};
  int                    n = chunk->n_samples;

  shape.gain = voice->gain;
  shape.slope = (gain - shape.gain) / n;
  if (p->has_noise)
    make_noise (chunk, voice, noise);
  while (shape.first < n && find_segment (chunk, voice, shape.first)) {
    int end = sample_of (chunk, p->breakpoints[voice->cursor + 1].time_s);
    end = end < n ? end : n;
    render_runs (chunk, voice, &shape, end, p->has_noise ? noise : NULL);
    shape.first = end;
  }
  voice->gain = gain;
}

/* Whether the voice sounds beyond the chunk. */
static bool
render_voice (const Chunk *chunk, TsrVoice *voice)
{
  const TsrScorePartial *p = &chunk->bank->score->partials[voice->partial];
  int                    first = voice->is_new ? sample_of (chunk, p->start_s) : 0;

  if (!find_segment (chunk, voice, first))
    return false;
  ramp_share (chunk, voice);
  double gain = gain_at_end (chunk, voice);
  if (voice->is_new)
    voice->gain = gain;
  if (voice->gain == 0 && gain == 0) {
    voice->has_turns = voice->has_noise_state = false;
    memset (voice->noise_state, 0, sizeof voice->noise_state);
  } else {
    hand_over_phase (chunk, voice, first);
    render_segments (chunk, voice, gain, first);
  }
  voice->is_new = false;
  return sample_of (chunk, p->end_s) > chunk->n_samples;
}

static void
voice_init (TsrVoice *voice, const TsrScore *score, uint32_t partial, double time_s)
{
  const TsrScorePartial *p = &score->partials[partial];
  uint32_t               low = 0, high = p->n_breakpoints;

  while (high - low > 1) {
    uint32_t middle = (low + high) / 2;
    if (p->breakpoints[middle].time_s <= time_s)
      low = middle;
    else
      high = middle;
  }
  memset (voice, 0, sizeof *voice);
  voice->partial = partial;
  voice->cursor = low;
  voice->is_new = true;
}

/* Voices that sound go first; then those that begin, each tried in the next free place.
 */
static void
render_voices (const Chunk *chunk)
{
  TsrOscillatorBank *bank = chunk->bank;
  const TsrScore    *score = bank->score;
  size_t             kept = 0;

  for (size_t i = 0; i < bank->n_voices; i++)
    if (render_voice (chunk, &bank->voices[i])) {
      if (kept != i)
        bank->voices[kept] = bank->voices[i];
      kept++;
    }
  for (; bank->next < score->n; bank->next++) {
    uint32_t partial = score->by_start[bank->next];
    double   start_s = score->partials[partial].start_s;
    if (sample_of (chunk, start_s) >= chunk->n_samples)
      break;
    if (kept == bank->voices_capacity)
      continue;
    voice_init (&bank->voices[kept], score, partial, start_s);
    kept += render_voice (chunk, &bank->voices[kept]);
  }
  bank->n_voices = kept;
}

/* Fills the voices with what sounds at a time, by the score's index. */
static void
start_at (TsrOscillatorBank *bank, double time_s)
{
  const TsrScore *score = bank->score;
  double          bucket = (time_s - score->first_s) / score->bucket_s;
  size_t          k = bucket <= 0                              ? 0
                      : bucket >= (double)score->n_buckets - 1 ? score->n_buckets - 1
                                                               : (size_t)bucket;

  bank->n_voices = 0;
  bank->next = score->next_at[k];
  for (size_t i = score->sounding_at[k]; i < score->sounding_at[k + 1]; i++) {
    uint32_t partial = score->sounding[i];
    if (score->partials[partial].end_s > time_s && bank->n_voices < bank->voices_capacity)
      voice_init (&bank->voices[bank->n_voices++], score, partial, time_s);
  }
}

static void
mix (TsrOscillatorBank *bank, float *const *out, size_t first, int n)
{
  unsigned n_channels = bank->score->n_channels, n_out = bank->n_out_channels;
  unsigned n_lines = n_channels == 1 ? n_out : n_channels;

  for (unsigned c = 0; c < n_lines; c++) {
    const float *from =
        bank->sums + (n_channels == 1 ? 0 : (size_t)c * TSR_OSCILLATOR_CHUNK);
    float *to = out[c % n_out] + first;
    for (int i = 0; i < n; i++)
      to[i] += from[i];
  }
}

/* Numbers that an engine should never pass, made harmless. */
static TsrBankParameters
parameters_of (const TsrLiveTransform *transform)
{
  TsrBankParameters p = {transform->pitch_ratio, transform->shift_hz, transform->gain};

  p.pitch_ratio = p.pitch_ratio > 0 && p.pitch_ratio < 1e3 ? p.pitch_ratio : 1;
  p.shift_hz = fabs (p.shift_hz) < 1e6 ? p.shift_hz : 0;
  p.gain = p.gain >= 0 && p.gain < 1e6 ? p.gain : 0;
  return p;
}

/* Fills in what a chunk of n samples, beginning `done` samples into a block of n_frames,
 * has of ramps, time and relocking. */
static void
chunk_ramp (Chunk *chunk, const TsrBankParameters *now, double done, double n_frames)
{
  TsrOscillatorBank       *bank = chunk->bank;
  const TsrBankParameters *last = &bank->last;
  double                   rate_hz = bank->rate_hz, length = bank->relock_length;

  chunk->ratio_slope = (now->pitch_ratio - last->pitch_ratio) / n_frames;
  chunk->ratio = last->pitch_ratio + done * chunk->ratio_slope;
  chunk->shift_slope = (now->shift_hz - last->shift_hz) / n_frames / rate_hz;
  chunk->shift = last->shift_hz / rate_hz + done * chunk->shift_slope;
  chunk->n_left = n_frames - done;
  chunk->gain_end =
      last->gain + (now->gain - last->gain) * ((done + chunk->n_samples) / n_frames);
  memset (chunk->relock, 0, sizeof chunk->relock);
  if (bank->relock_at < length) {
    /* 1 - 3 x^2 + 2 x^3 falls from 1 to 0 without a step in frequency. */
    const double weight[4] = {
        1, 0, -3 / (length * length), 2 / (length * length * length)};
    tsr_cubic_at (weight, bank->relock_at, 1, chunk->relock);
  }
}

static double
snapped (double x)
{
  double whole = rint (x);
  return fabs (x - whole) < 1e-5 ? whole : x;
}

/* How many samples the next chunk has: none crosses the end of relocking. */
static int
chunk_length (const TsrOscillatorBank *bank, size_t left)
{
  double n = left < TSR_OSCILLATOR_CHUNK ? (double)left : TSR_OSCILLATOR_CHUNK;

  if (bank->relock_at < bank->relock_length)
    n = smaller (n, bank->relock_length - bank->relock_at);
  return (int)n;
}

static void
render_chunk (Chunk *chunk, float *const *out, size_t first)
{
  TsrOscillatorBank *bank = chunk->bank;
  size_t             size = bank->score->n_channels * TSR_OSCILLATOR_CHUNK;

  if (chunk->is_locked)
    bank->noise_at = (uint32_t)(int64_t)rint (chunk->x0);
  memset (bank->sums, 0, size * sizeof *bank->sums);
  render_voices (chunk);
  mix (bank, out, first, chunk->n_samples);
  bank->noise_at += (uint32_t)chunk->n_samples;
  bank->relock_at =
      chunk->is_locked ? smaller (bank->relock_at + chunk->n_samples, bank->relock_length)
                       : bank->relock_length;
  chunk->is_entering_lock = chunk->is_leaving_lock = false;
}

void
tsr_oscillator_bank_render (TsrOscillatorBank      *bank,
                            double                  time_s,
                            double                  speed,
                            const TsrLiveTransform *transform,
                            const uint8_t          *group_of_partial,
                            uint8_t                 group,
                            float *const           *out,
                            size_t                  n_frames)
{
  TsrBankParameters now = parameters_of (transform);
  double            x0 = time_s * bank->rate_hz;

  if (!(fabs (x0) < 1e15) || !(speed >= 0 && speed < 1e6) || n_frames == 0)
    return;
  bool is_jump =
      !bank->is_running || fabs (time_s - bank->expected_s) * bank->rate_hz > 1.5;
  if (is_jump)
    bank->last = now;
  bool is_free = speed == 1 && bank->last.pitch_ratio == 1 && bank->last.shift_hz == 0 &&
                 now.pitch_ratio == 1 && now.shift_hz == 0;
  if (is_jump) {
    start_at (bank, time_s);
    bank->is_locked = is_free;
    bank->relock_at = bank->relock_length;
    bank->noise_at = (uint32_t)(int64_t)rint (x0);
  }
  Chunk chunk = {.bank = bank,
                 .dx = speed,
                 .filter_gain = transform->has_filter ? transform->filter_gain : NULL,
                 .is_locked = is_free,
                 .is_leaving_lock = !is_free && bank->is_locked,
                 .is_entering_lock = is_free && !bank->is_locked,
                 .group_of_partial = group_of_partial,
                 .group = group};
  if (chunk.is_entering_lock)
    bank->relock_at = 0;
  for (size_t done = 0; done < n_frames; done += (size_t)chunk.n_samples) {
    chunk.n_samples = chunk_length (bank, n_frames - done);
    chunk.x0 = snapped (x0 + (double)done * speed);
    chunk_ramp (&chunk, &now, (double)done, (double)n_frames);
    render_chunk (&chunk, out, done);
  }
  bank->is_running = true;
  bank->is_locked = is_free;
  bank->last = now;
  bank->expected_s = time_s + (double)n_frames * speed / bank->rate_hz;
}

void
tsr_oscillator_bank_reset (TsrOscillatorBank *bank)
{
  bank->is_running = false;
  bank->n_voices = 0;
}
