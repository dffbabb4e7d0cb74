/* SPDX-License-Identifier: GPL-3.0-or-later
 * Arrays of numpy.
 */
#include "store/formats/npy.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_HEADER = 4096, MAX_TEXT = 4 * 1024, CHUNK = 1 << 20, ALIGNMENT = 64 };
#define MAX_BYTES (G_GUINT64_CONSTANT (1) << 31)
#define MAX_EMPTY G_GUINT64_CONSTANT (65536) /* elements of no size */
static const guint8 MAGIC[6] = {0x93, 'N', 'U', 'M', 'P', 'Y'};

/* ---- in ---- */

void
tsr_npy_free (TsrNpy *self)
{
  if (self == NULL)
    return;
  g_byte_array_unref (self->bytes);
  g_free (self);
}

/* What follows 'KEY': in the dictionary, or NULL. */
static const char *
value_of (const char *dictionary, const char *key)
{
  g_autofree char *quoted = g_strdup_printf ("'%s'", key);
  const char      *p = strstr (dictionary, quoted);

  if (p == NULL)
    return NULL;
  p += strlen (quoted);
  p += strspn (p, " ");
  if (*p != ':')
    return NULL;
  p++;
  return p + strspn (p, " ");
}

static gboolean
parse_type (TsrNpy *self, const char *p)
{
  if (p == NULL || *p != '\'')
    return FALSE;
  p++;
  self->is_big_endian = *p == '>';
  if (*p != '<' && *p != '>' && *p != '|' && *p != '=')
    return FALSE;
  self->kind = p[1];
  unsigned long size = strtoul (p + 2, NULL, 10);
  if (self->kind == 'U') {
    self->size = size <= MAX_TEXT / 4 ? (guint)size * 4 : 0;
    return self->size > 0 || size == 0;
  }
  self->size = size <= 8 ? (guint)size : 0;
  switch (self->kind) {
  case 'f':
    return size == 4 || size == 8;
  case 'b':
    return size == 1;
  case 'i':
  case 'u':
    return size == 1 || size == 2 || size == 4 || size == 8;
  default:
    return FALSE;
  }
}

static gboolean
parse_shape (TsrNpy *self, const char *p)
{
  if (p == NULL || *p != '(')
    return FALSE;
  self->n = 1;
  for (p++; *p != ')';) {
    char *end;
    if (*p == ' ' || *p == ',') {
      p++;
      continue;
    }
    if (!g_ascii_isdigit (*p) || self->n_dimensions == TSR_NPY_MAX_DIMENSIONS)
      return FALSE;
    guint64 length = g_ascii_strtoull (p, &end, 10);
    self->shape[self->n_dimensions++] = length;
    if (length > 0 && self->n > MAX_BYTES / length)
      return FALSE;
    self->n *= length;
    p = end;
  }
  /* What takes no bytes at all is bounded by nothing else. */
  return self->n <= (self->size > 0 ? MAX_BYTES / self->size : MAX_EMPTY);
}

/* The dictionary, 0-terminated, or NULL. */
static char *
read_dictionary (TsrZipReader *zip)
{
  guint8 head[12];
  gsize  n_head = 10;

  if (tsr_zip_reader_data (zip, head, 10) < 10 || memcmp (head, MAGIC, 6) != 0)
    return NULL;
  gsize length = head[8] | (gsize)head[9] << 8;
  if (head[6] >= 2) {
    n_head = 12;
    if (tsr_zip_reader_data (zip, head + 10, 2) < 2)
      return NULL;
    length |= (gsize)head[10] << 16 | (gsize)head[11] << 24;
  }
  if (length > MAX_HEADER || n_head + length < 12)
    return NULL;
  char *text = g_malloc0 (length + 1);
  if (tsr_zip_reader_data (zip, text, length) == length)
    return text;
  g_free (text);
  return NULL;
}

/* Grows with what is there, not with what is promised. */
static gboolean
read_elements (TsrNpy *self, TsrZipReader *zip)
{
  guint64 wanted = self->n * self->size;

  while (self->bytes->len < wanted) {
    guint before = self->bytes->len;
    gsize n = (gsize)MIN (wanted - before, CHUNK);
    g_byte_array_set_size (self->bytes, before + (guint)n);
    if (tsr_zip_reader_data (zip, self->bytes->data + before, n) < n)
      return FALSE;
  }
  return tsr_zip_reader_is_whole (zip);
}

TsrNpy *
tsr_npy_read (TsrZipReader *zip, guint64 n_before, const char **why)
{
  g_autofree char *dictionary = read_dictionary (zip);

  *why = _ ("not an array of numpy");
  if (dictionary == NULL)
    return NULL;
  g_autoptr (TsrNpy) self = g_new0 (TsrNpy, 1);
  self->bytes = g_byte_array_new ();
  *why = _ ("an array of a type that is not known here");
  if (!parse_type (self, value_of (dictionary, "descr")))
    return NULL;
  const char *order = value_of (dictionary, "fortran_order");
  self->is_fortran = order != NULL && g_str_has_prefix (order, "True");
  *why = _ ("its shape makes no sense, or it is larger than 2 GiB");
  if (!parse_shape (self, value_of (dictionary, "shape")))
    return NULL;
  *why = _ ("the arrays are larger than 2 GiB together");
  if (n_before + self->n * self->size > MAX_BYTES)
    return NULL;
  *why = _ ("damaged, or cut off");
  return read_elements (self, zip) ? g_steal_pointer (&self) : NULL;
}

/* Place of element i, counted in C order, in an array of either order. */
static guint64
place_of (const TsrNpy *self, guint64 i)
{
  guint64 place = 0, stride = 1, rest = i, index[TSR_NPY_MAX_DIMENSIONS];

  if (!self->is_fortran || self->n_dimensions < 2)
    return i;
  for (guint d = self->n_dimensions; d-- > 0;) {
    index[d] = rest % self->shape[d];
    rest /= self->shape[d];
  }
  for (guint d = 0; d < self->n_dimensions; d++) {
    place += index[d] * stride;
    stride *= self->shape[d];
  }
  return place;
}

static guint64
word_at (const TsrNpy *self, const guint8 *p, guint size)
{
  guint64 word = 0;

  for (guint i = 0; i < size; i++)
    word = word << 8 | p[self->is_big_endian ? i : size - 1 - i];
  return word;
}

double
tsr_npy_number (const TsrNpy *self, guint64 i)
{
  const guint8 *p = self->bytes->data + place_of (self, i) * self->size;
  guint64       word = self->size <= 8 ? word_at (self, p, self->size) : 0;
  guint         shift = 64 - 8 * self->size;
  union {
    guint32 word;
    float   number;
  } four = {.word = (guint32)word};
  union {
    guint64 word;
    double  number;
  } eight = {.word = word};

  switch (self->kind) {
  case 'f':
    return self->size == 4 ? (double)four.number : eight.number;
  case 'i':
    return (double)((gint64)(word << shift) >> shift);
  case 'u':
  case 'b':
    return (double)word;
  default:
    return NAN;
  }
}

void
tsr_npy_numbers (const TsrNpy *self, guint64 first, guint64 n, double *numbers)
{
  gboolean is_native = self->is_big_endian == (G_BYTE_ORDER == G_BIG_ENDIAN);

  if (self->kind == 'f' && self->size == 8 && is_native && !self->is_fortran) {
    memcpy (numbers, self->bytes->data + first * 8, n * 8);
    return;
  }
  for (guint64 i = 0; i < n; i++)
    numbers[i] = tsr_npy_number (self, first + i);
}

char *
tsr_npy_text (const TsrNpy *self, guint64 i)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint k = 0; self->kind == 'U' && k < self->size / 4; k++) {
    const guint8 *p = self->bytes->data + place_of (self, i) * self->size + 4 * k;
    guint64       c = word_at (self, p, 4);
    if (c == 0)
      break;
    g_string_append_unichar (text, g_unichar_validate ((gunichar)c) ? (gunichar)c : '?');
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* ---- out ---- */

gboolean
tsr_npy_begin (TsrZipWriter  *zip,
               const char    *name,
               const char    *type,
               guint          size,
               guint          n_dimensions,
               const guint64 *shape,
               gboolean       deflate)
{
  g_autofree char *file = g_strconcat (name, ".npy", NULL);
  g_autoptr (GString) header = g_string_new (NULL);
  guint64 n_bytes = size;
  guint8  head[10];

  g_string_append_printf (
      header, "{'descr': '%s', 'fortran_order': False, 'shape': (", type);
  for (guint d = 0; d < n_dimensions; d++) {
    g_string_append_printf (header, "%s%" PRIu64, d > 0 ? ", " : "", shape[d]);
    n_bytes *= shape[d];
  }
  g_string_append (header, n_dimensions == 1 ? ",), }" : "), }");
  while ((sizeof head + header->len + 1) % ALIGNMENT != 0)
    g_string_append_c (header, ' ');
  g_string_append_c (header, '\n');
  memcpy (head, MAGIC, sizeof MAGIC);
  head[6] = 1;
  head[7] = 0;
  head[8] = (guint8)header->len;
  head[9] = (guint8)(header->len >> 8);
  return tsr_zip_writer_begin (zip, file, sizeof head + header->len + n_bytes, deflate) &&
         tsr_zip_writer_data (zip, head, sizeof head) &&
         tsr_zip_writer_data (zip, header->str, header->len);
}
