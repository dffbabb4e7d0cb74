/* SPDX-License-Identifier: GPL-3.0-or-later
 * The fields of one operation, made from the table of operations; an amount can be a
 * number, a curve that is drawn over the picture, or the file of one. Thread: main.
 *
 * Signals: "changed" (gboolean settled) when a value is another, FALSE while it is being
 * dragged; "refused" (char *sentence) when what was typed is no such value; "ended"
 * (gboolean make) when the curve was finished on the canvas.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/session.h"

G_BEGIN_DECLS

#define TSR_TYPE_OPERATION_FORM (tsr_operation_form_get_type ())
G_DECLARE_FINAL_TYPE (
    TsrOperationForm, tsr_operation_form, TSR, OPERATION_FORM, GtkWidget)

GtkWidget *tsr_operation_form_new (TsrSession *session);
/* Fields for the operation at their first values; NULL: none. Ends a curve. */
void tsr_operation_form_set_info (TsrOperationForm *self, const TsrOperationInfo *info);
const TsrOperationInfo *tsr_operation_form_get_info (TsrOperationForm *self);
/* Gives the keys to the first field that tells something. */
void tsr_operation_form_focus (TsrOperationForm *self);
/* What the fields say, as the parser takes it; NULL: no operation, or a file has still to
 * be chosen. (transfer full) */
char *tsr_operation_form_dup_text (TsrOperationForm *self);

G_END_DECLS
