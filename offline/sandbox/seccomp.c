/* SPDX-License-Identifier: MIT
 *
 * Which calls of the kernel are left? A short list; all others fail with EPERM, so that a library that tries one goes
 * on without it.
 */
#include "sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Whatever their arguments: they reach what is open, memory of this process, and clocks. */
static const int harmless[] = {
    SCMP_SYS(read),
    SCMP_SYS(readv),
    SCMP_SYS(pread64),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(pwrite64),
    SCMP_SYS(lseek),
    SCMP_SYS(close),
    SCMP_SYS(fcntl),
    SCMP_SYS(dup),
    SCMP_SYS(fsync),
    SCMP_SYS(fdatasync),
    SCMP_SYS(ftruncate),
    SCMP_SYS(fallocate),
    SCMP_SYS(fadvise64),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(select),
    SCMP_SYS(pselect6),
    /* what a path is, not what is in it */
    SCMP_SYS(stat),
    SCMP_SYS(lstat),
    SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(statx),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(readlink),
    SCMP_SYS(getcwd),
    SCMP_SYS(ioctl), /* of what is open: a terminal's width */
    /* a socket that was opened before */
    SCMP_SYS(send),
    SCMP_SYS(sendto),
    SCMP_SYS(sendmsg),
    SCMP_SYS(sendmmsg),
    SCMP_SYS(recv),
    SCMP_SYS(recvfrom),
    SCMP_SYS(recvmsg),
    SCMP_SYS(shutdown),
    SCMP_SYS(getsockopt),
    SCMP_SYS(getsockname),
    SCMP_SYS(getpeername),
    /* memory; see also those below */
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    /* threads */
    SCMP_SYS(futex),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(set_tid_address),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(membarrier),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(restart_syscall),
    /* signals to itself */
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    /* what it is */
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(uname),
    SCMP_SYS(sysinfo),
    SCMP_SYS(getrusage),
    SCMP_SYS(times),
    SCMP_SYS(getrlimit),
    SCMP_SYS(getrandom),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
};

/* What makes files: for a folder in which Landlock allows it. */
static const int making[] = {SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(fchmod), SCMP_SYS(fchown)};

static bool allow_each(scmp_filter_ctx filter, const int *calls, size_t count)
{
    bool good = true;
    for (size_t i = 0; i < count; i++)
        good = good && seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0) == 0;
    return good;
}

/* A call where this argument has none of these bits. */
static bool allow_without(scmp_filter_ctx filter, int call, unsigned argument, uint64_t bits)
{
    const struct scmp_arg_cmp without = SCMP_CMP64(argument, SCMP_CMP_MASKED_EQ, bits, 0);
    return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &without) == 0;
}

/* A call where this argument has that value. */
static bool allow_with(scmp_filter_ctx filter, int call, unsigned argument, uint64_t value)
{
    const struct scmp_arg_cmp with = {.arg = argument, .op = SCMP_CMP_EQ, .datum_a = value};
    return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &with) == 0;
}

static bool allow_opening(scmp_filter_ctx filter, const struct sandbox_plan *plan)
{
    static const int calls[] = {SCMP_SYS(openat), SCMP_SYS(open)};
    const uint64_t writes = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC;
    if (plan->folder != NULL)
        return allow_each(filter, calls, G_N_ELEMENTS(calls)) && allow_each(filter, making, G_N_ELEMENTS(making));
    return allow_without(filter, calls[0], 2, writes) && allow_without(filter, calls[1], 1, writes);
}

/* A new thread, and no process. How clone3 is to be used stands in memory, where a filter can't look: it is said not to
 * be there, and clone is used. */
static bool allow_threads(scmp_filter_ctx filter)
{
    const struct scmp_arg_cmp thread = SCMP_CMP64(0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD);
    return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, &thread) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0 &&
           allow_with(filter, SCMP_SYS(prctl), 0, PR_SET_NAME) &&
           allow_with(filter, SCMP_SYS(tgkill), 0, (uint64_t)getpid()); /* abort() */
}

static bool allow_memory(scmp_filter_ctx filter)
{
    return allow_without(filter, SCMP_SYS(mmap), 2, PROT_EXEC) &&
           allow_without(filter, SCMP_SYS(mprotect), 2, PROT_EXEC) &&
           allow_with(filter, SCMP_SYS(prlimit64), 2, 0); /* asks, and sets nothing */
}

bool sandbox_seccomp(const struct sandbox_plan *plan)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (filter == NULL)
        return false;
    const bool loaded = allow_each(filter, harmless, G_N_ELEMENTS(harmless)) && allow_opening(filter, plan) &&
                        allow_threads(filter) && allow_memory(filter) && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return loaded;
}
