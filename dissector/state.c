/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is attached to a packet on the first pass, and how does every pass find it?
 */
#include "state.h"

#include "ids.h"

/* Keys of what is attached to a packet. */
enum packet_key { KEY_PACKET, KEY_CURSOR };

const struct sw_limits *weave_limits(void)
{
    return &sw_limits_default;
}

const char *weave_text(struct sw_slice text)
{
    if (text.size == 0)
        return NULL;
    if (g_utf8_validate((const char *)text.data, (gssize)text.size, NULL))
        return wmem_strndup(wmem_file_scope(), (const char *)text.data, text.size);
    char *valid = g_utf8_make_valid((const char *)text.data, (gssize)text.size);
    char *copy = wmem_strdup(wmem_file_scope(), valid);
    g_free(valid);
    return copy;
}

struct sw_endpoint weave_endpoint(const address *host, uint32_t port)
{
    struct sw_endpoint end = {.port = (uint16_t)port};
    if (host->type == AT_IPv4 && host->len == 4)
        end.family = 4;
    else if (host->type == AT_IPv6 && host->len == 16)
        end.family = 6;
    if (end.family != 0)
        memcpy(end.address, host->data, (size_t)host->len);
    return end;
}

struct sw_mark weave_mark(const packet_info *pinfo)
{
    return (struct sw_mark){.packet = pinfo->num,
                            .time = (int64_t)pinfo->abs_ts.secs * 1000000000 + pinfo->abs_ts.nsecs};
}

/* More than that no honest message has. */
enum { NOTES_MAX = 1000 };

void weave_note_add(struct weave_note **notes, const struct weave_note *note)
{
    unsigned count = 0;
    for (; *notes != NULL; notes = &(*notes)->next)
        if (++count == NOTES_MAX)
            return;
    *notes = wmem_memdup(wmem_file_scope(), note, sizeof *note);
}

/* What was found in a packet. */

struct weave_packet *weave_packet_of(packet_info *pinfo, bool make)
{
    struct weave_packet *packet = p_get_proto_data(wmem_file_scope(), pinfo, weave_ids.protocol, KEY_PACKET);
    if (packet == NULL && make) {
        packet = wmem_new0(wmem_file_scope(), struct weave_packet);
        p_add_proto_data(wmem_file_scope(), pinfo, weave_ids.protocol, KEY_PACKET, packet);
    }
    return packet;
}

void weave_packet_add_sip(packet_info *pinfo, struct weave_sip *sip)
{
    struct weave_sip **end = &weave_packet_of(pinfo, true)->sips;
    while (*end != NULL)
        end = &(*end)->next;
    *end = sip;
}

struct weave_cursor *weave_cursor_of(packet_info *pinfo)
{
    struct weave_cursor *cursor = p_get_proto_data(pinfo->pool, pinfo, weave_ids.protocol, KEY_CURSOR);
    if (cursor == NULL) {
        cursor = wmem_new0(pinfo->pool, struct weave_cursor);
        p_add_proto_data(pinfo->pool, pinfo, weave_ids.protocol, KEY_CURSOR, cursor);
    }
    return cursor;
}

/* Where the next step of this dissection is, or is to be. A packet may hold thousands. */
static struct weave_step **next_of(packet_info *pinfo, struct weave_packet *packet)
{
    struct weave_step *last = weave_cursor_of(pinfo)->step;
    return last == NULL ? &packet->steps : &last->next;
}

struct weave_step *weave_step_new(packet_info *pinfo, struct weave_conversation *conversation,
                                  enum weave_step_kind kind, enum sw_direction direction, uint64_t size)
{
    struct weave_packet *packet = weave_packet_of(pinfo, true);
    struct weave_step *step = wmem_new0(wmem_file_scope(), struct weave_step);
    step->kind = kind;
    step->direction = direction;
    step->size = size;
    step->conversation = conversation;
    bool head = kind == STEP_HEAD || kind == STEP_END;
    struct weave_step **end = head ? &packet->heads : next_of(pinfo, packet);
    while (*end != NULL)
        end = &(*end)->next;
    *end = step;
    return step;
}

struct weave_step *weave_step_peek(packet_info *pinfo)
{
    struct weave_packet *packet = weave_packet_of(pinfo, false);
    return packet == NULL ? NULL : *next_of(pinfo, packet);
}

void weave_step_pass(packet_info *pinfo, struct weave_step *step)
{
    weave_cursor_of(pinfo)->step = step;
}

void weave_step_note(struct weave_step *step, enum sw_reason reason, uint64_t bytes, const char *text)
{
    weave_note_add(&step->notes,
                   &(struct weave_note){.kind = SW_EVENT_LOSS, .reason = reason, .bytes = bytes, .text = text});
}
