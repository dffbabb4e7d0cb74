/* SPDX-License-Identifier: GPL-3.0-or-later
 * Command lines described by tables: parsing with exact usage errors, and help texts.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TSR_USAGE_ERROR (tsr_usage_error_quark ())
GQuark tsr_usage_error_quark (void);

typedef struct {
  const char *name;  /* "--select", "-o" */
  const char *value; /* what stands for its value in the help; NULL: a switch */
  const char *help;
} TsrOption;

typedef struct {
  const char      *usage; /* positional arguments and the main options, for the help */
  int              min_words, max_words; /* positional arguments; max -1: any number */
  const TsrOption *options;              /* ends with a NULL name; NULL: none */
  char *(*list) (
      void);        /* lines of the help after the options (transfer full); NULL: none */
  const char *more; /* what the help says after that; NULL: nothing */
} TsrSyntax;

typedef struct TsrArguments TsrArguments;

/* Parses what comes after the verb. `--json`, `--quiet` and `--help` are known
 * everywhere; with --help nothing else is checked. An option with a value takes the next
 * argument, or what follows `=`; `--` ends options. NULL with TSR_USAGE_ERROR. */
TsrArguments      *
tsr_arguments_parse (const TsrSyntax *syntax, int argc, char **argv, GError **error);
void tsr_arguments_free (TsrArguments *arguments);

gsize       tsr_arguments_n_words (const TsrArguments *arguments);
const char *tsr_arguments_word (const TsrArguments *arguments, gsize i);
gboolean    tsr_arguments_has (const TsrArguments *arguments, const char *option);
/* Value of an option, the last one given; NULL when it was not. */
const char *tsr_arguments_get (const TsrArguments *arguments, const char *option);
/* All values of an option in order, NULL-terminated. (transfer container) */
const char **tsr_arguments_get_all (const TsrArguments *arguments, const char *option);

/* Options with a type. The value stays as it is when the option was not given. FALSE with
 * TSR_USAGE_ERROR when it is malformed or outside low..high. */
gboolean tsr_arguments_number (const TsrArguments *arguments,
                               const char         *option,
                               double              low,
                               double              high,
                               double             *number,
                               GError            **error);
gboolean tsr_arguments_whole (const TsrArguments *arguments,
                              const char         *option,
                              gint64              low,
                              gint64              high,
                              gint64             *number,
                              GError            **error);
/* `A:B`; either end may be missing: low, high. FALSE also unless A < B. */
gboolean tsr_arguments_span (const TsrArguments *arguments,
                             const char         *option,
                             double              low,
                             double              high,
                             double             *start,
                             double             *end,
                             GError            **error);
/* One of the words (NULL-terminated): its index. */
gboolean tsr_arguments_choice (const TsrArguments *arguments,
                               const char         *option,
                               const char *const  *words,
                               int                *index,
                               GError            **error);

/* Sets a TSR_USAGE_ERROR; always FALSE. */
gboolean tsr_usage_fail (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* "Usage: ..." with all options, to standard output. */
void
tsr_syntax_print_help (const TsrSyntax *syntax, const char *verb, const char *summary);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsrArguments, tsr_arguments_free)

G_END_DECLS
