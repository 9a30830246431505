/* SPDX-License-Identifier: MIT
 *
 * Colours of text: what they mean here, not what they look like.
 */
#ifndef SIPWEAVE_OUTPUT_STYLE_H
#define SIPWEAVE_OUTPUT_STYLE_H

enum style {
    STYLE_NONE,
    STYLE_TITLE,
    STYLE_DIM,
    STYLE_REQUEST,
    STYLE_PROVISIONAL, /* 1xx */
    STYLE_SUCCESS,     /* 2xx */
    STYLE_REDIRECT,    /* 3xx */
    STYLE_FAILURE,     /* 4xx to 6xx, and what went wrong otherwise */
    STYLE_NOTE,
};

/* The sequences that switch it on, and every style off (ECMA-48 8.3.117). STYLE_NONE: "". */
const char *style_on(enum style style);
const char *style_off(enum style style);

/* status 0: a request */
enum style style_of_status(unsigned status);

#endif
