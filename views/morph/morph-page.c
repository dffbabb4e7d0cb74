/* SPDX-License-Identifier: GPL-3.0-or-later
 * The morph page.
 */
#include "views/morph/morph-page.h"

struct _TsrMorphPage {
  GObject          parent_instance;
  TsrMorphSession *morph;
  TsrSession      *session;
  GtkWidget       *lanes, *panel; /* owned */
  TsrProject      *project;       /* followed while the page is shown */
};

static void page_init (TsrPageInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TsrMorphPage,
                               tsr_morph_page,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TSR_TYPE_PAGE, page_init))

/* ---- as a page ---- */

static const char *
get_id (TsrPage *page)
{
  return "morph";
}

static GtkWidget *
get_center (TsrPage *page)
{
  return TSR_MORPH_PAGE (page)->lanes;
}

static GtkWidget *
get_inspector (TsrPage *page)
{
  return TSR_MORPH_PAGE (page)->panel;
}

static TsrViewport *
viewport_of (TsrMorphPage *self)
{
  return tsr_morph_lanes_get_viewport (TSR_MORPH_LANES (self->lanes));
}

static void
zoom (TsrMorphPage *self, double factor)
{
  TsrViewport *v = viewport_of (self);

  tsr_viewport_zoom_time (
      v, factor, 0.5 * (tsr_viewport_get_start_s (v) + tsr_viewport_get_end_s (v)));
}

static void
zoom_frequency (TsrMorphPage *self, double factor)
{
  TsrViewport *v = viewport_of (self);

  tsr_viewport_zoom_frequency (v, factor, tsr_viewport_get_anchor_hz (v));
}

typedef enum {
  UNDO,
  REDO,
  DELETE,
  SELECT_NONE,
  ZOOM_IN,
  ZOOM_OUT,
  ZOOM_IN_FREQUENCY,
  ZOOM_OUT_FREQUENCY,
  ZOOM_FIT,
  FOCUS,
  N_COMMANDS,
} Command;

static const char *const commands[N_COMMANDS] = {
    "undo",
    "redo",
    "delete",
    "select-none",
    "zoom-in",
    "zoom-out",
    "zoom-in-frequency",
    "zoom-out-frequency",
    "zoom-fit",
    "focus-canvas",
};

static Command
command_of (const char *text)
{
  guint i = 0;

  while (i < N_COMMANDS && !g_str_equal (commands[i], text))
    i++;
  return (Command)i;
}

static gboolean
owns (TsrPage *page, const char *text, gboolean *can)
{
  TsrMorphPage  *self = TSR_MORPH_PAGE (page);
  TsrMorphLanes *lanes = TSR_MORPH_LANES (self->lanes);

  switch (command_of (text)) {
  case UNDO:
    *can = tsr_morph_session_get_undo_label (self->morph) != NULL;
    return TRUE;
  case REDO:
    *can = tsr_morph_session_get_redo_label (self->morph) != NULL;
    return TRUE;
  case DELETE:
  case SELECT_NONE:
    *can = tsr_morph_lanes_can_delete (lanes);
    return TRUE;
  case FOCUS:
    *can = TRUE;
    return TRUE;
  case N_COMMANDS:
    return FALSE;
  default:
    *can = viewport_of (self) != NULL;
    return TRUE;
  }
}

static void
perform (TsrPage *page, const char *text)
{
  TsrMorphPage  *self = TSR_MORPH_PAGE (page);
  TsrMorphLanes *lanes = TSR_MORPH_LANES (self->lanes);
  Command        command = command_of (text);

  if (command >= ZOOM_IN && command <= ZOOM_FIT && viewport_of (self) == NULL)
    return;
  switch (command) {
  case UNDO:
    tsr_morph_session_undo (self->morph);
    break;
  case REDO:
    tsr_morph_session_redo (self->morph);
    break;
  case DELETE:
    tsr_morph_lanes_delete (lanes);
    break;
  case SELECT_NONE:
    tsr_morph_lanes_give_up (lanes);
    break;
  case ZOOM_IN:
  case ZOOM_OUT:
    zoom (self, command == ZOOM_IN ? 1.5 : 1 / 1.5);
    break;
  case ZOOM_IN_FREQUENCY:
  case ZOOM_OUT_FREQUENCY:
    zoom_frequency (self, command == ZOOM_IN_FREQUENCY ? 1.5 : 1 / 1.5);
    break;
  case ZOOM_FIT:
    tsr_viewport_fit (viewport_of (self));
    break;
  case FOCUS:
    gtk_widget_grab_focus (self->lanes);
    break;
  case N_COMMANDS:
    break;
  }
}

static char *
dup_step_name (TsrPage *page, const char *text)
{
  TsrMorphPage *self = TSR_MORPH_PAGE (page);

  return g_strdup (command_of (text) == UNDO
                       ? tsr_morph_session_get_undo_label (self->morph)
                       : tsr_morph_session_get_redo_label (self->morph));
}

/* The sound on the canvas and the analysed one after it: something to begin with. */
static void
suggest_sounds (TsrMorphPage *self)
{
  GListModel *list = G_LIST_MODEL (tsr_session_get_project (self->session));
  TsrSound   *now = tsr_session_get_sound (self->session);
  TsrSound   *sounds[2] = {NULL};
  guint       n = 0, start = 0;

  for (guint i = 0; list != NULL && i < g_list_model_get_n_items (list); i++) {
    g_autoptr (TsrSound) item = g_list_model_get_item (list, i);
    if (item == now)
      start = i;
  }
  for (guint i = 0; list != NULL && n < 2 && i < g_list_model_get_n_items (list); i++) {
    g_autoptr (TsrSound) item =
        g_list_model_get_item (list, (start + i) % g_list_model_get_n_items (list));
    if (tsr_sound_state_fields (tsr_sound_get_state (item))->analysed)
      sounds[n++] = item; /* the project keeps it */
  }
  if (n == 2)
    tsr_morph_session_set_sounds (self->morph, sounds, 2);
}

/* A sound came, went or was analysed: with fewer than two there was nothing to choose. */
static void
edited_cb (TsrMorphPage *self)
{
  if (tsr_morph_session_get_n (self->morph) == 0)
    suggest_sounds (self);
}

static void
follow (TsrMorphPage *self, TsrProject *project)
{
  if (self->project != NULL)
    g_signal_handlers_disconnect_by_data (self->project, self);
  g_set_object (&self->project, project);
  if (project != NULL)
    g_signal_connect_object (
        project, "edited", G_CALLBACK (edited_cb), self, G_CONNECT_SWAPPED);
}

static void
set_shown (TsrPage *page, gboolean is_shown)
{
  TsrMorphPage *self = TSR_MORPH_PAGE (page);

  follow (self, is_shown ? tsr_session_get_project (self->session) : NULL);
  if (is_shown)
    edited_cb (self);
}

static void
page_init (TsrPageInterface *iface)
{
  iface->get_id = get_id;
  iface->get_center = get_center;
  iface->get_inspector = get_inspector;
  iface->get_focus = get_center;
  iface->owns = owns;
  iface->perform = perform;
  iface->dup_step_name = dup_step_name;
  iface->set_shown = set_shown;
}

/* ---- the object ---- */

static void
changed_cb (TsrMorphSession *morph, guint what, TsrMorphPage *self)
{
  if ((what & (TSR_MORPH_CHANGED_UNDO | TSR_MORPH_CHANGED_FOCUS |
               TSR_MORPH_CHANGED_SOUNDS)) != 0)
    tsr_page_commands_changed (TSR_PAGE (self));
}

TsrMorphLanes *
tsr_morph_page_get_lanes (TsrMorphPage *self)
{
  return TSR_MORPH_LANES (self->lanes);
}

TsrMorphPanel *
tsr_morph_page_get_panel (TsrMorphPage *self)
{
  return TSR_MORPH_PANEL (self->panel);
}

static void
tsr_morph_page_dispose (GObject *object)
{
  TsrMorphPage *self = TSR_MORPH_PAGE (object);

  follow (self, NULL);
  g_clear_object (&self->panel);
  g_clear_object (&self->lanes);
  g_clear_object (&self->morph);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (tsr_morph_page_parent_class)->dispose (object);
}

static void
tsr_morph_page_class_init (TsrMorphPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_morph_page_dispose;
}

static void
tsr_morph_page_init (TsrMorphPage *self)
{
}

TsrMorphPage *
tsr_morph_page_new (TsrMorphSession *morph, TsrSession *session)
{
  TsrMorphPage *self = g_object_new (TSR_TYPE_MORPH_PAGE, NULL);

  self->morph = g_object_ref (morph);
  self->session = g_object_ref (session);
  self->lanes = g_object_ref_sink (tsr_morph_lanes_new (morph, session));
  self->panel = g_object_ref_sink (
      tsr_morph_panel_new (morph, session, TSR_MORPH_LANES (self->lanes)));
  g_signal_connect_object (morph, "changed", G_CALLBACK (changed_cb), self, 0);
  g_signal_connect_object (self->lanes,
                           "anchor",
                           G_CALLBACK (tsr_page_commands_changed),
                           self,
                           G_CONNECT_SWAPPED);
  return self;
}
