/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the analysis finds in a sound, for the tests of its parts.
 */
#pragma once

#include "model/dsp/partials/analysis.h"
#include "model/dsp/partials/partial-set.h"
#include "model/dsp/partials/residual.h"

#include <glib.h>

static inline TsrStatus
collect_partial (void *user, TsrPartial *partial)
{
  GPtrArray *found = user;

  g_assert_cmpint (tsr_partial_id (partial), ==, 0);
  g_ptr_array_add (found, tsr_partial_new_with_id (partial, found->len + 1));
  tsr_partial_unref (partial);
  return TSR_STATUS_OK;
}

/* The partials of channel 0 in the order they came in, ids from 1 on; as many, and of as
 * many breakpoints, as is told. (transfer full) */
static inline TsrPartialSet *
analysed (const TsrSignal *sound, const TsrAnalysisParams *params)
{
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify)tsr_partial_unref);
  TsrAnalysisCounts counts;

  g_assert_cmpint (tsr_analyse (sound, 0, params, NULL, collect_partial, found, &counts),
                   ==,
                   TSR_STATUS_OK);
  TsrPartialSet *set = tsr_partial_set_new ((TsrPartial **)found->pdata, found->len);
  g_assert_cmpuint (counts.n_partials, ==, found->len);
  g_assert_cmpuint (counts.n_breakpoints, ==, tsr_partial_set_n_breakpoints (set));
  g_ptr_array_unref (found);
  return set;
}

/* SNR of the partials alone, and how many they are. */
static inline double
analysed_snr_db (const TsrSignal *sound, const TsrAnalysisParams *params, gsize *n)
{
  TsrPartialSet *set = analysed (sound, params);
  double         snr_db;

  tsr_residual_measure (sound, set, NULL, NULL, &snr_db);
  *n = tsr_partial_set_size (set);
  tsr_partial_set_unref (set);
  return snr_db;
}
