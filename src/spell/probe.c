/* The script that tries things out on a host; the text of spells/lib/probes is built in, as spells may come from anywhere. */
#include "spell/probe.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/probe_parts.h"

#include "spell/probes_sh.h"

/* Nothing of these ends a word, or means anything between single quotes. */
#define WORD_CHARS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:/@+,=%[]-"
#define KEY_CHARS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:/@+-"
#define WORD_MAX ((size_t)600)

static const char *const variables[PROBE_KINDS] = {
    [PROBE_FSYNC] = "kwiz_fsync", [PROBE_FETCH] = "kwiz_fetch", [PROBE_ADDRESS] = "kwiz_addresses", [PROBE_PEER] = "kwiz_peers"};

static bool is_of(const char *text, const char *chars, size_t max)
{
    size_t len = strlen(text);
    return len && len <= max && strspn(text, chars) == len;
}

void probe_want(struct probing *probing, enum probe_kind kind, const char *key, const char *word)
{
    struct strv *words = &probing->words[kind];
    if (!is_of(key, KEY_CHARS, FACT_KEY_MAX) || !is_of(word, WORD_CHARS, WORD_MAX) || strv_has(&probing->keys, key) || words->count >= PROBE_WORDS_MAX)
        return;
    strv_add(&probing->keys, key);
    strv_add(words, word);
}

/* A proxy's address may hold a password of any characters: those that would end the quotes, and what no address has, make it no proxy at all, and then the
 * script says so. */
static const char *plain_proxy(const char *proxy)
{
    if (!proxy || strlen(proxy) > WORD_MAX)
        return "";
    for (const char *p = proxy; *p; p++)
        if (*p <= ' ' || *p > '~' || *p == '\'' || *p == '\\')
            return "";
    return proxy;
}

static char *make_script(const struct probing *probing)
{
    struct buf text;
    buf_init(&text, (size_t)1 << 20);
    for (int i = 0; i < PROBE_KINDS; i++) {
        char *words = strv_join(&probing->words[i], " ");
        buf_addf(&text, "%s='%s'\n", variables[i], words);
        free(words);
    }
    buf_addf(&text, "kwiz_http_proxy='%s'\n", plain_proxy(probing->http_proxy));
    buf_addf(&text, "kwiz_https_proxy='%s'\n", plain_proxy(probing->https_proxy));
    buf_adds(&text, probes_sh);
    return buf_take(&text);
}

static struct probe make(const struct spell *spell, const struct answers *answers, size_t host)
{
    struct probing probing = {0};
    struct probe probe = {0};
    for (size_t i = 0; i < spell->requirement_count; i++) {
        const struct requirement *r = &spell->requirements[i];
        const struct judge judge = {.spell = spell, .answers = answers, .host = &answers->fleet.items[host], .index = host, .requirement = r};
        if (r->ops && r->ops->probe && requirement_concerns(r, answers, judge.host))
            r->ops->probe(&judge, &probing);
    }
    if (probing.keys.count)
        probe.script = make_script(&probing);
    probe.keys = probing.keys;
    for (int i = 0; i < PROBE_KINDS; i++)
        strv_done(&probing.words[i]);
    return probe;
}

char *probe_script(const struct spell *spell, const struct answers *answers, size_t host)
{
    struct probe probe = make(spell, answers, host);
    char *script = probe.script;
    strv_done(&probe.keys);
    return script;
}

struct probes probes_make(const struct spell *spell, const struct answers *answers)
{
    struct probes probes = {.items = mem_new(answers->fleet.count, sizeof *probes.items), .count = answers->fleet.count};
    for (size_t i = 0; i < probes.count; i++)
        probes.items[i] = make(spell, answers, i);
    return probes;
}

void probe_copy(struct probe *to, const struct probe *from)
{
    *to = (struct probe){.script = from->script ? mem_strdup(from->script) : NULL};
    strv_copy(&to->keys, &from->keys);
}

void probe_done(struct probe *probe)
{
    free(probe->script);
    strv_done(&probe->keys);
    *probe = (struct probe){0};
}

void probes_done(struct probes *probes)
{
    for (size_t i = 0; i < probes->count; i++)
        probe_done(&probes->items[i]);
    free(probes->items);
    *probes = (struct probes){0};
}

const char *probe_unknown(const char *value)
{
    /* the words of spells/lib/probes */
    static const struct {
        const char *word, *reason;
    } reasons[] = {
        {"denied", N_("this user may not do that there, but root may")},
        {"read-only", N_("the file system is read-only")},
        {"full", N_("less than 64 MB are free there, so nothing was written")},
        {"failed", N_("it could not be tried there")},
        {"late", N_("it did not end in time")},
        {"silent", N_("it does not answer ping")},
        {"unresolved", N_("the host does not know its address")},
        {"stale", N_("somebody had it a while ago, who does not answer ping; there is no arping to make sure")},
        {"no-df", N_("the host does not tell how much room there is")},
        {"no-dd", N_("there is neither python3 nor perl, nor a dd that writes through (oflag=dsync)")},
        {"no-ping", N_("there is no ping that sends whole packets (-M do)")},
        {"no-arping", N_("there is neither arping nor ping")},
        {"no-client", N_("there is neither curl, wget, python3 nor openssl that could ask")},
        {"no-proxy", N_("the address of the proxy can't be used")},
    };
    if (!value)
        return _("the host did not say");
    if (strncmp(value, "unknown ", 8) != 0)
        return NULL;
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (strcmp(value + 8, reasons[i].word) == 0)
            return _(reasons[i].reason);
    return value + 8;
}

size_t probe_numbers(const char *text, uint64_t *numbers, size_t max)
{
    size_t count = 0;
    for (;;) {
        size_t len = strspn(text, "0123456789");
        if (!len || len > 9 || count == max)
            return 0;
        numbers[count++] = strtoull(text, NULL, 10);
        if (!text[len])
            return count;
        if (text[len] != ' ')
            return 0;
        text += len + 1;
    }
}
