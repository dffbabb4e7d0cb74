/* SPDX-License-Identifier: GPL-3.0-or-later
 * Partials on the clipboard of the desktop, so that they can be pasted into another
 * window, also of a program that was started apart. They travel as JSON as it is
 * exported.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/dsp-types.h"

G_BEGIN_DECLS

#define TSR_PARTIALS_MIME_TYPE "application/x-tarsier-partials+json"

/* Offers the partials; they are written when somebody asks for them, by a worker. */
void tsr_partials_clipboard_offer (GdkClipboard *clipboard, TsrPartialSet *partials);
/* Whether partials of another program are on offer. */
gboolean tsr_partials_clipboard_has_foreign (GdkClipboard *clipboard);
/* Fetches those. The end is called on the main thread. */
void           tsr_partials_clipboard_read_async (GdkClipboard       *clipboard,
                                                  GCancellable       *cancellable,
                                                  GAsyncReadyCallback ready,
                                                  gpointer            data);
TsrPartialSet *tsr_partials_clipboard_read_finish (GdkClipboard *clipboard,
                                                   GAsyncResult *result,
                                                   GError      **error);

G_END_DECLS
