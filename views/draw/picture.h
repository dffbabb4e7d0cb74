/* SPDX-License-Identifier: GPL-3.0-or-later
 * A spectrogram as a picture for people: with axes, colour legend and, on wish, the
 * partials: what `tarsier-cli spectrogram` and the window's picture export write. Thread:
 * any.
 */
#pragma once

#include <cairo.h>
#include <gio/gio.h>

#include "views/draw/tile.h"

G_BEGIN_DECLS

#define TSR_PICTURE_ERROR (tsr_picture_error_quark ())
GQuark tsr_picture_error_quark (void);
typedef enum {
  TSR_PICTURE_ERROR_PARAMETERS, /* a range that is empty, a size out of bounds, a suffix
                                 */
  TSR_PICTURE_ERROR_MEMORY,
  TSR_PICTURE_ERROR_CANCELLED,
  TSR_PICTURE_ERROR_WRITE,
} TsrPictureError;

enum { TSR_PICTURE_MIN_SIZE = 64, TSR_PICTURE_MAX_SIZE = 8192 };

/* Pointers are borrowed. */
typedef struct {
  TsrSignal        *signal;          /* NULL: partials alone on a dark ground */
  TsrPartialSet    *partials;        /* NULL: no tracks */
  int               channel;         /* >= 0; of the signal and of the tracks */
  double            start_s, end_s;  /* end_s <= start_s: all of the signal or partials */
  double            low_hz, high_hz; /* high_hz <= 0: up to half the rate */
  TsrFrequencyScale scale;
  int               width, height; /* pixels of a PNG, points of SVG and PDF */
  double            spacing_hz;    /* of the window; <= 0: 100 */
  TsrLevelStyle     levels;        /* colour map, range, blend of both spectrograms */
  const char       *title;         /* above the picture; NULL: none */
} TsrPictureParams;

/* All of the sound, linear, 1400 x 800, magma, -90..0 dB, conventional. */
void tsr_picture_params_init (TsrPictureParams *params);

/* Draws into width x height units of a context. Where `vector` is TRUE the tracks are
 * paths and the levels an image of twice the resolution. */
gboolean tsr_picture_draw (const TsrPictureParams *params,
                           const TsrJob           *job,
                           cairo_t                *cr,
                           gboolean                vector,
                           GError                **error);

/* Writes .png, .svg or .pdf by the suffix of the path; the file appears whole or not at
 * all. Errors are one sentence that names the file. */
gboolean tsr_picture_write (const TsrPictureParams *params,
                            const TsrJob           *job,
                            const char             *path,
                            GError                **error);

G_END_DECLS
