/* SPDX-License-Identifier: MIT
 *
 * Which rules does this message break, by itself?
 */
#include "rules/sip_case.h"

/* In the order in which their findings are told. */
enum check {
    CHECK_START,
    CHECK_SECTION,
    CHECK_PRESENCE,
    CHECK_FIELDS,
    CHECK_NUMBERS,
    CHECK_BODY,
    CHECK_STAR,
    CHECK_ROUTES,
    CHECK_REQUEST,
    CHECK_CREDENTIALS,
    CHECK_OF_METHOD,
    CHECK_TO_TAG,
    CHECK_CHALLENGES,
    CHECK_RESPONSE,
    CHECK_SESSION_ID,
    CHECK_EXTENSIONS,
    CHECKS,
};

static void (*const checks[CHECKS])(const struct sw_sip_case *) = {
    [CHECK_START] = sw_check_sip_start,
    [CHECK_SECTION] = sw_check_sip_section,
    [CHECK_PRESENCE] = sw_check_sip_presence,
    [CHECK_FIELDS] = sw_check_sip_fields,
    [CHECK_NUMBERS] = sw_check_sip_numbers,
    [CHECK_BODY] = sw_check_sip_body,
    [CHECK_STAR] = sw_check_sip_star,
    [CHECK_ROUTES] = sw_check_sip_routes,
    [CHECK_REQUEST] = sw_check_sip_request,
    [CHECK_CREDENTIALS] = sw_check_sip_credentials,
    [CHECK_OF_METHOD] = sw_check_sip_of_method,
    [CHECK_TO_TAG] = sw_check_sip_to_tag,
    [CHECK_CHALLENGES] = sw_check_sip_challenges,
    [CHECK_RESPONSE] = sw_check_sip_response,
    [CHECK_SESSION_ID] = sw_check_sip_session_id,
    [CHECK_EXTENSIONS] = sw_check_sip_extensions,
};

/* Those that look at what no kind of message has in common. */
static unsigned of_its_own(const struct sw_sip_case *one)
{
    const uint16_t *count = one->sip->count;
    const bool credentials = count[SW_SIP_AUTHORIZATION] + count[SW_SIP_PROXY_AUTHORIZATION] > 0;
    const bool challenges = count[SW_SIP_WWW_AUTHENTICATE] + count[SW_SIP_PROXY_AUTHENTICATE] > 0;
    const bool routes = count[SW_SIP_RECORD_ROUTE] + count[SW_SIP_ROUTE] > 0;
    return (unsigned)routes << CHECK_ROUTES | (unsigned)credentials << CHECK_CREDENTIALS |
           (unsigned)challenges << CHECK_CHALLENGES |
           (unsigned)(one->named[SW_NAMED_SESSION_ID].data != NULL) << CHECK_SESSION_ID;
}

/* The checks that have something to say, as bits. */
static unsigned run(const struct sw_sip_case *one, unsigned which)
{
    unsigned told = 0;
    for (unsigned i = 0; which >> i != 0; i++) {
        const unsigned faults = sw_case_faults(one);
        if ((which >> i & 1) == 0)
            continue;
        checks[i](one);
        told |= (unsigned)(sw_case_faults(one) != faults) << i;
    }
    return told;
}

/* A CR by itself was meant as the end of a line, or wasn't: which headers there are can't be told. */
static bool runs_together(const struct sw_sip_case *one)
{
    return one->bare != NULL && *one->bare == '\r';
}

/* What a message like this one has shown needn't be looked for again. */
static void check_head(const struct sw_sip_case *one)
{
    enum { ALL = (1 << CHECKS) - 1, OF_LINES = 1 << CHECK_START | 1 << CHECK_SECTION };
    const unsigned own = of_its_own(one);
    const uint64_t kind = sw_case_kind(one);
    unsigned faulty;
    if (runs_together(one)) {
        run(one, OF_LINES);
        return;
    }
    if (kind != 0 && sw_case_knows_kind(one, kind, &faulty)) {
        run(one, own | faulty);
        return;
    }
    faulty = run(one, ALL) & ~own;
    if (kind != 0)
        sw_case_learn_kind(one, kind, faulty);
}

void sw_sip_check(struct sw_sip_checker *checker, const struct sw_sip *sip, const struct sw_placement *placement,
                  enum sw_transport transport, bool whole, const struct sw_sip_judgement *judgement)
{
    struct sw_sip_case one = {.checker = checker,
                              .sip = sip,
                              .placement = placement,
                              .judgement = judgement,
                              .transport = transport,
                              .whole = whole};
    sw_case_begin(&one);
    sw_case_read(&one);
    if (!sip->headers_end && !whole)
        return;
    sw_case_read_lines(&one);
    check_head(&one);
    sw_check_sip_websocket(&one);
    sw_check_sip_sdp(&one);
}
