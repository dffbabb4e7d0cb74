/* SPDX-License-Identifier: GPL-3.0-or-later
 * The groups of the side panel, one below the other.
 */
#include "views/inspector.h"

#include "views/display-panel.h"
#include "views/layers-panel.h"
#include "views/markers-panel.h"
#include "views/selection-panel.h"

struct _TsrInspector {
  GtkWidget  parent_instance;
  GtkWidget *scroller, *analysis, *saved, *operation, *measure;
};

G_DEFINE_FINAL_TYPE (TsrInspector, tsr_inspector, GTK_TYPE_WIDGET)

static void
tsr_inspector_dispose (GObject *object)
{
  g_clear_pointer (&TSR_INSPECTOR (object)->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (tsr_inspector_parent_class)->dispose (object);
}

static void
tsr_inspector_class_init (TsrInspectorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_inspector_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static void
tsr_inspector_init (TsrInspector *self)
{
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (
      GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (self->scroller, TRUE);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

GtkWidget *
tsr_inspector_new (TsrSession *session)
{
  TsrInspector *self = g_object_new (TSR_TYPE_INSPECTOR, NULL);
  GtkWidget    *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  self->analysis = tsr_analysis_panel_new (session);
  self->saved = tsr_saved_selections_panel_new (session);
  self->operation = tsr_operation_panel_new (session);
  self->measure = tsr_measure_panel_new (session);
  gtk_widget_add_css_class (box, "inspector");
  gtk_box_append (GTK_BOX (box), self->analysis);
  gtk_box_append (GTK_BOX (box), tsr_selection_panel_new (session));
  gtk_box_append (GTK_BOX (box), self->saved);
  gtk_box_append (GTK_BOX (box), self->operation);
  gtk_box_append (GTK_BOX (box), self->measure);
  gtk_box_append (GTK_BOX (box), tsr_layers_panel_new (session));
  gtk_box_append (GTK_BOX (box), tsr_display_panel_new (session));
  gtk_box_append (GTK_BOX (box), tsr_markers_panel_new (session));
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), box);
  return GTK_WIDGET (self);
}

TsrAnalysisPanel *
tsr_inspector_get_analysis (TsrInspector *self)
{
  g_return_val_if_fail (TSR_IS_INSPECTOR (self), NULL);
  return TSR_ANALYSIS_PANEL (self->analysis);
}

TsrOperationPanel *
tsr_inspector_get_operation (TsrInspector *self)
{
  g_return_val_if_fail (TSR_IS_INSPECTOR (self), NULL);
  return TSR_OPERATION_PANEL (self->operation);
}

TsrMeasurePanel *
tsr_inspector_get_measure (TsrInspector *self)
{
  g_return_val_if_fail (TSR_IS_INSPECTOR (self), NULL);
  return TSR_MEASURE_PANEL (self->measure);
}

TsrSavedSelectionsPanel *
tsr_inspector_get_saved_selections (TsrInspector *self)
{
  g_return_val_if_fail (TSR_IS_INSPECTOR (self), NULL);
  return TSR_SAVED_SELECTIONS_PANEL (self->saved);
}
