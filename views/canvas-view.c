/* SPDX-License-Identifier: GPL-3.0-or-later
 * Canvas, rulers, overview and legend in their places.
 */
#include "views/canvas-view.h"

#include "views/compare-card.h"
#include "views/frequency-ruler.h"
#include "views/legend.h"
#include "views/overview.h"
#include "views/picture-badge.h"
#include "views/range-popover.h"
#include "views/time-ruler.h"

struct _TsrCanvasView {
  GtkWidget  parent_instance;
  GtkWidget *grid;    /* the only child */
  GtkWidget *overlay; /* borrowed from the grid, like the next */
  GtkWidget *canvas;
};

G_DEFINE_FINAL_TYPE (TsrCanvasView, tsr_canvas_view, GTK_TYPE_WIDGET)

/* A right click on the ruler asks for its span in numbers. */
static GtkWidget *
asking_ruler (TsrCanvasView *self, GtkWidget *ruler, gboolean time)
{
  TsrSession *session = tsr_canvas_get_session (TSR_CANVAS (self->canvas));
  GtkWidget  *popover = tsr_range_popover_new (session, time);
  GtkWidget  *place = gtk_overlay_new ();

  gtk_overlay_set_child (GTK_OVERLAY (place), ruler);
  gtk_widget_set_parent (popover, place);
  g_signal_connect_object (
      place, "destroy", G_CALLBACK (gtk_widget_unparent), popover, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      ruler, "ask-range", G_CALLBACK (tsr_range_popover_ask), popover, G_CONNECT_SWAPPED);
  return place;
}

GtkWidget *
tsr_canvas_view_new (TsrSession *session)
{
  TsrCanvasView *self = g_object_new (TSR_TYPE_CANVAS_VIEW, NULL);
  GtkGrid       *grid = GTK_GRID (self->grid);
  GtkWidget     *legend = tsr_legend_new (session);
  GtkWidget     *badge = tsr_picture_badge_new (session);
  GtkWidget     *card = tsr_compare_card_new (session);

  self->canvas = tsr_canvas_new (session);
  gtk_overlay_set_child (GTK_OVERLAY (self->overlay), self->canvas);
  gtk_widget_set_halign (legend, GTK_ALIGN_END);
  gtk_widget_set_valign (legend, GTK_ALIGN_END);
  gtk_widget_set_margin_end (legend, 10);
  gtk_widget_set_margin_bottom (legend, 10);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), legend);
  gtk_widget_set_halign (badge, GTK_ALIGN_END);
  gtk_widget_set_valign (badge, GTK_ALIGN_END);
  gtk_widget_set_margin_end (badge, 86); /* beside the legend */
  gtk_widget_set_margin_bottom (badge, 10);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), badge);
  gtk_widget_set_halign (card, GTK_ALIGN_END);
  gtk_widget_set_valign (card, GTK_ALIGN_START);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), card);
  gtk_grid_attach (grid, tsr_overview_new (session), 1, 0, 1, 1);
  gtk_grid_attach (
      grid, asking_ruler (self, tsr_time_ruler_new (session), TRUE), 1, 1, 1, 1);
  gtk_grid_attach (
      grid, asking_ruler (self, tsr_frequency_ruler_new (session), FALSE), 0, 2, 1, 1);
  gtk_grid_attach (grid, self->overlay, 1, 2, 1, 1);
  return GTK_WIDGET (self);
}

TsrCanvas *
tsr_canvas_view_get_canvas (TsrCanvasView *self)
{
  g_return_val_if_fail (TSR_IS_CANVAS_VIEW (self), NULL);

  return TSR_CANVAS (self->canvas);
}

void
tsr_canvas_view_add_overlay (TsrCanvasView *self, GtkWidget *widget)
{
  g_return_if_fail (TSR_IS_CANVAS_VIEW (self));

  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), widget);
}

static void
tsr_canvas_view_dispose (GObject *object)
{
  g_clear_pointer (&TSR_CANVAS_VIEW (object)->grid, gtk_widget_unparent);
  G_OBJECT_CLASS (tsr_canvas_view_parent_class)->dispose (object);
}

static void
tsr_canvas_view_class_init (TsrCanvasViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_canvas_view_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static void
tsr_canvas_view_init (TsrCanvasView *self)
{
  self->grid = gtk_grid_new ();
  self->overlay = gtk_overlay_new ();
  gtk_widget_set_parent (self->grid, GTK_WIDGET (self));
}
