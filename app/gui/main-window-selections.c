/* SPDX-License-Identifier: GPL-3.0-or-later
 * Saved selections: keeping the present one, removing with a way back; and deleting what
 * sounds in a span of time.
 */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/gui/main-window-private.h"
#include "views/saved-selections-panel.h"

/* What a saved selection was: sound, name, whether it has a region, that, its ids. */
#define SAVED_TYPE "(xsbddddax)"

static GVariant *
pack (TsrSound *sound, const TsrSavedSelection *saved)
{
  const TsrRegion  none = {0};
  const TsrRegion *region = tsr_selection_region (saved->kept);
  const TsrRegion *r = region != NULL ? region : &none;
  GVariant        *ids = g_variant_new_fixed_array (G_VARIANT_TYPE_INT64,
                                             tsr_selection_ids (saved->kept),
                                             tsr_selection_size (saved->kept),
                                             sizeof (gint64));

  return g_variant_new ("(xsbdddd@ax)",
                        tsr_sound_get_id (sound),
                        saved->name,
                        (gboolean)(region != NULL),
                        r->start_s,
                        r->end_s,
                        r->low_hz,
                        r->high_hz,
                        ids);
}

static void
restore_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (widget);
  TsrProject    *project = tsr_session_get_project (self->session);
  TsrRegion      region;
  gint64         sound_id;
  gboolean       has_region;
  gsize          n;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) ids = NULL;
  g_autofree char *label = NULL;

  g_variant_get (parameter,
                 "(xsbdddd@ax)",
                 &sound_id,
                 &label,
                 &has_region,
                 &region.start_s,
                 &region.end_s,
                 &region.low_hz,
                 &region.high_hz,
                 &ids);
  TsrSound *sound = project != NULL ? tsr_project_get_sound (project, sound_id) : NULL;
  if (sound == NULL)
    return;
  const gint64 *items = g_variant_get_fixed_array (ids, &n, sizeof (gint64));
  g_autoptr (TsrSelection) kept =
      tsr_selection_new (items, n, has_region ? &region : NULL);
  if (!tsr_project_restore_saved_selection (project, sound, label, kept, &error))
    tsr_main_window_show_error (self, error->message);
}

/* `before`, from pack, comes back when the button is pressed. */
static void
toast_undo (TsrMainWindow *self, const char *sentence, GVariant *before)
{
  tsr_main_window_offer (self, sentence, _ ("Undo"), "win.restore-selection", before);
}

static void
replace (TsrMainWindow *self, const TsrSavedSelection *saved)
{
  g_autoptr (GVariant) before = g_variant_ref_sink (pack (self->sound, saved));
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence =
      g_strdup_printf (_ ("The saved selection “%s” was replaced"), saved->name);

  if (tsr_project_replace_saved_selection (tsr_session_get_project (self->session),
                                           self->sound,
                                           saved->id,
                                           tsr_session_get_selection (self->session),
                                           &error))
    toast_undo (self, sentence, before);
  else
    tsr_main_window_show_error (self, error->message);
}

static void
keep_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (widget);
  const char    *label = g_variant_get_string (parameter, NULL);
  g_autoptr (GError) error = NULL;

  if (self->sound == NULL)
    return;
  const TsrSavedSelection *saved = tsr_sound_find_saved_selection (self->sound, label);
  if (saved != NULL)
    replace (self, saved);
  else if (tsr_project_save_selection (tsr_session_get_project (self->session),
                                       self->sound,
                                       label,
                                       tsr_session_get_selection (self->session),
                                       &error) == 0)
    tsr_main_window_show_error (self, error->message);
}

static void
remove_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow           *self = TSR_MAIN_WINDOW (widget);
  gint64                   id = g_variant_get_int64 (parameter);
  gsize                    n = 0;
  const TsrSavedSelection *saved =
      self->sound != NULL ? tsr_sound_get_saved_selections (self->sound, &n) : NULL;
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < n; i++) {
    if (saved[i].id != id)
      continue;
    g_autoptr (GVariant) before = g_variant_ref_sink (pack (self->sound, &saved[i]));
    g_autofree char *sentence =
        g_strdup_printf (_ ("The saved selection “%s” was removed"), saved[i].name);
    if (tsr_project_remove_saved_selection (
            tsr_session_get_project (self->session), self->sound, id, &error))
      toast_undo (self, sentence, before);
    else
      tsr_main_window_show_error (self, error->message);
    return;
  }
}

/* Asks for a name, in the inspector. */
static void
save_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (widget);

  if (self->sound == NULL ||
      tsr_selection_size (tsr_session_get_selection (self->session)) == 0)
    return;
  gtk_revealer_set_reveal_child (self->inspector_revealer, TRUE);
  tsr_saved_selections_panel_ask (tsr_inspector_get_saved_selections (self->inspector));
}

/* The time span of the selection's rectangle, or of the loop. */
static gboolean
marked_span (TsrMainWindow *self, double *start_s, double *end_s)
{
  const TsrRegion *region =
      tsr_selection_region (tsr_session_get_selection (self->session));

  if (region != NULL && isfinite (region->start_s) && isfinite (region->end_s)) {
    *start_s = fmax (region->start_s, 0);
    *end_s = region->end_s;
  } else
    tsr_session_get_loop_range (self->session, start_s, end_s);
  return *end_s > *start_s;
}

static void
delete_span_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (widget);
  double         start_s, end_s;

  if (!marked_span (self, &start_s, &end_s)) {
    tsr_main_window_toast (
        self,
        _ ("Mark a span of time first: with the rectangle, or the loop by I and O"));
    return;
  }
  g_autoptr (TsrOperation) operation = tsr_operation_new_delete_span (start_s, end_s);
  tsr_session_perform_on (self->session, operation, NULL, FALSE);
}

void
tsr_main_window_class_install_selection_actions (GtkWidgetClass *klass)
{
  static const struct {
    const char                 *name, *type;
    GtkWidgetActionActivateFunc activate;
  } actions[] = {
      {"win.save-selection", NULL, save_cb},
      {"win.keep-selection", "s", keep_cb},
      {"win.remove-selection", "x", remove_cb},
      {"win.restore-selection", SAVED_TYPE, restore_cb},
      {"win.delete-span", NULL, delete_span_cb},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (
        klass, actions[i].name, actions[i].type, actions[i].activate);
}

void
tsr_main_window_update_selection_actions (TsrMainWindow *self, gboolean analysed)
{
  gboolean selected = tsr_selection_size (tsr_session_get_selection (self->session)) > 0;

  gtk_widget_action_set_enabled (
      GTK_WIDGET (self),
      "win.save-selection",
      tsr_main_window_page_allows (self, "win.save-selection", analysed && selected));
  gtk_widget_action_set_enabled (
      GTK_WIDGET (self),
      "win.delete-span",
      tsr_main_window_page_allows (self, "win.delete-span", analysed));
}
