/* SPDX-License-Identifier: MIT
 *
 * What was said before, under this Call-ID and in this transaction? What is over is forgotten after a while
 * (talk_over.c), and of too much what was quiet longest; nothing is told of it then.
 */
#include "rules/talk_check.h"
#include "rules/talk_compare.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    TRANSACTIONS_MAX = 16384,
    OF_A_CALL_MAX = 64,
    DIALOGS_MAX = 8,
    LEGS_MAX = 16384,
    FACTS_MAX = 65536,
};

/* --- reporting --------------------------------------------------------------------------------------------------- */

const char *sw_said_show(char to[SW_SAID_SHOWN], struct sw_slice bytes)
{
    sw_put_shown(to, SW_SAID_SHOWN, bytes);
    return to;
}

static struct sw_talk_breach breach_of(enum sw_rule rule, const struct sw_leg *leg, const struct sw_talk *talk)
{
    return (struct sw_talk_breach){
        .rule = rule, .connection = leg != NULL ? leg->connection : 0, .call = talk != NULL ? talk->call : 0};
}

static void tell(const struct sw_talks *talks, struct sw_talk_breach *breach, const struct sw_mark *one,
                 const struct sw_mark *other)
{
    breach->mark_count = 0;
    if (one != NULL)
        breach->marks[breach->mark_count++] = *one;
    if (other != NULL && (one == NULL || other->packet != one->packet))
        breach->marks[breach->mark_count++] = *other;
    talks->judgement.report(talks->judgement.context, breach);
}

void sw_said_report(const struct sw_said *said, enum sw_rule rule, const struct sw_kept *before, const char *format,
                    ...)
{
    char text[SW_EVIDENCE_MAX];
    va_list values;
    if (said->late)
        return;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    struct sw_talk_breach breach = breach_of(rule, said->leg, NULL);
    breach.call = said->message->call;
    breach.message = said->message->record->id;
    breach.by_client = said->message->from_client;
    breach.source = said->message->record->source;
    breach.destination = said->message->record->destination;
    breach.evidence = text;
    tell(said->talks, &breach, before != NULL ? &before->mark : NULL, &said->message->mark);
}

void sw_kept_report(const struct sw_said *said, enum sw_rule rule, const struct sw_kept *accused, const char *format,
                    ...)
{
    char text[SW_EVIDENCE_MAX];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    struct sw_talk_breach breach = breach_of(rule, said->leg, NULL);
    breach.call = said->message->call;
    breach.message = accused->id;
    breach.by_client = accused->from_client;
    breach.source = accused->source;
    breach.destination = accused->destination;
    breach.evidence = text;
    tell(said->talks, &breach, &accused->mark, &said->message->mark);
}

void sw_absence_report(struct sw_talks *talks, enum sw_rule rule, const struct sw_tx *tx,
                       const struct sw_kept *unanswered, const char *evidence)
{
    struct sw_talk_breach breach = breach_of(rule, sw_leg_find(talks, tx->leg), tx->talk);
    breach.message = unanswered->id;
    breach.by_client = !unanswered->from_client;
    breach.source = unanswered->destination;
    breach.destination = unanswered->source;
    breach.evidence = evidence;
    tell(talks, &breach, &unanswered->mark, NULL);
}

void sw_stray_report(struct sw_talks *talks, const struct sw_tx *tx)
{
    struct sw_talk_breach breach = breach_of(SW_RULE_SIP_RESP_NO_REQUEST, sw_leg_find(talks, tx->leg), tx->talk);
    breach.message = tx->request->id;
    breach.by_client = tx->request->from_client;
    breach.source = tx->request->source;
    breach.destination = tx->request->destination;
    breach.evidence = "no request has this branch on this connection";
    tell(talks, &breach, &tx->request->mark, NULL);
}

/* --- tables ------------------------------------------------------------------------------------------------------ */

static gpointer key_of(uint64_t hash)
{
    return GSIZE_TO_POINTER((gsize)hash);
}

struct sw_leg *sw_leg_find(const struct sw_talks *talks, uint64_t hash)
{
    return g_hash_table_lookup(talks->legs, key_of(hash));
}

struct sw_fact *sw_fact_of(struct sw_talks *talks, uint64_t hash, bool make)
{
    struct sw_fact *fact = g_hash_table_lookup(talks->facts, key_of(hash));
    if (fact != NULL || !make)
        return fact;
    if (g_hash_table_size(talks->facts) >= FACTS_MAX)
        g_hash_table_remove_all(talks->facts);
    fact = g_new0(struct sw_fact, 1);
    g_hash_table_insert(talks->facts, key_of(hash), fact);
    return fact;
}

bool sw_leg_whole(const struct sw_leg *leg, int64_t since)
{
    return leg->loss == SW_NO_TIME || leg->loss < since;
}

static void leg_free(gpointer data)
{
    struct sw_leg *leg = data;
    for (GList *link; (link = g_queue_pop_head_link(&leg->talks)) != NULL;)
        ((struct sw_talk *)link->data)->leg = NULL;
    if (leg->waiting != NULL)
        g_array_free(leg->waiting, TRUE);
    sw_kept_drop(&leg->misnamed);
    sw_flow_forget(leg);
    g_free(leg);
}

static uint64_t endpoint_hash(const struct sw_endpoint *endpoint, uint64_t seed)
{
    return sw_hash(sw_slice_of(endpoint->address, sizeof endpoint->address),
                   seed ^ ((uint64_t)endpoint->port << 8 | endpoint->family));
}

static uint64_t leg_hash(uint64_t connection, uint64_t one, uint64_t other, uint64_t seed)
{
    const uint64_t parts[] = {connection, one ^ other, one + other};
    return sw_hash(sw_slice_of((const uint8_t *)parts, sizeof parts), seed);
}

struct sw_leg *sw_leg_between(const struct sw_talks *talks, uint64_t connection, const struct sw_endpoint *one,
                              const struct sw_endpoint *other)
{
    return sw_leg_find(
        talks, leg_hash(connection, endpoint_hash(one, talks->seed), endpoint_hash(other, talks->seed), talks->seed));
}

static struct sw_leg *leg_new(struct sw_talks *talks, const struct sw_talk_message *message, uint64_t hash)
{
    const struct sw_sip_record *record = message->record;
    if (g_hash_table_size(talks->legs) >= LEGS_MAX) {
        g_hash_table_remove_all(talks->legs);
        g_hash_table_remove_all(talks->connections);
    }
    struct sw_leg *leg = g_new(struct sw_leg, 1);
    *leg = (struct sw_leg){.hash = hash,
                           .connection = record->connection,
                           .ends = {record->source, record->destination},
                           .heard = {SW_NO_TIME, SW_NO_TIME},
                           .loss = SW_NO_TIME,
                           .websocket = record->connection != 0,
                           .from_start = message->from_start};
    g_hash_table_insert(talks->legs, key_of(hash), leg);
    if (record->connection != 0)
        g_hash_table_insert(talks->connections, key_of(record->connection), leg);
    return leg;
}

/* Which of its ends sent the record; 2: neither, or it wasn't for the other one. */
static unsigned side_of(const struct sw_leg *leg, const struct sw_sip_record *record)
{
    for (unsigned side = 0; side < 2; side++)
        if (sw_endpoint_equal(&leg->ends[side], &record->source) &&
            sw_endpoint_equal(&leg->ends[!side], &record->destination))
            return side;
    return 2;
}

/* A connection has but one leg, which is found without a look at the addresses. */
static struct sw_leg *leg_of(struct sw_talks *talks, const struct sw_talk_message *message, unsigned *side)
{
    const struct sw_sip_record *record = message->record;
    struct sw_leg *leg = NULL;
    if (record->connection != 0)
        leg = g_hash_table_lookup(talks->connections, key_of(record->connection));
    if (leg != NULL && (*side = side_of(leg, record)) < 2)
        return leg;
    uint64_t hash = leg_hash(record->connection, endpoint_hash(&record->source, talks->seed),
                             endpoint_hash(&record->destination, talks->seed), talks->seed);
    leg = sw_leg_find(talks, hash);
    if (leg == NULL)
        leg = leg_new(talks, message, hash);
    *side = side_of(leg, record) & 1;
    return leg;
}

/* --- transactions ------------------------------------------------------------------------------------------------ */

static void tx_free(struct sw_talks *talks, struct sw_tx *tx)
{
    sw_kept_drop(&tx->request);
    sw_kept_drop(&tx->final);
    sw_kept_drop(&tx->early_cancel);
    for (unsigned i = 0; i < tx->fork_count; i++) {
        sw_kept_drop(&tx->forks[i].reliable);
        sw_kept_drop(&tx->forks[i].proof);
    }
    g_free(tx->forks);
    sw_block_give(&talks->blocks, tx, sizeof *tx);
}

static void tx_unlink(struct sw_talks *talks, struct sw_tx *tx)
{
    struct sw_tx *first = g_hash_table_lookup(talks->by_branch, key_of(tx->branch));
    if (first == tx && tx->same_branch == NULL) {
        g_hash_table_remove(talks->by_branch, key_of(tx->branch));
    } else if (first == tx) {
        g_hash_table_insert(talks->by_branch, key_of(tx->branch), tx->same_branch);
    } else {
        while (first->same_branch != tx)
            first = first->same_branch;
        first->same_branch = tx->same_branch;
    }
    talks->tx_count--;
}

struct sw_tx *sw_tx_find(const struct sw_talks *talks, uint64_t branch, uint64_t serial)
{
    struct sw_tx *tx = g_hash_table_lookup(talks->by_branch, key_of(branch));
    while (tx != NULL && tx->serial != serial)
        tx = tx->same_branch;
    return tx;
}

static void talk_forget_oldest(struct sw_talks *talks, struct sw_talk *talk)
{
    struct sw_tx **slot = &talk->newest;
    while ((*slot)->older != NULL)
        slot = &(*slot)->older;
    tx_unlink(talks, *slot);
    tx_free(talks, *slot);
    *slot = NULL;
    talk->tx_count--;
    talk->crowded = true;
}

/* --- talks ------------------------------------------------------------------------------------------------------- */

static void dialog_free(struct sw_dialog_seen *dialog)
{
    for (int i = 0; i < 2; i++) {
        sw_kept_drop(&dialog->parties[i].target);
        sw_kept_drop(&dialog->parties[i].before);
        sw_kept_drop(&dialog->parties[i].bye);
    }
    sw_kept_drop(&dialog->routes);
    g_free(dialog);
}

static void talk_free(struct sw_talks *talks, struct sw_talk *talk)
{
    if (talk->leg != NULL)
        g_queue_unlink(&talk->leg->talks, &talk->leg_link);
    while (talk->newest != NULL) {
        struct sw_tx *tx = talk->newest;
        talk->newest = tx->older;
        tx_free(talks, tx);
    }
    while (talk->dialogs != NULL) {
        struct sw_dialog_seen *dialog = talk->dialogs;
        talk->dialogs = dialog->next;
        dialog_free(dialog);
    }
    for (unsigned i = 0; i < talk->subscription_count; i++)
        sw_kept_drop(&talk->subscriptions[i].request);
    g_free(talk->subscriptions);
    sw_block_give(&talks->blocks, talk, sizeof *talk);
}

static GQueue *queue_of(struct sw_talks *talks, const struct sw_talk *talk)
{
    return talk->standing ? &talks->standing : &talks->order;
}

void sw_talk_unlink(struct sw_talks *talks, struct sw_talk *talk)
{
    for (struct sw_tx *tx = talk->newest; tx != NULL; tx = tx->older)
        tx_unlink(talks, tx);
    g_queue_unlink(queue_of(talks, talk), &talk->link);
    g_hash_table_remove(talks->by_call_id, key_of(talk->call_id));
    talk_free(talks, talk);
}

static void evict(struct sw_talks *talks)
{
    const GList *quietest = talks->standing.head != NULL ? talks->standing.head : talks->order.head;
    talks->evicted = true;
    sw_talk_unlink(talks, quietest->data);
}

static struct sw_talk *talk_new(struct sw_talks *talks, const struct sw_said *said, uint64_t hash)
{
    struct sw_talk *talk = sw_block_take(&talks->blocks, sizeof *talk);
    *talk = (struct sw_talk){.call_id = hash,
                             .begun = !said->sip->response && said->signal->to_tag == 0,
                             .crowded = sw_talks_had(talks, hash)};
    talk->link.data = talk->leg_link.data = talk;
    return talk;
}

/* It is the latest of all, and on this leg. */
static void talk_move(struct sw_talks *talks, struct sw_talk *talk, struct sw_leg *leg, int64_t time)
{
    talk->latest = time;
    if (talks->order.tail != &talk->link) {
        g_queue_unlink(queue_of(talks, talk), &talk->link);
        g_queue_push_tail_link(&talks->order, &talk->link);
        talk->standing = false;
    }
    if (talk->leg == leg)
        return;
    if (talk->leg != NULL)
        g_queue_unlink(&talk->leg->talks, &talk->leg_link);
    g_queue_push_tail_link(&leg->talks, &talk->leg_link);
    talk->leg = leg;
}

static struct sw_talk *talk_of(struct sw_talks *talks, struct sw_said *said)
{
    uint64_t hash = sw_hash(said->sip->first[SW_SIP_CALL_ID], talks->seed);
    struct sw_talk *talk = talks->order.tail != NULL ? talks->order.tail->data : NULL;
    if (talk == NULL || talk->call_id != hash)
        talk = g_hash_table_lookup(talks->by_call_id, key_of(hash));
    if (talk == NULL) {
        if (g_hash_table_size(talks->by_call_id) >= TRANSACTIONS_MAX)
            evict(talks);
        talk = talk_new(talks, said, hash);
        g_hash_table_insert(talks->by_call_id, key_of(hash), talk);
        g_queue_push_tail_link(&talks->order, &talk->link);
    }
    talk_move(talks, talk, said->leg, said->time);
    talk->call = said->message->call;
    return talk;
}

static struct sw_tx *tx_latest(const struct sw_said *said)
{
    return g_hash_table_lookup(said->talks->by_branch, key_of(said->branch_hash));
}

static struct sw_tx *tx_new(struct sw_talks *talks, struct sw_said *said)
{
    struct sw_talk *talk = said->talk;
    if (talk->tx_count >= OF_A_CALL_MAX)
        talk_forget_oldest(talks, talk);
    while (talks->tx_count >= TRANSACTIONS_MAX && talks->order.length + talks->standing.length > 1)
        evict(talks);
    if (said->same_branch != NULL) /* it may have been forgotten just now */
        said->same_branch = tx_latest(said);
    struct sw_tx *tx = sw_block_take(&talks->blocks, sizeof *tx);
    *tx = (struct sw_tx){
        .same_branch = said->same_branch,
        .older = talk->newest,
        .talk = talk,
        .serial = ++talks->serial,
        .branch = said->branch_hash,
        .leg = said->leg->hash,
        .near = said->signal->near_end,
        .method = said->signal->method,
        .cseq = said->signal->cseq,
        .from_tag = said->signal->from_tag,
        .to_tag = said->signal->to_tag,
        .time = said->time,
        .copied = said->time,
        .owed = SW_RULE_COUNT,
    };
    sw_kept_ref(&tx->request, sw_said_keep(said));
    g_hash_table_insert(talks->by_branch, key_of(tx->branch), tx);
    talk->newest = tx;
    talk->tx_count++;
    talks->tx_count++;
    return tx;
}

/* The transaction of that branch on this leg: of the method, or else the first that isn't CANCEL; where others have the
 * branch as well, that of this Call-ID. */
static struct sw_tx *tx_of_branch(const struct sw_said *said, bool any_method)
{
    struct sw_tx *other = NULL;
    for (struct sw_tx *tx = said->same_branch; tx != NULL; tx = tx->same_branch) {
        if (tx->leg != said->leg->hash || tx->near != said->signal->near_end ||
            (any_method
                 ? tx->method == SW_METHOD_CANCEL
                 : tx->method != said->signal->method || (!said->sip->response && tx->cseq != said->signal->cseq)))
            continue;
        if (tx->talk == said->talk)
            return tx;
        if (any_method && other == NULL)
            other = tx;
    }
    return other;
}

/* Where the branch says nothing: the one request with that CSeq number that waits for a response. */
static struct sw_tx *tx_by_cseq(const struct sw_said *said)
{
    struct sw_tx *found = NULL;
    if (said->talk->crowded || !sw_leg_whole(said->leg, SW_NO_TIME + 1))
        return NULL;
    for (struct sw_tx *tx = said->talk->newest; tx != NULL; tx = tx->older) {
        if (tx->leg != said->leg->hash || tx->near != said->signal->near_end || tx->cseq != said->signal->cseq ||
            tx->method != said->signal->method || tx->from_tag != said->signal->from_tag)
            continue;
        if (found != NULL)
            return NULL;
        found = tx;
    }
    return found;
}

/* --- what comes -------------------------------------------------------------------------------------------------- */

/* With the branch of another call's INVITE it is its ACK only where one of Call-ID and From tag may be the mistake. */
static void on_ack(struct sw_said *said)
{
    struct sw_tx *tx = tx_of_branch(said, true);
    if (tx != NULL && tx->talk != said->talk && tx->from_tag != said->signal->from_tag)
        sw_talk_branch(said, tx);
    else
        said->tx = tx;
    sw_talk_ack(said);
}

static void on_request(struct sw_said *said)
{
    struct sw_talks *talks = said->talks;
    if (said->signal->method == SW_METHOD_ACK) {
        on_ack(said);
        return;
    }
    said->tx = tx_of_branch(said, false);
    if (said->tx != NULL) {
        said->again = true;
        sw_talk_copy(said);
        return;
    }
    struct sw_tx *first = tx_of_branch(said, true);
    if (said->signal->method == SW_METHOD_CANCEL)
        sw_talk_cancel(said, first);
    else if (first != NULL)
        sw_talk_branch(said, first);
    said->tx = tx_new(talks, said);
    sw_talk_new_request(said);
}

/* It stands for the request that isn't there, and no other message finds it. */
static void on_stray(struct sw_said *said)
{
    if (!sw_talk_stray(said))
        return;
    struct sw_tx *tx = tx_new(said->talks, said);
    tx->method = SW_METHOD_OTHER;
    tx->near = 0;
    sw_claim_add(said, SW_RULE_SIP_RESP_NO_REQUEST, tx, said->side, 0);
}

static void on_response(struct sw_said *said)
{
    said->tx = tx_of_branch(said, false);
    /* A CANCEL has its INVITE's branch (RFC 3261 9.1): where it wasn't captured, that is no other one's response. */
    if (said->tx == NULL && said->signal->method != SW_METHOD_CANCEL)
        said->tx = tx_of_branch(said, true);
    if (said->tx == NULL)
        said->tx = tx_by_cseq(said);
    if (said->tx == NULL)
        on_stray(said);
    else
        sw_talk_response(said);
}

static bool is_readable(const struct sw_said *said)
{
    static const enum sw_sip_field once[] = {SW_SIP_FROM, SW_SIP_TO, SW_SIP_CALL_ID, SW_SIP_CSEQ};
    for (size_t i = 0; i < G_N_ELEMENTS(once); i++)
        if (said->sip->count[once[i]] != 1 || said->sip->first[once[i]].size == 0)
            return false;
    return said->message->whole && said->sip->headers_end && said->sip->count[SW_SIP_VIA] > 0;
}

/* A comma in the line may also be of a damaged Via, whose branch can still tell which request it is of. */
static struct sw_slice branch_of(const struct sw_said *said)
{
    const struct sw_slice line = said->sip->first[SW_SIP_VIA];
    return said->vias.first.size == line.size ? said->signal->branch : sw_branch_of(line);
}

/* Messages come in the order of their first packets, which isn't that of the stream where segments were sent again. */
static void note_order(struct sw_said *said)
{
    uint64_t *latest = &said->leg->ordinal[said->side];
    said->late = said->message->ordinal > 1 && said->message->ordinal < *latest;
    if (said->late)
        said->leg->loss = said->time;
    else
        *latest = said->message->ordinal;
}

void sw_talks_message(struct sw_talks *talks, const struct sw_talk_message *message)
{
    struct sw_signal signal;
    struct sw_said said = {.talks = talks, .message = message, .sip = message->record->sip, .signal = message->signal};
    said.time = message->record->time == SW_NO_TIME ? SW_NO_TIME + 1 : message->record->time;
    sw_claims_advance(talks, said.time);
    said.leg = leg_of(talks, message, &said.side);
    if (said.signal == NULL) {
        sw_signal_read(&signal, message->record, talks->seed);
        said.signal = &signal;
    }
    if (is_readable(&said)) {
        sw_vias_read(said.sip, &said.vias);
        said.branch = branch_of(&said);
    }
    if (!sw_slice_starts(said.branch, SW_SLICE("z9hG4bK"))) { /* of RFC 2543, or what can't be placed */
        said.leg->loss = said.time;
        return;
    }
    note_order(&said);
    said.leg->heard[said.side] = said.time;
    said.leg->proxy_client |= said.leg->websocket && message->from_client && !said.sip->response && said.vias.count > 1;
    said.talk = talk_of(talks, &said);
    if (said.leg->flow != NULL)
        sw_flow_message(&said);
    said.branch_hash = sw_hash(said.branch, talks->seed) | 1;
    said.same_branch = tx_latest(&said);
    if (said.sip->response)
        on_response(&said);
    else
        on_request(&said);
    if (!said.sip->response && !said.leg->websocket)
        sw_talk_carried(&said);
    sw_kept_drop(&said.kept);
    sw_claims_alive(talks, said.leg, said.side);
    sw_talks_forget(talks, said.time);
}

/* --- connections ------------------------------------------------------------------------------------------------- */

void sw_talks_loss(struct sw_talks *talks, uint64_t connection, const struct sw_endpoint *one,
                   const struct sw_endpoint *other, int64_t time)
{
    struct sw_leg *leg = sw_leg_between(talks, connection, one, other);
    if (leg != NULL)
        leg->loss = sw_time_last(leg->loss, time);
}

void sw_talks_connection_end(struct sw_talks *talks, uint64_t connection, int64_t time, bool orderly)
{
    struct sw_leg *leg = g_hash_table_lookup(talks->connections, key_of(connection));
    sw_claims_advance(talks, time);
    if (leg == NULL)
        return;
    if (orderly && leg->flow != NULL)
        sw_flow_end(talks, leg, time);
    if (orderly) {
        sw_claims_alive(talks, leg, 0);
        sw_claims_alive(talks, leg, 1);
    }
    GQueue left = leg->talks;
    leg->talks = (GQueue)G_QUEUE_INIT;
    g_hash_table_remove(talks->connections, key_of(connection));
    g_hash_table_remove(talks->legs, key_of(leg->hash));
    sw_talks_leave(talks, &left);
}

void sw_talks_finish(struct sw_talks *talks, int64_t time)
{
    sw_claims_advance(talks, time);
}

/* Where these lie in memory is what a capture can't know. */
static uint64_t seed_of(const struct sw_talks *talks)
{
    const uint64_t addresses[] = {(uintptr_t)talks, (uintptr_t)&addresses, (uintptr_t)&seed_of};
    return sw_hash(sw_slice_of((const uint8_t *)addresses, sizeof addresses), addresses[0]);
}

struct sw_talks *sw_talks_new(const struct sw_talk_judgement *judgement)
{
    struct sw_talks *talks = g_new0(struct sw_talks, 1);
    talks->judgement = *judgement;
    talks->seed = seed_of(talks);
    talks->now = SW_NO_TIME;
    talks->by_call_id = g_hash_table_new(NULL, NULL);
    talks->by_branch = g_hash_table_new(NULL, NULL);
    talks->legs = g_hash_table_new_full(NULL, NULL, NULL, leg_free);
    talks->connections = g_hash_table_new(NULL, NULL);
    talks->facts = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    talks->over = g_new0(uint64_t, SW_OVER_MAX);
    g_queue_init(&talks->order);
    g_queue_init(&talks->standing);
    g_queue_init(&talks->claims);
    return talks;
}

void sw_talks_free(struct sw_talks *talks)
{
    if (talks == NULL)
        return;
    while (talks->order.head != NULL || talks->standing.head != NULL)
        evict(talks);
    g_hash_table_destroy(talks->by_call_id);
    g_hash_table_destroy(talks->by_branch);
    g_hash_table_destroy(talks->connections);
    g_hash_table_destroy(talks->legs);
    g_hash_table_destroy(talks->facts);
    for (GList *link; (link = g_queue_pop_head_link(&talks->claims)) != NULL;)
        g_free(link->data);
    sw_blocks_clear(&talks->blocks);
    g_free(talks->over);
    g_free(talks);
}
