/* SPDX-License-Identifier: GPL-3.0-or-later
 * Curves <-> bytes.
 */
#include "store/curve-codec.h"

#include <string.h>

static void
put_double (guint8 *p, double value)
{
  guint64 word;
  memcpy (&word, &value, sizeof word);
  word = GUINT64_TO_LE (word);
  memcpy (p, &word, sizeof word);
}

static double
get_double (const guint8 *p)
{
  guint64 word;
  double  value;
  memcpy (&word, p, sizeof word);
  word = GUINT64_FROM_LE (word);
  memcpy (&value, &word, sizeof value);
  return value;
}

void
tsr_curve_encode (const TsrCurve *curve, GByteArray *buffer)
{
  gsize                n = tsr_curve_n_points (curve);
  const TsrCurvePoint *points = tsr_curve_points (curve);

  g_byte_array_set_size (buffer, (guint)(16 * n));
  for (gsize i = 0; i < n; i++) {
    put_double (buffer->data + 16 * i, points[i].x);
    put_double (buffer->data + 16 * i + 8, points[i].y);
  }
}

TsrCurve *
tsr_curve_decode (const void *bytes, gsize n_bytes)
{
  const guint8 *p = bytes;
  gsize         n = n_bytes / 16;

  if (n_bytes == 0 || n_bytes % 16 != 0 || n > TSR_CURVE_MAX_POINTS)
    return NULL;
  g_autofree TsrCurvePoint *points = g_new (TsrCurvePoint, n);
  for (gsize i = 0; i < n; i++)
    points[i] = (TsrCurvePoint){get_double (p + 16 * i), get_double (p + 16 * i + 8)};
  return tsr_curve_new (points, n);
}
