/* SPDX-License-Identifier: GPL-3.0-or-later
 * Pictures in files: right size, a sine where it belongs, whole or not at all.
 */
#include <cairo.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "views/draw/picture.h"

static TsrSignal *
make_sine (double hz)
{
  TsrSignal *signal = tsr_signal_new (8000, 2, 8000);
  float     *samples = tsr_signal_channel_writable (signal, 0);

  for (int i = 0; i < 8000; i++)
    samples[i] = (float)(0.5 * sin (2 * G_PI * hz * i / 8000));
  return signal;
}

typedef struct {
  char            *folder;
  TsrSignal       *signal;
  TsrPartialSet   *partials;
  TsrPictureParams params;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  TsrBreakpoint points[2] = {
      {.frequency_hz = 3000, .log_amplitude = -1},
      {.time_s = 1, .phase_turns = 3000, .frequency_hz = 3000, .log_amplitude = -1}};
  TsrPartial *partial = tsr_partial_new (1, 0, 0, points, 2);

  f->folder = g_dir_make_tmp ("tarsier-picture-XXXXXX", NULL);
  f->signal = make_sine (1000);
  f->partials = tsr_partial_set_new (&partial, 1);
  tsr_partial_unref (partial);
  tsr_picture_params_init (&f->params);
  f->params.signal = f->signal;
  f->params.width = 600;
  f->params.height = 400;
  f->params.title = "sine";
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (f->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (f->folder, name, NULL);
    g_unlink (path);
  }
  g_rmdir (f->folder);
  g_free (f->folder);
  tsr_signal_unref (f->signal);
  tsr_partial_set_unref (f->partials);
}

static char *
write_picture (Fixture *f, const char *name)
{
  char *path = g_build_filename (f->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (tsr_picture_write (&f->params, NULL, path, &error));
  g_assert_no_error (error);
  return path;
}

static uint32_t
pixel (cairo_surface_t *s, int x, int y)
{
  const unsigned char *row =
      cairo_image_surface_get_data (s) + y * cairo_image_surface_get_stride (s);
  uint32_t value;

  memcpy (&value, row + 4 * x, 4);
  return value | 0xff000000;
}

/* The row of the middle column that is brightest within the plot. */
static int
brightest_row (cairo_surface_t *s, int from, int to)
{
  int    best = from;
  double light = -1;

  for (int y = from; y < to; y++) {
    double l = tsr_color_luminance (pixel (s, 300, y));
    if (l > light) {
      light = l;
      best = y;
    }
  }
  return best;
}

static void
test_png (Fixture *f, gconstpointer data)
{
  for (int blend = 0; blend <= 1; blend++) {
    f->params.levels.blend = blend;
    g_autofree char *path = write_picture (f, "a.png");
    cairo_surface_t *s = cairo_image_surface_create_from_png (path);
    g_assert_cmpint (cairo_surface_status (s), ==, CAIRO_STATUS_SUCCESS);
    g_assert_cmpint (cairo_image_surface_get_width (s), ==, 600);
    g_assert_cmpint (cairo_image_surface_get_height (s), ==, 400);
    /* 1 kHz of 0..4 kHz: three quarters down a plot of 34..356. */
    g_assert_cmpint (abs (brightest_row (s, 40, 350) - (34 + 322 * 3 / 4)), <=, 2);
    g_assert_cmphex (pixel (s, 2, 2), ==, 0xffffffff);
    cairo_surface_destroy (s);
  }
}

static void
test_tracks (Fixture *f, gconstpointer data)
{
  f->params.signal = NULL;
  f->params.partials = f->partials;
  f->params.high_hz = 4000;
  g_autofree char *path = write_picture (f, "tracks.png");
  cairo_surface_t *s = cairo_image_surface_create_from_png (path);
  g_assert_cmpint (abs (brightest_row (s, 40, 350) - (34 + 322 / 4)), <=, 2);
  cairo_surface_destroy (s);
}

static void
test_vector (Fixture *f, gconstpointer data)
{
  static const struct {
    const char *name, *begin;
  } rows[] = {{"a.svg", "<?xml"}, {"a.pdf", "%PDF-"}};

  f->params.partials = f->partials;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = write_picture (f, rows[i].name);
    g_autofree char *content = NULL;
    gsize            length;
    g_assert_true (g_file_get_contents (path, &content, &length, NULL));
    g_assert_true (g_str_has_prefix (content, rows[i].begin));
    g_assert_cmpuint (length, >, 5000);
  }
}

static void
test_scales_and_sizes (Fixture *f, gconstpointer data)
{
  static const int sizes[][2] = {{64, 64}, {200, 900}, {321, 201}};

  f->params.partials = f->partials;
  for (int scale = 0; scale < 3; scale++)
    for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
      f->params.scale = (TsrFrequencyScale)scale;
      f->params.width = sizes[i][0];
      f->params.height = sizes[i][1];
      f->params.start_s = 0.25;
      f->params.end_s = 0.5;
      g_autofree char *path = write_picture (f, "b.png");
    }
}

static bool
stop (void *user)
{
  return true;
}

/* Each is refused with a sentence that names the file, and leaves nothing behind. */
static void
test_refused (Fixture *f, gconstpointer data)
{
  static const TsrJob stopped = {.cancelled = stop};
  struct {
    const char      *name;
    TsrPictureParams params;
    const TsrJob    *job;
    int              code;
  } rows[] = {
      {"a.bmp", f->params, NULL, TSR_PICTURE_ERROR_PARAMETERS},
      {"a.png", f->params, NULL, TSR_PICTURE_ERROR_PARAMETERS},
      {"b.png", f->params, NULL, TSR_PICTURE_ERROR_PARAMETERS},
      {"c.png", f->params, NULL, TSR_PICTURE_ERROR_PARAMETERS},
      {"no/such/folder.png", f->params, NULL, TSR_PICTURE_ERROR_WRITE},
      {"d.pdf", f->params, &stopped, TSR_PICTURE_ERROR_CANCELLED},
  };

  rows[1].params.width = 20000;
  rows[2].params.low_hz = 5000;
  rows[3].params.channel = 2;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_build_filename (f->folder, rows[i].name, NULL);
    g_autoptr (GError) error = NULL;
    g_assert_false (tsr_picture_write (&rows[i].params, rows[i].job, path, &error));
    g_assert_error (error, TSR_PICTURE_ERROR, rows[i].code);
    g_assert_true (g_str_has_prefix (error->message, path));
    g_assert_null (strchr (error->message, '\n'));
    g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  }
  g_autoptr (GDir) dir = g_dir_open (f->folder, 0, NULL);
  g_assert_null (g_dir_read_name (dir));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                              \
  g_test_add ("/draw/picture/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("png", test_png);
  ADD ("tracks", test_tracks);
  ADD ("vector", test_vector);
  ADD ("scales-and-sizes", test_scales_and_sizes);
  ADD ("refused", test_refused);
  return g_test_run ();
}
