/* SPDX-License-Identifier: GPL-3.0-or-later
 * A button that shows which operation is set up, and opens a list of all of them that can
 * be searched by name, command word and what it does. Thread: main.
 *
 * Signal: "chosen" (gpointer const TsrOperationInfo *).
 */
#pragma once

#include <gtk/gtk.h>

#include "model/operation-table.h"

G_BEGIN_DECLS

#define TSR_TYPE_OPERATION_CHOOSER (tsr_operation_chooser_get_type ())
G_DECLARE_FINAL_TYPE (
    TsrOperationChooser, tsr_operation_chooser, TSR, OPERATION_CHOOSER, GtkWidget)

GtkWidget *tsr_operation_chooser_new (void);
/* Names it on the button; NULL: none is chosen. Emits nothing. */
void tsr_operation_chooser_show (TsrOperationChooser *self, const TsrOperationInfo *info);
void tsr_operation_chooser_popup (TsrOperationChooser *self);

G_END_DECLS
