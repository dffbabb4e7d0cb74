/* SPDX-License-Identifier: GPL-3.0-or-later
 * The partials in hand while an edit is dragged: one transparent picture as large as the
 * canvas, made in a worker. Only the latest request is kept, so that it follows the hand
 * as fast as the machine can. Thread: main.
 */
#pragma once

#include "views/tile-job.h"

G_BEGIN_DECLS

typedef struct TsrDragLayer TsrDragLayer;

TsrDragLayer *tsr_drag_layer_new (void (*ready) (gpointer user), gpointer user);
void          tsr_drag_layer_free (TsrDragLayer *layer);

/* Asks for the partials of `mask` (NULL: all), what is inside `region` (NULL: all),
 * through `preview` (NULL: as they are) over the rectangle. */
void tsr_drag_layer_request (TsrDragLayer          *layer,
                             const TsrTileArea     *area,
                             TsrPartialSet         *partials,
                             GBytes                *mask,
                             const TsrRegion       *region,
                             const TsrPartialStyle *style,
                             const TsrPreview      *preview);
/* Asks for several sets, each in its own look. The styles hold no masks and regions. */
void tsr_drag_layer_request_ghosts (TsrDragLayer       *layer,
                                    const TsrTileArea  *area,
                                    const TsrTileGhost *ghosts, /* their sets borrowed */
                                    guint               n);
/* Shows nothing any more. */
void tsr_drag_layer_clear (TsrDragLayer *layer);

/* The latest picture and the rectangle that it shows; NULL: none. Borrowed. */
GdkTexture *tsr_drag_layer_get (TsrDragLayer *layer, TsrTileArea *area);
gboolean    tsr_drag_layer_is_shown (TsrDragLayer *layer); /* requested and not cleared */

G_END_DECLS
