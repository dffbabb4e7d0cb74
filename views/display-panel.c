/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the canvas shows.
 */
#include "views/display-panel.h"

#include <glib/gi18n-lib.h>

#include "views/draw/colormap.h"
#include "views/inspector-group.h"

struct _TsrDisplayPanel {
  GtkWidget   parent_instance;
  GtkWidget  *group, *channel_row, *channel, *scale, *colormap, *partials;
  TsrSession *session;
  gboolean    following;
};

G_DEFINE_FINAL_TYPE (TsrDisplayPanel, tsr_display_panel, GTK_TYPE_WIDGET)

/* "1 (left)", "2 (right)", or numbers where there are more than two. */
static char *
channel_name (guint channel, guint n_channels)
{
  if (n_channels == 2)
    return g_strdup (channel == 0 ? _ ("Left") : _ ("Right"));
  return g_strdup_printf (_ ("Channel %u"), channel + 1);
}

static void
show_channel (TsrDisplayPanel *self)
{
  self->following = TRUE;
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->channel),
                              (guint)(tsr_session_get_channel (self->session) + 1));
  self->following = FALSE;
}

static void
sound_cb (TsrDisplayPanel *self)
{
  TsrSound *sound = tsr_session_get_sound (self->session);
  guint     n = sound != NULL ? tsr_sound_get_n_channels (sound) : 1;
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  gtk_string_list_append (names, _ ("All"));
  for (guint i = 0; i < n; i++)
    gtk_string_list_take (names, channel_name (i, n));
  self->following = TRUE;
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->channel), G_LIST_MODEL (names));
  self->following = FALSE;
  gtk_widget_set_visible (self->channel_row, n > 1);
  show_channel (self);
}

static void
channel_cb (TsrDisplayPanel *self)
{
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->channel));

  if (!self->following && selected != GTK_INVALID_LIST_POSITION)
    g_object_set (self->session, "channel", (int)selected - 1, NULL);
}

static void
scale_cb (TsrDisplayPanel *self)
{
  if (!self->following)
    tsr_viewport_set_scale (tsr_session_get_viewport (self->session),
                            gtk_drop_down_get_selected (GTK_DROP_DOWN (self->scale)));
}

static void
viewport_cb (TsrDisplayPanel *self)
{
  self->following = TRUE;
  gtk_drop_down_set_selected (
      GTK_DROP_DOWN (self->scale),
      tsr_viewport_get_scale (tsr_session_get_viewport (self->session)));
  self->following = FALSE;
}

static void
colormap_chosen_cb (TsrDisplayPanel *self)
{
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->colormap));

  if (!self->following)
    g_object_set (self->session, "colormap", tsr_colormap_to_string (selected), NULL);
}

static void
colormap_cb (TsrDisplayPanel *self)
{
  const char *name = tsr_session_get_colormap (self->session);
  TsrColormap map = TSR_COLORMAP_MAGMA;

  if (name != NULL)
    tsr_colormap_from_string (name, &map);
  self->following = TRUE;
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->colormap), map);
  self->following = FALSE;
}

static void
tsr_display_panel_dispose (GObject *object)
{
  TsrDisplayPanel *self = TSR_DISPLAY_PANEL (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->group, gtk_widget_unparent);
  G_OBJECT_CLASS (tsr_display_panel_parent_class)->dispose (object);
}

static void
tsr_display_panel_class_init (TsrDisplayPanelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_display_panel_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static void
tsr_display_panel_init (TsrDisplayPanel *self)
{
  const char *none[] = {NULL};
  const char *scales[] = {_ ("Linear"), _ ("Logarithmic"), _ ("Mel"), NULL};
  const char *maps[] = {_ ("Magma"),
                        _ ("Inferno"),
                        _ ("Plasma"),
                        _ ("Viridis"),
                        _ ("Cividis"),
                        _ ("Grey"),
                        NULL};
  GtkBox     *group;

  self->group = tsr_inspector_group_new (_ ("Picture"));
  group = GTK_BOX (self->group);
  self->channel = tsr_inspector_choice_new (none);
  self->scale = tsr_inspector_choice_new (scales);
  self->colormap = tsr_inspector_choice_new (maps);
  self->partials = gtk_switch_new ();
  self->channel_row = tsr_inspector_row_new (_ ("Channel"), self->channel);
  gtk_box_append (group, self->channel_row);
  gtk_box_append (group, tsr_inspector_row_new (_ ("Frequency scale"), self->scale));
  gtk_box_append (group, tsr_inspector_row_new (_ ("Colours"), self->colormap));
  gtk_box_append (group, tsr_inspector_row_new (_ ("Show partials"), self->partials));
  gtk_widget_set_parent (self->group, GTK_WIDGET (self));
  g_signal_connect_object (self->channel,
                           "notify::selected",
                           G_CALLBACK (channel_cb),
                           self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->scale, "notify::selected", G_CALLBACK (scale_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->colormap,
                           "notify::selected",
                           G_CALLBACK (colormap_chosen_cb),
                           self,
                           G_CONNECT_SWAPPED);
}

GtkWidget *
tsr_display_panel_new (TsrSession *session)
{
  TsrDisplayPanel *self = g_object_new (TSR_TYPE_DISPLAY_PANEL, NULL);

  self->session = g_object_ref (session);
  g_object_bind_property (session,
                          "show-partials",
                          self->partials,
                          "active",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_signal_connect_object (
      session, "notify::sound", G_CALLBACK (sound_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      session, "notify::channel", G_CALLBACK (show_channel), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      session, "notify::colormap", G_CALLBACK (colormap_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (tsr_session_get_viewport (session),
                           "changed",
                           G_CALLBACK (viewport_cb),
                           self,
                           G_CONNECT_SWAPPED);
  sound_cb (self);
  viewport_cb (self);
  colormap_cb (self);
  return GTK_WIDGET (self);
}
