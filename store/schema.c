/* SPDX-License-Identifier: GPL-3.0-or-later
 * The schema as text, and the steps from one version to the next.
 */
#include "store/schema.h"

#include <string.h>

/* One entry a version: what makes it out of the one before. */
static const char *const MIGRATIONS[TSR_SCHEMA_VERSION] = {
    /* One row: when the file was made, by what, and how many transactions it has seen. */
    "CREATE TABLE project (\n"
    "  id INTEGER PRIMARY KEY CHECK (id = 1),\n"
    "  made_us INTEGER NOT NULL, -- Unix time, microseconds\n"
    "  made_by TEXT NOT NULL,\n"
    "  n_writes INTEGER NOT NULL,\n"
    "  checksum INTEGER NOT NULL\n"
    ") STRICT;\n"

    /* A recording: what its decoder said. The bytes of the file are its chunks. */
    "CREATE TABLE source (\n"
    "  id INTEGER PRIMARY KEY CHECK (id > 0),\n"
    "  name TEXT NOT NULL, -- a label, never a path\n"
    "  format TEXT NOT NULL,\n"
    "  rate_hz REAL NOT NULL CHECK (rate_hz > 0),\n"
    "  n_channels INTEGER NOT NULL CHECK (n_channels BETWEEN 1 AND 64),\n"
    "  n_frames INTEGER NOT NULL CHECK (n_frames >= 0),\n"
    "  bits INTEGER NOT NULL CHECK (bits BETWEEN 1 AND 64),\n"
    "  n_bytes INTEGER NOT NULL CHECK (n_bytes >= 0),\n"
    "  decoded_sha256 TEXT NOT NULL,\n"
    "  checksum INTEGER NOT NULL\n"
    ") STRICT;\n"

    "CREATE TABLE chunk (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  source_id INTEGER NOT NULL REFERENCES source (id),\n"
    "  position INTEGER NOT NULL CHECK (position >= 0), -- 0, 1, 2 ... of 1 MiB\n"
    "  bytes BLOB NOT NULL CHECK (length (bytes) BETWEEN 1 AND 1048576),\n"
    "  checksum INTEGER NOT NULL,\n"
    "  UNIQUE (source_id, position)\n"
    ") STRICT;\n"

    /* A sound; its present state is that of its current step. */
    "CREATE TABLE sound (\n"
    "  id INTEGER PRIMARY KEY CHECK (id > 0),\n"
    "  name TEXT NOT NULL,\n"
    "  source_id INTEGER REFERENCES source (id), -- NULL: imported partials\n"
    "  removed INTEGER NOT NULL CHECK (removed IN (0, 1)),\n"
    "  step_id INTEGER REFERENCES step (id), -- the current one; NULL: being written\n"
    "  checksum INTEGER NOT NULL\n"
    ") STRICT;\n"

    /* A step of the history. The partials alive after it are those of its parent, without
     * the rows of `removal`, and with the rows of `partial` that name it. */
    "CREATE TABLE step (\n"
    "  id INTEGER PRIMARY KEY CHECK (id > 0),\n"
    "  sound_id INTEGER NOT NULL REFERENCES sound (id),\n"
    "  parent_id INTEGER REFERENCES step (id) CHECK (parent_id < id), -- NULL: the "
    "first\n"
    "  label TEXT NOT NULL,\n"
    "  command TEXT NOT NULL,\n"
    "  time_us INTEGER NOT NULL, -- Unix time, microseconds\n"
    "  duration_s REAL NOT NULL CHECK (duration_s >= 0),\n"
    "  residual_gain_db REAL NOT NULL,\n"
    "  analysed INTEGER NOT NULL CHECK (analysed IN (0, 1)),\n"
    "  edited INTEGER NOT NULL CHECK (edited IN (0, 1)),\n"
    "  time_map BLOB, -- pairs of doubles, little-endian; NULL: identity\n"
    "  residual_curve BLOB,\n"
    "  checksum INTEGER NOT NULL\n"
    ") STRICT;\n"

    /* A partial: breakpoints as one little-endian array a column (partial-codec.h). */
    "CREATE TABLE partial (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  sound_id INTEGER NOT NULL REFERENCES sound (id),\n"
    "  partial_id INTEGER NOT NULL CHECK (partial_id > 0), -- in its sound\n"
    "  step_id INTEGER NOT NULL REFERENCES step (id), -- which added it\n"
    "  label INTEGER NOT NULL,\n"
    "  channel INTEGER NOT NULL CHECK (channel BETWEEN 0 AND 63),\n"
    "  version INTEGER NOT NULL, -- of the encoding\n"
    "  n INTEGER NOT NULL CHECK (n > 0),\n"
    "  start_s REAL NOT NULL,\n"
    "  end_s REAL NOT NULL CHECK (end_s >= start_s),\n"
    "  low_hz REAL NOT NULL CHECK (low_hz >= 0),\n"
    "  high_hz REAL NOT NULL CHECK (high_hz >= low_hz),\n"
    "  time_s BLOB NOT NULL CHECK (length (time_s) = 8 * n),\n"
    "  phase_turns BLOB NOT NULL CHECK (length (phase_turns) = 8 * n),\n"
    "  frequency_hz BLOB NOT NULL CHECK (length (frequency_hz) = 8 * n),\n"
    "  log_amplitude BLOB NOT NULL CHECK (length (log_amplitude) = 8 * n),\n"
    "  slope_per_s BLOB NOT NULL CHECK (length (slope_per_s) = 4 * n),\n"
    "  chirp_hz_per_s BLOB NOT NULL CHECK (length (chirp_hz_per_s) = 4 * n),\n"
    "  bandwidth BLOB NOT NULL CHECK (length (bandwidth) = 4 * n),\n"
    "  flags BLOB NOT NULL CHECK (length (flags) = 4 * n),\n"
    "  checksum INTEGER NOT NULL,\n"
    "  UNIQUE (sound_id, partial_id, step_id)\n"
    ") STRICT;\n"

    /* A row of `partial` that was alive before a step, and is not after it. */
    "CREATE TABLE removal (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  step_id INTEGER NOT NULL REFERENCES step (id),\n"
    "  partial_row INTEGER NOT NULL REFERENCES partial (id),\n"
    "  checksum INTEGER NOT NULL\n"
    ") STRICT;\n"

    /* Which child of a step redo goes to: the one last visited. */
    "CREATE TABLE redo (\n"
    "  id INTEGER PRIMARY KEY REFERENCES step (id),\n"
    "  child_id INTEGER NOT NULL REFERENCES step (id) CHECK (child_id > id),\n"
    "  checksum INTEGER NOT NULL\n"
    ") STRICT;\n"

    /* What the analysis behind a step was told and found. */
    "CREATE TABLE analysis (\n"
    "  id INTEGER PRIMARY KEY REFERENCES step (id),\n"
    "  spacing_hz REAL NOT NULL,\n"
    "  floor_db REAL NOT NULL,\n"
    "  low_hz REAL NOT NULL,\n"
    "  high_hz REAL NOT NULL,\n"
    "  start_s REAL NOT NULL,\n"
    "  end_s REAL NOT NULL,\n"
    "  noisiness INTEGER NOT NULL CHECK (noisiness BETWEEN 0 AND 2),\n"
    "  noise INTEGER NOT NULL CHECK (noise BETWEEN 0 AND 2),\n"
    "  estimate_hz REAL NOT NULL,\n"
    "  fundamental_hz REAL NOT NULL,\n"
    "  reason INTEGER NOT NULL CHECK (reason BETWEEN 0 AND 2),\n"
    "  snr_db REAL, -- NULL: not known\n"
    "  analysis_s REAL NOT NULL,\n"
    "  checksum INTEGER NOT NULL\n"
    ") STRICT;\n"

    "CREATE TABLE marker (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  sound_id INTEGER NOT NULL REFERENCES sound (id),\n"
    "  marker_id INTEGER NOT NULL CHECK (marker_id > 0),\n"
    "  time_s REAL NOT NULL,\n"
    "  name TEXT NOT NULL,\n"
    "  checksum INTEGER NOT NULL,\n"
    "  UNIQUE (sound_id, marker_id)\n"
    ") STRICT;\n"

    "CREATE TABLE setting (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  key TEXT NOT NULL UNIQUE,\n"
    "  value TEXT NOT NULL,\n"
    "  checksum INTEGER NOT NULL\n"
    ") STRICT;\n"

    /* Sources and steps whose rows are still being written in several transactions: they
     * and all that hangs on them are not there until their row here is gone. */
    "CREATE TABLE staging (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  source_id INTEGER REFERENCES source (id),\n"
    "  step_id INTEGER REFERENCES step (id),\n"
    "  checksum INTEGER NOT NULL,\n"
    "  CHECK ((source_id IS NULL) <> (step_id IS NULL))\n"
    ") STRICT;\n"

    /* What each table should hold: the number of its rows, and the sum of their mixed
     * checksums, so that a row that is missing, back from the past or there twice shows.
     */
    "CREATE TABLE ledger (\n"
    "  id INTEGER PRIMARY KEY, -- number of the table\n"
    "  n_rows INTEGER NOT NULL CHECK (n_rows >= 0),\n"
    "  digest INTEGER NOT NULL,\n"
    "  checksum INTEGER NOT NULL\n"
    ") STRICT;\n",

    /* Version 2: a selection that was given a name; its partials by their ids in the
     * sound. */
    "CREATE TABLE selection (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  sound_id INTEGER NOT NULL REFERENCES sound (id),\n"
    "  selection_id INTEGER NOT NULL CHECK (selection_id > 0),\n"
    "  name TEXT NOT NULL,\n"
    "  has_region INTEGER NOT NULL CHECK (has_region IN (0, 1)),\n"
    "  start_s REAL, -- NULL: no border\n"
    "  end_s REAL,\n"
    "  low_hz REAL,\n"
    "  high_hz REAL,\n"
    "  partial_ids BLOB NOT NULL CHECK (length (partial_ids) % 8 = 0),\n"
    "  checksum INTEGER NOT NULL,\n"
    "  UNIQUE (sound_id, selection_id)\n"
    ") STRICT;\n"

    /* Which partials a step made of which: pairs of ids, little-endian, new and old. */
    "CREATE TABLE descent (\n"
    "  id INTEGER PRIMARY KEY REFERENCES step (id),\n"
    "  pairs BLOB NOT NULL CHECK (length (pairs) % 16 = 0),\n"
    "  checksum INTEGER NOT NULL\n"
    ") STRICT;\n",

    /* The same tables. Partials tell whose noise they go on with (partial-codec.h), and
     * steps where the model stands for the residual (residual-law.h). */
    "",
};

static const TsrTableShape SHAPES[TSR_N_TABLES] = {
    [TSR_TABLE_PROJECT] = {"project", "id, made_us, made_by, n_writes", "iiti", 1},
    [TSR_TABLE_SOURCE] = {"source",
                          "id, name, format, rate_hz, n_channels, n_frames, bits, "
                          "n_bytes, decoded_sha256",
                          "ittriiiit",
                          1},
    [TSR_TABLE_CHUNK] = {"chunk", "id, source_id, position, bytes", "iiib", 1},
    [TSR_TABLE_SOUND] = {"sound", "id, name, source_id, removed, step_id", "itIiI", 1},
    [TSR_TABLE_STEP] = {"step",
                        "id, sound_id, parent_id, label, command, time_us, duration_s, "
                        "residual_gain_db, analysed, edited, time_map, residual_curve",
                        "iiIttirriiBB",
                        1},
    [TSR_TABLE_PARTIAL] = {"partial",
                           "id, sound_id, partial_id, step_id, label, channel, version, "
                           "n, start_s, end_s, low_hz, high_hz, time_s, phase_turns, "
                           "frequency_hz, log_amplitude, slope_per_s, chirp_hz_per_s, "
                           "bandwidth, flags",
                           "iiiiiiiirrrrbbbbbbbb",
                           1},
    [TSR_TABLE_REMOVAL] = {"removal", "id, step_id, partial_row", "iii", 1},
    [TSR_TABLE_REDO] = {"redo", "id, child_id", "ii", 1},
    [TSR_TABLE_ANALYSIS] = {"analysis",
                            "id, spacing_hz, floor_db, low_hz, high_hz, start_s, end_s, "
                            "noisiness, noise, estimate_hz, fundamental_hz, reason, "
                            "snr_db, analysis_s",
                            "irrrrrriirriRr",
                            1},
    [TSR_TABLE_MARKER] = {"marker", "id, sound_id, marker_id, time_s, name", "iiirt", 1},
    [TSR_TABLE_SETTING] = {"setting", "id, key, value", "itt", 1},
    [TSR_TABLE_STAGING] = {"staging", "id, source_id, step_id", "iII", 1},
    [TSR_TABLE_LEDGER] = {"ledger", "id, n_rows, digest", "iii", 1},
    [TSR_TABLE_SELECTION] = {"selection",
                             "id, sound_id, selection_id, name, has_region, start_s, "
                             "end_s, low_hz, high_hz, partial_ids",
                             "iiitiRRRRb",
                             2},
    [TSR_TABLE_DESCENT] = {"descent", "id, pairs", "ib", 2},
};

const TsrTableShape *
tsr_table_shape (TsrTable table)
{
  return &SHAPES[table];
}

static gboolean
run_migrations (TsrDb *db, gint64 from, gint64 to, GError **error)
{
  for (gint64 version = from; version < to; version++)
    if (!tsr_db_execute (db, MIGRATIONS[version], error))
      return FALSE;
  g_autofree char *stamp =
      g_strdup_printf ("PRAGMA application_id = %d; PRAGMA user_version = %d",
                       TSR_APPLICATION_ID,
                       (int)to);
  return tsr_db_execute (db, stamp, error);
}

gboolean
tsr_schema_create (TsrDb *db, GError **error)
{
  return tsr_schema_migrate (db, 0, error);
}

gboolean
tsr_schema_migrate (TsrDb *db, gint64 from_version, GError **error)
{
  if (!tsr_db_begin (db, error))
    return FALSE;
  if (run_migrations (db, from_version, TSR_SCHEMA_VERSION, error))
    return tsr_db_commit (db, error);
  tsr_db_rollback (db);
  return FALSE;
}

/* Everything in the schema table, as one text. */
static char *
dup_fingerprint (TsrDb *db, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  TsrStatement *statement = tsr_db_prepare (
      db, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid", error);
  TsrStepResult result = TSR_STEP_ERROR;

  if (statement == NULL)
    return NULL;
  while ((result = tsr_statement_step (statement, error)) == TSR_STEP_ROW)
    for (int i = 0; i < 4; i++) {
      gsize       n_bytes = 0;
      const char *bytes = tsr_statement_bytes (statement, i, &n_bytes);
      g_string_append_len (text, bytes, (gssize)n_bytes);
      g_string_append_c (text, '\n');
    }
  tsr_statement_reset (statement);
  return result == TSR_STEP_DONE ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

gboolean
tsr_schema_matches (TsrDb *db, gint64 version, gboolean *matches, GError **error)
{
  TsrDb           *model = tsr_db_open ("", "schema", TSR_DB_MEMORY, NULL, error);
  g_autofree char *wanted = NULL;
  g_autofree char *found = NULL;

  if (model != NULL && run_migrations (model, 0, version, error))
    wanted = dup_fingerprint (model, error);
  if (wanted != NULL)
    found = dup_fingerprint (db, error);
  tsr_db_close (model);
  *matches = found != NULL && strcmp (wanted, found) == 0;
  return found != NULL;
}
