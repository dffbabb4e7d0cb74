/* SPDX-License-Identifier: GPL-3.0-or-later
 * The project of a window and its file: opens, creates and names it, imports and
 * analyses, and writes every edit as soon as it is made. One piece of long work at a
 * time. Thread: main.
 *
 * Properties (read-only, notify): "path" (NULL: no project), "saving", "busy".
 * Signals: "work-started" (char *what), "work-progress" (double fraction), "work-ended",
 * "done" (char *sentence): a result worth telling, "warned" (char *sentence), "glanced"
 * (TsrSource, TsrSignal): samples of a recording that is not on the canvas, only now;
 * "foreseen" (gpointer TsrPartialSet, gpointer const TsrAnalysisRecord), "morphed"
 * (TsrSound).
 * Errors go to the session's "failed".
 */
#pragma once

#include "app/worker-pool.h"
#include "model/morph-settings.h"
#include "model/session.h"
#include "store/store.h"

G_BEGIN_DECLS

#define TSR_TYPE_PROJECT_CONTROLLER (tsr_project_controller_get_type ())
G_DECLARE_FINAL_TYPE (
    TsrProjectController, tsr_project_controller, TSR, PROJECT_CONTROLLER, GObject)

TsrProjectController *tsr_project_controller_new (TsrSession *session);
/* Waits for what is being written and closes the file. Idempotent. */
void tsr_project_controller_close (TsrProjectController *self);

const char *tsr_project_controller_get_path (TsrProjectController *self);
gboolean    tsr_project_controller_is_saving (TsrProjectController *self);
gboolean    tsr_project_controller_is_busy (TsrProjectController *self);
/* The name to show: that of the file. (transfer full) */
char *tsr_project_controller_dup_title (TsrProjectController *self);

/* A new project in the state folder, named after `hint`. */
gboolean tsr_project_controller_create (TsrProjectController *self,
                                        const char           *hint,
                                        GError              **error);
/* Opens a project file in place of the present one. */
void tsr_project_controller_open (TsrProjectController *self, const char *path);
/* Adds recordings, one after the other; makes a project first if there is none. With
 * `analyse` each is analysed with default settings as well. */
void tsr_project_controller_import (TsrProjectController *self,
                                    GPtrArray            *files, /* of GFile */
                                    gboolean              analyse);
/* Analyses the session's sound, or exchanges the partials of a region of it
 * (app/reanalysis.h). */
void tsr_project_controller_analyse (TsrProjectController    *self,
                                     const TsrAnalysisParams *params,
                                     const TsrRegion         *region);
/* What that would find in what is seen of the region, at most some seconds: the signal
 * "foreseen" tells it soon, of the newest wish only; again and again until stopped, which
 * is told with NULL. */
void tsr_project_controller_foresee (TsrProjectController    *self,
                                     const TsrAnalysisParams *params,
                                     const TsrRegion         *region);
void tsr_project_controller_stop_foreseeing (TsrProjectController *self);
void tsr_project_controller_cancel (TsrProjectController *self);

/* Makes the sound of a morph, with the decoded recordings of its sounds (each may be
 * NULL); the signal "morphed" tells of it. */
void tsr_project_controller_morph (TsrProjectController   *self,
                                   const TsrMorphSettings *settings,
                                   const char             *name,
                                   TsrSignal *const       *sources);

/* A copy of the project; an untitled project moves there instead with `move`. */
void tsr_project_controller_save_copy (TsrProjectController *self,
                                       const char           *path,
                                       gboolean              move);
/* Runs `work` (with `data`, freed by `destroy`) in a thread with progress and cancel. The
 * sentence it returns (transfer full) is told as "done"; NULL with an error otherwise. */
typedef char *(*TsrControllerWork) (gpointer data, TsrWorkerJob *job, GError **error);
void tsr_project_controller_run (TsrProjectController *self,
                                 const char           *what,
                                 TsrControllerWork     work,
                                 gpointer              data,
                                 GDestroyNotify        destroy);

G_END_DECLS
