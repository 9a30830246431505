/* SPDX-License-Identifier: MIT
 *
 * What the checks of a single message share, the case (struct sw_sip_case) first of all:
 *
 *   sip_check.c       the order in which they run
 *   sip_case.c        what they all want to know
 *   sip_kind.c        which messages are alike to them
 *   sip_usual.c       what is written as it mostly is
 *   sip_known.c       what is remembered of the messages before
 *   authors.c         whose a fault is
 *   sip_start.c       start line, and how the header section is built
 *   sip_fields.c      which header fields there are, and what stands in them
 *   sip_method.c      what a method or a status asks for
 *   sip_extensions.c  what other RFCs than 3261 ask for
 *   session_id.c      Session-ID
 *   sip_websocket.c   what RFC 7118 asks for
 *   sdp_check.c       the session description
 */
#ifndef SW_RULES_SIP_CASE_H
#define SW_RULES_SIP_CASE_H

#include "bytes.h"
#include "call/signal.h"
#include "rules/authors.h"
#include "rules/sdp_kind.h"
#include "rules/sdp_read.h"
#include "rules/vias.h"
#include "sipweave/fields.h"
#include "sipweave/sip_check.h"

/* As what a value is right. */
enum sw_known {
    SW_KNOWN_URI,
    SW_KNOWN_ADDRESS,
    SW_KNOWN_CONTACT,
    SW_KNOWN_VIA,
    SW_KNOWN_ROUTE,
    SW_KNOWN_RECORD_ROUTE,
};

/* What else the checks ask of such a value, as bits. */
enum sw_trait {
    SW_TRAIT_FOREIGN = 1 << 0,   /* ADDRESS: its URI can be read, and is neither sip nor sips */
    SW_TRAIT_SIPS = 1 << 1,      /* URI, CONTACT: begins with sips: */
    SW_TRAIT_SIP = 1 << 2,       /* CONTACT: begins with sip: */
    SW_TRAIT_USER = 1 << 3,      /* URI: of sip or sips, with an @ */
    SW_TRAIT_BROADCAST = 1 << 4, /* URI: may have the broadcast address as its host */
    SW_TRAIT_STAYS = 1 << 5,     /* CONTACT: ob or gr, or not to be read: nothing is said of RFC 5626 4.3 */
    SW_TRAIT_REG_ID = 1 << 6,    /* CONTACT: reg-id, the first */
    SW_TRAIT_FLOW = 1 << 7,      /* CONTACT: a right one, with an instance */
    SW_TRAIT_LATE = 1 << 8,      /* CONTACT: expires is out of range, or no number */
};

/* Headers without a place in struct sw_sip that some rule asks for; data NULL where absent. */
enum sw_named {
    SW_NAMED_TRANSFER_ENCODING,
    SW_NAMED_MIN_EXPIRES,
    SW_NAMED_PROXY_REQUIRE,
    SW_NAMED_UNSUPPORTED,
    SW_NAMED_ACCEPT_ENCODING,
    SW_NAMED_ACCEPT_LANGUAGE,
    SW_NAMED_SESSION_ID,
    SW_NAMED_ALLOW_EVENTS,
    SW_NAMED_SIP_IF_MATCH,
    SW_NAMED_IDENTITY,
    SW_NAMED_COUNT,
};

/* A From or To, cut where its tag stands. */
struct sw_tagged {
    bool tag;               /* it has one */
    bool cut;               /* and that is spelt as usual */
    struct sw_slice before; /* it; all, where it isn't cut */
    struct sw_slice behind;
};

struct sw_sip_case {
    struct sw_sip_checker *checker;
    const struct sw_sip *sip;
    const struct sw_placement *placement; /* NULL: of the message alone is known */
    const struct sw_sip_judgement *judgement;
    enum sw_transport transport;
    struct sw_slice named[SW_NAMED_COUNT];
    unsigned single;          /* which of the headers without a place that stand once were there, as bits */
    struct sw_slice twice;    /* the name of one of them that was there before */
    struct sw_slice bad_line; /* a header line whose name is no token */
    const uint8_t *bare;      /* a CR or LF that is no CRLF, or NULL */
    bool whole;
    bool websocket;
    bool text;  /* it came as text, which was held to UTF-8 then (RFC 6455 8.1) */
    bool old;   /* its top Via is that of an RFC 2543 element */
    bool alone; /* one Via: its sender made it */
    struct sw_tagged to;
    struct sw_tagged from;
    bool in_dialog; /* a tag in To */
    struct sw_vias vias;
    struct sw_slice branch; /* of the topmost Via */
    struct sw_cseq cseq;
    bool cseq_ok;
    enum sw_method method; /* of a response: that of its CSeq */
};

enum { SW_CASE_SHOWN = 72 };

/* what, then the bytes in quotes, made printable and cut; bytes: of the message, or the name of a header field. Nothing
 * is told of a fault that another has made. */
void sw_case_report(const struct sw_sip_case *one, enum sw_rule rule, const char *what, struct sw_slice bytes);
/* Whether another than the sender has made the fault, as far as the messages before tell. */
bool sw_case_is_of_another(const struct sw_sip_case *one, enum sw_rule rule, struct sw_slice bytes);
/* Its line is there, but is no header line (SIP-HEADER-SYNTAX). */
bool sw_case_is_maimed(const struct sw_sip_case *one, enum sw_sip_field field);
unsigned sw_case_faults(const struct sw_sip_case *one);

/* --- sip_case.c --- */

/* All but what its lines say, from checker, sip, placement and transport. */
void sw_case_read(struct sw_sip_case *one);
/* named, single, twice, bad_line and bare. */
void sw_case_read_lines(struct sw_sip_case *one);
bool sw_case_method(const struct sw_sip_case *one, const char *method);  /* a request of that */
bool sw_case_answers(const struct sw_sip_case *one, const char *method); /* a response to that */
/* Wherever a CR stands a LF follows, and before each LF, but in the first place, stands a CR. */
bool sw_case_is_lined(struct sw_slice text);

/* --- sip_known.c: what the messages before have shown --- */

void sw_case_begin(const struct sw_sip_case *one);
/* What a value is remembered by: a hash. */
uint64_t sw_case_key(const struct sw_sip_case *one, enum sw_known known, struct sw_slice value);
/* The same whatever the token says that stands between the two: each dialog or transaction has its own. */
uint64_t sw_case_key_without(const struct sw_sip_case *one, enum sw_known known, struct sw_slice before,
                             struct sw_slice behind);
/* Whether the value was found right before; and that it was, where nothing has been reported since faults. */
bool sw_case_knows(const struct sw_sip_case *one, uint64_t key, unsigned *traits);
void sw_case_learn(const struct sw_sip_case *one, uint64_t key, unsigned traits, unsigned faults);
/* Until it is taken back nothing is reported. Returns the faults until now, for taking it back. */
unsigned sw_case_quiet(const struct sw_sip_case *one);
void sw_case_aloud(const struct sw_sip_case *one, unsigned faults);
/* The same of a kind of message, and which checks had something to say. */
bool sw_case_knows_kind(const struct sw_sip_case *one, uint64_t kind, unsigned *faulty);
void sw_case_learn_kind(const struct sw_sip_case *one, uint64_t kind, unsigned faulty);
/* The hash of a kind. */
uint64_t sw_case_seal(const struct sw_sip_case *one, struct sw_slice kind);

/* --- sip_usual.c --- */

/* Written as nearly all are, and right; false says nothing. traits: as of a Contact. */
bool sw_usual_address(struct sw_slice value, unsigned *traits);
bool sw_usual_via(struct sw_slice value);

/* --- sip_kind.c --- */

/* A hash of all that the checks of header sections make a difference by, but what of_its_own names; 0: it takes all
 * of them to tell. */
uint64_t sw_case_kind(const struct sw_sip_case *one);
/* Whether the value is right, found now or before: quietly. */
bool sw_case_uri_is_right(const struct sw_sip_case *one, struct sw_slice uri, unsigned *traits);
bool sw_case_party_is_right(const struct sw_sip_case *one, struct sw_slice value, const struct sw_tagged *cut,
                            unsigned *traits);
bool sw_case_contact_is_right(const struct sw_sip_case *one, struct sw_slice value, unsigned *traits);
bool sw_case_via_is_right(const struct sw_sip_case *one, struct sw_slice value);
/* The parameters of a URI: none twice, and what they say of sips. */
void sw_case_uri_params(const struct sw_sip_case *one, struct sw_slice text);
/* Those of a value, which begin with their semicolon: none twice. */
void sw_case_params(const struct sw_sip_case *one, struct sw_slice params, struct sw_slice value);
/* An address whose grammar no rule of its own asks for: only the rules of all addresses. */
void sw_case_address(const struct sw_sip_case *one, struct sw_slice value);
/* The URI of its topmost Route begins with sips: */
bool sw_case_routes_to_sips(const struct sw_sip *sip);
/* The header section is UTF-8. */
bool sw_case_text_is_right(const struct sw_sip_case *one);
/* A number in range, a space, and a method that is the right one. */
bool sw_case_cseq_is_usual(const struct sw_sip_case *one);

/* The session description of the message at hand: for its own checks, and those that compare it. */
struct sw_body {
    struct sw_slice text;
    uint64_t hash;
    const struct sw_outline *outline; /* until the next message */
    bool read;                        /* description was */
    struct sw_description description;
};
struct sw_body *sw_case_body(const struct sw_sip_case *one, struct sw_slice text);
/* NULL where there is no checker. */
struct sw_authors *sw_sip_checker_authors(struct sw_sip_checker *checker);
/* NULL where the message that was checked last has another, or none was looked at. */
const struct sw_body *sw_sip_checker_body(const struct sw_sip_checker *checker, struct sw_slice text);

/* That a body was found right, and whether there is a remark to make all the same. */
bool sw_case_knows_body(const struct sw_sip_case *one, uint64_t hash, bool *remark);
void sw_case_learn_body(const struct sw_sip_case *one, uint64_t hash, bool remark);

void sw_check_sip_start(const struct sw_sip_case *one);
void sw_check_sip_section(const struct sw_sip_case *one);
void sw_check_sip_presence(const struct sw_sip_case *one);
void sw_check_sip_fields(const struct sw_sip_case *one);
void sw_check_sip_numbers(const struct sw_sip_case *one);
void sw_check_sip_body(const struct sw_sip_case *one);
void sw_check_sip_star(const struct sw_sip_case *one);
void sw_check_sip_routes(const struct sw_sip_case *one);
void sw_check_sip_request(const struct sw_sip_case *one);
void sw_check_sip_credentials(const struct sw_sip_case *one);
void sw_check_sip_of_method(const struct sw_sip_case *one);
void sw_check_sip_to_tag(const struct sw_sip_case *one);
void sw_check_sip_challenges(const struct sw_sip_case *one);
void sw_check_sip_response(const struct sw_sip_case *one);
void sw_check_sip_session_id(const struct sw_sip_case *one);
void sw_check_sip_extensions(const struct sw_sip_case *one);
void sw_check_sip_websocket(const struct sw_sip_case *one);
void sw_check_sip_sdp(const struct sw_sip_case *one);

#endif
