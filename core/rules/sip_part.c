/* SPDX-License-Identifier: MIT
 *
 * Which SIP messages in a WebSocket end early, and whose fault is it? RFC 7118 5, RFC 3261 18.3.
 */
#include "sipweave/sip_part.h"

#include "rules/sip_case.h"

bool sw_sip_is_part(const struct sw_sip *sip)
{
    uint64_t length;
    return !sip->headers_end || (!sip->content_length_ok && sip->count[SW_SIP_CONTENT_LENGTH] == 1 &&
                                 sw_slice_number(sip->first[SW_SIP_CONTENT_LENGTH], &length));
}

/* What it says of its length another may have written, who sent no more of it either. */
static bool is_repeated(struct sw_sip_checker *checker, const struct sw_sip *sip, const struct sw_placement *placement)
{
    struct sw_sip_case one = {.checker = checker, .sip = sip, .placement = placement};
    sw_vias_read(sip, &one.vias);
    return sw_case_is_of_another(&one, SW_RULE_SIP_CLEN_BODY, sip->first[SW_SIP_CONTENT_LENGTH]);
}

void sw_sip_parts_add(struct sw_sip_parts *parts, struct sw_sip_checker *checker, const struct sw_sip *sip,
                      const struct sw_placement *placement, uint64_t ordinal, uint64_t message)
{
    parts->latest[1] = parts->latest[0];
    parts->latest[0] = (struct sw_sip_part){
        .ordinal = ordinal,
        .message = message,
        .call = placement->call,
        .repeated = is_repeated(checker, sip, placement),
    };
}

const struct sw_sip_part *sw_sip_parts_find(const struct sw_sip_parts *parts, uint64_t ordinal)
{
    for (size_t i = 0; i < sizeof parts->latest / sizeof parts->latest[0]; i++)
        if (ordinal != 0 && parts->latest[i].ordinal == ordinal)
            return &parts->latest[i];
    return NULL;
}
