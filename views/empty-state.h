/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the window shows without a project: one sentence, three doors (win.open, win.demo,
 * drop files), and the projects worked on last. Thread: main.
 *
 * Signal "open-recent" (char *path): a project of the list was chosen.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TSR_TYPE_EMPTY_STATE (tsr_empty_state_get_type ())
G_DECLARE_FINAL_TYPE (TsrEmptyState, tsr_empty_state, TSR, EMPTY_STATE, GtkWidget)

GtkWidget *tsr_empty_state_new (void);
/* The keys go to the first door. */
void tsr_empty_state_focus (TsrEmptyState *self);
/* Paths and what to call them, n of each, the newest first. */
void tsr_empty_state_set_recent (TsrEmptyState     *self,
                                 const char *const *paths,
                                 const char *const *titles,
                                 const char *const *subtitles,
                                 guint              n);

G_END_DECLS
