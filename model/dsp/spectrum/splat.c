/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reassigned energy into pixels.
 */
#include "model/dsp/spectrum/splat.h"

#include <math.h>

enum { MAX_PIECES = 128 };
/* Neighbours further apart than this many times their distance before reassignment
 * belong to different things. */
#define TEAR 1.6F
#define ROUNDING 0.02F /* of a pixel: a length of 3.0001 makes 3 pieces */

static inline void
splat_point (const TsrSplat *s, float column, float row, float power)
{
  if (!(column > -1 && row > -1 && column < (float)s->n_columns &&
        row < (float)s->n_rows))
    return;
  size_t c = (size_t)(column + 1);
  size_t r = (size_t)(row + 1);
  float  u = column + 1 - (float)c;
  float  v = row + 1 - (float)r;
  float *at = s->energy + c * (s->n_rows + 2) + r;
  float  left = power * (1 - u);
  float  right = power * u;
  at[0] += left * (1 - v);
  at[1] += left * v;
  at += s->n_rows + 2;
  at[0] += right * (1 - v);
  at[1] += right * v;
}

/* The way from a point to its neighbour in the net, and in how many pieces to go. `ahead`
 * is the distance of the frames in columns: 0 in the same one. Only differences are
 * compared, so that the net is the same in every strip. */
typedef struct {
  float columns, rows, power;
  int   n_pieces;
} Edge;

static inline bool
is_torn (const TsrSplat       *s,
         const TsrSplatPoints *a,
         size_t                i,
         const TsrSplatPoints *b,
         size_t                j,
         float                 ahead)
{
  return !(b->power[j] > 0 &&
           fabsf (b->shift[j] - a->shift[i] + ahead) <= TEAR * s->hop_columns &&
           fabsf (b->row[j] - a->row[i]) <= TEAR * s->bin_rows[i]);
}

static Edge
make_edge (
    const TsrSplatPoints *a, size_t i, const TsrSplatPoints *b, size_t j, float ahead)
{
  Edge  edge = {.columns = b->shift[j] - a->shift[i] + ahead,
                .rows = b->row[j] - a->row[i],
                .power = b->power[j] - a->power[i],
                .n_pieces = 1};
  float length = fmaxf (fabsf (edge.columns), fabsf (edge.rows));
  if (length > 1)
    edge.n_pieces = length < MAX_PIECES ? (int)ceilf (length - ROUNDING) : MAX_PIECES;
  return edge;
}

static void
splat_cell (const TsrSplat       *s,
            const TsrSplatPoints *frame,
            size_t                i,
            const Edge           *along,
            const Edge           *up)
{
  float share = 1 / (float)(along->n_pieces * up->n_pieces);

  for (int a = 0; a < along->n_pieces; a++)
    for (int b = 0; b < up->n_pieces; b++) {
      float u = (float)a / (float)along->n_pieces;
      float v = (float)b / (float)up->n_pieces;
      float power = frame->power[i] + u * along->power + v * up->power;
      if (power > 0)
        splat_point (s,
                     frame->centre + frame->shift[i] + u * along->columns +
                         v * up->columns,
                     frame->row[i] + u * along->rows + v * up->rows,
                     power * share);
    }
}

/* Far apart on the screen in at least one direction. */
static void
splat_net (const TsrSplat *s, const TsrSplatPoints *frame, const TsrSplatPoints *next)
{
  const Edge point = {.n_pieces = 1};
  bool       below_is_joined = false;

  for (size_t i = 0; i < s->n_bins; i++) {
    if (!(frame->power[i] > 0)) {
      below_is_joined = false;
      continue;
    }
    bool has_up = i + 1 < s->n_bins && !is_torn (s, frame, i, frame, i + 1, 0);
    bool has_along = !is_torn (s, frame, i, next, i, s->hop_columns);
    if (has_up || has_along || below_is_joined) {
      Edge along = has_along ? make_edge (frame, i, next, i, s->hop_columns) : point;
      Edge up = has_up ? make_edge (frame, i, frame, i + 1, 0) : point;
      splat_cell (s, frame, i, &along, &up);
    }
    below_is_joined = has_up;
  }
}

/* Closer than pixels in both: joining would change nothing. */
static void
splat_dense (const TsrSplat *s, const TsrSplatPoints *frame)
{
  bool below_is_joined = false;

  for (size_t i = 0; i < s->n_bins; i++) {
    if (!(frame->power[i] > 0)) {
      below_is_joined = false;
      continue;
    }
    bool has_up = i + 1 < s->n_bins && !is_torn (s, frame, i, frame, i + 1, 0);
    if (has_up || below_is_joined)
      splat_point (s, frame->centre + frame->shift[i], frame->row[i], frame->power[i]);
    below_is_joined = has_up;
  }
}

void
tsr_splat_frame (const TsrSplat       *splat,
                 const TsrSplatPoints *frame,
                 const TsrSplatPoints *next)
{
  if (splat->hop_columns > 1 || splat->has_tall_bins)
    splat_net (splat, frame, next);
  else
    splat_dense (splat, frame);
}
