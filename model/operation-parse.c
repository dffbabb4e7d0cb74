/* SPDX-License-Identifier: GPL-3.0-or-later
 * The grammar of operations; AMOUNT is a number, the name of a curve file or points
 * written out (operation-curve.c):
 *   pitch AMOUNT [keep formants]      shift AMOUNT      gain AMOUNT      noise AMOUNT
 *   formants AMOUNT   vibrato AMOUNT  tremolo AMOUNT    tilt AMOUNT
 *   brightness AMOUNT harmonify AMOUNT
 *   stretch (FACTOR | FILE | s:s,...) [keep transients [at S,S...]] [keep shape]
 *   filter (FILE | Hz:dB,...)         delete [[A]:[B]]  reverse
 *   crop [A]:[B]      fade IN:OUT     smooth MS         move S           duplicate S
 *   quantize (SCALE | FILE.scl) [root HZ] [amount X]    split S
 *   join [bridge | crossfade]         label (N | auto)
 *   draw S:HZ[:dB],... [harmonics N] [channel N]
 *   erase S:HZ,... size S:HZ [strength X]
 *   breakpoint S (to S:HZ[:dB] | add | delete)
 */
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "model/operation-private.h"

gboolean
tsr_operation_fail (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  if (error != NULL)
    *error = g_error_new_valist (TSR_OPERATION_ERROR, 0, format, arguments);
  va_end (arguments);
  return FALSE;
}

gboolean
tsr_parse_quantity (const char     *text,
                    const TsrUnit  *units,
                    double         *number,
                    const TsrUnit **unit)
{
  char *end;

  *number = g_ascii_strtod (text, &end);
  if (end == text || !isfinite (*number))
    return FALSE;
  end += strspn (end, " ");
  for (*unit = units; (*unit)->unit != NULL; ++*unit)
    if (g_ascii_strcasecmp (end, (*unit)->unit) == 0)
      return TRUE;
  return FALSE;
}

gboolean
tsr_parse_seconds (const char *text, double *time_s)
{
  static const TsrUnit units[] = {{"", 1}, {"s", 1}, {"ms", 1e-3}, {NULL, 0}};
  const TsrUnit       *unit;

  if (!tsr_parse_quantity (text, units, time_s, &unit))
    return FALSE;
  *time_s *= unit->factor;
  return TRUE;
}

static gboolean
parse_time (const char *text, double otherwise_s, double *time_s)
{
  *time_s = otherwise_s;
  return text[0] == '\0' || tsr_parse_seconds (text, time_s);
}

/* Both sides of the colon; FALSE when there is none or a side is no time. */
static gboolean
parse_times (const char *text, double otherwise_s, double *left_s, double *right_s)
{
  const char *colon = strchr (text, ':');

  if (colon == NULL || text[1] == '\0')
    return FALSE;
  g_autofree char *left = g_strstrip (g_strndup (text, (gsize)(colon - text)));
  g_autofree char *right = g_strstrip (g_strdup (colon + 1));
  return parse_time (left, 0, left_s) && parse_time (right, otherwise_s, right_s);
}

/* A span `A:B` in seconds (or with `s`, `ms`); either end may be missing: 0, INFINITY.
 * FALSE unless A < B. */
static gboolean
parse_time_span (const char *text, double *start_s, double *end_s)
{
  return parse_times (text, INFINITY, start_s, end_s) && *end_s > *start_s;
}

/* ---- options ---- */

char *
tsr_operation_take_option (char *text, const char *word)
{
  g_autofree char *spaced = g_strconcat (" ", word, " ", NULL);
  char            *at = g_strrstr (text, spaced);

  if (at == NULL)
    return NULL;
  char *value = g_strstrip (g_strdup (at + strlen (spaced)));
  *at = '\0';
  g_strchomp (text);
  return value;
}

static GArray *
parse_onsets (const char *text, GError **error)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);
  g_autoptr (GArray) onsets_s = g_array_new (FALSE, FALSE, sizeof (double));

  for (gsize i = 0; words[i] != NULL; i++) {
    double time_s;
    if (!tsr_parse_seconds (g_strstrip (words[i]), &time_s) ||
        (i > 0 && !(time_s > g_array_index (onsets_s, double, i - 1)))) {
      tsr_operation_fail (error,
                          _ ("attacks are told by increasing times, such as `keep "
                             "transients at 0.1,0.52`"));
      return NULL;
    }
    g_array_append_val (onsets_s, time_s);
  }
  return g_steal_pointer (&onsets_s);
}

static gboolean
parse_keep (
    const char *text, guint allowed, guint *keeps, GArray **onsets_s, GError **error)
{
  static const struct {
    const char *word;
    guint       flag;
  } known[] = {{"formants", TSR_KEEP_FORMANTS},
               {"transients", TSR_KEEP_TRANSIENTS},
               {"shape", TSR_KEEP_SHAPE}};
  g_autofree char *word = g_strdup (text);
  g_autofree char *at = tsr_operation_take_option (word, "at");

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_equal (word, known[i].word) && (allowed & known[i].flag) != 0) {
      *keeps |= known[i].flag;
      if (at == NULL)
        return TRUE;
      if (known[i].flag != TSR_KEEP_TRANSIENTS)
        break;
      *onsets_s = parse_onsets (at, error);
      return *onsets_s != NULL;
    }
  return tsr_operation_fail (error,
                             allowed & TSR_KEEP_FORMANTS
                                 ? _ ("a pitch can `keep formants`, nothing else")
                                 : _ ("a stretch can `keep transients` and `keep shape`, "
                                      "nothing else"));
}

gboolean
tsr_operation_take_keeps (
    char *text, guint allowed, guint *keeps, GArray **onsets_s, GError **error)
{
  char *kept;

  while ((kept = tsr_operation_take_option (text, "keep")) != NULL) {
    gboolean parsed = parse_keep (kept, allowed, keeps, onsets_s, error);
    g_free (kept);
    if (!parsed)
      return FALSE;
  }
  return TRUE;
}

/* ---- small ones ---- */

static TsrOperation *
parse_crop (const char *text, GError **error)
{
  double start_s, end_s;

  if (parse_time_span (text, &start_s, &end_s) && start_s >= 0)
    return tsr_operation_new_crop (start_s, end_s);
  tsr_operation_fail (error,
                      _ ("a crop is told in seconds from and to, such as `crop 0.5:2`"));
  return NULL;
}

static TsrOperation *
parse_delete (const char *text, GError **error)
{
  double start_s, end_s;

  if (text[0] == '\0')
    return tsr_operation_new_delete ();
  if (parse_time_span (text, &start_s, &end_s) && start_s >= 0)
    return tsr_operation_new_delete_span (start_s, end_s);
  tsr_operation_fail (
      error, _ ("a span is told in seconds from and to, such as `delete 0.5:2`"));
  return NULL;
}

static TsrOperation *
parse_fade (const char *text, GError **error)
{
  double in_s, out_s;

  if (!parse_times (text, 0, &in_s, &out_s) || in_s < 0 || out_s < 0 ||
      in_s > TSR_MAX_MOVE_S || out_s > TSR_MAX_MOVE_S) {
    tsr_operation_fail (
        error, _ ("fades are told by their lengths in seconds, such as `fade 0.1:0.5`"));
    return NULL;
  }
  TsrOperation *operation = tsr_operation_new (TSR_OPERATION_FADE, 0, NULL);
  operation->start_s = in_s;
  operation->end_s = out_s;
  return operation;
}

static TsrOperation *
parse_smooth (const char *text, GError **error)
{
  static const TsrUnit units[] = {{"ms", 1e-3}, {"", 1e-3}, {"s", 1}, {NULL, 0}};
  const TsrUnit       *unit;
  double               number;

  if (tsr_parse_quantity (text, units, &number, &unit) && number >= 0 &&
      number * unit->factor <= TSR_MAX_SMOOTH_S)
    return tsr_operation_new (TSR_OPERATION_SMOOTH, number * unit->factor, NULL);
  tsr_operation_fail (error,
                      _ ("smoothing is told in ms up to 10 s, such as `smooth 50ms`"));
  return NULL;
}

static TsrOperation *
parse_moment (TsrOperationKind kind, const char *text, GError **error)
{
  double time_s;

  if (tsr_parse_seconds (text, &time_s) && fabs (time_s) <= TSR_MAX_MOVE_S)
    return tsr_operation_new (kind, time_s, NULL);
  tsr_operation_fail (error,
                      _ ("`%s` needs seconds, such as `%s 0.5`"),
                      tsr_operation_word (kind),
                      tsr_operation_word (kind));
  return NULL;
}

static TsrOperation *
parse_bare (TsrOperationKind kind, const char *text, GError **error)
{
  if (text[0] == '\0')
    return tsr_operation_new (kind, 0, NULL);
  tsr_operation_fail (error, _ ("`%s` takes no argument"), tsr_operation_word (kind));
  return NULL;
}

static TsrOperation *
parse_join (const char *text, GError **error)
{
  static const char *const words[] = {"", "bridge", "crossfade"};

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (text, words[i])) {
      TsrOperation *operation = tsr_operation_new (TSR_OPERATION_JOIN, 0, NULL);
      operation->choice = (int)i;
      return operation;
    }
  tsr_operation_fail (error, _ ("after `join` there can be bridge or crossfade"));
  return NULL;
}

static TsrOperation *
parse_label (const char *text, GError **error)
{
  char   *end;
  guint64 label = g_ascii_strtoull (text, &end, 10);
  int     choice = -1;

  if (!g_str_equal (text, "auto")) {
    if (!g_ascii_isdigit (text[0]) || *end != '\0' || label > TSR_MAX_LABEL) {
      tsr_operation_fail (
          error, _ ("a label is a number up to %d, 0 for none, or auto"), TSR_MAX_LABEL);
      return NULL;
    }
    choice = (int)label;
  }
  TsrOperation *operation = tsr_operation_new (TSR_OPERATION_LABEL, 0, NULL);
  operation->choice = choice;
  return operation;
}

/* ---- all ---- */

static TsrOperation *
parse_other (TsrOperationKind kind, const char *text, GError **error)
{
  switch (kind) {
  case TSR_OPERATION_STRETCH:
    return tsr_operation_parse_stretch (text, error);
  case TSR_OPERATION_FILTER:
    return tsr_operation_parse_filter (text, error);
  case TSR_OPERATION_DELETE:
    return parse_delete (text, error);
  case TSR_OPERATION_CROP:
    return parse_crop (text, error);
  case TSR_OPERATION_FADE:
    return parse_fade (text, error);
  case TSR_OPERATION_SMOOTH:
    return parse_smooth (text, error);
  case TSR_OPERATION_QUANTIZE:
    return tsr_operation_parse_quantize (text, error);
  case TSR_OPERATION_MOVE:
  case TSR_OPERATION_SPLIT:
  case TSR_OPERATION_DUPLICATE:
    return parse_moment (kind, text, error);
  case TSR_OPERATION_JOIN:
    return parse_join (text, error);
  case TSR_OPERATION_LABEL:
    return parse_label (text, error);
  case TSR_OPERATION_DRAW:
    return tsr_operation_parse_draw (text, error);
  case TSR_OPERATION_ERASE:
    return tsr_operation_parse_erase (text, error);
  case TSR_OPERATION_BREAKPOINT:
    return tsr_operation_parse_breakpoint (text, error);
  default:
    return parse_bare (kind, text, error);
  }
}

static gboolean
needs_argument (TsrOperationKind kind)
{
  return kind != TSR_OPERATION_DELETE && kind != TSR_OPERATION_REVERSE &&
         kind != TSR_OPERATION_JOIN;
}

static char *
dup_words (void)
{
  GString *words = g_string_new (NULL);

  for (int i = 0; i < TSR_OPERATION_INSERT; i++)
    g_string_append_printf (
        words, "%s%s", i > 0 ? ", " : "", tsr_operation_word ((TsrOperationKind)i));
  return g_string_free (words, FALSE);
}

TsrOperation *
tsr_operation_parse (const char *text, GError **error)
{
  g_autofree char *clean = g_strstrip (g_strdup (text));
  gsize            word_length = strcspn (clean, " \t");
  g_autofree char *word = g_strndup (clean, word_length);
  char            *argument = g_strchug (clean + word_length);

  if (!g_utf8_validate (word, -1, NULL)) {
    tsr_operation_fail (error, _ ("the operation is no text"));
    return NULL;
  }
  for (int i = 0; i < TSR_OPERATION_INSERT; i++) {
    TsrOperationKind kind = (TsrOperationKind)i;
    if (!g_str_equal (word, tsr_operation_word (kind)))
      continue;
    if (argument[0] == '\0' && needs_argument (kind)) {
      tsr_operation_fail (error, _ ("`%s` needs an argument"), word);
      return NULL;
    }
    return kind < TSR_N_AMOUNTS ? tsr_operation_parse_amount (kind, argument, error)
                                : parse_other (kind, argument, error);
  }
  g_autofree char *words = dup_words ();
  tsr_operation_fail (error, _ ("`%.40s` is no operation; there are %s"), word, words);
  return NULL;
}
