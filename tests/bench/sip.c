/* SPDX-License-Identifier: MIT
 *
 * The SIP messages, as JsSIP and Kamailio write them (RFC 3261, RFC 7118).
 */
#include "client.h"
#include "places.h"

static const char domain[] = "example.test";
static const char proxy[] = "10.0.10.10";
static const char proxy_ws[] = "10.0.10.10:8088";
static const char allow[] =
    "Allow: INVITE,ACK,CANCEL,BYE,UPDATE,MESSAGE,OPTIONS,REFER,INFO,NOTIFY,SUBSCRIBE\r\nSupported: ";

const char *method_name(enum method method)
{
    static const char *const names[] = {"INVITE", "ACK", "BYE", "CANCEL", "INFO", "REGISTER", "OPTIONS", "MESSAGE"};
    return names[method];
}

static const char *reason(unsigned status)
{
    switch (status) {
    case 100:
        return "100 Trying";
    case 180:
        return "180 Ringing";
    case 200:
        return "200 OK";
    case 202:
        return "202 Accepted";
    case 401:
        return "401 Unauthorized";
    case 404:
        return "404 Not Found";
    case 486:
        return "486 Busy Here";
    default:
        return "487 Request Terminated";
    }
}

/* A step and what follows from it. */
struct shape {
    const struct call *call;
    const struct step *step;
    const struct party *caller;
    const struct party *callee;
    bool request;
    bool up; /* to the proxy */
    bool caller_leg;
    bool by_callee; /* who began the transaction */
    uint64_t branch;
    enum leg leg; /* what carries this hop */
};

static struct shape shape_of(const struct call *call, const struct step *step)
{
    struct shape s = {.call = call, .step = step, .caller = &call->caller->party};
    s.callee = call->callee != NULL ? &call->callee->party : &call->other;
    s.request = step->status == 0;
    s.up = step->hop == CALLER_UP || step->hop == CALLEE_UP;
    s.caller_leg = step->hop == CALLER_UP || step->hop == CALLER_DOWN;
    s.by_callee = step->flags & BY_CALLEE;
    s.branch = random_mix(call->seed, call->transaction * 2 + ((step->flags & ACK_OF_2XX) != 0));
    s.leg = s.caller_leg ? LEG_WS : call->leg;
    return s;
}

static const char *transport_parameter(const struct party *party)
{
    return party->transport[0] == 'W' ? ";transport=ws" : party->transport[0] == 'T' ? ";transport=tcp" : "";
}

/* ---- header fields ---- */

static void put_start_line(struct text *text, const struct shape *s)
{
    if (!s->request) {
        text_add(text, "SIP/2.0 ", reason(s->step->status), "\r\n", NULL);
        return;
    }
    const struct party *target = s->by_callee ? s->caller : s->callee;
    text_add(text, method_name(s->step->method), " sip:", NULL);
    if (s->step->method == REGISTER)
        text_add(text, domain, NULL);
    else if (s->up && !(s->step->flags & IN_DIALOG))
        text_add(text, target->user, "@", domain, NULL);
    else
        text_add(text, target->contact, transport_parameter(target), NULL);
    text_add(text, " SIP/2.0\r\n", NULL);
}

static void put_proxy_via(struct text *text, const struct shape *s)
{
    const char *const names[] = {s->caller->transport, "UDP", "TCP", s->caller->transport};
    char branch[38];
    struct random random;
    random_seed(&random, random_mix(s->branch, 1));
    random_token(&random, random_hex, 37, branch);
    branch[4] = '.';
    text_add(text, "Via: SIP/2.0/", names[s->leg], " ", s->leg == LEG_WS ? proxy_ws : proxy, ";branch=z9hG4bK", branch,
             ".0\r\n", NULL);
}

static void put_own_via(struct text *text, const struct shape *s)
{
    const struct party *party = s->by_callee ? s->callee : s->caller;
    text_add(text, "Via: SIP/2.0/", party->transport, " ", party->sent_by, ";branch=z9hG4bK", NULL);
    text_number(text, s->branch % 9000000 + 1000000);
    if (!(s->request && s->up)) {
        text_add(text, ";rport=", NULL);
        text_number(text, party->address.port);
        text_add(text, ";received=", NULL);
        text_address(text, party->address.address);
    }
    text_add(text, "\r\n", NULL);
}

static void put_vias(struct text *text, const struct shape *s)
{
    const bool through_proxy = s->request != s->up;
    if (through_proxy)
        put_proxy_via(text, s);
    if (!through_proxy || !(s->step->flags & ONE_HOP))
        put_own_via(text, s);
}

static void put_route(struct text *text, const struct shape *s)
{
    const struct step *step = s->step;
    const bool in_dialog = step->flags & IN_DIALOG;
    const bool forms_dialog = step->method == INVITE && !in_dialog && (s->request ? !s->up : step->status > 100);
    if (in_dialog && s->request && s->up)
        text_add(text, "Route: <sip:", proxy_ws, ";transport=ws;lr=on;ftag=", s->call->tag[0], ">\r\n", NULL);
    else if (forms_dialog && step->status < 300)
        text_add(text, "Record-Route: <sip:", proxy_ws, ";transport=ws;lr=on;ftag=", s->call->tag[0], ">\r\n", NULL);
}

static void put_address(struct text *text, const char *name, const struct party *party, const char *tag)
{
    text_add(text, name, NULL);
    if (party->display[0] != '\0')
        text_add(text, "\"", party->display, "\" ", NULL);
    text_add(text, "<sip:", party->user, "@", domain, ">", NULL);
    if (tag != NULL)
        text_add(text, ";tag=", tag, NULL);
    text_add(text, "\r\n", NULL);
}

static void put_dialog(struct text *text, const struct shape *s)
{
    const struct call *call = s->call;
    const struct step *step = s->step;
    const bool ack_of_refusal = step->method == ACK_METHOD && !(step->flags & ACK_OF_2XX);
    const bool to_tag = step->status > 100 || (step->flags & IN_DIALOG) || ack_of_refusal;
    const struct party *from = s->by_callee ? s->callee : s->caller;
    const struct party *to = s->by_callee ? s->caller : s->callee;
    put_address(text, "To: ", to, to_tag ? call->tag[!s->by_callee] : NULL);
    put_address(text, "From: ", from, call->tag[s->by_callee]);
    text_add(text, "Call-ID: ", call->call_id, "\r\nCSeq: ", NULL);
    text_number(text, call->cseq[s->by_callee]);
    text_add(text, " ", method_name(step->method), "\r\n", NULL);
}

static void put_credentials(struct text *text, const struct shape *s)
{
    struct random random;
    char nonce[33];
    char response[33];
    char cnonce[13];
    random_seed(&random, s->call->seed);
    random_token(&random, random_base64, 32, nonce);
    random_seed(&random, s->branch);
    random_token(&random, random_hex, 32, response);
    random_token(&random, random_alnum, 12, cnonce);
    if (s->step->flags & CHALLENGE)
        text_add(text, "WWW-Authenticate: Digest realm=\"", domain, "\", nonce=\"", nonce, "\", qop=\"auth\"\r\n",
                 NULL);
    if (s->request)
        text_add(text, "Authorization: Digest algorithm=MD5, username=\"", s->caller->user, "\", realm=\"", domain,
                 "\", nonce=\"", nonce, "\", uri=\"sip:", domain, "\", response=\"", response,
                 "\", qop=auth, cnonce=\"", cnonce, "\", nc=00000001\r\n", NULL);
}

static void put_binding(struct text *text, const struct shape *s)
{
    const struct party *party = s->caller;
    const char *expires = s->step->flags & EXPIRES_NOW ? "0" : "600";
    if (s->request) {
        text_add(text, "Expires: ", expires, "\r\nContact: <sip:", party->contact,
                 ";transport=ws>;+sip.ice;reg-id=1;+sip.instance=\"<urn:uuid:", party->instance,
                 ">\";expires=", expires, "\r\n", NULL);
    } else if (s->step->status == 200 && !(s->step->flags & EXPIRES_NOW)) {
        text_add(text, "Contact: <sip:", party->contact, ";transport=ws>;expires=600;received=\"sip:", NULL);
        text_host(text, party->address.address, party->address.port);
        text_add(text, ";transport=ws\";pub-gruu=\"sip:", party->user, "@", domain, ";gr=urn:uuid:", party->instance,
                 "\";+sip.instance=\"<urn:uuid:", party->instance, ">\";reg-id=1\r\n", NULL);
    }
}

/* Where the sender of an INVITE, or of what answers it, wants to be reached. */
static void put_contact(struct text *text, const struct shape *s)
{
    const struct step *step = s->step;
    if (step->method != INVITE || (!s->request && (step->status == 100 || step->status >= 300)))
        return;
    const struct party *party = s->request == !s->by_callee ? s->caller : s->callee;
    text_add(text, "Contact: <sip:", party->contact, transport_parameter(party), ">\r\n", NULL);
}

static void put_software(struct text *text, const struct shape *s)
{
    const bool by_proxy = !s->up && (s->step->flags & ONE_HOP);
    if (by_proxy) {
        text_add(text, s->request ? "User-Agent" : "Server", ": kamailio (5.6.3 (x86_64/linux))\r\n", NULL);
        return;
    }
    const struct party *sender = s->request == !s->by_callee ? s->caller : s->callee;
    if (s->request || s->step->status == 200)
        text_add(text, allow, s->step->method == REGISTER ? "path,gruu,outbound" : "gruu,ice,replaces,outbound",
                 "\r\nUser-Agent: ", sender->agent, "\r\n", NULL);
    else
        text_add(text, "Supported: gruu,ice,replaces,outbound\r\n", NULL);
}

/* ---- bodies ---- */

static void put_sdp(struct text *body, const struct shape *s)
{
    static const char *const directions[] = {
        [BODY_OFFER] = "sendrecv", [BODY_ANSWER] = "sendrecv", [BODY_HOLD] = "sendonly", [BODY_HELD] = "recvonly"};
    const bool answer = s->step->body == BODY_ANSWER || s->step->body == BODY_HELD;
    const bool from_callee = answer != s->by_callee;
    const bool relayed = s->call->leg == LEG_UDP || s->call->leg == LEG_TCP;
    const bool plain = relayed && !s->caller_leg && s->call->seed % 16 != 0; /* some relays leave all as it is */
    const struct sdp sdp = {
        .seed = random_mix(s->call->seed, from_callee + 2U * plain),
        .version = s->step->body == BODY_OFFER || s->step->body == BODY_ANSWER ? 2 : 3,
        .direction = directions[s->step->body],
        .setup = answer ? "active" : "actpass",
        .plain = plain,
        .address = plain ? RELAY_ADDRESS : (from_callee ? s->callee : s->caller)->address.address,
    };
    sdp_write(body, &sdp);
}

static const char *put_body(struct text *body, const struct shape *s)
{
    static const char keys[] = "0123456789*#";
    static const char *const words[] = {"Ping", "Are you there?",
                                        "I'll call you back in five minutes, the other line is "
                                        "ringing.",
                                        "\xc3\x9c"
                                        "ber die Br\xc3\xbc"
                                        "cke, dann links."};
    switch (s->step->body) {
    case BODY_NONE:
        return NULL;
    case BODY_DTMF:
        text_add(body, "Signal=", NULL);
        text_byte(body, (unsigned char)keys[s->branch % 12]);
        text_add(body, "\r\nDuration=100", NULL);
        return "application/dtmf-relay";
    case BODY_TEXT:
        text_add(body, words[s->branch % 4], NULL);
        return "text/plain";
    default:
        put_sdp(body, s);
        return "application/sdp";
    }
}

void sip_write(struct sim *sim, const struct call *call, const struct step *step, struct text *text)
{
    const struct shape s = shape_of(call, step);
    put_start_line(text, &s);
    put_route(text, &s);
    put_vias(text, &s);
    if (s.request)
        text_add(text, s.up ? "Max-Forwards: 70\r\n" : "Max-Forwards: 69\r\n", NULL);
    put_dialog(text, &s);
    if (step->method == REGISTER) {
        if (step->flags & (CHALLENGE | WITH_CREDENTIALS))
            put_credentials(text, &s);
        put_binding(text, &s);
    }
    put_contact(text, &s);
    put_software(text, &s);
    text_clear(&sim->body);
    const char *type = put_body(&sim->body, &s);
    if (type != NULL)
        text_add(text, "Content-Type: ", type, "\r\n", NULL);
    text_add(text, "Content-Length: ", NULL);
    text_number(text, sim->body.size);
    text_add(text, "\r\n\r\n", NULL);
    text_bytes(text, sim->body.data, sim->body.size);
}
