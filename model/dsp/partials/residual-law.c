/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lists of residual laws and what they come to. A list shares all but its latest laws
 * with the one it was made from, so that a long history keeps each law about once.
 */
#include "model/dsp/partials/residual-law.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_DB (-300.0)
#define MOST_DB 200.0
enum { PIECES = 16 }; /* of a straight piece of factors, whose dB bend */
enum { BLOCK = 64 };  /* laws that are not shared, at most */

typedef struct {
  TsrResidualLaw law;
  uint64_t       digest; /* of all laws up to this one */
} Entry;

struct TsrResidualLaws {
  atomic_int       n_refs;
  size_t           n;      /* in all */
  TsrResidualLaws *before; /* the first n - n_here laws: whole blocks; NULL: none */
  size_t           n_here; /* 1 .. BLOCK */
  Entry            entries[];
};

/* FNV-1a over 64-bit words. */
static uint64_t
mixed (uint64_t digest, uint64_t word)
{
  for (int i = 0; i < 8; i++, word >>= 8)
    digest = (digest ^ (word & 255)) * 0x100000001b3u;
  return digest;
}

static uint64_t
mixed_curve (uint64_t digest, const TsrCurve *curve)
{
  size_t n = curve != NULL ? tsr_curve_n_points (curve) : 0;

  digest = mixed (digest, n);
  for (size_t i = 0; i < n; i++) {
    uint64_t words[2];
    memcpy (words, &tsr_curve_points (curve)[i], sizeof words);
    digest = mixed (mixed (digest, words[0]), words[1]);
  }
  return digest;
}

static uint64_t
digest_with (const TsrResidualLaws *laws, const TsrResidualLaw *law)
{
  uint64_t digest =
      laws != NULL ? laws->entries[laws->n_here - 1].digest : 0xcbf29ce484222325u;

  digest = mixed (digest, (uint64_t)law->kind);
  return mixed_curve (mixed_curve (digest, law->level), law->tilt);
}

TsrResidualLaws *
tsr_residual_laws_append (const TsrResidualLaws *laws, const TsrResidualLaw *law)
{
  bool             is_full = laws != NULL && laws->n_here == BLOCK;
  size_t           n_copied = laws != NULL && !is_full ? laws->n_here : 0;
  TsrResidualLaws *next = malloc (sizeof *next + (n_copied + 1) * sizeof (Entry));

  if (next == NULL)
    return NULL;
  atomic_init (&next->n_refs, 1);
  next->n = tsr_residual_laws_size (laws) + 1;
  next->n_here = n_copied + 1;
  next->before = is_full ? (TsrResidualLaws *)laws : laws != NULL ? laws->before : NULL;
  if (next->before != NULL)
    tsr_residual_laws_ref (next->before);
  for (size_t i = 0; i < n_copied; i++)
    next->entries[i] = laws->entries[i];
  next->entries[n_copied] = (Entry){*law, digest_with (laws, law)};
  for (size_t i = 0; i <= n_copied; i++) {
    if (next->entries[i].law.level != NULL)
      tsr_curve_ref (next->entries[i].law.level);
    if (next->entries[i].law.tilt != NULL)
      tsr_curve_ref (next->entries[i].law.tilt);
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
  while (laws != NULL &&
         atomic_fetch_sub_explicit (&laws->n_refs, 1, memory_order_acq_rel) == 1) {
    TsrResidualLaws *before = laws->before;
    for (size_t i = 0; i < laws->n_here; i++) {
      tsr_curve_unref (laws->entries[i].law.level);
      tsr_curve_unref (laws->entries[i].law.tilt);
    }
    free (laws);
    laws = before;
  }
}

size_t
tsr_residual_laws_size (const TsrResidualLaws *laws)
{
  return laws != NULL ? laws->n : 0;
}

static const Entry *
entry_at (const TsrResidualLaws *laws, size_t i)
{
  while (i < laws->n - laws->n_here)
    laws = laws->before;
  return &laws->entries[i - (laws->n - laws->n_here)];
}

const TsrResidualLaw *
tsr_residual_laws_at (const TsrResidualLaws *laws, size_t i)
{
  return &entry_at (laws, i)->law;
}

uint64_t
tsr_residual_laws_digest (const TsrResidualLaws *laws, size_t n)
{
  return n > 0 ? entry_at (laws, n - 1)->digest : 0;
}

bool
tsr_residual_laws_begin_with (const TsrResidualLaws *laws, const TsrResidualLaws *first)
{
  size_t n = tsr_residual_laws_size (first);

  return n <= tsr_residual_laws_size (laws) &&
         tsr_residual_laws_digest (laws, n) == tsr_residual_laws_digest (first, n);
}

bool
tsr_residual_laws_equal (const TsrResidualLaws *a, const TsrResidualLaws *b)
{
  if (tsr_residual_laws_size (a) != tsr_residual_laws_size (b))
    return false;
  for (; a != b; a = a->before, b = b->before) /* of the same sizes all the way */
    for (size_t i = 0; i < a->n_here; i++) {
      const TsrResidualLaw *x = &a->entries[i].law, *y = &b->entries[i].law;
      if (x->kind != y->kind || !tsr_curve_equal (x->level, y->level) ||
          !tsr_curve_equal (x->tilt, y->tilt))
        return false;
    }
  return true;
}

/* Calls `visit` for each law in order. */
static void
visit_all (const TsrResidualLaws *laws,
           void (*visit) (void *user, const TsrResidualLaw *law),
           void *user)
{
  if (laws == NULL)
    return;
  visit_all (laws->before, visit, user);
  for (size_t i = 0; i < laws->n_here; i++)
    visit (user, &laws->entries[i].law);
}

static double
bounded (double db)
{
  return fmin (fmax (db, LEAST_DB), MOST_DB);
}

/* What laws come to at a time of the source. */
typedef struct {
  double source_s;
  double gain, db, tilt_db, model_share;
} Moment;

static void
add_gain (void *user, const TsrResidualLaw *law)
{
  const double most = pow (10, MOST_DB / 20);
  Moment      *m = user;

  if (law->kind == TSR_RESIDUAL_NOISE)
    m->gain = fmin (most, m->gain * fmax (0, tsr_curve_at (law->level, m->source_s)));
  else if (law->kind == TSR_RESIDUAL_GAIN ||
           (law->kind == TSR_RESIDUAL_TILT && law->level != NULL))
    m->db += tsr_curve_at (law->level, m->source_s);
}

double
tsr_residual_laws_gain (const TsrResidualLaws *laws, double source_s)
{
  Moment m = {.source_s = source_s, .gain = 1};

  visit_all (laws, add_gain, &m);
  return m.db == 0
             ? m.gain
             : fmin (pow (10, MOST_DB / 20), m.gain * pow (10, bounded (m.db) / 20));
}

static void
add_tilt (void *user, const TsrResidualLaw *law)
{
  Moment *m = user;

  if (law->kind == TSR_RESIDUAL_TILT)
    m->tilt_db = bounded (m->tilt_db + tsr_curve_at (law->tilt, m->source_s));
}

double
tsr_residual_laws_tilt_db (const TsrResidualLaws *laws, double source_s)
{
  Moment m = {.source_s = source_s};

  visit_all (laws, add_tilt, &m);
  return m.tilt_db;
}

static void
see_tilt (void *user, const TsrResidualLaw *law)
{
  if (law->kind == TSR_RESIDUAL_TILT)
    *(bool *)user = true;
}

bool
tsr_residual_laws_tilts (const TsrResidualLaws *laws)
{
  bool tilts = false;

  visit_all (laws, see_tilt, &tilts);
  return tilts;
}

static void
add_model_share (void *user, const TsrResidualLaw *law)
{
  Moment *m = user;

  if (law->kind == TSR_RESIDUAL_MODEL)
    m->model_share = fmax (m->model_share, tsr_curve_at (law->level, m->source_s));
}

double
tsr_residual_laws_model_share (const TsrResidualLaws *laws, double source_s)
{
  Moment m = {.source_s = source_s};

  visit_all (laws, add_model_share, &m);
  return fmin (m.model_share, 1);
}

typedef struct {
  bool anywhere, everywhere;
} Reach;

static void
see_model (void *user, const TsrResidualLaw *law)
{
  Reach *reach = user;

  if (law->kind != TSR_RESIDUAL_MODEL)
    return;
  bool is_constant = tsr_curve_n_points (law->level) == 1;
  reach->anywhere = true;
  reach->everywhere |= is_constant && tsr_curve_points (law->level)->y >= 1;
}

bool
tsr_residual_laws_have_model (const TsrResidualLaws *laws, bool everywhere)
{
  Reach reach = {0};

  visit_all (laws, see_model, &reach);
  return everywhere ? reach.everywhere : reach.anywhere;
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

/* Where any of the curves may bend in dB. */
typedef struct {
  double *hz; /* NULL: they are only counted */
  size_t  n;
} Bends;

static void
add_bends (void *user, const TsrResidualLaw *law)
{
  Bends *bends = user;

  if (!is_over_hz (law))
    return;
  const TsrCurvePoint *p = tsr_curve_points (law->level);
  size_t               n_points = tsr_curve_n_points (law->level);
  size_t               pieces = law->kind == TSR_RESIDUAL_NOISE_OVER_HZ ? PIECES : 1;
  for (size_t k = 0; k + 1 < n_points; k++)
    for (size_t m = 0; m < pieces; m++, bends->n++)
      if (bends->hz != NULL)
        bends->hz[bends->n] = p[k].x + (p[k + 1].x - p[k].x) * (double)m / (double)pieces;
  if (bends->hz != NULL)
    bends->hz[bends->n] = p[n_points - 1].x;
  bends->n++;
}

typedef struct {
  double hz, db;
} Place;

static void
add_filter (void *user, const TsrResidualLaw *law)
{
  Place *place = user;

  if (!is_over_hz (law))
    return;
  double level = tsr_curve_at (law->level, place->hz);
  place->db += law->kind == TSR_RESIDUAL_FILTER ? level : tsr_factor_db (level);
}

static double
filter_db (const TsrResidualLaws *laws, const TsrCurve *curve, double hz)
{
  Place place = {hz, curve != NULL ? tsr_curve_at (curve, hz) : 0};

  visit_all (laws, add_filter, &place);
  return bounded (place.db);
}

/* Fills and sorts `bends`, which has room. */
static void
collect_bends (const TsrResidualLaws *laws, const TsrCurve *curve, Bends *bends)
{
  for (size_t k = 0; curve != NULL && k < tsr_curve_n_points (curve); k++)
    bends->hz[bends->n++] = tsr_curve_points (curve)[k].x;
  visit_all (laws, add_bends, bends);
  qsort (bends->hz, bends->n, sizeof *bends->hz, compare_doubles);
}

bool
tsr_residual_laws_filter (const TsrResidualLaws *laws, TsrCurve *curve, TsrCurve **result)
{
  Bends  bends = {0};
  size_t n_kept = 0;

  *result = NULL;
  visit_all (laws, add_bends, &bends);
  if (bends.n == 0) {
    *result = curve != NULL ? tsr_curve_ref (curve) : NULL;
    return true;
  }
  size_t         room = bends.n + (curve != NULL ? tsr_curve_n_points (curve) : 0);
  TsrCurvePoint *points = malloc (room * sizeof *points);
  bends = (Bends){malloc (room * sizeof *bends.hz), 0};
  if (bends.hz != NULL && points != NULL) {
    collect_bends (laws, curve, &bends);
    for (size_t i = 0; i < bends.n; i++)
      if (n_kept == 0 || bends.hz[i] > points[n_kept - 1].x)
        points[n_kept++] =
            (TsrCurvePoint){bends.hz[i], filter_db (laws, curve, bends.hz[i])};
    *result = tsr_curve_new (points, n_kept);
  }
  free (bends.hz);
  free (points);
  return *result != NULL;
}
