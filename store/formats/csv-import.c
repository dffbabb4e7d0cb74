/* SPDX-License-Identifier: GPL-3.0-or-later
 * CSV into partials, refusing what makes no sense with file and line.
 */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "store/formats/csv.h"
#include "store/formats/format.h"
#include "store/partial-codec.h"
#include "store/store.h"

#define MAX_LINE_BYTES 1024

enum { PARTIAL, LABEL, TIME, FREQUENCY, AMPLITUDE, BANDWIDTH, PHASE, CHANNEL, N_COLUMNS };

typedef struct {
  TsrFormatReader *format;
  guint64          line;
  const char      *next, *end; /* what is not read yet */
  guint            n_columns;  /* 7, or 8 with channel */
  GHashTable      *ids;
  TsrDraftPartial *present;
} Reader;

static gboolean refuse (Reader *self, GError **error, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

static gboolean
refuse (Reader *self, GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *why = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return tsr_reader_refuse (
      self->format, error, _ ("line %" PRIu64 ": %s"), self->line, why);
}

/* ---- lines and numbers ---- */

/* The next line that is not blank, without its end, 0-terminated. FALSE: no more, or an
 * error. */
static gboolean
next_line (Reader *self, char text[MAX_LINE_BYTES], GError **error)
{
  while (self->next < self->end) {
    const char *stop = memchr (self->next, '\n', (gsize)(self->end - self->next));
    const char *line_end = stop != NULL ? stop : self->end;
    gsize       n = (gsize)(line_end - self->next);
    self->line++;
    if (n >= MAX_LINE_BYTES)
      return refuse (self, error, _ ("too long for a row of partials"));
    memcpy (text, self->next, n);
    text[n] = '\0';
    self->next = stop != NULL ? stop + 1 : self->end;
    if (strlen (text) != n)
      return refuse (self, error, _ ("not text"));
    if (*g_strchomp (text) != '\0')
      return TRUE;
  }
  return FALSE;
}

static gboolean
read_header (Reader *self, GError **error)
{
  char text[MAX_LINE_BYTES];
  g_autoptr (GError) problem = NULL;
  static const char without_channel[] =
      "partial,label,time_s,frequency_hz,amplitude,bandwidth,phase_rad";

  if (self->end - self->next >= 3 && memcmp (self->next, "\xEF\xBB\xBF", 3) == 0)
    self->next += 3;
  if (!next_line (self, text, &problem)) {
    self->line = MAX (self->line, 1);
    return refuse (
        self, error, _ ("not a CSV of partials: the header is %s"), TSR_CSV_HEADER);
  }
  if (strcmp (text, TSR_CSV_HEADER) == 0)
    self->n_columns = N_COLUMNS;
  else if (strcmp (text, without_channel) == 0)
    self->n_columns = N_COLUMNS - 1;
  else
    return refuse (
        self, error, _ ("not a CSV of partials: the header is %s"), TSR_CSV_HEADER);
  return TRUE;
}

static const char *const NAMES[N_COLUMNS] = {"partial",
                                             "label",
                                             "time_s",
                                             "frequency_hz",
                                             "amplitude",
                                             "bandwidth",
                                             "phase_rad",
                                             "channel"};

static gboolean
read_numbers (Reader *self, const char *text, double values[N_COLUMNS], GError **error)
{
  const char *p = text;

  values[CHANNEL] = 0;
  for (guint i = 0; i < self->n_columns; i++) {
    char *end = NULL;
    values[i] = g_ascii_strtod (p, &end);
    if (end == p || !isfinite (values[i]))
      return refuse (self, error, _ ("%s is not a number"), NAMES[i]);
    while (*end == ' ')
      end++;
    gboolean is_last = i + 1 == self->n_columns;
    if (*end != (is_last ? '\0' : ','))
      return refuse (self, error, _ ("%u columns are expected"), self->n_columns);
    p = end + 1;
  }
  return TRUE;
}

static gboolean
check_ranges (Reader *self, const double v[N_COLUMNS], GError **error)
{
  static const struct {
    int      column;
    double   low, high;
    gboolean is_whole;
  } ranges[] = {{PARTIAL, 0, 9e15, TRUE},
                {LABEL, G_MININT, G_MAXINT, TRUE},
                {TIME, -1e9, 1e9, FALSE},
                {FREQUENCY, 0, 1e9, FALSE},
                {AMPLITUDE, 0, 1e9, FALSE},
                {BANDWIDTH, 0, 1, FALSE},
                {PHASE, -1e9, 1e9, FALSE},
                {CHANNEL, 0, 63, TRUE}};

  for (gsize i = 0; i < G_N_ELEMENTS (ranges); i++) {
    double value = v[ranges[i].column];
    if (value < ranges[i].low || value > ranges[i].high)
      return refuse (self,
                     error,
                     _ ("%s is outside %g to %g"),
                     NAMES[ranges[i].column],
                     ranges[i].low,
                     ranges[i].high);
    if (ranges[i].is_whole && value != floor (value))
      return refuse (
          self, error, _ ("%s is not a whole number"), NAMES[ranges[i].column]);
  }
  return TRUE;
}

/* ---- partials ---- */

static gboolean
is_null (const TsrBreakpoint *b)
{
  return (b->flags & TSR_BREAKPOINT_NULL) != 0;
}

static gboolean
begin_partial (Reader *self, const double v[N_COLUMNS], GError **error)
{
  gint64 id = (gint64)v[PARTIAL];

  if (!g_hash_table_add (self->ids, g_memdup2 (&id, sizeof id)))
    return refuse (self,
                   error,
                   _ ("partial %" PRId64 " was there already; sort the rows by "
                      "partial and time"),
                   id);
  self->present = tsr_draft_begin (self->format->draft, id, (guint)v[CHANNEL]);
  self->present->label = (int)v[LABEL];
  return TRUE;
}

static gboolean
check_order (Reader *self, const double v[N_COLUMNS], GError **error)
{
  GArray *points = self->present->points;
  guint   n = points->len;

  if (n == 0)
    return TRUE;
  if (n >= TSR_PARTIAL_MAX_BREAKPOINTS)
    return refuse (self,
                   error,
                   _ ("the partial has more than %d rows"),
                   TSR_PARTIAL_MAX_BREAKPOINTS);
  const TsrBreakpoint *last = &g_array_index (points, TsrBreakpoint, n - 1);
  if (v[TIME] < last->time_s)
    return refuse (
        self, error, _ ("the time goes backwards; sort the rows by partial and time"));
  if (v[TIME] == last->time_s && v[AMPLITUDE] > 0 && !is_null (last))
    return refuse (
        self, error, _ ("two rows at one time, and none with an amplitude of 0"));
  return TRUE;
}

static gboolean
read_row (Reader *self, const char *text, GError **error)
{
  double v[N_COLUMNS];

  if (!read_numbers (self, text, v, error) || !check_ranges (self, v, error))
    return FALSE;
  if ((self->present == NULL || (gint64)v[PARTIAL] != self->present->id) &&
      !begin_partial (self, v, error))
    return FALSE;
  if ((int)v[LABEL] != self->present->label ||
      (guint)v[CHANNEL] != self->present->channel)
    return refuse (
        self, error, _ ("a partial has one label and one channel in all of its rows"));
  if (!check_order (self, v, error))
    return FALSE;
  tsr_draft_add (self->format->draft,
                 self->present,
                 &(TsrDraftRow){.time_s = v[TIME],
                                .frequency_hz = v[FREQUENCY],
                                .amplitude = v[AMPLITUDE],
                                .bandwidth = v[BANDWIDTH],
                                .phase_turns = v[PHASE] / (2 * G_PI)});
  return TRUE;
}

static gboolean
read_rows (Reader *self, GError **error)
{
  char text[MAX_LINE_BYTES];
  g_autoptr (GError) problem = NULL;

  if (!read_header (self, error))
    return FALSE;
  while (next_line (self, text, &problem)) {
    gsize at = (gsize)(self->next - (const char *)self->format->bytes);
    if (!read_row (self, text, error) ||
        (self->line % 4096 == 0 && !tsr_reader_goes_on (self->format, at, error)))
      return FALSE;
  }
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

gboolean
tsr_csv_read (TsrFormatReader *format, GError **error)
{
  Reader reader = {.format = format,
                   .next = (const char *)format->bytes,
                   .end = (const char *)format->bytes + format->n_bytes,
                   .ids =
                       g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL)};

  tsr_draft_expect_straight_rows (
      format->draft, TSR_CSV_TOLERANCE_CENT, TSR_CSV_TOLERANCE_DB);
  gboolean ok = read_rows (&reader, error);

  g_hash_table_unref (reader.ids);
  return ok;
}
