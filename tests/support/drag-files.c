/* SPDX-License-Identifier: GPL-3.0-or-later
 * A file manager reduced to its essence: a small window that offers the files of its
 * command line to whoever they are dragged to.
 *
 *   drag-files FILE...
 *
 * Its window is called "drag-files"; it ends when a drop has been taken.
 */
#include <gtk/gtk.h>

static GdkContentProvider *
prepare_cb (GtkDragSource *source, double x, double y, gpointer data)
{
  return gdk_content_provider_new_typed (GDK_TYPE_FILE_LIST, data);
}

static void
end_cb (GtkDragSource *source, GdkDrag *drag, gboolean moved, gpointer window)
{
  g_print ("dropped\n");
  gtk_window_destroy (window);
}

static gboolean
cancel_cb (GtkDragSource *source, GdkDrag *drag, GdkDragCancelReason reason)
{
  g_print ("not dropped: %d\n", reason);
  return FALSE;
}

int
main (int argc, char **argv)
{
  GSList        *files = NULL;
  GtkWidget     *window, *label;
  GtkDragSource *source;

  gtk_init ();
  for (int i = argc - 1; i > 0; i--)
    files = g_slist_prepend (files, g_file_new_for_commandline_arg (argv[i]));
  window = gtk_window_new ();
  gtk_window_set_title (GTK_WINDOW (window), "drag-files");
  label = gtk_label_new ("Drag me");
  gtk_widget_set_size_request (label, 160, 100);
  gtk_window_set_child (GTK_WINDOW (window), label);
  gtk_window_set_resizable (GTK_WINDOW (window), FALSE);
  source = gtk_drag_source_new ();
  g_signal_connect (source, "prepare", G_CALLBACK (prepare_cb), files);
  g_signal_connect (source, "drag-end", G_CALLBACK (end_cb), window);
  g_signal_connect (source, "drag-cancel", G_CALLBACK (cancel_cb), NULL);
  gtk_widget_add_controller (label, GTK_EVENT_CONTROLLER (source));
  gtk_window_present (GTK_WINDOW (window));
  while (g_list_model_get_n_items (gtk_window_get_toplevels ()) > 0)
    g_main_context_iteration (NULL, TRUE);
  g_slist_free_full (files, g_object_unref);
  return 0;
}
