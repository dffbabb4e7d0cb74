/* SPDX-License-Identifier: GPL-3.0-or-later
 * The window of preferences; everything takes effect at once. Thread: main.
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define TSR_TYPE_PREFERENCES (tsr_preferences_get_type ())
G_DECLARE_FINAL_TYPE (
    TsrPreferences, tsr_preferences, TSR, PREFERENCES, AdwPreferencesWindow)

GtkWidget *tsr_preferences_new (GSettings *settings);

G_END_DECLS
