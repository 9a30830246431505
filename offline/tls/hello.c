/* SPDX-License-Identifier: MIT
 *
 * What do hellos and certificates say? (RFC 5246 7.4, RFC 8446 4, RFC 6066 3, RFC 7301, RFC 7366, RFC 7627)
 */
#include "tls/hello.h"

#include <glib.h>
#include <limits.h>
#include <openssl/asn1.h>
#include <openssl/x509.h>
#include <string.h>

#include "net/read.h"

enum { RANDOM_SIZE = 32, SUBJECT_MAX = 1024 };

enum extension {
    EXTENSION_SERVER_NAME = 0,
    EXTENSION_ALPN = 16,
    EXTENSION_ENCRYPT_THEN_MAC = 22,
    EXTENSION_EXTENDED_MASTER_SECRET = 23,
    EXTENSION_SESSION_TICKET = 35,
    EXTENSION_EARLY_DATA = 42,
    EXTENSION_SUPPORTED_VERSIONS = 43,
};

static bool take_number(struct sw_slice *rest, size_t size, size_t *value)
{
    const uint8_t *at = take(rest, size);
    if (at == NULL)
        return false;
    *value = 0;
    for (size_t i = 0; i < size; i++)
        *value = *value << 8 | at[i];
    return true;
}

/* A vector with a length of prefix bytes; false where it is cut. */
static bool take_vector(struct sw_slice *rest, size_t prefix, struct sw_slice *vector)
{
    struct sw_slice after = *rest;
    size_t size;
    if (!take_number(&after, prefix, &size))
        return false;
    const uint8_t *at = take(&after, size);
    if (at == NULL)
        return false;
    *vector = (struct sw_slice){at, size};
    *rest = after;
    return true;
}

/* --- extensions -------------------------------------------------------------------------------------------------- */

static void take_server_name(struct tls_extensions *extensions, struct sw_slice data)
{
    struct sw_slice list;
    size_t type;
    struct sw_slice name;
    extensions->has_server_name = true;
    if (take_vector(&data, 2, &list) && take_number(&list, 1, &type) && type == 0 && take_vector(&list, 2, &name))
        extensions->server_name = name;
}

static void take_alpn(struct tls_extensions *extensions, struct sw_slice data)
{
    struct sw_slice list;
    struct sw_slice name;
    if (take_vector(&data, 2, &list) && take_vector(&list, 1, &name))
        extensions->alpn = name;
}

static void take_encrypt_then_mac(struct tls_extensions *extensions, struct sw_slice data)
{
    (void)data;
    extensions->encrypt_then_mac = true;
}

static void take_extended_master_secret(struct tls_extensions *extensions, struct sw_slice data)
{
    (void)data;
    extensions->extended_master_secret = true;
}

static void take_ticket(struct tls_extensions *extensions, struct sw_slice data)
{
    extensions->ticket = data;
}

static void take_early_data(struct tls_extensions *extensions, struct sw_slice data)
{
    (void)data;
    extensions->early_data = true;
}

/* A ServerHello names one version, a ClientHello a list, which doesn't matter. */
static void take_version(struct tls_extensions *extensions, struct sw_slice data)
{
    if (data.size == 2)
        extensions->version = (enum tls_version)be16(data.data);
}

static void take_extension(struct tls_extensions *extensions, size_t type, struct sw_slice data)
{
    static const struct {
        enum extension type;
        void (*take)(struct tls_extensions *, struct sw_slice);
    } known[] = {
        {EXTENSION_SERVER_NAME, take_server_name},
        {EXTENSION_ALPN, take_alpn},
        {EXTENSION_ENCRYPT_THEN_MAC, take_encrypt_then_mac},
        {EXTENSION_EXTENDED_MASTER_SECRET, take_extended_master_secret},
        {EXTENSION_SESSION_TICKET, take_ticket},
        {EXTENSION_EARLY_DATA, take_early_data},
        {EXTENSION_SUPPORTED_VERSIONS, take_version},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
        if (type == known[i].type)
            known[i].take(extensions, data);
}

/* Of a list that is cut, those that are whole. */
static void take_extensions(struct sw_slice rest, struct tls_extensions *extensions)
{
    size_t all;
    size_t type;
    struct sw_slice data;
    if (!take_number(&rest, 2, &all))
        return;
    extensions->whole = rest.size == all;
    rest.size = MIN(rest.size, all);
    while (take_number(&rest, 2, &type) && take_vector(&rest, 2, &data))
        take_extension(extensions, type, data);
    extensions->whole &= rest.size == 0;
}

/* --- hellos ------------------------------------------------------------------------------------------------------ */

/* Version, random, session id: both hellos begin alike. */
static bool take_front(struct sw_slice *rest, struct tls_hello *hello)
{
    size_t version;
    *hello = (struct tls_hello){.version = TLS_VERSION_UNKNOWN};
    if (!take_number(rest, 2, &version))
        return false;
    hello->version = (enum tls_version)version;
    hello->random = take(rest, RANDOM_SIZE);
    return hello->random != NULL;
}

bool tls_client_hello_parse(struct sw_slice body, struct tls_hello *hello)
{
    struct sw_slice skipped;
    if (!take_front(&body, hello))
        return false;
    if (take_vector(&body, 1, &hello->session_id) && take_vector(&body, 2, &skipped) && take_vector(&body, 1, &skipped))
        take_extensions(body, &hello->extensions);
    return true;
}

bool tls_server_hello_parse(struct sw_slice body, struct tls_hello *hello)
{
    static const uint8_t retry[RANDOM_SIZE] = {0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C,
                                               0x02, 0x1E, 0x65, 0xB8, 0x91, 0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB,
                                               0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C};
    size_t suite;
    if (!take_front(&body, hello) || !take_vector(&body, 1, &hello->session_id) || !take_number(&body, 2, &suite))
        return false;
    hello->suite = (uint16_t)suite;
    hello->retry = memcmp(hello->random, retry, RANDOM_SIZE) == 0;
    if (take(&body, 1) != NULL)
        take_extensions(body, &hello->extensions);
    if (hello->extensions.version != TLS_VERSION_UNKNOWN)
        hello->version = hello->extensions.version;
    else if (suite >> 8 == 0x13) /* the extension was cut off */
        hello->version = TLS_1_3;
    return true;
}

bool tls_encrypted_extensions_parse(struct sw_slice body, struct tls_extensions *extensions)
{
    *extensions = (struct tls_extensions){.version = TLS_VERSION_UNKNOWN};
    take_extensions(body, extensions);
    return true;
}

/* --- certificates ------------------------------------------------------------------------------------------------ */

/* Takes the element that begins there, if it has that tag: with its header, and what is in it. */
static bool take_element(struct sw_slice *rest, int tag, struct sw_slice *whole, struct sw_slice *content)
{
    const unsigned char *at = rest->data;
    long size;
    int found;
    int class;
    if (rest->size == 0 || rest->size > LONG_MAX ||
        (ASN1_get_object(&at, &size, &found, &class, (long)rest->size) & ~V_ASN1_CONSTRUCTED) != 0 || found != tag)
        return false;
    *content = (struct sw_slice){at, (size_t)size};
    *whole = (struct sw_slice){rest->data, (size_t)(at + size - rest->data)};
    take(rest, whole->size);
    return true;
}

/* RFC 5280 4.1. d2i_X509 would read the public key, too, which costs more than all else in a handshake. */
static bool find_subject(struct sw_slice certificate, struct sw_slice *subject)
{
    static const int before[] = {V_ASN1_INTEGER, V_ASN1_SEQUENCE, V_ASN1_SEQUENCE, V_ASN1_SEQUENCE};
    struct sw_slice whole;
    struct sw_slice fields;
    struct sw_slice content;
    if (!take_element(&certificate, V_ASN1_SEQUENCE, &whole, &content) ||
        !take_element(&content, V_ASN1_SEQUENCE, &whole, &fields))
        return false;
    take_element(&fields, 0, &whole, &content); /* the version, if it is there */
    for (size_t i = 0; i < G_N_ELEMENTS(before); i++)
        if (!take_element(&fields, before[i], &whole, &content))
            return false;
    return take_element(&fields, V_ASN1_SEQUENCE, subject, &content);
}

static char *subject_of(struct sw_slice certificate)
{
    struct sw_slice encoded;
    if (!find_subject(certificate, &encoded))
        return NULL;
    const unsigned char *at = encoded.data;
    X509_NAME *name = d2i_X509_NAME(NULL, &at, (long)encoded.size);
    BIO *bio = BIO_new(BIO_s_mem());
    char *subject = NULL;
    if (name != NULL && bio != NULL && X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0) {
        char *text;
        long size = BIO_get_mem_data(bio, &text);
        if (size > 0)
            subject = g_strndup(text, MIN((gsize)size, SUBJECT_MAX));
    }
    BIO_free(bio);
    X509_NAME_free(name);
    return subject;
}

char *tls_certificate_subject(struct sw_slice body, enum tls_version version)
{
    struct sw_slice context;
    struct sw_slice list;
    struct sw_slice first;
    if (version == TLS_1_3 && !take_vector(&body, 1, &context))
        return NULL;
    if (!take_vector(&body, 3, &list) || !take_vector(&list, 3, &first))
        return NULL;
    return subject_of(first);
}
