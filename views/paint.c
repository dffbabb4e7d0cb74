/* SPDX-License-Identifier: GPL-3.0-or-later
 * Boxes, text and colours.
 */
#include "views/paint.h"

void
tsr_paint_box (GtkSnapshot   *snapshot,
               double         left,
               double         top,
               double         right,
               double         bottom,
               const GdkRGBA *color)
{
  if (right > left && bottom > top)
    gtk_snapshot_append_color (
        snapshot,
        color,
        &GRAPHENE_RECT_INIT (
            (float)left, (float)top, (float)(right - left), (float)(bottom - top)));
}

double
tsr_paint_text (GtkWidget     *widget,
                GtkSnapshot   *snapshot,
                const char    *text,
                double         x,
                double         y,
                TsrPaintAlign  align,
                const GdkRGBA *color)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, text);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  int width, height;

  pango_attr_list_insert (attributes, pango_attr_scale_new (0.85));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  pango_layout_get_pixel_size (layout, &width, &height);
  double left = x - (align == TSR_PAINT_START ? 0
                     : align == TSR_PAINT_END ? width
                                              : width / 2.0);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot,
                          &GRAPHENE_POINT_INIT ((float)(int)(left + 0.5),
                                                (float)(int)(y - height / 2.0 + 0.5)));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
  return width;
}

GdkRGBA
tsr_paint_rgba (guint32 color, double opacity)
{
  return (GdkRGBA){(float)(color >> 16 & 255) / 255,
                   (float)(color >> 8 & 255) / 255,
                   (float)(color & 255) / 255,
                   (float)opacity};
}

void
tsr_paint_foreground (GtkWidget *widget, double opacity, GdkRGBA *color)
{
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), color);
  color->alpha *= (float)opacity;
}

void
tsr_paint_redraw_on (GtkWidget *widget, gpointer object, const char *first, ...)
{
  va_list names;

  va_start (names, first);
  for (const char *name = first; name != NULL; name = va_arg (names, const char *)) {
    g_autofree char *signal = g_strconcat ("notify::", name, NULL);
    g_signal_connect_object (
        object, signal, G_CALLBACK (gtk_widget_queue_draw), widget, G_CONNECT_SWAPPED);
  }
  va_end (names);
}
