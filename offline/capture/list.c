/* SPDX-License-Identifier: MIT
 *
 * Which captures do the arguments of a command name?
 */
#include "capture/capture.h"

#include "capture/reader.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* name without the suffix, if it ends so in either case; otherwise NULL. The caller frees. */
static char *without_suffix(const char *name, const char *const *suffixes)
{
    const size_t size = strlen(name);
    for (; *suffixes != NULL; suffixes++) {
        const size_t suffix_size = strlen(*suffixes);
        if (size > suffix_size && g_ascii_strcasecmp(name + size - suffix_size, *suffixes) == 0)
            return g_strndup(name, size - suffix_size);
    }
    return NULL;
}

static bool named_as_capture(const char *name)
{
    static const char *const compressions[] = {".gz", ".zst", ".lz4", ".xz", ".bz2", NULL};
    static const char *const captures[] = {".pcap", ".pcapng", ".cap", ".dmp", NULL};
    char *unpacked = without_suffix(name, compressions);
    char *stem = without_suffix(unpacked != NULL ? unpacked : name, captures);
    const bool named = stem != NULL;
    g_free(unpacked);
    g_free(stem);
    return named;
}

static bool holds_capture(const char *path)
{
    char *error = NULL;
    struct source *source = source_open(path, &error);
    const bool holds = source != NULL && format_find(source) != NULL;
    source_close(source);
    g_free(error);
    return holds;
}

static bool is_folder(const char *path)
{
    struct stat status;
    return strcmp(path, "-") != 0 && stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Only files: opening a named pipe would wait for somebody to write. */
static bool is_file(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Appends the folder's captures to paths; the reason where there is none. */
static const char *list_folder(const char *folder, GPtrArray *paths)
{
    DIR *dir = opendir(folder);
    if (dir == NULL)
        return g_strerror(errno);
    const guint before = paths->len;
    const struct dirent *entry;
    while ((entry = readdir(dir)) != NULL) {
        char *path = g_build_filename(folder, entry->d_name, NULL);
        if (is_file(path) && (named_as_capture(entry->d_name) || holds_capture(path)))
            g_ptr_array_add(paths, path);
        else
            g_free(path);
    }
    closedir(dir);
    if (paths->len == before)
        return "no capture in this folder";
    qsort(paths->pdata + before, paths->len - before, sizeof *paths->pdata, by_name);
    return NULL;
}

char **capture_list(const char *const *arguments, capture_complain complain, void *context)
{
    GPtrArray *paths = g_ptr_array_new();
    for (; *arguments != NULL; arguments++) {
        if (!is_folder(*arguments)) {
            g_ptr_array_add(paths, g_strdup(*arguments));
            continue;
        }
        const char *why = list_folder(*arguments, paths);
        if (why != NULL)
            complain(context, *arguments, why);
    }
    g_ptr_array_add(paths, NULL);
    return (char **)g_ptr_array_free(paths, FALSE);
}
