/* SPDX-License-Identifier: GPL-3.0-or-later
 * Arrays as numpy keeps them in .npy files: magic number, version, a header that is a
 * Python dictionary of type, order and shape, the numbers.
 */
#pragma once

#include "store/formats/zip.h"

G_BEGIN_DECLS

enum { TSR_NPY_MAX_DIMENSIONS = 4 };

typedef struct {
  char        kind; /* 'f', 'i', 'u', 'b', 'U' */
  guint       size; /* bytes of an element */
  gboolean    is_big_endian, is_fortran;
  guint       n_dimensions;
  guint64     shape[TSR_NPY_MAX_DIMENSIONS];
  guint64     n; /* elements */
  GByteArray *bytes;
} TsrNpy;

/* Reads the present file of an archive, of which n_before bytes of arrays were read: 2
 * GiB together are the most. NULL with a reason, translated, static. */
TsrNpy *tsr_npy_read (TsrZipReader *zip, guint64 n_before, const char **why);
void    tsr_npy_free (TsrNpy *self);
/* Element number i in C order; NAN for text. */
double tsr_npy_number (const TsrNpy *self, guint64 i);
/* The same for n elements from number `first` on. */
void tsr_npy_numbers (const TsrNpy *self, guint64 first, guint64 n, double *numbers);
/* (transfer full) */
char *tsr_npy_text (const TsrNpy *self, guint64 i);

/* Begins a file NAME.npy; `type` as numpy writes it ("<f8"); data has to follow. */
gboolean tsr_npy_begin (TsrZipWriter  *zip,
                        const char    *name,
                        const char    *type,
                        guint          size,
                        guint          n_dimensions,
                        const guint64 *shape,
                        gboolean       deflate);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsrNpy, tsr_npy_free)

G_END_DECLS
