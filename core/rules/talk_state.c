/* SPDX-License-Identifier: MIT
 *
 * What was said before, under this Call-ID, between these two, in this transaction? What is over is forgotten after a
 * while (talk_over.c), and of too much what was quiet longest; nothing is told of it then.
 */
#include "rules/talk_check.h"

#include <glib.h>

enum {
    TRANSACTIONS_MAX = 16384,
    OF_A_CALL_MAX = 64,
    LEGS_MAX = 16384,
    FACTS_MAX = 65536,
};

/* --- tables ------------------------------------------------------------------------------------------------------ */

struct sw_leg *sw_leg_find(const struct sw_talks *talks, uint64_t hash)
{
    return sw_map_get(&talks->legs, hash);
}

struct sw_fact *sw_fact_of(struct sw_talks *talks, uint64_t hash, bool make)
{
    struct sw_fact *fact = sw_map_get(&talks->facts, hash);
    if (fact != NULL || !make)
        return fact;
    if (talks->facts.count >= FACTS_MAX)
        sw_map_empty(&talks->facts);
    fact = g_new0(struct sw_fact, 1);
    sw_map_put(&talks->facts, hash, fact);
    return fact;
}

bool sw_leg_whole(const struct sw_leg *leg, int64_t since)
{
    return leg->loss == SW_NO_TIME || leg->loss < since;
}

static void leg_free(void *data)
{
    struct sw_leg *leg = data;
    for (GList *link; (link = g_queue_pop_head_link(&leg->talks)) != NULL;)
        ((struct sw_talk *)link->data)->leg = NULL;
    if (leg->waiting != NULL)
        g_array_free(leg->waiting, TRUE);
    sw_kept_drop(&leg->misnamed);
    g_free(leg->flow);
    g_free(leg);
}

static uint64_t leg_hash(uint64_t connection, uint64_t one, uint64_t other, uint64_t seed)
{
    const uint64_t parts[] = {connection, one ^ other, one + other};
    return sw_hash(sw_slice_of((const uint8_t *)parts, sizeof parts), seed);
}

struct sw_leg *sw_leg_between(const struct sw_talks *talks, uint64_t connection, const struct sw_endpoint *one,
                              const struct sw_endpoint *other)
{
    return sw_leg_find(talks, leg_hash(connection, sw_endpoint_hash(one, talks->seed),
                                       sw_endpoint_hash(other, talks->seed), talks->seed));
}

static struct sw_leg *leg_new(struct sw_talks *talks, const struct sw_talk_message *message, uint64_t hash)
{
    const struct sw_sip_record *record = message->record;
    if (talks->legs.count >= LEGS_MAX) {
        sw_map_empty(&talks->legs);
        sw_map_empty(&talks->connections);
    }
    struct sw_leg *leg = g_new(struct sw_leg, 1);
    *leg = (struct sw_leg){.hash = hash,
                           .connection = record->connection,
                           .ends = {record->source, record->destination},
                           .heard = {SW_NO_TIME, SW_NO_TIME},
                           .loss = SW_NO_TIME,
                           .websocket = record->connection != 0,
                           .from_start = message->from_start};
    sw_map_put(&talks->legs, hash, leg);
    if (record->connection != 0)
        sw_map_put(&talks->connections, record->connection, leg);
    return leg;
}

struct sw_leg *sw_leg_of_connection(const struct sw_talks *talks, uint64_t connection)
{
    return sw_map_get(&talks->connections, connection);
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
struct sw_leg *sw_leg_of(struct sw_talks *talks, const struct sw_talk_message *message, unsigned *side)
{
    const struct sw_sip_record *record = message->record;
    struct sw_leg *leg = NULL;
    if (record->connection != 0)
        leg = sw_leg_of_connection(talks, record->connection);
    if (leg != NULL && (*side = side_of(leg, record)) < 2)
        return leg;
    uint64_t hash = leg_hash(record->connection, sw_endpoint_hash(&record->source, talks->seed),
                             sw_endpoint_hash(&record->destination, talks->seed), talks->seed);
    leg = sw_leg_find(talks, hash);
    if (leg == NULL)
        leg = leg_new(talks, message, hash);
    *side = side_of(leg, record) & 1;
    return leg;
}

GQueue sw_leg_end(struct sw_talks *talks, struct sw_leg *leg)
{
    GQueue left = leg->talks;
    leg->talks = (GQueue)G_QUEUE_INIT;
    sw_map_remove(&talks->connections, leg->connection);
    sw_map_remove(&talks->legs, leg->hash);
    return left;
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
    struct sw_tx *first = sw_map_get(&talks->by_branch, tx->branch);
    if (first == tx && tx->same_branch == NULL) {
        sw_map_remove(&talks->by_branch, tx->branch);
    } else if (first == tx) {
        sw_map_put(&talks->by_branch, tx->branch, tx->same_branch);
    } else {
        while (first->same_branch != tx)
            first = first->same_branch;
        first->same_branch = tx->same_branch;
    }
    talks->tx_count--;
}

struct sw_tx *sw_tx_find(const struct sw_talks *talks, uint64_t branch, uint64_t serial)
{
    struct sw_tx *tx = sw_map_get(&talks->by_branch, branch);
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
    sw_map_remove(&talks->by_call_id, talk->call_id);
    talk_free(talks, talk);
}

static void evict(struct sw_talks *talks)
{
    const GList *quietest = talks->standing.head != NULL ? talks->standing.head : talks->order.head;
    talks->evicted = true;
    sw_talk_unlink(talks, quietest->data);
}

/* Whether a talk under that Call-ID was forgotten when it was over. */
static bool was_over(const struct sw_talks *talks, uint64_t call_id)
{
    return talks->over[call_id % SW_OVER_MAX] == call_id;
}

static struct sw_talk *talk_new(struct sw_talks *talks, const struct sw_said *said, uint64_t hash)
{
    struct sw_talk *talk = sw_block_take(&talks->blocks, sizeof *talk);
    *talk = (struct sw_talk){
        .call_id = hash, .begun = !said->sip->response && said->signal->to_tag == 0, .crowded = was_over(talks, hash)};
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

struct sw_talk *sw_talk_of(struct sw_talks *talks, struct sw_said *said)
{
    uint64_t hash = sw_hash(said->sip->first[SW_SIP_CALL_ID], talks->seed);
    struct sw_talk *talk = talks->order.tail != NULL ? talks->order.tail->data : NULL;
    if (talk == NULL || talk->call_id != hash)
        talk = sw_map_get(&talks->by_call_id, hash);
    if (talk == NULL) {
        if (talks->by_call_id.count >= TRANSACTIONS_MAX)
            evict(talks);
        talk = talk_new(talks, said, hash);
        sw_map_put(&talks->by_call_id, hash, talk);
        g_queue_push_tail_link(&talks->order, &talk->link);
    }
    talk_move(talks, talk, said->leg, said->time);
    talk->call = said->message->call;
    return talk;
}

struct sw_tx *sw_tx_latest(const struct sw_said *said)
{
    return sw_map_get(&said->talks->by_branch, said->branch_hash);
}

struct sw_tx *sw_tx_new(struct sw_talks *talks, struct sw_said *said)
{
    struct sw_talk *talk = said->talk;
    if (talk->tx_count >= OF_A_CALL_MAX)
        talk_forget_oldest(talks, talk);
    while (talks->tx_count >= TRANSACTIONS_MAX && talks->order.length + talks->standing.length > 1)
        evict(talks);
    if (said->same_branch != NULL) /* it may have been forgotten just now */
        said->same_branch = sw_tx_latest(said);
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
        .named = said->named,
        .cseq = said->signal->cseq,
        .from_tag = said->signal->from_tag,
        .to_tag = said->signal->to_tag,
        .time = said->time,
        .copied = said->time,
        .owed = SW_RULE_COUNT,
    };
    sw_kept_ref(&tx->request, sw_said_keep(said));
    sw_map_put(&talks->by_branch, tx->branch, tx);
    talk->newest = tx;
    talk->tx_count++;
    talks->tx_count++;
    return tx;
}

/* --- all of it --------------------------------------------------------------------------------------------------- */

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
    talks->began = SW_NO_TIME;
    sw_map_init(&talks->by_call_id, NULL);
    sw_map_init(&talks->by_branch, NULL);
    sw_map_init(&talks->legs, leg_free);
    sw_map_init(&talks->connections, NULL);
    sw_map_init(&talks->facts, g_free);
    sw_authors_init(&talks->authors, talks->seed);
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
    sw_map_clear(&talks->by_call_id);
    sw_map_clear(&talks->by_branch);
    sw_map_clear(&talks->connections);
    sw_map_clear(&talks->legs);
    sw_map_clear(&talks->facts);
    sw_authors_clear(&talks->authors);
    for (GList *link; (link = g_queue_pop_head_link(&talks->claims)) != NULL;)
        g_free(link->data);
    sw_blocks_clear(&talks->blocks);
    g_free(talks->over);
    g_free(talks);
}
