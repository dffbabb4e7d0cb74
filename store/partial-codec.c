/* SPDX-License-Identifier: GPL-3.0-or-later
 * Breakpoints <-> columns of bytes.
 */
#include "store/partial-codec.h"

#include <string.h>

static const gsize WIDTH[TSR_N_PARTIAL_COLUMNS] = {8, 8, 8, 8, 4, 4, 4, 4};

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

  if (version != TSR_PARTIAL_CODEC_VERSION || n < 1 || n > TSR_PARTIAL_MAX_BREAKPOINTS)
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
  return tsr_partial_new (id, label, channel, b, (size_t)n);
}
