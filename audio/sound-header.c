/* SPDX-License-Identifier: GPL-3.0-or-later
 * RIFF and AIFF chunks, read far enough to find the promised length.
 */
#include "audio/sound-header.h"

#include <string.h>
#include <unistd.h>

enum {
  MAX_CHUNKS = 256,
  WAVE_PCM = 1,
  WAVE_FLOAT = 3,
  WAVE_EXTENSIBLE = 0xFFFE,
};

/* Sizes from here on are what writers put who do not know the length. */
#define UNKNOWN_SIZE 0x7FFFF000u

static guint32
le32 (const guint8 *b)
{
  return b[0] | (guint32)b[1] << 8 | (guint32)b[2] << 16 | (guint32)b[3] << 24;
}

static guint16
le16 (const guint8 *b)
{
  return (guint16)(b[0] | b[1] << 8);
}

static guint32
be32 (const guint8 *b)
{
  return b[3] | (guint32)b[2] << 8 | (guint32)b[1] << 16 | (guint32)b[0] << 24;
}

static gboolean
read_at (int fd, gint64 offset, guint8 *bytes, gsize n)
{
  return pread (fd, bytes, n, (off_t)offset) == (ssize_t)n;
}

static gint64
promised_by_riff (int fd)
{
  guint8  chunk[8], format[16];
  guint16 block_align = 0;
  gint64  offset = 12;
  for (int i = 0; i < MAX_CHUNKS && read_at (fd, offset, chunk, 8); i++) {
    guint32 size = le32 (chunk + 4);
    if (memcmp (chunk, "fmt ", 4) == 0 && size >= 16) {
      if (!read_at (fd, offset + 8, format, 16))
        return -1;
      guint16 tag = le16 (format);
      if (tag != WAVE_PCM && tag != WAVE_FLOAT && tag != WAVE_EXTENSIBLE)
        return -1;
      block_align = le16 (format + 12);
    }
    if (memcmp (chunk, "data", 4) == 0)
      return block_align == 0 || size >= UNKNOWN_SIZE ? -1 : (gint64)(size / block_align);
    offset += 8 + (gint64)size + (size & 1);
  }
  return -1;
}

static gint64
promised_by_aiff (int fd)
{
  guint8 chunk[8], n_frames[4];
  gint64 offset = 12;
  for (int i = 0; i < MAX_CHUNKS && read_at (fd, offset, chunk, 8); i++) {
    guint32 size = be32 (chunk + 4);
    if (memcmp (chunk, "COMM", 4) == 0 && size >= 18)
      return read_at (fd, offset + 10, n_frames, 4) && be32 (n_frames) < UNKNOWN_SIZE
                 ? (gint64)be32 (n_frames)
                 : -1;
    offset += 8 + (gint64)size + (size & 1);
  }
  return -1;
}

gint64
tsr_sound_header_promised_frames (int fd)
{
  guint8 start[12];
  if (!read_at (fd, 0, start, sizeof start))
    return -1;
  if (memcmp (start, "RIFF", 4) == 0 && memcmp (start + 8, "WAVE", 4) == 0)
    return promised_by_riff (fd);
  if (memcmp (start, "FORM", 4) == 0 && memcmp (start + 8, "AIF", 3) == 0)
    return promised_by_aiff (fd);
  return -1;
}
