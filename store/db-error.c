/* SPDX-License-Identifier: GPL-3.0-or-later
 * The sentences for what can go wrong with a project file.
 */
#include "store/db-error.h"

#include <glib/gi18n-lib.h>

GQuark
tsr_store_error_quark (void)
{
  return g_quark_from_static_string ("tsr-store-error-quark");
}

static char *
dup_trouble (TsrDbTrouble trouble, const char *name, const char *detail)
{
  switch (trouble) {
  case TSR_DB_UNFIT_EDIT:
    return g_strdup_printf (_ ("%s: the edit does not fit the file (%s)"), name, detail);
  case TSR_DB_READ_ONLY:
    return g_strdup_printf (_ ("%s: may not be written; save a copy elsewhere"), name);
  case TSR_DB_OTHER_TROUBLE:
    break;
  }
  return g_strdup_printf (
      _ ("%s: reading or writing failed (%s); save a copy elsewhere"), name, detail);
}

static char *
dup_sentence (TsrStoreError code,
              TsrDbTrouble  trouble,
              const char   *name,
              const char   *detail)
{
  switch (code) {
  case TSR_STORE_ERROR_NOT_FOUND:
    return g_strdup_printf (_ ("%s: cannot be read; check its permissions"), name);
  case TSR_STORE_ERROR_IN_USE:
    return g_strdup_printf (_ ("%s: in use by Tarsier; close it there first"), name);
  case TSR_STORE_ERROR_FULL:
    return g_strdup_printf (_ ("%s: no space left; free some and try again"), name);
  case TSR_STORE_ERROR_DAMAGED:
  case TSR_STORE_ERROR_NOT_A_PROJECT:
    return g_strdup_printf (
        _ ("%s: damaged (%s); “tarsier-cli check %s --salvage OUT” copies what is whole"),
        name,
        detail,
        name);
  default:
    return dup_trouble (trouble, name, detail);
  }
}

void
tsr_db_describe_error (TsrStoreError code,
                       TsrDbTrouble  trouble,
                       const char   *name,
                       const char   *detail,
                       GError      **error)
{
  g_autofree char *sentence = dup_sentence (code, trouble, name, detail);

  g_set_error_literal (error, TSR_STORE_ERROR, code, sentence);
}
