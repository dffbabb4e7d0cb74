/* SPDX-License-Identifier: GPL-3.0-or-later
 * analyze: recordings to sounds of a project. All files are decoded and analysed before
 * anything is written, and written in one transaction.
 */
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/analysis-task.h"
#include "app/cli/cli-project.h"
#include "app/cli/count-words.h"
#include "app/cli/json.h"
#include "app/cli/verbs.h"
#include "app/quality.h"
#include "app/source-file.h"
#include "model/output-file.h"

typedef enum {
  CHANNEL_ALL,
  CHANNEL_MIX,
  CHANNEL_LEFT,
  CHANNEL_RIGHT,
  CHANNEL_EACH,
} Channel;

static const char *const channel_words[] = {"all", "mix", "left", "right", "each", NULL};
static const char *const partials_words[] = {"clean", "normal", "all", NULL};
static const char *const noise_words[] = {"residual", "bandwidth", "none", NULL};

typedef struct {
  const char       *out, *name, *report;
  TsrAnalysisParams params;
  int               channel; /* Channel */
} Choice;

/* One sound that comes about. */
typedef struct {
  TsrSourceFile     file;
  char             *name;
  TsrAnalysisResult result;
  TsrQuality        quality; /* for the report */
  gint64            id;
} Item;

static void
item_free (gpointer data)
{
  Item *item = data;

  tsr_source_file_clear (&item->file);
  tsr_analysis_result_clear (&item->result);
  g_free (item->name);
  g_free (item);
}

static gboolean
read_choice (TsrCli *cli, const TsrArguments *arguments, Choice *choice, GError **error)
{
  int    noisiness = TSR_NOISINESS_NORMAL, noise = TSR_NOISE_RESIDUAL;
  gint64 n_threads = 0;

  *choice = (Choice){.out = tsr_arguments_get (arguments, "-o"),
                     .name = tsr_arguments_get (arguments, "--name"),
                     .report = tsr_arguments_get (arguments, "--report")};
  tsr_analysis_params_init (&choice->params);
  TsrAnalysisParams *p = &choice->params;
  if (choice->out == NULL)
    return tsr_usage_fail (error, _ ("-o PROJECT is missing"));
  if (choice->name != NULL && tsr_arguments_n_words (arguments) > 1)
    return tsr_usage_fail (error, _ ("--name goes with one file only"));
  if (!tsr_arguments_number (arguments, "--spacing", 1, 100000, &p->spacing_hz, error) ||
      !tsr_arguments_number (arguments, "--floor", -200, 0, &p->floor_db, error) ||
      !tsr_arguments_span (
          arguments, "--range", 0, 400000, &p->low_hz, &p->high_hz, error) ||
      !tsr_arguments_choice (
          arguments, "--partials", partials_words, &noisiness, error) ||
      !tsr_arguments_choice (arguments, "--noise", noise_words, &noise, error) ||
      !tsr_arguments_choice (
          arguments, "--channel", channel_words, &choice->channel, error) ||
      !tsr_arguments_whole (arguments, "--threads", 1, 1024, &n_threads, error))
    return FALSE;
  p->noisiness = (TsrNoisiness)noisiness;
  p->noise = (TsrNoiseMode)noise;
  if (n_threads > 0)
    tsr_cli_set_n_threads (cli, (guint)n_threads);
  return TRUE;
}

static char *
stem_of (const char *name)
{
  char *stem = g_strdup (name);
  char *dot = strrchr (stem, '.');

  if (dot != NULL && dot != stem)
    *dot = '\0';
  return stem;
}

static Item *
extract_item (const TsrSourceFile *from,
              int                  channel,
              const char          *name,
              const TsrJob        *job,
              GError             **error)
{
  Item *item = g_new0 (Item, 1);

  if (!tsr_source_file_extract (&item->file, from, channel, job, error)) {
    item_free (item);
    return NULL;
  }
  item->name = g_strdup (name);
  return item;
}

/* Sounds of single channels, or of the mean of all. */
static gboolean
add_extracted (GPtrArray           *items,
               const TsrSourceFile *file,
               const char          *name,
               int                  channel,
               const TsrJob        *job,
               GError             **error)
{
  guint n_channels = file->info.n_channels;

  if (channel == CHANNEL_RIGHT && n_channels < 2) {
    g_set_error_literal (error,
                         G_IO_ERROR,
                         G_IO_ERROR_INVALID_ARGUMENT,
                         _ ("it has one channel only; use --channel left"));
    return FALSE;
  }
  if (channel != CHANNEL_EACH) {
    int   wanted = channel == CHANNEL_MIX ? -1 : channel == CHANNEL_RIGHT;
    Item *item = extract_item (file, wanted, name, job, error);
    if (item != NULL)
      g_ptr_array_add (items, item);
    return item != NULL;
  }
  for (guint c = 0; c < n_channels; c++) {
    g_autofree char *own_name = g_strdup_printf ("%s %u", name, c + 1);
    Item            *item = extract_item (file, (int)c, own_name, job, error);
    if (item == NULL)
      return FALSE;
    g_ptr_array_add (items, item);
  }
  return TRUE;
}

/* Decodes a file to one item or several. */
static gboolean
add_items (GPtrArray    *items,
           const char   *path,
           const Choice *choice,
           TsrCli       *cli,
           TsrWorkerJob *job,
           GError      **error)
{
  TsrSourceFile file;

  if (!tsr_source_file_open (&file, path, &job->job, error))
    return FALSE;
  tsr_cli_notes (cli, path, file.notes);
  g_autofree char *name =
      choice->name != NULL ? g_strdup (choice->name) : stem_of (file.name);
  if (choice->channel == CHANNEL_ALL ||
      (file.info.n_channels == 1 && choice->channel != CHANNEL_RIGHT)) {
    Item *item = g_new0 (Item, 1);
    item->file = file;
    item->name = g_steal_pointer (&name);
    g_ptr_array_add (items, item);
    return TRUE;
  }
  gboolean ok = add_extracted (items, &file, name, choice->channel, &job->job, error);
  tsr_source_file_clear (&file);
  return ok;
}

/* A name for each sound: the one that was asked for has to be free, others get a number.
 */
static gboolean
choose_names (TsrProject *project, GPtrArray *items, const Choice *choice, GError **error)
{
  g_autoptr (GHashTable) taken = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < items->len; i++) {
    Item            *item = g_ptr_array_index (items, i);
    g_autofree char *wanted = g_steal_pointer (&item->name);
    item->name = tsr_project_free_name (project, wanted);
    for (guint k = 2; g_hash_table_contains (taken, item->name); k++) {
      g_autofree char *numbered = g_strdup_printf ("%s %u", wanted, k);
      g_free (item->name);
      item->name = tsr_project_free_name (project, numbered);
    }
    g_hash_table_add (taken, item->name);
    if (choice->name != NULL && !tsr_project_check_name (project, wanted, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
add_sound (TsrCliProject *project, Item *item, GError **error)
{
  g_autoptr (TsrSource) source =
      tsr_source_file_write (&item->file,
                             project->store,
                             tsr_project_new_source_id (project->project),
                             NULL,
                             error);
  g_autofree char *command = tsr_analysis_command (&item->result.record.params);

  if (source == NULL)
    return FALSE;
  item->id = tsr_project_add_sound (project->project,
                                    item->name,
                                    source,
                                    item->result.state,
                                    _ ("Analysis"),
                                    command,
                                    &item->result.record,
                                    error);
  return item->id != 0;
}

static void
add_quality (JsonBuilder *json, const TsrQuality *quality)
{
  const TsrLikeness *likeness = &quality->likeness;

  json_builder_set_member_name (json, "quality");
  json_builder_begin_object (json);
  tsr_json_number (json, "snr_without_offset_db", quality->sounding_snr_db);
  tsr_json_number (json, "residual_dbfs", quality->residual_dbfs);
  tsr_json_number (json, "clean", quality->clean);
  tsr_json_whole (json, "transients", (gint64)quality->n_transients);
  tsr_json_number (json, "band_difference_db", likeness->band_difference_db);
  tsr_json_number (json, "loudness_difference_lu", quality->loudness_difference);
  tsr_json_whole (json, "attacks", (gint64)likeness->n_attacks);
  tsr_json_whole (json, "attacks_found", (gint64)likeness->n_found);
  tsr_json_number (json, "attack_ms", 1e3 * likeness->attack_s);
  tsr_json_number (json, "attack_difference_db", likeness->attack_db);
  json_builder_end_object (json);
}

static char *
make_report (GPtrArray *items, gboolean has_quality)
{
  JsonBuilder *json = json_builder_new ();

  json_builder_begin_object (json);
  tsr_json_begin_array (json, "sounds");
  for (guint i = 0; i < items->len; i++) {
    const Item              *item = g_ptr_array_index (items, i);
    const TsrAnalysisRecord *record = &item->result.record;
    const TsrPartialSet     *set = tsr_sound_state_fields (item->result.state)->partials;
    double                   duration_s = tsr_signal_duration_s (item->file.signal);
    json_builder_begin_object (json);
    tsr_json_whole (json, "id", item->id);
    tsr_json_text (json, "name", item->name);
    tsr_json_whole (json, "channels", item->file.info.n_channels);
    tsr_json_whole (json, "partials", (gint64)tsr_partial_set_size (set));
    tsr_json_whole (json, "breakpoints", (gint64)tsr_partial_set_n_breakpoints (set));
    tsr_json_number (json, "duration_s", duration_s);
    tsr_json_number (json, "spacing_hz", record->params.spacing_hz);
    tsr_json_number (json, "analysis_s", record->analysis_s);
    tsr_json_number (json, "realtime_factor", duration_s / record->analysis_s);
    tsr_json_number (json, "snr_db", record->snr_db);
    if (has_quality)
      add_quality (json, &item->quality);
    json_builder_end_object (json);
  }
  json_builder_end_array (json);
  json_builder_end_object (json);
  return tsr_json_to_text (json);
}

static void
print_items (TsrCli *cli, GPtrArray *items)
{
  for (guint i = 0; i < items->len; i++) {
    const Item          *item = g_ptr_array_index (items, i);
    const TsrPartialSet *set = tsr_sound_state_fields (item->result.state)->partials;
    g_autofree char     *partials = tsr_count_partials (tsr_partial_set_size (set));
    g_autofree char     *breakpoints =
        tsr_count_breakpoints (tsr_partial_set_n_breakpoints (set));
    tsr_cli_print (cli,
                   _ ("%" PRId64 " %s: %s, %s, spacing %.1f Hz, %.1f s"),
                   item->id,
                   item->name,
                   partials,
                   breakpoints,
                   item->result.record.params.spacing_hz,
                   item->result.record.analysis_s);
    if (isfinite (item->result.record.snr_db))
      tsr_cli_print (cli, _ (", SNR %.1f dB"), item->result.record.snr_db);
    tsr_cli_print (cli, "\n");
  }
}

/* The report, complete but for its name; NULL where there is none to write. */
static gboolean
prepare_report (const char *path, const char *text, TsrOutputFile **file, GError **error)
{
  *file = NULL;
  if (path == NULL)
    return TRUE;
  *file = tsr_output_file_new (path, error);
  if (*file == NULL)
    return FALSE;
  tsr_output_file_write (*file, text, (gint64)strlen (text));
  tsr_output_file_write (*file, "\n", 1);
  return TRUE;
}

/* Of the time that a sound takes when its quality is reported too. */
#define ANALYSIS_PART 0.65

static gboolean
analyse_item (TsrCli       *cli,
              Item         *item,
              const Choice *choice,
              const char   *path,
              double        from,
              double        to,
              GError      **error)
{
  gboolean     wants_report = choice->report != NULL;
  double       analysed = wants_report ? from + ANALYSIS_PART * (to - from) : to;
  TsrWorkerJob job;

  tsr_cli_begin (cli, path, from, analysed, &job);
  if (!tsr_analysis_run (item->file.signal,
                         &choice->params,
                         1,
                         wants_report,
                         &job,
                         &item->result,
                         error))
    return FALSE;
  tsr_cli_begin (cli, path, analysed, to, &job);
  gboolean ok = !wants_report ||
                tsr_quality_measure (
                    item->file.signal, &item->result, &job.job, &item->quality, error);
  /* As long as the sound, and only wanted for that: not one for each file at a time. */
  g_clear_pointer (&item->result.residual, tsr_signal_unref);
  return ok;
}

/* Everything that takes long: the project is not touched. */
static int
analyse_all (TsrCli             *cli,
             const TsrArguments *arguments,
             const Choice       *choice,
             GPtrArray          *items)
{
  gsize   n_files = tsr_arguments_n_words (arguments);
  GError *error = NULL;

  for (gsize i = 0; i < n_files; i++) {
    const char  *path = tsr_arguments_word (arguments, i);
    TsrWorkerJob job;
    double       from = (double)i / (double)n_files;
    guint        first = items->len;
    tsr_cli_begin (cli, path, from, from + 0.1 / (double)n_files, &job);
    if (!add_items (items, path, choice, cli, &job, &error))
      return tsr_cli_fail (cli, path, error);
    for (guint k = first; k < items->len; k++) {
      Item  *item = g_ptr_array_index (items, k);
      double share = 0.9 / ((double)n_files * (items->len - first));
      double start = from + 0.1 / (double)n_files + share * (k - first);
      if (!analyse_item (cli, item, choice, path, start, start + share, &error))
        return tsr_cli_fail (cli, path, error);
    }
  }
  return TSR_EXIT_DONE;
}

/* Sources into the file, sounds into the model; the edits are not written yet. */
static gboolean
add_sounds (TsrCli *cli, TsrCliProject *project, GPtrArray *items, GError **error)
{
  if (!tsr_cli_project_create (project, error))
    return FALSE;
  for (guint i = 0; i < items->len; i++)
    if (g_cancellable_set_error_if_cancelled (cli->cancellable, error) ||
        !add_sound (project, g_ptr_array_index (items, i), error))
      return FALSE;
  return !g_cancellable_set_error_if_cancelled (cli->cancellable, error);
}

static int
write_all (TsrCli *cli, TsrCliProject *project, GPtrArray *items, const Choice *choice)
{
  GError        *error = NULL;
  TsrOutputFile *file = NULL;

  if (!choose_names (project->project, items, choice, &error) ||
      !add_sounds (cli, project, items, &error))
    return tsr_cli_fail (cli, choice->out, error);
  g_autofree char *report = make_report (items, choice->report != NULL);
  if (!prepare_report (choice->report, report, &file, &error))
    return tsr_cli_fail (cli, choice->report, error);
  if (!tsr_cli_project_commit (project, &error)) {
    tsr_output_file_abort (file);
    return tsr_cli_fail (cli, choice->out, error);
  }
  if (file != NULL && !tsr_output_file_commit (file, &error))
    return tsr_cli_fail (cli, choice->report, error);
  print_items (cli, items);
  if (cli->json)
    puts (report);
  return TSR_EXIT_DONE;
}

static int
run (TsrCli *cli, const TsrArguments *arguments)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (item_free);
  g_auto (TsrCliProject) project = {0};
  Choice  choice;
  GError *error = NULL;
  int     status = TSR_EXIT_DONE;

  if (!read_choice (cli, arguments, &choice, &error))
    return tsr_cli_fail (cli, "analyze", error);
  if (!tsr_cli_project_open_or_new (cli, choice.out, &project, &status))
    return status;
  status = analyse_all (cli, arguments, &choice, items);
  return status == TSR_EXIT_DONE ? write_all (cli, &project, items, &choice) : status;
}

static const TsrOption options[] = {
    {"-o", "PROJECT", N_ ("the project; made if it is not there")},
    {"--name", "NAME", N_ ("name of the sound; default: that of the file")},
    {"--spacing", "HZ", N_ ("smallest distance of independent partials")},
    {"--floor", "DB", N_ ("weaker peaks are ignored; default -90 dBFS")},
    {"--range", "LO:HI", N_ ("frequencies of partials in Hz")},
    {"--partials", "clean|normal|all", N_ ("how noisy a partial may be")},
    {"--noise", "residual|bandwidth|none", N_ ("where the rest goes")},
    {"--channel", "all|mix|left|right|each", N_ ("what becomes a sound")},
    {"--threads", "N", N_ ("default: all cores")},
    {"--report", "FILE.json", N_ ("writes the figures to a file too")},
    {NULL, NULL, NULL},
};

const TsrVerb tsr_verb_analyze = {
    .name = "analyze",
    .summary = N_ ("Analyses recordings and adds each as a sound to a project."),
    .syntax = {.usage = "AUDIO... -o PROJECT [OPTIONS]",
               .min_words = 1,
               .max_words = -1,
               .options = options},
    .run = run,
};
