/* SPDX-License-Identifier: MIT
 *
 * Is it built of the right lines, in their order? RFC 8866 5 and 9.
 */
#include "rules/sdp_check.h"
#include "rules/sip_grammar.h"

static const struct sw_slice none = {0};

/* In the order of section 9; t, r and z go together. */
static const char session_order[] = "vosiuepcbtka";
static const char media_order[] = "micbka";

struct scan {
    unsigned count;
    unsigned versions, origins, names, times;
    bool in_media;
    bool session_connection;
    bool own_connection; /* of this media section */
    bool attributes;     /* the latest line was one, and in its place */
    bool lined;          /* no CR or LF stands alone */
    int rank;            /* of the latest line */
    struct sw_slice lost_connection;
    /* The first of each fault; data is NULL where there is none. */
    struct sw_slice end, syntax, order;
};

static void first_wins(struct sw_slice *member, struct sw_slice line)
{
    if (member->data == NULL)
        *member = line;
}

/* "v =0" is a v line with a fault. */
static char type_of(struct sw_slice line, struct sw_slice *value)
{
    if (line.size == 0 || !sw_is_alpha(line.data[0]))
        return 0;
    struct sw_slice rest = sw_slice_skip(line, 1);
    while (rest.size > 0 && sw_is_blank(rest.data[0]))
        rest = sw_slice_skip(rest, 1);
    if (rest.size == 0 || rest.data[0] != '=')
        return 0;
    *value = sw_slice_skip(rest, 1);
    return (char)line.data[0];
}

/* Free text may begin with a space (s, i, e, p, k); o, m and s have rules of their own about what is missing. */
static bool is_built_right(char type, struct sw_slice line, struct sw_slice value)
{
    if (type == 0 || strchr("vosiuepcbtrzkam", type) == NULL || line.data[1] != '=')
        return false;
    if (value.size == 0)
        return strchr("som", type) != NULL;
    return !sw_is_blank(value.data[0]) || strchr("siepk", type) != NULL;
}

static void media_end(struct scan *scan, struct sw_slice line)
{
    if (scan->in_media && !scan->own_connection && !scan->session_connection)
        first_wins(&scan->lost_connection, line);
    scan->own_connection = false;
}

static void order_read(struct scan *scan, char type, struct sw_slice line)
{
    if (type == 'm') {
        scan->in_media = true;
        scan->attributes = false;
        scan->rank = 0;
        return;
    }
    const char *order = scan->in_media ? media_order : session_order;
    const char *place = strchr(order, type == 'r' || type == 'z' ? 't' : type);
    int rank = place == NULL ? -1 : (int)(place - order);
    scan->attributes = type == 'a' && rank >= scan->rank;
    if (rank < scan->rank)
        first_wins(&scan->order, line);
    else
        scan->rank = rank;
}

static void line_read(struct scan *scan, struct sw_slice line, bool last, struct sw_slice *media)
{
    struct sw_slice value = none;
    if (scan->attributes && line.size > 2 && line.data[0] == 'a' && line.data[1] == '=' && !sw_is_blank(line.data[2])) {
        scan->count++; /* as most are */
        return;
    }
    char type = type_of(line, &value);
    if (!is_built_right(type, line, value) && !(line.size == 0 && last)) /* an empty line at the end harms nobody */
        first_wins(&scan->syntax, line);
    if (type == 0 || strchr("vosiuepcbtrzkam", type) == NULL)
        return;
    scan->count++;
    scan->versions += type == 'v';
    scan->origins += type == 'o';
    scan->names += type == 's';
    scan->times += type == 't';
    if (type == 'm') {
        media_end(scan, *media);
        *media = line;
    } else if (type == 'c') {
        *(scan->in_media ? &scan->own_connection : &scan->session_connection) = true;
    }
    order_read(scan, type, line);
}

/* Lines end with CRLF. A CR elsewhere stands in no line. */
static struct sw_slice line_next(struct scan *scan, struct sw_slice *rest, bool open)
{
    size_t size = sw_slice_find(*rest, '\n');
    struct sw_slice line = sw_slice_head(*rest, size);
    bool ended = size < rest->size;
    bool cr = line.size > 0 && line.data[line.size - 1] == '\r';
    *rest = sw_slice_skip(*rest, size + 1);
    if (cr && ended)
        line = sw_slice_head(line, line.size - 1);
    if ((ended ? !cr : !open) || (!scan->lined && sw_slice_find(line, '\r') < line.size))
        first_wins(&scan->end, line);
    return line;
}

static void report_missing(const struct sw_sip_case *one, const struct scan *scan)
{
    if (scan->origins == 0)
        sw_case_report(one, SW_RULE_SDP_O_MISSING, "no o= line", none);
    if (scan->names == 0)
        sw_case_report(one, SW_RULE_SDP_S_MISSING, "no s= line", none);
    if (scan->names > 1)
        sw_case_report(one, SW_RULE_SDP_S_MISSING, "more than one s= line", none);
    if (scan->times == 0)
        sw_case_report(one, SW_RULE_SDP_T_MISSING, "no t= line", none);
    if (scan->lost_connection.data != NULL)
        sw_case_report(one, SW_RULE_SDP_C_MISSING, "no c= for", scan->lost_connection);
}

bool sw_check_sdp_lines(const struct sw_sip_case *one, struct sw_slice text, bool open)
{
    struct scan scan = {.lined = sw_case_is_lined(text)};
    struct sw_slice rest = text;
    struct sw_slice media = none;
    bool begins = sw_slice_starts(text, SW_SLICE("v=0\r")) || sw_slice_starts(text, SW_SLICE("v=0\n"));
    while (rest.size > 0) {
        struct sw_slice line = line_next(&scan, &rest, open);
        line_read(&scan, line, rest.size == 0, &media);
    }
    media_end(&scan, media);

    if (!begins)
        sw_case_report(one, SW_RULE_SDP_V_MISSING, "begins", text);
    if (scan.count < 2)
        return false;
    if (scan.end.data != NULL)
        sw_case_report(one, SW_RULE_SDP_CRLF, "no CRLF ends", scan.end);
    if (scan.syntax.data != NULL)
        sw_case_report(one, SW_RULE_SDP_LINE_SYNTAX, "line", scan.syntax);
    if (scan.order.data != NULL && (begins || scan.versions == 0))
        sw_case_report(one, SW_RULE_SDP_ORDER, "comes too late:", scan.order);
    report_missing(one, &scan);
    return true;
}
