/* runtime: the container runtime that will be used is clear, new enough and set up for the kubelet. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/version.h"
#include "spell/finding.h"
#include "spell/requirement_between.h"
#include "spell/runtimes_found.h"
#include "spell/table.h"

struct runtime {
    char *question, *version, *file; /* owned: keys of questions, and a file of the spell's data */
    struct table table;              /* that file; filled by check_runtime */
    bool installs;                   /* steps bring cri-dockerd where Docker is without */
};

static const char *const keys[] = {"question", "version", "table", "installs", NULL};

static void read_runtime(const struct yaml_reader *reader, const struct yaml_node *map, struct requirement *requirement)
{
    struct runtime *own = mem_new(1, sizeof *own);
    requirement->own = own;
    yaml_need(reader, map, "question");
    yaml_need(reader, map, "version");
    yaml_need(reader, map, "table");
    yaml_get_string(reader, map, "question", &own->question);
    yaml_get_string(reader, map, "version", &own->version);
    yaml_get_string(reader, map, "table", &own->file);
    yaml_get_boolean(reader, map, "installs", &own->installs);
}

static void runtime_done(struct requirement *requirement)
{
    struct runtime *own = requirement->own;
    if (!own)
        return;
    free(own->question);
    free(own->version);
    free(own->file);
    table_done(&own->table);
    free(own);
}

static void check_runtime(const struct yaml_reader *reader, const struct yaml_node *map, const struct spell *spell, const struct requirement *requirement)
{
    static const char *const columns[] = {"containerd", "docker"};
    struct runtime *own = requirement->own;
    const char *const names[] = {"question", "version"};
    const char *const asked[] = {own->question, own->version};
    for (size_t i = 0; i < 2; i++) {
        struct strv one = {0};
        if (!asked[i])
            continue;
        strv_add(&one, asked[i]);
        check_questions(reader, map, names[i], spell, &one);
        strv_done(&one);
    }
    if (own->file)
        table_read_of(reader, yaml_get(map, "table"), spell, own->file, columns, sizeof columns / sizeof *columns, &own->table);
}

static bool is(const struct facts *facts, const char *key, const char *value)
{
    const char *found = facts_get(facts, key);
    return found && strcmp(found, value) == 0;
}

/* What the answers' release asks of it; NULL: nothing, or (a finding then) the table does not know the release. */
static const char *wanted(const struct judge *judge, const char *column, struct findings *found)
{
    const struct runtime *own = judge->requirement->own;
    const char *version = answers_value(judge->answers, own->version);
    const char *cell = version ? table_get(&own->table, version, column) : NULL;
    if (!cell && version)
        finding_unknown(found, mem_printf(_("%s does not know %s"), own->file, version));
    return cell && !table_cell_is_empty(cell) ? cell : NULL;
}

static void judge_containerd(const struct judge *judge, struct findings *found)
{
    const struct runtime *own = judge->requirement->own;
    const char *version = facts_get(judge->facts, "runtime.version:containerd"), *release = answers_value(judge->answers, own->version);
    const char *least = wanted(judge, "containerd", found);
    if (least) {
        if (!version || !version_is(version))
            finding_unknown(found, mem_strdup(_("containerd did not say its version")));
        else if (version_compare(version, least) < 0)
            finding_add(found, judge_bad(judge), mem_printf(_("containerd %s; Kubernetes %s needs %s"), version, release, least));
    }
    if (is(judge->facts, "runtime.cri:containerd", "disabled"))
        finding_add(found, VERDICT_WARN, mem_strdup(_("containerd's CRI plugin is off")));
    else if (!facts_get(judge->facts, "runtime.cri:containerd"))
        finding_unknown(found, mem_strdup(_("only root may read containerd's configuration")));
    if (is(judge->facts, "runtime.cgroup:containerd", "cgroupfs"))
        finding_add(found, VERDICT_WARN, mem_strdup(_("containerd's cgroup driver is not systemd")));
}

static void judge_docker(const struct judge *judge, struct findings *found)
{
    const char *way = wanted(judge, "docker", found);
    const struct runtime *own = judge->requirement->own;
    bool has_cri = facts_get(judge->facts, "runtime.version:cri-dockerd") != NULL;
    for (size_t i = 0; i < judge->facts->count; i++)
        has_cri = has_cri || (strcmp(judge->facts->items[i].key, "runtime") == 0 && strstr(judge->facts->items[i].value, "/cri-dockerd.sock"));
    bool lacks_cri = way && strcmp(way, "cri-dockerd") == 0 && !has_cri;
    if (lacks_cri && own->installs)
        finding_add(found, VERDICT_WARN, mem_strdup(_("Docker without cri-dockerd, which will be installed")));
    else if (lacks_cri)
        finding_add(found, judge_bad(judge),
                    mem_printf(_("Docker without cri-dockerd, through which alone Kubernetes %s reaches it"), answers_value(judge->answers, own->version)));
    if (is(judge->facts, "runtime.cgroup:docker", "cgroupfs"))
        finding_add(found, VERDICT_WARN, mem_strdup(_("Docker's cgroup driver is not systemd")));
}

static void judge_crio(const struct judge *judge, struct findings *found)
{
    if (is(judge->facts, "runtime.cgroup:crio", "cgroupfs"))
        finding_add(found, VERDICT_WARN, mem_strdup(_("CRI-O's cgroup driver is not systemd")));
}

static char *with_version(const struct facts *facts, const char *name)
{
    char *key = mem_printf("runtime.version:%s", name);
    const char *version = facts_get(facts, key);
    char *text = version ? mem_printf("%s %s", name, version) : mem_strdup(name);
    free(key);
    return text;
}

static void judge_chosen(struct judge *judge, const char *name, char *threshold)
{
    struct findings found = {0};
    if (strcmp(name, "containerd") == 0)
        judge_containerd(judge, &found);
    else if (strcmp(name, "docker") == 0)
        judge_docker(judge, &found);
    else if (strcmp(name, "crio") == 0)
        judge_crio(judge, &found);
    finding_say(judge, &found, with_version(judge->facts, name), threshold);
}

static bool has_it(const struct judge *judge, const struct strv *names, const char *name)
{
    char *key = mem_printf("runtime.version:%s", name);
    bool has = strv_has(names, name) || facts_get(judge->facts, key);
    free(key);
    /* below Docker, where it can be used by itself as well */
    return has || (strcmp(name, "containerd") == 0 && strv_has(names, "docker"));
}

static bool judge_runtime(struct judge *judge)
{
    const struct runtime *own = judge->requirement->own;
    const char *answer = own->question ? answers_value(judge->answers, own->question) : NULL;
    struct strv names = {0};
    char *threshold = mem_strdup(_("one that the kubelet can use, or none yet"));
    bool is_auto = !answer || !*answer || strcmp(answer, "auto") == 0;
    runtimes_found(judge->facts, &names);
    char *list = strv_join(&names, ", ");
    if (is_auto && names.count > 1 && judge_is_ours(judge, threshold))
        ;
    else if (is_auto && names.count > 1)
        judge_say(judge, judge_bad(judge), mem_printf(_("several runtimes: %s; say which"), list), threshold);
    else if (is_auto && names.count)
        judge_chosen(judge, names.items[0], threshold);
    else if (!is_auto && has_it(judge, &names, answer))
        judge_chosen(judge, answer, threshold);
    else if (!facts_get(judge->facts, "uid")) /* which is said of every host */
        judge_skip(judge, _("the host did not say"), threshold);
    else
        judge_say(judge, VERDICT_PASS, is_auto ? mem_strdup(_("none yet")) : mem_printf(_("no %s yet"), answer), threshold);
    if (own->question)
        judge_choices(judge, own->question, &names, is_auto && names.count > 1 && judge->verdict->kind != VERDICT_SKIP);
    free(list);
    strv_done(&names);
    return true;
}

const struct measure_ops measure_runtime = {
    .name = "runtime", .is_of_one_host = true, .keys = keys, .read = read_runtime, .done = runtime_done, .check = check_runtime, .judge = judge_runtime};
