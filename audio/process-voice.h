/* SPDX-License-Identifier: GPL-3.0-or-later
 * The part of the audio callback that makes one voice sound. NULL voices are silent.
 */
#pragma once

#include "audio/process.h"

/* Frames of a jump's crossfade, 5 ms, and of a switch between programs or monitors, 10
 * ms. */
TSR_REALTIME int tsr_fade_frames (double rate_hz);
TSR_REALTIME int tsr_switch_frames (double rate_hz);

/* Seconds of the program at a played second, and the other way round. */
TSR_REALTIME double tsr_preview_time_s (const TsrLivePreview *preview, double played_s);
TSR_REALTIME double tsr_preview_played_s (const TsrLivePreview *preview, double time_s);

/* Takes over a preview as it is. */
TSR_REALTIME void tsr_voice_set_preview (TsrVoice *voice, const TsrLivePreview *preview);

/* The head that plays on (does not fade out), or NULL. */
TSR_REALTIME TsrHead *tsr_voice_active_head (TsrVoice *voice);
TSR_REALTIME bool     tsr_voice_has_idle_head (const TsrVoice *voice);
TSR_REALTIME bool     tsr_voice_sounds (const TsrVoice *voice);
/* Does a preview apply to the whole sound, recordings included? */
TSR_REALTIME bool tsr_voice_moves_whole (const TsrVoice *voice);
/* Where the sound ends, in played frames. */
TSR_REALTIME double tsr_voice_end (const TsrVoice *voice, double rate_hz);

/* Starts the idle head; there must be one. */
TSR_REALTIME void
tsr_voice_start (TsrVoice *voice, double position, int n_fade, double rate_hz);
TSR_REALTIME void tsr_head_fade_out (TsrHead *head, int n_fade);
TSR_REALTIME void tsr_voice_fade_out (TsrVoice *voice, int n_fade);
TSR_REALTIME void
tsr_voice_set_monitor (TsrVoice *voice, const TsrMonitorChoice *choice, int n_frames);
TSR_REALTIME void tsr_voice_reset_banks (TsrVoice *voice);

/* Adds one block and moves on. `scratch` has TSR_N_SCRATCH blocks. */
TSR_REALTIME void tsr_voice_render (TsrVoice     *voice,
                                    const float  *window,
                                    float        *scratch,
                                    double        rate_hz,
                                    float *const *out);
