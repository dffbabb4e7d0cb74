/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which partials came out of which: an edit gives what it makes new ids, and tells here
 * what they were before. Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Partial `id` is `from_id` after an edit, or a piece of it. A joined partial has several
 * lines. */
typedef struct {
  gint64 id, from_id;
} TsrDescent;

/* Larger ids in a file make no sense: new ones begin behind those that are told. */
#define TSR_LARGEST_TOLD_ID (G_MAXINT64 / 2)

/* What several edits in a row did, one after the other: a new array of TsrDescent in
 * their order. Either may be NULL. (transfer full); NULL where there is nothing. */
GArray *tsr_descents_chain (const GArray *first, const GArray *second);

/* Adds to a set of ids (gint64 keys, owned) what became of them, or what they were. */
void tsr_descents_go_down (const GArray *descents, GHashTable *ids);
void tsr_descents_go_up (const GArray *descents, GHashTable *ids);

G_END_DECLS
