/* SPDX-License-Identifier: GPL-3.0-or-later
 * Commands made of chosen values, and the list of all operations for the help.
 */
#include <math.h>

#include "model/operation-private.h"
#include "model/operation-table.h"

void
tsr_operation_info_start (const TsrOperationInfo *info, TsrParameterValue *values)
{
  for (guint i = 0; i < tsr_operation_info_n_parameters (info); i++)
    values[i] = (TsrParameterValue){.number = info->parameters[i].start};
}

gboolean
tsr_operation_info_has (const TsrOperationInfo  *info,
                        const TsrParameterValue *values,
                        guint                    parameter)
{
  const TsrParameter *p = &info->parameters[parameter];

  return p->only_of == 0 || values[p->only_of - 1].choice == (guint)p->only_at;
}

void
tsr_append_number (GString *text, double number)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  for (int digits = 6; digits <= 17; digits++) {
    char format[8];
    g_snprintf (format, sizeof format, "%%.%dg", digits);
    g_ascii_formatd (buffer, sizeof buffer, format, number);
    if (g_ascii_strtod (buffer, NULL) == number)
      break;
  }
  g_string_append (text, buffer);
}

static gboolean
is_left_out (const TsrParameter *p, const TsrParameterValue *value)
{
  switch (p->kind) {
  case TSR_PARAMETER_FLAG:
    return !value->on;
  case TSR_PARAMETER_TEXT:
  case TSR_PARAMETER_FILE:
    return p->optional && (value->text == NULL || *value->text == '\0');
  case TSR_PARAMETER_NUMBER:
    return p->optional && value->number == p->start;
  case TSR_PARAMETER_AMOUNT:
  case TSR_PARAMETER_CHOICE:
    break;
  }
  return FALSE;
}

static void
append_value (GString *text, const TsrParameter *p, const TsrParameterValue *value)
{
  switch (p->kind) {
  case TSR_PARAMETER_FLAG:
    break;
  case TSR_PARAMETER_TEXT:
  case TSR_PARAMETER_FILE:
    g_string_append (text, value->text != NULL ? value->text : "");
    break;
  case TSR_PARAMETER_CHOICE:
    g_string_append (text, p->words[value->choice]);
    break;
  case TSR_PARAMETER_AMOUNT:
    if (value->text != NULL) {
      g_string_append (text, value->text);
      break;
    }
    G_GNUC_FALLTHROUGH;
  case TSR_PARAMETER_NUMBER:
    tsr_append_number (
        text, p->measure == TSR_MEASURE_COUNT ? round (value->number) : value->number);
    g_string_append (text, p->unit != NULL ? p->unit : "");
    break;
  }
}

char *
tsr_operation_compose (const TsrOperationInfo *info, const TsrParameterValue *values)
{
  GString *text = g_string_new (info->word);

  for (guint i = 0; i < tsr_operation_info_n_parameters (info); i++) {
    const TsrParameter *p = &info->parameters[i];
    if (!tsr_operation_info_has (info, values, i) || is_left_out (p, &values[i]))
      continue;
    g_string_append (text, p->before);
    append_value (text, p, &values[i]);
  }
  g_strchomp (text->str);
  return g_strchomp (g_string_free (text, FALSE));
}

char *
tsr_operation_dup_help (void)
{
  GString *help = g_string_new (NULL);

  for (guint i = 0; i < tsr_operation_info_count (); i++)
    g_string_append_printf (help,
                            "  %-10s %s\n",
                            tsr_operation_info (i)->word,
                            tsr_operation_info (i)->usage);
  return g_string_free (help, FALSE);
}
