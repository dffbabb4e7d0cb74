/* SPDX-License-Identifier: GPL-3.0-or-later
 * The tools of the canvas as a floating column, with the settings of the chosen one
 * beside it. Thread: main.
 */
#pragma once

#include "views/canvas.h"

G_BEGIN_DECLS

#define TSR_TYPE_TOOL_PALETTE (tsr_tool_palette_get_type ())
G_DECLARE_FINAL_TYPE (TsrToolPalette, tsr_tool_palette, TSR, TOOL_PALETTE, GtkWidget)

GtkWidget *tsr_tool_palette_new (TsrCanvas *canvas);
/* The settings: a widget of its own, to stand beside the column. Borrowed. */
GtkWidget *tsr_tool_palette_get_settings (TsrToolPalette *self);

/* The tool with a digit as its key, '1' ... '9'; NULL: none. */
const char *tsr_tool_of_digit (char digit);
/* The name of a tool ("select" is "Rectangle"), translated; borrowed. */
const char *tsr_tool_name (const char *tool);

G_END_DECLS
