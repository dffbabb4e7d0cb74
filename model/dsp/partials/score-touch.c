/* SPDX-License-Identifier: GPL-3.0-or-later
 * Bringing what a score plays into memory before the callback wants it.
 */
#include <math.h>

#include "model/dsp/partials/morph-live-private.h"

/* Bytes: no system has smaller pages. */
#define PAGE 4096
/* Morphs look at breakpoints beyond the time that they play, and at once. */
#define MORPH_MARGIN_S 0.5

typedef struct {
  const TsrPartialSet *set;
  double               start_s, end_s;
} Touch;

static void
touch_bytes (const void *first, const void *last)
{
  for (const volatile char *at = first; at < (const volatile char *)last; at += PAGE)
    (void)*at;
  (void)*(const volatile char *)last;
}

/* The first breakpoint, from which live transforms count phases, and from the one before
 * the first time to that behind the second: places are looked at in order, as they are
 * read from a disk. */
static void
touch_partial (const TsrScorePartial *p, double start_s, double end_s)
{
  enum { STEP = PAGE / sizeof (TsrBreakpoint) };
  const TsrBreakpoint *b = p->breakpoints;
  uint32_t             last = p->n_breakpoints - 1;
  uint32_t             first = tsr_score_partial_find (p, start_s), k = first;

  first = first > 0 ? first - 1 : 0;
  touch_bytes (&b[0], (const char *)&b[1] - 1);
  while (k < last && b[k].time_s <= end_s)
    k = last - k > STEP ? k + STEP : last;
  touch_bytes (&b[first], (const char *)&b[k < last ? k + 1 : last] + sizeof *b - 1);
}

static bool
touch_cb (void *user, size_t index)
{
  const Touch      *touch = user;
  const TsrPartial *partial = tsr_partial_set_at (touch->set, index);

  if (tsr_partial_memory (partial) == NULL)
    return true;
  TsrScorePartial p = {.breakpoints = tsr_partial_breakpoints (partial),
                       .n_breakpoints = (uint32_t)tsr_partial_n_breakpoints (partial),
                       .start_s = tsr_partial_summary (partial)->start_s,
                       .end_s = tsr_partial_summary (partial)->end_s};
  touch_partial (&p, touch->start_s, touch->end_s);
  return true;
}

static void
touch_set (const TsrPartialSet *set, double start_s, double end_s)
{
  Touch touch = {.set = set, .start_s = start_s, .end_s = end_s};

  tsr_partial_set_foreach_in (set, start_s, end_s, 0, INFINITY, touch_cb, &touch);
}

void
tsr_score_touch (const TsrScore *score, double start_s, double end_s)
{
  touch_set (score->set, start_s, end_s);
  for (size_t k = 0; score->morph != NULL && k < score->morph->n; k++) {
    double a_s = tsr_morph_line_at (&score->morph->maps[k], start_s);
    double b_s = tsr_morph_line_at (&score->morph->maps[k], end_s);
    touch_set (score->morph->sets[k],
               fmin (a_s, b_s) - MORPH_MARGIN_S,
               fmax (a_s, b_s) + MORPH_MARGIN_S);
  }
}
