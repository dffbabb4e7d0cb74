/* SPDX-License-Identifier: GPL-3.0-or-later
 * The tables of a project file: their text, their versions, and the names by which the
 * store reaches them. The text below is the only one: files are made with it and compared
 * with it when they are opened.
 */
#pragma once

#include "store/db.h"

G_BEGIN_DECLS

#define TSR_APPLICATION_ID 0x54535231 /* "TSR1" */
#define TSR_SCHEMA_VERSION 3

/* Every table has an `id` first and a `checksum` last. The numbers are stored. */
typedef enum {
  TSR_TABLE_PROJECT = 1,
  TSR_TABLE_SOURCE,
  TSR_TABLE_CHUNK,
  TSR_TABLE_SOUND,
  TSR_TABLE_STEP,
  TSR_TABLE_PARTIAL,
  TSR_TABLE_REMOVAL,
  TSR_TABLE_REDO,
  TSR_TABLE_ANALYSIS,
  TSR_TABLE_MARKER,
  TSR_TABLE_SETTING,
  TSR_TABLE_STAGING,
  TSR_TABLE_LEDGER,
  TSR_TABLE_SELECTION, /* since version 2, like what follows */
  TSR_TABLE_DESCENT,
  TSR_N_TABLES,
} TsrTable;

typedef struct {
  const char *name;
  const char *columns; /* separated by ", ", without the checksum */
  /* A letter a column: i integer, r real, t text, b blob; upper case may be NULL. */
  const char *types;
  gint64      since; /* version of the schema */
} TsrTableShape;

const TsrTableShape *tsr_table_shape (TsrTable table);

/* Makes the tables in an empty database. */
gboolean tsr_schema_create (TsrDb *db, GError **error);
/* Brings an older file up to TSR_SCHEMA_VERSION, all or nothing. */
gboolean tsr_schema_migrate (TsrDb *db, gint64 from_version, GError **error);
/* Whether the file holds exactly the tables and indices of `version`, and nothing else.
 */
gboolean
tsr_schema_matches (TsrDb *db, gint64 version, gboolean *matches, GError **error);

G_END_DECLS
