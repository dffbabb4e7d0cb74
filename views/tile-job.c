/* SPDX-License-Identifier: GPL-3.0-or-later
 * Analyses and paints one tile.
 */
#define _GNU_SOURCE /* gettid */
#include "views/tile-job.h"

#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { NICENESS = 10 };

/* A tile that spans more has read what will hardly be read again soon. */
#define GIVE_BACK_S 60.0

void
tsr_tile_job_be_humble (void)
{
#ifdef __linux__
  setpriority (PRIO_PROCESS, (id_t)gettid (), NICENESS); /* of this thread alone */
#endif
}

TsrTileLevels *
tsr_tile_levels_ref (TsrTileLevels *levels)
{
  g_atomic_ref_count_inc (&levels->n_refs);
  return levels;
}

void
tsr_tile_levels_unref (TsrTileLevels *levels)
{
  if (levels == NULL || !g_atomic_ref_count_dec (&levels->n_refs))
    return;
  g_free (levels->conventional_db);
  g_free (levels->reassigned_db);
  g_free (levels);
}

static bool
is_cancelled (void *user)
{
  TsrTileJob *job = user;

  return g_atomic_int_get (&job->cancelled) != 0;
}

static TsrTileLevels *
analyse (TsrTileJob *job, TsrSpectrogram *spectrogram)
{
  gsize              n = (gsize)job->area.width * (gsize)job->area.height;
  TsrSpectrogramGrid grid;
  TsrJob             control = {.cancelled = is_cancelled, .user = job};

  TsrTileLevels *levels = g_new0 (TsrTileLevels, 1);
  g_atomic_ref_count_init (&levels->n_refs);
  levels->n = n;
  levels->conventional_db = g_try_new (float, n);
  levels->reassigned_db = g_try_new (float, n);
  tsr_tile_grid (&job->area, job->spacing_hz, &grid);
  if (levels->conventional_db != NULL && levels->reassigned_db != NULL &&
      tsr_spectrogram_render (spectrogram,
                              job->signal,
                              job->channel,
                              &grid,
                              &control,
                              levels->conventional_db,
                              levels->reassigned_db) == TSR_STATUS_OK)
    return levels;
  tsr_tile_levels_unref (levels);
  return NULL;
}

static void
paint_ground (TsrTileJob *job, const TsrRaster *raster)
{
  if (job->levels != NULL) {
    tsr_tile_paint_levels (raster,
                           job->levels->conventional_db,
                           job->levels->reassigned_db,
                           &job->level_style);
    return;
  }
  uint32_t colors[TSR_COLORMAP_N_COLORS];
  tsr_colormap_fill (job->level_style.colormap, colors);
  gsize n = (gsize)raster->width * (gsize)raster->height;
  for (gsize i = 0; i < n; i++)
    raster->pixels[i] = colors[0];
}

static gboolean
is_empty (const TsrRaster *raster)
{
  gsize n = (gsize)raster->width * (gsize)raster->height;

  for (gsize i = 0; i < n; i++)
    if (raster->pixels[i] != 0)
      return FALSE;
  return TRUE;
}

static gboolean
draw_ghosts (TsrTileJob *job, const TsrRaster *raster)
{
  TsrJob control = {.cancelled = is_cancelled, .user = job};

  for (guint i = 0; i < job->n_ghosts; i++)
    if (!tsr_tile_draw_partials (
            raster, &job->area, job->ghosts[i].partials, &job->ghosts[i].style, &control))
      return FALSE;
  return TRUE;
}

static gboolean
draw_partials (TsrTileJob *job, const TsrRaster *raster)
{
  TsrPartialStyle style = job->partial_style;
  TsrJob          control = {.cancelled = is_cancelled, .user = job};

  if (job->partials == NULL)
    return draw_ghosts (job, raster);
  style.mask = job->mask != NULL ? g_bytes_get_data (job->mask, NULL) : NULL;
  style.mask_drawn = 1;
  style.hues = job->hues != NULL ? g_bytes_get_data (job->hues, NULL) : NULL;
  style.region = job->has_region ? &job->region : NULL;
  style.preview = job->has_preview ? &job->preview : NULL;
  return tsr_tile_draw_partials (raster, &job->area, job->partials, &style, &control) &&
         draw_ghosts (job, raster);
}

static GdkTexture *
wrap (uint32_t *pixels, int width, int height)
{
  gsize row = (gsize)width * sizeof *pixels;
  g_autoptr (GBytes) bytes = g_bytes_new_take (pixels, row * (gsize)height);

  return gdk_memory_texture_new (
      width, height, GDK_MEMORY_B8G8R8A8_PREMULTIPLIED, bytes, row);
}

/* Mean of two neighbours, four channels at once. */
static GdkTexture *
halve (const TsrRaster *raster)
{
  int       width = raster->width / 2;
  uint32_t *half = g_new (uint32_t, (gsize)width * (gsize)raster->height);

  for (int y = 0; y < raster->height; y++) {
    const uint32_t *in = raster->pixels + (gsize)y * raster->stride;
    uint32_t       *out = half + (gsize)y * (gsize)width;
    for (int x = 0; x < width; x++) {
      uint32_t a = in[2 * x], b = in[2 * x + 1];
      out[x] = (a & b) + (((a ^ b) >> 1) & 0x7f7f7f7f);
    }
  }
  return wrap (half, width, raster->height);
}

/* Samples and breakpoints of long sounds lie in mapped files: a look at all of an hour
 * would leave all of it in memory. */
static void
give_back (const TsrTileJob *job)
{
  double start_s = (double)job->area.left_px / job->area.plane.px_per_s;
  double span_s = job->area.width / job->area.plane.px_per_s;

  if (!(span_s > GIVE_BACK_S))
    return;
  if (job->signal != NULL) {
    double rate_hz = tsr_signal_rate_hz (job->signal);
    double n_frames = (double)tsr_signal_n_frames (job->signal);
    gint64 first = (gint64)(CLAMP (start_s * rate_hz, 0, n_frames));
    gint64 end = (gint64)(CLAMP ((start_s + span_s) * rate_hz, 0, n_frames));
    tsr_signal_discard (job->signal, first, end - first);
  }
  if (job->partials != NULL)
    tsr_partial_set_discard (job->partials);
}

static void
run (TsrTileJob *job, TsrSpectrogram *spectrogram)
{
  gsize n = (gsize)job->area.width * (gsize)job->area.height;

  if (is_cancelled (job))
    return;
  if (job->opaque && job->signal != NULL && job->levels == NULL) {
    job->levels = analyse (job, spectrogram);
    if (job->levels == NULL && is_cancelled (job))
      return;
  }
  TsrRaster raster = {.pixels = job->opaque ? g_new (uint32_t, n) : g_new0 (uint32_t, n),
                      .width = job->area.width,
                      .height = job->area.height,
                      .stride = (size_t)job->area.width};
  if (job->opaque)
    paint_ground (job, &raster);
  if (!draw_partials (job, &raster) || (!job->opaque && is_empty (&raster))) {
    job->complete = !is_cancelled (job);
    g_free (raster.pixels);
    return;
  }
  if (job->opaque)
    job->half = halve (&raster);
  job->texture = wrap (raster.pixels, raster.width, raster.height);
  job->complete = TRUE;
}

void
tsr_tile_job_run (TsrTileJob *job, TsrSpectrogram *spectrogram)
{
  run (job, spectrogram);
  give_back (job);
}

void
tsr_tile_job_clear (TsrTileJob *job)
{
  g_clear_pointer (&job->signal, tsr_signal_unref);
  g_clear_pointer (&job->levels, tsr_tile_levels_unref);
  g_clear_pointer (&job->partials, tsr_partial_set_unref);
  for (guint i = 0; i < job->n_ghosts; i++)
    g_clear_pointer (&job->ghosts[i].partials, tsr_partial_set_unref);
  g_clear_pointer (&job->mask, g_bytes_unref);
  g_clear_pointer (&job->hues, g_bytes_unref);
  g_clear_pointer (&job->preview.filter_gain_db_over_hz, tsr_curve_unref);
  g_clear_object (&job->texture);
  g_clear_object (&job->half);
}
