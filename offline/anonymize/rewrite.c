/* SPDX-License-Identifier: MIT
 *
 * Where do names and addresses stand in a SIP message?
 *
 * First the places that the grammar knows: display names, Via, credentials, SDP, texts for people. Then all bytes, for
 * URIs and addresses, as these stand in headers that nobody has heard of, too. What the first look has changed the
 * second one must not change again, so it marks what it did.
 */
#include "anonymize/rewrite.h"

#include <glib.h>
#include <string.h>

#include "sipweave/fields.h"

/* The bytes, and for each whether it is done. */
struct draft {
    struct cipher *cipher;
    uint8_t *text;
    size_t size;
    bool *done;
};

enum { ADDRESS_MOST = 64 /* bytes of text; IPv6 has 45 */ };

typedef void changer(struct cipher *cipher, uint8_t *text, size_t size);

/* --- changing ---------------------------------------------------------------------------------------------------- */

/* Once, and not where part of it is done. */
static void apply(struct draft *draft, struct sw_slice where, changer *change)
{
    if (where.size == 0 || where.data < draft->text || where.data + where.size > draft->text + draft->size)
        return;
    const size_t at = (size_t)(where.data - draft->text);
    if (memchr(draft->done + at, 1, where.size) != NULL)
        return;
    change(draft->cipher, draft->text + at, where.size);
    memset(draft->done + at, true, where.size);
}

static void change_display(struct cipher *cipher, uint8_t *text, size_t size)
{
    cipher_text(cipher, "display", text, size);
}

static void change_text(struct cipher *cipher, uint8_t *text, size_t size)
{
    cipher_text(cipher, "text", text, size);
}

static void change_secret(struct cipher *cipher, uint8_t *text, size_t size)
{
    cipher_token(cipher, "secret", text, size);
}

/* --- anywhere ---------------------------------------------------------------------------------------------------- */

static struct sw_slice part(const struct draft *draft, size_t begin, size_t end)
{
    return (struct sw_slice){draft->text + begin, end - begin};
}

static size_t run_of(const struct draft *draft, size_t at, const char *others)
{
    while (at < draft->size && draft->text[at] != '\0' &&
           (g_ascii_isalnum(draft->text[at]) || strchr(others, draft->text[at]) != NULL))
        at++;
    return at;
}

/* A host or address at this place; returns its end. */
static size_t host_at(struct draft *draft, size_t at)
{
    size_t end = at;
    if (at < draft->size && draft->text[at] == '[') {
        end = run_of(draft, at + 1, ":.");
        end += end < draft->size && draft->text[end] == ']' ? 1 : 0;
    } else {
        end = run_of(draft, at, "-._");
        while (end > at && draft->text[end - 1] == '.')
            end--;
    }
    apply(draft, part(draft, at, end), cipher_host);
    return end;
}

/* Behind "sip:": a user, with or without a password, and a host; or "tel:" and a number. Returns where to go on. */
static size_t uri_at(struct draft *draft, size_t at, bool telephone)
{
    static const char stops[] = "<>\"\r\n\t ,@";
    size_t end = at;
    while (end < draft->size && draft->text[end] != '\0' && strchr(stops, draft->text[end]) == NULL)
        end++;
    if (telephone) {
        end = run_of(draft, at, "+-.()*#");
        apply(draft, part(draft, at, end), cipher_user);
        return end;
    }
    if (end == draft->size || draft->text[end] != '@')
        return host_at(draft, at);
    const uint8_t *colon = memchr(draft->text + at, ':', end - at);
    const uint8_t *semicolon = memchr(draft->text + at, ';', end - at);
    size_t user_end = colon != NULL ? (size_t)(colon - draft->text) : end;
    if (colon != NULL)
        apply(draft, part(draft, user_end + 1, end), change_secret);
    user_end = semicolon != NULL ? MIN(user_end, (size_t)(semicolon - draft->text)) : user_end;
    apply(draft, part(draft, at, user_end), cipher_user);
    return host_at(draft, end + 1);
}

/* "sip:" and the like at this place: how long it is, or 0. */
static size_t scheme_at(const struct draft *draft, size_t at, bool *telephone)
{
    static const char *const schemes[] = {"tel:", "sip:", "sips:", "pres:", "im:", "xmpp:", "mailto:"};
    if (at > 0 && (g_ascii_isalnum(draft->text[at - 1]) || strchr("+-.", draft->text[at - 1]) != NULL))
        return 0;
    for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++) {
        const size_t size = strlen(schemes[i]);
        if (draft->size - at < size || g_ascii_strncasecmp((const char *)draft->text + at, schemes[i], size) != 0)
            continue;
        *telephone = i == 0;
        return size;
    }
    return 0;
}

/* Not part of a word, of a longer number, or of a version ("Chrome/156.0.0.0"). */
static bool may_begin_address(const struct draft *draft, size_t at)
{
    if (at == 0)
        return true;
    const uint8_t before = draft->text[at - 1];
    if (before == '/')
        return at > 1 && draft->text[at - 2] == '/';
    return !g_ascii_isalnum(before) && before != '.' && before != '_';
}

/* Of what could be an address, with a port behind it; returns where to go on. */
static size_t address_at(struct draft *draft, size_t at)
{
    const size_t most = MIN(draft->size, at + ADDRESS_MOST);
    size_t end = at;
    while (end < most && (g_ascii_isxdigit(draft->text[end]) || draft->text[end] == ':' || draft->text[end] == '.'))
        end++;
    const uint8_t *colon = memchr(draft->text + at, ':', end - at);
    const size_t next = colon != NULL ? (size_t)(colon - draft->text) + 1 : end;
    const bool in_word = end < draft->size && (g_ascii_isalnum(draft->text[end]) || draft->text[end] == '_');
    if (memchr(draft->done + at, 1, end - at) != NULL)
        return next;
    const bool rest = at > 0 && draft->text[at - 1] == ':'; /* of a longer row, as a fingerprint is */
    if (colon != NULL && !in_word && !rest && cipher_ipv6_text(draft->cipher, draft->text + at, end - at)) {
        memset(draft->done + at, true, end - at);
        return end;
    }
    end = colon != NULL ? (size_t)(colon - draft->text) : end;
    while (end > at && draft->text[end - 1] == '.')
        end--;
    if ((colon != NULL || !in_word) && cipher_ipv4_text(draft->cipher, draft->text + at, end - at))
        memset(draft->done + at, true, end - at);
    return next;
}

static void look_anywhere(struct draft *draft)
{
    for (size_t at = 0; at < draft->size;) {
        bool telephone = false;
        const uint8_t byte = draft->text[at];
        const size_t scheme = g_ascii_isalpha(byte) ? scheme_at(draft, at, &telephone) : 0;
        if (scheme != 0)
            at = uri_at(draft, at + scheme, telephone);
        else if (byte == '@')
            at = MAX(host_at(draft, at + 1), at + 1);
        else if ((g_ascii_isxdigit(byte) || byte == ':') && may_begin_address(draft, at))
            at = MAX(address_at(draft, at), at + 1);
        else
            at++;
    }
}

/* --- headers ----------------------------------------------------------------------------------------------------- */

static void change_addresses(struct draft *draft, struct sw_slice list)
{
    struct sw_slice value;
    while (sw_list_next(&list, &value)) {
        struct sw_name_addr address;
        if (sw_name_addr_split(value, &address))
            apply(draft, address.display, change_display);
    }
}

static void change_vias(struct draft *draft, struct sw_slice list)
{
    struct sw_slice value;
    while (sw_list_next(&list, &value)) {
        struct sw_via via;
        if (sw_via_parse(value, &via) != SW_OK)
            continue;
        apply(draft, via.host, cipher_host);
        apply(draft, via.received, cipher_host);
    }
}

static void change_credentials(struct draft *draft, struct sw_slice value)
{
    static const struct {
        const char *name;
        changer *change;
    } known[] = {
        {"username", cipher_user},   {"realm", cipher_host},       {"nonce", change_secret},
        {"response", change_secret}, {"cnonce", change_secret},    {"opaque", change_secret},
        {"rspauth", change_secret},  {"nextnonce", change_secret}, {"username*", change_secret},
    };
    struct sw_auth auth;
    struct sw_param param;
    if (sw_auth_parse(value, &auth) != SW_OK)
        return;
    while (sw_auth_param_next(&auth.params, &param))
        for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
            if (param.name.size == strlen(known[i].name) &&
                g_ascii_strncasecmp((const char *)param.name.data, known[i].name, param.name.size) == 0)
                apply(draft, sw_unquote(param.value), known[i].change);
}

/* "nextnonce=..., rspauth=...": credentials without a scheme. */
static void change_all(struct draft *draft, struct sw_slice value)
{
    apply(draft, value, change_text);
}

/* Headers by name, where there is more to change than URIs and addresses. */
static const struct {
    const char *name;
    void (*change)(struct draft *draft, struct sw_slice value);
} headers[] = {
    {"From", change_addresses},
    {"To", change_addresses},
    {"Contact", change_addresses},
    {"Route", change_addresses},
    {"Record-Route", change_addresses},
    {"Path", change_addresses},
    {"Service-Route", change_addresses},
    {"Refer-To", change_addresses},
    {"Referred-By", change_addresses},
    {"Reply-To", change_addresses},
    {"P-Asserted-Identity", change_addresses},
    {"P-Preferred-Identity", change_addresses},
    {"P-Called-Party-ID", change_addresses},
    {"P-Associated-URI", change_addresses},
    {"Remote-Party-ID", change_addresses},
    {"Diversion", change_addresses},
    {"History-Info", change_addresses},
    {"Via", change_vias},
    {"Authorization", change_credentials},
    {"Proxy-Authorization", change_credentials},
    {"WWW-Authenticate", change_credentials},
    {"Proxy-Authenticate", change_credentials},
    {"Authentication-Info", change_all},
    {"Identity", change_all},
    {"Subject", change_all},
    {"Organization", change_all},
};

static void change_headers(struct draft *draft, struct sw_slice all)
{
    struct sw_sip_cursor cursor = {all};
    enum sw_sip_field field;
    struct sw_header header;
    while (sw_sip_header_next(&cursor, &field, &header)) {
        const char *known = field != SW_SIP_OTHER ? sw_sip_field_name(field) : NULL;
        const struct sw_slice name =
            known != NULL ? (struct sw_slice){(const uint8_t *)known, strlen(known)} : header.name;
        for (size_t i = 0; i < G_N_ELEMENTS(headers); i++)
            if (name.size == strlen(headers[i].name) &&
                g_ascii_strncasecmp((const char *)name.data, headers[i].name, name.size) == 0)
                headers[i].change(draft, header.value);
    }
}

/* --- bodies ------------------------------------------------------------------------------------------------------ */

/* The word of this number in a line, from 0, parted by single spaces. */
static struct sw_slice word(struct sw_slice line, unsigned number)
{
    for (;; number--) {
        const uint8_t *space = line.size > 0 ? memchr(line.data, ' ', line.size) : NULL;
        const size_t size = space != NULL ? (size_t)(space - line.data) : line.size;
        if (number == 0)
            return (struct sw_slice){line.data, size};
        if (space == NULL)
            return (struct sw_slice){line.data, 0};
        line = (struct sw_slice){space + 1, line.size - size - 1};
    }
}

static bool begins(struct sw_slice text, const char *with)
{
    return text.size >= strlen(with) && memcmp(text.data, with, strlen(with)) == 0;
}

static void change_attribute(struct draft *draft, struct sw_slice line)
{
    if (begins(line, "a=candidate:")) {
        apply(draft, word(line, 4), cipher_host);
    } else if (begins(line, "a=crypto:")) {
        const uint8_t *key = memmem(line.data, line.size, "inline:", 7);
        if (key != NULL)
            apply(draft, (struct sw_slice){key + 7, line.size - (size_t)(key + 7 - line.data)}, change_secret);
    } else if (begins(line, "a=rtcp:")) {
        apply(draft, word(line, 3), cipher_host);
    }
}

static void change_sdp_line(struct draft *draft, struct sw_slice line)
{
    if (line.size < 3 || line.data[1] != '=')
        return;
    const struct sw_slice value = {line.data + 2, line.size - 2};
    switch (line.data[0]) {
    case 'o':
        apply(draft, word(value, 0), cipher_user);
        apply(draft, word(value, 5), cipher_host);
        break;
    case 'c':
        apply(draft, word(value, 2), cipher_host);
        break;
    case 's':
    case 'i':
    case 'u':
    case 'e':
    case 'p':
    case 'k':
        apply(draft, value, change_text);
        break;
    case 'a':
        change_attribute(draft, line);
        break;
    default:
        break;
    }
}

static void change_sdp(struct draft *draft, struct sw_slice body)
{
    while (body.size > 0) {
        const uint8_t *end = memchr(body.data, '\n', body.size);
        const size_t size = end != NULL ? (size_t)(end - body.data) + 1 : body.size;
        struct sw_slice line = {body.data, size};
        while (line.size > 0 && (line.data[line.size - 1] == '\n' || line.data[line.size - 1] == '\r'))
            line.size--;
        change_sdp_line(draft, line);
        body = (struct sw_slice){body.data + size, body.size - size};
    }
}

static void change_body(struct draft *draft, const struct sw_sip *sip)
{
    struct sw_media_type type = {.type = {NULL, 0}};
    const struct sw_slice stated = sip->first[SW_SIP_CONTENT_TYPE];
    if (stated.size != 0)
        sw_media_type_parse(stated, &type);
    if (type.type.size == 4 && g_ascii_strncasecmp((const char *)type.type.data, "text", 4) == 0)
        apply(draft, sip->body, change_text);
    else if (begins(sip->body, "v=0") || memmem(sip->body.data, sip->body.size, "\nv=0", 4) != NULL)
        change_sdp(draft, sip->body);
}

/* --- the calls --------------------------------------------------------------------------------------------------- */

static struct draft draft_new(struct cipher *cipher, uint8_t *text, size_t size)
{
    return (struct draft){.cipher = cipher, .text = text, .size = size, .done = g_new0(bool, size + 1)};
}

void rewrite_message(struct cipher *cipher, const struct sw_sip *sip)
{
    struct draft draft = draft_new(cipher, (uint8_t *)(uintptr_t)sip->raw.data, sip->raw.size);
    change_headers(&draft, sip->headers);
    if (sip->body.size != 0)
        change_body(&draft, sip);
    look_anywhere(&draft);
    g_free(draft.done);
}

void rewrite_anywhere(struct cipher *cipher, uint8_t *text, size_t size)
{
    struct draft draft = draft_new(cipher, text, size);
    look_anywhere(&draft);
    g_free(draft.done);
}

void rewrite_evidence(struct cipher *cipher, uint8_t *text, size_t size)
{
    struct draft draft = draft_new(cipher, text, size);
    look_anywhere(&draft);
    for (size_t at = 0, open = size; at < size; at++) {
        if (text[at] != '"')
            continue;
        if (open != size)
            for (size_t i = open + 1; i < at; i++)
                apply(&draft, part(&draft, i, i + 1), change_text);
        open = open == size ? at : size;
    }
    g_free(draft.done);
}

void rewrite_authority(struct cipher *cipher, uint8_t *text, size_t size)
{
    struct draft draft = draft_new(cipher, text, size);
    const uint8_t *slashes = size > 0 ? memmem(text, size, "//", 2) : NULL;
    host_at(&draft, slashes != NULL ? (size_t)(slashes - text) + 2 : 0);
    g_free(draft.done);
}
