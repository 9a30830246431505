/* SPDX-License-Identifier: MIT
 * links: offline_http2
 *
 * Header blocks: the examples of RFC 7541 appendix C, and what a lost or broken block does to those behind it.
 */
#include "harness.h"

#include <glib.h>

#include "http2/hpack.h"

struct example {
    const char *section;
    const char *block;
    const char *fields;
};

/* C.3 to C.6: each group of three is one connection. */
static const struct example examples[] = {
    {"C.3.1", "828684410f7777772e6578616d706c652e636f6d",
     ":method: GET\n:scheme: http\n:path: /\n:authority: www.example.com\n"},
    {"C.3.2", "828684be58086e6f2d6361636865",
     ":method: GET\n:scheme: http\n:path: /\n:authority: www.example.com\ncache-control: no-cache\n"},
    {"C.3.3", "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
     ":method: GET\n:scheme: https\n:path: /index.html\n:authority: www.example.com\ncustom-key: custom-value\n"},
    {"C.4.1", "828684418cf1e3c2e5f23a6ba0ab90f4ff",
     ":method: GET\n:scheme: http\n:path: /\n:authority: www.example.com\n"},
    {"C.4.2", "828684be5886a8eb10649cbf",
     ":method: GET\n:scheme: http\n:path: /\n:authority: www.example.com\ncache-control: no-cache\n"},
    {"C.4.3", "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
     ":method: GET\n:scheme: https\n:path: /index.html\n:authority: www.example.com\ncustom-key: custom-value\n"},
    {"C.5.1",
     "4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d546e17687474"
     "70733a2f2f7777772e6578616d706c652e636f6d",
     ":status: 302\ncache-control: private\ndate: Mon, 21 Oct 2013 20:13:21 GMT\nlocation: https://www.example.com\n"},
    {"C.5.2", "4803333037c1c0bf",
     ":status: 307\ncache-control: private\ndate: Mon, 21 Oct 2013 20:13:21 GMT\nlocation: https://www.example.com\n"},
    {"C.5.3",
     "88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f3d4153444a"
     "4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b2076657273696f6e3d31",
     ":status: 200\ncache-control: private\ndate: Mon, 21 Oct 2013 20:13:22 GMT\nlocation: "
     "https://www.example.com\ncontent-encoding: gzip\nset-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; "
     "version=1\n"},
    {"C.6.1",
     "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae"
     "82ae43d3",
     ":status: 302\ncache-control: private\ndate: Mon, 21 Oct 2013 20:13:21 GMT\nlocation: https://www.example.com\n"},
    {"C.6.2", "4883640effc1c0bf",
     ":status: 307\ncache-control: private\ndate: Mon, 21 Oct 2013 20:13:21 GMT\nlocation: https://www.example.com\n"},
    {"C.6.3",
     "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960"
     "d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
     ":status: 200\ncache-control: private\ndate: Mon, 21 Oct 2013 20:13:22 GMT\nlocation: "
     "https://www.example.com\ncontent-encoding: gzip\nset-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; "
     "version=1\n"},
};

static GByteArray *bytes_of(const char *hex)
{
    GByteArray *bytes = g_byte_array_new();
    for (; hex[0] != '\0' && hex[1] != '\0'; hex += 2) {
        const uint8_t byte = (uint8_t)strtoul((char[]){hex[0], hex[1], 0}, NULL, 16);
        g_byte_array_append(bytes, &byte, 1);
    }
    return bytes;
}

static void show(void *context, struct sw_slice name, struct sw_slice value)
{
    g_string_append_printf(context, "%.*s: %.*s\n", (int)name.size, name.data, (int)value.size, value.data);
}

/* What the block says; NULL: it can't be read. Free it. */
static char *read_block(struct hpack *hpack, const char *hex)
{
    GByteArray *bytes = bytes_of(hex);
    GString *fields = g_string_new("");
    struct guarded block = guard((struct sw_slice){bytes->data, bytes->len});
    bool known = hpack_read(hpack, block.bytes, show, fields);
    unguard(&block);
    g_byte_array_free(bytes, TRUE);
    return g_string_free(fields, !known);
}

static void assert_reads(struct hpack *hpack, const char *hex, const char *fields)
{
    char *read = read_block(hpack, hex);
    if (fields == NULL) {
        assert_null(read);
    } else {
        assert_non_null(read);
        assert_string_equal(read, fields);
    }
    g_free(read);
}

static void of_the_rfc(void **state)
{
    (void)state;
    struct hpack *hpack = NULL;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        if (i % 3 == 0) {
            hpack_free(hpack);
            hpack = hpack_new(4096);
        }
        assert_reads(hpack, examples[i].block, examples[i].fields);
    }
    hpack_free(hpack);
}

/* A block cut anywhere is refused, or read as far as a shorter one that is whole. */
static void cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i += 3) {
        for (size_t size = 0; size < strlen(examples[i].block); size += 2) {
            struct hpack *hpack = hpack_new(4096);
            char *shorter = g_strndup(examples[i].block, size);
            char *read = read_block(hpack, shorter);
            assert_true(read == NULL || strncmp(examples[i].fields, read, strlen(read)) == 0);
            g_free(read);
            g_free(shorter);
            hpack_free(hpack);
        }
    }
}

/* Entries count from the newest: what was added since the loss is found, what is older is refused. */
static void after_a_loss(void **state)
{
    (void)state;
    struct hpack *hpack = hpack_new(4096);
    assert_reads(hpack, "4001610141", "a: A\n");
    hpack_forget(hpack);
    assert_reads(hpack, "88", ":status: 200\n");
    assert_reads(hpack, "4001620142", "b: B\n");
    assert_reads(hpack, "be", "b: B\n");
    assert_reads(hpack, "bf", NULL);
    assert_reads(hpack, "be", NULL); /* what the refused block may have added is not known */
    assert_reads(hpack, "4001630143be", "c: C\nc: C\n");
    hpack_free(hpack);
}

static void table_sizes(void **state)
{
    (void)state;
    struct hpack *hpack = hpack_new(8192);
    assert_reads(hpack, "4001610141", "a: A\n");
    assert_reads(hpack, "20be", NULL);                         /* 0 empties it */
    assert_reads(hpack, "3fe13f4001610141be", "a: A\na: A\n"); /* 8192 */
    assert_reads(hpack, "3fe23f82", NULL);                     /* 8193 */
    assert_reads(hpack, "82", ":method: GET\n");
    hpack_free(hpack);
}

static void broken(void **state)
{
    (void)state;
    static const char *const blocks[] = {"80",     "ff", "ffffffffffffffffffff7f", "40ff",          "0085",
                                         "418cf1", "bf", "4000ffffffffff7f",       "3fffffffffff7f"};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        struct hpack *hpack = hpack_new(4096);
        assert_reads(hpack, blocks[i], NULL);
        assert_reads(hpack, "82", ":method: GET\n");
        hpack_free(hpack);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_the_rfc),  cmocka_unit_test(cut),    cmocka_unit_test(after_a_loss),
        cmocka_unit_test(table_sizes), cmocka_unit_test(broken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
