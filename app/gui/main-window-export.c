/* SPDX-License-Identifier: GPL-3.0-or-later
 * Audio, picture and data out of the window: the same functions as tarsier-cli render,
 * spectrogram and export.
 */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/exchange-sound.h"
#include "app/gui/main-window-private.h"
#include "app/render-task.h"
#include "model/dsp-types.h"
#include "views/draw/picture.h"

/* All that a thread needs to write one file. */
typedef struct {
  char              *path;
  TsrRenderSubject   subject;
  TsrRenderChoice    choice;
  TsrLayerMix        layers;
  TsrSelection      *selection;
  TsrSampleFormat    samples;
  TsrPictureParams   picture;
  TsrExchange        partials;
  TsrExchangeOptions layout;
  TsrSignal         *signal;
  char              *title;
} Export;

static void
export_free (Export *export)
{
  g_free (export->path);
  g_free (export->title);
  tsr_render_subject_clear (&export->subject);
  tsr_exchange_clear (&export->partials);
  g_clear_pointer (&export->selection, tsr_selection_unref);
  g_clear_pointer (&export->signal, tsr_signal_unref);
  g_free (export);
}

static Export *
export_new (TsrMainWindow *self, const char *path)
{
  Export *export = g_new0 (Export, 1);
  TsrSignal     *signal = tsr_session_get_signal (self->session);
  TsrPictureKind kind;
  TsrSignal     *picture = tsr_session_get_picture (self->session, &kind);

  export->path = g_strdup (path);
  if (picture != NULL && kind != TSR_PICTURE_BEFORE)
    export->signal = tsr_signal_ref (picture);
  export->title = g_strdup (tsr_sound_get_name (self->sound));
  tsr_render_subject_init (&export->subject, self->sound, signal);
  return export;
}

static char *
done_sentence (Export *export)
{
  g_autofree char *name = g_filename_display_basename (export->path);

  return g_strdup_printf (_ ("%s was written"), name);
}

static char *
write_audio (gpointer data, TsrWorkerJob *job, GError **error)
{
  Export *export = data;
  TsrRenderReport  report = {0};
  g_autofree char *name = g_filename_display_basename (export->path);

  export->choice.selection = export->selection;
  export->choice.layers = &export->layers;
  if (!tsr_render_to_file (&export->subject,
                           &export->choice,
                           export->path,
                           export->samples,
                           job,
                           &report,
                           error))
    return NULL;
  if (report.n_clipped > 0)
    return g_strdup_printf (ngettext ("%s was written; %lu sample was clipped",
                                      "%s was written; %lu samples were clipped",
                                      (gulong)report.n_clipped),
                            name,
                            (gulong)report.n_clipped);
  return done_sentence (export);
}

static char *
write_picture (gpointer data, TsrWorkerJob *job, GError **error)
{
  Export *export = data;

  if (export->signal == NULL) { /* the edited sound is not rendered yet */
    tsr_worker_job_next_part (job, 0.5);
    export->signal = tsr_render_to_signal (&export->subject, &export->choice, job, error);
    export->picture.signal = export->signal;
    tsr_worker_job_next_part (job, 1);
  }
  if (export->signal == NULL)
    return NULL;
  return tsr_picture_write (&export->picture, &job->job, export->path, error)
             ? done_sentence (export)
             : NULL;
}

/* The first note follows, if there is one. */
static char *
write_data (gpointer data, TsrWorkerJob *job, GError **error)
{
  Export *export = data;

  if (!tsr_exchange_write (
          &export->partials, export->path, &export->layout, &job->job, NULL, error))
    return NULL;
  g_autofree char *done = done_sentence (export);
  if (export->partials.notes->len == 0)
    return g_steal_pointer (&done);
  return g_strdup_printf (
      "%s; %s", done, (const char *)g_ptr_array_index (export->partials.notes, 0));
}

static void
export_audio (TsrMainWindow *self, GtkFileChooser *chooser, Export *export)
{
  const char *part = gtk_file_chooser_get_choice (chooser, "part");
  const char *bits = gtk_file_chooser_get_choice (chooser, "bits");

  export->samples = tsr_render_subject_samples (&export->subject);
  if (g_strcmp0 (bits, "16") == 0)
    export->samples = TSR_SAMPLES_16;
  else if (g_strcmp0 (bits, "24") == 0)
    export->samples = TSR_SAMPLES_24;
  else if (g_strcmp0 (bits, "float") == 0)
    export->samples = TSR_SAMPLES_FLOAT;
  export->choice.part = TSR_PART_ALL;
  export->layers = *tsr_session_get_layers (self->session); /* all is what is heard */
  if (g_strcmp0 (part, "selection") == 0) {
    export->choice.part = TSR_PART_PARTIALS;
    export->selection = tsr_selection_ref (tsr_session_get_selection (self->session));
  } else if (part != NULL) {
    tsr_part_from_string (part, &export->choice.part);
  }
  tsr_project_controller_run (self->controller,
                              _ ("Exporting audio"),
                              write_audio,
                              export,
                              (GDestroyNotify)export_free);
}

/* What is seen on the canvas, with axes. */
static void
export_picture (TsrMainWindow *self, Export *export)
{
  TsrViewport             *viewport = tsr_session_get_viewport (self->session);
  TsrPictureParams        *picture = &export->picture;
  const char              *colormap = tsr_session_get_colormap (self->session);
  const TsrAnalysisRecord *record = tsr_sound_get_analysis (self->sound);

  tsr_picture_params_init (picture);
  picture->signal = export->signal;
  if (tsr_session_get_show_partials (self->session))
    picture->partials = tsr_sound_state_fields (export->subject.state)->partials;
  picture->channel = MAX (0, tsr_session_get_channel (self->session));
  picture->start_s = tsr_viewport_get_start_s (viewport);
  picture->end_s = tsr_viewport_get_end_s (viewport);
  picture->low_hz = tsr_viewport_get_low_hz (viewport);
  picture->high_hz = tsr_viewport_get_high_hz (viewport);
  picture->scale = tsr_viewport_get_scale (viewport);
  picture->spacing_hz = tsr_session_get_spacing_hz (self->session);
  if (picture->spacing_hz <= 0.0 && record != NULL)
    picture->spacing_hz = record->params.spacing_hz;
  if (colormap != NULL)
    tsr_colormap_from_string (colormap, &picture->levels.colormap);
  picture->levels.floor_db = tsr_session_get_floor_db (self->session);
  picture->levels.ceiling_db = tsr_session_get_ceiling_db (self->session);
  picture->levels.blend = tsr_session_get_blend (self->session);
  picture->title = export->title;
  tsr_project_controller_run (self->controller,
                              _ ("Exporting the picture"),
                              write_picture,
                              export,
                              (GDestroyNotify)export_free);
}

static gboolean
has_one_of (const char *path, const char *const *suffixes)
{
  g_autofree char *lower = g_ascii_strdown (path, -1);

  for (gsize i = 0; suffixes[i] != NULL; i++) {
    g_autofree char *suffix = g_strconcat (".", suffixes[i], NULL);

    if (g_str_has_suffix (lower, suffix))
      return TRUE;
  }
  return FALSE;
}

/* The suffix of the chosen filter, or the first one. */
static const char *
chosen_suffix (GtkFileChooser *chooser, const char *const *suffixes)
{
  GtkFileFilter *filter = gtk_file_chooser_get_filter (chooser);
  const char    *suffix =
      filter != NULL ? g_object_get_data (G_OBJECT (filter), "suffix") : NULL;

  return suffix != NULL ? suffix : suffixes[0];
}

/* The name, with a suffix where it has none of them; what the dialog did not ask about is
 * not replaced. (transfer full); NULL with an error. */
static char *
path_with_suffix (GtkFileChooser *chooser, const char *const *suffixes, GError **error)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (chooser);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  g_autofree char *longer = NULL;

  if (path == NULL || has_one_of (path, suffixes))
    return g_steal_pointer (&path);
  longer = g_strconcat (path, ".", chosen_suffix (chooser, suffixes), NULL);
  if (!g_file_test (longer, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&longer);
  g_set_error (error,
               G_IO_ERROR,
               G_IO_ERROR_EXISTS,
               _ ("%s is there already; choose it to replace it"),
               longer);
  return NULL;
}

static const char *const audio_suffixes[] = {"wav", "flac", "aiff", "ogg", NULL};
static const char *const picture_suffixes[] = {"png", "svg", "pdf", NULL};

/* Of all formats of partials; ends with NULL. */
static const char *const *
data_suffixes (void)
{
  static const char *suffixes[16];

  for (guint i = 0; i + 1 < G_N_ELEMENTS (suffixes); i++)
    suffixes[i] = tsr_exchange_format_suffix (i);
  return suffixes;
}

static void
export_data (TsrMainWindow *self, GtkFileChooser *chooser, Export *export)
{
  const char *layout = gtk_file_chooser_get_choice (chooser, "layout");

  export->layout.frames = g_strcmp0 (layout, "frames") == 0;
  export->layout.extended = g_strcmp0 (layout, "extended") == 0;
  tsr_exchange_init_from_sound (&export->partials, self->sound);
  tsr_project_controller_run (self->controller,
                              _ ("Exporting the partials"),
                              write_data,
                              export,
                              (GDestroyNotify)export_free);
}

static void
response_cb (GtkNativeDialog *dialog, int response, TsrMainWindow *self)
{
  GtkFileChooser    *chooser = GTK_FILE_CHOOSER (dialog);
  const char        *action = g_object_get_data (G_OBJECT (dialog), "action");
  const char *const *suffixes = g_object_get_data (G_OBJECT (dialog), "suffixes");
  g_autofree char   *path = NULL;
  g_autoptr (GError) error = NULL;

  if (response == GTK_RESPONSE_ACCEPT) {
    gtk_info_bar_set_revealed (self->info_bar, FALSE); /* that was of other files */
    path = path_with_suffix (chooser, suffixes, &error);
  }
  if (error != NULL)
    tsr_main_window_show_error (self, error->message);
  if (path != NULL && self->sound != NULL) {
    Export *export = export_new (self, path);

    if (g_str_equal (action, "win.export-audio"))
      export_audio (self, chooser, export);
    else if (g_str_equal (action, "win.export-picture"))
      export_picture (self, export);
    else
      export_data (self, chooser, export);
  }
  g_object_unref (dialog);
}

/* What is written, and with how many bits. */
static void
add_audio_choices (TsrMainWindow *self, GtkFileChooser *chooser)
{
  gboolean selected = tsr_selection_size (tsr_session_get_selection (self->session)) > 0;
  const char *parts[] = {"all",
                         "original",
                         "partials",
                         "noise",
                         "transients",
                         "residual",
                         selected ? "selection" : NULL,
                         NULL};
  const char *part_labels[] = {_ ("All"),
                               _ ("Original"),
                               _ ("Partials"),
                               _ ("Noise"),
                               _ ("Transients"),
                               _ ("Residual"),
                               selected ? _ ("Selected partials") : NULL,
                               NULL};
  const char *bits[] = {"source", "16", "24", "float", NULL};
  const char *bits_labels[] = {
      _ ("as the source"), _ ("16 bits"), _ ("24 bits"), _ ("32 bits, float"), NULL};

  gtk_file_chooser_add_choice (chooser, "part", _ ("Contents"), parts, part_labels);
  gtk_file_chooser_add_choice (chooser, "bits", _ ("Samples"), bits, bits_labels);
  gtk_file_chooser_set_choice (chooser, "part", "all");
  gtk_file_chooser_set_choice (chooser, "bits", "source");
}

/* How the partials are laid out, for the formats that leave a choice. */
static void
add_data_choices (GtkFileChooser *chooser)
{
  const char *layouts[] = {"breakpoints", "frames", "extended", NULL};
  const char *labels[] = {_ ("Breakpoints"),
                          _ ("Frames (SPEAR, SDIF, NPZ)"),
                          _ ("Breakpoints with noise and labels (SPEAR)"),
                          NULL};

  gtk_file_chooser_add_choice (chooser, "layout", _ ("Layout"), layouts, labels);
  gtk_file_chooser_set_choice (chooser, "layout", "breakpoints");
}

static void
add_filter (GtkFileChooser *chooser, const char *name, const char *const *suffixes)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, name);
  for (gsize i = 0; suffixes[i] != NULL; i++)
    gtk_file_filter_add_suffix (filter, suffixes[i]);
  gtk_file_chooser_add_filter (chooser, filter);
}

static void
add_data_filters (GtkFileChooser *chooser)
{
  for (guint i = 0; tsr_exchange_format_name (i) != NULL; i++) {
    g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
    const char      *suffix = tsr_exchange_format_suffix (i);
    g_autofree char *name =
        g_strdup_printf ("%s (.%s)", tsr_exchange_format_name (i), suffix);

    gtk_file_filter_set_name (filter, name);
    gtk_file_filter_add_suffix (filter, suffix);
    g_object_set_data (G_OBJECT (filter), "suffix", (gpointer)suffix);
    gtk_file_chooser_add_filter (chooser, filter);
  }
}

/* filter_name NULL: partials, one filter a format. */
static void
ask (TsrMainWindow     *self,
     const char        *action,
     const char        *title,
     const char        *filter_name,
     const char *const *suffixes)
{
  GtkFileChooserNative *dialog =
      gtk_file_chooser_native_new (title,
                                   GTK_WINDOW (self),
                                   GTK_FILE_CHOOSER_ACTION_SAVE,
                                   _ ("_Export"),
                                   _ ("_Cancel"));
  GtkFileChooser  *chooser = GTK_FILE_CHOOSER (dialog);
  g_autofree char *name =
      g_strconcat (tsr_sound_get_name (self->sound), ".", suffixes[0], NULL);

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  if (filter_name != NULL) {
    add_filter (chooser, filter_name, suffixes);
    gtk_file_chooser_set_current_name (chooser, name);
  } else {
    add_data_filters (chooser);
    add_data_choices (chooser);
    gtk_file_chooser_set_current_name (chooser, tsr_sound_get_name (self->sound));
  }
  if (suffixes == audio_suffixes)
    add_audio_choices (self, chooser);
  g_object_set_data_full (G_OBJECT (dialog), "action", g_strdup (action), g_free);
  g_object_set_data (G_OBJECT (dialog), "suffixes", (gpointer)suffixes);
  g_signal_connect_object (dialog, "response", G_CALLBACK (response_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
export_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (widget);

  if (self->sound == NULL)
    return;
  if (g_str_equal (name, "win.export-audio"))
    ask (self, name, _ ("Export Audio"), _ ("WAV, FLAC, AIFF, Ogg"), audio_suffixes);
  else if (g_str_equal (name, "win.export-picture"))
    ask (self, name, _ ("Export Picture"), _ ("PNG, SVG, PDF"), picture_suffixes);
  else
    ask (self, name, _ ("Export Partials"), NULL, data_suffixes ());
}

void
tsr_main_window_class_install_export_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.export-audio", NULL, export_cb);
  gtk_widget_class_install_action (klass, "win.export-picture", NULL, export_cb);
  gtk_widget_class_install_action (klass, "win.export-data", NULL, export_cb);
}

void
tsr_main_window_update_export_actions (TsrMainWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean   busy = tsr_project_controller_is_busy (self->controller);
  gboolean   analysed =
      self->sound != NULL &&
      tsr_sound_state_fields (tsr_sound_get_state (self->sound))->analysed;
  gboolean ready = self->sound != NULL && !busy &&
                   (tsr_session_get_signal (self->session) != NULL ||
                    tsr_sound_get_source (self->sound) == NULL);

  gtk_widget_action_set_enabled (widget, "win.export-audio", ready);
  gtk_widget_action_set_enabled (widget, "win.export-picture", ready);
  gtk_widget_action_set_enabled (widget, "win.export-data", ready && analysed);
}
