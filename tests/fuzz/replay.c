/* SPDX-License-Identifier: MIT
 *
 * A fuzz target without libFuzzer: runs it on files, and on what a seeded random number generator makes of them.
 *
 * usage: fuzz_NAME FOLDER-OR-FILE...
 *
 * Every file is run as it is. Those of folders are then cut short and changed, in an order that is always the same,
 * until SECONDS of processor time have passed. The input that is being run lies in the file fuzz_NAME.input; it is
 * gone at a good end, and what is left there after a crash shows it again: fuzz_NAME fuzz_NAME.input.
 */
#include "fuzz.h"

#include <time.h>
#include <unistd.h>

enum { SECONDS = 1, PREFIXES = 32, CHANGES_MAX = 8 };

struct replay {
    GPtrArray *files; /* GByteArray, to be changed */
    const char *name; /* of the file that holds the running input */
    FILE *running;
    uint64_t random;
    unsigned long runs;
};

static void run(struct replay *replay, struct sw_slice input)
{
    rewind(replay->running);
    fwrite(input.data, 1, input.size, replay->running);
    fflush(replay->running);
    if (ftruncate(fileno(replay->running), (off_t)input.size) != 0)
        perror(replay->name);
    struct sw_slice copy = slice_copy(input);
    LLVMFuzzerTestOneInput(copy.data, copy.size);
    slice_free(copy);
    replay->runs++;
}

static bool read_file(struct replay *replay, const char *path, bool change)
{
    char *bytes;
    size_t size;
    if (!g_file_get_contents(path, &bytes, &size, NULL))
        return false;
    run(replay, slice((const uint8_t *)bytes, size));
    if (change)
        g_ptr_array_add(replay->files, g_byte_array_new_take((guint8 *)bytes, size));
    else
        g_free(bytes);
    return true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool read_folder(struct replay *replay, const char *path)
{
    GDir *folder = g_dir_open(path, 0, NULL);
    if (folder == NULL)
        return false;
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    for (const char *name; (name = g_dir_read_name(folder)) != NULL;)
        g_ptr_array_add(paths, g_build_filename(path, name, NULL));
    g_dir_close(folder);
    g_ptr_array_sort(paths, by_name);
    bool good = true;
    for (guint i = 0; i < paths->len; i++)
        good &= read_file(replay, g_ptr_array_index(paths, i), true);
    g_ptr_array_free(paths, TRUE);
    return good;
}

/* One change of a kind that captures and hostile peers make: bytes other, gone, twice, or of another place. */
static void change(struct replay *replay, GByteArray *bytes)
{
    static const uint8_t telling[] = {0, 1, 0x7f, 0x80, 0xff, '\r', '\n', ' ', ':', ';', ',', '"', '<', '9'};
    const uint64_t dice = random_next(&replay->random);
    const guint at = bytes->len == 0 ? 0 : (guint)(dice >> 8) % bytes->len;
    const guint some = MIN((guint)(dice >> 40) % 64, bytes->len - at);
    if (at == bytes->len)
        return;
    switch (dice % 6) {
    case 0:
        bytes->data[at] ^= (uint8_t)(1 << (dice >> 56) % 8);
        return;
    case 1:
        bytes->data[at] = telling[(dice >> 56) % sizeof telling];
        return;
    case 2:
        bytes->data[at] = (uint8_t)(dice >> 56);
        return;
    case 3:
        g_byte_array_remove_range(bytes, at, some);
        return;
    default: {
        const guint from = (guint)(random_next(&replay->random) % (bytes->len - some + 1));
        memmove(bytes->data + at, bytes->data + from, MIN(some, bytes->len - from));
    }
    }
}

static bool time_left(void)
{
    return clock() < SECONDS * (clock_t)CLOCKS_PER_SEC;
}

static void run_prefixes(struct replay *replay)
{
    for (guint n = 0; n < PREFIXES && time_left(); n++)
        for (guint i = 0; i < replay->files->len && time_left(); i++) {
            const GByteArray *file = g_ptr_array_index(replay->files, i);
            run(replay, slice(file->data, random_next(&replay->random) % (file->len + 1)));
        }
}

static void run_changes(struct replay *replay)
{
    while (replay->files->len != 0 && time_left()) {
        const GByteArray *file = g_ptr_array_index(replay->files, random_next(&replay->random) % replay->files->len);
        GByteArray *bytes = g_byte_array_new();
        g_byte_array_append(bytes, file->data, file->len);
        for (uint64_t n = 1 + random_next(&replay->random) % CHANGES_MAX; n > 0; n--)
            change(replay, bytes);
        run(replay, slice(bytes->data, bytes->len));
        g_byte_array_free(bytes, TRUE);
    }
}

int main(int argc, char **argv)
{
    char *base = g_path_get_basename(argv[0]);
    char *name = g_strconcat(base, ".input", NULL);
    g_free(base);
    struct replay replay = {
        .files = g_ptr_array_new_with_free_func((GDestroyNotify)(void (*)(void))g_byte_array_unref),
        .name = name,
        .running = fopen(name, "r+b"), /* it may be what is to be run */
        .random = 1,
    };
    if (replay.running == NULL)
        replay.running = fopen(name, "w+b");
    bool good = replay.running != NULL;
    for (int i = 1; i < argc && good; i++) {
        good = read_folder(&replay, argv[i]) || read_file(&replay, argv[i], false);
        if (!good)
            fprintf(stderr, "%s can't be read\n", argv[i]);
    }
    if (good) {
        run_prefixes(&replay);
        run_changes(&replay);
        printf("%lu runs\n", replay.runs);
        fclose(replay.running);
        unlink(name);
    }
    g_ptr_array_free(replay.files, TRUE);
    g_free(name);
    return good && replay.runs != 0 ? 0 : 1;
}
