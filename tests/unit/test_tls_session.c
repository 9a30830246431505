/* SPDX-License-Identifier: MIT
 *
 * TLS sessions that OpenSSL holds with itself, every suite and feature, read back: whole, in other segments, and with
 * each record lost in turn. links: offline_tls sipweave_core
 *
 * What must be decrypted                              the case, each with every record lost in turn unless it says else
 *   1.2: GCM, CCM, CCM_8, ChaCha20-Poly1305, CBC        test_suites: all of suites.def but DSS and SRP
 *   CBC with and without encrypt-then-MAC, SHA-1 to 384   test_suites, each twice
 *   1.3: its five suites                                test_suites
 *   1.0, 1.1                                            test_old_versions, without losses
 *   renegotiation                                       features: "renegotiation"
 *   resumption by session id, by ticket, 1.3 (PSK)      features: "resumption ..."
 *   a server's RSA key, resumed sessions, too           test_rsa: data records lost
 *   HelloRetryRequest                                   features
 *   KeyUpdate of both sides, asked for or not           features: "KeyUpdate"
 *   0-RTT accepted, refused, refused by a retry         features: "early data ..."
 *   padding                                             features
 *   handshake messages over records                     features: "small records ..."
 *   records over segments                               check_cut: cut at 3, 150; test_features: byte by byte
 *   several records a segment                           check_cut: all that one side sends in a row is one segment
 *   one side's packets late                             check_skewed, without losses
 *   1.3 without its handshake                           test_late
 *   several records lost in a row                       test_lost_records
 *   records that were changed                           test_forged
 * tests/tls/recorded.py has the same of openssl's programs, through the whole of sipweave, with segments lost, and held
 * against tshark.
 */
#include <openssl/pem.h>
#include <stdio.h>

#include "harness.h"
#include "tls/tls.h"
#include "tls_recording.h"

enum { PENDING = 1024 * 1024 };

/* What a session gave. */
struct got {
    GString *text[2];
    uint64_t bytes[2]; /* accounted for */
    uint64_t lost_bytes[2];
    uint64_t lost_records[2];
    unsigned losses;
    enum sw_reason reason;
};

static void on_plaintext(void *context, enum sw_direction from, struct sw_slice bytes, struct sw_mark mark)
{
    struct got *got = context;
    (void)mark;
    g_string_append_len(got->text[from], (const char *)bytes.data, (gssize)bytes.size);
    got->bytes[from] += bytes.size;
}

static void on_overhead(void *context, enum sw_direction from, uint64_t bytes)
{
    struct got *got = context;
    got->bytes[from] += bytes;
}

static void on_lost(void *context, enum sw_direction from, const struct tls_loss *loss)
{
    struct got *got = context;
    assert_true(loss->wire != 0 && loss->plain <= loss->wire && loss->text != NULL);
    got->bytes[from] += loss->wire;
    got->lost_bytes[from] += loss->wire;
    got->lost_records[from] += loss->records;
    got->losses++;
    got->reason = loss->reason;
}

struct reading {
    struct tls_keylog *log;
    struct tls *tls;
    struct tls_session *session;
    struct got got;
    uint64_t fed[2];
    enum sw_direction from; /* of what feed_chunk feeds */
    uint64_t packet;
};

static void reading_begin(struct reading *reading, const char *keylog)
{
    *reading = (struct reading){.packet = 0};
    const struct tls_sink sink = {&reading->got, on_plaintext, on_overhead, on_lost};
    reading->got.text[SW_CLIENT] = g_string_new(NULL);
    reading->got.text[SW_SERVER] = g_string_new(NULL);
    reading->log = tls_keylog_new(100);
    tls_keylog_add_lines(reading->log, text(keylog));
    reading->tls = tls_new(reading->log, PENDING);
    reading->session = tls_session_new(reading->tls, &sink);
}

static void feed(struct reading *reading, enum sw_direction from, struct sw_slice bytes)
{
    reading->fed[from] += bytes.size;
    tls_session_feed(reading->session, from, bytes, (struct sw_mark){.packet = ++reading->packet});
}

static void lose(struct reading *reading, enum sw_direction from, size_t size)
{
    reading->fed[from] += size;
    tls_session_gap(reading->session, from, size, SW_REASON_SEGMENT_MISSING,
                    (struct sw_mark){.packet = ++reading->packet});
}

static void finish(struct reading *reading)
{
    for (enum sw_direction from = SW_CLIENT; from <= SW_SERVER; from++)
        tls_session_end(reading->session, from, (struct sw_mark){.packet = 0});
    for (enum sw_direction from = SW_CLIENT; from <= SW_SERVER; from++)
        assert_int_equal(reading->got.bytes[from], reading->fed[from]);
}

static void reading_end(struct reading *reading)
{
    g_string_free(reading->got.text[SW_CLIENT], TRUE);
    g_string_free(reading->got.text[SW_SERVER], TRUE);
    tls_session_free(reading->session);
    tls_free(reading->tls);
    tls_keylog_free(reading->log);
}

static struct sw_slice bytes_of(GBytes *bytes)
{
    gsize size;
    const void *data = g_bytes_get_data(bytes, &size);
    return (struct sw_slice){data, size};
}

static const struct recorded *record_of(const struct recording *recording, guint i)
{
    return recording->records->pdata[i];
}

/* What was sent, but for the records from first to last. */
static void assert_sent(const struct reading *reading, const struct recording *recording, guint first, guint last,
                        const char *name)
{
    for (enum sw_direction from = SW_CLIENT; from <= SW_SERVER; from++) {
        GString *want = g_string_new(NULL);
        for (guint i = 0; i < recording->records->len; i++) {
            const struct recorded *record = record_of(recording, i);
            if (record->from == from && record->plain != NULL && (i < first || i > last))
                g_string_append_len(want, (const char *)bytes_of(record->plain).data,
                                    (gssize)bytes_of(record->plain).size);
        }
        if (!g_string_equal(want, reading->got.text[from]))
            fail_msg("%s without records %u to %u: the %s sent %zu bytes, %zu found", name, first, last,
                     from == SW_CLIENT ? "client" : "server", want->len, reading->got.text[from]->len);
        g_string_free(want, TRUE);
    }
}

static void feed_chunk(void *context, struct sw_slice chunk)
{
    struct reading *reading = context;
    feed(reading, reading->from, chunk);
}

enum { NONE = G_MAXINT32 };

/* cut: where each run of records of one side is split in two; 0: byte by byte; NONE: not at all. */
static void check_cut(const struct recording *recording, size_t cut, const char *name)
{
    struct reading reading;
    reading_begin(&reading, recording->keylog->str);
    for (guint i = 0; i < recording->records->len;) {
        GByteArray *run = g_byte_array_new();
        const enum sw_direction from = record_of(recording, i)->from;
        for (; i < recording->records->len && record_of(recording, i)->from == from; i++)
            g_byte_array_append(run, bytes_of(record_of(recording, i)->bytes).data,
                                (guint)bytes_of(record_of(recording, i)->bytes).size);
        reading.from = from;
        feed_cut((struct sw_slice){run->data, run->len}, MIN(cut, run->len), feed_chunk, &reading);
        g_byte_array_free(run, TRUE);
    }
    finish(&reading);
    assert_sent(&reading, recording, NONE, NONE, name);
    assert_int_equal(reading.got.losses, 0);
    reading_end(&reading);
}

/* Record by record, without those from first to last; of these, the first bytes may be there. */
static void check_loss(const struct recording *recording, guint first, guint last, size_t there, const char *name)
{
    struct reading reading;
    reading_begin(&reading, recording->keylog->str);
    for (guint i = 0; i < recording->records->len; i++) {
        const struct recorded *record = record_of(recording, i);
        const struct sw_slice bytes = bytes_of(record->bytes);
        const size_t kept = i < first || i > last ? bytes.size : MIN(there, bytes.size - 1);
        if (kept != 0)
            feed(&reading, record->from, (struct sw_slice){bytes.data, kept});
        if (kept != bytes.size)
            lose(&reading, record->from, bytes.size - kept);
    }
    finish(&reading);
    if (!record_of(recording, first)->needed)
        assert_sent(&reading, recording, first, last, name);
    reading_end(&reading);
}

/* One side's packets come late: all of the other's are there before. */
static void check_skewed(const struct recording *recording, const char *name)
{
    for (enum sw_direction late = SW_CLIENT; late <= SW_SERVER; late++) {
        struct reading reading;
        reading_begin(&reading, recording->keylog->str);
        for (unsigned pass = 0; pass < 2; pass++) {
            for (guint i = 0; i < recording->records->len; i++) {
                const struct recorded *record = record_of(recording, i);
                if ((record->from == late) == (pass == 1))
                    feed(&reading, record->from, bytes_of(record->bytes));
            }
        }
        finish(&reading);
        assert_sent(&reading, recording, NONE, NONE, name);
        reading_end(&reading);
    }
}

static void check_losses(const struct recording *recording, const char *name)
{
    for (guint i = 0; i < recording->records->len; i++) {
        check_loss(recording, i, i, 0, name);
        check_loss(recording, i, i, 7, name);
    }
}

static bool check_plan(const struct plan *plan)
{
    struct recording *recording = recording_make(plan);
    if (recording == NULL)
        return false;
    check_cut(recording, NONE, plan->name);
    check_cut(recording, 3, plan->name);
    check_cut(recording, 150, plan->name);
    check_skewed(recording, plan->name);
    check_losses(recording, plan->name);
    recording_free(recording);
    return true;
}

/* --- suites ------------------------------------------------------------------------------------------------------ */

static const struct {
    uint16_t id;
    const char *name;
} suites[] = {
#define SUITE(id, name, bulk, hash) {id, "TLS_" #name},
#include "tls/suites.def"
#undef SUITE
};

/* DSS needs keys of its own kind, SRP users. */
static bool is_left_out(const char *name)
{
    return strstr(name, "_DSS_") != NULL || strstr(name, "_SRP_") != NULL;
}

static void test_suites(void **state)
{
    (void)state;
    unsigned done = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(suites); i++) {
        const bool is_13 = suites[i].id >> 8 == 0x13;
        if (is_left_out(suites[i].name))
            continue;
        struct plan plan = {
            .name = suites[i].name,
            .version = is_13 ? TLS1_3_VERSION : TLS1_2_VERSION,
            .suite = is_13 ? suites[i].name : OPENSSL_cipher_name(suites[i].name),
            .steps = {STEP_CLIENT_SENDS, STEP_SERVER_SENDS, STEP_CLIENT_SENDS, STEP_CLIENT_SENDS, STEP_SERVER_SENDS},
        };
        if (!check_plan(&plan))
            fail_msg("OpenSSL holds no session with %s", suites[i].name);
        done++;
        plan.options = SSL_OP_NO_ENCRYPT_THEN_MAC;
        if (strstr(suites[i].name, "_CBC_") != NULL)
            assert_true(check_plan(&plan));
    }
    print_message("%u suites\n", done);
}

static void test_old_versions(void **state)
{
    (void)state;
    static const int versions[] = {TLS1_VERSION, TLS1_1_VERSION};
    static const char *const old[] = {"AES128-SHA", "ECDHE-RSA-AES256-SHA", "CAMELLIA128-SHA"};
    for (size_t i = 0; i < G_N_ELEMENTS(versions); i++) {
        for (size_t j = 0; j < G_N_ELEMENTS(old); j++) {
            struct plan plan = {
                .name = old[j],
                .version = versions[i],
                .suite = old[j],
                .rsa = true,
                .steps = {STEP_CLIENT_SENDS, STEP_SERVER_SENDS, STEP_CLIENT_SENDS, STEP_SERVER_SENDS},
            };
            struct recording *recording = recording_make(&plan);
            assert_non_null(recording);
            check_cut(recording, NONE, plan.name);
            check_cut(recording, 0, plan.name);
            recording_free(recording);
        }
    }
}

/* --- features ---------------------------------------------------------------------------------------------------- */

static const struct plan features[] = {
    {.name = "renegotiation",
     .version = TLS1_2_VERSION,
     .suite = "ECDHE-RSA-AES128-GCM-SHA256",
     .options = SSL_OP_ALLOW_CLIENT_RENEGOTIATION,
     .steps = {STEP_CLIENT_SENDS, STEP_SERVER_SENDS, STEP_RENEGOTIATE, STEP_CLIENT_SENDS, STEP_SERVER_SENDS,
               STEP_RENEGOTIATE, STEP_SERVER_SENDS, STEP_CLIENT_SENDS}},
    {.name = "resumption by ticket, 1.2",
     .version = TLS1_2_VERSION,
     .resumed = true,
     .steps = {STEP_CLIENT_SENDS, STEP_SERVER_SENDS, STEP_CLIENT_SENDS}},
    {.name = "resumption by session id, 1.2",
     .version = TLS1_2_VERSION,
     .options = SSL_OP_NO_TICKET,
     .resumed = true,
     .steps = {STEP_CLIENT_SENDS, STEP_SERVER_SENDS, STEP_CLIENT_SENDS}},
    {.name = "resumption, 1.3",
     .version = TLS1_3_VERSION,
     .resumed = true,
     .steps = {STEP_CLIENT_SENDS, STEP_SERVER_SENDS, STEP_CLIENT_SENDS}},
    {.name = "HelloRetryRequest",
     .version = TLS1_3_VERSION,
     .groups = "P-384",
     .steps = {STEP_CLIENT_SENDS, STEP_SERVER_SENDS, STEP_CLIENT_SENDS}},
    {.name = "KeyUpdate",
     .version = TLS1_3_VERSION,
     .steps = {STEP_CLIENT_SENDS, STEP_CLIENT_UPDATES, STEP_CLIENT_SENDS, STEP_SERVER_SENDS, STEP_SERVER_UPDATES,
               STEP_SERVER_SENDS, STEP_CLIENT_SENDS, STEP_CLIENT_SENDS, STEP_SERVER_UPDATES, STEP_SERVER_SENDS,
               STEP_CLIENT_SENDS}},
    {.name = "padding",
     .version = TLS1_3_VERSION,
     .padding = 512,
     .steps = {STEP_CLIENT_SENDS, STEP_SERVER_SENDS, STEP_CLIENT_SENDS, STEP_CLIENT_SENDS}},
    {.name = "small records, 1.2",
     .version = TLS1_2_VERSION,
     .fragment = 512,
     .steps = {STEP_CLIENT_SENDS, STEP_SERVER_SENDS, STEP_CLIENT_SENDS_MUCH, STEP_SERVER_SENDS}},
    {.name = "small records, 1.3",
     .version = TLS1_3_VERSION,
     .fragment = 512,
     .steps = {STEP_CLIENT_SENDS, STEP_SERVER_SENDS, STEP_CLIENT_SENDS_MUCH, STEP_SERVER_SENDS}},
    {.name = "large records",
     .version = TLS1_3_VERSION,
     .steps = {STEP_CLIENT_SENDS, STEP_CLIENT_SENDS_MUCH, STEP_SERVER_SENDS, STEP_CLIENT_SENDS}},
    {.name = "early data",
     .version = TLS1_3_VERSION,
     .early = EARLY_DATA_TAKEN,
     .steps = {STEP_CLIENT_SENDS, STEP_SERVER_SENDS, STEP_CLIENT_SENDS}},
    {.name = "early data, ChaCha20",
     .version = TLS1_3_VERSION,
     .suite = "TLS_CHACHA20_POLY1305_SHA256",
     .early = EARLY_DATA_TAKEN,
     .steps = {STEP_CLIENT_SENDS, STEP_SERVER_SENDS, STEP_CLIENT_SENDS}},
    {.name = "early data refused",
     .version = TLS1_3_VERSION,
     .early = EARLY_DATA_REFUSED,
     .steps = {STEP_CLIENT_SENDS, STEP_SERVER_SENDS, STEP_CLIENT_SENDS}},
    {.name = "early data refused by a HelloRetryRequest",
     .version = TLS1_3_VERSION,
     .groups = "P-384",
     .early = EARLY_DATA_REFUSED,
     .steps = {STEP_CLIENT_SENDS, STEP_SERVER_SENDS, STEP_CLIENT_SENDS}},
};

static void test_features(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(features); i++)
        if (!check_plan(&features[i]))
            fail_msg("OpenSSL holds no session with %s", features[i].name);
    struct recording *recording = recording_make(&features[0]);
    check_cut(recording, 0, "byte by byte");
    recording_free(recording);
}

/* --- what can't be decrypted ------------------------------------------------------------------------------------- */

static struct recording *ordinary(int version)
{
    const struct plan plan = {
        .name = "ordinary",
        .version = version,
        .steps = {STEP_CLIENT_SENDS, STEP_SERVER_SENDS, STEP_CLIENT_SENDS, STEP_SERVER_SENDS, STEP_CLIENT_SENDS},
    };
    struct recording *recording = recording_make(&plan);
    assert_non_null(recording);
    return recording;
}

static void read_from(struct reading *reading, const struct recording *recording, guint first, const char *keylog)
{
    reading_begin(reading, keylog);
    for (guint i = first; i < recording->records->len; i++)
        feed(reading, record_of(recording, i)->from, bytes_of(record_of(recording, i)->bytes));
    finish(reading);
}

/* Records that are data, at the end of an ordinary one. */
enum { LATE = 5 };

static void test_closed(void **state)
{
    (void)state;
    static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
    for (size_t v = 0; v < G_N_ELEMENTS(versions); v++) {
        struct recording *recording = ordinary(versions[v]);
        struct recording *other = ordinary(versions[v]);
        struct reading reading;
        GString *wrong = g_string_new(other->keylog->str);
        /* The secrets of one session with the client random of the other. */
        const char *random = strchr(recording->keylog->str, ' ') + 1;
        for (char *line = wrong->str; *line != '\0'; line = strchr(line, '\n') + 1)
            memcpy(strchr(line, ' ') + 1, random, 64);

        read_from(&reading, recording, 0, "");
        assert_int_equal(reading.got.reason, SW_REASON_NO_KEY);
        assert_true(tls_session_facts(reading.session)->key_missing);
        assert_int_equal(reading.got.text[SW_CLIENT]->len + reading.got.text[SW_SERVER]->len, 0);
        reading_end(&reading);

        read_from(&reading, recording, 0, wrong->str);
        assert_int_equal(reading.got.reason, SW_REASON_NO_KEY);
        assert_int_equal(reading.got.text[SW_CLIENT]->len + reading.got.text[SW_SERVER]->len, 0);
        reading_end(&reading);

        const char *keylog = versions[v] == TLS1_3_VERSION ? wrong->str : recording->keylog->str;
        read_from(&reading, recording, recording->records->len - LATE, keylog);
        assert_int_equal(reading.got.reason, SW_REASON_NO_HANDSHAKE);
        assert_false(tls_session_facts(reading.session)->late);
        reading_end(&reading);

        g_string_free(wrong, TRUE);
        recording_free(other);
        recording_free(recording);
    }
}

/* TLS 1.3 from behind the handshake, with a log of two sessions; whoever is the client is found out. */
static void test_late(void **state)
{
    (void)state;
    struct recording *recording = ordinary(TLS1_3_VERSION);
    struct recording *other = ordinary(TLS1_3_VERSION);
    GString *log = g_string_new(recording->keylog->str);
    g_string_append(log, other->keylog->str);
    const guint count = recording->records->len;
    for (guint first = count - LATE; first < count; first++) {
        struct reading reading;
        read_from(&reading, recording, first, log->str);
        assert_sent(&reading, recording, 0, first - 1, "late");
        assert_int_equal(reading.got.losses, 0);
        const struct tls_facts *facts = tls_session_facts(reading.session);
        assert_true(facts->late && facts->client_random_known && facts->client == SW_CLIENT);
        assert_int_equal(facts->version, TLS_1_3);
        reading_end(&reading);

        reading_begin(&reading, log->str);
        for (guint i = first; i < count; i++) {
            const struct recorded *record = record_of(recording, i);
            feed(&reading, sw_direction_opposite(record->from), bytes_of(record->bytes));
        }
        finish(&reading);
        assert_int_equal(tls_session_facts(reading.session)->client, SW_SERVER);
        assert_int_equal(reading.got.losses, 0);
        reading_end(&reading);
    }
    g_string_free(log, TRUE);
    recording_free(other);
    recording_free(recording);
}

/* The number of the suite in the ServerHello is changed to one that nobody has. */
static void test_unknown_suite(void **state)
{
    (void)state;
    struct recording *recording = ordinary(TLS1_2_VERSION);
    struct reading reading;
    for (guint i = 0; i < recording->records->len; i++) {
        struct recorded *record = recording->records->pdata[i];
        uint8_t *bytes = (uint8_t *)(uintptr_t)bytes_of(record->bytes).data;
        if (bytes[0] == 22 && bytes[5] == 2 && record->from == SW_SERVER)
            memset(bytes + 5 + 4 + 2 + 32 + 1 + bytes[5 + 4 + 2 + 32], 0xfe, 2);
    }
    read_from(&reading, recording, 0, recording->keylog->str);
    assert_int_equal(reading.got.reason, SW_REASON_CIPHER_SUITE_UNKNOWN);
    assert_int_equal(tls_session_facts(reading.session)->suite_id, 0xfefe);
    reading_end(&reading);
    recording_free(recording);
}

/* --- records that lie -------------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    size_t at; /* in the record's header */
    uint8_t value;
    bool swallows; /* the records behind it, too: a peer would give up there */
} forgeries[] = {
    {.name = "an unknown type", .at = 0, .value = 24},
    {.name = "an alert", .at = 0, .value = 21},
    {.name = "a handshake", .at = 0, .value = 22},
    {.name = "a ChangeCipherSpec", .at = 0, .value = 20},
    {.name = "another protocol", .at = 0, .value = 'G'},
    {.name = "another version", .at = 1, .value = 9},
    {.name = "longer than allowed", .at = 3, .value = 0xff},
    {.name = "all that is allowed", .at = 3, .value = 64, .swallows = true},
    {.name = "shorter than it is", .at = 4, .value = 1},
    {.name = "a bit of the tag", .at = 0, .value = 0},
};

static void forge(uint8_t *bytes, size_t size, size_t which)
{
    if (forgeries[which].value == 0)
        bytes[size - 1] ^= 1;
    else
        bytes[forgeries[which].at] = forgeries[which].value;
}

/* The others are read, and each byte is accounted for. */
static void check_forged(const struct recording *recording, guint forged, size_t which)
{
    struct reading reading;
    reading_begin(&reading, recording->keylog->str);
    for (guint i = 0; i < recording->records->len; i++) {
        const struct sw_slice bytes = bytes_of(record_of(recording, i)->bytes);
        uint8_t *copy = g_memdup2(bytes.data, bytes.size);
        if (i == forged)
            forge(copy, bytes.size, which);
        feed(&reading, record_of(recording, i)->from, (struct sw_slice){copy, bytes.size});
        g_free(copy);
    }
    finish(&reading);
    if (!forgeries[which].swallows)
        assert_sent(&reading, recording, forged, forged, forgeries[which].name);
    reading_end(&reading);
}

static void test_forged(void **state)
{
    (void)state;
    static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
    for (size_t v = 0; v < G_N_ELEMENTS(versions); v++) {
        const struct plan plan = {
            .name = "forged",
            .version = versions[v],
            .steps = {STEP_CLIENT_SENDS, STEP_SERVER_SENDS, STEP_CLIENT_SENDS, STEP_CLIENT_SENDS, STEP_SERVER_SENDS,
                      STEP_CLIENT_SENDS_MUCH, STEP_CLIENT_SENDS},
        };
        struct recording *recording = recording_make(&plan);
        for (guint i = 0; i + 1 < recording->records->len; i++)
            for (size_t which = 0; record_of(recording, i)->plain != NULL && which < G_N_ELEMENTS(forgeries); which++)
                check_forged(recording, i, which);
        recording_free(recording);
    }
}

/* --- what is told ------------------------------------------------------------------------------------------------ */

static void test_facts(void **state)
{
    (void)state;
    static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
    for (size_t v = 0; v < G_N_ELEMENTS(versions); v++) {
        struct recording *recording = ordinary(versions[v]);
        struct reading reading;
        read_from(&reading, recording, 0, recording->keylog->str);
        const struct tls_facts *facts = tls_session_facts(reading.session);
        assert_int_equal(facts->version, versions[v]);
        assert_non_null(facts->suite);
        assert_string_equal(facts->server_name, "example.test");
        assert_false(facts->nameless);
        assert_string_equal(facts->alpn, "http/1.1");
        assert_string_equal(facts->subject, "CN=example.test");
        assert_false(facts->key_missing);
        reading_end(&reading);
        recording_free(recording);
    }
}

/* A client that names no server, and one whose hello isn't there to the end: nobody knows. */
static void test_nameless(void **state)
{
    (void)state;
    static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
    for (size_t v = 0; v < G_N_ELEMENTS(versions); v++) {
        const struct plan plan = {.name = "nameless", .version = versions[v], .nameless = true};
        struct recording *recording = recording_make(&plan);
        struct reading reading;
        read_from(&reading, recording, 0, recording->keylog->str);
        assert_true(tls_session_facts(reading.session)->nameless);
        reading_end(&reading);
        const struct sw_slice hello = bytes_of(record_of(recording, 0)->bytes);
        reading_begin(&reading, recording->keylog->str);
        tls_session_feed(reading.session, SW_CLIENT, (struct sw_slice){hello.data, hello.size - 1},
                         (struct sw_mark){.packet = 1});
        tls_session_gap(reading.session, SW_CLIENT, 1, SW_REASON_SEGMENT_MISSING, (struct sw_mark){.packet = 2});
        assert_true(tls_session_facts(reading.session)->client_random_known);
        assert_false(tls_session_facts(reading.session)->nameless);
        reading_end(&reading);
        recording_free(recording);
    }
}

/* Some records in a row: how many is known, and how much plaintext they had. */
static void test_lost_records(void **state)
{
    (void)state;
    static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
    for (size_t v = 0; v < G_N_ELEMENTS(versions); v++) {
        const struct plan plan = {
            .name = "many",
            .version = versions[v],
            .steps = {STEP_CLIENT_SENDS, STEP_CLIENT_SENDS, STEP_CLIENT_SENDS, STEP_CLIENT_SENDS, STEP_CLIENT_SENDS,
                      STEP_CLIENT_SENDS, STEP_CLIENT_SENDS, STEP_CLIENT_SENDS},
        };
        struct recording *recording = recording_make(&plan);
        const guint last = recording->records->len - 1;
        check_loss(recording, last - 5, last - 2, 0, plan.name);
        check_loss(recording, last - 5, last - 2, 3, plan.name);
        struct reading reading;
        reading_begin(&reading, recording->keylog->str);
        for (guint i = 0; i <= last; i++) {
            const struct recorded *record = record_of(recording, i);
            if (i >= last - 5 && i <= last - 2)
                lose(&reading, record->from, bytes_of(record->bytes).size);
            else
                feed(&reading, record->from, bytes_of(record->bytes));
        }
        finish(&reading);
        assert_int_equal(reading.got.lost_records[SW_CLIENT], 4);
        assert_int_equal(reading.got.losses, 1);
        reading_end(&reading);
        recording_free(recording);
    }
}

/* --- servers' private keys --------------------------------------------------------------------------------------- */

static char *key_file(void)
{
    char *path = g_strdup("/tmp/sipweave-key-XXXXXX");
    int descriptor = mkstemp(path);
    FILE *file = fdopen(descriptor, "w");
    assert_non_null(file);
    PEM_write_PrivateKey(file, rsa_key(), NULL, NULL, 0, NULL, NULL);
    fclose(file);
    return path;
}

static const struct plan with_rsa[] = {
    {.name = "with extended master secret", .version = TLS1_2_VERSION, .suite = "AES128-GCM-SHA256"},
    {.name = "without it",
     .version = TLS1_2_VERSION,
     .suite = "AES256-SHA256",
     .options = SSL_OP_NO_EXTENDED_MASTER_SECRET},
    {.name = "with SHA-384", .version = TLS1_2_VERSION, .suite = "AES256-GCM-SHA384"},
    {.name = "TLS 1.1", .version = TLS1_1_VERSION, .suite = "AES128-SHA"},
    {.name = "TLS 1.0", .version = TLS1_VERSION, .suite = "AES128-SHA", .options = SSL_OP_NO_EXTENDED_MASTER_SECRET},
    {.name = "resumed by ticket", .version = TLS1_2_VERSION, .suite = "AES128-GCM-SHA256", .resumed = true},
    {.name = "resumed by id",
     .version = TLS1_2_VERSION,
     .suite = "AES128-GCM-SHA256",
     .options = SSL_OP_NO_TICKET,
     .resumed = true},
};

/* Without a key log. A resumed session needs the one before it in the capture, too. */
static void check_rsa(const struct recording *recording, const char *path, guint lost, const char *name)
{
    struct reading reading;
    char *error = NULL;
    reading_begin(&reading, "");
    assert_true(tls_rsa_add_file(tls_keylog_rsa(reading.log), path, &error));
    for (guint i = 0; i < recording->earlier->len; i++) {
        const struct recorded *record = recording->earlier->pdata[i];
        feed(&reading, record->from, bytes_of(record->bytes));
    }
    finish(&reading);
    g_string_truncate(reading.got.text[SW_CLIENT], 0);
    g_string_truncate(reading.got.text[SW_SERVER], 0);
    tls_session_free(reading.session);
    const struct tls_sink sink = {&reading.got, on_plaintext, on_overhead, on_lost};
    reading.session = tls_session_new(reading.tls, &sink);
    for (guint i = 0; i < recording->records->len; i++) {
        const struct sw_slice bytes = bytes_of(record_of(recording, i)->bytes);
        if (i == lost)
            lose(&reading, record_of(recording, i)->from, bytes.size);
        else
            feed(&reading, record_of(recording, i)->from, bytes);
    }
    finish(&reading);
    assert_sent(&reading, recording, lost, lost, name);
    reading_end(&reading);
}

static void test_rsa(void **state)
{
    (void)state;
    char *path = key_file();
    for (size_t i = 0; i < G_N_ELEMENTS(with_rsa); i++) {
        struct plan plan = with_rsa[i];
        plan.rsa = true;
        plan.keep_earlier = true;
        memcpy(plan.steps, (enum step[]){STEP_CLIENT_SENDS, STEP_SERVER_SENDS, STEP_CLIENT_SENDS},
               3 * sizeof(enum step));
        struct recording *recording = recording_make(&plan);
        assert_non_null(recording);
        check_rsa(recording, path, NONE, plan.name);
        for (guint lost = 0; lost < recording->records->len; lost++)
            if (record_of(recording, lost)->plain != NULL && plan.version == TLS1_2_VERSION)
                check_rsa(recording, path, lost, plan.name);
        recording_free(recording);
    }
    unlink(path);
    g_free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_suites),   cmocka_unit_test(test_old_versions),  cmocka_unit_test(test_features),
        cmocka_unit_test(test_closed),   cmocka_unit_test(test_unknown_suite), cmocka_unit_test(test_facts),
        cmocka_unit_test(test_nameless), cmocka_unit_test(test_lost_records),  cmocka_unit_test(test_rsa),
        cmocka_unit_test(test_forged),   cmocka_unit_test(test_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
