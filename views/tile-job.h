/* SPDX-License-Identifier: GPL-3.0-or-later
 * One piece of work of a tile worker: snapshots in, levels and a texture out. Only the
 * tile cache and the drag layer use it.
 */
#pragma once

#include <gtk/gtk.h>

#include "views/draw/tile.h"

G_BEGIN_DECLS

/* Levels of both spectrograms over one tile. Immutable once made. */
typedef struct {
  gatomicrefcount n_refs;
  gsize           n;
  float          *conventional_db, *reassigned_db;
} TsrTileLevels;

TsrTileLevels *tsr_tile_levels_ref (TsrTileLevels *levels);
void           tsr_tile_levels_unref (TsrTileLevels *levels);

enum { TSR_TILE_MAX_GHOSTS = 5 };

/* Partials in a look of their own. */
typedef struct {
  TsrPartialSet  *partials; /* owned */
  TsrPartialStyle style;
} TsrTileGhost;

typedef struct {
  /* In; all owned. */
  TsrTileArea    area;
  TsrSignal     *signal; /* NULL: no levels */
  guint          channel;
  double         spacing_hz;
  TsrTileLevels *levels; /* known already, or NULL: to be analysed */
  gboolean       opaque; /* levels below the partials; FALSE: partials alone */
  TsrLevelStyle  level_style;
  TsrPartialSet *partials; /* NULL: none */
  GBytes        *mask;     /* a byte a partial; NULL: all */
  GBytes        *hues;     /* a byte a partial; NULL: amber */
  TsrPartialStyle
           partial_style; /* its mask, hues, region and preview are filled in from here */
  gboolean has_preview, has_region;
  TsrRegion     region;
  TsrPreview    preview;
  TsrTileGhost  ghosts[TSR_TILE_MAX_GHOSTS]; /* over the partials, in this order */
  guint         n_ghosts;
  volatile gint cancelled; /* atomic */
  /* Out. */
  GdkTexture *half;    /* of an opaque tile, half as wide: for when the view zooms out */
  GdkTexture *texture; /* NULL where a transparent tile stays empty, or on cancel */
  gboolean    complete;
} TsrTileJob;

/* Thread: worker. `spectrogram` belongs to the calling thread for the while. */
void tsr_tile_job_run (TsrTileJob *job, TsrSpectrogram *spectrogram);
/* Makes the calling thread give way to the one that draws frames. Once a thread. */
void tsr_tile_job_be_humble (void);
/* Releases what is owned, not the struct. */
void tsr_tile_job_clear (TsrTileJob *job);

G_END_DECLS
