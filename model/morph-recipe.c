/* SPDX-License-Identifier: GPL-3.0-or-later
 * Recipes of plans.
 */
#include "model/morph-recipe.h"

struct TsrMorphRecipe {
  gatomicrefcount n_references;
  TsrMorphParams  params;                   /* borrows from what follows */
  TsrSoundState  *states[TSR_MORPH_MOST];   /* owned */
  GArray         *onsets_s[TSR_MORPH_MOST]; /* double; NULL: not known */
  TsrMorphAmount  amounts[TSR_MORPH_N_PARAMETERS];
  GArray         *anchors, *links;
};

static GArray *
copied (const GArray *array)
{
  return array != NULL ? g_array_copy ((GArray *)array) : NULL;
}

TsrMorphRecipe *
tsr_morph_recipe_new (const TsrMorphSettings *settings, GArray *const *onsets_s)
{
  g_return_val_if_fail (settings->n >= 2, NULL);

  TsrMorphRecipe *recipe = g_new0 (TsrMorphRecipe, 1);
  g_atomic_ref_count_init (&recipe->n_references);
  recipe->anchors = copied (settings->anchors);
  recipe->links = copied (settings->links);
  for (guint p = 0; p < TSR_MORPH_N_PARAMETERS; p++)
    tsr_morph_amount_copy (&recipe->amounts[p],
                           tsr_morph_settings_amount (settings, (TsrMorphParameter)p));
  recipe->params = (TsrMorphParams){.n = settings->n,
                                    .time = recipe->amounts[TSR_MORPH_ALL],
                                    .frequency = recipe->amounts[TSR_MORPH_FREQUENCY],
                                    .amplitude = recipe->amounts[TSR_MORPH_AMPLITUDE],
                                    .noise = recipe->amounts[TSR_MORPH_NOISE],
                                    .anchors = recipe->anchors,
                                    .links = recipe->links,
                                    .pairing = settings->pairing,
                                    .is_linear = settings->is_linear,
                                    .fades = settings->fades};
  for (guint k = 0; k < settings->n; k++) {
    TsrSound *sound = settings->sounds[k];
    recipe->states[k] = tsr_sound_state_ref (tsr_sound_get_state (sound));
    recipe->onsets_s[k] = copied (onsets_s[k]);
    recipe->params.sounds[k] = (TsrMorphSound){
        .state = recipe->states[k], .n_channels = tsr_sound_get_n_channels (sound)};
    if (recipe->onsets_s[k] == NULL)
      continue;
    recipe->params.sounds[k].onsets_s = (const double *)recipe->onsets_s[k]->data;
    recipe->params.sounds[k].n_onsets = recipe->onsets_s[k]->len;
  }
  return recipe;
}

TsrMorphRecipe *
tsr_morph_recipe_ref (TsrMorphRecipe *recipe)
{
  g_atomic_ref_count_inc (&recipe->n_references);
  return recipe;
}

void
tsr_morph_recipe_unref (TsrMorphRecipe *recipe)
{
  if (recipe == NULL || !g_atomic_ref_count_dec (&recipe->n_references))
    return;
  for (guint k = 0; k < TSR_MORPH_MOST; k++) {
    g_clear_pointer (&recipe->states[k], tsr_sound_state_unref);
    g_clear_pointer (&recipe->onsets_s[k], g_array_unref);
  }
  for (guint p = 0; p < TSR_MORPH_N_PARAMETERS; p++)
    tsr_morph_amount_clear (&recipe->amounts[p]);
  g_clear_pointer (&recipe->anchors, g_array_unref);
  g_clear_pointer (&recipe->links, g_array_unref);
  g_free (recipe);
}

const TsrMorphParams *
tsr_morph_recipe_params (const TsrMorphRecipe *recipe)
{
  return &recipe->params;
}

TsrMorphPlan *
tsr_morph_recipe_plan (const TsrMorphRecipe *recipe, GError **error)
{
  return tsr_morph_plan_new (&recipe->params, error);
}
