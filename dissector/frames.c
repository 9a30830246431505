/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Where does each frame begin and end? RFC 6455 5.2.
 *
 * On the first pass bytes become steps, which are kept with their packet; TCP or TLS is asked for exactly the bytes
 * that a frame lacks. Later passes only follow the steps: they are called with the same bytes, but not in the same
 * pieces.
 */
#include "frames.h"

#include "conversation.h"
#include "events.h"
#include "handshake.h"
#include "ids.h"
#include "judge.h"
#include "tree.h"

enum { HEADER_MAX = 14 };

/* One call of the dissector. */
struct run {
    tvbuff_t *tvb;
    packet_info *pinfo;
    proto_tree *tree;
    struct weave_conversation *conversation;
    struct weave_side *side;
    enum sw_direction direction;
    int offset;
    bool late;            /* this should have come before what was read already */
    struct sw_mark begin; /* of what comes next */
};

static int captured(const struct run *run)
{
    return tvb_captured_length_remaining(run->tvb, run->offset);
}

static int reported(const struct run *run)
{
    return tvb_reported_length_remaining(run->tvb, run->offset);
}

static struct sw_slice bytes(const struct run *run, int size)
{
    return (struct sw_slice){size <= 0 ? NULL : tvb_get_ptr(run->tvb, run->offset, size), (size_t)MAX(size, 0)};
}

static enum sw_result parse(const struct run *run, struct sw_frame *frame)
{
    return sw_frame_parse(bytes(run, MIN(captured(run), HEADER_MAX)), frame);
}

/* Asking for more. */

/* How long the header is, of which there are one to thirteen bytes. */
static int header_size(struct sw_slice start)
{
    if (start.size < 2)
        return 2;
    static const int extended[] = {[126] = 2, [127] = 8};
    int length = start.data[1] & 0x7f;
    return 2 + (length < 126 ? 0 : extended[length]) + ((start.data[1] & 0x80) != 0 ? 4 : 0);
}

static bool can_ask(const struct run *run)
{
    return run->pinfo->can_desegment > 0 && captured(run) == reported(run);
}

static void ask(const struct run *run, uint64_t lacking)
{
    run->pinfo->desegment_offset = run->offset;
    run->pinfo->desegment_len = (uint32_t)lacking;
}

/* For what begins here; false if it lacks nothing, or nobody can be asked. */
static bool ask_for_rest(const struct run *run)
{
    struct sw_frame frame;
    if (!can_ask(run) || run->late)
        return false;
    struct sw_slice start = bytes(run, MIN(captured(run), HEADER_MAX));
    switch (sw_frame_parse(start, &frame)) {
    case SW_MORE:
        ask(run, (uint64_t)header_size(start) - start.size);
        return true;
    case SW_OK:
        break;
    case SW_BAD:
        return false;
    }
    uint64_t size = frame.header_size + frame.payload_size;
    uint64_t here = (uint64_t)captured(run);
    if (size <= here || frame.payload_size > weave_limits()->message_size)
        return false;
    ask(run, size - here);
    return true;
}

/* The place in the stream. */

/* The segment in this packet, of the innermost TCP. */
struct segment {
    uint32_t seq;
    const field_info *payload;
};

/* Wireshark has a field of the sequence number, but to want it would make the packets of all TCP connections dearer.
 * The header stands right before the payload: it is where the ports are those of this packet, and its length leads
 * here. */
static bool read_seq(const packet_info *pinfo, const field_info *payload, uint32_t *seq)
{
    enum { SHORTEST = 20, LONGEST = 60, STEP = 4, SEQ = 4, LENGTH = 12 };
    for (int size = SHORTEST; size <= LONGEST && size <= payload->start; size += STEP) {
        int header = payload->start - size;
        if (*tvb_get_ptr(payload->ds_tvb, header + LENGTH, 1) >> 4 != size / STEP ||
            tvb_get_ntohs(payload->ds_tvb, header) != pinfo->srcport ||
            tvb_get_ntohs(payload->ds_tvb, header + 2) != pinfo->destport)
            continue;
        *seq = tvb_get_ntohl(payload->ds_tvb, header + SEQ);
        return true;
    }
    return false;
}

static bool find_segment(const packet_info *pinfo, proto_tree *tree, struct segment *segment)
{
    const GPtrArray *payloads = proto_get_finfo_ptr_array(tree, weave_stock(STOCK_TCP_PAYLOAD));
    if (payloads == NULL || payloads->len == 0)
        return false;
    segment->payload = payloads->pdata[payloads->len - 1];
    return read_seq(pinfo, segment->payload, &segment->seq);
}

/* The sequence number of a byte of a data source, if it stands in the packet as TCP sent it. */
static bool own_place(const tvbuff_t *source, int start, const struct segment *segment, uint32_t *place)
{
    int skipped = start - segment->payload->start;
    if (segment->payload->ds_tvb != source || skipped < 0)
        return false;
    *place = segment->seq + (uint32_t)skipped;
    return true;
}

/* What TCP puts together goes on where it stopped: it was asked for, or had to be brought into order. Unless it was
 * asked for and then given up for a gap: then the segment that completes it lies before what was read since. */
static bool is_given_up(const struct weave_side *side, const struct segment *segment)
{
    uint32_t end = segment->seq + (uint32_t)segment->payload->length;
    return side->place_known && !side->asked && (int32_t)(end - side->next_seq) <= 0;
}

static void find_place(struct run *run)
{
    struct weave_side *side = run->side;
    struct segment segment;
    uint32_t place;
    if (run->conversation->secure || run->tree == NULL || !find_segment(run->pinfo, run->tree, &segment))
        return;
    if (!own_place(tvb_get_ds_tvb(run->tvb), tvb_raw_offset(run->tvb), &segment, &place)) {
        run->late = is_given_up(side, &segment);
        return;
    }
    int32_t ahead = side->place_known ? (int32_t)(place - side->next_seq) : 0;
    run->late = ahead < 0;
    if (run->late || ahead > 0)
        run->begin = weave_mark(run->pinfo);
    if (run->late)
        return;
    side->gap += (uint32_t)ahead;
    side->lost |= ahead > 0 && !(side->asked && place == side->frame_end);
    side->next_seq = place;
    side->place_known = true;
}

/* Behind the last byte that was read; what was asked for begins there. */
static void leave_place(struct run *run)
{
    struct weave_side *side = run->side;
    if (run->late)
        return;
    side->asked = run->pinfo->desegment_len > 0;
    side->since = run->begin;
    side->next_seq += (uint32_t)(side->asked ? run->offset : (int)tvb_reported_length(run->tvb));
    side->frame_end = side->next_seq;
    if (side->asked)
        side->frame_end += (uint32_t)reported(run) + run->pinfo->desegment_len;
}

void weave_frames_begin(struct weave_conversation *conversation, const packet_info *pinfo, proto_tree *tree,
                        enum sw_direction direction, const tvbuff_t *source, int start)
{
    struct weave_side *side = &conversation->sides[direction];
    struct segment segment;
    if (conversation->secure || !find_segment(pinfo, tree, &segment))
        return;
    side->place_known = own_place(source, start, &segment, &side->next_seq);
    if (side->place_known || (guint)start != tvb_reported_length(source))
        return;
    side->next_seq = segment.seq + (uint32_t)segment.payload->length;
    side->place_known = true;
}

/* Boundaries without certainty. */

/* A chain of frames that ends with the packet. */
static bool frames_to_the_end(const struct run *run)
{
    struct run at = *run;
    struct sw_frame frame;
    while (captured(&at) > 0) {
        if (parse(&at, &frame) != SW_OK || !frame.minimal || (frame.rsv & (SW_RSV2 | SW_RSV3)) != 0)
            return false;
        bool known =
            frame.opcode <= SW_OPCODE_BINARY || (frame.opcode >= SW_OPCODE_CLOSE && frame.opcode <= SW_OPCODE_PONG);
        bool client = run->direction == SW_CLIENT;
        uint64_t size = frame.header_size + frame.payload_size;
        if (!known || frame.masked != client || size > (uint64_t)captured(&at))
            return false;
        at.offset += (int)size;
    }
    return true;
}

/* How many bytes stand before the next frame; all, if none is found. */
static int to_boundary(const struct run *run)
{
    int size = captured(run);
    size_t offset;
    bool masked;
    if (frames_to_the_end(run))
        return 0;
    enum sw_masking masking = run->direction == SW_CLIENT ? SW_MASKED : SW_UNMASKED;
    return sw_frame_find(bytes(run, size), masking, &offset, &masked) == SW_OK ? (int)offset : size;
}

/* Whether the boundary that was found is none: soon behind it stands what is no header. */
static bool is_no_boundary(const struct run *run)
{
    struct sw_frame frame;
    if (run->late || run->side->doubt == 0 || parse(run, &frame) != SW_OK)
        return false;
    if (!sw_frame_fits(&frame, run->direction == SW_CLIENT ? SW_MASKED : SW_UNMASKED))
        return true;
    run->side->doubt--;
    return false;
}

/* Steps, on the first pass. */

static struct weave_step *new_step(struct run *run, enum weave_step_kind kind, uint64_t size)
{
    struct weave_step *step = weave_step_new(run->pinfo, run->conversation, kind, run->direction, size);
    step->late = run->late;
    if (run->side->gap > 0 && !run->late)
        weave_step_gap(step, run->pinfo, run->side->gap, SW_REASON_SEGMENT_MISSING);
    run->side->gap = 0;
    return step;
}

static struct weave_step *skip(struct run *run, uint64_t size, enum sw_reason reason, const char *text)
{
    struct weave_step *step = new_step(run, STEP_SKIP, size);
    if (text == NULL)
        return step;
    weave_step_note(step, reason, size, text);
    weave_judge_loss(run->pinfo, run->conversation->number);
    return step;
}

static struct weave_step *skip_all(struct run *run, enum sw_reason reason, const char *text)
{
    run->side->lost |= !run->late;
    return skip(run, (uint64_t)captured(run), reason, text);
}

static struct weave_step *too_large(struct run *run, uint64_t size)
{
    struct weave_step *step = new_step(run, STEP_SKIP, MIN(size, (uint64_t)captured(run)));
    run->side->skip = size - step->size;
    weave_step_gap(step, run->pinfo, size, SW_REASON_LIMIT);
    weave_step_note(step, SW_REASON_LIMIT, size, "A frame larger than the limit on messages.");
    return step;
}

/* The packet holds only its front, and nobody can be asked for the rest. */
static struct weave_step *cut_frame(struct run *run, const struct sw_frame *frame)
{
    struct weave_step *step = new_step(run, STEP_FRAME, (uint64_t)captured(run));
    uint64_t size = frame->header_size + frame->payload_size;
    uint64_t sent = (uint64_t)reported(run);
    if (size > sent)
        run->side->skip = size - sent;
    else
        run->side->lost = true;
    step->frame = *frame;
    struct sw_slice all = bytes(run, captured(run));
    weave_step_push(step, run->pinfo, (struct sw_slice){all.data + frame->header_size, all.size - frame->header_size},
                    run->begin);
    return step;
}

static struct weave_step *whole_frame(struct run *run, const struct sw_frame *frame)
{
    uint64_t size = frame->header_size + frame->payload_size;
    struct weave_step *step = new_step(run, STEP_FRAME, size);
    struct sw_slice all = bytes(run, (int)size);
    step->frame = *frame;
    weave_step_push(step, run->pinfo, (struct sw_slice){all.data + frame->header_size, (size_t)frame->payload_size},
                    run->begin);
    return step;
}

static struct weave_step *first_pass_step(struct run *run)
{
    struct weave_side *side = run->side;
    uint64_t here = (uint64_t)captured(run);
    struct sw_frame frame;
    if (side->skip > 0 && !run->late) {
        struct weave_step *step = skip(run, MIN(side->skip, here), SW_REASON_LIMIT, NULL);
        side->skip -= step->size;
        return step;
    }
    side->lost |= is_no_boundary(run);
    if (side->lost || run->late) {
        int lost = to_boundary(run);
        if ((uint64_t)lost == here)
            return skip_all(run, SW_REASON_SEGMENT_MISSING, "No frame boundary was found behind missing bytes.");
        side->lost = false;
        side->inferred = true;
        side->doubt = SW_FRAME_DOUBT;
        if (lost > 0)
            return skip(run, (uint64_t)lost, SW_REASON_SEGMENT_MISSING, "The rest of a frame that is lost.");
    }
    if (ask_for_rest(run))
        return NULL;
    switch (parse(run, &frame)) {
    case SW_BAD:
        return skip_all(run, SW_REASON_MALFORMED, "A frame claims a length of 2^63 bytes or more.");
    case SW_MORE:
        return skip_all(run, SW_REASON_SNAPLEN_CUT, "The packet ends within a frame header.");
    case SW_OK:
        break;
    }
    if (frame.payload_size > weave_limits()->message_size)
        return too_large(run, frame.header_size + frame.payload_size);
    return frame.header_size + frame.payload_size > here ? cut_frame(run, &frame) : whole_frame(run, &frame);
}

/* Steps, on later passes. */

static bool same_frame(const struct sw_frame *a, const struct sw_frame *b)
{
    return a->opcode == b->opcode && a->fin == b->fin && a->payload_size == b->payload_size &&
           memcmp(a->masking_key, b->masking_key, sizeof a->masking_key) == 0;
}

static struct weave_step *later_step(struct run *run)
{
    struct weave_step *step = weave_step_peek(run->pinfo);
    bool fits = step != NULL && step->size <= (uint64_t)captured(run) && step->conversation == run->conversation;
    if (fits && step->kind == STEP_FRAME) {
        struct sw_frame frame;
        fits = parse(run, &frame) == SW_OK && same_frame(&frame, &step->frame);
    }
    if (!fits)
        ask_for_rest(run);
    return fits ? step : NULL;
}

/* The dissectors. */

static void dissect_steps(struct run *run)
{
    bool visited = PINFO_FD_VISITED(run->pinfo);
    while (captured(run) > 0) {
        struct weave_step *step = visited ? later_step(run) : first_pass_step(run);
        if (step == NULL)
            return;
        weave_tree_step(run->tvb, run->offset, run->pinfo, run->tree, step);
        weave_step_pass(run->pinfo, step);
        run->offset += (int)step->size;
        run->begin = weave_mark(run->pinfo);
    }
}

int weave_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    (void)data;
    bool visited = PINFO_FD_VISITED(pinfo);
    if (pinfo->flags.in_error_pkt) /* ICMP quotes what could not be delivered */
        return 0;
    if (!visited && tree != NULL)
        weave_handshake_collect(pinfo, tree);
    struct weave_conversation *conversation = weave_conversation_find(pinfo);
    if (tvb_captured_length(tvb) == 0 || (visited && conversation == NULL))
        return 0;
    if (conversation == NULL)
        conversation = weave_conversation_make(pinfo, BEGAN_EARLIER);
    if (!visited && tvb_captured_length(tvb) > 1)
        weave_conversation_guess(conversation, pinfo, (*tvb_get_ptr(tvb, 1, 1) & 0x80) != 0);
    struct run run = {.tvb = tvb, .pinfo = pinfo, .tree = tree, .conversation = conversation};
    run.direction = weave_direction(conversation, pinfo);
    run.side = &conversation->sides[run.direction];
    run.begin = run.side->asked ? run.side->since : weave_mark(pinfo);
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "WebSocket");
    if (!visited)
        find_place(&run);
    dissect_steps(&run);
    if (!visited)
        leave_place(&run);
    return (int)tvb_captured_length(tvb);
}

weave_bool weave_dissect_heuristic(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    int size = (int)tvb_captured_length(tvb);
    size_t offset;
    bool masked;
    if (size < 2 || weave_conversation_find(pinfo) != NULL)
        return FALSE;
    struct sw_slice start = {tvb_get_ptr(tvb, 0, size), (size_t)size};
    if (sw_http_possible(start) || sw_frame_find(start, SW_MASK_UNKNOWN, &offset, &masked) != SW_OK)
        return FALSE;
    struct weave_conversation *conversation = weave_conversation_make(pinfo, BEGAN_EARLIER);
    weave_conversation_guess(conversation, pinfo, masked);
    conversation->sides[weave_direction(conversation, pinfo)].lost = true;
    conversation_set_dissector(find_or_create_conversation(pinfo), find_dissector("sipweave"));
    weave_dissect(tvb, pinfo, tree, data);
    return TRUE;
}
