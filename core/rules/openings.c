/* SPDX-License-Identifier: MIT
 *
 * Who has tried to reach whom over TCP, and who could?
 */
#include "sipweave/openings.h"

#include <glib.h>

enum { KEPT = 64 };

struct opening {
    struct sw_endpoint client;
    struct sw_endpoint server;
    bool agreed;
};

struct sw_openings {
    struct opening kept[KEPT]; /* the latest ones */
    unsigned next;             /* the place of the next one */
};

struct sw_openings *sw_openings_new(void)
{
    return g_new0(struct sw_openings, 1);
}

void sw_openings_free(struct sw_openings *openings)
{
    g_free(openings);
}

void sw_openings_add(struct sw_openings *openings, const struct sw_endpoint *client, const struct sw_endpoint *server,
                     bool agreed)
{
    struct opening *opening = NULL;
    for (unsigned i = 1; i <= KEPT && opening == NULL; i++) {
        struct opening *one = &openings->kept[(openings->next - i) % KEPT];
        if (sw_endpoint_equal(&one->client, client) && sw_endpoint_equal(&one->server, server))
            opening = one;
    }
    if (opening == NULL)
        opening = &openings->kept[openings->next++ % KEPT];
    *opening = (struct opening){.client = *client, .server = *server, .agreed = agreed};
}

bool sw_openings_failed(const struct sw_openings *openings, const struct sw_endpoint *source,
                        const struct sw_endpoint *destination)
{
    for (unsigned i = 0; i < KEPT; i++) {
        const struct opening *one = &openings->kept[i];
        if (!one->agreed && sw_endpoint_same_host(&one->client, source) &&
            sw_endpoint_same_host(&one->server, destination))
            return true;
    }
    return false;
}
