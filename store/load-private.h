/* SPDX-License-Identifier: GPL-3.0-or-later
 * What project-load.c reads and project-build.c makes a project of.
 */
#pragma once

#include "model/partial-spill.h"
#include "model/sound.h"
#include "store/project-load.h"

G_BEGIN_DECLS

typedef struct {
  gint64              id, sound_id, parent_id, redo_id, time_us;
  char               *label, *command;
  TsrSoundStateFields after;       /* curves owned; no partials */
  GPtrArray          *added;       /* of TsrPartial */
  GArray             *removed_ids; /* of gint64 */
  GArray             *descents;    /* of TsrDescent, or NULL */
  guint               depth, n_children;
} TsrLoadedStep;

typedef struct {
  gint64     id, source_id, step_id;
  gboolean   removed;
  char      *name;
  GPtrArray *steps;   /* of TsrLoadedStep, borrowed, by id */
  gint64     last_id; /* of the step that was read last; 0: none */
  GArray    *markers; /* of TsrMarker, names owned */
  GArray    *saved;   /* of TsrSavedSelection, names and selections owned */
} TsrLoadedSound;

/* Which partial a row holds. */
typedef struct {
  gint64 row, partial_id;
} TsrLoadedRow;

struct TsrLoaded {
  GHashTable      *sources;      /* id -> TsrSource */
  GHashTable      *sounds;       /* id -> TsrLoadedSound */
  GHashTable      *steps;        /* id -> TsrLoadedStep */
  GHashTable      *analyses;     /* step id -> TsrAnalysisRecord */
  GArray          *partial_rows; /* of TsrLoadedRow, by row */
  GHashTable      *unpublished;  /* set of step ids */
  GPtrArray       *warnings;     /* of char * */
  TsrPartialSpill *spill;
  GError          *spill_error;                    /* NULL: there was room so far */
  gint64 max_source_id, max_sound_id, max_step_id; /* of any row, damaged or not */
};

void tsr_loaded_warn (TsrLoaded *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

G_END_DECLS
