/* SPDX-License-Identifier: MIT
 *
 * What several forms of output say about a record in the same way.
 */
#ifndef SIPWEAVE_OUTPUT_FACTS_H
#define SIPWEAVE_OUTPUT_FACTS_H

#include <glib.h>

#include "pipeline/record.h"
#include "sipweave/fields.h"

/* From the first request to its answer, or to the final response that refused it. */
bool call_delay(const struct sw_call *call, int64_t *span);
/* From the answer to the end, of what lasts: calls, subscriptions, registrations. */
bool call_duration(const struct sw_call *call, int64_t *span);

/* "WS+UDP": the names of the bits, in the order a call that comes from a browser takes. */
void transports_append(GString *to, unsigned transports, const char *separator);

/* The part of a SIP URI that names somebody: "alice@example.test", or the host where there is no user; of other URIs
 * all but the scheme. */
struct sw_slice uri_address(struct sw_slice uri);
/* The user, or the host where there is none. */
struct sw_slice uri_user(struct sw_slice uri);
/* Both. */
struct uri_names {
    struct sw_slice address;
    struct sw_slice user;
};
struct uri_names uri_names(struct sw_slice uri);

/* A product for a heading, escaped: "kamailio 5.6.3" of "kamailio (5.6.3 (x86_64/linux))"; of others what stands before
 * a comment. The caller frees it. */
char *product_name(struct sw_slice header);

/* Of a message: the topmost branch (empty where there is none), the sequence number, the first line of a header. */
struct sw_slice sip_branch(const struct sw_sip *sip);
bool sip_cseq(const struct sw_sip *sip, struct sw_cseq *cseq);
struct sw_slice sip_field(const struct sw_sip *sip, enum sw_sip_field field);

/* Whether the first Contact names the host itself, and not one behind it: a GRUU's host is its registrar's. */
bool contact_is_at(const struct sw_sip *sip, const struct sw_endpoint *address);
/* A proxy makes these itself, for the hop, with a Via of its own alone (RFC 3261 9.1, 17.1.1.3). */
bool method_is_of_hop(struct sw_slice method);

/* For hash tables with keys of struct sw_endpoint. */
guint endpoint_hash(gconstpointer key);
gboolean endpoint_equal(gconstpointer a, gconstpointer b);
/* Below, equal to or above zero, as memcmp. */
int endpoint_compare(const struct sw_endpoint *a, const struct sw_endpoint *b);

/* Whether the server said no: anything but 101, or of a stream of HTTP/2 but 2xx (RFC 8441 5). */
bool was_refused(const struct connection_record *connection);

/* "normal closure" for 1000 (RFC 6455 7.4.1 and its registry); NULL where the code has no name. */
const char *close_code_name(unsigned code);

/* The code of the first Close, and its reason where it is known; of a connection without one what its record says.
 * The record's own code is what the client is told, which is that of the server's answer. */
unsigned first_close(const struct connection_record *connection, struct sw_slice *reason);

const char *direction_name(enum sw_direction direction); /* "client" */
const char *tcp_ending_name(enum tcp_ending ending);     /* "fin" */
const char *opcode_name(unsigned opcode);                /* "text" */

#endif
