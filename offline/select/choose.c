/* SPDX-License-Identifier: MIT
 *
 * What of the command line chooses calls, and how is it written?
 */
#include <stdlib.h>
#include <string.h>

#include "select/choose.h"

/* --- values ------------------------------------------------------------------------------------------------------ */

/* Nanoseconds since 1970; text: a date, "T" or a space, and a time with seconds. What 64 bits can't hold, years before
 * 1677 and from 2262 on, becomes the first or the last that they can. */
static bool parse_iso(const char *text, int64_t *time)
{
    static const int64_t most = INT64_MAX / 1000000000 - 1;
    GTimeZone *utc = g_time_zone_new_utc();
    GDateTime *parsed = g_date_time_new_from_iso8601(text, utc);
    if (parsed != NULL)
        *time =
            (CLAMP(g_date_time_to_unix(parsed), -most, most) * 1000000 + g_date_time_get_microsecond(parsed)) * 1000;
    const bool good = parsed != NULL;
    g_clear_pointer(&parsed, g_date_time_unref);
    g_time_zone_unref(utc);
    return good;
}

bool select_moment_parse(const char *text, struct select_moment *moment)
{
    static const char midnight[] = "1970-01-01T";
    const char *colon = strchr(text, ':');
    const bool dated = strchr(text, '-') != NULL && (colon == NULL || strchr(text, '-') < colon);
    GString *full = g_string_new(dated ? "" : midnight);
    g_string_append(full, text);
    if (colon == NULL)
        g_string_append(full, "T00:00:00");
    else if (strchr(colon + 1, ':') == NULL)
        g_string_append(full, ":00");
    *moment = (struct select_moment){.of_day = !dated};
    moment->given = (dated || colon != NULL) && parse_iso(full->str, &moment->time);
    g_string_free(full, TRUE);
    return moment->given;
}

/* A number of three digits. */
static bool parse_status(const char *text, size_t size, unsigned *status)
{
    if (size != 3)
        return false;
    *status = 0;
    for (size_t i = 0; i < size; i++) {
        if (!g_ascii_isdigit(text[i]))
            return false;
        *status = *status * 10 + (unsigned)(text[i] - '0');
    }
    return true;
}

static bool parse_statuses(const char *text, struct select_statuses *statuses)
{
    if (strlen(text) == 3 && g_ascii_isdigit(text[0]) && g_ascii_strcasecmp(text + 1, "xx") == 0) {
        statuses->low = (unsigned)(text[0] - '0') * 100;
        statuses->high = statuses->low + 99;
        return true;
    }
    const char *dash = strchr(text, '-');
    if (dash != NULL)
        return parse_status(text, (size_t)(dash - text), &statuses->low) &&
               parse_status(dash + 1, strlen(dash + 1), &statuses->high) && statuses->low <= statuses->high;
    if (!parse_status(text, strlen(text), &statuses->low))
        return false;
    statuses->high = statuses->low;
    return true;
}

bool select_statuses_parse(const char *text, struct selection *selection)
{
    char **list = g_strsplit(text, ",", 0);
    bool good = list[0] != NULL;
    for (size_t i = 0; good && list[i] != NULL; i++)
        good = selection->status_count < SELECT_STATUSES_MOST &&
               parse_statuses(list[i], &selection->statuses[selection->status_count++]);
    g_strfreev(list);
    return good;
}

GRegex *select_regex(const char *pattern, bool caseless, GError **error)
{
    const GRegexCompileFlags flags = G_REGEX_RAW | G_REGEX_MULTILINE | G_REGEX_DOTALL | G_REGEX_OPTIMIZE |
                                     G_REGEX_NEWLINE_ANYCRLF | (caseless ? G_REGEX_CASELESS : 0);
    return g_regex_new(pattern, flags, 0, error);
}

bool selection_is_empty(const struct selection *selection)
{
    return selection->calls == NULL && selection->match == NULL && selection->from == NULL && selection->to == NULL &&
           selection->methods == NULL && selection->status_count == 0 && !selection->since.given &&
           !selection->until.given && !selection->failed;
}

/* --- choosing ---------------------------------------------------------------------------------------------------- */

static bool matches(const GRegex *regex, struct sw_slice text)
{
    return regex == NULL || (text.size <= G_MAXINT &&
                             g_regex_match_full(regex, (const char *)text.data, (gssize)text.size, 0, 0, NULL, NULL));
}

static bool text_is(struct sw_slice text, const char *wanted)
{
    return strlen(wanted) == text.size && memcmp(wanted, text.data, text.size) == 0;
}

bool choose_by_name(const struct selection *selection, uint64_t number, struct sw_slice call_id)
{
    char digits[24];
    if (selection->calls == NULL)
        return true;
    g_snprintf(digits, sizeof digits, "%" G_GUINT64_FORMAT, number);
    for (size_t i = 0; selection->calls[i] != NULL; i++)
        if (strcmp(selection->calls[i], digits) == 0 || text_is(call_id, selection->calls[i]))
            return true;
    return false;
}

unsigned choose_message(const struct selection *selection, const struct sw_sip *sip)
{
    unsigned met = 0;
    if (selection->match != NULL && matches(selection->match, sip->raw))
        met |= CHOOSE_MATCH;
    for (size_t i = 0; selection->methods != NULL && selection->methods[i] != NULL && !sip->response; i++)
        if (text_is(sip->method, selection->methods[i]))
            met |= CHOOSE_METHOD;
    return met;
}

static int64_t time_of(const struct select_moment *moment, int64_t day)
{
    return moment->of_day ? day + moment->time : moment->time;
}

static bool status_is_wanted(const struct selection *selection, unsigned status)
{
    for (unsigned i = 0; i < selection->status_count; i++)
        if (status >= selection->statuses[i].low && status <= selection->statuses[i].high)
            return true;
    return selection->status_count == 0;
}

static bool has_failed(const struct sw_call *call)
{
    return call->state == SW_CALL_REJECTED || call->state == SW_CALL_TIMEOUT ||
           (call->state == SW_CALL_LOST && call->ended_by == SW_ENDED_CONNECTION);
}

bool choose_call(const struct selection *selection, const struct sw_call *call, unsigned met, int64_t day)
{
    return choose_by_name(selection, call->id, call->call_id) &&
           (selection->match == NULL || (met & CHOOSE_MATCH) != 0) &&
           (selection->methods == NULL || (met & CHOOSE_METHOD) != 0) && matches(selection->from, call->from) &&
           matches(selection->to, call->to) && status_is_wanted(selection, call->status) &&
           (!selection->since.given || call->last >= time_of(&selection->since, day)) &&
           (!selection->until.given || call->start < time_of(&selection->until, day)) &&
           (!selection->failed || has_failed(call));
}
