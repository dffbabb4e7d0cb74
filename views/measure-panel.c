/* SPDX-License-Identifier: GPL-3.0-or-later
 * Times, intervals and level differences of the selection.
 */
#include "views/measure-panel.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "views/draw/axis.h"
#include "views/inspector-group.h"

enum { ROW_TIME, ROW_SPAN, ROW_NOTES, ROW_INTERVAL, ROW_LEVEL, N_ROWS };

struct _TsrMeasurePanel {
  GtkWidget   parent_instance;
  GtkWidget  *group;
  GtkWidget  *values[N_ROWS];
  TsrSession *session;
  TsrSound   *sound;
  gulong      sound_handler;
  double      tuning_hz;
};

G_DEFINE_FINAL_TYPE (TsrMeasurePanel, tsr_measure_panel, GTK_TYPE_WIDGET)

/* What is between two ends; NAN where it is not known. */
typedef struct {
  double start_s, end_s;
  double low_hz, high_hz;
  double low_db, high_db; /* levels at the low and the high end */
} Measure;

static double
level_db (double amplitude)
{
  return 20.0 * log10 (fmax (amplitude, 1e-10));
}

static void
measure_partials (TsrSelection *selection, TsrPartialSet *set, Measure *measure)
{
  for (gsize i = 0; i < tsr_selection_size (selection); i++) {
    gint64 index = tsr_partial_set_index_of (set, tsr_selection_ids (selection)[i]);
    const TsrPartialSummary *summary;

    if (index < 0)
      continue;
    summary = tsr_partial_summary (tsr_partial_set_at (set, (gsize)index));
    measure->start_s = fmin (measure->start_s, summary->start_s); /* NAN loses */
    measure->end_s = fmax (measure->end_s, summary->end_s);
    if (!(summary->mean_hz >= measure->low_hz)) {
      measure->low_hz = summary->mean_hz;
      measure->low_db = level_db (summary->peak_amplitude);
    }
    if (!(summary->mean_hz <= measure->high_hz)) {
      measure->high_hz = summary->mean_hz;
      measure->high_db = level_db (summary->peak_amplitude);
    }
  }
}

/* A rectangle with finite edges says more exactly what is meant. */
static void
measure_region (const TsrRegion *region, Measure *measure)
{
  if (isfinite (region->start_s) && isfinite (region->end_s)) {
    measure->start_s = region->start_s;
    measure->end_s = region->end_s;
  }
  if (region->low_hz > 0.0 && isfinite (region->high_hz)) {
    measure->low_hz = region->low_hz;
    measure->high_hz = region->high_hz;
  }
}

static void show (TsrMeasurePanel *self, int row, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

static void
show (TsrMeasurePanel *self, int row, const char *format, ...)
{
  va_list          arguments;
  g_autofree char *text = NULL;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  gtk_label_set_label (GTK_LABEL (self->values[row]), text);
  gtk_widget_set_tooltip_text (self->values[row], text);
}

static void
show_measure (TsrMeasurePanel *self, const Measure *measure)
{
  g_autofree char *low = tsr_format_note (measure->low_hz, self->tuning_hz);
  g_autofree char *high = tsr_format_note (measure->high_hz, self->tuning_hz);
  double           seconds = measure->end_s - measure->start_s;

  if (seconds > 0.0)
    show (self, ROW_TIME, "%.4f s · %.2f Hz", seconds, 1.0 / seconds);
  else
    show (self, ROW_TIME, "–");
  if (measure->high_hz > measure->low_hz && measure->low_hz > 0.0) {
    show (self, ROW_SPAN, "%.1f Hz", measure->high_hz - measure->low_hz);
    show (self, ROW_NOTES, "%s – %s", low, high);
    show (self,
          ROW_INTERVAL,
          _ ("%.1f cents · ratio %.4f"),
          1200.0 * log2 (measure->high_hz / measure->low_hz),
          measure->high_hz / measure->low_hz);
  } else {
    show (self, ROW_SPAN, "–");
    show (self, ROW_NOTES, "–");
    show (self, ROW_INTERVAL, "–");
  }
  if (isfinite (measure->high_db - measure->low_db) && measure->high_hz > measure->low_hz)
    show (self, ROW_LEVEL, "%+.2f dB", measure->high_db - measure->low_db);
  else
    show (self, ROW_LEVEL, "–");
}

static void
update (TsrMeasurePanel *self)
{
  TsrSelection    *selection = tsr_session_get_selection (self->session);
  const TsrRegion *region = tsr_selection_region (selection);
  gboolean         any = tsr_selection_size (selection) > 0 || region != NULL;
  Measure          measure = {NAN, NAN, NAN, NAN, NAN, NAN};

  gtk_widget_set_visible (GTK_WIDGET (self), any && self->sound != NULL);
  if (!any || self->sound == NULL)
    return;
  measure_partials (selection,
                    tsr_sound_state_fields (tsr_sound_get_state (self->sound))->partials,
                    &measure);
  if (region != NULL)
    measure_region (region, &measure);
  show_measure (self, &measure);
}

static void
sound_cb (TsrMeasurePanel *self)
{
  g_clear_signal_handler (&self->sound_handler, self->sound);
  g_set_object (&self->sound, tsr_session_get_sound (self->session));
  if (self->sound != NULL)
    self->sound_handler = g_signal_connect_swapped (
        self->sound, "notify::state", G_CALLBACK (update), self);
  update (self);
}

static void
tsr_measure_panel_dispose (GObject *object)
{
  TsrMeasurePanel *self = TSR_MEASURE_PANEL (object);

  g_clear_signal_handler (&self->sound_handler, self->sound);
  g_clear_object (&self->sound);
  g_clear_object (&self->session);
  g_clear_pointer (&self->group, gtk_widget_unparent);
  G_OBJECT_CLASS (tsr_measure_panel_parent_class)->dispose (object);
}

static void
tsr_measure_panel_class_init (TsrMeasurePanelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_measure_panel_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static void
tsr_measure_panel_init (TsrMeasurePanel *self)
{
  const char *titles[N_ROWS] = {
      _ ("Time"), _ ("Span"), _ ("Notes"), _ ("Interval"), _ ("Level")};

  self->tuning_hz = 440.0;
  self->group = tsr_inspector_group_new (_ ("Measure"));
  for (int i = 0; i < N_ROWS; i++) {
    self->values[i] = gtk_label_new ("–");
    gtk_label_set_xalign (GTK_LABEL (self->values[i]), 1.0);
    gtk_label_set_ellipsize (GTK_LABEL (self->values[i]), PANGO_ELLIPSIZE_END);
    gtk_label_set_selectable (GTK_LABEL (self->values[i]), TRUE);
    gtk_widget_add_css_class (self->values[i], "numeric");
    gtk_box_append (GTK_BOX (self->group),
                    tsr_inspector_row_new (titles[i], self->values[i]));
    gtk_widget_add_css_class (gtk_widget_get_last_child (self->group), "reading");
  }
  gtk_widget_set_parent (self->group, GTK_WIDGET (self));
}

GtkWidget *
tsr_measure_panel_new (TsrSession *session)
{
  TsrMeasurePanel *self = g_object_new (TSR_TYPE_MEASURE_PANEL, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (
      session, "notify::sound", G_CALLBACK (sound_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      session, "notify::selection", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  sound_cb (self);
  return GTK_WIDGET (self);
}

void
tsr_measure_panel_set_tuning_hz (TsrMeasurePanel *self, double tuning_hz)
{
  g_return_if_fail (TSR_IS_MEASURE_PANEL (self));
  self->tuning_hz = tuning_hz;
  update (self);
}
