/* SPDX-License-Identifier: GPL-3.0-or-later
 * The tiles of a canvas: makes them in worker threads from immutable snapshots, hands out
 * textures, forgets the least recently used. A tile keeps the levels of both
 * spectrograms, so that blend, range, colours and partials are painted anew without
 * analysis. Thread: main; its workers are its own.
 *
 * Tiles of one zoom share a "plane" (views/draw/tile.h) and are numbered on it: column i
 * begins at pixel i * TSR_TILE_WIDTH, row j at j * the tile height.
 */
#pragma once

#include <gtk/gtk.h>

#include "views/draw/tile.h"

G_BEGIN_DECLS

enum { TSR_TILE_WIDTH = 256 };

typedef struct TsrTileCache TsrTileCache;

typedef enum {
  TSR_TILE_BASE,     /* opaque: levels and all partials */
  TSR_TILE_SELECTED, /* transparent: the selected partials */
  TSR_TILE_N_LAYERS,
} TsrTileLayer;

typedef struct {
  gint64 column_first, column_last; /* inclusive */
  gint64 row_first, row_last;
} TsrTileRange;

/* `ready (user)` is called on the main thread when a tile that was wanted has come. */
TsrTileCache *tsr_tile_cache_new (void (*ready) (gpointer user), gpointer user);
/* Cancels what is under way; `ready` is not called again. NULL is allowed. */
void tsr_tile_cache_free (TsrTileCache *cache);

/* Levels of two signals are kept, so that going from one to the other and back needs no
 * new analysis: the recording and the sound as edited. */
typedef enum {
  TSR_TILE_OF_RECORDING,
  TSR_TILE_OF_EDITED,
  TSR_TILE_N_SOURCES,
} TsrTileSource;

/* What is shown. Each takes references and outdates only what depends on it; what was
 * painted stays until there is better. A NULL signal forgets all tiles. */
void tsr_tile_cache_set_signal (TsrTileCache *cache,
                                TsrTileSource source,
                                TsrSignal    *signal,
                                guint         channel,
                                double        spacing_hz);
void tsr_tile_cache_set_partials (TsrTileCache  *cache,
                                  TsrPartialSet *partials); /* NULL: none are drawn */
/* A byte for each of the partials (TsrPartialStyle.hues); NULL: in amber. Other partials
 * end it. Takes a reference. */
void tsr_tile_cache_set_hues (TsrTileCache *cache, GBytes *hues);
void tsr_tile_cache_set_selection (TsrTileCache *cache, TsrSelection *selection);
/* Only the fields that say how things look are used of `partials`. */
void tsr_tile_cache_set_style (TsrTileCache          *cache,
                               const TsrLevelStyle   *levels,
                               const TsrPartialStyle *partials);

/* Begins a new zoom: the plane, the height of its tiles (1..8192), device pixels to a
 * logical one. Returns its number, never 0; tiles of earlier ones stay for a while. */
guint tsr_tile_cache_add_zoom (TsrTileCache   *cache,
                               const TsrPlane *plane,
                               int             tile_height,
                               int             pixel_scale);

/* Says which tiles of which zoom are seen: they are made first, from the middle outwards,
 * then their neighbours; other work under way is cancelled. */
void tsr_tile_cache_want (TsrTileCache *cache, guint zoom, const TsrTileRange *seen);

/* The view is moving: for a moment one processor is left to the frames. */
void tsr_tile_cache_note_motion (TsrTileCache *cache);

/* A texture, perhaps of an earlier state while the new one is made; NULL: not there.
 * Borrowed. */
GdkTexture *tsr_tile_cache_lookup (
    TsrTileCache *cache, guint zoom, TsrTileLayer layer, gint64 column, gint64 row);
/* The base tile half as wide, to be shrunk further while the view zooms out: renderers
 * are slow or coarse where they shrink by more than a quarter. Borrowed; NULL: none. */
GdkTexture *
tsr_tile_cache_lookup_half (TsrTileCache *cache, guint zoom, gint64 column, gint64 row);
/* Tiles that are seen and not right yet, both layers together. */
guint tsr_tile_cache_n_pending (TsrTileCache *cache);
/* Level in dB under a pixel of the plane, of both spectrograms; FALSE: not known yet. */
gboolean tsr_tile_cache_level_at (TsrTileCache *cache,
                                  guint         zoom,
                                  gint64        x_px,
                                  gint64        y_px,
                                  float        *conventional_db,
                                  float        *reassigned_db);

G_END_DECLS
