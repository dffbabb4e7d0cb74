/* SPDX-License-Identifier: GPL-3.0-or-later
 * JSON (RFC 8259) as a flat list of its values in the order of the file: half a million
 * breakpoints are millions of numbers, for which a tree of objects is too slow. Thread:
 * any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  TSR_JSON_NULL,
  TSR_JSON_TRUTH,
  TSR_JSON_NUMBER,
  TSR_JSON_TEXT,
  TSR_JSON_ARRAY,
  TSR_JSON_OBJECT,
} TsrJsonType;

typedef struct {
  guint32 type; /* TsrJsonType */
  guint32 end;  /* index of the value after this one and all that is in it */
  union {
    double number;
    struct {
      guint32 at, n; /* bytes of the file between the quotes */
    } text;
    guint32 n_children; /* of an array; of an object names and values together */
  };
} TsrJsonNode;

typedef struct {
  const guint8 *bytes; /* borrowed */
  gsize         n_bytes;
  GArray       *nodes; /* of TsrJsonNode; 0 is the root. What is in an array or object
                          follows it; in an object names (texts) and values take turns. */
} TsrJsonTape;

typedef enum {
  TSR_JSON_FINE,
  TSR_JSON_WRONG,    /* no JSON, or no UTF-8 */
  TSR_JSON_TOO_DEEP, /* more than 32 arrays and objects in each other */
  TSR_JSON_TOO_LONG, /* 4 GiB or more */
} TsrJsonProblem;

/* Reads all of it; `bytes` has to live as long as the tape. *at: the byte where a problem
 * is. Numbers too large for a double are infinite. Clear it whatever comes back. */
TsrJsonProblem
     tsr_json_tape_read (TsrJsonTape *self, const guint8 *bytes, gsize n, gsize *at);
void tsr_json_tape_clear (TsrJsonTape *self);

static inline const TsrJsonNode *
tsr_json_at (const TsrJsonTape *self, guint i)
{
  return &g_array_index (self->nodes, TsrJsonNode, i);
}

/* The value of the last member with that name; 0: none. `object` may be anything. */
guint tsr_json_member (const TsrJsonTape *self, guint object, const char *name);
/* A text with its escapes resolved. (transfer full) */
char *tsr_json_dup_text (const TsrJsonTape *self, guint text);

G_END_DECLS
