/* SPDX-License-Identifier: MIT
 *
 * What does each message leave behind in its call, and what is told of the call in the end? RFC 3261 13, 14 and 15, RFC
 * 6665. Messages only leave facts (the first 18x, the last REGISTER ...), which judge.c judges all together, so that a
 * message that comes late changes nothing it would not have changed in time.
 */
#include "call/tracked.h"

#include <stdlib.h>

#include "bytes.h"
#include "call/when.h"

enum { CONNECTIONS_KEPT = 256 };

static const char *const kind_names[] = {
    [SW_CALL_CALL] = "call",
    [SW_CALL_REGISTRATION] = "registration",
    [SW_CALL_SUBSCRIPTION] = "subscription",
    [SW_CALL_PUBLICATION] = "publication",
    [SW_CALL_MESSAGE] = "message",
    [SW_CALL_OPTIONS] = "options",
    [SW_CALL_OTHER] = "other",
};

static const char *const state_names[] = {
    [SW_CALL_TRYING] = "trying",         [SW_CALL_RINGING] = "ringing",     [SW_CALL_ANSWERED] = "answered",
    [SW_CALL_COMPLETED] = "completed",   [SW_CALL_CANCELLED] = "cancelled", [SW_CALL_REJECTED] = "rejected",
    [SW_CALL_REDIRECTED] = "redirected", [SW_CALL_TIMEOUT] = "timeout",     [SW_CALL_LOST] = "lost",
    [SW_CALL_REGISTERED] = "registered", [SW_CALL_ACTIVE] = "active",       [SW_CALL_UNREGISTERED] = "unregistered",
    [SW_CALL_TERMINATED] = "terminated",
};

static const char *const ended_by_names[] = {
    [SW_ENDED_UNKNOWN] = NULL,      [SW_ENDED_CALLER] = "caller",
    [SW_ENDED_CALLEE] = "callee",   [SW_ENDED_CONNECTION] = "connection",
    [SW_ENDED_CAPTURE] = "capture",
};

#define NAME(names, value) ((size_t)(value) < sizeof(names) / sizeof *(names) ? (names)[value] : NULL)

const char *sw_call_kind_name(enum sw_call_kind kind)
{
    return NAME(kind_names, kind);
}

const char *sw_call_state_name(enum sw_call_state state)
{
    return NAME(state_names, state);
}

const char *sw_ended_by_name(enum sw_ended_by by)
{
    return NAME(ended_by_names, by);
}

static void empty(struct sw_tracked *memory)
{
    SW_ROOM_EMPTY(&memory->connections);
    sw_transactions_empty(&memory->transactions);
    SW_ROOM_EMPTY(&memory->messages);
    sw_dialogs_empty(&memory->dialogs);
    sw_attempts_empty(&memory->attempts);
}

struct sw_tracked *sw_tracked_new(void)
{
    struct sw_tracked *memory = g_new0(struct sw_tracked, 1);
    empty(memory);
    return memory;
}

void sw_tracked_free(struct sw_tracked *memory)
{
    SW_ROOM_FREE(&memory->connections);
    sw_transactions_free(&memory->transactions);
    SW_ROOM_FREE(&memory->messages);
    sw_dialogs_free(&memory->dialogs);
    sw_attempts_free(&memory->attempts);
    sw_links_free(&memory->links);
    g_free(memory->texts);
    g_free(memory);
}

struct sw_told *sw_told_new(uint64_t id, const struct sw_call_key *key, struct sw_tracked *memory)
{
    struct sw_told *told = g_malloc(sizeof *told + key->text.size);
    *told = (struct sw_told){.call.id = id, .call.call_id = {told->call_id, key->text.size}, .open = memory};
    memcpy(told->call_id, key->text.data, key->text.size);
    memset(memory, 0, offsetof(struct sw_tracked, texts));
    memory->hash = key->hash;
    memory->id = id;
    memory->told = told;
    memory->start = SW_NO_TIME;
    memory->last = SW_NO_TIME;
    memory->cancel = SW_NO_TIME;
    memory->refused_481 = SW_NO_TIME;
    memory->notified = (struct sw_notified){.active = SW_NO_TIME, .terminated = SW_NO_TIME, .until = SW_NO_TIME};
    return told;
}

void sw_told_free(struct sw_told *told)
{
    g_free(told->content);
    g_free(told);
}

/* Gathering facts */

static enum sw_origin_rank rank_of(const struct sw_signal *signal)
{
    if (signal->response)
        return SW_ORIGIN_RESPONSE;
    return signal->method == SW_METHOD_INVITE && signal->to_tag == 0 ? SW_ORIGIN_INITIAL_INVITE : SW_ORIGIN_REQUEST;
}

static bool is_better(const struct sw_signal *signal, const struct sw_origin *origin)
{
    const enum sw_origin_rank rank = rank_of(signal);
    if (rank != origin->rank)
        return rank > origin->rank;
    return signal->time != origin->time ? signal->time < origin->time : signal->record->id < origin->id;
}

static void text_put(uint8_t **end, struct sw_slice text)
{
    if (text.size != 0)
        memcpy(*end, text.data, text.size);
    *end += text.size;
}

static uint8_t *room_for_texts(struct sw_tracked *call, size_t size)
{
    if (size > call->texts_room) {
        g_free(call->texts);
        call->texts = g_malloc(size);
        call->texts_room = size;
    }
    return call->texts;
}

static void note_origin(struct sw_tracked *call, const struct sw_signal *signal)
{
    struct sw_origin *origin = &call->origin;
    if (!is_better(signal, origin))
        return;
    const struct sw_slice from = sw_slice_head(sw_signal_party(signal->sip->first[SW_SIP_FROM]), SW_CALL_TEXT);
    const struct sw_slice to = sw_slice_head(sw_signal_party(signal->sip->first[SW_SIP_TO]), SW_CALL_TEXT);
    const struct sw_slice method = sw_slice_head(signal->method_name, SW_CALL_TEXT);
    origin->rank = rank_of(signal);
    origin->time = signal->time;
    origin->id = signal->record->id;
    origin->kind = sw_method_kind(signal->method, !signal->response && signal->to_tag != 0);
    origin->caller_tag = signal->from_tag;
    uint8_t *end = room_for_texts(call, from.size + to.size + method.size + 1);
    text_put(&end, from);
    text_put(&end, to);
    text_put(&end, method);
    origin->from_size = (uint16_t)from.size;
    origin->to_size = (uint16_t)to.size;
    origin->method_size = (uint16_t)method.size;
}

static void note_connection(struct sw_heard_connections *list, uint64_t connection, int64_t time)
{
    for (size_t i = list->count; i-- > 0;) {
        if (list->items[i].id != connection)
            continue;
        list->items[i].time = sw_time_first(list->items[i].time, time);
        return;
    }
    if (list->count == CONNECTIONS_KEPT)
        return;
    SW_ROOM_FOR_ONE(list);
    list->items[list->count++] = (struct sw_heard){.time = time, .id = connection};
}

static void note_message(struct sw_tracked *call, const struct sw_limits *limits, const struct sw_signal *signal)
{
    struct sw_heard_messages *list = &call->messages;
    call->messages_seen++;
    call->transports |= 1U << signal->record->transport;
    call->start = sw_time_first(call->start, signal->time);
    call->last = sw_time_last(call->last, signal->time);
    if (signal->record->connection != 0)
        note_connection(&call->connections, signal->record->connection, signal->time);
    if (list->count >= limits->call_messages)
        return;
    SW_ROOM_FOR_ONE(list);
    list->items[list->count++] = (struct sw_heard){.time = signal->time, .id = signal->record->id};
}

/* What only the INVITE's own responses tell of a call, others of other kinds. */
static bool is_attempt(const struct sw_tracked *call, const struct sw_signal *signal,
                       const struct sw_transaction *transaction)
{
    if (signal->method == SW_METHOD_INVITE)
        return !transaction->in_dialog;
    return sw_method_kind(signal->method, false) != SW_CALL_CALL && signal->method != SW_METHOD_NOTIFY &&
           !call->is_call;
}

static void note_notify(struct sw_tracked *call, const struct sw_signal *signal)
{
    struct sw_notified *notified = &call->notified;
    const uint32_t seconds = sw_signal_expires(signal);
    if (sw_signal_terminates(signal)) {
        notified->terminated = sw_time_last(notified->terminated, signal->time);
        return;
    }
    notified->active = sw_time_last(notified->active, signal->time);
    if (seconds != SW_NO_EXPIRES)
        notified->until = sw_time_last(notified->until, sw_time_plus(signal->time, (int64_t)seconds * SW_SECOND));
}

static void note_request(struct sw_tracked *call, const struct sw_signal *signal,
                         const struct sw_transaction *transaction)
{
    switch (signal->method) {
    case SW_METHOD_INVITE:
        if (signal->to_tag == 0)
            break;
        call->established = true;
        sw_attempts_drop(&call->attempts, signal);
        return;
    case SW_METHOD_ACK:
        call->established |= transaction->only_ack;
        return;
    case SW_METHOD_BYE:
        sw_dialogs_bye(&call->dialogs, signal);
        return;
    case SW_METHOD_CANCEL:
        call->cancel = sw_time_first(call->cancel, signal->time);
        return;
    case SW_METHOD_NOTIFY:
        note_notify(call, signal);
        return;
    default:
        break;
    }
    if (is_attempt(call, signal, transaction))
        sw_attempts_note(&call->attempts, signal, transaction);
}

static void note_response(struct sw_tracked *call, const struct sw_signal *signal,
                          const struct sw_transaction *transaction)
{
    if (signal->sip->status == 481 && (signal->method == SW_METHOD_NOTIFY || signal->method == SW_METHOD_SUBSCRIBE))
        call->refused_481 = sw_time_last(call->refused_481, signal->time);
    if (signal->method == SW_METHOD_INVITE || signal->method == SW_METHOD_SUBSCRIBE)
        sw_dialogs_response(&call->dialogs, signal);
    else if (signal->method == SW_METHOD_BYE) /* which may have gone another way */
        sw_dialogs_bye(&call->dialogs, signal);
    if (is_attempt(call, signal, transaction))
        sw_attempts_note(&call->attempts, signal, transaction);
}

/* The request that a response, ACK or CANCEL is about. */
static void place(const struct sw_tracked *call, const struct sw_signal *signal,
                  const struct sw_transaction *transaction, struct sw_placement *placement)
{
    const bool about_invite = !signal->response && (signal->method == SW_METHOD_CANCEL ||
                                                    (signal->method == SW_METHOD_ACK && transaction->request == 0));
    const bool about_own = signal->response || signal->method == SW_METHOD_ACK;
    const struct sw_transaction *request = about_invite ? sw_transactions_invite(&call->transactions, signal)
                                           : about_own  ? transaction
                                                        : NULL;
    placement->call = call->id;
    placement->in_dialog = sw_dialog_request(signal, transaction);
    if (request == NULL || request->request == 0)
        return;
    placement->request = request->request;
    placement->request_time = request->request_time;
}

void sw_tracked_add(struct sw_tracked *call, struct sw_link_index *index, const struct sw_limits *limits,
                    const struct sw_signal *signal, struct sw_placement *placement)
{
    const struct sw_transaction *transaction =
        sw_transactions_place(&call->transactions, signal, &placement->retransmission);
    place(call, signal, transaction, placement);
    note_origin(call, signal);
    note_message(call, limits, signal);
    call->retransmissions += placement->retransmission;
    call->is_call |= sw_method_kind(signal->method, false) == SW_CALL_CALL;
    call->in_dialog |= placement->in_dialog;
    const bool from_callee = signal->to_tag != 0 && signal->to_tag == call->origin.caller_tag;
    sw_links_note(&call->links, index, call, signal, !from_callee);
    if (signal->response)
        note_response(call, signal, transaction);
    else
        note_request(call, signal, transaction);
}

/* Telling it */

static int heard_compare(const void *left, const void *right)
{
    const struct sw_heard *a = left;
    const struct sw_heard *b = right;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    return (a->id > b->id) - (a->id < b->id);
}

/* As nearly always: records come in the order of time. */
static bool is_in_order(const struct sw_heard *items, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (heard_compare(&items[i - 1], &items[i]) > 0)
            return false;
    return true;
}

/* The ids alone, in time order. */
static const uint64_t *ids_put(uint64_t *ids, struct sw_heard *items, size_t count)
{
    if (!is_in_order(items, count))
        qsort(items, count, sizeof *items, heard_compare);
    for (size_t i = 0; i < count; i++)
        ids[i] = items[i].id;
    return ids;
}

/* What a told call points to: numbers first, then texts, in one block. */
static void fill_content(struct sw_told *told, struct sw_tracked *call)
{
    struct sw_call *tells = &told->call;
    const struct sw_origin *origin = &call->origin;
    const size_t texts = (size_t)origin->from_size + origin->to_size + origin->method_size;
    tells->message_count = call->messages.count;
    tells->connection_count = call->connections.count;
    told->content = g_malloc((tells->message_count + tells->connection_count) * sizeof *told->content + texts);
    uint64_t *connections = told->content + tells->message_count;
    uint8_t *begin = (uint8_t *)(connections + tells->connection_count);
    if (texts != 0)
        memcpy(begin, call->texts, texts);
    tells->messages = ids_put(told->content, call->messages.items, tells->message_count);
    tells->connections = ids_put(connections, call->connections.items, tells->connection_count);
    tells->from = sw_slice_of(begin, origin->from_size);
    tells->to = sw_slice_of(begin + origin->from_size, origin->to_size);
    tells->method = sw_slice_of(begin + origin->from_size + origin->to_size, origin->method_size);
}

static void judge_unfinished(const struct sw_tracked *call, struct sw_verdict *verdict)
{
    if (!sw_in_progress(verdict->state))
        return;
    bool websocket;
    verdict->end = sw_links_lost(&call->links, &websocket);
    verdict->ended_by = verdict->end != SW_NO_TIME ? SW_ENDED_CONNECTION : SW_ENDED_CAPTURE;
    verdict->state = SW_CALL_LOST;
}

void sw_tracked_close(struct sw_tracked *call, struct sw_link_index *index, enum sw_closing how, int64_t now)
{
    struct sw_verdict verdict = sw_tracked_judge(call, now);
    struct sw_told *told = call->told;
    struct sw_call *tells = &told->call;
    if (how == SW_CLOSE_FINISHED)
        judge_unfinished(call, &verdict);
    tells->kind = sw_tracked_kind(call);
    tells->state = verdict.state;
    tells->status = verdict.status;
    tells->start = call->start;
    tells->ringing = verdict.ringing;
    tells->answered = verdict.answered;
    tells->end = verdict.end;
    tells->last = call->last;
    tells->ended_by = verdict.ended_by;
    tells->transports = call->transports;
    tells->messages_seen = call->messages_seen;
    tells->retransmissions = call->retransmissions;
    tells->dialogs = sw_dialogs_count(&call->dialogs, call->origin.caller_tag);
    fill_content(told, call);
    sw_links_clear(&call->links, index);
    empty(call);
    told->open = NULL;
}
