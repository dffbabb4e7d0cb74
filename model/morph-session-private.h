/* SPDX-License-Identifier: GPL-3.0-or-later
 * The inside of a morph session, shared by its parts.
 */
#pragma once

#include "model/morph-session.h"

G_BEGIN_DECLS

/* One step of undo: how it was on the other side of it, or a sound that was made. */
typedef struct {
  TsrMorphSettings settings;
  char            *label;
  gint64           made_id; /* 0: the settings changed */
} TsrMorphStep;

struct _TsrMorphSession {
  GObject          parent_instance;
  TsrProject      *project;
  gulong           items_handler;
  TsrMorphSettings settings;
  TsrSound        *followed[TSR_MORPH_MOST]; /* sounds whose state is listened to */
  gulong           state_handlers[TSR_MORPH_MOST], name_handlers[TSR_MORPH_MOST];
  GPtrArray       *undo, *redo; /* of TsrMorphStep, the next one last */
  gboolean         dragging;
  TsrMorphSettings before; /* of the drag */
  const char      *drag_label;
  GHashTable      *onsets_s; /* TsrSound -> GArray of double */
  TsrMorphPlan    *plan;
  char            *why_none;
  GHashTable *voices[TSR_MORPH_MOST]; /* id of a partial -> index + 1; NULL: not made */
  GArray     *no_anchors;             /* empty */
  guint       focus_sound;
  gint64      focus_id;
};

/* Takes `next` (which is cleared) as the settings: a step of undo with that label (not
 * copied), or part of the drag. */
void tsr_morph_session_commit (TsrMorphSession  *self,
                               TsrMorphSettings *next,
                               const char       *label);
/* The same without undo. */
void tsr_morph_session_replace (TsrMorphSession *self, TsrMorphSettings *next);
/* The plan goes on with the weights of the settings; forgotten where that cannot be. */
void tsr_morph_session_update_plan (TsrMorphSession *self);
void tsr_morph_session_tell (TsrMorphSession *self, guint what);

/* morph-session-undo.c */
void       tsr_morph_session_push (GPtrArray              *steps,
                                   const TsrMorphSettings *settings,
                                   const char             *label,
                                   gint64                  made_id);
GPtrArray *tsr_morph_steps_new (void);

/* morph-session-sounds.c: `next` has other sounds than `from`; what belongs to those that
 * stay goes with them. */
void tsr_morph_settings_carry (TsrMorphSettings       *next,
                               const TsrMorphSettings *from,
                               TsrSound *const        *sounds,
                               guint                   n);

G_END_DECLS
