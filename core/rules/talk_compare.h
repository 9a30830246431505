/* SPDX-License-Identifier: MIT
 *
 * Do two URIs, addresses, Vias mean the same, however they are written? And what stands in them that checks compare.
 * What can't be read is the same as nothing else.
 */
#ifndef SW_RULES_TALK_COMPARE_H
#define SW_RULES_TALK_COMPARE_H

#include "bytes.h"
#include "sipweave/call.h"
#include "sipweave/sip.h"

bool sw_same_uri(struct sw_slice a, struct sw_slice b);                                       /* RFC 3261 19.1.4 */
bool sw_same_uri_of(struct sw_slice a, struct sw_slice b);                                    /* of two name-addrs */
bool sw_same_tag_of(struct sw_slice a, struct sw_slice b);                                    /* of two Froms or Tos */
bool sw_same_values(const struct sw_sip *a, const struct sw_sip *b, enum sw_sip_field field); /* URIs, in order */
bool sw_same_routes(const struct sw_sip *routes, enum sw_sip_field field, bool reverse, const struct sw_sip *request);
bool sw_same_via(struct sw_slice request, struct sw_slice response);
/* Of two Froms or Tos: a port, method, maddr, ttl, transport, lr or header, which are not allowed there, "SHOULD" be
 * ignored (RFC 3261 19.1.1). Asterisk leaves the port out when it gives a From back. */
bool sw_same_user_of(struct sw_slice a, struct sw_slice b);
struct sw_slice sw_branch_of(struct sw_slice value);
bool sw_has_option(const struct sw_sip *sip, enum sw_sip_field field, struct sw_slice option);
/* For names that have no place in struct sw_sip. */
bool sw_find_header(const struct sw_sip *sip, struct sw_slice name, struct sw_slice *value);
struct sw_slice sw_uri_of(struct sw_slice name_addr);
/* The URI's host and port are that address, written as a number. A GRUU (RFC 5627) is at no address: its host is the
 * registrar's, which may be the proxy that passes it on. */
bool sw_uri_is_at(struct sw_slice uri, const struct sw_endpoint *endpoint);
bool sw_host_is_at(struct sw_slice host, const struct sw_endpoint *endpoint);
bool sw_uri_has_param(struct sw_slice uri, struct sw_slice name);
bool sw_has_tag(struct sw_slice from_or_to);
bool sw_has_sdp(const struct sw_sip *sip);

#endif
