/* SPDX-License-Identifier: GPL-3.0-or-later
 * Start, command line and files of the program.
 */
#include "app/gui/application.h"

#include <glib/gi18n-lib.h>

#include "app/gui/application-private.h"
#include "app/gui/main-window.h"
#include "app/gui/places.h"
#include "model/class-signal.h"
#include "model/operation.h"

G_DEFINE_FINAL_TYPE (TsrApplication, tsr_application, ADW_TYPE_APPLICATION)

static void
theme_cb (TsrApplication *self)
{
  g_autofree char *theme = g_settings_get_string (self->settings, "theme");
  AdwColorScheme   scheme = ADW_COLOR_SCHEME_DEFAULT;

  if (g_str_equal (theme, "light"))
    scheme = ADW_COLOR_SCHEME_FORCE_LIGHT;
  else if (g_str_equal (theme, "dark"))
    scheme = ADW_COLOR_SCHEME_FORCE_DARK;
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), scheme);
}

static void
tsr_application_startup (GApplication *application)
{
  TsrApplication *self = TSR_APPLICATION (application);

  G_APPLICATION_CLASS (tsr_application_parent_class)->startup (application);
  gtk_window_set_default_icon_name (TSR_APPLICATION_ID);
  g_signal_connect_object (
      self->settings, "changed::theme", G_CALLBACK (theme_cb), self, G_CONNECT_SWAPPED);
  theme_cb (self);
  tsr_application_add_actions (self);
}

/* The window in front, or a new one. */
static TsrMainWindow *
window_of (TsrApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  while (window != NULL && !TSR_IS_MAIN_WINDOW (window))
    window = gtk_window_get_transient_for (window);
  return window != NULL ? TSR_MAIN_WINDOW (window) : tsr_main_window_new (self);
}

static void
tsr_application_activate (GApplication *application)
{
  TsrApplication *self = TSR_APPLICATION (application);
  TsrMainWindow  *window = window_of (self);

  gtk_window_present (GTK_WINDOW (window));
  if (self->demo)
    tsr_main_window_open_demo (window);
  self->demo = FALSE;
}

static void
tsr_application_open (GApplication *application,
                      GFile       **files,
                      int           n_files,
                      const char   *hint)
{
  TsrMainWindow *window = window_of (TSR_APPLICATION (application));
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_object_unref);

  for (int i = 0; i < n_files; i++)
    g_ptr_array_add (all, g_object_ref (files[i]));
  gtk_window_present (GTK_WINDOW (window));
  tsr_main_window_open_files (window, all);
}

static int
tsr_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  TsrApplication *self = TSR_APPLICATION (application);

  if (g_variant_dict_contains (options, "version")) {
    g_print ("tarsier %s\n", TSR_VERSION);
    return 0;
  }
  self->demo = g_variant_dict_contains (options, "demo");
  return -1;
}

static void
tsr_application_finalize (GObject *object)
{
  g_clear_object (&TSR_APPLICATION (object)->settings);
  g_clear_pointer (&TSR_APPLICATION (object)->copied, tsr_partial_set_unref);
  g_weak_ref_clear (&TSR_APPLICATION (object)->copied_project);
  g_free (TSR_APPLICATION (object)->copied_query);
  G_OBJECT_CLASS (tsr_application_parent_class)->finalize (object);
}

static void
tsr_application_class_init (TsrApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = tsr_application_finalize;
  tsr_class_add_signal (klass, "copied", 0);
  application_class->startup = tsr_application_startup;
  application_class->activate = tsr_application_activate;
  application_class->open = tsr_application_open;
  application_class->handle_local_options = tsr_application_handle_local_options;
}

static void
tsr_application_init (TsrApplication *self)
{
  const GOptionEntry options[] = {
      {"demo", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Open the demo project"), NULL},
      {"version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version"), NULL},
      {NULL},
  };

  self->settings = tsr_places_settings ();
  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

TsrApplication *
tsr_application_new (void)
{
  return g_object_new (TSR_TYPE_APPLICATION,
                       "application-id",
                       TSR_APPLICATION_ID,
                       "flags",
                       G_APPLICATION_HANDLES_OPEN | G_APPLICATION_NON_UNIQUE,
                       "resource-base-path",
                       "/io/github/tarsier_audio/Tarsier",
                       NULL);
}

GSettings *
tsr_application_get_settings (TsrApplication *self)
{
  g_return_val_if_fail (TSR_IS_APPLICATION (self), NULL);
  return self->settings;
}

void
tsr_application_set_copied (TsrApplication *self,
                            TsrPartialSet  *partials,
                            TsrProject     *project,
                            TsrSound       *sound,
                            const char     *query)
{
  g_return_if_fail (TSR_IS_APPLICATION (self));

  tsr_partial_set_ref (partials);
  g_clear_pointer (&self->copied, tsr_partial_set_unref);
  self->copied = partials;
  g_weak_ref_set (&self->copied_project, project);
  self->copied_sound_id = tsr_sound_get_id (sound);
  self->copied_step_id = tsr_step_fields (tsr_sound_get_current_step (sound))->id;
  g_free (self->copied_query);
  self->copied_query = g_strdup (query);
  g_signal_emit_by_name (self, "copied");
}

char *
tsr_application_dup_paste (TsrApplication *self, TsrProject *project, double at_s)
{
  g_return_val_if_fail (TSR_IS_APPLICATION (self), NULL);

  gsize current;
  g_autoptr (TsrProject) from = g_weak_ref_get (&self->copied_project);
  if (from == NULL || from != project ||
      tsr_project_is_removed (project, self->copied_sound_id))
    return g_strdup ("");
  TsrSound *sound = tsr_project_get_sound (project, self->copied_sound_id);
  g_autoptr (GPtrArray) steps = tsr_sound_dup_history (sound, &current);
  /* Another branch, unless it is on the line (app/cli/history-branches.h). */
  g_autofree char *step = g_strdup_printf ("b%" G_GINT64_FORMAT, self->copied_step_id);
  for (guint i = 0; i < steps->len; i++)
    if (tsr_step_fields (g_ptr_array_index (steps, i))->id == self->copied_step_id) {
      g_free (step);
      step = i != current ? g_strdup_printf ("%u", i) : NULL;
    }
  return tsr_paste_command (tsr_sound_get_name (sound), self->copied_query, step, at_s);
}

TsrPartialSet *
tsr_application_get_copied (TsrApplication *self)
{
  g_return_val_if_fail (TSR_IS_APPLICATION (self), NULL);

  return self->copied;
}
