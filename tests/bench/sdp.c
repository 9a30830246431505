/* SPDX-License-Identifier: MIT
 *
 * A session description of 2 to 3 KB as Chromium writes it for one audio stream (RFC 8829), and the short one with
 * plain RTP that a media relay sends on.
 */
#include "call.h"
#include "places.h"

struct session {
    struct random random;
    uint32_t address;
    uint16_t port;
    char stream[37];
    char track[37];
};

static const char codecs[] = "a=rtcp-mux\r\na=rtcp-rsize\r\na=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 transport-cc\r\n"
                             "a=fmtp:111 minptime=10;useinbandfec=1\r\na=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n"
                             "a=rtpmap:9 G722/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
                             "a=rtpmap:13 CN/8000\r\na=rtpmap:110 telephone-event/48000\r\n"
                             "a=rtpmap:126 telephone-event/8000\r\n";

static const char extensions[] =
    "a=mid:0\r\na=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n"
    "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r\n"
    "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n"
    "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n";

static void put_uuid(struct random *random, char *out)
{
    random_token(random, random_hex, 36, out);
    out[8] = out[13] = out[18] = out[23] = '-';
    out[14] = '4';
}

static void put_candidate(struct text *text, struct session *s, unsigned index)
{
    static const char *const kinds[] = {" typ host", " typ srflx raddr 0.0.0.0 rport 0",
                                        " typ relay raddr 0.0.0.0 rport 0"};
    struct random *random = &s->random;
    const unsigned kind = index < 2 ? 0 : random_below(random, 3);
    text_add(text, "a=candidate:", NULL);
    text_number(text, random_next(random) >> 32);
    text_add(text, " 1 udp ", NULL);
    text_number(text, 2122260223 - index * 5120 - kind * 400000000);
    text_byte(text, ' ');
    text_address(text, kind == 0 ? s->address + index : NATTED_ADDRESS + random_below(random, 254));
    text_byte(text, ' ');
    text_number(text, index == 0 ? s->port : random_between(random, 32768, 60999));
    text_add(text, kinds[kind], " generation 0 network-id ", NULL);
    text_number(text, 1 + index % 3);
    text_add(text, " network-cost 10\r\n", NULL);
}

static void put_fingerprint(struct text *text, struct random *random)
{
    static const char digits[] = "0123456789ABCDEF";
    char *out = text_room(text, 3 * 32);
    for (size_t i = 0; i < 32; i++, out += 3) {
        const uint64_t byte = random_next(random);
        out[0] = digits[byte >> 60];
        out[1] = digits[byte >> 56 & 15];
        out[2] = ':';
    }
    text->size += 3 * 32 - 1;
}

static void put_session(struct text *text, struct session *s, unsigned version)
{
    text_add(text, "v=0\r\no=- ", NULL);
    text_number(text, random_next(&s->random) >> 2);
    text_byte(text, ' ');
    text_number(text, version);
    text_add(text, " IN IP4 ", NULL);
}

static void put_transport(struct text *text, struct session *s, const char *setup)
{
    char ufrag[5];
    char password[25];
    random_token(&s->random, random_base64, 4, ufrag);
    random_token(&s->random, random_base64, 24, password);
    text_add(text, "a=ice-ufrag:", ufrag, "\r\na=ice-pwd:", password, "\r\na=ice-options:trickle\r\n",
             "a=fingerprint:sha-256 ", NULL);
    put_fingerprint(text, &s->random);
    text_add(text, "\r\na=setup:", setup, "\r\n", NULL);
}

static void put_source(struct text *text, struct session *s)
{
    char cname[17];
    const uint64_t ssrc = random_next(&s->random) >> 32;
    random_token(&s->random, random_base64, 16, cname);
    text_add(text, "a=ssrc:", NULL);
    text_number(text, ssrc);
    text_add(text, " cname:", cname, "\r\na=ssrc:", NULL);
    text_number(text, ssrc);
    text_add(text, " msid:", s->stream, " ", s->track, "\r\n", NULL);
}

static void put_browser(struct text *text, struct session *s, const struct sdp *sdp)
{
    put_session(text, s, sdp->version);
    text_add(text, "127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\na=extmap-allow-mixed\r\na=msid-semantic: WMS ",
             s->stream, "\r\nm=audio ", NULL);
    text_number(text, s->port);
    text_add(text, " UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126\r\nc=IN IP4 ", NULL);
    text_address(text, s->address);
    text_add(text, "\r\na=rtcp:9 IN IP4 0.0.0.0\r\n", NULL);
    const unsigned candidates = random_between(&s->random, 4, 11);
    for (unsigned i = 0; i < candidates; i++)
        put_candidate(text, s, i);
    put_transport(text, s, sdp->setup);
    text_bytes(text, extensions, sizeof extensions - 1);
    text_add(text, "a=", sdp->direction, "\r\na=msid:", s->stream, " ", s->track, "\r\n", NULL);
    text_bytes(text, codecs, sizeof codecs - 1);
    put_source(text, s);
}

static void put_plain(struct text *text, struct session *s, const struct sdp *sdp)
{
    put_session(text, s, sdp->version);
    text_address(text, s->address);
    text_add(text, "\r\ns=-\r\nt=0 0\r\nm=audio ", NULL);
    text_number(text, s->port & ~1U);
    text_add(text, " RTP/AVP 111 0 8 126\r\nc=IN IP4 ", NULL);
    text_address(text, s->address);
    text_add(text, "\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\na=rtpmap:0 PCMU/8000\r\n",
             "a=rtpmap:8 PCMA/8000\r\na=rtpmap:126 telephone-event/8000\r\na=", sdp->direction, "\r\na=rtcp:", NULL);
    text_number(text, (s->port & ~1U) + 1);
    text_add(text, "\r\na=ptime:20\r\n", NULL);
}

void sdp_write(struct text *text, const struct sdp *sdp)
{
    struct session s = {.address = sdp->address};
    random_seed(&s.random, sdp->seed);
    s.port = (uint16_t)random_between(&s.random, 32768, 60998);
    put_uuid(&s.random, s.stream);
    put_uuid(&s.random, s.track);
    if (sdp->plain)
        put_plain(text, &s, sdp);
    else
        put_browser(text, &s, sdp);
}
