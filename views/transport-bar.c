/* SPDX-License-Identifier: GPL-3.0-or-later
 * Playing, and what is heard.
 */
#include "views/transport-bar.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <math.h>

#include "model/class-signal.h"
#include "views/device-button.h"
#include "views/level-meter.h"
#include "views/monitor-switch.h"

struct _TsrTransportBar {
  GtkWidget   parent_instance;
  GtkWidget  *box, *play, *position, *blend, *meter, *loudness, *device;
  TsrSession *session;
  int         loudness_shown; /* tenths of LUFS */
  gint64      loudness_us;
};

enum { DEVICE_CHOSEN, VOLUME_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsrTransportBar, tsr_transport_bar, GTK_TYPE_WIDGET)

static void
playhead_cb (TsrTransportBar *self)
{
  double           time_s = tsr_session_get_playhead_s (self->session);
  gint64           milliseconds = (gint64)floor (time_s * 1000.0 + 0.5);
  g_autofree char *text =
      g_strdup_printf ("%" G_GINT64_FORMAT ":%02" G_GINT64_FORMAT ".%03" G_GINT64_FORMAT,
                       milliseconds / 60000,
                       milliseconds / 1000 % 60,
                       milliseconds % 1000);

  gtk_label_set_label (GTK_LABEL (self->position), text);
}

static void
playing_cb (TsrTransportBar *self)
{
  gboolean playing = tsr_session_get_playing (self->session);

  gtk_button_set_icon_name (GTK_BUTTON (self->play),
                            playing ? "media-playback-pause-symbolic"
                                    : "media-playback-start-symbolic");
  gtk_widget_set_tooltip_text (self->play,
                               playing ? _ ("Pause (Space)") : _ ("Play (Space)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->play),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  playing ? _ ("Pause") : _ ("Play"),
                                  -1);
}

static GtkWidget *
button_new (const char *icon, const char *label, const char *tip, const char *action)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_tooltip_text (button, tip);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  return button;
}

static GtkWidget *
playback_new (TsrTransportBar *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  GtkWidget *loop = gtk_toggle_button_new ();

  self->play = button_new ("media-playback-start-symbolic", _ ("Play"), "", "win.play");
  gtk_widget_add_css_class (self->play, "suggested-action");
  gtk_widget_add_css_class (self->play, "play");
  gtk_button_set_icon_name (GTK_BUTTON (loop), "media-playlist-repeat-symbolic");
  gtk_widget_set_tooltip_text (loop, _ ("Loop the selection or the marked span (L)"));
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (loop), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Loop"), -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (loop), "win.loop");
  gtk_box_append (GTK_BOX (row),
                  button_new ("media-skip-backward-symbolic",
                              _ ("From the start"),
                              _ ("Play from the start of the selection (Shift+Space)"),
                              "win.play-from-start"));
  gtk_box_append (GTK_BOX (row), self->play);
  gtk_box_append (
      GTK_BOX (row),
      button_new ("media-playback-stop-symbolic", _ ("Stop"), _ ("Stop"), "win.stop"));
  gtk_box_append (GTK_BOX (row), loop);
  gtk_widget_set_valign (row, GTK_ALIGN_CENTER);
  return row;
}

static GtkWidget *
blend_new (TsrTransportBar *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *left = gtk_label_new (_ ("conventional"));
  GtkWidget *right = gtk_label_new (_ ("reassigned"));

  self->blend = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0.0, 1.0, 0.05);
  gtk_scale_set_draw_value (GTK_SCALE (self->blend), FALSE);
  gtk_scale_set_has_origin (GTK_SCALE (self->blend), FALSE);
  gtk_widget_set_size_request (self->blend, 110, -1);
  gtk_widget_set_tooltip_text (
      row, _ ("Blend from the conventional to the reassigned spectrogram"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->blend),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Blend of the spectrograms"),
                                  -1);
  gtk_widget_add_css_class (left, "caption");
  gtk_widget_add_css_class (right, "caption");
  gtk_widget_add_css_class (left, "dim-label");
  gtk_widget_add_css_class (right, "dim-label");
  gtk_box_append (GTK_BOX (row), left);
  gtk_box_append (GTK_BOX (row), self->blend);
  gtk_box_append (GTK_BOX (row), right);
  gtk_widget_set_valign (row, GTK_ALIGN_CENTER);
  return row;
}

static void
tsr_transport_bar_dispose (GObject *object)
{
  TsrTransportBar *self = TSR_TRANSPORT_BAR (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (tsr_transport_bar_parent_class)->dispose (object);
}

static void
tsr_transport_bar_class_init (TsrTransportBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_transport_bar_dispose;
  signals[DEVICE_CHOSEN] =
      tsr_class_add_signal (klass, "device-chosen", 1, G_TYPE_STRING);
  signals[VOLUME_CHANGED] =
      tsr_class_add_signal (klass, "volume-changed", 1, G_TYPE_DOUBLE);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static void
device_cb (TsrTransportBar *self, const char *name)
{
  g_signal_emit (self, signals[DEVICE_CHOSEN], 0, name);
}

static void
volume_cb (TsrTransportBar *self, double volume_db)
{
  g_signal_emit (self, signals[VOLUME_CHANGED], 0, volume_db);
}

static void
tsr_transport_bar_init (TsrTransportBar *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_widget_add_css_class (self->box, "transport");
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->position = gtk_label_new ("0:00.000");
  gtk_widget_add_css_class (self->position, "position");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->position),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  "position",
                                  -1);
  self->meter = tsr_level_meter_new ();
  self->loudness = gtk_label_new (_ ("−∞ LUFS"));
  gtk_label_set_width_chars (GTK_LABEL (self->loudness), 11);
  gtk_label_set_xalign (GTK_LABEL (self->loudness), 1.0);
  gtk_widget_add_css_class (self->loudness, "caption");
  gtk_widget_add_css_class (self->loudness, "numeric");
  gtk_widget_set_tooltip_text (self->loudness, _ ("Momentary loudness"));
  self->device = tsr_device_button_new ();
  gtk_widget_set_valign (self->device, GTK_ALIGN_CENTER);
  g_signal_connect_object (
      self->device, "device-chosen", G_CALLBACK (device_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->device, "volume-changed", G_CALLBACK (volume_cb), self, G_CONNECT_SWAPPED);
}

GtkWidget *
tsr_transport_bar_new (TsrSession *session)
{
  TsrTransportBar *self = g_object_new (TSR_TYPE_TRANSPORT_BAR, NULL);
  GtkBox          *box = GTK_BOX (self->box);
  GtkWidget       *monitor = tsr_monitor_switch_new (session);

  self->session = g_object_ref (session);
  gtk_box_append (box, playback_new (self));
  gtk_box_append (box, self->position);
  gtk_widget_set_hexpand (monitor, TRUE);
  gtk_widget_set_halign (monitor, GTK_ALIGN_FILL);
  gtk_box_append (box, monitor);
  gtk_box_append (box, blend_new (self));
  gtk_box_append (box, self->meter);
  gtk_box_append (box, self->loudness);
  gtk_box_append (box, self->device);
  g_object_bind_property (session,
                          "blend",
                          gtk_range_get_adjustment (GTK_RANGE (self->blend)),
                          "value",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_signal_connect_object (
      session, "notify::playhead-s", G_CALLBACK (playhead_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      session, "notify::playing", G_CALLBACK (playing_cb), self, G_CONNECT_SWAPPED);
  playhead_cb (self);
  playing_cb (self);
  return GTK_WIDGET (self);
}

void
tsr_transport_bar_feed_meter (TsrTransportBar *self,
                              const float      peak[2],
                              double           momentary_lufs,
                              gboolean         clipped)
{
  gint64 now_us = g_get_monotonic_time ();
  int tenths = isfinite (momentary_lufs) ? (int)lround (momentary_lufs * 10.0) : G_MININT;

  g_return_if_fail (TSR_IS_TRANSPORT_BAR (self));
  tsr_level_meter_feed (TSR_LEVEL_METER (self->meter), peak, clipped);
  /* Five numbers a second can be read, sixty cannot. */
  if (tenths == self->loudness_shown || now_us - self->loudness_us < 200000)
    return;
  self->loudness_shown = tenths;
  self->loudness_us = now_us;
  if (tenths == G_MININT) {
    gtk_label_set_label (GTK_LABEL (self->loudness), _ ("−∞ LUFS"));
  } else {
    g_autofree char *text = g_strdup_printf ("%.1f LUFS", tenths / 10.0);
    gtk_label_set_label (GTK_LABEL (self->loudness), text);
  }
}

void
tsr_transport_bar_set_devices (TsrTransportBar   *self,
                               const char *const *names,
                               const char        *used,
                               const char        *notice)
{
  g_return_if_fail (TSR_IS_TRANSPORT_BAR (self));
  tsr_device_button_set_devices (TSR_DEVICE_BUTTON (self->device), names, used, notice);
}
