/* SPDX-License-Identifier: MIT
 *
 * What does a message say about the transaction and the call it belongs to? RFC 3261 8.1.1, 17.1.3, 17.2.3.
 */
#include "call/signal.h"

#include "bytes.h"
#include "scan.h"
#include "sipweave/fields.h"

enum { CONTACTS_READ = 64 }; /* of one message; more is nobody's registration */

#define METHOD(name, kind) [SW_METHOD_##name] = {{(const uint8_t *)#name, sizeof #name - 1}, kind}

static const struct {
    struct sw_slice name;
    enum sw_call_kind kind; /* of a Call-ID that begins with it */
} methods[] = {
    [SW_METHOD_OTHER] = {{NULL, 0}, SW_CALL_OTHER},
    METHOD(INVITE, SW_CALL_CALL),
    METHOD(ACK, SW_CALL_CALL),
    METHOD(BYE, SW_CALL_CALL),
    METHOD(CANCEL, SW_CALL_CALL),
    METHOD(PRACK, SW_CALL_CALL),
    METHOD(UPDATE, SW_CALL_CALL),
    METHOD(INFO, SW_CALL_CALL),
    METHOD(REFER, SW_CALL_SUBSCRIPTION),
    METHOD(SUBSCRIBE, SW_CALL_SUBSCRIPTION),
    METHOD(NOTIFY, SW_CALL_SUBSCRIPTION),
    METHOD(PUBLISH, SW_CALL_PUBLICATION),
    METHOD(REGISTER, SW_CALL_REGISTRATION),
    METHOD(MESSAGE, SW_CALL_MESSAGE),
    METHOD(OPTIONS, SW_CALL_OPTIONS),
};

/* Size and first letter tell all names apart; the factor is the smallest that gives each a slot of its own;
 * two in one slot are a warning of the compiler. */
enum { SLOTS = 32 };
#define SLOT(size, first) (((size_t)(size)*11 + (size_t)(first)) % SLOTS)

static const uint8_t by_slot[SLOTS] = {
    [SLOT(6, 'I')] = SW_METHOD_INVITE,  [SLOT(3, 'A')] = SW_METHOD_ACK,     [SLOT(3, 'B')] = SW_METHOD_BYE,
    [SLOT(6, 'C')] = SW_METHOD_CANCEL,  [SLOT(5, 'P')] = SW_METHOD_PRACK,   [SLOT(6, 'U')] = SW_METHOD_UPDATE,
    [SLOT(4, 'I')] = SW_METHOD_INFO,    [SLOT(5, 'R')] = SW_METHOD_REFER,   [SLOT(9, 'S')] = SW_METHOD_SUBSCRIBE,
    [SLOT(6, 'N')] = SW_METHOD_NOTIFY,  [SLOT(7, 'P')] = SW_METHOD_PUBLISH, [SLOT(8, 'R')] = SW_METHOD_REGISTER,
    [SLOT(7, 'M')] = SW_METHOD_MESSAGE, [SLOT(7, 'O')] = SW_METHOD_OPTIONS,
};

enum sw_method sw_method_of(struct sw_slice name)
{
    if (name.size == 0)
        return SW_METHOD_OTHER;
    const uint8_t method = by_slot[SLOT(name.size, name.data[0])];
    return sw_slice_equal(methods[method].name, name) ? (enum sw_method)method : SW_METHOD_OTHER;
}

enum sw_call_kind sw_method_kind(enum sw_method method, bool in_dialog)
{
    if (method == SW_METHOD_REFER && in_dialog) /* a transfer: within the call (RFC 3515 4.1, RFC 5589) */
        return SW_CALL_CALL;
    return methods[method].kind;
}

/* Never 0, which stands for absent. */
static uint64_t tag_hash(struct sw_slice tag, uint64_t seed)
{
    if (tag.size == 0)
        return 0;
    const uint64_t hash = sw_hash(tag, seed);
    return hash == 0 ? 1 : hash;
}

uint64_t sw_endpoint_hash(const struct sw_endpoint *endpoint, uint64_t seed)
{
    uint8_t bytes[24] = {endpoint->family};
    seed ^= endpoint->stream;
    memcpy(bytes + 2, &endpoint->port, sizeof endpoint->port);
    if (endpoint->family == 4) {
        uint64_t word;
        memcpy(bytes + 4, endpoint->address, 4);
        memcpy(&word, bytes, sizeof word);
        return sw_hash_word(word, seed);
    }
    memcpy(bytes + 4, endpoint->address, sizeof endpoint->address);
    return sw_hash(sw_slice_of(bytes, sizeof bytes), seed);
}

/* Where the message ends that is read: values of its fields may be searched up to there. */
static const uint8_t *limit_of(const struct sw_signal *signal)
{
    return signal->sip->raw.data + signal->sip->raw.size;
}

/* The value of a parameter of the usual shape: text begins with ";name=", a word follows, then the end or another
 * parameter. */
static bool usual_param(struct sw_slice text, struct sw_slice name, const uint8_t *limit, struct sw_slice *value)
{
    if (text.size < name.size || memcmp(text.data, name.data, name.size) != 0)
        return false;
    const struct sw_slice rest = sw_slice_skip(text, name.size);
    *value = sw_slice_head(rest, sw_scan_word(rest, limit));
    return value->size == rest.size || rest.data[value->size] == ';';
}

/* Most tags follow ">" at once, and where nothing follows it there is none; others, and where that ">" may be a quoted
 * one, are left to the decoder of the whole field. */
static uint64_t tag_read(const struct sw_signal *signal, enum sw_sip_field field, uint64_t seed)
{
    const struct sw_slice value = signal->sip->first[field];
    const uint8_t *limit = limit_of(signal);
    struct sw_slice tag;
    const struct sw_slice tail = sw_slice_skip(value, sw_scan_find(value, '>', limit));
    if (usual_param(tail, SW_SLICE(">;tag="), limit, &tag) &&
        (tag.data + tag.size == tail.data + tail.size || sw_slice_find(tail, '"') == tail.size))
        return tag_hash(tag, seed);
    if (tail.size == 1 && value.data[0] == '<')
        return 0;
    struct sw_name_addr address;
    struct sw_param param;
    sw_name_addr_split(value, &address);
    return sw_param_find(address.params, SW_SLICE("tag"), &param) ? tag_hash(param.value, seed) : 0;
}

static void cseq_read(struct sw_signal *signal)
{
    struct sw_cseq cseq;
    sw_cseq_parse(signal->sip->first[SW_SIP_CSEQ], &cseq);
    signal->cseq = cseq.number;
    signal->method_name = signal->response ? cseq.method : signal->sip->method;
    signal->method = sw_method_of(signal->method_name);
}

/* With the magic cookie, branch and sent-by are unique (RFC 3261 17.2.3). Without it, those of RFC 2543 join that a
 * response repeats: CSeq number and From tag; the Call-ID is the same within a call anyway. */
static void via_read(struct sw_signal *signal, uint64_t seed)
{
    const struct sw_sip_via via = sw_sip_top_via(signal->sip);
    signal->branch = via.branch;
    const struct sw_slice cookie = SW_SLICE("z9hG4bK");
    signal->cookie = sw_slice_equal_nocase(sw_slice_head(via.branch, cookie.size), cookie);
    signal->via = sw_hash(via.sent_by, sw_hash(via.branch, seed));
    if (signal->cookie)
        return;
    const uint64_t others[] = {signal->cseq, signal->from_tag};
    signal->via = sw_hash(sw_slice_of((const uint8_t *)others, sizeof others), signal->via);
}

void sw_signal_read(struct sw_signal *signal, const struct sw_sip_record *record, uint64_t seed)
{
    const struct sw_sip *sip = record->sip;
    *signal = (struct sw_signal){
        .record = record,
        .sip = sip,
        .time = record->time == SW_NO_TIME ? SW_NO_TIME + 1 : record->time,
        .response = sip->response,
    };
    cseq_read(signal);
    signal->from_tag = tag_read(signal, SW_SIP_FROM, seed);
    signal->to_tag = tag_read(signal, SW_SIP_TO, seed);
    via_read(signal, seed);
    const uint64_t source = sw_endpoint_hash(&record->source, seed);
    const uint64_t destination = sw_endpoint_hash(&record->destination, seed);
    signal->near_end = sip->response ? destination : source;
    signal->far_end = sip->response ? source : destination;
}

struct sw_slice sw_signal_party(struct sw_slice value)
{
    struct sw_name_addr address;
    sw_name_addr_split(value, &address);
    return address.uri;
}

static uint32_t seconds_of(struct sw_slice text)
{
    uint64_t seconds;
    if (!sw_slice_number(sw_slice_trim(text), &seconds))
        return SW_NO_EXPIRES;
    return seconds < SW_NO_EXPIRES ? (uint32_t)seconds : SW_NO_EXPIRES - 1;
}

static uint32_t longer(uint32_t a, uint32_t b)
{
    if (a == SW_NO_EXPIRES || b == SW_NO_EXPIRES)
        return a == SW_NO_EXPIRES ? b : a;
    return a > b ? a : b;
}

/* Each Contact's own "expires", else the Expires header (RFC 3261 10.2.1.1). */
static uint32_t contacts_expires(const struct sw_sip *sip, uint32_t header, unsigned *contacts)
{
    uint32_t longest = SW_NO_EXPIRES;
    struct sw_sip_values values = sw_sip_values_of(sip, SW_SIP_CONTACT);
    struct sw_slice value;
    for (*contacts = 0; *contacts < CONTACTS_READ && sw_sip_value_next(&values, SW_SIP_CONTACT, &value); ++*contacts) {
        struct sw_name_addr contact;
        struct sw_param param;
        sw_name_addr_split(value, &contact);
        const bool own = sw_param_find(contact.params, SW_SLICE("expires"), &param);
        longest = longer(longest, own ? seconds_of(param.value) : header);
    }
    return longest;
}

static uint32_t register_expires(const struct sw_signal *signal, uint32_t header)
{
    unsigned contacts;
    const uint32_t longest = contacts_expires(signal->sip, header, &contacts);
    if (contacts == 0)
        return signal->response ? 0 : SW_NO_EXPIRES; /* a request without any asks which bindings there are */
    return longest == SW_NO_EXPIRES && !signal->response ? SW_DEFAULT_EXPIRES : longest;
}

static struct sw_event_value subscription_state(const struct sw_signal *signal)
{
    struct sw_event_value state;
    sw_event_parse(signal->sip->first[SW_SIP_SUBSCRIPTION_STATE], &state);
    return state;
}

uint32_t sw_signal_expires(const struct sw_signal *signal)
{
    const struct sw_slice field = signal->sip->first[SW_SIP_EXPIRES];
    const uint32_t header = seconds_of(field);
    if (signal->method == SW_METHOD_REGISTER)
        return register_expires(signal, header);
    struct sw_param param;
    if (signal->method == SW_METHOD_NOTIFY && !signal->response)
        return sw_param_find(subscription_state(signal).params, SW_SLICE("expires"), &param) ? seconds_of(param.value)
                                                                                             : SW_NO_EXPIRES;
    return header;
}

bool sw_signal_terminates(const struct sw_signal *signal)
{
    return sw_slice_equal_nocase(subscription_state(signal).type, SW_SLICE("terminated"));
}
