/* SPDX-License-Identifier: GPL-3.0-or-later
 * Partials as rows of numbers.
 */
#include "views/partial-table.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "model/class-signal.h"
#include "model/dsp-types.h"
#include "views/draw/axis.h"
#include "views/partial-list.h"

typedef enum {
  COLUMN_ID,
  COLUMN_START,
  COLUMN_DURATION,
  COLUMN_FREQUENCY,
  COLUMN_NOTE,
  COLUMN_PEAK,
  COLUMN_NOISE,
  COLUMN_CHANNEL,
  N_COLUMNS
} Column;

static const struct {
  const char *title;
  int         width;
} columns[N_COLUMNS] = {
    {N_ ("Id"), 70},
    {N_ ("Start"), 90},
    {N_ ("Duration"), 90},
    {N_ ("Frequency"), 110},
    {N_ ("Note"), 80},
    {N_ ("Peak"), 90},
    {N_ ("Noise"), 84},
    {N_ ("Channel"), 70},
};

struct _TsrPartialTable {
  GtkWidget          parent_instance;
  GtkWidget         *scroller, *view;
  TsrSession        *session;
  TsrSound          *sound;
  gulong             sound_handler;
  TsrPartialList    *list;
  GtkSortListModel  *sorted;
  GtkMultiSelection *selection;
  double             tuning_hz;
  gboolean           following; /* the table follows the session */
};

enum { ACTIVATE_PARTIAL, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsrPartialTable, tsr_partial_table, GTK_TYPE_WIDGET)

static double
value_of (TsrPartial *partial, Column column)
{
  const TsrPartialSummary *summary = tsr_partial_summary (partial);

  switch (column) {
  case COLUMN_ID:
    return (double)tsr_partial_id (partial);
  case COLUMN_START:
    return summary->start_s;
  case COLUMN_DURATION:
    return summary->end_s - summary->start_s;
  case COLUMN_FREQUENCY:
  case COLUMN_NOTE:
    return summary->mean_hz;
  case COLUMN_PEAK:
    return summary->peak_amplitude;
  case COLUMN_NOISE:
    return summary->mean_bandwidth;
  case COLUMN_CHANNEL:
    return tsr_partial_channel (partial);
  case N_COLUMNS:
    break;
  }
  return 0.0;
}

static char *
text_of (TsrPartialTable *self, TsrPartial *partial, Column column)
{
  double value = value_of (partial, column);

  switch (column) {
  case COLUMN_ID:
  case COLUMN_CHANNEL:
    return g_strdup_printf ("%.0f", value);
  case COLUMN_START:
  case COLUMN_DURATION:
    return g_strdup_printf ("%.3f s", value);
  case COLUMN_FREQUENCY:
    return tsr_format_hz (value);
  case COLUMN_NOTE:
    return tsr_format_note (value, self->tuning_hz);
  case COLUMN_PEAK:
    return g_strdup_printf ("%.1f dB", 20.0 * log10 (fmax (value, 1e-10)));
  case COLUMN_NOISE:
    return g_strdup_printf ("%.0f %%", 100.0 * value);
  case N_COLUMNS:
    break;
  }
  return g_strdup ("");
}

static int
compare_cb (gconstpointer a, gconstpointer b, gpointer column)
{
  TsrPartial *left = tsr_partial_item_get_partial ((TsrPartialItem *)a);
  TsrPartial *right = tsr_partial_item_get_partial ((TsrPartialItem *)b);
  double      difference = value_of (left, GPOINTER_TO_INT (column)) -
                      value_of (right, GPOINTER_TO_INT (column));

  return difference < 0.0 ? -1 : difference > 0.0;
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer column)
{
  GtkWidget *label = gtk_label_new ("");

  gtk_label_set_xalign (GTK_LABEL (label),
                        GPOINTER_TO_INT (column) == COLUMN_NOTE ? 0.0f : 1.0f);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, TsrPartialTable *self)
{
  Column column = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (factory), "column"));
  TsrPartialItem  *partial = gtk_list_item_get_item (item);
  g_autofree char *text = text_of (self, tsr_partial_item_get_partial (partial), column);

  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)), text);
}

static void
select_in_table (TsrPartialTable *self)
{
  TsrSelection *selection = tsr_session_get_selection (self->session);
  g_autoptr (GtkBitset) wanted = gtk_bitset_new_empty ();
  g_autoptr (GtkBitset) all = NULL;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  if (tsr_selection_size (selection) > 0)
    for (guint i = 0; i < n; i++) {
      g_autoptr (TsrPartialItem) item =
          g_list_model_get_item (G_LIST_MODEL (self->selection), i);

      if (tsr_selection_contains (selection,
                                  tsr_partial_id (tsr_partial_item_get_partial (item))))
        gtk_bitset_add (wanted, i);
    }
  all = gtk_bitset_new_range (0, n);
  self->following = TRUE;
  gtk_selection_model_set_selection (GTK_SELECTION_MODEL (self->selection), wanted, all);
  self->following = FALSE;
  if (!gtk_bitset_is_empty (wanted))
    gtk_widget_activate_action (
        self->view, "list.scroll-to-item", "u", gtk_bitset_get_minimum (wanted));
}

static void
selected_cb (TsrPartialTable *self)
{
  g_autoptr (GtkBitset) chosen = NULL;
  g_autoptr (GArray) ids = NULL;
  g_autoptr (TsrSelection) selection = NULL;
  GtkBitsetIter iter;
  guint         position;

  if (self->following)
    return;
  chosen = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (gboolean more = gtk_bitset_iter_init_first (&iter, chosen, &position); more;
       more = gtk_bitset_iter_next (&iter, &position)) {
    g_autoptr (TsrPartialItem) item =
        g_list_model_get_item (G_LIST_MODEL (self->selection), position);
    gint64 id = tsr_partial_id (tsr_partial_item_get_partial (item));

    g_array_append_val (ids, id);
  }
  selection = tsr_selection_new ((const gint64 *)(const void *)ids->data, ids->len, NULL);
  self->following = TRUE;
  tsr_session_set_selection (self->session, selection);
  self->following = FALSE;
}

static void
selection_cb (TsrPartialTable *self)
{
  if (!self->following)
    select_in_table (self);
}

static void
fill (TsrPartialTable *self)
{
  TsrPartialSet *set = NULL;

  if (self->sound != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    set = tsr_sound_state_fields (tsr_sound_get_state (self->sound))->partials;
  self->following = TRUE;
  tsr_partial_list_set_set (self->list, set);
  self->following = FALSE;
  select_in_table (self);
}

static void
sound_cb (TsrPartialTable *self)
{
  g_clear_signal_handler (&self->sound_handler, self->sound);
  g_set_object (&self->sound, tsr_session_get_sound (self->session));
  if (self->sound != NULL)
    self->sound_handler =
        g_signal_connect_swapped (self->sound, "notify::state", G_CALLBACK (fill), self);
  fill (self);
}

static void
row_activated_cb (GtkColumnView *view, guint position, TsrPartialTable *self)
{
  g_autoptr (TsrPartialItem) item =
      g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (item != NULL)
    g_signal_emit (self,
                   signals[ACTIVATE_PARTIAL],
                   0,
                   tsr_partial_id (tsr_partial_item_get_partial (item)));
}

static void
tsr_partial_table_dispose (GObject *object)
{
  TsrPartialTable *self = TSR_PARTIAL_TABLE (object);

  g_clear_signal_handler (&self->sound_handler, self->sound);
  g_clear_object (&self->sound);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->sorted);
  g_clear_object (&self->list);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (tsr_partial_table_parent_class)->dispose (object);
}

static void
tsr_partial_table_class_init (TsrPartialTableClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_partial_table_dispose;
  signals[ACTIVATE_PARTIAL] =
      tsr_class_add_signal (klass, "activate-partial", 1, G_TYPE_INT64);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static void
add_columns (TsrPartialTable *self)
{
  for (int i = 0; i < N_COLUMNS; i++) {
    GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
    g_autoptr (GtkColumnViewColumn) column = NULL;
    g_autoptr (GtkSorter) sorter = NULL;

    g_object_set_data (G_OBJECT (factory), "column", GINT_TO_POINTER (i));
    g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), GINT_TO_POINTER (i));
    g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, 0);
    column = gtk_column_view_column_new (_ (columns[i].title), factory);
    sorter = GTK_SORTER (gtk_custom_sorter_new (compare_cb, GINT_TO_POINTER (i), NULL));
    gtk_column_view_column_set_sorter (column, sorter);
    gtk_column_view_column_set_fixed_width (column, columns[i].width);
    gtk_column_view_column_set_resizable (column, TRUE);
    gtk_column_view_column_set_expand (column, TRUE);
    gtk_column_view_append_column (GTK_COLUMN_VIEW (self->view), column);
  }
}

/* Titles stand over the numbers, at the right; GTK offers no other way to them. */
static void
align_titles (TsrPartialTable *self)
{
  GtkWidget *header = gtk_widget_get_first_child (self->view);
  GtkWidget *title = header != NULL ? gtk_widget_get_first_child (header) : NULL;

  for (int i = 0; i < N_COLUMNS && title != NULL; i++) {
    GtkWidget *box = gtk_widget_get_first_child (title);

    if (box != NULL && i != COLUMN_NOTE)
      gtk_widget_set_halign (box, GTK_ALIGN_END);
    title = gtk_widget_get_next_sibling (title);
  }
}

static void
tsr_partial_table_init (TsrPartialTable *self)
{
  self->tuning_hz = 440.0;
  self->list = tsr_partial_list_new ();
  self->view = gtk_column_view_new (NULL);
  add_columns (self);
  align_titles (self);
  self->sorted = gtk_sort_list_model_new (
      g_object_ref (G_LIST_MODEL (self->list)),
      g_object_ref (gtk_column_view_get_sorter (GTK_COLUMN_VIEW (self->view))));
  self->selection = gtk_multi_selection_new (g_object_ref (G_LIST_MODEL (self->sorted)));
  gtk_column_view_set_model (GTK_COLUMN_VIEW (self->view),
                             GTK_SELECTION_MODEL (self->selection));
  gtk_widget_add_css_class (self->view, "data-table");
  gtk_widget_add_css_class (self->view, "partials");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Table of partials"),
                                  -1);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->view);
  gtk_widget_set_vexpand (self->scroller, TRUE);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  g_signal_connect_object (self->selection,
                           "selection-changed",
                           G_CALLBACK (selected_cb),
                           self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->view, "activate", G_CALLBACK (row_activated_cb), self, 0);
  g_signal_connect (self, "map", G_CALLBACK (fill), NULL);
}

GtkWidget *
tsr_partial_table_new (TsrSession *session)
{
  TsrPartialTable *self = g_object_new (TSR_TYPE_PARTIAL_TABLE, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (
      session, "notify::sound", G_CALLBACK (sound_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      session, "notify::selection", G_CALLBACK (selection_cb), self, G_CONNECT_SWAPPED);
  sound_cb (self);
  return GTK_WIDGET (self);
}

void
tsr_partial_table_set_tuning_hz (TsrPartialTable *self, double tuning_hz)
{
  TsrPartialSet *set = NULL;

  g_return_if_fail (TSR_IS_PARTIAL_TABLE (self));
  if (tuning_hz == self->tuning_hz)
    return;
  self->tuning_hz = tuning_hz;
  tsr_partial_list_set_set (self->list, set); /* rows are bound anew */
  fill (self);
}
