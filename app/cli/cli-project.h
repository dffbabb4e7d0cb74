/* SPDX-License-Identifier: GPL-3.0-or-later
 * A project as a verb works on it: opened and loaded, changed in memory, and all changes
 * written in one transaction at the end, or none. Thread: main.
 */
#pragma once

#include "app/cli/arguments.h"
#include "app/cli/cli.h"
#include "model/project.h"
#include "store/store.h"

G_BEGIN_DECLS

typedef struct {
  TsrCli     *cli; /* borrowed */
  char       *path;
  TsrStore   *store; /* NULL: the file is not made yet */
  TsrProject *project;
  GPtrArray  *edits;  /* of TsrEdit, not written yet */
  gboolean    is_new; /* made by this program and not committed yet */
} TsrCliProject;

/* Opens and loads; tells warnings. Prints the error and returns FALSE with *status. */
gboolean
tsr_cli_project_open (TsrCli *cli, const char *path, TsrCliProject *self, int *status);
/* The same, but a file that is not there is to be made: checks that this can be done. */
gboolean tsr_cli_project_open_or_new (TsrCli        *cli,
                                      const char    *path,
                                      TsrCliProject *self,
                                      int           *status);
/* Makes the file where it is not there yet: needed before sources can be written. */
gboolean tsr_cli_project_create (TsrCliProject *self, GError **error);
/* Writes all edits as one transaction. On FALSE a file made by _create is gone again. */
gboolean tsr_cli_project_commit (TsrCliProject *self, GError **error);
/* A sound by id or name; prints the error and sets *status where there is none. */
TsrSound *tsr_cli_project_sound (TsrCli        *cli,
                                 TsrCliProject *self,
                                 const char    *id_or_name,
                                 int           *status);
/* Opens the project that word `first` of the arguments names, and finds the sound that
 * the next one names. (transfer none); NULL with *status when either cannot be had. */
TsrSound *tsr_cli_project_open_sound (TsrCli             *cli,
                                      const TsrArguments *arguments,
                                      gsize               first,
                                      TsrCliProject      *self,
                                      int                *status);

/* What a verb does to a sound, in memory. Returns the sound to tell about (transfer
 * none), NULL with an error. */
typedef TsrSound *(*TsrCliChange) (TsrCliProject      *project,
                                   TsrSound           *sound,
                                   const TsrArguments *arguments,
                                   GError            **error);
typedef void (*TsrCliReport) (TsrCli *cli, TsrSound *sound);

/* All that a verb is which changes one sound: _open_sound, change, commit, report.
 * Returns the exit status. */
int tsr_cli_project_change_sound (TsrCli             *cli,
                                  const TsrArguments *arguments,
                                  gsize               first,
                                  TsrCliChange        change,
                                  TsrCliReport        report);
/* Closes; a file made by _create but not committed is removed. */
void tsr_cli_project_clear (TsrCliProject *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TsrCliProject, tsr_cli_project_clear)

G_END_DECLS
