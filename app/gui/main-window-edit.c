/* SPDX-License-Identifier: GPL-3.0-or-later
 * Commands on the selected partials: cut, copy and paste between sounds and windows,
 * doubling, joining, splitting, growing.
 */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/gui/application-private.h"
#include "app/gui/main-window-private.h"
#include "app/gui/partials-clipboard.h"
#include "model/dsp-types.h"
#include "model/query.h"
#include "model/selection-shapes.h"

#define GROW_GAP_S 0.1

static TsrPartialSet *
partials_of (TsrMainWindow *self)
{
  return tsr_sound_state_fields (tsr_sound_get_state (self->sound))->partials;
}

static gboolean
has_selection (TsrMainWindow *self)
{
  return self->sound != NULL &&
         tsr_selection_size (tsr_session_get_selection (self->session)) > 0;
}

static TsrApplication *
application_of (TsrMainWindow *self)
{
  return TSR_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));
}

static void
copy_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (widget);
  TsrSelection  *selection = tsr_session_get_selection (self->session);

  if (!has_selection (self))
    return;
  g_autoptr (TsrPartialSet) copied =
      tsr_selection_extract (selection, partials_of (self));
  if (copied == NULL) {
    tsr_main_window_show_error (self, _ ("memory is short"));
    return;
  }
  g_autofree char *query = tsr_query_text_of_selection (selection);
  tsr_application_set_copied (application_of (self),
                              copied,
                              tsr_session_get_project (self->session),
                              self->sound,
                              query);
  tsr_partials_clipboard_offer (gtk_widget_get_clipboard (widget), copied);
  if (g_str_equal (name, "win.cut")) {
    g_autoptr (TsrOperation) operation = tsr_operation_new_delete ();
    tsr_session_perform (self->session, operation);
    return;
  }
  g_autofree char *sentence =
      g_strdup_printf (ngettext ("%u partial was copied",
                                 "%u partials were copied",
                                 (gulong)tsr_partial_set_size (copied)),
                       (guint)tsr_partial_set_size (copied));
  tsr_main_window_toast (self, sentence);
}

/* The first of what was copied comes to the playhead. `command` repeats it, "": none. */
static void
paste (TsrMainWindow *self, TsrPartialSet *partials, const char *command)
{
  double start_s, end_s, low_hz, high_hz;
  double at_s = tsr_session_get_playhead_s (self->session);

  tsr_partial_set_bounds (partials, &start_s, &end_s, &low_hz, &high_hz);
  g_autoptr (TsrOperation) operation =
      tsr_operation_new_insert (partials, at_s - start_s);
  tsr_session_perform_as (self->session, operation, NULL, TRUE, command);
}

static gboolean
is_analysed (TsrMainWindow *self)
{
  return self->sound != NULL &&
         tsr_sound_state_fields (tsr_sound_get_state (self->sound))->analysed;
}

static void
foreign_cb (GObject *clipboard, GAsyncResult *result, gpointer data)
{
  g_autoptr (TsrMainWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TsrPartialSet) partials =
      tsr_partials_clipboard_read_finish (GDK_CLIPBOARD (clipboard), result, &error);

  if (partials == NULL)
    tsr_main_window_show_error (self, error->message);
  else if (is_analysed (self) && tsr_partial_set_size (partials) > 0)
    paste (self, partials, "");
}

/* What was copied last, in this program or in another one. */
static void
paste_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow  *self = TSR_MAIN_WINDOW (widget);
  TsrApplication *application = application_of (self);
  TsrPartialSet  *copied = tsr_application_get_copied (application);
  GdkClipboard   *clipboard = gtk_widget_get_clipboard (widget);

  if (!is_analysed (self))
    return;
  if (tsr_partials_clipboard_has_foreign (clipboard)) {
    tsr_partials_clipboard_read_async (clipboard, NULL, foreign_cb, g_object_ref (self));
  } else if (copied != NULL) {
    g_autofree char *command =
        tsr_application_dup_paste (application,
                                   tsr_session_get_project (self->session),
                                   tsr_session_get_playhead_s (self->session));
    paste (self, copied, command);
  }
}

static void
perform_text (TsrMainWindow *self, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TsrOperation) operation = tsr_operation_parse (text, &error);

  if (operation != NULL)
    tsr_session_perform (self->session, operation);
  else
    tsr_main_window_show_error (self, error->message);
}

/* The selected partials once more, to be dragged from there; with none, the sound. */
static void
duplicate_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (widget);

  if (has_selection (self))
    perform_text (self, "duplicate 0");
  else
    gtk_widget_activate_action (widget, "win.duplicate-sound", NULL);
}

static void
joint_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow   *self = TSR_MAIN_WINDOW (widget);
  char             number[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree char *split = g_strdup_printf (
      "split %s",
      g_ascii_formatd (
          number, sizeof number, "%.9f", tsr_session_get_playhead_s (self->session)));

  if (!has_selection (self))
    return;
  if (g_str_equal (name, "win.join"))
    perform_text (self, "join bridge");
  else if (g_str_equal (name, "win.join-crossfade"))
    perform_text (self, "join crossfade");
  else if (g_str_equal (name, "win.split"))
    perform_text (self, split);
  else
    perform_text (self, "reverse");
}

static void
grow_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (widget);

  if (!has_selection (self))
    return;
  g_autoptr (TsrSelection) grown = tsr_selection_grow (
      tsr_session_get_selection (self->session), partials_of (self), GROW_GAP_S);
  tsr_session_set_selection (self->session, grown);
}

void
tsr_main_window_class_install_edit_actions (GtkWidgetClass *klass)
{
  static const struct {
    const char                 *name;
    GtkWidgetActionActivateFunc activate;
  } actions[] = {
      {"win.cut", copy_cb},
      {"win.copy", copy_cb},
      {"win.paste", paste_cb},
      {"win.duplicate", duplicate_cb},
      {"win.join", joint_cb},
      {"win.join-crossfade", joint_cb},
      {"win.split", joint_cb},
      {"win.reverse", joint_cb},
      {"win.grow", grow_cb},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (klass, actions[i].name, NULL, actions[i].activate);
}

void
tsr_main_window_update_edit_actions (TsrMainWindow *self)
{
  static const char *const on_selection[] = {"win.cut",
                                             "win.copy",
                                             "win.join",
                                             "win.join-crossfade",
                                             "win.split",
                                             "win.reverse",
                                             "win.grow"};
  GtkWidget               *widget = GTK_WIDGET (self);
  gboolean                 has_copied =
      tsr_application_get_copied (application_of (self)) != NULL ||
      tsr_partials_clipboard_has_foreign (gtk_widget_get_clipboard (widget));

  for (gsize i = 0; i < G_N_ELEMENTS (on_selection); i++)
    gtk_widget_action_set_enabled (
        widget,
        on_selection[i],
        tsr_main_window_page_allows (self, on_selection[i], has_selection (self)));
  gtk_widget_action_set_enabled (
      widget,
      "win.paste",
      tsr_main_window_page_allows (self, "win.paste", has_copied && is_analysed (self)));
  gtk_widget_action_set_enabled (
      widget,
      "win.duplicate",
      tsr_main_window_page_allows (self, "win.duplicate", self->sound != NULL));
}
