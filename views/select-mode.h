/* SPDX-License-Identifier: GPL-3.0-or-later
 * What held keys say about how a selection is changed. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/selection.h"

G_BEGIN_DECLS

/* Shift adds, Ctrl subtracts, both intersect; `plain` where neither is held. */
TsrSelectMode tsr_select_mode_held (GdkModifierType modifiers, TsrSelectMode plain);
/* The same with the keys that are held right now. */
TsrSelectMode tsr_select_mode_now (GtkWidget *widget, TsrSelectMode plain);

G_END_DECLS
