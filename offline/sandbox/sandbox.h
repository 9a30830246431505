/* SPDX-License-Identifier: MIT
 *
 * What this process may still do while it reads bytes that somebody else has chosen: nothing but read its captures and
 * write to what is open.
 *
 * Each part stands by itself, and a kernel that lacks one gives the others (Linux: Landlock from 5.13 on, seccomp
 * filters from 3.5 on). Threads that are begun later are inside, too.
 */
#ifndef SIPWEAVE_SANDBOX_H
#define SIPWEAVE_SANDBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "sipweave/limits.h"

struct sandbox_plan {
    const struct sw_limits *limits;
    const char *const
        *readable; /* paths that may be opened for reading; NULL-terminated; "-" and what isn't there is no fault */
    bool reads_services; /* names of ports and protocols are looked up: a filter has them */
    const char *folder;  /* files in it may be made, written and removed; NULL: in none */
};

/* What the kernel gave. */
struct sandbox_state {
    bool no_new_privileges;
    unsigned landlock; /* version of its ABI; 0: none, so any file that the user may read can be opened for reading */
    bool seccomp;      /* no sockets, programs, processes, or files to write, and no memory that is executed */
    uint64_t address_space; /* bytes; 0: not limited */
};

/* False: a part is missing, which *state tells. What was given stays. */
bool sandbox_enter(const struct sandbox_plan *plan, struct sandbox_state *state);

/* Whether a debugging tool works inside this process (a sanitizer, valgrind), which a sandbox would break. */
bool sandbox_is_in_the_way(void);

/* The two parts that are a matter of their own: for sandbox.c. */
unsigned sandbox_landlock(const struct sandbox_plan *plan); /* the version; 0: not in force */
bool sandbox_seccomp(const struct sandbox_plan *plan);

#endif
