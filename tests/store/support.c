/* SPDX-License-Identifier: GPL-3.0-or-later
 * Generated projects, and comparing them.
 */
#include "tests/store/support.h"

#include <fcntl.h>
#include <float.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "model/dsp-types.h"

guint
test_n_wanted (guint n_short)
{
  const char *factor = g_getenv ("TSR_TEST_FACTOR");

  return n_short * (factor != NULL ? (guint)g_ascii_strtoull (factor, NULL, 10) : 1);
}

char *
test_dup_folder (void)
{
  const char *base = g_getenv ("TSR_TEST_TMP");

  /* Where syncing costs nothing, if there is such a place. */
  if (base == NULL && g_access ("/dev/shm", W_OK) == 0)
    base = "/dev/shm";
  char *folder = g_build_filename (
      base != NULL ? base : g_get_tmp_dir (), "tarsier-store-XXXXXX", NULL);

  g_assert_nonnull (g_mkdtemp (folder));
  return folder;
}

static void
remove_tree (const char *path)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR) &&
      !g_file_test (path, G_FILE_TEST_IS_SYMLINK)) {
    g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
      g_autofree char *child = g_build_filename (path, name, NULL);
      remove_tree (child);
    }
  }
  g_remove (path);
}

void
test_remove_folder (const char *folder)
{
  remove_tree (folder);
}

char *
test_path (const char *folder, const char *name)
{
  return g_build_filename (folder, name, NULL);
}

/* Values that a careless format would change. */
static double
odd_value (guint32 word)
{
  switch (word % 7) {
  case 0:
    return -0.0;
  case 1:
    return DBL_TRUE_MIN;
  case 2:
    return -DBL_MIN / 3;
  case 3:
    return 1.0 / 3;
  case 4:
    return 1e300;
  default:
    return (double)word * 1e-3;
  }
}

TsrPartial *
test_partial_new (gint64 id, guint n_breakpoints, guint32 seed)
{
  g_autofree TsrBreakpoint *b = g_new0 (TsrBreakpoint, n_breakpoints);
  guint32                   word = seed * 2654435761u + (guint32)id;

  for (guint i = 0; i < n_breakpoints; i++) {
    word = word * 1664525u + 1013904223u;
    b[i].time_s = (double)id * 0.01 + i * 0.005 + (word >> 20) * 1e-7;
    b[i].phase_turns = odd_value (word >> 8);
    b[i].frequency_hz = 100 + (word >> 16) * 0.1;
    b[i].log_amplitude = -1 - (word >> 24) * 0.01;
    b[i].slope_per_s = (float)odd_value ((word >> 4) % 4);
    b[i].chirp_hz_per_s = (word & 64) != 0 ? -0.0f : FLT_TRUE_MIN;
    b[i].bandwidth = (float)(word >> 24) / 256.0f;
    b[i].flags = TSR_BREAKPOINT_CLEAN;
  }
  if (n_breakpoints > 1) {
    b[0].flags = TSR_BREAKPOINT_NULL;
    b[0].log_amplitude = TSR_LOG_AMPLITUDE_NULL;
    b[1].time_s = b[0].time_s;
  }
  return tsr_partial_new (id, (int)(word % 5), (unsigned)(word >> 30), b, n_breakpoints);
}

TsrSoundState *
test_state_new (gint64 first_id, guint n_partials, guint n_breakpoints, guint32 seed)
{
  g_autoptr (GPtrArray) partials =
      g_ptr_array_new_with_free_func ((GDestroyNotify)tsr_partial_unref);

  for (guint i = 0; i < n_partials; i++)
    g_ptr_array_add (partials, test_partial_new (first_id + i, n_breakpoints, seed));
  g_autoptr (TsrPartialSet) set =
      tsr_partial_set_new ((TsrPartial *const *)partials->pdata, partials->len);
  TsrSoundStateFields fields = {
      .partials = set, .duration_s = 1.5 + seed, .analysed = TRUE, .edited = seed % 2};
  return tsr_sound_state_new (&fields);
}

/* ---- comparing ---- */

static void
append_curve (GString *text, const TsrCurve *curve)
{
  if (curve == NULL) {
    g_string_append (text, " -");
    return;
  }
  for (gsize i = 0; i < tsr_curve_n_points (curve); i++)
    g_string_append_printf (
        text, " %a:%a", tsr_curve_points (curve)[i].x, tsr_curve_points (curve)[i].y);
}

static void
append_partial (GString *text, const TsrPartial *p)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_MD5);
  const TsrBreakpoint *b = tsr_partial_breakpoints (p);

  g_checksum_update (
      sum, (const guchar *)b, (gssize)(tsr_partial_n_breakpoints (p) * sizeof *b));
  g_string_append_printf (text,
                          "  partial %" G_GINT64_FORMAT " %d %u %zu %s\n",
                          (gint64)tsr_partial_id (p),
                          tsr_partial_label (p),
                          tsr_partial_channel (p),
                          tsr_partial_n_breakpoints (p),
                          g_checksum_get_string (sum));
}

static void
append_fields (GString *text, const TsrSoundStateFields *f)
{
  g_string_append_printf (text,
                          "  state %a %a %d %d",
                          f->duration_s,
                          f->residual_gain_db,
                          f->analysed,
                          f->edited);
  append_curve (text, f->source_s_over_sound_s);
  append_curve (text, f->residual_gain_db_over_hz);
  for (gsize i = 0; i < tsr_residual_laws_size (f->residual_laws); i++) {
    const TsrResidualLaw *law = tsr_residual_laws_at (f->residual_laws, i);
    g_string_append_printf (text, " law %d", (int)law->kind);
    append_curve (text, law->level);
    append_curve (text, law->tilt);
  }
  g_string_append_c (text, '\n');
}

static void
append_partials (GString *text, const TsrSoundStateFields *f)
{
  for (gsize i = 0; f->partials != NULL && i < tsr_partial_set_size (f->partials); i++)
    append_partial (text, tsr_partial_set_at (f->partials, i));
}

static void
append_state (GString *text, TsrSoundState *state)
{
  append_fields (text, tsr_sound_state_fields (state));
  append_partials (text, tsr_sound_state_fields (state));
}

char *
test_partial_dup_text (const TsrPartial *partial)
{
  GString *text = g_string_new (NULL);

  append_partial (text, partial);
  return g_string_free (text, FALSE);
}

char *
test_state_dup_head (const TsrSoundStateFields *fields)
{
  GString *text = g_string_new (NULL);

  append_fields (text, fields);
  return g_string_free (text, FALSE);
}

char *
test_state_dup_partials (TsrSoundState *state)
{
  GString *text = g_string_new (NULL);

  append_partials (text, tsr_sound_state_fields (state));
  return g_string_free (text, FALSE);
}

char *
test_saved_dup_text (const TsrSavedSelection *saved, gsize n)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < n; i++) {
    const TsrRegion *region = tsr_selection_region (saved[i].kept);
    g_string_append_printf (
        text, " saved %" G_GINT64_FORMAT " [%s]", saved[i].id, saved[i].name);
    for (gsize k = 0; k < tsr_selection_size (saved[i].kept); k++)
      g_string_append_printf (
          text, " %" G_GINT64_FORMAT, tsr_selection_ids (saved[i].kept)[k]);
    if (region != NULL)
      g_string_append_printf (text,
                              " in %a %a %a %a",
                              region->start_s,
                              region->end_s,
                              region->low_hz,
                              region->high_hz);
    g_string_append_c (text, '\n');
  }
  return g_string_free (text, FALSE);
}

char *
test_descents_dup_text (const GArray *descents)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; descents != NULL && i < descents->len; i++) {
    const TsrDescent *d = &g_array_index (descents, TsrDescent, i);
    g_string_append_printf (
        text, " %" G_GINT64_FORMAT " from %" G_GINT64_FORMAT, d->id, d->from_id);
  }
  return g_string_free (text, FALSE);
}

static void
append_history (GString *text, TsrSound *sound)
{
  gsize current = 0;
  g_autoptr (GPtrArray) steps = tsr_sound_dup_history (sound, &current);

  for (guint i = 0; i < steps->len; i++) {
    const TsrStepFields *f = tsr_step_fields (g_ptr_array_index (steps, i));
    g_autofree char     *descents = test_descents_dup_text (f->descents);
    g_string_append_printf (text,
                            " step %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
                            " [%s] [%s] %" G_GINT64_FORMAT "%s%s\n",
                            f->id,
                            f->parent_id,
                            f->label,
                            f->command,
                            f->time_us,
                            descents,
                            i == current ? " *" : "");
    g_autoptr (TsrSoundState) state = tsr_sound_dup_state_at (sound, f->id);
    append_state (text, state);
  }
}

static void
append_analysis (GString *text, const TsrAnalysisRecord *a)
{
  if (a == NULL)
    return;
  g_string_append_printf (text,
                          " analysis %a %a %a %a %a %a %d %d %a %a %d %a %a\n",
                          a->params.spacing_hz,
                          a->params.floor_db,
                          a->params.low_hz,
                          a->params.high_hz,
                          a->params.start_s,
                          a->params.end_s,
                          a->params.noisiness,
                          a->params.noise,
                          a->spacing.spacing_hz,
                          a->spacing.fundamental_hz,
                          a->spacing.reason,
                          isnan (a->snr_db) ? -999.0 : a->snr_db,
                          a->analysis_s);
}

static void
append_sound (GString *text, TsrSound *sound)
{
  TsrSource *source = tsr_sound_get_source (sound);
  gsize      n_markers = 0;

  g_string_append_printf (text,
                          "sound %" G_GINT64_FORMAT " [%s]\n",
                          tsr_sound_get_id (sound),
                          tsr_sound_get_name (sound));
  if (source != NULL) {
    const TsrSourceInfo *info = tsr_source_get_info (source);
    g_string_append_printf (text,
                            " source %" G_GINT64_FORMAT " [%s] %s %a %u %" G_GINT64_FORMAT
                            " %d %" G_GUINT64_FORMAT " %s\n",
                            tsr_source_get_id (source),
                            info->name,
                            info->format,
                            info->rate_hz,
                            info->n_channels,
                            info->n_frames,
                            info->bits,
                            info->n_bytes,
                            info->decoded_sha256);
  }
  const TsrMarker *markers = tsr_sound_get_kept_markers (sound, &n_markers);
  for (gsize i = 0; i < n_markers; i++)
    g_string_append_printf (text,
                            " marker %" G_GINT64_FORMAT " %a [%s]\n",
                            markers[i].id,
                            markers[i].time_s,
                            markers[i].name);
  gsize                    n_saved = 0;
  const TsrSavedSelection *all = tsr_sound_get_saved_selections (sound, &n_saved);
  g_autofree char         *saved = test_saved_dup_text (all, n_saved);
  g_string_append (text, saved);
  append_analysis (text, tsr_sound_get_analysis (sound));
  append_history (text, sound);
}

char *
test_project_dup_text (TsrProject *project)
{
  GString *text = g_string_new (NULL);

  for (gint64 id = 1; id < 200; id++) {
    TsrSound *sound = tsr_project_get_sound (project, id);
    if (sound == NULL)
      continue;
    if (tsr_project_is_removed (project, id))
      g_string_append (text, "removed ");
    append_sound (text, sound);
  }
  return g_string_free (text, FALSE);
}

char *
test_project_dup_digest (TsrProject *project)
{
  g_autofree char *text = test_project_dup_text (project);

  return g_compute_checksum_for_string (G_CHECKSUM_MD5, text, -1);
}

/* ---- stores ---- */

static void
edited_cb (TsrProject *project, TsrEdit *edit, gpointer data)
{
  g_autoptr (GError) error = NULL;

  tsr_store_write (TSR_STORE (data), edit, &error);
  g_assert_no_error (error);
}

void
test_connect (TsrProject *project, TsrStore *store)
{
  g_signal_connect_object (project, "edited", G_CALLBACK (edited_cb), store, 0);
}

void
test_disconnect (TsrProject *project, TsrStore *store)
{
  g_signal_handlers_disconnect_by_data (project, store);
}

TsrProject *
test_reload (const char *path, TsrStore **store)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) warnings = NULL;

  *store = tsr_store_open (path, &error);
  g_assert_no_error (error);
  TsrProject *project = tsr_store_load (*store, NULL, &warnings, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < warnings->len; i++)
    g_test_message ("%s", (char *)g_ptr_array_index (warnings, i));
  g_assert_cmpuint (warnings->len, ==, 0);
  return project;
}

GBytes *
test_read_file (const char *path)
{
  char *bytes = NULL;
  gsize n_bytes = 0;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &bytes, &n_bytes, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (bytes, n_bytes);
}

int
test_fd_with_bytes (const void *bytes, gsize n_bytes)
{
  g_autofree char *path = NULL;
  int              fd = g_file_open_tmp ("tarsier-bytes-XXXXXX", &path, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_unlink (path);
  g_assert_cmpint (write (fd, bytes, n_bytes), ==, (gssize)n_bytes);
  g_assert_cmpint (lseek (fd, 0, SEEK_SET), ==, 0);
  return fd;
}

/* ---- whole projects ---- */

void
test_edit_sound (TsrProject *project, TsrSound *sound, guint32 seed)
{
  g_autoptr (GError) error = NULL;
  TsrPartialSet *set = tsr_sound_state_fields (tsr_sound_get_state (sound))->partials;
  gint64         first = tsr_sound_next_partial_id (sound);
  g_autoptr (TsrPartial) fresh = test_partial_new (first, 4 + seed % 40, seed);
  g_autoptr (TsrPartial) changed = NULL;
  TsrPartial *added[2] = {fresh, NULL};
  gint64      removed[2];
  gsize       n_removed = 0, n_added = 1, size = tsr_partial_set_size (set);

  if (size > 2) {
    /* One goes, and one keeps its id with another content. */
    removed[n_removed++] = tsr_partial_id (tsr_partial_set_at (set, seed % size));
    removed[n_removed++] = tsr_partial_id (tsr_partial_set_at (set, (seed + 1) % size));
    added[n_added++] = changed = test_partial_new (removed[1], 7, seed + 1000);
  }
  g_autoptr (GArray) descents = g_array_new (FALSE, FALSE, sizeof (TsrDescent));
  TsrDescent descent = {first, removed[0]};
  if (n_removed > 0 && seed % 3 != 0) /* the fresh one is what became of it */
    g_array_append_val (descents, descent);
  g_autoptr (TsrPartialSet) after =
      tsr_partial_set_replace (set, removed, n_removed, added, n_added);
  TsrCurvePoint points[] = {{0, -0.0}, {1, 1.25 + seed}};
  g_autoptr (TsrCurve) curve = tsr_curve_new (points, 2);
  TsrResidualLaws *laws = NULL;
  for (guint i = 0; i < seed % 4; i++) {
    TsrResidualLaw law = {
        (TsrResidualLawKind)((seed + i) % TSR_N_RESIDUAL_LAWS), curve, NULL};
    if (law.kind == TSR_RESIDUAL_TILT)
      law = (TsrResidualLaw){law.kind, i > 0 ? curve : NULL, curve};
    TsrResidualLaws *more = tsr_residual_laws_append (laws, &law);
    tsr_residual_laws_unref (laws);
    laws = more;
  }
  TsrSoundStateFields fields = {.partials = after,
                                .source_s_over_sound_s = seed % 3 != 0 ? curve : NULL,
                                .residual_gain_db_over_hz = seed % 5 == 0 ? curve : NULL,
                                .residual_gain_db = 1 - 3.25 * (seed % 7),
                                .residual_laws = laws,
                                .duration_s = 2,
                                .analysed = TRUE,
                                .edited = TRUE,
                                .descents = descents->len > 0 ? descents : NULL};
  g_autoptr (TsrSoundState) next = tsr_sound_state_new (&fields);
  tsr_residual_laws_unref (laws);
  g_autofree char *label = g_strdup_printf ("Edit %u", seed);
  tsr_project_add_step (project, sound, next, label, "edit …", NULL, &error);
  g_assert_no_error (error);
}

static TsrSource *
add_source (TsrProject *project, TsrStore *store, guint seed)
{
  g_autoptr (GError) error = NULL;
  gsize              n_bytes = 3000 + 100000 * (gsize)seed;
  g_autofree guint8 *bytes = g_malloc (n_bytes);
  TsrSourceInfo      info = {.name = "recording.wav",
                             .format = "wav",
                             .rate_hz = 44100,
                             .n_channels = 2,
                             .n_frames = 1000,
                             .bits = 16,
                             .n_bytes = n_bytes,
                             .decoded_sha256 = "00ff"};

  for (gsize i = 0; i < n_bytes; i++)
    bytes[i] = (guint8)(i * 7 + i / 251 + seed);
  TsrSource *source = tsr_source_new (tsr_project_new_source_id (project), &info);
  int        fd = test_fd_with_bytes (bytes, n_bytes);
  tsr_store_write_source (store, source, fd, NULL, &error);
  g_assert_no_error (error);
  close (fd);
  return source;
}

/* All partials, or a half of them in a region. */
static void
save_selection (TsrProject *project, TsrSound *sound, const char *name, gboolean half)
{
  TsrPartialSet *set = tsr_sound_state_fields (tsr_sound_get_state (sound))->partials;
  TsrRegion      region = {0.25, 1.5, 100, INFINITY};
  g_autoptr (TsrSelection) all = tsr_selection_all (set);
  g_autoptr (TsrSelection) some =
      tsr_selection_new (tsr_selection_ids (all), tsr_selection_size (all) / 2, &region);

  g_assert_cmpint (
      tsr_project_save_selection (project, sound, name, half ? some : all, NULL), >, 0);
}

static void
add_whole_sound (TsrProject *project, TsrStore *store, guint i)
{
  g_autofree char *name = g_strdup_printf ("sound %u", i);
  g_autoptr (TsrSource) source = i % 3 != 2 ? add_source (project, store, i % 4) : NULL;
  g_autoptr (TsrSoundState) state = test_state_new (1, 12, 5 + 13 * (i % 5), i);
  TsrAnalysisRecord record = {.params = {.spacing_hz = 80.5, .floor_db = -90},
                              .spacing = {80.5, 89.4, TSR_SPACING_FROM_FUNDAMENTAL},
                              .snr_db = 31.5,
                              .analysis_s = 0.125};
  gint64            id = tsr_project_add_sound (
      project, name, source, state, "Analysis", "analyze", &record, NULL);
  TsrSound *sound = tsr_project_get_sound (project, id);

  save_selection (project, sound, "of the analysis", FALSE);
  for (guint32 k = 0; k < 5; k++)
    test_edit_sound (project, sound, 10 * i + k);
  for (guint k = 0; k < i % 4; k++)
    g_assert_true (tsr_project_undo (project, sound, NULL));
  if (i % 2 == 1)
    test_edit_sound (project, sound, 500 + i);
  g_assert_true (tsr_project_undo (project, sound, NULL));
  tsr_project_add_marker (project, sound, 0.25 * i, "marker", NULL);
  save_selection (project, sound, "h\303\244lfte", TRUE);
  if (i % 4 == 3)
    g_assert_true (tsr_project_remove_sound (project, sound, NULL));
}

char *
test_make_project (const char *path, guint n_sounds)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TsrStore) store = tsr_store_create (path, &error);
  g_autoptr (TsrProject) project = tsr_project_new ();

  g_assert_no_error (error);
  test_connect (project, store);
  for (guint i = 0; i < n_sounds; i++)
    add_whole_sound (project, store, i);
  g_assert_true (tsr_store_set_setting (store, "view", "0 1 20 20000", NULL));
  return test_project_dup_text (project);
}
