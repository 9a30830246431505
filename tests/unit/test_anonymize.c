/* SPDX-License-Identifier: MIT
 *
 * links: offline_anonymize offline_pipeline offline_net offline_capture offline_tls core_call core_sip core_ws
 * core_base
 *
 * Names become others of the same form, no two the same one; addresses keep what they share; messages stay readable.
 */
#include "harness.h"

#include <arpa/inet.h>
#include <glib.h>

#include "anonymize/rewrite.h"

static const uint8_t key[] = "0123456789abcdef";

static char *changed(struct cipher *cipher, void (*change)(struct cipher *, uint8_t *, size_t), const char *from)
{
    char *copy = g_strdup(from);
    change(cipher, (uint8_t *)copy, strlen(copy));
    return copy;
}

/* As long, and of the same kinds of characters at each place. */
static void assert_same_form(const char *from, const char *to)
{
    assert_int_equal(strlen(from), strlen(to));
    for (size_t i = 0; from[i] != 0; i++) {
        assert_int_equal(g_ascii_islower(from[i]), g_ascii_islower(to[i]));
        assert_int_equal(g_ascii_isupper(from[i]), g_ascii_isupper(to[i]));
        assert_int_equal(g_ascii_isdigit(from[i]), g_ascii_isdigit(to[i]));
        if (!g_ascii_isalnum(from[i]) && (from[i] & 0x80) == 0)
            assert_int_equal(from[i], to[i]);
    }
}

static void test_texts(void **state)
{
    (void)state;
    static const char *const users[] = {"a", "7", "bob", "Alice.Miller", "+49-30-1234567", "\xc3\x84nne \xe2\x82\xac",
                                        ""};
    struct cipher *cipher = cipher_new(key, sizeof key);
    for (size_t i = 0; i < G_N_ELEMENTS(users); i++) {
        char *once = changed(cipher, cipher_user, users[i]);
        char *twice = changed(cipher, cipher_user, users[i]);
        assert_same_form(users[i], once);
        assert_string_equal(once, twice);
        assert_true(*users[i] == 0 || strcmp(once, users[i]) != 0);
        assert_true(g_utf8_validate(once, -1, NULL));
        g_free(once);
        g_free(twice);
    }
    char *escaped = changed(cipher, cipher_user, "a%40b%zz");
    assert_memory_equal(escaped + 1, "%40", 3);
    char *nobody = changed(cipher, cipher_user, "Anonymous");
    assert_string_equal(nobody, "Anonymous");
    g_free(escaped);
    g_free(nobody);
    cipher_free(cipher);
}

/* All numbers of three digits become all of them. */
static void test_permutation(void **state)
{
    (void)state;
    struct cipher *cipher = cipher_new(key, sizeof key);
    bool seen[1000] = {false};
    for (unsigned number = 0; number < G_N_ELEMENTS(seen); number++) {
        char text[4];
        g_snprintf(text, sizeof text, "%03u", number);
        cipher_user(cipher, (uint8_t *)text, 3);
        const unsigned now = (unsigned)strtoul(text, NULL, 10);
        assert_false(seen[now]);
        seen[now] = true;
    }
    cipher_free(cipher);
}

static void test_hosts(void **state)
{
    (void)state;
    struct cipher *cipher = cipher_new(key, sizeof key);
    char *domain = changed(cipher, cipher_host, "example.test");
    char *host = changed(cipher, cipher_host, "sip.Example.test");
    char *mdns = changed(cipher, cipher_host, "7fa9c0e2.local");
    assert_same_form("sip.Example.test", host);
    assert_true(g_str_has_suffix(domain, ".test") && strcmp(domain, "example.test") != 0);
    assert_int_equal(g_ascii_strcasecmp(host + 4, domain), 0); /* still in it, whatever the case */
    assert_true(g_str_has_suffix(mdns, ".local"));
    g_free(domain);
    g_free(host);
    g_free(mdns);
    cipher_free(cipher);
}

static void test_addresses(void **state)
{
    (void)state;
    static const char *const kept[] = {"0.0.0.0", "255.255.255.255", "::", "::1"};
    static const char *const other[] = {
        "10.77.0.2",   "127.0.0.1",           "192.168.1.255", "172.20.3.4",
        "8.8.8.8",     "203.0.113.99",        "2001:db8::1",   "fe80::a00:27ff:fe4e:66a1",
        "fd77::1:0:2", "2001:DB8:0:0:1:2:3:4"};
    struct cipher *cipher = cipher_new(key, sizeof key);
    for (size_t i = 0; i < G_N_ELEMENTS(kept); i++) {
        char *now = changed(cipher, cipher_host, kept[i]);
        assert_string_equal(now, kept[i]);
        g_free(now);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(other); i++) {
        char *now = changed(cipher, cipher_host, other[i]);
        const int family = strchr(now, ':') != NULL ? AF_INET6 : AF_INET;
        struct sw_endpoint endpoint = {.family = family == AF_INET ? 4 : 6};
        uint8_t written[16] = {0};
        assert_int_equal(strlen(now), strlen(other[i]));
        assert_int_not_equal(g_ascii_strcasecmp(now, other[i]), 0);
        assert_int_equal(inet_pton(family, now, written), 1);
        inet_pton(family, other[i], endpoint.address);
        cipher_endpoint(cipher, &endpoint);
        assert_memory_equal(endpoint.address, written, sizeof written);
        g_free(now);
    }
    char *one = changed(cipher, cipher_host, "10.77.0.2");
    char *two = changed(cipher, cipher_host, "10.77.0.3");
    assert_true(g_str_has_prefix(one, "10."));
    assert_memory_equal(one, two, 8); /* one network */
    assert_string_not_equal(one, two);
    char *local = changed(cipher, cipher_host, "127.0.0.1");
    assert_true(g_str_has_prefix(local, "127."));
    g_free(local);
    g_free(one);
    g_free(two);
    cipher_free(cipher);
}

/* What may not be found again, and what must be. */
static void test_anywhere(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *gone;
        const char *stays;
    } cases[] = {
        {"<sip:alice:secret@example.test:5060;transport=ws>", "alice", ":5060;transport=ws>"},
        {"<sip:alice:secret@example.test:5060;transport=ws>", "secret", "<sip:"},
        {"x-y@example.test", "example", "x-y@"},
        {"tel:+4930123456;phone-context=example", "4930123456", ";phone-context="},
        {"sock=udp:10.77.0.1:5060", "10.77.0.1", "sock=udp:10."},
        {"alias=10.77.0.2~33718~5", "10.77.0.2", "~33718~5"},
        {"dad:10.77.0.2", "10.77.0.2", "dad:10."},
        {"see 10.77.0.2.", "10.77.0.2", "see 10."},
        {"[2001:db8::17]:5060", "db8::17", "]:5060"},
        {"Chrome/156.0.0.0 Safari", "nothing", "Chrome/156.0.0.0 Safari"},
        {"7D:46:00:7A:4A:13:CA:2B:78:C0:7B:81", "nothing", "7D:46:00:7A:4A:13:CA:2B:78:C0:7B:81"},
        {"a@", "nothing", "a@"},
        {"sip:", "nothing", "sip:"},
        {"::::::::", "nothing", "::::::::"},
    };
    struct cipher *cipher = cipher_new(key, sizeof key);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *now = changed(cipher, rewrite_anywhere, cases[i].text);
        assert_null(strstr(now, cases[i].gone));
        assert_non_null(strstr(now, cases[i].stays));
        assert_int_equal(strlen(now), strlen(cases[i].text));
        g_free(now);
    }
    cipher_free(cipher);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),     cmocka_unit_test(test_permutation), cmocka_unit_test(test_hosts),
        cmocka_unit_test(test_addresses), cmocka_unit_test(test_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
