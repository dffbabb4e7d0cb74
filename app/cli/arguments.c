/* SPDX-License-Identifier: GPL-3.0-or-later
 * Parsing command lines by tables.
 */
#include "app/cli/arguments.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

G_DEFINE_QUARK (tsr - usage - error - quark, tsr_usage_error)

typedef struct {
  const TsrOption *option;
  const char      *value; /* NULL for a switch */
} Given;

struct TsrArguments {
  GPtrArray *words; /* const char *, of argv */
  GArray    *given; /* Given */
};

static const TsrOption common[] = {
    {"--json", NULL, N_ ("print one JSON object and nothing else")},
    {"--quiet", NULL, N_ ("show no progress")},
    {"--help", NULL, N_ ("show this help")},
    {NULL, NULL, NULL},
};

void
tsr_arguments_free (TsrArguments *arguments)
{
  if (arguments == NULL)
    return;
  g_ptr_array_unref (arguments->words);
  g_array_unref (arguments->given);
  g_free (arguments);
}

gboolean
tsr_usage_fail (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  if (error != NULL)
    *error = g_error_new_valist (TSR_USAGE_ERROR, 0, format, arguments);
  va_end (arguments);
  return FALSE;
}

static const TsrOption *
find_option (const TsrOption *options, const char *name, gsize length)
{
  for (; options != NULL && options->name != NULL; options++)
    if (strlen (options->name) == length && strncmp (options->name, name, length) == 0)
      return options;
  return NULL;
}

/* Takes the option at argv[*i]; advances *i where its value is the next argument. */
static gboolean
take_option (TsrArguments    *arguments,
             const TsrSyntax *syntax,
             int              argc,
             char           **argv,
             int             *i,
             GError         **error)
{
  const char      *text = argv[*i], *equals = strchr (text, '=');
  gsize            length = equals != NULL ? (gsize)(equals - text) : strlen (text);
  const TsrOption *option = find_option (syntax->options, text, length);

  if (option == NULL)
    option = find_option (common, text, length);
  if (option == NULL)
    return tsr_usage_fail (
        error, _ ("there is no option %.*s; see --help"), (int)MIN (length, 40), text);
  if (option->value == NULL && equals != NULL)
    return tsr_usage_fail (error, _ ("%s takes no value"), option->name);
  Given given = {.option = option};
  if (option->value != NULL) {
    given.value = equals != NULL ? equals + 1 : NULL;
    if (given.value == NULL && *i + 1 < argc)
      given.value = argv[++*i];
    if (given.value == NULL)
      return tsr_usage_fail (
          error, _ ("%s needs a value: %s"), option->name, option->value);
  }
  g_array_append_val (arguments->given, given);
  return TRUE;
}

static gboolean
check_words (const TsrArguments *arguments, const TsrSyntax *syntax, GError **error)
{
  int n = (int)arguments->words->len;

  if (tsr_arguments_has (arguments, "--help"))
    return TRUE;
  if (n < syntax->min_words)
    return tsr_usage_fail (error, _ ("something is missing; it goes: %s"), syntax->usage);
  if (syntax->max_words >= 0 && n > syntax->max_words)
    return tsr_usage_fail (error,
                           _ ("`%s` is too much; it goes: %s"),
                           tsr_arguments_word (arguments, (gsize)syntax->max_words),
                           syntax->usage);
  return TRUE;
}

TsrArguments *
tsr_arguments_parse (const TsrSyntax *syntax, int argc, char **argv, GError **error)
{
  g_autoptr (TsrArguments) arguments = g_new0 (TsrArguments, 1);
  gboolean options_end = FALSE;

  arguments->words = g_ptr_array_new ();
  arguments->given = g_array_new (FALSE, FALSE, sizeof (Given));
  for (int i = 0; i < argc; i++) {
    if (!options_end && strcmp (argv[i], "--") == 0)
      options_end = TRUE;
    else if (options_end || argv[i][0] != '-' || argv[i][1] == '\0')
      g_ptr_array_add (arguments->words, argv[i]);
    else if (!take_option (arguments, syntax, argc, argv, &i, error))
      return NULL;
  }
  return check_words (arguments, syntax, error) ? g_steal_pointer (&arguments) : NULL;
}

gsize
tsr_arguments_n_words (const TsrArguments *arguments)
{
  return arguments->words->len;
}

const char *
tsr_arguments_word (const TsrArguments *arguments, gsize i)
{
  return i < arguments->words->len ? g_ptr_array_index (arguments->words, i) : NULL;
}

static const Given *
find_given (const TsrArguments *arguments, const char *option)
{
  for (guint i = arguments->given->len; i > 0; i--) {
    const Given *given = &g_array_index (arguments->given, Given, i - 1);
    if (strcmp (given->option->name, option) == 0)
      return given;
  }
  return NULL;
}

gboolean
tsr_arguments_has (const TsrArguments *arguments, const char *option)
{
  return find_given (arguments, option) != NULL;
}

const char *
tsr_arguments_get (const TsrArguments *arguments, const char *option)
{
  const Given *given = find_given (arguments, option);

  return given != NULL ? given->value : NULL;
}

const char **
tsr_arguments_get_all (const TsrArguments *arguments, const char *option)
{
  GPtrArray *values = g_ptr_array_new ();

  for (guint i = 0; i < arguments->given->len; i++) {
    const Given *given = &g_array_index (arguments->given, Given, i);
    if (strcmp (given->option->name, option) == 0)
      g_ptr_array_add (values, (gpointer)given->value);
  }
  g_ptr_array_add (values, NULL);
  return (const char **)g_ptr_array_free (values, FALSE);
}

/* A number and nothing after it. */
static gboolean
read_number (const char *text, double *number)
{
  char *end;

  *number = g_ascii_strtod (text, &end);
  return end != text && *end == '\0' && isfinite (*number);
}

gboolean
tsr_arguments_number (const TsrArguments *arguments,
                      const char         *option,
                      double              low,
                      double              high,
                      double             *number,
                      GError            **error)
{
  const char *text = tsr_arguments_get (arguments, option);
  double      value;

  if (text == NULL)
    return TRUE;
  if (!read_number (text, &value))
    return tsr_usage_fail (error, _ ("%s needs a number, not `%s`"), option, text);
  if (value < low || value > high)
    return tsr_usage_fail (error, _ ("%s has to lie in %g ... %g"), option, low, high);
  *number = value;
  return TRUE;
}

gboolean
tsr_arguments_whole (const TsrArguments *arguments,
                     const char         *option,
                     gint64              low,
                     gint64              high,
                     gint64             *number,
                     GError            **error)
{
  const char *text = tsr_arguments_get (arguments, option);
  gint64      value;

  if (text == NULL)
    return TRUE;
  if (!g_ascii_string_to_signed (text, 10, low, high, &value, NULL))
    return tsr_usage_fail (
        error,
        _ ("%s needs a whole number in %" PRId64 " ... %" PRId64 ", not `%s`"),
        option,
        low,
        high,
        text);
  *number = value;
  return TRUE;
}

gboolean
tsr_arguments_span (const TsrArguments *arguments,
                    const char         *option,
                    double              low,
                    double              high,
                    double             *start,
                    double             *end,
                    GError            **error)
{
  const char *text = tsr_arguments_get (arguments, option);

  if (text == NULL)
    return TRUE;
  const char *colon = strchr (text, ':');
  double      from = low, to = high;
  gboolean    is_span = colon != NULL && text[1] != '\0';
  if (is_span && colon != text) {
    g_autofree char *first = g_strndup (text, (gsize)(colon - text));
    is_span = read_number (first, &from);
  }
  if (is_span && colon[1] != '\0')
    is_span = read_number (colon + 1, &to);
  if (!is_span)
    return tsr_usage_fail (error, _ ("%s needs two numbers A:B, not `%s`"), option, text);
  if (!(from < to) || from < low || to > high)
    return tsr_usage_fail (
        error, _ ("%s: %s is no span inside %g:%g"), option, text, low, high);
  *start = from;
  *end = to;
  return TRUE;
}

gboolean
tsr_arguments_choice (const TsrArguments *arguments,
                      const char         *option,
                      const char *const  *words,
                      int                *index,
                      GError            **error)
{
  const char *text = tsr_arguments_get (arguments, option);

  if (text == NULL)
    return TRUE;
  for (int i = 0; words[i] != NULL; i++)
    if (strcmp (words[i], text) == 0) {
      *index = i;
      return TRUE;
    }
  g_autofree char *known = g_strjoinv (", ", (char **)words);
  return tsr_usage_fail (error, _ ("%s is one of %s, not `%s`"), option, known, text);
}

enum { LEFT_WIDTH = 24 };

static void
print_options (const TsrOption *options)
{
  for (; options != NULL && options->name != NULL; options++) {
    g_autofree char *left =
        g_strdup_printf ("%s%s%s",
                         options->name,
                         options->value != NULL ? " " : "",
                         options->value != NULL ? options->value : "");
    /* What is too long for its column has a line to itself. */
    const char *gap = strlen (left) > LEFT_WIDTH ? "\n" : "";
    int         width = *gap != '\0' ? LEFT_WIDTH + 2 : 0;
    printf ("  %-*s%s%*s %s\n", LEFT_WIDTH, left, gap, width, "", _ (options->help));
  }
}

void
tsr_syntax_print_help (const TsrSyntax *syntax, const char *verb, const char *summary)
{
  printf (_ ("Usage: tarsier-cli %s %s\n"), verb, syntax->usage);
  printf ("\n%s\n\n", summary);
  print_options (syntax->options);
  print_options (common);
  g_autofree char *list = syntax->list != NULL ? syntax->list () : NULL;
  if (list != NULL)
    printf ("\n%s", list);
  if (syntax->more != NULL)
    printf ("\n%s", _ (syntax->more));
}
