/* SPDX-License-Identifier: GPL-3.0-or-later
 * Spectrograms: chooses time step and bins for a grid and shares the strips out.
 */
#include "model/dsp/spectrum/spectrogram.h"

#include "model/dsp/spectrum/decibel.h"
#include "model/dsp/spectrum/frame.h"
#include "model/dsp/spectrum/picture-strip.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#define MAX_ROWS ((size_t)1 << 16)
#define MAX_HALF ((double)(1 << 22))
#define MEL_CORNER_HZ 700.0
#define REACH_WINDOWS 0.5 /* of M: longer moves in time are left out */
#define HOP_TOLERANCE 1e-6

struct TsrSpectrogram {
  TsrWindow        *window; /* of the last render, or NULL */
  double            window_rate_hz, window_spacing_hz;
  TsrWindowKind     kind; /* of the strips */
  size_t            half;
  size_t            n_strips;
  TsrPictureStrip **strips; /* one a worker */
  TsrFrame         *panel;  /* of the last tsr_spectrum_at(), or NULL */
};

typedef struct {
  TsrSpectrogram         *spectrogram;
  const TsrPictureLayout *layout;
  const TsrJob           *job;
  size_t                  strip_columns;
  size_t                  first_strip; /* of the batch */
  atomic_bool             is_cancelled;
} Batch;

TsrSpectrogram *
tsr_spectrogram_new (void)
{
  return calloc (1, sizeof (TsrSpectrogram));
}

static void
drop_strips (TsrSpectrogram *s)
{
  for (size_t i = 0; i < s->n_strips; i++)
    tsr_picture_strip_free (s->strips[i]);
  free (s->strips);
  s->strips = NULL;
  s->n_strips = 0;
}

void
tsr_spectrogram_free (TsrSpectrogram *spectrogram)
{
  if (spectrogram == NULL)
    return;
  drop_strips (spectrogram);
  tsr_window_free (spectrogram->window);
  tsr_frame_free (spectrogram->panel);
  free (spectrogram);
}

/* The window of the last render where it fits. */
static bool
prepare_window (TsrSpectrogram *s, TsrWindowKind kind, double rate_hz, double spacing_hz)
{
  if (s->window != NULL && s->window->kind == kind && s->window_rate_hz == rate_hz &&
      s->window_spacing_hz == spacing_hz)
    return true;
  tsr_window_free (s->window);
  s->window = tsr_window_new_for_spacing (kind, rate_hz, spacing_hz);
  s->window_rate_hz = rate_hz;
  s->window_spacing_hz = spacing_hz;
  return s->window != NULL;
}

/* Strips that fit, those of the last call where possible. */
static bool
prepare_strips (
    TsrSpectrogram *s, TsrWindowKind kind, size_t half, size_t n_rows, size_t n)
{
  if (s->n_strips >= n && s->kind == kind && s->half == half &&
      tsr_picture_strip_n_rows (s->strips[0]) >= n_rows)
    return true;
  drop_strips (s);
  s->strips = calloc (n, sizeof (TsrPictureStrip *));
  if (s->strips == NULL)
    return false;
  s->kind = kind;
  s->half = half;
  for (; s->n_strips < n; s->n_strips++) {
    s->strips[s->n_strips] = tsr_picture_strip_new (kind, half, n_rows);
    if (s->strips[s->n_strips] == NULL) {
      drop_strips (s);
      return false;
    }
  }
  return true;
}

/* Largest of 1, 2, 3, 4, 6, 8, 12, ... that is <= limit: a coarse ladder, so that grids
 * that differ only by rounding get the same step. */
static int64_t
ladder_step (double limit)
{
  int64_t step = 1;
  limit *= 1 + HOP_TOLERANCE;
  while ((double)step * 2 <= limit)
    step *= 2;
  if (step >= 2 && (double)(step / 2 * 3) <= limit)
    step = step / 2 * 3;
  return step;
}

/* A column wide, but between a 32nd and a quarter of the window; half a window where a
 * column holds four windows and more. */
static int64_t
choose_hop (double column_samples, size_t half)
{
  double m = (double)half;
  double longest = column_samples >= 8 * m ? m : m / 2;
  return ladder_step (fmax (fmin (fmax (column_samples, m / 16), longest), 1));
}

static void
set_frequency_axis (TsrPictureLayout *l, const TsrSpectrogramGrid *grid, double bin_hz)
{
  double low = grid->low_hz / bin_hz;
  double high = grid->high_hz / bin_hz;

  l->is_linear = grid->scale == TSR_FREQUENCY_LINEAR;
  l->corner_bins = grid->scale == TSR_FREQUENCY_MEL ? MEL_CORNER_HZ / bin_hz : 0;
  if (!l->is_linear) {
    low = 10 * log10 (low + l->corner_bins);
    high = 10 * log10 (high + l->corner_bins);
  }
  l->row_slope = (double)l->n_rows / (high - low);
  l->row_offset = (double)l->n_rows - 0.5 + low * l->row_slope;
}

/* Bins of the picture, with those around it whose energy may move in. */
static void
set_bins (TsrPictureLayout *l, const TsrSpectrogramGrid *grid, double bin_hz)
{
  double margin = ceil (l->reach_bins) + 3;
  double top = (double)l->half;
  double low = fmax (floor (grid->low_hz / bin_hz) - margin, 0);
  double high = fmin (ceil (grid->high_hz / bin_hz) + margin, top);

  l->first_bin = (size_t)fmin (low, top);
  l->end_bin = high >= (double)l->first_bin ? (size_t)high + 1 : l->first_bin + 1;
}

static double
bin_row (const TsrPictureLayout *l, double bin)
{
  double warped = l->is_linear ? bin : 10 * log10 (fmax (bin + l->corner_bins, 1e-9));
  return l->row_offset - l->row_slope * warped;
}

static bool
make_tables (TsrPictureLayout         *l,
             const TsrSpectrogramGrid *grid,
             double                    bin_hz,
             TsrRow                  **rows,
             float                   **bin_rows)
{
  size_t     n = l->end_bin - l->first_bin;
  TsrRowAxis axis = {.scale = grid->scale,
                     .low_hz = grid->low_hz,
                     .high_hz = grid->high_hz,
                     .bin_hz = bin_hz,
                     .n_bins = l->half + 1};

  *rows = calloc (l->n_rows, sizeof **rows);
  *bin_rows = calloc (n, sizeof **bin_rows);
  if (*rows == NULL || *bin_rows == NULL)
    return false;
  tsr_row_map_fill (*rows, l->n_rows, &axis);
  for (size_t i = 0; i < n; i++) {
    double bin = (double)(l->first_bin + i);
    (*bin_rows)[i] = (float)(bin_row (l, bin) - bin_row (l, bin + 1));
    if ((*bin_rows)[i] > 1)
      l->n_tall_bins = i + 1;
  }
  return true;
}

/* Windows from a few samples to some millions. */
static bool
spacing_is_valid (double spacing_hz, double rate_hz)
{
  return spacing_hz > 0 && 4 * rate_hz / spacing_hz <= MAX_HALF;
}

static bool
grid_is_valid (const TsrSpectrogramGrid *g)
{
  return isfinite (g->start_s) && isfinite (g->end_s) && g->start_s < g->end_s &&
         fabs (g->start_s) < 1e9 && fabs (g->end_s) < 1e9 && g->n_columns >= 1 &&
         g->n_rows >= 1 && g->n_rows <= MAX_ROWS &&
         (unsigned)g->scale < TSR_FREQUENCY_N_SCALES && isfinite (g->high_hz) &&
         g->low_hz >= 0 && g->low_hz < g->high_hz &&
         (g->scale != TSR_FREQUENCY_LOG || g->low_hz > 0) &&
         (unsigned)g->window < TSR_WINDOW_N_KINDS;
}

static void
render_strip (void *data, size_t item, size_t worker)
{
  Batch *batch = data;
  size_t first = (batch->first_strip + item) * batch->strip_columns;
  size_t end = first + batch->strip_columns;

  if (atomic_load_explicit (&batch->is_cancelled, memory_order_relaxed))
    return;
  if (end > batch->layout->n_columns)
    end = batch->layout->n_columns;
  if (!tsr_picture_strip_render (
          batch->spectrogram->strips[worker], batch->layout, batch->job, first, end))
    atomic_store (&batch->is_cancelled, true);
}

static TsrStatus
render_strips (TsrSpectrogram *s, const TsrPictureLayout *layout, const TsrJob *job)
{
  size_t n_workers = tsr_job_n_workers (job);
  size_t columns = (layout->n_columns + 2 * n_workers - 1) / (2 * n_workers);
  if (n_workers == 1 || columns > TSR_STRIP_MAX_COLUMNS)
    columns = TSR_STRIP_MAX_COLUMNS;
  Batch batch = {
      .spectrogram = s, .layout = layout, .job = job, .strip_columns = columns};
  size_t n_strips = (layout->n_columns + columns - 1) / columns;
  size_t step = 4 * n_workers;

  for (size_t i = 0; i < n_strips; i += step) {
    batch.first_strip = i;
    tsr_job_parallel_for (
        job, n_strips - i < step ? n_strips - i : step, render_strip, &batch);
    if (atomic_load (&batch.is_cancelled))
      return TSR_STATUS_CANCELLED;
    tsr_job_progress (job, fmin ((double)(i + step) / (double)n_strips, 1));
  }
  return TSR_STATUS_OK;
}

static void
set_layout (TsrPictureLayout         *l,
            const TsrSignal          *signal,
            const TsrSpectrogramGrid *grid,
            const TsrWindow          *window)
{
  double rate = tsr_signal_rate_hz (signal);
  double bin_hz = rate / (double)(2 * window->half);

  l->n_samples = tsr_signal_n_frames (signal);
  l->half = window->half;
  l->n_columns = grid->n_columns;
  l->n_rows = grid->n_rows;
  l->start = grid->start_s * rate;
  l->column_samples = (grid->end_s - grid->start_s) * rate / (double)grid->n_columns;
  l->hop = choose_hop (l->column_samples, window->half);
  l->is_interpolated = (double)l->hop > l->column_samples * (1 + HOP_TOLERANCE);
  l->reach_samples = REACH_WINDOWS * (double)window->half;
  l->reach_bins = window->lobe_bins / 2;
  l->energy_unit = (double)(2 * window->half) * window->energy / 4 * l->column_samples /
                   (double)l->hop;
  set_frequency_axis (l, grid, bin_hz);
  set_bins (l, grid, bin_hz);
}

TsrStatus
tsr_spectrogram_render (TsrSpectrogram           *spectrogram,
                        const TsrSignal          *signal,
                        unsigned                  channel,
                        const TsrSpectrogramGrid *grid,
                        const TsrJob             *job,
                        float                    *conventional_db,
                        float                    *reassigned_db)
{
  double rate = tsr_signal_rate_hz (signal);
  if (channel >= tsr_signal_n_channels (signal) || !grid_is_valid (grid) ||
      !spacing_is_valid (grid->spacing_hz, rate))
    return TSR_STATUS_INVALID_ARGUMENT;
  if (!prepare_window (spectrogram, grid->window, rate, grid->spacing_hz))
    return TSR_STATUS_NO_MEMORY;
  TsrPictureLayout layout = {.samples = tsr_signal_channel (signal, channel),
                             .conventional_db = conventional_db,
                             .reassigned_db = reassigned_db};
  TsrRow          *rows = NULL;
  float           *bin_rows = NULL;
  TsrStatus        status = TSR_STATUS_NO_MEMORY;
  size_t           half = spectrogram->window->half;
  set_layout (&layout, signal, grid, spectrogram->window);
  if (prepare_strips (
          spectrogram, grid->window, half, grid->n_rows, tsr_job_n_workers (job)) &&
      make_tables (&layout, grid, rate / (double)(2 * half), &rows, &bin_rows)) {
    layout.rows = rows;
    layout.bin_rows = bin_rows;
    status = render_strips (spectrogram, &layout, job);
  }
  free (bin_rows);
  free (rows);
  return status;
}

/* Decibels of all bins of the panel's frame, behind the padding of a row map. */
static float *
panel_bins_db (const TsrFrame *frame)
{
  size_t  n = tsr_frame_n_bins (frame);
  double *magnitudes = calloc (n, sizeof *magnitudes);
  float  *bins_db = calloc (n + 2 * TSR_ROW_MAP_PAD, sizeof *bins_db);

  if (magnitudes == NULL || bins_db == NULL) {
    free (magnitudes);
    free (bins_db);
    return NULL;
  }
  tsr_frame_magnitudes (frame, 0, n, magnitudes);
  for (size_t i = 0; i < n; i++)
    bins_db[TSR_ROW_MAP_PAD + i] =
        tsr_power_to_db ((float)(magnitudes[i] * magnitudes[i]));
  free (magnitudes);
  return bins_db;
}

/* Values lie at the centres of rows from 0 to half the rate, the lowest first. */
static TsrStatus
fill_panel (const TsrFrame *frame, float *db, size_t n_values)
{
  size_t     n_bins = tsr_frame_n_bins (frame);
  double     row_bins = (double)(n_bins - 1) / (double)(n_values - 1);
  TsrRowAxis axis = {.low_hz = -row_bins / 2,
                     .high_hz = (double)(n_bins - 1) + row_bins / 2,
                     .bin_hz = 1,
                     .n_bins = n_bins};
  TsrRow    *rows = calloc (n_values, sizeof *rows);
  float     *bins_db = panel_bins_db (frame);
  TsrStatus  status = TSR_STATUS_NO_MEMORY;

  if (rows != NULL && bins_db != NULL) {
    tsr_row_map_fill (rows, n_values, &axis);
    tsr_row_map_apply (rows, n_values, bins_db + TSR_ROW_MAP_PAD, 0, n_bins, db);
    for (size_t i = 0; i < n_values / 2; i++) {
      float swap = db[i];
      db[i] = db[n_values - 1 - i];
      db[n_values - 1 - i] = swap;
    }
    status = TSR_STATUS_OK;
  }
  free (bins_db);
  free (rows);
  return status;
}

TsrStatus
tsr_spectrum_at (TsrSpectrogram  *spectrogram,
                 const TsrSignal *signal,
                 unsigned         channel,
                 double           time_s,
                 double           spacing_hz,
                 float           *db,
                 size_t           n_values)
{
  double rate = tsr_signal_rate_hz (signal);
  double centre = round (time_s * rate);
  if (channel >= tsr_signal_n_channels (signal) || n_values < 2 ||
      !(fabs (centre) < 1e15) || !spacing_is_valid (spacing_hz, rate))
    return TSR_STATUS_INVALID_ARGUMENT;
  TsrWindow *window = tsr_window_new_for_spacing (TSR_WINDOW_SMOOTH4, rate, spacing_hz);
  if (window == NULL)
    return TSR_STATUS_NO_MEMORY;
  if (spectrogram->panel == NULL ||
      tsr_frame_window (spectrogram->panel)->half != window->half) {
    tsr_frame_free (spectrogram->panel);
    spectrogram->panel = tsr_frame_new (window, 2);
  }
  tsr_window_free (window);
  if (spectrogram->panel == NULL)
    return TSR_STATUS_NO_MEMORY;
  tsr_frame_load (spectrogram->panel,
                  tsr_signal_channel (signal, channel),
                  tsr_signal_n_frames (signal),
                  (int64_t)centre,
                  0);
  return fill_panel (spectrogram->panel, db, n_values);
}
