/* SPDX-License-Identifier: GPL-3.0-or-later
 * One change of a project: what the project applies, the store writes as one transaction,
 * the views redraw and the engine hears. Import, analysis, mouse, command line and undo
 * all make one of these and hand it to tsr_project_apply. Immutable. Thread: any.
 */
#pragma once

#include "model/sound.h"

G_BEGIN_DECLS

typedef enum {
  TSR_EDIT_ADD_SOUND, /* sound_id, name, source (new or known, or NULL), step (the first),
                         analysis */
  TSR_EDIT_REMOVE_SOUND, /* sound_id: kept in the file until compacted, can be restored */
  TSR_EDIT_RESTORE_SOUND, /* sound_id */
  TSR_EDIT_RENAME_SOUND,  /* sound_id, name */
  TSR_EDIT_ADD_STEP, /* sound_id, step (its parent is the current step), analysis or NULL
                      */
  TSR_EDIT_GO_TO_STEP,  /* sound_id, step_id: undo, redo, or a click into the history */
  TSR_EDIT_SET_MARKERS, /* sound_id, markers: all of them, anew, as they are kept
                           (tsr_sound_get_kept_markers) */
  TSR_EDIT_SET_SAVED_SELECTIONS, /* sound_id, saved: all of them, anew */
} TsrEditKind;

typedef struct {
  TsrEditKind              kind;
  gint64                   sound_id;
  const char              *name;
  TsrSource               *source;
  TsrStep                 *step;
  gint64                   step_id;
  const TsrAnalysisRecord *analysis;
  const TsrMarker         *markers;
  gsize                    n_markers;
  const TsrSavedSelection *saved;
  gsize                    n_saved;
} TsrEditFields;

typedef struct TsrEdit TsrEdit;

#define TSR_TYPE_EDIT (tsr_edit_get_type ())
GType tsr_edit_get_type (void); /* boxed, reference counted */

/* Copies what it needs, takes references. */
TsrEdit             *tsr_edit_new (const TsrEditFields *fields);
TsrEdit             *tsr_edit_ref (TsrEdit *edit);
void                 tsr_edit_unref (TsrEdit *edit);
const TsrEditFields *tsr_edit_fields (const TsrEdit *edit); /* borrowed */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsrEdit, tsr_edit_unref)

G_END_DECLS
