/* SPDX-License-Identifier: GPL-3.0-or-later
 * From one state of a sound to the next: partials cut, transformed and given new ids; the
 * residual taken along where the whole sound is changed. Much that is new goes to mapped
 * temporary files, so that edits of long sounds do not fill the memory.
 */
#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>

#include "model/dsp-types.h"
#include "model/operation-set.h"

/* So many new breakpoints of one operation stay on the heap (12 MB; the history keeps
 * every step), and so many are read before their pages are given back. */
enum { HEAP_BREAKPOINTS = 1 << 18, BREAKPOINTS_A_DISCARD = 1 << 18 };

static void
partial_clear (gpointer data)
{
  tsr_partial_unref (data);
}

/* What it makes stands beside what there is, with noise of its own. */
static gboolean
is_copy (const TsrOperation *operation)
{
  return operation->kind == TSR_OPERATION_DUPLICATE ||
         operation->kind == TSR_OPERATION_INSERT || operation->kind == TSR_OPERATION_DRAW;
}

gboolean
tsr_operation_work_add (TsrOperationWork *work, const TsrPartial *partial, gboolean made)
{
  g_autoptr (TsrPartial) named = is_copy (work->operation)
                                     ? tsr_partial_new_with_id (partial, work->next_id)
                                     : tsr_partial_new_heir (partial, work->next_id);
  GError    **error = work->error == NULL ? &work->error : NULL;
  TsrPartial *fresh =
      named != NULL ? tsr_partial_spill_add (work->spill, named, work->next_id, error)
                    : NULL;

  if (fresh == NULL)
    return FALSE;
  g_ptr_array_add (work->added, fresh);
  if (made)
    g_array_append_val (work->made, work->next_id);
  for (guint i = 0; i < work->from->len; i++) {
    TsrDescent descent = {work->next_id, g_array_index (work->from, gint64, i)};
    g_array_append_val (work->descents, descent);
  }
  work->next_id++;
  return TRUE;
}

/* Where a stretched or moved piece ends, the sound goes on to. What a partial has behind
 * the end of the sound (it fades out there, unheard) does not lengthen it. */
static void
lengthen (TsrOperationWork *work, const TsrPartial *piece)
{
  double    end_s = fmin (tsr_partial_summary (piece)->end_s, work->sound_end_s);
  TsrCurve *map = tsr_operation_context_curve (work->context);

  switch (work->operation->kind) {
  case TSR_OPERATION_STRETCH:
    end_s = tsr_curve_at_extended (map, end_s);
    break;
  case TSR_OPERATION_MOVE:
  case TSR_OPERATION_DUPLICATE:
    end_s += work->operation->number;
    break;
  default:
    break;
  }
  work->end_s = fmax (work->end_s, end_s);
}

/* What an eraser leaves falls into pieces. */
static gboolean
add_pieces (TsrOperationWork *work, const TsrPartial *partial)
{
  gsize        n;
  TsrPartial **pieces = tsr_partial_sounding_pieces (partial, &n);
  gboolean     done = pieces != NULL;

  for (gsize i = 0; pieces != NULL && i < n; i++) {
    done = done && tsr_operation_work_add (work, pieces[i], TRUE);
    tsr_partial_unref (pieces[i]);
  }
  free (pieces);
  return done;
}

static gboolean
add_transformed (TsrOperationWork *work, TsrPartial *piece, TsrPartial *whole)
{
  if (work->operation->kind == TSR_OPERATION_DELETE)
    return TRUE;
  g_autoptr (TsrPartial) changed =
      tsr_operation_context_transform (work->context, piece, whole);
  lengthen (work, piece);
  if (changed == NULL)
    return FALSE;
  return work->operation->kind == TSR_OPERATION_ERASE
             ? add_pieces (work, changed)
             : tsr_operation_work_add (work, changed, TRUE);
}

typedef struct {
  TsrPartial **inside, **outside;
  gsize        n_inside, n_outside;
} Pieces;

static void
pieces_clear (Pieces *pieces)
{
  for (gsize i = 0; i < pieces->n_inside; i++)
    tsr_partial_unref (pieces->inside[i]);
  for (gsize i = 0; i < pieces->n_outside; i++)
    tsr_partial_unref (pieces->outside[i]);
  free (pieces->inside);
  free (pieces->outside);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pieces, pieces_clear)

/* The pieces before and after a moment, or only what lies inside a crop. */
static gboolean
cut_piece (TsrOperationWork *work, TsrPartial *piece, TsrPartial *whole)
{
  const TsrOperation *operation = work->operation;
  gboolean            is_crop = operation->kind == TSR_OPERATION_CROP;
  TsrRegion           kept = {
                is_crop ? operation->start_s : operation->number, INFINITY, 0, INFINITY};
  g_auto (Pieces) pieces = {0};

  if (is_crop)
    kept.end_s = operation->end_s;
  if (!tsr_partial_cut (piece,
                        &kept,
                        &pieces.inside,
                        &pieces.n_inside,
                        &pieces.outside,
                        &pieces.n_outside))
    return FALSE;
  for (gsize i = 0; !is_crop && i < pieces.n_outside; i++)
    if (!tsr_operation_work_add (work, pieces.outside[i], TRUE))
      return FALSE;
  for (gsize i = 0; i < pieces.n_inside; i++)
    if (!add_transformed (work, pieces.inside[i], whole))
      return FALSE;
  return TRUE;
}

/* Changes what is the operation's of a partial or of a piece of one. */
static gboolean
change_piece (TsrOperationWork *work, TsrPartial *piece, TsrPartial *whole)
{
  if (work->operation->kind == TSR_OPERATION_CROP ||
      work->operation->kind == TSR_OPERATION_SPLIT)
    return cut_piece (work, piece, whole);
  return add_transformed (work, piece, whole);
}

/* A partial that is replaced by what is added next; what is duplicated stays. */
static void
remove_partial (TsrOperationWork *work, gint64 id)
{
  g_array_set_size (work->from, 0);
  if (work->operation->kind == TSR_OPERATION_DUPLICATE)
    return;
  g_array_append_val (work->removed, id);
  g_array_append_val (work->from, id);
}

static gboolean
change_partial (TsrOperationWork *work, TsrPartial *partial)
{
  gint64 id = tsr_partial_id (partial);

  work->any_found = TRUE;
  if (!tsr_operation_context_touches (work->context, partial)) {
    g_array_append_val (work->made, id);
    return TRUE;
  }
  if (work->region == NULL) {
    remove_partial (work, id);
    return change_piece (work, partial, partial);
  }
  g_auto (Pieces) pieces = {0};
  if (!tsr_partial_cut (partial,
                        work->region,
                        &pieces.inside,
                        &pieces.n_inside,
                        &pieces.outside,
                        &pieces.n_outside))
    return FALSE;
  if (pieces.n_inside == 0)
    return TRUE;
  remove_partial (work, id);
  for (gsize i = 0; i < pieces.n_inside; i++)
    if (!change_piece (work, pieces.inside[i], partial))
      return FALSE;
  for (gsize i = 0;
       work->operation->kind != TSR_OPERATION_DUPLICATE && i < pieces.n_outside;
       i++)
    if (!tsr_operation_work_add (work, pieces.outside[i], FALSE))
      return FALSE;
  return TRUE;
}

static gboolean
change_all (TsrOperationWork    *work,
            const TsrPartialSet *set,
            const TsrSelection  *selection)
{
  gsize n_read = 0;

  for (gsize i = 0; i < tsr_partial_set_size (set); i++) {
    TsrPartial *partial = tsr_partial_set_at (set, i);
    if (selection != NULL &&
        !tsr_selection_contains (selection, tsr_partial_id (partial)))
      continue;
    if (!change_partial (work, partial))
      return FALSE;
    n_read += tsr_partial_n_breakpoints (partial);
    if (n_read < BREAKPOINTS_A_DISCARD)
      continue;
    tsr_partial_set_discard (set);
    n_read = 0;
  }
  return TRUE;
}

static gboolean
fail (GError **error, const char *message)
{
  g_set_error_literal (error, TSR_OPERATION_ERROR, 0, message);
  return FALSE;
}

gboolean
tsr_operation_work_fail (TsrOperationWork *work, GError **error)
{
  if (work->error == NULL)
    return fail (error, _ ("memory is short"));
  g_propagate_error (error, g_steal_pointer (&work->error));
  return FALSE;
}

/* Where a time map begins to matter. */
static double
earliest_s (const TsrPartialSet *set, const TsrSelection *selection)
{
  const TsrRegion *region;
  double           start_s = INFINITY;

  if (selection == NULL)
    return 0;
  for (gsize i = 0; i < tsr_selection_size (selection); i++) {
    gint64 index = tsr_partial_set_index_of (set, tsr_selection_ids (selection)[i]);
    if (index >= 0)
      start_s = fmin (
          start_s, tsr_partial_summary (tsr_partial_set_at (set, (gsize)index))->start_s);
  }
  region = tsr_selection_region (selection);
  return fmax (isfinite (start_s) ? start_s : 0, region != NULL ? region->start_s : 0);
}

static gboolean
is_span_deletion (const TsrOperation *operation)
{
  return operation->kind == TSR_OPERATION_DELETE && operation->end_s > 0;
}

/* Operations that leave the sound as it is when it has no partials. */
static gboolean
needs_partials (const TsrOperation *operation)
{
  switch (operation->kind) {
  case TSR_OPERATION_GAIN:
  case TSR_OPERATION_NOISE:
  case TSR_OPERATION_TILT:
  case TSR_OPERATION_STRETCH:
  case TSR_OPERATION_FILTER:
  case TSR_OPERATION_CROP:
  case TSR_OPERATION_FADE:
  case TSR_OPERATION_REVERSE:
  case TSR_OPERATION_MOVE:
  case TSR_OPERATION_DRAW:
  case TSR_OPERATION_INSERT:
    return FALSE;
  case TSR_OPERATION_DELETE:
    return !is_span_deletion (operation);
  default:
    return TRUE;
  }
}

static gboolean
can_apply (const TsrOperation        *operation,
           const TsrSoundStateFields *fields,
           const TsrSelection        *selection,
           GError                   **error)
{
  if (!fields->analysed)
    return fail (error, _ ("the sound is not analysed yet; analyse it first"));
  if (selection == NULL && needs_partials (operation) &&
      tsr_partial_set_size (fields->partials) == 0)
    return fail (error, _ ("the sound has no partials"));
  if (operation->kind == TSR_OPERATION_CROP && operation->start_s >= fields->duration_s) {
    g_set_error (error,
                 TSR_OPERATION_ERROR,
                 0,
                 _ ("nothing would be left: the sound ends at %.3f s"),
                 fields->duration_s);
    return FALSE;
  }
  if (is_span_deletion (operation) && operation->start_s >= fields->duration_s) {
    g_set_error (error,
                 TSR_OPERATION_ERROR,
                 0,
                 _ ("there is nothing to delete: the sound ends at %.3f s"),
                 fields->duration_s);
    return FALSE;
  }
  if (operation->kind == TSR_OPERATION_MOVE && selection == NULL &&
      fields->duration_s + operation->number <= 0)
    return fail (error, _ ("nothing would be left: everything would lie before 0 s"));
  if (operation->kind == TSR_OPERATION_STRETCH && operation->curve != NULL &&
      tsr_curve_at_extended (operation->curve, earliest_s (fields->partials, selection)) <
          -1e-9)
    return fail (error, _ ("the beginning would be before 0 s"));
  return TRUE;
}

static TsrSoundState *
finish (TsrOperationWork *work, const TsrSoundState *state, GError **error)
{
  TsrSoundStateFields fields;
  g_autoptr (TsrPartialSet) set =
      tsr_partial_set_replace (tsr_sound_state_fields (state)->partials,
                               (const gint64 *)work->removed->data,
                               work->removed->len,
                               (TsrPartial *const *)work->added->pdata,
                               work->added->len);

  if (set == NULL) {
    fail (error, _ ("memory is short"));
    return NULL;
  }
  tsr_sound_state_fields_init (&fields, tsr_sound_state_fields (state));
  tsr_partial_set_unref (fields.partials);
  fields.partials = g_steal_pointer (&set);
  fields.edited = TRUE;
  fields.duration_s = work->end_s;
  GArray *descents = tsr_descents_chain (fields.descents, work->descents);
  if (fields.descents != NULL)
    g_array_unref (fields.descents);
  fields.descents = descents;
  if (work->whole)
    tsr_operation_take_residual_along (work, &fields);
  TsrSoundState *after = tsr_sound_state_new (&fields);
  tsr_sound_state_fields_clear (&fields);
  return after;
}

/* Whether the operation would give back what there is. */
static gboolean
changes_nothing (const TsrOperation        *operation,
                 const TsrSoundStateFields *fields,
                 const TsrSelection        *selection)
{
  return tsr_operation_is_identity (operation) ||
         (operation->kind == TSR_OPERATION_CROP && selection == NULL &&
          operation->start_s == 0 && operation->end_s >= fields->duration_s);
}

static gboolean
change (TsrOperationWork    *work,
        const TsrPartialSet *set,
        const TsrSelection  *selection,
        GError             **error)
{
  switch (work->operation->kind) {
  case TSR_OPERATION_DRAW:
    return tsr_operation_draw (work, set) || tsr_operation_work_fail (work, error);
  case TSR_OPERATION_INSERT:
    return tsr_operation_insert (work) || tsr_operation_work_fail (work, error);
  case TSR_OPERATION_JOIN:
    return tsr_operation_join (work, set, selection, error);
  default:
    break;
  }
  work->context = tsr_operation_context_new (
      work->operation, set, selection, work->sound_end_s, error);
  if (work->context == NULL)
    return FALSE;
  if (!change_all (work, set, selection))
    return tsr_operation_work_fail (work, error);
  return selection == NULL || work->any_found ||
         fail (error, _ ("no partial is selected"));
}

/* Where partials are cut first; NULL: nowhere. `span` is filled where it is needed. */
static const TsrRegion *
region_of (const TsrOperation *operation, const TsrSelection *selection, TsrRegion *span)
{
  const TsrRegion *region = selection != NULL ? tsr_selection_region (selection) : NULL;

  if (!is_span_deletion (operation))
    return region;
  *span = region != NULL ? *region : (TsrRegion){-INFINITY, INFINITY, 0, INFINITY};
  span->start_s = fmax (span->start_s, operation->start_s);
  span->end_s = fmin (span->end_s, operation->end_s);
  return span;
}

static TsrSoundState *
apply (const TsrOperation  *operation,
       const TsrSoundState *state,
       const TsrSelection  *selection,
       gint64              *next_partial_id,
       TsrSelection       **made,
       GError             **error)
{
  const TsrPartialSet *set = tsr_sound_state_fields (state)->partials;
  double               duration_s = tsr_sound_state_fields (state)->duration_s;
  TsrRegion            span;
  g_autoptr (GArray) removed = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) made_ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) from = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) descents = g_array_new (FALSE, FALSE, sizeof (TsrDescent));
  g_autoptr (GPtrArray) added = g_ptr_array_new_with_free_func (partial_clear);
  g_autoptr (TsrPartialSpill) spill = tsr_partial_spill_new (HEAP_BREAKPOINTS);
  TsrOperationWork work = {
      .operation = operation,
      .whole = selection == NULL,
      .sound_end_s = duration_s,
      .end_s = duration_s,
      .region = region_of (operation, selection, &span),
      .next_id = *next_partial_id,
      .removed = removed,
      .added = added,
      .made = made_ids,
      .from = from,
      .descents = descents,
      .spill = spill,
  };

  TsrSoundState *after =
      change (&work, set, selection, error) ? finish (&work, state, error) : NULL;
  tsr_operation_context_free (work.context);
  g_clear_error (&work.error);
  if (after == NULL)
    return NULL;
  *next_partial_id = work.next_id;
  if (made != NULL)
    *made = tsr_selection_new ((const gint64 *)made_ids->data, made_ids->len, NULL);
  return after;
}

/* A pencil and a clipboard need nothing to be selected. */
static gboolean
ignores_selection (const TsrOperation *operation)
{
  return operation->kind == TSR_OPERATION_DRAW || operation->kind == TSR_OPERATION_INSERT;
}

TsrSoundState *
tsr_operation_apply (const TsrOperation  *operation,
                     const TsrSoundState *state,
                     const TsrSelection  *selection,
                     gint64              *next_partial_id,
                     TsrSelection       **made,
                     GError             **error)
{
  const TsrSoundStateFields *fields = tsr_sound_state_fields (state);
  g_autoptr (TsrSelection) here = selection != NULL && !ignores_selection (operation)
                                      ? tsr_selection_within (selection, fields->partials)
                                      : NULL;

  if (!can_apply (operation, fields, here, error))
    return NULL;
  if (here != NULL && tsr_selection_size (here) == 0) {
    fail (error, _ ("no partial is selected"));
    return NULL;
  }
  if (!changes_nothing (operation, fields, here))
    return apply (operation, state, here, next_partial_id, made, error);
  if (made != NULL)
    *made = here != NULL ? g_steal_pointer (&here) : tsr_selection_all (fields->partials);
  return tsr_sound_state_ref ((TsrSoundState *)state);
}
