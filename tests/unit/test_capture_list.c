/* links: offline_capture
 * SPDX-License-Identifier: MIT
 *
 * The captures that arguments name: files, folders, and what is complained about.
 */
#include "capture_files.h"

static char *folder;

static int make_folder(void **state)
{
    (void)state;
    folder = folder_new();
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    folder_remove(folder);
    return 0;
}

static void note_complaint(void *context, const char *path, const char *why)
{
    g_string_append_printf(context, "%s: %s\n", path, why);
}

/* The listed paths, joined by spaces; folder names are left out. */
static char *list(const char *const *arguments, GString *complaints)
{
    char **paths = capture_list(arguments, note_complaint, complaints);
    for (char **path = paths; *path != NULL; path++) {
        char *name = g_str_has_prefix(*path, folder) ? g_strdup(*path + strlen(folder) + 1) : g_strdup(*path);
        g_free(*path);
        *path = name;
    }
    char *joined = g_strjoinv(" ", paths);
    g_strfreev(paths);
    return joined;
}

static void add(const char *name, const char *bytes, size_t size)
{
    g_free(save(folder, name, (const uint8_t *)bytes, size));
}

static void add_odd_entries(void)
{
    char *target = g_build_filename(folder, "zz", NULL);
    char *link = g_build_filename(folder, "link", NULL);
    char *dangling = g_build_filename(folder, "gone.pcap", NULL);
    char *pipe = g_build_filename(folder, "pipe.pcap", NULL);
    char *below = g_build_filename(folder, "below.pcap", NULL);
    assert_int_equal(symlink(target, link), 0);
    assert_int_equal(symlink("nowhere", dangling), 0);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_int_equal(mkdir(below, 0700), 0);
    g_free(target);
    g_free(link);
    g_free(dangling);
    g_free(pipe);
    g_free(below);
}

static void lists_folders_by_content_and_name(void **state)
{
    (void)state;
    static const char pcap[] = "\xd4\xc3\xb2\xa1\2\0\4\0\0\0\0\0\0\0\0\0\0\0\4\0\1\0\0";
    static const char gzipped_magic[] = "\x1f\x8b\x08\0\0\0\0\0\0\x03\xbb\x72\x78\xd3\x42\0\x8f\x86\xb9\x6c\x04\0\0\0";
    static const char *const named[] = {"a.pcap",    "B.PCAPNG",  "c.cap",      "d.dmp.zst",
                                        "e.pcap.gz", "f.cap.lz4", "g.pcapng.xz"};
    static const char *const others[] = {"notes.txt", "pcap", ".pcap", "x.gz", "y.pcap.txt"};
    GString *complaints = g_string_new(NULL);
    const char *const arguments[] = {folder, NULL};
    char *listed = list(arguments, complaints);
    assert_string_equal(listed, "");
    assert_true(g_str_has_suffix(complaints->str, ": no capture in this folder\n"));
    g_free(listed);

    g_string_set_size(complaints, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(named); i++)
        add(named[i], "", 0);
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
        add(others[i], "no capture", 10);
    add("zz", pcap, sizeof pcap);
    add("Zng", "\x0a\x0d\x0d\x0a\x1c\0\0\0\x4d\x3c\x2b\x1a", 12);
    add("packed", gzipped_magic, sizeof gzipped_magic - 1);
    add_odd_entries();
    listed = list(arguments, complaints);
    assert_string_equal(listed, "B.PCAPNG Zng a.pcap c.cap d.dmp.zst e.pcap.gz f.cap.lz4 g.pcapng.xz link packed zz");
    assert_string_equal(complaints->str, "");
    g_free(listed);
    g_string_free(complaints, TRUE);
}

static void lists_named_files_as_they_are(void **state)
{
    (void)state;
    GString *complaints = g_string_new(NULL);
    const char *const arguments[] = {"-", "/nowhere/b", "/nowhere/a", "/nowhere/b", NULL};
    char *listed = list(arguments, complaints);
    assert_string_equal(listed, "- /nowhere/b /nowhere/a /nowhere/b");
    assert_string_equal(complaints->str, "");
    g_free(listed);
    const char *const none[] = {NULL};
    listed = list(none, complaints);
    assert_string_equal(listed, "");
    g_free(listed);
    g_string_free(complaints, TRUE);
}

static void complains_of_folders_it_cannot_read(void **state)
{
    (void)state;
    if (geteuid() == 0) {
        print_message("SKIPPED: root may read every folder\n");
        skip();
    }
    char *closed = g_build_filename(folder, "closed", NULL);
    assert_int_equal(mkdir(closed, 0), 0);
    GString *complaints = g_string_new(NULL);
    const char *const arguments[] = {closed, "-", NULL};
    char *listed = list(arguments, complaints);
    assert_string_equal(listed, "-");
    assert_true(g_str_has_suffix(complaints->str, "/closed: Permission denied\n"));
    g_free(listed);
    g_free(closed);
    g_string_free(complaints, TRUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_folders_by_content_and_name),
        cmocka_unit_test(lists_named_files_as_they_are),
        cmocka_unit_test(complains_of_folders_it_cannot_read),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
