/* SPDX-License-Identifier: GPL-3.0-or-later
 * The steps of the present sound, oldest first: the present one marked, undone ones
 * dimmed, those of other branches set in. A click goes to a step; a button and a menu
 * compare it with another. The tooltip of a step is the command line that repeats it.
 * Thread: main.
 *
 * Actions of the widget: "history.go", "history.compare", "history.compare-a",
 * "history.compare-b", each with the id of a step ("x").
 */
#pragma once

#include <gtk/gtk.h>

#include "model/session.h"

G_BEGIN_DECLS

#define TSR_TYPE_HISTORY_LIST (tsr_history_list_get_type ())
G_DECLARE_FINAL_TYPE (TsrHistoryList, tsr_history_list, TSR, HISTORY_LIST, GtkWidget)

GtkWidget *tsr_history_list_new (TsrSession *session);

G_END_DECLS
