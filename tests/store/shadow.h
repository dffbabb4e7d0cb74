/* SPDX-License-Identifier: GPL-3.0-or-later
 * A shadow of a project: the same edits applied in the simplest way that could work, each
 * step with all of its partials, nothing shared. What the project and its file do in
 * clever ways has to come to the same, bit for bit.
 */
#pragma once

#include "model/project.h"

typedef struct TestShadow TestShadow;

TestShadow *test_shadow_new (void);
void        test_shadow_free (TestShadow *self);

void test_shadow_apply (TestShadow *self, TsrEdit *edit);

/* The first difference as a sentence, NULL where there is none: of one sound with its
 * present state and the line of its history; or of all sounds with the states of all
 * their steps, branches included. (transfer full) */
char *test_shadow_compare_sound (TestShadow *self, TsrProject *project, gint64 sound_id);
char *test_shadow_compare_all (TestShadow *self, TsrProject *project);

/* Any step of a sound, on any branch; 0: it has none. */
gint64 test_shadow_random_step (TestShadow *self, gint64 sound_id, GRand *random);
