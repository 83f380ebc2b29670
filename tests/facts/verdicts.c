/* Verdicts of the spell kubernetes on recorded facts.
 *   verdicts                  compares: each tests/facts/NAME.facts with tests/facts/verdicts/NAME.txt, and the cases of tests/facts/verdicts/cases; every check
 *                             on facts must have a case that passes and one that does not
 *   verdicts --accept         writes the files NAME.txt
 *   verdicts --show NAME      prints one
 * The table of checks in spells/kubernetes/README.md is compared with spell.yaml, or written, in the same way. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/strv.h"
#include "model/facts.h"
#include "spell/answers.h"
#include "spell/fact_rule.h"
#include "spell/requirement_parts.h"
#include "spell/spell.h"
#include "tests/facts/verdicts_table.h"

#define BYTES_MAX ((size_t)1024 * 1024)
#define TABLE_BEGIN "<!-- checks: made by tests/facts/verdicts -->\n"
#define TABLE_END "<!-- end of checks -->\n"

static const char *top = ".";
static struct spell *spell;
static size_t failures;

static void die(const char *what, const char *why)
{
    fprintf(stderr, "verdicts: %s: %s\n", what, why);
    exit(2);
}

static char *read_text(const char *name)
{
    struct buf text;
    struct err err = ERR_INIT;
    char *path = mem_printf("%s/%s", top, name);
    if (access(path, R_OK) != 0) {
        free(path);
        return NULL;
    }
    if (!file_read(path, BYTES_MAX, &text, &err))
        die(path, err.text);
    free(path);
    return buf_take(&text);
}

static void write_text(const char *name, const char *text)
{
    struct err err = ERR_INIT;
    char *path = mem_printf("%s/%s", top, name);
    if (!file_write(path, text, strlen(text), 0644, &err))
        die(path, err.text);
    free(path);
}

static void same(const char *name, const char *wanted, const char *got)
{
    if (wanted && strcmp(wanted, got) == 0)
        return;
    failures++;
    printf("FAIL %s\n", name);
    size_t i = 0, line = 0;
    for (; wanted && wanted[i] && wanted[i] == got[i]; i++)
        line = got[i] == '\n' ? i + 1 : line;
    if (wanted)
        printf("  wanted: %.*s\n", (int)strcspn(wanted + line, "\n"), wanted + line);
    printf("  got:    %.*s\n", (int)strcspn(got + line, "\n"), got + line);
}

/* One host with every role, so that all checks of one host are asked; of containers, the host that has them. more: lines below `answers:`. */
static struct answers *make_answers(const char *topology, const char *more)
{
    struct err_list errors = {0};
    bool has_containers = strcmp(topology, "lxd") == 0, is_ha = strcmp(topology, "ha") == 0;
    const char *hosts = has_containers ? "  - {name: box, address: 10.1.4.36, roles: [lxd]}\n  - {name: kub-master-1, address: 10.61.0.11, roles: [control-plane]}\n"
                                         "confirm: [lxd-privileged]\n"
                        : is_ha        ? "  - {name: kub-master-1, address: 10.1.4.36, roles: [control-plane, worker, ingress]}\n"
                                       : "  - {name: kub-master-1, address: 10.1.4.36, roles: [control-plane, worker]}\n";
    char *text = mem_printf("version: 1\nname: test\nspell: kubernetes\ntopology: %s\nhosts:\n%sanswers:\n  sample: false\n%s", topology, hosts, more);
    struct answers *answers = answers_parse("answers", text, strlen(text), NULL, spell, &errors);
    if (!answers)
        die("answers", errors.count ? errors.items[0].text : "?");
    free(text);
    return answers;
}

static struct verdicts judge(const struct answers *answers, const struct facts *facts)
{
    struct measured *measured = measured_new(&(struct measured_host){&answers->fleet.items[0], facts}, 1);
    struct verdicts verdicts = requirement_judge(spell, answers, measured, 0);
    measured_free(&measured);
    return verdicts;
}

/* Is it judged by the facts of one host, so that cases here can tell all of it? */
static bool is_ours(const struct requirement *requirement)
{
    return !requirement->ops || strcmp(requirement->ops->name, "fact") == 0;
}

static void add_indented(struct buf *out, const char *what, const char *text)
{
    while (*text) {
        size_t len = strcspn(text, "\n");
        buf_addf(out, "    %s%.*s\n", what, (int)len, text);
        text += len + (text[len] == '\n');
    }
}

static char *verdicts_of(const char *facts_name, const char *version)
{
    struct facts facts;
    struct err err = ERR_INIT;
    char *path = mem_printf("tests/facts/%s.facts", facts_name), *bytes = read_text(path);
    char *more = mem_printf("  kubernetes_version: \"%s\"\n", version);
    if (!bytes || !facts_parse(bytes, strlen(bytes), &facts, &err))
        die(path, err.text);
    struct answers *answers = make_answers("single", more);
    struct verdicts verdicts = judge(answers, &facts);
    struct buf out;
    buf_init(&out, BYTES_MAX);
    for (size_t i = 0; i < verdicts.count; i++) {
        const struct verdict *v = &verdicts.items[i];
        if (!is_ours(v->requirement))
            continue;
        buf_addf(&out, "%s %s: found %s, wanted %s\n", verdict_name(v->kind), v->requirement->id, v->measured, v->threshold);
        add_indented(&out, "also ", v->detail);
        add_indented(&out, "to do: ", v->remedy);
    }
    verdicts_done(&verdicts);
    answers_free(&answers);
    facts_done(&facts);
    free(more);
    free(bytes);
    free(path);
    return buf_take(&out);
}

static void recordings(bool accepts, const char *only)
{
    char *folder = mem_printf("%s/tests/facts", top);
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, alphasort);
    size_t seen = 0;
    for (int i = 0; i < count; i++) {
        size_t len = strlen(entries[i]->d_name);
        char *name = mem_strndup(entries[i]->d_name, len > 6 ? len - 6 : 0);
        if (len > 6 && strcmp(entries[i]->d_name + len - 6, ".facts") == 0 && (!only || strcmp(only, name) == 0)) {
            char *old = verdicts_of(name, "1.20"), *now = verdicts_of(name, "1.36");
            char *got = mem_printf("Kubernetes 1.20\n%s\nKubernetes 1.36\n%s", old, now);
            char *path = mem_printf("tests/facts/verdicts/%s.txt", name), *wanted = read_text(path);
            seen++;
            if (only)
                fputs(got, stdout);
            else if (accepts)
                write_text(path, got);
            else
                same(path, wanted, got);
            free(wanted);
            free(path);
            free(got);
            free(now);
            free(old);
        }
        free(name);
        free(entries[i]);
    }
    free(entries);
    free(folder);
    if (!seen)
        die("tests/facts", "no recorded facts");
}

/* The file of cases: what changes a good host, then what must come of it.
 *   base NAME              the recorded facts that all begin with; the changes behind it make them a good host
 *   check ID
 *   topology NAME          of this check's cases; single where it is not said
 *   answer KEY: VALUE      of this case
 *   + KEY VALUE   - KEY    a fact set, or added to others of its key with ++; taken away
 *   = VERDICT | FOUND | WANTED [| DETAIL]   ends a case; "= nothing": the check does not ask anything of this host */
struct cases {
    struct facts base, facts;
    struct strv passed, found_fault;
    char id[48], topology[16]; /* topology: of this check */
    struct buf answers;
    bool in_base;
    size_t count;
};

static void copy_facts(struct facts *to, const struct facts *from)
{
    *to = (struct facts){0};
    for (size_t i = 0; i < from->count; i++) {
        to->items = mem_grow(to->items, to->count + 1, sizeof *to->items);
        to->items[to->count++] = (struct fact){mem_strdup(from->items[i].key), mem_strdup(from->items[i].value)};
    }
}

static void change(struct facts *facts, const char *line)
{
    bool adds = strncmp(line, "++ ", 3) == 0;
    char *key = mem_strndup(line + 2 + adds, strcspn(line + 2 + adds, " "));
    const char *value = line + 2 + adds + strlen(key);
    size_t kept = 0;
    for (size_t i = 0; i < facts->count; i++) {
        if (!adds && strcmp(facts->items[i].key, key) == 0) {
            free(facts->items[i].key);
            free(facts->items[i].value);
        } else {
            facts->items[kept++] = facts->items[i];
        }
    }
    facts->count = kept;
    if (*line == '+') {
        facts->items = mem_grow(facts->items, facts->count + 1, sizeof *facts->items);
        facts->items[facts->count++] = (struct fact){mem_strdup(key), mem_strdup(*value ? value + 1 : "")};
    }
    free(key);
}

static void expect(struct cases *c, const char *line, unsigned number)
{
    struct answers *answers = make_answers(c->topology, buf_text(&c->answers));
    struct verdicts verdicts = judge(answers, &c->facts);
    char *got = mem_strdup("nothing"), *place = mem_printf("cases:%u: %s", number, c->id);
    size_t bars = 0;
    for (const char *at = line; (at = strstr(at, " | ")); at++)
        bars++;
    for (size_t i = 0; i < verdicts.count; i++) {
        const struct verdict *v = &verdicts.items[i];
        if (strcmp(v->requirement->id, c->id) != 0)
            continue;
        free(got);
        got = mem_printf("%s | %s | %s%s%s", verdict_name(v->kind), v->measured, v->threshold, bars > 2 ? " | " : "", bars > 2 ? v->detail : "");
        strv_add(v->kind == VERDICT_PASS ? &c->passed : &c->found_fault, v->kind == VERDICT_SKIP ? "" : c->id);
    }
    same(place, line + 2, got);
    c->count++;
    free(place);
    free(got);
    verdicts_done(&verdicts);
    answers_free(&answers);
    facts_done(&c->facts);
    copy_facts(&c->facts, &c->base);
    buf_done(&c->answers);
    buf_init(&c->answers, BYTES_MAX);
}

static void read_line(struct cases *c, const char *line, unsigned number)
{
    struct err err = ERR_INIT;
    if (strncmp(line, "base ", 5) == 0) {
        char *path = mem_printf("tests/facts/%s.facts", line + 5), *bytes = read_text(path);
        if (!bytes || !facts_parse(bytes, strlen(bytes), &c->base, &err))
            die(path, err.text);
        c->in_base = true;
        free(bytes);
        free(path);
    } else if (strncmp(line, "check ", 6) == 0) {
        if (c->in_base)
            copy_facts(&c->facts, &c->base);
        c->in_base = false;
        snprintf(c->id, sizeof c->id, "%s", line + 6);
        snprintf(c->topology, sizeof c->topology, "single");
    } else if (strncmp(line, "topology ", 9) == 0) {
        snprintf(c->topology, sizeof c->topology, "%s", line + 9);
    } else if (strncmp(line, "answer ", 7) == 0) {
        buf_addf(&c->answers, "  %s\n", line + 7);
    } else if (*line == '+' || *line == '-') {
        change(c->in_base ? &c->base : &c->facts, line);
    } else if (*line == '=') {
        expect(c, line, number);
    } else {
        die("cases", line);
    }
}

static void cases(void)
{
    struct cases c = {0};
    buf_init(&c.answers, BYTES_MAX);
    char *text = read_text("tests/facts/verdicts/cases");
    unsigned number = 0;
    for (char *line = text ? text : mem_strdup(""), *end; *line; line = end) {
        size_t len = strcspn(line, "\n");
        end = line + len + (line[len] == '\n');
        line[len] = '\0';
        number++;
        if (*line && *line != '#')
            read_line(&c, line, number);
    }
    for (size_t i = 0; i < spell->requirement_count; i++) {
        const struct requirement *r = &spell->requirements[i];
        if (!is_ours(r) || (strv_has(&c.passed, r->id) && strv_has(&c.found_fault, r->id)))
            continue;
        failures++;
        printf("FAIL cases: %s has no case that %s\n", r->id, strv_has(&c.passed, r->id) ? "does not pass" : "passes");
    }
    printf("%zu cases of checks\n", c.count);
    facts_done(&c.base);
    facts_done(&c.facts);
    strv_done(&c.passed);
    strv_done(&c.found_fault);
    buf_done(&c.answers);
    free(text);
}

/* Between the marks in the spell's README. */
static void readme(bool accepts)
{
    static const char name[] = "spells/kubernetes/README.md";
    char *path = mem_printf("%s/spells/kubernetes/spell.yaml", top), *table = verdicts_table(path), *text = read_text(name);
    char *begin = text ? strstr(text, TABLE_BEGIN) : NULL, *end = begin ? strstr(begin, TABLE_END) : NULL;
    if (!end)
        die(name, "has no place for the table of checks");
    begin += strlen(TABLE_BEGIN);
    char *whole = mem_printf("%.*s%s%s", (int)(begin - text), text, table, end);
    if (accepts)
        write_text(name, whole);
    else
        same(name, text, whole);
    free(whole);
    free(text);
    free(table);
    free(path);
}

/* Every fact that spells may name is in doc/facts.md, and the other way round; but for those that probes add. */
static void names(void)
{
    static const char *const probes[] = {"reach:", "rtt:", "pmtu:", "fsync:", "fetch:", "address:"};
    char *text = read_text("doc/facts.md");
    for (size_t i = 0; text && fact_name_at(i); i++) {
        const char *name = fact_name_at(i);
        bool is_probe = false;
        for (size_t j = 0; j < sizeof probes / sizeof *probes; j++)
            is_probe |= strcmp(probes[j], name) == 0;
        char *cell = mem_printf("`%s%s", name, name[strlen(name) - 1] == ':' ? "" : "`");
        if (!is_probe && !strstr(text, cell)) {
            failures++;
            printf("FAIL doc/facts.md does not have %s\n", name);
        }
        free(cell);
    }
    for (char *row = text; row && (row = strstr(row, "\n| `")); row++)
        for (char *at = row + 3, *end = strchr(at, '|'); (at = strchr(at, '`')) && at < end; at = strchr(at + 1, '`') + 1) {
            size_t len = strcspn(at + 1, "`:") + (at[1 + strcspn(at + 1, "`:")] == ':');
            char *name = mem_strndup(at + 1, len);
            bool is_known = false;
            for (size_t i = 0; fact_name_at(i); i++)
                is_known |= strcmp(fact_name_at(i), name) == 0;
            failures += !is_known;
            if (!is_known)
                printf("FAIL %s of doc/facts.md can't be named in a spell\n", name);
            free(name);
        }
    free(text);
}

int main(int argc, char **argv)
{
    struct err_list errors = {0};
    bool accepts = argc == 2 && strcmp(argv[1], "--accept") == 0;
    const char *only = argc == 3 && strcmp(argv[1], "--show") == 0 ? argv[2] : NULL;
    if (getenv("srcdir"))
        top = getenv("srcdir");
    if (argc > 1 && !accepts && !only)
        die("usage", "verdicts [--accept | --show NAME]");
    char *folder = mem_printf("%s/spells/kubernetes", top);
    spell = spell_load(folder, &errors);
    if (!spell)
        die(folder, errors.count ? errors.items[0].text : "?");
    recordings(accepts, only);
    if (!only)
        readme(accepts);
    if (!only && !accepts) {
        names();
        cases();
    }
    spell_free(&spell);
    free(folder);
    printf("%s", only ? "" : failures ? "verdicts: not as wanted\n" : "verdicts: as wanted\n");
    return failures > 0;
}
