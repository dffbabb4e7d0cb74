/* SPDX-License-Identifier: GPL-3.0-or-later
 * Errors, notes, progress and interruption of tarsier-cli.
 */
#include "app/cli/cli.h"

#include <glib/gi18n-lib.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BAR_WIDTH = 40, GRACE_S = 5 };

/* Waits for SIGINT and SIGTERM; what does not stop by itself is stopped after a while, or
 * by a second signal. Nothing is lost then: every write is a transaction, every output
 * file gets its name last. */
static gpointer
wait_for_signals (gpointer data)
{
  GCancellable   *cancellable = data;
  struct timespec grace = {.tv_sec = GRACE_S};
  sigset_t        signals;
  int             number;

  sigemptyset (&signals);
  sigaddset (&signals, SIGINT);
  sigaddset (&signals, SIGTERM);
  sigwait (&signals, &number);
  g_cancellable_cancel (cancellable);
  sigtimedwait (&signals, NULL, &grace);
  _exit (TSR_EXIT_INTERRUPTED);
}

static void
block_signals (void)
{
  sigset_t signals;

  sigemptyset (&signals);
  sigaddset (&signals, SIGINT);
  sigaddset (&signals, SIGTERM);
  pthread_sigmask (SIG_BLOCK, &signals, NULL);
  /* A full disk under RLIMIT_FSIZE, or a reader that went away, is an error of a write.
   */
  signal (SIGXFSZ, SIG_IGN);
  signal (SIGPIPE, SIG_IGN);
}

void
tsr_cli_init (TsrCli *self, gboolean json, gboolean quiet)
{
  block_signals ();
  *self = (TsrCli){
      .json = json,
      .shows_progress = !quiet && isatty (STDERR_FILENO),
      .cancellable = g_cancellable_new (),
      .to = 1,
      .percent = -1,
  };
  self->pool = tsr_worker_pool_new (0);
  g_thread_unref (
      g_thread_new ("signals", wait_for_signals, g_object_ref (self->cancellable)));
}

void
tsr_cli_set_n_threads (TsrCli *self, guint n_threads)
{
  tsr_worker_pool_free (self->pool);
  self->pool = tsr_worker_pool_new (n_threads);
}

void
tsr_cli_clear (TsrCli *self)
{
  tsr_cli_end_progress (self);
  tsr_worker_pool_free (self->pool);
  g_object_unref (self->cancellable);
  g_free (self->title);
}

/* One line, without what it begins with anyway. */
static char *
one_line (const char *what, const char *why)
{
  if (g_str_has_prefix (why, what) && g_str_has_prefix (why + strlen (what), ": "))
    why += strlen (what) + 2;
  char *line = g_strdup (why);
  g_strdelimit (line, "\r\n\t", ' ');
  g_strstrip (line);
  if (g_str_has_suffix (line, ".") && !g_str_has_suffix (line, ".."))
    line[strlen (line) - 1] = '\0';
  return line;
}

static void
print_line (const char *what, const char *why)
{
  g_autofree char *clean = g_strdelimit (g_strdup (what), "\r\n\t", ' ');
  g_autofree char *line = one_line (clean, why);

  fprintf (stderr, "tarsier-cli: %s: %s\n", clean[0] != '\0' ? clean : "''", line);
}

int
tsr_cli_fail (TsrCli *self, const char *what, GError *error)
{
  g_autoptr (GError) owned = error;

  if (self != NULL)
    tsr_cli_end_progress (self);
  if ((self != NULL && tsr_cli_is_cancelled (self)) ||
      g_error_matches (owned, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    print_line (what, _ ("interrupted; nothing was changed"));
    return TSR_EXIT_INTERRUPTED;
  }
  print_line (what, owned != NULL ? owned->message : _ ("an unknown error"));
  return g_error_matches (owned, TSR_USAGE_ERROR, 0) ? TSR_EXIT_USAGE
                                                     : TSR_EXIT_IMPOSSIBLE;
}

void
tsr_cli_note (TsrCli *self, const char *what, const char *sentence)
{
  if (sentence == NULL)
    return;
  tsr_cli_end_progress (self);
  print_line (what, sentence);
}

void
tsr_cli_notes (TsrCli *self, const char *what, GPtrArray *sentences)
{
  for (guint i = 0; sentences != NULL && i < sentences->len; i++)
    tsr_cli_note (self, what, g_ptr_array_index (sentences, i));
}

void
tsr_cli_print (TsrCli *self, const char *format, ...)
{
  va_list arguments;

  if (self->json)
    return;
  tsr_cli_end_progress (self);
  va_start (arguments, format);
  vprintf (format, arguments);
  va_end (arguments);
}

static void
job_progress_cb (gpointer data, double fraction)
{
  tsr_cli_progress (data, fraction);
}

void
tsr_cli_begin (TsrCli *self, const char *title, double from, double to, TsrWorkerJob *job)
{
  g_free (self->title);
  self->title = g_path_get_basename (title);
  self->from = from;
  self->to = to;
  tsr_worker_job_init (job,
                       self->pool,
                       self->cancellable,
                       self->shows_progress ? job_progress_cb : NULL,
                       self);
  tsr_cli_progress (self, 0);
}

void
tsr_cli_progress (TsrCli *self, double fraction)
{
  if (!self->shows_progress)
    return;
  double whole = self->from + (self->to - self->from) * CLAMP (fraction, 0, 1);
  int    percent = (int)(100 * whole);
  if (percent == self->percent)
    return;
  self->percent = percent;
  int n_full = (int)(BAR_WIDTH * whole);
  fprintf (stderr, "\r%.30s [", self->title != NULL ? self->title : "");
  for (int i = 0; i < BAR_WIDTH; i++)
    fputc (i < n_full ? '#' : '.', stderr);
  fprintf (stderr, "] %3d %%\033[K", percent);
  fflush (stderr);
}

void
tsr_cli_end_progress (TsrCli *self)
{
  if (self->percent >= 0 && self->shows_progress)
    fputs ("\r\033[K", stderr);
  self->percent = -1;
}

gboolean
tsr_cli_is_cancelled (TsrCli *self)
{
  return g_cancellable_is_cancelled (self->cancellable);
}
