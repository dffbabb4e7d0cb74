/* SPDX-License-Identifier: GPL-3.0-or-later
 * Recordings through grains and the dragged filter; noise and transients in the
 * residual's place where a dragged edit will put them (model/render-background.c).
 */
#include "audio/process-recording.h"

#include <math.h>
#include <string.h>

#include "audio/process-voice.h"

enum { BLOCK = TSR_LIMITER_BLOCK, NOT_A_RECORDING = -1 };

typedef struct {
  const TsrVoice *voice;
  TsrHead        *head;
  const float    *window;
  double          rate_hz;
  bool            is_filtered;  /* the dragged filter applies, or did in the last block */
  float           stretched[2]; /* of the head's stand-in, at the block's start and end */
  float           share[2];     /* likewise */
  double          program[2];   /* frames of the program, likewise */
  float *const   *part;         /* two blocks for one part, two for a piece of it */
  float *const   *piece;
  float *const   *before; /* and two for what the last block's filter makes of it */
} Block;

static int64_t
recorded_frame (const TsrVoice *voice, double position, double rate_hz)
{
  if (!tsr_voice_moves_whole (voice))
    return (int64_t)rint (position);
  return (int64_t)rint (tsr_preview_time_s (&voice->preview, position / rate_hz) *
                        rate_hz);
}

static float
line (const float ends[2], int i)
{
  return ends[0] + (ends[1] - ends[0]) * ((float)i / BLOCK);
}

static void
clear (float *const *blocks)
{
  memset (blocks[0], 0, BLOCK * sizeof (float));
  memset (blocks[1], 0, BLOCK * sizeof (float));
}

/* Which channels of a recording sound in which output. */
static bool
sounds_in (const TsrRecording *recording, unsigned channel, unsigned out)
{
  return recording->n_channels == 1 || channel % 2 == out;
}

/* --- reading --------------------------------------------------------------------------
 */

static void
add_filtered_grains (const TsrTaps      *taps,
                     const TsrGrains    *grains,
                     const float        *window,
                     const TsrRecording *recording,
                     unsigned            channel,
                     float              *out,
                     int                 n)
{
  const float *recorded = recording->channels[channel];
  float        grain[BLOCK];

  if (grains->next[0] == grains->next[1]) {
    tsr_taps_add (taps, recorded, recording->n_frames, grains->next[0], out, n);
    return;
  }
  for (int g = 0; g < 2; g++) {
    memset (grain, 0, sizeof grain);
    tsr_taps_add (taps, recorded, recording->n_frames, grains->next[g], grain, n);
    for (int i = 0; i < n; i++)
      out[i] += window[grains->age[g] + i] * grain[i];
  }
}

/* Some frames of the block from one recording; taps NULL: unfiltered. */
static void
add_run (const Block        *block,
         const TsrRecording *recording,
         const TsrGrains    *grains,
         const TsrTaps      *taps,
         float *const       *to,
         int                 first,
         int                 n)
{
  for (unsigned c = 0; c < recording->n_channels; c++)
    for (unsigned o = 0; o < 2; o++) {
      if (!sounds_in (recording, c, o))
        continue;
      if (taps != NULL)
        add_filtered_grains (taps, grains, block->window, recording, c, to[o] + first, n);
      else
        tsr_grains_add (grains,
                        block->window,
                        recording->channels[c],
                        recording->n_frames,
                        to[o] + first,
                        n);
    }
}

/* The block of one recording through the grains, whose course all recordings share. */
static TsrGrains
read_grains (const Block *block, int kind, const TsrTaps *taps, float *const *to)
{
  TsrGrains grains = block->head->grains;

  for (int done = 0, n; done < BLOCK; done += n) {
    n = tsr_grains_run (&grains, BLOCK - done);
    if (kind != NOT_A_RECORDING)
      add_run (block, &block->voice->recordings[kind], &grains, taps, to, done, n);
    tsr_grains_advance (
        &grains,
        n,
        recorded_frame (block->voice, block->head->position + done + n, block->rate_hz));
  }
  return grains;
}

/* --- transients that keep their speed --------------------------------------------------
 */

static void
add_player (TsrStandIn *stand_in, TsrRecordedSpan span, int64_t at)
{
  if (stand_in->n_players == TSR_N_PLAYERS)
    return;
  stand_in->players[stand_in->n_players++] = (TsrPlayer){.span = span, .at = at};
}

/* Takes up those that sound at the block's start. */
static void
find_players (const Block *block)
{
  const TsrVoice *voice = block->voice;
  TsrStandIn     *stand_in = &block->head->stand_in;
  double          at = block->program[0];
  size_t          low = 0, high = voice->n_transients;

  while (low < high) {
    size_t middle = (low + high) / 2;
    if ((double)voice->transients[middle].begin < at)
      low = middle + 1;
    else
      high = middle;
  }
  stand_in->next = low;
  stand_in->n_players = 0;
  for (size_t i = low; i > 0 && low - i < TSR_N_PLAYERS; i--)
    if ((double)voice->transients[i - 1].end > at)
      add_player (stand_in, voice->transients[i - 1], (int64_t)rint (at));
}

/* Lets those begin whose time comes in the block. */
static void
start_players (const Block *block)
{
  const TsrVoice *voice = block->voice;
  TsrStandIn     *stand_in = &block->head->stand_in;
  double from = block->program[0], length = block->program[1] - block->program[0];

  for (; stand_in->next < voice->n_transients; stand_in->next++) {
    TsrRecordedSpan span = voice->transients[stand_in->next];
    if ((double)span.begin >= block->program[1])
      break;
    double delay = length > 0 ? ((double)span.begin - from) / length * BLOCK : 0;
    add_player (stand_in, span, span.begin - (int64_t)rint (fmax (0, delay)));
  }
}

/* The piece of the block in which a player sounds. */
static void
player_range (const TsrPlayer *player, int *begin, int *end)
{
  int64_t from = player->span.begin - player->at, to = player->span.end - player->at;

  *begin = from < 0 ? 0 : from > BLOCK ? BLOCK : (int)from;
  *end = to < 0 ? 0 : to > BLOCK ? BLOCK : (int)to;
}

static void
add_players (const Block *block, const TsrTaps *taps, float *const *to)
{
  const TsrRecording *recording = &block->voice->recordings[TSR_RECORDING_TRANSIENTS];
  const TsrStandIn   *stand_in = &block->head->stand_in;

  for (int p = 0; p < stand_in->n_players; p++) {
    const TsrPlayer *player = &stand_in->players[p];
    int              begin, end;
    player_range (player, &begin, &end);
    if (end <= begin)
      continue;
    TsrGrains plain = {.next = {player->at + begin, player->at + begin}};
    add_run (block, recording, &plain, taps, to, begin, end - begin);
  }
}

/* Noise makes room for transients by the complement of their power. */
static void
make_room (const Block *block, float *const *noise)
{
  const TsrStandIn *stand_in = &block->head->stand_in;
  float             taper = (float)block->voice->taper;

  for (int p = 0; p < stand_in->n_players; p++) {
    const TsrPlayer *player = &stand_in->players[p];
    int              begin, end;
    player_range (player, &begin, &end);
    for (int i = begin; i < end; i++) {
      int64_t rise = player->at + i - player->span.begin;
      int64_t fall = player->span.end - 1 - player->at - i;
      float   x = ((float)(rise < fall ? rise : fall) + 0.5F) / taper;
      float   w = x >= 1 ? 1 : x * x * (3 - 2 * x);
      float   gain = sqrtf (1 - w * w);
      noise[0][i] *= gain;
      noise[1][i] *= gain;
    }
  }
}

/* After the block. */
static void
move_players (const Block *block)
{
  TsrStandIn *stand_in = &block->head->stand_in;
  int         kept = 0;

  for (int p = 0; p < stand_in->n_players; p++) {
    TsrPlayer player = stand_in->players[p];
    player.at += BLOCK;
    if (player.at < player.span.end)
      stand_in->players[kept++] = player;
  }
  stand_in->n_players = kept;
  stand_in->played_to = block->program[1];
}

/* --- noise that is made anew
 * ------------------------------------------------------------
 */

/* Seconds of the model at a frame of the program. */
static double
model_time_s (const TsrVoice *voice, double frame, double rate_hz)
{
  double               time_s = frame / rate_hz;
  const TsrCurvePoint *p = voice->map;
  size_t               low = 0, high = voice->n_map - 1;

  if (p == NULL)
    return time_s;
  while (high - low > 1) {
    size_t middle = (low + high) / 2;
    if (p[middle].x <= time_s)
      low = middle;
    else
      high = middle;
  }
  return p[low].y +
         (time_s - p[low].x) * ((p[low + 1].y - p[low].y) / (p[low + 1].x - p[low].x));
}

static void
add_noise (const Block *block, float *const *to)
{
  const TsrVoice         *voice = block->voice;
  const TsrLiveTransform *transform = &voice->preview.transform;
  double from_s = model_time_s (voice, block->program[0], block->rate_hz);
  double to_s = model_time_s (voice, block->program[1], block->rate_hz);

  tsr_live_noise_render (block->head->stand_in.noise,
                         from_s,
                         (to_s - from_s) * block->rate_hz / BLOCK,
                         transform->has_filter && tsr_voice_moves_whole (voice)
                             ? transform->filter_gain
                             : NULL,
                         to,
                         BLOCK);
}

/* --- what stands in for what
 * -------------------------------------------------------------
 */

static float
towards (float from, float to, double rate_hz)
{
  float step = (float)(BLOCK / (0.01 * rate_hz));
  return to > from ? fminf (to, from + step) : fmaxf (to, from - step);
}

static bool
has_model (const TsrVoice *voice, const TsrHead *head)
{
  return head->stand_in.noise != NULL ||
         voice->recordings[TSR_RECORDING_NOISE].n_channels > 0;
}

/* Is noise made anew because time passes at another speed? */
static bool
wants_stretched (const TsrVoice *voice, const TsrHead *head)
{
  return head->stand_in.noise != NULL && tsr_voice_moves_whole (voice) &&
         voice->preview.stretch != 1;
}

/* Will the edit change the whole sound in a way that the residual cannot follow? */
static bool
wants_changed (const TsrVoice *voice, const TsrHead *head)
{
  const TsrLiveTransform *t = &voice->preview.transform;

  if (!has_model (voice, head) || !tsr_voice_moves_whole (voice))
    return false;
  return t->pitch_ratio != 1 || t->shift_hz != 0 || voice->preview.stretch != 1;
}

/* Share of the model in the residual at a frame of the program. */
static float
share_at (const TsrVoice *voice, const TsrHead *head, double frame, double rate_hz)
{
  const TsrStandIn *stand_in = &head->stand_in;
  double            time_s = frame / rate_hz;

  if (stand_in->changed == 0 || voice->model_share == NULL)
    return stand_in->stretched;
  double share = tsr_model_share_at (voice->model_share, time_s);
  if (voice->preview.stretch != 1)
    share = 1;
  return fmaxf (stand_in->stretched, stand_in->changed * (float)share);
}

static double
program_frame (const TsrVoice *voice, double position, double rate_hz)
{
  if (!tsr_voice_moves_whole (voice))
    return position;
  return tsr_preview_time_s (&voice->preview, position / rate_hz) * rate_hz;
}

void
tsr_recordings_start (const TsrVoice *voice, TsrHead *head, double rate_hz)
{
  TsrStandIn *stand_in = &head->stand_in;

  tsr_grains_start (&head->grains, recorded_frame (voice, head->position, rate_hz));
  stand_in->runs = false;
  stand_in->n_players = 0;
  stand_in->stretched = wants_stretched (voice, head) ? 1 : 0;
  stand_in->changed = wants_changed (voice, head) ? 1 : 0;
  stand_in->share =
      share_at (voice, head, program_frame (voice, head->position, rate_hz), rate_hz);
}

/* What the stand-in is at the block's start and end. */
static void
move_stand_in (Block *block)
{
  const TsrVoice *voice = block->voice;
  TsrHead        *head = block->head;
  TsrStandIn     *stand_in = &head->stand_in;
  double          rate_hz = block->rate_hz;

  block->program[0] = program_frame (voice, head->position, rate_hz);
  block->program[1] = program_frame (voice, head->position + BLOCK, rate_hz);
  block->stretched[0] = stand_in->stretched;
  block->share[0] = stand_in->share;
  stand_in->stretched =
      towards (stand_in->stretched, wants_stretched (voice, head), rate_hz);
  stand_in->changed = towards (stand_in->changed, wants_changed (voice, head), rate_hz);
  stand_in->share = share_at (voice, head, block->program[1], rate_hz);
  block->stretched[1] = stand_in->stretched;
  block->share[1] = stand_in->share;
}

/* Noise and transients go on, or begin at the block's place. */
static void
run_stand_in (Block *block)
{
  TsrStandIn *stand_in = &block->head->stand_in;
  double      leap = fabs (block->program[0] - stand_in->played_to);

  if (!stand_in->runs && stand_in->noise != NULL)
    tsr_live_noise_reset (stand_in->noise);
  if (!stand_in->runs || leap > 0.05 * block->rate_hz)
    find_players (block);
  stand_in->runs = true;
  start_players (block);
}

/* --- parts
 * ------------------------------------------------------------------------------
 */

/* How much of a part comes from recordings at a frame of the block; the rest is live. */
static float
recorded_share (const Block *block, int kind, int i)
{
  if (kind != TSR_RECORDING_NOISE && kind != TSR_RECORDING_TRANSIENTS)
    return 1;
  if (block->voice->recordings[kind].n_channels == 0)
    return 0;
  return 1 - line (block->stretched, i);
}

static void
add_recorded (const Block *block, int kind, const TsrTaps *taps, float *const *to)
{
  if (block->voice->recordings[kind].n_channels == 0 ||
      (recorded_share (block, kind, 0) == 0 && recorded_share (block, kind, BLOCK) == 0))
    return;
  clear (block->piece);
  read_grains (block, kind, taps, block->piece);
  for (int i = 0; i < BLOCK; i++) {
    float share = recorded_share (block, kind, i);
    to[0][i] += share * block->piece[0][i];
    to[1][i] += share * block->piece[1][i];
  }
}

static void
add_live (const Block *block, int kind, const TsrTaps *taps, float *const *to)
{
  if (!block->head->stand_in.runs ||
      recorded_share (block, kind, 0) + recorded_share (block, kind, BLOCK) == 2)
    return;
  clear (block->piece);
  if (kind == TSR_RECORDING_TRANSIENTS) {
    add_players (block, taps, block->piece);
  } else if (block->head->stand_in.noise != NULL) {
    add_noise (block, block->piece);
    make_room (block, block->piece);
  }
  for (int i = 0; i < BLOCK; i++) {
    float share = 1 - recorded_share (block, kind, i);
    to[0][i] += share * block->piece[0][i];
    to[1][i] += share * block->piece[1][i];
  }
}

/* The block of a part, as the preview leaves it. Filters fade from one to the next. */
static void
make_part (const Block *block, int kind)
{
  const TsrVoice *voice = block->voice;
  bool            is_original = kind == TSR_RECORDING_ORIGINAL;
  const TsrTaps  *taps = is_original || !block->is_filtered ? NULL : &voice->preview.taps;
  TsrRamp         gain = voice->recorded_gain;

  clear (block->part);
  add_recorded (block, kind, taps, block->part);
  if (taps != NULL && voice->taps_changed) {
    clear (block->before);
    add_recorded (block, kind, &voice->taps, block->before);
    for (int i = 0; i < BLOCK; i++)
      for (int o = 0; o < 2; o++)
        block->part[o][i] = block->before[o][i] +
                            (block->part[o][i] - block->before[o][i]) * (float)i / BLOCK;
  }
  add_live (block, kind, taps, block->part);
  if (!is_original)
    tsr_ramp_apply (&gain, block->part[0], block->part[1], BLOCK);
}

static bool
stands_in (const Block *block)
{
  return block->share[0] > 0 || block->share[1] > 0;
}

/* Adds the part by its own gain and by the residual's, as far as it is in that. */
static void
add_part (const Block *block, int kind, float *const *sum)
{
  const TsrRamp *gains = block->voice->gains + TSR_COMPONENT_ORIGINAL;
  TsrRamp        own = gains[kind], residual = gains[TSR_RECORDING_RESIDUAL];
  bool           is_residual = kind == TSR_RECORDING_RESIDUAL;
  bool is_in_it = kind == TSR_RECORDING_NOISE || kind == TSR_RECORDING_TRANSIENTS;

  for (int i = 0; i < BLOCK; i++) {
    float share = line (block->share, i);
    float of_own = tsr_ramp_next (&own), of_residual = tsr_ramp_next (&residual);
    float gain = is_residual ? of_own * (1 - share)
                 : is_in_it  ? of_own + of_residual * share
                             : of_own;
    sum[0][i] += gain * block->part[0][i];
    sum[1][i] += gain * block->part[1][i];
  }
}

static bool
is_heard (const Block *block, int kind)
{
  const TsrRamp *gains = block->voice->gains + TSR_COMPONENT_ORIGINAL;
  bool           residual = !tsr_ramp_is_silent (&gains[TSR_RECORDING_RESIDUAL]);

  if (kind == TSR_RECORDING_RESIDUAL)
    return residual && (block->share[0] < 1 || block->share[1] < 1);
  if (kind == TSR_RECORDING_ORIGINAL || !residual || !stands_in (block))
    return !tsr_ramp_is_silent (&gains[kind]);
  return true;
}

void
tsr_recordings_add (const TsrVoice *voice,
                    TsrHead        *head,
                    const float    *window,
                    double          rate_hz,
                    float          *scratch,
                    float *const   *sum)
{
  float *const part[2] = {scratch, scratch + BLOCK};
  float *const piece[2] = {scratch + 2 * BLOCK, scratch + 3 * BLOCK};
  float *const before[2] = {scratch + 4 * BLOCK, scratch + 5 * BLOCK};
  Block        block = {.voice = voice,
                        .head = head,
                        .window = window,
                        .rate_hz = rate_hz,
                        .part = part,
                        .piece = piece,
                        .before = before};

  block.is_filtered = tsr_voice_moves_whole (voice) &&
                      (voice->taps_changed || !tsr_taps_are_unity (&voice->preview.taps));
  move_stand_in (&block);
  if (stands_in (&block) || block.stretched[0] + block.stretched[1] > 0)
    run_stand_in (&block);
  else
    head->stand_in.runs = false;
  for (int kind = 0; kind < TSR_N_RECORDINGS; kind++)
    if (is_heard (&block, kind)) {
      make_part (&block, kind);
      add_part (&block, kind, sum);
    }
  if (head->stand_in.runs)
    move_players (&block);
  head->grains = read_grains (&block, NOT_A_RECORDING, NULL, NULL);
}
