/* SPDX-License-Identifier: MIT
 *
 * links: offline_select offline_output offline_tls
 * What people hand over besides captures: key logs, private keys, suppressions, baselines, and the words of options.
 * Either it is taken, or one line says why not.
 *
 * The input: a byte that says what it is, and its text.
 */
#include "memory_file.h"

#include "output/baseline.h"
#include "output/suppress.h"
#include "select/select.h"
#include "tls/keylog.h"
#include "tls/rsa.h"

static void check_error(bool good, GError *error)
{
    CHECK(good == (error == NULL));
    if (error != NULL)
        CHECK(*error->message != '\0' && strchr(error->message, '\n') == NULL &&
              g_utf8_validate(error->message, -1, NULL));
    g_clear_error(&error);
}

static void check_line(bool good, char *error)
{
    CHECK(good == (error == NULL));
    if (error != NULL)
        CHECK(*error != '\0' && strchr(error, '\n') == NULL);
    g_free(error);
}

static void read_suppressions(const char *path)
{
    GError *error = NULL;
    struct suppressions *suppressions = suppressions_read(path, "2026-11-22", &error);
    check_error(suppressions != NULL, error);
    if (suppressions == NULL)
        return;
    char *said;
    size_t size;
    FILE *out = open_memstream(&said, &size);
    suppressions_report(suppressions, out);
    fclose(out);
    free(said);
    suppressions_free(suppressions);
}

static void read_baseline(const char *path)
{
    GError *error = NULL;
    struct baseline *baseline = baseline_read(path, &error);
    check_error(baseline != NULL, error);
    if (baseline != NULL)
        baseline_has(baseline, "0123456789abcdef");
    baseline_free(baseline);
}

static void read_keylog(const char *path)
{
    char *error = NULL;
    struct tls_keylog *log = tls_keylog_new(4);
    const bool good = tls_keylog_add_file(log, path, &error);
    check_line(good, error);
    tls_keylog_free(log);
}

static void read_rsa(const char *path)
{
    char *error = NULL;
    struct tls_keylog *log = tls_keylog_new(4);
    const bool good = tls_rsa_add_file(tls_keylog_rsa(log), path, &error);
    check_line(good, error);
    tls_keylog_free(log);
}

static void read_words(const char *text)
{
    struct selection selection = {0};
    struct select_moment moment = {0};
    if (select_moment_parse(text, &moment))
        CHECK(moment.given && (!moment.of_day || ABS(moment.time) <= 2 * INT64_C(86400000000000)));
    if (select_statuses_parse(text, &selection)) {
        CHECK(selection.status_count != 0 && selection.status_count <= SELECT_STATUSES_MOST);
        for (unsigned i = 0; i < selection.status_count; i++)
            CHECK(selection.statuses[i].low <= selection.statuses[i].high);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const readers[])(const char *path) = {read_suppressions, read_baseline, read_keylog, read_rsa};
    struct sw_slice input = slice(data, size);
    const unsigned which = take_u8(&input) % (G_N_ELEMENTS(readers) + 1);
    if (which == G_N_ELEMENTS(readers)) {
        char *text = g_strndup((const char *)input.data, input.size);
        read_words(text);
        g_free(text);
        return 0;
    }
    struct memory_file file;
    memory_file_open(&file, input);
    readers[which](file.path);
    memory_file_close(&file);
    return 0;
}
