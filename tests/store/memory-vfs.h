/* SPDX-License-Identifier: GPL-3.0-or-later
 * A file system in memory below SQLite, with a disk that forgets: what was not synced
 * when the power goes is kept, dropped or garbled, 512 bytes at a time; files that were
 * made or deleted without their folder being synced may be back or gone. It can also fail
 * the k-th call. One file system at a time; its calls may come from any one thread.
 */
#pragma once

#include <glib.h>

typedef enum {
  TEST_FAULT_NONE,
  TEST_FAULT_CUT,  /* the power goes: this call and all later ones fail */
  TEST_FAULT_IO,   /* reading, writing or syncing fails */
  TEST_FAULT_FULL, /* the disk is full: a write fails */
} TestFault;

#define TEST_VFS "test-memory"

void test_vfs_register (void);
/* Forgets all files. */
void    test_vfs_clear (void);
void    test_vfs_put (const char *name, GBytes *bytes);
GBytes *test_vfs_get (const char *name); /* NULL: no such file */
/* TRUE: syncing says that it is done, and does nothing. */
void test_vfs_set_lying (gboolean lying);
/* The k-th call from now on (counted from 1) that the fault can hit fails; for good, or
 * once. */
void test_vfs_set_fault (TestFault fault, guint64 k, gboolean for_good);
/* Whether it did, since it was set. */
gboolean test_vfs_has_failed (void);
/* Calls since the fault was set that it could have hit. */
guint64 test_vfs_n_calls (void);
/* What the disk holds after the power went; no file may be open. */
void test_vfs_power_up (GRand *random);
