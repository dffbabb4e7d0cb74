/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the parts of the project controller share.
 */
#pragma once

#include "app/gui/project-controller.h"
#include "app/worker-pool.h"
#include "model/dsp-types.h"

G_BEGIN_DECLS

struct _TsrProjectController {
  GObject       parent_instance;
  TsrSession   *session;
  TsrStore     *store;   /* NULL: no project */
  TsrProject   *project; /* of the store */
  gulong        edited_handler;
  char         *path;
  guint         n_writing;
  gboolean      write_failed;
  gboolean      is_nearly_full; /* the disk, as was told */
  GHashTable   *signals;        /* source id -> TsrSignal, decoded */
  GCancellable *decoding;
  guint         n_glanced;  /* sounds of the project that were considered for a glance */
  gpointer      foresight;  /* the newest wish that waits, or NULL */
  GCancellable *foreseeing; /* of the one that is worked on; NULL: none */
  GCancellable *glancing;   /* NULL: no glance under way */

  /* Long work; NULL and 0 when there is none */
  TsrWorkerPool *pool;
  GCancellable  *cancellable;
  guint          progress_id;
  gint           progress; /* atomic, thousandths */
  GQueue         imports;  /* of GFile, waiting */
  gboolean       analyse_imports;
};

/* Begins long work: FALSE if other work is under way. */
gboolean tsr_project_controller_begin (TsrProjectController *self, const char *what);
void     tsr_project_controller_end (TsrProjectController *self);
/* For TsrWorkerJob; `self` is the controller. Thread: any. */
void tsr_project_controller_progress (gpointer self, double fraction);
void tsr_project_controller_fail (TsrProjectController *self, const GError *error);
void tsr_project_controller_tell (TsrProjectController *self, const char *sentence);
/* Takes the place of what is open; `store` and `project` (transfer full), or NULL. */
void tsr_project_controller_adopt (TsrProjectController *self,
                                   TsrStore             *store,
                                   TsrProject           *project);
/* A project without a name that never held anything goes again. */
void tsr_project_controller_drop_empty (TsrProjectController *self);
/* Brings the samples of the session's sound, decoding them if need be. */
void tsr_project_controller_load_signal (TsrProjectController *self);
/* project-onsets.c: seeks the attacks of the signal on the canvas for the session. */
void tsr_project_controller_find_onsets (TsrProjectController *self);
/* project-glance.c: decodes what was not looked at yet, for its picture; "glanced" each
 * time. */
void tsr_project_controller_glance (TsrProjectController *self);
/* project-import.c: the next recording that waits, if any. */
void tsr_project_controller_import_next (TsrProjectController *self);

G_END_DECLS
