/* SPDX-License-Identifier: GPL-3.0-or-later
 * What goes into a project file comes out of it, bit for bit, histories included.
 */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "model/dsp-types.h"
#include "store/checksum.h"
#include "tests/store/support.h"

typedef struct {
  char       *folder, *path;
  TsrStore   *store;
  TsrProject *project;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->folder = test_dup_folder ();
  f->path = test_path (f->folder, "a.tarsier");
  f->store = tsr_store_create (f->path, &error);
  g_assert_no_error (error);
  f->project = tsr_project_new ();
  test_connect (f->project, f->store);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_object_unref (f->project);
  g_object_unref (f->store);
  test_remove_folder (f->folder);
  g_free (f->path);
  g_free (f->folder);
}

/* Closes, opens and loads; the project has to be the same. */
static void
reopen_and_compare (Fixture *f)
{
  g_autofree char *before = test_project_dup_text (f->project);

  g_object_unref (f->project);
  g_assert_true (tsr_store_close (f->store, NULL));
  g_object_unref (f->store);
  f->project = test_reload (f->path, &f->store);
  test_connect (f->project, f->store);
  g_autofree char *after = test_project_dup_text (f->project);
  g_assert_cmpstr (before, ==, after);
}

static gint64
add_sound (Fixture *f, const char *name, TsrSource *source, TsrSoundState *state)
{
  g_autoptr (GError) error = NULL;
  TsrAnalysisRecord record = {.params = {.spacing_hz = 87.25,
                                         .floor_db = -90,
                                         .low_hz = 20,
                                         .noisiness = TSR_NOISINESS_ALL,
                                         .noise = TSR_NOISE_BANDWIDTH},
                              .spacing = {87.25, 96.9, TSR_SPACING_FROM_FUNDAMENTAL},
                              .snr_db = NAN,
                              .analysis_s = 0.125};
  gint64            id = tsr_project_add_sound (
      f->project, name, source, state, "Analysis", "analyze x", &record, &error);

  g_assert_no_error (error);
  return id;
}

static void
test_empty (Fixture *f, gconstpointer data)
{
  reopen_and_compare (f);
  g_autoptr (TsrSoundState) nothing = test_state_new (1, 0, 0, 0);
  add_sound (f, "nothing", NULL, nothing);
  reopen_and_compare (f);
}

static void
test_bits (Fixture *f, gconstpointer data)
{
  for (guint32 seed = 0; seed < 20; seed++) {
    g_autofree char *name = g_strdup_printf ("Ünï \U0001F40B %u", seed);
    g_autoptr (TsrSoundState) state = test_state_new (1 + seed, 30, 1 + seed * 3, seed);
    add_sound (f, name, NULL, state);
  }
  reopen_and_compare (f);
}

static void
undo (Fixture *f, TsrSound *sound, guint n)
{
  for (guint i = 0; i < n; i++)
    g_assert_true (tsr_project_undo (f->project, sound, NULL));
}

static void
test_history (Fixture *f, gconstpointer data)
{
  g_autoptr (TsrSoundState) state = test_state_new (1, 6, 10, 3);
  gint64 id = add_sound (f, "a", NULL, state);
  for (guint32 i = 0; i < 5; i++)
    test_edit_sound (f->project, tsr_project_get_sound (f->project, id), i);
  reopen_and_compare (f);
  undo (f, tsr_project_get_sound (f->project, id), 3);
  reopen_and_compare (f);
  g_assert_true (
      tsr_project_redo (f->project, tsr_project_get_sound (f->project, id), NULL));
  reopen_and_compare (f);
  /* A branch: what was undone is no longer listed, but its ids stay taken. */
  test_edit_sound (f->project, tsr_project_get_sound (f->project, id), 77);
  reopen_and_compare (f);
  undo (f, tsr_project_get_sound (f->project, id), 2);
  test_edit_sound (f->project, tsr_project_get_sound (f->project, id), 78);
  undo (f, tsr_project_get_sound (f->project, id), 1);
  reopen_and_compare (f);
  /* Back into a branch, and to its root: redo leads where it led before. */
  g_assert_true (tsr_project_go_to_step (
      f->project, tsr_project_get_sound (f->project, id), 5, NULL));
  undo (f, tsr_project_get_sound (f->project, id), 3);
  reopen_and_compare (f);
}

static void
test_sounds (Fixture *f, gconstpointer data)
{
  g_autoptr (TsrSoundState) state = test_state_new (1, 4, 10, 3);
  gint64 a = add_sound (f, "a", NULL, state), b = add_sound (f, "b", NULL, state);
  gint64 c = tsr_project_copy_sound (
      f->project, tsr_project_get_sound (f->project, a), "copy", NULL);
  TsrSound *sound = tsr_project_get_sound (f->project, b);

  g_assert_cmpint (c, >, 0);
  g_assert_true (tsr_project_rename_sound (f->project, sound, "renamed", NULL));
  g_assert_cmpint (
      tsr_project_add_marker (f->project, sound, 0.25, "here “é”", NULL), >, 0);
  g_assert_cmpint (tsr_project_add_marker (f->project, sound, 0.125, "", NULL), >, 0);
  g_assert_true (
      tsr_project_remove_sound (f->project, tsr_project_get_sound (f->project, a), NULL));
  /* A removed sound does not keep its name from others. */
  add_sound (f, "a", NULL, state);
  reopen_and_compare (f);
  sound = tsr_project_get_sound (f->project, b);
  g_assert_true (tsr_project_remove_marker (f->project, sound, 1, NULL));
  g_assert_true (
      tsr_project_remove_sound (f->project, tsr_project_get_sound (f->project, c), NULL));
  g_assert_true (tsr_project_restore_sound (f->project, c, NULL));
  reopen_and_compare (f);
}

static void
test_large (Fixture *f, gconstpointer data)
{
  /* More than one transaction holds: written in stages, published at the end. */
  g_autoptr (TsrSoundState) state = test_state_new (1, 4000, 100, 9);
  gint64    id = add_sound (f, "large", NULL, state);
  TsrSound *sound = tsr_project_get_sound (f->project, id);
  g_autoptr (TsrSoundState) other = test_state_new (1, 4000, 90, 10);

  g_assert_true (
      tsr_project_add_step (f->project, sound, other, "All anew", "", NULL, NULL));
  reopen_and_compare (f);
}

static TsrSource *
new_source (gint64 id, guint64 n_bytes)
{
  TsrSourceInfo info = {.name = "été.wav",
                        .format = "wav",
                        .rate_hz = 44100,
                        .n_channels = 2,
                        .n_frames = 1000,
                        .bits = 16,
                        .n_bytes = n_bytes,
                        .decoded_sha256 = "00ff"};

  return tsr_source_new (id, &info);
}

static void
check_source_bytes (Fixture *f, gint64 id, const guint8 *bytes, gsize n_bytes)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *back = g_malloc (n_bytes + 1);
  int                fd = test_fd_with_bytes ("", 0);

  tsr_store_read_source (f->store, id, fd, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pread (fd, back, n_bytes + 1, 0), ==, (gssize)n_bytes);
  g_assert_cmpint (memcmp (back, bytes, n_bytes), ==, 0);
  close (fd);
}

static void
test_source (Fixture *f, gconstpointer data)
{
  static const gsize sizes[] = {0, 1, 1 << 20, 4 << 20, (9 << 20) + 17};
  g_autoptr (TsrSoundState) state = test_state_new (1, 2, 2, 0);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autofree guint8 *bytes = g_malloc (sizes[i] + 1);
    g_autofree char   *name = g_strdup_printf ("source %u", i);
    gint64             id = tsr_project_new_source_id (f->project);
    for (gsize k = 0; k < sizes[i]; k++)
      bytes[k] = (guint8)(k * 31 + k / 7919 + i);
    g_autoptr (TsrSource) source = new_source (id, sizes[i]);
    int fd = test_fd_with_bytes (bytes, sizes[i]);
    tsr_store_write_source (f->store, source, fd, NULL, &error);
    g_assert_no_error (error);
    close (fd);
    add_sound (f, name, source, state);
    check_source_bytes (f, id, bytes, sizes[i]);
    reopen_and_compare (f);
    check_source_bytes (f, id, bytes, sizes[i]);
  }
}

static void
test_source_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (TsrSoundState) state = test_state_new (1, 2, 2, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (TsrSource) source = new_source (1, 100);
  int fd = test_fd_with_bytes ("short", 5);

  g_assert_false (tsr_store_write_source (f->store, source, fd, NULL, &error));
  g_assert_error (error, TSR_STORE_ERROR, TSR_STORE_ERROR_WRITE);
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  g_assert_false (tsr_store_write_source (f->store, source, fd, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  /* The same id can be used after that. */
  g_autoptr (TsrSource) good = new_source (1, 5);
  g_assert_true (tsr_store_write_source (f->store, good, fd, NULL, &error));
  close (fd);
  g_assert_cmpint (tsr_project_new_source_id (f->project), ==, 1);
  add_sound (f, "a", good, state);
  reopen_and_compare (f);
}

static void
test_settings (Fixture *f, gconstpointer data)
{
  g_assert_null (tsr_store_dup_setting (f->store, "view"));
  g_assert_true (tsr_store_set_setting (f->store, "view", "{\n\t\"a\": 1}", NULL));
  g_assert_true (tsr_store_set_setting (f->store, "last", "1", NULL));
  g_assert_true (tsr_store_set_setting (f->store, "last", "2", NULL));
  reopen_and_compare (f);
  g_autofree char *view = tsr_store_dup_setting (f->store, "view");
  g_autofree char *last = tsr_store_dup_setting (f->store, "last");
  g_assert_cmpstr (view, ==, "{\n\t\"a\": 1}");
  g_assert_cmpstr (last, ==, "2");
  g_assert_true (tsr_store_set_setting (f->store, "last", NULL, NULL));
  g_assert_null (tsr_store_dup_setting (f->store, "last"));
}

static void
count_done_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  GArray *order = data;
  guint   n = order->len;

  g_autoptr (GError) error = NULL;

  tsr_store_write_finish (TSR_STORE (object), result, &error);
  g_assert_no_error (error);
  g_array_append_val (order, n);
}

static void
write_async_cb (TsrProject *project, TsrEdit *edit, gpointer data)
{
  Fixture *f = g_object_get_data (G_OBJECT (project), "fixture");

  tsr_store_write_async (f->store, edit, count_done_cb, data);
}

static void
test_async (Fixture *f, gconstpointer data)
{
  g_autoptr (GArray) order = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (TsrSoundState) state = test_state_new (1, 2, 2, 0);

  test_disconnect (f->project, f->store);
  g_object_set_data (G_OBJECT (f->project), "fixture", f);
  g_signal_connect (f->project, "edited", G_CALLBACK (write_async_cb), order);
  for (guint i = 0; i < 20; i++) {
    g_autofree char *name = g_strdup_printf ("%u", i);
    add_sound (f, name, NULL, state);
  }
  while (order->len < 20)
    g_main_context_iteration (NULL, TRUE);
  reopen_and_compare (f);
}

static void
test_copy (Fixture *f, gconstpointer data)
{
  g_autofree char *out = test_path (f->folder, "copy.tarsier");
  g_autoptr (GError) error = NULL;
  g_autoptr (TsrSoundState) state = test_state_new (1, 4, 10, 3);
  g_autoptr (TsrStore) store = NULL;

  add_sound (f, "a", NULL, state);
  g_assert_true (tsr_store_save_copy (f->store, out, FALSE, NULL, &error));
  g_assert_false (tsr_store_save_copy (f->store, out, FALSE, NULL, &error));
  g_assert_error (error, TSR_STORE_ERROR, TSR_STORE_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_true (tsr_store_save_copy (f->store, out, TRUE, NULL, &error));
  g_assert_false (tsr_store_save_copy (f->store, f->path, TRUE, NULL, &error));
  g_assert_error (error, TSR_STORE_ERROR, TSR_STORE_ERROR_EXISTS);
  g_clear_error (&error);
  g_autoptr (TsrProject) copy = test_reload (out, &store);
  g_autofree char *a = test_project_dup_text (f->project);
  g_autofree char *b = test_project_dup_text (copy);
  g_assert_cmpstr (a, ==, b);
  /* Not over a project that is open. */
  g_assert_false (tsr_store_save_copy (f->store, out, TRUE, NULL, &error));
  g_assert_error (error, TSR_STORE_ERROR, TSR_STORE_ERROR_IN_USE);
  g_clear_error (&error);
  /* Still open for work. */
  add_sound (f, "b", NULL, state);
}

/* The figures of the specification of XXH64. */
static void
test_checksum (void)
{
  g_assert_cmphex (tsr_checksum_bytes ("", 0, 0), ==, 0xEF46DB3751D8E999);
  g_assert_cmphex (tsr_checksum_bytes ("a", 1, 0), ==, 0xD24EC4F1A98C6E5B);
  g_assert_cmphex (tsr_checksum_bytes ("abc", 3, 0), ==, 0x44BC2CF5AD770999);
  g_assert_cmphex (tsr_checksum_bytes ("Nobody inspects the spammish repetition", 39, 0),
                   ==,
                   0xFBCEA83C8A378BF1);
}

#define ADD(name, function)                                                              \
  g_test_add ("/store/round-trip/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/checksum", test_checksum);
  ADD ("empty", test_empty);
  ADD ("bits", test_bits);
  ADD ("history", test_history);
  ADD ("sounds", test_sounds);
  ADD ("large", test_large);
  ADD ("source", test_source);
  ADD ("source-refused", test_source_refused);
  ADD ("settings", test_settings);
  ADD ("async", test_async);
  ADD ("copy", test_copy);
  return g_test_run ();
}
