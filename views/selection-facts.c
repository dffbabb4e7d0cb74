/* SPDX-License-Identifier: GPL-3.0-or-later
 * Facts of the selected partials, or of all where none is selected.
 */
#include "views/selection-facts.h"

#include <math.h>

#include "model/dsp-types.h"

/* The frequency that a typed `440Hz` moves: of the strongest partial selected, or the
 * fundamental of the sound, or its strongest partial. */
double
tsr_selection_reference_hz (TsrSession *session)
{
  TsrSound                *sound = tsr_session_get_sound (session);
  TsrSelection            *selection = tsr_session_get_selection (session);
  const TsrAnalysisRecord *record = tsr_sound_get_analysis (sound);
  TsrPartialSet *set = tsr_sound_state_fields (tsr_sound_get_state (sound))->partials;
  const gint64  *ids = tsr_selection_ids (selection);
  gsize          n = tsr_selection_size (selection);
  gsize          n_all = tsr_partial_set_size (set);
  double         best_energy = -1.0, best_hz = 0.0;

  if (n == 0 && record != NULL && record->spacing.fundamental_hz > 0.0 &&
      !tsr_sound_state_fields (tsr_sound_get_state (sound))->edited)
    return record->spacing.fundamental_hz;
  for (gsize i = 0; i < (n > 0 ? n : n_all); i++) {
    gint64 index = n > 0 ? tsr_partial_set_index_of (set, ids[i]) : (gint64)i;
    const TsrPartialSummary *summary;

    if (index < 0)
      continue;
    summary = tsr_partial_summary (tsr_partial_set_at (set, (gsize)index));
    if (summary->energy > best_energy) {
      best_energy = summary->energy;
      best_hz = summary->mean_hz;
    }
  }
  return best_hz;
}

/* When the selection begins: what a stretch leaves in place. */
double
tsr_selection_anchor_s (TsrSession *session)
{
  TsrSound        *sound = tsr_session_get_sound (session);
  TsrSelection    *selection = tsr_session_get_selection (session);
  const TsrRegion *region = tsr_selection_region (selection);
  TsrPartialSet   *set = tsr_sound_state_fields (tsr_sound_get_state (sound))->partials;
  double           start_s = INFINITY;

  if (tsr_selection_size (selection) == 0)
    return 0.0;
  if (region != NULL && isfinite (region->start_s))
    return region->start_s;
  for (gsize i = 0; i < tsr_selection_size (selection); i++) {
    gint64 index = tsr_partial_set_index_of (set, tsr_selection_ids (selection)[i]);

    if (index >= 0)
      start_s = fmin (
          start_s, tsr_partial_summary (tsr_partial_set_at (set, (gsize)index))->start_s);
  }
  return isfinite (start_s) ? start_s : 0.0;
}

double
tsr_selection_duration_s (TsrSession *session)
{
  TsrSound                  *sound = tsr_session_get_sound (session);
  TsrSelection              *selection = tsr_session_get_selection (session);
  const TsrRegion           *region = tsr_selection_region (selection);
  const TsrSoundStateFields *state = tsr_sound_state_fields (tsr_sound_get_state (sound));
  double                     start_s = INFINITY, end_s = -INFINITY;

  if (tsr_selection_size (selection) == 0)
    return state->duration_s;
  if (region != NULL && isfinite (region->end_s - region->start_s))
    return region->end_s - region->start_s;
  for (gsize i = 0; i < tsr_selection_size (selection); i++) {
    gint64 index =
        tsr_partial_set_index_of (state->partials, tsr_selection_ids (selection)[i]);
    const TsrPartialSummary *summary;

    if (index < 0)
      continue;
    summary = tsr_partial_summary (tsr_partial_set_at (state->partials, (gsize)index));
    start_s = fmin (start_s, summary->start_s);
    end_s = fmax (end_s, summary->end_s);
  }
  return end_s > start_s ? end_s - start_s : 0.0;
}
