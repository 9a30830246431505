/* SPDX-License-Identifier: MIT
 *
 * What an arrow says: method or status, and what of the message a reader of a ladder looks for, media above all.
 */
#include "output/flow.h"

#include <string.h>

#include "output/facts.h"
#include "sipweave/sdp.h"

enum { MEDIA_SHOWN = 8, CODECS_SHOWN = 4 };

static const char *const direction_words[] = {[SW_SDP_SENDRECV] = "sendrecv",
                                              [SW_SDP_SENDONLY] = "sendonly",
                                              [SW_SDP_RECVONLY] = "recvonly",
                                              [SW_SDP_INACTIVE] = "inactive"};

/* The payload types that need no rtpmap (RFC 3551 6) and are still met. */
static const char *static_codec(struct sw_slice format)
{
    static const struct {
        uint64_t type;
        const char *name;
    } codecs[] = {{0, "PCMU"}, {3, "GSM"}, {8, "PCMA"}, {9, "G722"}, {13, "CN"}, {18, "G729"}};
    uint64_t type;
    if (!sw_slice_number(format, &type))
        return NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(codecs); i++)
        if (codecs[i].type == type)
            return codecs[i].name;
    return NULL;
}

/* Takes the next word off *rest. */
static bool next_word(struct sw_slice *rest, struct sw_slice *word)
{
    size_t start = 0;
    while (start < rest->size && rest->data[start] == ' ')
        start++;
    size_t end = start;
    while (end < rest->size && rest->data[end] != ' ')
        end++;
    *word = (struct sw_slice){rest->data + start, end - start};
    *rest = (struct sw_slice){rest->data + end, rest->size - end};
    return word->size > 0;
}

/* What follows a call's audio and video around and says nothing of its own. */
static bool is_auxiliary(struct sw_slice codec)
{
    return sw_slice_equal_nocase(codec, SW_SLICE("rtx")) || sw_slice_equal_nocase(codec, SW_SLICE("red")) ||
           sw_slice_equal_nocase(codec, SW_SLICE("ulpfec")) ||
           sw_slice_equal_nocase(codec, SW_SLICE("telephone-event"));
}

static struct sw_slice before_slash(struct sw_slice text)
{
    size_t at = 0;
    while (at < text.size && text.data[at] != '/')
        at++;
    return (struct sw_slice){text.data, at};
}

static void put_codecs(GString *to, const struct sw_sdp_media *media, bool unicode)
{
    struct sw_slice formats = media->formats;
    struct sw_slice format;
    unsigned shown = 0;
    for (unsigned seen = 0; seen < 64 && shown < CODECS_SHOWN && next_word(&formats, &format); seen++) {
        struct sw_slice encoding;
        const char *name = NULL;
        bool mapped = sw_sdp_rtpmap(media, format, &encoding);
        if (!mapped && (name = static_codec(format)) == NULL)
            continue;
        if (mapped && is_auxiliary(before_slash(encoding)))
            continue;
        g_string_append_c(to, shown++ == 0 ? ' ' : ',');
        if (mapped)
            text_escape(to, before_slash(encoding), unicode);
        else
            g_string_append(to, name);
    }
}

static void put_media_line(GString *to, const struct sw_sdp_media *media, bool unicode)
{
    text_escape(to, media->type, unicode);
    if (media->port == 0) {
        g_string_append(to, " off");
        return;
    }
    g_string_append_printf(to, " %s", direction_words[media->direction]);
    put_codecs(to, media, unicode);
    if (media->ice_ufrag.size > 0)
        g_string_append(to, " ICE");
    if (media->candidates > 0)
        g_string_append_printf(to, "(%u)", media->candidates);
    if (media->fingerprint.size > 0)
        g_string_append(to, " DTLS");
    if (media->fingerprint.size > 0 && media->setup.size > 0) {
        g_string_append_c(to, ' ');
        text_escape(to, media->setup, unicode);
    }
}

struct media_summary {
    unsigned count;                           /* m= lines */
    unsigned active;                          /* with a port */
    unsigned directions[SW_SDP_INACTIVE + 1]; /* of the active ones */
};

/* " hold", or the direction that all media have, unless it is the plain one. */
static const char *direction_mark(const struct media_summary *media, bool in_dialog)
{
    if (media->active == 0)
        return "";
    if (in_dialog && media->directions[SW_SDP_SENDONLY] + media->directions[SW_SDP_INACTIVE] == media->active)
        return " hold";
    if (media->directions[SW_SDP_SENDONLY] == media->active)
        return " sendonly";
    if (media->directions[SW_SDP_RECVONLY] == media->active)
        return " recvonly";
    return media->directions[SW_SDP_INACTIVE] == media->active ? " inactive" : "";
}

static void label_media(struct flow_call *call, struct flow_arrow *arrow, const struct message_record *message)
{
    struct sw_slice text;
    struct sw_sdp sdp;
    struct sw_sdp_media media;
    if (!sw_sdp_of_sip(message->sip, &text) || sw_sdp_parse(text, &sdp) != SW_OK)
        return;
    struct media_summary summary = {0};
    GString *brief = g_string_new("sdp");
    GString *detail = g_string_new(NULL);
    struct sw_slice rest = sdp.media;
    while (summary.count < MEDIA_SHOWN && sw_sdp_media_next(&sdp, &rest, &media)) {
        if (media.port != 0) {
            g_string_append_c(brief, summary.active == 0 ? ':' : ',');
            text_escape(brief, media.type, call->unicode);
        }
        if (detail->len > 0)
            g_string_append_c(detail, '\n');
        put_media_line(detail, &media, call->unicode);
        summary.count++;
        summary.active += media.port != 0 ? 1 : 0;
        summary.directions[media.direction] += media.port != 0 ? 1 : 0;
    }
    if (summary.count > 0 && summary.active == 0)
        g_string_append(brief, " all off");
    if (summary.count == MEDIA_SHOWN && sw_sdp_media_next(&sdp, &rest, &media))
        g_string_append(brief, ",..");
    bool in_dialog = message->placement.in_dialog || message->sip->response;
    const char *direction = direction_mark(&summary, in_dialog);
    g_string_append(brief, direction);
    arrow->media = flow_keep(call, brief->str);
    g_string_printf(brief, "sdp%s", strcmp(direction, " hold") == 0 ? direction : "");
    arrow->mark = flow_keep(call, brief->str);
    if (detail->len > 0)
        arrow->detail = flow_keep(call, detail->str);
    g_string_free(brief, TRUE);
    g_string_free(detail, TRUE);
}

/* "presence", "presence active": what a subscription is about, and its state. */
static void put_event(GString *to, const struct sw_sip *sip, bool unicode)
{
    static const enum sw_sip_field fields[] = {SW_SIP_EVENT, SW_SIP_SUBSCRIPTION_STATE};
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        struct sw_event_value event;
        if (sip->first[fields[i]].size == 0 || sw_event_parse(sip->first[fields[i]], &event) != SW_OK)
            continue;
        g_string_append(to, to->len > 0 ? " " : "");
        text_escape(to, event.type, unicode);
    }
}

static void put_refer_target(GString *to, const struct sw_sip *sip, bool unicode)
{
    struct sw_name_addr address;
    if (sip->first[SW_SIP_REFER_TO].size == 0 || sw_name_addr_parse(sip->first[SW_SIP_REFER_TO], &address) != SW_OK)
        return;
    g_string_append(to, "to ");
    text_escape(to, uri_address(address.uri), unicode);
}

static void put_expires(GString *to, const struct sw_sip *sip, bool unicode)
{
    struct sw_slice value = sip->first[SW_SIP_EXPIRES];
    struct sw_name_addr contact;
    struct sw_param param;
    if (sip->first[SW_SIP_CONTACT].size > 0 &&
        sw_name_addr_parse(sw_list_first(sip->first[SW_SIP_CONTACT]), &contact) == SW_OK &&
        sw_param_find(contact.params, SW_SLICE("expires"), &param))
        value = param.value; /* RFC 3261 10.2.1.1: it goes before the header */
    if (value.size == 0)
        return;
    g_string_append(to, "expires ");
    text_escape(to, value, unicode);
}

/* Why a call is given up (RFC 3326): "SIP 200 Call completed elsewhere". */
static void put_reason(GString *to, const struct sw_sip *sip, bool unicode)
{
    struct sw_reason_value reason;
    if (sip->first[SW_SIP_REASON].size == 0 || sw_reason_parse(sip->first[SW_SIP_REASON], &reason) != SW_OK)
        return;
    text_escape(to, reason.protocol, unicode);
    if (reason.cause != 0)
        g_string_append_printf(to, " %u", reason.cause);
    if (reason.text.size > 0) {
        g_string_append_c(to, ' ');
        text_escape(to, sw_unquote(reason.text), unicode);
    }
}

static const struct {
    const char *method;
    void (*put)(GString *to, const struct sw_sip *sip, bool unicode);
} extras[] = {
    {"SUBSCRIBE", put_event}, {"NOTIFY", put_event},     {"PUBLISH", put_event}, {"REFER", put_refer_target},
    {"BYE", put_reason},      {"REGISTER", put_expires}, {"CANCEL", put_reason},
};

static bool is_method(struct sw_slice method, const char *name)
{
    return sw_slice_equal(method, (struct sw_slice){(const uint8_t *)name, strlen(name)});
}

/* A SIP URI up to its host and port. */
static struct sw_slice without_params(struct sw_slice uri)
{
    struct sw_uri parts;
    if (sw_uri_parse(uri, &parts) != SW_OK || !parts.sip || parts.host.size == 0)
        return uri;
    struct sw_slice last = parts.port.size > 0 ? parts.port : parts.host;
    return (struct sw_slice){uri.data, (size_t)(last.data - uri.data) + last.size};
}

static void label_request(struct flow_call *call, struct flow_arrow *arrow, const struct sw_sip *sip)
{
    arrow->title = flow_keep_slice(call, sip->method);
    arrow->target = flow_keep_slice(call, without_params(sip->uri));
    g_string_truncate(call->scratch, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(extras); i++)
        if (is_method(sip->method, extras[i].method))
            extras[i].put(call->scratch, sip, call->unicode);
    if (call->scratch->len > 0)
        arrow->extra = flow_keep(call, call->scratch->str);
}

static void label_response(struct flow_call *call, struct flow_arrow *arrow, const struct sw_sip *sip)
{
    struct sw_cseq cseq;
    char status[12];
    g_snprintf(status, sizeof status, "%03u", sip->status);
    arrow->title = flow_keep(call, status);
    if (sip->reason.size > 0)
        arrow->phrase = flow_keep_slice(call, sip->reason);
    if (sip_cseq(sip, &cseq) && !(sip->status < 200 && is_method(cseq.method, "INVITE")))
        arrow->method = flow_keep_slice(call, cseq.method);
}

void flow_label(struct flow_call *call, struct flow_arrow *arrow, const struct message_record *message)
{
    if (message->sip->response)
        label_response(call, arrow, message->sip);
    else
        label_request(call, arrow, message->sip);
    label_media(call, arrow, message);
}
