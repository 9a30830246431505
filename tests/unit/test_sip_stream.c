/* SPDX-License-Identifier: MIT
 * links: core_sip core_base
 * SIP over TCP: where messages begin and end, what is lost, and that each byte is accounted for.
 */
#include "harness.h"

#include "sipweave/sip_stream.h"

#include <stdio.h>
#include <time.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define A       "INVITE sip:a@b SIP/2.0\r\nCall-ID: a\r\nContent-Length: 4\r\n\r\nbody"
#define B       "SIP/2.0 200 OK\r\ni: b\r\nl: 0\r\n\r\n"
#define C       "BYE sip:a@b SIP/2.0\r\nCall-ID: c\r\nl:2\r\n\r\nxy"
#define BARE    "ACK sip:a@b SIP/2.0\r\nCall-ID: n\r\n\r\n"                   /* no Content-Length, no body */
#define OPEN    "INFO sip:a@b SIP/2.0\r\nCall-ID: o\r\nc: text/plain\r\n\r\n" /* no Content-Length, but a body */
#define UNENDED "INFO sip:a@b SIP/2.0\r\nCall-ID: u\r\n"                      /* no empty line */

#define CSEQ(method, named) method " sip:a@b SIP/2.0\r\nCSeq: 2 " named "\r\nl: 0\r\n\r\n"

/* What came out of a stream, written down: "M<text>" a message, "P<text>" a partial one, "K<n>" keep-alive bytes,
 * "L<reason>:<n>" a loss. Keep-alives that follow each other are added up: how they are cut depends on the feeds. */
struct record {
    struct sw_sip_stream *stream;
    char *text;
    size_t size;
    FILE *out;
    uint64_t keepalive;
    uint64_t packet;
    uint64_t bytes;
    uint64_t last_mark;
};

static void keepalive_flush(struct record *record)
{
    if (record->keepalive > 0)
        fprintf(record->out, "K%d|", (int)record->keepalive);
    record->keepalive = 0;
}

static void event_write(struct record *record, const struct sw_sip_stream_event *event)
{
    assert_true(event->mark_count > 0);
    assert_true(event->marks[0].packet >= record->last_mark || event->kind == SW_SIP_STREAM_LOSS);
    record->last_mark = event->marks[0].packet;
    for (size_t i = 1; i < event->mark_count; i++)
        assert_true(event->marks[i].packet > event->marks[i - 1].packet);
    if (event->kind == SW_SIP_STREAM_KEEPALIVE) {
        assert_true(sw_sip_is_keepalive(event->bytes));
        record->keepalive += event->bytes.size;
        return;
    }
    keepalive_flush(record);
    if (event->kind == SW_SIP_STREAM_LOSS) {
        assert_non_null(event->text);
        fprintf(record->out, "L%s:%d|", sw_reason_name(event->reason), (int)event->lost);
        return;
    }
    fputc(event->partial ? 'P' : 'M', record->out);
    fwrite(event->bytes.data, 1, event->bytes.size, record->out);
    fputc('|', record->out);
}

static void pull(struct record *record)
{
    for (const struct sw_sip_stream_event *event; (event = sw_sip_stream_next(record->stream)) != NULL;)
        event_write(record, event);
}

static void feed_piece(void *context, struct sw_slice chunk)
{
    struct record *record = context;
    record->bytes += chunk.size;
    sw_sip_stream_feed(record->stream, chunk, (struct sw_mark){.packet = ++record->packet});
    pull(record);
}

/* "^n^" in the input is a gap of n bytes. Text between gaps is cut in two at cut, or into bytes if that is 0. */
static void feed_script(struct record *record, const char *input, size_t cut)
{
    while (*input != '\0') {
        size_t n = strcspn(input, "^");
        if (n > 0)
            feed_cut((struct sw_slice){(const uint8_t *)input, n}, cut > n ? n : cut, feed_piece, record);
        input += n;
        if (*input != '^')
            return;
        char *end;
        uint64_t size = strtoull(input + 1, &end, 10);
        record->bytes += size;
        sw_sip_stream_gap(record->stream, size, SW_REASON_SEGMENT_MISSING,
                          (struct sw_mark){.packet = ++record->packet});
        pull(record);
        input = end + 1;
    }
}

static const struct sw_limits small = {.head_size = 100, .message_size = 200, .message_marks = 1000};

static void run_case(const char *input, const char *expected, bool from_start, size_t cut)
{
    struct record record = {.stream = sw_sip_stream_new(&small, from_start)};
    struct sw_mark since;
    record.out = open_memstream(&record.text, &record.size);
    feed_script(&record, input, cut);
    sw_sip_stream_eof(record.stream, (struct sw_mark){.packet = record.packet});
    pull(&record);
    keepalive_flush(&record);
    fclose(record.out);
    if (strcmp(record.text, expected) != 0)
        fail_msg("cut %zu of %s\n  gives  %s\n  not    %s", cut, input, record.text, expected);
    assert_true(sw_ledger_total(sw_sip_stream_ledger(record.stream)) == record.bytes);
    assert_false(sw_sip_stream_unfinished(record.stream, &since));
    sw_sip_stream_free(record.stream);
    free(record.text);
}

#define X16 "xxxxxxxxxxxxxxxx"
#define X50 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const struct {
    const char *input;
    const char *expected;
    bool midstream;
} cases[] = {
    {"", "", false},
    {A, "M" A "|", false},
    {A B C, "M" A "|M" B "|M" C "|", false},
    {"\r\n\r\n" A "\r\n" B "\r\n\r\n", "K4|M" A "|K2|M" B "|K4|", false},
    {B "\r", "M" B "|K1|", false},
    /* Content-Length: absent, unreadable, too small, repeated */
    {BARE B, "M" BARE "|M" B "|", false},
    {BARE, "M" BARE "|", false},
    {OPEN "some text\r\nmore\r\n" B, "M" OPEN "some text\r\nmore\r\n|M" B "|", false},
    {OPEN "SIP/2.0 200 OK\r\nno header\r\n" B, "M" OPEN "SIP/2.0 200 OK\r\nno header\r\n|M" B "|", false},
    {OPEN "to the end", "M" OPEN "to the end|", false},
    {OPEN, "M" OPEN "|", false},
    {OPEN "cut^5^here\r\n" B, "P" OPEN "cut|Lsegment-missing:5|Lsegment-missing:6|M" B "|", false},
    {"BYE sip:a SIP/2.0\r\nl: -1\r\nl: 5\r\n\r\n" B, "MBYE sip:a SIP/2.0\r\nl: -1\r\nl: 5\r\n\r\n|M" B "|", false},
    {"BYE sip:a SIP/2.0\r\nl: 1\r\n\r\nx too much\r\n" B, "MBYE sip:a SIP/2.0\r\nl: 1\r\n\r\nx|Lmalformed:11|M" B "|",
     false},
    {UNENDED B, "M" UNENDED "|M" B "|", false},
    {UNENDED A, "M" UNENDED "|M" A "|", false},
    /* not SIP */
    {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "Lnot-sip:27|", false},
    {"garbage\r\nmore\rof it\n" A, "Lnot-sip:20|M" A "|", false},
    {A "\r\ngarbage\r\n\r\n" B "more", "M" A "|K2|Lmalformed:11|M" B "|Lsegment-missing:4|", false},
    {A "ga rbage INVITE sip:a@b SIP/2.0\r\nx: y\r\n" B, "M" A "|Lmalformed:39|M" B "|", false},
    {A "{\r\nINVITE sip:a@b SIP/2.0\r\nis no header\r\n" B, "M" A "|Lmalformed:41|M" B "|", false},
    {A "{\r\nINVITE sip:a@b SIP/2.0", "M" A "|Lmalformed:25|", false},
    {"INVI", "Lnot-sip:4|", false},
    {"INVITE sip:a@b SIP/2.0\r\nVia:", "Lsegment-missing:28|", false},
    {"INVITE sip:a@b SIP/2.0", "Lsegment-missing:22|", false},
    {"INVITE sip:a@b SIP/2 6", "Lnot-sip:22|", false}, /* not even while it is shorter */
    {A "INVITE sip:a@b SIP/2.0\r\nl: 10\r\n\r\nhalf", "M" A "|PINVITE sip:a@b SIP/2.0\r\nl: 10\r\n\r\nhalf|", false},
    /* from the middle */
    {"dy\r\n" A, "Lsegment-missing:4|M" A "|", true},
    {A B, "M" A "|M" B "|", true},
    {"\r\n" A, "Lsegment-missing:2|M" A "|", true},
    {"never SIP\r\n", "Lnot-sip:11|", true},
    {"E sip:a@b SIP/2.0\r\nCSeq: 2 INVITE\r\nl: 4\r\n\r\nbody" A, "Lsegment-missing:47|M" A "|", true},
    {CSEQ("INVITE", "INVITE"), "M" CSEQ("INVITE", "INVITE") "|", true},
    {CSEQ("ACK", "INVITE"), "M" CSEQ("ACK", "INVITE") "|", true}, /* a fault of its sender's, not of the capture's */
    {"\r\n" CSEQ("ACK", "PRACK") A, "Lsegment-missing:2|M" CSEQ("ACK", "PRACK") "|M" A "|", true},
    {A "^9^" CSEQ("ACK", "PRACK") A, "M" A "|Lsegment-missing:9|Lsegment-missing:44|M" A "|", false},
    {A CSEQ("ACK", "PRACK"), "M" A "|M" CSEQ("ACK", "PRACK") "|", false},
    /* gaps: in a body, in a head, between, beyond the end of a message */
    {"INVITE sip:a@b SIP/2.0\r\nl: 10\r\n\r\nab^3^fghij" B,
     "PINVITE sip:a@b SIP/2.0\r\nl: 10\r\n\r\nab|Lsegment-missing:3|Lsegment-missing:5|M" B "|", false},
    {"INVITE sip:a@b SIP/2.0\r\nl: 10\r\n\r\nab^8^" B,
     "PINVITE sip:a@b SIP/2.0\r\nl: 10\r\n\r\nab|Lsegment-missing:8|M" B "|", false},
    {"INVITE sip:a@b SIP/2.0\r\nl: 10\r\n\r\nab^9^IP/2.0 200 OK\r\ni: b\r\n\r\n" A,
     "PINVITE sip:a@b SIP/2.0\r\nl: 10\r\n\r\nab|Lsegment-missing:9|Lsegment-missing:23|M" A "|", false},
    {"INVITE sip:a@b SIP/2.0\r\nl: 10\r\n\r\nab^3^fg^1^ij" B,
     "PINVITE sip:a@b SIP/2.0\r\nl: 10\r\n\r\nab|Lsegment-missing:3|Lsegment-missing:3|Lsegment-missing:2|M" B "|",
     false},
    {"INVITE sip:a@b SIP/2.0\r\nl: 10\r\n\r\nab^3^fg",
     "PINVITE sip:a@b SIP/2.0\r\nl: 10\r\n\r\nab|Lsegment-missing:3|Lsegment-missing:2|", false},
    {"INVITE sip:a@b SIP/2.0\r\nVia^7^x\r\n\r\n" B, "Lsegment-missing:34|Lsegment-missing:5|M" B "|", false},
    {A "^100^" B, "M" A "|Lsegment-missing:100|M" B "|", false},
    {A "\r^1^" B, "M" A "|Lsegment-missing:2|M" B "|", false},
    {A "x\r\ny^9^" B, "M" A "|Lmalformed:3|Lsegment-missing:10|M" B "|", false}, /* "y" may begin a start line */
    {"^9^", "Lsegment-missing:9|", false},
    {"^9^" B, "Lsegment-missing:9|M" B "|", true},
    /* limits: head_size 100, message_size 200 */
    {"INVITE sip:a@b SIP/2.0\r\nX: " X50 X50 X50 "\r\n\r\n" B, "Llimit:181|M" B "|", false},
    {"INVITE sip:a@b SIP/2.0\r\nX: " X50 X50 X50, "Llimit:177|", false},
    {"INVITE sip:a@b SIP/2.0\r\nl: 201\r\n\r\n" X50 X50 X50 X50 "x" B,
     "PINVITE sip:a@b SIP/2.0\r\nl: 201\r\n\r\n" X50 X50 X50 X16 "|Llimit:35|M" B "|", false},
    {"INVITE sip:a@b SIP/2.0\r\nl: 99999999999999999999\r\n\r\n" B,
     "MINVITE sip:a@b SIP/2.0\r\nl: 99999999999999999999\r\n\r\n|M" B "|", false},
    {"INVITE sip:a@b SIP/2.0\r\nl: 18446744073709551615\r\n\r\n" B,
     "PINVITE sip:a@b SIP/2.0\r\nl: 18446744073709551615\r\n\r\n" B "|", false},
    {OPEN X50 X50 X16 X16 X16 "x" X50 "x\r\n" B, "P" OPEN X50 X50 X16 X16 X16 "x|Llimit:53|M" B "|", false},
};

static void cases_in_all_cuts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        size_t size = strlen(cases[i].input);
        for (size_t cut = 0; cut <= size; cut++)
            run_case(cases[i].input, cases[i].expected, !cases[i].midstream, cut);
    }
}

static void whole_messages_are_not_copied(void **state)
{
    (void)state;
    struct sw_sip_stream *stream = sw_sip_stream_new(&sw_limits_default, true);
    struct sw_slice first = text("INVITE sip:a@b SIP/2.0\r\nl: 2");
    struct sw_slice second = text("\r\n\r\nab" A B);
    struct sw_mark since;
    sw_sip_stream_feed(stream, first, (struct sw_mark){.packet = 7});
    assert_null(sw_sip_stream_next(stream));
    assert_true(sw_sip_stream_unfinished(stream, &since));
    assert_int_equal(since.packet, 7);
    sw_sip_stream_feed(stream, second, (struct sw_mark){.packet = 9});

    const struct sw_sip_stream_event *event = sw_sip_stream_next(stream);
    assert_int_equal(event->mark_count, 2);
    assert_int_equal(event->marks[0].packet, 7);
    assert_int_equal(event->marks[1].packet, 9);
    assert_slice(event->bytes, "INVITE sip:a@b SIP/2.0\r\nl: 2\r\n\r\nab");
    event = sw_sip_stream_next(stream);
    assert_ptr_equal(event->bytes.data, second.data + 6);
    assert_int_equal(event->mark_count, 1);
    assert_int_equal(event->marks[0].packet, 9);
    event = sw_sip_stream_next(stream);
    assert_slice(event->bytes, B);
    assert_null(sw_sip_stream_next(stream));
    assert_false(sw_sip_stream_unfinished(stream, &since));
    sw_sip_stream_free(stream);
    sw_sip_stream_free(NULL);
}

static void marks_are_capped(void **state)
{
    (void)state;
    struct sw_limits limits = sw_limits_default;
    limits.message_marks = 3;
    struct sw_sip_stream *stream = sw_sip_stream_new(&limits, true);
    static const char two[] = A B;
    const struct sw_sip_stream_event *event = NULL;
    for (size_t i = 0; i < sizeof two - 1; i++) {
        sw_sip_stream_feed(stream, (struct sw_slice){(const uint8_t *)two + i, 1}, (struct sw_mark){.packet = i + 1});
        event = sw_sip_stream_next(stream);
        if (event == NULL)
            continue;
        assert_int_equal(event->mark_count, 3);
        assert_int_equal(event->marks[0].packet, i + 2 - event->bytes.size);
        assert_int_equal(event->marks[2].packet, i + 1);
    }
    assert_non_null(event);
    sw_sip_stream_free(stream);
}

/* A caller that doesn't pull before it feeds again, and feeds after the end, loses events but no count. */
static void events_that_nobody_pulls(void **state)
{
    (void)state;
    struct sw_sip_stream *stream = sw_sip_stream_new(&sw_limits_default, true);
    const struct sw_mark mark = {.packet = 1};
    sw_sip_stream_feed(stream, text(A "\r\n"), mark);
    sw_sip_stream_gap(stream, 5, SW_REASON_LIMIT, mark);
    sw_sip_stream_gap(stream, 6, SW_REASON_LIMIT, mark);
    sw_sip_stream_feed(stream, text(B "x"), mark);
    sw_sip_stream_feed(stream, text(""), mark);
    sw_sip_stream_gap(stream, 0, SW_REASON_LIMIT, mark);
    sw_sip_stream_eof(stream, mark);
    sw_sip_stream_feed(stream, text(B), mark);
    sw_sip_stream_gap(stream, 5, SW_REASON_LIMIT, mark);
    while (sw_sip_stream_next(stream) != NULL)
        continue;
    const struct sw_ledger *ledger = sw_sip_stream_ledger(stream);
    assert_int_equal(ledger->message, strlen(A B));
    assert_int_equal(ledger->keepalive, 2);
    assert_int_equal(ledger->undecoded[SW_REASON_LIMIT], 11);
    assert_int_equal(sw_ledger_total(ledger), strlen(A B) + 14);
    sw_sip_stream_free(stream);
}

/* Limits of zero must not keep the machine turning on the spot. */
static void limits_of_zero(void **state)
{
    (void)state;
    static const struct sw_limits zero;
    static const struct sw_limits no_message = {.head_size = 1000};
    const struct sw_limits *all[] = {&zero, &no_message};
    for (size_t i = 0; i < COUNT(all); i++) {
        struct sw_sip_stream *stream = sw_sip_stream_new(all[i], true);
        struct sw_slice bytes = text(A OPEN "text\r\n" B);
        sw_sip_stream_feed(stream, bytes, (struct sw_mark){.packet = 1});
        sw_sip_stream_eof(stream, (struct sw_mark){.packet = 1});
        while (sw_sip_stream_next(stream) != NULL)
            continue;
        assert_int_equal(sw_ledger_total(sw_sip_stream_ledger(stream)), bytes.size);
        sw_sip_stream_free(stream);
    }
}

/* Whatever repeats for megabytes, in segments or as a whole, is read in linear time and bounded memory. */
static void hostile_streams_stay_linear(void **state)
{
    (void)state;
    static const char *const patterns[] = {
        "INVITE sip:x SIP/2.0\r\na:b\r\n",
        "INVITE sip:x SIP/2.0\r\n",
        "A",
        "\r\n",
        "\r",
        "x\r",
        "a:",
        "INVITE sip:x SIP/2.0\r\nc: x\r\n\r\n",
        "INVITE sip:x SIP/2.0\r\nl: 99999999\r\n\r\n",
        "SIP/2.0 2",
    };
    static const size_t segments[] = {1460, (size_t)2 << 20};
    const size_t size = (size_t)2 << 20;
    uint8_t *bytes = malloc(size);
    const clock_t start = clock();
    for (size_t i = 0; i < COUNT(patterns) * COUNT(segments); i++) {
        const char *pattern = patterns[i / COUNT(segments)];
        const size_t segment = segments[i % COUNT(segments)];
        struct sw_sip_stream *stream = sw_sip_stream_new(&sw_limits_default, true);
        for (size_t k = 0, n = strlen(pattern); k < size; k++)
            bytes[k] = (uint8_t)pattern[k % n];
        for (size_t at = 0; at < size; at += segment) {
            struct sw_slice part = {bytes + at, size - at < segment ? size - at : segment};
            sw_sip_stream_feed(stream, part, (struct sw_mark){.packet = at + 1});
            while (sw_sip_stream_next(stream) != NULL)
                continue;
        }
        sw_sip_stream_eof(stream, (struct sw_mark){.packet = size});
        while (sw_sip_stream_next(stream) != NULL)
            continue;
        assert_int_equal(sw_ledger_total(sw_sip_stream_ledger(stream)), size);
        sw_sip_stream_free(stream);
    }
    free(bytes);
    assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 30); /* 2 s in a debug build, 6 s with sanitizers */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases_in_all_cuts), cmocka_unit_test(whole_messages_are_not_copied),
        cmocka_unit_test(marks_are_capped),  cmocka_unit_test(events_that_nobody_pulls),
        cmocka_unit_test(limits_of_zero),    cmocka_unit_test(hostile_streams_stay_linear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
