/* SPDX-License-Identifier: MIT
 *
 * Session descriptions (RFC 8866) with the attributes that WebRTC uses, as slices.
 */
#ifndef SIPWEAVE_SDP_H
#define SIPWEAVE_SDP_H

#include "sipweave/sip.h"

SW_API_BEGIN

enum sw_sdp_direction { SW_SDP_SENDRECV, SW_SDP_SENDONLY, SW_SDP_RECVONLY, SW_SDP_INACTIVE };

struct sw_sdp_line {
    char type; /* 'v', 'o', ...; 0 where the line has no "x=" */
    struct sw_slice value;
};
/* Takes the next line off *rest. Lines end with CRLF or LF. False at the end. */
bool sw_sdp_line_next(struct sw_slice *rest, struct sw_sdp_line *line);

struct sw_sdp {
    struct sw_slice version;
    struct sw_slice origin; /* o=, and two of its parts: */
    struct sw_slice session_id;
    struct sw_slice session_version;
    struct sw_slice name;
    struct sw_slice connection; /* the address of the session's c=, without "/ttl" */
    enum sw_sdp_direction direction;
    struct sw_slice
        fingerprint; /* a=fingerprint, ice-ufrag, ice-pwd, setup, group of the session level; the first of each */
    struct sw_slice ice_ufrag;
    struct sw_slice ice_pwd;
    struct sw_slice setup;
    struct sw_slice group;
    bool ice_lite;
    struct sw_slice media; /* from the first m= line on, for sw_sdp_media_next */
};

struct sw_sdp_media {
    struct sw_slice type; /* audio, video, application, ... */
    unsigned port;        /* 0: refused or off (RFC 3264 5.1), or no port number */
    struct sw_slice protocol;
    struct sw_slice formats;
    struct sw_slice connection; /* its own c=, or the session's */
    enum sw_sdp_direction direction;
    struct sw_slice mid;
    struct sw_slice fingerprint;
    struct sw_slice ice_ufrag;
    struct sw_slice ice_pwd;
    struct sw_slice setup;
    bool rtcp_mux;
    unsigned candidates;
    struct sw_slice lines; /* of this section with its m= line, for sw_sdp_line_next */
};

/* SW_BAD where the first line is no v=. Unknown lines are skipped. */
enum sw_result sw_sdp_parse(struct sw_slice text, struct sw_sdp *sdp);
/* Start with *rest = sdp->media. Inherits connection, direction, fingerprint, setup, ICE from the session. */
bool sw_sdp_media_next(const struct sw_sdp *sdp, struct sw_slice *rest, struct sw_sdp_media *media);

/* a=rtpmap: payload type → "opus/48000/2", in this media section. False where none. */
bool sw_sdp_rtpmap(const struct sw_sdp_media *media, struct sw_slice format, struct sw_slice *encoding);

/* The session description of a SIP message: its body, or the first such part of a multipart body (also of one nested in
 * it). A body that begins with v=0 counts where no readable Content-Type says otherwise. */
bool sw_sdp_of_sip(const struct sw_sip *sip, struct sw_slice *text);

SW_API_END

#endif
