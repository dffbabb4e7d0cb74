/* SPDX-License-Identifier: GPL-3.0-or-later
 * Other sounds for a morph: what was chosen for those that stay goes with them.
 */
#include "model/morph-session-private.h"

#include "model/dsp-types.h"

enum { NONE = -1 };

/* Where each of the new sounds stood: the same place, else any place of the same sound;
 * NONE for one that is new. */
static void
find_origins (const TsrMorphSettings *from,
              TsrSound *const        *sounds,
              guint                   n,
              int                    *origins)
{
  gboolean used[TSR_MORPH_MOST] = {FALSE};

  for (guint k = 0; k < n; k++) {
    origins[k] = k < from->n && from->sounds[k] == sounds[k] ? (int)k : NONE;
    if (origins[k] != NONE)
      used[k] = TRUE;
  }
  for (guint k = 0; k < n; k++)
    for (guint i = 0; i < from->n && origins[k] == NONE; i++)
      if (!used[i] && from->sounds[i] == sounds[k]) {
        origins[k] = (int)i;
        used[i] = TRUE;
      }
}

/* The same, but a sound that takes another's place has its weights, too. */
static void
find_places (const TsrMorphSettings *from, guint n, const int *origins, int *places)
{
  gboolean used[TSR_MORPH_MOST] = {FALSE};

  for (guint k = 0; k < n; k++) {
    places[k] = origins[k];
    if (origins[k] != NONE)
      used[origins[k]] = TRUE;
  }
  for (guint k = 0; k < n && k < from->n; k++)
    if (places[k] == NONE && !used[k])
      places[k] = (int)k;
}

static void
carry_amount (TsrMorphAmount       *next,
              const TsrMorphAmount *from,
              guint                 n,
              const int            *places)
{
  gsize                     n_points = tsr_curve_n_points (from->curves[0]);
  g_autofree TsrCurvePoint *points = g_new (TsrCurvePoint, n_points * n);

  *next = (TsrMorphAmount){.n = n};
  for (gsize i = 0; i < n_points; i++) {
    double sum = 0;
    for (guint k = 0; k < n; k++) {
      const TsrCurve *curve = from->curves[MAX (places[k], 0)];
      TsrCurvePoint   point = tsr_curve_points (curve)[i];
      point.y = places[k] != NONE ? point.y : 0;
      sum += point.y;
      points[k * n_points + i] = point;
    }
    for (guint k = 0; k < n; k++) {
      double *weight = &points[k * n_points + i].y;
      *weight = sum > 0 ? *weight / sum : 1.0 / n;
    }
  }
  for (guint k = 0; k < n; k++)
    next->curves[k] = tsr_curve_new (points + k * n_points, n_points);
}

/* Anchors need a time in every sound. */
static GArray *
carry_anchors (const GArray *from, guint n, const int *origins)
{
  if (from == NULL)
    return NULL;
  for (guint k = 0; k < n; k++)
    if (origins[k] == NONE)
      return NULL;
  GArray *anchors = g_array_new (FALSE, TRUE, sizeof (TsrMorphAnchor));
  for (guint i = 0; i < from->len; i++) {
    TsrMorphAnchor anchor = {0};
    for (guint k = 0; k < n; k++)
      anchor.times_s[k] = g_array_index (from, TsrMorphAnchor, i).times_s[origins[k]];
    g_array_append_val (anchors, anchor);
  }
  return anchors;
}

/* Links that lost a sound but for one say nothing more. */
static GArray *
carry_links (const GArray *from, guint n_from, guint n, const int *origins)
{
  if (from == NULL)
    return NULL;
  GArray *links = g_array_new (FALSE, TRUE, sizeof (TsrMorphLink));
  for (guint i = 0; i < from->len; i++) {
    const TsrMorphLink *old = &g_array_index (from, TsrMorphLink, i);
    TsrMorphLink        link = {{0}};
    guint               had = 0, has = 0;
    for (guint k = 0; k < n_from; k++)
      had += old->ids[k] > 0;
    for (guint k = 0; k < n; k++) {
      link.ids[k] = origins[k] != NONE ? old->ids[origins[k]] : 0;
      has += link.ids[k] > 0;
    }
    if (has > 1 || (has == 1 && had == 1))
      g_array_append_val (links, link);
  }
  if (links->len == 0)
    g_clear_pointer (&links, g_array_unref);
  return links;
}

/* A name that was typed is that of these sounds: it stays while all of them do. */
static gboolean
keeps_all (const TsrMorphSettings *from, const int *origins, guint n)
{
  guint n_kept = 0;

  for (guint k = 0; k < n; k++)
    n_kept += origins[k] != NONE;
  return n_kept == from->n;
}

void
tsr_morph_settings_carry (TsrMorphSettings       *next,
                          const TsrMorphSettings *from,
                          TsrSound *const        *sounds,
                          guint                   n)
{
  int origins[TSR_MORPH_MOST], places[TSR_MORPH_MOST];

  *next = (TsrMorphSettings){.n = n,
                             .pairing = from->pairing,
                             .is_linear = from->is_linear,
                             .fades = from->fades};
  for (guint k = 0; k < n; k++)
    next->sounds[k] = g_object_ref (sounds[k]);
  if (from->n == 0) {
    const double equal[TSR_MORPH_MOST] = {1, 1, 1, 1};
    tsr_morph_amount_init (&next->amounts[TSR_MORPH_ALL], n, equal);
    return;
  }
  find_origins (from, sounds, n, origins);
  if (keeps_all (from, origins, n))
    next->name = g_strdup (from->name);
  find_places (from, n, origins, places);
  for (guint p = 0; p < TSR_MORPH_N_PARAMETERS; p++)
    if (from->amounts[p].n > 0)
      carry_amount (&next->amounts[p], &from->amounts[p], n, places);
  next->anchors = carry_anchors (from->anchors, n, origins);
  next->links = carry_links (from->links, from->n, n, origins);
}
