/* SPDX-License-Identifier: GPL-3.0-or-later
 * One strip of a spectrogram, frame by frame.
 */
#include "model/dsp/spectrum/picture-strip.h"

#include "model/dsp/spectrum/decibel.h"
#include "model/dsp/spectrum/splat.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N_LINES = 4 };
#define POINT_FLOOR 1e-13F       /* power: -130 dBFS */
#define POINT_FLOOR_RANGE 3e-13F /* of the strongest bin of the frame */
/* Frame times that fall on the edge of a column belong to its right side, rounding or
 * not. */
#define EDGE 1e-6

struct TsrPictureStrip {
  TsrPictureFrame *frame;
  size_t           n_rows;
  float           *power, *shift_samples, *shift_bins, *db; /* of a frame, by bin */
  float           *lines;     /* N_LINES frames in dB by row, in turn */
  TsrSplatPoints   points[2]; /* this frame and the one before, in turn */
  float           *level;     /* conventional, column by column */
  float           *energy;    /* reassigned, see TsrSplat */
};

/* State of one render. */
typedef struct {
  TsrPictureStrip        *strip;
  const TsrPictureLayout *layout;
  size_t                  first_column, n_columns;
  int64_t                 first_line, end_line;   /* frames that the levels need */
  int64_t                 first_splat, end_splat; /* frames whose points are drawn */
  TsrSplat                splat;
} Run;

static bool
allocate_points (TsrSplatPoints *points, size_t n_bins)
{
  points->shift = calloc (n_bins, sizeof *points->shift);
  points->row = calloc (n_bins, sizeof *points->row);
  points->power = calloc (n_bins, sizeof *points->power);
  return points->shift != NULL && points->row != NULL && points->power != NULL;
}

static bool
allocate (TsrPictureStrip *s)
{
  size_t n_bins = tsr_picture_frame_n_bins (s->frame);

  s->power = calloc (n_bins, sizeof *s->power);
  s->shift_samples = calloc (n_bins, sizeof *s->shift_samples);
  s->shift_bins = calloc (n_bins, sizeof *s->shift_bins);
  s->db = calloc (n_bins + 2 * TSR_ROW_MAP_PAD, sizeof *s->db);
  s->lines = calloc (N_LINES * s->n_rows, sizeof *s->lines);
  s->level = calloc (TSR_STRIP_MAX_COLUMNS * s->n_rows, sizeof *s->level);
  s->energy = calloc ((TSR_STRIP_MAX_COLUMNS + 2) * (s->n_rows + 2), sizeof *s->energy);
  return s->power != NULL && s->shift_samples != NULL && s->shift_bins != NULL &&
         s->db != NULL && s->lines != NULL && s->level != NULL && s->energy != NULL &&
         allocate_points (&s->points[0], n_bins) &&
         allocate_points (&s->points[1], n_bins);
}

TsrPictureStrip *
tsr_picture_strip_new (TsrWindowKind kind, size_t half, size_t n_rows)
{
  TsrPictureStrip *s = calloc (1, sizeof *s);
  if (s == NULL)
    return NULL;
  s->n_rows = n_rows;
  s->frame = tsr_picture_frame_new (kind, half);
  if (s->frame == NULL || !allocate (s)) {
    tsr_picture_strip_free (s);
    return NULL;
  }
  return s;
}

void
tsr_picture_strip_free (TsrPictureStrip *strip)
{
  if (strip == NULL)
    return;
  for (int i = 0; i < 2; i++) {
    free (strip->points[i].shift);
    free (strip->points[i].row);
    free (strip->points[i].power);
  }
  free (strip->energy);
  free (strip->level);
  free (strip->lines);
  free (strip->db);
  free (strip->shift_bins);
  free (strip->shift_samples);
  free (strip->power);
  tsr_picture_frame_free (strip->frame);
  free (strip);
}

size_t
tsr_picture_strip_n_rows (const TsrPictureStrip *strip)
{
  return strip->n_rows;
}

/* Which frames a strip needs. Frames whose window lies outside the signal are silent and
 * left out. */
static void
choose_frames (Run *run)
{
  const TsrPictureLayout *l = run->layout;
  double                  hop = (double)l->hop;
  double                  left = l->start + (double)run->first_column * l->column_samples;
  double                  right = left + (double)run->n_columns * l->column_samples;

  run->first_line = (int64_t)floor (left / hop) - 2;
  run->end_line = (int64_t)ceil (right / hop) + 3;
  run->first_splat = (int64_t)floor ((left - l->reach_samples) / hop) - 1;
  run->end_splat = (int64_t)ceil ((right + l->reach_samples) / hop) + 1;
  if (l->conventional_db == NULL)
    run->end_line = run->first_line;
  if (l->reassigned_db == NULL)
    run->end_splat = run->first_splat;
}

static bool
is_silent (const TsrPictureLayout *l, int64_t number)
{
  int64_t centre = number * l->hop;
  return centre + (int64_t)l->half < 0 || centre - (int64_t)l->half >= l->n_samples;
}

/* Four running maxima, so that the compiler may use vectors. */
static float
strongest_power (const float *power, size_t n)
{
  float  top[4] = {0};
  size_t i = 0;

  for (; i + 4 <= n; i += 4)
    for (size_t j = 0; j < 4; j++)
      top[j] = power[i + j] > top[j] ? power[i + j] : top[j];
  for (; i < n; i++)
    top[0] = power[i] > top[0] ? power[i] : top[0];
  float a = top[0] > top[1] ? top[0] : top[1];
  float b = top[2] > top[3] ? top[2] : top[3];
  return a > b ? a : b;
}

static void
place_rows (const TsrPictureLayout *l,
            const float *restrict shift_bins,
            float *restrict row,
            size_t n)
{
  float bin = (float)((double)l->first_bin + (l->is_linear ? 0 : l->corner_bins));
  float offset = (float)l->row_offset;
  float slope = (float)l->row_slope;

  if (l->is_linear)
    for (size_t i = 0; i < n; i++)
      row[i] = offset - slope * (bin + (float)(int)i + shift_bins[i]);
  else
    for (size_t i = 0; i < n; i++)
      row[i] = offset - slope * tsr_power_to_db (bin + (float)(int)i + shift_bins[i]);
}

/* Moves too long and bins too weak are no points. */
static void
choose_points (const TsrPictureLayout *l,
               const TsrPictureStrip  *s,
               float *restrict shift,
               float *restrict kept,
               size_t n)
{
  const float *power = s->power;
  const float *shift_samples = s->shift_samples;
  const float *shift_bins = s->shift_bins;
  float        lowest = strongest_power (power, n) * POINT_FLOOR_RANGE;
  float        columns = (float)(1 / l->column_samples);
  float        reach_samples = (float)l->reach_samples;
  float        reach_bins = (float)l->reach_bins;

  lowest = lowest > POINT_FLOOR ? lowest : POINT_FLOOR;
  for (size_t i = 0; i < n; i++) {
    float p = power[i] >= lowest ? power[i] : 0;
    p = fabsf (shift_samples[i]) <= reach_samples ? p : 0;
    kept[i] = fabsf (shift_bins[i]) <= reach_bins ? p : 0;
    shift[i] = shift_samples[i] * columns;
  }
}

static void
place_points (const TsrPictureLayout *l,
              const TsrPictureStrip  *s,
              double                  column,
              TsrSplatPoints         *points)
{
  size_t n = l->end_bin - l->first_bin;

  points->centre = (float)column;
  choose_points (l, s, points->shift, points->power, n);
  place_rows (l, s->shift_bins, points->row, n);
  if (l->first_bin == 0)
    points->power[0] = 0;
  if (l->end_bin == l->half + 1)
    points->power[n - 1] = 0;
}

static void
silence_points (const TsrPictureLayout *l, TsrSplatPoints *points)
{
  memset (points->power, 0, (l->end_bin - l->first_bin) * sizeof *points->power);
}

/* Centre of a frame in columns from the left edge of the strip. */
static double
strip_column (const Run *run, int64_t number)
{
  const TsrPictureLayout *l = run->layout;
  return ((double)(number * l->hop) - l->start) / l->column_samples -
         (double)run->first_column;
}

static float *
line_of (const Run *run, int64_t number)
{
  return run->strip->lines + (size_t)(number & (N_LINES - 1)) * run->layout->n_rows;
}

static void
make_line (const Run *run, int64_t number, bool silent)
{
  const TsrPictureLayout *l = run->layout;
  TsrPictureStrip        *s = run->strip;
  float                  *line = line_of (run, number);

  if (silent) {
    for (size_t i = 0; i < l->n_rows; i++)
      line[i] = TSR_PICTURE_FLOOR_DB;
    return;
  }
  size_t n = l->end_bin - l->first_bin;
  float *db = s->db + TSR_ROW_MAP_PAD;
  for (size_t i = 0; i < n; i++)
    db[i] = tsr_power_to_db (s->power[i]);
  tsr_row_map_apply (l->rows, l->n_rows, db, l->first_bin, n, line);
}

/* Many frames in a column: the loudest counts. */
static void
take_maximum (const Run *run, int64_t number)
{
  double column = floor (strip_column (run, number) + EDGE);
  if (!(column >= 0 && column < (double)run->n_columns))
    return;
  size_t       n_rows = run->layout->n_rows;
  const float *line = line_of (run, number);
  float       *level = run->strip->level + (size_t)column * n_rows;
  for (size_t i = 0; i < n_rows; i++)
    level[i] = line[i] > level[i] ? line[i] : level[i];
}

/* Columns between the second and the third of the last four frames. */
static void
interpolate_columns (const Run *run, int64_t number)
{
  double       from = strip_column (run, number - 2);
  double       to = strip_column (run, number - 1);
  size_t       n_rows = run->layout->n_rows;
  const float *a = line_of (run, number - 3);
  const float *b = line_of (run, number - 2);
  const float *c = line_of (run, number - 1);
  const float *d = line_of (run, number);
  double       column = fmax (ceil (from - 0.5 - EDGE), 0);

  for (; column < (double)run->n_columns && column + 0.5 < to - EDGE; column++) {
    float  fraction = (float)fmax ((column + 0.5 - from) / (to - from), 0);
    float *level = run->strip->level + (size_t)column * n_rows;
    for (size_t i = 0; i < n_rows; i++)
      level[i] = tsr_interpolate_db (a[i], b[i], c[i], d[i], fraction);
  }
}

static void
take_level (const Run *run, int64_t number, bool silent)
{
  if (number < run->first_line || number >= run->end_line)
    return;
  make_line (run, number, silent);
  if (!run->layout->is_interpolated)
    take_maximum (run, number);
  else if (number - run->first_line >= N_LINES - 1)
    interpolate_columns (run, number);
}

static void
take_points (Run *run, int64_t number, bool silent)
{
  if (number < run->first_splat || number > run->end_splat)
    return;
  TsrSplatPoints *now = &run->strip->points[number & 1];
  if (silent)
    silence_points (run->layout, now);
  else
    place_points (run->layout, run->strip, strip_column (run, number) - 0.5, now);
  if (number > run->first_splat)
    tsr_splat_frame (&run->splat, &run->strip->points[(number - 1) & 1], now);
}

static void
take_frame (Run *run, int64_t number)
{
  const TsrPictureLayout *l = run->layout;
  TsrPictureStrip        *s = run->strip;
  bool                    silent = is_silent (l, number);

  if (!silent) {
    tsr_picture_frame_load (s->frame, l->samples, l->n_samples, number * l->hop);
    if (l->reassigned_db != NULL)
      tsr_picture_frame_reassign (
          s->frame, l->first_bin, l->end_bin, s->power, s->shift_samples, s->shift_bins);
    else
      tsr_picture_frame_power (s->frame, l->first_bin, l->end_bin, s->power);
  }
  if (l->conventional_db != NULL)
    take_level (run, number, silent);
  if (l->reassigned_db != NULL)
    take_points (run, number, silent);
}

/* Columns of the strip, in 0 .. n_columns, that see some of the signal: [first, end). */
static void
find_inside (const Run *run, size_t *first, size_t *end)
{
  const TsrPictureLayout *l = run->layout;
  double                  left = l->start + (double)run->first_column * l->column_samples;
  double                  n = (double)run->n_columns;
  double a = fmin (fmax (floor (-left / l->column_samples + EDGE), 0), n);
  double b = ceil (((double)l->n_samples - left) / l->column_samples - EDGE);

  *first = (size_t)a;
  *end = l->n_samples > 0 ? (size_t)fmin (fmax (b, a), n) : *first;
}

/* One row of 16 columns at a time, to be kind to the caches: the buffers may be by
 * column. */
static void
deliver (const Run *run)
{
  enum { TILE = 16 };
  const TsrPictureLayout *l = run->layout;
  const TsrSplat         *splat = &run->splat;
  float                   unit = (float)(1 / l->energy_unit);
  size_t                  first, end;

  find_inside (run, &first, &end);
  for (size_t c0 = 0; c0 < run->n_columns; c0 += TILE)
    for (size_t r = 0; r < l->n_rows; r++)
      for (size_t c = c0; c < c0 + TILE && c < run->n_columns; c++) {
        size_t at = r * l->n_columns + run->first_column + c;
        bool   is_inside = c >= first && c < end;
        float  energy =
            splat->energy[(c + 1) * splat->column_stride + (r + 1) * splat->row_stride];
        if (l->conventional_db != NULL)
          l->conventional_db[at] =
              is_inside ? run->strip->level[c * l->n_rows + r] : TSR_PICTURE_FLOOR_DB;
        if (l->reassigned_db != NULL)
          l->reassigned_db[at] = tsr_power_to_db (is_inside ? unit * energy : 0);
      }
}

static int64_t
smaller (int64_t a, int64_t b)
{
  return a < b ? a : b;
}

static int64_t
larger (int64_t a, int64_t b)
{
  return a > b ? a : b;
}

bool
tsr_picture_strip_render (TsrPictureStrip        *strip,
                          const TsrPictureLayout *layout,
                          const TsrJob           *job,
                          size_t                  first_column,
                          size_t                  end_column)
{
  Run run = {
      .strip = strip,
      .layout = layout,
      .first_column = first_column,
      .n_columns = end_column - first_column,
      .splat = {.n_columns = end_column - first_column,
                .n_rows = layout->n_rows,
                .n_bins = layout->end_bin - layout->first_bin,
                .hop_columns = (float)((double)layout->hop / layout->column_samples),
                .n_tall_bins = layout->n_tall_bins,
                .bin_rows = layout->bin_rows,
                .energy = strip->energy},
  };
  bool lines_run_along = layout->hop > layout->column_samples;
  run.splat.column_stride = lines_run_along ? 1 : layout->n_rows + 2;
  run.splat.row_stride = lines_run_along ? run.n_columns + 2 : 1;
  choose_frames (&run);
  for (size_t i = 0; i < run.n_columns * layout->n_rows; i++)
    strip->level[i] = TSR_PICTURE_FLOOR_DB;
  memset (strip->energy,
          0,
          (run.n_columns + 2) * (layout->n_rows + 2) * sizeof *strip->energy);
  bool    has_levels = layout->conventional_db != NULL;
  bool    has_points = layout->reassigned_db != NULL;
  int64_t first = has_points ? run.first_splat : run.first_line;
  int64_t end = has_points ? run.end_splat + 1 : run.end_line;
  if (has_levels && has_points) {
    first = smaller (first, run.first_line);
    end = larger (end, run.end_line);
  }
  for (int64_t number = first; number < end; number++) {
    if (tsr_job_cancelled (job))
      return false;
    take_frame (&run, number);
  }
  deliver (&run);
  return true;
}
