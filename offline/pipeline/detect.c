/* SPDX-License-Identifier: MIT
 *
 * What does a TCP stream carry: HTTP, HTTP/2, SIP, TLS, WebSocket frames, or something else.
 */
#include "pipeline/detect.h"

#include <glib.h>
#include <string.h>

#include "http2/frame.h"
#include "sipweave/frame.h"
#include "sipweave/http.h"
#include "sipweave/sip.h"
#include "sipweave/sip_stream.h"

static struct sw_slice skip_bytes(struct sw_slice bytes, size_t size)
{
    return (struct sw_slice){.data = bytes.data + size, .size = bytes.size - size};
}

/* A TLS record header: type 20 to 23, version 3.0 to 3.4, a length that RFC 8446 5.2 allows. */
static enum sw_result tls_record(struct sw_slice bytes, size_t *size)
{
    static const size_t longest = 16384 + 2048;
    if (bytes.size > 0 && (bytes.data[0] < 20 || bytes.data[0] > 23))
        return SW_BAD;
    if (bytes.size > 1 && bytes.data[1] != 3)
        return SW_BAD;
    if (bytes.size > 2 && bytes.data[2] > 4)
        return SW_BAD;
    if (bytes.size < 5)
        return SW_MORE;
    size_t length = (size_t)bytes.data[3] << 8 | bytes.data[4];
    if (length == 0 || length > longest)
        return SW_BAD;
    *size = 5 + length;
    return SW_OK;
}

/* Whether TLS records follow each other for as far as the bytes go; one alone may be chance unless it begins a
 * handshake. SW_MORE: its end hasn't come. */
static enum sw_result tls_chain(struct sw_slice bytes)
{
    unsigned records = 0;
    size_t size;
    bool handshake = bytes.size > 5 && bytes.data[0] == 22 && (bytes.data[5] == 1 || bytes.data[5] == 2);
    while (tls_record(bytes, &size) == SW_OK) {
        records++;
        if (size >= bytes.size)
            return handshake || records > 1 || size == bytes.size ? SW_OK : SW_MORE;
        bytes = skip_bytes(bytes, size);
    }
    return records > 0 && bytes.size < 5 ? SW_OK : SW_BAD;
}

/* HTTP is known by its whole first line, which empty lines may precede (RFC 9112 2.2). */
static enum verdict http_start(struct sw_slice bytes)
{
    size_t scanned = bytes.size; /* where the head ends doesn't matter here */
    struct sw_http_head head;
    if (sw_http_parse(bytes, &scanned, &head) == SW_BAD)
        return VERDICT_OTHER;
    size_t blank = 0;
    while (blank < bytes.size && (bytes.data[blank] == '\r' || bytes.data[blank] == '\n'))
        blank++;
    bool whole_line = blank < bytes.size && memchr(bytes.data + blank, '\n', bytes.size - blank) != NULL;
    return whole_line ? VERDICT_HTTP : VERDICT_MORE;
}

/* A client's preface (prior knowledge, RFC 9113 3.3, or ALPN within TLS), or a server's first SETTINGS. */
static enum sw_result http2_start(struct sw_slice bytes)
{
    enum sw_result client = http2_preface(bytes);
    return client != SW_BAD ? client : http2_server_start(bytes);
}

enum verdict detect_start(struct sw_slice bytes)
{
    if (bytes.size == 0)
        return VERDICT_MORE;
    enum sw_result http2 = http2_start(bytes);
    if (http2 != SW_BAD)
        return http2 == SW_OK ? VERDICT_HTTP2 : VERDICT_MORE;
    enum verdict http = http_start(bytes);
    if (http == VERDICT_HTTP) /* a whole line of it is neither of the others */
        return VERDICT_HTTP;
    size_t size;
    enum sw_result tls = tls_record(bytes, &size);
    enum sw_result sip = sw_sip_sniff(bytes);
    if (tls == SW_OK)
        return VERDICT_TLS;
    if (sip == SW_OK)
        return VERDICT_SIP;
    if (http != VERDICT_OTHER)
        return http;
    return tls == SW_MORE || sip == SW_MORE ? VERDICT_MORE : VERDICT_OTHER;
}

/* From here on, mid-stream evidence: a look-alike must not be taken for the real thing, so heads have to be whole. */
static bool is_http_head(struct sw_slice bytes)
{
    size_t scanned = 0;
    struct sw_http_head head;
    return sw_http_parse(bytes, &scanned, &head) == SW_OK;
}

/* Frames of HTTP/2 somewhere in the bytes. What may be one waits for the header that has to follow; a piece ends where
 * a segment does, and there often a frame, too. */
static enum sw_result find_http2(struct sw_slice bytes, size_t *skip)
{
    size_t offset;
    if (*skip == 0 && http2_start(bytes) == SW_OK)
        return SW_OK;
    enum sw_result found = http2_find(skip_bytes(bytes, *skip), false, &offset);
    *skip += offset;
    if (found == SW_MORE && http2_ends(skip_bytes(bytes, *skip)))
        found = SW_OK;
    return found;
}

/* WebSocket frames were found there: are they the data of a stream of HTTP/2? Then there is the header of its frame
 * before them, or one of the next behind them. */
static bool is_in_http2(struct sw_slice bytes, size_t offset)
{
    struct sw_frame frame;
    if (http2_is_data(bytes, offset))
        return true;
    struct sw_slice rest = skip_bytes(bytes, offset);
    while (sw_frame_parse(rest, &frame) == SW_OK) {
        rest = skip_bytes(rest, frame.header_size);
        if (frame.payload_size >= rest.size)
            return false;
        rest = skip_bytes(rest, (size_t)frame.payload_size);
        if (http2_is_header(rest))
            return true;
    }
    return false;
}

enum sw_result detect_http2_sender(struct sw_slice bytes, bool start, enum sw_direction *sender)
{
    size_t offset = 0;
    *sender = SW_CLIENT;
    if (http2_preface(bytes) == SW_OK)
        return SW_OK;
    *sender = SW_SERVER;
    if (start)
        return SW_OK;
    http2_find(bytes, true, &offset);
    return http2_sender(skip_bytes(bytes, offset), sender);
}

/* SIP right away. The first bytes may be the rest of a start line, and tell that only with the CSeq. */
static enum sw_result sip_here(struct sw_slice bytes)
{
    struct sw_sip sip;
    if (!sw_sip_recognise(bytes, &sip) || sw_sip_is_rest(&sip))
        return SW_BAD;
    return sip.response || sip.headers_end || sip.count[SW_SIP_CSEQ] > 0 ? SW_OK : SW_MORE;
}

/* A WebSocket message may hold several SIP ones, so one has to be whole, and behind it nothing, or what may stand
 * between messages or begin one. SW_MORE: it may yet be. */
static enum sw_result sip_is_alone(struct sw_slice bytes)
{
    struct sw_sip sip;
    if (sw_sip_parse(bytes, &sip) != SW_OK)
        return SW_BAD;
    if (!sip.headers_end || !sip.content_length_ok)
        return SW_MORE;
    return sip.rest.size == 0 || sw_sip_sniff(sip.rest) != SW_BAD ? SW_OK : SW_BAD;
}

/* SIP behind the end of a message: in no case on the first line. */
static bool find_sip(struct sw_slice bytes, struct detect_progress *progress)
{
    progress->sip_mid_line |= progress->sip == 0;
    while (sw_sip_find(bytes, &progress->sip, &progress->sip_mid_line)) {
        const enum sw_result alone = sip_is_alone(skip_bytes(bytes, progress->sip));
        if (alone != SW_BAD)
            return alone == SW_OK;
        progress->sip_mid_line = true;
    }
    return false;
}

enum verdict detect_middle(struct sw_slice bytes, struct detect_progress *progress, bool *masked)
{
    if (find_http2(bytes, &progress->http2) == SW_OK)
        return VERDICT_HTTP2;
    if (progress->frames == 0) {
        if (is_http_head(bytes))
            return VERDICT_HTTP;
        const enum sw_result sip = sip_here(bytes);
        if (sip != SW_BAD)
            return sip == SW_OK ? VERDICT_SIP : VERDICT_MORE;
        const enum sw_result tls = tls_chain(bytes);
        if (tls != SW_BAD)
            return tls == SW_OK ? VERDICT_TLS : VERDICT_MORE;
    }
    size_t offset = 0;
    enum sw_result found = sw_frame_find(skip_bytes(bytes, progress->frames), SW_MASK_UNKNOWN, &offset, masked);
    size_t at = progress->frames + offset;
    if (found != SW_OK) {
        progress->frames = at;
        return find_sip(bytes, progress) ? VERDICT_SIP : VERDICT_MORE;
    }
    if (is_in_http2(bytes, at))
        return VERDICT_HTTP2;
    bool in_payload = progress->http2 < at && http2_is_header(skip_bytes(bytes, progress->http2));
    return in_payload ? VERDICT_MORE : VERDICT_FRAMES;
}
