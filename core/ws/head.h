/* SPDX-License-Identifier: MIT
 *
 * An HTTP head as its readers ask it: each field of RFC 6455 by name, without reading all lines again.
 */
#ifndef SW_WS_HEAD_H
#define SW_WS_HEAD_H

#include "sipweave/http.h"

enum sw_head_name {
    SW_HEAD_AUTHORIZATION,
    SW_HEAD_CONNECTION,
    SW_HEAD_CONTENT_LENGTH,
    SW_HEAD_COOKIE,
    SW_HEAD_HOST,
    SW_HEAD_ORIGIN,
    SW_HEAD_SERVER,
    SW_HEAD_TRANSFER_ENCODING,
    SW_HEAD_UPGRADE,
    SW_HEAD_USER_AGENT,
    SW_HEAD_ACCEPT, /* Sec-WebSocket-Accept and so on */
    SW_HEAD_EXTENSIONS,
    SW_HEAD_KEY,
    SW_HEAD_KEY1, /* of hixie-76 */
    SW_HEAD_PROTOCOL,
    SW_HEAD_VERSION,
    SW_HEAD_NAMES,
};

struct sw_head {
    const struct sw_http_head *http; /* borrowed */
    unsigned count[SW_HEAD_NAMES];   /* header lines of that name */
    struct sw_slice first[SW_HEAD_NAMES];
    bool traces; /* of a proxy between the client and here */
};

/* As sw_http_parse, of what stands where a server has to answer: it may begin with anything like "HTTP", say
 * "HTTP 1.1 101", and have a version that is none. */
enum sw_result sw_http_parse_answer(struct sw_slice data, size_t *scanned, struct sw_http_head *head);

/* RFC 9110 5.6.2: SIP's token and five characters more. */
bool sw_http_is_token(struct sw_slice text);
/* "HTTP/" DIGIT "." DIGIT (RFC 9112 2.3). */
bool sw_http_is_version(struct sw_slice text);

void sw_head_read(const struct sw_http_head *http, struct sw_head *head);

/* How many header lines have that name, and the value of the first. */
unsigned sw_head_count(const struct sw_head *head, enum sw_head_name name, struct sw_slice *first);

/* The elements of a comma list over all header lines of a name. */
struct sw_head_list {
    struct sw_slice name;
    struct sw_slice list;
    struct sw_slice more; /* header lines that may have that name */
};
struct sw_head_list sw_head_list_of(const struct sw_head *head, enum sw_head_name name);
bool sw_head_list_next(struct sw_head_list *list, struct sw_slice *element);
/* Whether the list has elements, and all of them are tokens (RFC 9110 5.6.2). */
bool sw_head_lists_tokens(const struct sw_head *head, enum sw_head_name name);
/* Whether there is such a list, and not all that it has are tokens, or it has nothing: what it says isn't known then.
 */
bool sw_head_lists_badly(const struct sw_head *head, enum sw_head_name name);
/* Whether the list has the element. */
bool sw_head_has(const struct sw_head *head, enum sw_head_name name, struct sw_slice element);
/* The same, a "/version" behind it ignored. */
bool sw_head_lists(const struct sw_head *head, enum sw_head_name name, struct sw_slice element);

/* Whether Upgrade has websocket. */
bool sw_head_names_websocket(const struct sw_head *head);
/* As sw_http_is_upgrade, of a request. */
bool sw_head_asks_for_upgrade(const struct sw_head *head);

#endif
