/* SPDX-License-Identifier: GPL-3.0-or-later
 * The bar at the bottom: play, stop, loop, position, what is heard, the blend of the two
 * spectrograms, level and loudness, output device. Buttons call the actions win.play,
 * win.play-from-start, win.stop, win.loop and win.refresh-devices. Thread: main.
 *
 * Signals: "device-chosen" (char *name, NULL: the default), "volume-changed" (double
 * volume_db).
 */
#pragma once

#include <gtk/gtk.h>

#include "model/session.h"

G_BEGIN_DECLS

#define TSR_TYPE_TRANSPORT_BAR (tsr_transport_bar_get_type ())
G_DECLARE_FINAL_TYPE (TsrTransportBar, tsr_transport_bar, TSR, TRANSPORT_BAR, GtkWidget)

GtkWidget *tsr_transport_bar_new (TsrSession *session);
/* Once a frame; loudness -INFINITY for silence. */
void tsr_transport_bar_feed_meter (TsrTransportBar *self,
                                   const float      peak[2],
                                   double           momentary_lufs,
                                   gboolean         clipped);
/* Names of the devices (NULL-terminated), the one in use ("" none) and a sentence about
 * it ("" when all is well), which also changes the icon. */
void tsr_transport_bar_set_devices (TsrTransportBar   *self,
                                    const char *const *names,
                                    const char        *used,
                                    const char        *notice);

G_END_DECLS
