/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPEAR text into partials. The header is read by its words, in whatever order and with
 * whatever more; a comma may stand for the decimal point.
 */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "store/formats/format.h"

enum { MAX_TOKEN = 80, MAX_COLUMNS = 16 };
enum { TIME, INDEX, FREQUENCY, AMPLITUDE, BANDWIDTH, PHASE, N_VALUES };

typedef struct {
  TsrFormatReader *format;
  const char      *next, *end; /* what is not read yet */
  const char      *line_end;   /* of the present line */
  guint64          line;
  gboolean         is_frames;
  int              columns[MAX_COLUMNS]; /* which value each number of a point is; -1 */
  guint            n_columns;
  gint64           n_promised; /* partials or frames; -1: not told */
  guint64          n_short;    /* partials or frames with fewer points than they say */
} Reader;

static gboolean
refuse (Reader *self, GError **error, const char *why)
{
  return tsr_reader_refuse (
      self->format, error, _ ("line %" PRIu64 ": %s"), self->line, why);
}

/* ---- words ---- */

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t' || c == '\r';
}

/* Goes to the next line that is not blank. FALSE: there is none. */
static gboolean
next_line (Reader *self)
{
  while (self->next < self->end) {
    const char *stop = memchr (self->next, '\n', (gsize)(self->end - self->next));
    self->line_end = stop != NULL ? stop : self->end;
    self->line++;
    while (self->next < self->line_end && is_blank (*self->next))
      self->next++;
    if (self->next < self->line_end)
      return TRUE;
    self->next = MIN (self->line_end + 1, self->end);
  }
  return FALSE;
}

static void
end_line (Reader *self)
{
  self->next = self->line_end < self->end ? self->line_end + 1 : self->end;
}

/* The next word of the line into `text`. FALSE: there is none. Too long a word is cut. */
static gboolean
next_word (Reader *self, char text[MAX_TOKEN])
{
  const char *p = self->next;
  gsize       n = 0;

  while (p < self->line_end && is_blank (*p))
    p++;
  if (p == self->line_end)
    return FALSE;
  for (; p < self->line_end && !is_blank (*p); p++)
    if (n < MAX_TOKEN - 1)
      text[n++] = *p;
  text[n] = '\0';
  self->next = p;
  return TRUE;
}

/* FALSE without an error: the line is over. */
static gboolean
next_number (Reader *self, double *value, GError **error)
{
  char  text[MAX_TOKEN];
  char *comma, *stop;

  if (!next_word (self, text))
    return FALSE;
  comma = strchr (text, ',');
  if (comma != NULL)
    *comma = '.';
  *value = strtod (text, &stop);
  if (*stop == '\0')
    return TRUE;
  g_autofree char *shown = g_utf8_make_valid (text, -1);
  g_autofree char *why = g_strdup_printf (_ ("`%.40s` is not a number"), shown);
  return refuse (self, error, why);
}

/* ---- header ---- */

static int
column_of (const char *word)
{
  static const char *const names[N_VALUES] = {
      "time", "index", "frequency", "amplitude", "bandwidth", "phase"};

  for (int i = 0; i < N_VALUES; i++)
    if (strcmp (word, names[i]) == 0)
      return i;
  return -1;
}

static void
set_columns (Reader *self, const char *words)
{
  g_auto (GStrv) names = g_strsplit (words, " ", MAX_COLUMNS);

  self->n_columns = g_strv_length (names);
  for (guint i = 0; i < self->n_columns; i++)
    self->columns[i] = column_of (names[i]);
}

static void
read_point_type (Reader *self)
{
  char word[MAX_TOKEN];

  self->n_columns = 0;
  while (self->n_columns < MAX_COLUMNS && next_word (self, word))
    self->columns[self->n_columns++] = column_of (word);
}

static gboolean
has_column (const Reader *self, int value)
{
  for (guint i = 0; i < self->n_columns; i++)
    if (self->columns[i] == value)
      return TRUE;
  return FALSE;
}

/* The first line; sets the columns that the format usually has. */
static gboolean
read_format (Reader *self, GError **error)
{
  char word[MAX_TOKEN];

  if (self->end - self->next >= 3 && memcmp (self->next, "\xEF\xBB\xBF", 3) == 0)
    self->next += 3;
  if (!next_line (self) || !next_word (self, word))
    return tsr_reader_refuse (self->format, error, _ ("the file is empty"));
  if (strcmp (word, "par-text-frame-format") == 0) {
    self->is_frames = TRUE;
    set_columns (self, "index frequency amplitude");
  } else if (strcmp (word, "par-text-partials-extended-format") == 0) {
    set_columns (self, "time frequency amplitude bandwidth");
  } else if (strcmp (word, "par-text-partials-format") == 0) {
    set_columns (self, "time frequency amplitude");
  } else {
    return tsr_reader_refuse (self->format,
                              error,
                              _ ("not SPEAR text: that begins with "
                                 "par-text-partials-format or par-text-frame-format"));
  }
  end_line (self);
  return TRUE;
}

static gboolean
read_header (Reader *self, GError **error)
{
  char word[MAX_TOKEN];

  if (!read_format (self, error))
    return FALSE;
  while (next_line (self) && next_word (self, word)) {
    const char *count = self->is_frames ? "frame-count" : "partials-count";
    double      value;
    gboolean    is_data =
        strcmp (word, "partials-data") == 0 || strcmp (word, "frame-data") == 0;
    if (strcmp (word, "point-type") == 0)
      read_point_type (self);
    else if (strcmp (word, count) == 0 && next_number (self, &value, NULL) &&
             value >= 0 && value < 1e15)
      self->n_promised = (gint64)value;
    end_line (self);
    if (!is_data)
      continue;
    if (has_column (self, self->is_frames ? INDEX : TIME) &&
        has_column (self, FREQUENCY) && has_column (self, AMPLITUDE))
      return TRUE;
    return refuse (self, error, _ ("the points have no time, frequency and amplitude"));
  }
  return refuse (
      self, error, _ ("the header ends without a line partials-data or frame-data"));
}

/* ---- points ---- */

/* One point. FALSE without an error: the line is over. */
static gboolean
next_point (Reader *self, double v[N_VALUES], GError **error)
{
  v[BANDWIDTH] = 0;
  v[PHASE] = NAN;
  for (guint i = 0; i < self->n_columns; i++) {
    double value;
    if (!next_number (self, &value, error))
      return FALSE;
    if (self->columns[i] >= 0)
      v[self->columns[i]] = value;
  }
  return TRUE;
}

static TsrDraftRow
row_of (const double v[N_VALUES])
{
  return (TsrDraftRow){.time_s = v[TIME],
                       .frequency_hz = v[FREQUENCY],
                       .amplitude = v[AMPLITUDE],
                       .bandwidth = v[BANDWIDTH],
                       .phase_turns = v[PHASE] / (2 * G_PI)};
}

static gboolean
is_count (double value)
{
  return value >= 0 && value <= 0x1p53 && value == floor (value);
}

/* `index points start end [phase label]`. */
static TsrDraftPartial *
read_partial_header (Reader *self, gint64 *n_points, GError **error)
{
  double v[6] = {0, 0, 0, 0, NAN, 0};
  guint  n = 0;
  g_autoptr (GError) problem = NULL;

  while (n < 6 && next_number (self, &v[n], &problem))
    n++;
  if (problem != NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return NULL;
  }
  if (n < 2 || !is_count (v[0]) || !is_count (v[1])) {
    refuse (self, error, _ ("not the beginning of a partial: index, points, start, end"));
    return NULL;
  }
  *n_points = (gint64)v[1];
  TsrDraftPartial *partial = tsr_draft_begin (self->format->draft, (gint64)v[0], 0);
  if (fabs (v[4]) < 1e9)
    partial->phase_turns = v[4] / (2 * G_PI);
  if (fabs (v[5]) < G_MAXINT)
    partial->label = (int)v[5];
  end_line (self);
  return partial;
}

/* Whether the file ends in the middle of the present line. */
static gboolean
is_cut (const Reader *self)
{
  return self->line_end == self->end;
}

/* The number that a file was cut in is not the one that was meant. */
static void
drop_last_point (TsrDraftPartial *partial)
{
  if (partial->points->len > 0)
    g_array_set_size (partial->points, partial->points->len - 1);
}

static gboolean
read_partial (Reader *self, GError **error)
{
  double v[N_VALUES];
  gint64 n_points, n = 0;
  g_autoptr (GError) problem = NULL;
  TsrDraftPartial *partial = read_partial_header (self, &n_points, error);

  if (partial == NULL)
    return FALSE;
  if (n_points == 0)
    return TRUE;
  if (next_line (self)) {
    for (; next_point (self, v, &problem); n++) {
      TsrDraftRow row = row_of (v);
      tsr_draft_add (self->format->draft, partial, &row);
    }
    end_line (self);
  }
  if (problem != NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  if (n < n_points && is_cut (self))
    drop_last_point (partial);
  self->n_short += n < n_points ? 1 : 0;
  return TRUE;
}

/* `time count index frequency amplitude ...` */
static gboolean
read_frame (Reader *self, GError **error)
{
  double time_s = 0, count = 0, v[N_VALUES], n = 0;
  g_autoptr (GError) problem = NULL;

  if (!next_number (self, &time_s, &problem) || !next_number (self, &count, &problem) ||
      !is_count (count) || !(fabs (time_s) < 1e9)) {
    if (problem == NULL)
      return refuse (self, error, _ ("not the beginning of a frame: time, points"));
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  self->format->duration_s = fmax (self->format->duration_s, time_s);
  tsr_draft_begin_frame (self->format->draft, 0, time_s);
  for (; next_point (self, v, &problem); n++) {
    v[TIME] = time_s;
    if (!is_count (v[INDEX]))
      return refuse (self, error, _ ("the index of a point is not a whole number"));
    TsrDraftRow row = row_of (v);
    tsr_draft_add_in_frame (self->format->draft, (gint64)v[INDEX], 0, &row);
  }
  if (problem != NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  self->n_short += n < count ? 1 : 0;
  end_line (self);
  return TRUE;
}

static void
note_missing (Reader *self, gint64 n_read)
{
  GPtrArray *notes = self->format->notes;

  if (self->n_promised > n_read)
    tsr_note (notes,
              self->is_frames ? _ ("the file is cut off: it promises %" PRId64
                                   " frames and has %" PRId64)
                              : _ ("the file is cut off: it promises %" PRId64
                                   " partials and has %" PRId64),
              self->n_promised,
              n_read);
  if (self->n_short > 0)
    tsr_note (notes,
              self->is_frames
                  ? ngettext ("%" PRIu64 " frame has fewer points than it says",
                              "%" PRIu64 " frames have fewer points than they say",
                              (gulong)self->n_short)
                  : ngettext ("%" PRIu64 " partial has fewer points than it says",
                              "%" PRIu64 " partials have fewer points than they say",
                              (gulong)self->n_short),
              self->n_short);
}

/* Nothing else tells that the last number was cut. */
static void
note_missing_end (Reader *self, gint64 n_read)
{
  const TsrFormatReader *format = self->format;

  if (self->n_promised <= n_read && self->n_short == 0 && n_read > 0 &&
      format->bytes[format->n_bytes - 1] != '\n')
    tsr_note (format->notes,
              _ ("the last line has no end; its last number may be cut off"));
}

gboolean
tsr_spear_read (TsrFormatReader *format, GError **error)
{
  Reader self = {.format = format,
                 .next = (const char *)format->bytes,
                 .end = (const char *)format->bytes + format->n_bytes,
                 .n_promised = -1};
  gint64 n = 0;

  if (!read_header (&self, error))
    return FALSE;
  if (!self.is_frames)
    tsr_draft_expect_straight_rows (format->draft, TSR_STRAIGHT_CENT, TSR_STRAIGHT_DB);
  for (; next_line (&self); n++) {
    gsize at = (gsize)(self.next - (const char *)format->bytes);
    g_autoptr (GError) problem = NULL;
    if (!(self.is_frames ? read_frame (&self, &problem)
                         : read_partial (&self, &problem))) {
      if (is_cut (&self) && self.n_promised > n)
        break;
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
    if (n % 64 == 0 && !tsr_reader_goes_on (format, at, error))
      return FALSE;
  }
  note_missing (&self, n);
  note_missing_end (&self, n);
  return TRUE;
}
