/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the readers and writers of single formats share. Numbers are read and written with
 * a decimal point whatever the locale: exchange.c sees to that.
 */
#pragma once

#include "model/output-file.h"
#include "store/formats/draft.h"
#include "store/formats/exchange.h"

G_BEGIN_DECLS

/* ---- out ---- */

typedef struct {
  TsrOutputFile            *file;
  const TsrExchange        *content;
  const TsrExchangeOptions *options;
  const TsrJob             *job;
  GByteArray               *buffer; /* not written yet */
  guint                     n_flushes;
  GPtrArray                *notes;
  guint64                   n_rows; /* breakpoints */
} TsrFormatWriter;

/* What a format has room for besides times, frequencies and amplitudes. */
typedef enum {
  TSR_HOLDS_LABELS = 1 << 0,
  TSR_HOLDS_NOISE = 1 << 1,
  TSR_HOLDS_CHANNELS = 1 << 2,
  TSR_HOLDS_MARKERS = 1 << 3,
} TsrFormatHolds;

void tsr_writer_text (TsrFormatWriter *self, const char *text);
void tsr_writer_printf (TsrFormatWriter *self, const char *format, ...)
    G_GNUC_PRINTF (2, 3);
/* %.17g and one character. */
void tsr_writer_number (TsrFormatWriter *self, double value, char end);
/* The fewest decimals that read back as the same number, at least six, no exponent. */
void tsr_writer_fixed (TsrFormatWriter *self, double value, char end);
/* Hands the buffer on where it is large. FALSE: cancelled, or a write failed; stop. */
gboolean tsr_writer_goes_on (TsrFormatWriter *self, double fraction);
/* Hands the buffer on. */
void tsr_writer_flush (TsrFormatWriter *self);
/* Notes what the sound has and the format does not. */
void tsr_writer_note_losses (TsrFormatWriter *self, TsrFormatHolds holds);
void tsr_note (GPtrArray *notes, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* The breakpoints, and between them what straight lines need to stay within the
 * tolerances; the array is overwritten. */
void tsr_straight_rows (const TsrPartial *partial,
                        double            tolerance_cent,
                        double            tolerance_db,
                        GArray           *rows);
/* Those from breakpoint i up to the next one, appended. */
void tsr_straight_segment (const TsrPartial *partial,
                           gsize             i,
                           double            tolerance_cent,
                           double            tolerance_db,
                           GArray           *rows);
/* What nobody hears: for formats that other programs read. */
#define TSR_STRAIGHT_CENT 0.5
#define TSR_STRAIGHT_DB 0.1

/* Phase in [0, 2 pi). */
double tsr_wrap_radians (double turns);

/* Big-endian numbers. */
void tsr_put_be16 (GByteArray *bytes, guint value);
void tsr_put_be32 (GByteArray *bytes, guint32 value);
void tsr_put_be_double (GByteArray *bytes, double value);

/* ---- in ---- */

typedef struct {
  const char   *path; /* as it stands in sentences */
  const guint8 *bytes;
  gsize         n_bytes;
  const TsrJob *job;
  TsrDraft     *draft;
  GPtrArray    *notes;
  double        duration_s; /* where the file says more than its partials */
} TsrFormatReader;

/* A TSR_STORE_ERROR_FORMAT; always FALSE. */
gboolean
tsr_reader_refuse (TsrFormatReader *self, GError **error, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
/* FALSE with an error: cancelled. `at` is the byte that is read now. */
gboolean tsr_reader_goes_on (TsrFormatReader *self, gsize at, GError **error);

guint   tsr_get_be16 (const guint8 *p);
guint32 tsr_get_be32 (const guint8 *p);
guint64 tsr_get_be64 (const guint8 *p);
double  tsr_get_be_double (const guint8 *p);

/* ---- the formats ---- */

gboolean tsr_csv_read (TsrFormatReader *self, GError **error);
gboolean tsr_csv_write (TsrFormatWriter *self, GError **error);
gboolean tsr_json_read (TsrFormatReader *self, GError **error);
gboolean tsr_json_write (TsrFormatWriter *self, GError **error);
gboolean tsr_midi_read (TsrFormatReader *self, GError **error);
gboolean tsr_midi_write (TsrFormatWriter *self, GError **error);
gboolean tsr_npz_read (TsrFormatReader *self, GError **error);
gboolean tsr_npz_write (TsrFormatWriter *self, GError **error);
gboolean tsr_sdif_read (TsrFormatReader *self, GError **error);
gboolean tsr_sdif_write (TsrFormatWriter *self, GError **error);
gboolean tsr_spear_read (TsrFormatReader *self, GError **error);
gboolean tsr_spear_write (TsrFormatWriter *self, GError **error);

G_END_DECLS
