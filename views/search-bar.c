/* SPDX-License-Identifier: GPL-3.0-or-later
 * Selecting partials by a query.
 */
#include "views/search-bar.h"

#include <glib/gi18n-lib.h>

#include "model/query.h"
#include "views/controller.h"
#include "views/inspector-group.h"
#include "views/select-mode.h"

enum { N_MODES = 4 };

struct _TsrSearchBar {
  GtkWidget   parent_instance;
  GtkWidget  *box, *modes[N_MODES], *entry, *count;
  TsrSession *session;
  TsrSelection
          *before; /* what was selected when the text was begun; NULL: there is none */
  gboolean selecting;
  gboolean clearing; /* the field is emptied, which says nothing */
};

G_DEFINE_FINAL_TYPE (TsrSearchBar, tsr_search_bar, GTK_TYPE_WIDGET)

/* The buttons of the switch. */
static const struct {
  TsrSelectMode mode;
  const char   *sign, *name, *tip;
} modes[N_MODES] = {
    {TSR_SELECT_REPLACE,
     "=",
     N_ ("Select anew"),
     N_ ("Tools and queries select anew; with Shift they add, with Ctrl tools toggle and "
         "Enter in the query subtracts, with both they intersect")},
    {TSR_SELECT_ADD,
     "+",
     N_ ("Add to the selection"),
     N_ ("Tools and queries add to the selection (Shift)")},
    {TSR_SELECT_SUBTRACT,
     "\342\210\222",
     N_ ("Subtract from the selection"),
     N_ ("Tools and queries subtract from the selection")},
    {TSR_SELECT_INTERSECT,
     "\342\210\251",
     N_ ("Intersect with the selection"),
     N_ ("Tools and queries intersect with the selection (Shift+Ctrl)")},
};

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

static void
set_selection (TsrSearchBar *self, TsrSelection *selection)
{
  self->selecting = TRUE;
  tsr_session_set_selection (self->session, selection);
  self->selecting = FALSE;
  show_count (self);
}

/* Nothing is searched for: what was selected before comes back where the query only
 * changed it; where there was no query the selection stays. */
static void
forget (TsrSearchBar *self, TsrSelectMode mode)
{
  if (mode == TSR_SELECT_REPLACE || self->before != NULL)
    set_selection (self, mode == TSR_SELECT_REPLACE ? NULL : self->before);
  g_clear_pointer (&self->before, tsr_selection_unref);
}

/* FALSE: the text is no query, or there is none. */
static gboolean
search (TsrSearchBar *self, TsrSelectMode mode)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autoptr (GError) error = NULL;

  if (partials (self) == NULL)
    return FALSE;
  if (*text == '\0') {
    forget (self, mode);
    return FALSE;
  }
  if (self->before == NULL)
    self->before = tsr_selection_ref (tsr_session_get_selection (self->session));
  g_autoptr (TsrSelection) found =
      tsr_query_select_in (tsr_session_get_sound (self->session), 0, text, &error);
  if (found == NULL) {
    show_problem (self, error->message);
    return FALSE;
  }
  g_autoptr (TsrSelection) after = tsr_selection_combine (self->before, found, mode);
  set_selection (self, after);
  if (tsr_selection_size (found) == 0)
    gtk_label_set_label (GTK_LABEL (self->count), _ ("No partial fits"));
  return TRUE;
}

static void
changed_cb (TsrSearchBar *self)
{
  gboolean emptied =
      self->clearing && *gtk_editable_get_text (GTK_EDITABLE (self->entry)) == '\0';

  self->clearing = FALSE;
  if (!emptied)
    search (self, tsr_session_get_select_mode (self->session));
}

/* The next text starts from what is selected then. */
static void
clear (TsrSearchBar *self)
{
  g_clear_pointer (&self->before, tsr_selection_unref);
  if (*gtk_editable_get_text (GTK_EDITABLE (self->entry)) != '\0')
    self->clearing = TRUE; /* the field tells of it later */
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
}

/* A selection made elsewhere is not what the field says. */
static void
selection_cb (TsrSearchBar *self)
{
  if (self->selecting)
    return;
  clear (self);
  show_count (self);
}

static void
mode_cb (TsrSearchBar *self)
{
  TsrSelectMode mode = tsr_session_get_select_mode (self->session);

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    if (modes[i].mode == mode)
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->modes[i]), TRUE);
  if (self->before != NULL)
    search (self, mode);
}

static void
chosen_cb (TsrSearchBar *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->modes[i])))
      tsr_session_set_select_mode (self->session, modes[i].mode);
}

static void
stop_cb (TsrSearchBar *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  gtk_widget_activate_action (GTK_WIDGET (self), "win.focus-canvas", NULL);
}

/* Where the query changed the selection, the field is free for the next one. */
static void
accept (TsrSearchBar *self, TsrSelectMode mode)
{
  if (search (self, mode) && mode != TSR_SELECT_REPLACE)
    clear (self);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.focus-canvas", NULL);
}

static void
activate_cb (TsrSearchBar *self)
{
  accept (self, tsr_session_get_select_mode (self->session));
}

/* Shift+Enter adds, Ctrl+Enter subtracts, both intersect, whatever the switch says. */
static gboolean
key_cb (GtkEventControllerKey *controller,
        guint                  key,
        guint                  code,
        GdkModifierType        modifiers,
        TsrSearchBar          *self)
{
  GdkModifierType held = modifiers & (GDK_SHIFT_MASK | GDK_CONTROL_MASK);

  if ((key != GDK_KEY_Return && key != GDK_KEY_KP_Enter) || held == 0)
    return GDK_EVENT_PROPAGATE;
  accept (self, tsr_select_mode_held (held, TSR_SELECT_REPLACE));
  return GDK_EVENT_STOP;
}

static void
tsr_search_bar_dispose (GObject *object)
{
  TsrSearchBar *self = TSR_SEARCH_BAR (object);

  g_clear_pointer (&self->before, tsr_selection_unref);
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
add_switch (TsrSearchBar *self)
{
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_widget_add_css_class (buttons, "linked");
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++) {
    GtkWidget *button = gtk_toggle_button_new_with_label (modes[i].sign);
    self->modes[i] = button;
    gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button),
                                 i > 0 ? GTK_TOGGLE_BUTTON (self->modes[0]) : NULL);
    gtk_widget_set_tooltip_text (button, _ (modes[i].tip));
    tsr_control_set_name (button, _ (modes[i].name));
    gtk_box_append (GTK_BOX (buttons), button);
  }
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->modes[0]), TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    g_signal_connect_object (
        self->modes[i], "toggled", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (self->box), buttons);
}

static void
tsr_search_bar_init (TsrSearchBar *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  add_switch (self);
  self->entry = gtk_search_entry_new ();
  g_object_set (self->entry,
                "placeholder-text",
                _ ("Select by a query: amplitude > -60dB and duration > 50ms"),
                NULL);
  gtk_search_entry_set_search_delay (GTK_SEARCH_ENTRY (self->entry), 120);
  gtk_widget_set_hexpand (self->entry, TRUE);
  gtk_widget_set_tooltip_text (
      self->entry,
      _ ("Fields: time, duration, frequency, amplitude, energy, "
         "noise, label, channel, length, "
         "harmonicity; also “top 20 by energy” and @Name for a saved "
         "selection"));
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
  tsr_widget_on_key (self->entry, GTK_PHASE_CAPTURE, G_CALLBACK (key_cb), self);
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
  g_signal_connect_object (
      session, "notify::select-mode", G_CALLBACK (mode_cb), self, G_CONNECT_SWAPPED);
  show_count (self);
  return GTK_WIDGET (self);
}

void
tsr_search_bar_focus (TsrSearchBar *self)
{
  g_return_if_fail (TSR_IS_SEARCH_BAR (self));
  gtk_widget_grab_focus (self->entry);
}
