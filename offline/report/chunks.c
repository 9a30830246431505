/* SPDX-License-Identifier: MIT
 *
 * How do lines of JSON get into a page of HTML?
 *
 *     <script type="application/json" class="rows">[{...},{...}]</script>
 *     <script type="application/json" class="messages" data-first="1">"eJzt..."</script>
 *
 * The second is zlib's format (RFC 1950) in base64: the lines, the first of which has that id. In the first every "<"
 * is written as \u003c, so that nothing ends the element or opens a comment; it can only stand in strings.
 */
#include "report/chunks.h"

#include <glib.h>
#include <string.h>
#include <zlib.h>

enum { CHUNK = 128 * 1024, LEVEL = 6 };

struct chunks {
    FILE *out; /* borrowed */
    FILE *file;
    const char *kind;
    bool packed;
    GString *text; /* lines that aren't written yet, and the beginning of one */
};

static void write_rows(const struct chunks *chunks, const char *text, size_t size)
{
    const char *end = text + size;
    fprintf(chunks->out, "<script type=\"application/json\" class=\"%s\">[", chunks->kind);
    for (const char *at = text; at < end;) {
        size_t plain = strcspn(at, "<\n");
        fwrite(at, 1, plain, chunks->out);
        at += plain;
        if (*at == '<')
            fputs("\\u003c", chunks->out);
        else if (at + 1 < end)
            fputc(',', chunks->out);
        at++;
    }
    fputs("]</script>\n", chunks->out);
}

/* The number behind the first "id" of the first line. */
static guint64 first_id(const char *text)
{
    static const char key[] = "\"id\":";
    const char *at = strstr(text, key);
    return at != NULL ? g_ascii_strtoull(at + strlen(key), NULL, 10) : 0;
}

static void write_packed(const struct chunks *chunks, const char *text, size_t size)
{
    uLongf packed_size = compressBound(size);
    guchar *packed = g_malloc(packed_size);
    fprintf(chunks->out, "<script type=\"application/json\" class=\"%s\" data-first=\"%" G_GUINT64_FORMAT "\">\"",
            chunks->kind, first_id(text));
    if (compress2(packed, &packed_size, (const Bytef *)text, size, LEVEL) == Z_OK) {
        char *coded = g_base64_encode(packed, packed_size);
        fputs(coded, chunks->out);
        g_free(coded);
    }
    fputs("\"</script>\n", chunks->out);
    g_free(packed);
}

/* Writes the first so many bytes, which are whole lines. */
static void write_lines(struct chunks *chunks, size_t size)
{
    if (size == 0)
        return;
    if (chunks->packed)
        write_packed(chunks, chunks->text->str, size);
    else
        write_rows(chunks, chunks->text->str, size);
    g_string_erase(chunks->text, 0, (gssize)size);
}

static ssize_t on_write(void *cookie, const char *bytes, size_t size)
{
    struct chunks *chunks = cookie;
    size_t before = chunks->text->len;
    const char *end = memrchr(bytes, '\n', size);
    g_string_append_len(chunks->text, bytes, (gssize)size);
    if (chunks->text->len >= CHUNK && end != NULL)
        write_lines(chunks, before + (size_t)(end - bytes) + 1);
    return (ssize_t)size;
}

struct chunks *chunks_new(FILE *out, const char *kind, bool packed)
{
    struct chunks *chunks = g_new(struct chunks, 1);
    *chunks = (struct chunks){.out = out, .kind = kind, .packed = packed, .text = g_string_sized_new((gsize)2 * CHUNK)};
    chunks->file = fopencookie(chunks, "w", (cookie_io_functions_t){.write = on_write});
    return chunks;
}

FILE *chunks_file(struct chunks *chunks)
{
    return chunks->file;
}

void chunks_flush(struct chunks *chunks)
{
    fflush(chunks->file);
    write_lines(chunks, chunks->text->len);
}

void chunks_free(struct chunks *chunks)
{
    fclose(chunks->file);
    g_string_free(chunks->text, TRUE);
    g_free(chunks);
}
