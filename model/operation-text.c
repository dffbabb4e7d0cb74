/* SPDX-License-Identifier: GPL-3.0-or-later
 * Operations told as text: for the command line, and for people.
 */
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "model/dsp-types.h"
#include "model/operation-private.h"
#include "model/operation-table.h"

/* ---- what can be parsed again ---- */

static void
append_curve (GString *text, const TsrOperation *operation)
{
  const TsrCurvePoint *p = tsr_curve_points (operation->curve);
  gsize                n = tsr_curve_n_points (operation->curve);

  if (operation->curve_text != NULL) {
    g_string_append (text, operation->curve_text);
    return;
  }
  for (gsize i = 0; i < n; i++) {
    if (i > 0)
      g_string_append_c (text, ',');
    tsr_append_number (text, p[i].x);
    if (operation->over_hz && i == 0)
      g_string_append (text, "Hz");
    g_string_append_c (text, ':');
    tsr_append_number (text, p[i].y);
  }
}

static void
append_pitch (GString *text, double ratio)
{
  double cents = 1200 * log2 (ratio);
  double whole = round (cents * 1000) / 1000;

  if (fabs (cents - whole) > 1e-9) {
    tsr_append_number (text, ratio);
    return;
  }
  tsr_append_number (text, whole);
  g_string_append (text, "cents");
}

static void
append_amount (GString *text, const TsrOperation *operation)
{
  if (operation->curve != NULL)
    append_curve (text, operation);
  else if (operation->kind == TSR_OPERATION_PITCH)
    append_pitch (text, operation->number);
  else {
    tsr_append_number (text, operation->number);
    g_string_append (text, tsr_amount (operation->kind).unit);
  }
}

static void
append_keeps (GString *text, const TsrOperation *operation)
{
  if (operation->keeps & TSR_KEEP_FORMANTS)
    g_string_append (text, " keep formants");
  if (operation->keeps & TSR_KEEP_SHAPE)
    g_string_append (text, " keep shape");
  if (!(operation->keeps & TSR_KEEP_TRANSIENTS))
    return;
  g_string_append (text, " keep transients");
  for (guint i = 0; operation->onsets_s != NULL && i < operation->onsets_s->len; i++) {
    g_string_append (text, i > 0 ? "," : " at ");
    tsr_append_number (text, g_array_index (operation->onsets_s, double, i));
  }
}

static void
append_path (GString *text, const GArray *path)
{
  for (guint i = 0; i < path->len; i++) {
    const TsrPathPoint *p = &g_array_index (path, TsrPathPoint, i);
    if (i > 0)
      g_string_append_c (text, ',');
    tsr_append_number (text, p->time_s);
    g_string_append_c (text, ':');
    tsr_append_number (text, p->frequency_hz);
    if (!isfinite (p->amplitude_db))
      continue;
    g_string_append_c (text, ':');
    tsr_append_number (text, p->amplitude_db);
  }
}

static void
append_span (GString *text, double from, double to)
{
  tsr_append_number (text, from);
  g_string_append_c (text, ':');
  if (isfinite (to))
    tsr_append_number (text, to);
}

static void
append_quantize (GString *text, const TsrOperation *operation)
{
  g_string_append (text, tsr_scale_name (operation->scale));
  if (operation->root_hz != TSR_SCALE_ROOT_HZ) {
    g_string_append (text, " root ");
    tsr_append_number (text, operation->root_hz);
  }
  if (operation->number != 1) {
    g_string_append (text, " amount ");
    tsr_append_number (text, operation->number);
  }
  if (operation->choice == TSR_QUANTIZE_PARTIALS)
    g_string_append_printf (text, " by %s", "partials");
}

static void
append_draw (GString *text, const TsrOperation *operation)
{
  append_path (text, operation->path);
  if (operation->count > 1)
    g_string_append_printf (text, " harmonics %u", operation->count);
  if (operation->choice >= 0)
    g_string_append_printf (text, " channel %d", operation->choice);
}

static void
append_erase (GString *text, const TsrOperation *operation)
{
  append_path (text, operation->path);
  g_string_append (text, " size ");
  append_span (text, operation->size_s, operation->size_hz);
  if (operation->number == 1)
    return;
  g_string_append (text, " strength ");
  tsr_append_number (text, operation->number);
}

static void
append_breakpoint (GString *text, const TsrOperation *operation)
{
  tsr_append_number (text, operation->start_s);
  if (operation->choice != TSR_BREAKPOINT_MOVE) {
    g_string_append (text, operation->choice == TSR_BREAKPOINT_ADD ? " add" : " delete");
    return;
  }
  g_string_append (text, " to ");
  append_path (text, operation->path);
}

/* What comes after the word, with a space before it. */
static void
append_argument (GString *text, const TsrOperation *operation)
{
  gsize length = text->len;

  g_string_append_c (text, ' ');
  switch (operation->kind) {
  case TSR_OPERATION_STRETCH:
    if (operation->curve != NULL)
      append_curve (text, operation);
    else
      tsr_append_number (text, operation->number);
    break;
  case TSR_OPERATION_FILTER:
    append_curve (text, operation);
    break;
  case TSR_OPERATION_DELETE:
    if (operation->end_s > 0)
      append_span (text, operation->start_s, operation->end_s);
    break;
  case TSR_OPERATION_CROP:
  case TSR_OPERATION_FADE:
    append_span (text, operation->start_s, operation->end_s);
    break;
  case TSR_OPERATION_SMOOTH:
    tsr_append_number (text, operation->number * 1000);
    g_string_append (text, "ms");
    break;
  case TSR_OPERATION_QUANTIZE:
    append_quantize (text, operation);
    break;
  case TSR_OPERATION_MOVE:
  case TSR_OPERATION_SPLIT:
  case TSR_OPERATION_DUPLICATE:
    tsr_append_number (text, operation->number);
    break;
  case TSR_OPERATION_JOIN:
    if (operation->choice != TSR_JOIN_ALL)
      g_string_append (text,
                       operation->choice == TSR_JOIN_BRIDGE ? "bridge" : "crossfade");
    break;
  case TSR_OPERATION_LABEL:
    if (operation->choice < 0)
      g_string_append (text, "auto");
    else
      g_string_append_printf (text, "%d", operation->choice);
    break;
  case TSR_OPERATION_DRAW:
    append_draw (text, operation);
    break;
  case TSR_OPERATION_ERASE:
    append_erase (text, operation);
    break;
  case TSR_OPERATION_BREAKPOINT:
    append_breakpoint (text, operation);
    break;
  default:
    break;
  }
  if (text->len == length + 1)
    g_string_truncate (text, length);
}

char *
tsr_operation_to_text (const TsrOperation *operation)
{
  GString *text = g_string_new (tsr_operation_word (operation->kind));

  if (operation->kind < TSR_N_AMOUNTS) {
    g_string_append_c (text, ' ');
    append_amount (text, operation);
  } else
    append_argument (text, operation);
  append_keeps (text, operation);
  return g_string_free (text, FALSE);
}

/* ---- what people read ---- */

static char *
amount_label (const TsrOperation *operation)
{
  static const struct {
    const char *constant, *curve;
  } labels[TSR_N_AMOUNTS] = {
      [TSR_OPERATION_PITCH] = {N_ ("Pitch %+.4g cents"), N_ ("Pitch by a curve")},
      [TSR_OPERATION_SHIFT] = {N_ ("Shift %+.4g Hz"), N_ ("Shift by a curve")},
      [TSR_OPERATION_GAIN] = {N_ ("Gain %+.4g dB"), N_ ("Gain by a curve")},
      [TSR_OPERATION_NOISE] = {N_ ("Noise × %.4g"), N_ ("Noise by a curve")},
      [TSR_OPERATION_FORMANTS] = {N_ ("Formants × %.4g"), N_ ("Formants by a curve")},
      [TSR_OPERATION_VIBRATO] = {N_ ("Vibrato × %.4g"), N_ ("Vibrato by a curve")},
      [TSR_OPERATION_TREMOLO] = {N_ ("Tremolo × %.4g"), N_ ("Tremolo by a curve")},
      [TSR_OPERATION_TILT] = {N_ ("Tilt %+.4g dB an octave"), N_ ("Tilt by a curve")},
      [TSR_OPERATION_BRIGHTNESS] = {N_ ("Brightness × %.4g"),
                                    N_ ("Brightness by a curve")},
      [TSR_OPERATION_HARMONIFY] = {N_ ("Harmonify %.4g"), N_ ("Harmonify by a curve")},
  };
  double number = operation->kind == TSR_OPERATION_PITCH ? 1200 * log2 (operation->number)
                                                         : operation->number;

  if (operation->curve != NULL)
    return g_strdup (_ (labels[operation->kind].curve));
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return g_strdup_printf (_ (labels[operation->kind].constant), number);
#pragma GCC diagnostic pop
}

static char *
crop_label (const TsrOperation *operation)
{
  return isfinite (operation->end_s)
             ? g_strdup_printf (
                   _ ("Crop %.4g–%.4g s"), operation->start_s, operation->end_s)
             : g_strdup_printf (_ ("Crop from %.4g s"), operation->start_s);
}

static char *
delete_label (const TsrOperation *operation)
{
  if (!(operation->end_s > 0))
    return g_strdup (_ ("Delete"));
  return isfinite (operation->end_s)
             ? g_strdup_printf (
                   _ ("Delete %.4g–%.4g s"), operation->start_s, operation->end_s)
             : g_strdup_printf (_ ("Delete from %.4g s"), operation->start_s);
}

static char *
scale_label (const TsrOperation *operation)
{
  const char *name = tsr_scale_name (operation->scale);

  if (!tsr_scale_is_file (operation->scale))
    return g_strdup_printf (_ ("Quantize to %s"), name);
  g_autofree char *base = g_filename_display_basename (name);
  return g_strdup_printf (_ ("Quantize to %s"), base);
}

static char *
time_label (const TsrOperation *operation)
{
  switch (operation->kind) {
  case TSR_OPERATION_STRETCH:
    if (operation->curve != NULL)
      return g_strdup (_ ("Stretch by a time map"));
    return g_strdup_printf (_ ("Stretch × %.4g"), operation->number);
  case TSR_OPERATION_CROP:
    return crop_label (operation);
  case TSR_OPERATION_FADE:
    return g_strdup_printf (
        _ ("Fade in %.4g s, out %.4g s"), operation->start_s, operation->end_s);
  case TSR_OPERATION_REVERSE:
    return g_strdup (_ ("Reverse"));
  case TSR_OPERATION_MOVE:
    return g_strdup_printf (_ ("Move %+.4g s"), operation->number);
  case TSR_OPERATION_SPLIT:
    return g_strdup_printf (_ ("Split at %.4g s"), operation->number);
  case TSR_OPERATION_DUPLICATE:
    return g_strdup_printf (_ ("Duplicate %+.4g s"), operation->number);
  case TSR_OPERATION_SMOOTH:
    return g_strdup_printf (_ ("Smooth over %.4g ms"), operation->number * 1000);
  default:
    return NULL;
  }
}

static char *
other_label (const TsrOperation *operation)
{
  switch (operation->kind) {
  case TSR_OPERATION_FILTER:
    return g_strdup (_ ("Filter"));
  case TSR_OPERATION_DELETE:
    return delete_label (operation);
  case TSR_OPERATION_QUANTIZE:
    return scale_label (operation);
  case TSR_OPERATION_JOIN:
    return g_strdup (_ ("Join"));
  case TSR_OPERATION_LABEL:
    return operation->choice < 0 ? g_strdup (_ ("Label harmonics"))
                                 : g_strdup_printf (_ ("Label %d"), operation->choice);
  case TSR_OPERATION_DRAW:
    return g_strdup (_ ("Draw"));
  case TSR_OPERATION_ERASE:
    return g_strdup (_ ("Erase"));
  case TSR_OPERATION_BREAKPOINT:
    return operation->choice == TSR_BREAKPOINT_MOVE ? g_strdup (_ ("Move a breakpoint"))
           : operation->choice == TSR_BREAKPOINT_ADD
               ? g_strdup (_ ("Add a breakpoint"))
               : g_strdup (_ ("Delete a breakpoint"));
  default:
    return g_strdup (_ ("Paste"));
  }
}

static char *
what_it_does (const TsrOperation *operation)
{
  if (operation->kind < TSR_N_AMOUNTS)
    return amount_label (operation);
  char *label = time_label (operation);
  return label != NULL ? label : other_label (operation);
}

static void
append_kept (GString *label, guint keeps)
{
  if (keeps & TSR_KEEP_FORMANTS)
    g_string_append (label, _ (", formants kept"));
  if (keeps & TSR_KEEP_TRANSIENTS)
    g_string_append (label, _ (", transients kept"));
  if (keeps & TSR_KEEP_SHAPE)
    g_string_append (label, _ (", shape kept"));
}

char *
tsr_operation_label (const TsrOperation *operation, gsize n_partials)
{
  g_autofree char *what = what_it_does (operation);
  GString         *label = g_string_new (what);

  append_kept (label, operation->keeps);
  g_autofree char *whole = g_string_free (label, FALSE);
  if (n_partials == 0)
    return g_steal_pointer (&whole);
  return g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "%s, %zu partial", "%s, %zu partials", n_partials),
      whole,
      n_partials);
}

char *
tsr_paste_command (const char *from, const char *query, const char *step, double at_s)
{
  g_autofree char *name = g_shell_quote (from);
  GString         *command = g_string_new ("paste ");

  g_string_append (command, name);
  if (query != NULL) {
    g_autofree char *quoted = g_shell_quote (query);
    g_string_append_printf (command, " --select %s", quoted);
  }
  if (step != NULL)
    g_string_append_printf (command, " --step %s", step);
  if (isfinite (at_s)) {
    g_string_append (command, " --at ");
    tsr_append_number (command, at_s);
  }
  return g_string_free (command, FALSE);
}
