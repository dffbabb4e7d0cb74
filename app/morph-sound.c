/* SPDX-License-Identifier: GPL-3.0-or-later
 * Results of morphs in the project.
 */
#include "app/morph-sound.h"

#include <math.h>

#include "app/source-file.h"

gboolean
tsr_morph_sound_write (const TsrMorphResult *result,
                       const char           *name,
                       TsrStore             *store,
                       gint64                source_id,
                       const TsrJob         *job,
                       GCancellable         *cancellable,
                       TsrSource           **source,
                       GError              **error)
{
  TsrSourceFile file = TSR_SOURCE_FILE_INIT;

  *source = NULL;
  if (result->recording == NULL)
    return TRUE;
  if (!tsr_source_file_make (&file, result->recording, name, job, error))
    return FALSE;
  *source = tsr_source_file_write (&file, store, source_id, cancellable, error);
  tsr_source_file_clear (&file);
  return *source != NULL;
}

/* A copy, whose history tells what it is. */
static gint64
add_copy (TsrProject *project,
          TsrSound   *sound,
          const char *name,
          const char *label,
          const char *command,
          GError    **error)
{
  gint64 id = tsr_project_copy_sound (project, sound, name, error);

  if (id == 0)
    return 0;
  TsrSound *copy = tsr_project_get_sound (project, id);
  return tsr_project_add_step (
             project, copy, tsr_sound_get_state (copy), label, command, NULL, error)
             ? id
             : 0;
}

gint64
tsr_morph_sound_add (TsrProject             *project,
                     const TsrMorphSettings *settings,
                     const TsrMorphResult   *result,
                     TsrSource              *source,
                     const char             *name,
                     GError                **error)
{
  g_autofree char *label = tsr_morph_settings_dup_label (settings);
  g_autofree char *command = tsr_morph_settings_to_command (
      settings,
      result->anchors,
      result->is_harmonic ? TSR_MORPH_PAIR_LABELS : TSR_MORPH_PAIR_SPECTRUM,
      name);
  TsrAnalysisRecord record = {0};

  if (result->copies >= 0)
    return add_copy (
        project, settings->sounds[result->copies], name, label, command, error);
  if (tsr_sound_get_analysis (settings->sounds[0]) != NULL)
    record = *tsr_sound_get_analysis (settings->sounds[0]);
  else
    tsr_analysis_params_init (&record.params);
  record.snr_db = NAN;
  record.analysis_s = 0;
  record.spacing.fundamental_hz = 0;
  return tsr_project_add_sound (
      project, name, source, result->state, label, command, &record, error);
}
