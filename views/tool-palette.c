/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which tool the mouse is, and how it works.
 */
#include "views/tool-palette.h"

#include <glib/gi18n-lib.h>

struct _TsrToolPalette {
  GtkWidget   parent_instance;
  TsrCanvas  *canvas;
  TsrSession *session;
  GtkWidget  *buttons, *settings;
  GtkWidget  *size_row, *strength_row, *harmonics_row, *level_row;
  GtkWidget  *size, *strength, *harmonics, *level;
};

G_DEFINE_FINAL_TYPE (TsrToolPalette, tsr_tool_palette, GTK_TYPE_WIDGET)

/* In order of their keys, 1 ... 9. */
static const struct {
  const char *tool, *icon, *name, *tip;
} tools[] = {
    {"select",
     "tarsier-tool-select-symbolic",
     N_ ("Rectangle"),
     N_ ("Select with a rectangle; drag the selection and its handles (1)")},
    {"lasso",
     "tarsier-tool-lasso-symbolic",
     N_ ("Lasso"),
     N_ ("Select with a line around (2)")},
    {"brush",
     "tarsier-tool-brush-symbolic",
     N_ ("Brush"),
     N_ ("Select what is painted over (3)")},
    {"harmonic",
     "tarsier-tool-harmonic-symbolic",
     N_ ("Harmonics"),
     N_ ("Select a partial and its multiples (4)")},
    {"breakpoints",
     "tarsier-tool-breakpoints-symbolic",
     N_ ("Breakpoints"),
     N_ ("Drag single breakpoints; a double click adds one, Delete takes it away (5)")},
    {"draw", "tarsier-tool-draw-symbolic", N_ ("Pencil"), N_ ("Draw a new partial (6)")},
    {"erase",
     "tarsier-tool-erase-symbolic",
     N_ ("Eraser"),
     N_ ("Make partials softer, or take them away (7)")},
    {"zoom", "tarsier-tool-zoom-symbolic", N_ ("Zoom"), N_ ("Zoom into a rectangle (8)")},
    {"measure",
     "tarsier-tool-measure-symbolic",
     N_ ("Measure"),
     N_ ("Measure time, interval and level difference (9)")},
};

const char *
tsr_tool_of_digit (char digit)
{
  gsize index = (gsize)(digit - '1');

  return digit >= '1' && index < G_N_ELEMENTS (tools) ? tools[index].tool : NULL;
}

const char *
tsr_tool_name (const char *tool)
{
  for (gsize i = 0; i < G_N_ELEMENTS (tools); i++)
    if (g_strcmp0 (tools[i].tool, tool) == 0)
      return _ (tools[i].name);
  return tool;
}

static void
tool_cb (GtkToggleButton *button, TsrToolPalette *self)
{
  if (gtk_toggle_button_get_active (button))
    g_object_set (
        self->session, "tool", g_object_get_data (G_OBJECT (button), "tool"), NULL);
}

static void
show_tool (TsrToolPalette *self)
{
  const char *tool = tsr_session_get_tool (self->session);
  gboolean    draw = g_strcmp0 (tool, "draw") == 0;
  gboolean    erase = g_strcmp0 (tool, "erase") == 0;
  gboolean    brush = erase || g_strcmp0 (tool, "brush") == 0;

  for (GtkWidget *button = gtk_widget_get_first_child (self->buttons); button != NULL;
       button = gtk_widget_get_next_sibling (button))
    if (g_strcmp0 (tool, g_object_get_data (G_OBJECT (button), "tool")) == 0)
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
  gtk_widget_set_visible (self->size_row, brush);
  gtk_widget_set_visible (self->strength_row, erase);
  gtk_widget_set_visible (self->harmonics_row, draw);
  gtk_widget_set_visible (self->level_row, draw);
  gtk_widget_set_visible (self->settings, brush || draw);
}

static void
settings_cb (TsrToolPalette *self)
{
  TsrToolOptions options = {
      .brush_px = gtk_spin_button_get_value (GTK_SPIN_BUTTON (self->size)),
      .strength = gtk_spin_button_get_value (GTK_SPIN_BUTTON (self->strength)) / 100,
      .n_harmonics =
          (guint)gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (self->harmonics)),
      .level_db = gtk_spin_button_get_value (GTK_SPIN_BUTTON (self->level)),
  };

  tsr_canvas_set_tool_options (self->canvas, &options);
}

static GtkWidget *
setting_new (TsrToolPalette *self,
             const char     *name,
             const char     *unit,
             double          low,
             double          high,
             double          step,
             GtkWidget     **spin)
{
  GtkWidget       *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget       *label = gtk_label_new (name);
  g_autofree char *full =
      *unit != '\0' ? g_strdup_printf ("%s (%s)", name, unit) : g_strdup (name);

  *spin = gtk_spin_button_new_with_range (low, high, step);
  gtk_editable_set_width_chars (GTK_EDITABLE (*spin), 4);
  gtk_widget_set_tooltip_text (*spin, full);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (*spin), GTK_ACCESSIBLE_PROPERTY_LABEL, full, -1);
  gtk_box_append (GTK_BOX (row), label);
  gtk_box_append (GTK_BOX (row), *spin);
  if (*unit != '\0')
    gtk_box_append (GTK_BOX (row), gtk_label_new (unit));
  gtk_box_append (GTK_BOX (self->settings), row);
  return row;
}

static void
add_settings (TsrToolPalette *self)
{
  TsrToolOptions options;

  tsr_canvas_get_tool_options (self->canvas, &options);
  self->size_row = setting_new (self, _ ("Width"), _ ("px"), 4, 200, 4, &self->size);
  self->strength_row =
      setting_new (self, _ ("Strength"), "%", 5, 100, 5, &self->strength);
  self->harmonics_row =
      setting_new (self, _ ("Harmonics"), "", 1, 32, 1, &self->harmonics);
  self->level_row = setting_new (self, _ ("Level"), "dB", -90, 0, 3, &self->level);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->size), options.brush_px);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->strength), 100 * options.strength);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->harmonics), options.n_harmonics);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->level), options.level_db);
  GtkWidget *spins[] = {self->size, self->strength, self->harmonics, self->level};
  for (gsize i = 0; i < G_N_ELEMENTS (spins); i++)
    g_signal_connect_object (
        spins[i], "value-changed", G_CALLBACK (settings_cb), self, G_CONNECT_SWAPPED);
}

static void
add_buttons (TsrToolPalette *self)
{
  GtkWidget *first = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (tools); i++) {
    GtkWidget *button = gtk_toggle_button_new ();

    gtk_button_set_icon_name (GTK_BUTTON (button), tools[i].icon);
    gtk_widget_set_tooltip_text (button, _ (tools[i].tip));
    gtk_accessible_update_property (
        GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _ (tools[i].name), -1);
    g_object_set_data (G_OBJECT (button), "tool", (gpointer)tools[i].tool);
    if (first != NULL)
      gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button), GTK_TOGGLE_BUTTON (first));
    first = first != NULL ? first : button;
    g_signal_connect_object (button, "toggled", G_CALLBACK (tool_cb), self, 0);
    gtk_box_append (GTK_BOX (self->buttons), button);
  }
}

static void
tsr_tool_palette_dispose (GObject *object)
{
  TsrToolPalette *self = TSR_TOOL_PALETTE (object);

  g_clear_object (&self->canvas);
  g_clear_object (&self->session);
  g_clear_pointer (&self->buttons, gtk_widget_unparent);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (tsr_tool_palette_parent_class)->dispose (object);
}

static void
tsr_tool_palette_class_init (TsrToolPaletteClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_tool_palette_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static void
tsr_tool_palette_init (TsrToolPalette *self)
{
  self->buttons = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  self->settings = g_object_ref_sink (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 14));
  gtk_widget_add_css_class (self->buttons, "tools");
  gtk_widget_add_css_class (self->settings, "tools");
  gtk_widget_add_css_class (self->settings, "tool-settings");
  gtk_widget_set_halign (self->settings, GTK_ALIGN_START);
  gtk_widget_set_valign (self->settings, GTK_ALIGN_START);
  gtk_widget_set_parent (self->buttons, GTK_WIDGET (self));
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_START);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_START);
}

GtkWidget *
tsr_tool_palette_new (TsrCanvas *canvas)
{
  TsrToolPalette *self = g_object_new (TSR_TYPE_TOOL_PALETTE, NULL);

  self->canvas = g_object_ref (canvas);
  self->session = g_object_ref (tsr_canvas_get_session (canvas));
  add_buttons (self);
  add_settings (self);
  g_signal_connect_object (
      self->session, "notify::tool", G_CALLBACK (show_tool), self, G_CONNECT_SWAPPED);
  show_tool (self);
  return GTK_WIDGET (self);
}

GtkWidget *
tsr_tool_palette_get_settings (TsrToolPalette *self)
{
  g_return_val_if_fail (TSR_IS_TOOL_PALETTE (self), NULL);

  return self->settings;
}
