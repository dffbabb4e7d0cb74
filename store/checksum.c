/* SPDX-License-Identifier: GPL-3.0-or-later
 * XXH64, written after its specification.
 */
#include "store/checksum.h"

#include <string.h>

#define P1 G_GUINT64_CONSTANT (0x9E3779B185EBCA87)
#define P2 G_GUINT64_CONSTANT (0xC2B2AE3D27D4EB4F)
#define P3 G_GUINT64_CONSTANT (0x165667B19E3779F9)
#define P4 G_GUINT64_CONSTANT (0x85EBCA77C2B2AE63)
#define P5 G_GUINT64_CONSTANT (0x27D4EB2F165667C5)

static inline guint64
rotate (guint64 x, int bits)
{
  return (x << bits) | (x >> (64 - bits));
}

static inline guint64
read_64 (const guint8 *p)
{
  guint64 value;
  memcpy (&value, p, sizeof value);
  return GUINT64_FROM_LE (value);
}

static inline guint32
read_32 (const guint8 *p)
{
  guint32 value;
  memcpy (&value, p, sizeof value);
  return GUINT32_FROM_LE (value);
}

static inline guint64
mix (guint64 lane, guint64 word)
{
  return rotate (lane + word * P2, 31) * P1;
}

static inline guint64
merge (guint64 hash, guint64 lane)
{
  return (hash ^ mix (0, lane)) * P1 + P4;
}

/* Consumes whole stripes of 32 bytes. */
static guint64
hash_stripes (const guint8 **p, const guint8 *end, guint64 seed)
{
  guint64 v1 = seed + P1 + P2, v2 = seed + P2, v3 = seed, v4 = seed - P1;

  for (; end - *p >= 32; *p += 32) {
    v1 = mix (v1, read_64 (*p));
    v2 = mix (v2, read_64 (*p + 8));
    v3 = mix (v3, read_64 (*p + 16));
    v4 = mix (v4, read_64 (*p + 24));
  }
  guint64 hash = rotate (v1, 1) + rotate (v2, 7) + rotate (v3, 12) + rotate (v4, 18);
  return merge (merge (merge (merge (hash, v1), v2), v3), v4);
}

guint64
tsr_checksum_bytes (const void *data, gsize n_bytes, guint64 seed)
{
  const guint8 *p = data;
  const guint8 *end = p + n_bytes;
  guint64       hash = n_bytes >= 32 ? hash_stripes (&p, end, seed) : seed + P5;

  hash += n_bytes;
  for (; end - p >= 8; p += 8)
    hash = rotate (hash ^ mix (0, read_64 (p)), 27) * P1 + P4;
  if (end - p >= 4) {
    hash = rotate (hash ^ ((guint64)read_32 (p) * P1), 23) * P2 + P3;
    p += 4;
  }
  for (; p < end; p++)
    hash = rotate (hash ^ (*p * P5), 11) * P1;
  hash = (hash ^ (hash >> 33)) * P2;
  hash = (hash ^ (hash >> 29)) * P3;
  return hash ^ (hash >> 32);
}

guint64
tsr_checksum_fold (guint64 row, guint64 column)
{
  return rotate (row ^ mix (0, column), 27) * P1 + P4;
}
