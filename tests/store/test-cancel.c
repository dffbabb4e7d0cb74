/* SPDX-License-Identifier: GPL-3.0-or-later
 * Long calls cancelled at any moment: the project stays as it was, and no file is left.
 */
#include <glib/gstdio.h>

#include "model/dsp-types.h"
#include "tests/store/support.h"

enum { N_PARTIALS = 900, N_BREAKPOINTS = 300 }; /* a write of it is staged */

/* A job that is cancelled at a moment of the clock. */
typedef struct {
  TsrJob job;
  gint64 at_us;  /* G_MAXINT64: never */
  gint   n_told; /* how often progress came, atomic */
} Timed;

static bool
cancelled_cb (void *user)
{
  return g_get_monotonic_time () >= ((Timed *)user)->at_us;
}

static void
progress_cb (void *user, double fraction)
{
  Timed *timed = user;

  g_assert_cmpfloat (fraction, >=, 0);
  g_assert_cmpfloat (fraction, <=, 1);
  g_atomic_int_inc (&timed->n_told);
}

static void
timed_init (Timed *timed, gint64 after_us)
{
  *timed =
      (Timed){.job = {.progress = progress_cb, .cancelled = cancelled_cb},
              .at_us = after_us < 0 ? G_MAXINT64 : g_get_monotonic_time () + after_us};
  timed->job.user = timed;
}

typedef struct {
  char       *folder, *path, *out;
  TsrStore   *store;
  TsrProject *project;
  GPtrArray  *edits; /* not written */
} World;

typedef gboolean (*Call) (World *world, const TsrJob *job, GError **error);

static void
collect_cb (TsrProject *project, TsrEdit *edit, GPtrArray *edits)
{
  g_ptr_array_add (edits, tsr_edit_ref (edit));
}

static gboolean
save_copy (World *world, const TsrJob *job, GError **error)
{
  return tsr_store_save_copy (world->store, world->out, TRUE, job, error);
}

static gboolean
compact (World *world, const TsrJob *job, GError **error)
{
  return tsr_store_compact (world->store, G_MAXUINT, FALSE, job, NULL, error);
}

static gboolean
load (World *world, const TsrJob *job, GError **error)
{
  g_autoptr (TsrProject) project = tsr_store_load (world->store, job, NULL, error);

  return project != NULL;
}

static gboolean
open_again (World *world, const TsrJob *job, GError **error)
{
  tsr_store_close (world->store, NULL);
  g_autoptr (TsrStore) store = tsr_store_open_with_job (world->path, job, error);
  gboolean ok = store != NULL;
  g_clear_object (&store);
  g_clear_object (&world->store);
  world->store = tsr_store_open (world->path, NULL);
  return ok;
}

static gboolean
check (World *world, const TsrJob *job, GError **error)
{
  g_autoptr (GPtrArray) damage = NULL;

  tsr_store_close (world->store, NULL);
  gboolean ok = tsr_store_check (world->path, job, &damage, error);
  if (ok)
    g_assert_cmpuint (damage->len, ==, 0);
  g_clear_object (&world->store);
  world->store = tsr_store_open (world->path, NULL);
  return ok;
}

static gboolean
salvage (World *world, const TsrJob *job, GError **error)
{
  tsr_store_close (world->store, NULL);
  g_unlink (world->out);
  gboolean ok = tsr_store_salvage (world->path, world->out, job, NULL, NULL, error);
  g_clear_object (&world->store);
  world->store = tsr_store_open (world->path, NULL);
  return ok;
}

/* A sound that is staged, and dropped again when the write is cancelled. */
static gboolean
write_sound (World *world, const TsrJob *job, GError **error)
{
  return tsr_store_write_all (
      world->store, (TsrEdit *const *)world->edits->pdata, world->edits->len, job, error);
}

static const struct {
  const char *name;
  Call        call;
  gboolean    changes; /* the project, when it is not cancelled */
} calls[] = {
    {"open", open_again, FALSE},
    {"load", load, FALSE},
    {"check", check, FALSE},
    {"save-copy", save_copy, FALSE},
    {"salvage", salvage, FALSE},
    {"compact", compact, FALSE},
    {"write", write_sound, TRUE},
};

static void
world_init (World *world)
{
  g_autoptr (TsrSoundState) state = test_state_new (1, N_PARTIALS, N_BREAKPOINTS, 5);

  world->folder = test_dup_folder ();
  world->path = test_path (world->folder, "a.tarsier");
  world->out = test_path (world->folder, "b.tarsier");
  world->store = tsr_store_create (world->path, NULL);
  world->project = tsr_project_new ();
  world->edits = g_ptr_array_new_with_free_func ((GDestroyNotify)tsr_edit_unref);
  test_connect (world->project, world->store);
  tsr_project_add_sound (world->project, "one", NULL, state, "Import", "", NULL, NULL);
  test_edit_sound (world->project, tsr_project_get_sound (world->project, 1), 7);
  test_disconnect (world->project, world->store);
  /* The next one is not written yet. */
  g_signal_connect (world->project, "edited", G_CALLBACK (collect_cb), world->edits);
  tsr_project_add_sound (world->project, "two", NULL, state, "Import", "", NULL, NULL);
}

static void
world_clear (World *world)
{
  g_clear_object (&world->store);
  g_clear_object (&world->project);
  g_ptr_array_unref (world->edits);
  test_remove_folder (world->folder);
  g_free (world->folder);
  g_free (world->path);
  g_free (world->out);
}

static char *
dup_text (World *world)
{
  GError    *error = NULL;
  GPtrArray *warnings = NULL;

  g_assert_nonnull (world->store);
  g_autoptr (TsrProject) project = tsr_store_load (world->store, NULL, &warnings, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (warnings->len, ==, 0);
  g_ptr_array_unref (warnings);
  return test_project_dup_digest (project);
}

/* Only files that were asked for. */
static void
check_folder (World *world)
{
  g_autoptr (GDir) dir = g_dir_open (world->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (!g_str_has_prefix (name, "a.tarsier") && !g_str_equal (name, "b.tarsier"))
      g_error ("%s was left", name);
}

static void
cancel_at_any_moment (gconstpointer data)
{
  gsize k = GPOINTER_TO_SIZE (data);
  guint n = test_n_wanted (6), n_cancelled = 0;
  World world;
  Timed timed;
  g_autoptr (GError) error = NULL;

  world_init (&world);
  g_autofree char *before = dup_text (&world);
  timed_init (&timed, -1);
  gint64 begin_us = g_get_monotonic_time ();
  if (!calls[k].changes)
    g_assert_true (calls[k].call (&world, &timed.job, &error));
  gint64 whole_us = calls[k].changes ? 200000 : g_get_monotonic_time () - begin_us;
  for (guint i = 0; i <= n; i++) {
    timed_init (&timed, i == 0 ? 0 : g_random_int_range (0, (gint)whole_us + 1));
    gboolean ok = calls[k].call (&world, &timed.job, &error);
    if (ok && calls[k].changes)
      break;
    n_cancelled += !ok;
    if (!ok)
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_clear_error (&error);
    g_autofree char *after = dup_text (&world);
    g_assert_cmpstr (before, ==, after);
    check_folder (&world);
  }
  g_test_message ("%u of %u cancelled", n_cancelled, n + 1);
  g_assert_cmpuint (n_cancelled, >, 0);
  world_clear (&world);
}

/* To its end, with progress; the sound that was staged is there. */
static void
test_not_cancelled (void)
{
  World world;
  Timed timed;
  g_autoptr (GError) error = NULL;

  world_init (&world);
  for (gsize k = 0; k < G_N_ELEMENTS (calls); k++) {
    timed_init (&timed, -1);
    g_assert_true (calls[k].call (&world, &timed.job, &error));
    g_assert_no_error (error);
    if (calls[k].call != open_again && calls[k].call != save_copy)
      g_assert_cmpint (timed.n_told, >, 0);
  }
  g_autofree char *found = dup_text (&world);
  g_autofree char *wanted = test_project_dup_digest (world.project);
  g_assert_cmpstr (found, ==, wanted);
  world_clear (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/cancel/not-cancelled", test_not_cancelled);
  for (gsize k = 0; k < G_N_ELEMENTS (calls); k++) {
    g_autofree char *name = g_strdup_printf ("/store/cancel/%s", calls[k].name);
    g_test_add_data_func (name, GSIZE_TO_POINTER (k), cancel_at_any_moment);
  }
  return g_test_run ();
}
