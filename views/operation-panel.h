/* SPDX-License-Identifier: GPL-3.0-or-later
 * Any operation on the selection or the whole sound: chosen, told in numbers or by a
 * curve over the picture, seen and heard before it is made, and the command line for it.
 * One step of the history. Thread: main.
 *
 * Activates "win.copy-edit-command" (s, as tsr_session_dup_command gives it).
 */
#pragma once

#include <gtk/gtk.h>

#include "model/session.h"

G_BEGIN_DECLS

#define TSR_TYPE_OPERATION_PANEL (tsr_operation_panel_get_type ())
G_DECLARE_FINAL_TYPE (
    TsrOperationPanel, tsr_operation_panel, TSR, OPERATION_PANEL, GtkWidget)

GtkWidget *tsr_operation_panel_new (TsrSession *session);
/* Sets up an operation by its word; "" or NULL: opens the list of them. */
void tsr_operation_panel_begin (TsrOperationPanel *self, const char *word);

G_END_DECLS
