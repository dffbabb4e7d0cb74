/* SPDX-License-Identifier: GPL-3.0-or-later
 * Operations: made, freed, and told as text.
 */
#include "model/operation-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "model/dsp-types.h"

enum { MAX_INLINE_POINTS = 32 };

G_DEFINE_QUARK (tsr - operation - error - quark, tsr_operation_error)

TsrOperation *
tsr_operation_new (TsrOperationKind kind, double number, TsrCurve *curve)
{
  TsrOperation *operation = g_new0 (TsrOperation, 1);

  operation->kind = kind;
  operation->number = number;
  operation->curve = curve;
  return operation;
}

void
tsr_operation_free (TsrOperation *operation)
{
  if (operation == NULL)
    return;
  tsr_curve_unref (operation->curve);
  g_free (operation->file_name);
  g_free (operation);
}

TsrOperation *
tsr_operation_new_pitch (double ratio)
{
  g_return_val_if_fail (ratio > 0 && isfinite (ratio), NULL);
  return tsr_operation_new (TSR_OPERATION_PITCH, ratio, NULL);
}

TsrOperation *
tsr_operation_new_pitch_curve (TsrCurve *ratio_over_time_s)
{
  g_return_val_if_fail (ratio_over_time_s != NULL, NULL);
  return tsr_operation_new (TSR_OPERATION_PITCH, 1, tsr_curve_ref (ratio_over_time_s));
}

TsrOperation *
tsr_operation_new_stretch (double factor)
{
  g_return_val_if_fail (factor > 0 && isfinite (factor), NULL);
  return tsr_operation_new (TSR_OPERATION_STRETCH, factor, NULL);
}

TsrOperation *
tsr_operation_new_stretch_map (TsrCurve *target_s_over_time_s)
{
  g_return_val_if_fail (target_s_over_time_s != NULL, NULL);
  g_return_val_if_fail (tsr_curve_is_increasing (target_s_over_time_s), NULL);
  return tsr_operation_new (
      TSR_OPERATION_STRETCH, 1, tsr_curve_ref (target_s_over_time_s));
}

TsrOperation *
tsr_operation_new_shift (double shift_hz)
{
  g_return_val_if_fail (isfinite (shift_hz), NULL);
  return tsr_operation_new (TSR_OPERATION_SHIFT, shift_hz, NULL);
}

TsrOperation *
tsr_operation_new_gain (double gain_db)
{
  g_return_val_if_fail (isfinite (gain_db), NULL);
  return tsr_operation_new (TSR_OPERATION_GAIN, gain_db, NULL);
}

TsrOperation *
tsr_operation_new_filter (TsrCurve *gain_db_over_hz)
{
  g_return_val_if_fail (gain_db_over_hz != NULL, NULL);
  return tsr_operation_new (TSR_OPERATION_FILTER, 0, tsr_curve_ref (gain_db_over_hz));
}

TsrOperation *
tsr_operation_new_delete (void)
{
  return tsr_operation_new (TSR_OPERATION_DELETE, 0, NULL);
}

TsrOperation *
tsr_operation_new_crop (double start_s, double end_s)
{
  g_return_val_if_fail (isfinite (start_s) && end_s > start_s, NULL);

  TsrOperation *operation = tsr_operation_new (TSR_OPERATION_CROP, 0, NULL);
  operation->start_s = start_s;
  operation->end_s = end_s;
  return operation;
}

static gboolean
curve_is_flat (const TsrCurve *curve, double level)
{
  const TsrCurvePoint *p = tsr_curve_points (curve);

  for (gsize i = 0; i < tsr_curve_n_points (curve); i++)
    if (p[i].y != level)
      return FALSE;
  return TRUE;
}

gboolean
tsr_operation_is_identity (const TsrOperation *operation)
{
  switch (operation->kind) {
  case TSR_OPERATION_PITCH:
    return operation->curve != NULL ? curve_is_flat (operation->curve, 1)
                                    : operation->number == 1;
  case TSR_OPERATION_STRETCH:
    return operation->curve == NULL && operation->number == 1;
  case TSR_OPERATION_SHIFT:
  case TSR_OPERATION_GAIN:
    return operation->number == 0;
  case TSR_OPERATION_FILTER:
    return curve_is_flat (operation->curve, 0);
  case TSR_OPERATION_DELETE:
  case TSR_OPERATION_CROP:
    break;
  }
  return FALSE;
}

/* The shortest text that reads back as the same number. */
static void
append_number (GString *text, double number)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  for (int digits = 6; digits <= 17; digits++) {
    g_autofree char *format = g_strdup_printf ("%%.%dg", digits);
    g_ascii_formatd (buffer, sizeof buffer, format, number);
    if (g_ascii_strtod (buffer, NULL) == number)
      break;
  }
  g_string_append (text, buffer);
}

static void
append_curve (GString *text, const TsrOperation *operation)
{
  const TsrCurvePoint *p = tsr_curve_points (operation->curve);
  gsize                n = tsr_curve_n_points (operation->curve);

  if (operation->file_name != NULL || n > MAX_INLINE_POINTS) {
    g_string_append (text,
                     operation->file_name != NULL ? operation->file_name : "curve.csv");
    return;
  }
  for (gsize i = 0; i < n; i++) {
    if (i > 0)
      g_string_append_c (text, ',');
    append_number (text, p[i].x);
    g_string_append_c (text, ':');
    append_number (text, p[i].y);
  }
}

static void
append_pitch (GString *text, double ratio)
{
  double cents = 1200 * log2 (ratio);
  double whole = round (cents * 1000) / 1000;

  if (fabs (cents - whole) > 1e-9) {
    append_number (text, ratio);
    return;
  }
  append_number (text, whole);
  g_string_append (text, "cents");
}

char *
tsr_operation_to_text (const TsrOperation *operation)
{
  static const char *const words[] = {
      "pitch", "stretch", "shift", "gain", "filter", "delete", "crop"};
  GString *text = g_string_new (words[operation->kind]);

  if (operation->kind == TSR_OPERATION_DELETE)
    return g_string_free (text, FALSE);
  g_string_append_c (text, ' ');
  if (operation->kind == TSR_OPERATION_CROP) {
    append_number (text, operation->start_s);
    g_string_append_c (text, ':');
    if (isfinite (operation->end_s))
      append_number (text, operation->end_s);
  } else if (operation->curve != NULL)
    append_curve (text, operation);
  else if (operation->kind == TSR_OPERATION_PITCH)
    append_pitch (text, operation->number);
  else
    append_number (text, operation->number);
  if (operation->kind == TSR_OPERATION_SHIFT)
    g_string_append (text, "Hz");
  if (operation->kind == TSR_OPERATION_GAIN)
    g_string_append (text, "dB");
  return g_string_free (text, FALSE);
}

static char *
what_it_does (const TsrOperation *operation)
{
  switch (operation->kind) {
  case TSR_OPERATION_PITCH:
    if (operation->curve != NULL)
      return g_strdup (_ ("Pitch by a curve"));
    return g_strdup_printf (_ ("Pitch %+.4g cents"), 1200 * log2 (operation->number));
  case TSR_OPERATION_STRETCH:
    if (operation->curve != NULL)
      return g_strdup (_ ("Stretch by a time map"));
    return g_strdup_printf (_ ("Stretch × %.4g"), operation->number);
  case TSR_OPERATION_SHIFT:
    return g_strdup_printf (_ ("Shift %+.4g Hz"), operation->number);
  case TSR_OPERATION_GAIN:
    return g_strdup_printf (_ ("Gain %+.4g dB"), operation->number);
  case TSR_OPERATION_FILTER:
    return g_strdup (_ ("Filter"));
  case TSR_OPERATION_DELETE:
    return g_strdup (_ ("Delete"));
  case TSR_OPERATION_CROP:
    break;
  }
  return isfinite (operation->end_s)
             ? g_strdup_printf (
                   _ ("Crop %.4g–%.4g s"), operation->start_s, operation->end_s)
             : g_strdup_printf (_ ("Crop from %.4g s"), operation->start_s);
}

char *
tsr_operation_label (const TsrOperation *operation, gsize n_partials)
{
  g_autofree char *what = what_it_does (operation);

  if (n_partials == 0)
    return g_steal_pointer (&what);
  return g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "%s, %zu partial", "%s, %zu partials", n_partials),
      what,
      n_partials);
}
