/* SPDX-License-Identifier: MIT
 *
 * What do the values of single header fields say? RFC 3261 20 and 25.1, and the RFCs named at each. White space, line
 * folds among it, may stand around every separator.
 */
#include "sipweave/fields.h"

#include "bytes.h"
#include "scan.h"
#include "sip/grammar.h"
#include "sipweave/sip.h"

/* Takes what stands before the first such byte off *rest, and the byte; trimmed. */
static struct sw_slice cut(struct sw_slice *rest, uint8_t byte)
{
    size_t at = sw_slice_find(*rest, byte);
    struct sw_slice head = sw_slice_trim(sw_slice_head(*rest, at));
    *rest = sw_slice_skip(*rest, at + 1);
    return head;
}

/* A parameter that a decoder has a member for. */
struct wanted {
    struct sw_slice name;
    struct sw_slice *value;
    bool *present; /* may be NULL */
};

/* Fills each wanted value from the first parameter with its name. */
static void params_read(struct sw_slice params, const struct wanted *wanted, size_t count)
{
    struct sw_param param;
    while (sw_param_next(&params, &param)) {
        for (size_t i = 0; i < count; i++) {
            if (wanted[i].value->data != NULL || !sw_slice_equal_nocase(param.name, wanted[i].name))
                continue;
            *wanted[i].value = param.value;
            if (wanted[i].present != NULL)
                *wanted[i].present = true;
        }
    }
}

#define PARAMS_READ(params, ...)                                                                                       \
    params_read((params), (const struct wanted[]){__VA_ARGS__},                                                        \
                sizeof((const struct wanted[]){__VA_ARGS__}) / sizeof(struct wanted))

static bool number_take(struct sw_slice *rest, uint64_t *number)
{
    return sw_slice_number(sw_word_next(rest), number);
}

enum sw_result sw_via_parse(struct sw_slice value, struct sw_via *via)
{
    *via = (struct sw_via){0};
    size_t semicolon = sw_slice_find(value, ';');
    via->params = sw_slice_skip(value, semicolon + 1);
    struct sw_slice rest = sw_slice_head(value, semicolon);
    via->protocol = cut(&rest, '/');
    via->version = cut(&rest, '/');
    via->transport = sw_word_next(&rest);
    sw_host_port(rest, &via->host, &via->port);
    PARAMS_READ(via->params, {SW_SLICE("branch"), &via->branch, NULL}, {SW_SLICE("received"), &via->received, NULL},
                {SW_SLICE("rport"), &via->rport, &via->has_rport});
    return via->host.size == 0 ? SW_BAD : SW_OK;
}

/* "SIP/2.0/WS host:port;branch=...", as most are; the end, a comma or more parameters behind it. */
static bool usual_via(struct sw_slice list, const uint8_t *limit, struct sw_sip_via *via)
{
    const size_t protocol = sw_scan_word(list, limit);
    const struct sw_slice rest = sw_slice_skip(list, protocol + 1);
    via->sent_by = sw_slice_head(rest, sw_scan_word(rest, limit));
    const struct sw_slice params = sw_slice_skip(rest, via->sent_by.size);
    const struct sw_slice name = SW_SLICE(";branch=");
    if (params.size < name.size || memcmp(params.data, name.data, name.size) != 0)
        return false;
    const struct sw_slice value = sw_slice_skip(params, name.size);
    via->branch = sw_slice_head(value, sw_scan_word(value, limit));
    const bool ends =
        via->branch.size == value.size || value.data[via->branch.size] == ';' || value.data[via->branch.size] == ',';
    return ends && list.data[protocol] == ' ' && via->sent_by.size > 0;
}

static struct sw_slice last_word(struct sw_slice text)
{
    text = sw_slice_trim(text);
    size_t at = text.size;
    while (at > 0 && !sw_is_space(text.data[at - 1]))
        at--;
    return sw_slice_skip(text, at);
}

static struct sw_sip_via any_via(struct sw_slice list)
{
    const struct sw_slice top = sw_list_first(list);
    const size_t head = sw_slice_find(top, ';');
    struct sw_param branch;
    const bool has_branch = sw_param_find(sw_slice_skip(top, head), SW_SLICE("branch"), &branch);
    return (struct sw_sip_via){
        .sent_by = last_word(sw_slice_head(top, head)),
        .branch = has_branch ? branch.value : sw_slice_of(NULL, 0),
    };
}

struct sw_sip_via sw_sip_top_via(const struct sw_sip *sip)
{
    struct sw_sip_via via;
    const struct sw_slice list = sip->first[SW_SIP_VIA];
    return usual_via(list, sip->raw.data + sip->raw.size, &via) ? via : any_via(list);
}

/* "name" <uri> and all that follows: *rest is what stands behind ">". */
static bool bracketed_take(struct sw_slice *rest, size_t open, struct sw_name_addr *address)
{
    struct sw_slice uri = sw_slice_skip(*rest, open + 1);
    size_t close = sw_slice_find(uri, '>');
    address->display = sw_slice_trim(sw_slice_head(*rest, open));
    address->uri = sw_slice_trim(sw_slice_head(uri, close));
    *rest = sw_slice_skip(uri, close + 1);
    return close < uri.size;
}

bool sw_name_addr_split(struct sw_slice value, struct sw_name_addr *address)
{
    *address = (struct sw_name_addr){0};
    struct sw_slice rest = sw_slice_trim(value);
    if (sw_slice_equal(rest, SW_SLICE("*"))) {
        address->star = true;
        return true;
    }
    bool whole = true;
    /* An unclosed "<" is an ordinary character to sw_find_outside, but the byte asked for is found all the same. */
    size_t open = sw_find_outside(rest, '<');
    if (open < rest.size) {
        whole = bracketed_take(&rest, open, address);
        cut(&rest, ';');
    } else {
        address->uri = cut(&rest, ';');
    }
    address->params = rest;
    return whole;
}

enum sw_result sw_name_addr_parse(struct sw_slice value, struct sw_name_addr *address)
{
    bool whole = sw_name_addr_split(value, address);
    if (address->star)
        return SW_OK;
    PARAMS_READ(address->params, {SW_SLICE("tag"), &address->tag, NULL});
    return sw_uri_parse(address->uri, &address->uri_parts) == SW_OK && whole ? SW_OK : SW_BAD;
}

/* As nearly all write it: digits, a space, and a method without white space around it. */
static bool usual_cseq(struct sw_slice value, struct sw_cseq *cseq)
{
    enum { DIGITS = 19 }; /* no more than fit */
    uint64_t number = 0;
    size_t n = 0;
    for (; n < value.size && n < DIGITS && sw_is_digit(value.data[n]); n++)
        number = number * 10 + (uint64_t)(value.data[n] - '0');
    if (n == 0 || value.size - n < 2 || value.data[n] != ' ')
        return false;
    *cseq = (struct sw_cseq){.number = number, .method = sw_slice_skip(value, n + 1)};
    return value.data[n + 1] > ' ' && value.data[value.size - 1] > ' ';
}

enum sw_result sw_cseq_parse(struct sw_slice value, struct sw_cseq *cseq)
{
    if (usual_cseq(value, cseq))
        return SW_OK;
    *cseq = (struct sw_cseq){0};
    bool number = number_take(&value, &cseq->number);
    cseq->method = sw_slice_trim(value);
    return number && cseq->method.size > 0 ? SW_OK : SW_BAD;
}

enum sw_result sw_auth_parse(struct sw_slice value, struct sw_auth *auth)
{
    auth->scheme = sw_word_next(&value);
    auth->params = sw_slice_trim(value);
    return auth->scheme.size > 0 ? SW_OK : SW_BAD;
}

bool sw_auth_param_next(struct sw_slice *rest, struct sw_param *param)
{
    struct sw_slice element;
    if (!sw_list_next(rest, &element))
        return false;
    size_t equals = sw_slice_find(element, '=');
    param->has_value = equals < element.size;
    param->name = cut(&element, '=');
    param->value = sw_slice_trim(element);
    return true;
}

enum sw_result sw_reason_parse(struct sw_slice value, struct sw_reason_value *reason)
{
    struct sw_slice cause = {0};
    uint64_t number;
    *reason = (struct sw_reason_value){0};
    reason->protocol = cut(&value, ';');
    PARAMS_READ(value, {SW_SLICE("cause"), &cause, NULL}, {SW_SLICE("text"), &reason->text, NULL});
    reason->text = sw_unquote(reason->text);
    if (sw_slice_number(cause, &number) && number <= UINT32_MAX)
        reason->cause = (unsigned)number;
    return reason->protocol.size > 0 ? SW_OK : SW_BAD;
}

enum sw_result sw_replaces_parse(struct sw_slice value, struct sw_replaces *replaces)
{
    struct sw_slice early = {0};
    *replaces = (struct sw_replaces){0};
    replaces->call_id = cut(&value, ';');
    PARAMS_READ(value, {SW_SLICE("to-tag"), &replaces->to_tag, NULL}, {SW_SLICE("from-tag"), &replaces->from_tag, NULL},
                {SW_SLICE("early-only"), &early, &replaces->early_only});
    bool whole = replaces->call_id.size > 0 && replaces->to_tag.size > 0 && replaces->from_tag.size > 0;
    return whole ? SW_OK : SW_BAD;
}

enum sw_result sw_event_parse(struct sw_slice value, struct sw_event_value *event)
{
    *event = (struct sw_event_value){0};
    event->type = cut(&value, ';');
    event->params = value;
    PARAMS_READ(value, {SW_SLICE("id"), &event->id, NULL});
    return event->type.size > 0 ? SW_OK : SW_BAD;
}

enum sw_result sw_rack_parse(struct sw_slice value, struct sw_rack *rack)
{
    *rack = (struct sw_rack){0};
    bool rseq = number_take(&value, &rack->rseq);
    bool cseq = number_take(&value, &rack->cseq);
    rack->method = sw_slice_trim(value);
    return rseq && cseq && rack->method.size > 0 ? SW_OK : SW_BAD;
}
