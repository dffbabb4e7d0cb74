/* SPDX-License-Identifier: GPL-3.0-or-later
 * CSV into partials, refusing what makes no sense with file and line.
 */
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "model/dsp-types.h"
#include "store/formats/csv.h"
#include "store/partial-codec.h"
#include "store/store.h"

#define MAX_LINE_BYTES 1024
#define MAX_FILE_BYTES (G_GUINT64_CONSTANT (1) << 34)

enum { PARTIAL, LABEL, TIME, FREQUENCY, AMPLITUDE, BANDWIDTH, PHASE, CHANNEL, N_COLUMNS };

typedef struct {
  const char *path;
  guint64     line;
  const char *next, *end; /* what is not read yet */
  guint       n_columns;  /* 7, or 8 with channel */
  GPtrArray  *partials;
  GHashTable *ids;
  gint64      first_id;    /* smallest */
  GArray     *breakpoints; /* of the present partial; phase_turns still wrapped */
  gint64      id;          /* of the present partial; -1: none */
  int         label;
  unsigned    channel;
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
  g_set_error (error,
               TSR_STORE_ERROR,
               TSR_STORE_ERROR_FORMAT,
               _ ("%s: line %" PRIu64 ": %s"),
               self->path,
               self->line,
               why);
  return FALSE;
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

/* A straight run of breakpoints whose values follow each other. */
typedef struct {
  const TsrBreakpoint *b;
  guint                n;
} Run;

/* The derivative at i of the parabola through i and two neighbours; of the line where
 * there is only one. */
static double
slope_at (Run run, guint i, double (*value) (const TsrBreakpoint *b))
{
  if (run.n < 2)
    return 0;
  guint  first = run.n == 2 ? 0 : MIN (i > 0 ? i - 1 : 0, run.n - 3);
  double h0 = run.b[first + 1].time_s - run.b[first].time_s;
  double d0 = (value (&run.b[first + 1]) - value (&run.b[first])) / h0;
  if (run.n == 2)
    return d0;
  double h1 = run.b[first + 2].time_s - run.b[first + 1].time_s;
  double d1 = (value (&run.b[first + 2]) - value (&run.b[first + 1])) / h1;
  double bend = (d1 - d0) / (h0 + h1);
  return d0 + bend * (2 * (run.b[i].time_s - run.b[first].time_s) - h0);
}

static double
frequency_of (const TsrBreakpoint *b)
{
  return b->frequency_hz;
}

static double
log_amplitude_of (const TsrBreakpoint *b)
{
  return b->log_amplitude;
}

static float
to_float (double value)
{
  return (float)CLAMP (value, -1e30, 1e30);
}

static void
fill_slopes (TsrBreakpoint *b, guint n)
{
  for (guint first = 0, end; first < n; first = end) {
    for (end = first + 1; end < n && b[end].time_s > b[end - 1].time_s; end++)
      continue;
    Run run = {b + first, end - first};
    for (guint i = 0; i < run.n; i++)
      b[first + i].chirp_hz_per_s = to_float (slope_at (run, i, frequency_of));
  }
  for (guint first = 0, end; first < n; first = end) {
    for (end = first + 1; end < n && !is_null (&b[end]) && !is_null (&b[end - 1]); end++)
      continue;
    Run run = {b + first, end - first};
    for (guint i = 0; i < run.n; i++)
      b[first + i].slope_per_s = to_float (slope_at (run, i, log_amplitude_of));
  }
}

static gboolean
end_partial (Reader *self, GError **error)
{
  TsrBreakpoint *b = (TsrBreakpoint *)self->breakpoints->data;
  guint          n = self->breakpoints->len;

  if (n == 0)
    return TRUE;
  fill_slopes (b, n);
  for (guint i = 1; i < n; i++)
    b[i].phase_turns = tsr_phase_unwrap (&b[i - 1], &b[i], b[i].phase_turns);
  TsrPartial *partial = tsr_partial_new (self->id, self->label, self->channel, b, n);
  if (partial == NULL)
    return refuse (self, error, _ ("the partial that ends here makes no sense"));
  g_ptr_array_add (self->partials, partial);
  g_array_set_size (self->breakpoints, 0);
  return TRUE;
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
  self->first_id = self->id < 0 ? id : MIN (self->first_id, id);
  self->id = id;
  self->label = (int)v[LABEL];
  self->channel = (unsigned)v[CHANNEL];
  return TRUE;
}

static gboolean
check_order (Reader *self, const TsrBreakpoint *b, GError **error)
{
  guint n = self->breakpoints->len;

  if (n == 0)
    return TRUE;
  if (n >= TSR_PARTIAL_MAX_BREAKPOINTS)
    return refuse (self,
                   error,
                   _ ("the partial has more than %d rows"),
                   TSR_PARTIAL_MAX_BREAKPOINTS);
  const TsrBreakpoint *last = &g_array_index (self->breakpoints, TsrBreakpoint, n - 1);
  if (b->time_s < last->time_s)
    return refuse (
        self, error, _ ("the time goes backwards; sort the rows by partial and time"));
  if (b->time_s == last->time_s && !is_null (b) && !is_null (last))
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
  if ((gint64)v[PARTIAL] != self->id || self->id < 0) {
    if (!end_partial (self, error) || !begin_partial (self, v, error))
      return FALSE;
  }
  if ((int)v[LABEL] != self->label || (unsigned)v[CHANNEL] != self->channel)
    return refuse (
        self, error, _ ("a partial has one label and one channel in all of its rows"));
  TsrBreakpoint b = {
      .time_s = v[TIME],
      .phase_turns = v[PHASE] / (2 * G_PI),
      .frequency_hz = v[FREQUENCY],
      .log_amplitude = v[AMPLITUDE] > 0 ? log (v[AMPLITUDE]) : TSR_LOG_AMPLITUDE_NULL,
      .bandwidth = (float)v[BANDWIDTH],
      .flags = v[AMPLITUDE] > 0 ? 0 : TSR_BREAKPOINT_NULL,
  };
  if (!check_order (self, &b, error))
    return FALSE;
  g_array_append_val (self->breakpoints, b);
  return TRUE;
}

static gboolean
read_rows (Reader *self, GError **error)
{
  char text[MAX_LINE_BYTES];
  g_autoptr (GError) problem = NULL;

  if (!read_header (self, error))
    return FALSE;
  while (next_line (self, text, &problem))
    if (!read_row (self, text, error))
      return FALSE;
  if (problem == NULL)
    return end_partial (self, error);
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* Ids count from 1 in a set. */
static gboolean
shift_ids (Reader *self)
{
  for (guint i = 0; self->first_id == 0 && i < self->partials->len; i++) {
    TsrPartial *old = g_ptr_array_index (self->partials, i);
    TsrPartial *shifted = tsr_partial_new_with_id (old, tsr_partial_id (old) + 1);
    if (shifted == NULL)
      return FALSE;
    tsr_partial_unref (old);
    self->partials->pdata[i] = shifted;
  }
  return TRUE;
}

static TsrPartialSet *
read_bytes (const char *path, const char *bytes, gsize n_bytes, GError **error)
{
  Reader         reader = {.path = path, .next = bytes, .end = bytes + n_bytes, .id = -1};
  TsrPartialSet *set = NULL;

  reader.partials = g_ptr_array_new_with_free_func ((GDestroyNotify)tsr_partial_unref);
  reader.ids = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  reader.breakpoints = g_array_new (FALSE, FALSE, sizeof (TsrBreakpoint));
  if (read_rows (&reader, error)) {
    if (shift_ids (&reader))
      set = tsr_partial_set_new ((TsrPartial *const *)reader.partials->pdata,
                                 reader.partials->len);
    if (set == NULL)
      refuse (&reader, error, _ ("not enough memory for what comes before"));
  }
  g_ptr_array_unref (reader.partials);
  g_hash_table_unref (reader.ids);
  g_array_unref (reader.breakpoints);
  return set;
}

static gboolean
check_file (const char *path, GError **error)
{
  struct stat status;
  const char *why = NULL;

  if (stat (path, &status) != 0)
    why = g_strerror (errno);
  else if (!S_ISREG (status.st_mode))
    why =
        S_ISDIR (status.st_mode) ? _ ("a folder, not a file") : _ ("not a regular file");
  else if ((guint64)status.st_size > MAX_FILE_BYTES)
    why = _ ("larger than 16 GiB");
  if (why == NULL)
    return TRUE;
  g_set_error (error,
               TSR_STORE_ERROR,
               TSR_STORE_ERROR_NOT_FOUND,
               _ ("%s: cannot be read: %s"),
               path,
               why);
  return FALSE;
}

TsrPartialSet *
tsr_csv_import (const char *path, GError **error)
{
  g_autoptr (GError) problem = NULL;

  g_return_val_if_fail (path != NULL, NULL);
  if (!check_file (path, error))
    return NULL;
  GMappedFile *file = g_mapped_file_new (path, FALSE, &problem);
  if (file == NULL) {
    g_set_error (error,
                 TSR_STORE_ERROR,
                 TSR_STORE_ERROR_NOT_FOUND,
                 _ ("%s: cannot be read: %s"),
                 path,
                 problem->message);
    return NULL;
  }
  const char    *bytes = g_mapped_file_get_contents (file);
  TsrPartialSet *set = read_bytes (
      path, bytes != NULL ? bytes : "", g_mapped_file_get_length (file), error);
  g_mapped_file_unref (file);
  return set;
}
