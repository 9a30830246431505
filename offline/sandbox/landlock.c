/* SPDX-License-Identifier: MIT
 *
 * Which files may still be opened? (Documentation/userspace-api/landlock.rst of Linux)
 *
 * There is no library for it in Debian 12, and its header there knows the second version of the ABI alone: what came
 * later is written out here. A kernel that knows less is asked for less.
 */
#include "sandbox/sandbox.h"

#include <fcntl.h>
#include <glib.h>
#include <linux/landlock.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    ABI_REFER = 2,
    ABI_TRUNCATE = 3,
    ABI_NETWORK = 4,
    ABI_DEVICES = 5,
    ABI_SCOPES = 6,
};

/* Rights by their bits, as the kernel's headers number them. */
static const uint64_t rights_first = (UINT64_C(1) << 13) - 1; /* all of the first version */
static const uint64_t right_refer = UINT64_C(1) << 13;
static const uint64_t right_truncate = UINT64_C(1) << 14;
static const uint64_t right_ioctl_device = UINT64_C(1) << 15;
static const uint64_t rights_network = 3; /* bind and connect TCP */
static const uint64_t scopes = 3;         /* abstract UNIX sockets, signals */

/* struct landlock_ruleset_attr as it has grown. */
struct ruleset {
    uint64_t files;
    uint64_t network;
    uint64_t scoped;
};

static struct ruleset ruleset_of(long abi)
{
    struct ruleset rules = {.files = rights_first};
    if (abi >= ABI_REFER)
        rules.files |= right_refer;
    if (abi >= ABI_TRUNCATE)
        rules.files |= right_truncate;
    if (abi >= ABI_NETWORK)
        rules.network = rights_network;
    if (abi >= ABI_DEVICES)
        rules.files |= right_ioctl_device;
    if (abi >= ABI_SCOPES)
        rules.scoped = scopes;
    return rules;
}

static size_t ruleset_size(long abi)
{
    return abi >= ABI_SCOPES    ? sizeof(struct ruleset)
           : abi >= ABI_NETWORK ? offsetof(struct ruleset, scoped)
                                : offsetof(struct ruleset, network);
}

/* What can't be opened, or lies in no file system (a pipe), needs no rule: it is refused, or free, without one. */
static void allow(int ruleset, const char *path, uint64_t rights)
{
    const int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return;
    const struct landlock_path_beneath_attr rule = {.allowed_access = rights, .parent_fd = fd};
    syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    close(fd);
}

static void allow_all(int ruleset, const struct sandbox_plan *plan, const struct ruleset *handled)
{
    static const char *const services[] = {"/etc/services", "/etc/protocols", "/etc/nsswitch.conf"};
    const uint64_t making = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
                            LANDLOCK_ACCESS_FS_REMOVE_FILE | right_truncate;
    for (size_t i = 0; plan->readable != NULL && plan->readable[i] != NULL; i++)
        if (strcmp(plan->readable[i], "-") != 0)
            allow(ruleset, plan->readable[i], LANDLOCK_ACCESS_FS_READ_FILE);
    for (size_t i = 0; plan->reads_services && i < G_N_ELEMENTS(services); i++)
        allow(ruleset, services[i], LANDLOCK_ACCESS_FS_READ_FILE);
    if (plan->folder != NULL)
        allow(ruleset, plan->folder, making & handled->files);
}

unsigned sandbox_landlock(const struct sandbox_plan *plan)
{
    const long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi < 1)
        return 0;
    const struct ruleset handled = ruleset_of(abi);
    const long ruleset = syscall(SYS_landlock_create_ruleset, &handled, ruleset_size(abi), 0);
    if (ruleset < 0)
        return 0;
    allow_all((int)ruleset, plan, &handled);
    const bool restricted = syscall(SYS_landlock_restrict_self, (int)ruleset, 0) == 0;
    close((int)ruleset);
    return restricted ? (unsigned)abi : 0;
}
