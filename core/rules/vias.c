/* SPDX-License-Identifier: MIT
 *
 * Which Vias does a message have? RFC 3261 20.42.
 */
#include "rules/vias.h"

#include "bytes.h"

static bool is_single(struct sw_slice line)
{
    return line.size > 0 && sw_slice_find(line, ',') == line.size;
}

/* The line behind the first, where that is the other Via, written as nearly all are. */
static bool next_line(const struct sw_sip *sip, struct sw_slice first, struct sw_slice *second)
{
    const struct sw_slice begin = SW_SLICE("\r\nVia: ");
    const struct sw_slice rest = sw_slice_skip(sip->headers, (size_t)(first.data - sip->headers.data) + first.size);
    const struct sw_slice more = sw_slice_skip(rest, begin.size);
    const size_t lf = sw_slice_find(more, '\n');
    if (!sw_slice_starts(rest, begin) || lf < 2 || lf + 1 >= more.size || more.data[lf - 1] != '\r' ||
        sw_is_space(more.data[lf - 2]) || sw_is_space(more.data[0]) || sw_is_blank(more.data[lf + 1]))
        return false;
    *second = sw_slice_head(more, lf - 1);
    return is_single(*second);
}

void sw_vias_read(const struct sw_sip *sip, struct sw_vias *vias)
{
    const struct sw_slice line = sip->first[SW_SIP_VIA];
    struct sw_sip_values values = sw_sip_values_of(sip, SW_SIP_VIA);
    struct sw_slice via;
    *vias = (struct sw_vias){.count = 1, .first = line};
    if (sip->count[SW_SIP_VIA] == 1 && sw_slice_find(line, ',') == line.size)
        return;
    if (sip->count[SW_SIP_VIA] == 2 && is_single(line) && next_line(sip, line, &vias->second)) {
        const uint8_t *end = line.data + line.size;
        vias->count = 2;
        vias->others = sw_slice_of(end, (size_t)(vias->second.data + vias->second.size - end));
        return;
    }
    vias->count = 0;
    if (!sw_sip_value_next(&values, SW_SIP_VIA, &vias->first))
        return;
    const uint8_t *end = vias->first.data + vias->first.size;
    vias->others = sw_slice_of(end, 0);
    for (vias->count = 1; vias->count < SW_VIAS_MAX && sw_sip_value_next(&values, SW_SIP_VIA, &via); vias->count++) {
        vias->others.size = (size_t)(via.data + via.size - end);
        if (vias->count == 1)
            vias->second = via;
    }
}
