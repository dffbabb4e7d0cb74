/* SPDX-License-Identifier: GPL-3.0-or-later
 * An analysis in words.
 */
#include "views/analysis-words.h"

#include <glib/gi18n-lib.h>

static char *
spacing_sentence (const TsrAnalysisRecord *record)
{
  double spacing_hz = record->params.spacing_hz;

  /* A morph has the spacing of its first sound, and no fundamental of its own. */
  if (record->spacing.reason == TSR_SPACING_FROM_FUNDAMENTAL &&
      !(record->spacing.fundamental_hz > 0))
    return g_strdup_printf (_ ("Made from other sounds, spacing %.0f Hz."), spacing_hz);
  switch (record->spacing.reason) {
  case TSR_SPACING_FROM_FUNDAMENTAL:
    return g_strdup_printf (_ ("Fundamental near %.0f Hz, spacing %.0f Hz."),
                            record->spacing.fundamental_hz,
                            spacing_hz);
  case TSR_SPACING_FROM_SPECTRUM:
    return g_strdup_printf (_ ("No single fundamental, spacing %.0f Hz."), spacing_hz);
  case TSR_SPACING_GIVEN:
    return g_strdup_printf (_ ("Spacing %.0f Hz, as typed."), spacing_hz);
  }
  return g_strdup ("");
}

char *
tsr_analysis_explanation (TsrSound *sound)
{
  const TsrAnalysisRecord   *record;
  const TsrSoundStateFields *state;

  if (sound == NULL)
    return g_strdup ("");
  record = tsr_sound_get_analysis (sound);
  state = tsr_sound_state_fields (tsr_sound_get_state (sound));
  if (tsr_sound_get_source (sound) == NULL)
    return g_strdup (
        _ ("These partials were imported; there is no recording to analyse."));
  if (record == NULL || !state->analysed)
    return g_strdup (_ ("The spacing is the smallest distance between partials. Left "
                        "automatic, it is found from the sound."));
  return spacing_sentence (record);
}
