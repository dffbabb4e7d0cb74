/* SPDX-License-Identifier: GPL-3.0-or-later
 * Inside of the tile cache: what tile-cache.c keeps and tile-schedule.c works on.
 */
#pragma once

#include "views/tile-cache.h"
#include "views/tile-job.h"

enum { TSR_TILE_MAX_ZOOMS = 4 };

typedef struct {
  guint  zoom;
  gint64 column, row;
} TsrTileKey;

typedef struct {
  TsrTileKey          key;
  TsrTileLevels      *levels[TSR_TILE_N_SOURCES];
  guint               levels_serials[TSR_TILE_N_SOURCES]; /* of the signals */
  GdkTexture         *textures[TSR_TILE_N_LAYERS];
  GdkTexture         *half;                       /* the base, half as wide */
  guint               serials[TSR_TILE_N_LAYERS]; /* of the state painted; 0: never */
  gsize               n_bytes;
  GList               link; /* in `recent` */
  struct TsrTileWork *work; /* under way, or NULL */
} TsrTile;

typedef struct {
  guint    number;
  TsrPlane plane;
  int      tile_height, pixel_scale;
} TsrTileZoom;

typedef struct TsrTileWork {
  TsrTileJob    job;
  TsrTileCache *cache;
  TsrTileKey    key;
  TsrTileLayer  layer;
  TsrTileSource source;
  guint         serial, signal_serial;
} TsrTileWork;

struct TsrTileCache {
  int n_refs; /* the owner's and one for each work under way; main thread */
  void (*ready) (gpointer user);
  gpointer     user;
  GThreadPool *pool;
  GAsyncQueue *spectrograms; /* idle ones */
  guint        n_workers, n_working;
  gint64       moved_us; /* when the view last moved */
  GHashTable  *tiles;
  GQueue       recent; /* of TsrTile, the most recently used last */
  gsize        n_bytes;
  TsrTileZoom  zooms[TSR_TILE_MAX_ZOOMS]; /* the newest first */
  gboolean     zooms_changed;             /* tiles of forgotten ones are still there */
  guint        last_zoom;
  guint        wanted_zoom;
  TsrTileRange wanted;
  guint        last_signal_serial, signal_serials[TSR_TILE_N_SOURCES];
  guint        serials[TSR_TILE_N_LAYERS];
  TsrSignal   *signals[TSR_TILE_N_SOURCES];
  /* What is shown. */
  TsrTileSource   source;
  guint           channel;
  double          spacing_hz;
  TsrPartialSet  *partials;
  TsrSelection   *selection;
  GBytes         *mask, *hues;
  TsrLevelStyle   level_style;
  TsrPartialStyle partial_style;
};

const TsrTileZoom *tsr_tile_cache_find_zoom (TsrTileCache *cache, guint number);
TsrTile           *tsr_tile_cache_need (TsrTileCache *cache, TsrTileKey key);
/* Counts the tile's memory anew; drops old tiles beyond the limit, never seen ones. */
void     tsr_tile_cache_update_bytes (TsrTileCache *cache, TsrTile *tile);
void     tsr_tile_cache_forget (TsrTileCache *cache);
gboolean tsr_tile_cache_is_seen (const TsrTileCache *cache, const TsrTileKey *key);
gboolean tsr_tile_cache_is_outdated (const TsrTileCache *cache,
                                     const TsrTile      *tile,
                                     TsrTileLayer        layer);
void     tsr_tile_cache_unref (TsrTileCache *cache);

/* tile-schedule.c: hands out jobs while workers are idle; body of the pool's threads,
 * whose user data is the queue of idle spectrogram renderers; cancels what is neither
 * seen nor beside it. */
void tsr_tile_cache_schedule (TsrTileCache *cache);
void tsr_tile_cache_work (gpointer work, gpointer idle_spectrograms);
void tsr_tile_cache_cancel_unwanted (TsrTileCache *cache);
