/* SPDX-License-Identifier: GPL-3.0-or-later
 * A project out of rows, by replaying edits.
 */
#include <glib/gi18n-lib.h>

#include "store/load-private.h"

static int
compare_steps (gconstpointer a, gconstpointer b)
{
  const TsrLoadedStep *x = *(TsrLoadedStep *const *)a, *y = *(TsrLoadedStep *const *)b;

  return (x->id > y->id) - (x->id < y->id);
}

static int
compare_sounds (gconstpointer a, gconstpointer b)
{
  const TsrLoadedSound *x = *(TsrLoadedSound *const *)a, *y = *(TsrLoadedSound *const *)b;

  /* Removed ones first, so that their names are free again for the others. */
  if (x->removed != y->removed)
    return x->removed ? -1 : 1;
  return (x->id > y->id) - (x->id < y->id);
}

/* Deepest first: where a step leads redo to is settled last for those near the root. */
static int
compare_depths (gconstpointer a, gconstpointer b)
{
  const TsrLoadedStep *x = *(TsrLoadedStep *const *)a, *y = *(TsrLoadedStep *const *)b;

  return (x->depth < y->depth) - (x->depth > y->depth);
}

static TsrLoadedStep *
find_step (TsrLoaded *self, gint64 id)
{
  return g_hash_table_lookup (self->steps, &id);
}

static void
hang_steps_on_sounds (TsrLoaded *self)
{
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, self->steps);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    TsrLoadedStep  *step = value;
    TsrLoadedSound *sound = g_hash_table_lookup (self->sounds, &step->sound_id);
    if (sound != NULL && !g_hash_table_contains (self->unpublished, &step->id))
      g_ptr_array_add (sound->steps, step);
  }
}

static TsrStep *
make_step (const TsrLoadedStep *step)
{
  TsrStepFields fields = {
      .id = step->id,
      .parent_id = step->parent_id,
      .label = step->label,
      .command = step->command,
      .time_us = step->time_us,
      .removed_ids = (const gint64 *)step->removed_ids->data,
      .n_removed = step->removed_ids->len,
      .added = (TsrPartial *const *)step->added->pdata,
      .n_added = step->added->len,
      .descents = step->descents,
      .after = step->after,
  };

  return tsr_step_new (&fields);
}

static gboolean
replay (TsrLoaded *self, TsrProject *project, const TsrEditFields *fields)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TsrEdit) edit = tsr_edit_new (fields);

  if (tsr_project_replay (project, edit, &error))
    return TRUE;
  tsr_loaded_warn (self, _ ("a part of the history was left out: %s"), error->message);
  return FALSE;
}

/* A parent that is lost is replaced by the step before it in time. */
static void
mend_parents (TsrLoadedSound *sound)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_int64_hash, g_int64_equal);
  TsrLoadedStep *before = NULL;

  for (guint i = 0; i < sound->steps->len; i++) {
    TsrLoadedStep *step = g_ptr_array_index (sound->steps, i);
    TsrLoadedStep *parent = g_hash_table_lookup (known, &step->parent_id);
    if (parent == NULL)
      parent = before;
    step->parent_id = parent != NULL ? parent->id : 0;
    step->depth = parent != NULL ? parent->depth + 1 : 0;
    if (parent != NULL)
      parent->n_children++;
    g_hash_table_insert (known, &step->id, step);
    before = step;
  }
}

static void
replay_steps (TsrLoaded *self, TsrProject *project, TsrLoadedSound *sound)
{
  for (guint i = 0; i < sound->steps->len; i++) {
    TsrLoadedStep *row = g_ptr_array_index (sound->steps, i);
    g_autoptr (TsrStep) step = make_step (row);
    TsrEditFields fields = {
        .kind = i == 0 ? TSR_EDIT_ADD_SOUND : TSR_EDIT_ADD_STEP,
        .sound_id = sound->id,
        .name = sound->name,
        .source = g_hash_table_lookup (self->sources, &sound->source_id),
        .step = step,
        .analysis = g_hash_table_lookup (self->analyses, &row->id),
    };
    replay (self, project, &fields);
  }
}

static void
go_to (TsrLoaded *self, TsrProject *project, gint64 sound_id, gint64 step_id)
{
  replay (self,
          project,
          &(TsrEditFields){
              .kind = TSR_EDIT_GO_TO_STEP, .sound_id = sound_id, .step_id = step_id});
}

/* Visits the steps that redo leads to, as they were visited before, and then the current
 * one. */
static void
replay_visits (TsrLoaded *self, TsrProject *project, TsrLoadedSound *sound)
{
  TsrLoadedStep *last = g_ptr_array_index (sound->steps, sound->steps->len - 1);
  TsrLoadedStep *current = find_step (self, sound->step_id);

  g_ptr_array_sort (sound->steps, compare_depths);
  for (guint i = 0; i < sound->steps->len; i++) {
    TsrLoadedStep *step = g_ptr_array_index (sound->steps, i);
    TsrLoadedStep *child = find_step (self, step->redo_id);
    if (step->n_children > 1 && child != NULL && child->parent_id == step->id)
      go_to (self, project, sound->id, child->id);
  }
  if (current == NULL || current->sound_id != sound->id) {
    tsr_loaded_warn (
        self, _ ("the present step of “%s” is lost; its last one is shown"), sound->name);
    current = last;
  }
  go_to (self, project, sound->id, current->id);
}

static void
build_sound (TsrLoaded *self, TsrProject *project, TsrLoadedSound *sound)
{
  if (sound->steps->len == 0) {
    if (sound->step_id != 0)
      tsr_loaded_warn (
          self, _ ("the sound “%s” has lost its history and was left out"), sound->name);
    return;
  }
  if (sound->source_id != 0 && !g_hash_table_contains (self->sources, &sound->source_id))
    tsr_loaded_warn (self, _ ("the sound “%s” has lost its source"), sound->name);
  g_ptr_array_sort (sound->steps, compare_steps);
  mend_parents (sound);
  replay_steps (self, project, sound);
  replay_visits (self, project, sound);
  if (sound->markers->len > 0)
    replay (self,
            project,
            &(TsrEditFields){.kind = TSR_EDIT_SET_MARKERS,
                             .sound_id = sound->id,
                             .markers = (const TsrMarker *)sound->markers->data,
                             .n_markers = sound->markers->len});
  if (sound->saved->len > 0)
    replay (self,
            project,
            &(TsrEditFields){.kind = TSR_EDIT_SET_SAVED_SELECTIONS,
                             .sound_id = sound->id,
                             .saved = (const TsrSavedSelection *)sound->saved->data,
                             .n_saved = sound->saved->len});
  if (sound->removed)
    replay (self,
            project,
            &(TsrEditFields){.kind = TSR_EDIT_REMOVE_SOUND, .sound_id = sound->id});
}

/* Ids of rows that were left out are not given again. */
static void
skip_lost_ids (TsrLoaded *self, TsrProject *project)
{
  static gint64 (*const next[]) (TsrProject *) = {
      tsr_project_new_source_id, tsr_project_new_sound_id, tsr_project_new_step_id};
  const gint64 max[] = {self->max_source_id, self->max_sound_id, self->max_step_id};
  enum { MAX_LOST = 100000 };

  for (gsize i = 0; i < G_N_ELEMENTS (next); i++)
    for (int n = 0; n < MAX_LOST && next[i](project) < max[i]; n++)
      continue;
}

TsrProject *
tsr_loaded_build (TsrLoaded *self)
{
  TsrProject *project = tsr_project_new ();
  g_autoptr (GPtrArray) sounds = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer       value;

  hang_steps_on_sounds (self);
  g_hash_table_iter_init (&iter, self->sounds);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (sounds, value);
  g_ptr_array_sort (sounds, compare_sounds);
  for (guint i = 0; i < sounds->len; i++)
    build_sound (self, project, g_ptr_array_index (sounds, i));
  if (self->warnings->len > 0)
    skip_lost_ids (self, project);
  return project;
}
