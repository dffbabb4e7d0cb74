/* SPDX-License-Identifier: GPL-3.0-or-later
 * Salvage: every row that is whole, out of the pages, into a new project.
 */
#include "store/salvage.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "store/page-reader.h"
#include "store/project-write.h"
#include "store/store.h"

#define BATCH_BYTES (16u << 20)
#define WORK_PREFIX ".salvage-"
#define WORK_FILE "project"
#define JOURNAL_SUFFIX "-journal"
#define STALE_S 60

/* Where a whole row lies. */
typedef struct {
  TsrTable table;
  gint64   id;
  gint64   rank; /* among rows of one id: the highest is the newest */
  guint64  page;
  guint    cell;
} Find;

static gint64
rank_of (const TsrRecord *record)
{
  if (record->table == TSR_TABLE_SOUND)
    return record->columns[4].integer; /* the current step */
  if (record->table == TSR_TABLE_LEDGER)
    return record->columns[1].integer;
  return 0;
}

static GArray *
find_rows (TsrPageReader *reader)
{
  GArray *finds = g_array_new (FALSE, FALSE, sizeof (Find));

  for (guint64 page = 1; page <= tsr_page_reader_n_pages (reader); page++) {
    guint n_cells = tsr_page_reader_n_cells (reader, page);
    for (guint cell = 0; cell < n_cells; cell++) {
      TsrRecord record;
      if (!tsr_page_reader_read (reader, cell, &record))
        continue;
      Find find = {record.table, record.id, rank_of (&record), page, cell};
      g_array_append_val (finds, find);
    }
  }
  return finds;
}

static int
compare_finds (gconstpointer a, gconstpointer b)
{
  const Find *x = a, *y = b;

  if (x->table != y->table)
    return x->table < y->table ? -1 : 1;
  if (x->id != y->id)
    return x->id < y->id ? -1 : 1;
  if (x->rank != y->rank)
    return x->rank > y->rank ? -1 : 1;
  return 0;
}

/* Rows that the ledger, as far as it is whole, knows of. */
static guint64
count_lost (TsrPageReader *reader, const GArray *finds)
{
  gint64  n_found[TSR_N_TABLES] = {0}, n_wanted[TSR_N_TABLES] = {0};
  guint64 n_lost = 0;

  for (guint i = 0; i < finds->len; i++) {
    const Find *find = &g_array_index (finds, Find, i);
    TsrRecord   record;
    if (i > 0 && compare_finds (find - 1, find) == 0)
      continue;
    n_found[find->table]++;
    if (find->table == TSR_TABLE_LEDGER && find->id > 0 && find->id < TSR_N_TABLES &&
        tsr_page_reader_n_cells (reader, find->page) > find->cell &&
        tsr_page_reader_read (reader, find->cell, &record))
      n_wanted[find->id] = record.columns[1].integer;
  }
  for (TsrTable table = TSR_TABLE_PROJECT; table < TSR_N_TABLES; table++)
    n_lost += (guint64)MAX (0, n_wanted[table] - n_found[table]);
  return n_lost;
}

/* ---- copying ---- */

typedef struct {
  TsrPageReader *reader;
  const GArray  *finds;
  guint          next, end; /* of the present transaction */
  guint64        n_saved;
} Copy;

static gboolean
write_record (TsrProjectFile *out, const TsrRecord *record, GError **error)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  TsrRow row;

  tsr_row_begin_insert (&row, out->rows, record->table, record->id);
  for (int i = 1; i < record->n_columns; i++) {
    const TsrRecordColumn *c = &record->columns[i];
    if (c->type == TSR_COLUMN_INT)
      tsr_row_put_int (&row, c->integer);
    else if (c->type == TSR_COLUMN_REAL)
      tsr_row_put_real (&row, c->real);
    else if (c->type == TSR_COLUMN_BLOB)
      tsr_row_put_blob (&row, c->bytes, c->n_bytes);
    else if (c->type == TSR_COLUMN_NULL)
      tsr_row_put_null (&row);
    else {
      g_ptr_array_add (texts, g_strndup ((const char *)c->bytes, c->n_bytes));
      tsr_row_put_text (&row, g_ptr_array_index (texts, texts->len - 1));
    }
  }
  return tsr_row_finish (&row, NULL, error);
}

/* One transaction, from copy->next on. */
static gboolean
copy_some (TsrProjectFile *out, gpointer data, GError **error)
{
  Copy   *copy = data;
  guint64 n_bytes = 0;
  guint   i;

  copy->n_saved = 0;
  for (i = copy->next; i < copy->finds->len && n_bytes < BATCH_BYTES; i++) {
    const Find *find = &g_array_index (copy->finds, Find, i);
    TsrRecord   record;
    if (find->table == TSR_TABLE_PROJECT || find->table == TSR_TABLE_LEDGER ||
        (i > 0 && find->table == (find - 1)->table && find->id == (find - 1)->id))
      continue;
    if (tsr_page_reader_n_cells (copy->reader, find->page) <= find->cell ||
        !tsr_page_reader_read (copy->reader, find->cell, &record))
      continue;
    for (int c = 0; c < record.n_columns; c++)
      n_bytes += 16 + record.columns[c].n_bytes;
    if (!write_record (out, &record, error))
      return FALSE;
    copy->n_saved++;
  }
  copy->end = i;
  return TRUE;
}

static gboolean
copy_rows (
    TsrProjectFile *out, Copy *copy, const TsrJob *job, guint64 *n_saved, GError **error)
{
  while (copy->next < copy->finds->len) {
    tsr_job_progress (job, (double)copy->next / copy->finds->len);
    if (tsr_job_cancelled (job)) {
      tsr_db_set_cancelled (error);
      return FALSE;
    }
    if (!tsr_project_file_transact (out, copy_some, copy, error))
      return FALSE;
    *n_saved += copy->n_saved;
    copy->next = copy->end;
  }
  return TRUE;
}

typedef struct {
  TsrPageReader *reader;
  const TsrJob  *job;
  guint64        n_saved, n_lost;
} Salvage;

static gboolean
fill (TsrProjectFile *out, Salvage *salvage, GError **error)
{
  GArray *finds = find_rows (salvage->reader);
  Copy    copy = {.reader = salvage->reader, .finds = finds};
  guint64 n_dropped = 0;

  g_array_sort (finds, compare_finds);
  salvage->n_lost = count_lost (salvage->reader, finds);
  gboolean ok = tsr_db_execute (out->db, "PRAGMA foreign_keys = OFF", error) &&
                copy_rows (out, &copy, salvage->job, &salvage->n_saved, error) &&
                tsr_salvage_repair (out, &n_dropped, error) &&
                tsr_db_execute (out->db, "PRAGMA foreign_keys = ON", error) &&
                tsr_project_clean (out, error);
  salvage->n_saved -= MIN (salvage->n_saved, n_dropped);
  salvage->n_lost += n_dropped;
  g_array_unref (finds);
  return ok;
}

static gboolean
nothing_found (const char *path, GError **error)
{
  g_set_error (error,
               TSR_STORE_ERROR,
               TSR_STORE_ERROR_NOT_A_PROJECT,
               _ ("%s: nothing of a Tarsier project is in it"),
               path);
  return FALSE;
}

/* ---- the folder that the project is made in ---- */

/* What a killed program left behind: a folder of ours, old, that nobody has locked, with
 * nothing in it that is not the store's. */
static void
remove_if_stale (const char *path)
{
  struct stat status;
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

  if (fd < 0)
    return;
  if (fstat (fd, &status) == 0 && status.st_uid == geteuid () &&
      status.st_mtime + STALE_S < time (NULL) && flock (fd, LOCK_EX | LOCK_NB) == 0) {
    unlinkat (fd, WORK_FILE JOURNAL_SUFFIX, 0);
    unlinkat (fd, WORK_FILE, 0);
    g_rmdir (path); /* stays where there is anything else */
  }
  close (fd);
}

static void
remove_stale_folders (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, WORK_PREFIX) &&
        strlen (name) == strlen (WORK_PREFIX "XXXXXX")) {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      remove_if_stale (path);
    }
}

/* A new locked folder; *path is to be freed. -1 with errno. */
static int
make_work_folder (const char *folder, char **path)
{
  remove_stale_folders (folder);
  *path = g_build_filename (folder, WORK_PREFIX "XXXXXX", NULL);
  if (g_mkdtemp (*path) == NULL)
    return -1;
  int fd = open (*path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0)
    flock (fd, LOCK_EX);
  return fd;
}

/* Fills an unpublished project beside out_path, then gives it its name. */
static gboolean
make_project (const char *path, const char *out_path, Salvage *salvage, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (out_path);
  g_autofree char *work = NULL;
  struct stat      status;
  gboolean         ok = FALSE;
  int              fd = -1;

  if (lstat (out_path, &status) == 0)
    errno = EEXIST;
  else
    fd = make_work_folder (folder, &work);
  if (fd < 0) {
    g_set_error (error,
                 TSR_STORE_ERROR,
                 errno == EEXIST ? TSR_STORE_ERROR_EXISTS : TSR_STORE_ERROR_WRITE,
                 _ ("%s: cannot be made; choose a new name in a folder that may be "
                    "written"),
                 out_path);
    return FALSE;
  }
  g_autofree char *part = g_build_filename (work, WORK_FILE, NULL);
  TsrProjectFile  *out = NULL;
  if (tsr_project_file_create (part, error))
    out = tsr_project_file_open (part, TSR_OPEN_TRUSTING, NULL, NULL, error);
  if (out != NULL)
    ok = fill (out, salvage, error);
  tsr_project_file_close (out);
  if (ok && salvage->n_saved == 0)
    ok = nothing_found (path, error);
  if (ok && link (part, out_path) != 0 && rename (part, out_path) != 0) {
    g_set_error (error,
                 TSR_STORE_ERROR,
                 TSR_STORE_ERROR_WRITE,
                 _ ("%s: cannot be written: %s"),
                 out_path,
                 g_strerror (errno));
    ok = FALSE;
  }
  g_unlink (part);
  g_rmdir (work);
  close (fd);
  return ok && tsr_file_sync_folder (out_path, error);
}

gboolean
tsr_store_salvage (const char   *path,
                   const char   *out_path,
                   const TsrJob *job,
                   guint64      *n_saved,
                   guint64      *n_lost,
                   GError      **error)
{
  Salvage salvage = {.job = job};

  g_return_val_if_fail (path != NULL && out_path != NULL, FALSE);
  g_autofree char *real_path = tsr_file_dup_real_path (path, error);
  if (real_path == NULL || !tsr_file_check_kind (path, real_path, error))
    return FALSE;
  TsrDbFile *file = tsr_db_file_open (real_path, path, NULL, TRUE, error);
  if (file == NULL)
    return FALSE;
  salvage.reader = tsr_page_reader_new (file);
  gboolean ok = make_project (path, out_path, &salvage, error);
  tsr_page_reader_free (salvage.reader);
  tsr_db_file_close (file);
  if (n_saved != NULL)
    *n_saved = salvage.n_saved;
  if (n_lost != NULL)
    *n_lost = salvage.n_lost;
  return ok;
}
