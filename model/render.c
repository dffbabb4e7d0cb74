/* SPDX-License-Identifier: GPL-3.0-or-later
 * The renderer: chunks of source, partials and what lies behind them.
 */
#include "model/render.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/dsp-types.h"
#include "model/dsp/job-part.h"
#include "model/dsp/partials/synth.h"
#include "model/render-private.h"

enum { CHUNK = 65536, CHUNKS_A_DISCARD = 4 };

struct TsrRender {
  TsrRenderParams params; /* with references of its own; .selection is not kept */
  TsrJob          job;    /* of chunks, whose progress is nobody's */
  gboolean        plays_source;
  TsrPartialSet  *partials;   /* NULL: none sound */
  guint8         *wanted;     /* of .partials; NULL: all */
  TsrBackground  *background; /* NULL: none */
  TsrBackground  *transients; /* where layers set them apart from the noise; NULL */
  double          gains[TSR_N_LAYERS];
  gint64          first_frame, n_frames, position;
  double        **chunk; /* a buffer for each channel */
  gint64          chunk_first;
  gsize           chunk_size;
  TsrStatus       status;
};

static const char *const part_names[] = {
    "all", "original", "partials", "residual", "noise", "transients"};

gboolean
tsr_part_from_string (const char *text, TsrPart *part)
{
  for (gsize i = 0; i < G_N_ELEMENTS (part_names); i++)
    if (strcmp (text, part_names[i]) == 0) {
      *part = (TsrPart)i;
      return TRUE;
    }
  return FALSE;
}

static void
take_references (TsrRender *render, const TsrRenderParams *params)
{
  TsrRenderParams *p = &render->params;

  *p = *params;
  p->selection = NULL;
  p->layers = NULL;
  tsr_sound_state_ref (p->state);
  if (p->source != NULL)
    tsr_signal_ref (p->source);
  if (p->residual != NULL)
    tsr_signal_ref (p->residual);
  if (p->noise != NULL)
    tsr_noise_model_ref (p->noise);
  if (p->analysed == NULL)
    p->analysed = tsr_sound_state_fields (p->state)->partials;
  tsr_partial_set_ref (p->analysed);
}

void
tsr_render_free (TsrRender *render)
{
  if (render == NULL)
    return;
  for (guint c = 0; render->chunk != NULL && c < render->params.n_channels; c++)
    g_free (render->chunk[c]);
  g_free (render->chunk);
  tsr_background_free (render->background);
  tsr_background_free (render->transients);
  g_free (render->wanted);
  tsr_partial_set_unref (render->partials);
  tsr_partial_set_unref (render->params.analysed);
  tsr_noise_model_unref (render->params.noise);
  tsr_signal_unref (render->params.residual);
  tsr_signal_unref (render->params.source);
  tsr_sound_state_unref (render->params.state);
  g_free (render);
}

/* The pieces of the selected partials inside the selection's region. */
static TsrPartialSet *
cut_to_region (const TsrPartialSet *set, const TsrSelection *selection)
{
  g_autoptr (GPtrArray) kept =
      g_ptr_array_new_with_free_func ((GDestroyNotify)tsr_partial_unref);

  for (gsize i = 0; i < tsr_selection_size (selection); i++) {
    gint64       index = tsr_partial_set_index_of (set, tsr_selection_ids (selection)[i]);
    TsrPartial **inside, **outside;
    gsize        n_inside, n_outside;
    if (index < 0)
      continue;
    if (!tsr_partial_cut (tsr_partial_set_at (set, (gsize)index),
                          tsr_selection_region (selection),
                          &inside,
                          &n_inside,
                          &outside,
                          &n_outside))
      return NULL;
    for (gsize k = 0; k < n_inside; k++) {
      g_ptr_array_add (kept, tsr_partial_new_heir (inside[k], (gint64)kept->len + 1));
      tsr_partial_unref (inside[k]);
    }
    for (gsize k = 0; k < n_outside; k++)
      tsr_partial_unref (outside[k]);
    free (inside);
    free (outside);
  }
  return tsr_partial_set_new ((TsrPartial *const *)kept->pdata, kept->len);
}

static gboolean
choose_partials (TsrRender *render, const TsrSelection *selection)
{
  TsrPartialSet *set = tsr_sound_state_fields (render->params.state)->partials;
  TsrPart        part = render->params.part;

  if (selection == NULL && part != TSR_PART_ALL && part != TSR_PART_PARTIALS)
    return TRUE;
  if (selection != NULL && tsr_selection_region (selection) != NULL)
    render->partials = cut_to_region (set, selection);
  else
    render->partials = tsr_partial_set_ref (set);
  if (selection != NULL && tsr_selection_region (selection) == NULL)
    render->wanted = tsr_selection_mask (selection, set);
  return render->partials != NULL;
}

static gboolean
choose_background (TsrRender *render, const TsrJob *job, TsrStatus *status)
{
  static const TsrBackgroundKind kinds[] = {
      [TSR_PART_ALL] = TSR_BACKGROUND_OF_ALL,
      [TSR_PART_RESIDUAL] = TSR_BACKGROUND_RESIDUAL,
      [TSR_PART_NOISE] = TSR_BACKGROUND_NOISE,
      [TSR_PART_TRANSIENTS] = TSR_BACKGROUND_TRANSIENTS,
      [TSR_PART_BACKGROUND] = TSR_BACKGROUND_OF_ALL,
  };
  TsrPart part = render->params.part;

  if (part == TSR_PART_ORIGINAL || part == TSR_PART_PARTIALS ||
      render->params.source == NULL)
    return TRUE;
  TsrBackgroundKind kind = kinds[part];
  if (kind == TSR_BACKGROUND_OF_ALL &&
      !tsr_sound_state_fields (render->params.state)->edited)
    kind = TSR_BACKGROUND_RESIDUAL;
  render->background = tsr_background_new (&render->params, kind, job, status);
  if (render->background == NULL)
    return FALSE;
  if (render->gains[TSR_LAYER_TRANSIENTS] == render->gains[TSR_LAYER_NOISE])
    return TRUE;
  render->transients =
      tsr_background_new (&render->params, TSR_BACKGROUND_TRANSIENTS, job, status);
  return render->transients != NULL;
}

/* Layers are those of `all`, and only where they change something. */
static gboolean
take_layers (TsrRender *render, const TsrRenderParams *params)
{
  gboolean apply = params->layers != NULL && params->part == TSR_PART_ALL &&
                   params->selection == NULL && !tsr_layer_mix_is_unity (params->layers);

  for (int i = 0; i < TSR_N_LAYERS; i++)
    render->gains[i] = apply ? tsr_layer_mix_gain (params->layers, (TsrLayer)i) : 1;
  return apply;
}

/* `original`, and `all` of what was not edited, come straight from the source. */
static gboolean
can_play_source (const TsrRender *render, const TsrSelection *selection)
{
  const TsrRenderParams *p = &render->params;

  if (p->source == NULL || selection != NULL)
    return FALSE;
  return p->part == TSR_PART_ORIGINAL ||
         (p->part == TSR_PART_ALL && !tsr_sound_state_fields (p->state)->edited);
}

static void
set_range (TsrRender *render)
{
  const TsrRenderParams     *p = &render->params;
  const TsrSoundStateFields *f = tsr_sound_state_fields (p->state);
  gint64                     n_frames = llround (f->duration_s * p->rate_hz);

  if (p->source != NULL && (render->plays_source || !f->edited))
    n_frames = tsr_signal_n_frames (p->source);
  render->n_frames = n_frames;
  if (!(p->end_s > p->start_s))
    return;
  gint64 end = isfinite (p->end_s) ? llround (p->end_s * p->rate_hz) : n_frames;
  render->first_frame = CLAMP (llround (p->start_s * p->rate_hz), 0, n_frames);
  render->n_frames = MAX (MIN (end, n_frames) - render->first_frame, 0);
}

static gboolean
check (const TsrRenderParams *params, GError **error)
{
  const TsrSoundStateFields *f = tsr_sound_state_fields (params->state);

  if (params->source != NULL && tsr_signal_rate_hz (params->source) != params->rate_hz) {
    g_set_error_literal (error,
                         G_IO_ERROR,
                         G_IO_ERROR_INVALID_ARGUMENT,
                         _ ("source and result have different rates"));
    return FALSE;
  }
  if (f->analysed || params->part == TSR_PART_ORIGINAL ||
      (params->part == TSR_PART_ALL && params->selection == NULL))
    return TRUE;
  g_set_error_literal (error,
                       G_IO_ERROR,
                       G_IO_ERROR_INVALID_ARGUMENT,
                       _ ("the sound is not analysed yet; analyse it first"));
  return FALSE;
}

static void
set_error (TsrStatus status, GError **error)
{
  g_set_error_literal (error,
                       G_IO_ERROR,
                       status == TSR_STATUS_CANCELLED ? G_IO_ERROR_CANCELLED
                                                      : G_IO_ERROR_FAILED,
                       _ (tsr_status_string (status)));
}

TsrRender *
tsr_render_new (const TsrRenderParams *params, const TsrJob *job, GError **error)
{
  TsrStatus status = TSR_STATUS_NO_MEMORY;

  g_return_val_if_fail (params->n_channels >= 1, NULL);
  g_return_val_if_fail (params->rate_hz > 0, NULL);
  if (!check (params, error))
    return NULL;
  TsrRender *render = g_new0 (TsrRender, 1);
  take_references (render, params);
  render->job = tsr_job_quiet (job);
  gboolean mixes = take_layers (render, params);
  render->plays_source = !mixes && can_play_source (render, params->selection);
  set_range (render);
  render->chunk = g_new0 (double *, params->n_channels);
  for (guint c = 0; c < params->n_channels; c++)
    render->chunk[c] = g_new (double, CHUNK);
  if (render->plays_source ||
      (choose_partials (render, params->selection) &&
       (params->selection != NULL || choose_background (render, job, &status))))
    return render;
  set_error (status, error);
  tsr_render_free (render);
  return NULL;
}

gint64
tsr_render_n_frames (const TsrRender *render)
{
  return render->n_frames;
}

guint
tsr_render_n_channels (const TsrRender *render)
{
  return render->params.n_channels;
}

TsrStatus
tsr_render_status (const TsrRender *render)
{
  return render->status;
}

static void
add_source (const TsrRender *render, guint channel, gint64 first, gsize n, double *out)
{
  const TsrSignal *source = render->params.source;

  if (channel >= tsr_signal_n_channels (source))
    return;
  gint64       end = MIN (first + (gint64)n, tsr_signal_n_frames (source));
  const float *x = tsr_signal_channel (source, channel);
  for (gint64 i = first; i < end; i++)
    out[i - first] += (double)x[i];
}

/* Adds a part of what lies behind the partials, times a gain. */
static TsrStatus
add_behind (TsrBackground *background,
            double         gain,
            guint          channel,
            gint64         first,
            gsize          n,
            double        *out)
{
  if (background == NULL || gain == 0)
    return TSR_STATUS_OK;
  if (gain == 1)
    return tsr_background_add (background, channel, first, n, out);
  g_autofree double *part = g_new0 (double, n);
  TsrStatus          status = tsr_background_add (background, channel, first, n, part);
  for (gsize i = 0; i < n; i++)
    out[i] += gain * part[i];
  return status;
}

static TsrStatus
fill_channel (TsrRender *render, guint channel, gint64 first, gsize n, double *out)
{
  TsrStatus status = TSR_STATUS_OK;

  memset (out, 0, n * sizeof *out);
  if (render->plays_source)
    add_source (render, channel, first, n, out);
  if (render->partials != NULL)
    status = tsr_synth_render_range (render->partials,
                                     channel,
                                     render->params.rate_hz,
                                     first,
                                     n,
                                     render->wanted,
                                     out,
                                     &render->job);
  for (gsize i = 0; render->gains[TSR_LAYER_PARTIALS] != 1 && i < n; i++)
    out[i] *= render->gains[TSR_LAYER_PARTIALS];
  double noise = render->gains[TSR_LAYER_NOISE];
  double apart = render->gains[TSR_LAYER_TRANSIENTS] - noise;
  if (status == TSR_STATUS_OK)
    status = add_behind (render->background, noise, channel, first, n, out);
  if (status == TSR_STATUS_OK)
    status = add_behind (render->transients, apart, channel, first, n, out);
  return status;
}

/* What lies in mapped files need not stay in memory behind the position. */
static void
discard_behind (TsrRender *render)
{
  gint64 end = render->first_frame + render->position;

  if (render->position / CHUNK % CHUNKS_A_DISCARD != 0)
    return;
  if (render->partials != NULL)
    tsr_partial_set_discard (render->partials);
  if (render->background != NULL)
    tsr_partial_set_discard (render->params.analysed);
  if (render->plays_source || render->background != NULL)
    tsr_signal_discard (render->params.source, 0, end);
}

static gboolean
fill_chunk (TsrRender *render)
{
  render->chunk_first = render->position;
  render->chunk_size = (gsize)MIN (CHUNK, render->n_frames - render->position);
  if (tsr_job_cancelled (&render->job))
    render->status = TSR_STATUS_CANCELLED;
  for (guint c = 0; c < render->params.n_channels && render->status == TSR_STATUS_OK; c++)
    render->status = fill_channel (render,
                                   c,
                                   render->first_frame + render->position,
                                   render->chunk_size,
                                   render->chunk[c]);
  if (render->status != TSR_STATUS_OK)
    render->chunk_size = 0;
  discard_behind (render);
  return render->chunk_size > 0;
}

gsize
tsr_render_read (TsrRender *render, double *const *channels, gsize n_frames)
{
  gsize n_done = 0;

  while (n_done < n_frames && render->position < render->n_frames) {
    gint64 chunk_end = render->chunk_first + (gint64)render->chunk_size;
    if (render->position >= chunk_end && !fill_chunk (render))
      break;
    gsize at = (gsize)(render->position - render->chunk_first);
    gsize n = MIN (n_frames - n_done, render->chunk_size - at);
    for (guint c = 0; c < render->params.n_channels; c++)
      memcpy (channels[c] + n_done, render->chunk[c] + at, n * sizeof (double));
    n_done += n;
    render->position += (gint64)n;
  }
  return n_done;
}

gboolean
tsr_render_is_source (const TsrRender *render)
{
  return render->plays_source &&
         render->params.n_channels == tsr_signal_n_channels (render->params.source);
}
