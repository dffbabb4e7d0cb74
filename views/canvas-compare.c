/* SPDX-License-Identifier: GPL-3.0-or-later
 * What tells two steps of the history apart, drawn over the dimmed picture in place of
 * the partials: what both have faint, what differs by its look.
 */
#include <glib/gi18n-lib.h>

#include "views/canvas-private.h"
#include "views/compare-style.h"

gboolean
tsr_canvas_is_comparing (TsrCanvas *self)
{
  return tsr_session_get_compared (self->session, NULL, NULL);
}

static void
add_ghost (TsrTileGhost *ghosts, guint *n, TsrPartialSet *set, const TsrPartialStyle *s)
{
  if (tsr_partial_set_size (set) > 0)
    ghosts[(*n)++] = (TsrTileGhost){set, *s};
}

void
tsr_canvas_update_compare (TsrCanvas *self)
{
  TsrComparison *comparison = tsr_session_get_comparison (self->session);
  int            scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  TsrTileGhost   ghosts[TSR_TILE_MAX_GHOSTS];
  guint          n = 0;
  TsrTileArea    area;

  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (comparison == NULL || !tsr_canvas_get_area (self, &area)) {
    tsr_drag_layer_clear (self->compare_layer);
    return;
  }
  const TsrComparisonFields *f = tsr_comparison_fields (comparison);
  TsrPartialSet             *sets[] = {[TSR_DIFFERENCE_REMOVED] = f->removed,
                                       [TSR_DIFFERENCE_ADDED] = f->added,
                                       [TSR_DIFFERENCE_BEFORE] = f->before,
                                       [TSR_DIFFERENCE_AFTER] = f->after};
  TsrPartialStyle            style = {.floor_db = -90,
                                      .ceiling_db = 0,
                                      .width_px =
                                          0.6 * tsr_tile_line_width (f->kept, &area.plane, scale),
                                      .channel = tsr_session_get_channel (self->session),
                                      .selected = true,
                                      .accent = 0xffa0a0a0,
                                      .fade = 0.35};
  add_ghost (ghosts, &n, f->kept, &style);
  for (int i = 0; i < TSR_N_DIFFERENCES; i++) {
    const TsrDifferenceLook *look = &tsr_difference_looks[i];
    style.accent = look->color;
    style.width_px = look->width_px * scale;
    style.dash_px = look->dash_px * scale;
    style.floor_db = -400; /* in its own colour, however loud */
    style.ceiling_db = 400;
    style.casing = 0.6;
    style.fade = 0;
    add_ghost (ghosts, &n, sets[i], &style);
  }
  tsr_drag_layer_request_ghosts (self->compare_layer, &area, ghosts, n);
}

char *
tsr_canvas_compare_text (TsrCanvas *self)
{
  TsrComparison *comparison = tsr_session_get_comparison (self->session);

  if (!tsr_canvas_is_comparing (self) || comparison == NULL)
    return g_strdup ("");
  g_autofree char *sentence = tsr_comparison_sentence (comparison);
  return g_strdup_printf (_ (", compared: %s"), sentence);
}
