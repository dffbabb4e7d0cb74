/* SPDX-License-Identifier: GPL-3.0-or-later
 * Two peak bars with hold, a clip light that stays on until it is clicked, and the
 * momentary loudness in its description. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TSR_TYPE_LEVEL_METER (tsr_level_meter_get_type ())
G_DECLARE_FINAL_TYPE (TsrLevelMeter, tsr_level_meter, TSR, LEVEL_METER, GtkWidget)

GtkWidget *tsr_level_meter_new (void);
/* Linear peaks since the last call; call it once a frame. `clipped` lights the light. */
void tsr_level_meter_feed (TsrLevelMeter *self, const float peak[2], gboolean clipped);

G_END_DECLS
