/* SPDX-License-Identifier: GPL-3.0-or-later
 * Partials on the clipboard of the desktop.
 */
#include "app/gui/partials-clipboard.h"

#include <glib/gstdio.h>

#include "model/temporary-file.h"
#include "store/formats/exchange.h"

/* ---- offering ---- */

#define TSR_TYPE_PARTIALS_PROVIDER (tsr_partials_provider_get_type ())
G_DECLARE_FINAL_TYPE (TsrPartialsProvider,
                      tsr_partials_provider,
                      TSR,
                      PARTIALS_PROVIDER,
                      GdkContentProvider)

struct _TsrPartialsProvider {
  GdkContentProvider parent_instance;
  TsrPartialSet     *partials;
};

G_DEFINE_TYPE (TsrPartialsProvider, tsr_partials_provider, GDK_TYPE_CONTENT_PROVIDER)

/* The partials as the bytes of a JSON file. */
static GBytes *
bytes_of (TsrPartialSet *partials, GError **error)
{
  g_auto (TsrExchange) content = {0};
  g_autofree char *path = tsr_temporary_file_make (".json", error);
  char            *text = NULL;
  gsize            n = 0;
  double           start_s, end_s, low_hz, high_hz;

  if (path == NULL)
    return NULL;
  tsr_partial_set_bounds (partials, &start_s, &end_s, &low_hz, &high_hz);
  tsr_exchange_init (&content, partials, NULL, 0, end_s);
  gboolean written =
      tsr_exchange_write (&content, path, &(TsrExchangeOptions){0}, NULL, NULL, error) &&
      g_file_get_contents (path, &text, &n, error);
  g_unlink (path);
  return written ? g_bytes_new_take (text, n) : NULL;
}

/* What a worker needs: the provider may be gone before it ends. */
typedef struct {
  TsrPartialSet *partials;
  GOutputStream *stream;
} Writing;

static void
writing_free (gpointer data)
{
  Writing *writing = data;

  tsr_partial_set_unref (writing->partials);
  g_object_unref (writing->stream);
  g_free (writing);
}

static void
write_in_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Writing *writing = data;
  GError  *error = NULL;
  g_autoptr (GBytes) bytes = bytes_of (writing->partials, &error);

  if (bytes != NULL && g_output_stream_write_all (writing->stream,
                                                  g_bytes_get_data (bytes, NULL),
                                                  g_bytes_get_size (bytes),
                                                  NULL,
                                                  cancellable,
                                                  &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
tsr_partials_provider_write_mime_type_async (GdkContentProvider *provider,
                                             const char         *mime_type,
                                             GOutputStream      *stream,
                                             int                 priority,
                                             GCancellable       *cancellable,
                                             GAsyncReadyCallback ready,
                                             gpointer            data)
{
  TsrPartialsProvider *self = TSR_PARTIALS_PROVIDER (provider);
  Writing             *writing = g_new (Writing, 1);
  g_autoptr (GTask) task = g_task_new (provider, cancellable, ready, data);

  *writing = (Writing){tsr_partial_set_ref (self->partials), g_object_ref (stream)};
  g_task_set_priority (task, priority);
  g_task_set_task_data (task, writing, writing_free);
  g_task_run_in_thread (task, write_in_worker);
}

static gboolean
tsr_partials_provider_write_mime_type_finish (GdkContentProvider *provider,
                                              GAsyncResult       *result,
                                              GError            **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static GdkContentFormats *
tsr_partials_provider_ref_formats (GdkContentProvider *provider)
{
  const char *mime_types[] = {TSR_PARTIALS_MIME_TYPE};
  return gdk_content_formats_new (mime_types, G_N_ELEMENTS (mime_types));
}

static void
tsr_partials_provider_finalize (GObject *object)
{
  tsr_partial_set_unref (TSR_PARTIALS_PROVIDER (object)->partials);
  G_OBJECT_CLASS (tsr_partials_provider_parent_class)->finalize (object);
}

static void
tsr_partials_provider_class_init (TsrPartialsProviderClass *klass)
{
  GdkContentProviderClass *provider_class = GDK_CONTENT_PROVIDER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = tsr_partials_provider_finalize;
  provider_class->ref_formats = tsr_partials_provider_ref_formats;
  provider_class->write_mime_type_async = tsr_partials_provider_write_mime_type_async;
  provider_class->write_mime_type_finish = tsr_partials_provider_write_mime_type_finish;
}

static void
tsr_partials_provider_init (TsrPartialsProvider *self)
{
}

void
tsr_partials_clipboard_offer (GdkClipboard *clipboard, TsrPartialSet *partials)
{
  TsrPartialsProvider *provider = g_object_new (TSR_TYPE_PARTIALS_PROVIDER, NULL);

  provider->partials = tsr_partial_set_ref (partials);
  gdk_clipboard_set_content (clipboard, GDK_CONTENT_PROVIDER (provider));
  g_object_unref (provider);
}

/* ---- fetching ---- */

gboolean
tsr_partials_clipboard_has_foreign (GdkClipboard *clipboard)
{
  return !gdk_clipboard_is_local (clipboard) &&
         gdk_content_formats_contain_mime_type (gdk_clipboard_get_formats (clipboard),
                                                TSR_PARTIALS_MIME_TYPE);
}

static gboolean
save_stream (GInputStream *stream,
             const char   *path,
             GCancellable *cancellable,
             GError      **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileOutputStream) out =
      g_file_replace (file, NULL, FALSE, G_FILE_CREATE_PRIVATE, cancellable, error);

  return out != NULL && g_output_stream_splice (G_OUTPUT_STREAM (out),
                                                stream,
                                                G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE |
                                                    G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
                                                cancellable,
                                                error) >= 0;
}

static void
read_in_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_auto (TsrExchange) content = {0};
  GError          *error = NULL;
  g_autofree char *path = tsr_temporary_file_make (".json", &error);
  gboolean         done = path != NULL && save_stream (data, path, cancellable, &error) &&
                  tsr_exchange_read (&content, path, NULL, &error);

  if (path != NULL)
    g_unlink (path);
  if (done)
    g_task_return_pointer (task,
                           tsr_partial_set_ref (content.partials),
                           (GDestroyNotify)tsr_partial_set_unref);
  else
    g_task_return_error (task, error);
}

static void
stream_cb (GObject *clipboard, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError       *error = NULL;
  GInputStream *stream =
      gdk_clipboard_read_finish (GDK_CLIPBOARD (clipboard), result, NULL, &error);

  if (stream == NULL) {
    g_task_return_error (task, error);
    return;
  }
  g_task_set_task_data (task, stream, g_object_unref);
  g_task_run_in_thread (task, read_in_worker);
}

void
tsr_partials_clipboard_read_async (GdkClipboard       *clipboard,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback ready,
                                   gpointer            data)
{
  const char *mime_types[] = {TSR_PARTIALS_MIME_TYPE, NULL};

  gdk_clipboard_read_async (clipboard,
                            mime_types,
                            G_PRIORITY_DEFAULT,
                            cancellable,
                            stream_cb,
                            g_task_new (clipboard, cancellable, ready, data));
}

TsrPartialSet *
tsr_partials_clipboard_read_finish (GdkClipboard *clipboard,
                                    GAsyncResult *result,
                                    GError      **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
