/* SPDX-License-Identifier: GPL-3.0-or-later
 * From bytes to a tape of JSON values, without calling itself.
 */
#include "store/formats/json-tape.h"

#include <math.h>
#include <string.h>

enum { MAX_DEPTH = 32, LONGEST_SHORT_NUMBER = 63, EXACT_POWER = 22 };

typedef struct {
  TsrJsonTape  *tape;
  const guint8 *p;
  gsize         n, i;
  guint         open[MAX_DEPTH]; /* arrays and objects that are not closed yet */
  guint         depth;
} Scan;

static guint
add_node (Scan *self, TsrJsonType type)
{
  guint       index = self->tape->nodes->len;
  TsrJsonNode node = {.type = type, .end = index + 1};

  g_array_append_val (self->tape->nodes, node);
  return index;
}

static TsrJsonNode *
node_at (Scan *self, guint i)
{
  return &g_array_index (self->tape->nodes, TsrJsonNode, i);
}

static void
skip_space (Scan *self)
{
  while (self->i < self->n && (self->p[self->i] == ' ' || self->p[self->i] == '\n' ||
                               self->p[self->i] == '\r' || self->p[self->i] == '\t'))
    self->i++;
}

static guint8
peek (const Scan *self)
{
  return self->i < self->n ? self->p[self->i] : 0;
}

static gboolean
read_word (Scan *self, const char *word, TsrJsonType type)
{
  gsize length = strlen (word);

  if (self->n - self->i < length || memcmp (self->p + self->i, word, length) != 0)
    return FALSE;
  self->i += length;
  add_node (self, type);
  return TRUE;
}

/* ---- numbers ---- */

/* Whole numbers below 2^53 times or over a power of ten that is exact: one rounding, as
 * strtod would (Clinger, How to read floating point numbers accurately, 1990). */
static gboolean
is_exact (guint64 digits, int power, double *value)
{
  static const double powers[EXACT_POWER + 1] = {
      1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
      1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

  if (digits >= (G_GUINT64_CONSTANT (1) << 53) || power < -EXACT_POWER ||
      power > EXACT_POWER)
    return FALSE;
  *value = power < 0 ? (double)digits / powers[-power] : (double)digits * powers[power];
  return TRUE;
}

static double
slow_number (const guint8 *p, gsize n)
{
  char             buffer[LONGEST_SHORT_NUMBER + 1];
  g_autofree char *copy = n > LONGEST_SHORT_NUMBER ? g_malloc (n + 1) : NULL;
  char            *text = copy != NULL ? copy : buffer;

  memcpy (text, p, n);
  text[n] = '\0';
  return g_ascii_strtod (text, NULL);
}

/* Digits from the present byte on; how many there were. */
static guint
read_digits (Scan *self, guint64 *digits)
{
  gsize first = self->i;

  for (; g_ascii_isdigit (peek (self)); self->i++)
    if (*digits < G_MAXUINT64 / 20)
      *digits = 10 * *digits + (guint64)(self->p[self->i] - '0');
    else
      *digits = G_MAXUINT64; /* too many for the fast way */
  return (guint)(self->i - first);
}

static gboolean
read_exponent (Scan *self, int *power)
{
  gboolean negative;
  guint64  digits = 0;

  self->i++;
  negative = peek (self) == '-';
  if (negative || peek (self) == '+')
    self->i++;
  if (read_digits (self, &digits) == 0)
    return FALSE;
  int size = (int)MIN (digits, 100000);
  *power += negative ? -size : size;
  return TRUE;
}

static gboolean
read_number (Scan *self)
{
  gsize    first = self->i;
  gboolean negative = peek (self) == '-';
  guint64  digits = 0;
  int      power = 0;
  double   value;

  if (negative)
    self->i++;
  gboolean begins_with_0 = peek (self) == '0';
  guint    n_whole = read_digits (self, &digits);
  if (n_whole == 0 || (begins_with_0 && n_whole > 1))
    return FALSE;
  if (peek (self) == '.') {
    self->i++;
    guint n_decimals = read_digits (self, &digits);
    if (n_decimals == 0)
      return FALSE;
    power = -(int)MIN (n_decimals, 100000);
  }
  if ((peek (self) == 'e' || peek (self) == 'E') && !read_exponent (self, &power))
    return FALSE;
  if (is_exact (digits, power, &value))
    value = negative ? -value : value;
  else
    value = slow_number (self->p + first, self->i - first);
  node_at (self, add_node (self, TSR_JSON_NUMBER))->number = value;
  return TRUE;
}

/* ---- texts ---- */

static gboolean
is_hex (const Scan *self, gsize i)
{
  for (gsize k = 0; k < 4; k++)
    if (i + k >= self->n || !g_ascii_isxdigit (self->p[i + k]))
      return FALSE;
  return TRUE;
}

static gboolean
skip_escape (Scan *self)
{
  self->i++;
  guint8 c = peek (self);
  if (c == 0 || strchr ("\"\\/bfnrtu", c) == NULL)
    return FALSE;
  if (c == 'u' && !is_hex (self, self->i + 1))
    return FALSE;
  self->i += c == 'u' ? 5 : 1;
  return TRUE;
}

static gboolean
read_text (Scan *self)
{
  gsize first = ++self->i;

  while (self->i < self->n && self->p[self->i] != '"') {
    if (self->p[self->i] < 0x20)
      return FALSE;
    if (self->p[self->i] != '\\')
      self->i++;
    else if (!skip_escape (self))
      return FALSE;
  }
  if (self->i >= self->n)
    return FALSE;
  TsrJsonNode *node = node_at (self, add_node (self, TSR_JSON_TEXT));
  node->text.at = (guint32)first;
  node->text.n = (guint32)(self->i - first);
  self->i++;
  return TRUE;
}

/* ---- all ---- */

static TsrJsonProblem
open_value (Scan *self, TsrJsonType type)
{
  if (self->depth == MAX_DEPTH)
    return TSR_JSON_TOO_DEEP;
  self->i++;
  self->open[self->depth++] = add_node (self, type);
  node_at (self, self->open[self->depth - 1])->n_children = 0;
  return TSR_JSON_FINE;
}

static TsrJsonProblem
read_value (Scan *self)
{
  gboolean ok;

  switch (peek (self)) {
  case '[':
    return open_value (self, TSR_JSON_ARRAY);
  case '{':
    return open_value (self, TSR_JSON_OBJECT);
  case '"':
    ok = read_text (self);
    break;
  case 't':
    ok = read_word (self, "true", TSR_JSON_TRUTH);
    break;
  case 'f':
    ok = read_word (self, "false", TSR_JSON_TRUTH);
    break;
  case 'n':
    ok = read_word (self, "null", TSR_JSON_NULL);
    break;
  default:
    ok = read_number (self);
    break;
  }
  return ok ? TSR_JSON_FINE : TSR_JSON_WRONG;
}

/* The name of a member and its colon. */
static gboolean
read_name (Scan *self)
{
  if (peek (self) != '"' || !read_text (self))
    return FALSE;
  skip_space (self);
  if (peek (self) != ':')
    return FALSE;
  self->i++;
  skip_space (self);
  return TRUE;
}

/* What comes next in the innermost array or object: its end, or a value of it. */
static TsrJsonProblem
read_next (Scan *self)
{
  guint        inner = self->open[self->depth - 1];
  TsrJsonNode *node = node_at (self, inner);
  gboolean     is_object = node->type == TSR_JSON_OBJECT;

  if (peek (self) == (is_object ? '}' : ']')) {
    self->i++;
    node->end = self->tape->nodes->len;
    self->depth--;
    return TSR_JSON_FINE;
  }
  if (node->n_children > 0) {
    if (peek (self) != ',')
      return TSR_JSON_WRONG;
    self->i++;
    skip_space (self);
  }
  node->n_children += is_object ? 2 : 1;
  if (is_object && !read_name (self))
    return TSR_JSON_WRONG;
  return read_value (self);
}

TsrJsonProblem
tsr_json_tape_read (TsrJsonTape *self, const guint8 *bytes, gsize n, gsize *at)
{
  Scan           scan = {.tape = self, .p = bytes, .n = n};
  TsrJsonProblem problem;

  self->bytes = bytes;
  self->n_bytes = n;
  self->nodes = g_array_new (FALSE, FALSE, sizeof (TsrJsonNode));
  *at = 0;
  if (n >= G_MAXUINT32)
    return TSR_JSON_TOO_LONG;
  skip_space (&scan);
  problem = read_value (&scan);
  while (problem == TSR_JSON_FINE) {
    skip_space (&scan);
    if (scan.depth == 0)
      break;
    problem = read_next (&scan);
  }
  if (problem == TSR_JSON_FINE && scan.i < n)
    problem = TSR_JSON_WRONG;
  *at = scan.i;
  const char *end;
  if (problem == TSR_JSON_FINE &&
      !g_utf8_validate ((const char *)bytes, (gssize)n, &end)) {
    *at = (gsize)((const guint8 *)end - bytes);
    problem = TSR_JSON_WRONG;
  }
  return problem;
}

void
tsr_json_tape_clear (TsrJsonTape *self)
{
  g_clear_pointer (&self->nodes, g_array_unref);
}

static gunichar
hex_of (const guint8 *p)
{
  gunichar value = 0;

  for (int k = 0; k < 4; k++)
    value = 16 * value + (gunichar)g_ascii_xdigit_value ((char)p[k]);
  return value;
}

/* Appends what the escape at p (after the backslash) stands for; returns its length. */
static gsize
append_escape (GString *text, const guint8 *p, gsize left)
{
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";

  if (p[0] != 'u') {
    g_string_append_c (text, to[strchr (from, p[0]) - from]);
    return 1;
  }
  gunichar c = hex_of (p + 1);
  gsize    length = 5;
  if (c >= 0xD800 && c < 0xDC00 && left >= 11 && p[5] == '\\' && p[6] == 'u') {
    gunichar low = hex_of (p + 7);
    if (low >= 0xDC00 && low < 0xE000) {
      c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
      length = 11;
    }
  }
  g_string_append_unichar (text, c == 0 || (c >= 0xD800 && c < 0xE000) ? 0xFFFD : c);
  return length;
}

char *
tsr_json_dup_text (const TsrJsonTape *self, guint text)
{
  const TsrJsonNode *node = tsr_json_at (self, text);
  const guint8      *p = self->bytes + node->text.at;
  gsize              n = node->text.n;
  GString           *result = g_string_new (NULL);

  for (gsize i = 0; i < n;)
    if (p[i] == '\\')
      i += 1 + append_escape (result, p + i + 1, n - i - 1);
    else
      g_string_append_c (result, (char)p[i++]);
  return g_string_free (result, FALSE);
}

static gboolean
is_named (const TsrJsonTape *self, guint text, const char *name, gsize length)
{
  const TsrJsonNode *node = tsr_json_at (self, text);
  const guint8      *p = self->bytes + node->text.at;

  if (node->text.n == length && memcmp (p, name, length) == 0)
    return TRUE;
  if (memchr (p, '\\', node->text.n) == NULL)
    return FALSE;
  g_autofree char *resolved = tsr_json_dup_text (self, text);
  return strcmp (resolved, name) == 0;
}

guint
tsr_json_member (const TsrJsonTape *self, guint object, const char *name)
{
  gsize length = strlen (name);
  guint found = 0, end = tsr_json_at (self, object)->end;

  if (tsr_json_at (self, object)->type != TSR_JSON_OBJECT)
    return 0;
  for (guint i = object + 1; i < end; i = tsr_json_at (self, i + 1)->end)
    if (is_named (self, i, name, length))
      found = i + 1;
  return found;
}
