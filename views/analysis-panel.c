/* SPDX-License-Identifier: GPL-3.0-or-later
 * Setting an analysis up, and what the last one found.
 */
#include "views/analysis-panel.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "model/class-signal.h"
#include "views/analysis-words.h"
#include "views/inspector-group.h"
#include "views/number-entry.h"
#include "views/slider-row.h"

#define LOWEST_SPACING_HZ 15.0
#define HIGHEST_SPACING_HZ 1000.0
#define HIGHEST_HZ 384000.0
#define LONGEST_S 1e6
enum { REST_MS = 4000 };

struct _TsrAnalysisPanel {
  GtkWidget   parent_instance;
  GtkWidget  *group, *spacing, *floor, *noisiness, *noise, *note, *quality, *button;
  GtkWidget  *from_s, *to_s, *from_hz, *to_hz, *take, *buttons;
  TsrSession *session;
  TsrSound   *sound;
  gulong      sound_handler;
  double      level_dbfs;           /* of the recording; NAN: not known */
  const TsrAnalysisRecord *counted; /* compared only */
  gsize                    n_found; /* by that one: partials */
  gboolean                 busy;
  gboolean                 showing; /* the controls follow the sound */
  guint rest_id; /* ends what is shown of a choice that is not dragged */
};

enum { ANALYSE, FORESEE, FORESEE_END, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsrAnalysisPanel, tsr_analysis_panel, GTK_TYPE_WIDGET)

/* "318 partials · SNR 41.2 dB · residual -62.3 dBFS": what the analysis found, whatever
 * was edited since. (transfer full) */
static char *
quality_text (TsrAnalysisPanel *self)
{
  const TsrAnalysisRecord *record =
      self->sound != NULL ? tsr_sound_get_analysis (self->sound) : NULL;
  GString *text;
  gsize    n = self->n_found;

  if (record == NULL)
    return g_strdup ("");
  text = g_string_new (NULL);
  if (tsr_sound_state_fields (tsr_sound_get_state (self->sound))->edited)
    g_string_append (text, _ ("Before the edits: "));
  g_string_append_printf (text, ngettext ("%zu partial", "%zu partials", n), n);
  if (isfinite (record->snr_db)) {
    g_string_append_printf (text, _ (" · SNR %.1f dB"), record->snr_db);
    if (isfinite (self->level_dbfs))
      g_string_append_printf (
          text, _ (" · residual %.1f dBFS"), self->level_dbfs - record->snr_db);
  }
  return g_string_free (text, FALSE);
}

static gboolean
has_region (TsrAnalysisPanel *self)
{
  return tsr_number_entry_get_value (TSR_NUMBER_ENTRY (self->from_s)) > 0.0 ||
         tsr_number_entry_get_value (TSR_NUMBER_ENTRY (self->to_s)) > 0.0 ||
         tsr_number_entry_get_value (TSR_NUMBER_ENTRY (self->from_hz)) > 0.0 ||
         tsr_number_entry_get_value (TSR_NUMBER_ENTRY (self->to_hz)) > 0.0;
}

static const char *
button_label (TsrAnalysisPanel *self, gboolean analysed)
{
  if (has_region (self))
    return _ ("Analyse Region");
  return analysed ? _ ("Analyse Again") : _ ("Analyse");
}

static void
update (TsrAnalysisPanel *self)
{
  g_autofree char *text = tsr_analysis_explanation (self->sound);
  g_autofree char *quality = quality_text (self);
  gboolean can = self->sound != NULL && tsr_sound_get_source (self->sound) != NULL;
  gboolean analysed =
      can && tsr_sound_state_fields (tsr_sound_get_state (self->sound))->analysed;
  GtkWidget *controls[] = {self->spacing,
                           self->floor,
                           self->from_s,
                           self->to_s,
                           self->from_hz,
                           self->to_hz,
                           self->noisiness,
                           self->noise,
                           self->button};

  if (analysed && tsr_sound_get_analysis (self->sound) != NULL &&
      tsr_slider_row_get_value (TSR_SLIDER_ROW (self->spacing)) <= 0.0)
    tsr_slider_row_point (TSR_SLIDER_ROW (self->spacing),
                          tsr_sound_get_analysis (self->sound)->params.spacing_hz);
  gtk_label_set_label (GTK_LABEL (self->note), text);
  gtk_label_set_label (GTK_LABEL (self->quality), quality);
  gtk_widget_set_visible (self->quality, *quality != '\0');
  for (gsize i = 0; i < G_N_ELEMENTS (controls); i++)
    gtk_widget_set_sensitive (controls[i], can && !self->busy);
  gtk_widget_set_sensitive (
      self->take,
      can && !self->busy &&
          tsr_selection_size (tsr_session_get_selection (self->session)) > 0);
  gtk_button_set_label (GTK_BUTTON (self->button), button_label (self, analysed));
  if (analysed)
    gtk_widget_remove_css_class (self->button, "suggested-action");
  else
    gtk_widget_add_css_class (self->button, "suggested-action");
}

/* Counted once for each analysis: a long history has to be gone through for it. */
static void
count_found (TsrAnalysisPanel *self)
{
  const TsrAnalysisRecord *record =
      self->sound != NULL ? tsr_sound_get_analysis (self->sound) : NULL;

  if (record == self->counted)
    return;
  g_autoptr (TsrSoundState) found =
      record != NULL ? tsr_sound_dup_analysed_state (self->sound) : NULL;
  self->counted = record;
  self->n_found =
      found != NULL ? tsr_partial_set_size (tsr_sound_state_fields (found)->partials) : 0;
}

static void
state_cb (TsrAnalysisPanel *self)
{
  count_found (self);
  update (self);
}

/* The controls show what the present partials were analysed with. */
static void
show_record (TsrAnalysisPanel *self)
{
  const TsrAnalysisRecord *record =
      self->sound != NULL ? tsr_sound_get_analysis (self->sound) : NULL;
  GtkWidget        *region[] = {self->from_s, self->to_s, self->from_hz, self->to_hz};
  TsrAnalysisParams params;

  tsr_analysis_params_init (&params);
  if (record != NULL) {
    params = record->params;
    if (record->spacing.reason != TSR_SPACING_GIVEN)
      params.spacing_hz = 0.0;
  }
  tsr_slider_row_show (TSR_SLIDER_ROW (self->spacing), fmax (params.spacing_hz, 0.0));
  tsr_slider_row_show (TSR_SLIDER_ROW (self->floor), params.floor_db);
  for (gsize i = 0; i < G_N_ELEMENTS (region); i++)
    tsr_number_entry_set_value (TSR_NUMBER_ENTRY (region[i]), 0.0);
  self->showing = TRUE;
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->noisiness), params.noisiness);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->noise), params.noise);
  self->showing = FALSE;
}

/* Mean square of the first channels over blocks that are spread over a signal, however
 * long it is; in dBFS. */
static double
level_of (TsrSignal *signal)
{
  enum { N_BLOCKS = 512, BLOCK = 2048, MAX_CHANNELS = 2 };
  gint64 n = tsr_signal_n_frames (signal), step = MAX (n / N_BLOCKS, BLOCK);
  guint  n_channels = MIN (tsr_signal_n_channels (signal), MAX_CHANNELS);
  double sum = 0.0, count = 0.0;

  for (guint c = 0; c < n_channels; c++) {
    const float *x = tsr_signal_channel (signal, c);
    for (gint64 first = 0; first < n; first += step)
      for (gint64 i = first; i < MIN (first + BLOCK, n); i++) {
        sum += (double)x[i] * (double)x[i];
        count += 1.0;
      }
  }
  return count > 0.0 ? 10.0 * log10 (sum / count) : NAN;
}

static void
signal_cb (TsrAnalysisPanel *self)
{
  TsrSignal *signal = tsr_session_get_signal (self->session);

  self->level_dbfs = signal != NULL ? level_of (signal) : NAN;
  update (self);
}

static void
sound_cb (TsrAnalysisPanel *self)
{
  g_clear_signal_handler (&self->sound_handler, self->sound);
  g_set_object (&self->sound, tsr_session_get_sound (self->session));
  if (self->sound != NULL)
    self->sound_handler = g_signal_connect_swapped (
        self->sound, "notify::state", G_CALLBACK (state_cb), self);
  /* What is being foreseen is of the sound before. */
  g_clear_handle_id (&self->rest_id, g_source_remove);
  g_signal_emit (self, signals[FORESEE_END], 0);
  show_record (self);
  self->counted = NULL;
  state_cb (self);
}

/* A number of the region; neutral: it has no end there. */
static double
end_of (GtkWidget *entry, double endless)
{
  double value = tsr_number_entry_get_value (TSR_NUMBER_ENTRY (entry));

  return value > 0.0 ? value : endless;
}

static void
read_choice (TsrAnalysisPanel *self, TsrAnalysisChoice *choice)
{
  TsrAnalysisParams *params = &choice->params;

  tsr_analysis_params_init (params);
  params->spacing_hz = tsr_slider_row_get_value (TSR_SLIDER_ROW (self->spacing));
  params->floor_db = tsr_slider_row_get_value (TSR_SLIDER_ROW (self->floor));
  params->noisiness = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->noisiness));
  params->noise = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->noise));
  choice->region = (TsrRegion){end_of (self->from_s, -INFINITY),
                               end_of (self->to_s, INFINITY),
                               end_of (self->from_hz, 0.0),
                               end_of (self->to_hz, INFINITY)};
}

static void
moved_cb (TsrAnalysisPanel *self)
{
  TsrAnalysisChoice choice;

  if (self->busy || self->sound == NULL)
    return;
  read_choice (self, &choice);
  g_signal_emit (self, signals[FORESEE], 0, &choice);
}

static void
let_go_cb (TsrAnalysisPanel *self)
{
  g_clear_handle_id (&self->rest_id, g_source_remove);
  g_signal_emit (self, signals[FORESEE_END], 0);
  update (self);
}

void
tsr_analysis_panel_analyse (TsrAnalysisPanel *self)
{
  TsrAnalysisChoice choice;

  g_return_if_fail (TSR_IS_ANALYSIS_PANEL (self));
  if (self->busy || self->sound == NULL)
    return;
  read_choice (self, &choice);
  let_go_cb (self);
  g_signal_emit (self, signals[ANALYSE], 0, &choice);
}

static gboolean
rest_cb (gpointer data)
{
  TsrAnalysisPanel *self = data;

  self->rest_id = 0;
  let_go_cb (self);
  return G_SOURCE_REMOVE;
}

/* A choice cannot be dragged: what it would find is shown for some seconds. */
static void
chosen_cb (TsrAnalysisPanel *self)
{
  if (self->showing)
    return;
  g_clear_handle_id (&self->rest_id, g_source_remove);
  self->rest_id = g_timeout_add (REST_MS, rest_cb, self);
  moved_cb (self);
}

/* Where the selected partials are; FALSE: none is there. */
static gboolean
selection_extent (TsrAnalysisPanel *self, TsrRegion *extent)
{
  TsrSelection  *selection = tsr_session_get_selection (self->session);
  TsrPartialSet *set =
      tsr_sound_state_fields (tsr_sound_get_state (self->sound))->partials;

  *extent = (TsrRegion){INFINITY, -INFINITY, INFINITY, 0.0};
  for (gsize i = 0; i < tsr_selection_size (selection); i++) {
    gint64 at = tsr_partial_set_index_of (set, tsr_selection_ids (selection)[i]);
    const TsrPartialSummary *s =
        at >= 0 ? tsr_partial_summary (tsr_partial_set_at (set, (gsize)at)) : NULL;

    if (s == NULL)
      continue;
    extent->start_s = fmin (extent->start_s, s->start_s);
    extent->end_s = fmax (extent->end_s, s->end_s);
    extent->low_hz = fmin (extent->low_hz, s->low_hz);
    extent->high_hz = fmax (extent->high_hz, s->high_hz);
  }
  return extent->end_s > extent->start_s;
}

/* Where the selection is, is what is analysed: its rectangle, or the extent of its
 * partials. */
static void
take_cb (TsrAnalysisPanel *self)
{
  TsrSelection    *selection = tsr_session_get_selection (self->session);
  const TsrRegion *rectangle = tsr_selection_region (selection);
  TsrRegion        region;

  if (rectangle != NULL)
    region = *rectangle;
  else if (!selection_extent (self, &region))
    return;
  tsr_number_entry_set_value (TSR_NUMBER_ENTRY (self->from_s),
                              fmax (region.start_s, 0.0));
  tsr_number_entry_set_value (TSR_NUMBER_ENTRY (self->to_s),
                              isfinite (region.end_s) ? region.end_s : 0.0);
  tsr_number_entry_set_value (TSR_NUMBER_ENTRY (self->from_hz),
                              fmax (region.low_hz, 0.0));
  tsr_number_entry_set_value (TSR_NUMBER_ENTRY (self->to_hz),
                              isfinite (region.high_hz) ? region.high_hz : 0.0);
  update (self);
}

void
tsr_analysis_panel_show_foreseen (TsrAnalysisPanel *self,
                                  gssize            n_partials,
                                  double            spacing_hz,
                                  double            snr_db)
{
  g_autofree char *text = NULL;

  g_return_if_fail (TSR_IS_ANALYSIS_PANEL (self));
  if (n_partials < 0) {
    update (self);
    return;
  }
  text = g_strdup_printf (_ ("In view: %zd partials · spacing %.0f Hz · SNR %.1f dB"),
                          n_partials,
                          spacing_hz,
                          isfinite (snr_db) ? snr_db : 0.0);
  gtk_label_set_label (GTK_LABEL (self->quality), text);
  gtk_widget_set_visible (self->quality, TRUE);
}

void
tsr_analysis_panel_set_busy (TsrAnalysisPanel *self, gboolean busy)
{
  g_return_if_fail (TSR_IS_ANALYSIS_PANEL (self));
  self->busy = busy;
  update (self);
}

static void
tsr_analysis_panel_dispose (GObject *object)
{
  TsrAnalysisPanel *self = TSR_ANALYSIS_PANEL (object);

  g_clear_signal_handler (&self->sound_handler, self->sound);
  g_clear_handle_id (&self->rest_id, g_source_remove);
  g_clear_object (&self->sound);
  g_clear_object (&self->session);
  g_clear_pointer (&self->group, gtk_widget_unparent);
  G_OBJECT_CLASS (tsr_analysis_panel_parent_class)->dispose (object);
}

static void
tsr_analysis_panel_class_init (TsrAnalysisPanelClass *klass)
{
  static const char *const names[N_SIGNALS] = {"analyse", "foresee", "foresee-end"};

  G_OBJECT_CLASS (klass)->dispose = tsr_analysis_panel_dispose;
  for (int i = 0; i < N_SIGNALS; i++)
    signals[i] =
        tsr_class_add_signal (klass, names[i], i == FORESEE_END ? 0 : 1, G_TYPE_POINTER);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

/* Two numbers beside one another: from, to. */
static GtkWidget *
add_span (TsrAnalysisPanel *self,
          const char       *label,
          TsrQuantity       quantity,
          double            high,
          const char       *from_name,
          const char       *to_name,
          GtkWidget       **from,
          GtkWidget       **to)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  double     step = quantity == TSR_QUANTITY_TIME ? 0.01 : 10.0;

  *from = tsr_number_entry_new (quantity, from_name, 0.0, 0.0, high, step);
  *to = tsr_number_entry_new (quantity, to_name, 0.0, 0.0, high, step);
  tsr_number_entry_set_neutral_text (TSR_NUMBER_ENTRY (*from), _ ("start"));
  tsr_number_entry_set_neutral_text (TSR_NUMBER_ENTRY (*to), _ ("end"));
  if (quantity == TSR_QUANTITY_FREQUENCY) {
    tsr_number_entry_set_neutral_text (TSR_NUMBER_ENTRY (*from), _ ("lowest"));
    tsr_number_entry_set_neutral_text (TSR_NUMBER_ENTRY (*to), _ ("highest"));
  }
  gtk_widget_add_css_class (box, "span");
  gtk_box_append (GTK_BOX (box), *from);
  gtk_box_append (GTK_BOX (box), gtk_label_new ("–"));
  gtk_box_append (GTK_BOX (box), *to);
  for (int i = 0; i < 2; i++) {
    GtkWidget *entry = i == 0 ? *from : *to;
    tsr_number_entry_set_width_chars (TSR_NUMBER_ENTRY (entry), 7);
    g_signal_connect_object (
        entry, "stepped", G_CALLBACK (moved_cb), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (
        entry, "committed", G_CALLBACK (let_go_cb), self, G_CONNECT_SWAPPED);
  }
  return tsr_inspector_row_new (label, box);
}

static void
add_slider (TsrAnalysisPanel *self, GtkWidget *row, const char *tip)
{
  gtk_widget_set_tooltip_text (row, tip);
  gtk_box_append (GTK_BOX (self->group), row);
  g_signal_connect_object (row, "moved", G_CALLBACK (moved_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      row, "committed", G_CALLBACK (let_go_cb), self, G_CONNECT_SWAPPED);
}

static void
add_sliders (TsrAnalysisPanel *self)
{
  self->spacing = tsr_slider_row_new_span (TSR_QUANTITY_FREQUENCY,
                                           _ ("Spacing"),
                                           0.0,
                                           0.0,
                                           2000.0,
                                           LOWEST_SPACING_HZ,
                                           HIGHEST_SPACING_HZ,
                                           TRUE,
                                           1.0);
  self->floor = tsr_slider_row_new_span (
      TSR_QUANTITY_LEVEL, _ ("Floor"), -90.0, -140.0, -20.0, -120.0, -30.0, FALSE, 1.0);
  tsr_number_entry_set_neutral_text (
      tsr_slider_row_get_entry (TSR_SLIDER_ROW (self->spacing)), _ ("automatic"));
  add_slider (self,
              self->spacing,
              _ ("Smallest distance between partials that stay independent"));
  add_slider (self, self->floor, _ ("Weaker partials are ignored"));
}

static void
add_region (TsrAnalysisPanel *self)
{
  GtkBox *group = GTK_BOX (self->group);

  gtk_box_append (group,
                  add_span (self,
                            _ ("Time"),
                            TSR_QUANTITY_TIME,
                            LONGEST_S,
                            _ ("Analyse from this time"),
                            _ ("Analyse to this time"),
                            &self->from_s,
                            &self->to_s));
  gtk_box_append (group,
                  add_span (self,
                            _ ("Frequency"),
                            TSR_QUANTITY_FREQUENCY,
                            HIGHEST_HZ,
                            _ ("Analyse from this frequency"),
                            _ ("Analyse to this frequency"),
                            &self->from_hz,
                            &self->to_hz));
}

static void
add_choices (TsrAnalysisPanel *self)
{
  const char *noisiness[] = {_ ("Clean only"), _ ("Normal"), _ ("All"), NULL};
  const char *noise[] = {_ ("Residual"), _ ("In the partials"), _ ("None"), NULL};
  GtkBox     *group = GTK_BOX (self->group);

  self->noisiness = tsr_inspector_choice_new (noisiness);
  self->noise = tsr_inspector_choice_new (noise);
  gtk_widget_set_tooltip_text (self->noisiness, _ ("How noisy a partial may be"));
  gtk_widget_set_tooltip_text (self->noise,
                               _ ("Where the sound goes that is no partial"));
  g_signal_connect_object (self->noisiness,
                           "notify::selected",
                           G_CALLBACK (chosen_cb),
                           self,
                           G_CONNECT_SWAPPED);
  gtk_box_append (group, tsr_inspector_row_new (_ ("Noisy partials"), self->noisiness));
  gtk_box_append (group, tsr_inspector_row_new (_ ("Noise"), self->noise));
}

static void
add_buttons (TsrAnalysisPanel *self)
{
  self->buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->button = gtk_button_new ();
  self->take = gtk_button_new_from_icon_name ("tarsier-tool-select-symbolic");
  gtk_widget_set_hexpand (self->button, TRUE);
  gtk_widget_set_tooltip_text (self->take, _ ("Only where the selection is"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->take),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Only where the selection is"),
                                  -1);
  gtk_box_append (GTK_BOX (self->buttons), self->button);
  gtk_box_append (GTK_BOX (self->buttons), self->take);
  gtk_box_append (GTK_BOX (self->group), self->buttons);
  g_signal_connect_object (self->button,
                           "clicked",
                           G_CALLBACK (tsr_analysis_panel_analyse),
                           self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->take, "clicked", G_CALLBACK (take_cb), self, G_CONNECT_SWAPPED);
}

static void
tsr_analysis_panel_init (TsrAnalysisPanel *self)
{
  self->level_dbfs = NAN;
  self->group = tsr_inspector_group_new (_ ("Analysis"));
  add_sliders (self);
  add_region (self);
  add_choices (self);
  self->note = tsr_inspector_note_new ("");
  self->quality = tsr_inspector_note_new ("");
  gtk_widget_remove_css_class (self->quality, "dim-label");
  gtk_widget_add_css_class (self->quality, "numeric");
  gtk_box_append (GTK_BOX (self->group), self->note);
  gtk_box_append (GTK_BOX (self->group), self->quality);
  add_buttons (self);
  gtk_widget_set_parent (self->group, GTK_WIDGET (self));
}

GtkWidget *
tsr_analysis_panel_new (TsrSession *session)
{
  TsrAnalysisPanel *self = g_object_new (TSR_TYPE_ANALYSIS_PANEL, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (
      session, "notify::sound", G_CALLBACK (sound_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      session, "notify::selection", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      session, "notify::signal", G_CALLBACK (signal_cb), self, G_CONNECT_SWAPPED);
  sound_cb (self);
  return GTK_WIDGET (self);
}
