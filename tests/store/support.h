/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the tests of the store share: folders, generated projects, and a text that is the
 * same for two projects only if they are the same bit for bit.
 */
#pragma once

#include <gio/gio.h>

#include "model/project.h"
#include "store/store.h"

/* How often a randomised test is to try: n_short in the tests, TSR_TEST_FACTOR times as
 * often in a soak. */
guint test_n_wanted (guint n_short);

/* A new folder below the system's temporary one, or below TSR_TEST_TMP. */
char *test_dup_folder (void);
void  test_remove_folder (const char *folder);
char *test_path (const char *folder, const char *name);

/* A partial with n breakpoints that depend on id and seed, odd values among them. */
TsrPartial *test_partial_new (gint64 id, guint n_breakpoints, guint32 seed);
/* A state with partials of ids [first_id, first_id + n_partials). */
TsrSoundState *
test_state_new (gint64 first_id, guint n_partials, guint n_breakpoints, guint32 seed);

/* Parts of a state as text, the same for two only if they are the same bit for bit: a
 * partial (one line); all partials in order of id; all but the partials. */
char *test_partial_dup_text (const TsrPartial *partial);
char *test_state_dup_partials (TsrSoundState *state);
char *test_state_dup_head (const TsrSoundStateFields *fields);

/* The saved selections of a sound, and what a step made of which partials. */
char *test_saved_dup_text (const TsrSavedSelection *saved, gsize n);
char *test_descents_dup_text (const GArray *descents);

/* Everything that a project holds, histories and all: to be compared. */
char *test_project_dup_text (TsrProject *project);
/* A short digest of the same. */
char *test_project_dup_digest (TsrProject *project);

/* Writes to `store` each edit that `project` makes; a failure aborts. */
void test_connect (TsrProject *project, TsrStore *store);
void test_disconnect (TsrProject *project, TsrStore *store);
/* Opens, loads, and expects no warnings. */
TsrProject *test_reload (const char *path, TsrStore **store);

/* Bytes of a file. */
GBytes *test_read_file (const char *path);
/* A temporary file with these bytes, at its start; closed by the caller. */
int test_fd_with_bytes (const void *bytes, gsize n_bytes);

/* A project with `n_sounds` sounds, sources, markers, settings, edits, branches and
 * undone steps; closed. Returns its text. */
char *test_make_project (const char *path, guint n_sounds);
/* A step after the present one of a sound: some partials change, one comes, one goes. */
void test_edit_sound (TsrProject *project, TsrSound *sound, guint32 seed);

/* One edit of any kind, drawn by `random`; the project has to be connected to `store`.
 * Nothing may come of it (no redo, say). */
void test_random_edit (TsrProject *project, TsrStore *store, GRand *random);
