/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which tiles are made next, and by whom. Only a few jobs are handed out at a time; what
 * is wanted is decided anew as each comes back.
 */
#include <math.h>

#include "views/tile-cache-private.h"

#define MOVING_US (G_USEC_PER_SEC / 4)

static void
keep_levels (TsrTile *tile, const TsrTileWork *work)
{
  TsrTileLevels **levels = &tile->levels[work->source];

  if (work->job.levels == NULL || work->job.levels == *levels)
    return;
  tsr_tile_levels_unref (*levels);
  *levels = tsr_tile_levels_ref (work->job.levels);
  tile->levels_serials[work->source] = work->signal_serial;
}

/* Main thread: keeps what came, unless it was cancelled, and hands out the next job. */
static gboolean
deliver_cb (gpointer data)
{
  TsrTileWork  *work = data;
  TsrTileCache *cache = work->cache;
  TsrTile      *tile = g_hash_table_lookup (cache->tiles, &work->key);

  cache->n_working--;
  if (tile != NULL && tile->work == work) {
    tile->work = NULL;
    keep_levels (tile, work);
    if (work->job.complete) {
      g_set_object (&tile->textures[work->layer], work->job.texture);
      if (work->job.half != NULL)
        g_set_object (&tile->half, work->job.half);
      tile->serials[work->layer] = work->serial;
    }
    tsr_tile_cache_update_bytes (cache, tile);
  }
  tsr_tile_job_clear (&work->job);
  g_free (work);
  if (cache->pool != NULL) {
    /* Here and not while a frame is drawn: giving memory back takes its time. */
    tsr_tile_cache_forget (cache);
    tsr_tile_cache_schedule (cache);
    cache->ready (cache->user);
  }
  tsr_tile_cache_unref (cache);
  return G_SOURCE_REMOVE;
}

void
tsr_tile_cache_work (gpointer data, gpointer user)
{
  TsrTileWork    *work = data;
  GAsyncQueue    *idle = user;
  TsrSpectrogram *spectrogram = g_async_queue_try_pop (idle);

  tsr_tile_job_be_humble ();
  if (spectrogram == NULL)
    spectrogram = tsr_spectrogram_new ();
  tsr_tile_job_run (&work->job, spectrogram);
  if (spectrogram != NULL)
    g_async_queue_push (idle, spectrogram);
  g_idle_add_full (G_PRIORITY_DEFAULT, deliver_cb, work, NULL);
}

static void
fill_area (const TsrTileZoom *zoom, const TsrTileKey *key, TsrTileArea *area)
{
  double rest = zoom->plane.height_px - (double)key->row * zoom->tile_height;

  *area = (TsrTileArea){.plane = zoom->plane,
                        .left_px = key->column * TSR_TILE_WIDTH,
                        .top_px = key->row * zoom->tile_height,
                        .width = TSR_TILE_WIDTH,
                        .height = (int)CLAMP (ceil (rest), 1, zoom->tile_height)};
}

/* What is drawn into it, and how; the worker owns all of it. */
static void
fill_partials (TsrTileJob        *job,
               TsrTileCache      *cache,
               const TsrTileZoom *zoom,
               TsrTileLayer       layer)
{
  job->partial_style = cache->partial_style;
  job->partial_style.width_px =
      cache->partials == NULL
          ? 1
          : tsr_tile_line_width (cache->partials, &zoom->plane, zoom->pixel_scale);
  job->partials = cache->partials != NULL ? tsr_partial_set_ref (cache->partials) : NULL;
  if (layer == TSR_TILE_BASE && cache->hues != NULL)
    job->hues = g_bytes_ref (cache->hues);
  if (layer == TSR_TILE_SELECTED) {
    job->mask = cache->mask != NULL ? g_bytes_ref (cache->mask) : NULL;
    job->partial_style.selected = TRUE;
    const TsrRegion *region = tsr_selection_region (cache->selection);
    job->has_region = region != NULL;
    if (region != NULL)
      job->region = *region;
    job->partial_style.width_px *= 1.25;
  }
}

static void
start_work (TsrTileCache      *cache,
            const TsrTileZoom *zoom,
            TsrTile           *tile,
            TsrTileLayer       layer)
{
  TsrTileWork *work = g_new0 (TsrTileWork, 1);

  work->cache = cache;
  work->key = tile->key;
  work->layer = layer;
  work->serial = cache->serials[layer];
  work->source = cache->source;
  work->signal_serial = cache->signal_serials[cache->source];
  TsrTileJob *job = &work->job;
  fill_area (zoom, &tile->key, &job->area);
  TsrSignal *signal = cache->signals[cache->source];
  job->signal = signal != NULL ? tsr_signal_ref (signal) : NULL;
  job->channel = cache->channel;
  job->spacing_hz = cache->spacing_hz;
  if (tile->levels[work->source] != NULL &&
      tile->levels_serials[work->source] == work->signal_serial)
    job->levels = tsr_tile_levels_ref (tile->levels[work->source]);
  job->opaque = layer == TSR_TILE_BASE;
  job->level_style = cache->level_style;
  fill_partials (job, cache, zoom, layer);
  tile->work = work;
  cache->n_working++;
  cache->n_refs++;
  g_thread_pool_push (cache->pool, work, NULL);
}

/* How soon a tile is to be made, the smallest first; INFINITY: not at all. */
static double
urgency (TsrTileCache *cache, const TsrTileKey *key, TsrTileLayer *layer)
{
  const TsrTileRange *wanted = &cache->wanted;
  const TsrTile      *tile = g_hash_table_lookup (cache->tiles, key);
  double              middle = (double)(wanted->column_first + wanted->column_last) / 2;
  double              far = fabs ((double)key->column - middle);

  if (tile != NULL && tile->work != NULL)
    return INFINITY;
  *layer = TSR_TILE_BASE;
  if (!tsr_tile_cache_is_seen (cache, key))
    return tile == NULL || tile->textures[TSR_TILE_BASE] == NULL ? 1e6 + far : INFINITY;
  if (tile == NULL || tile->textures[TSR_TILE_BASE] == NULL)
    return far;
  if (tsr_tile_cache_is_outdated (cache, tile, TSR_TILE_BASE))
    return 1e3 + far;
  *layer = TSR_TILE_SELECTED;
  return tsr_tile_cache_is_outdated (cache, tile, TSR_TILE_SELECTED) ? 500 + far
                                                                     : INFINITY;
}

static gboolean
start_next (TsrTileCache *cache, const TsrTileZoom *zoom)
{
  const TsrTileRange *wanted = &cache->wanted;
  double              best = INFINITY;
  TsrTileKey          best_key = {0};
  TsrTileLayer        best_layer = TSR_TILE_BASE;

  for (gint64 row = wanted->row_first; row <= wanted->row_last; row++)
    for (gint64 c = MAX (0, wanted->column_first - 1); c <= wanted->column_last + 1;
         c++) {
      TsrTileKey   key = {zoom->number, c, row};
      TsrTileLayer layer;
      double       how_soon = urgency (cache, &key, &layer);
      if (how_soon < best) {
        best = how_soon;
        best_key = key;
        best_layer = layer;
      }
    }
  if (isinf (best))
    return FALSE;
  start_work (cache, zoom, tsr_tile_cache_need (cache, best_key), best_layer);
  return TRUE;
}

/* At rest all processors work and one job waits, so that none is ever idle. */
static guint
n_allowed (const TsrTileCache *cache)
{
  gboolean moving = g_get_monotonic_time () - cache->moved_us < MOVING_US;

  return moving ? MAX (1, cache->n_workers - 1) : cache->n_workers + 1;
}

void
tsr_tile_cache_schedule (TsrTileCache *cache)
{
  const TsrTileZoom *zoom = tsr_tile_cache_find_zoom (cache, cache->wanted_zoom);

  if (zoom == NULL || cache->wanted_zoom == 0)
    return;
  while (cache->n_working < n_allowed (cache) && start_next (cache, zoom))
    ;
}

/* Seen, or the next on either side. */
static gboolean
is_near (const TsrTileCache *cache, const TsrTileKey *key)
{
  TsrTileKey left = *key, right = *key;

  left.column--;
  right.column++;
  return tsr_tile_cache_is_seen (cache, key) || tsr_tile_cache_is_seen (cache, &left) ||
         tsr_tile_cache_is_seen (cache, &right);
}

void
tsr_tile_cache_cancel_unwanted (TsrTileCache *cache)
{
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, cache->tiles);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    TsrTile *tile = value;
    if (tile->work != NULL && !is_near (cache, &tile->key)) {
      g_atomic_int_set (&tile->work->job.cancelled, 1);
      tile->work = NULL;
    }
  }
}
