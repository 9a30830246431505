/* SPDX-License-Identifier: MIT
 *
 * Which secrets does a key log have for a session? (draft-ietf-tls-keylogfile)
 *
 *     LABEL <client random, 64 hexadecimal digits> <secret, hexadecimal digits>
 *
 * Lines of other forms and labels are passed over; of lines that repeat, the last wins.
 */
#include "tls/keylog.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    LINE_MAX_SIZE = 512, /* the longest that is of use has 32 + 1 + 64 + 1 + 96 */
    BLOCK_SIZE = 64 * 1024,
};

struct session {
    uint8_t client_random[TLS_RANDOM_SIZE]; /* first: the key in the tree */
    uint8_t sizes[TLS_SECRET_COUNT];        /* 0: not known */
    uint8_t secrets[TLS_SECRET_COUNT][TLS_SECRET_MAX];
    bool used;
    struct session *newer;
};

/* Lines may come in pieces. */
struct line {
    char bytes[LINE_MAX_SIZE];
    size_t size;
    bool too_long;
};

struct file {
    char *path;
    int descriptor;
    off_t read; /* of a regular file: up to here */
    bool regular;
    struct line line;
};

struct tls_keylog {
    GTree *sessions; /* struct session by client_random */
    struct session *oldest;
    struct session *newest;
    size_t sessions_max;
    uint64_t added; /* secrets */
    uint64_t forgotten;
    GPtrArray *files; /* struct file */
    struct tls_rsa *rsa;
    void (*more)(void *context, struct tls_keylog *log);
    void *context;
    bool protected;
};

static gint compare_randoms(gconstpointer a, gconstpointer b, gpointer unused)
{
    (void)unused;
    return memcmp(a, b, TLS_RANDOM_SIZE);
}

static void wipe_session(gpointer session)
{
    OPENSSL_cleanse(session, sizeof(struct session));
    g_free(session);
}

/* Secrets are in memory from here on: a crash must not write them to a disk. */
static void protect(struct tls_keylog *log)
{
    if (log->protected)
        return;
    const struct rlimit none = {0};
    prctl(PR_SET_DUMPABLE, 0);
    setrlimit(RLIMIT_CORE, &none);
    log->protected = true;
}

/* --- sessions ---------------------------------------------------------------------------------------------------- */

static void forget_oldest(struct tls_keylog *log)
{
    struct session *session = log->oldest;
    log->oldest = session->newer;
    log->forgotten++;
    g_tree_remove(log->sessions, session->client_random);
}

static struct session *session_of(struct tls_keylog *log, const uint8_t *client_random)
{
    struct session *session = g_tree_lookup(log->sessions, client_random);
    if (session != NULL)
        return session;
    if ((size_t)g_tree_nnodes(log->sessions) >= log->sessions_max)
        forget_oldest(log);
    session = g_new0(struct session, 1);
    memcpy(session->client_random, client_random, TLS_RANDOM_SIZE);
    g_tree_insert(log->sessions, session->client_random, session);
    if (log->oldest == NULL)
        log->oldest = session;
    else
        log->newest->newer = session;
    log->newest = session;
    return session;
}

static void add_secret(struct tls_keylog *log, const uint8_t *client_random, int which, struct sw_slice secret)
{
    protect(log);
    struct session *session = session_of(log, client_random);
    memcpy(session->secrets[which], secret.data, secret.size);
    session->sizes[which] = (uint8_t)secret.size;
    log->added++;
}

/* --- lines ------------------------------------------------------------------------------------------------------- */

static struct sw_slice take_word(struct sw_slice *rest)
{
    const uint8_t *end = rest->size == 0 ? NULL : memchr(rest->data, ' ', rest->size);
    size_t size = end != NULL ? (size_t)(end - rest->data) : rest->size;
    const struct sw_slice word = {.data = rest->data, .size = size};
    size_t taken = end != NULL ? size + 1 : size;
    rest->data += taken;
    rest->size -= taken;
    return word;
}

/* The bytes that hexadecimal digits stand for; 0 where they are none, or more than there is room for. */
static size_t from_hex(struct sw_slice digits, uint8_t *bytes, size_t room)
{
    if (digits.size % 2 != 0 || digits.size / 2 > room)
        return 0;
    for (size_t i = 0; i < digits.size / 2; i++) {
        int high = g_ascii_xdigit_value((char)digits.data[2 * i]);
        int low = g_ascii_xdigit_value((char)digits.data[2 * i + 1]);
        if (high < 0 || low < 0)
            return 0;
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return digits.size / 2;
}

static const char *const labels[TLS_SECRET_COUNT] = {
    [TLS_SECRET_MASTER] = "CLIENT_RANDOM",
    [TLS_SECRET_CLIENT_EARLY] = "CLIENT_EARLY_TRAFFIC_SECRET",
    [TLS_SECRET_CLIENT_HANDSHAKE] = "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
    [TLS_SECRET_SERVER_HANDSHAKE] = "SERVER_HANDSHAKE_TRAFFIC_SECRET",
    [TLS_SECRET_CLIENT_APPLICATION] = "CLIENT_TRAFFIC_SECRET_0",
    [TLS_SECRET_SERVER_APPLICATION] = "SERVER_TRAFFIC_SECRET_0",
};

static int find_label(struct sw_slice label)
{
    for (int i = 0; i < TLS_SECRET_COUNT; i++)
        if (strlen(labels[i]) == label.size && memcmp(labels[i], label.data, label.size) == 0)
            return i;
    return -1;
}

/* A master secret has 48 bytes, a traffic secret as many as the suite's hash. */
static bool size_fits(int which, size_t size)
{
    return size == 48 || (which != TLS_SECRET_MASTER && size == 32);
}

static void add_line(struct tls_keylog *log, struct sw_slice line)
{
    while (line.size != 0 && g_ascii_isspace(line.data[line.size - 1]))
        line.size--;
    int which = find_label(take_word(&line));
    uint8_t client_random[TLS_RANDOM_SIZE];
    uint8_t secret[TLS_SECRET_MAX];
    if (which < 0 || from_hex(take_word(&line), client_random, sizeof client_random) != TLS_RANDOM_SIZE)
        return;
    size_t size = from_hex(line, secret, sizeof secret);
    if (!size_fits(which, size))
        return;
    add_secret(log, client_random, which, (struct sw_slice){secret, size});
    OPENSSL_cleanse(secret, sizeof secret);
}

static void line_take(struct line *line, struct sw_slice bytes)
{
    if (bytes.size > sizeof line->bytes - line->size) {
        line->too_long = true;
        return;
    }
    if (bytes.size != 0)
        memcpy(line->bytes + line->size, bytes.data, bytes.size);
    line->size += bytes.size;
}

static void line_end(struct tls_keylog *log, struct line *line)
{
    if (!line->too_long)
        add_line(log, (struct sw_slice){.data = (const uint8_t *)line->bytes, .size = line->size});
    line->size = 0;
    line->too_long = false;
}

static void add_bytes(struct tls_keylog *log, struct line *line, struct sw_slice bytes)
{
    while (bytes.size != 0) {
        const uint8_t *end = memchr(bytes.data, '\n', bytes.size);
        size_t size = end != NULL ? (size_t)(end - bytes.data) : bytes.size;
        line_take(line, (struct sw_slice){.data = bytes.data, .size = size});
        if (end == NULL)
            return;
        line_end(log, line);
        bytes.data += size + 1;
        bytes.size -= size + 1;
    }
}

/* --- files ------------------------------------------------------------------------------------------------------- */

static ssize_t read_block(struct file *file, uint8_t *block)
{
    ssize_t got;
    do
        got = file->regular ? pread(file->descriptor, block, BLOCK_SIZE, file->read)
                            : read(file->descriptor, block, BLOCK_SIZE);
    while (got < 0 && errno == EINTR);
    return got;
}

static void read_file(struct tls_keylog *log, struct file *file)
{
    uint8_t *block = g_malloc(BLOCK_SIZE);
    ssize_t got;
    while ((got = read_block(file, block)) > 0) {
        file->read += got;
        add_bytes(log, &file->line, (struct sw_slice){.data = block, .size = (size_t)got});
    }
    OPENSSL_cleanse(block, BLOCK_SIZE);
    g_free(block);
}

/* A last line without its end is whole if more comes never: what it says now is taken, and the line again later. */
static void take_open_line(struct tls_keylog *log, const struct file *file)
{
    if (!file->line.too_long)
        add_line(log, (struct sw_slice){.data = (const uint8_t *)file->line.bytes, .size = file->line.size});
}

/* Whether there was something new. A file that became shorter is a new one. */
static bool read_tail(struct tls_keylog *log, struct file *file)
{
    struct stat status;
    if (!file->regular || fstat(file->descriptor, &status) != 0 || status.st_size == file->read)
        return false;
    if (status.st_size < file->read) {
        file->read = 0;
        file->line.size = 0;
        file->line.too_long = false;
    }
    read_file(log, file);
    take_open_line(log, file);
    return true;
}

static void close_file(gpointer data)
{
    struct file *file = data;
    close(file->descriptor);
    OPENSSL_cleanse(&file->line, sizeof file->line);
    g_free(file->path);
    g_free(file);
}

bool tls_keylog_add_file(struct tls_keylog *log, const char *path, char **error)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat status;
    if (descriptor < 0 || fstat(descriptor, &status) != 0 || S_ISDIR(status.st_mode)) {
        *error = g_strdup(descriptor < 0 ? g_strerror(errno) : "is a directory");
        if (descriptor >= 0)
            close(descriptor);
        return false;
    }
    struct file *file = g_new0(struct file, 1);
    file->path = g_strdup(path);
    file->descriptor = descriptor;
    file->regular = S_ISREG(status.st_mode);
    g_ptr_array_add(log->files, file);
    read_file(log, file);
    take_open_line(log, file);
    return true;
}

/* --- the key log's calls ----------------------------------------------------------------------------------------- */

struct tls_keylog *tls_keylog_new(size_t sessions)
{
    struct tls_keylog *log = g_new0(struct tls_keylog, 1);
    log->sessions = g_tree_new_full(compare_randoms, NULL, NULL, wipe_session);
    log->sessions_max = MAX(sessions, 1);
    log->files = g_ptr_array_new_with_free_func(close_file);
    log->rsa = tls_rsa_new();
    return log;
}

void tls_keylog_free(struct tls_keylog *log)
{
    if (log == NULL)
        return;
    g_tree_destroy(log->sessions);
    tls_rsa_free(log->rsa);
    g_ptr_array_free(log->files, TRUE);
    g_free(log);
}

void tls_keylog_add_lines(struct tls_keylog *log, struct sw_slice text)
{
    struct line line = {.size = 0};
    add_bytes(log, &line, text);
    line_end(log, &line);
    OPENSSL_cleanse(&line, sizeof line);
}

void tls_keylog_add_master(struct tls_keylog *log, const uint8_t *client_random, const uint8_t *master)
{
    add_secret(log, client_random, TLS_SECRET_MASTER, (struct sw_slice){master, TLS_SECRET_MAX});
}

struct tls_rsa *tls_keylog_rsa(struct tls_keylog *log)
{
    if (!tls_rsa_is_empty(log->rsa))
        protect(log);
    return log->rsa;
}

void tls_keylog_ask(struct tls_keylog *log, void (*more)(void *context, struct tls_keylog *log), void *context)
{
    log->more = more;
    log->context = context;
}

static bool look_up(const struct tls_keylog *log, const uint8_t *client_random, enum tls_secret which,
                    struct sw_slice *secret)
{
    const struct session *session = g_tree_lookup(log->sessions, client_random);
    if (session == NULL || session->sizes[which] == 0)
        return false;
    *secret = (struct sw_slice){.data = session->secrets[which], .size = session->sizes[which]};
    return true;
}

static bool read_tails(struct tls_keylog *log)
{
    bool grown = false;
    for (guint i = 0; i < log->files->len; i++)
        grown |= read_tail(log, g_ptr_array_index(log->files, i));
    return grown;
}

static void ask_for_more(struct tls_keylog *log)
{
    void (*more)(void *, struct tls_keylog *) = log->more;
    log->more = NULL;
    if (more != NULL)
        more(log->context, log);
}

bool tls_keylog_find(struct tls_keylog *log, const uint8_t *client_random, enum tls_secret which,
                     struct sw_slice *secret)
{
    if (look_up(log, client_random, which, secret))
        return true;
    if (read_tails(log) && look_up(log, client_random, which, secret))
        return true;
    ask_for_more(log);
    return look_up(log, client_random, which, secret);
}

void tls_keylog_refresh(struct tls_keylog *log)
{
    read_tails(log);
    if (log->oldest == NULL)
        ask_for_more(log);
}

uint64_t tls_keylog_added(const struct tls_keylog *log)
{
    return log->added;
}

void tls_keylog_each(const struct tls_keylog *log, size_t sessions,
                     void (*visit)(void *context, const uint8_t *client_random, enum tls_secret which,
                                   struct sw_slice secret),
                     void *context)
{
    const size_t known = (size_t)g_tree_nnodes(log->sessions);
    size_t older = known - MIN(known, sessions);
    for (const struct session *session = log->oldest; session != NULL; session = session->newer) {
        if (older > 0) {
            older--;
            continue;
        }
        for (int which = 0; which < TLS_SECRET_COUNT; which++)
            if (session->sizes[which] != 0)
                visit(context, session->client_random, (enum tls_secret)which,
                      (struct sw_slice){.data = session->secrets[which], .size = session->sizes[which]});
    }
}

void tls_keylog_use(struct tls_keylog *log, const uint8_t *client_random)
{
    struct session *session = g_tree_lookup(log->sessions, client_random);
    if (session != NULL)
        session->used = true;
}

static void print_hex(GString *lines, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        g_string_append_printf(lines, "%02x", bytes[i]);
}

void tls_keylog_print_used(const struct tls_keylog *log, GString *lines)
{
    for (const struct session *session = log->oldest; session != NULL; session = session->newer) {
        for (int which = 0; session->used && which < TLS_SECRET_COUNT; which++) {
            if (session->sizes[which] == 0)
                continue;
            g_string_append_printf(lines, "%s ", labels[which]);
            print_hex(lines, session->client_random, TLS_RANDOM_SIZE);
            g_string_append_c(lines, ' ');
            print_hex(lines, session->secrets[which], session->sizes[which]);
            g_string_append_c(lines, '\n');
        }
    }
}

uint64_t tls_keylog_forgotten(const struct tls_keylog *log)
{
    return log->forgotten;
}
