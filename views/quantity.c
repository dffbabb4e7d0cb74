/* SPDX-License-Identifier: GPL-3.0-or-later
 * Parsing and showing numbers with units: a small recursive-descent calculator.
 */
#include "views/quantity.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

enum { MAX_DEPTH = 16 }; /* of brackets and signs in each other */

G_DEFINE_QUARK (tsr - quantity - error - quark, tsr_quantity_error)

/* How a term of the expression was written, which decides what it means. */
typedef enum {
  UNIT_NONE,
  UNIT_CENTS, /* also semitones, as 100 cents */
  UNIT_HZ,
  UNIT_SECONDS,
  UNIT_DB,
  UNIT_RATIO, /* percent, or x */
} Unit;

typedef struct {
  double number;
  Unit   unit;
} Term;

typedef struct {
  const char *at;
  gboolean    failed;
  int         depth;
} Parser;

static const struct {
  const char *text;
  Unit        unit;
  double      scale;
} unit_names[] = {
    {"cents", UNIT_CENTS, 1.0},
    {"cent", UNIT_CENTS, 1.0},
    {"ct", UNIT_CENTS, 1.0},
    {"c", UNIT_CENTS, 1.0},
    {"st", UNIT_CENTS, 100.0},
    {"khz", UNIT_HZ, 1000.0},
    {"hz", UNIT_HZ, 1.0},
    {"k", UNIT_HZ, 1000.0},
    {"ms", UNIT_SECONDS, 1e-3},
    {"min", UNIT_SECONDS, 60.0},
    {"s", UNIT_SECONDS, 1.0},
    {"dbfs", UNIT_DB, 1.0},
    {"db", UNIT_DB, 1.0},
    {"%", UNIT_RATIO, 0.01},
    {"×", UNIT_RATIO, 1.0},
};

static void
skip_spaces (Parser *parser)
{
  while (*parser->at == ' ')
    parser->at++;
}

/* The unit after a number; a letter must not follow its name. */
static void
read_unit (Parser *parser, Term *term)
{
  skip_spaces (parser);
  for (gsize i = 0; i < G_N_ELEMENTS (unit_names); i++) {
    gsize length = strlen (unit_names[i].text);

    if (strncmp (parser->at, unit_names[i].text, length) != 0)
      continue;
    if (g_ascii_isalpha (parser->at[length]) && unit_names[i].text[0] != '%')
      continue;
    parser->at += length;
    term->unit = unit_names[i].unit;
    term->number *= unit_names[i].scale;
    return;
  }
}

/* c4, a#3, bb2: a note of the tempered scale at A4 = 440 Hz. */
static gboolean
read_note (Parser *parser, Term *term)
{
  static const int semitones[] = {9, 11, 0, 2, 4, 5, 7}; /* a b c d e f g */
  const char      *at = parser->at;
  int              key;

  if (*at < 'a' || *at > 'g')
    return FALSE;
  key = semitones[*at++ - 'a'];
  if (*at == '#')
    key++, at++;
  else if (*at == 'b' && g_ascii_isdigit (at[1]))
    key--, at++;
  if (!g_ascii_isdigit (*at))
    return FALSE;
  key += 12 * (*at++ - '0' + 1);
  *term = (Term){440.0 * exp2 ((key - 69) / 12.0), UNIT_HZ};
  parser->at = at;
  return TRUE;
}

static Term read_sum (Parser *parser);

/* Behind an opening bracket. */
static Term
read_bracket (Parser *parser)
{
  Term term = read_sum (parser);

  skip_spaces (parser);
  if (*parser->at != ')')
    parser->failed = TRUE;
  else
    parser->at++;
  return term;
}

/* Digits with a unit, or minutes and seconds. */
static Term
read_digits (Parser *parser)
{
  Term  term = {0.0, UNIT_NONE};
  char *end;

  if (!g_ascii_isdigit (*parser->at) && *parser->at != '.') {
    parser->failed = TRUE;
    return term;
  }
  term.number = g_ascii_strtod (parser->at, &end);
  if (end == parser->at)
    parser->failed = TRUE;
  parser->at = end;
  if (*parser->at == ':') { /* m:ss */
    double seconds = g_ascii_strtod (parser->at + 1, &end);

    if (end == parser->at + 1)
      parser->failed = TRUE;
    parser->at = end;
    return (Term){60.0 * term.number + seconds, UNIT_SECONDS};
  }
  read_unit (parser, &term);
  return term;
}

static Term
read_number (Parser *parser)
{
  Term     term = {0.0, UNIT_NONE};
  gboolean minus, bracket;

  skip_spaces (parser);
  minus = *parser->at == '-';
  bracket = *parser->at == '(';
  if (!minus && !bracket)
    return read_note (parser, &term) ? term : read_digits (parser);
  if (parser->depth >= MAX_DEPTH) {
    parser->failed = TRUE;
    return term;
  }
  parser->at++;
  parser->depth++;
  term = minus ? read_number (parser) : read_bracket (parser);
  parser->depth--;
  if (minus)
    term.number = -term.number;
  return term;
}

static Unit
common_unit (Parser *parser, Term a, Term b)
{
  if (a.unit == UNIT_NONE)
    return b.unit;
  if (b.unit != UNIT_NONE && b.unit != a.unit)
    parser->failed = TRUE;
  return a.unit;
}

static Term
read_product (Parser *parser)
{
  Term term = read_number (parser);

  for (;;) {
    char sign;

    skip_spaces (parser);
    sign = *parser->at;
    /* An operator at the end belongs to the whole expression. */
    if ((sign != '*' && sign != '/') || parser->at[1] == '\0' || parser->failed)
      return term;
    parser->at++;
    Term factor = read_number (parser);
    term.unit = common_unit (parser, term, factor);
    if (sign == '*')
      term.number *= factor.number;
    else
      term.number /= factor.number;
  }
}

static Term
read_sum (Parser *parser)
{
  Term term = read_product (parser);

  for (;;) {
    char sign;

    skip_spaces (parser);
    sign = *parser->at;
    if ((sign != '+' && sign != '-') || parser->failed)
      return term;
    parser->at++;
    Term part = read_product (parser);
    term.unit = common_unit (parser, term, part);
    term.number += sign == '+' ? part.number : -part.number;
  }
}

static gboolean
is_signed (TsrQuantity quantity)
{
  return quantity != TSR_QUANTITY_STRETCH && quantity != TSR_QUANTITY_FREQUENCY &&
         quantity != TSR_QUANTITY_TIME && quantity != TSR_QUANTITY_SHARE;
}

/* `factor` times what the present value stands for. */
static double
multiplied (TsrQuantity quantity, double value, double factor)
{
  if (quantity == TSR_QUANTITY_PITCH)
    return value + 1200.0 * log2 (factor);
  if (quantity == TSR_QUANTITY_GAIN || quantity == TSR_QUANTITY_LEVEL)
    return value + 20.0 * log10 (factor);
  return value * factor;
}

/* The value of a term that stands alone; NAN when its unit does not fit. */
static double
absolute (TsrQuantity quantity, Term term, const TsrQuantityContext *context)
{
  if (term.unit == UNIT_NONE)
    return quantity == TSR_QUANTITY_SHARE ? 0.01 * term.number : term.number;
  switch (quantity) {
  case TSR_QUANTITY_PITCH:
    if (term.unit == UNIT_CENTS)
      return term.number;
    if (term.unit == UNIT_HZ && context->reference_hz > 0.0)
      return 1200.0 * log2 (term.number / context->reference_hz);
    return term.unit == UNIT_RATIO ? 1200.0 * log2 (term.number) : NAN;
  case TSR_QUANTITY_STRETCH:
    if (term.unit == UNIT_SECONDS && context->duration_s > 0.0)
      return term.number / context->duration_s;
    return term.unit == UNIT_RATIO ? term.number : NAN;
  case TSR_QUANTITY_SHIFT:
  case TSR_QUANTITY_FREQUENCY:
    return term.unit == UNIT_HZ ? term.number : NAN;
  case TSR_QUANTITY_GAIN:
  case TSR_QUANTITY_LEVEL:
    if (term.unit == UNIT_RATIO)
      return 20.0 * log10 (term.number);
    return term.unit == UNIT_DB ? term.number : NAN;
  case TSR_QUANTITY_TIME:
  case TSR_QUANTITY_OFFSET:
    return term.unit == UNIT_SECONDS ? term.number : NAN;
  case TSR_QUANTITY_SHARE:
  case TSR_QUANTITY_NUMBER:
    return term.unit == UNIT_RATIO ? term.number : NAN;
  }
  return NAN;
}

/* Lower case, decimal points, plain minus and multiplication signs. (transfer full) */
static char *
normalised (TsrQuantity quantity, const char *text)
{
  g_autofree char *lower = g_utf8_strdown (text, -1);
  GString         *plain = g_string_new (g_strstrip (lower));

  g_string_replace (plain, ",", ".", 0);
  g_string_replace (plain, "−", "-", 0);
  if (quantity == TSR_QUANTITY_STRETCH && g_str_has_suffix (plain->str, "×"))
    g_string_truncate (plain, plain->len - strlen ("×")); /* its unit, as it is shown */
  g_string_replace (plain, "×", "*", 0);
  g_string_replace (plain, "·", "*", 0);
  return g_string_free (plain, FALSE);
}

static double
evaluate (TsrQuantity quantity, char *text, const TsrQuantityContext *context)
{
  gsize    length = strlen (text);
  char     first = text[0];
  char     last = length > 0 ? text[length - 1] : '\0';
  gboolean times = first == '*' || first == 'x' || last == '*' || last == 'x';
  gboolean adds = first == '+' || (first == '-' && !is_signed (quantity));
  Parser   parser = {text, FALSE, 0};
  Term     term;

  if (times || last == '/') {
    gboolean leading = first == '*' || first == 'x';
    if (!leading)
      text[length - 1] = '\0';
    parser.at = leading ? text + 1 : text;
  } else if (first == '+') {
    parser.at = text + 1;
  }
  term = read_sum (&parser);
  skip_spaces (&parser);
  if (parser.failed || *parser.at != '\0')
    return NAN;
  if (times || last == '/') {
    if (term.unit != UNIT_NONE && term.unit != UNIT_RATIO)
      return NAN;
    return multiplied (quantity, context->value, times ? term.number : 1.0 / term.number);
  }
  if (adds && quantity == TSR_QUANTITY_STRETCH && term.unit == UNIT_SECONDS)
    return context->value + absolute (quantity, term, context);
  return (adds ? context->value : 0.0) + absolute (quantity, term, context);
}

gboolean
tsr_quantity_parse (TsrQuantity               quantity,
                    const char               *text,
                    const TsrQuantityContext *context,
                    double                   *value,
                    GError                  **error)
{
  g_autofree char *plain = normalised (quantity, text);
  double           result = evaluate (quantity, plain, context);

  if (!isfinite (result)) {
    g_set_error (
        error, TSR_QUANTITY_ERROR, 0, _ ("“%s” is no number that fits here"), text);
    return FALSE;
  }
  if (result < context->low || result > context->high) {
    g_autofree char *low = tsr_quantity_format (quantity, context->low);
    g_autofree char *high = tsr_quantity_format (quantity, context->high);

    g_set_error (error,
                 TSR_QUANTITY_ERROR,
                 0,
                 _ ("Only values from %s to %s fit here"),
                 low,
                 high);
    return FALSE;
  }
  *value = result;
  return TRUE;
}

char *
tsr_quantity_format (TsrQuantity quantity, double value)
{
  switch (quantity) {
  case TSR_QUANTITY_PITCH:
    if (fabs (value - round (value)) < 0.005)
      return g_strdup_printf ("%+.0f c", round (value) + 0.0);
    return g_strdup_printf ("%+.2f c", value);
  case TSR_QUANTITY_STRETCH:
    return g_strdup_printf (
        "%.*f ×", fabs (value * 100 - round (value * 100)) < 1e-6 ? 2 : 4, value);
  case TSR_QUANTITY_SHIFT:
    return g_strdup_printf ("%+.1f Hz", value + 0.0);
  case TSR_QUANTITY_GAIN:
    return g_strdup_printf ("%+.1f dB", value + 0.0);
  case TSR_QUANTITY_FREQUENCY:
    return g_strdup_printf ("%.*f Hz", value < 1000.0 ? 1 : 0, value);
  case TSR_QUANTITY_LEVEL:
    return g_strdup_printf ("%.0f dB", value);
  case TSR_QUANTITY_TIME:
    return g_strdup_printf ("%.3f s", value);
  case TSR_QUANTITY_SHARE:
    return g_strdup_printf (
        "%.*f %%", fabs (value * 100 - round (value * 100)) < 1e-6 ? 0 : 1, value * 100);
  case TSR_QUANTITY_OFFSET:
    return g_strdup_printf ("%+.3f s", value + 0.0);
  case TSR_QUANTITY_NUMBER:
    return g_strdup_printf ("%.6g", value + 0.0);
  }
  return g_strdup ("");
}

TsrQuantity
tsr_quantity_of_measure (TsrMeasure measure)
{
  switch (measure) {
  case TSR_MEASURE_CENTS:
    return TSR_QUANTITY_PITCH;
  case TSR_MEASURE_FACTOR:
    return TSR_QUANTITY_STRETCH;
  case TSR_MEASURE_SHIFT:
    return TSR_QUANTITY_SHIFT;
  case TSR_MEASURE_GAIN:
  case TSR_MEASURE_TILT:
    return TSR_QUANTITY_GAIN;
  case TSR_MEASURE_TIME:
    return TSR_QUANTITY_TIME;
  case TSR_MEASURE_OFFSET:
    return TSR_QUANTITY_OFFSET;
  case TSR_MEASURE_HZ:
    return TSR_QUANTITY_FREQUENCY;
  case TSR_MEASURE_NUMBER:
  case TSR_MEASURE_COUNT:
    break;
  }
  return TSR_QUANTITY_NUMBER;
}

double
tsr_quantity_neutral (TsrQuantity quantity)
{
  return quantity == TSR_QUANTITY_STRETCH ? 1.0 : 0.0;
}
