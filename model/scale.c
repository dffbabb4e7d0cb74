/* SPDX-License-Identifier: GPL-3.0-or-later
 * Scales: names, equal divisions, Scala files, and the nearest note.
 */
#include "model/scale.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

enum { MAX_NOTES = 4096, MAX_BYTES = 1024 * 1024, MAX_DIVISIONS = 1200 };

#define SAME_CENTS 1e-6
#define LEAST_PERIOD_CENTS 1.0
#define MOST_CENTS 24000.0 /* 20 octaves */

struct TsrScale {
  char    *name;
  gboolean is_file;
  gsize    n;
  double   cents[]; /* sorted, above 0; the last is the period */
};

G_DEFINE_QUARK (tsr - scale - error - quark, tsr_scale_error)

static gint
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

/* Of n >= 1 notes above the root, the last of them the period; others are folded into it.
 */
static TsrScale *
scale_new (const char *name, gboolean is_file, const double *cents, gsize n)
{
  double period = cents[n - 1];
  g_autoptr (GArray) notes = g_array_new (FALSE, FALSE, sizeof (double));

  for (gsize i = 0; i < n; i++) {
    double folded = i + 1 < n ? cents[i] - period * floor (cents[i] / period) : period;
    if (folded > SAME_CENTS && (i + 1 == n || folded < period - SAME_CENTS))
      g_array_append_val (notes, folded);
  }
  g_array_sort (notes, compare_doubles);
  TsrScale *scale =
      g_atomic_rc_box_alloc0 (sizeof (TsrScale) + notes->len * sizeof (double));
  scale->name = g_strdup (name);
  scale->is_file = is_file;
  for (guint i = 0; i < notes->len; i++) {
    double note = g_array_index (notes, double, i);
    if (scale->n == 0 || note > scale->cents[scale->n - 1] + SAME_CENTS)
      scale->cents[scale->n++] = note;
  }
  return scale;
}

static TsrScale *
equal_divisions (const char *name)
{
  char   *end;
  guint64 n = g_ascii_strtoull (name, &end, 10);

  if (!g_ascii_isdigit (name[0]) || n < 1 || n > MAX_DIVISIONS ||
      g_ascii_strcasecmp (end, "edo") != 0)
    return NULL;
  g_autofree double *cents = g_new (double, n);
  for (guint64 i = 0; i < n; i++)
    cents[i] = 1200.0 * (double)(i + 1) / (double)n;
  return scale_new (name, FALSE, cents, n);
}

TsrScale *
tsr_scale_named (const char *name)
{
  static const struct {
    const char *name;
    double      cents[12];
    gsize       n;
  } known[] = {
      {"chromatic", {100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1100, 1200}, 12},
      {"major", {200, 400, 500, 700, 900, 1100, 1200}, 7},
      {"minor", {200, 300, 500, 700, 800, 1000, 1200}, 7},
      {"dorian", {200, 300, 500, 700, 900, 1000, 1200}, 7},
      {"phrygian", {100, 300, 500, 700, 800, 1000, 1200}, 7},
      {"lydian", {200, 400, 600, 700, 900, 1100, 1200}, 7},
      {"mixolydian", {200, 400, 500, 700, 900, 1000, 1200}, 7},
      {"locrian", {100, 300, 500, 600, 800, 1000, 1200}, 7},
      {"harmonic-minor", {200, 300, 500, 700, 800, 1100, 1200}, 7},
      {"pentatonic", {200, 400, 700, 900, 1200}, 5},
      {"minor-pentatonic", {300, 500, 700, 1000, 1200}, 5},
      {"blues", {300, 500, 600, 700, 1000, 1200}, 6},
      {"whole-tone", {200, 400, 600, 800, 1000, 1200}, 6},
      /* 9/8 5/4 4/3 3/2 5/3 15/8 2/1 */
      {"just",
       {203.91000173077484,
        386.31371386483481,
        498.04499913461258,
        701.95500086538742,
        884.35871299944723,
        1088.2687147302220,
        1200},
       7},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_ascii_strcasecmp (name, known[i].name) == 0)
      return scale_new (known[i].name, FALSE, known[i].cents, known[i].n);
  return equal_divisions (name);
}

/* ---- Scala files ---- */

static gboolean
fail_at (GError **error, const char *name, gsize line, const char *what)
{
  g_set_error (error, TSR_SCALE_ERROR, 0, _ ("%s: line %zu: %s"), name, line, what);
  return FALSE;
}

/* One pitch: cents where it has a point, else a ratio or a whole number; what comes after
 * it does not count. */
static gboolean
parse_pitch (const char *text, double *cents)
{
  gsize            length = strcspn (text, " \t");
  g_autofree char *word = g_strndup (text, length);
  char            *end;

  if (strchr (word, '.') != NULL) {
    *cents = g_ascii_strtod (word, &end);
    return end != word && *end == '\0' && fabs (*cents) <= MOST_CENTS;
  }
  guint64 above = g_ascii_strtoull (word, &end, 10), below = 1;
  if (!g_ascii_isdigit (word[0]))
    return FALSE;
  if (*end == '/') {
    const char *denominator = end + 1;
    below = g_ascii_strtoull (denominator, &end, 10);
    if (!g_ascii_isdigit (denominator[0]))
      return FALSE;
  }
  if (*end != '\0' || above == 0 || below == 0 || above == G_MAXUINT64 ||
      below == G_MAXUINT64)
    return FALSE;
  *cents = 1200 * (log2 ((double)above) - log2 ((double)below));
  return fabs (*cents) <= MOST_CENTS;
}

static gboolean
parse_count (const char *text, gsize *count)
{
  char   *end;
  guint64 n = g_ascii_strtoull (text, &end, 10);

  *count = (gsize)n;
  return g_ascii_isdigit (text[0]) && (*end == '\0' || *end == ' ' || *end == '\t') &&
         n >= 1 && n <= MAX_NOTES;
}

typedef struct {
  const char *name;
  GArray     *cents;
  gsize       count;
  int         n_lines; /* that are no comments */
} Reading;

static gboolean
read_line (Reading *r, const char *line, gsize number, GError **error)
{
  double cents;

  if (r->n_lines++ == 0) /* the description; may be empty */
    return TRUE;
  if (r->n_lines == 2)
    return parse_count (line, &r->count) ||
           fail_at (error, r->name, number, _ ("there has to be the number of notes"));
  if (r->cents->len == r->count) /* what follows is for people */
    return TRUE;
  if (!parse_pitch (line, &cents))
    return fail_at (
        error, r->name, number, _ ("there has to be a pitch, such as 701.955 or 3/2"));
  g_array_append_val (r->cents, cents);
  return TRUE;
}

TsrScale *
tsr_scale_parse_scala (const char *text, const char *name, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GArray) cents = g_array_new (FALSE, FALSE, sizeof (double));
  Reading r = {.name = name, .cents = cents};

  for (gsize i = 0; lines[i] != NULL; i++) {
    g_strstrip (lines[i]);
    if (lines[i][0] != '!' && !read_line (&r, lines[i], i + 1, error))
      return NULL;
  }
  if (r.count == 0 || cents->len < r.count) {
    g_set_error (error,
                 TSR_SCALE_ERROR,
                 0,
                 _ ("%s ends before its last note; it is no whole Scala file"),
                 name);
    return NULL;
  }
  if (!(g_array_index (cents, double, cents->len - 1) >= LEAST_PERIOD_CENTS)) {
    g_set_error (error,
                 TSR_SCALE_ERROR,
                 0,
                 _ ("%s: the last note, which the scale repeats at, has to lie above the "
                    "first"),
                 name);
    return NULL;
  }
  return scale_new (name, TRUE, (const double *)cents->data, cents->len);
}

TsrScale *
tsr_scale_read_scala (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info =
      g_file_query_info (file, "standard::type,standard::size", 0, NULL, NULL);
  g_autofree char *text = NULL;
  gsize            n_bytes;

  if (info == NULL) {
    g_set_error (error, TSR_SCALE_ERROR, 0, _ ("there is no file %s"), path);
    return NULL;
  }
  if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR ||
      g_file_info_get_size (info) > MAX_BYTES) {
    g_set_error (
        error, TSR_SCALE_ERROR, 0, _ ("%s is no Scala file of at most 1 MB"), path);
    return NULL;
  }
  if (!g_file_get_contents (path, &text, &n_bytes, error))
    return NULL;
  if (strlen (text) != n_bytes) {
    g_set_error (error, TSR_SCALE_ERROR, 0, _ ("%s is no text"), path);
    return NULL;
  }
  return tsr_scale_parse_scala (text, path, error);
}

/* ---- values ---- */

TsrScale *
tsr_scale_ref (TsrScale *scale)
{
  return g_atomic_rc_box_acquire (scale);
}

static void
clear (gpointer data)
{
  g_free (((TsrScale *)data)->name);
}

void
tsr_scale_unref (TsrScale *scale)
{
  if (scale != NULL)
    g_atomic_rc_box_release_full (scale, clear);
}

const char *
tsr_scale_name (const TsrScale *scale)
{
  return scale->name;
}

gboolean
tsr_scale_is_file (const TsrScale *scale)
{
  return scale->is_file;
}

gsize
tsr_scale_n_notes (const TsrScale *scale)
{
  return scale->n;
}

double
tsr_scale_cents (const TsrScale *scale, gsize i)
{
  return scale->cents[i];
}

double
tsr_scale_nearest (const TsrScale *scale, double root_hz, double hz)
{
  double period = scale->cents[scale->n - 1];
  double above = 1200 * log2 (hz / root_hz), whole = floor (above / period);
  double rest = above - whole * period, nearest = 0;

  for (gsize i = 0; i < scale->n; i++)
    if (fabs (scale->cents[i] - rest) < fabs (nearest - rest))
      nearest = scale->cents[i];
  return root_hz * exp2 ((whole * period + nearest) / 1200);
}
