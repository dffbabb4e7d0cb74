/* SPDX-License-Identifier: GPL-3.0-or-later
 * show: how a sound was analysed, what it consists of, and the edits that led here.
 */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>

#include "app/cli/cli-project.h"
#include "app/cli/count-words.h"
#include "app/cli/history-json.h"
#include "app/cli/json.h"
#include "app/cli/verbs.h"

static const char *const noisiness_words[] = {"clean", "normal", "all"};
static const char *const noise_words[] = {"residual", "bandwidth", "none"};
static const char *const reason_words[] = {"given", "fundamental", "spectrum"};

static void
add_source (JsonBuilder *json, TsrSound *sound)
{
  TsrSource *source = tsr_sound_get_source (sound);

  json_builder_set_member_name (json, "source");
  if (source == NULL) {
    json_builder_add_null_value (json);
    return;
  }
  const TsrSourceInfo *info = tsr_source_get_info (source);
  json_builder_begin_object (json);
  tsr_json_text (json, "name", info->name);
  tsr_json_text (json, "format", info->format);
  tsr_json_number (json, "rate_hz", info->rate_hz);
  tsr_json_whole (json, "channels", info->n_channels);
  tsr_json_whole (json, "frames", info->n_frames);
  tsr_json_whole (json, "bits", info->bits);
  tsr_json_whole (json, "bytes", (gint64)info->n_bytes);
  tsr_json_text (json, "decoded_sha256", info->decoded_sha256);
  json_builder_end_object (json);
}

static void
add_analysis (JsonBuilder *json, const TsrAnalysisRecord *record)
{
  json_builder_set_member_name (json, "analysis");
  if (record == NULL) {
    json_builder_add_null_value (json);
    return;
  }
  const TsrAnalysisParams *p = &record->params;
  json_builder_begin_object (json);
  tsr_json_number (json, "spacing_hz", p->spacing_hz);
  tsr_json_text (json, "spacing_from", reason_words[record->spacing.reason]);
  tsr_json_number (json,
                   "fundamental_hz",
                   record->spacing.fundamental_hz > 0 ? record->spacing.fundamental_hz
                                                      : NAN);
  tsr_json_number (json, "floor_db", p->floor_db);
  tsr_json_number (json, "low_hz", p->low_hz);
  tsr_json_number (json, "high_hz", p->high_hz > 0 ? p->high_hz : NAN);
  tsr_json_text (json, "partials", noisiness_words[p->noisiness]);
  tsr_json_text (json, "noise", noise_words[p->noise]);
  tsr_json_number (json, "snr_db", record->snr_db);
  tsr_json_number (json, "analysis_s", record->analysis_s);
  json_builder_end_object (json);
}

typedef struct {
  double low_hz, high_hz;
  double peak_dbfs;
  double median_duration_s;
  double energy_s; /* sum over partials */
} Statistics;

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

static Statistics
measure (const TsrPartialSet *set)
{
  gsize              n = tsr_partial_set_size (set);
  g_autofree double *durations_s = g_new (double, MAX (n, 1));
  Statistics         s = {.low_hz = NAN, .high_hz = NAN, .peak_dbfs = NAN};
  double             peak = 0;

  for (gsize i = 0; i < n; i++) {
    const TsrPartialSummary *p = tsr_partial_summary (tsr_partial_set_at (set, i));
    durations_s[i] = p->end_s - p->start_s;
    s.low_hz = fmin (s.low_hz, p->low_hz);
    s.high_hz = fmax (s.high_hz, p->high_hz);
    s.energy_s += p->energy;
    peak = fmax (peak, p->peak_amplitude);
  }
  if (n == 0)
    s.median_duration_s = NAN;
  else {
    qsort (durations_s, n, sizeof *durations_s, compare_doubles);
    s.median_duration_s = durations_s[n / 2];
    s.peak_dbfs = 20 * log10 (peak);
  }
  return s;
}

static void
add_statistics (JsonBuilder *json, const TsrPartialSet *set, const Statistics *s)
{
  json_builder_set_member_name (json, "statistics");
  json_builder_begin_object (json);
  tsr_json_whole (json, "partials", (gint64)tsr_partial_set_size (set));
  tsr_json_whole (json, "breakpoints", (gint64)tsr_partial_set_n_breakpoints (set));
  tsr_json_number (json, "low_hz", s->low_hz);
  tsr_json_number (json, "high_hz", s->high_hz);
  tsr_json_number (json, "loudest_partial_dbfs", s->peak_dbfs);
  tsr_json_number (json, "median_duration_s", s->median_duration_s);
  tsr_json_number (json, "energy_s", s->energy_s);
  json_builder_end_object (json);
}

static void
print_json (TsrSound *sound, const TsrSoundStateFields *state, const Statistics *s)
{
  JsonBuilder *json = json_builder_new ();

  json_builder_begin_object (json);
  tsr_json_whole (json, "id", tsr_sound_get_id (sound));
  tsr_json_text (json, "name", tsr_sound_get_name (sound));
  tsr_json_whole (json, "channels", tsr_sound_get_n_channels (sound));
  tsr_json_number (json, "rate_hz", tsr_sound_get_rate_hz (sound));
  tsr_json_number (json, "duration_s", state->duration_s);
  tsr_json_truth (json, "edited", state->edited);
  add_source (json, sound);
  add_analysis (json, tsr_sound_get_analysis (sound));
  add_statistics (json, state->partials, s);
  tsr_markers_add_json (json, sound);
  tsr_history_add_json (json, sound);
  json_builder_end_object (json);
  tsr_json_print (json);
}

static void
print_analysis (TsrCli *cli, const TsrAnalysisRecord *record)
{
  if (record == NULL) {
    tsr_cli_print (cli, _ ("  imported, not analysed\n"));
    return;
  }
  tsr_cli_print (cli,
                 _ ("  analysis: spacing %.2f Hz (%s), floor %g dBFS, partials %s, noise "
                    "%s"),
                 record->params.spacing_hz,
                 reason_words[record->spacing.reason],
                 record->params.floor_db,
                 noisiness_words[record->params.noisiness],
                 noise_words[record->params.noise]);
  if (isfinite (record->snr_db))
    tsr_cli_print (cli, _ (", SNR %.1f dB"), record->snr_db);
  tsr_cli_print (cli, "\n");
  if (record->spacing.fundamental_hz > 0)
    tsr_cli_print (cli, _ ("  fundamental: %.2f Hz\n"), record->spacing.fundamental_hz);
}

static void
print_text (TsrCli                    *cli,
            TsrSound                  *sound,
            const TsrSoundStateFields *state,
            const Statistics          *s)
{
  TsrSource       *source = tsr_sound_get_source (sound);
  g_autofree char *channels = tsr_count_channels (tsr_sound_get_n_channels (sound));
  g_autofree char *partials = tsr_count_partials (tsr_partial_set_size (state->partials));
  g_autofree char *breakpoints =
      tsr_count_breakpoints (tsr_partial_set_n_breakpoints (state->partials));

  tsr_cli_print (cli,
                 "%" PRId64 " %s: %s, %g Hz, %.3f s%s\n",
                 tsr_sound_get_id (sound),
                 tsr_sound_get_name (sound),
                 channels,
                 tsr_sound_get_rate_hz (sound),
                 state->duration_s,
                 state->edited ? _ (", edited") : "");
  if (source != NULL)
    tsr_cli_print (cli, _ ("  source: %s\n"), tsr_source_get_info (source)->name);
  print_analysis (cli, tsr_sound_get_analysis (sound));
  if (tsr_partial_set_size (state->partials) > 0)
    tsr_cli_print (cli,
                   _ ("  %s, %s, %.1f ... %.1f Hz, loudest %.1f dBFS, median length "
                      "%.3f s\n"),
                   partials,
                   breakpoints,
                   s->low_hz,
                   s->high_hz,
                   s->peak_dbfs,
                   s->median_duration_s);
  tsr_markers_print (cli, sound);
  tsr_history_print (cli, sound);
}

static int
run (TsrCli *cli, const TsrArguments *arguments)
{
  g_auto (TsrCliProject) project = {0};
  int       status = TSR_EXIT_DONE;
  TsrSound *sound = tsr_cli_project_open_sound (cli, arguments, 0, &project, &status);

  if (sound == NULL)
    return status;
  const TsrSoundStateFields *state = tsr_sound_state_fields (tsr_sound_get_state (sound));
  Statistics                 statistics = measure (state->partials);
  if (cli->json)
    print_json (sound, state, &statistics);
  else
    print_text (cli, sound, state, &statistics);
  return TSR_EXIT_DONE;
}

const TsrVerb tsr_verb_show = {
    .name = "show",
    .summary = N_ ("Shows the analysis of a sound, its figures and its edits."),
    .syntax = {.usage = "PROJECT SOUND", .min_words = 2, .max_words = 2},
    .run = run,
};
