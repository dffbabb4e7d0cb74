/* SPDX-License-Identifier: GPL-3.0-or-later
 * The audio callback: messages in, blocks of sound out.
 */
#include "audio/process.h"

#include <math.h>
#include <string.h>
#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "audio/process-morph.h"
#include "audio/process-touch.h"
#include "audio/process-voice.h"

/* --- messages -------------------------------------------------------------------- */

static bool
reply (TsrProcess *self, TsrMessageType type, const void *body, size_t n_body)
{
  TsrMessageHead head = {type, (uint32_t)n_body};
  return tsr_ring_write (self->replies, &head, sizeof head, body, n_body);
}

/* An incoming voice that is replaced before it was heard goes back at once; there is
 * always room, because main sends no more voices than fit. */
static void
take_voice (TsrProcess *self, TsrVoice *voice)
{
  if (self->has_incoming && self->incoming != NULL)
    reply (self, TSR_MESSAGE_VOICE_DONE, &self->incoming, sizeof self->incoming);
  self->incoming = voice;
  self->has_incoming = true;
}

/* There is always room to give one back, because main sends no more than fit. */
static void
take_touch (TsrProcess *self, const TsrTouchMessage *message)
{
  TsrTouchBanks *back = message->banks;
  if (message->voice != NULL && message->voice == self->voice)
    back = tsr_voice_offer_touch (self->voice, back);
  else if (message->voice != NULL && self->has_incoming &&
           message->voice == self->incoming)
    back = tsr_voice_offer_touch (self->incoming, back);
  if (back != NULL)
    reply (self, TSR_MESSAGE_TOUCH_DONE, &back, sizeof back);
}

static void
stop (TsrProcess *self, bool to_start)
{
  TsrHead *head = tsr_voice_active_head (self->voice);
  if (head != NULL) {
    self->position = head->position;
    tsr_head_fade_out (head, tsr_fade_frames (self->rate_hz));
  }
  self->playing = false;
  self->seeks = false;
  if (to_start)
    self->position = 0;
}

static void
seek (TsrProcess *self, double time_s)
{
  double position = fmax (0, round (time_s * self->rate_hz));
  if (self->playing) {
    self->seeks = true;
    self->seek_position = position;
  } else {
    self->position = position;
  }
}

static void
play (TsrProcess *self)
{
  self->playing = true;
}

static void
set_monitor (TsrProcess *self, const TsrMonitorChoice *choice)
{
  self->monitor = *choice;
  tsr_voice_set_monitor (self->voice, choice, tsr_switch_frames (self->rate_hz));
}

static void
set_volume (TsrProcess *self, float gain)
{
  tsr_ramp_to (&self->volume, gain, tsr_switch_frames (self->rate_hz));
}

static void
set_mix (TsrProcess *self, const TsrMorphMix *mix)
{
  self->mix = *mix;
  self->has_mix = true;
  tsr_voice_set_mix (self->voice, mix);
  tsr_voice_set_mix (self->leaving, mix);
}

typedef union {
  TsrVoice        *voice;
  double           time_s;
  TsrLoop          loop;
  TsrMonitorChoice monitor;
  float            gain;
  TsrLivePreview   preview;
  TsrMorphMix      mix;
  TsrTouchMessage  touch;
} Body;

static void
obey (TsrProcess *self, TsrMessageType type, const Body *body)
{
  switch (type) {
  case TSR_MESSAGE_VOICE:
    take_voice (self, body->voice);
    break;
  case TSR_MESSAGE_PLAY:
    play (self);
    break;
  case TSR_MESSAGE_PAUSE:
    stop (self, false);
    break;
  case TSR_MESSAGE_STOP:
    stop (self, true);
    break;
  case TSR_MESSAGE_SEEK:
    seek (self, body->time_s);
    break;
  case TSR_MESSAGE_LOOP:
    self->loop = body->loop;
    break;
  case TSR_MESSAGE_MONITOR:
    set_monitor (self, &body->monitor);
    break;
  case TSR_MESSAGE_VOLUME:
    set_volume (self, body->gain);
    break;
  case TSR_MESSAGE_PREVIEW:
    self->preview = body->preview;
    self->preview_changed = true;
    break;
  case TSR_MESSAGE_MIX:
    set_mix (self, &body->mix);
    break;
  case TSR_MESSAGE_TOUCH:
    take_touch (self, &body->touch);
    break;
  case TSR_MESSAGE_VOICE_DONE:
  case TSR_MESSAGE_TOUCH_DONE:
  case TSR_MESSAGE_FINISHED:
    break;
  }
}

static void
take_messages (TsrProcess *self)
{
  TsrMessageHead head;
  Body           body;
  while (tsr_ring_read (self->commands, &head, sizeof head)) {
    if (head.n_body > sizeof body ||
        !tsr_ring_read (self->commands, &body, head.n_body)) {
      tsr_ring_skip (self->commands, head.n_body);
      continue;
    }
    obey (self, (TsrMessageType)head.type, &body);
  }
}

/* --- voices ---------------------------------------------------------------------- */

static void
let_go (TsrProcess *self)
{
  if (self->leaving == NULL || tsr_voice_sounds (self->leaving))
    return;
  if (reply (self, TSR_MESSAGE_VOICE_DONE, &self->leaving, sizeof self->leaving))
    self->leaving = NULL;
}

static void
let_go_touch (TsrProcess *self)
{
  TsrTouchBanks *left = self->voice != NULL ? tsr_voice_left_touch (self->voice) : NULL;
  if (left != NULL && reply (self, TSR_MESSAGE_TOUCH_DONE, &left, sizeof left))
    tsr_voice_forget_touch (self->voice);
}

/* The new voice takes over where the old one is, in played time; a morph where the sounds
 * of the one before are. */
static void
adopt (TsrProcess *self)
{
  int       n_fade = tsr_switch_frames (self->rate_hz);
  TsrVoice *voice = self->incoming;
  TsrHead  *head = tsr_voice_active_head (self->voice);
  double    position = head != NULL ? head->position : self->position;
  if (head != NULL && self->playing)
    position = tsr_voice_same_place (voice, self->voice, position, self->rate_hz);
  self->leaving = self->voice;
  self->voice = voice;
  self->incoming = NULL;
  self->has_incoming = false;
  self->position = position;
  if (voice != NULL) {
    if (self->has_mix)
      tsr_voice_set_mix (voice, &self->mix);
    tsr_voice_set_preview (voice, &self->preview);
    voice->taps = voice->preview.taps; /* nothing to fade from */
    voice->taps_changed = false;
    tsr_voice_set_monitor (voice, &self->monitor, 0);
    tsr_voice_take_touch (voice, self->rate_hz);
    if (self->playing && head != NULL)
      tsr_voice_start (voice, position, head == NULL ? 0 : n_fade, self->rate_hz);
    tsr_voice_take_phases (voice, self->leaving);
  }
  tsr_voice_fade_out (self->leaving, n_fade);
  let_go (self);
}

/* A changed preview keeps the place in the program, a changed program the played time. */
static void
take_preview (TsrProcess *self)
{
  TsrVoice *voice = self->voice;
  if (!self->preview_changed || self->has_incoming)
    return;
  self->preview_changed = false;
  if (voice == NULL)
    return;
  double rate_hz = self->rate_hz;
  if (tsr_voice_moves_whole (voice))
    for (int h = 0; h < 2; h++) {
      TsrHead *head = &voice->heads[h];
      double   time_s = tsr_preview_time_s (&voice->preview, head->position / rate_hz);
      head->position = tsr_preview_played_s (&self->preview, time_s) * rate_hz;
    }
  if (tsr_voice_moves_whole (voice) && !tsr_voice_sounds (voice)) {
    double time_s = tsr_preview_time_s (&voice->preview, self->position / rate_hz);
    self->position =
        fmax (0, round (tsr_preview_played_s (&self->preview, time_s) * rate_hz));
  }
  tsr_voice_set_preview (voice, &self->preview);
}

static void
settle (TsrProcess *self)
{
  take_messages (self);
  let_go (self);
  if (self->has_incoming && self->leaving == NULL) {
    adopt (self);
    self->preview_changed = false;
  }
  take_preview (self);
  if (self->voice != NULL) {
    tsr_voice_take_touch (self->voice, self->rate_hz);
    let_go_touch (self);
    tsr_voice_take_touch (self->voice, self->rate_hz);
  }
}

/* --- transport ------------------------------------------------------------------- */

/* The span that is looped, in frames. */
static void
loop_span (const TsrProcess *self, double end, double *start, double *stop_at)
{
  double shortest = 0.02 * self->rate_hz;
  *start = fmax (0, round (self->loop.start_s * self->rate_hz));
  *stop_at = round (self->loop.end_s * self->rate_hz);
  if (self->loop.end_s <= self->loop.start_s || *start >= end) {
    *start = 0;
    *stop_at = end;
  }
  *stop_at = fmax (fmin (*stop_at, end), *start + shortest);
}

/* Begins a little before, so that the new place is reached when the old one is left. */
static void
jump (TsrProcess *self, TsrHead *from, double position, int n_fade)
{
  if (from == NULL && position == 0)
    n_fade = 0;
  if (from != NULL)
    tsr_head_fade_out (from, n_fade);
  tsr_voice_start (self->voice, position - n_fade, n_fade, self->rate_hz);
}

/* Nothing plays yet: at the end, playing begins anew. */
static void
start (TsrProcess *self, double end, int n_fade)
{
  double position = self->seeks ? self->seek_position : self->position;
  if (!self->seeks && position >= end)
    position = 0;
  self->seeks = false;
  jump (self, NULL, position, n_fade);
}

/* The limiter still holds a block then. */
static void
end_of_sound (TsrProcess *self, TsrHead *head, double end)
{
  if (head->position < end + TSR_LIMITER_BLOCK)
    return;
  self->position = end;
  head->active = false;
  self->playing = false;
  self->finished = true;
}

/* What the transport does before the next block: starts, seeks, loops, ends. */
static void
move_transport (TsrProcess *self)
{
  if (self->voice == NULL || !self->playing)
    return;
  TsrHead *head = tsr_voice_active_head (self->voice);
  bool     can_start = tsr_voice_has_idle_head (self->voice);
  int      n_fade = tsr_fade_frames (self->rate_hz);
  double   begin, stop_at, end = tsr_voice_end (self->voice, self->rate_hz);
  if (head == NULL && can_start) {
    start (self, end, n_fade);
  } else if (head != NULL && self->seeks && can_start) {
    self->seeks = false;
    jump (self, head, self->seek_position, n_fade);
  } else if (head != NULL && !self->loop.on) {
    end_of_sound (self, head, end);
  } else if (head != NULL && can_start) {
    loop_span (self, end, &begin, &stop_at);
    double left = stop_at - head->position;
    if (left >= 0 && left < n_fade + TSR_LIMITER_BLOCK)
      jump (self, head, begin, (int)fmax (left, TSR_LIMITER_BLOCK / 2));
    else if (head->position >= end)
      jump (self, head, begin, TSR_LIMITER_BLOCK / 2);
  }
}

/* --- blocks ---------------------------------------------------------------------- */

static void
tell (TsrProcess *self)
{
  if (self->finished && reply (self, TSR_MESSAGE_FINISHED, NULL, 0))
    self->finished = false;
}

static void
meter (TsrProcess *self)
{
  float interleaved[TSR_LIMITER_CHANNELS * TSR_LIMITER_BLOCK];
  for (int c = 0; c < TSR_LIMITER_CHANNELS; c++) {
    float    peak = 0;
    unsigned bits;
    for (int i = 0; i < TSR_LIMITER_BLOCK; i++) {
      float x = fabsf (self->block[c][i]);
      peak = x > peak ? x : peak;
      interleaved[i * TSR_LIMITER_CHANNELS + c] = self->block[c][i];
    }
    memcpy (&bits, &peak, sizeof bits);
    if (bits > atomic_load_explicit (&self->peaks[c], memory_order_relaxed))
      atomic_store_explicit (&self->peaks[c], bits, memory_order_relaxed);
  }
  tsr_ring_write (self->loudness, interleaved, sizeof interleaved, NULL, 0);
}

static void
make_block (TsrProcess *self)
{
  float *const out[TSR_LIMITER_CHANNELS] = {self->block[0], self->block[1]};
  bool         bad;
  memset (self->block, 0, sizeof self->block);
  move_transport (self);
  tsr_voice_render (self->leaving, self->window, self->scratch, self->rate_hz, out);
  tsr_voice_render (self->voice, self->window, self->scratch, self->rate_hz, out);
  tsr_ramp_apply (&self->volume, out[0], out[1], TSR_LIMITER_BLOCK);
  if (tsr_limiter_run (&self->limiter, out, &bad) || bad)
    atomic_store_explicit (&self->limited, true, memory_order_relaxed);
  if (bad)
    tsr_voice_reset_banks (self->voice);
  meter (self);
  let_go (self);
  let_go_touch (self);
  tell (self);
  self->n_block = TSR_LIMITER_BLOCK;
}

static void
publish (TsrProcess *self, size_t n_frames)
{
  const TsrHead *head = tsr_voice_active_head (self->voice);
  bool           moves = self->playing && head != NULL;
  double         position = moves ? head->position : self->position;
  if (self->seeks)
    position = self->seek_position;
  else if (moves)
    position -= (double)self->n_block + TSR_LIMITER_BLOCK;
  atomic_store_explicit (
      &self->played_s, fmax (0, position) / self->rate_hz, memory_order_relaxed);
  atomic_store_explicit (&self->speed, moves ? 1 : 0, memory_order_relaxed);
  atomic_store_explicit (&self->is_playing, self->playing, memory_order_relaxed);
  atomic_fetch_add_explicit (&self->n_frames, n_frames, memory_order_relaxed);
}

/* Numbers too small to hear cost a hundred times the time of others: they become zero. */
static unsigned long
flush_denormals (void)
{
#if defined(__SSE2__)
  unsigned control = _mm_getcsr ();
  _mm_setcsr (control | 0x8040);
  return control;
#elif defined(__aarch64__)
  unsigned long control;
  __asm__ volatile("mrs %0, fpcr" : "=r"(control));
  __asm__ volatile("msr fpcr, %0" : : "r"(control | 1UL << 24));
  return control;
#else
  return 0;
#endif
}

static void
restore_denormals (unsigned long control)
{
#if defined(__SSE2__)
  _mm_setcsr ((unsigned)control);
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"(control));
#endif
}

static void
silence (float *const *out, size_t n_frames)
{
  for (int c = 0; c < TSR_LIMITER_CHANNELS; c++)
    memset (out[c], 0, n_frames * sizeof (float));
}

void
tsr_process_run (TsrProcess *self, float *const *out, size_t n_frames)
{
  if (atomic_flag_test_and_set_explicit (&self->busy, memory_order_acquire)) {
    silence (out, n_frames);
    return;
  }
  unsigned long control = flush_denormals ();
  settle (self);
  for (size_t done = 0, n; done < n_frames; done += n) {
    if (self->n_block == 0)
      make_block (self);
    n = n_frames - done < self->n_block ? n_frames - done : self->n_block;
    for (int c = 0; c < TSR_LIMITER_CHANNELS; c++)
      memcpy (out[c] + done,
              self->block[c] + TSR_LIMITER_BLOCK - self->n_block,
              n * sizeof (float));
    self->n_block -= n;
  }
  publish (self, n_frames);
  restore_denormals (control);
  atomic_flag_clear_explicit (&self->busy, memory_order_release);
}

void
tsr_process_drain (TsrProcess *self)
{
  if (atomic_flag_test_and_set_explicit (&self->busy, memory_order_acquire))
    return;
  settle (self);
  publish (self, 0);
  atomic_flag_clear_explicit (&self->busy, memory_order_release);
}
