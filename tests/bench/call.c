/* SPDX-License-Identifier: MIT
 *
 * Plays conversations: each step waits its time, is sent, and the next begins when it has arrived.
 */
#include "client.h"

#include <string.h>

#include "places.h"

enum {
    UDP_TRAVEL = 3 * MILLISECOND,
    UDP_AGAIN = 500 * MILLISECOND, /* T1, RFC 3261 17.1.1.1 */
    UDP_AGAIN_PERMILLE = 30,
};

static void play_next(struct sim *sim, struct call *call);

static bool on_caller_leg(const struct step *step)
{
    return step->hop == CALLER_UP || step->hop == CALLER_DOWN;
}

static enum leg leg_of(const struct call *call, const struct step *step)
{
    return on_caller_leg(step) ? LEG_WS : call->leg;
}

static bool is_up(const struct step *step)
{
    return step->hop == CALLER_UP || step->hop == CALLEE_UP;
}

static void arrived(struct sim *sim, void *object)
{
    play_next(sim, object);
}

/* The record of the step's message, with all but its bytes; NULL: nobody asks. */
static struct record *new_record(struct sim *sim, struct call *call, const struct step *step, const char *transport,
                                 const struct host *ends)
{
    struct record *record = sim_record(sim);
    if (record == NULL)
        return NULL;
    record->source = ends[0];
    record->destination = ends[1];
    record->transport = transport;
    record->method = method_name(step->method);
    record->status = step->status;
    record->cseq = call->cseq[(step->flags & BY_CALLEE) != 0];
    g_strlcpy(record->call_id, call->call_id, sizeof record->call_id);
    record->call_lost = &call->lost;
    record_message(sim->truth, record, sim->text.data, sim->text.size);
    return record;
}

static void count_message(struct sim *sim, struct call *call, bool *transport)
{
    if (!sim->recording)
        return;
    call->messages++;
    *transport = true;
}

static void send_by_websocket(struct sim *sim, struct call *call, const struct step *step)
{
    struct client *client = on_caller_leg(step) ? call->caller : call->callee;
    struct connection *tcp = client->websocket.tcp;
    const enum side from = is_up(step) ? FROM_CLIENT : FROM_SERVER;
    const struct host ends[2] = {tcp->host[from], tcp->host[!from]};
    struct record *record = new_record(sim, call, step, sim_transport(sim), ends);
    count_message(sim, call, &call->on_ws);
    websocket_send(sim, &client->websocket, from, sim->text.data, sim->text.size, record);
    tcp_when_arrived(tcp, from, arrived, call);
}

static void send_by_tcp(struct sim *sim, struct call *call, const struct step *step)
{
    struct connection *tcp = call->gateway->tcp;
    const enum side from = is_up(step) ? FROM_SERVER : FROM_CLIENT; /* the proxy connected */
    const struct host ends[2] = {tcp->host[from], tcp->host[!from]};
    struct record *record = new_record(sim, call, step, "TCP", ends);
    count_message(sim, call, &call->on_tcp);
    tcp_write(tcp, from, sim->text.data, sim->text.size, record);
    tcp_when_arrived(tcp, from, arrived, call);
    tcp_flush(sim, tcp, from);
}

static void send_by_udp(struct sim *sim, struct call *call, const struct step *step)
{
    const struct host proxy = {PROXY_ADDRESS, PROXY_SIP_PORT};
    const bool up = is_up(step);
    const struct host ends[2] = {up ? call->gateway->host : proxy, up ? proxy : call->gateway->host};
    struct record *record = new_record(sim, call, step, "UDP", ends);
    count_message(sim, call, &call->on_udp);
    const int64_t end = udp_send(sim, sim->now, ends[0], ends[1], sim->text.data, sim->text.size, record);
    sim_at(sim, end, arrived, call);
    if (step->status != 0 || step->method == ACK_METHOD || !random_permille(&sim->random, UDP_AGAIN_PERMILLE))
        return;
    struct record *again = new_record(sim, call, step, "UDP", ends);
    if (again != NULL) {
        again->repeated = true;
        again->call_lost = NULL; /* it may outlive the call */
    }
    count_message(sim, call, &call->on_udp);
    udp_send(sim, sim->now + UDP_AGAIN, ends[0], ends[1], sim->text.data, sim->text.size, again);
}

static void perform(struct sim *sim, void *object)
{
    static void (*const send[])(struct sim *, struct call *, const struct step *) = {
        [LEG_WS] = send_by_websocket, [LEG_UDP] = send_by_udp, [LEG_TCP] = send_by_tcp};
    struct call *call = object;
    const struct step *step = call->step;
    if (step->flags & NEW_REQUEST) {
        call->transaction++;
        call->cseq[(step->flags & BY_CALLEE) != 0]++;
    }
    const enum leg leg = leg_of(call, step);
    if (leg == LEG_UNSEEN) {
        play_next(sim, call);
        return;
    }
    text_clear(&sim->text);
    sip_write(sim, call, step, &sim->text);
    send[leg](sim, call, step);
}

/* How long a sender's message is under way before it passes the capture. */
static uint32_t travel(const struct call *call, const struct step *step)
{
    switch (leg_of(call, step)) {
    case LEG_WS:
        return tcp_travel((on_caller_leg(step) ? call->caller : call->callee)->websocket.tcp,
                          is_up(step) ? FROM_CLIENT : FROM_SERVER);
    case LEG_TCP:
        return tcp_travel(call->gateway->tcp, is_up(step) ? FROM_SERVER : FROM_CLIENT);
    default:
        return is_up(step) ? UDP_TRAVEL : 0;
    }
}

static void plan_step(struct sim *sim, struct call *call)
{
    const struct step *step = call->step;
    const int64_t wait = (int64_t)random_between(&sim->random, step->wait_low, step->wait_high) * MILLISECOND +
                         random_between(&sim->random, 150, 1200) + travel(call, step);
    sim_at(sim, sim->now + wait, perform, call);
}

static void play_next(struct sim *sim, struct call *call)
{
    call->step++;
    if (call->step->hop == HOP_END) {
        if (++call->part == call->part_count) {
            call->part = call->part_count = 0;
            call->over(sim, call);
            return;
        }
        call->step = call->parts[call->part];
    }
    plan_step(sim, call);
}

struct call *call_new(struct sim *sim, const char *kind, struct client *caller)
{
    struct random *random = &sim->random;
    struct call *call = g_new0(struct call, 1);
    call->kind = kind;
    call->caller = caller;
    call->seed = random_next(random);
    random_token(random, random_alnum, random_between(random, 20, 24), call->call_id);
    random_token(random, random_alnum, 10, call->tag[0]);
    random_token(random, random_alnum, 10, call->tag[1]);
    call->cseq[0] = random_below(random, 9000);
    call->cseq[1] = random_below(random, 9000);
    return call;
}

void call_add_part(struct call *call, const struct step *part)
{
    if (call->part_count < CALL_PARTS)
        call->parts[call->part_count++] = part;
}

void call_play(struct sim *sim, struct call *call)
{
    call->step = call->parts[call->part];
    plan_step(sim, call);
}

void call_end(struct sim *sim, struct call *call)
{
    const struct party *callee = call->callee != NULL ? &call->callee->party : &call->other;
    const struct party *from = &call->caller->party;
    const struct party *to = callee;
    if (strcmp(call->kind, "options") == 0) {
        from = callee;
        to = &call->caller->party;
    }
    if (sim->truth != NULL && call->messages != 0) {
        char *from_uri = g_strconcat("sip:", from->user, "@example.test", NULL);
        char *to_uri = g_strconcat("sip:", to->user, "@example.test", NULL);
        char *transports = g_strdup_printf("[\"%s\"%s]", sim_transport(sim),
                                           call->on_udp   ? ",\"UDP\""
                                           : call->on_tcp ? ",\"TCP\""
                                                          : "");
        truth_call(sim->truth, &(struct call_truth){.call_id = call->call_id,
                                                    .kind = call->kind,
                                                    .from = from_uri,
                                                    .to = to_uri,
                                                    .state = call->state,
                                                    .status = call->status,
                                                    .messages = call->messages,
                                                    .lost = call->lost,
                                                    .transports = transports});
        g_free(from_uri);
        g_free(to_uri);
        g_free(transports);
    }
    g_free(call);
}
