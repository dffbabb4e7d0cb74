/* SPDX-License-Identifier: GPL-3.0-or-later
 * Selections that a person gave a name. Each holds the partials as they were when it was
 * saved. It follows them through the history, back and forth and into other branches:
 * what was transposed, moved, split, cut or joined since is selected still; what was
 * deleted is not, until the deletion is undone; copies, and what another analysis found,
 * are others. The rectangle that they were selected with follows them, too, in time and
 * in frequency.
 */
#pragma once

#include "model/selection.h"

G_BEGIN_DECLS

typedef struct {
  gint64        id; /* > 0, unique in the sound */
  char         *name;
  TsrSelection *kept; /* times of its region are of what the sound was made from */
} TsrSavedSelection;

/* (transfer full) arrays, each with strings and references of its own. */
TsrSavedSelection *tsr_saved_selections_copy (const TsrSavedSelection *saved, gsize n);
void               tsr_saved_selections_free (TsrSavedSelection *saved, gsize n);

G_END_DECLS
