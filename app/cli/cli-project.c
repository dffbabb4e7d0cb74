/* SPDX-License-Identifier: GPL-3.0-or-later
 * Projects as verbs work on them.
 */
#include "app/cli/cli-project.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* Share of the progress of opening: the pages are checked, then the rows are read. */
#define OPEN_PART 0.3

static void
edited_cb (TsrProject *project, TsrEdit *edit, GPtrArray *edits)
{
  g_ptr_array_add (edits, tsr_edit_ref (edit));
}

static void
edit_clear (gpointer data)
{
  tsr_edit_unref (data);
}

static void
adopt (TsrCliProject *self, TsrProject *project)
{
  self->project = project;
  self->edits = g_ptr_array_new_with_free_func (edit_clear);
  g_signal_connect (project, "edited", G_CALLBACK (edited_cb), self->edits);
}

gboolean
tsr_cli_project_open (TsrCli *cli, const char *path, TsrCliProject *self, int *status)
{
  g_autoptr (GPtrArray) warnings = NULL;
  TsrWorkerJob job;
  GError      *error = NULL;

  *self = (TsrCliProject){.cli = cli, .path = g_strdup (path)};
  tsr_cli_begin (cli, path, 0, OPEN_PART, &job);
  self->store = tsr_store_open_with_job (path, &job.job, &error);
  tsr_cli_begin (cli, path, OPEN_PART, 1, &job);
  TsrProject *project = self->store != NULL
                            ? tsr_store_load (self->store, &job.job, &warnings, &error)
                            : NULL;
  if (project == NULL) {
    *status = tsr_cli_fail (cli, path, error);
    return FALSE;
  }
  tsr_cli_end_progress (cli);
  tsr_cli_notes (cli, path, warnings);
  adopt (self, project);
  return TRUE;
}

/* Whether a file could be made there. */
static gboolean
check_folder (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_access (folder, W_OK | X_OK) == 0)
    return TRUE;
  int code = errno;
  g_set_error (error,
               G_IO_ERROR,
               G_IO_ERROR_FAILED,
               _ ("the project cannot be made in that folder (%s); choose another one"),
               g_strerror (code));
  return FALSE;
}

gboolean
tsr_cli_project_open_or_new (TsrCli        *cli,
                             const char    *path,
                             TsrCliProject *self,
                             int           *status)
{
  GStatBuf what;
  GError  *error = NULL;

  if (g_lstat (path, &what) == 0)
    return tsr_cli_project_open (cli, path, self, status);
  *self = (TsrCliProject){.cli = cli, .path = g_strdup (path)};
  if (!check_folder (path, &error)) {
    *status = tsr_cli_fail (cli, path, error);
    return FALSE;
  }
  adopt (self, tsr_project_new ());
  return TRUE;
}

gboolean
tsr_cli_project_create (TsrCliProject *self, GError **error)
{
  if (self->store != NULL)
    return TRUE;
  self->store = tsr_store_create (self->path, error);
  self->is_new = self->store != NULL;
  return self->is_new;
}

/* Takes a file away that holds nothing yet. */
static void
give_up (TsrCliProject *self)
{
  if (!self->is_new)
    return;
  self->is_new = FALSE;
  tsr_store_close (self->store, NULL);
  g_unlink (self->path);
}

gboolean
tsr_cli_project_commit (TsrCliProject *self, GError **error)
{
  TsrWorkerJob job;

  if (!tsr_cli_project_create (self, error))
    return FALSE;
  tsr_cli_begin (self->cli, self->path, 0, 1, &job);
  if (!tsr_store_write_all (self->store,
                            (TsrEdit *const *)self->edits->pdata,
                            self->edits->len,
                            &job.job,
                            error)) {
    give_up (self);
    return FALSE;
  }
  self->is_new = FALSE;
  g_ptr_array_set_size (self->edits, 0);
  if (tsr_store_is_nearly_full (self->store))
    tsr_cli_note (self->cli,
                  self->path,
                  _ ("saved, but the disk is nearly full; make room before you go on"));
  return TRUE;
}

TsrSound *
tsr_cli_project_sound (TsrCli        *cli,
                       TsrCliProject *self,
                       const char    *id_or_name,
                       int           *status)
{
  GError   *error = NULL;
  TsrSound *sound = tsr_project_find_sound (self->project, id_or_name, &error);

  if (sound == NULL)
    *status = tsr_cli_fail (cli, self->path, error);
  return sound;
}

TsrSound *
tsr_cli_project_open_sound (TsrCli             *cli,
                            const TsrArguments *arguments,
                            gsize               first,
                            TsrCliProject      *self,
                            int                *status)
{
  if (!tsr_cli_project_open (cli, tsr_arguments_word (arguments, first), self, status))
    return NULL;
  return tsr_cli_project_sound (
      cli, self, tsr_arguments_word (arguments, first + 1), status);
}

int
tsr_cli_project_change_sound (TsrCli             *cli,
                              const TsrArguments *arguments,
                              gsize               first,
                              TsrCliChange        change,
                              TsrCliReport        report)
{
  g_auto (TsrCliProject) self = {0};
  GError   *error = NULL;
  int       status = TSR_EXIT_DONE;
  TsrSound *sound = tsr_cli_project_open_sound (cli, arguments, first, &self, &status);

  if (sound == NULL)
    return status;
  g_autoptr (TsrSound) kept = g_object_ref (sound); /* it may be removed */
  sound = change (&self, sound, arguments, &error);
  if (sound == NULL || !tsr_cli_project_commit (&self, &error))
    return tsr_cli_fail (cli, self.path, error);
  report (cli, sound);
  return TSR_EXIT_DONE;
}

void
tsr_cli_project_clear (TsrCliProject *self)
{
  if (self->store != NULL)
    give_up (self);
  g_clear_object (&self->project);
  g_clear_pointer (&self->edits, g_ptr_array_unref);
  if (self->store != NULL)
    tsr_store_close (self->store, NULL);
  g_clear_object (&self->store);
  g_clear_pointer (&self->path, g_free);
}
