/* links: offline_report */
/* SPDX-License-Identifier: MIT
 *
 * The page of a report, made of SIP that wants to end its scripts.
 */
#include "records.h"

#include <glib.h>

#include "report/report.h"

#define MARKUP "</script><script>x</script><!--"
#define SLICE                                                                                                          \
    {                                                                                                                  \
        (const uint8_t *)MARKUP, sizeof MARKUP - 1                                                                     \
    }

static const struct sw_handshake handshake = {
    .answered = true, .status = 101, .target = SLICE, .origin = SLICE, .user_agent = SLICE, .server = SLICE};

static void play_call(struct stage *stage)
{
    struct connection_record ws = connection(1, "10.0.0.2:5", "10.0.0.1:80", -1, &handshake);
    struct played message = {.from = "10.0.0.2:5", .to = "10.0.0.1:80", .connection = &ws, .call = 1};
    message.sip = "INVITE sip:" MARKUP " SIP/2.0\r\nVia: " MARKUP "\r\nFrom: <sip:" MARKUP ">;tag=a\r\nTo: " MARKUP
                  "\r\nCall-ID: " MARKUP "\r\nCSeq: 1 INVITE\r\nUser-Agent: " MARKUP "\r\n\r\n";
    stage->sink.connection_begin(stage->sink.context, &ws);
    play(stage, &message);
    struct sw_mark mark = {.packet = mark_packet(0, 11), .time = AT(0)};
    struct finding_record finding = {.rule = 0, .party = "sender", .marks = &mark, .mark_count = 1, .connection = &ws};
    finding.message = finding.call = 1;
    finding.evidence = MARKUP;
    stage->sink.finding(stage->sink.context, &finding);
    const struct sw_call call = {
        .id = 1,
        .call_id = SLICE,
        .from = SLICE,
        .to = SLICE,
        .method = SLICE,
        .start = AT(0),
        .ringing = SW_NO_TIME,
        .answered = SW_NO_TIME,
        .end = AT(10),
        .messages_seen = 1,
    };
    stage->sink.call(stage->sink.context, &call);
    stage->sink.connection_end(stage->sink.context, &ws);
}

static unsigned count_of(const char *text, const char *part)
{
    unsigned count = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part))
        count++;
    return count;
}

static void test_markup_stays_text(void **state)
{
    (void)state;
    struct stage stage;
    struct output_options options = {.width = 80, .unicode = true, .version = "0"};
    stage_open(&stage, &options);
    stage.sink = report_sink(&options);
    play_call(&stage);
    const char *page = stage_finish(&stage);
    assert_int_equal(count_of(page, "<script type=\"application/json\""), 3);
    assert_int_equal(count_of(page, "<script"), count_of(page, "</script>"));
    assert_int_equal(count_of(page, MARKUP), 0);
    assert_int_equal(count_of(page, "<!--"), 0);
    assert_true(count_of(page, "\\u003c/script>\\u003cscript>x\\u003c/script>\\u003c!--") >= 4);
    assert_true(g_str_has_suffix(page, "</html>\n"));
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_markup_stays_text)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
