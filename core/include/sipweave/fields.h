/* SPDX-License-Identifier: MIT
 *
 * The header fields whose insides a reader of calls needs, each a pure function over one value (RFC 3261 20, 25.1).
 * SW_BAD: the value does not have the shape at all; members that could be read are filled even then.
 */
#ifndef SIPWEAVE_FIELDS_H
#define SIPWEAVE_FIELDS_H

#include "sipweave/header.h"
#include "sipweave/uri.h"

SW_API_BEGIN

/* "SIP/2.0/WS host:port;branch=...;received=...;rport=..." (20.42, RFC 3581, RFC 7118 5.1) */
struct sw_via {
    struct sw_slice protocol;  /* "SIP" */
    struct sw_slice version;   /* "2.0" */
    struct sw_slice transport; /* "WS" */
    struct sw_slice host;
    struct sw_slice port;
    struct sw_slice branch;
    struct sw_slice received;
    struct sw_slice rport; /* its value; has_rport tells whether it stands there at all */
    bool has_rport;
    struct sw_slice params;
};
enum sw_result sw_via_parse(struct sw_slice value, struct sw_via *via);

/* "name" <uri>;params or a bare uri;params: From, To, Contact, Route, Record-Route, Refer-To, Referred-By (20.10). The
 * parameters of a bare URI belong to the header. */
struct sw_name_addr {
    struct sw_slice display; /* as written, quotes kept */
    struct sw_slice uri;     /* as written, without white space around it */
    struct sw_uri uri_parts;
    struct sw_slice params;
    struct sw_slice tag; /* From and To; empty where absent */
    bool star;           /* Contact: * */
};
enum sw_result sw_name_addr_parse(struct sw_slice value, struct sw_name_addr *address);
/* Only parts it: uri_parts and tag are left empty. False where "<" isn't closed. */
bool sw_name_addr_split(struct sw_slice value, struct sw_name_addr *address);

/* "4711 INVITE" (20.16). A number of 2^31 or more is read if it fits 64 bits. */
struct sw_cseq {
    uint64_t number;
    struct sw_slice method;
};
enum sw_result sw_cseq_parse(struct sw_slice value, struct sw_cseq *cseq);

/* "Digest realm="...", nonce=..." : a challenge or credentials (20.7, 20.27, 20.44, RFC 8760). */
struct sw_auth {
    struct sw_slice scheme;
    struct sw_slice params; /* for sw_auth_param_next */
};
enum sw_result sw_auth_parse(struct sw_slice value, struct sw_auth *auth);
bool sw_auth_param_next(struct sw_slice *rest, struct sw_param *param);

/* "SIP;cause=200;text="..."" (RFC 3326): one value of a Reason header. */
struct sw_reason_value {
    struct sw_slice protocol;
    unsigned cause;       /* 0 where absent */
    struct sw_slice text; /* without its quotes */
};
enum sw_result sw_reason_parse(struct sw_slice value, struct sw_reason_value *reason);

/* RFC 3891: Replaces. */
struct sw_replaces {
    struct sw_slice call_id;
    struct sw_slice to_tag;
    struct sw_slice from_tag;
    bool early_only;
};
enum sw_result sw_replaces_parse(struct sw_slice value, struct sw_replaces *replaces);

/* RFC 6665: Event ("presence;id=1") and Subscription-State ("terminated;reason=timeout"). */
struct sw_event_value {
    struct sw_slice type;
    struct sw_slice id; /* Event */
    struct sw_slice params;
};
enum sw_result sw_event_parse(struct sw_slice value, struct sw_event_value *event);

/* RFC 3262: "776656 1 INVITE". */
struct sw_rack {
    uint64_t rseq;
    uint64_t cseq;
    struct sw_slice method;
};
enum sw_result sw_rack_parse(struct sw_slice value, struct sw_rack *rack);

/* "application/sdp;charset=..." (20.15). */
struct sw_media_type {
    struct sw_slice type;
    struct sw_slice subtype;
    struct sw_slice params;
};
enum sw_result sw_media_type_parse(struct sw_slice value, struct sw_media_type *type);

/* The parts of a multipart body (RFC 2046 5.1): *rest is the body at first, boundary as the Content-Type has it
 * (unquoted). headers and content point into the body. False at the end. */
struct sw_body_part {
    struct sw_slice headers;
    struct sw_slice content;
};
bool sw_multipart_next(struct sw_slice *rest, struct sw_slice boundary, struct sw_body_part *part);

SW_API_END

#endif
