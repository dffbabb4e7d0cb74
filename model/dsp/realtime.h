/* SPDX-License-Identifier: GPL-3.0-or-later
 * The mark of functions that the audio callback may call: no allocation, no lock, no
 * system call, bounded time. tests/lint/check-rt-symbols.py verifies the object files
 * they live in.
 */
#pragma once

#define TSR_REALTIME
