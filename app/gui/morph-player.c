/* SPDX-License-Identifier: GPL-3.0-or-later
 * From the settings of a morph to what the loudspeaker plays.
 */
#include "app/gui/morph-player.h"

#include <string.h>

struct TsrMorphPlayer {
  TsrMorphSession     *morph;
  TsrMorphPlayerFuncs  funcs;
  TsrMorphBackgrounds *backgrounds;
  double               rate_hz;
  GCancellable        *cancellable;
  gulong               changed_id;
  TsrMorphPlan        *plan;   /* of the last program; a thread has it meanwhile */
  TsrMorphRecipe      *recipe; /* that the plan follows */
  gboolean             is_making, is_wanted;
  gint64               changed_us, delay_us;
};

/* One program on its way. */
typedef struct {
  TsrMorphPlayer *player; /* to be touched on the main thread, if not cancelled */
  TsrMorphRecipe *recipe, *before;
  TsrMorphPlan   *plan; /* that followed `before`, then the one that follows `recipe` */
  TsrMorphParts   parts;
  TsrProgram     *program; /* NULL: it could not be made */
  gint64          changed_us;
} Making;

static void
making_free (Making *making)
{
  g_clear_pointer (&making->recipe, tsr_morph_recipe_unref);
  g_clear_pointer (&making->before, tsr_morph_recipe_unref);
  g_clear_pointer (&making->plan, tsr_morph_plan_free);
  g_clear_pointer (&making->program, tsr_program_unref);
  tsr_morph_parts_clear (&making->parts);
  g_free (making);
}

/* ---- in a thread ---- */

static gboolean
same_bytes (const GArray *a, const GArray *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return a->len == b->len &&
         memcmp (a->data, b->data, a->len * g_array_get_element_size ((GArray *)a)) == 0;
}

static gboolean
same_onsets (const TsrMorphSound *a, const TsrMorphSound *b)
{
  return a->n_onsets == b->n_onsets &&
         (a->n_onsets == 0 ||
          memcmp (a->onsets_s, b->onsets_s, a->n_onsets * sizeof *a->onsets_s) == 0);
}

/* Whether the pairs that were found by the plan of `a` are those of `b`, but for links.
 */
static gboolean
is_alike (const TsrMorphParams *a, const TsrMorphParams *b)
{
  if (a->n != b->n || a->pairing != b->pairing || a->is_linear != b->is_linear ||
      a->fades != b->fades)
    return FALSE;
  for (guint k = 0; k < a->n; k++)
    if (a->sounds[k].state != b->sounds[k].state ||
        !same_onsets (&a->sounds[k], &b->sounds[k]))
      return FALSE;
  return same_bytes (a->anchors, b->anchors) || b->anchors != NULL;
}

/* Makes the old plan the new one; FALSE where it must be made anew. Pairs found by
 * assignment lean on the times: they are found again where those change. */
static gboolean
adapt_plan (Making *making)
{
  const TsrMorphParams *from, *to = tsr_morph_recipe_params (making->recipe);

  if (making->plan == NULL || making->before == NULL)
    return FALSE;
  from = tsr_morph_recipe_params (making->before);
  gboolean same_anchors = same_bytes (from->anchors, to->anchors);
  gboolean same_links = same_bytes (from->links, to->links);
  if (!is_alike (from, to) ||
      !tsr_morph_plan_set_amounts (
          making->plan, &to->time, &to->frequency, &to->amplitude, &to->noise, NULL) ||
      (!same_anchors && !tsr_morph_plan_set_anchors (making->plan, to->anchors, NULL)))
    return FALSE;
  return (same_links && (same_anchors || tsr_morph_plan_is_harmonic (making->plan))) ||
         tsr_morph_plan_set_links (making->plan, to->links, NULL);
}

static void
make_thread (GTask *task, gpointer object, gpointer data, GCancellable *cancellable)
{
  Making *making = data;

  if (!adapt_plan (making)) {
    g_clear_pointer (&making->plan, tsr_morph_plan_free);
    making->plan = tsr_morph_recipe_plan (making->recipe, NULL);
  }
  TsrScore *score =
      making->plan != NULL ? tsr_morph_plan_score (making->plan, NULL) : NULL;
  if (score != NULL)
    making->program = tsr_program_new_morph (
        score, &making->parts, tsr_morph_plan_duration_s (making->plan));
  tsr_score_unref (score);
  g_task_return_boolean (task, TRUE);
}

/* ---- on the main thread ---- */

static void make (TsrMorphPlayer *self);

static void
made_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  TsrMorphPlayer *self = data;
  Making         *making = g_task_get_task_data (G_TASK (result));

  if (g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    return; /* self is gone */
  self->is_making = FALSE;
  self->plan = g_steal_pointer (&making->plan);
  self->recipe = g_steal_pointer (&making->recipe);
  if (making->program != NULL) { /* else what was heard before stays */
    self->delay_us = g_get_monotonic_time () - making->changed_us;
    self->funcs.played (self->funcs.data, making->program);
  }
  tsr_morph_backgrounds_make (self->backgrounds, self->rate_hz);
  make (self);
}

static void
make (TsrMorphPlayer *self)
{
  if (self->is_making || !self->is_wanted)
    return;
  self->is_wanted = FALSE;
  TsrMorphRecipe *recipe = tsr_morph_session_dup_recipe (self->morph);
  if (recipe == NULL) {
    self->funcs.played (self->funcs.data, NULL);
    return;
  }
  Making *making = g_new0 (Making, 1);
  g_autoptr (GTask) task = g_task_new (NULL, self->cancellable, made_cb, self);
  making->recipe = recipe;
  making->before = g_steal_pointer (&self->recipe);
  making->plan = g_steal_pointer (&self->plan);
  making->changed_us = self->changed_us;
  tsr_morph_backgrounds_fill (self->backgrounds, &making->parts);
  self->is_making = TRUE;
  g_task_set_task_data (task, making, (GDestroyNotify)making_free);
  g_task_set_check_cancellable (task, FALSE);
  g_task_run_in_thread (task, make_thread);
}

static void
want (TsrMorphPlayer *self)
{
  self->is_wanted = TRUE;
  self->changed_us = g_get_monotonic_time ();
  make (self);
}

static void
background_cb (gpointer data)
{
  want (data);
}

static TsrSignal *
source_of (gpointer data, TsrSound *sound)
{
  TsrMorphPlayer *self = data;

  return self->funcs.source (self->funcs.data, sound);
}

static void
tell_mix (TsrMorphPlayer *self)
{
  const TsrMorphSettings *settings = tsr_morph_session_get_settings (self->morph);
  TsrMorphMix             mix = {0};
  double *const           weights[] = {mix.frequency, mix.amplitude, mix.noise};

  for (guint p = TSR_MORPH_FREQUENCY; p <= TSR_MORPH_NOISE; p++) {
    const TsrMorphAmount *amount =
        tsr_morph_settings_amount (settings, (TsrMorphParameter)p);
    for (guint k = 0; k < settings->n && k < amount->n; k++)
      weights[p - TSR_MORPH_FREQUENCY][k] = tsr_morph_amount_mean (amount, k);
  }
  self->funcs.mixed (self->funcs.data, &mix);
}

static void
changed_cb (TsrMorphSession *morph, guint what, TsrMorphPlayer *self)
{
  if ((what & (TSR_MORPH_CHANGED_WEIGHTS | TSR_MORPH_CHANGED_SOUNDS)) != 0)
    tell_mix (self);
  if ((what & TSR_MORPH_CHANGED_MATTER) != 0)
    want (self);
  else if ((what & TSR_MORPH_CHANGED_PLAN) != 0) /* recordings may be decoded now */
    tsr_morph_backgrounds_make (self->backgrounds, self->rate_hz);
}

void
tsr_morph_player_set_rate (TsrMorphPlayer *self, double rate_hz)
{
  self->rate_hz = rate_hz;
  tsr_morph_backgrounds_make (self->backgrounds, rate_hz);
  want (self);
}

gint64
tsr_morph_player_get_delay_us (TsrMorphPlayer *self)
{
  return self->delay_us;
}

TsrMorphPlayer *
tsr_morph_player_new (TsrMorphSession           *morph,
                      double                     rate_hz,
                      const TsrMorphPlayerFuncs *funcs)
{
  TsrMorphPlayer *self = g_new0 (TsrMorphPlayer, 1);

  self->morph = g_object_ref (morph);
  self->funcs = *funcs;
  self->rate_hz = rate_hz;
  self->cancellable = g_cancellable_new ();
  self->backgrounds = tsr_morph_backgrounds_new (morph, source_of, background_cb, self);
  self->changed_id = g_signal_connect (morph, "changed", G_CALLBACK (changed_cb), self);
  tell_mix (self);
  want (self);
  return self;
}

void
tsr_morph_player_free (TsrMorphPlayer *self)
{
  if (self == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_clear_signal_handler (&self->changed_id, self->morph);
  tsr_morph_backgrounds_free (self->backgrounds);
  g_clear_pointer (&self->plan, tsr_morph_plan_free);
  g_clear_pointer (&self->recipe, tsr_morph_recipe_unref);
  g_object_unref (self->morph);
  g_free (self);
}
