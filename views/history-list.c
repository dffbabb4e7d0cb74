/* SPDX-License-Identifier: GPL-3.0-or-later
 * The undo history as a list to click in.
 */
#include "views/history-list.h"

#include <glib/gi18n-lib.h>

#include "model/dsp-types.h"
#include "views/controller.h"

struct _TsrHistoryList {
  GtkWidget   parent_instance;
  GtkWidget  *list, *menu;
  TsrSession *session;
  TsrSound   *sound;
  gulong      sound_handler;
};

G_DEFINE_FINAL_TYPE (TsrHistoryList, tsr_history_list, GTK_TYPE_WIDGET)

static TsrStep *
step_of (GtkWidget *row)
{
  return g_object_get_data (G_OBJECT (row), "step");
}

static void
set_class (GtkWidget *row, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (row, name);
  else
    gtk_widget_remove_css_class (row, name);
}

/* Where a step stands to the present one. */
typedef enum { PLACE_PAST, PLACE_PRESENT, PLACE_UNDONE, PLACE_ASIDE } Place;

/* `next` is how far the line, which has the order of the steps, was met already. */
static Place
place_of (TsrStep *step, GPtrArray *line, gsize *next, gsize current)
{
  gsize index = *next;

  if (index >= line->len || g_ptr_array_index (line, index) != step)
    return PLACE_ASIDE;
  (*next)++;
  return index == current ? PLACE_PRESENT : index > current ? PLACE_UNDONE : PLACE_PAST;
}

static const char *
text_of (Place place)
{
  switch (place) {
  case PLACE_PRESENT:
    return _ ("shown");
  case PLACE_UNDONE:
    return _ ("undone");
  case PLACE_ASIDE:
    return _ ("of another branch");
  case PLACE_PAST:
    break;
  }
  return "";
}

static void
show_place (GtkWidget *row, Place place)
{
  GtkWidget *mark = g_object_get_data (G_OBJECT (row), "mark");

  gtk_image_set_from_icon_name (GTK_IMAGE (mark),
                                place == PLACE_PRESENT ? "tarsier-step-current-symbolic"
                                                       : "tarsier-step-symbolic");
  set_class (row, "undone", place == PLACE_UNDONE || place == PLACE_ASIDE);
  set_class (row, "aside", place == PLACE_ASIDE);
  set_class (row, "current", place == PLACE_PRESENT);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  tsr_step_fields (step_of (row))->label,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  text_of (place),
                                  -1);
}

static GtkWidget *
compare_button_new (const TsrStepFields *fields)
{
  GtkWidget       *button = gtk_button_new_with_label ("A/B");
  g_autofree char *name = g_strdup_printf (_ ("Compare with “%s”"), fields->label);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "history.compare");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "x", fields->id);
  gtk_widget_set_halign (button, GTK_ALIGN_END);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return button;
}

static GtkWidget *
row_new (TsrStep *step)
{
  const TsrStepFields *fields = tsr_step_fields (step);
  GtkWidget           *row = gtk_list_box_row_new ();
  GtkWidget           *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget           *place = gtk_overlay_new ();
  GtkWidget           *label = gtk_label_new (fields->label);
  GtkWidget           *mark = gtk_image_new ();
  GtkWidget           *badge = gtk_label_new (NULL);
  GtkWidget           *compared = compare_button_new (fields);
  g_autofree char     *tip = NULL;

  gtk_label_set_xalign (GTK_LABEL (label), 0.0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (badge, "badge");
  gtk_widget_set_valign (badge, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (badge, FALSE);
  gtk_box_append (GTK_BOX (box), mark);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), badge);
  gtk_overlay_set_child (GTK_OVERLAY (place), box);
  gtk_overlay_add_overlay (GTK_OVERLAY (place), compared);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), place);
  if (fields->command != NULL && *fields->command != '\0')
    tip = g_strdup_printf ("%s\n%s", fields->label, fields->command);
  gtk_widget_set_tooltip_text (row, tip != NULL ? tip : fields->label);
  g_object_set_data (G_OBJECT (row), "mark", mark);
  g_object_set_data (G_OBJECT (row), "badge", badge);
  g_object_set_data (G_OBJECT (row), "compare", compared);
  g_object_set_data_full (
      G_OBJECT (row), "step", tsr_step_ref (step), (GDestroyNotify)tsr_step_unref);
  return row;
}

/* A and B at the steps that are compared. */
static void
show_badges (TsrHistoryList *self)
{
  GtkListBoxRow *row;
  gint64         a, b;

  tsr_session_get_compared (self->session, &a, &b);
  for (int i = 0;
       (row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), i)) != NULL;
       i++) {
    GtkWidget *badge = g_object_get_data (G_OBJECT (row), "badge");
    gint64     id = tsr_step_fields (step_of (GTK_WIDGET (row)))->id;
    gtk_label_set_label (GTK_LABEL (badge), id == a ? "A" : "B");
    gtk_widget_set_visible (badge, a != 0 && (id == a || id == b));
  }
}

/* One step alone has nothing to be compared with. */
static void
show_comparable (GtkListBoxRow *row, guint n_steps)
{
  GtkWidget       *button = g_object_get_data (G_OBJECT (row), "compare");
  g_autofree char *name = g_strdup_printf (
      _ ("Compare with “%s”"), tsr_step_fields (step_of (GTK_WIDGET (row)))->label);

  gtk_widget_set_sensitive (button, n_steps > 1);
  gtk_widget_set_tooltip_text (
      button, n_steps > 1 ? name : _ ("There is no other step yet to compare with"));
}

/* Rows of steps that are still there stay, with the focus that one of them may have. */
static void
fill (TsrHistoryList *self)
{
  GtkListBox    *list = GTK_LIST_BOX (self->list);
  GtkListBoxRow *row;
  g_autoptr (GPtrArray) steps = NULL;
  g_autoptr (GPtrArray) line = NULL;
  gsize current = 0, next = 0;
  guint same = 0;

  if (self->sound != NULL) {
    steps = tsr_sound_dup_steps (self->sound);
    line = tsr_sound_dup_history (self->sound, &current);
  }
  while ((row = gtk_list_box_get_row_at_index (list, (int)same)) != NULL &&
         steps != NULL && same < steps->len &&
         step_of (GTK_WIDGET (row)) == g_ptr_array_index (steps, same))
    same++;
  while ((row = gtk_list_box_get_row_at_index (list, (int)same)) != NULL)
    gtk_list_box_remove (list, GTK_WIDGET (row));
  for (guint i = same; steps != NULL && i < steps->len; i++)
    gtk_list_box_append (list, row_new (g_ptr_array_index (steps, i)));
  for (guint i = 0; steps != NULL && i < steps->len; i++) {
    row = gtk_list_box_get_row_at_index (list, (int)i);
    show_place (GTK_WIDGET (row),
                place_of (g_ptr_array_index (steps, i), line, &next, current));
    show_comparable (row, steps->len);
  }
  show_badges (self);
}

static void
go_to (TsrHistoryList *self, gint64 step_id)
{
  g_autoptr (GError) error = NULL;

  if (!tsr_project_go_to_step (
          tsr_session_get_project (self->session), self->sound, step_id, &error))
    g_signal_emit_by_name (self->session, "failed", error->message);
}

/* A step beside the other one that is compared, or beside its partner; the earlier one
 * is A. */
static void
compare (TsrHistoryList *self, gint64 step_id)
{
  gint64 a, b, partner_id = tsr_session_partner_of (self->session, step_id);

  if (tsr_session_get_compared (self->session, &a, &b))
    tsr_session_compare (self->session, step_id != b ? step_id : a, b);
  else
    tsr_session_compare (
        self->session, MIN (step_id, partner_id), MAX (step_id, partner_id));
}

static void
action_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrHistoryList *self = TSR_HISTORY_LIST (widget);
  gint64          a, b, id = g_variant_get_int64 (parameter);

  if (self->sound == NULL)
    return;
  if (!tsr_session_get_compared (self->session, &a, &b))
    a = b = tsr_session_partner_of (self->session, id);
  if (g_str_equal (name, "history.go"))
    go_to (self, id);
  else if (g_str_equal (name, "history.compare"))
    compare (self, id);
  else if (g_str_equal (name, "history.compare-a"))
    tsr_session_compare (self->session, id, b);
  else
    tsr_session_compare (self->session, a, id);
}

static void
append_item (GMenu *menu, const char *label, const char *action, gint64 step_id)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "x", step_id);
  g_menu_append_item (menu, item);
}

static void
pop_up (TsrHistoryList *self, GtkWidget *row)
{
  gint64 id = tsr_step_fields (step_of (row))->id;
  g_autoptr (GMenu) menu = g_menu_new ();
  graphene_rect_t bounds;

  append_item (menu, _ ("_Go to This Step"), "history.go", id);
  if (tsr_session_partner_of (self->session, id) != 0) {
    append_item (menu, _ ("_Compare with the Present Step"), "history.compare", id);
    append_item (menu, _ ("Compare as _A"), "history.compare-a", id);
    append_item (menu, _ ("Compare as _B"), "history.compare-b", id);
  }
  gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (self->menu), G_MENU_MODEL (menu));
  if (gtk_widget_compute_bounds (row, GTK_WIDGET (self), &bounds))
    gtk_popover_set_pointing_to (GTK_POPOVER (self->menu),
                                 &(GdkRectangle){(int)bounds.origin.x,
                                                 (int)bounds.origin.y,
                                                 (int)bounds.size.width,
                                                 (int)bounds.size.height});
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
pressed_cb (
    GtkGestureClick *gesture, int n_press, double x, double y, TsrHistoryList *self)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_y (GTK_LIST_BOX (self->list), (int)y);

  if (row != NULL)
    pop_up (self, GTK_WIDGET (row));
}

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint                  key,
        guint                  code,
        GdkModifierType        modifiers,
        TsrHistoryList        *self)
{
  GtkWidget *row = gtk_widget_get_focus_child (self->list);
  gboolean   asks =
      key == GDK_KEY_Menu || (key == GDK_KEY_F10 && (modifiers & GDK_SHIFT_MASK) != 0);

  if (!asks || row == NULL)
    return GDK_EVENT_PROPAGATE;
  pop_up (self, row);
  return GDK_EVENT_STOP;
}

static void
activated_cb (GtkListBox *list, GtkListBoxRow *row, TsrHistoryList *self)
{
  go_to (self, tsr_step_fields (step_of (GTK_WIDGET (row)))->id);
}

static void
sound_cb (TsrHistoryList *self)
{
  g_clear_signal_handler (&self->sound_handler, self->sound);
  g_set_object (&self->sound, tsr_session_get_sound (self->session));
  if (self->sound != NULL)
    self->sound_handler =
        g_signal_connect_swapped (self->sound, "notify::state", G_CALLBACK (fill), self);
  fill (self);
}

static void
tsr_history_list_dispose (GObject *object)
{
  TsrHistoryList *self = TSR_HISTORY_LIST (object);

  g_clear_signal_handler (&self->sound_handler, self->sound);
  g_clear_object (&self->sound);
  g_clear_object (&self->session);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->list, gtk_widget_unparent);
  G_OBJECT_CLASS (tsr_history_list_parent_class)->dispose (object);
}

static void
tsr_history_list_class_init (TsrHistoryListClass *klass)
{
  static const char *const actions[] = {
      "history.go", "history.compare", "history.compare-a", "history.compare-b"};

  G_OBJECT_CLASS (klass)->dispose = tsr_history_list_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (
        GTK_WIDGET_CLASS (klass), actions[i], "x", action_cb);
}

static void
tsr_history_list_init (TsrHistoryList *self)
{
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "navigation-sidebar");
  gtk_widget_add_css_class (self->list, "history");
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("History"), -1);
  gtk_widget_set_parent (self->list, GTK_WIDGET (self));
  self->menu = gtk_popover_menu_new_from_model (NULL);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
  tsr_widget_on_press (self->list, GDK_BUTTON_SECONDARY, G_CALLBACK (pressed_cb), self);
  tsr_widget_on_key (self->list, GTK_PHASE_BUBBLE, G_CALLBACK (key_cb), self);
  g_signal_connect_object (
      self->list, "row-activated", G_CALLBACK (activated_cb), self, 0);
}

GtkWidget *
tsr_history_list_new (TsrSession *session)
{
  TsrHistoryList *self = g_object_new (TSR_TYPE_HISTORY_LIST, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (
      session, "notify::sound", G_CALLBACK (sound_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      session, "comparing-changed", G_CALLBACK (show_badges), self, G_CONNECT_SWAPPED);
  sound_cb (self);
  return GTK_WIDGET (self);
}
