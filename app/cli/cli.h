/* SPDX-License-Identifier: GPL-3.0-or-later
 * What every verb of tarsier-cli shares: how it was called, threads, progress, SIGINT,
 * and the one line that an error is. Thread: main, unless told otherwise.
 */
#pragma once

#include "app/cli/arguments.h"
#include "app/worker-pool.h"

G_BEGIN_DECLS

enum {
  TSR_EXIT_DONE = 0,
  TSR_EXIT_IMPOSSIBLE = 1,
  TSR_EXIT_USAGE = 2,
  TSR_EXIT_INTERRUPTED = 130,
};

typedef struct {
  gboolean       json;
  gboolean       shows_progress; /* a terminal, and not --quiet */
  GCancellable  *cancellable;    /* SIGINT and SIGTERM cancel it */
  TsrWorkerPool *pool;
  char          *title;    /* of the progress bar */
  double         from, to; /* share of the whole that reported progress is, 0..1 */
  int            percent;  /* shown; -1: no bar on the screen */
} TsrCli;

typedef struct {
  const char *name;
  const char *summary; /* one sentence, to be translated */
  TsrSyntax   syntax;
  /* Returns an exit status; on errors by tsr_cli_fail. */
  int (*run) (TsrCli *cli, const TsrArguments *arguments);
} TsrVerb;

/* Sets up threads, and cancelling by SIGINT. */
void tsr_cli_init (TsrCli *self, gboolean json, gboolean quiet);
void tsr_cli_clear (TsrCli *self);
/* Another number of threads; 0: all cores. */
void tsr_cli_set_n_threads (TsrCli *self, guint n_threads);

/* Prints `tarsier-cli: WHAT: WHY` and returns the exit status that fits the error; takes
 * the error. `self` may be NULL. */
int tsr_cli_fail (TsrCli *self, const char *what, GError *error);
/* A sentence that does not stop the work, on standard error (nothing for NULL). */
void tsr_cli_note (TsrCli *self, const char *what, const char *sentence);
void tsr_cli_notes (TsrCli *self, const char *what, GPtrArray *sentences);
/* Text for a person on standard output; nothing under --json. */
void tsr_cli_print (TsrCli *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* A job with threads, cancel, and progress from..to of the whole under this title. */
void tsr_cli_begin (
    TsrCli *self, const char *title, double from, double to, TsrWorkerJob *job);
void     tsr_cli_progress (TsrCli *self, double fraction); /* of from..to */
void     tsr_cli_end_progress (TsrCli *self); /* takes the bar off the screen */
gboolean tsr_cli_is_cancelled (TsrCli *self);

G_END_DECLS
