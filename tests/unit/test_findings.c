/* links: offline_output */
/* SPDX-License-Identifier: MIT
 *
 * What is said of a finding besides: whose software it was, and which one it is in another run. And text in XML.
 */
#include "records.h"

#include "output/findings.h"
#include "output/product.h"
#include "output/xml.h"

#define SLICE(literal)                                                                                                 \
    {                                                                                                                  \
        (const uint8_t *)(literal), sizeof(literal) - 1                                                                \
    }

/* ---- products ---- */

#define REST "From: <sip:a@b>;tag=1\r\nTo: <sip:c@b>\r\nCall-ID: x\r\nCSeq: 1 "
#define ONE  "Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1\r\n"
#define TWO  "Via: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bK2\r\n" ONE

static const struct product_case {
    const char *sip;
    const char *product; /* of who sent it, from 10.0.0.1:5060 */
} product_cases[] = {
    {"OPTIONS sip:b SIP/2.0\r\n" ONE REST "OPTIONS\r\nUser-Agent: Phone/1.2 (x)\r\n\r\n", "Phone/1.2"},
    {"OPTIONS sip:b SIP/2.0\r\n" ONE REST "OPTIONS\r\nServer: gate (4.5 (y))\r\n\r\n", "gate 4.5"},
    /* forwarded: the name is that of who made it */
    {"OPTIONS sip:b SIP/2.0\r\n" TWO REST "OPTIONS\r\nUser-Agent: Phone/1.2\r\n\r\n", ""},
    {"ACK sip:b SIP/2.0\r\n" ONE REST "ACK\r\nUser-Agent: Phone/1.2\r\n\r\n", ""},
    /* said by the next hop itself */
    {"SIP/2.0 100 Trying\r\n" ONE REST "INVITE\r\nServer: proxy (5)\r\n\r\n", "proxy 5"},
    {"SIP/2.0 200 OK\r\n" ONE REST "INVITE\r\nServer: pbx\r\nContact: <sip:b@10.0.0.9>\r\n\r\n", ""},
    {"SIP/2.0 200 OK\r\n" ONE REST "INVITE\r\nServer: pbx\r\nContact: <sip:b@10.0.0.1>\r\n\r\n", "pbx"},
    {"SIP/2.0 200 OK\r\n" ONE REST "INVITE\r\nServer: pbx\r\nContact: <sip:b@10.0.0.1;gr>\r\n\r\n", ""},
    {"SIP/2.0 404 No\r\n" ONE REST "INVITE\r\nServer: pbx\r\n\r\n", ""},
    {"OPTIONS sip:b SIP/2.0\r\n" ONE REST "OPTIONS\r\nUser-Agent: \x1b[2J\r\n\r\n", "\\x1b[2J"},
};

static void learn(struct products *products, const char *message, const struct connection_record *ws,
                  enum sw_direction direction)
{
    struct sw_sip sip;
    const struct sw_mark mark = {.packet = 1, .time = AT(0)};
    assert_int_equal(sw_sip_parse(text(message), &sip), SW_OK);
    products_learn(products, &(struct message_record){.id = 1,
                                                      .marks = &mark,
                                                      .mark_count = 1,
                                                      .connection = ws,
                                                      .direction = direction,
                                                      .source = endpoint("10.0.0.1:5060"),
                                                      .sip = &sip});
}

static void test_products_of_senders(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(product_cases); i++) {
        struct products *products = products_new();
        const struct finding_record finding = {.rule = SW_RULE_SIP_VERSION, .source = endpoint("10.0.0.1:5060")};
        assert_string_equal(products_of(products, &finding), "");
        learn(products, product_cases[i].sip, NULL, SW_CLIENT);
        assert_string_equal(products_of(products, &finding), product_cases[i].product);
        products_free(products);
    }
}

/* The browser answers for the WebSocket, the library in it for SIP; a server for both. */
static void test_products_of_connections(void **state)
{
    (void)state;
    static const struct sw_handshake handshake = {
        .user_agent = SLICE("Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36"),
        .server = SLICE("kamailio (5.6.3 (x86_64/linux))"),
    };
    const struct connection_record ws = connection(1, "10.0.0.1:5", "10.0.0.2:80", 0, &handshake);
    struct products *products = products_new();
    struct finding_record finding = {.rule = SW_RULE_WS_RSV, .connection = &ws, .direction = SW_CLIENT};
    assert_string_equal(products_of(products, &finding), "Chrome/120.0");
    finding.rule = SW_RULE_SIP_VERSION;
    assert_string_equal(products_of(products, &finding), "Chrome/120.0"); /* it is all that is known */
    learn(products, product_cases[2].sip, &ws, SW_CLIENT);                /* whatever its Vias, the client made it */
    assert_string_equal(products_of(products, &finding), "Phone/1.2");
    finding.rule = SW_RULE_WS_RSV;
    assert_string_equal(products_of(products, &finding), "Chrome/120.0");
    finding.direction = SW_SERVER;
    finding.rule = SW_RULE_SIP_VERSION;
    learn(products, product_cases[0].sip, &ws, SW_SERVER); /* it forwards this */
    assert_string_equal(products_of(products, &finding), "kamailio 5.6.3");
    products_forget(products, &ws);
    products_free(products);
}

/* Of a server that is silent about itself in the handshake, SIP tells. */
static void test_products_of_servers(void **state)
{
    (void)state;
    static const struct sw_handshake silent = {.user_agent = SLICE("Mozilla/5.0 Chrome/120.0 Safari/537.36")};
    const struct connection_record ws = connection(1, "10.0.0.1:5", "10.0.0.2:80", 0, &silent);
    struct products *products = products_new();
    const struct finding_record finding = {.rule = SW_RULE_SIP_VERSION, .connection = &ws, .direction = SW_SERVER};
    learn(products, product_cases[2].sip, &ws, SW_SERVER); /* it forwards this */
    assert_string_equal(products_of(products, &finding), "");
    learn(products, product_cases[1].sip, &ws, SW_SERVER);
    assert_string_equal(products_of(products, &finding), "gate 4.5");
    products_forget(products, &ws);
    products_free(products);
}

/* ---- fingerprints ---- */

static void fingerprint(char to[FINGERPRINT_SIZE], enum sw_rule rule, const char *party, const char *source,
                        const char *product, const char *evidence)
{
    const struct finding_record finding = {.party = party, .source = endpoint(source), .evidence = evidence};
    finding_fingerprint(&(struct told){&finding, sw_rule_info(rule), product}, to);
}

static void test_fingerprints(void **state)
{
    (void)state;
    char first[FINGERPRINT_SIZE];
    char other[FINGERPRINT_SIZE];
    fingerprint(first, SW_RULE_WS_RSV, "client", "10.0.0.1:5", "", "RSV1 in frame 17, \"abc\" \"");
    assert_int_equal(strlen(first), FINGERPRINT_SIZE - 1);
    fingerprint(other, SW_RULE_WS_RSV, "client", "10.0.0.1:77", "", "RSV2 in frame 3, \"\" \"x y");
    assert_string_equal(first, other);
    fingerprint(other, SW_RULE_WS_RSV, "server", "10.0.0.1:5", "", "RSV1 in frame 17, \"abc\" \"");
    assert_string_not_equal(first, other);
    fingerprint(other, SW_RULE_WS_OPCODE, "client", "10.0.0.1:5", "", "RSV1 in frame 17, \"abc\" \"");
    assert_string_not_equal(first, other);
    fingerprint(other, SW_RULE_WS_RSV, "client", "10.0.0.2:5", "", "RSV1 in frame 17, \"abc\" \"");
    assert_string_not_equal(first, other);
    fingerprint(other, SW_RULE_WS_RSV, "client", "10.0.0.1:5", "", "RSV1 of frame 17, \"abc\" \"");
    assert_string_not_equal(first, other);
    /* where the product is known, the host isn't asked */
    fingerprint(first, SW_RULE_WS_RSV, "client", "10.0.0.1:5", "x", "y");
    fingerprint(other, SW_RULE_WS_RSV, "client", "10.0.0.2:5", "x", "y");
    assert_string_equal(first, other);
}

/* ---- XML ---- */

static const struct {
    const char *text;
    const char *xml;
    const char *content; /* where line ends stay */
} xml_cases[] = {
    {"", "", ""},
    {"plain", "plain", "plain"},
    {"<a b='c'>&\"", "&lt;a b=&apos;c&apos;&gt;&amp;&quot;", "&lt;a b=&apos;c&apos;&gt;&amp;&quot;"},
    {"a\nb\tc\rd", "a&#xA;b&#x9;c&#xD;d", "a\nb&#x9;c&#xD;d"},
    {"\x01\x1b[2J\x08", "\xEF\xBF\xBD\xEF\xBF\xBD[2J\xEF\xBF\xBD", "\xEF\xBF\xBD\xEF\xBF\xBD[2J\xEF\xBF\xBD"},
    {"\x7F\xC2\x9B", "&#x7F;&#x9B;", "&#x7F;&#x9B;"},
    {"\xE2\x80\xAE", "&#x202E;", "&#x202E;"},
    {"\xC3\xA9\xFF\xED\xA0\x80", "\xC3\xA9\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD",
     "\xC3\xA9\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
    {"\xEF\xBF\xBF\xEF\xBF\xBE", "\xEF\xBF\xBD\xEF\xBF\xBD", "\xEF\xBF\xBD\xEF\xBF\xBD"},
};

static void test_xml(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(xml_cases); i++) {
        GString *xml = g_string_new(NULL);
        xml_append(xml, xml_cases[i].text, false);
        assert_string_equal(xml->str, xml_cases[i].xml);
        g_string_truncate(xml, 0);
        xml_append(xml, xml_cases[i].text, true);
        assert_string_equal(xml->str, xml_cases[i].content);
        g_string_free(xml, TRUE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_products_of_senders),
        cmocka_unit_test(test_products_of_connections),
        cmocka_unit_test(test_products_of_servers),
        cmocka_unit_test(test_fingerprints),
        cmocka_unit_test(test_xml),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
