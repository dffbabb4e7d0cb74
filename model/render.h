/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one renderer behind export, loudspeaker and measurement: a sound's state and its
 * source to samples, in double precision, block after block. Thread: any, one at a time
 * per renderer.
 */
#pragma once

#include "model/dsp/job.h"
#include "model/dsp/partials/noise.h"
#include "model/dsp/signal.h"
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
} TsrPart;

/* "all", "original", ...; FALSE when there is no such part. */
gboolean    tsr_part_from_string (const char *text, TsrPart *part);
const char *tsr_part_to_string (TsrPart part);

typedef struct {
  TsrSoundState *state;
  TsrSignal     *source;     /* NULL for imported partials: residual parts are silent */
  guint          n_channels; /* of the result */
  TsrPart        part;
  const TsrSelection
      *selection; /* NULL: all partials; otherwise partials in it only, and no residual */
  double rate_hz; /* of the result */
  double start_s, end_s; /* end_s <= start_s: the whole sound */
  TsrSignal
      *residual; /* already computed for the set as analysed, or NULL: computed here */
  TsrNoiseModel *noise; /* likewise */
  TsrPartialSet
      *analysed; /* partials as they were analysed: what the residual is defined by */
} TsrRenderParams;

typedef struct TsrRender TsrRender;

/* Prepares (residual and noise model where they are needed and not given; this is the
 * long part). Takes references. NULL with an error. */
TsrRender        *
tsr_render_new (const TsrRenderParams *params, const TsrJob *job, GError **error);
void   tsr_render_free (TsrRender *render);
gint64 tsr_render_n_frames (const TsrRender *render);
guint  tsr_render_n_channels (const TsrRender *render);
/* The next frames into n_channels planar buffers; returns how many (less than asked at
 * the end). */
gsize tsr_render_read (TsrRender *render, double *const *channels, gsize n_frames);
/* TRUE when what comes out is the source sample for sample (unedited, `all` or
 * `original`, same rate, no selection): a writer can then copy integers. */
gboolean tsr_render_is_source (const TsrRender *render);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsrRender, tsr_render_free)

G_END_DECLS
