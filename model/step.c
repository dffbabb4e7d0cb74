/* SPDX-License-Identifier: GPL-3.0-or-later
 * Steps of a history, and the difference between two sets of partials.
 */
#include "model/step.h"

#include "model/boxed.h"
#include "model/dsp-types.h"

struct TsrStep {
  TsrStepFields fields; /* arrays and strings owned */
};

TSR_DEFINE_BOXED_TYPE (TsrStep, tsr_step)

TsrStep *
tsr_step_new (const TsrStepFields *fields)
{
  TsrStep       *step = g_atomic_rc_box_new0 (TsrStep);
  TsrStepFields *f = &step->fields;
  TsrPartial   **added = g_new (TsrPartial *, fields->n_added);

  *f = *fields;
  f->label = g_strdup (fields->label != NULL ? fields->label : "");
  f->command = g_strdup (fields->command != NULL ? fields->command : "");
  f->removed_ids =
      g_memdup2 (fields->removed_ids, fields->n_removed * sizeof *fields->removed_ids);
  for (gsize i = 0; i < fields->n_added; i++)
    added[i] = tsr_partial_ref (fields->added[i]);
  f->added = added;
  if (f->descents != NULL)
    g_array_ref (f->descents);
  if (f->laws_before != NULL)
    tsr_residual_laws_ref (f->laws_before);
  tsr_sound_state_fields_init (&f->after, &fields->after);
  return step;
}

TsrStep *
tsr_step_ref (TsrStep *step)
{
  return g_atomic_rc_box_acquire (step);
}

static void
clear (gpointer data)
{
  TsrStepFields *f = &((TsrStep *)data)->fields;

  for (gsize i = 0; i < f->n_added; i++)
    tsr_partial_unref (f->added[i]);
  g_free ((gpointer)f->added);
  g_free ((gpointer)f->removed_ids);
  g_free ((char *)f->label);
  g_free ((char *)f->command);
  g_clear_pointer (&f->descents, g_array_unref);
  tsr_residual_laws_unref (f->laws_before);
  tsr_sound_state_fields_clear (&f->after);
}

void
tsr_step_unref (TsrStep *step)
{
  if (step != NULL)
    g_atomic_rc_box_release_full (step, clear);
}

const TsrStepFields *
tsr_step_fields (const TsrStep *step)
{
  return &step->fields;
}

TsrSoundState *
tsr_step_apply (const TsrStep *step, const TsrSoundState *parent)
{
  const TsrStepFields *f = &step->fields;

  if (f->after.partials != NULL)
    return tsr_sound_state_new (&f->after);
  TsrSoundStateFields next = f->after;
  g_autoptr (TsrPartialSet) empty = NULL;
  g_autoptr (TsrPartialSet) partials = NULL;
  TsrPartialSet *before;
  if (parent != NULL)
    before = tsr_sound_state_fields (parent)->partials;
  else
    before = empty = tsr_partial_set_new (NULL, 0);
  if (before == NULL)
    return NULL;
  partials = tsr_partial_set_replace (
      before, f->removed_ids, f->n_removed, f->added, f->n_added);
  if (partials == NULL)
    return NULL;
  next.partials = partials;
  return tsr_sound_state_new (&next);
}

void
tsr_step_difference (TsrPartialSet *before,
                     TsrPartialSet *after,
                     gint64       **removed_ids,
                     gsize         *n_removed,
                     TsrPartial  ***added,
                     gsize         *n_added)
{
  gsize n_before = tsr_partial_set_size (before), n_after = tsr_partial_set_size (after);
  gsize i = 0, j = 0;

  *removed_ids = g_new (gint64, n_before);
  *added = g_new (TsrPartial *, n_after);
  *n_removed = *n_added = 0;
  while (i < n_before || j < n_after) {
    TsrPartial *old = i < n_before ? tsr_partial_set_at (before, i) : NULL;
    TsrPartial *new = j < n_after ? tsr_partial_set_at (after, j) : NULL;
    gint64 old_id = old != NULL ? tsr_partial_id (old) : G_MAXINT64;
    gint64 new_id = new != NULL ? tsr_partial_id (new) : G_MAXINT64;
    if (old_id <= new_id)
      i++;
    if (new_id <= old_id)
      j++;
    if (old == new || (old_id == new_id && tsr_partial_equal (old, new)))
      continue;
    if (old_id <= new_id)
      (*removed_ids)[(*n_removed)++] = old_id;
    if (new_id <= old_id)
      (*added)[(*n_added)++] = new;
  }
}
