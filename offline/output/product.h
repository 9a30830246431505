/* SPDX-License-Identifier: MIT
 *
 * Which software does an endpoint run? By what it says of itself: User-Agent and Server, in the WebSocket's handshake
 * and in SIP.
 */
#ifndef SIPWEAVE_OUTPUT_PRODUCT_H
#define SIPWEAVE_OUTPUT_PRODUCT_H

#include "pipeline/record.h"

struct products;
struct products *products_new(void);
/* NULL is allowed. */
void products_free(struct products *products);

void products_learn(struct products *products, const struct message_record *message);
/* The connection is over: no finding about it comes any more. */
void products_forget(struct products *products, const struct connection_record *connection);

/* The product of the accused, escaped; "" where it is unknown. Of a rule about WebSocket the one that the handshake
 * names, of others the one that SIP names. Borrowed until the next call. */
const char *products_of(struct products *products, const struct finding_record *finding);

/* About handshake, frames, messages and compression, whatever a WebSocket carries. */
bool rule_is_about_websocket(const struct sw_rule_info *rule);

#endif
