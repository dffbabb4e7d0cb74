/* SPDX-License-Identifier: GPL-3.0-or-later
 * Layout of a picture: the levels, the tracks, axes and legend around them.
 */
#include "views/draw/picture.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "views/draw/axis.h"
#include "views/draw/picture-private.h"

#define FONT_PX 12.0
#define DEFAULT_SPACING_HZ 100.0

G_DEFINE_QUARK (tsr - picture - error - quark, tsr_picture_error)

void
tsr_picture_params_init (TsrPictureParams *params)
{
  *params = (TsrPictureParams){
      .width = 1400, .height = 800, .levels = {TSR_COLORMAP_MAGMA, -90, 0, 0}};
}

/* Where things go, in units of the context. */
typedef struct {
  double   left, top, width, height; /* of the plot */
  double   start_s, end_s, low_hz, high_hz;
  gboolean decorated; /* room for axes and legend */
} Layout;

static gboolean
wrong (GError **error, const char *sentence)
{
  g_set_error_literal (error, TSR_PICTURE_ERROR, TSR_PICTURE_ERROR_PARAMETERS, sentence);
  return FALSE;
}

static void
fill_extent (const TsrPictureParams *p, double *end_s, double *rate_half_hz)
{
  double start_s, low_hz;

  *end_s = 0;
  *rate_half_hz = 22050;
  if (p->partials != NULL)
    tsr_partial_set_bounds (p->partials, &start_s, end_s, &low_hz, rate_half_hz);
  if (p->signal != NULL) {
    *end_s = tsr_signal_duration_s (p->signal);
    *rate_half_hz = tsr_signal_rate_hz (p->signal) / 2;
  }
}

static gboolean
lay_out (const TsrPictureParams *p, Layout *l, GError **error)
{
  double end_s, half_hz;

  if (p->width < TSR_PICTURE_MIN_SIZE || p->height < TSR_PICTURE_MIN_SIZE ||
      p->width > TSR_PICTURE_MAX_SIZE || p->height > TSR_PICTURE_MAX_SIZE)
    return wrong (error, _ ("a picture has 64 to 8192 pixels on each side"));
  fill_extent (p, &end_s, &half_hz);
  *l = (Layout){.start_s = p->start_s, .end_s = p->end_s, .low_hz = p->low_hz};
  if (!(l->end_s > l->start_s))
    l->start_s = 0, l->end_s = end_s;
  if (!(l->end_s > l->start_s))
    return wrong (error, _ ("the range of time is empty"));
  l->high_hz = p->high_hz > 0 ? p->high_hz : half_hz;
  if (p->scale == TSR_FREQUENCY_LOG && l->low_hz <= 0)
    l->low_hz = fmin (20, l->high_hz / 2);
  if (!(l->high_hz > l->low_hz))
    return wrong (error, _ ("the range of frequency is empty"));
  if (!(p->levels.ceiling_db > p->levels.floor_db))
    return wrong (error, _ ("the range of levels is empty"));
  l->decorated = p->width >= 320 && p->height >= 200;
  l->left = l->decorated ? 52 : 0;
  l->top = l->decorated ? (p->title != NULL ? 34 : 14) : 0;
  l->width = p->width - l->left - (l->decorated ? 74 : 0);
  l->height = p->height - l->top - (l->decorated ? 44 : 0);
  return TRUE;
}

/* The plot as pixels: `scale` pixels to a unit. The view begins at a whole pixel of the
 * plane, which moves it by less than half a pixel. */
static TsrTileArea
area_of (const TsrPictureParams *p, const Layout *l, int scale)
{
  int    width = (int)floor (l->width) * scale, height = (int)floor (l->height) * scale;
  double px_per_s = width / (l->end_s - l->start_s);
  TsrTileArea area = {
      .plane = {px_per_s, height, p->scale, l->low_hz, l->high_hz},
      .left_px = (gint64)llround (l->start_s * px_per_s),
      .width = MIN (width, TSR_PICTURE_MAX_SIZE),
      .height = MIN (height, TSR_PICTURE_MAX_SIZE),
  };

  return area;
}

static TsrStatus
analyse (const TsrPictureParams *p,
         const TsrTileArea      *area,
         const TsrJob           *job,
         float                  *conventional_db,
         float                  *reassigned_db)
{
  TsrSpectrogramGrid grid;
  TsrSpectrogram    *spectrogram = tsr_spectrogram_new ();

  if (spectrogram == NULL)
    return TSR_STATUS_NO_MEMORY;
  tsr_tile_grid (area, p->spacing_hz > 0 ? p->spacing_hz : DEFAULT_SPACING_HZ, &grid);
  TsrStatus status = tsr_spectrogram_render (spectrogram,
                                             p->signal,
                                             (unsigned)p->channel,
                                             &grid,
                                             job,
                                             conventional_db,
                                             reassigned_db);
  tsr_spectrogram_free (spectrogram);
  return status;
}

static gboolean
take_status (TsrStatus status, GError **error)
{
  if (status == TSR_STATUS_OK)
    return TRUE;
  g_set_error_literal (error,
                       TSR_PICTURE_ERROR,
                       status == TSR_STATUS_CANCELLED ? TSR_PICTURE_ERROR_CANCELLED
                                                      : TSR_PICTURE_ERROR_MEMORY,
                       _ (tsr_status_string (status)));
  return FALSE;
}

static gboolean
paint_levels (const TsrPictureParams *p,
              const TsrTileArea      *area,
              const TsrRaster        *raster,
              const TsrJob           *job,
              GError                **error)
{
  gsize             n = (gsize)area->width * (gsize)area->height;
  gboolean          both = p->levels.blend > 0;
  g_autofree float *conventional_db = g_try_new (float, n);
  g_autofree float *reassigned_db = both ? g_try_new (float, n) : NULL;

  if (conventional_db == NULL || (both && reassigned_db == NULL))
    return take_status (TSR_STATUS_NO_MEMORY, error);
  for (gsize i = 0; i < n; i++)
    conventional_db[i] = -200;
  if (p->signal == NULL)
    both = FALSE;
  else if (!take_status (analyse (p, area, job, conventional_db, reassigned_db), error))
    return FALSE;
  tsr_tile_paint_levels (
      raster, conventional_db, both ? reassigned_db : NULL, &p->levels);
  return TRUE;
}

static TsrPartialStyle
track_style (const TsrPictureParams *p, const TsrTileArea *area, double scale)
{
  return (TsrPartialStyle){
      .floor_db = p->levels.floor_db,
      .ceiling_db = p->levels.ceiling_db - 12,
      .width_px = tsr_tile_line_width (p->partials, &area->plane, scale),
      .channel = p->channel,
      .casing = 0.5,
  };
}

static gboolean
draw_plot (const TsrPictureParams *p,
           const Layout           *l,
           const TsrJob           *job,
           cairo_t                *cr,
           gboolean                vector,
           GError                **error)
{
  int scale = vector && MAX (l->width, l->height) * 2 <= TSR_PICTURE_MAX_SIZE ? 2 : 1;
  TsrTileArea      area = area_of (p, l, scale);
  cairo_surface_t *image =
      cairo_image_surface_create (CAIRO_FORMAT_ARGB32, area.width, area.height);
  gboolean done = FALSE;

  if (cairo_surface_status (image) != CAIRO_STATUS_SUCCESS)
    take_status (TSR_STATUS_NO_MEMORY, error);
  else {
    TsrRaster raster = {(uint32_t *)(void *)cairo_image_surface_get_data (image),
                        area.width,
                        area.height,
                        (size_t)cairo_image_surface_get_stride (image) /
                            sizeof (uint32_t)};
    cairo_surface_flush (image);
    done = paint_levels (p, &area, &raster, job, error);
    if (done && p->partials != NULL && !vector) {
      TsrPartialStyle style = track_style (p, &area, scale);
      done = tsr_tile_draw_partials (&raster, &area, p->partials, &style, job) ||
             take_status (TSR_STATUS_CANCELLED, error);
    }
    cairo_surface_mark_dirty (image);
  }
  if (done) {
    cairo_save (cr);
    cairo_translate (cr, l->left, l->top);
    cairo_scale (cr, 1.0 / scale, 1.0 / scale);
    cairo_set_source_surface (cr, image, 0, 0);
    cairo_paint (cr);
    if (p->partials != NULL && vector) {
      TsrPartialStyle style = track_style (p, &area, scale);
      tsr_picture_draw_tracks (cr, &area, p->partials, &style);
    }
    cairo_restore (cr);
  }
  cairo_surface_destroy (image);
  return done;
}

/* Text with its anchor at (across, down) of its own box, 0..1. */
static void
write_text (cairo_t *cr, const char *text, double x, double y, double across, double down)
{
  cairo_text_extents_t box;
  cairo_font_extents_t font;

  cairo_text_extents (cr, text, &box);
  cairo_font_extents (cr, &font);
  cairo_move_to (
      cr, x - across * box.x_advance, y + (1 - down) * font.ascent - down * font.descent);
  cairo_show_text (cr, text);
}

static void
tick_mark (cairo_t *cr, double x0, double y0, double x1, double y1)
{
  cairo_move_to (cr, x0, y0);
  cairo_line_to (cr, x1, y1);
  cairo_stroke (cr);
}

static void
draw_time_axis (cairo_t *cr, const Layout *l)
{
  gsize               n;
  g_autofree TsrTick *ticks =
      tsr_axis_time_ticks (l->start_s, l->end_s, l->width, 70, &n);
  double bottom = l->top + l->height;

  for (gsize i = 0; i < n; i++) {
    double x = floor (l->left + ticks[i].position) + 0.5;
    tick_mark (cr, x, bottom, x, bottom + (ticks[i].major ? 6 : 3));
    if (ticks[i].major)
      write_text (cr, ticks[i].label, x, bottom + 8, 0.5, 0);
  }
  write_text (cr, _ ("Time in s"), l->left + l->width / 2, bottom + 40, 0.5, 1);
}

static void
draw_frequency_axis (cairo_t *cr, const Layout *l, TsrFrequencyScale scale)
{
  gsize               n;
  g_autofree TsrTick *ticks =
      tsr_axis_frequency_ticks (scale, l->low_hz, l->high_hz, l->height, 34, &n);

  for (gsize i = 0; i < n; i++) {
    double y = floor (l->top + ticks[i].position) + 0.5;
    tick_mark (cr, l->left, y, l->left - (ticks[i].major ? 6 : 3), y);
    if (ticks[i].major)
      write_text (cr, ticks[i].label, l->left - 9, y, 1, 0.5);
  }
  write_text (cr, "Hz", 6, l->top - 2, 0, 1);
}

static void
draw_legend (cairo_t *cr, const Layout *l, const TsrLevelStyle *levels)
{
  uint32_t colors[TSR_COLORMAP_N_COLORS];
  double   left = l->left + l->width + 14, bar = 14;
  double   span_db = levels->ceiling_db - levels->floor_db;
  double   step_db = span_db > 60 ? 20 : span_db > 24 ? 10 : 5;

  tsr_colormap_fill (levels->colormap, colors);
  cairo_pattern_t *ramp = cairo_pattern_create_linear (0, l->top + l->height, 0, l->top);
  for (int i = 0; i < TSR_COLORMAP_N_COLORS; i += 5)
    cairo_pattern_add_color_stop_rgb (ramp,
                                      i / 255.0,
                                      (colors[i] >> 16 & 255) / 255.0,
                                      (colors[i] >> 8 & 255) / 255.0,
                                      (colors[i] & 255) / 255.0);
  cairo_rectangle (cr, left, l->top, bar, l->height);
  cairo_set_source (cr, ramp);
  cairo_fill (cr);
  cairo_pattern_destroy (ramp);
  cairo_set_source_rgb (cr, 0.1, 0.1, 0.1);
  for (double db = ceil (levels->floor_db / step_db) * step_db; db <= levels->ceiling_db;
       db += step_db) {
    char   label[16];
    double y = l->top + (levels->ceiling_db - db) / span_db * l->height;
    g_snprintf (label, sizeof label, "%.0f", db);
    tick_mark (cr, left + bar, floor (y) + 0.5, left + bar + 4, floor (y) + 0.5);
    write_text (cr, label, left + bar + 7, y, 0, 0.5);
  }
  write_text (cr, "dBFS", left, l->top + l->height + 8, 0, 0);
}

static void
draw_around (const TsrPictureParams *p, const Layout *l, cairo_t *cr)
{
  cairo_select_font_face (
      cr, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size (cr, FONT_PX);
  cairo_set_line_width (cr, 1);
  cairo_set_source_rgb (cr, 0.1, 0.1, 0.1);
  draw_time_axis (cr, l);
  draw_frequency_axis (cr, l, p->scale);
  draw_legend (cr, l, &p->levels);
  if (p->title != NULL) {
    cairo_set_font_size (cr, FONT_PX * 1.2);
    write_text (cr, p->title, l->left, l->top - 10, 0, 1);
  }
}

gboolean
tsr_picture_draw (const TsrPictureParams *params,
                  const TsrJob           *job,
                  cairo_t                *cr,
                  gboolean                vector,
                  GError                **error)
{
  Layout l;

  if (!lay_out (params, &l, error))
    return FALSE;
  if (params->signal != NULL &&
      (params->channel < 0 ||
       (guint)params->channel >= tsr_signal_n_channels (params->signal)))
    return wrong (error, _ ("the sound has no such channel"));
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_rectangle (cr, 0, 0, params->width, params->height);
  cairo_fill (cr);
  if (!draw_plot (params, &l, job, cr, vector, error))
    return FALSE;
  if (l.decorated)
    draw_around (params, &l, cr);
  return TRUE;
}
