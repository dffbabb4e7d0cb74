/* SPDX-License-Identifier: GPL-3.0-or-later
 * The pad: places and weights, what it looks like, hands and keys.
 */
#include "views/morph/morph-pad.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "model/class-signal.h"
#include "views/controller.h"
#include "views/paint.h"

enum { SIDE_PX = 216, LINE_PX = 64, RADIUS_PX = 9, EDGE_PX = 16 };

#define STEP 0.05
#define FINE_STEP 0.01

typedef struct {
  double x, y; /* 0..1, from the left and from the top */
} Place;

struct _TsrMorphPad {
  GtkWidget        parent_instance;
  TsrMorphSession *morph; /* owned */
  Place            place, grabbed;
  gboolean         is_dragging;
};

enum { MOVED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsrMorphPad, tsr_morph_pad, GTK_TYPE_WIDGET)

/* ---- places and weights ---- */

/* Where the sounds lie: on a line, in a triangle, in the corners. */
static Place
corner (guint n, guint k)
{
  static const Place line[] = {{0, 0.5}, {1, 0.5}};
  static const Place triangle[] = {{0.5, 0}, {0, 1}, {1, 1}};
  static const Place square[] = {{0, 0}, {1, 0}, {0, 1}, {1, 1}};

  return n == 2 ? line[k] : n == 3 ? triangle[k] : square[k];
}

/* The nearest place that there is; in a triangle on the same height. */
static Place
allowed (guint n, Place p)
{
  p.x = CLAMP (p.x, 0, 1);
  p.y = n == 2 ? 0.5 : CLAMP (p.y, 0, 1);
  if (n == 3)
    p.x = CLAMP (p.x, 0.5 - 0.5 * p.y, 0.5 + 0.5 * p.y);
  return p;
}

static void
weights_of (guint n, Place p, double weights[TSR_MORPH_MOST])
{
  double left = 0.5 - 0.5 * p.y;

  if (n == 2) {
    weights[0] = 1 - p.x;
    weights[1] = p.x;
  } else if (n == 3) {
    weights[0] = 1 - p.y;
    weights[2] = CLAMP (p.x - left, 0, p.y);
    weights[1] = p.y - weights[2];
  } else {
    weights[0] = (1 - p.x) * (1 - p.y);
    weights[1] = p.x * (1 - p.y);
    weights[2] = (1 - p.x) * p.y;
    weights[3] = p.x * p.y;
  }
}

/* The place of weights: their centre of mass. */
static Place
place_of (TsrMorphSession *morph)
{
  const TsrMorphAmount *amount =
      tsr_morph_settings_amount (tsr_morph_session_get_settings (morph), TSR_MORPH_ALL);
  guint n = tsr_morph_session_get_n (morph);
  Place p = {0, 0};

  for (guint k = 0; k < n && k < amount->n; k++) {
    double w = tsr_morph_amount_mean (amount, k);
    p.x += w * corner (n, k).x;
    p.y += w * corner (n, k).y;
  }
  return p;
}

static gboolean
move_to (TsrMorphPad *self, Place p)
{
  guint  n = tsr_morph_session_get_n (self->morph);
  double weights[TSR_MORPH_MOST] = {0};

  if (n < 2)
    return FALSE;
  weights_of (n, allowed (n, p), weights);
  return tsr_morph_session_set_weights (self->morph, TSR_MORPH_ALL, weights);
}

static Place
middle_of (guint n)
{
  return (Place){0.5, n == 3 ? 2.0 / 3 : 0.5};
}

/* ---- what it looks like ---- */

/* The rectangle in which places lie: names stand beside it. */
static graphene_rect_t
field_of (TsrMorphPad *self)
{
  float width = (float)gtk_widget_get_width (GTK_WIDGET (self));
  float height = (float)gtk_widget_get_height (GTK_WIDGET (self));
  float top = EDGE_PX + 10, foot = EDGE_PX + 10;

  if (tsr_morph_session_get_n (self->morph) == 2)
    foot = RADIUS_PX + 4;
  return GRAPHENE_RECT_INIT (
      EDGE_PX, top, MAX (1, width - 2 * EDGE_PX), MAX (1, height - top - foot));
}

static Place
point_of (TsrMorphPad *self, Place p)
{
  graphene_rect_t f = field_of (self);

  return (Place){(double)f.origin.x + p.x * (double)f.size.width,
                 (double)f.origin.y + p.y * (double)f.size.height};
}

static Place
place_at (TsrMorphPad *self, double x, double y)
{
  graphene_rect_t f = field_of (self);

  return (Place){(x - (double)f.origin.x) / (double)f.size.width,
                 (y - (double)f.origin.y) / (double)f.size.height};
}

static char *
name_of (TsrMorphPad *self, guint k)
{
  const char *name = tsr_sound_get_name (tsr_morph_session_get_sound (self->morph, k));
  glong       length = g_utf8_strlen (name, -1);

  if (length <= 14)
    return g_strdup_printf ("%c  %s", 'A' + (int)k, name);
  g_autofree char *start = g_utf8_substring (name, 0, 13);
  return g_strdup_printf ("%c  %s…", 'A' + (int)k, start);
}

static void
draw_names (TsrMorphPad *self, GtkSnapshot *snapshot)
{
  guint   n = tsr_morph_session_get_n (self->morph);
  GdkRGBA color;

  tsr_paint_foreground (GTK_WIDGET (self), 0.85, &color);
  for (guint k = 0; k < n; k++) {
    g_autofree char *name = name_of (self, k);
    Place            c = corner (n, k), at = point_of (self, c);
    TsrPaintAlign    align = c.x == 0     ? TSR_PAINT_START
                             : c.x == 0.5 ? TSR_PAINT_MIDDLE
                                          : TSR_PAINT_END;
    double           x = c.x == 0 ? 8 : c.x == 0.5 ? at.x : at.x + EDGE_PX - 8;
    double           y = n == 2 ? 14 : c.y == 0 ? at.y - 14 : at.y + 14;
    tsr_paint_text (GTK_WIDGET (self), snapshot, name, x, y, align, &color);
  }
}

static void
draw_line (TsrMorphPad *self, cairo_t *cr, Place from, Place to)
{
  Place a = point_of (self, from), b = point_of (self, to);

  cairo_move_to (cr, a.x, a.y);
  cairo_line_to (cr, b.x, b.y);
  cairo_stroke (cr);
}

/* The field's outline, and lines through its middle. */
static void
draw_field (TsrMorphPad *self, cairo_t *cr)
{
  guint   n = tsr_morph_session_get_n (self->morph);
  GdkRGBA color;

  tsr_paint_foreground (GTK_WIDGET (self), 0.30, &color);
  gdk_cairo_set_source_rgba (cr, &color);
  cairo_set_line_width (cr, n == 2 ? 3 : 1);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  if (n == 4) {
    draw_line (self, cr, corner (4, 0), corner (4, 1));
    draw_line (self, cr, corner (4, 2), corner (4, 3));
    draw_line (self, cr, corner (4, 0), corner (4, 2));
    draw_line (self, cr, corner (4, 1), corner (4, 3));
  } else
    for (guint k = 0; k < n; k++)
      draw_line (self, cr, corner (n, k), corner (n, (k + 1) % n));
  tsr_paint_foreground (GTK_WIDGET (self), 0.14, &color);
  gdk_cairo_set_source_rgba (cr, &color);
  cairo_set_line_width (cr, 1);
  for (guint k = 0; n > 2 && k < n; k++)
    draw_line (self, cr, middle_of (n), corner (n, k));
}

static void
draw_puck (TsrMorphPad *self, cairo_t *cr)
{
  Place   at = point_of (self, self->place);
  GdkRGBA accent = {0.21f, 0.52f, 0.89f, 1}, ring;

  gtk_style_context_lookup_color (
      gtk_widget_get_style_context (GTK_WIDGET (self)), "accent_bg_color", &accent);
  tsr_paint_foreground (GTK_WIDGET (self), 0.9, &ring);
  cairo_arc (cr, at.x, at.y, RADIUS_PX, 0, 2 * G_PI);
  gdk_cairo_set_source_rgba (cr, &accent);
  cairo_fill_preserve (cr);
  gdk_cairo_set_source_rgba (cr, &ring);
  cairo_set_line_width (cr, 1.5);
  cairo_stroke (cr);
}

static void
tsr_morph_pad_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TsrMorphPad    *self = TSR_MORPH_PAD (widget);
  graphene_rect_t all = GRAPHENE_RECT_INIT (
      0, 0, (float)gtk_widget_get_width (widget), (float)gtk_widget_get_height (widget));

  if (tsr_morph_session_get_n (self->morph) < 2)
    return;
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &all);
  draw_field (self, cr);
  draw_puck (self, cr);
  cairo_destroy (cr);
  draw_names (self, snapshot);
}

static void
tsr_morph_pad_measure (GtkWidget     *widget,
                       GtkOrientation orientation,
                       int            for_size,
                       int           *minimum,
                       int           *natural,
                       int           *minimum_baseline,
                       int           *natural_baseline)
{
  TsrMorphPad *self = TSR_MORPH_PAD (widget);
  gboolean     is_line = tsr_morph_session_get_n (self->morph) < 3;

  *minimum = *natural =
      orientation == GTK_ORIENTATION_VERTICAL && is_line ? LINE_PX : SIDE_PX;
  *minimum_baseline = *natural_baseline = -1;
}

/* ---- following ---- */

static void
describe (TsrMorphPad *self)
{
  const TsrMorphAmount *amount = tsr_morph_settings_amount (
      tsr_morph_session_get_settings (self->morph), TSR_MORPH_ALL);
  guint n = tsr_morph_session_get_n (self->morph);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint k = 0; k < n && k < amount->n; k++)
    g_string_append_printf (
        text,
        "%s%s %.0f %%",
        k > 0 ? ", " : "",
        tsr_sound_get_name (tsr_morph_session_get_sound (self->morph, k)),
        100 * tsr_morph_amount_mean (amount, k));
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text->str, -1);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), text->str);
}

static void
update (TsrMorphPad *self)
{
  self->place = place_of (self->morph);
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[MOVED], 0);
}

static void
changed_cb (TsrMorphSession *morph, guint what, TsrMorphPad *self)
{
  if ((what & TSR_MORPH_CHANGED_SOUNDS) != 0)
    gtk_widget_queue_resize (GTK_WIDGET (self));
  if ((what & (TSR_MORPH_CHANGED_SOUNDS | TSR_MORPH_CHANGED_WEIGHTS |
               TSR_MORPH_CHANGED_NAME)) != 0)
    update (self);
}

/* ---- hands and keys ---- */

static void
drag_begin_cb (GtkGestureDrag *gesture, double x, double y, TsrMorphPad *self)
{
  if (tsr_morph_session_get_n (self->morph) < 2)
    return;
  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->is_dragging = TRUE;
  self->grabbed = (Place){x, y};
  tsr_morph_session_begin (self->morph);
  move_to (self, place_at (self, x, y));
}

static void
drag_update_cb (GtkGestureDrag *gesture, double dx, double dy, TsrMorphPad *self)
{
  if (!self->is_dragging)
    return;
  if (!tsr_morph_session_is_dragging (self->morph)) /* a sound was made meanwhile */
    tsr_morph_session_begin (self->morph);
  move_to (self, place_at (self, self->grabbed.x + dx, self->grabbed.y + dy));
}

static void
drag_end_cb (GtkGestureDrag *gesture, double dx, double dy, TsrMorphPad *self)
{
  if (self->is_dragging)
    tsr_morph_session_end (self->morph);
  self->is_dragging = FALSE;
}

static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, TsrMorphPad *self)
{
  if (n_press == 2)
    move_to (self, middle_of (tsr_morph_session_get_n (self->morph)));
}

static gboolean
give_up (TsrMorphPad *self)
{
  if (!self->is_dragging)
    return FALSE;
  self->is_dragging = FALSE;
  tsr_morph_session_cancel (self->morph);
  return TRUE;
}

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint                  key,
        guint                  code,
        GdkModifierType        state,
        TsrMorphPad           *self)
{
  double step = (state & GDK_SHIFT_MASK) != 0 ? FINE_STEP : STEP;
  Place  p = self->place;

  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return FALSE;
  switch (key) {
  case GDK_KEY_Left:
  case GDK_KEY_KP_Left:
    p.x -= step;
    break;
  case GDK_KEY_Right:
  case GDK_KEY_KP_Right:
    p.x += step;
    break;
  case GDK_KEY_Up:
  case GDK_KEY_KP_Up:
    p.y -= step;
    break;
  case GDK_KEY_Down:
  case GDK_KEY_KP_Down:
    p.y += step;
    break;
  case GDK_KEY_Home:
    p = middle_of (tsr_morph_session_get_n (self->morph));
    break;
  case GDK_KEY_Escape:
    return give_up (self);
  default:
    return FALSE;
  }
  move_to (self, p);
  return TRUE;
}

/* ---- the object ---- */

void
tsr_morph_pad_get_place (TsrMorphPad *self, double *across, double *down)
{
  g_return_if_fail (TSR_IS_MORPH_PAD (self));
  *across = self->place.x;
  *down = self->place.y;
}

void
tsr_morph_pad_set_place (TsrMorphPad *self, double across, double down)
{
  g_return_if_fail (TSR_IS_MORPH_PAD (self));
  move_to (self, (Place){across, down});
}

static void
tsr_morph_pad_dispose (GObject *object)
{
  TsrMorphPad *self = TSR_MORPH_PAD (object);

  g_clear_object (&self->morph);
  G_OBJECT_CLASS (tsr_morph_pad_parent_class)->dispose (object);
}

static void
tsr_morph_pad_class_init (TsrMorphPadClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tsr_morph_pad_dispose;
  widget_class->snapshot = tsr_morph_pad_snapshot;
  widget_class->measure = tsr_morph_pad_measure;
  gtk_widget_class_set_css_name (widget_class, "morphpad");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  signals[MOVED] = tsr_class_add_signal (klass, "moved", 0);
}

static void
tsr_morph_pad_init (TsrMorphPad *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  gtk_widget_set_focusable (widget, TRUE);
  gtk_widget_set_focus_on_click (widget, TRUE);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Morph pad"), -1);
  tsr_widget_on_drag (widget,
                      G_CALLBACK (drag_begin_cb),
                      G_CALLBACK (drag_update_cb),
                      G_CALLBACK (drag_end_cb),
                      self);
  tsr_widget_on_press (widget, 1, G_CALLBACK (pressed_cb), self);
  tsr_widget_on_key (widget, GTK_PHASE_BUBBLE, G_CALLBACK (key_cb), self);
}

GtkWidget *
tsr_morph_pad_new (TsrMorphSession *morph)
{
  TsrMorphPad *self = g_object_new (TSR_TYPE_MORPH_PAD, NULL);

  self->morph = g_object_ref (morph);
  g_signal_connect_object (morph, "changed", G_CALLBACK (changed_cb), self, 0);
  update (self);
  return GTK_WIDGET (self);
}
