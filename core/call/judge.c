/* SPDX-License-Identifier: MIT
 *
 * What do the facts of a call, registration, subscription ... add up to? RFC 3261 10, 13, 15 and 17, RFC 3428, RFC
 * 3903, RFC 4320, RFC 6665. The public header says what each state means.
 */
#include "call/tracked.h"

#include "call/when.h"

enum sw_call_kind sw_tracked_kind(const struct sw_tracked *call)
{
    return call->is_call ? SW_CALL_CALL : call->origin.kind;
}

bool sw_in_progress(enum sw_call_state state)
{
    return state == SW_CALL_TRYING || state == SW_CALL_RINGING || state == SW_CALL_ANSWERED;
}

static enum sw_call_state state_of_refusal(unsigned status)
{
    if (status < 400)
        return SW_CALL_REDIRECTED;
    if (status == 408)
        return SW_CALL_TIMEOUT;
    return status == 487 ? SW_CALL_CANCELLED : SW_CALL_REJECTED;
}

static void judge_final(struct sw_verdict *verdict, const struct sw_attempt *attempt, enum sw_call_state accepted)
{
    verdict->status = sw_attempt_status(attempt);
    if (verdict->status < 300) {
        verdict->state = accepted;
        return;
    }
    verdict->state = state_of_refusal(verdict->status);
    verdict->end = sw_attempt_end(attempt);
}

/* Nothing has come back; over is when that becomes a timeout. */
static void judge_silence(const struct sw_tracked *call, int64_t now, struct sw_verdict *verdict)
{
    verdict->over = sw_time_plus(call->last, SW_64_T1);
    if (now < verdict->over)
        return;
    verdict->state = SW_CALL_TIMEOUT;
    verdict->end = call->last;
}

/* The INVITE whose fate is the call's: the first that was answered, else the latest. Only the caller's: behind a
 * back-to-back user agent that keeps the Call-ID, others begin with tags of their own. */
static const struct sw_attempt *deciding_invite(const struct sw_tracked *call)
{
    const struct sw_attempt *latest = NULL;
    const struct sw_attempt *answered = NULL;
    for (size_t i = 0; i < call->attempts.count; i++) {
        const struct sw_attempt *attempt = &call->attempts.items[i];
        const unsigned status = sw_attempt_status(attempt);
        if (attempt->method != SW_METHOD_INVITE || attempt->from_tag != call->origin.caller_tag)
            continue;
        if (status != 0 && status < 300 && (answered == NULL || attempt->first < answered->first))
            answered = attempt;
        if (latest == NULL || attempt->first > latest->first)
            latest = attempt;
    }
    return answered != NULL ? answered : latest;
}

static void judge_bye(const struct sw_tracked *call, const struct sw_dialog *end, struct sw_verdict *verdict)
{
    verdict->state = SW_CALL_COMPLETED;
    verdict->end = end->bye;
    verdict->ended_by = end->bye_from == call->origin.caller_tag ? SW_ENDED_CALLER : SW_ENDED_CALLEE;
}

/* RFC 3261 9.1: a CANCEL that brings no final response within 64*T1 has ended the INVITE all the same. */
static void judge_unanswered(const struct sw_tracked *call, const struct sw_attempt *invite, int64_t now,
                             struct sw_verdict *verdict)
{
    if (verdict->ringing != SW_NO_TIME)
        verdict->state = SW_CALL_RINGING;
    if (call->cancel != SW_NO_TIME) {
        verdict->over = sw_time_plus(call->last, SW_64_T1);
        if (now < verdict->over)
            return;
        verdict->state = SW_CALL_CANCELLED;
        verdict->end = call->cancel;
        verdict->ended_by = SW_ENDED_CALLER;
    } else if (invite != NULL && !sw_attempt_responded(invite)) {
        judge_silence(call, now, verdict);
    }
}

static void judge_call(const struct sw_tracked *call, int64_t now, struct sw_verdict *verdict)
{
    const struct sw_attempt *invite = deciding_invite(call);
    const struct sw_dialog *bye = sw_dialogs_end(&call->dialogs, call->origin.caller_tag);
    if (invite != NULL) {
        verdict->ringing = sw_attempt_ringing(invite);
        verdict->status = sw_attempt_status(invite);
    }
    if (verdict->status >= 300) {
        judge_final(verdict, invite, SW_CALL_ANSWERED);
        if (verdict->state == SW_CALL_CANCELLED && call->cancel != SW_NO_TIME)
            verdict->ended_by = SW_ENDED_CALLER;
        return;
    }
    if (verdict->status != 0) {
        verdict->answered = sw_attempt_end(invite);
        if (verdict->ringing > verdict->answered)
            verdict->ringing = SW_NO_TIME;
    }
    if (bye != NULL)
        judge_bye(call, bye, verdict);
    else if (verdict->status != 0 || call->established || (invite == NULL && call->in_dialog))
        verdict->state = SW_CALL_ANSWERED;
    else
        judge_unanswered(call, invite, now, verdict);
}

/* Of all other kinds: the latest request that got a final response other than a challenge, for one that is still under
 * way doesn't undo what came before; else the latest. */
static const struct sw_attempt *deciding_request(const struct sw_tracked *call)
{
    const struct sw_attempt *latest = NULL;
    const struct sw_attempt *decided = NULL;
    for (size_t i = 0; i < call->attempts.count; i++) {
        const struct sw_attempt *attempt = &call->attempts.items[i];
        if (sw_method_kind(attempt->method, false) != call->origin.kind)
            continue;
        if (latest == NULL || attempt->first > latest->first)
            latest = attempt;
        if (sw_attempt_status(attempt) != 0 && !sw_attempt_challenged(attempt) &&
            (decided == NULL || attempt->first > decided->first))
            decided = attempt;
    }
    return decided != NULL ? decided : latest;
}

static void judge_request(const struct sw_tracked *call, int64_t now, struct sw_verdict *verdict,
                          enum sw_call_state accepted)
{
    const struct sw_attempt *request = deciding_request(call);
    if (request == NULL || sw_attempt_status(request) == 0) {
        judge_silence(call, now, verdict);
        return;
    }
    judge_final(verdict, request, accepted);
    if (verdict->state == SW_CALL_COMPLETED)
        verdict->end = sw_attempt_end(request);
}

static int64_t first_answer(const struct sw_tracked *call)
{
    int64_t answered = call->attempts.answered;
    for (size_t i = 0; i < call->attempts.count; i++) {
        const struct sw_attempt *attempt = &call->attempts.items[i];
        const unsigned status = sw_attempt_status(attempt);
        if (status != 0 && status < 300)
            answered = sw_time_first(answered, sw_attempt_end(attempt));
    }
    return answered;
}

/* When what an accepted request was granted runs out. */
static int64_t runs_out(const struct sw_attempt *attempt)
{
    uint32_t seconds =
        attempt->granted != SW_NO_EXPIRES && attempt->granted != 0 ? attempt->granted : attempt->requested;
    if (seconds == SW_NO_EXPIRES)
        seconds = SW_DEFAULT_EXPIRES;
    return sw_time_plus(sw_attempt_end(attempt), (int64_t)seconds * SW_SECOND);
}

/* What the client asked for tells whether its binding is gone: the response lists those of other clients too. */
static void judge_registration(const struct sw_tracked *call, int64_t now, struct sw_verdict *verdict)
{
    judge_request(call, now, verdict, SW_CALL_REGISTERED);
    if (verdict->state != SW_CALL_REGISTERED)
        return;
    const struct sw_attempt *request = deciding_request(call);
    if (request->requested == 0 || (request->requested == SW_NO_EXPIRES && request->granted == 0)) {
        verdict->state = SW_CALL_UNREGISTERED;
        verdict->end = sw_attempt_end(request);
        return;
    }
    verdict->over = runs_out(request);
}

/* SUBSCRIBE for 0 seconds ends a subscription, or fetches the state once (RFC 6665 4.1.2.3, 4.4.3). */
static struct sw_notified subscription_life(const struct sw_tracked *call)
{
    struct sw_notified life = call->notified;
    life.terminated = sw_time_last(life.terminated, call->refused_481);
    for (size_t i = 0; i < call->attempts.count; i++) {
        const struct sw_attempt *attempt = &call->attempts.items[i];
        const unsigned status = sw_attempt_status(attempt);
        if (status == 0 || status >= 300)
            continue;
        const int64_t answered = sw_attempt_end(attempt);
        if (attempt->granted == 0 || (attempt->granted == SW_NO_EXPIRES && attempt->requested == 0)) {
            life.terminated = sw_time_last(life.terminated, answered);
        } else {
            life.active = sw_time_last(life.active, answered);
            life.until = sw_time_last(life.until, runs_out(attempt));
        }
    }
    return life;
}

static void judge_subscription(const struct sw_tracked *call, int64_t now, struct sw_verdict *verdict)
{
    const struct sw_notified life = subscription_life(call);
    const bool began = life.active != SW_NO_TIME || call->notified.terminated != SW_NO_TIME;
    judge_request(call, now, verdict, SW_CALL_ACTIVE);
    if (!began && verdict->state != SW_CALL_ACTIVE)
        return;
    const bool ended = life.terminated >= life.active;
    verdict->state = ended ? SW_CALL_TERMINATED : SW_CALL_ACTIVE;
    verdict->end = ended ? life.terminated : SW_NO_TIME;
    const int64_t until =
        life.until != SW_NO_TIME ? life.until : sw_time_plus(life.active, (int64_t)SW_DEFAULT_EXPIRES * SW_SECOND);
    verdict->over = ended ? SW_NEVER : until;
}

/* A call that nobody ended ends with its WebSocket; a registration or subscription stays what it is, without a way to
 * it. */
static void judge_connection(const struct sw_tracked *call, struct sw_verdict *verdict)
{
    const bool bound = verdict->state == SW_CALL_REGISTERED || verdict->state == SW_CALL_ACTIVE;
    if (!sw_in_progress(verdict->state) && !bound)
        return;
    bool websocket;
    const int64_t lost = sw_links_lost(&call->links, &websocket);
    if (lost == SW_NO_TIME || !websocket)
        return;
    verdict->ended_by = SW_ENDED_CONNECTION;
    verdict->end = lost;
    if (bound)
        return;
    verdict->state = SW_CALL_LOST;
    verdict->over = sw_time_plus(sw_time_last(call->last, lost), SW_64_T1);
}

struct sw_verdict sw_tracked_judge(const struct sw_tracked *call, int64_t now)
{
    struct sw_verdict verdict = {
        .state = SW_CALL_TRYING,
        .ringing = SW_NO_TIME,
        .answered = SW_NO_TIME,
        .end = SW_NO_TIME,
        .over = SW_NEVER,
    };
    switch (sw_tracked_kind(call)) {
    case SW_CALL_CALL:
        judge_call(call, now, &verdict);
        break;
    case SW_CALL_REGISTRATION:
        judge_registration(call, now, &verdict);
        break;
    case SW_CALL_SUBSCRIPTION:
        judge_subscription(call, now, &verdict);
        break;
    default:
        judge_request(call, now, &verdict, SW_CALL_COMPLETED);
        break;
    }
    if (sw_tracked_kind(call) != SW_CALL_CALL)
        verdict.answered = first_answer(call);
    judge_connection(call, &verdict);
    const int64_t quiet = sw_time_plus(call->last, SW_64_T1);
    if (verdict.over < quiet || (verdict.over == SW_NEVER && !sw_in_progress(verdict.state)))
        verdict.over = quiet;
    return verdict;
}
