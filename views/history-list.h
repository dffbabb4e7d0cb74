/* SPDX-License-Identifier: GPL-3.0-or-later
 * The steps of the present sound, the present one marked, undone ones dimmed; a click
 * goes to a step. The tooltip of a step is the command line that repeats it. Thread:
 * main.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/session.h"

G_BEGIN_DECLS

#define TSR_TYPE_HISTORY_LIST (tsr_history_list_get_type ())
G_DECLARE_FINAL_TYPE (TsrHistoryList, tsr_history_list, TSR, HISTORY_LIST, GtkWidget)

GtkWidget *tsr_history_list_new (TsrSession *session);

G_END_DECLS
