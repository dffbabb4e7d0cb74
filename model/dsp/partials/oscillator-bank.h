/* SPDX-License-Identifier: GPL-3.0-or-later
 * The real-time synthesiser: an oscillator bank over an immutable score (partials laid
 * out for the audio thread), with transforms that follow the hand while something is
 * dragged. At unity it equals the reference synthesiser (synth.h) to -100 dB re full
 * scale.
 */
#pragma once

#include "model/dsp/curve.h"
#include "model/dsp/partials/partial-set.h"
#include "model/dsp/realtime.h"

typedef struct TsrScore TsrScore;

/* Lays out the partials of a set; keeps a reference on it. NULL when memory is short.
 * Thread: any but audio. */
TsrScore *tsr_score_new (TsrPartialSet *set);
/* The same to be played beside another score, in its channels at least. */
TsrScore *tsr_score_new_beside (TsrPartialSet *set, const TsrScore *beside);
TsrScore *tsr_score_ref (TsrScore *score);
void      tsr_score_unref (TsrScore *score); /* NULL is allowed; thread: any but audio */

const TsrPartialSet *tsr_score_set (const TsrScore *score);
/* Reads a byte of each page of what is played between two score times, so that no
 * callback waits for the disk that breakpoints of long sounds lie on: a seek to the first
 * time finds its way, too. Waits for it here. Thread: any but audio. */
void tsr_score_touch (const TsrScore *score, double start_s, double end_s);

/* The largest number of partials that sound at the same time, and of channels. */
size_t   tsr_score_max_polyphony (const TsrScore *score);
unsigned tsr_score_n_channels (const TsrScore *score);

/* Gain over frequency for the audio thread: TSR_GAIN_TABLE_SIZE points, evenly spaced in
 * log frequency from TSR_GAIN_TABLE_LOW_HZ to TSR_GAIN_TABLE_HIGH_HZ, joined linearly. */
enum { TSR_GAIN_TABLE_SIZE = 256 };
#define TSR_GAIN_TABLE_LOW_HZ 16.0
#define TSR_GAIN_TABLE_HIGH_HZ 32768.0

typedef struct {
  double pitch_ratio; /* > 0 */
  double shift_hz;
  double gain; /* linear, >= 0 */
  bool   has_filter;
  float  filter_gain[TSR_GAIN_TABLE_SIZE]; /* linear; read only with has_filter */
} TsrLiveTransform;

/* ratio 1, shift 0, gain 1, no filter. */
TSR_REALTIME void tsr_live_transform_init_unity (TsrLiveTransform *transform);
/* Fills filter_gain from a curve frequency_hz -> gain_db; NULL clears it. Thread: any but
 * audio. */
void              tsr_live_transform_set_filter (TsrLiveTransform *transform,
                                                 const TsrCurve   *gain_db_over_hz);
TSR_REALTIME bool tsr_live_transform_is_unity (const TsrLiveTransform *transform);

typedef struct TsrOscillatorBank TsrOscillatorBank;

/* Memory for a bank that can play this score, by the caller: `size` bytes aligned to 64.
 * `init` keeps a borrowed pointer to the score. Channels of the score beyond
 * n_out_channels are folded (channel c sounds in c modulo n_out_channels); a one-channel
 * score sounds in every output. */
size_t             tsr_oscillator_bank_size (const TsrScore *score);
TsrOscillatorBank *tsr_oscillator_bank_init (void           *memory,
                                             const TsrScore *score,
                                             double          rate_hz,
                                             unsigned        n_out_channels);

/* Adds n_frames samples to each of n_out_channels buffers, beginning at score time time_s
 * and moving on by `speed` >= 0 score seconds per second (1 = as analysed; 0.5 =
 * stretched by two; 0 = frozen). While pitch and shift are unity and speed is 1, phases
 * are the score's own; otherwise they are carried on without a jump by integrating the
 * transformed frequencies, and back at unity they glide to the score's own within 50 ms.
 * Pitch, shift, gain, filter and group that differ from the last call's are ramped over
 * this block; time follows `speed` at once, which is no jump. A jump of time_s by more
 * than 1.5 samples (seek) restarts phases from the score and ramps nothing.
 * `group_of_partial`, when not NULL, has a byte for each partial in order of id, and only
 * those equal to `group` sound. Thread: audio; denormals flushed by the caller. */
TSR_REALTIME void tsr_oscillator_bank_render (TsrOscillatorBank      *bank,
                                              double                  time_s,
                                              double                  speed,
                                              const TsrLiveTransform *transform,
                                              const uint8_t          *group_of_partial,
                                              uint8_t                 group,
                                              float *const           *out,
                                              size_t                  n_frames);
/* Forgets what sounds; the next render starts from the score's phases. */
TSR_REALTIME void tsr_oscillator_bank_reset (TsrOscillatorBank *bank);
