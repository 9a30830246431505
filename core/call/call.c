/* SPDX-License-Identifier: MIT
 *
 * What became of a call, registration, subscription ...? RFC 3261 10, 13, 14, 15 and 17, RFC 6665, RFC 3903, RFC 3428.
 * Messages only leave facts behind (the first 18x, the last REGISTER ...); the state is judged from all of them, so
 * that a message that comes late changes nothing it would not have changed in time.
 */
#include "call/tracked.h"

#include <stdlib.h>

#include "bytes.h"
#include "call/room.h"
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

struct sw_tracked *sw_tracked_new(uint64_t id, const struct sw_call_key *key)
{
    struct sw_tracked *call = g_new0(struct sw_tracked, 1);
    call->key = *key;
    call->key.text.data = g_memdup2(key->text.data, key->text.size);
    call->told.id = id;
    call->told.call_id = call->key.text;
    call->told.start = SW_NO_TIME;
    call->told.last = SW_NO_TIME;
    call->cancel = SW_NO_TIME;
    call->refused_481 = SW_NO_TIME;
    call->notified = (struct sw_notified){.active = SW_NO_TIME, .terminated = SW_NO_TIME, .until = SW_NO_TIME};
    sw_attempts_init(&call->attempts);
    return call;
}

void sw_tracked_free(struct sw_tracked *call)
{
    g_free((void *)(uintptr_t)call->told.call_id.data);
    g_free(call->origin.text);
    g_free((void *)(uintptr_t)call->told.messages);
    g_free((void *)(uintptr_t)call->told.connections);
    g_free(call);
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

static struct sw_slice text_put(char **end, struct sw_slice text)
{
    const struct sw_slice kept = sw_slice_of((const uint8_t *)*end, text.size);
    if (text.size != 0)
        memcpy(*end, text.data, text.size);
    *end += text.size;
    return kept;
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
    origin->text = g_realloc(origin->text, from.size + to.size + method.size + 1);
    char *end = origin->text;
    call->told.from = text_put(&end, from);
    call->told.to = text_put(&end, to);
    call->told.method = text_put(&end, method);
}

static void note_connection(struct sw_heard_list *list, uint64_t connection, int64_t time)
{
    for (size_t i = list->count; i-- > 0;) {
        if (list->items[i].id != connection)
            continue;
        list->items[i].time = sw_time_first(list->items[i].time, time);
        return;
    }
    if (list->count == CONNECTIONS_KEPT)
        return;
    SW_ROOM_FOR_ONE(list->items, list->count, list->capacity);
    list->items[list->count++] = (struct sw_heard){.time = time, .id = connection};
}

static void note_message(struct sw_tracked *call, const struct sw_limits *limits, const struct sw_signal *signal)
{
    struct sw_call *told = &call->told;
    struct sw_heard_list *list = &call->messages;
    told->messages_seen++;
    told->transports |= 1U << signal->record->transport;
    told->start = sw_time_first(told->start, signal->time);
    told->last = sw_time_last(told->last, signal->time);
    if (signal->record->connection != 0)
        note_connection(&call->connections, signal->record->connection, signal->time);
    if (list->count >= limits->call_messages)
        return;
    SW_ROOM_FOR_ONE(list->items, list->count, list->capacity);
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
    placement->call = call->told.id;
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
    call->told.retransmissions += placement->retransmission;
    call->is_call |= sw_method_kind(signal->method, false) == SW_CALL_CALL;
    call->in_dialog |= placement->in_dialog;
    const bool from_callee = signal->to_tag != 0 && signal->to_tag == call->origin.caller_tag;
    sw_links_note(&call->links, index, call, signal, !from_callee);
    if (signal->response)
        note_response(call, signal, transaction);
    else
        note_request(call, signal, transaction);
}

/* Judging them */

static enum sw_call_kind kind_of(const struct sw_tracked *call)
{
    return call->is_call ? SW_CALL_CALL : call->origin.kind;
}

static enum sw_call_state state_of_refusal(unsigned status)
{
    if (status < 400)
        return SW_CALL_REDIRECTED;
    if (status == 408)
        return SW_CALL_TIMEOUT;
    return status == 487 ? SW_CALL_CANCELLED : SW_CALL_REJECTED;
}

static void judge_final(struct sw_verdict *verdict, const struct sw_attempt *attempt, enum sw_call_state accepted)
{
    verdict->status = sw_attempt_status(attempt);
    if (verdict->status < 300) {
        verdict->state = accepted;
        return;
    }
    verdict->state = state_of_refusal(verdict->status);
    verdict->end = sw_attempt_end(attempt);
}

/* Nothing has come back; over is when that becomes a timeout. */
static void judge_silence(const struct sw_tracked *call, int64_t now, struct sw_verdict *verdict)
{
    verdict->over = sw_time_plus(call->told.last, SW_64_T1);
    if (now < verdict->over)
        return;
    verdict->state = SW_CALL_TIMEOUT;
    verdict->end = call->told.last;
}

/* The INVITE whose fate is the call's: the first that was answered, else the latest. Only the caller's: behind a
 * back-to-back user agent that keeps the Call-ID, others begin with tags of their own. */
static const struct sw_attempt *deciding_invite(const struct sw_tracked *call)
{
    const struct sw_attempt *latest = NULL;
    const struct sw_attempt *answered = NULL;
    for (size_t i = 0; i < call->attempts.count; i++) {
        const struct sw_attempt *attempt = &call->attempts.items[i];
        const unsigned status = sw_attempt_status(attempt);
        if (attempt->method != SW_METHOD_INVITE || attempt->from_tag != call->origin.caller_tag)
            continue;
        if (status != 0 && status < 300 && (answered == NULL || attempt->first < answered->first))
            answered = attempt;
        if (latest == NULL || attempt->first > latest->first)
            latest = attempt;
    }
    return answered != NULL ? answered : latest;
}

static void judge_bye(const struct sw_tracked *call, const struct sw_dialog *end, struct sw_verdict *verdict)
{
    verdict->state = SW_CALL_COMPLETED;
    verdict->end = end->bye;
    verdict->ended_by = end->bye_from == call->origin.caller_tag ? SW_ENDED_CALLER : SW_ENDED_CALLEE;
}

/* RFC 3261 9.1: a CANCEL that brings no final response within 64*T1 has ended the INVITE all the same. */
static void judge_unanswered(const struct sw_tracked *call, const struct sw_attempt *invite, int64_t now,
                             struct sw_verdict *verdict)
{
    if (verdict->ringing != SW_NO_TIME)
        verdict->state = SW_CALL_RINGING;
    if (call->cancel != SW_NO_TIME) {
        verdict->over = sw_time_plus(call->told.last, SW_64_T1);
        if (now < verdict->over)
            return;
        verdict->state = SW_CALL_CANCELLED;
        verdict->end = call->cancel;
        verdict->ended_by = SW_ENDED_CALLER;
    } else if (invite != NULL && !sw_attempt_responded(invite)) {
        judge_silence(call, now, verdict);
    }
}

static void judge_call(const struct sw_tracked *call, int64_t now, struct sw_verdict *verdict)
{
    const struct sw_attempt *invite = deciding_invite(call);
    const struct sw_dialog *bye = sw_dialogs_end(&call->dialogs, call->origin.caller_tag);
    if (invite != NULL) {
        verdict->ringing = sw_attempt_ringing(invite);
        verdict->status = sw_attempt_status(invite);
    }
    if (verdict->status >= 300) {
        judge_final(verdict, invite, SW_CALL_ANSWERED);
        if (verdict->state == SW_CALL_CANCELLED && call->cancel != SW_NO_TIME)
            verdict->ended_by = SW_ENDED_CALLER;
        return;
    }
    if (verdict->status != 0) {
        verdict->answered = sw_attempt_end(invite);
        if (verdict->ringing > verdict->answered)
            verdict->ringing = SW_NO_TIME;
    }
    if (bye != NULL)
        judge_bye(call, bye, verdict);
    else if (verdict->status != 0 || call->established || (invite == NULL && call->in_dialog))
        verdict->state = SW_CALL_ANSWERED;
    else
        judge_unanswered(call, invite, now, verdict);
}

/* Of all other kinds: the latest request that got a final response other than a challenge, for one that is still under
 * way doesn't undo what came before; else the latest. */
static const struct sw_attempt *deciding_request(const struct sw_tracked *call)
{
    const struct sw_attempt *latest = NULL;
    const struct sw_attempt *decided = NULL;
    for (size_t i = 0; i < call->attempts.count; i++) {
        const struct sw_attempt *attempt = &call->attempts.items[i];
        if (sw_method_kind(attempt->method, false) != call->origin.kind)
            continue;
        if (latest == NULL || attempt->first > latest->first)
            latest = attempt;
        if (sw_attempt_status(attempt) != 0 && !sw_attempt_challenged(attempt) &&
            (decided == NULL || attempt->first > decided->first))
            decided = attempt;
    }
    return decided != NULL ? decided : latest;
}

static void judge_request(const struct sw_tracked *call, int64_t now, struct sw_verdict *verdict,
                          enum sw_call_state accepted)
{
    const struct sw_attempt *request = deciding_request(call);
    if (request == NULL || sw_attempt_status(request) == 0) {
        judge_silence(call, now, verdict);
        return;
    }
    judge_final(verdict, request, accepted);
    if (verdict->state == SW_CALL_COMPLETED)
        verdict->end = sw_attempt_end(request);
}

static int64_t first_answer(const struct sw_tracked *call)
{
    int64_t answered = call->attempts.answered;
    for (size_t i = 0; i < call->attempts.count; i++) {
        const struct sw_attempt *attempt = &call->attempts.items[i];
        const unsigned status = sw_attempt_status(attempt);
        if (status != 0 && status < 300)
            answered = sw_time_first(answered, sw_attempt_end(attempt));
    }
    return answered;
}

/* When what an accepted request was granted runs out. */
static int64_t runs_out(const struct sw_attempt *attempt)
{
    uint32_t seconds =
        attempt->granted != SW_NO_EXPIRES && attempt->granted != 0 ? attempt->granted : attempt->requested;
    if (seconds == SW_NO_EXPIRES)
        seconds = SW_DEFAULT_EXPIRES;
    return sw_time_plus(sw_attempt_end(attempt), (int64_t)seconds * SW_SECOND);
}

/* What the client asked for tells whether its binding is gone: the response lists those of other clients too. */
static void judge_registration(const struct sw_tracked *call, int64_t now, struct sw_verdict *verdict)
{
    judge_request(call, now, verdict, SW_CALL_REGISTERED);
    if (verdict->state != SW_CALL_REGISTERED)
        return;
    const struct sw_attempt *request = deciding_request(call);
    if (request->requested == 0 || (request->requested == SW_NO_EXPIRES && request->granted == 0)) {
        verdict->state = SW_CALL_UNREGISTERED;
        verdict->end = sw_attempt_end(request);
        return;
    }
    verdict->over = runs_out(request);
}

/* SUBSCRIBE for 0 seconds ends a subscription, or fetches the state once (RFC 6665 4.1.2.3, 4.4.3). */
static struct sw_notified subscription_life(const struct sw_tracked *call)
{
    struct sw_notified life = call->notified;
    life.terminated = sw_time_last(life.terminated, call->refused_481);
    for (size_t i = 0; i < call->attempts.count; i++) {
        const struct sw_attempt *attempt = &call->attempts.items[i];
        const unsigned status = sw_attempt_status(attempt);
        if (status == 0 || status >= 300)
            continue;
        const int64_t answered = sw_attempt_end(attempt);
        if (attempt->granted == 0 || (attempt->granted == SW_NO_EXPIRES && attempt->requested == 0)) {
            life.terminated = sw_time_last(life.terminated, answered);
        } else {
            life.active = sw_time_last(life.active, answered);
            life.until = sw_time_last(life.until, runs_out(attempt));
        }
    }
    return life;
}

static void judge_subscription(const struct sw_tracked *call, int64_t now, struct sw_verdict *verdict)
{
    const struct sw_notified life = subscription_life(call);
    const bool began = life.active != SW_NO_TIME || call->notified.terminated != SW_NO_TIME;
    judge_request(call, now, verdict, SW_CALL_ACTIVE);
    if (!began && verdict->state != SW_CALL_ACTIVE)
        return;
    const bool ended = life.terminated >= life.active;
    verdict->state = ended ? SW_CALL_TERMINATED : SW_CALL_ACTIVE;
    verdict->end = ended ? life.terminated : SW_NO_TIME;
    const int64_t until =
        life.until != SW_NO_TIME ? life.until : sw_time_plus(life.active, (int64_t)SW_DEFAULT_EXPIRES * SW_SECOND);
    verdict->over = ended ? SW_NEVER : until;
}

static bool in_progress(enum sw_call_state state)
{
    return state == SW_CALL_TRYING || state == SW_CALL_RINGING || state == SW_CALL_ANSWERED;
}

/* A call that nobody ended ends with its WebSocket; a registration or subscription stays what it is, without a way to
 * it. */
static void judge_connection(const struct sw_tracked *call, struct sw_verdict *verdict)
{
    const bool bound = verdict->state == SW_CALL_REGISTERED || verdict->state == SW_CALL_ACTIVE;
    if (!in_progress(verdict->state) && !bound)
        return;
    bool websocket;
    const int64_t lost = sw_links_lost(&call->links, &websocket);
    if (lost == SW_NO_TIME || !websocket)
        return;
    verdict->ended_by = SW_ENDED_CONNECTION;
    verdict->end = lost;
    if (bound)
        return;
    verdict->state = SW_CALL_LOST;
    verdict->over = sw_time_plus(sw_time_last(call->told.last, lost), SW_64_T1);
}

struct sw_verdict sw_tracked_judge(const struct sw_tracked *call, int64_t now)
{
    struct sw_verdict verdict = {
        .state = SW_CALL_TRYING,
        .ringing = SW_NO_TIME,
        .answered = SW_NO_TIME,
        .end = SW_NO_TIME,
        .over = SW_NEVER,
    };
    switch (kind_of(call)) {
    case SW_CALL_CALL:
        judge_call(call, now, &verdict);
        break;
    case SW_CALL_REGISTRATION:
        judge_registration(call, now, &verdict);
        break;
    case SW_CALL_SUBSCRIPTION:
        judge_subscription(call, now, &verdict);
        break;
    default:
        judge_request(call, now, &verdict, SW_CALL_COMPLETED);
        break;
    }
    if (kind_of(call) != SW_CALL_CALL)
        verdict.answered = first_answer(call);
    judge_connection(call, &verdict);
    const int64_t quiet = sw_time_plus(call->told.last, SW_64_T1);
    if (verdict.over < quiet || (verdict.over == SW_NEVER && !in_progress(verdict.state)))
        verdict.over = quiet;
    return verdict;
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

/* The ids alone, in time order; the list is freed. The caller frees. */
static uint64_t *ids_in_order(struct sw_heard_list *list)
{
    uint64_t *ids = g_new(uint64_t, list->count);
    if (list->count > 1)
        qsort(list->items, list->count, sizeof *list->items, heard_compare);
    for (size_t i = 0; i < list->count; i++)
        ids[i] = list->items[i].id;
    g_free(list->items);
    *list = (struct sw_heard_list){0};
    return ids;
}

static void judge_unfinished(const struct sw_tracked *call, struct sw_verdict *verdict)
{
    if (!in_progress(verdict->state))
        return;
    bool websocket;
    verdict->end = sw_links_lost(&call->links, &websocket);
    verdict->ended_by = verdict->end != SW_NO_TIME ? SW_ENDED_CONNECTION : SW_ENDED_CAPTURE;
    verdict->state = SW_CALL_LOST;
}

void sw_tracked_close(struct sw_tracked *call, struct sw_link_index *index, enum sw_closing how, int64_t now)
{
    struct sw_verdict verdict = sw_tracked_judge(call, now);
    struct sw_call *told = &call->told;
    if (how == SW_CLOSE_FINISHED)
        judge_unfinished(call, &verdict);
    call->closed = true;
    told->kind = kind_of(call);
    told->state = verdict.state;
    told->status = verdict.status;
    told->ringing = verdict.ringing;
    told->answered = verdict.answered;
    told->end = verdict.end;
    told->ended_by = verdict.ended_by;
    told->dialogs = sw_dialogs_count(&call->dialogs, call->origin.caller_tag);
    told->message_count = call->messages.count;
    told->messages = ids_in_order(&call->messages);
    told->connection_count = call->connections.count;
    told->connections = ids_in_order(&call->connections);
    sw_transactions_clear(&call->transactions);
    sw_attempts_clear(&call->attempts);
    sw_dialogs_clear(&call->dialogs);
    sw_links_clear(&call->links, index);
}
