/* SPDX-License-Identifier: GPL-3.0-or-later
 * A page of the window: what stands in its middle and in the inspector, and which of the
 * window's commands mean something of their own there. Sounds and transport belong to all
 * pages. The page *Analyse* is the window as it is without any. Thread: main.
 *
 * Signal "commands-changed": what it owns can be done now, or cannot any more, or has
 * another name.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TSR_TYPE_PAGE (tsr_page_get_type ())
G_DECLARE_INTERFACE (TsrPage, tsr_page, TSR, PAGE, GObject)

struct _TsrPageInterface {
  GTypeInterface parent_interface;
  const char *(*get_id) (TsrPage *self);       /* target of the action win.page */
  GtkWidget *(*get_center) (TsrPage *self);    /* borrowed */
  GtkWidget *(*get_inspector) (TsrPage *self); /* borrowed */
  GtkWidget *(*get_focus) (TsrPage *self);     /* what gets the keys at first */
  gboolean (*owns) (TsrPage *self, const char *command, gboolean *can);
  void (*perform) (TsrPage *self, const char *command);
  char *(*dup_step_name) (TsrPage *self, const char *command);
  void (*set_shown) (TsrPage *self, gboolean is_shown);
};

const char *tsr_page_get_id (TsrPage *self);
GtkWidget  *tsr_page_get_center (TsrPage *self);
GtkWidget  *tsr_page_get_inspector (TsrPage *self);
GtkWidget  *tsr_page_get_focus (TsrPage *self);

/* Whether a command such as "undo", "delete" or "zoom-in" is the page's own while it is
 * shown, and whether it can be done now. Commands that edit a sound and are not owned are
 * off meanwhile. */
gboolean tsr_page_owns (TsrPage *self, const char *command, gboolean *can);
void     tsr_page_perform (TsrPage *self, const char *command);
/* What "undo" or "redo" would take back or bring again; NULL: nothing. (transfer full) */
char *tsr_page_dup_step_name (TsrPage *self, const char *command);
/* Told by the window: a page that is not shown does no work. */
void tsr_page_set_shown (TsrPage *self, gboolean is_shown);
void tsr_page_commands_changed (TsrPage *self); /* emits the signal */

G_END_DECLS
