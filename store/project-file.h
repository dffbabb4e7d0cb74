/* SPDX-License-Identifier: GPL-3.0-or-later
 * An open project file: the checks before it is trusted, its transactions, and the space
 * it holds in reserve. Thread: the writer's.
 */
#pragma once

#include "store/row.h"

G_BEGIN_DECLS

/* A step in the tree of its sound. */
typedef struct {
  gint64 id, parent_id, redo_id; /* 0: none */
  gint64 depth;                  /* of the first step: 0 */
} TsrNode;

typedef struct {
  TsrDb      *db;
  TsrRows    *rows;
  char       *path; /* as given */
  char       *real_path;
  TsrDbHost   host;
  GHashTable *nodes;          /* step id -> TsrNode, or NULL: not read yet */
  GHashTable *staged_sources; /* ids of sources staged since it was opened */
  gint64      version;        /* of its schema */
  gint64      made_us;
  char       *made_by;
  gint64      n_writes;
  int         reserve_fd;     /* -1: none */
  gboolean    is_nearly_full; /* the disk has no room for the reserve any more */
  gboolean    ledger_is_damaged;
  gboolean    is_clean; /* left-overs of cut-off writes were looked for */
} TsrProjectFile;

/* Makes a file with an empty project; whole or not at all. */
gboolean tsr_project_file_create (const char *path, GError **error);
/* fsync of the folder of `path`. */
gboolean tsr_file_sync_folder (const char *path, GError **error);
/* `path` with all links in its folder resolved. NULL with an error: no such folder. */
char *tsr_file_dup_real_path (const char *path, GError **error);

/* Refuses what is not a regular file. */
gboolean tsr_file_check_kind (const char *path, const char *real_path, GError **error);

typedef enum {
  TSR_OPEN_TRUSTING,  /* as for work: refused when the pages are damaged */
  TSR_OPEN_EXAMINING, /* for check: damaged pages are let through */
} TsrOpenMode;

/* Opens in the order of the reliability notes, section 3. Nothing is written, but for the
 * end of a transaction that was cut off. */
TsrProjectFile *tsr_project_file_open (const char      *path,
                                       TsrOpenMode      mode,
                                       const TsrDbHost *host,
                                       const TsrJob    *job,
                                       GError         **error);
void            tsr_project_file_close (TsrProjectFile *self); /* NULL is allowed */

/* One transaction: BEGIN, work, ledger, COMMIT. When the disk is full, the reserve is
 * given up and the work done once more. On FALSE the file is as it was. */
typedef gboolean (*TsrWork) (TsrProjectFile *self, gpointer data, GError **error);
G_GNUC_WARN_UNUSED_RESULT
gboolean tsr_project_file_transact (TsrProjectFile *self,
                                    TsrWork         work,
                                    gpointer        data,
                                    GError        **error);

G_END_DECLS
