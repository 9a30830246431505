/* SPDX-License-Identifier: MIT
 *
 * sip, sips, tel and other URIs as slices (RFC 3261 19.1, RFC 3966, RFC 3986).
 */
#ifndef SIPWEAVE_URI_H
#define SIPWEAVE_URI_H

#include "sipweave/header.h"

SW_API_BEGIN

struct sw_uri {
    struct sw_slice scheme; /* as written, without the colon */
    bool sip;               /* sip or sips: the members below are filled; others keep all in opaque */
    struct sw_slice opaque; /* everything behind the colon */
    struct sw_slice user;   /* as written, percent escapes kept; empty where absent */
    struct sw_slice password;
    struct sw_slice host;    /* an IPv6 address keeps its brackets */
    struct sw_slice port;    /* digits, or empty */
    struct sw_slice params;  /* for sw_param_next, without the leading semicolon */
    struct sw_slice headers; /* behind "?" */
};

/* SW_OK, or SW_BAD where there is no scheme. Faults inside leave the member that can't be read empty. */
enum sw_result sw_uri_parse(struct sw_slice text, struct sw_uri *uri);

SW_API_END

#endif
