/* SPDX-License-Identifier: GPL-3.0-or-later
 * tarsier-cli: analyse, edit and render without a window.
 */
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "app/cli/verbs.h"

static const TsrVerb *const verbs[] = {
    &tsr_verb_info,      &tsr_verb_analyze, &tsr_verb_reanalyze, &tsr_verb_list,
    &tsr_verb_show,      &tsr_verb_edit,    &tsr_verb_morph,     &tsr_verb_paste,
    &tsr_verb_undo,      &tsr_verb_redo,    &tsr_verb_go,        &tsr_verb_history,
    &tsr_verb_diff,      &tsr_verb_sound,   &tsr_verb_marker,    &tsr_verb_selection,
    &tsr_verb_save_copy, &tsr_verb_compact, &tsr_verb_render,    &tsr_verb_play,
    &tsr_verb_devices,   &tsr_verb_export,  &tsr_verb_import,    &tsr_verb_spectrogram,
    &tsr_verb_points,    &tsr_verb_check,   &tsr_verb_bench,
};

static void
print_usage (void)
{
  printf (_ ("Usage: tarsier-cli VERB ...\n\n"
             "Analyse, edit and render sounds as partials. The verbs:\n\n"));
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    printf ("  %-12s %s\n", verbs[i]->name, _ (verbs[i]->summary));
  printf (_ ("\n`tarsier-cli VERB --help` tells more; `--version` the version.\n"));
}

static const TsrVerb *
find_verb (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (strcmp (verbs[i]->name, name) == 0)
      return verbs[i];
  return NULL;
}

static gboolean
is_same_file (const char *a, const char *b)
{
  GStatBuf one, other;

  return strcmp (a, b) == 0 || (g_stat (a, &one) == 0 && g_stat (b, &other) == 0 &&
                                one.st_dev == other.st_dev && one.st_ino == other.st_ino);
}

/* A result that took the name of what it is made from would destroy that: FALSE. Only
 * verbs that take any number of files have others than the first. */
static gboolean
spares_inputs (const TsrVerb *verb, const TsrArguments *arguments)
{
  const char *out = tsr_arguments_get (arguments, "-o");
  const char *report = tsr_arguments_get (arguments, "--report");
  gsize       n = verb->syntax.max_words < 0 ? tsr_arguments_n_words (arguments) : 1;

  for (gsize i = 0; i < n; i++) {
    const char *in = tsr_arguments_word (arguments, i);
    if (in != NULL && ((out != NULL && is_same_file (in, out)) ||
                       (report != NULL && is_same_file (in, report))))
      return FALSE;
  }
  return out == NULL || report == NULL || !is_same_file (out, report);
}

/* A full disk behind standard output is told as any other is. */
static int
finish_output (const char *what, int status)
{
  if (fflush (stdout) == 0 || status != TSR_EXIT_DONE)
    return status;
  return tsr_cli_fail (NULL,
                       what,
                       g_error_new_literal (G_IO_ERROR,
                                            G_IO_ERROR_FAILED,
                                            _ ("the output could not be written")));
}

static int
run_verb (const TsrVerb *verb, const TsrArguments *arguments)
{
  TsrCli cli;

  if (tsr_arguments_has (arguments, "--help")) {
    tsr_syntax_print_help (&verb->syntax, verb->name, _ (verb->summary));
    return finish_output (verb->name, TSR_EXIT_DONE);
  }
  if (!spares_inputs (verb, arguments))
    return tsr_cli_fail (
        NULL,
        verb->name,
        g_error_new (G_IO_ERROR,
                     G_IO_ERROR_INVALID_ARGUMENT,
                     _ ("one file would be read and replaced, or written twice; choose "
                        "another name for the result")));
  tsr_cli_init (&cli,
                tsr_arguments_has (arguments, "--json"),
                tsr_arguments_has (arguments, "--quiet"));
  int status = verb->run (&cli, arguments);
  tsr_cli_clear (&cli);
  return finish_output (verb->name, status);
}

/* Messages of libraries are no business of who called: errors come as GError. */
static GLogWriterOutput
swallow_log (GLogLevelFlags level, const GLogField *fields, gsize n, gpointer data)
{
  return level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL)
             ? g_log_writer_default (level, fields, n, data)
             : G_LOG_WRITER_HANDLED;
}

int
main (int argc, char **argv)
{
  GError *error = NULL;

  setlocale (LC_ALL, "");
  setlocale (LC_NUMERIC, "C"); /* numbers are read and written the same everywhere */
  bindtextdomain (GETTEXT_PACKAGE, TSR_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  g_log_set_writer_func (swallow_log, NULL, NULL);
  if (argc < 2)
    return tsr_cli_fail (
        NULL,
        _ ("usage"),
        g_error_new (TSR_USAGE_ERROR, 0, _ ("a verb is missing; see --help")));
  if (strcmp (argv[1], "--version") == 0) {
    puts ("tarsier-cli " TSR_VERSION);
    return finish_output (argv[1], TSR_EXIT_DONE);
  }
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0) {
    print_usage ();
    return finish_output (argv[1], TSR_EXIT_DONE);
  }
  const TsrVerb *verb = find_verb (argv[1]);
  if (verb == NULL)
    return tsr_cli_fail (
        NULL,
        argv[1],
        g_error_new (TSR_USAGE_ERROR, 0, _ ("there is no such verb; see --help")));
  g_autoptr (TsrArguments) arguments =
      tsr_arguments_parse (&verb->syntax, argc - 2, argv + 2, &error);
  return arguments != NULL ? run_verb (verb, arguments)
                           : tsr_cli_fail (NULL, verb->name, error);
}
