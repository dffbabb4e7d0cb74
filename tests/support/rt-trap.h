/* SPDX-License-Identifier: GPL-3.0-or-later
 * Finds calls that have no place in an audio callback: linked into a test program, it
 * stands before the C library's and GLib's functions. Not together with sanitizers.
 */
#pragma once

/* The calling thread is inside the callback between these two. */
void tsr_rt_trap_enter (void);
void tsr_rt_trap_leave (void);

/* How many such calls there were, and the name of the last one ("" when none). */
long        tsr_rt_trap_n_findings (void);
const char *tsr_rt_trap_last (void);
void        tsr_rt_trap_forget (void);
