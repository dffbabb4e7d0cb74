/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sounds loaded and plans made for the morph page.
 */
#include "app/gui/morph-planner.h"

#include "app/gui/project-controller-private.h"
#include "app/morph-task.h"
#include "app/source-file.h"

enum { SETTLE_MS = 40 };

/* What is known of a sound in one state. */
typedef struct {
  TsrSoundState *state;
  TsrSignal     *source;  /* NULL: it has no recording */
  TsrSignal     *picture; /* what the lane shows */
  GArray        *onsets_s;
} Loaded;

struct _TsrMorphPlanner {
  GObject               parent_instance;
  TsrProjectController *controller;
  TsrMorphSession      *morph;
  TsrMorphLanes        *lanes;
  GHashTable           *loaded; /* TsrSound -> Loaded */
  GCancellable         *cancellable;
  gboolean              is_active, is_loading, is_planning, is_wanted;
  guint                 settle_id;
  guint                 serial; /* of the sounds and their states */
};

G_DEFINE_FINAL_TYPE (TsrMorphPlanner, tsr_morph_planner, G_TYPE_OBJECT)

static void     go_on (TsrMorphPlanner *self);
static gboolean is_unused (gpointer sound, gpointer loaded, gpointer data);

static void
loaded_free (gpointer data)
{
  Loaded *loaded = data;

  tsr_sound_state_unref (loaded->state);
  g_clear_pointer (&loaded->source, tsr_signal_unref);
  g_clear_pointer (&loaded->picture, tsr_signal_unref);
  g_clear_pointer (&loaded->onsets_s, g_array_unref);
  g_free (loaded);
}

/* ---- loading ---- */

typedef struct {
  TsrSound        *sound; /* main thread only */
  TsrStore        *store;
  TsrSource       *origin; /* NULL: no recording */
  TsrSignal       *source; /* known already, or decoded */
  TsrRenderSubject subject;
  TsrWorkerJob     job;
  gboolean         is_edited;
} Loading;

static void
loading_free (Loading *loading)
{
  g_object_unref (loading->sound);
  g_clear_object (&loading->store);
  g_clear_object (&loading->origin);
  g_clear_pointer (&loading->source, tsr_signal_unref);
  tsr_render_subject_clear (&loading->subject);
  g_free (loading);
}

static void
load_thread (GTask *task, gpointer object, gpointer data, GCancellable *cancellable)
{
  Loading *loading = data;
  GError  *error = NULL;
  Loaded  *loaded;

  if (loading->source == NULL && loading->origin != NULL)
    loading->source =
        tsr_source_decode (loading->store, loading->origin, &loading->job.job, &error);
  if (error != NULL) {
    g_task_return_error (task, error);
    return;
  }
  if (loading->source != NULL)
    loading->subject.source = tsr_signal_ref (loading->source);
  loaded = g_new0 (Loaded, 1);
  loaded->state = tsr_sound_state_ref (loading->subject.state);
  loaded->onsets_s = tsr_morph_find_onsets (&loading->subject);
  if (loading->source != NULL)
    loaded->source = tsr_signal_ref (loading->source);
  if (loading->is_edited || loading->source == NULL) {
    TsrRenderChoice choice = {.part = TSR_PART_ALL};
    loaded->picture =
        tsr_render_to_signal (&loading->subject, &choice, &loading->job, &error);
  } else
    loaded->picture = tsr_signal_ref (loading->source);
  if (error == NULL) {
    g_task_return_pointer (task, loaded, loaded_free);
    return;
  }
  loaded_free (loaded);
  g_task_return_error (task, error);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  TsrMorphPlanner *self = TSR_MORPH_PLANNER (object);
  Loading         *loading = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  Loaded  *loaded = g_task_propagate_pointer (G_TASK (result), &error);
  gboolean cancelled =
      g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result)));

  if (cancelled) {
    g_clear_pointer (&loaded, loaded_free);
    return;
  }
  self->is_loading = FALSE;
  if (loaded == NULL) {
    if (is_unused (loading->sound, NULL, self)) /* another one was chosen meanwhile */
      go_on (self);
    else
      tsr_morph_session_set_plan (self->morph, NULL, error->message);
    return;
  }
  g_hash_table_replace (self->loaded, g_object_ref (loading->sound), loaded);
  go_on (self);
}

static void
begin_loading (TsrMorphPlanner *self, TsrSound *sound)
{
  Loading   *loading = g_new0 (Loading, 1);
  TsrSource *origin = tsr_sound_get_source (sound);
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, loaded_cb, NULL);

  loading->sound = g_object_ref (sound);
  if (origin != NULL) {
    gint64     id = tsr_source_get_id (origin);
    TsrSignal *known = g_hash_table_lookup (self->controller->signals, &id);
    loading->origin = g_object_ref (origin);
    loading->source = known != NULL ? tsr_signal_ref (known) : NULL;
  }
  g_set_object (&loading->store, self->controller->store);
  loading->is_edited = tsr_sound_state_fields (tsr_sound_get_state (sound))->edited;
  tsr_render_subject_init (&loading->subject, sound, NULL);
  tsr_worker_job_init (&loading->job, NULL, self->cancellable, NULL, NULL);
  self->is_loading = TRUE;
  g_task_set_task_data (task, loading, (GDestroyNotify)loading_free);
  g_task_set_check_cancellable (task, FALSE);
  g_task_run_in_thread (task, load_thread);
}

/* What is known of a sound as it is now; NULL: nothing. */
static Loaded *
find_loaded (TsrMorphPlanner *self, TsrSound *sound)
{
  Loaded *loaded = g_hash_table_lookup (self->loaded, sound);

  return loaded != NULL && loaded->state == tsr_sound_get_state (sound) ? loaded : NULL;
}

static gboolean
is_unused (gpointer sound, gpointer loaded, gpointer data)
{
  TsrMorphPlanner *self = data;

  for (guint k = 0; k < tsr_morph_session_get_n (self->morph); k++)
    if (tsr_morph_session_get_sound (self->morph, k) == sound)
      return FALSE;
  return TRUE;
}

/* FALSE while one is still to be loaded. */
static gboolean
load_sounds (TsrMorphPlanner *self)
{
  g_hash_table_foreach_remove (self->loaded, is_unused, self);
  for (guint k = 0; k < tsr_morph_session_get_n (self->morph); k++) {
    TsrSound *sound = tsr_morph_session_get_sound (self->morph, k);
    Loaded   *loaded = find_loaded (self, sound);
    if (!tsr_sound_state_fields (tsr_sound_get_state (sound))->analysed)
      continue; /* the plan says what is missing */
    if (loaded == NULL) {
      begin_loading (self, sound);
      return FALSE;
    }
    if (!tsr_morph_session_has_onsets (self->morph, sound))
      tsr_morph_session_set_onsets (self->morph,
                                    sound,
                                    (const double *)loaded->onsets_s->data,
                                    loaded->onsets_s->len);
    tsr_morph_lanes_set_signal (self->lanes, k, loaded->picture);
  }
  return TRUE;
}

gboolean
tsr_morph_planner_is_ready (TsrMorphPlanner *self)
{
  guint n = tsr_morph_session_get_n (self->morph);

  for (guint k = 0; k < n; k++)
    if (find_loaded (self, tsr_morph_session_get_sound (self->morph, k)) == NULL)
      return FALSE;
  return n > 0;
}

TsrSignal *
tsr_morph_planner_get_source (TsrMorphPlanner *self, TsrSound *sound)
{
  Loaded *loaded = find_loaded (self, sound);

  return loaded != NULL ? loaded->source : NULL;
}

/* ---- planning ---- */

typedef struct {
  TsrMorphRecipe *recipe;
  guint           serial;
} Planning;

static void
planning_free (Planning *planning)
{
  tsr_morph_recipe_unref (planning->recipe);
  g_free (planning);
}

static void
plan_thread (GTask *task, gpointer object, gpointer data, GCancellable *cancellable)
{
  Planning     *planning = data;
  GError       *error = NULL;
  TsrMorphPlan *plan = tsr_morph_recipe_plan (planning->recipe, &error);

  if (plan != NULL)
    g_task_return_pointer (task, plan, (GDestroyNotify)tsr_morph_plan_free);
  else
    g_task_return_error (task, error);
}

static void
planned_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  TsrMorphPlanner *self = TSR_MORPH_PLANNER (object);
  Planning        *planning = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  TsrMorphPlan *plan = g_task_propagate_pointer (G_TASK (result), &error);

  if (g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result)))) {
    tsr_morph_plan_free (plan);
    return;
  }
  self->is_planning = FALSE;
  if (planning->serial == self->serial)
    tsr_morph_session_set_plan (self->morph, plan, error != NULL ? error->message : NULL);
  else
    tsr_morph_plan_free (plan);
  if (self->is_wanted)
    go_on (self);
}

static void
go_on (TsrMorphPlanner *self)
{
  if (!self->is_active || self->is_loading || self->is_planning ||
      tsr_morph_session_get_n (self->morph) < 2 || self->controller->store == NULL ||
      !load_sounds (self))
    return;
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, planned_cb, NULL);
  Planning *planning = g_new0 (Planning, 1);
  planning->recipe = tsr_morph_session_dup_recipe (self->morph);
  planning->serial = self->serial;
  self->is_planning = TRUE;
  self->is_wanted = FALSE;
  g_task_set_task_data (task, planning, (GDestroyNotify)planning_free);
  g_task_set_check_cancellable (task, FALSE);
  g_task_run_in_thread (task, plan_thread);
}

static gboolean
settled_cb (gpointer data)
{
  TsrMorphPlanner *self = data;

  self->settle_id = 0;
  go_on (self);
  return G_SOURCE_REMOVE;
}

static void
changed_cb (TsrMorphSession *morph, guint what, TsrMorphPlanner *self)
{
  if ((what & TSR_MORPH_CHANGED_SOUNDS) != 0)
    self->serial++;
  if ((what & TSR_MORPH_CHANGED_MATTER) == 0)
    return;
  self->is_wanted = TRUE;
  if (self->settle_id == 0 && self->is_active)
    self->settle_id = g_timeout_add (SETTLE_MS, settled_cb, self);
}

void
tsr_morph_planner_set_active (TsrMorphPlanner *self, gboolean active)
{
  g_return_if_fail (TSR_IS_MORPH_PLANNER (self));
  self->is_active = active;
  if (active && (self->is_wanted || tsr_morph_session_get_plan (self->morph) == NULL))
    go_on (self);
}

void
tsr_morph_planner_reset (TsrMorphPlanner *self)
{
  g_return_if_fail (TSR_IS_MORPH_PLANNER (self));
  g_clear_handle_id (&self->settle_id, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->is_loading = self->is_planning = FALSE;
  self->serial++;
  g_hash_table_remove_all (self->loaded);
}

/* ---- the object ---- */

static void
tsr_morph_planner_dispose (GObject *object)
{
  TsrMorphPlanner *self = TSR_MORPH_PLANNER (object);

  g_clear_handle_id (&self->settle_id, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_hash_table_remove_all (self->loaded);
  g_clear_object (&self->controller);
  g_clear_object (&self->morph);
  g_clear_object (&self->lanes);
  G_OBJECT_CLASS (tsr_morph_planner_parent_class)->dispose (object);
}

static void
tsr_morph_planner_finalize (GObject *object)
{
  g_hash_table_unref (TSR_MORPH_PLANNER (object)->loaded);
  g_object_unref (TSR_MORPH_PLANNER (object)->cancellable);
  G_OBJECT_CLASS (tsr_morph_planner_parent_class)->finalize (object);
}

static void
tsr_morph_planner_class_init (TsrMorphPlannerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_morph_planner_dispose;
  G_OBJECT_CLASS (klass)->finalize = tsr_morph_planner_finalize;
}

static void
tsr_morph_planner_init (TsrMorphPlanner *self)
{
  self->loaded = g_hash_table_new_full (NULL, NULL, g_object_unref, loaded_free);
  self->cancellable = g_cancellable_new ();
}

TsrMorphPlanner *
tsr_morph_planner_new (TsrProjectController *controller,
                       TsrMorphSession      *morph,
                       TsrMorphLanes        *lanes)
{
  TsrMorphPlanner *self = g_object_new (TSR_TYPE_MORPH_PLANNER, NULL);

  self->controller = g_object_ref (controller);
  self->morph = g_object_ref (morph);
  self->lanes = g_object_ref (lanes);
  g_signal_connect_object (morph, "changed", G_CALLBACK (changed_cb), self, 0);
  return self;
}
