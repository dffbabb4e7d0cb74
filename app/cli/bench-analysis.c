/* SPDX-License-Identifier: GPL-3.0-or-later
 * Benchmarks of the analysis of sounds, its spacing chosen automatically and given by
 * hand, and of the synthesis of what it found. By
 * processor time on one thread, so that other work on the machine hardly counts; and by
 * the clock on all cores.
 */
#include <gio/gio.h>
#include <math.h>

#include "app/cli/bench.h"
#include "app/job-status.h"
#include "audio/sound-file.h"
#include "model/dsp-types.h"
#include "model/dsp/partials/analysis.h"
#include "model/dsp/partials/residual.h"
#include "model/dsp/partials/synth.h"

#define RATE_HZ 44100.0

static TsrStatus
collect_cb (void *user, TsrPartial *partial)
{
  GPtrArray  *found = user;
  TsrPartial *named = tsr_partial_new_with_id (partial, (gint64)found->len + 1);

  tsr_partial_unref (partial);
  if (named == NULL)
    return TSR_STATUS_NO_MEMORY;
  g_ptr_array_add (found, named);
  return TSR_STATUS_OK;
}

/* Analyses all channels; NULL with an error. *spacing_hz of 0: it is chosen, and told. */
static TsrPartialSet *
analyse (TsrSignal *signal, double *spacing_hz, const TsrJob *job, GError **error)
{
  g_autoptr (GPtrArray) found =
      g_ptr_array_new_with_free_func ((GDestroyNotify)tsr_partial_unref);
  TsrAnalysisParams  params;
  TsrSpacingEstimate spacing = {.spacing_hz = *spacing_hz};

  tsr_analysis_params_init (&params);
  if (!(*spacing_hz > 0) &&
      !tsr_status_check (tsr_spacing_estimate (signal, job, &spacing), error))
    return NULL;
  params.spacing_hz = *spacing_hz = spacing.spacing_hz;
  for (guint c = 0; c < tsr_signal_n_channels (signal); c++)
    if (!tsr_status_check (tsr_analyse (signal, c, &params, job, collect_cb, found, NULL),
                           error))
      return NULL;
  TsrPartialSet *set =
      tsr_partial_set_new ((TsrPartial *const *)found->pdata, found->len);
  if (set == NULL)
    tsr_status_check (TSR_STATUS_NO_MEMORY, error);
  return set;
}

static gboolean
sets_are_equal (const TsrPartialSet *a, const TsrPartialSet *b)
{
  size_t n = tsr_partial_set_size (a);

  if (tsr_partial_set_size (b) != n)
    return FALSE;
  for (size_t i = 0; i < n; i++)
    if (!tsr_partial_equal (tsr_partial_set_at (a, i), tsr_partial_set_at (b, i)))
      return FALSE;
  return TRUE;
}

static void
add_number (JsonBuilder *json, const char *pattern, const char *name, double number)
{
  g_auto (GStrv) parts = g_strsplit (pattern, "*", 2);
  g_autofree char *key = g_strconcat (parts[0], name, parts[1], NULL);

  tsr_json_number (json, key, number);
}

/* Renders all channels on one thread: seconds of sound a second. */
static gboolean
bench_synthesis (TsrSignal     *signal,
                 TsrPartialSet *set,
                 const TsrJob  *job,
                 double        *x_realtime,
                 GError       **error)
{
  gsize              n = (gsize)tsr_signal_n_frames (signal);
  g_autofree double *out = g_new0 (double, n);
  double             begin_s = tsr_bench_processor_s ();

  for (guint c = 0; c < tsr_signal_n_channels (signal); c++)
    if (!tsr_status_check (tsr_synth_render_range (
                               set, c, tsr_signal_rate_hz (signal), 0, n, NULL, out, job),
                           error))
      return FALSE;
  *x_realtime = tsr_signal_duration_s (signal) / (tsr_bench_processor_s () - begin_s);
  return TRUE;
}

/* The same once more on all cores. */
static gboolean
bench_all_cores (TsrCli              *cli,
                 JsonBuilder         *json,
                 const char          *name,
                 TsrSignal           *signal,
                 const TsrPartialSet *expected,
                 GError             **error)
{
  TsrWorkerJob job;
  double       spacing_hz = 0, begin_s = tsr_bench_now_s ();

  tsr_cli_begin (cli, name, 0, 1, &job);
  g_autoptr (TsrPartialSet) set = analyse (signal, &spacing_hz, &job.job, error);
  if (set == NULL)
    return FALSE;
  add_number (json,
              "analysis_*_all_cores_x_realtime",
              name,
              tsr_signal_duration_s (signal) / (tsr_bench_now_s () - begin_s));
  g_autofree char *key = g_strdup_printf ("analysis_%s_same_for_any_threads", name);
  tsr_json_truth (json, key, sets_are_equal (expected, set));
  return TRUE;
}

/* The same with the spacing given by hand, as other programs are given their resolution.
 */
static gboolean
bench_given (JsonBuilder  *json,
             const char   *name,
             TsrSignal    *signal,
             double        spacing_hz,
             const TsrJob *job,
             GError      **error)
{
  double begin_s = tsr_bench_processor_s ();
  g_autoptr (TsrPartialSet) set = analyse (signal, &spacing_hz, job, error);

  if (set == NULL)
    return FALSE;
  add_number (json,
              "analysis_*_given_spacing_x_realtime",
              name,
              tsr_signal_duration_s (signal) / (tsr_bench_processor_s () - begin_s));
  add_number (json, "analysis_*_spacing_hz", name, spacing_hz);
  return TRUE;
}

static gboolean
bench_sound (
    TsrCli *cli, JsonBuilder *json, const char *name, TsrSignal *signal, GError **error)
{
  g_autofree char *title = g_strdup_printf ("analysis %s", name);
  TsrWorkerJob     job;
  double           snr_db, x_realtime, spacing_hz = 0;

  tsr_cli_begin (cli, title, 0, 1, &job);
  tsr_worker_job_init (&job, NULL, cli->cancellable, job.progress, job.user_data);
  double begin_s = tsr_bench_processor_s ();
  g_autoptr (TsrPartialSet) set = analyse (signal, &spacing_hz, &job.job, error);
  double spent_s = tsr_bench_processor_s () - begin_s;
  if (set == NULL || !bench_synthesis (signal, set, &job.job, &x_realtime, error) ||
      !tsr_status_check (tsr_residual_measure (signal, set, &job.job, NULL, &snr_db),
                         error))
    return FALSE;
  add_number (
      json, "analysis_*_x_realtime", name, tsr_signal_duration_s (signal) / spent_s);
  if (!bench_given (json, name, signal, spacing_hz, &job.job, error))
    return FALSE;
  add_number (json, "analysis_*_snr_db", name, snr_db);
  add_number (json, "analysis_*_partials", name, (double)tsr_partial_set_size (set));
  add_number (
      json, "analysis_*_breakpoints", name, (double)tsr_partial_set_n_breakpoints (set));
  add_number (json, "synthesis_*_x_realtime", name, x_realtime);
  return bench_all_cores (cli, json, name, signal, set, error);
}

gboolean
tsr_bench_analysis (TsrCli *cli, JsonBuilder *json, GError **error)
{
  const struct {
    const char *name;
    TsrSignal *(*make) (double rate_hz, double duration_s);
    double duration_s;
  } sounds[] = {{"note", tsr_bench_note, 20},
                {"dense_mix", tsr_bench_music, 60},
                {"drums", tsr_bench_drums, 20}};

  for (gsize i = 0; i < G_N_ELEMENTS (sounds); i++) {
    g_autoptr (TsrSignal) signal = sounds[i].make (RATE_HZ, sounds[i].duration_s);
    if (!bench_sound (cli, json, sounds[i].name, signal, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
tsr_bench_recording (TsrCli *cli, JsonBuilder *json, const char *path, GError **error)
{
  g_autofree char *base = g_path_get_basename (path);
  char            *dot = strrchr (base, '.');
  TsrSoundFileInfo info;
  TsrWorkerJob     job;

  if (dot != NULL)
    *dot = '\0';
  tsr_cli_begin (cli, base, 0, 1, &job);
  g_autoptr (TsrSignal) signal = tsr_sound_file_read (path, &job.job, &info, NULL, error);
  return signal != NULL && bench_sound (cli, json, base, signal, error);
}
