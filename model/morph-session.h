/* SPDX-License-Identifier: GPL-3.0-or-later
 * One morph being made: the object that the page, the pad and live playing share. Holds
 * the settings with an undo of their own, and the plan that was last made of them, for
 * what is shown: anchors as found, voices that belong together, times. Follows its
 * sounds: one that is removed goes, one that changes asks for a new plan. Thread: main.
 *
 * Signal "changed" (guint what, of TsrMorphWhat bits): after anything changed, also again
 * and again while something is dragged. Who makes plans (app) listens, and answers with
 * tsr_morph_session_set_plan.
 */
#pragma once

#include "model/morph-recipe.h"
#include "model/morph-settings.h"

G_BEGIN_DECLS

typedef enum {
  TSR_MORPH_CHANGED_SOUNDS = 1 << 0,  /* which, their order, or one of their states */
  TSR_MORPH_CHANGED_WEIGHTS = 1 << 1, /* of any parameter: pairs stay, times follow */
  TSR_MORPH_CHANGED_ANCHORS = 1 << 2,
  TSR_MORPH_CHANGED_LINKS = 1 << 3,
  TSR_MORPH_CHANGED_RULES = 1 << 4, /* pairing, log or linear, fade or glide */
  TSR_MORPH_CHANGED_NAME = 1 << 5,  /* of the result, or of a sound */
  TSR_MORPH_CHANGED_PLAN = 1 << 6,  /* another plan, or none, is known */
  TSR_MORPH_CHANGED_FOCUS = 1 << 7, /* voice in focus: brightened in all lanes */
  TSR_MORPH_CHANGED_UNDO = 1 << 8,  /* what undo and redo would do */
  /* What a plan has to be made anew for. */
  TSR_MORPH_CHANGED_MATTER = TSR_MORPH_CHANGED_SOUNDS | TSR_MORPH_CHANGED_WEIGHTS |
                             TSR_MORPH_CHANGED_ANCHORS | TSR_MORPH_CHANGED_LINKS |
                             TSR_MORPH_CHANGED_RULES,
} TsrMorphWhat;

#define TSR_TYPE_MORPH_SESSION (tsr_morph_session_get_type ())
G_DECLARE_FINAL_TYPE (TsrMorphSession, tsr_morph_session, TSR, MORPH_SESSION, GObject)

TsrMorphSession *tsr_morph_session_new (void);

/* Another project, or NULL: forgets everything. */
void tsr_morph_session_set_project (TsrMorphSession *self, TsrProject *project);

/* All settings, borrowed and read only; changed by the functions below. */
const TsrMorphSettings *tsr_morph_session_get_settings (TsrMorphSession *self);
/* n 0 while there is nothing to morph. */
guint     tsr_morph_session_get_n (TsrMorphSession *self);
TsrSound *tsr_morph_session_get_sound (TsrMorphSession *self, guint k); /* borrowed */

/* Each of these is one step of undo, or part of the change that was begun. Nothing
 * happens, and FALSE, where it does not fit. */

/* n 2..4 sounds; the first ones are no step of undo. Weights, anchors and links of sounds
 * that stay follow them; a name that was given stays while all of the sounds do. */
gboolean
tsr_morph_session_set_sounds (TsrMorphSession *self, TsrSound *const *sounds, guint n);
/* n weights >= 0, made to add up to 1: constant over time. With TSR_MORPH_ALL those of
 * the parameters without their own follow. */
gboolean tsr_morph_session_set_weights (TsrMorphSession  *self,
                                        TsrMorphParameter parameter,
                                        const double     *weights);
/* The same over time; NULL for a parameter: as TSR_MORPH_ALL again. Copies. */
gboolean tsr_morph_session_set_amount (TsrMorphSession      *self,
                                       TsrMorphParameter     parameter,
                                       const TsrMorphAmount *amount);
/* Anchors (TsrMorphAnchor) increasing in each sound and within it; NULL: at onsets.
 * Copies. */
gboolean tsr_morph_session_set_anchors (TsrMorphSession *self, const GArray *anchors);
/* Links by hand (TsrMorphLink); NULL: none. Copies. */
gboolean tsr_morph_session_set_links (TsrMorphSession *self, const GArray *links);
gboolean tsr_morph_session_set_pairing (TsrMorphSession *self, TsrMorphPairing pairing);
gboolean tsr_morph_session_set_linear (TsrMorphSession *self, gboolean is_linear);
gboolean tsr_morph_session_set_fades (TsrMorphSession *self, gboolean fades);
gboolean tsr_morph_session_set_name (TsrMorphSession *self, const char *name);
/* Everything at once: a morph that was made before. Copies. */
gboolean tsr_morph_session_set_settings (TsrMorphSession        *self,
                                         const TsrMorphSettings *settings);

/* A drag: what happens until the end is one step of undo, or none of it happened. A
 * second begin ends the first. */
void     tsr_morph_session_begin (TsrMorphSession *self);
void     tsr_morph_session_end (TsrMorphSession *self);
void     tsr_morph_session_cancel (TsrMorphSession *self);
gboolean tsr_morph_session_is_dragging (TsrMorphSession *self);

/* What undo would take back ("Move Anchor"), translated; NULL: nothing. Borrowed. */
const char *tsr_morph_session_get_undo_label (TsrMorphSession *self);
const char *tsr_morph_session_get_redo_label (TsrMorphSession *self);
/* FALSE: nothing to undo. A sound that was made is removed, and comes back with redo. */
gboolean tsr_morph_session_undo (TsrMorphSession *self);
gboolean tsr_morph_session_redo (TsrMorphSession *self);
/* A sound was made of the settings as they are: a step of undo. */
void tsr_morph_session_add_made (TsrMorphSession *self, TsrSound *made);

/* Links that join the partials (by id, in sounds a and b) in one voice, with what either
 * was linked with by hand; a partial that was linked otherwise leaves that link. */
gboolean tsr_morph_session_link (
    TsrMorphSession *self, guint a, gint64 id_a, guint b, gint64 id_b);
/* The partial belongs to no other: alone, where it was paired. */
gboolean tsr_morph_session_unlink (TsrMorphSession *self, guint sound, gint64 id);

/* The anchors that hold: those of the settings, else those the plan found; empty while
 * they are not known. Borrowed, of TsrMorphAnchor. */
const GArray *tsr_morph_session_get_anchors (TsrMorphSession *self);

/* Attacks of a sound in its own seconds, increasing, for anchors at onsets; copied.
 * Forgotten when the sound changes. */
void tsr_morph_session_set_onsets (TsrMorphSession *self,
                                   TsrSound        *sound,
                                   const double    *onsets_s,
                                   gsize            n);
/* Whether they are known. */
gboolean tsr_morph_session_has_onsets (TsrMorphSession *self, TsrSound *sound);

/* Everything a plan needs, for any thread; NULL while there is nothing to morph.
 * (transfer full) */
TsrMorphRecipe *tsr_morph_session_dup_recipe (TsrMorphSession *self);

/* The plan as it was last made; borrowed, NULL while there is none. Its weights are those
 * of the settings. For the main thread only: others make their own of a recipe. */
TsrMorphPlan *tsr_morph_session_get_plan (TsrMorphSession *self);
/* `plan` (transfer full) or NULL with a sentence why there is none. */
void        tsr_morph_session_set_plan (TsrMorphSession *self,
                                        TsrMorphPlan    *plan,
                                        const char      *why_none);
const char *tsr_morph_session_get_why_none (TsrMorphSession *self); /* NULL: no error */
/* Of the plan: voices with partials of two sounds or more, and all. */
void tsr_morph_session_count (TsrMorphSession *self, gsize *n_matched, gsize *n_voices);
/* Index of the voice of the plan that partial `id` of sound k is in; -1: none. */
gssize tsr_morph_session_voice_of (TsrMorphSession *self, guint k, gint64 id);

/* The partial in focus: sound and id, 0 for none. */
void   tsr_morph_session_set_focus (TsrMorphSession *self, guint sound, gint64 id);
gint64 tsr_morph_session_get_focus (TsrMorphSession *self, guint *sound);

/* The name of the result: that of the settings, else one of the sounds' names; with a
 * number where it is taken. (transfer full) */
char *tsr_morph_session_dup_name (TsrMorphSession *self);

G_END_DECLS
