/* SPDX-License-Identifier: GPL-3.0-or-later
 * The inside of playback, shared by playback.c (what is heard), playback-hand.c (the edit
 * in hand), playback-compare.c (other steps of the history), playback-morph.c (a morph in
 * its place) and playback-device.c (by what).
 */
#pragma once

#include "app/gui/morph-player.h"
#include "app/gui/playback.h"
#include "app/gui/program-builder.h"

G_BEGIN_DECLS

typedef struct {
  gint64      step_id; /* 0: none */
  TsrProgram *program;
} TsrOtherProgram;

struct _TsrPlayback {
  GObject            parent_instance;
  TsrSession        *session;
  TsrEngine         *engine; /* NULL after shutdown */
  TsrProgramBuilder *builder;
  TsrProgram        *program;        /* NULL: none yet */
  TsrProgramBuilder *other_builder;  /* of other steps, to compare with */
  gint64             other_built_id; /* what it makes; 0: nothing */
  TsrOtherProgram    others[2];
  TsrProgramBuilder *trial_builder; /* of what is tried */
  gboolean           trying;        /* it is heard */
  TsrPartialSet     *played;        /* what `program` was made of: compared, never read */
  TsrProgram     *waiting; /* of an edit that was dragged, without its background yet */
  TsrSound       *sound;
  gulong          sound_handler;
  guint           build_id;  /* waits for the main loop's turn to end */
  guint           hand_id;   /* likewise, when a hand lets go */
  gboolean        keep_hand; /* what was heard of an edit, until its program is there */
  gboolean        level_matched;
  gint64          solo_id;      /* 0: none */
  double          solo_end_s;   /* NAN: as long as it is held */
  gint64          solo_from_us; /* since when */
  double          rest_s;  /* where the playhead was at rest before; NAN: it played */
  gboolean        telling; /* the playhead comes from the engine */
  TsrMorphPlayer *morph;   /* heard in the sound's place; NULL: none is */
  TsrMorphSource  morph_source;
  gpointer        morph_source_data;
};

/* playback.c: what is to be heard, with a byte for each partial that is selected, or
 * soloed. */
void tsr_playback_send_program (TsrPlayback *self);

/* playback.c: a program of the sound as it is now. */
void tsr_playback_play_program (TsrPlayback *self, TsrProgram *program);

/* playback-hand.c: "preview-changed" and "touch-changed" of the session; the sound was
 * edited; its program is heard now; what stands for partials, for the engine. */
void tsr_playback_preview_cb (TsrPlayback *self);
void tsr_playback_touch_cb (TsrPlayback *self);
void tsr_playback_edited (TsrPlayback *self);
void tsr_playback_hear_made (TsrPlayback *self);
void tsr_playback_send_touch (TsrPlayback *self);

/* playback-compare.c */
/* Makes what is wanted next and forgets what is not wanted any more. */
void        tsr_playback_update_others (TsrPlayback *self);
void        tsr_playback_forget_others (TsrPlayback *self);
void        tsr_playback_other_ready (gpointer self, TsrProgram *program, gboolean whole);
TsrProgram *tsr_playback_get_other (TsrPlayback *self,
                                    gint64       step_id); /* NULL: not yet */
/* As loud as what it is compared with. (transfer full) */
TsrProgram *tsr_playback_dup_matched (TsrPlayback *self, TsrProgram *program);

/* playback.c: the sound's program and loop are the engine's again, or a morph's. */
void tsr_playback_resume (TsrPlayback *self);

/* playback-morph.c: another sound, its program and preview, for the engine where no morph
 * is heard. */
void tsr_playback_rewind (TsrPlayback *self);
void tsr_playback_hear (TsrPlayback *self, TsrProgram *program);
void tsr_playback_show_preview (TsrPlayback *self, const TsrPreview *preview);
/* playback.c: the program with a byte for each partial that is selected, or soloed. */
void tsr_playback_send_program (TsrPlayback *self);
/* playback-trial.c */
void tsr_playback_begin_trials (TsrPlayback *self);
void tsr_playback_trial_cb (TsrPlayback *self);

G_END_DECLS
