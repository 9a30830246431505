/* SPDX-License-Identifier: MIT
 * links: core_sip core_base
 * Session descriptions: RFC 8866, and what browsers send.
 */
#include "harness.h"

#include "sipweave/sdp.h"

static const char webrtc[] = "v=0\r\n"
                             "o=- 4611731400430051336 2 IN IP4 127.0.0.1\r\n"
                             "s=-\r\n"
                             "t=0 0\r\n"
                             "a=group:BUNDLE 0 1\r\n"
                             "a=ice-lite\r\n"
                             "a=fingerprint:sha-256 AA:BB\r\n"
                             "a=ice-pwd:sessionpwd\r\n"
                             "a=setup:actpass\r\n"
                             "m=audio 9 UDP/TLS/RTP/SAVPF 111 0\r\n"
                             "c=IN IP4 192.0.2.1/127\r\n"
                             "a=rtpmap:111 opus/48000/2\r\n"
                             "a=ice-ufrag:abcd\r\n"
                             "a=ice-pwd:ownpwd\r\n"
                             "a=candidate:1 1 udp 2113937151 192.0.2.1 54321 typ host\r\n"
                             "a=candidate:2 1 udp 1845501695 203.0.113.1 54321 typ srflx\r\n"
                             "a=mid:0\r\n"
                             "a=rtcp-mux\r\n"
                             "a=sendonly\r\n"
                             "a=fingerprint:sha-1 CC:DD\r\n"
                             "a=setup:active\r\n"
                             "m=video 0 UDP/TLS/RTP/SAVPF 96\r\n"
                             "a=rtpmap:1 nothing\r\n"
                             "a=rtpmap:96  VP8/90000 \r\n"
                             "a=mid:1\r\n";

static void browser_offer(void **state)
{
    (void)state;
    struct guarded g = guard(text(webrtc));
    struct sw_sdp sdp;
    struct sw_sdp_media media;
    struct sw_slice encoding;
    assert_int_equal(sw_sdp_parse(g.bytes, &sdp), SW_OK);
    assert_slice(sdp.version, "0");
    assert_slice(sdp.origin, "- 4611731400430051336 2 IN IP4 127.0.0.1");
    assert_slice(sdp.session_id, "4611731400430051336");
    assert_slice(sdp.session_version, "2");
    assert_slice(sdp.name, "-");
    assert_slice(sdp.connection, "");
    assert_slice(sdp.group, "BUNDLE 0 1");
    assert_slice(sdp.ice_pwd, "sessionpwd");
    assert_true(sdp.ice_lite);
    assert_int_equal(sdp.direction, SW_SDP_SENDRECV);

    struct sw_slice rest = sdp.media;
    assert_true(sw_sdp_media_next(&sdp, &rest, &media));
    assert_slice(media.type, "audio");
    assert_int_equal(media.port, 9);
    assert_slice(media.protocol, "UDP/TLS/RTP/SAVPF");
    assert_slice(media.formats, "111 0");
    assert_slice(media.connection, "192.0.2.1");
    assert_slice(media.mid, "0");
    assert_slice(media.ice_ufrag, "abcd");
    assert_slice(media.ice_pwd, "ownpwd");
    assert_slice(media.fingerprint, "sha-1 CC:DD");
    assert_slice(media.setup, "active");
    assert_int_equal(media.direction, SW_SDP_SENDONLY);
    assert_int_equal(media.candidates, 2);
    assert_true(media.rtcp_mux);
    assert_true(sw_sdp_rtpmap(&media, text("111"), &encoding));
    assert_slice(encoding, "opus/48000/2");
    assert_false(sw_sdp_rtpmap(&media, text("96"), &encoding));

    assert_true(sw_sdp_media_next(&sdp, &rest, &media));
    assert_slice(media.type, "video");
    assert_int_equal(media.port, 0);
    assert_slice(media.fingerprint, "sha-256 AA:BB");
    assert_slice(media.ice_pwd, "sessionpwd");
    assert_slice(media.setup, "actpass");
    assert_int_equal(media.direction, SW_SDP_SENDRECV);
    assert_int_equal(media.candidates, 0);
    assert_false(media.rtcp_mux);
    assert_true(sw_sdp_rtpmap(&media, text("96"), &encoding));
    assert_slice(encoding, "VP8/90000");
    struct sw_sdp_line line;
    assert_true(sw_sdp_line_next(&media.lines, &line));
    assert_int_equal(line.type, 'm');
    assert_false(sw_sdp_media_next(&sdp, &rest, &media));
    unguard(&g);
}

static void session_is_inherited(void **state)
{
    (void)state;
    struct sw_sdp sdp;
    struct sw_sdp_media media;
    struct sw_slice body = text("v=0\nc=IN IP6 2001:db8::1\na=inactive\na=sendonly\nm=audio 49170/2 RTP/AVP 0\n"
                                "m=video 99999 RTP/AVP 31\nc=IN IP4 192.0.2.4\na=recvonly\nm=x\n");
    assert_int_equal(sw_sdp_parse(body, &sdp), SW_OK);
    assert_slice(sdp.connection, "2001:db8::1");
    struct sw_slice rest = sdp.media;
    assert_true(sw_sdp_media_next(&sdp, &rest, &media));
    assert_int_equal(media.port, 49170);
    assert_slice(media.connection, "2001:db8::1");
    assert_int_equal(media.direction, SW_SDP_INACTIVE); /* the first one counts */
    assert_true(sw_sdp_media_next(&sdp, &rest, &media));
    assert_int_equal(media.port, 0);
    assert_slice(media.connection, "192.0.2.4");
    assert_int_equal(media.direction, SW_SDP_RECVONLY);
    assert_true(sw_sdp_media_next(&sdp, &rest, &media));
    assert_slice(media.type, "x");
    assert_slice(media.protocol, "");
    assert_false(sw_sdp_media_next(&sdp, &rest, &media));
}

static void faults_are_survived(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum sw_result result;
        unsigned media;
    } cases[] = {
        {"", SW_BAD, 0},
        {"o=x\r\nv=0\r\n", SW_BAD, 0},
        {"v=0", SW_OK, 0},
        {"v=0\r\nm=", SW_OK, 1},
        {"v=0\r\no=\r\nc=\r\na=\r\na=:\r\n=\r\nx\r\n\r\nm =video 3227 RTP/AVP 31\r\n", SW_OK, 0}, /* dblreq's body */
        {"v=0\r\nm=a\r\nm=b\r\nm=c\r\na=rtpmap:\r\na=rtpmap:31 LPC", SW_OK, 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct guarded g = guard(text(cases[i].text));
        struct sw_sdp sdp;
        struct sw_sdp_media media;
        unsigned count = 0;
        assert_int_equal(sw_sdp_parse(g.bytes, &sdp), cases[i].result);
        for (struct sw_slice rest = sdp.media; sw_sdp_media_next(&sdp, &rest, &media);)
            count++;
        assert_int_equal(count, cases[i].media);
        unguard(&g);
    }
    struct sw_sdp_line line;
    struct sw_slice rest = text("a=b\r\n\nno type\rstill\n");
    assert_true(sw_sdp_line_next(&rest, &line));
    assert_slice(line.value, "b");
    assert_true(sw_sdp_line_next(&rest, &line));
    assert_int_equal(line.type, 0);
    assert_true(sw_sdp_line_next(&rest, &line));
    assert_int_equal(line.type, 0);
    assert_slice(line.value, "no type\rstill");
    assert_false(sw_sdp_line_next(&rest, &line));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(browser_offer),
        cmocka_unit_test(session_is_inherited),
        cmocka_unit_test(faults_are_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
