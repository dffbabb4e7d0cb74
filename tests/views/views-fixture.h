/* SPDX-License-Identifier: GPL-3.0-or-later
 * A session with a small sound, a window around a widget, and hands that act on it
 * through its event controllers: for the tests of the views.
 */
#pragma once

#include <gtk/gtk.h>
#include <math.h>

#include "model/session.h"

#define FIXTURE_RATE_HZ 8000.0
#define FIXTURE_DURATION_S 2.0

/* Partial n + 1 of the sound is steady at 400 (n + 1) Hz and lasts all of it. */
enum { FIXTURE_N_PARTIALS = 5 };

static inline TsrSignal *
fixture_make_signal (void)
{
  gint64     n = (gint64)(FIXTURE_RATE_HZ * FIXTURE_DURATION_S);
  TsrSignal *signal = tsr_signal_new (FIXTURE_RATE_HZ, 1, n);
  float     *samples = tsr_signal_channel_writable (signal, 0);

  for (gint64 i = 0; i < n; i++)
    for (int k = 1; k <= FIXTURE_N_PARTIALS; k++)
      samples[i] +=
          (float)(0.15 * sin (2 * G_PI * 400 * k * (double)i / FIXTURE_RATE_HZ));
  return signal;
}

static inline TsrPartialSet *
fixture_make_partials (void)
{
  TsrPartial *partials[FIXTURE_N_PARTIALS];

  for (int k = 0; k < FIXTURE_N_PARTIALS; k++) {
    TsrBreakpoint points[41] = {0};
    for (int i = 0; i <= 40; i++)
      points[i] =
          (TsrBreakpoint){.time_s = i * FIXTURE_DURATION_S / 40,
                          .frequency_hz = 400.0 * (k + 1),
                          .phase_turns = 400.0 * (k + 1) * i * FIXTURE_DURATION_S / 40,
                          .log_amplitude = log (0.15)};
    partials[k] = tsr_partial_new (k + 1, 0, 0, points, 41);
  }
  TsrPartialSet *set = tsr_partial_set_new (partials, FIXTURE_N_PARTIALS);
  for (int k = 0; k < FIXTURE_N_PARTIALS; k++)
    tsr_partial_unref (partials[k]);
  return set;
}

static inline TsrSession *
fixture_make_session (void)
{
  TsrSession *session = tsr_session_new ();
  g_autoptr (TsrProject) project = tsr_project_new ();
  TsrSignal          *signal = fixture_make_signal ();
  TsrPartialSet      *partials = fixture_make_partials ();
  TsrSoundStateFields fields = {
      .partials = partials, .duration_s = FIXTURE_DURATION_S, .analysed = TRUE};
  TsrSoundState *state = tsr_sound_state_new (&fields);
  TsrSourceInfo  info = {.name = "a.wav",
                         .format = "wav",
                         .rate_hz = FIXTURE_RATE_HZ,
                         .n_channels = 1,
                         .n_frames = tsr_signal_n_frames (signal),
                         .bits = 16,
                         .decoded_sha256 = ""};
  g_autoptr (TsrSource) source = tsr_source_new (1, &info);
  g_autoptr (GError) error = NULL;
  gint64 id =
      tsr_project_add_sound (project, "a", source, state, "Analyse", "", NULL, &error);

  g_assert_no_error (error);
  tsr_session_set_project (session, project);
  tsr_session_set_sound (session, tsr_project_get_sound (project, id));
  tsr_session_set_signal (session, signal);
  tsr_sound_state_unref (state);
  tsr_partial_set_unref (partials);
  tsr_signal_unref (signal);
  return session;
}

static inline TsrPartialSet *
fixture_partials (TsrSession *session)
{
  return tsr_sound_state_fields (tsr_sound_get_state (tsr_session_get_sound (session)))
      ->partials;
}

/* Runs the main loop until the test is true; fails after 60 s. */
#define fixture_wait(test, data) fixture_wait_for (test, data, #test)

static inline void
fixture_wait_for (gboolean (*test) (gpointer data), gpointer data, const char *name)
{
  gint64 end_us = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (!test (data)) {
    if (g_get_monotonic_time () > end_us)
      g_error ("waited in vain: %s", name);
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (2000);
  }
}

static inline gboolean
fixture_is_laid_out (gpointer widget)
{
  return gtk_widget_get_width (widget) > 1 && gtk_widget_get_mapped (widget);
}

/* A window of this size around the widget, on the screen. */
static inline GtkWidget *
fixture_show (GtkWidget *child, int width, int height)
{
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_decorated (GTK_WINDOW (window), FALSE);
  gtk_widget_set_size_request (child, width, height);
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_window_set_child (GTK_WINDOW (window), child);
  gtk_window_present (GTK_WINDOW (window));
  fixture_wait (fixture_is_laid_out, child);
  return window;
}

/* The widget's controller of a type; it must have one. Borrowed. */
static inline gpointer
fixture_controller (GtkWidget *widget, GType type)
{
  g_autoptr (GListModel) all = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (all); i++) {
    g_autoptr (GObject) controller = g_list_model_get_item (all, i);
    if (G_TYPE_CHECK_INSTANCE_TYPE (controller, type))
      return controller;
  }
  g_assert_not_reached ();
}

static inline void
fixture_press (GtkWidget *widget, double x, double y)
{
  g_signal_emit_by_name (
      fixture_controller (widget, GTK_TYPE_GESTURE_DRAG), "drag-begin", x, y);
}

static inline void
fixture_move (GtkWidget *widget, double dx, double dy)
{
  g_signal_emit_by_name (
      fixture_controller (widget, GTK_TYPE_GESTURE_DRAG), "drag-update", dx, dy);
}

static inline void
fixture_release (GtkWidget *widget, double dx, double dy)
{
  g_signal_emit_by_name (
      fixture_controller (widget, GTK_TYPE_GESTURE_DRAG), "drag-end", dx, dy);
}

static inline void
fixture_drag (GtkWidget *widget, double x, double y, double dx, double dy)
{
  fixture_press (widget, x, y);
  fixture_move (widget, dx / 2, dy / 2);
  fixture_move (widget, dx, dy);
  fixture_release (widget, dx, dy);
}

static inline gboolean
fixture_key (GtkWidget *widget, guint key, GdkModifierType modifiers)
{
  gboolean handled = FALSE;

  g_signal_emit_by_name (fixture_controller (widget, GTK_TYPE_EVENT_CONTROLLER_KEY),
                         "key-pressed",
                         key,
                         0,
                         modifiers,
                         &handled);
  return handled;
}

/* What the widget looks like: 0xAARRGGBB a pixel, row by row. g_free. */
static inline guint32 *
fixture_pixels (GtkWidget *widget, int *width, int *height)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  GtkNative     *native = gtk_widget_get_native (widget);
  GskRenderNode *node = NULL;

  *width = gtk_widget_get_width (widget);
  *height = gtk_widget_get_height (widget);
  /* The paintable knows the widget from the next frame on. */
  for (int i = 0; node == NULL && i < 2000; i++) {
    GtkSnapshot *snapshot = gtk_snapshot_new ();
    gtk_widget_queue_draw (widget);
    gdk_paintable_snapshot (paintable, snapshot, *width, *height);
    node = gtk_snapshot_free_to_node (snapshot);
    if (node == NULL && !g_main_context_iteration (NULL, FALSE))
      g_usleep (2000);
  }
  g_assert_nonnull (node);
  g_autoptr (GdkTexture) texture = gsk_renderer_render_texture (
      gtk_native_get_renderer (native),
      node,
      &GRAPHENE_RECT_INIT (0, 0, (float)*width, (float)*height));
  guint32 *pixels = g_new (guint32, (gsize)*width * (gsize)*height);
  gdk_texture_download (texture, (guchar *)pixels, (gsize)*width * 4);
  gsk_render_node_unref (node);
  return pixels;
}
