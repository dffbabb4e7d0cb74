/* SPDX-License-Identifier: GPL-3.0-or-later
 * The inside of an operation, shared by its parser, its texts and its application.
 */
#pragma once

#include "model/operation.h"

G_BEGIN_DECLS

typedef enum {
  TSR_OPERATION_PITCH,   /* number: ratio, or curve: ratio over seconds */
  TSR_OPERATION_STRETCH, /* number: factor, or curve: new seconds over old seconds */
  TSR_OPERATION_SHIFT,   /* number: Hz */
  TSR_OPERATION_GAIN,    /* number: dB */
  TSR_OPERATION_FILTER,  /* curve: dB over Hz */
  TSR_OPERATION_DELETE,
  TSR_OPERATION_CROP, /* start_s, end_s */
} TsrOperationKind;

struct TsrOperation {
  TsrOperationKind kind;
  double           number;
  double           start_s, end_s; /* end_s may be INFINITY */
  TsrCurve        *curve;          /* NULL: none */
  char            *file_name;      /* where the curve came from; NULL: drawn */
};

/* Limits of what an operation may be told. */
#define TSR_MIN_PITCH_RATIO (1.0 / 64)
#define TSR_MAX_PITCH_RATIO 64.0
#define TSR_MIN_STRETCH 0.05 /* also of the slope of a time map */
#define TSR_MAX_STRETCH 20.0
#define TSR_MAX_SHIFT_HZ 200e3
#define TSR_MIN_GAIN_DB -200.0
#define TSR_MAX_GAIN_DB 100.0

/* Makes an operation of valid numbers; takes the curve. */
TsrOperation *tsr_operation_new (TsrOperationKind kind, double number, TsrCurve *curve);

/* Whether nothing would change: ratio 1, 0 dB ... */
gboolean tsr_operation_is_identity (const TsrOperation *operation);

G_END_DECLS
