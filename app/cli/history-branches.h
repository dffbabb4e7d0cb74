/* SPDX-License-Identifier: GPL-3.0-or-later
 * The names that steps of a history have on the command line: a number along the line
 * that leads to the present step and on to where redo ends, `bN` on other branches; and
 * the list of those.
 */
#pragma once

#include "app/cli/cli.h"
#include "app/cli/json.h"
#include "model/sound.h"

G_BEGIN_DECLS

/* Adds the member "branches": the steps that are not on the present line. */
void tsr_history_add_branches (JsonBuilder *json, TsrSound *sound);
void tsr_history_print_branches (TsrCli *cli, TsrSound *sound);

/* The step of that name; NULL with an error. (borrowed from the sound) */
TsrStep *tsr_history_find_step (TsrSound *sound, const char *name, GError **error);
/* (transfer full) */
char *tsr_history_name_of (TsrSound *sound, TsrStep *step);

G_END_DECLS
