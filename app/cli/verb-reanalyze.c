/* SPDX-License-Identifier: GPL-3.0-or-later
 * reanalyze: a sound of a project analysed anew, all of it or a region.
 */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>

#include "app/cli/cli-project.h"
#include "app/cli/count-words.h"
#include "app/cli/json.h"
#include "app/cli/verbs.h"
#include "app/reanalysis.h"
#include "app/source-file.h"
#include "model/dsp-types.h"

static const char *const partials_words[] = {"clean", "normal", "all", NULL};
static const char *const noise_words[] = {"residual", "bandwidth", "none", NULL};

static gboolean
read_choice (TsrCli             *cli,
             const TsrArguments *arguments,
             TsrReanalysis      *self,
             GError            **error)
{
  TsrAnalysisParams *p = &self->params;
  int                noisiness = TSR_NOISINESS_NORMAL, noise = TSR_NOISE_RESIDUAL;
  gint64             n_threads = 0;

  self->region = TSR_REGION_ALL;
  tsr_analysis_params_init (p);
  if (!tsr_arguments_number (arguments, "--spacing", 1, 100000, &p->spacing_hz, error) ||
      !tsr_arguments_number (arguments, "--floor", -200, 0, &p->floor_db, error) ||
      !tsr_arguments_span (
          arguments, "--range", 0, 400000, &p->low_hz, &p->high_hz, error) ||
      !tsr_arguments_span (arguments,
                           "--time",
                           0,
                           INFINITY,
                           &self->region.start_s,
                           &self->region.end_s,
                           error) ||
      !tsr_arguments_span (arguments,
                           "--frequency",
                           0,
                           INFINITY,
                           &self->region.low_hz,
                           &self->region.high_hz,
                           error) ||
      !tsr_arguments_choice (
          arguments, "--partials", partials_words, &noisiness, error) ||
      !tsr_arguments_choice (arguments, "--noise", noise_words, &noise, error) ||
      !tsr_arguments_whole (arguments, "--threads", 1, 1024, &n_threads, error))
    return FALSE;
  if (self->region.start_s <= 0.0)
    self->region.start_s = -INFINITY;
  p->noisiness = (TsrNoisiness)noisiness;
  p->noise = (TsrNoiseMode)noise;
  if (n_threads > 0)
    tsr_cli_set_n_threads (cli, (guint)n_threads);
  return TRUE;
}

static void
report (TsrCli *cli, TsrSound *sound, const TsrAnalysisResult *result)
{
  const TsrPartialSet *set = tsr_sound_state_fields (result->state)->partials;

  if (cli->json) {
    JsonBuilder *json = json_builder_new ();

    json_builder_begin_object (json);
    tsr_json_whole (json, "id", tsr_sound_get_id (sound));
    tsr_json_text (json, "name", tsr_sound_get_name (sound));
    tsr_json_whole (json, "partials", (gint64)tsr_partial_set_size (set));
    tsr_json_whole (json, "breakpoints", (gint64)tsr_partial_set_n_breakpoints (set));
    tsr_json_number (json, "spacing_hz", result->record.params.spacing_hz);
    tsr_json_number (json, "analysis_s", result->record.analysis_s);
    tsr_json_number (json, "snr_db", result->record.snr_db);
    json_builder_end_object (json);
    tsr_json_print (json);
    return;
  }
  g_autofree char *partials = tsr_count_partials (tsr_partial_set_size (set));
  g_autofree char *breakpoints =
      tsr_count_breakpoints (tsr_partial_set_n_breakpoints (set));
  tsr_cli_print (cli,
                 "%" PRId64 " %s: %s, %s",
                 tsr_sound_get_id (sound),
                 tsr_sound_get_name (sound),
                 partials,
                 breakpoints);
  if (isfinite (result->record.snr_db))
    tsr_cli_print (cli, _ (", SNR %.1f dB"), result->record.snr_db);
  tsr_cli_print (cli, "\n");
}

/* Decodes the recording and analyses; adds the step. */
static gboolean
reanalyse (TsrCli            *cli,
           TsrCliProject     *project,
           TsrSound          *sound,
           TsrReanalysis     *self,
           TsrAnalysisResult *result,
           GError           **error)
{
  TsrSource   *source = tsr_sound_get_source (sound);
  TsrWorkerJob job;
  g_autoptr (TsrSignal) signal = NULL;

  if (source == NULL) {
    g_set_error_literal (
        error,
        G_IO_ERROR,
        G_IO_ERROR_NOT_SUPPORTED,
        _ ("its partials were imported; there is no recording to analyse"));
    return FALSE;
  }
  tsr_cli_begin (cli, tsr_sound_get_name (sound), 0, 0.1, &job);
  signal = tsr_source_decode (project->store, source, &job.job, error);
  if (signal == NULL)
    return FALSE;
  self->signal = signal;
  self->before = tsr_sound_get_state (sound);
  self->record = tsr_sound_get_analysis (sound);
  self->first_partial_id = tsr_sound_next_partial_id (sound);
  tsr_cli_begin (cli, tsr_sound_get_name (sound), 0.1, 1, &job);
  if (!tsr_reanalysis_run (self, &job, result, error))
    return FALSE;
  g_autofree char *label = tsr_reanalysis_label (self, &result->record);
  g_autofree char *command = tsr_reanalysis_command (self);
  return tsr_project_add_step (project->project,
                               sound,
                               result->state,
                               label,
                               command,
                               tsr_reanalysis_is_base (self) ? &result->record : NULL,
                               error);
}

static int
run (TsrCli *cli, const TsrArguments *arguments)
{
  g_auto (TsrCliProject) project = {0};
  TsrReanalysis     self = {0};
  TsrAnalysisResult result = {0};
  GError           *error = NULL;
  int               status = TSR_EXIT_DONE;

  if (!read_choice (cli, arguments, &self, &error))
    return tsr_cli_fail (cli, "reanalyze", error);
  TsrSound *sound = tsr_cli_project_open_sound (cli, arguments, 0, &project, &status);
  if (sound == NULL)
    return status;
  gboolean done = reanalyse (cli, &project, sound, &self, &result, &error) &&
                  tsr_cli_project_commit (&project, &error);
  tsr_cli_end_progress (cli);
  if (done)
    report (cli, sound, &result);
  tsr_analysis_result_clear (&result);
  return done ? TSR_EXIT_DONE : tsr_cli_fail (cli, project.path, error);
}

static const TsrOption options[] = {
    {"--time", "A:B", N_ ("only this part of time, in seconds")},
    {"--frequency", "LO:HI", N_ ("only these frequencies, in Hz")},
    {"--spacing",
     "HZ",
     N_ ("smallest distance of independent partials; found from the sound")},
    {"--floor", "DB", N_ ("weaker partials are ignored; default -90")},
    {"--range", "LO:HI", N_ ("partials between these frequencies only")},
    {"--partials", "clean|normal|all", N_ ("how noisy a partial may be")},
    {"--noise",
     "residual|bandwidth|none",
     N_ ("where the sound goes that is no partial")},
    {"--threads", "N", N_ ("default: all cores")},
    {NULL, NULL, NULL},
};

const TsrVerb tsr_verb_reanalyze = {
    .name = "reanalyze",
    .summary = N_ ("Analyses a sound of a project anew, all of it or a region, as one "
                   "step of its history."),
    .syntax = {.usage = "PROJECT SOUND [--time A:B] [--frequency LO:HI] [--spacing HZ] "
                        "[--floor DB]",
               .min_words = 2,
               .max_words = 2,
               .options = options,
               .more = N_ ("With --time or --frequency, what is outside stays as it is; "
                           "partials that cross the\n"
                           "borders are cut and joined there with matched phase, or "
                           "crossfaded over 5 ms.\n")},
    .run = run,
};
