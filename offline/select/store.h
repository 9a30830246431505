/* SPDX-License-Identifier: MIT
 *
 * Records in a temporary file, in the order in which they came, and back.
 */
#ifndef SIPWEAVE_SELECT_STORE_H
#define SIPWEAVE_SELECT_STORE_H

#include "pipeline/record.h"

enum store_kind { STORE_NOTHING /* the end */, STORE_BEGIN, STORE_END, STORE_MESSAGE, STORE_CALL, STORE_FINDING };

struct store;
struct store *store_new(void);
void store_free(struct store *store);
/* Something could not be written or read. */
bool store_failed(const struct store *store);

void store_put_begin(struct store *store, const struct connection_record *connection);
/* Returns where it stands, for store_connection. */
uint64_t store_put_end(struct store *store, const struct connection_record *connection);
void store_put_message(struct store *store, const struct message_record *message);
void store_put_call(struct store *store, const struct sw_call *call);
void store_put_finding(struct store *store, const struct finding_record *finding);

/* A connection on its own, from the place that store_put_end named; the caller frees it with connection_record_unref.
 * NULL: it could not be read. */
struct connection_record *store_connection(struct store *store, uint64_t place);

/* A record as it was put, borrowed until the next one is asked for. Its connection is not filled in, but named. */
struct stored {
    enum store_kind kind;
    uint64_t connection; /* its id; 0: none */
    struct message_record message;
    struct sw_sip sip; /* of the message */
    struct sw_call call;
    struct finding_record finding;
};
/* Goes back to the first record; then store_next gives one after the other, and STORE_NOTHING at the end. */
void store_rewind(struct store *store);
enum store_kind store_next(struct store *store, struct stored *stored);

#endif
