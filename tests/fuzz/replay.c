/* SPDX-License-Identifier: GPL-3.0-or-later
 * Feeds every seed of a fuzz target to it once, without libFuzzer, so that what a fuzzer
 * found before stays found in the ordinary suite: replay SEED-FOLDER.
 */
#include <glib.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
test_seed (gconstpointer path)
{
  g_autofree char *data = NULL;
  gsize            size;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &data, &size, &error);
  g_assert_no_error (error);
  LLVMFuzzerTestOneInput ((const uint8_t *)data, size);
}

static void
test_empty (void)
{
  LLVMFuzzerTestOneInput ((const uint8_t *)"", 0);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  g_autoptr (GDir) folder = g_dir_open (argv[1], 0, &error);
  g_assert_no_error (error);
  g_test_add_func ("/fuzz/empty", test_empty);
  for (const char *name; (name = g_dir_read_name (folder)) != NULL;) {
    g_autofree char *test = g_strconcat ("/fuzz/", name, NULL);

    g_test_add_data_func_full (
        test, g_build_filename (argv[1], name, NULL), test_seed, g_free);
  }
  return g_test_run ();
}
