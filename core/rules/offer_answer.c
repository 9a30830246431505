/* SPDX-License-Identifier: MIT
 *
 * Which description is an offer, which one answers it, and where is one missing? RFC 3264 4, RFC 3261 13.2.1 and
 * 13.3.1.4, RFC 3262 5, RFC 3311 5.
 *
 * An INVITE, UPDATE or PRACK that is open is remembered by the number of its message, a dialog by Call-ID, tags and the
 * two ends of its hop. A table that is full is emptied, and knows nothing of what came before.
 */
#include "sipweave/offer_answer.h"

#include "bytes.h"
#include "map.h"
#include "rules/sdp_kept.h"
#include "rules/sdp_pair.h"
#include "rules/sip_case.h"
#include "sipweave/fields.h"

#include <glib.h>

enum {
    ENTRIES_MAX = 16384,
    CLEAN_MAX = 4096,
    LOSSES_MAX = 4096,
    DESCRIPTIONS_MAX = 64 << 20, /* bytes of all that are kept */
};

#define ABANDONED (INT64_C(32) * 1000000000) /* 64*T1: a request without any response is given up */

enum method { METHOD_OTHER, METHOD_INVITE, METHOD_ACK, METHOD_PRACK, METHOD_UPDATE, METHOD_BYE };

enum body { BODY_NONE, BODY_SDP, BODY_OTHER };

/* A request that may be answered. */
struct exchange {
    enum method method;
    bool initial; /* it is in no dialog */
    uint64_t path;
    uint64_t losses;           /* on the path when it was sent */
    struct sw_sdp_kept *offer; /* NULL: it had no body */
};

/* On one hop. Numbers of requests: 0 is none. */
struct dialog {
    struct {
        uint64_t tag;
        bool heard;               /* a message of this side was seen */
        struct sw_sdp_kept *last; /* its part of the latest offer and answer that were completed */
    } sides[2];
    struct {
        uint64_t request;
        size_t side;
        int64_t time;
        bool acknowledged; /* by a provisional response of the other side's user agent */
    } pending;             /* the latest offer, until it is answered or refused */
    uint64_t rseq;         /* of the latest reliable provisional response */
    bool unseen;           /* one was acknowledged that isn't in the capture: it may have had a description */
    uint64_t answered;     /* the INVITE that a reliable provisional response has answered */
    uint64_t previewed;    /* the INVITE that an unreliable one has shown the answer to */
    struct sw_sdp_kept *preview;
    uint64_t late; /* the INVITE without an offer, whose response made one */
    uint64_t late_rseq;
    struct sw_sdp_kept *late_offer;
};

struct sw_offers {
    struct sw_sip_checker *checker; /* NULL: none */
    uint64_t seed;
    struct sw_sdp_store store;
    struct sw_map exchanges; /* by the number of the request */
    struct sw_map dialogs;
    const struct sw_placement *placement; /* of the message at hand, and */
    const struct sw_offers_judgement *judgement;
    uint64_t reports;
    uint64_t losses[LOSSES_MAX]; /* how many on a path, by its hash; paths that share a place share them */
    uint64_t late;               /* offers that responses made and nobody has answered, as many as there may be */
    uint64_t clean[CLEAN_MAX];   /* descriptions that nothing was to be said of, seen beside each other: by a hash */
    struct sw_description now;
    struct sw_sent offer, own, peer;
};

/* A message, and what it takes to place it. */
struct view {
    struct sw_offers *offers;
    const struct sw_sip_record *record;
    const struct sw_placement *placement;
    struct sw_mark mark;
    enum method method;
    enum body body;
    struct sw_slice text; /* BODY_SDP, and its hash */
    uint64_t hash;
    const struct sw_body *read; /* the same as the checker read it, or NULL */
    uint64_t call;
    uint64_t from_tag;
    uint64_t to_tag;           /* 0: none */
    uint64_t path;             /* of a response: its request's */
    struct exchange *exchange; /* that a response is of */
    struct dialog *dialog;     /* on this path; NULL: none is known */
};

/* --- descriptions ------------------------------------------------------------------------------------------------ */

/* NULL where it is too large, or none. */
static struct sw_sdp_kept *keep(const struct view *view)
{
    const struct sw_outline *outline = view->read != NULL ? view->read->outline : NULL;
    if (view->body != BODY_SDP)
        return NULL;
    return sw_sdp_keep(&view->offers->store, view->text, view->hash, outline, view->mark);
}

/* NULL where it can't be read. */
static const struct sw_sent *read_kept(const struct sw_sdp_kept *kept, struct sw_sent *sent)
{
    if (kept == NULL || !sw_description_read(sw_sdp_kept_text(kept), &sent->description))
        return NULL;
    sent->mark = &kept->mark;
    return sent;
}

/* --- tables ------------------------------------------------------------------------------------------------------ */

static void exchange_free(void *data)
{
    struct exchange *exchange = data;
    sw_sdp_kept_unref(exchange->offer);
    g_free(exchange);
}

static void dialog_free(void *data)
{
    struct dialog *dialog = data;
    sw_sdp_kept_unref(dialog->sides[0].last);
    sw_sdp_kept_unref(dialog->sides[1].last);
    sw_sdp_kept_unref(dialog->preview);
    sw_sdp_kept_unref(dialog->late_offer);
    g_free(dialog);
}

/* Where the program lies in memory is what a capture can't know. */
struct sw_offers *sw_offers_new(struct sw_sip_checker *checker)
{
    struct sw_offers *offers = g_new0(struct sw_offers, 1);
    offers->checker = checker;
    const uint64_t addresses[] = {(uintptr_t)offers, (uintptr_t)&addresses};
    offers->seed = sw_hash(sw_slice_of((const uint8_t *)addresses, sizeof addresses), addresses[0]);
    sw_map_init(&offers->exchanges, exchange_free);
    sw_map_init(&offers->dialogs, dialog_free);
    return offers;
}

void sw_offers_free(struct sw_offers *offers)
{
    if (offers == NULL)
        return;
    sw_map_clear(&offers->exchanges);
    sw_map_clear(&offers->dialogs);
    g_free(offers);
}

static void *insert(struct sw_map *map, uint64_t key, size_t size)
{
    void *entry = g_malloc0(size);
    if (map->count >= ENTRIES_MAX)
        sw_map_empty(map);
    sw_map_put(map, key, entry);
    return entry;
}

/* --- reading ----------------------------------------------------------------------------------------------------- */

static enum method method_of(struct sw_slice name)
{
    static const struct {
        struct sw_slice name;
        enum method method;
    } methods[] = {
        {{(const uint8_t *)"INVITE", 6}, METHOD_INVITE}, {{(const uint8_t *)"ACK", 3}, METHOD_ACK},
        {{(const uint8_t *)"PRACK", 5}, METHOD_PRACK},   {{(const uint8_t *)"UPDATE", 6}, METHOD_UPDATE},
        {{(const uint8_t *)"BYE", 3}, METHOD_BYE},
    };
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (sw_slice_equal(name, methods[i].name))
            return methods[i].method;
    return METHOD_OTHER;
}

static uint64_t tag_of(const struct sw_sip *sip, enum sw_sip_field field, uint64_t seed)
{
    const struct sw_slice usual = SW_SLICE(";tag=");
    struct sw_slice value = sip->first[field];
    struct sw_name_addr address;
    const uint8_t *bracket = value.size == 0 ? NULL : memrchr(value.data, '>', value.size);
    struct sw_slice rest = bracket == NULL ? value : sw_slice_skip(value, (size_t)(bracket - value.data) + 1);
    if (bracket != NULL && sw_slice_starts(rest, usual)) { /* as nearly all have it */
        rest = sw_slice_skip(rest, usual.size);
        size_t size = sw_token_size(rest);
        if (size > 0 && size == rest.size)
            return sw_hash(rest, seed) | 1;
    }
    if (sip->count[field] == 0 || sw_name_addr_parse(value, &address) != SW_OK || address.tag.size == 0)
        return 0;
    return sw_hash(address.tag, seed) | 1;
}

/* A body of another disposition is no session description (RFC 3261 13.2.1), however it looks. */
static bool is_of_session(const struct sw_sip *sip)
{
    struct sw_sip_cursor cursor = {sip->headers};
    enum sw_sip_field field;
    struct sw_header header;
    while (sip->count[SW_SIP_OTHER] > 0 && sw_sip_header_next(&cursor, &field, &header))
        if (field == SW_SIP_OTHER && sw_slice_equal_nocase(header.name, SW_SLICE("Content-Disposition"))) {
            struct sw_slice value = sw_slice_trim(sw_slice_head(header.value, sw_slice_find(header.value, ';')));
            return sw_slice_equal_nocase(value, SW_SLICE("session"));
        }
    return true;
}

/* What stands in a multipart body, in an encoded one, or in one whose end is missing, is not told. */
static enum body body_of(const struct sw_sip *sip, struct sw_slice *text)
{
    if (sip->body.size == 0 && sip->rest.size == 0 && sip->headers_end)
        return BODY_NONE;
    if (!sip->headers_end || !sip->content_length_ok || sip->count[SW_SIP_CONTENT_ENCODING] > 0 ||
        !sw_sdp_of_sip(sip, text) || text->size != sip->body.size || !is_of_session(sip))
        return BODY_OTHER;
    return BODY_SDP;
}

/* What came before a loss may have been answered, or taken back, by what is missing: it is not found any more. */
static uint64_t losses_on(const struct sw_offers *offers, uint64_t path)
{
    return offers->losses[path % LOSSES_MAX];
}

static struct exchange *exchange_of(const struct view *view)
{
    struct sw_map *const exchanges = &view->offers->exchanges;
    struct exchange *exchange = sw_map_get(exchanges, view->placement->request);
    if (exchange == NULL || exchange->losses == losses_on(view->offers, exchange->path))
        return exchange;
    sw_map_remove(exchanges, view->placement->request);
    return NULL;
}

/* What answers it looks like an answer to the INVITE, which it cancels. */
static bool is_misnamed_cancel(const struct view *view)
{
    const struct sw_sip *sip = view->record->sip;
    struct sw_cseq cseq;
    return !sip->response && view->placement->signal->method == SW_METHOD_CANCEL &&
           (sw_cseq_parse(sip->first[SW_SIP_CSEQ], &cseq) != SW_OK || !sw_slice_equal(cseq.method, sip->method));
}

/* Most messages have nothing to do with offers. An ACK says that the INVITE was answered, though the answer may be one
 * that can't be told from its header fields. */
static bool concerns(struct view *view)
{
    const struct sw_sip *sip = view->record->sip;
    if (view->method == METHOD_ACK || is_misnamed_cancel(view))
        sw_map_remove(&view->offers->exchanges, view->placement->request);
    if (!sip->response)
        return view->method != METHOD_OTHER && (view->method != METHOD_ACK || view->offers->late > 0);
    view->exchange = sip->status > 100 ? exchange_of(view) : NULL;
    return view->exchange != NULL;
}

static uint64_t path_of(const struct sw_endpoint *one, const struct sw_endpoint *other, uint64_t seed)
{
    return sw_endpoint_hash(one, seed) + sw_endpoint_hash(other, seed);
}

static bool view_read(struct view *view)
{
    const struct sw_sip *sip = view->record->sip;
    const uint64_t seed = view->offers->seed;
    view->call = sw_hash(sip->first[SW_SIP_CALL_ID], seed);
    view->from_tag = tag_of(sip, SW_SIP_FROM, seed);
    view->to_tag = tag_of(sip, SW_SIP_TO, seed);
    view->path = view->exchange != NULL ? view->exchange->path
                                        : path_of(&view->record->source, &view->record->destination, seed);
    view->body = body_of(sip, &view->text);
    view->read = view->body == BODY_SDP ? sw_sip_checker_body(view->offers->checker, view->text) : NULL;
    if (view->body == BODY_SDP)
        view->hash = view->read != NULL ? view->read->hash : sw_hash(view->text, seed);
    return view->from_tag != 0;
}

/* --- dialogs ----------------------------------------------------------------------------------------------------- */

static uint64_t dialog_key(const struct view *view)
{
    const uint64_t parts[] = {view->call, view->from_tag + view->to_tag, view->path,
                              losses_on(view->offers, view->path)};
    return sw_hash(sw_slice_of((const uint8_t *)parts, sizeof parts), view->offers->seed);
}

static struct dialog *dialog_find(const struct view *view)
{
    return view->to_tag == 0 ? NULL : sw_map_get(&view->offers->dialogs, dialog_key(view));
}

static void dialog_forget(struct view *view)
{
    if (view->dialog != NULL)
        sw_map_remove(&view->offers->dialogs, dialog_key(view));
    view->dialog = NULL;
}

static struct dialog *dialog_of(struct view *view)
{
    if (view->dialog != NULL)
        return view->dialog;
    view->dialog = insert(&view->offers->dialogs, dialog_key(view), sizeof *view->dialog);
    view->dialog->sides[0].tag = view->from_tag;
    view->dialog->sides[1].tag = view->to_tag;
    return view->dialog;
}

/* Who sent this message. */
static size_t sender_of(const struct view *view, const struct dialog *dialog)
{
    uint64_t tag = view->record->sip->response ? view->to_tag : view->from_tag;
    return dialog->sides[0].tag == tag ? 0 : 1;
}

/* What the hop before has heard, too, is told of who sent it there. */
static bool is_forwarded(const struct sw_offers *offers, enum sw_rule rule)
{
    struct sw_authors *authors = sw_sip_checker_authors(offers->checker);
    struct sw_vias vias;
    if (authors == NULL)
        return false;
    sw_vias_read(offers->placement->signal->sip, &vias);
    return sw_authors_forwarded(authors, offers->placement, &vias, rule, (struct sw_slice){0});
}

static void on_report(void *context, enum sw_rule rule, const char *evidence, const struct sw_mark *earlier)
{
    struct sw_offers *offers = context;
    offers->reports++;
    if (is_forwarded(offers, rule))
        return;
    offers->judgement->report(offers->judgement->context, rule, evidence, earlier);
}

static void report(const struct view *view, enum sw_rule rule, const char *what, const struct sw_sdp_kept *beside)
{
    const struct sw_offers_judgement judgement = {view->offers, on_report};
    struct sw_slice said = beside == NULL ? view->record->sip->first[SW_SIP_CSEQ] : sw_sdp_kept_text(beside);
    struct sw_sdp sdp;
    if (beside != NULL && sw_sdp_parse(said, &sdp) == SW_OK)
        said = sdp.origin;
    sw_pair_report(&judgement, beside == NULL ? NULL : &beside->mark, rule, what, (struct sw_slice){0}, said);
}

/* --- what was found right before --------------------------------------------------------------------------------- */

/* A description that is seen on several hops, and beside the same others, is read once. */

enum check { CHECK_OFFER, CHECK_FIRST_OFFER, CHECK_LATER_OFFER, CHECK_ANSWER };

static uint64_t hash_of(const struct sw_sdp_kept *kept)
{
    return kept == NULL ? 0 : kept->text->hash;
}

/* Whether each is of a kind; 0: there is none. */
static bool are_of_kinds(const struct sw_outline *now, const struct sw_sdp_kept *const others[3], uint64_t kinds[3])
{
    for (size_t i = 0; i < 3; i++) {
        kinds[i] = others[i] == NULL ? 0 : others[i]->text->outline.kind;
        if (others[i] != NULL && kinds[i] == 0)
            return false;
    }
    return now != NULL && now->kind != 0;
}

static uint64_t clean_key(const struct view *view, enum check check, const struct sw_sdp_kept *offer,
                          const struct sw_sdp_kept *own, const struct sw_sdp_kept *peer)
{
    const uint64_t seed = view->offers->seed;
    const struct sw_sdp_kept *const others[] = {offer, own, peer};
    const struct sw_outline *now = view->read != NULL ? view->read->outline : NULL;
    uint64_t kinds[3];
    if (!are_of_kinds(now, others, kinds)) {
        const uint64_t parts[] = {view->hash, check, hash_of(offer), hash_of(own), hash_of(peer)};
        return sw_hash(sw_slice_of((const uint8_t *)parts, sizeof parts), seed) | 1;
    }
    const bool restarts = offer != NULL && peer != NULL;
    const uint64_t parts[] = {now->kind,
                              check,
                              kinds[0],
                              kinds[1],
                              kinds[2],
                              own != NULL ? sw_outline_beside(now, &own->text->outline) : 0,
                              own != NULL && own->text->hash == view->hash,
                              restarts ? sw_outline_beside(&offer->text->outline, &peer->text->outline) : 0};
    return sw_hash(sw_slice_of((const uint8_t *)parts, sizeof parts), ~seed) | 1;
}

/* NULL where it can't be read. */
static const struct sw_description *read_now(const struct view *view)
{
    struct sw_description *now = &view->offers->now;
    if (view->read != NULL && view->read->read)
        return &view->read->description;
    return sw_description_read(view->text, now) ? now : NULL;
}

/* Runs the check unless it is known to find nothing. */
static void run(const struct view *view, enum check check, const struct sw_sdp_kept *offer,
                const struct sw_sdp_kept *own, const struct sw_sdp_kept *peer)
{
    struct sw_offers *offers = view->offers;
    const struct sw_offers_judgement judgement = {offers, on_report};
    const uint64_t key = clean_key(view, check, offer, own, peer);
    const uint64_t reports = offers->reports;
    uint64_t *slot = &offers->clean[key / 2 % CLEAN_MAX];
    const struct sw_description *now = *slot == key ? NULL : read_now(view);
    if (now == NULL)
        return;
    if (check == CHECK_OFFER || check == CHECK_FIRST_OFFER)
        sw_pair_offer(&judgement, now, check == CHECK_FIRST_OFFER);
    else if (check == CHECK_LATER_OFFER)
        sw_pair_after(&judgement, now, read_kept(own, &offers->own), read_kept(peer, &offers->peer));
    else if (read_kept(offer, &offers->offer) != NULL)
        sw_pair_answer(&judgement, now, &offers->offer, read_kept(own, &offers->own), read_kept(peer, &offers->peer));
    if (offers->reports == reports)
        *slot = key;
}

/* --- offers ------------------------------------------------------------------------------------------------------ */

/* One at a time (RFC 3264 4). An offer that crosses another on its way is no breach, so of the other side's only those
 * count whose receipt this side has shown; of its own those that nobody may have answered unseen. */
static void check_glare(const struct view *view, const struct dialog *dialog, size_t side)
{
    int64_t waited = view->record->time - dialog->pending.time;
    if (dialog->pending.request == 0 || dialog->previewed == dialog->pending.request ||
        sw_map_get(&view->offers->exchanges, dialog->pending.request) == NULL)
        return;
    bool own = dialog->pending.side == side;
    bool heard = dialog->sides[0].heard && dialog->sides[1].heard && waited >= 0 && waited < ABANDONED;
    if (own ? dialog->pending.acknowledged || heard : dialog->pending.acknowledged)
        report(view, SW_RULE_OA_GLARE, own ? "its own offer is unanswered:" : "the other's offer is unanswered:", NULL);
}

/* In a dialog. */
static void offer_read(const struct view *view, struct dialog *dialog, size_t side)
{
    const struct sw_sdp_kept *own = dialog->sides[side].last;
    const struct sw_sdp_kept *peer = own != NULL ? NULL : dialog->sides[1 - side].last;
    check_glare(view, dialog, side);
    run(view, CHECK_OFFER, NULL, NULL, NULL);
    if (dialog->pending.request == 0 || dialog->pending.side != side)
        run(view, CHECK_LATER_OFFER, NULL, own, peer);
    dialog->pending.request = view->record->id;
    dialog->pending.side = side;
    dialog->pending.time = view->record->time;
    dialog->pending.acknowledged = false;
}

static void exchange_open(const struct view *view, bool initial, struct sw_sdp_kept *offer)
{
    struct exchange *exchange = insert(&view->offers->exchanges, view->record->id, sizeof *exchange);
    *exchange = (struct exchange){view->method, initial, view->path, losses_on(view->offers, view->path),
                                  sw_sdp_kept_ref(offer)};
}

/* --- answers ----------------------------------------------------------------------------------------------------- */

static void answer_check(const struct view *view, const struct dialog *dialog, const struct sw_sdp_kept *offer)
{
    size_t side = sender_of(view, dialog);
    if (offer != NULL)
        run(view, CHECK_ANSWER, offer, dialog->sides[side].last, dialog->sides[1 - side].last);
}

/* Offer and answer are what both sides go by from now on. */
static void answer_commit(const struct view *view, struct dialog *dialog, struct sw_sdp_kept *offer)
{
    size_t side = sender_of(view, dialog);
    struct sw_sdp_kept *answer = keep(view);
    sw_sdp_kept_set(&dialog->sides[1 - side].last, offer);
    sw_sdp_kept_set(&dialog->sides[side].last, answer);
    sw_sdp_kept_unref(answer);
    dialog->pending.request = 0;
}

/* In the ACK or PRACK: to an offer that a response made. */
static void late_answer_read(const struct view *view, struct dialog *dialog)
{
    dialog->late = 0;
    view->offers->late--;
    if (view->body == BODY_NONE)
        report(view, SW_RULE_OA_NO_OFFER_2XX, "no answer to the offer of o=", dialog->late_offer);
    if (view->body != BODY_SDP || dialog->late_offer == NULL)
        return;
    struct sw_sdp_kept *offer = sw_sdp_kept_ref(dialog->late_offer);
    answer_check(view, dialog, offer);
    answer_commit(view, dialog, offer);
    sw_sdp_kept_unref(offer);
}

/* The lines where two descriptions begin to differ. */
static void report_difference(const struct view *view, const struct sw_sdp_kept *shown)
{
    const struct sw_offers_judgement judgement = {view->offers, on_report};
    struct sw_slice before = sw_sdp_kept_text(shown);
    struct sw_slice now = view->text;
    struct sw_slice a = before;
    struct sw_slice b = now;
    while (sw_line_next(&before, &a) && sw_line_next(&now, &b) && sw_slice_equal(a, b))
        continue;
    sw_pair_report(&judgement, &shown->mark, SW_RULE_OA_1XX_2XX_SAME, "a provisional response said", a, b);
}

/* --- requests ---------------------------------------------------------------------------------------------------- */

static void read_offering(struct view *view)
{
    if (view->body == BODY_OTHER) {
        dialog_forget(view);
        return;
    }
    struct sw_sdp_kept *offer = keep(view);
    if (view->body == BODY_SDP && view->to_tag == 0)
        run(view, view->method == METHOD_INVITE ? CHECK_FIRST_OFFER : CHECK_OFFER, NULL, NULL, NULL);
    if (view->body == BODY_SDP && view->to_tag != 0) {
        struct dialog *dialog = dialog_of(view);
        offer_read(view, dialog, sender_of(view, dialog));
    }
    if (offer != NULL || (view->body == BODY_NONE && view->method == METHOD_INVITE))
        exchange_open(view, view->to_tag == 0, offer);
    sw_sdp_kept_unref(offer);
}

static void read_prack(struct view *view)
{
    struct dialog *dialog = view->dialog;
    struct sw_rack rack;
    const bool readable = sw_rack_parse(view->record->sip->first[SW_SIP_RACK], &rack) == SW_OK;
    if (readable && view->to_tag != 0 && (dialog == NULL || rack.rseq > dialog->rseq))
        dialog_of(view)->unseen = true;
    if (dialog != NULL && dialog->late != 0 && readable && rack.rseq == dialog->late_rseq)
        late_answer_read(view, dialog);
    else if (dialog != NULL && view->body == BODY_SDP)
        read_offering(view);
}

static void note_heard(const struct view *view)
{
    if (view->dialog != NULL)
        view->dialog->sides[sender_of(view, view->dialog)].heard = true;
}

static void read_request(struct view *view)
{
    struct dialog *dialog = view->dialog;
    switch (view->method) {
    case METHOD_INVITE:
    case METHOD_UPDATE:
        read_offering(view);
        break;
    case METHOD_PRACK:
        read_prack(view);
        break;
    case METHOD_ACK:
        if (dialog != NULL && dialog->late != 0 && dialog->late == view->placement->request && dialog->late_rseq == 0)
            late_answer_read(view, dialog);
        break;
    case METHOD_BYE:
        dialog_forget(view);
        break;
    case METHOD_OTHER:
        break;
    }
    note_heard(view);
}

/* --- responses --------------------------------------------------------------------------------------------------- */

/* To an offer in the INVITE: what counts is reliable; what isn't shows it, and is to be the same. */
static void read_invite_answer(const struct view *view, struct dialog *dialog, const struct exchange *exchange)
{
    uint64_t request = view->placement->request;
    bool final = view->record->sip->status >= 200;
    bool reliable = final || view->record->sip->count[SW_SIP_RSEQ] > 0;
    bool seen = dialog->previewed == request;
    if (dialog->answered == request)
        return;
    if (view->body == BODY_NONE && final && !dialog->unseen)
        report(view, SW_RULE_OA_ANSWER_MISSING, "no answer to the offer of o=", exchange->offer);
    if (view->body == BODY_NONE && final)
        dialog->pending.request = 0;
    if (view->body == BODY_NONE)
        return;
    if (!seen || !sw_sdp_kept_is(dialog->preview, view->text))
        answer_check(view, dialog, exchange->offer);
    if (seen && final && dialog->preview != NULL && !sw_sdp_kept_is(dialog->preview, view->text))
        report_difference(view, dialog->preview);
    if (!reliable) {
        struct sw_sdp_kept *preview = keep(view);
        sw_sdp_kept_set(&dialog->preview, preview);
        sw_sdp_kept_unref(preview);
        dialog->previewed = request;
        return;
    }
    answer_commit(view, dialog, exchange->offer);
    dialog->answered = request;
}

/* To an INVITE without an offer: the first reliable one makes it. */
static void read_late_offer(const struct view *view, struct dialog *dialog, const struct exchange *exchange)
{
    const struct sw_sip *sip = view->record->sip;
    uint64_t request = view->placement->request;
    uint64_t rseq = 0;
    bool final = sip->status >= 200;
    if ((!final && !sw_slice_number(sip->first[SW_SIP_RSEQ], &rseq)) || dialog->answered == request)
        return;
    if (view->body == BODY_NONE) {
        if (final && exchange->initial && !dialog->unseen)
            report(view, SW_RULE_OA_NO_OFFER_2XX, "neither INVITE nor 2xx has an offer:", NULL);
        return;
    }
    struct sw_sdp_kept *offer = keep(view);
    run(view, exchange->initial ? CHECK_FIRST_OFFER : CHECK_OFFER, NULL, NULL, NULL);
    sw_sdp_kept_set(&dialog->late_offer, offer);
    sw_sdp_kept_unref(offer);
    dialog->late = request;
    view->offers->late++;
    dialog->late_rseq = rseq;
    dialog->answered = request; /* what comes later in responses to it is no offer */
}

static void read_success(struct view *view)
{
    const struct exchange *exchange = view->exchange;
    uint64_t request = view->placement->request;
    bool fresh = view->dialog == NULL;
    struct dialog *dialog = dialog_of(view);
    if (fresh && exchange->initial && exchange->offer != NULL) {
        dialog->pending.request = request;
        dialog->pending.side = 1 - sender_of(view, dialog);
        dialog->pending.time = view->record->time;
    }
    if (dialog->pending.request == request)
        dialog->pending.acknowledged = true;
    if (view->record->sip->count[SW_SIP_RSEQ] > 0)
        sw_slice_number(view->record->sip->first[SW_SIP_RSEQ], &dialog->rseq);
    if (view->body == BODY_OTHER) {
        dialog_forget(view);
        return;
    }
    if (exchange->method != METHOD_INVITE) {
        if (view->body == BODY_SDP && view->record->sip->status >= 200) {
            answer_check(view, dialog, exchange->offer);
            answer_commit(view, dialog, exchange->offer);
        } else if (view->record->sip->status >= 200 && dialog->pending.request == request) {
            dialog->pending.request = 0;
        }
    } else if (exchange->offer != NULL) {
        read_invite_answer(view, dialog, exchange);
    } else {
        read_late_offer(view, dialog, exchange);
    }
}

static void read_response(struct view *view)
{
    const unsigned status = view->record->sip->status;
    const uint64_t request = view->placement->request;
    if (status < 300 && view->to_tag != 0)
        read_success(view);
    else if (status >= 300 && view->dialog != NULL && view->dialog->pending.request == request)
        view->dialog->pending.request = 0;
    note_heard(view);
    if (status >= 200)
        sw_map_remove(&view->offers->exchanges, request);
}

/* What wasn't seen whole may have said anything. */
static void forget(struct view *view)
{
    dialog_forget(view);
    if (view->record->sip->response)
        sw_map_remove(&view->offers->exchanges, view->placement->request);
}

/* --- the calls --------------------------------------------------------------------------------------------------- */

void sw_offers_loss(struct sw_offers *offers, const struct sw_endpoint *one, const struct sw_endpoint *other)
{
    offers->losses[path_of(one, other, offers->seed) % LOSSES_MAX]++;
}

void sw_offers_add(struct sw_offers *offers, const struct sw_sip_record *record, const struct sw_placement *placement,
                   struct sw_mark mark, bool whole, const struct sw_offers_judgement *judgement)
{
    if (placement->call == 0 || placement->retransmission)
        return;
    if (offers->store.size > DESCRIPTIONS_MAX) {
        sw_map_empty(&offers->exchanges);
        sw_map_empty(&offers->dialogs);
    }
    offers->placement = placement;
    offers->judgement = judgement;
    struct view view = {.offers = offers, .record = record, .placement = placement, .mark = mark};
    view.method = record->sip->response ? METHOD_OTHER : method_of(record->sip->method);
    if (!concerns(&view) || !view_read(&view))
        return;
    view.dialog = dialog_find(&view);
    if (!whole)
        forget(&view);
    else if (record->sip->response)
        read_response(&view);
    else
        read_request(&view);
}
