/* SPDX-License-Identifier: GPL-3.0-or-later
 * A sound's parts as samples: into a sound file, or into memory for the loudspeaker and
 * for pictures. Thread: any, but for _init; blocks.
 */
#pragma once

#include "app/worker-pool.h"
#include "audio/sound-file.h"
#include "model/render.h"
#include "model/sound.h"

G_BEGIN_DECLS

/* What has to be known of a sound: immutable parts of it, so that any thread can go on
 * with it. */
typedef struct {
  TsrSoundState *state;
  TsrPartialSet *analysed; /* what the residual is defined by; NULL: those of the state */
  TsrSignal     *source;   /* decoded; NULL: none */
  TsrNoiseModel *noise;    /* of the residual, if it is known already, or NULL */
  guint          n_channels;
  double         rate_hz;
  int            bits; /* of the source: 16, 24, or 32 for float */
  TsrCue        *cues; /* its markers */
  gsize          n_cues;
} TsrRenderSubject;

/* source may be NULL. Takes references. Thread: main. */
void tsr_render_subject_init (TsrRenderSubject *self, TsrSound *sound, TsrSignal *source);
/* The same in the state after another step of the history. FALSE: there is no such step.
 */
gboolean tsr_render_subject_init_at (TsrRenderSubject *self,
                                     TsrSound         *sound,
                                     TsrSignal        *source,
                                     gint64            step_id);
void     tsr_render_subject_clear (TsrRenderSubject *self);

typedef struct {
  TsrPart             part;
  const TsrSelection *selection;      /* NULL: all partials */
  const TsrLayerMix  *layers;         /* of `all`; NULL: as it is */
  double              start_s, end_s; /* end_s <= start_s: the whole sound */
  double              rate_hz;        /* 0: that of the source */
} TsrRenderChoice;

/* A renderer at the rate that is wanted: converts the source where needed. */
TsrRender *tsr_render_open (const TsrRenderSubject *subject,
                            const TsrRenderChoice  *choice,
                            TsrWorkerJob           *job,
                            GError                **error);
/* All of it as a signal: the source itself where nothing else would come out. (transfer
 * full) */
TsrSignal *tsr_render_to_signal (const TsrRenderSubject *subject,
                                 const TsrRenderChoice  *choice,
                                 TsrWorkerJob           *job,
                                 GError                **error);

typedef struct {
  double  rate_hz;
  guint   n_channels;
  gint64  n_frames;
  guint64 n_clipped;
  double  peak; /* linear, before clipping */
} TsrRenderReport;

/* Into a file whose format is told by its suffix, with the markers in it. It appears
 * whole or not at all. `report` may be NULL. */
gboolean tsr_render_to_file (const TsrRenderSubject *subject,
                             const TsrRenderChoice  *choice,
                             const char             *path,
                             TsrSampleFormat         samples,
                             TsrWorkerJob           *job,
                             TsrRenderReport        *report,
                             GError                **error);
/* The format that keeps every bit of the source. */
TsrSampleFormat tsr_render_subject_samples (const TsrRenderSubject *subject);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TsrRenderSubject, tsr_render_subject_clear)

G_END_DECLS
