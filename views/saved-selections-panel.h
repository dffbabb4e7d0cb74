/* SPDX-License-Identifier: GPL-3.0-or-later
 * The group of the inspector with the saved selections of the sound: a name for the
 * present one, and a row for each to choose, rename and remove it. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/session.h"

G_BEGIN_DECLS

#define TSR_TYPE_SAVED_SELECTIONS_PANEL (tsr_saved_selections_panel_get_type ())
G_DECLARE_FINAL_TYPE (TsrSavedSelectionsPanel,
                      tsr_saved_selections_panel,
                      TSR,
                      SAVED_SELECTIONS_PANEL,
                      GtkWidget)

GtkWidget *tsr_saved_selections_panel_new (TsrSession *session);
/* Puts a name that is free into the field and the cursor behind it. */
void tsr_saved_selections_panel_ask (TsrSavedSelectionsPanel *self);

G_END_DECLS
