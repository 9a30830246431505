/* SPDX-License-Identifier: MIT
 *
 * links: offline_sandbox core_base
 *
 * From inside the sandbox: what is needed goes on, and files, sockets, programs and processes are refused. Each case is
 * tried in a process of its own, outside (where it must succeed, or it would prove nothing) and inside.
 */
#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/sandbox.h"

enum { SKIPPED = 77 };

static char folder[] = "/tmp/sipweave-sandbox-XXXXXX";
static char listed[64];
static char other[64];
static char made[64];
static int written; /* opened before */

static bool read_file(const char *path)
{
    char byte;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    return fd >= 0 && read(fd, &byte, 1) == 1;
}

static bool read_listed(void)
{
    return read_file(listed);
}

static bool read_another(void)
{
    return read_file(other);
}

static bool read_system(void)
{
    return read_file("/etc/passwd");
}

static bool write_listed(void)
{
    return open(listed, O_WRONLY | O_CLOEXEC) >= 0;
}

static bool make_file(void)
{
    const int fd = open(made, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return fd >= 0 && unlink(made) == 0;
}

static bool make_unnamed(void)
{
    FILE *file = tmpfile();
    return file != NULL && fclose(file) == 0;
}

static bool remove_file(void)
{
    return unlink(other) == 0;
}

static bool write_opened(void)
{
    return write(written, "x", 1) == 1;
}

static bool open_socket(void)
{
    return socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0) >= 0;
}

static bool open_local_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0;
}

static bool run_program(void)
{
    execl("/bin/true", "true", NULL); /* only comes back where it fails */
    return false;
}

static bool begin_process(void)
{
    const pid_t child = fork();
    if (child == 0)
        _exit(0);
    return child > 0 && waitpid(child, NULL, 0) == child;
}

static bool run_shell(void)
{
    return system("exit 0") == 0; /* NOLINT(cert-env33-c,concurrency-mt-unsafe): that it can't be done is the point */
}

static bool signal_others(void)
{
    return kill(getppid(), 0) == 0;
}

static bool execute_memory(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static bool take_memory(void)
{
    uint8_t *memory = mmap(NULL, 1 << 26, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory != MAP_FAILED && (memory[1] = 1) == 1;
}

static bool take_too_much(void)
{
    return mmap(NULL, (size_t)1 << 40, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) != MAP_FAILED;
}

static gpointer answer(gpointer data)
{
    return data;
}

static bool begin_thread(void)
{
    return g_thread_join(g_thread_new("t", answer, listed)) == listed;
}

/* What a thread opens is refused as well. */
static gpointer open_in_thread(gpointer data)
{
    (void)data;
    return read_another() && open_socket() ? listed : NULL;
}

static bool open_from_thread(void)
{
    return g_thread_join(g_thread_new("t", open_in_thread, NULL)) == listed;
}

static const struct sandbox_case {
    const char *name;
    bool (*attempt)(void);
    bool works;       /* inside */
    bool in_a_folder; /* with a folder to write to; without it where this is false */
} cases[] = {
    {"a listed file is read", read_listed, true, false},
    {"another isn't", read_another, false, false},
    {"nor one of the system", read_system, false, false},
    {"a listed one isn't written", write_listed, false, false},
    {"none is made", make_file, false, false},
    {"nor without a name", make_unnamed, false, false},
    {"none is removed", remove_file, false, false},
    {"what is open is written", write_opened, true, false},
    {"no socket", open_socket, false, false},
    {"nor a local one", open_local_socket, false, false},
    {"no program", run_program, false, false},
    {"no process", begin_process, false, false},
    {"no shell", run_shell, false, false},
    {"no signal to others", signal_others, false, false},
    {"no code is made", execute_memory, false, false},
    {"memory is there", take_memory, true, false},
    {"and has an end", take_too_much, false, false},
    {"threads begin", begin_thread, true, false},
    {"and are inside, too", open_from_thread, false, false},
    {"in a folder files are made and removed", make_file, true, true},
    {"not elsewhere", make_unnamed, false, true},
    {"a socket isn't for that", open_socket, false, true},
};

static void enter(bool in_a_folder)
{
    const char *const readable[] = {listed, "-", "/nowhere/at-all", NULL};
    const struct sandbox_plan plan = {
        .limits = &sw_limits_default, .readable = readable, .folder = in_a_folder ? folder : NULL};
    struct sandbox_state state;
    if (!sandbox_enter(&plan, &state))
        _exit(SKIPPED);
}

/* The exit status of a child that tries it. */
static int try_case(const struct sandbox_case *one, bool inside)
{
    const pid_t child = fork();
    if (child == 0) {
        if (inside)
            enter(one->in_a_folder);
        _exit(one->attempt() ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status)); /* it is refused, and not killed */
    return WEXITSTATUS(status);
}

static void write_file(const char *path)
{
    assert_true(g_file_set_contents(path, "content", -1, NULL));
}

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        write_file(other);
        const int outside = try_case(&cases[i], false);
        write_file(other);
        const int inside = try_case(&cases[i], true);
        if (inside == SKIPPED) {
            puts("SKIPPED: this kernel doesn't give all of the sandbox");
            skip();
        }
        if (outside != 0 || inside != (cases[i].works ? 0 : 1))
            fail_msg("%s: %d outside, %d inside", cases[i].name, outside, inside);
    }
}

/* The address space that a child with such limits is left with, in GiB (as far as an exit status goes). */
static int address_space(const struct sw_limits *limits)
{
    const pid_t child = fork();
    if (child == 0) {
        const char *const readable[] = {listed, NULL};
        const struct sandbox_plan plan = {.limits = limits, .readable = readable};
        struct sandbox_state state;
        sandbox_enter(&plan, &state);
        _exit(state.address_space >> 30 < 100 ? (int)(state.address_space >> 30) : 100);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* Limits without an end leave more room than those of the program, not a sum that came round to less. */
static void test_absurd_limits(void **state)
{
    (void)state;
    static const size_t absurd[] = {SIZE_MAX, SIZE_MAX / 2 + 1, ((size_t)1 << 52) - ((size_t)1 << 21)};
    for (size_t i = 0; i < G_N_ELEMENTS(absurd); i++) {
        struct sw_limits limits = sw_limits_default;
        limits.streams = absurd[i];
        limits.message_size = absurd[i];
        const int usual = address_space(&sw_limits_default), with = address_space(&limits);
        if (with < usual)
            fail_msg("%zu: %d GiB, by default %d", absurd[i], with, usual);
    }
}

static int set_up(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    g_snprintf(listed, sizeof listed, "%s/listed", folder);
    g_snprintf(other, sizeof other, "%s/other", folder);
    g_snprintf(made, sizeof made, "%s/made", folder);
    write_file(listed);
    written = open(made, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    return unlink(made);
}

static int tear_down(void **state)
{
    (void)state;
    unlink(listed);
    unlink(other);
    close(written);
    return rmdir(folder);
}

int main(void)
{
    if (sandbox_is_in_the_way()) {
        puts("SKIPPED: a sanitizer or valgrind works inside this process");
        return 0;
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_absurd_limits)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
