/* SPDX-License-Identifier: GPL-3.0-or-later
 * render: a sound, or parts of it, into a sound file.
 */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "app/cli/cli-project.h"
#include "app/cli/cli-sound.h"
#include "app/cli/json.h"
#include "app/cli/verbs.h"

static const char *const bits_words[] = {"16", "24", "float", NULL};

static void
report (TsrCli *cli, const char *path, const TsrRenderReport *r)
{
  double peak_dbfs = r->peak > 0 ? 20 * log10 (r->peak) : -INFINITY;

  tsr_cli_print (cli,
                 ngettext ("%s: %.3f s, %g Hz, %u channel",
                           "%s: %.3f s, %g Hz, %u channels",
                           r->n_channels),
                 path,
                 (double)r->n_frames / r->rate_hz,
                 r->rate_hz,
                 r->n_channels);
  if (r->peak > 0)
    tsr_cli_print (cli, _ (", peak %.2f dBFS"), peak_dbfs);
  else
    tsr_cli_print (cli, _ (", silent"));
  tsr_cli_print (cli, "\n");
  if (r->n_clipped > 0) {
    g_autofree char *sentence = g_strdup_printf (
        _ ("%" PRIu64 " samples were beyond full scale and are clipped; render "
           "with --bits float, or lower the gain by %.1f dB"),
        r->n_clipped,
        peak_dbfs);
    tsr_cli_note (cli, path, sentence);
  }
  if (!cli->json)
    return;
  JsonBuilder *json = json_builder_new ();
  json_builder_begin_object (json);
  tsr_json_text (json, "path", path);
  tsr_json_number (json, "rate_hz", r->rate_hz);
  tsr_json_whole (json, "channels", r->n_channels);
  tsr_json_whole (json, "frames", r->n_frames);
  tsr_json_number (json, "duration_s", (double)r->n_frames / r->rate_hz);
  tsr_json_number (json, "peak_dbfs", peak_dbfs);
  tsr_json_whole (json, "clipped", (gint64)r->n_clipped);
  json_builder_end_object (json);
  tsr_json_print (json);
}

/* Markers go into the file, but for formats that have no place for them. */
static void
note_markers (TsrCli *cli, const char *path, gsize n_markers)
{
  const char *dot = strrchr (path, '.');

  if (n_markers == 0 || dot == NULL ||
      (g_ascii_strcasecmp (dot, ".flac") != 0 && g_ascii_strcasecmp (dot, ".ogg") != 0))
    return;
  tsr_cli_note (cli,
                path,
                _ ("this format has no place for markers, they are left out; .wav and "
                   ".aiff keep them"));
}

static gboolean
check_suffix (const char *out, GError **error)
{
  g_autoptr (GError) problem = NULL;

  return tsr_sound_file_can_write (out, &problem) ||
         tsr_usage_fail (error, "%s", problem->message);
}

static int
run (TsrCli *cli, const TsrArguments *arguments)
{
  g_auto (TsrCliProject) project = {0};
  g_auto (TsrCliSound) sound = {0};
  const char     *out = tsr_arguments_get (arguments, "-o");
  int             bits = -1, status = TSR_EXIT_DONE;
  TsrRenderReport told;
  TsrWorkerJob    job;
  GError         *error = NULL;

  if (out == NULL)
    tsr_usage_fail (&error, _ ("-o OUT is missing"));
  if (error != NULL || !check_suffix (out, &error) ||
      !tsr_cli_sound_read_choice (arguments, &sound, &error) ||
      !tsr_arguments_number (
          arguments, "--rate", 1000, 768000, &sound.choice.rate_hz, &error) ||
      !tsr_arguments_choice (arguments, "--bits", bits_words, &bits, &error))
    return tsr_cli_fail (cli, "render", error);
  if (!tsr_cli_project_open (cli, tsr_arguments_word (arguments, 0), &project, &status) ||
      !tsr_cli_sound_load (cli, &project, arguments, &sound, &status))
    return status;
  TsrSampleFormat samples =
      bits >= 0 ? (TsrSampleFormat)bits : tsr_render_subject_samples (&sound.subject);
  tsr_cli_begin (cli, out, 0.1, 1, &job);
  if (!tsr_render_to_file (
          &sound.subject, &sound.choice, out, samples, &job, &told, &error))
    return tsr_cli_fail (cli, out, error);
  note_markers (cli, out, sound.subject.n_cues);
  report (cli, out, &told);
  return TSR_EXIT_DONE;
}

static const TsrOption options[] = {
    {"-o", "OUT", N_ ("a .wav, .flac, .aiff or .ogg file")},
    {"--part",
     "PART",
     N_ ("all, original, partials, residual, noise or transients; default all")},
    {"--select", "QUERY", N_ ("only these partials; see `edit --help`")},
    {"--layers",
     "LAYER=DB,...",
     N_ ("levels of partials, noise and transients; or `off`")},
    {"--time", "A:B", N_ ("only from A to B seconds")},
    {"--step", "STEP", N_ ("as it was after a step that `history --all` lists")},
    {"--rate", "HZ", N_ ("sample rate; default that of the source")},
    {"--bits", "16|24|float", N_ ("of the samples; default those of the source")},
    {NULL, NULL, NULL},
};

const TsrVerb tsr_verb_render = {
    .name = "render",
    .summary = N_ ("Writes a sound, or parts of it, into a sound file."),
    .syntax = {.usage = "PROJECT SOUND -o OUT [OPTIONS]",
               .min_words = 2,
               .max_words = 2,
               .options = options},
    .run = run,
};
