/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lists of residual laws and what they come to.
 */
#include "model/dsp/partials/residual-law.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_DB (-300.0)
#define MOST_DB 200.0
enum { PIECES = 16 }; /* of a straight piece of factors, whose dB bend */

struct TsrResidualLaws {
  atomic_int     n_refs;
  size_t         n;
  TsrResidualLaw laws[];
};

TsrResidualLaws *
tsr_residual_laws_append (const TsrResidualLaws *laws, const TsrResidualLaw *law)
{
  size_t           n = tsr_residual_laws_size (laws);
  TsrResidualLaws *next = malloc (sizeof *next + (n + 1) * sizeof next->laws[0]);

  if (next == NULL)
    return NULL;
  atomic_init (&next->n_refs, 1);
  next->n = n + 1;
  for (size_t i = 0; i < n; i++)
    next->laws[i] = laws->laws[i];
  next->laws[n] = *law;
  for (size_t i = 0; i <= n; i++) {
    if (next->laws[i].level != NULL)
      tsr_curve_ref (next->laws[i].level);
    if (next->laws[i].tilt != NULL)
      tsr_curve_ref (next->laws[i].tilt);
  }
  return next;
}

TsrResidualLaws *
tsr_residual_laws_ref (TsrResidualLaws *laws)
{
  atomic_fetch_add_explicit (&laws->n_refs, 1, memory_order_relaxed);
  return laws;
}

void
tsr_residual_laws_unref (TsrResidualLaws *laws)
{
  if (laws == NULL ||
      atomic_fetch_sub_explicit (&laws->n_refs, 1, memory_order_acq_rel) != 1)
    return;
  for (size_t i = 0; i < laws->n; i++) {
    tsr_curve_unref (laws->laws[i].level);
    tsr_curve_unref (laws->laws[i].tilt);
  }
  free (laws);
}

size_t
tsr_residual_laws_size (const TsrResidualLaws *laws)
{
  return laws != NULL ? laws->n : 0;
}

const TsrResidualLaw *
tsr_residual_laws_at (const TsrResidualLaws *laws, size_t i)
{
  return &laws->laws[i];
}

bool
tsr_residual_laws_equal (const TsrResidualLaws *a, const TsrResidualLaws *b)
{
  size_t n = tsr_residual_laws_size (a);

  if (a == b)
    return true;
  if (n != tsr_residual_laws_size (b))
    return false;
  for (size_t i = 0; i < n; i++)
    if (a->laws[i].kind != b->laws[i].kind ||
        !tsr_curve_equal (a->laws[i].level, b->laws[i].level) ||
        !tsr_curve_equal (a->laws[i].tilt, b->laws[i].tilt))
      return false;
  return true;
}

static double
bounded (double db)
{
  return fmin (fmax (db, LEAST_DB), MOST_DB);
}

double
tsr_residual_laws_gain (const TsrResidualLaws *laws, double source_s)
{
  const double most = pow (10, MOST_DB / 20);
  double       gain = 1, db = 0;

  for (size_t i = 0; laws != NULL && i < laws->n; i++) {
    const TsrResidualLaw *law = &laws->laws[i];
    if (law->kind == TSR_RESIDUAL_NOISE)
      gain = fmin (most, gain * fmax (0, tsr_curve_at (law->level, source_s)));
    else if (law->kind == TSR_RESIDUAL_GAIN ||
             (law->kind == TSR_RESIDUAL_TILT && law->level != NULL))
      db += tsr_curve_at (law->level, source_s);
  }
  return db == 0 ? gain : fmin (most, gain * pow (10, bounded (db) / 20));
}

double
tsr_residual_laws_tilt_db (const TsrResidualLaws *laws, double source_s)
{
  double tilt_db = 0;

  for (size_t i = 0; laws != NULL && i < laws->n; i++)
    if (laws->laws[i].kind == TSR_RESIDUAL_TILT)
      tilt_db = bounded (tilt_db + tsr_curve_at (laws->laws[i].tilt, source_s));
  return tilt_db;
}

bool
tsr_residual_laws_tilts (const TsrResidualLaws *laws)
{
  for (size_t i = 0; laws != NULL && i < laws->n; i++)
    if (laws->laws[i].kind == TSR_RESIDUAL_TILT)
      return true;
  return false;
}

/* ---- over frequency ---- */

static bool
is_over_hz (const TsrResidualLaw *law)
{
  return law->kind == TSR_RESIDUAL_FILTER || law->kind == TSR_RESIDUAL_NOISE_OVER_HZ;
}

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

/* Where any of the curves may bend in dB; returns how many. */
static size_t
collect_hz (const TsrResidualLaws *laws, const TsrCurve *curve, double *hz)
{
  size_t n = 0;

  for (size_t k = 0; curve != NULL && k < tsr_curve_n_points (curve); k++)
    hz[n++] = tsr_curve_points (curve)[k].x;
  for (size_t i = 0; i < laws->n; i++) {
    if (!is_over_hz (&laws->laws[i]))
      continue;
    const TsrCurvePoint *p = tsr_curve_points (laws->laws[i].level);
    size_t               n_points = tsr_curve_n_points (laws->laws[i].level);
    size_t pieces = laws->laws[i].kind == TSR_RESIDUAL_NOISE_OVER_HZ ? PIECES : 1;
    for (size_t k = 0; k + 1 < n_points; k++)
      for (size_t m = 0; m < pieces; m++)
        hz[n++] = p[k].x + (p[k + 1].x - p[k].x) * (double)m / (double)pieces;
    hz[n++] = p[n_points - 1].x;
  }
  qsort (hz, n, sizeof *hz, compare_doubles);
  return n;
}

static double
filter_db (const TsrResidualLaws *laws, const TsrCurve *curve, double hz)
{
  double db = curve != NULL ? tsr_curve_at (curve, hz) : 0;

  for (size_t i = 0; i < laws->n; i++) {
    const TsrResidualLaw *law = &laws->laws[i];
    if (is_over_hz (law)) {
      double level = tsr_curve_at (law->level, hz);
      db += law->kind == TSR_RESIDUAL_FILTER ? level : tsr_factor_db (level);
    }
  }
  return bounded (db);
}

bool
tsr_residual_laws_filter (const TsrResidualLaws *laws, TsrCurve *curve, TsrCurve **result)
{
  size_t room = curve != NULL ? tsr_curve_n_points (curve) : 0, n, n_kept = 0;
  bool   any = false;

  *result = NULL;
  for (size_t i = 0; laws != NULL && i < laws->n; i++)
    if (is_over_hz (&laws->laws[i])) {
      room += PIECES * tsr_curve_n_points (laws->laws[i].level);
      any = true;
    }
  if (!any) {
    *result = curve != NULL ? tsr_curve_ref (curve) : NULL;
    return true;
  }
  double        *hz = malloc (room * sizeof *hz);
  TsrCurvePoint *points = malloc (room * sizeof *points);
  if (hz != NULL && points != NULL) {
    n = collect_hz (laws, curve, hz);
    for (size_t i = 0; i < n; i++)
      if (n_kept == 0 || hz[i] > points[n_kept - 1].x)
        points[n_kept++] = (TsrCurvePoint){hz[i], filter_db (laws, curve, hz[i])};
    *result = tsr_curve_new (points, n_kept);
  }
  free (hz);
  free (points);
  return *result != NULL;
}
