/* SPDX-License-Identifier: GPL-3.0-or-later
 * One marker as a row: an arrow goes there, name and time can be typed, a bin
 * removes it. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/session.h"

G_BEGIN_DECLS

/* Borrows nothing: the marker is copied, the session referenced. Removing asks the window
 * ("win.remove-marker", id), which can bring it back. */
GtkWidget *tsr_marker_row_new (TsrSession *session, const TsrMarker *marker);

G_END_DECLS
