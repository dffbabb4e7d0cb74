/* SPDX-License-Identifier: GPL-3.0-or-later
 * Benchmarks of the project file, of undo, and of memory.
 */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <sys/resource.h>

#include "app/cli/bench.h"
#include "model/dsp-types.h"
#include "model/operation.h"
#include "model/session.h"
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

static TsrProject *
make_project (gsize n_partials, gsize n_breakpoints, GPtrArray *edits)
{
  g_autoptr (TsrPartialSet) set = tsr_bench_partials (n_partials, n_breakpoints, 60);
  g_autoptr (TsrSoundState) state = tsr_sound_state_new (
      &(TsrSoundStateFields){.partials = set, .duration_s = 60, .analysed = TRUE});
  TsrProject *project = tsr_project_new ();

  g_signal_connect (project, "edited", G_CALLBACK (edited_cb), edits);
  tsr_project_add_sound (project, "bench", NULL, state, "Import", "", NULL, NULL);
  return project;
}

/* Writes and loads one file. */
static gboolean
write_and_load (const char *path, GPtrArray *edits, JsonBuilder *json, GError **error)
{
  g_autoptr (TsrStore) store = tsr_store_create (path, error);
  double begin_s = tsr_bench_now_s ();

  if (store == NULL ||
      !tsr_store_write_all (
          store, (TsrEdit *const *)edits->pdata, edits->len, NULL, error))
    return FALSE;
  tsr_json_number (
      json, "project_write_500000_breakpoints_s", tsr_bench_now_s () - begin_s);
  tsr_json_number (
      json, "project_bytes_a_breakpoint", (double)tsr_store_get_n_bytes (store) / 500000);
  tsr_store_close (store, NULL);
  begin_s = tsr_bench_now_s ();
  g_autoptr (TsrStore) again = tsr_store_open (path, error);
  g_autoptr (TsrProject) loaded =
      again != NULL ? tsr_store_load (again, NULL, NULL, error) : NULL;
  if (loaded == NULL)
    return FALSE;
  tsr_sound_get_state (tsr_project_get_sound (loaded, 1));
  tsr_json_number (
      json, "project_load_500000_breakpoints_s", tsr_bench_now_s () - begin_s);
  return TRUE;
}

gboolean
tsr_bench_project (TsrCli *cli, JsonBuilder *json, GError **error)
{
  g_autofree char *folder = g_dir_make_tmp ("tarsier-bench-XXXXXX", error);
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func (edit_clear);

  if (folder == NULL)
    return FALSE;
  g_autoptr (TsrProject) project = make_project (2500, 200, edits);
  g_autofree char *path = g_build_filename (folder, "bench.tarsier", NULL);
  gboolean         ok = write_and_load (path, edits, json, error);
  g_unlink (path);
  g_rmdir (folder);
  return ok;
}

/* What the window does when it takes back a step of a project that was closed since:
 * selection, picture and all that goes by the state follow. */
static gboolean
undo_reopened (const char *path, JsonBuilder *json, GError **error)
{
  g_autoptr (TsrStore) store = tsr_store_open (path, error);
  g_autoptr (TsrProject) project =
      store != NULL ? tsr_store_load (store, NULL, NULL, error) : NULL;
  g_autoptr (TsrSession) session = tsr_session_new ();

  if (project == NULL)
    return FALSE;
  tsr_session_set_project (session, project);
  TsrSound *sound = tsr_session_get_sound (session);
  double    begin_s = tsr_bench_now_s ();
  if (!tsr_project_undo (project, sound, error))
    return FALSE;
  tsr_json_number (json,
                   "undo_100000_of_1000000_breakpoints_reopened_ms",
                   1000 * (tsr_bench_now_s () - begin_s));
  begin_s = tsr_bench_now_s ();
  if (!tsr_project_redo (project, sound, error))
    return FALSE;
  tsr_json_number (json,
                   "redo_100000_of_1000000_breakpoints_reopened_ms",
                   1000 * (tsr_bench_now_s () - begin_s));
  return TRUE;
}

/* A tenth of a large sound is edited, and that is taken back after the project was
 * reopened. */
static gboolean
write_large (const char *path, GError **error)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func (edit_clear);
  g_autoptr (TsrProject) project = make_project (5000, 200, edits);
  g_autoptr (TsrOperation) operation = tsr_operation_new_pitch (1.1);
  g_autoptr (TsrStore) store = tsr_store_create (path, error);
  TsrSound *sound = tsr_project_get_sound (project, 1);
  gint64    next_id = tsr_sound_next_partial_id (sound), ids[500];

  for (int i = 0; i < 500; i++)
    ids[i] = 10 * i + 1;
  g_autoptr (TsrSelection) tenth = tsr_selection_new (ids, 500, NULL);
  g_autoptr (TsrSoundState) after = tsr_operation_apply (
      operation, tsr_sound_get_state (sound), tenth, &next_id, NULL, error);
  return after != NULL && store != NULL &&
         tsr_project_add_step (project, sound, after, "Pitch", "", NULL, error) &&
         tsr_store_write_all (
             store, (TsrEdit *const *)edits->pdata, edits->len, NULL, error);
}

static gboolean
bench_large_undo (JsonBuilder *json, GError **error)
{
  g_autofree char *folder = g_dir_make_tmp ("tarsier-bench-XXXXXX", error);

  if (folder == NULL)
    return FALSE;
  g_autofree char *path = g_build_filename (folder, "bench.tarsier", NULL);
  gboolean         ok = write_large (path, error) && undo_reopened (path, json, error);
  g_unlink (path);
  g_rmdir (folder);
  return ok;
}

gboolean
tsr_bench_undo (TsrCli *cli, JsonBuilder *json, GError **error)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func (edit_clear);
  g_autoptr (TsrProject) project = make_project (500, 200, edits);
  g_autoptr (TsrOperation) operation = tsr_operation_new_pitch (1.1);
  TsrSound *sound = tsr_project_get_sound (project, 1);
  gint64    next_id = tsr_sound_next_partial_id (sound);
  double    begin_s = tsr_bench_now_s ();

  g_autoptr (TsrSoundState) after = tsr_operation_apply (
      operation, tsr_sound_get_state (sound), NULL, &next_id, NULL, error);
  if (after == NULL ||
      !tsr_project_add_step (project, sound, after, "Pitch", "", NULL, error))
    return FALSE;
  tsr_json_number (
      json, "edit_pitch_100000_breakpoints_ms", 1000 * (tsr_bench_now_s () - begin_s));
  begin_s = tsr_bench_now_s ();
  if (!tsr_project_undo (project, sound, error))
    return FALSE;
  tsr_sound_get_state (sound);
  tsr_json_number (
      json, "undo_100000_breakpoints_ms", 1000 * (tsr_bench_now_s () - begin_s));
  begin_s = tsr_bench_now_s ();
  if (!tsr_project_redo (project, sound, error))
    return FALSE;
  tsr_sound_get_state (sound);
  tsr_json_number (
      json, "redo_100000_breakpoints_ms", 1000 * (tsr_bench_now_s () - begin_s));
  return bench_large_undo (json, error);
}

gboolean
tsr_bench_memory (TsrCli *cli, JsonBuilder *json, GError **error)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  tsr_json_number (json, "peak_memory_mb", (double)usage.ru_maxrss / 1024);
  return TRUE;
}
