/* SPDX-License-Identifier: GPL-3.0-or-later
 * Residual laws <-> bytes.
 */
#include "store/residual-codec.h"

#include <string.h>

#include "model/dsp-types.h"
#include "store/curve-codec.h"

static const char TAG[8] = "TSRLAWS1"; /* no end of text: 8 bytes */
static const char TAG_MORE[8] = "TSRLAWS2";

enum { RECORD_BASE = 0, RECORD_LAW = 1, RECORD_TILT = 100, HEAD = 16, POINT = 16 };

static void
put_record (GByteArray *buffer, guint64 kind, const TsrCurve *curve)
{
  g_autoptr (GByteArray) points = g_byte_array_new ();
  guint64 head[2] = {
      GUINT64_TO_LE (kind),
      GUINT64_TO_LE ((guint64)(curve != NULL ? tsr_curve_n_points (curve) : 0))};

  g_byte_array_append (buffer, (const guint8 *)head, sizeof head);
  if (curve == NULL)
    return;
  tsr_curve_encode (curve, points);
  g_byte_array_append (buffer, points->data, points->len);
}

void
tsr_residual_encode (const TsrCurve        *gain_db_over_hz,
                     const TsrResidualLaws *laws,
                     const TsrResidualLaws *before,
                     GByteArray            *buffer)
{
  if (before != NULL && !tsr_residual_laws_begin_with (laws, before))
    before = NULL;
  g_byte_array_set_size (buffer, 0);
  if (tsr_residual_laws_size (laws) == 0) {
    if (gain_db_over_hz != NULL)
      tsr_curve_encode (gain_db_over_hz, buffer);
    return;
  }
  g_byte_array_append (
      buffer, (const guint8 *)(before != NULL ? TAG_MORE : TAG), sizeof TAG);
  if (gain_db_over_hz != NULL)
    put_record (buffer, RECORD_BASE, gain_db_over_hz);
  for (gsize i = tsr_residual_laws_size (before); i < tsr_residual_laws_size (laws);
       i++) {
    const TsrResidualLaw *law = tsr_residual_laws_at (laws, i);
    put_record (buffer, RECORD_LAW + (guint64)law->kind, law->level);
    if (law->tilt != NULL)
      put_record (buffer, RECORD_TILT, law->tilt);
  }
}

/* ---- reading ---- */

typedef struct {
  const guint8 *p;
  gsize         left;
  guint64       kind;
  TsrCurve     *curve; /* NULL where the record has no points */
} Reader;

/* FALSE when there is no further record, or none that makes sense. */
static gboolean
next_record (Reader *self)
{
  guint64 head[2];

  g_clear_pointer (&self->curve, tsr_curve_unref);
  if (self->left < HEAD)
    return FALSE;
  memcpy (head, self->p, sizeof head);
  self->kind = GUINT64_FROM_LE (head[0]);
  guint64 n = GUINT64_FROM_LE (head[1]);
  self->p += HEAD;
  self->left -= HEAD;
  if (n > self->left / POINT)
    return FALSE;
  if (n > 0) {
    self->curve = tsr_curve_decode (self->p, n * POINT);
    if (self->curve == NULL)
      return FALSE;
  }
  self->p += n * POINT;
  self->left -= n * POINT;
  return TRUE;
}

static gboolean
is_sound (const TsrResidualLaw *law)
{
  return law->kind == TSR_RESIDUAL_TILT ? law->tilt != NULL
                                        : law->level != NULL && law->tilt == NULL;
}

static gboolean
add_law (TsrResidualLaws **laws, TsrResidualLaw *law)
{
  TsrResidualLaws *more =
      is_sound (law) && tsr_residual_laws_size (*laws) < TSR_RESIDUAL_MAX_LAWS
          ? tsr_residual_laws_append (*laws, law)
          : NULL;

  g_clear_pointer (&law->level, tsr_curve_unref);
  g_clear_pointer (&law->tilt, tsr_curve_unref);
  if (more == NULL)
    return FALSE;
  tsr_residual_laws_unref (*laws);
  *laws = more;
  return TRUE;
}

static gboolean
read_records (Reader *reader, TsrCurve **base, TsrResidualLaws **laws)
{
  TsrResidualLaw law = {0};
  gboolean       pending = FALSE, ok = TRUE;

  while (ok && reader->left > 0 && (ok = next_record (reader))) {
    if (reader->kind == RECORD_BASE && *base == NULL && !pending)
      *base = g_steal_pointer (&reader->curve);
    else if (reader->kind == RECORD_TILT && pending && law.tilt == NULL)
      law.tilt = g_steal_pointer (&reader->curve);
    else if (reader->kind >= RECORD_LAW &&
             reader->kind < RECORD_LAW + TSR_N_RESIDUAL_LAWS) {
      ok = !pending || add_law (laws, &law);
      law.kind = (TsrResidualLawKind)(reader->kind - RECORD_LAW);
      law.level = g_steal_pointer (&reader->curve);
      pending = TRUE;
    } else
      ok = FALSE;
  }
  ok = ok && (!pending || add_law (laws, &law));
  tsr_curve_unref (law.level);
  tsr_curve_unref (law.tilt);
  tsr_curve_unref (reader->curve);
  return ok;
}

static gboolean
begins_with (const void *bytes, gsize n_bytes, const char tag[8])
{
  return n_bytes >= 8 && memcmp (bytes, tag, 8) == 0;
}

gboolean
tsr_residual_needs_parent (const void *bytes, gsize n_bytes)
{
  return n_bytes % POINT != 0 && begins_with (bytes, n_bytes, TAG_MORE);
}

gboolean
tsr_residual_decode (const void       *bytes,
                     gsize             n_bytes,
                     TsrResidualLaws  *before,
                     TsrCurve        **gain_db_over_hz,
                     TsrResidualLaws **laws)
{
  Reader reader = {.p = bytes, .left = n_bytes};

  *gain_db_over_hz = NULL;
  *laws = NULL;
  if (n_bytes % POINT == 0) {
    *gain_db_over_hz = tsr_curve_decode (bytes, n_bytes);
    return *gain_db_over_hz != NULL;
  }
  gboolean adds = tsr_residual_needs_parent (bytes, n_bytes);
  if (!adds && !begins_with (bytes, n_bytes, TAG))
    return FALSE;
  reader.p += sizeof TAG;
  reader.left -= sizeof TAG;
  if (adds && before != NULL)
    *laws = tsr_residual_laws_ref (before);
  if (read_records (&reader, gain_db_over_hz, laws) && (adds || *laws != NULL))
    return TRUE;
  g_clear_pointer (gain_db_over_hz, tsr_curve_unref);
  g_clear_pointer (laws, tsr_residual_laws_unref);
  return FALSE;
}
