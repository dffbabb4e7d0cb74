/* SPDX-License-Identifier: GPL-3.0-or-later
 * Colours of the levels and the handles of their range.
 */
#include "views/legend.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "views/controller.h"
#include "views/draw/colormap.h"
#include "views/paint.h"

enum { WIDTH_PX = 66, HEIGHT_PX = 190, BAR_PX = 10, MARGIN_PX = 12, APART_DB = 6 };
#define LOWEST_DB (-140.0)
#define HIGHEST_DB 6.0

typedef enum { HANDLE_NONE, HANDLE_FLOOR, HANDLE_CEILING } Handle;

struct _TsrLegend {
  GtkWidget   parent_instance;
  TsrSession *session;  /* owned */
  GdkTexture *gradient; /* one column of the colour map, the loudest on top */
  Handle      held, focus;
  double      press_y;
};

G_DEFINE_FINAL_TYPE (TsrLegend, tsr_legend, GTK_TYPE_WIDGET)

static const char *
property_of (Handle handle)
{
  return handle == HANDLE_CEILING ? "ceiling-db" : "floor-db";
}

static double
level_of (TsrLegend *self, Handle handle)
{
  double level_db;

  g_object_get (self->session, property_of (handle), &level_db, NULL);
  return level_db;
}

static double
length_of (TsrLegend *self)
{
  return MAX (20, gtk_widget_get_height (GTK_WIDGET (self)) - 2 * MARGIN_PX);
}

static double
y_of (TsrLegend *self, double level_db)
{
  return MARGIN_PX +
         (HIGHEST_DB - level_db) / (HIGHEST_DB - LOWEST_DB) * length_of (self);
}

static void
set_level (TsrLegend *self, Handle handle, double level_db)
{
  double other_db =
      level_of (self, handle == HANDLE_FLOOR ? HANDLE_CEILING : HANDLE_FLOOR);

  if (handle == HANDLE_FLOOR)
    level_db = CLAMP (level_db, LOWEST_DB, other_db - APART_DB);
  else
    level_db = CLAMP (level_db, other_db + APART_DB, HIGHEST_DB);
  g_object_set (self->session, property_of (handle), round (level_db), NULL);
}

static void
make_gradient (TsrLegend *self)
{
  g_autofree char *name = NULL;
  TsrColormap      map = TSR_COLORMAP_MAGMA;
  guint32          colors[TSR_COLORMAP_N_COLORS], pixels[TSR_COLORMAP_N_COLORS];

  g_object_get (self->session, "colormap", &name, NULL);
  tsr_colormap_from_string (name, &map);
  tsr_colormap_fill (map, colors);
  for (int i = 0; i < TSR_COLORMAP_N_COLORS; i++)
    pixels[i] = colors[TSR_COLORMAP_N_COLORS - 1 - i];
  g_autoptr (GBytes) bytes = g_bytes_new (pixels, sizeof pixels);
  self->gradient = gdk_memory_texture_new (
      1, TSR_COLORMAP_N_COLORS, GDK_MEMORY_B8G8R8A8_PREMULTIPLIED, bytes, 4);
}

static void
draw_handle (TsrLegend *self, GtkSnapshot *snapshot, Handle handle)
{
  double           level_db = level_of (self, handle), y = round (y_of (self, level_db));
  double           bar = WIDTH_PX - MARGIN_PX - BAR_PX;
  g_autofree char *text = g_strdup_printf ("%.0f", level_db);
  GdkRGBA          white = {1, 1, 1, 1}, dark = {0, 0, 0, 0.7f};
  gboolean lit = gtk_widget_has_focus (GTK_WIDGET (self)) && self->focus == handle;

  tsr_paint_box (
      snapshot, bar - 4, y - 3, bar + BAR_PX + 4, y + 3 + (lit ? 1 : 0), &dark);
  tsr_paint_box (snapshot, bar - 3, y - (lit ? 2 : 1), bar + BAR_PX + 3, y + 1, &white);
  tsr_paint_text (GTK_WIDGET (self), snapshot, text, bar - 8, y, TSR_PAINT_END, &white);
}

static void
tsr_legend_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TsrLegend     *self = TSR_LEGEND (widget);
  double         width = gtk_widget_get_width (widget);
  double         height = gtk_widget_get_height (widget);
  double         bar = WIDTH_PX - MARGIN_PX - BAR_PX;
  double         top = y_of (self, level_of (self, HANDLE_CEILING));
  double         bottom = y_of (self, level_of (self, HANDLE_FLOOR));
  GdkRGBA        ground = {0.08f, 0.08f, 0.1f, 0.82f}, rest = {1, 1, 1, 0.15f};
  GskRoundedRect shape;

  gsk_rounded_rect_init_from_rect (
      &shape, &GRAPHENE_RECT_INIT (0, 0, (float)width, (float)height), 6);
  gtk_snapshot_push_rounded_clip (snapshot, &shape);
  tsr_paint_box (snapshot, 0, 0, width, height, &ground);
  gtk_snapshot_pop (snapshot);
  tsr_paint_box (
      snapshot, bar, MARGIN_PX, bar + BAR_PX, MARGIN_PX + length_of (self), &rest);
  if (self->gradient == NULL)
    make_gradient (self);
  gtk_snapshot_append_texture (
      snapshot,
      self->gradient,
      &GRAPHENE_RECT_INIT ((float)bar, (float)top, BAR_PX, (float)(bottom - top)));
  draw_handle (self, snapshot, HANDLE_CEILING);
  draw_handle (self, snapshot, HANDLE_FLOOR);
  GdkRGBA text = {1, 1, 1, 0.8f};
  tsr_paint_text (widget, snapshot, "dB", 8, (top + bottom) / 2, TSR_PAINT_START, &text);
}

static void
drag_begin_cb (GtkGestureDrag *gesture, double x, double y, TsrLegend *self)
{
  double to_ceiling = fabs (y - y_of (self, level_of (self, HANDLE_CEILING)));
  double to_floor = fabs (y - y_of (self, level_of (self, HANDLE_FLOOR)));

  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->held = self->focus = to_ceiling < to_floor ? HANDLE_CEILING : HANDLE_FLOOR;
  self->press_y = y;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
drag_update_cb (GtkGestureDrag *gesture, double dx, double dy, TsrLegend *self)
{
  double unit = (self->press_y + dy - MARGIN_PX) / length_of (self);

  if (fabs (dy) > 2)
    set_level (self, self->held, HIGHEST_DB - unit * (HIGHEST_DB - LOWEST_DB));
}

static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, TsrLegend *self)
{
  if (n_press == 2)
    g_object_set (self->session, "floor-db", -90.0, "ceiling-db", 0.0, NULL);
}

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint                  key,
        guint                  code,
        GdkModifierType        modifiers,
        TsrLegend             *self)
{
  double step_db = modifiers & GDK_SHIFT_MASK ? 1 : 3;

  if (self->focus == HANDLE_NONE)
    self->focus = HANDLE_FLOOR;
  if (key == GDK_KEY_Up)
    set_level (self, self->focus, level_of (self, self->focus) + step_db);
  else if (key == GDK_KEY_Down)
    set_level (self, self->focus, level_of (self, self->focus) - step_db);
  else if (key == GDK_KEY_Left || key == GDK_KEY_Right)
    self->focus = self->focus == HANDLE_FLOOR ? HANDLE_CEILING : HANDLE_FLOOR;
  else
    return FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return TRUE;
}

static void
changed_cb (TsrSession *session, GParamSpec *pspec, TsrLegend *self)
{
  g_autofree char *text = g_strdup_printf (_ ("%.0f to %.0f dB"),
                                           level_of (self, HANDLE_FLOOR),
                                           level_of (self, HANDLE_CEILING));

  if (pspec != NULL && g_strcmp0 (pspec->name, "colormap") == 0)
    g_clear_object (&self->gradient);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

GtkWidget *
tsr_legend_new (TsrSession *session)
{
  static const char *const names[] = {
      "notify::floor-db", "notify::ceiling-db", "notify::colormap"};
  TsrLegend *self = g_object_new (TSR_TYPE_LEGEND, NULL);

  g_return_val_if_fail (TSR_IS_SESSION (session), NULL);

  self->session = g_object_ref (session);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_signal_connect_object (session, names[i], G_CALLBACK (changed_cb), self, 0);
  changed_cb (session, NULL, self);
  return GTK_WIDGET (self);
}

static void
tsr_legend_measure (GtkWidget     *widget,
                    GtkOrientation orientation,
                    int            for_size,
                    int           *minimum,
                    int           *natural,
                    int           *minimum_baseline,
                    int           *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_VERTICAL ? 80 : WIDTH_PX;
  *natural = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT_PX : WIDTH_PX;
}

static void
tsr_legend_finalize (GObject *object)
{
  TsrLegend *self = TSR_LEGEND (object);

  g_clear_object (&self->gradient);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (tsr_legend_parent_class)->finalize (object);
}

static void
tsr_legend_class_init (TsrLegendClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = tsr_legend_finalize;
  widget_class->snapshot = tsr_legend_snapshot;
  widget_class->measure = tsr_legend_measure;
  gtk_widget_class_set_css_name (widget_class, "legend");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
tsr_legend_init (TsrLegend *self)
{
  tsr_widget_on_drag (GTK_WIDGET (self),
                      G_CALLBACK (drag_begin_cb),
                      G_CALLBACK (drag_update_cb),
                      NULL,
                      self);
  tsr_widget_on_press (
      GTK_WIDGET (self), GDK_BUTTON_PRIMARY, G_CALLBACK (pressed_cb), self);
  tsr_widget_on_key (GTK_WIDGET (self), GTK_PHASE_BUBBLE, G_CALLBACK (key_cb), self);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "ns-resize");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self),
                               _ ("Range of levels; double click for -90 to 0 dB"));
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Range of levels"), -1);
}
