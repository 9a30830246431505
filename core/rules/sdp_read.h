/* SPDX-License-Identifier: MIT
 *
 * A session description as its rules need it: media sections in an array, with what each of them is, and its place in a
 * BUNDLE group (RFC 8843 5).
 */
#ifndef SW_RULES_SDP_READ_H
#define SW_RULES_SDP_READ_H

#include "sipweave/sdp.h"

/* What goes beyond is not judged. */
enum { SW_PARTS_MAX = 64, SW_GROUPS_MAX = 4, SW_TAGS_MAX = SW_PARTS_MAX };

/* Attributes that a section has, of its own: bits. */
enum sw_has {
    SW_HAS_BUNDLE_ONLY = 1 << 0,
    SW_HAS_CANDIDATE = 1 << 1,
    SW_HAS_CONNECTION = 1 << 2,
    SW_HAS_CRYPTO = 1 << 3,
    SW_HAS_FINGERPRINT = 1 << 4,
    SW_HAS_ICE_MISMATCH = 1 << 5,
    SW_HAS_ICE_OPTIONS = 1 << 6,
    SW_HAS_ICE_PWD = 1 << 7,
    SW_HAS_ICE_UFRAG = 1 << 8,
    SW_HAS_RTCP_MUX = 1 << 9,
    SW_HAS_SCTP_PORT = 1 << 10,
    SW_HAS_ICE = SW_HAS_CANDIDATE | SW_HAS_ICE_PWD | SW_HAS_ICE_UFRAG,
};

/* A media section. */
struct sw_part {
    struct sw_sdp_media media;
    unsigned has;
    bool rtp;       /* its profile is one of RTP */
    bool dtls_srtp; /* UDP/TLS/RTP/SAVP or -F (RFC 5764 8) */
    bool sctp;      /* UDP/DTLS/SCTP or TCP/DTLS/SCTP (RFC 8841 4.2) */
    bool zero;      /* the port is 0, in so many words */
    bool off;       /* and no a=bundle-only lends it a meaning (RFC 8843 6) */
    bool bundled;
    size_t group; /* bundled: which of the groups, and its place in it; 0: it is the tagged one */
    size_t place;
};

struct sw_description {
    struct sw_slice text;
    struct sw_slice session; /* the lines before the first m= */
    struct sw_sdp sdp;
    unsigned has;                          /* the session section */
    struct sw_slice groups[SW_GROUPS_MAX]; /* the tags of each a=group:BUNDLE */
    size_t group_count;
    size_t media_count; /* m= lines, all of them */
    size_t count;       /* of parts */
    struct sw_part parts[SW_PARTS_MAX];
};

/* False where its first line is no v=. */
bool sw_description_read(struct sw_slice text, struct sw_description *description);
/* Any of SW_HAS_ICE, in the session section or in one that isn't off. */
bool sw_description_ice(const struct sw_description *description);

/* Takes the attributes of these lines one by one; value is empty where there is none. */
bool sw_attribute_next(struct sw_slice *lines, struct sw_slice *name, struct sw_slice *value);

/* The codecs of a media section, by payload type: of a=rtpmap, or of the static table (RFC 3551 6). */
enum { SW_PAYLOAD_TYPES = 128, SW_DYNAMIC_FIRST = 96 };
struct sw_codecs {
    struct sw_slice mapped[SW_PAYLOAD_TYPES]; /* what a=rtpmap says */
};
void sw_codecs_read(const struct sw_part *part, struct sw_codecs *codecs);
/* "opus/48000/2"; false where nothing says what it is. */
bool sw_codec_of(const struct sw_codecs *codecs, unsigned type, struct sw_slice *encoding);
/* The same name, clock rate and channels. */
bool sw_codec_equal(struct sw_slice a, struct sw_slice b);
/* The next payload type of "111 0 8"; words that are none are skipped. */
bool sw_payload_next(struct sw_slice *formats, unsigned *type);

#endif
