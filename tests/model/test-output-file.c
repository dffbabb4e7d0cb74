/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files that appear whole, and what a killed program left of one.
 */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>
#include <utime.h>

#include "model/output-file.h"

static char *
make_part (const char *folder, const char *name, gint64 age_s)
{
  char          *path = g_build_filename (folder, name, NULL);
  gint64         then = g_get_real_time () / G_USEC_PER_SEC - age_s;
  struct utimbuf times = {(time_t)then, (time_t)then};

  g_assert_true (g_file_set_contents (path, "half", -1, NULL));
  g_assert_cmpint (utime (path, &times), ==, 0);
  return path;
}

static gboolean
is_there (const char *path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* Old ones that nobody writes go; all others stay. */
static void
test_left_behind (void)
{
  g_autofree char *folder = g_dir_make_tmp ("tarsier-test-XXXXXX", NULL);
  g_autofree char *stale = make_part (folder, ".tarsier-abcdef.part", 3600);
  g_autofree char *young = make_part (folder, ".tarsier-bcdefg.part", 1);
  g_autofree char *locked = make_part (folder, ".tarsier-cdefgh.part", 3600);
  g_autofree char *other = make_part (folder, "my.part", 3600);
  g_autofree char *wanted = g_build_filename (folder, "out.txt", NULL);
  g_autofree char *text = NULL;
  int              fd = g_open (locked, O_RDWR, 0);

  g_assert_cmpint (flock (fd, LOCK_EX), ==, 0);
  TsrOutputFile *file = tsr_output_file_new (wanted, NULL);
  g_assert_nonnull (file);
  g_assert_false (is_there (stale));
  g_assert_true (is_there (young));
  g_assert_true (is_there (locked));
  g_assert_true (is_there (other));
  g_assert_cmpint (tsr_output_file_write (file, "whole", 5), ==, 5);
  g_assert_false (is_there (wanted));
  g_assert_true (tsr_output_file_commit (file, NULL));
  g_assert_true (g_file_get_contents (wanted, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "whole");
  close (fd);
  g_unlink (young);
  g_unlink (locked);
  g_unlink (other);
  g_unlink (wanted);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_aborted (void)
{
  g_autofree char *folder = g_dir_make_tmp ("tarsier-test-XXXXXX", NULL);
  g_autofree char *wanted = g_build_filename (folder, "out.txt", NULL);
  TsrOutputFile   *file = tsr_output_file_new (wanted, NULL);

  tsr_output_file_write (file, "half", 4);
  tsr_output_file_abort (file);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/output-file/left-behind", test_left_behind);
  g_test_add_func ("/output-file/aborted", test_aborted);
  return g_test_run ();
}
