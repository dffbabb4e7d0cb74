/* SPDX-License-Identifier: GPL-3.0-or-later
 * The grammar of queries:
 *   query   = [ either ] [ "within" A:B [ F1:F2 ] ]
 *   either  = both { "or" both }          both = single { "and" single }
 *   single  = "not" single | "(" either ")" | "all" | "top" N "by" FIELD
 *           | "@" NAME | "@" NAME in quotation marks
 *           | FIELD ( < | <= | = | != | >= | > ) VALUE | FIELD "in" VALUE ".." VALUE
 * A value is a number with a unit of its field, or a note name for a frequency. With =,
 * != and `in` a note is all that is nearer to it than to another: 50 cents on both sides.
 */
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "model/query-private.h"

enum { MAX_DEPTH = 64, MAX_NODES = 10000 };

#define QUARTER_TONE 1.0293022366434921 /* 2^(50/1200) */

typedef struct {
  const char *text, *at; /* the whole query, and what is not read yet */
  GArray     *nodes;
  GPtrArray  *names;
  guint       depth;
  GError    **error;
} Parser;

static gboolean fail (Parser *p, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail (Parser *p, const char *format, ...)
{
  va_list arguments;
  glong   column = g_utf8_pointer_to_offset (p->text, p->at) + 1;

  va_start (arguments, format);
  g_autofree char *what = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  if (p->error == NULL || *p->error == NULL)
    g_set_error (p->error, TSR_QUERY_ERROR, 0, _ ("column %ld: %s"), column, what);
  return FALSE;
}

static void
skip_space (Parser *p)
{
  while (g_ascii_isspace (*p->at))
    p->at++;
}

static gboolean
accept_sign (Parser *p, const char *sign)
{
  skip_space (p);
  if (!g_str_has_prefix (p->at, sign))
    return FALSE;
  p->at += strlen (sign);
  return TRUE;
}

static gsize
word_length (const char *text)
{
  gsize n = 0;

  while (g_ascii_isalpha (text[n]) || text[n] == '_')
    n++;
  return n;
}

static gboolean
accept_word (Parser *p, const char *word)
{
  skip_space (p);
  gsize n = word_length (p->at);
  if (n != strlen (word) || g_ascii_strncasecmp (p->at, word, n) != 0)
    return FALSE;
  p->at += n;
  return TRUE;
}

/* Digits with at most one point; a point that is followed by another is not its own. */
static gboolean
accept_number (Parser *p, double *number)
{
  const char *at = p->at;
  gsize       n_digits = 0;

  if (*at == '+' || *at == '-')
    at++;
  for (; g_ascii_isdigit (*at); at++)
    n_digits++;
  if (*at == '.' && at[1] != '.')
    for (at++; g_ascii_isdigit (*at); at++)
      n_digits++;
  if (n_digits == 0)
    return FALSE;
  if ((*at == 'e' || *at == 'E') &&
      (g_ascii_isdigit (at[1]) ||
       ((at[1] == '-' || at[1] == '+') && g_ascii_isdigit (at[2]))))
    for (at += 2; g_ascii_isdigit (*at); at++)
      ;
  g_autofree char *digits = g_strndup (p->at, (gsize)(at - p->at));
  *number = g_ascii_strtod (digits, NULL);
  if (!isfinite (*number))
    return FALSE;
  p->at = at;
  return TRUE;
}

/* A4, C#3, Eb5, with A4 = 440 Hz. */
static gboolean
accept_note (Parser *p, double *hz)
{
  static const int semitones[] = {9, 11, 0, 2, 4, 5, 7}; /* A B C D E F G above C */
  const char      *at = p->at;
  char             letter = g_ascii_toupper (*at);

  if (letter < 'A' || letter > 'G')
    return FALSE;
  int semitone = semitones[letter - 'A'];
  at++;
  if (*at == '#')
    semitone++;
  else if (*at == 'b')
    semitone--;
  if (*at == '#' || *at == 'b')
    at++;
  int sign = *at == '-' ? -1 : 1;
  if (*at == '-')
    at++;
  if (!g_ascii_isdigit (*at) || g_ascii_isalnum (at[1]))
    return FALSE;
  int octave = sign * (*at - '0');
  *hz = 440 * exp2 ((semitone - 9) / 12.0 + octave - 4);
  p->at = at + 1;
  return TRUE;
}

static double
identity (double x)
{
  return x;
}

static double
from_thousandth (double x)
{
  return x / 1000;
}

static double
from_thousand (double x)
{
  return x * 1000;
}

static double
from_percent (double x)
{
  return x / 100;
}

static double
from_db (double x)
{
  return pow (10, x / 20);
}

typedef struct {
  const char *name;
  double (*to_base) (double x);
} Unit;

enum { MAX_UNITS = 3 };

/* Fields by name, in the order of TsrField, with their units; the first is of a bare
 * number. */
static const struct {
  const char *name, *units_text;
  Unit        units[MAX_UNITS];
} fields[] = {
    {"time", "s, ms", {{"s", identity}, {"ms", from_thousandth}}},
    {"duration", "s, ms", {{"s", identity}, {"ms", from_thousandth}}},
    {"frequency", N_ ("Hz, kHz, note names"), {{"Hz", identity}, {"kHz", from_thousand}}},
    {"amplitude", "dB", {{"", identity}, {"dB", from_db}}},
    {"energy", "dB", {{"dB", identity}}},
    {"noise", "%", {{"", identity}, {"%", from_percent}}},
    {"label", "", {{"", identity}}},
    {"channel", "", {{"", identity}}},
    {"length", "", {{"", identity}}},
    {"harmonicity", "%", {{"", identity}, {"%", from_percent}}},
    {"id", "", {{"", identity}}},
};

static gboolean
parse_field (Parser *p, TsrField *field)
{
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    if (accept_word (p, fields[i].name)) {
      *field = (TsrField)i;
      return TRUE;
    }
  int n = (int)MIN (word_length (p->at), 40);
  if (n > 0)
    return fail (p,
                 _ ("`%.*s` is no field; there are time, duration, frequency, amplitude, "
                    "energy, noise, label, channel, length, harmonicity and id"),
                 n,
                 p->at);
  return fail (p, _ ("a test is missing, such as `duration > 50ms`"));
}

/* Reads the unit after a number; `following` may come right after it. */
static gboolean
apply_unit (Parser *p, TsrField field, double *number)
{
  const Unit *units = fields[field].units;
  const char *at = p->at + strspn (p->at, " ");
  gsize       n = *at == '%' ? 1 : word_length (at);

  for (gsize i = 0; i < MAX_UNITS && units[i].name != NULL && n > 0; i++)
    if (strlen (units[i].name) == n && g_ascii_strncasecmp (at, units[i].name, n) == 0) {
      *number = units[i].to_base (*number);
      p->at = at + n;
      return TRUE;
    }
  *number = units[0].to_base (*number);
  if (n == 0 || at != p->at) /* a word after a space is the next word of the query */
    return TRUE;
  if (fields[field].units_text[0] == '\0')
    return fail (p, _ ("`%s` has no unit"), fields[field].name);
  return fail (p,
               _ ("`%.*s` is no unit of `%s` (%s)"),
               (int)MIN (n, 40),
               at,
               fields[field].name,
               _ (fields[field].units_text));
}

static gboolean
parse_value (Parser *p, TsrField field, double *value)
{
  skip_space (p);
  if (accept_number (p, value))
    return apply_unit (p, field, value);
  if (field == TSR_FIELD_FREQUENCY && accept_note (p, value))
    return TRUE;
  return fail (p, _ ("a value for `%s` is missing"), fields[field].name);
}

/* Whether a note comes next: it is wider than a number. */
static gboolean
is_at_note (const Parser *p, TsrField field)
{
  const char *at = p->at + strspn (p->at, " \t");

  return field == TSR_FIELD_FREQUENCY && g_ascii_isalpha (*at);
}

static gboolean
add_node (Parser *p, TsrQueryNode node)
{
  if (p->nodes->len >= MAX_NODES)
    return fail (p, _ ("the query is too long"));
  g_array_append_val (p->nodes, node);
  return TRUE;
}

static gboolean
parse_top (Parser *p)
{
  TsrQueryNode node = {.kind = TSR_QUERY_TOP};
  double       count;

  skip_space (p);
  if (!accept_number (p, &count) || count != floor (count) || count < 0 || count > 1e12)
    return fail (p, _ ("`top` needs a whole number, such as `top 20 by energy`"));
  node.count = (guint64)count;
  if (!accept_word (p, "by"))
    return fail (p, _ ("`by` is missing, such as in `top 20 by energy`"));
  return parse_field (p, &node.field) && add_node (p, node);
}

/* FIELD "in" VALUE ".." VALUE, from the first value on. */
static gboolean
parse_range (Parser *p, TsrQueryNode *node)
{
  gboolean low_is_note = is_at_note (p, node->field);

  node->kind = TSR_QUERY_IN;
  if (!parse_value (p, node->field, &node->low))
    return FALSE;
  if (!accept_sign (p, ".."))
    return fail (p, _ ("`..` is missing, such as in `frequency in 200Hz..2kHz`"));
  gboolean high_is_note = is_at_note (p, node->field);
  if (!parse_value (p, node->field, &node->high))
    return FALSE;
  node->low /= low_is_note ? QUARTER_TONE : 1;
  node->high *= high_is_note ? QUARTER_TONE : 1;
  return add_node (p, *node);
}

/* A value after a sign; a note with = or != is a range. */
static gboolean
parse_operand (Parser *p, TsrQueryNode *node)
{
  gboolean is_range =
      (node->kind == TSR_QUERY_EQUAL || node->kind == TSR_QUERY_NOT_EQUAL) &&
      is_at_note (p, node->field);
  gboolean negated = node->kind == TSR_QUERY_NOT_EQUAL;

  if (!parse_value (p, node->field, &node->low))
    return FALSE;
  if (!is_range)
    return add_node (p, *node);
  node->kind = TSR_QUERY_IN;
  node->high = node->low * QUARTER_TONE;
  node->low /= QUARTER_TONE;
  if (!add_node (p, *node))
    return FALSE;
  return !negated ||
         add_node (p, (TsrQueryNode){.kind = TSR_QUERY_NOT, .left = p->nodes->len - 1});
}

static gboolean
parse_test (Parser *p)
{
  static const struct {
    const char  *sign;
    TsrQueryKind kind;
  } signs[] = {
      {"<=", TSR_QUERY_LESS_OR_EQUAL},
      {"<", TSR_QUERY_LESS},
      {">=", TSR_QUERY_GREATER_OR_EQUAL},
      {">", TSR_QUERY_GREATER},
      {"!=", TSR_QUERY_NOT_EQUAL},
      {"==", TSR_QUERY_EQUAL},
      {"=", TSR_QUERY_EQUAL},
  };
  TsrQueryNode node = {0};

  if (!parse_field (p, &node.field))
    return FALSE;
  if (accept_word (p, "in"))
    return parse_range (p, &node);
  for (gsize i = 0; i < G_N_ELEMENTS (signs); i++)
    if (accept_sign (p, signs[i].sign)) {
      node.kind = signs[i].kind;
      return parse_operand (p, &node);
    }
  return fail (p,
               _ ("after `%s` there has to be <, <=, =, !=, >=, > or `in`"),
               fields[node.field].name);
}

/* The name of a saved selection, after the @: up to a space or parenthesis, or quoted. */
static gboolean
parse_name (Parser *p)
{
  TsrQueryNode node = {.kind = TSR_QUERY_SAVED, .count = p->names->len};
  gboolean     quoted = *p->at == '"';
  const char  *start = p->at + quoted;
  const char  *end = quoted ? strchr (start, '"') : start + strcspn (start, " \t\n()\"");

  if (end == NULL)
    return fail (p, _ ("the name has no closing quotation mark"));
  if (end == start)
    return fail (p, _ ("after @ there has to be the name of a saved selection"));
  p->at = end + quoted;
  if (!add_node (p, node))
    return FALSE;
  g_ptr_array_add (p->names, g_strndup (start, (gsize)(end - start)));
  return TRUE;
}

static gboolean parse_either (Parser *p);

static gboolean
parse_single (Parser *p)
{
  gboolean negated = FALSE;

  while (accept_word (p, "not"))
    negated = !negated;
  gboolean parsed;
  if (accept_sign (p, "(")) {
    if (++p->depth > MAX_DEPTH)
      return fail (p, _ ("too many parentheses inside each other"));
    parsed = parse_either (p) && (accept_sign (p, ")") || fail (p, _ ("`)` is missing")));
    p->depth--;
  } else if (accept_word (p, "all"))
    parsed = add_node (p, (TsrQueryNode){.kind = TSR_QUERY_ALL});
  else if (accept_word (p, "top"))
    parsed = parse_top (p);
  else if (accept_sign (p, "@"))
    parsed = parse_name (p);
  else
    parsed = parse_test (p);
  if (!parsed || !negated)
    return parsed;
  return add_node (p, (TsrQueryNode){.kind = TSR_QUERY_NOT, .left = p->nodes->len - 1});
}

/* single { word single }, joined from the left. */
static gboolean
parse_joined (Parser *p, const char *word, TsrQueryKind kind, gboolean (*one) (Parser *))
{
  if (!one (p))
    return FALSE;
  while (accept_word (p, word)) {
    TsrQueryNode node = {.kind = kind, .left = p->nodes->len - 1};
    if (!one (p))
      return FALSE;
    node.right = p->nodes->len - 1;
    if (!add_node (p, node))
      return FALSE;
  }
  return TRUE;
}

static gboolean
parse_both (Parser *p)
{
  return parse_joined (p, "and", TSR_QUERY_AND, parse_single);
}

static gboolean
parse_either (Parser *p)
{
  return parse_joined (p, "or", TSR_QUERY_OR, parse_both);
}

/* A:B of a field; an end that is not there keeps its value. */
static gboolean
parse_span (Parser *p, TsrField field, double *low, double *high)
{
  skip_space (p);
  if (*p->at != ':' && !parse_value (p, field, low))
    return FALSE;
  if (!accept_sign (p, ":"))
    return fail (p, _ ("`:` is missing, such as in `within 0.5:1.2 200:2000`"));
  gboolean ends = *p->at == '\0' || *p->at == ' ';
  if (!ends && !parse_value (p, field, high))
    return FALSE;
  return *low < *high || fail (p, _ ("a span has to go from low to high"));
}

static gboolean
parse_within (Parser *p, TsrQuery *query)
{
  query->has_region = TRUE;
  query->region = (TsrRegion){-INFINITY, INFINITY, 0, INFINITY};
  if (!parse_span (p, TSR_FIELD_TIME, &query->region.start_s, &query->region.end_s))
    return FALSE;
  skip_space (p);
  return *p->at == '\0' ||
         parse_span (
             p, TSR_FIELD_FREQUENCY, &query->region.low_hz, &query->region.high_hz);
}

static gboolean
parse_query (Parser *p, TsrQuery *query)
{
  if (accept_word (p, "within")) {
    if (!add_node (p, (TsrQueryNode){.kind = TSR_QUERY_ALL}) || !parse_within (p, query))
      return FALSE;
  } else {
    if (!parse_either (p))
      return FALSE;
    if (accept_word (p, "within") && !parse_within (p, query))
      return FALSE;
  }
  skip_space (p);
  return *p->at == '\0' ||
         fail (p, _ ("there is something left over after the query: `%.40s`"), p->at);
}

TsrQuery *
tsr_query_parse (const char *text, GError **error)
{
  g_autoptr (TsrQuery) query = g_new0 (TsrQuery, 1);
  g_autoptr (GError) local = NULL;

  g_return_val_if_fail (text != NULL, NULL);
  query->nodes = g_array_new (FALSE, TRUE, sizeof (TsrQueryNode));
  query->names = g_ptr_array_new_with_free_func (g_free);
  query->saved = g_ptr_array_new_with_free_func ((GDestroyNotify)tsr_selection_unref);
  if (!g_utf8_validate (text, -1, NULL)) {
    g_set_error (error, TSR_QUERY_ERROR, 0, _ ("the query is no text"));
    return NULL;
  }
  Parser parser = {.text = text,
                   .at = text,
                   .nodes = query->nodes,
                   .names = query->names,
                   .error = &local};
  if (parse_query (&parser, query))
    return g_steal_pointer (&query);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}
