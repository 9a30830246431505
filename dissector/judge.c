/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Which rules do SIP messages break, each by itself and several together?
 *
 * A finding goes with the message that it is about, and has a link to the other packet that shows it. What didn't come
 * is known later than that message: its packet was shown without the finding then, and later passes show it.
 */
#include "judge.h"

#include "preferences.h"

#include "sipweave/offer_answer.h"
#include "sipweave/sip_check.h"

static struct {
    struct sw_sip_checker *checker;
    struct sw_offers *offers; /* NULL: messages aren't compared */
    struct sw_talks *talks;   /* the same */
    wmem_map_t *pings;        /* of RFC 5626: their packet → struct weave_note **, where they are shown */
    wmem_array_t *parts;      /* struct weave_part * of all sides that have any */
    int64_t now;
} file;

/* What was found. */

static void add_finding(struct weave_note **notes, enum sw_rule rule, const char *evidence, uint32_t beside)
{
    weave_note_add(notes, &(struct weave_note){.kind = SW_EVENT_FINDING,
                                               .rule = rule,
                                               .text = wmem_strdup(wmem_file_scope(), evidence),
                                               .packet = beside});
}

static void on_breach(void *context, enum sw_rule rule, const char *evidence)
{
    add_finding(context, rule, evidence, 0);
}

static void on_offer_breach(void *context, enum sw_rule rule, const char *evidence, const struct sw_mark *earlier)
{
    add_finding(context, rule, evidence, earlier != NULL ? (uint32_t)earlier->packet : 0);
}

/* The packet of a breach that isn't this one; 0: there is none. */
static uint32_t packet_beside(const struct sw_talk_breach *breach, uint32_t packet)
{
    for (size_t i = 0; i < breach->mark_count; i++)
        if (breach->marks[i].packet != packet)
            return (uint32_t)breach->marks[i].packet;
    return 0;
}

/* It is about a message, or about a keep-alive, whose packet comes first. */
static void on_talk_breach(void *context, const struct sw_talk_breach *breach)
{
    (void)context;
    const uint32_t first = (uint32_t)breach->marks[0].packet;
    struct weave_sip *kept = weave_calls_message(breach->message);
    struct weave_note **ping = kept != NULL ? NULL : wmem_map_lookup(file.pings, GUINT_TO_POINTER(first));
    if (kept != NULL)
        add_finding(&kept->notes, breach->rule, breach->evidence, packet_beside(breach, kept->packet));
    else if (ping != NULL)
        add_finding(ping, breach->rule, breach->evidence, packet_beside(breach, first));
}

/* Messages that end early. */

/* What was found of the latest: it was all there is. */
static void tell_part(struct weave_part *part)
{
    struct weave_note **end = part->sip == NULL ? NULL : &part->sip->notes;
    while (end != NULL && *end != NULL)
        end = &(*end)->next;
    if (end != NULL)
        *end = part->notes;
    part->notes = NULL;
}

/* Where its findings go. */
static struct weave_note **note_part(const struct weave_said *said)
{
    struct weave_part *part = said->carrier->part;
    if (part->sip == NULL)
        wmem_array_append_one(file.parts, part);
    part->sip = said->kept;
    sw_sip_parts_add(&part->parts, file.checker, said->record->sip, said->placement, said->carrier->ordinal,
                     said->record->id);
    return &part->notes;
}

bool weave_judge_part(struct weave_part *part, const struct sw_finding *finding)
{
    if (finding->rule == SW_RULE_WSSIP_WHOLE_MESSAGE)
        part->notes = NULL;
    if (finding->rule != SW_RULE_SIP_CLEN_BODY)
        return false;
    const struct sw_sip_part *known = sw_sip_parts_find(&part->parts, finding->message);
    struct weave_sip *sip = known == NULL ? NULL : weave_calls_message(known->message);
    if (sip != NULL && !known->repeated)
        add_finding(&sip->notes, finding->rule, finding->evidence, 0);
    return sip != NULL;
}

/* What they are held to. */

/* Where it stands among all that its sender says in the stream: what comes late, before all else. */
static uint64_t ordinal_of(const struct weave_said *said)
{
    enum { LATE = 2 };
    return said->carrier->late ? LATE : LATE + said->record->id;
}

static void compare(const struct weave_said *said, bool whole, struct weave_note **notes)
{
    const struct weave_carrier *carrier = said->carrier;
    const struct sw_mark mark = {.packet = said->kept->packet, .time = said->record->time};
    const struct sw_offers_judgement judgement = {notes, on_offer_breach};
    const struct sw_talk_message message = {
        .record = said->record,
        .signal = said->placement->signal,
        .call = said->placement->call,
        .mark = mark,
        .ordinal = ordinal_of(said),
        .whole = carrier->whole,
        .oversize = carrier->oversize,
        .from_client = carrier->from_client,
        .from_start = carrier->from_start,
    };
    sw_offers_add(file.offers, said->record, said->placement, mark, whole, &judgement);
    sw_talks_message(file.talks, &message);
}

void weave_judge_message(const struct weave_said *said)
{
    const struct weave_carrier *carrier = said->carrier;
    const bool whole = carrier->whole && !carrier->inferred;
    if (carrier->part != NULL)
        tell_part(carrier->part);
    if (file.checker == NULL || !carrier->judged)
        return;
    const bool part = whole && carrier->part != NULL && sw_sip_is_part(said->record->sip);
    struct weave_note **notes = part ? note_part(said) : &said->kept->notes;
    const struct sw_sip_judgement judgement = {notes, on_breach};
    sw_sip_check(file.checker, said->record->sip, said->placement, carrier->transport, whole, &judgement);
    if (file.talks != NULL)
        compare(said, whole && !part, notes);
}

void weave_judge_loss(packet_info *pinfo, uint64_t connection)
{
    if (file.talks == NULL)
        return;
    const struct sw_endpoint source = weave_endpoint(&pinfo->src, pinfo->srcport);
    const struct sw_endpoint destination = weave_endpoint(&pinfo->dst, pinfo->destport);
    sw_talks_loss(file.talks, connection, &source, &destination, weave_mark(pinfo).time);
    sw_offers_loss(file.offers, &source, &destination);
}

void weave_judge_keepalive(packet_info *pinfo, const struct weave_keepalive *keepalive)
{
    if (file.talks == NULL)
        return;
    const struct sw_talk_keepalive told = {
        .kind = keepalive->kind,
        .transport = keepalive->transport,
        .connection = keepalive->connection,
        .source = weave_endpoint(&pinfo->src, pinfo->srcport),
        .destination = weave_endpoint(&pinfo->dst, pinfo->destport),
        .mark = weave_mark(pinfo),
        .from_client = keepalive->from_client,
    };
    if (told.kind == SW_KEEPALIVE_PING && keepalive->notes != NULL)
        wmem_map_insert(file.pings, GUINT_TO_POINTER(pinfo->num), keepalive->notes);
    sw_talks_keepalive(file.talks, &told);
}

void weave_judge_connection_end(packet_info *pinfo, uint64_t connection, bool orderly)
{
    if (file.talks != NULL)
        sw_talks_connection_end(file.talks, connection, weave_mark(pinfo).time, orderly);
}

void weave_judge_packet(packet_info *pinfo)
{
    file.now = weave_mark(pinfo).time;
}

/* The life of a capture. */

/* All packets have been read once: what hasn't come by now doesn't come. */
static void finish(void)
{
    for (guint i = 0; file.parts != NULL && i < wmem_array_get_count(file.parts); i++)
        tell_part(*(struct weave_part **)wmem_array_index(file.parts, i));
    if (file.talks != NULL)
        sw_talks_finish(file.talks, file.now);
}

void weave_judge_register(void)
{
    register_postseq_cleanup_routine(finish);
}

void weave_judge_open(void)
{
    const struct sw_talk_judgement judgement = {.report = on_talk_breach};
    if (!weave_preferences.rules)
        return;
    file.checker = sw_sip_checker_new();
    file.parts = wmem_array_new(wmem_file_scope(), sizeof(struct weave_part *));
    if (!weave_preferences.compare)
        return;
    file.offers = sw_offers_new(file.checker);
    file.talks = sw_talks_new(&judgement);
    file.pings = wmem_map_new(wmem_file_scope(), g_direct_hash, g_direct_equal);
}

void weave_judge_close(void)
{
    sw_sip_checker_free(file.checker);
    sw_offers_free(file.offers);
    sw_talks_free(file.talks);
    memset(&file, 0, sizeof file);
}
