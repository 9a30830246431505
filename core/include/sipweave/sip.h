/* SPDX-License-Identifier: MIT
 *
 * A SIP message as slices of its bytes (RFC 3261 7, 25). Nothing is copied; fields are decoded when asked for.
 * Broken messages keep what can be read of them.
 */
#ifndef SIPWEAVE_SIP_H
#define SIPWEAVE_SIP_H

#include "sipweave/header.h"

SW_API_BEGIN

/* Headers that have a place of their own in struct sw_sip; all others are reached with sw_sip_header_next. */
enum sw_sip_field {
    SW_SIP_OTHER,
    SW_SIP_ACCEPT,
    SW_SIP_ALLOW,
    SW_SIP_AUTHORIZATION,
    SW_SIP_CALL_ID,
    SW_SIP_CONTACT,
    SW_SIP_CONTENT_ENCODING,
    SW_SIP_CONTENT_LENGTH,
    SW_SIP_CONTENT_TYPE,
    SW_SIP_CSEQ,
    SW_SIP_DATE,
    SW_SIP_EVENT,
    SW_SIP_EXPIRES,
    SW_SIP_FROM,
    SW_SIP_MAX_FORWARDS,
    SW_SIP_MIN_SE,
    SW_SIP_PATH,
    SW_SIP_PROXY_AUTHENTICATE,
    SW_SIP_PROXY_AUTHORIZATION,
    SW_SIP_RACK,
    SW_SIP_REASON,
    SW_SIP_RECORD_ROUTE,
    SW_SIP_REFER_TO,
    SW_SIP_REFERRED_BY,
    SW_SIP_REPLACES,
    SW_SIP_REQUIRE,
    SW_SIP_RETRY_AFTER,
    SW_SIP_ROUTE,
    SW_SIP_RSEQ,
    SW_SIP_SERVER,
    SW_SIP_SESSION_EXPIRES,
    SW_SIP_SUBSCRIPTION_STATE,
    SW_SIP_SUPPORTED,
    SW_SIP_TO,
    SW_SIP_USER_AGENT,
    SW_SIP_VIA,
    SW_SIP_WARNING,
    SW_SIP_WWW_AUTHENTICATE,
    SW_SIP_FIELDS,
};

struct sw_sip {
    bool response;
    struct sw_slice raw;     /* all of it */
    struct sw_slice method;  /* request */
    struct sw_slice uri;     /* request: the Request-URI as it stands */
    unsigned status;         /* response: 0 to 999; what is larger or no number reads as 0 */
    struct sw_slice reason;  /* response */
    struct sw_slice version; /* "SIP/2.0" or what stands there */
    struct sw_slice headers; /* for sw_sip_header_next */
    struct sw_slice body;    /* what follows the empty line, cut by Content-Length where that is smaller */
    struct sw_slice rest;    /* what follows the body inside raw (RFC 3261 18.3: to be discarded on UDP) */
    unsigned header_count;
    bool headers_end;                     /* the empty line was there */
    bool content_length_ok;               /* absent, or a number not larger than what is there; if repeated, the same */
    struct sw_slice first[SW_SIP_FIELDS]; /* value of the first header of each kind; data NULL where absent */
    uint16_t count[SW_SIP_FIELDS];        /* how many header lines of that kind, capped */
};

/* Whether bytes begin like a SIP message: a start line with "SIP/" and a digit where RFC 3261 7 has it (leading CRLFs
 * allowed), its method a token, its URI with a scheme, its status with a digit. A prefix too short to tell is SW_MORE;
 * a start line of more than 8192 bytes is SW_BAD. Costs a look at the first line only. */
enum sw_result sw_sip_sniff(struct sw_slice bytes);

/* Reads a whole message: a datagram or a WebSocket message. SW_OK also for a message with faults; SW_BAD where there is
 * not even a start line that names SIP: one that begins with "SIP/", or has a later word that does (the last one
 * counts, and what stands between it and the method is the URI, spaces and all), or a method and a URI of SIP. More
 * lenient than sw_sip_sniff. Never SW_MORE. Leading CRLFs are skipped, and belong to raw. */
enum sw_result sw_sip_parse(struct sw_slice bytes, struct sw_sip *sip);

/* Both at once, for what comes in one piece: whether sw_sip_sniff and sw_sip_parse say SW_OK, and then the message. The
 * start line is read once. */
bool sw_sip_recognise(struct sw_slice bytes, struct sw_sip *sip);

/* The same of a message whose start line is so faulty that sw_sip_sniff refuses it: by its Via, Call-ID and CSeq; and
 * by the method of the CSeq, unless SIP is expected and it has a Request-URI. It has been tried as one that is not. */
bool sw_sip_recognise_odd(struct sw_slice bytes, bool expected, struct sw_sip *sip);

/* Whether the first bytes of a request are missing: its CSeq names a longer method that ends in this one. */
bool sw_sip_is_rest(const struct sw_sip *sip);

/* CRLF, or CRLF CRLF, and the like: a keep-alive (RFC 5626 3.5.1, RFC 7118 6), not a message. */
bool sw_sip_is_keepalive(struct sw_slice bytes);

struct sw_sip_cursor {
    struct sw_slice rest;
};
/* All header lines in order: start with {sip->headers}. *field is SW_SIP_OTHER for names without a place; compact
 * forms (RFC 3261 7.3.3) are resolved. */
bool sw_sip_header_next(struct sw_sip_cursor *cursor, enum sw_sip_field *field, struct sw_header *header);

/* The next value of a header that may be a comma list over several lines (Via, Contact, Route, ...). Start with
 * {sip->headers}; *list is empty at first and belongs to the cursor. */
struct sw_sip_values {
    struct sw_slice rest;
    struct sw_slice list;
    unsigned lines; /* of the field, that are still to come in rest; 0: however many there are */
};
bool sw_sip_value_next(struct sw_sip_values *values, enum sw_sip_field field, struct sw_slice *value);
/* The same start for a message that was read, which knows where a field stands first and how often: other lines aren't
 * looked at. */
struct sw_sip_values sw_sip_values_of(const struct sw_sip *sip, enum sw_sip_field field);

/* Of the topmost Via, what tells which transaction a message is of (RFC 3261 17.1.3, 17.2.3). Empty where absent.
 * Faster than sw_via_parse, which reads all of it. */
struct sw_sip_via {
    struct sw_slice sent_by; /* "host:port" as written: a response repeats it (18.2.1 adds parameters only) */
    struct sw_slice branch;
};
struct sw_sip_via sw_sip_top_via(const struct sw_sip *sip);

/* The name in its long form ("Call-ID"). */
const char *sw_sip_field_name(enum sw_sip_field field);
/* The field a header name stands for, compact forms included. */
enum sw_sip_field sw_sip_field_of(struct sw_slice name);

SW_API_END

#endif
