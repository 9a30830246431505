/* SPDX-License-Identifier: MIT
 *
 * sipweave-compare TRUTH: reads what sipweave printed (messages --raw -T json, calls -T json, one after the other) from
 * standard input and says how much of the truth of sipweave-generate is in it, byte for byte. Exit 1: not all of it, or
 * something else.
 */
#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DIGEST_SIZE = 20,
    SHOWN = 5, /* differences told in full */
};

/* A message of the truth; those with the same bytes are a list. */
struct expected {
    uint8_t digest[DIGEST_SIZE];
    bool needed; /* false: nobody has to read it */
    bool found;
    uint64_t frames; /* hash of their numbers, in any order */
    struct expected *next;
};

struct expected_call {
    char *kind;
    char *state;
    bool whole; /* every message of it is needed */
    bool seen;
};

struct comparison {
    GHashTable *messages; /* digest → struct expected */
    GHashTable *spared;   /* Call-IDs of messages too large to have a digest */
    GHashTable *calls;    /* Call-ID → struct expected_call */
    unsigned wanted, found, other_frames, extra, beyond;
    unsigned calls_wanted, calls_right, calls_wrong, rest_wanted, rest_right;
    unsigned shown;
};

/* ---- keys ---- */

static guint digest_hash(gconstpointer key)
{
    guint hash;
    memcpy(&hash, key, sizeof hash);
    return hash;
}

static gboolean digest_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, DIGEST_SIZE) == 0;
}

static void digest_of_hex(const char *hex, uint8_t *digest)
{
    for (size_t i = 0; i < DIGEST_SIZE; i++)
        digest[i] = (uint8_t)(g_ascii_xdigit_value(hex[2 * i]) << 4 | g_ascii_xdigit_value(hex[2 * i + 1]));
}

static void digest_of_bytes(const void *bytes, size_t size, uint8_t *digest)
{
    gsize room = DIGEST_SIZE;
    GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA1);
    g_checksum_update(sum, bytes, (gssize)size);
    g_checksum_get_digest(sum, digest, &room);
    g_checksum_free(sum);
}

static uint64_t frames_hash(const json_t *object)
{
    uint64_t hash = 0;
    const json_t *frames = json_object_get(object, "frames");
    for (size_t i = 0; i < json_array_size(frames); i++) {
        const uint64_t stirred = (uint64_t)json_integer_value(json_array_get(frames, i)) * UINT64_C(0x9e3779b97f4a7c15);
        hash += stirred ^ stirred >> 29;
    }
    return hash;
}

static const char *field(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value != NULL ? value : "";
}

static void show(struct comparison *c, const char *what, const char *text)
{
    if (c->shown++ < SHOWN)
        g_printerr("%s: %s\n", what, text);
}

/* ---- the truth ---- */

static void learn_message(struct comparison *c, const json_t *object)
{
    const char *expect = field(object, "expect");
    if (strcmp(expect, "lost") == 0)
        return;
    if (json_string_length(json_object_get(object, "sha1")) != 2 * DIGEST_SIZE) {
        g_hash_table_add(c->spared, g_strdup(field(object, "call_id")));
        return;
    }
    struct expected *message = g_new0(struct expected, 1);
    digest_of_hex(field(object, "sha1"), message->digest);
    message->needed = strcmp(expect, "found") == 0;
    message->frames = frames_hash(object);
    c->wanted += message->needed;
    struct expected *first = g_hash_table_lookup(c->messages, message->digest);
    if (first == NULL) {
        g_hash_table_insert(c->messages, message->digest, message);
    } else {
        message->next = first->next;
        first->next = message;
    }
}

static void learn_call(struct comparison *c, const json_t *object)
{
    struct expected_call *call = g_new0(struct expected_call, 1);
    call->kind = g_strdup(field(object, "kind"));
    call->state = g_strdup(field(object, "state"));
    call->whole = json_integer_value(json_object_get(object, "lost")) == 0;
    if (call->whole && strcmp(call->kind, "call") == 0)
        c->calls_wanted++;
    else if (call->whole)
        c->rest_wanted++;
    g_hash_table_replace(c->calls, g_strdup(field(object, "call_id")), call);
}

/* ---- the answer ---- */

static bool take_message(struct comparison *c, const uint8_t *digest, uint64_t frames)
{
    struct expected *best = NULL;
    for (struct expected *e = g_hash_table_lookup(c->messages, digest); e != NULL; e = e->next)
        if (!e->found && (best == NULL || e->frames == frames))
            best = e;
    if (best == NULL)
        return false;
    best->found = true;
    c->found += best->needed;
    c->beyond += !best->needed;
    c->other_frames += best->frames != frames;
    return true;
}

static void judge_message(struct comparison *c, const json_t *object)
{
    uint8_t digest[DIGEST_SIZE];
    const json_t *raw = json_object_get(object, "raw");
    if (raw != NULL) {
        digest_of_bytes(json_string_value(raw), json_string_length(raw), digest);
    } else {
        gsize size;
        guchar *bytes = g_base64_decode(field(object, "raw_base64"), &size);
        digest_of_bytes(bytes, size, digest);
        g_free(bytes);
    }
    if (take_message(c, digest, frames_hash(object)) || g_hash_table_contains(c->spared, field(object, "call_id")))
        return;
    c->extra++;
    show(c, "not in the truth", field(object, "call_id"));
}

static void judge_call(struct comparison *c, const json_t *object)
{
    const json_t *ids = json_object_get(object, "call_ids");
    const char *id = json_string_value(json_array_get(ids, 0));
    struct expected_call *call = id != NULL ? g_hash_table_lookup(c->calls, id) : NULL;
    if (call == NULL || !call->whole || call->seen)
        return;
    call->seen = true;
    const bool is_call = strcmp(call->kind, "call") == 0;
    const bool right =
        strcmp(call->kind, field(object, "kind")) == 0 && strcmp(call->state, field(object, "state")) == 0;
    if (!right) {
        char *text = g_strdup_printf("%s is %s %s, not %s %s", id, call->state, call->kind, field(object, "state"),
                                     field(object, "kind"));
        show(c, "another state", text);
        g_free(text);
    }
    if (!is_call) {
        c->rest_right += right;
        return;
    }
    c->calls_right += right;
    c->calls_wrong += !right;
}

/* ---- lines ---- */

typedef void use_object(struct comparison *, const json_t *);

static bool read_lines(struct comparison *c, FILE *file, use_object *message, use_object *call)
{
    char *line = NULL;
    size_t room = 0;
    bool ok = true;
    for (ssize_t size; ok && (size = getline(&line, &room, file)) > 0;) {
        json_t *object = json_loadb(line, (size_t)size, JSON_ALLOW_NUL, NULL);
        if (strcmp(field(object, "type"), "message") == 0)
            message(c, object);
        else if (strcmp(field(object, "type"), "call") == 0)
            call(c, object);
        ok = object != NULL;
        json_decref(object);
    }
    free(line);
    return ok;
}

static void free_call(gpointer data)
{
    struct expected_call *call = data;
    g_free(call->kind);
    g_free(call->state);
    g_free(call);
}

static void free_messages(gpointer data)
{
    for (struct expected *message = data; message != NULL;) {
        struct expected *next = message->next;
        g_free(message);
        message = next;
    }
}

int main(int argc, char **argv)
{
    struct comparison c = {0};
    FILE *truth = argc == 2 ? fopen(argv[1], "r") : NULL;
    if (truth == NULL) {
        g_printerr("usage: sipweave messages --raw -T json CAPTURE | sipweave-compare TRUTH\n");
        return 2;
    }
    c.messages = g_hash_table_new_full(digest_hash, digest_equal, NULL, free_messages);
    c.spared = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    c.calls = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_call);
    const bool ok =
        read_lines(&c, truth, learn_message, learn_call) && read_lines(&c, stdin, judge_message, judge_call);
    fclose(truth);
    if (!ok)
        g_printerr("sipweave-compare: a line is no JSON object\n");
    g_print("messages %u/%u other-frames %u extra %u beyond %u calls %u/%u others %u/%u\n", c.found, c.wanted,
            c.other_frames, c.extra, c.beyond, c.calls_right, c.calls_wanted, c.rest_right, c.rest_wanted);
    const bool agree = ok && c.found == c.wanted && c.other_frames == 0 && c.extra == 0 &&
                       c.calls_right == c.calls_wanted && c.rest_right == c.rest_wanted;
    g_hash_table_destroy(c.messages);
    g_hash_table_destroy(c.spared);
    g_hash_table_destroy(c.calls);
    return agree ? 0 : 1;
}
