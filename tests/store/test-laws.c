/* SPDX-License-Identifier: GPL-3.0-or-later
 * Residual laws of a long history: each step of the file tells only what it adds, files
 * from before that read as they did, and compaction and lost rows leave what can be left.
 */
#include <gio/gio.h>
#include <math.h>
#include <string.h>

#include "model/dsp-types.h"
#include "store/partial-codec.h"
#include "store/residual-codec.h"
#include "tests/store/sql.h"
#include "tests/store/support.h"

enum { N_STEPS = 5000 };

static TsrCurve *
curve_of (guint i)
{
  TsrCurvePoint points[3] = {{0, 0}, {0.5, -1.0 / (i + 1)}, {2, sin (i)}};

  return tsr_curve_new (points, 3);
}

/* The laws with one more, of a kind that goes with its number. */
static TsrResidualLaws *
append (TsrResidualLaws *laws, guint i)
{
  g_autoptr (TsrCurve) curve = curve_of (i);
  TsrResidualLaw law = {(TsrResidualLawKind)(i % TSR_N_RESIDUAL_LAWS), curve, NULL};

  if (law.kind == TSR_RESIDUAL_TILT)
    law.tilt = curve;
  TsrResidualLaws *more = tsr_residual_laws_append (laws, &law);
  tsr_residual_laws_unref (laws);
  return more;
}

/* ---- lists ---- */

/* Lists share what comes first, whatever they are made of. */
static void
test_lists (void)
{
  TsrResidualLaws *lists[2] = {NULL, NULL}, *early = NULL;

  for (guint i = 0; i < 300; i++) {
    for (int k = 0; k < 2; k++)
      lists[k] = append (lists[k], i);
    g_assert_true (tsr_residual_laws_equal (lists[0], lists[1]));
    g_assert_cmpuint (tsr_residual_laws_size (lists[0]), ==, i + 1);
    if (i == 100)
      early = tsr_residual_laws_ref (lists[1]);
  }
  for (guint i = 0; i < 300; i++)
    g_assert_cmpint (
        tsr_residual_laws_at (lists[0], i)->kind, ==, (int)(i % TSR_N_RESIDUAL_LAWS));
  g_assert_true (tsr_residual_laws_begin_with (lists[0], early));
  g_assert_false (tsr_residual_laws_begin_with (early, lists[0]));
  g_assert_true (tsr_residual_laws_begin_with (lists[0], NULL));
  early = append (early, 7); /* another branch */
  g_assert_false (tsr_residual_laws_begin_with (lists[0], early));
  g_assert_false (tsr_residual_laws_equal (lists[0], early));
  for (int k = 0; k < 2; k++)
    tsr_residual_laws_unref (lists[k]);
  tsr_residual_laws_unref (early);
}

/* ---- bytes ---- */

/* As files before "TSRLAWS2" hold them: all laws in each step. */
static void
test_old_bytes (void)
{
  static const guint64 words[] = {
      0,
      1,
      0x4059000000000000,
      0xc000000000000000, /* the curve: 100 Hz, -2 dB */
      1,
      1,
      0,
      0x4008000000000000, /* gain: 3 dB */
      2,
      0, /* a tilt without level ... */
      100,
      1,
      0,
      0x3ff0000000000000, /* ... of 1 dB an octave */
  };
  g_autoptr (GByteArray) old = g_byte_array_new ();
  g_autoptr (GByteArray) again = g_byte_array_new ();
  g_autoptr (TsrCurve) curve = NULL;
  TsrResidualLaws *laws;

  g_byte_array_append (old, (const guint8 *)"TSRLAWS1", 8);
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++) {
    guint64 word = GUINT64_TO_LE (words[i]);
    g_byte_array_append (old, (const guint8 *)&word, sizeof word);
  }
  g_assert_true (tsr_residual_decode (old->data, old->len, NULL, &curve, &laws));
  g_assert_cmpfloat (tsr_curve_at (curve, 100), ==, -2);
  g_assert_cmpuint (tsr_residual_laws_size (laws), ==, 2);
  g_assert_cmpfloat_with_epsilon (
      tsr_residual_laws_gain (laws, 1), pow (10, 3.0 / 20), 1e-12);
  g_assert_cmpfloat (tsr_residual_laws_tilt_db (laws, 1), ==, 1);
  g_assert_false (tsr_residual_needs_parent (old->data, old->len));
  tsr_residual_encode (curve, laws, NULL, again);
  g_assert_cmpmem (old->data, old->len, again->data, again->len);
  tsr_residual_laws_unref (laws);
}

/* Only what is added; where the parent's are lost, that alone. */
static void
test_new_bytes (void)
{
  TsrResidualLaws *before = NULL, *after, *read;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (TsrCurve) curve = NULL;

  for (guint i = 0; i < 1000; i++)
    before = append (before, i);
  after = append (tsr_residual_laws_ref (before), 1000);
  tsr_residual_encode (NULL, after, before, bytes);
  g_assert_cmpuint (bytes->len, <, 200);
  g_assert_true (tsr_residual_needs_parent (bytes->data, bytes->len));
  g_assert_true (tsr_residual_decode (bytes->data, bytes->len, before, &curve, &read));
  g_assert_true (tsr_residual_laws_equal (read, after));
  tsr_residual_laws_unref (read);
  g_assert_true (tsr_residual_decode (bytes->data, bytes->len, NULL, &curve, &read));
  g_assert_cmpuint (tsr_residual_laws_size (read), ==, 1);
  tsr_residual_laws_unref (read);
  tsr_residual_encode (NULL, before, before, bytes); /* nothing is added */
  g_assert_cmpuint (bytes->len, ==, 8);
  g_assert_true (tsr_residual_decode (bytes->data, bytes->len, before, &curve, &read));
  g_assert_true (tsr_residual_laws_equal (read, before));
  tsr_residual_laws_unref (read);
  g_assert_false (tsr_residual_decode ("TSRLAWS2........", 17, before, &curve, &read));
  tsr_residual_laws_unref (before);
  tsr_residual_laws_unref (after);
}

/* ---- files ---- */

static void
add_step (TsrProject *project, TsrSound *sound, guint i, gboolean adds)
{
  TsrSoundStateFields fields;
  g_autoptr (GError) error = NULL;

  tsr_sound_state_fields_init (&fields,
                               tsr_sound_state_fields (tsr_sound_get_state (sound)));
  fields.residual_gain_db = i;
  if (adds)
    fields.residual_laws = append (fields.residual_laws, i);
  g_autoptr (TsrSoundState) next = tsr_sound_state_new (&fields);
  tsr_sound_state_fields_clear (&fields);
  tsr_project_add_step (project, sound, next, "law", "edit", NULL, &error);
  g_assert_no_error (error);
}

/* A project with so many steps, of which every tenth adds no law. */
static TsrProject *
make_project (const char *path, guint n_steps, TsrStore **store)
{
  g_autoptr (GError) error = NULL;
  TsrProject *project = tsr_project_new ();
  g_autoptr (TsrSoundState) first = test_state_new (1, 2, 4, 1);

  *store = tsr_store_create (path, &error);
  g_assert_no_error (error);
  test_connect (project, *store);
  tsr_project_add_sound (project, "a", NULL, first, "first", "", NULL, &error);
  g_assert_no_error (error);
  g_autoptr (TsrSound) sound = g_list_model_get_item (G_LIST_MODEL (project), 0);
  for (guint i = 0; i < n_steps; i++)
    add_step (project, sound, i, i % 10 != 9);
  return project;
}

static gsize
size_of (const char *path)
{
  g_autoptr (GBytes) bytes = test_read_file (path);

  return g_bytes_get_size (bytes);
}

static void
test_long_history (void)
{
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = test_path (folder, "a.tarsier");
  g_autoptr (TsrStore) store = NULL;
  g_autoptr (TsrProject) project = make_project (path, N_STEPS, &store);
  g_autoptr (TsrSound) sound = g_list_model_get_item (G_LIST_MODEL (project), 0);
  gint64 middle_id = tsr_step_fields (tsr_sound_get_current_step (sound))->id / 2;
  TsrCompactReport report;

  test_disconnect (project, store);
  g_clear_object (&store);
  gsize n_bytes = size_of (path);
  g_test_message ("%d steps, %d laws: %zu bytes, %zu a step",
                  N_STEPS,
                  N_STEPS * 9 / 10,
                  n_bytes,
                  n_bytes / N_STEPS);
  g_assert_cmpuint (n_bytes, <, 600 * N_STEPS);
  g_autoptr (TsrProject) again = test_reload (path, &store);
  g_autoptr (TsrSound) sound_again = g_list_model_get_item (G_LIST_MODEL (again), 0);
  const TsrSoundStateFields *a = tsr_sound_state_fields (tsr_sound_get_state (sound));
  const TsrSoundStateFields *b =
      tsr_sound_state_fields (tsr_sound_get_state (sound_again));
  g_assert_cmpuint (tsr_residual_laws_size (b->residual_laws), ==, N_STEPS * 9 / 10);
  g_assert_true (tsr_residual_laws_equal (a->residual_laws, b->residual_laws));
  g_autoptr (TsrSoundState) middle = tsr_sound_dup_state_at (sound, middle_id);
  g_autoptr (TsrSoundState) middle_again =
      tsr_sound_dup_state_at (sound_again, middle_id);
  g_assert_true (
      tsr_residual_laws_equal (tsr_sound_state_fields (middle)->residual_laws,
                               tsr_sound_state_fields (middle_again)->residual_laws));
  g_assert_true (tsr_store_compact (store, 3, FALSE, NULL, &report, NULL));
  g_clear_object (&store);
  g_autoptr (TsrProject) compact = test_reload (path, &store);
  g_autoptr (TsrSound) left = g_list_model_get_item (G_LIST_MODEL (compact), 0);
  g_assert_true (tsr_residual_laws_equal (
      a->residual_laws,
      tsr_sound_state_fields (tsr_sound_get_state (left))->residual_laws));
  add_step (compact, left, 1, TRUE);
  g_clear_object (&store);
  test_remove_folder (folder);
}

/* The row of a step is damaged: the steps after it keep all laws but its own. */
static void
test_lost_row (void)
{
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = test_path (folder, "a.tarsier");
  g_autoptr (TsrStore) store = NULL;
  g_autoptr (GPtrArray) warnings = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TsrProject) project = make_project (path, 9, &store);

  test_disconnect (project, store);
  g_clear_object (&store);
  test_sql_execute (path, "UPDATE step SET checksum = checksum + 1 WHERE id = 5");
  store = tsr_store_open (path, &error);
  g_assert_no_error (error);
  g_autoptr (TsrProject) again = tsr_store_load (store, NULL, &warnings, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (warnings->len, >, 0);
  g_autoptr (TsrSound) sound = g_list_model_get_item (G_LIST_MODEL (again), 0);
  g_assert_cmpuint (
      tsr_residual_laws_size (
          tsr_sound_state_fields (tsr_sound_get_state (sound))->residual_laws),
      ==,
      8);
  g_clear_object (&store);
  test_remove_folder (folder);
}

/* Whose noise goes on is told with the partial, and costs no byte. */
static void
test_noise_of_heirs (void)
{
  const gint64  ids[] = {5, 70000000, G_GINT64_CONSTANT (1) << 40};
  TsrBreakpoint b[3] = {{.bandwidth = 0.5F, .flags = TSR_BREAKPOINT_NULL},
                        {.time_s = 1, .bandwidth = 0.5F, .flags = TSR_BREAKPOINT_CLEAN},
                        {.time_s = 2, .bandwidth = 0.5F, .flags = 0xffffff00}};
  g_autoptr (GByteArray) buffer = g_byte_array_new ();
  TsrPartialColumn columns[TSR_N_PARTIAL_COLUMNS];

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    for (int is_heir = 0; is_heir < 2; is_heir++) {
      TsrPartial *old = tsr_partial_new (ids[i], 0, 0, b, 3);
      TsrPartial *partial =
          is_heir ? tsr_partial_new_heir (old, 9) : tsr_partial_new_with_id (old, 9);
      tsr_partial_encode (partial, buffer, columns);
      gint64 version = tsr_partial_codec_version (partial);
      g_assert_cmpint (version, ==, is_heir ? 2 : 1);
      g_assert_cmpuint (columns[TSR_N_PARTIAL_COLUMNS - 1].n_bytes, ==, 12);
      TsrPartial *read = tsr_partial_decode (9, 0, 0, version, 3, columns);
      g_assert_true (tsr_partial_equal (partial, read));
      g_assert_cmpint (tsr_partial_noise_id (read), ==, is_heir ? ids[i] : 9);
      g_assert_null (tsr_partial_decode (9, 0, 0, 3, 3, columns));
      tsr_partial_unref (read);
      tsr_partial_unref (partial);
      tsr_partial_unref (old);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/laws/lists", test_lists);
  g_test_add_func ("/store/laws/old-bytes", test_old_bytes);
  g_test_add_func ("/store/laws/new-bytes", test_new_bytes);
  g_test_add_func ("/store/laws/long-history", test_long_history);
  g_test_add_func ("/store/laws/noise-of-heirs", test_noise_of_heirs);
  g_test_add_func ("/store/laws/lost-row", test_lost_row);
  return g_test_run ();
}
