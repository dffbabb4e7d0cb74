/* SPDX-License-Identifier: GPL-3.0-or-later
 * Everything a plan of a morph needs, as one immutable value for any thread: states of
 * the sounds, their onsets, and what was chosen.
 */
#pragma once

#include "model/morph-settings.h"

G_BEGIN_DECLS

typedef struct TsrMorphRecipe TsrMorphRecipe;

/* Onsets of sound k (double, its own seconds, increasing) or NULL: not known. Takes
 * references and copies. n of the settings is 2 or more. Thread: main. */
TsrMorphRecipe *tsr_morph_recipe_new (const TsrMorphSettings *settings,
                                      GArray *const          *onsets_s);
TsrMorphRecipe *tsr_morph_recipe_ref (TsrMorphRecipe *recipe);
void            tsr_morph_recipe_unref (TsrMorphRecipe *recipe);

/* What the plan is made of; borrowed from the recipe. */
const TsrMorphParams *tsr_morph_recipe_params (const TsrMorphRecipe *recipe);
/* Takes tens of milliseconds. NULL with an error. (transfer full) */
TsrMorphPlan *tsr_morph_recipe_plan (const TsrMorphRecipe *recipe, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsrMorphRecipe, tsr_morph_recipe_unref)

G_END_DECLS
