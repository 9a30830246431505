/* SPDX-License-Identifier: MIT
 *
 * The life of the browsers, the telephone networks behind the proxy, and who calls whom.
 */
#include "client.h"

#include <string.h>

#include "places.h"

static const char *const names[] = {"alice", "bob",    "carol", "dave",  "erin",    "frank",  "grace",  "heidi",
                                    "ivan",  "judy",   "kemal", "linda", "mallory", "niaj",   "olivia", "peggy",
                                    "quinn", "rupert", "sybil", "trent", "ursula",  "victor", "walter", "yvonne"};

static const char *const softwares[] = {"JsSIP 3.10.1", "JsSIP 3.13.8", "SIP.js/0.21.2"};

static void client_connect(struct sim *sim, void *object);
static void consider_leaving(struct sim *sim, struct client *client);

/* ---- the list of idle clients ---- */

static void add_idle(struct population *p, struct client *client)
{
    client->state = CLIENT_IDLE;
    client->idle_at = p->idle_count;
    p->idle[p->idle_count++] = client;
}

static void remove_idle(struct population *p, struct client *client)
{
    struct client *last = p->idle[--p->idle_count];
    p->idle[client->idle_at] = last;
    last->idle_at = client->idle_at;
}

static struct client *take_idle(struct sim *sim)
{
    struct population *p = sim->population;
    struct client *client = p->idle[random_below(&sim->random, p->idle_count)];
    remove_idle(p, client);
    client->state = CLIENT_BUSY;
    return client;
}

/* ---- leaving ---- */

static void reconnect(struct sim *sim, struct client *client)
{
    client->state = CLIENT_AWAY;
    if (!sim->draining)
        sim_at(sim, sim->now + random_between(&sim->random, SECOND, 5 * SECOND), client_connect, client);
}

static void close_tcp(struct sim *sim, void *object)
{
    struct client *client = object;
    tcp_close(sim, client->websocket.tcp, FROM_SERVER);
    websocket_free(sim, &client->websocket);
    reconnect(sim, client);
}

static void answer_close(struct sim *sim, void *object)
{
    struct client *client = object;
    websocket_frame(sim, &client->websocket, FROM_SERVER, 0x80 | OPCODE_CLOSE, 2, "\x03\xe8", 2, NULL);
    tcp_when_arrived(client->websocket.tcp, FROM_SERVER, close_tcp, client);
}

static void say_goodbye(struct sim *sim, struct client *client)
{
    call_end(sim, client->registration);
    client->registration = NULL;
    websocket_frame(sim, &client->websocket, FROM_CLIENT, 0x80 | OPCODE_CLOSE, 2, "\x03\xe8", 2, NULL);
    tcp_when_arrived(client->websocket.tcp, FROM_CLIENT, answer_close, client);
}

/* A connection that lasts for one call serves no other, and closes after it; others stay until their calls are used
 * up. */
static void consider_leaving(struct sim *sim, struct client *client)
{
    if (client->scripts != 0 || client->state == CLIENT_AWAY || client->state == CLIENT_LEAVING ||
        !(sim->draining || client->calls_left == 0))
        return;
    if (client->state == CLIENT_IDLE)
        remove_idle(sim->population, client);
    client->state = CLIENT_LEAVING;
    client->registration->state = "unregistered";
    call_add_part(client->registration, script_unregister);
    call_play(sim, client->registration);
}

static void leave_if_idle(struct sim *sim, void *object)
{
    struct client *client = object;
    if (client->state == CLIENT_IDLE)
        consider_leaving(sim, client);
}

void client_script_over(struct sim *sim, struct client *client)
{
    client->scripts--;
    consider_leaving(sim, client);
}

/* ---- keeping alive ---- */

static void alive(struct sim *sim, void *object)
{
    client_script_over(sim, object);
}

static void answer_ping(struct sim *sim, void *object)
{
    struct client *client = object;
    websocket_frame(sim, &client->websocket, FROM_CLIENT, 0x80 | OPCODE_PONG, 9, "keepalive", 9, NULL);
    tcp_when_arrived(client->websocket.tcp, FROM_CLIENT, alive, client);
}

static void keep_alive_by_ping(struct sim *sim, struct client *client)
{
    client->scripts++;
    websocket_frame(sim, &client->websocket, FROM_SERVER, 0x80 | OPCODE_PING, 9, "keepalive", 9, NULL);
    tcp_when_arrived(client->websocket.tcp, FROM_SERVER, answer_ping, client);
}

static void answer_crlf(struct sim *sim, void *object)
{
    struct client *client = object;
    websocket_frame(sim, &client->websocket, FROM_SERVER, 0x80 | OPCODE_TEXT, 2, "\r\n", 2, NULL);
    tcp_when_arrived(client->websocket.tcp, FROM_SERVER, alive, client);
}

/* RFC 5626 4.4.1, as RFC 7118 6 has it for browsers. */
static void keep_alive_by_crlf(struct sim *sim, struct client *client)
{
    client->scripts++;
    websocket_frame(sim, &client->websocket, FROM_CLIENT, 0x80 | OPCODE_TEXT, 4, "\r\n\r\n", 4, NULL);
    tcp_when_arrived(client->websocket.tcp, FROM_CLIENT, answer_crlf, client);
}

static void small_talk_over(struct sim *sim, struct call *call)
{
    struct client *client = call->caller;
    call_end(sim, call);
    client_script_over(sim, client);
}

/* A conversation of one request and its response. */
static struct call *small_talk_new(struct sim *sim, struct client *client, const char *kind, const char *partner)
{
    struct call *call = call_new(sim, kind, client);
    g_strlcpy(call->other.user, partner, sizeof call->other.user);
    call->other.transport = sim_transport(sim);
    call->other.agent = softwares[0];
    call->state = "completed";
    call->status = strcmp(kind, "message") == 0 ? 202 : 200;
    return call;
}

static void small_talk(struct sim *sim, struct client *client, const char *kind, const struct step *script,
                       const char *partner)
{
    struct call *call = small_talk_new(sim, client, kind, partner);
    call->over = small_talk_over;
    call_add_part(call, script);
    client->scripts++;
    call_play(sim, call);
}

static void ask_options(struct sim *sim, struct client *client)
{
    small_talk(sim, client, "options", script_options, "keepalive");
}

static void chat(struct sim *sim, struct client *client)
{
    const unsigned count = random_between(&sim->random, 4, 12);
    const char *partner = names[random_below(&sim->random, G_N_ELEMENTS(names))];
    for (unsigned i = 0; i < count; i++)
        small_talk(sim, client, "message", script_message, partner);
}

static void refresh(struct sim *sim, struct client *client)
{
    client->refreshing = true;
    client->scripts++;
    call_add_part(client->registration, script_refresh);
    call_play(sim, client->registration);
}

static void tick(struct sim *sim, void *object)
{
    struct client *client = object;
    client->ticking = !sim->draining;
    if (sim->draining)
        return;
    sim_at(sim, sim->now + random_between(&sim->random, 20 * SECOND, 40 * SECOND), tick, client);
    if (client->state != CLIENT_IDLE && client->state != CLIENT_BUSY)
        return;
    const unsigned what = random_below(&sim->random, 100);
    if (sim->now >= client->refresh_at && !client->refreshing) {
        client->refresh_at = sim->now + 240 * SECOND;
        refresh(sim, client);
    } else if (client->websocket.coalesced && what < 20) {
        chat(sim, client);
    } else if (what < 30) {
        ask_options(sim, client);
    } else if (what < 65) {
        keep_alive_by_ping(sim, client);
    } else {
        keep_alive_by_crlf(sim, client);
    }
}

/* ---- arriving ---- */

static void begin_ticking(struct sim *sim, struct client *client)
{
    if (client->ticking || sim->mix->one_call_each)
        return;
    client->ticking = true;
    sim_at(sim, sim->now + random_between(&sim->random, 5 * SECOND, 40 * SECOND), tick, client);
}

static void registration_over(struct sim *sim, struct call *call)
{
    struct client *client = call->caller;
    if (client->state == CLIENT_LEAVING) {
        say_goodbye(sim, client);
    } else if (client->refreshing) {
        client->refreshing = false;
        client_script_over(sim, client);
    } else {
        add_idle(sim->population, client);
        begin_ticking(sim, client);
        consider_leaving(sim, client);
    }
}

static void register_client(struct sim *sim, void *object)
{
    struct client *client = object;
    struct call *call = call_new(sim, "registration", client);
    client->registration = call;
    call->callee = client; /* To is the one who registers */
    call->state = "registered";
    call->status = 200;
    call->over = registration_over;
    call->cseq[0] = 0;
    call_add_part(call, script_register);
    call_play(sim, call);
}

/* Neither registers nor calls: is asked once, answers, and goes. */
static void glance(struct sim *sim, void *object)
{
    struct client *client = object;
    struct call *call = small_talk_new(sim, client, "options", "keepalive");
    client->state = CLIENT_LEAVING;
    client->registration = call;
    call->over = registration_over;
    call_add_part(call, script_options);
    call_play(sim, call);
}

static void name_client(struct sim *sim, struct client *client, struct host host)
{
    struct random *random = &sim->random;
    struct party *party = &client->party;
    const char *name = names[random_below(random, G_N_ELEMENTS(names))];
    *party = (struct party){.transport = sim_transport(sim), .address = host};
    g_snprintf(party->user, sizeof party->user, "%s%u", name, random_below(random, 100000));
    if (random_permille(random, 600))
        g_snprintf(party->display, sizeof party->display, "%s \xc3\x84.", name);
    random_token(random, random_alnum, 12, party->sent_by);
    g_strlcat(party->sent_by, ".invalid", sizeof party->sent_by);
    random_token(random, random_alnum, 8, party->contact);
    g_strlcat(party->contact, "@", sizeof party->contact);
    g_strlcat(party->contact, party->sent_by, sizeof party->contact);
    random_token(random, random_hex, 36, party->instance);
    party->instance[8] = party->instance[13] = party->instance[18] = party->instance[23] = '-';
    party->agent = softwares[random_below(random, G_N_ELEMENTS(softwares))];
}

static struct host random_client_host(struct random *random)
{
    const uint32_t address = random_permille(random, 200) ? NATTED_ADDRESS + random_between(random, 1, 254)
                                                          : CLIENTS_ADDRESS + random_between(random, 1, HOSTS);
    return (struct host){address, (uint16_t)random_between(random, 32768, 60999)};
}

static void client_connect(struct sim *sim, void *object)
{
    struct client *client = object;
    if (sim->draining)
        return;
    const struct host host = random_client_host(&sim->random);
    name_client(sim, client, host);
    client->state = CLIENT_REGISTERING;
    client->refreshing = false;
    client->calls_left = random_between(&sim->random, MAX(sim->mix->calls_low, 1), MAX(sim->mix->calls_high, 1));
    client->refresh_at = sim->now + random_between(&sim->random, 60 * SECOND, 240 * SECOND);
    client->websocket = (struct websocket){0};
    websocket_choose(&client->websocket, sim);
    const struct host proxy = {PROXY_ADDRESS, sim->mix->tls ? PROXY_WSS_PORT : PROXY_WS_PORT};
    websocket_open(sim, &client->websocket, host, proxy, sim->mix->brief ? glance : register_client, client);
}

/* ---- calls ---- */

static void close_gateways(struct sim *sim)
{
    for (unsigned i = 0; i < GATEWAYS; i++) {
        struct gateway *gateway = &sim->population->gateways[i];
        if (gateway->tcp != NULL)
            tcp_close(sim, gateway->tcp, FROM_CLIENT);
        gateway->tcp = NULL;
    }
}

static void call_client_over(struct sim *sim, struct client *client)
{
    if (!sim->mix->one_long) {
        client->calls_left--;
        add_idle(sim->population, client);
    }
    client_script_over(sim, client);
}

static void call_over(struct sim *sim, struct call *call)
{
    struct client *caller = call->caller;
    struct client *callee = call->callee;
    call_end(sim, call);
    call_client_over(sim, caller);
    if (callee != NULL)
        call_client_over(sim, callee);
    if (--sim->calls_open == 0 && sim->draining)
        close_gateways(sim);
}

static void plan_success(struct sim *sim, struct call *call)
{
    struct random *random = &sim->random;
    call->state = "completed";
    call->status = 200;
    call_add_part(call, script_invite);
    call_add_part(call, script_answer);
    for (unsigned left = random_permille(random, 300) ? random_between(random, 1, 4) : 0; left != 0; left--)
        call_add_part(call, script_info);
    for (unsigned left = random_permille(random, 400) ? random_between(random, 1, 2) : 0; left != 0; left--)
        call_add_part(call, script_hold);
    call_add_part(call, random_permille(random, 600) ? script_bye_caller : script_bye_callee);
}

static void plan_failure(struct call *call, const struct step *first, const struct step *second, const char *state,
                         unsigned status)
{
    call->state = state;
    call->status = status;
    call_add_part(call, first);
    if (second != NULL)
        call_add_part(call, second);
}

static void name_number(struct sim *sim, struct party *party, const struct gateway *gateway, const char *transport)
{
    *party = (struct party){.transport = transport, .agent = "Gateway/2.4"};
    party->address = gateway->host;
    g_snprintf(party->user, sizeof party->user, "+4955501%05u", random_below(&sim->random, 100000));
    g_snprintf(party->sent_by, sizeof party->sent_by, "%u.%u.%u.%u:%u", gateway->host.address >> 24,
               gateway->host.address >> 16 & 0xff, gateway->host.address >> 8 & 0xff, gateway->host.address & 0xff,
               gateway->host.port);
    g_snprintf(party->contact, sizeof party->contact, "%s@%s", party->user, party->sent_by);
}

/* Who is called: another browser, of which one is idle, or a number behind a gateway. */
static void choose_callee(struct sim *sim, struct call *call)
{
    const unsigned what = random_below(&sim->random, 1000);
    const unsigned udp = sim->mix->udp_legs;
    if (what < udp || what < udp + sim->mix->tcp_legs || sim->mix->one_long) {
        const bool tcp = what >= udp;
        call->leg = sim->mix->one_long ? LEG_UNSEEN : tcp ? LEG_TCP : LEG_UDP;
        call->gateway = &sim->population->gateways[random_below(&sim->random, GATEWAYS / 2) * 2 + tcp];
        name_number(sim, &call->other, call->gateway, tcp ? "TCP" : "UDP");
        return;
    }
    call->callee = take_idle(sim);
    call->callee->scripts++;
}

static void plan_call(struct sim *sim, struct call *call)
{
    const unsigned ending = random_below(&sim->random, 100);
    if (ending < 80)
        plan_success(sim, call);
    else if (ending < 88)
        plan_failure(call, script_invite, script_busy, "rejected", 486);
    else if (ending < 95)
        plan_failure(call, script_invite, script_cancel, "cancelled", 487);
    else
        plan_failure(call, script_not_found, NULL, "rejected", 404);
}

static void begin_call(struct sim *sim)
{
    struct population *p = sim->population;
    if (p->idle_count < (sim->mix->one_long ? 1 : 2))
        return;
    struct client *caller = sim->mix->one_long ? p->idle[0] : take_idle(sim);
    struct call *call = call_new(sim, "call", caller);
    call->over = call_over;
    caller->scripts++;
    choose_callee(sim, call);
    plan_call(sim, call);
    sim->calls_begun++;
    sim->calls_open++;
    call_play(sim, call);
}

/* ---- the course of the whole ---- */

/* What ending everything that is open will still add to the file; about. */
static uint64_t bytes_to_come(const struct sim *sim)
{
    return (uint64_t)sim->population->client_count * 3500 + (uint64_t)sim->calls_open * 9000;
}

static bool is_enough(const struct sim *sim)
{
    return (sim->size_limit != 0 && sim->capture.bytes + bytes_to_come(sim) >= sim->size_limit) ||
           (sim->call_limit != 0 && sim->calls_begun >= sim->call_limit);
}

static void drain(struct sim *sim)
{
    struct population *p = sim->population;
    sim->draining = true;
    for (unsigned i = 0; i < p->client_count; i++)
        sim_at(sim, sim->now + random_below(&sim->random, 4 * SECOND), leave_if_idle, &p->clients[i]);
    if (sim->calls_open == 0)
        close_gateways(sim);
}

static void keep_calling(struct sim *sim, void *object)
{
    if (is_enough(sim)) {
        drain(sim);
        return;
    }
    const uint32_t mean = SECOND / sim->rate;
    sim_at(sim, sim->now + random_between(&sim->random, mean / 5, mean * 9 / 5), keep_calling, object);
    if (!sim->recording && sim->population->idle_count == sim->population->client_count)
        sim->recording = true;
    if (sim->recording)
        begin_call(sim);
}

static void gateway_ready(struct sim *sim, void *object)
{
    (void)sim;
    (void)object;
}

static void open_gateways(struct sim *sim)
{
    for (unsigned i = 0; i < GATEWAYS; i++) {
        struct gateway *gateway = &sim->population->gateways[i];
        gateway->host = (struct host){GATEWAY_ADDRESS + i, PROXY_SIP_PORT};
        const bool tcp = i % 2 == 1;
        const struct host proxy = {PROXY_ADDRESS, (uint16_t)(41000 + i)};
        if (tcp && sim->mix->tcp_legs != 0)
            gateway->tcp = tcp_open(sim, proxy, gateway->host, FROM_SERVER, gateway_ready, NULL);
    }
}

static unsigned count_clients(const struct sim *sim)
{
    const unsigned most = sim->mix->clients;
    const uint64_t fitting = sim->size_limit != 0 ? sim->size_limit >> 16 : sim->call_limit / 4;
    return (unsigned)MIN((uint64_t)most, MAX(fitting, UINT64_C(8)));
}

void population_start(struct sim *sim)
{
    struct population *p = g_new0(struct population, 1);
    sim->population = p;
    sim->recording = !sim->mix->late_start;
    p->client_count = count_clients(sim);
    p->clients = g_new0(struct client, p->client_count);
    p->idle = g_new0(struct client *, p->client_count);
    open_gateways(sim);
    for (unsigned i = 0; i < p->client_count; i++)
        sim_at(sim, sim->now + (int64_t)i * 20 * MILLISECOND + random_below(&sim->random, 15000), client_connect,
               &p->clients[i]);
    sim_at(sim, sim->now + SECOND, keep_calling, NULL);
}

void population_free(struct sim *sim)
{
    g_free(sim->population->clients);
    g_free(sim->population->idle);
    g_free(sim->population);
}
