/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows back into breakpoints: runs of rows at equal distances that lie on one cubic of
 * phase and one of log-amplitude are what tsr_straight_rows made of two breakpoints.
 */
#include "store/formats/rejoin.h"

#include <math.h>

#include "model/dsp/partials/straight.h"

#define TURN_NOISE 0x1p-51 /* of phases, re their size */
#define SMOOTH 1e-6        /* jump of a derivative re its size that is none */
/* How near a row left out has to be to what is written again. */
#define SAME_FREQUENCY 1e-9 /* ratio, and Hz */
#define SAME_NEPER 1e-9
#define SLOPE_NOISE 1e-7 /* of slopes, which are single, re their size */
#define SAME_TURNS 1e-8
#define SAME_BANDWIDTH 1e-6
#define LARGEST_SLOPE 3.0 /* times the span: steeper ones are limited there */
/* In runs that are no pieces (something steady), only so many rows are tried as the
 * beginning of one. */
#define MAX_TRIES 24
#define N_STEPS 24 /* of a slope that the rows leave open, to either side */

/* Rows from one breakpoint to the next. */
typedef struct {
  guint    first, last;
  gboolean is_whole_run;               /* the rows behind it are on other curves */
  gboolean has_slopes, has_difference; /* what the rows between tell */
  double   m0, m1;                     /* slopes at the ends, times the span */
  double   difference;                 /* m0 - m1 */
} Piece;

/* Ends of pieces whose slopes all follow from that of the first one, which the rows leave
 * open. */
typedef struct {
  guint first, last;
} Chain;

typedef struct {
  const TsrRejoin     *how;
  const TsrBreakpoint *rows;
  guint                n;
  GArray              *pieces; /* of Piece, one behind the other */
  double              *slopes; /* per s, at the ends of pieces; NAN: not known */
  GArray              *chains; /* of Chain */
  GArray              *out;    /* of TsrBreakpoint */
  guint64              n_sure;
} Rejoin;

static gboolean
is_null (const TsrBreakpoint *b)
{
  return (b->flags & TSR_BREAKPOINT_NULL) != 0;
}

static double
span_s (const Rejoin *self, guint first, guint last)
{
  return self->rows[last].time_s - self->rows[first].time_s;
}

/* ---- whether row j may lie between breakpoints, in a run that began at row i ---- */

static gboolean
is_evenly_spaced (const Rejoin *self, guint i, guint j)
{
  double step_s = span_s (self, i, i + 1), now_s = span_s (self, j, j + 1);

  return step_s > 0 &&
         fabs (now_s - step_s) <= SMOOTH * step_s + 0x1p-48 * fabs (self->rows[j].time_s);
}

/* The chirp rate at j is the same on both sides. Where the phase runs backwards, the
 * frequency of rows is 0 and tells nothing. */
static gboolean
phase_goes_on (const Rejoin *self, guint j)
{
  const TsrBreakpoint *b = &self->rows[j];
  double               T = span_s (self, j - 1, j), left[4], right[4];

  if (b[-1].frequency_hz <= 0 || b->frequency_hz <= 0 || b[1].frequency_hz <= 0)
    return TRUE;
  tsr_breakpoint_phase_cubic (b - 1, b, left);
  tsr_breakpoint_phase_cubic (b, b + 1, right);
  double size =
      2 * (fabs (left[2]) + fabs (right[2])) + 6 * T * (fabs (left[3]) + fabs (right[3]));
  double noise =
      TURN_NOISE * (fmax (1, fabs (b->phase_turns)) + T * b->frequency_hz) / (T * T);
  return fabs (2 * left[2] + 6 * T * left[3] - 2 * right[2]) <=
         SMOOTH * size + 16 * noise;
}

/* The frequencies of four rows lie on a parabola; three always do. */
static gboolean
frequency_goes_on (const Rejoin *self, guint i, guint j)
{
  if (j < i + 2)
    return TRUE;
  const TsrBreakpoint *b = &self->rows[j];
  double left = b[0].frequency_hz - 2 * b[-1].frequency_hz + b[-2].frequency_hz;
  double right = b[1].frequency_hz - 2 * b[0].frequency_hz + b[-1].frequency_hz;
  return fabs (right - left) <=
         SMOOTH * (fabs (left) + fabs (right)) + 0x1p-48 * b->frequency_hz;
}

/* Log-amplitudes lie on a cubic; four always do. Beside a null amplitudes lie on a line.
 */
static gboolean
amplitude_goes_on (const Rejoin *self, guint i, guint j)
{
  const TsrBreakpoint *b = &self->rows[j];
  gboolean             has_null = is_null (&self->rows[i]) || is_null (b + 1);
  double               before = tsr_breakpoint_amplitude (b - 1);
  double               here = tsr_breakpoint_amplitude (b);

  if (fabs (tsr_breakpoint_amplitude (b + 1) - 2 * here + before) <= SAME_NEPER * here)
    return TRUE;
  if (has_null || j < i + 3)
    return !has_null;
  double left = b[0].log_amplitude - 3 * b[-1].log_amplitude + 3 * b[-2].log_amplitude -
                b[-3].log_amplitude;
  double right = b[1].log_amplitude - 3 * b[0].log_amplitude + 3 * b[-1].log_amplitude -
                 b[-2].log_amplitude;
  return fabs (right - left) <= SMOOTH * (fabs (left) + fabs (right)) + 1e-12;
}

static guint
end_of_run (const Rejoin *self, guint i)
{
  guint j = i + 1;

  while (j + 1 < self->n && !is_null (&self->rows[j]) && is_evenly_spaced (self, i, j) &&
         (self->how->has_phases ? phase_goes_on (self, j)
                                : frequency_goes_on (self, i, j)) &&
         amplitude_goes_on (self, i, j))
    j++;
  return j;
}

/* ---- two breakpoints and the rows between them ---- */

/* Without phases: the integral of the parabola through both ends and a row between. */
static double
turns_over (const Rejoin *self, guint first, guint last)
{
  const TsrBreakpoint *rows = self->rows;
  double               T = span_s (self, first, last), bend = 0;
  guint                middle = (first + last) / 2;

  if (middle > first) {
    double u = (double)(middle - first) / (last - first);
    double line = (1 - u) * rows[first].frequency_hz + u * rows[last].frequency_hz;
    bend = (rows[middle].frequency_hz - line) / (u * (1 - u));
  }
  return T * ((rows[first].frequency_hz + rows[last].frequency_hz) / 2 + bend / 6);
}

/* What the log-amplitudes of the rows between tell of the slopes at the ends, by least
 * squares over L(u) - y0 - (3 u^2 - 2 u^3) step = m0 (u - 2 u^2 + u^3) + m1 (u^3 - u^2).
 */
static void
fit_slopes (const Rejoin *self, Piece *piece)
{
  const TsrBreakpoint *b = &self->rows[piece->first];
  guint                k = piece->last - piece->first;
  double               step = b[k].log_amplitude - b[0].log_amplitude;
  double               aa = 0, ab = 0, bb = 0, ay = 0, by = 0;

  piece->m0 = piece->m1 = step;
  if (k < 2 || is_null (&b[0]) || is_null (&b[k]))
    return;
  for (guint i = 1; i < k; i++) {
    double u = (double)i / k;
    double p = u * (1 - u) * (1 - u), q = u * u * (u - 1);
    double y = b[i].log_amplitude - b[0].log_amplitude - u * u * (3 - 2 * u) * step;
    aa += p * p;
    ab += p * q;
    bb += q * q;
    ay += p * y;
    by += q * y;
  }
  if (k == 2) { /* p = -q: only the difference is told */
    piece->has_difference = TRUE;
    piece->difference = ay / aa;
    piece->m0 = step + piece->difference / 2;
    piece->m1 = step - piece->difference / 2;
    return;
  }
  double determinant = aa * bb - ab * ab;
  piece->has_slopes = TRUE;
  piece->m0 = (ay * bb - by * ab) / determinant;
  piece->m1 = (by * aa - ay * ab) / determinant;
}

static gboolean
is_same (const Rejoin        *self,
         const TsrBreakpoint *row,
         const TsrBreakpoint *again,
         double               neper)
{
  return fabs (row->frequency_hz - again->frequency_hz) <=
             SAME_FREQUENCY * (1 + row->frequency_hz) &&
         fabs (row->log_amplitude - again->log_amplitude) <= neper &&
         fabs ((double)row->bandwidth - (double)again->bandwidth) <= SAME_BANDWIDTH &&
         (!self->how->has_phases ||
          fabs (row->phase_turns - again->phase_turns) <= SAME_TURNS);
}

/* How many pieces writing makes of the segment. */
static guint
n_written (const Rejoin *self, const TsrBreakpoint *a, const TsrBreakpoint *b)
{
  return (guint)tsr_breakpoint_n_straight (
      a, b, self->how->tolerance_cent, self->how->tolerance_db);
}

/* Whether the rows of the piece lie between a and b. */
static gboolean
passes_rows (const Rejoin        *self,
             const Piece         *piece,
             const TsrBreakpoint *a,
             const TsrBreakpoint *b)
{
  guint  k = piece->last - piece->first;
  double slope = fmax (fabs ((double)a->slope_per_s), fabs ((double)b->slope_per_s));
  double neper = SAME_NEPER + SLOPE_NOISE * slope * (b->time_s - a->time_s);

  for (guint i = 1; i < k; i++) {
    TsrBreakpoint again;
    tsr_breakpoint_between (a, b, (double)i / k, &again);
    if (!is_same (self, &self->rows[piece->first + i], &again, neper))
      return FALSE;
  }
  return TRUE;
}

/* The ends of a piece, on their own. */
static void
ends_of (const Rejoin *self, const Piece *piece, TsrBreakpoint *a, TsrBreakpoint *b)
{
  double T = span_s (self, piece->first, piece->last);

  *a = self->rows[piece->first];
  *b = self->rows[piece->last];
  a->slope_per_s = (float)(piece->m0 / T);
  b->slope_per_s = (float)(piece->m1 / T);
  if (!self->how->has_phases)
    b->phase_turns = a->phase_turns + turns_over (self, piece->first, piece->last);
}

/* Whether the rows from first to last seem to be one piece. One row between tells too
 * little of the slopes for the number of rows: that is seen when its neighbours told. */
static gboolean
find_piece (const Rejoin *self, Piece *piece)
{
  TsrBreakpoint a, b;
  guint         k = piece->last - piece->first;

  fit_slopes (self, piece);
  ends_of (self, piece, &a, &b);
  guint n = n_written (self, &a, &b);
  if (piece->has_difference ? !self->how->has_phases && (n < 2 || n > 3) : n != k)
    return FALSE;
  return passes_rows (self, piece, &a, &b);
}

static void
add_piece (Rejoin *self, const Piece *piece)
{
  g_array_append_vals (self->pieces, piece, 1);
}

/* The longest piece from row i on in a run that ends at row `end`, or the segment to the
 * next row. */
static Piece
longest_piece (const Rejoin *self, guint i, guint end)
{
  guint stop = end > i + MAX_TRIES ? end - 1 : i + 1;

  for (guint last = end; last > stop; last--) {
    Piece piece = {.first = i, .last = last, .is_whole_run = last == end};
    if (find_piece (self, &piece))
      return piece;
  }
  return (Piece){.first = i, .last = i + 1};
}

static void
find_pieces (Rejoin *self)
{
  guint end = 0; /* of the present run */

  for (guint i = 0; i + 1 < self->n;) {
    if (i + 1 >= end)
      end = end_of_run (self, i);
    Piece piece = longest_piece (self, i, end);
    add_piece (self, &piece);
    i = piece.last;
    for (; end > i + MAX_TRIES && piece.last < end; i++)
      add_piece (self, &(Piece){.first = i, .last = i + 1});
  }
}

/* ---- slopes ---- */

static Piece *
piece_at (const Rejoin *self, guint i)
{
  return &g_array_index (self->pieces, Piece, i);
}

/* One breakpoint has one slope: that of the side where it is not limited. */
static void
add_slope (Rejoin *self, guint at, double m, double T)
{
  double *slope = &self->slopes[at], other = m / T;

  if (isnan (*slope) || fabs (other) > fabs (*slope))
    *slope = other;
}

static double
limited (double m)
{
  return CLAMP (m, -LARGEST_SLOPE, LARGEST_SLOPE);
}

/* From a known slope at one end to the other end. */
static void
pass_on (Rejoin *self, guint i, gboolean forward)
{
  const Piece *piece = piece_at (self, i);
  double      *from = &self->slopes[forward ? i : i + 1];
  double      *to = &self->slopes[forward ? i + 1 : i];
  double       T = span_s (self, piece->first, piece->last);

  if (piece->has_difference && !isnan (*from) && isnan (*to))
    *to = (limited (*from * T) + (forward ? -piece->difference : piece->difference)) / T;
}

static void
take_told_slopes (Rejoin *self)
{
  guint n = self->pieces->len;

  for (guint i = 0; i <= n; i++)
    self->slopes[i] = NAN;
  for (guint i = 0; i < n; i++) {
    const Piece *piece = piece_at (self, i);
    double       T = span_s (self, piece->first, piece->last);
    if (!piece->has_slopes)
      continue;
    add_slope (self, i, piece->m0, T);
    add_slope (self, i + 1, piece->m1, T);
  }
  for (guint i = 0; i < n; i++)
    pass_on (self, i, TRUE);
  for (guint i = n; i-- > 0;)
    pass_on (self, i, FALSE);
}

static void
set_chain (Rejoin *self, const Chain *chain, double slope_per_s)
{
  for (guint i = chain->first; i <= chain->last; i++)
    self->slopes[i] = NAN;
  self->slopes[chain->first] = slope_per_s;
  for (guint i = chain->first; i < chain->last; i++)
    pass_on (self, i, TRUE);
}

/* What is still open gets the slope from neighbours. */
static void
find_chains (Rejoin *self)
{
  guint n = self->pieces->len;

  for (guint i = 0; i <= n; i++) {
    if (!isnan (self->slopes[i]))
      continue;
    Chain chain = {i, i};
    while (chain.last < n && piece_at (self, chain.last)->has_difference &&
           isnan (self->slopes[chain.last + 1]))
      chain.last++;
    guint row = i < n ? piece_at (self, i)->first : self->n - 1;
    set_chain (self, &chain, (double)self->rows[row].slope_per_s);
    g_array_append_val (self->chains, chain);
  }
}

/* Pieces at the ends of the chain and along it that would be written with another number
 * of rows. */
static guint
n_wrong (const Rejoin *self, const Chain *chain)
{
  guint first = chain->first > 0 ? chain->first - 1 : 0, n = 0;

  for (guint i = first; i <= chain->last && i < self->pieces->len; i++) {
    Piece        *piece = piece_at (self, i);
    TsrBreakpoint a, b;
    ends_of (self, piece, &a, &b);
    a.slope_per_s = (float)self->slopes[i];
    b.slope_per_s = (float)self->slopes[i + 1];
    n += n_written (self, &a, &b) != piece->last - piece->first;
  }
  return n;
}

/* Looks for a slope with which the same rows are written. The bends that a row may keep
 * tell how far off it can be. */
static void
settle_chain (Rejoin *self, const Chain *chain)
{
  guint        least = n_wrong (self, chain);
  const Piece *piece = piece_at (self, MIN (chain->first, self->pieces->len - 1));
  double       T = span_s (self, piece->first, piece->last);
  double       base = self->slopes[chain->first], best = base;
  double       step = 4 * self->how->tolerance_db / N_STEPS / T;

  for (int k = 2; least > 0 && k < 2 * N_STEPS; k++) {
    double slope = base + (k % 2 == 0 ? step : -step) * (k / 2);
    set_chain (self, chain, slope);
    guint n = n_wrong (self, chain);
    if (n < least) {
      least = n;
      best = slope;
    }
  }
  set_chain (self, chain, best);
}

/* Slopes that the rows tell, those that follow from these, then the ones left open. */
static void
find_slopes (Rejoin *self)
{
  take_told_slopes (self);
  find_chains (self);
  for (guint i = 0; i < self->chains->len; i++)
    settle_chain (self, &g_array_index (self->chains, Chain, i));
}

/* ---- in the end ---- */

/* Values that others would hardly have given these rows. */
static guint64
count_sure (const Rejoin        *self,
            const Piece         *piece,
            const TsrBreakpoint *a,
            const TsrBreakpoint *b)
{
  guint    k = piece->last - piece->first, n_free = self->how->has_phases ? 1 : 2;
  guint64  n = 0;
  double   step = b->log_amplitude - a->log_amplitude;
  gboolean bends = fabs (piece->m0 - step) + fabs (piece->m1 - step) > 1e-6;

  if (!piece->is_whole_run)
    return 0;
  if (k > n_free &&
      tsr_breakpoint_n_straight (a, b, self->how->tolerance_cent, INFINITY) > 1)
    n += k - n_free;
  if (k > 3 && bends && piece->has_slopes &&
      tsr_breakpoint_n_straight (a, b, INFINITY, self->how->tolerance_db) > 1)
    n += k - 3;
  return n;
}

static void
append (Rejoin *self, TsrBreakpoint b, guint first, guint last)
{
  const TsrBreakpoint *before =
      self->out->len > 0 ? &g_array_index (self->out, TsrBreakpoint, self->out->len - 1)
                         : NULL;

  if (before != NULL && !self->how->has_phases)
    b.phase_turns = before->phase_turns + turns_over (self, first, last);
  g_array_append_val (self->out, b);
}

/* The end of a piece, behind its beginning; the rows between stay if they must. */
static void
append_piece (Rejoin *self, guint i)
{
  const Piece  *piece = piece_at (self, i);
  TsrBreakpoint a = g_array_index (self->out, TsrBreakpoint, self->out->len - 1);
  TsrBreakpoint b = self->rows[piece->last];
  guint         from = piece->first;

  b.slope_per_s = (float)self->slopes[i + 1];
  if (piece->last > piece->first + 1) {
    if (!self->how->has_phases)
      b.phase_turns = a.phase_turns + turns_over (self, piece->first, piece->last);
    if (n_written (self, &a, &b) == piece->last - piece->first &&
        passes_rows (self, piece, &a, &b))
      self->n_sure += count_sure (self, piece, &a, &b);
    else
      for (; from + 1 < piece->last; from++)
        append (self, self->rows[from + 1], from, from + 1);
  }
  append (self, b, from, piece->last);
}

static gboolean
any_is_left_out (const Rejoin *self)
{
  return self->pieces->len + 1 < self->n;
}

GArray *
tsr_rejoin_rows (const TsrRejoin     *how,
                 const TsrBreakpoint *rows,
                 guint                n,
                 guint64             *n_sure)
{
  Rejoin self = {.how = how, .rows = rows, .n = n};

  self.pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  find_pieces (&self);
  if (any_is_left_out (&self)) {
    self.slopes = g_new (double, self.pieces->len + 1);
    self.out =
        g_array_sized_new (FALSE, FALSE, sizeof (TsrBreakpoint), self.pieces->len + 1);
    self.chains = g_array_new (FALSE, FALSE, sizeof (Chain));
    find_slopes (&self);
    g_array_unref (self.chains);
    TsrBreakpoint first = rows[0];
    first.slope_per_s = (float)self.slopes[0];
    g_array_append_val (self.out, first);
    for (guint i = 0; i < self.pieces->len; i++)
      append_piece (&self, i);
    g_free (self.slopes);
  }
  g_array_unref (self.pieces);
  *n_sure += self.n_sure;
  return self.out;
}
