/* SPDX-License-Identifier: GPL-3.0-or-later
 * The program: windows, preferences, About. Thread: main.
 */
#pragma once

#include <adwaita.h>

#include "model/project.h"

G_BEGIN_DECLS

#define TSR_APPLICATION_ID "io.github.tarsier_audio.Tarsier"

#define TSR_TYPE_APPLICATION (tsr_application_get_type ())
G_DECLARE_FINAL_TYPE (TsrApplication, tsr_application, TSR, APPLICATION, AdwApplication)

TsrApplication *tsr_application_new (void);
GSettings      *tsr_application_get_settings (TsrApplication *self); /* borrowed */

/* What was cut or copied, for all windows; NULL: nothing yet. Takes a reference. `query`
 * selects it in the present state of the sound. Signal "copied" after it changed. */
void           tsr_application_set_copied (TsrApplication *self,
                                           TsrPartialSet  *partials,
                                           TsrProject     *project,
                                           TsrSound       *sound,
                                           const char     *query);
TsrPartialSet *tsr_application_get_copied (TsrApplication *self); /* borrowed */
/* The command that pastes it at a time into a sound of the project; "" where there is
 * none, because it comes from another project. (transfer full) */
char *tsr_application_dup_paste (TsrApplication *self, TsrProject *project, double at_s);

G_END_DECLS
