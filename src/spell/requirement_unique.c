/* unique: what no two hosts may share. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/finding.h"
#include "spell/measured_index.h"
#include "spell/read.h"
#include "spell/requirement_between.h"

struct unique {
    enum shared what;
};

static const char *const kinds[SHARED_COUNT] = {"hostname", "mac", "uuid", "machine-id", "address"};
static const char *const keys[] = {"of", NULL};

static void read_unique(const struct yaml_reader *reader, const struct yaml_node *map, struct requirement *requirement)
{
    const struct yaml_node *node = yaml_need(reader, map, "of");
    const char *text = NULL;
    if (!node || !yaml_string(reader, node, "of", &text))
        return;
    struct unique *own = mem_new(1, sizeof *own);
    requirement->own = own;
    for (int i = 0; i < SHARED_COUNT; i++)
        if (strcmp(kinds[i], text) == 0) {
            own->what = (enum shared)i;
            return;
        }
    read_unknown(reader, node, "of", text, kinds, SHARED_COUNT);
}

/* Whose the entries of the value are, besides this host's own. Both names of one machine are told apart from two machines. */
static void compare(const struct judge *judge, enum shared what, const struct shared_entry *mine, struct findings *found)
{
    size_t count;
    const struct shared_entry *all = measured_shared(judge->measured, what, mine->value, &count);
    struct named others = {0}, same = {0};
    bool is_main = mine->is_main;
    for (size_t i = 0, last = SIZE_MAX; i < count; i++) {
        size_t host = all[i].host;
        /* an address is a node's own, while others may be alike wherever they are reached by nobody */
        if (host == judge->index || host == last || (what == SHARED_ADDRESS && !mine->is_main && !all[i].is_main))
            continue;
        last = host;
        is_main = is_main || all[i].is_main;
        bool is_one = same.count + others.count < 100 && measured_is_one_machine(judge->measured, judge->index, host);
        named_add(is_one ? &same : &others, judge->measured->items[host].host->name);
    }
    char *value = what == SHARED_ADDRESS ? mem_strndup(mine->value, strcspn(mine->value, "/")) : mem_strdup(mine->value);
    if (same.count) {
        char *names = named_text(&same);
        finding_add(found, judge_bad(judge), mem_printf(_("%s: this host and %s are one machine, which both names reach"), value, names));
        free(names);
    }
    if (others.count) {
        char *names = named_text(&others);
        finding_add(found, is_main ? judge_bad(judge) : VERDICT_WARN, mem_printf(_("%s: also that of %s"), value, names));
        free(names);
    }
    free(value);
    strv_done(&same.list);
    strv_done(&others.list);
}

static const char *why_unknown(const struct judge *judge, enum shared what)
{
    if (what == SHARED_UUID && facts_get(judge->facts, "need-root:uuid"))
        return _("only root may read it");
    if (what == SHARED_UUID && facts_get(judge->facts, "uid")) /* which is said of every host */
        return _("this machine has none, as is usual for containers and many boards");
    return what == SHARED_ADDRESS ? _("the host did not say which addresses it has") : _("the host did not say");
}

/* shown: the value, the one that counts most where there are several. */
static size_t compare_all(const struct judge *judge, enum shared what, struct findings *found, char **shown)
{
    const struct shared_entries *list = &judge->measured->index->shared[what];
    size_t first = judge->measured->index->first_shared[what][judge->index], seen = 0;
    for (size_t i = first; i; i = list->items[i - 1].next) {
        const struct shared_entry *mine = &list->items[i - 1];
        if (!seen++ || mine->is_main) {
            free(*shown);
            *shown = what == SHARED_ADDRESS ? mem_strndup(mine->value, strcspn(mine->value, "/")) : mem_strdup(mine->value);
        }
        compare(judge, what, mine, found);
    }
    return seen;
}

static bool judge_unique(struct judge *judge)
{
    const struct unique *own = judge->requirement->own;
    const struct measured *m = judge->measured;
    struct findings found = {0};
    char *shown = NULL, *wanted = mem_strdup(_("no other host has the same"));
    if (m->count < 2) {
        free(wanted);
        return false;
    }
    if (m->index->known_count < 2)
        finding_unknown(&found, mem_strdup(_("no other host was measured")));
    if (!compare_all(judge, own->what, &found, &shown))
        finding_unknown(&found, mem_strdup(why_unknown(judge, own->what)));
    size_t missing = m->count - m->index->known_count;
    char *all_right = !missing ? mem_strdup(shown ? shown : "")
                               : mem_printf(ngettext("%s; %zu host was not measured", "%s; %zu hosts were not measured", missing), shown ? shown : "", missing);
    finding_say(judge, &found, all_right, wanted);
    free(shown);
    return true;
}

const struct measure_ops measure_unique = {.name = "unique", .keys = keys, .read = read_unique, .judge = judge_unique};
