/* SPDX-License-Identifier: GPL-3.0-or-later
 * The table of formats, and what reading and writing have in common.
 */
#include "store/formats/exchange.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <locale.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "model/dsp-types.h"
#include "store/formats/format.h"
#include "store/store.h"

#define MAX_FILE_BYTES (G_GUINT64_CONSTANT (1) << 34)

static const struct {
  const char *suffix, *other_suffix;
  const char *name;
  gboolean (*read) (TsrFormatReader *self, GError **error);
  gboolean (*write) (TsrFormatWriter *self, GError **error);
  gboolean takes_frames, takes_extended;
} formats[] = {
    {"csv", NULL, N_ ("CSV table"), tsr_csv_read, tsr_csv_write, FALSE, FALSE},
    {"json", NULL, N_ ("JSON"), tsr_json_read, tsr_json_write, FALSE, FALSE},
    {"mid", "midi", N_ ("MIDI, MPE"), tsr_midi_read, tsr_midi_write, FALSE, FALSE},
    {"npz", NULL, N_ ("NumPy arrays"), tsr_npz_read, tsr_npz_write, TRUE, FALSE},
    {"sdif", NULL, N_ ("SDIF"), tsr_sdif_read, tsr_sdif_write, TRUE, FALSE},
    {"txt", NULL, N_ ("SPEAR text"), tsr_spear_read, tsr_spear_write, TRUE, TRUE},
};

const char *
tsr_exchange_format_name (guint i)
{
  return i < G_N_ELEMENTS (formats) ? _ (formats[i].name) : NULL;
}

const char *
tsr_exchange_format_suffix (guint i)
{
  return i < G_N_ELEMENTS (formats) ? formats[i].suffix : NULL;
}

int
tsr_exchange_format_of (const char *path)
{
  const char *dot = strrchr (path, '.');

  for (gsize i = 0; dot != NULL && i < G_N_ELEMENTS (formats); i++)
    if (g_ascii_strcasecmp (dot + 1, formats[i].suffix) == 0 ||
        (formats[i].other_suffix != NULL &&
         g_ascii_strcasecmp (dot + 1, formats[i].other_suffix) == 0))
      return (int)i;
  return -1;
}

gboolean
tsr_exchange_knows (const char *path)
{
  return tsr_exchange_format_of (path) >= 0;
}

static gboolean
invalid (GError **error, const char *path, const char *why)
{
  g_autofree char *name = tsr_display_path (path);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s: %s", name, why);
  return FALSE;
}

gboolean
tsr_exchange_check_options (const char               *path,
                            const TsrExchangeOptions *options,
                            GError                  **error)
{
  int i = tsr_exchange_format_of (path);

  if (i < 0) {
    g_autoptr (GString) known = g_string_new (NULL);
    for (gsize k = 0; k < G_N_ELEMENTS (formats); k++)
      g_string_append_printf (known, "%s.%s", k > 0 ? ", " : "", formats[k].suffix);
    g_autofree char *why = g_strdup_printf (
        _ ("the format is told by the suffix; there are %s"), known->str);
    return invalid (error, path, why);
  }
  if (options->frames && options->extended)
    return invalid (error, path, _ ("--frames and --extended exclude each other"));
  if (options->frames && !formats[i].takes_frames)
    return invalid (error, path, _ ("frames are for .txt, .sdif and .npz"));
  if (options->extended && !formats[i].takes_extended)
    return invalid (error, path, _ ("the extended layout is for .txt"));
  if (options->hop_s > 0 && !options->frames)
    return invalid (error, path, _ ("--hop needs --frames"));
  return TRUE;
}

/* ---- content ---- */

static GPtrArray *
notes_new (void)
{
  return g_ptr_array_new_with_free_func (g_free);
}

void
tsr_exchange_init (TsrExchange     *self,
                   TsrPartialSet   *partials,
                   const TsrMarker *markers,
                   gsize            n_markers,
                   double           duration_s)
{
  *self = (TsrExchange){.partials = tsr_partial_set_ref (partials),
                        .markers = g_new0 (TsrMarker, n_markers),
                        .n_markers = n_markers,
                        .duration_s = duration_s,
                        .notes = notes_new ()};
  for (gsize i = 0; i < n_markers; i++) {
    self->markers[i] = markers[i];
    self->markers[i].name = g_strdup (markers[i].name);
  }
}

void
tsr_exchange_clear (TsrExchange *self)
{
  for (gsize i = 0; i < self->n_markers; i++)
    g_free (self->markers[i].name);
  g_free (self->markers);
  g_clear_pointer (&self->partials, tsr_partial_set_unref);
  g_clear_pointer (&self->notes, g_ptr_array_unref);
  *self = (TsrExchange){0};
}

/* Numbers with a decimal point on this thread, until it is given back. */
static locale_t
use_point (locale_t *before)
{
  locale_t point = newlocale (LC_NUMERIC_MASK, "C", duplocale (LC_GLOBAL_LOCALE));

  *before = uselocale (point);
  return point;
}

static void
use_again (locale_t before, locale_t point)
{
  uselocale (before);
  freelocale (point);
}

/* ---- out ---- */

gboolean
tsr_exchange_write (TsrExchange              *content,
                    const char               *path,
                    const TsrExchangeOptions *options,
                    const TsrJob             *job,
                    guint64                  *n_rows,
                    GError                  **error)
{
  static const TsrExchangeOptions plain = {0};
  locale_t                        before;

  if (!tsr_exchange_check_options (path, options != NULL ? options : &plain, error))
    return FALSE;
  TsrOutputFile *file = tsr_output_file_new (path, error);
  if (file == NULL)
    return FALSE;
  TsrFormatWriter writer = {
      .file = file,
      .content = content,
      .options = options != NULL ? options : &plain,
      .job = job,
      .buffer = g_byte_array_new (),
      .notes = content->notes,
  };
  locale_t point = use_point (&before);
  gboolean ok = formats[tsr_exchange_format_of (path)].write (&writer, error);
  use_again (before, point);
  if (ok)
    tsr_writer_flush (&writer);
  g_byte_array_unref (writer.buffer);
  if (n_rows != NULL)
    *n_rows = writer.n_rows;
  if (ok && tsr_job_cancelled (job)) {
    g_set_error_literal (
        error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("interrupted; nothing was changed"));
    ok = FALSE;
  }
  if (ok)
    return tsr_output_file_commit (file, error);
  tsr_output_file_abort (file);
  return FALSE;
}

/* ---- in ---- */

static gboolean
check_file (const char *path, const char *name, GError **error)
{
  struct stat status;
  const char *why = NULL;

  if (stat (path, &status) != 0)
    why = g_strerror (errno);
  else if (!S_ISREG (status.st_mode))
    why =
        S_ISDIR (status.st_mode) ? _ ("a folder, not a file") : _ ("not a regular file");
  else if ((guint64)status.st_size > MAX_FILE_BYTES)
    why = _ ("larger than 16 GiB");
  if (why == NULL)
    return TRUE;
  g_set_error (error,
               TSR_STORE_ERROR,
               TSR_STORE_ERROR_NOT_FOUND,
               _ ("%s: cannot be read: %s"),
               name,
               why);
  return FALSE;
}

/* Makes partials and markers of what was read. */
static gboolean
finish (TsrFormatReader *reader, TsrExchange *content, GError **error)
{
  double start_s, end_s, low_hz, high_hz;

  content->partials = tsr_draft_finish (reader->draft, reader->notes, error);
  content->is_rejoined = tsr_draft_is_rejoined (reader->draft);
  if (content->partials == NULL) {
    g_prefix_error (error, "%s: ", reader->path);
    return FALSE;
  }
  tsr_partial_set_bounds (content->partials, &start_s, &end_s, &low_hz, &high_hz);
  content->duration_s = fmax (fmax (end_s, 0), reader->duration_s);
  GArray *markers = tsr_draft_steal_markers (reader->draft);
  content->n_markers = markers->len;
  content->markers = (TsrMarker *)g_array_free (markers, FALSE);
  return TRUE;
}

static gboolean
read_bytes (TsrFormatReader *reader, int format, TsrExchange *content, GError **error)
{
  locale_t before, point = use_point (&before);
  gboolean ok = formats[format].read (reader, error);

  use_again (before, point);
  return ok && finish (reader, content, error);
}

gboolean
tsr_exchange_read (TsrExchange  *content,
                   const char   *path,
                   const TsrJob *job,
                   GError      **error)
{
  static const TsrExchangeOptions plain = {0};
  g_autofree char                *name = tsr_display_path (path);
  g_autoptr (GError) problem = NULL;

  *content = (TsrExchange){.notes = notes_new ()};
  if (!tsr_exchange_check_options (path, &plain, error) ||
      !check_file (path, name, error))
    return FALSE;
  GMappedFile *file = g_mapped_file_new (path, FALSE, &problem);
  if (file == NULL) {
    g_set_error (error,
                 TSR_STORE_ERROR,
                 TSR_STORE_ERROR_NOT_FOUND,
                 _ ("%s: cannot be read: %s"),
                 name,
                 problem->message);
    return FALSE;
  }
  g_autoptr (TsrDraft) draft = tsr_draft_new ();
  TsrFormatReader reader = {
      .path = name,
      .bytes = (const guint8 *)(g_mapped_file_get_length (file) > 0
                                    ? g_mapped_file_get_contents (file)
                                    : ""),
      .n_bytes = g_mapped_file_get_length (file),
      .job = job,
      .draft = draft,
      .notes = content->notes,
  };
  gboolean ok = read_bytes (&reader, tsr_exchange_format_of (path), content, error);
  g_mapped_file_unref (file);
  return ok;
}
