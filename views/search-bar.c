/* SPDX-License-Identifier: GPL-3.0-or-later
 * Selecting partials by a query.
 */
#include "views/search-bar.h"

#include <glib/gi18n-lib.h>

#include "model/query.h"

struct _TsrSearchBar {
  GtkWidget   parent_instance;
  GtkWidget  *box, *entry, *count;
  TsrSession *session;
  gboolean    selecting;
  gboolean    clearing; /* the field is emptied, which says nothing */
};

G_DEFINE_FINAL_TYPE (TsrSearchBar, tsr_search_bar, GTK_TYPE_WIDGET)

static TsrPartialSet *
partials (TsrSearchBar *self)
{
  TsrSound *sound = tsr_session_get_sound (self->session);

  return sound != NULL ? tsr_sound_state_fields (tsr_sound_get_state (sound))->partials
                       : NULL;
}

static void
show_count (TsrSearchBar *self)
{
  TsrPartialSet   *set = partials (self);
  gsize            n = tsr_selection_size (tsr_session_get_selection (self->session));
  gsize            n_all = set != NULL ? tsr_partial_set_size (set) : 0;
  g_autofree char *text = NULL;

  if (n_all == 0)
    text = g_strdup ("");
  else if (n == 0)
    text = g_strdup_printf (ngettext ("%zu partial", "%zu partials", n_all), n_all);
  else
    text = g_strdup_printf (_ ("%zu of %zu selected"), n, n_all);
  gtk_label_set_label (GTK_LABEL (self->count), text);
  gtk_widget_remove_css_class (self->count, "error");
  gtk_widget_remove_css_class (self->entry, "error");
  gtk_widget_set_tooltip_text (self->count, NULL);
}

static void
show_problem (TsrSearchBar *self, const char *sentence)
{
  gtk_label_set_label (GTK_LABEL (self->count), sentence);
  gtk_widget_set_tooltip_text (self->count, sentence);
  gtk_widget_add_css_class (self->count, "error");
  gtk_widget_add_css_class (self->entry, "error");
}

static double
fundamental_hz (TsrSearchBar *self)
{
  const TsrAnalysisRecord *record =
      tsr_sound_get_analysis (tsr_session_get_sound (self->session));

  return record != NULL ? record->spacing.fundamental_hz : 0.0;
}

static void
changed_cb (TsrSearchBar *self)
{
  const char    *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  TsrPartialSet *set = partials (self);
  g_autoptr (TsrQuery) query = NULL;
  g_autoptr (TsrSelection) selection = NULL;
  g_autoptr (GError) error = NULL;

  if (set == NULL || (self->clearing && *text == '\0')) {
    self->clearing = FALSE;
    return;
  }
  self->clearing = FALSE;
  if (*text != '\0') {
    query = tsr_query_parse (text, &error);
    if (query == NULL) {
      show_problem (self, error->message);
      return;
    }
    selection = tsr_query_select (query, set, fundamental_hz (self));
  }
  self->selecting = TRUE;
  tsr_session_set_selection (self->session, selection);
  self->selecting = FALSE;
  show_count (self);
  if (selection != NULL && tsr_selection_size (selection) == 0)
    gtk_label_set_label (GTK_LABEL (self->count), _ ("No partial fits"));
}

/* A selection made elsewhere is not what the field says. */
static void
selection_cb (TsrSearchBar *self)
{
  if (self->selecting)
    return;
  if (*gtk_editable_get_text (GTK_EDITABLE (self->entry)) != '\0')
    self->clearing = TRUE; /* the field tells of it later */
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  show_count (self);
}

static void
stop_cb (TsrSearchBar *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  gtk_widget_activate_action (GTK_WIDGET (self), "win.focus-canvas", NULL);
}

static void
activate_cb (TsrSearchBar *self)
{
  changed_cb (self);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.focus-canvas", NULL);
}

static void
tsr_search_bar_dispose (GObject *object)
{
  TsrSearchBar *self = TSR_SEARCH_BAR (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (tsr_search_bar_parent_class)->dispose (object);
}

static void
tsr_search_bar_class_init (TsrSearchBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_search_bar_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static void
tsr_search_bar_init (TsrSearchBar *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->entry = gtk_search_entry_new ();
  g_object_set (self->entry,
                "placeholder-text",
                _ ("Select by a query: amplitude > -60dB and duration > 50ms"),
                NULL);
  gtk_search_entry_set_search_delay (GTK_SEARCH_ENTRY (self->entry), 120);
  gtk_widget_set_hexpand (self->entry, TRUE);
  gtk_widget_set_tooltip_text (self->entry,
                               _ ("Fields: time, duration, frequency, amplitude, energy, "
                                  "noise, label, channel, length, "
                                  "harmonicity; also “top 20 by energy”"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Search partials"),
                                  -1);
  self->count = gtk_label_new ("");
  gtk_label_set_ellipsize (GTK_LABEL (self->count), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (self->count), 44);
  gtk_label_set_xalign (GTK_LABEL (self->count), 1.0);
  gtk_widget_add_css_class (self->count, "caption");
  gtk_widget_add_css_class (self->count, "numeric");
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self->count), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "count", -1);
  gtk_box_append (GTK_BOX (self->box), self->entry);
  gtk_box_append (GTK_BOX (self->box), self->count);
  g_signal_connect_object (
      self->entry, "search-changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->entry, "stop-search", G_CALLBACK (stop_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->entry, "activate", G_CALLBACK (activate_cb), self, G_CONNECT_SWAPPED);
}

GtkWidget *
tsr_search_bar_new (TsrSession *session)
{
  TsrSearchBar *self = g_object_new (TSR_TYPE_SEARCH_BAR, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (
      session, "notify::selection", G_CALLBACK (selection_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      session, "notify::sound", G_CALLBACK (selection_cb), self, G_CONNECT_SWAPPED);
  show_count (self);
  return GTK_WIDGET (self);
}

void
tsr_search_bar_focus (TsrSearchBar *self)
{
  g_return_if_fail (TSR_IS_SEARCH_BAR (self));
  gtk_widget_grab_focus (self->entry);
}
