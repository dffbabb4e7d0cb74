/* SPDX-License-Identifier: GPL-3.0-or-later
 * The parsed form of a query: a tree in an array, made by query-parse.c and evaluated by
 * query.c.
 */
#pragma once

#include "model/query.h"

G_BEGIN_DECLS

typedef enum {
  TSR_FIELD_TIME,
  TSR_FIELD_DURATION,
  TSR_FIELD_FREQUENCY,
  TSR_FIELD_AMPLITUDE, /* linear */
  TSR_FIELD_ENERGY,    /* dB re the partial with most */
  TSR_FIELD_NOISE,
  TSR_FIELD_LABEL,
  TSR_FIELD_CHANNEL,
  TSR_FIELD_LENGTH,
  TSR_FIELD_HARMONICITY,
  TSR_FIELD_ID,
} TsrField;

typedef enum {
  TSR_QUERY_ALL,
  TSR_QUERY_AND, /* left, right */
  TSR_QUERY_OR,
  TSR_QUERY_NOT,   /* left */
  TSR_QUERY_SAVED, /* count: which of the names */
  TSR_QUERY_LESS,  /* field, low */
  TSR_QUERY_LESS_OR_EQUAL,
  TSR_QUERY_EQUAL,
  TSR_QUERY_NOT_EQUAL,
  TSR_QUERY_GREATER_OR_EQUAL,
  TSR_QUERY_GREATER,
  TSR_QUERY_IN,  /* field, low..high, both included */
  TSR_QUERY_TOP, /* field, count */
} TsrQueryKind;

typedef struct {
  TsrQueryKind kind;
  TsrField     field;
  double       low, high; /* in the field's unit */
  guint64      count;
  guint        left, right; /* indices of nodes */
} TsrQueryNode;

struct TsrQuery {
  GArray    *nodes; /* TsrQueryNode; the last one is the root */
  GPtrArray *names; /* of saved selections */
  GPtrArray *saved; /* TsrSelection, one a name; empty before they are looked up */
  gboolean   has_region;
  TsrRegion  region;
};

G_END_DECLS
