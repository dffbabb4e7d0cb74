/* SPDX-License-Identifier: GPL-3.0-or-later
 * The forgetful disk.
 */
#include "tests/store/memory-vfs.h"

#include <sqlite3.h>
#include <string.h>

enum { SECTOR_BYTES = 512, MAX_NAME = 512 };

/* A write that was not synced; of a whole sector, or, where it is NULL, a size. */
typedef struct {
  guint64 sector;
  guint8  bytes[SECTOR_BYTES];
} Write;

typedef struct {
  gint        n_refs;
  GByteArray *now, *durable;
  GArray     *writes; /* of Write, oldest first */
} Inode;

typedef struct {
  sqlite3_file base;
  Inode       *inode;
  char        *name;
  gboolean     sync_folder; /* made by this handle: its first sync syncs the folder too */
  gboolean     delete_on_close;
} File;

typedef struct {
  GMutex      mutex;
  GHashTable *now, *durable; /* name -> Inode */
  TestFault   fault;
  guint64     countdown, n_calls;
  gboolean    for_good, has_failed, lying;
  guint       n_temporary;
} Disk;

static Disk disk;

/* ---- inodes ---- */

static Inode *
inode_new (void)
{
  Inode *inode = g_new0 (Inode, 1);

  inode->n_refs = 1;
  inode->now = g_byte_array_new ();
  inode->durable = g_byte_array_new ();
  inode->writes = g_array_new (FALSE, FALSE, sizeof (Write));
  return inode;
}

static Inode *
inode_ref (Inode *inode)
{
  inode->n_refs++;
  return inode;
}

static void
inode_unref (gpointer data)
{
  Inode *inode = data;

  if (--inode->n_refs > 0)
    return;
  g_byte_array_unref (inode->now);
  g_byte_array_unref (inode->durable);
  g_array_unref (inode->writes);
  g_free (inode);
}

static void
resize (GByteArray *bytes, gsize n_bytes)
{
  gsize old = bytes->len;

  g_byte_array_set_size (bytes, (guint)n_bytes);
  if (n_bytes > old)
    memset (bytes->data + old, 0, n_bytes - old);
}

static void
copy_bytes (GByteArray *to, const GByteArray *from)
{
  g_byte_array_set_size (to, 0);
  g_byte_array_append (to, from->data, from->len);
}

static void
inode_write (Inode *inode, const guint8 *bytes, gsize n_bytes, gsize offset)
{
  if (inode->now->len < offset + n_bytes)
    resize (inode->now, offset + n_bytes);
  memcpy (inode->now->data + offset, bytes, n_bytes);
  for (gsize s = offset / SECTOR_BYTES; s * SECTOR_BYTES < offset + n_bytes; s++) {
    Write write = {.sector = s};
    gsize n = MIN (SECTOR_BYTES, inode->now->len - s * SECTOR_BYTES);
    memcpy (write.bytes, inode->now->data + s * SECTOR_BYTES, n);
    g_array_append_val (inode->writes, write);
  }
}

static void
inode_sync (Inode *inode)
{
  copy_bytes (inode->durable, inode->now);
  g_array_set_size (inode->writes, 0);
}

/* Each sector ends as one of the states it went through, or as rubbish. */
static void
inode_power_up (Inode *inode, GRand *random)
{
  gsize size = g_rand_boolean (random) ? inode->now->len : inode->durable->len;
  g_autoptr (GHashTable) settled = g_hash_table_new (NULL, NULL);

  resize (inode->durable, MAX (size, inode->durable->len));
  for (guint i = 0; i < inode->writes->len; i++) {
    Write   *write = &g_array_index (inode->writes, Write, i);
    gpointer key = GSIZE_TO_POINTER (write->sector + 1);
    gsize    offset = write->sector * SECTOR_BYTES;
    if (offset >= inode->durable->len || g_hash_table_contains (settled, key))
      continue;
    gsize n = MIN (SECTOR_BYTES, inode->durable->len - offset);
    int   what = g_rand_int_range (random, 0, 10);
    if (what < 5)
      memcpy (inode->durable->data + offset, write->bytes, n);
    else if (what < 9)
      g_hash_table_add (settled, key); /* the state it has now stays */
    else {
      for (gsize k = 0; k < n; k++)
        inode->durable->data[offset + k] = (guint8)g_rand_int (random);
      g_hash_table_add (settled, key);
    }
  }
  resize (inode->durable, size);
  copy_bytes (inode->now, inode->durable);
  g_array_set_size (inode->writes, 0);
}

/* ---- faults ---- */

/* Whether this call fails; kinds of calls that a fault does not concern are not counted.
 */
static gboolean
fails (gboolean is_write)
{
  if (disk.fault == TEST_FAULT_NONE || (disk.fault == TEST_FAULT_FULL && !is_write))
    return FALSE;
  disk.n_calls++;
  if (disk.has_failed)
    return disk.for_good;
  if (--disk.countdown > 0)
    return FALSE;
  disk.has_failed = TRUE;
  return TRUE;
}

static int
failure (int io_error)
{
  return disk.fault == TEST_FAULT_FULL ? SQLITE_FULL : io_error;
}

/* ---- the methods of a file ---- */

static int
file_close (sqlite3_file *base)
{
  File *file = (File *)base;

  g_mutex_lock (&disk.mutex);
  if (file->delete_on_close)
    g_hash_table_remove (disk.now, file->name);
  inode_unref (file->inode);
  g_mutex_unlock (&disk.mutex);
  g_free (file->name);
  return SQLITE_OK;
}

static int
file_read (sqlite3_file *base, void *bytes, int n_bytes, sqlite3_int64 offset)
{
  File *file = (File *)base;
  int   rc = SQLITE_OK;

  g_mutex_lock (&disk.mutex);
  gsize size = file->inode->now->len, n = 0;
  if (fails (FALSE))
    rc = SQLITE_IOERR_READ;
  else {
    if ((gsize)offset < size)
      n = MIN ((gsize)n_bytes, size - (gsize)offset);
    if (n > 0)
      memcpy (bytes, file->inode->now->data + offset, n);
    memset ((guint8 *)bytes + n, 0, (gsize)n_bytes - n);
    rc = n < (gsize)n_bytes ? SQLITE_IOERR_SHORT_READ : SQLITE_OK;
  }
  g_mutex_unlock (&disk.mutex);
  return rc;
}

static int
file_write (sqlite3_file *base, const void *bytes, int n_bytes, sqlite3_int64 offset)
{
  File *file = (File *)base;
  int   rc = SQLITE_OK;

  g_mutex_lock (&disk.mutex);
  if (fails (TRUE)) {
    rc = failure (SQLITE_IOERR_WRITE);
    n_bytes /= 2; /* it got so far */
  }
  if (!(disk.fault == TEST_FAULT_CUT && disk.has_failed) && n_bytes > 0)
    inode_write (file->inode, bytes, (gsize)n_bytes, (gsize)offset);
  g_mutex_unlock (&disk.mutex);
  return rc;
}

static int
file_truncate (sqlite3_file *base, sqlite3_int64 size)
{
  File *file = (File *)base;
  int   rc = SQLITE_OK;

  g_mutex_lock (&disk.mutex);
  if (fails (FALSE))
    rc = SQLITE_IOERR_TRUNCATE;
  else
    resize (file->inode->now, (gsize)size);
  g_mutex_unlock (&disk.mutex);
  return rc;
}

static void
sync_entry (const char *name)
{
  Inode *inode = g_hash_table_lookup (disk.now, name);

  if (inode != NULL)
    g_hash_table_replace (disk.durable, g_strdup (name), inode_ref (inode));
  else
    g_hash_table_remove (disk.durable, name);
}

static int
file_sync (sqlite3_file *base, int flags)
{
  File *file = (File *)base;
  int   rc = SQLITE_OK;

  g_mutex_lock (&disk.mutex);
  if (fails (FALSE))
    rc = SQLITE_IOERR_FSYNC;
  else if (!disk.lying) {
    inode_sync (file->inode);
    if (file->sync_folder)
      sync_entry (file->name);
    file->sync_folder = FALSE;
  }
  g_mutex_unlock (&disk.mutex);
  return rc;
}

static int
file_size (sqlite3_file *base, sqlite3_int64 *size)
{
  File *file = (File *)base;

  g_mutex_lock (&disk.mutex);
  *size = file->inode->now->len;
  g_mutex_unlock (&disk.mutex);
  return SQLITE_OK;
}

static int
file_lock (sqlite3_file *base, int level)
{
  return SQLITE_OK;
}

static int
file_check_lock (sqlite3_file *base, int *locked)
{
  *locked = 0;
  return SQLITE_OK;
}

static int
file_control (sqlite3_file *base, int operation, void *argument)
{
  return SQLITE_NOTFOUND;
}

static int
file_sector_size (sqlite3_file *base)
{
  return 4096;
}

static int
file_characteristics (sqlite3_file *base)
{
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static const sqlite3_io_methods METHODS = {
    .iVersion = 1,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_lock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
};

/* ---- the methods of the file system ---- */

static int
open_locked (const char *name, File *file, int flags)
{
  Inode *inode = g_hash_table_lookup (disk.now, name);

  if (fails (FALSE) || (inode == NULL && !(flags & SQLITE_OPEN_CREATE)))
    return SQLITE_CANTOPEN;
  if (inode == NULL) {
    inode = inode_new ();
    g_hash_table_replace (disk.now, g_strdup (name), inode);
    file->sync_folder = (flags & SQLITE_OPEN_MAIN_JOURNAL) != 0;
  }
  file->base.pMethods = &METHODS;
  file->inode = inode_ref (inode);
  file->name = g_strdup (name);
  file->delete_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
  return SQLITE_OK;
}

static int
vfs_open (sqlite3_vfs     *vfs,
          sqlite3_filename name,
          sqlite3_file    *base,
          int              flags,
          int             *out_flags)
{
  char temporary[32];

  memset (base, 0, sizeof (File));
  g_mutex_lock (&disk.mutex);
  if (name == NULL)
    g_snprintf (temporary, sizeof temporary, "temporary-%u", disk.n_temporary++);
  int rc = open_locked (name != NULL ? name : temporary, (File *)base, flags);
  g_mutex_unlock (&disk.mutex);
  if (out_flags != NULL)
    *out_flags = flags;
  return rc;
}

static int
vfs_delete (sqlite3_vfs *vfs, const char *name, int sync_folder)
{
  int rc = SQLITE_OK;

  g_mutex_lock (&disk.mutex);
  if (fails (FALSE))
    rc = SQLITE_IOERR_DELETE;
  else if (!g_hash_table_remove (disk.now, name))
    rc = SQLITE_IOERR_DELETE_NOENT;
  else if (sync_folder && fails (FALSE))
    rc = SQLITE_IOERR_DIR_FSYNC;
  else if (sync_folder && !disk.lying)
    sync_entry (name);
  g_mutex_unlock (&disk.mutex);
  return rc;
}

static int
vfs_access (sqlite3_vfs *vfs, const char *name, int flags, int *result)
{
  int rc = SQLITE_OK;

  g_mutex_lock (&disk.mutex);
  if (fails (FALSE))
    rc = SQLITE_IOERR_ACCESS;
  else {
    Inode *inode = g_hash_table_lookup (disk.now, name);
    *result = inode != NULL && (flags != SQLITE_ACCESS_EXISTS || inode->now->len > 0);
  }
  g_mutex_unlock (&disk.mutex);
  return rc;
}

static int
vfs_full_pathname (sqlite3_vfs *vfs, const char *name, int n_bytes, char *full)
{
  g_strlcpy (full, name, (gsize)n_bytes);
  return SQLITE_OK;
}

static int
vfs_randomness (sqlite3_vfs *vfs, int n_bytes, char *bytes)
{
  memset (bytes, 0x42, (gsize)n_bytes);
  return n_bytes;
}

static int
vfs_sleep (sqlite3_vfs *vfs, int microseconds)
{
  return microseconds;
}

static int
vfs_time (sqlite3_vfs *vfs, double *days)
{
  *days = 2460000.5;
  return SQLITE_OK;
}

static int
vfs_last_error (sqlite3_vfs *vfs, int n_bytes, char *text)
{
  return 0;
}

void
test_vfs_register (void)
{
  static sqlite3_vfs vfs = {
      .iVersion = 1,
      .szOsFile = sizeof (File),
      .mxPathname = MAX_NAME,
      .zName = TEST_VFS,
      .xOpen = vfs_open,
      .xDelete = vfs_delete,
      .xAccess = vfs_access,
      .xFullPathname = vfs_full_pathname,
      .xRandomness = vfs_randomness,
      .xSleep = vfs_sleep,
      .xCurrentTime = vfs_time,
      .xGetLastError = vfs_last_error,
  };

  g_mutex_init (&disk.mutex);
  disk.now = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, inode_unref);
  disk.durable = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, inode_unref);
  g_assert_cmpint (sqlite3_vfs_register (&vfs, FALSE), ==, SQLITE_OK);
}

/* ---- what the tests do with it ---- */

void
test_vfs_clear (void)
{
  g_hash_table_remove_all (disk.now);
  g_hash_table_remove_all (disk.durable);
  disk.fault = TEST_FAULT_NONE;
  disk.lying = disk.has_failed = FALSE;
}

void
test_vfs_put (const char *name, GBytes *bytes)
{
  Inode *inode = inode_new ();

  g_byte_array_append (
      inode->now, g_bytes_get_data (bytes, NULL), (guint)g_bytes_get_size (bytes));
  inode_sync (inode);
  g_hash_table_replace (disk.now, g_strdup (name), inode);
  sync_entry (name);
}

GBytes *
test_vfs_get (const char *name)
{
  Inode *inode = g_hash_table_lookup (disk.now, name);

  return inode != NULL ? g_bytes_new (inode->now->data, inode->now->len) : NULL;
}

void
test_vfs_set_lying (gboolean lying)
{
  disk.lying = lying;
}

void
test_vfs_set_fault (TestFault fault, guint64 k, gboolean for_good)
{
  g_mutex_lock (&disk.mutex);
  disk.fault = fault;
  disk.countdown = k;
  disk.for_good = for_good;
  disk.has_failed = FALSE;
  disk.n_calls = 0;
  g_mutex_unlock (&disk.mutex);
}

gboolean
test_vfs_has_failed (void)
{
  return disk.has_failed;
}

guint64
test_vfs_n_calls (void)
{
  return disk.n_calls;
}

/* A name that was made or deleted since its folder was synced: as it was, or as it is. */
static void
settle_entry (const char *name, GRand *random)
{
  Inode *now = g_hash_table_lookup (disk.now, name);
  Inode *durable = g_hash_table_lookup (disk.durable, name);

  if (now == durable)
    return;
  if (g_rand_boolean (random)) {
    sync_entry (name);
    return;
  }
  if (durable != NULL)
    g_hash_table_replace (disk.now, g_strdup (name), inode_ref (durable));
  else
    g_hash_table_remove (disk.now, name);
}

void
test_vfs_power_up (GRand *random)
{
  g_autoptr (GHashTable) names =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer       key, value;

  disk.fault = TEST_FAULT_NONE;
  disk.has_failed = FALSE;
  g_hash_table_iter_init (&iter, disk.now);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_hash_table_add (names, g_strdup (key));
  g_hash_table_iter_init (&iter, disk.durable);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_hash_table_add (names, g_strdup (key));
  g_hash_table_iter_init (&iter, names);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    settle_entry (key, random);
  g_hash_table_iter_init (&iter, disk.now);
  while (g_hash_table_iter_next (&iter, &key, &value))
    inode_power_up (value, random);
}
