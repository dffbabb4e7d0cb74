/* SPDX-License-Identifier: GPL-3.0-or-later
 * The shadow of a project.
 */
#include "tests/store/shadow.h"

#include "model/dsp-types.h"
#include "tests/store/support.h"

typedef struct {
  gint64      id, parent_id, child_id; /* child_id: where redo goes; 0: nowhere */
  char       *head;                    /* names, and the state without its partials */
  GHashTable *partials;                /* id -> text */
} Step;

typedef struct {
  gint64      id, current_id;
  gboolean    removed;
  char       *name, *markers, *saved;
  GHashTable *steps; /* id -> Step */
} Sound;

struct TestShadow {
  GHashTable *sounds; /* id -> Sound */
};

static GHashTable *
new_map (GDestroyNotify free_value)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, free_value);
}

static void
put (GHashTable *map, gint64 id, gpointer value)
{
  g_hash_table_replace (map, g_memdup2 (&id, sizeof id), value);
}

static void
step_free (gpointer data)
{
  Step *step = data;

  g_free (step->head);
  g_hash_table_unref (step->partials);
  g_free (step);
}

static void
sound_free (gpointer data)
{
  Sound *sound = data;

  g_free (sound->name);
  g_free (sound->markers);
  g_free (sound->saved);
  g_hash_table_unref (sound->steps);
  g_free (sound);
}

TestShadow *
test_shadow_new (void)
{
  TestShadow *self = g_new0 (TestShadow, 1);

  self->sounds = new_map (sound_free);
  return self;
}

void
test_shadow_free (TestShadow *self)
{
  g_hash_table_unref (self->sounds);
  g_free (self);
}

static Step *
find_step (Sound *sound, gint64 id)
{
  return g_hash_table_lookup (sound->steps, &id);
}

/* ---- applying ---- */

static char *
dup_head (const TsrStepFields *f)
{
  g_autofree char *state = test_state_dup_head (&f->after);
  g_autofree char *descents = test_descents_dup_text (f->descents);

  return g_strdup_printf ("[%s] [%s] %" G_GINT64_FORMAT "%s %s",
                          f->label,
                          f->command,
                          f->time_us,
                          descents,
                          state);
}

/* Redo leads to `id` from all its ancestors. */
static void
visit (Sound *sound, gint64 id)
{
  sound->current_id = id;
  for (Step *step = find_step (sound, id); step->parent_id != 0;) {
    Step *parent = find_step (sound, step->parent_id);
    parent->child_id = step->id;
    step = parent;
  }
}

static void
add_step (Sound *sound, TsrStep *added)
{
  const TsrStepFields *f = tsr_step_fields (added);
  Step                *step = g_new0 (Step, 1);

  step->id = f->id;
  step->parent_id = f->parent_id;
  step->head = dup_head (f);
  step->partials = new_map (g_free);
  if (f->parent_id != 0) {
    GHashTableIter iter;
    gpointer       key, text;
    g_hash_table_iter_init (&iter, find_step (sound, f->parent_id)->partials);
    while (g_hash_table_iter_next (&iter, &key, &text))
      put (step->partials, *(gint64 *)key, g_strdup (text));
  }
  for (gsize i = 0; i < f->n_removed; i++)
    g_assert_true (g_hash_table_remove (step->partials, &f->removed_ids[i]));
  for (gsize i = 0; i < f->n_added; i++)
    put (step->partials,
         tsr_partial_id (f->added[i]),
         test_partial_dup_text (f->added[i]));
  put (sound->steps, step->id, step);
  visit (sound, step->id);
}

static int
compare_markers (gconstpointer a, gconstpointer b)
{
  const TsrMarker *x = *(const TsrMarker *const *)a, *y = *(const TsrMarker *const *)b;

  return (x->time_s > y->time_s) - (x->time_s < y->time_s);
}

/* In order of time. */
static char *
dup_markers (const TsrMarker *markers, gsize n)
{
  GString                     *text = g_string_new (NULL);
  g_autofree const TsrMarker **sorted = g_new (const TsrMarker *, n + 1);

  for (gsize i = 0; i < n; i++)
    sorted[i] = &markers[i];
  qsort (sorted, n, sizeof *sorted, compare_markers);
  for (gsize i = 0; i < n; i++)
    g_string_append_printf (text,
                            "%" G_GINT64_FORMAT " %a [%s]\n",
                            sorted[i]->id,
                            sorted[i]->time_s,
                            sorted[i]->name);
  return g_string_free (text, FALSE);
}

static int
compare_saved (gconstpointer a, gconstpointer b)
{
  const TsrSavedSelection *x = a, *y = b;

  return (x->id > y->id) - (x->id < y->id);
}

/* In order of their ids. */
static char *
dup_saved (const TsrSavedSelection *saved, gsize n)
{
  g_autofree TsrSavedSelection *sorted = g_new (TsrSavedSelection, n + 1);

  for (gsize i = 0; i < n; i++)
    sorted[i] = saved[i];
  qsort (sorted, n, sizeof *sorted, compare_saved);
  return test_saved_dup_text (sorted, n);
}

static Sound *
add_sound (TestShadow *self, const TsrEditFields *f)
{
  Sound *sound = g_new0 (Sound, 1);

  sound->id = f->sound_id;
  sound->name = g_strdup (f->name);
  sound->markers = g_strdup ("");
  sound->saved = g_strdup ("");
  sound->steps = new_map (step_free);
  put (self->sounds, sound->id, sound);
  return sound;
}

void
test_shadow_apply (TestShadow *self, TsrEdit *edit)
{
  const TsrEditFields *f = tsr_edit_fields (edit);
  Sound               *sound = g_hash_table_lookup (self->sounds, &f->sound_id);

  switch (f->kind) {
  case TSR_EDIT_ADD_SOUND:
    add_step (add_sound (self, f), f->step);
    return;
  case TSR_EDIT_REMOVE_SOUND:
  case TSR_EDIT_RESTORE_SOUND:
    sound->removed = f->kind == TSR_EDIT_REMOVE_SOUND;
    return;
  case TSR_EDIT_RENAME_SOUND:
    g_free (sound->name);
    sound->name = g_strdup (f->name);
    return;
  case TSR_EDIT_ADD_STEP:
    add_step (sound, f->step);
    return;
  case TSR_EDIT_GO_TO_STEP:
    visit (sound, f->step_id);
    return;
  case TSR_EDIT_SET_MARKERS:
    g_free (sound->markers);
    sound->markers = dup_markers (f->markers, f->n_markers);
    return;
  case TSR_EDIT_SET_SAVED_SELECTIONS:
    g_free (sound->saved);
    sound->saved = dup_saved (f->saved, f->n_saved);
    return;
  }
}

/* ---- comparing ---- */

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  gint64 x = **(gint64 *const *)a, y = **(gint64 *const *)b;

  return (x > y) - (x < y);
}

/* As test_state_dup_text would have it. */
static char *
dup_partials (Step *step)
{
  guint                n = 0;
  g_autofree gpointer *ids = g_hash_table_get_keys_as_array (step->partials, &n);
  GString             *text = g_string_new (NULL);

  qsort (ids, n, sizeof *ids, compare_ids);
  for (guint i = 0; i < n; i++)
    g_string_append (text, g_hash_table_lookup (step->partials, ids[i]));
  return g_string_free (text, FALSE);
}

static char *
differ (const Sound *sound, const char *what, const char *wanted, const char *found)
{
  if (g_strcmp0 (wanted, found) == 0)
    return NULL;
  return g_strdup_printf ("sound %" G_GINT64_FORMAT ", %s:\n%s\ninstead of\n%s",
                          sound->id,
                          what,
                          found,
                          wanted);
}

static char *
compare_state (Sound *shadow, Step *step, TsrSound *sound)
{
  g_autoptr (TsrSoundState) state = tsr_sound_dup_state_at (sound, step->id);
  g_autofree char *wanted = dup_partials (step);

  if (state == NULL)
    return g_strdup_printf ("step %" G_GINT64_FORMAT " is missing", step->id);
  g_autofree char *found = test_state_dup_partials (state);
  return differ (shadow, "partials", wanted, found);
}

/* The steps from the first to where redo would end. */
static char *
dup_line (Sound *shadow)
{
  GString *text = g_string_new (NULL);
  Step    *step = find_step (shadow, shadow->current_id);

  while (step->parent_id != 0)
    step = find_step (shadow, step->parent_id);
  for (; step != NULL; step = find_step (shadow, step->child_id))
    g_string_append_printf (text,
                            "%" G_GINT64_FORMAT " %s%s\n",
                            step->id,
                            step->head,
                            step->id == shadow->current_id ? " *" : "");
  return g_string_free (text, FALSE);
}

static char *
dup_line_of (TsrSound *sound)
{
  GString *text = g_string_new (NULL);
  gsize    current = 0;
  g_autoptr (GPtrArray) steps = tsr_sound_dup_history (sound, &current);

  for (guint i = 0; i < steps->len; i++) {
    const TsrStepFields *f = tsr_step_fields (g_ptr_array_index (steps, i));
    g_autofree char     *head = dup_head (f);
    g_string_append_printf (
        text, "%" G_GINT64_FORMAT " %s%s\n", f->id, head, i == current ? " *" : "");
  }
  return g_string_free (text, FALSE);
}

static char *
compare_sound (Sound *shadow, TsrProject *project)
{
  TsrSound *sound = tsr_project_get_sound (project, shadow->id);
  gsize     n_markers = 0;
  char     *difference;

  if (sound == NULL)
    return g_strdup_printf ("sound %" G_GINT64_FORMAT " is missing", shadow->id);
  if (tsr_project_is_removed (project, shadow->id) != shadow->removed)
    return g_strdup_printf ("sound %" G_GINT64_FORMAT " is removed, or not", shadow->id);
  const TsrMarker         *markers = tsr_sound_get_kept_markers (sound, &n_markers);
  g_autofree char         *found = dup_markers (markers, n_markers);
  gsize                    n_saved = 0;
  const TsrSavedSelection *saved = tsr_sound_get_saved_selections (sound, &n_saved);
  g_autofree char         *saved_found = dup_saved (saved, n_saved);
  g_autofree char         *line = dup_line (shadow);
  g_autofree char         *line_found = dup_line_of (sound);
  Step                    *current = find_step (shadow, shadow->current_id);
  if ((difference = differ (shadow, "name", shadow->name, tsr_sound_get_name (sound))) !=
          NULL ||
      (difference = differ (shadow, "markers", shadow->markers, found)) != NULL ||
      (difference = differ (shadow, "saved selections", shadow->saved, saved_found)) !=
          NULL ||
      (difference = differ (shadow, "history", line, line_found)) != NULL)
    return difference;
  if (tsr_sound_can_undo (sound) != (current->parent_id != 0) ||
      tsr_sound_can_redo (sound) != (current->child_id != 0))
    return g_strdup ("undo or redo is possible, or not");
  return compare_state (shadow, current, sound);
}

char *
test_shadow_compare_sound (TestShadow *self, TsrProject *project, gint64 sound_id)
{
  Sound *shadow = g_hash_table_lookup (self->sounds, &sound_id);

  return shadow != NULL ? compare_sound (shadow, project) : NULL;
}

static char *
compare_steps (Sound *shadow, TsrSound *sound)
{
  GHashTableIter iter;
  gpointer       step;
  char          *difference = NULL;

  g_hash_table_iter_init (&iter, shadow->steps);
  while (difference == NULL && g_hash_table_iter_next (&iter, NULL, &step))
    difference = compare_state (shadow, step, sound);
  return difference;
}

char *
test_shadow_compare_all (TestShadow *self, TsrProject *project)
{
  GHashTableIter iter;
  gpointer       value;
  char          *difference = NULL;
  guint          n_there = 0;

  g_hash_table_iter_init (&iter, self->sounds);
  while (difference == NULL && g_hash_table_iter_next (&iter, NULL, &value)) {
    Sound *shadow = value;
    difference = compare_sound (shadow, project);
    if (difference == NULL)
      difference = compare_steps (shadow, tsr_project_get_sound (project, shadow->id));
    n_there += !shadow->removed;
  }
  if (difference == NULL && n_there != g_list_model_get_n_items (G_LIST_MODEL (project)))
    return g_strdup ("there are other sounds");
  return difference;
}

gint64
test_shadow_random_step (TestShadow *self, gint64 sound_id, GRand *random)
{
  Sound *sound = g_hash_table_lookup (self->sounds, &sound_id);
  guint  n = 0;

  if (sound == NULL)
    return 0;
  g_autofree gpointer *ids = g_hash_table_get_keys_as_array (sound->steps, &n);
  qsort (ids, n, sizeof *ids, compare_ids);
  return *(gint64 *)ids[g_rand_int_range (random, 0, (gint)n)];
}
