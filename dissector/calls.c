/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Which call, and which transaction, does a SIP message belong to? The core's tracker says so on the first pass; here
 * its numbers become links between packets.
 */
#include "calls.h"

#include "ids.h"
#include "judge.h"

#include "sipweave/fields.h"

static struct {
    struct sw_call_tracker *tracker;
    wmem_array_t *messages; /* struct weave_sip: the tracker's id of a message is its place, from 1 */
    wmem_array_t *calls;    /* struct weave_call: by its number, from 1 */
} file;

void weave_calls_open(void)
{
    file.tracker = sw_call_tracker_new(weave_limits());
    file.messages = wmem_array_new(wmem_file_scope(), sizeof(struct weave_sip *));
    file.calls = wmem_array_new(wmem_file_scope(), sizeof(struct weave_call *));
}

void weave_calls_close(void)
{
    sw_call_tracker_free(file.tracker);
    memset(&file, 0, sizeof file);
}

/* What is read of a message. */

/* "2 INVITE" */
static struct sw_slice cseq_method(const struct sw_sip *sip)
{
    struct sw_slice value = sw_slice_trim(sip->first[SW_SIP_CSEQ]);
    size_t at = 0;
    while (at < value.size && g_ascii_isdigit(value.data[at]))
        at++;
    return sw_slice_trim((struct sw_slice){value.data + at, value.size - at});
}

static struct sw_slice to_tag(const struct sw_sip *sip)
{
    struct sw_slice to = sip->first[SW_SIP_TO];
    const char *found = to.size == 0 ? NULL : g_strstr_len((const char *)to.data, (gssize)to.size, ";tag=");
    if (found == NULL)
        return (struct sw_slice){NULL, 0};
    size_t skip = (size_t)((const uint8_t *)found - to.data) + 5;
    return (struct sw_slice){to.data + skip, to.size - skip};
}

static const struct {
    const char *name;
    enum sw_call_kind kind;
} methods[] = {
    {"INVITE", SW_CALL_CALL},
    {"ACK", SW_CALL_CALL},
    {"BYE", SW_CALL_CALL},
    {"CANCEL", SW_CALL_CALL},
    {"PRACK", SW_CALL_CALL},
    {"UPDATE", SW_CALL_CALL},
    {"INFO", SW_CALL_CALL},
    {"REGISTER", SW_CALL_REGISTRATION},
    {"SUBSCRIBE", SW_CALL_SUBSCRIPTION},
    {"NOTIFY", SW_CALL_SUBSCRIPTION},
    {"REFER", SW_CALL_SUBSCRIPTION},
    {"PUBLISH", SW_CALL_PUBLICATION},
    {"MESSAGE", SW_CALL_MESSAGE},
    {"OPTIONS", SW_CALL_OPTIONS},
};

/* Of those that are known there is one copy. */
static const char *method_text(struct sw_slice name)
{
    for (size_t i = 0; i < array_length(methods); i++)
        if (strlen(methods[i].name) == name.size && memcmp(methods[i].name, name.data, name.size) == 0)
            return methods[i].name;
    return weave_text(name);
}

static bool is(const char *method, const char *name)
{
    return method != NULL && strcmp(method, name) == 0;
}

/* Dialogs, by the names of RFC 4235 3.7.1. */

static const char *const dialog_states[] = {"trying", "proceeding", "early", "confirmed", "terminated"};
enum dialog { TRYING, PROCEEDING, EARLY, CONFIRMED, TERMINATED };

static enum dialog rank(const char *state)
{
    enum dialog at = TRYING;
    while (at < TERMINATED && state != dialog_states[at])
        at++;
    return at;
}

static bool notify_ends(const struct sw_sip *sip)
{
    struct sw_slice state = sw_slice_trim(sip->first[SW_SIP_SUBSCRIPTION_STATE]);
    struct sw_slice end = SW_SLICE("terminated");
    return state.size >= end.size && sw_slice_equal_nocase((struct sw_slice){state.data, end.size}, end);
}

/* Where a request leads; false: nowhere. */
static bool request_leads(const struct weave_sip *kept, const struct sw_sip *sip, enum dialog *to)
{
    *to = TRYING;
    if (is(kept->method, "INVITE") || is(kept->method, "SUBSCRIBE"))
        return true;
    *to = TERMINATED;
    return is(kept->method, "BYE") || (is(kept->method, "NOTIFY") && notify_ends(sip));
}

static bool response_leads(const struct weave_sip *kept, const struct sw_sip *sip, enum dialog *to)
{
    if (!is(kept->method, "INVITE") && !is(kept->method, "SUBSCRIBE"))
        return false;
    if (kept->status < 200)
        *to = kept->status > 100 && to_tag(sip).size != 0 ? EARLY : PROCEEDING;
    else
        *to = kept->status < 300 ? CONFIRMED : TERMINATED;
    return true;
}

/* A dialog only goes on, and only a new request begins it again. */
static void step_dialog(struct weave_call *call, const struct weave_sip *kept, const struct sw_sip *sip)
{
    enum dialog to;
    bool leads = kept->status == 0 ? request_leads(kept, sip, &to) : response_leads(kept, sip, &to);
    if (!leads)
        return;
    enum dialog from = rank(call->dialog);
    bool refused_within = from == CONFIRMED && to == TERMINATED && kept->status != 0;
    bool again = from == TERMINATED && to == TRYING && !kept->retransmission;
    if (call->dialog == NULL || again || (to > from && from != TERMINATED && !refused_within))
        call->dialog = dialog_states[to];
}

/* Calls. */

static const char *kind_of(const char *method)
{
    for (size_t i = 0; i < array_length(methods); i++)
        if (is(method, methods[i].name))
            return sw_call_kind_name(methods[i].kind);
    return sw_call_kind_name(SW_CALL_OTHER);
}

static struct weave_call *call_of(uint64_t number, const struct sw_sip *sip, const struct weave_sip *kept)
{
    if (number <= wmem_array_get_count(file.calls))
        return *(struct weave_call **)wmem_array_index(file.calls, (guint)number - 1);
    struct weave_call *call = wmem_new0(wmem_file_scope(), struct weave_call);
    wmem_array_append_one(file.calls, call);
    call->number = (uint32_t)number;
    call->kind = kind_of(kept->method);
    call->call_id = weave_text(sip->first[SW_SIP_CALL_ID]);
    call->from = weave_text(sip->first[SW_SIP_FROM]);
    call->to = weave_text(sip->first[SW_SIP_TO]);
    call->start = kept->time;
    call->first_packet = kept->packet;
    call->answered = call->end = SW_NO_TIME;
    return call;
}

static void step_call(struct weave_call *call, const struct weave_sip *kept, const struct sw_sip *sip)
{
    const char *before = call->dialog;
    call->messages++;
    step_dialog(call, kept, sip);
    if (is(kept->method, "INVITE") && kept->status >= 200 && kept->status < 300 && call->answered == SW_NO_TIME)
        call->answered = kept->time;
    if (kept->status >= 200 && !is(kept->method, "BYE") && !is(kept->method, "CANCEL") && !kept->retransmission)
        call->status = kept->status;
    if (before != call->dialog && call->dialog == dialog_states[TERMINATED])
        call->end = kept->time;
}

/* Transactions. */

struct weave_sip *weave_calls_message(uint64_t id)
{
    if (id == 0 || id > wmem_array_get_count(file.messages))
        return NULL;
    return *(struct weave_sip **)wmem_array_index(file.messages, (guint)id - 1);
}

/* 64 bits are enough that no two messages of a call meet by chance; whoever makes them meet gets a wrong link between
 * two of his own. */
static void mix(uint64_t *hash, uint64_t word)
{
    *hash = (*hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    *hash ^= *hash >> 32;
}

static void mix_bytes(uint64_t *hash, struct sw_slice bytes)
{
    uint64_t word = 0;
    size_t at = 0;
    for (; bytes.size - at >= sizeof word; at += sizeof word) {
        memcpy(&word, bytes.data + at, sizeof word);
        mix(hash, word);
    }
    word = bytes.size;
    for (; at < bytes.size; at++)
        word = word << 8 | bytes.data[at];
    mix(hash, word);
}

static void mix_end(uint64_t *hash, const struct sw_endpoint *end)
{
    mix_bytes(hash, (struct sw_slice){end->address, sizeof end->address});
    mix(hash, end->port);
}

/* What a message has in common with its retransmissions, and with nothing else of its call. */
static uint64_t sameness(const struct sw_sip_record *record, const struct weave_sip *kept)
{
    const struct sw_sip *sip = record->sip;
    uint64_t hash = kept->status;
    mix_end(&hash, &record->source);
    mix_end(&hash, &record->destination);
    mix_bytes(&hash, sip->first[SW_SIP_CSEQ]);
    mix_bytes(&hash, sip->first[SW_SIP_VIA]);
    mix_bytes(&hash, to_tag(sip));
    return hash;
}

/* What is repeated isn't far back: a transaction takes 32 s (RFC 3261 17.1.1.2), and the tracker knows no more. */
static const struct weave_sip *find_original(const struct weave_sip *last, uint64_t same)
{
    enum { FAR = 1024 };
    const struct weave_sip *at = last;
    for (int i = 0; i < FAR && at != NULL && at->same != same; i++)
        at = at->before;
    return at != NULL && at->same == same ? at : NULL;
}

static void link_retransmission(struct weave_sip *kept, uint64_t same)
{
    if (kept->retransmission) {
        kept->original = find_original(kept->call->last, same);
        return;
    }
    kept->same = same;
    kept->before = kept->call->last;
    kept->call->last = kept;
}

static void link_request(struct weave_sip *kept, const struct sw_placement *place)
{
    struct weave_sip *request = weave_calls_message(place->request);
    kept->request = request;
    kept->request_time = request == NULL ? SW_NO_TIME : place->request_time;
    if (request == NULL || kept->status == 0)
        return;
    if (request->answer == NULL || (request->answer->status < 200 && kept->status >= 200))
        request->answer = kept;
}

/* What comes. */

static void forget_what_is_over(void)
{
    while (sw_call_tracker_next(file.tracker) != NULL) {
    }
}

struct weave_sip *weave_calls_add(packet_info *pinfo, const struct sw_sip *sip, const struct weave_carrier *carrier)
{
    struct weave_sip *kept = wmem_new0(wmem_file_scope(), struct weave_sip);
    wmem_array_append_one(file.messages, kept);
    kept->packet = pinfo->num;
    kept->time = carrier->time;
    kept->status = sip->response ? (uint16_t)sip->status : 0;
    kept->method = method_text(sip->response ? cseq_method(sip) : sip->method);

    const struct sw_sip_record record = {.id = wmem_array_get_count(file.messages),
                                         .time = carrier->time,
                                         .transport = carrier->transport,
                                         .connection = carrier->connection,
                                         .source = weave_endpoint(&pinfo->src, pinfo->srcport),
                                         .destination = weave_endpoint(&pinfo->dst, pinfo->destport),
                                         .sip = sip,
                                         .binary = carrier->binary};
    struct sw_placement place;
    sw_call_tracker_add(file.tracker, &record, &place);
    weave_judge_message(&(struct weave_said){.kept = kept, .carrier = carrier, .record = &record, .placement = &place});
    forget_what_is_over();

    kept->retransmission = place.retransmission;
    link_request(kept, &place);
    if (place.call != 0) {
        kept->call = call_of(place.call, sip, kept);
        link_retransmission(kept, sameness(&record, kept));
        step_call(kept->call, kept, sip);
        kept->state = kept->call->dialog;
    }
    return kept;
}
