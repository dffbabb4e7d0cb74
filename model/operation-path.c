/* SPDX-License-Identifier: GPL-3.0-or-later
 * Operations that are told by points, notes and scales: the pencil, the eraser, single
 * breakpoints, quantizing.
 */
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "model/operation-private.h"

/* A4, C#3, Eb5, with A4 = 440 Hz. */
static gboolean
parse_note (const char *text, double *hz)
{
  static const int semitones[] = {9, 11, 0, 2, 4, 5, 7}; /* A B C D E F G above C */
  char             letter = g_ascii_toupper (text[0]);
  char            *end;

  if (letter < 'A' || letter > 'G')
    return FALSE;
  int semitone = semitones[letter - 'A'];
  text++;
  if (*text == '#' || *text == 'b')
    semitone += *text++ == '#' ? 1 : -1;
  if (!g_ascii_isdigit (*text) && *text != '-')
    return FALSE;
  gint64 octave = g_ascii_strtoll (text, &end, 10);
  if (end == text || *end != '\0' || octave < -5 || octave > 12)
    return FALSE;
  *hz = 440 * exp2 ((semitone - 9) / 12.0 + (double)octave - 4);
  return TRUE;
}

static gboolean
parse_hz (const char *text, double *frequency_hz)
{
  static const TsrUnit units[] = {{"", 1}, {"Hz", 1}, {"kHz", 1000}, {NULL, 0}};
  const TsrUnit       *unit;

  if (parse_note (text, frequency_hz))
    return TRUE;
  if (!tsr_parse_quantity (text, units, frequency_hz, &unit))
    return FALSE;
  *frequency_hz *= unit->factor;
  return *frequency_hz > 0 && *frequency_hz <= TSR_MAX_SHIFT_HZ;
}

static gboolean
parse_db (const char *text, double *amplitude_db)
{
  static const TsrUnit units[] = {{"", 1}, {"dB", 1}, {NULL, 0}};
  const TsrUnit       *unit;

  return tsr_parse_quantity (text, units, amplitude_db, &unit) &&
         *amplitude_db >= TSR_MIN_GAIN_DB && *amplitude_db <= TSR_MAX_GAIN_DB;
}

/* S:HZ or S:HZ:dB. */
static gboolean
parse_point (const char *text, TsrPathPoint *point)
{
  g_auto (GStrv) words = g_strsplit (text, ":", -1);
  guint n = g_strv_length (words);

  if (n < 2 || n > 3)
    return FALSE;
  for (guint i = 0; i < n; i++)
    g_strstrip (words[i]);
  point->amplitude_db = NAN;
  return tsr_parse_seconds (words[0], &point->time_s) &&
         fabs (point->time_s) <= TSR_MAX_MOVE_S &&
         parse_hz (words[1], &point->frequency_hz) &&
         (n < 3 || parse_db (words[2], &point->amplitude_db));
}

static GArray *
parse_path (const char *text, GError **error)
{
  g_auto (GStrv) words = g_strsplit (text, ",", TSR_MAX_PATH + 1);
  g_autoptr (GArray) path = g_array_new (FALSE, FALSE, sizeof (TsrPathPoint));

  for (gsize i = 0; words[i] != NULL; i++) {
    TsrPathPoint point;
    if (!parse_point (words[i], &point)) {
      tsr_operation_fail (
          error, _ ("points are told as s:Hz or s:Hz:dB, such as `0.5:440,1:660`"));
      return NULL;
    }
    g_array_append_val (path, point);
  }
  return g_steal_pointer (&path);
}

static gboolean
parse_whole (const char *text, guint64 most, guint64 *number)
{
  char *end;

  *number = g_ascii_strtoull (text, &end, 10);
  return g_ascii_isdigit (text[0]) && *end == '\0' && *number <= most;
}

TsrOperation *
tsr_operation_parse_draw (const char *argument, GError **error)
{
  g_autofree char *text = g_strdup (argument);
  g_autofree char *channel_text = tsr_operation_take_option (text, "channel");
  g_autofree char *harmonics_text = tsr_operation_take_option (text, "harmonics");
  guint64          harmonics = 1, channel = 0;

  if ((harmonics_text != NULL &&
       (!parse_whole (harmonics_text, TSR_MAX_HARMONICS, &harmonics) ||
        harmonics == 0)) ||
      (channel_text != NULL && !parse_whole (channel_text, 63, &channel))) {
    tsr_operation_fail (error,
                        _ ("a pencil draws up to %d harmonics in channels up to 63"),
                        TSR_MAX_HARMONICS);
    return NULL;
  }
  g_autoptr (GArray) path = parse_path (text, error);
  if (path == NULL)
    return NULL;
  TsrOperation *operation =
      tsr_operation_new_draw ((const TsrPathPoint *)path->data,
                              path->len,
                              (guint)harmonics,
                              channel_text != NULL ? (int)channel : -1);
  if (operation == NULL)
    tsr_operation_fail (
        error,
        _ ("what is drawn needs two points or more, 1 ms or longer, in order of time"));
  return operation;
}

static gboolean
parse_size (const char *text, double *size_s, double *size_hz)
{
  TsrPathPoint size;

  if (text == NULL || !parse_point (text, &size))
    return FALSE;
  *size_s = size.time_s;
  *size_hz = size.frequency_hz;
  return isnan (size.amplitude_db);
}

TsrOperation *
tsr_operation_parse_erase (const char *argument, GError **error)
{
  g_autofree char *text = g_strdup (argument);
  g_autofree char *strength_text = tsr_operation_take_option (text, "strength");
  g_autofree char *size_text = tsr_operation_take_option (text, "size");
  double           strength = 1, size_s, size_hz;
  char            *end;

  if (strength_text != NULL) {
    strength = g_ascii_strtod (strength_text, &end);
    if (end == strength_text || *end != '\0')
      strength = NAN;
  }
  g_autoptr (GArray) path = NULL;
  TsrOperation *operation = NULL;
  if (parse_size (size_text, &size_s, &size_hz)) {
    path = parse_path (text, error);
    if (path == NULL)
      return NULL;
    operation = tsr_operation_new_erase (
        (const TsrPathPoint *)path->data, path->len, size_s, size_hz, strength);
  }
  if (operation == NULL)
    tsr_operation_fail (error,
                        _ ("an eraser needs its radii and a strength of 0 ... 1, such as "
                           "`erase 0.5:440,1:440 size 20ms:30Hz strength 0.5`"));
  return operation;
}

static TsrOperation *
breakpoint_change (double at_s, TsrBreakpointChange change)
{
  TsrOperation *operation = tsr_operation_new (TSR_OPERATION_BREAKPOINT, 0, NULL);

  operation->start_s = at_s;
  operation->choice = (int)change;
  return operation;
}

TsrOperation *
tsr_operation_parse_breakpoint (const char *argument, GError **error)
{
  g_autofree char *text = g_strdup (argument);
  g_autofree char *to = tsr_operation_take_option (text, "to");
  gboolean         adds = to == NULL && g_str_has_suffix (text, " add");
  gboolean         deletes = to == NULL && g_str_has_suffix (text, " delete");
  TsrPathPoint     point;
  double           at_s;

  if (adds || deletes)
    *strrchr (text, ' ') = '\0';
  if (tsr_parse_seconds (g_strstrip (text), &at_s)) {
    if (adds || deletes)
      return breakpoint_change (at_s, adds ? TSR_BREAKPOINT_ADD : TSR_BREAKPOINT_DELETE);
    if (to != NULL && parse_point (to, &point))
      return tsr_operation_new_move_breakpoint (at_s, &point);
  }
  tsr_operation_fail (error,
                      _ ("a breakpoint is told by its time and what becomes of it, such "
                         "as `breakpoint 0.5 to 0.52:440:-12dB`, `breakpoint 0.5 add`, "
                         "`breakpoint 0.5 delete`"));
  return NULL;
}

static TsrScale *
find_scale (const char *text, GError **error)
{
  TsrScale *scale = tsr_scale_named (text);

  if (scale != NULL)
    return scale;
  if (strchr (text, '.') != NULL)
    return tsr_scale_read_scala (text, error);
  tsr_operation_fail (
      error,
      _ ("`%.40s` is no scale; there are chromatic, major, minor, dorian, "
         "phrygian, lydian, mixolydian, locrian, harmonic-minor, "
         "pentatonic, minor-pentatonic, blues, whole-tone, just, 19edo "
         "and the like, and Scala files (.scl)"),
      text);
  return NULL;
}

TsrOperation *
tsr_operation_parse_quantize (const char *argument, GError **error)
{
  g_autofree char *text = g_strdup (argument);
  g_autofree char *by_text = tsr_operation_take_option (text, "by");
  g_autofree char *amount_text = tsr_operation_take_option (text, "amount");
  g_autofree char *root_text = tsr_operation_take_option (text, "root");
  double           amount = 1, root_hz = TSR_SCALE_ROOT_HZ;
  char            *end = NULL;

  gboolean by_partials = g_strcmp0 (by_text, "partials") == 0;
  if (by_text != NULL && !by_partials && strcmp (by_text, "notes") != 0) {
    tsr_operation_fail (error,
                        _ ("quantizing goes `by notes` or `by partials`, not `by %.40s`"),
                        by_text);
    return NULL;
  }
  if (amount_text != NULL)
    amount = g_ascii_strtod (amount_text, &end);
  if ((end != NULL && (end == amount_text || *end != '\0')) ||
      !(amount >= 0 && amount <= 1) ||
      (root_text != NULL && !parse_hz (root_text, &root_hz))) {
    tsr_operation_fail (
        error,
        _ ("a scale has a root in Hz or a note, and an amount of 0 ... 1, "
           "such as `quantize minor root A3 amount 0.8`"));
    return NULL;
  }
  g_autoptr (TsrScale) scale = find_scale (text, error);
  if (scale == NULL)
    return NULL;
  TsrOperation *operation = tsr_operation_new (TSR_OPERATION_QUANTIZE, amount, NULL);
  operation->scale = g_steal_pointer (&scale);
  operation->root_hz = root_hz;
  operation->choice = by_partials ? TSR_QUANTIZE_PARTIALS : TSR_QUANTIZE_NOTES;
  return operation;
}
