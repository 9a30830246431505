/* SPDX-License-Identifier: MIT
 *
 * Does a packet pass the BPF expression? libpcap compiles it, once for each link type, and runs it.
 *
 * As with tcpdump, an expression that can't be compiled for the link type of a file is an error when the file is
 * opened. Where the link types are not known then (pcapng), it has to compile for a common one, and packets of a link
 * type that it can't be compiled for don't pass: "vlan 5" never holds for a packet without a link layer.
 */
#include "capture/filter.h"

#include <glib.h>
#include <pcap/pcap.h>
#include <string.h>

enum {
    LINK_TYPES = 512, /* libpcap compiles for none above */
    SNAP_LENGTH = 262144,
};

enum program_state {
    PROGRAM_UNTRIED,
    PROGRAM_READY,
    PROGRAM_REFUSED,
};

struct filter {
    char *expression;
    enum program_state states[LINK_TYPES];
    struct bpf_program programs[LINK_TYPES];
};

/* Files have LINKTYPE_ numbers, libpcap's calls take DLT_ numbers, and a few differ. */
static int dlt_of(int link_type)
{
    static const struct {
        int link_type;
        int dlt;
    } differing[] = {
        {100, DLT_ATM_RFC1483}, {101, DLT_RAW}, {102, DLT_SLIP_BSDOS}, {103, DLT_PPP_BSDOS}, {106, DLT_ATM_CLIP},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(differing); i++)
        if (differing[i].link_type == link_type)
            return differing[i].dlt;
    return link_type;
}

/* libpcap's words and the expression, in one line. */
static char *compile_error(pcap_t *pcap, const char *expression)
{
    static const char prefix[] = "can't parse filter expression: ";
    const char *why = pcap_geterr(pcap);
    if (g_str_has_prefix(why, prefix))
        why += strlen(prefix);
    char *error = g_strdup_printf("filter: %s in \"%s\"", why, expression);
    for (char *c = error; *c != '\0'; c++)
        if (g_ascii_iscntrl(*c))
            *c = ' ';
    return error;
}

/* Compiles the expression for a link type below LINK_TYPES. On failure *error (g_free), if error isn't NULL. */
static bool compile(struct filter *filter, int link_type, char **error)
{
    pcap_t *pcap = pcap_open_dead(dlt_of(link_type), SNAP_LENGTH);
    bool done = pcap != NULL &&
                pcap_compile(pcap, &filter->programs[link_type], filter->expression, 1, PCAP_NETMASK_UNKNOWN) == 0;
    filter->states[link_type] = done ? PROGRAM_READY : PROGRAM_REFUSED;
    if (!done && error != NULL)
        *error = pcap == NULL ? g_strdup("filter: out of memory") : compile_error(pcap, filter->expression);
    if (pcap != NULL)
        pcap_close(pcap);
    return done;
}

/* Whether it compiles for a common link type; *error is what was wrong with the first one. */
static bool compile_common(struct filter *filter, char **error)
{
    /* Ethernet, cooked, raw IP, 802.11 with radiotap, BSD loopback, PPP */
    static const int common[] = {1, 276, 101, 127, 0, 9};
    if (compile(filter, common[0], error))
        return true;
    for (size_t i = 1; i < G_N_ELEMENTS(common); i++) {
        if (compile(filter, common[i], NULL)) {
            g_clear_pointer(error, g_free);
            return true;
        }
    }
    return false;
}

struct filter *filter_new(const char *expression, int link_type, char **error)
{
    struct filter *filter = g_new0(struct filter, 1);
    filter->expression = g_strdup(expression);
    bool known = link_type >= 0 && link_type < LINK_TYPES;
    if (known ? compile(filter, link_type, error) : compile_common(filter, error))
        return filter;
    filter_free(filter);
    return NULL;
}

void filter_free(struct filter *filter)
{
    if (filter == NULL)
        return;
    for (size_t i = 0; i < LINK_TYPES; i++)
        if (filter->states[i] == PROGRAM_READY)
            pcap_freecode(&filter->programs[i]);
    g_free(filter->expression);
    g_free(filter);
}

bool filter_passes(struct filter *filter, const struct packet *packet)
{
    if (packet->link_type < 0 || packet->link_type >= LINK_TYPES)
        return false;
    if (filter->states[packet->link_type] == PROGRAM_UNTRIED)
        compile(filter, packet->link_type, NULL);
    if (filter->states[packet->link_type] != PROGRAM_READY)
        return false;
    const struct pcap_pkthdr header = {.caplen = packet->size, .len = packet->original_size};
    return pcap_offline_filter(&filter->programs[packet->link_type], &header, packet->data) != 0;
}

const char *link_type_name(int link_type)
{
    const char *name = pcap_datalink_val_to_name(dlt_of(link_type));
    return name != NULL ? name : "unknown";
}
