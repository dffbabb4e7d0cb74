/* SPDX-License-Identifier: GPL-3.0-or-later
 * How much of each sound a morph has, constant or over time, and the files and texts that
 * tell it. Thread: any.
 */
#pragma once

#include <gio/gio.h>

#include "model/dsp/curve.h"
#include "model/dsp/partials/morph.h"

G_BEGIN_DECLS

#define TSR_MORPH_ERROR (tsr_morph_error_quark ())
GQuark tsr_morph_error_quark (void);

/* Curves over seconds of the result that add up to 1 everywhere. */
typedef struct {
  guint     n;
  TsrCurve *curves[TSR_MORPH_MOST];
} TsrMorphAmount;

/* Constant weights, scaled to a sum of 1. FALSE when one is negative or all are 0. */
gboolean tsr_morph_amount_init (TsrMorphAmount *self, guint n, const double *weights);
/* X (1-X:X, of two sounds), w1:w2:..., S=w1:w2,S=w1:w2,... or the name of a CSV with the
 * header time_s,w1,w2,... Weights of a row add up to 1 (to 1 %), and are made to exactly.
 * FALSE with one sentence. */
gboolean
tsr_morph_amount_parse (TsrMorphAmount *self, guint n, const char *text, GError **error);
void tsr_morph_amount_copy (TsrMorphAmount *self, const TsrMorphAmount *from);
void tsr_morph_amount_clear (TsrMorphAmount *self);
/* What parsing would give again, files written out. (transfer full) */
char *tsr_morph_amount_to_text (const TsrMorphAmount *self);

/* Mean of weight k over the span of the points. */
double tsr_morph_amount_mean (const TsrMorphAmount *self, guint k);
/* The sound that has weight 1 all the time; -1 when there is none. */
int tsr_morph_amount_pure (const TsrMorphAmount *self);

/* One moment that is the same in all sounds: its time in each. */
typedef struct {
  double times_s[TSR_MORPH_MOST];
} TsrMorphAnchor;

/* `A:B[:C:D],...` in seconds, each row later than the one before in every sound, or
 * `none`. NULL with an error. (transfer full) of TsrMorphAnchor. */
GArray *tsr_morph_anchors_parse (const char *text, guint n, GError **error);
char   *tsr_morph_anchors_to_text (const GArray *anchors, guint n);
/* `12:40,13:-` ids of partials of each sound, - for none. (transfer full) of
 * TsrMorphLink.
 */
GArray *tsr_morph_links_parse (const char *text, guint n, GError **error);
char   *tsr_morph_links_to_text (const GArray *links, guint n);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TsrMorphAmount, tsr_morph_amount_clear)

G_END_DECLS
