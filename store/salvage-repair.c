/* SPDX-License-Identifier: GPL-3.0-or-later
 * Making salvaged rows a project again.
 */
#include "store/salvage.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* What one row needs: its id, and the id of what is to take the place of the lost one. */
typedef struct {
  gint64 id, value;
} Need;

static GArray *
query_needs (TsrProjectFile *file, const char *sql, GError **error)
{
  TsrStatement *statement = tsr_db_prepare (file->db, sql, error);
  TsrStepResult result;

  if (statement == NULL)
    return NULL;
  GArray *needs = g_array_new (FALSE, FALSE, sizeof (Need));
  while ((result = tsr_statement_step (statement, error)) == TSR_STEP_ROW) {
    Need need = {tsr_statement_int (statement, 0), tsr_statement_int (statement, 1)};
    g_array_append_val (needs, need);
  }
  tsr_statement_reset (statement);
  if (result == TSR_STEP_ERROR)
    g_clear_pointer (&needs, g_array_unref);
  return needs;
}

/* One rule: the rows that `sql` finds get its second column into `column`, or are dropped
 * where `column` is 0. */
typedef struct {
  TsrTable    table;
  int         column;
  const char *sql;
} Rule;

#define NEXT_STEP(sound, step)                                                           \
  "coalesce((SELECT min (id) FROM step WHERE sound_id = " sound " AND id > " step        \
  "), (SELECT max (id) FROM step WHERE sound_id = " sound "))"

static const Rule RULES[] = {
    /* Chunks of a lost recording, and sounds without theirs. */
    {TSR_TABLE_CHUNK,
     0,
     "SELECT id FROM chunk WHERE source_id NOT IN (SELECT id FROM source)"},
    {TSR_TABLE_SOUND,
     2,
     "SELECT id, NULL FROM sound WHERE source_id IS NOT NULL AND source_id NOT IN "
     "(SELECT id FROM source)"},
    /* A lost step: its child follows the one before it. */
    {TSR_TABLE_STEP,
     2,
     "SELECT id, (SELECT max (id) FROM step b WHERE b.sound_id = a.sound_id AND b.id < "
     "a.id) FROM step a WHERE (parent_id IS NULL AND EXISTS (SELECT 1 FROM step b WHERE "
     "b.sound_id = a.sound_id AND b.id < a.id)) OR (parent_id IS NOT NULL AND parent_id "
     "NOT IN (SELECT id FROM step))"},
    /* What it added or removed goes to the next one. */
    {TSR_TABLE_PARTIAL,
     0,
     "SELECT p.id FROM partial p JOIN partial q USING (sound_id, partial_id) WHERE "
     "q.id > p.id AND p.step_id NOT IN (SELECT id FROM step) GROUP BY p.id"},
    {TSR_TABLE_PARTIAL,
     0,
     "SELECT p.id FROM partial p JOIN partial q USING (sound_id, partial_id) WHERE "
     "q.step_id = " NEXT_STEP (
         "p.sound_id",
         "p.step_id") " AND p.step_id NOT IN (SELECT id FROM step) GROUP BY p.id"},
    {TSR_TABLE_PARTIAL,
     3,
     "SELECT id, " NEXT_STEP ("p.sound_id", "p.step_id") " FROM partial p WHERE step_id "
                                                         "NOT IN (SELECT id FROM step)"},
    {TSR_TABLE_REMOVAL,
     0,
     "SELECT id FROM removal WHERE partial_row NOT IN (SELECT id FROM partial)"},
    {TSR_TABLE_REMOVAL,
     1,
     "SELECT r.id, " NEXT_STEP ("p.sound_id",
                                "r.step_id") " FROM removal r JOIN partial "
                                             "p ON p.id = r.partial_row WHERE r.step_id "
                                             "NOT IN (SELECT id FROM step)"},
    {TSR_TABLE_REDO,
     0,
     "SELECT id FROM redo WHERE id NOT IN (SELECT id FROM step) OR child_id NOT IN "
     "(SELECT id FROM step)"},
    {TSR_TABLE_SOUND,
     4,
     "SELECT id, (SELECT max (id) FROM step WHERE sound_id = sound.id) FROM sound WHERE "
     "step_id IS NOT NULL AND step_id NOT IN (SELECT id FROM step)"},
    {TSR_TABLE_ANALYSIS,
     0,
     "SELECT id FROM analysis WHERE id NOT IN (SELECT id FROM step)"},
    {TSR_TABLE_MARKER,
     0,
     "SELECT id FROM marker WHERE sound_id NOT IN (SELECT id FROM sound)"},
    {TSR_TABLE_SELECTION,
     0,
     "SELECT id FROM selection WHERE sound_id NOT IN (SELECT id FROM sound)"},
    {TSR_TABLE_DESCENT,
     0,
     "SELECT id FROM descent WHERE id NOT IN (SELECT id FROM step)"},
    {TSR_TABLE_STAGING,
     0,
     "SELECT id FROM staging WHERE source_id NOT IN (SELECT id FROM source) OR step_id "
     "NOT IN (SELECT id FROM step)"},
};

static gboolean
apply_rule (TsrProjectFile *file, const Rule *rule, guint64 *n_dropped, GError **error)
{
  g_autoptr (GArray) needs = query_needs (file, rule->sql, error);

  for (guint i = 0; needs != NULL && i < needs->len; i++) {
    Need     need = g_array_index (needs, Need, i);
    gboolean ok = rule->column == 0
                      ? tsr_row_delete (file->rows, rule->table, need.id, error)
                      : tsr_row_copy (file->rows,
                                      rule->table,
                                      need.id,
                                      need.id,
                                      rule->column,
                                      need.value,
                                      error);
    if (!ok)
      return FALSE;
    *n_dropped += rule->column == 0;
  }
  return needs != NULL;
}

/* ---- stand-ins ---- */

static gboolean
add_sound (TsrProjectFile *file, gint64 id, GError **error)
{
  g_autofree char *name = g_strdup_printf (_ ("Salvaged %" PRId64), id);
  TsrRow           row;

  tsr_row_begin_insert (&row, file->rows, TSR_TABLE_SOUND, id);
  tsr_row_put_text (&row, name);
  tsr_row_put_null (&row);
  tsr_row_put_int (&row, 0);
  tsr_row_put_null (&row);
  return tsr_row_finish (&row, NULL, error);
}

static gboolean
add_step (TsrProjectFile *file, gint64 id, gint64 sound_id, GError **error)
{
  gint64           end_ms = 0;
  TsrRow           row;
  g_autofree char *sql = g_strdup_printf (
      "SELECT cast (1000 * max (end_s) AS INTEGER) + 1 FROM partial WHERE sound_id = "
      "%" G_GINT64_FORMAT,
      sound_id);

  if (!tsr_db_query_int (file->db, sql, &end_ms, error))
    return FALSE;
  tsr_row_begin_insert (&row, file->rows, TSR_TABLE_STEP, id);
  tsr_row_put_int (&row, sound_id);
  tsr_row_put_null (&row);
  tsr_row_put_text (&row, _ ("Salvaged"));
  tsr_row_put_text (&row, "");
  tsr_row_put_int (&row, g_get_real_time ());
  tsr_row_put_real (&row, (double)MAX (end_ms, 0) / 1000);
  tsr_row_put_real (&row, 0);
  tsr_row_put_int (&row, 1);
  tsr_row_put_int (&row, 1);
  tsr_row_put_null (&row);
  tsr_row_put_null (&row);
  return tsr_row_finish (&row, NULL, error);
}

typedef gboolean (*StandIn) (TsrProjectFile *file, const Need *need, GError **error);

static gboolean
stand_in_sound (TsrProjectFile *file, const Need *need, GError **error)
{
  return add_sound (file, need->id, error);
}

static gboolean
stand_in_step (TsrProjectFile *file, const Need *need, GError **error)
{
  return add_step (file, need->value, need->id, error);
}

static gboolean
stand_in_current (TsrProjectFile *file, const Need *need, GError **error)
{
  return tsr_row_copy (
      file->rows, TSR_TABLE_SOUND, need->id, need->id, 4, need->value, error);
}

/* In this order: sounds that steps or partials speak of, a step for partials whose sound
 * has none, and a present step for sounds that were made here. */
static const struct {
  const char *sql;
  StandIn     make;
} STAND_INS[] = {
    {"SELECT DISTINCT sound_id, 0 FROM step WHERE sound_id NOT IN (SELECT id FROM sound)",
     stand_in_sound},
    {"SELECT DISTINCT sound_id, 0 FROM partial WHERE sound_id NOT IN (SELECT id FROM "
     "sound)",
     stand_in_sound},
    {"SELECT sound_id, min (step_id) FROM partial WHERE sound_id NOT IN (SELECT sound_id "
     "FROM step) GROUP BY sound_id",
     stand_in_step},
    {"SELECT id, (SELECT max (id) FROM step WHERE sound_id = sound.id) FROM sound WHERE "
     "step_id IS NULL AND NOT EXISTS (SELECT 1 FROM staging JOIN step ON step.id = "
     "staging.step_id WHERE step.sound_id = sound.id)",
     stand_in_current},
};

static gboolean
add_stand_ins (TsrProjectFile *file, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (STAND_INS); i++) {
    g_autoptr (GArray) needs = query_needs (file, STAND_INS[i].sql, error);
    if (needs == NULL)
      return FALSE;
    for (guint k = 0; k < needs->len; k++)
      if (!STAND_INS[i].make (file, &g_array_index (needs, Need, k), error))
        return FALSE;
  }
  return TRUE;
}

static gboolean
repair (TsrProjectFile *file, gpointer data, GError **error)
{
  guint64   *n_dropped = data;
  const Rule bare_sounds = {
      TSR_TABLE_SOUND,
      0,
      "SELECT id FROM sound WHERE id NOT IN (SELECT sound_id FROM step)"};

  *n_dropped = 0;
  if (!add_stand_ins (file, error) || !apply_rule (file, &bare_sounds, n_dropped, error))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (RULES); i++)
    if (!apply_rule (file, &RULES[i], n_dropped, error))
      return FALSE;
  return TRUE;
}

gboolean
tsr_salvage_repair (TsrProjectFile *file, guint64 *n_dropped, GError **error)
{
  return tsr_project_file_transact (file, repair, n_dropped, error);
}
