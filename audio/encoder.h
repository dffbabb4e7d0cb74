/* SPDX-License-Identifier: GPL-3.0-or-later
 * Encoding of samples into an output file, behind which libsndfile stands (implemented in
 * sound-file.c, its only includer). Thread: any, one at a time.
 */
#pragma once

#include "audio/sound-file.h"
#include "model/output-file.h"

G_BEGIN_DECLS

typedef enum {
  TSR_ENCODER_WAV,
  TSR_ENCODER_AIFF,
  TSR_ENCODER_FLAC, /* TSR_SAMPLES_FLOAT becomes 24 bits */
  TSR_ENCODER_OGG,  /* Vorbis, whatever the sample format */
} TsrEncoderType;

typedef struct TsrEncoder TsrEncoder;

/* Borrows the output. NULL when the format does not take this rate or so many channels.
 */
TsrEncoder *tsr_encoder_new (TsrOutputFile  *output,
                             TsrEncoderType  type,
                             TsrSampleFormat samples,
                             double          rate_hz,
                             guint           n_channels);
/* Before the first sample; formats without cues go without. */
void tsr_encoder_set_cues (TsrEncoder    *self,
                           TsrEncoderType type,
                           double         rate_hz,
                           const TsrCue  *cues,
                           gsize          n_cues);
/* Integers are left-justified in 32 bits. FALSE: see the output's code. */
gboolean
tsr_encoder_write_integers (TsrEncoder *self, const int *interleaved, gsize n_frames);
gboolean
tsr_encoder_write_floats (TsrEncoder *self, const float *interleaved, gsize n_frames);
/* Completes the header and frees; NULL is allowed. */
gboolean tsr_encoder_close (TsrEncoder *self);

G_END_DECLS
