/* SPDX-License-Identifier: GPL-3.0-or-later
 * Partials out of the program and into it, in the formats of others: one door for the
 * command line and the window. The suffix of a file tells its format. Thread: any;
 * blocks.
 */
#pragma once

#include <gio/gio.h>

#include "model/dsp/job.h"
#include "model/sound.h"

G_BEGIN_DECLS

/* What a file holds besides its layout. */
typedef struct {
  TsrPartialSet *partials;
  TsrMarker     *markers; /* by time, ids from 1 */
  gsize          n_markers;
  double         duration_s;
  GPtrArray     *notes; /* of char *: sentences on what was repaired or left out */
  gboolean is_rejoined; /* read: rows of ours; those between breakpoints are left out */
} TsrExchange;

typedef struct {
  gboolean frames;   /* sampled at regular times, where the format knows that */
  gboolean extended; /* SPEAR text: phases, noise and labels, as RTcmix reads them */
  double   hop_s;    /* from frame to frame; 0: what is usual in the format */
} TsrExchangeOptions;

/* Copies nothing but takes references; markers are copied. */
void tsr_exchange_init (TsrExchange     *self,
                        TsrPartialSet   *partials,
                        const TsrMarker *markers,
                        gsize            n_markers,
                        double           duration_s);
void tsr_exchange_clear (TsrExchange *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TsrExchange, tsr_exchange_clear)

/* Formats as a dialog lists them; NULL after the last one. */
const char *tsr_exchange_format_name (guint i);   /* translated, "SPEAR text" */
const char *tsr_exchange_format_suffix (guint i); /* "txt" */
/* Index of the format that the suffix of a path tells, or -1. */
int tsr_exchange_format_of (const char *path);
/* Whether partials and not samples are in a file of that name. */
gboolean tsr_exchange_knows (const char *path);
/* FALSE with a G_IO_ERROR_INVALID_ARGUMENT where the format of the path, or these options
 * with it, are not known. */
gboolean tsr_exchange_check_options (const char               *path,
                                     const TsrExchangeOptions *options,
                                     GError                  **error);

/* Writes the file whole or not at all; an older one is replaced. What the format cannot
 * hold becomes a note of `content`. `n_rows`, which may be NULL, takes the number of
 * breakpoints written. Errors: G_IO_ERROR. */
gboolean tsr_exchange_write (TsrExchange              *content,
                             const char               *path,
                             const TsrExchangeOptions *options,
                             const TsrJob             *job,
                             guint64                  *n_rows,
                             GError                  **error);

/* Fills `content`, to be cleared by the caller. What makes no sense is refused by one
 * sentence, or left out and told in a note; what a format does not hold is completed:
 * phases by integration, slopes from neighbours. Errors: TSR_STORE_ERROR, G_IO_ERROR. */
gboolean tsr_exchange_read (TsrExchange  *content,
                            const char   *path,
                            const TsrJob *job,
                            GError      **error);

G_END_DECLS
