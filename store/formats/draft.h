/* SPDX-License-Identifier: GPL-3.0-or-later
 * Partials while they are read from a file of someone else: breakpoints in any order,
 * checked one by one, made whole in the end.
 */
#pragma once

#include <gio/gio.h>

#include "model/dsp/partials/partial-set.h"

G_BEGIN_DECLS

typedef struct TsrDraft TsrDraft;

/* One partial of a draft; owned by it, stays where it is. */
typedef struct {
  gint64 id; /* wished; kept if the ids of the whole file are distinct and positive */
  int    label;
  guint  channel;
  double phase_turns; /* of the first breakpoint, where the file has no other phases; NAN:
                         none */
  GArray  *points;    /* of TsrBreakpoint */
  GArray  *rejoined;  /* the same without rows between; NULL: none */
  gint64   last_frame;  /* of tsr_draft_add_in_frame; -1 before */
  gboolean is_complete; /* unwrapped phases, slopes and chirp rates are told: they stay */
} TsrDraftPartial;

/* What a file says of one breakpoint; phase_turns NAN where it says nothing. */
typedef struct {
  double time_s, frequency_hz, amplitude, bandwidth, phase_turns;
} TsrDraftRow;

TsrDraft *tsr_draft_new (void);
void      tsr_draft_free (TsrDraft *self);

/* The rows that are added may be those of tsr_straight_rows with these tolerances: what
 * lies between breakpoints is left out again (see rejoin.h). */
void tsr_draft_expect_straight_rows (TsrDraft *self,
                                     double    tolerance_cent,
                                     double    tolerance_db);

/* Another partial. */
TsrDraftPartial *tsr_draft_begin (TsrDraft *self, gint64 id, guint channel);
/* The one that was begun last with these, or NULL. */
TsrDraftPartial *tsr_draft_find (TsrDraft *self, gint64 id, guint channel);
guint            tsr_draft_size (const TsrDraft *self);
TsrDraftPartial *tsr_draft_at (TsrDraft *self, guint i);

/* Adds a breakpoint. A row with a value that is not finite, a negative frequency or
 * amplitude is left out and counted; a bandwidth outside 0..1 is limited and counted. */
void tsr_draft_add (TsrDraft *self, TsrDraftPartial *partial, const TsrDraftRow *row);
/* One as it stands; log_amplitude counts where it is no null. The same checks. */
void tsr_draft_add_breakpoint (TsrDraft            *self,
                               TsrDraftPartial     *partial,
                               const TsrBreakpoint *breakpoint);

/* Regular frames: what is not in a frame is silent there. */
void tsr_draft_begin_frame (TsrDraft *self, guint channel, double time_s);
/* A row of the present frame of its channel. A partial that was away for some frames
 * comes back behind nulls, or, more than a semitone off, as another partial. */
void
tsr_draft_add_in_frame (TsrDraft *self, gint64 id, guint channel, const TsrDraftRow *row);

void tsr_draft_add_marker (TsrDraft *self, double time_s, const char *name);
/* The markers, by time. (transfer container) of TsrMarker. */
GArray *tsr_draft_steal_markers (TsrDraft *self);

/* Puts times in order, completes slopes and phases, gives ids; notes what was repaired.
 * NULL with a TSR_STORE_ERROR_FORMAT without a file name. */
TsrPartialSet *tsr_draft_finish (TsrDraft *self, GPtrArray *notes, GError **error);

/* Behind that: whether rows between breakpoints were left out. */
gboolean tsr_draft_is_rejoined (const TsrDraft *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsrDraft, tsr_draft_free)

G_END_DECLS
