/* SPDX-License-Identifier: MIT
 *
 * What do results become: messages get their numbers and their calls, rules that need SIP are held against them, and
 * the sink is told.
 */
#include "pipeline/weave.h"

#include "sipweave/offer_answer.h"
#include "sipweave/sip_check.h"
#include "sipweave/sip_part.h"
#include "sipweave/talk.h"

#include <glib.h>
#include <string.h>

struct weaver {
    const struct sink *sink;
    struct sw_call_tracker *tracker;
    struct sw_sip_checker *checker; /* NULL: no findings are wanted */
    struct sw_offers *offers;       /* the same */
    struct sw_talks *talks;         /* the same */
    uint64_t message_ids;
    uint64_t messages[SW_TRANSPORT_WSS + 1];
    uint64_t messages_long; /* with marks_max marks: maybe more were left out */
    size_t marks_max;
    GHashTable *live; /* connections by id, for findings about what didn't come */
    GHashTable *cut;  /* struct cut by connection and direction */
};

/* A side of a WebSocket that has sent a message that ends early. */
struct cut {
    uint64_t key;
    struct sw_sip_parts parts;
    GPtrArray *findings; /* of struct finding_record: those of the latest part, untold */
};

static void hand_out_calls(struct weaver *weaver)
{
    const struct sw_call *call;
    while ((call = sw_call_tracker_next(weaver->tracker)) != NULL)
        if (weaver->sink->call != NULL)
            weaver->sink->call(weaver->sink->context, call);
}

/* What the findings of one message are about. */
struct checked {
    struct weaver *weaver;
    const struct message_record *message;
    const struct cut *cut; /* NULL: all of it is there */
};

static struct finding_record finding_of(const struct message_record *message, enum sw_rule rule, const char *evidence)
{
    return (struct finding_record){
        .rule = rule,
        .party = message->connection == NULL       ? "sender"
                 : message->direction == SW_CLIENT ? "client"
                                                   : "server",
        .marks = message->marks,
        .mark_count = message->mark_count,
        .connection = message->connection,
        .direction = message->direction,
        .message = message->id,
        .call = message->placement.call,
        .source = message->source,
        .destination = message->destination,
        .evidence = evidence,
    };
}

static void tell(const struct checked *checked, const struct finding_record *finding)
{
    if (checked->cut != NULL)
        g_ptr_array_add(checked->cut->findings, finding_record_copy(finding));
    else
        checked->weaver->sink->finding(checked->weaver->sink->context, finding);
}

static void on_sip_finding(void *context, enum sw_rule rule, const char *evidence)
{
    const struct checked *checked = context;
    const struct finding_record finding = finding_of(checked->message, rule, evidence);
    tell(checked, &finding);
}

/* A breach that it took several messages to see. */
static void on_talk_breach(void *context, const struct sw_talk_breach *breach)
{
    struct weaver *weaver = context;
    const struct connection_record *connection = g_hash_table_lookup(weaver->live, &breach->connection);
    const struct finding_record finding = {
        .rule = breach->rule,
        .party = connection == NULL  ? "sender"
                 : breach->by_client ? "client"
                                     : "server",
        .marks = breach->marks,
        .mark_count = breach->mark_count,
        .connection = connection,
        .direction = breach->by_client ? SW_CLIENT : SW_SERVER,
        .message = breach->message,
        .call = breach->call,
        .source = breach->source,
        .destination = breach->destination,
        .evidence = breach->evidence,
    };
    weaver->sink->finding(weaver->sink->context, &finding);
}

static void check_talk(struct weaver *weaver, const struct message_record *message, const struct sw_sip_record *record)
{
    const struct connection_record *connection = message->connection;
    const struct sw_talk_message said = {
        .record = record,
        .signal = message->placement.signal,
        .call = message->placement.call,
        .mark = message->marks[0],
        .ordinal = message->ordinal,
        .whole = !message->partial,
        .oversize = message->oversize,
        .from_client = connection != NULL && message->direction == SW_CLIENT,
        .from_start = connection != NULL && !connection->midstream,
    };
    sw_talks_message(weaver->talks, &said);
}

/* What it must be seen beside is shown first. */
static void on_offer_finding(void *context, enum sw_rule rule, const char *evidence, const struct sw_mark *earlier)
{
    const struct checked *checked = context;
    const struct message_record *message = checked->message;
    struct finding_record finding = finding_of(message, rule, evidence);
    struct sw_mark *marks = NULL;
    if (earlier != NULL) {
        marks = g_new(struct sw_mark, message->mark_count + 1);
        marks[0] = *earlier;
        memcpy(marks + 1, message->marks, message->mark_count * sizeof *marks);
        finding.marks = marks;
        finding.mark_count++;
    }
    tell(checked, &finding);
    g_free(marks);
}

static uint64_t cut_key(const struct connection_record *connection, enum sw_direction direction)
{
    return connection->id << 1 | direction;
}

static struct cut *find_cut(const struct weaver *weaver, const struct connection_record *connection,
                            enum sw_direction direction)
{
    const uint64_t key = cut_key(connection, direction);
    return weaver->cut == NULL || g_hash_table_size(weaver->cut) == 0 ? NULL : g_hash_table_lookup(weaver->cut, &key);
}

static const struct cut *note_cut(struct weaver *weaver, const struct message_record *message)
{
    struct cut *cut = find_cut(weaver, message->connection, message->direction);
    if (cut == NULL) {
        cut = g_new0(struct cut, 1);
        cut->key = cut_key(message->connection, message->direction);
        cut->findings = g_ptr_array_new_with_free_func(g_free);
        g_hash_table_insert(weaver->cut, &cut->key, cut);
    }
    sw_sip_parts_add(&cut->parts, weaver->checker, message->sip, &message->placement, message->ordinal, message->id);
    return cut;
}

static void free_cut(void *data)
{
    struct cut *cut = data;
    g_ptr_array_free(cut->findings, TRUE);
    g_free(cut);
}

/* The part was all there is. */
static void tell_cut(struct weaver *weaver, const struct connection_record *connection, enum sw_direction direction)
{
    const struct cut *cut = find_cut(weaver, connection, direction);
    if (cut == NULL)
        return;
    for (guint i = 0; i < cut->findings->len; i++)
        weaver->sink->finding(weaver->sink->context, cut->findings->pdata[i]);
    g_ptr_array_set_size(cut->findings, 0);
}

static void check_message(struct weaver *weaver, const struct message_record *message,
                          const struct sw_sip_record *record)
{
    const bool whole = !message->partial && !message->inferred;
    const bool ends_early = whole && message->connection != NULL && sw_sip_is_part(message->sip);
    const struct cut *cut = ends_early ? note_cut(weaver, message) : NULL;
    struct checked checked = {weaver, message, cut};
    const struct sw_sip_judgement judgement = {&checked, on_sip_finding};
    const struct sw_offers_judgement offers_judgement = {&checked, on_offer_finding};
    sw_sip_check(weaver->checker, message->sip, &message->placement, message->transport, whole, &judgement);
    sw_offers_add(weaver->offers, record, &message->placement, message->marks[0], whole && cut == NULL,
                  &offers_judgement);
}

/* For the connection's end, and for findings about this message. */
static void note(const struct message_record *message)
{
    struct connection_record *own = (struct connection_record *)(uintptr_t)message->connection;
    if (own == NULL)
        return;
    own->sip_messages++;
    own->told[message->direction].ordinal = message->ordinal;
    own->told[message->direction].message = message->id;
    own->told[message->direction].call = message->placement.call;
}

static void take_message(struct weaver *weaver, struct message_record *message)
{
    if (message->connection != NULL)
        tell_cut(weaver, message->connection, message->direction);
    message->id = ++weaver->message_ids;
    weaver->messages[message->transport]++;
    weaver->messages_long += message->mark_count >= weaver->marks_max;
    const struct sw_sip_record record = {
        .id = message->id,
        .time = message->marks[0].time,
        .transport = message->transport,
        .connection = message->connection != NULL ? message->connection->id : 0,
        .source = message->source,
        .destination = message->destination,
        .sip = message->sip,
        .binary = message->connection != NULL && message->opcode == SW_OPCODE_BINARY,
    };
    sw_call_tracker_add(weaver->tracker, &record, &message->placement);
    if (weaver->sink->message != NULL)
        weaver->sink->message(weaver->sink->context, message);
    note(message);
    if (weaver->sink->finding != NULL && !message->unjudged) {
        check_message(weaver, message, &record);
        check_talk(weaver, message, &record);
    }
    hand_out_calls(weaver);
}

bool weave_several(const struct sw_sip *sip)
{
    struct sw_sip next;
    return sip->rest.size != 0 && sw_sip_recognise(sip->rest, &next) && next.first[SW_SIP_CALL_ID].size != 0 &&
           next.first[SW_SIP_CSEQ].size != 0;
}

/* --- the weaver's calls ------------------------------------------------------------------------------------------ */

struct weaver *weaver_new(const struct sw_limits *limits, const struct sink *sink)
{
    struct weaver *weaver = g_new0(struct weaver, 1);
    const struct sw_talk_judgement judgement = {weaver, on_talk_breach};
    weaver->sink = sink;
    weaver->tracker = sw_call_tracker_new(limits);
    weaver->live = g_hash_table_new(g_int64_hash, g_int64_equal);
    weaver->marks_max = MAX(limits->message_marks, 1);
    if (sink->finding == NULL)
        return weaver;
    weaver->checker = sw_sip_checker_new();
    weaver->offers = sw_offers_new(weaver->checker);
    weaver->talks = sw_talks_new(&judgement);
    weaver->cut = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, free_cut);
    return weaver;
}

void weaver_free(struct weaver *weaver)
{
    if (weaver == NULL)
        return;
    sw_call_tracker_free(weaver->tracker);
    sw_sip_checker_free(weaver->checker);
    sw_offers_free(weaver->offers);
    sw_talks_free(weaver->talks);
    g_hash_table_destroy(weaver->live);
    if (weaver->cut != NULL)
        g_hash_table_destroy(weaver->cut);
    g_free(weaver);
}

void weaver_begin(struct weaver *weaver, struct connection_record *record)
{
    if (weaver->talks != NULL)
        g_hash_table_insert(weaver->live, &record->id, record);
    if (weaver->sink->connection_begin != NULL)
        weaver->sink->connection_begin(weaver->sink->context, record);
}

static void forget_cuts(struct weaver *weaver, const struct connection_record *connection)
{
    for (enum sw_direction from = SW_CLIENT; from <= SW_SERVER; from++) {
        const uint64_t key = cut_key(connection, from);
        tell_cut(weaver, connection, from);
        if (weaver->cut != NULL)
            g_hash_table_remove(weaver->cut, &key);
    }
}

void weaver_end(struct weaver *weaver, struct connection_record *record, struct sw_mark mark)
{
    if (record->close.tcp != TCP_OPEN)
        sw_call_tracker_connection_end(weaver->tracker, record->id, mark.time);
    if (weaver->talks != NULL) {
        sw_talks_connection_end(weaver->talks, record->id, mark.time, record->close.tcp == TCP_FIN);
        g_hash_table_remove(weaver->live, &record->id);
    }
    forget_cuts(weaver, record);
    if (weaver->sink->connection_end != NULL)
        weaver->sink->connection_end(weaver->sink->context, record);
}

/* What was read, and what may follow it in the same WebSocket message. */
static void take_messages(struct weaver *weaver, struct message_record *message)
{
    if (message->connection == NULL || message->sip->rest.size == 0 || !weave_several(message->sip)) {
        take_message(weaver, message);
        return;
    }
    const struct sw_sip *first = message->sip;
    struct sw_sip part = *first;
    message->sip = &part;
    while (weave_several(&part)) {
        const struct sw_slice rest = part.rest;
        sw_sip_parse((struct sw_slice){part.raw.data, part.raw.size - rest.size}, &part);
        take_message(weaver, message);
        sw_sip_parse(rest, &part);
        message->unjudged = true;
    }
    take_message(weaver, message);
    message->sip = first;
}

void weaver_message(struct weaver *weaver, struct message_record *message, struct sw_slice bytes)
{
    if (message->sip != NULL) {
        take_messages(weaver, message);
        return;
    }
    struct sw_sip sip;
    if (sw_sip_parse(bytes, &sip) == SW_BAD) /* but it begins like SIP: that was looked at */
        return;
    message->sip = &sip;
    take_messages(weaver, message);
    message->sip = NULL;
}

void weaver_ledger(struct weaver *weaver, const struct ledger_record *ledger)
{
    if (weaver->sink->ledger != NULL)
        weaver->sink->ledger(weaver->sink->context, ledger);
}

/* Whether it is no fault of this side; what is known of the part goes into it. */
static bool is_of_cut(struct weaver *weaver, struct finding_record *finding)
{
    const struct cut *cut = find_cut(weaver, finding->connection, finding->direction);
    if (cut != NULL && finding->rule == SW_RULE_WSSIP_WHOLE_MESSAGE)
        g_ptr_array_set_size(cut->findings, 0);
    if (cut == NULL || finding->rule != SW_RULE_SIP_CLEN_BODY)
        return false;
    const struct sw_sip_part *part = sw_sip_parts_find(&cut->parts, finding->ordinal);
    if (part == NULL)
        return false;
    finding->message = part->message;
    finding->call = part->call;
    return part->repeated;
}

void weaver_finding(struct weaver *weaver, struct finding_record *finding)
{
    const struct connection_record *connection = finding->connection;
    if (connection != NULL && is_of_cut(weaver, finding))
        return;
    if (connection != NULL && finding->ordinal != 0 &&
        connection->told[finding->direction].ordinal == finding->ordinal) {
        finding->message = connection->told[finding->direction].message;
        finding->call = connection->told[finding->direction].call;
    }
    weaver->sink->finding(weaver->sink->context, finding);
}

void weaver_keepalive(struct weaver *weaver, const struct sw_talk_keepalive *keepalive)
{
    if (weaver->talks != NULL)
        sw_talks_keepalive(weaver->talks, keepalive);
}

void weaver_loss(struct weaver *weaver, uint64_t connection, const struct sw_endpoint *source,
                 const struct sw_endpoint *destination, int64_t time)
{
    if (weaver->talks != NULL)
        sw_talks_loss(weaver->talks, connection, source, destination, time);
    if (weaver->offers != NULL)
        sw_offers_loss(weaver->offers, source, destination);
}

void weaver_capture(struct weaver *weaver, const struct capture_record *capture)
{
    if (weaver->sink->capture != NULL)
        weaver->sink->capture(weaver->sink->context, capture);
}

void weaver_finish(struct weaver *weaver, int64_t now)
{
    if (weaver->talks != NULL)
        sw_talks_finish(weaver->talks, now);
    sw_call_tracker_finish(weaver->tracker);
    hand_out_calls(weaver);
}

void weaver_count(const struct weaver *weaver, struct totals_record *totals)
{
    for (size_t i = 0; i < G_N_ELEMENTS(totals->messages); i++)
        totals->messages[i] = weaver->messages[i];
    totals->messages_long = weaver->messages_long;
    totals->calls_put_out = sw_call_tracker_put_out(weaver->tracker);
}
