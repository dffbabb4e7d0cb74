/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the parts of the window share.
 */
#pragma once

#include "app/gui/main-window.h"
#include "app/gui/morph-planner.h"
#include "app/gui/playback.h"
#include "app/gui/project-controller.h"
#include "views/canvas-view.h"
#include "views/empty-state.h"
#include "views/inspector.h"
#include "views/morph/morph-page.h"
#include "views/partial-table.h"
#include "views/progress-card.h"
#include "views/search-bar.h"
#include "views/sounds-list.h"
#include "views/transport-bar.h"

G_BEGIN_DECLS

struct _TsrMainWindow {
  AdwApplicationWindow parent_instance;

  /* Template children */
  AdwToastOverlay *toasts;
  AdwWindowTitle  *title;
  AdwSplitButton  *open_button;
  GtkPopover      *recent_popover;
  GtkListBox      *recent_list;
  GtkWidget       *import_button, *history_buttons, *undo_button, *redo_button;
  GtkMenuButton   *menu_button;
  GtkWidget       *side_buttons, *page_buttons;
  GtkInfoBar      *info_bar;
  GtkLabel        *info_label;
  GtkOverlay      *overlay;
  GtkStack        *stack;
  AdwBin          *empty_bin, *inspector_side, *transport_bin;
  GtkRevealer     *sounds_revealer, *inspector_revealer;
  GtkBox          *sounds_side, *center;

  /* Made in code */
  TsrCanvasView   *canvas_view;
  TsrSoundsList   *sounds;
  TsrInspector    *inspector;
  TsrTransportBar *transport;
  TsrSearchBar    *search;
  TsrPartialTable *table;
  TsrEmptyState   *empty;
  TsrProgressCard *progress;
  GtkWidget       *lower, *lower_stack;
  GtkWidget       *tools, *context_menu;
  GtkStack        *center_stack, *inspector_stack;

  /* Owned */
  GSettings            *settings;
  TsrSession           *session;
  TsrProjectController *controller;
  TsrPlayback          *playback;
  guint                 tick_id, focus_id;
  TsrSound             *sound; /* followed for its history */
  gulong                sound_state, sound_name;
  gboolean              framed;  /* the view was set for its partials */
  gboolean              hearing; /* H is held: what is under the pointer is heard */
  gboolean              opening_demo;
  gboolean              narrow; /* the sounds were folded away for want of room */
  gboolean              sounds_come_back; /* with the room */
  GMenu                *history_menu;
  char                 *lower_page;    /* "" none, "table", "spectrum" */
  GPtrArray            *pages;         /* of TsrPage, those beside the window's own */
  TsrPage              *page;          /* shown, of `pages`; NULL: the window's own */
  gboolean              page_restored; /* as it was when the program ended */
  TsrMorphSession      *morph;
  TsrMorphPage         *morph_page; /* of `pages` */
  TsrMorphPlanner      *planner;
  GSList               *offers;     /* toasts with a button; owned */
  guint                 n_openings; /* projects shown so far */
};

/* main-window-toasts.c */
void tsr_main_window_toast (TsrMainWindow *self, const char *sentence);
/* With a button that calls an action of the window, as long as the project stays open.
 * `target` NULL: none; takes a floating one. */
void tsr_main_window_offer (TsrMainWindow *self,
                            const char    *sentence,
                            const char    *button,
                            const char    *action,
                            GVariant      *target);
/* Another project, or none. */
void tsr_main_window_withdraw_offers (TsrMainWindow *self);
/* main-window.c */
void tsr_main_window_show_error (TsrMainWindow *self, const char *sentence);
/* main-window-layout.c */
void tsr_main_window_build (TsrMainWindow *self);
void tsr_main_window_set_lower_page (TsrMainWindow *self, const char *page);
/* main-window-actions.c */
void tsr_main_window_class_install_actions (GtkWidgetClass *klass);
void tsr_main_window_add_property_actions (TsrMainWindow *self);
void tsr_main_window_update_actions (TsrMainWindow *self);
/* A command with the names of project, sound and recording. (transfer full) */
char *tsr_main_window_dup_command_line (TsrMainWindow *self, const char *command);
/* main-window-edit.c */
void tsr_main_window_class_install_edit_actions (GtkWidgetClass *klass);
void tsr_main_window_update_edit_actions (TsrMainWindow *self);
/* main-window-selections.c */
void tsr_main_window_class_install_selection_actions (GtkWidgetClass *klass);
void tsr_main_window_update_selection_actions (TsrMainWindow *self, gboolean analysed);
/* main-window-operation.c */
void tsr_main_window_class_install_operation_actions (GtkWidgetClass *klass);
void tsr_main_window_update_operation_actions (TsrMainWindow *self, gboolean analysed);
void tsr_main_window_fill_operations (GMenu *menu);
/* main-window-export.c */
void tsr_main_window_class_install_export_actions (GtkWidgetClass *klass);
void tsr_main_window_update_export_actions (TsrMainWindow *self);
/* main-window-pages.c */
void tsr_main_window_class_install_page_actions (GtkWidgetClass *klass);
void tsr_main_window_update_page_actions (TsrMainWindow *self);
/* Puts what the window's own page has in its place, beside the others. */
void
tsr_main_window_add_pages (TsrMainWindow *self, GtkWidget *center, GtkWidget *inspector);
const char *tsr_main_window_get_page (TsrMainWindow *self);
void        tsr_main_window_set_page (TsrMainWindow *self, const char *id);
/* Whether an action is on while the page is shown; `otherwise` on the window's own. */
gboolean
tsr_main_window_page_allows (TsrMainWindow *self, const char *action, gboolean otherwise);
/* TRUE: the action was the page's, and was done. */
gboolean tsr_main_window_page_takes (TsrMainWindow *self, const char *action);
/* main-window-playback.c */
void tsr_main_window_class_install_playback_actions (GtkWidgetClass *klass);
void tsr_main_window_connect_playback (TsrMainWindow *self);
/* main-window-keys.c: keys that would type text into an entry. */
void tsr_main_window_add_keys (TsrMainWindow *self);
/* main-window-focus.c: the keys always go somewhere. */
void tsr_main_window_keep_focus (TsrMainWindow *self);
/* main-window-history.c */
void tsr_main_window_add_menu (TsrMainWindow *self);
void tsr_main_window_class_install_history_actions (GtkWidgetClass *klass);
void tsr_main_window_update_history_actions (TsrMainWindow *self);
/* main-window-files.c */
void tsr_main_window_class_install_file_actions (GtkWidgetClass *klass);
void tsr_main_window_update_file_actions (TsrMainWindow *self);
/* Once a project is open: whether it is a demo that was changed. */
void tsr_main_window_tell_demo (TsrMainWindow *self);
void tsr_main_window_add_drop_target (TsrMainWindow *self);
void tsr_main_window_update_recent (TsrMainWindow *self);

G_END_DECLS
