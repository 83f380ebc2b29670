/* Is there somebody at the address by which all are to reach the cluster, which the operator says is a load balancer of his own? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/fetch_target.h"
#include "spell/probe_parts.h"
#include "spell/read.h"

struct endpoint {
    char *question; /* owned: whose answer is HOST or HOST:PORT */
    unsigned port;  /* where the answer has none */
};

static void endpoint_read(const struct yaml_reader *reader, const struct yaml_node *map, struct requirement *requirement)
{
    struct endpoint *own = mem_new(1, sizeof *own);
    const struct yaml_node *port = yaml_get(map, "port");
    int64_t number = 0;
    requirement->own = own;
    read_needed_string(reader, map, "question", &own->question);
    if (!port)
        yaml_error(reader, map, _("port is missing"));
    else if (yaml_integer(reader, port, "port", 1, 65535, &number))
        own->port = (unsigned)number;
}

static void endpoint_done(struct requirement *requirement)
{
    struct endpoint *own = requirement->own;
    if (own)
        free(own->question);
    free(own);
}

static void endpoint_check(const struct yaml_reader *reader, const struct yaml_node *map, const struct spell *spell, const struct requirement *requirement)
{
    const struct endpoint *own = requirement->own;
    const struct question *question = own && own->question ? spell_question(spell, own->question) : NULL;
    if (!own || !own->question)
        return;
    if (!question)
        yaml_error(reader, yaml_get(map, "question"), _("question: there is no question \"%s\""), own->question);
    else if (question->type == QUESTION_PASSWORD)
        yaml_error(reader, yaml_get(map, "question"), _("question: \"%s\" is a password, which is never shown"), own->question);
}

/* As lib/base.sh of the spell kubernetes reads it: an IPv6 address may stand without brackets where no port follows. */
static bool target_of(const struct judge *judge, struct fetch_target *target)
{
    const struct endpoint *own = judge->requirement->own;
    const char *text = answers_value(judge->answers, own->question);
    if (!text || !*text)
        return false;
    const char *colon = strchr(text, ':');
    bool is_bare_v6 = text[0] != '[' && colon && strchr(colon + 1, ':');
    bool has_port = !is_bare_v6 && (text[0] == '[' ? strstr(text, "]:") != NULL : colon != NULL);
    char port[16] = "";
    if (!has_port)
        snprintf(port, sizeof port, ":%u", own->port);
    char *url = mem_printf("https://%s%s%s%s/", is_bare_v6 ? "[" : "", text, is_bare_v6 ? "]" : "", port);
    bool is_good = fetch_target_parse(url, target);
    free(url);
    return is_good;
}

/* Nobody vouches for its certificate yet, and who joins goes past any proxy. */
static void endpoint_probe(const struct judge *judge, struct probing *probing)
{
    struct fetch_target target;
    char url[FETCH_URL_MAX];
    if (!target_of(judge, &target))
        return;
    char *key = mem_printf("fetch:%s", target.name), *word = mem_printf("%s,%s,direct,any", target.name, fetch_target_url(&target, url));
    probe_want(probing, PROBE_FETCH, key, word);
    free(word);
    free(key);
}

/* A load balancer whose servers are not there yet may close the connection, or refuse it. */
static bool endpoint_judge(struct judge *judge)
{
    const struct endpoint *own = judge->requirement->own;
    struct fetch_target target;
    const char *text = answers_value(judge->answers, own->question);
    if (!target_of(judge, &target)) {
        bool is_empty = !text || !*text;
        judge_say(judge, judge_bad(judge), is_empty ? mem_strdup(_("none is answered")) : mem_printf(_("\"%s\" is no host or host:port"), text),
                  mem_printf(_("the answer %s"), own->question));
        return true;
    }
    char url[FETCH_URL_MAX], *key = mem_printf("fetch:%s", target.name);
    const char *place = fetch_target_url(&target, url) + strlen("https://");
    char *threshold = mem_printf(_("somebody answers at %.*s"), (int)strcspn(place, "/"), place);
    const char *value = facts_get(judge->facts, key), *why = probe_unknown(value);
    free(key);
    if (why)
        judge_skip(judge, why, threshold);
    else if (strcmp(value, "silent") == 0)
        judge_say(judge, judge_bad(judge), mem_strdup(_("no answer in 5 s")), threshold);
    else if (strcmp(value, "unreachable") == 0)
        judge_say(judge, judge_bad(judge), mem_strdup(_("there is no route to it")), threshold);
    else if (strcmp(value, "unresolved") == 0)
        judge_say(judge, judge_bad(judge), mem_strdup(_("its name can't be resolved")), threshold);
    else if (strcmp(value, "refused") == 0)
        judge_say(judge, VERDICT_WARN, mem_strdup(_("it refuses the connection, as one whose servers are not there yet may do")), threshold);
    else
        judge_say(judge, VERDICT_PASS, mem_strdup(_("answers")), threshold);
    return true;
}

static const char *const keys[] = {"question", "port", NULL};

const struct measure_ops measure_endpoint = {.name = "endpoint",
                                             .is_of_one_host = true,
                                             .keys = keys,
                                             .read = endpoint_read,
                                             .done = endpoint_done,
                                             .check = endpoint_check,
                                             .judge = endpoint_judge,
                                             .probe = endpoint_probe};
