/* SPDX-License-Identifier: GPL-3.0-or-later
 * The loudspeaker button of the transport bar with its popover: output device, refresh,
 * volume, and a notice when there is no sound. Thread: main.
 *
 * Signals: "device-chosen" (char *name, NULL: the default), "volume-changed" (double
 * volume_db).
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TSR_TYPE_DEVICE_BUTTON (tsr_device_button_get_type ())
G_DECLARE_FINAL_TYPE (TsrDeviceButton, tsr_device_button, TSR, DEVICE_BUTTON, GtkWidget)

GtkWidget *tsr_device_button_new (void);
/* As tsr_transport_bar_set_devices. */
void tsr_device_button_set_devices (TsrDeviceButton   *self,
                                    const char *const *names,
                                    const char        *used,
                                    const char        *notice);

G_END_DECLS
