/* SPDX-License-Identifier: MIT
 *
 * What of the findings is old? Their fingerprints stand in the NDJSON of an earlier run. Only the strings of JSON are
 * looked at (RFC 8259 7), so that it may have been through jq, whatever its layout.
 */
#include "output/baseline.h"

#include <string.h>

struct baseline {
    GHashTable *fingerprints;
};

/* Behind the string that begins at the quote; *text and *size: what is in it, escapes as they stand. */
static const char *read_string(const char *quote, const char *end, const char **text, size_t *size)
{
    const char *at = quote + 1;
    *text = at;
    while (at < end && *at != '"')
        at += *at == '\\' && end - at > 1 ? 2 : 1;
    *size = (size_t)(at - *text);
    return at < end ? at + 1 : end;
}

static bool is_key(const char **at, const char *end)
{
    while (*at < end && g_ascii_isspace(**at))
        ++*at;
    return *at < end && **at == ':';
}

/* Each member "fingerprint" whose value is a string. */
static void read_fingerprints(struct baseline *baseline, const char *at, const char *end)
{
    static const char key[] = "fingerprint";
    bool wanted = false;
    while (at < end) {
        const char *text;
        size_t size;
        if (*at != '"') {
            wanted = wanted && (*at == ':' || g_ascii_isspace(*at));
            at++;
            continue;
        }
        at = read_string(at, end, &text, &size);
        if (wanted)
            g_hash_table_add(baseline->fingerprints, g_strndup(text, size));
        wanted = size == sizeof key - 1 && memcmp(text, key, size) == 0 && is_key(&at, end);
    }
}

static bool is_blank(const char *at, const char *end)
{
    while (at < end && g_ascii_isspace(*at))
        at++;
    return at == end;
}

struct baseline *baseline_read(const char *path, GError **error)
{
    char *contents;
    gsize size;
    if (!g_file_get_contents(path, &contents, &size, error))
        return NULL;
    struct baseline *baseline = g_new(struct baseline, 1);
    baseline->fingerprints = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    read_fingerprints(baseline, contents, contents + size);
    if (g_hash_table_size(baseline->fingerprints) == 0 && !is_blank(contents, contents + size)) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                    "%s: no finding has a fingerprint; 'sipweave check -T json' writes such a file", path);
        baseline_free(baseline);
        baseline = NULL;
    }
    g_free(contents);
    return baseline;
}

void baseline_free(struct baseline *baseline)
{
    if (baseline == NULL)
        return;
    g_hash_table_destroy(baseline->fingerprints);
    g_free(baseline);
}

bool baseline_has(const struct baseline *baseline, const char *fingerprint)
{
    return g_hash_table_contains(baseline->fingerprints, fingerprint);
}
