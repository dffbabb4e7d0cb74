/* SPDX-License-Identifier: GPL-3.0-or-later
 * Pictures into files: made in memory, then written beside and renamed.
 */
#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "views/draw/picture.h"

static cairo_status_t
append_cb (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

static gboolean
take_cairo_status (cairo_status_t status, const char *path, GError **error)
{
  if (status == CAIRO_STATUS_SUCCESS)
    return TRUE;
  g_set_error (error,
               TSR_PICTURE_ERROR,
               TSR_PICTURE_ERROR_MEMORY,
               "%s: %s",
               path,
               cairo_status_to_string (status));
  return FALSE;
}

static cairo_surface_t *
surface_for (const TsrPictureParams *p, const char *path, GByteArray *bytes)
{
  if (g_str_has_suffix (path, ".svg"))
    return cairo_svg_surface_create_for_stream (append_cb, bytes, p->width, p->height);
  if (g_str_has_suffix (path, ".pdf"))
    return cairo_pdf_surface_create_for_stream (append_cb, bytes, p->width, p->height);
  return cairo_image_surface_create (CAIRO_FORMAT_RGB24, p->width, p->height);
}

static gboolean
draw_into (const TsrPictureParams *p,
           const TsrJob           *job,
           const char             *path,
           GByteArray             *bytes,
           GError                **error)
{
  cairo_surface_t *surface = surface_for (p, path, bytes);
  gboolean         png = g_str_has_suffix (path, ".png");
  cairo_t         *cr = cairo_create (surface);
  gboolean         done = take_cairo_status (cairo_status (cr), path, error) &&
                  tsr_picture_draw (p, job, cr, !png, error);

  if (done)
    done = take_cairo_status (cairo_status (cr), path, error);
  cairo_destroy (cr);
  if (done && png)
    done = take_cairo_status (
        cairo_surface_write_to_png_stream (surface, append_cb, bytes), path, error);
  cairo_surface_finish (surface);
  if (done)
    done = take_cairo_status (cairo_surface_status (surface), path, error);
  cairo_surface_destroy (surface);
  return done;
}

gboolean
tsr_picture_write (const TsrPictureParams *params,
                   const TsrJob           *job,
                   const char             *path,
                   GError                **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) reason = NULL;

  if (!g_str_has_suffix (path, ".png") && !g_str_has_suffix (path, ".svg") &&
      !g_str_has_suffix (path, ".pdf")) {
    g_set_error (error,
                 TSR_PICTURE_ERROR,
                 TSR_PICTURE_ERROR_PARAMETERS,
                 _ ("%s: the name of a picture ends in .png, .svg or .pdf"),
                 path);
    return FALSE;
  }
  if (!draw_into (params, job, path, bytes, &reason)) {
    if (g_str_has_prefix (reason->message, path))
      g_propagate_error (error, g_steal_pointer (&reason));
    else
      g_propagate_prefixed_error (error, g_steal_pointer (&reason), "%s: ", path);
    return FALSE;
  }
  if (g_file_set_contents_full (path,
                                (const char *)bytes->data,
                                (gssize)bytes->len,
                                G_FILE_SET_CONTENTS_CONSISTENT,
                                0666,
                                &reason))
    return TRUE;
  /* GLib names its temporary file first; the reason proper comes last. */
  const char *why = strrchr (reason->message, ':');
  g_set_error (error,
               TSR_PICTURE_ERROR,
               TSR_PICTURE_ERROR_WRITE,
               _ ("%s: cannot be written: %s"),
               path,
               why != NULL ? why + 2 : reason->message);
  return FALSE;
}
