/* SPDX-License-Identifier: GPL-3.0-or-later
 * The inside of an operation, shared by its parsers, its texts and its application.
 */
#pragma once

#include "model/dsp/partials/ops-join.h"
#include "model/operation.h"
#include "model/scale.h"

G_BEGIN_DECLS

typedef enum {
  /* These have a number, or a curve over time or frequency: an amount (tsr_amount). */
  TSR_OPERATION_PITCH,      /* ratio; keeps */
  TSR_OPERATION_SHIFT,      /* Hz */
  TSR_OPERATION_GAIN,       /* dB */
  TSR_OPERATION_NOISE,      /* factor on the amplitude of the noise part */
  TSR_OPERATION_FORMANTS,   /* ratio */
  TSR_OPERATION_VIBRATO,    /* factor */
  TSR_OPERATION_TREMOLO,    /* factor */
  TSR_OPERATION_TILT,       /* dB an octave */
  TSR_OPERATION_BRIGHTNESS, /* ratio of centroids */
  TSR_OPERATION_HARMONIFY,  /* share of the deviation that is taken away */
  TSR_N_AMOUNTS,

  TSR_OPERATION_STRETCH =
      TSR_N_AMOUNTS,      /* factor, or curve: new over old seconds; keeps */
  TSR_OPERATION_FILTER,   /* curve: dB over Hz */
  TSR_OPERATION_DELETE,   /* start_s, end_s: only there; end_s 0: all */
  TSR_OPERATION_CROP,     /* start_s, end_s */
  TSR_OPERATION_FADE,     /* start_s in, end_s out: lengths */
  TSR_OPERATION_SMOOTH,   /* number: s */
  TSR_OPERATION_QUANTIZE, /* scale, root_hz, number: amount, choice: TsrQuantize */
  TSR_OPERATION_REVERSE,
  TSR_OPERATION_MOVE,       /* number: s */
  TSR_OPERATION_JOIN,       /* choice: TsrJoin */
  TSR_OPERATION_SPLIT,      /* number: s */
  TSR_OPERATION_LABEL,      /* choice: the label; -1: auto */
  TSR_OPERATION_DUPLICATE,  /* number: s */
  TSR_OPERATION_DRAW,       /* path, count: harmonics, choice: channel or -1 */
  TSR_OPERATION_ERASE,      /* path, size_s, size_hz, number: strength */
  TSR_OPERATION_BREAKPOINT, /* start_s: where; choice: TsrBreakpointChange; path: one
                               point */
  TSR_OPERATION_INSERT,     /* partials, number: s */
  TSR_N_OPERATIONS,
} TsrOperationKind;

typedef enum {
  TSR_JOIN_ALL,
  TSR_JOIN_BRIDGE,
  TSR_JOIN_CROSSFADE,
} TsrJoin;

typedef enum {
  TSR_QUANTIZE_NOTES,    /* where there is a fundamental, all follow it */
  TSR_QUANTIZE_PARTIALS, /* each on its own */
} TsrQuantize;

typedef enum {
  TSR_BREAKPOINT_MOVE,
  TSR_BREAKPOINT_ADD,
  TSR_BREAKPOINT_DELETE,
} TsrBreakpointChange;

enum {
  TSR_KEEP_FORMANTS = 1 << 0,
  TSR_KEEP_TRANSIENTS = 1 << 1,
  TSR_KEEP_SHAPE = 1 << 2,
};

struct TsrOperation {
  TsrOperationKind kind;
  double           number;
  double           start_s, end_s; /* of a crop or deletion, end_s may be INFINITY */
  TsrCurve        *curve;          /* NULL: none */
  gboolean         over_hz;        /* the curve of an amount is over frequency */
  char            *curve_text;     /* file or points it was made from; NULL: its own */
  guint            keeps;
  GArray          *onsets_s; /* double, increasing; NULL: not known yet */
  TsrScale        *scale;
  double           root_hz;
  GArray          *path; /* TsrPathPoint; amplitude_db NAN: not told */
  double           size_s, size_hz;
  guint            count;
  int              choice;
  TsrPartialSet   *partials;
};

/* Limits of what an operation may be told. */
#define TSR_MIN_PITCH_RATIO (1.0 / 64)
#define TSR_MAX_PITCH_RATIO 64.0
#define TSR_MIN_STRETCH 0.05 /* also of the slope of a time map */
#define TSR_MAX_STRETCH 20.0
#define TSR_MAX_SHIFT_HZ 200e3
#define TSR_MIN_GAIN_DB -200.0
#define TSR_MAX_GAIN_DB 100.0
#define TSR_MAX_MOVE_S 1e6
#define TSR_MAX_SMOOTH_S 10.0
#define TSR_MAX_LABEL 10000
#define TSR_DRAWN_DB -30.0 /* of the pencil, where no level is told */
enum { TSR_MAX_HARMONICS = 512, TSR_MAX_PATH = 20000 };

/* What is the same for all amounts, from the table of operations. */
typedef struct {
  const char *word;
  double      low, high, identity;
  const char *value; /* of the header of a curve file: "time_s,VALUE" */
  const char *unit;  /* after the number in its text */
} TsrAmount;

TsrAmount tsr_amount (TsrOperationKind kind); /* kind < TSR_N_AMOUNTS */
/* TSR_KEEP_... that it can be told. */
guint tsr_operation_keeps (TsrOperationKind kind);
/* The word an operation begins with. */
const char *tsr_operation_word (TsrOperationKind kind);

/* Makes an operation of valid numbers; takes the curve. */
TsrOperation *tsr_operation_new (TsrOperationKind kind, double number, TsrCurve *curve);

/* Value of an amount at a time and a frequency. */
double tsr_operation_amount_at (const TsrOperation *operation,
                                double              time_s,
                                double              frequency_hz);

/* ---- parsing ---- */

typedef struct {
  const char *unit;
  double      factor;
} TsrUnit;

gboolean tsr_operation_fail (GError **error, const char *format, ...)
    G_GNUC_PRINTF (2, 3);
/* A number with one of the units (the list ends with NULL), and nothing after it. */
gboolean tsr_parse_quantity (const char     *text,
                             const TsrUnit  *units,
                             double         *number,
                             const TsrUnit **unit);
gboolean tsr_parse_seconds (const char *text, double *time_s);

/* One parser for each word; the argument is stripped and not empty where one is needed.
 */
TsrOperation *
tsr_operation_parse_amount (TsrOperationKind kind, const char *text, GError **error);
TsrOperation *tsr_operation_parse_stretch (const char *text, GError **error);
TsrOperation *tsr_operation_parse_filter (const char *text, GError **error);
TsrOperation *tsr_operation_parse_quantize (const char *text, GError **error);
TsrOperation *tsr_operation_parse_draw (const char *text, GError **error);
TsrOperation *tsr_operation_parse_erase (const char *text, GError **error);
TsrOperation *tsr_operation_parse_breakpoint (const char *text, GError **error);

/* Takes `keep WORD` (of the words that are allowed) off the end of the text, in place. */
gboolean tsr_operation_take_keeps (
    char *text, guint allowed, guint *keeps, GArray **onsets_s, GError **error);
/* Takes ` WORD value` off the end of the text, in place; NULL where it is not there. */
char *tsr_operation_take_option (char *text, const char *word);

/* ---- applying ---- */

typedef struct TsrOperationContext TsrOperationContext;

/* Prepares what an operation has to know of the sound: envelopes, the fundamental ...
 * `curve` is the one the partials are given (ratio, time map, filter), NULL for none.
 * NULL with an error. */
TsrOperationContext *tsr_operation_context_new (const TsrOperation  *operation,
                                                const TsrPartialSet *set,
                                                const TsrSelection  *selection,
                                                double               duration_s,
                                                GError             **error);
void                 tsr_operation_context_free (TsrOperationContext *context);
/* Ratio over time, time map, filter or fade as partials are given it; NULL: none. */
TsrCurve *tsr_operation_context_curve (const TsrOperationContext *context);
TsrBrush tsr_operation_brush (const TsrOperation *operation); /* of an eraser; borrowed */
/* Whether anything about the partial would change. */
gboolean tsr_operation_context_touches (const TsrOperationContext *context,
                                        const TsrPartial          *partial);
/* The transformed piece of `whole`, under the same id; NULL when memory is short. */
TsrPartial *tsr_operation_context_transform (const TsrOperationContext *context,
                                             TsrPartial                *piece,
                                             TsrPartial                *whole);

G_END_DECLS
