/* SPDX-License-Identifier: GPL-3.0-or-later
 * Entry of the program with the window.
 */
#include <glib/gi18n-lib.h>
#include <libintl.h>
#include <locale.h>

#include "app/gui/application.h"
#include "app/gui/places.h"

int
main (int argc, char **argv)
{
  g_autofree char *locale_dir = tsr_places_locale_dir ();
  g_autoptr (TsrApplication) application = NULL;

  setlocale (LC_ALL, "");
  setlocale (LC_NUMERIC, "C"); /* numbers look as they do on the command line */
  bindtextdomain (GETTEXT_PACKAGE, locale_dir);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name ("Tarsier");

  application = tsr_application_new ();
  if (tsr_application_get_settings (application) == NULL) {
    g_printerr ("tarsier: %s\n",
                _ ("The settings schema is missing: install Tarsier again"));
    return 1;
  }
  return g_application_run (G_APPLICATION (application), argc, argv);
}
