/* SPDX-License-Identifier: MIT
 *
 * Which rules does this message break, by itself?
 */
#include "rules/sip_check.h"

#include <stdio.h>

static bool is(struct sw_slice text, const char *word)
{
    return sw_slice_equal(text, sw_slice_of((const uint8_t *)word, strlen(word)));
}

void sw_case_report(const struct sw_sip_case *one, enum sw_rule rule, const char *what, struct sw_slice bytes)
{
    enum { ESCAPE = 4 };
    char shown[SW_CASE_SHOWN];
    char text[SW_EVIDENCE_MAX];
    size_t at = 0;
    shown[0] = 0;
    for (size_t i = 0; i < bytes.size && at + ESCAPE < sizeof shown; i++) {
        bool plain = bytes.data[i] >= ' ' && bytes.data[i] <= '~' && bytes.data[i] != '\\';
        at += (size_t)snprintf(shown + at, sizeof shown - at, plain ? "%c" : "\\x%02X", bytes.data[i]);
    }
    snprintf(text, sizeof text, "%s \"%s\"", what, shown);
    one->judgement->report(one->judgement->context, rule, text);
}

bool sw_case_method(const struct sw_sip_case *one, const char *method)
{
    return !one->sip->response && is(one->sip->method, method);
}

bool sw_case_answers(const struct sw_sip_case *one, const char *method)
{
    return one->sip->response && one->cseq_ok && is(one->cseq.method, method);
}

bool sw_case_header(const struct sw_sip_case *one, const char *name, struct sw_slice *value)
{
    struct sw_slice wanted = sw_slice_of((const uint8_t *)name, strlen(name));
    struct sw_slice more = one->sip->headers;
    struct sw_header header;
    while (sw_header_next(&more, &header)) {
        if (!sw_slice_equal_nocase(header.name, wanted))
            continue;
        *value = header.value;
        return true;
    }
    return false;
}

static bool has_tag(const struct sw_sip *sip, enum sw_sip_field field)
{
    struct sw_name_addr address;
    return sip->count[field] > 0 && sw_name_addr_parse(sip->first[field], &address) == SW_OK && address.tag.size > 0;
}

static unsigned count_vias(const struct sw_sip *sip)
{
    struct sw_sip_values values = sw_sip_values_of(sip, SW_SIP_VIA);
    struct sw_slice via;
    unsigned count = 0;
    while (count < 2 && sw_sip_value_next(&values, SW_SIP_VIA, &via))
        count++;
    return count;
}

void sw_sip_check(const struct sw_sip *sip, enum sw_transport transport, bool whole,
                  const struct sw_sip_judgement *judgement)
{
    static void (*const checks[])(const struct sw_sip_case *) = {
        sw_check_sip_start,   sw_check_sip_section, sw_check_sip_presence, sw_check_sip_fields,
        sw_check_sip_numbers, sw_check_sip_body,    sw_check_sip_request,  sw_check_sip_response,
    };
    struct sw_sip_case one = {.sip = sip, .judgement = judgement, .transport = transport, .whole = whole};
    one.websocket = transport == SW_TRANSPORT_WS || transport == SW_TRANSPORT_WSS;
    sw_via_parse(sip->first[SW_SIP_VIA], &one.via);
    one.cseq_ok = sw_cseq_parse(sip->first[SW_SIP_CSEQ], &one.cseq) == SW_OK;
    one.old = !one.websocket && !sw_slice_starts(one.via.branch, SW_SLICE("z9hG4bK"));
    one.alone = count_vias(sip) == 1;
    one.in_dialog = has_tag(sip, SW_SIP_TO);
    if (!sip->headers_end && !whole)
        return;
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++)
        checks[i](&one);
}
