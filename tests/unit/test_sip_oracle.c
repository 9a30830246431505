/* SPDX-License-Identifier: MIT
 * links: core_sip core_base
 * What libosip2 accepts, both read alike: method, status, Call-ID, CSeq, Content-Length, top Via, From and To. Over
 * messages of RFC 4475 and, where they lie beside the source tree, the torture messages and what real endpoints logged.
 */
#include "harness.h"

#include "sipweave/fields.h"
#include "sipweave/sip.h"

#include <glob.h>
#include <osipparser2/osip_parser.h>
#include <stdio.h>
#include <zlib.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SHARED       PROJECT_FOLDER "/../shared/"

static unsigned compared;
static unsigned refused; /* by osip */

/* osip's strings are NULL where a thing is absent. */
static void same(const char *what, const char *theirs, struct sw_slice ours)
{
    struct sw_slice other = theirs == NULL ? (struct sw_slice){0} : text(theirs);
    if (!sw_slice_equal(other, ours))
        fail_msg("%s: osip reads \"%s\", we \"%.*s\"", what, theirs, (int)ours.size, (const char *)ours.data);
}

/* osip takes the brackets off IPv6 addresses. */
static struct sw_slice without_brackets(struct sw_slice host)
{
    bool bracketed = host.size >= 2 && host.data[0] == '[' && host.data[host.size - 1] == ']';
    return bracketed ? (struct sw_slice){host.data + 1, host.size - 2} : host;
}

static void same_uri(const char *what, const osip_uri_t *theirs, const struct sw_uri *ours)
{
    same(what, theirs->scheme, ours->scheme);
    if (!ours->sip)
        return;
    same(what, theirs->host, without_brackets(ours->host));
    same(what, theirs->port, ours->port);
    if (memchr(ours->user.data == NULL ? (const uint8_t *)"" : ours->user.data, '%', ours->user.size) == NULL)
        same(what, theirs->username, ours->user); /* osip undoes the escapes */
}

static void same_address(const char *what, osip_from_t *theirs, struct sw_slice value)
{
    struct sw_name_addr ours;
    osip_generic_param_t *tag = NULL;
    assert_int_equal(sw_name_addr_parse(value, &ours), SW_OK);
    same_uri(what, theirs->url, &ours.uri_parts);
    char name[] = "tag"; /* osip's parameter isn't const */
    osip_uri_param_get_byname(&theirs->gen_params, name, &tag);
    same(what, tag == NULL ? NULL : tag->gvalue, ours.tag);
}

static void same_via(const osip_message_t *theirs, const struct sw_sip *sip)
{
    osip_via_t *via = osip_list_get(&theirs->vias, 0);
    osip_generic_param_t *branch = NULL;
    struct sw_sip_values values = {.rest = sip->headers};
    struct sw_slice value;
    struct sw_via ours;
    if (via == NULL)
        return;
    assert_true(sw_sip_value_next(&values, SW_SIP_VIA, &value));
    assert_int_equal(sw_via_parse(value, &ours), SW_OK);
    same("Via transport", via->protocol, ours.transport);
    same("Via host", via->host, without_brackets(ours.host));
    same("Via port", via->port, ours.port);
    char name[] = "branch";
    osip_via_param_get_byname(via, name, &branch);
    same("Via branch", branch == NULL ? NULL : branch->gvalue, ours.branch);
}

static void same_call_id(const osip_call_id_t *theirs, struct sw_slice ours)
{
    char *joined = NULL;
    if (theirs == NULL)
        return;
    osip_call_id_to_str(theirs, &joined);
    same("Call-ID", joined, ours);
    osip_free(joined);
}

static void same_cseq(const osip_cseq_t *theirs, struct sw_slice value)
{
    struct sw_cseq ours;
    if (theirs == NULL || sw_cseq_parse(value, &ours) != SW_OK) /* osip keeps numbers of any size as text */
        return;
    same("CSeq method", theirs->method, ours.method);
    assert_true(strtoull(theirs->number, NULL, 10) == ours.number);
}

static void same_message(struct sw_slice bytes)
{
    osip_message_t *theirs;
    struct sw_sip ours;
    osip_message_init(&theirs);
    if (osip_message_parse(theirs, (const char *)bytes.data, bytes.size) != 0) {
        osip_message_free(theirs);
        refused++;
        return;
    }
    assert_int_equal(sw_sip_parse(bytes, &ours), SW_OK);
    assert_int_equal(theirs->status_code != 0, ours.response);
    if (ours.response && theirs->status_code <= 999)
        assert_int_equal(theirs->status_code, ours.status);
    if (!ours.response)
        same("method", theirs->sip_method, ours.method);
    same_call_id(theirs->call_id, ours.first[SW_SIP_CALL_ID]);
    same_cseq(theirs->cseq, ours.first[SW_SIP_CSEQ]);
    if (theirs->content_length != NULL && ours.count[SW_SIP_CONTENT_LENGTH] > 0) /* osip adds one that is missing */
        same("Content-Length", theirs->content_length->value, ours.first[SW_SIP_CONTENT_LENGTH]);
    same_via(theirs, &ours);
    if (theirs->from != NULL)
        same_address("From", theirs->from, ours.first[SW_SIP_FROM]);
    if (theirs->to != NULL)
        same_address("To", (osip_from_t *)theirs->to, ours.first[SW_SIP_TO]);
    osip_message_free(theirs);
    compared++;
}

#define HEADERS                                                                                                        \
    "Via: SIP/2.0/UDP h1:5061;branch=z9hG4bKa\r\nFrom: \"A\" <sip:a@b:1>;tag=1\r\nTo: <sip:c@d>;tag=2\r\n"             \
    "Call-ID: x@y\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\n"

static const char *const messages[] = {
    "INVITE sip:c@d SIP/2.0\r\n" HEADERS "Content-Length: 0\r\n\r\n",
    "SIP/2.0 486 Busy Here\r\n" HEADERS "l: 0\r\n\r\n",
    "INVITE sip:c@d SIP/2.0\r\nv: SIP / 2.0 / TCP [2001:db8::1]:5060 ; branch = z9hG4bKb, SIP/2.0/UDP x\r\n"
    "f: sip:a@b;tag=1\r\nt: sip:c@d\r\ni: plain\r\nCSeq:\r\n 7\r\n  INVITE\r\nl:0\r\n\r\n",
    "REGISTER sip:[2001:db8::10] SIP/2.0\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bKc;rport\r\n"
    "From: \"q \\\"<sip:no@no>\" <sip:u;p=1@[2001:db8::9]:5070;lr>;x=\"y;tag=z\";tag=t\r\nTo: <tel:+1-201>\r\n"
    "Call-ID: a\r\nCSeq: 4294967295 REGISTER\r\nContent-Length: 0\r\n\r\n",
};

static void own_messages(void **state)
{
    (void)state;
    compared = 0;
    for (size_t i = 0; i < COUNT(messages); i++)
        same_message(text(messages[i]));
    assert_true(compared >= 3);
}

static size_t files_of(const char *pattern, glob_t *files)
{
    if (glob(pattern, 0, NULL, files) != 0)
        files->gl_pathc = 0;
    if (files->gl_pathc == 0)
        print_message("SKIPPED: nothing is at %s\n", pattern);
    return files->gl_pathc;
}

static void torture_messages(void **state)
{
    (void)state;
    glob_t files = {0};
    static uint8_t bytes[65536];
    compared = refused = 0;
    if (files_of(SHARED "conformance/torture/*.dat", &files) == 0)
        skip();
    for (size_t i = 0; i < files.gl_pathc; i++) {
        const char *name = strrchr(files.gl_pathv[i], '/') + 1;
        if (strcmp(name, "bigcode.dat") == 0) /* osip reads 4294967301 as 5 */
            continue;
        FILE *stream = fopen(files.gl_pathv[i], "rb");
        assert_non_null(stream);
        size_t size = fread(bytes, 1, sizeof bytes - 1, stream);
        fclose(stream);
        print_message("%s\n", name);
        bytes[size] = 0;
        same_message((struct sw_slice){bytes, size});
    }
    globfree(&files);
    print_message("%u compared, %u refused by osip\n", compared, refused);
    assert_true(compared > 20);
}

/* The JSON string that begins behind text's first quote, its escapes undone, in place: of what the logs hold, \uXXXX is
 * not undone; a message with one is left out. */
static bool json_unescape(char *text, size_t *size)
{
    char *to = text;
    for (const char *from = text; *from != '"'; from++) {
        if (*from == '\0' || (from[0] == '\\' && from[1] == 'u'))
            return false;
        if (*from != '\\') {
            *to++ = *from;
            continue;
        }
        static const char escapes[] = "n\nr\rt\tb\bf\f";
        const char *escape = strchr(escapes, *++from);
        *to++ = escape == NULL ? *from : escape[1];
    }
    *to = '\0';
    *size = (size_t)(to - text);
    return true;
}

static void logged_line(char *line)
{
    static const char key[] = "\"data\":\"";
    char *data = strstr(line, key);
    size_t size;
    if (strstr(line, "\"ev\":\"msg\"") == NULL || data == NULL || !json_unescape(data + sizeof key - 1, &size))
        return;
    struct sw_slice bytes = {(const uint8_t *)data + sizeof key - 1, size};
    if (sw_sip_sniff(bytes) == SW_OK)
        same_message(bytes);
}

static void logged_messages(void **state)
{
    (void)state;
    glob_t files = {0};
    static char line[1 << 20];
    compared = refused = 0;
    if (files_of(SHARED "captures/*.truth.jsonl.gz", &files) == 0)
        skip();
    for (size_t i = 0; i < files.gl_pathc; i++) {
        gzFile log = gzopen(files.gl_pathv[i], "rb");
        assert_non_null(log);
        while (gzgets(log, line, sizeof line) != NULL)
            logged_line(line);
        gzclose(log);
    }
    globfree(&files);
    print_message("%u compared, %u refused by osip\n", compared, refused);
    assert_true(compared > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_messages),
        cmocka_unit_test(torture_messages),
        cmocka_unit_test(logged_messages),
    };
    parser_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
