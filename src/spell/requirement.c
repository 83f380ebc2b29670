/* Reading requirements from spell.yaml. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/mend.h"
#include "spell/read.h"
#include "spell/requirement_parts.h"
#include "spell/value.h"

static const char *const measure_names[MEASURE_COUNT] = {"cpus",  "memory",  "disk", "swap",
                                                         "ports", "systemd", "root", "leftovers"};

const char *requirement_measure(const struct requirement *requirement)
{
    return requirement->ops ? requirement->ops->name : measure_names[requirement->measure];
}

const char *verdict_name(enum verdict_kind kind)
{
    static const char *const names[] = {"pass", "warn", "fail", "skip"};
    return names[kind];
}

static bool is_requirement_id(const char *text)
{
    size_t len = strlen(text);
    return len && len <= 40 && text[0] >= 'a' && text[0] <= 'z' && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789.-") == len;
}

static bool has_numbers(enum measure measure)
{
    return measure == MEASURE_CPUS || measure == MEASURE_MEMORY || measure == MEASURE_DISK;
}

/* `2`, `1700M` or `92%` */
static void read_threshold(const struct yaml_reader *reader, const struct yaml_node *node, const char *what, const char *role,
                           enum measure measure, struct threshold **list, size_t *count)
{
    struct threshold threshold = {0};
    size_t len = node->kind == YAML_SCALAR ? strlen(node->text) : 0;
    int64_t n = 0;
    threshold.is_percent = len >= 2 && len <= 4 && node->text[len - 1] == '%' && strspn(node->text, "0123456789") == len - 1;
    if (threshold.is_percent) {
        threshold.value = strtoull(node->text, NULL, 10);
        if (threshold.value > 100) {
            yaml_error(reader, node, _("%s: expected at most 100%%, found %s"), what, node->text);
            return;
        }
    } else if (measure == MEASURE_CPUS) {
        if (!yaml_integer(reader, node, what, 0, 10000, &n))
            return;
        threshold.value = (uint64_t)n;
    } else if (!yaml_size_mb(reader, node, what, &threshold.value)) {
        return;
    }
    threshold.role = role ? mem_strdup(role) : NULL;
    *list = mem_grow(*list, *count + 1, sizeof **list);
    (*list)[(*count)++] = threshold;
}

/* One value for all hosts, or a mapping from roles (and `all`) to values. */
static void read_thresholds(const struct yaml_reader *reader, const struct yaml_node *map, const char *key, enum measure measure,
                            struct threshold **list, size_t *count)
{
    const struct yaml_node *node = yaml_get(map, key);
    if (!node)
        return;
    if (!has_numbers(measure)) {
        yaml_error(reader, yaml_key(map, key), _("%s belongs to the measures cpus, memory and disk; for %s write level: fail or warn"),
                   key, measure_names[measure]);
        return;
    }
    if (node->kind != YAML_MAPPING) {
        read_threshold(reader, node, key, NULL, measure, list, count);
        return;
    }
    for (size_t i = 0; i < node->count; i += 2) {
        const char *role = node->items[i]->text;
        read_threshold(reader, node->items[i + 1], key, strcmp(role, "all") == 0 ? NULL : role, measure, list, count);
    }
}

static void read_port_list(const struct yaml_reader *reader, const struct yaml_node *node, const char *role,
                           struct requirement *requirement)
{
    if (!yaml_is_sequence(reader, node, "ports"))
        return;
    for (size_t i = 0; i < node->count; i++) {
        int64_t port = 0;
        if (!yaml_integer(reader, node->items[i], "ports", 1, 65535, &port))
            continue;
        requirement->ports = mem_grow(requirement->ports, requirement->port_count + 1, sizeof *requirement->ports);
        requirement->ports[requirement->port_count++] =
            (struct role_port){.role = role ? mem_strdup(role) : NULL, .port = (unsigned)port};
    }
}

static void read_ports(const struct yaml_reader *reader, const struct yaml_node *map, struct requirement *requirement)
{
    const struct yaml_node *node = requirement->measure == MEASURE_PORTS ? yaml_need(reader, map, "ports") : NULL;
    if (requirement->measure != MEASURE_PORTS && yaml_get(map, "ports"))
        yaml_error(reader, yaml_key(map, "ports"), _("ports belong to the measure ports, not to %s"),
                   requirement_measure(requirement));
    if (!node)
        return;
    if (node->kind != YAML_MAPPING) {
        read_port_list(reader, node, NULL, requirement);
        return;
    }
    for (size_t i = 0; i < node->count; i += 2) {
        const char *role = node->items[i]->text;
        read_port_list(reader, node->items[i + 1], strcmp(role, "all") == 0 ? NULL : role, requirement);
    }
}

/* Paths travel into a shell script: nothing but these characters, so that no quoting can go wrong. */
bool requirement_check_path(const struct yaml_reader *reader, const struct yaml_node *node, const char *what, const char *path)
{
    struct err err = ERR_INIT;
    if (!value_check_path(path, &err))
        return yaml_error(reader, node, _("%s: %s; found \"%s\""), what, err.text, path);
    if (strlen(path) > 150 || path[strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./@+-")])
        return yaml_error(reader, node, _("%s: expected at most 150 letters, digits and _ . / @ + -"), what);
    return true;
}

static void read_paths(const struct yaml_reader *reader, const struct yaml_node *map, struct requirement *requirement)
{
    const struct yaml_node *path = yaml_get(map, "path"), *paths = yaml_get(map, "paths");
    if (path && requirement->measure != MEASURE_DISK)
        yaml_error(reader, yaml_key(map, "path"), _("path belongs to the measure disk, not to %s"),
                   requirement_measure(requirement));
    const char *text = NULL;
    if (path && yaml_string(reader, path, "path", &text))
        requirement_check_path(reader, path, "path", text);
    requirement->path = mem_strdup(text ? text : "/var/lib");
    if (paths && requirement->measure != MEASURE_LEFTOVERS)
        yaml_error(reader, yaml_key(map, "paths"), _("paths belong to the measure leftovers, not to %s"),
                   requirement_measure(requirement));
    if (requirement->measure != MEASURE_LEFTOVERS || !yaml_need(reader, map, "paths"))
        return;
    if (yaml_strings(reader, paths, "paths", &requirement->paths))
        for (size_t i = 0; i < requirement->paths.count; i++)
            requirement_check_path(reader, paths->items[i], "paths", requirement->paths.items[i]);
}

static void read_unknown_measure(const struct yaml_reader *reader, const struct yaml_node *node, const char *text)
{
    const char *names[MEASURE_COUNT + MEASURES_MAX];
    size_t count = 0;
    for (; count < MEASURE_COUNT; count++)
        names[count] = measure_names[count];
    for (size_t i = 0; measure_at(i); i++)
        names[count++] = measure_at(i)->name;
    read_unknown(reader, node, "measure", text, names, count);
}

static void read_measure(const struct yaml_reader *reader, const struct yaml_node *map, struct requirement *requirement)
{
    const struct yaml_node *node = yaml_get(map, "measure");
    const char *text = requirement->id;
    if (node && !yaml_string(reader, node, "measure", &text))
        return;
    for (int i = 0; i < MEASURE_COUNT; i++)
        if (strcmp(measure_names[i], text) == 0) {
            requirement->measure = (enum measure)i;
            return;
        }
    requirement->ops = measure_find(text);
    if (requirement->ops)
        requirement->measure = MEASURE_OTHER;
    else if (node)
        read_unknown_measure(reader, node, text);
    else if (*text)
        yaml_error(reader, map, _("the key \"measure\" is missing; without it the id must be the name of a measure"));
}

static void read_level(const struct yaml_reader *reader, const struct yaml_node *map, struct requirement *requirement)
{
    static const char *const levels[] = {"fail", "warn"};
    const struct yaml_node *node = yaml_get(map, "level");
    const char *text = NULL;
    if (!node)
        return;
    if (has_numbers(requirement->measure)) {
        yaml_error(reader, yaml_key(map, "level"), _("level does not belong to the measure %s: write fail: and warn: with numbers"),
                   requirement_measure(requirement));
        return;
    }
    if (!yaml_string(reader, node, "level", &text))
        return;
    requirement->is_warning = strcmp(text, "warn") == 0;
    if (!requirement->is_warning && strcmp(text, "fail") != 0)
        read_unknown(reader, node, "level", text, levels, 2);
}

static bool check_keys(const struct yaml_reader *reader, const struct yaml_node *node, const struct requirement *requirement)
{
    static const char *const common[] = {"id", "title", "measure", "scope", "roles", "when", "level", "remedy", "source", "fix",
                                         "mend", "mend_asks", "mend_stays", "mend_hosts", "mend_timeout"};
    static const char *const own[] = {"fail", "warn", "ports", "path", "paths", NULL}; /* of the measures of enum measure */
    const char *const *more = requirement->ops ? requirement->ops->keys : own;
    struct strv keys = {0};
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        strv_add(&keys, common[i]);
    for (size_t i = 0; more && more[i]; i++)
        strv_add(&keys, more[i]);
    bool ok = yaml_check_keys(reader, node, _("a requirement"), (const char *const *)keys.items, keys.count);
    strv_done(&keys);
    return ok;
}

static void read_own(const struct yaml_reader *reader, const struct yaml_node *node, struct requirement *requirement)
{
    if (requirement->ops) {
        if (requirement->ops->read)
            requirement->ops->read(reader, node, requirement);
        return;
    }
    read_thresholds(reader, node, "fail", requirement->measure, &requirement->fail, &requirement->fail_count);
    read_thresholds(reader, node, "warn", requirement->measure, &requirement->warn, &requirement->warn_count);
    if (has_numbers(requirement->measure) && !yaml_get(node, "fail") && !yaml_get(node, "warn"))
        yaml_error(reader, node, _("the key \"fail\" or \"warn\" is missing: without a number nothing is required"));
    read_ports(reader, node, requirement);
    read_paths(reader, node, requirement);
}

void requirement_read(const struct yaml_reader *reader, const struct yaml_node *node, struct requirement *requirement)
{
    *requirement = (struct requirement){.line = node->line, .column = node->column};
    requirement->id = mem_strdup("");
    requirement->title = mem_strdup("");
    if (node->kind == YAML_MAPPING) {
        read_name(reader, node, "id", is_requirement_id, _("a small letter, then small letters, digits, . and -, at most 40"),
                  &requirement->id);
        read_measure(reader, node, requirement);
    }
    if (!check_keys(reader, node, requirement))
        return;
    read_needed_string(reader, node, "title", &requirement->title);
    const struct yaml_node *scope = yaml_get(node, "scope");
    const char *text = NULL;
    if (scope && yaml_string(reader, scope, "scope", &text) && strcmp(text, "host") != 0)
        yaml_error(reader, scope, _("scope: expected host, found \"%s\""), text);
    yaml_get_strings(reader, node, "roles", &requirement->roles);
    requirement->when = read_cond(reader, node, "when");
    read_level(reader, node, requirement);
    yaml_get_string(reader, node, "remedy", &requirement->remedy);
    yaml_get_string(reader, node, "source", &requirement->source);
    yaml_get_string(reader, node, "fix", &requirement->fix);
    read_own(reader, node, requirement);
}

static void thresholds_free(struct threshold *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(list[i].role);
    free(list);
}

void requirement_done(struct requirement *requirement)
{
    if (requirement->ops && requirement->ops->done)
        requirement->ops->done(requirement);
    else
        free(requirement->own);
    thresholds_free(requirement->fail, requirement->fail_count);
    thresholds_free(requirement->warn, requirement->warn_count);
    for (size_t i = 0; i < requirement->port_count; i++)
        free(requirement->ports[i].role);
    free(requirement->ports);
    free(requirement->id);
    free(requirement->title);
    free(requirement->path);
    free(requirement->remedy);
    free(requirement->source);
    free(requirement->fix);
    mend_done(&requirement->mend);
    strv_done(&requirement->roles);
    strv_done(&requirement->paths);
    cond_free(&requirement->when);
    *requirement = (struct requirement){0};
}
