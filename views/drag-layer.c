/* SPDX-License-Identifier: GPL-3.0-or-later
 * One worker, one waiting request.
 */
#include "views/drag-layer.h"

struct TsrDragLayer {
  int n_refs; /* the owner's, and one while the worker works; main thread */
  void (*ready) (gpointer user);
  gpointer     user;
  GThreadPool *pool;
  TsrTileJob  *waiting; /* or NULL */
  gboolean     working;
  guint        serial; /* what came before a clear is not shown */
  TsrTileArea  area;
  GdkTexture  *texture;
  gboolean     shown;
};

typedef struct {
  TsrDragLayer *layer;
  TsrTileJob   *job;
  guint         serial;
} Work;

static void
job_free (TsrTileJob *job)
{
  if (job == NULL)
    return;
  tsr_tile_job_clear (job);
  g_free (job);
}

static void
layer_unref (TsrDragLayer *layer)
{
  if (--layer->n_refs == 0)
    g_free (layer);
}

static void start (TsrDragLayer *layer);

static gboolean
deliver_cb (gpointer data)
{
  Work         *work = data;
  TsrDragLayer *layer = work->layer;

  layer->working = FALSE;
  if (layer->pool != NULL && work->serial == layer->serial && work->job->complete) {
    g_set_object (&layer->texture, work->job->texture);
    layer->area = work->job->area;
    layer->ready (layer->user);
  }
  job_free (work->job);
  g_free (work);
  if (layer->pool != NULL)
    start (layer);
  layer_unref (layer);
  return G_SOURCE_REMOVE;
}

static void
work_thread (gpointer data, gpointer user)
{
  Work *work = data;

  tsr_tile_job_run (work->job, NULL);
  g_idle_add_full (G_PRIORITY_DEFAULT, deliver_cb, work, NULL);
}

static void
start (TsrDragLayer *layer)
{
  if (layer->working || layer->waiting == NULL)
    return;
  Work *work = g_new0 (Work, 1);
  work->layer = layer;
  work->job = g_steal_pointer (&layer->waiting);
  work->serial = layer->serial;
  layer->working = TRUE;
  layer->n_refs++;
  g_thread_pool_push (layer->pool, work, NULL);
}

TsrDragLayer *
tsr_drag_layer_new (void (*ready) (gpointer user), gpointer user)
{
  TsrDragLayer *layer = g_new0 (TsrDragLayer, 1);

  layer->n_refs = 1;
  layer->ready = ready;
  layer->user = user;
  layer->pool = g_thread_pool_new (work_thread, NULL, 1, TRUE, NULL);
  return layer;
}

void
tsr_drag_layer_free (TsrDragLayer *layer)
{
  if (layer == NULL)
    return;
  tsr_drag_layer_clear (layer);
  g_thread_pool_free (layer->pool, FALSE, TRUE);
  layer->pool = NULL;
  layer_unref (layer);
}

/* Takes the job; the one that waits now is not wanted any more. */
static void
put (TsrDragLayer *layer, TsrTileJob *job)
{
  job_free (layer->waiting);
  layer->waiting = job;
  layer->shown = TRUE;
  start (layer);
}

void
tsr_drag_layer_request (TsrDragLayer          *layer,
                        const TsrTileArea     *area,
                        TsrPartialSet         *partials,
                        GBytes                *mask,
                        const TsrRegion       *region,
                        const TsrPartialStyle *style,
                        const TsrPreview      *preview)
{
  TsrTileJob *job = g_new0 (TsrTileJob, 1);

  job->area = *area;
  job->partials = tsr_partial_set_ref (partials);
  job->mask = mask != NULL ? g_bytes_ref (mask) : NULL;
  job->partial_style = *style;
  job->has_region = region != NULL;
  if (region != NULL)
    job->region = *region;
  if (preview != NULL) {
    job->has_preview = TRUE;
    job->preview = *preview;
    if (preview->filter_gain_db_over_hz != NULL)
      tsr_curve_ref (preview->filter_gain_db_over_hz);
  }
  put (layer, job);
}

void
tsr_drag_layer_request_ghosts (TsrDragLayer       *layer,
                               const TsrTileArea  *area,
                               const TsrTileGhost *ghosts,
                               guint               n)
{
  TsrTileJob *job = g_new0 (TsrTileJob, 1);

  job->area = *area;
  job->n_ghosts = MIN (n, TSR_TILE_MAX_GHOSTS);
  for (guint i = 0; i < job->n_ghosts; i++) {
    job->ghosts[i] = ghosts[i];
    tsr_partial_set_ref (ghosts[i].partials);
  }
  put (layer, job);
}

void
tsr_drag_layer_clear (TsrDragLayer *layer)
{
  g_clear_pointer (&layer->waiting, job_free);
  g_clear_object (&layer->texture);
  layer->serial++;
  layer->shown = FALSE;
}

GdkTexture *
tsr_drag_layer_get (TsrDragLayer *layer, TsrTileArea *area)
{
  *area = layer->area;
  return layer->texture;
}

gboolean
tsr_drag_layer_is_shown (TsrDragLayer *layer)
{
  return layer->shown;
}
