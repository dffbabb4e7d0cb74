/* SPDX-License-Identifier: GPL-3.0-or-later
 * ZIP archives of a few named files: the only user of libarchive.
 */
#pragma once

#include "store/formats/format.h"

G_BEGIN_DECLS

typedef struct TsrZipWriter TsrZipWriter;

/* Writes through `out`; NULL where memory is short. */
TsrZipWriter *tsr_zip_writer_new (TsrFormatWriter *out);
/* The next file, of exactly so many bytes; deflated or stored. */
gboolean tsr_zip_writer_begin (TsrZipWriter *self,
                               const char   *name,
                               guint64       n_bytes,
                               gboolean      deflate);
gboolean tsr_zip_writer_data (TsrZipWriter *self, const void *bytes, gsize n_bytes);
/* Writes what closes the archive, and frees. FALSE: something went wrong before or now.
 */
gboolean tsr_zip_writer_end (TsrZipWriter *self);

typedef struct TsrZipReader TsrZipReader;

/* Of bytes that stay where they are. NULL: no ZIP archive. */
TsrZipReader *tsr_zip_reader_new (const guint8 *bytes, gsize n_bytes);
void          tsr_zip_reader_free (TsrZipReader *self);
/* Name of the next file, valid until the next call; NULL: none, or damage. */
const char *tsr_zip_reader_next (TsrZipReader *self);
/* Up to n bytes of the present file; fewer only at its end or where it is damaged. */
gsize tsr_zip_reader_data (TsrZipReader *self, void *bytes, gsize n);
/* Whether the archive, and the present file up to its end, is whole. */
gboolean tsr_zip_reader_is_whole (TsrZipReader *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsrZipReader, tsr_zip_reader_free)

G_END_DECLS
