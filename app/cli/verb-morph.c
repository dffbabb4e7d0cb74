/* SPDX-License-Identifier: GPL-3.0-or-later
 * morph: a new sound between two to four sounds of a project.
 */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "app/cli/cli-project.h"
#include "app/cli/count-words.h"
#include "app/cli/json.h"
#include "app/cli/verbs.h"
#include "app/morph-sound.h"
#include "app/source-file.h"
#include "model/dsp-types.h"

enum { MAX_ANCHORS = 10000 };

/* ---- what was asked for ---- */

static const char *const amount_options[TSR_MORPH_N_PARAMETERS] = {
    "--amount", "--frequency", "--amplitude", "--noise"};

static gboolean
read_amounts (const TsrArguments *arguments, TsrMorphSettings *settings, GError **error)
{
  if (tsr_arguments_get (arguments, amount_options[0]) == NULL)
    return tsr_usage_fail (error, _ ("--amount is missing: X, w1:w2:... or a file"));
  for (guint p = 0; p < TSR_MORPH_N_PARAMETERS; p++) {
    const char *text = tsr_arguments_get (arguments, amount_options[p]);
    if (text != NULL &&
        !tsr_morph_amount_parse (&settings->amounts[p], settings->n, text, error)) {
      g_prefix_error (error, "%s: ", amount_options[p]);
      return FALSE;
    }
  }
  return TRUE;
}

/* Number of the sound that a row of an anchor file names; n when it is none of them. */
static guint
sound_of_row (const TsrMorphSettings *settings, const char *word)
{
  for (guint k = 0; k < settings->n; k++) {
    g_autofree char *id =
        g_strdup_printf ("%" PRId64, tsr_sound_get_id (settings->sounds[k]));
    if (g_str_equal (word, id) ||
        g_str_equal (word, tsr_sound_get_name (settings->sounds[k])))
      return k;
  }
  return settings->n;
}

/* The inline form of a file with the header sound,time_s,anchor: rows of one anchor name
 * the same number or word; anchors come in the order of the first sound's times. */
typedef struct {
  char  *name;
  double times_s[TSR_MORPH_MOST];
} NamedAnchor;

static void
named_clear (gpointer data)
{
  g_free (((NamedAnchor *)data)->name);
}

static NamedAnchor *
find_named (GArray *named, const char *name)
{
  for (guint i = 0; i < named->len; i++)
    if (g_str_equal (g_array_index (named, NamedAnchor, i).name, name))
      return &g_array_index (named, NamedAnchor, i);
  NamedAnchor fresh = {.name = g_strdup (name)};
  for (guint k = 0; k < TSR_MORPH_MOST; k++)
    fresh.times_s[k] = NAN;
  g_array_append_val (named, fresh);
  return &g_array_index (named, NamedAnchor, named->len - 1);
}

static gint
compare_named (gconstpointer a, gconstpointer b)
{
  const NamedAnchor *x = a, *y = b;

  return (x->times_s[0] > y->times_s[0]) - (x->times_s[0] < y->times_s[0]);
}

static gboolean
read_anchor_row (const TsrMorphSettings *settings, GArray *named, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, ",", -1);
  char *end;

  if (g_strv_length (words) != 3 || named->len > MAX_ANCHORS)
    return FALSE;
  guint  k = sound_of_row (settings, g_strstrip (words[0]));
  double time_s = g_ascii_strtod (g_strstrip (words[1]), &end);
  if (k == settings->n || end == words[1] || *end != '\0' || !isfinite (time_s))
    return FALSE;
  find_named (named, g_strstrip (words[2]))->times_s[k] = time_s;
  return TRUE;
}

/* The text of an anchor file as `A:B,A:B`; NULL with an error. */
static char *
anchors_of_file (const TsrMorphSettings *settings, const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GArray) named = g_array_new (FALSE, TRUE, sizeof (NamedAnchor));

  g_array_set_clear_func (named, named_clear);
  if (!g_file_get_contents (path, &text, NULL, error))
    return NULL;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gboolean is_whole =
      lines[0] != NULL && g_str_equal (g_strstrip (lines[0]), "sound,time_s,anchor");
  for (gsize i = 1; is_whole && lines[i] != NULL; i++)
    if (g_strstrip (lines[i])[0] != '\0')
      is_whole = read_anchor_row (settings, named, lines[i]);
  g_array_sort (named, compare_named);
  g_autoptr (GArray) anchors = g_array_new (FALSE, TRUE, sizeof (TsrMorphAnchor));
  for (guint i = 0; i < named->len; i++) {
    TsrMorphAnchor anchor = {0};
    for (guint k = 0; k < settings->n; k++) {
      anchor.times_s[k] = g_array_index (named, NamedAnchor, i).times_s[k];
      is_whole = is_whole && isfinite (anchor.times_s[k]);
    }
    g_array_append_val (anchors, anchor);
  }
  if (is_whole && anchors->len > 0)
    return tsr_morph_anchors_to_text (anchors, settings->n);
  g_set_error (error,
               G_IO_ERROR,
               G_IO_ERROR_INVALID_DATA,
               _ ("%s: the header has to be sound,time_s,anchor, and each anchor needs a "
                  "row for each sound of the morph"),
               path);
  return NULL;
}

static gboolean
read_anchors (const TsrArguments *arguments, TsrMorphSettings *settings, GError **error)
{
  const char      *text = tsr_arguments_get (arguments, "--anchors");
  const char      *links = tsr_arguments_get (arguments, "--pairs");
  g_autofree char *from_file = NULL;

  if (text != NULL && g_file_test (text, G_FILE_TEST_IS_REGULAR)) {
    from_file = anchors_of_file (settings, text, error);
    text = from_file;
    if (text == NULL)
      return FALSE;
  }
  if (text != NULL) {
    settings->anchors = tsr_morph_anchors_parse (text, settings->n, error);
    if (settings->anchors == NULL) {
      g_prefix_error (error, "--anchors: ");
      return FALSE;
    }
  }
  if (links == NULL)
    return TRUE;
  settings->links = tsr_morph_links_parse (links, settings->n, error);
  if (settings->links == NULL)
    g_prefix_error (error, "--pairs: ");
  return settings->links != NULL;
}

static const char *const pairing_words[] = {"auto", "labels", "spectrum", NULL};
static const char *const scale_words[] = {"log", "linear", NULL};
static const char *const unmatched_words[] = {"glide", "fade", NULL};

static gboolean
read_settings (const TsrArguments *arguments, TsrMorphSettings *settings, GError **error)
{
  int pairing = TSR_MORPH_PAIR_AUTO, scale = 0, unmatched = 0;

  settings->n = (guint)tsr_arguments_n_words (arguments) - 1;
  settings->name = g_strdup (tsr_arguments_get (arguments, "--as"));
  if (settings->name == NULL)
    return tsr_usage_fail (error, _ ("--as NAME is missing"));
  if (!read_amounts (arguments, settings, error) ||
      !tsr_arguments_choice (arguments, "--pairing", pairing_words, &pairing, error) ||
      !tsr_arguments_choice (arguments, "--scale", scale_words, &scale, error) ||
      !tsr_arguments_choice (
          arguments, "--unmatched", unmatched_words, &unmatched, error))
    return FALSE;
  settings->pairing = (TsrMorphPairing)pairing;
  settings->is_linear = scale == 1;
  settings->fades = unmatched == 1;
  return TRUE;
}

/* ---- doing it ---- */

static void
report (TsrCli *cli, TsrSound *sound, const TsrMorphResult *result)
{
  const TsrSoundStateFields *f = tsr_sound_state_fields (tsr_sound_get_state (sound));

  g_autofree char *partials = tsr_count_partials (tsr_partial_set_size (f->partials));

  tsr_cli_print (cli,
                 _ ("%" PRId64 " %s: %s, %.3f s, %zu of %zu voices matched "
                    "(%s)\n"),
                 tsr_sound_get_id (sound),
                 tsr_sound_get_name (sound),
                 partials,
                 f->duration_s,
                 result->n_matched,
                 result->n_voices,
                 result->copies >= 0   ? _ ("a copy")
                 : result->is_harmonic ? _ ("by harmonic number")
                                       : _ ("by transposition and assignment"));
  if (!cli->json)
    return;
  JsonBuilder *json = json_builder_new ();
  json_builder_begin_object (json);
  tsr_json_whole (json, "id", tsr_sound_get_id (sound));
  tsr_json_text (json, "name", tsr_sound_get_name (sound));
  tsr_json_whole (json, "partials", (gint64)tsr_partial_set_size (f->partials));
  tsr_json_whole (
      json, "breakpoints", (gint64)tsr_partial_set_n_breakpoints (f->partials));
  tsr_json_number (json, "duration_s", f->duration_s);
  tsr_json_whole (json, "voices", (gint64)result->n_voices);
  tsr_json_whole (json, "matched", (gint64)result->n_matched);
  tsr_json_text (json, "pairing", result->is_harmonic ? "labels" : "spectrum");
  json_builder_end_object (json);
  tsr_json_print (json);
}

/* Finds the sounds of the project. */
static int
find_sounds (TsrCli             *cli,
             TsrCliProject      *project,
             const TsrArguments *arguments,
             TsrMorphSettings   *settings)
{
  int status = TSR_EXIT_DONE;

  for (guint k = 0; k < settings->n; k++) {
    const char *word = tsr_arguments_word (arguments, k + 1);
    TsrSound   *sound = tsr_cli_project_sound (cli, project, word, &status);
    if (sound == NULL)
      return status;
    settings->sounds[k] = g_object_ref (sound);
  }
  return TSR_EXIT_DONE;
}

/* Decodes the recordings, and says what is to be done. */
static gboolean
load_task (TsrCli                 *cli,
           TsrCliProject          *project,
           const TsrMorphSettings *settings,
           TsrMorphTask           *task,
           GError                **error)
{
  TsrSignal *sources[TSR_MORPH_MOST] = {NULL};
  GError    *failure = NULL;

  for (guint k = 0; k < settings->n && failure == NULL; k++) {
    TsrSource   *origin = tsr_sound_get_source (settings->sounds[k]);
    TsrWorkerJob job;
    tsr_cli_begin (cli,
                   tsr_sound_get_name (settings->sounds[k]),
                   0.2 * k / settings->n,
                   0.2 * (k + 1) / settings->n,
                   &job);
    if (origin != NULL)
      sources[k] = tsr_source_decode (project->store, origin, &job.job, &failure);
  }
  if (failure == NULL)
    tsr_morph_task_init (task, settings, sources);
  for (guint k = 0; k < settings->n; k++)
    g_clear_pointer (&sources[k], tsr_signal_unref);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return failure == NULL;
}

/* The id of the new sound, or 0 with an error. */
static gint64
add_sound (TsrCliProject          *project,
           const TsrMorphSettings *settings,
           const TsrMorphResult   *result,
           TsrWorkerJob           *job,
           GError                **error)
{
  g_autoptr (TsrSource) source = NULL;

  if (!tsr_morph_sound_write (result,
                              settings->name,
                              project->store,
                              tsr_project_new_source_id (project->project),
                              &job->job,
                              NULL,
                              &source,
                              error))
    return 0;
  return tsr_morph_sound_add (
      project->project, settings, result, source, settings->name, error);
}

static int
run (TsrCli *cli, const TsrArguments *arguments)
{
  g_auto (TsrCliProject) project = {0};
  g_auto (TsrMorphSettings) settings = {0};
  g_auto (TsrMorphTask) task = {0};
  g_auto (TsrMorphResult) result = {0};
  TsrWorkerJob job;
  GError      *error = NULL;
  int          status = TSR_EXIT_DONE;

  if (!read_settings (arguments, &settings, &error))
    return tsr_cli_fail (cli, "morph", error);
  const char *path = tsr_arguments_word (arguments, 0);
  if (!tsr_cli_project_open (cli, path, &project, &status))
    return status;
  status = find_sounds (cli, &project, arguments, &settings);
  if (status != TSR_EXIT_DONE)
    return status;
  if (!tsr_project_check_name (project.project, settings.name, &error) ||
      !read_anchors (arguments, &settings, &error))
    return tsr_cli_fail (cli, "morph", error);
  if (!load_task (cli, &project, &settings, &task, &error))
    return tsr_cli_fail (cli, path, error);
  tsr_cli_begin (cli, settings.name, 0.2, 1, &job);
  if (!tsr_morph_task_run (&task, &job, &result, &error))
    return tsr_cli_fail (cli, path, error);
  gint64 id = add_sound (&project, &settings, &result, &job, &error);
  if (id == 0 || g_cancellable_set_error_if_cancelled (cli->cancellable, &error) ||
      !tsr_cli_project_commit (&project, &error))
    return tsr_cli_fail (cli, path, error);
  report (cli, tsr_project_get_sound (project.project, id), &result);
  return TSR_EXIT_DONE;
}

static const TsrOption options[] = {
    {"--amount", "X|w1:w2:...|FILE", N_ ("weights of the sounds; X is 1-X:X")},
    {"--frequency", "...", N_ ("the same, for frequencies only")},
    {"--amplitude", "...", N_ ("the same, for amplitudes only")},
    {"--noise", "...", N_ ("the same, for noise only")},
    {"--anchors", "FILE|A:B,...|none", N_ ("times that meet; default: onsets")},
    {"--pairs", "12:40,13:-", N_ ("partials that belong together, by their ids")},
    {"--pairing", "auto|labels|spectrum", N_ ("how the others are paired")},
    {"--scale", "log|linear", N_ ("of amplitudes; default log")},
    {"--unmatched", "glide|fade", N_ ("harmonics that others lack; default glide")},
    {"--as", "NAME", N_ ("name of the new sound")},
    {NULL, NULL, NULL},
};

const TsrVerb tsr_verb_morph = {
    .name = "morph",
    .summary = N_ ("Makes a new sound between two to four sounds."),
    .syntax = {.usage = "PROJECT A B [C D] --amount X|w1:w2:...|FILE --as NAME [OPTIONS]",
               .min_words = 3,
               .max_words = 5,
               .options = options,
               .more = N_ (
                   "Weights add up to 1. Over time they are a FILE with the header "
                   "time_s,w1,w2,... or\n"
                   "written out as 0=1:0,2.5=0:1, in seconds of the result; its duration "
                   "lies between those\n"
                   "of the sounds as the mean weights do. A FILE of anchors has the "
                   "header\n"
                   "sound,time_s,anchor with a row for each sound and anchor; written "
                   "out they are A:B,A:B.\n"
                   "A weight of 1 all the time copies that sound.\n")},
    .run = run,
};
