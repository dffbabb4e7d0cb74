/* SPDX-License-Identifier: GPL-3.0-or-later
 * Numbers as people type them into the inspector: with units and arithmetic (`+2st`,
 * `1.5*`, `440Hz`, `3s/2`, `2*(1.5+1)`), and how they are shown. Pure functions. Thread:
 * any.
 */
#pragma once

#include <glib.h>

#include "model/operation-table.h"

G_BEGIN_DECLS

/* What a number is, and the unit it is kept in. */
typedef enum {
  TSR_QUANTITY_PITCH,     /* change in cents; takes c, ct, st, Hz (where the reference
                             goes), x */
  TSR_QUANTITY_STRETCH,   /* factor > 0; takes %, s and ms (the new duration) */
  TSR_QUANTITY_SHIFT,     /* change in Hz; takes kHz */
  TSR_QUANTITY_GAIN,      /* change in dB; takes x (a linear factor) */
  TSR_QUANTITY_FREQUENCY, /* Hz > 0; takes kHz and note names */
  TSR_QUANTITY_LEVEL,     /* dBFS */
  TSR_QUANTITY_TIME,      /* s; takes ms, min and m:ss */
  TSR_QUANTITY_SHARE,     /* 0..1, shown and typed in percent */
  TSR_QUANTITY_OFFSET,    /* change in s; takes ms */
  TSR_QUANTITY_NUMBER,    /* of no unit; takes % */
} TsrQuantity;

typedef struct {
  double value;        /* the present one, which `1.5*` and `+3` refer to */
  double reference_hz; /* what `440Hz` moves, for TSR_QUANTITY_PITCH; <= 0: none */
  double duration_s;   /* what `3s` replaces, for TSR_QUANTITY_STRETCH; <= 0: none */
  double low, high;    /* limits */
} TsrQuantityContext;

#define TSR_QUANTITY_ERROR (tsr_quantity_error_quark ())
GQuark tsr_quantity_error_quark (void);

/* FALSE with one sentence when the text is no such number or lies beyond the limits. A
 * leading + adds to the present value; so does a leading - where numbers cannot be
 * negative. A trailing or leading * (or x) multiplies, a trailing / or % divides. Comma
 * and point both mark decimals. */
gboolean tsr_quantity_parse (TsrQuantity               quantity,
                             const char               *text,
                             const TsrQuantityContext *context,
                             double                   *value,
                             GError                  **error);

/* With its unit: "+35 c", "1.50 ×", "-12.0 dB". (transfer full) */
char *tsr_quantity_format (TsrQuantity quantity, double value);

/* How a parameter of an operation is typed and shown, in the unit of its table. */
TsrQuantity tsr_quantity_of_measure (TsrMeasure measure);

/* The value that changes nothing: 0, or 1 for a factor. */
double tsr_quantity_neutral (TsrQuantity quantity);

G_END_DECLS
