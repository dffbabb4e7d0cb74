/* SPDX-License-Identifier: GPL-3.0-or-later
 * From one state of a sound to the next: partials cut, transformed and given new ids; the
 * residual taken along where the whole sound is changed.
 */
#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>

#include "model/curve-math.h"
#include "model/dsp-types.h"
#include "model/operation-private.h"

typedef struct {
  const TsrOperation *operation;
  gboolean            whole;       /* the whole sound, not a selection */
  double              sound_end_s; /* before the operation */
  double              end_s;       /* after it: later when a piece is stretched past it */
  TsrCurve           *curve;       /* ratio, time map or filter; NULL: none */
  const TsrRegion    *region;      /* cut here first; NULL: whole partials */
  gint64              next_id;     /* of the next new partial */
  GArray             *removed;     /* gint64 */
  GPtrArray          *added;       /* TsrPartial, owned */
  GArray             *made;        /* gint64: what the selection became */
} Work;

static void
partial_clear (gpointer data)
{
  tsr_partial_unref (data);
}

/* The transformed partial under the same id; NULL when memory is short. */
static TsrPartial *
transform (const Work *work, TsrPartial *partial)
{
  switch (work->operation->kind) {
  case TSR_OPERATION_PITCH:
    return tsr_partial_pitch (partial, work->curve);
  case TSR_OPERATION_STRETCH:
    return tsr_partial_stretch (partial, work->curve);
  case TSR_OPERATION_SHIFT:
    return tsr_partial_shift (partial, work->operation->number);
  case TSR_OPERATION_GAIN:
    return tsr_partial_gain (partial, work->operation->number);
  case TSR_OPERATION_FILTER:
    return tsr_partial_filter (partial, work->curve);
  case TSR_OPERATION_CROP:
    return work->whole ? tsr_partial_move (partial, -work->operation->start_s)
                       : tsr_partial_ref (partial);
  case TSR_OPERATION_DELETE:
    break;
  }
  return NULL;
}

static gboolean
add_new (Work *work, const TsrPartial *partial, gboolean made)
{
  TsrPartial *fresh = tsr_partial_new_with_id (partial, work->next_id);

  if (fresh == NULL)
    return FALSE;
  g_ptr_array_add (work->added, fresh);
  if (made)
    g_array_append_val (work->made, work->next_id);
  work->next_id++;
  return TRUE;
}

/* Where a stretched piece ends, the sound goes on to. What a partial has behind the end
 * of the sound (it fades out there, unheard) does not lengthen it. */
static void
lengthen (Work *work, const TsrPartial *piece)
{
  double end_s = fmin (tsr_partial_summary (piece)->end_s, work->sound_end_s);

  work->end_s = fmax (work->end_s, tsr_curve_at_extended (work->curve, end_s));
}

static gboolean
add_transformed (Work *work, TsrPartial *piece)
{
  if (work->operation->kind == TSR_OPERATION_DELETE)
    return TRUE;
  g_autoptr (TsrPartial) changed = transform (work, piece);
  if (work->operation->kind == TSR_OPERATION_STRETCH)
    lengthen (work, piece);
  return changed != NULL && add_new (work, changed, TRUE);
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

/* Changes what is the operation's of a partial or of a piece of one. */
static gboolean
change_piece (Work *work, TsrPartial *piece)
{
  const TsrOperation *operation = work->operation;

  if (operation->kind != TSR_OPERATION_CROP)
    return add_transformed (work, piece);
  TsrRegion kept = {operation->start_s, operation->end_s, 0, INFINITY};
  g_auto (Pieces) pieces = {0};
  if (!tsr_partial_cut (piece,
                        &kept,
                        &pieces.inside,
                        &pieces.n_inside,
                        &pieces.outside,
                        &pieces.n_outside))
    return FALSE;
  for (gsize i = 0; i < pieces.n_inside; i++)
    if (!add_transformed (work, pieces.inside[i]))
      return FALSE;
  return TRUE;
}

static gboolean
change_partial (Work *work, TsrPartial *partial)
{
  gint64 id = tsr_partial_id (partial);

  if (work->region == NULL) {
    g_array_append_val (work->removed, id);
    return change_piece (work, partial);
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
  g_array_append_val (work->removed, id);
  for (gsize i = 0; i < pieces.n_inside; i++)
    if (!change_piece (work, pieces.inside[i]))
      return FALSE;
  for (gsize i = 0; i < pieces.n_outside; i++)
    if (!add_new (work, pieces.outside[i], FALSE))
      return FALSE;
  return TRUE;
}

/* Where a constant stretch of a selection holds on. */
static double
anchor_of (const TsrPartialSet *set, const TsrSelection *selection)
{
  const TsrRegion *region = tsr_selection_region (selection);
  double           anchor_s = INFINITY;

  if (region != NULL && isfinite (region->start_s))
    return region->start_s;
  for (gsize i = 0; i < tsr_selection_size (selection); i++) {
    gint64 index = tsr_partial_set_index_of (set, tsr_selection_ids (selection)[i]);
    if (index >= 0)
      anchor_s =
          fmin (anchor_s,
                tsr_partial_summary (tsr_partial_set_at (set, (gsize)index))->start_s);
  }
  return isfinite (anchor_s) ? anchor_s : 0;
}

/* The curve that the partials are given. */
static TsrCurve *
make_curve (const TsrOperation  *operation,
            const TsrPartialSet *set,
            const TsrSelection  *selection)
{
  if (operation->curve != NULL)
    return tsr_curve_ref (operation->curve);
  if (operation->kind == TSR_OPERATION_PITCH)
    return tsr_curve_new (&(TsrCurvePoint){0, operation->number}, 1);
  if (operation->kind != TSR_OPERATION_STRETCH)
    return NULL;
  double        anchor_s = selection != NULL ? anchor_of (set, selection) : 0;
  TsrCurvePoint points[] = {{anchor_s, anchor_s},
                            {anchor_s + 1, anchor_s + operation->number}};
  return tsr_curve_new (points, G_N_ELEMENTS (points));
}

static gboolean
change_all (Work *work, const TsrPartialSet *set, const TsrSelection *selection)
{
  for (gsize i = 0; i < tsr_partial_set_size (set); i++) {
    TsrPartial *partial = tsr_partial_set_at (set, i);
    if (selection != NULL &&
        !tsr_selection_contains (selection, tsr_partial_id (partial)))
      continue;
    if (!change_partial (work, partial))
      return FALSE;
  }
  return TRUE;
}

/* What happens to time, and to the residual, when the whole sound is changed. Replaces
 * curves in `fields` by new ones. */
static void
take_residual_along (TsrSoundStateFields *fields, const Work *work)
{
  const TsrOperation *operation = work->operation;
  TsrCurve           *map = fields->source_s_over_sound_s;

  if (operation->kind == TSR_OPERATION_STRETCH) {
    fields->source_s_over_sound_s = tsr_curve_after_inverse (map, work->curve);
    fields->duration_s = tsr_curve_at_extended (work->curve, fields->duration_s);
    tsr_curve_unref (map);
  } else if (operation->kind == TSR_OPERATION_CROP) {
    TsrCurvePoint back[] = {{0, -operation->start_s}, {1, 1 - operation->start_s}};
    g_autoptr (TsrCurve) shift = tsr_curve_new (back, G_N_ELEMENTS (back));
    fields->source_s_over_sound_s = tsr_curve_after_inverse (map, shift);
    fields->duration_s = fmin (operation->end_s, fields->duration_s) - operation->start_s;
    tsr_curve_unref (map);
  } else if (operation->kind == TSR_OPERATION_GAIN)
    fields->residual_gain_db += operation->number;
  else if (operation->kind == TSR_OPERATION_FILTER) {
    TsrCurve *before = fields->residual_gain_db_over_hz;
    fields->residual_gain_db_over_hz = tsr_curve_sum (before, work->curve);
    tsr_curve_unref (before);
  }
}

static gboolean
fail (GError **error, const char *message)
{
  g_set_error_literal (error, TSR_OPERATION_ERROR, 0, message);
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
can_apply (const TsrOperation        *operation,
           const TsrSoundStateFields *fields,
           const TsrSelection        *selection,
           GError                   **error)
{
  gboolean only_partials = operation->kind == TSR_OPERATION_PITCH ||
                           operation->kind == TSR_OPERATION_SHIFT ||
                           operation->kind == TSR_OPERATION_DELETE;

  if (!fields->analysed)
    return fail (error, _ ("the sound is not analysed yet; analyse it first"));
  if (selection == NULL && only_partials && tsr_partial_set_size (fields->partials) == 0)
    return fail (error, _ ("the sound has no partials"));
  if (operation->kind == TSR_OPERATION_CROP && operation->start_s >= fields->duration_s) {
    g_set_error (error,
                 TSR_OPERATION_ERROR,
                 0,
                 _ ("nothing would be left: the sound ends at %.3f s"),
                 fields->duration_s);
    return FALSE;
  }
  if (operation->kind == TSR_OPERATION_STRETCH && operation->curve != NULL &&
      tsr_curve_at_extended (operation->curve, earliest_s (fields->partials, selection)) <
          -1e-9)
    return fail (error, _ ("the beginning would be before 0 s"));
  return TRUE;
}

static TsrSoundState *
finish (Work *work, const TsrSoundState *state, GError **error)
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
  if (work->whole)
    take_residual_along (&fields, work);
  else
    fields.duration_s = work->end_s;
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
  g_autoptr (GArray) removed = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) made_ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GPtrArray) added = g_ptr_array_new_with_free_func (partial_clear);
  g_autoptr (TsrCurve) curve = make_curve (operation, set, selection);
  Work work = {
      .operation = operation,
      .whole = selection == NULL,
      .sound_end_s = duration_s,
      .end_s = duration_s,
      .curve = curve,
      .region = selection != NULL ? tsr_selection_region (selection) : NULL,
      .next_id = *next_partial_id,
      .removed = removed,
      .added = added,
      .made = made_ids,
  };

  if (!change_all (&work, set, selection)) {
    fail (error, _ ("memory is short"));
    return NULL;
  }
  if (selection != NULL && removed->len == 0) {
    fail (error, _ ("no partial is selected"));
    return NULL;
  }
  TsrSoundState *after = finish (&work, state, error);
  if (after == NULL)
    return NULL;
  *next_partial_id = work.next_id;
  if (made != NULL)
    *made = tsr_selection_new ((const gint64 *)made_ids->data, made_ids->len, NULL);
  return after;
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
  g_autoptr (TsrSelection) here =
      selection != NULL ? tsr_selection_within (selection, fields->partials) : NULL;

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
