/* SPDX-License-Identifier: MIT
 *
 * The escape sequences of the styles: the eight plain colours, which every terminal theme keeps readable.
 */
#include "output/style.h"

const char *style_on(enum style style)
{
    static const char *const codes[] = {
        [STYLE_NONE] = "",
        [STYLE_TITLE] = "\033[1m",
        [STYLE_DIM] = "\033[2m",
        [STYLE_REQUEST] = "\033[36m",
        [STYLE_PROVISIONAL] = "\033[33m",
        [STYLE_SUCCESS] = "\033[32m",
        [STYLE_REDIRECT] = "\033[35m",
        [STYLE_FAILURE] = "\033[31m",
        [STYLE_NOTE] = "\033[34m",
    };
    return codes[style];
}

const char *style_off(enum style style)
{
    return style == STYLE_NONE ? "" : "\033[0m";
}

enum style style_of_status(unsigned status)
{
    static const enum style classes[] = {STYLE_REQUEST, STYLE_PROVISIONAL, STYLE_SUCCESS, STYLE_REDIRECT,
                                         STYLE_FAILURE, STYLE_FAILURE,     STYLE_FAILURE};
    unsigned class = status / 100;
    if (status != 0 && class == 0)
        return STYLE_FAILURE;
    return class < sizeof classes / sizeof *classes ? classes[class] : STYLE_FAILURE;
}
