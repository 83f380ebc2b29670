/* Is an address that the cluster is to have to itself still nobody's? */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/network.h"
#include "spell/probe_parts.h"
#include "spell/read.h"

struct address_free {
    char *question; /* owned: whose answer is the address */
};

static void address_read(const struct yaml_reader *reader, const struct yaml_node *map, struct requirement *requirement)
{
    struct address_free *own = mem_new(1, sizeof *own);
    requirement->own = own;
    read_needed_string(reader, map, "question", &own->question);
}

static void address_done(struct requirement *requirement)
{
    struct address_free *own = requirement->own;
    if (own)
        free(own->question);
    free(own);
}

static void address_check(const struct yaml_reader *reader, const struct yaml_node *map, const struct spell *spell, const struct requirement *requirement)
{
    const struct address_free *own = requirement->own;
    const struct question *question = own && own->question ? spell_question(spell, own->question) : NULL;
    if (!own || !own->question)
        return;
    if (!question)
        yaml_error(reader, yaml_get(map, "question"), _("question: there is no question \"%s\""), own->question);
    else if (question->type != QUESTION_ADDRESS)
        yaml_error(reader, yaml_get(map, "question"), _("question: \"%s\" asks for no address (type: address)"), own->question);
}

/* The answer, or NULL where there is none. */
static const char *address_of(const struct judge *judge)
{
    const struct address_free *own = judge->requirement->own;
    const char *text = answers_value(judge->answers, own->question);
    return text && *text ? text : NULL;
}

static void address_probe(const struct judge *judge, struct probing *probing)
{
    const char *address = address_of(judge);
    char *key = address ? mem_printf("address:%s", address) : NULL;
    if (key)
        probe_want(probing, PROBE_ADDRESS, key, address);
    free(key);
}

/* What the host's interfaces have to do with it. */
struct place {
    bool is_known, is_own, is_near; /* addresses were told; the host has it; it is in a network of an interface */
};

static struct place place_of(const struct facts *facts, const char *address)
{
    struct place place = {0};
    struct network wanted, network, own;
    if (!network_parse(address, &wanted))
        return place;
    for (size_t i = 0; i < facts->count; i++) {
        const char *value = facts->items[i].value;
        if (strncmp(facts->items[i].key, "addr:", 5) != 0 || !network_parse(value, &network))
            continue;
        char *alone = mem_strndup(value, strcspn(value, "/"));
        place.is_known = true;
        place.is_own |= network_parse(alone, &own) && network_overlap(&own, &wanted);
        place.is_near |= network_holds(&network, &wanted);
        free(alone);
    }
    return place;
}

/* Does the cluster stand already, on other hosts? Then the address is its own. */
static bool cluster_stands(const struct judge *judge)
{
    for (size_t i = 0; i < judge->measured->count; i++) {
        const struct facts *facts = judge->measured->items[i].facts;
        const char *cluster = facts ? facts_get(facts, "cluster") : NULL;
        if (cluster && judge->answers->name && strcmp(cluster, judge->answers->name) == 0)
            return true;
    }
    return judge->measured->is_joining;
}

static bool address_judge(struct judge *judge)
{
    const char *address = address_of(judge);
    if (!address)
        return false;
    char *key = mem_printf("address:%s", address), *threshold = mem_printf(_("%s is nobody's, in a network of this host"), address);
    const char *value = facts_get(judge->facts, key);
    struct place place = place_of(judge->facts, address);
    bool answers = value && strncmp(value, "answers", 7) == 0 && (!value[7] || value[7] == ' ');
    free(key);
    if ((place.is_own || answers) && judge_is_ours(judge, threshold)) {
        /* said */
    } else if (answers && !place.is_own && cluster_stands(judge)) {
        judge_say(judge, VERDICT_SKIP, mem_printf(_("cluster %s stands already, and has it"), judge->answers->name), threshold);
    } else if (place.is_own) {
        judge_say(judge, judge_bad(judge), mem_strdup(_("this host has it")), threshold);
    } else if (answers) {
        judge_say(judge, judge_bad(judge), value[7] ? mem_printf(_("%s answers"), value + 8) : mem_strdup(_("somebody answers")), threshold);
    } else if (place.is_known && !place.is_near) {
        judge_say(judge, judge_bad(judge), mem_strdup(_("no interface of this host is in its network")), threshold);
    } else if (!place.is_known) {
        judge_skip(judge, _("the host did not tell its addresses"), threshold);
    } else if (value && strcmp(value, "silent") == 0) {
        judge_say(judge, VERDICT_PASS, mem_strdup(_("nobody answers")), threshold);
    } else {
        const char *why = probe_unknown(value);
        judge_skip(judge, why ? why : _("what the host says of it makes no sense"), threshold);
    }
    return true;
}

static const char *const keys[] = {"question", NULL};

const struct measure_ops measure_address_free = {.name = "address-free",
                                                 .keys = keys,
                                                 .read = address_read,
                                                 .done = address_done,
                                                 .check = address_check,
                                                 .judge = address_judge,
                                                 .probe = address_probe};
