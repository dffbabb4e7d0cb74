/* SPDX-License-Identifier: GPL-3.0-or-later
 * Playing in the window: commands, meter, devices.
 */
#include "app/gui/main-window-private.h"

static void
play_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (widget);

  if (g_str_equal (name, "win.play"))
    tsr_playback_toggle (self->playback);
  else if (g_str_equal (name, "win.play-from-start"))
    tsr_playback_play_from_start (self->playback);
  else if (g_str_equal (name, "win.stop"))
    tsr_playback_stop (self->playback);
  else
    tsr_playback_refresh_devices (self->playback);
}

void
tsr_main_window_class_install_playback_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.play", NULL, play_cb);
  gtk_widget_class_install_action (klass, "win.play-from-start", NULL, play_cb);
  gtk_widget_class_install_action (klass, "win.stop", NULL, play_cb);
  gtk_widget_class_install_action (klass, "win.refresh-devices", NULL, play_cb);
}

static void
metered_cb (TsrMainWindow *self, gpointer data)
{
  const TsrMeter *meter = data;

  tsr_transport_bar_feed_meter (
      self->transport, meter->peak, meter->momentary_lufs, meter->clipped);
}

static void
devices_cb (TsrMainWindow *self)
{
  g_auto (GStrv) names = tsr_playback_dup_devices (self->playback);
  g_autofree char *used = tsr_playback_dup_device (self->playback);
  g_autofree char *notice = tsr_playback_dup_notice (self->playback);

  tsr_transport_bar_set_devices (
      self->transport, (const char *const *)names, used, notice);
}

static void
device_chosen_cb (TsrMainWindow *self, const char *name)
{
  g_settings_set_string (self->settings, "device", name != NULL ? name : "");
  tsr_playback_select_device (self->playback, name);
}

static void
volume_cb (TsrMainWindow *self, double volume_db)
{
  tsr_playback_set_volume_db (self->playback, volume_db);
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  tsr_playback_tick (TSR_MAIN_WINDOW (widget)->playback);
  return G_SOURCE_CONTINUE;
}

/* Frames are asked for only while something plays, and a little longer: the meter falls.
 */
static gboolean
rest_cb (gpointer data)
{
  TsrMainWindow *self = data;

  if (self->playback != NULL)
    tsr_playback_tick (self->playback);
  if (self->tick_id != 0 && !tsr_session_get_playing (self->session)) {
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
    self->tick_id = 0;
  }
  return G_SOURCE_REMOVE;
}

static void
playing_cb (TsrMainWindow *self)
{
  if (tsr_session_get_playing (self->session) && self->tick_id == 0)
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
  else if (!tsr_session_get_playing (self->session))
    g_timeout_add_full (
        G_PRIORITY_DEFAULT, 4000, rest_cb, g_object_ref (self), g_object_unref);
}

static void
play_partial_cb (TsrMainWindow *self, gint64 id)
{
  tsr_playback_play_partial (self->playback, id);
}

void
tsr_main_window_connect_playback (TsrMainWindow *self)
{
  TsrCanvas       *canvas = tsr_canvas_view_get_canvas (self->canvas_view);
  g_autofree char *device = g_settings_get_string (self->settings, "device");

  g_signal_connect_object (
      self->playback, "metered", G_CALLBACK (metered_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->playback,
                           "devices-changed",
                           G_CALLBACK (devices_cb),
                           self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->transport,
                           "device-chosen",
                           G_CALLBACK (device_chosen_cb),
                           self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->transport, "volume-changed", G_CALLBACK (volume_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->session, "notify::playing", G_CALLBACK (playing_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      canvas, "play-partial", G_CALLBACK (play_partial_cb), self, G_CONNECT_SWAPPED);
  if (*device != '\0')
    tsr_playback_select_device (self->playback, device);
  devices_cb (self);
}
