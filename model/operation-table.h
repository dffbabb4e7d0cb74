/* SPDX-License-Identifier: GPL-3.0-or-later
 * What there is to be told of each operation: words, names, parameters with units and
 * ranges, curves. One table that the parser, the help of the command line and the forms
 * of the window read. Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  TSR_PARAMETER_AMOUNT, /* a number; where the operation takes curves, also one of those
                         */
  TSR_PARAMETER_NUMBER,
  TSR_PARAMETER_TEXT,   /* as it is written in the command; may be empty where optional */
  TSR_PARAMETER_CHOICE, /* one of `words` */
  TSR_PARAMETER_FLAG,   /* `before` stands there, or not */
  TSR_PARAMETER_FILE,   /* a path */
} TsrParameterKind;

/* What a number is; the unit it is kept in is that of the table's limits. */
typedef enum {
  TSR_MEASURE_NUMBER,
  TSR_MEASURE_CENTS,  /* a ratio, told in cents */
  TSR_MEASURE_FACTOR, /* > 0 */
  TSR_MEASURE_SHIFT,  /* Hz, any sign */
  TSR_MEASURE_GAIN,   /* dB */
  TSR_MEASURE_TILT,   /* dB an octave */
  TSR_MEASURE_TIME,   /* s, >= 0 */
  TSR_MEASURE_OFFSET, /* s, any sign */
  TSR_MEASURE_HZ,     /* > 0 */
  TSR_MEASURE_COUNT,  /* whole */
} TsrMeasure;

typedef struct {
  const char        *name;   /* to be translated; NULL ends the list */
  const char        *before; /* what stands before the value in the command */
  const char        *unit;   /* what stands after it */
  TsrParameterKind   kind;
  TsrMeasure         measure;
  double             low, high, start, step; /* of a number: limits, first value */
  gboolean           optional;               /* left out where it is `start`, or empty */
  const char *const *words;                  /* of a choice, NULL-terminated */
  const char *const *names; /* of the words, to be translated; NULL: the words */
  const char        *hint;  /* of a text: an example */
  guint              flag;  /* of a TSR_PARAMETER_FLAG: TSR_KEEP_... */
  int only_of, only_at;     /* there is this one only while choice parameter `only_of` - 1
                               stands at `only_at`; only_of 0: always */
} TsrParameter;

enum {
  TSR_CURVE_OVER_TIME = 1 << 0,
  TSR_CURVE_OVER_HZ = 1 << 1,
  TSR_CURVE_TIME_MAP = 1 << 2, /* time_s -> target_s */
  TSR_CURVE_ONLY = 1 << 3,     /* a number alone is not enough */
};

enum { TSR_MAX_PARAMETERS = 8 };

typedef struct {
  const char *word;    /* the command begins with it */
  const char *name;    /* to be translated */
  const char *summary; /* a sentence, to be translated */
  const char *usage;   /* what comes after the word, for the help */
  guint curves;      /* TSR_CURVE_...: what the first parameter may be besides a number */
  const char *value; /* of the header of a curve file: "time_s,VALUE"; NULL: none */
  const char *curve_unit;                   /* after each value of points written out */
  double shown_low, shown_high, shown_step; /* of the graph, in the unit of the table */
  TsrParameter parameters[TSR_MAX_PARAMETERS + 1];
} TsrOperationInfo;

/* All that can be told in words, in the order of their kinds. */
guint                   tsr_operation_info_count (void);
const TsrOperationInfo *tsr_operation_info (guint index);           /* index < count */
const TsrOperationInfo *tsr_operation_info_find (const char *word); /* NULL: none */
guint                   tsr_operation_info_n_parameters (const TsrOperationInfo *info);

/* What a person chose. `text` is borrowed; for an amount it is a curve or the name of its
 * file, and counts in place of the number where it is not NULL. */
typedef struct {
  double      number;
  guint       choice;
  gboolean    on;
  const char *text;
} TsrParameterValue;

/* Where each parameter begins. */
void tsr_operation_info_start (const TsrOperationInfo *info, TsrParameterValue *values);
/* Whether the choices leave room for the parameter. */
gboolean tsr_operation_info_has (const TsrOperationInfo  *info,
                                 const TsrParameterValue *values,
                                 guint                    parameter);
/* The command: "pitch 200cents keep formants". Numbers are written so that they read back
 * as the same. (transfer full) */
char *tsr_operation_compose (const TsrOperationInfo  *info,
                             const TsrParameterValue *values);

/* The shortest text that reads back as the same number, in the C locale. */
void tsr_append_number (GString *text, double number);

/* Lines for the help of the command line: every operation with its usage. (transfer full)
 */
char *tsr_operation_dup_help (void);

G_END_DECLS
