/* SPDX-License-Identifier: MIT
 *
 * The dialogs of one call: a pair of tags each (RFC 3261 12), early or confirmed, ended by BYE.
 */
#ifndef SW_CALL_DIALOG_H
#define SW_CALL_DIALOG_H

#include "call/transaction.h"

struct sw_dialog {
    uint64_t from_tag; /* of the request that began it, or of the BYE where nothing earlier was seen */
    uint64_t to_tag;
    bool created;      /* by a response that was seen */
    bool confirmed;    /* by a 2xx */
    int64_t bye;       /* SW_NO_TIME: none */
    uint64_t bye_from; /* the From tag of that BYE */
};

/* At most 64 of a call are told apart; all others are taken for the last of these. */
struct sw_dialogs {
    struct sw_dialog *items;
    size_t count;
    size_t capacity;
    struct sw_dialog first[1];
};

/* At first, all zero; then to go on to another call. */
void sw_dialogs_empty(struct sw_dialogs *dialogs);

/* A response to a request that creates dialogs or, sent within one, shows that it is there: 101 to 299 matter. */
void sw_dialogs_response(struct sw_dialogs *dialogs, const struct sw_signal *signal);

void sw_dialogs_bye(struct sw_dialogs *dialogs, const struct sw_signal *signal);

/* How many the holder of this tag began. */
unsigned sw_dialogs_count(const struct sw_dialogs *dialogs, uint64_t from_tag);

/* The BYE that left no confirmed dialog of that holder: of forked answers the caller may end all but one at once (RFC
 * 3261 13.2.2.4), and the call goes on. NULL where there was none. */
const struct sw_dialog *sw_dialogs_end(const struct sw_dialogs *dialogs, uint64_t from_tag);

/* Whether a request goes within a dialog (RFC 3261 12.2), given its transaction. */
bool sw_dialog_request(const struct sw_signal *signal, const struct sw_transaction *transaction);

void sw_dialogs_free(struct sw_dialogs *dialogs);

#endif
