/* SPDX-License-Identifier: MIT
 *
 * Which key stands for both ends of one direction of a flow?
 */
#include "export/ends.h"

#include <string.h>

struct ends ends_of(const struct sw_endpoint *source, const struct sw_endpoint *destination)
{
    struct ends ends = {.ports = {(uint8_t)(source->port >> 8), (uint8_t)source->port,
                                  (uint8_t)(destination->port >> 8), (uint8_t)destination->port}};
    const size_t size = source->family == 6 ? 16 : 4;
    memcpy(ends.source, source->address, size);
    memcpy(ends.destination, destination->address, size);
    return ends;
}

guint ends_hash(gconstpointer key)
{
    const uint8_t *bytes = key;
    guint hash = 2166136261u;
    for (size_t i = 0; i < sizeof(struct ends); i++)
        hash = (hash ^ bytes[i]) * 16777619u;
    return hash;
}

gboolean ends_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(struct ends)) == 0;
}
