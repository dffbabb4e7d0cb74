/* SPDX-License-Identifier: GPL-3.0-or-later
 * Fuzzes what a project holds: the input changes, copies and deletes rows of a good file,
 * all with right checksums, as a stranger could; then everything that reads a project has
 * a look at it.
 */
#include <gio/gio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "store/project-file.h"
#include "store/store.h"
#include "tests/store/support.h"

enum { MAX_COMMANDS = 16, MAX_BLOB_BYTES = 1 << 16 };

/* What is left of the input; zeros follow it. */
typedef struct {
  const guint8 *data;
  gsize         n;
} Input;

static guint8
take (Input *input)
{
  if (input->n == 0)
    return 0;
  input->n--;
  return *input->data++;
}

static guint64
take_word (Input *input)
{
  guint64 word = 0;

  for (int i = 0; i < 8; i++)
    word = word << 8 | take (input);
  return word;
}

static gint64
take_int (Input *input)
{
  guint8 kind = take (input);

  return kind < 240 ? (gint64)kind - 16 : (gint64)take_word (input);
}

static double
take_real (Input *input)
{
  static const double odd[] = {0, -1, 1e-300, 1e9, 1e300, -1e300, 0.5, 96000};
  guint8              kind = take (input);

  if (kind < 240)
    return odd[kind % G_N_ELEMENTS (odd)];
  guint64 word = take_word (input);
  double  value;
  memcpy (&value, &word, sizeof value);
  return value;
}

/* ---- rows ---- */

/* A change of one column: what it is changed to lives in `bytes`. */
typedef struct {
  Input  *input;
  int     column;
  guint8 *bytes; /* of MAX_BLOB_BYTES + 1, zeros at first */
} Change;

static void
put_changed_blob (TsrRow *row, Change *change, const guint8 *old, gsize n)
{
  guint8 kind = take (change->input);

  n = MIN (n, (gsize)MAX_BLOB_BYTES);
  if (n > 0)
    memcpy (change->bytes, old, n);
  if (kind < 64)
    n = kind;
  double value = take_real (change->input);
  gsize  at = 8 * (gsize)take (change->input);
  if (at + sizeof value <= n)
    memcpy (change->bytes + at, &value, sizeof value);
  tsr_row_put_blob (row, change->bytes, n);
}

static void
put_changed_text (TsrRow *row, Change *change)
{
  gsize n = take (change->input);

  for (gsize i = 0; i < n; i++)
    change->bytes[i] = take (change->input);
  tsr_row_put_text (row, (const char *)change->bytes);
}

static void
put_changed (TsrRow *row, char type, TsrCursor *cursor, Change *change)
{
  gsize       n = 0;
  const void *bytes = tsr_statement_bytes (cursor->statement, change->column, &n);

  if (g_ascii_isupper (type) && take (change->input) < 64)
    tsr_row_put_null (row);
  else if (g_ascii_tolower (type) == 'i')
    tsr_row_put_int (row, take_int (change->input));
  else if (g_ascii_tolower (type) == 'r')
    tsr_row_put_real (row, take_real (change->input));
  else if (g_ascii_tolower (type) == 't')
    put_changed_text (row, change);
  else
    put_changed_blob (row, change, bytes, n);
}

static void
put_same (TsrRow *row, char type, TsrCursor *cursor, int i)
{
  gsize       n = 0;
  const void *bytes = tsr_statement_bytes (cursor->statement, i, &n);

  if (tsr_statement_type (cursor->statement, i) == TSR_COLUMN_NULL)
    tsr_row_put_null (row);
  else if (g_ascii_tolower (type) == 'i')
    tsr_row_put_int (row, tsr_cursor_int (cursor, i));
  else if (g_ascii_tolower (type) == 'r')
    tsr_row_put_real (row, tsr_cursor_real (cursor, i));
  else if (g_ascii_tolower (type) == 't')
    tsr_row_put_text (row, bytes);
  else
    tsr_row_put_blob (row, bytes, n);
}

/* Writes the row at the cursor again, in its place or as a new one, one column changed.
 */
static void
change_row (TsrProjectFile *file, TsrCursor *cursor, Input *input)
{
  const char        *types = tsr_table_shape (cursor->table)->types;
  g_autofree guint8 *bytes = g_malloc0 (MAX_BLOB_BYTES + 1);
  Change             change = {input, 0, bytes};
  TsrRow             row;

  change.column = 1 + take (input) % ((int)strlen (types) - 1);
  if (take (input) >= 220)
    tsr_row_begin_insert (&row, file->rows, cursor->table, 0);
  else
    tsr_row_begin_update (&row, file->rows, cursor->table, tsr_cursor_int (cursor, 0));
  for (int i = 1; types[i] != '\0'; i++)
    if (i == change.column)
      put_changed (&row, types[i], cursor, &change);
    else
      put_same (&row, types[i], cursor, i);
  if (!tsr_row_finish (&row, NULL, NULL))
    return; /* what the tables themselves forbid */
}

/* The id of the k-th row, counting round; 0: the table is empty. */
static gint64
pick_row (TsrProjectFile *file, TsrTable table, guint k)
{
  gint64    ids[256] = {0};
  guint     n = 0;
  TsrCursor cursor;

  if (!tsr_cursor_open (&cursor, file->rows, table, NULL))
    return 0;
  while (n < G_N_ELEMENTS (ids) && tsr_cursor_next (&cursor, NULL) == TSR_STEP_ROW)
    ids[n++] = tsr_cursor_int (&cursor, 0);
  tsr_cursor_close (&cursor);
  return n > 0 ? ids[k % n] : 0;
}

static gboolean
run_commands (TsrProjectFile *file, gpointer data, GError **error)
{
  Input input = *(Input *)data;

  for (int i = 0; i < MAX_COMMANDS && input.n > 0; i++) {
    TsrTable  table = (TsrTable)(1 + take (&input) % (TSR_N_TABLES - 1));
    gint64    id = pick_row (file, table, take (&input));
    TsrCursor cursor;
    if (take (&input) >= 240) {
      if (!tsr_row_delete (file->rows, table, id, NULL))
        continue; /* others name it */
    } else if (tsr_cursor_open_where (
                   &cursor, file->rows, table, "id = ?1 LIMIT 1", id, NULL)) {
      if (tsr_cursor_next (&cursor, NULL) == TSR_STEP_ROW)
        change_row (file, &cursor, &input);
      tsr_cursor_close (&cursor);
    }
  }
  return TRUE;
}

/* ---- reading ---- */

static void
walk_history (TsrProject *project, TsrSound *sound)
{
  gsize current;
  g_autoptr (GPtrArray) steps = tsr_sound_dup_history (sound, &current);

  g_assert (current < steps->len);
  while (tsr_sound_can_undo (sound) && tsr_project_undo (project, sound, NULL))
    g_assert (tsr_sound_get_state (sound) != NULL);
  while (tsr_sound_can_redo (sound) && tsr_project_redo (project, sound, NULL))
    g_assert (tsr_sound_get_state (sound) != NULL);
  g_assert (tsr_sound_get_n_channels (sound) >= 1);
  g_assert (tsr_sound_next_partial_id (sound) > 0);
}

static void
read_project (const char *path)
{
  g_autoptr (GPtrArray) warnings = NULL;
  g_autoptr (TsrStore) store = tsr_store_open (path, NULL);
  TsrCompactReport report;

  if (store == NULL)
    return;
  g_autoptr (TsrProject) project = tsr_store_load (store, NULL, &warnings, NULL);
  guint n = project != NULL ? g_list_model_get_n_items (G_LIST_MODEL (project)) : 0;
  for (guint i = 0; i < n; i++) {
    g_autoptr (TsrSound) sound = g_list_model_get_item (G_LIST_MODEL (project), i);
    TsrSource *source = tsr_sound_get_source (sound);
    int        fd = memfd_create ("fuzz", MFD_CLOEXEC);
    walk_history (project, sound);
    if (source != NULL)
      tsr_store_read_source (store, tsr_source_get_id (source), fd, NULL);
    close (fd);
  }
  tsr_store_compact (store, 1, FALSE, NULL, &report, NULL);
  tsr_store_close (store, NULL);
}

/* The good file that every input changes, made once. */
static GBytes *
base_bytes (void)
{
  static GBytes *bytes;

  if (g_once_init_enter (&bytes)) {
    g_autofree char *folder = test_dup_folder ();
    g_autofree char *path = test_path (folder, "base.tarsier");
    g_free (test_make_project (path, 1));
    GBytes *made = test_read_file (path);
    test_remove_folder (folder);
    g_once_init_leave (&bytes, made);
  }
  return bytes;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  Input            input = {data, size};
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = test_path (folder, "a.tarsier");
  g_autofree char *saved = test_path (folder, "saved.tarsier");
  gsize            n_bytes;
  const char      *bytes = g_bytes_get_data (base_bytes (), &n_bytes);
  g_autoptr (GPtrArray) damage = NULL;
  guint64 n_saved, n_lost;

  g_assert_true (g_file_set_contents_full (
      path, bytes, (gssize)n_bytes, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  TsrProjectFile *file =
      tsr_project_file_open (path, TSR_OPEN_TRUSTING, NULL, NULL, NULL);
  g_assert_nonnull (file);
  /* Without a ledger, say, nothing can be written: then the file stays good. */
  gboolean is_changed = tsr_project_file_transact (file, run_commands, &input, NULL);
  tsr_project_file_close (file);
  g_assert_true (tsr_store_check (path, NULL, &damage, NULL));
  g_assert_true (is_changed || damage->len == 0);
  tsr_store_salvage (path, saved, NULL, &n_saved, &n_lost, NULL);
  read_project (path);
  test_remove_folder (folder);
  return 0;
}
