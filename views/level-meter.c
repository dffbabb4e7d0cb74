/* SPDX-License-Identifier: GPL-3.0-or-later
 * Peak bars that fall at 20 dB a second.
 */
#include "views/level-meter.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <math.h>

#define FLOOR_DB (-60.0)
#define FALL_DB_PER_S 20.0
#define HOLD_S 1.5
#define CLIP_WIDTH 8.0f

struct _TsrLevelMeter {
  GtkWidget parent_instance;
  double    level_db[2], hold_db[2], hold_s[2]; /* hold_s: time left */
  gint64    fed_us;
  gboolean  clipped;
};

G_DEFINE_FINAL_TYPE (TsrLevelMeter, tsr_level_meter, GTK_TYPE_WIDGET)

static float
unit_of (double db)
{
  return (float)CLAMP ((db - FLOOR_DB) / -FLOOR_DB, 0.0, 1.0);
}

/* One bar: green up to -12 dB, amber up to -3, red above; dark where there is no level.
 */
static void
snapshot_bar (TsrLevelMeter   *self,
              GtkSnapshot     *snapshot,
              int              bar,
              graphene_rect_t *bounds)
{
  static const struct {
    double  from_db, to_db;
    GdkRGBA color;
  } zones[] = {
      {FLOOR_DB, -12.0, {0.18f, 0.76f, 0.49f, 1}},
      {-12.0, -3.0, {0.96f, 0.76f, 0.07f, 1}},
      {-3.0, 0.0, {0.88f, 0.11f, 0.14f, 1}},
  };
  float   width = bounds->size.width, x = bounds->origin.x, y = bounds->origin.y;
  float   height = bounds->size.height;
  GdkRGBA track;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), &track);
  track.alpha = 0.15f;
  gtk_snapshot_append_color (snapshot, &track, bounds);
  for (guint i = 0; i < G_N_ELEMENTS (zones); i++) {
    float from = unit_of (zones[i].from_db);
    float to = fminf (unit_of (zones[i].to_db), unit_of (self->level_db[bar]));

    if (to > from)
      gtk_snapshot_append_color (
          snapshot,
          &zones[i].color,
          &GRAPHENE_RECT_INIT (x + from * width, y, (to - from) * width, height));
  }
  if (unit_of (self->hold_db[bar]) > 0.01f) {
    track.alpha = 0.8f;
    gtk_snapshot_append_color (
        snapshot,
        &track,
        &GRAPHENE_RECT_INIT (
            x + unit_of (self->hold_db[bar]) * width - 1.5f, y, 1.5f, height));
  }
}

static void
tsr_level_meter_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TsrLevelMeter *self = TSR_LEVEL_METER (widget);
  float          width = (float)gtk_widget_get_width (widget);
  float          height = (float)gtk_widget_get_height (widget);
  float          bar = floorf ((height - 3.0f) / 2.0f);
  GdkRGBA        light = {0.88f, 0.11f, 0.14f, 1};

  for (int i = 0; i < 2; i++) {
    graphene_rect_t bounds =
        GRAPHENE_RECT_INIT (0, (float)i * (bar + 3.0f), width - CLIP_WIDTH - 3.0f, bar);
    snapshot_bar (self, snapshot, i, &bounds);
  }
  if (!self->clipped) {
    gtk_style_context_get_color (gtk_widget_get_style_context (widget), &light);
    light.alpha = 0.15f;
  }
  gtk_snapshot_append_color (
      snapshot,
      &light,
      &GRAPHENE_RECT_INIT (width - CLIP_WIDTH, 0, CLIP_WIDTH, 2 * bar + 3));
}

static void
pressed_cb (TsrLevelMeter *self)
{
  self->clipped = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
tsr_level_meter_class_init (TsrLevelMeterClass *klass)
{
  GTK_WIDGET_CLASS (klass)->snapshot = tsr_level_meter_snapshot;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass),
                                        GTK_ACCESSIBLE_ROLE_METER);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "levelmeter");
}

static void
tsr_level_meter_init (TsrLevelMeter *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  for (int i = 0; i < 2; i++)
    self->level_db[i] = self->hold_db[i] = FLOOR_DB;
  g_signal_connect_object (
      click, "pressed", G_CALLBACK (pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_widget_set_size_request (GTK_WIDGET (self), 110, 15);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self),
                               _ ("Peak level; a click puts the clip light out"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Level"),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MIN,
                                  FLOOR_DB,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MAX,
                                  0.0,
                                  -1);
}

GtkWidget *
tsr_level_meter_new (void)
{
  return g_object_new (TSR_TYPE_LEVEL_METER, NULL);
}

void
tsr_level_meter_feed (TsrLevelMeter *self, const float peak[2], gboolean clipped)
{
  gint64   now_us = g_get_monotonic_time ();
  double   passed_s = fmin ((double)(now_us - self->fed_us) * 1e-6, 0.2);
  gboolean changed = clipped && !self->clipped;

  g_return_if_fail (TSR_IS_LEVEL_METER (self));
  self->fed_us = now_us;
  self->clipped = self->clipped || clipped;
  for (int i = 0; i < 2; i++) {
    double was_db = self->level_db[i], held_db = self->hold_db[i];
    double fed_db =
        peak[i] > 0.0f ? fmax (20.0 * log10 ((double)peak[i]), FLOOR_DB) : FLOOR_DB;

    self->level_db[i] = fmax (fed_db, fmax (was_db - FALL_DB_PER_S * passed_s, FLOOR_DB));
    self->hold_s[i] -= passed_s;
    if (self->level_db[i] >= self->hold_db[i]) {
      self->hold_db[i] = self->level_db[i];
      self->hold_s[i] = HOLD_S;
    } else if (self->hold_s[i] <= 0.0) {
      self->hold_db[i] =
          fmax (self->hold_db[i] - FALL_DB_PER_S * passed_s, self->level_db[i]);
    }
    changed = changed || was_db != self->level_db[i] || held_db != self->hold_db[i];
  }
  if (changed)
    gtk_widget_queue_draw (GTK_WIDGET (self));
}
