/* SPDX-License-Identifier: MIT
 *
 * What is in a message body? Media type (RFC 3261 20.15) and the parts of multipart bodies (RFC 2046 5.1.1).
 */
#include "sipweave/fields.h"

#include "bytes.h"

enum sw_result sw_media_type_parse(struct sw_slice value, struct sw_media_type *type)
{
    size_t semicolon = sw_slice_find(value, ';');
    struct sw_slice essence = sw_slice_head(value, semicolon);
    size_t slash = sw_slice_find(essence, '/');
    type->type = sw_slice_trim(sw_slice_head(essence, slash));
    type->subtype = sw_slice_trim(sw_slice_skip(essence, slash + 1));
    type->params = sw_slice_skip(value, semicolon + 1);
    return type->type.size > 0 && type->subtype.size > 0 ? SW_OK : SW_BAD;
}

enum delimiter { NO_DELIMITER, DELIMITER, CLOSE_DELIMITER };

/* "--boundary", then "--" at the end, then nothing but white space. */
static enum delimiter line_delimiter(struct sw_slice line, struct sw_slice boundary)
{
    if (!sw_slice_starts(line, SW_SLICE("--")) || !sw_slice_starts(sw_slice_skip(line, 2), boundary))
        return NO_DELIMITER;
    line = sw_slice_skip(sw_slice_skip(line, 2), boundary.size);
    if (sw_slice_starts(line, SW_SLICE("--")))
        return CLOSE_DELIMITER;
    return sw_slice_trim_left(line).size == 0 ? DELIMITER : NO_DELIMITER;
}

/* Moves *rest to the next delimiter line; *before is what it skipped, without the line end that belongs to the
 * delimiter. Without a delimiter all is skipped. */
static enum delimiter delimiter_find(struct sw_slice *rest, struct sw_slice boundary, struct sw_slice *before)
{
    struct sw_slice text = *rest;
    *before = sw_slice_head(text, 0);
    while (rest->size > 0) {
        struct sw_slice after = *rest;
        struct sw_slice line;
        sw_line_next(&after, &line);
        enum delimiter found = line_delimiter(line, boundary);
        if (found != NO_DELIMITER)
            return found;
        *before = sw_slice_head(text, (size_t)(line.data - text.data) + line.size);
        *rest = after;
    }
    *before = text;
    return NO_DELIMITER;
}

bool sw_multipart_next(struct sw_slice *rest, struct sw_slice boundary, struct sw_body_part *part)
{
    struct sw_slice text;
    if (boundary.size == 0 || delimiter_find(rest, boundary, &text) != DELIMITER)
        return false;
    sw_line_next(rest, &text);
    delimiter_find(rest, boundary, &text);

    size_t scanned = 0;
    size_t headers = text.size; /* a part without an empty line has headers only */
    sw_header_block(text, &scanned, &headers);
    part->headers = sw_slice_head(text, headers);
    part->content = sw_slice_skip(text, headers);
    return true;
}
