/* SPDX-License-Identifier: GPL-3.0-or-later
 * Small pictures of sounds, painted by a worker from immutable values.
 */
#include "views/thumbnail.h"

#include <math.h>
#include <string.h>

#include "model/dsp-types.h"
#include "model/dsp/spectrum/spectrogram.h"
#include "views/draw/tile.h"

enum {
  WIDTH = 44,
  HEIGHT = 34,
  SCALE = 2, /* painted for dense screens */
};
#define MAX_SECONDS 30.0
#define LOW_HZ 60.0
#define HIGH_HZ 9000.0
#define SPACING_HZ 80.0

struct _TsrThumbnail {
  GtkWidget      parent_instance;
  GdkTexture    *texture;
  TsrSoundState *state;
  TsrSignal     *signal; /* until its levels are known: it may be an hour long */
  GBytes        *levels; /* of the recording, a float a pixel; NULL: not known */
  GCancellable  *cancellable;
};

G_DEFINE_FINAL_TYPE (TsrThumbnail, tsr_thumbnail, GTK_TYPE_WIDGET)

typedef struct {
  TsrSoundState *state;
  TsrSignal     *signal; /* or NULL */
  GBytes        *levels; /* known already, or made here */
} Work;

static void
work_free (Work *work)
{
  g_clear_pointer (&work->state, tsr_sound_state_unref);
  g_clear_pointer (&work->signal, tsr_signal_unref);
  g_clear_pointer (&work->levels, g_bytes_unref);
  g_free (work);
}

static bool
is_cancelled (void *user)
{
  return g_cancellable_is_cancelled (user);
}

/* The first seconds of something that lasts so long, over the whole width. */
static TsrTileArea
area_of (double duration_s)
{
  const int width = WIDTH * SCALE, height = HEIGHT * SCALE;
  double    seconds = CLAMP (duration_s, 0.05, MAX_SECONDS);

  return (TsrTileArea){
      .plane = {width / seconds, height, TSR_FREQUENCY_MEL, LOW_HZ, HIGH_HZ},
      .width = width,
      .height = height};
}

static void
find_levels (Work *work, const TsrJob *job)
{
  TsrTileArea        area = area_of (tsr_signal_duration_s (work->signal));
  gsize              n = (gsize)area.width * (gsize)area.height;
  g_autofree float  *levels = g_new (float, n);
  TsrSpectrogram    *spectrogram = tsr_spectrogram_new ();
  TsrSpectrogramGrid grid;

  tsr_tile_grid (&area, SPACING_HZ, &grid);
  if (spectrogram != NULL &&
      tsr_spectrogram_render (spectrogram, work->signal, 0, &grid, job, levels, NULL) ==
          TSR_STATUS_OK)
    work->levels = g_bytes_new (levels, n * sizeof (float));
  tsr_spectrogram_free (spectrogram);
}

static void
paint_cb (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Work                      *work = data;
  const TsrSoundStateFields *state = tsr_sound_state_fields (work->state);
  const int                  width = WIDTH * SCALE, height = HEIGHT * SCALE;
  gsize                      n_bytes = (gsize)width * (gsize)height * sizeof (guint32);
  guint32                   *pixels = g_malloc (n_bytes);
  TsrRaster                  raster = {pixels, width, height, (size_t)width};
  TsrJob                     job = {.cancelled = is_cancelled, .user = cancellable};
  TsrTileArea                area = area_of (state->duration_s);
  const TsrLevelStyle        level_style = {TSR_COLORMAP_MAGMA, -90.0, -10.0, 0.0};
  const TsrPartialStyle      style = {
           .floor_db = -80.0, .ceiling_db = -10.0, .width_px = 1.2, .channel = -1};
  g_autoptr (GBytes) bytes = NULL;

  for (int i = 0; i < width * height; i++)
    pixels[i] = 0xff0b0914;
  if (work->levels == NULL && work->signal != NULL)
    find_levels (work, &job);
  if (work->levels != NULL)
    tsr_tile_paint_levels (
        &raster, g_bytes_get_data (work->levels, NULL), NULL, &level_style);
  if (state->partials != NULL)
    tsr_tile_draw_partials (&raster, &area, state->partials, &style, &job);
  bytes = g_bytes_new_take (pixels, n_bytes);
  g_task_return_pointer (task,
                         gdk_memory_texture_new (width,
                                                 height,
                                                 GDK_MEMORY_B8G8R8A8_PREMULTIPLIED,
                                                 bytes,
                                                 (gsize)width * sizeof (guint32)),
                         g_object_unref);
}

static void
painted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  TsrThumbnail *self = TSR_THUMBNAIL (source);
  GdkTexture   *texture = g_task_propagate_pointer (G_TASK (result), NULL);
  Work         *work = g_task_get_task_data (G_TASK (result));

  if (texture == NULL)
    return;
  if (work->levels != NULL && work->levels != self->levels) {
    g_clear_pointer (&self->levels, g_bytes_unref);
    self->levels = g_bytes_ref (work->levels);
    g_clear_pointer (&self->signal, tsr_signal_unref);
  }
  g_clear_object (&self->texture);
  self->texture = texture;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
paint (TsrThumbnail *self)
{
  g_autoptr (GTask) task = NULL;
  Work *work;

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->state == NULL)
    return;
  self->cancellable = g_cancellable_new ();
  work = g_new0 (Work, 1);
  work->state = tsr_sound_state_ref (self->state);
  work->signal = self->signal != NULL ? tsr_signal_ref (self->signal) : NULL;
  work->levels = self->levels != NULL ? g_bytes_ref (self->levels) : NULL;
  task = g_task_new (self, self->cancellable, painted_cb, NULL);
  g_task_set_task_data (task, work, (GDestroyNotify)work_free);
  g_task_set_priority (task, G_PRIORITY_LOW);
  g_task_run_in_thread (task, paint_cb);
}

static void
tsr_thumbnail_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TsrThumbnail   *self = TSR_THUMBNAIL (widget);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (
      0, 0, (float)gtk_widget_get_width (widget), (float)gtk_widget_get_height (widget));
  GskRoundedRect clip;

  gsk_rounded_rect_init_from_rect (&clip, &bounds, 4);
  gtk_snapshot_push_rounded_clip (snapshot, &clip);
  if (self->texture != NULL)
    gtk_snapshot_append_texture (snapshot, self->texture, &bounds);
  else
    gtk_snapshot_append_color (snapshot, &(GdkRGBA){0.04f, 0.035f, 0.08f, 1}, &bounds);
  gtk_snapshot_pop (snapshot);
}

static void
tsr_thumbnail_dispose (GObject *object)
{
  TsrThumbnail *self = TSR_THUMBNAIL (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->texture);
  g_clear_pointer (&self->state, tsr_sound_state_unref);
  g_clear_pointer (&self->signal, tsr_signal_unref);
  g_clear_pointer (&self->levels, g_bytes_unref);
  G_OBJECT_CLASS (tsr_thumbnail_parent_class)->dispose (object);
}

static void
tsr_thumbnail_class_init (TsrThumbnailClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_thumbnail_dispose;
  GTK_WIDGET_CLASS (klass)->snapshot = tsr_thumbnail_snapshot;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass),
                                        GTK_ACCESSIBLE_ROLE_IMG);
}

static void
tsr_thumbnail_init (TsrThumbnail *self)
{
  gtk_widget_set_size_request (GTK_WIDGET (self), WIDTH, HEIGHT);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
}

GtkWidget *
tsr_thumbnail_new (void)
{
  return g_object_new (TSR_TYPE_THUMBNAIL, NULL);
}

void
tsr_thumbnail_set_state (TsrThumbnail *self, TsrSoundState *state)
{
  g_return_if_fail (TSR_IS_THUMBNAIL (self));
  if (state == self->state)
    return;
  g_clear_pointer (&self->state, tsr_sound_state_unref);
  self->state = state != NULL ? tsr_sound_state_ref (state) : NULL;
  paint (self);
}

void
tsr_thumbnail_set_signal (TsrThumbnail *self, TsrSignal *signal)
{
  g_return_if_fail (TSR_IS_THUMBNAIL (self));
  g_return_if_fail (signal != NULL);
  if (signal == self->signal || self->levels != NULL)
    return;
  g_clear_pointer (&self->signal, tsr_signal_unref);
  self->signal = tsr_signal_ref (signal);
  paint (self);
}
