/* SPDX-License-Identifier: GPL-3.0-or-later
 * Asks for the span of time or frequency that is to be seen, in numbers. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/session.h"

G_BEGIN_DECLS

#define TSR_TYPE_RANGE_POPOVER (tsr_range_popover_get_type ())
G_DECLARE_FINAL_TYPE (TsrRangePopover, tsr_range_popover, TSR, RANGE_POPOVER, GtkPopover)

GtkWidget *tsr_range_popover_new (TsrSession *session, gboolean time);
/* Shows the span seen now and pops up. */
void tsr_range_popover_ask (TsrRangePopover *self);

G_END_DECLS
