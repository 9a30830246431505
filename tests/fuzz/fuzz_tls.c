/* SPDX-License-Identifier: MIT
 *
 * links: offline_tls sipweave_core
 * TLS records to plaintext: every byte is accounted for once, whatever comes, and the same comes out however the stream
 * is cut.
 *
 * The input: the size of a key log in two bytes, and its lines; then segments: a byte that says of whom, and whether
 * they are missing; their size in two bytes; and the bytes, of missing ones none.
 */
#include "fuzz.h"

#include "tls/tls.h"

enum { SEGMENT_SERVER = 1, SEGMENT_MISSING = 2, SEGMENT_END = 4 };

struct run {
    GString *told;
    uint64_t fed[2];
    uint64_t counted[2];
    uint64_t packet;
    bool lost;
};

static void on_plaintext(void *context, enum sw_direction from, struct sw_slice bytes, struct sw_mark mark)
{
    struct run *run = context;
    CHECK(bytes.size != 0 && mark.packet != 0 && mark.packet <= run->packet);
    run->counted[from] += bytes.size;
    for (size_t i = 0; i < bytes.size; i++)
        g_string_append_printf(run->told, "%d:%02x ", from, bytes.data[i]);
}

static void on_overhead(void *context, enum sw_direction from, uint64_t bytes)
{
    struct run *run = context;
    CHECK(bytes != 0);
    run->counted[from] += bytes;
}

static void on_lost(void *context, enum sw_direction from, const struct tls_loss *loss)
{
    struct run *run = context;
    CHECK(loss->wire != 0 && loss->plain <= loss->wire && loss->text != NULL && loss->reason < SW_REASON_COUNT);
    run->counted[from] += loss->wire;
    run->lost = true;
}

static void feed(struct run *run, struct tls_session *session, enum sw_direction from, struct sw_slice bytes,
                 size_t most)
{
    while (bytes.size != 0) {
        const struct sw_slice copy = slice_copy(slice(bytes.data, MIN(bytes.size, most)));
        tls_session_feed(session, from, copy, (struct sw_mark){.packet = ++run->packet});
        run->fed[from] += copy.size;
        bytes = slice(bytes.data + copy.size, bytes.size - copy.size);
        slice_free(copy);
        CHECK(run->counted[from] <= run->fed[from]);
    }
}

/* most: bytes of a segment. */
static bool run_once(struct sw_slice input, size_t most, GString *told)
{
    struct run run = {.told = told};
    const struct tls_sink sink = {&run, on_plaintext, on_overhead, on_lost};
    struct tls_keylog *log = tls_keylog_new(4);
    const size_t lines = take_u16(&input);
    tls_keylog_add_lines(log, take_bytes(&input, lines));
    struct tls *tls = tls_new(log, 30000);
    struct tls_session *session = tls_session_new(tls, &sink);
    while (input.size != 0) {
        const unsigned what = take_u8(&input);
        const enum sw_direction from = what & SEGMENT_SERVER ? SW_SERVER : SW_CLIENT;
        const size_t size = take_u16(&input);
        if (what & SEGMENT_END)
            break;
        if (what & SEGMENT_MISSING) {
            tls_session_gap(session, from, size, SW_REASON_SEGMENT_MISSING, (struct sw_mark){.packet = ++run.packet});
            run.fed[from] += size;
        } else {
            feed(&run, session, from, take_bytes(&input, size), most);
        }
        struct sw_mark since;
        if (tls_session_unfinished(session, from, &since))
            CHECK(since.packet != 0 && since.packet <= run.packet);
    }
    tls_session_end(session, SW_CLIENT, (struct sw_mark){.packet = run.packet});
    tls_session_end(session, SW_SERVER, (struct sw_mark){.packet = run.packet});
    CHECK(run.counted[SW_CLIENT] == run.fed[SW_CLIENT] && run.counted[SW_SERVER] == run.fed[SW_SERVER]);
    tls_session_free(session);
    tls_free(tls);
    tls_keylog_free(log);
    return run.lost;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    GString *whole = g_string_new(NULL);
    GString *cut = g_string_new(NULL);
    const bool lost = run_once(slice(data, size), SIZE_MAX, whole);
    const bool lost_too = run_once(slice(data, size), 11, cut);
    /* After a loss, where the search succeeds may depend on how much has come. */
    if (lost || lost_too) {
        g_string_free(whole, TRUE);
        g_string_free(cut, TRUE);
    } else {
        check_same(whole, "whole", cut, "cut");
    }
    return 0;
}
