/* SPDX-License-Identifier: MIT
 *
 * How far has reading come?
 */
#include "cli/progress.h"

#include <glib.h>
#include <stdio.h>

enum { FIRST_AFTER = 1000000, AGAIN_AFTER = 250000 /* microseconds */ };

void progress_start(struct progress *progress, bool wanted)
{
    *progress = (struct progress){.wanted = wanted, .started = g_get_monotonic_time()};
}

void progress_update(struct progress *progress, uint64_t bytes, uint64_t total, uint64_t packets)
{
    int64_t now = g_get_monotonic_time();
    if (!progress->wanted || now - progress->started < FIRST_AFTER || now - progress->last < AGAIN_AFTER)
        return;
    progress->last = now;
    progress->shown = true;
    double mb = (double)bytes / 1e6;
    if (total != 0)
        fprintf(stderr, "\r\033[K%3.0f %% of %.0f MB, %" G_GUINT64_FORMAT " packets",
                100.0 * (double)bytes / (double)total, (double)total / 1e6, packets);
    else
        fprintf(stderr, "\r\033[K%.0f MB, %" G_GUINT64_FORMAT " packets", mb, packets);
    fflush(stderr);
}

void progress_clear(struct progress *progress)
{
    if (!progress->shown)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    progress->shown = false;
}
