/* SPDX-License-Identifier: GPL-3.0-or-later
 * The spectrum at the playhead. A worker computes it; while it works the latest wish is
 * remembered.
 */
#include "views/spectrum-panel.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "views/controller.h"
#include "views/draw/axis.h"
#include "views/paint.h"

enum { HEIGHT_PX = 150, N_VALUES = 4097, BOTTOM_PX = 16, PEAK_PX = 14 };
#define LOW_HZ 30.0

struct _TsrSpectrumPanel {
  GtkWidget    parent_instance;
  TsrSession  *session;      /* owned */
  GAsyncQueue *spectrograms; /* idle renderers, shared with the workers */
  float       *db;           /* N_VALUES from 0 to half the rate; NULL: nothing yet */
  double       rate_hz;
  gboolean     working, wanted;
  double       pointer_x; /* -1: outside */
};

G_DEFINE_FINAL_TYPE (TsrSpectrumPanel, tsr_spectrum_panel, GTK_TYPE_WIDGET)

typedef struct {
  TsrSignal   *signal;
  GAsyncQueue *spectrograms;
  guint        channel;
  double       time_s, spacing_hz;
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  tsr_signal_unref (work->signal);
  g_async_queue_unref (work->spectrograms);
  g_free (work);
}

static void
spectrum_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Work           *work = data;
  float          *db = g_new (float, N_VALUES);
  TsrSpectrogram *spectrogram = g_async_queue_try_pop (work->spectrograms);

  if (spectrogram == NULL)
    spectrogram = tsr_spectrogram_new ();
  if (spectrogram == NULL || tsr_spectrum_at (spectrogram,
                                              work->signal,
                                              work->channel,
                                              work->time_s,
                                              work->spacing_hz,
                                              db,
                                              N_VALUES) != TSR_STATUS_OK)
    g_clear_pointer (&db, g_free);
  if (spectrogram != NULL)
    g_async_queue_push (work->spectrograms, spectrogram);
  g_task_return_pointer (task, db, g_free);
}

static void request (TsrSpectrumPanel *self);
static void describe (TsrSpectrumPanel *self);

static void
spectrum_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  TsrSpectrumPanel *self = TSR_SPECTRUM_PANEL (source);
  Work             *work = g_task_get_task_data (G_TASK (result));

  g_free (self->db);
  self->db = g_task_propagate_pointer (G_TASK (result), NULL);
  self->rate_hz = tsr_signal_rate_hz (work->signal);
  self->working = FALSE;
  if (!self->wanted)
    describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (self->wanted)
    request (self);
}

static void
request (TsrSpectrumPanel *self)
{
  TsrSignal *signal = tsr_session_get_picture (self->session, NULL);
  int        channel;
  double     spacing_hz;

  self->wanted =
      signal != NULL && (self->working || !gtk_widget_get_mapped (GTK_WIDGET (self)));
  if (signal == NULL)
    g_clear_pointer (&self->db, g_free);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (signal == NULL || self->wanted)
    return;
  g_object_get (self->session, "channel", &channel, "spacing-hz", &spacing_hz, NULL);
  Work *work = g_new0 (Work, 1);
  work->signal = tsr_signal_ref (signal);
  work->spectrograms = g_async_queue_ref (self->spectrograms);
  work->channel = (guint)CLAMP (channel, 0, (int)tsr_signal_n_channels (signal) - 1);
  work->time_s = tsr_session_get_playhead_s (self->session);
  work->spacing_hz = spacing_hz > 0 ? spacing_hz : 60;
  self->working = TRUE;
  g_autoptr (GTask) task = g_task_new (self, NULL, spectrum_cb, NULL);
  g_task_set_task_data (task, work, work_free);
  g_task_run_in_thread (task, spectrum_thread);
}

/* Drawing */

static double
plot_height (TsrSpectrumPanel *self)
{
  return MAX (1, gtk_widget_get_height (GTK_WIDGET (self)) - BOTTOM_PX);
}

static double
x_of (TsrSpectrumPanel *self, double hz)
{
  return tsr_frequency_to_unit (
             TSR_FREQUENCY_LOG, LOW_HZ, self->rate_hz / 2, MAX (hz, 1)) *
         gtk_widget_get_width (GTK_WIDGET (self));
}

static double
hz_at (TsrSpectrumPanel *self, double x)
{
  return tsr_frequency_from_unit (TSR_FREQUENCY_LOG,
                                  LOW_HZ,
                                  self->rate_hz / 2,
                                  x / MAX (1, gtk_widget_get_width (GTK_WIDGET (self))));
}

static double
y_of (TsrSpectrumPanel *self, double level_db)
{
  double floor_db, ceiling_db;

  g_object_get (self->session, "floor-db", &floor_db, "ceiling-db", &ceiling_db, NULL);
  ceiling_db += 3;
  return CLAMP ((ceiling_db - level_db) / MAX (6, ceiling_db - floor_db), 0, 1) *
         plot_height (self);
}

static double
hz_of_value (TsrSpectrumPanel *self, double i)
{
  return i * self->rate_hz / 2 / (N_VALUES - 1);
}

static int
value_of_hz (TsrSpectrumPanel *self, double hz)
{
  return (int)CLAMP (hz / (self->rate_hz / 2) * (N_VALUES - 1), 1, N_VALUES - 2);
}

/* The loudest value of each column where several share one. */
static void
draw_line (TsrSpectrumPanel *self, cairo_t *cr)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));

  for (int x = 0; x <= width; x++) {
    int   from = value_of_hz (self, hz_at (self, x));
    int   to = MAX (from, value_of_hz (self, hz_at (self, x + 1)) - 1);
    float level_db = -200;
    if (from == to) {
      double at =
          CLAMP (hz_at (self, x) / (self->rate_hz / 2) * (N_VALUES - 1), 0, N_VALUES - 2);
      int i = (int)at;
      level_db = self->db[i] + (float)(at - i) * (self->db[i + 1] - self->db[i]);
    }
    for (int i = from; i <= to && from != to; i++)
      level_db = MAX (level_db, self->db[i]);
    cairo_line_to (cr, x, y_of (self, (double)level_db));
  }
  cairo_set_source_rgb (cr, 0.47, 0.68, 0.93);
  cairo_set_line_width (cr, 1.2);
  cairo_stroke_preserve (cr);
  cairo_line_to (cr, width, plot_height (self));
  cairo_line_to (cr, 0, plot_height (self));
  cairo_set_source_rgba (cr, 0.47, 0.68, 0.93, 0.2);
  cairo_fill (cr);
}

typedef struct {
  TsrSpectrumPanel *panel;
  TsrPartialSet    *set;
  GtkSnapshot      *snapshot;
  double            time_s;
  int               n_left;
} Sticks;

/* A dot at the frequency and level of each partial that sounds now. */
static bool
draw_stick (void *user, size_t index)
{
  Sticks       *s = user;
  TsrBreakpoint value;
  GdkRGBA       amber = {1, 0.76f, 0.29f, 0.95f};

  if (!tsr_partial_at (tsr_partial_set_at (s->set, index), s->time_s, &value) ||
      value.flags & TSR_BREAKPOINT_NULL)
    return true;
  double x = round (x_of (s->panel, value.frequency_hz));
  double y = y_of (s->panel, value.log_amplitude * (20 / M_LN10));
  tsr_paint_box (s->snapshot, x - 1, y - 1, x + 2, y + 2, &amber);
  return --s->n_left > 0;
}

static void
draw_partials (TsrSpectrumPanel *self, GtkSnapshot *snapshot)
{
  TsrSound *sound = tsr_session_get_sound (self->session);
  double    now_s = tsr_session_get_playhead_s (self->session);

  if (sound == NULL)
    return;
  Sticks s = {self,
              tsr_sound_state_fields (tsr_sound_get_state (sound))->partials,
              snapshot,
              now_s,
              600};
  if (s.set != NULL)
    tsr_partial_set_foreach_in (
        s.set, now_s, now_s, 0, self->rate_hz / 2, draw_stick, &s);
}

static void
draw_axis (TsrSpectrumPanel *self, GtkSnapshot *snapshot)
{
  GtkWidget          *widget = GTK_WIDGET (self);
  double              width = gtk_widget_get_width (widget), bottom = plot_height (self);
  gsize               n;
  g_autofree TsrTick *ticks = tsr_axis_frequency_ticks (
      TSR_FREQUENCY_LOG, LOW_HZ, self->rate_hz / 2, width, 36, &n);
  GdkRGBA faint = {1, 1, 1, 0.1f}, text = {1, 1, 1, 0.8f};

  for (gsize i = 0; i < n; i++) {
    if (!ticks[i].major)
      continue;
    double x = floor (width - ticks[i].position);
    tsr_paint_box (snapshot, x, 0, x + 1, bottom, &faint);
    tsr_paint_text (widget,
                    snapshot,
                    ticks[i].label,
                    CLAMP (x, 14, MAX (14, width - 14)),
                    bottom + 8,
                    TSR_PAINT_MIDDLE,
                    &text);
  }
}

/* Index of the loudest local maximum near the pointer, or of all; -1: none. */
static int
find_peak (TsrSpectrumPanel *self)
{
  int from = value_of_hz (self, LOW_HZ), to = N_VALUES - 2, best = -1;

  if (self->pointer_x >= 0) {
    from = value_of_hz (self, hz_at (self, self->pointer_x - PEAK_PX));
    to = value_of_hz (self, hz_at (self, self->pointer_x + PEAK_PX));
  }
  for (int i = from; i <= to; i++)
    if (self->db[i] >= self->db[i - 1] && self->db[i] > self->db[i + 1] &&
        self->db[i] > -180 && (best < 0 || self->db[i] > self->db[best]))
      best = i;
  return best;
}

/* The parabola through a maximum and its neighbours. */
static void
refine_peak (TsrSpectrumPanel *self, int peak, double *hz, double *level_db)
{
  double a = (double)self->db[peak - 1], b = (double)self->db[peak];
  double c = (double)self->db[peak + 1], bend = a - 2 * b + c;
  double shift = bend < 0 ? CLAMP ((a - c) / (2 * bend), -0.5, 0.5) : 0;

  *hz = hz_of_value (self, peak + shift);
  *level_db = b - (a - c) * shift / 4;
}

static char *
peak_text (double hz, double level_db)
{
  g_autofree char *frequency = tsr_format_hz (hz);
  g_autofree char *note = tsr_format_note (hz, 440);

  return g_strdup_printf ("%s  %s  %.1f dB", frequency, note, level_db);
}

static void
draw_peak (TsrSpectrumPanel *self, GtkSnapshot *snapshot)
{
  int     peak = find_peak (self);
  GdkRGBA white = {1, 1, 1, 0.95f};
  double  hz, level_db;

  if (peak < 0)
    return;
  refine_peak (self, peak, &hz, &level_db);
  double           x = round (x_of (self, hz));
  g_autofree char *text = peak_text (hz, level_db);
  tsr_paint_box (snapshot, x, y_of (self, level_db), x + 1, plot_height (self), &white);
  tsr_paint_text (GTK_WIDGET (self),
                  snapshot,
                  text,
                  gtk_widget_get_width (GTK_WIDGET (self)) - 8,
                  10,
                  TSR_PAINT_END,
                  &white);
}

static void
describe (TsrSpectrumPanel *self)
{
  int              peak = self->db != NULL ? find_peak (self) : -1;
  double           hz, level_db;
  g_autofree char *text = NULL;

  if (peak < 0)
    text = g_strdup (_ ("No peak"));
  else {
    refine_peak (self, peak, &hz, &level_db);
    text = peak_text (hz, level_db);
  }
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

static void
tsr_spectrum_panel_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TsrSpectrumPanel *self = TSR_SPECTRUM_PANEL (widget);
  double            width = gtk_widget_get_width (widget);
  graphene_rect_t   all =
      GRAPHENE_RECT_INIT (0, 0, (float)width, (float)gtk_widget_get_height (widget));

  gtk_snapshot_append_color (snapshot, &(GdkRGBA){0.11f, 0.11f, 0.12f, 1}, &all);
  if (self->db == NULL)
    return;
  draw_axis (self, snapshot);
  cairo_t *cr = gtk_snapshot_append_cairo (
      snapshot, &GRAPHENE_RECT_INIT (0, 0, (float)width, (float)plot_height (self)));
  draw_line (self, cr);
  cairo_destroy (cr);
  draw_partials (self, snapshot);
  draw_peak (self, snapshot);
}

static void
motion_cb (GtkEventControllerMotion *motion, double x, double y, TsrSpectrumPanel *self)
{
  self->pointer_x = x;
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
leave_cb (GtkEventControllerMotion *motion, TsrSpectrumPanel *self)
{
  self->pointer_x = -1;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
changed_cb (TsrSession *session, GParamSpec *pspec, TsrSpectrumPanel *self)
{
  request (self);
}

static void
tsr_spectrum_panel_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (tsr_spectrum_panel_parent_class)->map (widget);
  request (TSR_SPECTRUM_PANEL (widget));
}

GtkWidget *
tsr_spectrum_panel_new (TsrSession *session)
{
  static const char *const names[] = {
      "notify::playhead-s", "notify::picture", "notify::channel", "notify::spacing-hz"};
  TsrSpectrumPanel *self = g_object_new (TSR_TYPE_SPECTRUM_PANEL, NULL);

  g_return_val_if_fail (TSR_IS_SESSION (session), NULL);

  self->session = g_object_ref (session);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_signal_connect_object (session, names[i], G_CALLBACK (changed_cb), self, 0);
  tsr_paint_redraw_on (GTK_WIDGET (self), session, "floor-db", "ceiling-db", NULL);
  return GTK_WIDGET (self);
}

static void
tsr_spectrum_panel_measure (GtkWidget     *widget,
                            GtkOrientation orientation,
                            int            for_size,
                            int           *minimum,
                            int           *natural,
                            int           *minimum_baseline,
                            int           *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT_PX : 160;
  *natural = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT_PX : 240;
}

static void
tsr_spectrum_panel_finalize (GObject *object)
{
  TsrSpectrumPanel *self = TSR_SPECTRUM_PANEL (object);

  g_free (self->db);
  g_async_queue_unref (self->spectrograms);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (tsr_spectrum_panel_parent_class)->finalize (object);
}

static void
tsr_spectrum_panel_class_init (TsrSpectrumPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = tsr_spectrum_panel_finalize;
  widget_class->snapshot = tsr_spectrum_panel_snapshot;
  widget_class->measure = tsr_spectrum_panel_measure;
  widget_class->map = tsr_spectrum_panel_map;
  gtk_widget_class_set_css_name (widget_class, "spectrum");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
tsr_spectrum_panel_init (TsrSpectrumPanel *self)
{
  self->spectrograms = g_async_queue_new_full ((GDestroyNotify)tsr_spectrogram_free);
  self->rate_hz = 44100;
  self->pointer_x = -1;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  tsr_widget_on_motion (
      GTK_WIDGET (self), G_CALLBACK (motion_cb), G_CALLBACK (leave_cb), self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Spectrum at the playhead"),
                                  -1);
}
