/* SPDX-License-Identifier: GPL-3.0-or-later
 * Memory of what stands for partials of a program while an edit of them is in hand.
 */
#include "audio/process-setup.h"

#include <stdlib.h>
#include <string.h>

#include "audio/program.h"

enum { ALIGNMENT = 64 };

/* Groups of the program's partials; FALSE when one that is taken away is not there. */
static gboolean
cover (TsrTouchBanks *self, const TsrProgram *program, const TsrTouch *touch)
{
  const TsrPartialSet *set = tsr_score_set (program->score);
  gsize                n = tsr_partial_set_size (set), n_removed;
  const gint64        *removed = tsr_touch_removed (touch, &n_removed);

  if (n_removed == 0)
    return TRUE;
  self->covered = g_malloc (n + 1);
  if (program->selected != NULL)
    memcpy (self->covered, program->selected, n);
  else
    memset (self->covered, 0, n); /* g_new0 would leave page faults to the callback */
  for (gsize i = 0; i < n_removed; i++) {
    gint64 index = tsr_partial_set_index_of (set, removed[i]);
    if (index < 0)
      return FALSE;
    self->covered[index] = TSR_COVERED;
  }
  return TRUE;
}

static guint8
group_like (const TsrProgram *program, gint64 like)
{
  if (like <= 0)
    return like == TSR_TOUCH_SELECTED;
  gint64 index = tsr_partial_set_index_of (tsr_score_set (program->score), like);
  return program->selected != NULL && index >= 0 ? program->selected[index] : 0;
}

/* Fills in the groups and whether each is there. */
static void
find_groups (TsrTouchBanks    *self,
             const TsrProgram *program,
             const TsrTouch   *touch,
             gboolean          any[2])
{
  gsize         n = tsr_partial_set_size (tsr_touch_added (touch));
  const gint64 *like = tsr_touch_like (touch);

  self->groups = g_new0 (guint8, n + 1);
  for (gsize i = 0; i < n; i++) {
    self->groups[i] = group_like (program, like[i]);
    any[self->groups[i]] = TRUE;
  }
}

/* A bank for each head and group that sounds, in one piece of memory. */
static gboolean
make_banks (TsrTouchBanks *self, const gboolean any[2], double rate_hz)
{
  gsize size = tsr_oscillator_bank_size (self->score);
  gsize n_groups = (gsize)(any[0] + any[1]);

  size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  if (n_groups == 0)
    return TRUE;
  self->bank_memory = aligned_alloc (ALIGNMENT, size * 2 * n_groups);
  if (self->bank_memory == NULL)
    return FALSE;
  char *memory = self->bank_memory;
  memset (memory, 0, size * 2 * n_groups); /* no page fault in the callback */
  for (int h = 0; h < 2; h++)
    for (int g = 0; g < 2; g++)
      if (any[g]) {
        self->banks[h][g] =
            tsr_oscillator_bank_init (memory, self->score, rate_hz, TSR_LIMITER_CHANNELS);
        memory += size;
      }
  return TRUE;
}

TsrTouchBanks *
tsr_touch_banks_new (const TsrProgram *program,
                     const TsrTouch   *touch,
                     guint64           cover_id,
                     double            rate_hz)
{
  TsrTouchBanks *self;
  gboolean       any[2] = {FALSE, FALSE};

  if (program->score == NULL || program->morph != NULL)
    return NULL;
  self = g_new0 (TsrTouchBanks, 1);
  self->cover = cover_id;
  self->score = tsr_score_new_beside (tsr_touch_added (touch), program->score);
  if (self->score != NULL && cover (self, program, touch)) {
    find_groups (self, program, touch, any);
    if (make_banks (self, any, rate_hz))
      return self;
  }
  tsr_touch_banks_free (self);
  return NULL;
}

void
tsr_touch_banks_free (TsrTouchBanks *self)
{
  if (self == NULL)
    return;
  tsr_score_unref (self->score);
  free (self->bank_memory);
  g_free (self->covered);
  g_free (self->groups);
  g_free (self);
}
