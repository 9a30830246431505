/* SPDX-License-Identifier: MIT
 *
 * links: offline_select offline_pipeline offline_net offline_capture offline_tls core_call core_sip core_ws core_base
 *
 * Records that waited come back as they were, and times and statuses are read.
 */
#include "records.h"

#include "select/select.h"
#include "select/store.h"

static void test_moments(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool given;
        bool of_day;
        int64_t time;
    } cases[] = {
        {"2026-11-22T16:26:30Z", true, false, AT(0)},
        {"2026-11-22 16:26:30.25", true, false, AT(250)},
        {"2026-11-22T17:26:30+01:00", true, false, AT(0)},
        {"2026-11-22 16:26", true, false, AT(-30000)},
        {"2026-11-22", true, false, AT(-59190000)},
        {"16:26:30", true, true, INT64_C(59190000000000)},
        {"00:00", true, true, 0},
        {"4052-11-22T16:26:20Z", true, false, INT64_C(9223372035000000000)},
        {"0001-01-01", true, false, INT64_C(-9223372035000000000)},
        {"", false, false, 0},
        {"5", false, false, 0},
        {"25:00", false, false, 0},
        {"2026-02-30", false, false, 0},
        {"now", false, false, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct select_moment moment;
        assert_int_equal(select_moment_parse(cases[i].text, &moment), cases[i].given);
        if (!cases[i].given)
            continue;
        assert_int_equal(moment.of_day, cases[i].of_day);
        assert_int_equal(moment.time, cases[i].time);
    }
}

static void test_statuses(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
        unsigned low, high; /* of the last */
    } cases[] = {{"486", true, 486, 486}, {"200,4XX", true, 400, 499}, {"400-404", true, 400, 404},
                 {"", false, 0, 0},       {"48", false, 0, 0},         {"4xxx", false, 0, 0},
                 {"400-", false, 0, 0},   {"1,", false, 0, 0},         {"600-398", false, 0, 0}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct selection selection = {0};
        assert_int_equal(select_statuses_parse(cases[i].text, &selection), cases[i].good);
        if (!cases[i].good)
            continue;
        assert_int_equal(selection.statuses[selection.status_count - 1].low, cases[i].low);
        assert_int_equal(selection.statuses[selection.status_count - 1].high, cases[i].high);
    }
}

/* A connection comes back with its handshake, reasons and TLS, and is then its own. */
static void test_store_connection(void **state)
{
    (void)state;
    const struct sw_handshake shaken = {
        .answered = true, .status = 101, .host = text("example.test"), .server = text("")};
    struct connection_record put = connection(7, "10.0.0.2:5", "10.0.0.1:80", 0, &shaken);
    char name[] = "sni.example.test";
    struct tls_facts tls = {.server_name = name, .client_random_known = true};
    put.close.reasons[SW_SERVER] = text("going away");
    put.close.reason = put.close.reasons[SW_SERVER];
    put.tls = &tls;
    struct store *store = store_new();
    store_put_begin(store, &put);
    const uint64_t place = store_put_end(store, &put);
    struct connection_record *got = store_connection(store, place);
    assert_false(store_failed(store));
    store_free(store);
    assert_non_null(got);
    assert_int_equal(got->id, 7);
    assert_true(sw_endpoint_equal(&got->client, &put.client));
    assert_int_equal(got->handshake->status, 101);
    assert_int_equal(got->handshake->host.size, strlen("example.test"));
    assert_memory_equal(got->handshake->host.data, "example.test", got->handshake->host.size);
    assert_int_equal(got->close.reasons[SW_CLIENT].size, 0);
    assert_int_equal(got->close.reason.size, strlen("going away"));
    assert_ptr_equal(got->close.reason.data, got->close.reasons[SW_SERVER].data);
    assert_string_equal(got->tls->server_name, "sni.example.test");
    assert_null(got->tls->alpn);
    connection_record_unref(got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_moments),
        cmocka_unit_test(test_statuses),
        cmocka_unit_test(test_store_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
