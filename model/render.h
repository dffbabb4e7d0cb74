/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one renderer behind export, loudspeaker and measurement: a sound's state and its
 * source to samples, in double precision, block after block. Thread: any, one at a time
 * per renderer.
 */
#pragma once

#include "model/dsp/job.h"
#include "model/dsp/partials/noise.h"
#include "model/dsp/signal.h"
#include "model/dsp/status.h"
#include "model/layers.h"
#include "model/selection.h"
#include "model/sound-state.h"

G_BEGIN_DECLS

typedef enum {
  TSR_PART_ALL,
  TSR_PART_ORIGINAL,
  TSR_PART_PARTIALS,
  TSR_PART_RESIDUAL,
  TSR_PART_NOISE,
  TSR_PART_TRANSIENTS,
  TSR_PART_BACKGROUND, /* `all` without the partials: what the loudspeaker mixes to them;
                          has no name */
} TsrPart;

/* "all", "original", ...; FALSE when there is no such part. */
gboolean tsr_part_from_string (const char *text, TsrPart *part);

typedef struct {
  TsrSoundState *state;
  /* At rate_hz. NULL for imported partials: residual parts are silent. */
  TsrSignal *source;
  guint      n_channels; /* of the result */
  TsrPart    part;
  /* NULL: all partials; otherwise only those in it (cut to its region), and nothing but
   * partials. */
  const TsrSelection *selection;
  /* Levels of the layers of `all` (NULL: as it is), as the loudspeaker mixes them. */
  const TsrLayerMix *layers;
  double             rate_hz;        /* of the result */
  double             start_s, end_s; /* end_s <= start_s: the whole sound */
  /* Already computed for `analysed`, at rate_hz, or NULL: computed where needed. */
  TsrSignal     *residual;
  TsrNoiseModel *noise; /* likewise; at any rate */
  /* Partials as they were analysed: what the residual is defined by. NULL: those of the
   * state. */
  TsrPartialSet *analysed;
} TsrRenderParams;

typedef struct TsrRender TsrRender;

/* Prepares (noise model where it is needed and not given, and where the sound is as it
 * was analysed; this is the long part). Takes references; `job`, which may be NULL, has
 * to live as long as the render. NULL with an error.
 *
 * `all` of a sound that was not edited is its source. Of an edited one it is partials +
 * residual, whatever was done to single partials; partials + noise + transients where
 * time was stretched (not in attacks that were kept), and where the frequencies of the
 * whole sound were changed. Between them are 5 or 10 ms. The residual follows cropping,
 * and gains, filters, fades, tilts and noise amounts of the whole sound, by a number or a
 * curve. */
TsrRender        *
tsr_render_new (const TsrRenderParams *params, const TsrJob *job, GError **error);
void   tsr_render_free (TsrRender *render);
gint64 tsr_render_n_frames (const TsrRender *render);
guint  tsr_render_n_channels (const TsrRender *render);
/* The next frames into n_channels planar buffers; returns how many (less than asked at
 * the end, or when memory is short or the job was cancelled: see tsr_render_status). */
gsize     tsr_render_read (TsrRender *render, double *const *channels, gsize n_frames);
TsrStatus tsr_render_status (const TsrRender *render);
/* TRUE when what comes out is the source sample for sample (unedited, `all` or
 * `original`, same rate, no selection): a writer can then copy integers. */
gboolean tsr_render_is_source (const TsrRender *render);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsrRender, tsr_render_free)

G_END_DECLS
