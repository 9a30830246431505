/* SPDX-License-Identifier: MIT
 *
 * A session description as its rules need it: media sections in an array, with what each of them is, and its place in a
 * BUNDLE group (RFC 8843 5).
 */
#ifndef SW_RULES_SDP_READ_H
#define SW_RULES_SDP_READ_H

#include "sipweave/sdp.h"

/* What goes beyond is not judged. */
enum { SW_PARTS_MAX = 64, SW_GROUPS_MAX = 4, SW_TAGS_MAX = SW_PARTS_MAX, SW_ITEMS_MAX = 1024 };

/* The lines that some rule asks for. */
enum sw_item_kind {
    SW_ITEM_OTHER,
    SW_ITEM_ORIGIN,    /* o= */
    SW_ITEM_NAME,      /* s= */
    SW_ITEM_TIME,      /* t= */
    SW_ITEM_ADDRESS,   /* c= */
    SW_ITEM_DIRECTION, /* a=sendrecv and so on; the value is its name. Of the others what follows the colon: */
    SW_ITEM_BUNDLE_ONLY,
    SW_ITEM_CANDIDATE,
    SW_ITEM_CONNECTION,
    SW_ITEM_CRYPTO,
    SW_ITEM_FINGERPRINT,
    SW_ITEM_FMTP,
    SW_ITEM_GROUP,
    SW_ITEM_ICE_MISMATCH,
    SW_ITEM_ICE_OPTIONS,
    SW_ITEM_ICE_PWD,
    SW_ITEM_ICE_UFRAG,
    SW_ITEM_MID,
    SW_ITEM_PTIME,
    SW_ITEM_RTCP_MUX,
    SW_ITEM_RTPMAP,
    SW_ITEM_SCTP_PORT,
    SW_ITEM_SETUP,
};
struct sw_item {
    enum sw_item_kind kind;
    struct sw_slice value;
};
struct sw_items {
    const struct sw_item *first;
    size_t count;
};

/* Attributes that a section has, of its own: bits. */
enum sw_has {
    SW_HAS_BUNDLE_ONLY = 1 << SW_ITEM_BUNDLE_ONLY,
    SW_HAS_CANDIDATE = 1 << SW_ITEM_CANDIDATE,
    SW_HAS_CONNECTION = 1 << SW_ITEM_CONNECTION,
    SW_HAS_CRYPTO = 1 << SW_ITEM_CRYPTO,
    SW_HAS_ICE_MISMATCH = 1 << SW_ITEM_ICE_MISMATCH,
    SW_HAS_ICE_OPTIONS = 1 << SW_ITEM_ICE_OPTIONS,
    SW_HAS_ICE_PWD = 1 << SW_ITEM_ICE_PWD,
    SW_HAS_ICE_UFRAG = 1 << SW_ITEM_ICE_UFRAG,
    SW_HAS_RTCP_MUX = 1 << SW_ITEM_RTCP_MUX,
    SW_HAS_SCTP_PORT = 1 << SW_ITEM_SCTP_PORT,
    SW_HAS_ICE = SW_HAS_CANDIDATE | SW_HAS_ICE_PWD | SW_HAS_ICE_UFRAG,
};

/* A section. Of a media section connection, direction, fingerprint, ICE and setup are the session's where it has none
 * of its own; the first of each counts, and data is NULL where there is none. */
struct sw_part {
    struct sw_items items;
    unsigned has;
    struct sw_slice connection; /* the address of c= */
    struct sw_slice mid;
    struct sw_slice fingerprint;
    struct sw_slice ice_ufrag;
    struct sw_slice ice_pwd;
    struct sw_slice setup;
    enum sw_sdp_direction direction;
    /* of a media section */
    struct sw_slice line; /* m= */
    struct sw_slice type;
    unsigned port;
    struct sw_slice protocol;
    struct sw_slice formats;
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
    struct sw_slice origin;
    struct sw_slice version; /* of o= */
    struct sw_part session;
    struct sw_slice groups[SW_GROUPS_MAX]; /* the tags of each a=group:BUNDLE */
    size_t group_count;
    size_t media_count; /* m= lines, all of them */
    size_t count;       /* of parts */
    struct sw_part parts[SW_PARTS_MAX];
    struct sw_item items[SW_ITEMS_MAX];
};

/* Of "rtpmap:111 opus/48000/2", which follows a=. */
enum sw_item_kind sw_item_kind_of(struct sw_slice attribute, struct sw_slice *value);
/* False where its first line is no v=, or it has too many lines. It points into itself. */
bool sw_description_read(struct sw_slice text, struct sw_description *description);
/* Any of SW_HAS_ICE, in the session section or in one that isn't off. */
bool sw_description_ice(const struct sw_description *description);

/* The codecs of a media section, by payload type: of a=rtpmap, or of the static table (RFC 3551 6). */
enum { SW_PAYLOAD_TYPES = 128, SW_DYNAMIC_FIRST = 96 };
struct sw_codecs {
    struct sw_slice mapped[SW_PAYLOAD_TYPES]; /* what a=rtpmap says */
    bool misread;                             /* of one it can't be told for which payload type it is */
};
void sw_codecs_read(const struct sw_part *part, struct sw_codecs *codecs);
/* "opus/48000/2"; false where nothing says what it is. */
bool sw_codec_of(const struct sw_codecs *codecs, unsigned type, struct sw_slice *encoding);
/* The same name, clock rate and channels. */
bool sw_codec_equal(struct sw_slice a, struct sw_slice b);
/* The next payload type of "111 0 8"; words that are none are skipped. */
bool sw_payload_next(struct sw_slice *formats, unsigned *type);

#endif
