/* SPDX-License-Identifier: GPL-3.0-or-later
 * Descent of partials.
 */
#include "model/descent.h"

GArray *
tsr_descents_chain (const GArray *first, const GArray *second)
{
  guint n_first = first != NULL ? first->len : 0;
  guint n_second = second != NULL ? second->len : 0;

  if (n_first + n_second == 0)
    return NULL;
  GArray *chain =
      g_array_sized_new (FALSE, FALSE, sizeof (TsrDescent), n_first + n_second);
  if (n_first > 0)
    g_array_append_vals (chain, first->data, n_first);
  if (n_second > 0)
    g_array_append_vals (chain, second->data, n_second);
  return chain;
}

static void
add (GHashTable *ids, gint64 id)
{
  g_hash_table_add (ids, g_memdup2 (&id, sizeof id));
}

void
tsr_descents_go_down (const GArray *descents, GHashTable *ids)
{
  for (guint i = 0; descents != NULL && i < descents->len; i++) {
    const TsrDescent *d = &g_array_index (descents, TsrDescent, i);
    if (g_hash_table_contains (ids, &d->from_id))
      add (ids, d->id);
  }
}

void
tsr_descents_go_up (const GArray *descents, GHashTable *ids)
{
  for (guint i = descents != NULL ? descents->len : 0; i > 0; i--) {
    const TsrDescent *d = &g_array_index (descents, TsrDescent, i - 1);
    if (g_hash_table_contains (ids, &d->id))
      add (ids, d->from_id);
  }
}
