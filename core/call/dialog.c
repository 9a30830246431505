/* SPDX-License-Identifier: MIT
 *
 * Which dialogs does a call have, and has the last of them ended? RFC 3261 12 and 15.
 */
#include "call/dialog.h"

#include "call/when.h"

enum { TOLD_APART = 64 };

void sw_dialogs_empty(struct sw_dialogs *dialogs)
{
    SW_ROOM_EMPTY(dialogs);
}

static struct sw_dialog *open_new(struct sw_dialogs *dialogs, const struct sw_signal *signal)
{
    if (dialogs->count == TOLD_APART)
        return &dialogs->items[TOLD_APART - 1];
    SW_ROOM_FOR_ONE(dialogs);
    struct sw_dialog *dialog = &dialogs->items[dialogs->count++];
    *dialog = (struct sw_dialog){.from_tag = signal->from_tag, .to_tag = signal->to_tag, .bye = SW_NO_TIME};
    return dialog;
}

/* Requests of the callee carry the tags the other way round. */
static struct sw_dialog *find_or_open(struct sw_dialogs *dialogs, const struct sw_signal *signal)
{
    for (size_t i = 0; i < dialogs->count; i++) {
        struct sw_dialog *dialog = &dialogs->items[i];
        if ((dialog->from_tag == signal->from_tag && dialog->to_tag == signal->to_tag) ||
            (dialog->from_tag == signal->to_tag && dialog->to_tag == signal->from_tag))
            return dialog;
    }
    return open_new(dialogs, signal);
}

void sw_dialogs_response(struct sw_dialogs *dialogs, const struct sw_signal *signal)
{
    const unsigned status = signal->sip->status;
    if (status <= 100 || status >= 300 || signal->to_tag == 0)
        return;
    struct sw_dialog *dialog = find_or_open(dialogs, signal);
    if (!dialog->created) { /* a BYE that came first may have written them in its own order */
        dialog->from_tag = signal->from_tag;
        dialog->to_tag = signal->to_tag;
    }
    dialog->created = true;
    dialog->confirmed |= status >= 200;
}

void sw_dialogs_bye(struct sw_dialogs *dialogs, const struct sw_signal *signal)
{
    struct sw_dialog *dialog = find_or_open(dialogs, signal);
    if (dialog->bye != SW_NO_TIME && dialog->bye <= signal->time)
        return;
    dialog->bye = signal->time;
    dialog->bye_from = signal->from_tag;
}

unsigned sw_dialogs_count(const struct sw_dialogs *dialogs, uint64_t from_tag)
{
    unsigned count = 0;
    for (size_t i = 0; i < dialogs->count; i++)
        count += dialogs->items[i].created && dialogs->items[i].from_tag == from_tag;
    return count;
}

const struct sw_dialog *sw_dialogs_end(const struct sw_dialogs *dialogs, uint64_t from_tag)
{
    const struct sw_dialog *end = NULL;
    for (size_t i = 0; i < dialogs->count; i++) {
        const struct sw_dialog *dialog = &dialogs->items[i];
        if (dialog->bye == SW_NO_TIME) {
            if (dialog->confirmed && dialog->from_tag == from_tag)
                return NULL;
        } else if (end == NULL || dialog->bye > end->bye) {
            end = dialog;
        }
    }
    return end;
}

bool sw_dialog_request(const struct sw_signal *signal, const struct sw_transaction *transaction)
{
    if (signal->response || signal->to_tag == 0)
        return false;
    switch (signal->method) {
    case SW_METHOD_REGISTER: /* never begins nor uses one (RFC 3261 10.2) */
    case SW_METHOD_CANCEL:
        return false;
    case SW_METHOD_ACK: /* that of a refusal belongs to the INVITE's transaction, whatever that was within */
        return transaction->only_ack || transaction->in_dialog;
    default:
        return true;
    }
}

void sw_dialogs_free(struct sw_dialogs *dialogs)
{
    SW_ROOM_FREE(dialogs);
}
