/* SPDX-License-Identifier: MIT
 *
 * What does it cost to decrypt? Records a session of OpenSSL with itself, reads it over and over, and prints the CPU
 * nanoseconds that a byte of plaintext took.
 *
 * usage: tls-cost 1.2|1.3 SUITE RECORD-BYTES SEGMENT-BYTES MEGABYTES    a segment of 0 bytes: each record is one
 *        tls-cost openssl AEAD-CIPHER BYTES MEGABYTES    OpenSSL's calls alone: nonce, tag, header, bytes, comparison
 */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../unit/tls_recording.h"
#include "tls/tls.h"

enum { RECORDED = 4 * 1024 * 1024, MEGABYTE = 1024 * 1024 };

/* The client's records come from one buffer, as if they were those of a capture. */
struct traffic {
    GByteArray *sent;
    guint handshake; /* so many records are fed one by one before */
    uint64_t read;   /* bytes of plaintext, so far */
};

static void on_plaintext(void *context, enum sw_direction from, struct sw_slice bytes, struct sw_mark mark)
{
    struct traffic *traffic = context;
    (void)from, (void)mark;
    traffic->read += bytes.size;
}

static void on_overhead(void *context, enum sw_direction from, uint64_t bytes)
{
    (void)context, (void)from, (void)bytes;
}

static void on_lost(void *context, enum sw_direction from, const struct tls_loss *loss)
{
    (void)context, (void)from;
    fprintf(stderr, "%s\n", loss->text);
    exit(1);
}

static uint64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static struct traffic gather(const struct recording *recording)
{
    struct traffic traffic = {.sent = g_byte_array_new()};
    for (guint i = 0; i < recording->records->len; i++) {
        const struct recorded *record = recording->records->pdata[i];
        gsize size;
        const void *bytes = g_bytes_get_data(record->bytes, &size);
        if (record->plain == NULL && traffic.sent->len == 0)
            traffic.handshake = i + 1;
        else
            g_byte_array_append(traffic.sent, bytes, (guint)size);
    }
    return traffic;
}

static void feed_handshake(struct tls_session *session, const struct recording *recording, guint count)
{
    for (guint i = 0; i < count; i++) {
        const struct recorded *record = recording->records->pdata[i];
        gsize size;
        const void *bytes = g_bytes_get_data(record->bytes, &size);
        tls_session_feed(session, record->from, (struct sw_slice){bytes, size}, (struct sw_mark){.packet = i});
    }
}

static void feed_traffic(struct tls_session *session, const GByteArray *sent, size_t segment)
{
    for (size_t at = 0; at < sent->len;) {
        const size_t whole = segment != 0 ? segment : record_size_at(sent->data + at);
        const size_t size = MIN(whole, sent->len - at);
        tls_session_feed(session, SW_CLIENT, (struct sw_slice){sent->data + at, size}, (struct sw_mark){.packet = at});
        at += size;
    }
}

/* CPU nanoseconds of the traffic, without the handshake before it. */
static uint64_t read_once(struct tls *tls, const struct recording *recording, struct traffic *traffic, size_t segment)
{
    const struct tls_sink sink = {traffic, on_plaintext, on_overhead, on_lost};
    struct tls_session *session = tls_session_new(tls, &sink);
    feed_handshake(session, recording, traffic->handshake);
    const uint64_t begun = now();
    feed_traffic(session, traffic->sent, segment);
    const uint64_t taken = now() - begun;
    tls_session_free(session);
    return taken;
}

static struct recording *record(const char *version, const char *suite, size_t size)
{
    const bool is_13 = strcmp(version, "1.3") == 0;
    const struct plan plan = {
        .name = suite,
        .version = is_13 ? TLS1_3_VERSION : TLS1_2_VERSION,
        .suite = suite,
        .options = SSL_OP_NO_TICKET,
        .fragment = size,
        .much = RECORDED,
        .steps = {STEP_CLIENT_SENDS_MUCH},
    };
    return recording_make(&plan);
}

/* --- what OpenSSL's own calls cost ------------------------------------------------------------------------------- */

enum { TAG_SIZE = 16, HEADER_SIZE = 5, RECORD_MOST = 16384 + 1 };

static const uint8_t key[32] = {1};
static const uint8_t nonce[12] = {2};
static const uint8_t header[HEADER_SIZE] = {23, 3, 3};

static bool seal(const EVP_CIPHER *cipher, uint8_t *bytes, int size, uint8_t *tag)
{
    int done;
    EVP_CIPHER_CTX *evp = EVP_CIPHER_CTX_new();
    const bool sealed = EVP_EncryptInit_ex(evp, cipher, NULL, key, nonce) == 1 &&
                        EVP_EncryptUpdate(evp, NULL, &done, header, HEADER_SIZE) == 1 &&
                        EVP_EncryptUpdate(evp, bytes, &done, bytes, size) == 1 &&
                        EVP_EncryptFinal_ex(evp, bytes + done, &done) == 1 &&
                        EVP_CIPHER_CTX_ctrl(evp, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE, tag) == 1;
    EVP_CIPHER_CTX_free(evp);
    return sealed;
}

static bool open_sealed(EVP_CIPHER_CTX *evp, const uint8_t *sealed, int size, uint8_t *tag, uint8_t *out)
{
    int done;
    return EVP_DecryptInit_ex(evp, NULL, NULL, NULL, nonce) == 1 &&
           EVP_CIPHER_CTX_ctrl(evp, EVP_CTRL_AEAD_SET_TAG, TAG_SIZE, tag) == 1 &&
           EVP_DecryptUpdate(evp, NULL, &done, header, HEADER_SIZE) == 1 &&
           EVP_DecryptUpdate(evp, out, &done, sealed, size) == 1 && EVP_DecryptFinal_ex(evp, out + done, &done) == 1;
}

/* As if it were one record, over and over. */
static int measure_openssl(const char *name, size_t size, uint64_t want)
{
    static uint8_t sealed[RECORD_MOST];
    static uint8_t out[RECORD_MOST];
    uint8_t tag[TAG_SIZE];
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, name, NULL);
    EVP_CIPHER_CTX *evp = EVP_CIPHER_CTX_new();
    bool good = cipher != NULL && size > 0 && size <= RECORD_MOST && seal(cipher, sealed, (int)size, tag) &&
                EVP_DecryptInit_ex(evp, cipher, NULL, key, NULL) == 1;
    uint64_t read = 0;
    const uint64_t begun = now();
    for (; good && read < want; read += size)
        good = open_sealed(evp, sealed, (int)size, tag, out);
    if (good)
        printf("%.4f\n", (double)(now() - begun) / (double)read);
    EVP_CIPHER_CTX_free(evp);
    EVP_CIPHER_free(cipher);
    return good ? 0 : 2;
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "openssl") == 0)
        return measure_openssl(argv[2], strtoul(argv[3], NULL, 10), strtoull(argv[4], NULL, 10) * MEGABYTE);
    if (argc != 6)
        return 2;
    struct recording *recording = record(argv[1], argv[2], strtoul(argv[3], NULL, 10));
    if (recording == NULL)
        return 2;
    struct traffic traffic = gather(recording);
    struct tls_keylog *log = tls_keylog_new(1);
    tls_keylog_add_lines(log, (struct sw_slice){(const uint8_t *)recording->keylog->str, recording->keylog->len});
    struct tls *tls = tls_new(log, MEGABYTE);
    const uint64_t want = strtoull(argv[5], NULL, 10) * MEGABYTE;
    uint64_t taken = 0;
    while (traffic.read < want)
        taken += read_once(tls, recording, &traffic, strtoul(argv[4], NULL, 10));
    printf("%.4f\n", (double)taken / (double)traffic.read);
    tls_free(tls);
    tls_keylog_free(log);
    g_byte_array_free(traffic.sent, TRUE);
    recording_free(recording);
    return 0;
}
