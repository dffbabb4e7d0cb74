/* SPDX-License-Identifier: GPL-3.0-or-later
 * spectrogram: the picture that the window shows, with axes.
 */
#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/analysis-task.h"
#include "app/cli/cli-sound.h"
#include "app/cli/json.h"
#include "app/cli/verbs.h"
#include "app/job-status.h"
#include "app/source-file.h"
#include "model/dsp-types.h"
#include "model/dsp/partials/analysis.h"
#include "views/draw/picture.h"

static const char *const kind_words[] = {"conventional", "reassigned", NULL};
static const char *const scale_words[] = {"linear", "log", "mel", NULL};

/* What the picture shows; owned. */
typedef struct {
  TsrPictureParams params;
  const char      *out;
  gboolean         with_tracks;
  TsrSignal       *signal;
  TsrPartialSet   *partials;
  char            *title;
} Picture;

static void
picture_clear (Picture *picture)
{
  g_clear_pointer (&picture->signal, tsr_signal_unref);
  g_clear_pointer (&picture->partials, tsr_partial_set_unref);
  g_clear_pointer (&picture->title, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Picture, picture_clear)

static gboolean
read_size (const TsrArguments *arguments, TsrPictureParams *p, GError **error)
{
  const char *text = tsr_arguments_get (arguments, "--size");
  int         n_read = 0, width, height;

  if (text == NULL)
    return TRUE;
  if (sscanf (text, "%5dx%5d%n", &width, &height, &n_read) != 2 || text[n_read] != '\0' ||
      width < TSR_PICTURE_MIN_SIZE || height < TSR_PICTURE_MIN_SIZE ||
      width > TSR_PICTURE_MAX_SIZE || height > TSR_PICTURE_MAX_SIZE)
    return tsr_usage_fail (error,
                           _ ("--size is WxH with numbers in %d ... %d, not `%s`"),
                           TSR_PICTURE_MIN_SIZE,
                           TSR_PICTURE_MAX_SIZE,
                           text);
  p->width = width;
  p->height = height;
  return TRUE;
}

static gboolean
read_colormap (const TsrArguments *arguments, TsrPictureParams *p, GError **error)
{
  const char *text = tsr_arguments_get (arguments, "--colormap");

  if (text == NULL || tsr_colormap_from_string (text, &p->levels.colormap))
    return TRUE;
  g_autoptr (GString) known = g_string_new (NULL);
  for (int i = 0; i < TSR_COLORMAP_N; i++)
    g_string_append_printf (
        known, "%s%s", i > 0 ? ", " : "", tsr_colormap_to_string ((TsrColormap)i));
  return tsr_usage_fail (
      error, _ ("--colormap is one of %s, not `%s`"), known->str, text);
}

static gboolean
check_suffix (const char *path, GError **error)
{
  static const char *const suffixes[] = {".png", ".svg", ".pdf"};
  const char              *dot = strrchr (path, '.');

  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    if (dot != NULL && g_ascii_strcasecmp (dot, suffixes[i]) == 0)
      return TRUE;
  return tsr_usage_fail (
      error,
      _ ("%s: the format is told by the suffix; there are .png, .svg, .pdf"),
      path);
}

static gboolean
read_choice (const TsrArguments *arguments, Picture *picture, GError **error)
{
  TsrPictureParams *p = &picture->params;
  int               kind = 0, scale = 0;
  gint64            channel = 0;
  double            range_db = 90;

  tsr_picture_params_init (p);
  picture->out = tsr_arguments_get (arguments, "-o");
  picture->with_tracks = tsr_arguments_has (arguments, "--tracks");
  if (picture->out == NULL)
    return tsr_usage_fail (error, _ ("-o OUT is missing"));
  if (!check_suffix (picture->out, error) ||
      !tsr_arguments_choice (arguments, "--kind", kind_words, &kind, error) ||
      !tsr_arguments_choice (arguments, "--scale", scale_words, &scale, error) ||
      !tsr_arguments_span (
          arguments, "--time", 0, INFINITY, &p->start_s, &p->end_s, error) ||
      !tsr_arguments_span (
          arguments, "--frequency", 0, INFINITY, &p->low_hz, &p->high_hz, error) ||
      !tsr_arguments_number (arguments, "--spacing", 1, 100000, &p->spacing_hz, error) ||
      !tsr_arguments_number (arguments, "--range", 1, 200, &range_db, error) ||
      !tsr_arguments_whole (arguments, "--channel", 0, 63, &channel, error) ||
      !read_size (arguments, p, error) || !read_colormap (arguments, p, error))
    return FALSE;
  p->levels.blend = kind;
  p->scale = (TsrFrequencyScale)scale;
  p->levels.floor_db = p->levels.ceiling_db - range_db;
  p->channel = (int)channel;
  if (p->scale == TSR_FREQUENCY_LOG && p->low_hz <= 0)
    p->low_hz = 20;
  return TRUE;
}

/* AUDIO: the recording; with --tracks it is analysed for the picture. */
static gboolean
load_file (TsrCli *cli, const char *path, Picture *picture, GError **error)
{
  TsrSourceFile     file;
  TsrWorkerJob      job;
  TsrAnalysisResult result;
  TsrAnalysisParams params;

  tsr_cli_begin (cli, path, 0, picture->with_tracks ? 0.5 : 0.2, &job);
  if (!tsr_source_file_open (&file, path, &job.job, error))
    return FALSE;
  tsr_cli_notes (cli, path, file.notes);
  picture->signal = g_steal_pointer (&file.signal);
  picture->title = g_strdup (file.name);
  tsr_source_file_clear (&file);
  if (!picture->with_tracks)
    return TRUE;
  tsr_analysis_params_init (&params);
  params.spacing_hz = picture->params.spacing_hz;
  if (!tsr_analysis_run (picture->signal, &params, 1, FALSE, &job, &result, error))
    return FALSE;
  picture->partials =
      tsr_partial_set_ref (tsr_sound_state_fields (result.state)->partials);
  picture->params.spacing_hz = result.record.params.spacing_hz;
  tsr_analysis_result_clear (&result);
  return TRUE;
}

/* PROJECT SOUND: the sound as it is now, edits included. */
static gboolean
load_sound (TsrCli *cli, const TsrArguments *arguments, Picture *picture, int *status)
{
  g_auto (TsrCliProject) project = {0};
  g_auto (TsrCliSound) sound = {0};
  TsrWorkerJob job;
  GError      *error = NULL;

  if (!tsr_cli_project_open (cli, tsr_arguments_word (arguments, 0), &project, status) ||
      !tsr_cli_sound_load (cli, &project, arguments, &sound, status))
    return FALSE;
  TsrSound *shown =
      tsr_cli_project_sound (cli, &project, tsr_arguments_word (arguments, 1), status);
  const TsrAnalysisRecord *record = tsr_sound_get_analysis (shown);
  tsr_cli_begin (cli, tsr_sound_get_name (shown), 0.1, 0.5, &job);
  picture->signal = tsr_render_to_signal (&sound.subject, &sound.choice, &job, &error);
  if (picture->signal == NULL) {
    *status = tsr_cli_fail (cli, project.path, error);
    return FALSE;
  }
  picture->title = g_strdup (tsr_sound_get_name (shown));
  if (picture->with_tracks)
    picture->partials = tsr_partial_set_ref (
        tsr_sound_state_fields (tsr_sound_get_state (shown))->partials);
  if (record != NULL && !(picture->params.spacing_hz > 0))
    picture->params.spacing_hz = record->params.spacing_hz;
  return TRUE;
}

/* Fills in what depends on the sound; FALSE where nothing could be seen. */
static gboolean
complete (Picture *picture, TsrWorkerJob *job, GError **error)
{
  TsrPictureParams  *p = &picture->params;
  TsrSpacingEstimate estimate;
  double             duration_s = tsr_signal_duration_s (picture->signal);

  if ((guint)p->channel >= tsr_signal_n_channels (picture->signal)) {
    g_set_error (error,
                 G_IO_ERROR,
                 G_IO_ERROR_INVALID_ARGUMENT,
                 _ ("there is no channel %d; it has %u, counted from 0"),
                 p->channel,
                 tsr_signal_n_channels (picture->signal));
    return FALSE;
  }
  if (p->start_s > 0 && p->start_s >= duration_s) {
    g_set_error (error,
                 G_IO_ERROR,
                 G_IO_ERROR_INVALID_ARGUMENT,
                 _ ("--time begins after the end of the sound at %.3f s"),
                 duration_s);
    return FALSE;
  }
  if (p->end_s > p->start_s)
    p->end_s = fmin (p->end_s, duration_s);
  p->high_hz = fmin (p->high_hz, tsr_signal_rate_hz (picture->signal) / 2);
  p->signal = picture->signal;
  p->partials = picture->partials;
  p->title = picture->title;
  if (p->spacing_hz > 0)
    return TRUE;
  if (!tsr_status_check (tsr_spacing_estimate (picture->signal, &job->job, &estimate),
                         error))
    return FALSE;
  p->spacing_hz = estimate.spacing_hz;
  return TRUE;
}

static void
report (TsrCli *cli, const Picture *picture)
{
  const TsrPictureParams *p = &picture->params;

  tsr_cli_print (cli,
                 _ ("%s: %d x %d, %s, window for a spacing of %.1f Hz\n"),
                 picture->out,
                 p->width,
                 p->height,
                 kind_words[p->levels.blend > 0],
                 p->spacing_hz);
  if (!cli->json)
    return;
  JsonBuilder *json = json_builder_new ();
  json_builder_begin_object (json);
  tsr_json_text (json, "path", picture->out);
  tsr_json_whole (json, "width", p->width);
  tsr_json_whole (json, "height", p->height);
  tsr_json_text (json, "kind", kind_words[p->levels.blend > 0]);
  tsr_json_number (json, "spacing_hz", p->spacing_hz);
  json_builder_end_object (json);
  tsr_json_print (json);
}

static int
run (TsrCli *cli, const TsrArguments *arguments)
{
  g_auto (Picture) picture = {0};
  const char  *path = tsr_arguments_word (arguments, 0);
  TsrWorkerJob job;
  GError      *error = NULL;
  int          status = TSR_EXIT_DONE;

  if (!read_choice (arguments, &picture, &error))
    return tsr_cli_fail (cli, "spectrogram", error);
  if (tsr_arguments_n_words (arguments) == 1) {
    if (!load_file (cli, path, &picture, &error))
      return tsr_cli_fail (cli, path, error);
  } else if (!load_sound (cli, arguments, &picture, &status))
    return status;
  tsr_cli_begin (cli, picture.title, 0.5, 1, &job);
  if (!complete (&picture, &job, &error))
    return tsr_cli_fail (cli, path, error);
  if (!tsr_picture_write (&picture.params, &job.job, picture.out, &error))
    return tsr_cli_fail (cli, picture.out, error);
  report (cli, &picture);
  return TSR_EXIT_DONE;
}

static const TsrOption options[] = {
    {"-o", "OUT", N_ ("a .png, .svg or .pdf file")},
    {"--kind", "KIND", N_ ("conventional or reassigned; default conventional")},
    {"--tracks", NULL, N_ ("draw the partials over it")},
    {"--time", "A:B", N_ ("only from A to B seconds")},
    {"--frequency", "A:B", N_ ("only from A to B Hz")},
    {"--scale", "linear|log|mel", N_ ("of frequency; default linear")},
    {"--size", "WxH", N_ ("pixels of a PNG, points of others; default 1400x800")},
    {"--spacing", "HZ", N_ ("main lobe of the window; default as analysed")},
    {"--range", "DB", N_ ("from the darkest to the brightest colour; default 90")},
    {"--colormap", "NAME", N_ ("magma, inferno, plasma, viridis, cividis or grey")},
    {"--channel", "N", N_ ("counted from 0")},
    {NULL, NULL, NULL},
};

const TsrVerb tsr_verb_spectrogram = {
    .name = "spectrogram",
    .summary = N_ ("Draws a sound: the picture that the window shows, with axes."),
    .syntax = {.usage = "AUDIO | PROJECT SOUND -o OUT [OPTIONS]",
               .min_words = 1,
               .max_words = 2,
               .options = options},
    .run = run,
};
