/* SPDX-License-Identifier: GPL-3.0-or-later
 * Editing the selection by sliders, numbers and a drawn filter.
 */
#include "views/selection-panel.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "model/dsp-types.h"
#include "views/curve-editor.h"
#include "views/inspector-group.h"
#include "views/selection-facts.h"
#include "views/slider-row.h"

struct _TsrSelectionPanel {
  GtkWidget  parent_instance;
  GtkWidget *group, *heading, *note, *rows;
  GtkWidget *pitch, *stretch, *shift, *gain;
  GtkWidget *expander, *curve, *filter_apply, *filter_reset;
  GtkWidget *delete, *crop;
  TsrSession *session;
  TsrSound   *sound;
  gulong      sound_handler;
  gboolean    performing;
  gboolean    showing;   /* the preview is ours */
  gboolean    following; /* the rows show a preview from elsewhere */
};

G_DEFINE_FINAL_TYPE (TsrSelectionPanel, tsr_selection_panel, GTK_TYPE_WIDGET)

static void
show_preview (TsrSelectionPanel *self)
{
  TsrPreview preview = TSR_PREVIEW_INIT;
  g_autoptr (TsrCurve) curve = NULL;

  if (self->sound == NULL || self->performing)
    return;
  preview.pitch_ratio =
      exp2 (tsr_slider_row_get_value (TSR_SLIDER_ROW (self->pitch)) / 1200.0);
  preview.stretch = tsr_slider_row_get_value (TSR_SLIDER_ROW (self->stretch));
  preview.anchor_s = tsr_selection_anchor_s (self->session);
  preview.shift_hz = tsr_slider_row_get_value (TSR_SLIDER_ROW (self->shift));
  preview.gain_db = tsr_slider_row_get_value (TSR_SLIDER_ROW (self->gain));
  if (!tsr_curve_editor_is_flat (TSR_CURVE_EDITOR (self->curve)))
    curve = tsr_curve_editor_dup_curve (TSR_CURVE_EDITOR (self->curve));
  preview.filter_gain_db_over_hz = curve;
  self->showing = TRUE;
  tsr_session_set_preview (self->session, &preview);
  self->showing = FALSE;
}

/* What is dragged on the canvas is told here in numbers. */
static void
preview_cb (TsrSelectionPanel *self)
{
  const TsrPreview  neutral = TSR_PREVIEW_INIT;
  const TsrPreview *preview = tsr_session_get_preview (self->session);

  if (self->showing || (preview == NULL && !self->following))
    return;
  self->following = preview != NULL;
  if (preview == NULL)
    preview = &neutral;
  tsr_slider_row_show (TSR_SLIDER_ROW (self->pitch),
                       1200.0 * log2 (preview->pitch_ratio));
  tsr_slider_row_show (TSR_SLIDER_ROW (self->stretch), preview->stretch);
  tsr_slider_row_show (TSR_SLIDER_ROW (self->shift), preview->shift_hz);
  tsr_slider_row_show (TSR_SLIDER_ROW (self->gain), preview->gain_db);
}

/* One step of the history; then everything is neutral again. */
static void
perform (TsrSelectionPanel *self, TsrOperation *operation)
{
  self->performing = TRUE;
  tsr_session_set_preview (self->session, NULL);
  tsr_session_perform (self->session, operation);
  tsr_operation_free (operation);
  self->performing = FALSE;
}

static void
pitch_cb (TsrSliderRow *row, double cents, TsrSelectionPanel *self)
{
  tsr_slider_row_reset (row);
  if (cents != 0.0)
    perform (self, tsr_operation_new_pitch (exp2 (cents / 1200.0)));
  else
    tsr_session_set_preview (self->session, NULL);
}

static void
stretch_cb (TsrSliderRow *row, double factor, TsrSelectionPanel *self)
{
  tsr_slider_row_reset (row);
  if (factor != 1.0)
    perform (self, tsr_operation_new_stretch (factor));
  else
    tsr_session_set_preview (self->session, NULL);
}

static void
shift_cb (TsrSliderRow *row, double shift_hz, TsrSelectionPanel *self)
{
  tsr_slider_row_reset (row);
  if (shift_hz != 0.0)
    perform (self, tsr_operation_new_shift (shift_hz));
  else
    tsr_session_set_preview (self->session, NULL);
}

static void
gain_cb (TsrSliderRow *row, double gain_db, TsrSelectionPanel *self)
{
  tsr_slider_row_reset (row);
  if (gain_db != 0.0)
    perform (self, tsr_operation_new_gain (gain_db));
  else
    tsr_session_set_preview (self->session, NULL);
}

static void
curve_cb (TsrSelectionPanel *self)
{
  gboolean drawn = !tsr_curve_editor_is_flat (TSR_CURVE_EDITOR (self->curve));

  gtk_widget_set_sensitive (self->filter_apply, drawn);
  gtk_widget_set_sensitive (self->filter_reset, drawn);
  if (drawn)
    show_preview (self);
  else if (self->sound != NULL && !self->performing)
    tsr_session_set_preview (self->session, NULL);
}

static void
apply_filter_cb (TsrSelectionPanel *self)
{
  g_autoptr (TsrCurve) curve =
      tsr_curve_editor_dup_curve (TSR_CURVE_EDITOR (self->curve));

  perform (self, tsr_operation_new_filter (curve));
  tsr_curve_editor_reset (TSR_CURVE_EDITOR (self->curve));
}

static void
reset_filter_cb (TsrSelectionPanel *self)
{
  tsr_curve_editor_reset (TSR_CURVE_EDITOR (self->curve));
}

static void
update_heading (TsrSelectionPanel *self)
{
  TsrSelection    *selection = tsr_session_get_selection (self->session);
  gsize            n = tsr_selection_size (selection);
  g_autofree char *text = NULL;

  if (n > 0)
    text = g_strdup_printf (
        ngettext ("Selection · %zu partial", "Selection · %zu partials", n), n);
  else
    text = g_strdup (_ ("Edit · whole sound"));
  gtk_label_set_label (GTK_LABEL (self->heading), text);
}

static void
update (TsrSelectionPanel *self)
{
  const TsrSoundStateFields *state =
      self->sound != NULL ? tsr_sound_state_fields (tsr_sound_get_state (self->sound))
                          : NULL;
  TsrSelection    *selection = tsr_session_get_selection (self->session);
  const TsrRegion *region = tsr_selection_region (selection);
  gboolean         can = state != NULL && state->analysed;
  gboolean         any = can && tsr_selection_size (selection) > 0;

  update_heading (self);
  gtk_label_set_label (
      GTK_LABEL (self->note),
      self->sound == NULL ? "" : _ ("Analyse the sound to edit its partials."));
  gtk_widget_set_visible (self->note, !can);
  gtk_widget_set_visible (self->rows, can);
  gtk_widget_set_sensitive (self->delete, any);
  gtk_widget_set_sensitive (self->crop, any || (can && region != NULL));
  if (!can)
    return;
  tsr_number_entry_set_reference (tsr_slider_row_get_entry (TSR_SLIDER_ROW (self->pitch)),
                                  tsr_selection_reference_hz (self->session),
                                  0.0);
  tsr_number_entry_set_reference (
      tsr_slider_row_get_entry (TSR_SLIDER_ROW (self->stretch)),
      0.0,
      tsr_selection_duration_s (self->session));
}

static void
sound_cb (TsrSelectionPanel *self)
{
  g_clear_signal_handler (&self->sound_handler, self->sound);
  g_set_object (&self->sound, tsr_session_get_sound (self->session));
  if (self->sound != NULL)
    self->sound_handler = g_signal_connect_swapped (
        self->sound, "notify::state", G_CALLBACK (update), self);
  tsr_slider_row_reset (TSR_SLIDER_ROW (self->pitch));
  tsr_slider_row_reset (TSR_SLIDER_ROW (self->stretch));
  tsr_slider_row_reset (TSR_SLIDER_ROW (self->shift));
  tsr_slider_row_reset (TSR_SLIDER_ROW (self->gain));
  update (self);
}

static void
tsr_selection_panel_dispose (GObject *object)
{
  TsrSelectionPanel *self = TSR_SELECTION_PANEL (object);

  g_clear_signal_handler (&self->sound_handler, self->sound);
  g_clear_object (&self->sound);
  g_clear_object (&self->session);
  g_clear_pointer (&self->group, gtk_widget_unparent);
  G_OBJECT_CLASS (tsr_selection_panel_parent_class)->dispose (object);
}

static void
tsr_selection_panel_class_init (TsrSelectionPanelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_selection_panel_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static void
add_slider (TsrSelectionPanel *self, GtkWidget *row, GCallback committed, const char *tip)
{
  gtk_widget_set_tooltip_text (
      GTK_WIDGET (tsr_slider_row_get_entry (TSR_SLIDER_ROW (row))), tip);
  g_signal_connect_object (
      row, "moved", G_CALLBACK (show_preview), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "committed", committed, self, 0);
  gtk_box_append (GTK_BOX (self->rows), row);
}

static void
add_sliders (TsrSelectionPanel *self)
{
  self->pitch =
      tsr_slider_row_new (TSR_QUANTITY_PITCH, _ ("Pitch"), 1200.0, -9600.0, 9600.0, 10.0);
  self->stretch =
      tsr_slider_row_new (TSR_QUANTITY_STRETCH, _ ("Stretch"), 4.0, 0.01, 100.0, 0.05);
  self->shift =
      tsr_slider_row_new (TSR_QUANTITY_SHIFT, _ ("Shift"), 500.0, -20000.0, 20000.0, 5.0);
  self->gain =
      tsr_slider_row_new (TSR_QUANTITY_GAIN, _ ("Gain"), 24.0, -120.0, 60.0, 0.5);
  add_slider (self,
              self->pitch,
              G_CALLBACK (pitch_cb),
              _ ("Takes cents, semitones and target frequencies: +2st, 1.5*, 440Hz"));
  add_slider (self,
              self->stretch,
              G_CALLBACK (stretch_cb),
              _ ("Takes factors, percent and durations: 1.5, 150%, 3s"));
  add_slider (self,
              self->shift,
              G_CALLBACK (shift_cb),
              _ ("Moves every partial by the same number of Hz"));
  add_slider (
      self, self->gain, G_CALLBACK (gain_cb), _ ("Takes dB and factors: -6dB, 2*"));
}

static void
add_filter (TsrSelectionPanel *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->expander = gtk_expander_new (_ ("Filter"));
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self->expander), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Filter"), -1);
  self->curve = tsr_curve_editor_new ();
  gtk_widget_set_size_request (self->curve, -1, 140);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->curve),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Filter curve"),
                                  -1);
  self->filter_reset = gtk_button_new_with_label (_ ("Flat"));
  self->filter_apply = gtk_button_new_with_label (_ ("Apply Filter"));
  gtk_widget_set_sensitive (self->filter_reset, FALSE);
  gtk_widget_set_sensitive (self->filter_apply, FALSE);
  gtk_widget_set_hexpand (self->filter_apply, TRUE);
  gtk_box_append (GTK_BOX (buttons), self->filter_reset);
  gtk_box_append (GTK_BOX (buttons), self->filter_apply);
  gtk_box_append (GTK_BOX (box), self->curve);
  gtk_box_append (GTK_BOX (box), buttons);
  gtk_expander_set_child (GTK_EXPANDER (self->expander), box);
  gtk_box_append (GTK_BOX (self->rows), self->expander);
  g_signal_connect_object (
      self->curve, "changed", G_CALLBACK (curve_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->filter_apply,
                           "clicked",
                           G_CALLBACK (apply_filter_cb),
                           self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->filter_reset,
                           "clicked",
                           G_CALLBACK (reset_filter_cb),
                           self,
                           G_CONNECT_SWAPPED);
}

static void
add_buttons (TsrSelectionPanel *self)
{
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->crop = gtk_button_new_with_label (_ ("Crop"));
  self->delete = gtk_button_new_with_label (_ ("Delete"));
  gtk_box_set_homogeneous (GTK_BOX (buttons), TRUE);
  gtk_widget_set_tooltip_text (self->crop,
                               _ ("Keep only the time span of the selection"));
  gtk_widget_set_tooltip_text (self->delete, _ ("Delete the selected partials"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->crop), "win.crop");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->delete), "win.delete");
  gtk_box_append (GTK_BOX (buttons), self->crop);
  gtk_box_append (GTK_BOX (buttons), self->delete);
  gtk_widget_add_css_class (buttons, "inspector-buttons");
  gtk_box_append (GTK_BOX (self->rows), buttons);
}

static void
tsr_selection_panel_init (TsrSelectionPanel *self)
{
  self->group = tsr_inspector_group_new ("");
  self->heading = gtk_widget_get_first_child (self->group);
  self->note = tsr_inspector_note_new ("");
  self->rows = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  add_sliders (self);
  add_filter (self);
  add_buttons (self);
  gtk_box_append (GTK_BOX (self->group), self->note);
  gtk_box_append (GTK_BOX (self->group), self->rows);
  gtk_widget_set_parent (self->group, GTK_WIDGET (self));
}

GtkWidget *
tsr_selection_panel_new (TsrSession *session)
{
  TsrSelectionPanel *self = g_object_new (TSR_TYPE_SELECTION_PANEL, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (
      session, "notify::sound", G_CALLBACK (sound_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      session, "notify::selection", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      session, "preview-changed", G_CALLBACK (preview_cb), self, G_CONNECT_SWAPPED);
  sound_cb (self);
  return GTK_WIDGET (self);
}
