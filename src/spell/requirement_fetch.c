/* Can a host reach what it has to fetch from? What that is, the downloads of the spell's steps say: there is one list. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/download.h"
#include "spell/fact_rule.h"
#include "spell/fetch_target.h"
#include "spell/probe_parts.h"
#include "spell/scope.h"

#define SOURCES_MAX 256 /* of which a host is judged by */

struct unverified {
    char *question;  /* owned: whose answer names the server */
    struct strv by;  /* questions: one of them answered, and not with false */
};

struct fetch {
    struct strv from; /* more sources, with {KEY} in them */
    char *http_proxy, *https_proxy, *no_proxy; /* owned or NULL: questions */
    struct unverified *unverified;             /* owned */
    size_t unverified_count;
};

static void read_proxy(const struct yaml_reader *reader, const struct yaml_node *map, struct fetch *own)
{
    static const char *const names[] = {"http", "https", "except"};
    const struct yaml_node *node = yaml_get(map, "proxy");
    if (!node || !yaml_check_keys(reader, node, "proxy", names, 3))
        return;
    yaml_get_string(reader, node, "http", &own->http_proxy);
    yaml_get_string(reader, node, "https", &own->https_proxy);
    yaml_get_string(reader, node, "except", &own->no_proxy);
}

static void fetch_read(const struct yaml_reader *reader, const struct yaml_node *map, struct requirement *requirement)
{
    struct fetch *own = mem_new(1, sizeof *own);
    const struct yaml_node *node = yaml_get(map, "unverified");
    requirement->own = own;
    yaml_get_strings(reader, map, "from", &own->from);
    read_proxy(reader, map, own);
    if (!node || !yaml_is_mapping(reader, node, "unverified"))
        return;
    own->unverified = mem_new(node->count / 2 + 1, sizeof *own->unverified);
    for (size_t i = 0; i < node->count; i += 2) {
        struct unverified *made = &own->unverified[own->unverified_count++];
        made->question = mem_strdup(node->items[i]->text);
        yaml_strings(reader, node->items[i + 1], "unverified", &made->by);
    }
}

static void fetch_done(struct requirement *requirement)
{
    struct fetch *own = requirement->own;
    if (!own)
        return;
    for (size_t i = 0; i < own->unverified_count; i++) {
        free(own->unverified[i].question);
        strv_done(&own->unverified[i].by);
    }
    free(own->unverified);
    strv_done(&own->from);
    free(own->http_proxy);
    free(own->https_proxy);
    free(own->no_proxy);
    free(own);
}

static void need_question(const struct yaml_reader *reader, const struct yaml_node *node, const struct spell *spell, const char *what, const char *key)
{
    const struct question *question = key ? spell_question(spell, key) : NULL;
    if (key && !question)
        yaml_error(reader, node, _("%s: there is no question \"%s\""), what, key);
    else if (key && question->type == QUESTION_PASSWORD)
        yaml_error(reader, node, _("%s: \"%s\" is a password, which is never shown"), what, key);
}

static void fetch_check(const struct yaml_reader *reader, const struct yaml_node *map, const struct spell *spell, const struct requirement *requirement)
{
    const struct fetch *own = requirement->own;
    const struct yaml_node *proxy = yaml_get(map, "proxy"), *unverified = yaml_get(map, "unverified"), *from = yaml_get(map, "from");
    if (!own)
        return;
    for (size_t i = 0; i < own->from.count && from && i < from->count; i++)
        download_check_text(reader, from->items[i], "from", spell, NULL, own->from.items[i]);
    need_question(reader, yaml_get(proxy, "http"), spell, "proxy", own->http_proxy);
    need_question(reader, yaml_get(proxy, "https"), spell, "proxy", own->https_proxy);
    need_question(reader, yaml_get(proxy, "except"), spell, "proxy", own->no_proxy);
    for (size_t i = 0; i < own->unverified_count; i++) {
        need_question(reader, yaml_key(unverified, own->unverified[i].question), spell, "unverified", own->unverified[i].question);
        for (size_t j = 0; j < own->unverified[i].by.count; j++)
            need_question(reader, yaml_get(unverified, own->unverified[i].question), spell, "unverified", own->unverified[i].by.items[j]);
    }
}

/* ---- what a host fetches ---- */

enum trust { TRUST_VERIFY, TRUST_ANY, TRUST_PLAIN };

/* What it means that no server of a source is reached; the worse, the higher. */
enum need {
    NEED_NONE,   /* nothing: the host has what comes from there */
    NEED_OPTIONAL, /* the operator may do without */
    NEED_MAYBE,  /* the host may have it, and no fact tells */
    NEED_SURE,
};
#define NEEDS 4

/* One download, or several that are one: any of the servers will do. */
struct source {
    struct fetch_target *targets; /* owned */
    size_t count;
    enum need need;
    enum trust trust;
};

struct sources {
    struct source items[SOURCES_MAX];
    size_t count;
};

static void sources_done(struct sources *sources)
{
    for (size_t i = 0; i < sources->count; i++)
        free(sources->items[i].targets);
}

static const char *answer(const struct judge *judge, const char *key)
{
    const char *text = key ? answers_value(judge->answers, key) : NULL;
    return text ? text : "";
}

/* A certificate that nobody on the host vouches for yet, or none at all, is what the operator wants of this server. */
static enum trust trust_of(const struct judge *judge, const char *from)
{
    const struct fetch *own = judge->requirement->own;
    enum trust trust = TRUST_VERIFY;
    for (size_t i = 0; i < own->unverified_count; i++)
        for (size_t j = 0; j < own->unverified[i].by.count && download_names(from, own->unverified[i].question); j++) {
            const struct question *question = spell_question(judge->spell, own->unverified[i].by.items[j]);
            const char *text = answer(judge, own->unverified[i].by.items[j]);
            if (!*text || strcmp(text, "false") == 0)
                continue;
            if (question->type == QUESTION_BOOLEAN)
                trust = TRUST_PLAIN;
            else if (trust == TRUST_VERIFY)
                trust = TRUST_ANY;
        }
    return trust;
}

/* from: as the spell has it; filled: as it is here, and changed. */
static void add_source(const struct judge *judge, const char *from, char *filled, enum need need, struct sources *sources)
{
    static const char or[] = " or ";
    if (sources->count >= SOURCES_MAX)
        return;
    struct source source = {.need = need, .trust = trust_of(judge, from)};
    char *rest = filled;
    while (rest) {
        char *end = strstr(rest, or), *next = end ? end + strlen(or) : NULL;
        if (end)
            *end = '\0';
        source.targets = mem_grow(source.targets, source.count + 1, sizeof *source.targets);
        source.count += fetch_target_parse(rest, &source.targets[source.count]);
        rest = next;
    }
    if (source.count)
        sources->items[sources->count++] = source;
    else
        free(source.targets);
}

static enum need need_of(const struct judge *judge, const struct step *step, const struct download *download)
{
    if (download_is_needless(download, judge->facts, judge->answers))
        return NEED_NONE;
    if (step->is_optional)
        return NEED_OPTIONAL;
    return judge->facts && fact_rules_hold(download->maybe_here, judge->facts, judge->answers) ? NEED_MAYBE : NEED_SURE;
}

static void add_download(const struct judge *judge, const struct step *step, const struct download *download, struct sources *sources)
{
    size_t count;
    struct plan_download *planned = download_expand(judge->spell, download, judge->answers, &count);
    for (size_t i = 0; i < count; i++) {
        add_source(judge, download->from, planned[i].from, need_of(judge, step, download), sources);
        plan_download_done(&planned[i]);
    }
    free(planned);
}

static void list_sources(const struct judge *judge, struct sources *sources)
{
    const struct fetch *own = judge->requirement->own;
    const struct scope scope = {.answers = judge->answers, .host = fleet_find(&judge->answers->fleet, judge->host->name)};
    *sources = (struct sources){0};
    for (size_t i = 0; i < judge->spell->step_count; i++) {
        const struct step *step = &judge->spell->steps[i];
        if (!strv_has(&step->actions, "install") || !scope_eval(&scope, step->on) || !scope_eval(&scope, step->when))
            continue;
        for (size_t j = 0; j < step->download_count; j++)
            if (step->downloads[j].from && scope_eval(&scope, step->downloads[j].when))
                add_download(judge, step, &step->downloads[j], sources);
    }
    for (size_t i = 0; i < own->from.count; i++) {
        char *filled = download_fill(own->from.items[i], judge->answers);
        add_source(judge, own->from.items[i], filled, NEED_SURE, sources);
        free(filled);
    }
}

static char *key_of(const struct fetch_target *target)
{
    return mem_printf("fetch:%s", target->name);
}

static bool is_proxied(const struct judge *judge, const struct fetch_target *target)
{
    const struct fetch *own = judge->requirement->own;
    bool has_proxy = *answer(judge, own->http_proxy) || *answer(judge, own->https_proxy);
    return has_proxy && !fetch_target_is_exempt(target, answer(judge, own->no_proxy), &judge->answers->fleet);
}

/* What is said of a server for one source holds for all that come from it. */
static enum trust trust_in(const struct sources *sources, const struct fetch_target *target)
{
    enum trust trust = TRUST_VERIFY;
    for (size_t i = 0; i < sources->count; i++)
        for (size_t j = 0; j < sources->items[i].count; j++)
            if (strcmp(sources->items[i].targets[j].name, target->name) == 0 && sources->items[i].trust > trust)
                trust = sources->items[i].trust;
    return trust;
}

static void want(const struct judge *judge, const struct fetch_target *target, enum trust trust, struct probing *probing)
{
    static const char *const trusts[] = {[TRUST_VERIFY] = "verify", [TRUST_ANY] = "any", [TRUST_PLAIN] = "plain"};
    const struct fetch *own = judge->requirement->own;
    bool has_proxy = *answer(judge, own->http_proxy) || *answer(judge, own->https_proxy);
    char url[FETCH_URL_MAX], *key = key_of(target);
    /* without an answer it is as the host itself has it */
    char *word = mem_printf("%s,%s,%s,%s", target->name, fetch_target_url(target, url), is_proxied(judge, target) ? "proxy" : has_proxy ? "direct" : "own",
                            trusts[trust]);
    probe_want(probing, PROBE_FETCH, key, word);
    free(word);
    free(key);
}

static void fetch_probe(const struct judge *judge, struct probing *probing)
{
    const struct fetch *own = judge->requirement->own;
    const char *http = answer(judge, own->http_proxy), *https = answer(judge, own->https_proxy);
    struct sources sources;
    list_sources(judge, &sources);
    probing->http_proxy = http;
    probing->https_proxy = *https ? https : http;
    for (size_t i = 0; i < sources.count; i++)
        for (size_t j = 0; j < sources.items[i].count; j++)
            want(judge, &sources.items[i].targets[j], trust_in(&sources, &sources.items[i].targets[j]), probing);
    sources_done(&sources);
}

/* ---- what was found ---- */

enum reach { REACHED, REACH_UNKNOWN, REACH_NOT };

static enum reach reach_of(const char *value)
{
    return probe_unknown(value) ? REACH_UNKNOWN : strncmp(value, "ok", 2) == 0 && (!value[2] || value[2] == ' ') ? REACHED : REACH_NOT;
}

/* In words; malloc'd. */
static char *say_why(const char *value)
{
    static const struct {
        const char *word, *text;
    } whys[] = {
        {"refused", N_("it refuses the connection")},
        {"silent", N_("no answer in 5 s")},
        {"unreachable", N_("there is no route to it")},
        {"unresolved", N_("its name can't be resolved")},
        {"closed", N_("the connection was cut off")},
        {"tls untrusted", N_("the host does not trust its certificate")},
        {"tls expired", N_("its certificate has expired, or the host's clock is wrong")},
        {"tls not-yet", N_("its certificate is not valid yet, or the host's clock is wrong")},
        {"tls name", N_("its certificate is for another name")},
        {"tls handshake", N_("it speaks no TLS that the host understands")},
    };
    for (size_t i = 0; i < sizeof whys / sizeof *whys; i++)
        if (strcmp(value, whys[i].word) == 0)
            return mem_strdup(_(whys[i].text));
    if (strncmp(value, "status ", 7) == 0)
        return mem_printf(_("the proxy answers with status %.20s"), value + 7);
    return mem_strdup(value);
}

/* Servers that can't be reached for one reason. */
struct trouble {
    char *why; /* owned */
    struct strv names;
};

struct findings {
    struct strv wanted, needless; /* names */
    struct trouble missed[SOURCES_MAX], unknown[SOURCES_MAX];
    size_t missed_count, unknown_count;
    enum reach worst[NEEDS];
};

static void add_trouble(struct trouble *list, size_t *count, const char *name, const char *why)
{
    size_t i = 0;
    while (i < *count && strcmp(list[i].why, why) != 0)
        i++;
    if (i == SOURCES_MAX)
        return;
    if (i == *count)
        list[(*count)++] = (struct trouble){.why = mem_strdup(why)};
    if (!strv_has(&list[i].names, name))
        strv_add(&list[i].names, name);
}

/* "a, b (why); c (why)", and the list is emptied; malloc'd. */
static char *take_troubles(struct trouble *list, size_t *count)
{
    struct strv texts = {0};
    for (size_t i = 0; i < *count; i++) {
        char *names = strv_join(&list[i].names, ", "), *text = mem_printf("%s (%s)", names, list[i].why);
        strv_add(&texts, text);
        free(text);
        free(names);
        free(list[i].why);
        strv_done(&list[i].names);
    }
    *count = 0;
    char *all = strv_join(&texts, "; ");
    strv_done(&texts);
    return all;
}

static void tell(struct judge *judge, const struct fetch_target *target, const char *value, enum reach reach)
{
    const char *way = is_proxied(judge, target) ? _(", through the proxy") : "";
    char *why = reach == REACH_NOT ? say_why(value) : NULL, *line;
    if (reach == REACHED)
        line = mem_printf(_("%s: reached in %s ms%s"), target->name, value[2] ? value + 3 : "?", way);
    else
        line = mem_printf(_("%s: %s%s"), target->name, reach == REACH_NOT ? why : probe_unknown(value), way);
    judge_detail(judge, line);
    free(line);
    free(why);
}

/* The best of its servers counts; the others are told. */
static void look_at(struct judge *judge, const struct source *source, struct findings *findings)
{
    enum reach best = REACH_NOT, *worst = &findings->worst[source->need];
    for (size_t i = 0; i < source->count; i++) {
        char *key = key_of(&source->targets[i]);
        enum reach reach = reach_of(facts_get(judge->facts, key));
        best = reach < best ? reach : best;
        free(key);
    }
    *worst = best > *worst ? best : *worst;
    for (size_t i = 0; i < source->count; i++) {
        const struct fetch_target *target = &source->targets[i];
        char *key = key_of(target);
        const char *value = facts_get(judge->facts, key);
        if (!strv_has(&findings->wanted, target->name)) {
            strv_add(&findings->wanted, target->name);
            tell(judge, target, value, reach_of(value));
        }
        if (best == REACH_NOT) {
            char *why = say_why(value);
            add_trouble(findings->missed, &findings->missed_count, target->name, why);
            free(why);
        } else if (best == REACH_UNKNOWN && reach_of(value) == REACH_UNKNOWN) {
            add_trouble(findings->unknown, &findings->unknown_count, target->name, probe_unknown(value));
        }
        free(key);
    }
}

static void look(struct judge *judge, const struct sources *sources, struct findings *findings)
{
    for (size_t i = 0; i < sources->count; i++)
        if (sources->items[i].need != NEED_NONE)
            look_at(judge, &sources->items[i], findings);
    for (size_t i = 0; i < sources->count; i++)
        for (size_t j = 0; sources->items[i].need == NEED_NONE && j < sources->items[i].count; j++) {
            const char *name = sources->items[i].targets[j].name;
            if (strv_has(&findings->wanted, name) || strv_has(&findings->needless, name))
                continue;
            strv_add(&findings->needless, name);
            char *line = mem_printf(_("%s: not needed, the host has what comes from there"), name);
            judge_detail(judge, line);
            free(line);
        }
}

/* missed, unknown: the servers, with the reasons. */
static void say(struct judge *judge, const struct findings *findings, const char *missed, const char *unknown)
{
    const enum reach *worst = findings->worst;
    char *names = strv_join(&findings->wanted, ", ");
    char *threshold = findings->wanted.count ? mem_printf(_("reached: %s"), names) : mem_strdup(_("what is not on the host yet is reached"));
    bool is_unknown = worst[NEED_SURE] == REACH_UNKNOWN || worst[NEED_MAYBE] == REACH_UNKNOWN || worst[NEED_OPTIONAL] == REACH_UNKNOWN;
    if (worst[NEED_SURE] == REACH_NOT)
        judge_say(judge, judge_bad(judge), mem_printf(_("not reached: %s"), missed), threshold);
    else if (worst[NEED_MAYBE] == REACH_NOT)
        judge_say(judge, VERDICT_WARN, mem_printf(_("not reached: %s; the host may have what comes from there"), missed), threshold);
    else if (worst[NEED_OPTIONAL] == REACH_NOT) /* which the operator may do without */
        judge_say(judge, VERDICT_WARN, mem_printf(_("not reached: %s"), missed), threshold);
    else if (is_unknown)
        judge_skip(judge, unknown, threshold);
    else
        judge_say(judge, VERDICT_PASS, mem_strdup(findings->wanted.count ? _("reached") : _("nothing is to be fetched")), threshold);
    free(names);
}

static bool fetch_judge(struct judge *judge)
{
    struct sources sources;
    struct findings findings = {0};
    list_sources(judge, &sources);
    look(judge, &sources, &findings);
    char *missed = take_troubles(findings.missed, &findings.missed_count), *unknown = take_troubles(findings.unknown, &findings.unknown_count);
    bool has = findings.wanted.count || findings.needless.count;
    if (has)
        say(judge, &findings, missed, unknown);
    free(missed);
    free(unknown);
    strv_done(&findings.wanted);
    strv_done(&findings.needless);
    sources_done(&sources);
    return has;
}

static const char *const keys[] = {"from", "proxy", "unverified", NULL};

const struct measure_ops measure_fetch = {
    .name = "fetch", .is_of_one_host = true, .keys = keys, .read = fetch_read, .done = fetch_done, .check = fetch_check, .judge = fetch_judge, .probe = fetch_probe};
