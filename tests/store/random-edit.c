/* SPDX-License-Identifier: GPL-3.0-or-later
 * Random edits of a project.
 */
#include "model/dsp-types.h"
#include "tests/store/support.h"

#include <unistd.h>

enum { MAX_SOUNDS = 10, MAX_ID = 199 };

static TsrSound *
random_sound (TsrProject *project, GRand *random)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (project));

  if (n == 0)
    return NULL;
  TsrSound *sound = g_list_model_get_item (G_LIST_MODEL (project),
                                           (guint)g_rand_int_range (random, 0, (gint)n));
  g_object_unref (sound); /* the project holds it */
  return sound;
}

static TsrSource *
new_source (TsrProject *project, TsrStore *store, GRand *random)
{
  gsize              n_bytes = (gsize)g_rand_int_range (random, 0, 20000);
  g_autofree guint8 *bytes = g_malloc0 (n_bytes + 1);
  TsrSourceInfo      info = {.name = "r.wav",
                             .format = "wav",
                             .rate_hz = 48000,
                             .n_channels = 1,
                             .n_frames = 10,
                             .bits = 24,
                             .n_bytes = n_bytes,
                             .decoded_sha256 = "ab"};

  for (gsize i = 0; i < n_bytes; i++)
    bytes[i] = (guint8)g_rand_int (random);
  TsrSource *source = tsr_source_new (tsr_project_new_source_id (project), &info);
  int        fd = test_fd_with_bytes (bytes, n_bytes);
  if (!tsr_store_write_source (store, source, fd, NULL, NULL))
    g_clear_object (&source); /* the test made the disk fail */
  close (fd);
  return source;
}

static void
add_sound (TsrProject *project, TsrStore *store, GRand *random)
{
  g_autofree char *name = g_strdup_printf ("s%u", g_rand_int (random));
  guint32          seed = g_rand_int (random);
  g_autoptr (TsrSource) source =
      seed % 3 == 0 ? new_source (project, store, random) : NULL;
  g_autoptr (TsrSoundState) state = test_state_new (1, seed % 9, 1 + seed % 17, seed);

  tsr_project_add_sound (project, name, source, state, "Import", "", NULL, NULL);
}

static void
restore_sound (TsrProject *project)
{
  for (gint64 id = 1; id <= MAX_ID; id++)
    if (tsr_project_is_removed (project, id)) {
      tsr_project_restore_sound (project, id, NULL);
      return;
    }
}

static void
change_markers (TsrProject *project, TsrSound *sound, GRand *random)
{
  gsize            n = 0;
  const TsrMarker *markers = tsr_sound_get_kept_markers (sound, &n);

  if (n > 5 || (n > 0 && g_rand_boolean (random)))
    tsr_project_remove_marker (project, sound, markers[0].id, NULL);
  else
    tsr_project_add_marker (project, sound, g_rand_double (random), "m", NULL);
}

static void
change_saved_selections (TsrProject *project, TsrSound *sound, GRand *random)
{
  gsize                    n = 0;
  const TsrSavedSelection *saved = tsr_sound_get_saved_selections (sound, &n);
  TsrPartialSet *set = tsr_sound_state_fields (tsr_sound_get_state (sound))->partials;
  TsrRegion      region = {g_rand_double (random), 2, 0, INFINITY};
  g_autoptr (TsrSelection) all = tsr_selection_all (set);
  g_autoptr (TsrSelection) some =
      tsr_selection_new (tsr_selection_ids (all),
                         tsr_selection_size (all) / 2,
                         g_rand_boolean (random) ? &region : NULL);
  g_autofree char *name = g_strdup_printf ("q%u", g_rand_int (random) % 50);

  if (n > 5 || (n > 0 && g_rand_int (random) % 3 == 0))
    tsr_project_remove_saved_selection (project, sound, saved[0].id, NULL);
  else if (n > 0 && g_rand_boolean (random))
    tsr_project_rename_saved_selection (project, sound, saved[n - 1].id, name, NULL);
  else
    tsr_project_save_selection (project, sound, name, some, NULL);
}

static void
go_somewhere (TsrProject *project, TsrSound *sound, GRand *random)
{
  gsize current = 0;
  g_autoptr (GPtrArray) steps = tsr_sound_dup_history (sound, &current);
  gint i = g_rand_int_range (random, 0, (gint)steps->len);

  tsr_project_go_to_step (
      project, sound, tsr_step_fields (g_ptr_array_index (steps, i))->id, NULL);
}

void
test_random_edit (TsrProject *project, TsrStore *store, GRand *random)
{
  TsrSound        *sound = random_sound (project, random);
  guint            n_sounds = g_list_model_get_n_items (G_LIST_MODEL (project));
  gint             what = g_rand_int_range (random, 0, 21);
  g_autofree char *name = g_strdup_printf ("renamed %u", g_rand_int (random));

  if (sound == NULL || (what == 0 && n_sounds < MAX_SOUNDS))
    add_sound (project, store, random);
  else if (what == 1 && n_sounds < MAX_SOUNDS)
    tsr_project_copy_sound (project, sound, name, NULL);
  else if (what == 2)
    tsr_project_rename_sound (project, sound, name, NULL);
  else if (what == 3)
    tsr_project_remove_sound (project, sound, NULL);
  else if (what == 4)
    restore_sound (project);
  else if (what == 5)
    change_markers (project, sound, random);
  else if (what == 6)
    go_somewhere (project, sound, random);
  else if (what < 11)
    tsr_project_undo (project, sound, NULL);
  else if (what < 13)
    tsr_project_redo (project, sound, NULL);
  else if (what == 20)
    change_saved_selections (project, sound, random);
  else
    test_edit_sound (project, sound, g_rand_int (random) % 1000);
}
