/* SPDX-License-Identifier: MIT
 *
 * Keeps each kind of traffic at its share of the file: every ten milliseconds what is missing is sent.
 */
#include "filler.h"

enum {
    PERIOD = 10 * MILLISECOND,
    MOST = 5000, /* of one kind in a period */
};

static filler_send *const senders[FILLER_COUNT] = {
    [FILLER_RTP] = noise_rtp,    [FILLER_DNS] = noise_dns,    [FILLER_HTTP] = noise_http,
    [FILLER_BULK] = noise_bulk,  [FILLER_ODDS] = noise_odds,  [FILLER_SYN] = attack_syn,
    [FILLER_BOMB] = attack_bomb, [FILLER_HUGE] = attack_huge, [FILLER_HEADERS] = attack_headers,
};

static void fill(struct sim *sim, void *object)
{
    struct fillers *fillers = object;
    if (sim->draining)
        return;
    for (unsigned kind = 0; kind < FILLER_COUNT; kind++) {
        const uint64_t due = sim->capture.bytes / 1000 * sim->mix->filler[kind];
        for (unsigned i = 0; i < MOST && fillers->bytes[kind] < due; i++)
            fillers->bytes[kind] += senders[kind](sim, sim->now + (int64_t)i * PERIOD / MOST);
    }
    sim_at(sim, sim->now + PERIOD, fill, fillers);
}

void fillers_start(struct sim *sim)
{
    struct fillers *fillers = g_new0(struct fillers, 1);
    sim->fillers = fillers;
    fillers->random_bytes = g_malloc(RANDOM_BYTES);
    for (size_t i = 0; i < RANDOM_BYTES; i++)
        fillers->random_bytes[i] = (uint8_t)random_next(&sim->random);
    if (sim->mix->filler[FILLER_BOMB] != 0)
        attack_prepare(fillers);
    sim_at(sim, sim->now + SECOND, fill, fillers);
}

void fillers_free(struct sim *sim)
{
    g_free(sim->fillers->random_bytes);
    text_free(&sim->fillers->bomb);
    g_free(sim->fillers);
}
