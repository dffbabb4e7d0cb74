/* SPDX-License-Identifier: GPL-3.0-or-later
 * Keys without Ctrl, and those that also mean something to a text entry: they belong to
 * the text while one has the focus.
 */
#include "app/gui/main-window-private.h"
#include "views/tool-palette.h"

typedef struct {
  guint           key;
  GdkModifierType modifiers;
  const char     *action;
} Key;

static const Key keys[] = {
    {GDK_KEY_space, 0, "win.play"},
    {GDK_KEY_space, GDK_SHIFT_MASK, "win.play-from-start"},
    {GDK_KEY_l, 0, "win.loop"},
    {GDK_KEY_i, 0, "win.loop-in"},
    {GDK_KEY_o, 0, "win.loop-out"},
    {GDK_KEY_m, 0, "win.add-marker"},
    {GDK_KEY_f, 0, "win.zoom-selection"},
    {GDK_KEY_Delete, 0, "win.delete"},
    {GDK_KEY_KP_Delete, 0, "win.delete"},
    {GDK_KEY_BackSpace, 0, "win.delete"},
    {GDK_KEY_Delete, GDK_SHIFT_MASK, "win.delete-span"},
    {GDK_KEY_KP_Delete, GDK_SHIFT_MASK, "win.delete-span"},
    {GDK_KEY_z, GDK_CONTROL_MASK, "win.undo"},
    {GDK_KEY_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.redo"},
    {GDK_KEY_y, GDK_CONTROL_MASK, "win.redo"},
    {GDK_KEY_a, GDK_CONTROL_MASK, "win.select-all"},
    {GDK_KEY_a, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.select-none"},
    {GDK_KEY_i, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.select-invert"},
    {GDK_KEY_b, 0, "win.save-selection"},
    {GDK_KEY_d, GDK_CONTROL_MASK, "win.duplicate"},
    {GDK_KEY_x, GDK_CONTROL_MASK, "win.cut"},
    {GDK_KEY_c, GDK_CONTROL_MASK, "win.copy"},
    {GDK_KEY_v, GDK_CONTROL_MASK, "win.paste"},
    {GDK_KEY_j, 0, "win.join"},
    {GDK_KEY_j, GDK_SHIFT_MASK, "win.join-crossfade"},
    {GDK_KEY_k, 0, "win.split"},
    {GDK_KEY_g, 0, "win.grow"},
    {GDK_KEY_e, 0, "win.choose-operation"},
    {GDK_KEY_c, 0, "win.compare"},
    {GDK_KEY_x, 0, "win.compare-switch"},
};

/* TRUE while text is typed, or a menu or dialog has the keys. */
static gboolean
keys_are_taken (TsrMainWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  if (focus == NULL)
    return FALSE;
  /* What is typed while an edit is dragged is its exact value. */
  if (tsr_session_get_preview (self->session) != NULL)
    return TRUE;
  return GTK_IS_EDITABLE (focus) || GTK_IS_TEXT (focus) || GTK_IS_TEXT_VIEW (focus) ||
         GTK_WIDGET (gtk_widget_get_native (focus)) != GTK_WIDGET (self);
}

/* Held H: only the partial under the pointer is heard, the last one where there is none.
 */
static void
hover_cb (TsrMainWindow *self)
{
  gint64 id = tsr_session_get_hover_id (self->session);

  if (self->hearing && id != 0)
    tsr_playback_solo (self->playback, id);
}

static void
stop_hearing (TsrMainWindow *self)
{
  if (self->hearing && self->playback != NULL)
    tsr_playback_solo (self->playback, 0);
  self->hearing = FALSE;
}

/* Another window has the keys now: no release comes here. */
static void
active_cb (TsrMainWindow *self)
{
  if (!gtk_window_is_active (GTK_WINDOW (self)))
    stop_hearing (self);
}

static void
released_cb (GtkEventControllerKey *controller,
             guint                  key,
             guint                  code,
             GdkModifierType        modifiers,
             TsrMainWindow         *self)
{
  if (gdk_keyval_to_lower (key) == GDK_KEY_h)
    stop_hearing (self);
}

static gboolean
is_delete (guint key)
{
  return key == GDK_KEY_Delete || key == GDK_KEY_KP_Delete || key == GDK_KEY_BackSpace;
}

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint                  key,
        guint                  code,
        GdkModifierType        modifiers,
        TsrMainWindow         *self)
{
  guint           lower = gdk_keyval_to_lower (key);
  GdkModifierType held =
      modifiers & (GDK_CONTROL_MASK | GDK_SHIFT_MASK | GDK_ALT_MASK | GDK_SUPER_MASK);
  const char *tool = tsr_tool_of_digit ((char)MIN (gdk_keyval_to_unicode (key), 127));

  if ((modifiers & (GDK_BUTTON1_MASK | GDK_BUTTON2_MASK | GDK_BUTTON3_MASK)) != 0)
    return GDK_EVENT_PROPAGATE; /* digits typed into a drag */
  if (keys_are_taken (self) || tsr_session_get_sound (self->session) == NULL)
    return GDK_EVENT_PROPAGATE;
  if (lower == GDK_KEY_Escape && held == 0 &&
      tsr_session_get_compared (self->session, NULL, NULL)) {
    tsr_session_compare (self->session, 0, 0);
    return GDK_EVENT_STOP;
  }
  if (is_delete (lower) && held == 0 && self->page == NULL &&
      tsr_canvas_delete_point (tsr_canvas_view_get_canvas (self->canvas_view)))
    return GDK_EVENT_STOP;
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (keys[i].key == lower && keys[i].modifiers == held) {
      gtk_widget_activate_action (GTK_WIDGET (self), keys[i].action, NULL);
      return GDK_EVENT_STOP;
    }
  if (lower == GDK_KEY_h && held == 0 && self->page == NULL) {
    self->hearing = TRUE;
    hover_cb (self);
    return GDK_EVENT_STOP;
  }
  if (held == 0 && tool != NULL && self->page == NULL) {
    g_object_set (self->session, "tool", tool, NULL);
    return GDK_EVENT_STOP;
  }
  return GDK_EVENT_PROPAGATE;
}

void
tsr_main_window_add_keys (TsrMainWindow *self)
{
  GtkEventController *controller = gtk_event_controller_key_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect_object (controller, "key-pressed", G_CALLBACK (key_cb), self, 0);
  g_signal_connect_object (controller, "key-released", G_CALLBACK (released_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
  g_signal_connect_object (
      self->session, "notify::hover-id", G_CALLBACK (hover_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self, "notify::is-active", G_CALLBACK (active_cb), self, G_CONNECT_SWAPPED);
}
