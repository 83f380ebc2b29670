/* Answers as YAML: one way to write each thing, so that the same answers are the same bytes. */
#include "spell/answers_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"

void answers_add_quoted(struct buf *out, const char *text)
{
    size_t len = strlen(text);
    buf_adds(out, "\"");
    for (size_t i = 0; i < len;) {
        uint32_t cp = 0;
        size_t n = utf8_decode(text + i, len - i, &cp);
        if (!n) { /* can't be: all that comes here was checked; but never write what can't be read back */
            n = 1;
            cp = 0xfffd;
        }
        bool is_odd = cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x2028 || cp == 0x2029 || cp == 0xfeff || cp == 0xfffd ||
                      cp == 0xfffe || cp == 0xffff;
        if (cp == '\n')
            buf_adds(out, "\\n");
        else if (cp == '"' || cp == '\\')
            buf_addf(out, "\\%c", (char)cp);
        else if (is_odd)
            buf_addf(out, "\\u%04x", (unsigned)cp);
        else
            buf_add(out, text + i, n);
        i += n;
    }
    buf_adds(out, "\"");
}

/* Names are left bare where nothing could take them for something else. */
static void add_word(struct buf *out, const char *text)
{
    static const char *const meant[] = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"};
    size_t len = strlen(text);
    bool is_plain = len && ((text[0] >= 'a' && text[0] <= 'z') || text[0] == '_') &&
                    strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-") == len;
    for (size_t i = 0; i < sizeof meant / sizeof *meant; i++)
        is_plain = is_plain && strcmp(text, meant[i]) != 0;
    if (is_plain)
        buf_adds(out, text);
    else
        answers_add_quoted(out, text);
}

static void add_pair(struct buf *out, const char *indent, const char *key, const char *value)
{
    buf_addf(out, "%s%s: ", indent, key);
    add_word(out, value);
    buf_adds(out, "\n");
}

static void add_list(struct buf *out, const char *indent, const char *key, const struct strv *list)
{
    if (!list->count)
        return;
    buf_addf(out, "%s%s: [", indent, key);
    for (size_t i = 0; i < list->count; i++) {
        if (i)
            buf_adds(out, ", ");
        add_word(out, list->items[i]);
    }
    buf_adds(out, "]\n");
}

static void add_access(struct buf *out, const char *indent, const char *user, unsigned port, const char *jump, const char *become,
                       const struct strv *identities)
{
    if (user)
        add_pair(out, indent, "user", user);
    if (port)
        buf_addf(out, "%sport: %u\n", indent, port);
    add_list(out, indent, "identity", identities);
    if (jump)
        add_pair(out, indent, "jump", jump);
    if (become)
        add_pair(out, indent, "become", become);
}

void answers_add_hosts(struct buf *out, const struct fleet *fleet)
{
    const struct ssh_defaults *ssh = &fleet->ssh;
    buf_adds(out, "hosts:\n");
    for (size_t i = 0; i < fleet->count; i++) {
        const struct host *host = &fleet->items[i];
        add_pair(out, "  - ", "name", host->name);
        add_pair(out, "    ", "address", host->address);
        add_list(out, "    ", "roles", &host->roles);
        add_access(out, "    ", host->user, host->port, host->jump, host->become, &host->identities);
        add_list(out, "    ", "host_keys", &host->host_keys);
    }
    if (ssh->user || ssh->port || ssh->jump || ssh->become || ssh->identities.count) {
        buf_adds(out, "ssh:\n");
        add_access(out, "  ", ssh->user, ssh->port, ssh->jump, ssh->become, &ssh->identities);
    }
}

static void add_value(struct buf *out, const struct question *question, const struct answer *answer)
{
    struct strv words = {0};
    if (question->confirms) /* stands below `confirm:` */
        return;
    switch (question->type) {
    case QUESTION_BOOLEAN:
    case QUESTION_INTEGER:
        buf_addf(out, "  %s: %s\n", answer->key, answer->text);
        break;
    case QUESTION_MULTI:
        for (size_t i = 0; i < question->choice_count; i++) {
            char *text = mem_printf(" %s ", answer->text), *word = mem_printf(" %s ", question->choices[i].value);
            if (strstr(text, word))
                strv_add(&words, question->choices[i].value);
            free(text);
            free(word);
        }
        if (words.count)
            add_list(out, "  ", answer->key, &words);
        else
            buf_addf(out, "  %s: []\n", answer->key);
        strv_done(&words);
        break;
    default:
        buf_addf(out, "  %s: ", answer->key);
        answers_add_quoted(out, answer->text);
        buf_adds(out, "\n");
    }
}

static int by_key(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    return strcmp(*x, *y);
}

/* A mapping of texts, sorted by key. pairs: key, value, key, value. */
static void add_sorted(struct buf *out, const char *name, const char **pairs, size_t count)
{
    if (!count)
        return;
    qsort(pairs, count, 2 * sizeof *pairs, by_key);
    buf_addf(out, "%s:\n", name);
    for (size_t i = 0; i < count; i++) {
        buf_adds(out, "  ");
        add_word(out, pairs[2 * i]);
        buf_adds(out, ": ");
        answers_add_quoted(out, pairs[2 * i + 1]);
        buf_adds(out, "\n");
    }
}

void answers_text(const struct answers *answers, const struct spell *spell, struct buf *out)
{
    buf_adds(out, "# Answers for kwiz; see kwiz-answers(5). Secrets stand here only as references.\n");
    buf_addf(out, "version: %d\n", ANSWERS_FORMAT);
    add_pair(out, "", "name", answers->name);
    buf_adds(out, "spell:\n");
    add_pair(out, "  ", "name", answers->spell);
    add_pair(out, "  ", "version", spell->version);
    add_pair(out, "  ", "digest", spell->digest);
    add_pair(out, "", "topology", answers->topology);
    answers_add_hosts(out, &answers->fleet);
    buf_adds(out, answers->value_count ? "answers:\n" : "answers: {}\n");
    for (size_t i = 0; i < answers->value_count; i++)
        add_value(out, spell_question(spell, answers->values[i].key), &answers->values[i]);
    const char **pairs = mem_new(2 * (answers->accept_count + answers->secret_count), sizeof *pairs);
    for (size_t i = 0; i < answers->accept_count; i++) {
        pairs[2 * i] = answers->accepts[i].id;
        pairs[2 * i + 1] = answers->accepts[i].reason;
    }
    add_sorted(out, "accept", pairs, answers->accept_count);
    add_list(out, "", "confirm", &answers->confirms);
    for (size_t i = 0; i < answers->secret_count; i++) {
        pairs[2 * i] = answers->secrets[i].key;
        pairs[2 * i + 1] = answers->secrets[i].reference;
    }
    add_sorted(out, "secrets", pairs, answers->secret_count);
    free(pairs);
}

bool answers_save(const struct answers *answers, const struct spell *spell, const char *path, struct err *err)
{
    struct buf text;
    buf_init(&text, YAML_BYTES_MAX);
    answers_text(answers, spell, &text);
    bool ok = text.len < YAML_BYTES_MAX - 1024 ? file_write(path, buf_text(&text), text.len, 0600, err)
                                               : err_set(err, ERR_LOCAL, _("%s: the answers are too large to be read again"), path);
    buf_done(&text);
    return ok;
}
