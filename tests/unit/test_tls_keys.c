/* SPDX-License-Identifier: MIT
 *
 * Key logs as they are found, and key derivation held against the RFCs' own numbers. links: offline_tls sipweave_core
 */
#include <glib.h>
#include <stdio.h>

#include "harness.h"
#include "tls/cipher.h"
#include "tls/derive.h"
#include "tls/keylog.h"

#define RANDOM_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define RANDOM_B "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
#define SECRET_1 "1111111111111111111111111111111111111111111111111111111111111111"
#define SECRET_2 "2222222222222222222222222222222222222222222222222222222222222222"
#define HALF_3   "33333333333333333333333333333333"
#define MASTER   HALF_3 HALF_3 HALF_3

/* --- key logs ---------------------------------------------------------------------------------------------------- */

static int first_byte(struct tls_keylog *log, int random, enum tls_secret which)
{
    uint8_t client_random[TLS_RANDOM_SIZE];
    struct sw_slice secret;
    memset(client_random, random, sizeof client_random);
    return tls_keylog_find(log, client_random, which, &secret) ? secret.data[0] : -1;
}

static const struct {
    const char *name;
    const char *lines;
    int client; /* first byte of A's client traffic secret; -1: none */
    int master;
} logs[] = {
    {"plain", "CLIENT_TRAFFIC_SECRET_0 " RANDOM_A " " SECRET_1 "\nCLIENT_RANDOM " RANDOM_A " " MASTER "\n", 0x11, 0x33},
    {"no end of line", "CLIENT_TRAFFIC_SECRET_0 " RANDOM_A " " SECRET_1, 0x11, -1},
    {"CRLF", "CLIENT_TRAFFIC_SECRET_0 " RANDOM_A " " SECRET_1 "\r\nCLIENT_RANDOM " RANDOM_A " " MASTER "\r\n", 0x11,
     0x33},
    {"the last wins",
     "CLIENT_TRAFFIC_SECRET_0 " RANDOM_A " " SECRET_1 "\nCLIENT_TRAFFIC_SECRET_0 " RANDOM_A " " SECRET_2 "\n", 0x22,
     -1},
    {"comments and unknown labels",
     "# made by a browser\n\nCLIENT_TRAFFIC_SECRET_1 " RANDOM_A " " SECRET_1 "\nEXPORTER_SECRET " RANDOM_A " " SECRET_1
     "\nRSA 1122334455667788 " MASTER "\nCLIENT_TRAFFIC_SECRET_0 " RANDOM_A " " SECRET_2 "\n",
     0x22, -1},
    {"cut lines", "CLIENT_TRAFFIC_SECRET_0 " RANDOM_A " 11\nCLIENT_TRAFFIC_SECRET_0 aaaa " SECRET_1 "\nCLIENT_RANDOM",
     -1, -1},
    {"no digits", "CLIENT_TRAFFIC_SECRET_0 " RANDOM_A " x" SECRET_1 "\n", -1, -1},
    {"a master secret has 48 bytes", "CLIENT_RANDOM " RANDOM_A " " SECRET_1 "\n", -1, -1},
    {"another session's", "CLIENT_TRAFFIC_SECRET_0 " RANDOM_B " " SECRET_1 "\n", -1, -1},
    {"two words between", "CLIENT_TRAFFIC_SECRET_0  " RANDOM_A " " SECRET_1 "\n", -1, -1},
};

static void test_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(logs); i++) {
        struct tls_keylog *log = tls_keylog_new(10);
        tls_keylog_add_lines(log, text(logs[i].lines));
        if (first_byte(log, 0xaa, TLS_SECRET_CLIENT_APPLICATION) != logs[i].client ||
            first_byte(log, 0xaa, TLS_SECRET_MASTER) != logs[i].master)
            fail_msg("%s", logs[i].name);
        tls_keylog_free(log);
    }
}

static void append(const char *path, const char *line)
{
    FILE *file = fopen(path, "ae");
    assert_non_null(file);
    fputs(line, file);
    fclose(file);
}

static char *empty_file(void)
{
    char *path = g_strdup("/tmp/sipweave-keylog-XXXXXX");
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    close(descriptor);
    return path;
}

/* A browser writes its lines while the capture is read. */
static void test_growing_file(void **state)
{
    (void)state;
    char *path = empty_file();
    char *error = NULL;
    struct tls_keylog *log = tls_keylog_new(10);
    assert_true(tls_keylog_add_file(log, path, &error));
    assert_int_equal(first_byte(log, 0xaa, TLS_SECRET_MASTER), -1);
    append(path, "CLIENT_RANDOM " RANDOM_A " " HALF_3);
    assert_int_equal(first_byte(log, 0xaa, TLS_SECRET_MASTER), -1);
    append(path, HALF_3 HALF_3 "\n");
    assert_int_equal(first_byte(log, 0xaa, TLS_SECRET_MASTER), 0x33);
    append(path, "CLIENT_TRAFFIC_SECRET_0 " RANDOM_B " " SECRET_2);
    assert_int_equal(first_byte(log, 0xbb, TLS_SECRET_CLIENT_APPLICATION), 0x22);
    assert_int_equal(truncate(path, 0), 0);
    append(path, "CLIENT_RANDOM " RANDOM_B " " MASTER "\n");
    assert_int_equal(first_byte(log, 0xbb, TLS_SECRET_MASTER), 0x33);
    tls_keylog_free(log);
    unlink(path);
    g_free(path);
}

static void test_files_that_are_none(void **state)
{
    (void)state;
    static const char *const paths[] = {"/tmp", "/nowhere/keys.log"};
    struct tls_keylog *log = tls_keylog_new(10);
    for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
        char *error = NULL;
        assert_false(tls_keylog_add_file(log, paths[i], &error));
        assert_non_null(error);
        g_free(error);
    }
    tls_keylog_free(log);
}

/* However many lines there are, memory is for so many sessions, of which the oldest go. */
static void test_bounded(void **state)
{
    (void)state;
    enum { SESSIONS = 100, LINES = 5000 };
    struct tls_keylog *log = tls_keylog_new(SESSIONS);
    uint8_t client_random[TLS_RANDOM_SIZE] = {0};
    struct sw_slice secret;
    for (unsigned i = 0; i < LINES; i++) {
        char *line = g_strdup_printf("CLIENT_RANDOM %064x " MASTER "\n", i);
        tls_keylog_add_lines(log, text(line));
        g_free(line);
    }
    assert_int_equal(tls_keylog_forgotten(log), LINES - SESSIONS);
    client_random[TLS_RANDOM_SIZE - 1] = (LINES - 1) & 0xff;
    client_random[TLS_RANDOM_SIZE - 2] = (LINES - 1) >> 8;
    assert_true(tls_keylog_find(log, client_random, TLS_SECRET_MASTER, &secret));
    memset(client_random, 0, sizeof client_random);
    assert_false(tls_keylog_find(log, client_random, TLS_SECRET_MASTER, &secret));
    tls_keylog_free(log);
}

static void add_more(void *context, struct tls_keylog *log)
{
    ++*(int *)context;
    tls_keylog_add_lines(log, text("CLIENT_RANDOM " RANDOM_A " " MASTER "\n"));
}

static void test_asks_once(void **state)
{
    (void)state;
    int asked = 0;
    struct tls_keylog *log = tls_keylog_new(10);
    tls_keylog_ask(log, add_more, &asked);
    assert_int_equal(first_byte(log, 0xaa, TLS_SECRET_MASTER), 0x33);
    assert_int_equal(first_byte(log, 0xbb, TLS_SECRET_MASTER), -1);
    assert_int_equal(asked, 1);
    tls_keylog_free(log);
}

/* --- derivation -------------------------------------------------------------------------------------------------- */

static GByteArray *hex(const char *digits)
{
    GByteArray *bytes = g_byte_array_new();
    for (; *digits != '\0'; digits++) {
        if (g_ascii_isspace(*digits))
            continue;
        const uint8_t byte = (uint8_t)(g_ascii_xdigit_value(digits[0]) << 4 | g_ascii_xdigit_value(digits[1]));
        g_byte_array_append(bytes, &byte, 1);
        digits++;
    }
    return bytes;
}

static struct sw_slice slice_of(const GByteArray *bytes)
{
    return (struct sw_slice){bytes->data, bytes->len};
}

/* RFC 8448 3: the server's application traffic secret, its write key and IV. */
static void test_expand_label(void **state)
{
    (void)state;
    GByteArray *secret =
        hex("a1 1a f9 f0 55 31 f8 56 ad 47 11 6b 45 a9 50 32 82 04 b4 f4 4b fb 6b 3a 4b 4f 1f 3f cb 63 "
            "16 43");
    GByteArray *key = hex("9f 02 28 3b 6c 9c 07 ef c2 6b b9 f2 ac 92 e3 56");
    GByteArray *iv = hex("cf 78 2b 88 dd 83 54 9a ad f1 e9 84");
    uint8_t out[16];
    assert_true(tls_expand_label("SHA256", slice_of(secret), "key", out, 16));
    assert_memory_equal(out, key->data, 16);
    assert_true(tls_expand_label("SHA256", slice_of(secret), "iv", out, 12));
    assert_memory_equal(out, iv->data, 12);
    g_byte_array_free(secret, TRUE);
    g_byte_array_free(key, TRUE);
    g_byte_array_free(iv, TRUE);
}

/* The PRF with SHA-256: a vector known from the IETF's list (mailarchive.ietf.org, tls, "test vectors for TLS 1.2
 * PRF"). */
static void test_prf(void **state)
{
    (void)state;
    GByteArray *secret = hex("9bbe436ba940f017b17652849a71db35");
    GByteArray *seed = hex("a0ba9f936cda311827a6f796ffd5198c");
    GByteArray *want = hex("e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a");
    uint8_t out[32];
    assert_true(tls_prf("SHA256", slice_of(secret), "test label", slice_of(seed), out, sizeof out));
    assert_memory_equal(out, want->data, sizeof out);
    g_byte_array_free(secret, TRUE);
    g_byte_array_free(seed, TRUE);
    g_byte_array_free(want, TRUE);
}

/* RFC 8448 3: the client's first record of application data, 50 bytes counting up. */
static void test_open(void **state)
{
    (void)state;
    GByteArray *secret =
        hex("9e 40 64 6c e7 9a 7f 9d c0 5a f8 88 9b ce 65 52 87 5a fa 0b 06 df 00 87 f7 92 eb b7 c1 75 "
            "04 a5");
    GByteArray *record =
        hex("17 03 03 00 43 a2 3f 70 54 b6 2c 94 d0 af fa fe 82 28 ba 55 cb ef ac ea 42 f9 14 aa 66 bc "
            "ab 3f 2b 98 19 a8 a5 b4 6b 39 5b d5 4a 9a 20 44 1e 2b 62 97 4e 1f 5a 62 92 a2 97 70 14 bd "
            "1e 3d ea e6 3a ee bb 21 69 49 15 e4");
    struct tls_cipher *cipher = tls_cipher_new_13(tls_suite_find(0x1301), slice_of(secret));
    assert_non_null(cipher);
    const struct sw_slice body = {record->data + 5, record->len - 5};
    uint8_t out[128];
    size_t size;
    assert_true(tls_cipher_open(cipher, 0, record->data, body, out, &size));
    assert_int_equal(size, 51);
    for (unsigned i = 0; i < 50; i++)
        assert_int_equal(out[i], i);
    assert_int_equal(out[50], 23);
    assert_false(tls_cipher_open(cipher, 1, record->data, body, out, &size));
    record->data[20] ^= 1;
    assert_false(tls_cipher_open(cipher, 0, record->data, body, out, &size));
    tls_cipher_free(cipher);
    g_byte_array_free(secret, TRUE);
    g_byte_array_free(record, TRUE);
}

/* Records too short to be any: nothing is read behind their end. */
static void test_short_records(void **state)
{
    (void)state;
    static const uint16_t suites[] = {0x1301, 0x1304, 0xc02f, 0xc0ac, 0xcca8, 0x002f, 0x003d};
    static const uint8_t zeros[48] = {0};
    for (size_t i = 0; i < G_N_ELEMENTS(suites); i++) {
        const struct tls_suite *suite = tls_suite_find(suites[i]);
        for (unsigned encrypt_then_mac = 0; encrypt_then_mac < 2; encrypt_then_mac++) {
            const struct tls_key_source source = {
                suite, TLS_1_2, encrypt_then_mac != 0, {zeros, 48}, zeros, zeros,
            };
            struct tls_cipher *cipher = tls_suite_is_13(suite) ? tls_cipher_new_13(suite, (struct sw_slice){zeros, 32})
                                                               : tls_cipher_new_12(&source, SW_CLIENT);
            assert_non_null(cipher);
            for (size_t length = 0; length < 100; length++) {
                uint8_t bytes[100] = {0};
                uint8_t out[128];
                size_t size;
                struct guarded body = guard((struct sw_slice){bytes, length});
                assert_false(
                    tls_cipher_open(cipher, 0, (const uint8_t *)"\x17\x03\x03\x00\x00", body.bytes, out, &size));
                tls_cipher_pass(cipher, body.bytes);
                unguard(&body);
            }
            tls_cipher_free(cipher);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),   cmocka_unit_test(test_growing_file), cmocka_unit_test(test_files_that_are_none),
        cmocka_unit_test(test_bounded), cmocka_unit_test(test_asks_once),    cmocka_unit_test(test_expand_label),
        cmocka_unit_test(test_prf),     cmocka_unit_test(test_open),         cmocka_unit_test(test_short_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
