/* SPDX-License-Identifier: MIT
 *
 * Times, spans and counts as people read them.
 */
#include "output/digits.h"
#include "output/text.h"

struct date {
    int64_t year;
    unsigned month;
    unsigned day;
};

/* Days since 1970 to a date of the Gregorian calendar, whose 400-year cycle here begins on 1 March of year 0. */
static struct date date_of_day(int64_t day)
{
    enum { DAYS_TO_1970 = 719468, CYCLE = 146097 };
    day += DAYS_TO_1970;
    int64_t cycle = (day >= 0 ? day : day - (CYCLE - 1)) / CYCLE;
    unsigned of_cycle = (unsigned)(day - cycle * CYCLE);
    unsigned year = (of_cycle - of_cycle / 1460 + of_cycle / 36524 - of_cycle / (CYCLE - 1)) / 365;
    unsigned of_year = of_cycle - (365 * year + year / 4 - year / 100);
    unsigned month = (5 * of_year + 2) / 153; /* 0: March */
    struct date date = {
        .year = (int64_t)year + cycle * 400 + (month >= 10 ? 1 : 0),
        .month = month < 10 ? month + 3 : month - 9,
        .day = of_year - (153 * month + 2) / 5 + 1,
    };
    return date;
}

#define SECOND INT64_C(1000000000)
#define DAY    (86400 * SECOND)

int64_t text_day(int64_t time)
{
    return time / DAY - (time % DAY < 0 ? 1 : 0);
}

static char *put_text(char *to, const char *text)
{
    while (*text != 0)
        *to++ = *text++;
    return to;
}

static char *put_date(char *to, int64_t time)
{
    struct date date = date_of_day(text_day(time));
    to = digits_put(to, (uint64_t)date.year, 4); /* 64 bits of nanoseconds hold the years 1677 to 2262 */
    *to++ = '-';
    to = digits_put(to, date.month, 2);
    *to++ = '-';
    return digits_put(to, date.day, 2);
}

/* Time of day, with that many digits of the second's fraction. */
static char *put_clock(char *to, int64_t time, unsigned digits)
{
    static const uint32_t cuts[] = {[3] = 1000000, [9] = 1};
    int64_t of_day = time % DAY;
    uint64_t of_day_positive = (uint64_t)(of_day < 0 ? of_day + DAY : of_day);
    uint64_t seconds = of_day_positive / (uint64_t)SECOND;
    to = digits_put(to, seconds / 3600, 2);
    *to++ = ':';
    to = digits_put(to, seconds / 60 % 60, 2);
    *to++ = ':';
    to = digits_put(to, seconds % 60, 2);
    *to++ = '.';
    return digits_put(to, of_day_positive % (uint64_t)SECOND / cuts[digits], digits);
}

size_t text_stamp(char stamp[TEXT_STAMP_SIZE], int64_t time)
{
    char *to = put_date(stamp, time);
    *to++ = 'T';
    to = put_clock(to, time, 9);
    *to++ = 'Z';
    *to = 0;
    return (size_t)(to - stamp);
}

void text_clock(char clock[TEXT_CLOCK_SIZE], int64_t time)
{
    *put_clock(clock, time, 3) = 0;
}

void text_date(char date[TEXT_DATE_SIZE], int64_t time)
{
    *put_date(date, time) = 0;
}

/* "5.1 s": tenths of a unit. */
static char *put_tenths(char *to, uint64_t tenths, const char *unit)
{
    to = digits_put_number(to, tenths / 10);
    *to++ = '.';
    to = digits_put(to, tenths % 10, 1);
    return put_text(to, unit);
}

/* "2:05", "1:02:03", "3 d 4 h" */
static char *put_long_span(char *to, uint64_t seconds)
{
    if (seconds >= 86400) {
        to = put_text(digits_put_number(to, seconds / 86400), " d ");
        return put_text(digits_put_number(to, seconds / 3600 % 24), " h");
    }
    if (seconds >= 3600) {
        to = put_text(digits_put_number(to, seconds / 3600), ":");
        to = digits_put(to, seconds / 60 % 60, 2);
    } else {
        to = digits_put_number(to, seconds / 60);
    }
    return digits_put(put_text(to, ":"), seconds % 60, 2);
}

void text_span(char span[TEXT_SPAN_SIZE], int64_t nanoseconds)
{
    uint64_t ns = nanoseconds < 0 ? 0 - (uint64_t)nanoseconds : (uint64_t)nanoseconds;
    uint64_t ms = (ns + 500000) / 1000000;
    uint64_t tenths = (ns + 50000000) / 100000000;
    char *to = put_text(span, nanoseconds < 0 ? "-" : "");
    if (ns < 1000000)
        to = put_tenths(to, ns / 100000, " ms");
    else if (ms < 1000)
        to = put_text(digits_put_number(to, ms), " ms");
    else if (tenths < 600)
        to = put_tenths(to, tenths, " s");
    else
        to = put_long_span(to, (ns + 500000000) / 1000000000);
    *to = 0;
}

void text_number(GString *to, uint64_t number)
{
    char digits[DIGITS_MAX];
    g_string_append_len(to, digits, digits_put_number(digits, number) - digits);
}

void text_number_pad(GString *to, uint64_t number, unsigned columns)
{
    char digits[DIGITS_MAX + 1];
    *digits_put_number(digits, number) = 0;
    text_pad(to, digits, columns, TEXT_RIGHT);
}

void text_count(GString *to, uint64_t count, const char *word)
{
    g_string_append_printf(to, "%" G_GUINT64_FORMAT " %s%s", count, word, count == 1 ? "" : "s");
}
