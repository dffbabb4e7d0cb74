/* SPDX-License-Identifier: GPL-3.0-or-later
 * Preferences, bound to the settings.
 */
#include "app/gui/preferences.h"

struct _TsrPreferences {
  AdwPreferencesWindow parent_instance;

  /* Template children */
  AdwComboRow   *theme, *colormap;
  GtkSpinButton *tuning;
  GtkSwitch     *wheel, *follow, *matched;
};

G_DEFINE_FINAL_TYPE (TsrPreferences, tsr_preferences, ADW_TYPE_PREFERENCES_WINDOW)

static const char *const themes[] = {"system", "light", "dark", NULL};
static const char *const colormaps[] = {
    "magma", "inferno", "plasma", "viridis", "cividis", "grey", NULL};

/* A choice is a text in the settings and a position in the list. */
static gboolean
position_of_text (GValue *value, GVariant *variant, gpointer texts)
{
  const char *const *all = texts;

  for (guint i = 0; all[i] != NULL; i++)
    if (g_str_equal (all[i], g_variant_get_string (variant, NULL)))
      g_value_set_uint (value, i);
  return TRUE;
}

static GVariant *
text_of_position (const GValue *value, const GVariantType *type, gpointer texts)
{
  const char *const *all = texts;
  guint              position = g_value_get_uint (value);

  return position < g_strv_length ((char **)texts) ? g_variant_new_string (all[position])
                                                   : NULL;
}

static void
tsr_preferences_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), TSR_TYPE_PREFERENCES);
  G_OBJECT_CLASS (tsr_preferences_parent_class)->dispose (object);
}

static void
tsr_preferences_class_init (TsrPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tsr_preferences_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/tarsier_audio/Tarsier/preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, TsrPreferences, theme);
  gtk_widget_class_bind_template_child (widget_class, TsrPreferences, colormap);
  gtk_widget_class_bind_template_child (widget_class, TsrPreferences, tuning);
  gtk_widget_class_bind_template_child (widget_class, TsrPreferences, wheel);
  gtk_widget_class_bind_template_child (widget_class, TsrPreferences, follow);
  gtk_widget_class_bind_template_child (widget_class, TsrPreferences, matched);
}

static void
tsr_preferences_init (TsrPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
tsr_preferences_new (GSettings *settings)
{
  TsrPreferences *self = g_object_new (TSR_TYPE_PREFERENCES, NULL);

  g_settings_bind_with_mapping (settings,
                                "theme",
                                self->theme,
                                "selected",
                                G_SETTINGS_BIND_DEFAULT,
                                position_of_text,
                                text_of_position,
                                (gpointer)themes,
                                NULL);
  g_settings_bind_with_mapping (settings,
                                "colormap",
                                self->colormap,
                                "selected",
                                G_SETTINGS_BIND_DEFAULT,
                                position_of_text,
                                text_of_position,
                                (gpointer)colormaps,
                                NULL);
  g_settings_bind (settings, "tuning-hz", self->tuning, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (
      settings, "wheel-zooms", self->wheel, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (
      settings, "follow-playhead", self->follow, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (
      settings, "level-matched", self->matched, "active", G_SETTINGS_BIND_DEFAULT);
  return GTK_WIDGET (self);
}
