/* SPDX-License-Identifier: MIT
 *
 * What the core of sipweave finds in the bytes of one WebSocket connection, or in one SIP message.
 *
 *     websocket CLIENT SERVER    the bytes that each side sent, from the first of the handshake
 *     websocket BYTES            of one side, from anywhere in the connection; or a SIP message. "-": standard input
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sipweave/connection.h>
#include <sipweave/sdp.h>
#include <sipweave/sip.h>

/* Bytes of a stranger: what is no printable ASCII could be meant for the terminal. */
static void print_slice(struct sw_slice text)
{
    for (size_t i = 0; i < text.size; i++)
        putchar(text.data[i] >= ' ' && text.data[i] <= '~' ? text.data[i] : '.');
}

static void print_media(const struct sw_sip *sip)
{
    struct sw_slice text;
    struct sw_sdp sdp;
    if (!sw_sdp_of_sip(sip, &text) || sw_sdp_parse(text, &sdp) != SW_OK)
        return;
    struct sw_slice rest = sdp.media;
    struct sw_sdp_media media;
    while (sw_sdp_media_next(&sdp, &rest, &media)) {
        printf("    media ");
        print_slice(media.type);
        printf(" at ");
        print_slice(media.connection);
        printf(" port %u\n", media.port);
    }
}

static void print_sip(const struct sw_sip *sip)
{
    if (sip->response)
        printf("  SIP %u ", sip->status);
    else
        printf("  SIP ");
    print_slice(sip->response ? sip->reason : sip->method);
    printf(", CSeq ");
    print_slice(sip->first[SW_SIP_CSEQ]);
    printf(", Call-ID ");
    print_slice(sip->first[SW_SIP_CALL_ID]);
    putchar('\n');
    print_media(sip);
}

static void print_event(const struct sw_event *event)
{
    static const char *const sides[] = {[SW_CLIENT] = "client", [SW_SERVER] = "server"};
    struct sw_sip sip;
    printf("%s, byte %llu: ", sides[event->direction], (unsigned long long)event->offset);
    switch (event->kind) {
    case SW_EVENT_REQUEST:
        printf("asks for a WebSocket\n");
        break;
    case SW_EVENT_HANDSHAKE:
        printf("%s\n", event->accepted ? "accepts" : "refuses");
        break;
    case SW_EVENT_MESSAGE:
        printf("message of %zu bytes, %u frames%s\n", event->message.payload.size, event->message.fragments,
               event->message.compressed ? ", compressed" : "");
        if (sw_sip_recognise(event->message.payload, &sip))
            print_sip(&sip);
        break;
    case SW_EVENT_CONTROL:
        printf("control frame, opcode %u\n", event->control.opcode);
        break;
    case SW_EVENT_LOSS:
        printf("%llu bytes not decoded, %s\n", (unsigned long long)event->loss.bytes,
               sw_reason_name(event->loss.reason));
        break;
    case SW_EVENT_FINDING:
        printf("breaks %s: %s\n", sw_rule_info(event->finding.rule)->id, event->finding.evidence);
        break;
    }
}

static void print_events(struct sw_connection *connection)
{
    const struct sw_event *event;
    while ((event = sw_connection_next(connection)))
        print_event(event);
}

/* Slices point into what was fed, so it is freed when all is over. Without memory, or a file, there is nothing to do.
 */
static struct sw_slice read_all(const char *name)
{
    FILE *file = strcmp(name, "-") == 0 ? stdin : fopen(name, "rb");
    uint8_t *data = NULL;
    size_t size = 0;
    for (size_t got = 1; file && got > 0; size += got) {
        uint8_t *larger = realloc(data, size + 65536);
        if (!larger)
            break;
        data = larger;
        got = fread(data + size, 1, 65536, file);
    }
    if (!file || !feof(file)) {
        perror(name);
        exit(2);
    }
    if (file != stdin)
        fclose(file);
    return (struct sw_slice){.data = data, .size = size};
}

int main(int argc, char **argv)
{
    if (argc < 2 || argc > 3) {
        fprintf(stderr, "usage: %s CLIENT SERVER | BYTES\n", argv[0]);
        return 2;
    }
    struct sw_slice sent[2] = {0};
    for (int i = 1; i < argc; i++)
        sent[i - 1] = read_all(argv[i]);

    struct sw_sip sip;
    if (argc == 2 && sw_sip_recognise(sent[0], &sip)) {
        print_sip(&sip);
        free((void *)sent[0].data);
        return 0;
    }

    /* A program that follows many connections shares one pool among them. */
    struct sw_inflate_pool *pool = sw_inflate_pool_new(&sw_limits_default);
    struct sw_connection *connection =
        sw_connection_new(&sw_limits_default, pool, argc == 3 ? SW_START_HANDSHAKE : SW_START_MIDSTREAM);
    sw_connection_check(connection, &(struct sw_surroundings){.from_start = argc == 3});
    for (enum sw_direction side = SW_CLIENT; side <= SW_SERVER; side++) {
        sw_connection_feed(connection, side, sent[side], (struct sw_mark){.packet = 1 + side});
        print_events(connection);
    }
    for (enum sw_direction side = SW_CLIENT; side <= SW_SERVER; side++) {
        sw_connection_eof(connection, side, SW_EOF_CAPTURE, (struct sw_mark){.packet = 1 + side});
        print_events(connection);
    }
    sw_connection_free(connection);
    sw_inflate_pool_free(pool);
    for (int i = 1; i < argc; i++)
        free((void *)sent[i - 1].data);
    return 0;
}
