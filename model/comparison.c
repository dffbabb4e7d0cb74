/* SPDX-License-Identifier: GPL-3.0-or-later
 * Two states of a sound beside each other: sets, medians, and the sentence.
 */
#include "model/comparison.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>

#include "model/boxed.h"
#include "model/comparison-private.h"
#include "model/dsp-types.h"

struct TsrComparison {
  TsrComparisonFields fields; /* sets owned */
};

TSR_DEFINE_BOXED_TYPE (TsrComparison, tsr_comparison)

TsrComparison *
tsr_comparison_ref (TsrComparison *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  TsrComparisonFields *f = &((TsrComparison *)data)->fields;

  tsr_partial_set_unref (f->removed);
  tsr_partial_set_unref (f->added);
  tsr_partial_set_unref (f->before);
  tsr_partial_set_unref (f->after);
  tsr_partial_set_unref (f->kept);
}

void
tsr_comparison_unref (TsrComparison *self)
{
  if (self != NULL)
    g_atomic_rc_box_release_full (self, clear);
}

const TsrComparisonFields *
tsr_comparison_fields (const TsrComparison *self)
{
  return &self->fields;
}

/* ---- medians ---- */

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

static double
median_of (GArray *numbers, double none)
{
  guint n = numbers->len;

  if (n == 0)
    return none;
  g_array_sort (numbers, compare_doubles);
  double upper = g_array_index (numbers, double, n / 2);
  return n % 2 == 1 ? upper : 0.5 * (upper + g_array_index (numbers, double, n / 2 - 1));
}

/* How far one partial is from another in pitch and level: breakpoint by breakpoint,
 * weighted by power, where they have as many; else by their summaries. */
static void
measure_pair (const TsrPartial *a, const TsrPartial *b, double *cents, double *level_db)
{
  const TsrBreakpoint *from = tsr_partial_breakpoints (a),
                      *to = tsr_partial_breakpoints (b);
  gsize  n = tsr_partial_n_breakpoints (a);
  double weights = 0, octaves = 0, nepers = 0;

  for (gsize i = 0; i < n && n == tsr_partial_n_breakpoints (b); i++) {
    double weight = exp (2 * from[i].log_amplitude);
    if (((from[i].flags | to[i].flags) & TSR_BREAKPOINT_NULL) != 0 ||
        !(from[i].frequency_hz > 0) || !(to[i].frequency_hz > 0))
      continue;
    weights += weight;
    octaves += weight * log2 (to[i].frequency_hz / from[i].frequency_hz);
    nepers += weight * (to[i].log_amplitude - from[i].log_amplitude);
  }
  const TsrPartialSummary *x = tsr_partial_summary (a), *y = tsr_partial_summary (b);
  *cents = weights > 0 ? 1200 * octaves / weights
                       : 1200 * log2 (fmax (y->mean_hz, 1) / fmax (x->mean_hz, 1));
  *level_db = weights > 0 ? 20 / M_LN10 * nepers / weights
                          : 20 * log10 (fmax (y->peak_amplitude, 1e-10) /
                                        fmax (x->peak_amplitude, 1e-10));
}

static void
measure (TsrComparisonFields *f)
{
  enum { CENTS, LEVEL, MOVE, STRETCH, N_FIGURES };
  GArray *figures[N_FIGURES];

  for (int i = 0; i < N_FIGURES; i++)
    figures[i] = g_array_new (FALSE, FALSE, sizeof (double));
  for (gsize i = 0; i < tsr_partial_set_size (f->before); i++) {
    const TsrPartial        *a = tsr_partial_set_at (f->before, i);
    const TsrPartial        *b = tsr_partial_set_at (f->after, i);
    const TsrPartialSummary *x = tsr_partial_summary (a), *y = tsr_partial_summary (b);
    double                   cents, level_db, move_s = y->start_s - x->start_s;
    double                   stretch = (y->end_s - y->start_s) / (x->end_s - x->start_s);
    measure_pair (a, b, &cents, &level_db);
    g_array_append_val (figures[CENTS], cents);
    g_array_append_val (figures[LEVEL], level_db);
    g_array_append_val (figures[MOVE], move_s);
    if (isfinite (stretch))
      g_array_append_val (figures[STRETCH], stretch);
  }
  f->cents = median_of (figures[CENTS], 0);
  f->level_db = median_of (figures[LEVEL], 0);
  f->move_s = median_of (figures[MOVE], 0);
  f->stretch = median_of (figures[STRETCH], 1);
  for (int i = 0; i < N_FIGURES; i++)
    g_array_unref (figures[i]);
}

/* ---- sets ---- */

static void
partial_clear (gpointer data)
{
  tsr_partial_unref (data);
}

static void
side_init (TsrComparisonSide *side, TsrSoundState *state)
{
  side->state = tsr_sound_state_fields (state);
  side->other = g_ptr_array_new ();
  side->pieces = g_ptr_array_new_with_free_func (partial_clear);
  side->partners = g_array_new (FALSE, FALSE, sizeof (gint32));
}

static void
side_clear (TsrComparisonSide *side)
{
  g_ptr_array_unref (side->other);
  g_ptr_array_unref (side->pieces);
  g_array_unref (side->partners);
}

/* What one of the sets has under an id and the other has not, or not like this. */
static void
leave_same_ids (TsrComparisonSide sides[2], GPtrArray *kept)
{
  TsrPartialSet *a = sides[0].state->partials, *b = sides[1].state->partials;
  gsize          i = 0, k = 0, n_a = tsr_partial_set_size (a);
  gsize          n_b = tsr_partial_set_size (b);

  while (i < n_a || k < n_b) {
    TsrPartial *x = i < n_a ? tsr_partial_set_at (a, i) : NULL;
    TsrPartial *y = k < n_b ? tsr_partial_set_at (b, k) : NULL;
    gint64      x_id = x != NULL ? tsr_partial_id (x) : G_MAXINT64;
    gint64      y_id = y != NULL ? tsr_partial_id (y) : G_MAXINT64;
    i += x_id <= y_id;
    k += y_id <= x_id;
    if (x == y || (x_id == y_id && tsr_partial_equal (x, y))) {
      g_ptr_array_add (kept, y);
      continue;
    }
    if (x_id <= y_id)
      g_ptr_array_add (sides[0].other, x);
    if (y_id <= x_id)
      g_ptr_array_add (sides[1].other, y);
  }
}

/* Takes the partials of the array. */
static TsrPartialSet *
set_of (GPtrArray *partials)
{
  for (guint i = 0; i < partials->len; i++) {
    TsrPartial *numbered = tsr_partial_new_heir (partials->pdata[i], (gint64)i + 1);
    if (numbered == NULL)
      return NULL;
    tsr_partial_unref (partials->pdata[i]);
    partials->pdata[i] = numbered;
  }
  return tsr_partial_set_new ((TsrPartial *const *)partials->pdata, partials->len);
}

static void
share_out (TsrComparisonSide sides[2], GPtrArray *alone[2], GPtrArray *pairs[2])
{
  for (int s = 0; s < 2; s++)
    for (guint i = 0; i < sides[s].pieces->len; i++) {
      gint32      partner = g_array_index (sides[s].partners, gint32, i);
      TsrPartial *piece = g_ptr_array_index (sides[s].pieces, i);
      if (partner < 0)
        g_ptr_array_add (alone[s], tsr_partial_ref (piece));
      else if (s == 0) {
        TsrPartial *other = g_ptr_array_index (sides[1].pieces, partner);
        g_ptr_array_add (pairs[0], tsr_partial_ref (piece));
        g_ptr_array_add (pairs[1], tsr_partial_ref (other));
      }
    }
}

static gboolean
make_sets (TsrComparisonFields *f, TsrComparisonSide sides[2])
{
  GPtrArray *alone[2], *pairs[2];

  for (int s = 0; s < 2; s++) {
    alone[s] = g_ptr_array_new_with_free_func (partial_clear);
    pairs[s] = g_ptr_array_new_with_free_func (partial_clear);
  }
  share_out (sides, alone, pairs);
  f->removed = set_of (alone[0]);
  f->added = set_of (alone[1]);
  f->before = set_of (pairs[0]);
  f->after = set_of (pairs[1]);
  for (int s = 0; s < 2; s++) {
    g_ptr_array_unref (alone[s]);
    g_ptr_array_unref (pairs[s]);
  }
  return f->removed != NULL && f->added != NULL && f->before != NULL && f->after != NULL;
}

/* Level of what lies behind the partials in the middle of the sound. */
static double
background_db (const TsrSoundStateFields *state)
{
  double source_s = state->duration_s / 2;

  if (state->source_s_over_sound_s != NULL)
    source_s = tsr_curve_at_extended (state->source_s_over_sound_s, source_s);
  return state->residual_gain_db +
         tsr_factor_db (tsr_residual_laws_gain (state->residual_laws, source_s));
}

TsrComparison *
tsr_comparison_new (TsrSoundState *first, TsrSoundState *second, const TsrJob *job)
{
  g_autoptr (TsrComparison) self = g_atomic_rc_box_new0 (TsrComparison);
  TsrComparisonFields *f = &self->fields;
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();
  TsrComparisonSide sides[2];

  side_init (&sides[0], first);
  side_init (&sides[1], second);
  leave_same_ids (sides, kept);
  gboolean done = tsr_comparison_leave_common (sides, kept, job) &&
                  tsr_comparison_pair (sides, job) && make_sets (f, sides);
  if (done)
    f->kept = tsr_partial_set_new ((TsrPartial *const *)kept->pdata, kept->len);
  done = done && f->kept != NULL;
  if (done)
    measure (f);
  f->background_db = background_db (sides[1].state) - background_db (sides[0].state);
  f->before_s = sides[0].state->duration_s;
  f->after_s = sides[1].state->duration_s;
  side_clear (&sides[0]);
  side_clear (&sides[1]);
  return done ? g_steal_pointer (&self) : NULL;
}

/* ---- in words ---- */

static void
append (GString *text, const char *between, char *part)
{
  if (text->len > 0)
    g_string_append (text, between);
  g_string_append (text, part);
  g_free (part);
}

static void
append_medians (GString *text, const TsrComparisonFields *f)
{
  g_autoptr (GString) medians = g_string_new (NULL);

  if (fabs (f->cents) >= 0.5)
    append (medians, ", ", g_strdup_printf (_ ("%+.0f cents"), f->cents));
  if (fabs (f->level_db) >= 0.05)
    append (medians, ", ", g_strdup_printf (_ ("%+.1f dB"), f->level_db));
  if (fabs (f->move_s) >= 0.0005)
    append (medians, ", ", g_strdup_printf (_ ("%+.3f s"), f->move_s));
  if (fabs (f->stretch - 1) >= 0.001)
    append (medians, ", ", g_strdup_printf (_ ("length × %.3f"), f->stretch));
  if (medians->len > 0)
    g_string_append_printf (text, _ (": median %s"), medians->str);
}

static void
append_whole (GString *text, const TsrComparisonFields *f)
{
  if (fabs (f->background_db) >= 0.05)
    append (text, "; ", g_strdup_printf (_ ("noise %+.1f dB"), f->background_db));
  if (fabs (f->after_s - f->before_s) >= 0.0005)
    append (text, "; ", g_strdup_printf (_ ("%.3f s → %.3f s"), f->before_s, f->after_s));
}

char *
tsr_comparison_sentence (const TsrComparison *self)
{
  const TsrComparisonFields *f = &self->fields;
  GString                   *text = g_string_new (NULL);
  guint                      n_removed = (guint)tsr_partial_set_size (f->removed);
  guint                      n_added = (guint)tsr_partial_set_size (f->added);
  guint                      n_changed = (guint)tsr_partial_set_size (f->before);

  if (n_removed > 0)
    append (
        text,
        ", ",
        g_strdup_printf (ngettext ("%u removed", "%u removed", n_removed), n_removed));
  if (n_added > 0)
    append (text,
            ", ",
            g_strdup_printf (ngettext ("%u added", "%u added", n_added), n_added));
  if (n_changed > 0)
    append (
        text,
        ", ",
        g_strdup_printf (ngettext ("%u changed", "%u changed", n_changed), n_changed));
  if (n_changed > 0)
    append_medians (text, f);
  if (text->len == 0)
    g_string_append (text, _ ("no partial differs"));
  append_whole (text, f);
  return g_string_free (text, FALSE);
}
