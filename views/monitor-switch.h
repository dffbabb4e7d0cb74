/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is heard: a row of buttons, or a drop-down where the row does not fit. Follows and
 * sets the session's "monitor". Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/session.h"

G_BEGIN_DECLS

#define TSR_TYPE_MONITOR_SWITCH (tsr_monitor_switch_get_type ())
G_DECLARE_FINAL_TYPE (
    TsrMonitorSwitch, tsr_monitor_switch, TSR, MONITOR_SWITCH, GtkWidget)

GtkWidget *tsr_monitor_switch_new (TsrSession *session);

G_END_DECLS
