/* SPDX-License-Identifier: MIT
 *
 * The grammar of RFC 3261 25.1 read strictly: where core/sip takes what it can get, this tells whether it is right.
 */
#ifndef SW_RULES_SIP_GRAMMAR_H
#define SW_RULES_SIP_GRAMMAR_H

#include "sipweave/slice.h"

enum sw_uri_fault {
    SW_URI_GOOD,
    SW_URI_SYNTAX,     /* not that grammar */
    SW_URI_ESCAPE,     /* a character that has to be escaped isn't, or % without two hexadecimal digits */
    SW_URI_EMPTY_USER, /* "sip:@host" */
};

/* sip: and sips: by their grammar; of other schemes only that no character is impossible. */
enum sw_uri_fault sw_grammar_uri(struct sw_slice uri);
bool sw_grammar_token(struct sw_slice text);

/* name-addr or addr-spec with parameters. */
enum sw_address_fault {
    SW_ADDRESS_GOOD,
    SW_ADDRESS_SYNTAX,
    SW_ADDRESS_ESCAPE, /* of its URI: see enum sw_uri_fault */
    SW_ADDRESS_EMPTY_USER,
    SW_ADDRESS_BRACKETS, /* without <> a URI may hold no comma, question mark or semicolon (20) */
};
enum sw_address_fault sw_grammar_address(struct sw_slice value);
bool sw_grammar_via(struct sw_slice value);
bool sw_grammar_call_id(struct sw_slice value);
/* RFC 1123 in GMT */
bool sw_grammar_date(struct sw_slice value);
bool sw_grammar_warning(struct sw_slice value);
bool sw_grammar_digits(struct sw_slice value);
bool sw_grammar_alphanum(struct sw_slice value);

#endif
