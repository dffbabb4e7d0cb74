/* SPDX-License-Identifier: GPL-3.0-or-later
 * Queries evaluated over a set of partials.
 */
#include "model/query.h"

#include <math.h>
#include <stdlib.h>

#include "model/fundamental.h"
#include "model/query-private.h"

G_DEFINE_QUARK (tsr - query - error - quark, tsr_query_error)

void
tsr_query_free (TsrQuery *query)
{
  if (query == NULL)
    return;
  g_array_unref (query->nodes);
  g_ptr_array_unref (query->names);
  g_ptr_array_unref (query->saved);
  g_free (query);
}

typedef struct {
  const TsrQuery      *query;
  const TsrPartialSet *set;
  double               most_energy;
  double               fundamental_hz;
  guint8             **tops; /* for each node: a byte for each partial, or NULL */
} Evaluation;

static double
harmonicity (double hz, double fundamental_hz)
{
  if (!(fundamental_hz > 0))
    return 0;
  double ratio = hz / fundamental_hz;
  double nearest = fmax (1, round (ratio));
  return fmax (0, 1 - 2 * fabs (ratio - nearest));
}

static gboolean
is_saved (const TsrQuery *query, guint64 which, const TsrPartial *partial)
{
  return which < query->saved->len &&
         tsr_selection_contains (g_ptr_array_index (query->saved, which),
                                 tsr_partial_id (partial));
}

static double
value_of (const Evaluation *e, const TsrPartial *partial, TsrField field)
{
  const TsrPartialSummary *s = tsr_partial_summary (partial);

  switch (field) {
  case TSR_FIELD_TIME:
    return s->start_s;
  case TSR_FIELD_DURATION:
    return s->end_s - s->start_s;
  case TSR_FIELD_FREQUENCY:
    return s->mean_hz;
  case TSR_FIELD_AMPLITUDE:
    return s->peak_amplitude;
  case TSR_FIELD_ENERGY:
    return 10 * log10 (s->energy / e->most_energy);
  case TSR_FIELD_NOISE:
    return s->mean_bandwidth;
  case TSR_FIELD_LABEL:
    return tsr_partial_label (partial);
  case TSR_FIELD_CHANNEL:
    return tsr_partial_channel (partial);
  case TSR_FIELD_LENGTH:
    return (double)tsr_partial_n_breakpoints (partial);
  case TSR_FIELD_HARMONICITY:
    return harmonicity (s->mean_hz, e->fundamental_hz);
  case TSR_FIELD_ID:
    return (double)tsr_partial_id (partial);
  }
  return NAN;
}

/* Equal but for rounding: units and logarithms cost a bit or two. */
static gboolean
is_equal (double a, double b)
{
  return a == b || fabs (a - b) <= 1e-9 * fmax (fabs (a), fabs (b));
}

static gboolean
test_value (const Evaluation *e, const TsrQueryNode *node, const TsrPartial *partial)
{
  double v = value_of (e, partial, node->field);

  switch (node->kind) {
  case TSR_QUERY_LESS:
    return v < node->low && !is_equal (v, node->low);
  case TSR_QUERY_LESS_OR_EQUAL:
    return v < node->low || is_equal (v, node->low);
  case TSR_QUERY_EQUAL:
    return is_equal (v, node->low);
  case TSR_QUERY_NOT_EQUAL:
    return !is_equal (v, node->low);
  case TSR_QUERY_GREATER_OR_EQUAL:
    return v > node->low || is_equal (v, node->low);
  case TSR_QUERY_GREATER:
    return v > node->low && !is_equal (v, node->low);
  default:
    break;
  }
  double low = node->low, high = node->high;
  if (node->field == TSR_FIELD_TIME) /* the span overlaps */
    return v <= high && tsr_partial_summary (partial)->end_s >= low;
  return (v >= low || is_equal (v, low)) && (v <= high || is_equal (v, high));
}

/* Nodes come after those they refer to, so one pass from the first to the last does. */
static gboolean
matches (const Evaluation *e, gsize index, gboolean *known)
{
  const TsrPartial *partial = tsr_partial_set_at (e->set, index);

  for (guint i = 0; i < e->query->nodes->len; i++) {
    const TsrQueryNode *node = &g_array_index (e->query->nodes, TsrQueryNode, i);
    switch (node->kind) {
    case TSR_QUERY_ALL:
      known[i] = TRUE;
      break;
    case TSR_QUERY_AND:
      known[i] = known[node->left] && known[node->right];
      break;
    case TSR_QUERY_OR:
      known[i] = known[node->left] || known[node->right];
      break;
    case TSR_QUERY_NOT:
      known[i] = !known[node->left];
      break;
    case TSR_QUERY_SAVED:
      known[i] = is_saved (e->query, node->count, partial);
      break;
    case TSR_QUERY_TOP:
      known[i] = e->tops[i][index];
      break;
    default:
      known[i] = test_value (e, node, partial);
    }
  }
  return known[e->query->nodes->len - 1];
}

typedef struct {
  double value;
  gsize  index;
} Ranked;

static int
compare_ranked (const void *a, const void *b)
{
  const Ranked *x = a, *y = b;

  if (x->value != y->value)
    return x->value > y->value ? -1 : 1;
  return (x->index > y->index) - (x->index < y->index);
}

static guint8 *
rank (const Evaluation *e, const TsrQueryNode *node)
{
  gsize              n = tsr_partial_set_size (e->set);
  guint8            *mask = g_new0 (guint8, MAX (n, 1));
  g_autofree Ranked *ranked = g_new (Ranked, MAX (n, 1));

  for (gsize i = 0; i < n; i++)
    ranked[i] = (Ranked){value_of (e, tsr_partial_set_at (e->set, i), node->field), i};
  qsort (ranked, n, sizeof *ranked, compare_ranked);
  for (gsize i = 0; i < n && i < node->count; i++)
    mask[ranked[i].index] = 1;
  return mask;
}

static gboolean
asks_for (const TsrQuery *query, TsrField field)
{
  for (guint i = 0; i < query->nodes->len; i++) {
    const TsrQueryNode *node = &g_array_index (query->nodes, TsrQueryNode, i);
    if (node->kind >= TSR_QUERY_LESS && node->field == field)
      return TRUE;
  }
  return FALSE;
}

static void
prepare (Evaluation *e)
{
  for (gsize i = 0; i < tsr_partial_set_size (e->set); i++)
    e->most_energy = fmax (e->most_energy,
                           tsr_partial_summary (tsr_partial_set_at (e->set, i))->energy);
  if (!(e->fundamental_hz > 0) && asks_for (e->query, TSR_FIELD_HARMONICITY))
    e->fundamental_hz = tsr_fundamental_estimate (e->set);
  for (guint i = 0; i < e->query->nodes->len; i++) {
    const TsrQueryNode *node = &g_array_index (e->query->nodes, TsrQueryNode, i);
    if (node->kind == TSR_QUERY_TOP)
      e->tops[i] = rank (e, node);
  }
}

TsrSelection *
tsr_query_select (const TsrQuery *query, const TsrPartialSet *set, double fundamental_hz)
{
  guint                n_nodes = query->nodes->len;
  g_autofree gboolean *known = g_new0 (gboolean, n_nodes);
  g_autofree guint8  **tops = g_new0 (guint8 *, n_nodes);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  Evaluation e = {
      .query = query, .set = set, .fundamental_hz = fundamental_hz, .tops = tops};

  prepare (&e);
  for (gsize i = 0; i < tsr_partial_set_size (set); i++) {
    gint64 id = tsr_partial_id (tsr_partial_set_at (set, i));
    if (matches (&e, i, known))
      g_array_append_val (ids, id);
  }
  for (guint i = 0; i < n_nodes; i++)
    g_free (tops[i]);
  TsrSelection *found = tsr_selection_new (
      (const gint64 *)ids->data, ids->len, query->has_region ? &query->region : NULL);
  if (!query->has_region)
    return found;
  g_autoptr (TsrSelection) passing = tsr_selection_from_region (set, &query->region);
  g_autoptr (TsrSelection) both =
      tsr_selection_combine (found, passing, TSR_SELECT_INTERSECT);
  tsr_selection_unref (found);
  return tsr_selection_new (
      tsr_selection_ids (both), tsr_selection_size (both), &query->region);
}

static void
append_region (GString *text, const TsrRegion *region)
{
  char start[G_ASCII_DTOSTR_BUF_SIZE], end[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite (region->start_s) || !isfinite (region->end_s))
    return;
  g_string_append_printf (text,
                          " within %s:%s",
                          g_ascii_dtostr (start, sizeof start, region->start_s),
                          g_ascii_dtostr (end, sizeof end, region->end_s));
  if (isfinite (region->low_hz) && isfinite (region->high_hz))
    g_string_append_printf (text,
                            " %s:%s",
                            g_ascii_dtostr (start, sizeof start, region->low_hz),
                            g_ascii_dtostr (end, sizeof end, region->high_hz));
}

char *
tsr_query_text_of_selection (const TsrSelection *selection)
{
  GString         *text = g_string_new (NULL);
  const gint64    *ids = tsr_selection_ids (selection);
  gsize            n = tsr_selection_size (selection);
  const TsrRegion *region = tsr_selection_region (selection);

  for (gsize first = 0, next; first < n; first = next) {
    for (next = first + 1; next < n && ids[next] == ids[next - 1] + 1;)
      next++;
    g_string_append (text, first > 0 ? " or " : "");
    if (next - first == 1)
      g_string_append_printf (text, "id = %" G_GINT64_FORMAT, ids[first]);
    else
      g_string_append_printf (text,
                              "id in %" G_GINT64_FORMAT "..%" G_GINT64_FORMAT,
                              ids[first],
                              ids[next - 1]);
  }
  if (region != NULL)
    append_region (text, region);
  return g_string_free (text, FALSE);
}
