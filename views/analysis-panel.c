/* SPDX-License-Identifier: GPL-3.0-or-later
 * Setting an analysis up, and what the last one found.
 */
#include "views/analysis-panel.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "views/inspector-group.h"
#include "views/number-entry.h"

struct _TsrAnalysisPanel {
  GtkWidget   parent_instance;
  GtkWidget  *group, *spacing, *floor, *noisiness, *noise, *note, *button;
  TsrSession *session;
  TsrSound   *sound;
  gulong      sound_handler;
  gboolean    busy;
};

enum { ANALYSE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsrAnalysisPanel, tsr_analysis_panel, GTK_TYPE_WIDGET)

static char *
spacing_sentence (const TsrAnalysisRecord *record)
{
  double spacing_hz = record->params.spacing_hz;

  switch (record->spacing.reason) {
  case TSR_SPACING_FROM_FUNDAMENTAL:
    return g_strdup_printf (_ ("Fundamental near %.0f Hz, spacing %.0f Hz."),
                            record->spacing.fundamental_hz,
                            spacing_hz);
  case TSR_SPACING_FROM_SPECTRUM:
    return g_strdup_printf (_ ("No single fundamental, spacing %.0f Hz."), spacing_hz);
  case TSR_SPACING_GIVEN:
    return g_strdup_printf (_ ("Spacing %.0f Hz, as typed."), spacing_hz);
  }
  return g_strdup ("");
}

/* What is known of the sound, in one or two sentences. (transfer full) */
static char *
explanation (TsrSound *sound)
{
  const TsrAnalysisRecord   *record;
  const TsrSoundStateFields *state;
  GString                   *text;
  g_autofree char           *first = NULL;

  if (sound == NULL)
    return g_strdup ("");
  record = tsr_sound_get_analysis (sound);
  state = tsr_sound_state_fields (tsr_sound_get_state (sound));
  if (tsr_sound_get_source (sound) == NULL)
    return g_strdup (
        _ ("These partials were imported; there is no recording to analyse."));
  if (record == NULL || !state->analysed)
    return g_strdup (_ ("The spacing is the smallest distance between partials. Left "
                        "automatic, it is found from the sound."));
  first = spacing_sentence (record);
  text = g_string_new (first);
  if (isfinite (record->snr_db))
    g_string_append_printf (
        text, _ (" The partials alone reach %.1f dB SNR."), record->snr_db);
  return g_string_free (text, FALSE);
}

static void
update (TsrAnalysisPanel *self)
{
  g_autofree char *text = explanation (self->sound);
  gboolean can = self->sound != NULL && tsr_sound_get_source (self->sound) != NULL;
  gboolean analysed =
      can && tsr_sound_state_fields (tsr_sound_get_state (self->sound))->analysed;

  gtk_label_set_label (GTK_LABEL (self->note), text);
  gtk_widget_set_sensitive (self->spacing, can && !self->busy);
  gtk_widget_set_sensitive (self->floor, can && !self->busy);
  gtk_widget_set_sensitive (self->noisiness, can && !self->busy);
  gtk_widget_set_sensitive (self->noise, can && !self->busy);
  gtk_widget_set_sensitive (self->button, can && !self->busy);
  gtk_button_set_label (GTK_BUTTON (self->button),
                        analysed ? _ ("Analyse Again") : _ ("Analyse"));
  if (analysed)
    gtk_widget_remove_css_class (self->button, "suggested-action");
  else
    gtk_widget_add_css_class (self->button, "suggested-action");
}

/* The controls show what the present partials were analysed with. */
static void
show_record (TsrAnalysisPanel *self)
{
  const TsrAnalysisRecord *record =
      self->sound != NULL ? tsr_sound_get_analysis (self->sound) : NULL;
  TsrAnalysisParams params;

  tsr_analysis_params_init (&params);
  if (record != NULL) {
    params = record->params;
    if (record->spacing.reason != TSR_SPACING_GIVEN)
      params.spacing_hz = 0.0;
  }
  tsr_number_entry_set_value (TSR_NUMBER_ENTRY (self->spacing),
                              fmax (params.spacing_hz, 0.0));
  tsr_number_entry_set_value (TSR_NUMBER_ENTRY (self->floor), params.floor_db);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->noisiness), params.noisiness);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->noise), params.noise);
}

static void
sound_cb (TsrAnalysisPanel *self)
{
  g_clear_signal_handler (&self->sound_handler, self->sound);
  g_set_object (&self->sound, tsr_session_get_sound (self->session));
  if (self->sound != NULL)
    self->sound_handler = g_signal_connect_swapped (
        self->sound, "notify::state", G_CALLBACK (update), self);
  show_record (self);
  update (self);
}

void
tsr_analysis_panel_analyse (TsrAnalysisPanel *self)
{
  TsrAnalysisParams params;

  g_return_if_fail (TSR_IS_ANALYSIS_PANEL (self));
  if (self->busy || self->sound == NULL)
    return;
  tsr_analysis_params_init (&params);
  params.spacing_hz = tsr_number_entry_get_value (TSR_NUMBER_ENTRY (self->spacing));
  params.floor_db = tsr_number_entry_get_value (TSR_NUMBER_ENTRY (self->floor));
  params.noisiness = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->noisiness));
  params.noise = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->noise));
  g_signal_emit (self, signals[ANALYSE], 0, &params);
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
  g_clear_object (&self->sound);
  g_clear_object (&self->session);
  g_clear_pointer (&self->group, gtk_widget_unparent);
  G_OBJECT_CLASS (tsr_analysis_panel_parent_class)->dispose (object);
}

static void
tsr_analysis_panel_class_init (TsrAnalysisPanelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_analysis_panel_dispose;
  signals[ANALYSE] = g_signal_new ("analyse",
                                   G_TYPE_FROM_CLASS (klass),
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   1,
                                   G_TYPE_POINTER);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static void
tsr_analysis_panel_init (TsrAnalysisPanel *self)
{
  const char *noisiness[] = {_ ("Clean only"), _ ("Normal"), _ ("All"), NULL};
  const char *noise[] = {_ ("Residual"), _ ("In the partials"), _ ("None"), NULL};
  GtkBox     *group;

  self->group = tsr_inspector_group_new (_ ("Analysis"));
  group = GTK_BOX (self->group);
  self->spacing =
      tsr_number_entry_new (TSR_QUANTITY_FREQUENCY, _ ("Spacing"), 0.0, 0.0, 2000.0, 1.0);
  tsr_number_entry_set_neutral_text (TSR_NUMBER_ENTRY (self->spacing), _ ("automatic"));
  self->floor =
      tsr_number_entry_new (TSR_QUANTITY_LEVEL, _ ("Floor"), -90.0, -140.0, -20.0, 1.0);
  self->noisiness = tsr_inspector_choice_new (noisiness);
  self->noise = tsr_inspector_choice_new (noise);
  self->note = tsr_inspector_note_new ("");
  self->button = gtk_button_new ();
  gtk_widget_set_tooltip_text (
      self->spacing, _ ("Smallest distance between partials that stay independent"));
  gtk_widget_set_tooltip_text (self->floor, _ ("Weaker partials are ignored"));
  gtk_widget_set_tooltip_text (self->noisiness, _ ("How noisy a partial may be"));
  gtk_widget_set_tooltip_text (self->noise,
                               _ ("Where the sound goes that is no partial"));
  gtk_box_append (group, tsr_inspector_row_new (_ ("Spacing"), self->spacing));
  gtk_box_append (group, tsr_inspector_row_new (_ ("Floor"), self->floor));
  gtk_box_append (group, tsr_inspector_row_new (_ ("Noisy partials"), self->noisiness));
  gtk_box_append (group, tsr_inspector_row_new (_ ("Noise"), self->noise));
  gtk_box_append (group, self->note);
  gtk_box_append (group, self->button);
  gtk_widget_set_parent (self->group, GTK_WIDGET (self));
  g_signal_connect_object (self->button,
                           "clicked",
                           G_CALLBACK (tsr_analysis_panel_analyse),
                           self,
                           G_CONNECT_SWAPPED);
}

GtkWidget *
tsr_analysis_panel_new (TsrSession *session)
{
  TsrAnalysisPanel *self = g_object_new (TSR_TYPE_ANALYSIS_PANEL, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (
      session, "notify::sound", G_CALLBACK (sound_cb), self, G_CONNECT_SWAPPED);
  sound_cb (self);
  return GTK_WIDGET (self);
}
