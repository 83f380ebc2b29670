/* no_proxy: where a proxy is set, what belongs to the cluster goes past it. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/finding.h"
#include "spell/measured_index.h"
#include "spell/requirement_between.h"

struct exempt {
    struct strv questions; /* ranges, addresses, names and endpoints */
    struct strv names;     /* domains besides */
};

/* One place where a proxy is set, and what it exempts. */
struct place {
    const char *name; /* as in the facts no-proxy:NAME */
    const char *const *proxies;
    struct strv words;          /* owned: the list */
    struct network *networks;   /* owned: those of its words that are addresses or ranges */
    size_t network_count;
    bool is_all;                /* "*" */
};

#define WORDS_MAX 500 /* of a list; what the facts have of one is 900 bytes */
static const char *const keys[] = {"questions", "names", NULL};
static const char *const of_login[] = {"proxy:http_proxy", "proxy:https_proxy", "proxy:all_proxy", "proxy:HTTP_PROXY", "proxy:HTTPS_PROXY", "proxy:ALL_PROXY", NULL};
static const char *const of_environment[] = {"proxy:environment", NULL};
static const char *const of_runtime[] = {"proxy:runtime", NULL};

static void read_exempt(const struct yaml_reader *reader, const struct yaml_node *map, struct requirement *requirement)
{
    struct exempt *own = mem_new(1, sizeof *own);
    requirement->own = own;
    read_questions(reader, map, "questions", &own->questions);
    yaml_get_strings(reader, map, "names", &own->names);
}

static void exempt_done(struct requirement *requirement)
{
    struct exempt *own = requirement->own;
    if (own) {
        strv_done(&own->questions);
        strv_done(&own->names);
    }
    free(own);
}

static void check_exempt(const struct yaml_reader *reader, const struct yaml_node *map, const struct spell *spell, const struct requirement *requirement)
{
    const struct exempt *own = requirement->own;
    check_questions(reader, map, "questions", spell, &own->questions);
}

static void add_words(struct place *place, const char *list)
{
    static const char separators[] = ", \t";
    for (const char *at = list + strspn(list, separators); *at && place->words.count < WORDS_MAX; at += strspn(at, separators)) {
        size_t len = strcspn(at, separators);
        char *word = mem_strndup(at, len);
        struct network network;
        if (network_parse(word, &network)) {
            place->networks = mem_grow(place->networks, place->network_count + 1, sizeof *place->networks);
            place->networks[place->network_count++] = network;
        }
        place->is_all = place->is_all || strcmp(word, "*") == 0;
        strv_add(&place->words, word);
        free(word);
        at += len;
    }
}

static bool covers_network(const struct place *place, const struct network *wanted)
{
    for (size_t i = 0; i < place->network_count; i++)
        if (network_holds(&place->networks[i], wanted))
            return true;
    return place->is_all;
}

/* "example.com" and ".example.com" are for all names below it, as Go's and curl's readers of the list have it. */
static bool covers_name(const struct place *place, const char *name)
{
    const char *wanted = *name == '.' ? name + 1 : name;
    size_t len = strlen(wanted);
    for (size_t i = 0; i < place->words.count; i++) {
        const char *word = place->words.items[i];
        word += strncmp(word, "*.", 2) == 0 ? 2 : *word == '.' ? 1 : 0;
        size_t n = strlen(word);
        if (n && n <= len && strcasecmp(wanted + len - n, word) == 0 && (n == len || wanted[len - n - 1] == '.'))
            return true;
    }
    return place->is_all;
}

static void want_answer(const struct judge *judge, const struct place *place, const char *key, struct strv *missing)
{
    const char *answer = answers_value(judge->answers, key);
    const struct question *question = spell_question(judge->spell, key);
    struct network network;
    if (!answer || !*answer)
        return;
    char *host = question && question->type == QUESTION_CIDR ? mem_strdup(answer) : endpoint_host(answer);
    bool is_domain = question && question->type == QUESTION_HOSTNAME;
    char *wanted = is_domain ? mem_printf(".%s", host) : mem_strdup(host);
    if (!(network_parse(host, &network) ? covers_network(place, &network) : covers_name(place, wanted)) && !strv_has(missing, wanted))
        strv_add(missing, wanted);
    free(host);
    free(wanted);
}

static void want_hosts(const struct judge *judge, const struct place *place, struct strv *missing)
{
    struct named named = {0};
    for (size_t i = 0; i < judge->measured->count; i++) {
        const struct seat *seat = &judge->measured->index->seats[i];
        const struct network *node = seat->node ? &seat->node->network : seat->is_elsewhere ? &seat->given : NULL;
        char text[NETWORK_TEXT_MAX];
        /* kwiz's own list has the address of the answers where that is another */
        if (!node || covers_network(place, node) || (seat->is_elsewhere && covers_network(place, &seat->given)))
            continue;
        named_add(&named, seat_text(node, text));
    }
    if (!named.count)
        return;
    char *list = named_text(&named);
    strv_add(missing, list);
    free(list);
}

static void judge_place(const struct judge *judge, struct place *place, struct findings *found)
{
    const struct exempt *own = judge->requirement->own;
    struct strv missing = {0};
    char *key = mem_printf("no-proxy:%s", place->name), *untold = mem_printf("no-proxy.untold:%s", place->name);
    for (size_t i = 0; i < judge->facts->count; i++)
        if (strcmp(judge->facts->items[i].key, key) == 0)
            add_words(place, judge->facts->items[i].value);
    for (size_t i = 0; i < own->questions.count; i++)
        want_answer(judge, place, own->questions.items[i], &missing);
    for (size_t i = 0; i < own->names.count; i++)
        if (!covers_name(place, own->names.items[i]))
            strv_add(&missing, own->names.items[i]);
    want_hosts(judge, place, &missing);
    if (facts_get(judge->facts, untold)) {
        finding_unknown(found, mem_printf(_("a proxy is set (%s), and what goes past it is not told"), place->name));
    } else if (missing.count) {
        char *list = strv_join(&missing, ", ");
        finding_add(found, judge_bad(judge), mem_printf(_("%s: no_proxy lacks %s"), place->name, list));
        free(list);
    }
    free(key);
    free(untold);
    strv_done(&missing);
}

static bool is_set(const struct judge *judge, const char *const *proxies)
{
    for (size_t i = 0; proxies[i]; i++)
        if (facts_get(judge->facts, proxies[i]))
            return true;
    return false;
}

static bool judge_no_proxy(struct judge *judge)
{
    struct place places[] = {{.name = "login", .proxies = of_login}, {.name = "environment", .proxies = of_environment}, {.name = "runtime", .proxies = of_runtime}};
    struct findings found = {0};
    struct strv set = {0};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (!is_set(judge, places[i].proxies))
            continue;
        strv_add(&set, places[i].name);
        judge_place(judge, &places[i], &found);
        strv_done(&places[i].words);
        free(places[i].networks);
    }
    if (!facts_get(judge->facts, "uid")) /* which stands where proxies would */
        finding_unknown(&found, mem_strdup(_("the host did not say")));
    char *names = strv_join(&set, ", ");
    finding_say(judge, &found, set.count ? mem_printf(_("past the proxy (%s) goes all that should"), names) : mem_strdup(_("no proxy is set")),
                mem_strdup(_("the cluster's addresses and names go past the proxy")));
    free(names);
    strv_done(&set);
    return true;
}

const struct measure_ops measure_no_proxy = {
    .name = "no_proxy", .keys = keys, .read = read_exempt, .done = exempt_done, .check = check_exempt, .judge = judge_no_proxy};
