/* SPDX-License-Identifier: MIT
 *
 * Text made fit for XML 1.0 (its section 2.2 names the characters that there may be: no C0 but tab and line ends, not
 * even as references; no U+FFFE, U+FFFF).
 */
#include "output/xml.h"

#include <string.h>

#include "output/utf8.h"

static const char *entity_of(uint32_t character)
{
    switch (character) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&apos;";
    default:
        return NULL;
    }
}

static bool is_allowed(uint32_t character)
{
    if (character < 0x20)
        return character == '\t' || character == '\n' || character == '\r';
    return character != 0xFFFE && character != 0xFFFF;
}

/* Printable ASCII that means itself. */
static size_t plain_run(struct sw_slice text)
{
    size_t at = 0;
    while (at < text.size && text.data[at] >= 0x20 && text.data[at] < 0x7F && entity_of(text.data[at]) == NULL)
        at++;
    return at;
}

void xml_append(GString *to, const char *text, bool lines)
{
    struct sw_slice rest = {(const uint8_t *)text, strlen(text)};
    while (rest.size > 0) {
        uint32_t character;
        size_t plain = plain_run(rest);
        g_string_append_len(to, (const char *)rest.data, (gssize)plain);
        rest = (struct sw_slice){rest.data + plain, rest.size - plain};
        if (rest.size == 0)
            return;
        size_t size = utf8_decode(rest, &character);
        if (size == 0 || !is_allowed(character))
            g_string_append(to, "\xEF\xBF\xBD");
        else if (entity_of(character) != NULL)
            g_string_append(to, entity_of(character));
        else if (utf8_is_unsafe(character) && !(lines && character == '\n'))
            g_string_append_printf(to, "&#x%X;", character);
        else
            g_string_append_len(to, (const char *)rest.data, (gssize)size);
        size = MAX(size, (size_t)1);
        rest = (struct sw_slice){rest.data + size, rest.size - size};
    }
}
