/* SPDX-License-Identifier: GPL-3.0-or-later
 * The tiles that there are, and what outdates them.
 */
#include "views/tile-cache.h"

#include <math.h>
#include <string.h>

#include "views/tile-cache-private.h"

enum { MAX_WORKERS = 8 };
#define MAX_BYTES (256u << 20)

static guint
key_hash (gconstpointer data)
{
  const TsrTileKey *key = data;

  return key->zoom * 2654435761u ^ (guint)key->column * 40503u ^ (guint)key->row * 9176u;
}

static gboolean
key_equal (gconstpointer a, gconstpointer b)
{
  const TsrTileKey *x = a, *y = b;

  return x->zoom == y->zoom && x->column == y->column && x->row == y->row;
}

static void
tile_free (gpointer data)
{
  TsrTile *tile = data;

  if (tile->work != NULL)
    g_atomic_int_set (&tile->work->job.cancelled, 1);
  for (int i = 0; i < TSR_TILE_N_SOURCES; i++)
    tsr_tile_levels_unref (tile->levels[i]);
  g_clear_object (&tile->half);
  for (int i = 0; i < TSR_TILE_N_LAYERS; i++)
    g_clear_object (&tile->textures[i]);
  g_free (tile);
}

const TsrTileZoom *
tsr_tile_cache_find_zoom (TsrTileCache *cache, guint number)
{
  for (int i = 0; i < TSR_TILE_MAX_ZOOMS; i++)
    if (cache->zooms[i].number == number)
      return &cache->zooms[i];
  return NULL;
}

static TsrTile *
find_tile (TsrTileCache *cache, guint zoom, gint64 column, gint64 row)
{
  TsrTileKey key = {zoom, column, row};

  return g_hash_table_lookup (cache->tiles, &key);
}

static void
touch (TsrTileCache *cache, TsrTile *tile)
{
  g_queue_unlink (&cache->recent, &tile->link);
  g_queue_push_tail_link (&cache->recent, &tile->link);
}

TsrTile *
tsr_tile_cache_need (TsrTileCache *cache, TsrTileKey key)
{
  TsrTile *tile = g_hash_table_lookup (cache->tiles, &key);

  if (tile != NULL)
    return tile;
  tile = g_new0 (TsrTile, 1);
  tile->key = key;
  tile->link.data = tile;
  g_hash_table_insert (cache->tiles, &tile->key, tile);
  g_queue_push_tail_link (&cache->recent, &tile->link);
  return tile;
}

static void
drop_tile (TsrTileCache *cache, TsrTile *tile)
{
  cache->n_bytes -= tile->n_bytes;
  g_queue_unlink (&cache->recent, &tile->link);
  g_hash_table_remove (cache->tiles, &tile->key);
}

gboolean
tsr_tile_cache_is_seen (const TsrTileCache *cache, const TsrTileKey *key)
{
  return key->zoom == cache->wanted_zoom && key->column >= cache->wanted.column_first &&
         key->column <= cache->wanted.column_last &&
         key->row >= cache->wanted.row_first && key->row <= cache->wanted.row_last;
}

void
tsr_tile_cache_update_bytes (TsrTileCache *cache, TsrTile *tile)
{
  gsize n_bytes = sizeof *tile;

  for (int i = 0; i < TSR_TILE_N_SOURCES; i++)
    if (tile->levels[i] != NULL)
      n_bytes += 2 * sizeof (float) * tile->levels[i]->n;
  for (int i = 0; i < TSR_TILE_N_LAYERS; i++)
    if (tile->textures[i] != NULL)
      n_bytes += 4u * (gsize)gdk_texture_get_width (tile->textures[i]) *
                 (gsize)gdk_texture_get_height (tile->textures[i]);
  if (tile->half != NULL)
    n_bytes += 2u * (gsize)gdk_texture_get_height (tile->half) * TSR_TILE_WIDTH;
  cache->n_bytes += n_bytes - tile->n_bytes;
  tile->n_bytes = n_bytes;
}

static gboolean
is_of_lost_zoom (gpointer key, gpointer value, gpointer data)
{
  TsrTileCache *cache = data;
  TsrTile      *tile = value;

  if (tsr_tile_cache_find_zoom (cache, tile->key.zoom) != NULL)
    return FALSE;
  cache->n_bytes -= tile->n_bytes;
  g_queue_unlink (&cache->recent, &tile->link);
  return TRUE;
}

void
tsr_tile_cache_forget (TsrTileCache *cache)
{
  if (cache->zooms_changed)
    g_hash_table_foreach_remove (cache->tiles, is_of_lost_zoom, cache);
  cache->zooms_changed = FALSE;
  while (cache->n_bytes > MAX_BYTES) {
    TsrTile *oldest = g_queue_peek_head (&cache->recent);
    if (oldest == NULL || tsr_tile_cache_is_seen (cache, &oldest->key))
      return;
    drop_tile (cache, oldest);
  }
}

static gboolean
has_selection (const TsrTileCache *cache)
{
  return cache->partials != NULL && cache->mask != NULL;
}

gboolean
tsr_tile_cache_is_outdated (const TsrTileCache *cache,
                            const TsrTile      *tile,
                            TsrTileLayer        layer)
{
  if (layer == TSR_TILE_SELECTED && !has_selection (cache))
    return FALSE;
  return tile == NULL || tile->serials[layer] != cache->serials[layer];
}

void
tsr_tile_cache_unref (TsrTileCache *cache)
{
  if (--cache->n_refs > 0)
    return;
  gpointer spectrogram;
  while ((spectrogram = g_async_queue_try_pop (cache->spectrograms)) != NULL)
    tsr_spectrogram_free (spectrogram);
  g_async_queue_unref (cache->spectrograms);
  g_free (cache);
}

TsrTileCache *
tsr_tile_cache_new (void (*ready) (gpointer user), gpointer user)
{
  TsrTileCache *cache = g_new0 (TsrTileCache, 1);

  cache->n_refs = 1;
  cache->ready = ready;
  cache->user = user;
  cache->n_workers = CLAMP (g_get_num_processors (), 1, MAX_WORKERS);
  cache->spectrograms = g_async_queue_new ();
  cache->pool = g_thread_pool_new (
      tsr_tile_cache_work, cache->spectrograms, (int)cache->n_workers, TRUE, NULL);
  cache->tiles = g_hash_table_new_full (key_hash, key_equal, NULL, tile_free);
  g_queue_init (&cache->recent);
  for (int i = 0; i < TSR_TILE_N_LAYERS; i++)
    cache->serials[i] = 1;
  return cache;
}

static void
drop_all (TsrTileCache *cache)
{
  g_queue_init (&cache->recent);
  g_hash_table_remove_all (cache->tiles);
  cache->n_bytes = 0;
}

void
tsr_tile_cache_free (TsrTileCache *cache)
{
  if (cache == NULL)
    return;
  drop_all (cache); /* cancels */
  g_clear_pointer (&cache->tiles, g_hash_table_unref);
  cache->tiles = g_hash_table_new (key_hash, key_equal);
  g_thread_pool_free (cache->pool, FALSE, TRUE);
  cache->pool = NULL;
  for (int i = 0; i < TSR_TILE_N_SOURCES; i++)
    g_clear_pointer (&cache->signals[i], tsr_signal_unref);
  g_clear_pointer (&cache->partials, tsr_partial_set_unref);
  g_clear_pointer (&cache->selection, tsr_selection_unref);
  g_clear_pointer (&cache->mask, g_bytes_unref);
  g_clear_pointer (&cache->hues, g_bytes_unref);
  tsr_tile_cache_unref (cache);
}

static void
outdate (TsrTileCache *cache, TsrTileLayer layer)
{
  cache->serials[layer]++;
}

static void
forget_signals (TsrTileCache *cache)
{
  drop_all (cache);
  for (int i = 0; i < TSR_TILE_N_SOURCES; i++) {
    g_clear_pointer (&cache->signals[i], tsr_signal_unref);
    cache->signal_serials[i] = 0;
  }
}

/* Keeps the signal as one of the two; what was analysed of another is void. */
static void
keep_signal (TsrTileCache *cache, TsrTileSource source, TsrSignal *signal)
{
  TsrSignal *before = cache->signals[source];

  if (before == signal)
    return;
  cache->signals[source] = tsr_signal_ref (signal);
  cache->signal_serials[source] = ++cache->last_signal_serial;
  tsr_signal_unref (before);
}

void
tsr_tile_cache_set_signal (TsrTileCache *cache,
                           TsrTileSource source,
                           TsrSignal    *signal,
                           guint         channel,
                           double        spacing_hz)
{
  gboolean same_way = cache->channel == channel && cache->spacing_hz == spacing_hz;

  if (cache->source == source && cache->signals[source] == signal && same_way)
    return;
  cache->source = source;
  cache->channel = channel;
  cache->spacing_hz = spacing_hz;
  for (int i = 0; i < TSR_TILE_N_SOURCES && !same_way; i++)
    cache->signal_serials[i] = ++cache->last_signal_serial;
  if (signal != NULL)
    keep_signal (cache, source, signal);
  else
    forget_signals (cache);
  outdate (cache, TSR_TILE_BASE);
  tsr_tile_cache_schedule (cache);
}

static void
make_mask (TsrTileCache *cache)
{
  g_clear_pointer (&cache->mask, g_bytes_unref);
  if (cache->selection == NULL || cache->partials == NULL ||
      tsr_selection_size (cache->selection) == 0)
    return;
  cache->mask = g_bytes_new_take (tsr_selection_mask (cache->selection, cache->partials),
                                  tsr_partial_set_size (cache->partials));
}

static void
widen (const TsrPartial *partial, double *start_s, double *end_s)
{
  *start_s = fmin (*start_s, tsr_partial_summary (partial)->start_s);
  *end_s = fmax (*end_s, tsr_partial_summary (partial)->end_s);
}

/* Span of the partials that are in only one of two sets. */
static void
changed_span (TsrPartialSet *a, TsrPartialSet *b, double *start_s, double *end_s)
{
  size_t i = 0, j = 0, n_a = tsr_partial_set_size (a), n_b = tsr_partial_set_size (b);

  *start_s = INFINITY;
  *end_s = -INFINITY;
  while (i < n_a || j < n_b) {
    TsrPartial *p = i < n_a ? tsr_partial_set_at (a, i) : NULL;
    TsrPartial *q = j < n_b ? tsr_partial_set_at (b, j) : NULL;
    if (p == q) {
      i++, j++;
      continue;
    }
    gboolean take_p =
        q == NULL || (p != NULL && tsr_partial_id (p) <= tsr_partial_id (q));
    widen (take_p ? p : q, start_s, end_s);
    if (take_p)
      i++;
    else
      j++;
  }
}

/* Tiles outside a span are as right as they were. */
static void
keep_others (TsrTileCache *cache, guint before, double start_s, double end_s)
{
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, cache->tiles);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    TsrTile           *tile = value;
    const TsrTileZoom *zoom = tsr_tile_cache_find_zoom (cache, tile->key.zoom);
    if (zoom == NULL || tile->serials[TSR_TILE_BASE] != before)
      continue;
    double margin = 8;
    double left = (double)tile->key.column * TSR_TILE_WIDTH;
    if (end_s * zoom->plane.px_per_s < left - margin ||
        start_s * zoom->plane.px_per_s > left + TSR_TILE_WIDTH + margin)
      tile->serials[TSR_TILE_BASE] = cache->serials[TSR_TILE_BASE];
  }
}

void
tsr_tile_cache_set_partials (TsrTileCache *cache, TsrPartialSet *partials)
{
  TsrPartialSet *before = cache->partials;
  guint          serial = cache->serials[TSR_TILE_BASE];

  if (before == partials)
    return;
  cache->partials = partials != NULL ? tsr_partial_set_ref (partials) : NULL;
  g_clear_pointer (&cache->hues, g_bytes_unref);
  outdate (cache, TSR_TILE_BASE);
  outdate (cache, TSR_TILE_SELECTED);
  if (before != NULL && partials != NULL) {
    double start_s, end_s;
    changed_span (before, partials, &start_s, &end_s);
    keep_others (cache, serial, start_s, end_s);
  }
  tsr_partial_set_unref (before);
  make_mask (cache);
  tsr_tile_cache_schedule (cache);
}

void
tsr_tile_cache_set_hues (TsrTileCache *cache, GBytes *hues)
{
  gsize n = cache->partials != NULL ? tsr_partial_set_size (cache->partials) : 0;

  g_return_if_fail (hues == NULL || g_bytes_get_size (hues) == n);
  if (cache->hues == hues ||
      (cache->hues != NULL && hues != NULL && g_bytes_equal (cache->hues, hues)))
    return;
  g_clear_pointer (&cache->hues, g_bytes_unref);
  cache->hues = hues != NULL ? g_bytes_ref (hues) : NULL;
  outdate (cache, TSR_TILE_BASE);
  tsr_tile_cache_schedule (cache);
}

void
tsr_tile_cache_set_selection (TsrTileCache *cache, TsrSelection *selection)
{
  if (cache->selection == selection)
    return;
  g_clear_pointer (&cache->selection, tsr_selection_unref);
  cache->selection = selection != NULL ? tsr_selection_ref (selection) : NULL;
  make_mask (cache);
  outdate (cache, TSR_TILE_SELECTED);
  tsr_tile_cache_schedule (cache);
}

void
tsr_tile_cache_set_style (TsrTileCache          *cache,
                          const TsrLevelStyle   *levels,
                          const TsrPartialStyle *partials)
{
  cache->level_style = *levels;
  cache->partial_style = *partials;
  outdate (cache, TSR_TILE_BASE);
  outdate (cache, TSR_TILE_SELECTED);
  tsr_tile_cache_schedule (cache);
}

guint
tsr_tile_cache_add_zoom (TsrTileCache   *cache,
                         const TsrPlane *plane,
                         int             tile_height,
                         int             pixel_scale)
{
  for (int i = TSR_TILE_MAX_ZOOMS - 1; i > 0; i--)
    cache->zooms[i] = cache->zooms[i - 1];
  cache->zooms[0] = (TsrTileZoom){++cache->last_zoom, *plane, tile_height, pixel_scale};
  cache->zooms_changed = TRUE;
  return cache->last_zoom;
}

void
tsr_tile_cache_want (TsrTileCache *cache, guint zoom, const TsrTileRange *seen)
{
  if (cache->wanted_zoom == zoom && memcmp (&cache->wanted, seen, sizeof *seen) == 0)
    return;
  cache->wanted_zoom = zoom;
  cache->wanted = *seen;
  tsr_tile_cache_cancel_unwanted (cache);
  tsr_tile_cache_schedule (cache);
}

void
tsr_tile_cache_note_motion (TsrTileCache *cache)
{
  cache->moved_us = g_get_monotonic_time ();
}

GdkTexture *
tsr_tile_cache_lookup (
    TsrTileCache *cache, guint zoom, TsrTileLayer layer, gint64 column, gint64 row)
{
  TsrTile *tile = find_tile (cache, zoom, column, row);

  if (tile == NULL || (layer == TSR_TILE_SELECTED && !has_selection (cache)))
    return NULL;
  touch (cache, tile);
  return tile->textures[layer];
}

GdkTexture *
tsr_tile_cache_lookup_half (TsrTileCache *cache, guint zoom, gint64 column, gint64 row)
{
  TsrTile *tile = find_tile (cache, zoom, column, row);

  return tile != NULL ? tile->half : NULL;
}

guint
tsr_tile_cache_n_pending (TsrTileCache *cache)
{
  const TsrTileRange *seen = &cache->wanted;
  guint               n = 0;

  if (cache->wanted_zoom == 0)
    return 0;
  for (gint64 row = seen->row_first; row <= seen->row_last; row++)
    for (gint64 c = seen->column_first; c <= seen->column_last; c++) {
      TsrTile *tile = find_tile (cache, cache->wanted_zoom, c, row);
      n += tsr_tile_cache_is_outdated (cache, tile, TSR_TILE_BASE);
      n += tsr_tile_cache_is_outdated (cache, tile, TSR_TILE_SELECTED);
    }
  return n;
}

gboolean
tsr_tile_cache_level_at (TsrTileCache *cache,
                         guint         zoom_number,
                         gint64        x_px,
                         gint64        y_px,
                         float        *conventional_db,
                         float        *reassigned_db)
{
  const TsrTileZoom *zoom = tsr_tile_cache_find_zoom (cache, zoom_number);

  if (zoom == NULL || x_px < 0 || y_px < 0)
    return FALSE;
  TsrTile *tile =
      find_tile (cache, zoom_number, x_px / TSR_TILE_WIDTH, y_px / zoom->tile_height);
  TsrTileLevels *levels = tile != NULL ? tile->levels[cache->source] : NULL;
  if (levels == NULL)
    return FALSE;
  gsize at =
      (gsize)(y_px % zoom->tile_height) * TSR_TILE_WIDTH + (gsize)(x_px % TSR_TILE_WIDTH);
  if (at >= levels->n)
    return FALSE;
  *conventional_db = levels->conventional_db[at];
  *reassigned_db = levels->reassigned_db[at];
  return TRUE;
}
