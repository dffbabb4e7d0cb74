/* SPDX-License-Identifier: GPL-3.0-or-later
 * One row for each parameter; those of an amount change with what it is.
 */
#include "views/operation-form.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "model/class-signal.h"
#include "model/dsp-types.h"
#include "views/curve-points.h"
#include "views/inspector-group.h"
#include "views/number-entry.h"
#include "views/selection-facts.h"

#define LOWEST_HZ 20.0 /* of a curve over frequency */
#define SAME_S 1e-3    /* moments that are one anchor */

/* What an amount is. */
typedef enum { AS_NUMBER, AS_TIME, AS_HZ, AS_MAP, AS_FILE, N_AS } As;

struct _TsrOperationForm {
  GtkWidget               parent_instance;
  TsrSession             *session;
  GtkWidget              *box;
  const TsrOperationInfo *info;
  TsrParameterValue       values[TSR_MAX_PARAMETERS];
  char                   *texts[TSR_MAX_PARAMETERS]; /* what values point to */
  GtkWidget              *rows[TSR_MAX_PARAMETERS];
  GtkWidget              *choices, *points, *file_row; /* of an amount; NULL: none */
  As                      as, offered[N_AS];
  TsrDrawnCurve          *curve;
};

enum { CHANGED, REFUSED, ENDED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsrOperationForm, tsr_operation_form, GTK_TYPE_WIDGET)

static guint
index_of (gpointer widget)
{
  return GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (widget), "index"));
}

static void
changed (TsrOperationForm *self, gboolean settled)
{
  g_signal_emit (self, signals[CHANGED], 0, settled);
}

static void
show_rows (TsrOperationForm *self)
{
  for (guint i = 0; i < tsr_operation_info_n_parameters (self->info); i++)
    gtk_widget_set_visible (self->rows[i],
                            tsr_operation_info_has (self->info, self->values, i));
  if (self->choices == NULL)
    return;
  gtk_widget_set_visible (self->rows[0], self->as == AS_NUMBER);
  gtk_widget_set_visible (self->points,
                          self->as == AS_TIME || self->as == AS_HZ || self->as == AS_MAP);
  gtk_widget_set_visible (self->file_row, self->as == AS_FILE);
}

/* ---- values ---- */

static void
set_text (TsrOperationForm *self, guint i, const char *text)
{
  g_free (self->texts[i]);
  self->texts[i] = g_strdup (text);
  self->values[i].text = self->texts[i];
}

static void
number_cb (TsrNumberEntry *entry, double number, TsrOperationForm *self)
{
  self->values[index_of (entry)].number = number;
  changed (self, TRUE);
}

static void
refused_cb (GtkWidget *entry, const char *sentence, TsrOperationForm *self)
{
  g_signal_emit (self, signals[REFUSED], 0, sentence);
}

static void
text_cb (GtkEditable *entry, TsrOperationForm *self)
{
  set_text (self, index_of (entry), gtk_editable_get_text (entry));
  changed (self, TRUE);
}

static void
flag_cb (GtkSwitch *flag, GParamSpec *pspec, TsrOperationForm *self)
{
  self->values[index_of (flag)].on = gtk_switch_get_active (flag);
  changed (self, TRUE);
}

static void
choice_cb (GtkDropDown *choice, GParamSpec *pspec, TsrOperationForm *self)
{
  self->values[index_of (choice)].choice = gtk_drop_down_get_selected (choice);
  show_rows (self);
  changed (self, TRUE);
}

/* ---- files ---- */

static void
file_cb (GtkNativeDialog *dialog, int response, TsrOperationForm *self)
{
  guint index = index_of (dialog);

  if (response == GTK_RESPONSE_ACCEPT && self->info != NULL) {
    g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
    g_autofree char *path = g_file_get_path (file);
    g_autofree char *base = g_filename_display_basename (path != NULL ? path : "");
    GtkWidget       *button = g_object_get_data (G_OBJECT (dialog), "button");
    set_text (self, index, path);
    gtk_button_set_label (GTK_BUTTON (button), base);
    changed (self, TRUE);
  }
  g_object_unref (dialog);
}

static void
choose_file_cb (GtkButton *button, TsrOperationForm *self)
{
  GtkRoot              *root = gtk_widget_get_root (GTK_WIDGET (self));
  const char           *pattern = g_object_get_data (G_OBJECT (button), "pattern");
  GtkFileChooserNative *dialog =
      gtk_file_chooser_native_new (_ ("Choose a File"),
                                   GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
                                   GTK_FILE_CHOOSER_ACTION_OPEN,
                                   _ ("_Choose"),
                                   _ ("_Cancel"));
  GtkFileFilter *filter = gtk_file_filter_new ();

  gtk_file_filter_add_pattern (filter, pattern);
  gtk_file_filter_set_name (filter, pattern);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_object_set_data (G_OBJECT (dialog), "index", GUINT_TO_POINTER (index_of (button)));
  g_object_set_data_full (
      G_OBJECT (dialog), "button", g_object_ref (button), g_object_unref);
  g_signal_connect_object (dialog, "response", G_CALLBACK (file_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static GtkWidget *
file_row_new (TsrOperationForm *self, guint index, const char *name, const char *pattern)
{
  GtkWidget *button = gtk_button_new_with_label (_ ("Choose…"));

  g_object_set_data (G_OBJECT (button), "index", GUINT_TO_POINTER (index));
  g_object_set_data (G_OBJECT (button), "pattern", (gpointer)pattern);
  g_signal_connect_object (button, "clicked", G_CALLBACK (choose_file_cb), self, 0);
  return tsr_inspector_row_new (name, button);
}

/* ---- curves ---- */

static void
curve_cb (TsrDrawnCurve *curve, gboolean settled, TsrOperationForm *self)
{
  g_autofree char *text = tsr_drawn_curve_to_text (curve);

  set_text (self, 0, text);
  changed (self, settled);
}

static void
curve_ended_cb (TsrDrawnCurve *curve, gboolean make, TsrOperationForm *self)
{
  g_signal_emit (self, signals[ENDED], 0, make);
}

static void
drop_curve (TsrOperationForm *self)
{
  if (self->curve == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->curve, self);
  if (tsr_session_get_drawing (self->session) == self->curve)
    tsr_session_set_drawing (self->session, NULL);
  if (self->points != NULL)
    tsr_curve_points_set_curve (TSR_CURVE_POINTS (self->points), NULL);
  g_clear_object (&self->curve);
}

static void
add_anchor (TsrDrawnCurve *map, double time_s)
{
  guint                n;
  const TsrCurvePoint *p = tsr_drawn_curve_get_points (map, &n);

  for (guint i = 0; i < n; i++)
    if (fabs (p[i].x - time_s) < SAME_S)
      return;
  tsr_drawn_curve_add (map, time_s, NAN);
}

/* Markers are the anchors of a time map, and onsets where there are none. */
static void
add_anchors (TsrOperationForm *self, TsrDrawnCurve *map)
{
  gsize            n;
  const TsrMarker *markers =
      tsr_sound_get_markers (tsr_session_get_sound (self->session), &n);
  g_autoptr (GArray) onsets_s = tsr_session_dup_onsets (self->session);

  for (gsize i = 0; i < n; i++)
    add_anchor (map, markers[i].time_s);
  for (guint i = 0; i < onsets_s->len; i++)
    add_anchor (map, g_array_index (onsets_s, double, i));
  tsr_drawn_curve_set_focus (map, -1);
}

/* A curve that begins where the number is. */
static void
begin_curve (TsrOperationForm *self)
{
  TsrSound *sound = tsr_session_get_sound (self->session);
  guint     kind = self->as == AS_TIME ? TSR_CURVE_OVER_TIME
                   : self->as == AS_HZ ? TSR_CURVE_OVER_HZ
                                       : TSR_CURVE_TIME_MAP;
  double    low = self->as == AS_HZ ? LOWEST_HZ : 0;
  double    high = self->as == AS_HZ
                       ? tsr_sound_get_rate_hz (sound) / 2
                       : tsr_sound_state_fields (tsr_sound_get_state (sound))->duration_s;

  self->curve = tsr_drawn_curve_new (self->info, kind, low, fmax (high, low + 0.01));
  if (kind == TSR_CURVE_TIME_MAP)
    add_anchors (self, self->curve);
  else
    for (int i = 0; i < 2; i++)
      tsr_drawn_curve_place (self->curve, i, NAN, self->values[0].number, TRUE);
  g_signal_connect_object (self->curve, "changed", G_CALLBACK (curve_cb), self, 0);
  g_signal_connect_object (self->curve, "ended", G_CALLBACK (curve_ended_cb), self, 0);
  tsr_curve_points_set_curve (TSR_CURVE_POINTS (self->points), self->curve);
  tsr_session_set_drawing (self->session, self->curve);
  g_autofree char *text = tsr_drawn_curve_to_text (self->curve);
  set_text (self, 0, text);
}

static void
set_as (TsrOperationForm *self, As as)
{
  drop_curve (self);
  self->as = as;
  set_text (self, 0, as == AS_NUMBER ? NULL : "");
  if (as == AS_TIME || as == AS_HZ || as == AS_MAP)
    begin_curve (self);
  show_rows (self);
}

static void
as_cb (GtkDropDown *choice, GParamSpec *pspec, TsrOperationForm *self)
{
  set_as (self, self->offered[gtk_drop_down_get_selected (choice)]);
  changed (self, TRUE);
}

/* What an amount can be: a row to choose, and what is shown for each. */
static void
add_choices (TsrOperationForm *self)
{
  static const struct {
    As          as;
    guint       curve;
    const char *name;
  } known[] = {{AS_TIME, TSR_CURVE_OVER_TIME, N_ ("Curve over time")},
               {AS_MAP, TSR_CURVE_TIME_MAP, N_ ("Time map")},
               {AS_HZ, TSR_CURVE_OVER_HZ, N_ ("Curve over frequency")}};
  const char *names[N_AS + 1] = {NULL};
  guint       n = 0;

  if (!(self->info->curves & TSR_CURVE_ONLY)) {
    self->offered[n] = AS_NUMBER;
    names[n++] = _ ("Number");
  }
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (self->info->curves & known[i].curve) {
      self->offered[n] = known[i].as;
      names[n++] = _ (known[i].name);
    }
  self->offered[n] = AS_FILE;
  names[n++] = _ ("Curve file");
  self->choices = tsr_inspector_choice_new (names);
  self->points = tsr_curve_points_new ();
  self->file_row = file_row_new (self, 0, _ ("File"), "*.csv");
  g_signal_connect_object (self->points, "refused", G_CALLBACK (refused_cb), self, 0);
  g_signal_connect_object (
      self->choices, "notify::selected", G_CALLBACK (as_cb), self, 0);
  gtk_box_append (GTK_BOX (self->box), tsr_inspector_row_new (_ ("As"), self->choices));
  gtk_box_append (GTK_BOX (self->box), self->points);
  gtk_box_append (GTK_BOX (self->box), self->file_row);
}

/* ---- rows ---- */

static GtkWidget *
number_row_new (TsrOperationForm *self, guint i)
{
  const TsrParameter *p = &self->info->parameters[i];
  TsrQuantity         quantity = tsr_quantity_of_measure (p->measure);
  GtkWidget          *entry =
      tsr_number_entry_new (quantity, _ (p->name), p->start, p->low, p->high, p->step);
  g_autofree char *low = tsr_quantity_format (quantity, p->low);
  g_autofree char *high = tsr_quantity_format (quantity, p->high);
  g_autofree char *range = g_strdup_printf (_ ("From %s to %s"), low, high);

  tsr_number_entry_set_value (TSR_NUMBER_ENTRY (entry), self->values[i].number);
  tsr_number_entry_set_reference (TSR_NUMBER_ENTRY (entry),
                                  tsr_selection_reference_hz (self->session),
                                  tsr_selection_duration_s (self->session));
  g_object_set_data (G_OBJECT (entry), "index", GUINT_TO_POINTER (i));
  g_signal_connect_object (entry, "committed", G_CALLBACK (number_cb), self, 0);
  g_signal_connect_object (entry, "stepped", G_CALLBACK (number_cb), self, 0);
  g_signal_connect_object (entry, "refused", G_CALLBACK (refused_cb), self, 0);
  GtkWidget *row = tsr_inspector_row_new (_ (p->name), entry);
  gtk_widget_set_tooltip_text (row, range);
  return row;
}

static GtkWidget *
choice_row_new (TsrOperationForm *self, guint i)
{
  const TsrParameter *p = &self->info->parameters[i];
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint k = 0; p->words[k] != NULL; k++)
    g_ptr_array_add (names, (gpointer)(p->names != NULL ? _ (p->names[k]) : p->words[k]));
  g_ptr_array_add (names, NULL);
  GtkWidget *choice = tsr_inspector_choice_new ((const char *const *)names->pdata);
  g_object_set_data (G_OBJECT (choice), "index", GUINT_TO_POINTER (i));
  g_signal_connect_object (choice, "notify::selected", G_CALLBACK (choice_cb), self, 0);
  return tsr_inspector_row_new (_ (p->name), choice);
}

static GtkWidget *
flag_row_new (TsrOperationForm *self, guint i)
{
  GtkWidget *flag = gtk_switch_new ();

  g_object_set_data (G_OBJECT (flag), "index", GUINT_TO_POINTER (i));
  g_signal_connect_object (flag, "notify::active", G_CALLBACK (flag_cb), self, 0);
  return tsr_inspector_row_new (_ (self->info->parameters[i].name), flag);
}

static GtkWidget *
text_row_new (TsrOperationForm *self, guint i)
{
  const TsrParameter *p = &self->info->parameters[i];
  GtkWidget          *entry = gtk_entry_new ();

  if (p->hint != NULL)
    gtk_entry_set_placeholder_text (GTK_ENTRY (entry), p->hint);
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), p->optional ? 8 : 16);
  g_object_set_data (G_OBJECT (entry), "index", GUINT_TO_POINTER (i));
  g_signal_connect_object (entry, "changed", G_CALLBACK (text_cb), self, 0);
  return tsr_inspector_row_new (_ (p->name), entry);
}

static GtkWidget *
row_new (TsrOperationForm *self, guint i)
{
  const TsrParameter *p = &self->info->parameters[i];

  switch (p->kind) {
  case TSR_PARAMETER_CHOICE:
    return choice_row_new (self, i);
  case TSR_PARAMETER_FLAG:
    return flag_row_new (self, i);
  case TSR_PARAMETER_TEXT:
    return text_row_new (self, i);
  case TSR_PARAMETER_FILE:
    return file_row_new (self, i, _ (p->name), p->hint);
  case TSR_PARAMETER_AMOUNT:
  case TSR_PARAMETER_NUMBER:
    break;
  }
  return number_row_new (self, i);
}

/* Times begin at the selection or the playhead. */
static void
fill_in (TsrOperationForm *self)
{
  double start_s = tsr_selection_anchor_s (self->session);
  double now_s = tsr_session_get_playhead_s (self->session);

  if (g_str_equal (self->info->word, "crop")) {
    self->values[0].number = fmax (start_s, 0);
    self->values[1].number = start_s + tsr_selection_duration_s (self->session);
  } else if (g_str_equal (self->info->word, "split"))
    self->values[0].number = now_s;
  else if (g_str_equal (self->info->word, "breakpoint"))
    self->values[0].number = self->values[2].number = now_s;
}

static void
clear (TsrOperationForm *self)
{
  GtkWidget *row;

  drop_curve (self);
  self->choices = self->points = self->file_row = NULL;
  while ((row = gtk_widget_get_first_child (self->box)) != NULL)
    gtk_box_remove (GTK_BOX (self->box), row);
  for (guint i = 0; i < TSR_MAX_PARAMETERS; i++)
    g_clear_pointer (&self->texts[i], g_free);
}

void
tsr_operation_form_set_info (TsrOperationForm *self, const TsrOperationInfo *info)
{
  g_return_if_fail (TSR_IS_OPERATION_FORM (self));

  clear (self);
  self->info = info;
  if (info == NULL || tsr_session_get_sound (self->session) == NULL)
    return;
  tsr_operation_info_start (info, self->values);
  fill_in (self);
  if (info->curves != 0)
    add_choices (self);
  for (guint i = 0; i < tsr_operation_info_n_parameters (info); i++) {
    self->rows[i] = row_new (self, i);
    gtk_box_append (GTK_BOX (self->box), self->rows[i]);
  }
  if (info->curves != 0) /* the number stands where the points would */
    gtk_box_reorder_child_after (
        GTK_BOX (self->box), self->rows[0], gtk_widget_get_first_child (self->box));
  if (info->curves != 0)
    set_as (self, self->offered[0]);
  else
    show_rows (self);
}

const TsrOperationInfo *
tsr_operation_form_get_info (TsrOperationForm *self)
{
  g_return_val_if_fail (TSR_IS_OPERATION_FORM (self), NULL);
  return self->info;
}

void
tsr_operation_form_focus (TsrOperationForm *self)
{
  g_return_if_fail (TSR_IS_OPERATION_FORM (self));

  if (self->info == NULL || gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;
  if (self->choices == NULL || self->as != AS_NUMBER ||
      !gtk_widget_child_focus (self->rows[0], GTK_DIR_TAB_FORWARD))
    gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
}

/* A file is asked for, and none was chosen yet. */
static gboolean
lacks_file (TsrOperationForm *self)
{
  for (guint i = 0; i < tsr_operation_info_n_parameters (self->info); i++) {
    gboolean is_file = self->info->parameters[i].kind == TSR_PARAMETER_FILE ||
                       (i == 0 && self->choices != NULL && self->as == AS_FILE);
    if (is_file && tsr_operation_info_has (self->info, self->values, i) &&
        (self->texts[i] == NULL || *self->texts[i] == '\0'))
      return TRUE;
  }
  return FALSE;
}

char *
tsr_operation_form_dup_text (TsrOperationForm *self)
{
  g_return_val_if_fail (TSR_IS_OPERATION_FORM (self), NULL);
  return self->info != NULL && !lacks_file (self)
             ? tsr_operation_compose (self->info, self->values)
             : NULL;
}

static void
tsr_operation_form_dispose (GObject *object)
{
  TsrOperationForm *self = TSR_OPERATION_FORM (object);

  if (self->box != NULL)
    clear (self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (tsr_operation_form_parent_class)->dispose (object);
}

static void
tsr_operation_form_class_init (TsrOperationFormClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_operation_form_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
  signals[CHANGED] = tsr_class_add_signal (klass, "changed", 1, G_TYPE_BOOLEAN);
  signals[REFUSED] = tsr_class_add_signal (klass, "refused", 1, G_TYPE_STRING);
  signals[ENDED] = tsr_class_add_signal (klass, "ended", 1, G_TYPE_BOOLEAN);
}

static void
tsr_operation_form_init (TsrOperationForm *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
tsr_operation_form_new (TsrSession *session)
{
  TsrOperationForm *self = g_object_new (TSR_TYPE_OPERATION_FORM, NULL);

  self->session = g_object_ref (session);
  return GTK_WIDGET (self);
}
