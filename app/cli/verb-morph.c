/* SPDX-License-Identifier: GPL-3.0-or-later
 * morph: a new sound between two to four sounds of a project.
 */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "app/cli/cli-project.h"
#include "app/cli/json.h"
#include "app/cli/verbs.h"
#include "app/morph-task.h"
#include "app/source-file.h"
#include "model/dsp-types.h"

enum { MAX_ANCHORS = 10000 };

typedef struct {
  guint        n;
  const char  *as;
  TsrMorphTask task;
  TsrSound    *sounds[TSR_MORPH_MOST];
} Choice;

static void
choice_clear (Choice *choice)
{
  tsr_morph_task_clear (&choice->task);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Choice, choice_clear)

/* ---- what was asked for ---- */

/* An amount of its own, or that of --amount. */
static gboolean
read_amount (const TsrArguments   *arguments,
             const char           *option,
             const TsrMorphAmount *otherwise,
             guint                 n,
             TsrMorphAmount       *amount,
             GError              **error)
{
  const char *text = tsr_arguments_get (arguments, option);

  if (text == NULL) {
    tsr_morph_amount_copy (amount, otherwise);
    return TRUE;
  }
  if (tsr_morph_amount_parse (amount, n, text, error))
    return TRUE;
  g_prefix_error (error, "%s: ", option);
  return FALSE;
}

static gboolean
read_amounts (const TsrArguments *arguments, Choice *choice, GError **error)
{
  g_auto (TsrMorphAmount) amount = {0};
  const char *text = tsr_arguments_get (arguments, "--amount");

  if (text == NULL)
    return tsr_usage_fail (error, _ ("--amount is missing: X, w1:w2:... or a file"));
  if (!tsr_morph_amount_parse (&amount, choice->n, text, error)) {
    g_prefix_error (error, "--amount: ");
    return FALSE;
  }
  TsrMorphTask *task = &choice->task;
  tsr_morph_amount_copy (&task->time, &amount);
  return read_amount (
             arguments, "--frequency", &amount, choice->n, &task->frequency, error) &&
         read_amount (
             arguments, "--amplitude", &amount, choice->n, &task->amplitude, error) &&
         read_amount (arguments, "--noise", &amount, choice->n, &task->noise, error);
}

/* Number of the sound that a row of an anchor file names; n when it is none of them. */
static guint
sound_of_row (const Choice *choice, const char *word)
{
  for (guint k = 0; k < choice->n; k++) {
    g_autofree char *id =
        g_strdup_printf ("%" PRId64, tsr_sound_get_id (choice->sounds[k]));
    if (g_str_equal (word, id) ||
        g_str_equal (word, tsr_sound_get_name (choice->sounds[k])))
      return k;
  }
  return choice->n;
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
read_anchor_row (const Choice *choice, GArray *named, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, ",", -1);
  char *end;

  if (g_strv_length (words) != 3 || named->len > MAX_ANCHORS)
    return FALSE;
  guint  k = sound_of_row (choice, g_strstrip (words[0]));
  double time_s = g_ascii_strtod (g_strstrip (words[1]), &end);
  if (k == choice->n || end == words[1] || *end != '\0' || !isfinite (time_s))
    return FALSE;
  find_named (named, g_strstrip (words[2]))->times_s[k] = time_s;
  return TRUE;
}

/* The text of an anchor file as `A:B,A:B`; NULL with an error. */
static char *
anchors_of_file (const Choice *choice, const char *path, GError **error)
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
      is_whole = read_anchor_row (choice, named, lines[i]);
  g_array_sort (named, compare_named);
  g_autoptr (GArray) anchors = g_array_new (FALSE, TRUE, sizeof (TsrMorphAnchor));
  for (guint i = 0; i < named->len; i++) {
    TsrMorphAnchor anchor = {0};
    for (guint k = 0; k < choice->n; k++) {
      anchor.times_s[k] = g_array_index (named, NamedAnchor, i).times_s[k];
      is_whole = is_whole && isfinite (anchor.times_s[k]);
    }
    g_array_append_val (anchors, anchor);
  }
  if (is_whole && anchors->len > 0)
    return tsr_morph_anchors_to_text (anchors, choice->n);
  g_set_error (error,
               G_IO_ERROR,
               G_IO_ERROR_INVALID_DATA,
               _ ("%s: the header has to be sound,time_s,anchor, and each anchor needs a "
                  "row for each sound of the morph"),
               path);
  return NULL;
}

static gboolean
read_anchors (const TsrArguments *arguments, Choice *choice, GError **error)
{
  const char      *text = tsr_arguments_get (arguments, "--anchors");
  const char      *links = tsr_arguments_get (arguments, "--pairs");
  g_autofree char *from_file = NULL;

  if (text != NULL && g_file_test (text, G_FILE_TEST_IS_REGULAR)) {
    from_file = anchors_of_file (choice, text, error);
    text = from_file;
    if (text == NULL)
      return FALSE;
  }
  if (text != NULL) {
    choice->task.anchors = tsr_morph_anchors_parse (text, choice->n, error);
    if (choice->task.anchors == NULL) {
      g_prefix_error (error, "--anchors: ");
      return FALSE;
    }
  }
  if (links == NULL)
    return TRUE;
  choice->task.links = tsr_morph_links_parse (links, choice->n, error);
  if (choice->task.links == NULL)
    g_prefix_error (error, "--pairs: ");
  return choice->task.links != NULL;
}

static const char *const pairing_words[] = {"auto", "labels", "spectrum", NULL};
static const char *const scale_words[] = {"log", "linear", NULL};
static const char *const unmatched_words[] = {"glide", "fade", NULL};

static gboolean
read_choice (const TsrArguments *arguments, Choice *choice, GError **error)
{
  int pairing = TSR_MORPH_PAIR_AUTO, scale = 0, unmatched = 0;

  *choice = (Choice){.n = (guint)tsr_arguments_n_words (arguments) - 1,
                     .as = tsr_arguments_get (arguments, "--as")};
  choice->task.n = choice->n;
  if (choice->as == NULL)
    return tsr_usage_fail (error, _ ("--as NAME is missing"));
  if (!read_amounts (arguments, choice, error) ||
      !tsr_arguments_choice (arguments, "--pairing", pairing_words, &pairing, error) ||
      !tsr_arguments_choice (arguments, "--scale", scale_words, &scale, error) ||
      !tsr_arguments_choice (
          arguments, "--unmatched", unmatched_words, &unmatched, error))
    return FALSE;
  choice->task.pairing = (TsrMorphPairing)pairing;
  choice->task.is_linear = scale == 1;
  choice->task.fades = unmatched == 1;
  return TRUE;
}

/* ---- doing it ---- */

/* What would make the sound again, with everything that was found. */
static char *
make_command (const Choice *choice, const TsrMorphResult *result)
{
  const TsrMorphTask *task = &choice->task;
  GString            *command = g_string_new ("morph");
  g_autofree char    *amount = tsr_morph_amount_to_text (&task->time);
  g_autofree char    *frequency = tsr_morph_amount_to_text (&task->frequency);
  g_autofree char    *amplitude = tsr_morph_amount_to_text (&task->amplitude);
  g_autofree char    *noise = tsr_morph_amount_to_text (&task->noise);
  g_autofree char    *anchors = tsr_morph_anchors_to_text (result->anchors, choice->n);

  for (guint k = 0; k < choice->n; k++) {
    g_autofree char *name = g_shell_quote (tsr_sound_get_name (choice->sounds[k]));
    g_string_append_printf (command, " %s", name);
  }
  g_string_append_printf (command, " --amount %s", amount);
  if (!g_str_equal (frequency, amount))
    g_string_append_printf (command, " --frequency %s", frequency);
  if (!g_str_equal (amplitude, amount))
    g_string_append_printf (command, " --amplitude %s", amplitude);
  if (!g_str_equal (noise, amount))
    g_string_append_printf (command, " --noise %s", noise);
  g_string_append_printf (command, " --anchors %s", anchors);
  if (task->links != NULL) {
    g_autofree char *links = tsr_morph_links_to_text (task->links, choice->n);
    g_string_append_printf (command, " --pairs %s", links);
  }
  g_string_append_printf (command,
                          " --pairing %s%s%s",
                          result->is_harmonic ? "labels" : "spectrum",
                          task->is_linear ? " --scale linear" : "",
                          task->fades ? " --unmatched fade" : "");
  g_autofree char *as = g_shell_quote (choice->as);
  g_string_append_printf (command, " --as %s", as);
  return g_string_free (command, FALSE);
}

static char *
make_label (const Choice *choice)
{
  GString *names = g_string_new (NULL);

  for (guint k = 0; k < choice->n; k++)
    g_string_append_printf (
        names, "%s“%s”", k > 0 ? ", " : "", tsr_sound_get_name (choice->sounds[k]));
  char *label = g_strdup_printf (_ ("Morph of %s"), names->str);
  g_string_free (names, TRUE);
  return label;
}

static TsrSource *
write_recording (TsrCliProject        *project,
                 const Choice         *choice,
                 const TsrMorphResult *result,
                 TsrWorkerJob         *job,
                 GError              **error)
{
  TsrSourceFile file;

  if (!tsr_source_file_make (&file, result->recording, choice->as, &job->job, error))
    return NULL;
  TsrSource *source = tsr_source_file_write (
      &file, project->store, tsr_project_new_source_id (project->project), NULL, error);
  tsr_source_file_clear (&file);
  return source;
}

/* A copy, whose history tells what it is. */
static gint64
add_copy (TsrCliProject *project,
          const Choice  *choice,
          int            k,
          const char    *command,
          GError       **error)
{
  gint64 id =
      tsr_project_copy_sound (project->project, choice->sounds[k], choice->as, error);
  g_autofree char *label = make_label (choice);

  if (id == 0)
    return 0;
  TsrSound *copy = tsr_project_get_sound (project->project, id);
  return tsr_project_add_step (project->project,
                               copy,
                               tsr_sound_get_state (copy),
                               label,
                               command,
                               NULL,
                               error)
             ? id
             : 0;
}

static gint64
add_sound (TsrCliProject        *project,
           const Choice         *choice,
           const TsrMorphResult *result,
           TsrWorkerJob         *job,
           GError              **error)
{
  g_autofree char *command = make_command (choice, result);
  g_autofree char *label = make_label (choice);
  g_autoptr (TsrSource) source = NULL;
  TsrAnalysisRecord record = {0};

  if (result->copies >= 0)
    return add_copy (project, choice, result->copies, command, error);
  if (result->recording != NULL) {
    source = write_recording (project, choice, result, job, error);
    if (source == NULL)
      return 0;
  }
  if (tsr_sound_get_analysis (choice->sounds[0]) != NULL)
    record = *tsr_sound_get_analysis (choice->sounds[0]);
  else
    tsr_analysis_params_init (&record.params);
  record.snr_db = NAN;
  record.analysis_s = 0;
  record.spacing.fundamental_hz = 0;
  return tsr_project_add_sound (project->project,
                                choice->as,
                                source,
                                result->state,
                                label,
                                command,
                                &record,
                                error);
}

static void
report (TsrCli *cli, TsrSound *sound, const TsrMorphResult *result)
{
  const TsrSoundStateFields *f = tsr_sound_state_fields (tsr_sound_get_state (sound));

  tsr_cli_print (cli,
                 _ ("%" PRId64 " %s: %zu partials, %.3f s, %zu of %zu voices matched "
                    "(%s)\n"),
                 tsr_sound_get_id (sound),
                 tsr_sound_get_name (sound),
                 tsr_partial_set_size (f->partials),
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

/* Finds the sounds and decodes their recordings. */
static int
load_sounds (TsrCli             *cli,
             TsrCliProject      *project,
             const TsrArguments *arguments,
             Choice             *choice)
{
  int     status = TSR_EXIT_DONE;
  GError *error = NULL;

  for (guint k = 0; k < choice->n; k++) {
    const char *word = tsr_arguments_word (arguments, k + 1);
    choice->sounds[k] = tsr_cli_project_sound (cli, project, word, &status);
    if (choice->sounds[k] == NULL)
      return status;
  }
  for (guint k = 0; k < choice->n; k++) {
    TsrSource   *origin = tsr_sound_get_source (choice->sounds[k]);
    TsrWorkerJob job;
    g_autoptr (TsrSignal) source = NULL;
    tsr_cli_begin (cli,
                   tsr_sound_get_name (choice->sounds[k]),
                   0.2 * k / choice->n,
                   0.2 * (k + 1) / choice->n,
                   &job);
    if (origin != NULL)
      source = tsr_source_decode (project->store, origin, &job.job, &error);
    if (error != NULL)
      return tsr_cli_fail (cli, project->path, error);
    tsr_render_subject_init (&choice->task.subjects[k], choice->sounds[k], source);
  }
  return TSR_EXIT_DONE;
}

static int
run (TsrCli *cli, const TsrArguments *arguments)
{
  g_auto (TsrCliProject) project = {0};
  g_auto (Choice) choice = {0};
  g_auto (TsrMorphResult) result = {0};
  TsrWorkerJob job;
  GError      *error = NULL;
  int          status = TSR_EXIT_DONE;

  if (!read_choice (arguments, &choice, &error))
    return tsr_cli_fail (cli, "morph", error);
  const char *path = tsr_arguments_word (arguments, 0);
  if (!tsr_cli_project_open (cli, path, &project, &status))
    return status;
  status = load_sounds (cli, &project, arguments, &choice);
  if (status != TSR_EXIT_DONE)
    return status;
  if (!tsr_project_check_name (project.project, choice.as, &error) ||
      !read_anchors (arguments, &choice, &error))
    return tsr_cli_fail (cli, "morph", error);
  tsr_cli_begin (cli, choice.as, 0.2, 1, &job);
  if (!tsr_morph_task_run (&choice.task, &job, &result, &error))
    return tsr_cli_fail (cli, path, error);
  gint64 id = add_sound (&project, &choice, &result, &job, &error);
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
    {"--anchors", "FILE|A:B,...", N_ ("times that meet; default: onsets")},
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
