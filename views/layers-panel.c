/* SPDX-License-Identifier: GPL-3.0-or-later
 * A row a layer.
 */
#include "views/layers-panel.h"

#include <glib/gi18n-lib.h>

#include "views/inspector-group.h"
#include "views/number-entry.h"

typedef struct {
  GtkWidget *solo, *mute, *level;
} Row;

struct _TsrLayersPanel {
  GtkWidget   parent_instance;
  GtkWidget  *group; /* the only child */
  Row         rows[TSR_N_LAYERS];
  TsrSession *session;
  gboolean    following;
};

G_DEFINE_FINAL_TYPE (TsrLayersPanel, tsr_layers_panel, GTK_TYPE_WIDGET)

static void
layers_cb (TsrLayersPanel *self)
{
  const TsrLayerMix *mix = tsr_session_get_layers (self->session);

  self->following = TRUE;
  for (int i = 0; i < TSR_N_LAYERS; i++) {
    const TsrLayerSetting *layer = &mix->layers[i];
    Row                   *row = &self->rows[i];
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (row->solo), layer->solo);
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (row->mute), layer->mute);
    tsr_number_entry_set_value (TSR_NUMBER_ENTRY (row->level), layer->level_db);
  }
  self->following = FALSE;
}

static void
changed_cb (TsrLayersPanel *self)
{
  TsrLayerMix mix = {0};

  if (self->following)
    return;
  for (int i = 0; i < TSR_N_LAYERS; i++) {
    Row *row = &self->rows[i];
    mix.layers[i] = (TsrLayerSetting){
        .level_db = tsr_number_entry_get_value (TSR_NUMBER_ENTRY (row->level)),
        .mute = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (row->mute)),
        .solo = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (row->solo))};
  }
  tsr_session_set_layers (self->session, &mix);
}

/* A button of one letter, with its meaning for those who cannot see it. */
static GtkWidget *
letter_button (TsrLayersPanel *self, const char *letter, const char *name)
{
  GtkWidget *button = gtk_toggle_button_new_with_label (letter);

  gtk_widget_add_css_class (button, "letter");
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_object (
      button, "toggled", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  return button;
}

static void
add_row (TsrLayersPanel *self, Row *row, const char *const names[4])
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *title = gtk_label_new (names[0]);

  gtk_label_set_xalign (GTK_LABEL (title), 0.0);
  gtk_widget_set_hexpand (title, TRUE);
  gtk_widget_add_css_class (box, "inspector-row");
  row->solo = letter_button (self, C_ ("solo", "S"), names[1]);
  row->mute = letter_button (self, C_ ("mute", "M"), names[2]);
  row->level = tsr_number_entry_new (
      TSR_QUANTITY_GAIN, names[3], 0, TSR_LAYER_LOWEST_DB, TSR_LAYER_HIGHEST_DB, 1);
  g_signal_connect_object (
      row->level, "stepped", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      row->level, "committed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), row->solo);
  gtk_box_append (GTK_BOX (box), row->mute);
  gtk_box_append (GTK_BOX (box), row->level);
  gtk_box_append (GTK_BOX (self->group), box);
}

GtkWidget *
tsr_layers_panel_new (TsrSession *session)
{
  TsrLayersPanel *self = g_object_new (TSR_TYPE_LAYERS_PANEL, NULL);

  g_return_val_if_fail (TSR_IS_SESSION (session), NULL);
  self->session = g_object_ref (session);
  g_signal_connect_object (
      session, "layers-changed", G_CALLBACK (layers_cb), self, G_CONNECT_SWAPPED);
  layers_cb (self);
  return GTK_WIDGET (self);
}

static void
tsr_layers_panel_dispose (GObject *object)
{
  TsrLayersPanel *self = TSR_LAYERS_PANEL (object);

  g_clear_pointer (&self->group, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (tsr_layers_panel_parent_class)->dispose (object);
}

static void
tsr_layers_panel_class_init (TsrLayersPanelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_layers_panel_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static void
tsr_layers_panel_init (TsrLayersPanel *self)
{
  const char *const names[TSR_N_LAYERS][4] = {
      {_ ("Partials"), _ ("Solo partials"), _ ("Mute partials"), _ ("Level of partials")},
      {_ ("Noise"), _ ("Solo noise"), _ ("Mute noise"), _ ("Level of noise")},
      {_ ("Transients"),
       _ ("Solo transients"),
       _ ("Mute transients"),
       _ ("Level of transients")},
  };

  self->group = tsr_inspector_group_new (_ ("Layers heard"));
  gtk_widget_set_parent (self->group, GTK_WIDGET (self));
  for (int i = 0; i < TSR_N_LAYERS; i++)
    add_row (self, &self->rows[i], names[i]);
}
