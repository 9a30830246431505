/* SPDX-License-Identifier: MIT
 *
 * How far reading has come, on standard error, in one line that goes away again.
 */
#ifndef SIPWEAVE_PROGRESS_H
#define SIPWEAVE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool wanted;
    bool shown;
    int64_t started; /* microseconds, monotonic */
    int64_t last;
};

void progress_start(struct progress *progress, bool wanted);
/* total 0: unknown. Draws a few times a second, and not in the first. */
void progress_update(struct progress *progress, uint64_t bytes, uint64_t total, uint64_t packets);
/* Takes the line away: before anything else is printed to the terminal. */
void progress_clear(struct progress *progress);

#endif
