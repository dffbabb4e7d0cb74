/* SPDX-License-Identifier: GPL-3.0-or-later
 * Breakpoints <-> columns of bytes.
 */
#include "store/partial-codec.h"

#include <string.h>

static const gsize WIDTH[TSR_N_PARTIAL_COLUMNS] = {8, 8, 8, 8, 4, 4, 4, 4};

enum {
  PLAIN = 1,
  WITH_NOISE = 2,
  FLAGS = TSR_N_PARTIAL_COLUMNS - 1,
  FLAG_BITS = 8, /* below what tells of the noise */
  NOISE_BITS = 24,
};

static inline void
put_double (guint8 *p, double value)
{
  guint64 word;
  memcpy (&word, &value, sizeof word);
  word = GUINT64_TO_LE (word);
  memcpy (p, &word, sizeof word);
}

static inline double
get_double (const guint8 *p)
{
  guint64 word;
  double  value;
  memcpy (&word, p, sizeof word);
  word = GUINT64_FROM_LE (word);
  memcpy (&value, &word, sizeof value);
  return value;
}

static inline void
put_word (guint8 *p, guint32 word)
{
  word = GUINT32_TO_LE (word);
  memcpy (p, &word, sizeof word);
}

static inline guint32
get_word (const guint8 *p)
{
  guint32 word;
  memcpy (&word, p, sizeof word);
  return GUINT32_FROM_LE (word);
}

static inline void
put_float (guint8 *p, float value)
{
  guint32 word;
  memcpy (&word, &value, sizeof word);
  put_word (p, word);
}

static inline float
get_float (const guint8 *p)
{
  guint32 word = get_word (p);
  float   value;
  memcpy (&value, &word, sizeof value);
  return value;
}

gint64
tsr_partial_codec_version (const TsrPartial *partial)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  gint64               noise_id = tsr_partial_noise_id (partial);

  if (noise_id == tsr_partial_id (partial) || noise_id <= 0 ||
      noise_id >> (2 * NOISE_BITS) != 0 || tsr_partial_n_breakpoints (partial) < 2 ||
      (b[0].flags | b[1].flags) >> FLAG_BITS != 0)
    return PLAIN;
  return WITH_NOISE;
}

static void
put_noise_id (guint8 *flags, gint64 noise_id)
{
  for (int i = 0; i < 2; i++) {
    guint32 part = (guint32)(noise_id >> (i * NOISE_BITS)) << FLAG_BITS;
    put_word (flags + 4 * i, get_word (flags + 4 * i) | part);
  }
}

/* Takes the id out of the first two flags. */
static gint64
take_noise_id (TsrBreakpoint *b)
{
  gint64 noise_id = 0;

  for (int i = 0; i < 2; i++) {
    noise_id |= (gint64)(b[i].flags >> FLAG_BITS) << (i * NOISE_BITS);
    b[i].flags &= (1U << FLAG_BITS) - 1;
  }
  return noise_id;
}

void
tsr_partial_encode (const TsrPartial *partial,
                    GByteArray       *buffer,
                    TsrPartialColumn  columns[TSR_N_PARTIAL_COLUMNS])
{
  gsize                n = tsr_partial_n_breakpoints (partial);
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  guint8              *p[TSR_N_PARTIAL_COLUMNS];

  g_byte_array_set_size (buffer, (guint)(n * (4 * 8 + 4 * 4)));
  gsize offset = 0;
  for (int c = 0; c < TSR_N_PARTIAL_COLUMNS; c++) {
    p[c] = buffer->data + offset;
    columns[c] = (TsrPartialColumn){p[c], n * WIDTH[c]};
    offset += n * WIDTH[c];
  }
  for (gsize i = 0; i < n; i++) {
    put_double (p[0] + 8 * i, b[i].time_s);
    put_double (p[1] + 8 * i, b[i].phase_turns);
    put_double (p[2] + 8 * i, b[i].frequency_hz);
    put_double (p[3] + 8 * i, b[i].log_amplitude);
    put_float (p[4] + 4 * i, b[i].slope_per_s);
    put_float (p[5] + 4 * i, b[i].chirp_hz_per_s);
    put_float (p[6] + 4 * i, b[i].bandwidth);
    put_word (p[7] + 4 * i, b[i].flags);
  }
  if (tsr_partial_codec_version (partial) == WITH_NOISE)
    put_noise_id (p[FLAGS], tsr_partial_noise_id (partial));
}

static TsrPartial *
with_noise (TsrPartial *partial, gint64 noise_id)
{
  TsrPartial *made =
      partial != NULL ? tsr_partial_new_with_noise (partial, noise_id) : NULL;

  tsr_partial_unref (partial);
  return made;
}

TsrPartial *
tsr_partial_decode (gint64                 id,
                    int                    label,
                    unsigned               channel,
                    gint64                 version,
                    gint64                 n,
                    const TsrPartialColumn columns[TSR_N_PARTIAL_COLUMNS])
{
  const guint8 *p[TSR_N_PARTIAL_COLUMNS];

  if (version < PLAIN || version > WITH_NOISE || n < version ||
      n > TSR_PARTIAL_MAX_BREAKPOINTS)
    return NULL;
  for (int c = 0; c < TSR_N_PARTIAL_COLUMNS; c++) {
    if (columns[c].n_bytes != (gsize)n * WIDTH[c])
      return NULL;
    p[c] = columns[c].bytes;
  }
  g_autofree TsrBreakpoint *b = g_try_new (TsrBreakpoint, (gsize)n);
  if (b == NULL)
    return NULL;
  for (gsize i = 0; i < (gsize)n; i++) {
    b[i].time_s = get_double (p[0] + 8 * i);
    b[i].phase_turns = get_double (p[1] + 8 * i);
    b[i].frequency_hz = get_double (p[2] + 8 * i);
    b[i].log_amplitude = get_double (p[3] + 8 * i);
    b[i].slope_per_s = get_float (p[4] + 4 * i);
    b[i].chirp_hz_per_s = get_float (p[5] + 4 * i);
    b[i].bandwidth = get_float (p[6] + 4 * i);
    b[i].flags = get_word (p[7] + 4 * i);
  }
  gint64      noise_id = version == WITH_NOISE ? take_noise_id (b) : 0;
  TsrPartial *partial = tsr_partial_new (id, label, channel, b, (size_t)n);
  return noise_id > 0 ? with_noise (partial, noise_id) : partial;
}
