/* SPDX-License-Identifier: GPL-3.0-or-later
 * The window: sounds and history at the left, the canvas, the inspector at the right, the
 * transport below; or the empty state. Owns session, project and playing. Thread: main.
 */
#pragma once

#include <adwaita.h>

#include "app/gui/application.h"

G_BEGIN_DECLS

#define TSR_TYPE_MAIN_WINDOW (tsr_main_window_get_type ())
G_DECLARE_FINAL_TYPE (
    TsrMainWindow, tsr_main_window, TSR, MAIN_WINDOW, AdwApplicationWindow)

TsrMainWindow *tsr_main_window_new (TsrApplication *application);
/* Opens a project, or imports recordings, of GFile. */
void tsr_main_window_open_files (TsrMainWindow *self, GPtrArray *files);
/* A new project with the demo recordings, analysed. */
void tsr_main_window_open_demo (TsrMainWindow *self);

G_END_DECLS
