/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sounds ready to be rendered.
 */
#include "app/cli/cli-sound.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/cli/history-branches.h"
#include "app/source-file.h"
#include "model/dsp-types.h"
#include "model/query.h"

gboolean
tsr_cli_sound_read_choice (const TsrArguments *arguments,
                           TsrCliSound        *self,
                           GError            **error)
{
  const char *part = tsr_arguments_get (arguments, "--part");
  const char *layers = tsr_arguments_get (arguments, "--layers");

  self->query = tsr_arguments_get (arguments, "--select");
  self->step = tsr_arguments_get (arguments, "--step");
  if (part != NULL && !tsr_part_from_string (part, &self->choice.part))
    return tsr_usage_fail (error,
                           _ ("--part is one of all, original, partials, residual, "
                              "noise, transients, not `%s`"),
                           part);
  if (self->query != NULL && part != NULL && self->choice.part != TSR_PART_ALL &&
      self->choice.part != TSR_PART_PARTIALS)
    return tsr_usage_fail (error, _ ("--select goes with the partials only"));
  if (layers != NULL && !tsr_layer_mix_parse (layers, &self->layers, error))
    return FALSE;
  self->choice.layers = layers != NULL ? &self->layers : NULL;
  if (layers != NULL && (self->query != NULL || self->choice.part != TSR_PART_ALL))
    return tsr_usage_fail (error, _ ("--layers goes with --part all"));
  return tsr_arguments_span (arguments,
                             "--time",
                             0,
                             INFINITY,
                             &self->choice.start_s,
                             &self->choice.end_s,
                             error);
}

/* The state that is meant: the present one, or that after a step. (transfer full); NULL
 * with an error. */
static TsrSoundState *
dup_state (TsrSound *sound, const char *step_name, gint64 *step_id, GError **error)
{
  TsrStep *step = step_name != NULL ? tsr_history_find_step (sound, step_name, error)
                                    : tsr_sound_get_current_step (sound);

  if (step == NULL) {
    g_prefix_error (error, "--step: ");
    return NULL;
  }
  *step_id = tsr_step_fields (step)->id;
  return tsr_sound_dup_state_at (sound, *step_id);
}

static gboolean
select_partials (TsrSound *sound, gint64 step_id, TsrCliSound *self, GError **error)
{
  if (self->query == NULL)
    return TRUE;
  self->selection = tsr_query_select_in (sound, step_id, self->query, error);
  if (self->selection == NULL) {
    g_prefix_error (error, "--select: ");
    return FALSE;
  }
  self->choice.selection = self->selection;
  if (tsr_selection_size (self->selection) > 0)
    return TRUE;
  g_set_error (
      error, TSR_QUERY_ERROR, 0, _ ("--select: no partial of the sound is like that"));
  return FALSE;
}

/* A part of time that begins after the end would come out empty. */
static gboolean
check_time (TsrSoundState *state, const TsrCliSound *self, GError **error)
{
  double duration_s = tsr_sound_state_fields (state)->duration_s;

  if (self->choice.start_s == 0 || self->choice.start_s < duration_s)
    return TRUE;
  g_set_error (error,
               G_IO_ERROR,
               G_IO_ERROR_INVALID_ARGUMENT,
               _ ("--time begins after the end of the sound at %.3f s"),
               duration_s);
  return FALSE;
}

/* What an imported sound has no recording for. */
static gboolean
check_part (TsrSound *sound, const TsrCliSound *self, GError **error)
{
  TsrPart part = self->choice.part;

  if (tsr_sound_get_source (sound) != NULL || part == TSR_PART_ALL ||
      part == TSR_PART_PARTIALS)
    return TRUE;
  g_set_error (error,
               G_IO_ERROR,
               G_IO_ERROR_INVALID_ARGUMENT,
               _ ("“%s” was imported and has no recording; only --part partials or all "
                  "is there"),
               tsr_sound_get_name (sound));
  return FALSE;
}

gboolean
tsr_cli_sound_load (TsrCli             *cli,
                    TsrCliProject      *project,
                    const TsrArguments *arguments,
                    TsrCliSound        *self,
                    int                *status)
{
  g_autoptr (TsrSignal) source = NULL;
  gint64       step_id = 0;
  TsrWorkerJob job;
  GError      *error = NULL;
  TsrSound    *sound =
      tsr_cli_project_sound (cli, project, tsr_arguments_word (arguments, 1), status);

  if (sound == NULL)
    return FALSE;
  g_autoptr (TsrSoundState) state = dup_state (sound, self->step, &step_id, &error);
  TsrSource *origin = tsr_sound_get_source (sound);
  gboolean   needs_source = self->query == NULL && self->choice.part != TSR_PART_PARTIALS;
  tsr_cli_begin (cli, tsr_sound_get_name (sound), 0, 0.1, &job);
  if (state != NULL && check_part (sound, self, &error) &&
      select_partials (sound, step_id, self, &error) &&
      check_time (state, self, &error) && origin != NULL && needs_source)
    source = tsr_source_decode (project->store, origin, &job.job, &error);
  if (error != NULL) {
    *status = tsr_cli_fail (cli, project->path, error);
    return FALSE;
  }
  tsr_render_subject_init_at (&self->subject, sound, source, step_id);
  return TRUE;
}

void
tsr_cli_sound_clear (TsrCliSound *self)
{
  tsr_render_subject_clear (&self->subject);
  g_clear_pointer (&self->selection, tsr_selection_unref);
}
