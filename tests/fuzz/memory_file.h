/* SPDX-License-Identifier: MIT
 *
 * Bytes as a file or a pipe that can be opened by name, without a disk.
 */
#ifndef TESTS_MEMORY_FILE_H
#define TESTS_MEMORY_FILE_H

#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

struct memory_file {
    int fd;
    char path[32];
};

enum { MEMORY_PIPE_MAX = 65536 }; /* what a pipe takes without a reader (pipe(7)) */

static inline bool write_all(int fd, struct sw_slice bytes)
{
    while (bytes.size != 0) {
        ssize_t done = write(fd, bytes.data, bytes.size);
        if (done <= 0)
            return false;
        take_bytes(&bytes, (size_t)done);
    }
    return true;
}

static inline void memory_file_name(struct memory_file *file, int fd)
{
    file->fd = fd;
    snprintf(file->path, sizeof file->path, "/proc/self/fd/%d", fd);
}

static inline void memory_file_open(struct memory_file *file, struct sw_slice bytes)
{
    memory_file_name(file, memfd_create("capture", MFD_CLOEXEC));
    CHECK(file->fd >= 0 && write_all(file->fd, bytes));
}

/* Up to MEMORY_PIPE_MAX bytes. */
static inline void memory_pipe_open(struct memory_file *file, struct sw_slice bytes)
{
    int ends[2];
    CHECK(pipe(ends) == 0 && write_all(ends[1], bytes));
    close(ends[1]);
    memory_file_name(file, ends[0]);
}

static inline void memory_file_close(struct memory_file *file)
{
    close(file->fd);
}

#endif
