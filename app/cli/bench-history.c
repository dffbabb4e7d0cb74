/* SPDX-License-Identifier: GPL-3.0-or-later
 * Benchmarks of the history in the file: undo and redo of a large edit after reopening,
 * until they are on the disk; and loading of many steps.
 */
#include <gio/gio.h>
#include <glib/gstdio.h>

#include "app/cli/bench.h"
#include "model/dsp-types.h"
#include "model/operation.h"
#include "store/store.h"

static void
edit_clear (gpointer data)
{
  tsr_edit_unref (data);
}

static void
edited_cb (TsrProject *project, TsrEdit *edit, GPtrArray *edits)
{
  g_ptr_array_add (edits, tsr_edit_ref (edit));
}

/* Writes what was done since the last call. */
static gboolean
write_edits (TsrStore *store, GPtrArray *edits, GError **error)
{
  gboolean ok = tsr_store_write_all (
      store, (TsrEdit *const *)edits->pdata, edits->len, NULL, error);

  g_ptr_array_set_size (edits, 0);
  return ok;
}

/* One sound of n partials with n_breakpoints each, and n_steps edits. */
static gboolean
make_file (const char *path,
           gsize       n,
           gsize       n_breakpoints,
           guint       n_steps,
           gboolean    whole, /* each edits all partials, or one */
           GError    **error)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func (edit_clear);
  g_autoptr (TsrPartialSet) set = tsr_bench_partials (n, n_breakpoints, 60);
  g_autoptr (TsrSoundState) state = tsr_sound_state_new (
      &(TsrSoundStateFields){.partials = set, .duration_s = 60, .analysed = TRUE});
  g_autoptr (TsrProject) project = tsr_project_new ();
  g_autoptr (TsrStore) store = tsr_store_create (path, error);
  g_autoptr (TsrOperation) operation = tsr_operation_new_pitch (1.0001);

  if (store == NULL)
    return FALSE;
  g_signal_connect (project, "edited", G_CALLBACK (edited_cb), edits);
  gint64 id =
      tsr_project_add_sound (project, "bench", NULL, state, "Import", "", NULL, error);
  TsrSound *sound = tsr_project_get_sound (project, id);
  for (guint i = 0; i < n_steps; i++) {
    TsrPartialSet *now = tsr_sound_state_fields (tsr_sound_get_state (sound))->partials;
    gint64         id_0 = tsr_partial_id (tsr_partial_set_at (now, 0));
    gint64         next_id = tsr_sound_next_partial_id (sound);
    g_autoptr (TsrSelection) first = tsr_selection_new (&id_0, 1, NULL);
    g_autoptr (TsrSoundState) after = tsr_operation_apply (operation,
                                                           tsr_sound_get_state (sound),
                                                           whole ? NULL : first,
                                                           &next_id,
                                                           NULL,
                                                           error);
    if (after == NULL ||
        !tsr_project_add_step (project, sound, after, "Pitch", "", NULL, error))
      return FALSE;
  }
  return write_edits (store, edits, error);
}

typedef gboolean (*Move) (TsrProject *project, TsrSound *sound, GError **error);

/* From the key to the new state on the disk. */
static gboolean
time_move (const char  *name,
           Move         move,
           TsrProject  *project,
           TsrStore    *store,
           GPtrArray   *edits,
           JsonBuilder *json,
           GError     **error)
{
  TsrSound *sound = tsr_project_get_sound (project, 1);
  double    begin_s = tsr_bench_now_s ();

  if (!move (project, sound, error))
    return FALSE;
  tsr_sound_get_state (sound);
  g_autofree char *shown = g_strdup_printf ("%s_100000_breakpoints_reopened_ms", name);
  tsr_json_number (json, shown, 1000 * (tsr_bench_now_s () - begin_s));
  if (!write_edits (store, edits, error))
    return FALSE;
  g_autofree char *saved = g_strdup_printf ("%s_100000_breakpoints_saved_ms", name);
  tsr_json_number (json, saved, 1000 * (tsr_bench_now_s () - begin_s));
  return TRUE;
}

static gboolean
bench_undo (const char *path, JsonBuilder *json, GError **error)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func (edit_clear);

  if (!make_file (path, 500, 200, 1, TRUE, error))
    return FALSE;
  g_autoptr (TsrStore) store = tsr_store_open (path, error);
  g_autoptr (TsrProject) project =
      store != NULL ? tsr_store_load (store, NULL, NULL, error) : NULL;
  if (project == NULL)
    return FALSE;
  g_signal_connect (project, "edited", G_CALLBACK (edited_cb), edits);
  tsr_sound_get_state (tsr_project_get_sound (project, 1));
  return time_move ("undo", tsr_project_undo, project, store, edits, json, error) &&
         time_move ("redo", tsr_project_redo, project, store, edits, json, error);
}

static gboolean
bench_load (const char *path, guint n_steps, JsonBuilder *json, GError **error)
{
  g_autofree char *name = g_strdup_printf ("history_load_%u_steps_s", n_steps);

  if (!make_file (path, 3, 4, n_steps, FALSE, error))
    return FALSE;
  g_autoptr (TsrStore) store = tsr_store_open (path, error);
  if (store == NULL)
    return FALSE;
  double begin_s = tsr_bench_now_s ();
  g_autoptr (TsrProject) project = tsr_store_load (store, NULL, NULL, error);
  if (project == NULL)
    return FALSE;
  tsr_sound_get_state (tsr_project_get_sound (project, 1));
  tsr_json_number (json, name, tsr_bench_now_s () - begin_s);
  return TRUE;
}

gboolean
tsr_bench_history (TsrCli *cli, JsonBuilder *json, GError **error)
{
  static const guint n_steps[] = {5000, 10000, 20000};
  g_autofree char   *folder = g_dir_make_tmp ("tarsier-bench-XXXXXX", error);

  if (folder == NULL)
    return FALSE;
  g_autofree char *path = g_build_filename (folder, "bench.tarsier", NULL);
  gboolean         ok = bench_undo (path, json, error);
  for (gsize i = 0; i < G_N_ELEMENTS (n_steps) && ok; i++) {
    g_unlink (path);
    ok = bench_load (path, n_steps[i], json, error);
  }
  g_unlink (path);
  g_rmdir (folder);
  return ok;
}
