/* SPDX-License-Identifier: GPL-3.0-or-later
 * The partials of the sound as a table that can be sorted by each column; its selection
 * and the session's are the same. Filled only while it is seen. Thread: main.
 *
 * Signal "activate-partial" (gint64 id): double click or Enter on a row.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/session.h"

G_BEGIN_DECLS

#define TSR_TYPE_PARTIAL_TABLE (tsr_partial_table_get_type ())
G_DECLARE_FINAL_TYPE (TsrPartialTable, tsr_partial_table, TSR, PARTIAL_TABLE, GtkWidget)

GtkWidget *tsr_partial_table_new (TsrSession *session);
/* Tuning of the note names, A4. Default 440. */
void tsr_partial_table_set_tuning_hz (TsrPartialTable *self, double tuning_hz);

G_END_DECLS
