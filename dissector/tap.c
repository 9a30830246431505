/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What do statistics hear of a packet?
 */
#include "tap.h"

#include "ids.h"

static void tell(packet_info *pinfo, struct weave_tap tap)
{
    tap_queue_packet(weave_ids.tap, pinfo, wmem_memdup(pinfo->pool, &tap, sizeof tap));
}

static void tell_message(packet_info *pinfo, const struct weave_step *step)
{
    tell(pinfo, (struct weave_tap){.kind = TAP_MESSAGE, .step = step});
    for (const struct weave_sip *sip = step->message->sip; sip != NULL; sip = sip->next)
        tell(pinfo, (struct weave_tap){.kind = TAP_SIP, .sip = sip});
}

void weave_tap_step(packet_info *pinfo, const struct weave_step *step)
{
    if (!have_tap_listener(weave_ids.tap))
        return;
    if (step->kind == STEP_HEAD) {
        if (step->direction == SW_SERVER && step->conversation->opened_in == pinfo->num)
            tell(pinfo, (struct weave_tap){.kind = TAP_OPENED, .step = step});
    } else if (step->message != NULL && step->last) {
        tell_message(pinfo, step);
    } else if (step->frame.opcode == SW_OPCODE_CLOSE && step->first_close) {
        tell(pinfo, (struct weave_tap){.kind = TAP_CLOSE, .step = step});
    } else if (step->frame.opcode == SW_OPCODE_PONG && step->ping != NULL) {
        tell(pinfo, (struct weave_tap){.kind = TAP_PONG, .step = step});
    }
}

void weave_tap_sip(packet_info *pinfo, const struct weave_sip *sip)
{
    if (have_tap_listener(weave_ids.tap))
        tell(pinfo, (struct weave_tap){.kind = TAP_SIP, .sip = sip});
}
