#include "cli/rewrite.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "spell/answers_edit.h"
#include "spell/yaml.h"

/* As the plan has it, which is the same when the run was resumed. add is borrowed from the answers. */
static bool find_change(const struct execution *x, struct answers_change *change)
{
    const struct plan *plan = x->plan;
    for (size_t h = 0; h < plan->host_count; h++) {
        const struct host *host = fleet_find(&x->answers->fleet, plan->hosts[h].host.name);
        if (plan->hosts[h].target == TARGET_LEAVING || plan->hosts[h].target == TARGET_LOST)
            strv_add(&change->remove, plan->hosts[h].host.name);
        if (plan->hosts[h].target != TARGET_NEW || !host)
            continue;
        change->add.items = mem_grow(change->add.items, change->add.count + 1, sizeof *change->add.items);
        change->add.items[change->add.count++] = *host;
    }
    for (size_t i = 0; i < plan->before.count; i++) {
        char *key = mem_strndup(plan->before.items[i], strcspn(plan->before.items[i], "="));
        const char *value = answers_value(x->answers, key);
        char *pair = mem_printf("%s=%s", key, value ? value : "");
        strv_add(&change->sets, pair);
        free(pair);
        free(key);
    }
    return change->add.count || change->remove.count || change->sets.count;
}

static bool write_after(const struct execution *x, const struct answers_change *change, struct err *err)
{
    struct buf text, out;
    buf_init(&text, YAML_BYTES_MAX);
    buf_init(&out, YAML_BYTES_MAX);
    answers_text(x->answers, x->spell, &text);
    char *path = rundir_path(x->dir, RUNDIR_AFTER);
    bool ok = answers_edit(path, buf_text(&text), text.len, x->spell, change, &out, err) && file_write(path, buf_text(&out), out.len, 0600, err);
    free(path);
    buf_done(&text);
    buf_done(&out);
    return ok;
}

static bool write_file(const char *file, const struct spell *spell, const struct answers_change *change, char **note, struct err *err)
{
    struct buf text, out;
    struct stat st;
    char *backup = mem_printf("%s.bak", file);
    mode_t mode = stat(file, &st) == 0 ? st.st_mode & 0777 : 0600;
    buf_init(&out, YAML_BYTES_MAX);
    bool ok = file_read(file, YAML_BYTES_MAX, &text, err) && answers_edit(file, buf_text(&text), text.len, spell, change, &out, err);
    bool differs = ok && (out.len != text.len || memcmp(buf_text(&out), buf_text(&text), text.len) != 0);
    if (differs)
        ok = file_write(backup, buf_text(&text), text.len, mode, err) && file_write(file, buf_text(&out), out.len, mode, err);
    if (differs && ok)
        *note = mem_printf(_("%s says now what the cluster is; the file as it was: %s"), file, backup);
    free(backup);
    buf_done(&text);
    buf_done(&out);
    return ok;
}

bool rewrite_answers(const struct execution *x, char **note, struct err *err)
{
    struct answers_change change = {0};
    *note = NULL;
    bool ok = true;
    if (find_change(x, &change))
        ok = write_after(x, &change, err) && (x->keeps_file || !x->answers_file || write_file(x->answers_file, x->spell, &change, note, err));
    free(change.add.items); /* its hosts are the answers' */
    strv_done(&change.remove);
    strv_done(&change.sets);
    return ok || err_prefix(err, _("the action went well, but the answers file was not changed"));
}
