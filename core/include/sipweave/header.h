/* SPDX-License-Identifier: MIT
 *
 * Header lines, as HTTP/1.1 (RFC 9112 5) and SIP (RFC 3261 7.3) share them: one tokenizer for both.
 */
#ifndef SIPWEAVE_HEADER_H
#define SIPWEAVE_HEADER_H

#include "sipweave/slice.h"

SW_API_BEGIN

struct sw_header {
    struct sw_slice name;  /* without the white space before the colon */
    struct sw_slice value; /* trimmed; may still hold line folds (CRLF and white space) */
    struct sw_slice line;  /* all of it, its folded lines and its line end included */
};

/* Takes the next header off *rest (a header block without the empty line). A line without a colon has an empty
 * name and its text as value. Lines end with CRLF or LF. False at the end. */
bool sw_header_next(struct sw_slice *rest, struct sw_header *header);

/* The length of a header section at the start of text, its closing empty line included. SW_MORE where the empty line
 * hasn't come yet. *scanned (0 at first) remembers how far an earlier call has looked, so that feeding byte by byte
 * stays linear. */
enum sw_result sw_header_block(struct sw_slice text, size_t *scanned, size_t *size);

/* Takes the next element off a comma list (RFC 9110 5.6.1, RFC 3261 7.3.1): commas inside double quotes, and inside <>
 * as SIP has them, do not part elements. The element is trimmed; empty elements are skipped. False at the end. */
bool sw_list_next(struct sw_slice *rest, struct sw_slice *element);
/* The first element; nearly always the only one, and then the list is given back as it is. */
struct sw_slice sw_list_first(struct sw_slice list);

/* Takes the next ";name=value" off *rest. The value is empty where there is no "="; a quoted value keeps its quotes.
 * Leading white space and semicolons are skipped. False at the end. */
struct sw_param {
    struct sw_slice name;
    struct sw_slice value;
    bool has_value;
};
bool sw_param_next(struct sw_slice *rest, struct sw_param *param);

/* The first parameter with this name (without case). */
bool sw_param_find(struct sw_slice params, struct sw_slice name, struct sw_param *param);

/* The value without its surrounding double quotes; backslashes stay. */
struct sw_slice sw_unquote(struct sw_slice value);

SW_API_END

#endif
