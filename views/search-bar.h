/* SPDX-License-Identifier: GPL-3.0-or-later
 * The search field below the canvas: a query selects the partials that it fits while it
 * is typed, and says how many; a switch tells whether it, and the tools of the canvas,
 * replace the selection, add to it, subtract from it or intersect it. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/session.h"

G_BEGIN_DECLS

#define TSR_TYPE_SEARCH_BAR (tsr_search_bar_get_type ())
G_DECLARE_FINAL_TYPE (TsrSearchBar, tsr_search_bar, TSR, SEARCH_BAR, GtkWidget)

GtkWidget *tsr_search_bar_new (TsrSession *session);
void       tsr_search_bar_focus (TsrSearchBar *self);

G_END_DECLS
